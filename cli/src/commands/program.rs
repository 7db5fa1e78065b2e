// SPDX-License-Identifier: Apache-2.0
//! `proofyard program`: register what is proven, look at it, move its files, retire it.

use super::{market::unknown_program, Done};
use crate::{
	amount::Amount,
	calls::tx,
	chain::{Chain, Receipt},
	context::Globals,
	error::{CliError, Result},
	hash,
	output::{table, Lines},
	parse::{self, ArtifactFile, LocatedFile},
	rpc::Program,
};
use key::{KeyArgs, ProgramKey};
use proofyard_primitives::{
	program::{program_id, Artifact, Locator},
	ArtifactRole, HardwareClass, ProgramId, ProofSystem, RemoteData, WorkModel,
};
use serde::Serialize;
use sp_core::H256;

mod key;

/// Commands about programs.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum ProgramCommand {
	/// Register a program: its key and the files that provers need.
	///
	/// A program is registered once and shared by everybody; if it is registered already, this says
	/// so and succeeds. Example:
	///
	///   proofyard program register --snarkjs verification_key.json --work 65536 \
	///     --zkey circuit.zkey@https://example.org/circuit.zkey --witness circuit.wasm
	///
	/// A zkVM's program is named by its key, and the executable is what provers need. Example:
	///
	///   proofyard program register --system sp1-groth16 --program-key 0x… --work per-task \
	///     --artifact executable=program.elf@https://example.org/program.elf
	#[command(verbatim_doc_comment)]
	Register(RegisterArgs),

	/// Show a program.
	Show {
		/// Id of the program.
		#[arg(value_parser = parse::program_id)]
		id: ProgramId,
	},

	/// Take no new tasks for a program of yours. Its deposit comes back after its last task.
	Retire {
		/// Id of the program.
		#[arg(value_parser = parse::program_id)]
		id: ProgramId,
	},

	/// Say where a file of a program of yours is to be fetched from now on.
	SetLocators {
		/// Id of the program.
		#[arg(value_parser = parse::program_id)]
		id: ProgramId,

		/// Number of the file in `program show`, from 0.
		#[arg(long, value_name = "INDEX")]
		artifact: u32,

		/// URL at which it is: https:// or file:///. Give it again for alternatives, at most four.
		#[arg(long = "locator", required = true, num_args = 1, value_parser = parse::locator, value_name = "URL")]
		locators: Vec<Locator>,
	},
}

/// Options of `program register`.
#[derive(Clone, Debug, clap::Args)]
pub struct RegisterArgs {
	#[command(flatten)]
	key: KeyArgs,

	/// Proof system of the key: needed with --program-key, and with --key if it is not groth16-bn254;
	/// the files of snarkjs and gnark say it themselves. `proofyard systems` lists them.
	#[arg(long)]
	system: Option<ProofSystem>,

	/// Hardware that proving needs: cpu, or gpu:N with N GiB of memory.
	#[arg(long, value_parser = parse::hardware, default_value = "cpu")]
	hardware: HardwareClass,

	/// Work of a task: constraints of the circuit, or per-task where each task states its own, as
	/// cycles of a zkVM.
	#[arg(long, value_parser = parse::work, value_name = "N|per-task")]
	work: WorkModel,

	/// A file that provers need, as ROLE=PATH or ROLE=PATH@LOCATOR; repeat it for more.
	///
	/// Roles: proving_key, witness_program, executable, other. Without a locator (https:// or
	/// file:///) provers look for the file at its path on their own machine.
	#[arg(long = "artifact", value_parser = parse::artifact, value_name = "ROLE=PATH[@LOCATOR]")]
	artifacts: Vec<ArtifactFile>,

	/// Short for --artifact proving_key=…: a snarkjs .zkey.
	#[arg(long, value_parser = parse::located_file, value_name = "PATH[@LOCATOR]")]
	zkey: Option<LocatedFile>,

	/// Short for --artifact witness_program=…: a circom .wasm.
	#[arg(long, value_parser = parse::located_file, value_name = "PATH[@LOCATOR]")]
	witness: Option<LocatedFile>,

	/// Check everything and print the id, but register nothing.
	#[arg(long)]
	dry_run: bool,
}

/// The result of a registration.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
	program: ProgramId,
	/// Whether it was there before.
	already_registered: bool,
	system: ProofSystem,
	public_inputs: u32,
	/// Key that names a zkVM's program.
	#[serde(skip_serializing_if = "Option::is_none")]
	program_key: Option<H256>,
	#[serde(skip_serializing_if = "Option::is_none")]
	deposit: Option<Amount>,
	#[serde(skip_serializing_if = "Option::is_none")]
	receipt: Option<Receipt>,
}

/// Run a command about programs.
pub async fn run(globals: &Globals, command: ProgramCommand) -> Result<()> {
	match command {
		ProgramCommand::Register(args) => register(globals, args).await,
		ProgramCommand::Show { id } => show(globals, id).await,
		ProgramCommand::Retire { id } => retire(globals, id).await,
		ProgramCommand::SetLocators { id, artifact, locators } => {
			set_locators(globals, id, artifact, locators).await
		}
	}
}

async fn register(globals: &Globals, args: RegisterArgs) -> Result<()> {
	let ProgramKey { system, bytes: key, public_inputs } = args.key.read(args.system)?;
	let artifacts = artifacts(globals, &args)?;
	let program = program_id(system, &key, args.hardware, args.work, &artifacts);
	let mut result = Registered {
		program,
		already_registered: false,
		system,
		public_inputs,
		program_key: program_key(system, &key),
		deposit: None,
		receipt: None,
	};
	if args.dry_run {
		globals.output().show(&result, || result.lines("Not registered (dry run)").text());
		return Ok(());
	}

	let chain = globals.chain().await?;
	if chain.proving().program(program).await?.is_some() {
		return already_registered(globals, result);
	}
	let call = tx().programs().register(
		system.into(),
		key,
		args.hardware.into(),
		args.work.into(),
		artifacts.into_iter().map(Into::into).collect(),
	);
	let included = match globals.submit(&chain, &call).await {
		// Somebody else may have registered the same program a moment ago.
		Err(CliError::Refused(refusal)) if refusal.name == "Programs.AlreadyRegistered" => {
			return already_registered(globals, result)
		}
		included => included?,
	};
	let told: ProgramId = included.told("Programs", "ProgramRegistered", "program")?;
	if told != program {
		return Err(CliError::other(format!(
			"the chain calls the program {told:?}, not {program:?}; use the version of this program that belongs to the chain"
		)));
	}
	result.deposit = Some(Amount(included.told("Programs", "ProgramRegistered", "deposit")?));
	result.receipt = Some(included.receipt);
	globals.output().show(&result, || {
		result
			.lines("Program registered")
			.hint(format!("Next: `proofyard task quote --program {program:?}`"))
			.text()
	});
	Ok(())
}

fn already_registered(globals: &Globals, mut result: Registered) -> Result<()> {
	result.already_registered = true;
	globals.output().show(&result, || {
		result
			.lines("The program is registered already; nothing to do")
			.hint(format!("See `proofyard program show {:?}` for whose it is.", result.program))
			.text()
	});
	Ok(())
}

impl Registered {
	fn lines(&self, headline: &str) -> Lines {
		let lines = Lines::under(headline)
			.field("program", format!("{:?}", self.program))
			.field("proof system", self.system);
		let lines =
			key_lines(lines, self.program_key, self.public_inputs).maybe("deposit", self.deposit);
		match &self.receipt {
			Some(receipt) => lines.receipt(receipt),
			None => lines,
		}
	}
}

/// Key that names a program of this system, if it is a zkVM's.
fn program_key(system: ProofSystem, key: &[u8]) -> Option<H256> {
	let key = key.try_into().ok().map(H256);
	key.filter(|_| system.is_wrapped())
}

/// Line that tells the proofs of a program from those of others: by what names it, or by its public
/// inputs.
fn key_lines(lines: Lines, program_key: Option<H256>, public_inputs: u32) -> Lines {
	match program_key {
		Some(key) => lines.field("program key", format!("{key:?}")),
		None => lines.field("public inputs", public_inputs),
	}
}

/// The artifacts to register, with their hashes. In a fixed order, because the order is part of the
/// program's identity and that of the options should not be.
fn artifacts(globals: &Globals, args: &RegisterArgs) -> Result<Vec<Artifact>> {
	let zkey = args.zkey.iter().map(|file| (ArtifactRole::ProvingKey, file));
	let witness = args.witness.iter().map(|file| (ArtifactRole::WitnessProgram, file));
	let others = args.artifacts.iter().map(|artifact| (artifact.role, &artifact.file));
	let mut artifacts = zkey
		.chain(witness)
		.chain(others)
		.map(|(role, file)| {
			globals.output().note(&format!("hashing {}", file.path.display()));
			Ok(Artifact { role, data: remote_data(file)? })
		})
		.collect::<Result<Vec<_>>>()?;
	if artifacts.len() > 8 {
		return Err(CliError::usage("a program has at most eight artifacts"));
	}
	artifacts.sort_by_key(|artifact| (artifact.role, artifact.data.sha256));
	Ok(artifacts)
}

/// A file as the chain refers to it. Fails when it cannot be read, or is empty.
pub fn remote_data(file: &LocatedFile) -> Result<RemoteData> {
	let content = hash::file(&file.path)?;
	if content.size == 0 {
		return Err(CliError::other(format!("{} is empty", file.path.display())));
	}
	let locators = if file.locators.is_empty() {
		vec![parse::file_locator(&file.path).map_err(CliError::usage)?]
	} else {
		file.locators.clone()
	};
	let locators = locators.try_into().map_err(|_| too_many_locators())?;
	Ok(RemoteData { locators, sha256: content.sha256, size: content.size })
}

fn too_many_locators() -> CliError {
	CliError::usage("at most four locators are possible")
}

async fn find(chain: &Chain, id: ProgramId) -> Result<Program> {
	chain.proving().program(id).await?.ok_or_else(|| unknown_program(id))
}

async fn show(globals: &Globals, id: ProgramId) -> Result<()> {
	let chain = globals.chain().await?;
	let program = find(&chain, id).await?;
	globals.output().show(&program, || program_text(&program));
	Ok(())
}

/// A program for people: its terms, then its artifacts.
fn program_text(program: &Program) -> String {
	let state = match (program.retired, program.system_enabled) {
		(true, _) => "retired: takes no new tasks",
		(false, false) => "its proof system is switched off: takes no new tasks",
		(false, true) => "takes tasks",
	};
	let lines = Lines::under(format!("Program {:?}", program.id))
		.field("state", state)
		.field("proof system", program.system);
	let key = program_key(program.system, &program.key);
	let lines = key_lines(lines, key, program.public_inputs)
		.field("hardware", parse::hardware_name(&program.hardware))
		.field("work", parse::work_name(&program.work))
		.field("live tasks", program.live_tasks)
		.field("owner", &program.owner)
		.field("deposit", Amount(program.deposit))
		.field("registered at", format!("block {}", program.registered_at))
		.text();
	if program.artifacts.is_empty() {
		return lines;
	}
	let rows: Vec<Vec<String>> = program
		.artifacts
		.iter()
		.enumerate()
		.map(|(index, artifact)| {
			vec![
				index.to_string(),
				artifact.role.name().into(),
				artifact.size.to_string(),
				hex::encode(artifact.sha256),
				artifact.locators.join(" "),
			]
		})
		.collect();
	format!("{lines}\n\n{}", table(&["artifact", "role", "bytes", "sha256", "locators"], &rows))
}

#[derive(Serialize)]
struct Subject {
	program: ProgramId,
}

async fn retire(globals: &Globals, id: ProgramId) -> Result<()> {
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &tx().programs().retire(id.0.into())).await?;
	let done = Done { subject: Subject { program: id }, receipt: &included.receipt };
	globals.output().show(&done, || {
		Lines::under("Program retired: it takes no new tasks")
			.field("program", format!("{id:?}"))
			.receipt(&included.receipt)
			.hint("The deposit comes back when its last task has ended.")
			.text()
	});
	Ok(())
}

async fn set_locators(
	globals: &Globals,
	id: ProgramId,
	artifact: u32,
	locators: Vec<Locator>,
) -> Result<()> {
	if locators.len() > 4 {
		return Err(too_many_locators());
	}
	let chain = globals.chain().await?;
	let call = tx().programs().set_locators(
		id.0.into(),
		artifact,
		locators.into_iter().map(Into::into).collect(),
	);
	let included = globals.submit(&chain, &call).await?;
	let done = Done { subject: Subject { program: id }, receipt: &included.receipt };
	globals.output().show(&done, || {
		Lines::under(format!("Artifact {artifact} has new locators"))
			.field("program", format!("{id:?}"))
			.receipt(&included.receipt)
			.hint("Provers that begin from now on fetch it there; its hash must be the same.")
			.text()
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::check::tests::program;
	use clap::Parser;
	use std::fs;

	#[derive(Parser)]
	struct Probe {
		#[command(flatten)]
		args: RegisterArgs,
	}

	fn args(more: &[&str]) -> std::result::Result<RegisterArgs, clap::Error> {
		Probe::try_parse_from([&["probe", "--work", "4"], more].concat()).map(|probe| probe.args)
	}

	#[test]
	fn a_program_is_for_the_cpu_unless_it_says_so() {
		let args = args(&["--key", "a"]).unwrap();
		assert_eq!(args.hardware, HardwareClass::Cpu);
		assert_eq!(args.system, None);
		assert_eq!(args.work, WorkModel::Fixed(4));
	}

	#[test]
	fn the_order_of_options_does_not_change_the_program() {
		let globals = Globals {
			node: String::new(),
			json: true,
			suri: None,
			key_file: None,
			finalized: false,
		};
		let folder = std::env::temp_dir().join(format!("proofyard-program-{}", std::process::id()));
		fs::create_dir_all(&folder).unwrap();
		let file = |name: &str, content: &str| {
			let path = folder.join(name);
			fs::write(&path, content).unwrap();
			path.to_str().unwrap().to_string()
		};
		let (key, wasm, other) =
			(file("c.zkey", "key"), file("c.wasm", "wasm"), file("o", "other"));
		let key_option = format!("proving_key={key}");
		let wasm_option = format!("witness_program={wasm}");
		let other_option = format!("other={other}@https://example.org/o");
		let read = |options: &[&str]| {
			artifacts(&globals, &args(&[&["--key", "a"], options].concat()).unwrap()).unwrap()
		};
		let first = read(&["--zkey", &key, "--witness", &wasm, "--artifact", &other_option]);
		let second = read(&[
			"--artifact",
			&other_option,
			"--artifact",
			&wasm_option,
			"--artifact",
			&key_option,
		]);
		fs::remove_dir_all(&folder).unwrap();
		assert_eq!(first, second);
		assert_eq!(first.len(), 3);
		assert_eq!(first[0].role, ArtifactRole::ProvingKey);
		assert_eq!(first[0].data.size, 3);
		assert!(first[0].data.locators[0].starts_with(b"file:///"));
		assert_eq!(first[2].data.locators[0].as_slice(), b"https://example.org/o");
	}

	#[test]
	fn a_program_shows_what_tells_its_proofs_from_others() {
		let circuit = program_text(&program(ProofSystem::Groth16Bls12_381, &[7; 600], 3));
		assert!(circuit.contains("proof system   groth16-bls12-381"), "{circuit}");
		assert!(circuit.contains("public inputs  3\n"), "{circuit}");
		let zkvm = program_text(&program(ProofSystem::Risc0Groth16, &[7; 32], 0));
		assert!(zkvm.contains(&format!("program key    0x{}\n", "07".repeat(32))), "{zkvm}");
		assert!(!zkvm.contains("public inputs"), "{zkvm}");
	}
}
