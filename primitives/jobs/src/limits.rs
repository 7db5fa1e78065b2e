// SPDX-License-Identifier: Apache-2.0
//! Path and limits of the interface.

/// Path to which jobs are posted; each job is read and deleted at this, a slash and its id.
pub const JOBS_PATH: &str = "/v1/jobs";

/// Largest body of `POST /v1/jobs`, bytes.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// Most artifacts of one job.
pub const MAX_ARTIFACTS: usize = 16;
/// Most locators of one artifact or input.
pub const MAX_LOCATORS: usize = 8;
/// Longest locator, bytes.
pub const MAX_LOCATOR_LEN: usize = 2048;
/// Longest proof that a backend may return, bytes: the chain's bound.
pub const MAX_PROOF_BYTES: usize = 2048;
/// Most public values of a proof, bytes: the chain's bound.
pub const MAX_PUBLIC_VALUES: usize = 4096;
/// Bytes of a public input.
pub const PUBLIC_INPUT_LEN: usize = 32;
/// Most public inputs.
pub const MAX_PUBLIC_INPUTS: usize = MAX_PUBLIC_VALUES / PUBLIC_INPUT_LEN;
