// SPDX-License-Identifier: Apache-2.0

//! The JSON files of snarkjs (Groth16 over BN254, which it calls `bn128`, and over BLS12-381, `bls12381`), both ways.
//!
//! Numbers are decimal strings. A point is `[x, y, z]`, each coordinate of G2 a pair with the lower coefficient first;
//! files hold affine points, so that `z` is one, or zero for the point at infinity.
//!
//! A key and a proof say what curve they are over: [`key`] and [`proof`] take either, [`key_from_json`] and
//! [`proof_from_json`] BN254 only.

use super::ConvertError;
use crate::{
	curve::Curve,
	groth16::{encoding::prime_len, key_len, proof_len},
	Groth16Bls12_381, Groth16Bn254, ProofSystem, MAX_PUBLIC_INPUTS, PUBLIC_INPUT_LEN,
};
use alloc::{
	string::{String, ToString},
	vec::Vec,
};
use ark_ff::{BigInteger, PrimeField};
use num_bigint::BigUint;
use serde::{de::DeserializeOwned, Deserialize, Serialize};

const PROTOCOL: &str = "groth16";
/// Bytes of a scalar.
const WORD: usize = PUBLIC_INPUT_LEN as usize;

/// Name that snarkjs gives a curve.
const fn curve_name(system: ProofSystem) -> Option<&'static str> {
	match system {
		ProofSystem::Groth16Bn254 => Some("bn128"),
		ProofSystem::Groth16Bls12_381 => Some("bls12381"),
		ProofSystem::Sp1Groth16 | ProofSystem::Sp1Plonk | ProofSystem::Risc0Groth16 => None,
	}
}

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
	"bn128".to_string()
}

/// Proof system and canonical key from the text of a `verification_key.json`.
///
/// # Errors
///
/// [`ConvertError`], among others when the protocol or the curve is another one or `nPublic` does not fit `IC`.
pub fn key(json: &str) -> Result<(ProofSystem, Vec<u8>), ConvertError> {
	let key: KeyJson = parse(json)?;
	let system = kind(&key.protocol, &key.curve)?;
	let bytes = match system {
		ProofSystem::Groth16Bls12_381 => read_key::<Groth16Bls12_381>(&key)?,
		_ => read_key::<Groth16Bn254>(&key)?,
	};
	Ok((system, bytes))
}

/// Proof system and canonical proof from the text of a `proof.json`; one that does not name its curve is over BN254.
///
/// # Errors
///
/// [`ConvertError`] when it is not a Groth16 proof in affine coordinates.
pub fn proof(json: &str) -> Result<(ProofSystem, Vec<u8>), ConvertError> {
	let proof: ProofJson = parse(json)?;
	let system = kind(&proof.protocol, &proof.curve)?;
	let bytes = match system {
		ProofSystem::Groth16Bls12_381 => read_proof::<Groth16Bls12_381>(&proof)?,
		_ => read_proof::<Groth16Bn254>(&proof)?,
	};
	Ok((system, bytes))
}

/// Canonical public inputs from the text of a `public.json`, for this proof system.
///
/// # Errors
///
/// [`ConvertError`] when it is not a list of at most [`MAX_PUBLIC_INPUTS`] reduced scalars,
/// [`ConvertError::NoSuchForm`] for a system that is not Groth16.
pub fn public_inputs(system: ProofSystem, json: &str) -> Result<Vec<u8>, ConvertError> {
	match system {
		ProofSystem::Groth16Bn254 => read_public_inputs::<Groth16Bn254>(json),
		ProofSystem::Groth16Bls12_381 => read_public_inputs::<Groth16Bls12_381>(json),
		other => Err(ConvertError::NoSuchForm { system: other }),
	}
}

/// Canonical key over BN254 from the text of a `verification_key.json`.
///
/// # Errors
///
/// [`ConvertError`], among others when the protocol or the curve is another one or `nPublic` does not fit `IC`.
pub fn key_from_json(json: &str) -> Result<Vec<u8>, ConvertError> {
	key(json).and_then(on_bn254)
}

/// Canonical proof over BN254 from the text of a `proof.json`.
///
/// # Errors
///
/// [`ConvertError`] when it is not a Groth16 proof over BN254 in affine coordinates.
pub fn proof_from_json(json: &str) -> Result<Vec<u8>, ConvertError> {
	proof(json).and_then(on_bn254)
}

/// Canonical public inputs over BN254 from the text of a `public.json`.
///
/// # Errors
///
/// [`ConvertError`] when it is not a list of at most [`MAX_PUBLIC_INPUTS`] reduced scalars.
pub fn public_inputs_from_json(json: &str) -> Result<Vec<u8>, ConvertError> {
	read_public_inputs::<Groth16Bn254>(json)
}

/// Text of a `verification_key.json` from a canonical key over BN254.
///
/// # Errors
///
/// [`ConvertError::NotCanonical`] when the length is not that of a key. Points are not checked.
pub fn key_to_json(key: &[u8]) -> Result<String, ConvertError> {
	print_key::<Groth16Bn254>(key)
}

/// Text of a `proof.json` from a canonical proof over BN254.
///
/// # Errors
///
/// [`ConvertError::NotCanonical`] when the length is not that of a proof. Points are not checked.
pub fn proof_to_json(proof: &[u8]) -> Result<String, ConvertError> {
	print_proof::<Groth16Bn254>(proof)
}

/// Text of a `verification_key.json` from a canonical key of this system.
///
/// # Errors
///
/// [`ConvertError::NotCanonical`] when the length is not that of a key, [`ConvertError::NoSuchForm`] for a system that
/// is not Groth16. Points are not checked.
pub fn key_text(system: ProofSystem, key: &[u8]) -> Result<String, ConvertError> {
	match system {
		ProofSystem::Groth16Bn254 => print_key::<Groth16Bn254>(key),
		ProofSystem::Groth16Bls12_381 => print_key::<Groth16Bls12_381>(key),
		other => Err(ConvertError::NoSuchForm { system: other }),
	}
}

/// Text of a `proof.json` from a canonical proof of this system.
///
/// # Errors
///
/// [`ConvertError::NotCanonical`] when the length is not that of a proof, [`ConvertError::NoSuchForm`] for a system
/// that is not Groth16. Points are not checked.
pub fn proof_text(system: ProofSystem, proof: &[u8]) -> Result<String, ConvertError> {
	match system {
		ProofSystem::Groth16Bn254 => print_proof::<Groth16Bn254>(proof),
		ProofSystem::Groth16Bls12_381 => print_proof::<Groth16Bls12_381>(proof),
		other => Err(ConvertError::NoSuchForm { system: other }),
	}
}

/// Text of a `public.json` from canonical public inputs, whatever the curve.
///
/// # Errors
///
/// [`ConvertError::NotCanonical`] when the length is no multiple of 32.
pub fn public_inputs_to_json(public_inputs: &[u8]) -> Result<String, ConvertError> {
	let (words, rest) = public_inputs.as_chunks::<WORD>();
	if !rest.is_empty() {
		return Err(ConvertError::NotCanonical);
	}
	print(&words.iter().map(|word| decimal(word)).collect::<Vec<_>>())
}

fn parse<T: DeserializeOwned>(json: &str) -> Result<T, ConvertError> {
	serde_json::from_str(json).map_err(|error| ConvertError::Json(error.to_string()))
}

fn print<T: Serialize>(value: &T) -> Result<String, ConvertError> {
	serde_json::to_string_pretty(value).map_err(|error| ConvertError::Json(error.to_string()))
}

/// The proof system of a file.
fn kind(protocol: &str, curve: &str) -> Result<ProofSystem, ConvertError> {
	if protocol != PROTOCOL {
		return Err(ConvertError::Unsupported {
			field: "protocol",
			found: protocol.to_string(),
			expected: PROTOCOL,
		});
	}
	ProofSystem::ALL.into_iter().find(|system| curve_name(*system) == Some(curve)).ok_or_else(
		|| ConvertError::Unsupported {
			field: "curve",
			found: curve.to_string(),
			expected: "bn128 and bls12381",
		},
	)
}

fn on_bn254((system, bytes): (ProofSystem, Vec<u8>)) -> Result<Vec<u8>, ConvertError> {
	if system == ProofSystem::Groth16Bn254 {
		return Ok(bytes);
	}
	Err(ConvertError::Unsupported {
		field: "curve",
		found: curve_name(system).unwrap_or_default().to_string(),
		expected: "bn128",
	})
}

fn read_key<C: Curve>(key: &KeyJson) -> Result<Vec<u8>, ConvertError> {
	let found = key.ic.len();
	if key.public > MAX_PUBLIC_INPUTS || found != key.public as usize + 1 {
		return Err(ConvertError::WrongCount {
			field: "IC",
			expected: key.public.min(MAX_PUBLIC_INPUTS).saturating_add(1),
			found: u32::try_from(found).unwrap_or(u32::MAX),
		});
	}
	let mut bytes = Vec::with_capacity(key_len(C::COORDINATE_LEN as u32, key.public) as usize);
	push_g1::<C>(&mut bytes, &key.vk_alpha_1, "vk_alpha_1")?;
	push_g2::<C>(&mut bytes, &key.vk_beta_2, "vk_beta_2")?;
	push_g2::<C>(&mut bytes, &key.vk_gamma_2, "vk_gamma_2")?;
	push_g2::<C>(&mut bytes, &key.vk_delta_2, "vk_delta_2")?;
	for point in &key.ic {
		push_g1::<C>(&mut bytes, point, "IC")?;
	}
	Ok(bytes)
}

fn read_proof<C: Curve>(proof: &ProofJson) -> Result<Vec<u8>, ConvertError> {
	let mut bytes = Vec::with_capacity(proof_len(C::COORDINATE_LEN as u32) as usize);
	push_g1::<C>(&mut bytes, &proof.pi_a, "pi_a")?;
	push_g2::<C>(&mut bytes, &proof.pi_b, "pi_b")?;
	push_g1::<C>(&mut bytes, &proof.pi_c, "pi_c")?;
	Ok(bytes)
}

fn read_public_inputs<C: Curve>(json: &str) -> Result<Vec<u8>, ConvertError> {
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
		push_number::<C::Fr>(&mut bytes, input, "public")?;
	}
	Ok(bytes)
}

fn print_key<C: Curve>(key: &[u8]) -> Result<String, ConvertError> {
	let coordinate = C::COORDINATE_LEN;
	let points = key
		.len()
		.checked_sub(key_len(coordinate as u32, 0) as usize)
		.filter(|rest| rest % (2 * coordinate) == 0)
		.ok_or(ConvertError::NotCanonical)?
		/ (2 * coordinate);
	let public = u32::try_from(points).map_err(|_| ConvertError::NotCanonical)?;
	let mut words = Words { rest: key, coordinate };
	print(&KeyJson {
		protocol: default_protocol(),
		curve: curve_name(C::SYSTEM).unwrap_or_default().to_string(),
		public,
		vk_alpha_1: words.g1()?,
		vk_beta_2: words.g2()?,
		vk_gamma_2: words.g2()?,
		vk_delta_2: words.g2()?,
		ic: (0..=public).map(|_| words.g1()).collect::<Result<_, _>>()?,
	})
}

fn print_proof<C: Curve>(proof: &[u8]) -> Result<String, ConvertError> {
	if proof.len() != proof_len(C::COORDINATE_LEN as u32) as usize {
		return Err(ConvertError::NotCanonical);
	}
	let mut words = Words { rest: proof, coordinate: C::COORDINATE_LEN };
	print(&ProofJson {
		pi_a: words.g1()?,
		pi_b: words.g2()?,
		pi_c: words.g1()?,
		protocol: default_protocol(),
		curve: curve_name(C::SYSTEM).unwrap_or_default().to_string(),
	})
}

fn push_g1<C: Curve>(
	out: &mut Vec<u8>,
	[x, y, z]: &G1Json,
	field: &'static str,
) -> Result<(), ConvertError> {
	match z.as_str() {
		"1" => {
			push_number::<C::Fq>(out, x, field)?;
			push_number::<C::Fq>(out, y, field)
		}
		"0" => {
			out.extend(core::iter::repeat_n(0, 2 * C::COORDINATE_LEN));
			Ok(())
		}
		other => Err(not_affine(field, other)),
	}
}

fn push_g2<C: Curve>(
	out: &mut Vec<u8>,
	[x, y, z]: &G2Json,
	field: &'static str,
) -> Result<(), ConvertError> {
	match [z[0].as_str(), z[1].as_str()] {
		["1", "0"] => [x, y]
			.into_iter()
			.flat_map(|[c0, c1]| [c1, c0])
			.try_for_each(|coordinate| push_number::<C::Fq>(out, coordinate, field)),
		["0", "0"] => {
			out.extend(core::iter::repeat_n(0, 4 * C::COORDINATE_LEN));
			Ok(())
		}
		[other, _] => Err(not_affine(field, other)),
	}
}

/// Characters of a wrong coordinate that an error repeats.
const MAX_QUOTED: usize = 80;

fn not_affine(field: &'static str, z: &str) -> ConvertError {
	ConvertError::Unsupported {
		field,
		found: z.chars().take(MAX_QUOTED).collect(),
		expected: "a third coordinate of one (affine) or zero (infinity)",
	}
}

/// Appends a decimal number below the modulus of `F` as big-endian bytes, as many as the modulus has.
fn push_number<F: PrimeField>(
	out: &mut Vec<u8>,
	decimal: &str,
	field: &'static str,
) -> Result<(), ConvertError> {
	let digits = decimal.as_bytes();
	let length = prime_len::<F>();
	// A byte has less than 2.409 decimal digits; longer strings are not parsed.
	let most = length * 2409 / 1000 + 1;
	let well_formed = (1..=most).contains(&digits.len())
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
	out.extend(core::iter::repeat_n(0, length.saturating_sub(bytes.len())));
	out.extend_from_slice(&bytes);
	Ok(())
}

fn decimal(word: &[u8]) -> String {
	BigUint::from_bytes_be(word).to_string()
}

/// Canonical bytes, a coordinate at a time.
struct Words<'a> {
	rest: &'a [u8],
	coordinate: usize,
}

impl<'a> Words<'a> {
	fn take<const N: usize>(&mut self) -> Result<[&'a [u8]; N], ConvertError> {
		let mut words = [&[][..]; N];
		for word in &mut words {
			(*word, self.rest) =
				self.rest.split_at_checked(self.coordinate).ok_or(ConvertError::NotCanonical)?;
		}
		Ok(words)
	}

	fn g1(&mut self) -> Result<G1Json, ConvertError> {
		let [x, y] = self.take()?;
		if [x, y].into_iter().all(is_zero) {
			return Ok(["0", "1", "0"].map(String::from));
		}
		Ok([decimal(x), decimal(y), "1".to_string()])
	}

	fn g2(&mut self) -> Result<G2Json, ConvertError> {
		let [x1, x0, y1, y0] = self.take()?;
		if [x1, x0, y1, y0].into_iter().all(is_zero) {
			return Ok([["0", "0"], ["1", "0"], ["0", "0"]].map(|pair| pair.map(String::from)));
		}
		Ok([[decimal(x0), decimal(x1)], [decimal(y0), decimal(y1)], ["1", "0"].map(String::from)])
	}
}

fn is_zero(word: &[u8]) -> bool {
	word.iter().all(|byte| *byte == 0)
}
