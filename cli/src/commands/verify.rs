// SPDX-License-Identifier: Apache-2.0
//! `proofyard verify`: would the chain take these proofs? Answered here, with the chain's own verifier.

mod input;
mod report;

use crate::{
	context::Globals,
	error::{CliError, Result},
	parse,
};
use input::{Input, PublicValues};
use proofyard_verifier::convert::files::{self, Case, Detected, File};
use report::{Report, Verdict};
use sp_core::H256;
use std::path::PathBuf;

/// Check proofs on this machine, with the chain's own verifier and without a node.
///
/// Finds out by itself what each file is and what belongs together. It reads
///
///   snarkjs   verification_key.json, proof.json, public.json (Groth16, BN254 and BLS12-381)
///   gnark     verifying key, proof and public witness, as WriteTo writes them (the same curves)
///   arkworks  verifying key, proof and public inputs, compressed or not (the same curves)
///   SP1       the fixture of the project template: vkey, publicValues, proof
///   any       one JSON object with "system" and, in hexadecimal,
///             groth16-bn254, groth16-bls12-381: key, public_inputs, proof (canonical bytes)
///             sp1-groth16, sp1-plonk: program_vkey, public_values, proof
///             risc0-groth16: image_id, journal, seal
///
/// Key, proof and public inputs belong together when their names are the same up to the first dot,
/// or when there is one of each, in a folder or at all. Examples:
///
///   proofyard verify verification_key.json proof.json public.json
///   proofyard verify a/*.json b/*.json sp1-proof.json
///   proofyard verify proof.bin --program-key 0x00… --public-values @values.bin
///
/// Exit codes: 0 all proofs are accepted; 1 one was rejected; 2 none was rejected, but a file
/// cannot be read or understood.
#[derive(Clone, Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct VerifyArgs {
	/// Proofs with all that belongs to them, at most 4 MiB each; - is standard input.
	#[arg(required = true, value_name = "FILE")]
	files: Vec<PathBuf>,

	/// Key of the zkVM's program (SP1: vk.bytes32(), RISC Zero: the image id), in place of the one in FILE.
	///
	/// With --public-values, FILE may be the proof alone, as bytes or in hexadecimal: proof.bytes()
	/// of SP1, the seal of RISC Zero.
	#[arg(long, value_parser = parse::hash, value_name = "HEX")]
	program_key: Option<H256>,

	/// Public values of the zkVM's program (the journal), in place of those in FILE.
	#[arg(long, value_name = "HEX|@FILE")]
	public_values: Option<PublicValues>,
}

/// Check proofs.
pub fn run(globals: &Globals, args: VerifyArgs) -> Result<()> {
	if args.files.iter().filter(|path| input::is_stdin(path)).count() > 1 {
		return Err(CliError::usage("standard input can be read once: give - once"));
	}
	let claim = Claim {
		program_key: args.program_key.map(|key| key.0),
		public_values: args.public_values.map(|values| values.read()).transpose()?,
	};
	let inputs: Vec<Input> = args.files.iter().map(|path| Input::read(path)).collect();
	let reports = reports(&inputs, &claim);
	let unused = !reports.iter().any(|report| report.could_be_zkvm());
	if claim.is_some() && unused {
		return Err(CliError::usage(
			"--program-key and --public-values are about proofs of zkVMs, of which there is none here",
		));
	}
	let output = globals.output();
	for report in &reports {
		output.show(report, || report.text());
	}
	outcome(&reports)
}

/// Claim that zkVM proofs are to prove, where the files do not say it or are not to be believed.
#[derive(Clone, Debug, Default)]
struct Claim {
	program_key: Option<[u8; 32]>,
	public_values: Option<Vec<u8>>,
}

impl Claim {
	fn is_some(&self) -> bool {
		self.program_key.is_some() || self.public_values.is_some()
	}

	/// The case, with what is claimed in place of what its file says.
	fn about(&self, mut case: Case) -> Case {
		if let Case::Wrapped { program_key, public_values, .. } = &mut case {
			*program_key = self.program_key.unwrap_or(*program_key);
			if let Some(values) = &self.public_values {
				public_values.clone_from(values);
			}
		}
		case
	}
}

/// A report for every proof and for every file of which there is none, in the order of the files.
fn reports(inputs: &[Input], claim: &Claim) -> Vec<Report> {
	let mut reports = Vec::new();
	let mut files: Vec<File<'_>> = Vec::new();
	for input in inputs {
		match &input.content {
			Err(unusable) => reports.push(Report::unusable(&input.name, unusable)),
			Ok(bytes) => match input::bare_proof(bytes, claim.is_some()) {
				Some(proof) => reports.push(bare(&input.name, proof, claim)),
				None => files.push((&input.name, bytes)),
			},
		}
	}
	reports.extend(files::detect_each(&files).into_iter().map(|found| match found {
		Ok(Detected { names, case }) => Report::of(names, claim.about(case)),
		Err(unread) => Report::unread(unread),
	}));
	let place = |report: &Report| {
		inputs.iter().position(|input| report.files().contains(&input.name)).unwrap_or(inputs.len())
	};
	reports.sort_by_key(place);
	reports
}

/// The report of a proof without all that it proves.
fn bare(name: &str, proof: Vec<u8>, claim: &Claim) -> Report {
	let names = vec![name.to_string()];
	let Some(system) = input::system_of(&proof) else {
		return Report::of_no_version(names, &proof);
	};
	match (claim.program_key, claim.public_values.clone()) {
		(Some(program_key), Some(public_values)) => {
			Report::of(names, Case::Wrapped { system, program_key, public_values, proof })
		}
		_ => Report::bare(names, system, &proof),
	}
}

/// Whether all is well, as the exit code tells it.
fn outcome(reports: &[Report]) -> Result<()> {
	let count =
		|verdict: Verdict| reports.iter().filter(|report| report.verdict() == verdict).count();
	let (rejected, unreadable) = (count(Verdict::Rejected), count(Verdict::Unreadable));
	let proofs = rejected + count(Verdict::Accepted);
	let rejections = match (rejected, proofs) {
		(1, 1) => "the proof is rejected".to_string(),
		_ => format!("{rejected} of {proofs} proofs rejected"),
	};
	let not_understood = match unreadable {
		1 => "one input cannot be read or understood".to_string(),
		_ => format!("{unreadable} inputs cannot be read or understood"),
	};
	match (rejected, unreadable) {
		(0, 0) => Ok(()),
		(0, _) => Err(CliError::Unreadable(not_understood)),
		(_, 0) => Err(CliError::Rejected(rejections)),
		_ => Err(CliError::Rejected(format!("{rejections}, and {not_understood}"))),
	}
}
