// SPDX-License-Identifier: Apache-2.0
//! Makes inputs and plays them, for so many seconds or until one goes wrong.

use clap::Parser;
use proofyard_fuzz::rng::Rng;
use proofyard_raw_fuzz::{
	chain::{Chain, Played},
	corpus,
};
use std::{
	process::ExitCode,
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering},
		Mutex,
	},
	time::{Duration, Instant},
};

/// Feeds raw bytes to the calls of the runtime.
#[derive(Parser)]
struct Arguments {
	/// For how long.
	#[arg(long, default_value_t = 30)]
	seconds: u64,
	/// Seed that inputs are drawn from.
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// Play this one input only, in hexadecimal digits.
	#[arg(long)]
	input: Option<String>,
	/// Inputs that are played at once; by default as many as there are cores.
	#[arg(long)]
	threads: Option<usize>,
}

fn main() -> ExitCode {
	let arguments = Arguments::parse();
	if let Some(input) = &arguments.input {
		return match hex::decode(input).map_err(|e| e.to_string()) {
			Ok(input) => match Chain::new().play(&input) {
				Ok(played) => {
					println!("{played:?}");
					ExitCode::SUCCESS
				}
				Err(failure) => {
					println!("{failure}");
					ExitCode::FAILURE
				}
			},
			Err(error) => {
				println!("not hexadecimal: {error}");
				ExitCode::FAILURE
			}
		};
	}
	let end = Instant::now() + Duration::from_secs(arguments.seconds);
	let next = AtomicU64::new(0);
	let stop = AtomicBool::new(false);
	let all = Mutex::new(Played::default());
	let found = Mutex::new(None::<(Vec<u8>, String)>);
	let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
	std::thread::scope(|scope| {
		for _ in 0..arguments.threads.unwrap_or(cores).max(1) {
			scope.spawn(|| {
				let mut chain = Chain::new();
				let mut sum = Played::default();
				while Instant::now() < end && !stop.load(Ordering::Relaxed) {
					let number = next.fetch_add(1, Ordering::Relaxed);
					let input = corpus::input(&mut Rng::nth(arguments.seed, number));
					match chain.play(&input) {
						Ok(played) => sum.add(played),
						Err(failure) => {
							stop.store(true, Ordering::Relaxed);
							if let Ok(mut found) = found.lock() {
								found.get_or_insert((input, failure));
							}
						}
					}
				}
				if let Ok(mut all) = all.lock() {
					all.add(sum);
				}
			});
		}
	});
	if let Ok(all) = all.into_inner() {
		for (name, count) in &all.done {
			println!("{count:>10}  {name}");
		}
		let Played { refused, left_out, blocks, .. } = all;
		println!("{refused} refused, {left_out} left out, {blocks} blocks");
	}
	println!("{} inputs", next.load(Ordering::Relaxed));
	let Ok(Some((input, failure))) = found.into_inner() else { return ExitCode::SUCCESS };
	println!("{failure}");
	let shortest = shorten(input, &failure);
	println!("--input {}", hex::encode(shortest));
	ExitCode::FAILURE
}

/// The shortest input found that goes wrong in the same place: whole pieces are left out, then bytes.
fn shorten(mut input: Vec<u8>, failure: &str) -> Vec<u8> {
	let place = |failure: &str| failure.rsplit('\n').next().unwrap_or_default().to_string();
	let wanted = place(failure);
	let end = Instant::now() + Duration::from_secs(60);
	let mut chunk = input.len() / 2;
	while chunk > 0 && Instant::now() < end {
		let mut from = 0;
		while from < input.len() && Instant::now() < end {
			let mut shorter = input.clone();
			shorter.drain(from..input.len().min(from + chunk));
			let again = Chain::new().play(&shorter);
			if again.is_err_and(|failure| place(&failure) == wanted) {
				input = shorter;
			} else {
				from += chunk;
			}
		}
		chunk /= 2;
	}
	input
}
