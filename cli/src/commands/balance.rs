// SPDX-License-Identifier: Apache-2.0
//! `proofyard balance`: what an account has, and what part of it is held for what.

use crate::{
	amount::Amount,
	chain::Chain,
	context::Globals,
	error::{CliError, Result},
	output::Lines,
	parse,
	rpc::BlockRef,
};
use serde::Serialize;
use subxt::{
	dynamic::{At, Value},
	ext::scale_value::ValueDef,
	utils::AccountId32,
};

/// Options of `balance`.
#[derive(Clone, Debug, clap::Args)]
pub struct BalanceArgs {
	/// SS58 address, public key or //Name; that of --key-file or --suri when left out.
	#[arg(value_parser = parse::account)]
	pub account: Option<AccountId32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Balance {
	account: AccountId32,
	block: BlockRef,
	free: Amount,
	held: Amount,
	frozen: Amount,
	total: Amount,
	holds: Vec<Hold>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Hold {
	reason: String,
	amount: Amount,
}

/// Show a balance.
pub async fn run(globals: &Globals, args: BalanceArgs) -> Result<()> {
	let account = globals.account_or_own(args.account)?;
	let chain = globals.chain().await?;
	let balance = read(&chain, account).await?;
	globals.output().show(&balance, || {
		let mut lines = Lines::under(format!("Balance of {}", balance.account))
			.field("free", balance.free)
			.field("held", balance.held);
		for hold in &balance.holds {
			lines = lines.field(format!("  {}", hold.reason), hold.amount);
		}
		if balance.frozen.0 > 0 {
			lines = lines.field("frozen", balance.frozen);
		}
		lines.field("total", balance.total).field("at block", balance.block.number).text()
	});
	Ok(())
}

async fn read(chain: &Chain, account: AccountId32) -> Result<Balance> {
	let at = chain.at_best().await?;
	let key = || vec![Value::from_bytes(account.0)];
	let fetch = |pallet: &'static str, entry: &'static str| {
		let at = &at;
		let key = key();
		async move {
			match at.storage().try_fetch((pallet, entry), key).await {
				Ok(None) => Ok(None),
				Ok(Some(value)) => {
					value.decode().map(Some).map_err(|error| CliError::other(error.to_string()))
				}
				Err(error) => Err(chain.node().diagnose(error).await),
			}
		}
	};
	let data = fetch("System", "Account").await?;
	let amount = |field: &str| {
		let value = data.as_ref().at("data").at(field).and_then(|value| value.as_u128());
		// An account that is not there has nothing.
		match (value, &data) {
			(Some(amount), _) => Ok(Amount(amount)),
			(None, None) => Ok(Amount(0)),
			(None, Some(_)) => Err(CliError::other(format!(
				"the chain's accounts have no `{field}`; use the version of this program that belongs to the chain"
			))),
		}
	};
	let (free, held, frozen) = (amount("free")?, amount("reserved")?, amount("frozen")?);
	let holds = fetch("Balances", "Holds").await?.map(|value| holds(&value)).unwrap_or_default();
	let total = free.0.checked_add(held.0).map(Amount).ok_or_else(|| {
		CliError::other("the account's balance is larger than any balance can be")
	})?;
	Ok(Balance {
		account,
		block: BlockRef {
			number: u32::try_from(at.block_number())
				.map_err(|_| CliError::other("the node's block number is out of range"))?,
			hash: sp_core::H256(at.block_hash().0),
		},
		free,
		held,
		frozen,
		total,
		holds,
	})
}

/// The holds of an account: a list of `{ id: Pallet(Reason), amount }`, perhaps in a wrapper.
fn holds(value: &Value) -> Vec<Hold> {
	let ValueDef::Composite(list) = &value.value else { return Vec::new() };
	list.values()
		.flat_map(|entry| match (entry.at("id"), entry.at("amount").and_then(|v| v.as_u128())) {
			(Some(id), Some(amount)) => vec![Hold { reason: reason(id), amount: Amount(amount) }],
			_ => holds(entry),
		})
		.collect()
}

/// The name of a reason: `Pallet.Reason`.
fn reason(value: &Value) -> String {
	let mut names = Vec::new();
	let mut next = Some(value);
	while let Some(ValueDef::Variant(variant)) = next.map(|value| &value.value) {
		names.push(variant.name.as_str());
		next = variant.values.values().next();
	}
	names.join(".")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn holds_are_named_by_pallet_and_reason() {
		let id = Value::unnamed_variant("Provers", [Value::unnamed_variant("Stake", [])]);
		let entry = Value::named_composite([("id", id), ("amount", Value::u128(7))]);
		for list in [
			Value::unnamed_composite([entry.clone()]),
			Value::unnamed_composite([Value::unnamed_composite([entry])]),
		] {
			let holds = holds(&list);
			assert_eq!(holds.len(), 1);
			assert_eq!((holds[0].reason.as_str(), holds[0].amount), ("Provers.Stake", Amount(7)));
		}
		assert!(holds(&Value::unnamed_composite([])).is_empty());
	}
}
