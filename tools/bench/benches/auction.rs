// SPDX-License-Identifier: Apache-2.0
//! Cost of a clearing for each task it assigns, from a hundred asks and tasks to ten thousand.
//!
//! Every task is assigned: the asks have lots enough, twice over. `scripts/bench auction` prints the
//! table.
// The macros expand to undocumented items.
#![allow(missing_docs)]

use criterion::{criterion_group, criterion_main, BatchSize, BenchmarkId, Criterion, Throughput};
use proofyard_mechanism::{
	clear, level::IDLE_MS, Demand, LevelTerms, MemoryBook, Rules, Supply, Tick,
};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

const SIZES: [u32; 3] = [100, 1_000, 10_000];
const RULES: Rules = LevelTerms::STANDARD.rules(10);

/// A random number below `bound`, the same for the same `n`.
fn scatter(n: u32, bound: u64) -> u64 {
	Pcg64::seed_from_u64(n.into()).gen_range(0..bound)
}

/// Asks over a factor of three, work over a factor of two, maxima above the asks.
fn market(asks: u32, tasks: u32) -> (MemoryBook<u32>, Vec<Demand<u64>>) {
	let mut book = MemoryBook::new();
	for prover in 0..asks {
		book.insert(prover, Tick::new(300 + scatter(prover, 56) as u16).expect("on the grid"));
	}
	let demand = (0..tasks)
		.map(|task| {
			let work = 1 << 20 | scatter(task, 1 << 20);
			let bid = Tick::new(400 + scatter(task ^ 0x5555, 80) as u16).expect("on the grid");
			Demand {
				task: task.into(),
				work,
				max_fee: bid.total(work),
				time_ms: 600_000 + scatter(task, 600_000),
				late_ms: 600_000,
				standbys: 1,
			}
		})
		.collect();
	(book, demand)
}

fn clearing(c: &mut Criterion) {
	let mut group = c.benchmark_group("clearing");
	group.sample_size(20);
	for asks in SIZES {
		for tasks in SIZES {
			let (book, demand) = market(asks, tasks);
			let lots = 2 * tasks.div_ceil(asks).max(1);
			let supply = |prover: &u32, tick| Supply {
				prover: *prover,
				tick,
				speed: 1 << 40,
				free_lots: lots,
				free_slots: lots,
				free_stake: u128::MAX,
				committed_ms: scatter(*prover, 1_000),
				idle_ms: scatter(*prover, 2 * IDLE_MS),
			};
			let run = |seed| {
				let asks = book.asks(seed).map(|(prover, tick)| supply(prover, tick));
				clear(&demand, asks, &RULES, |_, _| true)
			};
			let cleared = run(0);
			assert_eq!(cleared.matches.len(), demand.len(), "every task is assigned");
			group.throughput(Throughput::Elements(tasks.into()));
			let id = BenchmarkId::new(asks.to_string(), tasks);
			group.bench_function(id, |b| b.iter_batched(|| 7, run, BatchSize::SmallInput));
		}
	}
	group.finish();
}

/// Insert, best and remove in a book of this size.
fn book(c: &mut Criterion) {
	let mut group = c.benchmark_group("book");
	for asks in SIZES {
		let (mut book, _) = market(asks, 0);
		group.bench_function(BenchmarkId::new("change", asks), |b| {
			let mut next = 0u32;
			b.iter(|| {
				next = (next + 1) % asks;
				let tick = book.remove(&next);
				let tick = tick.map_or(300, |tick| 300 + (tick.index() + 1 - 300) % 56);
				book.insert(next, Tick::new(tick).expect("on the grid"));
				book.best()
			});
		});
	}
	group.finish();
}

criterion_group!(benches, clearing, book);
criterion_main!(benches);
