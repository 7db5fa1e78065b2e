// SPDX-License-Identifier: Apache-2.0

use super::*;
use clap::Parser;
use proofyard_primitives::{HardwareClass, Market, ProofSystem, WorkModel};
use sp_core::{Bytes, H256};
use std::fs;

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

fn program(key: Vec<u8>, public_inputs: u32) -> Program {
	Program {
		id: H256::repeat_byte(1),
		owner: AccountId32([0; 32]),
		system: ProofSystem::Groth16Bn254,
		system_enabled: true,
		hardware: HardwareClass::Cpu,
		work: WorkModel::Fixed(4),
		public_inputs,
		key: Bytes(key),
		artifacts: Vec::new(),
		deposit: Amount(0),
		live_tasks: 0,
		retired: false,
		registered_at: 1,
	}
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
		price: price.map(Amount),
		feasible_provers: price.is_some().into(),
		min_fee: Amount(min_fee),
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
	}

	#[test]
	fn without_a_price_there_is_no_default_fee() {
		assert_eq!(default_fee(&quoted(Some(100), 1)), Some(Amount(120)));
		assert_eq!(default_fee(&quoted(Some(100), 500)), Some(Amount(500)));
		assert_eq!(default_fee(&quoted(None, 500)), None);
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

	#[test]
	fn public_inputs_are_fixed_by_position() {
		let fixed = |index, last| {
			let mut value = [0; 32];
			value[31] = last;
			FixedInput { index, value }
		};
		assert_eq!(fix_inputs(&program(Vec::new(), 2), &[]).unwrap().len(), 0);
		for inputs in [&[fixed(2, 1)][..], &[fixed(0, 1), fixed(0, 2)]] {
			assert_eq!(fix_inputs(&program(Vec::new(), 2), inputs).unwrap_err().exit_code(), 2);
		}
	}
}

mod show {
	use super::*;

	fn task(state: TaskState) -> Task {
		Task {
			id: 7,
			requester: AccountId32([0; 32]),
			program: H256::repeat_byte(1),
			market: quoted(None, 0).market,
			work: 4,
			max_fee: Amount(1),
			deadline: 30,
			submitted_at: 10,
			escrow: Amount(1),
			state,
			input: Some(Input::Inline(Bytes(vec![1, 2]))),
			public_inputs: vec![None, Some(H256::repeat_byte(2))],
		}
	}

	#[test]
	fn says_what_can_be_done_next() {
		let text = task_lines(&task(TaskState::Open), 20).text();
		assert!(text.contains("Expires in 10 blocks"), "{text}");
		assert!(text.contains("2 bytes inline"), "{text}");
		assert!(text.contains("1=0x0202"), "{text}");
		let ended = task(TaskState::Settled {
			prover: AccountId32([0; 32]),
			paid: Amount(1),
			assigned_at: 11,
			at: 12,
		});
		assert!(task_lines(&ended, 20).text().contains("task proof 7"));
	}
}
