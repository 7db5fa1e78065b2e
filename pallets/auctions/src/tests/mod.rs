// SPDX-License-Identifier: Apache-2.0
//! What this pallet does, by subject; and, with all its neighbours, whatever may come.

mod asks;
mod cancel;
mod clearing;
mod expiry;
mod queue;
mod quoting;
mod random;
mod submit_task;
