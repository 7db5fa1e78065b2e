// SPDX-License-Identifier: Apache-2.0
//! Sizes as operators write them.
//!
//! The crate `bytesize` 2.7 takes more and says less: a size beyond 2⁶⁴ becomes 2⁶⁴ − 1, and `100G` is a hundred times 10⁹
//! without a word. A limit is worth a refusal.

use std::str::FromStr;

use serde::Deserialize;

/// A number of bytes on the command line: `1048576`, `512MiB`, `100GB`, `2TiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

impl FromStr for ByteSize {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let text = text.trim();
		let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
		let (number, unit) = text.split_at(digits);
		let number: u64 =
			number.parse().map_err(|_| {
				format!("`{text}` is no size: write a whole number and a unit, such as 512MiB or 100GiB")
			})?;
		let factor: u64 = match unit.trim() {
			"" | "B" => 1,
			"kB" | "KB" => 1_000,
			"MB" => 1_000_000,
			"GB" => 1_000_000_000,
			"TB" => 1_000_000_000_000,
			"KiB" => 1 << 10,
			"MiB" => 1 << 20,
			"GiB" => 1 << 30,
			"TiB" => 1 << 40,
			other => {
				return Err(format!(
					"`{other}` is no unit of size: use B, kB, MB, GB, TB, KiB, MiB, GiB or TiB"
				))
			}
		};
		number.checked_mul(factor).map(ByteSize).ok_or_else(|| format!("`{text}` is too large"))
	}
}

impl<'de> Deserialize<'de> for ByteSize {
	fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		#[derive(Deserialize)]
		#[serde(untagged)]
		enum Raw {
			Number(u64),
			Text(String),
		}
		match Raw::deserialize(deserializer)? {
			Raw::Number(n) => Ok(ByteSize(n)),
			Raw::Text(text) => text.parse().map_err(serde::de::Error::custom),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn sizes_take_decimal_and_binary_units() {
		assert_eq!("100GiB".parse(), Ok(ByteSize(100 << 30)));
		assert_eq!("2 MB".parse(), Ok(ByteSize(2_000_000)));
		assert_eq!("17".parse(), Ok(ByteSize(17)));
		for bad in ["", "GiB", "1.5GiB", "-1", "1 parsec", "99999999999TiB"] {
			assert!(bad.parse::<ByteSize>().is_err(), "{bad}");
		}
	}
}
