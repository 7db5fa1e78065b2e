// SPDX-License-Identifier: Apache-2.0
//! The calls of the pallets, typed by the chain's own primitives.
//!
//! Arguments are encoded by the types the pallets use and checked against the metadata of the
//! connected chain: a call that this chain does not know, or knows with other arguments, is refused
//! here with its name instead of being misread there.

use crate::rpc::{Parts, Selector};
use codec::Encode;
use proofyard_primitives::{
	program::{Artifact, Locator},
	session::{Report, SessionKey, SessionSignature},
	BiddingWindow, FixedValues, HardwareClass, InputRef, Market, ProgramId, ProofData, ProofSystem,
	Redundancy, ServiceLevel, TaskId, WorkModel,
};
use sp_core::H256;
use subxt::{
	ext::{
		scale_decode::visitor::{decode_with_visitor, IgnoreVisitor},
		scale_encode::{
			Composite, CompositeField, EncodeAsFields, EncodeAsType, Error, FieldIter,
			TypeResolver, Variant,
		},
	},
	transactions::Payload,
	utils::AccountId32,
};

/// A call of a pallet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
	pallet: &'static str,
	name: &'static str,
	args: Args,
}

/// The arguments of a call, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Args(Vec<Arg>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Arg {
	/// A number, encoded as wide (or as compact) as the metadata says.
	Number(u128),
	/// Anything else, by its own type.
	Value(Vec<u8>),
	/// Another call, by the numbers that the metadata gives it.
	Call(Box<Call>),
	/// Other calls, in the same way.
	Calls(Vec<Call>),
}

impl Call {
	fn new(pallet: &'static str, name: &'static str, args: Vec<Arg>) -> Self {
		Self { pallet, name, args: Args(args) }
	}

	/// The pallet's name.
	pub fn pallet(&self) -> &'static str {
		self.pallet
	}
}

impl Payload for Call {
	type CallData = Args;

	fn pallet_name(&self) -> &str {
		self.pallet
	}

	fn call_name(&self) -> &str {
		self.name
	}

	fn call_data(&self) -> &Args {
		&self.args
	}
}

impl EncodeAsFields for Args {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		fields: &mut dyn FieldIter<'_, R::TypeId>,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), Error> {
		if fields.len() != self.0.len() {
			return Err(other(&format!("{} arguments, not {}", fields.len(), self.0.len())));
		}
		for (field, arg) in fields.zip(&self.0) {
			let name = field.name.unwrap_or_default();
			arg.encode_as_type_to(field.id, types, out)
				.map_err(|error| error.at_field(name.to_owned()))?;
		}
		Ok(())
	}
}

/// The error of a call that this chain has with other arguments.
fn other(what: &str) -> Error {
	Error::custom_string(format!(
		"this chain's call takes {what}; use the version of this program that belongs to the chain"
	))
}

impl EncodeAsType for Arg {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		type_id: R::TypeId,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), Error> {
		match self {
			Self::Number(number) => number.encode_as_type_to(type_id, types, out),
			Self::Call(call) => call.encode_as_type_to(type_id, types, out),
			Self::Calls(calls) => calls.encode_as_type_to(type_id, types, out),
			Self::Value(bytes) => {
				let mut rest = bytes.as_slice();
				let visitor = IgnoreVisitor::<R>::new();
				let read = decode_with_visitor(&mut rest, type_id, types, visitor);
				if read.is_err() || !rest.is_empty() {
					return Err(other("another type of argument"));
				}
				out.extend_from_slice(bytes);
				Ok(())
			}
		}
	}
}

/// The call of a pallet, inside the call that takes it: `Pallet(call { arguments })`.
impl EncodeAsType for Call {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		type_id: R::TypeId,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), Error> {
		let inner = PalletCall { name: self.name, args: &self.args };
		encode_variant(self.pallet, &[inner], type_id, types, out)
	}
}

/// A variant with these fields, in order.
fn encode_variant<R: TypeResolver, T: EncodeAsType>(
	name: &str,
	fields: &[T],
	type_id: R::TypeId,
	types: &R,
	out: &mut Vec<u8>,
) -> Result<(), Error> {
	let fields = fields.iter().map(|field| (None, CompositeField::new(field)));
	Variant { name, fields: Composite::new(fields) }.encode_variant_as_type_to(type_id, types, out)
}

struct PalletCall<'a> {
	name: &'a str,
	args: &'a Args,
}

impl EncodeAsType for PalletCall<'_> {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		type_id: R::TypeId,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), Error> {
		encode_variant(self.name, &self.args.0, type_id, types, out)
	}
}

fn number(number: impl Into<u128>) -> Arg {
	Arg::Number(number.into())
}

fn value(value: impl Encode) -> Arg {
	Arg::Value(value.encode())
}

/// Calls of the programs pallet.
pub mod programs {
	use super::*;

	/// Register a program.
	pub fn register(
		system: ProofSystem,
		key: &[u8],
		hardware: HardwareClass,
		work: WorkModel,
		artifacts: &[Artifact],
	) -> Call {
		Call::new(
			"Programs",
			"register",
			vec![value(system), value(key), value(hardware), value(work), value(artifacts)],
		)
	}

	/// Say where an artifact is to be fetched from now on.
	pub fn set_locators(program: ProgramId, artifact: u32, locators: &[Locator]) -> Call {
		Call::new(
			"Programs",
			"set_locators",
			vec![value(program), number(artifact), value(locators)],
		)
	}

	/// Take no new tasks.
	pub fn retire(program: ProgramId) -> Call {
		Call::new("Programs", "retire", vec![value(program)])
	}

	/// Switch a proof system on or off. For the root of the chain, as those below are.
	pub fn set_system_enabled(system: ProofSystem, enabled: bool) -> Call {
		Call::new("Programs", "set_system_enabled", vec![value(system), value(enabled)])
	}

	/// Verify the proofs of a version of a zkVM, by the canonical bytes of its entry.
	pub fn set_version(entry: &[u8]) -> Call {
		Call::new("Programs", "set_version", vec![value(entry)])
	}

	/// Switch a version of a zkVM on or off.
	pub fn set_version_enabled(system: ProofSystem, selector: Selector, enabled: bool) -> Call {
		Call::new(
			"Programs",
			"set_version_enabled",
			vec![value(system), value(selector.0), value(enabled)],
		)
	}

	/// Forget a version of a zkVM.
	pub fn remove_version(system: ProofSystem, selector: Selector) -> Call {
		Call::new("Programs", "remove_version", vec![value(system), value(selector.0)])
	}
}

/// Calls of the provers pallet.
pub mod provers {
	use super::*;

	/// Register the caller as a prover.
	pub fn register(
		hardware: HardwareClass,
		slots: u32,
		stake: u128,
		key: &SessionKey,
		possession: &SessionSignature,
	) -> Call {
		Call::new(
			"Provers",
			"register",
			vec![value(hardware), number(slots), number(stake), value(key), value(possession)],
		)
	}

	/// Declare other hardware or slots.
	pub fn set_hardware(hardware: HardwareClass, slots: u32) -> Call {
		Call::new("Provers", "set_hardware", vec![value(hardware), number(slots)])
	}

	/// Sign with another session key.
	pub fn set_session_key(key: &SessionKey, possession: &SessionSignature) -> Call {
		Call::new("Provers", "set_session_key", vec![value(key), value(possession)])
	}

	/// Stake more.
	pub fn add_stake(amount: u128) -> Call {
		Call::new("Provers", "add_stake", vec![number(amount)])
	}

	/// Begin to take stake back.
	pub fn unbond(amount: u128) -> Call {
		Call::new("Provers", "unbond", vec![number(amount)])
	}

	/// Take nothing new, or take work again.
	pub fn set_paused(paused: bool) -> Call {
		Call::new("Provers", "set_paused", vec![value(paused)])
	}

	/// Take back what has been unbonded long enough.
	pub fn withdraw_unbonded() -> Call {
		Call::new("Provers", "withdraw_unbonded", vec![])
	}

	/// Leave jail.
	pub fn unjail() -> Call {
		Call::new("Provers", "unjail", vec![])
	}

	/// Leave for good.
	pub fn exit() -> Call {
		Call::new("Provers", "exit", vec![])
	}

	/// Say on what terms others may delegate to the caller, or that they may no more.
	pub fn set_delegation(commission: Option<Parts>) -> Call {
		// A share is encoded as its parts per million.
		Call::new("Provers", "set_delegation", vec![value(commission.map(|parts| parts.0))])
	}

	/// Put money behind a prover.
	pub fn delegate(prover: &AccountId32, amount: u128) -> Call {
		Call::new("Provers", "delegate", vec![value(prover), number(amount)])
	}

	/// Ask for shares back.
	pub fn undelegate(prover: &AccountId32, shares: u128) -> Call {
		Call::new("Provers", "undelegate", vec![value(prover), number(shares)])
	}

	/// Pay a delegator what it may have back.
	pub fn withdraw_delegation(prover: &AccountId32, delegator: &AccountId32) -> Call {
		Call::new("Provers", "withdraw_delegation", vec![value(prover), value(delegator)])
	}
}

/// Calls of the auctions pallet.
pub mod auctions {
	use super::*;

	/// A task to submit.
	pub struct Submission {
		/// What is proven.
		pub program: ProgramId,
		/// The service level.
		pub level: ServiceLevel,
		/// The work, where the program leaves it to the task.
		pub work: Option<u64>,
		/// What the witness is computed from.
		pub input: InputRef,
		/// What the public values have to be.
		pub values: FixedValues,
		/// The most that is paid, in plancks.
		pub max_fee: u128,
		/// Blocks to the deadline.
		pub lifetime: u32,
		/// Provers it is kept to; empty is any.
		pub provers: Vec<AccountId32>,
		/// How long sealed bids are taken; `None` leaves it to the clearing.
		pub bidding: Option<BiddingWindow>,
		/// How many provers start at once, and how many proofs it takes; `None` is what the level has.
		pub redundancy: Option<Redundancy>,
	}

	/// Submit a task.
	pub fn submit_task(task: &Submission) -> Call {
		Call::new(
			"Auctions",
			"submit_task",
			vec![
				value(task.program),
				value(task.level),
				value(task.work),
				value(&task.input),
				value(&task.values),
				number(task.max_fee),
				number(task.lifetime),
				value(&task.provers),
				value(task.bidding),
				value(task.redundancy),
			],
		)
	}

	/// Offer more for an open task.
	pub fn raise_fee(task: TaskId, by: u128) -> Call {
		Call::new("Auctions", "raise_fee", vec![number(task), number(by)])
	}

	/// Give an open task more time, in blocks.
	pub fn prolong_task(task: TaskId, by: u32) -> Call {
		Call::new("Auctions", "prolong_task", vec![number(task), number(by)])
	}

	/// Do what is due of an open task.
	pub fn poke(task: TaskId) -> Call {
		Call::new("Auctions", "poke", vec![number(task)])
	}

	/// Withdraw a task that nobody has taken.
	pub fn cancel_task(task: TaskId) -> Call {
		Call::new("Auctions", "cancel_task", vec![number(task)])
	}

	/// Offer to prove in a market.
	pub fn place_ask(market: Market, price: u128, lots: u32, speed: u64) -> Call {
		Call::new(
			"Auctions",
			"place_ask",
			vec![value(market), number(price), number(lots), number(speed)],
		)
	}

	/// Withdraw an offer.
	pub fn withdraw_ask(market: Market) -> Call {
		Call::new("Auctions", "withdraw_ask", vec![value(market)])
	}

	/// Keep a requester off the caller's asks, or no longer.
	pub fn set_blocked(requester: &AccountId32, blocked: bool) -> Call {
		Call::new("Auctions", "set_blocked", vec![value(requester), value(blocked)])
	}

	/// Commit to a sealed bid.
	pub fn commit_bid(task: TaskId, commitment: H256) -> Call {
		Call::new("Auctions", "commit_bid", vec![number(task), value(commitment)])
	}

	/// Reveal a sealed bid.
	pub fn reveal_bid(task: TaskId, price: u128, speed: u64, salt: &[u8; 32]) -> Call {
		Call::new(
			"Auctions",
			"reveal_bid",
			vec![number(task), number(price), number(speed), value(salt)],
		)
	}

	/// Take on the reference task of a class.
	pub fn calibrate(system: ProofSystem, hardware: HardwareClass) -> Call {
		Call::new("Auctions", "calibrate", vec![value(system), value(hardware)])
	}
}

/// Calls of the attestation pallet.
pub mod attestation {
	use super::*;

	/// Deliver a proof. The call authorizes itself by the signature of the prover's session key.
	pub fn submit_proof(
		task: TaskId,
		attempt: u32,
		prover: &AccountId32,
		proof: &ProofData,
		signature: &SessionSignature,
	) -> Call {
		Call::new(
			"Attestation",
			"submit_proof",
			vec![number(task), number(attempt), value(prover), value(proof), value(signature)],
		)
	}

	/// Do what is due of a live task.
	pub fn poke(task: TaskId) -> Call {
		Call::new("Attestation", "poke", vec![number(task)])
	}

	/// Give an attempt back. The call authorizes itself by the signature of the prover's session key.
	pub fn report(
		task: TaskId,
		attempt: u32,
		prover: &AccountId32,
		report: Report,
		signature: &SessionSignature,
	) -> Call {
		Call::new(
			"Attestation",
			"report",
			vec![number(task), number(attempt), value(prover), value(report), value(signature)],
		)
	}

	/// Give the caller's attempt back.
	pub fn decline(task: TaskId) -> Call {
		Call::new("Attestation", "decline", vec![number(task)])
	}

	/// Commit to the proof of an attempt. The call authorizes itself as a proof does.
	pub fn commit_proof(
		task: TaskId,
		attempt: u32,
		prover: &AccountId32,
		commitment: H256,
		signature: &SessionSignature,
	) -> Call {
		Call::new(
			"Attestation",
			"commit_proof",
			vec![number(task), number(attempt), value(prover), value(commitment), value(signature)],
		)
	}

	/// Announce a proof on the bounty of a task.
	pub fn announce(task: TaskId, commitment: H256) -> Call {
		Call::new("Attestation", "announce", vec![number(task), value(commitment)])
	}

	/// Show a proof that was announced.
	pub fn reveal(task: TaskId, proof: &ProofData) -> Call {
		Call::new("Attestation", "reveal", vec![number(task), value(proof)])
	}
}

/// Calls of the root of the chain.
pub mod sudo {
	use super::*;

	/// Make a call as the root, signed by the account that may.
	pub fn sudo(call: Call) -> Call {
		Call::new("Sudo", "sudo", vec![Arg::Call(Box::new(call))])
	}
}

/// Calls that make several others.
pub mod utility {
	use super::*;

	/// All of them, or none if one fails.
	pub fn batch_all(calls: Vec<Call>) -> Call {
		Call::new("Utility", "batch_all", vec![Arg::Calls(calls)])
	}

	/// Each of them, whatever becomes of the others.
	pub fn force_batch(calls: Vec<Call>) -> Call {
		Call::new("Utility", "force_batch", vec![Arg::Calls(calls)])
	}
}

#[cfg(test)]
mod tests;
