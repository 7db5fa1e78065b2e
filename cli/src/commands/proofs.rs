// SPDX-License-Identifier: Apache-2.0
//! `proofyard task proof` and `task submit-proof`: proofs out of the chain, and into it.

use super::{
	attempts,
	proof_files::{form_option, OutArgs, ProofFileArgs, Verified},
	watch::state_text,
};
use crate::{
	amount::Amount,
	calls::tx,
	chain::{Chain, ChainEvent, Included, Receipt},
	context::{Globals, SessionArgs},
	error::{CliError, Result},
	output::{table, Lines},
	parse,
	refusal::Refusal,
	rpc::{AccountId, Task},
	secret::SessionSigner,
};
use codec::Decode;
use proofyard_primitives::{
	proof_commitment,
	session::{commit_message, submission_message, SessionKey},
	ProofData, TaskId,
};
use proofyard_verifier::VerifyError;
use serde::Serialize;
use sp_core::H256;
use std::time::Duration;
use subxt::utils::AccountId32;

/// Options of `task proof`.
#[derive(Clone, Debug, clap::Args)]
pub struct ProofArgs {
	/// Id of the task.
	id: TaskId,

	#[command(flatten)]
	out: OutArgs,

	/// The proof of this prover, of a task that takes several; the last one when left out.
	#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
	prover: Option<AccountId32>,
}

/// Options of `task submit-proof`.
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

/// Fetch a verified proof and write it where it is wanted.
pub async fn fetch(globals: &Globals, args: ProofArgs) -> Result<()> {
	let chain = globals.chain().await?;
	let Some(prover) = args.prover else {
		let proof = chain.proving().proof(args.id).await?;
		let verified = Verified {
			program: proof.program,
			system: proof.system,
			proof: &proof.data.proof,
			public_values: &proof.data.public_values,
		};
		let written = args.out.write(globals, &chain, verified).await?;
		globals.output().show(&proof, || {
			let lines = proof_lines(args.id, &verified)
				.field("prover", &proof.prover)
				.field("verified at", format!("block {}", proof.verified_at))
				.field("kept until", format!("block {} at least", proof.retained_until));
			content_lines(lines, &args.out, &written, &verified, &proof.data.public_inputs).text()
		});
		return Ok(());
	};
	let proofs = chain.proving().proofs(args.id).await?;
	let of = AccountId::from(prover.0);
	let proof = proofs.proofs.iter().find(|proof| proof.prover == of).ok_or_else(|| {
		CliError::other(format!(
			"the chain keeps no proof of {prover} for task {0}: `proofyard task proofs {0}` lists those it has",
			args.id
		))
	})?;
	let verified = Verified {
		program: proofs.program,
		system: proofs.system,
		proof: &proof.data.proof,
		public_values: &proof.data.public_values,
	};
	let written = args.out.write(globals, &chain, verified).await?;
	globals.output().show(proof, || {
		let lines = proof_lines(args.id, &verified).field("prover", prover);
		content_lines(lines, &args.out, &written, &verified, &proof.data.public_inputs).text()
	});
	Ok(())
}

fn proof_lines(task: TaskId, proof: &Verified<'_>) -> Lines {
	Lines::under(format!("Proof of task {task}"))
		.field("program", format!("{:?}", proof.program))
		.field("proof system", proof.system)
}

/// Files that were written, or the proof itself.
fn content_lines(
	lines: Lines,
	out: &OutArgs,
	written: &[String],
	proof: &Verified<'_>,
	inputs: &[H256],
) -> Lines {
	if !written.is_empty() {
		let lines = lines.field("written", written.join(" "));
		return match out.hint(proof.system) {
			Some(hint) => lines.hint(hint),
			None => lines,
		};
	}
	let lines = lines.field("proof", format!("0x{}", hex::encode(proof.proof)));
	if proof.system.is_wrapped() {
		return lines.field("public values", format!("0x{}", hex::encode(proof.public_values)));
	}
	let inputs: Vec<String> = inputs.iter().map(|input| format!("{input:?}")).collect();
	lines.field("public inputs", inputs.join(" "))
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
			.hint(format!(
				"Fetch one: `proofyard task proof {id} --prover ACCOUNT {}`",
				form_option(proofs.system)
			));
		let rows: Vec<Vec<String>> = proofs
			.proofs
			.iter()
			.map(|proof| {
				let last = if proof.deciding { "the last it took" } else { "" };
				let size = format!("{} bytes", proof.data.proof.len());
				vec![proof.prover.to_string(), size, last.into()]
			})
			.collect();
		format!("{}\n\n{}", lines.text(), table(&["prover", "proof", ""], &rows))
	});
	Ok(())
}

/// Reason why the chain rejected a proof, as its event tells it.
#[derive(Decode)]
pub enum RejectReason {
	/// The verifier refused it.
	Refused(VerifyError),
	/// Its public values are not what the requester fixed.
	PublicValuesDiffer,
}

impl RejectReason {
	/// The reason that an event tells, in words.
	pub fn told_by(event: &ChainEvent) -> String {
		match event.field::<Self>("reason") {
			Some(Self::Refused(error)) => error.to_string(),
			Some(Self::PublicValuesDiffer) => {
				"its public values are not what the requester fixed".into()
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
	/// Earnings of the prover after the protocol's fee; null while the task takes more proofs.
	earned: Option<Amount>,
	receipt: &'a Receipt,
}

/// Time between two looks at a task while others' commitments are waited for.
const COMMITMENTS_INTERVAL: Duration = Duration::from_secs(2);

/// Deliver a proof by hand. Fails with [`CliError::Refused`] when the chain rejects it.
pub async fn deliver(globals: &Globals, args: SubmitProofArgs) -> Result<()> {
	let session = args.session.secret()?.session()?;
	let file = args.file.read()?;
	let chain = globals.chain().await?;
	let (of, data) = match (chain.proving().task(args.id).await, args.prover, args.attempt) {
		(Ok(task), ..) => {
			let data = file.of(task.market.system)?;
			(assignee(&chain, &args, &task, session.public()).await?, data)
		}
		// The chain has the last word on a task that is not there.
		(Err(_), Some(prover), Some(attempt)) => {
			(Assignee { prover, attempt, must_commit: false }, file.of_any())
		}
		(Err(error), ..) => return Err(error),
	};
	let Assignee { prover, attempt, .. } = of;
	if of.must_commit {
		commit(globals, &chain, args.id, &of, &data, &session).await?;
	}
	let message = submission_message(&chain.genesis_hash(), args.id, attempt, &prover, &data);
	let call = tx().attestation().submit_proof(
		args.id,
		attempt,
		prover,
		data.into(),
		session.sign(&message).into(),
	);
	let included = chain.submit_general(&call, globals.finalized).await?;
	if let Some(rejected) = included.event("Attestation", "ProofRejected") {
		let reason = RejectReason::told_by(rejected);
		let charged = rejected.field::<u128>("charged").map(Amount).unwrap_or_default();
		return Err(Refusal::new(
			"Attestation.ProofRejected",
			format!("The proof does not verify: {reason}. {charged} of the bond were charged."),
			"Check proof and public values against the program's key before the next one: too many rejected proofs end the attempt, and its bond is lost.",
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

/// Earnings of a prover from a transaction that settled a task, after the protocol's fee.
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
	/// Whether the proof must be committed to before it is shown.
	must_commit: bool,
}

/// The prover and the attempt to deliver for: as given, else as the task says.
async fn assignee(
	chain: &Chain,
	args: &SubmitProofArgs,
	task: &Task,
	key: SessionKey,
) -> Result<Assignee> {
	if let (Some(prover), Some(attempt)) = (args.prover, args.attempt) {
		return Ok(Assignee { prover, attempt, must_commit: must_commit(task, attempt) });
	}
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
	let attempt = args.attempt.or(attempt).unwrap_or_default();
	Ok(Assignee { prover, attempt, must_commit: must_commit(task, attempt) })
}

/// Whether an attempt commits to its proof before it shows it: where several proofs count, and where
/// somebody else is at work who could hand in a copy. A little more often than the chain asks for.
fn must_commit(task: &Task, attempt: u32) -> bool {
	let several = task.redundancy.is_some_and(|given| given.needed > 1);
	let others = || {
		task.state.live().is_some_and(|live| live.at_work().any(|other| other.number != attempt))
	};
	several || others()
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
	let own = task.state.live().and_then(|live| live.attempt_of(&of.prover.0.into()));
	let mut not_before = chain.best_block().await?.number;
	if !own.is_some_and(|attempt| attempt.committed) {
		let commitment = proof_commitment(id, &of.prover, data);
		let message =
			commit_message(&chain.genesis_hash(), id, of.attempt, &of.prover, &commitment);
		let signature = session.sign(&message);
		let call = tx().attestation().commit_proof(
			id,
			of.attempt,
			of.prover,
			commitment.0.into(),
			signature.into(),
		);
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		commands::{
			attempts::tests::{attempt, live},
			check::tests::task,
		},
		rpc::{Attempt, AttemptState, TaskState},
	};
	use codec::Encode;
	use proofyard_primitives::{ProofSystem, Redundancy};

	#[test]
	fn reasons_of_rejection_are_read_from_the_event() {
		let refused = (0u8, VerifyError::PairingMismatch).encode();
		assert!(matches!(
			RejectReason::decode(&mut refused.as_slice()),
			Ok(RejectReason::Refused(VerifyError::PairingMismatch))
		));
		assert!(matches!(
			RejectReason::decode(&mut [1u8].as_slice()),
			Ok(RejectReason::PublicValuesDiffer)
		));
	}

	#[test]
	fn what_others_could_copy_is_committed_to_first() {
		let of = |attempts| task(ProofSystem::Sp1Groth16, TaskState::Fallback(live(attempts)));
		let alone = of(vec![attempt(0, 1)]);
		assert!(!must_commit(&alone, 0));
		// Two start, or the first is late and a standby was called.
		assert!(must_commit(&of(vec![attempt(0, 1), attempt(1, 2)]), 0));
		let late = Attempt { state: AttemptState::Late, ..attempt(0, 1) };
		let called = of(vec![late, attempt(1, 2)]);
		assert!(must_commit(&called, 0) && must_commit(&called, 1));
		// Whoever gave it back can copy nothing.
		let declined = Attempt { state: AttemptState::Declined, ..attempt(0, 1) };
		assert!(!must_commit(&of(vec![declined, attempt(1, 2)]), 1));
		let several = Redundancy { needed: 2, started: 2 };
		let several = Task { redundancy: Some(several), ..alone };
		assert!(must_commit(&several, 0));
	}

	#[test]
	fn a_zkvm_s_proof_is_shown_with_its_public_values() {
		let text = |system, written: &[String]| {
			let values = [3; 32];
			let proof =
				Verified { program: H256::zero(), system, proof: &[7; 2], public_values: &values };
			let inputs = [H256(values)];
			content_lines(Lines::default(), &out(), written, &proof, &inputs).text()
		};
		fn out() -> OutArgs {
			#[derive(clap::Parser)]
			struct Probe {
				#[command(flatten)]
				out: OutArgs,
			}
			<Probe as clap::Parser>::parse_from(["probe"]).out
		}
		let value = format!("0x{}", "03".repeat(32));
		let zkvm = text(ProofSystem::Risc0Groth16, &[]);
		assert!(zkvm.ends_with(&format!("public values  {value}")), "{zkvm}");
		let circuit = text(ProofSystem::Groth16Bls12_381, &[]);
		assert!(circuit.ends_with(&format!("public inputs  {value}")), "{circuit}");
		let files = ["a".to_string(), "a.public".to_string()];
		assert_eq!(text(ProofSystem::Sp1Plonk, &files), "written  a a.public");
	}
}
