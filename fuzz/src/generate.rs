// SPDX-License-Identifier: Apache-2.0
//! Lists of actions, drawn from a seed: what people mostly do, and nonsense now and then.

use crate::{
	actions::{Action, Fixed, Part, Place, Proof, Submission, AHEAD},
	rng::Rng,
	runtime::{Balance, Room},
	zkvm::Zkvm,
};
use proofyard_primitives::{
	session::Report, BiddingWindow, HardwareClass, Redundancy, ServiceLevel,
};

mod scenes;

/// A larger class of hardware.
pub const GPU: HardwareClass = HardwareClass::Gpu { vram_gib: 16 };

/// Inclination of a list, so that lists differ from each other.
struct Mood {
	/// Frequency of deliveries, against everything else that provers do with an attempt.
	diligence: u32,
	/// Frequency of anything but the market itself: programs, fees, references.
	government: u32,
	/// Frequency of many blocks passing at once.
	haste: u32,
	/// Frequency of new tasks, against the rest.
	demand: u32,
}

/// A list of about so many actions.
pub fn list(mut rng: Rng, length: usize) -> Vec<Action> {
	let mood = Mood {
		diligence: rng.pick(&[6, 24, 30, 40]),
		government: rng.pick(&[1, 2, 2, 6]),
		haste: rng.pick(&[1, 2, 6]),
		demand: rng.pick(&[8, 14, 22]),
	};
	let mut actions = opening(&mut rng);
	while actions.len() < length {
		next(&mut rng, &mood, &mut actions);
	}
	actions
}

/// Asks of most provers in the markets that most tasks go to, and a block in which they count.
fn opening(rng: &mut Rng) -> Vec<Action> {
	let mut actions = Vec::new();
	for who in 0..12 {
		let mut market = place(rng, true);
		if who >= 8 {
			let vm = if who % 2 == 0 { Zkvm::Sp1 } else { Zkvm::Risc0 };
			market = Place { hardware: HardwareClass::Cpu, bucket: 9, vm: Some(vm), ..market };
		}
		actions.push(Action::PlaceAsk {
			who,
			market,
			price: price(rng),
			lots: rng.within(1, 4) as u32,
			speed: rng.within(200, 1_000),
		});
	}
	actions.push(Action::SetDelegation { who: 0, commission: Some(rng.below(500_000) as u32) });
	actions.push(Action::Delegate {
		who: 0,
		to: 0,
		amount: 100_000 + rng.below(99_999) as Balance,
	});
	actions.push(Action::Blocks { count: 4, random: rng.bits() });
	actions
}

fn next(rng: &mut Rng, mood: &Mood, out: &mut Vec<Action>) {
	let kinds = [
		36,              // blocks
		mood.demand,     // tasks
		mood.diligence,  // deliveries
		8,               // other work
		14,              // asks
		6,               // stake
		4,               // delegation
		5,               // changes of open tasks
		mood.government, // government
		2,               // the chain
		4,               // scenes
	];
	match rng.weighted(&kinds) {
		0 => out.push(blocks(rng, mood)),
		1 => tasks(rng, out),
		2 => out.push(deliver(rng)),
		3 => out.push(work(rng)),
		4 => out.push(asks(rng)),
		5 => out.push(stake(rng)),
		6 => out.push(delegation(rng)),
		7 => out.push(change(rng)),
		8 => government(rng, out),
		9 => out.push(chain(rng)),
		_ => scene(rng, mood, out),
	}
}

/// Some things that belong together, with others in between now and then.
fn scene(rng: &mut Rng, mood: &Mood, out: &mut Vec<Action>) {
	let steps = match rng.below(14) {
		0 | 1 => scenes::sealed(rng),
		6 => scenes::rush(rng),
		2 => scenes::calibration(rng),
		3 => scenes::unavailable(rng),
		4 => scenes::bounty(rng),
		8 | 9 => scenes::several(rng),
		10 => scenes::versions(rng),
		11 => scenes::spoiling(rng),
		12 => scenes::overtaken(rng),
		_ => (0..rng.within(2, 8)).map(|_| deliver(rng)).collect(),
	};
	for step in steps {
		out.push(step);
		if rng.one_in(5) {
			next(rng, mood, out);
		}
	}
}

/// The newest of what there is, more often than not.
fn newest(rng: &mut Rng) -> u64 {
	if rng.one_in(3) {
		number(rng)
	} else {
		u64::MAX
	}
}

fn deliver(rng: &mut Rng) -> Action {
	let (attempt, variant) = (number(rng), rng.below(AHEAD + 2));
	if rng.one_in(5) {
		Action::DeliverAll { attempt, variant }
	} else {
		Action::Deliver { attempt, variant }
	}
}

/// Several proofs of one prover, of which some may be bad.
fn batch(rng: &mut Rng) -> Action {
	let mostly = rng.one_in(2);
	let count = if rng.one_in(20) { 0 } else { rng.within(1, 6) };
	Action::SubmitProofs {
		attempt: number(rng),
		proofs: (0..count)
			.map(|_| if mostly { Proof::Good(rng.below(3)) } else { proof(rng) })
			.collect(),
		twice: rng.one_in(8).then(|| number(rng)),
		forged: rng.one_in(20),
		late: rng.one_in(3),
	}
}

fn version_change(rng: &mut Rng, version: u64) -> Action {
	match rng.below(7) {
		0 => Action::RemoveVersion { version },
		1 | 2 => Action::SwitchVersion { version, on: false },
		3 => Action::SwitchVersion { version, on: true },
		4 => Action::SetVersion { version, flaw: Some(rng.below(6)) },
		_ => Action::SetVersion { version, flaw: None },
	}
}

fn pass(rng: &mut Rng, count: u64) -> Vec<Action> {
	(0..count).map(|_| Action::Block { random: number(rng) }).collect()
}

fn number(rng: &mut Rng) -> u64 {
	rng.below(1 << 16)
}

/// Somebody else than usual, once in `n`.
fn somebody(rng: &mut Rng, n: u64) -> Option<u64> {
	rng.one_in(n).then(|| number(rng))
}

fn blocks(rng: &mut Rng, mood: &Mood) -> Action {
	let random = number(rng);
	if rng.below(60) < mood.haste.into() {
		let count = rng.pick(&[3, 8, 20, 45]);
		Action::Blocks { count, random }
	} else {
		Action::Block { random }
	}
}

fn level(rng: &mut Rng) -> ServiceLevel {
	match rng.below(8) {
		0..=3 => ServiceLevel::Standard,
		4..=5 => ServiceLevel::Express,
		_ => ServiceLevel::Guaranteed,
	}
}

fn hardware(rng: &mut Rng) -> HardwareClass {
	match rng.below(12) {
		0 => HardwareClass::Gpu { vram_gib: 8 },
		1..=3 => GPU,
		_ => HardwareClass::Cpu,
	}
}

/// A market: one that tasks go to, more often than not.
fn place(rng: &mut Rng, sensible: bool) -> Place {
	let (hardware, bucket) = match rng.below(if sensible { 9 } else { 11 }) {
		0..=6 => (HardwareClass::Cpu, 9),
		7 => (HardwareClass::Cpu, 1),
		8 => (GPU, 9),
		9 => (hardware(rng), rng.below(14) as u8),
		_ => (HardwareClass::Cpu, rng.pick(&[0, 63, 64, 255])),
	};
	let vm = match rng.below(10) {
		0 | 1 => Some(Zkvm::Sp1),
		2 => Some(Zkvm::Risc0),
		_ => None,
	};
	Place { hardware, bucket, level: level(rng), vm }
}

/// Price that is asked for a unit of work.
fn price(rng: &mut Rng) -> Balance {
	match rng.below(30) {
		0 => 0,
		1 => Balance::MAX,
		2 => rng.below(1 << 34).into(),
		_ => rng.within(50, 90).into(),
	}
}

fn tasks(rng: &mut Rng, out: &mut Vec<Action>) {
	// A flood, now and then.
	let count = if rng.one_in(25) { rng.within(5, 25) } else { 1 };
	let mut submission = submission(rng);
	for _ in 0..count {
		if count > 1 {
			submission.who = number(rng);
			submission.lifetime = rng.within(10, 30) as u32;
			submission.unit_fee = rng.within(55, 140).into();
		}
		out.push(Action::Submit(submission.clone()));
	}
}

fn submission(rng: &mut Rng) -> Submission {
	let nonsense = rng.one_in(16);
	let redundancy = match rng.below(10) {
		0 => Some(Redundancy { needed: 1, started: 2 }),
		1 => Some(Redundancy { needed: 2, started: 2 }),
		2 => Some(Redundancy { needed: 2, started: 3 }),
		3 => Some(Redundancy { needed: 1, started: 3 }),
		4 => Some(Redundancy { needed: rng.within(1, 4) as u8, started: 3 }),
		5 if nonsense => {
			Some(Redundancy { needed: rng.below(5) as u8, started: rng.below(5) as u8 })
		}
		_ => None,
	};
	let fixed = match rng.below(18) {
		0 => Fixed::Usual,
		1 => Fixed::Other,
		2 => Fixed::Whole,
		3 | 4 => Fixed::Hash,
		5 | 6 => Fixed::Prefix,
		7 => rng.pick(&[Fixed::OtherWhole, Fixed::OtherHash, Fixed::OtherPrefix]),
		8 => Fixed::OtherPrefix,
		9 | 10 if nonsense => rng.pick(&[Fixed::Nonsense, Fixed::OddPrefix, Fixed::LongWhole]),
		_ => Fixed::No,
	};
	let odd = if nonsense { 0 } else { 3 };
	let work = rng.pick(&[None, None, None, Some(600), Some(900), Some(odd)]);
	let provers = match rng.below(9) {
		0 => (0..rng.within(1, 6)).map(|_| number(rng)).collect(),
		_ => Vec::new(),
	};
	Submission {
		who: if rng.one_in(8) { number(rng) } else { rng.below(6) },
		program: if nonsense {
			number(rng)
		} else {
			rng.pick(&[0, 0, 0, 0, 1, 1, 2, 3, 7, 7, 8, 9])
		},
		level: level(rng),
		work,
		remote: rng.one_in(2),
		fixed,
		unit_fee: match rng.below(20) {
			0 => rng.below(60).into(),
			1 => rng.below(1 << 20).into(),
			_ => rng.within(60, 260).into(),
		},
		lifetime: if nonsense { rng.below(80) as u32 } else { rng.within(10, 61) as u32 },
		provers,
		bidding: None,
		redundancy,
	}
}

fn change(rng: &mut Rng) -> Action {
	let who = somebody(rng, 6);
	let task = number(rng);
	match rng.below(8) {
		0 | 1 => Action::Cancel { who, task },
		2 | 3 => Action::Raise { who, task, by: rng.pick(&[0, 1, 1_000, 30_000, 1 << 60]) },
		4 | 5 => Action::Prolong { who, task, by: rng.pick(&[0, 1, 5, 20, 100]) },
		_ => Action::Poke { who: number(rng), live: rng.one_in(2), task },
	}
}

fn asks(rng: &mut Rng) -> Action {
	let who = number(rng);
	match rng.below(12) {
		0 if rng.one_in(2) => Action::WithdrawAsk { who, ask: number(rng) },
		1 => Action::SetBlocked { who, whom: number(rng), blocked: rng.one_in(2) },
		2 => Action::SetPaused { who, paused: rng.one_in(2) },
		3 => Action::SetPaused { who, paused: false },
		4 => Action::SetHardware { who, hardware: hardware(rng), slots: rng.below(8) as u32 },
		5 => Action::Calibrate { who, hardware: hardware(rng) },
		_ => Action::PlaceAsk {
			who,
			market: {
				let sensible = !rng.one_in(6);
				place(rng, sensible)
			},
			price: price(rng),
			lots: if rng.one_in(20) { 0 } else { rng.within(1, 5) as u32 },
			speed: rng.pick(&[0, 30, 500, 600, 200, 400, 800, 1_000, u64::MAX]),
		},
	}
}

fn stake(rng: &mut Rng) -> Action {
	let who = number(rng);
	match rng.below(17) {
		0..=2 => Action::Register {
			who,
			hardware: hardware(rng),
			slots: rng.within(0, 8) as u32,
			stake: rng.pick(&[0, 19_999, 20_000, 300_001, 2_000_000, 1 << 60]),
			key: rng.one_in(5).then(|| number(rng)),
		},
		3 => Action::SetSessionKey { who, key: rng.one_in(3).then(|| number(rng)) },
		4 | 5 => Action::AddStake { who, amount: rng.pick(&[0, 1, 50_000, 700_001, 1 << 60]) },
		6 | 7 => Action::Unbond { who, amount: part(rng) },
		8..=10 => Action::Withdraw { who },
		11..=13 => Action::Unjail { who },
		14 if rng.one_in(2) => Action::Exit { who, tidy: !rng.one_in(3) },
		_ => Action::Transfer {
			from: number(rng),
			to: number(rng),
			amount: rng.pick(&[1, 1_000, 100_000, 49_000_000, 1 << 60]),
		},
	}
}

fn part(rng: &mut Rng) -> Part {
	match rng.below(6) {
		0 => Part::Exactly(rng.below(3).into()),
		1 => Part::Exactly(rng.below(1_000_000).into()),
		2 => Part::Share(1_000),
		_ => Part::Share(rng.below(1_100) as u32),
	}
}

fn delegation(rng: &mut Rng) -> Action {
	match rng.below(10) {
		0 | 1 => {
			let commission = match rng.below(6) {
				0 => None,
				1 => Some(1_000_000),
				2 => Some(0),
				_ => Some(rng.below(600_000) as u32),
			};
			Action::SetDelegation { who: number(rng), commission }
		}
		2..=5 => Action::Delegate {
			who: if rng.one_in(5) { number(rng) } else { rng.below(3) },
			to: number(rng),
			amount: rng.pick(&[0, 49, 50, 7_777, 150_001, 3_000_000, 1 << 60]),
		},
		6 | 7 => Action::Undelegate { delegation: number(rng), shares: part(rng) },
		_ => Action::WithdrawDelegation { who: number(rng), delegation: number(rng) },
	}
}

fn proof(rng: &mut Rng) -> Proof {
	let variant = rng.below(3);
	match rng.below(9) {
		0 | 1 => Proof::Good(variant),
		2 | 3 => Proof::Flipped(rng.below(2_048)),
		4 => Proof::False(variant),
		5 => Proof::Elsewhere(variant),
		6 if rng.one_in(3) => Proof::Long,
		6 if rng.one_in(2) => Proof::Unlisted(variant),
		6 => Proof::Flipped(rng.below(2_048)),
		_ => Proof::Copied,
	}
}

fn work(rng: &mut Rng) -> Action {
	let attempt = number(rng);
	let somebody = rng.one_in(8).then(|| number(rng));
	match rng.below(27) {
		0..=4 => Action::SubmitProof {
			attempt,
			proof: proof(rng),
			who: somebody,
			number: rng.one_in(12).then(|| rng.below(4) as u32),
			forged: rng.one_in(20),
			late: rng.one_in(6),
		},
		22..=24 => batch(rng),
		25 | 26 => Action::CommitProof { attempt, proof: proof(rng) },
		5 => Action::Replay { which: number(rng) },
		6 => Action::CommitProof { attempt, proof: proof(rng) },
		7 | 8 => Action::Report { attempt, report: Report::Declined },
		9..=11 => Action::Report { attempt, report: Report::InputUnavailable },
		12 => Action::Decline { attempt, who: somebody },
		13..=15 => Action::Announce {
			who: number(rng),
			task: number(rng),
			proof: if rng.one_in(3) { proof(rng) } else { Proof::Good(rng.below(3)) },
		},
		16..=18 => Action::Reveal {
			announcement: number(rng),
			proof: rng.one_in(8).then(|| proof(rng)),
			who: somebody,
		},
		_ => Action::Die { who: number(rng), dead: rng.one_in(3) },
	}
}

fn government(rng: &mut Rng, out: &mut Vec<Action>) {
	let action = match rng.below(16) {
		0 | 1 => Action::SetFees {
			fee: rng.pick(&[0, 1, 23_456, 100_000, 100_001]),
			author: rng.pick(&[0, 333_333, 1_000_000]),
			treasury: rng.pick(&[0, 300_000, 666_667]),
		},
		2 | 3 => Action::SetReference {
			hardware: hardware(rng),
			program: number(rng),
			terms: rng.one_in(3).then(|| (rng.below(4) as u32, rng.within(8, 30) as u32)),
		},
		4..=8 => Action::RegisterProgram { who: number(rng), program: number(rng) },
		9 => Action::SetLocators { program: number(rng), length: rng.pick(&[0, 9, 40, 400]) },
		10 => Action::Retire { program: number(rng), who: somebody(rng, 4) },
		11..=13 => {
			let version = rng.below(5);
			version_change(rng, version)
		}
		_ => {
			let vm = rng.pick(&[None, None, Some(Zkvm::Sp1), Some(Zkvm::Risc0)]);
			out.push(Action::Switch { on: false, vm });
			tasks(rng, out);
			out.push(Action::RegisterProgram { who: number(rng), program: number(rng) });
			Action::Switch { on: true, vm }
		}
	};
	out.push(action);
}

fn room(rng: &mut Rng) -> Room {
	rng.pick(&[Room::All, Room::All, Room::Some, Room::One])
}

fn chain(rng: &mut Rng) -> Action {
	match rng.below(5) {
		0 => Action::Rooms { attestation: room(rng), auctions: room(rng), settlement: room(rng) },
		1 | 2 => Action::Fork,
		_ => Action::Reorg,
	}
}
