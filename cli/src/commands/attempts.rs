// SPDX-License-Identifier: Apache-2.0
//! Attempts at a task, for people: who tries, where each stands, what each earned or lost.

use crate::{
	amount::Amount,
	chain::Chain,
	error::Result,
	output::table,
	rpc::{AccountId, Attempt, AttemptOutcome, AttemptState, Bounty, Live, Standby},
};
use proofyard_primitives::{Ending, Redundancy, Role};
use sp_core::H256;
use subxt::utils::AccountId32;

/// Way in which an attempt came about.
pub fn role_name(role: Role) -> &'static str {
	match role {
		Role::Primary => "primary",
		Role::CoPrimary => "together",
		Role::Standby => "standby",
		Role::Rescue => "rescue",
		Role::Bounty => "bounty",
	}
}

/// Fate of an attempt, in a word or two.
fn fate_name(fate: Ending) -> &'static str {
	match fate {
		Ending::Verified => "verified",
		Ending::VerifiedLate => "verified late",
		Ending::Lost => "overtaken",
		Ending::Slow => "too slow",
		Ending::Declined => "given back",
		Ending::Reported => "input missing, not confirmed",
		Ending::Excused => "input missing",
		Ending::Rejected => "proofs rejected",
		Ending::Defaulted => "defaulted",
	}
}

/// Fate of an attempt, as a predicate of its prover.
fn fate_text(fate: Ending) -> &'static str {
	match fate {
		Ending::Verified => "delivered",
		Ending::VerifiedLate => "delivered late",
		Ending::Lost => "was overtaken",
		Ending::Slow => "was too slow",
		Ending::Declined => "gave it back",
		Ending::Reported => "reported an input as missing that nobody else missed",
		Ending::Excused => "could not get the input",
		Ending::Rejected => "delivered proofs that do not verify",
		Ending::Defaulted => "delivered nothing",
	}
}

/// Redundancy in words: provers that start, and proofs that count; `None` where both are one.
pub fn redundancy_text(redundancy: Redundancy) -> Option<String> {
	match redundancy {
		Redundancy { needed: 1, started: 1 } => None,
		Redundancy { needed: 1, started } => {
			Some(format!("{started} provers start, the first proof counts"))
		}
		Redundancy { needed, started } => {
			Some(format!("{started} provers start, {needed} proofs are taken"))
		}
	}
}

/// State of an attempt at a live task, in a sentence.
fn attempt_text(attempt: &Attempt) -> String {
	let prover = &attempt.prover;
	let rejected = match attempt.rejections {
		0 => "",
		1 => ", one proof rejected so far",
		_ => ", proofs rejected so far",
	};
	let committed = if attempt.committed { ", has committed to its proof" } else { "" };
	match attempt.state {
		AttemptState::Running => format!(
			"{prover} proves for {}, bond {}, due by block {}{committed}{rejected}",
			Amount(attempt.price),
			Amount(attempt.bond),
			attempt.due
		),
		AttemptState::Late => {
			format!(
				"{prover} is late since block {}{committed}{rejected}",
				attempt.due.saturating_add(1)
			)
		}
		AttemptState::Verified => match attempt.owed {
			Some(owed) => format!("{prover} delivered and is due {}", Amount(owed)),
			None => format!("{prover} delivered"),
		},
		AttemptState::Declined => format!("{prover} gave it back"),
		AttemptState::Reported => format!("{prover} could not get the input"),
		AttemptState::Rejected => format!("{prover} delivered proofs that do not verify"),
		AttemptState::Defaulted => format!("{prover} is jailed and cannot deliver any more"),
	}
}

/// Provers at work on a task and those that failed, in one line.
pub fn live_text(live: &Live, bounty: Option<&Bounty>) -> String {
	let attempts: Vec<String> = live.attempts.iter().map(attempt_text).collect();
	let standbys = match live.standbys.len() {
		0 => String::new(),
		1 => "; one standby".into(),
		count => format!("; {count} standbys"),
	};
	let wanted = if live.wanted { "; the auction looks for another prover" } else { "" };
	let offered = bounty.map(bounty_text).unwrap_or_default();
	format!("{}{standbys}{wanted}{offered}", attempts.join("; "))
}

fn bounty_text(bounty: &Bounty) -> String {
	let announced = match bounty.announcements.len() {
		0 => String::new(),
		1 => ", one proof announced".into(),
		count => format!(", {count} proofs announced"),
	};
	let reward = Amount(bounty.reward);
	format!("; whoever delivers gets {reward}, and more by every block{announced}")
}

/// Fates of the attempts at an ended task, in one line.
pub fn outcomes_text(outcomes: &[AttemptOutcome]) -> String {
	let text = |outcome: &AttemptOutcome| {
		let AttemptOutcome { prover, fate, .. } = outcome;
		let (earned, slashed) = (Amount(outcome.earned), Amount(outcome.slashed));
		let money = match (earned.0, slashed.0) {
			(0, 0) => String::new(),
			(_, 0) => format!(" and earned {earned}"),
			(0, _) => format!(" and lost {slashed}"),
			_ => format!(", earned {earned} and lost {slashed}"),
		};
		format!("{prover} {}{money}", fate_text(*fate))
	};
	outcomes.iter().map(text).collect::<Vec<_>>().join("; ")
}

/// The attempts at a live task as a table.
pub fn attempts_table(attempts: &[Attempt]) -> String {
	let rows: Vec<Vec<String>> = attempts
		.iter()
		.map(|attempt| {
			vec![
				attempt.number.to_string(),
				attempt.prover.to_string(),
				role_name(attempt.role).into(),
				attempt.state.name().into(),
				Amount(attempt.owed.unwrap_or(attempt.price)).to_string(),
				Amount(attempt.bond).to_string(),
				attempt.started_at.to_string(),
				attempt.due.to_string(),
				attempt_notes(attempt),
			]
		})
		.collect();
	table(&["attempt", "prover", "role", "state", "price", "bond", "started", "due", ""], &rows)
}

fn attempt_notes(attempt: &Attempt) -> String {
	let mut notes = Vec::new();
	match attempt.rejections {
		0 => {}
		1 => notes.push("1 proof rejected".into()),
		count => notes.push(format!("{count} proofs rejected")),
	}
	if attempt.committed {
		notes.push("committed".into());
	}
	notes.join(", ")
}

/// Those who may still be called, as a table.
pub fn standbys_table(standbys: &[Standby]) -> String {
	let rows: Vec<Vec<String>> = (1..)
		.zip(standbys)
		.map(|(place, standby): (u32, _)| {
			vec![
				place.to_string(),
				standby.prover.to_string(),
				Amount(standby.price).to_string(),
				Amount(standby.bond).to_string(),
			]
		})
		.collect();
	table(&["standby", "prover", "price", "bond"], &rows)
}

/// Fates of the attempts at an ended task, as a table.
pub fn outcomes_table(outcomes: &[AttemptOutcome]) -> String {
	let rows: Vec<Vec<String>> = (0u32..)
		.zip(outcomes)
		.map(|(number, outcome)| {
			let [prover, role, fate, earned, slashed] = outcome_cells(outcome);
			vec![number.to_string(), prover, role, fate, earned, slashed]
		})
		.collect();
	table(&["attempt", "prover", "role", "became", "earned", "lost"], &rows)
}

/// Prover, role, what became of it, what it earned and lost.
pub fn outcome_cells(outcome: &AttemptOutcome) -> [String; 5] {
	let money = |amount: u128| if amount == 0 { "-".into() } else { Amount(amount).to_string() };
	[
		outcome.prover.to_string(),
		role_name(outcome.role).into(),
		fate_name(outcome.fate).into(),
		money(outcome.earned),
		money(outcome.slashed),
	]
}

/// Counts of attempts by state or fate: `1 late, 2 running`.
pub fn summary(live: Option<&Live>, outcomes: &[AttemptOutcome]) -> String {
	let names = live
		.into_iter()
		.flat_map(|live| live.attempts.iter().map(|attempt| attempt.state.name()))
		.chain(outcomes.iter().map(|outcome| fate_name(outcome.fate)));
	let mut counts: Vec<(&str, usize)> = Vec::new();
	for name in names {
		match counts.iter_mut().find(|(known, _)| *known == name) {
			Some((_, count)) => *count += 1,
			None => counts.push((name, 1)),
		}
	}
	if counts.is_empty() {
		return "-".into();
	}
	counts.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

/// The attempt that a session key is for: that of `prover`, where it is given, else the one whose
/// prover signs with the key, else the first at work, so that the chain says what is wrong.
pub async fn of_session_key(
	chain: &Chain,
	live: &Live,
	prover: Option<AccountId32>,
	key: H256,
) -> Result<(AccountId32, Option<u32>)> {
	if let Some(prover) = prover {
		let attempt = live.attempt_of(&prover.0.into());
		return Ok((prover, attempt.map(|attempt| attempt.number)));
	}
	let at_work: Vec<&Attempt> = live.at_work().collect();
	if at_work.len() > 1 {
		for attempt in &at_work {
			let known = chain.proving().prover(&attempt.prover).await?;
			if known.is_some_and(|known| known.session_key == key) {
				return Ok((signing(&attempt.prover), Some(attempt.number)));
			}
		}
	}
	Ok(match at_work.first() {
		Some(attempt) => (signing(&attempt.prover), Some(attempt.number)),
		None => (signing(&live.prover), None),
	})
}

/// An account of an answer, as calls take it.
fn signing(account: &AccountId) -> AccountId32 {
	AccountId32(account.clone().into())
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::rpc::Announcement;

	/// A running attempt of the prover whose key is this byte.
	pub fn attempt(number: u32, byte: u8) -> Attempt {
		Attempt {
			number,
			prover: AccountId::new([byte; 32]),
			role: if number == 0 { Role::Primary } else { Role::Standby },
			price: 7,
			bond: 9,
			started_at: 11,
			due: 20,
			rejections: 0,
			committed: false,
			state: AttemptState::Running,
			owed: None,
		}
	}

	/// A live task with these attempts.
	pub fn live(attempts: Vec<Attempt>) -> Live {
		Live {
			prover: AccountId::new([1; 32]),
			price: 7,
			assigned_at: 11,
			soft_deadline: 20,
			attempts,
			standbys: Vec::new(),
			wanted: false,
		}
	}

	/// Outcome of an attempt of the prover whose key is this byte.
	pub fn outcome(byte: u8, fate: Ending, earned: u128, slashed: u128) -> AttemptOutcome {
		AttemptOutcome {
			prover: AccountId::new([byte; 32]),
			role: if byte == 1 { Role::Primary } else { Role::Standby },
			fate,
			earned,
			slashed,
		}
	}

	fn name(byte: u8) -> AccountId {
		AccountId::new([byte; 32])
	}

	#[test]
	fn a_line_tells_of_every_attempt_and_of_who_is_left() {
		let late = Attempt { state: AttemptState::Late, ..attempt(0, 1) };
		let called = Attempt { rejections: 1, ..attempt(1, 2) };
		let standby = Standby { prover: name(3), price: 8, bond: 9 };
		let mut live = live(vec![late, called]);
		live.standbys = vec![standby];
		assert_eq!(
			live_text(&live, None),
			format!(
				"{} is late since block 21; {} proves for 7 planck, bond 9 planck, due by block 20, \
				 one proof rejected so far; one standby",
				name(1),
				name(2)
			)
		);
	}

	#[test]
	fn a_bounty_says_what_it_offers() {
		let announced = Announcement {
			prover: name(3),
			commitment: H256::zero(),
			at: 31,
			reward: 7,
			deposit: 1,
		};
		let bounty = Bounty { since: 30, reward: 8, deposit: 1, announcements: vec![announced] };
		let mut live = live(vec![Attempt { state: AttemptState::Declined, ..attempt(0, 1) }]);
		live.wanted = true;
		let text = live_text(&live, Some(&bounty));
		assert!(
			text.starts_with(&format!("{} gave it back; the auction looks", name(1))),
			"{text}"
		);
		assert!(text.ends_with("gets 8 planck, and more by every block, one proof announced"));
	}

	#[test]
	fn the_end_tells_what_each_earned_and_lost() {
		let outcomes = [
			outcome(1, Ending::Defaulted, 0, 9),
			outcome(2, Ending::Verified, 8, 0),
			outcome(3, Ending::Slow, 0, 0),
		];
		assert_eq!(
			outcomes_text(&outcomes),
			format!(
				"{} delivered nothing and lost 9 planck; {} delivered and earned 8 planck; {} was \
				 too slow",
				name(1),
				name(2),
				name(3)
			)
		);
		let table = outcomes_table(&outcomes);
		let row =
			|byte: u8| table.lines().find(|line| line.contains(&name(byte).to_string())).unwrap();
		assert!(row(1).ends_with("primary  defaulted  -         9 planck"), "{table}");
		assert!(row(2).ends_with("standby  verified   8 planck  -"), "{table}");
		assert_eq!(summary(None, &outcomes), "1 defaulted, 1 verified, 1 too slow");
	}

	#[test]
	fn a_table_notes_what_is_odd() {
		let odd = Attempt { rejections: 1, committed: true, ..attempt(1, 2) };
		let late = Attempt { state: AttemptState::Late, ..attempt(0, 1) };
		let verified = Attempt { state: AttemptState::Verified, owed: Some(6), ..attempt(2, 3) };
		let table = attempts_table(&[late.clone(), odd.clone(), verified]);
		assert!(table.contains("1 proof rejected, committed"), "{table}");
		assert!(table.contains("verified  6 planck"), "{table}");
		assert_eq!(summary(Some(&live(vec![late, odd])), &[]), "1 late, 1 running");
		assert_eq!(summary(None, &[]), "-");
	}

	#[test]
	fn redundancy_is_told_where_there_is_some() {
		let text = |needed, started| redundancy_text(Redundancy { needed, started });
		assert_eq!(text(1, 1), None);
		assert_eq!(text(1, 2).unwrap(), "2 provers start, the first proof counts");
		assert_eq!(text(2, 3).unwrap(), "3 provers start, 2 proofs are taken");
	}
}
