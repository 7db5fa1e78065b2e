// SPDX-License-Identifier: Apache-2.0
//! Traits by which one pallet knows the next.
//!
//! Each trait is implemented by exactly one pallet and used by those above it.

use crate::{
	Artifact, Assignment, AttemptResult, FixedValues, HardwareClass, Market, Performance,
	ProgramId, ProofData, ProofSystem, SpeedClass, Standby, TaskEnd, TaskId, TaskSpec, Wanted,
	WorkModel,
};
use alloc::vec::Vec;
use proofyard_verifier::VerifyError;
use sp_runtime::{DispatchError, DispatchResult, Weight};

/// Capacity of a prover, for the auction before it gives it a task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capacity<Balance> {
	/// Hardware class that it proves on.
	pub hardware: HardwareClass,
	/// Stake that no live attempt has reserved, in plancks.
	pub free_stake: Balance,
	/// Tasks it can take at once, over all markets, less those it has. None while it is paused,
	/// jailed or on its way out.
	pub free_slots: u32,
	/// Time its live attempts still need by its own declaration, in milliseconds.
	pub committed_ms: u64,
}

/// Provers, seen from the auction and from attestation. Implemented by the provers pallet.
pub trait Provers<AccountId, Balance> {
	/// Capacity that the prover has left; `None` if it is unknown. One that is leaving has no free
	/// stake.
	fn capacity(prover: &AccountId) -> Option<Capacity<Balance>>;

	/// Lots the prover holds in this market.
	fn lots_in_use(prover: &AccountId, market: &Market) -> u32;

	/// The speed that the prover has shown on tasks of this class, in units of work a second: what
	/// caps the speed it declares. `None` before the first sample.
	fn confirmed_speed(prover: &AccountId, class: SpeedClass) -> Option<u64>;

	/// Calibration tasks of this system and hardware class that the prover has proven.
	fn calibrations(prover: &AccountId, system: ProofSystem, hardware: HardwareClass) -> u32;

	/// Whether the prover's track record in this proof system lets it into the markets of the
	/// `Guaranteed` level.
	fn is_reliable(prover: &AccountId, system: ProofSystem) -> bool;

	/// Whether the prover defaulted so often of late that it may not deliver for now.
	fn is_jailed(prover: &AccountId) -> bool;

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

	/// An attempt is over for its prover: free its slot, its lot and its time, and note what it shows.
	/// Its bond stays reserved until the task has ended and [`Provers::release_bond`] frees what is left.
	fn release_slot(
		prover: &AccountId,
		market: &Market,
		committed_ms: u64,
		performance: Performance,
	);

	/// Reserve a part of the free stake, as the deposit of a sealed bid. Changes nothing when it
	/// fails. [`Stake::slash_bond`] takes of it as of a bond.
	fn reserve_deposit(prover: &AccountId, amount: Balance) -> DispatchResult;

	/// Free what is left of a deposit, or of the bond of an attempt that is over.
	fn release_bond(prover: &AccountId, amount: Balance);

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

/// The stake of provers, seen from settlement. Implemented by the provers pallet.
pub trait Stake<AccountId, Balance> {
	/// Money taken from a stake and not yet given to anybody.
	type Credit;

	/// Take up to `amount` of the bond that a live attempt of `prover` has reserved, out of its
	/// stake. Returns what was taken: stake, reserved bond and issuance in circulation all fall by
	/// its value.
	fn slash_bond(prover: &AccountId, amount: Balance) -> Self::Credit;

	/// Pay what a prover earned: to the operator and those who delegated stake to it, by their
	/// shares. Returns what could not be paid to anybody, which is nothing as long as the prover is
	/// registered.
	fn reward(prover: &AccountId, credit: Self::Credit) -> Self::Credit;
}

/// Terms of a program, for the auction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProgramTerms {
	/// Its proof system.
	pub system: ProofSystem,
	/// The hardware it needs.
	pub hardware: HardwareClass,
	/// Model of the work of its tasks.
	pub work: WorkModel,
	/// Public inputs of its proofs, if it is a circuit; a zkVM's program has none by number.
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

	/// Whether a proof of the program can have public values that are allowed by these: as many
	/// public inputs as its circuit has, each below the order of the field.
	fn check_values(program: &ProgramId, values: &FixedValues) -> DispatchResult;

	/// The files a prover of this program needs. `None` if the program is unknown.
	fn artifacts(program: &ProgramId) -> Option<Vec<Artifact>>;

	/// Whether the chain has what it takes to verify such a proof of a system: for a zkVM's the
	/// wrapping key of its version.
	fn knows_version(system: ProofSystem, proof: &ProofData) -> bool;

	/// Check a proof against the program's prepared key, and a zkVM's against the wrapping key of
	/// its version too. `None` if the chain does not know the program or the version.
	fn verify(program: &ProgramId, proof: &ProofData) -> Option<Result<(), VerifyError>>;

	/// Check several proofs, which takes much less time than one after the other. For each the same
	/// as [`Programs::verify`] says.
	fn verify_batch(proofs: &[(ProgramId, &ProofData)]) -> Vec<Option<Result<(), VerifyError>>>;

	/// Weight of [`Programs::verify`] at most for a proof of this size, whatever its system.
	fn weight_bound(proof: &ProofData) -> Weight;

	/// Weight of [`Programs::verify`] for a proof of this system.
	fn verify_weight(system: ProofSystem, proof: &ProofData) -> Weight;

	/// Weight of [`Programs::verify_batch`], with the system and the program of each proof;
	/// `all_valid` if it accepted all of them. No more than [`Programs::batch_bound`].
	fn batch_weight(proofs: &[(ProofSystem, ProgramId, &ProofData)], all_valid: bool) -> Weight;

	/// Weight of [`Programs::verify_batch`] at most for proofs of these sizes.
	fn batch_bound<'a>(proofs: impl Iterator<Item = &'a ProofData>) -> Weight;

	/// Register a program of Groth16 over BN254 with this many public inputs for benchmarks, with a
	/// proof that verifies. Another `seed` is another program.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(inputs: u32, seed: u32) -> (ProgramId, ProofData);
}

/// Attestation, where an assigned task goes. Implemented by the attestation pallet.
pub trait Attestation<AccountId, Balance, BlockNumber> {
	/// Take over a task that the auction assigned: from here its life is attestation's.
	fn begin(
		task: TaskId,
		spec: TaskSpec<AccountId, Balance, BlockNumber>,
		assignment: Assignment<AccountId, Balance, BlockNumber>,
	);

	/// Live tasks that need one more prover and have no standby left to call, at most `limit`; round
	/// and round, each in its turn.
	fn wanted(limit: u32) -> Vec<Wanted<AccountId, Balance>>;

	/// A prover, reserved for it, takes on a task that [`Attestation::wanted`] named in this block.
	/// False, with nothing done, if the task needs it no more: then the reservation is to be undone.
	fn engage(task: TaskId, standby: Standby<AccountId, Balance>) -> bool;
}

/// The escrow of tasks. Implemented by the settlement pallet.
pub trait Escrow<AccountId, Balance> {
	/// Hold the maximum fee of a new task.
	fn open(task: TaskId, requester: &AccountId, max_fee: Balance) -> DispatchResult;

	/// Hold more for an open task. Changes nothing when it fails.
	fn raise(task: TaskId, by: Balance) -> DispatchResult;

	/// The auction fixed what the task can cost at most: what is above it is the requester's again at
	/// once.
	fn fix_price(task: TaskId, most: Balance);

	/// Sum held for a task now, in plancks.
	fn held(task: TaskId) -> Balance;

	/// Give an account enough for anything, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn fund(who: &AccountId);
}

/// Settlement, where a task ends. Implemented by the settlement pallet. [`Settlement::expire`],
/// [`Settlement::cancel`] and [`Settlement::conclude`] end the task: nothing of its escrow is left.
pub trait Settlement<AccountId, Balance, BlockNumber> {
	/// Nobody took it by the deadline.
	fn expire(task: TaskId, spec: &TaskSpec<AccountId, Balance, BlockNumber>);

	/// The requester withdrew it while it was open.
	fn cancel(task: TaskId, spec: &TaskSpec<AccountId, Balance, BlockNumber>);

	/// Keep a verified proof of a task. The last one kept is the one that the task is known by.
	fn keep_proof(task: TaskId, prover: &AccountId, proof: ProofData);

	/// A task that was assigned is over: pay, slash, compensate and refund by what became of its
	/// attempts. Returns, for each attempt in its order, what was taken of its bond; the caller frees
	/// the rest.
	fn conclude(
		task: TaskId,
		spec: &TaskSpec<AccountId, Balance, BlockNumber>,
		assignment: &Assignment<AccountId, Balance, BlockNumber>,
		attempts: &[AttemptResult<AccountId, Balance>],
		end: TaskEnd<AccountId>,
	) -> Vec<Balance>;

	/// Open the escrow of a task, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(task: TaskId, requester: &AccountId, fee: Balance);

	/// Whether a task has ended, while its outcome is retained.
	fn has_ended(task: TaskId) -> bool;

	/// A prover broke a promise that it gave with a deposit, a sealed bid or the announcement of a
	/// proof: the deposit is nobody's any more.
	fn forfeit(task: TaskId, prover: &AccountId, deposit: Balance);

	/// Charge a rejected proof's verification to the bond. Returns what was taken of it.
	fn charge_verification(task: TaskId, prover: &AccountId, bond: Balance) -> Balance;
}
