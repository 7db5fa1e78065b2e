// SPDX-License-Identifier: Apache-2.0
//! `proofyard verify` as people run it: the real program, files of other tools, exit codes.
#![allow(missing_docs)]

use serde_json::Value;
use std::{
	fs,
	io::Write,
	path::{Path, PathBuf},
	process::{Command, Output, Stdio},
};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../primitives/verifier/tests/vectors");

const GNARK: [&str; 3] =
	["gnark-groth16-bn254.vk", "gnark-groth16-bn254.proof", "gnark-groth16-bn254.pub"];
const SEMAPHORE: [&str; 3] = [
	"snarkjs-semaphore-1.key.json",
	"snarkjs-semaphore-1.proof.json",
	"snarkjs-semaphore-1.public.json",
];
const BLS: [&str; 3] =
	["snarkjs-bls12-381.key.json", "snarkjs-bls12-381.proof.json", "snarkjs-bls12-381.public.json"];
/// Proofs of zkVMs: file, system, version, whether it was withdrawn.
const ZKVM: [(&str, &str, &str, bool); 9] = [
	("sp1-groth16-v4.0.0-rc.3.json", "sp1-groth16", "4.0.0", true),
	("sp1-groth16-v5.0.0.json", "sp1-groth16", "5.0.0", false),
	("sp1-groth16-v6.0.0.json", "sp1-groth16", "6.0.0", true),
	("sp1-plonk-v4.0.0-rc.3.json", "sp1-plonk", "4.0.0", true),
	("sp1-plonk-v5.0.0.json", "sp1-plonk", "5.0.0", false),
	("sp1-plonk-v6.0.0.json", "sp1-plonk", "6.0.0", true),
	("risc0-groth16-v2.1.json", "risc0-groth16", "2.1.0", false),
	("risc0-groth16-v2.2.json", "risc0-groth16", "2.2.0", false),
	("risc0-groth16-v3.0.json", "risc0-groth16", "3.0.0", false),
];

fn vector(name: &str) -> String {
	format!("{VECTORS}/{name}")
}

fn vectors<const N: usize>(names: [&str; N]) -> [String; N] {
	names.map(vector)
}

/// The program, with a node's address that nobody listens on.
fn command(args: &[impl AsRef<str>]) -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_proofyard"));
	command.arg("verify").args(args.iter().map(AsRef::as_ref));
	command.env("PROOFYARD_NODE", "ws://127.0.0.1:1");
	command
}

/// Result of a run.
struct Run {
	code: Option<i32>,
	out: String,
	err: String,
}

impl Run {
	fn of(output: Output) -> Self {
		Self {
			code: output.status.code(),
			out: String::from_utf8(output.stdout).unwrap(),
			err: String::from_utf8(output.stderr).unwrap(),
		}
	}

	/// Its exit code must be this one.
	fn ends_with(self, code: i32) -> Self {
		assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
		self
	}

	fn says(self, text: &str) -> Self {
		assert!(self.out.contains(text), "no {text} in\n{}{}", self.out, self.err);
		self
	}

	/// The results, from `--json`.
	fn results(&self) -> Vec<Value> {
		self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
	}
}

fn verify(args: &[impl AsRef<str>]) -> Run {
	Run::of(command(args).stdin(Stdio::null()).output().unwrap())
}

fn verify_json(args: &[impl AsRef<str>]) -> Run {
	Run::of(command(args).arg("--json").stdin(Stdio::null()).output().unwrap())
}

fn verify_stdin(args: &[&str], input: &[u8]) -> Run {
	let mut child = command(args)
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped())
		.spawn()
		.unwrap();
	child.stdin.take().unwrap().write_all(input).unwrap();
	Run::of(child.wait_with_output().unwrap())
}

/// A folder of a test, removed when it is over.
struct Folder(PathBuf);

impl Folder {
	fn new(name: &str) -> Self {
		let path =
			std::env::temp_dir().join(format!("proofyard-verify-{}-{name}", std::process::id()));
		fs::create_dir_all(&path).unwrap();
		Self(path)
	}

	fn path(&self, name: &str) -> String {
		self.0.join(name).to_str().unwrap().to_string()
	}

	fn write(&self, name: &str, bytes: &[u8]) -> String {
		let path = self.path(name);
		fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
		fs::write(&path, bytes).unwrap();
		path
	}

	/// Copies of three files, the one with this index changed.
	fn triple(
		&self,
		names: [&str; 3],
		index: usize,
		change: impl FnOnce(&mut Vec<u8>),
	) -> [String; 3] {
		let mut files = names.map(|name| fs::read(vector(name)).unwrap());
		change(&mut files[index]);
		[0, 1, 2].map(|index| self.write(names[index], &files[index]))
	}
}

impl Drop for Folder {
	fn drop(&mut self) {
		let _ = fs::remove_dir_all(&self.0);
	}
}

fn case(name: &str) -> Value {
	serde_json::from_slice(&fs::read(vector(name)).unwrap()).unwrap()
}

/// The bytes of a field of a case, whatever its system calls it.
fn bytes(case: &Value, names: [&str; 2]) -> Vec<u8> {
	let text = names.iter().find_map(|name| case[name].as_str()).unwrap();
	hex::decode(text.trim_start_matches("0x")).unwrap()
}

mod accepts {
	use super::*;

	#[test]
	fn every_zkvm_proof_with_its_version() {
		for (file, system, version, withdrawn) in ZKVM {
			let run = verify_json(&[vector(file)]).ends_with(0);
			let [result] = &run.results()[..] else { panic!("one result") };
			assert_eq!(result["verdict"], "accepted", "{file}");
			assert_eq!(result["files"], serde_json::json!([vector(file)]));
			assert_eq!((&result["system"], &result["version"]), (&system.into(), &version.into()));
			assert_eq!(result["warning"].is_string(), withdrawn, "{file}");
			assert!(result["programKey"].as_str().unwrap().len() == 66, "{file}");
			assert!(run.err.is_empty(), "{}", run.err);
		}
	}

	#[test]
	fn a_withdrawn_version_with_a_warning_beside_the_verdict() {
		verify(&[vector("sp1-groth16-v6.0.0.json")])
			.ends_with(0)
			.says("accepted: ")
			.says("sp1-groth16 6.0.0 (selector 0x0e78f4db)")
			.says("warning: sp1-groth16 6.0.0 is withdrawn (GHSA-63x8-x938-vx33")
			.says("Prove with 5.0.0 or 6.1.0.");
		verify(&[vector("sp1-plonk-v4.0.0-rc.3.json")])
			.ends_with(0)
			.says("warning: sp1-plonk 4.0.0 is withdrawn");
		let run = verify(&[vector("sp1-plonk-v5.0.0.json")]).ends_with(0);
		assert!(!run.out.contains("warning"), "{}", run.out);
	}

	#[test]
	fn triples_of_every_tool_and_curve() {
		for (files, system) in
			[(GNARK, "groth16-bn254"), (SEMAPHORE, "groth16-bn254"), (BLS, "groth16-bls12-381")]
		{
			let mut files = vectors(files);
			for _ in 0..3 {
				files.rotate_left(1);
				verify(&files).ends_with(0).says("accepted: ").says(system);
			}
		}
	}

	#[test]
	fn two_triples_at_once() {
		let folder = Folder::new("two");
		let mut files = Vec::new();
		for (place, names) in [("a", SEMAPHORE), ("b", BLS)] {
			for (file, name) in
				["verification_key.json", "proof.json", "public.json"].iter().zip(names)
			{
				let bytes = fs::read(vector(name)).unwrap();
				files.push(folder.write(&format!("{place}/{file}"), &bytes));
			}
		}
		let run = verify_json(&files).ends_with(0);
		let systems: Vec<_> =
			run.results().iter().map(|result| result["system"].to_string()).collect();
		assert_eq!(systems, ["\"groth16-bn254\"", "\"groth16-bls12-381\""]);
	}

	#[test]
	fn everything_at_once_in_the_order_of_the_files() {
		let mut files = vec![vector(ZKVM[0].0)];
		files.extend(vectors(BLS));
		files.push(vector(ZKVM[7].0));
		files.extend(vectors(GNARK));
		let run = verify_json(&files).ends_with(0);
		let systems: Vec<_> = run
			.results()
			.iter()
			.map(|result| result["system"].as_str().unwrap().to_string())
			.collect();
		assert_eq!(systems, ["sp1-groth16", "groth16-bls12-381", "risc0-groth16", "groth16-bn254"]);
	}

	#[test]
	fn standard_input() {
		let bytes = fs::read(vector(ZKVM[8].0)).unwrap();
		verify_stdin(&["-"], &bytes).ends_with(0).says("accepted: -").says("risc0-groth16 3.0.0");
		let [key, proof, public] = vectors(SEMAPHORE);
		let proof = fs::read(proof).unwrap();
		verify_stdin(&[&key, "-", &public], &proof).ends_with(0).says("groth16-bn254");
		assert!(verify(&["-", "-"]).ends_with(2).err.contains("once"));
	}

	#[test]
	fn bare_zkvm_proofs_with_what_they_prove() {
		let folder = Folder::new("bare");
		for (file, system, version, _) in ZKVM {
			let case = case(file);
			let proof = bytes(&case, ["proof", "seal"]);
			let key = hex::encode(bytes(&case, ["program_vkey", "image_id"]));
			let values = bytes(&case, ["public_values", "journal"]);
			let values_file = format!("@{}", folder.write("values", &values));
			let values = hex::encode(values);
			let raw = folder.write("proof.bin", &proof);
			let text = folder.write("proof.txt", format!("0x{}\n", hex::encode(&proof)).as_bytes());
			for (proof, values) in [(&raw, &values), (&text, &values_file)] {
				verify(&[proof, "--program-key", &key, "--public-values", values])
					.ends_with(0)
					.says(&format!("{system} {version}"));
			}
			verify(&[&raw]).ends_with(2).says("not checked: ").says("--program-key HEX");
		}
	}
}

mod rejects {
	use super::*;

	#[test]
	fn a_flipped_bit_of_each_zkvm_proof() {
		let folder = Folder::new("flipped");
		for (file, ..) in ZKVM {
			for names in
				[["proof", "seal"], ["public_values", "journal"], ["program_vkey", "image_id"]]
			{
				let mut case = case(file);
				let mut flipped = bytes(&case, names);
				let middle = flipped.len() / 2;
				flipped[middle] ^= 1;
				let name = names.into_iter().find(|name| case[name].is_string()).unwrap();
				case[name] = hex::encode(flipped).into();
				let path = folder.write("case.json", case.to_string().as_bytes());
				let run = verify_json(&[path]).ends_with(1);
				assert_eq!(run.results()[0]["verdict"], "rejected", "{name} of {file}");
				assert!(run.results()[0]["reason"]["code"].is_u64());
			}
		}
	}

	#[test]
	fn a_flipped_bit_of_each_file_of_gnark() {
		let folder = Folder::new("gnark");
		for (index, length) in [(0, 356), (1, 164), (2, 44)] {
			for byte in (0..length).step_by(8) {
				// What the verifier has no use for: the copies of two points in the other group.
				if index == 0 && (32..64).contains(&byte) || (192..224).contains(&byte) {
					continue;
				}
				let files = folder.triple(GNARK, index, |bytes| bytes[byte] ^= 0x10);
				let run = verify(&files);
				// Where the number of points is damaged, a key is no longer known for one.
				let expected = if index == 0 && byte == 288 { 2 } else { 1 };
				assert_eq!(
					run.code,
					Some(expected),
					"byte {byte} of {}: {}",
					files[index],
					run.out
				);
			}
		}
	}

	#[test]
	fn a_changed_digit_of_each_file_of_snarkjs() {
		let folder = Folder::new("snarkjs");
		for (names, system) in [(SEMAPHORE, "groth16-bn254"), (BLS, "groth16-bls12-381")] {
			for index in 0..3 {
				let files = folder.triple(names, index, |bytes| {
					let digits = |window: &[u8]| window.iter().all(u8::is_ascii_digit);
					let number = bytes.windows(20).position(digits).unwrap();
					bytes[number + 9] = b'0' + (bytes[number + 9] - b'0' + 1) % 10;
				});
				let run = verify(&files).ends_with(1).says("rejected: ").says(system);
				assert!(run.out.contains("what to do"), "{}", run.out);
				assert!(run.err.contains("the proof is rejected"), "{}", run.err);
			}
		}
	}

	#[test]
	fn a_selector_that_is_not_known_and_names_those_that_are() {
		let folder = Folder::new("selector");
		let mut case = case("risc0-groth16-v3.0.json");
		let seal = case["seal"].as_str().unwrap().replace("73c457ba", "73c457bb");
		case["seal"] = seal.clone().into();
		let path = folder.write("case.json", case.to_string().as_bytes());
		let known = "known: 2.1.0 (f536085a), 2.2.0 (bb001d44), 3.0.0 (73c457ba)";
		verify(&[&path])
			.ends_with(1)
			.says("of no known version (selector 0x73c457bb)")
			.says("no risc0-groth16 proof begins with 73c457bb")
			.says(known)
			.says("what to do");
		let run = verify_json(&[&path]).ends_with(1);
		let known = run.results()[0]["reason"]["known"].clone();
		assert_eq!(known[1]["version"], "2.2.0");
		assert_eq!(known[1]["selector"], "0xbb001d44");

		// A bare proof does not say what zkVM it is of: all of them are named.
		let bare = folder.write("seal", &hex::decode(seal).unwrap());
		let key = "00".repeat(32);
		verify(&[&bare, "--program-key", &key, "--public-values", ""])
			.ends_with(1)
			.says("no zkVM's proof begins with 0x73c457bb; known: sp1-groth16 4.0.0 (0x11b6a09d)")
			.says("risc0-groth16 3.0.0 (0x73c457ba)");
	}

	#[test]
	fn another_program_or_other_values_than_claimed() {
		let file = vector("sp1-groth16-v5.0.0.json");
		let case = case("sp1-groth16-v5.0.0.json");
		let key = hex::encode(bytes(&case, ["program_vkey", "image_id"]));
		let other = "00".repeat(32);
		verify(&[&file, "--program-key", &key]).ends_with(0);
		verify(&[&file, "--program-key", &other]).ends_with(1).says("pairing-mismatch, code 74");
		verify(&[&file, "--public-values", "0x01"]).ends_with(1);
		let files = vectors(GNARK);
		let run = verify(&[&files[0], &files[1], &files[2], "--public-values", "01"]);
		assert!(run.ends_with(1).out.contains("no zkVM's proof begins with"));
		let [key_file, proof, public] = vectors(SEMAPHORE);
		let run = verify(&[&key_file, &proof, &public, "--program-key", &key]).ends_with(2);
		assert!(run.err.contains("of which there is none"), "{}", run.err);
	}

	/// One result each; the exit code tells of the rejection.
	#[test]
	fn one_of_a_mixture() {
		let folder = Folder::new("mixture");
		let text = case("sp1-plonk-v6.0.0.json").to_string().replace("bb1a6f29", "bb1a6f28");
		let bad = folder.write("bad.json", text.as_bytes());
		let odd = folder.write("odd.bin", b"hello");
		let [key, proof, public] = vectors(SEMAPHORE);
		let good = vector(ZKVM[1].0);
		let run = verify_json(&[&key, &bad, &proof, &odd, &good, &public]).ends_with(1);
		let verdicts: Vec<_> = run
			.results()
			.iter()
			.map(|result| result["verdict"].as_str().unwrap().to_string())
			.collect();
		assert_eq!(verdicts, ["accepted", "rejected", "unreadable", "accepted"]);
		let error: Value = serde_json::from_str(&run.err).unwrap();
		assert_eq!(error["error"]["kind"], "rejected");
		assert_eq!(error["error"]["exitCode"], 1);
		assert_eq!(
			error["error"]["message"],
			"1 of 3 proofs rejected, and one input cannot be read or understood"
		);
	}
}

mod cannot_read {
	use super::*;

	#[test]
	fn a_missing_file() {
		let run = verify_json(&["/nonexistent/proof.json"]).ends_with(2);
		assert_eq!(run.results()[0]["verdict"], "unreadable");
		assert_eq!(run.results()[0]["reason"]["name"], "unreadable");
		let error: Value = serde_json::from_str(&run.err).unwrap();
		assert_eq!(error["error"]["kind"], "unreadable");
		assert_eq!(error["error"]["exitCode"], 2);
	}

	#[test]
	fn a_directory() {
		verify(&[VECTORS]).ends_with(2).says("it is a directory").says("DIR/*");
	}

	#[test]
	fn a_file_longer_than_any() {
		let folder = Folder::new("long");
		let path = folder.write("circuit.zkey", &vec![b'['; 4 * 1024 * 1024 + 1]);
		verify(&[&path]).ends_with(2).says("longer than 4194304 bytes").says("proving keys");
		let run = verify_stdin(&["-"], &vec![b' '; 4 * 1024 * 1024 + 1]);
		run.ends_with(2).says("longer than 4194304 bytes");
	}

	/// The others are checked all the same.
	#[test]
	fn one_of_several() {
		let good = vector(ZKVM[7].0);
		let run = verify(&["/nonexistent/proof.json", &good]).ends_with(2);
		assert!(run.out.contains("not checked: /nonexistent/proof.json"), "{}", run.out);
		assert!(run.out.contains("accepted: "), "{}", run.out);
		assert!(run.err.contains("one input cannot be read"), "{}", run.err);
	}

	#[test]
	fn what_is_no_proof() {
		let folder = Folder::new("odd");
		for (bytes, says) in [
			(&b"hello"[..], "neither JSON nor"),
			(b"{", "not JSON of the expected shape"),
			(b"{\"a\": 1}", "neither a case nor a file of snarkjs"),
			(b"{\"protocol\": \"plonk\"}", "`protocol` is `plonk`"),
			(b"{\"system\": \"stark\", \"proof\": \"\"}", "`system` is `stark`"),
			(b"", "neither JSON nor"),
			(b"zkey\x01\x00\x00\x00", "is a proving key of snarkjs"),
		] {
			let path = folder.write("odd", bytes);
			verify(&[path]).ends_with(2).says("not checked: ").says(says);
		}
	}

	#[test]
	fn files_without_their_fellows() {
		let [key, proof, public] = vectors(SEMAPHORE);
		verify(&[&proof, &public]).ends_with(2).says("no key for `snarkjs-semaphore-1`");
		verify(&[&key, &proof]).ends_with(2).says("no public inputs for `snarkjs-semaphore-1`");
		verify(&[&key]).ends_with(2).says("no proof for `snarkjs-semaphore-1`");
	}

	#[test]
	fn nothing_at_all() {
		let help = verify(&["--help"]).ends_with(0);
		help.says("risc0-groth16: image_id, journal, seal").says("Exit codes: 0 all proofs");
		assert_eq!(verify(&[] as &[&str]).code, Some(2));
		assert_eq!(verify(&["x", "--program-key", "12"]).code, Some(2));
		assert_eq!(verify(&["x", "--public-values", "x"]).code, Some(2));
		let run = verify(&[&vector(ZKVM[1].0), "--public-values", "@/nonexistent/values"]);
		assert!(run.ends_with(2).err.contains("/nonexistent/values: cannot be read"));
	}

	/// A file may say anything, a terminal is told nothing by it.
	#[test]
	fn text_for_the_terminal() {
		let folder = Folder::new("terminal");
		let text = serde_json::json!({ "system": "\u{1b}[2J", "proof": "" }).to_string();
		let path = folder.write("case.json", text.as_bytes());
		let run = verify(&[path]).ends_with(2);
		assert!(!run.out.contains('\u{1b}'), "{:?}", run.out);
	}
}
