// SPDX-License-Identifier: Apache-2.0
//! The auctions pallet with all its neighbours, by subject.

mod asks;
mod block_list;
mod book;
mod burst;
mod calibration;
mod cancel;
mod changes;
mod clearing;
mod decision;
mod epochs;
mod expiry;
mod feasibility;
mod guaranteed;
mod helpers;
mod idle;
mod pause;
mod queue;
mod quoting;
mod record;
mod rescue;
mod rest;
mod scale;
mod sealed;
mod sets;
mod submit_task;
mod together;
