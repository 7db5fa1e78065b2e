// SPDX-License-Identifier: Apache-2.0
//! `proofyard stake`: money behind somebody else's prover. And `prover delegation`: on what terms a
//! prover takes it.

use super::{find_prover, Done};
use crate::{
	amount::Amount,
	calls::tx,
	chain::Chain,
	context::Globals,
	error::{CliError, Result},
	output::Lines,
	parse,
	rpc::{decimal, BlockNumber, Delegation, Parts},
};
use codec::Decode;
use serde::Serialize;
use subxt::utils::AccountId32;

/// Commands of who puts money behind a prover.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum StakeCommand {
	/// Put money behind a prover: it earns with it, and is slashed with it.
	///
	/// The money buys shares of the prover's pool. What they are worth grows with what the prover
	/// earns, less its commission, and falls with what it loses.
	Delegate {
		/// SS58 address or public key of the prover.
		#[arg(value_parser = parse::account)]
		prover: AccountId32,

		/// Amount to delegate, in YARD.
		amount: Amount,
	},

	/// Begin to take money back from a prover; it can be withdrawn after a delay.
	///
	/// Until then it earns and is slashed as before.
	Undelegate(UndelegateArgs),

	/// Take back what has waited long enough; all of it, where the prover has left.
	Withdraw {
		/// SS58 address or public key of the prover.
		#[arg(value_parser = parse::account)]
		prover: AccountId32,

		/// For this delegator, who gets the money; the signing account when left out.
		#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
		delegator: Option<AccountId32>,
	},

	/// Show what an account has behind a prover, and what that is worth.
	Show {
		/// SS58 address or public key of the prover.
		#[arg(value_parser = parse::account)]
		prover: AccountId32,

		/// Of this delegator; that of --key-file or --suri when left out.
		#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
		delegator: Option<AccountId32>,
	},
}

/// Options of `stake undelegate`.
#[derive(Clone, Debug, clap::Args)]
pub struct UndelegateArgs {
	/// SS58 address or public key of the prover.
	#[arg(value_parser = parse::account)]
	prover: AccountId32,

	#[command(flatten)]
	part: Part,
}

/// A part of a delegation.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Part {
	/// So much of what it is worth now, in YARD.
	#[arg(long, value_name = "AMOUNT")]
	amount: Option<Amount>,

	/// So many shares.
	#[arg(long, value_name = "N")]
	shares: Option<u128>,

	/// All of it.
	#[arg(long)]
	all: bool,
}

impl Part {
	/// The shares that this is. Fails when the delegation has no such part.
	fn shares(&self, delegation: &Delegation) -> Result<u128> {
		let staying = delegation.staying();
		if staying == 0 {
			return Err(CliError::other(
				"all of it is leaving already: `proofyard stake show` says from which block on it can be withdrawn",
			));
		}
		match (self.amount, self.shares) {
			(Some(amount), _) if amount.0 == 0 => {
				Err(CliError::usage("--amount must be above zero"))
			}
			(Some(amount), _) => delegation.shares_worth(amount.0).ok_or_else(|| {
				CliError::other("it is worth nothing any more: take it all out with --all")
			}),
			(None, Some(shares)) => Ok(shares),
			(None, None) => Ok(staying),
		}
	}
}

/// Terms on which a prover takes delegations.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct DelegationArgs {
	/// Take delegations, and keep so many percent of what the prover earns before the rest is shared.
	#[arg(long, value_parser = parse::percent, value_name = "PERCENT")]
	commission: Option<Parts>,

	/// Take no new delegations. Those that are there stay, on the same terms.
	#[arg(long)]
	close: bool,
}

/// Run a command of who puts money behind a prover.
pub async fn run(globals: &Globals, command: StakeCommand) -> Result<()> {
	match command {
		StakeCommand::Delegate { prover, amount } => delegate(globals, prover, amount).await,
		StakeCommand::Undelegate(args) => undelegate(globals, args).await,
		StakeCommand::Withdraw { prover, delegator } => withdraw(globals, prover, delegator).await,
		StakeCommand::Show { prover, delegator } => show(globals, prover, delegator).await,
	}
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Delegated {
	prover: AccountId32,
	delegator: AccountId32,
	amount: Amount,
	#[serde(with = "decimal")]
	shares: u128,
}

async fn delegate(globals: &Globals, prover: AccountId32, amount: Amount) -> Result<()> {
	let delegator = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let pool = find_prover(&chain, &prover).await?.delegation;
	let call = tx().provers().delegate(prover, amount.0);
	let included = globals.submit(&chain, &call).await?;
	let shares = included.told("Provers", "Delegated", "shares")?;
	let subject = Delegated { prover, delegator, amount, shares };
	globals.output().show(&Done { subject: &subject, receipt: &included.receipt }, || {
		let lines = Lines::under("Delegated")
			.field("prover", prover)
			.field("amount", amount)
			.field("shares", shares)
			.field("commission", pool.commission);
		match pool.rise {
			Some(rise) => lines.field(
				"commission to come",
				format!("{} from block {}", rise.commission, rise.from),
			),
			None => lines,
		}
		.receipt(&included.receipt)
		.hint(format!("What it is worth: `proofyard stake show {prover}`"))
		.text()
	});
	Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Undelegated {
	prover: AccountId32,
	delegator: AccountId32,
	#[serde(with = "decimal")]
	shares: u128,
	withdrawable_at: BlockNumber,
}

async fn undelegate(globals: &Globals, args: UndelegateArgs) -> Result<()> {
	let delegator = globals.secret()?.account()?;
	let prover = args.prover;
	let chain = globals.chain().await?;
	let delegation = delegation_of(&chain, &prover, &delegator).await?;
	let shares = args.part.shares(&delegation)?;
	let call = tx().provers().undelegate(prover, shares);
	let included = globals.submit(&chain, &call).await?;
	let withdrawable_at = included.told("Provers", "UndelegationStarted", "available_at")?;
	let subject = Undelegated { prover, delegator, shares, withdrawable_at };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		Lines::under("Delegation leaving")
			.field("prover", prover)
			.field("shares", format!("{shares} of {}", delegation.shares))
			.receipt(&included.receipt)
			.hint(format!(
				"Until it is withdrawn it earns and is slashed as before. From block {withdrawable_at} on: `proofyard stake withdraw {prover}`"
			))
			.text()
	});
	Ok(())
}

/// Stake that an account has behind a prover. Fails when that is nothing.
async fn delegation_of(
	chain: &Chain,
	prover: &AccountId32,
	delegator: &AccountId32,
) -> Result<Delegation> {
	let found = chain.proving().delegation(&prover.0.into(), &delegator.0.into()).await?;
	found.ok_or_else(|| CliError::other(format!("{delegator} has nothing behind {prover}")))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Withdrawn {
	prover: AccountId32,
	delegator: AccountId32,
	#[serde(with = "decimal")]
	shares: u128,
	amount: Amount,
}

async fn withdraw(
	globals: &Globals,
	prover: AccountId32,
	delegator: Option<AccountId32>,
) -> Result<()> {
	let delegator = match delegator {
		Some(delegator) => delegator,
		None => globals.secret()?.account()?,
	};
	let chain = globals.chain().await?;
	let call = tx().provers().withdraw_delegation(prover, delegator);
	let included = globals.submit(&chain, &call).await?;
	let shares = included.told("Provers", "DelegationWithdrawn", "shares")?;
	let amount = Amount(included.told("Provers", "DelegationWithdrawn", "amount")?);
	let subject = Withdrawn { prover, delegator, shares, amount };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		Lines::under("Delegation withdrawn")
			.field("prover", prover)
			.field("delegator", delegator)
			.field("shares", shares)
			.field("amount", amount)
			.receipt(&included.receipt)
			.text()
	});
	Ok(())
}

async fn show(
	globals: &Globals,
	prover: AccountId32,
	delegator: Option<AccountId32>,
) -> Result<()> {
	let delegator = globals.account_or_own(delegator)?;
	let chain = globals.chain().await?;
	let delegation = delegation_of(&chain, &prover, &delegator).await?;
	let pool = find_prover(&chain, &prover).await?.delegation;
	globals.output().show(&delegation, || {
		let lines =
			delegation_lines(&delegation).field("the prover's commission", pool.commission).maybe(
				"commission to come",
				pool.rise.map(|rise| format!("{} from block {}", rise.commission, rise.from)),
			);
		if delegation.withdrawable > 0 {
			lines.hint(format!("Take it back: `proofyard stake withdraw {prover}`")).text()
		} else {
			lines.text()
		}
	});
	Ok(())
}

fn delegation_lines(delegation: &Delegation) -> Lines {
	Lines::under(format!("Delegation of {}", delegation.delegator))
		.field("prover", &delegation.prover)
		.field("worth", Amount(delegation.value))
		.field("shares", delegation.shares)
		.maybe(
			"  of it leaving",
			delegation.leaving.as_ref().map(|leaving| {
				format!(
					"{} in {} shares, can be withdrawn from block {} on",
					Amount(leaving.worth.amount),
					leaving.shares,
					leaving.worth.withdrawable_at
				)
			}),
		)
		.field("can be withdrawn now", Amount(delegation.withdrawable))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TermsSet {
	prover: AccountId32,
	/// Whether it takes new delegations.
	open: bool,
	/// The commission that was set.
	commission: Option<Parts>,
	/// The first block in which it counts.
	from: BlockNumber,
}

/// A share as the chain's events have it.
#[derive(Decode)]
struct ChainParts(u32);

/// Say on what terms others may delegate to the signing prover.
pub async fn set_delegation(globals: &Globals, args: DelegationArgs) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let call = tx().provers().set_delegation(args.commission.map(|share| share.0));
	let included = globals.submit(&chain, &call).await?;
	let set: Option<ChainParts> = included.told("Provers", "DelegationSet", "commission")?;
	let from: BlockNumber = included.told("Provers", "DelegationSet", "from")?;
	let commission = set.map(|ChainParts(parts)| Parts(parts));
	let subject = TermsSet { prover, open: commission.is_some(), commission, from };
	globals.output().show(&Done { subject: &subject, receipt: &included.receipt }, || {
		let lines = match commission {
			None => Lines::under("Closed to new delegations").field("prover", prover),
			Some(commission) => {
				let counts = match from > included.receipt.block.number {
					true => format!("from block {from}: delegators can leave before"),
					false => "at once".into(),
				};
				Lines::under("Open for delegations")
					.field("prover", prover)
					.field("commission", commission)
					.field("counts", counts)
			}
		};
		let lines = lines.receipt(&included.receipt);
		match commission {
			Some(_) => lines
				.hint(format!("Others delegate with `proofyard stake delegate {prover} AMOUNT`"))
				.text(),
			None => lines.text(),
		}
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::{AccountId, LeavingShares, Unbonding};
	use clap::Parser;

	#[derive(Parser)]
	struct Probe {
		#[command(subcommand)]
		command: StakeCommand,
	}

	#[derive(Parser)]
	struct Terms {
		#[command(flatten)]
		terms: DelegationArgs,
	}

	fn part(args: &[&str]) -> Option<Part> {
		let probe =
			Probe::try_parse_from([&["probe", "undelegate", "//Bob"], args].concat()).ok()?;
		match probe.command {
			StakeCommand::Undelegate(args) => Some(args.part),
			_ => None,
		}
	}

	fn delegation(leaving: u128) -> Delegation {
		let worth = Unbonding { amount: 2 * leaving, withdrawable_at: 900 };
		Delegation {
			prover: AccountId::new([1; 32]),
			delegator: AccountId::new([2; 32]),
			shares: 100,
			value: 200,
			leaving: (leaving > 0).then_some(LeavingShares { shares: leaving, worth }),
			withdrawable: 0,
		}
	}

	#[test]
	fn a_part_is_an_amount_shares_or_all() {
		let shares = |args: &[&str]| part(args).unwrap().shares(&delegation(30));
		assert_eq!(shares(&["--amount", "11planck"]).unwrap(), 6);
		assert_eq!(shares(&["--shares", "7"]).unwrap(), 7);
		assert_eq!(shares(&["--all"]).unwrap(), 70);
		assert_eq!(shares(&["--amount", "0"]).unwrap_err().exit_code(), 2);
		for args in [&[][..], &["--all", "--shares", "7"], &["--shares", "-1"]] {
			assert!(part(args).is_none(), "{args:?}");
		}
		assert!(part(&["--all"]).unwrap().shares(&delegation(100)).is_err());
	}

	#[test]
	fn terms_are_a_commission_or_none() {
		let terms = |args: &[&str]| {
			Terms::try_parse_from([&["probe"], args].concat()).ok().map(|terms| terms.terms)
		};
		assert_eq!(terms(&["--commission", "2.5"]).unwrap().commission, Some(Parts(25_000)));
		assert_eq!(terms(&["--close"]).unwrap().commission, None);
		for args in [&[][..], &["--close", "--commission", "1"], &["--commission", "101"]] {
			assert!(terms(args).is_none(), "{args:?}");
		}
	}

	#[test]
	fn the_event_s_commission_is_read() {
		let bytes = codec::Encode::encode(&Some(25_000u32));
		let read = Option::<ChainParts>::decode(&mut bytes.as_slice()).unwrap();
		assert_eq!(read.unwrap().0, 25_000);
	}

	#[test]
	fn what_is_leaving_is_shown() {
		let text = delegation_lines(&delegation(30)).text();
		assert!(
			text.contains("60 planck in 30 shares, can be withdrawn from block 900 on"),
			"{text}"
		);
		assert!(!delegation_lines(&delegation(0)).text().contains("leaving"));
	}
}
