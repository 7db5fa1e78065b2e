// SPDX-License-Identifier: Apache-2.0
//! Groth16 over BN254, for circom 2 programs and snarkjs proving keys.
//!
//! ```text
//! input.json ─► WitnessProgram (Wasm, sandboxed) ─► witness w
//!                                                     │  fixed public values compared
//! ProvingKey (zkey) ─► A·w, B·w ─► quotient H ────────┤
//!                                                     ├─► five multi-scalar products ─► proof ─► own check
//!                                     fresh r, s ─────┘
//! ```
//!
//! Both artifacts come from strangers. [`ProvingKey::read`] checks every length against the file
//! and every point against its curve before it is used; [`WitnessProgram`] runs without any import
//! but circom's message callbacks, under a memory limit, a time limit and a [`CancelFlag`]. A proof
//! leaves [`prove()`] only after the chain's own verifier accepted it.
//!
//! The sums, quotient and multi-scalar products, are an [`Engine`]'s: the machine's cores, or with the feature `groth16-cuda`
//! a graphics card (`cuda`).
//!
//! Files: [`zkey`] for the key's file format, [`witness`] for the program's interface,
//! [`inputs`] for the shape of an input, [`qap`] for the quotient, [`prove`](mod@prove) for the
//! order of the stages, [`limits`] for time, memory and cancellation.

pub mod binfile;
#[cfg(test)]
mod crosscheck;
#[cfg(feature = "groth16-cuda")]
pub mod cuda;
pub mod error;
pub mod inputs;
pub mod limits;
pub mod msm;
pub mod prove;
pub mod qap;
pub mod sample;
pub mod witness;
pub mod zkey;

pub use ark_bn254::Fr;
pub use error::Groth16Error;
pub use limits::{Budget, CancelFlag, Limits};
pub use prove::{big_endian, check, prove, prove_on, prove_witness, Cpu, Engine, Proof, Sums};
pub use witness::WitnessProgram;
pub use zkey::{KeyHead, ProvingKey};
