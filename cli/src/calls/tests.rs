// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::secret::Secret;
use codec::{Compact, Encode};
use proofyard_primitives::{
	session::{possession_message, Report},
	Artifact, ArtifactRole, BiddingWindow, FixedValues, HardwareClass, InputRef, Market, ProofData,
	ProofSystem, Redundancy, RemoteData, ServiceLevel, WorkModel,
};
use scale_info::{form::PortableForm, Type, TypeDef};
use subxt::{
	client::{OfflineClient, OfflineClientAtBlock},
	config::substrate::SpecVersionForRange,
	metadata::Metadata,
	utils::{AccountId32, MultiAddress},
};

/// Chain whose metadata is the committed one.
pub fn metadata() -> Metadata {
	let bytes = include_bytes!("../../../chain-specs/metadata.scale");
	Metadata::decode_from(bytes).unwrap()
}

/// Client of a chain with the committed metadata.
pub fn client() -> OfflineClientAtBlock<SubstrateConfig> {
	client_with(metadata())
}

fn client_with(metadata: Metadata) -> OfflineClientAtBlock<SubstrateConfig> {
	let config = SubstrateConfig::builder()
		.set_spec_version_for_block_ranges([SpecVersionForRange {
			block_range: 0..1,
			spec_version: 1,
			transaction_version: 1,
		}])
		.set_metadata_for_spec_versions([(1, metadata.arc())])
		.build();
	OfflineClient::new_with_config(config).at_block(0u32).unwrap()
}

fn bytes_of(call: &impl Payload) -> Vec<u8> {
	encode(&client().tx(), call).unwrap().encode()
}

/// A call is read by the metadata's types to its last byte, and its arguments are these.
#[track_caller]
fn is(call: impl Payload, arguments: impl Encode) {
	let bytes = bytes_of(&call);
	let read = client().tx().from_call_data_bytes(&bytes).unwrap();
	assert_eq!((read.pallet_name(), read.call_name()), (call.pallet_name(), call.call_name()));
	assert_eq!(bytes[2..], arguments.encode());
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
fn calls_of_provers_read_as_the_chain_s() {
	let (provers, auctions) = (tx().provers(), tx().auctions());
	let hardware = HardwareClass::Gpu { vram_gib: 24 };
	let session = Secret::new("//Alice").session().unwrap();
	let (key, possession) = (session.public(), session.sign(&possession_message(&account(1))));
	is(
		provers.register(
			hardware.into(),
			2,
			1 << 70,
			key.clone().into(),
			possession.clone().into(),
		),
		(hardware, 2u32, 1u128 << 70, key, possession),
	);
	is(provers.set_delegation(Some(25_000)), Some(25_000u32));
	is(provers.set_delegation(None), None::<u32>);
	is(provers.delegate(account(1), 1 << 70), (account(1), 1u128 << 70));
	is(provers.undelegate(account(1), u128::MAX), (account(1), u128::MAX));
	is(provers.withdraw_delegation(account(1), account(2)), (account(1), account(2)));
	is(auctions.place_ask(market().into(), 300, 4, 5), (market(), 300u128, 4u32, 5u64));
	is(auctions.reveal_bid(7, 300, 5, [8; 32]), (7u64, 300u128, 5u64, [8u8; 32]));
	is(
		auctions.calibrate(ProofSystem::Sp1Plonk.into(), hardware.into()),
		(ProofSystem::Sp1Plonk, hardware),
	);
}

#[test]
fn calls_about_attempts_read_as_the_chain_s() {
	let attestation = tx().attestation();
	let signature = Secret::new("//Alice").session().unwrap().sign(b"any");
	let proof = ProofData::of_inputs(&[7; 256], &[[1; 32]]).unwrap();
	let of = (7u64, 1u32, account(5));
	is(attestation.decline(7), 7u64);
	for report in [Report::Declined, Report::InputUnavailable] {
		let call = attestation.report(7, 1, account(5), report.into(), signature.clone().into());
		is(call, (of, report, signature.clone()));
	}
	is(
		attestation.commit_proof(7, 1, account(5), [6; 32].into(), signature.clone().into()),
		(of, [6u8; 32], signature.clone()),
	);
	is(
		attestation.submit_proof(7, 1, account(5), proof.clone().into(), signature.clone().into()),
		(of, proof.clone(), signature),
	);
	is(attestation.announce(7, [6; 32].into()), (7u64, [6u8; 32]));
	is(attestation.reveal(7, proof.clone().into()), (7u64, proof));
}

#[test]
fn tasks_fix_public_values_in_every_way() {
	let redundancy = Redundancy { needed: 1, started: 2 };
	let bidding = BiddingWindow { commit: 20, reveal: 30 };
	for values in [
		FixedValues::Open,
		FixedValues::Inputs(vec![None, Some([2; 32])].try_into().unwrap()),
		FixedValues::Whole(vec![1, 2, 3].try_into().unwrap()),
		FixedValues::Hash(sp_core::H256::repeat_byte(4)),
		FixedValues::Prefix(vec![5].try_into().unwrap()),
	] {
		let input = InputRef::Inline(vec![8].try_into().unwrap());
		is(
			tx().auctions().submit_task(
				[1; 32].into(),
				ServiceLevel::Express.into(),
				Some(9),
				input.clone().into(),
				values.clone().into(),
				1 << 70,
				300,
				vec![account(6)],
				Some(bidding.into()),
				Some(redundancy.into()),
			),
			(
				([1u8; 32], ServiceLevel::Express, Some(9u64), input, values, 1u128 << 70),
				(300u32, vec![account(6)], Some(bidding), Some(redundancy)),
			),
		);
	}
}

#[test]
fn calls_about_programs_read_as_the_chain_s() {
	let programs = tx().programs();
	let (system, hardware) = (ProofSystem::Sp1Plonk, HardwareClass::Cpu);
	let artifact = Artifact {
		role: ArtifactRole::Executable,
		data: RemoteData {
			sha256: sp_core::H256::repeat_byte(2),
			size: 9,
			locators: vec![b"https://a".to_vec().try_into().unwrap()].try_into().unwrap(),
		},
	};
	for work in [WorkModel::Fixed(7), WorkModel::PerTask] {
		is(
			programs.register(
				system.into(),
				vec![1; 32],
				hardware.into(),
				work.into(),
				vec![artifact.clone().into()],
			),
			(system, vec![1u8; 32], hardware, work, vec![artifact.clone()]),
		);
	}
	is(
		programs.set_locators([1; 32].into(), 2, vec![b"https://b".to_vec()]),
		([1u8; 32], 2u32, vec![b"https://b".to_vec()]),
	);
	is(
		programs.set_version_enabled(system.into(), [1, 2, 3, 4], true),
		(system, [1u8, 2, 3, 4], true),
	);
}

#[test]
fn transfers_name_an_account() {
	is(
		tx().balances().transfer_keep_alive(MultiAddress::Id(account(1)), 1 << 70),
		(0u8, account(1), Compact(1u128 << 70)),
	);
}

#[test]
fn calls_inside_others_keep_their_bytes() {
	let client = client();
	let inner = |task| encode(&client.tx(), &tx().attestation().decline(task)).unwrap();
	let bytes = |task| inner(task).encode();
	assert_eq!(bytes_of(&as_root(inner(7))), [vec![8, 0], bytes(7)].concat());
	for (call, index) in
		[(batch_all(vec![inner(7), inner(8)]), 2), (force_batch(vec![inner(7), inner(8)]), 4)]
	{
		assert_eq!(bytes_of(&call), [vec![9, index, 2 << 2], bytes(7), bytes(8)].concat());
	}
}

/// Metadata whose type of the attestation's calls is another.
fn changed(change: impl Fn(&mut Type<PortableForm>)) -> Metadata {
	let mut metadata = metadata();
	let id = metadata.pallet_by_name("Attestation").unwrap().call_ty_id().unwrap();
	change(&mut metadata.types_mut().types[id as usize].ty);
	metadata
}

#[test]
fn fails_for_a_call_that_the_chain_has_otherwise() {
	let refused = |metadata| {
		let client = client_with(metadata);
		let error = encode(&client.tx(), &tx().attestation().decline(7)).unwrap_err().to_string();
		assert!(error.contains("Attestation.decline"), "{error}");
		assert!(error.contains("use the version of this program that belongs to the chain"));
	};
	let decline = |ty: &mut Type<PortableForm>, change: &dyn Fn(&mut Vec<_>, usize)| {
		if let TypeDef::Variant(calls) = &mut ty.type_def {
			let at = calls.variants.iter().position(|call| call.name == "decline").unwrap();
			change(&mut calls.variants, at);
		}
	};
	refused(changed(|ty| decline(ty, &|calls, at| drop(calls.remove(at)))));
	refused(changed(|ty| decline(ty, &|calls, at| calls[at].fields.clear())));
	refused(changed(|ty| {
		decline(ty, &|calls, at| {
			let other = calls
				.iter()
				.flat_map(|call| &call.fields)
				.find(|field| field.ty != calls[at].fields[0].ty);
			calls[at].fields[0].ty = other.unwrap().ty;
		})
	}));
}
