// SPDX-License-Identifier: Apache-2.0
//! Prometheus metrics of the service, served at `/metrics`.

use prometheus::{
	histogram_opts, Encoder, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge,
	IntGaugeVec, Opts, Registry, TextEncoder,
};
use proofyard_jobs::{ErrorCode, JobState, RefusalCode};

use crate::gpus::CardView;

/// Upper bounds of the stage histogram, seconds: from a small circuit's witness to an hour of a zkVM.
const STAGE_BUCKETS: [f64; 15] =
	[0.005, 0.02, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 30.0, 60.0, 180.0, 600.0, 1800.0, 3600.0];

/// Labels of what is measured of a graphics card: what CUDA calls it, and its model.
const GPU: [&str; 2] = ["gpu", "name"];

/// Every metric, in a registry of its own.
pub struct Metrics {
	registry: Registry,
	jobs: IntGaugeVec,
	finished: IntCounterVec,
	stages: HistogramVec,
	requests: IntCounterVec,
	refused: IntCounterVec,
	/// Most jobs that may wait.
	pub queue_limit: IntGauge,
	/// Bytes in the artifact cache, unfinished downloads included.
	pub cache_bytes: IntGauge,
	/// Cap of the artifact cache.
	pub cache_max_bytes: IntGauge,
	/// Artifacts that had to leave the cache.
	pub cache_evictions: IntCounter,
	/// Artifacts that were in the cache when a job wanted them.
	pub cache_hits: IntCounter,
	gpu_busy: IntGaugeVec,
	gpu_up: IntGaugeVec,
	gpu_memory: IntGaugeVec,
	gpu_memory_used: IntGaugeVec,
	gpu_utilisation: IntGaugeVec,
	gpu_temperature: IntGaugeVec,
	fetch_bytes: IntCounterVec,
	fetch_failures: IntCounterVec,
}

impl Metrics {
	/// Makes and registers all of them. Fails only if two had the same name.
	pub fn new() -> Result<Self, prometheus::Error> {
		let registry = Registry::new_custom(Some("proofyard_prover".into()), None)?;
		let gauges = |name: &str, help: &str, labels: &[&str]| {
			let metric = IntGaugeVec::new(Opts::new(name, help), labels)?;
			registry.register(Box::new(metric.clone()))?;
			Ok::<_, prometheus::Error>(metric)
		};
		let gauge = |name: &str, help: &str| {
			let metric = IntGauge::new(name, help)?;
			registry.register(Box::new(metric.clone()))?;
			Ok::<_, prometheus::Error>(metric)
		};
		let counters = |name: &str, help: &str, labels: &[&str]| {
			let metric = IntCounterVec::new(Opts::new(name, help), labels)?;
			registry.register(Box::new(metric.clone()))?;
			Ok::<_, prometheus::Error>(metric)
		};
		let counter = |name: &str, help: &str| {
			let metric = IntCounter::new(name, help)?;
			registry.register(Box::new(metric.clone()))?;
			Ok::<_, prometheus::Error>(metric)
		};
		let stages = HistogramVec::new(
			histogram_opts!(
				"stage_duration_seconds",
				"How long the parts of a job took",
				STAGE_BUCKETS.to_vec()
			),
			&["stage"],
		)?;
		registry.register(Box::new(stages.clone()))?;
		let metrics = Self {
			jobs: gauges("jobs", "Unfinished jobs, by state", &["state"])?,
			finished: counters(
				"jobs_finished_total",
				"Jobs that ended, by state and error code",
				&["state", "code"],
			)?,
			requests: counters(
				"http_requests_total",
				"HTTP requests, by method and status",
				&["method", "status"],
			)?,
			refused: counters(
				"jobs_refused_total",
				"Jobs that were not accepted for want of time or room, by error code",
				&["code"],
			)?,
			queue_limit: gauge("queue_limit", "Most jobs that may wait")?,
			cache_bytes: gauge(
				"cache_bytes",
				"Bytes in the artifact cache and its unfinished downloads",
			)?,
			cache_max_bytes: gauge("cache_max_bytes", "Cap of the artifact cache")?,
			cache_evictions: counter(
				"cache_evictions_total",
				"Artifacts that left the cache to make room",
			)?,
			cache_hits: counter("cache_hits_total", "Artifacts that were in the cache already")?,
			gpu_busy: gauges("gpu_busy", "Whether a job has the gpu", &GPU)?,
			gpu_up: gauges("gpu_up", "Whether the gpu has no fault", &GPU)?,
			gpu_memory: gauges("gpu_memory_bytes", "Memory of the gpu", &GPU)?,
			gpu_memory_used: gauges("gpu_memory_used_bytes", "Memory of the gpu in use", &GPU)?,
			gpu_utilisation: gauges(
				"gpu_utilisation_percent",
				"Share of the last moments in which the gpu computed",
				&GPU,
			)?,
			gpu_temperature: gauges("gpu_temperature_celsius", "Temperature of the gpu", &GPU)?,
			fetch_bytes: counters("fetch_bytes_total", "Bytes fetched, by scheme", &["scheme"])?,
			fetch_failures: counters(
				"fetch_failures_total",
				"Failed fetches, by kind of failure",
				&["kind"],
			)?,
			stages,
			registry,
		};
		metrics.begin_series();
		Ok(metrics)
	}

	/// Makes series exist from the start, so that a rate is 0 and not absent before the first event.
	fn begin_series(&self) {
		for state in JobState::ALL.iter().filter(|s| !s.is_terminal()) {
			self.jobs.with_label_values(&[state.as_str()]).set(0);
		}
		for state in [JobState::Done, JobState::Cancelled] {
			self.finished.with_label_values(&[state.as_str(), ""]).reset();
		}
		for code in ErrorCode::ALL {
			self.finished.with_label_values(&[JobState::Failed.as_str(), code.as_str()]).reset();
		}
		for code in [RefusalCode::DeadlineInfeasible, RefusalCode::QueueFull] {
			self.refused.with_label_values(&[code.as_str()]).reset();
		}
		for scheme in ["file", "http", "https"] {
			self.fetch_bytes.with_label_values(&[scheme]).reset();
		}
	}

	/// A job ended.
	pub fn job_finished(&self, state: JobState, code: Option<ErrorCode>) {
		let code = code.map(ErrorCode::as_str).unwrap_or_default();
		self.finished.with_label_values(&[state.as_str(), code]).inc();
	}

	/// A job was not accepted for want of time or room.
	pub fn job_refused(&self, code: RefusalCode) {
		self.refused.with_label_values(&[code.as_str()]).inc();
	}

	/// Sets the number of unfinished jobs in a state.
	pub fn set_jobs(&self, state: JobState, count: usize) {
		let count = i64::try_from(count).unwrap_or(i64::MAX);
		self.jobs.with_label_values(&[state.as_str()]).set(count);
	}

	/// A part of a job took so long.
	pub fn stage(&self, stage: &str, ms: u64) {
		self.stage_histogram(stage).observe(ms as f64 / 1000.0);
	}

	/// Sets the state of the graphics cards. What a card doesn't tell has no series.
	pub fn set_gpus(&self, cards: &[CardView]) {
		for CardView { card, busy, reading, fault } in cards {
			let labels = [card.id.as_str(), card.name.as_deref().unwrap_or_default()];
			let set = |metric: &IntGaugeVec, value: Option<u64>| match value {
				Some(value) => {
					metric.with_label_values(&labels).set(i64::try_from(value).unwrap_or(i64::MAX))
				}
				// Only an error if there was none.
				None => drop(metric.remove_label_values(&labels)),
			};
			set(&self.gpu_busy, Some((*busy).into()));
			set(&self.gpu_up, Some(fault.is_none().into()));
			set(&self.gpu_memory, card.memory_bytes);
			set(&self.gpu_memory_used, reading.map(|r| r.memory_used_bytes));
			set(&self.gpu_utilisation, reading.and_then(|r| r.utilisation_percent).map(u64::from));
			set(&self.gpu_temperature, reading.and_then(|r| r.temperature_celsius).map(u64::from));
		}
	}

	fn stage_histogram(&self, stage: &str) -> Histogram {
		self.stages.with_label_values(&[stage])
	}

	/// A request was answered.
	pub fn request(&self, method: &str, status: u16) {
		self.requests.with_label_values(&[method, &status.to_string()]).inc();
	}

	/// Bytes came in.
	pub fn fetched(&self, scheme: &str, bytes: u64) {
		self.fetch_bytes.with_label_values(&[scheme]).inc_by(bytes);
	}

	/// A fetch failed.
	pub fn fetch_failed(&self, kind: &str) {
		self.fetch_failures.with_label_values(&[kind]).inc();
	}

	/// The text that Prometheus reads.
	pub fn render(&self) -> Result<Vec<u8>, prometheus::Error> {
		let mut text = Vec::new();
		TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
		Ok(text)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn series_exist_before_the_first_event() {
		let text = String::from_utf8(Metrics::new().unwrap().render().unwrap()).unwrap();
		assert!(text.contains("proofyard_prover_jobs{state=\"queued\"} 0"), "{text}");
		assert!(text.contains(
			"proofyard_prover_jobs_finished_total{code=\"deadline_infeasible\",state=\"failed\"} 0"
		));
	}
}
