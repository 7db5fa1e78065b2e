// SPDX-License-Identifier: Apache-2.0
//! The built-in Groth16 backend on graphics cards.
//!
//! ```text
//! job ─► witness, on a thread of the service ─► a card's turn ─► its process: the sums ─► blinding, check ─► proof
//! ```
//!
//! Each card has a [process](crate::card_process) of its own, started for its first job, which keeps proving keys on the card. A job
//! waits for a card with its witness done, so a card computes while the next jobs' witnesses are made: let `--concurrency` be
//! more than the number of cards. Cards are shared with commands (`gpus` in `[[command]]`): a job has its card to itself, and
//! leaves what it put there.
//!
//! A card that fails, or hangs, or returns sums whose proof is refused while another's is accepted, loses its process and gets
//! no job until a new process passes a probe. The job goes to another card, or back to the client with a `retryable` error.

use std::{
	fs::File,
	os::{
		fd::{AsRawFd, FromRawFd, OwnedFd},
		unix::net::UnixStream as StdUnixStream,
	},
	process::Stdio,
	sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
	time::Duration,
};

use async_trait::async_trait;
use proofyard_jobs::{Bytes32, JobError, JobRequest, Role};
use tokio::{
	io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
	net::UnixStream,
	process::{Child, Command},
};

use super::{
	groth16::{
		check_artifacts, find_artifact, on_a_thread, read_input, Groth16Backend, PROOF_SYSTEM,
	},
	loaded::Loaded,
	Backend, BackendJob, Proved,
};
use crate::{
	artifacts::cache::Pin,
	card_process::{put_witness, Answer, Question},
	config::{CardEngineKind, CardsConfig, Groth16Config},
	control::JobControl,
	devices::Device,
	gpus::{Card, Gpus, Lease},
	groth16::{prove_on, Budget, CancelFlag, Engine, Fr, Groth16Error, Limits, Sums},
	values::Fixed,
};

/// Longest that a probe may take: CUDA's own start is most of it.
const PROBE_LIMIT: Duration = Duration::from_secs(60);
/// Longest answer of a process, bytes: five points and a list of keys.
const MAX_ANSWER: usize = 1 << 20;

/// Proves circom programs over BN254 on the machine's cards.
pub struct CardsBackend {
	pool: Arc<Pool>,
	loaded: Loaded,
	memory_bytes: u64,
	speed: Option<f64>,
}

struct Pool {
	config: CardsConfig,
	gpus: Arc<Gpus>,
	/// The cards that it may use, as places among all.
	places: Vec<usize>,
	slots: Vec<Slot>,
}

/// Belongings of a card. Only who has the card's lease uses its process.
#[derive(Default)]
struct Slot {
	process: tokio::sync::Mutex<Option<CardProcess>>,
	/// The keys on it.
	resident: Mutex<Vec<Bytes32>>,
}

impl Slot {
	fn resident(&self) -> MutexGuard<'_, Vec<Bytes32>> {
		self.resident.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl CardsBackend {
	/// The backend, or `None` where there is no card to use or the configuration wants none.
	///
	/// # Errors
	/// If the configuration wants cards that are not there.
	pub fn new(
		config: &CardsConfig,
		groth16: &Groth16Config,
		gpus: Arc<Gpus>,
	) -> anyhow::Result<Option<Self>> {
		let built = cfg!(feature = "groth16-cuda") || config.engine == CardEngineKind::Processor;
		let any = !gpus.views().is_empty();
		if !config.enabled.unwrap_or(built && any) {
			return Ok(None);
		}
		anyhow::ensure!(
			built,
			"[groth16_cards] enabled: this program was built without cards; build it with scripts/cuda"
		);
		let places = gpus
			.choose(1, &config.gpu_ids)
			.map_err(|problem| anyhow::anyhow!("[groth16_cards]: {problem}"))?;
		let slots = gpus.views().iter().map(|_| Slot::default()).collect();
		let (memory_bytes, key_cache) = Groth16Backend::memory(groth16);
		Ok(Some(Self {
			pool: Arc::new(Pool { config: config.clone(), gpus, places, slots }),
			loaded: Loaded::new(key_cache),
			memory_bytes,
			speed: config.speed,
		}))
	}
}

#[async_trait]
impl Backend for CardsBackend {
	fn name(&self) -> &str {
		"groth16-cards"
	}

	fn proof_systems(&self) -> Vec<String> {
		vec![PROOF_SYSTEM.into()]
	}

	fn devices(&self) -> Vec<Device> {
		self.pool.gpus.at(&self.pool.places).map(Card::device).collect()
	}

	fn speed(&self) -> Option<f64> {
		self.speed
	}

	/// Not while every card is out, and not a key that is larger than every card's memory, in the file already.
	fn fits(&self, request: &JobRequest) -> bool {
		let key = request.artifacts.iter().filter(|a| a.role == Role::ProvingKey).map(|a| a.size);
		let memory = |card: &Card| card.memory_bytes.unwrap_or(u64::MAX);
		let most = self.pool.gpus.at(&self.pool.places).map(memory).max().unwrap_or(0);
		key.max().unwrap_or(0) <= most && self.pool.gpus.any_works(&self.pool.places)
	}

	fn check(&self, request: &JobRequest) -> Result<(), String> {
		check_artifacts(request)
	}

	async fn prove(&self, job: Arc<BackendJob>, control: &JobControl) -> Result<Proved, JobError> {
		// Only what this process does counts: a card's turn may be long in coming.
		let limits = Limits { memory_bytes: self.memory_bytes, time: Duration::MAX };
		let (pool, loaded, line) = (self.pool.clone(), self.loaded.clone(), control.clone());
		let work = move |cancel: &CancelFlag| run(&pool, &loaded, &job, &limits, cancel, &line);
		on_a_thread(control, work).await
	}
}

fn run(
	pool: &Arc<Pool>,
	loaded: &Loaded,
	job: &BackendJob,
	limits: &Limits,
	cancel: &CancelFlag,
	control: &JobControl,
) -> Result<Proved, JobError> {
	let key = find_artifact(job, Role::ProvingKey)?;
	let program = find_artifact(job, Role::WitnessProgram)?;
	let input = read_input(job)?;
	control.report("load", 0.0);
	let program = loaded.program(program, cancel)?;
	let head = loaded.head(key, cancel)?;
	let engine = Remote { pool, key, control, tried: Mutex::default() };
	let progress = |stage: &str, fraction: f32| control.report(stage, fraction);
	let fixed = Fixed::of(&job.request);
	let once = || prove_on(&engine, &head, &program, &input, fixed, limits, cancel, &progress);
	match once() {
		// The sums are the same on every card: if others make a valid proof, the card was wrong, and else the artifacts are.
		Err(Groth16Error::Mismatched(_)) if engine.others_left() => {
			let proof = once()?;
			engine.blame_first();
			Ok(proof.into())
		}
		done => Ok(done?.into()),
	}
}

/// The cards, as the engine of one job.
struct Remote<'a> {
	pool: &'a Arc<Pool>,
	key: &'a Pin,
	control: &'a JobControl,
	/// Cards that have had the job, in order.
	tried: Mutex<Vec<usize>>,
}

impl Remote<'_> {
	fn tried(&self) -> MutexGuard<'_, Vec<usize>> {
		self.tried.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn others_left(&self) -> bool {
		self.tried().len() < self.pool.places.len()
	}

	fn blame_first(&self) {
		if let Some(place) = self.tried().first() {
			let reason = "the proof of its sums was refused, that of another card's accepted";
			self.pool.quarantine(*place, reason);
		}
	}
}

impl Engine for Remote<'_> {
	fn sums(
		&self,
		witness: &[Fr],
		_: &Budget,
		progress: &(dyn Fn(&str, f32) + Sync),
	) -> Result<Sums, Groth16Error> {
		// This thread is one that may block.
		tokio::runtime::Handle::current().block_on(async {
			let mut last = None;
			loop {
				let places = self.pool.places_for(self.key.sha256(), &self.tried());
				if places.is_empty() {
					let none = || Groth16Error::Device("there is no other".into());
					return Err(last.unwrap_or_else(none));
				}
				progress("queue", 0.2);
				let lease = tokio::select! {
					lease = self.pool.gpus.lease(&places, 1) => lease.map_err(Groth16Error::Device)?,
					() = self.control.stopped() => return Err(Groth16Error::Cancelled),
				};
				let Some(place) = lease.places().first().copied() else {
					return Err(Groth16Error::Internal("a lease of no card".into()));
				};
				self.tried().push(place);
				progress("gpu", 0.3);
				let ask = Question::Sums {
					key: self.key.path().to_owned(),
					sha256: self.key.sha256(),
					signals: witness.len(),
				};
				match self.pool.ask(&lease, place, &ask, witness, self.control).await {
					Err(Groth16Error::Device(reason)) => {
						self.pool.quarantine(place, &reason);
						last = Some(Groth16Error::Device(reason));
					}
					// Another card may be larger.
					Err(error @ Groth16Error::OutOfMemory { .. }) => last = Some(error),
					done => return done,
				}
			}
		})
	}
}

impl Pool {
	/// The cards that may have a job, those first that hold its key.
	fn places_for(&self, key: Bytes32, tried: &[usize]) -> Vec<usize> {
		let untried = self.places.iter().filter(|place| !tried.contains(place));
		let mut places: Vec<usize> = untried.copied().collect();
		places.sort_by_key(|place| !self.slots[*place].resident().contains(&key));
		places
	}

	/// Asks a card's process, which is started if there is none. One that fails, or must be given up, is gone afterwards.
	async fn ask(
		&self,
		lease: &Lease,
		place: usize,
		ask: &Question,
		witness: &[Fr],
		control: &JobControl,
	) -> Result<Sums, Groth16Error> {
		let slot = &self.slots[place];
		let mut process = slot.process.lock().await;
		let limit = Duration::from_secs(self.config.time_limit_s);
		let answer = async {
			let running = match &mut *process {
				Some(running) => running,
				none => none.insert(CardProcess::start(&self.config, lease)?),
			};
			put_witness(&running.memory, witness)?;
			let answered = tokio::time::timeout(limit, running.ask(ask)).await;
			let seconds = limit.as_secs();
			answered.map_err(|_| {
				Groth16Error::Device(format!("no answer in {seconds} s, it counts as hung"))
			})?
		};
		let answer = tokio::select! {
			answer = answer => answer.and_then(Answer::into_sums),
			() = control.stopped() => {
				// What runs there is for nobody: the card is free at once, and empty.
				Err(Groth16Error::Cancelled)
			}
		};
		match answer {
			Ok((sums, resident)) => {
				*slot.resident() = resident;
				Ok(sums)
			}
			Err(error) => {
				if matches!(error, Groth16Error::Device(_) | Groth16Error::Cancelled) {
					*process = None;
					slot.resident().clear();
				}
				Err(error)
			}
		}
	}

	/// Gives a card no more jobs, and looks at it now and then until it works.
	fn quarantine(self: &Arc<Self>, place: usize, reason: &str) {
		self.gpus.quarantine(place, reason);
		let (pool, period) = (Arc::downgrade(self), Duration::from_secs(self.config.probe_s));
		tokio::runtime::Handle::current().spawn(async move {
			loop {
				tokio::time::sleep(period).await;
				let Some(pool) = Weak::upgrade(&pool) else { return };
				match pool.probe(place).await {
					Ok(()) => return pool.gpus.release(place),
					Err(error) => tracing::warn!(place, %error, "the gpu does not work yet"),
				}
			}
		});
	}

	async fn probe(&self, place: usize) -> Result<(), Groth16Error> {
		let slot = &self.slots[place];
		let mut process = slot.process.lock().await;
		*process = None;
		slot.resident().clear();
		let mut fresh = CardProcess::start(&self.config, &self.gpus.unleased(place))?;
		let answer = tokio::time::timeout(PROBE_LIMIT, fresh.ask(&Question::Probe))
			.await
			.map_err(|_| Groth16Error::Device("no answer to a probe".into()))??;
		match answer {
			Answer::Well => {
				*process = Some(fresh);
				Ok(())
			}
			other => other.into_sums().map(|_| ()),
		}
	}
}

/// Process of a card, ended when it is dropped.
struct CardProcess {
	socket: BufReader<UnixStream>,
	memory: File,
	_child: Child,
}

impl CardProcess {
	fn start(config: &CardsConfig, lease: &Lease) -> Result<Self, Groth16Error> {
		let failed = |error: std::io::Error| {
			Groth16Error::Device(format!("its process can't be started: {error}"))
		};
		let (ours, theirs) = StdUnixStream::pair().map_err(failed)?;
		ours.set_nonblocking(true).map_err(failed)?;
		let memory = shared_memory().map_err(failed)?;
		let fd = memory.as_raw_fd();
		let mut command = Command::new(std::env::current_exe().map_err(failed)?);
		command.arg("card-process");
		command.arg("--engine").arg(match config.engine {
			CardEngineKind::Cuda => "cuda",
			CardEngineKind::Processor => "processor",
		});
		command.arg("--witness-fd").arg(fd.to_string());
		if let Some(bytes) = config.processor_memory {
			command.arg("--memory").arg(bytes.0.to_string());
		}
		command
			.envs(lease.env())
			.env_remove("PROOFYARD_TOKEN")
			.stdin(Stdio::from(OwnedFd::from(theirs)))
			.stdout(Stdio::null())
			.kill_on_drop(true);
		// SAFETY: one system call, on a descriptor that is open until the process has started.
		unsafe {
			command.pre_exec(move || match libc::fcntl(fd, libc::F_SETFD, 0) {
				0 => Ok(()),
				_ => Err(std::io::Error::last_os_error()),
			});
		}
		let child = command.spawn().map_err(failed)?;
		let socket = BufReader::new(UnixStream::from_std(ours).map_err(failed)?);
		Ok(Self { socket, memory, _child: child })
	}

	async fn ask(&mut self, ask: &Question) -> Result<Answer, Groth16Error> {
		let gone =
			|error: std::io::Error| Groth16Error::Device(format!("its process ended: {error}"));
		let mut line =
			serde_json::to_vec(ask).map_err(|error| Groth16Error::Internal(error.to_string()))?;
		line.push(b'\n');
		self.socket.get_mut().write_all(&line).await.map_err(gone)?;
		let mut answer = Vec::new();
		loop {
			let piece = self.socket.fill_buf().await.map_err(gone)?;
			if piece.is_empty() {
				return Err(gone(std::io::ErrorKind::UnexpectedEof.into()));
			}
			let end = piece.iter().position(|byte| *byte == b'\n');
			let used = end.map_or(piece.len(), |end| end + 1);
			answer.extend_from_slice(&piece[..used]);
			self.socket.consume(used);
			if end.is_some() {
				break;
			}
			if answer.len() > MAX_ANSWER {
				return Err(Groth16Error::Device("its process answers without end".into()));
			}
		}
		serde_json::from_slice(&answer)
			.map_err(|error| Groth16Error::Device(format!("its process answered {error}")))
	}
}

/// Memory that a child process can be handed, without a name, that goes with its last user.
fn shared_memory() -> std::io::Result<File> {
	// SAFETY: a constant name; the descriptor is owned by nobody else.
	unsafe {
		let fd = libc::memfd_create(c"proofyard-witness".as_ptr(), libc::MFD_CLOEXEC);
		match fd {
			..0 => Err(std::io::Error::last_os_error()),
			fd => Ok(File::from(OwnedFd::from_raw_fd(fd))),
		}
	}
}
