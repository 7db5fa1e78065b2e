// SPDX-License-Identifier: Apache-2.0
//! `proofyard task show` and `task list`.

use super::values::fixed_text;
use crate::{
	amount::Amount,
	commands::{
		attempts::{
			attempts_table, outcome_cells, outcomes_table, redundancy_text, role_name,
			standbys_table, summary,
		},
		proof_files::fetch_hint,
		watch::{ending_text, state_text},
	},
	context::Globals,
	error::Result,
	output::{table, Lines},
	parse,
	rpc::{
		AccountId, Announcement, Bid, Bidding, Bounty, Input, Live, StateFilter, Task, TaskFilter,
		TaskState,
	},
};
use proofyard_primitives::{ProgramId, TaskId};
use subxt::utils::AccountId32;

/// Options of `task list`.
#[derive(Clone, Debug, clap::Args)]
pub struct ListArgs {
	/// Only tasks that the signing account submitted.
	#[arg(long, conflicts_with = "requester")]
	mine: bool,

	/// Only tasks that this account submitted.
	#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
	requester: Option<AccountId32>,

	/// Only tasks at which this prover has or had an attempt.
	#[arg(long, value_parser = parse::account, value_name = "ACCOUNT")]
	prover: Option<AccountId32>,

	/// Only tasks of this program.
	#[arg(long, value_parser = parse::program_id, value_name = "ID")]
	program: Option<ProgramId>,

	/// Only tasks in this state.
	#[arg(long, value_parser = parse::state_filter())]
	state: Option<StateFilter>,

	/// A line for each attempt: whose, what became of it, what it earned and lost.
	#[arg(long)]
	attempts: bool,

	/// At most so many.
	#[arg(long, default_value_t = 20, value_name = "N")]
	limit: usize,
}

pub async fn show(globals: &Globals, id: TaskId) -> Result<()> {
	let chain = globals.chain().await?;
	let task = chain.proving().task(id).await?;
	let best = chain.best_block().await?.number;
	globals.output().show(&task, || task_text(&task, best));
	Ok(())
}

/// A task for people: its terms, then the attempts at it.
pub(super) fn task_text(task: &Task, best: u32) -> String {
	let mut parts = vec![task_lines(task, best).text()];
	if let Some(live) = task.state.live() {
		parts.push(attempts_table(&live.attempts));
		if !live.standbys.is_empty() {
			parts.push(standbys_table(&live.standbys));
		}
	}
	if !task.state.outcomes().is_empty() {
		parts.push(outcomes_table(task.state.outcomes()));
	}
	parts.join("\n\n")
}

fn task_lines(task: &Task, best: u32) -> Lines {
	let input = task.input.as_ref().map(|input| match input {
		Input::Inline(bytes) => format!("{} bytes inline", bytes.len()),
		Input::Remote { locators, sha256, size } => {
			format!("{size} bytes, sha256 {}, {}", hex::encode(sha256), locators.join(" "))
		}
	});
	// The tables below say who is at work, and who earned and lost what.
	let state = match &task.state {
		state if state.live().is_some() => state.name().to_string(),
		state if state.has_ended() => format!("{}: {}", state.name(), ending_text(state)),
		state => format!("{}: {}", state.name(), state_text(state)),
	};
	let mut lines = Lines::under(format!("Task {}", task.id))
		.field("state", state)
		.field("program", format!("{:?}", task.program))
		.field("market", parse::market_name(&task.market))
		.field("kind", parse::kind_name(task.kind))
		.maybe("redundancy", task.redundancy.and_then(redundancy_text))
		.field("work", task.work)
		.field("requester", &task.requester)
		.field("max fee", Amount(task.max_fee))
		.field("escrowed", Amount(task.escrow))
		.field("submitted at", format!("block {}", task.submitted_at))
		.field("deadline", format!("block {}", task.deadline))
		.maybe("input", input);
	if let Some((name, fixed)) = fixed_text(task) {
		lines = lines.field(name, fixed);
	}
	let left = task.deadline.saturating_sub(best);
	match &task.state {
		TaskState::Open { provers, bidding } => {
			let lines = provers.iter().fold(lines, |lines, prover| lines.field("kept to", prover));
			match bidding {
				Some(bidding) => bidding_lines(lines, task.id, bidding),
				None => lines.hint(format!(
					"Expires in {left} blocks if nobody takes it; until then `proofyard task raise {0}` offers more, `task prolong {0}` gives it more time, `task cancel {0}` withdraws it.",
					task.id
				)),
			}
		}
		TaskState::Assigned(live) | TaskState::Fallback(live) => live_lines(lines, live).hint(
			format!("{left} blocks to the deadline. Follow it: `proofyard task watch {}`", task.id),
		),
		TaskState::Bounty { live, bounty } => {
			let lines = bounty_lines(live_lines(lines, live), bounty);
			lines.hint(format!(
				"{left} blocks to the deadline. A prover without an attempt delivers with `proofyard bounty deliver {}`",
				task.id
			))
		}
		TaskState::Settled { .. } => lines.hint(fetch_hint(task.id, task.market.system)),
		_ => lines,
	}
}

fn live_lines(lines: Lines, live: &Live) -> Lines {
	lines
		.field("assigned at", format!("block {}", live.assigned_at))
		.field("first attempts due", format!("block {}", live.soft_deadline))
		.maybe("wanted", live.wanted.then_some("the auction looks for another prover"))
}

fn bounty_lines(lines: Lines, bounty: &Bounty) -> Lines {
	let announced = |announced: &Announcement| {
		format!(
			"{} in block {} for {}, deposit {}",
			announced.prover,
			announced.at,
			Amount(announced.reward),
			Amount(announced.deposit)
		)
	};
	bounty.announcements.iter().fold(
		lines
			.field("bounty", format!("{} now, and more by every block", Amount(bounty.reward)))
			.field("open since", format!("block {}", bounty.since))
			.field("deposit", Amount(bounty.deposit)),
		|lines, other| lines.field("announced", announced(other)),
	)
}

fn bidding_lines(lines: Lines, id: TaskId, bidding: &Bidding) -> Lines {
	let Bidding { commit_until, reveal_until, bids } = bidding;
	let bid_text = |bid: &Bid| match &bid.revealed {
		Some(revealed) => {
			let price = Amount(revealed.price);
			format!("{} for {price} at {} units/s", bid.prover, revealed.speed)
		}
		None => format!("{}, not revealed", bid.prover),
	};
	bids.iter()
		.fold(
			lines
				.field("bids are committed until", format!("block {commit_until}"))
				.field("and revealed until", format!("block {reveal_until}")),
			|lines, bid| lines.field("bid", bid_text(bid)),
		)
		.hint(format!(
			"Block {} gives it to the lowest bid, at the second lowest; until block {commit_until} `proofyard task cancel {id}` withdraws it.",
			reveal_until.saturating_add(1)
		))
}

pub async fn list(globals: &Globals, args: ListArgs) -> Result<()> {
	let requester = if args.mine { Some(globals.secret()?.account()?) } else { args.requester };
	let filter = TaskFilter {
		requester: requester.map(|account| account.0.into()),
		prover: args.prover.map(|account| account.0.into()),
		program: args.program,
		state: args.state,
	};
	let chain = globals.chain().await?;
	let tasks = chain.proving().tasks(&filter, args.limit).await?;
	globals.output().show(&tasks, || {
		if tasks.is_empty() {
			return "No such tasks. Ended tasks are forgotten after a while.".into();
		}
		if args.attempts {
			return attempts_text(&tasks);
		}
		let rows: Vec<Vec<String>> = tasks
			.iter()
			.map(|task| {
				vec![
					task.id.to_string(),
					task.state.name().into(),
					task.submitted_at.to_string(),
					task.deadline.to_string(),
					Amount(task.max_fee).to_string(),
					provers_text(&task.state),
					summary(task.state.live(), task.state.outcomes()),
					format!("{:?}", task.program),
				]
			})
			.collect();
		table(
			&["task", "state", "submitted", "deadline", "max fee", "prover", "attempts", "program"],
			&rows,
		)
	});
	Ok(())
}

/// Provers at work, or that delivered, as far as they fit into a cell.
fn provers_text(state: &TaskState) -> String {
	let provers: Vec<&AccountId> = match state {
		TaskState::Settled { attempts, .. } | TaskState::Failed { attempts, .. } => {
			let verified = attempts.iter().filter(|attempt| attempt.fate.is_verified());
			verified.map(|attempt| &attempt.prover).collect()
		}
		state => {
			state.live().map(|live| live.at_work().map(|a| &a.prover).collect()).unwrap_or_default()
		}
	};
	match provers.as_slice() {
		[] => "-".into(),
		[one] => one.to_string(),
		[first, others @ ..] => format!("{first} +{}", others.len()),
	}
}

/// The attempts at some tasks as a table.
fn attempts_text(tasks: &[Task]) -> String {
	let row = |task: &Task, number: usize, [prover, role, became, earned, lost]: [String; 5]| {
		vec![
			task.id.to_string(),
			task.state.name().into(),
			number.to_string(),
			prover,
			role,
			became,
			earned,
			lost,
		]
	};
	let mut rows = Vec::new();
	for task in tasks {
		for (number, attempt) in
			task.state.live().iter().flat_map(|live| &live.attempts).enumerate()
		{
			let cells = [
				attempt.prover.to_string(),
				role_name(attempt.role).into(),
				attempt.state.name().into(),
				"-".into(),
				"-".into(),
			];
			rows.push(row(task, number, cells));
		}
		for (number, outcome) in task.state.outcomes().iter().enumerate() {
			rows.push(row(task, number, outcome_cells(outcome)));
		}
	}
	table(&["task", "state", "attempt", "prover", "role", "became", "earned", "lost"], &rows)
}
