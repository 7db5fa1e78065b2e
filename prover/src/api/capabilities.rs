// SPDX-License-Identifier: Apache-2.0
//! Capabilities: the answer to `GET /v1/capabilities`, field for field what `openapi.json` says.

use proofyard_jobs::{Bytes32, SpeedSource};
use serde::{Deserialize, Serialize};

use crate::{devices::Device, gpus::CardView};

/// A backend's measured speed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
	/// Work per second, newer jobs weighing more.
	pub work_per_second: f64,
	/// Jobs that went into it.
	pub jobs: u64,
}

/// The speed of one program at one size of work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SpeedView {
	/// The program.
	pub program: Bytes32,
	/// ⌊log₂ work⌋ of the jobs that it is about.
	pub size: u8,
	/// Work per second of slot time, newer jobs weighing more.
	pub work_per_second: f64,
	/// Jobs that went into it.
	pub jobs: u64,
}

/// The rough speed of a backend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SpeedGuess {
	/// Units of work a second.
	pub work_per_second: f64,
	/// Origin of the speed.
	pub source: SpeedSource,
}

/// A backend in `GET /v1/capabilities`.
#[derive(Clone, Debug, Serialize)]
pub struct BackendView {
	/// Its name.
	pub name: String,
	/// Names of the proof systems that it proves in.
	pub proof_systems: Vec<String>,
	/// If not empty, the only programs it takes.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub programs: Vec<Bytes32>,
	/// Devices that it computes on.
	pub devices: Vec<Device>,
	/// Speed over finished jobs; `null` before the first.
	pub measured: Option<Measured>,
	/// Over all programs: `measured`, or the operator's `speed`; `null` without either.
	pub speed: Option<SpeedGuess>,
	/// Speeds that estimates go by, the newest first; where the program or the size is missing, the operator's `speed` does.
	pub speeds: Vec<SpeedView>,
	/// Work of its waiting and running jobs.
	pub committed_work: u64,
	/// Slot time that they still need, as far as there are estimates.
	pub committed_ms: u64,
	/// Slots that are free now; all backends share them.
	pub free_slots: usize,
}

/// The queue in `GET /v1/capabilities`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct QueueView {
	/// Jobs in a slot.
	pub running: usize,
	/// Jobs that wait.
	pub queued: usize,
	/// Most jobs that may wait.
	pub limit: usize,
}

/// Body of `GET /v1/capabilities`.
#[derive(Clone, Debug, Serialize)]
pub struct Capabilities {
	/// The service's version.
	pub version: &'static str,
	/// Backends of the service, in the order in which they are asked.
	pub backends: Vec<BackendView>,
	/// Graphics cards that it may use, and their state.
	pub gpus: Vec<CardView>,
	/// Folders that `file://` locators may point into, without symbolic links.
	pub file_roots: Vec<String>,
	/// Load of the service.
	pub queue: QueueView,
}
