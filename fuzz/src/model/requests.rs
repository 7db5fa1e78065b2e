// SPDX-License-Identifier: Apache-2.0
//! Tasks that wait for the auction, and what requesters and bidders do with them.

use super::{live::Live, values, Model};
use crate::runtime::*;
use pallet_settlement::Event as SettlementEvent;
use proofyard_primitives::{
	bid_commitment, FixedValues, InputRef, Market, ProgramId, Redundancy, ServiceLevel, TaskId,
	TaskKind, WorkModel,
};
use sp_core::H256;
use std::collections::BTreeMap;

/// Specification of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
	pub requester: AccountId,
	pub program: ProgramId,
	pub market: Market,
	pub kind: TaskKind,
	pub redundancy: Redundancy,
	pub work: u64,
	/// Whether the input is part of the task.
	pub inline: bool,
	/// Public values that are asked for.
	pub values: FixedValues,
	pub max_fee: Balance,
	pub deadline: BlockNumber,
}

/// A task that waits.
#[derive(Clone, Debug)]
pub struct Open {
	pub spec: Spec,
	pub provers: Vec<AccountId>,
	/// The last block to commit in, the last to reveal in.
	pub bidding: Option<(BlockNumber, BlockNumber)>,
	pub bids: BTreeMap<AccountId, Bid>,
}

/// A sealed bid.
#[derive(Clone, Debug)]
pub struct Bid {
	pub commitment: H256,
	/// Price and speed.
	pub revealed: Option<(Balance, u64)>,
}

impl Open {
	/// The first block in which the chain ends it.
	pub fn due(&self) -> BlockNumber {
		self.bidding.map_or(self.spec.deadline, |(_, reveal)| reveal + 1)
	}
}

/// The reference of a class.
#[derive(Clone, Debug)]
pub struct Reference {
	pub program: ProgramId,
	pub proofs: u32,
	pub blocks: u32,
	pub work: u64,
}

/// Ask of a prover, as far as the model knows it.
#[derive(Clone, Debug)]
pub struct Ask {
	/// The most that may count, if anything does.
	pub now: Option<Terms>,
	/// Terms that count from a block on, at the earliest.
	pub next: Option<(Terms, BlockNumber)>,
	/// The highest price that it has named.
	pub highest: Balance,
}

/// Terms that an ask offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
	/// For a unit of work. The chain rounds it up to a tick.
	pub price: Balance,
	pub lots: u32,
	pub speed: u64,
}

impl Model {
	/// Outcome expected of a call of the auctions pallet: whether it should succeed, where the rules say.
	/// Its effect is taken in if it did.
	pub fn auctions_call(
		&mut self,
		who: AccountId,
		call: &pallet_auctions::Call<Runtime>,
		done: bool,
	) -> Option<bool> {
		use pallet_auctions::Call;
		let now = self.now;
		match call {
			Call::submit_task { .. } => {
				if done {
					self.submitted(who, call);
				}
				None
			}
			Call::cancel_task { task } => {
				let should = self.open.get(task).is_some_and(|open| {
					open.spec.requester == who
						&& open.bidding.is_none_or(|(commit, _)| now <= commit)
				});
				if done && should {
					let open = self.open.remove(task).expect("looked at before");
					for prover in open.bids.keys() {
						self.release_bond(*prover, BOND_BASE);
					}
					let refunded = open.spec.max_fee;
					self.coverage.count("end", "cancelled");
					self.end(*task, &open.spec);
					self.release(open.spec.program);
					let requester = who;
					self.expect(SettlementEvent::TaskCancelled {
						task: *task,
						requester,
						refunded,
					});
				}
				Some(should)
			}
			Call::raise_fee { task, by } => {
				let should = *by > 0
					&& self.spendable(who) >= *by
					&& self
						.open
						.get(task)
						.is_some_and(|open| open.spec.requester == who && open.bidding.is_none());
				if done && should {
					*self.free.entry(who).or_default() -= by;
					self.opened(*task).spec.max_fee += by;
				}
				Some(should)
			}
			Call::prolong_task { task, by } => {
				let should = *by > 0
					&& self.open.get(task).is_some_and(|open| {
						let deadline = open.spec.deadline;
						open.spec.requester == who
							&& open.bidding.is_none()
							&& now < deadline && deadline + by - now <= LIFETIMES.1
					});
				if done && should {
					self.opened(*task).spec.deadline += by;
				}
				Some(should)
			}
			Call::poke { task } => {
				let should = self.open.get(task).is_some_and(|open| now >= open.due());
				if done && should {
					self.decided(*task);
				}
				Some(should)
			}
			Call::place_ask { market, price, lots, speed } => {
				if done {
					self.asked(who, *market, *price, *lots, *speed);
				}
				None
			}
			Call::withdraw_ask { market } => {
				let should = self.asks.remove(&(who, *market)).is_some();
				if should {
					assert!(done, "an ask that cannot be withdrawn");
					self.prover(who).asks -= 1;
				}
				Some(should)
			}
			Call::set_blocked { requester, blocked } => {
				let pair = (who, *requester);
				let is = self.blocked.contains(&pair);
				let should = is != *blocked && (!blocked || self.provers.contains_key(&who));
				match done && should {
					true if *blocked => drop(self.blocked.insert(pair)),
					true => drop(self.blocked.remove(&pair)),
					false => {}
				}
				Some(should)
			}
			Call::commit_bid { task, commitment } => {
				if done {
					self.bid(who, *task, *commitment);
				}
				None
			}
			Call::reveal_bid { task, price, speed, salt } => {
				Some(self.revealed(who, *task, *price, *speed, salt, done))
			}
			Call::calibrate { hardware, .. } => {
				if done {
					self.calibrates(who, *hardware);
				}
				None
			}
			Call::set_reference { hardware, reference, .. } => {
				if done {
					self.references.remove(hardware);
					if let Some(reference) = reference {
						let most = pallet_auctions::MAX_CALIBRATIONS;
						assert!(
							(1..=most).contains(&reference.proofs),
							"so many proofs of a class"
						);
						let known = Reference {
							program: reference.program,
							proofs: reference.proofs,
							blocks: reference.blocks,
							work: reference.work,
						};
						self.references.insert(*hardware, known);
					}
				}
				None
			}
			_ => None,
		}
	}

	fn opened(&mut self, task: TaskId) -> &mut Open {
		self.touched.insert(task);
		self.open.get_mut(&task).unwrap_or_else(|| panic!("task {task} is not open"))
	}

	fn submitted(&mut self, who: AccountId, call: &pallet_auctions::Call<Runtime>) {
		let pallet_auctions::Call::submit_task {
			program,
			level,
			work,
			input,
			values,
			max_fee,
			lifetime,
			provers,
			bidding,
			redundancy,
		} = call
		else {
			return;
		};
		let known = self.programs.get_mut(program).expect("a task of an unknown program");
		let on = !self.disabled.contains(&known.system);
		assert!(!known.retired && on, "a task of a program that takes none");
		assert!(values::can_be(values, known.key), "a task of which there is no proof");
		assert!((LIFETIMES.0..=LIFETIMES.1).contains(lifetime) && *max_fee >= MIN_FEE);
		known.live += 1;
		let work = match known.work {
			WorkModel::Fixed(fixed) => fixed,
			WorkModel::PerTask => work.expect("work that was stated"),
		};
		let market = Market {
			system: known.system,
			hardware: known.hardware,
			bucket: work.ilog2() as u8,
			level: *level,
		};
		let usual = if *level == ServiceLevel::Express && bidding.is_none() {
			Redundancy { needed: 1, started: 2 }
		} else {
			Redundancy { needed: 1, started: 1 }
		};
		let redundancy = redundancy.unwrap_or(usual);
		assert!(
			redundancy.needed >= 1
				&& redundancy.needed <= redundancy.started
				&& redundancy.started <= 3,
			"a redundancy that makes no sense"
		);
		assert!(*max_fee <= self.spendable(who), "an escrow that was not there");
		*self.free.entry(who).or_default() -= max_fee;
		let kind = if bidding.is_some() { TaskKind::Sealed } else { TaskKind::Market };
		let now = self.now;
		let spec = Spec {
			requester: who,
			program: *program,
			market,
			kind,
			redundancy,
			work,
			inline: matches!(input, InputRef::Inline(_)),
			values: values.clone(),
			max_fee: *max_fee,
			deadline: now + lifetime,
		};
		let bidding = bidding.map(|window| {
			assert!(window.commit + window.reveal + LIFETIMES.0 <= *lifetime);
			(now + window.commit, now + window.commit + window.reveal)
		});
		let provers = provers.to_vec();
		let task = self.new_task();
		self.open.insert(task, Open { spec, provers, bidding, bids: BTreeMap::new() });
	}

	fn new_task(&mut self) -> TaskId {
		let task = self.next_task;
		self.next_task += 1;
		self.touched.insert(task);
		task
	}

	fn asked(&mut self, who: AccountId, market: Market, price: Balance, lots: u32, speed: u64) {
		let wanted = Terms { price, lots, speed };
		let from = super::next_epoch(self.now);
		let reference = self.references.get(&market.hardware);
		if let Some(reference) = reference.filter(|_| market.system == SYSTEM) {
			let proven = self.provers[&who].calibrated.get(&market.hardware).copied();
			assert!(proven.unwrap_or(0) >= reference.proofs, "an ask without calibration");
		}
		assert!(self.provers[&who].hardware.covers(&market.hardware), "an ask beyond the hardware");
		let mut is_new = false;
		let ask = self.asks.entry((who, market)).or_insert_with(|| {
			is_new = true;
			Ask { now: None, next: None, highest: price }
		});
		ask.highest = ask.highest.max(price);
		ask.now = ask.at(self.now);
		if let Some(terms) = &mut ask.now {
			// Less counts at once.
			terms.lots = terms.lots.min(lots);
			terms.speed = terms.speed.min(speed);
		}
		ask.next = Some((wanted, from));
		if is_new {
			self.prover(who).asks += 1;
		}
	}

	fn bid(&mut self, who: AccountId, task: TaskId, commitment: H256) {
		let now = self.now;
		let free = self.provers[&who].free_stake();
		let open = self.opened(task);
		let (commit_until, _) = open.bidding.expect("bids are taken");
		assert!(now <= commit_until, "a bid that comes too late");
		assert!(open.provers.is_empty() || open.provers.contains(&who), "a bid of another");
		let bid = Bid { commitment, revealed: None };
		if open.bids.insert(who, bid).is_none() {
			assert!(free >= BOND_BASE, "a deposit that was not free");
			self.prover(who).reserved += BOND_BASE;
		}
	}

	fn revealed(
		&mut self,
		who: AccountId,
		task: TaskId,
		price: Balance,
		speed: u64,
		salt: &[u8; 32],
		done: bool,
	) -> bool {
		let now = self.now;
		let Some(open) = self.open.get_mut(&task) else { return false };
		let Some((commit, reveal)) = open.bidding else { return false };
		let Some(bid) = open.bids.get_mut(&who) else { return false };
		let should = now > commit
			&& now <= reveal
			&& speed > 0
			&& bid.revealed.is_none()
			&& bid.commitment == bid_commitment(task, &who, price, salt);
		if done && should {
			bid.revealed = Some((price, speed));
			self.touched.insert(task);
			self.release_bond(who, BOND_BASE);
		}
		should
	}

	fn calibrates(&mut self, who: AccountId, hardware: proofyard_primitives::HardwareClass) {
		let now = self.now;
		let reference = self.references.get(&hardware).expect("a reference").clone();
		let program = self.programs.get_mut(&reference.program).expect("its program");
		let on = !self.disabled.contains(&program.system);
		assert!(!program.retired && on, "a calibration with a program that takes none");
		program.live += 1;
		let (system, count) = (program.system, program.key.inputs() as usize);
		let market = Market {
			system,
			hardware,
			bucket: reference.work.ilog2() as u8,
			level: ServiceLevel::Standard,
		};
		assert!(self.provers[&who].may_take(now, BOND_BASE), "a calibration without room");
		assert!(self.provers[&who].hardware.covers(&hardware));
		let committed_ms = u64::from(reference.blocks) * MILLIS;
		self.prover(who).reserve(market, BOND_BASE, committed_ms);
		let task = self.new_task();
		// The challenge is drawn by the chain: it is read when the task is compared.
		let values = pallet_attestation::Live::<Runtime>::get(task)
			.map(|live| live.spec.values)
			.expect("a calibration is live at once");
		let FixedValues::Inputs(inputs) = &values else { panic!("a challenge that is {values:?}") };
		assert!(
			inputs.len() == count && inputs.iter().flatten().count() == 1,
			"a challenge that is {inputs:?}"
		);
		let spec = Spec {
			requester: who,
			program: reference.program,
			market,
			kind: TaskKind::Calibration,
			redundancy: Redundancy { needed: 1, started: 1 },
			work: reference.work,
			inline: true,
			values,
			max_fee: 0,
			deadline: now + reference.blocks,
		};
		let deadline = spec.deadline;
		let first = (who, 0, BOND_BASE, committed_ms);
		self.live.insert(task, Live::begin(spec, 0, now, deadline, &[first], Vec::new()));
	}

	/// The time of an open task has come: forfeits, then an award or the end.
	pub fn decided(&mut self, task: TaskId) {
		let open = self.open.remove(&task).unwrap_or_else(|| panic!("task {task} is not open"));
		self.touched.insert(task);
		assert!(self.now >= open.due(), "task {task} is decided before its time");
		let hidden = open.bids.values().filter(|bid| bid.revealed.is_none()).count();
		let mut forfeited = Vec::new();
		while forfeited.len() < hidden {
			match self.notes.take() {
				Some(RuntimeEvent::Settlement(SettlementEvent::DepositForfeited {
					task: of,
					prover,
					amount,
				})) => {
					assert!(of == task && amount == BOND_BASE && !forfeited.contains(&prover));
					let bid = open.bids.get(&prover).expect("a bid of its");
					assert!(bid.revealed.is_none(), "a bid that was revealed is forfeited");
					self.slash(prover, BOND_BASE);
					self.burnt += BOND_BASE;
					forfeited.push(prover);
				}
				other => panic!("{hidden} bids for task {task} were not revealed; then {other:?}"),
			}
		}
		if let Some(RuntimeEvent::Auctions(pallet_auctions::Event::TaskAssigned { .. })) =
			self.notes.peek()
		{
			assert!(open.bidding.is_some(), "task {task} is assigned at its deadline");
			return self.assigned(task, open);
		}
		self.coverage.count("end", "expired");
		self.end(task, &open.spec);
		let (requester, refunded) = (open.spec.requester, open.spec.max_fee);
		self.expect(SettlementEvent::TaskExpired { task, requester, refunded });
		self.release(open.spec.program);
	}

	/// Give a task's escrow back as far as it is left, and note that it has ended.
	pub fn end(&mut self, task: TaskId, spec: &Spec) {
		*self.free.entry(spec.requester).or_default() += spec.max_fee;
		self.ended.insert(task, self.now);
		self.touched.insert(task);
	}

	/// One task less of a program.
	pub fn release(&mut self, program: ProgramId) {
		let known = self.programs.get_mut(&program).expect("a live task's program");
		known.live -= 1;
		if known.retired && known.live == 0 {
			let (owner, deposit) = (known.owner, known.deposit);
			self.programs.remove(&program);
			*self.free.entry(owner).or_default() += deposit;
		}
	}
}

impl Ask {
	/// The most it may offer in block `now`: what was to count by now may have had to wait.
	pub fn at(&self, now: BlockNumber) -> Option<Terms> {
		let next = self.next.filter(|(_, from)| *from <= now).map(|(terms, _)| terms);
		match (self.now, next) {
			(Some(one), Some(other)) => Some(Terms {
				price: one.price.min(other.price),
				lots: one.lots.max(other.lots),
				speed: one.speed.max(other.speed),
			}),
			(one, other) => one.or(other),
		}
	}
}
