// SPDX-License-Identifier: Apache-2.0
//! Inputs of calls that make sense, and what becomes of them when their bytes are changed.

use crate::{
	chain::{accounts, session},
	scene::{
		market, program, proof, register, remote, task, version, KEY, PRICE, SALT, WORK, ZKVM,
	},
	Step,
};
use proofyard_fuzz::{proofs::Key, rng::Rng, zkvm::Version};
use proofyard_primitives::{
	bid_commitment, proof_commitment,
	session::{possession_message, Report},
	BiddingWindow, FixedValues, HardwareClass, ProofData, ProofSystem, Redundancy, ServiceLevel,
	Submission, TaskId,
};
use proofyard_runtime::{AccountId, Balance, Runtime, RuntimeCall, YARD};
use sp_core::{sr25519, Pair};
use sp_runtime::{BoundedVec, Permill};

/// An input drawn from these numbers: mostly calls that make sense, half of the time with some of its
/// bytes changed.
pub fn input(rng: &mut Rng) -> Vec<u8> {
	let mut bytes: Vec<u8> = (0..rng.within(1, 14)).flat_map(|_| step(rng).write()).collect();
	if rng.one_in(2) {
		for _ in 0..rng.within(1, 6) {
			change(rng, &mut bytes);
		}
	}
	bytes
}

/// Change some bytes.
fn change(rng: &mut Rng, bytes: &mut Vec<u8>) {
	if bytes.is_empty() {
		return bytes.push(rng.bits() as u8);
	}
	let at = rng.below(bytes.len() as u64) as usize;
	match rng.below(7) {
		0 => bytes[at] ^= 1 << rng.below(8),
		1 => bytes[at] = rng.bits() as u8,
		2 => bytes[at] = rng.pick(&[0, 1, 0x7f, 0x80, 0xff]),
		3 => drop(bytes.remove(at)),
		4 => bytes.insert(at, rng.bits() as u8),
		5 => {
			// The same once more, elsewhere.
			let end = bytes.len().min(at + rng.within(1, 40) as usize);
			let part = bytes[at..end].to_vec();
			let to = rng.below(bytes.len() as u64) as usize;
			bytes.splice(to..to, part);
		}
		_ => {
			let end = bytes.len().min(at + 16);
			for byte in &mut bytes[at..end] {
				*byte = rng.pick(&[0, 0xff]);
			}
		}
	}
}

fn step(rng: &mut Rng) -> Step {
	let who = rng.below(32) as u8;
	match rng.below(20) {
		0..=4 => Step::Blocks(rng.pick(&[1, 1, 1, 3, 8, 40])),
		5..=8 => Step::Session(proofs(rng).into()),
		9 => Step::Authorized(proofs(rng).into()),
		10 => Step::Root(root(rng)),
		11..=14 => Step::Signed(who, auctions(rng).into()),
		15..=17 => Step::Signed(who, provers(rng).into()),
		18 => Step::Signed(who, bounty(rng)),
		_ => {
			let calls = (0..rng.within(1, 4)).map(|_| match rng.below(3) {
				0 => auctions(rng).into(),
				1 => provers(rng).into(),
				_ => bounty(rng),
			});
			let calls: Vec<RuntimeCall> = calls.collect();
			let call = pallet_utility::Call::<Runtime>::force_batch { calls };
			Step::Signed(who, call.into())
		}
	}
}

/// A task of the scene, or one that comes later.
fn any_task(rng: &mut Rng) -> TaskId {
	rng.below(11)
}

fn anybody(rng: &mut Rng) -> AccountId {
	let all = accounts();
	// Provers, more often than not.
	if rng.one_in(3) {
		rng.pick(&all)
	} else {
		rng.pick(&[1usize, 2, 4, 5].map(|place| all[place].clone()))
	}
}

fn amount(rng: &mut Rng) -> Balance {
	match rng.below(8) {
		0 => 0,
		1 => Balance::MAX,
		2 => Balance::from(rng.bits()),
		3 => 1,
		_ => Balance::from(rng.within(1, 100_000)) * YARD,
	}
}

fn any_key(rng: &mut Rng) -> Key {
	if rng.one_in(3) {
		ZKVM
	} else {
		KEY
	}
}

fn any_proof(rng: &mut Rng) -> ProofData {
	let mut proof = proof(any_key(rng), rng.below(2));
	if rng.one_in(3) {
		let bit = rng.below(8 * 256) as usize;
		proof.proof[bit / 8] ^= 1 << (bit % 8);
	}
	proof
}

fn values(rng: &mut Rng, key: Key) -> FixedValues {
	let usual = key.usual();
	let part = usual.len().min(32 * rng.below(3) as usize);
	match rng.below(9) {
		0 => FixedValues::Inputs(BoundedVec::truncate_from(vec![None; rng.below(3) as usize])),
		1 => FixedValues::Inputs(BoundedVec::truncate_from(vec![Some([rng.bits() as u8; 32])])),
		2 => FixedValues::Whole(BoundedVec::truncate_from(usual)),
		3 => FixedValues::Hash(sp_io::hashing::sha2_256(&usual).into()),
		4 => FixedValues::Prefix(BoundedVec::truncate_from(usual[..part].to_vec())),
		5 => FixedValues::Prefix(BoundedVec::truncate_from(vec![0; rng.below(5_000) as usize])),
		_ => FixedValues::Open,
	}
}

fn level(rng: &mut Rng) -> ServiceLevel {
	rng.pick(&[ServiceLevel::Standard, ServiceLevel::Express, ServiceLevel::Guaranteed])
}

fn proofs(rng: &mut Rng) -> pallet_attestation::Call<Runtime> {
	use pallet_attestation::Call;
	let (task, prover) = (any_task(rng), anybody(rng));
	let attempt = rng.below(3) as u32;
	let signature = sr25519::Signature::default().into();
	match rng.below(6) {
		0 | 1 => Call::submit_proof { task, attempt, prover, proof: any_proof(rng), signature },
		2 => {
			// Each is refused where one is: mostly few, by those that began.
			let count = rng.pick(&[0, 1, 1, 1, 2, 2, 3]);
			let submissions = (0..count).map(|_| Submission {
				task: any_task(rng),
				attempt: u32::from(rng.one_in(5)),
				proof: any_proof(rng),
			});
			let submissions = BoundedVec::truncate_from(submissions.collect());
			Call::submit_proofs { prover, submissions, signature }
		}
		3 => {
			let report = rng.pick(&[Report::Declined, Report::InputUnavailable]);
			Call::report { task, attempt, prover, report, signature }
		}
		_ => {
			let commitment = proof_commitment(task, &prover, &proof(any_key(rng), 0));
			Call::commit_proof { task, attempt, prover, commitment, signature }
		}
	}
}

fn bounty(rng: &mut Rng) -> RuntimeCall {
	use pallet_attestation::Call;
	let task = any_task(rng);
	match rng.below(4) {
		0 => Call::decline { task },
		1 => Call::poke { task },
		2 => {
			let proof = proof(any_key(rng), 0);
			Call::announce { task, commitment: proof_commitment(task, &anybody(rng), &proof) }
		}
		_ => Call::reveal { task, proof: any_proof(rng) },
	}
	.into()
}

fn auctions(rng: &mut Rng) -> pallet_auctions::Call<Runtime> {
	use pallet_auctions::Call;
	let id = any_task(rng);
	match rng.below(12) {
		0..=2 => {
			let redundancy = rng
				.one_in(3)
				.then(|| Redundancy { needed: rng.below(4) as u8, started: rng.below(4) as u8 });
			let bidding = rng.one_in(4).then(|| BiddingWindow {
				commit: rng.within(4, 8) as u32,
				reveal: rng.within(4, 8) as u32,
			});
			let lifetime = rng.within(9, 90) as u32;
			let key = any_key(rng);
			let values = values(rng, key);
			task(key, values, level(rng), redundancy, bidding, lifetime)
		}
		3 => Call::cancel_task { task: id },
		4 => Call::raise_fee { task: id, by: amount(rng) },
		5 => Call::prolong_task { task: id, by: rng.bits() as u32 >> rng.below(32) },
		6 | 7 => Call::place_ask {
			market: market(any_key(rng), level(rng)),
			price: PRICE * Balance::from(rng.within(1, 30)) / 10,
			lots: rng.below(5) as u32,
			speed: rng.bits() >> rng.below(64),
		},
		8 => Call::withdraw_ask { market: market(any_key(rng), level(rng)) },
		9 => Call::commit_bid {
			task: id,
			commitment: bid_commitment(id, &anybody(rng), 2 * YARD, &SALT),
		},
		10 => Call::reveal_bid { task: id, price: 2 * YARD, speed: WORK, salt: SALT },
		_ => match rng.below(3) {
			0 => Call::poke { task: id },
			1 => Call::set_blocked { requester: anybody(rng), blocked: rng.one_in(2) },
			_ => {
				Call::calibrate { system: ProofSystem::Groth16Bn254, hardware: HardwareClass::Cpu }
			}
		},
	}
}

fn provers(rng: &mut Rng) -> pallet_provers::Call<Runtime> {
	use pallet_provers::Call;
	match rng.below(13) {
		0 => register(&anybody(rng), amount(rng)),
		1 => Call::set_hardware { hardware: HardwareClass::Cpu, slots: rng.below(70) as u32 },
		2 => {
			let who = anybody(rng);
			let key = session(&who);
			Call::set_session_key {
				session_key: key.public(),
				possession: key.sign(&possession_message(&who)),
			}
		}
		3 => Call::add_stake { amount: amount(rng) },
		4 => Call::unbond { amount: amount(rng) },
		5 => Call::withdraw_unbonded {},
		6 => Call::set_paused { paused: rng.one_in(2) },
		7 => Call::unjail {},
		8 => Call::exit {},
		9 => {
			let commission =
				rng.one_in(2).then(|| Permill::from_parts(rng.below(1_000_001) as u32));
			Call::set_delegation { commission }
		}
		10 => Call::delegate { prover: anybody(rng), amount: amount(rng) },
		11 => Call::undelegate { prover: anybody(rng), shares: amount(rng) },
		_ => Call::withdraw_delegation { prover: anybody(rng), delegator: anybody(rng) },
	}
}

fn root(rng: &mut Rng) -> RuntimeCall {
	match rng.below(6) {
		0 => {
			let share = |rng: &mut Rng| Permill::from_parts(rng.below(1_000_001) as u32);
			let terms = pallet_settlement::FeeTerms {
				fee: Permill::from_parts(rng.below(150_000) as u32),
				author: share(rng),
				treasury: share(rng),
			};
			pallet_settlement::Call::<Runtime>::set_fees { terms }.into()
		}
		1 => pallet_programs::Call::<Runtime>::set_system_enabled {
			system: ProofSystem::Groth16Bn254,
			enabled: rng.one_in(2),
		}
		.into(),
		2 => {
			let version = Version::nth(rng.bits());
			let entry = match rng.below(3) {
				0 => version.flawed(rng.bits()),
				_ => version.entry(),
			};
			let entry = BoundedVec::truncate_from(entry);
			pallet_programs::Call::<Runtime>::set_version { entry }.into()
		}
		3 => {
			let (system, selector) = version().name();
			let enabled = rng.one_in(2);
			let call = pallet_programs::Call::set_version_enabled { system, selector, enabled };
			RuntimeCall::Programs(call)
		}
		4 => {
			let (system, selector) = Version::nth(rng.bits()).name();
			pallet_programs::Call::<Runtime>::remove_version { system, selector }.into()
		}
		_ => pallet_auctions::Call::<Runtime>::set_reference {
			system: ProofSystem::Groth16Bn254,
			hardware: HardwareClass::Cpu,
			reference: rng.one_in(2).then(|| pallet_auctions::Reference {
				program: program(any_key(rng)),
				work: WORK,
				input: BoundedVec::truncate_from(remote().sha256.as_bytes().to_vec()),
				challenge_at: rng.below(40) as u32,
				challenge_input: rng.below(2) as u32,
				proofs: rng.below(18) as u32,
				blocks: rng.within(5, 30) as u32,
			}),
		}
		.into(),
	}
}
