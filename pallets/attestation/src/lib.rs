// SPDX-License-Identifier: Apache-2.0
//! # Attestation
//!
//! The chain's verdict on proofs, and what follows from it. This pallet has a task from the moment
//! the auction assigned it to the moment it ends.
//!
//! ## Overview
//!
//! * A prover with an *attempt* at the task submits its proof in an *authorized* transaction
//!   ([`Pallet::submit_proof`]): no fee, no nonce, signed by the prover's session key. The pool checks
//!   who submits and for what; the proof itself is verified in the block only. Copying such a
//!   transaction is worthless: the prover of the attempt is paid, whoever relays it.
//! * The first verified proof settles the task in the same block; of a task that takes several, the
//!   last that it takes.
//! * Whatever provers do, the task ends with a proof as long as anybody can make one in time, or with
//!   the requester refunded and compensated. The chain sees to it by itself, from an agenda with a
//!   bounded weight; [`Pallet::poke`] is for what had to wait.
//!
//! ## When a prover fails
//!
//! | what happened | what follows |
//! |---|---|
//! | the soft deadline of an attempt passed | the next standby that has room is called; the attempt may still deliver, one that started with the task for less and less |
//! | a rejected proof | its verification is charged to the bond; at [`Config::MaxRejections`] of them the attempt has defaulted, and a standby is called |
//! | an attempt is given back before its soft deadline ([`Pallet::report`], [`Pallet::decline`]) | a standby is called; giving back costs a part of the bond |
//! | the input cannot be had ([`Pallet::report`]) | the same; when a second prover says so too, the task has failed and no bond is touched |
//! | no standby is left | the auction looks for another prover ([`WantedTasks`]), and a bounty opens for everybody ([`Pallet::announce`], [`Pallet::reveal`]) |
//! | a prover is jailed for its defaults | its attempts are given back, its proofs refused |
//! | the deadline passed | the task has failed |
//!
//! Payments that follow are settlement's: see there.
//!
//! ## Copies
//!
//! A public proof can be copied, and a Groth16 one can even be changed into another of the same
//! statement. Where an attempt is the only one at work that does no harm: only its prover is paid
//! for it. Where anybody is paid, on the bounty, where several proofs count, and where more than one
//! attempt is at work, so that one could wait for the other's proof and hand in a copy, a prover
//! commits to its proof first ([`proofyard_primitives::proof_commitment`]) and shows it in a later
//! block.
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
pub use proofyard_primitives::Refusal;
pub use types::*;
pub use weights::WeightInfo;
pub use worker::{ServiceConfig, SERVICE_KEY};

mod attempts;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bounty;
mod deadlines;
mod ending;
mod submission;
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
		limits::{MAX_ATTEMPTS, MAX_STANDBYS},
		session::{Report, SessionSignature},
		traits::{Programs, Provers, Settlement},
		ProgramId, ProofData, Redundancy, Role, Submissions, TaskId,
	};
	use sp_core::H256;

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
		type Balance: frame_support::traits::tokens::Balance + From<u128> + Into<u128>;

		/// Provers: their capacity, bonds and session keys.
		type Provers: Provers<Self::AccountId, Self::Balance>;

		/// Programs that are proven, and their verifier.
		type Programs: Programs;

		/// Settlement, where tasks end.
		type Settlement: Settlement<Self::AccountId, Self::Balance, BlockNumberFor<Self>>;

		/// Rejected proofs at which an attempt has defaulted, at most [`MAX_REJECTIONS`].
		#[pallet::constant]
		type MaxRejections: Get<u32>;

		/// Duration of a block, in milliseconds: tells the proving service how long it has.
		#[pallet::constant]
		type MillisPerBlock: Get<u64>;

		/// Priority of proofs in the pool. High: they pay nothing, and somebody waits for them.
		#[pallet::constant]
		type ProofPriority: Get<TransactionPriority>;

		/// Deposit for announcing a proof on a bounty, taken of the free stake until it is shown,
		/// beside a part of the price.
		#[pallet::constant]
		type AnnouncementDeposit: Get<Self::Balance>;

		/// Weight of a block that deadlines and attempts taken from jailed provers may use.
		#[pallet::constant]
		type MaxHookWeight: Get<Weight>;

		/// Weights of calls and hooks.
		type WeightInfo: WeightInfo;
	}

	/// Tasks that are assigned and have not ended.
	#[pallet::storage]
	pub type Live<T: Config> = StorageMap<_, Twox64Concat, TaskId, LiveTaskOf<T>, OptionQuery>;

	/// The tasks at which each prover is at work: those where its attempt runs.
	#[pallet::storage]
	pub type LiveOf<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, TaskId, (), OptionQuery>;

	/// Tasks that need one more prover and have no standby left to call.
	#[pallet::storage]
	pub type WantedTasks<T: Config> = StorageMap<_, Twox64Concat, TaskId, (), OptionQuery>;

	/// The task after which [`WantedTasks`] is gone on with.
	#[pallet::storage]
	pub type WantedCursor<T: Config> = StorageValue<_, TaskId, OptionQuery>;

	/// Provers that were jailed and whose attempts have not all been given back.
	#[pallet::storage]
	pub type Jailed<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, (), OptionQuery>;

	/// Agenda of live tasks, by the block of the next soft deadline or of the end.
	#[pallet::storage]
	pub type AgendaItems<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, TaskId, (), OptionQuery>;

	/// The first block of the agenda that may still have to be worked off.
	#[pallet::storage]
	pub type AgendaCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The agenda of this pallet.
	pub type AgendaOf<T> = Agenda<BlockNumberFor<T>, TaskId, AgendaItems<T>, AgendaCursor<T>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A proof was verified.
		ProofVerified {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Number of its attempt at the task, from 0.
			attempt: u32,
			/// Id of the program that was proven.
			program: ProgramId,
			/// SHA-256 of the public values.
			public_values: H256,
			/// Blake2-256 of the proof's bytes.
			proof: H256,
		},
		/// A proof was rejected, and its verification charged to the prover's bond.
		ProofRejected {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Number of its attempt at the task, from 0.
			attempt: u32,
			/// Reason why it was rejected.
			reason: RejectReason,
			/// Sum taken of the attempt's bond, in plancks.
			charged: T::Balance,
		},
		/// An attempt has passed its soft deadline.
		AttemptLate {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Number of its attempt at the task, from 0.
			attempt: u32,
		},
		/// An attempt was given back.
		AttemptGivenBack {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Number of its attempt at the task, from 0.
			attempt: u32,
			/// Reason that the prover gave.
			report: Report,
		},
		/// A prover was called to take another's place.
		ProverCalled {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Number of its attempt at the task, from 0.
			attempt: u32,
			/// Way in which the attempt came about.
			role: Role,
			/// Payment for a verified proof in time, in plancks.
			price: T::Balance,
			/// Part of the prover's stake reserved for the attempt, in plancks.
			bond: T::Balance,
			/// Last block in which the attempt is in time.
			soft_deadline: BlockNumberFor<T>,
		},
		/// A late attempt was taken from a prover that was jailed: it cannot deliver any more.
		AttemptDefaulted {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Number of its attempt at the task, from 0.
			attempt: u32,
		},
		/// A proof of a batch was not looked at, because something changed since it was submitted.
		ProofSkipped {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Number of its attempt at the task, from 0.
			attempt: u32,
			/// Error that it would have failed with; tells whether to submit it again by itself.
			error: DispatchError,
		},
		/// No standby is left: anybody registered may deliver.
		BountyOpened {
			/// Id of the task.
			task: TaskId,
		},
		/// A prover has a proof for a bounty.
		ProofAnnounced {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Payment to the prover if it shows the proof, in plancks.
			reward: T::Balance,
		},
		/// A proof that was announced is no proof. The deposit is lost.
		BountyProofRejected {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Reason why it was rejected.
			reason: RejectReason,
		},
		/// An attempt has committed to a proof that others could copy.
		ProofCommitted {
			/// Id of the task.
			task: TaskId,
			/// Account of the prover.
			prover: T::AccountId,
			/// Number of its attempt at the task, from 0.
			attempt: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No assigned task has this id: it waits for the auction, or has ended.
		UnknownTask,
		/// Nothing is due of the task yet.
		NotDue,
		/// The prover has no attempt of this number at the task.
		NotAssignee,
		/// The attempt is over: it was given back, has delivered, or had too many proofs rejected.
		AttemptOver,
		/// The soft deadline of the attempt has passed: deliver as soon as you can.
		TooLateToDecline,
		/// The input is part of the task itself. Decline instead.
		InputInline,
		/// Somebody delivered a proof for the task, so the input can be had. Decline instead.
		InputWasHad,
		/// The prover is jailed. Wait until the time is over, and unjail.
		Jailed,
		/// The proof is not the one that was committed to in an earlier block.
		NotCommitted,
		/// Not enough proofs are committed to yet. Submit when as many are as the task takes.
		NotEnoughCommitted,
		/// The attempt has committed a moment ago, or proofs are public already.
		CannotCommit,
		/// The deadline has passed, or leaves no later block to show the proof in.
		TooLate,
		/// No bounty is open for the task: its provers may still deliver.
		NoBounty,
		/// The account is not a registered prover. Register first.
		NotProver,
		/// The prover has an attempt at this task, or had one.
		HasAttempt,
		/// The requester does not earn on its own task.
		OwnTask,
		/// The prover has announced a proof for this task already. Show it.
		AlreadyAnnounced,
		/// As many proofs are announced as there may be, none of them overdue. Try again later.
		BountyFull,
		/// The prover has not announced a proof for this task. Announce it first.
		NotAnnounced,
		/// A proof is shown in a later block than it was announced in.
		TooEarly,
		/// This is not the proof that was announced.
		WrongCommitment,
		/// The chain does not verify proofs of this version of the zkVM. Prove with one that it lists.
		UnknownVersion,
		/// The proof is longer than any of its proof system.
		ProofTooLarge,
		/// This very proof was rejected for this task before. Submit another.
		AlreadyRejected,
	}

	impl<T> From<Refusal> for Error<T> {
		fn from(refusal: Refusal) -> Self {
			match refusal {
				Refusal::UnknownTask | Refusal::TaskEnded => Self::UnknownTask,
				Refusal::AttemptOver => Self::AttemptOver,
				Refusal::Jailed => Self::Jailed,
				Refusal::NotCommitted => Self::NotCommitted,
				Refusal::NotEnoughCommitted => Self::NotEnoughCommitted,
				Refusal::CannotCommit => Self::CannotCommit,
				Refusal::TooLateToDecline => Self::TooLateToDecline,
				Refusal::InputInline => Self::InputInline,
				Refusal::InputWasHad => Self::InputWasHad,
				Refusal::TooLate => Self::TooLate,
				Refusal::NotAssignee
				| Refusal::WrongAttempt
				| Refusal::BadSignature
				| Refusal::BadBatch => Self::NotAssignee,
				Refusal::ProofTooLarge => Self::ProofTooLarge,
				Refusal::AlreadyRejected => Self::AlreadyRejected,
				Refusal::UnknownVersion => Self::UnknownVersion,
			}
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Submit the proof of an attempt.
		///
		/// ## Dispatch origin
		/// Authorized: a general transaction without fee or nonce. The pool refuses it, with a code of
		/// [`Refusal`], unless the attempt is `prover`'s and runs, the deadline has not passed, the
		/// prover is not jailed, the proof is no longer than its system's longest, of a version that
		/// the chain verifies, and none that was rejected for this task before, and `signature` is the
		/// prover's session key's over [`proofyard_primitives::session::submission_message`]. Where
		/// somebody else could copy it ([`LiveTask::needs_commitment`]) it must be committed to in an
		/// earlier block; where the task takes several proofs, so must as many as it takes.
		///
		/// ## Effects
		/// A proof that verifies settles the task, if it is the last that the task takes. One that does
		/// not is charged to the prover's bond; the call succeeds all the same, because the charge must
		/// stand.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotAssignee`], [`Error::AttemptOver`], [`Error::Jailed`],
		/// [`Error::NotCommitted`], [`Error::NotEnoughCommitted`], [`Error::UnknownVersion`], if
		/// something changed in between.
		///
		/// ## Events
		/// [`Event::ProofVerified`] or [`Event::ProofRejected`], and those of settlement.
		#[pallet::call_index(0)]
		#[pallet::weight(Pallet::<T>::submission_weight().saturating_add(T::Programs::weight_bound(proof)))]
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
		) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			Ok(Some(Self::do_submit_proof(task, attempt, prover, proof)?).into())
		}

		/// Do what is due of a task, in case the chain has more to do than fits into its blocks. Free
		/// when it was due; of a task that has failed the caller gets a part of the bonds.
		///
		/// ## Dispatch origin
		/// Signed by anyone.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotDue`].
		///
		/// ## Events
		/// [`Event::AttemptLate`] and [`Event::ProverCalled`], or `TaskFailed` of the settlement
		/// pallet.
		#[pallet::call_index(1)]
		#[pallet::weight(Pallet::<T>::due_weight(MAX_ATTEMPTS))]
		pub fn poke(origin: OriginFor<T>, task: TaskId) -> DispatchResultWithPostInfo {
			let keeper = ensure_signed(origin)?;
			let attempts = Self::do_poke(keeper, task)?;
			Ok((Some(Self::due_weight(attempts)), Pays::No).into())
		}

		/// Give an attempt back before its soft deadline: because it will not be done in time, or
		/// because nobody hands out the input. Somebody else is called at once. Costs a part of the
		/// bond, and what the other costs more; nothing, if another prover cannot get the input
		/// either.
		///
		/// ## Dispatch origin
		/// Authorized, as [`Pallet::submit_proof`] is: `signature` is the session key's over
		/// [`proofyard_primitives::session::report_message`].
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotAssignee`], [`Error::AttemptOver`],
		/// [`Error::TooLateToDecline`], [`Error::InputInline`], [`Error::InputWasHad`].
		///
		/// ## Events
		/// [`Event::AttemptGivenBack`], and [`Event::ProverCalled`] or [`Event::BountyOpened`].
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::report().max(T::WeightInfo::fail(MAX_ATTEMPTS)))]
		#[pallet::authorize(Self::authorize_report)]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_report())]
		pub fn report(
			origin: OriginFor<T>,
			task: TaskId,
			attempt: u32,
			prover: T::AccountId,
			report: Report,
			// Checked when the transaction was authorized.
			_signature: SessionSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_report(task, attempt, prover, report)
		}

		/// Give the caller's attempt back, as [`Pallet::report`] does: for an operator whose node is
		/// gone.
		///
		/// ## Dispatch origin
		/// Signed by the prover.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotAssignee`], [`Error::AttemptOver`],
		/// [`Error::TooLateToDecline`].
		///
		/// ## Events
		/// Those of [`Pallet::report`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::report().max(T::WeightInfo::fail(MAX_ATTEMPTS)))]
		pub fn decline(origin: OriginFor<T>, task: TaskId) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_decline(prover, task)
		}

		/// Commit to the proof of an attempt at which it could be copied, before any is public: see
		/// [`LiveTask::needs_commitment`].
		///
		/// ## Dispatch origin
		/// Authorized, as [`Pallet::submit_proof`] is: `signature` is the session key's over
		/// [`proofyard_primitives::session::commit_message`].
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NotAssignee`], [`Error::AttemptOver`],
		/// [`Error::CannotCommit`], [`Error::TooLate`].
		///
		/// ## Events
		/// [`Event::ProofCommitted`].
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::commit_proof())]
		#[pallet::authorize(Self::authorize_commitment)]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_report())]
		pub fn commit_proof(
			origin: OriginFor<T>,
			task: TaskId,
			attempt: u32,
			prover: T::AccountId,
			commitment: H256,
			// Checked when the transaction was authorized.
			_signature: SessionSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_commit_proof(task, attempt, prover, commitment)
		}

		/// Announce a proof for a task whose bounty is open, and have a deposit set aside of the free
		/// stake until it is shown. What is paid for it is fixed now: the requester's price, and more
		/// of the bonds of those that failed the nearer the deadline is.
		///
		/// ## Dispatch origin
		/// Signed by a registered prover that has no attempt at the task.
		///
		/// ## Parameters
		/// - `commitment`: [`proofyard_primitives::proof_commitment`].
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::NoBounty`], [`Error::TooLate`], [`Error::NotProver`],
		/// [`Error::Jailed`], [`Error::OwnTask`], [`Error::HasAttempt`], [`Error::AlreadyAnnounced`],
		/// [`Error::BountyFull`], and those of setting stake aside.
		///
		/// ## Events
		/// [`Event::ProofAnnounced`].
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::announce())]
		pub fn announce(origin: OriginFor<T>, task: TaskId, commitment: H256) -> DispatchResult {
			let prover = ensure_signed(origin)?;
			Self::do_announce(prover, task, commitment)
		}

		/// Show a proof that was announced in an earlier block. The first that verifies settles the
		/// task; one that does not costs the deposit, and the call succeeds all the same.
		///
		/// ## Dispatch origin
		/// Signed by the prover that announced it.
		///
		/// ## Errors
		/// [`Error::UnknownTask`], [`Error::TooLate`], [`Error::NoBounty`], [`Error::Jailed`],
		/// [`Error::NotAnnounced`], [`Error::TooEarly`], [`Error::WrongCommitment`].
		///
		/// ## Events
		/// [`Event::ProofVerified`] or [`Event::BountyProofRejected`], and those of settlement.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::reveal(MAX_ATTEMPTS).saturating_add(T::Programs::weight_bound(proof)))]
		pub fn reveal(
			origin: OriginFor<T>,
			task: TaskId,
			proof: ProofData,
		) -> DispatchResultWithPostInfo {
			let prover = ensure_signed(origin)?;
			Ok(Some(Self::do_reveal(prover, task, proof)?).into())
		}

		/// Submit the proofs of several attempts at once, which are verified together: that takes much
		/// less of a block than one after the other.
		///
		/// ## Dispatch origin
		/// Authorized, as [`Pallet::submit_proof`] is. The pool takes the batch if it would take one of
		/// its proofs by itself, no two are for one task, and `signature` is the session key's over
		/// [`proofyard_primitives::session::batch_message`].
		///
		/// ## Effects
		/// Those of [`Pallet::submit_proof`] for each of them. One that the pool would not take by itself
		/// when the block is made is left out.
		///
		/// ## Events
		/// [`Event::ProofVerified`], [`Event::ProofRejected`] or [`Event::ProofSkipped`] for each, and
		/// those of settlement.
		#[pallet::call_index(7)]
		// What is reserved is far more than what a batch takes, and proofs are what the chain is for: they
		// may use the part of a block that is kept for operations.
		#[pallet::weight((Pallet::<T>::batch_bound(submissions), DispatchClass::Operational))]
		#[pallet::authorize(Self::authorize_submissions)]
		#[pallet::weight_of_authorize(
			T::WeightInfo::authorize_submit_proof().saturating_mul(submissions.len() as u64)
		)]
		pub fn submit_proofs(
			origin: OriginFor<T>,
			prover: T::AccountId,
			submissions: Submissions,
			// Checked when the transaction was authorized.
			_signature: SessionSignature,
		) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			Ok(Some(Self::do_submit_proofs(prover, submissions)).into())
		}
	}

	impl<T: Config> Pallet<T> {
		/// Weight of a submission at most, without the verification of its proof.
		fn submission_weight() -> Weight {
			T::WeightInfo::submit_proof(MAX_ATTEMPTS)
				.max(T::WeightInfo::submit_rejected())
				// Of calibration tasks, which have one attempt.
				.max(T::WeightInfo::fail(1))
		}

		/// Weight of a batch at most.
		fn batch_bound(submissions: &Submissions) -> Weight {
			let each = Self::submission_weight();
			T::Programs::batch_bound(submissions.iter().map(|one| &one.proof))
				.saturating_add(each.saturating_mul(submissions.len() as u64))
		}

		/// Weight of whatever is due of a task.
		pub fn due_weight(attempts: u32) -> Weight {
			T::WeightInfo::fail(attempts).max(T::WeightInfo::late())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let mut meter = WeightMeter::with_limit(T::MaxHookWeight::get());
			meter.consume(T::WeightInfo::agenda_base());
			let cost = Cost {
				per_block: T::WeightInfo::agenda_block(),
				per_entry: Self::due_weight(MAX_ATTEMPTS),
			};
			AgendaOf::<T>::serve(now, &mut meter, cost, Self::on_deadline);
			// Deadlines first: nobody waits for what a jailed prover still has until they pass.
			Self::serve_jailed(&mut meter);
			meter.consumed()
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			worker::run::<T>(now);
		}

		fn integrity_test() {
			assert!(T::MillisPerBlock::get() > 0, "blocks take time");
			assert!(T::MaxRejections::get() > 0, "a first proof must be allowed");
			assert!(
				T::MaxRejections::get() <= MAX_REJECTIONS
					&& MAX_REJECTIONS * MAX_ATTEMPTS <= MAX_REMEMBERED,
				"every rejected proof must be remembered"
			);
			assert!(
				u32::from(Redundancy::MAX) + MAX_STANDBYS < MAX_ATTEMPTS,
				"all that the auction names must fit, and a bounty's winner"
			);
			assert!(
				T::MaxHookWeight::get().all_gte(
					T::WeightInfo::agenda_base()
						.saturating_add(T::WeightInfo::agenda_block())
						.saturating_add(Self::due_weight(MAX_ATTEMPTS))
						.saturating_add(T::WeightInfo::take_from_jailed())
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
