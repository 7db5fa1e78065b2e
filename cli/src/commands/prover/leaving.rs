// SPDX-License-Identifier: Apache-2.0
//! `proofyard prover decline`, `unjail`, `leave` and `withdraw`: giving attempts back, coming back,
//! going.

use crate::{
	amount::Amount,
	calls::{self, tx, EncodedCall, Transactions},
	chain::{Chain, Receipt},
	commands::{attempts, find_prover, task::called, Done},
	context::{Globals, SessionArgs},
	error::{CliError, Result},
	output::Lines,
	parse,
	rpc::{AccountId, AttemptState, BlockNumber, Prover, StateFilter, Task, TaskFilter},
};
use proofyard_primitives::{
	session::{report_message, Report},
	Market, TaskId,
};
use serde::Serialize;
use sp_core::H256;
use subxt::{client::OfflineClientAtBlockT, utils::AccountId32, SubstrateConfig};

/// Attempts that are given back in one transaction: what fits well into a block.
const HANDED_OVER_AT_ONCE: usize = 16;
/// Most live tasks that are looked for. A prover has fewer slots.
const MAX_LIVE: usize = 256;

/// Options of `prover decline`.
#[derive(Clone, Debug, clap::Args)]
pub struct DeclineArgs {
	/// Id of the task.
	task: TaskId,

	/// Give it back because nobody hands out the task's input: free, if a second prover says so too.
	/// Signed by the prover's session key, without a fee.
	#[arg(long)]
	input_unavailable: bool,

	#[command(flatten)]
	session: SessionArgs,

	/// The prover, with --input-unavailable; the one at work on the task that has the session key
	/// when left out.
	#[arg(long, requires = "input_unavailable", value_parser = parse::account, value_name = "ACCOUNT")]
	prover: Option<AccountId32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Declined {
	task: TaskId,
	prover: AccountId32,
	report: Report,
	/// Provers called in its place.
	called: Vec<AccountId32>,
}

/// Give an attempt back.
pub async fn decline(globals: &Globals, args: DeclineArgs) -> Result<()> {
	let id = args.task;
	let (prover, report, chain, included) = if args.input_unavailable {
		let session = args.session.secret()?.session()?;
		let chain = globals.chain().await?;
		let task = chain.proving().task(id).await?;
		let live = task.state.live().ok_or_else(|| not_live(&task))?;
		let key = H256::from_slice(AsRef::<[u8]>::as_ref(&session.public()));
		let (prover, attempt) = attempts::of_session_key(&chain, live, args.prover, key).await?;
		let attempt = attempt.unwrap_or_default();
		let report = Report::InputUnavailable;
		let message = report_message(&chain.genesis_hash(), id, attempt, &prover, report);
		let signature = session.sign(&message);
		let call = tx().attestation().report(id, attempt, prover, report.into(), signature.into());
		let included = chain.submit_general(&call, globals.finalized).await?;
		(prover, report, chain, included)
	} else {
		let prover = globals.secret()?.account()?;
		let chain = globals.chain().await?;
		let included = globals.submit(&chain, &tx().attestation().decline(id)).await?;
		(prover, Report::Declined, chain, included)
	};
	let subject = Declined { task: id, prover, report, called: called(&included) };
	let state = chain.proving().task(id).await?.state;
	globals.output().show(&Done { subject: &subject, receipt: &included.receipt }, || {
		let lines = Lines::under(format!("Task {id} given back")).field("prover", prover);
		let lines = subject
			.called
			.iter()
			.fold(lines, |lines, other| lines.field("called in its place", other))
			.receipt(&included.receipt);
		let lines = match report {
			Report::Declined => lines.hint(
				"Its slot is free. Its bond stays until the task has ended, less a tenth and what the replacement costs more.",
			),
			Report::InputUnavailable => lines.hint(
				"Its slot is free. Its bond stays until the task has ended: if a second prover cannot get the input either, the task fails and the bond is untouched; else this is as if it were declined.",
			),
		};
		let lines = if state.has_ended() { lines.hint("The task has ended.") } else { lines };
		lines.hint(format!("See `proofyard task show {id}`")).text()
	});
	Ok(())
}

fn not_live(task: &Task) -> CliError {
	CliError::other(format!(
		"no prover is at work on task {}, which is {}",
		task.id,
		task.state.name()
	))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unjailed {
	prover: AccountId32,
	resumes_at: Option<BlockNumber>,
}

/// Leave jail.
pub async fn unjail(globals: &Globals) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &tx().provers().unjail()).await?;
	let resumes_at = included.told("Provers", "ProverUnjailed", "resumes_at")?;
	let subject = Unjailed { prover, resumes_at };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		let lines = Lines::under("Prover out of jail").field("prover", prover);
		match resumes_at {
			Some(block) => lines.field("takes work from", format!("block {block}")),
			None => lines.hint("It is paused still: `proofyard prover resume`."),
		}
		.receipt(&included.receipt)
		.text()
	});
	Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Leaving {
	prover: AccountId32,
	/// Asks that were withdrawn.
	asks: usize,
	/// Tasks whose attempts were given back.
	handed_over: Vec<TaskId>,
	/// Tasks it is still at work on.
	still_at_work: Vec<TaskId>,
	/// The block from which the stake can be withdrawn; null while something has to end first.
	withdrawable_at: Option<BlockNumber>,
	/// The transactions, in order.
	receipts: Vec<Receipt>,
}

/// Withdraw every ask and leave, in one transaction; then give attempts back, if that is wanted.
pub async fn leave(globals: &Globals, hand_over: bool) -> Result<()> {
	let account = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let prover = find_prover(&chain, &account).await?;
	if prover.exiting && !hand_over {
		return Err(CliError::other(format!(
			"{account} is leaving already: `proofyard prover status` says from when its stake can be withdrawn"
		)));
	}
	let mut receipts = Vec::new();
	if !prover.exiting {
		if has_nothing(&prover) {
			// It lost everything: there is nothing to unbond, and it can go at once.
			if !prover.asks.is_empty() {
				let calls = withdrawals(&chain.transactions().await?, &prover)?;
				globals.submit(&chain, &calls::batch_all(calls)).await?;
			}
			return withdraw(globals).await;
		}
		for ask in &prover.asks {
			globals
				.output()
				.note(&format!("withdrawing the ask in {}", parse::market_name(&ask.market)));
		}
		let included = if prover.asks.is_empty() {
			globals.submit(&chain, &tx().provers().exit()).await?
		} else {
			let calls = exit_calls(&chain.transactions().await?, &prover)?;
			globals.submit(&chain, &calls::batch_all(calls)).await?
		};
		receipts.push(included.receipt);
	}
	let handed_over = match hand_over {
		true => hand_over_all(globals, &chain, &account, &mut receipts).await?,
		false => Vec::new(),
	};
	let prover_now = find_prover(&chain, &account).await?;
	let unbonding = prover_now.unbonding.filter(|unbonding| unbonding.amount == prover_now.stake);
	let subject = Leaving {
		prover: account,
		asks: prover.asks.len(),
		handed_over,
		still_at_work: at_work(&live_tasks(&chain, &account).await?, &account),
		withdrawable_at: unbonding.map(|unbonding| unbonding.withdrawable_at),
		receipts,
	};
	globals.output().show(&subject, || leaving_text(&subject));
	Ok(())
}

/// Whether nothing is left that could unbond, and nothing is under way.
fn has_nothing(prover: &Prover) -> bool {
	prover.stake == 0
		&& prover.reserved == 0
		&& prover.live_tasks == 0
		&& prover.delegation.shares == 0
}

/// Calls that withdraw all asks.
fn withdrawals<Client: OfflineClientAtBlockT<SubstrateConfig>>(
	chain: &Transactions<Client>,
	prover: &Prover,
) -> Result<Vec<EncodedCall>> {
	let withdraw = |market: Market| tx().auctions().withdraw_ask(market.into());
	prover.asks.iter().map(|ask| calls::encode(chain, &withdraw(ask.market))).collect()
}

/// Calls that withdraw all asks, then leave.
fn exit_calls<Client: OfflineClientAtBlockT<SubstrateConfig>>(
	chain: &Transactions<Client>,
	prover: &Prover,
) -> Result<Vec<EncodedCall>> {
	let mut calls = withdrawals(chain, prover)?;
	calls.push(calls::encode(chain, &tx().provers().exit())?);
	Ok(calls)
}

async fn live_tasks(chain: &Chain, prover: &AccountId32) -> Result<Vec<Task>> {
	let filter = TaskFilter {
		prover: Some(prover.0.into()),
		state: Some(StateFilter::Live),
		..TaskFilter::default()
	};
	chain.proving().tasks(&filter, MAX_LIVE).await
}

/// The tasks on which a prover is at work.
fn at_work(tasks: &[Task], prover: &AccountId32) -> Vec<TaskId> {
	with_attempt(tasks, prover, AttemptState::is_at_work)
}

/// The tasks whose attempt of a prover may still be given back.
fn in_time(tasks: &[Task], prover: &AccountId32) -> Vec<TaskId> {
	with_attempt(tasks, prover, |state| state == AttemptState::Running)
}

fn with_attempt(
	tasks: &[Task],
	prover: &AccountId32,
	wanted: impl Fn(AttemptState) -> bool,
) -> Vec<TaskId> {
	let prover = AccountId::from(prover.0);
	tasks
		.iter()
		.filter(|task| {
			let attempt = task.state.live().and_then(|live| live.attempt_of(&prover));
			attempt.is_some_and(|attempt| wanted(attempt.state))
		})
		.map(|task| task.id)
		.collect()
}

/// Give back what may be given back. One that passes its soft deadline meanwhile stays.
async fn hand_over_all(
	globals: &Globals,
	chain: &Chain,
	prover: &AccountId32,
	receipts: &mut Vec<Receipt>,
) -> Result<Vec<TaskId>> {
	let mut handed_over = Vec::new();
	let tasks = in_time(&live_tasks(chain, prover).await?, prover);
	let transactions = chain.transactions().await?;
	for some in tasks.chunks(HANDED_OVER_AT_ONCE) {
		let decline = |task| calls::encode(&transactions, &tx().attestation().decline(task));
		let calls = some.iter().copied().map(decline).collect::<Result<_>>()?;
		let included = globals.submit(chain, &calls::force_batch(calls)).await?;
		handed_over.extend(
			included
				.all("Attestation", "AttemptGivenBack")
				.filter_map(|event| event.field::<TaskId>("task")),
		);
		receipts.push(included.receipt);
	}
	Ok(handed_over)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WithdrawSubject {
	prover: AccountId32,
	amount: Amount,
	has_left: bool,
}

/// Take back the stake whose delay is over.
pub async fn withdraw(globals: &Globals) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &tx().provers().withdraw_unbonded()).await?;
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

fn leaving_text(subject: &Leaving) -> String {
	let ids = |ids: &[TaskId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
	let some = |tasks: &[TaskId]| Some(ids(tasks)).filter(|ids| !ids.is_empty());
	let lines = Lines::under("Prover leaving")
		.field("prover", subject.prover)
		.maybe("asks withdrawn", Some(subject.asks).filter(|asks| *asks > 0))
		.maybe("tasks given back", some(&subject.handed_over))
		.maybe("tasks still at work on", some(&subject.still_at_work));
	let lines = subject.receipts.iter().fold(lines, |lines, receipt| lines.receipt(receipt));
	match subject.withdrawable_at {
		Some(block) => lines.hint(format!("From block {block} on: `proofyard prover withdraw`.")),
		None => lines.hint(
			"The stake unbonds by itself when the last of its tasks has ended; `proofyard prover status` says from which block on it can be withdrawn.",
		),
	}
	.text()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		calls::tests::client,
		commands::{
			attempts::tests::{attempt, live},
			prover::status::tests::prover,
		},
		rpc::{Attempt, TaskState},
	};
	use proofyard_primitives::{HardwareClass, Market, ProofSystem, ServiceLevel, TaskKind};

	fn task(id: TaskId, state: AttemptState) -> Task {
		Task {
			id,
			requester: AccountId::new([0; 32]),
			program: H256::zero(),
			market: Market {
				system: ProofSystem::Groth16Bn254,
				hardware: HardwareClass::Cpu,
				bucket: 2,
				level: ServiceLevel::Standard,
			},
			kind: TaskKind::Market,
			redundancy: None,
			work: 4,
			max_fee: 1,
			deadline: 30,
			submitted_at: 10,
			escrow: 1,
			state: TaskState::Fallback(live(vec![
				attempt(0, 9),
				Attempt { state, ..attempt(1, 1) },
			])),
			input: None,
			public_inputs: Vec::new(),
			public_values: None,
		}
	}

	#[test]
	fn only_what_is_in_time_is_handed_over() {
		let tasks = [
			task(1, AttemptState::Running),
			task(2, AttemptState::Late),
			task(3, AttemptState::Declined),
		];
		let own = AccountId32([1; 32]);
		assert_eq!(in_time(&tasks, &own), [1]);
		assert_eq!(at_work(&tasks, &own), [1, 2]);
		assert!(at_work(&tasks, &AccountId32([7; 32])).is_empty());
	}

	#[test]
	fn leaving_withdraws_the_asks_in_the_same_transaction() {
		let client = client();
		let (chain, mut leaver) = (client.tx(), prover());
		let exit = calls::encode(&chain, &tx().provers().exit()).unwrap();
		let withdraw = tx().auctions().withdraw_ask(leaver.asks[0].market.into());
		let withdraw = calls::encode(&chain, &withdraw).unwrap();
		assert_eq!(exit_calls(&chain, &leaver).unwrap(), [withdraw, exit.clone()]);
		leaver.asks.clear();
		assert_eq!(exit_calls(&chain, &leaver).unwrap(), [exit]);
	}

	#[test]
	fn who_lost_everything_has_nothing_to_unbond() {
		let mut leaver = prover();
		assert!(!has_nothing(&leaver));
		leaver.stake = 0;
		leaver.reserved = 0;
		leaver.live_tasks = 0;
		leaver.delegation.shares = 0;
		assert!(has_nothing(&leaver));
		leaver.delegation.shares = 1;
		assert!(!has_nothing(&leaver), "delegators are there still");
	}

	#[test]
	fn says_what_is_still_to_end() {
		let mut subject = Leaving {
			prover: AccountId32([1; 32]),
			asks: 2,
			handed_over: vec![3, 4],
			still_at_work: vec![5],
			withdrawable_at: None,
			receipts: Vec::new(),
		};
		let text = leaving_text(&subject);
		assert!(text.contains("tasks given back        3 4"), "{text}");
		assert!(text.contains("tasks still at work on  5"), "{text}");
		assert!(text.contains("unbonds by itself"), "{text}");
		subject.still_at_work.clear();
		subject.withdrawable_at = Some(900);
		let text = leaving_text(&subject);
		assert!(text.ends_with("From block 900 on: `proofyard prover withdraw`."), "{text}");
	}
}
