// SPDX-License-Identifier: Apache-2.0
//! # Provers
//!
//! Who proves on the yard: registration, hardware, stake, and the bond that live attempts reserve.
//!
//! ## Terms
//!
//! * **Stake**: what a prover holds on its own account for this purpose ([`HoldReason::Stake`]).
//! * **Reserved bond**: the part of the stake that its live attempts have reserved. It is taken from
//!   the stake when an attempt defaults, and is free again when the attempt ends well.
//! * **Deposit**: a part of the stake that is set aside for a sealed bid, reserved as a bond is, but
//!   without a slot.
//! * **Unbonding**: the part of the stake that is leaving. It backs nothing new, and can be withdrawn
//!   after [`Config::UnbondingDelay`].
//! * **Session key**: the key with which the prover's node signs what it submits. It holds no funds,
//!   and belongs to one prover only, which proves at registration that it has the secret.
//! * **Pause**: a prover that is paused gets nothing new. Pausing counts at once, resuming from the
//!   next epoch ([`Config::AskEpoch`]).
//! * **Confirmed speed**: how fast a prover has been in a proof system, in units of work a second,
//!   from the attempts that ended ([`SpeedRecord`]). The speed that it declares counts up to this
//!   one only.
//! * **Calibration**: a task of the prover's own that it has proven, to show that it can.
//!
//! ## What holds at all times
//!
//! `reserved + unbonding ≤ stake`, where the stake is exactly what is on hold: money that can be
//! slashed for an attempt is there as long as the attempt lives. The auction sees only
//! `stake − reserved − unbonding` as free. `reserved` is the sum of bonds and deposits.
//!
//! ## Who got room
//!
//! Whoever waits for a prover to have room need not look at all of them: [`Freed`] lists those that
//! may have got some, and [`proofyard_primitives::traits::Provers::take_freed`] gives them out.
//!
//! ## Place in the whole
//!
//! The ground floor: this pallet calls no other. The auction and attestation reserve and release
//! through [`proofyard_primitives::traits::Provers`], settlement slashes through
//! [`proofyard_primitives::traits::Stake`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use speed::{Sample, SpeedRecord, UNMEASURABLE};
pub use types::*;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod impls;
#[cfg(test)]
mod mock;
mod registration;
mod room;
mod speed;
#[cfg(test)]
mod tests;
mod track_record;
mod try_state;
mod types;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{BalancedHold, Inspect, Mutate, MutateHold},
	};
	use frame_system::pallet_prelude::*;
	use proofyard_primitives::{
		session::{SessionKey, SessionSignature},
		HardwareClass, Market, ProofSystem, SpeedClass,
	};

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The money that is staked.
		type Currency: Inspect<Self::AccountId>
			+ Mutate<Self::AccountId>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ BalancedHold<Self::AccountId>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Least stake of a prover: what makes a new identity cost something.
		#[pallet::constant]
		type MinStake: Get<BalanceOf<Self>>;

		/// Blocks between asking for stake back and getting it.
		#[pallet::constant]
		type UnbondingDelay: Get<BlockNumberFor<Self>>;

		/// Most tasks that one prover may take at once: bounds what its node has to look at.
		#[pallet::constant]
		type MaxSlots: Get<u32>;

		/// Most asks that one prover may have standing: bounds the listing of a prover.
		#[pallet::constant]
		type MaxAsks: Get<u32>;

		/// Blocks of an epoch, at whose boundary a paused prover resumes: the one at which asks take
		/// effect.
		#[pallet::constant]
		type AskEpoch: Get<BlockNumberFor<Self>>;

		/// Duration of a block, in milliseconds: what speeds are measured by.
		#[pallet::constant]
		type MillisPerBlock: Get<u64>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A prover's stake.
		Stake,
	}

	/// Registered provers.
	#[pallet::storage]
	pub type Provers<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, ProverRecordOf<T>, OptionQuery>;

	/// Whose a session key is.
	#[pallet::storage]
	pub type SessionKeys<T: Config> =
		StorageMap<_, Blake2_128Concat, SessionKey, T::AccountId, OptionQuery>;

	/// Lots that a prover holds in a market. No entry is none.
	#[pallet::storage]
	pub type LotsInUse<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Blake2_128Concat,
		Market,
		u32,
		ValueQuery,
	>;

	/// Provers that may have got room for work, by the block since which they have it (big-endian,
	/// so that the map is in order of the blocks): an attempt ended, a deposit came back, stake was
	/// added, hardware or slots were changed, a pause ends. Once for each block and prover, until
	/// somebody takes them.
	///
	/// An entry promises nothing: its prover may be full, paused or leaving again, or, when it has
	/// left meanwhile, unknown.
	#[pallet::storage]
	pub type Freed<T: Config> =
		StorageDoubleMap<_, Identity, [u8; 4], Blake2_128Concat, T::AccountId, (), OptionQuery>;

	/// What each prover has shown of its speed, by proof system and size: at most
	/// [`SpeedClass::SIZES`] entries for each of [`ProofSystem::ALL`].
	#[pallet::storage]
	pub type Speeds<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Twox64Concat,
		SpeedClass,
		SpeedRecord<BlockNumberFor<T>>,
		OptionQuery,
	>;

	/// Calibration tasks that each prover has proven, by proof system and hardware class: at most
	/// [`MAX_CALIBRATED`] entries of each. No entry is none.
	#[pallet::storage]
	pub type Calibrations<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Twox64Concat,
		(ProofSystem, HardwareClass),
		u32,
		ValueQuery,
	>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Provers registered from the start: account, session key, hardware, slots, stake.
		pub provers: alloc::vec::Vec<GenesisProverOf<T>>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for prover in &self.provers {
				Pallet::<T>::do_register(
					prover.account.clone(),
					prover.hardware,
					prover.slots,
					prover.stake,
					prover.session_key.clone(),
				)
				.expect("a genesis prover has the balance it stakes and a key of its own");
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	#[allow(missing_docs)]
	pub enum Event<T: Config> {
		/// A prover registered.
		ProverRegistered { prover: T::AccountId, stake: BalanceOf<T> },
		/// A prover declared other hardware or slots.
		HardwareChanged { prover: T::AccountId, hardware: HardwareClass, slots: u32 },
		/// A prover's node signs with another key.
		SessionKeyChanged { prover: T::AccountId },
		/// A prover staked more.
		StakeAdded { prover: T::AccountId, amount: BalanceOf<T>, stake: BalanceOf<T> },
		/// A part of a stake is leaving.
		UnbondingStarted {
			prover: T::AccountId,
			amount: BalanceOf<T>,
			available_at: BlockNumberFor<T>,
		},
		/// A part of a stake has left.
		StakeWithdrawn { prover: T::AccountId, amount: BalanceOf<T>, stake: BalanceOf<T> },
		/// A prover has left, with nothing staked.
		ProverLeft { prover: T::AccountId },
		/// A prover takes nothing new, until it resumes; or it will take work again, from the block
		/// named.
		PauseChanged { prover: T::AccountId, resumes_at: Option<BlockNumberFor<T>> },
		/// A part of what a prover had reserved, a bond or a deposit, was taken.
		BondSlashed { prover: T::AccountId, amount: BalanceOf<T>, stake: BalanceOf<T> },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is a registered prover already.
		AlreadyRegistered,
		/// The account is not a registered prover. Register first.
		UnknownProver,
		/// The stake is below the least that a prover must have. Stake at least `MinStake`.
		StakeTooLow,
		/// The account's free balance does not cover the stake.
		InsufficientBalance,
		/// The session key belongs to a prover already. Use a key of your own.
		SessionKeyTaken,
		/// The signature does not prove that you hold the session key's secret.
		BadPossessionProof,
		/// Slots must be between one and `MaxSlots`.
		SlotsOutOfRange,
		/// The new hardware or slots do not cover the attempts that live. Wait until they end.
		AttemptsLive,
		/// More is asked for than is free of bonds, of deposits and of unbonding.
		StakeReserved,
		/// An unbonding is under way. Withdraw it before starting another.
		UnbondingUnderWay,
		/// Nothing is unbonding.
		NothingUnbonding,
		/// The unbonding delay is not over. Withdraw from the block the event named.
		TooEarly,
		/// The amount is zero.
		ZeroAmount,
		/// What would be left is below `MinStake`. Unbond all of it to leave, or less.
		RemainderTooLow,
		/// Asks are still standing. Withdraw them before unbonding everything.
		AsksStanding,
		/// The prover has as many asks as it may.
		TooManyAsks,
		/// The prover has no free slot for another attempt.
		NoFreeSlot,
		/// The prover's free stake does not cover the bond or the deposit.
		InsufficientStake,
		/// The prover is leaving and takes nothing new.
		Leaving,
		/// The prover is paused and takes nothing new. Resume, and wait for the next epoch.
		Paused,
		/// The prover is paused already.
		AlreadyPaused,
		/// The prover is not paused, or resumes already.
		NotPaused,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Register the caller as a prover.
		///
		/// ## Dispatch origin
		/// Signed.
		///
		/// ## Parameters
		/// - `hardware`: what the prover proves on.
		/// - `slots`: tasks it takes at once over all markets, 1 to [`Config::MaxSlots`].
		/// - `stake`: put on hold on the caller's account, at least [`Config::MinStake`].
		/// - `session_key`: the key its node signs with.
		/// - `possession`: that key's signature over
		///   [`proofyard_primitives::session::possession_message`] of the caller.
		///
		/// ## Errors
		/// [`Error::AlreadyRegistered`], [`Error::SlotsOutOfRange`], [`Error::StakeTooLow`],
		/// [`Error::InsufficientBalance`], [`Error::SessionKeyTaken`],
		/// [`Error::BadPossessionProof`].
		///
		/// ## Events
		/// [`Event::ProverRegistered`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register())]
		pub fn register(
			origin: OriginFor<T>,
			hardware: HardwareClass,
			slots: u32,
			stake: BalanceOf<T>,
			session_key: SessionKey,
			possession: SessionSignature,
		) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::ensure_possession(&prover, &session_key, &possession)?;
			Self::do_register(prover, hardware, slots, stake, session_key)
		}

		/// Declare other hardware or another number of slots. Slots may not fall below the number
		/// of live attempts, and hardware changes only while none lives.
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::SlotsOutOfRange`], [`Error::AttemptsLive`].
		///
		/// ## Events
		/// [`Event::HardwareChanged`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_hardware())]
		pub fn set_hardware(
			origin: OriginFor<T>,
			hardware: HardwareClass,
			slots: u32,
		) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_set_hardware(prover, hardware, slots)
		}

		/// Sign with another key from now on. The old key is nobody's at once: proofs it signed and
		/// that are not yet in a block are refused, and the node signs them again.
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::SessionKeyTaken`], [`Error::BadPossessionProof`].
		///
		/// ## Events
		/// [`Event::SessionKeyChanged`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_session_key())]
		pub fn set_session_key(
			origin: OriginFor<T>,
			session_key: SessionKey,
			possession: SessionSignature,
		) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::ensure_possession(&prover, &session_key, &possession)?;
			Self::do_set_session_key(prover, session_key)
		}

		/// Stake more. What then stays, without what is leaving, must be [`Config::MinStake`]: this
		/// matters after a slash, and to a prover that was about to leave.
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::ZeroAmount`], [`Error::StakeTooLow`],
		/// [`Error::InsufficientBalance`].
		///
		/// ## Events
		/// [`Event::StakeAdded`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::add_stake())]
		pub fn add_stake(origin: OriginFor<T>, amount: BalanceOf<T>) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_add_stake(prover, amount)
		}

		/// Ask for a part of the stake back, or for all of it in order to leave. It backs nothing
		/// new from now on and can be withdrawn after [`Config::UnbondingDelay`].
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::ZeroAmount`], [`Error::UnbondingUnderWay`],
		/// [`Error::StakeReserved`], [`Error::RemainderTooLow`], [`Error::AsksStanding`].
		///
		/// ## Events
		/// [`Event::UnbondingStarted`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::unbond())]
		pub fn unbond(origin: OriginFor<T>, amount: BalanceOf<T>) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_unbond(prover, amount)
		}

		/// Take back what has been unbonding long enough. A prover that withdraws all its stake is
		/// registered no more; one whose stake was slashed whole leaves by this call too, once its
		/// attempts have ended and its asks are withdrawn.
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::NothingUnbonding`], [`Error::TooEarly`].
		///
		/// ## Events
		/// [`Event::StakeWithdrawn`], and [`Event::ProverLeft`] if that was all.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::withdraw_unbonded())]
		pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_withdraw_unbonded(prover)
		}

		/// Take nothing new, or take work again. A pause counts at once; the attempts that live go
		/// on, asks stay and bids hold. Resuming counts from the next epoch
		/// ([`Config::AskEpoch`]), and pausing before then takes it back.
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::AlreadyPaused`], [`Error::NotPaused`].
		///
		/// ## Events
		/// [`Event::PauseChanged`].
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_paused())]
		pub fn set_paused(origin: OriginFor<T>, paused: bool) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_set_paused(prover, paused)
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(!T::MinStake::get().is_zero(), "an identity must cost something");
			assert!(T::MaxSlots::get() > 0, "a prover without slots cannot prove");
			assert!(T::MaxAsks::get() > 0, "a prover without asks cannot win");
			assert!(!T::AskEpoch::get().is_zero(), "an epoch lasts");
			assert!(T::MillisPerBlock::get() > 0, "blocks take time");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	use sp_runtime::traits::Zero;
}
