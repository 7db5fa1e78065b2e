// SPDX-License-Identifier: Apache-2.0
//! Refusals of proofs by the chain, and what it makes their provers pay for.
//!
//! Dave and Eve have no node here: what theirs would send is made by hand, byte by byte. Bob has one,
//! and in the end delivers what they do not.

use crate::money::*;
use proofyard_e2e::*;
use serde_json::json;

const BOB: &str = PROVER;
const DAVE: &str = "//Dave";
const EVE: &str = "//Eve";

const BOBS_ASK: u128 = ASK;
const EVES_ASK: u128 = ASK / 10 * 11;
const DAVES_ASK: u128 = ASK / 10 * 12;

/// Requesters of the tasks: one for Bob, two for Dave, four for Eve.
const REQUESTERS: [&str; 7] = [
	REQUESTER,
	"//Ferdie",
	"//Alice//stash",
	"//Bob//stash",
	"//Charlie//stash",
	"//Dave//stash",
	"//Eve//stash",
];

// The codes of `InvalidTransaction::Custom`, as docs/rpc.md has them.
const NOT_ASSIGNEE: u8 = 2;
const WRONG_ATTEMPT: u8 = 3;
const BAD_SIGNATURE: u8 = 6;
const TASK_ENDED: u8 = 7;
const ALREADY_REJECTED: u8 = 9;
const ATTEMPT_OVER: u8 = 10;
const JAILED: u8 = 11;

/// Codes of the pool for a transaction that it has, or that was in a block a moment ago.
const POOL_KNOWS_IT: [i64; 2] = [1012, 1013];

#[test]
fn nobody_gains_by_what_is_no_proof_of_his_own_and_who_sends_it_pays() {
	let yard = Yard::start();
	let program = open_market(&yard);
	let provers = [BOB, DAVE, EVE];
	let mut ledger = Ledger::open(&yard, &[&provers[..], &REQUESTERS].concat());
	let submit = |requester: usize, prover: &str| {
		let options = [&MAX_FEE[..], &["--lifetime", "100", "--prover", prover]].concat();
		yard.submit_as(REQUESTERS[requester], &program, &options)
	};
	let [settled, copied, wrong, eves @ ..]: [u64; 7] = at_once([
		&|| submit(0, BOB),
		&|| submit(1, DAVE),
		&|| submit(2, DAVE),
		&|| submit(3, EVE),
		&|| submit(4, EVE),
		&|| submit(5, EVE),
		&|| submit(6, EVE),
	]);

	let (_, at) = wait_for_end(&yard, settled, "settled", 60);
	ledger.expect(at, Moves::default().buys(REQUESTERS[0], BOB, total(BOBS_ASK, WORK)));
	let proof = proof_of(&yard, settled);
	let of = |task: u64, prover: &'static str| Submission {
		task,
		attempt: 0,
		prover,
		proof: proof.clone(),
	};
	for task in [copied, wrong].iter().chain(&eves) {
		yard.wait_for_state(*task, "assigned", 20);
	}
	let late = of(settled, BOB).signed(&yard, SESSION, 0);
	assert_eq!(yard.refusal(&late), TASK_ENDED, "it has a proof");

	a_copy_is_worth_nothing(&yard, &mut ledger, of(copied, DAVE), of(wrong, DAVE));
	a_rejected_proof_is_charged_to_its_prover_once(&yard, &mut ledger, of(wrong, DAVE));
	a_jailed_prover_delivers_nothing(&yard, &mut ledger, eves.map(|task| of(task, EVE)));
	ledger.close();
}

fn open_market(yard: &Yard) -> String {
	let register = |prover: &str| {
		yard.register_prover(prover);
		String::new()
	};
	let [program, ..] =
		at_once([&|| yard.register_semaphore(), &|| register(DAVE), &|| register(EVE)]);
	let ask = |prover: &str, price: u128| {
		yard.try_ask(prover, &program, price, &["--wait"]).ok();
	};
	at_once([&|| ask(BOB, BOBS_ASK), &|| ask(EVE, EVES_ASK), &|| ask(DAVE, DAVES_ASK)]);
	program
}

/// Whoever sees a proof on its way can take it out and sign it himself, or say it is another's. Only
/// whose attempt it is gets it in, and is paid, whoever hands it over.
fn a_copy_is_worth_nothing(
	yard: &Yard,
	ledger: &mut Ledger,
	original: Submission,
	elsewhere: Submission,
) {
	let by_eve = Submission { prover: EVE, ..original.clone() };
	assert_eq!(yard.refusal(&by_eve.signed(yard, &session_of(EVE), 0)), NOT_ASSIGNEE);
	assert_eq!(yard.refusal(&by_eve.signed(yard, &session_of(DAVE), 0)), NOT_ASSIGNEE);
	assert_eq!(yard.refusal(&original.signed(yard, &session_of(EVE), 0)), BAD_SIGNATURE);
	let another = Submission { attempt: 1, ..original.clone() };
	assert_eq!(yard.refusal(&another.signed(yard, &session_of(DAVE), 0)), WRONG_ATTEMPT);
	// A signature is for one task: this is the other's transaction with the original's.
	let signed = original.signed(yard, &session_of(DAVE), 0);
	let signature = signed.len() - 2 * 64;
	let swapped = elsewhere.signed(yard, &session_of(DAVE), 0);
	let swapped = [&swapped[..signature], &signed[signature..]].concat();
	assert_eq!(yard.refusal(&swapped), BAD_SIGNATURE);

	yard.send(&signed).expect("the pool takes it from anybody");
	let (state, at) = wait_for_end(yard, original.task, "settled", 20);
	let price = total(DAVES_ASK, WORK);
	assert_attempts(&state, &[("primary", DAVE, "verified", price - fee_of(price), 0)]);
	ledger.expect(at, Moves::default().buys(REQUESTERS[1], DAVE, price));
	let again = original.signed(yard, &session_of(DAVE), 1);
	assert_eq!(yard.refusal(&again), TASK_ENDED);
}

/// A proof with a bit turned over costs its prover its verification. It cannot be sent again at his
/// cost, and a second one like it ends the attempt: then Bob delivers.
fn a_rejected_proof_is_charged_to_its_prover_once(
	yard: &Yard,
	ledger: &mut Ledger,
	right: Submission,
) {
	let (price, session) = (total(DAVES_ASK, WORK), session_of(DAVE));
	let mut charge = |since: u64, rejections: u64| {
		let at = wait_for_rejection(yard, right.task, rejections, since);
		ledger.expect(at, Moves::default().burns(DAVE, VERIFICATION_FEE));
		at
	};
	// The last bit of the proof: no point of the curve.
	let wrong = right.flipped(255, 0);
	let transaction = wrong.signed(yard, &session, 0);
	let since = yard.best();
	yard.send(&transaction).expect("proofs are verified in the block only");
	let at = charge(since, 1);
	let stands = [("primary", DAVE, "running", price, bond(price) - VERIFICATION_FEE)];
	assert_live(&yard.task_in(right.task, at)["state"], &stands);

	// The pool remembers the very transaction, the chain the proof in any other.
	let replayed = yard.send(&transaction).expect_err("a replay");
	assert!(POOL_KNOWS_IT.contains(&replayed["code"].as_i64().expect("a code")), "{replayed}");
	assert_eq!(yard.refusal_after(at, &transaction), Some(ALREADY_REJECTED));
	assert_eq!(yard.refusal(&wrong.signed(yard, &session, 1)), ALREADY_REJECTED);

	// Another bit: the first, of a number that becomes too large for the field.
	let since = yard.best();
	yard.send(&right.flipped(0, 7).signed(yard, &session, 0)).expect("another proof");
	let defaulted = charge(since, 2);
	let state = &yard.task_in(right.task, defaulted)["state"];
	assert_eq!((&state["name"], &state["wanted"]), (&json!("bounty"), &json!(true)));
	let left = bond(price) - 2 * VERIFICATION_FEE;
	assert_live(state, &[("primary", DAVE, "rejected", price, left)]);
	let late = yard.refusal_after(defaulted, &right.signed(yard, &session, 0));
	assert_eq!(late, Some(ATTEMPT_OVER), "also the right one comes too late");

	// Eve has no room when Bob is found, and Dave's own ask is not to raise what Bob is paid: so Bob is
	// paid what he asks, and the requester pays no more.
	let (state, at) = wait_for_end(yard, right.task, "settled", 60);
	let paid = total(BOBS_ASK, WORK);
	let compensation = compensation(price, left);
	assert_attempts(
		&state,
		&[
			("primary", DAVE, "rejected", 0, left),
			("rescue", BOB, "verified", paid - fee_of(paid), 0),
		],
	);
	let moves = Moves::default()
		.buys(REQUESTERS[2], BOB, paid)
		.pays(DAVE, REQUESTERS[2], compensation)
		.burns(DAVE, left - compensation);
	ledger.expect(at, moves);
}

/// The first block after `since` with this many rejected proofs of a task's first attempt.
fn wait_for_rejection(yard: &Yard, task: u64, rejections: u64, since: u64) -> u64 {
	let count = |block: u64| {
		let attempts = yard.task_in(task, block)["state"]["attempts"].clone();
		attempts[0]["rejections"].as_u64().expect("of a live task")
	};
	wait_for("the verdict", 20, || {
		(since + 1..=yard.best()).find(|block| count(*block) >= rejections)
	})
}

/// Three tasks on which Eve sends two wrong proofs each: she is jailed, and what else she has goes to
/// Bob, as do the three.
fn a_jailed_prover_delivers_nothing(yard: &Yard, ledger: &mut Ledger, right: [Submission; 4]) {
	let session = session_of(EVE);
	let (wrong, last) = (&right[..3], &right[3]);
	let proper = last.signed(yard, &session, 0);
	let mut defaulted = [0; 3];
	for (byte, rejections) in [(100, 1), (200, 2)] {
		let since = yard.best();
		for right in wrong {
			let wrong = right.flipped(byte, 0);
			yard.send(&wrong.signed(yard, &session, 0)).expect("verified in the block only");
		}
		for (right, at) in wrong.iter().zip(&mut defaulted) {
			*at = wait_for_rejection(yard, right.task, rejections, since);
			ledger.expect(*at, Moves::default().burns(EVE, VERIFICATION_FEE));
		}
	}
	let jailed = defaulted.into_iter().max().expect("three");
	let eve = yard.prover_in(EVE, jailed);
	assert_eq!(eve["jail"], json!({ "until": jailed + 1800, "mayLeave": false }));
	assert_eq!(eve["defaulted"], json!(3));
	assert_eq!(yard.refusal_after(jailed - 1, &proper), None, "until then it was good");
	assert_eq!(yard.refusal_after(jailed, &proper), Some(JAILED));
	yard.wait_for_block(jailed + 1);
	assert_eq!(yard.refusal_after(jailed + 1, &proper), Some(ATTEMPT_OVER));
	let code = yard.refusal(&proper);
	assert!([ATTEMPT_OVER, TASK_ENDED].contains(&code), "{code}");
	let price = total(EVES_ASK, WORK);
	let handed_over = &yard.task_in(last.task, jailed + 1)["state"];
	assert_eq!(handed_over["attempts"][0]["state"], json!("declined"), "{handed_over}");

	let left = bond(price) - 2 * VERIFICATION_FEE;
	for (right, requester) in wrong.iter().zip(&REQUESTERS[3..]) {
		let (state, at) = wait_for_end(yard, right.task, "settled", 90);
		// The first ask that is rejected when Bob is found is Dave's: Eve's own does not count.
		let paid = total(DAVES_ASK, WORK);
		let compensation = compensation(price, left);
		assert_attempts(
			&state,
			&[
				("primary", EVE, "rejected", 0, left),
				("rescue", BOB, "verified", paid - fee_of(price), 0),
			],
		);
		let moves = Moves::default()
			.buys(requester, BOB, price)
			.pays(EVE, BOB, paid - price)
			.pays(EVE, requester, compensation)
			.burns(EVE, left - (paid - price) - compensation);
		ledger.expect(at, moves);
	}
	let (state, at) = wait_for_end(yard, last.task, "settled", 90);
	let paid = total(DAVES_ASK, WORK);
	let given_back = percent_up(bond(price), GIVE_BACK_PERCENT);
	assert_attempts(
		&state,
		&[
			("primary", EVE, "declined", 0, given_back + paid - price),
			("rescue", BOB, "verified", paid - fee_of(price), 0),
		],
	);
	let requester = REQUESTERS[6];
	let moves = Moves::default()
		.buys(requester, BOB, price)
		.pays(EVE, BOB, paid - price)
		.pays(EVE, requester, given_back);
	ledger.expect(at, moves);
	assert_eq!(yard.refusal(&last.signed(yard, &session, 1)), TASK_ENDED);
	let eve = yard.prover_in(EVE, yard.best());
	assert_eq!((&eve["reserved"], &eve["verified"]), (&json!("0"), &json!(0)));
}
