// SPDX-License-Identifier: Apache-2.0

//! The way without host functions: the verifier itself.

pub(crate) use proofyard_verifier::{
	prepare_key, verify, verify_batch,
	wrap::{prepare as prepare_wrapping_key, verify as verify_wrapped},
};
