// SPDX-License-Identifier: Apache-2.0
//! Whatever provers and the other pallets do in whatever order, stakes and bonds stay sound.

use crate::mock::*;
use proofyard_primitives::{
	traits::{Attempt as Shown, AttemptEnding, Provers as _},
	TaskKind,
};
use proptest::prelude::*;
use sp_runtime::{DispatchResult, StateVersion};
use std::collections::BTreeSet;

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
	/// The deposit at this place comes back, but for what is forfeited of it.
	PutBack {
		which: prop::sample::Index,
		forfeited: Balance,
	},
	TakeFreed {
		limit: u32,
	},
	/// The attempt at this place among the live ones ends with a proof.
	Verify {
		which: prop::sample::Index,
		shown: Shown,
	},
	/// It is charged for a rejected proof.
	Charge {
		which: prop::sample::Index,
		amount: Balance,
	},
	/// It defaults.
	Default {
		which: prop::sample::Index,
		shown: Shown,
	},
}

/// An attempt as the pallets above remember it.
struct Attempt {
	who: AccountId,
	bucket: u8,
	bond: Balance,
	ms: u64,
}

/// What the pallets above remember of provers.
#[derive(Default)]
struct Model {
	live: Vec<Attempt>,
	/// Deposits: whose, and how much.
	aside: Vec<(AccountId, Balance)>,
	/// Who got room in which block and was not given out since.
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
	let work = prop_oneof![1..1_000_000u64, Just(1), Just(u64::MAX)];
	let blocks = prop_oneof![0..20u32, Just(u32::MAX)];
	(kind, work, blocks).prop_map(|(kind, work, blocks)| Shown {
		ending: AttemptEnding::Verified,
		kind,
		work,
		blocks,
	})
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
	let who = || ALICE..=PAUPER;
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
		2 => who().prop_map(|who| Action::Withdraw { who }),
		2 => (1..=UNBONDING_DELAY).prop_map(|blocks| Action::Wait { blocks }),
		2 => who().prop_map(|who| Action::PlaceAsk { who }),
		2 => who().prop_map(|who| Action::WithdrawAsk { who }),
		5 => (who(), 0..3u8, 0..300u64, 0..5_000u64)
			.prop_map(|(who, bucket, bond, ms)| Action::Reserve { who, bucket, bond, ms }),
		2 => (who(), any::<bool>()).prop_map(|(who, paused)| Action::SetPaused { who, paused }),
		2 => (who(), 0..300u64).prop_map(|(who, amount)| Action::SetAside { who, amount }),
		2 => (any::<prop::sample::Index>(), prop_oneof![Just(0), 0..300u64])
			.prop_map(|(which, forfeited)| Action::PutBack { which, forfeited }),
		2 => (0..4u32).prop_map(|limit| Action::TakeFreed { limit }),
		2 => (any::<prop::sample::Index>(), shown())
			.prop_map(|(which, shown)| Action::Verify { which, shown }),
		2 => (any::<prop::sample::Index>(), 0..100u64)
			.prop_map(|(which, amount)| Action::Charge { which, amount }),
		1 => (any::<prop::sample::Index>(), shown())
			.prop_map(|(which, shown)| Action::Default { which, shown }),
	];
	prop::collection::vec(action, 1..60)
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
	Provers::release(&who, &market(bucket), bond, ms, shown);
	model.free(who);
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
			Provers::withdraw_unbonded(signed(who))?;
			if Provers::capacity(&who).is_none() {
				// It left, and resumes no more.
				model.freed.retain(|(block, prover)| *prover != who || *block <= now);
			}
			Ok(())
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
			assert!(!record(who).is_paused(now));
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
			Provers::set_aside(&who, amount)?;
			model.aside.push((who, amount));
			Ok(())
		}
		Action::PutBack { which, forfeited } => {
			if let Some(index) = pick(which, &model.aside) {
				let (who, amount) = model.aside.swap_remove(index);
				let forfeited = forfeited.min(amount);
				assert_eq!(slash(who, forfeited), forfeited);
				Provers::put_back(&who, amount - forfeited);
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
		Action::Verify { which, shown } => {
			if let Some(index) = pick(which, &model.live) {
				let attempt = model.live.swap_remove(index);
				end(attempt, Shown { ending: AttemptEnding::Verified, ..shown }, model);
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
				let shown = Shown { ending: AttemptEnding::Defaulted, ..shown };
				end(Attempt { bond: 0, ..attempt }, shown, model);
			}
			Ok(())
		}
	}
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
			for action in actions {
				let before = root();
				if run(action.clone(), &mut model).is_err() {
					assert_eq!(root(), before, "{action:?} failed and left traces");
				}
				Provers::do_try_state().unwrap_or_else(|error| panic!("{action:?}: {error:?}"));
				assert_eq!(Balances::total_issuance() + Burnt::get(), issuance, "{action:?}");
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
