// SPDX-License-Identifier: Apache-2.0
//! Keys of programs: files of the tools that make them, or the 32 bytes that name a zkVM's program.

use crate::{
	commands::proof_files::by_curve,
	error::{CliError, Result},
	parse,
};
use anyhow::Context;
use proofyard_primitives::ProofSystem;
use proofyard_verifier::{
	convert::{gnark, snarkjs},
	wrap, KeyError,
};
use sp_core::H256;
use std::{
	fs,
	path::{Path, PathBuf},
};

/// Largest file that is read as a verification key: JSON takes several times the canonical bytes.
const MAX_KEY_FILE: u64 = 1024 * 1024;

/// Source of the key.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct KeyArgs {
	/// The verification_key.json of snarkjs; it says which curve it is for.
	#[arg(long, value_name = "FILE")]
	snarkjs: Option<PathBuf>,

	/// A verifying key of Groth16 as gnark's WriteTo writes it.
	#[arg(long, value_name = "FILE")]
	gnark: Option<PathBuf>,

	/// The canonical bytes of a verification key.
	#[arg(long, value_name = "FILE")]
	key: Option<PathBuf>,

	/// The 32 bytes that name a zkVM's program: SP1's verifying key hash (vk.bytes32()), RISC Zero's
	/// image id. There is no key file: all programs of a version share one.
	#[arg(long, value_parser = parse::hash, value_name = "HEX")]
	program_key: Option<H256>,
}

/// A key, checked as the chain will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ProgramKey {
	/// The proof system it is for.
	pub system: ProofSystem,
	/// Its canonical bytes.
	pub bytes: Vec<u8>,
	/// Public inputs of a circuit's proofs; zero for a zkVM.
	pub public_inputs: u32,
}

impl KeyArgs {
	/// The key, of this proof system where one is given. Fails with a usage error when key and system
	/// do not fit together.
	pub(super) fn read(&self, given: Option<ProofSystem>) -> Result<ProgramKey> {
		let (system, bytes) = match self.program_key {
			Some(key) => (zkvm(given)?, key.0.to_vec()),
			None => self.read_file(given)?,
		};
		let refused = |error: KeyError| {
			CliError::other(format!("the {} is refused: {error}", key_name(system)))
		};
		let public_inputs = if system.is_wrapped() {
			wrap::check_program_key(system, &bytes).map_err(refused)?;
			0
		} else {
			proofyard_verifier::prepare_key(system, &bytes).map_err(refused)?;
			proofyard_verifier::key_input_count(system, &bytes).map_err(refused)?
		};
		Ok(ProgramKey { system, bytes, public_inputs })
	}

	fn read_file(&self, given: Option<ProofSystem>) -> Result<(ProofSystem, Vec<u8>)> {
		if let Some(system) = given.filter(|system| system.is_wrapped()) {
			return Err(CliError::usage(format!(
				"a program of {system} has no key file: give --program-key, and the versions of the zkVM are the chain's (`proofyard systems`)"
			)));
		}
		let (path, format) = match (&self.snarkjs, &self.gnark, &self.key) {
			(Some(path), _, _) => (path, "snarkjs"),
			(_, Some(path), _) => (path, "gnark"),
			(_, _, Some(path)) => (path, "canonical"),
			_ => {
				return Err(CliError::usage(
					"a key is needed: --snarkjs, --gnark, --key or --program-key",
				))
			}
		};
		let bytes = read_small(path)?;
		let converted = match format {
			"snarkjs" => std::str::from_utf8(&bytes)
				.map_err(|_| "it is not text".to_string())
				.and_then(|text| snarkjs::key(text).map_err(|error| error.to_string())),
			"gnark" => {
				by_curve(|system| gnark::key_of(system, &bytes)).map_err(|error| error.to_string())
			}
			_ => Ok((given.unwrap_or(ProofSystem::Groth16Bn254), bytes)),
		};
		let (system, key) = converted.map_err(|reason| {
			CliError::other(format!("{} is no {format} verification key: {reason}", path.display()))
		})?;
		match given {
			Some(given) if given != system => Err(CliError::usage(format!(
				"{} is a key of {system}: leave --system out, or give the file of {given}",
				path.display()
			))),
			_ => Ok((system, key)),
		}
	}
}

/// The zkVM of a program that is named by its key.
fn zkvm(given: Option<ProofSystem>) -> Result<ProofSystem> {
	let names = || {
		let zkvms = ProofSystem::ALL.into_iter().filter(|system| system.is_wrapped());
		zkvms.map(ProofSystem::name).collect::<Vec<_>>().join(", ")
	};
	match given {
		Some(system) if system.is_wrapped() => Ok(system),
		Some(system) => Err(CliError::usage(format!(
			"{system} is for circuits, which have a key file: give --snarkjs, --gnark or --key; --program-key is for {}",
			names()
		))),
		None => Err(CliError::usage(format!("which zkVM is it? Give --system: {}", names()))),
	}
}

/// Name of a program's key.
fn key_name(system: ProofSystem) -> &'static str {
	if system.is_wrapped() {
		"program key"
	} else {
		"verification key"
	}
}

fn read_small(path: &Path) -> Result<Vec<u8>> {
	let unreadable = || format!("cannot read the verification key {}", path.display());
	let size = fs::metadata(path).with_context(unreadable)?.len();
	if size > MAX_KEY_FILE {
		return Err(CliError::other(format!(
			"{} is no verification key: it has {size} bytes. A proving key goes to --zkey",
			path.display()
		)));
	}
	Ok(fs::read(path).with_context(unreadable)?)
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[derive(Parser)]
	struct Probe {
		#[command(flatten)]
		key: KeyArgs,
	}

	fn args(args: &[&str]) -> KeyArgs {
		Probe::try_parse_from([&["probe"], args].concat()).unwrap().key
	}

	fn vector(name: &str) -> String {
		let folder = "/../primitives/verifier/tests/vectors/";
		format!("{}{folder}{name}", env!("CARGO_MANIFEST_DIR"))
	}

	const SP1_PROGRAM: &str = "0x001940fc2cee3bbfa1c4d1a2ef1e8ed5ed1aa0c7c9a2f5ae7a0ea4cbb9d2a9e1";

	#[test]
	fn exactly_one_key_is_needed() {
		let parses = |args: &[&str]| Probe::try_parse_from([&["probe"], args].concat()).is_ok();
		assert!(!parses(&[]));
		assert!(!parses(&["--snarkjs", "a", "--key", "b"]));
		assert!(!parses(&["--snarkjs", "a", "--program-key", SP1_PROGRAM]));
		assert!(!parses(&["--program-key", "0x12"]));
		for option in ["--snarkjs", "--gnark", "--key"] {
			assert!(parses(&[option, "a"]));
		}
		assert!(parses(&["--program-key", SP1_PROGRAM]));
	}

	#[test]
	fn files_say_which_curve_they_are_for() {
		let bn254 = args(&["--snarkjs", &vector("snarkjs-semaphore-1.key.json")]);
		let key = bn254.read(None).unwrap();
		assert_eq!((key.system, key.public_inputs), (ProofSystem::Groth16Bn254, 4));
		assert_eq!(bn254.read(Some(ProofSystem::Groth16Bn254)).unwrap(), key);
		let error = bn254.read(Some(ProofSystem::Groth16Bls12_381)).unwrap_err();
		assert!(error.to_string().contains("a key of groth16-bn254"), "{error}");
		assert_eq!(error.exit_code(), 2);

		let key = args(&["--snarkjs", &vector("snarkjs-bls12-381.key.json")]).read(None).unwrap();
		assert_eq!((key.system, key.public_inputs), (ProofSystem::Groth16Bls12_381, 3));
		let canonical = temporary("bls12-381", &key.bytes);
		let read = args(&["--key", &canonical]);
		assert_eq!(read.read(Some(key.system)).unwrap(), key);
		assert_eq!(read.read(None).unwrap_err().exit_code(), 1, "no key over BN254");
		fs::remove_file(canonical).unwrap();

		let key = args(&["--gnark", &vector("gnark-groth16-bn254.vk")]).read(None).unwrap();
		assert_eq!((key.system, key.public_inputs), (ProofSystem::Groth16Bn254, 1));
	}

	#[test]
	fn a_zkvm_s_program_has_32_bytes_and_no_file() {
		let named = args(&["--program-key", SP1_PROGRAM]);
		for system in [ProofSystem::Sp1Groth16, ProofSystem::Sp1Plonk, ProofSystem::Risc0Groth16] {
			let key = named.read(Some(system)).unwrap();
			assert_eq!((key.system, key.bytes.len(), key.public_inputs), (system, 32, 0));
			let file = args(&["--snarkjs", &vector("snarkjs-semaphore-1.key.json")]);
			let error = file.read(Some(system)).unwrap_err();
			assert!(error.to_string().contains("no key file: give --program-key"), "{error}");
			assert_eq!(error.exit_code(), 2);
		}
		for system in [None, Some(ProofSystem::Groth16Bn254), Some(ProofSystem::Groth16Bls12_381)] {
			assert_eq!(named.read(system).unwrap_err().exit_code(), 2);
		}
		// SP1's is a number of the scalar field; RISC Zero's is any hash.
		let large = args(&["--program-key", &"ff".repeat(32)]);
		let error = large.read(Some(ProofSystem::Sp1Plonk)).unwrap_err();
		assert!(error.to_string().starts_with("the program key is refused"), "{error}");
		large.read(Some(ProofSystem::Risc0Groth16)).unwrap();
	}

	#[test]
	fn what_is_no_verification_key_is_refused() {
		let file = temporary("none", b"{}");
		for option in ["--snarkjs", "--gnark", "--key"] {
			assert_eq!(args(&[option, &file]).read(None).unwrap_err().exit_code(), 1, "{option}");
		}
		fs::remove_file(&file).unwrap();
		assert_eq!(args(&["--snarkjs", &file]).read(None).unwrap_err().exit_code(), 1);
		let large = temporary("large", &vec![0; 1024 * 1024 + 1]);
		let error = args(&["--key", &large]).read(None).unwrap_err();
		assert!(error.to_string().contains("A proving key goes to --zkey"), "{error}");
		fs::remove_file(large).unwrap();
	}

	fn temporary(name: &str, content: &[u8]) -> String {
		let path =
			std::env::temp_dir().join(format!("proofyard-key-{}-{name}", std::process::id()));
		fs::write(&path, content).unwrap();
		path.to_str().unwrap().to_string()
	}
}
