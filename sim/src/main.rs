// SPDX-License-Identifier: Apache-2.0
//! Simulates Proofyard's auction against the rules of other proof markets, and writes what comes out
//! as CSV, figures and a report.
//!
//! | module | what |
//! |---|---|
//! | [`workload`], [`provers`] | who wants what, and who sells it |
//! | [`engine`] | time, machines, failures, money |
//! | [`rules`] | ours and the rivals' |
//! | [`adapt`] | provers that look for what pays best; regret |
//! | [`bound`], [`metrics`], [`stats`] | what is measured |
//! | [`experiment`] | the cells |
//! | [`report`], [`plot`] | what is written |

mod adapt;
mod bound;
mod engine;
mod experiment;
mod metrics;
mod plot;
mod provers;
mod report;
mod rng;
mod rules;
mod stats;
mod workload;

use anyhow::Result;
use clap::Parser;
use experiment::{run_all, Plan};
use std::{path::PathBuf, time::Instant};

/// Simulate the auction against the rules of other proof markets.
#[derive(Parser)]
struct Args {
	/// A look within a minute: a shorter time, fewer draws.
	#[arg(long)]
	quick: bool,
	/// Seed of all randomness.
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// The report is written into this folder, CSV and figures into `mechanism` in it.
	#[arg(long)]
	out: PathBuf,
}

fn main() -> Result<()> {
	let args = Args::parse();
	let plan = if args.quick { Plan::quick(args.seed) } else { Plan::full(args.seed) };
	let start = Instant::now();
	let results = run_all(plan, |cell| {
		eprintln!("{:5.0} s  {cell}", start.elapsed().as_secs_f64());
	});
	report::write(&results, &args.out)?;
	println!("{}", args.out.join("mechanism.md").display());
	Ok(())
}
