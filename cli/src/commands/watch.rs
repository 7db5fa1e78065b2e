// SPDX-License-Identifier: Apache-2.0
//! `proofyard task watch`: one line for each thing that happens to a task, until its end.

use crate::{
	chain::Chain,
	context::Globals,
	error::{CliError, Result},
	rpc::{BlockNumber, TaskState, TaskUpdate},
};
use futures::future::OptionFuture;
use proofyard_primitives::{FailureReason, TaskId};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use subxt::config::Header;

/// When watching ends.
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
		output.show(&line, || describe(&update, block, seconds));
		if matches!(update.state, TaskState::Open { .. }) {
			// It may have been prolonged.
			deadline = chain.proving().task(id).await.map_or(deadline, |task| task.deadline);
		}
		progress.due = due(&update.state, deadline);
		if until.is_reached(&update) {
			return outcome(globals, id, &update.state);
		}
	}
}

/// The block in which the state began.
fn block_of(update: &TaskUpdate, submitted_at: BlockNumber) -> BlockNumber {
	match &update.state {
		TaskState::Open { .. } => submitted_at,
		TaskState::Assigned { assigned_at, .. } => *assigned_at,
		TaskState::Settled { at, .. }
		| TaskState::Expired { at }
		| TaskState::Cancelled { at }
		| TaskState::Failed { at, .. } => *at,
	}
}

/// By when the state must have changed.
fn due(state: &TaskState, deadline: BlockNumber) -> Option<(&'static str, BlockNumber)> {
	match state {
		TaskState::Open { bidding: Some(bidding), .. } => {
			Some(("the bids being decided", bidding.reveal_until.saturating_add(1)))
		}
		TaskState::Open { bidding: None, .. } => Some(("the deadline", deadline)),
		TaskState::Assigned { soft_deadline, .. } => Some(("the proof being due", *soft_deadline)),
		_ => None,
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
		TaskState::Assigned {
			prover, price, bond, rejections, soft_deadline, standbys, ..
		} => {
			let rejected = match rejections {
				0 => String::new(),
				1 => ", one proof rejected so far".into(),
				count => format!(", {count} proofs rejected so far"),
			};
			let standbys = match standbys.len() {
				0 => String::new(),
				1 => ", one standby".into(),
				count => format!(", {count} standbys"),
			};
			format!(
				"{prover} proves for {price}, bond {bond}, due by block {soft_deadline}{standbys}{rejected}"
			)
		}
		TaskState::Settled { prover, paid, .. } => {
			format!("the chain verified the proof and paid {paid} to {prover}")
		}
		TaskState::Expired { .. } => "no prover took it by its deadline; refunded in full".into(),
		TaskState::Cancelled { .. } => "withdrawn by its requester; refunded in full".into(),
		TaskState::Failed { prover, reason, compensation, slashed, .. } => {
			let reason = match reason {
				FailureReason::DeadlinePassed => "delivered nothing by the deadline",
				FailureReason::ProofsRejected => "delivered proofs that do not verify",
			};
			format!(
				"{prover} {reason}; refunded in full, with {compensation} of compensation from {slashed} of bond"
			)
		}
	}
}

fn outcome(globals: &Globals, id: TaskId, state: &TaskState) -> Result<()> {
	match state {
		TaskState::Settled { .. } => {
			globals
				.output()
				.note(&format!("Fetch the proof: `proofyard task proof {id} --snarkjs DIR`"));
			Ok(())
		}
		TaskState::Open { .. } | TaskState::Assigned { .. } => Ok(()),
		ended => {
			let advice = match ended {
				TaskState::Expired { .. } => {
					". Submit it again with a higher --max-fee or a longer --lifetime"
				}
				TaskState::Failed { .. } => ". Submit it again for another prover",
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
		amount::Amount,
		rpc::{Bid, Bidding, BlockRef, RevealedBid},
	};
	use sp_core::H256;
	use subxt::utils::AccountId32;

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
			prover: crate::parse::account("//Bob").unwrap(),
			paid: Amount(5),
			assigned_at: 11,
			at: 19,
		}
	}

	fn globals() -> Globals {
		Globals { node: String::new(), json: true, suri: None, key_file: None, finalized: false }
	}

	#[test]
	fn watching_ends_where_it_was_told_to() {
		let open = update(open());
		let settled = update(settled());
		let last = TaskUpdate { finalized: true, ..settled.clone() };
		let taken_back = TaskUpdate { retracted: true, ..settled.clone() };
		for (until, reached) in [
			(Until::Assigned, [false, true, true, false]),
			(Until::Settled, [false, true, true, false]),
			(Until::Finalized, [false, false, true, false]),
		] {
			let found =
				[&open, &settled, &last, &taken_back].map(|update| until.is_reached(update));
			assert_eq!(found, reached, "{until:?}");
		}
	}

	#[test]
	fn an_update_is_one_line() {
		let line = describe(&update(settled()), 19, Some(36));
		assert!(
			line.starts_with("block 19          +36 s  settled    the chain verified"),
			"{line}"
		);
		let line = describe(&TaskUpdate { finalized: true, ..update(settled()) }, 19, None);
		assert!(line.ends_with("finalized  settled for good"), "{line}");
	}

	#[test]
	fn a_state_began_in_its_own_block() {
		assert_eq!(block_of(&update(open()), 10), 10);
		assert_eq!(block_of(&update(settled()), 10), 19);
	}

	#[test]
	fn an_open_task_says_what_it_waits_for() {
		assert_eq!(state_text(&open()), "waits for the auction");
		assert_eq!(due(&open(), 30), Some(("the deadline", 30)));
		let kept = TaskState::Open { provers: vec![AccountId32([1; 32])], bidding: None };
		assert!(state_text(&kept).ends_with("kept to one prover"));
		let bid = |revealed| Bid {
			prover: AccountId32([1; 32]),
			commitment: H256::zero(),
			revealed: Some(RevealedBid { price: Amount(1), speed: 1 }).filter(|_| revealed),
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
		assert!(outcome(&globals(), 7, &settled()).is_ok());
		let error = outcome(&globals(), 7, &TaskState::Expired { at: 9 }).unwrap_err();
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
