// SPDX-License-Identifier: Apache-2.0

//! Finds out what given files are, by their content, and what belongs together.
//!
//! | file | what it is |
//! |---|---|
//! | a JSON object with `system` | a whole case, see below |
//! | a JSON object with `vk_alpha_1`, one with `pi_a`, a JSON list | key, proof and public inputs of [snarkjs] |
//! | other bytes | key, proof or public witness of [gnark] |
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
//! dot, or when there is one of each. A single key serves for every proof.

use super::{gnark, snarkjs, ConvertError};
use crate::{
	prepare_key, verify,
	wrap::{
		self,
		known::{self, UnknownSelector},
	},
	KeyError, ProofSystem, VerifyError,
};
use alloc::{
	collections::BTreeMap,
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

/// Why a case is refused.
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
	/// What they say.
	pub case: Case,
}

/// Reads all cases that these files make up.
///
/// # Errors
///
/// [`ConvertError::Files`], which names the file, when one of them is nothing that is known here, or has nothing that
/// it belongs to; whatever is wrong with a file that is known.
pub fn detect(files: &[File<'_>]) -> Result<Vec<Detected>, ConvertError> {
	let mut found = Vec::new();
	let mut parts = Parts::default();
	for (name, bytes) in files {
		match read(name, bytes)? {
			Content::Case(case) => {
				found.push(Detected { names: [name.to_string()].to_vec(), case })
			}
			Content::Key(key) => parts.keys.push((name, key)),
			Content::Proof(proof) => parts.proofs.push((name, proof)),
			Content::Public(public) => parts.publics.push((name, public)),
		}
	}
	found.extend(parts.join()?);
	if found.is_empty() {
		return Err(ConvertError::Files("there is no file to read".to_string()));
	}
	Ok(found)
}

/// Bytes of a system.
type Of<T> = (ProofSystem, T);

/// What a file is.
enum Content<'a> {
	Case(Case),
	Key(Of<Vec<u8>>),
	Proof(Of<Vec<u8>>),
	Public(Public<'a>),
}

/// Public inputs: their system is that of the key.
#[derive(Clone, Copy)]
enum Public<'a> {
	Snarkjs(&'a str),
	Gnark(&'a [u8]),
}

impl Public<'_> {
	fn read(self, system: ProofSystem) -> Result<Vec<u8>, ConvertError> {
		match self {
			Self::Snarkjs(text) => snarkjs::public_inputs(system, text),
			Self::Gnark(bytes) => gnark::public_inputs_of(system, bytes),
		}
	}
}

/// Files that are not whole cases.
#[derive(Default)]
struct Parts<'n, 'a> {
	keys: Vec<(&'n str, Of<Vec<u8>>)>,
	proofs: Vec<(&'n str, Of<Vec<u8>>)>,
	publics: Vec<(&'n str, Public<'a>)>,
}

impl Parts<'_, '_> {
	/// Puts together what belongs together.
	fn join(self) -> Result<Vec<Detected>, ConvertError> {
		if let (1, 1) = (self.proofs.len(), self.publics.len()) {
			if self.keys.len() == 1 {
				return Ok([self.case(0, 0, 0)?].to_vec());
			}
		}
		let keys = by_stem(&self.keys)?;
		let publics = by_stem(&self.publics)?;
		let proofs = by_stem(&self.proofs)?;
		if let Some((stem, _)) = publics.iter().find(|(stem, _)| !proofs.contains_key(*stem)) {
			return Err(missing(stem, "proof"));
		}
		if self.keys.len() > 1 || self.proofs.is_empty() {
			if let Some((stem, _)) = keys.iter().find(|(stem, _)| !proofs.contains_key(*stem)) {
				return Err(missing(stem, "proof"));
			}
		}
		proofs
			.into_iter()
			.map(|(stem, proof)| {
				let key = match self.keys.len() {
					1 => Some(&0),
					_ => keys.get(stem),
				};
				let key = key.ok_or_else(|| missing(stem, "key"))?;
				let public = publics.get(stem).ok_or_else(|| missing(stem, "public inputs"))?;
				self.case(*key, *public, proof)
			})
			.collect()
	}

	fn case(&self, key: usize, public: usize, proof: usize) -> Result<Detected, ConvertError> {
		let gone = || ConvertError::Files("a file is missing".to_string());
		let (key_name, (system, key)) = self.keys.get(key).ok_or_else(gone)?;
		let (proof_name, (proof_system, proof)) = self.proofs.get(proof).ok_or_else(gone)?;
		let (public_name, public) = self.publics.get(public).ok_or_else(gone)?;
		if system != proof_system {
			return Err(ConvertError::Files(format!(
				"`{key_name}` is a key of {system}, `{proof_name}` a proof of {proof_system}"
			)));
		}
		let case = Case::Plain {
			system: *system,
			key: key.clone(),
			public_inputs: public.read(*system)?,
			proof: proof.clone(),
		};
		let names = [key_name, public_name, proof_name].map(|name| name.to_string()).to_vec();
		Ok(Detected { names, case })
	}
}

/// Positions of the files of one kind, by the name of what they belong to.
fn by_stem<'n, T>(files: &[(&'n str, T)]) -> Result<BTreeMap<&'n str, usize>, ConvertError> {
	let mut stems = BTreeMap::new();
	for (position, (name, _)) in files.iter().enumerate() {
		if stems.insert(stem(name), position).is_some() {
			return Err(ConvertError::Files(format!(
				"there are two files like `{name}`; name what belongs together alike, up to the first dot"
			)));
		}
	}
	Ok(stems)
}

fn missing(stem: &str, what: &str) -> ConvertError {
	ConvertError::Files(format!(
		"no {what} for `{stem}`: name what belongs together alike, up to the first dot"
	))
}

/// A file's name without its folder, up to the first dot.
fn stem(name: &str) -> &str {
	let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
	file.split('.').next().unwrap_or(file)
}

fn read<'a>(name: &str, bytes: &'a [u8]) -> Result<Content<'a>, ConvertError> {
	let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
	match (first, core::str::from_utf8(bytes)) {
		(Some(b'['), Ok(text)) => Ok(Content::Public(Public::Snarkjs(text))),
		(Some(b'{'), Ok(text)) => read_object(name, text),
		_ => read_binary(name, bytes),
	}
}

fn read_object(name: &str, text: &str) -> Result<Content<'static>, ConvertError> {
	let value: Value =
		serde_json::from_str(text).map_err(|error| ConvertError::Json(error.to_string()))?;
	if value.get("system").is_some() {
		return whole_case(value).map(Content::Case);
	}
	if value.get("vk_alpha_1").is_some() {
		return snarkjs::key(text).map(Content::Key);
	}
	if value.get("pi_a").is_some() {
		return snarkjs::proof(text).map(Content::Proof);
	}
	Err(ConvertError::Files(format!("`{name}` is JSON, but neither a case nor a file of snarkjs")))
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
	let program_key = from_hex("program_vkey", json.program_vkey)?;
	let found = u32::try_from(program_key.len()).unwrap_or(u32::MAX);
	Ok(Case::Wrapped {
		system,
		program_key: program_key.try_into().map_err(|_| ConvertError::WrongCount {
			field: "program_vkey",
			expected: wrap::PROGRAM_KEY_LEN,
			found,
		})?,
		public_values: from_hex("public_values", json.public_values)?,
		proof,
	})
}

/// gnark's files do not say what they are, but their lengths and the flags of their points fit one kind only.
fn read_binary<'a>(name: &str, bytes: &'a [u8]) -> Result<Content<'a>, ConvertError> {
	for system in [ProofSystem::Groth16Bn254, ProofSystem::Groth16Bls12_381] {
		if let Ok(proof) = gnark::proof_of(system, bytes) {
			return Ok(Content::Proof((system, proof)));
		}
		if let Ok(key) = gnark::key_of(system, bytes) {
			return Ok(Content::Key((system, key)));
		}
		match gnark::public_inputs_of(system, bytes) {
			Ok(_) => return Ok(Content::Public(Public::Gnark(bytes))),
			Err(error @ ConvertError::SecretWitness) if is_witness(bytes) => return Err(error),
			Err(_) => {}
		}
	}
	Err(ConvertError::Files(format!(
		"`{name}` is neither JSON nor a key, proof or public witness of gnark's Groth16 without commitments"
	)))
}

/// Whether the counts at the beginning of a gnark witness fit its length.
fn is_witness(bytes: &[u8]) -> bool {
	let (counts, values) = bytes.as_chunks::<4>().0.split_at_checked(3).unwrap_or_default();
	let [public, secret, all] = match counts {
		[public, secret, all] => [public, secret, all].map(|count| u32::from_be_bytes(*count)),
		_ => return false,
	};
	public.checked_add(secret) == Some(all) && values.len() as u64 == u64::from(all) * 8
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
