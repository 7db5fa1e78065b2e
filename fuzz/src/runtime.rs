// SPDX-License-Identifier: Apache-2.0
//! The market of tests with constants so small that everything happens soon, and who is on it.

pub use proofyard_market::{
	set_random, AccountId, AllPalletsWithSystem, Attestation, AttestationHook, Auctions,
	AuctionsHook, Balance, BlockNumber, Programs, Provers, RuntimeCall, RuntimeEvent,
	RuntimeHoldReason, RuntimeOrigin, Settlement, SettlementHook, System, Test as Runtime,
	TxExtension, AUTHOR, SYSTEM, TREASURY,
};

use frame_support::{traits::Hooks, weights::Weight};
use pallet_settlement::FeeTerms;
use proofyard_market::knobs;
use sp_runtime::{Percent, Permill};
use std::sync::OnceLock;

/// Least balance of an account that exists.
pub const EXISTENTIAL_DEPOSIT: Balance = 5;
/// Least stake of a prover.
pub const MIN_STAKE: Balance = 20_000;
/// Blocks between asking for stake back and getting it.
pub const UNBONDING: BlockNumber = 70;
/// Most slots of a prover.
pub const MAX_SLOTS: u32 = 6;
/// Most asks of a prover.
pub const MAX_ASKS: u32 = 4;
/// Blocks of an epoch.
pub const EPOCH: BlockNumber = 3;
/// Milliseconds of a block.
pub const MILLIS: u64 = 2_000;
/// Defaults in a row for which a prover is jailed.
pub const MAX_STRIKES: u32 = 2;
/// Blocks in jail the first time.
pub const JAIL_TIME: BlockNumber = 10;
/// Most times its own stake that the pool of an operator may be worth.
pub const DELEGATION_FACTOR: u32 = 2;
/// Least amount to delegate.
pub const MIN_DELEGATION: Balance = 50;
/// Cost of a rejected proof.
pub const VERIFICATION_FEE: Balance = 300;
/// Blocks for which outcomes are kept.
pub const RETENTION: BlockNumber = 40;
/// Rejected proofs at which an attempt has defaulted.
pub const MAX_REJECTIONS: u32 = 2;
/// Deposit for announcing a proof, beside a tenth of the price, until it is shown.
pub const ANNOUNCEMENT_DEPOSIT: Balance = 250;
/// Shortest and longest life of a task.
pub const LIFETIMES: (u32, u32) = (10, 60);
/// Least maximum fee.
pub const MIN_FEE: Balance = 100;
/// The part of a bond that does not depend on the price.
pub const BOND_BASE: Balance = 600;
/// Shortest time to commit, and to reveal, sealed bids.
pub const MIN_BIDDING: u32 = 2;
/// Deposit for a program, and for each byte of it.
pub const PROGRAM_DEPOSIT: (Balance, Balance) = (1_000, 1);

/// The protocol's fee in the first block.
pub const FIRST_FEES: FeeTerms = FeeTerms {
	fee: Permill::from_parts(23_456),
	author: Permill::from_percent(50),
	treasury: Permill::from_percent(30),
};

/// Set every knob of the market to the constants above.
pub fn set_knobs() {
	knobs::reset();
	knobs::ExistentialDeposit::set(EXISTENTIAL_DEPOSIT);
	knobs::MinStake::set(MIN_STAKE);
	knobs::UnbondingDelay::set(UNBONDING);
	knobs::MaxSlots::set(MAX_SLOTS);
	knobs::MaxAsks::set(MAX_ASKS);
	knobs::AskEpoch::set(EPOCH);
	knobs::MillisPerBlock::set(MILLIS);
	knobs::RecordHalfLife::set(60);
	knobs::ReliableProofs::set(1);
	knobs::ReliableShare::set(Percent::from_percent(70));
	knobs::MaxStrikes::set(MAX_STRIKES);
	knobs::JailTime::set(JAIL_TIME);
	knobs::DelegationFactor::set(DELEGATION_FACTOR);
	knobs::MinDelegation::set(MIN_DELEGATION);
	knobs::BaseDeposit::set(PROGRAM_DEPOSIT.0);
	knobs::ByteDeposit::set(PROGRAM_DEPOSIT.1);
	knobs::DefaultFees::set(FIRST_FEES);
	knobs::VerificationFee::set(VERIFICATION_FEE);
	knobs::Retention::set(RETENTION);
	knobs::MaxRejections::set(MAX_REJECTIONS);
	knobs::AnnouncementDeposit::set(ANNOUNCEMENT_DEPOSIT);
	knobs::MinLifetime::set(LIFETIMES.0);
	knobs::MaxLifetime::set(LIFETIMES.1);
	knobs::DefaultLifetime::set(20);
	knobs::MinFee::set(MIN_FEE);
	knobs::BondBase::set(BOND_BASE);
	knobs::MinBidding::set(MIN_BIDDING);
	knobs::MaxClearPerBlock::set(8);
	knobs::MaxSkips::set(4);
	knobs::MaxAsksPerMarket::set(9);
}

/// Requesters, one of whom has hardly anything.
pub const REQUESTERS: [AccountId; 6] = [11, 12, 13, 14, 15, 16];
/// Those that may be provers. The first eight are from the start.
pub const PROVERS: [AccountId; 10] = [21, 22, 23, 24, 25, 26, 27, 28, 29, 30];
/// Number of provers registered from the start.
pub const FIRST_PROVERS: usize = 8;
/// Those that delegate to provers.
pub const DELEGATORS: [AccountId; 3] = [41, 42, 43];
/// Owns the programs of the start.
pub const OWNER: AccountId = 51;

/// Everybody whose money is looked at.
pub fn everybody() -> impl Iterator<Item = AccountId> {
	REQUESTERS.into_iter().chain(PROVERS).chain(DELEGATORS).chain([OWNER, AUTHOR, TREASURY])
}

/// Money that an account begins with.
pub fn endowment(who: AccountId) -> Balance {
	match who {
		AUTHOR => EXISTENTIAL_DEPOSIT,
		TREASURY => 0,
		_ if who == REQUESTERS[5] => 40_001,
		_ => 50_000_003,
	}
}

/// Stake of a prover of the start: little for some of them.
pub fn first_stake(place: usize) -> Balance {
	[4_000_000, 1_000_001, 2_500_000, 300_007, 5_000_000, 90_001, 800_000, 20_000][place % 8]
}

/// The chain before its first block.
pub fn genesis() -> sp_io::TestExternalities {
	set_knobs();
	let balances = everybody().filter(|who| endowment(*who) > 0).map(|who| (who, endowment(who)));
	let mut ext = proofyard_market::genesis(balances.collect(), Vec::new());
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Room that the hooks of a pallet have in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Room {
	/// Whatever there is.
	All,
	/// One thing.
	One,
	/// Some things.
	Some,
}

/// Set the room that the hooks of attestation, the auction and settlement have from now on.
pub fn set_room(attestation: Room, auctions: Room, settlement: Room) {
	static LEAST: OnceLock<[Weight; 3]> = OnceLock::new();
	let [least_attestation, least_auctions, least_settlement] = *LEAST.get_or_init(|| {
		[
			least(AttestationHook::set, <Attestation as Hooks<BlockNumber>>::integrity_test),
			least(AuctionsHook::set, <Auctions as Hooks<BlockNumber>>::integrity_test),
			least(SettlementHook::set, <Settlement as Hooks<BlockNumber>>::integrity_test),
		]
	});
	AttestationHook::set(limit(attestation, least_attestation));
	AuctionsHook::set(limit(auctions, least_auctions));
	SettlementHook::set(limit(settlement, least_settlement));
}

fn limit(room: Room, least: Weight) -> Weight {
	match room {
		Room::All => Weight::MAX,
		Room::One => least,
		Room::Some => least.saturating_mul(3),
	}
}

/// The lowest limit of a hook with which the pallet says that it gets on.
fn least(set: fn(Weight), test: fn()) -> Weight {
	let suffices = |time: u64| {
		set(Weight::from_parts(time, u64::MAX));
		crate::quietly(test).is_ok()
	};
	let (mut below, mut above) = (0, 1 << 50);
	assert!(suffices(above), "a limit with which a hook gets on");
	while below + 1 < above {
		let middle = below + (above - below) / 2;
		if suffices(middle) {
			above = middle;
		} else {
			below = middle;
		}
	}
	Weight::from_parts(above, u64::MAX)
}

/// The pallets whose hooks run in a block, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
	/// Forgets what has ended.
	Settlement,
	/// Deadlines.
	Attestation,
	/// Expiry and clearing.
	Auctions,
}

impl Hook {
	/// All of them, in the runtime's order.
	pub const ALL: [Self; 3] = [Self::Settlement, Self::Attestation, Self::Auctions];

	/// Run it. It may not take more than its limit.
	pub fn run(self, now: BlockNumber) {
		let (taken, limit) = match self {
			Self::Settlement => (Settlement::on_initialize(now), SettlementHook::get()),
			Self::Attestation => (Attestation::on_initialize(now), AttestationHook::get()),
			Self::Auctions => (Auctions::on_initialize(now), AuctionsHook::get()),
		};
		assert!(taken.all_lte(limit), "the hook of {self:?} took {taken:?} of {limit:?}");
	}

	/// Whether it may do all there is.
	pub fn has_room(self) -> bool {
		let limit = match self {
			Self::Settlement => SettlementHook::get(),
			Self::Attestation => AttestationHook::get(),
			Self::Auctions => AuctionsHook::get(),
		};
		limit == Weight::MAX
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::traits::IntegrityTest;

	#[test]
	fn the_pallets_accept_these_constants() {
		set_knobs();
		sp_io::TestExternalities::default()
			.execute_with(<AllPalletsWithSystem as IntegrityTest>::integrity_test);
	}
}
