// SPDX-License-Identifier: Apache-2.0
//! Every planck, block by block: what moved on the chain against what a test says that should have.

use crate::{account, Yard, SESSION};
use codec::Decode;
use proofyard_mechanism::level::{AUTHOR_PERCENT, FEE_PERCENT, TREASURY_PERCENT};
use serde_json::{json, Value};
use sp_crypto_hashing::{blake2_128, twox_128};
use std::{collections::BTreeMap, ops::Range};

/// The chain's treasury, by this name in [`Moves`].
pub const TREASURY: &str = "the treasury";
/// Sum of the money there is, by this name in [`Moves`].
pub const ISSUANCE: &str = "all there is";

/// Fee of the protocol on a payment for a proof, in plancks.
pub fn fee_of(payment: u128) -> u128 {
	(payment * u128::from(FEE_PERCENT)).div_ceil(100)
}

/// By how much accounts change, in plancks. Those that do not are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves(BTreeMap<String, i128>);

impl Moves {
	fn add(&mut self, name: &str, amount: i128) {
		let sum = self.0.remove(name).unwrap_or(0) + amount;
		if sum != 0 {
			self.0.insert(name.to_owned(), sum);
		}
	}

	/// An account pays another.
	pub fn pays(mut self, from: &str, to: &str, amount: u128) -> Self {
		self.add(from, -(amount as i128));
		self.add(to, amount as i128);
		self
	}

	/// An account loses what nobody gets.
	pub fn burns(self, from: &str, amount: u128) -> Self {
		let mut moves = self;
		moves.add(from, -(amount as i128));
		moves.add(ISSUANCE, -(amount as i128));
		moves
	}

	/// A requester pays a prover for a proof: the protocol takes its fee out of the payment. The
	/// author's and the treasury's parts of the fee are rounded down; the rest is burnt.
	pub fn buys(self, requester: &str, prover: &str, payment: u128) -> Self {
		let fee = fee_of(payment);
		let part = |percent: u32| fee * u128::from(percent) / 100;
		let (author, treasury) = (part(AUTHOR_PERCENT), part(TREASURY_PERCENT));
		self.pays(requester, prover, payment - fee)
			.pays(requester, SESSION, author)
			.pays(requester, TREASURY, treasury)
			.burns(requester, fee - author - treasury)
	}

	/// Both.
	pub fn and(mut self, other: &Self) -> Self {
		for (name, amount) in &other.0 {
			self.add(name, *amount);
		}
		self
	}
}

/// Follows the money of a chain from a block on, and knows what should move.
pub struct Ledger<'a> {
	yard: &'a Yard,
	accounts: Vec<(String, [u8; 32])>,
	from: u64,
	expected: BTreeMap<u64, Moves>,
}

impl<'a> Ledger<'a> {
	/// Follow these accounts, the author of blocks and the treasury, from the best block on.
	pub fn open(yard: &'a Yard, accounts: &[&str]) -> Self {
		let mut accounts: Vec<(String, [u8; 32])> = accounts
			.iter()
			.chain(&[SESSION])
			.map(|suri| (suri.to_string(), account(suri).into()))
			.collect();
		let mut treasury = [0; 32];
		treasury[..12].copy_from_slice(b"modlpy/trsry");
		accounts.push((TREASURY.to_owned(), treasury));
		Self { yard, accounts, from: yard.best(), expected: BTreeMap::new() }
	}

	/// In this block, these moves happen, beside those said already.
	pub fn expect(&mut self, block: u64, moves: Moves) {
		let expected = self.expected.entry(block).or_default();
		*expected = std::mem::take(expected).and(&moves);
	}

	/// Compare every block up to the best. Transaction fees are left aside: each goes from its signer
	/// to the author.
	///
	/// # Panics
	/// If in any block anything else moved than was expected of it.
	pub fn close(self) {
		let last = self.yard.best();
		assert!(self.expected.keys().all(|block| (self.from + 1..=last).contains(block)));
		let fees = self.fees_taken_back(self.from + 1..last + 1);
		let mut before = self.read(self.from);
		for block in self.from + 1..=last {
			let after = self.read(block);
			let mut moved = fees.get(&block).cloned().unwrap_or_default();
			for (name, amount) in &after {
				moved.add(name, *amount as i128 - before[name] as i128);
			}
			let expected = self.expected.get(&block).cloned().unwrap_or_default();
			assert_eq!(moved, expected, "what moved in block {block}, and what should have");
			before = after;
		}
	}

	/// Balance of everybody after a block, in plancks.
	fn read(&self, block: u64) -> BTreeMap<String, u128> {
		let issuance = [twox_128(b"Balances"), twox_128(b"TotalIssuance")].concat();
		let prefix = [twox_128(b"System"), twox_128(b"Account")].concat();
		let keys = self.accounts.iter().map(|(name, account)| {
			(name.clone(), [&prefix[..], &blake2_128(account), account].concat())
		});
		let keys: Vec<(String, Vec<u8>)> = keys.chain([(ISSUANCE.to_owned(), issuance)]).collect();
		let hex_keys: Vec<String> = keys.iter().map(|(_, key)| hex_of(key)).collect();
		let hash = self.yard.hash_of(block);
		let answer = self.yard.rpc("state_queryStorageAt", json!([hex_keys, hash]));
		let answer = answer.unwrap_or_else(|error| panic!("{error}"));
		let values: BTreeMap<&str, &Value> = answer[0]["changes"]
			.as_array()
			.expect("changes")
			.iter()
			.map(|change| (change[0].as_str().expect("a key"), &change[1]))
			.collect();
		keys.iter()
			.zip(&hex_keys)
			.map(|((name, _), key)| {
				let bytes = values[key.as_str()].as_str().map(bytes_of).unwrap_or_default();
				(name.clone(), if name == ISSUANCE { number(&bytes) } else { total(&bytes) })
			})
			.collect()
	}

	/// The transaction fees of blocks, back from their author to those who paid them.
	fn fees_taken_back(&self, blocks: Range<u64>) -> BTreeMap<u64, Moves> {
		let mut moves = BTreeMap::<u64, Moves>::new();
		for (block, payer, fee) in self.yard.transaction_fees(blocks) {
			let name = self.accounts.iter().find(|(_, account)| *account == payer);
			let name = &name.expect("only these accounts sign").0;
			let all = moves.entry(block).or_default();
			*all = std::mem::take(all).pays(SESSION, name, fee);
		}
		moves
	}
}

/// Free and held together: after four counters.
fn total(account: &[u8]) -> u128 {
	if account.is_empty() {
		return 0;
	}
	let decoded = <(u32, u32, u32, u32, u128, u128)>::decode(&mut &account[..]);
	let (.., free, held) = decoded.expect("an account");
	free + held
}

fn number(bytes: &[u8]) -> u128 {
	u128::decode(&mut &bytes[..]).expect("a number")
}

/// `0x` and hexadecimal.
pub fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// Bytes that [`hex_of`] wrote.
pub fn bytes_of(text: &str) -> Vec<u8> {
	hex::decode(text.trim_start_matches("0x")).expect("hexadecimal")
}
