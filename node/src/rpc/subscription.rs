// SPDX-License-Identifier: Apache-2.0
//! Leads a [`Tracker`] along the best chain and sends what it tells.
//!
//! New blocks and finality only wake the loop: where to go is read from the client, and the way
//! there is the tree route from the last block looked at, so that no block of the best chain is
//! skipped when several are imported at once.

use super::{
	client::ProvingClient,
	error::Error,
	metrics::Metrics,
	tracker::{Observed, Step, Tracker},
};
use futures::StreamExt;
use jsonrpsee::{
	types::ErrorObjectOwned, PendingSubscriptionSink, SendTimeoutError, SubscriptionCloseResponse,
	SubscriptionMessage, SubscriptionSink,
};
use proofyard_api::{BlockRef, ErrorCode, ProvingApi as _, TaskUpdate};
use proofyard_primitives::TaskId;
use proofyard_runtime::{opaque::Block, BlockNumber, Hash};
use sp_blockchain::{tree_route, HashAndNumber};
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use std::{ops::ControlFlow, sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Task subscriptions that a node keeps open at once.
pub const MAX_SUBSCRIPTIONS: usize = 1024;

/// Blocks that are looked at in one go. Only a node that was out of sync has more before it: the
/// oldest are passed over then.
const MAX_BLOCKS_PER_STEP: usize = 1024;

/// Time that a client may leave an update unread before the subscription is dropped.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

const METHOD: &str = "proving_subscribeTask";

/// The node's places for task subscriptions.
#[derive(Clone)]
pub struct Slots(Arc<Semaphore>);

impl Slots {
	/// As many as [`MAX_SUBSCRIPTIONS`].
	pub fn new() -> Self {
		Self::with_limit(MAX_SUBSCRIPTIONS)
	}

	fn with_limit(limit: usize) -> Self {
		Self(Arc::new(Semaphore::new(limit)))
	}

	fn take(&self) -> Result<OwnedSemaphorePermit, Error> {
		self.0
			.clone()
			.try_acquire_owned()
			.map_err(|_| Error::TooManySubscriptions { limit: MAX_SUBSCRIPTIONS })
	}
}

/// Serve one subscription to its end.
pub async fn serve<C: ProvingClient>(
	client: Arc<C>,
	slots: Slots,
	metrics: Metrics,
	pending: PendingSubscriptionSink,
	task: TaskId,
) -> SubscriptionCloseResponse {
	// The streams are opened before the first look at the chain, so that no block falls between.
	let mut imports = client.import_notification_stream();
	let mut finality = client.finality_notification_stream();

	let started = match slots.take() {
		Ok(slot) => {
			let client = client.clone();
			blocking(move || start(&*client, task)).await.map(|started| (slot, started))
		}
		Err(error) => Err(error),
	};
	let (_slot, (mut tracker, first)) = match started {
		Ok(started) => started,
		Err(error) => {
			metrics.call(METHOD, error.code().name());
			pending.reject(error).await;
			return SubscriptionCloseResponse::None;
		}
	};
	metrics.call(METHOD, "ok");
	let _counted = metrics.subscription();
	let Ok(sink) = pending.accept().await else { return SubscriptionCloseResponse::None };
	let sink = Sink { sink, metrics };

	if let Err(close) = sink.send(&[first]).await {
		return close;
	}
	loop {
		tracker = match advance(&client, tracker, &sink).await {
			ControlFlow::Continue(tracker) => tracker,
			ControlFlow::Break(close) => return close,
		};
		let alive = tokio::select! {
			block = imports.next() => block.is_some(),
			block = finality.next() => block.is_some(),
			_ = sink.sink.closed() => false,
		};
		if !alive {
			return SubscriptionCloseResponse::None;
		}
	}
}

/// Lead the tracker to the best block and send what it tells; break when the subscription is over.
async fn advance<C: ProvingClient>(
	client: &Arc<C>,
	mut tracker: Tracker,
	sink: &Sink,
) -> ControlFlow<SubscriptionCloseResponse, Tracker> {
	let info = client.info();
	if info.best_hash == tracker.best().hash && !tracker.has_ended() {
		return ControlFlow::Continue(tracker);
	}
	let worker = client.clone();
	let walked = blocking(move || {
		let updates = match step(&*worker, &tracker, info.best_hash)? {
			Some(step) => tracker.follow(step),
			None => Vec::new(),
		};
		// Best and finalized block are from one look at the chain: the first descends from the
		// second, and the tracker is on the first.
		let last = match tracker.ended_by(info.finalized_number) {
			Some(number) => {
				let hash = worker.hash(number)?.ok_or_else(|| {
					Error::RuntimeError(format!("Block {number} is not in the database."))
				})?;
				tracker.last_update(BlockRef { number, hash })
			}
			None => None,
		};
		Ok((tracker, updates, last))
	})
	.await;
	let (tracker, mut updates, last) = match walked {
		Ok(walked) => walked,
		Err(error) => return ControlFlow::Break(close_with(error)),
	};
	let is_last = last.is_some();
	updates.extend(last);
	match sink.send(&updates).await {
		Ok(()) if is_last => ControlFlow::Break(SubscriptionCloseResponse::None),
		Ok(()) => ControlFlow::Continue(tracker),
		Err(close) => ControlFlow::Break(close),
	}
}

/// Look at the task in the best block.
fn start<C: ProvingClient>(client: &C, task: TaskId) -> Result<(Tracker, TaskUpdate), Error> {
	let info = client.info();
	let best = BlockRef { number: info.best_number, hash: info.best_hash };
	let observed = observe(client, task, best.hash)?.ok_or(Error::UnknownTask(task))?;
	Ok(Tracker::new(task, best, observed))
}

/// The way from the tracker's block to `best`, with the task in each block; `None` when it is
/// there already.
fn step<C: ProvingClient>(
	client: &C,
	tracker: &Tracker,
	best: Hash,
) -> Result<Option<Step>, Error> {
	if best == tracker.best().hash {
		return Ok(None);
	}
	let task = tracker.task();
	let route = tree_route(client, tracker.best().hash, best)?;
	let retracted: Vec<_> = route.retracted().iter().map(|block| block.hash).collect();
	let common = block_ref(route.common_block());
	let in_common =
		if retracted.is_empty() { None } else { observe_if_kept(client, task, common.hash)? };
	let enacted = &route.enacted()[first_to_read(route.enacted().len())..];
	let enacted = enacted
		.iter()
		.map(|block| Ok((block_ref(block), observe_if_kept(client, task, block.hash)?)))
		.collect::<Result<_, Error>>()?;
	Ok(Some(Step {
		retracted,
		common: (common, in_common),
		enacted,
		best: block_ref(route.last().unwrap_or(route.common_block())),
	}))
}

/// Index of the first of `blocks` new blocks that is looked at.
fn first_to_read(blocks: usize) -> usize {
	blocks.saturating_sub(MAX_BLOCKS_PER_STEP)
}

/// The task in a block.
fn observe<C: ProvingClient>(
	client: &C,
	task: TaskId,
	block: Hash,
) -> Result<Option<Observed>, Error> {
	let info = client.runtime_api().task(block, task).map_err(|error| Error::api(block, error))?;
	Ok(info.map(|info| {
		let fixed = (
			info.requester,
			info.program,
			info.market,
			info.work,
			info.max_fee,
			info.deadline,
			info.submitted_at,
		);
		Observed { request: BlakeTwo256::hash_of(&fixed), state: info.state }
	}))
}

/// The task in a block on the way; `None` also where the node has pruned the block's state, which
/// only a node that was out of sync for long meets.
fn observe_if_kept<C: ProvingClient>(
	client: &C,
	task: TaskId,
	block: Hash,
) -> Result<Option<Observed>, Error> {
	match observe(client, task, block) {
		Err(Error::UnknownBlock { .. }) => Ok(None),
		observed => observed,
	}
}

fn block_ref(block: &HashAndNumber<Block>) -> BlockRef {
	let number: BlockNumber = block.number;
	BlockRef { number, hash: block.hash }
}

/// Run what calls the runtime on a thread that may block.
async fn blocking<T: Send + 'static>(
	work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
	match tokio::task::spawn_blocking(work).await {
		Ok(result) => result,
		Err(error) => Err(Error::RuntimeError(format!("A runtime call was cut short: {error}"))),
	}
}

/// An accepted subscription.
struct Sink {
	sink: SubscriptionSink,
	metrics: Metrics,
}

impl Sink {
	/// Send updates in order. A client that leaves them unread loses the subscription: nothing is
	/// kept for it beyond the connection's bounded buffer.
	async fn send(&self, updates: &[TaskUpdate]) -> Result<(), SubscriptionCloseResponse> {
		for update in updates {
			let message = SubscriptionMessage::from_json(update)
				.map_err(|error| close_with(Error::RuntimeError(error.to_string())))?;
			match self.sink.send_timeout(message, SEND_TIMEOUT).await {
				Ok(()) => self.metrics.update(),
				Err(SendTimeoutError::Timeout(_)) => {
					self.metrics.call(METHOD, ErrorCode::Lagging.name());
					return Err(close_with(Error::Lagging));
				}
				Err(SendTimeoutError::Closed(_)) => return Err(SubscriptionCloseResponse::None),
			}
		}
		Ok(())
	}
}

/// The error that a subscription ends with, as the `error` of its last notification.
fn close_with(error: Error) -> SubscriptionCloseResponse {
	match SubscriptionMessage::from_json(&ErrorObjectOwned::from(error)) {
		Ok(message) => SubscriptionCloseResponse::NotifErr(message),
		Err(_) => SubscriptionCloseResponse::None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn slots_are_given_back() {
		let slots = Slots::with_limit(1);
		let slot = slots.take().unwrap();
		assert_eq!(
			slots.clone().take().unwrap_err(),
			Error::TooManySubscriptions { limit: MAX_SUBSCRIPTIONS }
		);
		drop(slot);
		assert!(slots.take().is_ok());
	}

	#[test]
	fn long_routes_are_cut_at_their_old_end() {
		assert_eq!(first_to_read(0), 0);
		assert_eq!(first_to_read(MAX_BLOCKS_PER_STEP), 0);
		assert_eq!(first_to_read(MAX_BLOCKS_PER_STEP + 3), 3);
	}

	#[tokio::test]
	async fn a_panic_in_a_runtime_call_is_an_error() {
		let result: Result<(), Error> = blocking(|| panic!("trap")).await;
		assert_eq!(result.unwrap_err().code(), ErrorCode::RuntimeError);
	}
}
