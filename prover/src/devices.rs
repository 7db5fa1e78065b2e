// SPDX-License-Identifier: Apache-2.0
//! Devices that proofs are computed on, and the processor of this machine among them.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// A device, as capabilities show it and an operator declares it for a command.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
	/// `cpu` or `gpu`.
	pub kind: DeviceKind,
	/// Name, such as `NVIDIA H100`.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub name: Option<String>,
	/// Cores of a CPU.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub cores: Option<u32>,
	/// Memory of a CPU's machine, in bytes.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub memory_bytes: Option<u64>,
	/// Memory of a GPU, in GiB.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub vram_gib: Option<u32>,
}

/// Kind of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
	/// The machine's processor cores.
	Cpu,
	/// A graphics card.
	Gpu,
}

/// The machine's processor as a device.
pub fn cpu_device() -> Device {
	let cores = std::thread::available_parallelism().map_or(1, |n| n.get() as u32);
	Device {
		kind: DeviceKind::Cpu,
		name: cpu_name(Path::new("/proc/cpuinfo")),
		cores: Some(cores),
		memory_bytes: machine_memory(),
		vram_gib: None,
	}
}

fn cpu_name(cpuinfo: &Path) -> Option<String> {
	let text = std::fs::read_to_string(cpuinfo).ok()?;
	let line = text.lines().find(|line| line.starts_with("model name"))?;
	Some(line.split_once(':')?.1.trim().to_owned())
}

/// Memory of the machine, or of the container if that has less; bytes.
pub fn machine_memory() -> Option<u64> {
	let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
	let line = meminfo.lines().find(|line| line.starts_with("MemTotal:"))?;
	let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
	let machine = kib.saturating_mul(1024);
	let container = std::fs::read_to_string("/sys/fs/cgroup/memory.max")
		.ok()
		.and_then(|text| text.trim().parse().ok());
	Some(container.map_or(machine, |limit: u64| limit.min(machine)))
}
