// SPDX-License-Identifier: Apache-2.0
//! `proofyard prover status`.

use crate::{
	amount::Amount,
	commands::{find_prover, market::asks_table},
	context::Globals,
	error::Result,
	output::{table, Lines},
	parse,
	rpc::{DelegationPool, Prover, TrackRecord},
};
use proofyard_primitives::SpeedClass;
use subxt::utils::AccountId32;

/// Show a prover.
pub async fn status(globals: &Globals, account: Option<AccountId32>) -> Result<()> {
	let account = globals.account_or_own(account)?;
	let chain = globals.chain().await?;
	let prover = find_prover(&chain, &account).await?;
	globals.output().show(&prover, || status_text(&prover));
	Ok(())
}

fn status_text(prover: &Prover) -> String {
	let mut parts = vec![status_lines(prover).text()];
	if !prover.track_record.is_empty() {
		parts.push(record_table(&prover.track_record));
	}
	if !prover.asks.is_empty() {
		parts.push(asks_table(&prover.asks, true));
	}
	parts.join("\n\n")
}

fn status_lines(prover: &Prover) -> Lines {
	let lines = Lines::under(format!("Prover {}", prover.account))
		.maybe("leaving", prover.exiting.then_some("it takes nothing new, for good"))
		.maybe(
			"in jail",
			prover.jail.map(|jail| match jail.may_leave {
				true => "its time is over: `proofyard prover unjail`".into(),
				false => format!("until block {}; then `proofyard prover unjail`", jail.until),
			}),
		)
		.maybe(
			"paused",
			prover.pause.map(|pause| match pause.resumes_at {
				Some(block) => format!("until block {block}"),
				None => "until `proofyard prover resume`".into(),
			}),
		)
		.field("hardware", parse::hardware_name(&prover.hardware))
		.field("session key", format!("{:?}", prover.session_key))
		.field("live tasks", format!("{} of {} slots", prover.live_tasks, prover.slots))
		.field("own stake", Amount(prover.stake))
		.maybe(
			"  unbonding",
			prover.unbonding.as_ref().map(|unbonding| {
				format!(
					"{}, can be withdrawn from block {} on",
					Amount(unbonding.amount),
					unbonding.withdrawable_at
				)
			}),
		);
	let lines = pool_lines(lines, &prover.delegation)
		.field("bonds and deposits", Amount(prover.reserved))
		.field("free for new bonds", Amount(prover.free))
		.field("verified", prover.verified)
		.field("defaulted", prover.defaulted)
		.maybe(
			"strikes",
			(prover.strikes > 0).then(|| {
				format!("{} in a row, of {} that jail it", prover.strikes, prover.max_strikes)
			}),
		);
	let lines = prover.speeds.iter().fold(lines, |lines, speed| {
		let shown = match speed.confirmed {
			Some(confirmed) => format!("{confirmed} units/s"),
			None => "too fast to be measured".into(),
		};
		lines.field(
			format!("shown speed, {}, {}", speed.system, sizes(speed.size)),
			format!("{shown}, from {} attempts", speed.samples),
		)
	});
	let lines = prover.calibrations.iter().fold(lines, |lines, class| {
		let hardware = parse::hardware_name(&class.hardware);
		lines.field(format!("calibrated, {}, {hardware}", class.system), class.proven)
	});
	let lines = lines
		.maybe("requesters kept off", Some(prover.blocked).filter(|count| *count > 0))
		.field("registered at", format!("block {}", prover.registered_at));
	if prover.asks.is_empty() && !prover.exiting {
		lines.hint("No asks stand: it wins no tasks. Place one with `proofyard prover ask`.")
	} else {
		lines
	}
}

/// Delegated stake, and the terms on which more is taken.
pub fn pool_lines(lines: Lines, pool: &DelegationPool) -> Lines {
	if !pool.open && pool.shares == 0 {
		return lines.field("delegation", "closed");
	}
	let room = match pool.open {
		true => format!("open, room for {}", Amount(pool.room)),
		false => "closed to new delegations".into(),
	};
	lines
		.field("delegated stake", Amount(pool.value))
		.maybe(
			"  of it leaving",
			(pool.leaving_shares > 0)
				.then(|| format!("{} of {} shares", pool.leaving_shares, pool.shares)),
		)
		.field("  commission", pool.commission)
		.maybe(
			"  commission to come",
			pool.rise.map(|rise| format!("{} from block {}", rise.commission, rise.from)),
		)
		.field("  delegation", room)
}

/// Counts of how attempts ended, by proof system.
fn record_table(records: &[TrackRecord]) -> String {
	let rows: Vec<Vec<String>> = records
		.iter()
		.map(|record| {
			vec![
				record.system.to_string(),
				thousandths(record.verified),
				thousandths(record.late),
				thousandths(record.declined),
				thousandths(record.rejected),
				thousandths(record.defaulted),
				if record.reliable { "yes" } else { "no" }.into(),
			]
		})
		.collect();
	table(
		&[
			"of late, by system",
			"in time",
			"late",
			"given back",
			"rejected",
			"defaulted",
			"reliable",
		],
		&rows,
	)
}

/// A count of thousandths, with one decimal: older attempts count less.
fn thousandths(count: u64) -> String {
	let tenths = count.saturating_add(50) / 100;
	match tenths % 10 {
		0 => (tenths / 10).to_string(),
		rest => format!("{}.{rest}", tenths / 10),
	}
}

/// The work that one size of [`proofyard_api::Speed`] stands for.
fn sizes(size: u8) -> String {
	let buckets = u32::from(SpeedClass::BUCKETS);
	let least = 1u64.checked_shl(buckets * u32::from(size)).unwrap_or(u64::MAX);
	let most = least.checked_mul(1 << buckets).map_or(u64::MAX, |next| next - 1);
	format!("work {least} to {most}")
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::rpc::{
		AccountId, Ask, AskStatus, AskTerms, CommissionRise, DelegationPool, Jail, Parts, Unbonding,
	};
	use proofyard_primitives::{HardwareClass, Market, ProofSystem, ServiceLevel};
	use sp_core::H256;

	/// A prover with an ask, a delegation and a record.
	pub fn prover() -> Prover {
		let account = AccountId::new([1; 32]);
		Prover {
			account: account.clone(),
			session_key: H256::repeat_byte(5),
			hardware: HardwareClass::Cpu,
			slots: 4,
			live_tasks: 1,
			stake: 100,
			reserved: 20,
			free: 90,
			unbonding: Some(Unbonding { amount: 30, withdrawable_at: 77 }),
			delegation: DelegationPool {
				open: true,
				value: 40,
				shares: 39,
				leaving_shares: 9,
				commission: Parts(100_000),
				rise: Some(CommissionRise { commission: Parts(125_000), from: 900 }),
				room: 240,
			},
			pause: None,
			jail: None,
			strikes: 0,
			max_strikes: 3,
			exiting: false,
			verified: 6,
			defaulted: 1,
			track_record: vec![TrackRecord {
				system: ProofSystem::Groth16Bn254,
				verified: 5_500,
				late: 500,
				rejected: 0,
				declined: 1_000,
				defaulted: 62,
				reliable: false,
			}],
			speeds: Vec::new(),
			calibrations: Vec::new(),
			blocked: 0,
			registered_at: 0,
			asks: vec![Ask {
				prover: account,
				market: Market {
					system: ProofSystem::Groth16Bn254,
					hardware: HardwareClass::Cpu,
					bucket: 12,
					level: ServiceLevel::Standard,
				},
				terms: AskTerms { price: 300, lots: 2, speed: 5_000 },
				lots_in_use: 1,
				confirmed_speed: None,
				status: AskStatus::Standing,
				pending: None,
			}],
		}
	}

	#[test]
	fn shows_stake_delegation_and_record() {
		// Whatever the columns are as wide as.
		let words = status_text(&prover()).split_whitespace().collect::<Vec<_>>().join(" ");
		for line in [
			"own stake 100 planck unbonding 30 planck, can be withdrawn from block 77 on",
			"delegated stake 40 planck of it leaving 9 of 39 shares commission 10 %",
			"commission to come 12.5 % from block 900 delegation open, room for 240 planck",
			"bonds and deposits 20 planck free for new bonds 90 planck",
			"groth16-bn254 5.5 0.5 1 0 0.1 no",
		] {
			assert!(words.contains(line), "{line}\n{words}");
		}
		assert!(!words.contains("strikes") && !words.contains("jail"), "{words}");
	}

	#[test]
	fn says_what_keeps_it_from_work() {
		let jail = Some(Jail { until: 240, may_leave: false });
		let text = status_text(&Prover { jail, strikes: 2, exiting: true, ..prover() });
		assert!(text.contains("until block 240; then `proofyard prover unjail`"), "{text}");
		assert!(text.contains("2 in a row, of 3 that jail it"), "{text}");
		assert!(text.contains("leaving"), "{text}");
		let jail = Some(Jail { until: 240, may_leave: true });
		let text = status_text(&Prover { jail, ..prover() });
		assert!(text.contains("its time is over: `proofyard prover unjail`"), "{text}");
	}

	#[test]
	fn a_pool_of_nobody_is_one_line() {
		let mut alone = prover();
		alone.delegation.open = false;
		alone.delegation.shares = 0;
		alone.asks.clear();
		let text = status_text(&alone);
		assert!(text
			.lines()
			.any(|line| line.trim().starts_with("delegation") && line.ends_with("closed")));
		assert!(text.contains("No asks stand"), "{text}");
	}

	#[test]
	fn counts_have_one_decimal() {
		for (count, text) in [(0, "0"), (49, "0"), (50, "0.1"), (1_000, "1"), (12_340, "12.3")] {
			assert_eq!(thousandths(count), text);
		}
		assert_eq!(thousandths(u64::MAX), "18446744073709551.6");
	}

	#[test]
	fn sizes_cover_all_work() {
		assert_eq!(sizes(0), "work 1 to 15");
		assert_eq!(sizes(3), "work 4096 to 65535");
		assert_eq!(sizes(15), "work 1152921504606846976 to 18446744073709551615");
	}
}
