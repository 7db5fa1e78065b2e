// SPDX-License-Identifier: Apache-2.0
//! Whatever tasks come to in whatever order, every planck is accounted for.

use crate::{mock::*, FeeTerms, Outcomes, Proofs};
use frame_support::traits::fungible::MutateHold;
use proofyard_primitives::{
	traits::{Escrow as _, Settlement as _},
	Ending, FailureReason, Outcome, Role, TaskEnd,
};
use proptest::{prelude::*, sample::Index};
use sp_runtime::Permill;
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
	Expire {
		which: Index,
	},
	Cancel {
		which: Index,
	},
	Reject {
		which: Index,
	},
	/// An assigned task ends, after further attempts.
	Conclude {
		which: Index,
		fate: Ending,
		others: Vec<(AccountId, Role, Ending, Balance, Balance)>,
		end: TaskEnd<AccountId>,
	},
	SetFees {
		fee: u32,
		author: u32,
		treasury: u32,
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

fn everybody() -> impl Iterator<Item = AccountId> {
	[ALICE, BOB].into_iter().chain(PROVERS)
}

fn role() -> impl Strategy<Value = Role> {
	use Role::*;
	prop::sample::select(vec![CoPrimary, Standby, Rescue, Bounty])
}

fn fate() -> impl Strategy<Value = Ending> {
	use Ending::*;
	let all =
		[Verified, VerifiedLate, Lost, Slow, Declined, Reported, Excused, Rejected, Defaulted];
	prop::sample::select(all.to_vec())
}

fn end() -> impl Strategy<Value = TaskEnd<AccountId>> {
	let keeper = prop::option::of(prop::sample::select(vec![ALICE, BOB, PROVER, NOBODY]));
	prop_oneof![
		3 => Just(TaskEnd::Settled),
		2 => keeper.prop_map(|keeper| TaskEnd::Failed {
			reason: FailureReason::DeadlinePassed,
			keeper,
		}),
		1 => Just(TaskEnd::Failed { reason: FailureReason::InputUnavailable, keeper: None }),
	]
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
	let anyone = || prop::sample::select(everybody().collect::<Vec<_>>());
	let prover = || prop::sample::select(PROVERS.to_vec());
	let which = any::<Index>;
	let amount =
		|| prop_oneof![4 => 0..3_000u64, 1 => Just(0), 1 => Just(FUNDS), 1 => Just(u64::MAX)];
	let other = (prover(), role(), fate(), 0..3_000u64, 0..2_000u64);
	let action = prop_oneof![
		6 => (anyone(), amount()).prop_map(|(who, max_fee)| Action::Open { who, max_fee }),
		2 => (which(), amount()).prop_map(|(which, by)| Action::Raise { which, by }),
		6 => (which(), prover(), 0..=100u64, amount()).prop_map(
			|(which, prover, percent, bond)| Action::Assign { which, prover, percent, bond }
		),
		1 => which().prop_map(|which| Action::Expire { which }),
		1 => which().prop_map(|which| Action::Cancel { which }),
		2 => which().prop_map(|which| Action::Reject { which }),
		5 => (which(), fate(), prop::collection::vec(other, 0..4), end()).prop_map(
			|(which, fate, others, end)| Action::Conclude { which, fate, others, end }
		),
		1 => (0..=11u32, 0..=60u32, 0..=60u32)
			.prop_map(|(fee, author, treasury)| Action::SetFees { fee, author, treasury }),
		2 => (prover(), amount()).prop_map(|(prover, deposit)| Action::Bid { prover, deposit }),
		2 => (which(), any::<bool>())
			.prop_map(|(which, revealed)| Action::EndBid { which, revealed }),
		1 => (prover(), amount()).prop_map(|(who, amount)| Action::AddStake { who, amount }),
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
			reserve(prover, bond).then_some(())?;
			let deal = deal(prover, price, bond);
			Settlement::fix_price(task, price);
			live.held = price;
			live.deal = Some(deal);
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
		Action::Conclude { which, mut fate, others, end } => {
			let (task, spec, deal) = model.take(which)?;
			let verified = others.iter().any(|(_, _, fate, ..)| fate.is_verified());
			if end == TaskEnd::Settled && !verified {
				fate = Ending::Verified;
			}
			let mut attempts =
				vec![attempt(deal.prover, Role::Primary, fate, deal.price, deal.bond)];
			for (prover, role, fate, price, bond) in others {
				let bond = if reserve(prover, bond) { bond } else { 0 };
				attempts.push(attempt(prover, role, fate, price, bond));
			}
			end_task(task, &spec, &deal, &attempts, end);
		}
		Action::SetFees { fee, author, treasury } => {
			let [fee, author, treasury] = [fee, author, treasury].map(Permill::from_percent);
			let terms = FeeTerms { fee, author, treasury };
			Settlement::set_fees(RuntimeOrigin::root(), terms).ok()?
		}
		Action::Bid { prover, deposit } => {
			reserve(prover, deposit).then_some(())?;
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
			release_bond(prover, deposit - lost);
			assert_eq!((total(prover), Burnt::get()), (before - lost, burnt + lost));
		}
		Action::AddStake { who, amount } => {
			Balances::hold(&staking::HoldReason::Stake.into(), &who, amount).ok()?
		}
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

/// End a task, and check who is the richer and the poorer for it.
fn end_task(task: u64, spec: &Spec, deal: &Deal, attempts: &[Attempt], end: TaskEnd<AccountId>) {
	let held = Settlement::held(task);
	let before: BTreeMap<_, _> =
		everybody().map(|who| (who, (total(who), reserved(who)))).collect();
	let unavailable =
		matches!(end, TaskEnd::Failed { reason: FailureReason::InputUnavailable, .. });
	let taken = conclude(task, spec, deal, attempts, end.clone());

	let record = Outcomes::<Test>::get(task).unwrap();
	let proofs = Proofs::<Test>::iter_key_prefix(task).count();
	let (paid, compensation) = match record.outcome {
		Outcome::Settled { paid, .. } => {
			assert!(end == TaskEnd::Settled && proofs > 0);
			(paid, 0)
		}
		Outcome::Failed { compensation, slashed, .. } => {
			assert!(end != TaskEnd::Settled && proofs == 0);
			assert_eq!(slashed, taken.iter().sum::<Balance>());
			if unavailable {
				assert_eq!((slashed, compensation), (0, 0));
			}
			(if unavailable { held } else { 0 }, compensation)
		}
		_ => unreachable!("it was assigned"),
	};
	assert!(paid <= held && Settlement::held(task) == 0);
	for (who, (before, had_reserved)) in before {
		let of = |sums: &dyn Fn(usize) -> Balance| -> Balance {
			(0..attempts.len()).filter(|i| attempts[*i].prover == who).map(sums).sum()
		};
		assert_eq!(reserved(who), had_reserved - of(&|i| attempts[i].bond));
		// What the record says is what happened.
		let earned = of(&|i| record.attempts[i].earned);
		let lost = of(&|i| taken[i]);
		assert_eq!(lost, of(&|i| record.attempts[i].slashed));
		let asked = who == spec.requester;
		let after = total(who);
		assert!(after + lost + if asked { paid } else { 0 } >= before + earned);
		if asked && end != TaskEnd::Settled && !unavailable {
			assert!(after + lost >= before + earned + compensation);
		}
		let kept = matches!(end, TaskEnd::Failed { keeper: Some(keeper), .. } if keeper == who);
		if !asked && !kept {
			assert_eq!(after + lost, before + earned);
		}
	}
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
				for who in everybody() {
					let of_tasks =
						model.live.values().filter(|live| live.spec.requester == who);
					assert_eq!(in_escrow(who), of_tasks.map(|live| live.held).sum::<Balance>());
				}
			}
		});
	}
}
