// SPDX-License-Identifier: Apache-2.0
//! JSON of fields whose own type reads otherwise, for `#[serde(with = "…")]`.

/// Amounts and shares: strings of decimal digits.
pub mod decimal {
	use alloc::string::String;
	use serde::{de::Error, Deserialize, Deserializer, Serializer};

	/// Writes the digits.
	pub fn serialize<S: Serializer>(amount: &u128, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(amount)
	}

	/// Reads the digits. Fails for anything else, and for more than a `u128` holds.
	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(|_| {
			D::Error::custom("expected an amount in plancks: a string of decimal digits")
		})
	}

	/// The same where there may be none: null.
	pub mod option {
		use serde::{Deserialize, Deserializer, Serialize, Serializer};

		#[derive(Serialize, Deserialize)]
		#[serde(transparent)]
		struct Decimal(#[serde(with = "super")] u128);

		/// Writes the digits, or null.
		pub fn serialize<S: Serializer>(
			amount: &Option<u128>,
			serializer: S,
		) -> Result<S::Ok, S::Error> {
			amount.map(Decimal).serialize(serializer)
		}

		/// Reads the digits, or null.
		pub fn deserialize<'de, D: Deserializer<'de>>(
			deserializer: D,
		) -> Result<Option<u128>, D::Error> {
			Ok(Option::deserialize(deserializer)?.map(|Decimal(amount)| amount))
		}
	}
}

/// Eight bytes as `0x` and sixteen hexadecimal digits.
pub(crate) mod hex_u64 {
	use alloc::string::String;
	use serde::{de::Error, Deserialize, Deserializer, Serializer};

	pub fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&format_args!("{number:#018x}"))
	}

	pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
		let text = String::deserialize(deserializer)?;
		text.strip_prefix("0x")
			.and_then(|digits| u64::from_str_radix(digits, 16).ok())
			.ok_or_else(|| D::Error::custom("expected 0x and up to sixteen hexadecimal digits"))
	}
}
