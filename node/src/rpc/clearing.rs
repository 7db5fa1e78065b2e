// SPDX-License-Identifier: Apache-2.0
//! Place where a clearing is found.
//!
//! The chain keeps the last clearing of each market. That of a task is in the state of the block in
//! which the task was assigned, so the way to it leads from the task to that block.

use super::{client::ProvingClient, error::Error};
use proofyard_api::{BlockParam, BlockRef, Clearings, MarketClearing, ProvingApi as _};
use proofyard_primitives::{Market, TaskId, TaskKind};
use proofyard_runtime::{BlockNumber, Hash};
use sp_runtime::traits::Header as _;

/// The clearing that gave a task to its prover, on the best chain.
pub fn of_task<C: ProvingClient>(
	client: &C,
	task: TaskId,
	block: Option<BlockParam>,
) -> Result<MarketClearing, Error> {
	if block.is_some() {
		return Err(Error::InvalidParams(
			"block goes with a market; a task is in one clearing only.".into(),
		));
	}
	let best = client.info().best_hash;
	let info = client
		.runtime_api()
		.task(best, task)
		.map_err(|error| Error::api(best, error))?
		.ok_or(Error::UnknownTask(task))?;
	let assigned_at = info.state.assigned_at().ok_or(Error::NotAssigned(task))?;
	if info.kind != TaskKind::Market {
		return Err(Error::NotCleared(task, info.kind));
	}
	let block = ancestor(client, best, assigned_at)?;
	let found = read(client, block, info.market)?.and_then(|found| only(found, task, assigned_at));
	match found {
		Some(found) => Ok(MarketClearing { market: info.market, block, found }),
		None => Err(Error::NotCleared(task, info.kind)),
	}
}

/// The last clearing of a market, in a block or before it.
pub fn of_market<C: ProvingClient>(
	client: &C,
	market: Market,
	block: Option<BlockParam>,
) -> Result<MarketClearing, Error> {
	let at = resolve(client, block)?;
	let (cleared_at, found) = read(client, at, market)?.ok_or(Error::NoClearing(market))?;
	let block = ancestor(client, at.hash, cleared_at)?;
	Ok(MarketClearing { market, block, found })
}

/// Clearings of block `at` that are left without those that `task` was not in; `None` when
/// there are none.
fn only(found: (BlockNumber, Clearings), task: TaskId, at: BlockNumber) -> Option<Clearings> {
	let (cleared_at, mut found) = found;
	found.clearings.retain(|clearing| clearing.matches.iter().any(|won| won.task == task));
	(cleared_at == at && !found.clearings.is_empty()).then_some(found)
}

fn read<C: ProvingClient>(
	client: &C,
	block: BlockRef,
	market: Market,
) -> Result<Option<(BlockNumber, Clearings)>, Error> {
	client.runtime_api().clearing(block.hash, market).map_err(|error| Error::api_at(block, error))
}

/// The block that the caller names, or the best one.
fn resolve<C: ProvingClient>(client: &C, block: Option<BlockParam>) -> Result<BlockRef, Error> {
	let info = client.info();
	match block {
		None => Ok(BlockRef { number: info.best_number, hash: info.best_hash }),
		Some(BlockParam::Hash(hash)) => {
			let number = client.number(hash)?.ok_or(Error::UnknownBlock { block: hash })?;
			Ok(BlockRef { number, hash })
		}
		Some(BlockParam::Number(number)) => match client.hash(number)? {
			Some(hash) => Ok(BlockRef { number, hash }),
			None => Err(Error::InvalidParams(format!(
				"block {number} is not here: the newest is {}.",
				info.best_number
			))),
		},
	}
}

/// The block with this number among `from` and those before it.
fn ancestor<C: ProvingClient>(
	client: &C,
	from: Hash,
	number: BlockNumber,
) -> Result<BlockRef, Error> {
	let mut hash = from;
	loop {
		let header = client.header(hash)?.ok_or(Error::UnknownBlock { block: hash })?;
		let here = *header.number();
		if here <= number {
			return Ok(BlockRef { number: here, hash });
		}
		// From where the best chain begins, its index leads there at once.
		if client.hash(here)? == Some(hash) {
			let hash = client.hash(number)?.ok_or_else(|| {
				Error::RuntimeError(format!("Block {number} is not in the database."))
			})?;
			return Ok(BlockRef { number, hash });
		}
		hash = *header.parent_hash();
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_api::{AccountId, Clearing, Match};

	fn clearing(tasks: &[TaskId]) -> Clearing {
		let matches = tasks
			.iter()
			.map(|task| Match {
				task: *task,
				prover: AccountId::new([1; 32]),
				ask: None,
				price: 1,
				bond: 1,
				standbys: Vec::new(),
			})
			.collect();
		Clearing { tasks: 2, crossing: 1, cap: 1, batches: Vec::new(), asks: Vec::new(), matches }
	}

	fn block(clearings: Vec<Clearing>) -> Clearings {
		Clearings { seed: 0, spread_percent: 10, premium_percent: 25, clearings }
	}

	#[test]
	fn a_task_is_in_one_clearing_of_its_block() {
		let all = block(vec![clearing(&[3]), clearing(&[1, 2])]);
		assert_eq!(only((9, all.clone()), 2, 9), Some(block(vec![clearing(&[1, 2])])));
		assert_eq!(only((9, all.clone()), 7, 9), None);
		assert_eq!(only((9, all), 2, 10), None, "the block kept an older one");
	}
}
