// SPDX-License-Identifier: Apache-2.0
//! What proves, behind one trait.
//!
//! A job goes to the first backend that takes it, in this order: commands that the operator bound to the program,
//! other commands for the proof system, the built-in one. So a GPU prover that an operator configures for
//! `groth16-bn254` takes the place of the built-in CPU prover.

pub mod command;
pub mod groth16;

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{
	api::{
		errors::{ErrorCode, JobError},
		types::{
			Bytes32, HexBytes, JobRequest, ProofView, Role, MAX_PROOF_BYTES, MAX_PUBLIC_INPUTS,
		},
	},
	artifacts::cache::Pin,
	config::{Config, DeviceConfig, DeviceKind},
	control::JobControl,
	unix_ms,
};

/// An artifact that is here.
pub struct LocalArtifact {
	/// What it is for.
	pub role: Role,
	/// The file, held in the cache while the job runs.
	pub pin: Pin,
}

/// An input that is here.
pub enum LocalInput {
	/// From the request.
	Inline(Vec<u8>),
	/// Fetched, held in the cache while the job runs.
	File(Pin),
}

/// A job with everything that proving needs on this machine.
pub struct BackendJob {
	/// What was asked.
	pub request: Arc<JobRequest>,
	/// The program's files, in the request's order.
	pub artifacts: Vec<LocalArtifact>,
	/// The input.
	pub input: LocalInput,
}

impl BackendJob {
	/// The first artifact with that role.
	pub fn artifact(&self, role: Role) -> Option<&Pin> {
		self.artifacts.iter().find(|a| a.role == role).map(|a| &a.pin)
	}

	/// Time until the deadline; zero after it.
	pub fn remaining(&self) -> Duration {
		Duration::from_millis(self.request.deadline_unix_ms.saturating_sub(unix_ms()))
	}
}

/// What a backend returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
	/// In the proof system's canonical encoding.
	pub proof: Vec<u8>,
	/// Scalars, big endian.
	pub public_inputs: Vec<Bytes32>,
	/// Computing the witness, where the backend knows.
	pub witness_ms: u64,
	/// Proving.
	pub prove_ms: u64,
	/// The backend's own check, where it makes one.
	pub verify_ms: u64,
}

impl From<Proved> for ProofView {
	fn from(proved: Proved) -> Self {
		Self { proof: HexBytes(proved.proof), public_inputs: proved.public_inputs }
	}
}

/// Something that proves.
#[async_trait]
pub trait Backend: Send + Sync {
	/// Its name: unique in the service.
	fn name(&self) -> &str;

	/// The proof systems it can prove in.
	fn proof_systems(&self) -> Vec<String>;

	/// The only programs it takes; empty for any.
	fn programs(&self) -> &[Bytes32] {
		&[]
	}

	/// What it computes on.
	fn devices(&self) -> Vec<DeviceConfig>;

	/// The operator's first guess of its speed, units of work a second.
	fn speed(&self) -> Option<f64> {
		None
	}

	/// Whether a job has what this backend needs, as far as the request tells. The error is a sentence for the client.
	fn check(&self, _request: &JobRequest) -> Result<(), String> {
		Ok(())
	}

	/// Proves. Returns soon after `control` says stop, with everything it started gone.
	async fn prove(&self, job: Arc<BackendJob>, control: &JobControl) -> Result<Proved, JobError>;
}

/// The backends of a service, in the order in which they are asked.
pub struct Backends(Vec<Arc<dyn Backend>>);

impl Backends {
	/// Takes backends in the order in which they are asked.
	pub fn new(backends: Vec<Arc<dyn Backend>>) -> Self {
		Self(backends)
	}

	/// The backends of a configuration.
	pub fn from_config(config: &Config) -> anyhow::Result<Self> {
		let scratch = config.data_dir.join("scratch");
		let mut all: Vec<Arc<dyn Backend>> = Vec::new();
		for command in &config.commands {
			all.push(Arc::new(command::CommandBackend::new(command.clone(), &scratch)?));
		}
		// Stable: commands of the same kind stay in the file's order.
		all.sort_by_key(|backend| backend.programs().is_empty());
		if config.groth16.enabled {
			all.push(Arc::new(groth16::Groth16Backend::new(&config.groth16)));
		}
		anyhow::ensure!(
			!all.is_empty(),
			"there is no backend: groth16 is disabled and the configuration file has no [[command]]"
		);
		Ok(Self::new(all))
	}

	/// The backend for a job.
	pub fn find(&self, proof_system: &str, program: &Bytes32) -> Option<Arc<dyn Backend>> {
		self.0
			.iter()
			.find(|b| {
				let programs = b.programs();
				(programs.is_empty() || programs.contains(program))
					&& b.proof_systems().iter().any(|s| s == proof_system)
			})
			.cloned()
	}

	/// All of them, in order.
	pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Backend>> {
		self.0.iter()
	}
}

/// Checks a backend's result against what the request says. Whether the proof is valid is for the chain to say: for a
/// command the service doesn't know the verification key.
pub fn check_result(request: &JobRequest, proved: &Proved) -> Result<(), JobError> {
	let failed = |message: String| Err(JobError::new(ErrorCode::BackendFailed, message));
	if proved.proof.is_empty() || proved.proof.len() > MAX_PROOF_BYTES {
		return failed(format!(
			"the backend returned a proof of {} bytes; 1 to {MAX_PROOF_BYTES} are possible",
			proved.proof.len()
		));
	}
	if request.proof_system == "groth16-bn254" && proved.proof.len() != 256 {
		return failed(format!(
			"the backend returned {} bytes; a groth16-bn254 proof has 256 (A, B, C, uncompressed, big endian)",
			proved.proof.len()
		));
	}
	if proved.public_inputs.len() > MAX_PUBLIC_INPUTS {
		return failed(format!("the backend returned more than {MAX_PUBLIC_INPUTS} public inputs"));
	}
	let fixed = &request.public_inputs;
	if fixed.is_empty() {
		return Ok(());
	}
	let mismatch = |message| Err(JobError::new(ErrorCode::PublicInputMismatch, message));
	if fixed.len() != proved.public_inputs.len() {
		return mismatch(format!(
			"the proof has {} public inputs, the request names {}",
			proved.public_inputs.len(),
			fixed.len()
		));
	}
	for (index, (fixed, found)) in fixed.iter().zip(&proved.public_inputs).enumerate() {
		if let Some(fixed) = fixed.filter(|fixed| fixed != found) {
			return mismatch(format!(
				"public input {index} is {found}, the requester fixed {fixed}"
			));
		}
	}
	Ok(())
}

/// The machine's processor as a device.
pub fn cpu_device() -> DeviceConfig {
	let cores = std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
	DeviceConfig {
		kind: DeviceKind::Cpu,
		name: cpu_name(Path::new("/proc/cpuinfo")),
		cores: Some(cores),
		memory_bytes: machine_memory(),
		vram_gib: None,
	}
}

fn cpu_name(cpuinfo: &Path) -> Option<String> {
	let text = std::fs::read_to_string(cpuinfo).ok()?;
	let line = text.lines().find(|line| line.starts_with("model name"))?;
	Some(line.split_once(':')?.1.trim().to_owned())
}

/// Memory of the machine, or of the container if that has less; bytes.
pub fn machine_memory() -> Option<u64> {
	let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
	let line = meminfo.lines().find(|line| line.starts_with("MemTotal:"))?;
	let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
	let machine = kib.saturating_mul(1024);
	let container = std::fs::read_to_string("/sys/fs/cgroup/memory.max")
		.ok()
		.and_then(|text| text.trim().parse().ok());
	Some(container.map_or(machine, |limit: u64| limit.min(machine)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::api::types::{Input, JobId};

	struct Fake(&'static str, Vec<Bytes32>);

	#[async_trait]
	impl Backend for Fake {
		fn name(&self) -> &str {
			self.0
		}
		fn proof_systems(&self) -> Vec<String> {
			vec!["x".into()]
		}
		fn programs(&self) -> &[Bytes32] {
			&self.1
		}
		fn devices(&self) -> Vec<DeviceConfig> {
			vec![]
		}
		async fn prove(&self, _: Arc<BackendJob>, _: &JobControl) -> Result<Proved, JobError> {
			Err(JobError::internal("never asked"))
		}
	}

	fn request(proof_system: &str, fixed: Vec<Option<Bytes32>>) -> JobRequest {
		JobRequest {
			id: JobId::parse(&"0".repeat(64)).unwrap(),
			proof_system: proof_system.into(),
			program: Bytes32::default(),
			artifacts: vec![],
			input: Input::Inline(HexBytes(vec![])),
			public_inputs: fixed,
			work: 1,
			deadline_unix_ms: 0,
		}
	}

	fn proved(len: usize, public_inputs: Vec<Bytes32>) -> Proved {
		Proved { proof: vec![1; len], public_inputs, witness_ms: 0, prove_ms: 0, verify_ms: 0 }
	}

	#[test]
	fn a_bound_backend_takes_only_its_programs() {
		let bound = Bytes32([1; 32]);
		let backends = Backends::new(vec![
			Arc::new(Fake("bound", vec![bound])),
			Arc::new(Fake("any", vec![])),
		]);
		assert_eq!(backends.find("x", &bound).unwrap().name(), "bound");
		assert_eq!(backends.find("x", &Bytes32::default()).unwrap().name(), "any");
		assert!(backends.find("y", &bound).is_none());
	}

	#[test]
	fn fixed_public_inputs_must_come_out() {
		let (a, b) = (Bytes32([1; 32]), Bytes32([2; 32]));
		let fixed = request("x", vec![Some(a), None]);
		assert_eq!(check_result(&fixed, &proved(5, vec![a, b])), Ok(()));
		for wrong in [vec![b, b], vec![a], vec![a, b, b]] {
			let error = check_result(&fixed, &proved(5, wrong)).unwrap_err();
			assert_eq!(error.code, ErrorCode::PublicInputMismatch);
		}
		assert_eq!(check_result(&request("x", vec![]), &proved(5, vec![a])), Ok(()));
	}

	#[test]
	fn a_groth16_proof_has_256_bytes() {
		let request = request("groth16-bn254", vec![]);
		assert_eq!(check_result(&request, &proved(256, vec![])), Ok(()));
		assert_eq!(
			check_result(&request, &proved(128, vec![])).unwrap_err().code,
			ErrorCode::BackendFailed
		);
	}
}
