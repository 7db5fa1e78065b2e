// SPDX-License-Identifier: Apache-2.0
//! Numbers that every test begins with.

/// Account of anybody.
pub type AccountId = u64;
/// Amount in plancks.
pub type Balance = u128;
/// Number of a block.
pub type BlockNumber = u32;

/// Owner of the program of the start, who has no other part.
pub const OWNER: AccountId = 1;
/// Requester, who pays for proofs.
pub const REQUESTER: AccountId = 2;
/// Another requester.
pub const OTHER: AccountId = 3;
/// First of the provers, which are registered from the start with [`STAKE`].
pub const PROVER: AccountId = 11;
/// Second of them.
pub const RIVAL: AccountId = 12;
/// Third of them.
pub const THIRD: AccountId = 13;
/// Fourth of them, for tests that three are too few for.
pub const FOURTH: AccountId = 14;
/// Provers that most tests are about.
pub const PROVERS: [AccountId; 3] = [PROVER, RIVAL, THIRD];
/// Accounts that have money from the start.
pub const ACCOUNTS: [AccountId; 7] = [OWNER, REQUESTER, OTHER, PROVER, RIVAL, THIRD, FOURTH];
/// Block author, who gets its share of fees.
pub const AUTHOR: AccountId = 90;
/// Treasury, which gets its share of fees.
pub const TREASURY: AccountId = 91;
/// Plancks that each of [`ACCOUNTS`] starts with.
pub const ENDOWMENT: Balance = 10_000_000;
/// Plancks of it that each prover stakes.
pub const STAKE: Balance = 1_000_000;
/// Slots of each prover.
pub const SLOTS: u32 = 4;
/// Units of work of the tasks of the program of the start.
pub const WORK: u64 = 1_000;

/// Least stake of a prover, in plancks.
pub const MIN_STAKE: Balance = 1_000;
/// Cost of a rejected proof, in plancks.
pub const VERIFICATION_FEE: Balance = 10;
/// Blocks for which outcomes are kept.
pub const RETENTION: BlockNumber = 50;
/// Rejected proofs at which an attempt has defaulted.
pub const MAX_REJECTIONS: u32 = 2;
/// Milliseconds of a block.
pub const MILLIS_PER_BLOCK: u64 = 6_000;
/// Priority of proofs in the pool.
pub const PROOF_PRIORITY: u64 = 1 << 40;
/// Defaults in a row for which a prover is jailed.
pub const MAX_STRIKES: u32 = 3;
/// Blocks in jail the first time.
pub const JAIL_TIME: BlockNumber = 12;
/// Deposit for announcing a proof beside a tenth of the price, in plancks.
pub const ANNOUNCEMENT_DEPOSIT: Balance = 50;
/// Shortest life of a task, in blocks.
pub const MIN_LIFETIME: u32 = 10;
/// Longest life of a task, in blocks.
pub const MAX_LIFETIME: u32 = 100;
/// Life of a task that does not say how long, in blocks.
pub const DEFAULT_LIFETIME: u32 = 50;
/// Least maximum fee, in plancks.
pub const MIN_FEE: Balance = 10;
/// Part of a bond that does not depend on the price, in plancks.
pub const BOND_BASE: Balance = 20;
/// Shortest time to commit to sealed bids, and to reveal them, in blocks.
pub const MIN_BIDDING: u32 = 3;
/// Most slots of a prover.
pub const MAX_SLOTS: u32 = 8;
/// Most asks of a prover.
pub const MAX_ASKS: u32 = 4;
/// Most asks in a market.
pub const MAX_ASKS_PER_MARKET: u32 = 3;
/// Most tasks cleared in a block.
pub const MAX_CLEARED: u32 = 8;
/// Most tasks of a queue that a clearing passes over.
pub const MAX_SKIPS: u32 = 16;
