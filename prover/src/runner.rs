// SPDX-License-Identifier: Apache-2.0
//! One run of one job: fetch what it needs, prove, check the result. Knows nothing of the queue or the store.

use std::{
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
	time::Instant,
};

use proofyard_jobs::{ErrorCode, Input, JobError, JobRequest, Timings};

use crate::{
	artifacts::{Artifacts, Wanted},
	backends::{check_result, Backend, BackendJob, LocalArtifact, LocalInput, Proved},
	control::JobControl,
	plan::Planned,
};

/// Fetches the job's artifacts and input, and reports how far it is as one fraction of all bytes.
pub async fn fetch(
	artifacts: &Artifacts,
	request: &Arc<JobRequest>,
	control: &JobControl,
) -> Result<BackendJob, JobError> {
	tokio::select! {
		() = control.stopped() => Err(control.stop_error()),
		fetched = fetch_all(artifacts, request, control) => fetched,
	}
}

async fn fetch_all(
	artifacts: &Artifacts,
	request: &Arc<JobRequest>,
	control: &JobControl,
) -> Result<BackendJob, JobError> {
	let remote = match &request.input {
		Input::Inline(_) => None,
		Input::Remote(remote) => Some(Wanted::from(remote)),
	};
	let total: u64 = request
		.artifacts
		.iter()
		.map(|a| a.size)
		.chain(remote.as_ref().map(|r| r.size))
		.fold(0, u64::saturating_add);
	let before = AtomicU64::new(0);
	let get = |wanted: Wanted, stage: &'static str| {
		let before = &before;
		async move {
			let pin = artifacts
				.acquire(&wanted, |bytes| {
					let bytes = before.load(Ordering::Relaxed).saturating_add(bytes);
					control.report(stage, bytes as f32 / total.max(1) as f32);
				})
				.await?;
			before.fetch_add(wanted.size, Ordering::Relaxed);
			Ok::<_, JobError>(pin)
		}
	};
	// The input first: it is small, and a task whose input is not to be had should fail before a large download.
	let input = match (&request.input, remote) {
		(Input::Inline(bytes), _) => LocalInput::Inline(bytes.0.clone()),
		(Input::Remote(_), Some(wanted)) => LocalInput::File(get(wanted, "input").await?),
		(Input::Remote(_), None) => return Err(JobError::internal("an input went missing")),
	};
	let mut local = Vec::with_capacity(request.artifacts.len());
	for artifact in &request.artifacts {
		let pin = get(Wanted::from(artifact), artifact.role.as_str()).await?;
		local.push(LocalArtifact { role: artifact.role, pin });
	}
	Ok(BackendJob { request: request.clone(), artifacts: local, input })
}

/// Proves, and fills in how long the parts took.
pub async fn prove(
	backend: &dyn Backend,
	job: BackendJob,
	control: &JobControl,
	timings: &mut Timings,
) -> Result<Proved, JobError> {
	let request = job.request.clone();
	control.report("start", 0.0);
	let started = Instant::now();
	let result = backend.prove(Arc::new(job), control).await;
	match result {
		Ok(proved) => {
			timings.witness_ms = proved.witness_ms;
			timings.prove_ms = proved.prove_ms;
			timings.verify_ms = proved.verify_ms;
			check_result(&request, proved)
		}
		Err(error) => {
			timings.prove_ms = started.elapsed().as_millis() as u64;
			Err(error)
		}
	}
}

/// The error of a job that would end too late if it were started or went on.
pub fn deadline_infeasible(job: Planned, now_ms: u64) -> JobError {
	let seconds = |ms: u64| ms as f64 / 1000.0;
	JobError::new(
		ErrorCode::DeadlineInfeasible,
		format!(
			"proving takes about {:.1} s by the estimate and the deadline is in {:.1} s; it is given up now, \
			 so that the task can go to another prover",
			seconds(job.own_ms.unwrap_or(0)),
			seconds(job.deadline.saturating_sub(now_ms)),
		),
	)
}

/// The error of a job whose deadline came before its turn.
pub fn deadline_passed() -> JobError {
	JobError::new(
		ErrorCode::DeadlinePassed,
		"the deadline passed before the job was started; nothing is left to do for it",
	)
}
