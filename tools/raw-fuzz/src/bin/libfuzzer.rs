// SPDX-License-Identifier: Apache-2.0
//! The same as a target of libFuzzer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proofyard_raw_fuzz::Chain;
use std::cell::RefCell;

thread_local! {
	static CHAIN: RefCell<Chain> = RefCell::new(Chain::new());
}

fuzz_target!(|data: &[u8]| {
	let played = CHAIN.with_borrow_mut(|chain| chain.play(data));
	if let Err(failure) = played {
		panic!("{failure}");
	}
});
