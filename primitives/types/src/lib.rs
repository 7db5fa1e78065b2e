// SPDX-License-Identifier: Apache-2.0
//! Types, limits and traits that the pallets of Proofyard share.
//!
//! Nothing here touches storage. State and money flow one way, auctions → attestation →
//! settlement, with provers and programs as the ground floor; a pallet knows the next one only by
//! a trait of [`traits`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod attempt;
pub mod clearing;
pub mod epoch;
mod ids;
pub mod limits;
pub mod program;
pub mod prover;
pub mod refusal;
pub mod task;
pub mod traits;
pub mod values;

pub use attempt::{AttemptRecord, AttemptResult, AttemptState, Ending, Performance, Role};
pub use program::{Artifact, ArtifactRole, ProgramId, RemoteData, WorkModel};
pub use proofyard_verifier::ProofSystem;
pub use prover::{session, HardwareClass};
pub use refusal::Refusal;
pub use task::{
	bid_commitment, job_id, proof_commitment, Assignment, BiddingWindow, FailureReason, InputRef,
	Market, Outcome, Redundancy, ServiceLevel, SpeedClass, Standby, TaskEnd, TaskId, TaskKind,
	TaskSpec, Wanted,
};
pub use values::{
	FixedInputs, FixedValues, ProofData, PublicValues, Scalar, Submission, Submissions,
};
