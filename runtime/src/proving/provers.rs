// SPDX-License-Identifier: Apache-2.0
//! Provers, and what others delegated to them.

use super::*;
use pallet_auctions::AsksOf;
use pallet_provers::ProverRecordOf;
use proofyard_primitives::traits::Provers as _;

/// A confirmed speed that caps something.
pub(super) fn measured(speed: u64) -> Option<u64> {
	Some(speed).filter(|speed| *speed != pallet_provers::UNMEASURABLE)
}

pub fn prover(account: AccountId) -> Option<api::Prover> {
	let record = pallet_provers::Provers::<Runtime>::get(&account)?;
	let asks = AsksOf::<Runtime>::iter_key_prefix(&account)
		.filter_map(|market| {
			let ask = pallet_auctions::Asks::<Runtime>::get(market, &account)?;
			Some(ask_info(account.clone(), market, ask))
		})
		.collect();
	let speeds = pallet_provers::Speeds::<Runtime>::iter_prefix(&account)
		.map(|(class, record)| api::Speed {
			system: class.system,
			size: class.size,
			confirmed: measured(record.confirmed),
			samples: record.samples,
		})
		.collect();
	let calibrations = pallet_provers::Calibrations::<Runtime>::iter_prefix(&account)
		.map(|((system, hardware), proven)| api::Calibration { system, hardware, proven })
		.collect();
	let mut track_record: Vec<_> =
		pallet_provers::TrackRecords::<Runtime>::iter_key_prefix(&account)
			.map(|system| track_record(&account, system))
			.collect();
	track_record.sort_by_key(|record| record.system);
	let now = System::block_number();
	let pause = record.is_paused(now).then(|| api::Pause { resumes_at: record.resumes_at(now) });
	let unbonding = record.unbonding.as_ref().map(|unbonding| api::Unbonding {
		amount: unbonding.amount,
		withdrawable_at: unbonding.available_at,
	});
	Some(api::Prover {
		free: record.free_stake(),
		delegation: pool(&record, now),
		session_key: sp_core::sr25519::Public::from(record.session_key).0.into(),
		hardware: record.hardware,
		slots: record.slots,
		live_tasks: record.live,
		stake: record.stake,
		reserved: record.reserved,
		unbonding,
		pause,
		jail: record.jailed_until.map(|until| api::Jail { until, may_leave: now >= until }),
		strikes: record.strikes,
		max_strikes: <Runtime as pallet_provers::Config>::MaxStrikes::get(),
		exiting: record.exiting,
		verified: record.verified,
		defaulted: record.defaulted,
		track_record,
		speeds,
		calibrations,
		blocked: pallet_auctions::BlockedCount::<Runtime>::get(&account),
		registered_at: record.registered_at,
		asks,
		account,
	})
}

fn track_record(prover: &AccountId, system: ProofSystem) -> api::TrackRecord {
	let record = Provers::track_record(prover, system);
	api::TrackRecord {
		system,
		verified: record.verified,
		late: record.late,
		rejected: record.rejected,
		declined: record.declined,
		defaulted: record.defaulted,
		reliable: Provers::is_reliable(prover, system),
	}
}

fn pool(record: &ProverRecordOf<Runtime>, now: BlockNumber) -> api::DelegationPool {
	let pool = &record.pool;
	let terms = &record.delegation;
	let open = terms.open && !record.exiting;
	let own = record.stake.saturating_sub(record.leaving());
	let factor: u32 = <Runtime as pallet_provers::Config>::DelegationFactor::get();
	// A pool whose shares are worth nothing has no price at which to enter.
	let takes = open && (pool.shares == 0 || pool.value > 0);
	let most = if takes { own.saturating_mul(factor.into()) } else { 0 };
	api::DelegationPool {
		open,
		value: pool.value,
		shares: pool.shares,
		leaving_shares: pool.leaving_shares,
		commission: terms.commission_at(now).into(),
		rise: terms.rise.as_ref().filter(|rise| rise.from > now).map(|rise| api::CommissionRise {
			commission: rise.commission.into(),
			from: rise.from,
		}),
		room: most.saturating_sub(pool.value),
	}
}

pub fn delegation(prover: AccountId, delegator: AccountId) -> Option<api::Delegation> {
	let record = pallet_provers::Provers::<Runtime>::get(&prover)?;
	let delegation = pallet_provers::Delegations::<Runtime>::get(&prover, &delegator)?;
	let worth = |shares| record.pool.worth(shares);
	let now = System::block_number();
	let waited = match &delegation.leaving {
		_ if record.has_exited(now) => delegation.shares,
		Some(leaving) if now >= leaving.available_at => leaving.shares,
		_ => 0,
	};
	let withdrawable = worth(waited);
	// What bonds have reserved stays until the rest covers it.
	let mut after = record.clone();
	after.pool.value = after.pool.value.saturating_sub(withdrawable);
	let leaving = delegation.leaving.as_ref().map(|leaving| api::LeavingShares {
		shares: leaving.shares,
		worth: api::Unbonding {
			amount: worth(leaving.shares),
			withdrawable_at: leaving.available_at,
		},
	});
	Some(api::Delegation {
		shares: delegation.shares,
		value: worth(delegation.shares),
		leaving,
		withdrawable: if after.is_covered() { withdrawable } else { 0 },
		prover,
		delegator,
	})
}
