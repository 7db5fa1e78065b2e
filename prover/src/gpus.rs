// SPDX-License-Identifier: Apache-2.0
//! The machine's graphics cards: which there are, how they are, and which job has which.
//!
//! Cards are found through NVML, the management library that comes with NVIDIA's driver. Of other makes, and where there
//! is no driver's library, there are those that the configuration names. A card belongs to one job at a time, whatever
//! commands share it. One that its driver reports as lost gets no job until it answers again.

mod nvml;

use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
	time::Duration,
};

use serde::Serialize;
use tokio::sync::Notify;

use crate::{
	config::{CommandConfig, GPU_VARIABLES},
	devices::{Device, DeviceKind},
};

/// Variable that limits the cards that this service may use, as for every program that uses CUDA.
const VISIBLE: &str = GPU_VARIABLES[0];
/// Time between two questions to the driver about the cards.
const READING_PERIOD: Duration = Duration::from_secs(5);

/// A card, as it was when the service started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
	/// Name in `CUDA_VISIBLE_DEVICES`: its UUID, or what the configuration calls it.
	pub id: String,
	/// Its model; not known of a card that only the configuration names.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub name: Option<String>,
	/// Its memory, in bytes; likewise.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub memory_bytes: Option<u64>,
}

impl Card {
	fn named(id: &str) -> Self {
		Self { id: id.into(), name: None, memory_bytes: None }
	}

	/// As a backend's device. Memory is rounded down to GiB, so that no more is claimed than there is.
	pub fn device(&self) -> Device {
		Device {
			kind: DeviceKind::Gpu,
			name: self.name.clone(),
			cores: None,
			memory_bytes: None,
			vram_gib: self.memory_bytes.map(|bytes| u32::try_from(bytes >> 30).unwrap_or(u32::MAX)),
		}
	}
}

/// State of a card when the driver was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
	/// Memory in use, by anybody, in bytes.
	pub memory_used_bytes: u64,
	/// Share of the last moments in which it computed, in percent; `null` where the card doesn't tell.
	pub utilisation_percent: Option<u32>,
	/// Its temperature in degrees Celsius; likewise.
	pub temperature_celsius: Option<u32>,
}

/// A card in `GET /v1/capabilities`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardView {
	/// Identity of the card.
	#[serde(flatten)]
	pub card: Card,
	/// Whether a job has it.
	pub busy: bool,
	/// State a moment ago; `null` without a driver's library.
	pub reading: Option<Reading>,
	/// Reason for which it gets no jobs, if it gets none: what the driver said of it.
	pub fault: Option<String>,
}

/// Source of readings.
trait Source: Send + Sync {
	/// State of a card, or why that can't be said.
	fn read(&self, card: &Card) -> Result<Reading, String>;
}

#[derive(Default)]
struct State {
	busy: bool,
	reading: Option<Reading>,
	fault: Option<String>,
	/// Reason for which the service itself gives it no job: what failed there, until a probe passes.
	quarantine: Option<String>,
}

impl State {
	fn out(&self) -> Option<&String> {
		self.fault.as_ref().or(self.quarantine.as_ref())
	}
}

/// Every card that the service may use.
pub struct Gpus {
	cards: Vec<Card>,
	source: Option<Box<dyn Source>>,
	states: Mutex<Vec<State>>,
	changed: Notify,
}

impl Gpus {
	/// Finds the cards that `CUDA_VISIBLE_DEVICES` lets the service use, and adds those that commands name where no driver
	/// tells. Starts to watch them.
	///
	/// # Errors
	/// If no thread can be started.
	pub fn start(commands: &[CommandConfig]) -> anyhow::Result<Arc<Self>> {
		Self::start_with(commands, &[])
	}

	/// The same, with further cards that the configuration names.
	///
	/// # Errors
	/// As for [`start`](Self::start).
	pub fn start_with(commands: &[CommandConfig], more: &[String]) -> anyhow::Result<Arc<Self>> {
		let visible = std::env::var(VISIBLE).ok();
		let gpus = match nvml::open() {
			Some((source, found)) => Self::new(
				visible_cards(found, visible.as_deref()),
				Some(Box::new(source) as Box<dyn Source>),
			),
			None => {
				let named = commands.iter().flat_map(|command| &command.gpu_ids).chain(more);
				let named: BTreeMap<&str, Card> =
					named.map(|id| (id.as_str(), Card::named(id))).collect();
				Self::new(named.into_values().collect(), None)
			}
		};
		for card in &gpus.cards {
			tracing::info!(id = card.id, name = card.name, memory = card.memory_bytes, "gpu");
		}
		let gpus = Arc::new(gpus);
		if gpus.source.is_some() && !gpus.cards.is_empty() {
			gpus.read_all();
			let weak = Arc::downgrade(&gpus);
			// A thread, since a driver in trouble can keep its caller for minutes.
			std::thread::Builder::new().name("gpus".into()).spawn(move || watch(&weak))?;
		}
		Ok(gpus)
	}

	fn new(cards: Vec<Card>, source: Option<Box<dyn Source>>) -> Self {
		let states = cards.iter().map(|_| State::default()).collect();
		Self { cards, source, states: Mutex::new(states), changed: Notify::new() }
	}

	/// The cards that a command's jobs may have, as places among all. Empty for a command that wants none.
	///
	/// # Errors
	/// If there are too few, with what to do.
	pub fn eligible(&self, command: &CommandConfig) -> Result<Vec<usize>, String> {
		self.choose(command.gpus, &command.gpu_ids)
	}

	/// The cards among which jobs that get `count` of them may have theirs: those named, or all. None for no count.
	///
	/// # Errors
	/// If there are too few, with what to do.
	pub fn choose(&self, count: usize, ids: &[String]) -> Result<Vec<usize>, String> {
		let places = if count == 0 {
			Vec::new()
		} else if ids.is_empty() {
			(0..self.cards.len()).collect()
		} else {
			let place = |id: &String| {
				find(&self.cards, id).ok_or_else(|| {
					let known: Vec<&str> = self.cards.iter().map(|card| card.id.as_str()).collect();
					format!(
						"there is no gpu `{id}` in gpu_ids; those there are: {}",
						known.join(", ")
					)
				})
			};
			let mut places = ids.iter().map(place).collect::<Result<Vec<_>, _>>()?;
			places.sort_unstable();
			places.dedup();
			places
		};
		if places.len() < count {
			return Err(format!(
				"each of its jobs gets {} gpus and only {} are there; lower `gpus`, check {VISIBLE} and the driver \
				 (`nvidia-smi -L`), or name cards that no driver tells of in `gpu_ids`",
				count,
				places.len()
			));
		}
		Ok(places)
	}

	/// The cards at some places.
	pub fn at<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = &'a Card> {
		places.iter().filter_map(|place| self.cards.get(*place))
	}

	/// Takes `count` of the cards at `places`, as soon as so many are free. They are free again when the lease is dropped.
	///
	/// # Errors
	/// At once if so many have no fault at present, with the faults.
	pub async fn lease(self: &Arc<Self>, places: &[usize], count: usize) -> Result<Lease, String> {
		loop {
			let changed = self.changed.notified();
			tokio::pin!(changed);
			// Before the look, so that nothing that happens after it is missed.
			changed.as_mut().enable();
			if let Some(places) = self.try_take(places, count)? {
				return Ok(Lease { gpus: self.clone(), places, counts: true });
			}
			changed.await;
		}
	}

	/// Whether any of the cards at some places may get a job, now or when it is free.
	pub fn any_works(&self, places: &[usize]) -> bool {
		let states = self.states();
		places.iter().any(|place| states[*place].out().is_none())
	}

	/// Names a card to a process that may use it beside whoever has it: a probe, while it is in quarantine.
	pub fn unleased(self: &Arc<Self>, place: usize) -> Lease {
		Lease { gpus: self.clone(), places: vec![place], counts: false }
	}

	fn try_take(&self, places: &[usize], count: usize) -> Result<Option<Vec<usize>>, String> {
		let mut states = self.states();
		let faults: Vec<String> = places
			.iter()
			.filter_map(|place| {
				Some(format!("{}: {}", self.cards[*place].id, states[*place].out()?))
			})
			.collect();
		if places.len() - faults.len() < count {
			return Err(format!("too few of its gpus work: {}", faults.join("; ")));
		}
		let free = |place: &&usize| !states[**place].busy && states[**place].out().is_none();
		let taken: Vec<usize> = places.iter().filter(free).take(count).copied().collect();
		if taken.len() < count {
			return Ok(None);
		}
		for place in &taken {
			states[*place].busy = true;
		}
		Ok(Some(taken))
	}

	/// All cards, for clients and metrics. Asks no driver.
	pub fn views(&self) -> Vec<CardView> {
		let states = self.states();
		let view = |(card, state): (&Card, &State)| CardView {
			card: card.clone(),
			busy: state.busy,
			reading: state.reading,
			fault: state.out().cloned(),
		};
		self.cards.iter().zip(&*states).map(view).collect()
	}

	/// Gives a card no more jobs, for this reason, until [`release`](Self::release).
	pub fn quarantine(&self, place: usize, reason: &str) {
		tracing::error!(id = self.cards[place].id, reason, "a gpu is in quarantine");
		self.states()[place].quarantine = Some(reason.to_owned());
		self.changed.notify_waiters();
	}

	/// Ends a card's quarantine.
	pub fn release(&self, place: usize) {
		tracing::info!(id = self.cards[place].id, "a gpu is out of quarantine");
		self.states()[place].quarantine = None;
		self.changed.notify_waiters();
	}

	/// Asks the driver of every card. One that gives an error gets no job until it gives none.
	fn read_all(&self) {
		let Some(source) = &self.source else { return };
		for (place, card) in self.cards.iter().enumerate() {
			let read = source.read(card);
			let mut states = self.states();
			let state = &mut states[place];
			match (&read, &state.fault) {
				(Err(fault), None) => tracing::error!(id = card.id, fault, "a gpu is out"),
				(Ok(_), Some(_)) => tracing::info!(id = card.id, "a gpu is back"),
				_ => {}
			}
			state.reading = read.as_ref().ok().copied();
			state.fault = read.err();
		}
		self.changed.notify_waiters();
	}

	fn states(&self) -> MutexGuard<'_, Vec<State>> {
		self.states.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

fn watch(gpus: &Weak<Gpus>) {
	loop {
		std::thread::sleep(READING_PERIOD);
		match gpus.upgrade() {
			Some(gpus) => gpus.read_all(),
			None => return,
		}
	}
}

/// Cards that a job has.
pub struct Lease {
	gpus: Arc<Gpus>,
	places: Vec<usize>,
	/// Whether they are busy because of it.
	counts: bool,
}

impl Lease {
	/// Their places among all.
	pub fn places(&self) -> &[usize] {
		&self.places
	}

	/// Identities of the cards.
	pub fn cards(&self) -> impl Iterator<Item = &Card> {
		self.gpus.at(&self.places)
	}

	/// Variables of a child process, so that it uses these and no others. HIP, for AMD's cards, reads the first too.
	pub fn env(&self) -> [(&'static str, String); 3] {
		let ids: Vec<&str> = self.cards().map(|card| card.id.as_str()).collect();
		let ids = ids.join(",");
		let [visible, order, containers] = GPU_VARIABLES;
		// The order makes numbers mean what they mean to the driver's tools.
		[(visible, ids.clone()), (order, "PCI_BUS_ID".into()), (containers, ids)]
	}
}

impl Drop for Lease {
	fn drop(&mut self) {
		if !self.counts {
			return;
		}
		let mut states = self.gpus.states();
		for place in &self.places {
			states[*place].busy = false;
		}
		drop(states);
		self.gpus.changed.notify_waiters();
	}
}

/// The place of the card that `id` means: its number, its id, or the beginning of one card's id alone.
fn find(cards: &[Card], id: &str) -> Option<usize> {
	if let Some(place) = cards.iter().position(|card| card.id == id) {
		return Some(place);
	}
	if let Ok(place) = id.parse::<usize>() {
		return (place < cards.len()).then_some(place);
	}
	let mut begin = cards.iter().enumerate().filter(|(_, card)| card.id.starts_with(id));
	match (begin.next(), begin.next()) {
		(Some((place, _)), None) if !id.is_empty() => Some(place),
		_ => None,
	}
}

/// Cards that `CUDA_VISIBLE_DEVICES` leaves, in its order and by its rules: numbers in the order of the bus, UUIDs or
/// their beginnings; what comes behind the first entry that is no card doesn't count.
fn visible_cards(cards: Vec<Card>, visible: Option<&str>) -> Vec<Card> {
	let Some(visible) = visible else { return cards };
	let mut left: Vec<Card> = Vec::new();
	for id in visible.split(',').map(str::trim) {
		let card = match find(&cards, id) {
			Some(place) => cards[place].clone(),
			// A slice of a card: the driver's library doesn't list it, CUDA takes it.
			None if id.starts_with("MIG-") => Card::named(id),
			None => break,
		};
		if left.contains(&card) {
			break;
		}
		left.push(card);
	}
	left
}

#[cfg(test)]
mod tests {
	use std::sync::atomic::{AtomicBool, Ordering};

	use super::*;

	fn cards(ids: &[&str]) -> Vec<Card> {
		ids.iter().map(|id| Card::named(id)).collect()
	}

	fn command(more: &str) -> CommandConfig {
		let base = "name='a'\nproof_system='x'\nargv=['/bin/sh']\n";
		toml::from_str(&format!("{base}{more}")).unwrap()
	}

	#[test]
	fn visible_devices_follow_the_rules_of_cuda() {
		let all = ["GPU-aa1", "GPU-ab2", "GPU-c3"];
		for (visible, left) in [
			(None, &all[..]),
			(Some(""), &[]),
			(Some("-1"), &[]),
			(Some("2,0"), &["GPU-c3", "GPU-aa1"]),
			(Some("0,7,1"), &["GPU-aa1"]),
			(Some(" GPU-ab2 , GPU-c"), &["GPU-ab2", "GPU-c3"]),
			(Some("GPU-a"), &[]),
			(Some("1,1"), &["GPU-ab2"]),
			(Some("MIG-1,0"), &["MIG-1", "GPU-aa1"]),
		] {
			assert_eq!(visible_cards(cards(&all), visible), cards(left), "{visible:?}");
		}
	}

	#[test]
	fn a_command_gets_those_that_it_names() {
		let gpus = Gpus::new(cards(&["GPU-a", "GPU-b"]), None);
		for (config, places) in [
			("", Ok(vec![])),
			("gpus=1", Ok(vec![0, 1])),
			("gpus=2", Ok(vec![0, 1])),
			("gpus=1\ngpu_ids=['1','GPU-b']", Ok(vec![1])),
			("gpus=3", Err("only 2 are there")),
			("gpus=2\ngpu_ids=['0','GPU-a']", Err("only 1 are there")),
			("gpus=1\ngpu_ids=['GPU-x']", Err("GPU-a, GPU-b")),
		] {
			match (gpus.eligible(&command(config)), places) {
				(Ok(got), Ok(want)) => assert_eq!(got, want, "{config}"),
				(Err(got), Err(want)) => assert!(got.contains(want), "{config}: {got}"),
				(got, want) => panic!("{config}: {got:?}, {want:?}"),
			}
		}
	}

	#[tokio::test]
	async fn a_card_belongs_to_one_job_at_a_time() {
		let gpus = Arc::new(Gpus::new(cards(&["a", "b", "c"]), None));
		let two = gpus.lease(&[0, 1, 2], 2).await.unwrap();
		assert_eq!(two.env()[0], (VISIBLE, "a,b".into()));
		let waiting = tokio::spawn({
			let gpus = gpus.clone();
			async move { gpus.lease(&[0, 1], 1).await.unwrap().env()[0].1.clone() }
		});
		let other = gpus.lease(&[0, 1, 2], 1).await.unwrap();
		assert_eq!(other.env()[0].1, "c");
		tokio::task::yield_now().await;
		assert!(!waiting.is_finished());
		assert!(gpus.views().iter().all(|view| view.busy));
		drop(two);
		assert_eq!(waiting.await.unwrap(), "a");
		drop(other);
		assert!(gpus.views().iter().all(|view| !view.busy));
	}

	struct Flaky(Arc<AtomicBool>);

	impl Source for Flaky {
		fn read(&self, card: &Card) -> Result<Reading, String> {
			match card.id == "a" && self.0.load(Ordering::Relaxed) {
				true => Err("it has fallen off the bus".into()),
				false => Ok(Reading { memory_used_bytes: 7, ..Reading::default() }),
			}
		}
	}

	#[tokio::test]
	async fn a_card_with_a_fault_gets_no_job_until_it_answers() {
		let lost = Arc::new(AtomicBool::new(true));
		let gpus = Arc::new(Gpus::new(cards(&["a", "b"]), Some(Box::new(Flaky(lost.clone())))));
		gpus.read_all();
		assert_eq!(gpus.lease(&[0, 1], 1).await.unwrap().env()[0].1, "b");
		let error = gpus.lease(&[0, 1], 2).await.err().unwrap();
		assert!(error.contains("a: it has fallen off the bus"), "{error}");
		let [a, b] = &gpus.views()[..] else { panic!() };
		assert_eq!((a.reading, b.reading.unwrap().memory_used_bytes), (None, 7));
		assert!(a.fault.is_some() && b.fault.is_none());

		lost.store(false, Ordering::Relaxed);
		gpus.read_all();
		assert_eq!(gpus.lease(&[0, 1], 2).await.unwrap().env()[0].1, "a,b");
	}

	#[tokio::test]
	async fn a_card_in_quarantine_gets_no_job_until_it_is_released() {
		let gpus = Arc::new(Gpus::new(cards(&["a", "b"]), None));
		gpus.quarantine(0, "it computed nonsense");
		assert_eq!(gpus.lease(&[0, 1], 1).await.unwrap().places(), [1]);
		assert_eq!(gpus.views()[0].fault.as_deref(), Some("it computed nonsense"));
		let error = gpus.lease(&[0], 1).await.err().unwrap();
		assert!(error.contains("a: it computed nonsense"), "{error}");
		gpus.release(0);
		assert_eq!(gpus.lease(&[0, 1], 2).await.unwrap().places(), [0, 1]);
	}

	#[test]
	fn a_card_is_a_device_of_as_many_whole_gib() {
		let card = Card { memory_bytes: Some(85_520_809_984), ..Card::named("GPU-a") };
		assert_eq!(card.device().vram_gib, Some(79));
	}
}
