// SPDX-License-Identifier: Apache-2.0
//! Identities that the other modules share.

/// Identity of a task: a counter, never reused.
pub type TaskId = u64;
