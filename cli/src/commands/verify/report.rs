// SPDX-License-Identifier: Apache-2.0
//! Reports of `proofyard verify`: its verdict on a proof, and what to do about it.

use super::input::{version_of, Unusable};
use crate::output::Lines;
use proofyard_verifier::{
	convert::{
		files::{Case, Refusal, Unread},
		ConvertError,
	},
	wrap::{
		self,
		known::{self, Known},
	},
	KeyError, ProofSystem, VerifyError,
};
use serde::Serialize;

/// Public inputs that are shown to people; all of them are in the JSON.
const SHOWN_INPUTS: usize = 4;
/// Bytes of public values that are shown to people.
const SHOWN_BYTES: usize = 32;
/// Characters of a message that are shown: files may have any text in them.
const SHOWN_CHARACTERS: usize = 600;

/// Verdict of a check.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
	/// The chain would take the proof.
	Accepted,
	/// The chain would not take it.
	Rejected,
	/// There is nothing to check.
	Unreadable,
}

/// The check of one proof, or of files that are none.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
	verdict: Verdict,
	files: Vec<String>,
	#[serde(skip_serializing_if = "Option::is_none")]
	system: Option<ProofSystem>,
	#[serde(skip_serializing_if = "Option::is_none")]
	version: Option<&'static str>,
	#[serde(skip_serializing_if = "Option::is_none")]
	selector: Option<String>,
	#[serde(flatten)]
	checked: Option<Checked>,
	#[serde(skip_serializing_if = "Option::is_none")]
	reason: Option<Reason>,
	/// Reason why a chain may not take it all the same.
	#[serde(skip_serializing_if = "Option::is_none")]
	warning: Option<String>,
}

/// Values that the proof was checked against.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Checked {
	#[serde(rename_all = "camelCase")]
	Plain { public_inputs: Vec<String> },
	#[serde(rename_all = "camelCase")]
	Wrapped { program_key: String, public_values: String },
}

/// Reason why there is no acceptance, and what to do.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reason {
	/// The verifier's name for it.
	name: String,
	/// The verifier's code for it, which the chain's events carry too.
	#[serde(skip_serializing_if = "Option::is_none")]
	code: Option<u8>,
	message: String,
	#[serde(skip_serializing_if = "String::is_empty")]
	advice: String,
	/// Versions that are known, when the proof is of none of them.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	known: Vec<Version>,
}

/// A version of a zkVM.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Version {
	system: ProofSystem,
	version: &'static str,
	selector: String,
	withdrawn: bool,
}

impl Report {
	/// Verdict of the check.
	pub fn verdict(&self) -> Verdict {
		self.verdict
	}

	/// Names of the files that it is about.
	pub fn files(&self) -> &[String] {
		&self.files
	}

	/// Whether it is about a zkVM's proof, or about something that may have been meant as one.
	pub fn could_be_zkvm(&self) -> bool {
		self.system.is_none_or(ProofSystem::is_wrapped)
	}

	fn new(verdict: Verdict, files: Vec<String>) -> Self {
		Self {
			verdict,
			files,
			system: None,
			version: None,
			selector: None,
			checked: None,
			reason: None,
			warning: None,
		}
	}

	/// Verify a case.
	pub fn of(files: Vec<String>, case: Case) -> Self {
		let refusal = case.verify().err();
		let verdict = if refusal.is_some() { Verdict::Rejected } else { Verdict::Accepted };
		let mut report = Self::new(verdict, files).about(case.system(), proof_of(&case));
		report.checked = Some(match &case {
			Case::Plain { public_inputs, .. } => {
				Checked::Plain { public_inputs: public_inputs.chunks(32).map(to_hex).collect() }
			}
			Case::Wrapped { program_key, public_values, .. } => Checked::Wrapped {
				program_key: to_hex(program_key),
				public_values: to_hex(public_values),
			},
		});
		report.reason = refusal.map(|refusal| Reason::of(&case, &refusal));
		report
	}

	/// A zkVM's proof without its program and its public values.
	pub fn bare(files: Vec<String>, system: ProofSystem, proof: &[u8]) -> Self {
		let mut report = Self::new(Verdict::Unreadable, files).about(system, proof);
		report.reason = Some(Reason::new(
			"incomplete",
			"it is a zkVM's proof without the program and the public values that it is about",
			"Give both: --program-key HEX and --public-values HEX, or @FILE.",
		));
		report
	}

	/// A zkVM's proof of no known version of any system.
	pub fn of_no_version(files: Vec<String>, proof: &[u8]) -> Self {
		let mut report = Self::new(Verdict::Rejected, files);
		report.selector = wrap::selector(proof).as_ref().map(|selector| to_hex(selector));
		let found = match &report.selector {
			Some(selector) => format!("no zkVM's proof begins with {selector}"),
			None => "it is too short for a zkVM's proof".into(),
		};
		let known: Vec<Version> = known::ALL.iter().map(Version::of).collect();
		let list: Vec<String> = known
			.iter()
			.map(|known| format!("{} {} ({})", known.system, known.version, known.selector))
			.collect();
		report.reason = Some(Reason {
			code: Some(VerifyError::UnknownSelector.code()),
			known,
			..Reason::new(
				"unknown-selector",
				format!("{found}; known: {}", list.join(", ")),
				"Give the proof with its selector: proof.bytes() of SP1's SDK, the seal of RISC Zero.",
			)
		});
		report
	}

	/// Files of which no case could be made.
	pub fn unread(Unread { names, error }: Unread) -> Self {
		let refused = error.is_refusal();
		let verdict = if refused { Verdict::Rejected } else { Verdict::Unreadable };
		let advice = match &error {
			_ if refused => "The file is damaged, or was not written by the tool it looks like: export it again.",
			ConvertError::Json(_) | ConvertError::NotANumber { .. } => {
				"Check that the file is whole, and that nothing else was written into it."
			}
			ConvertError::Files(_) => "`proofyard verify --help` says what is read, and what belongs together.",
			_ => "",
		};
		let name = if refused { "malformed" } else { "not-understood" };
		Self {
			reason: Some(Reason::new(name, error.to_string(), advice)),
			..Self::new(verdict, names)
		}
	}

	/// A file that is not read.
	pub fn unusable(name: &str, unusable: &Unusable) -> Self {
		Self {
			reason: Some(Reason::new("unreadable", unusable.reason(), unusable.advice())),
			..Self::new(Verdict::Unreadable, vec![name.to_string()])
		}
	}

	/// Adds the system and, for a zkVM's proof, its version and what there is to know about it.
	fn about(mut self, system: ProofSystem, proof: &[u8]) -> Self {
		self.system = Some(system);
		if !system.is_wrapped() {
			return self;
		}
		self.selector = wrap::selector(proof).as_ref().map(|selector| to_hex(selector));
		let Ok(known) = known::find(system, proof) else { return self };
		self.version = Some(known.version);
		self.warning = known.advisory.map(|advisory| {
			format!(
				"{system} {} is withdrawn ({advisory}); a chain leaves it out unless it was told to take it. {}",
				known.version,
				prove_with(system)
			)
		});
		self
	}

	/// The report for people.
	pub fn text(&self) -> String {
		let word = match self.verdict {
			Verdict::Accepted => "accepted",
			Verdict::Rejected => "rejected",
			Verdict::Unreadable => "not checked",
		};
		let lines = Lines::under(printable(&format!("{word}: {}", self.files.join(" "))))
			.maybe("system", self.system_text());
		let lines = match &self.checked {
			Some(Checked::Plain { public_inputs }) => {
				lines.field("public inputs", inputs_text(public_inputs))
			}
			Some(Checked::Wrapped { program_key, public_values }) => lines
				.field("program key", program_key)
				.field("public values", values_text(public_values)),
			None => lines,
		};
		let lines = match &self.reason {
			Some(reason) => lines
				.field("reason", printable(&reason.text()))
				.maybe("what to do", Some(&reason.advice).filter(|advice| !advice.is_empty())),
			None => lines,
		};
		match &self.warning {
			Some(warning) => lines.hint(format!("warning: {warning}")),
			None => lines,
		}
		.text()
	}

	fn system_text(&self) -> Option<String> {
		let system = self.system?;
		Some(match (self.version, &self.selector) {
			(Some(version), Some(selector)) => format!("{system} {version} (selector {selector})"),
			(None, Some(selector)) => {
				format!("{system}, of no known version (selector {selector})")
			}
			_ => system.to_string(),
		})
	}
}

impl Reason {
	fn new(name: &str, message: impl Into<String>, advice: impl Into<String>) -> Self {
		Self {
			name: name.into(),
			code: None,
			message: message.into(),
			advice: advice.into(),
			known: Vec::new(),
		}
	}

	/// Reason why the verifier refuses a case.
	fn of(case: &Case, refusal: &Refusal) -> Self {
		let (name, code, advice) = match refusal {
			Refusal::Key(error) => (name_of(error), error.code(), key_advice(*error).to_string()),
			Refusal::Proof(error) => {
				(name_of(error), error.code(), proof_advice(case.system(), *error).to_string())
			}
			Refusal::Selector(_) => {
				let error = VerifyError::UnknownSelector;
				(name_of(&error), error.code(), selector_advice(case))
			}
		};
		let known = match refusal {
			Refusal::Selector(unknown) => known::ALL
				.iter()
				.filter(|known| known.system == unknown.system)
				.map(Version::of)
				.collect(),
			_ => Vec::new(),
		};
		Self { code: Some(code), known, ..Self::new(&name, refusal.to_string(), advice) }
	}

	fn text(&self) -> String {
		match self.code {
			Some(code) => format!("{} ({}, code {code})", self.message, self.name),
			None => self.message.clone(),
		}
	}
}

impl Version {
	fn of(known: &Known) -> Self {
		Self {
			system: known.system,
			version: known.version,
			selector: to_hex(&known.selector),
			withdrawn: known.advisory.is_some(),
		}
	}
}

/// The name of an error as the chain's interfaces have it.
fn name_of(error: &impl Serialize) -> String {
	match serde_json::to_value(error) {
		Ok(serde_json::Value::String(name)) => name,
		_ => String::new(),
	}
}

fn key_advice(error: KeyError) -> &'static str {
	match error {
		KeyError::WrongLength
		| KeyError::NotInField
		| KeyError::NotOnCurve
		| KeyError::NotInSubgroup
		| KeyError::PointAtInfinity => {
			"The verification key is damaged, or none of this system: export it again from the setup."
		}
		// What they say has it.
		_ => "",
	}
}

fn proof_advice(system: ProofSystem, error: VerifyError) -> &'static str {
	match error {
		VerifyError::PairingMismatch if system.is_wrapped() => {
			"Check that the program key and the public values are those of this very proof, byte for byte; else prove again."
		}
		VerifyError::PairingMismatch => {
			"Check that key, public inputs and proof are of one circuit, one setup and one run; else prove again."
		}
		VerifyError::WrongPublicInputCount => {
			"Give all public inputs of the circuit, in its order, and the key of the same circuit."
		}
		VerifyError::PublicInputNotInField => {
			"Write each public input as the one number below the order of the field that it stands for."
		}
		VerifyError::WrongProofLength if system.is_wrapped() => {
			"Give the whole proof with its selector: proof.bytes() of SP1's SDK, the seal of RISC Zero."
		}
		VerifyError::ProofNotInField
		| VerifyError::ProofNotOnCurve
		| VerifyError::ProofNotInSubgroup
		| VerifyError::ProofPointAtInfinity => {
			"The proof is damaged, or in another encoding: export it again, else prove again."
		}
		VerifyError::ProgramKeyNotInField => {
			"Give the program's key as SP1's SDK prints it: vk.bytes32()."
		}
		// What they say has it.
		_ => "",
	}
}

/// Advice on a proof of a version that is not known.
fn selector_advice(case: &Case) -> String {
	match version_of(proof_of(case)) {
		Some(known) => format!(
			"The selector is that of {} {}: name that `system`.",
			known.system, known.version
		),
		None => prove_with(case.system()),
	}
}

/// Versions to prove with.
fn prove_with(system: ProofSystem) -> String {
	let versions: Vec<&str> = known::ALL
		.iter()
		.filter(|known| known.system == system && known.advisory.is_none())
		.map(|known| known.version)
		.collect();
	format!("Prove with {}.", versions.join(" or "))
}

fn proof_of(case: &Case) -> &[u8] {
	match case {
		Case::Plain { proof, .. } | Case::Wrapped { proof, .. } => proof,
	}
}

fn to_hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// Public inputs, or the first of many.
fn inputs_text(inputs: &[String]) -> String {
	let shown = inputs.iter().take(SHOWN_INPUTS).cloned().collect::<Vec<_>>().join(" ");
	match inputs.len() {
		0 => "none".into(),
		count if count <= SHOWN_INPUTS => shown,
		count => format!("{shown} and {} more", count - SHOWN_INPUTS),
	}
}

/// Public values, or the beginning of long ones.
fn values_text(values: &str) -> String {
	let bytes = values.len().saturating_sub(2) / 2;
	match values.get(..2 + 2 * SHOWN_BYTES) {
		_ if bytes == 0 => "none".into(),
		Some(beginning) if bytes > SHOWN_BYTES => format!("{beginning}…, {bytes} bytes"),
		_ => values.into(),
	}
}

/// A text without what a terminal would take for commands, and not longer than people read.
fn printable(text: &str) -> String {
	let mut printable: String = text
		.chars()
		.take(SHOWN_CHARACTERS)
		.map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
		.collect();
	if text.chars().nth(SHOWN_CHARACTERS).is_some() {
		printable.push('…');
	}
	printable
}

#[cfg(test)]
mod tests {
	use super::*;

	fn case(system: ProofSystem) -> Case {
		Case::Wrapped { system, program_key: [0; 32], public_values: vec![], proof: vec![9; 300] }
	}

	/// Each error says what to do, in its own words or in ours.
	#[test]
	fn every_error_of_a_proof_says_what_to_do() {
		for system in ProofSystem::ALL {
			for error in VerifyError::ALL {
				let said = error.message().contains(';');
				assert!(said || !proof_advice(system, *error).is_empty(), "{system}: {error}");
			}
		}
	}

	#[test]
	fn every_error_of_a_key_says_what_to_do() {
		for error in KeyError::ALL {
			let said = error.message().contains(';');
			// A host function's buffer and an entry of a wrapping key, neither of which is in a file here.
			let elsewhere = matches!(error, KeyError::WrongOutputLength | KeyError::LayoutMismatch);
			assert!(elsewhere || said || !key_advice(*error).is_empty(), "{error}");
		}
	}

	#[test]
	fn an_unknown_selector_names_the_versions_to_prove_with() {
		let report = Report::of(vec!["x".into()], case(ProofSystem::Sp1Plonk));
		let text = report.text();
		assert!(text.contains("of no known version (selector 0x09090909)"), "{text}");
		assert!(text.contains("4.0.0 (1b34fe11), 5.0.0 (d4e8ecd2), 6.0.0 (bb1a6f29)"), "{text}");
		assert!(text.contains("Prove with 5.0.0 or 6.1.0."), "{text}");
		let known = report.reason.unwrap().known;
		let withdrawn: Vec<_> =
			known.iter().filter(|known| known.withdrawn).map(|known| known.version).collect();
		assert_eq!(withdrawn, ["4.0.0", "6.0.0"]);
	}

	#[test]
	fn a_selector_of_another_system_says_which() {
		let Case::Wrapped { proof, .. } = &mut case(ProofSystem::Sp1Groth16) else { panic!() };
		proof[..4].copy_from_slice(&[0xbb, 0x00, 0x1d, 0x44]);
		let case = Case::Wrapped {
			system: ProofSystem::Sp1Groth16,
			program_key: [0; 32],
			public_values: vec![],
			proof: proof.clone(),
		};
		assert!(selector_advice(&case).contains("that of risc0-groth16 2.2.0"));
	}

	#[test]
	fn a_terminal_gets_no_commands_and_no_flood() {
		let text = printable(&format!("\u{1b}[2J\n{}", "x".repeat(10_000)));
		assert!(!text.chars().any(char::is_control));
		assert_eq!(text.chars().count(), SHOWN_CHARACTERS + 1);
		assert_eq!(printable("Ärger/proof.json"), "Ärger/proof.json");
	}

	#[test]
	fn long_values_are_shortened_for_people_only() {
		assert_eq!(values_text("0x"), "none");
		assert_eq!(values_text("0x0102"), "0x0102");
		let long = to_hex(&[7; 33]);
		assert_eq!(values_text(&long), format!("{}…, 33 bytes", &long[..66]));
		let inputs: Vec<String> = (0..6).map(|n| format!("0x{n}")).collect();
		assert_eq!(inputs_text(&inputs), "0x0 0x1 0x2 0x3 and 2 more");
		assert_eq!(inputs_text(&inputs[..2]), "0x0 0x1");
		assert_eq!(inputs_text(&[]), "none");
	}
}
