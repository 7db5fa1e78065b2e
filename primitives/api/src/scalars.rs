// SPDX-License-Identifier: Apache-2.0
//! Accounts, amounts and numbers of blocks, which the other modules share.

/// Account, SS58 in JSON.
pub type AccountId = sp_core::crypto::AccountId32;
/// Amount in plancks.
pub type Balance = u128;
/// Number of a block.
pub type BlockNumber = u32;
