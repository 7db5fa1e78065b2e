// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::secret::Secret;
use proofyard_primitives::session::report_message;
use scale_info::{meta_type, PortableRegistry, Registry, TypeInfo};

/// Calls as the metadata of a chain shows them. Their bytes are derived, not made by hand.
#[derive(Encode, TypeInfo)]
#[allow(clippy::large_enum_variant)]
enum RuntimeCall {
	#[codec(index = 9)]
	Utility(UtilityCall),
	#[codec(index = 20)]
	Provers(ProversCall),
	#[codec(index = 23)]
	Attestation(AttestationCall),
	#[codec(index = 24)]
	Auctions(AuctionsCall),
}

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types)]
enum UtilityCall {
	#[codec(index = 2)]
	batch_all { calls: Vec<RuntimeCall> },
	#[codec(index = 4)]
	force_batch { calls: Vec<RuntimeCall> },
}

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types)]
enum ProversCall {
	#[codec(index = 8)]
	exit,
	#[codec(index = 9)]
	set_delegation { commission: Option<u32> },
	#[codec(index = 10)]
	delegate {
		prover: [u8; 32],
		#[codec(compact)]
		amount: u128,
	},
	#[codec(index = 11)]
	undelegate { prover: [u8; 32], shares: u128 },
	#[codec(index = 12)]
	withdraw_delegation { prover: [u8; 32], delegator: [u8; 32] },
}

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types)]
enum AttestationCall {
	#[codec(index = 2)]
	report {
		task: u64,
		attempt: u32,
		prover: [u8; 32],
		report: Report,
		signature: SessionSignature,
	},
	#[codec(index = 3)]
	decline { task: u64 },
	#[codec(index = 4)]
	commit_proof {
		task: u64,
		attempt: u32,
		prover: [u8; 32],
		commitment: [u8; 32],
		signature: SessionSignature,
	},
	#[codec(index = 5)]
	announce { task: u64, commitment: [u8; 32] },
	#[codec(index = 6)]
	reveal { task: u64, proof: ProofData },
}

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types)]
enum AuctionsCall {
	#[codec(index = 3)]
	withdraw_ask { market: Market },
}

fn types() -> (PortableRegistry, u32) {
	let mut registry = Registry::new();
	let id = registry.register_type(&meta_type::<RuntimeCall>()).id;
	(registry.into(), id)
}

fn encoded(call: &Call) -> Result<Vec<u8>, Error> {
	let (types, id) = types();
	call.encode_as_type(id, &types)
}

#[track_caller]
fn is(call: Call, meant: RuntimeCall) {
	assert_eq!(encoded(&call).unwrap(), meant.encode());
}

fn account(byte: u8) -> AccountId32 {
	AccountId32([byte; 32])
}

fn market() -> Market {
	Market {
		system: ProofSystem::Groth16Bn254,
		hardware: HardwareClass::Gpu { vram_gib: 24 },
		bucket: 12,
		level: ServiceLevel::Standard,
	}
}

#[test]
fn delegations_read_as_the_chain_s_calls() {
	let open = Some(Parts(25_000));
	is(
		provers::set_delegation(open),
		RuntimeCall::Provers(ProversCall::set_delegation { commission: Some(25_000) }),
	);
	is(
		provers::set_delegation(None),
		RuntimeCall::Provers(ProversCall::set_delegation { commission: None }),
	);
	is(
		provers::delegate(&account(1), 1 << 70),
		RuntimeCall::Provers(ProversCall::delegate { prover: [1; 32], amount: 1 << 70 }),
	);
	is(
		provers::undelegate(&account(1), u128::MAX),
		RuntimeCall::Provers(ProversCall::undelegate { prover: [1; 32], shares: u128::MAX }),
	);
	is(
		provers::withdraw_delegation(&account(1), &account(2)),
		RuntimeCall::Provers(ProversCall::withdraw_delegation {
			prover: [1; 32],
			delegator: [2; 32],
		}),
	);
}

#[test]
fn what_is_said_of_attempts_reads_as_the_chain_s_calls() {
	let session = Secret::new("//Alice").session().unwrap();
	let report = Report::InputUnavailable;
	let signature = session.sign(&report_message(&H256::zero(), 7, 1, &account(5), report));
	is(attestation::decline(7), RuntimeCall::Attestation(AttestationCall::decline { task: 7 }));
	is(
		attestation::report(7, 1, &account(5), report, &signature),
		RuntimeCall::Attestation(AttestationCall::report {
			task: 7,
			attempt: 1,
			prover: [5; 32],
			report,
			signature: signature.clone(),
		}),
	);
	is(
		attestation::commit_proof(7, 1, &account(5), H256::repeat_byte(6), &signature),
		RuntimeCall::Attestation(AttestationCall::commit_proof {
			task: 7,
			attempt: 1,
			prover: [5; 32],
			commitment: [6; 32],
			signature,
		}),
	);
	is(
		attestation::announce(7, H256::repeat_byte(6)),
		RuntimeCall::Attestation(AttestationCall::announce { task: 7, commitment: [6; 32] }),
	);
	let proof = ProofData {
		proof: vec![7; 256].try_into().unwrap(),
		public_inputs: vec![[1; 32]].try_into().unwrap(),
	};
	is(
		attestation::reveal(7, &proof),
		RuntimeCall::Attestation(AttestationCall::reveal { task: 7, proof }),
	);
}

#[test]
fn a_batch_holds_the_calls_of_other_pallets() {
	is(
		utility::batch_all(vec![auctions::withdraw_ask(market()), provers::exit()]),
		RuntimeCall::Utility(UtilityCall::batch_all {
			calls: vec![
				RuntimeCall::Auctions(AuctionsCall::withdraw_ask { market: market() }),
				RuntimeCall::Provers(ProversCall::exit),
			],
		}),
	);
	is(
		utility::force_batch(vec![attestation::decline(7), attestation::decline(8)]),
		RuntimeCall::Utility(UtilityCall::force_batch {
			calls: [7, 8]
				.map(|task| RuntimeCall::Attestation(AttestationCall::decline { task }))
				.into(),
		}),
	);
}

#[test]
fn fails_for_a_call_that_the_chain_does_not_have() {
	assert!(encoded(&provers::unjail()).is_err(), "no such call");
	assert!(encoded(&programs::retire(H256::zero())).is_err(), "no such pallet");
	let batch = utility::batch_all(vec![provers::exit(), provers::unjail()]);
	assert!(encoded(&batch).is_err(), "no such call in a batch");
	let other = Call::new("Attestation", "decline", vec![value(7u32)]);
	assert!(encoded(&other).is_err(), "another type of argument");
}
