// SPDX-License-Identifier: Apache-2.0
//! `proofyard prover check`: what would cost a prover its bonds, told before it does.
//!
//! A look is at what can be seen from here: the chain, the node of `--node`, the proving service that
//! this node drives, the files of a program. What cannot be seen is a warning that says so, never a
//! failure. `prover ask` looks first, and offers nothing that is sure to fail.

mod files;
mod service;

use crate::{
	amount::{Amount, YARD},
	chain::Chain,
	commands::market::MarketArgs,
	context::Globals,
	error::{CliError, Result},
	node::{self, METHOD_NOT_FOUND},
	output::Lines,
	parse,
	rpc::{Ask, Program, Prover},
};
use files::Place;
use proofyard_mechanism::Tick;
use proofyard_primitives::{session, Market, WorkModel};
use serde::Serialize;
use service::ServiceStatus;
use sp_core::{Bytes, H256};
use subxt::{rpcs::client::rpc_params, utils::AccountId32};

/// Prover and offer to look at.
#[derive(Clone, Debug, clap::Args)]
pub struct CheckArgs {
	/// SS58 address or public key; that of --key-file or --suri when left out.
	#[arg(value_parser = parse::account)]
	account: Option<AccountId32>,

	#[command(flatten)]
	market: MarketArgs,

	/// Price of one unit of work, in YARD; that of the standing ask when left out.
	#[arg(long, value_name = "AMOUNT")]
	price: Option<Amount>,

	/// Tasks of the market at once; those of the standing ask when left out.
	#[arg(long, value_name = "N")]
	lots: Option<u32>,

	/// Units of work a second; those of the standing ask when left out.
	#[arg(long, value_parser = parse::positive, value_name = "N")]
	speed: Option<u64>,
}

/// An offer, standing or to be made.
#[derive(Clone, Debug)]
pub struct Offer {
	/// The market.
	pub market: Market,
	/// The program whose tasks are meant; all of the market's when `None`.
	pub program: Option<Program>,
	/// Price of one unit of work, lots, and units of work a second, as far as they are known.
	pub terms: Option<(Amount, u32, u64)>,
}

impl Offer {
	fn of_ask(ask: &Ask) -> Self {
		let terms = ask.pending.as_ref().map_or(&ask.terms, |pending| &pending.terms);
		let terms = Some((Amount(terms.price), terms.lots, terms.speed));
		Self { market: ask.market, program: None, terms }
	}

	/// Work of a task: the program's, or the least of the market.
	fn work(&self) -> u64 {
		match self.program.as_ref().map(|program| program.work) {
			Some(WorkModel::Fixed(work)) => work,
			_ => 1u64.checked_shl(self.market.bucket.into()).unwrap_or(u64::MAX),
		}
	}

	/// Words of the command line that name it.
	fn option(&self) -> String {
		match &self.program {
			Some(program) => format!("--program {:?}", program.id),
			None => format!("--system {} --bucket {}", self.market.system, self.market.bucket),
		}
	}
}

/// Outcome of a check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
	/// As it should be.
	Ok,
	/// Not known, or worth a thought.
	Warn,
	/// Tasks would be lost, and bonds with them.
	Fail,
}

/// One check.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct Check {
	name: &'static str,
	verdict: Verdict,
	message: String,
	#[serde(skip_serializing_if = "Option::is_none")]
	advice: Option<String>,
}

impl Check {
	fn ok(name: &'static str, message: impl Into<String>) -> Self {
		Self { name, verdict: Verdict::Ok, message: message.into(), advice: None }
	}

	fn warn(name: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
		let (message, advice) = (message.into(), Some(advice.into()));
		Self { name, verdict: Verdict::Warn, message, advice }
	}

	/// Something that cannot be looked at from here, and nothing to do about it.
	fn unseen(name: &'static str, message: impl Into<String>) -> Self {
		Self { name, verdict: Verdict::Warn, message: message.into(), advice: None }
	}

	fn fail(name: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
		let (message, advice) = (message.into(), Some(advice.into()));
		Self { name, verdict: Verdict::Fail, message, advice }
	}

	/// Lines for people.
	fn lines(&self) -> String {
		let verdict = match self.verdict {
			Verdict::Ok => "ok  ",
			Verdict::Warn => "warn",
			Verdict::Fail => "FAIL",
		};
		let line = format!("  {verdict}  {:<11}  {}", self.name, self.message);
		match &self.advice {
			Some(advice) => format!("{line}\n{:21}→ {advice}", ""),
			None => line,
		}
	}
}

/// All checks of a prover.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
	prover: AccountId32,
	node: String,
	verdict: Verdict,
	checks: Vec<Check>,
}

impl Report {
	fn new(prover: AccountId32, node: &str, checks: Vec<Check>) -> Self {
		let verdict = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Ok);
		Self { prover, node: node.into(), verdict, checks }
	}

	fn failed(&self) -> impl Iterator<Item = &Check> {
		self.checks.iter().filter(|check| check.verdict == Verdict::Fail)
	}
}

/// Show the checks. Fails where one fails.
pub async fn run(globals: &Globals, args: CheckArgs) -> Result<()> {
	let account = globals.account_or_own(args.account)?;
	let chain = globals.chain().await?;
	let prover = chain.proving().prover(&account.0.into()).await?;
	let offers = offers(&chain, &args, prover.as_ref()).await?;
	let checks = look(globals, &chain, prover.as_ref(), &offers).await?;
	let report = Report::new(account, &globals.node, checks);
	globals.output().show(&report, || {
		let lines = report.checks.iter().map(Check::lines).collect::<Vec<_>>().join("\n");
		let lines = format!("Prover {}, node {}\n{lines}", report.prover, report.node);
		match offers.is_empty() {
			true => Lines::under(lines)
				.hint("Without an offer neither backend, files, stake nor speed were looked at: name one with --program ID, --price and --speed.")
				.text(),
			false => lines,
		}
	});
	match report.failed().count() {
		0 => Ok(()),
		failed => Err(CliError::other(format!(
			"{failed} of {} checks failed: this prover would lose bonds",
			report.checks.len()
		))),
	}
}

/// Look before an offer is made. Warnings are told; a failure is an error.
pub async fn before_ask(
	globals: &Globals,
	chain: &Chain,
	market: Market,
	args: &MarketArgs,
	terms: (Amount, u32, u64),
) -> Result<()> {
	let account = globals.secret()?.account()?;
	let prover = chain.proving().prover(&account.0.into()).await?;
	let offer = Offer { market, program: program(chain, args).await?, terms: Some(terms) };
	let checks = look(globals, chain, prover.as_ref(), &[offer]).await?;
	let report = Report::new(account, &globals.node, checks);
	for check in report.checks.iter().filter(|check| check.verdict == Verdict::Warn) {
		globals.output().note(&check.lines());
	}
	let failed: Vec<String> = report.failed().map(Check::lines).collect();
	if failed.is_empty() {
		return Ok(());
	}
	Err(CliError::other(format!(
		"nothing is offered, because this prover would lose bonds:\n{}\nIf you know better, --force offers all the same",
		failed.join("\n")
	)))
}

/// The offer that the arguments name, or those that stand.
async fn offers(chain: &Chain, args: &CheckArgs, prover: Option<&Prover>) -> Result<Vec<Offer>> {
	let standing = prover.map(|prover| prover.asks.as_slice()).unwrap_or_default();
	let MarketArgs { program: id, system, bucket, work, .. } = &args.market;
	if id.is_none() && system.is_none() && bucket.is_none() && work.is_none() {
		return Ok(standing.iter().map(Offer::of_ask).collect());
	}
	let market = args.market.resolve(chain).await?;
	let known = standing.iter().find(|ask| ask.market == market).map(Offer::of_ask);
	let known = known.and_then(|offer| offer.terms);
	let price = args.price.or(known.map(|(price, ..)| price));
	let lots = args.lots.or(known.map(|(_, lots, _)| lots)).unwrap_or(1);
	let speed = args.speed.or(known.map(|(.., speed)| speed));
	let terms = price.zip(speed).map(|(price, speed)| (price, lots, speed));
	Ok(vec![Offer { market, program: program(chain, &args.market).await?, terms }])
}

async fn program(chain: &Chain, args: &MarketArgs) -> Result<Option<Program>> {
	match args.program {
		Some(id) => chain.proving().program(id).await,
		None => Ok(None),
	}
}

/// Make all checks that can be made.
async fn look(
	globals: &Globals,
	chain: &Chain,
	prover: Option<&Prover>,
	offers: &[Offer],
) -> Result<Vec<Check>> {
	let mut checks = vec![registered(prover)];
	checks.push(following(chain).await?);
	if let Some(prover) = prover {
		checks.push(session_key(prover, has_key(chain, prover.session_key).await?));
	}
	let status = chain.node().request_known("proving_service", rpc_params![], METHOD_NOT_FOUND);
	let status: Option<Option<ServiceStatus>> = status.await?;
	checks.push(service::answers(status.as_ref().map(Option::as_ref)));
	let status = status.flatten();
	let capabilities = status.as_ref().and_then(|status| status.capabilities.as_ref());
	let bond_base = bond_base(chain).await?;
	for offer in offers {
		checks.extend(capabilities.map(|capabilities| service::backend(capabilities, offer)));
		let place = Place {
			roots: capabilities.and_then(|capabilities| capabilities.file_roots.as_deref()),
			here: node::is_loopback(&globals.node)
				&& status.as_ref().is_some_and(|status| service::is_here(&status.url)),
		};
		if let Some(program) = &offer.program {
			checks.extend(files::find_all(&program.artifacts, &place).await);
		}
		checks.extend(prover.and_then(|prover| stake(prover, offer, bond_base)));
		checks.extend(capabilities.and_then(|capabilities| service::speed(capabilities, offer)));
		if offer.terms.is_none() {
			let message = "not looked at, nor the speed: name them with --price and --speed";
			checks.push(Check::unseen("stake", message));
		}
	}
	Ok(checks)
}

/// Check of the account: a prover that gets work.
fn registered(prover: Option<&Prover>) -> Check {
	const NAME: &str = "prover";
	let Some(prover) = prover else {
		return Check::fail(
			NAME,
			"the account is not registered as a prover",
			"proofyard --key-file owner.key prover register --stake 1000 --slots 4 --session-key-file session.key",
		);
	};
	match (prover.exiting, prover.jail, prover.pause) {
		(true, ..) => Check::fail(
			NAME,
			"it is leaving, and gets no tasks",
			"register another account: `proofyard prover register`",
		),
		(_, Some(_), _) => Check::fail(
			NAME,
			"it is in jail: its proofs are refused",
			"proofyard prover unjail, when its time is over: `proofyard prover status`",
		),
		(.., Some(_)) => {
			Check::warn(NAME, "it is paused, and gets no tasks", "proofyard prover resume")
		}
		_ => Check::ok(NAME, "registered, takes work"),
	}
}

/// Check of the node: it follows the chain.
async fn following(chain: &Chain) -> Result<Check> {
	let health = chain.node().wait(chain.node().methods().system_health()).await?;
	Ok(match (health.is_syncing, health.peers, health.should_have_peers) {
		(true, ..) => Check::warn(
			"node",
			"it is catching up with the chain: what it shows is old, and its worker rests",
			"wait until `proofyard chain status` no longer says so",
		),
		(_, 0, true) => Check::warn(
			"node",
			"it knows no other node: it may be on a chain of its own",
			"start it with --bootnodes ADDRESS",
		),
		_ => Check::ok("node", "it follows the chain"),
	})
}

/// Presence of a session key in the node's keystore; `None` when the node does not say.
async fn has_key(chain: &Chain, key: H256) -> Result<Option<bool>> {
	let kind = String::from_utf8_lossy(&session::KEY_TYPE.0).into_owned();
	let params = rpc_params![Bytes(key.0.to_vec()), kind];
	chain.node().request_known("author_hasKey", params, METHOD_NOT_FOUND).await
}

fn session_key(prover: &Prover, has_key: Option<bool>) -> Check {
	const NAME: &str = "session key";
	let key = prover.session_key;
	match has_key {
		Some(true) => Check::ok(NAME, format!("the node has {key:?}")),
		Some(false) => Check::fail(
			NAME,
			format!("the node does not have {key:?}: it proves nothing, and the bond of each task is lost"),
			"proofyard --key-file session.key keys insert",
		),
		None => Check::warn(NAME, "not looked at: the node does not say from here", closed()),
	}
}

/// Advice where the node answers no unsafe calls.
fn closed() -> String {
	"run this on the machine of the prover's node, and name that node with --node".into()
}

/// The part of a bond that does not depend on the price, in plancks.
async fn bond_base(chain: &Chain) -> Result<u128> {
	let at = chain.at_best().await?;
	at.constants()
		.entry(subxt::dynamic::constant::<u128>("Auctions", "BondBase"))
		.map_err(|error| CliError::other(error.to_string()))
}

/// Check of the free stake against the bonds of what is offered, at the price that is asked: at a higher
/// price, and beside a dear standby, bonds are higher.
fn stake(prover: &Prover, offer: &Offer, bond_base: u128) -> Option<Check> {
	const NAME: &str = "stake";
	let (price, lots, _) = offer.terms?;
	let price = Tick::at_least(price.0).map_or(price.0, Tick::price);
	let price = price.saturating_mul(offer.work().into());
	let bond = offer.market.level.terms().rules(bond_base).bond.bond(price, 0);
	let all = bond.saturating_mul(lots.into());
	let more = |wanted: u128| {
		let missing = wanted.saturating_sub(prover.free).div_ceil(YARD);
		format!("proofyard prover add-stake {missing}")
	};
	let (free, bond_text) = (Amount(prover.free), Amount(bond));
	Some(if free.0 < bond {
		Check::fail(
			NAME,
			format!("{free} free, and the bond of one task is {bond_text}: it gets none"),
			more(bond),
		)
	} else if free.0 < all {
		Check::warn(
			NAME,
			format!("{free} free, for {} of {lots} bonds of {bond_text} each", free.0 / bond),
			more(all),
		)
	} else {
		Check::ok(NAME, format!("{free} free, for {lots} bonds of {bond_text} each"))
	})
}

#[cfg(test)]
mod tests {
	use super::{super::status::tests::prover, *};
	use crate::rpc::{Jail, Pause};
	use proofyard_primitives::{HardwareClass, ProofSystem, ServiceLevel};
	use serde_json::json;

	pub const ID: [u8; 32] = [9; 32];

	pub fn offer(terms: Option<(u128, u32, u64)>) -> Offer {
		let market = Market {
			system: ProofSystem::Groth16Bn254,
			hardware: HardwareClass::Cpu,
			bucket: 12,
			level: ServiceLevel::Standard,
		};
		let terms = terms.map(|(price, lots, speed)| (Amount(price), lots, speed));
		Offer { market, program: None, terms }
	}

	pub fn of_program(offer: Offer) -> Offer {
		let program = json!({
			"id": H256(ID), "owner": AccountId32([1; 32]), "system": "groth16-bn254",
			"systemEnabled": true, "hardware": "cpu", "work": { "fixed": 6431 }, "publicInputs": 4,
			"key": "0x00", "artifacts": [], "deposit": "1", "liveTasks": 0, "retired": false,
			"registeredAt": 1,
		});
		Offer { program: Some(serde_json::from_value(program).unwrap()), ..offer }
	}

	pub fn failing(check: &Check) -> &str {
		assert_eq!(check.verdict, Verdict::Fail, "{check:?}");
		check.advice.as_deref().unwrap()
	}

	#[test]
	fn who_gets_no_work_is_told_what_to_type() {
		assert!(failing(&registered(None)).contains("prover register --stake"));
		assert_eq!(registered(Some(&prover())).verdict, Verdict::Ok);
		let jail = Some(Jail { until: 240, may_leave: false });
		assert!(failing(&registered(Some(&Prover { jail, ..prover() }))).contains("unjail"));
		failing(&registered(Some(&Prover { exiting: true, ..prover() })));
		let pause = Some(Pause { resumes_at: None });
		assert_eq!(registered(Some(&Prover { pause, ..prover() })).verdict, Verdict::Warn);
	}

	#[test]
	fn a_key_that_is_elsewhere_is_a_failure_and_one_that_is_not_seen_is_none() {
		assert_eq!(session_key(&prover(), Some(true)).verdict, Verdict::Ok);
		assert!(failing(&session_key(&prover(), Some(false))).contains("keys insert"));
		assert_eq!(session_key(&prover(), None).verdict, Verdict::Warn);
	}

	#[test]
	fn stake_has_to_cover_a_bond_and_should_cover_all() {
		// A task of 4,096 units at a tick of 1.
		let price = Tick::at_least(300).unwrap().price();
		let bond = 50 + price * 4096;
		let with = |free| Prover { free, ..prover() };
		let check = |free, lots| stake(&with(free), &offer(Some((300, lots, 1))), 50).unwrap();
		assert_eq!(check(2 * bond, 2).verdict, Verdict::Ok);
		assert_eq!(check(2 * bond - 1, 2).verdict, Verdict::Warn);
		assert!(check(2 * bond - 1, 2).message.contains("for 1 of 2 bonds"));
		assert_eq!(failing(&check(bond - 1, 2)), "proofyard prover add-stake 1");
		assert_eq!(stake(&prover(), &offer(None), 50), None);

		let mut express = offer(Some((300, 1, 1)));
		express.market.level = ServiceLevel::Express;
		assert_eq!(stake(&with(bond), &express, 50).unwrap().verdict, Verdict::Fail);
		let own = of_program(offer(Some((300, 1, 1))));
		assert_eq!(stake(&with(bond), &own, 50).unwrap().verdict, Verdict::Fail, "6,431 units");
	}

	#[test]
	fn a_report_is_as_bad_as_its_worst_check() {
		let checks = || vec![Check::ok("a", "x"), Check::unseen("b", "y")];
		let node = "ws://127.0.0.1:9944";
		assert_eq!(Report::new(AccountId32([1; 32]), node, checks()).verdict, Verdict::Warn);
		let mut bad = checks();
		bad.push(Check::fail("stake", "none", "proofyard prover add-stake 1"));
		let report = Report::new(AccountId32([1; 32]), node, bad);
		assert_eq!((report.verdict, report.failed().count()), (Verdict::Fail, 1));
		let text = report.checks.iter().map(Check::lines).collect::<Vec<_>>().join("\n");
		let last = "  FAIL  stake        none\n                     → proofyard prover add-stake 1";
		assert!(text.ends_with(last), "{text}");
	}

	#[test]
	fn the_offer_of_an_ask_is_what_it_will_be() {
		let ask = &prover().asks[0];
		let offer = Offer::of_ask(ask);
		assert_eq!(offer.terms, Some((Amount(300), 2, 5_000)));
		assert_eq!(offer.work(), 4096);
		assert_eq!(of_program(offer).work(), 6431);
	}
}
