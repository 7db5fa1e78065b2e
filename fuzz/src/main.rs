// SPDX-License-Identifier: Apache-2.0
//! Plays lists of random actions on the market until so many are played, or until one goes wrong.

use anyhow::{bail, Context};
use clap::Parser;
use proofyard_fuzz::{
	actions::Action,
	coverage::Coverage,
	generate,
	rng::Rng,
	run::{play, shrink, Failure, Options},
};
use std::{
	path::PathBuf,
	process::ExitCode,
	sync::{
		atomic::{AtomicBool, AtomicUsize, Ordering},
		Mutex,
	},
	time::{Duration, Instant},
};

/// Plays random actions on the whole market and holds every account against a model.
#[derive(Parser)]
struct Arguments {
	/// Number of actions to play in all.
	#[arg(long, default_value_t = 100_000)]
	actions: usize,
	/// Seed that the lists are drawn from.
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// In how many lists; by default so many that each has 1,000 actions.
	#[arg(long)]
	lists: Option<usize>,
	/// Play this one list of the seed only.
	#[arg(long)]
	list: Option<u64>,
	/// Play the actions of a file, one a line, as they are printed when a list goes wrong.
	#[arg(long)]
	replay: Option<PathBuf>,
	/// After how many actions the whole state is checked.
	#[arg(long, default_value_t = 16)]
	thorough: usize,
	/// Number of lists played at once; by default as many as there are cores.
	#[arg(long)]
	threads: Option<usize>,
	/// Print what the chain says in each step.
	#[arg(long)]
	events: bool,
	/// Seconds to look for the shortest list that goes wrong.
	#[arg(long, default_value_t = 120)]
	shrink: u64,
	/// Do not ask that everything happened. Runs below 100,000 actions are not asked.
	#[arg(long)]
	partial: bool,
}

fn main() -> anyhow::Result<ExitCode> {
	let arguments = Arguments::parse();
	let options = Options { thorough: arguments.thorough, events: arguments.events };
	if let Some(path) = &arguments.replay {
		let text = std::fs::read_to_string(path)
			.with_context(|| format!("cannot read {}", path.display()))?;
		let actions = Action::from_lines(&text).map_err(anyhow::Error::msg)?;
		return Ok(match play(&actions, options) {
			Ok(coverage) => {
				print!("{coverage}");
				ExitCode::SUCCESS
			}
			Err(failure) => report(&actions, options, &failure, arguments.shrink),
		});
	}
	let lists = arguments.lists.unwrap_or(arguments.actions.div_ceil(1_000)).max(1);
	let length = arguments.actions.div_ceil(lists);
	let fuzzer = Fuzzer {
		seed: arguments.seed,
		length,
		options,
		places: match arguments.list {
			Some(list) => (list as usize, list as usize + 1),
			None => (0, lists),
		},
		next: AtomicUsize::new(0),
		stop: AtomicBool::new(false),
		found: Mutex::new(None),
		coverage: Mutex::new(Coverage::default()),
		played: AtomicUsize::new(0),
	};
	let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
	let start = Instant::now();
	fuzzer.run(arguments.threads.unwrap_or(cores), start);
	let played = fuzzer.played.load(Ordering::Relaxed);
	let seconds = start.elapsed().as_secs_f64();
	println!("{}", fuzzer.coverage.lock().map_err(|_| anyhow::anyhow!("a thread died"))?);
	println!("{played} actions in {seconds:.1} s: {:.0} a second", played as f64 / seconds);
	let found = fuzzer.found.lock().map_err(|_| anyhow::anyhow!("a thread died"))?.clone();
	if let Some((list, failure)) = found {
		println!("seed {}, list {list} of {} actions went wrong", arguments.seed, length);
		let actions = generate::list(Rng::nth(arguments.seed, list as u64), length);
		return Ok(report(&actions, options, &failure, arguments.shrink));
	}
	let whole = arguments.list.is_none() && arguments.actions >= 100_000 && !arguments.partial;
	if whole {
		let coverage = fuzzer.coverage.lock().map_err(|_| anyhow::anyhow!("a thread died"))?;
		let missing = coverage.missing();
		if !missing.is_empty() {
			bail!("never happened: {}", missing.join(", "));
		}
	}
	Ok(ExitCode::SUCCESS)
}

/// Say what went wrong, with the shortest list that does.
fn report(actions: &[Action], options: Options, failure: &Failure, seconds: u64) -> ExitCode {
	println!("at action {}: {}", failure.at, failure.message);
	println!("looking for a shorter list, for {seconds} s at most …");
	let (shortest, failure) = shrink(actions, options, Duration::from_secs(seconds));
	println!("{} actions: {}", shortest.len(), failure.message);
	for action in &shortest {
		println!("{}", action.to_line());
	}
	ExitCode::FAILURE
}

/// Lists, and what came of them.
struct Fuzzer {
	seed: u64,
	length: usize,
	options: Options,
	/// From which list to which.
	places: (usize, usize),
	next: AtomicUsize,
	stop: AtomicBool,
	found: Mutex<Option<(usize, Failure)>>,
	coverage: Mutex<Coverage>,
	played: AtomicUsize,
}

impl Fuzzer {
	fn run(&self, threads: usize, start: Instant) {
		std::thread::scope(|scope| {
			for _ in 0..threads.max(1) {
				scope.spawn(|| self.work(start));
			}
		});
	}

	fn work(&self, start: Instant) {
		while !self.stop.load(Ordering::Relaxed) {
			let list = self.places.0 + self.next.fetch_add(1, Ordering::Relaxed);
			if list >= self.places.1 {
				return;
			}
			let actions = generate::list(Rng::nth(self.seed, list as u64), self.length);
			match play(&actions, self.options) {
				Ok(coverage) => {
					if let Ok(mut all) = self.coverage.lock() {
						all.add(&coverage);
					}
				}
				Err(failure) => {
					self.stop.store(true, Ordering::Relaxed);
					if let Ok(mut found) = self.found.lock() {
						found.get_or_insert((list, failure));
					}
				}
			}
			let played = self.played.fetch_add(actions.len(), Ordering::Relaxed) + actions.len();
			if list.is_multiple_of(16) {
				let speed = played as f64 / start.elapsed().as_secs_f64();
				eprintln!("{played} actions, {speed:.0} a second");
			}
		}
	}
}
