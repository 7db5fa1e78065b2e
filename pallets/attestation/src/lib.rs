// SPDX-License-Identifier: Apache-2.0
//! # Attestation
//!
//! The chain's verdict on proofs, and what follows from it. This pallet has a task from the moment
//! the auction assigned it to the moment it ends.
//!
//! ## Overview
//!
//! * The assigned prover submits its proof in an *authorized* transaction ([`Pallet::submit_proof`]):
//!   no fee, no nonce, signed by the prover's session key. The pool checks who submits and for what;
//!   the proof itself is verified in the block only. Copying such a transaction is worthless: the
//!   assigned prover is paid, whoever relays it.
//! * A verified proof settles the task in the same block.
//! * A rejected proof costs the prover the verification, and nobody else anything. At
//!   [`Config::MaxRejections`] of them the task has failed.
//! * A task whose deadline passes without a verified proof has failed. The chain sees to it by itself,
//!   from an agenda with a bounded weight; [`Pallet::poke`] is for what had to wait.
//!
//! ## The off-chain worker
//!
//! On a node that knows a proving service ([`ServiceConfig`] under [`SERVICE_KEY`]) and holds a
//! prover's session key, [`worker`] posts each assigned task to the service as a job, looks after it
//! at every block, and submits the proof when it is there.
//!
//! ## Place in the whole
//!
//! The middle of the line: auctions → attestation → settlement. The auction hands tasks over through
//! [`proofyard_primitives::traits::Attestation`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;
pub use worker::{ServiceConfig, SERVICE_KEY};

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod deadlines;
#[cfg(test)]
mod mock;
mod submission;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
pub mod weights;
pub mod worker;

const LOG_TARGET: &str = "runtime::attestation";

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{pallet_prelude::*, weights::WeightMeter};
	use frame_system::{offchain::CreateAuthorizedTransaction, pallet_prelude::*};
	use proofyard_agenda::{Agenda, Cost};
	use proofyard_primitives::{
		session::SessionSignature,
		traits::{Programs, Provers, Settlement},
		ProofData, TaskId,
	};

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		frame_system::Config<RuntimeEvent: From<Event<Self>>>
		+ CreateAuthorizedTransaction<Call<Self>>
	{
		/// The balance type, the one of settlement's money.
		type Balance: frame_support::traits::tokens::Balance;

		/// Who proves.
		type Provers: Provers<Self::AccountId, Self::Balance>;

		/// What is proven, and how it is verified.
		type Programs: Programs;

		/// Where tasks end.
		type Settlement: Settlement<Self::AccountId, Self::Balance, BlockNumberFor<Self>>;

		/// Rejected proofs of one attempt at which the task has failed.
		#[pallet::constant]
		type MaxRejections: Get<u32>;

		/// Duration of a block, in milliseconds: tells the proving service how long it has.
		#[pallet::constant]
		type MillisPerBlock: Get<u64>;

		/// Priority of proofs in the pool. High: they pay nothing, and somebody waits for them.
		#[pallet::constant]
		type ProofPriority: Get<TransactionPriority>;

		/// What failing tasks may take of a block.
		#[pallet::constant]
		type MaxHookWeight: Get<Weight>;

		/// Weights of calls and hooks.
		type WeightInfo: WeightInfo;
	}

	/// Tasks that are assigned and have not ended.
	#[pallet::storage]
	pub type Live<T: Config> = StorageMap<_, Twox64Concat, TaskId, LiveTaskOf<T>, OptionQuery>;

	/// The live tasks of each prover.
	#[pallet::storage]
	pub type LiveOf<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, TaskId, (), OptionQuery>;

	/// When live tasks fail.
	#[pallet::storage]
	pub type AgendaItems<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, TaskId, (), OptionQuery>;

	/// The first block whose failures may still have to be worked off.
	#[pallet::storage]
	pub type AgendaCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The agenda of this pallet.
	pub type AgendaOf<T> = Agenda<BlockNumberFor<T>, TaskId, AgendaItems<T>, AgendaCursor<T>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	#[allow(missing_docs)]
	pub enum Event<T: Config> {
		/// A proof was verified.
		ProofVerified { task: TaskId, prover: T::AccountId, attempt: u32 },
		/// A proof was rejected, and its verification charged to the prover's bond.
		ProofRejected {
			task: TaskId,
			prover: T::AccountId,
			attempt: u32,
			reason: RejectReason,
			charged: T::Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No assigned task has this id: it waits for the auction, or has ended.
		UnknownTask,
		/// The task's deadline has not passed yet.
		NotDue,
		/// The task is not assigned to this prover in this attempt.
		NotAssignee,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Submit a proof for an assigned task.
		///
		/// ## Dispatch origin
		/// Authorized: a general transaction without fee or nonce. The pool refuses it, with a code of
		/// [`Refusal`], unless the task is assigned to `prover` in this attempt, the deadline has not
		/// passed, the proof is no longer than its system's longest and none that was rejected for
		/// this task before, and `signature` is the prover's
		/// session key's over [`proofyard_primitives::session::submission_message`].
		///
		/// ## Effects
		/// A proof that verifies settles the task. One that does not is charged to the prover's bond;
		/// the call succeeds all the same, because the charge must stand.
		///
		/// ## Errors
		/// [`Error::UnknownTask`] and [`Error::NotAssignee`], if the task changed hands in between.
		///
		/// ## Events
		/// [`Event::ProofVerified`] or [`Event::ProofRejected`], and those of settlement.
		#[pallet::call_index(0)]
		#[pallet::weight({
			let inputs = proof.public_inputs.len() as u32;
			T::WeightInfo::submit_proof(inputs).max(T::WeightInfo::submit_rejected(inputs))
		})]
		#[pallet::authorize(Self::authorize_submission)]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_submit_proof())]
		pub fn submit_proof(
			origin: OriginFor<T>,
			task: TaskId,
			attempt: u32,
			prover: T::AccountId,
			proof: ProofData,
			// Checked when the transaction was authorized.
			_signature: SessionSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_submit_proof(task, attempt, prover, proof)
		}

		/// Fail a task whose deadline has passed, in case the chain has more to do than fits into its
		/// blocks. Free when it was due.
		///
		/// ## Dispatch origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotDue`].
		///
		/// ## Events
		/// `TaskFailed` of the settlement pallet.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::fail())]
		pub fn poke(origin: OriginFor<T>, task: TaskId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_poke(task)?;
			Ok(Pays::No.into())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let mut meter = WeightMeter::with_limit(T::MaxHookWeight::get());
			meter.consume(T::WeightInfo::agenda_base());
			let cost =
				Cost { per_block: T::WeightInfo::agenda_block(), per_entry: T::WeightInfo::fail() };
			AgendaOf::<T>::serve(now, &mut meter, cost, Self::deadline_passed);
			meter.consumed()
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			worker::run::<T>(now);
		}

		fn integrity_test() {
			assert!(T::MillisPerBlock::get() > 0, "blocks take time");
			assert!(T::MaxRejections::get() > 0, "a first proof must be allowed");
			assert!(
				T::MaxRejections::get() <= MAX_REMEMBERED,
				"every rejected proof must be remembered"
			);
			assert!(
				T::MaxHookWeight::get().all_gte(
					T::WeightInfo::agenda_base()
						.saturating_add(T::WeightInfo::agenda_block())
						.saturating_add(T::WeightInfo::fail())
				),
				"the hook must be able to do something"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
