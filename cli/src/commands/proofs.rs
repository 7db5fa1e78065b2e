// SPDX-License-Identifier: Apache-2.0
//! `proofyard task proof` and `task submit-proof`: proofs out of the chain, and into it.

use super::{attempts, read_file, watch::state_text};
use crate::{
	amount::Amount,
	calls,
	chain::{Chain, ChainEvent, Included, Receipt},
	context::{Globals, SessionArgs},
	error::{CliError, Result},
	output::{table, Lines},
	parse,
	refusal::Refusal,
	secret::SessionSigner,
};
use anyhow::Context;
use codec::Decode;
use proofyard_primitives::{
	proof_commitment,
	session::{commit_message, submission_message, SessionKey},
	ProgramId, ProofData, TaskId,
};
use proofyard_verifier::{
	convert::{gnark, snarkjs, ConvertError},
	VerifyError,
};
use serde::Serialize;
use sp_core::H256;
use std::{
	fs,
	path::{Path, PathBuf},
	time::Duration,
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

	/// The proof of this prover, of a task that takes several; the last one when left out.
	#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
	prover: Option<AccountId32>,
}

/// A proof in files.
#[derive(Clone, Debug, clap::Args)]
pub struct ProofFileArgs {
	/// The proof: proof.json of snarkjs, or see --format.
	#[arg(long, value_name = "FILE")]
	proof: PathBuf,

	/// Its public inputs: public.json of snarkjs, or see --format.
	#[arg(long, value_name = "FILE")]
	public: PathBuf,

	/// What the files are.
	#[arg(long, value_enum, default_value_t = Format::Snarkjs)]
	format: Format,
}

impl ProofFileArgs {
	/// Read the files.
	pub fn read(&self) -> Result<ProofData> {
		self.format.read(&self.proof, &self.public)
	}
}

/// What to deliver.
#[derive(Clone, Debug, clap::Args)]
pub struct SubmitProofArgs {
	/// Id of the task.
	id: TaskId,

	#[command(flatten)]
	file: ProofFileArgs,

	#[command(flatten)]
	session: SessionArgs,

	/// The prover; the one at work on the task that has the session key when left out.
	#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
	prover: Option<AccountId32>,

	/// Number of the attempt; that of the prover when left out.
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
	let Some(prover) = args.prover else {
		let proof = chain.proving().proof(args.id).await?;
		let bytes = (&*proof.proof, proof.public_input_bytes());
		let written = write(globals, &chain, &args, proof.program, bytes).await?;
		globals.output().show(&proof, || {
			let lines = Lines::under(format!("Proof of task {}", proof.task))
				.field("program", format!("{:?}", proof.program))
				.field("prover", proof.prover)
				.field("verified at", format!("block {}", proof.verified_at))
				.field("kept until", format!("block {} at least", proof.retained_until));
			proof_lines(lines, &args, &written, &proof.proof, &proof.public_inputs).text()
		});
		return Ok(());
	};
	let proofs = chain.proving().proofs(args.id).await?;
	let proof = proofs.proofs.iter().find(|proof| proof.prover == prover).ok_or_else(|| {
		CliError::other(format!(
			"the chain keeps no proof of {prover} for task {0}: `proofyard task proofs {0}` lists those it has",
			args.id
		))
	})?;
	let public: Vec<u8> = proof.public_inputs.iter().flat_map(|input| input.0).collect();
	let written = write(globals, &chain, &args, proofs.program, (&proof.proof, public)).await?;
	globals.output().show(proof, || {
		let lines = Lines::under(format!("Proof of task {}", proofs.task))
			.field("program", format!("{:?}", proofs.program))
			.field("prover", prover);
		proof_lines(lines, &args, &written, &proof.proof, &proof.public_inputs).text()
	});
	Ok(())
}

/// Write a proof and its public inputs to the files that are wanted. Returns their names.
async fn write(
	globals: &Globals,
	chain: &Chain,
	args: &ProofArgs,
	program: ProgramId,
	(proof, public): (&[u8], Vec<u8>),
) -> Result<Vec<String>> {
	let mut written = Vec::new();
	let mut write = |path: PathBuf, bytes: &[u8]| -> Result<()> {
		fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
		written.push(path.display().to_string());
		Ok(())
	};
	if let Some(path) = &args.out {
		let mut beside = path.clone().into_os_string();
		beside.push(".public");
		write(path.clone(), proof)?;
		write(beside.into(), &public)?;
	}
	if let Some(folder) = &args.snarkjs {
		fs::create_dir_all(folder)
			.with_context(|| format!("cannot create the folder {}", folder.display()))?;
		let convert = |text: std::result::Result<String, ConvertError>| {
			text.map_err(|error| CliError::other(format!("snarkjs has no form for this: {error}")))
		};
		let proof_json = convert(snarkjs::proof_to_json(proof))?;
		let public_json = convert(snarkjs::public_inputs_to_json(&public))?;
		write(folder.join("proof.json"), proof_json.as_bytes())?;
		write(folder.join("public.json"), public_json.as_bytes())?;
		match chain.proving().program(program).await? {
			Some(program) => {
				let key = convert(snarkjs::key_to_json(&program.key))?;
				write(folder.join("verification_key.json"), key.as_bytes())?;
			}
			None => globals
				.output()
				.note("the program was retired and is gone: verification_key.json is not written"),
		}
	}
	Ok(written)
}

/// What was written, or the proof itself.
fn proof_lines(
	lines: Lines,
	args: &ProofArgs,
	written: &[String],
	proof: &[u8],
	public: &[H256],
) -> Lines {
	if written.is_empty() {
		let inputs: Vec<String> = public.iter().map(|input| format!("{input:?}")).collect();
		return lines
			.field("proof", format!("0x{}", hex::encode(proof)))
			.field("public inputs", inputs.join(" "));
	}
	let lines = lines.field("written", written.join(" "));
	match &args.snarkjs {
		Some(folder) => lines.hint(format!(
			"Check it: cd {} && snarkjs groth16 verify verification_key.json public.json proof.json",
			folder.display()
		)),
		None => lines,
	}
}

/// List the verified proofs of a task.
pub async fn list(globals: &Globals, id: TaskId) -> Result<()> {
	let chain = globals.chain().await?;
	let proofs = chain.proving().proofs(id).await?;
	globals.output().show(&proofs, || {
		let lines = Lines::under(format!("Proofs of task {id}"))
			.field("program", format!("{:?}", proofs.program))
			.maybe("settled at", proofs.settled_at.map(|block| format!("block {block}")))
			.maybe(
				"kept until",
				proofs.retained_until.map(|block| format!("block {block} at least")),
			)
			.hint(format!("Fetch one: `proofyard task proof {id} --prover ACCOUNT --snarkjs DIR`"));
		let rows: Vec<Vec<String>> = proofs
			.proofs
			.iter()
			.map(|proof| {
				let last = if proof.deciding { "the last it took" } else { "" };
				vec![proof.prover.to_string(), format!("{} bytes", proof.proof.len()), last.into()]
			})
			.collect();
		format!("{}\n\n{}", lines.text(), table(&["prover", "proof", ""], &rows))
	});
	Ok(())
}

/// Why the chain rejected a proof, as its event tells it.
#[derive(Decode)]
pub enum RejectReason {
	/// The verifier refused it.
	Refused(VerifyError),
	/// Its public inputs are not the ones the requester fixed.
	PublicInputsDiffer,
}

impl RejectReason {
	/// The reason that an event tells, in words.
	pub fn told_by(event: &ChainEvent) -> String {
		match event.field::<Self>("reason") {
			Some(Self::Refused(error)) => error.to_string(),
			Some(Self::PublicInputsDiffer) => {
				"its public inputs are not the ones that the requester fixed".into()
			}
			None => "the reason is not known to this program".into(),
		}
	}
}

#[derive(Serialize)]
struct Delivered<'a> {
	task: TaskId,
	attempt: u32,
	prover: &'a AccountId32,
	/// What the prover earned after the protocol's fee; null while the task takes more proofs.
	earned: Option<Amount>,
	receipt: &'a Receipt,
}

/// How often a task is looked at while others' commitments are waited for.
const COMMITMENTS_INTERVAL: Duration = Duration::from_secs(2);

/// Deliver a proof by hand. Fails with [`CliError::Refused`] when the chain rejects it.
pub async fn deliver(globals: &Globals, args: SubmitProofArgs) -> Result<()> {
	let session = args.session.secret()?.session()?;
	let data = args.file.read()?;
	let chain = globals.chain().await?;
	let of = assignee(&chain, &args, session.public()).await?;
	let Assignee { prover, attempt, .. } = of;
	if of.must_commit {
		commit(globals, &chain, args.id, &of, &data, &session).await?;
	}
	let message = submission_message(&chain.genesis_hash(), args.id, attempt, &prover, &data);
	let call =
		calls::attestation::submit_proof(args.id, attempt, &prover, &data, &session.sign(&message));
	let included = chain.submit_general(&call, globals.finalized).await?;
	if let Some(rejected) = included.event("Attestation", "ProofRejected") {
		let reason = RejectReason::told_by(rejected);
		let charged = rejected.field::<u128>("charged").map(Amount).unwrap_or_default();
		return Err(Refusal::new(
			"Attestation.ProofRejected",
			format!("The proof does not verify: {reason}. {charged} of the bond were charged."),
			"Check proof and public inputs against the program's key before the next one: too many rejected proofs end the attempt, and its bond is lost.",
		)
		.into());
	}
	if included.event("Attestation", "ProofVerified").is_none() {
		return Err(CliError::other(
			"the transaction is in a block, but the chain does not say what it thinks of the proof; use the version of this program that belongs to the chain",
		));
	}
	let earned = earned(&included, &prover);
	let delivered =
		Delivered { task: args.id, attempt, prover: &prover, earned, receipt: &included.receipt };
	globals.output().show(&delivered, || {
		let lines = Lines::under(format!("The chain verified the proof of task {}", args.id))
			.field("prover", prover)
			.maybe("earned", earned.map(|earned| format!("{earned}, after the protocol's fee")))
			.receipt(&included.receipt);
		match earned {
			Some(_) => lines.hint("The task is settled, in the same block."),
			None => lines.hint("The task takes more proofs; the prover is paid when it has them."),
		}
		.text()
	});
	Ok(())
}

/// What a transaction that settled a task brought a prover, after the protocol's fee.
pub fn earned(included: &Included, prover: &AccountId32) -> Option<Amount> {
	included
		.all("Settlement", "AttemptConcluded")
		.find(|event| event.field::<AccountId32>("prover").as_ref() == Some(prover))
		.and_then(|event| event.field("earned"))
		.map(Amount)
}

/// For whom a proof is delivered.
struct Assignee {
	prover: AccountId32,
	attempt: u32,
	/// Whether the task takes several proofs, so that this one must be committed to.
	must_commit: bool,
}

/// The prover and the attempt to deliver for: as given, else as the task says.
async fn assignee(chain: &Chain, args: &SubmitProofArgs, key: SessionKey) -> Result<Assignee> {
	let task = chain.proving().task(args.id).await;
	if let (Some(prover), Some(attempt)) = (args.prover, args.attempt) {
		// The chain has the last word, also on a task that is not there.
		let takes = task.ok().and_then(|task| task.redundancy).map_or(1, |given| given.needed);
		return Ok(Assignee { prover, attempt, must_commit: takes > 1 });
	}
	let task = task?;
	let Some(live) = task.state.live() else {
		return Err(CliError::other(format!(
			"no prover is at work on task {}, which is {}: {}",
			args.id,
			task.state.name(),
			state_text(&task.state)
		)));
	};
	let key = H256::from_slice(AsRef::<[u8]>::as_ref(&key));
	let (prover, attempt) = attempts::of_session_key(chain, live, args.prover, key).await?;
	Ok(Assignee {
		prover,
		attempt: args.attempt.or(attempt).unwrap_or_default(),
		must_commit: task.redundancy.is_some_and(|given| given.needed > 1),
	})
}

/// Commit to a proof, unless the attempt has, and wait until it may be shown: in a later block, when
/// as many provers have committed as the task takes proofs.
async fn commit(
	globals: &Globals,
	chain: &Chain,
	id: TaskId,
	of: &Assignee,
	data: &ProofData,
	session: &SessionSigner,
) -> Result<()> {
	let output = globals.output();
	let task = chain.proving().task(id).await?;
	let own = task.state.live().and_then(|live| live.attempt_of(&of.prover));
	let mut not_before = chain.best_block().await?.number;
	if !own.is_some_and(|attempt| attempt.committed) {
		let commitment = proof_commitment(id, &of.prover, data);
		let message =
			commit_message(&chain.genesis_hash(), id, of.attempt, &of.prover, &commitment);
		let signature = session.sign(&message);
		let call =
			calls::attestation::commit_proof(id, of.attempt, &of.prover, commitment, &signature);
		let included = chain.submit_general(&call, globals.finalized).await?;
		not_before = included.receipt.block.number.saturating_add(1);
		output.note(&format!("committed to the proof in block {}", not_before.saturating_sub(1)));
	}
	let mut told = None;
	loop {
		let task = chain.proving().task(id).await?;
		let needed = usize::from(task.redundancy.map_or(1, |given| given.needed));
		let Some(live) = task.state.live() else {
			return Err(CliError::other(format!(
				"task {id} has ended before the proof could be shown: {}",
				state_text(&task.state)
			)));
		};
		let committed = live.committed();
		if committed >= needed && chain.best_block().await?.number >= not_before {
			return Ok(());
		}
		if committed < needed && told != Some(committed) {
			output.note(&format!(
				"{committed} of {needed} provers have committed to their proofs, waiting for the others; the same command goes on from here"
			));
			told = Some(committed);
		}
		tokio::time::sleep(COMMITMENTS_INTERVAL).await;
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
