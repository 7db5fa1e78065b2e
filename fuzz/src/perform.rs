// SPDX-License-Identifier: Apache-2.0
//! Meaning of an action in the state it meets.

use crate::{
	actions::{Action, Fixed, Place, Submission},
	model::Sender,
	proofs::Key,
	runtime::*,
	world::{artifacts, id_of, locators, pair, World, PROGRAMS},
	zkvm::{Version, Zkvm},
};
use proofyard_primitives::{
	bid_commitment, session::possession_message, FixedValues, HardwareClass, InputRef, Market,
	RemoteData, Scalar, TaskId, WorkModel,
};
use sp_core::{Pair, H256};
use sp_runtime::{BoundedVec, Permill};

const SALT: [u8; 32] = [7; 32];

/// The `n`-th of what there is, round and round; the last for the highest number, the one before it for
/// the second highest.
pub(crate) fn nth<T>(items: impl Iterator<Item = T>, n: u64) -> Option<T> {
	let mut all: Vec<T> = items.collect();
	let place = match u64::MAX - n {
		back @ ..2 => all.len().checked_sub(1)?.saturating_sub(back as usize),
		_ => (n as usize).checked_rem(all.len())?,
	};
	Some(all.swap_remove(place))
}

pub(crate) fn prover(n: u64) -> AccountId {
	PROVERS[n as usize % PROVERS.len()]
}

/// Anybody: requesters, provers, delegators, the owner.
pub(crate) fn anybody(n: u64) -> AccountId {
	nth(everybody(), n).unwrap_or(OWNER)
}

impl World {
	/// Do it.
	pub(crate) fn perform(&mut self, action: &Action) {
		match action.clone() {
			Action::Submit(submission) => self.submit(submission),
			Action::Cancel { who, task } => {
				let (task, requester) = self.open_task(task);
				let who = who.map_or(requester, anybody);
				self.send(Sender::Account(who), pallet_auctions::Call::cancel_task { task });
			}
			Action::Raise { who, task, by } => {
				let (task, requester) = self.open_task(task);
				let who = who.map_or(requester, anybody);
				self.send(Sender::Account(who), pallet_auctions::Call::raise_fee { task, by });
			}
			Action::Prolong { who, task, by } => {
				let (task, requester) = self.open_task(task);
				let who = who.map_or(requester, anybody);
				self.send(Sender::Account(who), pallet_auctions::Call::prolong_task { task, by });
			}
			Action::Poke { who, live, task } => self.poke(anybody(who), live, task),

			Action::PlaceAsk { who, market, price, lots, speed } => {
				let market = self.market(market);
				let call = pallet_auctions::Call::place_ask { market, price, lots, speed };
				self.send(Sender::Account(prover(who)), call);
			}
			Action::WithdrawAsk { who, ask } => {
				let all = self.state.model.asks.keys().filter(|(of, _)| *of == prover(who));
				let market = nth(all.map(|(_, market)| *market), ask);
				let market = market.unwrap_or_else(|| self.market(NOWHERE));
				let call = pallet_auctions::Call::withdraw_ask { market };
				self.send(Sender::Account(prover(who)), call);
			}
			Action::SetBlocked { who, whom, blocked } => {
				// Half of the calls that let somebody back mean one who is kept off.
				let kept_off = match !blocked && whom.is_multiple_of(2) {
					true => nth(self.state.model.blocked.iter().copied(), whom / 2),
					false => None,
				};
				let (who, requester) = kept_off.unwrap_or_else(|| (prover(who), anybody(whom)));
				let call = pallet_auctions::Call::set_blocked { requester, blocked };
				self.send(Sender::Account(who), call);
			}
			Action::CommitBid { who, task, bid } => self.commit_bid(prover(who), task, bid),
			Action::RevealBid { bid, told, speed } => self.reveal_bid(bid, told, speed),
			Action::Calibrate { who, hardware } => {
				let call = pallet_auctions::Call::calibrate { system: SYSTEM, hardware };
				self.send(Sender::Account(prover(who)), call);
			}
			Action::SetReference { hardware, program, terms } => {
				self.set_reference(hardware, program, terms);
			}
			action => self.perform_for_provers(action),
		}
	}

	fn perform_for_provers(&mut self, action: Action) {
		use pallet_provers::Call;
		match action {
			Action::Register { who, hardware, slots, stake, key } => {
				let who = match who % 12 {
					place @ 0..=9 => prover(place),
					place => REQUESTERS[place as usize - 10],
				};
				self.with_key(who, key, |session_key, possession| Call::register {
					hardware,
					slots,
					stake,
					session_key,
					possession,
				});
			}
			Action::SetSessionKey { who, key } => {
				let who = self.registered(who);
				self.with_key(who, key, |session_key, possession| Call::set_session_key {
					session_key,
					possession,
				});
			}
			Action::SetHardware { who, hardware, slots } => {
				self.as_prover(who, Call::set_hardware { hardware, slots });
			}
			Action::AddStake { who, amount } => self.as_prover(who, Call::add_stake { amount }),
			Action::Unbond { who, amount } => {
				let who = self.registered(who);
				let stake = self.state.model.provers.get(&who).map_or(0, |prover| prover.stake);
				let amount = amount.of(stake);
				self.send(Sender::Account(who), Call::unbond { amount });
			}
			Action::Withdraw { who } => {
				let all = self.state.model.provers.iter();
				let unbonding = all.filter(|(_, prover)| prover.unbonding.is_some());
				let found = nth(unbonding.map(|(who, _)| *who), who);
				let who = found.unwrap_or_else(|| prover(who));
				self.send(Sender::Account(who), Call::withdraw_unbonded {});
			}
			Action::SetPaused { who, paused } => self.as_prover(who, Call::set_paused { paused }),
			Action::Unjail { who } => {
				let all = self.state.model.provers.iter();
				let jailed = all.filter(|(_, prover)| prover.jailed_until.is_some());
				let found = nth(jailed.map(|(who, _)| *who), who);
				let who = found.unwrap_or_else(|| prover(who));
				self.send(Sender::Account(who), Call::unjail {});
			}
			Action::Exit { who, tidy } => {
				let who = self.registered(who);
				let asks: Vec<Market> = self
					.state
					.model
					.asks
					.keys()
					.filter(|(of, _)| tidy && *of == who)
					.map(|(_, market)| *market)
					.collect();
				for market in asks {
					let call = pallet_auctions::Call::withdraw_ask { market };
					self.send(Sender::Account(who), call);
				}
				self.send(Sender::Account(who), Call::exit {});
			}
			Action::SetDelegation { who, commission } => {
				let commission = commission.map(Permill::from_parts);
				self.as_prover(who, Call::set_delegation { commission });
			}
			Action::Delegate { who, to, amount } => {
				let others = DELEGATORS.into_iter().chain(everybody());
				let who = nth(others, who).unwrap_or(OWNER);
				// One that takes delegations, more often than not.
				let open = self.state.model.provers.iter().filter(|(_, prover)| prover.open);
				let open = nth(open.map(|(who, _)| *who), to);
				let to = if to % 5 == 0 { prover(to) } else { open.unwrap_or(prover(to)) };
				self.send(Sender::Account(who), Call::delegate { prover: to, amount });
			}
			Action::Undelegate { delegation, shares } => {
				let (prover, delegator, all) = self.delegation(delegation);
				let call = Call::undelegate { prover, shares: shares.of(all) };
				self.send(Sender::Account(delegator), call);
			}
			Action::WithdrawDelegation { who, delegation } => {
				let (prover, delegator, _) = self.delegation(delegation);
				let call = Call::withdraw_delegation { prover, delegator };
				self.send(Sender::Account(anybody(who)), call);
			}
			Action::Die { who, dead } => {
				if dead {
					self.state.dead.insert(prover(who));
				} else {
					self.state.dead.remove(&prover(who));
				}
			}
			action => self.perform_work(action),
		}
	}

	fn perform_work(&mut self, action: Action) {
		use pallet_attestation::Call;
		match action {
			Action::Deliver { attempt, variant } => self.deliver(attempt, variant),
			Action::DeliverAll { attempt, variant } => self.deliver_all(attempt, variant),
			Action::SubmitProof { attempt, proof, who, number, forged, late } => {
				let Some((task, place, prover)) = self.any_attempt(attempt) else { return };
				let who = who.map_or(prover, anybody);
				let proof = self.proof(task, prover, proof);
				let number = number.unwrap_or(place);
				if late {
					self.submit_late(task, number, who, proof);
				} else {
					self.submit_proof(task, number, who, proof, forged);
				}
			}
			Action::SubmitProofs { attempt, proofs, twice, forged, late } => {
				self.submit_proofs(attempt, &proofs, twice, forged, late);
			}
			Action::Replay { which } => {
				if let Some(call) = nth(self.state.sent.iter().cloned(), which) {
					self.send(Sender::Pool, call);
				}
			}
			Action::CommitProof { attempt, proof } => {
				let Some((task, place, prover)) = self.running_attempt(attempt) else { return };
				let proof = self.proof(task, prover, proof);
				self.commit_proof(task, place, prover, proof);
			}
			Action::Report { attempt, report } => {
				let Some((task, place, prover)) = self.running_attempt(attempt) else { return };
				self.report(task, place, prover, report);
			}
			Action::Decline { attempt, who } => {
				let Some((task, _, prover)) = self.running_attempt(attempt) else { return };
				let who = who.map_or(prover, anybody);
				self.send(Sender::Account(who), Call::decline { task });
			}
			Action::Announce { who, task, proof } => self.announce(who, task, proof),
			Action::Reveal { announcement, proof, who } => {
				self.reveal(announcement, proof, who);
			}
			action => self.govern(action),
		}
	}

	fn govern(&mut self, action: Action) {
		match action {
			Action::SetFees { fee, author, treasury } => {
				let [fee, author, treasury] = [fee, author, treasury].map(Permill::from_parts);
				let terms = pallet_settlement::FeeTerms { fee, author, treasury };
				self.send(Sender::Root, pallet_settlement::Call::set_fees { terms });
			}
			Action::RegisterProgram { who, program } => {
				let (key, hardware, work) = PROGRAMS[program as usize % PROGRAMS.len()];
				let who = if who == u64::MAX { OWNER } else { anybody(who) };
				let call = pallet_programs::Call::register {
					system: key.system(),
					key: BoundedVec::truncate_from(key.bytes()),
					hardware,
					work,
					artifacts: artifacts(9),
				};
				self.send(Sender::Account(who), call);
			}
			Action::SetLocators { program, length } => {
				let program = id_of(program);
				let call = pallet_programs::Call::set_locators {
					program,
					artifact: length % 2,
					locators: locators(length as usize),
				};
				let owner = self.state.model.programs.get(&program).map_or(OWNER, |p| p.owner);
				self.send(Sender::Account(owner), call);
			}
			Action::Retire { program, who } => {
				let program = id_of(program);
				let owner = self.state.model.programs.get(&program).map_or(OWNER, |p| p.owner);
				let who = who.map_or(owner, anybody);
				self.send(Sender::Account(who), pallet_programs::Call::retire { program });
			}
			Action::Switch { on, vm } => {
				let system = vm.map_or(SYSTEM, Zkvm::system);
				let call = pallet_programs::Call::set_system_enabled { system, enabled: on };
				self.send(Sender::Root, call);
			}
			Action::SetVersion { version, flaw } => {
				let version = Version::nth(version);
				let entry = flaw.map_or_else(|| version.entry(), |flaw| version.flawed(flaw));
				let entry = BoundedVec::truncate_from(entry);
				self.send(Sender::Root, pallet_programs::Call::set_version { entry });
			}
			Action::SwitchVersion { version, on } => {
				let (system, selector) = Version::nth(version).name();
				let call =
					pallet_programs::Call::set_version_enabled { system, selector, enabled: on };
				self.send(Sender::Root, call);
			}
			Action::RemoveVersion { version } => {
				let (system, selector) = Version::nth(version).name();
				let call = pallet_programs::Call::remove_version { system, selector };
				self.send(Sender::Root, call);
			}
			Action::Transfer { from, to, amount } => {
				let call =
					pallet_balances::Call::transfer_keep_alive { dest: anybody(to), value: amount };
				self.send(Sender::Account(anybody(from)), call);
			}
			action => unreachable!("{action:?} is the chain's"),
		}
	}

	/// A registered prover, more often than not.
	pub(crate) fn registered(&self, n: u64) -> AccountId {
		if n.is_multiple_of(7) {
			return prover(n);
		}
		nth(self.state.model.provers.keys().copied(), n).unwrap_or_else(|| prover(n))
	}

	fn as_prover(&mut self, who: u64, call: pallet_provers::Call<Runtime>) {
		let who = self.registered(who);
		self.send(Sender::Account(who), call);
	}

	/// Send a call that brings a session key, and note whose it is then.
	fn with_key(
		&mut self,
		who: AccountId,
		key: Option<u64>,
		call: impl FnOnce(
			proofyard_primitives::session::SessionKey,
			proofyard_primitives::session::SessionSignature,
		) -> pallet_provers::Call<Runtime>,
	) {
		let of = |n| self.state.keys.get(&prover(n)).copied().unwrap_or(998);
		let taken = key.map(of);
		let number = taken.unwrap_or_else(|| self.new_key());
		let session = pair(number);
		// Whoever says that somebody else's key is its own has no signature of it, now and then.
		let honest = key.is_none_or(|key| key % 2 == 0);
		let signer = if honest { session.clone() } else { pair(997) };
		let possession = signer.sign(&possession_message(&who));
		self.send(Sender::Account(who), call(session.public(), possession));
		let now_has = self.state.model.provers.get(&who).map(|prover| prover.key.clone());
		if now_has == Some(session.public()) {
			self.state.keys.insert(who, number);
		}
	}

	fn delegation(&self, n: u64) -> (AccountId, AccountId, u128) {
		let all = self.state.model.provers.iter().flat_map(|(prover, record)| {
			let of = record.pool.delegations.iter();
			of.map(|(delegator, delegation)| (*prover, *delegator, delegation.shares))
		});
		nth(all, n).unwrap_or((prover(n), DELEGATORS[0], 1))
	}

	fn market(&self, place: Place) -> Market {
		let Place { hardware, bucket, level, vm } = place;
		Market { system: vm.map_or(SYSTEM, Zkvm::system), hardware, bucket, level }
	}

	fn open_task(&self, n: u64) -> (TaskId, AccountId) {
		let open = self.state.model.open.iter();
		nth(open.map(|(task, open)| (*task, open.spec.requester)), n).unwrap_or((n, REQUESTERS[0]))
	}

	fn submit(&mut self, submission: Submission) {
		let place = submission.program as usize % PROGRAMS.len();
		let (key, _, model) = PROGRAMS[place];
		let (stated, work) = match model {
			WorkModel::Fixed(work) => (submission.work.filter(|work| *work == 0), work),
			WorkModel::PerTask => {
				let work = submission.work.unwrap_or(700);
				(Some(work), work)
			}
		};
		let parts = submission.redundancy.map_or(1, |redundancy| redundancy.needed.max(1));
		let max_fee = submission.unit_fee * Balance::from(work.max(1)) * Balance::from(parts);
		let requesters = REQUESTERS.into_iter().chain(PROVERS);
		let who = nth(requesters, submission.who).unwrap_or(REQUESTERS[0]);
		let input = if submission.remote {
			InputRef::Remote(RemoteData {
				locators: locators(12),
				sha256: H256::repeat_byte(9),
				size: 1,
			})
		} else {
			InputRef::Inline(BoundedVec::truncate_from(vec![1]))
		};
		let mut provers: Vec<AccountId> = submission.provers.into_iter().map(prover).collect();
		if !submission.unit_fee.is_multiple_of(16) {
			provers.sort_unstable();
			provers.dedup();
		}
		let call = pallet_auctions::Call::submit_task {
			program: id_of(submission.program),
			level: submission.level,
			work: stated,
			input,
			values: fixed(key, submission.fixed),
			max_fee,
			lifetime: submission.lifetime,
			provers: BoundedVec::truncate_from(provers),
			bidding: submission.bidding,
			redundancy: submission.redundancy,
		};
		self.send(Sender::Account(who), call);
	}

	fn poke(&mut self, who: AccountId, live: bool, task: u64) {
		let model = &self.state.model;
		if live {
			// One that waits, where there is one.
			let waits = model.live.iter().filter(|(_, live)| live.next_due() <= model.now);
			let waits = nth(waits.map(|(task, _)| *task), task);
			let any = nth(model.live.keys().copied(), task);
			let task = waits.or(any).unwrap_or(task);
			self.send(Sender::Account(who), pallet_attestation::Call::poke { task });
		} else {
			let waits = model.open.iter().filter(|(_, open)| open.due() <= model.now);
			let waits = nth(waits.map(|(task, _)| *task), task);
			let task = waits.unwrap_or_else(|| self.open_task(task).0);
			self.send(Sender::Account(who), pallet_auctions::Call::poke { task });
		}
	}

	fn commit_bid(&mut self, who: AccountId, task: u64, bid: u64) {
		let sealed = self.state.model.open.iter().filter(|(_, open)| open.bidding.is_some());
		let sealed: Vec<(TaskId, Balance)> =
			sealed.map(|(task, open)| (*task, open.spec.max_fee)).collect();
		let found = nth(sealed.into_iter(), task);
		let (task, max_fee) = found.unwrap_or((self.open_task(task).0, 1_000));
		let price = max_fee * Balance::from(bid) / 1_000;
		let commitment = bid_commitment(task, &who, price, &SALT);
		self.state.bids.insert((task, who), price);
		self.send(Sender::Account(who), pallet_auctions::Call::commit_bid { task, commitment });
	}

	fn reveal_bid(&mut self, bid: u64, told: Option<u64>, speed: u64) {
		let now = self.state.model.now;
		let all: Vec<(TaskId, AccountId, Balance, bool)> = self
			.state
			.model
			.open
			.iter()
			.flat_map(|(task, open)| {
				let ripe = open.bidding.is_some_and(|(commit, _)| now > commit);
				let max_fee = open.spec.max_fee;
				let hidden = open.bids.iter().filter(|(_, bid)| bid.revealed.is_none());
				hidden.map(move |(who, _)| (*task, *who, max_fee, ripe))
			})
			.collect();
		let ripe = nth(all.iter().copied().filter(|(.., ripe)| *ripe), bid);
		let any = nth(all.into_iter(), bid);
		let found = ripe.or(any).unwrap_or((bid, prover(bid), 0, false));
		let (task, who, max_fee, _) = found;
		let committed = self.state.bids.get(&(task, who)).copied().unwrap_or(0);
		let price = told.map_or(committed, |told| max_fee * Balance::from(told) / 1_000);
		let call = pallet_auctions::Call::reveal_bid { task, price, speed, salt: SALT };
		self.send(Sender::Account(who), call);
	}

	fn set_reference(&mut self, hardware: HardwareClass, program: u64, terms: Option<(u32, u32)>) {
		let place = program as usize % PROGRAMS.len();
		let work = match PROGRAMS[place].2 {
			WorkModel::Fixed(work) => work,
			WorkModel::PerTask => 700,
		};
		let reference = terms.map(|(proofs, blocks)| pallet_auctions::Reference {
			program: id_of(program),
			work,
			input: Default::default(),
			challenge_at: 0,
			challenge_input: 0,
			proofs,
			blocks,
		});
		let call = pallet_auctions::Call::set_reference { system: SYSTEM, hardware, reference };
		self.send(Sender::Root, call);
	}
}

/// A market where nobody asks.
const NOWHERE: Place = Place {
	hardware: HardwareClass::Cpu,
	bucket: 40,
	level: proofyard_primitives::ServiceLevel::Standard,
	vm: None,
};

/// Public values as somebody fixes them.
fn fixed(key: Key, how: Fixed) -> FixedValues {
	let is_zkvm = matches!(key, Key::Zkvm(..));
	let bytes = |bytes: &[u8]| BoundedVec::truncate_from(bytes.to_vec());
	let hash = |bytes: &[u8]| FixedValues::Hash(H256(sp_io::hashing::sha2_256(bytes)));
	let usual = key.usual();
	let inputs = |input: &dyn Fn(usize) -> Option<Scalar>| {
		FixedValues::Inputs(BoundedVec::truncate_from(
			(0..key.inputs() as usize).map(input).collect(),
		))
	};
	let other = vec![9; usual.len()];
	match how {
		Fixed::No => FixedValues::Open,
		Fixed::Usual if !is_zkvm => inputs(&|n| usual.as_chunks().0.get(n).copied()),
		Fixed::Other if !is_zkvm => inputs(&|n| (n == 0).then_some([9; 32])),
		Fixed::Nonsense if is_zkvm => FixedValues::Inputs(BoundedVec::truncate_from(vec![None])),
		Fixed::Nonsense => inputs(&|_| Some([0xff; 32])),
		Fixed::Usual | Fixed::Whole => FixedValues::Whole(bytes(&usual)),
		Fixed::Other | Fixed::OtherWhole => FixedValues::Whole(bytes(&other)),
		Fixed::LongWhole => FixedValues::Whole(bytes(&[&usual[..], &[0; 32]].concat())),
		Fixed::Hash => hash(&usual),
		Fixed::OtherHash => hash(&other),
		// A whole public input; of a zkVM's values any part.
		Fixed::Prefix if is_zkvm => FixedValues::Prefix(bytes(&usual[..4])),
		Fixed::OtherPrefix if is_zkvm => FixedValues::Prefix(bytes(&other[..7])),
		Fixed::Prefix => FixedValues::Prefix(bytes(&usual[..32])),
		Fixed::OtherPrefix => FixedValues::Prefix(bytes(&other[..32])),
		Fixed::OddPrefix => FixedValues::Prefix(bytes(&usual[..5])),
	}
}
