// SPDX-License-Identifier: Apache-2.0

//! An allocator that only ever moves forward, until it is reset as a whole before the next call.

use core::{
	alloc::{GlobalAlloc, Layout},
	arch::wasm32::{memory_grow, memory_size, unreachable},
	ptr::null_mut,
	sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

const PAGE: usize = 64 * 1024;

#[global_allocator]
static ALLOCATOR: Forward = Forward { next: AtomicUsize::new(0) };

struct Forward {
	/// First free address; zero before the first allocation.
	next: AtomicUsize,
}

// SAFETY: blocks lie between the end of the static data and the end of the memory, and never overlap until `reset`,
// whose caller holds none of them any more. There is one thread.
unsafe impl GlobalAlloc for Forward {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		let free = self.next.load(Relaxed).max(heap_start());
		let Some(start) = free.checked_next_multiple_of(layout.align()) else { return null_mut() };
		let Some(end) = start.checked_add(layout.size()) else { return null_mut() };
		let missing = end.div_ceil(PAGE).saturating_sub(memory_size(0));
		if missing > 0 && memory_grow(0, missing) == usize::MAX {
			return null_mut();
		}
		self.next.store(end, Relaxed);
		start as *mut u8
	}

	unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

/// Gives every block back. Nothing allocated before may be used afterwards.
pub fn reset() {
	ALLOCATOR.next.store(0, Relaxed);
}

/// End of the linker's static data.
fn heap_start() -> usize {
	extern "C" {
		static __heap_base: u8;
	}
	(&raw const __heap_base) as usize
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
	unreachable()
}
