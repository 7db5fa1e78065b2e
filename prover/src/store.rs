// SPDX-License-Identifier: Apache-2.0
//! The job store: what survives a restart, in one redb file.
//!
//! Every call is one transaction and returns after it is on disk, so callers on the async side go through
//! `spawn_blocking`. Tables:
//!
//! | table | key | value |
//! |---|---|---|
//! | `jobs` | id | [`JobRecord`] as JSON |
//! | `requests` | id | the request as JSON, only while the job is unfinished |
//! | `finished` | (end, id) | nothing: the order in which finished jobs are forgotten |
//! | `measured` | backend | [`Measured`] as JSON |
//! | `speeds` | (backend, program, size) | [`Speed`] as JSON |
//! | `meta` | name | the schema's version |

use std::{collections::BTreeMap, path::Path};

use proofyard_jobs::{Bytes32, JobError, JobId, JobRequest, JobState, JobView, ProofView, Timings};
use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use serde::{Deserialize, Serialize};

use crate::{
	api::capabilities::Measured,
	speed::{average, Class, Speed},
};

const JOBS: TableDefinition<&str, &[u8]> = TableDefinition::new("jobs");
const REQUESTS: TableDefinition<&str, &[u8]> = TableDefinition::new("requests");
const FINISHED: TableDefinition<(u64, &str), ()> = TableDefinition::new("finished");
const MEASURED: TableDefinition<&str, &[u8]> = TableDefinition::new("measured");
const SPEEDS: TableDefinition<(&str, &[u8; 32], u8), &[u8]> = TableDefinition::new("speeds");
const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// Version of the tables and of the JSON in them.
const SCHEMA: u64 = 1;
/// Memory for redb's page cache.
const PAGE_CACHE_BYTES: usize = 16 << 20;

/// Failures of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	/// The file can't be opened.
	#[error("job store {path}: {message}")]
	Open {
		/// The file.
		path: String,
		/// Advice to the operator.
		message: String,
	},
	/// The file was written by another version of the service.
	#[error("the job store has schema {found}, this service reads {SCHEMA}: use the version that wrote it, or a new --data-dir")]
	Schema {
		/// Schema of the file.
		found: u64,
	},
	/// The database failed.
	#[error("job store: {0}")]
	Database(Box<redb::Error>),
	/// A value in it can't be read or written.
	#[error("job store: a record is unreadable: {0}")]
	Record(#[from] serde_json::Error),
	/// The thread that ran the transaction died.
	#[error("job store: the transaction was interrupted: {0}")]
	Interrupted(String),
}

impl<E: Into<redb::Error>> From<E> for StoreError
where
	E: DatabaseFailure,
{
	fn from(error: E) -> Self {
		Self::Database(Box::new(error.into()))
	}
}

/// The error types of redb, so that `?` takes each of them and no other.
trait DatabaseFailure {}
impl DatabaseFailure for redb::TransactionError {}
impl DatabaseFailure for redb::TableError {}
impl DatabaseFailure for redb::StorageError {}
impl DatabaseFailure for redb::CommitError {}

/// A job on disk, without its request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JobRecord {
	/// The client's id.
	pub id: JobId,
	/// SHA-256 of the canonical request, to tell a repeated POST from a conflicting one.
	pub request_hash: Bytes32,
	/// State of the job.
	pub state: JobState,
	/// Time that its parts took.
	pub timings: Timings,
	/// The proof of a done job.
	pub proof: Option<ProofView>,
	/// The error of a failed job.
	pub error: Option<JobError>,
	/// Moment at which it was posted, in milliseconds since the Unix epoch.
	pub submitted_unix_ms: u64,
	/// Starts after which it neither finished nor was put back in order.
	pub attempts: u32,
	/// Moment at which it ended, in milliseconds since the Unix epoch; 0 before.
	pub finished_unix_ms: u64,
}

impl JobRecord {
	/// A job that was just posted.
	pub fn new(id: JobId, request_hash: Bytes32, now_ms: u64) -> Self {
		Self {
			id,
			request_hash,
			state: JobState::Queued,
			timings: Timings::default(),
			proof: None,
			error: None,
			submitted_unix_ms: now_ms,
			attempts: 0,
			finished_unix_ms: 0,
		}
	}

	/// The job as clients see it when nothing runs.
	pub fn view(&self) -> JobView {
		JobView {
			id: self.id.clone(),
			state: self.state,
			stage: String::new(),
			progress: if self.state == JobState::Done { 1.0 } else { 0.0 },
			timings: self.timings,
			proof: self.proof.clone(),
			error: self.error.clone(),
		}
	}
}

/// The store. Shared by reference; redb serialises writers.
pub struct Store {
	db: Database,
}

impl Store {
	/// Opens the file, or makes it. Only one process can hold it.
	pub fn open(path: &Path) -> Result<Self, StoreError> {
		let db =
			redb::Builder::new().set_cache_size(PAGE_CACHE_BYTES).create(path).map_err(|e| {
				let message = match e {
					redb::DatabaseError::DatabaseAlreadyOpen => {
						"another process has it open; give each service its own --data-dir"
							.to_owned()
					}
					other => other.to_string(),
				};
				StoreError::Open { path: path.display().to_string(), message }
			})?;
		let txn = db.begin_write()?;
		{
			txn.open_table(JOBS)?;
			txn.open_table(REQUESTS)?;
			txn.open_table(FINISHED)?;
			txn.open_table(MEASURED)?;
			txn.open_table(SPEEDS)?;
			let mut meta = txn.open_table(META)?;
			let found = meta.get("schema")?.map(|v| v.value());
			match found {
				None => {
					meta.insert("schema", SCHEMA)?;
				}
				Some(SCHEMA) => {}
				Some(found) => return Err(StoreError::Schema { found }),
			}
		}
		txn.commit()?;
		Ok(Self { db })
	}

	/// The job of that id.
	pub fn get(&self, id: &JobId) -> Result<Option<JobRecord>, StoreError> {
		let table = self.db.begin_read()?.open_table(JOBS)?;
		let found = table.get(id.as_str())?;
		found.map(|bytes| Ok(serde_json::from_slice(bytes.value())?)).transpose()
	}

	/// Adds an unfinished job.
	pub fn insert(&self, record: &JobRecord, request: &JobRequest) -> Result<(), StoreError> {
		let txn = self.db.begin_write()?;
		txn.open_table(JOBS)?.insert(record.id.as_str(), serde_json::to_vec(record)?.as_slice())?;
		txn.open_table(REQUESTS)?
			.insert(record.id.as_str(), serde_json::to_vec(request)?.as_slice())?;
		txn.commit()?;
		Ok(())
	}

	/// Replaces the record of a job.
	pub fn update(&self, record: &JobRecord) -> Result<(), StoreError> {
		let txn = self.db.begin_write()?;
		txn.open_table(JOBS)?.insert(record.id.as_str(), serde_json::to_vec(record)?.as_slice())?;
		txn.commit()?;
		Ok(())
	}

	/// Replaces the record of a job that has ended, drops its request and lines it up to be forgotten.
	pub fn finish(&self, record: &JobRecord) -> Result<(), StoreError> {
		let txn = self.db.begin_write()?;
		txn.open_table(JOBS)?.insert(record.id.as_str(), serde_json::to_vec(record)?.as_slice())?;
		txn.open_table(REQUESTS)?.remove(record.id.as_str())?;
		txn.open_table(FINISHED)?.insert((record.finished_unix_ms, record.id.as_str()), ())?;
		txn.commit()?;
		Ok(())
	}

	/// Forgets a job.
	pub fn remove(&self, record: &JobRecord) -> Result<(), StoreError> {
		let txn = self.db.begin_write()?;
		txn.open_table(JOBS)?.remove(record.id.as_str())?;
		txn.open_table(REQUESTS)?.remove(record.id.as_str())?;
		txn.open_table(FINISHED)?.remove((record.finished_unix_ms, record.id.as_str()))?;
		txn.commit()?;
		Ok(())
	}

	/// Every unfinished job.
	pub fn unfinished(&self) -> Result<Vec<(JobRecord, JobRequest)>, StoreError> {
		let txn = self.db.begin_read()?;
		let (jobs, requests) = (txn.open_table(JOBS)?, txn.open_table(REQUESTS)?);
		let mut found = Vec::new();
		for entry in requests.range::<&str>(..)? {
			let (id, request) = entry?;
			if let Some(record) = jobs.get(id.value())? {
				found.push((
					serde_json::from_slice(record.value())?,
					serde_json::from_slice(request.value())?,
				));
			}
		}
		Ok(found)
	}

	/// Forgets finished jobs that ended before `before_ms`, and the oldest beyond `keep`. Returns how many.
	pub fn sweep(&self, before_ms: u64, keep: usize) -> Result<usize, StoreError> {
		let expired = {
			let table = self.db.begin_read()?.open_table(FINISHED)?;
			let excess = usize::try_from(table.len()?).unwrap_or(usize::MAX).saturating_sub(keep);
			let mut expired = Vec::new();
			for entry in table.range::<(u64, &str)>(..)? {
				let (key, _) = entry?;
				let (ended, id) = key.value();
				if ended >= before_ms && expired.len() >= excess {
					break;
				}
				expired.push((ended, id.to_owned()));
			}
			expired
		};
		if expired.is_empty() {
			return Ok(0);
		}
		let txn = self.db.begin_write()?;
		{
			let (mut jobs, mut finished) = (txn.open_table(JOBS)?, txn.open_table(FINISHED)?);
			for (ended, id) in &expired {
				jobs.remove(id.as_str())?;
				finished.remove((*ended, id.as_str()))?;
			}
		}
		txn.commit()?;
		Ok(expired.len())
	}

	/// The measured speed of every backend that has one.
	pub fn measured(&self) -> Result<BTreeMap<String, Measured>, StoreError> {
		let table = self.db.begin_read()?.open_table(MEASURED)?;
		let mut all = BTreeMap::new();
		for entry in table.range::<&str>(..)? {
			let (name, value) = entry?;
			all.insert(name.value().to_owned(), serde_json::from_slice(value.value())?);
		}
		Ok(all)
	}

	/// Takes one more job's speed (work per second) into a backend's average, and returns the new one.
	pub fn record_speed(&self, backend: &str, speed: f64) -> Result<Measured, StoreError> {
		let txn = self.db.begin_write()?;
		let measured = {
			let mut table = txn.open_table(MEASURED)?;
			let before: Option<Measured> = match table.get(backend)? {
				Some(bytes) => Some(serde_json::from_slice(bytes.value())?),
				None => None,
			};
			let measured = average(before, speed);
			table.insert(backend, serde_json::to_vec(&measured)?.as_slice())?;
			measured
		};
		txn.commit()?;
		Ok(measured)
	}

	/// Every speed of a backend, a program and a size.
	pub fn speeds(&self) -> Result<Vec<(String, Class, Speed)>, StoreError> {
		let table = self.db.begin_read()?.open_table(SPEEDS)?;
		let mut all = Vec::new();
		for entry in table.range::<(&str, &[u8; 32], u8)>(..)? {
			let (key, value) = entry?;
			let (backend, program, size) = key.value();
			let class = Class { program: Bytes32(*program), size };
			all.push((backend.to_owned(), class, serde_json::from_slice(value.value())?));
		}
		Ok(all)
	}

	/// Replaces a speed.
	pub fn put_speed(&self, backend: &str, class: Class, speed: &Speed) -> Result<(), StoreError> {
		let txn = self.db.begin_write()?;
		txn.open_table(SPEEDS)?.insert(
			(backend, &class.program.0, class.size),
			serde_json::to_vec(speed)?.as_slice(),
		)?;
		txn.commit()?;
		Ok(())
	}

	/// Forgets speeds that were measured before `before_ms`. Returns how many.
	pub fn sweep_speeds(&self, before_ms: u64) -> Result<usize, StoreError> {
		let old: Vec<_> = self
			.speeds()?
			.into_iter()
			.filter(|(.., speed)| speed.measured_unix_ms < before_ms)
			.collect();
		if old.is_empty() {
			return Ok(0);
		}
		let txn = self.db.begin_write()?;
		{
			let mut table = txn.open_table(SPEEDS)?;
			for (backend, class, _) in &old {
				table.remove((backend.as_str(), &class.program.0, class.size))?;
			}
		}
		txn.commit()?;
		Ok(old.len())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_jobs::{HexBytes, Input};

	fn id(n: u8) -> JobId {
		JobId::from([n; 32])
	}

	fn request(n: u8) -> JobRequest {
		JobRequest {
			id: id(n),
			proof_system: "x".into(),
			program: Bytes32([n; 32]),
			artifacts: vec![],
			input: Input::Inline(HexBytes(vec![n])),
			public_inputs: vec![],
			public_values: None,
			work: 1,
			deadline_unix_ms: 1,
		}
	}

	fn open() -> (tempfile::TempDir, Store) {
		let dir = tempfile::tempdir().unwrap();
		let store = Store::open(&dir.path().join("jobs.redb")).unwrap();
		(dir, store)
	}

	fn finished(store: &Store, n: u8, at: u64) {
		let mut record = JobRecord::new(id(n), Bytes32::default(), 0);
		store.insert(&record, &request(n)).unwrap();
		record.state = JobState::Done;
		record.finished_unix_ms = at;
		store.finish(&record).unwrap();
	}

	#[test]
	fn jobs_survive_reopening_and_only_unfinished_ones_are_listed() {
		let (dir, store) = open();
		finished(&store, 1, 10);
		store.insert(&JobRecord::new(id(2), Bytes32::default(), 0), &request(2)).unwrap();
		drop(store);
		let store = Store::open(&dir.path().join("jobs.redb")).unwrap();
		let unfinished = store.unfinished().unwrap();
		assert_eq!(unfinished.len(), 1);
		assert_eq!(unfinished[0].1, request(2));
		assert_eq!(store.get(&id(1)).unwrap().unwrap().state, JobState::Done);
		assert!(store.get(&id(3)).unwrap().is_none());
	}

	#[test]
	fn what_an_earlier_version_wrote_is_read() {
		let (_dir, store) = open();
		let put = |record: &serde_json::Value, request: Option<&serde_json::Value>| {
			let key = record["id"].as_str().unwrap();
			let txn = store.db.begin_write().unwrap();
			let put = |table, value: &serde_json::Value| {
				let bytes = value.to_string().into_bytes();
				txn.open_table(table).unwrap().insert(key, bytes.as_slice()).unwrap();
			};
			put(JOBS, record);
			request.into_iter().for_each(|request| put(REQUESTS, request));
			txn.commit().unwrap();
		};
		let zeros = format!("0x{}", "00".repeat(32));
		let record = |n, state: &str, proof: serde_json::Value| {
			serde_json::json!({
				"id": id(n), "request_hash": zeros, "state": state, "timings": {}, "proof": proof,
				"error": null, "submitted_unix_ms": 1, "attempts": 0, "finished_unix_ms": 0,
			})
		};
		let proof = serde_json::json!({"proof": "0x01", "public_inputs": [zeros]});
		put(&record(1, "done", proof.clone()), None);
		let request = serde_json::json!({
			"id": id(2), "proof_system": "x", "program": zeros, "artifacts": [],
			"input": {"inline": "0x"}, "public_inputs": [null, zeros], "work": 1, "deadline_unix_ms": 1,
		});
		put(&record(2, "queued", serde_json::Value::Null), Some(&request));
		let done = store.get(&id(1)).unwrap().unwrap().view();
		assert_eq!(serde_json::to_value(done.proof).unwrap(), proof);
		let unfinished = store.unfinished().unwrap();
		assert_eq!(unfinished.len(), 1);
		let (_, read) = &unfinished[0];
		assert_eq!(read.public_inputs, [None, Some(Bytes32::default())]);
		assert_eq!(read.public_values, None);
		assert_eq!(serde_json::to_value(read).unwrap(), request, "and written back as it was");
	}

	#[test]
	fn sweep_forgets_by_age_and_by_count() {
		let (_dir, store) = open();
		for n in 1..=5 {
			finished(&store, n, u64::from(n) * 10);
		}
		assert_eq!(store.sweep(20, 100).unwrap(), 1);
		assert!(store.get(&id(1)).unwrap().is_none());
		assert_eq!(store.sweep(0, 2).unwrap(), 2);
		assert!(store.get(&id(3)).unwrap().is_none());
		assert!(store.get(&id(4)).unwrap().is_some());
		assert_eq!(store.sweep(0, 2).unwrap(), 0);
	}

	#[test]
	fn remove_takes_a_job_out_of_every_table() {
		let (_dir, store) = open();
		finished(&store, 1, 10);
		store.remove(&store.get(&id(1)).unwrap().unwrap()).unwrap();
		assert!(store.get(&id(1)).unwrap().is_none());
		assert_eq!(store.sweep(u64::MAX, 0).unwrap(), 0);
	}

	#[test]
	fn a_second_process_is_told_why() {
		let (dir, _store) = open();
		let error = Store::open(&dir.path().join("jobs.redb")).err().unwrap().to_string();
		assert!(error.contains("--data-dir"), "{error}");
	}

	#[test]
	fn speed_is_averaged_and_kept() {
		let (_dir, store) = open();
		store.record_speed("a", 100.0).unwrap();
		let measured = store.record_speed("a", 200.0).unwrap();
		assert_eq!(measured, Measured { work_per_second: 150.0, jobs: 2 });
		assert_eq!(store.measured().unwrap()["a"], measured);
	}

	#[test]
	fn speeds_are_kept_until_they_are_old() {
		let (dir, store) = open();
		let class = |n| Class { program: Bytes32([n; 32]), size: n };
		let speed = |at| Speed {
			average: Measured { work_per_second: 1.5, jobs: 2 },
			measured_unix_ms: at,
		};
		for (n, at) in [(1, 10), (2, 20), (1, 30)] {
			store.put_speed("a", class(n), &speed(at)).unwrap();
		}
		drop(store);
		let store = Store::open(&dir.path().join("jobs.redb")).unwrap();
		let kept = [("a".to_owned(), class(1), speed(30)), ("a".to_owned(), class(2), speed(20))];
		assert_eq!(store.speeds().unwrap(), kept);
		assert_eq!(store.sweep_speeds(20).unwrap(), 0);
		assert_eq!(store.sweep_speeds(21).unwrap(), 1);
		assert_eq!(store.speeds().unwrap(), kept[..1]);
	}
}
