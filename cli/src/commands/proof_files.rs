// SPDX-License-Identifier: Apache-2.0
//! Proofs in files: in the forms of the tools that make them, in the chain's own, or with all that is
//! needed to verify them.

use super::read_file;
use crate::{
	chain::Chain,
	context::Globals,
	error::{CliError, Result},
	rpc::Program,
};
use anyhow::Context;
use proofyard_primitives::{ProgramId, ProofData, ProofSystem, TaskId};
use proofyard_verifier::{
	convert::{
		files::{detect, Case},
		gnark, snarkjs, ConvertError,
	},
	wrap, PUBLIC_INPUT_LEN,
};
use std::{
	fs,
	path::{Path, PathBuf},
};

/// A proof in files.
#[derive(Clone, Debug, clap::Args)]
pub struct ProofFileArgs {
	/// The proof: proof.json of snarkjs, or see --format.
	#[arg(long, required_unless_present = "case", requires = "public", value_name = "FILE")]
	proof: Option<PathBuf>,

	/// Its public inputs: public.json of snarkjs, or see --format. Of a zkVM the public values (SP1) or
	/// the journal (RISC Zero).
	#[arg(long, required_unless_present = "case", requires = "proof", value_name = "FILE")]
	public: Option<PathBuf>,

	/// Form of the files.
	#[arg(long, value_enum, default_value_t = Format::Snarkjs)]
	format: Format,

	/// Proof and public values in one file, in place of the others: what `task proof --case` writes.
	#[arg(long, conflicts_with_all = ["proof", "public", "format"], value_name = "FILE")]
	case: Option<PathBuf>,
}

/// Form of a proof and its public values.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
	/// JSON as snarkjs writes it.
	Snarkjs,
	/// Bytes as gnark's WriteTo writes them.
	Gnark,
	/// The chain's own bytes; of a zkVM the proof's and the public values', as its tools have them.
	Canonical,
}

/// A proof as files say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
	/// Its proof system, where the files say it.
	system: Option<ProofSystem>,
	data: ProofData,
}

impl ProofFileArgs {
	/// Read the files.
	pub fn read(&self) -> Result<ProofFile> {
		match (&self.case, &self.proof, &self.public) {
			(Some(case), _, _) => read_case(case),
			(None, Some(proof), Some(public)) => self.format.read(proof, public),
			_ => Err(CliError::usage("a proof is needed: --proof and --public, or --case")),
		}
	}
}

impl ProofFile {
	/// The proof, for a task of this proof system. Fails when it cannot be one.
	pub fn of(self, system: ProofSystem) -> Result<ProofData> {
		if let Some(found) = self.system.filter(|found| *found != system) {
			return Err(CliError::usage(format!(
				"the files hold a proof of {found}, and the task is one of {system}"
			)));
		}
		let scalar = usize::try_from(PUBLIC_INPUT_LEN).unwrap_or(usize::MAX);
		if !system.is_wrapped() && !self.data.public_values.len().is_multiple_of(scalar) {
			return Err(CliError::usage(format!(
				"the public inputs of {system} have {scalar} bytes each: their length is no multiple of it"
			)));
		}
		Ok(self.data)
	}

	/// The proof, where nothing is known of its task.
	pub fn of_any(self) -> ProofData {
		self.data
	}
}

fn unusable(path: &Path, reason: impl ToString) -> CliError {
	CliError::other(format!("{} cannot be used: {}", path.display(), reason.to_string()))
}

fn read_case(path: &Path) -> Result<ProofFile> {
	let bytes = read_file(path)?;
	let name = path.display().to_string();
	let mut found = detect(&[(&name, &bytes)]).map_err(|error| unusable(path, error))?;
	let case = match (found.pop(), found.is_empty()) {
		(Some(found), true) => found.case,
		_ => return Err(unusable(path, "it is not the case of one proof")),
	};
	let system = Some(case.system());
	let (proof, public) = match case {
		Case::Plain { proof, public_inputs, .. } => (proof, public_inputs),
		Case::Wrapped { proof, public_values, .. } => (proof, public_values),
	};
	Ok(ProofFile { system, data: data(path, proof, path, public)? })
}

fn data(
	proof_path: &Path,
	proof: Vec<u8>,
	public_path: &Path,
	public: Vec<u8>,
) -> Result<ProofData> {
	Ok(ProofData {
		proof: proof.try_into().map_err(|_| unusable(proof_path, "it is longer than any proof"))?,
		public_values: public
			.try_into()
			.map_err(|_| unusable(public_path, "it has more public values than the chain takes"))?,
	})
}

/// Read what does not say for which curve it is.
pub fn by_curve<T>(
	read: impl Fn(ProofSystem) -> std::result::Result<T, ConvertError>,
) -> std::result::Result<(ProofSystem, T), ConvertError> {
	let first = match read(ProofSystem::Groth16Bn254) {
		Ok(found) => return Ok((ProofSystem::Groth16Bn254, found)),
		Err(error) => error,
	};
	match read(ProofSystem::Groth16Bls12_381) {
		Ok(found) => Ok((ProofSystem::Groth16Bls12_381, found)),
		// It is of this curve, and says what is wrong.
		Err(ConvertError::Commitments) => Err(ConvertError::Commitments),
		Err(_) => Err(first),
	}
}

impl Format {
	/// Read a proof and its public values.
	fn read(self, proof: &Path, public: &Path) -> Result<ProofFile> {
		let (proof_bytes, public_bytes) = (read_file(proof)?, read_file(public)?);
		let text = |path: &Path, bytes: &[u8]| {
			String::from_utf8(bytes.to_vec()).map_err(|_| unusable(path, "it is not text"))
		};
		let (system, proof_bytes, public_bytes) = match self {
			Self::Snarkjs => {
				let (system, converted) = snarkjs::proof(&text(proof, &proof_bytes)?)
					.map_err(|error| unusable(proof, error))?;
				let public_bytes = snarkjs::public_inputs(system, &text(public, &public_bytes)?)
					.map_err(|error| unusable(public, error))?;
				(Some(system), converted, public_bytes)
			}
			Self::Gnark => {
				let (system, converted) = by_curve(|system| gnark::proof_of(system, &proof_bytes))
					.map_err(|error| unusable(proof, error))?;
				let public_bytes = gnark::public_inputs_of(system, &public_bytes)
					.map_err(|error| unusable(public, error))?;
				(Some(system), converted, public_bytes)
			}
			Self::Canonical => (None, proof_bytes, public_bytes),
		};
		Ok(ProofFile { system, data: data(proof, proof_bytes, public, public_bytes)? })
	}
}

/// Files that a proof of the chain is written to.
#[derive(Clone, Debug, clap::Args)]
pub struct OutArgs {
	/// Write the canonical bytes of the proof to FILE, those of its public values to FILE.public.
	#[arg(long, value_name = "FILE")]
	out: Option<PathBuf>,

	/// Write a circuit's proof.json, public.json and verification_key.json for snarkjs to this folder.
	#[arg(long, value_name = "DIR")]
	snarkjs: Option<PathBuf>,

	/// Write the proof with all that is needed to verify it to this file, as JSON: what
	/// `proofyard verify` reads. Of a zkVM's proof that is what its own verifiers take.
	#[arg(long, value_name = "FILE")]
	case: Option<PathBuf>,
}

/// A proof that the chain verified.
#[derive(Clone, Copy, Debug)]
pub struct Verified<'a> {
	/// The program it proves.
	pub program: ProgramId,
	/// The program's proof system.
	pub system: ProofSystem,
	/// Its canonical bytes.
	pub proof: &'a [u8],
	/// Its public values.
	pub public_values: &'a [u8],
}

impl Verified<'_> {
	/// The proof with its program's key.
	fn case(&self, key: &[u8]) -> Result<Case> {
		let (proof, public_values) = (self.proof.to_vec(), self.public_values.to_vec());
		let system = self.system;
		if !system.is_wrapped() {
			return Ok(Case::Plain {
				system,
				key: key.to_vec(),
				public_inputs: public_values,
				proof,
			});
		}
		let program_key = wrap::check_program_key(system, key)
			.map_err(|error| CliError::other(format!("the program's key is refused: {error}")))?;
		Ok(Case::Wrapped { system, program_key, public_values, proof })
	}
}

impl OutArgs {
	/// Hint on a proof of this system that is written.
	pub fn hint(&self, system: ProofSystem) -> Option<String> {
		match (&self.case, &self.snarkjs) {
			(Some(file), _) => Some(format!("Check it: proofyard verify {}", file.display())),
			(None, Some(folder)) if !system.is_wrapped() => Some(format!(
				"Check it: cd {} && snarkjs groth16 verify verification_key.json public.json proof.json",
				folder.display()
			)),
			_ => None,
		}
	}

	/// Write a proof to the files that are wanted. Returns their names.
	pub async fn write(
		&self,
		globals: &Globals,
		chain: &Chain,
		proof: Verified<'_>,
	) -> Result<Vec<String>> {
		if self.snarkjs.is_some() && proof.system.is_wrapped() {
			return Err(CliError::usage(format!(
				"snarkjs has no form for proofs of {}: --case FILE writes one with all that is needed to verify it",
				proof.system
			)));
		}
		let program = match (&self.case, &self.snarkjs) {
			(None, None) => None,
			_ => chain.proving().program(proof.program).await?,
		};
		let mut files = self.canonical(proof);
		files.extend(self.snarkjs_files(globals, proof, program.as_ref())?);
		files.extend(self.case_file(proof, program.as_ref())?);
		if let Some(folder) = &self.snarkjs {
			fs::create_dir_all(folder)
				.with_context(|| format!("cannot create the folder {}", folder.display()))?;
		}
		let mut written = Vec::new();
		for (path, bytes) in files {
			fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
			written.push(path.display().to_string());
		}
		Ok(written)
	}

	fn canonical(&self, proof: Verified<'_>) -> Vec<(PathBuf, Vec<u8>)> {
		let Some(path) = &self.out else { return Vec::new() };
		let mut beside = path.clone().into_os_string();
		beside.push(".public");
		vec![(path.clone(), proof.proof.to_vec()), (beside.into(), proof.public_values.to_vec())]
	}

	fn snarkjs_files(
		&self,
		globals: &Globals,
		proof: Verified<'_>,
		program: Option<&Program>,
	) -> Result<Vec<(PathBuf, Vec<u8>)>> {
		let Some(folder) = &self.snarkjs else { return Ok(Vec::new()) };
		let convert = |name: &str, text: std::result::Result<String, ConvertError>| {
			let text = text
				.map_err(|error| CliError::other(format!("snarkjs has no form for this: {error}")));
			Ok::<_, CliError>((folder.join(name), text?.into_bytes()))
		};
		let mut files = vec![
			convert("proof.json", snarkjs::proof_text(proof.system, proof.proof))?,
			convert("public.json", snarkjs::public_inputs_to_json(proof.public_values))?,
		];
		match program {
			Some(program) => files.push(convert(
				"verification_key.json",
				snarkjs::key_text(proof.system, &program.key),
			)?),
			None => globals
				.output()
				.note("the program was retired and is gone: verification_key.json is not written"),
		}
		Ok(files)
	}

	fn case_file(
		&self,
		proof: Verified<'_>,
		program: Option<&Program>,
	) -> Result<Option<(PathBuf, Vec<u8>)>> {
		let Some(path) = &self.case else { return Ok(None) };
		let program = program.ok_or_else(|| {
			CliError::other(
				"the program was retired and is gone, and its key with it: --out writes the proof and its public values",
			)
		})?;
		let text = proof.case(&program.key)?.to_json();
		Ok(Some((path.clone(), text.into_bytes())))
	}
}

/// Hint how to fetch a proof of this system in a form that others can check.
pub fn fetch_hint(task: TaskId, system: ProofSystem) -> String {
	format!("Fetch the proof: `proofyard task proof {task} {}`", form_option(system))
}

/// Options of `task proof` that write such a form.
pub fn form_option(system: ProofSystem) -> &'static str {
	if system.is_wrapped() {
		"--case FILE"
	} else {
		"--snarkjs DIR"
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::check::tests::{program, RISC0, SP1_GROTH16, SP1_PLONK};
	use clap::Parser;
	use sp_core::H256;

	#[derive(Parser)]
	struct Probe {
		#[command(flatten)]
		file: ProofFileArgs,
	}

	fn args(args: &[&str]) -> std::result::Result<ProofFileArgs, clap::Error> {
		Probe::try_parse_from([&["probe"], args].concat()).map(|probe| probe.file)
	}

	fn temporary(name: &str, content: &[u8]) -> PathBuf {
		let path =
			std::env::temp_dir().join(format!("proofyard-proofs-{}-{name}", std::process::id()));
		fs::write(&path, content).unwrap();
		path
	}

	fn vector(name: &str) -> PathBuf {
		let folder = "../primitives/verifier/tests/vectors";
		Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name)
	}

	#[test]
	fn a_proof_is_two_files_or_one() {
		for good in [&["--proof", "p", "--public", "i"][..], &["--case", "c"]] {
			assert!(args(good).is_ok(), "{good:?}");
		}
		for bad in [
			&[][..],
			&["--proof", "p"],
			&["--public", "i"],
			&["--case", "c", "--proof", "p", "--public", "i"],
			&["--case", "c", "--format", "gnark"],
		] {
			assert!(args(bad).is_err(), "{bad:?}");
		}
	}

	#[test]
	fn canonical_files_are_taken_as_they_are() {
		let (proof, public) = (temporary("proof", &[7; 256]), temporary("public", &[1; 64]));
		let file = Format::Canonical.read(&proof, &public).unwrap();
		let data = file.of(ProofSystem::Groth16Bn254).unwrap();
		assert_eq!(data, ProofData::of_inputs(&[7; 256], &[[1; 32]; 2]).unwrap());
		// A circuit has whole scalars, a zkVM any bytes.
		fs::write(&public, [1; 63]).unwrap();
		let file = Format::Canonical.read(&proof, &public).unwrap();
		for system in ProofSystem::ALL {
			let read = file.clone().of(system);
			assert_eq!(read.is_ok(), system.is_wrapped(), "{system}");
		}
		fs::write(&public, [1; 4097]).unwrap();
		assert_eq!(Format::Canonical.read(&proof, &public).unwrap_err().exit_code(), 1);
		fs::remove_file(proof).unwrap();
		fs::remove_file(public).unwrap();
	}

	#[test]
	fn files_of_tools_say_for_which_curve_they_are() {
		for (format, name, proof, public, system) in [
			(
				Format::Snarkjs,
				"snarkjs-bls12-381",
				"proof.json",
				"public.json",
				ProofSystem::Groth16Bls12_381,
			),
			(
				Format::Snarkjs,
				"snarkjs-semaphore-1",
				"proof.json",
				"public.json",
				ProofSystem::Groth16Bn254,
			),
			(Format::Gnark, "gnark-groth16-bn254", "proof", "pub", ProofSystem::Groth16Bn254),
		] {
			let path = |part: &str| vector(&format!("{name}.{part}"));
			let file = format.read(&path(proof), &path(public)).unwrap();
			assert_eq!(file.system, Some(system), "{name}");
			assert!(!file.clone().of(system).unwrap().inputs().is_empty());
			let error = file.of(ProofSystem::Sp1Groth16).unwrap_err();
			assert!(error.to_string().contains(&format!("a proof of {system}")), "{error}");
		}
	}

	#[test]
	fn what_is_no_proof_says_which_file() {
		let (proof, public) = (temporary("bad-proof", b"{}"), temporary("bad-public", b"[]"));
		for format in [Format::Snarkjs, Format::Gnark] {
			let error = format.read(&proof, &public).unwrap_err();
			assert!(error.to_string().contains("bad-proof"), "{error}");
		}
		let error = read_case(&proof).unwrap_err();
		assert!(error.to_string().contains("bad-proof"), "{error}");
		fs::remove_file(proof).unwrap();
		fs::remove_file(public).unwrap();
	}

	#[test]
	fn a_zkvm_s_proof_is_written_as_it_is_read_and_verified() {
		for (text, fields) in [
			(SP1_GROTH16, ["program_vkey", "public_values", "proof"]),
			(SP1_PLONK, ["program_vkey", "public_values", "proof"]),
			(RISC0, ["image_id", "journal", "seal"]),
		] {
			let path = temporary("case", text.as_bytes());
			let read = read_case(&path).unwrap();
			let system = read.system.unwrap();
			let [found] = &detect(&[("case", text.as_bytes())]).unwrap()[..] else { panic!() };
			let Case::Wrapped { program_key, .. } = found.case.clone() else { panic!() };

			let data = read.clone().of(system).unwrap();
			let verified = Verified {
				program: H256::zero(),
				system,
				proof: &data.proof,
				public_values: &data.public_values,
			};
			let out = OutArgs { out: None, snarkjs: None, case: Some(path.clone()) };
			let program = program(system, &program_key, 0);
			let (written, bytes) = out.case_file(verified, Some(&program)).unwrap().unwrap();
			assert_eq!(written, path);
			fs::write(&path, &bytes).unwrap();
			assert_eq!(read_case(&path).unwrap(), read);
			let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
			assert!(fields.iter().all(|field| json[field].is_string()), "{json}");
			let [again] = &detect(&[("case", &bytes)]).unwrap()[..] else { panic!() };
			assert_eq!(again.case, found.case);
			assert_eq!(again.case.verify(), Ok(()));
			assert!(out.hint(system).unwrap().starts_with("Check it: proofyard verify "));

			let gone = out.case_file(verified, None).unwrap_err();
			assert!(gone.to_string().contains("--out writes"), "{gone}");
			fs::remove_file(path).unwrap();
		}
	}

	#[test]
	fn a_circuit_s_proof_has_every_form() {
		let path = |part: &str| vector(&format!("snarkjs-bls12-381.{part}.json"));
		let file = Format::Snarkjs.read(&path("proof"), &path("public")).unwrap();
		let system = file.system.unwrap();
		let data = file.clone().of(system).unwrap();
		let key = fs::read_to_string(path("key")).unwrap();
		let (_, key) = snarkjs::key(&key).unwrap();
		let program = program(system, &key, 3);
		let verified = Verified {
			program: H256::zero(),
			system,
			proof: &data.proof,
			public_values: &data.public_values,
		};
		let folder = temporary("folder", b"");
		fs::remove_file(&folder).unwrap();
		fs::create_dir(&folder).unwrap();
		let out = OutArgs {
			out: Some(folder.join("p")),
			snarkjs: Some(folder.clone()),
			case: Some(folder.join("case.json")),
		};
		let globals = Globals {
			node: String::new(),
			json: true,
			suri: None,
			key_file: None,
			finalized: false,
		};
		let mut files = out.canonical(verified);
		files.extend(out.snarkjs_files(&globals, verified, Some(&program)).unwrap());
		files.extend(out.case_file(verified, Some(&program)).unwrap());
		for (path, bytes) in &files {
			fs::write(path, bytes).unwrap();
		}
		let in_folder = |name: &str| folder.join(name);
		let canonical = Format::Canonical.read(&in_folder("p"), &in_folder("p.public")).unwrap();
		assert_eq!(canonical.of(system).unwrap(), data);
		let json = Format::Snarkjs.read(&in_folder("proof.json"), &in_folder("public.json"));
		assert_eq!(json.unwrap(), file);
		assert_eq!(read_case(&in_folder("case.json")).unwrap(), file);
		let written: Vec<(String, Vec<u8>)> = files
			.into_iter()
			.skip(2)
			.map(|(path, bytes)| (path.display().to_string(), bytes))
			.collect();
		let (case, parts) = written.split_last().unwrap();
		let parts: Vec<(&str, &[u8])> =
			parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
		for files in [&parts[..], &[(case.0.as_str(), case.1.as_slice())]] {
			let [found] = &detect(files).unwrap()[..] else { panic!() };
			assert_eq!(found.case.verify(), Ok(()));
		}
		fs::remove_dir_all(folder).unwrap();
	}
	#[test]
	fn a_hint_names_the_form_that_others_can_check() {
		assert!(fetch_hint(7, ProofSystem::Sp1Plonk).contains("--case FILE"));
		assert!(fetch_hint(7, ProofSystem::Groth16Bn254).contains("--snarkjs DIR"));
	}
}
