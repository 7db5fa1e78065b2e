// SPDX-License-Identifier: Apache-2.0
//! Watch over a node that drives a proving service: says in log and metrics what would cost its
//! prover a bond, before it does.
//!
//! The off-chain worker cannot say that it has nothing to do because a key is missing: it looks at
//! the tasks of the keys that are there. The watch looks from outside, natively, and only as long as
//! the node follows the chain: while it catches up, what is registered is old.

use super::client::{ServiceClient, ServiceError};
use crate::client::{FullBackend, FullClient};
use futures::{stream, StreamExt};
use pallet_attestation::{Live, LiveOf};
use pallet_provers::SessionKeys;
use proofyard_primitives::{
	job_id,
	session::{self, SessionKey},
	TaskId,
};
use proofyard_runtime::{AccountId, BlockNumber, Hash, Runtime, VERSION};
use sc_client_api::{Backend, BlockchainEvents, TrieCacheContext};
use sp_blockchain::HeaderBackend;
use sp_core::traits::CallContext;
use sp_keystore::{Keystore, KeystorePtr};
use sp_state_machine::InspectState;
use std::{
	fmt,
	sync::Arc,
	time::{Duration, Instant},
};
use substrate_prometheus_endpoint::{register, Gauge, PrometheusError, Registry, U64};

const LOG_TARGET: &str = "proving-service";
/// Time between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Time after which problems that stay the same are told again.
const TELL_EVERY: Duration = Duration::from_secs(60);
/// Blocks that the worker has to post a job, before its absence is a problem.
const BLOCKS_TO_POST: BlockNumber = 5;
/// Most jobs that one look asks the service for: as many as the worker looks after.
const MAX_JOBS: usize = 64;
/// Jobs that the service is asked for at once.
const JOBS_AT_ONCE: usize = 8;
/// Time that the service has for all questions of one look.
const SERVICE_TIME: Duration = Duration::from_secs(10);
/// Most problems that are written out at once.
const MAX_TOLD: usize = 5;

/// Something that can cost the prover of this node a bond.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Problem {
	/// No session key is in the keystore.
	NoKey,
	/// None of so many session keys is a registered prover's.
	NoProver(usize),
	/// The service does not answer, or not as it should.
	Service { url: String, error: String },
	/// The service has no job for an attempt that started in a block.
	NoJob { task: TaskId, attempt: u32, started_at: BlockNumber },
	/// The chain's runtime is not the one that this node was built with.
	OtherRuntime(u32),
}

impl fmt::Display for Problem {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::NoKey => f.write_str(
				"This node drives a proving service and has no session key: what is assigned to its \
				 prover is not proven, and costs bonds. `proofyard --key-file session.key keys insert`",
			),
			Self::NoProver(keys) => write!(
				f,
				"None of the {keys} session keys of this node is a registered prover's: it gets no \
				 tasks. `proofyard prover register` or `proofyard prover rotate-key`, with \
				 --session-key-file"
			),
			Self::Service { url, error } => write!(f, "Proving service {url}: {error}"),
			Self::NoJob { task, attempt, started_at } => write!(
				f,
				"Task {task} was assigned to this node's prover in block {started_at} (attempt \
				 {attempt}), and the proving service has no job for it: it costs the bond unless it is \
				 proven or given back. `proofyard prover decline {task}` gives it back"
			),
			Self::OtherRuntime(version) => write!(
				f,
				"The chain runs version {version} of the runtime, this node knows {}: it does not see \
				 what its prover has to prove. Install the node of that version",
				VERSION.spec_version
			),
		}
	}
}

/// Findings of one look.
#[derive(Default, PartialEq, Debug)]
struct Findings {
	/// Session keys in the keystore that belong to registered provers.
	registered_keys: usize,
	/// Attempts of their provers that run.
	live_attempts: usize,
	problems: Vec<Problem>,
}

/// An attempt that runs: task, number, prover, and the block it started in.
type RunningAttempt = (TaskId, u32, AccountId, BlockNumber);

/// Watch over a node and its proving service.
pub struct Watch {
	client: Arc<FullClient>,
	backend: Arc<FullBackend>,
	keystore: KeystorePtr,
	service: ServiceClient,
	metrics: Option<Metrics>,
}

impl Watch {
	/// Fails only when the metrics' names are taken in `registry`.
	pub fn new(
		client: Arc<FullClient>,
		backend: Arc<FullBackend>,
		keystore: KeystorePtr,
		service: ServiceClient,
		registry: Option<&Registry>,
	) -> Result<Self, PrometheusError> {
		let metrics = registry.map(Metrics::new).transpose()?;
		Ok(Self { client, backend, keystore, service, metrics })
	}

	/// Look after new best blocks, as long as there are any.
	pub async fn run(self) {
		// These come when the node follows the chain, and not while it catches up.
		let mut blocks = self.client.import_notification_stream();
		let mut told = Told::default();
		let mut looked_at: Option<Instant> = None;
		while let Some(block) = blocks.next().await {
			if !block.is_new_best || looked_at.is_some_and(|at| at.elapsed() < LOOK_EVERY) {
				continue;
			}
			looked_at = Some(Instant::now());
			match self.look().await {
				Ok(findings) => {
					if let Some(metrics) = &self.metrics {
						metrics.set(&findings);
					}
					told.tell(findings.problems, Instant::now());
				}
				Err(error) => {
					if let Some(metrics) = &self.metrics {
						metrics.forget();
					}
					log::debug!(target: LOG_TARGET, "cannot look at the chain: {error}");
				}
			}
		}
	}

	async fn look(&self) -> sp_blockchain::Result<Findings> {
		let best = self.client.info();
		let keys: Vec<SessionKey> = self
			.keystore
			.sr25519_public_keys(session::KEY_TYPE)
			.into_iter()
			.map(Into::into)
			.collect();
		let mut findings = Findings::default();
		let mut running = Vec::new();
		let runtime =
			self.client.runtime_version_at(best.best_hash, CallContext::Offchain)?.spec_version;
		if runtime == VERSION.spec_version {
			let state = self.backend.state_at(best.best_hash, TrieCacheContext::Untrusted)?;
			(findings.registered_keys, running) = state.inspect_state(|| of_keys(&keys));
			findings.problems.extend(match (keys.len(), findings.registered_keys) {
				(0, _) => Some(Problem::NoKey),
				(keys, 0) => Some(Problem::NoProver(keys)),
				_ => None,
			});
		} else {
			findings.problems.push(Problem::OtherRuntime(runtime));
		}
		findings.live_attempts = running.len();
		let late = running.into_iter().filter(|(.., started_at)| {
			best.best_number >= started_at.saturating_add(BLOCKS_TO_POST)
		});
		let late: Vec<_> = late.take(MAX_JOBS).collect();
		findings
			.problems
			.extend(missing(&self.service, best.genesis_hash, late, SERVICE_TIME).await);
		Ok(findings)
	}
}

/// Number of keys that are registered, and the running attempts of their provers. Reads the state
/// that is set.
fn of_keys(keys: &[SessionKey]) -> (usize, Vec<RunningAttempt>) {
	let provers: Vec<AccountId> = keys.iter().filter_map(SessionKeys::<Runtime>::get).collect();
	let running = provers.iter().flat_map(|prover| {
		LiveOf::<Runtime>::iter_key_prefix(prover).filter_map(move |task| {
			let live = Live::<Runtime>::get(task)?;
			let number = live.attempt_of(prover)?;
			let started_at = live.attempts.get(number as usize)?.started_at;
			Some((task, number, prover.clone(), started_at))
		})
	});
	(provers.len(), running.collect())
}

/// The attempts that the service has no job for; or, where it does not answer, that.
async fn missing(
	service: &ServiceClient,
	genesis: Hash,
	attempts: Vec<RunningAttempt>,
	limit: Duration,
) -> Vec<Problem> {
	let found = tokio::time::timeout(limit, without_job(service, genesis, attempts)).await;
	let late = || ServiceError::Unreachable(format!("it took longer than {} s", limit.as_secs()));
	match found.unwrap_or_else(|_| Err(late())) {
		Ok(problems) => problems,
		Err(error) => {
			vec![Problem::Service { url: service.url().into(), error: error.to_string() }]
		}
	}
}

/// The attempts that the service has no job for, in their order.
async fn without_job(
	service: &ServiceClient,
	genesis: Hash,
	attempts: Vec<RunningAttempt>,
) -> Result<Vec<Problem>, ServiceError> {
	service.capabilities().await?;
	let questions = attempts.into_iter().map(|(task, attempt, prover, started_at)| async move {
		let has_job = service.has_job(job_id(&genesis, task, attempt, &prover)).await?;
		Ok::<_, ServiceError>((!has_job).then_some(Problem::NoJob { task, attempt, started_at }))
	});
	let mut answers = stream::iter(questions).buffered(JOBS_AT_ONCE);
	let mut problems = Vec::new();
	while let Some(answer) = answers.next().await {
		problems.extend(answer?);
	}
	Ok(problems)
}

/// Lines of the log for these problems.
fn lines(problems: &[Problem]) -> Vec<String> {
	let more = problems.len().saturating_sub(MAX_TOLD);
	let more = (more > 0).then(|| format!("and {more} more"));
	problems.iter().take(MAX_TOLD).map(Problem::to_string).chain(more).collect()
}

/// Memory of what was told, and when.
#[derive(Default)]
struct Told {
	problems: Vec<Problem>,
	at: Option<Instant>,
}

impl Told {
	/// Log the problems if they are others than last time, or still there a minute later.
	fn tell(&mut self, problems: Vec<Problem>, now: Instant) {
		if !self.is_news(&problems, now) {
			return;
		}
		for line in lines(&problems) {
			log::warn!(target: LOG_TARGET, "⚠️  {line}");
		}
		if problems.is_empty() {
			log::info!(target: LOG_TARGET, "🧮 The proving service and this node's keys are in order");
		}
		*self = Self { problems, at: Some(now) };
	}

	fn is_news(&self, problems: &[Problem], now: Instant) -> bool {
		let Some(at) = self.at else { return true };
		self.problems != problems || (!problems.is_empty() && now.duration_since(at) >= TELL_EVERY)
	}
}

/// Gauges of the watch.
struct Metrics {
	registered_keys: Gauge<U64>,
	live_attempts: Gauge<U64>,
	service_up: Gauge<U64>,
	attempts_without_job: Gauge<U64>,
}

impl Metrics {
	fn new(registry: &Registry) -> Result<Self, PrometheusError> {
		let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, registry);
		Ok(Self {
			registered_keys: gauge(
				"proofyard_proving_registered_keys",
				"Session keys of this node that belong to registered provers",
			)?,
			live_attempts: gauge(
				"proofyard_proving_live_attempts",
				"Attempts of this node's provers that run",
			)?,
			service_up: gauge(
				"proofyard_proving_service_up",
				"Whether the proving service answers this node: 1 or 0",
			)?,
			attempts_without_job: gauge(
				"proofyard_proving_attempts_without_job",
				"Attempts of this node's provers that the proving service has no job for",
			)?,
		})
	}

	/// Back to what they were before the first look: nothing is known.
	fn forget(&self) {
		for gauge in [
			&self.registered_keys,
			&self.live_attempts,
			&self.service_up,
			&self.attempts_without_job,
		] {
			gauge.set(0);
		}
	}

	fn set(&self, findings: &Findings) {
		let count = |wanted: fn(&Problem) -> bool| {
			findings.problems.iter().filter(|problem| wanted(problem)).count() as u64
		};
		self.registered_keys.set(findings.registered_keys as u64);
		self.live_attempts.set(findings.live_attempts as u64);
		self.service_up.set(1 - count(|problem| matches!(problem, Problem::Service { .. })).min(1));
		self.attempts_without_job.set(count(|problem| matches!(problem, Problem::NoJob { .. })));
	}
}

#[cfg(test)]
mod tests {
	use super::{super::client::tests::service, *};

	fn no_job(task: TaskId) -> Problem {
		Problem::NoJob { task, attempt: 0, started_at: 3 }
	}

	mod telling {
		use super::*;

		#[test]
		fn is_once_a_minute_and_at_once_when_something_changes() {
			let start = Instant::now();
			let after = |seconds| start + Duration::from_secs(seconds);
			let mut told = Told::default();
			for (seconds, problems, news) in [
				(0, vec![Problem::NoKey], true),
				(10, vec![Problem::NoKey], false),
				(59, vec![Problem::NoKey], false),
				(60, vec![Problem::NoKey], true),
				(70, vec![Problem::NoKey, no_job(7)], true),
				(80, vec![no_job(7)], true),
				(90, vec![], true),
				(500, vec![], false),
			] {
				assert_eq!(told.is_news(&problems, after(seconds)), news, "after {seconds} s");
				told.tell(problems, after(seconds));
			}
		}

		#[test]
		fn stops_after_five() {
			let problems: Vec<_> = (1..=7).map(no_job).collect();
			assert_eq!(lines(&problems[..5]).len(), 5);
			let lines = lines(&problems);
			assert_eq!((lines.len(), lines[5].as_str()), (6, "and 2 more"));
		}

		#[test]
		fn says_what_to_type() {
			for (problem, words) in [
				(Problem::NoKey, "`proofyard --key-file session.key keys insert`"),
				(Problem::NoProver(2), "`proofyard prover register`"),
				(no_job(7), "`proofyard prover decline 7`"),
			] {
				assert!(problem.to_string().contains(words), "{problem}");
			}
		}
	}

	mod looking {
		use super::*;

		const PROVER: AccountId = AccountId::new([7; 32]);

		#[test]
		fn finds_the_provers_of_the_keys() {
			let key = |byte| SessionKey::from(sp_core::sr25519::Public::from_raw([byte; 32]));
			sp_io::TestExternalities::default().execute_with(|| {
				SessionKeys::<Runtime>::insert(key(1), PROVER);
				assert_eq!(of_keys(&[key(1), key(2)]), (1, vec![]));
				assert_eq!(of_keys(&[key(2)]), (0, vec![]));
			});
		}

		#[tokio::test]
		async fn asks_the_service_for_each_attempt() {
			const UP: (&str, &str) = ("200 OK", r#"{"backends":[]}"#);
			async fn asked(answers: &'static [(&'static str, &'static str)]) -> Vec<Problem> {
				let client = ServiceClient::new(&service(answers)).unwrap();
				let attempts = vec![(7, 0, PROVER, 3), (8, 0, PROVER, 3)];
				missing(&client, Hash::zero(), attempts, SERVICE_TIME).await
			}
			assert_eq!(asked(&[UP, ("200 OK", "{}"), ("200 OK", "{}")]).await, vec![]);
			// They are asked at once, and either may get the first answer.
			assert_eq!(asked(&[UP, ("404 N", "{}"), ("200 OK", "{}")]).await.len(), 1);
			let neither = asked(&[UP, ("404 N", "{}"), ("404 N", "{}")]).await;
			assert_eq!(neither, vec![no_job(7), no_job(8)]);
			let silent = asked(&[("401 N", "{}")]).await;
			assert!(matches!(&silent[..], [Problem::Service { .. }]), "{silent:?}");
		}

		#[tokio::test]
		async fn waits_no_longer_than_it_may() {
			// It takes connections and says nothing.
			let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
			let url = format!("http://{}", listener.local_addr().unwrap()).into_bytes();
			let config = pallet_attestation::ServiceConfig { url, token: None };
			let client = ServiceClient::new(&config).unwrap();
			let limit = Duration::from_millis(50);
			let found = missing(&client, Hash::zero(), vec![], limit).await;
			assert!(matches!(&found[..], [Problem::Service { .. }]), "{found:?}");
		}

		#[test]
		fn counts() {
			let registry = Registry::new();
			let metrics = Metrics::new(&registry).unwrap();
			let value = |name: &str| {
				let families = registry.gather();
				let family = families.iter().find(|family| family.get_name() == name).unwrap();
				family.get_metric()[0].get_gauge().get_value()
			};
			let service = Problem::Service { url: "http://x".into(), error: "no answer".into() };
			for (findings, values) in [
				(Findings::default(), [0.0, 0.0, 1.0, 0.0]),
				(
					Findings {
						registered_keys: 2,
						live_attempts: 3,
						problems: vec![no_job(1), no_job(2)],
					},
					[2.0, 3.0, 1.0, 2.0],
				),
				(
					Findings { registered_keys: 1, live_attempts: 1, problems: vec![service] },
					[1.0, 1.0, 0.0, 0.0],
				),
			] {
				metrics.set(&findings);
				let names =
					["registered_keys", "live_attempts", "service_up", "attempts_without_job"];
				let shown = names.map(|name| value(&format!("proofyard_proving_{name}")));
				assert_eq!(shown, values, "{findings:?}");
			}
			metrics.set(&Findings { registered_keys: 2, ..Default::default() });
			metrics.forget();
			for name in ["registered_keys", "service_up"] {
				assert_eq!(value(&format!("proofyard_proving_{name}")), 0.0, "{name}");
			}
		}
	}
}
