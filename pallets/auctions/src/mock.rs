// SPDX-License-Identifier: Apache-2.0
//! The whole yard: every pallet with its real neighbours.

use crate as pallet_auctions;
use crate::*;
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
		fungible::{Inspect, InspectHold, Mutate},
		Hooks, Imbalance, OnUnbalanced, Randomness,
	},
	weights::Weight,
};
use frame_system::EnsureRoot;
use proofyard_primitives::{
	limits::{MaxArtifacts, MaxKey, MaxLocators},
	program::{program_id, Locator},
	proof_commitment,
	session::{batch_message, commit_message, possession_message, submission_message, SessionPair},
	traits::Attestation as AttestationTrait,
	Artifact, ArtifactRole, Assignment, HardwareClass, ProgramId, ProofData, ProofSystem,
	RemoteData, Scalar, Standby, Submission, Submissions, TaskId, TaskSpec, Wanted, WorkModel,
};
use proofyard_verifier::convert::gnark;
use sp_core::{ConstU128, ConstU32, ConstU64, Pair, H256};
use sp_runtime::{
	traits::{BlakeTwo256, DispatchTransaction, Hash as _},
	transaction_validity::TransactionValidityError,
	BoundedVec, BuildStorage, DispatchResult, Percent, Permill,
};
use std::{cell::RefCell, collections::BTreeMap, sync::LazyLock};

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
	#[runtime::pallet_index(6)]
	pub type Auctions = pallet_auctions::Pallet<Test>;
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
pub const VERIFICATION_FEE: Balance = 10;
pub const RETENTION: BlockNumber = 50;
pub const MAX_REJECTIONS: u32 = 2;
pub const MILLIS_PER_BLOCK: u64 = 6_000;
pub const PROOF_PRIORITY: u64 = 1 << 40;
/// Defaults in a row for which a prover is jailed.
pub const MAX_STRIKES: u32 = 3;
/// Blocks in jail.
pub const JAIL_TIME: BlockNumber = 12;
/// Deposit for announcing a proof, beside a tenth of the price.
pub const ANNOUNCEMENT_DEPOSIT: Balance = 50;
pub const MIN_LIFETIME: u32 = 10;
pub const LONGEST_LIFETIME: u32 = 100;
pub const DEFAULT_LIFETIME: u32 = 50;
pub const MIN_FEE: Balance = 10;
pub const BOND_BASE: Balance = 20;
pub const MIN_BIDDING: u32 = 3;
pub const MOST_SLOTS: u32 = 8;
pub const MOST_ASKS: u32 = 4;
pub const MOST_ASKS_PER_MARKET: u32 = 3;
pub const MOST_CLEARED: u32 = 8;
pub const MOST_SKIPS: u32 = 16;

parameter_types! {
	pub const ReliableShare: Percent = Percent::from_percent(95);
	/// Proofs that make a prover reliable. With none, all are that have not failed.
	pub static ReliableProofs: u32 = 0;
	/// No fee: what the requester pays is what the prover gets.
	pub const NoFees: pallet_settlement::FeeTerms = pallet_settlement::FeeTerms {
		fee: Permill::zero(),
		author: Permill::zero(),
		treasury: Permill::zero(),
	};
	pub const MaxFee: Permill = Permill::from_percent(10);
	/// Tasks that are said to want a prover, in place of those that do.
	pub static WantedNow: Option<Vec<Wanted<AccountId, Balance>>> = None;
	/// Numbers that were asked for, each time.
	pub static AskedFor: Vec<u32> = vec![];
	/// Whether a prover that was found is turned away.
	pub static TurnsAway: bool = false;
	pub const Unlimited: Weight = Weight::MAX;
	/// Money that settlement has burnt so far.
	pub static Burnt: Balance = 0;
	/// Money that everybody was given from nowhere.
	pub static Endowed: Balance = 0;
	/// Limit of what expiry and clearing may take of a block.
	pub static MaxHookWeight: Weight = Weight::MAX;
	/// Randomness of the block.
	pub static Random: H256 = H256::zero();
	pub static AskEpoch: BlockNumber = 1;
	pub static MaxLifetime: u32 = LONGEST_LIFETIME;
	pub static MaxSlots: u32 = MOST_SLOTS;
	pub static MaxAsks: u32 = MOST_ASKS;
	pub static MaxAsksPerMarket: u32 = MOST_ASKS_PER_MARKET;
	pub static MaxClearPerBlock: u32 = MOST_CLEARED;
	pub static MaxSkips: u32 = MOST_SKIPS;
}

/// Back to what each test begins with.
fn reset_bounds() {
	Burnt::set(0);
	Endowed::set(0);
	MaxHookWeight::set(Weight::MAX);
	Random::set(H256::zero());
	AskEpoch::set(1);
	MaxLifetime::set(LONGEST_LIFETIME);
	MaxSlots::set(MOST_SLOTS);
	MaxAsks::set(MOST_ASKS);
	MaxAsksPerMarket::set(MOST_ASKS_PER_MARKET);
	MaxClearPerBlock::set(MOST_CLEARED);
	MaxSkips::set(MOST_SKIPS);
	ReliableProofs::set(0);
	WantedNow::set(None);
	AskedFor::set(vec![]);
	TurnsAway::set(false);
}

/// Attestation, which tests can make say what they like.
pub struct Desk;
impl AttestationTrait<AccountId, Balance, BlockNumber> for Desk {
	fn begin(
		task: TaskId,
		spec: TaskSpec<AccountId, Balance, BlockNumber>,
		assignment: Assignment<AccountId, Balance, BlockNumber>,
	) {
		assert!(spec.redundancy.is_valid());
		assert_eq!(usize::from(spec.redundancy.started), 1 + assignment.co_primaries.len());
		Attestation::begin(task, spec, assignment);
	}

	fn wanted(limit: u32) -> Vec<Wanted<AccountId, Balance>> {
		AskedFor::mutate(|asked| asked.push(limit));
		WantedNow::get().map_or_else(
			|| Attestation::wanted(limit),
			|wanted| wanted.into_iter().take(limit as usize).collect(),
		)
	}

	fn engage(task: TaskId, standby: Standby<AccountId, Balance>) -> bool {
		!TurnsAway::get() && Attestation::engage(task, standby)
	}
}

/// Draws from [`Random`].
pub struct Dice;
impl Randomness<Option<H256>, BlockNumber> for Dice {
	fn random(subject: &[u8]) -> (Option<H256>, BlockNumber) {
		(Some(BlakeTwo256::hash_of(&(Random::get(), subject))), 0)
	}
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
	type MaxSlots = MaxSlots;
	type MaxAsks = MaxAsks;
	type AskEpoch = AskEpoch;
	type MillisPerBlock = ConstU64<MILLIS_PER_BLOCK>;
	type RecordHalfLife = ConstU64<1_000>;
	type ReliableProofs = ReliableProofs;
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
	type MaxHookWeight = Unlimited;
	type WeightInfo = ();
}

impl pallet_auctions::Config for Test {
	type Balance = Balance;
	type Provers = Provers;
	type Programs = Programs;
	type Escrow = Settlement;
	type Attestation = Desk;
	type Settlement = Settlement;
	type Randomness = Dice;
	type ReferenceOrigin = EnsureRoot<AccountId>;
	type AskEpoch = AskEpoch;
	type MillisPerBlock = ConstU64<MILLIS_PER_BLOCK>;
	type MinLifetime = ConstU32<MIN_LIFETIME>;
	type MaxLifetime = MaxLifetime;
	type DefaultLifetime = ConstU32<DEFAULT_LIFETIME>;
	type MinFee = ConstU128<MIN_FEE>;
	type BondBase = ConstU128<BOND_BASE>;
	type MinBidding = ConstU32<MIN_BIDDING>;
	type MaxClearPerBlock = MaxClearPerBlock;
	type MaxSkips = MaxSkips;
	type MaxAsksPerMarket = MaxAsksPerMarket;
	type MaxAsks = MaxAsks;
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
pub const PROVERS: [AccountId; 3] = [PROVER, RIVAL, THIRD];
/// Everybody with money.
pub const ACCOUNTS: [AccountId; 6] = [OWNER, REQUESTER, OTHER, PROVER, RIVAL, THIRD];
/// Balance that each of them starts with.
pub const ENDOWMENT: Balance = 10_000_000;
/// Of which each prover stakes so much.
pub const STAKE: Balance = 1_000_000;
/// Slots of each prover.
pub const SLOTS: u32 = 4;
/// Work of the program's tasks.
pub const WORK: u64 = 1_000;

/// The proof system of everything.
pub const SYSTEM: ProofSystem = ProofSystem::Groth16Bn254;

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
		SYSTEM,
		key.clone(),
		hardware,
		work,
		artifacts(),
	)
	.unwrap();
	program_id(SYSTEM, &key, hardware, work, &artifacts())
}

/// The program that [`OWNER`] registered at the start.
pub fn program() -> ProgramId {
	program_id(SYSTEM, &key(), HardwareClass::Cpu, WorkModel::Fixed(WORK), &artifacts())
}

/// Seed from which a prover's session key is derived.
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

/// A submission of several proofs, as the prover's node makes it.
pub fn batch(prover: AccountId, proofs: &[(TaskId, ProofData)]) -> pallet_attestation::Call<Test> {
	let submission = |(task, proof): &(TaskId, ProofData)| Submission {
		task: *task,
		attempt: attempt_of(*task, prover),
		proof: proof.clone(),
	};
	let submissions: Submissions =
		proofs.iter().map(submission).collect::<Vec<_>>().try_into().unwrap();
	let message = batch_message(&System::block_hash(0), &prover, &submissions);
	let signature = session(prover).sign(&message);
	pallet_attestation::Call::submit_proofs { prover, submissions, signature }
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

/// Register one more prover, with an endowment and a stake of its own.
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

/// Checks of what always holds, after whatever happened.
pub fn check_invariants() {
	Provers::do_try_state().unwrap();
	Programs::do_try_state().unwrap();
	Settlement::do_try_state().unwrap();
	Attestation::do_try_state().unwrap();
	Auctions::do_try_state().unwrap();
	assert_eq!(Balances::total_issuance() + Burnt::get(), Endowed::get(), "money was made or lost");
	let mut escrows = BTreeMap::<AccountId, Balance>::new();
	for escrow in pallet_settlement::Escrows::<Test>::iter_values() {
		*escrows.entry(escrow.requester).or_default() += escrow.amount;
	}
	let mut bonds = BTreeMap::<AccountId, Balance>::new();
	for live in pallet_attestation::Live::<Test>::iter_values() {
		for attempt in live.attempts {
			*bonds.entry(attempt.prover).or_default() += attempt.bond;
		}
		for announced in live.bounty.into_iter().flat_map(|bounty| bounty.announcements) {
			*bonds.entry(announced.prover).or_default() += announced.deposit;
		}
	}
	for (_, prover, bid) in Bids::<Test>::iter() {
		assert!(bid.revealed.is_none() || bid.deposit == 0, "a deposit for a revealed bid");
		*bonds.entry(prover).or_default() += bid.deposit;
	}
	let mut everybody = 0;
	for (who, account) in frame_system::Account::<Test>::iter() {
		let data = account.data;
		everybody += data.free + data.reserved;
		let escrows = escrows.remove(&who).unwrap_or(0);
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
	assert!(escrows.values().all(|amount| *amount == 0), "an escrow of nobody");
	for (prover, record) in pallet_provers::Provers::<Test>::iter() {
		let bonds = bonds.remove(&prover).unwrap_or(0);
		assert_eq!(record.reserved, bonds, "reserved are not bonds and deposits");
	}
	assert!(bonds.is_empty(), "a bond of nobody");
	assert!(!said("runtime::defensive"), "what cannot happen did");
}

fn genesis() -> sp_io::TestExternalities {
	reset_bounds();
	Endowed::set(ENDOWMENT * ACCOUNTS.len() as Balance);
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
				slots: SLOTS,
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
		AskedFor::set(vec![]);
	});
	ext
}

/// Run `test` in block 1, and check afterwards what must hold whatever it did.
pub fn build_and_execute(test: impl FnOnce()) {
	let mut ext = genesis();
	with_log(|| {
		ext.execute_with(|| {
			check_invariants();
			test();
			check_invariants();
		})
	});
}
