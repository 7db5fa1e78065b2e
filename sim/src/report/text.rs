// SPDX-License-Identifier: Apache-2.0
//! The report.

use super::{
	example, numbers,
	tables::{self, honest, ours, rivals_ahead, show_regret, unbeaten, value, Better, MEASURES},
};
use crate::{
	adapt::{Draw, GROUPS},
	experiment::{entries, Cell, Entry, Results, REGRET_SCENARIOS, VARIANT_SCENARIOS},
	metrics::Metrics,
	provers,
	rng::mix,
	rules::{yard, Kind},
	stats::most_even,
	workload,
};
use proofyard_mechanism::level::{IDLE_MS, SPREAD_PERCENT};
use std::fmt::Write;

const INTRODUCTION: &str = include_str!("introduction.md");
const RIVALS: &str = include_str!("rivals.md");
const LIMITS: &str = include_str!("limits.md");

fn verdict(holds: bool) -> &'static str {
	if holds {
		"**met**"
	} else {
		"**missed**"
	}
}

fn mean(cell: &Cell, read: fn(&Metrics) -> f64) -> f64 {
	value(cell, read).mean
}

/// Measures compared in sentences.
const COMPARED: [&str; 5] = ["cost ÷ bound", "requester's unit cost", "on time", "served", "waste"];

/// A row of the table of targets.
fn row(table: &mut String, target: &str, adapted: String, honest: String, holds: [bool; 2]) {
	let [a, h] = holds.map(verdict);
	let _ = writeln!(table, "| {target} | {adapted} {a} | {honest} {h} |");
}

fn targets(results: &Results) -> String {
	let mut table =
		String::from("| target | provers adapt | provers ask their cost |\n|---|---|---|\n");
	let pair = |place: usize| Some((results.cell(ours(), place)?, results.cell(honest(), place)?));
	let mut simple =
		|target: &str, place: usize, read: fn(&Metrics) -> f64, limit: f64, most: bool| {
			let Some((a, h)) = pair(place) else { return };
			let [a, h] = [a, h].map(|cell| mean(cell, read));
			let show = |v: f64| match limit {
				l if l <= 1.0 => format!("{:.2} %", v * 100.0),
				l if l < 2.0 => format!("{v:.3}"),
				_ => format!("{v:.0}"),
			};
			let holds = [a, h].map(|v| if most { v <= limit } else { v >= limit });
			row(&mut table, target, show(a), show(h), holds);
		};
	simple("cost ≤ 1.05 × bound at load 0.8", 1, |m| m.cost_ratio, 1.05, true);
	simple("on time ≥ 99.5 % at load 0.8", 1, |m| m.on_time, 0.995, false);
	simple("… at load 0.5", 0, |m| m.on_time, 0.995, false);
	simple("… at load 1.1", 2, |m| m.on_time, 0.995, false);
	simple("on time ≥ 98 % in the outage", 3, |m| m.on_time_outage, 0.98, false);
	simple("waste ≤ 2 % at load 0.8", 1, |m| m.waste, 0.02, true);
	simple("HHI < 1000 at load 0.8", 1, |m| m.hhi, 1_000.0, true);
	simple("… with a giant", 4, |m| m.hhi, 1_000.0, true);

	for place in [1, 4] {
		let Some((a, h)) = pair(place) else { continue };
		// The best rival: the price auction with the highest Nakamoto number.
		let rivals = entries().into_iter().filter(|e| e.kind.is_price_auction());
		let rivals = rivals.filter_map(|e| results.cell(e, place));
		let Some(best) =
			rivals.max_by(|x, y| mean(x, |m| m.nakamoto).total_cmp(&mean(y, |m| m.nakamoto)))
		else {
			continue;
		};
		let (rival, cost) = (mean(best, |m| m.nakamoto), mean(best, |m| m.cost_ratio));
		let judge = |cell: &Cell| {
			let (own, own_cost) = (mean(cell, |m| m.nakamoto), mean(cell, |m| m.cost_ratio));
			let text = format!("{own:.0}, cost {:+.1} %", (own_cost / cost - 1.0) * 100.0);
			(text, own >= 2.0 * rival && own_cost <= 1.03 * cost)
		};
		let ((a, a_holds), (h, h_holds)) = (judge(a), judge(h));
		let target = format!(
			"Nakamoto 50 ≥ 2 × the best price auction's ({}: {rival:.0}) at ≤ 3 % more cost, {}",
			best.entry.kind.name(),
			results.scenarios[place].name
		);
		row(&mut table, &target, a, h, [a_holds, h_holds]);
	}
	for place in REGRET_SCENARIOS {
		let Some((a, h)) = pair(place) else { continue };
		let holds = [a, h].map(|c| c.regret.is_some_and(|(value, _)| value <= 0.01));
		let target = format!("regret ≤ 1 % at {}", results.scenarios[place].name);
		row(&mut table, &target, show_regret(a), show_regret(h), holds);
	}
	table
}

/// Findings, in sentences.
fn findings(results: &Results) -> String {
	let mut text = String::new();
	let place = 1;
	let Some(own) = results.cell(ours(), place) else { return text };
	let planner = Entry { kind: Kind::Planner, honest: true };
	if let Some(planner) = results.cell(planner, place) {
		let (p, o) = (mean(planner, |m| m.cost_ratio), mean(own, |m| m.cost_ratio));
		let _ = writeln!(
			text,
			"- **Cost.** At load 0.8 ours costs {o:.3} × the bound. The bound knows the future; a \
			 planner that knows every cost and every failure but not the future, and lets tasks wait \
			 {:.0} s in the median, has {p:.3}. {}",
			mean(planner, |m| m.p50),
			if p > 1.05 {
				"It misses 1.05 as well: the target may ask for more than can be had without knowing \
				 when the next burst comes."
			} else {
				"What is above that is ours to gain."
			}
		);
	}
	let rivals: Vec<&Cell> = entries()
		.into_iter()
		.filter(|e| !e.kind.is_ours())
		.filter_map(|e| results.cell(e, place))
		.collect();
	for measure in MEASURES.iter().filter(|m| COMPARED.contains(&m.name)) {
		let best = rivals.iter().copied().min_by(|a, b| {
			let (a, b) = (mean(a, measure.read), mean(b, measure.read));
			match measure.better {
				Better::Less => a.total_cmp(&b),
				Better::More => b.total_cmp(&a),
			}
		});
		let Some(best) = best else { continue };
		let _ = writeln!(
			text,
			"- **{}, load 0.8.** The best rival, {}, has {} (and serves {:.0} % of all tasks), ours {} \
			 ({:.0} %): {}.",
			measure.name,
			best.entry.kind.name(),
			measure.show(mean(best, measure.read)),
			mean(best, |m| m.served) * 100.0,
			measure.show(mean(own, measure.read)),
			mean(own, |m| m.served) * 100.0,
			if measure.beats(own, best) {
				"ours is better"
			} else if measure.beats(best, own) {
				"that rival is better"
			} else {
				"no difference beyond what the draws leave open"
			}
		);
	}

	if let Some(h) = results.cell(honest(), place) {
		let (a, h) = (mean(own, |m| m.requester_unit), mean(h, |m| m.requester_unit));
		let left: Vec<String> = REGRET_SCENARIOS
			.iter()
			.filter_map(|p| {
				let (value, half) = results.cell(honest(), *p)?.regret?;
				let name = results.scenarios[*p].name;
				Some(format!("{:.0} ± {:.0} % at {name}", value * 100.0, half * 100.0))
			})
			.collect();
		let _ = writeln!(
			text,
			"- **Honesty.** With everyone asking its cost a unit costs {h:.2} times the median \
			 prover's cost; where provers adapt, {a:.2}. Whoever asks its cost among honest others \
			 forgoes, of its revenue: {}. {}",
			left.join(", "),
			if a > 1.1 * h {
				"A task is cleared with the few others of its block, size and level, while capacity is \
				 scarce now and then: one that asks more loses sales in the calm and keeps those in the \
				 bursts. The rule is honest in one clearing; over many it is not."
			} else {
				"Asking more than the cost gains little."
			}
		);
		let markups = |e: Entry| results.cell(e, place).map(|c| mean(c, |m| m.requester_unit));
		let auctions: Vec<String> = entries()
			.into_iter()
			.filter(|e| e.kind.is_price_auction())
			.filter_map(|e| Some(format!("{} {:.2}", e.kind.name(), markups(e)?)))
			.collect();
		let _ = writeln!(
			text,
			"- **The same for other price auctions.** Where provers adapt, a unit costs at load 0.8: \
			 ours {a:.2}, {}.",
			auctions.join(", ")
		);
	}
	let draw = Draw::new(&results.scenarios[place], mix(&[results.plan.seed, 17, 0]));
	let speeds: Vec<u64> = draw.provers.iter().map(|p| p.speed).collect();
	let _ = writeln!(
		text,
		"- **Concentration.** At load 0.8 most of the capacity is needed, whoever has it: with the \
		 work spread as evenly as speeds allow, {:.0} operators would have half of it; ours: {:.0}. \
		 Twice the number of the best price auction {} there.",
		most_even(&speeds, results.scenarios[place].load),
		mean(own, |m| m.nakamoto),
		if 2.0
			* rivals
				.iter()
				.filter(|c| c.entry.kind.is_price_auction())
				.map(|c| mean(c, |m| m.nakamoto))
				.fold(0.0, f64::max)
			> most_even(&speeds, results.scenarios[place].load)
		{
			"cannot be had"
		} else {
			"could be had"
		}
	);
	let spread = Entry { kind: Kind::Spread, honest: true };
	if let (Some(plain), Some(spread)) = (results.cell(honest(), 4), results.cell(spread, 4)) {
		let _ = writeln!(
			text,
			"- **The spread.** A limit by batch is one lot where a batch is one task. Against an \
			 operator with {:.0} % of the capacity at half the cost it leaves an HHI of {:.0}; a limit of \
			 {SPREAD_PERCENT} % over ten minutes comes to {:.0}, with {:.0} operators for half of the \
			 revenue instead of {:.0}, at {:+.0} % cost (the giant is that much cheaper than the others).",
			provers::GIANT_SHARE * 100.0,
			mean(plain, |m| m.hhi),
			mean(spread, |m| m.hhi),
			mean(spread, |m| m.nakamoto),
			mean(plain, |m| m.nakamoto),
			(mean(spread, |m| m.cost_ratio) / mean(plain, |m| m.cost_ratio) - 1.0) * 100.0
		);
	}
	let all = results.scenarios.len();
	let list = |keep: &dyn Fn(usize) -> bool| {
		let names: Vec<&str> =
			unbeaten(results).into_iter().filter(|(_, n)| keep(*n)).map(|(name, _)| name).collect();
		if names.is_empty() {
			"none".to_string()
		} else {
			names.join(", ")
		}
	};
	let _ = writeln!(
		text,
		"- **Against all rivals.** No rival is better in any scenario in: {}. In every scenario some \
		 rival is better in: {}.",
		list(&|n| n == all),
		list(&|n| n == 0)
	);
	text
}

fn variants(results: &Results) -> String {
	let mut table = String::from("| rule | scenario |");
	MEASURES.iter().for_each(|m| table.extend([" ", m.name, " |"]));
	table.push_str(" on time in the outage |\n|---|---|");
	table.push_str(&"---|".repeat(MEASURES.len() + 1));
	table.push('\n');
	for place in VARIANT_SCENARIOS {
		for number in 0..yard::variants().len() {
			let entry = Entry { kind: Kind::Variant(number), honest: true };
			let Some(cell) = results.cell(entry, place) else { continue };
			let scenario = results.scenarios[place];
			let _ = write!(table, "| {} | {} |", entry.kind.name(), scenario.name);
			for measure in &MEASURES {
				let _ = write!(table, " {} |", measure.show(mean(cell, measure.read)));
			}
			let _ = if scenario.outage {
				writeln!(table, " {:.2} % |", mean(cell, |m| m.on_time_outage) * 100.0)
			} else {
				writeln!(table, " – |")
			};
		}
	}
	table
}

fn idle(results: &Results) -> String {
	let mut table = String::from(
		"| price | regret of asking one's cost | requester's unit cost |\n|---|---|---|\n",
	);
	let mut row = |name: &str, (regret, error): (f64, f64), cell: Option<&Cell>| {
		let _ = writeln!(
			table,
			"| {name} | {:.1} % ± {:.1} | {:.3} |",
			regret * 100.0,
			error * 100.0,
			cell.map_or(0.0, |c| mean(c, |m| m.requester_unit))
		);
	};
	for (number, regret) in &results.idle_regret {
		let entry = Entry { kind: Kind::Variant(*number), honest: true };
		row(entry.kind.name(), *regret, results.cell(entry, 1));
	}
	let cell = results.cell(honest(), 1);
	if let Some(regret) = cell.and_then(|c| c.regret) {
		row(&format!("as it is: an ask idle for {} s", IDLE_MS / 1_000), regret, cell);
	}
	table
}

fn choices(results: &Results) -> String {
	let mut table = String::from("| rule |");
	for group in 0..GROUPS {
		let _ = write!(table, " fifth {} |", group + 1);
	}
	table.push_str("\n|---|");
	table.push_str(&"---|".repeat(GROUPS));
	table.push('\n');
	for entry in entries().into_iter().filter(|e| !e.honest) {
		let Some(cell) = results.cell(entry, 1) else { continue };
		let _ = write!(table, "| {} |", entry.name());
		for group in 0..GROUPS {
			let (mean, away) = cell.mixture.summary(entry.kind, group);
			let _ = if away > 0.005 {
				write!(table, " {mean:.3} ({:.0} % away) |", away * 100.0)
			} else {
				write!(table, " {mean:.3} |")
			};
		}
		table.push('\n');
	}
	table
}

fn experiment(results: &Results) -> String {
	let plan = &results.plan;
	format!(
		"- **Tasks** arrive for {:.0} minutes by a Poisson process that is calm for {:.0} s and bursts \
		 for {:.0} s on average, with {} times as many tasks in a burst. Work is lognormal with median \
		 {:.0} Mcycle and σ {}, cut at {:.0} Mcycle (larger ones go to the bidding window), and scaled \
		 so that the load of a draw is the one named. {:.0} % are express. A standard task has 1,800 s, \
		 an express one 180 s, and 1 or 1.5 times what its work takes at {:.0} Mcycle/s on top. What a \
		 task is worth, and its maximum, is lognormal with median {:.1} (express {} times that) and σ {} \
		 for a unit, in multiples of the median prover's cost.\n\
		 - **{} provers**, each one operator: speed lognormal with median {:.1} Mcycle/s and σ {}, cost \
		 lognormal with σ {}, {} slots, one proof at a time. 70 % deliver 99.6 % of their attempts, \
		 20 % 96 %, 10 % 85 %; a failing attempt stops at a random point, and half of the time the \
		 prover notices. Runs take {:.0} % longer than reckoned on average. {:.0} % are strategic: in \
		 {:.0} % of their attempts something better turns up, worth a lognormal multiple of the cost \
		 (median {}, σ {}), and they default if delivering costs more than they lose.\n\
		 - **The outage** takes {:.0} % of the provers down for ten minutes in the middle, what they had \
		 in work is lost, and nobody is told.\n\
		 - **The giant** is one operator with {:.0} % of all capacity at half of the median cost.\n\
		 - **Adapting**: {} rounds, in groups of equal size by cost; see `sim/src/adapt.rs`. {} draws \
		 of provers and tasks, other ones than those learnt on, are evaluated; ± is the 95 % interval \
		 of their mean (the half range with two draws). Seed {}.\n",
		plan.horizon_ms as f64 / 60_000.0,
		workload::CALM_MS / 1_000.0,
		workload::BURST_MS / 1_000.0,
		workload::BURST_FACTOR,
		workload::WORK_MEDIAN / workload::MCYCLE,
		workload::WORK_SIGMA,
		workload::WORK_LIMIT / workload::MCYCLE,
		workload::EXPRESS_SHARE * 100.0,
		workload::REFERENCE_SPEED / workload::MCYCLE,
		workload::MAXIMUM_MEDIAN / provers::COST_MEDIAN,
		workload::EXPRESS_WORTH,
		workload::MAXIMUM_SIGMA,
		plan.provers,
		provers::SPEED_MEDIAN / workload::MCYCLE,
		provers::SPEED_SIGMA,
		provers::COST_SIGMA,
		provers::SLOTS,
		provers::SLOWDOWN * 100.0,
		provers::STRATEGIC_SHARE * 100.0,
		provers::TEMPTATION * 100.0,
		provers::TEMPTATION_MEDIAN,
		provers::TEMPTATION_SIGMA,
		provers::OUTAGE_SHARE * 100.0,
		provers::GIANT_SHARE * 100.0,
		plan.rounds,
		plan.draws,
		plan.seed,
	)
}

/// The part of the report that does not depend on any result.
pub fn introduction() -> String {
	numbers::fill(INTRODUCTION).replace("{example}", &example::text())
}

/// The whole report.
pub fn report(results: &Results) -> String {
	let mut text = introduction();
	text.push_str("\n## Against the targets\n\n");
	text.push_str(&targets(results));
	text.push_str("\n## What the simulation says\n\n");
	text.push_str(&findings(results));
	for (title, file) in [
		("Cost over the bound", "cost"),
		("Requester's unit cost", "price"),
		("On time", "on-time"),
		("Served", "served"),
		("Latency", "latency"),
		("Price and time", "price-and-time"),
		("Concentration", "concentration"),
		("Regret", "regret"),
	] {
		let _ = write!(text, "\n![{title}](mechanism/{file}.svg)\n");
	}
	text.push_str("\n## The experiment\n\n");
	text.push_str(&experiment(results));
	text.push('\n');
	text.push_str(RIVALS);
	text.push_str("\n## All cells\n");
	for (place, scenario) in results.scenarios.iter().enumerate() {
		let _ = write!(text, "\n### {}\n\n{}", scenario.name, tables::scenario(results, place));
	}
	text.push_str("\n## Where a rival is better\n\n");
	text.push_str(
		"Every cell in which a rival is better on the same draws by more than the 95 % interval of the difference.\n\n",
	);
	text.push_str(&rivals_ahead(results));
	text.push_str(
		"\n## What each part is for\n\nOurs with one thing changed, everyone asking its cost.\n\n",
	);
	text.push_str(&variants(results));
	text.push_str(
		"\nHow long an ask has to have been idle to be what the market rejects, load 0.8:\n\n",
	);
	text.push_str(&idle(results));
	text.push_str("\n## What provers learnt\n\n");
	text.push_str(
		"The mean choice at load 0.8, cheapest fifth of the provers first: the markup on the \
		 break-even price; in contests the share that is bid of the worth of winning.\n\n",
	);
	text.push_str(&choices(results));
	text.push('\n');
	text.push_str(LIMITS);
	text
}
