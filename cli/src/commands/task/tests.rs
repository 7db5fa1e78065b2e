// SPDX-License-Identifier: Apache-2.0

use super::{
	show::*,
	submit::{default_fee, InputFile},
	*,
};
use crate::{
	commands::attempts::tests::{attempt, live, outcome},
	parse,
	rpc::{
		AccountId, Announcement, Attempt, AttemptState, Bid, Bidding, Bounty, FixedPublicValues,
		Input, Quote, RevealedBid, Standby, Task,
	},
};
use clap::Parser;
use proofyard_primitives::{
	BiddingWindow, Ending, HardwareClass, InputRef, Market, ProofSystem, Redundancy, ServiceLevel,
	TaskKind,
};
use sp_core::H256;
use std::{fs, path::PathBuf};

#[derive(Parser)]
struct Probe {
	#[command(subcommand)]
	command: TaskCommand,
}

fn parse(args: &[&str]) -> std::result::Result<TaskCommand, clap::Error> {
	Probe::try_parse_from([&["probe"], args].concat()).map(|probe| probe.command)
}

fn temporary(name: &str, content: &[u8]) -> PathBuf {
	let path = std::env::temp_dir().join(format!("proofyard-task-{}-{name}", std::process::id()));
	fs::write(&path, content).unwrap();
	path
}

fn quoted(price: Option<u128>, min_fee: u128) -> Quote {
	Quote {
		market: Market {
			system: ProofSystem::Groth16Bn254,
			hardware: HardwareClass::Cpu,
			bucket: 2,
			level: ServiceLevel::Standard,
		},
		work: 4,
		redundancy: Redundancy::NONE,
		price,
		cost: price,
		least: price,
		feasible_provers: price.is_some().into(),
		min_fee,
		soft_deadline: 5,
		deadline: 9,
	}
}

mod submit {
	use super::*;

	#[test]
	fn one_input_is_needed() {
		let id = "ab".repeat(32);
		let submit = |more: &[&str]| parse(&[&["submit", "--program", &id], more].concat());
		assert!(submit(&[]).is_err());
		assert!(submit(&["--input", "a", "--inline", "b"]).is_err());
		assert!(submit(&["--inline", "b", "--input-locator", "https://x.org/b"]).is_err());
		assert!(submit(&["--inline", "b", "--public", "0=1", "--public", "1=0x2"]).is_ok());
		assert!(submit(&["--input", "a", "--input-locator", "https://x.org/a", "--watch"]).is_ok());
		assert!(submit(&["--input", "a", "--max-fee", "1.5", "--lifetime", "300"]).is_ok());
		assert!(submit(&["--input", "a", "--public-values", "0x0102"]).is_ok());
		assert!(submit(&["--input", "a", "--public", "0=1", "--public-values", "01"]).is_err());
	}

	#[test]
	fn a_task_can_be_kept_to_provers_and_sold_by_sealed_bids() {
		let id = "ab".repeat(32);
		let submit = |more: &[&str]| {
			let args = [&["submit", "--program", &id, "--input", "a"], more].concat();
			match parse(&args) {
				Ok(TaskCommand::Submit(args)) => Some(args),
				_ => None,
			}
		};
		let kept = submit(&["--prover", "//Bob", "--prover", "//Dave"]).unwrap();
		assert_eq!(kept.provers, ["//Bob", "//Dave"].map(|uri| parse::account(uri).unwrap()));
		assert_eq!(kept.bidding, None);
		let sealed = submit(&["--bidding", "30,10", "--max-fee", "5"]).unwrap();
		assert_eq!(sealed.bidding, Some(BiddingWindow { commit: 30, reveal: 10 }));
		// What it is worth cannot be read off the market.
		assert!(submit(&["--bidding", "30,10"]).is_none());
		assert!(submit(&["--bidding", "30", "--max-fee", "5"]).is_none());
		assert!(submit(&["--prover", "bob"]).is_none());
	}

	#[test]
	fn redundancy_is_so_many_proofs_of_so_many_provers() {
		let id = "ab".repeat(32);
		let submit = |more: &[&str]| match parse(
			&[&["submit", "--program", &id, "--input", "a"], more].concat(),
		) {
			Ok(TaskCommand::Submit(args)) => Some(args.quote.redundancy),
			_ => None,
		};
		assert_eq!(submit(&[]), Some(None));
		let several = Redundancy { needed: 2, started: 3 };
		assert_eq!(submit(&["--redundancy", "2/3"]), Some(Some(several)));
		assert_eq!(submit(&["--redundancy", "3/2"]), None);
		assert_eq!(submit(&["--redundancy", "1/2", "--bidding", "5,5", "--max-fee", "1"]), None);
	}

	#[test]
	fn without_a_price_there_is_no_default_fee() {
		assert_eq!(default_fee(&quoted(Some(100), 1)), Some(Amount(120)));
		assert_eq!(default_fee(&quoted(Some(100), 500)), Some(Amount(500)));
		assert_eq!(default_fee(&quoted(None, 500)), None);
		// All that start are paid for; where there are fewer, what those cost.
		let several = Quote { cost: Some(150), ..quoted(Some(100), 1) };
		assert_eq!(default_fee(&several), Some(Amount(180)));
		let few = Quote { cost: None, least: Some(110), ..quoted(Some(100), 1) };
		assert_eq!(default_fee(&few), Some(Amount(132)));
	}

	#[test]
	fn inline_inputs_have_at_most_8192_bytes() {
		let input = |size: usize| {
			let path = temporary(&format!("inline-{size}"), &vec![1; size]);
			let file = InputFile { input: None, inline: Some(path.clone()) };
			let read = file.read(Vec::new());
			fs::remove_file(path).unwrap();
			read
		};
		assert!(matches!(input(8192).unwrap(), InputRef::Inline(bytes) if bytes.len() == 8192));
		assert_eq!(input(8193).unwrap_err().exit_code(), 2);
		assert_eq!(input(0).unwrap_err().exit_code(), 1);
	}

	#[test]
	fn remote_inputs_are_found_at_their_path_unless_told_otherwise() {
		let path = temporary("remote", b"{}");
		let read = |locators| {
			InputFile { input: Some(path.clone()), inline: None }.read(locators).unwrap()
		};
		let (here, there) =
			(read(Vec::new()), read(vec![parse::locator("https://x.org/a").unwrap()]));
		fs::remove_file(&path).unwrap();
		let locator = |input: &InputRef| match input {
			InputRef::Remote(data) => {
				assert_eq!(data.size, 2);
				String::from_utf8(data.locators[0].to_vec()).unwrap()
			}
			InputRef::Inline(_) => panic!("not inline"),
		};
		assert_eq!(locator(&here), format!("file://{}", path.display()));
		assert_eq!(locator(&there), "https://x.org/a");
	}
}

mod change {
	use super::*;

	#[test]
	fn a_fee_and_a_deadline_change_by_an_amount() {
		let raise = parse(&["raise", "7", "--by", "0.5"]).unwrap();
		assert!(matches!(raise, TaskCommand::Raise { id: 7, by: Amount(500_000_000_000) }));
		let prolong = parse(&["prolong", "7", "--by", "100"]).unwrap();
		assert!(matches!(prolong, TaskCommand::Prolong { id: 7, by: 100 }));
		assert!(matches!(parse(&["clearing", "7"]), Ok(TaskCommand::Clearing { id: 7 })));
		assert!(matches!(parse(&["poke", "7"]), Ok(TaskCommand::Poke { id: 7 })));
		assert!(matches!(parse(&["proofs", "7"]), Ok(TaskCommand::Proofs { id: 7 })));
		for args in [&["raise", "7"][..], &["prolong", "7", "--by", "0"], &["raise", "--by", "1"]] {
			assert!(parse(args).is_err(), "{args:?}");
		}
	}
}

mod shown {
	use super::*;

	fn task(state: TaskState) -> Task {
		Task {
			id: 7,
			requester: AccountId::new([0; 32]),
			program: H256::repeat_byte(1),
			market: quoted(None, 0).market,
			kind: TaskKind::Market,
			redundancy: Some(Redundancy::NONE),
			work: 4,
			max_fee: 1,
			deadline: 30,
			submitted_at: 10,
			escrow: 1,
			state,
			input: Some(Input::Inline(vec![1, 2])),
			public_inputs: vec![None, Some(H256::repeat_byte(2))],
			public_values: None,
		}
	}

	#[test]
	fn says_what_can_be_done_next() {
		let open = TaskState::Open { provers: vec![AccountId::new([3; 32])], bidding: None };
		let text = task_text(&task(open), 20);
		assert!(text.contains("Expires in 10 blocks"), "{text}");
		assert!(text.contains(&format!("kept to       {}", AccountId::new([3; 32]))), "{text}");
		assert!(text.contains("2 bytes inline"), "{text}");
		assert!(text.contains("1=0x0202"), "{text}");
		let ended = task(TaskState::Settled {
			prover: AccountId::new([0; 32]),
			paid: 8,
			attempts: vec![outcome(1, Ending::Defaulted, 0, 9), outcome(2, Ending::Verified, 7, 0)],
			assigned_at: 11,
			at: 12,
		});
		let text = task_text(&ended, 20);
		assert!(text.contains("task proof 7") && text.contains("chain, 8 planck paid\n"), "{text}");
		assert!(text.contains("primary  defaulted  -         9 planck"), "{text}");
		assert!(text.ends_with("standby  verified   7 planck  -"), "{text}");
	}

	#[test]
	fn a_zkvm_s_task_shows_what_its_values_have_to_be() {
		let settled = TaskState::Settled {
			prover: AccountId::new([0; 32]),
			paid: 8,
			attempts: Vec::new(),
			assigned_at: 11,
			at: 12,
		};
		let mut zkvm = task(settled);
		zkvm.market.system = ProofSystem::Sp1Plonk;
		zkvm.public_inputs = Vec::new();
		zkvm.public_values = Some(FixedPublicValues::Prefix(vec![1, 2]));
		let text = task_text(&zkvm, 20);
		assert!(text.contains("public values  that begin with 0x0102\n"), "{text}");
		assert!(text.contains("task proof 7 --case FILE"), "{text}");
	}

	#[test]
	fn names_the_bids() {
		let bid = |byte, revealed| Bid {
			prover: AccountId::new([byte; 32]),
			commitment: H256::zero(),
			revealed,
		};
		let bids = vec![bid(1, None), bid(2, Some(RevealedBid { price: 9, speed: 5_000 }))];
		let bidding = Bidding { commit_until: 15, reveal_until: 25, bids };
		let open = TaskState::Open { provers: Vec::new(), bidding: Some(bidding) };
		let text = task_text(&task(open), 20);
		assert!(text.contains(&format!("{}, not revealed", AccountId::new([1; 32]))), "{text}");
		assert!(text.contains("for 9 planck at 5000 units/s"), "{text}");
		assert!(text.contains("Block 26 gives it to the lowest bid"), "{text}");
	}

	#[test]
	fn lists_the_attempts_and_who_may_still_be_called() {
		let late = Attempt { state: AttemptState::Late, ..attempt(0, 1) };
		let standby = Standby { prover: AccountId::new([3; 32]), price: 3, bond: 4 };
		let mut live = live(vec![late, attempt(1, 2)]);
		live.standbys = vec![standby];
		let several = Task {
			redundancy: Some(Redundancy { needed: 1, started: 2 }),
			..task(TaskState::Fallback(live))
		};
		let text = task_text(&several, 20);
		assert!(text.contains("2 provers start, the first proof counts"), "{text}");
		assert!(
			text.contains(&format!("0        {}  primary  late", AccountId::new([1; 32]))),
			"{text}"
		);
		assert!(text.contains(&format!("1        {}  standby  running", AccountId::new([2; 32]))));
		assert!(
			text.ends_with(&format!("1        {}  3 planck  4 planck", AccountId::new([3; 32])))
		);
	}

	#[test]
	fn names_the_bounty() {
		let announced = Announcement {
			prover: AccountId::new([4; 32]),
			commitment: H256::zero(),
			at: 25,
			reward: 8,
			deposit: 2,
		};
		let bounty = TaskState::Bounty {
			live: live(vec![Attempt { state: AttemptState::Rejected, ..attempt(0, 1) }]),
			bounty: Bounty { since: 22, reward: 9, deposit: 2, announcements: vec![announced] },
		};
		let text = task_text(&task(bounty), 26);
		assert!(text.contains("9 planck now, and more by every block"), "{text}");
		assert!(text.contains("in block 25 for 8 planck, deposit 2 planck"), "{text}");
		assert!(text.contains("4 blocks to the deadline") && text.contains("bounty deliver 7"));
	}
}
