// SPDX-License-Identifier: Apache-2.0
//! The events that tell what the chain decided, in their order.

use crate::runtime::{Runtime, RuntimeEvent};
use pallet_settlement::Event as SettlementEvent;
use std::collections::VecDeque;

/// Events still to be explained.
#[derive(Debug, Default)]
pub struct Notes(VecDeque<RuntimeEvent>);

impl Notes {
	/// Those of `events` that tell of tasks and their provers.
	pub fn of(events: impl Iterator<Item = RuntimeEvent>) -> Self {
		Self(events.filter(counts).collect())
	}

	/// The next one.
	pub fn take(&mut self) -> Option<RuntimeEvent> {
		self.0.pop_front()
	}

	/// The next one, left where it is.
	pub fn peek(&self) -> Option<&RuntimeEvent> {
		self.0.front()
	}

	/// The next one has to be this.
	pub fn expect(&mut self, event: impl Into<RuntimeEvent>) {
		let event = event.into();
		let next = self.take();
		assert_eq!(next.as_ref(), Some(&event), "another event was to come; then {:?}", self.0);
	}

	/// Nothing may be left.
	pub fn end(&self) {
		assert!(self.0.is_empty(), "events that nothing explains: {:?}", self.0);
	}
}

fn counts(event: &RuntimeEvent) -> bool {
	match event {
		RuntimeEvent::Attestation(_) => true,
		RuntimeEvent::Auctions(event) => matches!(
			event,
			pallet_auctions::Event::<Runtime>::TaskAssigned { .. }
				| pallet_auctions::Event::<Runtime>::RescueFound { .. }
		),
		RuntimeEvent::Settlement(event) => !matches!(
			event,
			SettlementEvent::EscrowOpened { .. }
				| SettlementEvent::EscrowRaised { .. }
				| SettlementEvent::EscrowReleased { .. }
				| SettlementEvent::VerificationCharged { .. }
				| SettlementEvent::FeesChanged { .. }
		),
		_ => false,
	}
}
