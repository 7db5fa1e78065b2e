// SPDX-License-Identifier: Apache-2.0
//! Things that belong together, so that they happen at all.

use super::*;

/// A task is sold by sealed bids.
pub(super) fn sealed(rng: &mut Rng) -> Vec<Action> {
	let window = BiddingWindow { commit: rng.within(1, 5) as u32, reveal: rng.within(1, 5) as u32 };
	let mut submission = submission(rng);
	submission.bidding = Some(window);
	submission.lifetime = rng.within(20, 61) as u32;
	if !rng.one_in(8) {
		submission.redundancy = None;
	}
	let mut steps = vec![Action::Submit(submission)];
	for _ in 0..rng.below(6) {
		let (who, task) = (number(rng), newest(rng));
		steps.push(Action::CommitBid { who, task, bid: rng.within(100, 1_100) });
	}
	steps.extend(pass(rng, u64::from(window.commit) + 1));
	for _ in 0..rng.below(6) {
		steps.push(Action::RevealBid {
			bid: number(rng),
			told: rng.one_in(10).then(|| rng.below(1_200)),
			speed: rng.pick(&[0, 100, 400, 900, 900, 900]),
		});
	}
	steps.extend(pass(rng, u64::from(window.reveal)));
	steps
}

/// More ends at once than the hooks have room for.
pub(super) fn rush(rng: &mut Rng) -> Vec<Action> {
	let mut steps =
		vec![Action::Rooms { attestation: Room::One, auctions: Room::One, settlement: Room::One }];
	let mut submission = submission(rng);
	submission.lifetime = rng.within(10, 20) as u32;
	submission.bidding = None;
	for _ in 0..rng.within(6, 40) {
		submission.who = number(rng);
		submission.unit_fee = rng.within(40, 130).into();
		steps.push(Action::Submit(submission.clone()));
	}
	steps.extend(pass(rng, u64::from(submission.lifetime)));
	for _ in 0..rng.within(3, 12) {
		steps.push(Action::Poke { who: number(rng), live: rng.one_in(2), task: number(rng) });
		let blocks = rng.below(2);
		steps.extend(pass(rng, blocks));
	}
	if rng.one_in(2) {
		let all = Room::All;
		steps.push(Action::Rooms { attestation: all, auctions: all, settlement: all });
	}
	steps
}

/// A class gets a reference, and a prover takes it on, or several do.
pub(super) fn calibration(rng: &mut Rng) -> Vec<Action> {
	let hardware = hardware(rng);
	let mut steps = vec![Action::SetReference {
		hardware,
		program: rng.pick(&[1, 1, 3, 0, 2]),
		terms: Some((rng.within(1, 4) as u32, rng.within(10, 20) as u32)),
	}];
	for _ in 0..rng.within(1, 4) {
		steps.push(Action::Calibrate { who: number(rng), hardware });
	}
	steps.extend(pass(rng, 1));
	for _ in 0..rng.within(1, 5) {
		let attempt = newest(rng);
		steps.push(match rng.below(5) {
			0 => Action::Report { attempt, report: Report::Declined },
			1 => Action::SubmitProof {
				attempt,
				proof: proof(rng),
				who: None,
				number: None,
				forged: false,
				late: false,
			},
			_ => Action::Deliver { attempt, variant: rng.below(3) },
		});
	}
	if !rng.one_in(4) {
		steps.push(Action::SetReference { hardware, program: 0, terms: None });
	}
	steps
}

/// Nobody hands out the input of a task.
pub(super) fn unavailable(rng: &mut Rng) -> Vec<Action> {
	let mut steps = Vec::new();
	for _ in 0..rng.within(1, 5) {
		let report = if rng.one_in(5) { Report::Declined } else { Report::InputUnavailable };
		steps.push(Action::Report { attempt: newest(rng), report });
		let blocks = rng.below(3);
		steps.extend(pass(rng, blocks));
	}
	steps
}

/// Somebody has a proof of what nobody delivers.
pub(super) fn bounty(rng: &mut Rng) -> Vec<Action> {
	let mut steps = vec![Action::Report { attempt: newest(rng), report: Report::Declined }];
	for _ in 0..rng.within(1, 6) {
		let proof = if rng.one_in(4) { proof(rng) } else { Proof::Good(rng.below(3)) };
		steps.push(Action::Announce { who: number(rng), task: newest(rng), proof });
	}
	let blocks = rng.pick(&[1, 1, 2, 12]);
	steps.extend(pass(rng, blocks));
	for _ in 0..rng.within(1, 4) {
		steps.push(Action::Reveal {
			announcement: newest(rng),
			proof: rng.one_in(8).then(|| proof(rng)),
			who: somebody(rng, 10),
		});
	}
	steps
}

/// Several tasks that differ in who pays and how much, and some blocks in which they are given out.
fn alike(rng: &mut Rng, mut submission: Submission, count: u64) -> Vec<Action> {
	let mut steps = Vec::new();
	for _ in 0..count {
		submission.who = number(rng);
		submission.unit_fee = rng.within(80, 200).into();
		steps.push(Action::Submit(submission.clone()));
	}
	let blocks = rng.within(1, 4);
	steps.extend(pass(rng, blocks));
	steps
}

/// A prover gets several tasks, and hands in their proofs at once.
pub(super) fn several(rng: &mut Rng) -> Vec<Action> {
	let mut submission = submission(rng);
	submission.bidding = None;
	submission.provers = Vec::new();
	submission.lifetime = rng.within(15, 50) as u32;
	let count = rng.within(2, 6);
	let mut steps = alike(rng, submission, count);
	for _ in 0..rng.within(1, 6) {
		let attempt = newest(rng);
		steps.push(match rng.below(3) {
			0 => batch(rng),
			_ => Action::DeliverAll { attempt, variant: rng.below(AHEAD + 2) },
		});
		let blocks = rng.below(2);
		steps.extend(pass(rng, blocks));
	}
	steps
}

/// A zkVM gets another version while its programs are proven, or loses one.
pub(super) fn versions(rng: &mut Rng) -> Vec<Action> {
	let mut submission = submission(rng);
	submission.program = rng.pick(&[7, 7, 8, 9]);
	submission.work = Some(rng.within(512, 1_024));
	submission.unit_fee = rng.within(80, 200).into();
	let mut steps = vec![Action::Submit(submission)];
	let blocks = rng.within(1, 3);
	steps.extend(pass(rng, blocks));
	let mut changed = Vec::new();
	for _ in 0..rng.within(1, 5) {
		let attempt = newest(rng);
		steps.push(Action::Deliver { attempt, variant: rng.below(AHEAD + 2) });
		let version = rng.below(5);
		steps.push(version_change(rng, version));
		changed.push(version);
		// Submitted when it was known.
		steps.push(Action::SubmitProofs {
			attempt,
			proofs: (0..3).map(|_| Proof::Unlisted(rng.below(3))).collect(),
			twice: None,
			forged: false,
			late: !rng.one_in(3),
		});
		let blocks = rng.below(2);
		steps.extend(pass(rng, blocks));
		steps.push(deliver(rng));
	}
	// Else there would soon be none.
	for version in changed {
		if version != 2 {
			steps.push(Action::SetVersion { version, flaw: None });
		}
	}
	steps
}

/// A prover gets several tasks and hands in bad proofs until it is jailed, which the rest of a batch may
/// see.
pub(super) fn spoiling(rng: &mut Rng) -> Vec<Action> {
	let mut submission = submission(rng);
	submission.bidding = None;
	submission.redundancy = None;
	submission.level = ServiceLevel::Standard;
	submission.lifetime = rng.within(15, 50) as u32;
	let count = rng.within(3, 7);
	let mut steps = alike(rng, submission, count);
	let attempt = newest(rng).saturating_sub(rng.below(2));
	for _ in 0..3 {
		// Behind the selector, of which no version may be known.
		let proofs = (0..6).map(|_| Proof::Flipped(rng.within(32, 2_048)));
		let (proofs, late) = (proofs.collect(), rng.one_in(6));
		steps.push(Action::SubmitProofs { attempt, proofs, twice: None, forged: false, late });
	}
	steps
}

/// A task that waits until somebody is called, and then both deliver.
pub(super) fn overtaken(rng: &mut Rng) -> Vec<Action> {
	let level = rng.pick(&[ServiceLevel::Standard, ServiceLevel::Guaranteed]);
	let market = Place { hardware: HardwareClass::Cpu, bucket: 9, level, vm: None };
	let asks = (0..3).map(|_| {
		let (who, price) = (number(rng), rng.within(50, 90).into());
		Action::PlaceAsk { who, market, price, lots: 4, speed: 900 }
	});
	let mut steps: Vec<Action> = asks.collect();
	steps.push(Action::Blocks { count: 3, random: number(rng) });
	let mut submission = submission(rng);
	submission.program = 0;
	submission.level = level;
	submission.fixed = rng.pick(&[Fixed::No, Fixed::Usual, Fixed::Hash]);
	submission.provers = Vec::new();
	submission.bidding = None;
	submission.redundancy = None;
	submission.lifetime = rng.within(10, 20) as u32;
	submission.unit_fee = rng.within(100, 260).into();
	let ahead = (submission.lifetime - 1) * level.terms().soft_percent / 100;
	steps.push(Action::Submit(submission));
	steps.push(Action::Blocks { count: ahead + 2, random: number(rng) });
	for _ in 0..rng.within(1, 6) {
		// Of the newest task the one that was called, and the one before it.
		let attempt = u64::MAX - rng.below(3).min(1);
		steps.push(Action::Deliver { attempt, variant: rng.below(AHEAD + 1) });
		let blocks = rng.below(2);
		steps.extend(pass(rng, blocks));
	}
	steps
}
