// SPDX-License-Identifier: Apache-2.0
//! Whatever anybody does in whatever order, the books balance, and in the end nothing is left.

use crate::{mock::*, AgendaItems, OpenTasks, Queue};
use frame_support::traits::{fungible::Inspect, UnfilteredDispatchable};
use pallet_attestation::{Live, LiveOf};
use pallet_provers::Event as ProversEvent;
use pallet_settlement::{Escrows, Event as SettlementEvent, Outcomes, Proofs};
use proofyard_primitives::{
	session::possession_message, HardwareClass, InputRef, Market, ProgramId, ProofSystem,
	ServiceLevel, TaskId, WorkModel,
};
use proptest::{prelude::*, sample::select};
use sp_core::Pair;
use std::collections::BTreeMap;

/// Something that somebody does. Accounts, programs, markets and tasks are given by a number that is
/// taken modulo what there is.
#[derive(Clone, Debug)]
enum Action {
	Submit {
		who: usize,
		program: usize,
		level: ServiceLevel,
		work: Option<u64>,
		fixed: u8,
		fee: Balance,
		lifetime: u32,
	},
	Cancel {
		who: usize,
		task: usize,
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
	/// Blocks pass.
	Wait {
		blocks: u64,
	},
}

/// Every program that may be registered: all under the key that there is a proof for.
const PROGRAMS: [(HardwareClass, WorkModel); 4] = [
	(HardwareClass::Cpu, WorkModel::Fixed(WORK)),
	(HardwareClass::Cpu, WorkModel::PerTask),
	(GPU, WorkModel::Fixed(WORK)),
	(HardwareClass::Cpu, WorkModel::Fixed(1)),
];
const GPU: HardwareClass = HardwareClass::Gpu { vram_gib: 16 };
const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

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

fn action() -> impl Strategy<Value = Action> {
	let who = || 0..ACCOUNTS.len();
	let number = || 0..64usize;
	let price = || prop_oneof![6 => 1..8 as Balance, 1 => Just(Balance::MAX), 1 => Just(0)];
	let fee =
		|| prop_oneof![6 => 1_000..9_000 as Balance, 1 => 0..20 as Balance, 1 => Just(ENDOWMENT)];
	let amount = || prop_oneof![4 => 1..6_000 as Balance, 1 => Just(0), 1 => Just(ENDOWMENT)];
	let tasks = prop_oneof![
		8 => (who(), 0..PROGRAMS.len(), level(), proptest::option::of(work()), 0..4u8, fee(), 5..110u32)
			.prop_map(|(who, program, level, work, fixed, fee, lifetime)| {
				Action::Submit { who, program, level, work, fixed, fee, lifetime }
			}),
		8 => (who(), 1_000..9_000 as Balance, 10..40u32).prop_map(|(who, fee, lifetime)| {
			let level = ServiceLevel::Standard;
			Action::Submit { who, program: 0, level, work: None, fixed: 0, fee, lifetime }
		}),
		2 => (who(), number()).prop_map(|(who, task)| Action::Cancel { who, task }),
		1 => number().prop_map(|task| Action::PokeOpen { task }),
		1 => number().prop_map(|task| Action::PokeLive { task }),
	];
	let asks = prop_oneof![
		4 => (who(), a_market(), price(), 0..4u32, 1..2_000u64).prop_map(
			|(who, market, price, lots, speed)| Action::PlaceAsk { who, market, price, lots, speed }
		),
		4 => (3..ACCOUNTS.len(), 1..6 as Balance).prop_map(|(who, price)| {
			Action::PlaceAsk { who, market: market(), price, lots: 3, speed: WORK }
		}),
		1 => (who(), number()).prop_map(|(who, ask)| Action::WithdrawAsk { who, ask }),
	];
	let proofs = prop_oneof![
		4 => number().prop_map(|task| Action::Prove { task, flip: None }),
		3 => (number(), 0..2_304usize).prop_map(|(task, bit)| Action::Prove { task, flip: Some(bit) }),
		1 => (number(), who()).prop_map(|(task, who)| Action::Impersonate { task, who }),
	];
	let provers = prop_oneof![
		2 => (who(), hardware(), 0..6u32, 900..20_000 as Balance).prop_map(
			|(who, hardware, slots, stake)| Action::Register { who, hardware, slots, stake }
		),
		1 => (who(), hardware(), 0..6u32)
			.prop_map(|(who, hardware, slots)| Action::SetHardware { who, hardware, slots }),
		1 => (who(), 11..20u64).prop_map(|(who, key)| Action::SetSessionKey { who, key }),
		1 => (who(), amount()).prop_map(|(who, amount)| Action::AddStake { who, amount }),
		1 => (who(), amount()).prop_map(|(who, amount)| Action::Unbond { who, amount }),
		2 => who().prop_map(|who| Action::UnbondAll { who }),
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
		6 => proofs,
		2 => provers,
		2 => programs,
		1 => (who(), who(), amount())
			.prop_map(|(from, to, amount)| Action::Transfer { from, to, amount }),
		4 => (1..4u64).prop_map(|blocks| Action::Wait { blocks }),
		1 => select(vec![10u64, 25, 60, 120]).prop_map(|blocks| Action::Wait { blocks }),
	]
}

fn id_of(program: usize) -> ProgramId {
	let (hardware, work) = PROGRAMS[program];
	proofyard_primitives::program::program_id(SYSTEM, &key(), hardware, work, &artifacts())
}

/// The `n`-th of what there is, if there is anything.
fn nth<T: Ord>(items: impl Iterator<Item = T>, n: usize) -> Option<T> {
	let mut all: Vec<T> = items.collect();
	all.sort();
	(!all.is_empty()).then(|| all.swap_remove(n % all.len()))
}

fn open_task(n: usize) -> TaskId {
	nth(OpenTasks::<Test>::iter_keys(), n).unwrap_or(n as TaskId)
}

fn live_task(n: usize) -> (TaskId, AccountId) {
	let task = nth(Live::<Test>::iter_keys(), n).unwrap_or(n as TaskId);
	(task, assigned(task).map_or(PROVER, |(prover, _)| prover))
}

/// Do it. What is refused is refused; nothing may be half done.
fn perform(action: Action) {
	let account = |who: usize| ACCOUNTS[who % ACCOUNTS.len()];
	let signed = |who: usize, call: RuntimeCall| {
		let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
		let result = call.dispatch_bypass_filter(RuntimeOrigin::signed(account(who)));
		if result.is_err() {
			let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
			assert_eq!(after, before, "a refused call left something");
		}
	};
	match action {
		Action::Submit { who, program, level, work, fixed, fee, lifetime } => {
			let mut other = proof().public_inputs[0];
			other[31] ^= 1;
			let public_inputs = match fixed {
				0 => vec![],
				1 => vec![Some(proof().public_inputs[0])],
				2 => vec![Some(other)],
				_ => vec![None],
			};
			let call = crate::Call::submit_task {
				program: id_of(program),
				level,
				work,
				input: InputRef::Inline(vec![1].try_into().unwrap()),
				public_inputs: public_inputs.try_into().unwrap(),
				max_fee: fee,
				lifetime,
			};
			signed(who, call.into());
		}
		Action::Cancel { who, task } => {
			// Its own, more often than not.
			let task = open_task(task);
			let requester = OpenTasks::<Test>::get(task).map(|open| open.spec.requester);
			let owner = ACCOUNTS.iter().position(|who| Some(*who) == requester);
			let who = if who % 3 == 0 { who } else { owner.unwrap_or(who) };
			signed(who, crate::Call::cancel_task { task }.into());
		}
		Action::PlaceAsk { who, market, price, lots, speed } => {
			signed(who, crate::Call::place_ask { market, price, lots, speed }.into());
		}
		Action::WithdrawAsk { who, ask } => {
			let market = nth(crate::AsksOf::<Test>::iter_key_prefix(account(who)), ask);
			let market = market.unwrap_or_else(market_of_nobody);
			signed(who, crate::Call::withdraw_ask { market }.into());
		}
		Action::PokeOpen { task } => {
			signed(0, crate::Call::poke { task: open_task(task) }.into());
		}
		Action::PokeLive { task } => {
			let (task, _) = live_task(task);
			signed(0, pallet_attestation::Call::poke { task }.into());
		}
		Action::Prove { task, flip } => {
			let (task, prover) = live_task(task);
			let mut proof = proof();
			match flip {
				Some(bit) if bit < 2_048 => proof = bad_proof(bit),
				Some(bit) => proof.public_inputs[0][(bit - 2_048) / 8] ^= 1 << (bit % 8),
				None => {}
			}
			let _ = include(submission(task, prover, proof));
		}
		Action::Impersonate { task, who } => {
			let (task, prover) = live_task(task);
			if account(who) != prover {
				let result = include(submission(task, account(who), proof()));
				assert!(result.is_err(), "a proof in somebody else's name");
			}
		}
		Action::Register { who, hardware, slots, stake } => {
			let pair = session(account(who));
			let call = pallet_provers::Call::register {
				hardware,
				slots,
				stake,
				session_key: pair.public(),
				possession: pair.sign(&possession_message(&account(who))),
			};
			signed(who, call.into());
		}
		Action::SetHardware { who, hardware, slots } => {
			signed(who, pallet_provers::Call::set_hardware { hardware, slots }.into());
		}
		Action::SetSessionKey { who, key } => {
			let pair = session(key);
			let call = pallet_provers::Call::set_session_key {
				session_key: pair.public(),
				possession: pair.sign(&possession_message(&account(who))),
			};
			signed(who, call.into());
		}
		Action::AddStake { who, amount } => {
			signed(who, pallet_provers::Call::add_stake { amount }.into());
		}
		Action::Unbond { who, amount } => {
			signed(who, pallet_provers::Call::unbond { amount }.into());
		}
		Action::UnbondAll { who } => {
			let asks: Vec<Market> = crate::AsksOf::<Test>::iter_key_prefix(account(who)).collect();
			for market in asks {
				signed(who, crate::Call::withdraw_ask { market }.into());
			}
			let amount =
				pallet_provers::Provers::<Test>::get(account(who)).map_or(1, |p| p.free_stake());
			signed(who, pallet_provers::Call::unbond { amount }.into());
		}
		Action::Withdraw { who } => {
			// One that has something to withdraw, where there is one.
			let unbonding = pallet_provers::Provers::<Test>::iter()
				.filter(|(_, record)| record.unbonding.is_some())
				.filter_map(|(prover, _)| ACCOUNTS.iter().position(|who| *who == prover));
			let who = nth(unbonding, who).unwrap_or(who);
			signed(who, pallet_provers::Call::withdraw_unbonded {}.into());
		}
		Action::RegisterProgram { who, program } => {
			let (hardware, work) = PROGRAMS[program];
			let call = pallet_programs::Call::register {
				system: SYSTEM,
				key: key().try_into().unwrap(),
				hardware,
				work,
				artifacts: artifacts(),
			};
			signed(who, call.into());
		}
		Action::SetLocators { who, program, long } => {
			let url = format!("https://example.org/{}", "x".repeat(if long { 400 } else { 1 }));
			let call = pallet_programs::Call::set_locators {
				program: id_of(program),
				artifact: 0,
				locators: locators(&[&url]),
			};
			signed(who, call.into());
		}
		Action::Retire { who, program } => {
			let call = pallet_programs::Call::retire { program: id_of(program) };
			signed(who, call.into());
		}
		Action::Switch { on } => {
			Programs::set_system_enabled(RuntimeOrigin::root(), SYSTEM, on).unwrap();
		}
		Action::Transfer { from, to, amount } => {
			let call =
				pallet_balances::Call::transfer_allow_death { dest: account(to), value: amount };
			signed(from, call.into());
		}
		Action::Wait { blocks } => run_to(System::block_number() + blocks),
	}
}

fn market_of_nobody() -> Market {
	Market { bucket: 63, ..market() }
}

/// What each account has, by what was announced: everything that moves money says so.
struct Ledger(BTreeMap<AccountId, Balance>);

impl Ledger {
	fn new() -> Self {
		System::reset_events();
		Self(ACCOUNTS.iter().map(|who| (*who, ENDOWMENT)).collect())
	}

	fn give(&mut self, who: AccountId, amount: Balance) {
		*self.0.entry(who).or_default() += amount;
	}

	fn take(&mut self, who: AccountId, amount: Balance) {
		*self.0.get_mut(&who).unwrap() -= amount;
	}

	/// Book what was announced, and hold it against what everybody has.
	fn check(&mut self) {
		for record in System::events() {
			match record.event {
				RuntimeEvent::Settlement(SettlementEvent::TaskSettled {
					requester,
					prover,
					paid,
					..
				}) => {
					self.take(requester, paid);
					self.give(prover, paid);
				}
				RuntimeEvent::Settlement(SettlementEvent::TaskFailed {
					requester,
					compensation,
					..
				}) => self.give(requester, compensation),
				RuntimeEvent::Provers(ProversEvent::BondSlashed { prover, amount, .. }) => {
					self.take(prover, amount);
				}
				RuntimeEvent::Balances(pallet_balances::Event::Transfer { from, to, amount }) => {
					self.take(from, amount);
					self.give(to, amount);
				}
				_ => {}
			}
		}
		System::reset_events();
		for (who, expected) in &self.0 {
			assert_eq!(Balances::total_balance(who), *expected, "money of {who} moved in silence");
		}
	}
}

/// Let all deadlines and retentions pass: nothing may be left of any task.
fn assert_nothing_is_left() {
	run_to(System::block_number() + u64::from(MAX_LIFETIME) + 1);
	assert_eq!(OpenTasks::<Test>::iter_keys().count(), 0);
	assert_eq!(Queue::<Test>::iter_keys().count(), 0);
	assert_eq!(AgendaItems::<Test>::iter_keys().count(), 0);
	assert_eq!(Live::<Test>::iter_keys().count(), 0);
	assert_eq!(LiveOf::<Test>::iter_keys().count(), 0);
	assert_eq!(pallet_attestation::AgendaItems::<Test>::iter_keys().count(), 0);
	assert_eq!(Escrows::<Test>::iter_keys().count(), 0);
	for who in ACCOUNTS {
		assert_eq!(escrowed(who), 0);
	}
	for (_, prover) in pallet_provers::Provers::<Test>::iter() {
		assert_eq!((prover.live, prover.reserved, prover.committed_ms), (0, 0, 0));
	}
	assert_eq!(pallet_provers::LotsInUse::<Test>::iter_keys().count(), 0);
	for (_, program) in pallet_programs::Programs::<Test>::iter() {
		assert_eq!(program.live_tasks, 0);
	}
	run_to(System::block_number() + RETENTION);
	assert_eq!(Outcomes::<Test>::iter_keys().count(), 0);
	assert_eq!(Proofs::<Test>::iter_keys().count(), 0);
	assert_eq!(pallet_settlement::AgendaItems::<Test>::iter_keys().count(), 0);
}

/// How many lists of actions are tried: `PROPTEST_CASES`, or 48.
fn cases() -> u32 {
	std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

proptest! {
	#![proptest_config(ProptestConfig {
		cases: cases(),
		failure_persistence: None,
		..ProptestConfig::default()
	})]

	#[test]
	fn whatever_happens(actions in proptest::collection::vec(action(), 80)) {
		build_and_execute(|| {
			let mut ledger = Ledger::new();
			for action in actions {
				perform(action);
				check_invariants();
				ledger.check();
			}
			assert_nothing_is_left();
			ledger.check();
		});
	}
}

/// The lists above are worth something only if much of what is tried succeeds.
#[test]
fn much_of_it_succeeds() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let mut ends = BTreeMap::<&str, u32>::new();
	for _ in 0..32 {
		let actions = proptest::collection::vec(action(), 80).new_tree(&mut runner).unwrap();
		build_and_execute(|| {
			for action in actions.current() {
				perform(action);
			}
			assert_nothing_is_left();
			for record in System::events() {
				let end = match record.event {
					RuntimeEvent::Settlement(SettlementEvent::TaskSettled { .. }) => "settled",
					RuntimeEvent::Settlement(SettlementEvent::TaskExpired { .. }) => "expired",
					RuntimeEvent::Settlement(SettlementEvent::TaskCancelled { .. }) => "cancelled",
					RuntimeEvent::Settlement(SettlementEvent::TaskFailed { .. }) => "failed",
					RuntimeEvent::Settlement(SettlementEvent::VerificationCharged { .. }) => {
						"rejected"
					}
					RuntimeEvent::Provers(ProversEvent::ProverLeft { .. }) => "left",
					RuntimeEvent::Programs(pallet_programs::Event::ProgramRemoved { .. }) => {
						"removed"
					}
					_ => continue,
				};
				*ends.entry(end).or_default() += 1;
			}
		});
	}
	for end in ["settled", "expired", "cancelled", "failed", "rejected", "left", "removed"] {
		assert!(ends.get(end).is_some_and(|count| *count >= 2), "{end}: {ends:?}");
	}
}
