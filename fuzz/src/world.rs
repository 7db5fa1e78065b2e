// SPDX-License-Identifier: Apache-2.0
//! The chain and the model, side by side: transactions, blocks, forks.

use crate::{
	actions::Action,
	check,
	ledger::Ledger,
	model::{Model, Notes, Sender},
	proofs::Key,
	runtime::*,
	zkvm::Zkvm,
};
use frame_support::{
	dispatch::{DispatchInfo, DispatchResultWithPostInfo, GetDispatchInfo},
	traits::GetCallMetadata,
	weights::Weight,
};
use proofyard_primitives::{
	limits::{MaxArtifacts, MaxLocators},
	program::{program_id, Locator},
	session::SessionPair,
	Artifact, ArtifactRole, HardwareClass, ProgramId, ProofData, RemoteData, TaskId, WorkModel,
};
use sp_core::{Pair, H256};
use sp_runtime::{
	traits::{DispatchTransaction, Dispatchable},
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	BoundedVec, DispatchError, StateVersion,
};
use std::collections::{BTreeMap, BTreeSet};

/// Every program that there may be. The first five are from the start, and those of zkVMs.
pub const PROGRAMS: [(Key, HardwareClass, WorkModel); 10] = [
	(Key::Real, HardwareClass::Cpu, WorkModel::Fixed(997)),
	(Key::Known(1), HardwareClass::Cpu, WorkModel::PerTask),
	(Key::Known(2), HardwareClass::Gpu { vram_gib: 16 }, WorkModel::Fixed(1_003)),
	(Key::Known(1), HardwareClass::Cpu, WorkModel::Fixed(3)),
	(Key::Known(1), HardwareClass::Cpu, WorkModel::Fixed(2_000)),
	(Key::Known(2), HardwareClass::Cpu, WorkModel::PerTask),
	(Key::Real, HardwareClass::Gpu { vram_gib: 8 }, WorkModel::Fixed(700)),
	(Key::Zkvm(Zkvm::Sp1, 0), HardwareClass::Cpu, WorkModel::PerTask),
	(Key::Zkvm(Zkvm::Risc0, 0), HardwareClass::Cpu, WorkModel::PerTask),
	(Key::Zkvm(Zkvm::Sp1, 1), HardwareClass::Cpu, WorkModel::Fixed(1_001)),
];

/// Options for playing a list.
#[derive(Clone, Copy, Debug)]
pub struct Options {
	/// After how many steps the whole state is checked.
	pub thorough: usize,
	/// Whether what the chain says is printed.
	pub events: bool,
}

impl Default for Options {
	fn default() -> Self {
		Self { thorough: 16, events: false }
	}
}

/// Knowledge of everybody but the chain: what a branch that is abandoned takes with it.
#[derive(Clone, Debug, Default)]
pub struct State {
	/// Model that the chain must be like.
	pub model: Model,
	/// Provers that deliver nothing.
	pub dead: BTreeSet<AccountId>,
	/// The number of each prover's session key.
	pub keys: BTreeMap<AccountId, u64>,
	/// Authorized transactions so far.
	pub sent: Vec<RuntimeCall>,
	/// Proofs that are public, by task.
	pub shown: BTreeMap<TaskId, Vec<ProofData>>,
	/// Proofs that were committed to or announced, and are not shown.
	pub kept: BTreeMap<(TaskId, AccountId), ProofData>,
	/// The prices of sealed bids.
	pub bids: BTreeMap<(TaskId, AccountId), Balance>,
	/// Money of each account by what was announced.
	pub ledger: Ledger,
}

/// The chain and the model.
pub struct World {
	/// Knowledge of everybody now.
	pub state: State,
	/// Knowledge of everybody where the chain may come back to, and what the hooks could do.
	fork: Option<(State, [Weight; 3])>,
	/// Options that it is played with.
	options: Options,
	steps: usize,
	next_key: u64,
}

impl World {
	/// A market with its first programs and provers.
	pub fn new(options: Options) -> Self {
		let mut world = Self {
			state: State { model: Model::new(), ..State::default() },
			fork: None,
			options,
			steps: 0,
			next_key: 1_000,
		};
		for program in [0, 1, 2, 3, 4, 7, 8, 9] {
			world.act(&Action::RegisterProgram { who: u64::MAX, program });
		}
		for version in [0, 1, 3] {
			world.act(&Action::SetVersion { version, flaw: None });
		}
		for (place, _) in PROVERS.iter().enumerate().take(FIRST_PROVERS) {
			let hardware = if place % 3 == 0 {
				HardwareClass::Gpu { vram_gib: 24 }
			} else {
				HardwareClass::Cpu
			};
			let stake = first_stake(place);
			let who = place as u64;
			world.act(&Action::Register { who, hardware, slots: 4, stake, key: None });
		}
		world
	}

	/// Play an action, and check what must hold after it.
	pub fn act(&mut self, action: &Action) {
		if self.options.events {
			println!("{}", action.to_line());
		}
		match action {
			Action::Block { random } => self.block(*random),
			Action::Blocks { count, random } => {
				for n in 0..*count {
					self.block(random.wrapping_add(n.into()));
				}
			}
			Action::Rooms { attestation, auctions, settlement } => {
				set_room(*attestation, *auctions, *settlement);
				self.state.model.coverage.count("done", "chain: rooms");
			}
			Action::Fork => self.fork(),
			Action::Reorg => self.reorg(),
			action => self.perform(action),
		}
		self.steps += 1;
		check::step(&mut self.state.model);
		if self.is_thorough() {
			check::whole(&self.state.model);
		}
		if let Some(said) = crate::said() {
			panic!("the chain says: {said}");
		}
	}

	/// Whether the whole state is looked at in this step.
	fn is_thorough(&self) -> bool {
		self.steps.is_multiple_of(self.options.thorough.max(1))
	}

	/// The next block begins.
	pub fn block(&mut self, random: u64) {
		set_random(random);
		let now = System::block_number() + 1;
		System::set_block_number(now);
		if self.options.events {
			println!("block {now}");
		}
		for hook in Hook::ALL {
			System::reset_events();
			hook.run(now);
			let notes = self.listen();
			self.state.model.hook(hook, now, notes);
		}
		self.state.model.coverage.count("done", "chain: block");
		check::step(&mut self.state.model);
	}

	/// Take in the events of a transaction or hook: hold everybody's money against them, and print them
	/// if that is wanted. Returns those that the model explains.
	fn listen(&mut self) -> Notes {
		let events: Vec<RuntimeEvent> =
			System::read_events_no_consensus().map(|record| record.event).collect();
		for event in &events {
			self.state.ledger.book(event);
			self.state.model.coverage.event(event);
			let is_told = !matches!(event, RuntimeEvent::System(_) | RuntimeEvent::Balances(_));
			if self.options.events && is_told {
				println!("    {event:?}");
			}
		}
		self.state.ledger.check();
		Notes::of(events.into_iter())
	}

	fn fork(&mut self) {
		if self.fork.is_some() {
			sp_io::storage::commit_transaction();
		}
		sp_io::storage::start_transaction();
		let limits = [AuctionsHook::get(), AttestationHook::get(), SettlementHook::get()];
		self.fork = Some((self.state.clone(), limits));
		self.state.model.coverage.count("done", "chain: fork");
	}

	fn reorg(&mut self) {
		let Some((state, limits)) = self.fork.take() else { return };
		sp_io::storage::rollback_transaction();
		let [auctions, attestation, settlement] = limits;
		AuctionsHook::set(auctions);
		AttestationHook::set(attestation);
		SettlementHook::set(settlement);
		let abandoned = std::mem::replace(&mut self.state, state);
		// What the other branch reached was reached.
		self.state.model.coverage = abandoned.model.coverage;
		self.state.model.coverage.count("done", "chain: reorg");
		check::whole(&self.state.model);
	}

	/// The branch that is, stays.
	pub fn settle_on_branch(&mut self) {
		if self.fork.take().is_some() {
			sp_io::storage::commit_transaction();
		}
	}

	/// Execute a transaction, and tell the model.
	pub fn send(&mut self, sender: Sender, call: impl Into<RuntimeCall>) {
		let call = call.into();
		System::reset_events();
		let before = self.is_thorough().then(root);
		let result = match sender {
			Sender::Account(who) => dispatched(call.clone(), RuntimeOrigin::signed(who)),
			Sender::Root => dispatched(call.clone(), RuntimeOrigin::root()),
			Sender::Pool => {
				self.state.sent.push(call.clone());
				included(call.clone())
			}
			Sender::Late => {
				let authorized = frame_system::RawOrigin::Authorized;
				dispatched(call.clone(), RuntimeOrigin::from(authorized))
			}
		};
		if self.options.events {
			println!("{sender:?} {result:?}");
		}
		if let Some(before) = before.filter(|_| result.is_err()) {
			assert_eq!(root(), before, "a refused call left something");
		}
		let notes = self.listen();
		let name = call.get_call_metadata();
		let name = format!("{}::{}", name.pallet_name, name.function_name);
		let coverage = &mut self.state.model.coverage;
		match &result {
			Ok(()) => coverage.count("done", &name),
			Err(error) => coverage.count("refused", &format!("{name}: {error}")),
		}
		self.state.model.transaction(sender, &call, result.is_ok(), notes);
	}

	/// The session key of a prover; of somebody who has none, one that nobody has.
	pub fn session(&self, who: AccountId) -> SessionPair {
		pair(self.state.keys.get(&who).copied().unwrap_or(999))
	}

	/// A session key that nobody has yet.
	pub fn new_key(&mut self) -> u64 {
		self.next_key += 1;
		self.next_key
	}
}

/// The session key of this number.
pub fn pair(number: u64) -> SessionPair {
	let mut seed = [0xa5; 32];
	seed[..8].copy_from_slice(&number.to_le_bytes());
	SessionPair::from_seed(&seed)
}

/// Root of the chain's storage.
fn root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}

fn reason(error: DispatchError) -> String {
	match error {
		DispatchError::Module(error) => error.message.unwrap_or("?").into(),
		error => format!("{error:?}"),
	}
}

fn dispatched(call: RuntimeCall, origin: RuntimeOrigin) -> Result<(), String> {
	let info = call.get_dispatch_info();
	taken(&info, call.dispatch(origin))
}

/// Put a call into the block the way an authorized transaction gets there.
fn included(call: RuntimeCall) -> Result<(), String> {
	let info = call.get_dispatch_info();
	let sent = TxExtension::new().dispatch_transaction(RuntimeOrigin::none(), call, &info, 0, 0);
	match sent {
		Ok(result) => taken(&info, result),
		Err(TransactionValidityError::Invalid(InvalidTransaction::Custom(code))) => {
			Err(format!("pool {code}"))
		}
		Err(error) => Err(format!("pool {error:?}")),
	}
}

/// Result of a call. It may not say that it took more than it said before.
fn taken(info: &DispatchInfo, result: DispatchResultWithPostInfo) -> Result<(), String> {
	let after = match &result {
		Ok(after) => after,
		Err(error) => &error.post_info,
	};
	if let Some(taken) = after.actual_weight {
		let most = info.total_weight();
		assert!(taken.all_lte(most), "a call took {taken:?} of {most:?}");
	}
	result.map(|_| ()).map_err(|error| reason(error.error))
}

/// The files of a program.
pub fn artifacts(locator: usize) -> BoundedVec<Artifact, MaxArtifacts> {
	let data =
		RemoteData { locators: locators(locator), sha256: H256::repeat_byte(7), size: 4_096 };
	BoundedVec::truncate_from(vec![Artifact { role: ArtifactRole::ProvingKey, data }])
}

/// A locator with so many characters behind the scheme, or none for none.
pub fn locators(length: usize) -> BoundedVec<Locator, MaxLocators> {
	if length == 0 {
		return BoundedVec::default();
	}
	let url = format!("https://{}", "x".repeat(length));
	BoundedVec::truncate_from(vec![BoundedVec::truncate_from(url.into_bytes())])
}

/// The id of one of [`PROGRAMS`].
pub fn id_of(program: u64) -> ProgramId {
	use std::sync::LazyLock;
	static IDS: LazyLock<Vec<ProgramId>> = LazyLock::new(|| {
		let id = |(key, hardware, work): &(Key, HardwareClass, WorkModel)| {
			program_id(key.system(), &key.bytes(), *hardware, *work, &artifacts(9))
		};
		PROGRAMS.iter().map(id).collect()
	});
	IDS[program as usize % PROGRAMS.len()]
}
