// SPDX-License-Identifier: Apache-2.0
//! Whatever provers, delegators and the other pallets do in whatever order, stakes, pools and bonds
//! stay sound, and nobody loses by what others do but by a slash.

use crate::mock::*;
use proofyard_primitives::{traits::Provers as _, Ending, Performance as Shown, TaskKind};
use proptest::prelude::*;
use sp_runtime::{DispatchResult, Permill, StateVersion};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Action {
	Register {
		who: AccountId,
		gpu: bool,
		slots: u32,
		stake: Balance,
		seed: u8,
	},
	SetHardware {
		who: AccountId,
		gpu: bool,
		slots: u32,
	},
	SetSessionKey {
		who: AccountId,
		seed: u8,
	},
	AddStake {
		who: AccountId,
		amount: Balance,
	},
	Unbond {
		who: AccountId,
		amount: Balance,
	},
	UnbondAll {
		who: AccountId,
	},
	Withdraw {
		who: AccountId,
	},
	Wait {
		blocks: u64,
	},
	PlaceAsk {
		who: AccountId,
	},
	WithdrawAsk {
		who: AccountId,
	},
	Reserve {
		who: AccountId,
		bucket: u8,
		bond: Balance,
		ms: u64,
	},
	SetPaused {
		who: AccountId,
		paused: bool,
	},
	SetAside {
		who: AccountId,
		amount: Balance,
	},
	/// The deposit, or the bond of an attempt that is over, at this place comes back, but for
	/// what is forfeited of it.
	PutBack {
		which: prop::sample::Index,
		forfeited: Balance,
	},
	TakeFreed {
		limit: u32,
	},
	/// The attempt at this place among the live ones ends in any way. Its task goes on.
	ReleaseSlot {
		which: prop::sample::Index,
		shown: Shown,
	},
	/// It is charged for a rejected proof.
	Charge {
		which: prop::sample::Index,
		amount: Balance,
	},
	/// It defaults, and its task ends.
	Default {
		which: prop::sample::Index,
		shown: Shown,
	},
	Reward {
		who: AccountId,
		amount: Balance,
	},
	Unjail {
		who: AccountId,
	},
	Exit {
		who: AccountId,
	},
	SetDelegation {
		who: AccountId,
		percent: Option<u32>,
	},
	Delegate {
		who: AccountId,
		prover: AccountId,
		amount: Balance,
	},
	/// So much in percent of the shares that stay in the delegation at this place.
	Undelegate {
		which: prop::sample::Index,
		percent: u32,
	},
	/// The delegation at this place is paid out, as far as it is due.
	WithdrawDelegation {
		which: prop::sample::Index,
	},
}

/// An attempt as the pallets above remember it.
struct Attempt {
	who: AccountId,
	bucket: u8,
	bond: Balance,
	ms: u64,
}

/// Memory that the pallets above have of provers.
#[derive(Default)]
struct Model {
	live: Vec<Attempt>,
	/// Deposits, and bonds of attempts that are over: whose, and how much.
	aside: Vec<(AccountId, Balance)>,
	/// Provers that got room, with the block, and were not given out since.
	freed: BTreeSet<(u64, AccountId)>,
}

impl Model {
	fn free(&mut self, who: AccountId) {
		self.freed.insert((System::block_number(), who));
	}
}

fn shown() -> impl Strategy<Value = Shown> {
	let kind =
		prop::sample::select(vec![TaskKind::Market, TaskKind::Sealed, TaskKind::Calibration]);
	let ending = prop::sample::select(vec![
		Ending::Verified,
		Ending::VerifiedLate,
		Ending::Lost,
		Ending::Slow,
		Ending::Reported,
		Ending::Excused,
		Ending::Declined,
		Ending::Rejected,
		Ending::Defaulted,
	]);
	let work = prop_oneof![1..1_000_000u64, Just(1), Just(u64::MAX)];
	let blocks = prop_oneof![0..20u32, Just(u32::MAX)];
	(ending, kind, work, blocks).prop_map(|(ending, kind, work, blocks)| Shown {
		ending,
		kind,
		work,
		blocks,
	})
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
	let who = || ALICE..=PAUPER;
	// Mostly the two that are there from the start.
	let prover = || prop_oneof![6 => Just(ALICE), 3 => Just(BOB), 1 => who()];
	let amount = || prop_oneof![0..400u64, Just(MIN_STAKE), Just(FUNDS - 1), Just(u64::MAX)];
	let action = prop_oneof![
		3 => (who(), any::<bool>(), 0..=MAX_SLOTS + 1, amount(), 1..6u8).prop_map(
			|(who, gpu, slots, stake, seed)| Action::Register { who, gpu, slots, stake, seed }
		),
		1 => (who(), any::<bool>(), 0..=MAX_SLOTS + 1)
			.prop_map(|(who, gpu, slots)| Action::SetHardware { who, gpu, slots }),
		1 => (who(), 1..6u8).prop_map(|(who, seed)| Action::SetSessionKey { who, seed }),
		2 => (who(), amount()).prop_map(|(who, amount)| Action::AddStake { who, amount }),
		2 => (who(), amount()).prop_map(|(who, amount)| Action::Unbond { who, amount }),
		1 => who().prop_map(|who| Action::UnbondAll { who }),
		3 => prover().prop_map(|who| Action::Withdraw { who }),
		5 => prop_oneof![1..=UNBONDING_DELAY, Just(2 * JAIL_TIME)].prop_map(|blocks| Action::Wait { blocks }),
		2 => who().prop_map(|who| Action::PlaceAsk { who }),
		2 => who().prop_map(|who| Action::WithdrawAsk { who }),
		8 => (prover(), 0..3u8, 0..300u64, 0..5_000u64)
			.prop_map(|(who, bucket, bond, ms)| Action::Reserve { who, bucket, bond, ms }),
		2 => (who(), any::<bool>()).prop_map(|(who, paused)| Action::SetPaused { who, paused }),
		2 => (who(), 0..300u64).prop_map(|(who, amount)| Action::SetAside { who, amount }),
		2 => (any::<prop::sample::Index>(), prop_oneof![Just(0), 0..300u64])
			.prop_map(|(which, forfeited)| Action::PutBack { which, forfeited }),
		2 => (0..4u32).prop_map(|limit| Action::TakeFreed { limit }),
		2 => (any::<prop::sample::Index>(), shown())
			.prop_map(|(which, shown)| Action::ReleaseSlot { which, shown }),
		2 => (any::<prop::sample::Index>(), 0..100u64)
			.prop_map(|(which, amount)| Action::Charge { which, amount }),
		1 => (any::<prop::sample::Index>(), shown())
			.prop_map(|(which, shown)| Action::Default { which, shown }),
		2 => (prover(), 0..300u64).prop_map(|(who, amount)| Action::Reward { who, amount }),
		2 => prover().prop_map(|who| Action::Unjail { who }),
		1 => prover().prop_map(|who| Action::Exit { who }),
		1 => (prover(), prop::option::weighted(0.9, 0..=100u32))
			.prop_map(|(who, percent)| Action::SetDelegation { who, percent }),
		7 => (who(), prover(), amount())
			.prop_map(|(who, prover, amount)| Action::Delegate { who, prover, amount }),
		5 => (any::<prop::sample::Index>(), prop_oneof![Just(100), 0..=101u32])
			.prop_map(|(which, percent)| Action::Undelegate { which, percent }),
		5 => any::<prop::sample::Index>().prop_map(|which| Action::WithdrawDelegation { which }),
	];
	prop::collection::vec(action, 1..100)
}

fn hardware(gpu: bool) -> proofyard_primitives::HardwareClass {
	if gpu {
		GPU
	} else {
		CPU
	}
}

fn end(attempt: Attempt, shown: Shown, model: &mut Model) {
	let Attempt { who, bucket, bond, ms } = attempt;
	Provers::release_slot(&who, &market(bucket), ms, shown);
	model.aside.push((who, bond));
	model.free(who);
}

/// Something is withdrawn of what `prover` has staked. If that was the last of it, it left, and
/// resumes no more.
fn withdraw(
	prover: AccountId,
	model: &mut Model,
	call: impl FnOnce() -> DispatchResult,
) -> DispatchResult {
	call()?;
	if Provers::capacity(&prover).is_none() {
		let now = System::block_number();
		model.freed.retain(|(block, who)| *who != prover || *block <= now);
	}
	Ok(())
}

fn pick<T>(which: prop::sample::Index, of: &[T]) -> Option<usize> {
	(!of.is_empty()).then(|| which.index(of.len()))
}

fn run(action: Action, model: &mut Model) -> DispatchResult {
	let now = System::block_number();
	match action {
		Action::Register { who, gpu, slots, stake, seed } => Provers::register(
			signed(who),
			hardware(gpu),
			slots,
			stake,
			key(seed),
			possession(who, seed),
		),
		Action::SetHardware { who, gpu, slots } => {
			let before = crate::Provers::<Test>::get(who);
			Provers::set_hardware(signed(who), hardware(gpu), slots)?;
			let before = before.expect("it is registered");
			if slots > before.slots || hardware(gpu) != before.hardware {
				model.free(who);
			}
			Ok(())
		}
		Action::SetSessionKey { who, seed } => {
			Provers::set_session_key(signed(who), key(seed), possession(who, seed))
		}
		Action::AddStake { who, amount } => {
			Provers::add_stake(signed(who), amount)?;
			model.free(who);
			Ok(())
		}
		Action::Unbond { who, amount } => Provers::unbond(signed(who), amount),
		Action::UnbondAll { who } => {
			let free = Provers::capacity(&who).map_or(0, |capacity| capacity.free_stake);
			Provers::unbond(signed(who), free)
		}
		Action::Withdraw { who } => {
			withdraw(who, model, || Provers::withdraw_unbonded(signed(who)))
		}
		Action::Wait { blocks } => {
			System::set_block_number(System::block_number() + blocks);
			Ok(())
		}
		Action::PlaceAsk { who } => Provers::ask_placed(&who),
		Action::WithdrawAsk { who } => {
			Provers::ask_withdrawn(&who);
			Ok(())
		}
		Action::Reserve { who, bucket, bond, ms } => {
			Provers::reserve(&who, &market(bucket), bond, ms)?;
			let record = record(who);
			assert!(!record.is_paused(now) && !record.is_jailed() && !record.exiting);
			// New bonds are backed by what stays.
			assert!(bond == 0 || record.reserved <= record.backing());
			model.live.push(Attempt { who, bucket, bond, ms });
			Ok(())
		}
		Action::SetPaused { who, paused } => {
			Provers::set_paused(signed(who), paused)?;
			// Either the one resumption to come is there now, or none is.
			model.freed.retain(|(block, prover)| *prover != who || *block <= now);
			if !paused {
				model.freed.insert(((now / EPOCH + 1) * EPOCH, who));
			}
			assert_eq!(Provers::capacity(&who).unwrap().free_slots, 0);
			Ok(())
		}
		Action::SetAside { who, amount } => {
			Provers::reserve_deposit(&who, amount)?;
			assert!(amount == 0 || record(who).reserved <= record(who).backing());
			model.aside.push((who, amount));
			Ok(())
		}
		Action::PutBack { which, forfeited } => {
			if let Some(index) = pick(which, &model.aside) {
				let (who, amount) = model.aside.swap_remove(index);
				let forfeited = forfeited.min(amount);
				assert_eq!(slash(who, forfeited), forfeited);
				Provers::release_bond(&who, amount - forfeited);
				if amount > forfeited {
					model.free(who);
				}
			}
			Ok(())
		}
		Action::TakeFreed { limit } => {
			let before: Vec<_> = freed();
			let given = Provers::take_freed(limit);
			let taken: Vec<_> = before.iter().filter(|entry| !freed().contains(entry)).collect();
			let due = before.iter().filter(|(block, _)| *block <= now).count();
			assert_eq!(taken.len(), due.min(limit as usize));
			// The oldest, each prover once.
			assert_eq!(taken, before.iter().take(taken.len()).collect::<Vec<_>>());
			let provers: BTreeSet<_> = taken.iter().map(|(_, prover)| *prover).collect();
			assert_eq!(given.len(), provers.len());
			assert_eq!(given.into_iter().collect::<BTreeSet<_>>(), provers);
			for entry in taken {
				assert!(model.freed.remove(entry));
			}
			Ok(())
		}
		Action::ReleaseSlot { which, shown } => {
			if let Some(index) = pick(which, &model.live) {
				let attempt = model.live.swap_remove(index);
				end(attempt, shown, model);
			}
			Ok(())
		}
		Action::Charge { which, amount } => {
			if let Some(index) = pick(which, &model.live) {
				let attempt = &mut model.live[index];
				let amount = amount.min(attempt.bond);
				// A live bond can always be slashed in full.
				assert_eq!(slash(attempt.who, amount), amount);
				attempt.bond -= amount;
			}
			Ok(())
		}
		Action::Default { which, shown } => {
			if let Some(index) = pick(which, &model.live) {
				let attempt = model.live.swap_remove(index);
				assert_eq!(slash(attempt.who, attempt.bond), attempt.bond);
				let shown = Shown { ending: Ending::Defaulted, ..shown };
				end(Attempt { bond: 0, ..attempt }, shown, model);
			}
			Ok(())
		}
		Action::Reward { who, amount } => {
			assert_eq!(reward(who, amount), 0);
			Ok(())
		}
		Action::Unjail { who } => {
			Provers::unjail(signed(who))?;
			assert_eq!(Provers::capacity(&who).unwrap().free_slots, 0);
			if let Some(block) = record(who).resumes_at(now) {
				model.freed.insert((block, who));
			}
			Ok(())
		}
		Action::Exit { who } => Provers::exit(signed(who)),
		Action::SetDelegation { who, percent } => {
			Provers::set_delegation(signed(who), percent.map(Permill::from_percent))
		}
		Action::Delegate { who, prover, amount } => {
			Provers::delegate(signed(who), prover, amount)?;
			let record = record(prover);
			let most = (record.stake - record.leaving()) * u64::from(DELEGATION_FACTOR);
			assert!(record.pool.value <= most);
			model.free(prover);
			Ok(())
		}
		Action::Undelegate { which, percent } => {
			let Some((prover, who)) = pick_delegation(which) else { return Ok(()) };
			let (all, leaving) = shares(who, prover);
			let part = (all - leaving) * u128::from(percent) / 100;
			Provers::undelegate(signed(who), prover, part)
		}
		Action::WithdrawDelegation { which } => {
			let Some((prover, who)) = pick_delegation(which) else { return Ok(()) };
			withdraw(prover, model, || Provers::withdraw_delegation(signed(who), prover, who))
		}
	}
}

/// The delegation at this place: to whom, and whose.
fn pick_delegation(which: prop::sample::Index) -> Option<(AccountId, AccountId)> {
	let all: Vec<_> = crate::Delegations::<Test>::iter_keys().collect();
	pick(which, &all).map(|index| all[index])
}

/// Wealth of everybody: free, staked, and what its shares are worth.
fn wealth() -> BTreeMap<AccountId, Balance> {
	let mut wealth: BTreeMap<_, _> =
		(ALICE..=PAUPER).map(|who| (who, Balances::free_balance(who) + on_hold(who))).collect();
	for (prover, delegator, _) in crate::Delegations::<Test>::iter() {
		*wealth.get_mut(&delegator).unwrap() += worth(delegator, prover);
	}
	wealth
}

/// The most that who acts can lose to others by what is rounded: a planck, and another where what it
/// has is counted in two parts.
fn rounding(action: &Action) -> Option<(AccountId, Balance)> {
	match action {
		Action::Delegate { who, .. } => Some((*who, 2)),
		Action::WithdrawDelegation { which } => pick_delegation(*which).map(|(_, who)| (who, 1)),
		_ => None,
	}
}

/// Nobody has less than before, but who was rounded against, or is slashed.
fn check_wealth(
	before: BTreeMap<AccountId, Balance>,
	action: &Action,
	rounding: Option<(AccountId, Balance)>,
	slashed: Balance,
) {
	let after = wealth();
	let mut lost = 0;
	for (who, had) in before {
		let loss = had.saturating_sub(after[&who]);
		match rounding {
			Some((actor, most)) if actor == who => assert!(loss <= most, "{action:?}: {loss}"),
			_ => lost += loss,
		}
	}
	// What each has of a pool is rounded down for itself, and there are at most three besides.
	let most = if slashed == 0 { 0 } else { slashed + 3 };
	assert!(lost <= most, "{action:?}: {lost} lost by a slash of {slashed}");
}

fn root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(256))]

	#[test]
	fn stakes_and_bonds_stay_sound(actions in actions()) {
		build_and_execute(|| {
			let issuance = Balances::total_issuance();
			let mut model = Model::default();
			StrikesToJail::set(2);
			for (prover, stake) in [(ALICE, 600), (BOB, 300)] {
				register(prover, stake);
				open_delegation(prover, 10);
			}
			for action in actions {
				let before = root();
				let (had, burnt, rounding) = (wealth(), Burnt::get(), rounding(&action));
				let ok = run(action.clone(), &mut model).is_ok();
				if !ok {
					assert_eq!(root(), before, "{action:?} failed and left traces");
				}
				check_wealth(had, &action, rounding, Burnt::get() - burnt);
				Provers::do_try_state().unwrap_or_else(|error| panic!("{action:?}: {error:?}"));
				assert_eq!(
					Balances::total_issuance() + Burnt::get(),
					issuance + Minted::get(),
					"{action:?}"
				);
				for (prover, record) in crate::Provers::<Test>::iter() {
					let bonds: Balance =
						model.live.iter().filter(|a| a.who == prover).map(|a| a.bond).sum();
					let deposits: Balance =
						model.aside.iter().filter(|d| d.0 == prover).map(|d| d.1).sum();
					assert_eq!(record.reserved, bonds + deposits, "{action:?}: {prover}");
				}
				for attempt in &model.live {
					assert!(crate::Provers::<Test>::contains_key(attempt.who), "{action:?}");
				}
				for (who, amount) in &model.aside {
					let known = crate::Provers::<Test>::contains_key(who);
					assert!(known || *amount == 0, "{action:?}");
				}
				let freed: BTreeSet<_> = freed().into_iter().collect();
				assert_eq!(freed, model.freed, "{action:?}");
			}
		});
	}
}
