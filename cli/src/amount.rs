// SPDX-License-Identifier: Apache-2.0
//! Amounts of money: YARD for people, plancks for the chain, and exact arithmetic between them.
//!
//! One YARD is 10¹² plancks. There is no floating point anywhere: what is typed is what is sent.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// Decimals of one YARD.
pub const DECIMALS: usize = 12;
/// Plancks of one YARD.
pub const YARD: u128 = 1_000_000_000_000;
/// Below this an amount is shown in plancks: the zeros of its decimals are hard to count.
const SHOWN_IN_PLANCKS_BELOW: u128 = 1_000_000;

/// An amount in plancks.
///
/// Read from `12.5` or `12.5 YARD` (at most twelve decimals) or `500planck`; digits may be grouped
/// with `_`. Shown as YARD, very small amounts as plancks; both can be read back. In JSON it is a
/// string of decimal digits, in plancks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Amount(pub u128);

impl Amount {
	/// This amount and a fifth on top, rounded up: room for a price that moves before the clearing.
	/// `None` on overflow.
	pub fn with_margin(self) -> Option<Self> {
		Some(Self(self.0.checked_mul(6)?.div_ceil(5)))
	}
}

/// Reason why a text is no amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParseAmountError {
	/// There are no digits.
	Empty,
	/// Something is neither a digit nor the one decimal point.
	NotANumber,
	/// More decimals than a planck has.
	TooPrecise,
	/// More than a balance can hold.
	TooLarge,
	/// A unit other than `YARD` and `planck`.
	UnknownUnit,
}

impl fmt::Display for ParseAmountError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Empty => "an amount needs digits, for example 12.5 or 500planck",
			Self::NotANumber => {
				"not an amount: write digits with at most one decimal point, for example 12.5 or 500planck"
			},
			Self::TooPrecise => "too precise: YARD has twelve decimals, and a planck has none",
			Self::TooLarge => "too large for a balance",
			Self::UnknownUnit => "unknown unit: use YARD (the default) or planck",
		})
	}
}

impl std::error::Error for ParseAmountError {}

impl FromStr for Amount {
	type Err = ParseAmountError;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let text = text.trim();
		let unit_at = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
		let (number, unit) = text.split_at(unit_at);
		let number: String = number.trim_end().chars().filter(|c| *c != '_').collect();
		let decimals = match unit.to_ascii_lowercase().as_str() {
			"" | "yard" => DECIMALS,
			"planck" | "plancks" => 0,
			_ => return Err(ParseAmountError::UnknownUnit),
		};
		let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
		if whole.is_empty() && fraction.is_empty() {
			return Err(ParseAmountError::Empty);
		}
		if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
			return Err(ParseAmountError::NotANumber);
		}
		let fraction = fraction.trim_end_matches('0');
		if fraction.len() > decimals {
			return Err(ParseAmountError::TooPrecise);
		}
		whole
			.bytes()
			.chain(fraction.bytes())
			.chain(std::iter::repeat_n(b'0', decimals - fraction.len()))
			.try_fold(0u128, |sum, digit| {
				sum.checked_mul(10)?.checked_add(u128::from(digit - b'0'))
			})
			.map(Self)
			.ok_or(ParseAmountError::TooLarge)
	}
}

impl fmt::Display for Amount {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		if self.0 != 0 && self.0 < SHOWN_IN_PLANCKS_BELOW {
			return f.pad(&format!("{} planck", self.0));
		}
		let (whole, fraction) = (self.0 / YARD, self.0 % YARD);
		if fraction == 0 {
			return f.pad(&format!("{whole} YARD"));
		}
		let fraction = format!("{fraction:0width$}", width = DECIMALS);
		f.pad(&format!("{whole}.{} YARD", fraction.trim_end_matches('0')))
	}
}

impl From<u128> for Amount {
	fn from(plancks: u128) -> Self {
		Self(plancks)
	}
}

impl Serialize for Amount {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(&self.0)
	}
}

impl<'de> Deserialize<'de> for Amount {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		text.parse().map(Self).map_err(|_| {
			serde::de::Error::custom(format!("{text:?} is not a decimal number of plancks"))
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parse(text: &str) -> Result<u128, ParseAmountError> {
		text.parse::<Amount>().map(|amount| amount.0)
	}

	#[test]
	fn reads_yard_and_plancks() {
		assert_eq!(parse("1"), Ok(YARD));
		assert_eq!(parse("12.5"), Ok(12_500_000_000_000));
		assert_eq!(parse("12.5 YARD"), Ok(12_500_000_000_000));
		assert_eq!(parse(" 12.5yard "), Ok(12_500_000_000_000));
		assert_eq!(parse(".5"), Ok(500_000_000_000));
		assert_eq!(parse("5."), Ok(5 * YARD));
		assert_eq!(parse("0"), Ok(0));
		assert_eq!(parse("100_000"), Ok(100_000 * YARD));
		assert_eq!(parse("0.000000000001"), Ok(1));
		assert_eq!(parse("500planck"), Ok(500));
		assert_eq!(parse("1_000 plancks"), Ok(1_000));
	}

	#[test]
	fn zeros_that_say_nothing_are_no_precision() {
		assert_eq!(parse("1.5000000000000000000"), Ok(1_500_000_000_000));
		assert_eq!(parse("7.000planck"), Ok(7));
	}

	#[test]
	fn fails_for_what_is_no_amount() {
		assert_eq!(parse(""), Err(ParseAmountError::Empty));
		assert_eq!(parse("."), Err(ParseAmountError::Empty));
		assert_eq!(parse("YARD"), Err(ParseAmountError::Empty));
		assert_eq!(parse("-1"), Err(ParseAmountError::NotANumber));
		assert_eq!(parse("1.2.3"), Err(ParseAmountError::NotANumber));
		assert_eq!(parse("1,5"), Err(ParseAmountError::NotANumber));
		assert_eq!(parse("1e3"), Err(ParseAmountError::UnknownUnit));
		assert_eq!(parse("5 DOT"), Err(ParseAmountError::UnknownUnit));
		assert_eq!(parse("0.0000000000001"), Err(ParseAmountError::TooPrecise));
		assert_eq!(parse("0.5planck"), Err(ParseAmountError::TooPrecise));
	}

	#[test]
	fn the_largest_balance_is_the_limit() {
		let largest = format!("{}planck", u128::MAX);
		assert_eq!(parse(&largest), Ok(u128::MAX));
		assert_eq!(
			parse("340282366920938463463374607431768211456planck"),
			Err(ParseAmountError::TooLarge)
		);
		assert_eq!(parse("340282366920938463463374608"), Err(ParseAmountError::TooLarge));
	}

	#[test]
	fn what_is_shown_can_be_read_back() {
		for plancks in [0, 1, 999_999, 1_000_000, YARD - 1, YARD, 12_500_000_000_000, u128::MAX] {
			assert_eq!(parse(&Amount(plancks).to_string()), Ok(plancks));
		}
		assert_eq!(Amount(12_500_000_000_000).to_string(), "12.5 YARD");
		assert_eq!(Amount(YARD + 1).to_string(), "1.000000000001 YARD");
		assert_eq!(Amount(7).to_string(), "7 planck");
		assert_eq!(Amount(0).to_string(), "0 YARD");
	}

	#[test]
	fn the_margin_is_a_fifth_rounded_up() {
		assert_eq!(Amount(100).with_margin(), Some(Amount(120)));
		assert_eq!(Amount(1).with_margin(), Some(Amount(2)));
		assert_eq!(Amount(0).with_margin(), Some(Amount(0)));
		assert_eq!(Amount(u128::MAX).with_margin(), None);
	}

	#[test]
	fn json_is_plancks_as_a_string() {
		let json = serde_json::to_string(&Amount(u128::MAX)).unwrap();
		assert_eq!(json, "\"340282366920938463463374607431768211455\"");
		assert_eq!(serde_json::from_str::<Amount>(&json).unwrap(), Amount(u128::MAX));
		assert!(serde_json::from_str::<Amount>("\"1.5\"").is_err());
	}
}
