// SPDX-License-Identifier: Apache-2.0
//! # Auctions
//!
//! Market in which tasks and standing asks meet.
//!
//! ## Overview
//!
//! A requester submits a task with its maximum fee in escrow; it waits in the queue of its market.
//! A prover places *asks*: in one market, a price for a unit of work, a number of lots, a speed. At
//! the start of each block the pallet clears the markets in which tasks wait, by the rule of
//! [`proofyard_mechanism`]: tasks with the highest maximum take the lowest asks that can serve them,
//! all pay one price, nobody gets more than its share. A match reserves the prover's bond, fixes the
//! price (what is above it is the requester's again at once), names the standbys, and hands the task
//! over to attestation. What nobody takes goes back to the requester in full at its deadline.
//!
//! ## Asks
//!
//! Prices lie on a grid of ticks, 2 % apart. What offers more than before (another price, more lots,
//! more speed, a new ask) counts from the next epoch, so that nobody gets a last look; what offers
//! less counts at once. The book of a market (bitmap, dense ticks) makes insert, remove and best
//! independent of the number of asks; an ask whose prover has no room leaves it until it has.
//!
//! An ask serves a task only if its prover has a free lot and slot, the declared hardware, a free
//! bond, and the time: what its live attempts still need, and this work at its speed, must fit
//! before the soft deadline. Its speed is what it declares, no higher than what it has shown. Tasks of
//! the `Guaranteed` level go only to provers with a record that is good enough.
//!
//! ## More than one prover
//!
//! A task can start with up to three provers, of which the first proof counts, or can take several
//! proofs: its [`Redundancy`](proofyard_primitives::Redundancy). In the clearing it bids with the part
//! of its maximum that one of them can be paid; the first standbys that can make the soft deadline, and
//! that the maximum pays for, are reserved with the primary.
//!
//! A live task whose provers failed it, with no standby left, is cleared again, alone: against what its
//! price and their bonds can pay.
//!
//! ## Other ways to a prover
//!
//! * A task can be kept to a set of provers; a prover can keep requesters off its asks.
//! * A task too large or odd for a market is sold by **sealed bids**: commit, reveal, the lowest
//!   wins and is paid the second lowest. Who commits and does not reveal loses a deposit.
//! * A proof system and hardware class with a **reference** is entered by proving it a few times, in
//!   the time that the class takes.
//!
//! ## Bounds
//!
//! A block clears no more than [`Config::MaxClearPerBlock`] tasks and passes over no more than
//! [`Config::MaxSkips`] that nobody asks so little for. What is left goes on in the next block:
//! markets take turns, and within a market the nearest deadline is first.
//! It looks for another prover for no more than [`MAX_RESCUES`] live tasks.
//!
//! ## Place in the whole
//!
//! The start of the line: auctions → attestation → settlement.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub(crate) use awards::{Award, AwardOf};
pub use book::EpochAgendaOf;
pub use calibration::MAX_CALIBRATIONS;
pub use clearing::max_asks_read;
#[cfg(feature = "runtime-benchmarks")]
pub(crate) use clearing::Limits;
pub use pallet::*;
pub use quoting::Estimate;
pub use types::*;
pub(crate) use view::{Offer, View};
pub use weights::WeightInfo;

mod asks;
mod awards;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bidding;
mod book;
mod calibration;
mod clearing;
mod quoting;
mod rescue;
mod tasks;
mod try_state;
mod types;
mod view;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::Randomness, weights::WeightMeter};
	use frame_system::pallet_prelude::*;
	use proofyard_agenda::{Agenda, Cost};
	use proofyard_primitives::{
		traits::{Attestation, Escrow, Programs, Provers, Settlement},
		BiddingWindow, FixedValues, HardwareClass, InputRef, Market, ProgramId, ProofSystem,
		Redundancy, ServiceLevel, TaskId,
	};
	use sp_core::H256;

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The balance type, the one of settlement's money.
		type Balance: frame_support::traits::tokens::Balance + Into<u128> + From<u128>;

		/// Provers: their room, bonds and records.
		type Provers: Provers<Self::AccountId, Self::Balance>;

		/// Programs that tasks may name.
		type Programs: Programs;

		/// Escrow that holds the fees.
		type Escrow: Escrow<Self::AccountId, Self::Balance>;

		/// Pallet that takes assigned tasks.
		type Attestation: Attestation<Self::AccountId, Self::Balance, BlockNumberFor<Self>>;

		/// Pallet in which tasks end that nobody took.
		type Settlement: Settlement<Self::AccountId, Self::Balance, BlockNumberFor<Self>>;

		/// Randomness for the order of equal asks and the challenges of calibration.
		type Randomness: Randomness<Option<Self::Hash>, BlockNumberFor<Self>>;

		/// Origin that sets references.
		type ReferenceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Length of an epoch in blocks: how long an ask that offers more waits at most.
		#[pallet::constant]
		type AskEpoch: Get<BlockNumberFor<Self>>;

		/// Duration of a block, in milliseconds: turns deadlines into time for feasibility.
		#[pallet::constant]
		type MillisPerBlock: Get<u64>;

		/// Nearest deadline, in blocks from submission.
		#[pallet::constant]
		type MinLifetime: Get<u32>;

		/// Farthest deadline, in blocks from submission: bounds how long money is bound.
		#[pallet::constant]
		type MaxLifetime: Get<u32>;

		/// The deadline a quote assumes when none is given, in blocks.
		#[pallet::constant]
		type DefaultLifetime: Get<u32>;

		/// Least maximum fee: what makes a task cost something.
		#[pallet::constant]
		type MinFee: Get<Self::Balance>;

		/// The part of a bond that does not depend on the price: what rejected proofs may cost.
		#[pallet::constant]
		type BondBase: Get<Self::Balance>;

		/// Shortest time to commit, and to reveal, sealed bids, in blocks.
		#[pallet::constant]
		type MinBidding: Get<u32>;

		/// Most tasks that the clearings of one block look at.
		#[pallet::constant]
		type MaxClearPerBlock: Get<u32>;

		/// Most tasks that the clearings of one block pass over because nobody asks so little.
		#[pallet::constant]
		type MaxSkips: Get<u32>;

		/// Most asks in one market: bounds its listing.
		#[pallet::constant]
		type MaxAsksPerMarket: Get<u32>;

		/// Most asks of one prover, as the provers pallet has it.
		#[pallet::constant]
		type MaxAsks: Get<u32>;

		/// Limit of what expiry and clearing may take of a block.
		#[pallet::constant]
		type MaxHookWeight: Get<Weight>;

		/// Weights of calls and hooks.
		type WeightInfo: WeightInfo;
	}

	/// The id of the next task.
	#[pallet::storage]
	pub type NextTaskId<T: Config> = StorageValue<_, TaskId, ValueQuery>;

	/// Tasks that wait for the auction.
	#[pallet::storage]
	pub type OpenTasks<T: Config> = StorageMap<_, Twox64Concat, TaskId, OpenTaskOf<T>, OptionQuery>;

	/// The open tasks of each market that wait for its clearing, in order of deadline: the second
	/// key is big-endian and not hashed. Deadline and counter, so nobody can choose it.
	#[pallet::storage]
	pub type Queue<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, Market, Identity, QueueKey, Queued, OptionQuery>;

	/// Tasks that wait, by market. No entry is none.
	#[pallet::storage]
	pub type Waiting<T: Config> = StorageMap<_, Blake2_128Concat, Market, u32, ValueQuery>;

	/// Position from which the next clearing of a market goes on, if the last one did not end its
	/// queue.
	#[pallet::storage]
	pub type QueueCursor<T: Config> =
		StorageMap<_, Blake2_128Concat, Market, QueueKey, OptionQuery>;

	/// The market that was cleared last: the next block begins with the one after it.
	#[pallet::storage]
	pub type MarketCursor<T: Config> = StorageValue<_, Market, OptionQuery>;

	/// Standing asks.
	#[pallet::storage]
	pub type Asks<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		Market,
		Blake2_128Concat,
		T::AccountId,
		AskOf<T>,
		OptionQuery,
	>;

	/// Number of asks in each market.
	#[pallet::storage]
	pub type AskCount<T: Config> = StorageMap<_, Blake2_128Concat, Market, u32, ValueQuery>;

	/// In which markets a prover has asks.
	#[pallet::storage]
	pub type AsksOf<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Blake2_128Concat,
		Market,
		(),
		OptionQuery,
	>;

	/// Ticks of a market that have asks in the book.
	#[pallet::storage]
	pub type TickBitmaps<T: Config> = StorageMap<_, Blake2_128Concat, Market, Grid, ValueQuery>;

	/// Number of asks of the book at a tick.
	#[pallet::storage]
	pub type TickCounts<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, Market, Twox64Concat, u16, u32, ValueQuery>;

	/// Owners of the asks of the book, by market, tick and place at the tick.
	#[pallet::storage]
	pub type TickAsks<T: Config> = StorageNMap<
		_,
		(NMapKey<Blake2_128Concat, Market>, NMapKey<Twox64Concat, u16>, NMapKey<Twox64Concat, u32>),
		T::AccountId,
		OptionQuery,
	>;

	/// Asks out of the book because their prover has no room.
	#[pallet::storage]
	pub type FullAsks<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Blake2_128Concat,
		Market,
		(),
		OptionQuery,
	>;

	/// Changes of asks by the block from which they count.
	#[pallet::storage]
	pub type EpochItems<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		BlockNumberFor<T>,
		Blake2_128Concat,
		(Market, T::AccountId),
		(),
		OptionQuery,
	>;

	/// The first block whose changes of asks may still have to be worked off.
	#[pallet::storage]
	pub type EpochCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// Requesters that a prover keeps off its asks.
	#[pallet::storage]
	pub type Blocked<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Blake2_128Concat,
		T::AccountId,
		(),
		OptionQuery,
	>;

	/// Number of requesters that a prover keeps off.
	#[pallet::storage]
	pub type BlockedCount<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

	/// Sealed bids, by task and prover.
	#[pallet::storage]
	pub type Bids<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		TaskId,
		Blake2_128Concat,
		T::AccountId,
		Bid<T::Balance>,
		OptionQuery,
	>;

	/// Reference tasks: proven to enter the markets of a proof system and hardware class.
	#[pallet::storage]
	pub type References<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		ProofSystem,
		Blake2_128Concat,
		HardwareClass,
		Reference,
		OptionQuery,
	>;

	/// The last clearing of each market that assigned anything: who asked what, what it came to, and
	/// why. Bounded by what one block clears; that of an earlier block is in the state of that block.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type Clearings<T: Config> =
		StorageMap<_, Blake2_128Concat, Market, MarketClearingOf<T>, OptionQuery>;

	/// Open tasks by the block in which they expire.
	#[pallet::storage]
	pub type AgendaItems<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, TaskId, (), OptionQuery>;

	/// The first block whose expiries may still have to be worked off.
	#[pallet::storage]
	pub type AgendaCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The agenda of this pallet.
	pub type AgendaOf<T> = Agenda<BlockNumberFor<T>, TaskId, AgendaItems<T>, AgendaCursor<T>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	#[allow(missing_docs)]
	pub enum Event<T: Config> {
		/// A task waits for the auction.
		TaskSubmitted {
			task: TaskId,
			requester: T::AccountId,
			program: ProgramId,
			max_fee: T::Balance,
			deadline: BlockNumberFor<T>,
		},
		/// The auction gave a task to a prover, and to those that start together with it.
		TaskAssigned {
			task: TaskId,
			prover: T::AccountId,
			price: T::Balance,
			bond: T::Balance,
			soft_deadline: BlockNumberFor<T>,
			co_primaries: Vec<T::AccountId>,
			standbys: Vec<T::AccountId>,
		},
		/// A live task whose provers failed it got another one, at this price.
		RescueFound { task: TaskId, prover: T::AccountId, price: T::Balance },
		/// The requester offers more for an open task.
		FeeRaised { task: TaskId, max_fee: T::Balance },
		/// The requester gives an open task more time.
		TaskProlonged { task: TaskId, deadline: BlockNumberFor<T> },
		/// A prover placed or changed an ask, at this price of the grid. What it offers more than
		/// before counts from block `from`.
		AskPlaced {
			prover: T::AccountId,
			market: Market,
			price: T::Balance,
			lots: u32,
			speed: u64,
			from: BlockNumberFor<T>,
		},
		/// A prover withdrew an ask.
		AskWithdrawn { prover: T::AccountId, market: Market },
		/// A prover keeps a requester off its asks, or no longer.
		BlockListChanged { prover: T::AccountId, requester: T::AccountId, blocked: bool },
		/// A prover committed to a sealed bid.
		BidCommitted { task: TaskId, prover: T::AccountId },
		/// A prover revealed its bid.
		BidRevealed { task: TaskId, prover: T::AccountId, price: T::Balance },
		/// A prover took on the reference task of a class.
		CalibrationStarted {
			task: TaskId,
			prover: T::AccountId,
			system: ProofSystem,
			hardware: HardwareClass,
		},
		/// The reference of a class was set or removed.
		ReferenceChanged { system: ProofSystem, hardware: HardwareClass },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The program leaves the work to the task: state it, above zero.
		WorkNeeded,
		/// The program fixes the work, and another was stated. Leave it out.
		WorkFixed,
		/// The lifetime is below `MinLifetime` or above `MaxLifetime` blocks.
		LifetimeOutOfRange,
		/// The maximum fee is below `MinFee`.
		FeeTooLow,
		/// An inline input is empty. Give the bytes, or a locator.
		EmptyInput,
		/// A remote input needs at least one `https://` or `file:///` locator and a size above zero.
		BadInputLocator,
		/// No open task has this id: it was never submitted, is assigned, or has ended.
		UnknownTask,
		/// The caller did not submit this task.
		NotRequester,
		/// The task's deadline is not reached yet.
		NotDue,
		/// The price of an ask cannot be zero.
		ZeroPrice,
		/// An ask has at least one lot.
		ZeroLots,
		/// An ask's speed cannot be zero.
		ZeroSpeed,
		/// A market's bucket is ⌊log2 work⌋, 0 to 63.
		BadMarket,
		/// The caller is not a registered prover. Register first.
		NotProver,
		/// The hardware the prover declared does not cover the market's.
		HardwareNotCovered,
		/// The market has as many asks as it can hold.
		MarketFull,
		/// The prover has no ask in this market.
		UnknownAsk,
		/// The price of a unit of work is above the highest tick.
		PriceAboveGrid,
		/// The maximum fee is below the lowest tick for each unit of work. Offer more.
		FeeBelowGrid,
		/// The set of provers names one twice.
		DuplicateProver,
		/// Nothing would change.
		NothingToChange,
		/// The deadline, or the time to commit or reveal, is over.
		TooLate,
		/// The time to reveal has not begun. Reveal after the last block to commit in.
		TooEarly,
		/// The task is sold by sealed bids: its fee and its deadline stay.
		SealedTask,
		/// The task is not sold by sealed bids. An ask in its market serves it.
		NotSealed,
		/// Bids are being revealed: the task cannot be withdrawn any more.
		BidsRevealed,
		/// The times to commit and to reveal must be at least `MinBidding` blocks each, and leave
		/// `MinLifetime` for proving.
		BiddingOutOfRange,
		/// The task is kept to other provers.
		NotAdmitted,
		/// The task has as many bids as it can have.
		TooManyBids,
		/// The prover has not committed to a bid for this task.
		UnknownBid,
		/// The bid revealed is not the one committed to: task, prover, price or salt differ.
		WrongCommitment,
		/// The list of requesters kept off is full.
		TooManyBlocked,
		/// The class has a reference that the prover has not proven often enough. Calibrate first.
		NotCalibrated,
		/// The class has no reference: nothing has to be proven to enter it.
		NoReference,
		/// The reference does not fit its program or the chain's bounds.
		BadReference,
		/// A task starts with one to three provers, takes no more proofs than these, and is kept to no
		/// fewer than it takes proofs.
		BadRedundancy,
		/// A task sold by sealed bids goes to one prover. Leave the redundancy out.
		RedundancySealed,
		/// Tasks of the `Guaranteed` level go to provers whose record in the proof system is good
		/// enough. Prove at other levels first.
		NotReliable,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Submit a task.
		///
		/// ## Dispatch origin
		/// Signed. `max_fee` is put on hold on the caller's account until the task ends.
		///
		/// ## Parameters
		/// - `program`: what is proven.
		/// - `level`: the service level.
		/// - `work`: stated for a program that leaves it to the task, otherwise left out.
		/// - `input`: what the witness is computed from; an inline input is public for ever.
		/// - `values`: what the public values have to be: anything, a circuit's public inputs by
		///   position, or all of them, their hash or how they begin.
		/// - `max_fee`: the most the caller pays, at least [`Config::MinFee`].
		/// - `lifetime`: blocks to the deadline, [`Config::MinLifetime`] to [`Config::MaxLifetime`].
		/// - `provers`: those the task is kept to; empty is any.
		/// - `bidding`: how long sealed bids are taken; `None` leaves it to the clearing.
		/// - `redundancy`: how many provers start it, and how many proofs it takes; `None` is what its
		///   level has. `max_fee` pays for all of them: the proofs it takes, and a kill fee to each
		///   other. Where one proof is enough it may start with fewer.
		///
		/// ## Errors
		/// [`Error::WorkNeeded`], [`Error::WorkFixed`], [`Error::LifetimeOutOfRange`],
		/// [`Error::FeeTooLow`], [`Error::FeeBelowGrid`], [`Error::EmptyInput`],
		/// [`Error::BadInputLocator`], [`Error::DuplicateProver`], [`Error::BiddingOutOfRange`],
		/// [`Error::BadRedundancy`], [`Error::RedundancySealed`], and
		/// those of the programs and settlement pallets: an unknown or retired program, a proof system switched
		/// off, fixed inputs that do not fit, a balance that does not cover the fee.
		///
		/// ## Events
		/// [`Event::TaskSubmitted`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::submit_task(values.words()))]
		pub fn submit_task(
			origin: OriginFor<T>,
			program: ProgramId,
			level: ServiceLevel,
			work: Option<u64>,
			input: InputRef,
			values: FixedValues,
			max_fee: T::Balance,
			lifetime: u32,
			provers: ProverSetOf<T>,
			bidding: Option<BiddingWindow>,
			redundancy: Option<Redundancy>,
		) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			Self::do_submit_task(
				requester, program, level, work, input, values, max_fee, lifetime, provers,
				bidding, redundancy,
			)
		}

		/// Withdraw a task that nobody has taken yet. The escrow is free at once. A task sold by
		/// sealed bids can be withdrawn while they are committed, not once they are revealed.
		///
		/// ## Dispatch origin
		/// Signed by the requester.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotRequester`], [`Error::BidsRevealed`].
		///
		/// ## Events
		/// `TaskCancelled` of the settlement pallet.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::cancel_task(MAX_BIDS))]
		pub fn cancel_task(origin: OriginFor<T>, task: TaskId) -> DispatchResultWithPostInfo {
			let requester = ensure_signed(origin)?;
			let bids = Self::do_cancel_task(requester, task)?;
			Ok(Some(T::WeightInfo::cancel_task(bids)).into())
		}

		/// Place a standing ask in a market, or change the one that stands there. What it offers
		/// more (a new ask, another price, more lots, more speed) counts from the next epoch, what it
		/// offers less at once.
		///
		/// ## Dispatch origin
		/// Signed by a registered prover.
		///
		/// ## Parameters
		/// - `price`: of one unit of work, in plancks; rounded up to the next tick.
		/// - `lots`: how many tasks of this market the prover takes at once.
		/// - `speed`: units of work it does in a second. Declaring more than is true wins tasks that
		///   cannot be delivered, their bonds are lost, and what was shown caps what counts.
		///
		/// ## Errors
		/// [`Error::ZeroPrice`], [`Error::PriceAboveGrid`], [`Error::ZeroLots`],
		/// [`Error::ZeroSpeed`], [`Error::BadMarket`], [`Error::NotProver`],
		/// [`Error::HardwareNotCovered`], [`Error::NotCalibrated`], [`Error::MarketFull`], and those
		/// of the provers pallet: too many asks, a prover that is leaving.
		///
		/// ## Events
		/// [`Event::AskPlaced`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::place_ask())]
		pub fn place_ask(
			origin: OriginFor<T>,
			market: Market,
			price: T::Balance,
			lots: u32,
			speed: u64,
		) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_place_ask(prover, market, price, lots, speed)
		}

		/// Withdraw a standing ask. What it has won stays won.
		///
		/// ## Dispatch origin
		/// Signed by the ask's prover.
		///
		/// ## Errors
		/// [`Error::UnknownAsk`].
		///
		/// ## Events
		/// [`Event::AskWithdrawn`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw_ask())]
		pub fn withdraw_ask(origin: OriginFor<T>, market: Market) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_withdraw_ask(prover, market)
		}

		/// Expire a task whose deadline is reached, or decide one whose bids are revealed, in case
		/// the chain has more to do than fits into its blocks. Free when it was due.
		///
		/// ## Dispatch origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotDue`].
		///
		/// ## Events
		/// `TaskExpired` of the settlement pallet.
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::due_weight())]
		pub fn poke(origin: OriginFor<T>, task: TaskId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_poke(task)?;
			Ok(Pays::No.into())
		}

		/// Offer more for an open task. It keeps its place and deadline.
		///
		/// ## Dispatch origin
		/// Signed by the requester. `by` is put on hold in addition.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotRequester`], [`Error::SealedTask`],
		/// [`Error::NothingToChange`], and that of settlement: a balance that does not cover it.
		///
		/// ## Events
		/// [`Event::FeeRaised`].
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::raise_fee())]
		pub fn raise_fee(origin: OriginFor<T>, task: TaskId, by: T::Balance) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			Self::do_raise_fee(requester, task, by)
		}

		/// Give an open task more time: `by` blocks, with [`Config::MaxLifetime`] from now at most.
		///
		/// ## Dispatch origin
		/// Signed by the requester.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotRequester`], [`Error::SealedTask`],
		/// [`Error::NothingToChange`], [`Error::TooLate`], [`Error::LifetimeOutOfRange`].
		///
		/// ## Events
		/// [`Event::TaskProlonged`].
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::prolong_task())]
		pub fn prolong_task(origin: OriginFor<T>, task: TaskId, by: u32) -> DispatchResult {
			let requester = ensure_signed(origin)?;
			Self::do_prolong_task(requester, task, by)
		}

		/// Keep a requester off the caller's asks, or no longer. Counts at once.
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::NotProver`], [`Error::NothingToChange`], [`Error::TooManyBlocked`].
		///
		/// ## Events
		/// [`Event::BlockListChanged`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::set_blocked())]
		pub fn set_blocked(
			origin: OriginFor<T>,
			requester: T::AccountId,
			blocked: bool,
		) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_set_blocked(prover, requester, blocked)
		}

		/// Commit to a sealed bid for a task, or to another one in its place.
		///
		/// ## Dispatch origin
		/// Signed by a registered prover. [`Config::BondBase`] of its stake is set aside until it
		/// reveals; who does not reveal loses it.
		///
		/// ## Parameters
		/// - `commitment`: [`proofyard_primitives::bid_commitment`] of task, caller, price and salt.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotSealed`], [`Error::TooLate`], [`Error::NotProver`],
		/// [`Error::HardwareNotCovered`], [`Error::NotAdmitted`], [`Error::NotCalibrated`],
		/// [`Error::NotReliable`], [`Error::TooManyBids`], and that of the provers pallet: too little
		/// free stake.
		///
		/// ## Events
		/// [`Event::BidCommitted`].
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::commit_bid())]
		pub fn commit_bid(origin: OriginFor<T>, task: TaskId, commitment: H256) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_commit_bid(prover, task, commitment)
		}

		/// Reveal a bid.
		///
		/// ## Dispatch origin
		/// Signed by the prover that committed to it.
		///
		/// ## Parameters
		/// - `price`: for the whole task, in plancks.
		/// - `speed`: units of work the prover does in a second.
		/// - `salt`: what the commitment was made with.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotSealed`], [`Error::TooEarly`], [`Error::TooLate`],
		/// [`Error::ZeroSpeed`], [`Error::UnknownBid`], [`Error::NothingToChange`],
		/// [`Error::WrongCommitment`].
		///
		/// ## Events
		/// [`Event::BidRevealed`].
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::reveal_bid())]
		pub fn reveal_bid(
			origin: OriginFor<T>,
			task: TaskId,
			price: T::Balance,
			speed: u64,
			salt: [u8; 32],
		) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_reveal_bid(prover, task, price, speed, salt)
		}

		/// Take on the reference task of a class, to enter its markets. It is the caller's at once,
		/// nobody pays for it, and a bond of [`Config::BondBase`] is lost if it is not proven in
		/// time.
		///
		/// ## Dispatch origin
		/// Signed by a registered prover.
		///
		/// ## Errors
		/// [`Error::NoReference`], [`Error::NotProver`], [`Error::HardwareNotCovered`],
		/// [`Error::NothingToChange`], and those of the programs and provers pallets: a program
		/// retired or a proof system switched off, no free slot, too little free stake.
		///
		/// ## Events
		/// [`Event::CalibrationStarted`].
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::calibrate())]
		pub fn calibrate(
			origin: OriginFor<T>,
			system: ProofSystem,
			hardware: HardwareClass,
		) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_calibrate(prover, system, hardware)
		}

		/// Set or remove the reference of a class. Asks that stand are left standing.
		///
		/// ## Dispatch origin
		/// [`Config::ReferenceOrigin`].
		///
		/// ## Errors
		/// [`Error::BadReference`], and that of the programs pallet: an unknown
		/// or retired program.
		///
		/// ## Events
		/// [`Event::ReferenceChanged`].
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::set_reference())]
		pub fn set_reference(
			origin: OriginFor<T>,
			system: ProofSystem,
			hardware: HardwareClass,
			reference: Option<Reference>,
		) -> DispatchResult {
			T::ReferenceOrigin::ensure_origin(origin)?;
			Self::do_set_reference(system, hardware, reference)
		}
	}

	impl<T: Config> Pallet<T> {
		/// Upper bound of the weight of an open task's end.
		pub fn due_weight() -> Weight {
			T::WeightInfo::expire().max(T::WeightInfo::decide(MAX_BIDS))
		}

		/// Least weight that a hook needs, so that each of its parts gets on.
		pub fn least_hook_weight() -> Weight {
			let base = T::WeightInfo::agenda_base().saturating_add(T::WeightInfo::agenda_block());
			base.saturating_mul(2)
				.saturating_add(Self::due_weight())
				.saturating_add(T::WeightInfo::activate())
				.saturating_add(T::WeightInfo::set_free(T::MaxAsks::get()))
				.saturating_add(T::WeightInfo::clear_base())
				.saturating_add(T::WeightInfo::clear_market())
				.saturating_add(T::WeightInfo::leave())
				.saturating_add(T::WeightInfo::skip(T::MaxSkips::get()))
				.saturating_add(Self::clear_weight(
					ServiceLevel::Guaranteed,
					T::MaxClearPerBlock::get(),
					max_asks_read(T::MaxClearPerBlock::get()),
				))
				.saturating_add(Self::rescue_weight())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let mut meter = WeightMeter::with_limit(T::MaxHookWeight::get());
			let per_block = T::WeightInfo::agenda_block();
			// However many tasks end and asks change in a block, a part of it is the clearing's.
			let part = T::MaxHookWeight::get().saturating_div(AGENDA_PART);
			let mut ends = WeightMeter::with_limit(part);
			ends.consume(T::WeightInfo::agenda_base());
			let cost = Cost { per_block, per_entry: Self::due_weight() };
			AgendaOf::<T>::serve(now, &mut ends, cost, Self::due);
			let mut changes = WeightMeter::with_limit(part);
			changes.consume(T::WeightInfo::agenda_base());
			let cost = Cost { per_block, per_entry: T::WeightInfo::activate() };
			EpochAgendaOf::<T>::serve(now, &mut changes, cost, Self::activate);
			meter.consume(ends.consumed().saturating_add(changes.consumed()));
			Self::serve_freed(&mut meter);
			let part = meter.remaining().saturating_div(RESCUE_PART);
			let mut rescues = WeightMeter::with_limit(part);
			Self::rescue(now, &mut rescues);
			meter.consume(rescues.consumed());
			Self::clear(now, &mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			assert!(T::MillisPerBlock::get() > 0, "blocks take time");
			assert!(T::MinLifetime::get() > 1, "a task needs a block to be assigned in");
			assert!(
				(T::MinLifetime::get()..=T::MaxLifetime::get())
					.contains(&T::DefaultLifetime::get()),
				"the default lifetime must be allowed"
			);
			assert!(!T::AskEpoch::get().is_zero(), "an epoch has a block");
			assert!(T::MinBidding::get() > 0, "bids need a block to be committed in");
			let least = Self::least_hook_weight();
			assert!(
				T::MaxHookWeight::get().all_gte(least),
				"the hook must have room for one full clearing: {least:?}"
			);
			let entry = T::WeightInfo::agenda_base()
				.saturating_add(T::WeightInfo::agenda_block())
				.saturating_add(Self::due_weight().max(T::WeightInfo::activate()));
			assert!(
				T::MaxHookWeight::get().saturating_div(AGENDA_PART).all_gte(entry),
				"each agenda must get on: {entry:?}"
			);
			let rest = T::MaxHookWeight::get().saturating_div(AGENDA_PART);
			assert!(
				rest.saturating_div(RESCUE_PART).all_gte(Self::rescue_weight()),
				"and rescues, when both took their part: {:?}",
				Self::rescue_weight()
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	use sp_runtime::traits::Zero;
}
