// SPDX-License-Identifier: Apache-2.0
//! Tasks and their proofs. A task is in the storage of exactly one pallet, which says where it stands.

use super::*;
use pallet_attestation::{AttemptOf, LiveTaskOf};
use proofyard_api::TaskState;
use proofyard_primitives::{
	traits::Escrow, AttemptState as Stored, Ending, Outcome, TaskId, TaskSpec,
};

/// Most tasks in one page.
const MAX_PAGE: u32 = 100;
/// Most tasks that one listing looks at.
const MAX_SCAN: u64 = 1_000;

pub fn task(id: TaskId) -> Option<api::Task> {
	open_task(id).or_else(|| live_task(id)).or_else(|| ended_task(id))
}

fn open_task(id: TaskId) -> Option<api::Task> {
	let open = pallet_auctions::OpenTasks::<Runtime>::get(id)?;
	let bidding = open.bidding.map(|bidding| api::Bidding {
		commit_until: bidding.commit_until,
		reveal_until: bidding.reveal_until,
		// Bounded by the bids of a task.
		bids: pallet_auctions::Bids::<Runtime>::iter_prefix(id)
			.map(|(prover, bid)| api::Bid {
				prover,
				commitment: bid.commitment,
				revealed: bid.revealed.map(|(price, speed)| api::RevealedBid { price, speed }),
			})
			.collect(),
	});
	Some(of_spec(id, open.spec, TaskState::Open { provers: open.provers.into_inner(), bidding }))
}

fn live_task(id: TaskId) -> Option<api::Task> {
	let live = pallet_attestation::Live::<Runtime>::get(id)?;
	let state = match bounty_info(&live) {
		Some(bounty) => TaskState::Bounty { live: live_info(id, &live), bounty },
		None if live.attempts.iter().any(|attempt| attempt.replaced) => {
			TaskState::Fallback(live_info(id, &live))
		}
		None => TaskState::Assigned(live_info(id, &live)),
	};
	Some(of_spec(id, live.spec, state))
}

fn live_info(id: TaskId, live: &LiveTaskOf<Runtime>) -> api::Live {
	let assignment = &live.assignment;
	let standbys = assignment.standbys.iter().skip(live.called.into());
	api::Live {
		prover: assignment.prover.clone(),
		price: assignment.price,
		assigned_at: assignment.assigned_at,
		soft_deadline: assignment.soft_deadline,
		attempts: (0u32..)
			.zip(&live.attempts)
			.map(|(number, attempt)| attempt_info(number, attempt))
			.collect(),
		standbys: standbys
			.map(|standby| api::Standby {
				prover: standby.prover.clone(),
				price: standby.price,
				bond: standby.bond,
			})
			.collect(),
		wanted: pallet_attestation::WantedTasks::<Runtime>::contains_key(id),
	}
}

fn attempt_info(number: u32, attempt: &AttemptOf<Runtime>) -> api::Attempt {
	use api::AttemptState;
	let state = match attempt.state {
		Stored::Running if attempt.is_late(System::block_number()) => AttemptState::Late,
		Stored::Running => AttemptState::Running,
		// `Lost`, `Slow` and `Excused` come with the end of the task (`AttemptState::ending`): they never
		// stand in a live attempt, and have no state of their own here.
		Stored::Ended(ending) => match ending {
			Ending::Verified | Ending::VerifiedLate => AttemptState::Verified,
			Ending::Declined => AttemptState::Declined,
			Ending::Reported | Ending::Excused => AttemptState::Reported,
			Ending::Rejected => AttemptState::Rejected,
			Ending::Defaulted | Ending::Lost | Ending::Slow => AttemptState::Defaulted,
		},
	};
	api::Attempt {
		number,
		prover: attempt.prover.clone(),
		role: attempt.role,
		price: attempt.price,
		bond: attempt.bond,
		started_at: attempt.started_at,
		due: attempt.soft_deadline,
		rejections: attempt.rejections,
		committed: attempt.commitment.is_some(),
		state,
		owed: attempt.owed,
	}
}

fn bounty_info(live: &LiveTaskOf<Runtime>) -> Option<api::Bounty> {
	let bounty = live.bounty.as_ref()?;
	Some(api::Bounty {
		since: bounty.since,
		reward: Attestation::bounty_reward(live)?,
		deposit: Attestation::announcement_deposit(live),
		announcements: bounty
			.announcements
			.iter()
			.map(|announced| api::Announcement {
				prover: announced.prover.clone(),
				commitment: announced.commitment,
				at: announced.at,
				reward: announced.reward,
				deposit: announced.deposit,
			})
			.collect(),
	})
}

fn of_spec(
	id: TaskId,
	spec: TaskSpec<AccountId, Balance, BlockNumber>,
	state: TaskState,
) -> api::Task {
	let (public_inputs, public_values) = api::FixedPublicValues::split(spec.values);
	api::Task {
		id,
		requester: spec.requester,
		program: spec.program,
		market: spec.market,
		kind: spec.kind,
		redundancy: Some(spec.redundancy),
		work: spec.work,
		max_fee: spec.max_fee,
		deadline: spec.deadline,
		submitted_at: spec.submitted_at,
		escrow: <Settlement as Escrow<AccountId, Balance>>::held(id),
		state,
		input: Some(spec.input.into()),
		public_inputs,
		public_values,
	}
}

fn ended_task(id: TaskId) -> Option<api::Task> {
	let record = pallet_settlement::Outcomes::<Runtime>::get(id)?;
	let at = record.ended_at;
	let assigned_at = record.assigned_at.unwrap_or(at);
	let attempts = record.attempts.into_iter().map(Into::into).collect();
	let state = match record.outcome {
		Outcome::Settled { prover, paid } => {
			TaskState::Settled { prover, paid, attempts, assigned_at, at }
		}
		Outcome::Expired => TaskState::Expired { at },
		Outcome::Cancelled => TaskState::Cancelled { at },
		Outcome::Failed { prover, reason, compensation, slashed } => {
			TaskState::Failed { prover, reason, compensation, slashed, attempts, assigned_at, at }
		}
	};
	Some(api::Task {
		id,
		requester: record.requester,
		program: record.program,
		market: record.market,
		kind: record.kind,
		redundancy: None,
		work: record.work,
		max_fee: record.max_fee,
		deadline: record.deadline,
		submitted_at: record.submitted_at,
		escrow: 0,
		state,
		input: None,
		public_inputs: Vec::new(),
		public_values: None,
	})
}

pub fn tasks(filter: api::TaskFilter, cursor: Option<TaskId>, limit: u32) -> api::TaskPage {
	let limit = limit.clamp(1, MAX_PAGE) as usize;
	let newest = pallet_auctions::NextTaskId::<Runtime>::get();
	let start = cursor.unwrap_or(newest).min(newest);
	let stop = start.saturating_sub(MAX_SCAN);
	let mut tasks = Vec::new();
	let mut last = start;
	for id in (stop..start).rev() {
		if tasks.len() == limit {
			break;
		}
		last = id;
		if let Some(info) = task(id).filter(|info| wanted(&filter, info)) {
			tasks.push(info);
		}
	}
	api::TaskPage { tasks, next: (last > 0).then_some(last) }
}

fn wanted(filter: &api::TaskFilter, info: &api::Task) -> bool {
	use api::StateFilter;
	let state = match filter.state {
		None => true,
		Some(StateFilter::Open) => matches!(info.state, TaskState::Open { .. }),
		Some(StateFilter::Assigned) => matches!(info.state, TaskState::Assigned(_)),
		Some(StateFilter::Fallback) => matches!(info.state, TaskState::Fallback(_)),
		Some(StateFilter::Bounty) => matches!(info.state, TaskState::Bounty { .. }),
		Some(StateFilter::Live) => !info.state.has_ended(),
		Some(StateFilter::Settled) => matches!(info.state, TaskState::Settled { .. }),
		Some(StateFilter::Expired) => matches!(info.state, TaskState::Expired { .. }),
		Some(StateFilter::Cancelled) => matches!(info.state, TaskState::Cancelled { .. }),
		Some(StateFilter::Failed) => matches!(info.state, TaskState::Failed { .. }),
		Some(StateFilter::Ended) => info.state.has_ended(),
	};
	state
		&& filter.requester.as_ref().is_none_or(|wanted| *wanted == info.requester)
		&& filter.program.is_none_or(|wanted| wanted == info.program)
		&& filter.prover.as_ref().is_none_or(|wanted| info.state.is_of(wanted))
}

pub fn proof(task: TaskId) -> Option<api::Proof> {
	let record = pallet_settlement::Outcomes::<Runtime>::get(task)?;
	let Outcome::Settled { prover, .. } = record.outcome else { return None };
	let system = record.market.system;
	let data = pallet_settlement::Proofs::<Runtime>::get(task, &prover)?;
	Some(api::Proof {
		task,
		program: record.program,
		system,
		data: api::ProofBytes::new(system, data),
		prover,
		verified_at: record.ended_at,
		retained_until: record.forget_at,
	})
}

pub fn proofs(task: TaskId) -> Option<api::Proofs> {
	if let Some(record) = pallet_settlement::Outcomes::<Runtime>::get(task) {
		let Outcome::Settled { prover, .. } = record.outcome else { return None };
		let system = record.market.system;
		let provers = record.attempts.into_iter().map(|attempt| attempt.prover);
		return Some(api::Proofs {
			task,
			program: record.program,
			system,
			settled_at: Some(record.ended_at),
			retained_until: Some(record.forget_at),
			proofs: proofs_of(task, system, provers, Some(&prover))?,
		});
	}
	let live = pallet_attestation::Live::<Runtime>::get(task)?;
	let system = live.spec.market.system;
	let provers = live.attempts.into_iter().map(|attempt| attempt.prover);
	Some(api::Proofs {
		task,
		program: live.spec.program,
		system,
		settled_at: None,
		retained_until: None,
		proofs: proofs_of(task, system, provers, None)?,
	})
}

/// The kept proofs of these provers, of whom one may have decided the task; `None` where there is none.
fn proofs_of(
	task: TaskId,
	system: ProofSystem,
	provers: impl Iterator<Item = AccountId>,
	decided_by: Option<&AccountId>,
) -> Option<Vec<api::ProofOf>> {
	let kept = |prover: AccountId| {
		let data = pallet_settlement::Proofs::<Runtime>::get(task, &prover)?;
		let deciding = decided_by == Some(&prover);
		Some(api::ProofOf { prover, deciding, data: api::ProofBytes::new(system, data) })
	};
	let proofs: Vec<_> = provers.filter_map(kept).collect();
	(!proofs.is_empty()).then_some(proofs)
}
