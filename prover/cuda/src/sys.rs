// SPDX-License-Identifier: Apache-2.0
//! The kernels' interface, as `kernels/groth16.cu` defines it.

use std::ffi::{c_char, c_void};

/// Four 64-bit words of a field element, lowest first, in Montgomery form.
pub type Element = [u64; 4];

#[repr(C)]
pub struct Matrix {
	pub starts: *const u32,
	pub signals: *const u32,
	pub values: *const Element,
}

#[repr(C)]
pub struct Powers {
	pub low: *const Element,
	pub high: *const Element,
	pub low_bits: u32,
}

#[repr(C)]
pub struct Column {
	pub points: *const c_void,
	pub signals: *const u32,
	pub n: usize,
}

#[repr(C)]
pub struct Key {
	pub lg_domain: u32,
	pub signals: usize,
	pub matrix_a: Matrix,
	pub matrix_b: Matrix,
	pub powers: Powers,
	pub a: Column,
	pub b1: Column,
	pub b2: Column,
	pub c: Column,
	pub h: Column,
}

extern "C" {
	pub fn proofyard_cuda_open(
		name: *mut c_char,
		memory: *mut u64,
		capability: *mut i32,
	) -> sppark::Error;
	pub fn proofyard_cuda_free_memory(bytes: *mut u64) -> sppark::Error;
	pub fn proofyard_cuda_alloc(out: *mut *mut c_void, bytes: usize) -> sppark::Error;
	pub fn proofyard_cuda_free(ptr: *mut c_void) -> sppark::Error;
	pub fn proofyard_cuda_copy_in(
		to: *mut c_void,
		from: *const c_void,
		bytes: usize,
	) -> sppark::Error;
	pub fn proofyard_cuda_pin(ptr: *mut c_void, bytes: usize) -> sppark::Error;
	pub fn proofyard_cuda_unpin(ptr: *mut c_void) -> sppark::Error;
	pub fn proofyard_cuda_sums(
		key: *const Key,
		witness: *const Element,
		out: *mut crate::Sums,
		stages: *mut crate::Stages,
	) -> sppark::Error;
	pub fn proofyard_cuda_msm(
		g: i32,
		points: *const c_void,
		n: usize,
		scalars: *const Element,
		out: *mut c_void,
		ms: *mut f64,
	) -> sppark::Error;
	pub fn proofyard_cuda_ntt(
		values: *mut Element,
		lg: u32,
		inverse: i32,
		ms: *mut f64,
	) -> sppark::Error;
	pub fn proofyard_cuda_host_step(
		step: i32,
		a: *mut Element,
		b: *mut Element,
		c: *mut Element,
		matrix_a: *const Matrix,
		matrix_b: *const Matrix,
		powers: *const Powers,
		witness: *const Element,
		signals: *const u32,
		n: usize,
	);
	pub fn proofyard_cuda_host_root(
		lg: u32,
		forward: *mut Element,
		inverse: *mut Element,
		size_inverse: *mut Element,
	);
}
