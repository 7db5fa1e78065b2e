// SPDX-License-Identifier: Apache-2.0
//! A chain: its genesis, its blocks, and tests that run on it.

use crate::{
	invariants::check_invariants,
	knobs::{self, AskedFor, Endowed},
	logs::with_log,
	numbers::*,
	programs::register_program,
	runtime::*,
	transactions::session,
};
use frame_support::{
	traits::{fungible::Mutate, Hooks},
	weights::Weight,
};
use pallet_provers::GenesisProver;
use proofyard_primitives::{session::possession_message, HardwareClass, WorkModel};
use sp_core::{Pair, H256};
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;

/// Chain before its first block, with these accounts and provers. The knobs are as they are.
pub fn genesis(
	balances: Vec<(AccountId, Balance)>,
	provers: Vec<GenesisProver<AccountId, Balance>>,
) -> TestExternalities {
	Endowed::set(balances.iter().map(|(_, amount)| amount).sum());
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
		.assimilate_storage(&mut storage)
		.unwrap();
	pallet_provers::GenesisConfig::<Test> { provers }.assimilate_storage(&mut storage).unwrap();
	let mut ext = TestExternalities::from(storage);
	ext.execute_with(|| frame_system::BlockHash::<Test>::insert(0, H256::repeat_byte(0xab)));
	ext
}

/// Chain in block 1, with [`ACCOUNTS`], four provers and the program of [`OWNER`].
fn first_block() -> TestExternalities {
	knobs::reset();
	let prover = |account: AccountId| GenesisProver {
		account,
		session_key: session(account).public(),
		hardware: HardwareClass::Cpu,
		slots: SLOTS,
		stake: STAKE,
	};
	let balances = ACCOUNTS.iter().map(|who| (*who, ENDOWMENT)).collect();
	let mut ext = genesis(balances, [PROVER, RIVAL, THIRD, FOURTH].map(prover).into());
	ext.execute_with(|| {
		run_to(1);
		register_program(OWNER, HardwareClass::Cpu, WorkModel::Fixed(WORK));
		AskedFor::set(vec![]);
	});
	ext
}

/// Run `test` in block 1, and check afterwards what must hold whatever it did.
pub fn build_and_execute(test: impl FnOnce()) {
	build_with(|_| (), test);
}

/// The same, with extensions of the node that `extend` registers.
pub fn build_with(extend: impl FnOnce(&mut TestExternalities), test: impl FnOnce()) {
	let mut ext = first_block();
	extend(&mut ext);
	with_log(|| {
		ext.execute_with(|| {
			check_invariants();
			test();
			check_invariants();
		})
	});
}

/// Begin the next block, with the hooks of all pallets in the runtime's order. Returns the weight of
/// the auction's.
pub fn next_block() -> Weight {
	let now = System::block_number() + 1;
	System::set_block_number(now);
	Settlement::on_initialize(now);
	Attestation::on_initialize(now);
	Auctions::on_initialize(now)
}

/// Begin blocks up to `block`.
pub fn run_to(block: BlockNumber) {
	while System::block_number() < block {
		next_block();
	}
}

/// Give an account money from nowhere.
pub fn endow(who: AccountId, amount: Balance) {
	Balances::mint_into(&who, amount).unwrap();
	Endowed::mutate(|endowed| *endowed += amount);
}

/// Register one more prover, which has [`ENDOWMENT`] besides its stake.
pub fn register_prover(prover: AccountId, slots: u32, stake: Balance) {
	endow(prover, stake + ENDOWMENT);
	let key = session(prover);
	Provers::register(
		RuntimeOrigin::signed(prover),
		HardwareClass::Cpu,
		slots,
		stake,
		key.public(),
		key.sign(&possession_message(&prover)),
	)
	.unwrap();
}
