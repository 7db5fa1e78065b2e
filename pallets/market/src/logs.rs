// SPDX-License-Identifier: Apache-2.0
//! Messages that were logged while a test ran.

use sp_tracing::{
	test_log_capture::{init_log_capture, LogCapture},
	tracing,
};
use std::cell::RefCell;

thread_local! {
	/// Warnings and errors of the test that this thread runs.
	static LOG: RefCell<LogCapture> = RefCell::new(LogCapture::new());
}

/// Whether something was logged with `text` in it.
pub fn said(text: &str) -> bool {
	LOG.with_borrow(|log| log.contains(text))
}

/// Run `test` with its warnings and errors kept, so that tests can ask what was said, and so that a
/// `defensive!` that fires fails the test it fired in.
pub fn with_log(test: impl FnOnce()) {
	// What is logged goes to the tracing subscriber of the thread, whoever set this up first.
	sp_tracing::try_init_simple();
	log::set_max_level(log::LevelFilter::Warn);
	let (log, subscriber) = init_log_capture(tracing::Level::WARN, false);
	LOG.set(log);
	tracing::subscriber::with_default(subscriber, test);
}
