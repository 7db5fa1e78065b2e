// SPDX-License-Identifier: Apache-2.0

//! The JSON files of snarkjs (Groth16 over BN254, which it calls `bn128`), both ways.
//!
//! Numbers are decimal strings. A point is `[x, y, z]`, each coordinate of G2 a pair with the lower coefficient first;
//! files hold affine points, so that `z` is one, or zero for the point at infinity.

use super::ConvertError;
use crate::{
	groth16_bn254::{MIN_KEY_LEN, PROOF_LEN},
	MAX_PUBLIC_INPUTS, PUBLIC_INPUT_LEN,
};
use alloc::{
	string::{String, ToString},
	vec::Vec,
};
use ark_bn254::{Fq, Fr};
use ark_ff::{BigInteger, PrimeField};
use num_bigint::BigUint;
use serde::{de::DeserializeOwned, Deserialize, Serialize};

/// Digits of the largest 256-bit number: longer strings are not parsed.
const MAX_DIGITS: usize = 78;
const PROTOCOL: &str = "groth16";
const CURVE: &str = "bn128";
/// Bytes of a coordinate or scalar.
const WORD: usize = PUBLIC_INPUT_LEN as usize;
const G1: usize = 2 * WORD;

type G1Json = [String; 3];
type G2Json = [[String; 2]; 3];

#[derive(Serialize, Deserialize)]
struct KeyJson {
	protocol: String,
	curve: String,
	#[serde(rename = "nPublic")]
	public: u32,
	vk_alpha_1: G1Json,
	vk_beta_2: G2Json,
	vk_gamma_2: G2Json,
	vk_delta_2: G2Json,
	#[serde(rename = "IC")]
	ic: Vec<G1Json>,
}

#[derive(Serialize, Deserialize)]
struct ProofJson {
	pi_a: G1Json,
	pi_b: G2Json,
	pi_c: G1Json,
	#[serde(default = "default_protocol")]
	protocol: String,
	#[serde(default = "default_curve")]
	curve: String,
}

fn default_protocol() -> String {
	PROTOCOL.to_string()
}

fn default_curve() -> String {
	CURVE.to_string()
}

/// Canonical key from the text of a `verification_key.json`.
///
/// # Errors
///
/// [`ConvertError`], among others when the protocol or the curve is another one or `nPublic` does not fit `IC`.
pub fn key_from_json(json: &str) -> Result<Vec<u8>, ConvertError> {
	let key: KeyJson = parse(json)?;
	check_kind(&key.protocol, &key.curve)?;
	let found = key.ic.len();
	if key.public > MAX_PUBLIC_INPUTS || found != key.public as usize + 1 {
		return Err(ConvertError::WrongCount {
			field: "IC",
			expected: key.public.min(MAX_PUBLIC_INPUTS).saturating_add(1),
			found: u32::try_from(found).unwrap_or(u32::MAX),
		});
	}
	let mut bytes = Vec::with_capacity(MIN_KEY_LEN as usize + key.public as usize * G1);
	push_g1(&mut bytes, &key.vk_alpha_1, "vk_alpha_1")?;
	push_g2(&mut bytes, &key.vk_beta_2, "vk_beta_2")?;
	push_g2(&mut bytes, &key.vk_gamma_2, "vk_gamma_2")?;
	push_g2(&mut bytes, &key.vk_delta_2, "vk_delta_2")?;
	for point in &key.ic {
		push_g1(&mut bytes, point, "IC")?;
	}
	Ok(bytes)
}

/// Canonical proof from the text of a `proof.json`.
///
/// # Errors
///
/// [`ConvertError`] when it is not a Groth16 proof over BN254 in affine coordinates.
pub fn proof_from_json(json: &str) -> Result<Vec<u8>, ConvertError> {
	let proof: ProofJson = parse(json)?;
	check_kind(&proof.protocol, &proof.curve)?;
	let mut bytes = Vec::with_capacity(PROOF_LEN as usize);
	push_g1(&mut bytes, &proof.pi_a, "pi_a")?;
	push_g2(&mut bytes, &proof.pi_b, "pi_b")?;
	push_g1(&mut bytes, &proof.pi_c, "pi_c")?;
	Ok(bytes)
}

/// Canonical public inputs from the text of a `public.json`.
///
/// # Errors
///
/// [`ConvertError`] when it is not a list of at most [`MAX_PUBLIC_INPUTS`] reduced scalars.
pub fn public_inputs_from_json(json: &str) -> Result<Vec<u8>, ConvertError> {
	let inputs: Vec<String> = parse(json)?;
	if inputs.len() > MAX_PUBLIC_INPUTS as usize {
		return Err(ConvertError::WrongCount {
			field: "public",
			expected: MAX_PUBLIC_INPUTS,
			found: u32::try_from(inputs.len()).unwrap_or(u32::MAX),
		});
	}
	let mut bytes = Vec::with_capacity(inputs.len() * WORD);
	for input in &inputs {
		push_number::<Fr>(&mut bytes, input, "public")?;
	}
	Ok(bytes)
}

/// Text of a `verification_key.json` from a canonical key.
///
/// # Errors
///
/// [`ConvertError::NotCanonical`] when the length is not that of a key. Points are not checked.
pub fn key_to_json(key: &[u8]) -> Result<String, ConvertError> {
	let mut words = Words::new(key)?;
	let points = key
		.len()
		.checked_sub(MIN_KEY_LEN as usize)
		.filter(|rest| rest % G1 == 0)
		.ok_or(ConvertError::NotCanonical)?
		/ G1;
	let public = u32::try_from(points).map_err(|_| ConvertError::NotCanonical)?;
	print(&KeyJson {
		protocol: default_protocol(),
		curve: default_curve(),
		public,
		vk_alpha_1: words.g1()?,
		vk_beta_2: words.g2()?,
		vk_gamma_2: words.g2()?,
		vk_delta_2: words.g2()?,
		ic: (0..=public).map(|_| words.g1()).collect::<Result<_, _>>()?,
	})
}

/// Text of a `proof.json` from a canonical proof.
///
/// # Errors
///
/// [`ConvertError::NotCanonical`] when the length is not that of a proof. Points are not checked.
pub fn proof_to_json(proof: &[u8]) -> Result<String, ConvertError> {
	if proof.len() != PROOF_LEN as usize {
		return Err(ConvertError::NotCanonical);
	}
	let mut words = Words::new(proof)?;
	print(&ProofJson {
		pi_a: words.g1()?,
		pi_b: words.g2()?,
		pi_c: words.g1()?,
		protocol: default_protocol(),
		curve: default_curve(),
	})
}

/// Text of a `public.json` from canonical public inputs.
///
/// # Errors
///
/// [`ConvertError::NotCanonical`] when the length is no multiple of 32.
pub fn public_inputs_to_json(public_inputs: &[u8]) -> Result<String, ConvertError> {
	let words = Words::new(public_inputs)?;
	print(&words.rest.iter().map(decimal).collect::<Vec<_>>())
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T, ConvertError> {
	serde_json::from_str(json).map_err(|error| ConvertError::Json(error.to_string()))
}

fn print<T: Serialize>(value: &T) -> Result<String, ConvertError> {
	serde_json::to_string_pretty(value).map_err(|error| ConvertError::Json(error.to_string()))
}

fn check_kind(protocol: &str, curve: &str) -> Result<(), ConvertError> {
	for (field, found, expected) in [("protocol", protocol, PROTOCOL), ("curve", curve, CURVE)] {
		if found != expected {
			return Err(ConvertError::Unsupported { field, found: found.to_string(), expected });
		}
	}
	Ok(())
}

fn push_g1(out: &mut Vec<u8>, [x, y, z]: &G1Json, field: &'static str) -> Result<(), ConvertError> {
	match z.as_str() {
		"1" => {
			push_number::<Fq>(out, x, field)?;
			push_number::<Fq>(out, y, field)
		}
		"0" => {
			out.extend_from_slice(&[0; G1]);
			Ok(())
		}
		other => Err(not_affine(field, other)),
	}
}

fn push_g2(out: &mut Vec<u8>, [x, y, z]: &G2Json, field: &'static str) -> Result<(), ConvertError> {
	match [z[0].as_str(), z[1].as_str()] {
		["1", "0"] => [x, y]
			.into_iter()
			.flat_map(|[c0, c1]| [c1, c0])
			.try_for_each(|coordinate| push_number::<Fq>(out, coordinate, field)),
		["0", "0"] => {
			out.extend_from_slice(&[0; 2 * G1]);
			Ok(())
		}
		[other, _] => Err(not_affine(field, other)),
	}
}

fn not_affine(field: &'static str, z: &str) -> ConvertError {
	ConvertError::Unsupported {
		field,
		found: z.chars().take(MAX_DIGITS).collect(),
		expected: "a third coordinate of one (affine) or zero (infinity)",
	}
}

/// Appends a decimal number below the modulus of `F` as 32 big-endian bytes.
fn push_number<F: PrimeField>(
	out: &mut Vec<u8>,
	decimal: &str,
	field: &'static str,
) -> Result<(), ConvertError> {
	let digits = decimal.as_bytes();
	let well_formed = (1..=MAX_DIGITS).contains(&digits.len())
		&& digits.iter().all(u8::is_ascii_digit)
		&& (digits.len() == 1 || digits.first() != Some(&b'0'));
	let number = Some(digits)
		.filter(|_| well_formed)
		.and_then(|digits| BigUint::parse_bytes(digits, 10))
		.ok_or(ConvertError::NotANumber { field })?;
	if number >= BigUint::from_bytes_be(&F::MODULUS.to_bytes_be()) {
		return Err(ConvertError::NotInField { field });
	}
	let bytes = number.to_bytes_be();
	out.extend(core::iter::repeat_n(0, WORD.saturating_sub(bytes.len())));
	out.extend_from_slice(&bytes);
	Ok(())
}

fn decimal(word: &[u8; WORD]) -> String {
	BigUint::from_bytes_be(word).to_string()
}

/// Canonical bytes, 32 at a time.
struct Words<'a> {
	rest: &'a [[u8; WORD]],
}

impl<'a> Words<'a> {
	fn new(bytes: &'a [u8]) -> Result<Self, ConvertError> {
		match bytes.as_chunks() {
			(words, []) => Ok(Self { rest: words }),
			_ => Err(ConvertError::NotCanonical),
		}
	}

	fn take<const N: usize>(&mut self) -> Result<&'a [[u8; WORD]; N], ConvertError> {
		let (head, rest) = self.rest.split_first_chunk().ok_or(ConvertError::NotCanonical)?;
		self.rest = rest;
		Ok(head)
	}

	fn g1(&mut self) -> Result<G1Json, ConvertError> {
		let [x, y] = self.take()?;
		if [x, y].iter().all(|word| is_zero(word)) {
			return Ok(["0", "1", "0"].map(String::from));
		}
		Ok([decimal(x), decimal(y), "1".to_string()])
	}

	fn g2(&mut self) -> Result<G2Json, ConvertError> {
		let [x1, x0, y1, y0] = self.take()?;
		if [x1, x0, y1, y0].iter().all(|word| is_zero(word)) {
			return Ok([["0", "0"], ["1", "0"], ["0", "0"]].map(|pair| pair.map(String::from)));
		}
		Ok([[decimal(x0), decimal(x1)], [decimal(y0), decimal(y1)], ["1", "0"].map(String::from)])
	}
}

fn is_zero(word: &[u8; WORD]) -> bool {
	word.iter().all(|byte| *byte == 0)
}
