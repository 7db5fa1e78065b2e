// SPDX-License-Identifier: Apache-2.0
//! Tasks that are assigned: who is at work at them, and what follows from that.

use super::requests::Spec;
use crate::runtime::*;
use proofyard_mechanism::level::RESCUE_PERCENT;
use proofyard_primitives::{AttemptState, Ending, Role, TaskKind};
use sp_core::H256;
use std::collections::BTreeSet;

/// A task that is assigned.
#[derive(Clone, Debug)]
pub struct Live {
	pub spec: Spec,
	/// Money in its escrow.
	pub held: Balance,
	/// The price of the primary.
	pub price: Balance,
	pub attempts: Vec<Attempt>,
	pub standbys: Vec<Standby>,
	/// Standbys called or passed over.
	pub called: usize,
	/// Whether the auction is to look for somebody.
	pub wanted: bool,
	pub rejected: BTreeSet<H256>,
	pub bounty: Option<Bounty>,
}

/// Somebody's try at a task.
#[derive(Clone, Debug)]
pub struct Attempt {
	pub prover: AccountId,
	pub role: Role,
	pub price: Balance,
	/// Part of its bond that is left.
	pub bond: Balance,
	pub committed_ms: u64,
	pub started_at: BlockNumber,
	/// The last block in which it is in time.
	pub soft_deadline: BlockNumber,
	pub replaced: bool,
	pub rejections: u32,
	pub commitment: Option<(H256, BlockNumber)>,
	pub state: AttemptState,
	/// Payment for its verified proof.
	pub owed: Option<Balance>,
}

/// A prover that may be called.
#[derive(Clone, Debug)]
pub struct Standby {
	pub prover: AccountId,
	pub price: Balance,
	pub bond: Balance,
	pub committed_ms: u64,
}

/// Offer to everybody.
#[derive(Clone, Debug)]
pub struct Bounty {
	pub since: BlockNumber,
	pub announced: Vec<Announced>,
}

/// A proof announced and not shown.
#[derive(Clone, Debug)]
pub struct Announced {
	pub prover: AccountId,
	pub commitment: H256,
	pub at: BlockNumber,
	pub reward: Balance,
	pub deposit: Balance,
}

impl Attempt {
	pub fn is_running(&self) -> bool {
		self.state == AttemptState::Running
	}

	pub fn is_verified(&self) -> bool {
		matches!(self.state, AttemptState::Ended(Ending::Verified | Ending::VerifiedLate))
	}

	pub fn is_first(&self) -> bool {
		matches!(self.role, Role::Primary | Role::CoPrimary)
	}

	pub fn is_late(&self, now: BlockNumber) -> bool {
		now > self.soft_deadline
	}
}

impl Live {
	/// A task that these provers start: account, price, bond, time; the primary first.
	pub fn begin(
		spec: Spec,
		held: Balance,
		now: BlockNumber,
		soft_deadline: BlockNumber,
		first: &[(AccountId, Balance, Balance, u64)],
		standbys: Vec<Standby>,
	) -> Self {
		let attempts = first.iter().enumerate().map(|(place, first)| {
			let (prover, price, bond, committed_ms) = *first;
			let role = if place == 0 { Role::Primary } else { Role::CoPrimary };
			Attempt::new(prover, role, price, bond, committed_ms, now, soft_deadline)
		});
		Self {
			spec,
			held,
			price: first[0].1,
			attempts: attempts.collect(),
			standbys,
			called: 0,
			wanted: false,
			rejected: BTreeSet::new(),
			bounty: None,
		}
	}

	pub fn attempt_of(&self, who: AccountId) -> Option<usize> {
		self.attempts.iter().position(|attempt| attempt.prover == who)
	}

	/// Number of its verified proofs.
	pub fn verified(&self) -> usize {
		self.attempts.iter().filter(|a| a.is_verified()).count()
	}

	/// Number of proofs that it takes.
	pub fn needed(&self) -> usize {
		self.spec.redundancy.needed.into()
	}

	/// Whether others may take over.
	pub fn has_fallback(&self) -> bool {
		self.spec.kind != TaskKind::Calibration
	}

	/// The first block in which the chain has something to do.
	pub fn next_due(&self) -> BlockNumber {
		let soft = self
			.attempts
			.iter()
			.filter(|a| a.is_running() && !a.replaced && self.has_fallback())
			.map(|a| a.soft_deadline);
		soft.chain([self.spec.deadline]).min().unwrap_or(0) + 1
	}

	/// Whether an attempt shows its proof in a later block than it commits to it: where several proofs
	/// count, and where it could be a copy of somebody's who had a block before this one to show his.
	pub fn needs_commitment(&self, place: usize, now: BlockNumber) -> bool {
		let mut others = self.attempts.iter().enumerate().filter(|(other, _)| *other != place);
		let mut announced = self.bounty.iter().flat_map(|bounty| &bounty.announced);
		self.needed() > 1
			|| others.any(|(_, other)| other.is_running() && other.started_at < now)
			|| announced.any(|announced| announced.at < now)
	}

	/// Whether enough proofs are committed to.
	pub fn shows_proofs(&self) -> bool {
		let committed = self.attempts.iter().filter(|attempt| {
			attempt.commitment.is_some() && (attempt.is_running() || attempt.is_verified())
		});
		committed.count() >= self.needed()
	}

	/// Budget from bonds for somebody else to deliver, above the price.
	pub fn rescue_budget(&self, now: BlockNumber) -> Balance {
		let liable: Vec<Balance> = self
			.attempts
			.iter()
			.filter(|attempt| match attempt.state {
				AttemptState::Running => attempt.is_first() && attempt.is_late(now),
				AttemptState::Ended(_) => !attempt.is_verified(),
			})
			.map(|attempt| attempt.bond)
			.collect();
		let parts = if self.needed() > 1 { liable.len().max(1) } else { 1 };
		liable.iter().sum::<Balance>() * Balance::from(RESCUE_PERCENT) / 100 / parts as Balance
	}

	/// Payment for a proof that is announced now.
	pub fn reward(&self, now: BlockNumber) -> Option<Balance> {
		let since = self.bounty.as_ref()?.since;
		let span = Balance::from(self.spec.deadline.saturating_sub(since));
		let past = Balance::from(now.min(self.spec.deadline).saturating_sub(since));
		let most = self.rescue_budget(now);
		Some(self.price + (most * past).checked_div(span).unwrap_or(most))
	}
}

impl Attempt {
	pub fn new(
		prover: AccountId,
		role: Role,
		price: Balance,
		bond: Balance,
		committed_ms: u64,
		started_at: BlockNumber,
		soft_deadline: BlockNumber,
	) -> Self {
		Self {
			prover,
			role,
			price,
			bond,
			committed_ms,
			started_at,
			soft_deadline,
			replaced: false,
			rejections: 0,
			commitment: None,
			state: AttemptState::Running,
			owed: None,
		}
	}
}
