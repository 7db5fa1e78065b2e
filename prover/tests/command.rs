// SPDX-License-Identifier: Apache-2.0
//! The command backend with shell scripts as provers: the contract of `docs/command-backend.md`, line by line.

mod common;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use common::*;
use serde_json::{json, Value};

fn pids(path: &Path, count: usize) -> Vec<i32> {
	let read = || -> Vec<i32> {
		let text = fs::read_to_string(path).unwrap_or_default();
		text.lines().filter_map(|line| line.trim().parse().ok()).collect()
	};
	until("the processes to start", || read().len() >= count);
	read()
}

/// A script that starts offspring in every way that might escape: in the background, in a session of its own,
/// orphaned twice over, without environment, deaf to SIGTERM.
fn fertile(yard: &Yard) -> String {
	let pids = yard.path("pids");
	format!(
		r#"trap '' TERM
note() {{ echo "$1" >> {pids}; }}
sleep 300 & note $!
setsid sleep 300 & note $!
(setsid sh -c 'echo $$ >> {pids}; exec env -i /bin/sleep 300' &) &
note $$
wait
sleep 300"#,
		pids = pids.display()
	)
}

mod gpus {
	use super::*;

	/// The cards that the driver of this machine tells of; where there is none, two names.
	fn cards(yard: &Yard) -> Vec<String> {
		let service = Service::start(&yard.path("other"), &[]);
		let gpus = service.send("GET", "/v1/capabilities", b"").json()["gpus"].clone();
		let found: Vec<String> =
			gpus.as_array().unwrap().iter().map(|gpu| gpu["id"].as_str().unwrap().into()).collect();
		if found.is_empty() {
			vec!["first".into(), "second".into()]
		} else {
			found
		}
	}

	#[test]
	fn each_job_has_its_own() {
		let yard = Yard::new();
		let cards = cards(&yard);
		let more = format!("gpus = 1\ngpu_ids = {cards:?}");
		let seen = yard.path("seen");
		let script = format!(
			"grep -q \"\\\"id\\\": \\\"$CUDA_VISIBLE_DEVICES\\\"\" job.json || exit 7\n\
			 [ \"$CUDA_DEVICE_ORDER:$NVIDIA_VISIBLE_DEVICES\" = \"PCI_BUS_ID:$CUDA_VISIBLE_DEVICES\" ] || exit 8\n\
			 echo $CUDA_VISIBLE_DEVICES >> {}\n{}",
			seen.display(),
			gated(&yard)
		);
		let slots = (cards.len() + 1).to_string();
		let service = yard.start(&script, &more, &["--concurrency", &slots]);
		let capabilities = service.send("GET", "/v1/capabilities", b"").json();
		assert_eq!(capabilities["gpus"].as_array().unwrap().len(), cards.len());
		let devices = capabilities["backends"][0]["devices"].as_array().unwrap();
		assert!(devices.iter().all(|device| device["kind"] == "gpu"), "{devices:?}");

		let jobs = 1..=cards.len() as u8 + 1;
		for job in jobs.clone() {
			service.accept(&test_job(job, b""));
		}
		let lines = || -> Vec<String> {
			fs::read_to_string(&seen).unwrap_or_default().lines().map(Into::into).collect()
		};
		until("a job on each card", || lines().len() == cards.len());
		service.wait(&id(cards.len() as u8 + 1), |job| job["stage"] == "gpu");
		let mut taken = lines();
		taken.sort();
		let mut all = cards.clone();
		all.sort();
		assert_eq!(taken, all);
		let capabilities = service.send("GET", "/v1/capabilities", b"").json();
		for gpu in capabilities["gpus"].as_array().unwrap() {
			assert_eq!((&gpu["busy"], &gpu["fault"]), (&json!(true), &Value::Null));
		}
		let metrics = service.send("GET", "/metrics", b"").body;
		let metrics = String::from_utf8(metrics).unwrap();
		for card in &cards {
			let series = format!("proofyard_prover_gpu_busy{{gpu=\"{card}\",");
			assert!(metrics.contains(&series), "{metrics}");
		}

		fs::write(yard.path("go"), "").unwrap();
		for job in jobs {
			service.wait_state(&id(job), "done");
		}
		assert_eq!(lines().len(), cards.len() + 1);
		let capabilities = service.send("GET", "/v1/capabilities", b"").json();
		assert_eq!(capabilities["gpus"][0]["busy"], false);
	}

	#[test]
	fn must_be_as_many_as_a_job_gets() {
		let yard = Yard::new();
		let config = yard.config(RESULT, "gpus = 1000");
		let message = yard.refused(&["--config", &config]);
		assert!(message.contains("each of its jobs gets 1000 gpus and only"), "{message}");
	}
}

mod happy_path {
	use super::*;

	#[test]
	fn the_job_file_says_everything_and_the_result_comes_back() {
		let yard = Yard::new();
		let copy = yard.path("job-copy.json");
		let script = format!(
			r#"cp "$1" {copy}
[ "$1" = "$PROOFYARD_JOB" ] || exit 7
[ "$(pwd)" = "$HOME" ] || exit 8
[ -d "$TMPDIR" ] || exit 9
[ "$(cat input)" = "hello" ] || exit 10
echo 'noise on standard output'
echo '{{"stage":"core","progress":0.5}}'
echo '{{"proof":"0xAA01","public_inputs":["0x{ones}"],"timings":{{"witness_ms":5,"prove_ms":6,"verify_ms":7}}}}' > result.json.new
mv result.json.new result.json"#,
			copy = copy.display(),
			ones = "11".repeat(32),
		);
		let service = yard.start(&script, "", &[]);
		let mut job = test_job(1, b"hello");
		job["public_inputs"] = json!([null]);
		service.accept(&job);
		let done = service.wait_state(&id(1), "done");
		assert_eq!(
			done["proof"],
			json!({"proof": "0xaa01", "public_inputs": [format!("0x{}", "11".repeat(32))]})
		);
		assert_eq!(done["progress"], 1.0);
		for (field, ms) in [("witness_ms", 5), ("prove_ms", 6), ("verify_ms", 7)] {
			assert_eq!(done["timings"][field], ms);
		}
		let file: Value = serde_json::from_slice(&fs::read(copy).unwrap()).unwrap();
		assert_eq!(file["version"], 1);
		for field in ["id", "proof_system", "program", "public_inputs", "work", "deadline_unix_ms"]
		{
			assert_eq!(file[field], job[field], "{field}");
		}
		assert_eq!(file["artifacts"], json!([]));
		assert_eq!(file["input"]["size"], 5);
		let scratch = file["scratch"].as_str().unwrap();
		assert!(file["output"].as_str().unwrap().starts_with(scratch));
		assert!(!Path::new(scratch).exists(), "the scratch folder goes away");
	}

	#[test]
	fn paths_are_absolute_even_if_the_data_folder_was_given_otherwise() {
		let yard = Yard::new();
		let config = yard.config(&format!("test -r \"$1\" && {RESULT}"), "");
		let service = Service::start_with(Path::new("data"), &["--config", &config], |command| {
			command.current_dir(yard.dir.path());
		});
		service.accept(&test_job(1, b""));
		service.wait_state(&id(1), "done");
	}

	#[test]
	fn progress_lines_show_in_the_job() {
		let yard = Yard::new();
		let service =
			yard.start("echo '{\"stage\":\"core\",\"progress\":0.25}'\nsleep 60", "", &[]);
		service.accept(&test_job(1, b""));
		let job = service.wait(&id(1), |job| job["stage"] == "core");
		assert_eq!((&job["state"], &job["progress"]), (&json!("proving"), &json!(0.25)));
	}

	#[test]
	fn the_environment_is_clean() {
		let yard = Yard::new();
		let out = yard.path("env");
		let config = yard.config(
			&format!("env > {}\n{RESULT}", out.display()),
			"env = [\"HANDED_ON\", \"ABSENT\"]",
		);
		let service = Service::start_with(&yard.data(), &["--config", &config], |command| {
			command
				.env("HANDED_ON", "yes")
				.env("SECRET", "no")
				.env("PROOFYARD_TOKEN", "0123456789abcdef");
		});
		let service = with_token(service, "0123456789abcdef");
		service.accept(&test_job(1, b""));
		service.wait_state(&id(1), "done");
		let env = fs::read_to_string(out).unwrap();
		assert!(env.contains("HANDED_ON=yes"));
		for absent in ["SECRET", "TOKEN", "ABSENT"] {
			assert!(!env.contains(absent), "{absent} in {env}");
		}
	}

	fn with_token(mut service: Service, token: &str) -> Service {
		service.token = Some(token.into());
		service
	}

	#[test]
	fn what_is_left_running_is_ended_with_the_command() {
		let yard = Yard::new();
		let file = yard.path("pids");
		let script = format!("(setsid sh -c 'echo $$ >> {f}; exec sleep 300' &)\nwhile [ ! -s {f} ]; do sleep 0.01; done\n{RESULT}", f = file.display());
		let service = yard.start(&script, "", &[]);
		service.accept(&test_job(1, b""));
		service.wait_state(&id(1), "done");
		assert!(!alive(pids(&file, 1)[0]));
	}
}

mod failures {
	use super::*;

	fn fail_with(script: &str, more: &str) -> (ErrorCode, String) {
		let yard = Yard::new();
		let service = yard.start(script, more, &[]);
		service.accept(&test_job(1, b""));
		service.wait_error(&id(1))
	}

	#[test]
	fn carry_the_end_of_standard_error() {
		let (code, message) = fail_with("echo 'no such opcode' >&2; exit 3", "");
		assert_eq!(code, ErrorCode::BackendFailed);
		assert!(message.contains("status 3") && message.contains("no such opcode"), "{message}");
	}

	#[test]
	fn of_the_commands_own_choosing() {
		let error = |code: &str| {
			fail_with(&format!("echo '{{\"error\":{{\"code\":\"{code}\",\"message\":\"bad\"}}}}' > result.json; exit 1"), "").0
		};
		assert_eq!(error("invalid_input"), ErrorCode::InvalidInput);
		assert_eq!(error("out_of_memory"), ErrorCode::OutOfMemory);
		// What only the service can know, and what nobody knows.
		assert_eq!(error("deadline_passed"), ErrorCode::BackendFailed);
		assert_eq!(error("tuesday"), ErrorCode::BackendFailed);
	}

	#[test]
	fn by_results_that_are_none() {
		for script in [
			"exit 0",
			"echo '{' > result.json",
			"echo '{}' > result.json",
			"echo '{\"proof\":\"0x\",\"public_inputs\":[]}' > result.json",
			"echo '{\"proof\":\"0x01\"}' > result.json",
			"ln -s /etc/hostname result.json",
			"mkfifo result.json",
			"head -c 5000000 /dev/zero > result.json",
		] {
			let (code, message) = fail_with(script, "");
			assert_eq!(code, ErrorCode::BackendFailed, "{script}: {message}");
		}
	}

	#[test]
	fn by_other_public_inputs_than_were_fixed() {
		let yard = Yard::new();
		let service = yard.start(RESULT, "", &[]);
		let mut job = test_job(1, b"");
		job["public_inputs"] = json!([format!("0x{}", "01".repeat(32))]);
		service.accept(&job);
		assert_eq!(service.wait_error(&id(1)).0, ErrorCode::PublicInputMismatch);
	}

	#[test]
	fn by_an_executable_that_does_not_run() {
		let yard = Yard::new();
		let config = yard.config("", "");
		fs::set_permissions(yard.path("prover.sh"), fs::Permissions::from_mode(0o644)).unwrap();
		let service = Service::start(&yard.data(), &["--config", &config]);
		service.accept(&test_job(1, b""));
		let (code, message) = service.wait_error(&id(1));
		assert_eq!(code, ErrorCode::BackendFailed);
		assert!(message.contains("could not be started"), "{message}");
	}

	#[test]
	fn by_time() {
		let (code, message) = fail_with("sleep 60", "time_limit_s = 1");
		assert_eq!(code, ErrorCode::TimedOut);
		assert!(message.contains("time_limit_s"), "{message}");
	}

	#[test]
	fn by_the_memory_of_the_whole_tree() {
		// Two processes that end up with 40 MB each.
		let hog = "x=$(head -c 40000000 /dev/zero | tr '\\0' 'x'); sleep 60";
		let (code, message) = fail_with(
			&format!("sh -c \"{}\" & {hog}", hog.replace('$', "\\$")),
			"memory_limit = \"60MB\"",
		);
		assert_eq!(code, ErrorCode::OutOfMemory, "{message}");
		assert!(message.contains("memory_limit"), "{message}");
	}

	#[test]
	fn by_the_address_space_of_one_process() {
		let script = format!("x=$(head -c 400000000 /dev/zero | tr '\\0' 'x') || exit 4\n{RESULT}");
		let (code, _) = fail_with(&script, "address_space_limit = \"200MB\"");
		assert_eq!(code, ErrorCode::BackendFailed);
	}

	#[test]
	fn by_a_kill_from_outside_are_taken_for_want_of_memory() {
		let (code, _) = fail_with("kill -9 $$", "");
		assert_eq!(code, ErrorCode::OutOfMemory);
	}
}

mod ending_everything {
	use super::*;

	#[test]
	fn at_the_time_limit() {
		let yard = Yard::new();
		let service = yard.start(&fertile(&yard), "time_limit_s = 1", &[]);
		service.accept(&test_job(1, b""));
		let pids = pids(&yard.path("pids"), 4);
		assert_eq!(service.wait_error(&id(1)).0, ErrorCode::TimedOut);
		for pid in pids {
			assert!(!alive(pid), "{pid} lives on");
		}
	}

	#[test]
	fn at_a_deletion() {
		let yard = Yard::new();
		let service = yard.start(&fertile(&yard), "", &[]);
		service.accept(&test_job(1, b""));
		let pids = pids(&yard.path("pids"), 4);
		assert!(pids.iter().all(|pid| alive(*pid)));
		service.delete(&id(1));
		until("all have ended", || pids.iter().all(|pid| !alive(*pid)));
		until("the scratch folder is gone", || {
			fs::read_dir(yard.data().join("scratch")).unwrap().next().is_none()
		});
	}

	#[test]
	fn at_the_services_death() {
		let yard = Yard::new();
		let service = yard.start(&fertile(&yard), "", &[]);
		service.accept(&test_job(1, b""));
		let pids = pids(&yard.path("pids"), 4);
		service.kill_hard();
		until("all have ended", || pids.iter().all(|pid| !alive(*pid)));
	}

	#[test]
	fn at_the_services_regular_end() {
		let yard = Yard::new();
		let service = yard.start(&fertile(&yard), "", &[]);
		service.accept(&test_job(1, b""));
		let pids = pids(&yard.path("pids"), 4);
		service.stop();
		for pid in pids {
			assert!(!alive(pid), "{pid} lives on");
		}
	}

	#[test]
	fn gently_at_first() {
		let yard = Yard::new();
		let (ready, bye) = (yard.path("ready"), yard.path("bye"));
		let script = format!(
			"trap 'echo bye > {}; exit 0' TERM\necho > {}\nwhile :; do sleep 0.05; done",
			bye.display(),
			ready.display()
		);
		let service = yard.start(&script, "", &[]);
		service.accept(&test_job(1, b""));
		until("the command to run", || ready.exists());
		service.delete(&id(1));
		until("it said goodbye", || bye.exists());
	}
}

#[test]
fn a_configuration_that_cannot_work_is_refused_at_the_start() {
	let yard = Yard::new();
	let config = yard.config(RESULT, "memory_limit = \"much\"");
	assert!(yard.refused(&["--config", &config]).contains("prover.toml"));
}
