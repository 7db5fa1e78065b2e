// SPDX-License-Identifier: Apache-2.0
//! Failing provers: what the chain does about it by itself, who pays, and what nobody can do.
//!
//! Real nodes, real proving services, real proofs. In each test a [`proofyard_e2e::Ledger`] looks at
//! every block: nothing moves but what the test says, to the planck.

mod failing;
mod money;
mod refusals;
