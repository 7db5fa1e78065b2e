// SPDX-License-Identifier: Apache-2.0
//! How one pallet knows the next.
//!
//! Each trait is implemented by exactly one pallet and used by those above it.

use crate::{
	Artifact, Assignment, FailureReason, HardwareClass, Market, ProgramId, ProofData, ProofSystem,
	SpeedClass, TaskId, TaskKind, TaskSpec, WorkModel,
};
use alloc::vec::Vec;
use proofyard_verifier::VerifyError;
use sp_runtime::{DispatchError, DispatchResult};

/// What the auction needs to know of a prover before it gives it a task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capacity<Balance> {
	/// What it proves on.
	pub hardware: HardwareClass,
	/// Stake that no live attempt has reserved, in plancks.
	pub free_stake: Balance,
	/// Tasks it can take at once, over all markets, less those it has. None while it is paused.
	pub free_slots: u32,
	/// Time its live attempts still need by its own declaration, in milliseconds.
	pub committed_ms: u64,
}

/// Provers, seen from the auction and from attestation. Implemented by the provers pallet.
pub trait Provers<AccountId, Balance> {
	/// What the prover can still take on; `None` if it is unknown. One that is leaving has no free
	/// stake.
	fn capacity(prover: &AccountId) -> Option<Capacity<Balance>>;

	/// Lots the prover holds in this market.
	fn lots_in_use(prover: &AccountId, market: &Market) -> u32;

	/// The speed that the prover has shown on tasks of this class, in units of work a second: what
	/// caps the speed it declares. `None` before the first sample.
	fn confirmed_speed(prover: &AccountId, class: SpeedClass) -> Option<u64>;

	/// Calibration tasks of this system and hardware class that the prover has proven.
	fn calibrations(prover: &AccountId, system: ProofSystem, hardware: HardwareClass) -> u32;

	/// Provers, at most `limit` of them, that got room for work since they were last given here: an
	/// attempt ended, stake was added, a pause is over. Each is given once and then forgotten.
	fn take_freed(limit: u32) -> Vec<AccountId>;

	/// Reserve bond, a slot, a lot and time for one attempt. Changes nothing when it fails.
	fn reserve(
		prover: &AccountId,
		market: &Market,
		bond: Balance,
		committed_ms: u64,
	) -> DispatchResult;

	/// Undo [`Provers::reserve`] when the attempt ends, with what is left of its bond, and note what
	/// the attempt shows of the prover.
	fn release(
		prover: &AccountId,
		market: &Market,
		bond: Balance,
		committed_ms: u64,
		attempt: Attempt,
	);

	/// Set a part of the free stake aside, as the deposit of a sealed bid. Changes nothing when it
	/// fails. [`Stake::slash_bond`] takes of it as of a bond.
	fn set_aside(prover: &AccountId, amount: Balance) -> DispatchResult;

	/// Undo [`Provers::set_aside`], with what is left.
	fn put_back(prover: &AccountId, amount: Balance);

	/// The session key of a prover.
	fn session_key(prover: &AccountId) -> Option<crate::session::SessionKey>;

	/// The prover that a session key belongs to.
	fn by_session_key(key: &crate::session::SessionKey) -> Option<AccountId>;

	/// Note one more standing ask. Fails when the prover is unknown, leaving, or has too many.
	fn ask_placed(prover: &AccountId) -> DispatchResult;

	/// Note one standing ask less.
	fn ask_withdrawn(prover: &AccountId);

	/// Make `prover` ready to win tasks, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(prover: &AccountId, key: crate::session::SessionKey);
}

/// What an attempt that ended shows of its prover.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
	/// How it ended.
	pub ending: AttemptEnding,
	/// Whose task it was.
	pub kind: TaskKind,
	/// Its work, in the program's unit.
	pub work: u64,
	/// Blocks from the clearing to the end.
	pub blocks: u32,
}

/// How an attempt ended, for the prover's track record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AttemptEnding {
	/// With a verified proof.
	Verified,
	/// Without one, by the prover's fault.
	Defaulted,
}

/// The stake of provers, seen from settlement. Implemented by the provers pallet.
pub trait Stake<AccountId, Balance> {
	/// Money taken from a stake and not yet given to anybody.
	type Credit;

	/// Take up to `amount` of the bond that a live attempt of `prover` has reserved, out of its
	/// stake. Returns what was taken: stake, reserved bond and issuance in circulation all fall by
	/// its value.
	fn slash_bond(prover: &AccountId, amount: Balance) -> Self::Credit;
}

/// What the auction needs to know of a program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProgramTerms {
	/// Its proof system.
	pub system: ProofSystem,
	/// The hardware it needs.
	pub hardware: HardwareClass,
	/// How the work of its tasks is known.
	pub work: WorkModel,
	/// Public inputs of its proofs.
	pub public_inputs: u32,
}

/// Programs, seen from the auction and from attestation. Implemented by the programs pallet.
pub trait Programs {
	/// The terms of a program that takes new tasks. Fails when it is unknown, retired, or its proof
	/// system is switched off.
	fn terms(program: &ProgramId) -> Result<ProgramTerms, DispatchError>;

	/// Note one more live task, so that the program stays as long as it is needed.
	fn acquire(program: &ProgramId) -> DispatchResult;

	/// Note one live task less.
	fn release(program: &ProgramId);

	/// Whether each public input is a canonical element of the program's field; `None` is any.
	fn check_fixed_inputs(program: &ProgramId, inputs: &crate::FixedInputs) -> DispatchResult;

	/// The files a prover of this program needs. `None` if the program is unknown.
	fn artifacts(program: &ProgramId) -> Option<Vec<Artifact>>;

	/// Check a proof against the program's prepared key. `None` if the program is unknown.
	fn verify(program: &ProgramId, proof: &ProofData) -> Option<Result<(), VerifyError>>;

	/// Register a program with this many public inputs for benchmarks, with a proof that verifies.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(inputs: u32) -> (ProgramId, ProofData);
}

/// Where an assigned task goes. Implemented by the attestation pallet.
pub trait Attestation<AccountId, Balance, BlockNumber> {
	/// Take over a task that the auction assigned: from here its life is attestation's.
	fn begin(
		task: TaskId,
		spec: TaskSpec<AccountId, Balance, BlockNumber>,
		assignment: Assignment<AccountId, Balance, BlockNumber>,
	);
}

/// The escrow of tasks. Implemented by the settlement pallet.
pub trait Escrow<AccountId, Balance> {
	/// Hold the maximum fee of a new task.
	fn open(task: TaskId, requester: &AccountId, max_fee: Balance) -> DispatchResult;

	/// Hold more for an open task. Changes nothing when it fails.
	fn raise(task: TaskId, by: Balance) -> DispatchResult;

	/// The auction fixed the price: what is above it is the requester's again at once.
	fn fix_price(task: TaskId, price: Balance);

	/// What is held for a task now.
	fn held(task: TaskId) -> Balance;

	/// Give an account enough for anything, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn fund(who: &AccountId);
}

/// Where a task ends. Implemented by the settlement pallet. Each call ends the task: no escrow and
/// no bond of it is left.
pub trait Settlement<AccountId, Balance, BlockNumber> {
	/// Nobody took it by the deadline.
	fn expire(task: TaskId, spec: &TaskSpec<AccountId, Balance, BlockNumber>);

	/// The requester withdrew it while it was open.
	fn cancel(task: TaskId, spec: &TaskSpec<AccountId, Balance, BlockNumber>);

	/// A verified proof is there: pay the prover and keep the proof.
	fn settle(
		task: TaskId,
		spec: &TaskSpec<AccountId, Balance, BlockNumber>,
		assignment: &Assignment<AccountId, Balance, BlockNumber>,
		proof: ProofData,
	);

	/// The prover defaulted: refund the requester in full and compensate it from the bond. The
	/// bond is spent, wholly: nothing of it is left to release.
	fn fail(
		task: TaskId,
		spec: &TaskSpec<AccountId, Balance, BlockNumber>,
		assignment: &Assignment<AccountId, Balance, BlockNumber>,
		reason: FailureReason,
	);

	/// Open the escrow of a task, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(task: TaskId, requester: &AccountId, fee: Balance);

	/// Whether a task has ended, while its outcome is retained.
	fn has_ended(task: TaskId) -> bool;

	/// A prover did not reveal its sealed bid for this task: its deposit is nobody's any more.
	fn forfeit(task: TaskId, prover: &AccountId, deposit: Balance);

	/// Charge a rejected proof's verification to the bond. Returns what was taken of it.
	fn charge_verification(task: TaskId, prover: &AccountId, bond: Balance) -> Balance;
}
