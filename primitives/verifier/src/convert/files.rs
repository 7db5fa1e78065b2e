// SPDX-License-Identifier: Apache-2.0

//! Finds out what given files are, by their content, and what belongs together.
//!
//! | file | what it is |
//! |---|---|
//! | a JSON object with `system` | a whole case, see below |
//! | a JSON object with `vkey`, `publicValues` and `proof` | a whole case: the fixture of SP1's project template |
//! | a JSON object with `vk_alpha_1`, one with `pi_a`, a JSON list | key, proof and public inputs of [snarkjs] |
//! | other bytes | key, proof or public witness of [gnark]; key, proof or public inputs of [arkworks] |
//!
//! A whole case has its bytes in hexadecimal, with or without `0x`:
//!
//! | `system` | fields |
//! |---|---|
//! | `groth16-bn254`, `groth16-bls12-381` | `key`, `public_inputs`, `proof`: canonical bytes |
//! | `sp1-groth16`, `sp1-plonk` | `program_vkey`, `public_values`, `proof` |
//! | `risc0-groth16` | `image_id`, `journal`, `seal` |
//!
//! Keys, proofs and public inputs in files of their own belong together when their names are the same up to the first
//! dot, or when there is one of each, in a folder or at all. A single key serves for every proof.

mod binary;
mod join;

use super::{arkworks, gnark, snarkjs, ConvertError};
use crate::{
	prepare_key, verify,
	wrap::{
		self,
		known::{self, UnknownSelector},
	},
	KeyError, ProofSystem, VerifyError,
};
use alloc::{
	format,
	string::{String, ToString},
	vec::Vec,
};
use core::fmt;
use serde::Deserialize;
use serde_json::{json, Value};

/// A file: its name, which only matters for finding out what belongs together, and its content.
pub type File<'a> = (&'a str, &'a [u8]);

/// A proof and all that is needed to verify it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Case {
	/// A proof under its program's own key.
	Plain {
		/// A system without wrapping keys.
		system: ProofSystem,
		/// Canonical key.
		key: Vec<u8>,
		/// Canonical public inputs.
		public_inputs: Vec<u8>,
		/// Canonical proof.
		proof: Vec<u8>,
	},
	/// A zkVM's proof.
	Wrapped {
		/// A system with [wrapping keys](crate::wrap).
		system: ProofSystem,
		/// Program key.
		program_key: [u8; 32],
		/// Public values.
		public_values: Vec<u8>,
		/// Proof with its selector.
		proof: Vec<u8>,
	},
}

/// Reasons why a case is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
	/// The key is no good.
	Key(KeyError),
	/// The proof is no good.
	Proof(VerifyError),
	/// The proof belongs to a version that is not known.
	Selector(UnknownSelector),
}

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Key(error) => error.fmt(f),
			Self::Proof(error) => error.fmt(f),
			Self::Selector(error) => error.fmt(f),
		}
	}
}

impl core::error::Error for Refusal {}

impl Case {
	/// The proof system.
	pub const fn system(&self) -> ProofSystem {
		match self {
			Self::Plain { system, .. } | Self::Wrapped { system, .. } => *system,
		}
	}

	/// Verifies the proof, that of a zkVM under the wrapping key of its version among those [known] here.
	///
	/// # Errors
	///
	/// [`Refusal`]: what is wrong with the key or with the proof.
	pub fn verify(&self) -> Result<(), Refusal> {
		match self {
			Self::Plain { system, key, public_inputs, proof } => {
				let prepared = prepare_key(*system, key).map_err(Refusal::Key)?;
				verify(*system, &prepared, public_inputs, proof).map_err(Refusal::Proof)
			}
			Self::Wrapped { system, program_key, public_values, proof } => {
				let known = known::find(*system, proof).map_err(Refusal::Selector)?;
				let prepared = known.entry().prepare().map_err(Refusal::Key)?;
				wrap::verify(&prepared, program_key, public_values, proof).map_err(Refusal::Proof)
			}
		}
	}

	/// The JSON text that [`detect`] reads as this case.
	pub fn to_json(&self) -> String {
		let value = match self {
			Self::Plain { system, key, public_inputs, proof } => json!({
				"system": system.name(),
				"key": to_hex(key),
				"public_inputs": to_hex(public_inputs),
				"proof": to_hex(proof),
			}),
			Self::Wrapped {
				system: system @ ProofSystem::Risc0Groth16,
				program_key,
				public_values,
				proof,
			} => {
				json!({
					"system": system.name(),
					"image_id": to_hex(program_key),
					"journal": to_hex(public_values),
					"seal": to_hex(proof),
				})
			}
			Self::Wrapped { system, program_key, public_values, proof } => json!({
				"system": system.name(),
				"program_vkey": to_hex(program_key),
				"public_values": to_hex(public_values),
				"proof": to_hex(proof),
			}),
		};
		format!("{value:#}")
	}
}

/// A case and the files that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
	/// Names of the files: of one, or of key, public inputs and proof.
	pub names: Vec<String>,
	/// Case that they hold.
	pub case: Case,
}

/// Files that make up no case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
	/// Names of the files: of one, or of all that belong together.
	pub names: Vec<String>,
	/// Error that was found in them.
	pub error: ConvertError,
}

/// Reads all cases that these files make up.
///
/// # Errors
///
/// [`ConvertError::Files`], which names the file, when one of them is nothing that is known here, or has nothing that
/// it belongs to; whatever is wrong with a file that is known.
pub fn detect(files: &[File<'_>]) -> Result<Vec<Detected>, ConvertError> {
	if files.is_empty() {
		return Err(ConvertError::Files("there is no file to read".to_string()));
	}
	detect_each(files).into_iter().map(|found| found.map_err(|unread| unread.error)).collect()
}

/// Reads all cases that these files make up, and says of which files there is none, and why: what is wrong with one of
/// them does not stand in the way of the others.
pub fn detect_each(files: &[File<'_>]) -> Vec<Result<Detected, Unread>> {
	let mut found = Vec::new();
	let mut parts = join::Parts::default();
	for (name, bytes) in files {
		let names = || [name.to_string()].to_vec();
		match read(name, bytes) {
			Ok(Content::Case(case)) => found.push(Ok(Detected { names: names(), case })),
			Ok(Content::Key(key)) => parts.keys.push((name, key)),
			Ok(Content::Proof(proof)) => parts.proofs.push((name, proof)),
			Ok(Content::Public(public)) => parts.publics.push((name, public)),
			Err(error) => found.push(Err(Unread { names: names(), error })),
		}
	}
	found.extend(parts.join());
	found
}

/// Kind of a file.
enum Content<'a> {
	Case(Case),
	Key(Part),
	Proof(Part),
	Public(Public<'a>),
}

/// Canonical bytes and their system, or what is wrong with a file that is known to be a key or a proof.
type Part = Result<(ProofSystem, Vec<u8>), ConvertError>;

/// Public inputs: their system is that of the key.
#[derive(Clone, Copy)]
enum Public<'a> {
	Snarkjs(&'a str),
	Gnark(&'a [u8]),
	Arkworks(&'a [u8]),
}

impl Public<'_> {
	fn read(self, system: ProofSystem) -> Result<Vec<u8>, ConvertError> {
		match self {
			Self::Snarkjs(text) => snarkjs::public_inputs(system, text),
			// A witness that really has secret values was told from one with a damaged count before.
			Self::Gnark(bytes) => match gnark::public_inputs_of(system, bytes) {
				Err(ConvertError::SecretWitness) => Err(ConvertError::WrongCount {
					field: "secret values",
					expected: 0,
					found: binary::secret_count(bytes),
				}),
				read => read,
			},
			Self::Arkworks(bytes) => arkworks::public_inputs(system, bytes),
		}
	}
}

fn read<'a>(name: &str, bytes: &'a [u8]) -> Result<Content<'a>, ConvertError> {
	let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
	match (first, core::str::from_utf8(bytes)) {
		(Some(b'['), Ok(text)) => Ok(Content::Public(Public::Snarkjs(text))),
		(Some(b'{'), Ok(text)) => read_object(name, text),
		_ => binary::read(name, bytes),
	}
}

fn read_object(name: &str, text: &str) -> Result<Content<'static>, ConvertError> {
	let value: Value =
		serde_json::from_str(text).map_err(|error| ConvertError::Json(error.to_string()))?;
	if value.get("system").is_some() {
		return whole_case(value).map(Content::Case);
	}
	if ["vkey", "publicValues", "proof"].iter().all(|field| value.get(field).is_some()) {
		return sp1_fixture(value).map(Content::Case);
	}
	if value.get("vk_alpha_1").is_some() {
		return part(snarkjs::key(text)).map(Content::Key);
	}
	if value.get("pi_a").is_some() {
		return part(snarkjs::proof(text)).map(Content::Proof);
	}
	if let Some(protocol) = value.get("protocol").and_then(Value::as_str) {
		return Err(ConvertError::Unsupported {
			field: "protocol",
			found: protocol.to_string(),
			expected: "groth16",
		});
	}
	Err(ConvertError::Files(format!("`{name}` is JSON, but neither a case nor a file of snarkjs")))
}

/// Files that do not say what they are about belong to no others; those whose content alone is wrong do.
fn part(read: Result<(ProofSystem, Vec<u8>), ConvertError>) -> Result<Part, ConvertError> {
	match read {
		Err(error) if !error.is_refusal() => Err(error),
		read => Ok(read),
	}
}

/// A whole case: its fields depend on the system.
#[derive(Deserialize)]
struct CaseJson {
	system: String,
	key: Option<String>,
	public_inputs: Option<String>,
	#[serde(alias = "image_id", alias = "program_key")]
	program_vkey: Option<String>,
	#[serde(alias = "journal")]
	public_values: Option<String>,
	#[serde(alias = "seal")]
	proof: String,
}

fn whole_case(value: Value) -> Result<Case, ConvertError> {
	let json: CaseJson =
		serde_json::from_value(value).map_err(|error| ConvertError::Json(error.to_string()))?;
	let system: ProofSystem = json.system.parse().map_err(|_| ConvertError::Unsupported {
		field: "system",
		found: json.system.clone(),
		expected: "groth16-bn254, groth16-bls12-381, sp1-groth16, sp1-plonk and risc0-groth16",
	})?;
	let proof = from_hex("proof", Some(json.proof))?;
	if !system.is_wrapped() {
		return Ok(Case::Plain {
			system,
			key: from_hex("key", json.key)?,
			public_inputs: from_hex("public_inputs", json.public_inputs)?,
			proof,
		});
	}
	wrapped_case(system, json.program_vkey, json.public_values, proof)
}

/// Case as SP1's project template writes it: a whole one, but without the system.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sp1Fixture {
	vkey: String,
	public_values: String,
	proof: String,
}

fn sp1_fixture(value: Value) -> Result<Case, ConvertError> {
	let json: Sp1Fixture =
		serde_json::from_value(value).map_err(|error| ConvertError::Json(error.to_string()))?;
	let proof = from_hex("proof", Some(json.proof))?;
	let known = known::ALL.iter().find(|known| wrap::selector(&proof) == Some(known.selector));
	let system = match known {
		Some(known) => known.system,
		None if proof.len() > wrap::max_proof_len(ProofSystem::Sp1Groth16) as usize => {
			ProofSystem::Sp1Plonk
		}
		None => ProofSystem::Sp1Groth16,
	};
	wrapped_case(system, Some(json.vkey), Some(json.public_values), proof)
}

fn wrapped_case(
	system: ProofSystem,
	program_key: Option<String>,
	public_values: Option<String>,
	proof: Vec<u8>,
) -> Result<Case, ConvertError> {
	let program_key = from_hex("program_vkey", program_key)?;
	let found = u32::try_from(program_key.len()).unwrap_or(u32::MAX);
	Ok(Case::Wrapped {
		system,
		program_key: program_key.try_into().map_err(|_| ConvertError::WrongCount {
			field: "program_vkey",
			expected: wrap::PROGRAM_KEY_LEN,
			found,
		})?,
		public_values: from_hex("public_values", public_values)?,
		proof,
	})
}

fn from_hex(field: &'static str, text: Option<String>) -> Result<Vec<u8>, ConvertError> {
	let text = text.ok_or_else(|| ConvertError::Json(format!("missing field `{field}`")))?;
	let digits = text.strip_prefix("0x").unwrap_or(&text).as_bytes();
	let (pairs, rest) = digits.as_chunks::<2>();
	let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
	rest.is_empty()
		.then(|| pairs.iter().map(|[high, low]| Some(value(*high)? * 16 + value(*low)?)).collect())
		.flatten()
		.ok_or(ConvertError::NotHexadecimal { field })
}

fn to_hex(bytes: &[u8]) -> String {
	use fmt::Write;
	bytes.iter().fold("0x".to_string(), |mut text, byte| {
		// Writing to a string cannot fail.
		let _ = write!(text, "{byte:02x}");
		text
	})
}
