// SPDX-License-Identifier: Apache-2.0
//! What this pallet does, by subject.

mod authorize;
mod bounty;
mod deadlines;
mod fallback;
mod giving_back;
mod jail;
mod redundancy;
mod rescue;
mod submit_proof;
mod tampering;
mod worker;
