// SPDX-License-Identifier: Apache-2.0
//! Any prover as a child process. The contract with it is in `docs/command-backend.md`.
//!
//! Each job has a fresh scratch folder, a clean environment and a [supervisor](crate::supervisor) that ends everything
//! the command started, whatever becomes of the command, the job or the service.

use std::{
	collections::VecDeque,
	ffi::OsString,
	io::Write,
	os::unix::{fs::DirBuilderExt, net::UnixStream as StdUnixStream},
	path::{Path, PathBuf},
	process::Stdio,
	sync::Arc,
	time::{Duration, Instant},
};

use async_trait::async_trait;
use proofyard_jobs::{
	Bytes32, ErrorCode, FixedValues, HexBytes, JobError, JobId, PublicValues, Role,
};
use serde::{Deserialize, Serialize};
use tokio::{
	io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
	net::UnixStream,
	process::Command,
};

use super::{Backend, BackendJob, LocalInput, Proved};
use crate::{
	config::CommandConfig,
	control::{JobControl, StopReason},
	devices::{cpu_device, Device},
	gpus::{Card, Gpus, Lease},
	supervisor::Report,
};

/// Between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_secs(2);
/// Most that the supervisor may take to report, after the grace period, before it is given up.
const REPORT_PATIENCE: Duration = Duration::from_secs(15);
/// Largest result.json, bytes.
const MAX_RESULT: u64 = 4 << 20;
/// Longest progress line, bytes; what is longer is skipped.
const MAX_LINE: usize = 64 << 10;
/// Part that is kept of the end of standard error, bytes.
const STDERR_TAIL: usize = 4 << 10;
/// Version of job.json.
const JOB_FILE_VERSION: u32 = 1;
/// PATH of a command, unless its `env` list hands on the service's own.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// File that the command reads: `job.json`.
#[derive(Serialize)]
struct JobFile<'a> {
	version: u32,
	id: &'a JobId,
	proof_system: &'a str,
	program: Bytes32,
	artifacts: Vec<JobFileArtifact<'a>>,
	input: JobFileInput<'a>,
	public_inputs: &'a [Option<Bytes32>],
	public_values: Option<&'a FixedValues>,
	work: u64,
	deadline_unix_ms: u64,
	gpus: Vec<&'a Card>,
	scratch: &'a Path,
	output: &'a Path,
}

#[derive(Serialize)]
struct JobFileArtifact<'a> {
	role: Role,
	path: &'a Path,
	sha256: Bytes32,
	size: u64,
}

#[derive(Serialize)]
struct JobFileInput<'a> {
	path: &'a Path,
	size: u64,
}

/// File that the command writes: `result.json`.
#[derive(Deserialize)]
struct ResultFile {
	proof: Option<HexBytes>,
	public_inputs: Option<Vec<Bytes32>>,
	public_values: Option<HexBytes>,
	#[serde(default)]
	timings: ResultTimings,
	error: Option<ResultError>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResultTimings {
	witness_ms: Option<u64>,
	prove_ms: Option<u64>,
	verify_ms: Option<u64>,
}

#[derive(Deserialize)]
struct ResultError {
	code: String,
	#[serde(default)]
	message: String,
}

impl ResultFile {
	/// The proof, if there is one. `prove_ms` is how long the command ran, for one that doesn't say more.
	fn into_proved(self, prove_ms: u64) -> Result<Proved, String> {
		let proof = self.proof.ok_or("it has neither proof nor error")?;
		let values = match (self.public_inputs, self.public_values) {
			(Some(inputs), None) => PublicValues::Inputs(inputs),
			(None, Some(bytes)) => PublicValues::Bytes(bytes),
			(None, None) => return Err("it has neither public_inputs nor public_values".into()),
			(Some(_), Some(_)) => return Err("it has both public_inputs and public_values".into()),
		};
		Ok(Proved {
			proof: proof.0,
			values,
			witness_ms: self.timings.witness_ms.unwrap_or(0),
			prove_ms: self.timings.prove_ms.unwrap_or(prove_ms),
			verify_ms: self.timings.verify_ms.unwrap_or(0),
		})
	}
}

/// A line of the command's standard output.
#[derive(Deserialize)]
struct ProgressLine {
	stage: Option<String>,
	progress: Option<f32>,
}

/// An external prover.
pub struct CommandBackend {
	config: CommandConfig,
	scratch_root: PathBuf,
	supervisor: PathBuf,
	gpus: Arc<Gpus>,
	/// The cards that its jobs may have.
	places: Vec<usize>,
}

/// A folder that goes away with its owner.
struct Scratch(PathBuf);

impl Drop for Scratch {
	fn drop(&mut self) {
		if let Err(error) = std::fs::remove_dir_all(&self.0) {
			tracing::warn!(path = %self.0.display(), %error, "a scratch folder stays behind");
		}
	}
}

impl CommandBackend {
	/// `scratch_root` is where the jobs' folders go. The supervisor is this process's own executable.
	///
	/// # Errors
	/// If there are fewer cards than each of its jobs gets.
	pub fn new(
		config: CommandConfig,
		scratch_root: &Path,
		gpus: Arc<Gpus>,
	) -> anyhow::Result<Self> {
		let places = gpus
			.eligible(&config)
			.map_err(|problem| anyhow::anyhow!("[[command]] {}: {problem}", config.name))?;
		Ok(Self {
			config,
			scratch_root: scratch_root.to_owned(),
			supervisor: std::env::current_exe()?,
			gpus,
			places,
		})
	}

	fn scratch(&self, job: &BackendJob) -> std::io::Result<Scratch> {
		let name = format!("{}-{:016x}", &job.request.id.as_str()[..16], rand::random::<u64>());
		let path = self.scratch_root.join(name);
		std::fs::DirBuilder::new().mode(0o700).create(&path)?;
		let scratch = Scratch(path);
		std::fs::DirBuilder::new().mode(0o700).create(scratch.0.join("tmp"))?;
		Ok(scratch)
	}

	/// Writes job.json (and an inline input beside it), and returns its path and that of the result.
	fn write_job(
		&self,
		job: &BackendJob,
		lease: &Lease,
		scratch: &Path,
	) -> std::io::Result<(PathBuf, PathBuf)> {
		let (path, output) = (scratch.join("job.json"), scratch.join("result.json"));
		let inline = scratch.join("input");
		let input = match &job.input {
			LocalInput::Inline(bytes) => {
				std::fs::write(&inline, bytes)?;
				JobFileInput { path: &inline, size: bytes.len() as u64 }
			}
			LocalInput::File(pin) => JobFileInput { path: pin.path(), size: pin.size() },
		};
		let artifacts = job
			.artifacts
			.iter()
			.map(|a| JobFileArtifact {
				role: a.role,
				path: a.pin.path(),
				sha256: a.pin.sha256(),
				size: a.pin.size(),
			})
			.collect();
		let request = &job.request;
		let file = JobFile {
			version: JOB_FILE_VERSION,
			id: &request.id,
			proof_system: &request.proof_system,
			program: request.program,
			artifacts,
			input,
			public_inputs: &request.public_inputs,
			public_values: request.public_values.as_ref(),
			work: request.work,
			deadline_unix_ms: request.deadline_unix_ms,
			gpus: lease.cards().collect(),
			scratch,
			output: &output,
		};
		std::fs::File::create(&path)?.write_all(&serde_json::to_vec_pretty(&file)?)?;
		Ok((path, output))
	}

	/// The supervisor's command line and environment. The latter has nothing of the service's but what the operator
	/// listed, so no token leaks.
	fn command(&self, lease: &Lease, scratch: &Path, job: &Path, output: &Path) -> Command {
		let mut command = Command::new(&self.supervisor);
		command.arg("supervise").arg(format!("--grace-ms={}", GRACE.as_millis()));
		if let Some(limit) = self.config.memory_limit {
			command.arg(format!("--memory-limit={}", limit.0));
		}
		if let Some(limit) = self.config.address_space_limit {
			command.arg(format!("--address-space-limit={}", limit.0));
		}
		command.arg("--");
		for arg in &self.config.argv {
			command.arg(fill(arg, scratch, job, output));
		}
		command
			.current_dir(scratch)
			.env_clear()
			.env("PATH", DEFAULT_PATH)
			.env("LANG", "C.UTF-8")
			.env("HOME", scratch)
			.env("TMPDIR", scratch.join("tmp"))
			.env("PROOFYARD_JOB", job);
		for name in &self.config.env {
			if let Some(value) = std::env::var_os(name) {
				command.env(name, value);
			}
		}
		if self.config.gpus > 0 {
			command.envs(lease.env());
		}
		command.stdout(Stdio::piped()).stderr(Stdio::piped());
		command
	}
}

/// Puts paths in place of `{job}`, `{output}` and `{scratch}`.
fn fill(arg: &str, scratch: &Path, job: &Path, output: &Path) -> OsString {
	let mut filled = arg.to_owned();
	for (mark, path) in [("{job}", job), ("{output}", output), ("{scratch}", scratch)] {
		filled = filled.replace(mark, &path.to_string_lossy());
	}
	filled.into()
}

#[async_trait]
impl Backend for CommandBackend {
	fn name(&self) -> &str {
		&self.config.name
	}

	fn proof_systems(&self) -> Vec<String> {
		vec![self.config.proof_system.clone()]
	}

	fn programs(&self) -> &[Bytes32] {
		&self.config.programs
	}

	fn devices(&self) -> Vec<Device> {
		if !self.config.devices.is_empty() {
			return self.config.devices.clone();
		}
		match self.places.is_empty() {
			true => vec![cpu_device()],
			false => self.gpus.at(&self.places).map(Card::device).collect(),
		}
	}

	fn speed(&self) -> Option<f64> {
		self.config.speed
	}

	async fn prove(&self, job: Arc<BackendJob>, control: &JobControl) -> Result<Proved, JobError> {
		let scratch = self.scratch(&job).map_err(JobError::internal)?;
		let lease = self.lease(control).await?;
		let (job_path, output) =
			self.write_job(&job, &lease, &scratch.0).map_err(JobError::internal)?;
		let (ours, theirs) = StdUnixStream::pair().map_err(JobError::internal)?;
		ours.set_nonblocking(true).map_err(JobError::internal)?;
		let socket = UnixStream::from_std(ours).map_err(JobError::internal)?;
		let mut command = self.command(&lease, &scratch.0, &job_path, &output);
		command.stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs)));
		let started = Instant::now();
		control.report("start", 0.0);
		let mut supervisor = command.spawn().map_err(JobError::internal)?;
		// The command holds a copy of the supervisor's end, which has to go for its end of stream to be seen.
		drop(command);
		let progress =
			supervisor.stdout.take().map(|out| tokio::spawn(follow(out, control.clone())));
		let stderr = supervisor.stderr.take().map(|err| tokio::spawn(keep_tail(err)));

		let limit = Duration::from_secs(self.config.time_limit_s);
		let ended = self.supervise(socket, control, limit).await;
		// It has reported, or will never: either way it must not stay.
		if ended.report.is_none() {
			let _ = supervisor.start_kill();
		}
		let _ = supervisor.wait().await;
		if let Some(progress) = progress {
			progress.abort();
		}
		let tail = match stderr {
			Some(reader) => {
				// A stray that still holds the pipe must not hold the job.
				let abort = reader.abort_handle();
				let tail = tokio::time::timeout(Duration::from_secs(1), reader).await;
				abort.abort();
				tail.ok().and_then(Result::ok).unwrap_or_default()
			}
			None => String::new(),
		};
		let outcome =
			Outcome { ended, tail, limit, prove_ms: started.elapsed().as_millis() as u64 };
		let config = self.config.clone();
		let control = control.clone();
		tokio::task::spawn_blocking(move || {
			let result = outcome.judge(&config, &output, &control);
			drop(scratch);
			result
		})
		.await
		.map_err(JobError::internal)?
	}
}

/// End of the run, as far as the service saw it.
struct Ended {
	/// Report of the supervisor, if it gave one.
	report: Option<Report>,
	/// Whether the job's own time limit was met.
	timed_out: bool,
	/// Reason for which the service stopped it, if it did.
	stopped: Option<StopReason>,
}

impl CommandBackend {
	/// The cards of one job, as soon as they are free; none for a command that wants none.
	async fn lease(&self, control: &JobControl) -> Result<Lease, JobError> {
		if self.config.gpus > 0 {
			control.report("gpu", 0.0);
		}
		tokio::select! {
			lease = self.gpus.lease(&self.places, self.config.gpus) => lease.map_err(|faults| {
				let message = format!("{}: {faults}", self.config.name);
				JobError::new(ErrorCode::BackendFailed, message).retryable(true)
			}),
			() = control.stopped() => Err(control.stop_error()),
		}
	}

	/// Waits for the supervisor's report, telling it to stop when it is time.
	async fn supervise(&self, socket: UnixStream, control: &JobControl, limit: Duration) -> Ended {
		let (mut read, mut write) = socket.into_split();
		let mut line = Vec::new();
		let mut ended = Ended { report: None, timed_out: false, stopped: None };
		let stopped = {
			let reading = read.read_to_end(&mut line);
			tokio::pin!(reading);
			tokio::select! {
				_ = &mut reading => false,
				() = control.stopped() => {
					ended.stopped = control.reason();
					true
				},
				() = tokio::time::sleep(limit) => {
					ended.timed_out = true;
					true
				},
			}
		};
		if stopped {
			let _ = write.write_all(b"T").await;
			let _ =
				tokio::time::timeout(GRACE + REPORT_PATIENCE, read.read_to_end(&mut line)).await;
		}
		ended.report = serde_json::from_slice(&line).ok();
		ended
	}
}

/// Everything that the verdict on a run is made of.
struct Outcome {
	ended: Ended,
	tail: String,
	limit: Duration,
	prove_ms: u64,
}

impl Outcome {
	fn judge(
		self,
		config: &CommandConfig,
		output: &Path,
		control: &JobControl,
	) -> Result<Proved, JobError> {
		let name = &config.name;
		let fail = |code, message: String| Err(JobError::new(code, self.with_tail(message)));
		if self.ended.stopped.is_some() {
			return Err(control.stop_error());
		}
		if self.ended.timed_out {
			let message =
				format!("{name} took longer than {} s (time_limit_s)", self.limit.as_secs());
			return fail(ErrorCode::TimedOut, message);
		}
		let Some(report) = &self.ended.report else {
			return fail(ErrorCode::BackendFailed, format!("{name}: its supervisor was killed"));
		};
		if let Some(error) = &report.not_started {
			return fail(ErrorCode::BackendFailed, format!("{name} could not be started: {error}"));
		}
		if report.memory_exceeded {
			let message = format!(
				"{name} and its descendants used {} bytes of memory, more than memory_limit",
				report.peak_memory
			);
			return fail(ErrorCode::OutOfMemory, message);
		}
		let result = read_result(output);
		// An error that the command gives itself says more than its exit status.
		if let Ok(Some(ResultFile { error: Some(error), .. })) = &result {
			let code = ErrorCode::from_name(&error.code)
				.filter(|code| is_for_commands(*code))
				.unwrap_or(ErrorCode::BackendFailed);
			return fail(code, format!("{name}: {}", error.message));
		}
		match (report.exit, report.signal) {
			(Some(0), _) => {}
			(Some(status), _) => {
				return fail(
					ErrorCode::BackendFailed,
					format!("{name} exited with status {status}"),
				);
			}
			(None, Some(libc::SIGKILL)) => {
				let message =
					format!("{name} was killed, most likely by the kernel for want of memory");
				return fail(ErrorCode::OutOfMemory, message);
			}
			(None, signal) => {
				let message = format!("{name} was ended by signal {}", signal.unwrap_or(0));
				return fail(ErrorCode::BackendFailed, message);
			}
		}
		let result = match result {
			Ok(Some(file)) => file.into_proved(self.prove_ms),
			Ok(None) => {
				return fail(ErrorCode::BackendFailed, format!("{name} wrote no result.json"));
			}
			Err(error) => Err(error),
		};
		result.or_else(|error| {
			fail(ErrorCode::BackendFailed, format!("{name}: result.json: {error}"))
		})
	}

	fn with_tail(&self, message: String) -> String {
		match self.tail.trim() {
			"" => message,
			tail => format!("{message}; the end of its standard error: {tail}"),
		}
	}
}

/// The codes that a command may give; the others are the service's to say.
fn is_for_commands(code: ErrorCode) -> bool {
	matches!(
		code,
		ErrorCode::InvalidInput
			| ErrorCode::InvalidArtifact
			| ErrorCode::PublicInputMismatch
			| ErrorCode::BackendFailed
			| ErrorCode::OutOfMemory
			| ErrorCode::TimedOut
	)
}

/// Reads the result, if there is one. A link or a pipe in its place is refused, and so is too much.
fn read_result(path: &Path) -> Result<Option<ResultFile>, String> {
	use std::{io::Read, os::unix::fs::OpenOptionsExt};
	let file = std::fs::OpenOptions::new()
		.read(true)
		.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC)
		.open(path);
	let file = match file {
		Ok(file) => file,
		Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
		Err(e) => return Err(e.to_string()),
	};
	let meta = file.metadata().map_err(|e| e.to_string())?;
	if !meta.is_file() || meta.len() > MAX_RESULT {
		return Err(format!("it must be a plain file of at most {MAX_RESULT} bytes"));
	}
	let mut bytes = Vec::new();
	file.take(MAX_RESULT).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
	serde_json::from_slice(&bytes).map(Some).map_err(|e| e.to_string())
}

/// Turns progress lines into reports; what is no progress line is skipped.
async fn follow(mut out: impl AsyncRead + Unpin, control: JobControl) {
	let (mut buffer, mut line, mut too_long) = (vec![0; 8192], Vec::new(), false);
	while let Ok(n @ 1..) = out.read(&mut buffer).await {
		for byte in &buffer[..n] {
			match byte {
				b'\n' => {
					if !too_long {
						report_line(&line, &control);
					}
					line.clear();
					too_long = false;
				}
				_ if line.len() < MAX_LINE => line.push(*byte),
				_ => too_long = true,
			}
		}
	}
}

fn report_line(line: &[u8], control: &JobControl) {
	let Ok(progress) = serde_json::from_slice::<ProgressLine>(line) else { return };
	let (stage, fraction) = control.progress();
	let stage: String = match progress.stage {
		Some(stage) => stage.chars().filter(|c| !c.is_control()).take(64).collect(),
		None => stage,
	};
	control.report(&stage, progress.progress.unwrap_or(fraction));
}

/// Reads to the end and keeps the last bytes.
async fn keep_tail(mut err: impl AsyncRead + Unpin) -> String {
	let (mut buffer, mut tail) = (vec![0; 8192], VecDeque::with_capacity(STDERR_TAIL));
	while let Ok(n @ 1..) = err.read(&mut buffer).await {
		tail.extend(&buffer[..n]);
		let excess = tail.len().saturating_sub(STDERR_TAIL);
		tail.drain(..excess);
	}
	String::from_utf8_lossy(tail.make_contiguous()).into_owned()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn placeholders_become_paths() {
		let (s, j, o) = (Path::new("/s"), Path::new("/s/job.json"), Path::new("/s/result.json"));
		assert_eq!(fill("--in={job}:{output}", s, j, o), "--in=/s/job.json:/s/result.json");
		assert_eq!(fill("plain", s, j, o), "plain");
	}

	#[tokio::test]
	async fn progress_lines_are_taken_and_noise_is_not() {
		let control = JobControl::default();
		let mut out = b"hello\n{\"stage\":\"trace\",\"progress\":0.25}\n".to_vec();
		out.extend(vec![b'x'; MAX_LINE + 10]);
		out.extend(b"\n{\"progress\":0.5}\n{\"stage\":");
		follow(out.as_slice(), control.clone()).await;
		assert_eq!(control.progress(), ("trace".into(), 0.5));
	}

	#[tokio::test]
	async fn the_end_of_standard_error_is_kept() {
		let mut err = vec![b'a'; 3 * STDERR_TAIL];
		err.extend(b"the reason");
		let tail = keep_tail(err.as_slice()).await;
		assert_eq!(tail.len(), STDERR_TAIL);
		assert!(tail.ends_with("the reason"));
	}

	#[test]
	fn a_result_must_be_a_plain_file() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("result.json");
		assert!(read_result(&path).unwrap().is_none());
		std::os::unix::fs::symlink("/etc/hostname", &path).unwrap();
		assert!(read_result(&path).is_err());
		std::fs::remove_file(&path).unwrap();
		std::fs::write(&path, "{\"proof\":\"0x01\",\"public_inputs\":[]}").unwrap();
		assert_eq!(read_result(&path).unwrap().unwrap().proof, Some(HexBytes(vec![1])));
	}
}
