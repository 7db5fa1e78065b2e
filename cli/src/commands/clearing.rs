// SPDX-License-Identifier: Apache-2.0
//! `proofyard task clearing` and `market clearing`: who asked what, the price, and why.

use crate::{
	amount::Amount,
	chain::Chain,
	context::Globals,
	error::Result,
	output::{table, Lines},
	parse,
	rpc::{
		AccountId, Batch, BlockParam, ClearedStandby, Clearing, Clearings, LookedAsk,
		MarketClearing, Match, PriceRule,
	},
};
use proofyard_primitives::{Market, TaskId};

/// Show the clearing that gave a task to its prover.
pub async fn of_task(globals: &Globals, id: TaskId) -> Result<()> {
	let chain = globals.chain().await?;
	let cleared = chain.proving().clearing_of_task(id).await?;
	globals.output().show(&cleared, || text(&cleared, Some(id)));
	Ok(())
}

/// Show the last clearing of a market, in a block or before it.
pub async fn of_market(
	globals: &Globals,
	chain: &Chain,
	market: Market,
	block: Option<BlockParam>,
) -> Result<()> {
	let cleared = chain.proving().clearing_of_market(&market, block).await?;
	globals.output().show(&cleared, || text(&cleared, None));
	Ok(())
}

/// The clearings of a block; where one task is asked for, only that task's match.
fn text(cleared: &MarketClearing, only: Option<TaskId>) -> String {
	let headline = match only {
		Some(task) => format!("Clearing of task {task}"),
		None => "Clearing".into(),
	};
	let head = Lines::under(headline)
		.field("market", parse::market_name(&cleared.market))
		.field("block", format!("{} {:?}", cleared.block.number, cleared.block.hash))
		.field("order of equal asks", format!("drawn from {:#018x}", cleared.found.seed))
		.text();
	std::iter::once(head)
		.chain(cleared.found.clearings.iter().map(|clearing| one(&cleared.found, clearing, only)))
		.collect::<Vec<_>>()
		.join("\n\n")
}

fn one(cleared: &Clearings, clearing: &Clearing, only: Option<TaskId>) -> String {
	let taken = clearing.matches.len();
	let head = Lines::default()
		.field("tasks", format!("{} looked at, {taken} taken", clearing.tasks))
		.field(
			"most for one prover",
			format!(
				"{} ({} % of the {} that cross, or an even share)",
				clearing.cap, cleared.spread_percent, clearing.crossing
			),
		)
		.text();
	let prices: Vec<String> = clearing.batches.iter().map(price_text).collect();
	let matches: Vec<String> = clearing
		.matches
		.iter()
		.filter(|found| only.is_none_or(|task| found.task == task))
		.map(|found| match_text(found, cleared.premium_percent))
		.collect();
	[head, asks_text(clearing), prices.join("\n"), matches.join("\n")].join("\n\n")
}

/// The asks as a table, lowest first, with the marginal and the first rejected one marked.
fn asks_text(clearing: &Clearing) -> String {
	let rows: Vec<Vec<String>> = clearing
		.asks
		.iter()
		.map(|ask| {
			vec![
				ask.prover.to_string(),
				Amount(ask.price).to_string(),
				ask.lots.to_string(),
				ask.won.to_string(),
				ask.standby.to_string(),
				marks(clearing, ask).join(", "),
			]
		})
		.collect();
	table(&["prover", "price per unit", "lots", "won", "stands by", ""], &rows)
}

fn marks(clearing: &Clearing, ask: &LookedAsk) -> Vec<&'static str> {
	let is = |prover: &AccountId| *prover == ask.prover;
	let mut marks = Vec::new();
	if clearing.batches.iter().any(|batch| is(&batch.marginal.prover)) {
		marks.push("marginal");
	}
	if clearing.batches.iter().any(|batch| batch.rejected.as_ref().is_some_and(|r| is(&r.prover))) {
		marks.push("first rejected");
	}
	if ask.unfunded {
		marks.push("its stake does not cover the bond");
	}
	marks
}

fn price_text(batch: &Batch) -> String {
	let tasks = match batch.tasks {
		1 => "1 task pays".into(),
		count => format!("{count} tasks pay"),
	};
	let why = match batch.price_rule {
		PriceRule::FirstRejectedAsk => "the first rejected ask".into(),
		PriceRule::LowestMaximum => {
			let rejected = Amount(batch.rejected.as_ref().map(|ask| ask.price).unwrap_or_default());
			format!(
				"the lowest accepted maximum, which is below the first rejected ask of {rejected}"
			)
		}
		PriceRule::HighestAcceptedAsk => "the highest accepted ask, for nobody was rejected".into(),
	};
	let (price, marginal) = (Amount(batch.price), Amount(batch.marginal.price));
	format!("{tasks} {price} a unit: {why}. The marginal ask is {marginal}.")
}

fn match_text(found: &Match, premium: u32) -> String {
	let asked = |ask: Option<u128>| match ask {
		Some(ask) => format!("asks {} a unit", Amount(ask)),
		None => "asks".into(),
	};
	let lines = Lines::under(format!("Task {}", found.task))
		.field(
			"prover",
			format!("{}, the lowest that can serve it: {}", found.prover, asked(found.ask)),
		)
		.field("paid", Amount(found.price))
		.field("bond", Amount(found.bond));
	let standby = |standby: &ClearedStandby| {
		format!(
			"{} for {}: the next that can, {}, and {premium} % on top",
			standby.prover,
			Amount(standby.price),
			asked(standby.ask)
		)
	};
	if found.standbys.is_empty() {
		return lines.field("standby", "none: no other ask can serve it in the time").text();
	}
	let number = |index: usize| match found.standbys.len() {
		1 => "standby".into(),
		_ => format!("standby {}", index + 1),
	};
	found
		.standbys
		.iter()
		.enumerate()
		.fold(lines, |lines, (index, chosen)| lines.field(number(index), standby(chosen)))
		.text()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::{BlockRef, UnitAsk};
	use proofyard_primitives::{HardwareClass, ProofSystem, ServiceLevel};
	use sp_core::H256;

	fn account(byte: u8) -> AccountId {
		AccountId::new([byte; 32])
	}

	fn unit(byte: u8, price: u128) -> UnitAsk {
		UnitAsk { prover: account(byte), price }
	}

	fn ask(byte: u8, price: u128, won: u32, standby: u32) -> LookedAsk {
		LookedAsk { prover: account(byte), price, lots: 4, won, standby, unfunded: byte == 4 }
	}

	fn batch(price_rule: PriceRule) -> Batch {
		Batch {
			price: 306,
			price_rule,
			tasks: 1,
			marginal: unit(1, 300),
			lowest_maximum: 306,
			rejected: (price_rule != PriceRule::HighestAcceptedAsk).then(|| unit(2, 312)),
		}
	}

	fn cleared() -> MarketClearing {
		MarketClearing {
			market: Market {
				system: ProofSystem::Groth16Bn254,
				hardware: HardwareClass::Cpu,
				bucket: 12,
				level: ServiceLevel::Standard,
			},
			block: BlockRef { number: 213, hash: H256::repeat_byte(8) },
			found: Clearings {
				seed: 0xab,
				spread_percent: 10,
				premium_percent: 25,
				clearings: vec![Clearing {
					tasks: 3,
					crossing: 2,
					cap: 1,
					batches: vec![batch(PriceRule::LowestMaximum)],
					asks: vec![ask(1, 300, 1, 0), ask(2, 312, 0, 1), ask(4, 320, 0, 0)],
					matches: vec![
						Match {
							task: 17,
							prover: account(1),
							ask: Some(300),
							price: 30_600,
							bond: 40_000,
							standbys: vec![ClearedStandby {
								prover: account(2),
								ask: Some(312),
								price: 39_000,
							}],
						},
						Match {
							task: 18,
							prover: account(1),
							ask: None,
							price: 1,
							bond: 2,
							standbys: Vec::new(),
						},
					],
				}],
			},
		}
	}

	#[test]
	fn the_table_marks_the_marginal_and_the_first_rejected_ask() {
		let text = text(&cleared(), Some(17));
		let row = |byte: u8| {
			text.lines().find(|line| line.starts_with(&account(byte).to_string())).unwrap()
		};
		assert!(row(1).ends_with("marginal"), "{text}");
		assert!(row(2).ends_with("first rejected"), "{text}");
		assert!(row(4).ends_with("its stake does not cover the bond"), "{text}");
		assert!(row(1).contains("300 planck"), "{text}");
	}

	#[test]
	fn a_task_s_clearing_shows_its_match_alone() {
		let of_task = text(&cleared(), Some(17));
		assert!(of_task.starts_with("Clearing of task 17"), "{of_task}");
		assert!(of_task.contains("3 looked at, 2 taken"), "{of_task}");
		assert!(of_task.contains("25 % on top") && !of_task.contains("Task 18"), "{of_task}");
		let of_market = text(&cleared(), None);
		assert!(of_market.contains("Task 17") && of_market.contains("Task 18"), "{of_market}");
		assert!(of_market.contains("none: no other ask"), "{of_market}");
	}

	#[test]
	fn says_why_the_price_is_what_it_is() {
		for (rule, why) in [
			(PriceRule::FirstRejectedAsk, ": the first rejected ask."),
			(PriceRule::LowestMaximum, ": the lowest accepted maximum"),
			(PriceRule::HighestAcceptedAsk, ": the highest accepted ask"),
		] {
			let text = price_text(&batch(rule));
			assert!(text.starts_with("1 task pays 306") && text.contains(why), "{text}");
		}
	}
}
