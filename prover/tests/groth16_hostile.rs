// SPDX-License-Identifier: Apache-2.0
//! The Groth16 backend with artifacts that mean harm: every one ends in a typed error, in time and
//! within its memory, and never in a panic.

use proofyard_jobs::ErrorCode;
use proofyard_prover::{
	groth16::{prove, CancelFlag, Fr, Groth16Error, Limits, ProvingKey, WitnessProgram},
	values::Fixed,
};
use std::{
	fs,
	path::Path,
	thread,
	time::{Duration, Instant},
};

fn fixture(name: &str) -> Vec<u8> {
	let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/semaphore-20").join(name);
	fs::read(path).unwrap()
}

mod keys {
	use super::*;

	/// Offsets at which a section's header and body begin.
	fn section(file: &[u8], wanted: u32) -> (usize, usize) {
		let mut at = 12;
		loop {
			let id = u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
			let len = u64::from_le_bytes(file[at + 4..at + 12].try_into().unwrap());
			if id == wanted {
				return (at, at + 12);
			}
			at += 12 + len as usize;
		}
	}

	fn read(bytes: &[u8]) -> Result<ProvingKey, Groth16Error> {
		let file = tempfile::NamedTempFile::new().unwrap();
		fs::write(file.path(), bytes).unwrap();
		ProvingKey::read(file.path())
	}

	fn refusal(bytes: &[u8]) -> String {
		let error = read(bytes).unwrap_err();
		assert_eq!(error.code(), ErrorCode::InvalidArtifact, "{error}");
		error.to_string()
	}

	/// Offsets spread over the file, and those around every section's ends.
	fn offsets(file: &[u8]) -> Vec<usize> {
		let mut offsets: Vec<usize> = (0..12).collect();
		for id in 1..=10 {
			let (header, body) = section(file, id);
			offsets.extend([header - 1, header, header + 4, header + 11, body, body + 3]);
		}
		offsets.extend((0..40).map(|i| file.len() / 40 * i + 17 * i));
		offsets.sort_unstable();
		offsets.dedup();
		offsets
	}

	#[test]
	fn a_truncated_key_is_refused() {
		let file = fixture("semaphore-20.zkey");
		for offset in offsets(&file) {
			refusal(&file[..offset]);
		}
		refusal(&file[..file.len() - 1]);
	}

	#[test]
	fn a_garbled_key_is_refused_or_makes_no_proof() {
		let file = fixture("semaphore-20.zkey");
		let program = WitnessProgram::compile(&fixture("semaphore-20.wasm")).unwrap();
		let input = fixture("input.json");
		let limits = Limits { memory_bytes: 1 << 30, time: Duration::from_secs(300) };
		let (transcript, _) = section(&file, 10);
		for offset in offsets(&file) {
			let mut file = file.clone();
			file[offset] ^= 0x80 >> (offset % 8);
			match read(&file) {
				Err(error) => {
					assert_eq!(error.code(), ErrorCode::InvalidArtifact, "{offset}: {error}")
				}
				Ok(key) if offset < transcript => {
					let cancel = CancelFlag::new();
					let proof =
						prove(&key, &program, &input, Fixed::Open, &limits, &cancel, &|_, _| {});
					let error = proof.unwrap_err();
					assert_eq!(error.code(), ErrorCode::InvalidArtifact, "{offset}: {error}");
				}
				Ok(_) => {}
			}
		}
	}

	#[test]
	fn counts_are_not_believed() {
		let file = fixture("semaphore-20.zkey");
		let (_, header) = section(&file, 2);
		for (field, what) in [(72, "section 5"), (76, "public signals"), (80, "power of two")] {
			let mut file = file.clone();
			file[header + field..header + field + 4].fill(0xff);
			assert!(refusal(&file).contains(what), "{what}: {}", refusal(&file));
		}
		// A domain as large as there is, of which the file holds a sliver.
		let mut large = file.clone();
		large[header + 80..header + 84].copy_from_slice(&(1u32 << 28).to_le_bytes());
		let started = Instant::now();
		refusal(&large);
		assert!(started.elapsed() < Duration::from_secs(5));

		let (_, coefficients) = section(&file, 4);
		let mut many = file.clone();
		many[coefficients..coefficients + 4].fill(0xff);
		assert!(refusal(&many).contains("section 4"));
	}

	#[test]
	fn other_curves_proof_systems_and_formats_are_named() {
		let file = fixture("semaphore-20.zkey");
		let (_, system) = section(&file, 1);
		let (_, header) = section(&file, 2);
		for (offset, value, what) in [
			(0, b'r', "does not begin with `zkey`"),
			(4, 2, "version 2"),
			(8, 0xff, "255 sections"),
			(system, 2, "proof system 2"),
			(header, 48, "BN254"),
			(header + 4, 0, "BN254"),
			(header + 40, 0, "BN254"),
		] {
			let mut file = file.clone();
			file[offset] = value;
			assert!(refusal(&file).contains(what), "{what}: {}", refusal(&file));
		}
	}

	#[test]
	fn sections_may_not_repeat_or_reach_past_the_end() {
		let file = fixture("semaphore-20.zkey");
		let (third, _) = section(&file, 3);
		let mut twice = file.clone();
		twice[third] = 2;
		assert!(refusal(&twice).contains("section 2 occurs twice"));
		let mut long = file.clone();
		long[third + 4..third + 12].fill(0xff);
		assert!(refusal(&long).contains("past the end"));
		let mut none = file;
		none[8..12].fill(0);
		assert!(refusal(&none).contains("section 1 is missing"));
	}

	#[test]
	fn a_missing_file_is_the_services_own_trouble() {
		let error = ProvingKey::read(Path::new("no/such.zkey")).unwrap_err();
		assert_eq!(error.code(), ErrorCode::Internal);
		assert!(error.is_retryable());
		refusal(&[]);
	}
}

#[path = "common/wasm.rs"]
mod wasm;

mod programs {
	use super::{
		wasm::{forever, Module, GIVES, NOTHING, TAKES},
		*,
	};
	use serde_json::json;

	const MIB: u64 = 1 << 20;

	fn run_with(
		module: &Module,
		limits: &Limits,
		cancel: &CancelFlag,
	) -> Result<Vec<Fr>, Groth16Error> {
		WitnessProgram::compile(&module.bytes())?.calculate(&json!({}), limits, cancel)
	}

	fn run(module: &Module) -> Groth16Error {
		let limits = Limits { memory_bytes: 16 * MIB, time: Duration::from_millis(300) };
		let started = Instant::now();
		let error = run_with(module, &limits, &CancelFlag::new()).unwrap_err();
		assert!(started.elapsed() < Duration::from_secs(5), "took {:?}", started.elapsed());
		error
	}

	#[test]
	fn an_endless_loop_meets_the_time_limit() {
		let error = run(&Module::running(&forever(&[])));
		assert!(matches!(error, Groth16Error::TimedOut { limit_ms: 300 }), "{error}");
	}

	#[test]
	fn an_endless_start_function_meets_the_time_limit() {
		let mut module = Module::running(&[0x41, 2]);
		module.functions.push(("begin", NOTHING, forever(&[])));
		module.start = Some(3);
		assert!(matches!(run(&module), Groth16Error::TimedOut { .. }));
	}

	#[test]
	fn an_endless_loop_can_be_cancelled() {
		let limits = Limits { memory_bytes: 16 * MIB, time: Duration::from_secs(600) };
		let cancel = CancelFlag::new();
		let canceller = cancel.clone();
		let thread = thread::spawn(move || {
			thread::sleep(Duration::from_millis(100));
			canceller.cancel();
		});
		let started = Instant::now();
		let error = run_with(&Module::running(&forever(&[])), &limits, &cancel).unwrap_err();
		assert!(matches!(error, Groth16Error::Cancelled), "{error}");
		assert!(started.elapsed() < Duration::from_secs(5));
		thread.join().unwrap();
	}

	#[test]
	fn memory_counts_from_the_start_and_as_it_grows() {
		let mut module = Module::running(&[0x41, 2]);
		module.pages = Some(65536);
		let error = run(&module);
		assert!(
			matches!(error, Groth16Error::OutOfMemory { needed: 4_294_967_296, limit: 16_777_216 }),
			"{error}"
		);

		// i32.const 1, memory.grow, drop
		let mut module = Module::running(&forever(&[0x41, 1, 0x40, 0, 0x1a]));
		module.pages = Some(1);
		let error = run(&module);
		assert!(matches!(error, Groth16Error::OutOfMemory { needed: 16_842_752, .. }), "{error}");
	}

	#[test]
	fn tables_count_as_memory() {
		let mut module = Module::running(&[0x41, 2]);
		module.table = Some(9_000_000);
		assert!(matches!(run(&module), Groth16Error::OutOfMemory { .. }));
	}

	#[test]
	fn traps_are_the_programs_fault() {
		// unreachable; a call to itself; a division by zero
		for code in [&[0x00][..], &[0x10, 0], &[0x41, 1, 0x41, 0, 0x6d]] {
			let error = run(&Module::running(code));
			assert_eq!(error.code(), ErrorCode::InvalidArtifact, "{error}");
			assert!(error.to_string().contains("trapped"), "{error}");
		}
	}

	#[test]
	fn an_endless_message_is_cut() {
		// call 0 (printErrorMessage), i32.const 4, call 1 (exceptionHandler), unreachable
		let mut module = Module::running(&[0x10, 0, 0x41, 4, 0x10, 1, 0x00]);
		module.imports =
			vec![("runtime", "printErrorMessage", NOTHING), ("runtime", "exceptionHandler", TAKES)];
		module.functions.push(("getMessageChar", GIVES, vec![0x41, 0x21]));
		let error = run(&module);
		assert_eq!(error.code(), ErrorCode::InvalidInput);
		assert!(error.to_string().contains("assert failed"), "{error}");
		assert!(error.to_string().len() < 4096);

		// The same, with a message that never comes to its first character.
		module.functions.pop();
		module.functions.push(("getMessageChar", GIVES, forever(&[])));
		assert!(matches!(run(&module), Groth16Error::TimedOut { .. }));
	}

	#[test]
	fn imports_other_than_circoms_are_refused() {
		for import in [
			("wasi_snapshot_preview1", "proc_exit", TAKES),
			("runtime", "fetch", TAKES),
			("runtime", "exceptionHandler", NOTHING),
		] {
			let mut module = Module::running(&[0x41, 2]);
			module.imports = vec![import];
			let error = WitnessProgram::compile(&module.bytes()).unwrap_err();
			assert_eq!(error.code(), ErrorCode::InvalidArtifact);
			assert!(error.to_string().contains(import.1), "{error}");
		}
	}

	#[test]
	fn programs_of_another_interface_are_refused() {
		let error = run(&Module::running(&[0x41, 1]));
		assert!(error.to_string().contains("circom 1"), "{error}");
		let error = run(&Module::running(&[0x41, 2]));
		assert!(error.to_string().contains("no function `getFieldNumLen32`"), "{error}");
		let mut module = Module::running(&[0x41, 2]);
		module.functions.push(("getFieldNumLen32", GIVES, vec![0x41, 8]));
		module.functions.push(("getRawPrime", NOTHING, vec![]));
		let error = run(&module);
		assert!(error.to_string().contains("its field is not that of BN254"), "{error}");
		let error = run(&Module::default());
		assert!(error.to_string().contains("no function"), "{error}");
		for error in [error, WitnessProgram::compile(b"no wasm").unwrap_err()] {
			assert_eq!(error.code(), ErrorCode::InvalidArtifact);
		}
	}

	#[test]
	fn a_truncated_program_is_refused() {
		let program = fixture("semaphore-20.wasm");
		for i in 0..50 {
			let end = program.len() / 50 * i;
			let error = WitnessProgram::compile(&program[..end]).unwrap_err();
			assert_eq!(error.code(), ErrorCode::InvalidArtifact, "{end}: {error}");
		}
	}
}
