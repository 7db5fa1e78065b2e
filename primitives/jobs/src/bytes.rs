// SPDX-License-Identifier: Apache-2.0
//! Bytes as the interface spells them: `0x` and hex digits.

use alloc::{
	format,
	string::{String, ToString},
	vec::Vec,
};
use core::{fmt, str::FromStr};

use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};

/// Bytes written as `0x` and lower-case hex digits.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct HexBytes(pub Vec<u8>);

/// 32 bytes written as `0x` and 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bytes32(pub [u8; 32]);

impl fmt::Display for Bytes32 {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "0x{}", hex::encode(self.0))
	}
}

impl fmt::Debug for Bytes32 {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{self}")
	}
}

impl fmt::Debug for HexBytes {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "HexBytes({} bytes)", self.0.len())
	}
}

fn unhex(text: &str) -> Result<Vec<u8>, String> {
	let digits = text.strip_prefix("0x").ok_or_else(|| "hex must begin with 0x".to_string())?;
	hex::decode(digits).map_err(|e| format!("not hex: {e}"))
}

impl FromStr for Bytes32 {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let bytes = unhex(text)?;
		<[u8; 32]>::try_from(bytes.as_slice())
			.map(Self)
			.map_err(|_| format!("expected 32 bytes, found {}", bytes.len()))
	}
}

impl Serialize for Bytes32 {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

impl<'de> Deserialize<'de> for Bytes32 {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
	}
}

impl Serialize for HexBytes {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(&format!("0x{}", hex::encode(&self.0)))
	}
}

impl<'de> Deserialize<'de> for HexBytes {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		unhex(&String::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
	}
}
