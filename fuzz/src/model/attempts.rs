// SPDX-License-Identifier: Apache-2.0
//! Tasks that are assigned: who is at work, who is called when somebody fails, and how they end.

use super::{
	conclusion::{Case, Ended},
	requests::Spec,
	Model,
};
use crate::runtime::*;
use pallet_attestation::Event;
use pallet_settlement::Event as SettlementEvent;
use proofyard_primitives::{
	limits::MAX_ATTEMPTS, session::Report, traits::AttemptEnding, AttemptFate, FailureReason, Role,
	TaskId, TaskKind,
};
use sp_core::H256;
use std::collections::BTreeSet;

/// A task that is assigned.
#[derive(Clone, Debug)]
pub struct Live {
	pub spec: Spec,
	/// What its escrow holds.
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
	/// What is left of it.
	pub bond: Balance,
	pub committed_ms: u64,
	pub started_at: BlockNumber,
	/// The last block in which it is in time.
	pub due: BlockNumber,
	pub replaced: bool,
	pub rejections: u32,
	pub commitment: Option<(H256, BlockNumber)>,
	pub state: State,
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
	Running,
	/// What it is due, and whether it was late.
	Verified(Balance, bool),
	Declined,
	Reported,
	Rejected,
	/// Late, and taken from a prover in jail.
	Defaulted,
}

/// A prover that may be called.
#[derive(Clone, Debug)]
pub struct Standby {
	pub prover: AccountId,
	pub price: Balance,
	pub bond: Balance,
	pub committed_ms: u64,
}

/// What is offered to everybody.
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
		self.state == State::Running
	}

	pub fn is_first(&self) -> bool {
		matches!(self.role, Role::Primary | Role::Together)
	}

	pub fn is_late(&self, now: BlockNumber) -> bool {
		now > self.due
	}
}

impl Live {
	/// A task that these provers start: account, price, bond, time; the primary first.
	pub fn begin(
		spec: Spec,
		held: Balance,
		now: BlockNumber,
		due: BlockNumber,
		first: &[(AccountId, Balance, Balance, u64)],
		standbys: Vec<Standby>,
	) -> Self {
		let attempts = first.iter().enumerate().map(|(place, first)| {
			let (prover, price, bond, committed_ms) = *first;
			let role = if place == 0 { Role::Primary } else { Role::Together };
			Attempt::new(prover, role, price, bond, committed_ms, now, due)
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

	fn verified(&self) -> usize {
		self.attempts.iter().filter(|a| matches!(a.state, State::Verified(..))).count()
	}

	fn needed(&self) -> usize {
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
			.map(|a| a.due);
		soft.chain([self.spec.deadline]).min().unwrap_or(0) + 1
	}

	/// Whether enough proofs are committed to.
	pub fn shows_proofs(&self) -> bool {
		let committed = self.attempts.iter().filter(|attempt| {
			attempt.commitment.is_some()
				&& matches!(attempt.state, State::Running | State::Verified(..))
		});
		committed.count() >= self.needed()
	}

	/// What bonds pay for somebody else to deliver, above the price.
	pub fn pool(&self, now: BlockNumber) -> Balance {
		let liable: Vec<Balance> = self
			.attempts
			.iter()
			.filter(|attempt| match attempt.state {
				State::Running => attempt.is_first() && attempt.is_late(now),
				State::Verified(..) => false,
				State::Declined | State::Reported | State::Rejected | State::Defaulted => true,
			})
			.map(|attempt| attempt.bond)
			.collect();
		let parts = if self.needed() > 1 { liable.len().max(1) } else { 1 };
		liable.iter().sum::<Balance>() * 80 / 100 / parts as Balance
	}

	/// What is paid for a proof that is announced now.
	pub fn reward(&self, now: BlockNumber) -> Option<Balance> {
		let since = self.bounty.as_ref()?.since;
		let span = Balance::from(self.spec.deadline.saturating_sub(since));
		let past = Balance::from(now.min(self.spec.deadline).saturating_sub(since));
		let most = self.pool(now);
		Some(self.price + if span == 0 { most } else { most * past / span })
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
		due: BlockNumber,
	) -> Self {
		Self {
			prover,
			role,
			price,
			bond,
			committed_ms,
			started_at,
			due,
			replaced: false,
			rejections: 0,
			commitment: None,
			state: State::Running,
		}
	}
}

impl Model {
	/// The live task of this id.
	pub fn live(&mut self, task: TaskId) -> &mut Live {
		self.touched.insert(task);
		self.live.get_mut(&task).unwrap_or_else(|| panic!("task {task} is not live"))
	}

	/// A prover, with room for it, starts at a task of which others failed.
	pub fn start(&mut self, task: TaskId, role: Role, standby: Standby) {
		let now = self.now;
		let Standby { prover, price, bond, committed_ms } = standby;
		let live = self.live(task);
		let market = live.spec.market;
		let left = live.spec.deadline - now;
		let due = now + (left / 2).max(1).min(left);
		assert!(live.attempt_of(prover).is_none(), "{prover} tries task {task} twice");
		let attempt = live.attempts.len() as u32;
		live.attempts.push(Attempt::new(prover, role, price, bond, committed_ms, now, due));
		live.wanted = false;
		self.prover(prover).reserve(market, bond, committed_ms);
		self.expect(Event::ProverCalled { task, prover, attempt, role, price, bond, due });
	}

	/// Somebody is to take the place of an attempt.
	pub fn replace(&mut self, task: TaskId, place: usize) {
		let now = self.now;
		let live = self.live(task);
		if !live.has_fallback() || live.attempts[place].replaced {
			return;
		}
		live.attempts[place].replaced = true;
		let left_ms = u64::from(live.spec.deadline.saturating_sub(now)) * MILLIS;
		loop {
			let live = self.live(task);
			let Some(standby) = live.standbys.get(live.called).cloned() else { break };
			live.called += 1;
			let may = live.attempts.len() + 1 < MAX_ATTEMPTS as usize
				&& live.attempt_of(standby.prover).is_none();
			let has_room = self.provers.get(&standby.prover).is_some_and(|prover| {
				prover.committed_ms + standby.committed_ms <= left_ms
					&& prover.may_take(now, standby.bond)
			});
			if may && has_room {
				return self.start(task, Role::Standby, standby);
			}
		}
		let live = self.live(task);
		if live.attempts.len() + 1 < MAX_ATTEMPTS as usize {
			live.wanted = true;
		}
		if live.bounty.is_none() && live.needed() == 1 {
			live.bounty = Some(Bounty { since: now, announced: Vec::new() });
			self.expect(Event::BountyOpened { task });
		}
	}

	/// An attempt passed its soft deadline.
	pub fn late(&mut self, task: TaskId, prover: AccountId, place: u32) {
		let now = self.now;
		let live = self.live(task);
		let attempt = &live.attempts[place as usize];
		assert!(now <= live.spec.deadline, "task {task} is late and not over");
		assert!(
			attempt.prover == prover
				&& attempt.is_running()
				&& attempt.is_late(now)
				&& !attempt.replaced,
			"{attempt:?} of task {task} is not late"
		);
		self.replace(task, place as usize);
	}

	/// An attempt ends for its prover.
	fn leave(&mut self, task: TaskId, place: usize, ending: AttemptEnding) {
		let live = self.live(task);
		let (market, kind) = (live.spec.market, live.spec.kind);
		let attempt = &live.attempts[place];
		let (prover, committed_ms) = (attempt.prover, attempt.committed_ms);
		self.vacate(prover, market, committed_ms, ending, kind);
	}

	/// An attempt is given back.
	pub fn give_back(&mut self, task: TaskId, place: usize, report: Report) {
		let live = self.live(task);
		let attempt = &mut live.attempts[place];
		assert!(attempt.is_running(), "{attempt:?} of task {task} is given back");
		let prover = attempt.prover;
		let ending = match report {
			Report::Declined => {
				attempt.state = State::Declined;
				AttemptEnding::Declined
			}
			Report::InputUnavailable => {
				attempt.state = State::Reported;
				AttemptEnding::Lost
			}
		};
		let reports = live.attempts.iter().filter(|a| a.state == State::Reported).count();
		let has_fallback = live.has_fallback();
		self.leave(task, place, ending);
		let attempt = place as u32;
		self.expect(Event::AttemptGivenBack { task, prover, attempt, report });
		if reports >= 2 {
			self.conclude(task, Some(FailureReason::InputUnavailable), None);
		} else if has_fallback {
			self.replace(task, place);
		} else {
			self.conclude(task, Some(FailureReason::GivenBack), None);
		}
	}

	/// A late attempt of a prover in jail is taken from it: it cannot deliver any more.
	pub fn taken(&mut self, task: TaskId, place: usize) {
		let now = self.now;
		let attempt = &mut self.live(task).attempts[place];
		assert!(attempt.is_running() && attempt.is_first() && attempt.is_late(now));
		attempt.state = State::Defaulted;
		self.leave(task, place, AttemptEnding::Defaulted);
		self.replace(task, place);
		self.coverage.count("jail", "a late attempt taken");
	}

	/// A late attempt of a prover in jail that the chain has taken from it, and the model not yet.
	pub fn taken_from_jailed(&self, task: TaskId) -> Option<usize> {
		let chain = pallet_attestation::Live::<Runtime>::get(task)?;
		let attempts = self.live.get(&task)?.attempts.iter().zip(&chain.attempts);
		let mut taken = attempts.map(|(attempt, chain)| {
			attempt.is_running()
				&& attempt.is_first()
				&& attempt.is_late(self.now)
				&& self.jailed.contains(&attempt.prover)
				&& chain.state == pallet_attestation::AttemptState::Defaulted
		});
		taken.position(|taken| taken)
	}

	/// An attempt delivered.
	pub fn verified(&mut self, task: TaskId, place: usize) {
		let now = self.now;
		let live = self.live(task);
		let deadline = live.spec.deadline;
		let attempt = &mut live.attempts[place];
		let prover = attempt.prover;
		let late = attempt.is_first() && attempt.is_late(now);
		let mut due = attempt.price;
		if late {
			// Down to 70 % at the deadline, the cut rounded down.
			let (past, span) = (now - attempt.due, deadline - attempt.due);
			due -= attempt.price * 30 * Balance::from(past) / (100 * Balance::from(span));
		}
		attempt.state = State::Verified(due, late);
		let ending = if late { AttemptEnding::Late } else { AttemptEnding::Verified };
		let enough = live.verified() >= live.needed();
		let attempt = place as u32;
		self.expect(Event::ProofVerified { task, prover, attempt });
		self.leave(task, place, ending);
		if enough {
			self.conclude(task, None, None);
		}
	}

	/// A proof of an attempt was rejected.
	pub fn rejected(&mut self, task: TaskId, place: usize, proof: H256) {
		let live = self.live(task);
		let attempt = &mut live.attempts[place];
		let charge = VERIFICATION_FEE.min(attempt.bond);
		let who = attempt.prover;
		attempt.bond -= charge;
		attempt.rejections += 1;
		attempt.commitment = None;
		let defaulted = attempt.rejections >= MAX_REJECTIONS;
		if defaulted {
			attempt.state = State::Rejected;
		}
		live.rejected.insert(proof);
		let has_fallback = live.has_fallback();
		match self.notes.next() {
			Some(RuntimeEvent::Attestation(Event::ProofRejected {
				task: of,
				prover,
				attempt,
				charged,
				..
			})) => {
				assert_eq!((of, prover, attempt, charged), (task, who, place as u32, charge));
			}
			other => panic!("a proof for task {task} is no proof, and then {other:?}"),
		}
		self.slash(who, charge);
		self.burnt += charge;
		if defaulted {
			self.leave(task, place, AttemptEnding::Rejected);
			if has_fallback {
				self.replace(task, place);
			} else {
				self.conclude(task, Some(FailureReason::ProofsRejected), None);
			}
		}
	}

	/// Somebody showed a proof that it had announced.
	pub fn bounty_shown(&mut self, task: TaskId, prover: AccountId, valid: bool) {
		let live = self.live(task);
		let deadline = live.spec.deadline;
		let bounty = live.bounty.as_mut().expect("a bounty");
		let place = bounty.announced.iter().position(|a| a.prover == prover);
		let announced = bounty.announced.remove(place.expect("an announcement"));
		if !valid {
			match self.notes.next() {
				Some(RuntimeEvent::Attestation(Event::BountyProofRejected {
					task: of,
					prover: who,
					..
				})) => assert_eq!((of, who), (task, prover)),
				other => panic!("a bounty's proof for task {task} is none, and then {other:?}"),
			}
			return self.forfeit(task, prover, announced.deposit);
		}
		let attempt = live.attempts.len() as u32;
		let reward = announced.reward;
		let mut winner = Attempt::new(prover, Role::Bounty, reward, 0, 0, announced.at, deadline);
		winner.state = State::Verified(reward, false);
		live.attempts.push(winner);
		self.put_back(prover, announced.deposit);
		self.expect(Event::ProofVerified { task, prover, attempt });
		self.conclude(task, None, None);
	}

	/// A deposit is lost.
	pub fn forfeit(&mut self, task: TaskId, prover: AccountId, deposit: Balance) {
		self.slash(prover, deposit);
		self.burnt += deposit;
		self.expect(SettlementEvent::BidForfeited { task, prover, amount: deposit });
	}

	/// A task is over: settled, or failed for this reason.
	pub fn conclude(
		&mut self,
		task: TaskId,
		failure: Option<FailureReason>,
		keeper: Option<AccountId>,
	) {
		let now = self.now;
		let live = self.live(task).clone();
		let mut ended = Vec::new();
		for (place, attempt) in live.attempts.iter().enumerate() {
			let fate = fate(attempt, failure, now);
			if attempt.is_running() {
				let ending = if fate == AttemptFate::Defaulted {
					AttemptEnding::Defaulted
				} else {
					AttemptEnding::Lost
				};
				self.leave(task, place, ending);
			}
			let price = match attempt.state {
				State::Verified(due, _) => due,
				_ => attempt.price,
			};
			let Attempt { prover, role, bond, .. } = *attempt;
			ended.push(Ended { prover, role, fate, price, bond });
		}
		self.live.remove(&task);
		for announced in live.bounty.iter().flat_map(|bounty| &bounty.announced) {
			if failure == Some(FailureReason::DeadlinePassed) {
				self.forfeit(task, announced.prover, announced.deposit);
			} else {
				self.put_back(announced.prover, announced.deposit);
			}
		}
		let case = Case {
			requester: live.spec.requester,
			held: live.held,
			price: live.price,
			attempts: ended,
			failure,
			keeper,
			fee: self.fees.0,
		};
		self.pay(task, &live, &case);
		for (attempt, taken) in case.attempts.iter().zip(case.payments().taken) {
			self.put_back(attempt.prover, attempt.bond - taken);
		}
		self.release(live.spec.program);
	}

	fn pay(&mut self, task: TaskId, live: &Live, case: &Case) {
		let payments = case.payments();
		let requester = case.requester;
		for (attempt, taken) in case.attempts.iter().zip(&payments.taken) {
			self.slash(attempt.prover, *taken);
		}
		self.split_fee(payments.fee);
		for (attempt, earned) in case.attempts.iter().zip(&payments.earned) {
			self.reward(attempt.prover, *earned);
		}
		*self.free.entry(requester).or_default() += payments.refunded + payments.compensation;
		if let Some(keeper) = case.keeper {
			*self.free.entry(keeper).or_default() += payments.keeper;
		}
		self.burnt += payments.burnt;
		let into = payments.earned.iter().sum::<Balance>() + payments.fee + payments.refunded;
		let into = into + payments.compensation + payments.keeper + payments.burnt;
		let taken = payments.taken.iter().sum::<Balance>();
		assert_eq!(into, case.held + taken, "the model makes or loses money: {case:?}");

		let rejections: u32 = live.attempts.iter().map(|attempt| attempt.rejections).sum();
		let charged = Balance::from(rejections) * VERIFICATION_FEE;
		for (attempt, (earned, slashed)) in
			case.attempts.iter().zip(payments.earned.iter().zip(&payments.taken))
		{
			self.coverage.count("fate", &format!("{:?}", attempt.fate));
			self.coverage.count("role", &format!("{:?}/{:?}", attempt.role, attempt.fate));
			let (earned, slashed) = (*earned, *slashed);
			let Ended { prover, role, fate, .. } = *attempt;
			self.check_sure(case, attempt, earned, charged);
			self.expect(SettlementEvent::AttemptConcluded {
				task,
				prover,
				role,
				fate,
				earned,
				slashed,
			});
		}
		let event = match case.failure {
			None => {
				self.coverage.count("end", "settled");
				let verified = |a: &&Ended| a.fate.is_verified();
				let last = case.attempts.iter().rev().find(verified).expect("it settled it");
				let (paid, fee) = (payments.paid, payments.fee);
				SettlementEvent::TaskSettled { task, requester, prover: last.prover, paid, fee }
			}
			Some(reason) => {
				self.coverage.count("end", &format!("failed: {reason:?}"));
				SettlementEvent::TaskFailed {
					task,
					requester,
					prover: live.attempts[0].prover,
					reason,
					refunded: payments.refunded,
					compensation: payments.compensation,
					slashed: taken,
				}
			}
		};
		self.expect(event);
		self.ended.insert(task, self.now);
		self.touched.insert(task);
	}

	/// Whoever was called and delivered a task of one proof is paid all it was promised. A bounty
	/// is promised of bonds that may be charged for rejected proofs afterwards: so much it may miss.
	fn check_sure(&self, case: &Case, attempt: &Ended, earned: Balance, charged: Balance) {
		if case.failure.is_none() && attempt.fate == AttemptFate::Verified {
			let due = if matches!(attempt.role, Role::Primary | Role::Together) {
				attempt.price
			} else {
				attempt.price.min(case.price)
			};
			let fee = (due * Balance::from(self.fees.0)).div_ceil(1_000_000);
			let missing = if attempt.role == Role::Bounty { charged } else { 0 };
			assert!(
				earned <= attempt.price - fee && earned + missing >= attempt.price - fee,
				"{earned} is not what was promised to {attempt:?}, of {case:?}"
			);
		}
	}
}

/// What becomes of an attempt when its task ends in block `now`.
fn fate(attempt: &Attempt, failure: Option<FailureReason>, now: BlockNumber) -> AttemptFate {
	let unavailable = failure == Some(FailureReason::InputUnavailable);
	match attempt.state {
		State::Verified(_, false) => AttemptFate::Verified,
		State::Verified(_, true) => AttemptFate::VerifiedLate,
		State::Declined => AttemptFate::Declined,
		State::Reported if unavailable => AttemptFate::Excused,
		State::Reported => AttemptFate::Reported,
		State::Rejected => AttemptFate::Rejected,
		State::Defaulted => AttemptFate::Defaulted,
		State::Running if unavailable => AttemptFate::Lost,
		State::Running if failure.is_some() => AttemptFate::Defaulted,
		State::Running if !attempt.is_late(now) => AttemptFate::Lost,
		State::Running if attempt.is_first() => AttemptFate::Defaulted,
		State::Running => AttemptFate::Slow,
	}
}
