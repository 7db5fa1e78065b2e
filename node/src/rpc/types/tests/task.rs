// SPDX-License-Identifier: Apache-2.0

use super::*;
use proofyard_primitives::{
	program::RemoteData, AttemptRecord, Ending as AttemptFate, FailureReason, FixedValues,
	InputRef, Role, TaskKind,
};

type State = api::TaskState<Account, Balance, BlockNumber>;

/// The state reads as `json`, `json` as the state, and its name is the chain's.
fn reads_as(state: State, json: Value) {
	assert_eq!(json["name"], state.name());
	round_trips(TaskState::from(state), json);
}

fn attempt(number: u32, role: Role) -> api::AttemptInfo<Account, Balance, BlockNumber> {
	api::AttemptInfo {
		number,
		prover: bob(),
		role,
		price: 7,
		bond: 9,
		started_at: 3,
		due: 30,
		rejections: 0,
		committed: false,
		state: api::AttemptState::Running,
		owed: None,
	}
}

fn live(
	attempts: Vec<api::AttemptInfo<Account, Balance, BlockNumber>>,
) -> api::LiveInfo<Account, Balance, BlockNumber> {
	api::LiveInfo {
		prover: bob(),
		price: 7,
		assigned_at: 3,
		soft_deadline: 30,
		attempts,
		standbys: Vec::new(),
		wanted: false,
	}
}

#[test]
fn open_tasks() {
	reads_as(
		State::Open { provers: Vec::new(), bidding: None },
		json!({ "name": "open", "provers": [], "bidding": null }),
	);
	let bids = vec![
		api::BidInfo { prover: bob(), commitment: [4; 32], revealed: None },
		api::BidInfo {
			prover: bob(),
			commitment: [5; 32],
			revealed: Some(api::RevealedBid { price: 7, speed: 5_000 }),
		},
	];
	let bidding = api::BiddingInfo { commit_until: 20, reveal_until: 30, bids };
	reads_as(
		State::Open { provers: vec![bob()], bidding: Some(bidding) },
		json!({
			"name": "open",
			"provers": [BOB],
			"bidding": {
				"commitUntil": 20,
				"revealUntil": 30,
				"bids": [
					{ "prover": BOB, "commitment": hash(4), "revealed": null },
					{
						"prover": BOB,
						"commitment": hash(5),
						"revealed": { "price": "7", "speed": 5_000 },
					},
				],
			},
		}),
	);
}

#[test]
fn assigned_tasks() {
	let standbys = vec![api::StandbyInfo { prover: bob(), price: 8, bond: 10 }];
	let live = api::LiveInfo { standbys, ..live(vec![attempt(0, Role::Primary)]) };
	reads_as(
		State::Assigned(live),
		json!({
			"name": "assigned",
			"prover": BOB,
			"price": "7",
			"assignedAt": 3,
			"softDeadline": 30,
			"attempts": [{
				"number": 0,
				"prover": BOB,
				"role": "primary",
				"price": "7",
				"bond": "9",
				"startedAt": 3,
				"due": 30,
				"rejections": 0,
				"committed": false,
				"state": "running",
				"owed": null,
			}],
			"standbys": [{ "prover": BOB, "price": "8", "bond": "10" }],
			"wanted": false,
		}),
	);
}

#[test]
fn tasks_whose_provers_failed() {
	let rejected = api::AttemptInfo {
		rejections: 2,
		committed: true,
		state: api::AttemptState::Rejected,
		..attempt(0, Role::Primary)
	};
	let verified = api::AttemptInfo {
		state: api::AttemptState::Verified,
		owed: Some(6),
		..attempt(1, Role::CoPrimary)
	};
	let live = api::LiveInfo { wanted: true, ..live(vec![rejected, verified]) };
	let json = |name: &str| {
		json!({
			"name": name,
			"prover": BOB,
			"price": "7",
			"assignedAt": 3,
			"softDeadline": 30,
			"attempts": [
				{
					"number": 0,
					"prover": BOB,
					"role": "primary",
					"price": "7",
					"bond": "9",
					"startedAt": 3,
					"due": 30,
					"rejections": 2,
					"committed": true,
					"state": "rejected",
					"owed": null,
				},
				{
					"number": 1,
					"prover": BOB,
					"role": "together",
					"price": "7",
					"bond": "9",
					"startedAt": 3,
					"due": 30,
					"rejections": 0,
					"committed": false,
					"state": "verified",
					"owed": "6",
				},
			],
			"standbys": [],
			"wanted": true,
		})
	};
	reads_as(State::Fallback(live.clone()), json("fallback"));

	let announced =
		api::AnnouncementInfo { prover: bob(), commitment: [4; 32], at: 41, reward: 8, deposit: 1 };
	let bounty =
		api::BountyInfo { since: 40, reward: 9, deposit: 1, announcements: vec![announced] };
	let mut with_bounty = json("bounty");
	with_bounty["bounty"] = json!({
		"since": 40,
		"reward": "9",
		"deposit": "1",
		"announcements": [
			{ "prover": BOB, "commitment": hash(4), "at": 41, "reward": "8", "deposit": "1" },
		],
	});
	reads_as(State::Bounty { live, bounty }, with_bounty);
}

#[test]
fn every_state_role_and_fate_of_an_attempt_has_a_name() {
	use api::AttemptState::*;
	let states = [Running, Late, Verified, Declined, Reported, Rejected, Defaulted];
	assert_eq!(
		states.map(|state| json!(state)),
		["running", "late", "verified", "declined", "reported", "rejected", "defaulted"]
	);
	let names = [Role::Primary, Role::CoPrimary, Role::Standby, Role::Rescue, Role::Bounty]
		.map(|r| json!(r));
	assert_eq!(names, ["primary", "together", "standby", "rescue", "bounty"]);
	let names = [
		AttemptFate::Verified,
		AttemptFate::VerifiedLate,
		AttemptFate::Lost,
		AttemptFate::Slow,
		AttemptFate::Declined,
		AttemptFate::Reported,
		AttemptFate::Excused,
		AttemptFate::Rejected,
		AttemptFate::Defaulted,
	]
	.map(|fate| json!(fate));
	assert_eq!(
		names,
		[
			"verified",
			"verified_late",
			"lost",
			"slow",
			"declined",
			"reported",
			"excused",
			"rejected",
			"defaulted",
		]
	);
}

#[test]
fn ended_tasks() {
	let record =
		|role, fate, earned, slashed| AttemptRecord { prover: bob(), role, fate, earned, slashed };
	reads_as(
		State::Settled {
			prover: bob(),
			paid: 7,
			attempts: vec![
				record(Role::Primary, AttemptFate::Defaulted, 0, 9),
				record(Role::Standby, AttemptFate::Verified, 8, 0),
			],
			assigned_at: 3,
			at: 5,
		},
		json!({
			"name": "settled",
			"prover": BOB,
			"paid": "7",
			"attempts": [
				{ "prover": BOB, "role": "primary", "fate": "defaulted", "earned": "0", "slashed": "9" },
				{ "prover": BOB, "role": "standby", "fate": "verified", "earned": "8", "slashed": "0" },
			],
			"assignedAt": 3,
			"at": 5,
		}),
	);
	reads_as(State::Expired { at: 5 }, json!({ "name": "expired", "at": 5 }));
	reads_as(State::Cancelled { at: 5 }, json!({ "name": "cancelled", "at": 5 }));
	for (reason, name) in [
		(FailureReason::DeadlinePassed, "deadline_passed"),
		(FailureReason::ProofsRejected, "proofs_rejected"),
		(FailureReason::GivenBack, "given_back"),
		(FailureReason::InputUnavailable, "input_unavailable"),
	] {
		reads_as(
			State::Failed {
				prover: bob(),
				reason,
				compensation: 1,
				slashed: 2,
				attempts: vec![record(Role::Primary, AttemptFate::Defaulted, 0, 2)],
				assigned_at: 3,
				at: 5,
			},
			json!({
				"name": "failed",
				"prover": BOB,
				"reason": name,
				"compensation": "1",
				"slashed": "2",
				"attempts": [
					{ "prover": BOB, "role": "primary", "fate": "defaulted", "earned": "0", "slashed": "2" },
				],
				"assignedAt": 3,
				"at": 5,
			}),
		);
	}
}

#[test]
fn a_task_is_of_everybody_who_tried() {
	let other = Account::new([1; 32]);
	let mut second = attempt(1, Role::Standby);
	second.prover = other.clone();
	let state = State::Fallback(live(vec![attempt(0, Role::Primary), second]));
	assert!(state.is_of(&bob()) && state.is_of(&other));
	assert!(!state.is_of(&Account::new([2; 32])));
	let open = State::Open { provers: vec![bob()], bidding: None };
	assert!(!open.is_of(&bob()), "to be allowed is not to try");
}

fn task(values: Option<FixedValues>) -> api::TaskInfo<Account, Balance, BlockNumber> {
	api::TaskInfo {
		id: 42,
		requester: bob(),
		program: H256::repeat_byte(1),
		market: market(),
		kind: TaskKind::Sealed,
		redundancy: Some(Redundancy { needed: 2, started: 3 }),
		work: 40_000,
		max_fee: 1_000_000_000_000_000_000,
		deadline: 100,
		submitted_at: 1,
		escrow: 10,
		state: api::TaskState::Expired { at: 100 },
		input: Some(InputRef::Inline(vec![0xab, 0xcd].try_into().unwrap())),
		values,
	}
}

#[test]
fn tasks() {
	let task = task(Some(FixedValues::Inputs(vec![None, Some([3; 32])].try_into().unwrap())));
	round_trips(
		TaskPage::from(api::TaskPage { tasks: vec![task], next: Some(41) }),
		json!({
			"tasks": [{
				"id": 42,
				"requester": BOB,
				"program": hash(1),
				"market": serde_json::to_value(market()).unwrap(),
				"kind": "sealed",
				"redundancy": { "needed": 2, "started": 3 },
				"work": 40_000,
				"maxFee": "1000000000000000000",
				"deadline": 100,
				"submittedAt": 1,
				"escrow": "10",
				"state": { "name": "expired", "at": 100 },
				"input": { "inline": "0xabcd" },
				"publicInputs": [null, hash(3)],
				"publicValues": null,
			}],
			"next": 41,
		}),
	);
}

#[test]
fn public_values_are_fixed_in_several_ways() {
	let bytes = || vec![0xab, 0xcd].try_into().unwrap();
	for (values, json) in [
		(None, json!(null)),
		(Some(FixedValues::Open), json!(null)),
		(Some(FixedValues::Whole(bytes())), json!({ "whole": "0xabcd" })),
		(Some(FixedValues::Whole(Default::default())), json!({ "whole": "0x" })),
		(Some(FixedValues::Hash(H256::repeat_byte(3))), json!({ "sha256": hash(3) })),
		(Some(FixedValues::Prefix(bytes())), json!({ "prefix": "0xabcd" })),
	] {
		let task = Task::from(task(values));
		round_trips(task.public_values, json);
		assert_eq!(task.public_inputs, []);
	}
}

#[test]
fn remote_inputs() {
	let locator = b"https://example.org/input".to_vec().try_into().unwrap();
	let input = InputRef::Remote(RemoteData {
		locators: vec![locator].try_into().unwrap(),
		sha256: H256::repeat_byte(2),
		size: 9,
	});
	round_trips(
		Input::from(input),
		json!({
			"remote": { "locators": ["https://example.org/input"], "sha256": hash(2), "size": 9 },
		}),
	);
}

#[test]
fn filters_are_all_optional_and_checked_for_typing_errors() {
	let read = serde_json::from_value::<TaskFilter>;
	assert_eq!(read(json!({})).unwrap(), TaskFilter::default());
	let filter = read(json!({ "requester": BOB, "program": hash(1), "state": "ended" })).unwrap();
	assert_eq!(
		api::TaskFilter::from(filter),
		api::TaskFilter {
			requester: Some(bob()),
			prover: None,
			program: Some(H256::repeat_byte(1)),
			state: Some(api::StateFilter::Ended),
		}
	);
	for state in ["open", "assigned", "fallback", "bounty", "live", "settled", "ended"] {
		assert!(read(json!({ "state": state })).is_ok(), "{state}");
	}
	assert!(read(json!({ "state": "done" })).is_err());
	assert!(read(json!({ "owner": BOB })).is_err());
}

#[test]
fn updates() {
	round_trips(
		TaskUpdate {
			task: 42,
			block: BlockRef { number: 5, hash: Hash::repeat_byte(8) },
			state: TaskState::Open { provers: Vec::new(), bidding: None },
			retracted: false,
			finalized: true,
		},
		json!({
			"task": 42,
			"block": { "number": 5, "hash": hash(8) },
			"state": { "name": "open", "provers": [], "bidding": null },
			"retracted": false,
			"finalized": true,
		}),
	);
}
