// SPDX-License-Identifier: Apache-2.0
//! # Programs
//!
//! What can be proven on the yard: proof systems, verification keys, and where the proving
//! artifacts are. A program is registered once and shared by any number of tasks.
//!
//! ## Overview
//!
//! A program is its proof system, its verification key in the canonical encoding of that system, the
//! hardware class it needs, how the work of its tasks is known, and the files a prover needs. Its
//! id is a hash over these ([`proofyard_primitives::program::program_id`]), so that the same program
//! has the same id on every chain, and a changed bit of the key is another program.
//!
//! The key is checked and *prepared* at registration (subgroup checks, the pairing that all proofs
//! of the key share), once, so that no proof pays for it again. Keys and prepared keys lie in their
//! own storage items: reading a program's terms does not read its keys.
//!
//! The owner deposits `BaseDeposit + bytes · ByteDeposit` and gets it back when the program is
//! retired and its last live task has ended. Until then its keys stay, so that a proof under way is
//! never refused for a retirement.
//!
//! ## Place in the whole
//!
//! The ground floor, with the provers pallet: this pallet calls no other. The auction and attestation
//! use it through [`proofyard_primitives::traits::Programs`].
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
mod registry;
#[cfg(test)]
mod tests;
mod types;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{Inspect, Mutate, MutateHold},
	};
	use frame_system::pallet_prelude::*;
	use proofyard_primitives::{
		limits::*, program::Locator, Artifact, HardwareClass, ProgramId, ProofSystem, WorkModel,
	};
	use proofyard_verifier::KeyError;

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The money that is deposited.
		type Currency: Inspect<Self::AccountId>
			+ Mutate<Self::AccountId>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Who may switch proof systems on and off.
		type SystemOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The part of a deposit that does not depend on size.
		#[pallet::constant]
		type BaseDeposit: Get<BalanceOf<Self>>;

		/// The deposit for one byte of state.
		#[pallet::constant]
		type ByteDeposit: Get<BalanceOf<Self>>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The deposit for a program's state.
		ProgramDeposit,
	}

	/// Registered programs.
	#[pallet::storage]
	pub type Programs<T: Config> =
		StorageMap<_, Identity, ProgramId, ProgramRecordOf<T>, OptionQuery>;

	/// Canonical verification keys.
	#[pallet::storage]
	pub type Keys<T: Config> =
		StorageMap<_, Identity, ProgramId, BoundedVec<u8, MaxKey>, OptionQuery>;

	/// Prepared verification keys: checked, and cheap to load for each proof.
	#[pallet::storage]
	pub type PreparedKeys<T: Config> =
		StorageMap<_, Identity, ProgramId, BoundedVec<u8, MaxPreparedKey>, OptionQuery>;

	/// Proof systems that are switched off: no program of theirs takes new tasks. What is already
	/// assigned goes on.
	#[pallet::storage]
	pub type DisabledSystems<T: Config> = StorageMap<_, Twox64Concat, ProofSystem, (), OptionQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	#[allow(missing_docs)]
	pub enum Event<T: Config> {
		/// A program was registered.
		ProgramRegistered {
			program: ProgramId,
			owner: T::AccountId,
			system: ProofSystem,
			deposit: BalanceOf<T>,
		},
		/// An artifact is to be fetched from elsewhere.
		LocatorsChanged { program: ProgramId, artifact: u32 },
		/// A program takes no new tasks.
		ProgramRetired { program: ProgramId },
		/// A retired program's last task has ended: it is gone, and its deposit is back.
		ProgramRemoved { program: ProgramId, owner: T::AccountId, deposit: BalanceOf<T> },
		/// A proof system was switched on or off.
		SystemSwitched { system: ProofSystem, enabled: bool },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// A program with the same id is registered already. Use it: programs are shared.
		AlreadyRegistered,
		/// No program has this id.
		UnknownProgram,
		/// The caller did not register this program.
		NotOwner,
		/// The program is retired and takes no new tasks.
		Retired,
		/// The proof system is switched off.
		SystemDisabled,
		/// The account's free balance does not cover the deposit.
		InsufficientBalance,
		/// The work of a program cannot be zero.
		ZeroWork,
		/// An artifact has no locator.
		NoLocator,
		/// A locator is not an `https://` or `file:///` URL in printable ASCII.
		BadLocator,
		/// The program has no artifact with this index.
		UnknownArtifact,
		/// The verification key has the wrong length for the proof system.
		KeyWrongLength,
		/// A coordinate in the verification key is not a reduced field element.
		KeyNotInField,
		/// A point of the verification key is not on the curve.
		KeyNotOnCurve,
		/// A point of the verification key is not in the right subgroup.
		KeyNotInSubgroup,
		/// A point of the verification key is at infinity where that is unsound.
		KeyPointAtInfinity,
		/// The verification key has more public inputs than the chain verifies.
		KeyTooManyInputs,
		/// The verification key was refused for another reason.
		KeyRefused,
		/// As many public inputs are fixed as the program has, or none at all.
		WrongPublicInputCount,
		/// A fixed public input is not below the order of the scalar field.
		PublicInputNotInField,
	}

	impl<T: Config> From<KeyError> for Error<T> {
		fn from(error: KeyError) -> Self {
			match error {
				KeyError::WrongLength => Self::KeyWrongLength,
				KeyError::NotInField => Self::KeyNotInField,
				KeyError::NotOnCurve => Self::KeyNotOnCurve,
				KeyError::NotInSubgroup => Self::KeyNotInSubgroup,
				KeyError::PointAtInfinity => Self::KeyPointAtInfinity,
				KeyError::TooManyInputs => Self::KeyTooManyInputs,
				_ => Self::KeyRefused,
			}
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Register a program.
		///
		/// ## Dispatch origin
		/// Signed. The caller becomes the owner and makes the deposit.
		///
		/// ## Parameters
		/// - `system`: its proof system.
		/// - `key`: its verification key in that system's canonical encoding.
		/// - `hardware`: what a prover needs to prove it.
		/// - `work`: fixed for a circuit (its constraints), stated by each task for a zkVM.
		/// - `artifacts`: the files a prover needs, by locator, SHA-256 and size.
		///
		/// ## Errors
		/// [`Error::AlreadyRegistered`], [`Error::SystemDisabled`], [`Error::ZeroWork`],
		/// [`Error::NoLocator`], [`Error::BadLocator`], [`Error::InsufficientBalance`], and one of
		/// the `Key…` errors when the key is not sound.
		///
		/// ## Events
		/// [`Event::ProgramRegistered`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register(
			proofyard_verifier::key_input_count(*system, key).unwrap_or(proofyard_verifier::MAX_PUBLIC_INPUTS),
			artifacts.len() as u32,
		))]
		pub fn register(
			origin: OriginFor<T>,
			system: ProofSystem,
			key: BoundedVec<u8, MaxKey>,
			hardware: HardwareClass,
			work: WorkModel,
			artifacts: BoundedVec<Artifact, MaxArtifacts>,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_register(owner, system, key, hardware, work, artifacts)
		}

		/// Say where an artifact is now. Its content stays what its hash says.
		///
		/// ## Dispatch origin
		/// Signed by the program's owner.
		///
		/// ## Errors
		/// [`Error::UnknownProgram`], [`Error::NotOwner`], [`Error::UnknownArtifact`],
		/// [`Error::NoLocator`], [`Error::BadLocator`], [`Error::InsufficientBalance`] (longer
		/// locators cost a higher deposit).
		///
		/// ## Events
		/// [`Event::LocatorsChanged`].
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_locators())]
		pub fn set_locators(
			origin: OriginFor<T>,
			program: ProgramId,
			artifact: u32,
			locators: BoundedVec<Locator, MaxLocators>,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_set_locators(owner, program, artifact, locators)
		}

		/// Let a program take no new tasks. It goes, and the deposit comes back, when no task of it
		/// lives any more.
		///
		/// ## Dispatch origin
		/// Signed by the program's owner.
		///
		/// ## Errors
		/// [`Error::UnknownProgram`], [`Error::NotOwner`], [`Error::Retired`].
		///
		/// ## Events
		/// [`Event::ProgramRetired`], and [`Event::ProgramRemoved`] when nothing lives.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>, program: ProgramId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_retire(owner, program)
		}

		/// Switch a proof system on or off: its programs take new tasks only while it is on.
		///
		/// ## Dispatch origin
		/// [`Config::SystemOrigin`].
		///
		/// ## Events
		/// [`Event::SystemSwitched`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_system_enabled())]
		pub fn set_system_enabled(
			origin: OriginFor<T>,
			system: ProofSystem,
			enabled: bool,
		) -> DispatchResult {
			T::SystemOrigin::ensure_origin(origin)?;
			if enabled {
				DisabledSystems::<T>::remove(system);
			} else {
				DisabledSystems::<T>::insert(system, ());
			}
			Self::deposit_event(Event::SystemSwitched { system, enabled });
			Ok(())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
