// SPDX-License-Identifier: Apache-2.0
//! Whatever tasks come to in whatever order, every planck is accounted for.

use crate::mock::*;
use proofyard_primitives::traits::{Escrow as _, Provers as _, Settlement as _};
use proptest::{prelude::*, sample::Index};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Action {
	Open {
		who: AccountId,
		max_fee: Balance,
	},
	Raise {
		which: Index,
		by: Balance,
	},
	Assign {
		which: Index,
		prover: AccountId,
		percent: u64,
		bond: Balance,
	},
	Settle {
		which: Index,
	},
	Expire {
		which: Index,
	},
	Cancel {
		which: Index,
	},
	Reject {
		which: Index,
	},
	Fail {
		which: Index,
	},
	Bid {
		prover: AccountId,
		deposit: Balance,
	},
	/// A bid ends: its deposit comes back, or is forfeited.
	EndBid {
		which: Index,
		revealed: bool,
	},
	AddStake {
		who: AccountId,
		amount: Balance,
	},
	Unbond {
		who: AccountId,
		amount: Balance,
	},
	Withdraw {
		who: AccountId,
	},
	Spend {
		from: AccountId,
		to: AccountId,
		amount: Balance,
	},
	Wait {
		blocks: u64,
		hook_weight: u64,
	},
}

/// A live task as the pallets above remember it.
struct Live {
	spec: Spec,
	deal: Option<Deal>,
	held: Balance,
}

#[derive(Default)]
struct Model {
	next: u64,
	live: BTreeMap<u64, Live>,
	bids: Vec<(AccountId, Balance)>,
}

impl Model {
	/// One of the live tasks that are assigned, or are not.
	fn pick(&self, which: Index, assigned: bool) -> Option<u64> {
		let fit: Vec<u64> = self
			.live
			.iter()
			.filter(|(_, live)| live.deal.is_some() == assigned)
			.map(|(task, _)| *task)
			.collect();
		(!fit.is_empty()).then(|| fit[which.index(fit.len())])
	}

	/// Take out one of the assigned tasks.
	fn take(&mut self, which: Index) -> Option<(u64, Spec, Deal)> {
		let task = self.pick(which, true)?;
		let Live { spec, deal, .. } = self.live.remove(&task)?;
		Some((task, spec, deal?))
	}
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
	let anyone = || prop::sample::select(vec![ALICE, BOB, PROVER, RIVAL]);
	let prover = || prop::sample::select(vec![PROVER, RIVAL]);
	let which = any::<Index>;
	let amount =
		|| prop_oneof![4 => 0..3_000u64, 1 => Just(0), 1 => Just(FUNDS), 1 => Just(u64::MAX)];
	let action = prop_oneof![
		6 => (anyone(), amount()).prop_map(|(who, max_fee)| Action::Open { who, max_fee }),
		2 => (which(), amount()).prop_map(|(which, by)| Action::Raise { which, by }),
		6 => (which(), prover(), 0..=100u64, amount()).prop_map(
			|(which, prover, percent, bond)| Action::Assign { which, prover, percent, bond }
		),
		2 => which().prop_map(|which| Action::Settle { which }),
		1 => which().prop_map(|which| Action::Expire { which }),
		1 => which().prop_map(|which| Action::Cancel { which }),
		2 => which().prop_map(|which| Action::Reject { which }),
		2 => which().prop_map(|which| Action::Fail { which }),
		2 => (prover(), amount()).prop_map(|(prover, deposit)| Action::Bid { prover, deposit }),
		2 => (which(), any::<bool>())
			.prop_map(|(which, revealed)| Action::EndBid { which, revealed }),
		1 => (prover(), amount()).prop_map(|(who, amount)| Action::AddStake { who, amount }),
		1 => (prover(), amount()).prop_map(|(who, amount)| Action::Unbond { who, amount }),
		1 => prover().prop_map(|who| Action::Withdraw { who }),
		1 => (anyone(), anyone(), amount())
			.prop_map(|(from, to, amount)| Action::Spend { from, to, amount }),
		3 => (1..12u64, 12..40u64)
			.prop_map(|(blocks, hook_weight)| Action::Wait { blocks, hook_weight }),
	];
	prop::collection::vec(action, 1..60)
}

/// Do it, if it can be done now.
fn run(action: Action, model: &mut Model) -> Option<()> {
	match action {
		Action::Open { who, max_fee } => {
			let task = model.next;
			Settlement::open(task, &who, max_fee).ok()?;
			model.next += 1;
			model.live.insert(task, Live { spec: spec(who, max_fee), deal: None, held: max_fee });
		}
		Action::Raise { which, by } => {
			let task = model.pick(which, false)?;
			Settlement::raise(task, by).ok()?;
			model.live.get_mut(&task)?.held += by;
		}
		Action::Assign { which, prover, percent, bond } => {
			let task = model.pick(which, false)?;
			let live = model.live.get_mut(&task)?;
			let price = live.held * percent / 100;
			let deal = deal(prover, price, bond);
			Provers::reserve(&prover, &market(), bond, deal.committed_ms).ok()?;
			Settlement::fix_price(task, price);
			live.held = price;
			live.deal = Some(deal);
		}
		Action::Settle { which } => {
			let (task, spec, deal) = model.take(which)?;
			let before = total(deal.prover);
			settle(task, &spec, &deal);
			let gain = if spec.requester == deal.prover { 0 } else { deal.price };
			assert_eq!(total(deal.prover), before + gain);
		}
		Action::Expire { which } => {
			let task = model.pick(which, false)?;
			let live = model.live.remove(&task)?;
			Settlement::expire(task, &live.spec);
		}
		Action::Cancel { which } => {
			let task = model.pick(which, false)?;
			let live = model.live.remove(&task)?;
			Settlement::cancel(task, &live.spec);
		}
		Action::Reject { which } => {
			let task = model.pick(which, true)?;
			let deal = model.live.get_mut(&task)?.deal.as_mut()?;
			let expected = deal.bond.min(VERIFICATION_FEE);
			assert_eq!(charge(task, deal), expected);
		}
		Action::Fail { which } => {
			let (task, spec, deal) = model.take(which)?;
			let (prover, burnt) = (total(deal.prover), Burnt::get());
			let requester = total(spec.requester);
			fail(task, &spec, &deal);
			assert_eq!(total(deal.prover), prover - deal.bond);
			let compensation = if spec.requester == deal.prover { 0 } else { deal.bond / 5 };
			if spec.requester != deal.prover {
				assert_eq!(total(spec.requester), requester + compensation);
			}
			assert_eq!(Burnt::get(), burnt + deal.bond - compensation);
		}
		Action::Bid { prover, deposit } => {
			Provers::set_aside(&prover, deposit).ok()?;
			model.bids.push((prover, deposit));
		}
		Action::EndBid { which, revealed } => {
			if model.bids.is_empty() {
				return None;
			}
			let (prover, deposit) = model.bids.swap_remove(which.index(model.bids.len()));
			let (before, burnt) = (total(prover), Burnt::get());
			let lost = if revealed { 0 } else { deposit };
			Settlement::forfeit(0, &prover, lost);
			Provers::put_back(&prover, deposit - lost);
			assert_eq!((total(prover), Burnt::get()), (before - lost, burnt + lost));
		}
		Action::AddStake { who, amount } => {
			Provers::add_stake(RuntimeOrigin::signed(who), amount).ok()?
		}
		Action::Unbond { who, amount } => {
			Provers::unbond(RuntimeOrigin::signed(who), amount).ok()?
		}
		Action::Withdraw { who } => Provers::withdraw_unbonded(RuntimeOrigin::signed(who)).ok()?,
		Action::Spend { from, to, amount } => {
			Balances::transfer_keep_alive(RuntimeOrigin::signed(from), to, amount).ok()?
		}
		Action::Wait { blocks, hook_weight } => {
			HookLimit::set(frame_support::weights::Weight::from_parts(hook_weight, 0));
			run_to(System::block_number() + blocks);
		}
	}
	Some(())
}

/// All that an account has, free and on hold.
fn total(who: AccountId) -> Balance {
	free(who) + in_escrow(who) + staked(who)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(256))]

	#[test]
	fn every_planck_is_accounted_for(actions in actions()) {
		build_and_execute(|| {
			let issuance = Balances::total_issuance();
			let mut model = Model::default();
			for action in actions {
				run(action, &mut model);
				check(issuance);
				// Each live task holds its fee, and no other task holds any.
				for (task, live) in &model.live {
					assert_eq!(Settlement::held(*task), live.held);
					assert!(!Settlement::has_ended(*task));
				}
				assert_eq!(crate::Escrows::<Test>::iter().count(), model.live.len());
				for who in [ALICE, BOB, PROVER, RIVAL] {
					let of_tasks =
						model.live.values().filter(|live| live.spec.requester == who);
					assert_eq!(in_escrow(who), of_tasks.map(|live| live.held).sum::<Balance>());
				}
			}
		});
	}
}
