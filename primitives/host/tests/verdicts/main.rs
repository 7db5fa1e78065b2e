// SPDX-License-Identifier: Apache-2.0

//! Every way to the verifier gives the same verdict on every input: the function called natively, the host function
//! called from Wasm across the node's marshalling, and the verifier inside Wasm.
//!
//! The two Wasm modules are built here from `primitives/host/wasm`, as the runtime is: for `wasm32v1-none`, with the
//! `substrate_runtime` flag. The first build takes a minute or two, later ones reuse it.

mod cases;
mod module;

use cases::{flip, random_bytes, Sample};
use module::{Module, Way};
use proofyard_host::SUCCESS;
use proofyard_verifier::{KeyError, ProofSystem, VerifyError};
use rand::{rngs::StdRng, Rng, SeedableRng};

const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

/// All the ways, side by side.
struct Ways {
	pure: Module,
	host: Module,
	compared: u32,
}

impl Ways {
	fn new() -> Self {
		Self { pure: Module::load(Way::Pure), host: Module::load(Way::Host), compared: 0 }
	}

	/// Prepares a key every way; returns the prepared key or the error, which all agree on.
	fn prepare_key(&mut self, key: &[u8]) -> Result<Vec<u8>, KeyError> {
		let verdict = proofyard_verifier::prepare_key(SYSTEM, key);
		assert_eq!(proofyard_host::prepare_key(SYSTEM, key), verdict);

		let length = proofyard_verifier::prepared_len(SYSTEM, key).unwrap_or(64) as usize;
		let expected = match &verdict {
			Ok(prepared) => (SUCCESS, prepared.clone()),
			Err(error) => (error.code().into(), vec![0; length]),
		};
		let index = SYSTEM.index().into();
		assert_eq!(self.pure.prepare_key(index, key, length), expected, "pure Wasm: {key:02x?}");
		assert_eq!(self.host.prepare_key(index, key, length), expected, "host call: {key:02x?}");
		self.compared += 1;
		verdict
	}

	/// Verifies every way; returns the verdict, which all agree on.
	fn verify(&mut self, prepared: &[u8], public: &[u8], proof: &[u8]) -> Result<(), VerifyError> {
		let verdict = proofyard_verifier::verify(SYSTEM, prepared, public, proof);
		assert_eq!(proofyard_host::verify(SYSTEM, prepared, public, proof), verdict);

		let expected = verdict.map_or_else(|error| error.code().into(), |()| SUCCESS);
		let index = SYSTEM.index().into();
		for (name, module) in [("pure Wasm", &mut self.pure), ("host call", &mut self.host)] {
			assert_eq!(
				module.verify(index, prepared, public, proof),
				expected,
				"{name}: {prepared:02x?} {public:02x?} {proof:02x?}"
			);
		}
		self.compared += 1;
		verdict
	}
}

#[test]
fn the_pure_module_imports_nothing() {
	assert_eq!(Module::load(Way::Pure).imports(), Vec::<String>::new());
}

#[test]
fn the_other_module_imports_the_host_functions() {
	assert_eq!(
		Module::load(Way::Host).imports(),
		["ext_verification_prepare_key_version_1", "ext_verification_verify_version_1"]
	);
}

#[test]
fn valid_proofs() {
	let mut rng = StdRng::seed_from_u64(30);
	let mut ways = Ways::new();
	let mut samples = vec![Sample::gnark()];
	samples.extend([0, 1, 2, 4, 16, 64].map(|inputs| Sample::fresh(inputs, &mut rng)));
	for Sample { key, public, proof } in samples {
		let prepared = ways.prepare_key(&key).unwrap();
		assert_eq!(ways.verify(&prepared, &public, &proof), Ok(()));
	}
}

#[test]
fn every_bit_of_a_proof() {
	let mut ways = Ways::new();
	let Sample { key, public, proof } = Sample::gnark();
	let prepared = ways.prepare_key(&key).unwrap();
	for bit in 0..proof.len() * 8 {
		assert!(ways.verify(&prepared, &public, &flip(&proof, bit)).is_err());
	}
}

#[test]
fn every_bit_of_the_public_inputs() {
	let mut ways = Ways::new();
	let Sample { key, public, proof } = Sample::gnark();
	let prepared = ways.prepare_key(&key).unwrap();
	for bit in 0..public.len() * 8 {
		assert!(ways.verify(&prepared, &flip(&public, bit), &proof).is_err());
	}
}

#[test]
fn every_bit_of_a_key() {
	let mut ways = Ways::new();
	let Sample { key, public, proof } = Sample::gnark();
	for bit in 0..key.len() * 8 {
		if let Ok(prepared) = ways.prepare_key(&flip(&key, bit)) {
			assert!(ways.verify(&prepared, &public, &proof).is_err());
		}
	}
}

#[test]
fn bits_of_a_prepared_key() {
	let mut rng = StdRng::seed_from_u64(31);
	let mut ways = Ways::new();
	let Sample { key, public, proof } = Sample::gnark();
	let prepared = ways.prepare_key(&key).unwrap();
	let header = 0..32;
	let body = (0..200).map(|_| rng.gen_range(32..prepared.len() * 8));
	for bit in header.chain(body) {
		assert!(ways.verify(&flip(&prepared, bit), &public, &proof).is_err());
	}
}

#[test]
fn edges() {
	let mut ways = Ways::new();
	for key in cases::odd_keys() {
		assert!(ways.prepare_key(&key).is_err());
	}
	let Sample { key, public, proof } = Sample::gnark();
	let prepared = ways.prepare_key(&key).unwrap();
	for odd in cases::odd_proofs() {
		assert!(ways.verify(&prepared, &public, &odd).is_err());
	}
	for odd in cases::odd_public_inputs() {
		assert!(ways.verify(&prepared, &odd, &proof).is_err());
	}
	for length in [0, 1, 3, 4, 5, prepared.len() - 1] {
		assert!(ways.verify(&prepared[..length], &public, &proof).is_err());
	}
}

#[test]
fn proofs_of_random_points() {
	let mut rng = StdRng::seed_from_u64(32);
	let mut ways = Ways::new();
	let Sample { key, public, .. } = Sample::gnark();
	let prepared = ways.prepare_key(&key).unwrap();
	for _ in 0..60 {
		let proof = cases::random_proof(&mut rng);
		assert_eq!(ways.verify(&prepared, &public, &proof), Err(VerifyError::PairingMismatch));
	}
	for _ in 0..60 {
		let proof = cases::random_proof_outside_the_subgroup(&mut rng);
		assert_eq!(ways.verify(&prepared, &public, &proof), Err(VerifyError::ProofNotInSubgroup));
	}
}

#[test]
fn random_input() {
	let mut rng = StdRng::seed_from_u64(33);
	let mut ways = Ways::new();
	let sample = Sample::gnark();
	let prepared = ways.prepare_key(&sample.key).unwrap();
	for _ in 0..1500 {
		let key = random_bytes(&mut rng, &[0, 1, 448, 512, 576, 640, 4608, 4672]);
		let public = random_bytes(&mut rng, &[0, 1, 32, 64]);
		let proof = random_bytes(&mut rng, &[0, 1, 255, 256, 257]);
		assert!(ways.prepare_key(&key).is_err());
		assert!(ways.verify(&key, &public, &proof).is_err());
		assert!(ways.verify(&prepared, &public, &proof).is_err());
		assert!(ways.verify(&prepared, &sample.public, &proof).is_err());
	}
	assert!(ways.compared > 6000);
}

/// What no pallet does, but a runtime that is newer or older than its node might.
#[test]
fn misuse_of_the_host_call_is_an_error() {
	let mut host = Module::load(Way::Host);
	let mut pure = Module::load(Way::Pure);
	let Sample { key, public, proof } = Sample::gnark();
	let length = proofyard_verifier::prepared_len(SYSTEM, &key).unwrap() as usize;
	let (_, prepared) = pure.prepare_key(SYSTEM.index().into(), &key, length);

	let unknown = u32::from(SYSTEM.index()) + ProofSystem::ALL.len() as u32;
	for system in [unknown, 255] {
		for module in [&mut host, &mut pure] {
			assert_eq!(
				module.prepare_key(system, &key, length).0,
				u32::from(KeyError::UnsupportedSystem.code())
			);
			assert_eq!(
				module.verify(system, &prepared, &public, &proof),
				u32::from(VerifyError::UnsupportedSystem.code())
			);
		}
		let mut out = vec![0; length];
		let system = system as u8;
		assert_eq!(
			proofyard_host::verification::prepare_key(system, &key, &mut out),
			u32::from(KeyError::UnsupportedSystem.code())
		);
		assert_eq!(
			proofyard_host::verification::verify(system, &prepared, &public, &proof),
			u32::from(VerifyError::UnsupportedSystem.code())
		);
	}
	for wrong in [0, length - 1, length + 1] {
		let mut out = vec![0; wrong];
		assert_eq!(
			proofyard_host::verification::prepare_key(SYSTEM.index(), &key, &mut out),
			u32::from(KeyError::WrongOutputLength.code())
		);
	}
}

/// Not a benchmark: prints what the pure path costs, which decides whether a tool can live with it.
#[test]
fn the_pure_way_is_not_absurdly_slow() {
	let mut pure = Module::load(Way::Pure);
	let Sample { key, public, proof } = Sample::gnark();
	let index = SYSTEM.index().into();
	let length = proofyard_verifier::prepared_len(SYSTEM, &key).unwrap() as usize;
	let (_, prepared) = pure.prepare_key(index, &key, length);
	let start = std::time::Instant::now();
	let rounds = 20;
	for _ in 0..rounds {
		assert_eq!(pure.verify(index, &prepared, &public, &proof), SUCCESS);
	}
	let each = start.elapsed() / rounds;
	println!("pure Wasm: {each:?} a proof");
	assert!(each < std::time::Duration::from_secs(1));
}
