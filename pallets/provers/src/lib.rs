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
//! * **Unbonding**: the part of the stake that is leaving. It backs nothing new, and can be withdrawn
//!   after [`Config::UnbondingDelay`].
//! * **Session key**: the key with which the prover's node signs what it submits. It holds no funds,
//!   and belongs to one prover only, which proves at registration that it has the secret.
//!
//! ## What holds at all times
//!
//! `reserved + unbonding ≤ stake`, where the stake is exactly what is on hold: money that can be
//! slashed for an attempt is there as long as the attempt lives. The auction sees only
//! `stake − reserved − unbonding` as free.
//!
//! ## Place in the whole
//!
//! The ground floor: this pallet calls no other. The auction and attestation reserve and release
//! through [`proofyard_primitives::traits::Provers`], settlement slashes through
//! [`proofyard_primitives::traits::Stake`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod impls;
#[cfg(test)]
mod mock;
mod registration;
#[cfg(test)]
mod tests;
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
		HardwareClass, Market,
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
		/// A part of a prover's reserved bond was taken.
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
		/// More is asked for than is free of live attempts and of unbonding.
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
		/// The prover's free stake does not cover the bond.
		InsufficientStake,
		/// The prover is leaving and takes nothing new.
		Leaving,
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
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(!T::MinStake::get().is_zero(), "an identity must cost something");
			assert!(T::MaxSlots::get() > 0, "a prover without slots cannot prove");
			assert!(T::MaxAsks::get() > 0, "a prover without asks cannot win");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	use sp_runtime::traits::Zero;
}
