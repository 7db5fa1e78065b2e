// SPDX-License-Identifier: Apache-2.0
//! Backends: all that proves, behind one trait.
//!
//! A job goes to the first backend that takes it, in this order: commands that the operator bound to the program,
//! other commands for the proof system, the built-in one on cards, the built-in one. So a GPU prover that an operator configures for
//! `groth16-bn254` takes the place of the built-in CPU prover.

pub mod command;
pub mod groth16;
pub mod groth16_cards;
mod loaded;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use proofyard_jobs::{
	Bytes32, ErrorCode, HexBytes, JobError, JobRequest, ProofView, PublicValues, Role,
	MAX_PROOF_BYTES, MAX_PUBLIC_VALUES,
};
use proofyard_verifier::{wrap::SELECTOR_LEN, ProofSystem};

use crate::{
	artifacts::cache::Pin,
	config::Config,
	control::JobControl,
	devices::Device,
	gpus::Gpus,
	request::system,
	unix_ms,
	values::{in_form_of, Fixed},
};

/// An artifact that is here.
pub struct LocalArtifact {
	/// Purpose of the file.
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
	/// Request of the client.
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

/// Result of a backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
	/// In the proof system's canonical encoding.
	pub proof: Vec<u8>,
	/// Public values of the proof.
	pub values: PublicValues,
	/// Computing the witness, where the backend knows.
	pub witness_ms: u64,
	/// Proving.
	pub prove_ms: u64,
	/// The backend's own check, where it makes one.
	pub verify_ms: u64,
}

impl From<Proved> for ProofView {
	fn from(proved: Proved) -> Self {
		Self { proof: HexBytes(proved.proof), values: proved.values }
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

	/// Devices that it computes on.
	fn devices(&self) -> Vec<Device>;

	/// The operator's first guess of its speed, units of work a second.
	fn speed(&self) -> Option<f64> {
		None
	}

	/// Whether its devices work and are large enough for a job, as far as the request tells; if not, the next backend is
	/// asked.
	fn fits(&self, _request: &JobRequest) -> bool {
		true
	}

	/// Whether a job has what this backend needs, as far as the request tells. The error is a sentence for the client.
	fn check(&self, _request: &JobRequest) -> Result<(), String> {
		Ok(())
	}

	/// Proves. Returns soon after `control` says stop, with everything it started gone.
	async fn prove(&self, job: Arc<BackendJob>, control: &JobControl) -> Result<Proved, JobError>;
}

/// The backends of a service, in the order in which they are asked.
pub struct Backends {
	all: Vec<Arc<dyn Backend>>,
	gpus: Arc<Gpus>,
}

impl Backends {
	/// Takes backends in the order in which they are asked, and the cards that they share.
	pub fn new(all: Vec<Arc<dyn Backend>>, gpus: Arc<Gpus>) -> Self {
		Self { all, gpus }
	}

	/// The backends of a configuration.
	pub fn from_config(config: &Config) -> anyhow::Result<Self> {
		let scratch = config.data_dir.join("scratch");
		let gpus = Gpus::start_with(&config.commands, &config.groth16_cards.gpu_ids)?;
		let mut all: Vec<Arc<dyn Backend>> = Vec::new();
		for command in &config.commands {
			let backend = command::CommandBackend::new(command.clone(), &scratch, gpus.clone())?;
			all.push(Arc::new(backend));
		}
		// Stable: commands of the same kind stay in the file's order.
		all.sort_by_key(|backend| backend.programs().is_empty());
		let cards = &config.groth16_cards;
		if let Some(backend) =
			groth16_cards::CardsBackend::new(cards, &config.groth16, gpus.clone())?
		{
			all.push(Arc::new(backend));
		}
		if config.groth16.enabled {
			all.push(Arc::new(groth16::Groth16Backend::new(&config.groth16)));
		}
		anyhow::ensure!(
			!all.is_empty(),
			"there is no backend: groth16 is disabled and the configuration file has no [[command]]"
		);
		Ok(Self::new(all, gpus))
	}

	/// The backend for a job.
	pub fn find(&self, request: &JobRequest) -> Option<Arc<dyn Backend>> {
		let proves = |backend: &&Arc<dyn Backend>| {
			let programs = backend.programs();
			(programs.is_empty() || programs.contains(&request.program))
				&& backend.proof_systems().contains(&request.proof_system)
		};
		let all = || self.all.iter().filter(proves);
		// Where none has such devices, the first says so.
		all().find(|backend| backend.fits(request)).or_else(|| all().next()).cloned()
	}

	/// All of them, in order.
	pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Backend>> {
		self.all.iter()
	}

	/// The machine's graphics cards.
	pub fn gpus(&self) -> &Arc<Gpus> {
		&self.gpus
	}
}

/// Checks a backend's result against what the request says, and returns it with the public values in the form that the
/// proof system has. Whether the proof is valid is for the chain to say: for a command the service doesn't know the
/// verification key.
///
/// # Errors
/// `backend_failed` for what can be no proof of the system, `public_input_mismatch` for a proof of something else than
/// the requester fixed.
pub fn check_result(request: &JobRequest, mut proved: Proved) -> Result<Proved, JobError> {
	let failed = |message: String| JobError::new(ErrorCode::BackendFailed, message);
	check_proof_len(system(request), proved.proof.len())
		.map_err(|message| failed(format!("the backend returned {message}")))?;
	if proved.values.len() > MAX_PUBLIC_VALUES {
		return Err(failed(format!(
			"the backend returned {} bytes of public values; at most {MAX_PUBLIC_VALUES} are possible",
			proved.values.len()
		)));
	}
	if let Some(system) = system(request) {
		proved.values = in_form_of(proved.values, system)
			.map_err(|message| failed(format!("the backend's result does not fit: {message}")))?;
	}
	Fixed::of(request)
		.check(&proved.values.bytes())
		.map_err(|mismatch| JobError::new(ErrorCode::PublicInputMismatch, mismatch.to_string()))?;
	Ok(proved)
}

/// Whether a proof can have this length. The error says what was returned, and what is possible.
fn check_proof_len(system: Option<ProofSystem>, len: usize) -> Result<(), String> {
	let most = |system| proofyard_verifier::max_proof_len(system) as usize;
	match system {
		Some(system)
			if system.is_wrapped() && (len <= SELECTOR_LEN as usize || len > most(system)) =>
		{
			Err(format!(
				"{len} bytes; a {system} proof has more than the {SELECTOR_LEN} of its selector and at most {}",
				most(system)
			))
		}
		Some(system) if !system.is_wrapped() && len != most(system) => Err(format!(
			"{len} bytes; a {system} proof has {} (A, B, C, uncompressed, big endian)",
			most(system)
		)),
		None if len == 0 || len > MAX_PROOF_BYTES => {
			Err(format!("a proof of {len} bytes; 1 to {MAX_PROOF_BYTES} are possible"))
		}
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_jobs::{FixedValues, Input, JobId};

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
		fn devices(&self) -> Vec<Device> {
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
			public_values: None,
			work: 1,
			deadline_unix_ms: 0,
		}
	}

	fn proved(len: usize, values: PublicValues) -> Proved {
		Proved { proof: vec![1; len], values, witness_ms: 0, prove_ms: 0, verify_ms: 0 }
	}

	fn inputs(inputs: &[Bytes32]) -> PublicValues {
		PublicValues::Inputs(inputs.to_vec())
	}

	fn bytes(bytes: &[u8]) -> PublicValues {
		PublicValues::Bytes(HexBytes(bytes.to_vec()))
	}

	fn refused(request: &JobRequest, proved: Proved) -> ErrorCode {
		check_result(request, proved).unwrap_err().code
	}

	#[test]
	fn a_bound_backend_takes_only_its_programs() {
		let bound = Bytes32([1; 32]);
		let backends = Backends::new(
			vec![Arc::new(Fake("bound", vec![bound])), Arc::new(Fake("any", vec![]))],
			Gpus::start(&[]).unwrap(),
		);
		let find = |system, program| {
			let request = JobRequest { program, ..request(system, vec![]) };
			backends.find(&request).map(|backend| backend.name().to_owned())
		};
		assert_eq!(find("x", bound).as_deref(), Some("bound"));
		assert_eq!(find("x", Bytes32::default()).as_deref(), Some("any"));
		assert_eq!(find("y", bound), None);
	}

	#[test]
	fn fixed_public_inputs_must_come_out() {
		let (a, b) = (Bytes32([1; 32]), Bytes32([2; 32]));
		let fixed = request("x", vec![Some(a), None]);
		let good = proved(5, inputs(&[a, b]));
		assert_eq!(check_result(&fixed, good.clone()), Ok(good));
		for wrong in [inputs(&[b, b]), inputs(&[a]), inputs(&[a, b, b]), bytes(&[1; 65])] {
			assert_eq!(refused(&fixed, proved(5, wrong)), ErrorCode::PublicInputMismatch);
		}
		assert!(check_result(&request("x", vec![]), proved(5, inputs(&[a]))).is_ok());
	}

	#[test]
	fn fixed_public_values_must_come_out() {
		let mut request = request("x", vec![]);
		request.public_values = Some(FixedValues::Prefix(HexBytes(vec![1; 33])));
		for good in [inputs(&[Bytes32([1; 32]); 2]), bytes(&[1; 40])] {
			assert!(check_result(&request, proved(5, good)).is_ok());
		}
		for wrong in [inputs(&[Bytes32([1; 32])]), bytes(&[1; 32]), bytes(&[2; 40])] {
			assert_eq!(refused(&request, proved(5, wrong)), ErrorCode::PublicInputMismatch);
		}
	}

	#[test]
	fn a_proof_has_a_length_of_its_system() {
		for (system, values, good, wrong) in [
			("groth16-bn254", inputs(&[]), vec![256], vec![0, 128, 255, 257]),
			("groth16-bls12-381", inputs(&[]), vec![384], vec![256, 385]),
			("sp1-groth16", bytes(&[]), vec![260, 356], vec![0, 4, 357]),
			("sp1-plonk", bytes(&[]), vec![868, 964], vec![4, 965]),
			("risc0-groth16", bytes(&[]), vec![260], vec![4, 261]),
			("x", inputs(&[]), vec![1, MAX_PROOF_BYTES], vec![0, MAX_PROOF_BYTES + 1]),
		] {
			let request = request(system, vec![]);
			for len in good {
				let result = check_result(&request, proved(len, values.clone()));
				assert!(result.is_ok(), "{system}, {len}: {result:?}");
			}
			for len in wrong {
				let code = refused(&request, proved(len, values.clone()));
				assert_eq!(code, ErrorCode::BackendFailed, "{system}, {len}");
			}
		}
	}

	#[test]
	fn public_values_have_the_form_of_their_system() {
		let zkvm = request("sp1-groth16", vec![]);
		assert_eq!(refused(&zkvm, proved(260, inputs(&[]))), ErrorCode::BackendFailed);
		let circuit = request("groth16-bn254", vec![]);
		assert_eq!(refused(&circuit, proved(256, bytes(&[1; 33]))), ErrorCode::BackendFailed);
		let result = check_result(&circuit, proved(256, bytes(&[1; 32]))).unwrap();
		assert_eq!(result.values, inputs(&[Bytes32([1; 32])]));
		let long = bytes(&[1; MAX_PUBLIC_VALUES + 1]);
		assert_eq!(refused(&zkvm, proved(260, long)), ErrorCode::BackendFailed);
		assert!(check_result(&zkvm, proved(260, bytes(&[1; MAX_PUBLIC_VALUES]))).is_ok());
	}
}
