// SPDX-License-Identifier: Apache-2.0
//! Artifacts and inputs: from locators to verified files in the cache.
//!
//! [`Artifacts::acquire`] gives a [`Pin`] on a file that was hashed when it came in. Jobs that want the same file at
//! the same time share one download (a *flight*); it stops when the last of them stops waiting, and what it had
//! stays for the next one to continue.

pub mod address;
pub mod cache;
pub mod fetch;
pub mod partial;

use std::{
	collections::HashMap,
	path::Path,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	time::Duration,
};

use anyhow::Context;
use futures::FutureExt;
use proofyard_jobs::{Artifact, Bytes32, ErrorCode, Input, JobError, JobRequest, RemoteInput};
use reqwest::Url;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::{
	cache::{Cache, Pin, RoomError},
	fetch::{open_partial, Fetcher, LocatorError, Target},
	partial::{copy_local, LocalError, PartialFile},
};
use crate::{config::Config, metrics::Metrics};

/// Time between two looks of a waiting job at its download.
const PROGRESS_PERIOD: Duration = Duration::from_millis(200);

/// Whether a file belongs to the program or to the task: it decides the error's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// Of the program.
	Artifact,
	/// Of the task.
	Input,
}

/// A file that a job wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
	/// Owner of the file.
	pub kind: Kind,
	/// URLs of the file, tried in this order.
	pub locators: Vec<String>,
	/// SHA-256 that it must have.
	pub sha256: Bytes32,
	/// Length that it must have, bytes.
	pub size: u64,
}

impl From<&Artifact> for Wanted {
	fn from(a: &Artifact) -> Self {
		Self { kind: Kind::Artifact, locators: a.locators.clone(), sha256: a.sha256, size: a.size }
	}
}

impl From<&RemoteInput> for Wanted {
	fn from(i: &RemoteInput) -> Self {
		Self { kind: Kind::Input, locators: i.locators.clone(), sha256: i.sha256, size: i.size }
	}
}

/// Reason for which a file could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AcquireError {
	/// Another try, elsewhere or later, may work.
	Unavailable(String),
	/// The service's disk or cache is full at the moment.
	Full(String),
	/// It can't work with the service's limits.
	Limit(String),
	/// The locators give something else.
	WrongContent(String),
	/// The download stopped because its last waiter had gone; whoever joined since starts another.
	Stopped,
	/// The service's own disk.
	Internal(String),
}

impl AcquireError {
	fn into_job_error(self, kind: Kind) -> JobError {
		let unavailable = match kind {
			Kind::Artifact => ErrorCode::ArtifactUnavailable,
			Kind::Input => ErrorCode::InputUnavailable,
		};
		match self {
			Self::Unavailable(message) => JobError::new(unavailable, message),
			Self::WrongContent(message) => JobError::new(unavailable, message).retryable(false),
			Self::Full(message) => JobError::new(ErrorCode::NoRoom, message),
			Self::Limit(message) => JobError::new(ErrorCode::NoRoom, message).retryable(false),
			Self::Stopped => JobError::new(ErrorCode::Cancelled, "the download was stopped"),
			Self::Internal(message) => JobError::internal(message),
		}
	}
}

impl From<RoomError> for AcquireError {
	fn from(error: RoomError) -> Self {
		match error {
			RoomError::TooLarge { .. } => Self::Limit(error.to_string()),
			RoomError::InUse { .. } | RoomError::DiskFull { .. } => Self::Full(error.to_string()),
			RoomError::Io(message) => Self::Internal(message),
		}
	}
}

type Landing = Option<Result<Pin, AcquireError>>;

/// One download that any number of jobs wait for.
struct Flight {
	wanted: Wanted,
	bytes: AtomicU64,
	stop: CancellationToken,
	landing: watch::Sender<Landing>,
}

/// A flight in the table, with how many wait for it.
struct Booked {
	flight: Arc<Flight>,
	waiters: usize,
}

/// Fetches, caches and shares files. Clones are the same service.
#[derive(Clone)]
pub struct Artifacts(Arc<Inner>);

struct Inner {
	cache: Cache,
	fetcher: Fetcher,
	file_roots: Vec<std::path::PathBuf>,
	input_max_bytes: u64,
	metrics: Arc<Metrics>,
	flights: Mutex<HashMap<Bytes32, Booked>>,
}

/// Leaves the flight when dropped; the last one to leave stops it.
struct Waiter<'a> {
	inner: &'a Inner,
	flight: Arc<Flight>,
}

impl Drop for Waiter<'_> {
	fn drop(&mut self) {
		let mut flights = self.inner.flights();
		if let Some(booked) = flights.get_mut(&self.flight.wanted.sha256) {
			if Arc::ptr_eq(&booked.flight, &self.flight) {
				booked.waiters -= 1;
				if booked.waiters == 0 {
					self.flight.stop.cancel();
				}
			}
		}
	}
}

impl Inner {
	fn flights(&self) -> MutexGuard<'_, HashMap<Bytes32, Booked>> {
		self.flights.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Artifacts {
	/// Opens the cache in the data folder and makes the HTTP client.
	pub fn open(config: &Config, metrics: Arc<Metrics>) -> anyhow::Result<Self> {
		let cache = Cache::open(
			&config.data_dir,
			config.cache_max_bytes,
			config.disk_reserve_bytes,
			metrics.clone(),
		)?;
		let fetcher = Fetcher::new(&config.fetch, metrics.clone())
			.context("the HTTPS client (are the system's CA certificates installed?)")?;
		Ok(Self(Arc::new(Inner {
			cache,
			fetcher,
			file_roots: config.fetch.file_roots.clone(),
			input_max_bytes: config.fetch.input_max_bytes,
			metrics,
			flights: Mutex::default(),
		})))
	}

	/// Folders that `file://` locators may point into.
	pub fn file_roots(&self) -> impl Iterator<Item = String> + '_ {
		self.0.file_roots.iter().map(|root| root.display().to_string())
	}

	/// Removes unfinished downloads that nobody continued for a day. Blocks.
	pub fn remove_old_partials(&self) -> std::io::Result<()> {
		self.0.cache.remove_old_partials()
	}

	/// Gets a file: from the cache, from a download that is on its way, or from its locators. `on_bytes` hears how
	/// many bytes are here. Dropping the future stops waiting.
	pub async fn acquire(
		&self,
		wanted: &Wanted,
		on_bytes: impl Fn(u64) + Send,
	) -> Result<Pin, JobError> {
		self.acquire_inner(wanted, on_bytes).await.map_err(|e| {
			if e != AcquireError::Stopped {
				let kind = match &e {
					AcquireError::WrongContent(_) => "wrong_content",
					AcquireError::Internal(_) => "internal",
					AcquireError::Full(_) | AcquireError::Limit(_) => "no_room",
					_ => "unavailable",
				};
				self.0.metrics.fetch_failed(kind);
			}
			e.into_job_error(wanted.kind)
		})
	}

	/// Whether the service has room for a job's files at all. The error says for which it hasn't.
	pub fn check(&self, request: &JobRequest) -> Result<(), String> {
		let input = match &request.input {
			Input::Inline(_) => None,
			Input::Remote(remote) => Some(Wanted::from(remote)),
		};
		let artifacts = request.artifacts.iter().map(Wanted::from);
		input.into_iter().chain(artifacts).try_for_each(|wanted| match self.check_size(&wanted) {
			Err(AcquireError::Limit(message)) => Err(message),
			_ => Ok(()),
		})
	}

	fn check_size(&self, wanted: &Wanted) -> Result<(), AcquireError> {
		if wanted.kind == Kind::Input && wanted.size > self.0.input_max_bytes {
			return Err(AcquireError::Limit(format!(
				"an input of {} bytes is more than this service takes ({}); raise --input-max-bytes",
				wanted.size, self.0.input_max_bytes
			)));
		}
		Ok(self.0.cache.check_size(wanted.size)?)
	}

	async fn acquire_inner(
		&self,
		wanted: &Wanted,
		on_bytes: impl Fn(u64) + Send,
	) -> Result<Pin, AcquireError> {
		self.check_size(wanted)?;
		loop {
			let (cache, sha256) = (self.0.cache.clone(), wanted.sha256);
			let cached = tokio::task::spawn_blocking(move || cache.pin(&sha256))
				.await
				.map_err(|e| AcquireError::Internal(e.to_string()))?;
			if let Some(pin) = cached {
				if pin.size() != wanted.size {
					return Err(AcquireError::WrongContent(format!(
						"the file that hashes to {} has {} bytes, {} were declared",
						wanted.sha256,
						pin.size(),
						wanted.size
					)));
				}
				on_bytes(pin.size());
				return Ok(pin);
			}
			let waiter = self.join_or_start(wanted);
			let result = wait_for(&waiter.flight, &on_bytes).await;
			// Another job's locators may have failed where this one's work, so only its own failure counts.
			let own = waiter.flight.wanted == *wanted;
			match result {
				Err(AcquireError::Stopped) => {}
				Err(_) if !own => {}
				Ok(pin) if pin.size() != wanted.size => {}
				result => return result,
			}
			drop(waiter);
			tokio::task::yield_now().await;
		}
	}

	/// Takes a seat in the flight for this file, starting one if there is none.
	fn join_or_start(&self, wanted: &Wanted) -> Waiter<'_> {
		let mut flights = self.0.flights();
		let booked = flights.entry(wanted.sha256).or_insert_with(|| {
			let flight = Arc::new(Flight {
				wanted: wanted.clone(),
				bytes: AtomicU64::new(0),
				stop: CancellationToken::new(),
				landing: watch::Sender::new(None),
			});
			tokio::spawn(self.clone().fly(flight.clone()));
			Booked { flight, waiters: 0 }
		});
		booked.waiters += 1;
		Waiter { inner: &self.0, flight: booked.flight.clone() }
	}

	async fn fly(self, flight: Arc<Flight>) {
		let download = std::panic::AssertUnwindSafe(self.download(&flight));
		let result = download
			.catch_unwind()
			.await
			.unwrap_or_else(|_| Err(AcquireError::Internal("a download died".into())));
		// Off the table first: whoever looks from now on finds the cache or starts anew.
		self.0.flights().remove(&flight.wanted.sha256);
		flight.landing.send_replace(Some(result));
	}

	async fn download(&self, flight: &Flight) -> Result<Pin, AcquireError> {
		let wanted = &flight.wanted;
		let (cache, sha256, size) = (self.0.cache.clone(), wanted.sha256, wanted.size);
		let room = tokio::task::spawn_blocking(move || cache.reserve(&sha256, size))
			.await
			.map_err(|e| AcquireError::Internal(e.to_string()))??;
		let path = room.partial_path();
		let (mut failures, mut wrong, mut disk) = (Vec::new(), 0, false);
		// Goes from locator to locator, so that what one gave is neither lost nor hashed again for the next.
		let mut partial = None;
		for locator in &wanted.locators {
			let (back, result) = self.try_locator(locator, &path, partial, flight).await;
			partial = back;
			match result {
				Ok(()) => {
					let pin = tokio::task::spawn_blocking(move || room.commit())
						.await
						.map_err(|e| AcquireError::Internal(e.to_string()))?
						.map_err(|e| AcquireError::Internal(e.to_string()))?;
					tracing::info!(%sha256, size, %locator, "fetched");
					return Ok(pin);
				}
				Err(LocatorError::Stopped) => return Err(AcquireError::Stopped),
				Err(error) => {
					tracing::warn!(%sha256, %locator, %error, "a locator gave nothing");
					wrong += usize::from(matches!(error, LocatorError::WrongContent(_)));
					disk |= matches!(error, LocatorError::Disk(_));
					failures.push(format!("{locator}: {error}"));
				}
			}
		}
		let message = failures.join("; ");
		if wrong > 0 {
			let _ = tokio::fs::remove_file(&path).await;
		}
		if disk {
			return Err(AcquireError::Internal(message));
		}
		if wrong == wanted.locators.len() {
			return Err(AcquireError::WrongContent(message));
		}
		Err(AcquireError::Unavailable(message))
	}

	/// Fills the partial file from one locator and checks its hash. Gives the file back, unless it was lost.
	async fn try_locator(
		&self,
		locator: &str,
		path: &Path,
		partial: Option<PartialFile>,
		flight: &Flight,
	) -> (Option<PartialFile>, Result<(), LocatorError>) {
		let wanted = &flight.wanted;
		let url = match Url::parse(locator) {
			Ok(url) => url,
			Err(error) => return (partial, Err(LocatorError::Unavailable(error.to_string()))),
		};
		let partial = match partial {
			Some(partial) => partial,
			None => match open_partial(path, wanted.size, &flight.stop).await {
				Ok(partial) => partial,
				Err(error) => return (None, Err(error)),
			},
		};
		if url.scheme() == "file" {
			return self.copy_file(&url, partial, flight).await;
		}
		let target = Target {
			sha256: wanted.sha256,
			size: wanted.size,
			stop: &flight.stop,
			bytes: &flight.bytes,
		};
		self.0.fetcher.fetch(&url, partial, &target).await
	}

	async fn copy_file(
		&self,
		url: &Url,
		mut partial: PartialFile,
		flight: &Flight,
	) -> (Option<PartialFile>, Result<(), LocatorError>) {
		let Ok(source) = url.to_file_path() else {
			let message = "a file locator is file:///absolute/path".into();
			return (Some(partial), Err(LocatorError::Unavailable(message)));
		};
		let (roots, size, sha256) =
			(self.0.file_roots.clone(), flight.wanted.size, flight.wanted.sha256);
		let (stop, metrics) = (flight.stop.clone(), self.0.metrics.clone());
		let copied = tokio::task::spawn_blocking(move || {
			let count = |n| metrics.fetched("file", n);
			let copied = copy_local(&source, &roots, size, &mut partial, &stop, count);
			(partial, copied)
		})
		.await;
		let (partial, copied) = match copied {
			Ok(done) => done,
			Err(error) => return (None, Err(LocatorError::Disk(error.to_string()))),
		};
		let result = match copied {
			Ok(()) if partial.sha256() == sha256 => Ok(()),
			Ok(()) => Err(LocatorError::WrongContent(format!(
				"its content hashes to {}, {sha256} was declared",
				partial.sha256()
			))),
			Err(_) if flight.stop.is_cancelled() => Err(LocatorError::Stopped),
			Err(error @ LocalError::Size { .. }) => {
				Err(LocatorError::WrongContent(error.to_string()))
			}
			Err(LocalError::Refused(message)) => Err(LocatorError::Unavailable(message)),
			Err(LocalError::Io(error)) => Err(LocatorError::Disk(error.to_string())),
		};
		(Some(partial), result)
	}
}

async fn wait_for(flight: &Flight, on_bytes: &(impl Fn(u64) + Send)) -> Result<Pin, AcquireError> {
	let mut landing = flight.landing.subscribe();
	let mut ticks = tokio::time::interval(PROGRESS_PERIOD);
	loop {
		tokio::select! {
			landed = landing.wait_for(Option::is_some) => {
				return match landed.as_deref() {
					Ok(Some(result)) => result.clone(),
					_ => Err(AcquireError::Internal("a download vanished".into())),
				};
			},
			_ = ticks.tick() => on_bytes(flight.bytes.load(Ordering::Relaxed)),
		}
	}
}
