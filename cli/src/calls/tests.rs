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
	#[codec(index = 10)]
	Sudo(SudoCall),
	#[codec(index = 20)]
	Provers(ProversCall),
	#[codec(index = 21)]
	Programs(ProgramsCall),
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
enum SudoCall {
	#[codec(index = 0)]
	sudo { call: Box<RuntimeCall> },
}

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types)]
enum ProgramsCall {
	#[codec(index = 3)]
	set_system_enabled { system: ProofSystem, enabled: bool },
	#[codec(index = 4)]
	set_version { entry: Vec<u8> },
	#[codec(index = 5)]
	set_version_enabled { system: ProofSystem, selector: [u8; 4], enabled: bool },
	#[codec(index = 6)]
	remove_version { system: ProofSystem, selector: [u8; 4] },
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
	#[codec(index = 0)]
	submit_task {
		program: [u8; 32],
		level: ServiceLevel,
		work: Option<u64>,
		input: InputRef,
		values: FixedValues,
		max_fee: u128,
		lifetime: u32,
		provers: Vec<[u8; 32]>,
		bidding: Option<BiddingWindow>,
		redundancy: Option<Redundancy>,
	},
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
	let proof = ProofData::of_inputs(&[7; 256], &[[1; 32]]).unwrap();
	is(
		attestation::reveal(7, &proof),
		RuntimeCall::Attestation(AttestationCall::reveal { task: 7, proof }),
	);
}

#[test]
fn tasks_fix_public_values_in_every_way() {
	for values in [
		FixedValues::Open,
		FixedValues::Inputs(vec![None, Some([2; 32])].try_into().unwrap()),
		FixedValues::Whole(vec![1, 2, 3].try_into().unwrap()),
		FixedValues::Hash(H256::repeat_byte(4)),
		FixedValues::Prefix(vec![5].try_into().unwrap()),
	] {
		let input = InputRef::Inline(vec![8].try_into().unwrap());
		let submission = auctions::Submission {
			program: H256::repeat_byte(1),
			level: ServiceLevel::Express,
			work: Some(9),
			input: input.clone(),
			values: values.clone(),
			max_fee: 1 << 70,
			lifetime: 300,
			provers: vec![account(6)],
			bidding: None,
			redundancy: Some(Redundancy { needed: 1, started: 2 }),
		};
		is(
			auctions::submit_task(&submission),
			RuntimeCall::Auctions(AuctionsCall::submit_task {
				program: [1; 32],
				level: ServiceLevel::Express,
				work: Some(9),
				input,
				values,
				max_fee: 1 << 70,
				lifetime: 300,
				provers: vec![[6; 32]],
				bidding: None,
				redundancy: Some(Redundancy { needed: 1, started: 2 }),
			}),
		);
	}
}

#[test]
fn the_root_s_calls_are_inside_its_own() {
	let (system, selector) = (ProofSystem::Sp1Plonk, [1, 2, 3, 4]);
	for (call, meant) in [
		(
			programs::set_system_enabled(system, false),
			ProgramsCall::set_system_enabled { system, enabled: false },
		),
		(programs::set_version(&[7; 600]), ProgramsCall::set_version { entry: vec![7; 600] }),
		(
			programs::set_version_enabled(system, Selector(selector), true),
			ProgramsCall::set_version_enabled { system, selector, enabled: true },
		),
		(
			programs::remove_version(system, Selector(selector)),
			ProgramsCall::remove_version { system, selector },
		),
	] {
		let call_inside = Box::new(RuntimeCall::Programs(meant));
		is(sudo::sudo(call), RuntimeCall::Sudo(SudoCall::sudo { call: call_inside }));
	}
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
