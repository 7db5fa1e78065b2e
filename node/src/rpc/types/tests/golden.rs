// SPDX-License-Identifier: Apache-2.0
//! Golden files: the JSON of every answer, byte for byte. `GOLDEN=write` writes them anew.

use super::*;
use proofyard_primitives::{
	program::RemoteData, AttemptFate, AttemptRecord, FailureReason, FixedValues, InputRef, Role,
	TaskKind,
};
use sp_runtime::Permill;
use std::path::PathBuf;

type Live_ = api::LiveInfo<Account, Balance, BlockNumber>;

fn path(name: &str) -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../primitives/api/tests/golden").join(name)
}

/// The values read as the file says, and the file reads as the values.
fn golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, values: Vec<T>) {
	let text = serde_json::to_string_pretty(&values).unwrap() + "\n";
	if std::env::var("GOLDEN").is_ok_and(|mode| mode == "write") {
		std::fs::write(path(name), &text).unwrap();
	}
	let file = std::fs::read_to_string(path(name)).unwrap();
	assert_eq!(text, file, "{name}");
	assert_eq!(serde_json::from_str::<Vec<T>>(&file).unwrap(), values, "{name}");
}

fn account(byte: u8) -> Account {
	Account::new([byte; 32])
}

fn gpu(system: ProofSystem, level: ServiceLevel) -> Market {
	Market { system, hardware: HardwareClass::Gpu { vram_gib: 24 }, bucket: 20, level }
}

fn cpu() -> Market {
	Market {
		system: ProofSystem::Groth16Bn254,
		hardware: HardwareClass::Cpu,
		bucket: 0,
		level: ServiceLevel::Standard,
	}
}

#[test]
fn golden_programs() {
	let artifact = |role, locators: &[&str]| api::ArtifactInfo {
		role,
		locators: locators.iter().map(|locator| locator.to_string()).collect(),
		sha256: [4; 32],
		size: u64::MAX,
	};
	let circuit = api::ProgramInfo {
		id: H256::repeat_byte(1),
		owner: account(2),
		system: ProofSystem::Groth16Bn254,
		system_enabled: true,
		hardware: HardwareClass::Cpu,
		work: WorkModel::Fixed(40_000),
		public_inputs: 2,
		key: vec![0, 1, 255],
		artifacts: vec![
			artifact(
				ArtifactRole::ProvingKey,
				&["https://example.org/key", "file:///srv/proving.key"],
			),
			artifact(ArtifactRole::WitnessProgram, &["https://example.org/witness"]),
			artifact(ArtifactRole::Executable, &[]),
			artifact(ArtifactRole::Other, &[]),
		],
		deposit: u128::MAX,
		live_tasks: 1,
		retired: false,
		registered_at: 3,
	};
	let zkvm = api::ProgramInfo {
		system: ProofSystem::Sp1Plonk,
		system_enabled: false,
		hardware: HardwareClass::Gpu { vram_gib: 80 },
		work: WorkModel::PerTask,
		public_inputs: 0,
		key: vec![7; 32],
		artifacts: Vec::new(),
		deposit: 0,
		live_tasks: 0,
		retired: true,
		..circuit.clone()
	};
	golden::<Program>("program.json", vec![circuit.into(), zkvm.into()]);
}

#[test]
fn golden_quotes() {
	let full = api::Quote {
		market: gpu(ProofSystem::Risc0Groth16, ServiceLevel::Express),
		work: 1 << 20,
		redundancy: Redundancy { needed: 1, started: 2 },
		price: Some(404),
		cost: Some(445),
		least: Some(400),
		feasible_provers: 2,
		min_fee: 11,
		soft_deadline: 50,
		deadline: 100,
	};
	let none = api::Quote {
		market: cpu(),
		price: None,
		cost: None,
		least: None,
		feasible_provers: 0,
		..full.clone()
	};
	golden::<Quote>("quote.json", vec![full.into(), none.into()]);
}

#[test]
fn golden_proofs() {
	let proof = |system, data| api::ProofInfo {
		task: 42,
		program: H256::repeat_byte(1),
		system,
		prover: bob(),
		verified_at: 5,
		retained_until: 605,
		data,
	};
	let inputs = ProofData::of_inputs(&[0xff; 3], &[[3; 32], [4; 32]]).unwrap();
	let of = |length: usize| ProofData {
		proof: vec![0xee; 3].try_into().unwrap(),
		public_values: vec![3; length].try_into().unwrap(),
	};
	golden::<Proof>(
		"proof.json",
		vec![
			proof(ProofSystem::Groth16Bls12_381, inputs.clone()).into(),
			proof(ProofSystem::Groth16Bn254, of(0)).into(),
			proof(ProofSystem::Risc0Groth16, of(0)).into(),
			proof(ProofSystem::Sp1Groth16, of(3)).into(),
			proof(ProofSystem::Sp1Plonk, of(64)).into(),
		],
	);
	let proofs = |system, settled: bool| api::ProofsInfo {
		task: 42,
		program: H256::repeat_byte(1),
		system,
		settled_at: settled.then_some(5),
		retained_until: settled.then_some(605),
		decided_by: settled.then(bob),
		proofs: vec![(account(9), of(32)), (bob(), inputs.clone())],
	};
	golden::<Proofs>(
		"proofs.json",
		vec![
			proofs(ProofSystem::Groth16Bn254, true).into(),
			proofs(ProofSystem::Sp1Groth16, false).into(),
		],
	);
}

fn attempt(
	number: u32,
	role: Role,
	state: api::AttemptState,
	owed: Option<Balance>,
) -> api::AttemptInfo<Account, Balance, BlockNumber> {
	api::AttemptInfo {
		number,
		prover: account(number as u8),
		role,
		price: 1_200_000_000_000,
		bond: 9,
		started_at: 3,
		due: 30,
		rejections: number,
		committed: number % 2 == 1,
		state,
		owed,
	}
}

fn live(wanted: bool) -> Live_ {
	use api::AttemptState::*;
	api::LiveInfo {
		prover: bob(),
		price: 7,
		assigned_at: 3,
		soft_deadline: 30,
		attempts: vec![
			attempt(0, Role::Primary, Running, None),
			attempt(1, Role::Together, Late, None),
			attempt(2, Role::Standby, Verified, Some(6)),
			attempt(3, Role::Rescue, Declined, None),
			attempt(4, Role::Bounty, Reported, None),
			attempt(5, Role::Standby, Rejected, None),
			attempt(6, Role::Standby, Defaulted, None),
		],
		standbys: vec![api::StandbyInfo { prover: account(8), price: 8, bond: 10 }],
		wanted,
	}
}

fn outcomes() -> Vec<AttemptRecord<Account, Balance>> {
	use AttemptFate::*;
	[Verified, VerifiedLate, Lost, Slow, Declined, Reported, Excused, Rejected, Defaulted]
		.into_iter()
		.map(|fate| AttemptRecord {
			prover: bob(),
			role: Role::Primary,
			fate,
			earned: u128::MAX,
			slashed: 9,
		})
		.collect()
}

fn states() -> Vec<api::TaskState<Account, Balance, BlockNumber>> {
	use api::TaskState::*;
	let announced =
		api::AnnouncementInfo { prover: bob(), commitment: [4; 32], at: 41, reward: 8, deposit: 1 };
	let bidding = api::BiddingInfo {
		commit_until: 20,
		reveal_until: 30,
		bids: vec![
			api::BidInfo { prover: bob(), commitment: [4; 32], revealed: None },
			api::BidInfo {
				prover: account(5),
				commitment: [5; 32],
				revealed: Some(api::RevealedBid { price: 7, speed: 5_000 }),
			},
		],
	};
	let failed = |reason| Failed {
		prover: bob(),
		reason,
		compensation: 1,
		slashed: 2,
		attempts: Vec::new(),
		assigned_at: 3,
		at: 5,
	};
	let bounty =
		|announcements| api::BountyInfo { since: 40, reward: 9, deposit: 1, announcements };
	vec![
		Open { provers: Vec::new(), bidding: None },
		Open { provers: vec![bob(), account(1)], bidding: Some(bidding) },
		Assigned(live(false)),
		Fallback(live(true)),
		Bounty { live: live(true), bounty: bounty(vec![announced]) },
		Bounty { live: live(false), bounty: bounty(Vec::new()) },
		Settled { prover: bob(), paid: 7, attempts: outcomes(), assigned_at: 3, at: 5 },
		Expired { at: 5 },
		Cancelled { at: 5 },
		failed(FailureReason::DeadlinePassed),
		failed(FailureReason::ProofsRejected),
		failed(FailureReason::GivenBack),
		failed(FailureReason::InputUnavailable),
	]
}

fn task() -> api::TaskInfo<Account, Balance, BlockNumber> {
	api::TaskInfo {
		id: 42,
		requester: bob(),
		program: H256::repeat_byte(1),
		market: gpu(ProofSystem::Sp1Groth16, ServiceLevel::Guaranteed),
		kind: TaskKind::Market,
		redundancy: Some(Redundancy { needed: 2, started: 3 }),
		work: 40_000,
		max_fee: 1_000_000_000_000_000_000,
		deadline: 100,
		submitted_at: 1,
		escrow: 10,
		state: api::TaskState::Cancelled { at: 9 },
		input: None,
		values: None,
	}
}

#[test]
fn golden_tasks() {
	let in_state = |state| api::TaskInfo { state, ..task() };
	golden::<Task>("task-state.json", states().into_iter().map(|s| in_state(s).into()).collect());

	let remote = InputRef::Remote(RemoteData {
		locators: vec![b"https://example.org/input".to_vec().try_into().unwrap()]
			.try_into()
			.unwrap(),
		sha256: H256::repeat_byte(2),
		size: 9,
	});
	let inline = |bytes: &[u8]| InputRef::Inline(bytes.to_vec().try_into().unwrap());
	let bytes = || vec![0xab, 0xcd].try_into().unwrap();
	let of = |kind, redundancy, input, values| {
		Task::from(api::TaskInfo { kind, redundancy, input, values, ..task() })
	};
	let inputs = FixedValues::Inputs(vec![None, Some([3; 32])].try_into().unwrap());
	golden(
		"task.json",
		vec![
			of(TaskKind::Market, None, None, None),
			of(
				TaskKind::Market,
				Some(Redundancy::NONE),
				Some(inline(&[])),
				Some(FixedValues::Open),
			),
			of(TaskKind::Sealed, Some(Redundancy::PAIR), Some(inline(&[0xab])), Some(inputs)),
			of(TaskKind::Calibration, None, Some(remote), Some(FixedValues::Whole(bytes()))),
			of(TaskKind::Market, None, None, Some(FixedValues::Whole(Default::default()))),
			of(TaskKind::Market, None, None, Some(FixedValues::Hash(H256::repeat_byte(3)))),
			of(TaskKind::Market, None, None, Some(FixedValues::Prefix(bytes()))),
		],
	);
	golden::<TaskPage>(
		"task-page.json",
		vec![
			api::TaskPage { tasks: vec![task()], next: Some(41) }.into(),
			api::TaskPage { tasks: Vec::new(), next: None }.into(),
		],
	);
	let updates = states().into_iter().zip(0..).map(|(state, number)| TaskUpdate {
		task: 42,
		block: BlockRef { number, hash: Hash::repeat_byte(8) },
		state: state.into(),
		retracted: number % 2 == 1,
		finalized: number % 3 == 1,
	});
	golden("task-update.json", updates.collect());
}

fn ask(
	status: api::AskStatus,
	confirmed_speed: Option<u64>,
	change: bool,
) -> api::AskInfo<Account, Balance, BlockNumber> {
	let terms = |price| api::AskTerms { price, lots: 2, speed: 50_000 };
	api::AskInfo {
		prover: bob(),
		market: market(),
		terms: terms(300),
		lots_in_use: 1,
		confirmed_speed,
		status,
		pending: change.then(|| (terms(306), 215)),
	}
}

#[test]
fn golden_provers() {
	let full = api::ProverInfo {
		account: bob(),
		session_key: [5; 32],
		hardware: HardwareClass::Gpu { vram_gib: 24 },
		slots: 4,
		live_tasks: 1,
		stake: u128::MAX,
		reserved: 20,
		free: 50,
		unbonding: Some((30, 77)),
		delegation: api::DelegationPoolInfo {
			open: true,
			value: 40,
			shares: u128::MAX,
			leaving_shares: 9,
			commission: Permill::from_percent(10),
			rise: Some((Permill::from_percent(15), 900)),
			room: 240,
		},
		pause: Some(api::PauseInfo::ResumesAt(220)),
		jail: Some(api::JailInfo { until: 240, may_leave: false }),
		strikes: 1,
		max_strikes: 3,
		exiting: true,
		verified: u64::MAX,
		defaulted: 1,
		track_record: vec![api::TrackRecordInfo {
			system: ProofSystem::Groth16Bn254,
			verified: 5_500,
			late: 500,
			rejected: 1,
			declined: 2,
			defaulted: 3,
			reliable: true,
		}],
		speeds: vec![
			api::SpeedInfo {
				system: ProofSystem::Groth16Bn254,
				size: 3,
				confirmed: None,
				samples: 6,
			},
			api::SpeedInfo {
				system: ProofSystem::Sp1Plonk,
				size: 15,
				confirmed: Some(7),
				samples: 1,
			},
		],
		calibrations: vec![api::CalibrationInfo {
			system: ProofSystem::Groth16Bn254,
			hardware: HardwareClass::Cpu,
			proven: 3,
		}],
		blocked: 2,
		registered_at: 8,
		asks: vec![
			ask(api::AskStatus::Standing, Some(40_000), true),
			ask(api::AskStatus::Coming, None, false),
		],
	};
	let bare = api::ProverInfo {
		unbonding: None,
		delegation: api::DelegationPoolInfo { open: false, rise: None, ..full.delegation.clone() },
		pause: None,
		jail: None,
		exiting: false,
		track_record: Vec::new(),
		speeds: Vec::new(),
		calibrations: Vec::new(),
		asks: Vec::new(),
		..full.clone()
	};
	let paused = api::ProverInfo {
		pause: Some(api::PauseInfo::UntilResumed),
		jail: Some(api::JailInfo { until: 240, may_leave: true }),
		..bare.clone()
	};
	golden::<Prover>("prover.json", vec![full.into(), bare.into(), paused.into()]);
}

#[test]
fn golden_markets() {
	let full = api::MarketInfo {
		market: market(),
		asks: vec![ask(api::AskStatus::Full, None, false)],
		ask_count: 1,
		best_ask: Some(300),
		waiting: 3,
		cleared_at: Some(213),
	};
	let empty = api::MarketInfo {
		market: cpu(),
		asks: Vec::new(),
		ask_count: 0,
		best_ask: None,
		waiting: 0,
		cleared_at: None,
	};
	golden::<MarketState>("market.json", vec![full.into(), empty.into()]);
}

#[test]
fn golden_clearings() {
	let looked = |byte, price, won, standby, unfunded| api::LookedInfo {
		prover: account(byte),
		price,
		lots: 4,
		won,
		standby,
		unfunded,
	};
	let batch = |price, lowest_maximum, rejected| api::BatchInfo {
		price,
		tasks: 1,
		marginal: (account(1), 300),
		lowest_maximum,
		rejected,
	};
	let info = |clearings| api::MarketClearingInfo {
		at: 213,
		seed: 0xab,
		spread_percent: 10,
		premium_percent: 25,
		clearings,
	};
	let full = api::ClearingInfo {
		tasks: 2,
		crossing: 1,
		cap: 1,
		batches: vec![
			batch(306, 400, Some((account(2), 306))),
			batch(306, 306, Some((account(2), 306))),
			batch(400, 400, Some((account(2), 410))),
			batch(300, 400, None),
		],
		asks: vec![looked(1, 300, 1, 0, false), looked(2, 306, 0, 1, true)],
		matches: vec![
			api::MatchInfo {
				task: 17,
				prover: account(1),
				price: 30_600,
				bond: 31_000,
				standbys: vec![(account(2), 38_250), (account(3), 1)],
			},
			api::MatchInfo {
				task: 18,
				prover: account(4),
				price: 1,
				bond: 2,
				standbys: Vec::new(),
			},
		],
	};
	let empty = api::ClearingInfo {
		tasks: 0,
		crossing: 0,
		cap: 0,
		batches: Vec::new(),
		asks: Vec::new(),
		matches: Vec::new(),
	};
	let block = BlockRef { number: 213, hash: Hash::repeat_byte(8) };
	let last = api::MarketClearingInfo { seed: u64::MAX, ..info(Vec::new()) };
	golden(
		"clearing.json",
		vec![
			MarketClearing::new(market(), block, info(vec![full, empty])),
			MarketClearing::new(cpu(), block, last),
		],
	);
}

#[test]
fn golden_references() {
	let reference = api::ReferenceInfo {
		program: H256::repeat_byte(1),
		work: 6_431,
		input: vec![1, 2],
		challenge_at: 1,
		challenge_input: 2,
		proofs: 3,
		blocks: 30,
	};
	golden::<Option<Reference>>("reference.json", vec![Some(reference.into()), None]);
}

#[test]
fn golden_delegations() {
	let info = |leaving| api::DelegationInfo {
		prover: bob(),
		delegator: account(9),
		shares: u128::MAX,
		value: 51,
		leaving,
		withdrawable: 0,
	};
	golden::<Delegation>(
		"delegation.json",
		vec![info(None).into(), info(Some((20, 21, 900))).into()],
	);
}

#[test]
fn golden_fees() {
	let fees = |author, treasury| api::FeesInfo {
		fee: Permill::from_percent(2),
		author: Permill::from_percent(author),
		treasury: Permill::from_percent(treasury),
		max_fee: Permill::from_percent(10),
	};
	golden::<Fees>("fees.json", vec![fees(50, 30).into(), fees(70, 50).into()]);
}

#[test]
fn golden_systems() {
	let version = |version: &[u8], selector, enabled| api::VersionInfo {
		version: version.to_vec(),
		selector,
		enabled,
	};
	let of = |system| {
		let versions = if system == ProofSystem::Sp1Plonk {
			vec![
				version(b"4.0.0", [0x1b, 0x34, 0xfe, 0x11], false),
				version(b"5.0.0", [0xd4, 0xe8, 0, 0], true),
			]
		} else {
			Vec::new()
		};
		api::SystemInfo { system, enabled: system != ProofSystem::Groth16Bn254, versions }
	};
	let systems = ProofSystem::ALL.into_iter().map(|system| of(system).into());
	golden::<System>("proof-systems.json", systems.collect());
}

/// Parameters are read as the command line writes them.
fn read<T: DeserializeOwned>(name: &str) -> Vec<T> {
	serde_json::from_str(&std::fs::read_to_string(path(name)).unwrap()).unwrap()
}

#[test]
fn golden_parameters() {
	let options = read::<QuoteOptions>("quote-options.json");
	let full = QuoteOptions {
		work: Some(5),
		level: Some(ServiceLevel::Express),
		lifetime: Some(300),
		redundancy: Some(Redundancy { needed: 2, started: 3 }),
	};
	assert_eq!(options, [full, QuoteOptions::default()]);

	use StateFilter::*;
	let states =
		[Open, Assigned, Fallback, Bounty, Live, Settled, Expired, Cancelled, Failed, Ended];
	let mut filters = vec![TaskFilter::default()];
	filters.extend(states.map(|state| TaskFilter { state: Some(state), ..TaskFilter::default() }));
	filters.push(TaskFilter {
		requester: Some(AccountParam(bob())),
		prover: Some(AccountParam(account(2))),
		program: Some(H256::repeat_byte(1)),
		state: None,
	});
	golden("task-filter.json", filters);

	golden("block.json", vec![BlockParam::Number(213), BlockParam::Hash(Hash::repeat_byte(8))]);
}

#[test]
fn golden_refusals_of_parameters() {
	fn refusal<T: DeserializeOwned + Debug>(json: Value) -> (Value, String) {
		let error = serde_json::from_value::<T>(json.clone()).unwrap_err();
		(json, error.to_string())
	}
	let mut checksum = BOB.to_string();
	checksum.replace_range(47..48, "z");
	golden(
		"refusals.json",
		vec![
			refusal::<AccountParam>(json!("Bob")),
			refusal::<AccountParam>(json!("")),
			refusal::<AccountParam>(json!(checksum)),
			refusal::<AccountParam>(json!(hash(7))),
			refusal::<AccountParam>(json!(7)),
			refusal::<TaskFilter>(json!({ "requester": "Bob" })),
			refusal::<TaskFilter>(json!({ "prover": 7 })),
			refusal::<TaskFilter>(json!({ "owner": BOB })),
			refusal::<TaskFilter>(json!({ "state": "done" })),
			refusal::<QuoteOptions>(json!({ "livetime": 300 })),
			refusal::<ClearingOf>(json!("17")),
			refusal::<BlockParam>(json!(-1)),
			refusal::<Amount>(json!(1)),
			refusal::<Amount>(json!("1.5")),
		],
	);
}
