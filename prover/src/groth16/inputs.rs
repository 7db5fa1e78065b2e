// SPDX-License-Identifier: Apache-2.0
//! Inputs, as a requester may write them.
//!
//! An input is a JSON object from signal names to values. A value is a JSON integer, a string with
//! a decimal or `0x` hexadecimal integer of either sign, or an array of values; arrays of any depth
//! count row by row. An object in place of a value is a bus, whose signals are called
//! `bus.field` and, in an array of buses, `bus[0].field`. Integers are reduced by the field's prime.

use super::error::Groth16Error;
use ark_bn254::Fr;
use num_bigint::BigUint;
use serde_json::{Map, Value};

/// Longest integer, in characters: far above any field element, and small enough that reading one
/// costs nothing to speak of.
const MAX_DIGITS: usize = 1024;
/// The length up to which a faulty value is quoted in a message.
const QUOTED: usize = 40;

/// A signal's name and its values, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
	/// The name, as in the circuit.
	pub name: String,
	/// One value for a plain signal, one for each place of an array.
	pub values: Vec<Fr>,
}

/// Parses an input file.
///
/// # Errors
/// `InvalidInput` if it is not JSON, not an object, or a value is not an integer.
pub fn parse(json: &[u8]) -> Result<Vec<Signal>, Groth16Error> {
	let value: Value =
		serde_json::from_slice(json).map_err(|error| invalid(format!("not JSON: {error}")))?;
	signals(&value)
}

/// The signals of a parsed input.
///
/// # Errors
/// `InvalidInput` if it is not an object or a value is not an integer.
pub fn signals(input: &Value) -> Result<Vec<Signal>, Groth16Error> {
	let Value::Object(fields) = input else {
		return Err(invalid("it must be a JSON object of signal names".into()));
	};
	let mut signals = Vec::with_capacity(fields.len());
	bus("", fields, &mut signals)?;
	Ok(signals)
}

fn bus(
	prefix: &str,
	fields: &Map<String, Value>,
	signals: &mut Vec<Signal>,
) -> Result<(), Groth16Error> {
	for (field, value) in fields {
		let name = if prefix.is_empty() { field.clone() } else { format!("{prefix}.{field}") };
		signal(name, value, signals)?;
	}
	Ok(())
}

fn signal(name: String, value: &Value, signals: &mut Vec<Signal>) -> Result<(), Groth16Error> {
	match value {
		Value::Object(fields) => bus(&name, fields, signals),
		Value::Array(items) if holds_objects(items) => {
			for (i, item) in items.iter().enumerate() {
				signal(format!("{name}[{i}]"), item, signals)?;
			}
			Ok(())
		}
		_ => {
			let mut values = Vec::new();
			flatten(&name, value, &mut values)?;
			signals.push(Signal { name, values });
			Ok(())
		}
	}
}

/// Whether the first value in an array of any depth is a bus.
fn holds_objects(items: &[Value]) -> bool {
	match items.first() {
		Some(Value::Array(items)) => holds_objects(items),
		Some(Value::Object(_)) => true,
		_ => false,
	}
}

fn flatten(name: &str, value: &Value, values: &mut Vec<Fr>) -> Result<(), Groth16Error> {
	match value {
		Value::Array(items) => items.iter().try_for_each(|item| flatten(name, item, values)),
		_ => {
			values
				.push(integer(value).map_err(|what| invalid(format!("signal `{name}`: {what}")))?);
			Ok(())
		}
	}
}

fn integer(value: &Value) -> Result<Fr, String> {
	match value {
		Value::Number(number) => {
			if let Some(number) = number.as_u64() {
				Ok(Fr::from(number))
			} else if let Some(number) = number.as_i64() {
				Ok(Fr::from(number))
			} else {
				Err("a number is not a 64-bit integer; write larger ones as strings".into())
			}
		}
		Value::String(text) => from_text(text).ok_or_else(|| {
			let shown: String = text.chars().take(QUOTED).collect();
			format!("`{shown}` is not a decimal or 0x-hexadecimal integer")
		}),
		Value::Null => Err("null is not an integer".into()),
		Value::Bool(_) => Err("a boolean is not an integer; write 0 or 1".into()),
		Value::Array(_) | Value::Object(_) => Err("arrays and buses are mixed".into()),
	}
}

fn from_text(text: &str) -> Option<Fr> {
	let text = text.trim();
	let (negative, digits) = match text.strip_prefix('-') {
		Some(digits) => (true, digits),
		None => (false, text),
	};
	let (radix, digits) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
		Some(digits) => (16, digits),
		None => (10, digits),
	};
	let all_digits = digits.chars().all(|c| c.is_digit(radix));
	if digits.is_empty() || digits.len() > MAX_DIGITS || !all_digits {
		return None;
	}
	let value = Fr::from(BigUint::parse_bytes(digits.as_bytes(), radix)?);
	Some(if negative { -value } else { value })
}

fn invalid(what: String) -> Groth16Error {
	Groth16Error::InvalidInput(what)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ff::{Field, PrimeField};
	use serde_json::json;

	fn values(value: Value) -> Result<Vec<Fr>, Groth16Error> {
		signals(&json!({ "x": value })).map(|mut signals| signals.remove(0).values)
	}

	fn message(value: Value) -> String {
		values(value).unwrap_err().to_string()
	}

	#[test]
	fn integers_of_every_spelling() {
		let expected = vec![Fr::from(255u64)];
		for value in [json!(255), json!("255"), json!("0xff"), json!("0XFF"), json!(" 255 ")] {
			assert_eq!(values(value).unwrap(), expected);
		}
		for value in [json!(-1), json!("-1"), json!("-0x1")] {
			assert_eq!(values(value).unwrap(), vec![-Fr::ONE]);
		}
		assert_eq!(values(json!(u64::MAX)).unwrap(), vec![Fr::from(u64::MAX)]);
		assert_eq!(values(json!(i64::MIN)).unwrap(), vec![-Fr::from(1u64 << 63)]);
	}

	#[test]
	fn integers_are_reduced() {
		let modulus = BigUint::from(Fr::MODULUS);
		assert_eq!(values(json!((modulus.clone() + 3u8).to_string())).unwrap(), [Fr::from(3u8)]);
		assert_eq!(values(json!(format!("-{}", modulus * 2u8 + 1u8))).unwrap(), [-Fr::ONE]);
	}

	#[test]
	fn arrays_count_row_by_row() {
		let expected: Vec<Fr> = (1..=4u8).map(Fr::from).collect();
		assert_eq!(values(json!([[1, 2], ["3", 4]])).unwrap(), expected);
		assert_eq!(values(json!([])).unwrap(), []);
	}

	#[test]
	fn buses_have_qualified_names() {
		let input = json!({ "p": { "x": 1, "y": [2, 3] }, "q": [{ "x": 4 }, { "x": 5 }] });
		let signals = signals(&input).unwrap();
		let names: Vec<_> = signals.iter().map(|s| (s.name.as_str(), s.values.len())).collect();
		assert_eq!(names, [("p.x", 1), ("p.y", 2), ("q[0].x", 1), ("q[1].x", 1)]);
	}

	#[test]
	fn everything_else_is_refused() {
		for text in ["", "-", "0x", "1.5", "1e3", "abc", "--1", "+1", "0x-1", "1_000", "١"] {
			assert!(message(json!(text)).contains("is not a decimal"), "{text}");
		}
		assert!(message(json!("9".repeat(MAX_DIGITS + 1))).contains("is not a decimal"));
		assert!(message(json!(1.5)).contains("64-bit"));
		assert!(message(json!(null)).contains("null"));
		assert!(message(json!(true)).contains("boolean"));
		assert!(message(json!([1, { "x": 2 }])).contains("mixed"));
		assert!(parse(b"{\"x\": 123456789012345678901234567890}").is_err());
		assert!(parse(b"[1]").is_err());
		assert!(parse(b"{").is_err());
		assert!(parse(&[0xff]).is_err());
	}
}
