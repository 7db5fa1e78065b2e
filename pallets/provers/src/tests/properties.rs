// SPDX-License-Identifier: Apache-2.0
//! Whatever provers and the other pallets do in whatever order, stakes and bonds stay sound.

use crate::mock::*;
use proofyard_primitives::traits::{AttemptEnding, Provers as _};
use proptest::prelude::*;
use sp_runtime::{DispatchResult, StateVersion};

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
	/// The attempt at this place among the live ones ends with a proof.
	Verify {
		which: prop::sample::Index,
	},
	/// It is charged for a rejected proof.
	Charge {
		which: prop::sample::Index,
		amount: Balance,
	},
	/// It defaults.
	Default {
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
		2 => any::<prop::sample::Index>().prop_map(|which| Action::Verify { which }),
		2 => (any::<prop::sample::Index>(), 0..100u64)
			.prop_map(|(which, amount)| Action::Charge { which, amount }),
		1 => any::<prop::sample::Index>().prop_map(|which| Action::Default { which }),
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

fn end(attempt: Attempt, ending: AttemptEnding) {
	let Attempt { who, bucket, bond, ms } = attempt;
	Provers::release(&who, &market(bucket), bond, ms, ending);
}

fn pick(which: prop::sample::Index, live: &[Attempt]) -> Option<usize> {
	(!live.is_empty()).then(|| which.index(live.len()))
}

fn run(action: Action, live: &mut Vec<Attempt>) -> DispatchResult {
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
			Provers::set_hardware(signed(who), hardware(gpu), slots)
		}
		Action::SetSessionKey { who, seed } => {
			Provers::set_session_key(signed(who), key(seed), possession(who, seed))
		}
		Action::AddStake { who, amount } => Provers::add_stake(signed(who), amount),
		Action::Unbond { who, amount } => Provers::unbond(signed(who), amount),
		Action::UnbondAll { who } => {
			let free = Provers::capacity(&who).map_or(0, |capacity| capacity.free_stake);
			Provers::unbond(signed(who), free)
		}
		Action::Withdraw { who } => Provers::withdraw_unbonded(signed(who)),
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
			live.push(Attempt { who, bucket, bond, ms });
			Ok(())
		}
		Action::Verify { which } => {
			if let Some(index) = pick(which, live) {
				end(live.swap_remove(index), AttemptEnding::Verified);
			}
			Ok(())
		}
		Action::Charge { which, amount } => {
			if let Some(index) = pick(which, live) {
				let attempt = &mut live[index];
				let amount = amount.min(attempt.bond);
				// A live bond can always be slashed in full.
				assert_eq!(slash(attempt.who, amount), amount);
				attempt.bond -= amount;
			}
			Ok(())
		}
		Action::Default { which } => {
			if let Some(index) = pick(which, live) {
				let attempt = live.swap_remove(index);
				assert_eq!(slash(attempt.who, attempt.bond), attempt.bond);
				end(Attempt { bond: 0, ..attempt }, AttemptEnding::Defaulted);
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
			let mut live = Vec::new();
			for action in actions {
				let before = root();
				if run(action.clone(), &mut live).is_err() {
					assert_eq!(root(), before, "{action:?} failed and left traces");
				}
				Provers::do_try_state().unwrap_or_else(|error| panic!("{action:?}: {error:?}"));
				assert_eq!(Balances::total_issuance() + Burnt::get(), issuance, "{action:?}");
				for (prover, record) in crate::Provers::<Test>::iter() {
					let bonds: Balance =
						live.iter().filter(|a| a.who == prover).map(|a| a.bond).sum();
					assert_eq!(record.reserved, bonds, "{action:?}: bonds of {prover}");
				}
				for attempt in &live {
					assert!(crate::Provers::<Test>::contains_key(attempt.who), "{action:?}");
				}
			}
		});
	}
}
