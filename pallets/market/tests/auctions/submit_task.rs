// SPDX-License-Identifier: Apache-2.0
//! Submitting a task.

use super::helpers::*;
use frame_support::{assert_noop, assert_ok, BoundedVec};
use pallet_auctions::{
	queue_key, queued_task, AgendaOf, Bidding, Error, Event, NextTaskId, OpenTasks, Queue, Queued,
	Waiting,
};
use pallet_programs::Error as ProgramsError;
use pallet_settlement::{Error as SettlementError, Event as SettlementEvent};
use proofyard_market::*;
use proofyard_primitives::{
	BiddingWindow, FixedValues, HardwareClass, InputRef, ProofSystem, Redundancy, RemoteData,
	Scalar, ServiceLevel, TaskKind, WorkModel,
};
use sp_core::H256;
use sp_runtime::DispatchError;

fn per_task() -> H256 {
	register_program(OWNER, HardwareClass::Cpu, WorkModel::PerTask)
}

/// Submit a task of this much work, at the lowest price there is.
fn submit_work(program: H256, work: u64) {
	let max_fee = price(0) * Balance::from(work);
	assert_ok!(Request { program, work: Some(work), max_fee, ..Default::default() }.try_submit());
}

/// Public inputs fixed by position.
fn inputs(inputs: Vec<Option<Scalar>>) -> FixedValues {
	FixedValues::Inputs(inputs.try_into().unwrap())
}

fn remote(urls: &[&str], size: u64) -> InputRef {
	let sha256 = H256::repeat_byte(9);
	InputRef::Remote(RemoteData { locators: locators(urls), sha256, size })
}

#[test]
fn works() {
	build_and_execute(|| {
		run_to(5);
		let values = inputs(vec![Some(proof().inputs()[0])]);
		let request = Request { values, ..Default::default() };
		assert_ok!(request.clone().try_submit());

		let open = OpenTasks::<Test>::get(0).unwrap();
		assert_eq!(open.spec.requester, REQUESTER);
		assert_eq!(open.spec.program, program());
		assert_eq!(open.spec.market, market());
		assert_eq!(open.spec.kind, TaskKind::Market);
		assert_eq!(open.spec.work, WORK);
		assert_eq!(open.spec.input, request.input);
		assert_eq!(open.spec.values, request.values);
		assert_eq!(open.spec.max_fee, fee(40));
		assert_eq!((open.spec.submitted_at, open.spec.deadline), (5, 25));
		assert_eq!(open.expire_at, 25);
		assert_eq!((open.provers.len(), open.bidding), (0, None));
		assert!(AgendaOf::<Test>::contains(25, 0));
		let queued = Queue::<Test>::get(market(), queue_key(25, 0));
		assert_eq!(queued, Some(Queued { bid: 40, restricted: false, several: false }));
		assert_eq!(Waiting::<Test>::get(market()), 1);
		assert_eq!(NextTaskId::<Test>::get(), 1);

		assert_eq!(free(REQUESTER), ENDOWMENT - fee(40));
		assert_eq!(escrowed(REQUESTER), fee(40));
		let record = pallet_programs::Programs::<Test>::get(program()).unwrap();
		assert_eq!(record.live_tasks, 1);
		System::assert_has_event(
			SettlementEvent::EscrowOpened { task: 0, requester: REQUESTER, amount: fee(40) }.into(),
		);
		System::assert_last_event(
			Event::TaskSubmitted {
				task: 0,
				requester: REQUESTER,
				program: program(),
				max_fee: fee(40),
				deadline: 25,
			}
			.into(),
		);
	});
}

#[test]
fn gives_each_task_its_own_id_and_escrow() {
	build_and_execute(|| {
		assert_eq!((submit(1), submit(2), submit(3)), (0, 1, 2));
		assert_eq!(escrowed(REQUESTER), fee(1) + fee(2) + fee(3));
		assert_eq!(Waiting::<Test>::get(market()), 3);
	});
}

#[test]
fn takes_inputs_inline_and_remote() {
	build_and_execute(|| {
		for input in [
			InputRef::Inline(vec![0].try_into().unwrap()),
			InputRef::Inline(BoundedVec::try_from(vec![0; 8_192]).unwrap()),
			remote(&["https://example.org/input"], 1),
			remote(&["file:///srv/input", "https://example.org/input"], u64::MAX),
		] {
			assert_ok!(Request { input, ..Default::default() }.try_submit());
		}
	});
}

#[test]
fn a_work_stated_as_the_program_fixes_it_is_fine() {
	build_and_execute(|| {
		assert_ok!(Request { work: Some(WORK), ..Default::default() }.try_submit());
	});
}

#[test]
fn the_redundancy_is_that_of_the_level_or_what_is_asked_for() {
	build_and_execute(|| {
		let three = Redundancy { needed: 2, started: 3 };
		let bidding = Some(BiddingWindow { commit: 5, reveal: 5 });
		for (level, asked, bidding, redundancy) in [
			(ServiceLevel::Standard, None, None, Redundancy::NONE),
			(ServiceLevel::Express, None, None, Redundancy::PAIR),
			(ServiceLevel::Guaranteed, None, None, Redundancy::NONE),
			(ServiceLevel::Standard, Some(Redundancy::PAIR), None, Redundancy::PAIR),
			(ServiceLevel::Express, Some(Redundancy::NONE), None, Redundancy::NONE),
			(ServiceLevel::Guaranteed, Some(three), None, three),
			// One winner takes what is sold by sealed bids.
			(ServiceLevel::Express, None, bidding, Redundancy::NONE),
			(ServiceLevel::Express, Some(Redundancy::NONE), bidding, Redundancy::NONE),
		] {
			let max_fee = 4 * fee(0);
			let lifetime = 40;
			let request = Request {
				level,
				redundancy: asked,
				bidding,
				max_fee,
				lifetime,
				..Default::default()
			};
			let task = request.submit();
			assert_eq!(OpenTasks::<Test>::get(task).unwrap().spec.redundancy, redundancy);
		}
	});
}

#[test]
fn it_is_queued_with_what_one_of_its_provers_can_be_paid() {
	build_and_execute(|| {
		for (needed, started, max_fee, bid) in [
			(1, 1, 51_000, 1),
			// 1.1 · 51,000, and one for the rounding of the kill fee.
			(1, 2, 56_101, 1),
			(1, 2, 56_100, 0),
			(1, 3, 61_202, 1),
			(1, 3, 61_201, 0),
			(2, 2, 102_000, 1),
			(2, 2, 101_999, 0),
			(2, 3, 107_101, 1),
			(2, 3, 107_100, 0),
			(3, 3, 153_000, 1),
			(3, 3, 152_999, 0),
		] {
			let redundancy = Some(Redundancy { needed, started });
			let task = Request { redundancy, max_fee, ..Default::default() }.submit();
			let queued = Queue::<Test>::get(market(), queue_key(21, task));
			let expected = Queued { bid, restricted: false, several: needed > 1 };
			assert_eq!(queued, Some(expected), "{redundancy:?}");
		}
		// More for it is more for each.
		let redundancy = Some(Redundancy { needed: 2, started: 2 });
		let task = Request { redundancy, max_fee: 101_999, ..Default::default() }.submit();
		assert_ok!(Auctions::raise_fee(signed(REQUESTER), task, 1));
		let queued = Queue::<Test>::get(market(), queue_key(21, task));
		assert_eq!(queued, Some(Queued { bid: 1, restricted: false, several: true }));
	});
}

#[test]
fn the_market_follows_from_work_and_level() {
	build_and_execute(|| {
		let program = per_task();
		for (work, bucket) in [(1, 0), (2, 1), (1_023, 9), (1_024, 10), (65_535, 15), (65_536, 16)]
		{
			let level = ServiceLevel::Express;
			let max_fee = price(0) * Balance::from(work);
			let work = Some(work);
			let redundancy = Some(Redundancy::NONE);
			let request =
				Request { program, level, work, max_fee, redundancy, ..Default::default() };
			let task = request.submit();
			let market = OpenTasks::<Test>::get(task).unwrap().spec.market;
			assert_eq!((market.bucket, market.level), (bucket, level));
		}
	});
}

mod fails_when {
	use super::*;

	#[track_caller]
	fn assert_refused(request: Request, error: impl Into<DispatchError>) {
		assert_noop!(request.try_submit(), error.into());
	}

	#[test]
	fn unsigned() {
		build_and_execute(|| {
			for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
				assert_noop!(Request::default().try_submit_as(origin), DispatchError::BadOrigin);
			}
		});
	}

	#[test]
	fn the_program_is_unknown() {
		build_and_execute(|| {
			let program = H256::repeat_byte(1);
			assert_refused(
				Request { program, ..Default::default() },
				ProgramsError::<Test>::UnknownProgram,
			);
		});
	}

	#[test]
	fn the_program_is_retired() {
		build_and_execute(|| {
			// A live task keeps it from being gone altogether.
			submit(1);
			assert_ok!(Programs::retire(RuntimeOrigin::signed(OWNER), program()));
			assert_refused(Request::default(), ProgramsError::<Test>::Retired);
		});
	}

	#[test]
	fn the_proof_system_is_switched_off() {
		build_and_execute(|| {
			let switch = |on| {
				Programs::set_system_enabled(RuntimeOrigin::root(), ProofSystem::Groth16Bn254, on)
			};
			assert_ok!(switch(false));
			assert_refused(Request::default(), ProgramsError::<Test>::SystemDisabled);
			assert_ok!(switch(true));
			assert_ok!(Request::default().try_submit());
		});
	}

	#[test]
	fn the_number_of_fixed_inputs_is_not_the_programs() {
		build_and_execute(|| {
			for fixed in [vec![None, None], vec![Some([0; 32]), None], vec![None; 64]] {
				assert_refused(
					Request { values: inputs(fixed), ..Default::default() },
					ProgramsError::<Test>::WrongPublicInputCount,
				);
			}
		});
	}

	#[test]
	fn the_public_values_cannot_be_those_of_the_program() {
		build_and_execute(|| {
			let bytes = |length: usize| vec![0; length].try_into().unwrap();
			for (values, error) in [
				(FixedValues::Whole(bytes(31)), ProgramsError::<Test>::WrongPublicInputCount),
				(FixedValues::Whole(bytes(64)), ProgramsError::<Test>::WrongPublicInputCount),
				(FixedValues::Prefix(bytes(1)), ProgramsError::<Test>::BadPrefix),
				(FixedValues::Prefix(bytes(64)), ProgramsError::<Test>::BadPrefix),
			] {
				assert_refused(Request { values, ..Default::default() }, error);
			}
			for values in [
				FixedValues::Open,
				FixedValues::Whole(bytes(32)),
				FixedValues::Hash(H256::zero()),
				FixedValues::Prefix(bytes(0)),
				FixedValues::Prefix(bytes(32)),
			] {
				let request = Request { values: values.clone(), ..Default::default() };
				let task = request.submit();
				assert_eq!(OpenTasks::<Test>::get(task).unwrap().spec.values, values);
			}
		});
	}

	#[test]
	fn a_fixed_input_is_not_below_the_fields_order() {
		// The order of BN254's scalar field.
		const ORDER: [u8; 32] = [
			0x30, 0x64, 0x4e, 0x72, 0xe1, 0x31, 0xa0, 0x29, 0xb8, 0x50, 0x45, 0xb6, 0x81, 0x81,
			0x58, 0x5d, 0x28, 0x33, 0xe8, 0x48, 0x79, 0xb9, 0x70, 0x91, 0x43, 0xe1, 0xf5, 0x93,
			0xf0, 0x00, 0x00, 0x01,
		];
		build_and_execute(|| {
			for beyond in [ORDER, [0xff; 32]] {
				assert_refused(
					Request { values: inputs(vec![Some(beyond)]), ..Default::default() },
					ProgramsError::<Test>::PublicInputNotInField,
				);
			}
			let mut largest = ORDER;
			largest[31] = 0;
			let values = inputs(vec![Some(largest)]);
			assert_ok!(Request { values, ..Default::default() }.try_submit());
		});
	}

	#[test]
	fn the_balance_does_not_cover_the_fee() {
		build_and_execute(|| {
			// The existential deposit of one stays free.
			for max_fee in [ENDOWMENT, ENDOWMENT + 1, Balance::MAX] {
				assert_refused(
					Request { max_fee, ..Default::default() },
					SettlementError::<Test>::InsufficientBalance,
				);
			}
			let all = Request { max_fee: ENDOWMENT - 1, ..Default::default() };
			assert_ok!(all.try_submit());
			assert_eq!(free(REQUESTER), 1);
			assert_refused(Request::default(), SettlementError::<Test>::InsufficientBalance);
		});
	}

	#[test]
	fn the_requester_has_nothing_at_all() {
		build_and_execute(|| {
			assert_refused(
				Request { who: 77, ..Default::default() },
				SettlementError::<Test>::InsufficientBalance,
			);
		});
	}

	#[test]
	fn the_fee_is_below_the_least() {
		build_and_execute(|| {
			for max_fee in [0, MIN_FEE - 1] {
				let request = Request { max_fee, ..Default::default() };
				assert_refused(request, Error::<Test>::FeeTooLow);
			}
			// Enough for a task, not for one of so much work.
			let request = Request { max_fee: MIN_FEE, ..Default::default() };
			assert_refused(request, Error::<Test>::FeeBelowGrid);
		});
	}

	#[test]
	fn the_fee_is_below_the_lowest_tick() {
		build_and_execute(|| {
			let request = Request { max_fee: fee(0) - 1, ..Default::default() };
			assert_refused(request, Error::<Test>::FeeBelowGrid);
			submit(0);
			let (program, work) = (per_task(), Some(u64::MAX));
			let request = Request { program, work, ..Default::default() };
			assert_refused(request, Error::<Test>::FeeBelowGrid);
		});
	}

	#[test]
	fn the_set_of_provers_names_one_twice() {
		build_and_execute(|| {
			for provers in [vec![PROVER, PROVER], vec![PROVER, RIVAL, PROVER]] {
				assert_refused(
					Request { provers, ..Default::default() },
					Error::<Test>::DuplicateProver,
				);
			}
		});
	}

	#[test]
	fn the_redundancy_makes_no_sense() {
		build_and_execute(|| {
			for (needed, started) in [(0, 0), (0, 1), (2, 1), (3, 2), (1, 4), (4, 4), (0, 255)] {
				let redundancy = Some(Redundancy { needed, started });
				let request = Request { redundancy, max_fee: fee(100), ..Default::default() };
				assert_refused(request, Error::<Test>::BadRedundancy);
			}
		});
	}

	#[test]
	fn it_is_kept_to_fewer_provers_than_it_takes_proofs() {
		build_and_execute(|| {
			let three = Some(Redundancy { needed: 3, started: 3 });
			let request = Request { redundancy: three, max_fee: fee(200), ..Default::default() };
			let provers = vec![PROVER, RIVAL];
			assert_refused(Request { provers, ..request.clone() }, Error::<Test>::BadRedundancy);
			let provers = PROVERS.to_vec();
			assert_ok!(Request { provers, ..request.clone() }.try_submit());
			assert_ok!(request.try_submit());
			// Where one proof is enough, one prover is.
			let redundancy = Some(Redundancy { needed: 1, started: 3 });
			let request = Request { redundancy, provers: vec![PROVER], ..Default::default() };
			assert_ok!(request.try_submit());
		});
	}

	#[test]
	fn several_are_to_start_what_is_sold_by_sealed_bids() {
		build_and_execute(|| {
			let bidding = Some(BiddingWindow { commit: 5, reveal: 5 });
			let redundancy = Some(Redundancy::PAIR);
			let request = Request { bidding, redundancy, lifetime: 40, ..Default::default() };
			assert_refused(request, Error::<Test>::RedundancySealed);
		});
	}

	#[test]
	fn the_fee_is_below_the_lowest_tick_for_each_of_its_provers() {
		build_and_execute(|| {
			let redundancy = Some(Redundancy { needed: 2, started: 2 });
			let request = Request { redundancy, max_fee: 2 * fee(0) - 1, ..Default::default() };
			assert_refused(request.clone(), Error::<Test>::FeeBelowGrid);
			assert_ok!(Request { max_fee: 2 * fee(0), ..request }.try_submit());
		});
	}

	#[test]
	fn the_lifetime_is_out_of_range() {
		build_and_execute(|| {
			for lifetime in [0, MIN_LIFETIME - 1, MAX_LIFETIME + 1, u32::MAX] {
				assert_refused(
					Request { lifetime, ..Default::default() },
					Error::<Test>::LifetimeOutOfRange,
				);
			}
			for lifetime in [MIN_LIFETIME, MAX_LIFETIME] {
				assert_ok!(Request { lifetime, ..Default::default() }.try_submit());
			}
		});
	}

	#[test]
	fn an_inline_input_is_empty() {
		build_and_execute(|| {
			let input = InputRef::Inline(Default::default());
			assert_refused(Request { input, ..Default::default() }, Error::<Test>::EmptyInput);
		});
	}

	#[test]
	fn a_remote_input_cannot_be_found() {
		build_and_execute(|| {
			for input in [
				remote(&[], 1),
				remote(&["https://example.org/input"], 0),
				remote(&[""], 1),
				remote(&["https://"], 1),
				remote(&["file:///"], 1),
				remote(&["http://example.org/input"], 1),
				remote(&["file://srv/input"], 1),
				remote(&["ipfs://input"], 1),
				remote(&["https://example.org/in put"], 1),
				remote(&["https://example.org/input\n"], 1),
				remote(&["https://example.org/größe"], 1),
				remote(&["https://example.org/input", "nowhere"], 1),
			] {
				assert_refused(
					Request { input, ..Default::default() },
					Error::<Test>::BadInputLocator,
				);
			}
		});
	}

	#[test]
	fn the_work_is_needed_and_not_stated() {
		build_and_execute(|| {
			let program = per_task();
			for work in [None, Some(0)] {
				assert_refused(
					Request { program, work, ..Default::default() },
					Error::<Test>::WorkNeeded,
				);
			}
			submit_work(program, 1);
		});
	}

	#[test]
	fn the_work_is_stated_otherwise_than_the_program_fixes_it() {
		build_and_execute(|| {
			for work in [0, WORK - 1, WORK + 1] {
				assert_refused(
					Request { work: Some(work), ..Default::default() },
					Error::<Test>::WorkFixed,
				);
			}
		});
	}
}

mod kept_to_a_set_of_provers {
	use super::*;

	#[test]
	fn works() {
		build_and_execute(|| {
			let provers = vec![RIVAL, PROVER];
			let task = Request { provers: provers.clone(), ..Default::default() }.submit();
			assert_eq!(OpenTasks::<Test>::get(task).unwrap().provers.into_inner(), provers);
			let queued: Vec<_> = Queue::<Test>::iter_prefix(market()).collect();
			let (key, entry) = &queued[0];
			assert_eq!(queued_task(key), task);
			assert!(entry.restricted);
		});
	}

	#[test]
	fn of_as_many_as_there_may_be_registered_or_not() {
		build_and_execute(|| {
			let provers: Vec<AccountId> = (0..16).collect();
			assert_ok!(Request { provers, ..Default::default() }.try_submit());
		});
	}
}

mod sold_by_sealed_bids {
	use super::*;

	fn window(commit: u32, reveal: u32, lifetime: u32) -> Request {
		let bidding = Some(BiddingWindow { commit, reveal });
		Request { bidding, lifetime, ..Default::default() }
	}

	#[test]
	fn works() {
		build_and_execute(|| {
			run_to(5);
			let task = window(4, 6, 30).submit();
			let open = OpenTasks::<Test>::get(task).unwrap();
			assert_eq!(open.bidding, Some(Bidding { commit_until: 9, reveal_until: 15, bids: 0 }));
			assert_eq!(open.spec.kind, TaskKind::Sealed);
			assert_eq!(open.spec.deadline, 35);
			// Decided in the block after the last to reveal in.
			assert_eq!(open.expire_at, 16);
			assert!(AgendaOf::<Test>::contains(16, task));
			assert_eq!(escrowed(REQUESTER), fee(40));
		});
	}

	#[test]
	fn is_not_in_the_queue() {
		build_and_execute(|| {
			let task = window(4, 6, 30).submit();
			assert_eq!(Queue::<Test>::iter_keys().count(), 0);
			assert_eq!(Waiting::<Test>::iter_keys().count(), 0);
			ask(PROVER, 1);
			run_to(3);
			assert!(is_open(task));
		});
	}

	#[test]
	fn needs_no_tick_for_its_maximum() {
		build_and_execute(|| {
			assert_ok!(Request { max_fee: MIN_FEE, ..window(4, 6, 30) }.try_submit());
		});
	}

	#[test]
	fn fails_when_a_time_is_too_short() {
		build_and_execute(|| {
			let refused = |request: Request| {
				assert_noop!(request.try_submit(), Error::<Test>::BiddingOutOfRange);
			};
			refused(window(MIN_BIDDING - 1, MIN_BIDDING, 50));
			refused(window(MIN_BIDDING, MIN_BIDDING - 1, 50));
			refused(window(0, 0, 50));
			// What is left for proving is what any task has at least.
			refused(window(MIN_BIDDING, MIN_BIDDING, 2 * MIN_BIDDING + MIN_LIFETIME - 1));
			refused(window(u32::MAX, u32::MAX, MAX_LIFETIME));
			let just = window(MIN_BIDDING, MIN_BIDDING, 2 * MIN_BIDDING + MIN_LIFETIME);
			assert_ok!(just.try_submit());
		});
	}
}
