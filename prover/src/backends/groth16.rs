// SPDX-License-Identifier: Apache-2.0
//! The built-in Groth16 backend: [`crate::groth16`] behind the [`Backend`] trait, with proving keys and witness
//! programs that stay loaded between jobs.

use std::{borrow::Cow, sync::Arc, time::Duration};

use async_trait::async_trait;
use proofyard_jobs::{Bytes32, ErrorCode, JobError, JobRequest, PublicValues, Role};

use super::{loaded::Loaded, Backend, BackendJob, LocalInput, Proved};
use crate::{
	artifacts::cache::Pin,
	config::Groth16Config,
	control::JobControl,
	devices::{cpu_device, machine_memory, Device},
	groth16::{prove, CancelFlag, Groth16Error, Limits, Proof},
	values::Fixed,
};

/// The one proof system that it proves in.
pub const PROOF_SYSTEM: &str = "groth16-bn254";
/// Memory that is assumed where the machine doesn't tell.
const FALLBACK_MEMORY: u64 = 4 << 30;

impl From<Groth16Error> for JobError {
	fn from(error: Groth16Error) -> Self {
		JobError::new(error.code(), error.to_string()).retryable(error.is_retryable())
	}
}

/// Proves circom programs over BN254 on the machine's cores.
pub struct Groth16Backend {
	loaded: Loaded,
	memory_bytes: u64,
	time_limit: Duration,
	speed: Option<f64>,
}

impl Groth16Backend {
	/// Bytes that one proof may use, and that keys and programs may that stay loaded.
	pub(super) fn memory(config: &Groth16Config) -> (u64, u64) {
		let machine = machine_memory().unwrap_or(FALLBACK_MEMORY);
		(
			config.memory_limit.map_or(machine / 4 * 3, |b| b.0),
			config.key_cache.map_or(machine / 4, |b| b.0),
		)
	}

	/// With the operator's limits, or ones that fit the machine.
	pub fn new(config: &Groth16Config) -> Self {
		let (memory_bytes, key_cache) = Self::memory(config);
		Self {
			loaded: Loaded::new(key_cache),
			memory_bytes,
			time_limit: Duration::from_secs(config.time_limit_s),
			speed: config.speed,
		}
	}
}

#[async_trait]
impl Backend for Groth16Backend {
	fn name(&self) -> &str {
		"groth16"
	}

	fn proof_systems(&self) -> Vec<String> {
		vec![PROOF_SYSTEM.into()]
	}

	fn devices(&self) -> Vec<Device> {
		vec![cpu_device()]
	}

	fn speed(&self) -> Option<f64> {
		self.speed
	}

	fn check(&self, request: &JobRequest) -> Result<(), String> {
		check_artifacts(request)
	}

	async fn prove(&self, job: Arc<BackendJob>, control: &JobControl) -> Result<Proved, JobError> {
		// The deadline is not among the limits: it arrives through `control`, and has its own error code.
		let limits = Limits { memory_bytes: self.memory_bytes, time: self.time_limit };
		let (loaded, line) = (self.loaded.clone(), control.clone());
		let work = move |cancel: &CancelFlag| run(&loaded, &job, &limits, cancel, &line);
		on_a_thread(control, work).await
	}
}

/// Runs a proof on a thread that may block, with a flag that is raised when the job must stop.
pub(super) async fn on_a_thread(
	control: &JobControl,
	work: impl FnOnce(&CancelFlag) -> Result<Proved, JobError> + Send + 'static,
) -> Result<Proved, JobError> {
	let cancel = CancelFlag::new();
	let flag = cancel.clone();
	let mut proving = tokio::task::spawn_blocking(move || work(&flag));
	// The thread can't be dropped: it is told to stop, and waited for, so that a slot never holds two proofs.
	let result = tokio::select! {
		result = &mut proving => result,
		() = control.stopped() => {
			cancel.cancel();
			proving.await
		},
	};
	match result {
		Ok(result) if control.is_stopped() && result.is_err() => Err(control.stop_error()),
		Ok(result) => result,
		Err(error) => Err(JobError::internal(format!("the groth16 prover died: {error}"))),
	}
}

/// Whether a job has one proving key and one witness program.
pub(super) fn check_artifacts(request: &JobRequest) -> Result<(), String> {
	for role in [Role::ProvingKey, Role::WitnessProgram] {
		let count = request.artifacts.iter().filter(|a| a.role == role).count();
		if count != 1 {
			return Err(format!(
				"the groth16 backend needs one artifact with role {}, found {count}",
				role.as_str()
			));
		}
	}
	Ok(())
}

/// The artifact with that role.
pub(super) fn find_artifact(job: &BackendJob, role: Role) -> Result<&Pin, JobError> {
	job.artifact(role).ok_or_else(|| {
		JobError::new(
			ErrorCode::InvalidArtifact,
			format!("there is no artifact with role {}", role.as_str()),
		)
	})
}

/// The input, from wherever it is.
pub(super) fn read_input(job: &BackendJob) -> Result<Cow<'_, [u8]>, JobError> {
	match &job.input {
		LocalInput::Inline(bytes) => Ok(bytes.into()),
		LocalInput::File(pin) => Ok(std::fs::read(pin.path()).map_err(JobError::internal)?.into()),
	}
}

impl From<Proof> for Proved {
	fn from(proof: Proof) -> Self {
		Self {
			proof: proof.proof,
			values: PublicValues::Inputs(proof.public_inputs.into_iter().map(Bytes32).collect()),
			witness_ms: proof.witness_ms,
			prove_ms: proof.prove_ms,
			verify_ms: proof.verify_ms,
		}
	}
}

fn run(
	loaded: &Loaded,
	job: &BackendJob,
	limits: &Limits,
	cancel: &CancelFlag,
	control: &JobControl,
) -> Result<Proved, JobError> {
	let key_file = find_artifact(job, Role::ProvingKey)?;
	let program_file = find_artifact(job, Role::WitnessProgram)?;
	if key_file.size() > limits.memory_bytes {
		return Err(JobError::new(
			ErrorCode::OutOfMemory,
			format!(
				"the proving key has {} bytes, the backend may use {}; raise [groth16] memory_limit",
				key_file.size(),
				limits.memory_bytes
			),
		)
		.retryable(false));
	}
	let input = read_input(job)?;
	control.report("load", 0.0);
	let program = loaded.program(program_file, cancel)?;
	let key = loaded.key(key_file, cancel)?;
	if cancel.is_cancelled() {
		return Err(Groth16Error::Cancelled.into());
	}
	let progress = |stage: &str, fraction: f32| control.report(stage, fraction);
	let proof = prove(&key, &program, &input, Fixed::of(&job.request), limits, cancel, &progress)?;
	Ok(proof.into())
}
