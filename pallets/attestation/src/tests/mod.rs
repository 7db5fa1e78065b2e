// SPDX-License-Identifier: Apache-2.0
//! What this pallet does, by subject.

mod authorize;
mod deadlines;
mod submit_proof;
mod tampering;
mod worker;
