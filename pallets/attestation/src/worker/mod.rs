// SPDX-License-Identifier: Apache-2.0
//! The off-chain worker: from an assigned task to a submitted proof, by way of the proving service.
//!
//! It runs after every new best block on a node that has a proving service and holds a prover's
//! session key. A run takes the prover's live tasks from the state of that block, asks the service how
//! each job stands, posts those it does not know, and submits the proofs that are there. It never waits
//! for a proof: that is what the next run is for.
//!
//! It is safe to run at any time, any number of times:
//!
//! * A job's id is a hash of chain, task, attempt and prover, and posting a job is idempotent. A
//!   re-organised chain, a skipped block, a restart of either side lead back to the same job.
//! * One run at a time, by a lock that expires if a run dies with it.
//! * What was submitted is noted, and not sent again before [`RESUBMIT_AFTER`] blocks; the pool
//!   holds one submission of an attempt at most, and the chain accepts one.
//! * A job that the service cannot end in time, or whose input it cannot get, is given back on chain
//!   as long as that is cheap, so that a standby starts at once. One whose task has ended, or which
//!   somebody else has, is cancelled at the service.
//! * Where others could copy its proof, the worker commits to it, and submits it in a later block; of a
//!   task that takes several, once enough are committed to.
//! * Proofs that are there at the same time are submitted together, which costs the chain less.
//! * A proof is verified here before it leaves, so that a broken service costs time and not the bond.
//! * Every request has a deadline. A service that is dead or slow costs a run [`RUN_BUDGET_MS`] at
//!   most, and nothing else.

mod client;
mod notes;

use crate::{Call, Config, Live, LiveOf, LiveTaskOf, Pallet, LOG_TARGET};
use alloc::vec::Vec;
use client::{Client, Reply};
use codec::{Decode, Encode};
use frame_support::traits::Get;
use frame_system::{
	offchain::{CreateAuthorizedTransaction, SubmitTransaction},
	pallet_prelude::BlockNumberFor,
};
use notes::{Note, Notes};
use proofyard_jobs::{ErrorCode, JobRequest};
use proofyard_primitives::{
	job_id,
	limits::MAX_BATCH,
	proof_commitment,
	session::{
		batch_message, commit_message, report_message, submission_message, Report, SessionKey,
	},
	traits::{Programs, Provers},
	ProofData, Submission, Submissions, TaskId,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::{offchain::Duration, H256};
use sp_runtime::{
	offchain::{
		storage::StorageValueRef,
		storage_lock::{StorageLock, Time},
	},
	traits::UniqueSaturatedInto,
};

/// Key of the [`ServiceConfig`] in the node's off-chain database. Absent: no service.
pub const SERVICE_KEY: &[u8] = b"proofyard/service";
const LOCK_KEY: &[u8] = b"proofyard/worker-lock";

/// Time that one run may spend on the service, in milliseconds.
pub const RUN_BUDGET_MS: u64 = 4_000;
/// A lock older than this is a dead run's, in milliseconds.
const LOCK_EXPIRY_MS: u64 = 3 * RUN_BUDGET_MS;
/// Blocks after which a submission that is still without effect is made again.
pub const RESUBMIT_AFTER: u32 = 5;
/// Blocks for which a submitted job is kept at the service after its task has ended, in case the
/// block that ended it is not the chain's in the end.
const KEEP_SUBMITTED: u32 = 64;
/// Blocks after which a job is forgotten even if the service does not answer.
const FORGET_AFTER: u32 = 256;
/// Longest time between two tries of a job that failed, in blocks.
const MAX_BACKOFF: u32 = 64;
/// Most jobs that one run looks after, the nearest deadlines first.
const MAX_JOBS: usize = 64;

/// Tries at a job whose files cannot be had, before it is given back.
const TRIES: u32 = 2;

/// Settings by which the node reaches its proving service.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct ServiceConfig {
	/// Base URL, without a slash at the end.
	pub url: Vec<u8>,
	/// Bearer token, if the service wants one.
	pub token: Option<Vec<u8>>,
}

impl ServiceConfig {
	/// The service this node was started with.
	pub fn load() -> Option<Self> {
		StorageValueRef::persistent(SERVICE_KEY).get().ok().flatten()
	}
}

/// An attempt of a prover whose key this node holds.
struct Job<T: Config> {
	id: H256,
	task: TaskId,
	attempt: u32,
	prover: T::AccountId,
	key: SessionKey,
	live: LiveTaskOf<T>,
}

/// One run, at the state of block `now`.
pub fn run<T: Config>(now: BlockNumberFor<T>) {
	let Some(service) = ServiceConfig::load() else { return };
	let mut lock =
		StorageLock::<Time>::with_deadline(LOCK_KEY, Duration::from_millis(LOCK_EXPIRY_MS));
	let Ok(_guard) = lock.try_lock() else {
		log::debug!(target: LOG_TARGET, "another run is under way, this one does nothing");
		return;
	};
	let jobs = assigned::<T>();
	let mut notes = Notes::load();
	if jobs.is_empty() && notes.is_empty() {
		return;
	}
	let Ok(mut client) = Client::new(service, RUN_BUDGET_MS) else {
		log::error!(target: LOG_TARGET, "the proving service's address is not text");
		return;
	};
	let now: u32 = now.unique_saturated_into();
	retire::<T>(now, &jobs, &mut notes, &mut client);
	attend::<T>(now, jobs, &mut notes, &mut client);
	notes.save();
}

/// The live attempts of the provers whose session keys are in this node's keystore, the nearest
/// deadline first.
fn assigned<T: Config>() -> Vec<Job<T>> {
	let genesis = Pallet::<T>::genesis();
	let mut jobs = Vec::new();
	for key in SessionKey::all() {
		let Some(prover) = T::Provers::by_session_key(&key) else { continue };
		for task in LiveOf::<T>::iter_key_prefix(&prover) {
			let Some(live) = Live::<T>::get(task) else { continue };
			let Some(attempt) = live.attempt_of(&prover) else { continue };
			let id = job_id(&genesis, task, attempt, &prover);
			let (prover, key) = (prover.clone(), key.clone());
			jobs.push(Job { id, task, attempt, prover, key, live });
		}
	}
	jobs.sort_by_key(|job| (job.live.spec.deadline, job.task));
	jobs
}

/// Let go of jobs whose attempts live no more. One that was not submitted is worth nothing to anyone
/// and is cancelled at once, so that the device is free for the next.
fn retire<T: Config>(now: u32, jobs: &[Job<T>], notes: &mut Notes, client: &mut Client) {
	let mut cancel = Vec::new();
	notes.retain(|note| {
		if jobs.iter().any(|job| job.id == note.id) {
			note.gone_at = None;
			return true;
		}
		let gone_at = *note.gone_at.get_or_insert(now);
		let age = now.saturating_sub(gone_at);
		if note.submitted_at.is_none() || age >= KEEP_SUBMITTED {
			cancel.push(note.id);
		}
		age < FORGET_AFTER
	});
	let replies = client.delete_all(&cancel);
	for (id, reply) in cancel.iter().zip(replies) {
		if reply.is_ok() {
			notes.retain(|note| note.id != *id);
			log::debug!(target: LOG_TARGET, "job {id:?} is let go");
		}
	}
}

/// Look after the jobs of live attempts: post, submit, try again.
fn attend<T: Config>(now: u32, jobs: Vec<Job<T>>, notes: &mut Notes, client: &mut Client) {
	let due: Vec<Job<T>> = jobs
		.into_iter()
		.filter(|job| notes.of(job.id).is_none_or(|note| note.is_due(now)))
		.take(MAX_JOBS)
		.collect();
	let ids: Vec<H256> = due.iter().map(|job| job.id).collect();
	let replies = client.get_all(&ids);
	let mut unknown = Vec::new();
	let mut failed = Vec::new();
	let mut ready = Vec::new();
	for (job, reply) in due.into_iter().zip(replies) {
		let task = job.task;
		match reply {
			Ok(Reply::Unknown) => unknown.push(job),
			Ok(Reply::Running) => {
				notes.entry(job.id);
			}
			Ok(Reply::Done(proof)) => match deliver::<T>(now, &job, &proof, notes) {
				Ok(Delivery::Ready) => ready.push((job, proof)),
				Ok(Delivery::Committed) => {
					log::info!(target: LOG_TARGET, "task {task}: proof committed to at block {now}");
					notes.entry(job.id).committed_at = Some(now);
				}
				Ok(Delivery::Waiting) => {
					notes.entry(job.id);
				}
				Err(Submit::Unsound) => {
					log::error!(
						target: LOG_TARGET,
						"task {task}: the proving service made a proof that does not verify; \
						 it is not submitted, and the job runs again"
					);
					failed.push(job);
				}
				Err(error) => error.note::<T>(&job, notes),
			},
			Ok(Reply::Failed { code, message }) => {
				log::warn!(target: LOG_TARGET, "task {task}: proving failed: {code}: {message}");
				let note = notes.entry(job.id);
				// A server may be down for a moment; time lost does not come back.
				let at_once = code == ErrorCode::DeadlineInfeasible;
				if let Some(report) = reported(code) {
					if at_once || note.failures + 1 >= TRIES {
						give_back::<T>(now, &job, report, note);
					}
				}
				failed.push(job);
			}
			Err(error) => {
				log::warn!(target: LOG_TARGET, "task {task}: proving service: {error}");
			}
		}
	}
	submit::<T>(now, ready, notes);
	again::<T>(now, &failed, notes, client);
	post::<T>(now, &unknown, notes, client);
}

/// Report with which an attempt is given back whose job failed like this; `None` if another try may succeed here.
fn reported(code: ErrorCode) -> Option<Report> {
	match code {
		ErrorCode::InputUnavailable => Some(Report::InputUnavailable),
		// Wanting at the service's side: another prover may have it.
		ErrorCode::DeadlineInfeasible
		| ErrorCode::ArtifactUnavailable
		| ErrorCode::InvalidArtifact
		| ErrorCode::NoRoom => Some(Report::Declined),
		_ => None,
	}
}

/// Clear failed jobs at the service, so that they are posted afresh when their time has come.
fn again<T: Config>(now: u32, failed: &[Job<T>], notes: &mut Notes, client: &mut Client) {
	let ids: Vec<H256> = failed.iter().map(|job| job.id).collect();
	for (job, reply) in failed.iter().zip(client.delete_all(&ids)) {
		let note = notes.entry(job.id);
		note.submitted_at = None;
		if reply.is_ok() {
			note.fail(now, MAX_BACKOFF);
		}
	}
}

fn post<T: Config>(now: u32, unknown: &[Job<T>], notes: &mut Notes, client: &mut Client) {
	let bodies: Vec<_> =
		unknown.iter().filter_map(|job| Some((job, body::<T>(now, job)?))).collect();
	let replies = client.post_all(bodies.iter().map(|(_, body)| body));
	for ((job, _), reply) in bodies.iter().zip(replies) {
		let task = job.task;
		let note = notes.entry(job.id);
		match reply {
			Ok(()) => {
				note.submitted_at = None;
				log::info!(target: LOG_TARGET, "task {task}: job posted to the proving service");
			}
			Err(error) => {
				note.fail(now, MAX_BACKOFF);
				log::warn!(target: LOG_TARGET, "task {task}: posting the job: {error}");
				if matches!(error, client::Error::Declined(_)) {
					give_back::<T>(now, job, Report::Declined, note);
				}
			}
		}
	}
}

/// The job as the service wants it. `None` if the program is gone, which does not happen to a live
/// task.
fn body<T: Config>(now: u32, job: &Job<T>) -> Option<JobRequest> {
	let spec = &job.live.spec;
	let deadline: u32 = spec.deadline.unique_saturated_into();
	let left = u64::from(deadline.saturating_sub(now)).saturating_mul(T::MillisPerBlock::get());
	Some(client::request(
		job.id,
		spec.market.system,
		spec.program,
		&T::Programs::artifacts(&spec.program)?,
		&spec.input,
		&spec.values,
		spec.work,
		sp_io::offchain::timestamp().unix_millis().saturating_add(left),
	))
}

/// Reason why a proof was not submitted.
enum Submit {
	/// It does not verify.
	Unsound,
	/// The keystore does not sign.
	NoKey,
	/// The pool refused the transaction.
	Pool,
}

impl Submit {
	fn note<T: Config>(&self, job: &Job<T>, notes: &mut Notes) {
		let task = job.task;
		match self {
			Self::Unsound => {}
			Self::NoKey => {
				log::error!(target: LOG_TARGET, "task {task}: the session key cannot sign");
			}
			// The pool is full, or holds it already. The next run tries again.
			Self::Pool => {
				log::warn!(target: LOG_TARGET, "task {task}: the pool did not take the proof");
				notes.entry(job.id).submitted_at = None;
			}
		}
	}
}

/// Next step for a proof.
enum Delivery {
	/// It can be submitted.
	Ready,
	/// The commitment to it is on its way to the chain.
	Committed,
	/// It has to wait until it, or others, are committed to.
	Waiting,
}

/// See whether a proof can be submitted, and commit to it if it has to be.
fn deliver<T: Config>(
	now: u32,
	job: &Job<T>,
	proof: &ProofData,
	notes: &Notes,
) -> Result<Delivery, Submit> {
	let spec = &job.live.spec;
	let sound = spec.values.allow(&proof.public_values)
		&& matches!(T::Programs::verify(&spec.program, proof), Some(Ok(())));
	if !sound {
		return Err(Submit::Unsound);
	}
	// The next block is the first that can have it.
	let next = BlockNumberFor::<T>::from(now.saturating_add(1));
	if !job.live.needs_commitment(job.attempt as usize, next) {
		return Ok(Delivery::Ready);
	}
	let (task, attempt, prover) = (job.task, job.attempt, job.prover.clone());
	let commitment = proof_commitment(task, &prover, proof);
	let committed = job.live.attempts.get(attempt as usize).and_then(|own| own.commitment);
	if committed.is_some_and(|(committed, _)| committed == commitment) {
		let shown = job.live.shows_proofs();
		return Ok(if shown { Delivery::Ready } else { Delivery::Waiting });
	}
	// Another proof than was committed to, as when the service had to make it again, waits until the
	// chain takes another commitment.
	let free = Pallet::<T>::may_commit(&job.live, attempt, &prover).is_ok();
	let sent = notes.of(job.id).and_then(|note| note.committed_at);
	if !free || sent.is_some_and(|at| now < at.saturating_add(RESUBMIT_AFTER)) {
		return Ok(Delivery::Waiting);
	}
	let message = commit_message(&Pallet::<T>::genesis(), task, attempt, &prover, &commitment);
	let signature = job.key.sign(&message).ok_or(Submit::NoKey)?;
	send::<T>(Call::commit_proof { task, attempt, prover, commitment, signature })?;
	Ok(Delivery::Committed)
}

/// Submit proofs, those of a prover together. One that the pool takes by itself is not to wait for
/// another that it does not take: then each goes alone.
fn submit<T: Config>(now: u32, mut ready: Vec<(Job<T>, ProofData)>, notes: &mut Notes) {
	while let Some((first, _)) = ready.first() {
		let prover = first.prover.clone();
		let (own, others): (Vec<_>, Vec<_>) =
			ready.into_iter().partition(|(job, _)| job.prover == prover);
		ready = others;
		for batch in own.chunks(MAX_BATCH as usize) {
			if batch.len() > 1 && submit_together(batch).is_ok() {
				batch.iter().for_each(|(job, _)| submitted(now, job, notes));
				continue;
			}
			for (job, proof) in batch {
				match submit_alone(job, proof) {
					Ok(()) => submitted(now, job, notes),
					Err(error) => error.note::<T>(job, notes),
				}
			}
		}
	}
}

fn submitted<T: Config>(now: u32, job: &Job<T>, notes: &mut Notes) {
	log::info!(target: LOG_TARGET, "task {}: proof submitted at block {now}", job.task);
	notes.entry(job.id).submitted_at = Some(now);
}

fn submit_alone<T: Config>(job: &Job<T>, proof: &ProofData) -> Result<(), Submit> {
	let (task, attempt, prover) = (job.task, job.attempt, job.prover.clone());
	let message = submission_message(&Pallet::<T>::genesis(), task, attempt, &prover, proof);
	let signature = job.key.sign(&message).ok_or(Submit::NoKey)?;
	send::<T>(Call::submit_proof { task, attempt, prover, proof: proof.clone(), signature })
}

/// All jobs are one prover's.
fn submit_together<T: Config>(batch: &[(Job<T>, ProofData)]) -> Result<(), Submit> {
	let (first, _) = batch.first().ok_or(Submit::Pool)?;
	let submissions = batch.iter().map(|(job, proof)| Submission {
		task: job.task,
		attempt: job.attempt,
		proof: proof.clone(),
	});
	let submissions: Submissions =
		submissions.collect::<Vec<_>>().try_into().map_err(|_| Submit::Pool)?;
	let prover = first.prover.clone();
	let message = batch_message(&Pallet::<T>::genesis(), &prover, &submissions);
	let signature = first.key.sign(&message).ok_or(Submit::NoKey)?;
	send::<T>(Call::submit_proofs { prover, submissions, signature })
}

/// Give an attempt back, while that is still allowed. What does not get into a block is sent again.
fn give_back<T: Config>(now: u32, job: &Job<T>, report: Report, note: &mut Note) {
	let sent = note.reported_at.is_some_and(|at| now < at.saturating_add(RESUBMIT_AFTER));
	// The next block is the first that can have it.
	let next = BlockNumberFor::<T>::from(now.saturating_add(1));
	let in_time = job.live.attempts.get(job.attempt as usize).is_some_and(|own| !own.is_late(next));
	if sent || !in_time {
		return;
	}
	let (task, attempt, prover) = (job.task, job.attempt, job.prover.clone());
	let message = report_message(&Pallet::<T>::genesis(), task, attempt, &prover, report);
	let sent =
		job.key.sign(&message).ok_or(Submit::NoKey).and_then(|signature| {
			send::<T>(Call::report { task, attempt, prover, report, signature })
		});
	match sent {
		Ok(()) => {
			note.reported_at = Some(now);
			log::info!(target: LOG_TARGET, "task {task}: given back at block {now}: {report:?}");
		}
		Err(_) => log::warn!(target: LOG_TARGET, "task {task}: it could not be given back"),
	}
}

/// Hand a call to the pool.
fn send<T: Config>(call: Call<T>) -> Result<(), Submit> {
	let transaction =
		<T as CreateAuthorizedTransaction<Call<T>>>::create_authorized_transaction(call.into());
	SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).map_err(|()| Submit::Pool)
}

impl Note {
	/// Whether the job is to be looked at in block `now`: not while it waits for another try, and
	/// not while its submission may still get into a block.
	fn is_due(&self, now: u32) -> bool {
		let resubmit = self.submitted_at.is_none_or(|at| now >= at.saturating_add(RESUBMIT_AFTER));
		now >= self.retry_at && resubmit
	}
}
