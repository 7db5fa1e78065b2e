// SPDX-License-Identifier: Apache-2.0
//! Tasks assigned by hand, as the auction does it.

use frame_support::traits::Authorize;
use pallet_attestation::{Call, Refusal};
use proofyard_market::*;
use proofyard_primitives::{
	traits::{Attestation as _, Escrow as _, Programs as _, Provers as _},
	Assignment, FixedValues, HardwareClass, InputRef, Market, Redundancy, ServiceLevel, Standby,
	TaskId, TaskKind, TaskSpec,
};
use sp_runtime::{
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
	},
	StateVersion,
};

/// Stake that [`ample`] adds, in plancks.
pub const AMPLE: Balance = 100_000;
/// Slots that [`ample`] gives.
const AMPLE_SLOTS: u32 = 80;

/// Give a prover stake and slots for as many tasks as there may be.
pub fn ample(prover: AccountId) {
	MaxSlots::set(AMPLE_SLOTS);
	Provers::add_stake(RuntimeOrigin::signed(prover), AMPLE).unwrap();
	Provers::set_hardware(RuntimeOrigin::signed(prover), HardwareClass::Cpu, AMPLE_SLOTS).unwrap();
}

/// Maximum fee of a task, in plancks.
pub const MAX_FEE: Balance = 1_000;
/// Price that the auction would have fixed, in plancks.
pub const PRICE: Balance = 400;
/// Bond of it: the price, and what two rejected proofs cost.
pub const BOND: Balance = 420;
/// Life of a task, in blocks.
pub const LIFETIME: BlockNumber = 10;

/// Market of the tasks of these tests.
pub fn market() -> Market {
	Market::of(SYSTEM, HardwareClass::Cpu, WORK, ServiceLevel::Standard).unwrap()
}

/// Task of [`REQUESTER`] as the auction hands it over.
pub fn spec() -> TaskSpec<AccountId, Balance, BlockNumber> {
	let now = System::block_number();
	TaskSpec {
		requester: REQUESTER,
		program: program(),
		market: market(),
		kind: TaskKind::Market,
		redundancy: Redundancy::NONE,
		work: WORK,
		input: InputRef::Inline(vec![1, 2, 3].try_into().unwrap()),
		values: FixedValues::Open,
		max_fee: MAX_FEE,
		deadline: now + LIFETIME,
		submitted_at: now,
	}
}

/// Bond of a standby.
pub const STANDBY_BOND: Balance = 620;
/// Price of a standby.
pub const STANDBY_PRICE: Balance = 500;
/// Blocks from the assignment to the soft deadline.
pub const SOFT: BlockNumber = 7;

/// Prover that may be called.
pub fn standby(prover: AccountId) -> Standby<AccountId, Balance> {
	Standby { prover, price: STANDBY_PRICE, bond: STANDBY_BOND, committed_ms: 1_000 }
}

/// Do what the auction does when the first of `provers` wins the task, and the others start with it
/// for [`PRICE`] and [`BOND`] each.
pub fn assign_with(
	task: TaskId,
	provers: &[AccountId],
	standbys: &[AccountId],
	spec: TaskSpec<AccountId, Balance, BlockNumber>,
) {
	Settlement::open(task, &spec.requester, spec.max_fee).unwrap();
	Programs::acquire(&spec.program).unwrap();
	for prover in provers {
		Provers::reserve(prover, &spec.market, BOND, 1_000).unwrap();
	}
	let prices = vec![PRICE; provers.len()];
	let needed = spec.redundancy.needed.into();
	Settlement::fix_price(task, proofyard_mechanism::terms::together_cost(&prices, needed));
	let now = System::block_number();
	let standbys: Vec<_> = standbys.iter().copied().map(standby).collect();
	let co_primaries: Vec<_> = provers[1..]
		.iter()
		.map(|prover| Standby { price: PRICE, bond: BOND, ..standby(*prover) })
		.collect();
	let assignment = Assignment {
		prover: provers[0],
		price: PRICE,
		bond: BOND,
		committed_ms: 1_000,
		assigned_at: now,
		soft_deadline: now + SOFT,
		co_primaries: co_primaries.try_into().unwrap(),
		standbys: standbys.try_into().unwrap(),
	};
	Attestation::begin(task, spec, assignment);
}

/// Do what the auction does when `prover` wins the task and nobody stands by.
pub fn assign_spec(
	task: TaskId,
	prover: AccountId,
	spec: TaskSpec<AccountId, Balance, BlockNumber>,
) {
	assign_with(task, &[prover], &[], spec);
}

/// [`assign_spec`] for [`spec`].
pub fn assign(task: TaskId, prover: AccountId) {
	assign_spec(task, prover, spec());
}

/// Commit to [`proof`] in this block, and show it in the next.
pub fn commit_and_show(task: TaskId, prover: AccountId) {
	include(commitment(task, prover, &proof())).unwrap().unwrap();
	run_to(System::block_number() + 1);
	include(submission(task, prover, proof())).unwrap().unwrap();
}

/// Deliver [`proof`] for task 7.
pub fn deliver(prover: AccountId) {
	include(submission(7, prover, proof())).unwrap().unwrap();
}

/// Answer of the pool to a call.
pub fn authorize(call: Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
	RuntimeCall::from(call)
		.authorize(TransactionSource::External)
		.expect("submissions authorize themselves")
		.map(|(valid, _)| valid)
}

/// Check that the pool refuses a call, and that it does not get into a block either and changes
/// nothing.
#[track_caller]
pub fn assert_refused(call: Call<Test>, refusal: Refusal, code: u8) {
	assert_eq!(refusal as u8, code, "codes never change");
	let custom = TransactionValidityError::Invalid(InvalidTransaction::Custom(code));
	assert_eq!(authorize(call.clone()), Err(custom));
	let root = sp_io::storage::root(StateVersion::V1);
	assert_eq!(include(call), Err(custom));
	assert_eq!(sp_io::storage::root(StateVersion::V1), root);
}

/// Plancks that [`PROVER`] has earned.
pub fn earned() -> Balance {
	free(PROVER) + STAKE - ENDOWMENT
}
