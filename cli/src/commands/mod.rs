// SPDX-License-Identifier: Apache-2.0
//! The commands, one file for each group.

pub mod asks;
pub mod attempts;
pub mod balance;
pub mod bids;
pub mod bounty;
pub mod chain;
pub mod check;
pub mod clearing;
pub mod keys;
pub mod market;
pub mod program;
pub mod proof_files;
pub mod proofs;
pub mod prover;
pub mod stake;
pub mod systems;
pub mod task;
pub mod transfer;
pub mod verify;
pub mod watch;

use crate::{
	chain::{Chain, Receipt},
	error::{CliError, Result},
	output::Lines,
	rpc::Prover,
};
use anyhow::Context;
use serde::Serialize;
use std::path::Path;
use subxt::utils::AccountId32;

/// All bytes of a file.
fn read_file(path: &Path) -> Result<Vec<u8>> {
	Ok(std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?)
}

/// The prover of an account. Fails when it is none.
async fn find_prover(chain: &Chain, account: &AccountId32) -> Result<Prover> {
	chain.proving().prover(&account.0.into()).await?.ok_or_else(|| {
		CliError::other(format!("{account} is no prover. `proofyard prover register` makes it one"))
	})
}

/// The result of a transaction that has nothing more to tell.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Done<'a, T: Serialize> {
	/// Subject of the transaction.
	#[serde(flatten)]
	pub subject: T,
	/// Place of the transaction, and its fee.
	pub receipt: &'a Receipt,
}

impl Lines {
	/// Add where a transaction is and what it cost.
	pub fn receipt(self, receipt: &Receipt) -> Self {
		self.field("block", receipt.place())
			.field("transaction", format!("{:?}", receipt.transaction))
			.maybe("transaction fee", receipt.fee)
	}
}
