// SPDX-License-Identifier: Apache-2.0
//! Updates that a subscriber of a task is told, as a function of the blocks it is led over.
//!
//! The tracker keeps the updates that hold on the current best chain, as a stack. Walking on to a
//! new block pushes an update when the block changed the task; a block that leaves the best chain
//! takes the updates it brought off the stack again, newest first. A subscriber that does the same
//! with what it receives always holds the task's history on the node's best chain.

use proofyard_api::{BlockRef, Bounty, TaskState, TaskUpdate};
use proofyard_primitives::TaskId;
use proofyard_runtime::{BlockNumber, Hash};

/// Task as it is in one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
	/// Fingerprint of what the requester fixed. On another branch the same id can be another
	/// request.
	pub request: Hash,
	/// State in which it is.
	pub state: TaskState,
}

impl Observed {
	/// Whether this is no news to who knows `other`. What a bounty offers rises by itself from block
	/// to block, and is none.
	fn is_as(&self, other: &Self) -> bool {
		self.request == other.request
			&& match (&self.state, &other.state) {
				(
					TaskState::Bounty { live, bounty },
					TaskState::Bounty { live: other_live, bounty: other_bounty },
				) => {
					let risen = Bounty { reward: bounty.reward, ..other_bounty.clone() };
					live == other_live && *bounty == risen
				}
				(state, other) => state == other,
			}
	}
}

/// The way from the last block looked at to the new best one.
#[derive(Clone, Debug)]
pub struct Step {
	/// Blocks that are no longer on the best chain.
	pub retracted: Vec<Hash>,
	/// The last block that both chains have, and the task in it. The task is looked at only where
	/// blocks are retracted.
	pub common: (BlockRef, Option<Observed>),
	/// The new blocks in order, and the task in each; `None` where the task does not exist.
	pub enacted: Vec<(BlockRef, Option<Observed>)>,
	/// The new best block.
	pub best: BlockRef,
}

/// An update that holds on the current best chain.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
	block: BlockRef,
	observed: Observed,
}

/// Follows one task.
#[derive(Clone, Debug)]
pub struct Tracker {
	task: TaskId,
	best: BlockRef,
	seen: Vec<Seen>,
}

impl Tracker {
	/// Start from the task as it is in the best block. Also returns the first update.
	pub fn new(task: TaskId, best: BlockRef, observed: Observed) -> (Self, TaskUpdate) {
		let seen = Seen { block: best, observed };
		let first = seen.update(task);
		(Self { task, best, seen: vec![seen] }, first)
	}

	/// The task that is followed.
	pub fn task(&self) -> TaskId {
		self.task
	}

	/// The last block looked at.
	pub fn best(&self) -> BlockRef {
		self.best
	}

	/// Walk on. Returns what the subscriber must be told, in order.
	pub fn follow(&mut self, step: Step) -> Vec<TaskUpdate> {
		let mut updates = Vec::new();
		let mut base = None;
		while self.seen.last().is_some_and(|seen| step.retracted.contains(&seen.block.hash)) {
			if let Some(seen) = self.seen.pop() {
				updates.push(TaskUpdate { retracted: true, ..seen.update(self.task) });
				base = Some(seen);
			}
		}
		if let (Some(base), true) = (base, self.seen.is_empty()) {
			let (block, observed) = step.common;
			// The first update tells in which block the task was looked at first, not which block
			// changed it: where it was the same in the common block, nothing is taken back.
			if observed.as_ref().is_some_and(|observed| observed.is_as(&base.observed)) {
				updates.pop();
				self.seen.push(Seen { block, observed: base.observed });
			} else {
				updates.extend(self.see(block, observed));
			}
		}
		for (block, observed) in step.enacted {
			updates.extend(self.see(block, observed));
		}
		self.best = step.best;
		updates
	}

	/// The block in which the task ended, once that is among the finalized blocks: then nothing
	/// can change any more.
	pub fn ended_by(&self, finalized: BlockNumber) -> Option<BlockNumber> {
		let seen = self.seen.last()?;
		let ended = seen.observed.state.ended_at()?.min(seen.block.number);
		(ended <= finalized).then_some(ended)
	}

	/// Whether the task has ended on the current best chain.
	pub fn has_ended(&self) -> bool {
		self.seen.last().is_some_and(|seen| seen.observed.state.has_ended())
	}

	/// The last update of all: the end, in the finalized `block`.
	pub fn last_update(&self, block: BlockRef) -> Option<TaskUpdate> {
		let update = self.seen.last()?.update(self.task);
		Some(TaskUpdate { block, finalized: true, ..update })
	}

	fn see(&mut self, block: BlockRef, observed: Option<Observed>) -> Option<TaskUpdate> {
		// A task that is gone was forgotten after its end, or is not yet submitted on this branch:
		// both are no news.
		let observed = observed?;
		if self.seen.last().is_some_and(|seen| observed.is_as(&seen.observed)) {
			return None;
		}
		let seen = Seen { block, observed };
		let update = seen.update(self.task);
		self.seen.push(seen);
		Some(update)
	}
}

impl Seen {
	fn update(&self, task: TaskId) -> TaskUpdate {
		TaskUpdate {
			task,
			block: self.block,
			state: self.observed.state.clone(),
			retracted: false,
			finalized: false,
		}
	}
}

#[cfg(test)]
mod tests;
