// SPDX-License-Identifier: Apache-2.0
//! Benchmarks of calls and hooks.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{EnsureOrigin, Get},
	weights::{Weight, WeightMeter},
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use proofyard_agenda::Cost;
use proofyard_primitives::{
	bid_commitment,
	session::SessionKey,
	traits::{Attestation, Escrow, Programs, Provers},
	BiddingWindow, Ending, FixedValues, HardwareClass, InputRef, Market, Performance, ProgramId,
	ProofSystem, Redundancy, ServiceLevel, TaskId, Wanted,
};
use sp_core::H256;
use sp_runtime::{
	traits::{One, Saturating},
	SaturatedConversion,
};

/// The market of the tasks of [`Programs::set_up`].
const MARKET: Market = Market {
	system: ProofSystem::Groth16Bn254,
	hardware: HardwareClass::Cpu,
	bucket: 15,
	level: ServiceLevel::Standard,
};
/// The market of those of them that take the most to clear: each starts with two more provers.
const SEVERAL: Market = Market { level: ServiceLevel::Express, ..MARKET };
/// Work of those tasks.
const WORK: u64 = 1 << 15;

fn free() -> Cost {
	Cost { per_block: Weight::zero(), per_entry: Weight::zero() }
}

fn prover<T: Config>(index: u32) -> T::AccountId {
	let prover: T::AccountId = account("prover", index, 0);
	let mut raw = [1u8; 32];
	raw[..4].copy_from_slice(&index.to_le_bytes());
	let key = SessionKey::from(sp_core::sr25519::Public::from_raw(raw));
	T::Provers::set_up(&prover, key);
	prover
}

/// An ask in the book, of a prover of its own, at a tick of its own.
fn ask<T: Config>(index: u32) -> T::AccountId {
	ask_in::<T>(MARKET, index)
}

fn ask_in<T: Config>(market: Market, index: u32) -> T::AccountId {
	let prover = prover::<T>(index);
	place::<T>(&prover, market, index);
	count_from_now::<T>(market, &prover);
	prover
}

/// An ask that counts from the next epoch.
fn place<T: Config>(prover: &T::AccountId, market: Market, tick: u32) {
	let tick = proofyard_mechanism::Tick::new(tick as u16 % 512).expect("on the grid");
	let price = tick.price().into();
	Pallet::<T>::do_place_ask(prover.clone(), market, price, 64, u64::MAX / 2000)
		.expect("within the bounds");
}

fn count_from_now<T: Config>(market: Market, prover: &T::AccountId) {
	let (_, at) = Asks::<T>::get(market, prover).and_then(|ask| ask.next).expect("it is coming");
	EpochAgendaOf::<T>::cancel(at, (market, prover.clone()));
	Pallet::<T>::activate((market, prover.clone()));
}

fn requester<T: Config>() -> T::AccountId {
	let requester: T::AccountId = account("requester", 0, 0);
	T::Escrow::fund(&requester);
	requester
}

fn input() -> InputRef {
	InputRef::Inline(BoundedVec::truncate_from(alloc::vec![1; 8192]))
}

/// The highest that a maximum can matter: all of the asks above are below it.
fn max_fee<T: Config>() -> T::Balance {
	let highest = proofyard_mechanism::Tick::new(600).expect("on the grid");
	T::Balance::from(highest.total(WORK)).max(T::MinFee::get())
}

/// A task with the largest input and the most fixed inputs.
fn submit<T: Config>(
	program: ProgramId,
	fixed: FixedValues,
	bidding: Option<BiddingWindow>,
) -> TaskId {
	submit_to::<T>(program, fixed, MARKET.level, bidding, None)
}

fn submit_to<T: Config>(
	program: ProgramId,
	fixed: FixedValues,
	level: ServiceLevel,
	bidding: Option<BiddingWindow>,
	redundancy: Option<Redundancy>,
) -> TaskId {
	let task = NextTaskId::<T>::get();
	Pallet::<T>::do_submit_task(
		requester::<T>(),
		program,
		level,
		None,
		input(),
		fixed,
		max_fee::<T>(),
		T::MaxLifetime::get(),
		Default::default(),
		bidding,
		redundancy,
	)
	.expect("funded, and within the bounds");
	task
}

fn program<T: Config>(inputs: u32) -> (ProgramId, FixedValues) {
	let (program, proof) = T::Programs::set_up(inputs, 0);
	let fixed: alloc::vec::Vec<_> = proof.inputs().iter().map(|input| Some(*input)).collect();
	(program, FixedValues::Inputs(BoundedVec::truncate_from(fixed)))
}

fn window<T: Config>() -> Option<BiddingWindow> {
	Some(BiddingWindow { commit: T::MinBidding::get(), reveal: T::MinBidding::get() })
}

fn open<T: Config>(task: TaskId) -> OpenTaskOf<T> {
	OpenTasks::<T>::get(task).expect("just submitted")
}

/// A task sold by sealed bids, with `bids` of them committed, each by a prover of its own.
fn sealed<T: Config>(bids: u32) -> TaskId {
	let (program, fixed) = program::<T>(64);
	let task = submit::<T>(program, fixed, window::<T>());
	for index in 0..bids {
		let prover = prover::<T>(index);
		let commitment = commitment::<T>(task, &prover);
		Pallet::<T>::do_commit_bid(prover, task, commitment).expect("within the bounds");
	}
	task
}

fn commitment<T: Config>(task: TaskId, prover: &T::AccountId) -> H256 {
	bid_commitment(task, prover, T::Balance::one().into(), &[7; 32])
}

fn reveal<T: Config>(task: TaskId, prover: T::AccountId) {
	Pallet::<T>::do_reveal_bid(prover, task, T::Balance::one(), u64::MAX / 2000, [7; 32])
		.expect("committed before");
}

fn reference(program: ProgramId) -> Reference {
	Reference {
		program,
		work: WORK,
		input: BoundedVec::truncate_from(alloc::vec![1; 8000]),
		challenge_at: 4000,
		challenge_input: 0,
		proofs: 3,
		blocks: 100,
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// `n` fixed public inputs.
	#[benchmark]
	fn submit_task(n: Linear<0, 64>) {
		let (program, fixed) = program::<T>(n);
		let requester = requester::<T>();
		let provers =
			(0..16).map(|index| account("prover", index, 0)).collect::<alloc::vec::Vec<_>>();
		#[extrinsic_call]
		_(
			RawOrigin::Signed(requester),
			program,
			ServiceLevel::Standard,
			None,
			input(),
			fixed,
			max_fee::<T>(),
			T::MaxLifetime::get(),
			BoundedVec::truncate_from(provers),
			None,
			Some(Redundancy::PAIR),
		);
		assert!(OpenTasks::<T>::contains_key(0));
	}

	/// One sold by sealed bids, `b` of which have to be given back.
	#[benchmark]
	fn cancel_task(b: Linear<0, { MAX_BIDS }>) {
		let task = sealed::<T>(b);
		let requester: T::AccountId = account("requester", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(requester), task);
		assert!(!OpenTasks::<T>::contains_key(task));
	}

	#[benchmark]
	fn raise_fee() {
		let (program, fixed) = program::<T>(64);
		let task = submit::<T>(program, fixed, None);
		let requester: T::AccountId = account("requester", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(requester), task, T::Balance::one());
		assert!(open::<T>(task).spec.max_fee > max_fee::<T>());
	}

	#[benchmark]
	fn prolong_task() {
		let (program, fixed) = program::<T>(64);
		let task = submit::<T>(program, fixed, None);
		let before = open::<T>(task).spec.deadline;
		let now = frame_system::Pallet::<T>::block_number();
		frame_system::Pallet::<T>::set_block_number(now.saturating_add(One::one()));
		let requester: T::AccountId = account("requester", 0, 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(requester), task, 1);
		assert!(open::<T>(task).spec.deadline > before);
	}

	/// A new one, in a class that has a reference.
	#[benchmark]
	fn place_ask() {
		let (program, _) = program::<T>(1);
		let prover = prover::<T>(0);
		let mut none = reference(program);
		none.proofs = 0;
		References::<T>::insert(MARKET.system, MARKET.hardware, none);
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), MARKET, T::Balance::one(), 4, 1_000);
		assert_eq!(Asks::<T>::get(MARKET, &prover).map(|ask| ask.terms.lots), Some(4));
	}

	/// One of two at its tick, with a change to come.
	#[benchmark]
	fn withdraw_ask() {
		let prover = ask::<T>(0);
		ask::<T>(512);
		place::<T>(&prover, MARKET, 1);
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), MARKET);
		assert!(!Asks::<T>::contains_key(MARKET, &prover));
	}

	#[benchmark]
	fn set_blocked() {
		let prover = prover::<T>(0);
		let requester = requester::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), requester.clone(), true);
		assert!(Blocked::<T>::contains_key(prover, requester));
	}

	#[benchmark]
	fn commit_bid() {
		let task = sealed::<T>(0);
		let prover = prover::<T>(0);
		let commitment = commitment::<T>(task, &prover);
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), task, commitment);
		assert!(Bids::<T>::contains_key(task, prover));
	}

	#[benchmark]
	fn reveal_bid() {
		let task = sealed::<T>(1);
		let prover: T::AccountId = account("prover", 0, 0);
		let until = open::<T>(task).bidding.map(|b| b.commit_until).expect("it is sealed");
		frame_system::Pallet::<T>::set_block_number(until.saturating_add(One::one()));
		#[extrinsic_call]
		_(RawOrigin::Signed(prover.clone()), task, T::Balance::one(), 1_000, [7; 32]);
		assert!(Bids::<T>::get(task, prover).is_some_and(|bid| bid.revealed.is_some()));
	}

	#[benchmark]
	fn calibrate() {
		let (program, _) = program::<T>(64);
		References::<T>::insert(MARKET.system, MARKET.hardware, reference(program));
		let prover = prover::<T>(0);
		#[extrinsic_call]
		_(RawOrigin::Signed(prover), MARKET.system, MARKET.hardware);
		assert_eq!(NextTaskId::<T>::get(), 1);
	}

	#[benchmark]
	fn set_reference() -> Result<(), BenchmarkError> {
		let (program, _) = program::<T>(64);
		let origin =
			T::ReferenceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, MARKET.system, MARKET.hardware, Some(reference(program)));
		assert!(References::<T>::contains_key(MARKET.system, MARKET.hardware));
		Ok(())
	}

	/// One entry: a task that nobody took.
	#[benchmark]
	fn expire() {
		let (program, fixed) = program::<T>(64);
		let task = submit::<T>(program, fixed, None);
		let due = open::<T>(task).expire_at;
		AgendaCursor::<T>::put(due);
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(due, &mut meter, free(), Pallet::<T>::due);
		}
		assert!(!OpenTasks::<T>::contains_key(task));
	}

	/// One entry: a task with `b` sealed bids, all revealed.
	#[benchmark]
	fn decide(b: Linear<1, { MAX_BIDS }>) {
		let task = sealed::<T>(b);
		let bidding = open::<T>(task).bidding.expect("it is sealed");
		let reveal_from = bidding.commit_until.saturating_add(One::one());
		frame_system::Pallet::<T>::set_block_number(reveal_from);
		for index in 0..b {
			reveal::<T>(task, account("prover", index, 0));
		}
		let due = open::<T>(task).expire_at;
		frame_system::Pallet::<T>::set_block_number(due);
		AgendaCursor::<T>::put(due);
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(due, &mut meter, free(), Pallet::<T>::due);
		}
		assert!(!OpenTasks::<T>::contains_key(task));
	}

	/// One entry: an ask that moves to another tick, from one that others stay at.
	#[benchmark]
	fn activate() {
		let prover = ask::<T>(0);
		ask::<T>(512);
		place::<T>(&prover, MARKET, 1);
		let (_, at) = Asks::<T>::get(MARKET, &prover).and_then(|a| a.next).expect("it is coming");
		EpochCursor::<T>::put(at);
		#[block]
		{
			let mut meter = WeightMeter::new();
			EpochAgendaOf::<T>::serve(at, &mut meter, free(), Pallet::<T>::activate);
		}
		assert!(Asks::<T>::get(MARKET, &prover).is_some_and(|ask| ask.terms.tick == 1));
	}

	/// An ask that makes way, one of two at its tick.
	#[benchmark]
	fn leave() {
		let prover = ask::<T>(0);
		ask::<T>(512);
		#[block]
		{
			Pallet::<T>::rest(&MARKET, &prover);
		}
		assert!(Asks::<T>::get(MARKET, &prover).is_some_and(|ask| ask.status == AskStatus::Coming));
	}

	/// A prover that has room again, with `m` asks that are full.
	#[benchmark]
	fn set_free(m: Linear<0, 64>) {
		let prover = prover::<T>(0);
		for bucket in 0..m {
			let market = Market { bucket: bucket as u8, ..MARKET };
			place::<T>(&prover, market, 0);
			count_from_now::<T>(market, &prover);
			Pallet::<T>::set_full(&market, &prover);
		}
		assert!(T::Provers::reserve(&prover, &MARKET, T::BondBase::get(), 1).is_ok());
		let ending = Ending::Verified;
		let attempt = Performance { ending, kind: Default::default(), work: 1, blocks: 1 };
		T::Provers::release_slot(&prover, &MARKET, 1, attempt);
		#[block]
		{
			for prover in T::Provers::take_freed(1) {
				Pallet::<T>::set_free(&prover);
			}
		}
		assert_eq!(FullAsks::<T>::iter_keys().count(), 0);
	}

	/// A block with as many markets as it looks at, and nothing cleared in any.
	#[benchmark]
	fn clear_base() {
		let markets: alloc::vec::Vec<_> =
			(0..64).map(|bucket| Market { bucket, ..MARKET }).collect();
		for market in &markets {
			Waiting::<T>::insert(market, 1);
		}
		MarketCursor::<T>::put(markets[0]);
		let found;
		#[block]
		{
			found = Pallet::<T>::next_markets(MarketCursor::<T>::get()).len();
		}
		assert_eq!(found, 64);
		let _ = Waiting::<T>::clear(64, None);
	}

	/// A market in which something waits, and nobody asks.
	#[benchmark]
	fn clear_market() {
		let (program, fixed) = program::<T>(1);
		submit::<T>(program, fixed, None);
		let now = frame_system::Pallet::<T>::block_number();
		#[block]
		{
			Pallet::<T>::clear(now, &mut WeightMeter::new());
		}
		assert!(MarketCursor::<T>::exists());
	}

	/// The clearing of `t` tasks that are all assigned and each start with as many provers as there
	/// may be, which looks at `a` asks: all but the last have no room.
	#[benchmark]
	fn clear(t: Linear<1, 64>, a: Linear<1, 192>) {
		let (program, fixed) = program::<T>(64);
		let redundancy = Some(Redundancy { needed: 1, started: Redundancy::MAX });
		for _ in 0..t {
			submit_to::<T>(program, fixed.clone(), SEVERAL.level, None, redundancy);
		}
		// Those with room: a tenth of the tasks each, those that start together, a standby, and the
		// first rejected one.
		let with_room = 16;
		let a = a.min(max_asks_read(t)).max(with_room);
		for index in 0..a {
			let prover = ask_in::<T>(SEVERAL, index);
			if index + with_room < a {
				for _ in 0..64 {
					let _ = T::Provers::reserve(&prover, &SEVERAL, T::Balance::default(), 0);
				}
			}
		}
		let now = frame_system::Pallet::<T>::block_number();
		let limits = Limits { tasks: t, skips: 0 };
		#[block]
		{
			let found = Pallet::<T>::next_candidates(&SEVERAL, 0, &limits, &WeightMeter::new());
			Pallet::<T>::clear_tasks(now, &SEVERAL, found.candidates);
		}
		assert_eq!(OpenTasks::<T>::iter_keys().count(), 0);
	}

	/// One rescue without its clearing: the task is a live one, and the prover that is found is reserved
	/// and offered to it.
	#[benchmark]
	fn rescue() {
		let (program, fixed) = program::<T>(64);
		let task = submit::<T>(program, fixed, None);
		let now = frame_system::Pallet::<T>::block_number();
		ask::<T>(0);
		let found = Pallet::<T>::next_candidates(
			&MARKET,
			0,
			&Limits { tasks: 1, skips: 0 },
			&WeightMeter::new(),
		);
		Pallet::<T>::clear_tasks(now, &MARKET, found.candidates);
		assert!(!OpenTasks::<T>::contains_key(task));
		ask::<T>(1);
		let wanted = Wanted {
			task,
			market: MARKET,
			requester: account("requester", 0, 0),
			work: WORK,
			most: max_fee::<T>(),
			time_ms: u64::MAX,
			tried: alloc::vec![account("prover", 0, 0)],
		};
		let looked;
		#[block]
		{
			let _ = T::Attestation::wanted(1);
			looked = Pallet::<T>::rescue_one(now, wanted).looked;
		}
		// The second was found. Whether the task wants it is attestation's to say: if not, the
		// reservation is undone, which takes as much as to keep it.
		assert_eq!(looked, 2);
	}

	/// `s` tasks that nobody asks so little for.
	#[benchmark]
	fn skip(s: Linear<0, 256>) {
		let prover = prover::<T>(0);
		place::<T>(&prover, MARKET, 511);
		count_from_now::<T>(MARKET, &prover);
		for task in 0..s {
			Queue::<T>::insert(
				MARKET,
				queue_key(9, task.into()),
				Queued { bid: 0, restricted: false, several: false },
			);
		}
		Waiting::<T>::insert(MARKET, s.max(1));
		let now = frame_system::Pallet::<T>::block_number();
		#[block]
		{
			Pallet::<T>::clear(now, &mut WeightMeter::new());
		}
		assert_eq!(Queue::<T>::iter_keys().count() as u32, s);
		let _ = Queue::<T>::clear(256, None);
		Waiting::<T>::remove(MARKET);
		QueueCursor::<T>::remove(MARKET);
	}

	/// A block of which nothing is due.
	#[benchmark]
	fn agenda_base() {
		AgendaCursor::<T>::put(BlockNumberFor::<T>::from(10u32));
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(9u32.into(), &mut meter, free(), Pallet::<T>::due);
		}
		assert_eq!(AgendaOf::<T>::cursor().saturated_into::<u32>(), 10);
	}

	/// One block of the agenda without entries.
	#[benchmark]
	fn agenda_block() {
		AgendaCursor::<T>::put(BlockNumberFor::<T>::from(10u32));
		#[block]
		{
			let mut meter = WeightMeter::new();
			AgendaOf::<T>::serve(10u32.into(), &mut meter, free(), Pallet::<T>::due);
		}
		assert_eq!(AgendaOf::<T>::cursor().saturated_into::<u32>(), 11);
	}
}
