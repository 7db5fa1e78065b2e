// SPDX-License-Identifier: Apache-2.0
//! Chain before an input: provers with asks, a program, tasks in all states.

use crate::chain::{accounts, block, dispatch, session};
use proofyard_fuzz::{
	proofs::Key,
	zkvm::{self, Version, Zkvm},
};
use proofyard_primitives::{
	bid_commitment, limits::MaxLocators, program::Locator, session::possession_message, Artifact,
	ArtifactRole, BiddingWindow, FixedValues, HardwareClass, InputRef, Market, ProgramId,
	ProofData, Redundancy, RemoteData, ServiceLevel, WorkModel,
};
use proofyard_runtime::{AccountId, Balance, Runtime, RuntimeCall, RuntimeOrigin, YARD};
use sp_core::{Pair, H256};
use sp_runtime::{BoundedVec, Permill};

/// The work of the program's tasks.
pub const WORK: u64 = 1_000;
/// Ask of provers for a unit of it, in plancks.
pub const PRICE: Balance = YARD / 1_000;
/// Salt that bids are hidden with.
pub const SALT: [u8; 32] = [7; 32];
/// The key of the program that most tasks are of.
pub const KEY: Key = Key::Known(1);
/// The key of the program of a zkVM.
pub const ZKVM: Key = Key::Zkvm(Zkvm::Sp1, 0);

/// The version of the zkVM that is verified.
pub fn version() -> Version {
	zkvm::all(Zkvm::Sp1).next().expect("a version")
}

/// The program of the chain with this key.
pub fn program(key: Key) -> ProgramId {
	proofyard_primitives::program::program_id(
		key.system(),
		&key.bytes(),
		HardwareClass::Cpu,
		WorkModel::Fixed(WORK),
		&artifacts(),
	)
}

/// The files of the programs.
pub fn artifacts() -> Vec<Artifact> {
	vec![Artifact { role: ArtifactRole::ProvingKey, data: remote() }]
}

/// Something that lies elsewhere.
pub fn remote() -> RemoteData {
	let locator: Locator = BoundedVec::truncate_from(b"https://example.org/cube.zkey".to_vec());
	let locators: BoundedVec<Locator, MaxLocators> = BoundedVec::truncate_from(vec![locator]);
	RemoteData { locators, sha256: H256::repeat_byte(7), size: 4_096 }
}

/// The market of a program's tasks.
pub fn market(key: Key, level: ServiceLevel) -> Market {
	Market { system: key.system(), hardware: HardwareClass::Cpu, bucket: WORK.ilog2() as u8, level }
}

/// A proof for a program.
pub fn proof(key: Key, variant: u64) -> ProofData {
	key.prove(&FixedValues::Open, variant)
}

/// A call that registers an account as a prover, with its session key.
pub fn register(who: &AccountId, stake: Balance) -> pallet_provers::Call<Runtime> {
	let key = session(who);
	pallet_provers::Call::register {
		hardware: HardwareClass::Cpu,
		slots: 4,
		stake,
		session_key: key.public(),
		possession: key.sign(&possession_message(who)),
	}
}

/// A task for a program.
pub fn task(
	key: Key,
	values: FixedValues,
	level: ServiceLevel,
	redundancy: Option<Redundancy>,
	bidding: Option<BiddingWindow>,
	lifetime: u32,
) -> pallet_auctions::Call<Runtime> {
	pallet_auctions::Call::submit_task {
		program: program(key),
		level,
		work: None,
		input: InputRef::Remote(remote()),
		values,
		max_fee: 20 * YARD,
		lifetime,
		provers: Default::default(),
		bidding,
		redundancy,
	}
}

fn send(who: &AccountId, call: impl Into<RuntimeCall>) {
	let done = dispatch(call.into(), RuntimeOrigin::signed(who.clone()));
	assert_eq!(done, Some(true), "the scene is set by calls that succeed");
}

/// Set the scene: in its last block there are open, assigned and failing tasks.
pub fn set_up() {
	let all = accounts();
	let [owner, requester] = [&all[0], &all[3]];
	// The first prover is that of the preset.
	let provers = [&all[1], &all[2], &all[4], &all[5]];
	for prover in &provers[1..] {
		send(prover, register(prover, 50_000 * YARD));
	}
	for key in [KEY, ZKVM] {
		let call = pallet_programs::Call::register {
			system: key.system(),
			key: BoundedVec::truncate_from(key.bytes()),
			hardware: HardwareClass::Cpu,
			work: WorkModel::Fixed(WORK),
			artifacts: BoundedVec::truncate_from(artifacts()),
		};
		send(owner, call);
	}
	let entry = BoundedVec::truncate_from(version().entry());
	let call = pallet_programs::Call::<Runtime>::set_version { entry };
	assert_eq!(dispatch(call.into(), RuntimeOrigin::root()), Some(true), "the version is sound");
	for (place, prover) in provers.iter().enumerate() {
		for (key, level) in [
			(KEY, ServiceLevel::Standard),
			(KEY, ServiceLevel::Express),
			(ZKVM, ServiceLevel::Standard),
		] {
			let call = pallet_auctions::Call::place_ask {
				market: market(key, level),
				price: PRICE * (10 + place as Balance) / 10,
				lots: 3,
				speed: 500,
			};
			send(prover, call);
		}
	}
	let commission = Some(Permill::from_percent(10));
	send(provers[1], pallet_provers::Call::set_delegation { commission });
	let prover = provers[1].clone();
	send(owner, pallet_provers::Call::delegate { prover, amount: 1_000 * YARD });
	(0..6).for_each(|_| block());
	let twice = Redundancy { needed: 2, started: 2 };
	let open = |level, redundancy, bidding, lifetime| {
		task(KEY, FixedValues::Open, level, redundancy, bidding, lifetime)
	};
	send(requester, open(ServiceLevel::Standard, None, None, 40));
	send(requester, open(ServiceLevel::Standard, None, None, 40));
	send(requester, open(ServiceLevel::Express, None, None, 60));
	send(requester, open(ServiceLevel::Standard, Some(twice), None, 60));
	let values = proof(ZKVM, 0).public_values;
	let values = [FixedValues::Whole(values), FixedValues::Open];
	for values in values {
		send(requester, task(ZKVM, values, ServiceLevel::Standard, None, None, 60));
	}
	(0..2).for_each(|_| block());
	// One is given back until nobody is left to call.
	for prover in &provers {
		let call = pallet_attestation::Call::decline { task: 0 };
		let _ = dispatch(call.into(), RuntimeOrigin::signed((*prover).clone()));
	}
	let window = BiddingWindow { commit: 5, reveal: 5 };
	send(requester, open(ServiceLevel::Standard, None, Some(window), 40));
	let bid = pallet_auctions::NextTaskId::<Runtime>::get() - 1;
	for prover in &provers[..2] {
		let commitment = bid_commitment(bid, *prover, 2 * YARD, &SALT);
		send(prover, pallet_auctions::Call::commit_bid { task: bid, commitment });
	}
	send(requester, open(ServiceLevel::Guaranteed, None, None, 30));
}
