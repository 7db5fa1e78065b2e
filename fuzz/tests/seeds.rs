// SPDX-License-Identifier: Apache-2.0
//! Lists of fixed seeds, as many as a minute allows: nothing goes wrong, and everything happens.

use proofyard_fuzz::{
	coverage::Coverage,
	generate,
	rng::Rng,
	run::{play, shrink, Options},
};
use std::{
	sync::{
		atomic::{AtomicU64, Ordering},
		Mutex,
	},
	time::Duration,
};

/// Seed that the lists are drawn from.
const SEED: u64 = 20_261_123;
/// Number of lists, and of actions in each.
const LISTS: u64 = 100;
const LENGTH: usize = 1_000;

#[test]
fn whatever_happens_everybody_has_what_is_due_to_it() {
	let next = AtomicU64::new(0);
	let all = Mutex::new(Coverage::default());
	std::thread::scope(|scope| {
		for _ in 0..2 {
			scope.spawn(|| loop {
				let list = next.fetch_add(1, Ordering::Relaxed);
				if list >= LISTS {
					return;
				}
				let actions = generate::list(Rng::nth(SEED, list), LENGTH);
				match play(&actions, Options::default()) {
					Ok(coverage) => all.lock().unwrap().add(&coverage),
					Err(_) => {
						next.store(LISTS, Ordering::Relaxed);
						let (shortest, failure) =
							shrink(&actions, Options::default(), Duration::from_secs(60));
						let lines: Vec<String> =
							shortest.iter().map(|action| action.to_line()).collect();
						panic!("list {list}: {}\n{}", failure.message, lines.join("\n"));
					}
				}
			});
		}
	});
	let all = all.into_inner().unwrap();
	assert!(all.missing().is_empty(), "never happened: {:?}\n{all}", all.missing());
}
