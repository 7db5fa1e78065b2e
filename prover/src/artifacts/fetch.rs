// SPDX-License-Identifier: Apache-2.0
//! One download over HTTP: streamed to disk, resumed after an interruption, bounded, hashed on the way.
//!
//! A try that brought new bytes resets the count of failed tries, so a 90 GB file over a bad line arrives as long as
//! it moves; the job's deadline is what ends it otherwise. A resumed answer is asked for with `If-Range` where the
//! same URL gave a strong ETag. Where it didn't, the hash at the end judges, and a wrong one after a resumption
//! starts the download over once before the locator is given up.

use std::{
	io,
	path::Path,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
	time::Duration,
};

use futures::StreamExt;
use proofyard_jobs::Bytes32;
use reqwest::{header, redirect, Client, Response, StatusCode, Url};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
	address::{check_url, ForbiddenName, GuardedResolver, Rules},
	partial::{PartialFile, Validator},
};
use crate::{config::FetchConfig, metrics::Metrics};

/// Most redirects of one request.
const MAX_REDIRECTS: usize = 5;
/// Wait after the first failed try; doubles up to [`BACKOFF_MAX`].
const BACKOFF_MIN: Duration = Duration::from_millis(250);
/// Longest wait between tries, and the most that a server's Retry-After is heeded.
const BACKOFF_MAX: Duration = Duration::from_secs(15);
/// Chunks on their way from the socket to the disk.
const WRITE_AHEAD: usize = 32;

/// Reason for which a locator did not give the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocatorError {
	/// It may not be used, or gives nothing.
	#[error("{0}")]
	Unavailable(String),
	/// It gives something else.
	#[error("{0}")]
	WrongContent(String),
	/// Nobody waits any more.
	#[error("stopped")]
	Stopped,
	/// The disk failed.
	#[error("writing to the data folder failed: {0}")]
	Disk(String),
}

/// Reason for which one try failed.
enum TryError {
	/// Another try may work, after this long if the server said so.
	Again(String, Option<Duration>),
	/// The locator is hopeless.
	Final(LocatorError),
}

impl From<LocatorError> for TryError {
	fn from(error: LocatorError) -> Self {
		Self::Final(error)
	}
}

/// A file that is downloaded, with the means to stop and to watch it.
pub struct Target<'a> {
	/// SHA-256 that it must have.
	pub sha256: Bytes32,
	/// Length that it must have, bytes.
	pub size: u64,
	/// Cancelled when nobody waits any more.
	pub stop: &'a CancellationToken,
	/// Bytes on disk, for progress.
	pub bytes: &'a AtomicU64,
}

/// Downloads over HTTP under the operator's rules.
pub struct Fetcher {
	client: Client,
	rules: Rules,
	idle: Duration,
	tries: u32,
	metrics: Arc<Metrics>,
}

impl Fetcher {
	/// Makes the HTTP client. The process's TLS provider must be installed.
	pub fn new(config: &FetchConfig, metrics: Arc<Metrics>) -> Result<Self, reqwest::Error> {
		let rules = Rules {
			allow_http: config.allow_http,
			allow_private_hosts: config.allow_private_hosts,
		};
		let policy = redirect::Policy::custom(move |attempt| {
			if attempt.previous().len() > MAX_REDIRECTS {
				return attempt.error(format!("more than {MAX_REDIRECTS} redirects"));
			}
			match check_url(attempt.url(), rules) {
				Ok(()) => attempt.follow(),
				Err(message) => attempt.error(format!("it redirects where it may not: {message}")),
			}
		});
		// No proxy from the environment: it would resolve names itself, past the rules on addresses.
		let client = Client::builder()
			.user_agent(concat!("proofyard-prover/", env!("CARGO_PKG_VERSION")))
			.no_proxy()
			.referer(false)
			.redirect(policy)
			.dns_resolver(Arc::new(GuardedResolver { rules }))
			.connect_timeout(config.idle)
			.read_timeout(config.idle)
			.build()?;
		Ok(Self { client, rules, idle: config.idle, tries: config.tries, metrics })
	}

	/// Brings `partial` to the target's whole content, and gives it back whatever came of it.
	pub async fn fetch(
		&self,
		url: &Url,
		mut partial: PartialFile,
		target: &Target<'_>,
	) -> (Option<PartialFile>, Result<(), LocatorError>) {
		if let Err(message) = check_url(url, self.rules) {
			return (Some(partial), Err(LocatorError::Unavailable(message)));
		}
		// What is here came from an earlier run or another locator.
		partial.resumed = !partial.is_empty();
		let (mut failures, mut wait, mut started_over) = (0, BACKOFF_MIN, false);
		loop {
			let before = partial.len();
			target.bytes.store(before, Ordering::Relaxed);
			let outcome = if before == target.size {
				Ok(())
			} else {
				let (back, outcome) = self.attempt(url, partial, target).await;
				match back {
					Some(back) => partial = back,
					None => return (None, Err(LocatorError::Disk("the writer died".into()))),
				}
				outcome
			};
			let (message, retry_after) = match outcome {
				Ok(()) if partial.sha256() == target.sha256 => return (Some(partial), Ok(())),
				Ok(()) => {
					let again = partial.resumed && !started_over;
					started_over = true;
					if let Err(e) = partial.reset() {
						return (Some(partial), Err(LocatorError::Disk(e.to_string())));
					}
					if again {
						continue;
					}
					let message = format!("its content does not hash to {}", target.sha256);
					return (Some(partial), Err(LocatorError::WrongContent(message)));
				}
				Err(TryError::Final(error)) => return (Some(partial), Err(error)),
				Err(TryError::Again(message, retry_after)) => (message, retry_after),
			};
			if partial.len() > before {
				(failures, wait) = (0, BACKOFF_MIN);
			}
			failures += 1;
			self.metrics.fetch_failed("try");
			if failures >= self.tries {
				let message = format!("{message} (tried {failures} times)");
				return (Some(partial), Err(LocatorError::Unavailable(message)));
			}
			tracing::debug!(%url, %message, have = partial.len(), "download interrupted, trying again");
			let jitter = Duration::from_millis(rand::random::<u64>() % 100);
			let pause = retry_after.unwrap_or(wait).min(BACKOFF_MAX) + jitter;
			wait = (wait * 2).min(BACKOFF_MAX);
			tokio::select! {
				() = target.stop.cancelled() => return (Some(partial), Err(LocatorError::Stopped)),
				() = tokio::time::sleep(pause) => {},
			}
		}
	}

	async fn attempt(
		&self,
		url: &Url,
		mut partial: PartialFile,
		target: &Target<'_>,
	) -> (Option<PartialFile>, Result<(), TryError>) {
		let response = match self.request(url, &partial, target).await {
			Ok(response) => response,
			Err(error) => return (Some(partial), Err(error)),
		};
		match check_answer(&response, url, &mut partial, target.size) {
			Ok(()) => self.stream(response, partial, target).await,
			Err(error) => (Some(partial), Err(error)),
		}
	}

	async fn request(
		&self,
		url: &Url,
		partial: &PartialFile,
		target: &Target<'_>,
	) -> Result<Response, TryError> {
		let mut request = self.client.get(url.clone());
		if !partial.is_empty() {
			request = request.header(header::RANGE, format!("bytes={}-", partial.len()));
			if let Some(validator) = partial.validator.as_ref().filter(|v| v.url == url.as_str()) {
				request = request.header(header::IF_RANGE, validator.etag.as_str());
			}
		}
		tokio::select! {
			() = target.stop.cancelled() => Err(LocatorError::Stopped.into()),
			answer = tokio::time::timeout(self.idle * 2, request.send()) => match answer {
				Err(_) => Err(TryError::Again("the server did not answer in time".into(), None)),
				Ok(Err(error)) if error.is_redirect() || is_forbidden(&error) => {
					Err(LocatorError::Unavailable(describe(&error)).into())
				},
				Ok(Err(error)) => Err(TryError::Again(describe(&error), None)),
				Ok(Ok(response)) => Ok(response),
			},
		}
	}

	/// Hands chunks to a thread that writes and hashes, until the answer ends, stalls, or turns out too long.
	async fn stream(
		&self,
		response: Response,
		partial: PartialFile,
		target: &Target<'_>,
	) -> (Option<PartialFile>, Result<(), TryError>) {
		let mut len = partial.len();
		let scheme = response.url().scheme().to_owned();
		let (chunks, received) = mpsc::channel(WRITE_AHEAD);
		let writer = tokio::task::spawn_blocking(move || write_chunks(partial, received));
		let mut body = response.bytes_stream();
		let outcome = loop {
			let next = tokio::select! {
				() = target.stop.cancelled() => break Err(LocatorError::Stopped.into()),
				next = tokio::time::timeout(self.idle, body.next()) => next,
			};
			let chunk = match next {
				Err(_) => {
					break Err(TryError::Again(format!("no byte came for {:?}", self.idle), None))
				}
				Ok(Some(Err(error))) => break Err(TryError::Again(describe(&error), None)),
				Ok(None) if len < target.size => {
					break Err(TryError::Again(
						format!("the answer ended after {len} bytes"),
						None,
					));
				}
				Ok(None) => break Ok(()),
				Ok(Some(Ok(chunk))) => chunk,
			};
			len += chunk.len() as u64;
			if len > target.size {
				let message = format!("it gives more than the declared {} bytes", target.size);
				break Err(LocatorError::WrongContent(message).into());
			}
			self.metrics.fetched(&scheme, chunk.len() as u64);
			target.bytes.store(len, Ordering::Relaxed);
			if chunks.send(chunk).await.is_err() {
				// The writer gave up; its own error says why.
				break Ok(());
			}
		};
		drop(chunks);
		match writer.await {
			Ok((partial, Ok(()))) => (Some(partial), outcome),
			Ok((partial, Err(error))) => {
				(Some(partial), Err(LocatorError::Disk(error.to_string()).into()))
			}
			Err(_) => (None, Err(LocatorError::Disk("the writer died".into()).into())),
		}
	}
}

fn write_chunks<B: AsRef<[u8]>>(
	mut partial: PartialFile,
	mut received: mpsc::Receiver<B>,
) -> (PartialFile, io::Result<()>) {
	while let Some(chunk) = received.blocking_recv() {
		if let Err(error) = partial.append(chunk.as_ref()) {
			// The file may hold a part of the chunk that the hash does not.
			let _ = partial.reset();
			return (partial, Err(error));
		}
	}
	(partial, Ok(()))
}

/// Whether the answer continues what is there, or begins the right document anew (then `partial` is emptied).
fn check_answer(
	response: &Response,
	url: &Url,
	partial: &mut PartialFile,
	size: u64,
) -> Result<(), TryError> {
	let disk = |e: io::Error| TryError::from(LocatorError::Disk(e.to_string()));
	let status = response.status();
	match status {
		StatusCode::PARTIAL_CONTENT => {
			let range = response.headers().get(header::CONTENT_RANGE).and_then(|v| v.to_str().ok());
			match range.and_then(parse_content_range) {
				Some((start, total))
					if start == partial.len() && total.is_none_or(|t| t == size) =>
				{
					partial.resumed = true;
				}
				_ => {
					partial.reset().map_err(disk)?;
					return Err(TryError::Again(
						"it answered with a range that was not asked for".into(),
						None,
					));
				}
			}
		}
		StatusCode::OK => {
			if let Some(length) = response.content_length().filter(|length| *length != size) {
				let message = format!("it gives {length} bytes, {size} were declared");
				return Err(LocatorError::WrongContent(message).into());
			}
			if !partial.is_empty() {
				partial.reset().map_err(disk)?;
			}
		}
		StatusCode::RANGE_NOT_SATISFIABLE => {
			partial.reset().map_err(disk)?;
			return Err(TryError::Again("it refused the range; starting over".into(), None));
		}
		StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
			return Err(TryError::Again(format!("HTTP {status}"), retry_after(response)));
		}
		_ if status.is_server_error() => {
			return Err(TryError::Again(format!("HTTP {status}"), retry_after(response)));
		}
		_ => return Err(LocatorError::Unavailable(format!("HTTP {status}")).into()),
	}
	partial.validator = response
		.headers()
		.get(header::ETAG)
		.and_then(|v| v.to_str().ok())
		.filter(|etag| etag.starts_with('"'))
		.map(|etag| Validator { url: url.to_string(), etag: etag.to_owned() });
	Ok(())
}

/// Start and, where the server knows it, total of `bytes 5-9/10`.
fn parse_content_range(text: &str) -> Option<(u64, Option<u64>)> {
	let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
	let start = range.split_once('-')?.0.trim().parse().ok()?;
	let total = match total.trim() {
		"*" => None,
		number => Some(number.parse().ok()?),
	};
	Some((start, total))
}

fn retry_after(response: &Response) -> Option<Duration> {
	let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
	Some(Duration::from_secs(seconds))
}

/// An error with its causes: the outermost alone says little more than "error sending request".
fn describe(error: &reqwest::Error) -> String {
	let mut text = String::new();
	let mut cause: Option<&dyn std::error::Error> = Some(error);
	while let Some(error) = cause {
		let part = error.to_string();
		if !text.contains(&part) {
			if !text.is_empty() {
				text.push_str(": ");
			}
			text.push_str(&part);
		}
		cause = error.source();
	}
	text
}

fn is_forbidden(error: &reqwest::Error) -> bool {
	let mut cause: Option<&dyn std::error::Error> = Some(error);
	while let Some(error) = cause {
		if error.is::<ForbiddenName>() {
			return true;
		}
		cause = error.source();
	}
	false
}

/// Opens the partial file away from the async threads: what is in it has to be hashed.
pub async fn open_partial(
	path: &Path,
	max: u64,
	stop: &CancellationToken,
) -> Result<PartialFile, LocatorError> {
	let (path, stop) = (path.to_owned(), stop.clone());
	let stopped = stop.clone();
	match tokio::task::spawn_blocking(move || PartialFile::open(&path, max, &stop)).await {
		Ok(Ok(partial)) => Ok(partial),
		Ok(Err(_)) if stopped.is_cancelled() => Err(LocatorError::Stopped),
		Ok(Err(error)) => Err(LocatorError::Disk(error.to_string())),
		Err(error) => Err(LocatorError::Disk(error.to_string())),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn content_ranges() {
		assert_eq!(parse_content_range("bytes 5-9/10"), Some((5, Some(10))));
		assert_eq!(parse_content_range("bytes 5-9/*"), Some((5, None)));
		for bad in ["", "bytes */10", "bytes 5/10", "items 5-9/10", "bytes 5-9/x"] {
			assert_eq!(parse_content_range(bad), None, "{bad}");
		}
	}
}
