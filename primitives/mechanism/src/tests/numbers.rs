// SPDX-License-Identifier: Apache-2.0
//! Values of the rule's numbers, written out a second time: everything else takes them by name, and would
//! not notice a change.

use crate::{level::NUMBERS, *};

#[test]
fn each_number_has_its_value() {
	let values: Vec<_> = NUMBERS.iter().map(|number| (number.name, number.value)).collect();
	let expected = [
		("SPREAD_PERCENT", 10),
		("PREMIUM_PERCENT", 25),
		("STANDBY_LIMIT_PERCENT", 200),
		("TASKS_PER_STANDBY_LOT", 8),
		("FLOOR_PERCENT", 70),
		("DELAY_PERCENT", 30),
		("COMPENSATION_PERCENT", 20),
		("RESCUE_PERCENT", 80),
		("KILL_PERCENT", 10),
		("GIVE_BACK_PERCENT", 10),
		("KEEPER_PERCENT", 1),
		("ANNOUNCEMENT_PERCENT", 10),
		("FEE_PERCENT", 2),
		("MAX_FEE_PERCENT", 10),
		("AUTHOR_PERCENT", 50),
		("TREASURY_PERCENT", 30),
		("RELIABLE_PROOFS", 20),
		("RELIABLE_PERCENT", 95),
		("MAX_REJECTIONS", 2),
		("MAX_STRIKES", 3),
		("DELEGATION_FACTOR", 4),
		("BLOCK_MS", 2_000),
		("EPOCH_MS", 10_000),
		("IDLE_MS", 180_000),
		("MIN_LIFETIME_MS", 20_000),
		("DEFAULT_LIFETIME_MS", 600_000),
		("MAX_LIFETIME_MS", 86_400_000),
		("MIN_BIDDING_MS", 10_000),
		("JAIL_MS", 3_600_000),
		("RECORD_HALF_LIFE_MS", 604_800_000),
	];
	assert_eq!(values, expected);
}

#[test]
fn each_level_has_its_terms() {
	let terms = [LevelTerms::STANDARD, LevelTerms::EXPRESS, LevelTerms::GUARANTEED]
		.map(|level| (level.soft_percent, level.bond_percent, level.started, level.standbys));
	assert_eq!(terms, [(70, 100, 1, 1), (50, 150, 2, 1), (40, 200, 1, 2)]);
}
