// SPDX-License-Identifier: Apache-2.0
//! Measures of a run.

use crate::{
	bound::least_cost,
	engine::{Attempt, Outcome, World},
	provers::COST_MEDIAN,
	workload::{Level, Scenario, Task},
};
use statrs::statistics::{Data, OrderStatistics};

/// The numbers of one run. Prices are in multiples of the median prover's cost.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
	/// Cost of everything that provers did between a quarter of the time and the last arrival, over
	/// the least for which as much of the tasks that were delivered, then or later, could have been
	/// done in that time. (The empty market at the beginning and what follows the last arrival are
	/// left out: only a planner would have known of them.)
	pub cost_ratio: f64,
	/// Price that requesters paid, less what they got, for a unit of work that was accepted; an accepted
	/// task that failed counts at its maximum, as if bought elsewhere at once.
	pub requester_unit: f64,
	/// Delivered by the deadline, of those accepted.
	pub on_time: f64,
	pub on_time_express: f64,
	/// Delivered by the deadline, of all submitted; and by their worth.
	pub served: f64,
	pub served_express: f64,
	pub worth_served: f64,
	/// Of those accepted that were alive at some time of the outage.
	pub on_time_outage: f64,
	/// Submission to proof, seconds.
	pub p50: f64,
	pub p99: f64,
	/// Cost of what did not become an accepted proof, as a share of all cost.
	pub waste: f64,
	/// Of the operators' revenue.
	pub hhi: f64,
	pub nakamoto: f64,
	/// Hours for which a planck is locked for each planck of fees.
	pub locked_hours: f64,
	pub transactions: f64,
}

/// A number of [`Metrics`]: its name in CSV and how to read it.
pub type Column = (&'static str, fn(&Metrics) -> f64);

/// All numbers, in the order of the CSV.
pub const COLUMNS: [Column; 15] = [
	("cost_ratio", |m| m.cost_ratio),
	("requester_unit", |m| m.requester_unit),
	("on_time", |m| m.on_time),
	("on_time_express", |m| m.on_time_express),
	("served", |m| m.served),
	("served_express", |m| m.served_express),
	("worth_served", |m| m.worth_served),
	("on_time_outage", |m| m.on_time_outage),
	("p50_s", |m| m.p50),
	("p99_s", |m| m.p99),
	("waste", |m| m.waste),
	("hhi", |m| m.hhi),
	("nakamoto50", |m| m.nakamoto),
	("locked_hours", |m| m.locked_hours),
	("transactions", |m| m.transactions),
];

fn share(part: f64, whole: f64) -> f64 {
	if whole > 0.0 {
		part / whole
	} else {
		0.0
	}
}

/// Profit of each prover: what it got less what it spent.
pub fn profits(world: &World) -> Vec<f64> {
	let mut profits: Vec<f64> = world.net.iter().map(|net| *net as f64).collect();
	for attempt in &world.attempts {
		profits[attempt.prover as usize] -= attempt.cost;
	}
	profits
}

/// Herfindahl index (of 10,000) and the least number with half of the whole.
pub fn concentration(revenue: &[i128]) -> (f64, f64) {
	let all: f64 = revenue.iter().map(|r| *r as f64).sum();
	if all <= 0.0 {
		return (0.0, 0.0);
	}
	let mut shares: Vec<f64> = revenue.iter().map(|r| *r as f64 / all).collect();
	shares.sort_by(|a, b| b.total_cmp(a));
	let hhi = shares.iter().map(|s| s * s).sum::<f64>() * 10_000.0;
	let mut sum = 0.0;
	let half = shares.iter().take_while(|s| {
		let below = sum < 0.5;
		sum += **s;
		below
	});
	(hhi, half.count() as f64)
}

/// Measure a run.
pub fn measure(scenario: &Scenario, world: &World) -> Metrics {
	let spent: f64 = world.attempts.iter().map(|a| a.cost).sum();
	let useful: f64 =
		world.outcomes.iter().filter_map(|o| Some(world.attempts[o.winner? as usize].cost)).sum();
	let pairs = || world.tasks.iter().zip(&world.outcomes);
	let delivered = pairs().filter(|(_, o)| o.delivered.is_some()).map(|(t, _)| t);
	let (from, until) = (scenario.horizon_ms / 4, scenario.horizon_ms);
	let within = |a: &Attempt| a.share_by(until) - a.share_by(from);
	let bound = least_cost(
		scenario,
		world.provers,
		pairs().filter_map(|(t, o)| {
			let share = within(&world.attempts[o.winner? as usize]);
			let work = (t.work as f64 * share) as u64;
			let (at, deadline) = (t.at.max(from), t.deadline.min(until));
			(work > 0).then(|| Task { at, work, deadline, ..t.clone() })
		}),
	);
	let spent_within: f64 = world.attempts.iter().map(|a| a.cost * within(a)).sum();

	let latencies: Vec<f64> =
		pairs().filter_map(|(t, o)| Some((o.delivered? - t.at) as f64 / 1_000.0)).collect();
	let mut latencies = Data::new(latencies);
	let mut quantile = |q| if latencies.is_empty() { 0.0 } else { latencies.quantile(q) };

	let count = |keep: &dyn Fn(&Task, &Outcome) -> bool| {
		let (mut all, mut accepted, mut on_time) = (0.0, 0.0, 0.0);
		for (t, o) in pairs().filter(|(t, o)| keep(t, o)) {
			all += 1.0;
			accepted += f64::from(u8::from(o.accepted.is_some()));
			on_time += f64::from(u8::from(o.delivered.is_some_and(|at| at <= t.deadline)));
		}
		(all, accepted, on_time)
	};
	let (all, accepted, on_time) = count(&|_, _| true);
	let (all_express, accepted_express, on_time_express) = count(&|t, _| t.level == Level::Express);
	let outage = scenario.outage_ms();
	let (_, accepted_outage, on_time_outage) = count(&|t, o| {
		outage.is_some_and(|(start, end)| t.at < end && o.delivered.unwrap_or(t.deadline) >= start)
	});

	let (mut paid, mut accepted_work) = (0.0, 0.0);
	for (t, o) in pairs() {
		paid += o.paid as f64;
		if o.accepted.is_some() {
			accepted_work += t.work as f64;
			if o.delivered.is_none() {
				paid += t.max_fee as f64;
			}
		}
	}
	let worth: f64 = world.tasks.iter().map(|t| t.max_fee as f64).sum();
	let worth_served: f64 = delivered.map(|t| t.max_fee as f64).sum();
	let fees: f64 = world.revenue.iter().map(|r| *r as f64).sum();
	let (hhi, nakamoto) = concentration(&world.revenue);
	Metrics {
		cost_ratio: share(spent_within, bound),
		requester_unit: share(paid, accepted_work) / COST_MEDIAN,
		on_time: share(on_time, accepted),
		on_time_express: share(on_time_express, accepted_express),
		served: share(on_time, all),
		served_express: share(on_time_express, all_express),
		worth_served: share(worth_served, worth),
		on_time_outage: share(on_time_outage, accepted_outage),
		p50: quantile(0.5),
		p99: quantile(0.99),
		waste: share(spent - useful, spent),
		hhi,
		nakamoto,
		locked_hours: share(world.locked_total / 3_600_000.0, fees),
		transactions: share(world.transactions as f64, all),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn concentration_of_four_equals() {
		assert_eq!(concentration(&[5, 5, 5, 5]), (2_500.0, 2.0));
		assert_eq!(concentration(&[97, 1, 1, 1]).1, 1.0);
		assert_eq!(concentration(&[0, 0]), (0.0, 0.0));
	}
}
