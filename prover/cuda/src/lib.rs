// SPDX-License-Identifier: Apache-2.0
//! Groth16's arithmetic over BN254 on an NVIDIA card: the quotient's transforms and the five multi-scalar products of a
//! proof, with the key's points resident on the card.
//!
//! The transforms and products are those of [sppark](https://github.com/supranational/sppark); `kernels/` has what lies
//! between them. Numbers cross the border as machine words in Montgomery form, which is how arkworks keeps them too, so
//! this crate needs no arithmetic of its own.
//!
//! A process uses one card, the first that `CUDA_VISIBLE_DEVICES` shows it: a fault on the card poisons all that the
//! process has there, and only its end clears that. [`Card`] therefore exists once in a process, and takes one call at a
//! time.
//!
//! Needs NVIDIA's compiler to build (`scripts/cuda`), and only the driver to run.

mod sys;

use std::{
	ffi::{c_void, CStr},
	marker::PhantomData,
	mem::size_of,
	sync::{
		atomic::{AtomicBool, Ordering},
		Mutex, MutexGuard, PoisonError,
	},
};

// Only its C++ is used, by the kernels' host side: this makes the linker see it.
use blst as _;
pub use sys::Element;

/// A point of G1: x ‖ y, infinity as zeros.
pub type G1Point = [u64; 8];
/// A point of G2: x.c0 ‖ x.c1 ‖ y.c0 ‖ y.c1, infinity as zeros.
pub type G2Point = [u64; 16];
/// A sum in G1: X ‖ Y ‖ Z, with x = X/Z² and y = Y/Z³; Z = 0 is infinity.
pub type G1Sum = [u64; 12];
/// A sum in G2, likewise, each coordinate c0 ‖ c1.
pub type G2Sum = [u64; 24];

/// Threads that a card runs in step.
const WARP: usize = 32;
/// CUDA's code for memory that is not to be had.
const OUT_OF_MEMORY: i32 = 2;

/// Reasons why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
	/// The card has no room for it. The card is well.
	#[error("the card has not enough free memory: {0}")]
	OutOfMemory(String),
	/// The driver or the card failed. Nothing more can be expected of this process.
	#[error("CUDA error {code}: {message}")]
	Cuda {
		/// CUDA's code.
		code: i32,
		/// Message of the library.
		message: String,
	},
	/// The card was opened before.
	#[error("this process has opened its card already")]
	Opened,
}

fn check(error: sppark::Error) -> Result<(), Error> {
	let code = error.code.saturating_abs();
	match code {
		0 => Ok(()),
		OUT_OF_MEMORY => Err(Error::OutOfMemory(error.into())),
		_ => Err(Error::Cuda { code, message: error.into() }),
	}
}

/// The five sums of a proof.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
	/// Σ wᵢ·Aᵢ.
	pub a: G1Sum,
	/// Σ wᵢ·Bᵢ in G1.
	pub b1: G1Sum,
	/// Σ wᵢ·Cᵢ over the private signals.
	pub c: G1Sum,
	/// Σ hᵢ·Hᵢ with the quotient's values hᵢ.
	pub h: G1Sum,
	/// Σ wᵢ·Bᵢ in G2.
	pub b2: G2Sum,
}

/// Times that the parts of a call took, in milliseconds.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stages {
	/// The witness to the card.
	pub upload: f64,
	/// Rows, transforms, and what lies between.
	pub quotient: f64,
	/// The product with A.
	pub a: f64,
	/// The product with B in G1.
	pub b1: f64,
	/// The product with C.
	pub c: f64,
	/// The product with H.
	pub h: f64,
	/// The product with B in G2.
	pub b2: f64,
}

/// Name and properties of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
	/// Its model.
	pub name: String,
	/// Its memory, in bytes.
	pub memory: u64,
	/// Its compute capability, major and minor.
	pub capability: (i32, i32),
}

/// The process's card.
pub struct Card {
	info: Info,
	/// The library keeps its scratch memory by card.
	one_at_a_time: Mutex<()>,
}

static OPENED: AtomicBool = AtomicBool::new(false);

impl Card {
	/// Opens the first card that this process sees.
	///
	/// # Errors
	/// Without a driver or a card of compute capability 7.0 or above, and if the process has opened it already.
	pub fn open() -> Result<Self, Error> {
		if OPENED.swap(true, Ordering::SeqCst) {
			return Err(Error::Opened);
		}
		let mut name = [0u8; 256];
		let (mut memory, mut capability) = (0, [0; 2]);
		// SAFETY: all three are as large as the interface says.
		let opened = check(unsafe {
			sys::proofyard_cuda_open(name.as_mut_ptr().cast(), &mut memory, capability.as_mut_ptr())
		});
		if let Err(error) = opened {
			OPENED.store(false, Ordering::SeqCst);
			return Err(error);
		}
		let name = CStr::from_bytes_until_nul(&name).unwrap_or_default();
		let name = name.to_string_lossy().into_owned();
		let info = Info { name, memory, capability: (capability[0], capability[1]) };
		Ok(Self { info, one_at_a_time: Mutex::new(()) })
	}

	/// Its name and properties.
	pub fn info(&self) -> &Info {
		&self.info
	}

	/// Bytes that can be had now. Gives scratch memory back first, so the next call takes longer.
	pub fn free_memory(&self) -> Result<u64, Error> {
		let _turn = self.turn();
		let mut bytes = 0;
		// SAFETY: a valid place for the answer.
		check(unsafe { sys::proofyard_cuda_free_memory(&mut bytes) })?;
		Ok(bytes)
	}

	/// Copies to the card what an iterator yields in pieces; `len` elements in all, at least as many as are yielded.
	///
	/// # Errors
	/// [`Error::OutOfMemory`] if there is no room.
	///
	/// # Panics
	/// If more than `len` elements are yielded.
	pub fn upload<T: Copy>(
		&self,
		len: usize,
		pieces: impl IntoIterator<Item = impl AsRef<[T]>>,
	) -> Result<Buffer<T>, Error> {
		let _turn = self.turn();
		let mut buffer = Buffer { ptr: std::ptr::null_mut(), len, elements: PhantomData };
		if len == 0 {
			return Ok(buffer);
		}
		// Whole warps, as sppark allocates where it copies points itself.
		let room = len.next_multiple_of(WARP) * size_of::<T>();
		// SAFETY: a valid place for the address. A failure leaves it null, which is never freed.
		check(unsafe { sys::proofyard_cuda_alloc(&mut buffer.ptr, room) })?;
		let mut at = 0;
		for piece in pieces {
			let piece = piece.as_ref();
			assert!(piece.len() <= len - at, "more elements than were announced");
			// SAFETY: the piece fits behind the `at` elements that are there.
			check(unsafe {
				sys::proofyard_cuda_copy_in(
					buffer.ptr.byte_add(at * size_of::<T>()),
					piece.as_ptr().cast(),
					std::mem::size_of_val(piece),
				)
			})?;
			at += piece.len();
		}
		Ok(buffer)
	}

	/// Makes memory fast to copy from, until the answer is dropped.
	///
	/// # Safety
	/// The memory must stay mapped until then.
	pub unsafe fn pin(&self, ptr: *mut u8, bytes: usize) -> Result<Pinned, Error> {
		let _turn = self.turn();
		check(unsafe { sys::proofyard_cuda_pin(ptr.cast(), bytes) })?;
		Ok(Pinned(ptr))
	}

	/// The sums of a proof.
	///
	/// # Panics
	/// If the witness has not as many elements as the key has signals.
	pub fn sums(&self, key: &Key, witness: &[Element]) -> Result<(Sums, Stages), Error> {
		assert_eq!(witness.len(), key.signals, "the witness has one element a signal");
		let _turn = self.turn();
		let (mut sums, mut stages) = (Sums::default(), Stages::default());
		let raw = key.raw();
		// SAFETY: the key's pointers are to buffers that it owns, of the lengths that `Key::new` checked.
		check(unsafe { sys::proofyard_cuda_sums(&raw, witness.as_ptr(), &mut sums, &mut stages) })?;
		Ok((sums, stages))
	}

	/// Σ `scalars[i]` · `points[i]`, and how many milliseconds it took beside the transfers.
	///
	/// # Panics
	/// If there are not as many scalars as points.
	pub fn msm_g1(&self, points: &[G1Point], scalars: &[Element]) -> Result<(G1Sum, f64), Error> {
		let mut sum = [0; 12];
		let ms = self.msm(1, points.as_ptr().cast(), points.len(), scalars, &mut sum)?;
		Ok((sum, ms))
	}

	/// The same in G2.
	///
	/// # Panics
	/// If there are not as many scalars as points.
	pub fn msm_g2(&self, points: &[G2Point], scalars: &[Element]) -> Result<(G2Sum, f64), Error> {
		let mut sum = [0; 24];
		let ms = self.msm(2, points.as_ptr().cast(), points.len(), scalars, &mut sum)?;
		Ok((sum, ms))
	}

	fn msm(
		&self,
		group: i32,
		points: *const c_void,
		n: usize,
		scalars: &[Element],
		sum: &mut [u64],
	) -> Result<f64, Error> {
		assert_eq!(n, scalars.len(), "each point has a scalar");
		let _turn = self.turn();
		let mut ms = 0.0;
		// SAFETY: `n` points of the group and as many scalars; the sum is as long as the group's.
		check(unsafe {
			sys::proofyard_cuda_msm(
				group,
				points,
				n,
				scalars.as_ptr(),
				sum.as_mut_ptr().cast(),
				&mut ms,
			)
		})?;
		Ok(ms)
	}

	/// The transform (or its inverse) of a polynomial's values, in natural order before and after, and how many
	/// milliseconds it took beside the transfers.
	///
	/// # Panics
	/// If the length is not a power of two up to 2²⁸.
	pub fn ntt(&self, values: &mut [Element], inverse: bool) -> Result<f64, Error> {
		assert!(values.len().is_power_of_two() && values.len() <= 1 << 28, "no such domain");
		let _turn = self.turn();
		let mut ms = 0.0;
		// SAFETY: 2^lg elements.
		check(unsafe {
			sys::proofyard_cuda_ntt(
				values.as_mut_ptr(),
				values.len().ilog2(),
				inverse.into(),
				&mut ms,
			)
		})?;
		Ok(ms)
	}

	fn turn(&self) -> MutexGuard<'_, ()> {
		self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// Memory on the card.
pub struct Buffer<T> {
	ptr: *mut c_void,
	len: usize,
	elements: PhantomData<T>,
}

// SAFETY: an address on the card, which nothing here reads or writes but calls that take turns.
unsafe impl<T: Send> Send for Buffer<T> {}
// SAFETY: likewise; nothing changes through a shared one.
unsafe impl<T: Sync> Sync for Buffer<T> {}

impl<T> Buffer<T> {
	fn as_ptr(&self) -> *const T {
		self.ptr.cast_const().cast()
	}

	fn bytes(&self) -> u64 {
		(self.len * size_of::<T>()) as u64
	}
}

impl<T> Drop for Buffer<T> {
	fn drop(&mut self) {
		if !self.ptr.is_null() {
			// SAFETY: allocated by `upload` and freed once. A failure means that the card is lost, memory and all.
			let _ = unsafe { sys::proofyard_cuda_free(self.ptr) };
		}
	}
}

/// Memory that is fast to copy from.
pub struct Pinned(*mut u8);

// SAFETY: only an address to unregister.
unsafe impl Send for Pinned {}

impl Drop for Pinned {
	fn drop(&mut self) {
		// SAFETY: registered by `pin`, and still mapped by its contract.
		let _ = unsafe { sys::proofyard_cuda_unpin(self.0.cast()) };
	}
}

/// A sparse matrix on the card, row after row: the terms of row `i` are those from `starts[i]` to `starts[i + 1]`.
pub struct Matrix {
	/// One more than there are rows.
	pub starts: Buffer<u32>,
	/// Of each term, which signal it is of.
	pub signals: Buffer<u32>,
	/// Of each term, its coefficient.
	pub values: Buffer<Element>,
}

/// The points of one product, and the signal that each belongs to.
pub struct Column<P> {
	/// The points.
	pub points: Buffer<P>,
	/// As many signals.
	pub signals: Buffer<u32>,
}

/// Powers of the coset's offset g.
pub struct Powers {
	/// gʲ for j below 2^`low_bits`.
	pub low: Buffer<Element>,
	/// g^(k·2^`low_bits`), as many as reach the domain's size.
	pub high: Buffer<Element>,
	/// See `low`.
	pub low_bits: u32,
}

/// A proving key on the card.
pub struct Key {
	signals: usize,
	lg_domain: u32,
	matrices: [Matrix; 2],
	powers: Powers,
	a: Column<G1Point>,
	b1: Column<G1Point>,
	b2: Column<G2Point>,
	c: Column<G1Point>,
	h: Buffer<G1Point>,
}

impl Key {
	/// Puts a key together. What the buffers hold is the caller's word: indexes of signals must be below `signals`, those in
	/// `starts` ascend to the number of terms.
	///
	/// # Panics
	/// If the lengths of the buffers don't fit together.
	#[allow(clippy::too_many_arguments)]
	pub fn new(
		signals: usize,
		matrices: [Matrix; 2],
		powers: Powers,
		a: Column<G1Point>,
		b1: Column<G1Point>,
		b2: Column<G2Point>,
		c: Column<G1Point>,
		h: Buffer<G1Point>,
	) -> Self {
		let domain = h.len;
		assert!(domain.is_power_of_two(), "the domain's size is a power of two");
		for matrix in &matrices {
			assert_eq!(matrix.starts.len, domain + 1, "a matrix has the domain's rows");
			assert_eq!(matrix.signals.len, matrix.values.len, "each term has a signal and a value");
		}
		assert_eq!(powers.low.len, 1 << powers.low_bits, "powers of all low exponents");
		assert!(powers.low.len * powers.high.len >= domain, "powers up to the domain's size");
		for (points, of) in [
			(a.points.len, a.signals.len),
			(b1.points.len, b1.signals.len),
			(b2.points.len, b2.signals.len),
			(c.points.len, c.signals.len),
		] {
			assert_eq!(points, of, "each point has a signal");
		}
		Self { signals, lg_domain: domain.ilog2(), matrices, powers, a, b1, b2, c, h }
	}

	/// Bytes that it takes on the card.
	pub fn bytes(&self) -> u64 {
		let matrices = self
			.matrices
			.iter()
			.map(|matrix| matrix.starts.bytes() + matrix.signals.bytes() + matrix.values.bytes());
		let g1 = [&self.a, &self.b1, &self.c];
		let columns = g1.into_iter().map(|column| column.points.bytes() + column.signals.bytes());
		matrices.sum::<u64>()
			+ columns.sum::<u64>()
			+ self.b2.points.bytes()
			+ self.b2.signals.bytes()
			+ self.h.bytes()
			+ self.powers.low.bytes()
			+ self.powers.high.bytes()
	}

	fn raw(&self) -> sys::Key {
		let matrix = |matrix: &Matrix| sys::Matrix {
			starts: matrix.starts.as_ptr(),
			signals: matrix.signals.as_ptr(),
			values: matrix.values.as_ptr(),
		};
		fn column<P>(column: &Column<P>) -> sys::Column {
			sys::Column {
				points: column.points.as_ptr().cast(),
				signals: column.signals.as_ptr(),
				n: column.points.len,
			}
		}
		sys::Key {
			lg_domain: self.lg_domain,
			signals: self.signals,
			matrix_a: matrix(&self.matrices[0]),
			matrix_b: matrix(&self.matrices[1]),
			powers: sys::Powers {
				low: self.powers.low.as_ptr(),
				high: self.powers.high.as_ptr(),
				low_bits: self.powers.low_bits,
			},
			a: column(&self.a),
			b1: column(&self.b1),
			b2: column(&self.b2),
			c: column(&self.c),
			h: sys::Column {
				points: self.h.as_ptr().cast(),
				signals: std::ptr::null(),
				n: self.h.len,
			},
		}
	}
}

/// Bytes of scratch memory that a proof needs on the card beside its key, at most: the witness, the three polynomials, one
/// gathered column, and the largest product's digits, sorting space and buckets.
pub fn working_bytes(signals: usize, domain: usize) -> u64 {
	let points = signals.max(domain) as u64;
	// sppark's choice of windows, and how it cuts long products into batches.
	let lg = (points + points / 2).max(1).ilog2();
	let width = lg.saturating_sub(8).clamp(10, 18);
	let windows = 253 / u64::from(width) + 1;
	let batches = ((1u64 << (lg.max(width) - width)) >> 6).max(1);
	let stride = points.div_ceil(batches) + 32;
	let buckets = (windows << (width - 1)) * (2 * 128 + 4);
	let elements = 32 * (signals as u64 + 3 * domain as u64 + points);
	elements + stride * (16 + 4 * windows) + buckets + SLACK
}

/// Memory that is not counted one by one, in bytes: tables of the transforms, rounding of allocations.
const SLACK: u64 = 128 << 20;

/// Parts that only tests need: the kernels' steps, computed by the processor.
#[doc(hidden)]
pub mod host {
	use super::{sys, Element};

	/// A matrix as [`super::Matrix`], in the processor's memory.
	pub struct Matrix<'a> {
		/// See there.
		pub starts: &'a [u32],
		/// See there.
		pub signals: &'a [u32],
		/// See there.
		pub values: &'a [Element],
	}

	/// Arrays that the steps read and write.
	pub struct Steps<'a> {
		/// The polynomials.
		pub polynomials: [&'a mut [Element]; 3],
		/// A and B.
		pub matrices: [Matrix<'a>; 2],
		/// Powers of the offset: low, high.
		pub powers: [&'a [Element]; 2],
		/// The witness.
		pub witness: &'a [Element],
		/// Signals that are gathered.
		pub signals: &'a [u32],
	}

	impl Steps<'_> {
		/// Runs step 0 (rows), 1 (shift), 2 (combine) or 3 (gather) for every index below `n`. Lengths are the caller's word.
		///
		/// # Safety
		/// All that the step touches must be long enough.
		pub unsafe fn run(&mut self, step: i32, n: usize) {
			let [a, b] = [0, 1].map(|i| sys::Matrix {
				starts: self.matrices[i].starts.as_ptr(),
				signals: self.matrices[i].signals.as_ptr(),
				values: self.matrices[i].values.as_ptr(),
			});
			let powers = sys::Powers {
				low: self.powers[0].as_ptr(),
				high: self.powers[1].as_ptr(),
				low_bits: self.powers[0].len().ilog2(),
			};
			let [x, y, z] = &mut self.polynomials;
			unsafe {
				sys::proofyard_cuda_host_step(
					step,
					x.as_mut_ptr(),
					y.as_mut_ptr(),
					z.as_mut_ptr(),
					&a,
					&b,
					&powers,
					self.witness.as_ptr(),
					self.signals.as_ptr(),
					n,
				)
			}
		}
	}

	/// The root of unity of order 2^`lg` that the transforms use, its inverse, and the inverse of 2^`lg`; `lg` up to 28.
	pub fn root(lg: u32) -> [Element; 3] {
		assert!(lg <= 28);
		let mut roots = [[0; 4]; 3];
		let [forward, inverse, size] = &mut roots;
		// SAFETY: three valid places, and the tables have 29 entries.
		unsafe { sys::proofyard_cuda_host_root(lg, forward, inverse, size) };
		roots
	}
}
