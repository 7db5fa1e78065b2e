// SPDX-License-Identifier: Apache-2.0
//! `proofyard prover`: register as a prover, offer to prove, look after the stake, leave.

use super::{
	market::{asks_table, describe, MarketArgs},
	Done,
};
use crate::{
	amount::Amount,
	calls::{self, Call},
	chain::{Chain, Included},
	context::{Globals, SessionArgs},
	error::{CliError, Result},
	output::Lines,
	parse,
	rpc::Prover,
	secret::Secret,
};
use proofyard_primitives::{
	session::{possession_message, SessionKey, SessionSignature},
	HardwareClass, Market,
};
use serde::Serialize;
use sp_core::H256;
use subxt::utils::AccountId32;

/// Commands of a prover.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum ProverCommand {
	/// Register the signing account as a prover.
	///
	/// The session key is the one in the keystore of the prover's node: see `keys generate` and
	/// `keys insert`. It signs proofs and holds no funds; the stake stays with the signing account.
	Register {
		/// What is staked, in YARD.
		#[arg(long, value_name = "AMOUNT")]
		stake: Amount,

		/// What the prover proves on: cpu, or gpu:N with N GiB of memory.
		#[arg(long, value_parser = parse::hardware, default_value = "cpu")]
		hardware: HardwareClass,

		/// Tasks it takes at once, over all markets.
		#[arg(long, value_name = "N")]
		slots: u32,

		#[command(flatten)]
		session: SessionArgs,
	},

	/// Offer to prove in a market, or change the offer there.
	Ask {
		#[command(flatten)]
		market: MarketArgs,

		/// Price of one unit of work, in YARD, or with the suffix planck.
		#[arg(long, value_name = "AMOUNT")]
		price: Amount,

		/// Tasks of this market that it takes at once.
		#[arg(long, value_name = "N")]
		lots: u32,

		/// Units of work it really does in a second: what it cannot keep costs its bond.
		#[arg(long, value_parser = parse::positive, value_name = "N")]
		speed: u64,
	},

	/// Withdraw the offer in a market. What it has won stays won.
	WithdrawAsk {
		#[command(flatten)]
		market: MarketArgs,
	},

	/// Show a prover: stake, live tasks, asks, track record.
	Status {
		/// SS58 address or public key; that of --key-file or --suri when left out.
		#[arg(value_parser = parse::account)]
		account: Option<AccountId32>,
	},

	/// Stake more.
	AddStake {
		/// How much more, in YARD.
		amount: Amount,
	},

	/// Begin to take stake back; it can be withdrawn after a delay.
	Unbond {
		/// How much, in YARD. All of it to leave.
		amount: Amount,
	},

	/// Take back the stake whose delay is over.
	Withdraw,

	/// Leave: withdraw all asks and begin to take the whole stake back.
	///
	/// When the delay is over, `prover withdraw` returns the stake, and the prover is gone.
	Deregister,

	/// Declare other hardware or slots.
	SetHardware {
		/// What the prover proves on: cpu, or gpu:N with N GiB of memory.
		#[arg(long, value_parser = parse::hardware)]
		hardware: HardwareClass,

		/// Tasks it takes at once, over all markets.
		#[arg(long, value_name = "N")]
		slots: u32,
	},

	/// Sign proofs with another session key from now on.
	RotateKey {
		#[command(flatten)]
		session: SessionArgs,
	},
}

/// Run a command of a prover.
pub async fn run(globals: &Globals, command: ProverCommand) -> Result<()> {
	match command {
		ProverCommand::Register { stake, hardware, slots, session } => {
			let (key, possession) = possession(globals, &session)?;
			let call = calls::provers::register(hardware, slots, stake.0, &key, &possession);
			let done = |lines: Lines| {
				lines
					.field("stake", stake)
					.field("session key", format!("{:?}", key_bytes(&key)))
					.hint("Next: `proofyard prover ask --program ID --price … --lots … --speed …`")
			};
			submit(globals, &call, "Prover registered", done).await
		}
		ProverCommand::RotateKey { session } => {
			let (key, possession) = possession(globals, &session)?;
			let call = calls::provers::set_session_key(&key, &possession);
			let done = |lines: Lines| {
				lines.field("session key", format!("{:?}", key_bytes(&key))).hint(
					"The prover's node needs the key: `proofyard keys insert --type session`.",
				)
			};
			submit(globals, &call, "Session key changed", done).await
		}
		ProverCommand::Ask { market, price, lots, speed } => {
			ask(globals, &market, price, lots, speed).await
		}
		ProverCommand::WithdrawAsk { market } => withdraw_ask(globals, &market).await,
		ProverCommand::Status { account } => status(globals, account).await,
		ProverCommand::AddStake { amount } => {
			let call = calls::provers::add_stake(amount.0);
			submit(globals, &call, "Stake added", |lines| lines.field("added", amount)).await
		}
		ProverCommand::Unbond { amount } => unbond(globals, amount).await,
		ProverCommand::Withdraw => withdraw(globals).await,
		ProverCommand::Deregister => deregister(globals).await,
		ProverCommand::SetHardware { hardware, slots } => {
			let call = calls::provers::set_hardware(hardware, slots);
			submit(globals, &call, "Hardware changed", |lines| {
				lines.field("hardware", parse::hardware_name(&hardware)).field("slots", slots)
			})
			.await
		}
	}
}

fn key_bytes(key: &SessionKey) -> H256 {
	H256::from_slice(AsRef::<[u8]>::as_ref(key))
}

/// A session key, and its signature that it belongs to the signing account.
fn possession(globals: &Globals, session: &SessionArgs) -> Result<(SessionKey, SessionSignature)> {
	prove_possession(&session.secret()?, &globals.secret()?.account()?)
}

fn prove_possession(
	session: &Secret,
	account: &AccountId32,
) -> Result<(SessionKey, SessionSignature)> {
	let session = session.session()?;
	Ok((session.public(), session.sign(&possession_message(account))))
}

#[derive(Serialize)]
struct Subject {
	prover: AccountId32,
}

/// Send a call of the signing prover and show where it is.
async fn submit(
	globals: &Globals,
	call: &Call,
	headline: &str,
	more: impl FnOnce(Lines) -> Lines,
) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, call).await?;
	let done = Done { subject: Subject { prover }, receipt: &included.receipt };
	globals.output().show(&done, || {
		more(Lines::under(headline).field("prover", prover)).receipt(&included.receipt).text()
	});
	Ok(())
}

#[derive(Serialize)]
struct AskSubject {
	market: Market,
}

fn show_ask(globals: &Globals, market: Market, included: &Included, lines: Lines) {
	let done = Done { subject: AskSubject { market }, receipt: &included.receipt };
	globals.output().show(&done, || lines.receipt(&included.receipt).text());
}

async fn ask(
	globals: &Globals,
	args: &MarketArgs,
	price: Amount,
	lots: u32,
	speed: u64,
) -> Result<()> {
	if price.0 == 0 || lots == 0 {
		return Err(CliError::usage("--price and --lots must be above zero"));
	}
	let chain = globals.chain().await?;
	let market = args.resolve(&chain).await?;
	let call = calls::auctions::place_ask(market, price.0, lots, speed);
	let included = globals.submit(&chain, &call).await?;
	let smallest = 1u128.checked_shl(market.bucket.into()).unwrap_or(u128::MAX);
	let lines = Lines::under("Ask placed")
		.field("market", describe(&market))
		.field("price per unit", price)
		.maybe("its smallest task pays", price.0.checked_mul(smallest).map(Amount))
		.field("lots", lots)
		.field("speed", format!("{speed} units/s"))
		.hint("The auction gives tasks to the cheapest asks in each block; the prover's node proves them.");
	show_ask(globals, market, &included, lines);
	Ok(())
}

async fn withdraw_ask(globals: &Globals, args: &MarketArgs) -> Result<()> {
	let chain = globals.chain().await?;
	let market = args.resolve(&chain).await?;
	let included = globals.submit(&chain, &calls::auctions::withdraw_ask(market)).await?;
	let lines = Lines::under("Ask withdrawn").field("market", describe(&market));
	show_ask(globals, market, &included, lines);
	Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnbondSubject {
	amount: Amount,
	withdrawable_at: u32,
}

async fn unbond(globals: &Globals, amount: Amount) -> Result<()> {
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &calls::provers::unbond(amount.0)).await?;
	let withdrawable_at: u32 = included.told("Provers", "UnbondingStarted", "available_at")?;
	let subject = UnbondSubject { amount, withdrawable_at };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		Lines::under("Unbonding started")
			.field("amount", amount)
			.receipt(&included.receipt)
			.hint(format!("From block {withdrawable_at} on: `proofyard prover withdraw`."))
			.text()
	});
	Ok(())
}

/// Withdraw every ask, then unbond everything: the chain lets a prover go when its stake is back.
async fn deregister(globals: &Globals) -> Result<()> {
	let account = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let prover = find(&chain, &account).await?;
	for ask in &prover.asks {
		globals.output().note(&format!("withdrawing the ask in {}", describe(&ask.market)));
		globals.submit(&chain, &calls::auctions::withdraw_ask(ask.market)).await?;
	}
	if prover.stake.0 == 0 {
		// It lost everything: there is nothing to unbond, and it can go at once.
		return withdraw(globals).await;
	}
	unbond(globals, prover.stake).await
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WithdrawSubject {
	prover: AccountId32,
	amount: Amount,
	has_left: bool,
}

async fn withdraw(globals: &Globals) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &calls::provers::withdraw_unbonded()).await?;
	let amount = included
		.event("Provers", "StakeWithdrawn")
		.and_then(|event| event.field("amount"))
		.map(Amount)
		.unwrap_or_default();
	let has_left = included.event("Provers", "ProverLeft").is_some();
	let subject = WithdrawSubject { prover, amount, has_left };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		let lines = Lines::under("Stake withdrawn")
			.field("amount", amount)
			.receipt(&included.receipt)
			.hint("It is free: see `proofyard balance`.");
		if has_left { lines.hint("The prover has left.") } else { lines }.text()
	});
	Ok(())
}

async fn find(chain: &Chain, account: &AccountId32) -> Result<Prover> {
	chain.proving().prover(account).await?.ok_or_else(|| {
		CliError::other(format!("{account} is no prover. `proofyard prover register` makes it one"))
	})
}

async fn status(globals: &Globals, account: Option<AccountId32>) -> Result<()> {
	let account = globals.account_or_own(account)?;
	let chain = globals.chain().await?;
	let prover = find(&chain, &account).await?;
	globals.output().show(&prover, || {
		let leaving = prover.unbonding.as_ref().map_or(0, |unbonding| unbonding.amount.0);
		let free = prover.stake.0.saturating_sub(prover.reserved.0).saturating_sub(leaving);
		let lines = Lines::under(format!("Prover {account}"))
			.field("hardware", parse::hardware_name(&prover.hardware))
			.field("session key", format!("{:?}", prover.session_key))
			.field("live tasks", format!("{} of {} slots", prover.live_tasks, prover.slots))
			.field("stake", prover.stake)
			.field("  bonds of live tasks", prover.reserved)
			.maybe(
				"  unbonding",
				prover.unbonding.as_ref().map(|unbonding| {
					format!(
						"{}, can be withdrawn from block {} on",
						unbonding.amount, unbonding.withdrawable_at
					)
				}),
			)
			.field("  free for new bonds", Amount(free))
			.field("verified", prover.verified)
			.field("defaulted", prover.defaulted)
			.field("registered at", format!("block {}", prover.registered_at))
			.text();
		if prover.asks.is_empty() {
			format!(
				"{lines}\nNo asks stand: it wins no tasks. Place one with `proofyard prover ask`."
			)
		} else {
			format!("{lines}\n\n{}", asks_table(&prover.asks, true))
		}
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_primitives::session::SessionPair;
	use sp_core::Pair;

	#[test]
	fn possession_is_proven_to_the_signing_account_alone() {
		let session = Secret::new("//Bob//session");
		let account = |uri: &str| Secret::new(uri).account().unwrap();
		let (key, signature) = prove_possession(&session, &account("//Bob")).unwrap();
		let holds =
			|uri: &str| SessionPair::verify(&signature, possession_message(&account(uri)), &key);
		assert!(holds("//Bob"));
		assert!(!holds("//Alice"));
		assert_eq!(key_bytes(&key).0, session.account().unwrap().0);
	}
}
