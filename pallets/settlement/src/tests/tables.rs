// SPDX-License-Identifier: Apache-2.0
//! The tables in the documentation of attempts, each cell checked against what is done.

use crate::shares::{Case, Sink, Source, Transfer};
use proofyard_mechanism::level::{DELAY_PERCENT, KILL_PERCENT};
use proofyard_primitives::{
	AttemptResult, AttemptState,
	Ending::{self, *},
	FailureReason::*,
	Role::{self, *},
	TaskEnd,
};
use sp_runtime::Permill;

const PAGE: &str = include_str!("../../../../primitives/types/src/attempt.rs");

const ENDINGS: [Ending; 9] =
	[Verified, VerifiedLate, Lost, Slow, Declined, Reported, Excused, Rejected, Defaulted];
const FIRST: &[Role] = &[Primary, CoPrimary];
const CALLED: &[Role] = &[Standby, Rescue, Bounty];
const ALL: &[Role] = &[Primary, CoPrimary, Standby, Rescue, Bounty];

/// Whether an attempt is late at the end of its task.
const IN_TIME: &[bool] = &[false];
const LATE: &[bool] = &[true];
const EITHER: &[bool] = &[false, true];

const SETTLED: &[TaskEnd<u8>] = &[TaskEnd::Settled];
const FAILED: &[TaskEnd<u8>] = &[
	TaskEnd::Failed { reason: DeadlinePassed, keeper: Some(KEEPER) },
	TaskEnd::Failed { reason: ProofsRejected, keeper: Some(KEEPER) },
	TaskEnd::Failed { reason: GivenBack, keeper: Some(KEEPER) },
];
const UNAVAILABLE: &[TaskEnd<u8>] =
	&[TaskEnd::Failed { reason: InputUnavailable, keeper: Some(KEEPER) }];

const REQUESTER: u8 = 100;
const KEEPER: u8 = 101;
/// The price of the primary.
const P0: u128 = 10_000;

/// The rows of the table with these columns, its head left out.
fn table(head: &[&str]) -> Vec<Vec<String>> {
	let mut lines = PAGE.lines().map(|line| {
		let row = line.strip_prefix("//! |")?.strip_suffix('|')?;
		Some(row.split('|').map(|cell| cell.trim().to_string()).collect::<Vec<_>>())
	});
	lines.find(|line| line.as_ref().is_some_and(|row| row == head)).expect("a table of this head");
	lines.skip(1).map_while(|line| line).collect()
}

/// Value that all of these have.
fn same<T: PartialEq + std::fmt::Debug>(all: impl IntoIterator<Item = T>) -> T {
	let mut all = all.into_iter();
	let first = all.next().expect("at least one");
	all.for_each(|other| assert_eq!(other, first));
	first
}

fn named(ending: Ending) -> String {
	format!("`{ending:?}`")
}

#[test]
fn each_state_has_its_ending() {
	let ended = |ending| (AttemptState::Ended(ending), ALL, EITHER);
	let running = AttemptState::Running;
	let rows = [
		("running, in time", (running, ALL, IN_TIME)),
		("running, late, first", (running, FIRST, LATE)),
		("running, late, called", (running, CALLED, LATE)),
		("verified in time", ended(Verified)),
		("verified late", ended(VerifiedLate)),
		("given back", ended(Declined)),
		("given back, no input", ended(Reported)),
		("too many proofs rejected", ended(Rejected)),
		("late, prover jailed", ended(Defaulted)),
	];
	let expected = rows.map(|(name, (state, roles, late))| {
		let cells = [SETTLED, FAILED, UNAVAILABLE].map(|ends| {
			named(same(roles.iter().flat_map(|role| {
				let ends = ends.iter().flat_map(|end| late.iter().map(move |late| (end, late)));
				ends.map(move |(end, late)| state.ending(*role, *late, end))
			})))
		});
		[vec![name.to_string()], cells.to_vec()].concat()
	});
	assert_eq!(table(&["state", "task settled", "task failed", "input unavailable"]), expected);
}

fn transfers(attempts: &[AttemptResult<u8, u128>], end: &TaskEnd<u8>) -> Vec<Transfer> {
	let fee = Permill::zero();
	Case { requester: &REQUESTER, held: 3 * P0, price: P0, attempts, end, fee }.transfers()
}

fn attempt(
	prover: u8,
	role: Role,
	fate: Ending,
	price: u128,
	bond: u128,
) -> AttemptResult<u8, u128> {
	AttemptResult { prover, role, fate, price, bond }
}

/// Payment of the prover of an attempt with a price above P0, where another one's bond is enough.
fn paid(role: Role, ending: Ending, end: &TaskEnd<u8>) -> &'static str {
	let price = P0 + 2_000;
	let attempts =
		[attempt(1, role, ending, price, 0), attempt(2, Primary, Defaulted, P0, 10 * P0)];
	let transfers = transfers(&attempts, end);
	let of = |from: Source| {
		let to_it = transfers.iter().filter(|t| t.from == from && t.to == Sink::Prover(0));
		to_it.map(|transfer| transfer.amount).sum::<u128>()
	};
	let kill_fee = price * u128::from(KILL_PERCENT) / 100;
	match (of(Source::Escrow), of(Source::Bond(1))) {
		(0, 0) => "nothing",
		(escrow, 0) if escrow == price => "price, escrow",
		(P0, 2_000) => "price, escrow to P0 and bonds above",
		(0, bonds) if bonds == price => "price, bonds",
		(escrow, 0) if escrow == kill_fee => "kill fee, escrow",
		(0, bonds) if bonds == kill_fee => "kill fee, bonds",
		other => panic!("{ending:?} of {role:?} is paid {other:?}"),
	}
}

#[test]
fn each_ending_is_paid_as_the_table_says() {
	let columns = [(SETTLED, FIRST), (SETTLED, CALLED), (FAILED, ALL), (UNAVAILABLE, ALL)];
	let expected = ENDINGS.map(|ending| {
		let cells = columns.map(|(ends, roles)| {
			let cases = ends.iter().flat_map(|end| roles.iter().map(move |role| (end, role)));
			same(cases.map(|(end, role)| paid(*role, ending, end))).to_string()
		});
		[vec![named(ending)], cells.to_vec()].concat()
	});
	let head = [
		"ending",
		"task settled, first",
		"task settled, called",
		"task failed",
		"input unavailable",
	];
	assert_eq!(table(&head), expected);
	assert!(PAGE.contains(&format!("*kill fee* {KILL_PERCENT} %")));
	assert!(PAGE.contains(&format!("{DELAY_PERCENT} % of P0")));
}

/// Payments of an attempt's bond, where it is enough for every claim, and owner of the rest.
fn charged(role: Role, ending: Ending, end: &TaskEnd<u8>) -> (String, &'static str) {
	let bond = P0 / 10 * 14;
	let attempts = [
		attempt(1, role, ending, P0, bond),
		attempt(2, Standby, Verified, P0 + 100, 0),
		attempt(3, Standby, Lost, P0 / 2, 0),
	];
	let transfers = transfers(&attempts, end);
	let of_it: Vec<_> = transfers.iter().filter(|t| t.from == Source::Bond(0)).collect();
	let taken = of_it.iter().map(|transfer| transfer.amount).sum::<u128>();
	let parts = of_it.iter().filter_map(|transfer| {
		let percent = || {
			assert_eq!(transfer.amount * 100 % bond, 0, "not a whole percent");
			transfer.amount * 100 / bond
		};
		Some(match transfer.to {
			Sink::Prover(1) => "prices".to_string(),
			Sink::Prover(2) => "kill fees".to_string(),
			Sink::Requester => format!("{} % to the requester", percent()),
			Sink::Keeper => format!("{} % to the keeper", percent()),
			Sink::Nobody if taken == bond => return None,
			Sink::Nobody => format!("{} % to nobody", percent()),
			other => panic!("the bond of {ending:?} pays {other:?}"),
		})
	});
	let parts: Vec<_> = parts.collect();
	let parts = if parts.is_empty() { "nothing".to_string() } else { parts.join(", ") };
	(parts, if taken == bond { "nobody's" } else { "the prover's" })
}

#[test]
fn each_bond_is_charged_as_the_table_says() {
	let of = |ending, ends: &[TaskEnd<u8>]| {
		let cases = ends.iter().flat_map(|end| ALL.iter().map(move |role| (end, role)));
		same(cases.map(|(end, role)| charged(*role, ending, end)))
	};
	let expected = ENDINGS.map(|ending| {
		assert_eq!(of(ending, UNAVAILABLE), ("nothing".to_string(), "the prover's"));
		let (settled, failed) = (of(ending, SETTLED), of(ending, FAILED));
		assert_eq!(settled.1, failed.1);
		vec![named(ending), settled.0, failed.0, failed.1.to_string()]
	});
	assert_eq!(table(&["ending", "task settled", "task failed", "rest of the bond"]), expected);
}
