// SPDX-License-Identifier: Apache-2.0

//! Numbers on which both sides of the boundary agree.

/// Status of a host function that succeeded.
pub const SUCCESS: u32 = 0;

/// Most claims of one call of the host function: [`verify_batch`](crate::verify_batch) makes several calls for more.
pub const MAX_BATCH: u32 = 64;
