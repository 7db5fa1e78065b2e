// SPDX-License-Identifier: Apache-2.0
//! A runtime with everything below the auction, and tasks assigned by hand.

use crate as pallet_attestation;
use frame_support::{
	__private::sp_tracing::{
		self,
		test_log_capture::{init_log_capture, LogCapture},
		tracing,
	},
	derive_impl,
	dispatch::GetDispatchInfo,
	parameter_types,
	traits::{
		fungible::{Inspect, InspectHold},
		Hooks, Imbalance, OnUnbalanced,
	},
	weights::Weight,
};
use frame_system::EnsureRoot;
use proofyard_primitives::{
	limits::{MaxArtifacts, MaxKey, MaxLocators},
	program::{program_id, Locator},
	proof_commitment,
	session::{
		batch_message, commit_message, report_message, submission_message, Report, SessionPair,
	},
	traits::{Attestation as _, Escrow as _, Programs as _, Provers as _},
	Artifact, ArtifactRole, Assignment, FixedValues, HardwareClass, InputRef, Market, ProgramId,
	ProofData, ProofSystem, Redundancy, RemoteData, Scalar, ServiceLevel, Standby, Submission,
	Submissions, TaskId, TaskKind, TaskSpec, WorkModel,
};
pub use proofyard_primitives::{AttemptState, Ending};
use proofyard_verifier::convert::gnark;
use sp_core::{ConstU128, ConstU32, ConstU64, Pair, H256};
use sp_runtime::{
	traits::{BlakeTwo256, DispatchTransaction},
	transaction_validity::TransactionValidityError,
	BoundedVec, BuildStorage, DispatchResult, Percent, Permill,
};
use std::{cell::RefCell, sync::LazyLock};

pub type AccountId = u64;
pub type Balance = u128;
pub type BlockNumber = u64;
type TxExtension = frame_system::AuthorizeCall<Test>;
pub type Extrinsic = sp_runtime::testing::TestXt<RuntimeCall, TxExtension>;
type Block =
	sp_runtime::generic::Block<sp_runtime::generic::Header<BlockNumber, BlakeTwo256>, Extrinsic>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Test>;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances::Pallet<Test>;
	#[runtime::pallet_index(2)]
	pub type Provers = pallet_provers::Pallet<Test>;
	#[runtime::pallet_index(3)]
	pub type Programs = pallet_programs::Pallet<Test>;
	#[runtime::pallet_index(4)]
	pub type Settlement = pallet_settlement::Pallet<Test>;
	#[runtime::pallet_index(5)]
	pub type Attestation = pallet_attestation::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<1>;
	type AccountStore = System;
}

pub const MIN_STAKE: Balance = 1_000;
pub const MAX_SLOTS: u32 = 80;
pub const MAX_ASKS: u32 = 4;
pub const VERIFICATION_FEE: Balance = 10;
pub const RETENTION: BlockNumber = 50;
pub const MAX_REJECTIONS: u32 = 2;
pub const MILLIS_PER_BLOCK: u64 = 6_000;
pub const PROOF_PRIORITY: u64 = 1 << 40;

/// Defaults in a row for which a prover is jailed.
pub const MAX_STRIKES: u32 = 3;
/// Blocks in jail.
pub const JAIL_TIME: BlockNumber = 30;
/// What announcing a proof takes, beside a tenth of the price.
pub const ANNOUNCEMENT_DEPOSIT: Balance = 50;

parameter_types! {
	pub const ReliableShare: Percent = Percent::from_percent(90);
	/// No fee: what the requester pays is what the prover gets.
	pub const NoFees: pallet_settlement::FeeTerms = pallet_settlement::FeeTerms {
		fee: Permill::zero(),
		author: Permill::zero(),
		treasury: Permill::zero(),
	};
	pub const MaxFee: Permill = Permill::from_percent(10);
	/// What settlement has burnt so far.
	pub static Burnt: Balance = 0;
	/// What failing tasks may take of a block.
	pub static MaxHookWeight: Weight = Weight::MAX;
	pub const Unlimited: Weight = Weight::MAX;
}

/// Burns, and counts.
pub struct Burn;
impl OnUnbalanced<pallet_settlement::CreditOf<Test>> for Burn {
	fn on_nonzero_unbalanced(amount: pallet_settlement::CreditOf<Test>) {
		Burnt::mutate(|burnt| *burnt += amount.peek());
	}
}

impl pallet_provers::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type MinStake = ConstU128<MIN_STAKE>;
	type UnbondingDelay = ConstU64<20>;
	type MaxSlots = ConstU32<MAX_SLOTS>;
	type MaxAsks = ConstU32<MAX_ASKS>;
	type AskEpoch = ConstU64<1>;
	type MillisPerBlock = ConstU64<MILLIS_PER_BLOCK>;
	type RecordHalfLife = ConstU64<1_000>;
	type ReliableProofs = ConstU32<2>;
	type ReliableShare = ReliableShare;
	type MaxStrikes = ConstU32<MAX_STRIKES>;
	type JailTime = ConstU64<JAIL_TIME>;
	type DelegationFactor = ConstU32<4>;
	type MinDelegation = ConstU128<10>;
	type WeightInfo = ();
}

impl pallet_programs::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SystemOrigin = EnsureRoot<AccountId>;
	type BaseDeposit = ConstU128<100>;
	type ByteDeposit = ConstU128<1>;
	type WeightInfo = ();
}

impl pallet_settlement::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Stake = Provers;
	type Slashed = Burn;
	type Author = ();
	type Treasury = ();
	type DefaultFees = NoFees;
	type MaxFee = MaxFee;
	type FeeOrigin = EnsureRoot<AccountId>;
	type VerificationFee = ConstU128<VERIFICATION_FEE>;
	type Retention = ConstU64<RETENTION>;
	type MaxHookWeight = Unlimited;
	type WeightInfo = ();
}

impl pallet_attestation::Config for Test {
	type Balance = Balance;
	type Provers = Provers;
	type Programs = Programs;
	type Settlement = Settlement;
	type MaxRejections = ConstU32<MAX_REJECTIONS>;
	type MillisPerBlock = ConstU64<MILLIS_PER_BLOCK>;
	type ProofPriority = ConstU64<PROOF_PRIORITY>;
	type AnnouncementDeposit = ConstU128<ANNOUNCEMENT_DEPOSIT>;
	type MaxHookWeight = MaxHookWeight;
	type WeightInfo = ();
}

impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type RuntimeCall = RuntimeCall;
	type Extrinsic = Extrinsic;
}

impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = TxExtension;
	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	fn create_extension() -> TxExtension {
		TxExtension::new()
	}
}

/// Owns the program, and has no other part.
pub const OWNER: AccountId = 1;
/// Pays for proofs.
pub const REQUESTER: AccountId = 2;
/// Pays for proofs too.
pub const OTHER: AccountId = 3;
/// Provers, registered from the start with [`STAKE`].
pub const PROVER: AccountId = 11;
pub const RIVAL: AccountId = 12;
pub const THIRD: AccountId = 13;
pub const FOURTH: AccountId = 14;
pub const PROVERS: [AccountId; 4] = [PROVER, RIVAL, THIRD, FOURTH];
/// Everybody with money.
pub const ACCOUNTS: [AccountId; 7] = [OWNER, REQUESTER, OTHER, PROVER, RIVAL, THIRD, FOURTH];
/// What each of them starts with.
pub const ENDOWMENT: Balance = 1_000_000;
/// Of which each prover stakes so much.
pub const STAKE: Balance = 10_000;
/// What [`ample`] adds to it.
pub const AMPLE: Balance = 100_000;
/// Work of the program's tasks.
pub const WORK: u64 = 1_000;

const MARKET_SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

/// A real verification key.
pub fn key() -> Vec<u8> {
	static KEY: LazyLock<Vec<u8>> = LazyLock::new(|| {
		gnark::key_from_bytes(include_bytes!(
			"../../../primitives/verifier/tests/vectors/gnark-groth16-bn254.vk"
		))
		.unwrap()
	});
	KEY.clone()
}

/// A real proof for [`key`].
pub fn proof() -> ProofData {
	static PROOF: LazyLock<ProofData> = LazyLock::new(|| {
		let proof = gnark::proof_from_bytes(include_bytes!(
			"../../../primitives/verifier/tests/vectors/gnark-groth16-bn254.proof"
		))
		.unwrap();
		let inputs = gnark::public_inputs_from_bytes(include_bytes!(
			"../../../primitives/verifier/tests/vectors/gnark-groth16-bn254.pub"
		))
		.unwrap();
		let inputs: Vec<Scalar> = inputs.chunks(32).map(|word| word.try_into().unwrap()).collect();
		ProofData::of_inputs(&proof, &inputs).unwrap()
	});
	PROOF.clone()
}

/// [`proof`] with one bit of its proof bytes changed.
pub fn bad_proof(bit: usize) -> ProofData {
	let mut proof = proof();
	proof.proof[bit / 8] ^= 1 << (bit % 8);
	proof
}

pub fn locators(urls: &[&str]) -> BoundedVec<Locator, MaxLocators> {
	let urls: Vec<Locator> =
		urls.iter().map(|url| url.as_bytes().to_vec().try_into().unwrap()).collect();
	urls.try_into().unwrap()
}

pub fn artifacts() -> BoundedVec<Artifact, MaxArtifacts> {
	let data = RemoteData {
		locators: locators(&["https://example.org/cube.zkey", "file:///srv/cube.zkey"]),
		sha256: H256::repeat_byte(7),
		size: 4_096,
	};
	vec![Artifact { role: ArtifactRole::ProvingKey, data }].try_into().unwrap()
}

/// Register a program under [`key`] and return its id.
pub fn register_program(owner: AccountId, hardware: HardwareClass, work: WorkModel) -> ProgramId {
	let key: BoundedVec<u8, MaxKey> = key().try_into().unwrap();
	Programs::register(
		RuntimeOrigin::signed(owner),
		MARKET_SYSTEM,
		key.clone(),
		hardware,
		work,
		artifacts(),
	)
	.unwrap();
	program_id(MARKET_SYSTEM, &key, hardware, work, &artifacts())
}

/// The program that [`OWNER`] registered at the start.
pub fn program() -> ProgramId {
	program_id(MARKET_SYSTEM, &key(), HardwareClass::Cpu, WorkModel::Fixed(WORK), &artifacts())
}

/// What to derive a prover's session key from.
pub fn session_seed(prover: AccountId) -> String {
	format!("0x{:064x}", 0xabcdef + prover)
}

/// A prover's session key pair.
pub fn session(prover: AccountId) -> SessionPair {
	SessionPair::from_string(&session_seed(prover), None).unwrap()
}

/// The number of a prover's attempt at a task; 0 if it has none.
pub fn attempt_of(task: TaskId, prover: AccountId) -> u32 {
	pallet_attestation::Live::<Test>::get(task)
		.and_then(|live| live.attempt_of(&prover))
		.unwrap_or(0)
}

/// A prover's attempt at a task.
pub fn attempt(task: TaskId, prover: AccountId) -> pallet_attestation::AttemptOf<Test> {
	let live = pallet_attestation::Live::<Test>::get(task).unwrap();
	live.attempts[live.attempt_of(&prover).unwrap() as usize].clone()
}

/// A submission, as the prover's node makes it.
pub fn submission(
	task: TaskId,
	prover: AccountId,
	proof: ProofData,
) -> pallet_attestation::Call<Test> {
	let genesis = System::block_hash(0);
	let attempt = attempt_of(task, prover);
	let message = submission_message(&genesis, task, attempt, &prover, &proof);
	let signature = session(prover).sign(&message);
	pallet_attestation::Call::submit_proof { task, attempt, prover, proof, signature }
}

/// What a prover submits at once.
pub fn submissions(prover: AccountId, proofs: &[(TaskId, ProofData)]) -> Submissions {
	let submission = |(task, proof): &(TaskId, ProofData)| Submission {
		task: *task,
		attempt: attempt_of(*task, prover),
		proof: proof.clone(),
	};
	proofs.iter().map(submission).collect::<Vec<_>>().try_into().unwrap()
}

/// A submission of several proofs, as the prover's node makes it.
pub fn batch(prover: AccountId, proofs: &[(TaskId, ProofData)]) -> pallet_attestation::Call<Test> {
	let submissions = submissions(prover, proofs);
	let message = batch_message(&System::block_hash(0), &prover, &submissions);
	let signature = session(prover).sign(&message);
	pallet_attestation::Call::submit_proofs { prover, submissions, signature }
}

/// The return of an attempt, as the prover's node makes it.
pub fn report(task: TaskId, prover: AccountId, report: Report) -> pallet_attestation::Call<Test> {
	let attempt = attempt_of(task, prover);
	let message = report_message(&System::block_hash(0), task, attempt, &prover, report);
	let signature = session(prover).sign(&message);
	pallet_attestation::Call::report { task, attempt, prover, report, signature }
}

/// The commitment to a proof, as the prover's node makes it.
pub fn commitment(
	task: TaskId,
	prover: AccountId,
	proof: &ProofData,
) -> pallet_attestation::Call<Test> {
	let attempt = attempt_of(task, prover);
	let commitment = proof_commitment(task, &prover, proof);
	let message = commit_message(&System::block_hash(0), task, attempt, &prover, &commitment);
	let signature = session(prover).sign(&message);
	pallet_attestation::Call::commit_proof { task, attempt, prover, commitment, signature }
}

/// Put a call into the block the way an authorized transaction gets there.
pub fn include(call: impl Into<RuntimeCall>) -> Result<DispatchResult, TransactionValidityError> {
	let call = call.into();
	let info = call.get_dispatch_info();
	TxExtension::new()
		.dispatch_transaction(RuntimeOrigin::none(), call, &info, 0, 0)
		.map(|result| result.map(|_| ()).map_err(|error| error.error))
}

/// Commit to [`proof`] in this block, and show it in the next.
pub fn commit_and_show(task: TaskId, prover: AccountId) {
	include(commitment(task, prover, &proof())).unwrap().unwrap();
	run_to(System::block_number() + 1);
	include(submission(task, prover, proof())).unwrap().unwrap();
}

pub fn free(who: AccountId) -> Balance {
	<Balances as Inspect<AccountId>>::balance(&who)
}

pub fn escrowed(who: AccountId) -> Balance {
	Balances::balance_on_hold(&pallet_settlement::HoldReason::Escrow.into(), &who)
}

pub fn staked(who: AccountId) -> Balance {
	Balances::balance_on_hold(&pallet_provers::HoldReason::Stake.into(), &who)
}

pub fn reserved_bond(prover: AccountId) -> Balance {
	pallet_provers::Provers::<Test>::get(prover).unwrap().reserved
}

/// Begin blocks up to `block`, with the hooks of all pallets in the runtime's order.
pub fn run_to(block: BlockNumber) {
	while System::block_number() < block {
		let now = System::block_number() + 1;
		System::set_block_number(now);
		Settlement::on_initialize(now);
		Attestation::on_initialize(now);
	}
}

thread_local! {
	/// Warnings and errors of the test that this thread runs.
	static LOG: RefCell<LogCapture> = RefCell::new(LogCapture::new());
}

/// Whether something was logged with `text` in it.
pub fn said(text: &str) -> bool {
	LOG.with_borrow(|log| log.contains(text))
}

/// Run `test` with its warnings and errors kept, so that tests can ask what was said, and so that a
/// `defensive!` that fires fails the test it fired in.
fn with_log(test: impl FnOnce()) {
	// What is logged goes to the tracing subscriber of the thread, whoever set this up first.
	sp_tracing::try_init_simple();
	log::set_max_level(log::LevelFilter::Warn);
	let (log, subscriber) = init_log_capture(tracing::Level::WARN, false);
	LOG.set(log);
	tracing::subscriber::with_default(subscriber, test);
}

/// Give a prover stake and slots for as many tasks as there may be.
pub fn ample(prover: AccountId) {
	Provers::add_stake(RuntimeOrigin::signed(prover), AMPLE).unwrap();
	Provers::set_hardware(RuntimeOrigin::signed(prover), HardwareClass::Cpu, MAX_SLOTS).unwrap();
}

/// What always holds, after whatever happened.
pub fn check_invariants() {
	Provers::do_try_state().unwrap();
	Programs::do_try_state().unwrap();
	Settlement::do_try_state().unwrap();
	Attestation::do_try_state().unwrap();
	assert_eq!(
		Balances::total_issuance() + Burnt::get(),
		ENDOWMENT * ACCOUNTS.len() as Balance,
		"money was made or lost"
	);
	let mut everybody = 0;
	for (who, account) in frame_system::Account::<Test>::iter() {
		let data = account.data;
		everybody += data.free + data.reserved;
		let escrows: Balance = pallet_settlement::Escrows::<Test>::iter_values()
			.filter(|escrow| escrow.requester == who)
			.map(|escrow| escrow.amount)
			.sum();
		assert_eq!(escrowed(who), escrows, "held for no task");
		let stake = pallet_provers::Provers::<Test>::get(who).map_or(0, |record| record.stake);
		assert_eq!(staked(who), stake, "held for no stake");
		let deposits: Balance = pallet_programs::Programs::<Test>::iter_values()
			.filter(|record| record.owner == who)
			.map(|record| record.deposit)
			.sum();
		assert_eq!(data.reserved, escrows + stake + deposits, "held for nothing");
	}
	assert_eq!(everybody, Balances::total_issuance(), "money of nobody");
	for (prover, record) in pallet_provers::Provers::<Test>::iter() {
		let mut bonds = 0;
		for live in pallet_attestation::Live::<Test>::iter_values() {
			let own = live.attempts.iter().filter(|attempt| attempt.prover == prover);
			bonds += own.map(|attempt| attempt.bond).sum::<Balance>();
			let announced = live.bounty.iter().flat_map(|bounty| &bounty.announcements);
			let own = announced.filter(|announced| announced.prover == prover);
			bonds += own.map(|announced| announced.deposit).sum::<Balance>();
		}
		assert_eq!(record.reserved, bonds, "reserved is not the sum of bonds and deposits");
	}
	assert!(!said("runtime::defensive"), "what cannot happen did");
}

fn genesis() -> sp_io::TestExternalities {
	Burnt::set(0);
	MaxHookWeight::set(Weight::MAX);
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	pallet_balances::GenesisConfig::<Test> {
		balances: ACCOUNTS.iter().map(|who| (*who, ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	pallet_provers::GenesisConfig::<Test> {
		provers: PROVERS
			.iter()
			.map(|prover| pallet_provers::GenesisProver {
				account: *prover,
				session_key: session(*prover).public(),
				hardware: HardwareClass::Cpu,
				slots: 4,
				stake: STAKE,
			})
			.collect(),
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	ext.execute_with(|| {
		frame_system::BlockHash::<Test>::insert(0, H256::repeat_byte(0xab));
		run_to(1);
		register_program(OWNER, HardwareClass::Cpu, WorkModel::Fixed(WORK));
	});
	ext
}

/// Run `test` in block 1, and check afterwards what must hold whatever it did.
pub fn build_and_execute(test: impl FnOnce()) {
	build_with(|_| (), test);
}

/// The same, with extensions of the node that `extend` registers.
pub fn build_with(extend: impl FnOnce(&mut sp_io::TestExternalities), test: impl FnOnce()) {
	let mut ext = genesis();
	extend(&mut ext);
	with_log(|| {
		ext.execute_with(|| {
			check_invariants();
			test();
			check_invariants();
		})
	});
}

/// The maximum fee of a task.
pub const MAX_FEE: Balance = 1_000;
/// The price that the auction would have fixed.
pub const PRICE: Balance = 400;
/// The bond of it: the price, and what two rejected proofs cost.
pub const BOND: Balance = 420;
/// How long a task lives, in blocks.
pub const LIFETIME: BlockNumber = 10;

/// Where the tasks of these tests are auctioned.
pub fn market() -> Market {
	Market::of(MARKET_SYSTEM, HardwareClass::Cpu, WORK, ServiceLevel::Standard).unwrap()
}

/// A task of [`REQUESTER`] as the auction hands it over.
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

/// The bond of a standby.
pub const STANDBY_BOND: Balance = 620;
/// What a standby is paid.
pub const STANDBY_PRICE: Balance = 500;
/// Blocks from the assignment to the soft deadline.
pub const SOFT: BlockNumber = 7;

/// A prover that may be called.
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
