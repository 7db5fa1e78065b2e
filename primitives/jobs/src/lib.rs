// SPDX-License-Identifier: Apache-2.0
//! Jobs of the proving service, as they cross HTTP between a prover's node and its service.
//!
//! ```text
//! worker of the node ── POST JobRequest ──► service          GET, DELETE ──► JobView { state, proof | JobError { ErrorCode } }
//!                    ◄── JobView, or Refusal { RefusalCode } ──
//! ```
//!
//! One set of types serves both ends, and the fakes of the tests: the service (`prover`) reads what the off-chain worker
//! (`pallets/attestation`) writes, and the other way round. `prover/openapi.json` describes the same JSON for everybody else;
//! the lines in `golden/` hold every form of it byte for byte.
//!
//! Types and names, and one rule that the command line shares, [`is_public`]: what else a request may say beyond its shape is
//! the service's to check.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod address;
mod bytes;
mod error;
mod limits;
mod names;
mod request;
mod status;
mod view;

pub use address::is_public;
pub use bytes::{Bytes32, HexBytes};
pub use error::{ErrorCode, Infeasible, JobError, Refusal, RefusalBody, RefusalCode, SpeedSource};
pub use limits::*;
pub use request::{Artifact, FixedValues, Input, JobId, JobRequest, RemoteInput, Role};
pub use status::{JobStatus, ProofStatus, Reason, RefusalStatus};
pub use view::{JobState, JobView, ProofView, PublicValues, Timings};

#[cfg(test)]
mod tests;
