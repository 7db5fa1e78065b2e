// SPDX-License-Identifier: Apache-2.0
//! The proving service of Proofyard: the program with the GPU (or the CPU cores) in it that a prover's node drives
//! over HTTP.
//!
//! A node's off-chain worker posts a job when the chain assigns it a task; the service fetches the program's artifacts
//! and the input, runs a proving backend, and hands the proof back. The service knows nothing of the chain: it neither
//! holds a key nor judges a proof for anyone else. The chain verifies what the node submits.
//!
//! ```text
//! POST /v1/jobs ─► store (redb) ─► queue, earliest deadline first ─► fetching ─► proving ─► done | failed
//!                                                                      │            │
//!                                                        cache by sha256            groth16 in process,
//!                                                        file:// https://           or on cards by processes,
//!                                                                                   or a command as a child process
//! ```
//!
//! Modules: [`config`] for options and the configuration file, [`api`] for HTTP, [`store`] for what survives a
//! restart, [`queue`] for the life of a job, [`plan`] and [`speed`] for
//! which jobs are accepted, [`artifacts`] for downloads and the cache, [`backends`] for what proves, [`selftest`]
//! for whether and how fast it does.

pub mod api;
pub mod artifacts;
pub mod backends;
pub mod card_process;
pub mod config;
pub mod control;
pub mod devices;
pub mod gpus;
pub mod groth16;
mod live;
pub mod metrics;
pub mod plan;
pub mod queue;
pub mod request;
pub mod runner;
pub mod selftest;
pub mod server;
pub mod speed;
pub mod store;
pub mod supervisor;
pub mod values;

/// Makes *ring* the process's TLS provider. Idempotent: a provider that is already installed stays.
pub fn install_crypto_provider() {
	let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The OpenAPI 3.1 description of the HTTP interface, as committed in `prover/openapi.json`.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// Milliseconds since the Unix epoch; 0 if the clock stands before it.
pub fn unix_ms() -> u64 {
	std::time::SystemTime::now()
		.duration_since(std::time::UNIX_EPOCH)
		.map(|d| d.as_millis() as u64)
		.unwrap_or(0)
}
