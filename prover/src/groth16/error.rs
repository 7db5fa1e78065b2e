// SPDX-License-Identifier: Apache-2.0
//! Failures between a job and its proof, and the service's error code of each.

use crate::values::Mismatch;
use proofyard_jobs::ErrorCode;
use std::io;

/// Reason for which no proof came out.
#[derive(Debug, thiserror::Error)]
pub enum Groth16Error {
	/// The requester's input is not one that the program accepts.
	#[error("the program does not accept the input: {0}")]
	InvalidInput(String),
	/// The proving key is damaged, hostile, or of another curve or proof system.
	#[error("the proving key is not usable: {0}")]
	InvalidKey(String),
	/// The witness program is damaged, hostile, or not a circom 2 program over BN254.
	#[error("the witness program is not usable: {0}")]
	InvalidProgram(String),
	/// Proving key and witness program are each well formed but do not belong together.
	#[error("the proving key and the witness program do not belong together: {0}")]
	Mismatched(String),
	/// The public inputs come out, or can only come out, other than the requester fixed them.
	#[error(transparent)]
	PublicInputs(#[from] Mismatch),
	/// The job needs more memory than the service allows a job.
	#[error("the job needs {needed} bytes of memory, it may use {limit}: raise the limit")]
	OutOfMemory {
		/// Memory that was asked for when the limit was met, in bytes.
		needed: u64,
		/// The limit, in bytes.
		limit: u64,
	},
	/// The time that the job may take has passed.
	#[error("the job took longer than the {limit_ms} ms that it may take")]
	TimedOut {
		/// The limit, in milliseconds.
		limit_ms: u64,
	},
	/// The job was cancelled.
	#[error("the job was cancelled")]
	Cancelled,
	/// An artifact could not be read from the disk.
	#[error("cannot read an artifact: {0}")]
	Io(#[from] io::Error),
	/// The graphics card, or its driver, failed. The job is not to blame.
	#[error("the graphics card failed: {0}")]
	Device(String),
	/// The service itself failed.
	#[error("internal failure of the prover: {0}")]
	Internal(String),
}

impl Groth16Error {
	/// The error code of the service's HTTP interface.
	pub fn code(&self) -> ErrorCode {
		match self {
			Self::InvalidInput(_) => ErrorCode::InvalidInput,
			Self::InvalidKey(_) | Self::InvalidProgram(_) | Self::Mismatched(_) => {
				ErrorCode::InvalidArtifact
			}
			Self::PublicInputs(_) => ErrorCode::PublicInputMismatch,
			Self::OutOfMemory { .. } => ErrorCode::OutOfMemory,
			Self::TimedOut { .. } => ErrorCode::TimedOut,
			Self::Cancelled => ErrorCode::Cancelled,
			Self::Device(_) => ErrorCode::BackendFailed,
			Self::Io(_) | Self::Internal(_) => ErrorCode::Internal,
		}
	}

	/// Whether the same job may succeed when it is tried again on the same service.
	pub fn is_retryable(&self) -> bool {
		matches!(self, Self::Io(_) | Self::Device(_) | Self::Internal(_))
	}
}
