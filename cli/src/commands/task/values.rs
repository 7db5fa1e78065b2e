// SPDX-License-Identifier: Apache-2.0
//! Public values that a requester fixes.

use crate::{
	error::{CliError, Result},
	parse::{self, FixedInput},
	rpc::{FixedPublicValues, Program, Task},
};
use proofyard_primitives::{FixedInputs, FixedValues, PublicValues, Scalar};
use proofyard_verifier::PUBLIC_INPUT_LEN;
use sp_core::H256;

/// Most bytes of public values that are printed for people.
const SHOWN: usize = 64;

/// Options that fix a circuit's public inputs by position, or public values as a whole.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(multiple = false)]
pub(super) struct ValueArgs {
	/// Fix a public input of a circuit, for example 0=42 or 1=0x2a. A proof with another value is
	/// rejected.
	#[arg(long = "public", value_parser = parse::fixed_input, value_name = "INDEX=VALUE")]
	inputs: Vec<FixedInput>,

	/// Fix all public values: a zkVM's bytes (SP1's public values, RISC Zero's journal), or a circuit's
	/// public inputs one after the other.
	#[arg(long = "public-values", value_parser = parse::public_values, value_name = "HEX|@FILE")]
	whole: Option<PublicValues>,

	/// Fix the SHA-256 of the public values.
	#[arg(long = "public-values-sha256", value_parser = parse::hash, value_name = "HEX")]
	sha256: Option<H256>,

	/// Fix how the public values begin.
	#[arg(long = "public-values-prefix", value_parser = parse::public_values, value_name = "HEX|@FILE")]
	prefix: Option<PublicValues>,
}

impl ValueArgs {
	/// Values fixed for a task of this program. Fails with a usage error where the chain would refuse
	/// it, or nothing would be fixed.
	pub(super) fn fix(&self, program: &Program) -> Result<FixedValues> {
		match (&self.whole, self.sha256, &self.prefix) {
			(Some(bytes), _, _) => {
				check_whole(program, bytes)?;
				Ok(FixedValues::Whole(bytes.clone()))
			}
			(_, Some(hash), _) => Ok(FixedValues::Hash(hash)),
			(_, _, Some(bytes)) => {
				check_prefix(program, bytes)?;
				Ok(FixedValues::Prefix(bytes.clone()))
			}
			_ => fix_inputs(program, &self.inputs),
		}
	}
}

/// The public inputs that are fixed, by position.
fn fix_inputs(program: &Program, fixed: &[FixedInput]) -> Result<FixedValues> {
	if fixed.is_empty() {
		return Ok(FixedValues::Open);
	}
	if program.system.is_wrapped() {
		return Err(CliError::usage(format!(
			"a program of {} has no public inputs by number: fix its public values with --public-values, --public-values-sha256 or --public-values-prefix",
			program.system
		)));
	}
	let count = usize::try_from(program.public_inputs).unwrap_or(usize::MAX);
	let mut inputs: Vec<Option<Scalar>> = vec![None; count.min(usize::from(u16::MAX))];
	for input in fixed {
		let slot = usize::try_from(input.index).ok().and_then(|index| inputs.get_mut(index));
		match slot {
			None => {
				return Err(CliError::usage(format!(
					"there is no public input {}: the program has {count}, counted from 0",
					input.index
				)))
			}
			Some(Some(_)) => {
				return Err(CliError::usage(format!("public input {} is given twice", input.index)))
			}
			Some(slot) => *slot = Some(input.value),
		}
	}
	// An input that is left open counts as zero, which every field has.
	let bytes: Vec<u8> = inputs.iter().flat_map(|input| input.unwrap_or_default()).collect();
	check_scalars(program, &bytes)?;
	FixedInputs::try_from(inputs)
		.map(FixedValues::Inputs)
		.map_err(|_| CliError::other("the program has more public inputs than the chain takes"))
}

/// Any bytes can be a zkVM's public values; a circuit's are as many scalars as it has.
fn check_whole(program: &Program, bytes: &[u8]) -> Result<()> {
	if program.system.is_wrapped() {
		return Ok(());
	}
	if bytes.len() != values_len(program) {
		return Err(CliError::usage(format!(
			"the program has {} public inputs, {} bytes in all, not {}",
			program.public_inputs,
			values_len(program),
			bytes.len()
		)));
	}
	check_scalars(program, bytes)
}

fn check_prefix(program: &Program, bytes: &[u8]) -> Result<()> {
	if bytes.is_empty() {
		return Err(CliError::usage("an empty prefix fixes nothing: leave it out"));
	}
	if program.system.is_wrapped() {
		return Ok(());
	}
	let scalar = usize::try_from(PUBLIC_INPUT_LEN).unwrap_or(usize::MAX);
	if !bytes.len().is_multiple_of(scalar) || bytes.len() > values_len(program) {
		return Err(CliError::usage(format!(
			"what a circuit's public values begin with is whole public inputs of {scalar} bytes, of which the program has {}: {} bytes are no such prefix",
			program.public_inputs,
			bytes.len()
		)));
	}
	let mut whole = bytes.to_vec();
	whole.resize(values_len(program), 0);
	check_scalars(program, &whole)
}

/// Bytes of the public values of a circuit.
fn values_len(program: &Program) -> usize {
	let length = program.public_inputs.saturating_mul(PUBLIC_INPUT_LEN);
	usize::try_from(length).unwrap_or(usize::MAX)
}

/// Each public input is below the order of the field.
fn check_scalars(program: &Program, bytes: &[u8]) -> Result<()> {
	proofyard_verifier::prepare_key(program.system, &program.key)
		.map_err(|error| CliError::other(format!("the program's key is refused: {error}")))
		.and_then(|key| {
			proofyard_verifier::check_public_inputs(program.system, &key, bytes)
				.map_err(|error| CliError::usage(error.to_string()))
		})
}

/// Fixed public values of a task, for people: what they are called, and what they are. `None` where
/// nothing is.
pub(super) fn fixed_text(task: &Task) -> Option<(&'static str, String)> {
	Some(match &task.public_values {
		Some(FixedPublicValues::Whole(bytes)) => ("public values", bytes_text(bytes)),
		Some(FixedPublicValues::Sha256(hash)) => {
			("public values", format!("with SHA-256 {hash:?}"))
		}
		Some(FixedPublicValues::Prefix(bytes)) => {
			("public values", format!("that begin with {}", bytes_text(bytes)))
		}
		None => {
			let inputs = task.public_inputs.iter().enumerate();
			let fixed = inputs
				.filter_map(|(index, input)| input.map(|input| format!("{index}={input:?}")))
				.collect::<Vec<_>>();
			("fixed inputs", (!fixed.is_empty()).then(|| fixed.join(" "))?)
		}
	})
}

fn bytes_text(bytes: &[u8]) -> String {
	if bytes.is_empty() {
		return "none".into();
	}
	match bytes.get(..SHOWN) {
		Some(first) if bytes.len() > SHOWN => {
			format!("0x{}… ({} bytes)", hex::encode(first), bytes.len())
		}
		_ => format!("0x{}", hex::encode(bytes)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{commands::check::tests, rpc::TaskState};
	use clap::Parser;
	use proofyard_primitives::ProofSystem;
	use proofyard_verifier::convert::snarkjs;

	#[derive(Parser)]
	struct Probe {
		#[command(flatten)]
		values: ValueArgs,
	}

	fn args(args: &[&str]) -> std::result::Result<ValueArgs, clap::Error> {
		Probe::try_parse_from([&["probe"], args].concat()).map(|probe| probe.values)
	}

	fn fix(program: &Program, options: &[&str]) -> Result<FixedValues> {
		args(options).unwrap().fix(program)
	}

	/// Reason why it is a wrong argument.
	fn usage(program: &Program, options: &[&str]) -> String {
		let error = fix(program, options).unwrap_err();
		assert_eq!(error.exit_code(), 2, "{error}");
		error.to_string()
	}

	/// A circuit with three public inputs.
	fn circuit() -> Program {
		let key = include_str!(
			"../../../../primitives/verifier/tests/vectors/snarkjs-bls12-381.key.json"
		);
		let (system, key) = snarkjs::key(key).unwrap();
		tests::program(system, &key, 3)
	}

	fn zkvm() -> Program {
		tests::program(ProofSystem::Risc0Groth16, &[7; 32], 0)
	}

	fn scalar(last: u8) -> Scalar {
		let mut scalar = [0; 32];
		scalar[31] = last;
		scalar
	}

	fn bytes(bytes: &[u8]) -> PublicValues {
		bytes.to_vec().try_into().unwrap()
	}

	#[test]
	fn values_are_fixed_in_one_way() {
		let ways = [
			&["--public", "0=1"][..],
			&["--public-values", "0x01"],
			&["--public-values-sha256", &"ab".repeat(32)],
			&["--public-values-prefix", "01"],
		];
		for (place, way) in ways.iter().enumerate() {
			assert!(args(way).is_ok(), "{way:?}");
			for other in &ways[place + 1..] {
				assert!(args(&[*way, *other].concat()).is_err(), "{way:?} {other:?}");
			}
		}
		assert!(args(&["--public", "0=1", "--public", "1=2"]).is_ok());
		assert!(args(&["--public-values-sha256", "0x12"]).is_err());
		assert_eq!(fix(&circuit(), &[]).unwrap(), FixedValues::Open);
		assert_eq!(fix(&zkvm(), &[]).unwrap(), FixedValues::Open);
	}

	#[test]
	fn a_circuit_s_inputs_are_fixed_by_position() {
		let inputs = FixedInputs::try_from(vec![None, Some(scalar(2)), None]).unwrap();
		let fixed = fix(&circuit(), &["--public", "1=2"]).unwrap();
		assert_eq!(fixed, FixedValues::Inputs(inputs));
		assert!(usage(&circuit(), &["--public", "3=1"]).contains("there is no public input 3"));
		let twice = ["--public", "0=1", "--public", "0=2"];
		assert!(usage(&circuit(), &twice).contains("given twice"));
		let large = format!("0=0x{}", "ff".repeat(32));
		assert!(usage(&circuit(), &["--public", &large]).contains("order of the scalar field"));
		assert!(usage(&zkvm(), &["--public", "0=1"]).contains("--public-values-sha256"));
	}

	#[test]
	fn all_of_a_circuit_s_values_are_as_many_scalars() {
		let scalars = [scalar(1), scalar(2), scalar(3)].concat();
		let whole = |bytes: &[u8]| hex::encode(bytes);
		let fixed = fix(&circuit(), &["--public-values", &whole(&scalars)]).unwrap();
		assert_eq!(fixed, FixedValues::Whole(bytes(&scalars)));
		for wrong in [&scalars[1..], &scalars[..64], &[&scalars[..], &[0; 32]].concat(), &[]] {
			let text = usage(&circuit(), &["--public-values", &whole(wrong)]);
			assert!(text.contains("3 public inputs, 96 bytes in all"), "{text}");
		}
		let text = usage(&circuit(), &["--public-values", &whole(&[0xff; 96])]);
		assert!(text.contains("order of the scalar field"), "{text}");
	}

	#[test]
	fn a_circuit_s_values_begin_with_whole_scalars() {
		let prefix = |bytes: &[u8]| hex::encode(bytes);
		for count in 1..=3 {
			let scalars = scalar(5).repeat(count);
			let fixed = fix(&circuit(), &["--public-values-prefix", &prefix(&scalars)]).unwrap();
			assert_eq!(fixed, FixedValues::Prefix(bytes(&scalars)));
		}
		for length in [1, 31, 33, 97, 128] {
			let text = usage(&circuit(), &["--public-values-prefix", &prefix(&vec![0; length])]);
			assert!(text.contains("whole public inputs of 32 bytes"), "{text}");
		}
		let text = usage(&circuit(), &["--public-values-prefix", &prefix(&[0xff; 32])]);
		assert!(text.contains("order of the scalar field"), "{text}");
		assert!(usage(&circuit(), &["--public-values-prefix", ""]).contains("fixes nothing"));
	}

	#[test]
	fn a_zkvm_s_values_are_any_bytes() {
		let fixed = |options: &[&str]| fix(&zkvm(), options).unwrap();
		assert_eq!(fixed(&["--public-values", "0x0102"]), FixedValues::Whole(bytes(&[1, 2])));
		assert_eq!(fixed(&["--public-values", "0x"]), FixedValues::Whole(bytes(&[])));
		assert_eq!(fixed(&["--public-values-prefix", "ff"]), FixedValues::Prefix(bytes(&[0xff])));
		assert!(usage(&zkvm(), &["--public-values-prefix", "0x"]).contains("fixes nothing"));
		let hash = H256::repeat_byte(0xab);
		let option = ["--public-values-sha256", &format!("{hash:?}")];
		assert_eq!(fixed(&option), FixedValues::Hash(hash));
		assert_eq!(fix(&circuit(), &option).unwrap(), FixedValues::Hash(hash));
	}

	#[test]
	fn what_is_fixed_reads_in_words() {
		let open = tests::task(ProofSystem::Sp1Groth16, TaskState::Expired { at: 1 });
		let text = |fixed| fixed_text(&Task { public_values: fixed, ..open.clone() });
		assert_eq!(text(None), None);
		let short = vec![1, 2];
		for (fixed, words) in [
			(FixedPublicValues::Whole(short.clone()), "0x0102"),
			(FixedPublicValues::Whole(vec![]), "none"),
			(FixedPublicValues::Prefix(short), "that begin with 0x0102"),
		] {
			assert_eq!(text(Some(fixed)), Some(("public values", words.into())));
		}
		let (_, hash) = text(Some(FixedPublicValues::Sha256(H256::repeat_byte(3)))).unwrap();
		assert_eq!(hash, format!("with SHA-256 0x{}", "03".repeat(32)));
		let (_, long) = text(Some(FixedPublicValues::Whole(vec![4; 65]))).unwrap();
		assert_eq!(long, format!("0x{}… (65 bytes)", "04".repeat(64)));
		let inputs = vec![None, Some(H256::repeat_byte(2))];
		let (name, inputs) = fixed_text(&Task { public_inputs: inputs, ..open }).unwrap();
		assert_eq!(name, "fixed inputs");
		assert!(inputs.starts_with("1=0x0202"), "{inputs}");
	}
}
