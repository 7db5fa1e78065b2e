// SPDX-License-Identifier: Apache-2.0
//! Shorthands of the tests.
//!
//! Prices are given by their ticks: `fee(3)` is what a task of [`WORK`] costs at the fourth lowest
//! unit price there is. The lowest ticks are about one planck apart.

use frame_support::assert_ok;
use pallet_attestation::Live;
use pallet_auctions::{
	AskStatus, AskTerms, Asks, Clearings, MarketClearingOf, NextTaskId, OpenTasks,
};
use proofyard_market::*;
use proofyard_mechanism::Tick;
use proofyard_primitives::{
	traits::Provers as _, Assignment, BiddingWindow, Ending, FixedValues, HardwareClass, InputRef,
	Market, Performance, ProgramId, Redundancy, ServiceLevel, TaskId, TaskKind,
};
use sp_runtime::DispatchResult;

/// The unit price of a tick.
pub fn price(tick: u16) -> Balance {
	Tick::new(tick).unwrap().price()
}

/// Cost of a task of [`WORK`] at a tick.
pub fn fee(tick: u16) -> Balance {
	price(tick) * Balance::from(WORK)
}

/// The bond of a task at level standard with this price.
pub fn bond_of(price: Balance) -> Balance {
	price + BOND_BASE
}

/// Payment of a standby with this ask for the whole task.
pub fn standby_price(ask: Balance) -> Balance {
	(ask * 125).div_ceil(100)
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// A market of CPU provers for this much work.
pub fn market_of(work: u64, level: ServiceLevel) -> Market {
	Market::of(SYSTEM, HardwareClass::Cpu, work, level).unwrap()
}

/// The market of the program registered at the start.
pub fn market() -> Market {
	market_of(WORK, ServiceLevel::Standard)
}

/// A task as a requester describes it.
#[derive(Clone)]
pub struct Request {
	pub who: AccountId,
	pub program: ProgramId,
	pub level: ServiceLevel,
	pub work: Option<u64>,
	pub input: InputRef,
	pub values: FixedValues,
	pub max_fee: Balance,
	pub lifetime: u32,
	pub provers: Vec<AccountId>,
	pub bidding: Option<BiddingWindow>,
	pub redundancy: Option<Redundancy>,
}

impl Default for Request {
	fn default() -> Self {
		Self {
			who: REQUESTER,
			program: program(),
			level: ServiceLevel::Standard,
			work: None,
			input: InputRef::Inline(vec![1, 2, 3].try_into().unwrap()),
			values: FixedValues::Open,
			max_fee: fee(40),
			lifetime: 20,
			provers: vec![],
			bidding: None,
			redundancy: None,
		}
	}
}

impl Request {
	/// Submit it with an origin of its own.
	pub fn try_submit_as(self, origin: RuntimeOrigin) -> DispatchResult {
		Auctions::submit_task(
			origin,
			self.program,
			self.level,
			self.work,
			self.input,
			self.values,
			self.max_fee,
			self.lifetime,
			self.provers.try_into().unwrap(),
			self.bidding,
			self.redundancy,
		)
	}

	/// Submit it.
	pub fn try_submit(self) -> DispatchResult {
		let origin = signed(self.who);
		self.try_submit_as(origin)
	}

	/// Submit it and return the task's id.
	pub fn submit(self) -> TaskId {
		let task = NextTaskId::<Test>::get();
		self.try_submit().unwrap();
		task
	}
}

/// Submit a task with the maximum of this tick.
pub fn submit(tick: u16) -> TaskId {
	Request { max_fee: fee(tick), ..Default::default() }.submit()
}

/// Submit a task with the maximum of this tick and this lifetime.
pub fn submit_for(tick: u16, lifetime: u32) -> TaskId {
	Request { max_fee: fee(tick), lifetime, ..Default::default() }.submit()
}

/// AskStatus an ask of this tick in [`market`], with speed to spare and as many lots as slots.
pub fn ask(prover: AccountId, tick: u16) {
	ask_in(market(), prover, tick, SLOTS, WORK);
}

/// AskStatus an ask.
pub fn ask_in(market: Market, prover: AccountId, tick: u16, lots: u32, speed: u64) {
	assert_ok!(Auctions::place_ask(signed(prover), market, price(tick), lots, speed));
}

/// Withdraw an ask of [`market`].
pub fn withdraw(prover: AccountId) {
	assert_ok!(Auctions::withdraw_ask(signed(prover), market()));
}

/// Terms of an ask in [`market`] that count now.
pub fn terms(prover: AccountId) -> AskTerms {
	Asks::<Test>::get(market(), prover).unwrap().terms
}

/// Status of an ask of [`market`].
pub fn place_of(prover: AccountId) -> AskStatus {
	Asks::<Test>::get(market(), prover).unwrap().status
}

/// Leave a prover just this much stake.
pub fn keep_stake(prover: AccountId, stake: Balance) {
	let record = pallet_provers::Provers::<Test>::get(prover).unwrap();
	if stake < record.stake {
		assert_ok!(Provers::unbond(signed(prover), record.stake - stake));
	} else if stake > record.stake {
		assert_ok!(Provers::add_stake(signed(prover), stake - record.stake));
	}
}

/// Give a prover all slots there are and stake for anything.
pub fn ample(prover: AccountId) {
	keep_stake(prover, ENDOWMENT / 2);
	assert_ok!(Provers::set_hardware(signed(prover), HardwareClass::Cpu, MaxSlots::get()));
}

/// Prover that has a task, and its price.
pub fn assigned(task: TaskId) -> Option<(AccountId, Balance)> {
	Live::<Test>::get(task).map(|live| (live.assignment.prover, live.assignment.price))
}

/// Prover that has a task.
pub fn winner(task: TaskId) -> Option<AccountId> {
	assigned(task).map(|(prover, _)| prover)
}

/// Number of these tasks that are assigned.
pub fn count_assigned(tasks: &[TaskId]) -> usize {
	tasks.iter().filter(|task| assigned(**task).is_some()).count()
}

/// Number of these tasks that a prover has.
pub fn count_of(prover: AccountId, tasks: &[TaskId]) -> usize {
	tasks.iter().filter(|task| winner(**task) == Some(prover)).count()
}

/// Assignment that was decided for a task.
pub fn assignment(task: TaskId) -> Assignment<AccountId, Balance, BlockNumber> {
	Live::<Test>::get(task).unwrap().assignment
}

/// The standbys of a task, with what each would be paid.
pub fn standbys(task: TaskId) -> Vec<(AccountId, Balance)> {
	assignment(task).standbys.iter().map(|s| (s.prover, s.price)).collect()
}

/// Those that start a task together with its primary, with what each would be paid.
pub fn co_primaries(task: TaskId) -> Vec<(AccountId, Balance)> {
	assignment(task).co_primaries.iter().map(|s| (s.prover, s.price)).collect()
}

/// Count a proof that a prover delivered in time, as attestation does.
pub fn count_delivered(prover: AccountId) {
	let (ending, kind) = (Ending::Verified, TaskKind::Market);
	Provers::reserve(&prover, &market(), 0, 0).unwrap();
	Provers::release_slot(&prover, &market(), 0, Performance { ending, kind, work: 1, blocks: 1 });
}

/// Reservations of a prover: bonds, attempts, time, and lots of a market.
pub fn holds(prover: AccountId, market: &Market) -> (Balance, u32, u64, u32) {
	let record = pallet_provers::Provers::<Test>::get(prover).unwrap();
	let lots = Provers::lots_in_use(&prover, market);
	(record.reserved, record.live, record.committed_ms, lots)
}

/// Deliver a task.
pub fn deliver(task: TaskId) {
	assert_ok!(include(submission(task, winner(task).unwrap(), proof())).unwrap());
}

/// Whether a task waits for the auction.
pub fn is_open(task: TaskId) -> bool {
	OpenTasks::<Test>::contains_key(task)
}

/// Outcome of a task that has ended.
pub fn outcome(task: TaskId) -> Option<proofyard_primitives::Outcome<AccountId, Balance>> {
	pallet_settlement::Outcomes::<Test>::get(task).map(|record| record.outcome)
}

/// Record of the last clearing of [`market`].
pub fn clearing() -> MarketClearingOf<Test> {
	Clearings::<Test>::get(market()).unwrap()
}
