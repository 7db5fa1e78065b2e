// SPDX-License-Identifier: Apache-2.0
//! The golden files: the JSON of every answer and parameter, byte for byte. What the runtime answers
//! also survives SCALE. `GOLDEN=write` writes the files anew.

use codec::{Decode, Encode};
use proofyard_api::{
	text::decimal, AccountId, AccountParam, Announcement, Artifact, Ask, AskStatus, AskTerms,
	Attempt, AttemptState, Balance, Bid, Bidding, BlockParam, BlockRef, Calibration, Clearing,
	ClearingOf, Clearings, CommissionRise, Delegation, DelegationPool, ErrorCode, Fees,
	FixedPublicValues, Input, Jail, LeavingShares, Live, MarketClearing, MarketState, Pause,
	PendingAsk, Program, Proof, ProofBytes, ProofOf, Proofs, Prover, Quote, QuoteOptions,
	Reference, RevealedBid, Selector, Speed, Standby, StateFilter, System, Task, TaskFilter,
	TaskPage, TaskState, TaskUpdate, TrackRecord, Unbonding, Version,
};
use proofyard_primitives::{
	clearing::{BatchRecord, ClearingRecord, LookedRecord, MatchRecord},
	program::RemoteData,
	ArtifactRole, AttemptRecord, Ending, FailureReason, FixedValues, HardwareClass, InputRef,
	Market, ProofData, ProofSystem, Redundancy, Role, ServiceLevel, TaskKind, WorkModel,
};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_json::{json, Value};
use sp_core::H256;
use sp_runtime::Permill;
use std::{fmt::Debug, path::PathBuf};

const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

fn path(name: &str) -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// The values read as the file says, and the file reads as the values.
fn json<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, values: Vec<T>) {
	let text = serde_json::to_string_pretty(&values).unwrap() + "\n";
	if std::env::var("GOLDEN").is_ok_and(|mode| mode == "write") {
		std::fs::write(path(name), &text).unwrap();
	}
	let file = std::fs::read_to_string(path(name)).unwrap();
	assert_eq!(text, file, "{name}");
	assert_eq!(serde_json::from_str::<Vec<T>>(&file).unwrap(), values, "{name}");
}

/// Answers of the runtime: the same in SCALE and back, and in JSON as the file says.
fn golden<T>(name: &str, values: Vec<T>)
where
	T: Encode + Decode + Serialize + DeserializeOwned + PartialEq + Debug,
{
	assert_eq!(Vec::<T>::decode(&mut values.encode().as_slice()).unwrap(), values, "{name}");
	json(name, values);
}

fn bob() -> AccountId {
	BOB.parse().unwrap()
}

fn hash(byte: u8) -> String {
	format!("{:?}", H256::repeat_byte(byte))
}

fn market() -> Market {
	Market {
		system: ProofSystem::Groth16Bn254,
		hardware: HardwareClass::Gpu { vram_gib: 24 },
		bucket: 15,
		level: ServiceLevel::Standard,
	}
}

fn account(byte: u8) -> AccountId {
	AccountId::new([byte; 32])
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
fn programs() {
	let artifact = |role, locators: &[&str]| Artifact {
		role,
		locators: locators.iter().map(|locator| locator.to_string()).collect(),
		sha256: H256::repeat_byte(4),
		size: u64::MAX,
	};
	let circuit = Program {
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
	let zkvm = Program {
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
	golden("program.json", vec![circuit, zkvm]);
}

#[test]
fn quotes() {
	let full = Quote {
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
	let none = Quote {
		market: cpu(),
		price: None,
		cost: None,
		least: None,
		feasible_provers: 0,
		..full.clone()
	};
	golden("quote.json", vec![full, none]);
}

#[test]
fn proofs() {
	let proof = |system, data: ProofData| Proof {
		task: 42,
		program: H256::repeat_byte(1),
		system,
		prover: bob(),
		verified_at: 5,
		retained_until: 605,
		data: ProofBytes::new(system, data),
	};
	let inputs = ProofData::of_inputs(&[0xff; 3], &[[3; 32], [4; 32]]).unwrap();
	let of = |length: usize| ProofData {
		proof: vec![0xee; 3].try_into().unwrap(),
		public_values: vec![3; length].try_into().unwrap(),
	};
	golden(
		"proof.json",
		vec![
			proof(ProofSystem::Groth16Bls12_381, inputs.clone()),
			proof(ProofSystem::Groth16Bn254, of(0)),
			proof(ProofSystem::Risc0Groth16, of(0)),
			proof(ProofSystem::Sp1Groth16, of(3)),
			proof(ProofSystem::Sp1Plonk, of(64)),
		],
	);
	let made = |system, prover, deciding, data| ProofOf {
		prover,
		deciding,
		data: ProofBytes::new(system, data),
	};
	let proofs = |system, settled: bool| Proofs {
		task: 42,
		program: H256::repeat_byte(1),
		system,
		settled_at: settled.then_some(5),
		retained_until: settled.then_some(605),
		proofs: vec![
			made(system, account(9), false, of(32)),
			made(system, bob(), settled, inputs.clone()),
		],
	};
	golden(
		"proofs.json",
		vec![proofs(ProofSystem::Groth16Bn254, true), proofs(ProofSystem::Sp1Groth16, false)],
	);
}

fn attempt(number: u32, role: Role, state: AttemptState, owed: Option<Balance>) -> Attempt {
	Attempt {
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

fn live(wanted: bool) -> Live {
	use AttemptState::*;
	Live {
		prover: bob(),
		price: 7,
		assigned_at: 3,
		soft_deadline: 30,
		attempts: vec![
			attempt(0, Role::Primary, Running, None),
			attempt(1, Role::CoPrimary, Late, None),
			attempt(2, Role::Standby, Verified, Some(6)),
			attempt(3, Role::Rescue, Declined, None),
			attempt(4, Role::Bounty, Reported, None),
			attempt(5, Role::Standby, Rejected, None),
			attempt(6, Role::Standby, Defaulted, None),
		],
		standbys: vec![Standby { prover: account(8), price: 8, bond: 10 }],
		wanted,
	}
}

fn outcomes() -> Vec<AttemptRecord<AccountId, Balance>> {
	use Ending::*;
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

fn states() -> Vec<TaskState> {
	use TaskState::*;
	let announced = Announcement {
		prover: bob(),
		commitment: H256::repeat_byte(4),
		at: 41,
		reward: 8,
		deposit: 1,
	};
	let bidding = Bidding {
		commit_until: 20,
		reveal_until: 30,
		bids: vec![
			Bid { prover: bob(), commitment: H256::repeat_byte(4), revealed: None },
			Bid {
				prover: account(5),
				commitment: H256::repeat_byte(5),
				revealed: Some(RevealedBid { price: 7, speed: 5_000 }),
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
		|announcements| proofyard_api::Bounty { since: 40, reward: 9, deposit: 1, announcements };
	vec![
		Open { provers: Vec::new(), bidding: None },
		Open { provers: vec![bob(), account(1)], bidding: Some(bidding) },
		Assigned(live(false)),
		Fallback(live(true)),
		Bounty { live: live(true), bounty: bounty(vec![announced]) },
		Bounty { live: live(false), bounty: bounty(Vec::new()) },
		Settled {
			prover: bob(),
			paid: 7,
			attempts: outcomes().into_iter().map(Into::into).collect(),
			assigned_at: 3,
			at: 5,
		},
		Expired { at: 5 },
		Cancelled { at: 5 },
		failed(FailureReason::DeadlinePassed),
		failed(FailureReason::ProofsRejected),
		failed(FailureReason::GivenBack),
		failed(FailureReason::InputUnavailable),
	]
}

fn task() -> Task {
	Task {
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
		state: TaskState::Cancelled { at: 9 },
		input: None,
		public_inputs: Vec::new(),
		public_values: None,
	}
}

#[test]
fn tasks() {
	let in_state = |state| Task { state, ..task() };
	golden("task-state.json", states().into_iter().map(in_state).collect());

	let remote = InputRef::Remote(RemoteData {
		locators: vec![b"https://example.org/input".to_vec().try_into().unwrap()]
			.try_into()
			.unwrap(),
		sha256: H256::repeat_byte(2),
		size: 9,
	});
	let inline = |bytes: &[u8]| InputRef::Inline(bytes.to_vec().try_into().unwrap());
	let bytes = || vec![0xab, 0xcd].try_into().unwrap();
	let of = |kind, redundancy, input: Option<InputRef>, values: Option<FixedValues>| {
		let input = input.map(Input::from);
		let (public_inputs, public_values) =
			FixedPublicValues::split(values.clone().unwrap_or_default());
		let task = Task { kind, redundancy, input, public_inputs, public_values, ..task() };
		assert_eq!(task.fixed_values(), Some(values.unwrap_or_default()));
		task
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
	golden(
		"task-page.json",
		vec![
			TaskPage { tasks: vec![task()], next: Some(41) },
			TaskPage { tasks: Vec::new(), next: None },
		],
	);
	let updates = states().into_iter().zip(0..).map(|(state, number)| TaskUpdate {
		task: 42,
		block: BlockRef { number, hash: H256::repeat_byte(8) },
		state,
		retracted: number % 2 == 1,
		finalized: number % 3 == 1,
	});
	json("task-update.json", updates.collect());
}

fn ask(status: AskStatus, confirmed_speed: Option<u64>, change: bool) -> Ask {
	let terms = |price| AskTerms { price, lots: 2, speed: 50_000 };
	Ask {
		prover: bob(),
		market: market(),
		terms: terms(300),
		lots_in_use: 1,
		confirmed_speed,
		status,
		pending: change.then(|| PendingAsk { terms: terms(306), from: 215 }),
	}
}

#[test]
fn provers() {
	let full = Prover {
		account: bob(),
		session_key: H256::repeat_byte(5),
		hardware: HardwareClass::Gpu { vram_gib: 24 },
		slots: 4,
		live_tasks: 1,
		stake: u128::MAX,
		reserved: 20,
		free: 50,
		unbonding: Some(Unbonding { amount: 30, withdrawable_at: 77 }),
		delegation: DelegationPool {
			open: true,
			value: 40,
			shares: u128::MAX,
			leaving_shares: 9,
			commission: Permill::from_percent(10).into(),
			rise: Some(CommissionRise { commission: Permill::from_percent(15).into(), from: 900 }),
			room: 240,
		},
		pause: Some(Pause { resumes_at: Some(220) }),
		jail: Some(Jail { until: 240, may_leave: false }),
		strikes: 1,
		max_strikes: 3,
		exiting: true,
		verified: u64::MAX,
		defaulted: 1,
		track_record: vec![TrackRecord {
			system: ProofSystem::Groth16Bn254,
			verified: 5_500,
			late: 500,
			rejected: 1,
			declined: 2,
			defaulted: 3,
			reliable: true,
		}],
		speeds: vec![
			Speed { system: ProofSystem::Groth16Bn254, size: 3, confirmed: None, samples: 6 },
			Speed { system: ProofSystem::Sp1Plonk, size: 15, confirmed: Some(7), samples: 1 },
		],
		calibrations: vec![Calibration {
			system: ProofSystem::Groth16Bn254,
			hardware: HardwareClass::Cpu,
			proven: 3,
		}],
		blocked: 2,
		registered_at: 8,
		asks: vec![
			ask(AskStatus::Standing, Some(40_000), true),
			ask(AskStatus::Coming, None, false),
		],
	};
	let bare = Prover {
		unbonding: None,
		delegation: DelegationPool { open: false, rise: None, ..full.delegation.clone() },
		pause: None,
		jail: None,
		exiting: false,
		track_record: Vec::new(),
		speeds: Vec::new(),
		calibrations: Vec::new(),
		asks: Vec::new(),
		..full.clone()
	};
	let paused = Prover {
		pause: Some(Pause { resumes_at: None }),
		jail: Some(Jail { until: 240, may_leave: true }),
		..bare.clone()
	};
	golden("prover.json", vec![full, bare, paused]);
}

#[test]
fn markets() {
	let full = MarketState {
		market: market(),
		asks: vec![ask(AskStatus::Full, None, false)],
		ask_count: 1,
		best_ask: Some(300),
		waiting: 3,
		cleared_at: Some(213),
	};
	let empty = MarketState {
		market: cpu(),
		asks: Vec::new(),
		ask_count: 0,
		best_ask: None,
		waiting: 0,
		cleared_at: None,
	};
	golden("market.json", vec![full, empty]);
}

#[test]
fn clearings() {
	let looked = |byte, price, won, standby, unfunded| LookedRecord {
		prover: account(byte),
		price,
		lots: 4,
		won,
		standby,
		unfunded,
	};
	let batch = |price, lowest_maximum, rejected| BatchRecord {
		price,
		tasks: 1,
		marginal: (account(1), 300),
		lowest_maximum,
		rejected,
	};
	let full = ClearingRecord {
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
			MatchRecord {
				task: 17,
				prover: account(1),
				price: 30_600,
				bond: 31_000,
				standbys: vec![(account(2), 38_250), (account(3), 1)],
			},
			MatchRecord { task: 18, prover: account(4), price: 1, bond: 2, standbys: Vec::new() },
		],
	};
	let empty = ClearingRecord {
		tasks: 0,
		crossing: 0,
		cap: 0,
		batches: Vec::new(),
		asks: Vec::new(),
		matches: Vec::new(),
	};
	let of = |seed, clearings| {
		let found = Clearings { seed, spread_percent: 10, premium_percent: 25, clearings };
		assert_eq!(Clearings::decode(&mut found.encode().as_slice()).unwrap(), found);
		found
	};
	let block = BlockRef { number: 213, hash: H256::repeat_byte(8) };
	let all = [full, empty].map(Clearing::from).into();
	json(
		"clearing.json",
		vec![
			MarketClearing { market: market(), block, found: of(0xab, all) },
			MarketClearing { market: cpu(), block, found: of(u64::MAX, Vec::new()) },
		],
	);
}

#[test]
fn references() {
	let reference = Reference {
		program: H256::repeat_byte(1),
		work: 6_431,
		input: vec![1, 2],
		challenge_at: 1,
		challenge_input: 2,
		proofs: 3,
		blocks: 30,
	};
	golden("reference.json", vec![Some(reference), None]);
}

#[test]
fn delegations() {
	let info = |leaving| Delegation {
		prover: bob(),
		delegator: account(9),
		shares: u128::MAX,
		value: 51,
		leaving,
		withdrawable: 0,
	};
	golden(
		"delegation.json",
		vec![
			info(None),
			info(Some(LeavingShares {
				shares: 20,
				worth: Unbonding { amount: 21, withdrawable_at: 900 },
			})),
		],
	);
}

#[test]
fn fees() {
	let fees = |author, treasury| {
		let [fee, author, treasury, max_fee] = [2, author, treasury, 10].map(Permill::from_percent);
		Fees::new(fee, author, treasury, max_fee)
	};
	golden("fees.json", vec![fees(50, 30), fees(70, 50)]);
}

#[test]
fn systems() {
	let version = |version: &str, selector, enabled| Version {
		version: version.into(),
		selector: Selector(selector),
		enabled,
	};
	let of = |system| {
		let versions = if system == ProofSystem::Sp1Plonk {
			vec![
				version("4.0.0", [0x1b, 0x34, 0xfe, 0x11], false),
				version("5.0.0", [0xd4, 0xe8, 0, 0], true),
			]
		} else {
			Vec::new()
		};
		System { system, enabled: system != ProofSystem::Groth16Bn254, versions }
	};
	let systems = ProofSystem::ALL.into_iter().map(of);
	golden("proof-systems.json", systems.collect());
}

#[test]
fn parameters() {
	let full = QuoteOptions {
		work: Some(5),
		level: Some(ServiceLevel::Express),
		lifetime: Some(300),
		redundancy: Some(Redundancy { needed: 2, started: 3 }),
	};
	json("quote-options.json", vec![full, QuoteOptions::default()]);

	use StateFilter::*;
	let states =
		[Open, Assigned, Fallback, Bounty, Live, Settled, Expired, Cancelled, Failed, Ended];
	let mut filters = vec![TaskFilter::default()];
	filters.extend(states.map(|state| TaskFilter { state: Some(state), ..TaskFilter::default() }));
	filters.push(TaskFilter {
		requester: Some(bob()),
		prover: Some(account(2)),
		program: Some(H256::repeat_byte(1)),
		state: None,
	});
	golden("task-filter.json", filters);

	json("block.json", vec![BlockParam::Number(213), BlockParam::Hash(H256::repeat_byte(8))]);
}

#[test]
fn refusals_of_parameters() {
	#[derive(Debug, Deserialize)]
	#[serde(transparent)]
	#[allow(dead_code, reason = "only its refusals are looked at")]
	struct Amount(#[serde(with = "decimal")] Balance);

	fn refusal<T: DeserializeOwned + Debug>(json: Value) -> (Value, String) {
		let error = serde_json::from_value::<T>(json.clone()).unwrap_err();
		(json, error.to_string())
	}
	let mut checksum = BOB.to_string();
	checksum.replace_range(47..48, "z");
	json(
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

#[test]
fn only_commitments_that_may_count_are_counted() {
	use AttemptState::*;
	let committed = |state| Attempt { committed: true, ..attempt(0, Role::Primary, state, None) };
	let attempts = [Running, Late, Verified, Declined, Rejected].map(committed).into();
	let live = Live { attempts, ..live(false) };
	assert_eq!(live.committed(), 3);
	assert_eq!(live.at_work().count(), 2);
}

#[test]
fn a_task_is_of_everybody_who_tried() {
	let fallback = TaskState::Fallback(live(false));
	assert!((0..7).all(|byte| fallback.is_of(&account(byte))));
	assert!(!fallback.is_of(&account(8)), "to stand by is not to try");
	let open = TaskState::Open { provers: vec![bob()], bidding: None };
	assert!(!open.is_of(&bob()), "to be allowed is not to try");
	let ended =
		|attempts| TaskState::Settled { prover: bob(), paid: 7, attempts, assigned_at: 3, at: 5 };
	let attempts = outcomes().into_iter().map(Into::into).collect();
	assert!(ended(attempts).is_of(&bob()));
	assert!(!ended(Vec::new()).is_of(&bob()));
}

#[test]
fn a_state_is_named_as_in_json_and_ends_where_it_says() {
	for state in states() {
		assert_eq!(serde_json::to_value(&state).unwrap()["name"], state.name());
		let ended = ["settled", "expired", "cancelled", "failed"].contains(&state.name());
		assert_eq!((state.has_ended(), state.ended_at()), (ended, ended.then_some(5)));
		let taken = !["open", "expired", "cancelled"].contains(&state.name());
		assert_eq!(state.assigned_at(), taken.then_some(3));
	}
}

#[test]
fn amounts_and_selectors_are_read_whole() {
	for wrong in ["-1", "0x10", "", "340282366920938463463374607431768211456"] {
		let terms = json!({ "price": wrong, "lots": 1, "speed": 1 });
		assert!(serde_json::from_value::<AskTerms>(terms).is_err(), "{wrong}");
	}
	for wrong in ["0xa4594c", "0xa4594c5900"] {
		assert!(serde_json::from_value::<Selector>(json!(wrong)).is_err(), "{wrong}");
	}
	assert_eq!(Selector([0, 0x59, 0x4c, 0x59]).to_string(), "0x00594c59");
}

#[test]
fn errors_have_their_numbers_and_names() {
	let numbers: Vec<_> = ErrorCode::ALL.iter().map(|error| error.number()).collect();
	assert!(numbers.is_sorted_by(|one, next| one < next));
	assert!(numbers.iter().all(|number| ErrorCode::is_ours(*number)));
	assert!(!ErrorCode::is_ours(7200) && !ErrorCode::is_ours(-32601));
	let refused: Vec<_> = numbers.into_iter().filter(|n| ErrorCode::is_quote_refused(*n)).collect();
	assert_eq!(refused, [7121, 7122, 7123, 7124, 7125, 7126]);
	assert_eq!(ErrorCode::UnknownProgram.name(), "UnknownProgram");
}
