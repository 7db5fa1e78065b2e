// SPDX-License-Identifier: Apache-2.0
//! # Provers
//!
//! Provers of the yard: registration, hardware, stake, and the bond that live attempts reserve.
//!
//! ## Terms
//!
//! * **Stake**: what a prover holds on its own account for this purpose ([`HoldReason::Stake`]).
//! * **Operator**: a prover, seen from those who delegate stake to it.
//! * **Pool**: the stake that others delegated to an operator ([`Pool`]), on hold on the operator's
//!   account ([`HoldReason::Delegation`]). It backs bonds as the operator's own does.
//! * **Share**: what a delegator has of a pool. Slashes and rewards change what a share is worth, not
//!   how many there are; what division leaves over stays in the pool. Shares that are leaving back
//!   nothing new, but earn and are slashed as the others are until they are withdrawn.
//! * **Commission**: the part of what it earns that the operator keeps before the rest is shared.
//! * **Reserved bond**: the part of what is staked that its attempts have reserved. It is taken when
//!   an attempt defaults. The slot, lot and time of an attempt that is over are free again; the
//!   bond that is left is free when its task has ended.
//! * **Deposit**: a part of the stake for a sealed bid, reserved as a bond is, but
//!   without a slot.
//! * **Unbonding**: the part of the own stake that is leaving. It backs nothing new, and can be
//!   withdrawn after [`Config::UnbondingDelay`].
//! * **Exit**: leaving for good. The prover takes nothing new, what it has under way ends, then all its
//!   stake unbonds by itself. It is forgotten when the last of its own and of the delegated stake is
//!   withdrawn.
//! * **Session key**: the key with which the prover's node signs what it submits. It holds no funds,
//!   and belongs to one prover only, which proves at registration that it has the secret.
//! * **Pause**: a prover that is paused gets nothing new. Pausing counts at once, resuming from the
//!   next epoch ([`Config::AskEpoch`]).
//! * **Confirmed speed**: how fast a prover has been in a proof system, in units of work a second,
//!   from the attempts that ended ([`SpeedRecord`]). The speed that it declares counts up to this
//!   one only.
//! * **Track record**: how the prover's attempts in a proof system ended, where older ones count less
//!   ([`TrackRecord`]). A prover is *reliable* there with enough proofs, nearly all of them in time.
//! * **Strike**: a default since the last proof. At [`Config::MaxStrikes`] the prover is in **jail**:
//!   it takes nothing new, and its proofs are refused, until it asks to go on when its time is over.
//! * **Calibration**: a task of the prover's own that it has proven, to show that it can.
//!
//! ## What holds at all times
//!
//! `reserved + unbonding ≤ stake + pool`, and `unbonding ≤ stake`, where stake and pool are exactly
//! what is on hold: money that can be slashed for an attempt is there until the attempt's task has
//! ended. The auction sees only `stake − unbonding + pool − leaving shares − reserved` as free, and
//! nothing when that is negative: shares may start to leave at any time, and are withdrawn when the
//! rest covers what is reserved. `reserved` is the sum of bonds and deposits.
//!
//! ## Who pays and who earns
//!
//! A slash falls on the operator's own stake and on the pool by what they are worth. So does what the
//! operator earns, less its commission: its own part is free at once, the pool's part is added to the
//! pool. At the time of delegating a pool is worth at most [`Config::DelegationFactor`] times the own
//! stake: who decides has something to lose.
//!
//! ## Who got room
//!
//! Whoever waits for a prover to have room need not look at all of them: [`Freed`] lists those that
//! may have got some, and [`proofyard_primitives::traits::Provers::take_freed`] gives them out.
//!
//! ## Place in the whole
//!
//! The ground floor: this pallet calls no other. The auction and attestation reserve and release through
//! [`proofyard_primitives::traits::Provers`], settlement slashes and rewards through
//! [`proofyard_primitives::traits::Stake`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use pool::Pool;
pub use reliability::{TrackRecord, ATTEMPT};
pub use speed::{Sample, SpeedRecord, UNMEASURABLE};
pub use types::*;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod delegation;
mod exit;
mod impls;
mod jail;
#[cfg(test)]
mod mock;
mod pool;
mod registration;
mod reliability;
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
	use sp_runtime::{Percent, Permill};

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

		/// Blocks between asking for stake back and getting it, own or delegated, and before a higher
		/// commission counts. Longer than any attempt can live.
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

		/// Blocks after which an attempt counts half in the track record.
		#[pallet::constant]
		type RecordHalfLife: Get<BlockNumberFor<Self>>;

		/// Proofs that a reliable prover has delivered in a proof system, as its track record counts
		/// them now.
		#[pallet::constant]
		type ReliableProofs: Get<u32>;

		/// The share of its attempts in a proof system that a reliable prover delivered in time.
		#[pallet::constant]
		type ReliableShare: Get<Percent>;

		/// Defaults in a row for which a prover is jailed.
		#[pallet::constant]
		type MaxStrikes: Get<u32>;

		/// Blocks in jail the first time.
		#[pallet::constant]
		type JailTime: Get<BlockNumberFor<Self>>;

		/// Times the operator's own stake that a pool may be worth at the time of delegating: an
		/// operator has something to lose itself. At zero nobody can delegate.
		#[pallet::constant]
		type DelegationFactor: Get<u32>;

		/// Least amount to delegate, and least worth of the shares that stay: bounds what a delegator's
		/// entry in the state is kept for.
		#[pallet::constant]
		type MinDelegation: Get<BalanceOf<Self>>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Reasons for which this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A prover's stake.
		Stake,
		/// Stake that others delegated to this prover.
		Delegation,
	}

	/// Registered provers.
	#[pallet::storage]
	pub type Provers<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, ProverRecordOf<T>, OptionQuery>;

	/// Provers by session key.
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

	/// Speed that each prover has shown, by proof system and size: at most
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

	/// Endings of the attempts of each prover, by proof system, as of when the last one ended: at
	/// most one entry for each of [`ProofSystem::ALL`]. Attempts at calibration tasks are left out.
	/// To be read through [`Pallet::track_record`], which lets older ones count less.
	#[pallet::storage]
	pub type TrackRecords<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Twox64Concat,
		ProofSystem,
		TrackRecord<BlockNumberFor<T>>,
		OptionQuery,
	>;

	/// Shares of each delegator in the pools of operators: operator, then delegator.
	#[pallet::storage]
	pub type Delegations<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Blake2_128Concat,
		T::AccountId,
		Delegation<BlockNumberFor<T>>,
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
	pub enum Event<T: Config> {
		/// A prover registered.
		ProverRegistered {
			/// Account of the prover.
			prover: T::AccountId,
			/// Its own stake, in plancks.
			stake: BalanceOf<T>,
		},
		/// A prover declared other hardware or slots.
		HardwareChanged {
			/// Account of the prover.
			prover: T::AccountId,
			/// Hardware class that it proves on from now.
			hardware: HardwareClass,
			/// Tasks that it takes at once from now.
			slots: u32,
		},
		/// A prover's node signs with another key.
		SessionKeyChanged {
			/// Account of the prover.
			prover: T::AccountId,
		},
		/// A prover staked more.
		StakeAdded {
			/// Account of the prover.
			prover: T::AccountId,
			/// Sum added, in plancks.
			amount: BalanceOf<T>,
			/// Its own stake after that, in plancks.
			stake: BalanceOf<T>,
		},
		/// A part of a stake is leaving.
		UnbondingStarted {
			/// Account of the prover.
			prover: T::AccountId,
			/// Part of its own stake that is leaving in all, in plancks.
			amount: BalanceOf<T>,
			/// First block in which it can be withdrawn.
			available_at: BlockNumberFor<T>,
		},
		/// A part of a stake has left.
		StakeWithdrawn {
			/// Account of the prover.
			prover: T::AccountId,
			/// Sum withdrawn, in plancks.
			amount: BalanceOf<T>,
			/// Its own stake after that, in plancks.
			stake: BalanceOf<T>,
		},
		/// A prover has left, with nothing staked.
		ProverLeft {
			/// Account of the prover.
			prover: T::AccountId,
		},
		/// A prover takes nothing new, or will take work again.
		PauseChanged {
			/// Account of the prover.
			prover: T::AccountId,
			/// First block in which it takes work again; `None` until it resumes.
			resumes_at: Option<BlockNumberFor<T>>,
		},
		/// A part of what a prover had reserved, a bond or a deposit, was taken.
		BondSlashed {
			/// Account of the prover.
			prover: T::AccountId,
			/// Sum taken in all, of its own stake and of what is delegated to it, in plancks.
			amount: BalanceOf<T>,
			/// Its own stake after that, in plancks.
			stake: BalanceOf<T>,
		},
		/// A pool paid its part of a slash.
		DelegationSlashed {
			/// Account of the operator.
			prover: T::AccountId,
			/// Part of the slash that the delegators bear, in plancks.
			amount: BalanceOf<T>,
			/// Worth of the pool after that, in plancks.
			value: BalanceOf<T>,
		},
		/// A pool got its part of what an operator earned.
		DelegationRewarded {
			/// Account of the operator.
			prover: T::AccountId,
			/// Part of the reward that the delegators get, in plancks.
			amount: BalanceOf<T>,
			/// Worth of the pool after that, in plancks.
			value: BalanceOf<T>,
		},
		/// A prover defaulted too often.
		ProverJailed {
			/// Account of the prover.
			prover: T::AccountId,
			/// First block in which it may ask to go on.
			until: BlockNumberFor<T>,
		},
		/// A prover left jail.
		ProverUnjailed {
			/// Account of the prover.
			prover: T::AccountId,
			/// First block in which it takes work again; `None` if it had paused and has to resume.
			resumes_at: Option<BlockNumberFor<T>>,
		},
		/// A prover is leaving for good.
		ExitStarted {
			/// Account of the prover.
			prover: T::AccountId,
		},
		/// An operator takes delegations at another commission, or takes no more.
		DelegationSet {
			/// Account of the operator.
			prover: T::AccountId,
			/// Share of the rewards that it keeps for itself; `None` if it takes no more.
			commission: Option<Permill>,
			/// First block in which the commission counts.
			from: BlockNumberFor<T>,
		},
		/// Somebody delegated stake to an operator.
		Delegated {
			/// Account of the operator.
			prover: T::AccountId,
			/// Account of the delegator.
			delegator: T::AccountId,
			/// Sum delegated, in plancks.
			amount: BalanceOf<T>,
			/// Shares of the pool that the delegator got for it.
			shares: u128,
		},
		/// More shares of a delegator are leaving.
		UndelegationStarted {
			/// Account of the operator.
			prover: T::AccountId,
			/// Account of the delegator.
			delegator: T::AccountId,
			/// Shares of the pool that are leaving by this call.
			shares: u128,
			/// First block in which all of its leaving shares can be withdrawn.
			available_at: BlockNumberFor<T>,
		},
		/// A delegator has its money back, or what is left of it.
		DelegationWithdrawn {
			/// Account of the operator.
			prover: T::AccountId,
			/// Account of the delegator.
			delegator: T::AccountId,
			/// Shares of the pool that are gone.
			shares: u128,
			/// Sum paid out to the delegator, in plancks.
			amount: BalanceOf<T>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is a registered prover already.
		AlreadyRegistered,
		/// The account is not a registered prover. Register first.
		UnknownProver,
		/// The stake is below the least that a prover must have. Stake at least `MinStake`.
		StakeTooLow,
		/// The account's free balance does not cover the stake or the delegation.
		InsufficientBalance,
		/// The session key belongs to a prover already. Use a key of your own.
		SessionKeyTaken,
		/// The signature does not prove that you hold the session key's secret.
		BadPossessionProof,
		/// Slots must be between one and `MaxSlots`.
		SlotsOutOfRange,
		/// The new hardware or slots do not cover the attempts that live. Wait until they end.
		AttemptsLive,
		/// More is asked for than is free of bonds, of deposits and of unbonding. Wait until live
		/// attempts have ended.
		StakeReserved,
		/// An unbonding is under way. Withdraw it before starting another.
		UnbondingUnderWay,
		/// Nothing is unbonding.
		NothingUnbonding,
		/// The unbonding delay, or the time in jail, is not over. Try from the block the event named.
		TooEarly,
		/// The amount is zero.
		ZeroAmount,
		/// The stake left would be below `MinStake`. Unbond less, or all of it to leave; with delegated
		/// stake, leave by `exit`.
		RemainderTooLow,
		/// Asks are still standing. Withdraw them before leaving.
		AsksStanding,
		/// The prover has as many asks as it may.
		TooManyAsks,
		/// The prover has no free slot for another attempt.
		NoFreeSlot,
		/// The free part of the prover's own and delegated stake does not cover the bond or the deposit.
		InsufficientStake,
		/// The prover is leaving and takes nothing new.
		Leaving,
		/// The prover is paused and takes nothing new. Resume, and wait for the next epoch.
		Paused,
		/// The prover is paused already.
		AlreadyPaused,
		/// The prover is not paused, or resumes already.
		NotPaused,
		/// The prover defaulted too often and takes nothing new. Leave jail when its time is over.
		Jailed,
		/// The prover is not in jail.
		NotJailed,
		/// The prover is leaving already. It cannot be undone.
		AlreadyLeaving,
		/// The operator takes no delegations, or no more.
		DelegationClosed,
		/// Less than `MinDelegation`, or than one share, is delegated, or would stay. Delegate more, or
		/// take out all.
		DelegationTooLow,
		/// The pool would be worth more than `DelegationFactor` times the operator's own stake.
		DelegationFull,
		/// An operator cannot delegate to itself. Add to the stake instead.
		SelfDelegation,
		/// All that was delegated has been slashed. The pool takes nothing new until all shares of it
		/// are withdrawn.
		PoolWipedOut,
		/// The account has delegated nothing to this operator.
		NoDelegation,
		/// The delegator has fewer shares that are not leaving.
		TooFewShares,
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
		/// [`Error::UnknownProver`], [`Error::ZeroAmount`], [`Error::Leaving`],
		/// [`Error::StakeTooLow`], [`Error::InsufficientBalance`].
		///
		/// ## Events
		/// [`Event::StakeAdded`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::add_stake())]
		pub fn add_stake(origin: OriginFor<T>, amount: BalanceOf<T>) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_add_stake(prover, amount)
		}

		/// Ask for a part of the own stake back, or, when nobody delegated any, for all of it in order
		/// to leave. It backs nothing new from now on and can be withdrawn after
		/// [`Config::UnbondingDelay`].
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::ZeroAmount`], [`Error::Leaving`],
		/// [`Error::UnbondingUnderWay`], [`Error::StakeReserved`], [`Error::RemainderTooLow`], [`Error::AsksStanding`].
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
		/// registered no more, unless others have delegated stake to it: then it is when the last of
		/// them has withdrawn. One whose stake was slashed whole leaves by this call too, once its
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

		/// Leave jail when its time is over. Proofs count again at once, new work comes from the next
		/// epoch ([`Config::AskEpoch`]), as after a pause.
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::NotJailed`], [`Error::TooEarly`].
		///
		/// ## Events
		/// [`Event::ProverUnjailed`].
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::unjail())]
		pub fn unjail(origin: OriginFor<T>) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_unjail(prover)
		}

		/// Leave for good: take nothing new from now on. Attempts that live go on; as soon as none does
		/// and nothing is reserved, all the stake starts unbonding by itself, together with what is
		/// unbonding already. What others delegated they can have back when the operator can. This
		/// cannot be undone.
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::AlreadyLeaving`], [`Error::AsksStanding`].
		///
		/// ## Events
		/// [`Event::ExitStarted`], and, now or later, [`Event::UnbondingStarted`].
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::exit())]
		pub fn exit(origin: OriginFor<T>) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_exit(prover)
		}

		/// Say whether others may delegate stake to the caller, and on what terms.
		///
		/// A commission that falls counts at once, and so does any while nobody has delegated. One that
		/// rises counts after [`Config::UnbondingDelay`], so that delegators can leave before; until
		/// then another call replaces it.
		///
		/// ## Dispatch origin
		/// Signed by a prover.
		///
		/// ## Parameters
		/// - `commission`: the part of what it earns that the caller keeps before the rest is shared;
		///   `None` closes the pool to new delegations and leaves the commission as it is.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::Leaving`].
		///
		/// ## Events
		/// [`Event::DelegationSet`].
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::set_delegation())]
		pub fn set_delegation(origin: OriginFor<T>, commission: Option<Permill>) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_set_delegation(prover, commission)
		}

		/// Put money behind an operator: it earns with it and is slashed with it. It buys whole shares;
		/// what is left over stays the caller's.
		///
		/// ## Dispatch origin
		/// Signed, by another account than the operator's.
		///
		/// ## Parameters
		/// - `prover`: the operator.
		/// - `amount`: the most to pay, at least [`Config::MinDelegation`]. The caller's account must
		///   stay alive.
		///
		/// ## Errors
		/// [`Error::SelfDelegation`], [`Error::DelegationTooLow`], [`Error::UnknownProver`],
		/// [`Error::Leaving`], [`Error::DelegationClosed`], [`Error::PoolWipedOut`],
		/// [`Error::DelegationFull`], [`Error::InsufficientBalance`].
		///
		/// ## Events
		/// [`Event::Delegated`].
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::delegate())]
		pub fn delegate(
			origin: OriginFor<T>,
			prover: T::AccountId,
			amount: BalanceOf<T>,
		) -> DispatchResult {
			let delegator = ensure_signed(origin)?;
			Self::do_delegate(delegator, prover, amount)
		}

		/// Ask for shares back. They back nothing new from now on and can be withdrawn after
		/// [`Config::UnbondingDelay`], together with those that are leaving already, which wait as
		/// long. Until then they earn and are slashed as before.
		///
		/// ## Dispatch origin
		/// Signed by a delegator of this operator.
		///
		/// ## Parameters
		/// - `prover`: the operator.
		/// - `shares`: how many. Those that stay must be worth [`Config::MinDelegation`], or be none.
		///
		/// ## Errors
		/// [`Error::ZeroAmount`], [`Error::UnknownProver`], [`Error::NoDelegation`],
		/// [`Error::TooFewShares`], [`Error::DelegationTooLow`].
		///
		/// ## Events
		/// [`Event::UndelegationStarted`].
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::undelegate())]
		pub fn undelegate(
			origin: OriginFor<T>,
			prover: T::AccountId,
			shares: u128,
		) -> DispatchResult {
			let delegator = ensure_signed(origin)?;
			Self::do_undelegate(delegator, prover, shares)
		}

		/// Pay a delegator what its leaving shares are worth, rounded down; when the operator has left
		/// and its own stake could be withdrawn, what all its shares are worth. The last share takes
		/// all that is there. An operator that has left is registered no more when this was the last
		/// of it.
		///
		/// ## Dispatch origin
		/// Signed, by anybody: the money goes to the delegator, whose account must be alive, or come
		/// to life by it.
		///
		/// ## Errors
		/// [`Error::UnknownProver`], [`Error::NoDelegation`], [`Error::NothingUnbonding`],
		/// [`Error::TooEarly`], [`Error::StakeReserved`].
		///
		/// ## Events
		/// [`Event::DelegationWithdrawn`], and [`Event::ProverLeft`] if that was all.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::withdraw_delegation())]
		pub fn withdraw_delegation(
			origin: OriginFor<T>,
			prover: T::AccountId,
			delegator: T::AccountId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_withdraw_delegation(prover, delegator)
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
			assert!(!T::RecordHalfLife::get().is_zero(), "a half-life lasts");
			assert!(T::MaxStrikes::get() > 0, "nobody is jailed for nothing");
			assert!(!T::MinDelegation::get().is_zero(), "a delegation is of something");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	use sp_runtime::traits::Zero;
}
