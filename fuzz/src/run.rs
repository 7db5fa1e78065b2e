// SPDX-License-Identifier: Apache-2.0
//! Playing lists of actions, and finding the shortest one that goes wrong.

pub use crate::world::Options;

use crate::{
	actions::Action,
	check,
	coverage::Coverage,
	leftovers, proofs, quietly,
	runtime::{genesis, set_room, BlockNumber, Room, Runtime, RETENTION},
	world::World,
};
use proofyard_primitives::limits::MAX_ATTEMPTS;
use std::{
	cell::Cell,
	time::{Duration, Instant},
};

/// Failure of a list.
#[derive(Clone, Debug)]
pub struct Failure {
	/// At which action of the list; behind the last where it went wrong at the end.
	pub at: usize,
	/// Message of what was found, and where in the code.
	pub message: String,
}

impl Failure {
	/// Place in the code where it was found: what tells one failure from another.
	fn place(&self) -> &str {
		self.message.rsplit('\n').next().unwrap_or_default()
	}
}

/// Play a list to its end, and let time pass until nothing is left of it.
///
/// # Errors
/// The first thing that must not be.
pub fn play(actions: &[Action], options: Options) -> Result<Coverage, Failure> {
	let at = Cell::new(0);
	let place = &at;
	let done = quietly(move || {
		proofs::forget();
		crate::said();
		let mut chain = genesis();
		chain.execute_with(|| {
			let mut world = World::new(options);
			for (n, action) in actions.iter().enumerate() {
				place.set(n);
				world.act(action);
			}
			place.set(actions.len());
			world.settle_on_branch();
			finish(&mut world);
			std::mem::take(&mut world.state.model.coverage)
		})
	});
	done.map_err(|message| Failure { at: at.get(), message })
}

/// Nobody acts any more: every task ends by its deadline, or as much later as the hooks need for what
/// waits, and is forgotten.
fn finish(world: &mut World) {
	check::whole(&world.state.model);
	let model = &world.state.model;
	let open = model.open.values().map(|open| open.spec.deadline);
	let live = model.live.values().map(|live| live.spec.deadline);
	let last = open.chain(live).max().unwrap_or(model.now);
	// Each block of a hook that can do one thing does one: an open task needs one, a live one as many
	// as there can be attempts, and its end.
	let waits = model.open.len() + model.live.len();
	let spill = (waits * (2 + MAX_ATTEMPTS as usize)) as BlockNumber;
	let all = last.saturating_sub(model.now) + spill + 2;
	let mut blocks = 0;
	while !world.state.model.open.is_empty() || !world.state.model.live.is_empty() {
		assert!(blocks <= all, "tasks that do not end: {:?}", world.state.model.live.keys());
		world.block(blocks.into());
		blocks += 1;
	}
	check::whole(&world.state.model);
	// The last of them is forgotten after the retention, one in a block at worst.
	let forgets = world.state.model.ended.len() as BlockNumber + RETENTION + 1;
	for _ in 0..forgets {
		world.block(0);
	}
	// What waits for room is looked at again.
	set_room(Room::All, Room::All, Room::All);
	for _ in 0..4 {
		world.block(0);
	}
	check::whole(&world.state.model);
	assert!(world.state.model.ended.is_empty(), "outcomes that are never forgotten");
	for (who, prover) in &world.state.model.provers {
		let left = (prover.live, prover.reserved, prover.committed_ms);
		assert_eq!(left, (0, 0, 0), "{who} has something left: {prover:?}");
	}
	for (id, program) in &world.state.model.programs {
		assert_eq!(program.live, 0, "tasks of {id:?} that are no more");
	}
	if pallet_provers::Calibrations::<Runtime>::iter_values().any(|proofs| proofs > 0) {
		world.state.model.coverage.count("end", "calibrated");
	}
	leftovers::check(&world.state.model);
	if let Some(said) = crate::said() {
		panic!("the chain says: {said}");
	}
}

/// The shortest list found within `time` that goes wrong as `actions` does.
pub fn shrink(actions: &[Action], options: Options, time: Duration) -> (Vec<Action>, Failure) {
	let start = Instant::now();
	let options = Options { events: false, ..options };
	let thorough = Options { thorough: 1, ..options };
	let first = |list: &[Action]| play(list, thorough).err().or_else(|| play(list, options).err());
	let Some(mut failure) = first(actions) else {
		let message = "it goes wrong no more".into();
		return (actions.to_vec(), Failure { at: actions.len(), message });
	};
	let options = if play(actions, thorough).is_err() { thorough } else { options };
	let mut list: Vec<Action> = actions[..actions.len().min(failure.at + 1)].to_vec();
	let mut chunk = list.len().div_ceil(2);
	while chunk > 0 && start.elapsed() < time {
		let mut from = list.len();
		let mut dropped = false;
		while from > 0 && start.elapsed() < time {
			let begin = from.saturating_sub(chunk);
			let mut shorter = list.clone();
			shorter.drain(begin..from.min(list.len()));
			from = begin;
			if let Err(again) = play(&shorter, options) {
				if again.place() == failure.place() {
					shorter.truncate(again.at + 1);
					list = shorter;
					from = from.min(list.len());
					failure = again;
					dropped = true;
				}
			}
		}
		if !dropped || chunk > 1 {
			chunk /= 2;
		}
	}
	(list, failure)
}
