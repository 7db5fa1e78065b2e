// SPDX-License-Identifier: Apache-2.0

use super::*;
use proofyard_api::{
	AccountId, Announcement, Attempt, AttemptOutcome, AttemptState, Balance, Live,
};
use proofyard_primitives::{Ending, Role};

const TASK: TaskId = 7;

/// A block of a branch: the hash is the number with the branch's letter.
fn block(number: BlockNumber, branch: u8) -> BlockRef {
	let mut hash = [branch; 32];
	hash[..4].copy_from_slice(&number.to_be_bytes());
	BlockRef { number, hash: Hash::from(hash) }
}

fn observed(state: TaskState) -> Observed {
	Observed { request: Hash::repeat_byte(1), state }
}

fn open() -> Observed {
	observed(TaskState::Open { provers: Vec::new(), bidding: None })
}

fn attempt(number: u32, state: AttemptState, rejections: u32) -> Attempt {
	Attempt {
		number,
		prover: AccountId::new([2 + number as u8; 32]),
		role: if number == 0 { Role::Primary } else { Role::Standby },
		price: 10,
		bond: 20,
		started_at: 3,
		due: 9,
		rejections,
		committed: false,
		state,
		owed: None,
	}
}

fn live(attempts: Vec<Attempt>) -> Live {
	Live {
		prover: AccountId::new([2; 32]),
		price: 10,
		assigned_at: 3,
		soft_deadline: 9,
		attempts,
		standbys: Vec::new(),
		wanted: false,
	}
}

fn assigned(rejections: u32) -> Observed {
	observed(TaskState::Assigned(live(vec![attempt(0, AttemptState::Running, rejections)])))
}

/// The first attempt is late, and a standby was called.
fn fallback() -> Observed {
	let attempts = vec![attempt(0, AttemptState::Late, 0), attempt(1, AttemptState::Running, 0)];
	observed(TaskState::Fallback(live(attempts)))
}

/// Nobody is left, and so much is offered to whoever delivers.
fn bounty(reward: Balance, announcements: u8) -> Observed {
	let announced = |byte| Announcement {
		prover: AccountId::new([byte; 32]),
		commitment: Hash::repeat_byte(byte),
		at: 12,
		reward: 11,
		deposit: 1,
	};
	observed(TaskState::Bounty {
		live: live(vec![attempt(0, AttemptState::Late, 0)]),
		bounty: Bounty {
			since: 10,
			reward,
			deposit: 1,
			announcements: (0..announcements).map(announced).collect(),
		},
	})
}

fn settled(at: BlockNumber) -> Observed {
	observed(TaskState::Settled {
		prover: AccountId::new([2; 32]),
		paid: 10,
		attempts: vec![AttemptOutcome {
			prover: AccountId::new([2; 32]),
			role: Role::Primary,
			fate: Ending::Verified,
			earned: 9,
			slashed: 0,
		}],
		assigned_at: 3,
		at,
	})
}

/// Walk on from the last block without leaving the chain.
fn extend(
	tracker: &mut Tracker,
	branch: u8,
	states: impl IntoIterator<Item = Option<Observed>>,
) -> Vec<TaskUpdate> {
	reorg(tracker, &[], tracker.best(), None, branch, states)
}

/// Go back to `common` and walk on from there.
fn reorg(
	tracker: &mut Tracker,
	retracted: &[BlockRef],
	common: BlockRef,
	in_common: Option<Observed>,
	branch: u8,
	states: impl IntoIterator<Item = Option<Observed>>,
) -> Vec<TaskUpdate> {
	let enacted: Vec<_> = (common.number + 1..)
		.zip(states)
		.map(|(number, state)| (block(number, branch), state))
		.collect();
	let best = enacted.last().map_or(common, |(block, _)| *block);
	tracker.follow(Step {
		retracted: retracted.iter().map(|block| block.hash).collect(),
		common: (common, in_common),
		enacted,
		best,
	})
}

/// Essentials of an update: block number, state, whether it is taken back.
fn told(updates: &[TaskUpdate]) -> Vec<(BlockNumber, &'static str, bool)> {
	updates
		.iter()
		.map(|update| (update.block.number, update.state.name(), update.retracted))
		.collect()
}

mod new {
	use super::*;

	#[test]
	fn tells_the_current_state_at_the_best_block() {
		let (tracker, first) = Tracker::new(TASK, block(1, b'a'), open());
		assert_eq!(first.task, TASK);
		assert_eq!(first.block, block(1, b'a'));
		assert_eq!(told(std::slice::from_ref(&first)), [(1, "open", false)]);
		assert!(!first.finalized);
		assert_eq!(tracker.best(), block(1, b'a'));
	}
}

mod follow {
	use super::*;

	#[test]
	fn is_silent_while_nothing_changes() {
		let (mut tracker, _) = Tracker::new(TASK, block(1, b'a'), open());
		assert_eq!(extend(&mut tracker, b'a', [Some(open()), Some(open())]), []);
		assert_eq!(tracker.best(), block(3, b'a'));
	}

	#[test]
	fn tells_every_change_of_several_blocks_at_once() {
		let (mut tracker, _) = Tracker::new(TASK, block(1, b'a'), open());
		let updates = extend(
			&mut tracker,
			b'a',
			[Some(open()), Some(assigned(0)), Some(assigned(1)), Some(settled(5))],
		);
		assert_eq!(
			told(&updates),
			[(3, "assigned", false), (4, "assigned", false), (5, "settled", false)]
		);
		assert!(updates.iter().all(|update| !update.finalized));
	}

	#[test]
	fn a_rejected_proof_is_a_change() {
		let (mut tracker, _) = Tracker::new(TASK, block(3, b'a'), assigned(0));
		let updates = extend(&mut tracker, b'a', [Some(assigned(1))]);
		assert_eq!(told(&updates), [(4, "assigned", false)]);
	}

	#[test]
	fn a_standby_that_is_called_is_a_change() {
		let (mut tracker, _) = Tracker::new(TASK, block(9, b'a'), assigned(0));
		let updates = extend(
			&mut tracker,
			b'a',
			[Some(fallback()), Some(fallback()), Some(bounty(10, 0)), Some(settled(13))],
		);
		assert_eq!(
			told(&updates),
			[(10, "fallback", false), (12, "bounty", false), (13, "settled", false)]
		);
		assert!(!tracker.seen[1].observed.state.has_ended());
	}

	#[test]
	fn a_reward_that_rises_by_itself_is_no_news_and_an_announcement_is() {
		let (mut tracker, _) = Tracker::new(TASK, block(10, b'a'), bounty(10, 0));
		let updates = extend(
			&mut tracker,
			b'a',
			[Some(bounty(11, 0)), Some(bounty(12, 0)), Some(bounty(13, 1)), Some(bounty(14, 1))],
		);
		assert_eq!(told(&updates), [(13, "bounty", false)]);
		// It stands in the way of nothing where blocks are replaced.
		let updates = reorg(
			&mut tracker,
			&[block(14, b'a'), block(13, b'a')],
			block(12, b'a'),
			Some(bounty(12, 0)),
			b'b',
			[Some(bounty(13, 0)), Some(bounty(14, 0))],
		);
		assert_eq!(told(&updates), [(13, "bounty", true)]);
	}

	#[test]
	fn a_forgotten_task_is_no_news() {
		let (mut tracker, _) = Tracker::new(TASK, block(5, b'a'), settled(5));
		assert_eq!(extend(&mut tracker, b'a', [None, None]), []);
		assert!(tracker.has_ended());
	}
}

mod reorganisation {
	use super::*;

	#[test]
	fn takes_back_what_the_left_branch_told_newest_first() {
		let (mut tracker, _) = Tracker::new(TASK, block(1, b'a'), open());
		extend(&mut tracker, b'a', [Some(open()), Some(assigned(0)), Some(settled(4))]);
		let updates = reorg(
			&mut tracker,
			&[block(4, b'a'), block(3, b'a')],
			block(2, b'a'),
			Some(open()),
			b'b',
			[Some(open()), Some(open()), Some(assigned(0))],
		);
		assert_eq!(
			told(&updates),
			[(4, "settled", true), (3, "assigned", true), (5, "assigned", false)]
		);
		assert!(!tracker.has_ended());
		assert_eq!(updates[2].block, block(5, b'b'));
	}

	#[test]
	fn tells_the_same_change_again_where_the_new_branch_brings_it_too() {
		let (mut tracker, _) = Tracker::new(TASK, block(1, b'a'), open());
		extend(&mut tracker, b'a', [Some(assigned(0))]);
		let updates = reorg(
			&mut tracker,
			&[block(2, b'a')],
			block(1, b'a'),
			Some(open()),
			b'b',
			[Some(assigned(0)), Some(assigned(0))],
		);
		assert_eq!(told(&updates), [(2, "assigned", true), (2, "assigned", false)]);
		assert_eq!((updates[0].block, updates[1].block), (block(2, b'a'), block(2, b'b')));
	}

	#[test]
	fn is_silent_where_the_left_blocks_changed_nothing() {
		let (mut tracker, _) = Tracker::new(TASK, block(1, b'a'), open());
		extend(&mut tracker, b'a', [Some(open()), Some(open())]);
		let updates = reorg(
			&mut tracker,
			&[block(3, b'a'), block(2, b'a')],
			block(1, b'a'),
			Some(open()),
			b'b',
			[Some(open()), Some(open()), Some(open())],
		);
		assert_eq!(updates, []);
		assert_eq!(tracker.best(), block(4, b'b'));
	}

	#[test]
	fn keeps_the_first_update_where_the_common_block_agrees_with_it() {
		let (mut tracker, _) = Tracker::new(TASK, block(5, b'a'), assigned(0));
		extend(&mut tracker, b'a', [Some(settled(6))]);
		let updates = reorg(
			&mut tracker,
			&[block(6, b'a'), block(5, b'a')],
			block(4, b'a'),
			Some(assigned(0)),
			b'b',
			[Some(assigned(0)), Some(assigned(0)), Some(settled(7))],
		);
		assert_eq!(told(&updates), [(6, "settled", true), (7, "settled", false)]);
		// A second reorganisation still finds something to fall back to.
		let updates = reorg(
			&mut tracker,
			&[block(7, b'b')],
			block(6, b'b'),
			Some(assigned(0)),
			b'c',
			[Some(assigned(0)), Some(assigned(0))],
		);
		assert_eq!(told(&updates), [(7, "settled", true)]);
	}

	#[test]
	fn takes_the_first_update_back_where_the_common_block_differs() {
		let (mut tracker, _) = Tracker::new(TASK, block(3, b'a'), assigned(0));
		let updates = reorg(
			&mut tracker,
			&[block(3, b'a')],
			block(2, b'a'),
			Some(open()),
			b'b',
			[Some(open()), Some(assigned(0))],
		);
		assert_eq!(
			told(&updates),
			[(3, "assigned", true), (2, "open", false), (4, "assigned", false)]
		);
	}

	#[test]
	fn a_submission_that_is_undone_leaves_nothing_until_it_is_back() {
		let (mut tracker, _) = Tracker::new(TASK, block(2, b'a'), open());
		let updates =
			reorg(&mut tracker, &[block(2, b'a')], block(1, b'a'), None, b'b', [None, None]);
		assert_eq!(told(&updates), [(2, "open", true)]);
		assert!(!tracker.has_ended());
		assert_eq!(tracker.ended_by(3), None);
		assert_eq!(told(&extend(&mut tracker, b'b', [Some(open())])), [(4, "open", false)]);
	}

	#[test]
	fn another_request_under_the_same_id_is_told_as_new() {
		let other = Observed { request: Hash::repeat_byte(9), ..open() };
		let (mut tracker, _) = Tracker::new(TASK, block(2, b'a'), open());
		let updates = reorg(
			&mut tracker,
			&[block(2, b'a')],
			block(1, b'a'),
			None,
			b'b',
			[Some(other.clone()), Some(other)],
		);
		assert_eq!(told(&updates), [(2, "open", true), (2, "open", false)]);
	}

	#[test]
	fn walking_back_without_new_blocks_falls_back_to_the_common_block() {
		let (mut tracker, _) = Tracker::new(TASK, block(1, b'a'), open());
		extend(&mut tracker, b'a', [Some(assigned(0))]);
		let updates =
			reorg(&mut tracker, &[block(2, b'a')], block(1, b'a'), Some(open()), b'a', []);
		assert_eq!(told(&updates), [(2, "assigned", true)]);
		assert_eq!(tracker.best(), block(1, b'a'));
	}
}

mod the_end {
	use super::*;

	#[test]
	fn waits_until_its_block_is_finalized() {
		let (mut tracker, _) = Tracker::new(TASK, block(4, b'a'), assigned(0));
		assert_eq!(tracker.ended_by(100), None);
		extend(&mut tracker, b'a', [Some(settled(5)), Some(settled(5))]);
		assert!(tracker.has_ended());
		assert_eq!(tracker.ended_by(4), None);
		assert_eq!(tracker.ended_by(5), Some(5));
		let last = tracker.last_update(block(5, b'a')).unwrap();
		assert!(last.finalized && !last.retracted);
		assert_eq!(last.block, block(5, b'a'));
	}

	#[test]
	fn of_long_ago_does_not_wait_for_the_best_block() {
		let (tracker, first) = Tracker::new(TASK, block(50, b'a'), settled(5));
		assert_eq!(first.block, block(50, b'a'));
		assert_eq!(tracker.ended_by(5), Some(5));
	}

	#[test]
	fn that_is_taken_back_is_no_end() {
		let (mut tracker, _) = Tracker::new(TASK, block(4, b'a'), assigned(0));
		extend(&mut tracker, b'a', [Some(settled(5))]);
		reorg(
			&mut tracker,
			&[block(5, b'a')],
			block(4, b'a'),
			Some(assigned(0)),
			b'b',
			[Some(assigned(0)), Some(assigned(0))],
		);
		assert_eq!(tracker.ended_by(6), None);
	}
}

#[test]
fn what_a_subscriber_stacks_is_the_history_of_the_best_chain() {
	// Whatever is retracted and enacted, pushing updates and popping retracted ones ends with the
	// changes of the final chain since the block the subscription began with.
	let (mut tracker, first) = Tracker::new(TASK, block(1, b'a'), open());
	let mut stack = vec![first];
	let mut take = |updates: Vec<TaskUpdate>| {
		for update in updates {
			if update.retracted {
				let held = stack.pop().expect("only what was told is taken back");
				assert_eq!(TaskUpdate { retracted: true, ..held }, update);
			} else {
				stack.push(update);
			}
		}
		told(&stack)
	};
	take(extend(&mut tracker, b'a', [Some(assigned(0)), Some(assigned(1))]));
	take(reorg(
		&mut tracker,
		&[block(3, b'a')],
		block(2, b'a'),
		Some(assigned(0)),
		b'b',
		[Some(assigned(0)), Some(settled(4))],
	));
	let history = take(reorg(
		&mut tracker,
		&[block(4, b'b'), block(3, b'b'), block(2, b'a')],
		block(1, b'a'),
		Some(open()),
		b'c',
		[Some(open()), Some(assigned(0)), Some(assigned(1)), Some(settled(5))],
	));
	assert_eq!(
		history,
		[(1, "open", false), (3, "assigned", false), (4, "assigned", false), (5, "settled", false)]
	);
}
