// SPDX-License-Identifier: Apache-2.0
//! The attestation pallet with all its neighbours, and tasks assigned by hand, by subject.

mod authorize;
mod authorize_batch;
mod bounty;
mod copies;
mod deadlines;
mod fallback;
mod giving_back;
mod helpers;
mod jail;
mod redundancy;
mod rescue;
mod submit_proof;
mod submit_proofs;
mod tampering;
mod weights;
mod worker;
mod zkvms;
