// SPDX-License-Identifier: Apache-2.0
//! The service as a whole: opens everything, listens, and shuts down in order.

use std::{
	future::{Future, IntoFuture},
	io,
	net::SocketAddr,
	os::unix::fs::DirBuilderExt,
	path::Path,
	pin::Pin,
	sync::Arc,
	task::{Context, Poll},
	time::Duration,
};

use anyhow::Context as _;
use axum::{
	extract::connect_info::Connected,
	serve::{IncomingStream, Listener},
};
use tokio::{
	io::{AsyncRead, AsyncWrite, ReadBuf},
	net::{TcpListener, TcpStream},
	sync::{OwnedSemaphorePermit, Semaphore},
	time::{Instant, Sleep},
};

use crate::{
	api::{router, ApiState, Peer},
	artifacts::Artifacts,
	backends::Backends,
	config::Config,
	metrics::Metrics,
	queue::Scheduler,
	store::Store,
};

/// Time that open connections get to finish their requests at shutdown.
const DRAIN: Duration = Duration::from_secs(10);

/// A service that listens.
pub struct Server {
	addr: SocketAddr,
	listener: GuardedListener,
	scheduler: Scheduler,
	state: ApiState,
}

impl Server {
	/// Opens the data folder, takes up unfinished jobs, starts the workers and binds the port.
	pub async fn start(mut config: Config) -> anyhow::Result<Self> {
		crate::install_crypto_provider();
		let dir = &mut config.data_dir;
		std::fs::DirBuilder::new()
			.recursive(true)
			.mode(0o700)
			.create(&*dir)
			.with_context(|| format!("--data-dir {}", dir.display()))?;
		// Commands run in other folders and are given paths below this one.
		*dir = dir.canonicalize().with_context(|| format!("--data-dir {}", dir.display()))?;
		// The store first: its lock keeps a second service from touching the rest.
		let store = Arc::new(Store::open(&dir.join("jobs.redb"))?);
		fresh_folder(&dir.join("scratch")).context("the scratch folder")?;
		let metrics = Arc::new(Metrics::new()?);
		let artifacts = Artifacts::open(&config, metrics.clone())?;
		let backends = Backends::from_config(&config)?;
		for backend in backends.iter() {
			tracing::info!(name = backend.name(), proves = ?backend.proof_systems(), "backend");
		}
		let tcp = TcpListener::bind(config.listen)
			.await
			.with_context(|| format!("listening on {}", config.listen))?;
		let addr = tcp.local_addr()?;
		let scheduler =
			Scheduler::start(config.queue.clone(), store, artifacts, backends, metrics.clone())?;
		let state = ApiState {
			scheduler: scheduler.clone(),
			metrics,
			token: config.token.clone(),
			request_timeout: config.request_timeout,
		};
		let listener = GuardedListener {
			inner: tcp,
			seats: Arc::new(Semaphore::new(config.max_connections)),
			idle: config.request_timeout.saturating_mul(2),
		};
		Ok(Self { addr, listener, scheduler, state })
	}

	/// Address that it listens on; with the real port if port 0 was asked for.
	pub fn addr(&self) -> SocketAddr {
		self.addr
	}

	/// Serves until `stop` resolves, then lets open requests finish and puts running jobs back into the queue.
	pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
		let Self { listener, scheduler, state, .. } = self;
		let app = router(state).into_make_service_with_connect_info::<Peer>();
		let (stopping, mut stopped) = tokio::sync::watch::channel(false);
		let signal = async move {
			stop.await;
			stopping.send_replace(true);
		};
		let serving = axum::serve(listener, app).with_graceful_shutdown(signal);
		let patience = async {
			// An error means that the sender is gone, which the end of serving tells better.
			let _ = stopped.wait_for(|stopped| *stopped).await;
			tokio::join!(scheduler.shutdown(), tokio::time::sleep(DRAIN));
		};
		let served = tokio::select! {
			served = serving.into_future() => served,
			() = patience => Ok(()),
		};
		scheduler.shutdown().await;
		served
	}
}

/// Empties the folder: what is in it belonged to jobs of a service that is gone.
fn fresh_folder(path: &Path) -> io::Result<()> {
	// Supervisors of a service that was killed are ending their commands just now and may still write.
	let mut tries = 0;
	loop {
		match std::fs::remove_dir_all(path) {
			Ok(()) => break,
			Err(e) if e.kind() == io::ErrorKind::NotFound => break,
			Err(_) if tries < 20 => std::thread::sleep(Duration::from_millis(100)),
			Err(e) => return Err(e),
		}
		tries += 1;
	}
	std::fs::DirBuilder::new().mode(0o700).create(path)
}

/// Accepts a bounded number of connections and drops those on which nothing moves.
struct GuardedListener {
	inner: TcpListener,
	seats: Arc<Semaphore>,
	idle: Duration,
}

impl Listener for GuardedListener {
	type Io = GuardedStream;
	type Addr = SocketAddr;

	async fn accept(&mut self) -> (Self::Io, Self::Addr) {
		// The semaphore is never closed; if it were, connections would merely go uncounted.
		let seat = self.seats.clone().acquire_owned().await.ok();
		let (stream, addr) = Listener::accept(&mut self.inner).await;
		let timer = Box::pin(tokio::time::sleep(self.idle));
		(GuardedStream { stream, timer, idle: self.idle, _seat: seat }, addr)
	}

	fn local_addr(&self) -> io::Result<Self::Addr> {
		self.inner.local_addr()
	}
}

impl Connected<IncomingStream<'_, GuardedListener>> for Peer {
	fn connect_info(stream: IncomingStream<'_, GuardedListener>) -> Self {
		Peer(*stream.remote_addr())
	}
}

/// A connection that fails when no byte has moved for a while: half a request must not hold a seat for ever.
struct GuardedStream {
	stream: TcpStream,
	timer: Pin<Box<Sleep>>,
	idle: Duration,
	_seat: Option<OwnedSemaphorePermit>,
}

impl GuardedStream {
	fn moved<T>(&mut self, cx: &mut Context<'_>, poll: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
		if poll.is_ready() {
			let idle = self.idle;
			self.timer.as_mut().reset(Instant::now() + idle);
			return poll;
		}
		match self.timer.as_mut().poll(cx) {
			Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
			Poll::Pending => Poll::Pending,
		}
	}
}

impl AsyncRead for GuardedStream {
	fn poll_read(
		mut self: Pin<&mut Self>,
		cx: &mut Context<'_>,
		buf: &mut ReadBuf<'_>,
	) -> Poll<io::Result<()>> {
		let poll = Pin::new(&mut self.stream).poll_read(cx, buf);
		self.moved(cx, poll)
	}
}

impl AsyncWrite for GuardedStream {
	fn poll_write(
		mut self: Pin<&mut Self>,
		cx: &mut Context<'_>,
		buf: &[u8],
	) -> Poll<io::Result<usize>> {
		let poll = Pin::new(&mut self.stream).poll_write(cx, buf);
		self.moved(cx, poll)
	}

	fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.stream).poll_flush(cx)
	}

	fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.stream).poll_shutdown(cx)
	}
}
