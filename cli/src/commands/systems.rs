// SPDX-License-Identifier: Apache-2.0
//! `proofyard systems`: which proofs the chain verifies. The root of the chain adds versions of zkVMs,
//! switches them and forgets them.

use super::{read_file, Done};
use crate::{
	calls::{self, tx},
	chain::{Chain, Included},
	context::Globals,
	error::{CliError, Result},
	output::{table, Lines},
	rpc::{Selector, System},
};
use proofyard_primitives::ProofSystem;
use proofyard_verifier::wrap::{
	known::{self, Known},
	WrappingKey,
};
use serde::Serialize;
use std::path::Path;
use subxt::transactions::Payload;

/// Options of `systems`; without a command they are listed.
#[derive(Clone, Debug, clap::Args)]
pub struct SystemsArgs {
	#[command(subcommand)]
	command: Option<SystemsCommand>,
}

/// Commands about proof systems. All of them are for the root of the chain.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum SystemsCommand {
	/// Verify the proofs of a version of a zkVM, or verify them under another key than until now.
	SetVersion {
		/// SYSTEM@VERSION of what this program knows, for example sp1-groth16@5.0.0, or a file with the
		/// canonical bytes of the version's entry.
		#[arg(value_name = "NAME|FILE")]
		version: String,
	},

	/// Switch a proof system, or a version of a zkVM, on or off.
	///
	/// The programs of a system that is off take no new tasks. The proofs of a version that is off are
	/// refused at once, also for tasks that are under way.
	Switch {
		/// SYSTEM, or SYSTEM:SELECTOR or SYSTEM@VERSION for one version of it.
		#[arg(value_parser = target, value_name = "SYSTEM[:SELECTOR]")]
		target: Target,

		/// On or off.
		#[arg(value_enum)]
		state: Switch,
	},

	/// Forget a version of a zkVM.
	Remove {
		/// SYSTEM:SELECTOR or SYSTEM@VERSION.
		#[arg(value_parser = target, value_name = "SYSTEM:SELECTOR")]
		target: Target,
	},
}

/// On or off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Switch {
	/// Proofs are verified.
	On,
	/// Proofs are refused.
	Off,
}

/// A proof system, or a version of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
	system: ProofSystem,
	version: Option<Which>,
}

/// Name or selector of a version.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Which {
	Selector(Selector),
	Name(String),
}

/// `SYSTEM`, `SYSTEM:SELECTOR` or `SYSTEM@VERSION`.
fn target(text: &str) -> std::result::Result<Target, String> {
	let (system, version) = match text.split_once([':', '@']) {
		None => (text, None),
		Some((system, version)) if text[system.len()..].starts_with('@') => {
			(system, Some(Which::Name(version.into())))
		}
		Some((system, version)) => (system, Some(Which::Selector(selector(version)?))),
	};
	let system = system.parse::<ProofSystem>().map_err(|error| format!("{system:?}: {error}"))?;
	if version.is_some() && !system.is_wrapped() {
		return Err(format!("{system} has no versions"));
	}
	Ok(Target { system, version })
}

fn selector(text: &str) -> std::result::Result<Selector, String> {
	let digits = text.strip_prefix("0x").unwrap_or(text);
	let mut bytes = [0; 4];
	hex::decode_to_slice(digits, &mut bytes)
		.map_err(|_| "a selector has eight hexadecimal digits, for example 0xa4594c59")?;
	Ok(Selector(bytes))
}

/// Run a command about proof systems.
pub async fn run(globals: &Globals, args: SystemsArgs) -> Result<()> {
	match args.command {
		None => list(globals).await,
		Some(SystemsCommand::SetVersion { version }) => set_version(globals, &version).await,
		Some(SystemsCommand::Switch { target, state }) => switch(globals, &target, state).await,
		Some(SystemsCommand::Remove { target }) => remove(globals, &target).await,
	}
}

async fn list(globals: &Globals) -> Result<()> {
	let chain = globals.chain().await?;
	let systems = chain.proving().proof_systems().await?;
	globals.output().show(&systems, || systems_text(&systems));
	Ok(())
}

/// The systems for people, a line for each version of a zkVM.
fn systems_text(systems: &[System]) -> String {
	let state = |enabled| if enabled { "on" } else { "off" };
	let mut rows = Vec::new();
	for system in systems {
		let named = |version: &str, selector: &str, verified: &str, note: &str| {
			let name = system.system.name().into();
			let texts = [state(system.enabled), version, selector, verified, note];
			[vec![name], texts.map(String::from).to_vec()].concat()
		};
		if system.versions.is_empty() {
			let note = if system.system.is_wrapped() { "no version is registered" } else { "" };
			rows.push(named("", "", "", note));
		}
		for version in &system.versions {
			let known = find(system.system, version.selector);
			let advisory = known.and_then(|known| known.advisory).filter(|_| version.enabled);
			let note = advisory.map(|reason| format!("withdrawn: {reason}")).unwrap_or_default();
			let selector = version.selector.to_string();
			rows.push(named(&version.version, &selector, state(version.enabled), &note));
		}
	}
	table(&["system", "tasks", "version", "selector", "proofs", ""], &rows)
}

/// Version that this program knows, by its selector.
fn find(system: ProofSystem, selector: Selector) -> Option<&'static Known> {
	known::ALL.iter().find(|known| known.system == system && known.selector == selector.0)
}

/// Change of a system or version, as it is told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Changed {
	system: ProofSystem,
	#[serde(skip_serializing_if = "Option::is_none")]
	version: Option<String>,
	#[serde(skip_serializing_if = "Option::is_none")]
	selector: Option<Selector>,
	#[serde(skip_serializing_if = "Option::is_none")]
	enabled: Option<bool>,
	/// Reason why its makers have withdrawn the version.
	#[serde(skip_serializing_if = "Option::is_none")]
	advisory: Option<&'static str>,
}

impl Changed {
	fn show(&self, globals: &Globals, headline: &str, included: &Included) {
		let done = Done { subject: self, receipt: &included.receipt };
		globals.output().show(&done, || {
			Lines::under(headline)
				.field("proof system", self.system)
				.maybe("version", self.version.as_ref())
				.maybe("selector", self.selector)
				.receipt(&included.receipt)
				.hint("`proofyard systems` lists what the chain verifies now.")
				.text()
		});
	}
}

/// Make a call as the root of the chain. Fails with what the call itself fails with.
async fn as_root(globals: &Globals, chain: &Chain, call: &impl Payload) -> Result<Included> {
	let call = calls::encode(&chain.transactions().await?, call)?;
	globals.submit(chain, &calls::as_root(call)).await
}

async fn set_version(globals: &Globals, text: &str) -> Result<()> {
	let entry = read_entry(text)?;
	let selector = Selector(entry.selector);
	let advisory = find(entry.system, selector).and_then(|known| known.advisory);
	warn(globals, advisory);
	let chain = globals.chain().await?;
	let call = tx().programs().set_version(entry.to_bytes());
	let included = as_root(globals, &chain, &call).await?;
	let changed = Changed {
		system: entry.system,
		version: Some(String::from_utf8_lossy(&entry.version).into_owned()),
		selector: Some(
			included.told::<[u8; 4]>("Programs", "VersionSet", "selector").map(Selector)?,
		),
		enabled: Some(true),
		advisory,
	};
	changed.show(globals, "The proofs of this version are verified from now on", &included);
	Ok(())
}

fn warn(globals: &Globals, advisory: Option<&str>) {
	if let Some(reason) = advisory {
		globals.output().note(&format!(
			"warning: its makers have withdrawn this version: {reason}. Whoever can forge its proofs is paid for them"
		));
	}
}

/// The entry of a version that this program knows, or of a file, checked as the chain will.
fn read_entry(text: &str) -> Result<WrappingKey> {
	let named = |known: &&Known| format!("{}@{}", known.system, known.version) == text;
	let entry = match known::ALL.iter().find(named) {
		Some(known) => known.entry(),
		None if Path::new(text).exists() => {
			let bytes = read_file(Path::new(text))?;
			WrappingKey::from_bytes(&bytes)
				.map_err(|error| CliError::other(format!("{text} is no version: {error}")))?
		}
		None => {
			let names =
				known::ALL.iter().map(|known| format!("{}@{}", known.system, known.version));
			return Err(CliError::usage(format!(
				"{text} is neither a file nor a version that this program knows: {}",
				names.collect::<Vec<_>>().join(", ")
			)));
		}
	};
	entry.prepare().map_err(|error| CliError::other(format!("{text} is refused: {error}")))?;
	Ok(entry)
}

async fn switch(globals: &Globals, target: &Target, state: Switch) -> Result<()> {
	let enabled = state == Switch::On;
	let chain = globals.chain().await?;
	let version = match &target.version {
		None => None,
		Some(which) => Some(resolve(&chain, target.system, which).await?),
	};
	let advisory = version.as_ref().filter(|_| enabled);
	let advisory = advisory.and_then(|(_, selector)| find(target.system, *selector)?.advisory);
	warn(globals, advisory);
	let (programs, system) = (tx().programs(), target.system.into());
	let included = match &version {
		None => as_root(globals, &chain, &programs.set_system_enabled(system, enabled)).await?,
		Some((_, selector)) => {
			let call = programs.set_version_enabled(system, selector.0, enabled);
			as_root(globals, &chain, &call).await?
		}
	};
	let changed = Changed::of(target.system, version, Some(enabled), advisory);
	let headline = match (&changed.version, enabled) {
		(None, true) => "Programs of this proof system take tasks again",
		(None, false) => "Programs of this proof system take no new tasks",
		(Some(_), true) => "The proofs of this version are verified from now on",
		(Some(_), false) => "The proofs of this version are refused from now on",
	};
	changed.show(globals, headline, &included);
	Ok(())
}

async fn remove(globals: &Globals, target: &Target) -> Result<()> {
	let Some(which) = &target.version else {
		return Err(CliError::usage(
			"which version? SYSTEM:SELECTOR or SYSTEM@VERSION; a whole system is switched off",
		));
	};
	let chain = globals.chain().await?;
	let found = resolve(&chain, target.system, which).await?;
	let call = tx().programs().remove_version(target.system.into(), found.1 .0);
	let included = as_root(globals, &chain, &call).await?;
	Changed::of(target.system, Some(found), None, None).show(
		globals,
		"The chain has forgotten this version",
		&included,
	);
	Ok(())
}

impl Changed {
	fn of(
		system: ProofSystem,
		version: Option<(String, Selector)>,
		enabled: Option<bool>,
		advisory: Option<&'static str>,
	) -> Self {
		let (version, selector) = version.unzip();
		Self { system, version, selector, enabled, advisory }
	}
}

/// Name and selector of a version that the chain has.
async fn resolve(chain: &Chain, system: ProofSystem, which: &Which) -> Result<(String, Selector)> {
	let systems = chain.proving().proof_systems().await?;
	pick(&systems, system, which)
}

fn pick(systems: &[System], system: ProofSystem, which: &Which) -> Result<(String, Selector)> {
	let versions = systems.iter().filter(|one| one.system == system).flat_map(|one| &one.versions);
	let mut found = versions.filter(|version| match which {
		Which::Selector(selector) => version.selector == *selector,
		Which::Name(name) => version.version == *name,
	});
	match (found.next(), found.next()) {
		(Some(version), None) => Ok((version.version.clone(), version.selector)),
		// Names are free; selectors tell versions apart.
		(Some(_), Some(_)) => {
			Err(CliError::usage("several versions have this name: give SYSTEM:SELECTOR"))
		}
		_ => Err(CliError::other(format!(
			"the chain has no such version of {system}: `proofyard systems` lists those it has"
		))),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rpc::Version;
	use clap::Parser;
	use std::fs;

	#[derive(Parser)]
	struct Probe {
		#[command(flatten)]
		args: SystemsArgs,
	}

	fn parses(args: &[&str]) -> bool {
		Probe::try_parse_from([&["probe"], args].concat()).is_ok()
	}

	fn version(version: &str, selector: [u8; 4], enabled: bool) -> Version {
		Version { version: version.into(), selector: Selector(selector), enabled }
	}

	fn systems() -> Vec<System> {
		let sp1 = vec![
			version("4.0.0", [0x11, 0xb6, 0xa0, 0x9d], true),
			version("5.0.0", [0xa4, 0x59, 0x4c, 0x59], true),
			version("6.0.0", [0x0e, 0x78, 0xf4, 0xdb], false),
		];
		vec![
			System { system: ProofSystem::Groth16Bn254, enabled: true, versions: Vec::new() },
			System { system: ProofSystem::Sp1Groth16, enabled: true, versions: sp1 },
			System { system: ProofSystem::Risc0Groth16, enabled: false, versions: Vec::new() },
		]
	}

	#[test]
	fn systems_are_listed_unless_something_is_to_be_done() {
		assert!(parses(&[]));
		assert!(parses(&["set-version", "sp1-groth16@5.0.0"]));
		assert!(parses(&["switch", "groth16-bn254", "off"]));
		assert!(parses(&["switch", "sp1-groth16:0xa4594c59", "on"]));
		assert!(parses(&["remove", "sp1-plonk@5.0.0"]));
		for args in [
			&["set-version"][..],
			&["switch", "groth16-bn254"],
			&["switch", "groth16-bn254", "maybe"],
			&["switch", "groth16", "on"],
			&["switch", "groth16-bn254:a4594c59", "on"],
			&["remove", "sp1-groth16:a459"],
			&["remove"],
		] {
			assert!(!parses(args), "{args:?}");
		}
	}

	#[test]
	fn a_version_is_named_by_its_selector_or_its_name() {
		let system = ProofSystem::Sp1Groth16;
		let selected = Which::Selector(Selector([0xa4, 0x59, 0x4c, 0x59]));
		for (text, version) in [
			("sp1-groth16", None),
			("sp1-groth16:a4594c59", Some(selected.clone())),
			("sp1-groth16:0xa4594c59", Some(selected.clone())),
			("sp1-groth16@5.0.0", Some(Which::Name("5.0.0".into()))),
		] {
			assert_eq!(target(text).unwrap(), Target { system, version }, "{text}");
		}
		let named = pick(&systems(), system, &Which::Name("5.0.0".into())).unwrap();
		assert_eq!(named, pick(&systems(), system, &selected).unwrap());
		assert_eq!(named.1.to_string(), "0xa4594c59");
		assert!(pick(&systems(), ProofSystem::Sp1Plonk, &selected).is_err());
		assert!(pick(&systems(), system, &Which::Name("7.0.0".into())).is_err());
		let mut twice = systems();
		twice[1].versions.push(version("5.0.0", [1; 4], true));
		let error = pick(&twice, system, &Which::Name("5.0.0".into())).unwrap_err();
		assert!(error.to_string().contains("give SYSTEM:SELECTOR"), "{error}");
	}

	#[test]
	fn each_version_has_a_line_and_a_withdrawn_one_says_so() {
		let text = systems_text(&systems());
		let lines: Vec<&str> = text.lines().collect();
		assert_eq!(lines.len(), 6, "{text}");
		assert_eq!(lines[1], "groth16-bn254  on");
		assert!(lines[2].contains("on     4.0.0    0x11b6a09d  on      withdrawn: "), "{text}");
		assert!(lines[3].ends_with("5.0.0    0xa4594c59  on"), "{text}");
		// One that is off harms nobody.
		assert!(lines[4].ends_with("6.0.0    0x0e78f4db  off"), "{text}");
		assert!(lines[5].starts_with("risc0-groth16  off"), "{text}");
		assert!(lines[5].ends_with("no version is registered"), "{text}");
	}

	#[test]
	fn every_version_that_is_known_can_be_set_by_name() {
		for known in known::ALL {
			let entry = read_entry(&format!("{}@{}", known.system, known.version)).unwrap();
			assert_eq!(entry, known.entry());
			assert!(find(entry.system, Selector(entry.selector)).is_some());
		}
		let error = read_entry("sp1-groth16@9.0.0").unwrap_err();
		assert_eq!(error.exit_code(), 2);
		assert!(error.to_string().contains("sp1-groth16@5.0.0, "), "{error}");
	}

	#[test]
	fn a_file_holds_the_entry_of_a_version() {
		let path = std::env::temp_dir().join(format!("proofyard-entry-{}", std::process::id()));
		let entry = known::ALL[1].entry();
		fs::write(&path, entry.to_bytes()).unwrap();
		let name = path.to_str().unwrap();
		assert_eq!(read_entry(name).unwrap(), entry);
		fs::write(&path, &entry.to_bytes()[1..]).unwrap();
		let error = read_entry(name).unwrap_err();
		assert!(error.to_string().contains("is no version"), "{error}");
		// Well formed, and no key that proofs can be verified under.
		let mut unsound = entry;
		let last = unsound.key.len() - 1;
		unsound.key[last] ^= 1;
		fs::write(&path, unsound.to_bytes()).unwrap();
		let error = read_entry(name).unwrap_err();
		assert!(error.to_string().contains("is refused"), "{error}");
		fs::remove_file(path).unwrap();
	}
}
