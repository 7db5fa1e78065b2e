// SPDX-License-Identifier: Apache-2.0
//! Turns of the waiting jobs, by the estimates: earliest deadline first over all slots. Pure; all
//! times are milliseconds since the Unix epoch.
//!
//! A new job is taken if by this plan it makes its own deadline and takes none from a job that was accepted before:
//! an accepted job is a promise that the node has passed on to the chain. What has no estimate takes no time in the
//! plan.

/// A job in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
	/// After it the proof is worth nothing.
	pub deadline: u64,
	/// Time for which it keeps a slot; `None` where that is unknown.
	pub own_ms: Option<u64>,
}

impl Planned {
	/// The last moment at which a start still makes sense. An estimate is only that: a job that was accepted is given
	/// up only when it would have to be a tenth faster than estimated.
	pub fn latest_start(&self) -> u64 {
		let own = self.own_ms.unwrap_or(0);
		self.deadline.saturating_sub(own - own / 10)
	}

	/// Whether it is too late to start it.
	pub fn is_hopeless(&self, now: u64) -> bool {
		self.own_ms.is_some() && now > self.latest_start()
	}
}

/// Turn of a job in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
	/// Moment at which a slot is free for it.
	pub start: u64,
	/// End by the estimate. A job that is hopeless by its turn is dropped, and keeps no slot.
	pub end: u64,
}

/// Reason for which a new job does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
	/// It would end after its own deadline.
	Late(Turn),
	/// It would end in time, and an accepted job would not: that at this place of the queue.
	Endangers(usize, Turn),
}

/// The turns of a queue that is sorted by deadline. `slots` says when each slot is free.
pub fn turns(slots: &[u64], queue: impl IntoIterator<Item = Planned>) -> Vec<Turn> {
	let mut slots = slots.to_vec();
	let turn = |job: Planned| {
		let Some(slot) = slots.iter_mut().min() else {
			return Turn { start: u64::MAX, end: u64::MAX };
		};
		let start = *slot;
		let end = start.saturating_add(job.own_ms.unwrap_or(0));
		if !job.is_hopeless(start) && start < job.deadline {
			// It is stopped at its deadline.
			*slot = end.min(job.deadline);
		}
		Turn { start, end }
	};
	queue.into_iter().map(turn).collect()
}

/// Whether a new job fits; if so, its turn.
pub fn admit(slots: &[u64], queue: &[Planned], new: Planned) -> Result<Turn, Misfit> {
	// Behind those with the same deadline, which came first.
	let place = queue.partition_point(|job| job.deadline <= new.deadline);
	let (ahead, behind) = queue.split_at(place);
	let with_new = ahead.iter().chain([&new]).chain(behind);
	let after = turns(slots, with_new.copied());
	let turn = after[place];
	if turn.end > new.deadline {
		return Err(Misfit::Late(turn));
	}
	let before = turns(slots, queue.iter().copied());
	for (index, job) in queue.iter().enumerate().skip(place) {
		if before[index].end <= job.deadline && after[index + 1].end > job.deadline {
			return Err(Misfit::Endangers(index, turn));
		}
	}
	Ok(turn)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn job(deadline: u64, own_ms: u64) -> Planned {
		Planned { deadline, own_ms: Some(own_ms) }
	}

	#[test]
	fn an_empty_service_takes_what_fits() {
		assert_eq!(admit(&[0], &[], job(100, 100)), Ok(Turn { start: 0, end: 100 }));
		let late = Turn { start: 0, end: 101 };
		assert_eq!(admit(&[0], &[], job(100, 101)), Err(Misfit::Late(late)));
	}

	#[test]
	fn a_job_waits_for_running_and_more_urgent_ones_only() {
		let queue = [job(60, 10), job(500, 300)];
		let turn = Turn { start: 60, end: 80 };
		assert_eq!(admit(&[50], &queue, job(80, 20)), Ok(turn));
		assert_eq!(
			admit(&[50], &queue, job(79, 20)),
			Err(Misfit::Late(turn)),
			"the less urgent one is not in the way"
		);
		assert!(admit(&[50, 70], &queue, job(80, 10)).is_ok(), "a second slot");
	}

	#[test]
	fn an_urgent_job_may_not_take_an_accepted_ones_time() {
		let queue = [job(100, 50)];
		assert!(admit(&[0], &queue, job(60, 50)).is_ok());
		assert_eq!(
			admit(&[0], &queue, job(60, 51)),
			Err(Misfit::Endangers(0, Turn { start: 0, end: 51 }))
		);
		// One that misses its deadline anyway is no reason.
		assert!(admit(&[0], &[job(100, 101)], job(60, 51)).is_ok());
	}

	#[test]
	fn what_is_dropped_at_its_turn_keeps_no_slot() {
		let turns = turns(&[50], [job(60, 100), job(200, 100)]);
		assert_eq!(turns[1], Turn { start: 50, end: 150 });
	}

	#[test]
	fn what_has_no_estimate_takes_no_time() {
		let unknown = Planned { deadline: 50, own_ms: None };
		assert_eq!(turns(&[10], [unknown, job(100, 90)])[1].end, 100);
		assert!(!unknown.is_hopeless(49));
	}

	#[test]
	fn an_accepted_job_is_given_a_tenth() {
		let job = job(1000, 100);
		assert_eq!(job.latest_start(), 910);
		assert!(!job.is_hopeless(910));
		assert!(job.is_hopeless(911));
		assert_eq!(super::tests::job(10, u64::MAX).latest_start(), 0);
	}

	proptest! {
		/// If the estimates are true, every job that was ever accepted makes its deadline.
		#[test]
		fn promises_are_kept(
			jobs in prop::collection::vec((1u64..2000, 1u64..400), 1..60),
			slots in prop::collection::vec(0u64..300, 1..5),
		) {
			let mut queue: Vec<Planned> = Vec::new();
			for (deadline, own) in jobs {
				let new = job(deadline, own);
				if admit(&slots, &queue, new).is_ok() {
					let place = queue.partition_point(|other| other.deadline <= new.deadline);
					queue.insert(place, new);
				}
				for (turn, job) in turns(&slots, queue.iter().copied()).iter().zip(&queue) {
					prop_assert!(turn.end <= job.deadline);
				}
			}
		}
	}
}
