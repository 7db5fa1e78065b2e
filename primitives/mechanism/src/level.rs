// SPDX-License-Identifier: Apache-2.0
//! Numbers of the rule: what each service level means, every share, every duration, every count.
//!
//! The pallets, the runtime, the simulation, the tests and the documentation take them from here, so
//! that a number is changed in one place and nothing tells of another. Amounts of money (least fees,
//! deposits) are not here: they depend on the token, and the runtime sets them.
//!
//! Names end in their unit: `_PERCENT`, of what the comment says, or `_MS`, milliseconds; the others
//! are counts. [`NUMBERS`] lists them all; the table in `docs/mechanism.md` is made of it.

/// Terms of a service level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelTerms {
	/// Share of the time to the deadline that the attempts have which start at once, in percent. The
	/// rest is there for those that are called when they fail.
	pub soft_percent: u32,
	/// Bond of an attempt, in percent of its price. The prover puts it up and loses of it what its
	/// failure costs the others.
	pub bond_percent: u32,
	/// Provers that start at once, if the requester says nothing else. The first proof counts; the
	/// requester pays the others a kill fee.
	pub started: u8,
	/// Standbys beside those that start.
	pub standbys: u8,
}

impl LevelTerms {
	/// Level standard: the usual bond, and most of the time for the first attempt.
	pub const STANDARD: Self =
		Self { soft_percent: 70, bond_percent: 100, started: 1, standbys: 1 };
	/// Level express: two provers race, and a third is called early.
	pub const EXPRESS: Self = Self { soft_percent: 50, bond_percent: 150, started: 2, standbys: 1 };
	/// Level guaranteed: reliable provers only, the highest bond, and most of the time to prove anew.
	pub const GUARANTEED: Self =
		Self { soft_percent: 40, bond_percent: 200, started: 1, standbys: 2 };

	/// Standbys that a clearing looks for, where `started` provers are to start: the first of them
	/// start with the primary.
	pub const fn wanted_standbys(&self, started: u8) -> u8 {
		self.standbys.saturating_add(started.saturating_sub(1))
	}
}

/// One number of this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
	/// Name of the constant.
	pub name: &'static str,
	/// Its value, in the unit that the name ends in.
	pub value: u64,
	/// Its comment.
	pub meaning: &'static str,
}

/// Defines constants, and [`NUMBERS`] with all of them.
macro_rules! numbers {
	($($(#[doc = $line:literal])+ pub const $name:ident: $type:ty = $value:expr;)+) => {
		$($(#[doc = $line])+ pub const $name: $type = $value;)+

		/// Every number of this page, in its order.
		pub const NUMBERS: &[Number] = &[$(Number {
			name: stringify!($name),
			value: $name as u64,
			meaning: concat!($($line),+),
		}),+];
	};
}

numbers! {
	/// Spread κ: tasks of a batch that one prover gets at most, in percent of them; never less than one.
	pub const SPREAD_PERCENT: u32 = 10;
	/// Premium of a standby, in percent of its own ask. The bond of the attempt that failed pays it.
	pub const PREMIUM_PERCENT: u32 = 25;
	/// Limit of a standby's price, in percent of the clearing price, where the task's maximum is below
	/// that. The primary's bond covers the difference: dearer standbys would make bonds that nobody has.
	pub const STANDBY_LIMIT_PERCENT: u32 = 200;
	/// Tasks of a clearing that one free lot stands by for. Few primaries fail, so that a lot which
	/// waits for one task only would nearly always be idle.
	pub const TASKS_PER_STANDBY_LOT: u32 = 8;
	/// Floor of a late price: what the requester pays for a first attempt's proof at the deadline, in
	/// percent of its price.
	pub const FLOOR_PERCENT: u32 = 70;
	/// Compensation of the requester for a proof that came late from somebody else, in percent of the
	/// price, of all bonds together: as much as the price of a late proof falls at most.
	pub const DELAY_PERCENT: u32 = 100 - FLOOR_PERCENT;
	/// Compensation of the requester out of one bond, in percent of the bond, at most.
	pub const COMPENSATION_PERCENT: u32 = 20;
	/// Part of the bonds that failed which may pay for another prover, in percent of them: what the
	/// compensation leaves.
	pub const RESCUE_PERCENT: u32 = 100 - COMPENSATION_PERCENT;
	/// Kill fee of a prover that was set to work and lost the race, in percent of its price; from the
	/// requester for those that started at once, else from the bond of the attempt that failed. Low: it
	/// is paid without a proof, and must not be worth having for its own sake.
	pub const KILL_PERCENT: u32 = 10;
	/// Fee for giving an attempt back, in percent of its bond, above what its replacement costs; from
	/// its prover to the requester.
	pub const GIVE_BACK_PERCENT: u32 = 10;
	/// Reward of the keeper that made the chain end a failed task, in percent of a defaulter's bond.
	pub const KEEPER_PERCENT: u32 = 1;
	/// Deposit of a prover that announces a proof for a bounty, in percent of the task's price, beside
	/// a fixed part; slashed unless it shows the proof.
	pub const ANNOUNCEMENT_PERCENT: u32 = 10;
	/// Fee of the protocol, in percent of what an escrow pays for proofs, when a chain begins; off the
	/// prover's payment.
	pub const FEE_PERCENT: u32 = 2;
	/// Most that the protocol's fee can be set to, in percent.
	pub const MAX_FEE_PERCENT: u32 = 10;
	/// Part of that fee which goes to the author of the block, who verified the proof, in percent of it.
	pub const AUTHOR_PERCENT: u32 = 50;
	/// Part of that fee which goes to the treasury, in percent of it; the rest is burnt.
	pub const TREASURY_PERCENT: u32 = 30;
	/// Proofs a prover must have delivered to be called reliable, which level guaranteed asks for.
	pub const RELIABLE_PROOFS: u32 = 20;
	/// Share of a reliable prover's attempts that were delivered, in percent, at least.
	pub const RELIABLE_PERCENT: u32 = 95;
	/// Rejected proofs at which an attempt has defaulted. Its bond has a part that pays for them.
	pub const MAX_REJECTIONS: u32 = 2;
	/// Defaults in a row for which a prover is jailed.
	pub const MAX_STRIKES: u32 = 3;
	/// Stake that others delegate to an operator, as a multiple of its own, at most.
	pub const DELEGATION_FACTOR: u32 = 4;
	/// Duration of a block.
	pub const BLOCK_MS: u64 = 2_000;
	/// Epoch at whose end an ask that offers more begins to count, so that nobody gets a last look.
	pub const EPOCH_MS: u64 = 10_000;
	/// Time for which an ask has to have been idle to be what the market rejects.
	pub const IDLE_MS: u64 = 180_000;
	/// Shortest time from a task's submission to its deadline.
	pub const MIN_LIFETIME_MS: u64 = 20_000;
	/// Time from a task's submission to its deadline, if the requester says nothing else.
	pub const DEFAULT_LIFETIME_MS: u64 = 600_000;
	/// Longest time from a task's submission to its deadline.
	pub const MAX_LIFETIME_MS: u64 = 86_400_000;
	/// Shortest time to commit, and to reveal, sealed bids.
	pub const MIN_BIDDING_MS: u64 = 10_000;
	/// Time in jail, the first time.
	pub const JAIL_MS: u64 = 3_600_000;
	/// Time in which an ending in a prover's track record loses half of its weight.
	pub const RECORD_HALF_LIFE_MS: u64 = 604_800_000;
}

/// Blocks in a duration of this page, rounded down.
pub const fn blocks(ms: u64) -> u32 {
	(ms / BLOCK_MS) as u32
}

const _: () = {
	// To lose the race, or to give back, is worth less than to deliver late.
	assert!(KILL_PERCENT < FLOOR_PERCENT && GIVE_BACK_PERCENT < 100);
	assert!(KEEPER_PERCENT + COMPENSATION_PERCENT < 100);
	assert!(AUTHOR_PERCENT + TREASURY_PERCENT <= 100 && FEE_PERCENT <= MAX_FEE_PERCENT);
	assert!(MIN_LIFETIME_MS <= DEFAULT_LIFETIME_MS && DEFAULT_LIFETIME_MS <= MAX_LIFETIME_MS);
};
