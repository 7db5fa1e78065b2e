// SPDX-License-Identifier: Apache-2.0
//! What somebody may do, and how often.

use super::*;
use proofyard_mechanism::Tick;
use proofyard_primitives::{
	BiddingWindow, HardwareClass, Market, Redundancy, ServiceLevel, WorkModel,
};
use proptest::sample::select;

/// Something that somebody does. Accounts, programs, markets and tasks are given by a number that is
/// taken modulo what there is.
#[derive(Clone, Debug)]
pub enum Action {
	Submit(Submission),
	/// Submit a task that is sold by sealed bids, for which these bid at once.
	Auction {
		task: Submission,
		bidders: Vec<usize>,
	},
	Cancel {
		who: usize,
		task: usize,
	},
	Raise {
		who: usize,
		task: usize,
		by: Balance,
	},
	Prolong {
		who: usize,
		task: usize,
		by: u32,
	},
	PlaceAsk {
		who: usize,
		market: Market,
		price: Balance,
		lots: u32,
		speed: u64,
	},
	WithdrawAsk {
		who: usize,
		ask: usize,
	},
	SetBlocked {
		who: usize,
		whom: usize,
		blocked: bool,
	},
	/// Let one back that somebody keeps off.
	Unblock {
		n: usize,
	},
	SetPaused {
		who: usize,
		paused: bool,
	},
	/// Commit to the price that this prover always bids for this task, or to another.
	Commit {
		who: usize,
		task: usize,
		other: bool,
	},
	/// Reveal all the bids there are, but for each third.
	RevealMost {
		from: usize,
	},
	/// Reveal one of the bids there are, or somebody's who has none.
	Reveal {
		bid: usize,
		anybody: Option<usize>,
		speed: u64,
	},
	Calibrate {
		who: usize,
		hardware: HardwareClass,
	},
	SetReference {
		hardware: HardwareClass,
		proofs: Option<u32>,
	},
	PokeOpen {
		task: usize,
	},
	PokeLive {
		task: usize,
	},
	/// Deliver a live task: with the real proof, or with one bit of it changed.
	Prove {
		task: usize,
		flip: Option<usize>,
	},
	/// Deliver all tasks of somebody who is at work at one at once, with a bit of one proof changed or not.
	ProveAll {
		task: usize,
		flip: Option<usize>,
	},
	/// Commit to the proof of a live task.
	CommitProof {
		task: usize,
	},
	/// Give an attempt at a live task back.
	Decline {
		task: usize,
	},
	/// Leave jail.
	Unjail {
		who: usize,
	},
	/// Deliver in somebody else's name.
	Impersonate {
		task: usize,
		who: usize,
	},
	Register {
		who: usize,
		hardware: HardwareClass,
		slots: u32,
		stake: Balance,
	},
	SetHardware {
		who: usize,
		hardware: HardwareClass,
		slots: u32,
	},
	SetSessionKey {
		who: usize,
		key: u64,
	},
	AddStake {
		who: usize,
		amount: Balance,
	},
	Unbond {
		who: usize,
		amount: Balance,
	},
	UnbondAll {
		who: usize,
	},
	Withdraw {
		who: usize,
	},
	RegisterProgram {
		who: usize,
		program: usize,
	},
	SetLocators {
		who: usize,
		program: usize,
		long: bool,
	},
	Retire {
		who: usize,
		program: usize,
	},
	Switch {
		on: bool,
	},
	Transfer {
		from: usize,
		to: usize,
		amount: Balance,
	},
	/// Blocks pass, with other randomness.
	Wait {
		blocks: u64,
		random: u8,
	},
	/// Blocks pass in which the hook has so many millionths of a second.
	Squeeze {
		blocks: u64,
		micros: u64,
	},
}

/// A task as somebody describes it.
#[derive(Clone, Debug)]
pub struct Submission {
	pub who: usize,
	pub program: usize,
	pub level: ServiceLevel,
	pub work: Option<u64>,
	/// How the public values are fixed.
	pub fixed: u8,
	pub fee: Balance,
	pub lifetime: u32,
	/// Provers it is kept to.
	pub set: Vec<usize>,
	pub bidding: Option<BiddingWindow>,
	pub redundancy: Option<Redundancy>,
}

/// Every program that may be registered: all under the key that there is a proof for.
pub const PROGRAMS: [(HardwareClass, WorkModel); 4] = [
	(HardwareClass::Cpu, WorkModel::Fixed(WORK)),
	(HardwareClass::Cpu, WorkModel::PerTask),
	(GPU, WorkModel::Fixed(WORK)),
	(HardwareClass::Cpu, WorkModel::Fixed(1)),
];
pub const GPU: HardwareClass = HardwareClass::Gpu { vram_gib: 16 };

fn level() -> impl Strategy<Value = ServiceLevel> {
	// Mostly one market, so that tasks and asks meet.
	prop_oneof![
		4 => Just(ServiceLevel::Standard),
		1 => Just(ServiceLevel::Express),
		1 => Just(ServiceLevel::Guaranteed),
	]
}

fn hardware() -> impl Strategy<Value = HardwareClass> {
	prop_oneof![3 => Just(HardwareClass::Cpu), 1 => Just(GPU)]
}

fn work() -> impl Strategy<Value = u64> {
	prop_oneof![4 => Just(WORK), 1 => Just(1u64), 1 => Just(u64::MAX)]
}

fn a_market() -> impl Strategy<Value = Market> {
	(hardware(), work(), level())
		.prop_map(|(hardware, work, level)| Market::of(SYSTEM, hardware, work, level).unwrap())
}

fn who() -> impl Strategy<Value = usize> {
	0..ACCOUNTS.len()
}

fn number() -> impl Strategy<Value = usize> {
	0..64usize
}

fn amount() -> impl Strategy<Value = Balance> {
	prop_oneof![4 => 1..600_000 as Balance, 1 => Just(0), 1 => Just(ENDOWMENT)]
}

/// A maximum fee: within the ticks that are asked for, more often than not.
fn max_fee() -> impl Strategy<Value = Balance> {
	prop_oneof![
		6 => fee(0) - 500..fee(14),
		1 => 0..20 as Balance,
		1 => Just(ENDOWMENT),
	]
}

fn submission() -> impl Strategy<Value = Submission> {
	let set = prop_oneof![
		4 => Just(vec![]),
		1 => proptest::collection::vec(0..ACCOUNTS.len(), 1..4),
	];
	let bidding = prop_oneof![
		3 => Just(None),
		1 => (2..6u32, 2..6u32)
			.prop_map(|(commit, reveal)| Some(BiddingWindow { commit, reveal })),
	];
	let anything = (
		(who(), 0..PROGRAMS.len(), level(), proptest::option::of(work()), 0..8u8),
		(max_fee(), 5..110u32, set, bidding, proptest::option::of(redundancy())),
	)
		.prop_map(
			|((who, program, level, work, fixed), (fee, lifetime, set, bidding, redundancy))| {
				Submission {
					who,
					program,
					level,
					work,
					fixed,
					fee,
					lifetime,
					set,
					bidding,
					redundancy,
				}
			},
		);
	let usual = (who(), fee(2)..fee(14), 10..40u32)
		.prop_map(|(who, fee, lifetime)| plain(who, fee, lifetime));
	// With a maximum that pays for all of them.
	let several = (who(), fee(14)..3 * fee(14), 20..40u32, redundancy()).prop_map(
		|(who, fee, lifetime, redundancy)| Submission {
			redundancy: Some(redundancy),
			..plain(who, fee, lifetime)
		},
	);
	prop_oneof![8 => anything, 8 => usual, 4 => several]
}

/// A task as most are.
fn plain(who: usize, fee: Balance, lifetime: u32) -> Submission {
	Submission {
		who,
		program: 0,
		level: ServiceLevel::Standard,
		work: None,
		fixed: 0,
		fee,
		lifetime,
		set: vec![],
		bidding: None,
		redundancy: None,
	}
}

/// Any that makes sense, and some that do not.
fn redundancy() -> impl Strategy<Value = Redundancy> {
	prop_oneof![
		12 => (1..=3u8).prop_flat_map(|started| (1..=started).prop_map(move |needed| {
			Redundancy { needed, started }
		})),
		1 => (0..5u8, 0..5u8).prop_map(|(needed, started)| Redundancy { needed, started }),
	]
}

/// A task to sell by sealed bids.
fn sealed() -> impl Strategy<Value = Submission> {
	(who(), 20..40u32, 3..5u32, 3..6u32).prop_map(|(who, lifetime, commit, reveal)| {
		let bidding = Some(BiddingWindow { commit, reveal });
		Submission { bidding, ..plain(who, fee(14), lifetime) }
	})
}

/// One of what may be done.
pub fn action() -> impl Strategy<Value = Action> {
	let price = || {
		let tick = (0..12u16).prop_map(super::price);
		prop_oneof![6 => tick, 1 => Just(Balance::MAX), 1 => Just(Tick::MAX.price()), 1 => Just(0)]
	};
	let tasks = prop_oneof![
		16 => submission().prop_map(Action::Submit),
		2 => (who(), number()).prop_map(|(who, task)| Action::Cancel { who, task }),
		2 => (who(), number(), amount())
			.prop_map(|(who, task, by)| Action::Raise { who, task, by }),
		2 => (who(), number(), 0..60u32)
			.prop_map(|(who, task, by)| Action::Prolong { who, task, by }),
		1 => number().prop_map(|task| Action::PokeOpen { task }),
		1 => number().prop_map(|task| Action::PokeLive { task }),
	];
	let asks = prop_oneof![
		4 => (who(), a_market(), price(), 0..4u32, 1..2_000u64).prop_map(
			|(who, market, price, lots, speed)| Action::PlaceAsk { who, market, price, lots, speed }
		),
		4 => (3..ACCOUNTS.len(), 0..8u16, 1..4u32).prop_map(|(who, tick, lots)| {
			let price = super::price(tick);
			Action::PlaceAsk { who, market: market(), price, lots, speed: WORK }
		}),
		1 => (who(), number()).prop_map(|(who, ask)| Action::WithdrawAsk { who, ask }),
		2 => (3..ACCOUNTS.len(), who(), any::<bool>())
			.prop_map(|(who, whom, blocked)| Action::SetBlocked { who, whom, blocked }),
		1 => number().prop_map(|n| Action::Unblock { n }),
		1 => (3..ACCOUNTS.len(), any::<bool>())
			.prop_map(|(who, paused)| Action::SetPaused { who, paused }),
		1 => (3..ACCOUNTS.len()).prop_map(|who| Action::SetPaused { who, paused: false }),
	];
	let bids = prop_oneof![
		3 => (sealed(), proptest::collection::vec(2..ACCOUNTS.len(), 1..4))
			.prop_map(|(task, bidders)| Action::Auction { task, bidders }),
		2 => (who(), number(), proptest::bool::weighted(0.1))
			.prop_map(|(who, task, other)| Action::Commit { who, task, other }),
		3 => (number(), proptest::option::weighted(0.1, who()), 0..2 * WORK)
			.prop_map(|(bid, anybody, speed)| Action::Reveal { bid, anybody, speed }),
		5 => number().prop_map(|from| Action::RevealMost { from }),
	];
	let calibrations = prop_oneof![
		9 => (who(), hardware())
			.prop_map(|(who, hardware)| Action::Calibrate { who, hardware }),
		1 => (hardware(), 0..4u32)
			.prop_map(|(hardware, n)| Action::SetReference { hardware, proofs: Some(n) }),
		1 => hardware().prop_map(|hardware| Action::SetReference { hardware, proofs: None }),
	];
	let proofs = prop_oneof![
		4 => number().prop_map(|task| Action::Prove { task, flip: None }),
		3 => (number(), 0..2_304usize).prop_map(|(task, bit)| Action::Prove { task, flip: Some(bit) }),
		2 => (number(), proptest::option::of(0..2_304usize))
			.prop_map(|(task, flip)| Action::ProveAll { task, flip }),
		1 => (number(), who()).prop_map(|(task, who)| Action::Impersonate { task, who }),
		3 => number().prop_map(|task| Action::CommitProof { task }),
		2 => number().prop_map(|task| Action::Decline { task }),
	];
	let provers = prop_oneof![
		2 => (who(), hardware(), 0..6u32, 900..2_000_000 as Balance).prop_map(
			|(who, hardware, slots, stake)| Action::Register { who, hardware, slots, stake }
		),
		1 => (who(), hardware(), 0..6u32)
			.prop_map(|(who, hardware, slots)| Action::SetHardware { who, hardware, slots }),
		1 => (who(), 11..20u64).prop_map(|(who, key)| Action::SetSessionKey { who, key }),
		1 => (who(), amount()).prop_map(|(who, amount)| Action::AddStake { who, amount }),
		1 => (who(), amount()).prop_map(|(who, amount)| Action::Unbond { who, amount }),
		2 => who().prop_map(|who| Action::UnbondAll { who }),
		4 => who().prop_map(|who| Action::Unjail { who }),
		3 => who().prop_map(|who| Action::Withdraw { who }),
	];
	let programs = prop_oneof![
		2 => (who(), 0..PROGRAMS.len())
			.prop_map(|(who, program)| Action::RegisterProgram { who, program }),
		1 => (who(), 0..PROGRAMS.len(), any::<bool>())
			.prop_map(|(who, program, long)| Action::SetLocators { who, program, long }),
		1 => (who(), 0..PROGRAMS.len()).prop_map(|(who, program)| Action::Retire { who, program }),
		1 => prop_oneof![4 => Just(true), 1 => Just(false)].prop_map(|on| Action::Switch { on }),
	];
	prop_oneof![
		6 => tasks,
		4 => asks,
		3 => bids,
		2 => calibrations,
		10 => proofs,
		2 => provers,
		2 => programs,
		1 => (who(), who(), amount())
			.prop_map(|(from, to, amount)| Action::Transfer { from, to, amount }),
		5 => (1..4u64, any::<u8>()).prop_map(|(blocks, random)| Action::Wait { blocks, random }),
		1 => (select(vec![8u64, 15, 15, 60]), any::<u8>())
			.prop_map(|(blocks, random)| Action::Wait { blocks, random }),
		1 => (1..4u64, 300..30_000u64)
			.prop_map(|(blocks, micros)| Action::Squeeze { blocks, micros }),
	]
}
