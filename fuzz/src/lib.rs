// SPDX-License-Identifier: Apache-2.0
//! A model-based fuzzer of the whole market.
//!
//! It plays random lists of actions on a chain of the five real pallets, and holds what everybody owns
//! against a model that knows the rules and nothing of the pallets. `scripts/fuzz` runs it.
//!
//! | part | what |
//! |---|---|
//! | [`runtime`] | the market of tests with constants so small that everything happens soon |
//! | [`proofs`] | a real key with its proof, and keys under which any statement can be proven |
//! | [`zkvm`] | versions of zkVMs, and proofs of their programs |
//! | [`actions`] | what somebody may do, as data that can be written down |
//! | [`generate`] | lists of actions from a seed |
//! | [`world`] | chain and model side by side: transactions, blocks, forks |
//! | [`model`] | who must own what |
//! | [`check`] | chain against model, and what each pallet says of its own state |
//! | [`ledger`] | chain against what was announced |
//! | [`leftovers`] | what may be in the storage when all is over |
//! | [`coverage`] | what happened, and what must happen in a run that is worth something |
//! | [`run`] | a list from its start to its end; the shortest that goes wrong |
//!
//! # What is played
//!
//! Every call of the five pallets, by those who may and by others; circuits and programs of zkVMs, whose
//! versions come and go; proofs that are good, changed, of another statement, of another version, copied,
//! sent again, signed by somebody else, too late, and several at once; public values that are fixed in
//! every way; transactions that were let into the pool before something changed; provers that die; floods
//! of tasks; hooks that can do one thing in a block; and forks, where the chain goes back some blocks and
//! goes on otherwise.
//!
//! # What is checked
//!
//! After each step:
//! * what each account has free and on hold, for each reason, is what the model says;
//! * what each account has is what the events say that moved money;
//! * what is no more is what the model says was burnt;
//! * each prover's record (stake, pool, reserved bond, unbonding, slots, jail, terms) is the model's, and
//!   what is reserved is the sum of bonds and deposits;
//! * each task that changed is as the model has it, and in one pallet only;
//! * a call succeeded exactly when the model says so, as far as it says, and took no more weight than it
//!   said before;
//! * nothing was logged as an error, so that nothing happened that cannot;
//! * no hook took more than its limit, and one without a limit left nothing that was due.
//!
//! Every few steps, and before a re-org: all tasks, counts, delegations, `do_try_state` of each pallet,
//! and that a call that was refused left the storage as it was. At the end of a list time passes with nobody acting: every task ends by its deadline, or as
//! many blocks later as the hooks need for what waits, and when the retention is over the storage holds
//! nothing that accounts, provers, asks, programs and versions do not explain.
//!
//! # What the model predicts, and what it reads
//!
//! It predicts who is paid, charged, refunded and compensated, to the planck; the state of every attempt;
//! which standby is called; strikes and jail; the effect of each call on each account. It reads, and
//! checks for being legal, what the auction decides: who wins, at which price, with which standbys (price
//! and cost within the maximum, no less than the ask that counted, the bond's formula, room, time, lots,
//! hardware, block lists, sets, the gate of `Guaranteed`, the share of one prover in a batch, distinct
//! provers), and in which order a hook takes its work.
//!
//! # What is not modelled
//!
//! * Confirmed speeds and track records: the auction's use of them is only checked to be one that
//!   declared speeds allow and that the provers pallet calls reliable.
//! * Which of several legal winners a clearing picks, and that it picks one at all: `proofyard-mechanism`
//!   has its own tests.
//! * Whether `submit_task`, `place_ask`, `commit_bid`, `calibrate`, `set_reference`, `register` of provers
//!   and programs and `set_session_key` are refused when they should not be.
//! * Transaction fees, the off-chain worker, whether the weights of calls are those of their work.

// The steps of a model fail by panicking: that is what it is for.
#![allow(clippy::panic)]

pub mod actions;
pub mod check;
pub mod coverage;
pub mod generate;
pub mod ledger;
pub mod leftovers;
pub mod model;
mod perform;
pub mod proofs;
mod proving;
pub mod rng;
pub mod run;
pub mod runtime;
mod trapdoor;
pub mod world;
pub mod zkvm;

use std::{
	cell::RefCell,
	panic::{catch_unwind, AssertUnwindSafe},
	sync::Once,
};

thread_local! {
	/// The first error that was logged in this thread and not asked for.
	static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
	/// Message of the last panic of this thread, while panics are kept.
	static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
	/// Whether panics of this thread are kept.
	static QUIET: RefCell<bool> = const { RefCell::new(false) };
}

struct Listener;

impl log::Log for Listener {
	fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
		metadata.level() <= log::Level::Error
	}

	fn log(&self, record: &log::Record<'_>) {
		if self.enabled(record.metadata()) {
			SAID.with_borrow_mut(|said| {
				said.get_or_insert_with(|| format!("{}: {}", record.target(), record.args()));
			});
		}
	}

	fn flush(&self) {}
}

/// First error that the chain logged in this thread since this was last asked. A `defensive!`
/// that fires says so there.
pub fn said() -> Option<String> {
	SAID.with_borrow_mut(Option::take)
}

/// Run something that may panic, and keep what it says to itself.
///
/// # Errors
/// What the panic said, and in the last line where.
pub fn quietly<R>(run: impl FnOnce() -> R) -> Result<R, String> {
	static SET_UP: Once = Once::new();
	SET_UP.call_once(|| {
		if log::set_logger(&Listener).is_ok() {
			log::set_max_level(log::LevelFilter::Error);
		}
		let usual = std::panic::take_hook();
		std::panic::set_hook(Box::new(move |info| {
			if !QUIET.with_borrow(|quiet| *quiet) {
				return usual(info);
			}
			let payload = info.payload();
			let said = payload
				.downcast_ref::<String>()
				.cloned()
				.or_else(|| payload.downcast_ref::<&str>().map(|said| said.to_string()));
			let place = info.location().map_or("nowhere".into(), ToString::to_string);
			let message = format!("{}\n{place}", said.unwrap_or_default());
			PANIC.with_borrow_mut(|panic| *panic = Some(message));
		}));
	});
	let before = QUIET.replace(true);
	let result = catch_unwind(AssertUnwindSafe(run));
	QUIET.set(before);
	let panic = PANIC.with_borrow_mut(Option::take);
	result.map_err(|_| panic.unwrap_or_else(|| "a panic that said nothing\nnowhere".into()))
}
