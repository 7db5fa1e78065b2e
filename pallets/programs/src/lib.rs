// SPDX-License-Identifier: Apache-2.0
//! # Programs
//!
//! Registry of what can be proven on the yard: proof systems, verification keys, and where the proving
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
//! ## Circuits and zkVMs
//!
//! A circuit has a verification key of its own, and its proofs are verified under that. All programs
//! of a zkVM share one: a program's key is 32 bytes (SP1's program verifying key hash, RISC Zero's
//! image id), and what the proofs are verified under is the *wrapping key* of the version of the zkVM
//! that made them, recognised by the first four bytes of the proof. Versions are data: governance
//! registers them ([`Pallet::set_version`]), switches them off at once when one turns out not to be
//! sound ([`Pallet::set_version_enabled`]), and no runtime has to be built for either.
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
mod verification;
mod versions;
pub mod weights;

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
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

		/// Origin that may switch proof systems on and off.
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

	/// Reasons why this pallet holds money.
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

	/// The versions of zkVMs that governance registered, by the first bytes of their proofs.
	#[pallet::storage]
	pub type Versions<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		ProofSystem,
		Identity,
		Selector,
		VersionRecord,
		OptionQuery,
	>;

	/// The prepared wrapping keys of the versions that are switched on.
	#[pallet::storage]
	pub type PreparedVersions<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		ProofSystem,
		Identity,
		Selector,
		BoundedVec<u8, MaxPreparedWrappingKey>,
		OptionQuery,
	>;

	/// Proof systems and versions that the chain verifies from its first block on.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Versions of zkVMs: canonical bytes of [`proofyard_verifier::wrap::WrappingKey`].
		pub versions: Vec<Vec<u8>>,
		/// Proof systems that are switched off.
		pub disabled: Vec<ProofSystem>,
		#[serde(skip)]
		#[doc(hidden)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for entry in &self.versions {
				let entry = entry.clone().try_into().expect("an entry of the genesis fits");
				Pallet::<T>::do_set_version(entry).expect("an entry of the genesis is sound");
			}
			for system in &self.disabled {
				DisabledSystems::<T>::insert(system, ());
			}
		}
	}

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
		/// The proofs of a version of a zkVM are verified from now on, under this entry.
		VersionSet { system: ProofSystem, selector: Selector, version: Vec<u8> },
		/// The proofs of a version of a zkVM are verified, or are not any more.
		VersionSwitched { system: ProofSystem, selector: Selector, enabled: bool },
		/// A version of a zkVM is forgotten.
		VersionRemoved { system: ProofSystem, selector: Selector },
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
		/// Public inputs can be fixed by position for a circuit only. Fix a zkVM's public values whole,
		/// by hash or by prefix.
		NoPublicInputs,
		/// A prefix of a circuit's public values must be whole public inputs, at most as many as it has.
		BadPrefix,
		/// No version of this zkVM has this selector.
		UnknownVersion,
		/// The bytes of the version are not the canonical ones of a wrapping key.
		MalformedVersion,
		/// The proof system does not fit the layout of the version's public values.
		LayoutMismatch,
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
				KeyError::MalformedEntry => Self::MalformedVersion,
				KeyError::LayoutMismatch => Self::LayoutMismatch,
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
		/// - `key`: its verification key in that system's canonical encoding; of a zkVM's program the
		///   32 bytes that its proofs name it by.
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
		#[pallet::weight(Pallet::<T>::register_weight(*system, key, artifacts.len() as u32))]
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

		/// Verify the proofs of a version of a zkVM, or verify them under another entry than until
		/// now. The version is switched on.
		///
		/// ## Dispatch origin
		/// [`Config::SystemOrigin`].
		///
		/// ## Parameters
		/// - `entry`: canonical bytes of [`proofyard_verifier::wrap::WrappingKey`]: system, selector,
		///   name, layout and key.
		///
		/// ## Errors
		/// [`Error::MalformedVersion`], [`Error::LayoutMismatch`], and one of the `Key…` errors when
		/// the key is not sound.
		///
		/// ## Events
		/// [`Event::VersionSet`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::set_version())]
		pub fn set_version(
			origin: OriginFor<T>,
			entry: BoundedVec<u8, MaxWrappingKey>,
		) -> DispatchResult {
			T::SystemOrigin::ensure_origin(origin)?;
			Self::do_set_version(entry)
		}

		/// Switch a version of a zkVM on or off. Off, none of its proofs is accepted any more, not for
		/// tasks that are under way either: it may be off because anybody can forge them.
		///
		/// ## Dispatch origin
		/// [`Config::SystemOrigin`].
		///
		/// ## Errors
		/// [`Error::UnknownVersion`].
		///
		/// ## Events
		/// [`Event::VersionSwitched`].
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::set_version())]
		pub fn set_version_enabled(
			origin: OriginFor<T>,
			system: ProofSystem,
			selector: Selector,
			enabled: bool,
		) -> DispatchResult {
			T::SystemOrigin::ensure_origin(origin)?;
			Self::do_set_version_enabled(system, selector, enabled)
		}

		/// Forget a version of a zkVM.
		///
		/// ## Dispatch origin
		/// [`Config::SystemOrigin`].
		///
		/// ## Errors
		/// [`Error::UnknownVersion`].
		///
		/// ## Events
		/// [`Event::VersionRemoved`].
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::remove_version())]
		pub fn remove_version(
			origin: OriginFor<T>,
			system: ProofSystem,
			selector: Selector,
		) -> DispatchResult {
			T::SystemOrigin::ensure_origin(origin)?;
			ensure!(Versions::<T>::contains_key(system, selector), Error::<T>::UnknownVersion);
			Versions::<T>::remove(system, selector);
			PreparedVersions::<T>::remove(system, selector);
			Self::deposit_event(Event::VersionRemoved { system, selector });
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// Price of registering a program with this key.
		fn register_weight(system: ProofSystem, key: &[u8], artifacts: u32) -> Weight {
			let inputs = proofyard_verifier::key_input_count(system, key);
			match system {
				ProofSystem::Groth16Bls12_381 => {
					T::WeightInfo::register_groth16_bls12_381(inputs.unwrap_or_default(), artifacts)
				}
				// A key of another length is refused before anything is computed, and a zkVM's has no
				// points.
				_ => T::WeightInfo::register(inputs.unwrap_or_default(), artifacts),
			}
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
