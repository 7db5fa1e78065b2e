// SPDX-License-Identifier: Apache-2.0
//! The built-in Groth16 backend: [`crate::groth16`] behind the [`Backend`] trait, with proving keys and witness
//! programs that stay loaded between jobs.

use std::{
	collections::HashMap,
	sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
	time::Duration,
};

use async_trait::async_trait;

use super::{cpu_device, machine_memory, Backend, BackendJob, LocalInput, Proved};
use crate::{
	api::{
		errors::{ErrorCode, JobError},
		types::{Bytes32, JobRequest, Role},
		values::PublicValues,
	},
	artifacts::cache::Pin,
	config::{DeviceConfig, Groth16Config},
	control::JobControl,
	groth16::{prove, CancelFlag, Groth16Error, KeyHead, Limits, ProvingKey, WitnessProgram},
};

/// The one proof system that it proves in.
pub const PROOF_SYSTEM: &str = "groth16-bn254";
/// Memory that is assumed where the machine doesn't tell.
const FALLBACK_MEMORY: u64 = 4 << 30;
/// How often a job looks whether another's loading is over.
const LOADING_PERIOD: Duration = Duration::from_millis(20);

impl From<Groth16Error> for JobError {
	fn from(error: Groth16Error) -> Self {
		let code = ErrorCode::from_name(error.code()).unwrap_or(ErrorCode::Internal);
		JobError::new(code, error.to_string()).retryable(error.is_retryable())
	}
}

/// Proves circom programs over BN254 on the machine's cores.
pub struct Groth16Backend {
	shared: Arc<Shared>,
	memory_bytes: u64,
	time_limit: Duration,
	speed: Option<f64>,
}

struct Shared {
	loaded: LoadedCache,
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
			shared: Arc::new(Shared { loaded: LoadedCache::new(key_cache) }),
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

	fn devices(&self) -> Vec<DeviceConfig> {
		vec![cpu_device()]
	}

	fn speed(&self) -> Option<f64> {
		self.speed
	}

	fn check(&self, request: &JobRequest) -> Result<(), String> {
		check_artifacts(request)
	}

	async fn prove(&self, job: Arc<BackendJob>, control: &JobControl) -> Result<Proved, JobError> {
		let cancel = CancelFlag::new();
		// The deadline is not among the limits: it arrives through `control`, and has its own error code.
		let limits = Limits { memory_bytes: self.memory_bytes, time: self.time_limit };
		let (shared, flag, reports) = (self.shared.clone(), cancel.clone(), control.clone());
		let mut proving =
			tokio::task::spawn_blocking(move || run(&shared, &job, &limits, &flag, &reports));
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

fn run(
	shared: &Shared,
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
	let input_file;
	let input = match &job.input {
		LocalInput::Inline(bytes) => bytes.as_slice(),
		LocalInput::File(pin) => {
			input_file = std::fs::read(pin.path()).map_err(JobError::internal)?;
			input_file.as_slice()
		}
	};
	control.report("load", 0.0);
	let program = shared.loaded.program(program_file, cancel)?;
	let key = shared.loaded.key(key_file, cancel)?;
	if cancel.is_cancelled() {
		return Err(Groth16Error::Cancelled.into());
	}
	let progress = |stage: &str, fraction: f32| control.report(stage, fraction);
	let proof = prove(&key, &program, input, job.request.fixed(), limits, cancel, &progress)?;
	Ok(Proved {
		proof: proof.proof,
		values: PublicValues::Inputs(proof.public_inputs.into_iter().map(Bytes32).collect()),
		witness_ms: proof.witness_ms,
		prove_ms: proof.prove_ms,
		verify_ms: proof.verify_ms,
	})
}

/// Loaded keys and programs under a cap, the least recently used out first. What a job uses stays alive through its
/// `Arc`, so leaving the cache never harms it.
/// Clones are the same cache.
#[derive(Clone)]
pub(super) struct LoadedCache(Arc<LoadedInner>);

struct LoadedInner {
	max_bytes: u64,
	state: Mutex<LoadedState>,
	/// One load at a time: two would need the memory of both, and a second job mostly wants the same file.
	loading: Mutex<()>,
}

#[derive(Default)]
struct LoadedState {
	clock: u64,
	entries: HashMap<Bytes32, LoadedEntry>,
}

struct LoadedEntry {
	value: Loaded,
	bytes: u64,
	used: u64,
}

#[derive(Clone)]
enum Loaded {
	Key(Arc<ProvingKey>),
	Head(Arc<KeyHead>),
	Program(Arc<WitnessProgram>),
}

impl LoadedCache {
	pub(super) fn new(max_bytes: u64) -> Self {
		let (state, loading) = (Mutex::default(), Mutex::new(()));
		Self(Arc::new(LoadedInner { max_bytes, state, loading }))
	}

	/// What stands at a key's beginning. A cache holds heads or keys, not both.
	pub(super) fn head(
		&self,
		file: &Pin,
		cancel: &CancelFlag,
	) -> Result<Arc<KeyHead>, Groth16Error> {
		let loaded = self.get_or_load(file.sha256(), cancel, || {
			let head = KeyHead::read(file.path())?;
			let bytes = head.memory_bytes();
			Ok((Loaded::Head(Arc::new(head)), bytes))
		})?;
		match loaded {
			Loaded::Head(head) => Ok(head),
			Loaded::Key(_) | Loaded::Program(_) => {
				Err(Groth16Error::InvalidKey("this file is a witness program".into()))
			}
		}
	}

	fn key(&self, file: &Pin, cancel: &CancelFlag) -> Result<Arc<ProvingKey>, Groth16Error> {
		let loaded = self.get_or_load(file.sha256(), cancel, || {
			let key = ProvingKey::read_unless(file.path(), cancel)?;
			let bytes = key.memory_bytes();
			Ok((Loaded::Key(Arc::new(key)), bytes))
		})?;
		match loaded {
			Loaded::Key(key) => Ok(key),
			Loaded::Head(_) | Loaded::Program(_) => {
				Err(Groth16Error::InvalidKey("this file is a witness program".into()))
			}
		}
	}

	pub(super) fn program(
		&self,
		file: &Pin,
		cancel: &CancelFlag,
	) -> Result<Arc<WitnessProgram>, Groth16Error> {
		let loaded = self.get_or_load(file.sha256(), cancel, || {
			let program = WitnessProgram::read(file.path())?;
			let bytes = program.memory_bytes();
			Ok((Loaded::Program(Arc::new(program)), bytes))
		})?;
		match loaded {
			Loaded::Program(program) => Ok(program),
			Loaded::Key(_) | Loaded::Head(_) => {
				Err(Groth16Error::InvalidProgram("this file is a proving key".into()))
			}
		}
	}

	fn get_or_load(
		&self,
		sha256: Bytes32,
		cancel: &CancelFlag,
		load: impl FnOnce() -> Result<(Loaded, u64), Groth16Error>,
	) -> Result<Loaded, Groth16Error> {
		if let Some(found) = self.get(&sha256) {
			return Ok(found);
		}
		let _one_at_a_time = self.wait_to_load(cancel)?;
		if let Some(found) = self.get(&sha256) {
			return Ok(found);
		}
		let (value, bytes) = load()?;
		self.put(sha256, value.clone(), bytes);
		Ok(value)
	}

	/// Waits until nothing else is being loaded. A large key takes minutes, so a job that is called off must not wait.
	fn wait_to_load(&self, cancel: &CancelFlag) -> Result<MutexGuard<'_, ()>, Groth16Error> {
		loop {
			if cancel.is_cancelled() {
				return Err(Groth16Error::Cancelled);
			}
			match self.0.loading.try_lock() {
				Ok(guard) => return Ok(guard),
				Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
				Err(TryLockError::WouldBlock) => std::thread::sleep(LOADING_PERIOD),
			}
		}
	}

	fn get(&self, sha256: &Bytes32) -> Option<Loaded> {
		let mut state = self.state();
		state.clock += 1;
		let now = state.clock;
		let entry = state.entries.get_mut(sha256)?;
		entry.used = now;
		Some(entry.value.clone())
	}

	fn put(&self, sha256: Bytes32, value: Loaded, bytes: u64) {
		if bytes > self.0.max_bytes {
			return;
		}
		let mut state = self.state();
		while state.entries.values().map(|e| e.bytes).sum::<u64>() + bytes > self.0.max_bytes {
			let oldest = state.entries.iter().min_by_key(|(_, e)| e.used).map(|(k, _)| *k);
			match oldest {
				Some(oldest) => state.entries.remove(&oldest),
				None => break,
			};
		}
		state.clock += 1;
		let used = state.clock;
		state.entries.insert(sha256, LoadedEntry { value, bytes, used });
	}

	fn state(&self) -> MutexGuard<'_, LoadedState> {
		self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
	}
}
