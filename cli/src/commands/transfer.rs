// SPDX-License-Identifier: Apache-2.0
//! `proofyard transfer`: money from one account to another.

use super::Done;
use crate::{
	amount::Amount,
	calls::tx,
	context::Globals,
	error::{CliError, Result},
	output::Lines,
	parse,
};
use serde::Serialize;
use subxt::utils::{AccountId32, MultiAddress};

/// Options of `transfer`.
#[derive(Clone, Debug, clap::Args)]
pub struct TransferArgs {
	/// SS58 address, public key or //Name of the account that gets the money.
	#[arg(value_parser = parse::account)]
	to: AccountId32,

	/// Amount to pay, in YARD.
	amount: Amount,
}

#[derive(Serialize)]
struct Transferred {
	from: AccountId32,
	to: AccountId32,
	amount: Amount,
}

/// Pay an account from the signing one, which keeps at least the existential deposit.
pub async fn run(globals: &Globals, TransferArgs { to, amount }: TransferArgs) -> Result<()> {
	if amount.0 == 0 {
		return Err(CliError::usage("the amount must be above zero"));
	}
	let from = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let call = tx().balances().transfer_keep_alive(MultiAddress::Id(to), amount.0);
	let included = globals.submit(&chain, &call).await?;
	let subject = Transferred { from, to, amount };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		Lines::under("Transferred")
			.field("from", from)
			.field("to", to)
			.field("amount", amount)
			.receipt(&included.receipt)
			.text()
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[derive(Parser)]
	struct Probe {
		#[command(flatten)]
		args: TransferArgs,
	}

	fn parse(args: &[&str]) -> std::result::Result<TransferArgs, clap::Error> {
		Probe::try_parse_from([&["probe"], args].concat()).map(|probe| probe.args)
	}

	#[test]
	fn takes_an_account_and_an_amount() {
		let bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
		for to in [bob, "//Bob"] {
			let args = parse(&[to, "12.5"]).unwrap();
			assert_eq!(
				(args.to.to_string(), args.amount),
				(bob.into(), Amount(12_500_000_000_000))
			);
		}
		assert_eq!(parse(&[bob, "500planck"]).unwrap().amount, Amount(500));
		for args in [&[bob, "1,5"][..], &[bob, "-1"], &[bob], &["5Nobody", "1"]] {
			assert!(parse(args).is_err(), "{args:?}");
		}
	}

	#[tokio::test]
	async fn nothing_is_no_amount() {
		let args = parse(&["//Bob", "0"]).unwrap();
		assert_eq!(run(&Globals::of_tests(), args).await.unwrap_err().exit_code(), 2);
	}
}
