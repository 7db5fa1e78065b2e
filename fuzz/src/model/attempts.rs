// SPDX-License-Identifier: Apache-2.0
//! Fates of attempts: who is called when somebody fails, and how tasks end.

use super::{
	conclusion::{Case, Ended},
	live::{Attempt, Bounty, Live, Standby},
	values,
	work::Verdict,
	Model,
};
use crate::{proofs, runtime::*};
use pallet_attestation::{Event, RejectReason};
use pallet_settlement::Event as SettlementEvent;
use proofyard_mechanism::level::DELAY_PERCENT;
use proofyard_primitives::{
	limits::MAX_ATTEMPTS, session::Report, AttemptState, Ending, FailureReason, ProofData, Role,
	TaskId,
};
use sp_core::H256;
use sp_io::hashing::{blake2_256, sha2_256};

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
		let soft_deadline = now + (left / 2).max(1).min(left);
		assert!(live.attempt_of(prover).is_none(), "{prover} tries task {task} twice");
		let attempt = live.attempts.len() as u32;
		live.attempts.push(Attempt::new(
			prover,
			role,
			price,
			bond,
			committed_ms,
			now,
			soft_deadline,
		));
		live.wanted = false;
		self.prover(prover).reserve(market, bond, committed_ms);
		self.expect(Event::ProverCalled {
			task,
			prover,
			attempt,
			role,
			price,
			bond,
			soft_deadline,
		});
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
	fn leave(&mut self, task: TaskId, place: usize, ending: Ending) {
		let live = self.live(task);
		let (market, kind) = (live.spec.market, live.spec.kind);
		let attempt = &live.attempts[place];
		let (prover, committed_ms) = (attempt.prover, attempt.committed_ms);
		self.release_slot(prover, market, committed_ms, ending, kind);
	}

	/// An attempt is given back.
	pub fn give_back(&mut self, task: TaskId, place: usize, report: Report) {
		let live = self.live(task);
		let attempt = &mut live.attempts[place];
		assert!(attempt.is_running(), "{attempt:?} of task {task} is given back");
		let prover = attempt.prover;
		let ending = match report {
			Report::Declined => Ending::Declined,
			Report::InputUnavailable => Ending::Reported,
		};
		attempt.state = AttemptState::Ended(ending);
		let reported = AttemptState::Ended(Ending::Reported);
		let reports = live.attempts.iter().filter(|a| a.state == reported).count();
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
	pub fn taken(&mut self, task: TaskId, prover: AccountId, place: usize) {
		let now = self.now;
		let jailed = self.jailed.contains(&prover);
		let attempt = &mut self.live(task).attempts[place];
		assert!(
			jailed
				&& attempt.prover == prover
				&& attempt.is_running()
				&& attempt.is_first()
				&& attempt.is_late(now),
			"{attempt:?} of task {task} is taken from {prover}"
		);
		attempt.state = AttemptState::Ended(Ending::Defaulted);
		self.leave(task, place, Ending::Defaulted);
		self.replace(task, place);
		self.coverage.count("jail", "a late attempt taken");
	}

	/// An attempt delivered.
	pub fn verified(&mut self, task: TaskId, place: usize, proof: &ProofData) {
		let now = self.now;
		let live = self.live(task);
		let way = match (live.needs_commitment(place, now), live.attempts[place].commitment) {
			(true, _) => "committed to",
			(false, Some(_)) => "committed to ahead",
			(false, None) if live.attempts.iter().filter(|a| a.is_running()).count() > 1 => {
				"without a commitment, others at work"
			}
			(false, None) => "without a commitment",
		};
		self.coverage.count("shown", way);
		let live = self.live(task);
		let deadline = live.spec.deadline;
		let attempt = &mut live.attempts[place];
		let prover = attempt.prover;
		let late = attempt.is_first() && attempt.is_late(now);
		let mut owed = attempt.price;
		if late {
			// Down to the floor at the deadline, the cut rounded down.
			let (past, span) = (now - attempt.soft_deadline, deadline - attempt.soft_deadline);
			owed -= attempt.price * Balance::from(DELAY_PERCENT) * Balance::from(past)
				/ (100 * Balance::from(span));
		}
		let ending = if late { Ending::VerifiedLate } else { Ending::Verified };
		attempt.state = AttemptState::Ended(ending);
		attempt.owed = Some(owed);
		let enough = live.verified() >= live.needed();
		let attempt = place as u32;
		self.expect_verified(task, prover, attempt, proof);
		self.leave(task, place, ending);
		if enough {
			self.conclude(task, None, None);
		}
	}

	/// The world is told what was proven.
	fn expect_verified(
		&mut self,
		task: TaskId,
		prover: AccountId,
		attempt: u32,
		proof: &ProofData,
	) {
		let spec = &self.live(task).spec;
		let (program, system, kind) =
			(spec.program, spec.market.system, values::kind(&spec.values));
		self.coverage.count("proven", &format!("{system:?}"));
		self.coverage.count("proven", kind);
		let public_values = H256(sha2_256(&proof.public_values));
		let proof = H256(blake2_256(&proof.proof));
		self.expect(Event::ProofVerified { task, prover, attempt, program, public_values, proof });
	}

	/// A proof of an attempt was rejected.
	pub fn rejected(&mut self, task: TaskId, place: usize, proof: &ProofData, verdict: Verdict) {
		let live = self.live(task);
		let attempt = &mut live.attempts[place];
		let charge = VERIFICATION_FEE.min(attempt.bond);
		let who = attempt.prover;
		attempt.bond -= charge;
		attempt.rejections += 1;
		attempt.commitment = None;
		let defaulted = attempt.rejections >= MAX_REJECTIONS;
		if defaulted {
			attempt.state = AttemptState::Ended(Ending::Rejected);
		}
		live.rejected.insert(proofs::hash(proof));
		let has_fallback = live.has_fallback();
		match self.notes.take() {
			Some(RuntimeEvent::Attestation(Event::ProofRejected {
				task: of,
				prover,
				attempt,
				reason,
				charged,
			})) => {
				assert_eq!((of, prover, attempt, charged), (task, who, place as u32, charge));
				check_reason(reason, verdict);
			}
			other => panic!("a proof for task {task} is no proof, and then {other:?}"),
		}
		self.slash(who, charge);
		self.burnt += charge;
		if defaulted {
			self.leave(task, place, Ending::Rejected);
			if has_fallback {
				self.replace(task, place);
			} else {
				self.conclude(task, Some(FailureReason::ProofsRejected), None);
			}
		}
	}

	/// Somebody showed a proof that it had announced.
	pub fn bounty_shown(
		&mut self,
		task: TaskId,
		prover: AccountId,
		proof: &ProofData,
		verdict: Verdict,
	) {
		let live = self.live(task);
		let deadline = live.spec.deadline;
		let bounty = live.bounty.as_mut().expect("a bounty");
		let place = bounty.announced.iter().position(|a| a.prover == prover);
		let announced = bounty.announced.remove(place.expect("an announcement"));
		if verdict != Verdict::Valid {
			match self.notes.take() {
				Some(RuntimeEvent::Attestation(Event::BountyProofRejected {
					task: of,
					prover: who,
					reason,
				})) => {
					assert_eq!((of, who), (task, prover));
					check_reason(reason, verdict);
				}
				other => panic!("a bounty's proof for task {task} is none, and then {other:?}"),
			}
			return self.forfeit(task, prover, announced.deposit);
		}
		let attempt = live.attempts.len() as u32;
		let reward = announced.reward;
		let mut winner = Attempt::new(prover, Role::Bounty, reward, 0, 0, announced.at, deadline);
		winner.state = AttemptState::Ended(Ending::Verified);
		winner.owed = Some(reward);
		live.attempts.push(winner);
		self.release_bond(prover, announced.deposit);
		self.expect_verified(task, prover, attempt, proof);
		self.conclude(task, None, None);
	}

	/// A deposit is lost.
	pub fn forfeit(&mut self, task: TaskId, prover: AccountId, deposit: Balance) {
		self.slash(prover, deposit);
		self.burnt += deposit;
		self.expect(SettlementEvent::DepositForfeited { task, prover, amount: deposit });
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
				self.leave(task, place, fate);
			}
			let price = attempt.owed.unwrap_or(attempt.price);
			let Attempt { prover, role, bond, .. } = *attempt;
			ended.push(Ended { prover, role, fate, price, bond });
		}
		self.live.remove(&task);
		for announced in live.bounty.iter().flat_map(|bounty| &bounty.announced) {
			if failure == Some(FailureReason::DeadlinePassed) {
				self.forfeit(task, announced.prover, announced.deposit);
			} else {
				self.release_bond(announced.prover, announced.deposit);
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
			self.release_bond(attempt.prover, attempt.bond - taken);
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
		if case.failure.is_none() && attempt.fate == Ending::Verified {
			let due = if matches!(attempt.role, Role::Primary | Role::CoPrimary) {
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

/// A proof is rejected for what is wrong about it.
fn check_reason(reason: RejectReason, verdict: Verdict) {
	let expected = match verdict {
		Verdict::Differs => reason == RejectReason::PublicValuesDiffer,
		Verdict::Invalid => matches!(reason, RejectReason::Refused(_)),
		Verdict::Valid | Verdict::None => false,
	};
	assert!(expected, "a proof is rejected for {reason:?}, and is {verdict:?}");
}

/// Ending of an attempt when its task ends in block `now`.
fn fate(attempt: &Attempt, failure: Option<FailureReason>, now: BlockNumber) -> Ending {
	let unavailable = failure == Some(FailureReason::InputUnavailable);
	match attempt.state {
		AttemptState::Ended(Ending::Reported) if unavailable => Ending::Excused,
		AttemptState::Ended(ending) => ending,
		AttemptState::Running if unavailable => Ending::Lost,
		AttemptState::Running if failure.is_some() => Ending::Defaulted,
		AttemptState::Running if !attempt.is_late(now) => Ending::Lost,
		AttemptState::Running if attempt.is_first() => Ending::Defaulted,
		AttemptState::Running => Ending::Slow,
	}
}
