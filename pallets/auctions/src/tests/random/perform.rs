// SPDX-License-Identifier: Apache-2.0
//! Doing it.

use super::*;
use crate::{Call, Reference, MAX_CALIBRATIONS};
use frame_support::traits::UnfilteredDispatchable;
use proofyard_primitives::{
	bid_commitment, session::possession_message, FixedValues, HardwareClass, InputRef, Market,
	ProgramId, ProofData, TaskId,
};
use sp_core::{Pair, H256};

const SALT: [u8; 32] = [7; 32];

fn id_of(program: usize) -> ProgramId {
	let (hardware, work) = PROGRAMS[program];
	proofyard_primitives::program::program_id(SYSTEM, &key(), hardware, work, &artifacts())
}

/// The `n`-th of what there is, if there is anything.
fn nth<T: Ord>(items: impl Iterator<Item = T>, n: usize) -> Option<T> {
	let mut all: Vec<T> = items.collect();
	all.sort();
	(!all.is_empty()).then(|| all.swap_remove(n % all.len()))
}

fn open_task(n: usize) -> TaskId {
	nth(OpenTasks::<Test>::iter_keys(), n).unwrap_or(n as TaskId)
}

/// One that is at work at a live task.
fn live_task(n: usize) -> (TaskId, AccountId) {
	let running = Live::<Test>::iter().flat_map(|(task, live)| {
		let running = live.attempts.into_iter().filter(|attempt| attempt.is_running());
		running.map(move |attempt| (task, attempt.prover))
	});
	nth(running, n).unwrap_or((n as TaskId, PROVER))
}

/// What a prover bids for a task: of four, one is above all maxima.
fn bid_of(task: TaskId, prover: AccountId) -> Balance {
	match (task + prover) % 4 {
		0 => fee(200),
		n => fee(n as u16),
	}
}

fn account(who: usize) -> AccountId {
	ACCOUNTS[who % ACCOUNTS.len()]
}

/// The requester of an open task, more often than not.
fn requester(who: usize, task: TaskId) -> usize {
	let requester = OpenTasks::<Test>::get(task).map(|open| open.spec.requester);
	let owner = ACCOUNTS.iter().position(|who| Some(*who) == requester);
	if who.is_multiple_of(3) {
		who
	} else {
		owner.unwrap_or(who)
	}
}

/// Dispatch a call. What is refused is refused; nothing may be half done.
fn dispatch(who: usize, call: impl Into<RuntimeCall>) {
	let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
	let result = call.into().dispatch_bypass_filter(signed(account(who)));
	if result.is_err() {
		let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
		assert_eq!(after, before, "a refused call left something");
	}
}

/// Do it.
pub fn perform(action: Action) {
	match action {
		Action::Submit(submission) => submit(submission),
		Action::Auction { task: submission, bidders } => {
			let task = crate::NextTaskId::<Test>::get();
			submit(submission);
			for who in bidders {
				commit(who, task, bid_of(task, account(who)));
			}
		}
		Action::Cancel { who, task } => {
			let task = open_task(task);
			dispatch(requester(who, task), Call::cancel_task { task });
		}
		Action::Raise { who, task, by } => {
			let task = open_task(task);
			dispatch(requester(who, task), Call::raise_fee { task, by });
		}
		Action::Prolong { who, task, by } => {
			let task = open_task(task);
			dispatch(requester(who, task), Call::prolong_task { task, by });
		}
		Action::PlaceAsk { who, market, price, lots, speed } => {
			dispatch(who, Call::place_ask { market, price, lots, speed });
		}
		Action::WithdrawAsk { who, ask } => {
			let market = nth(crate::AsksOf::<Test>::iter_key_prefix(account(who)), ask);
			dispatch(who, Call::withdraw_ask { market: market.unwrap_or_else(market_of_nobody) });
		}
		Action::SetBlocked { who, whom, blocked } => {
			dispatch(who, Call::set_blocked { requester: account(whom), blocked });
		}
		Action::Unblock { n } => {
			let pair = nth(crate::Blocked::<Test>::iter_keys(), n);
			let (prover, requester) = pair.unwrap_or((PROVER, REQUESTER));
			let who = ACCOUNTS.iter().position(|who| *who == prover).unwrap();
			dispatch(who, Call::set_blocked { requester, blocked: false });
		}
		Action::SetPaused { who, paused } => {
			dispatch(who, pallet_provers::Call::set_paused { paused });
		}
		Action::Commit { who, task, other } => {
			let sealed = OpenTasks::<Test>::iter().filter(|(_, open)| open.bidding.is_some());
			let task = nth(sealed.map(|(task, _)| task), task).unwrap_or_else(|| open_task(task));
			commit(who, task, bid_of(task, account(who)) + Balance::from(other));
		}
		Action::Reveal { bid, anybody, speed } => {
			let found = nth(Bids::<Test>::iter_keys(), bid);
			let (task, prover) = found.unwrap_or((bid as TaskId, PROVER));
			reveal(task, anybody.map_or(prover, account), speed);
		}
		Action::RevealMost { from } => {
			let mut bids: Vec<(TaskId, AccountId)> = Bids::<Test>::iter_keys().collect();
			bids.sort_unstable();
			for (n, (task, prover)) in bids.into_iter().enumerate() {
				if (n + from) % 3 != 0 {
					reveal(task, prover, WORK);
				}
			}
		}
		Action::Calibrate { who, hardware } => {
			dispatch(who, Call::calibrate { system: SYSTEM, hardware });
		}
		Action::SetReference { hardware, proofs } => set_reference(hardware, proofs),
		Action::PokeOpen { task } => dispatch(0, Call::poke { task: open_task(task) }),
		Action::PokeLive { task } => {
			let (task, _) = live_task(task);
			dispatch(0, pallet_attestation::Call::poke { task });
		}
		Action::Prove { task, flip } => prove(task, flip),
		Action::ProveAll { task, flip } => prove_all(task, flip),
		Action::Impersonate { task, who } => {
			let (task, prover) = live_task(task);
			let at_work = pallet_attestation::LiveOf::<Test>::contains_key(account(who), task);
			if account(who) != prover && !at_work {
				let result = include(submission(task, account(who), proof()));
				assert!(result.is_err(), "a proof in somebody else's name");
			}
		}
		Action::CommitProof { task } => {
			let (task, prover) = live_task(task);
			let _ = include(commitment(task, prover, &proof()));
		}
		Action::Decline { task } => {
			let (task, prover) = live_task(task);
			let who = ACCOUNTS.iter().position(|who| *who == prover).unwrap();
			dispatch(who, pallet_attestation::Call::decline { task });
		}
		Action::Unjail { who } => {
			// One that is in jail, where there is one.
			let jailed = pallet_provers::Provers::<Test>::iter()
				.filter(|(_, record)| record.is_jailed())
				.filter_map(|(prover, _)| ACCOUNTS.iter().position(|who| *who == prover));
			let who = nth(jailed, who).unwrap_or(who);
			dispatch(who, pallet_provers::Call::unjail {});
		}
		Action::Register { who, hardware, slots, stake } => {
			let pair = session(account(who));
			let call = pallet_provers::Call::register {
				hardware,
				slots,
				stake,
				session_key: pair.public(),
				possession: pair.sign(&possession_message(&account(who))),
			};
			dispatch(who, call);
		}
		Action::SetHardware { who, hardware, slots } => {
			dispatch(who, pallet_provers::Call::set_hardware { hardware, slots });
		}
		Action::SetSessionKey { who, key } => {
			let pair = session(key);
			let call = pallet_provers::Call::set_session_key {
				session_key: pair.public(),
				possession: pair.sign(&possession_message(&account(who))),
			};
			dispatch(who, call);
		}
		Action::AddStake { who, amount } => {
			dispatch(who, pallet_provers::Call::add_stake { amount });
		}
		Action::Unbond { who, amount } => dispatch(who, pallet_provers::Call::unbond { amount }),
		Action::UnbondAll { who } => {
			let asks: Vec<Market> = crate::AsksOf::<Test>::iter_key_prefix(account(who)).collect();
			for market in asks {
				dispatch(who, Call::withdraw_ask { market });
			}
			let amount =
				pallet_provers::Provers::<Test>::get(account(who)).map_or(1, |p| p.free_stake());
			dispatch(who, pallet_provers::Call::unbond { amount });
		}
		Action::Withdraw { who } => {
			// One that has something to withdraw, where there is one.
			let unbonding = pallet_provers::Provers::<Test>::iter()
				.filter(|(_, record)| record.unbonding.is_some())
				.filter_map(|(prover, _)| ACCOUNTS.iter().position(|who| *who == prover));
			let who = nth(unbonding, who).unwrap_or(who);
			dispatch(who, pallet_provers::Call::withdraw_unbonded {});
		}
		Action::RegisterProgram { who, program } => {
			let (hardware, work) = PROGRAMS[program];
			let call = pallet_programs::Call::register {
				system: SYSTEM,
				key: key().try_into().unwrap(),
				hardware,
				work,
				artifacts: artifacts(),
			};
			dispatch(who, call);
		}
		Action::SetLocators { who, program, long } => {
			let url = format!("https://example.org/{}", "x".repeat(if long { 400 } else { 1 }));
			let call = pallet_programs::Call::set_locators {
				program: id_of(program),
				artifact: 0,
				locators: locators(&[&url]),
			};
			dispatch(who, call);
		}
		Action::Retire { who, program } => {
			dispatch(who, pallet_programs::Call::retire { program: id_of(program) });
		}
		Action::Switch { on } => {
			Programs::set_system_enabled(RuntimeOrigin::root(), SYSTEM, on).unwrap();
		}
		Action::Transfer { from, to, amount } => {
			let call =
				pallet_balances::Call::transfer_allow_death { dest: account(to), value: amount };
			dispatch(from, call);
		}
		Action::Wait { blocks, random } => {
			Random::set(H256::repeat_byte(random));
			run_to(System::block_number() + blocks);
		}
		Action::Squeeze { blocks, micros } => {
			let limit = Weight::from_parts(micros * 1_000_000, u64::MAX);
			MaxHookWeight::set(limit);
			for _ in 0..blocks {
				assert!(next_block().all_lte(limit), "a hook beyond its limit");
			}
			MaxHookWeight::set(Weight::MAX);
		}
	}
}

fn submit(submission: Submission) {
	let Submission { who, program, level, work, fixed, fee, lifetime, set, bidding, redundancy } =
		submission;
	let real = proof().inputs()[0];
	let mut other = real;
	other[31] ^= 1;
	let inputs = |input| FixedValues::Inputs(vec![input].try_into().unwrap());
	let values = match fixed {
		0 => FixedValues::Open,
		1 => inputs(Some(real)),
		2 => inputs(Some(other)),
		3 => inputs(None),
		4 => FixedValues::Whole(real.to_vec().try_into().unwrap()),
		5 => FixedValues::Hash(H256(sp_crypto_hashing::sha2_256(&real))),
		6 => FixedValues::Hash(H256::zero()),
		_ => FixedValues::Prefix(Default::default()),
	};
	let call = Call::submit_task {
		program: id_of(program),
		level,
		work,
		input: InputRef::Inline(vec![1].try_into().unwrap()),
		values,
		max_fee: fee,
		lifetime,
		provers: set.into_iter().map(account).collect::<Vec<_>>().try_into().unwrap(),
		bidding,
		redundancy,
	};
	dispatch(who, call);
}

fn commit(who: usize, task: TaskId, price: Balance) {
	let commitment = bid_commitment(task, &account(who), price, &SALT);
	dispatch(who, Call::commit_bid { task, commitment });
}

fn reveal(task: TaskId, prover: AccountId, speed: u64) {
	let who = ACCOUNTS.iter().position(|who| *who == prover).unwrap();
	let price = bid_of(task, prover);
	dispatch(who, Call::reveal_bid { task, price, speed, salt: SALT });
}

fn set_reference(hardware: HardwareClass, proofs: Option<u32>) {
	let reference = proofs.map(|proofs| Reference {
		program: id_of(0),
		work: WORK,
		input: Default::default(),
		challenge_at: 0,
		challenge_input: 0,
		// None at all is one of those that are refused.
		proofs,
		blocks: 12,
	});
	let fits = proofs.is_none_or(|proofs| (1..=MAX_CALIBRATIONS).contains(&proofs));
	let set = Auctions::set_reference(RuntimeOrigin::root(), SYSTEM, hardware, reference);
	assert!(fits || set.is_err());
}

/// The real proof with this bit of it or of its public values changed.
fn changed(bit: usize) -> ProofData {
	match bit.checked_sub(2_048) {
		None => bad_proof(bit),
		Some(bit) => {
			let mut proof = proof();
			proof.public_values[bit / 8] ^= 1 << (bit % 8);
			proof
		}
	}
}

/// What its prover can submit by itself it can submit with others. One that somebody else could copy it
/// keeps back.
fn prove_all(task: usize, flip: Option<usize>) {
	let (_, prover) = live_task(task);
	let now = System::block_number();
	let tasks = pallet_attestation::LiveOf::<Test>::iter_key_prefix(prover).filter(|task| {
		let live = Live::<Test>::get(task).unwrap();
		let place = live.attempt_of(&prover).unwrap() as usize;
		!live.needs_commitment(place, now)
	});
	let mut proofs: Vec<(TaskId, ProofData)> = tasks.map(|task| (task, proof())).collect();
	proofs.sort_by_key(|(task, _)| *task);
	if let (Some(bit), Some((_, one))) = (flip, proofs.first_mut()) {
		*one = changed(bit);
	}
	let count = proofs.len();
	if let Ok(done) = include(batch(prover, &proofs)) {
		done.unwrap();
		assert!(count > 0, "an empty batch");
	}
}

fn prove(task: usize, flip: Option<usize>) {
	let (task, prover) = live_task(task);
	let mut proof = proof();
	match flip {
		Some(bit) => proof = changed(bit),
		// There is one proof, so the challenge of a calibration task becomes what it is for.
		None => Live::<Test>::mutate_extant(task, |live| {
			if live.spec.kind == TaskKind::Calibration {
				let input = vec![Some(proof.inputs()[0])];
				live.spec.values = FixedValues::Inputs(input.try_into().unwrap());
			}
		}),
	}
	let _ = include(submission(task, prover, proof));
}

fn market_of_nobody() -> Market {
	Market { bucket: 63, ..market() }
}
