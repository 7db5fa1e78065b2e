// SPDX-License-Identifier: Apache-2.0
//! `proofyard task proof` and `task submit-proof`: proofs out of the chain, and into it.

use super::{read_file, watch::state_text};
use crate::{
	amount::Amount,
	calls,
	chain::{Chain, Receipt},
	context::{Globals, SessionArgs},
	error::{CliError, Result},
	output::Lines,
	parse,
	refusal::Refusal,
	rpc::TaskState,
};
use anyhow::Context;
use codec::Decode;
use proofyard_primitives::{session::submission_message, ProofData, TaskId};
use proofyard_verifier::{
	convert::{gnark, snarkjs, ConvertError},
	VerifyError,
};
use serde::Serialize;
use std::{
	fs,
	path::{Path, PathBuf},
};
use subxt::utils::AccountId32;

/// Which proof to fetch, and where it goes.
#[derive(Clone, Debug, clap::Args)]
pub struct ProofArgs {
	/// Id of the task.
	id: TaskId,

	/// Write the canonical bytes of the proof to FILE, those of its public inputs to FILE.public.
	#[arg(long, value_name = "FILE")]
	out: Option<PathBuf>,

	/// Write proof.json, public.json and verification_key.json for snarkjs to this folder.
	#[arg(long, value_name = "DIR")]
	snarkjs: Option<PathBuf>,
}

/// What to deliver.
#[derive(Clone, Debug, clap::Args)]
pub struct SubmitProofArgs {
	/// Id of the task.
	id: TaskId,

	/// The proof: proof.json of snarkjs, or see --format.
	#[arg(long, value_name = "FILE")]
	proof: PathBuf,

	/// Its public inputs: public.json of snarkjs, or see --format.
	#[arg(long, value_name = "FILE")]
	public: PathBuf,

	/// What the files are.
	#[arg(long, value_enum, default_value_t = Format::Snarkjs)]
	format: Format,

	#[command(flatten)]
	session: SessionArgs,

	/// The prover; the one that has the task when left out.
	#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
	prover: Option<AccountId32>,

	/// Number of the attempt; the task's present one when left out.
	#[arg(long, value_name = "N")]
	attempt: Option<u32>,
}

/// Form of a proof and its public inputs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
	/// JSON as snarkjs writes it.
	Snarkjs,
	/// Bytes as gnark's WriteTo writes them.
	Gnark,
	/// The chain's own bytes.
	Canonical,
}

/// Fetch a verified proof and write it where it is wanted.
pub async fn fetch(globals: &Globals, args: ProofArgs) -> Result<()> {
	let chain = globals.chain().await?;
	let proof = chain.proving().proof(args.id).await?;
	let mut written = Vec::new();
	let mut write = |path: PathBuf, bytes: &[u8]| -> Result<()> {
		fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
		written.push(path.display().to_string());
		Ok(())
	};
	if let Some(path) = &args.out {
		let mut public = path.clone().into_os_string();
		public.push(".public");
		write(path.clone(), &proof.proof)?;
		write(public.into(), &proof.public_input_bytes())?;
	}
	if let Some(folder) = &args.snarkjs {
		fs::create_dir_all(folder)
			.with_context(|| format!("cannot create the folder {}", folder.display()))?;
		let convert = |text: std::result::Result<String, ConvertError>| {
			text.map_err(|error| CliError::other(format!("snarkjs has no form for this: {error}")))
		};
		let proof_json = convert(snarkjs::proof_to_json(&proof.proof))?;
		let public_json = convert(snarkjs::public_inputs_to_json(&proof.public_input_bytes()))?;
		write(folder.join("proof.json"), proof_json.as_bytes())?;
		write(folder.join("public.json"), public_json.as_bytes())?;
		match chain.proving().program(proof.program).await? {
			Some(program) => {
				let key = convert(snarkjs::key_to_json(&program.key))?;
				write(folder.join("verification_key.json"), key.as_bytes())?;
			}
			None => globals
				.output()
				.note("the program was retired and is gone: verification_key.json is not written"),
		}
	}
	globals.output().show(&proof, || {
		let lines = Lines::under(format!("Proof of task {}", proof.task))
			.field("program", format!("{:?}", proof.program))
			.field("prover", proof.prover)
			.field("verified at", format!("block {}", proof.verified_at))
			.field("kept until", format!("block {} at least", proof.retained_until));
		if written.is_empty() {
			let inputs: Vec<String> =
				proof.public_inputs.iter().map(|input| format!("{input:?}")).collect();
			lines
				.field("proof", format!("0x{}", hex::encode(&*proof.proof)))
				.field("public inputs", inputs.join(" "))
		} else {
			let lines = lines.field("written", written.join(" "));
			match &args.snarkjs {
				Some(folder) => lines.hint(format!(
					"Check it: cd {} && snarkjs groth16 verify verification_key.json public.json proof.json",
					folder.display()
				)),
				None => lines,
			}
		}
		.text()
	});
	Ok(())
}

/// Why the chain rejected a proof, as its event tells it.
#[derive(Decode)]
enum RejectReason {
	/// The verifier refused it.
	Refused(VerifyError),
	/// Its public inputs are not the ones the requester fixed.
	PublicInputsDiffer,
}

#[derive(Serialize)]
struct Delivered<'a> {
	task: TaskId,
	attempt: u32,
	prover: &'a AccountId32,
	receipt: &'a Receipt,
}

/// Deliver a proof by hand. Fails with [`CliError::Refused`] when the chain rejects it.
pub async fn deliver(globals: &Globals, args: SubmitProofArgs) -> Result<()> {
	let session = args.session.secret()?.session()?;
	let data = args.format.read(&args.proof, &args.public)?;
	let chain = globals.chain().await?;
	let (prover, attempt) = assignee(&chain, &args).await?;
	let message = submission_message(&chain.genesis_hash(), args.id, attempt, &prover, &data);
	let call =
		calls::attestation::submit_proof(args.id, attempt, &prover, &data, &session.sign(&message));
	let included = chain.submit_general(&call, globals.finalized).await?;
	if let Some(rejected) = included.event("Attestation", "ProofRejected") {
		let reason = match rejected.field::<RejectReason>("reason") {
			Some(RejectReason::Refused(error)) => error.to_string(),
			Some(RejectReason::PublicInputsDiffer) => {
				"its public inputs are not the ones that the requester fixed".into()
			}
			None => "the reason is not known to this program".into(),
		};
		let charged = rejected.field::<u128>("charged").map(Amount).unwrap_or_default();
		return Err(Refusal::new(
			"Attestation.ProofRejected",
			format!("The proof does not verify: {reason}. {charged} of the bond were charged."),
			"Check proof and public inputs against the program's key before the next one: too many rejected proofs fail the task.",
		)
		.into());
	}
	if included.event("Attestation", "ProofVerified").is_none() {
		return Err(CliError::other(
			"the transaction is in a block, but the chain does not say what it thinks of the proof; use the version of this program that belongs to the chain",
		));
	}
	let delivered =
		Delivered { task: args.id, attempt, prover: &prover, receipt: &included.receipt };
	globals.output().show(&delivered, || {
		Lines::under(format!("The chain verified the proof of task {}", args.id))
			.field("prover", prover)
			.receipt(&included.receipt)
			.hint("The prover is paid, in the same block.")
			.text()
	});
	Ok(())
}

/// The prover and the attempt to deliver for: as given, else as the task says.
async fn assignee(chain: &Chain, args: &SubmitProofArgs) -> Result<(AccountId32, u32)> {
	if let (Some(prover), Some(attempt)) = (&args.prover, args.attempt) {
		return Ok((*prover, attempt));
	}
	match chain.proving().task(args.id).await?.state {
		TaskState::Assigned { prover, attempt, .. } => {
			Ok((args.prover.unwrap_or(prover), args.attempt.unwrap_or(attempt)))
		}
		state => Err(CliError::other(format!(
			"task {} is {}, not assigned: {}",
			args.id,
			state.name(),
			state_text(&state)
		))),
	}
}

impl Format {
	/// Read a proof and its public inputs.
	fn read(self, proof: &Path, public: &Path) -> Result<ProofData> {
		let (proof_bytes, public_bytes) = (read_file(proof)?, read_file(public)?);
		let text = |bytes: &[u8]| {
			String::from_utf8(bytes.to_vec()).map_err(|_| "it is not text".to_string())
		};
		let converted_proof = match self {
			Self::Snarkjs => text(&proof_bytes).and_then(|text| {
				snarkjs::proof_from_json(&text).map_err(|error| error.to_string())
			}),
			Self::Gnark => gnark::proof_from_bytes(&proof_bytes).map_err(|error| error.to_string()),
			Self::Canonical => Ok(proof_bytes),
		};
		let converted_public = match self {
			Self::Snarkjs => text(&public_bytes).and_then(|text| {
				snarkjs::public_inputs_from_json(&text).map_err(|error| error.to_string())
			}),
			Self::Gnark => {
				gnark::public_inputs_from_bytes(&public_bytes).map_err(|error| error.to_string())
			}
			Self::Canonical => Ok(public_bytes),
		};
		let unusable = |path: &Path, reason: String| {
			CliError::other(format!("{} cannot be used: {reason}", path.display()))
		};
		let proof_bytes = converted_proof.map_err(|reason| unusable(proof, reason))?;
		let public_bytes = converted_public.map_err(|reason| unusable(public, reason))?;
		let (scalars, rest) = public_bytes.as_chunks::<32>();
		if !rest.is_empty() {
			return Err(unusable(public, "its length is no multiple of 32".into()));
		}
		Ok(ProofData {
			proof: proof_bytes
				.try_into()
				.map_err(|_| unusable(proof, "it is longer than any proof".into()))?,
			public_inputs: scalars
				.to_vec()
				.try_into()
				.map_err(|_| unusable(public, "it has more inputs than any program".into()))?,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	fn temporary(name: &str, content: &[u8]) -> PathBuf {
		let path =
			std::env::temp_dir().join(format!("proofyard-proofs-{}-{name}", std::process::id()));
		fs::write(&path, content).unwrap();
		path
	}

	#[test]
	fn canonical_files_are_taken_as_they_are() {
		let (proof, public) = (temporary("proof", &[7; 256]), temporary("public", &[1; 64]));
		let data = Format::Canonical.read(&proof, &public).unwrap();
		assert_eq!(data.proof.as_slice(), [7; 256]);
		assert_eq!(data.public_inputs.as_slice(), [[1; 32]; 2]);
		fs::write(&public, [1; 63]).unwrap();
		assert!(Format::Canonical.read(&proof, &public).is_err());
		fs::remove_file(proof).unwrap();
		fs::remove_file(public).unwrap();
	}

	#[test]
	fn what_is_no_proof_says_which_file() {
		let (proof, public) = (temporary("bad-proof", b"{}"), temporary("bad-public", b"[]"));
		let error = Format::Snarkjs.read(&proof, &public).unwrap_err();
		assert!(error.to_string().contains("bad-proof"), "{error}");
		fs::remove_file(proof).unwrap();
		fs::remove_file(public).unwrap();
	}

	#[test]
	fn reasons_of_rejection_are_read_from_the_event() {
		let refused = (0u8, VerifyError::PairingMismatch).encode();
		assert!(matches!(
			RejectReason::decode(&mut refused.as_slice()),
			Ok(RejectReason::Refused(VerifyError::PairingMismatch))
		));
		assert!(matches!(
			RejectReason::decode(&mut [1u8].as_slice()),
			Ok(RejectReason::PublicInputsDiffer)
		));
	}
}
