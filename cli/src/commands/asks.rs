// SPDX-License-Identifier: Apache-2.0
//! `proofyard prover ask` and `prover withdraw-ask`: what a prover offers in a market.

use super::{find_prover, market::MarketArgs, prover::check, Done};
use crate::{
	amount::Amount,
	calls::tx,
	chain::Chain,
	context::Globals,
	error::{CliError, Result},
	output::Lines,
	parse,
	rpc::{AskStatus, BlockNumber},
};
use proofyard_primitives::Market;
use serde::Serialize;
use std::time::Duration;

/// Options of `prover ask`.
#[derive(Clone, Debug, clap::Args)]
pub struct AskArgs {
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

	/// Wait until the offer counts.
	#[arg(long)]
	wait: bool,

	/// Offer without looking first whether this prover could deliver: see `prover check`.
	#[arg(long)]
	force: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AskSubject {
	market: Market,
	price: Amount,
	lots: u32,
	speed: u64,
	from: BlockNumber,
}

/// Place an ask, or change the one that stands.
pub async fn place(globals: &Globals, args: AskArgs) -> Result<()> {
	let AskArgs { market: named, price, lots, speed, wait, force } = args;
	if price.0 == 0 || lots == 0 {
		return Err(CliError::usage("--price and --lots must be above zero"));
	}
	let chain = globals.chain().await?;
	let market = named.resolve(&chain).await?;
	if !force {
		check::before_ask(globals, &chain, market, &named, (price, lots, speed)).await?;
	}
	let call = tx().auctions().place_ask(market.into(), price.0, lots, speed);
	let included = globals.submit(&chain, &call).await?;
	let price = Amount(included.told("Auctions", "AskPlaced", "price")?);
	let from: BlockNumber = included.told("Auctions", "AskPlaced", "from")?;
	let subject = AskSubject { market, price, lots, speed, from };
	if wait {
		wait_for_ask(globals, &chain, &market, from).await?;
	}
	let smallest = 1u128.checked_shl(market.bucket.into()).unwrap_or(u128::MAX);
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		let counts = match from > included.receipt.block.number {
			true => format!("from block {from}, the next epoch"),
			false => "at once".into(),
		};
		Lines::under("Ask placed")
			.field("market", parse::market_name(&market))
			.field("price per unit", format!("{price}, a tick of the grid"))
			.maybe("its smallest task asks", price.0.checked_mul(smallest).map(Amount))
			.field("lots", lots)
			.field("speed", format!("{speed} units/s"))
			.field("counts", counts)
			.receipt(&included.receipt)
			.hint("Each block gives tasks to the lowest asks, all at one price; the prover's node proves them.")
			.text()
	});
	Ok(())
}

/// Longest wait until an ask counts: several epochs, and the spill of a busy chain.
const ASK_TIMEOUT: Duration = Duration::from_secs(180);
/// Time between two looks at it meanwhile.
const ASK_INTERVAL: Duration = Duration::from_millis(500);

/// Wait until what an ask offers counts.
async fn wait_for_ask(
	globals: &Globals,
	chain: &Chain,
	market: &Market,
	from: BlockNumber,
) -> Result<()> {
	let prover = globals.secret()?.account()?;
	globals.output().note(&format!("it counts from block {from}, waiting"));
	let counts = async {
		loop {
			if chain.best_block().await?.number >= from {
				let asks = find_prover(chain, &prover).await?.asks;
				let ask = asks.iter().find(|ask| ask.market == *market);
				if ask.is_none_or(|ask| ask.status != AskStatus::Coming) {
					return Ok(());
				}
			}
			tokio::time::sleep(ASK_INTERVAL).await;
		}
	};
	tokio::time::timeout(ASK_TIMEOUT, counts).await.unwrap_or_else(|_| {
		Err(CliError::other(format!(
			"the ask was to count from block {from} and does not; see `proofyard prover status`"
		)))
	})
}

#[derive(Serialize)]
struct MarketSubject {
	market: Market,
}

/// Withdraw an ask.
pub async fn withdraw(globals: &Globals, args: &MarketArgs) -> Result<()> {
	let chain = globals.chain().await?;
	let market = args.resolve(&chain).await?;
	let included = globals.submit(&chain, &tx().auctions().withdraw_ask(market.into())).await?;
	let done = Done { subject: MarketSubject { market }, receipt: &included.receipt };
	globals.output().show(&done, || {
		Lines::under("Ask withdrawn")
			.field("market", parse::market_name(&market))
			.receipt(&included.receipt)
			.text()
	});
	Ok(())
}
