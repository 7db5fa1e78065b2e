// SPDX-License-Identifier: Apache-2.0
//! What this pallet does, by subject.

mod authorize;
mod authorize_batch;
mod bounty;
mod copies;
mod deadlines;
mod fallback;
mod giving_back;
mod jail;
mod redundancy;
mod rescue;
mod submit_proof;
mod submit_proofs;
mod tampering;
mod weights;
mod worker;
mod zkvms;
