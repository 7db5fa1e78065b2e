// SPDX-License-Identifier: Apache-2.0
//! `proofyard task watch`: one line for each thing that happens to a task, until its end.

use crate::{
	amount::Amount,
	chain::Chain,
	commands::{
		attempts::{live_text, outcomes_table, outcomes_text},
		proof_files::fetch_hint,
	},
	context::Globals,
	error::{CliError, Result},
	rpc::{AttemptState, BlockNumber, Live, TaskState, TaskUpdate},
};
use futures::future::OptionFuture;
use proofyard_primitives::{FailureReason, ProofSystem, TaskId};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use subxt::config::Header;

/// State in which watching ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Until {
	/// A prover has the task.
	Assigned,
	/// The task has ended, in a block that may still be replaced.
	Settled,
	/// The task has ended and nothing can change any more.
	Finalized,
}

impl Until {
	fn is_reached(self, update: &TaskUpdate) -> bool {
		if update.retracted {
			return false;
		}
		match self {
			Self::Assigned => !matches!(update.state, TaskState::Open { .. }),
			Self::Settled => update.state.has_ended(),
			Self::Finalized => update.finalized,
		}
	}
}

/// An update as machines get it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
	#[serde(flatten)]
	update: &'a TaskUpdate,
	/// By the clocks of the blocks; null when they are not known any more.
	seconds_since_submission: Option<u64>,
}

/// Follow a task. Fails with [`CliError::NoProof`] when it ends without a proof.
pub async fn watch(globals: &Globals, chain: &Chain, id: TaskId, until: Until) -> Result<()> {
	let output = globals.output();
	let task = chain.proving().task(id).await?;
	let submitted = chain.timestamp(task.submitted_at).await;
	let mut deadline = task.deadline;
	let mut updates = chain.proving().subscribe_task(id).await?;
	let mut progress = Progress::start(chain, globals.json).await;
	loop {
		let update = tokio::select! {
			update = updates.next() => update,
			Some(head) = OptionFuture::from(progress.heads.as_mut().map(|heads| heads.next())) => {
				match head {
					Some(Ok(header)) => progress.show(header.number()),
					_ => progress.heads = None,
				}
				continue;
			},
		};
		let update = match update {
			Some(Ok(update)) => update,
			Some(Err(error)) => return Err(chain.node().explain(error)),
			None => {
				return Err(chain.node().lost(format!(
					"it stopped telling about task {id}; `proofyard task watch {id}` goes on from here"
				)))
			}
		};
		progress.clear();
		let block = block_of(&update, task.submitted_at);
		let seconds = match (submitted, chain.timestamp(block).await) {
			(Some(from), Some(to)) => Some(to.saturating_sub(from) / 1000),
			_ => None,
		};
		let line = Line { update: &update, seconds_since_submission: seconds };
		output.show(&line, || {
			let text = describe(&update, block, seconds);
			accounts(&update).map_or(text.clone(), |accounts| format!("{text}\n\n{accounts}"))
		});
		if matches!(update.state, TaskState::Open { .. }) {
			// It may have been prolonged.
			deadline = chain.proving().task(id).await.map_or(deadline, |task| task.deadline);
		}
		progress.due = due(&update.state, deadline);
		if until.is_reached(&update) {
			return outcome(globals, id, task.market.system, &update.state);
		}
	}
}

/// The block in which the state began.
fn block_of(update: &TaskUpdate, submitted_at: BlockNumber) -> BlockNumber {
	match &update.state {
		TaskState::Open { .. } => submitted_at,
		TaskState::Assigned(live) if is_as_assigned(live) => live.assigned_at,
		TaskState::Assigned(_) | TaskState::Fallback(_) | TaskState::Bounty { .. } => {
			update.block.number
		}
		TaskState::Settled { at, .. }
		| TaskState::Expired { at }
		| TaskState::Cancelled { at }
		| TaskState::Failed { at, .. } => *at,
	}
}

/// Whether nothing has happened since the task was assigned.
fn is_as_assigned(live: &Live) -> bool {
	live.attempts.iter().all(|attempt| {
		attempt.state == AttemptState::Running && attempt.rejections == 0 && !attempt.committed
	})
}

/// Block by which the state must have changed, and what is due then.
fn due(state: &TaskState, deadline: BlockNumber) -> Option<(&'static str, BlockNumber)> {
	match state {
		TaskState::Open { bidding: Some(bidding), .. } => {
			Some(("the bids being decided", bidding.reveal_until.saturating_add(1)))
		}
		TaskState::Open { bidding: None, .. } => Some(("the deadline", deadline)),
		state => {
			let in_time = |attempt: &&crate::rpc::Attempt| attempt.state == AttemptState::Running;
			let next = state.live()?.attempts.iter().filter(in_time).map(|a| a.due).min();
			Some(next.map_or(("the deadline", deadline), |due| ("a proof being due", due)))
		}
	}
}

fn describe(update: &TaskUpdate, block: BlockNumber, seconds: Option<u64>) -> String {
	let name = update.state.name();
	let seconds = seconds.map(|seconds| format!("+{seconds} s")).unwrap_or_default();
	let (name, text) = if update.retracted {
		("replaced", format!("the block was replaced: {name} no longer holds"))
	} else if update.finalized {
		("finalized", format!("{name} for good"))
	} else {
		(name, state_text(&update.state))
	};
	format!("block {block:<8} {seconds:>8}  {name:<10} {text}")
}

/// Earnings and losses of each attempt, once they are for good.
fn accounts(update: &TaskUpdate) -> Option<String> {
	let outcomes = update.state.outcomes();
	(update.finalized && !outcomes.is_empty()).then(|| outcomes_table(outcomes))
}

/// A state in words.
pub fn state_text(state: &TaskState) -> String {
	match state {
		TaskState::Open { bidding: Some(bidding), .. } => {
			let revealed = bidding.bids.iter().filter(|bid| bid.revealed.is_some()).count();
			format!(
				"takes sealed bids until block {}, revealed until block {}: {} so far, {revealed} revealed",
				bidding.commit_until,
				bidding.reveal_until,
				bidding.bids.len()
			)
		}
		TaskState::Open { provers, bidding: None } => match provers.len() {
			0 => "waits for the auction".into(),
			1 => "waits for the auction, kept to one prover".into(),
			count => format!("waits for the auction, kept to {count} provers"),
		},
		TaskState::Assigned(live) | TaskState::Fallback(live) => live_text(live, None),
		TaskState::Bounty { live, bounty } => live_text(live, Some(bounty)),
		TaskState::Settled { attempts, .. } | TaskState::Failed { attempts, .. } => {
			format!("{}: {}", ending_text(state), outcomes_text(attempts))
		}
		ended => ending_text(ended),
	}
}

/// End of a task, but for what became of each attempt.
pub fn ending_text(state: &TaskState) -> String {
	match state {
		TaskState::Settled { paid, .. } => format!("verified by the chain, {} paid", Amount(*paid)),
		TaskState::Expired { .. } => "no prover took it by its deadline; refunded in full".into(),
		TaskState::Cancelled { .. } => "withdrawn by its requester; refunded in full".into(),
		TaskState::Failed { reason, compensation, slashed, .. } => {
			let reason = match reason {
				FailureReason::DeadlinePassed => "not proven by the deadline",
				FailureReason::ProofsRejected => "its proofs do not verify",
				FailureReason::GivenBack => "given back by its prover",
				FailureReason::InputUnavailable => {
					return "two provers could not get the input; refunded but for their kill fees"
						.into()
				}
			};
			format!(
				"{reason}; refunded in full, with {} of compensation from {} of bonds",
				Amount(*compensation),
				Amount(*slashed)
			)
		}
		live => live.name().into(),
	}
}

fn outcome(globals: &Globals, id: TaskId, system: ProofSystem, state: &TaskState) -> Result<()> {
	match state {
		TaskState::Settled { .. } => {
			globals.output().note(&fetch_hint(id, system));
			Ok(())
		}
		state if !state.has_ended() => Ok(()),
		ended => {
			let advice = match ended {
				TaskState::Expired { .. } => {
					". Submit it again with a higher --max-fee or a longer --lifetime"
				}
				TaskState::Failed { reason: FailureReason::InputUnavailable, .. } => {
					". Submit it again with a locator that provers reach"
				}
				TaskState::Failed { .. } => {
					". Submit it again with a longer --lifetime, or with --redundancy"
				}
				_ => "",
			};
			Err(CliError::NoProof(format!(
				"task {id} ended without a proof: {}{advice}",
				state_text(ended)
			)))
		}
	}
}

type Heads =
	subxt::rpcs::client::RpcSubscription<<subxt::SubstrateConfig as subxt::Config>::Header>;

/// The line that counts the blocks while nothing happens: on a terminal only.
struct Progress {
	heads: Option<Heads>,
	due: Option<(&'static str, BlockNumber)>,
	shown: bool,
}

impl Progress {
	async fn start(chain: &Chain, json: bool) -> Self {
		let heads = if json || !std::io::stderr().is_terminal() {
			None
		} else {
			// Without it nothing is counted, and nothing is lost.
			chain.node().methods().chain_subscribe_new_heads().await.ok()
		};
		Self { heads, due: None, shown: false }
	}

	fn show(&mut self, best: u64) {
		let Some((what, block)) = self.due else { return };
		let left = u64::from(block).saturating_sub(best);
		let _ = write!(std::io::stderr(), "\r\x1b[2Kblock {best}: {left} blocks to {what}");
		let _ = std::io::stderr().flush();
		self.shown = true;
	}

	fn clear(&mut self) {
		if std::mem::take(&mut self.shown) {
			let _ = write!(std::io::stderr(), "\r\x1b[2K");
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		commands::attempts::tests::{attempt, live, outcome},
		rpc::{AccountId, Attempt, Bid, Bidding, BlockRef, Bounty, RevealedBid},
	};
	use proofyard_primitives::Ending;
	use sp_core::H256;

	fn update(state: TaskState) -> TaskUpdate {
		TaskUpdate {
			task: 7,
			block: BlockRef { number: 20, hash: H256::zero() },
			state,
			retracted: false,
			finalized: false,
		}
	}

	fn open() -> TaskState {
		TaskState::Open { provers: Vec::new(), bidding: None }
	}

	fn settled() -> TaskState {
		TaskState::Settled {
			prover: AccountId::new([2; 32]),
			paid: 5,
			attempts: vec![outcome(1, Ending::Defaulted, 0, 9), outcome(2, Ending::Verified, 6, 0)],
			assigned_at: 11,
			at: 19,
		}
	}

	fn bounty() -> TaskState {
		let late = Attempt { state: AttemptState::Late, ..attempt(0, 1) };
		TaskState::Bounty {
			live: live(vec![late]),
			bounty: Bounty { since: 18, reward: 8, deposit: 1, announcements: Vec::new() },
		}
	}

	#[test]
	fn watching_ends_where_it_was_told_to() {
		let open = update(open());
		let at_work = update(bounty());
		let settled = update(settled());
		let last = TaskUpdate { finalized: true, ..settled.clone() };
		let taken_back = TaskUpdate { retracted: true, ..settled.clone() };
		for (until, reached) in [
			(Until::Assigned, [false, true, true, true, false]),
			(Until::Settled, [false, false, true, true, false]),
			(Until::Finalized, [false, false, false, true, false]),
		] {
			let found = [&open, &at_work, &settled, &last, &taken_back]
				.map(|update| until.is_reached(update));
			assert_eq!(found, reached, "{until:?}");
		}
	}

	#[test]
	fn an_update_is_one_line() {
		let line = describe(&update(settled()), 19, Some(36));
		assert!(
			line.starts_with(
				"block 19          +36 s  settled    verified by the chain, 5 planck paid"
			),
			"{line}"
		);
		assert!(line.ends_with("delivered and earned 6 planck"), "{line}");
		let last = TaskUpdate { finalized: true, ..update(settled()) };
		let line = describe(&last, 19, None);
		assert!(line.ends_with("finalized  settled for good"), "{line}");
		assert_eq!(accounts(&update(settled())), None);
		assert!(accounts(&last).unwrap().ends_with("verified   6 planck  -"));
	}

	#[test]
	fn a_failure_says_why_and_who_lost_what() {
		let failed = |reason| {
			state_text(&TaskState::Failed {
				prover: AccountId::new([1; 32]),
				reason,
				compensation: 2,
				slashed: 9,
				attempts: vec![outcome(1, Ending::Defaulted, 0, 9)],
				assigned_at: 11,
				at: 19,
			})
		};
		let text = failed(FailureReason::DeadlinePassed);
		assert!(text.starts_with("not proven by the deadline; refunded in full, with 2"), "{text}");
		assert!(text.ends_with("delivered nothing and lost 9 planck"), "{text}");
		assert!(failed(FailureReason::ProofsRejected).starts_with("its proofs do not verify"));
		assert!(failed(FailureReason::GivenBack).starts_with("given back"));
		let text = failed(FailureReason::InputUnavailable);
		assert!(text.contains("refunded but for their kill fees"), "{text}");
	}

	#[test]
	fn a_live_task_is_due_when_its_next_attempt_is() {
		let called = Attempt { due: 25, ..attempt(1, 2) };
		let late = Attempt { state: AttemptState::Late, ..attempt(0, 1) };
		let assigned = TaskState::Assigned(live(vec![attempt(0, 1)]));
		let fallback = TaskState::Fallback(live(vec![late, called]));
		assert_eq!(due(&assigned, 30), Some(("a proof being due", 20)));
		assert_eq!(due(&fallback, 30), Some(("a proof being due", 25)));
		assert_eq!(due(&bounty(), 30), Some(("the deadline", 30)));
		assert_eq!(due(&settled(), 30), None);
	}

	#[test]
	fn a_state_began_in_its_own_block() {
		assert_eq!(block_of(&update(open()), 10), 10);
		assert_eq!(block_of(&update(settled()), 10), 19);
		let assigned = |attempt| update(TaskState::Assigned(live(vec![attempt])));
		assert_eq!(block_of(&assigned(attempt(0, 1)), 10), 11);
		assert_eq!(block_of(&assigned(Attempt { rejections: 1, ..attempt(0, 1) }), 10), 20);
		assert_eq!(block_of(&update(bounty()), 10), 20);
	}

	#[test]
	fn an_open_task_says_what_it_waits_for() {
		assert_eq!(state_text(&open()), "waits for the auction");
		assert_eq!(due(&open(), 30), Some(("the deadline", 30)));
		let kept = TaskState::Open { provers: vec![AccountId::new([1; 32])], bidding: None };
		assert!(state_text(&kept).ends_with("kept to one prover"));
		let bid = |revealed| Bid {
			prover: AccountId::new([1; 32]),
			commitment: H256::zero(),
			revealed: Some(RevealedBid { price: 1, speed: 1 }).filter(|_| revealed),
		};
		let bidding =
			Bidding { commit_until: 15, reveal_until: 20, bids: vec![bid(true), bid(false)] };
		let sealed = TaskState::Open { provers: Vec::new(), bidding: Some(bidding) };
		assert_eq!(due(&sealed, 30), Some(("the bids being decided", 21)));
		let text = state_text(&sealed);
		assert!(text.ends_with("until block 20: 2 so far, 1 revealed"), "{text}");
	}

	#[test]
	fn an_end_without_a_proof_has_its_exit_code() {
		let outcome = |state: &TaskState| {
			super::outcome(&Globals::of_tests(), 7, ProofSystem::Groth16Bn254, state)
		};
		assert!(outcome(&settled()).is_ok());
		assert!(outcome(&bounty()).is_ok());
		let error = outcome(&TaskState::Expired { at: 9 }).unwrap_err();
		assert_eq!(error.exit_code(), 5);
	}

	#[test]
	fn machines_get_the_update_and_the_time() {
		let update = update(settled());
		let line = Line { update: &update, seconds_since_submission: Some(36) };
		let json = serde_json::to_value(&line).unwrap();
		assert_eq!(json["state"]["name"], "settled");
		assert_eq!(json["secondsSinceSubmission"], 36);
		assert_eq!(json["task"], 7);
	}
}
