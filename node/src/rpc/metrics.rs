// SPDX-License-Identifier: Apache-2.0
//! Metrics that Prometheus sees of the `proving_` namespace. Without a registry everything is a no-op.

use substrate_prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, Opts, PrometheusError, Registry, U64,
};

/// Counters of the namespace.
#[derive(Clone, Default)]
pub struct Metrics(Option<Registered>);

#[derive(Clone)]
struct Registered {
	calls: CounterVec<U64>,
	subscriptions: Gauge<U64>,
	updates: Counter<U64>,
}

impl Metrics {
	/// Register the counters.
	pub fn new(registry: Option<&Registry>) -> Result<Self, PrometheusError> {
		let Some(registry) = registry else { return Ok(Self(None)) };
		Ok(Self(Some(Registered {
			calls: register(
				CounterVec::new(
					Opts::new(
						"proofyard_proving_rpc_calls_total",
						"Calls of the proving_ JSON-RPC methods, by method and outcome",
					),
					&["method", "outcome"],
				)?,
				registry,
			)?,
			subscriptions: register(
				Gauge::new(
					"proofyard_proving_task_subscriptions",
					"Task subscriptions that are open now",
				)?,
				registry,
			)?,
			updates: register(
				Counter::new(
					"proofyard_proving_task_updates_total",
					"Updates sent to task subscriptions",
				)?,
				registry,
			)?,
		})))
	}

	/// Count a call of `method`. `outcome` is `ok` or the name of the error.
	pub fn call(&self, method: &str, outcome: &str) {
		if let Some(metrics) = &self.0 {
			metrics.calls.with_label_values(&[method, outcome]).inc();
		}
	}

	/// Count an update that was sent.
	pub fn update(&self) {
		if let Some(metrics) = &self.0 {
			metrics.updates.inc();
		}
	}

	/// Count a subscription for as long as the answer lives.
	#[must_use]
	pub fn subscription(&self) -> OpenSubscription {
		if let Some(metrics) = &self.0 {
			metrics.subscriptions.inc();
		}
		OpenSubscription(self.clone())
	}
}

/// A subscription that is being counted.
pub struct OpenSubscription(Metrics);

impl Drop for OpenSubscription {
	fn drop(&mut self) {
		if let Some(metrics) = &self.0 .0 {
			metrics.subscriptions.dec();
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn value(registry: &Registry, name: &str) -> Option<f64> {
		let family = registry.gather().into_iter().find(|family| family.get_name() == name)?;
		let metric = family.get_metric().first()?.clone();
		Some(metric.get_counter().get_value() + metric.get_gauge().get_value())
	}

	#[test]
	fn counts() {
		let registry = Registry::new();
		let metrics = Metrics::new(Some(&registry)).unwrap();
		metrics.call("proving_task", "ok");
		metrics.call("proving_task", "ok");
		metrics.update();
		let open = metrics.subscription();
		assert_eq!(value(&registry, "proofyard_proving_rpc_calls_total"), Some(2.0));
		assert_eq!(value(&registry, "proofyard_proving_task_updates_total"), Some(1.0));
		assert_eq!(value(&registry, "proofyard_proving_task_subscriptions"), Some(1.0));
		drop(open);
		assert_eq!(value(&registry, "proofyard_proving_task_subscriptions"), Some(0.0));
	}

	#[test]
	fn without_a_registry_nothing_happens() {
		let metrics = Metrics::new(None).unwrap();
		metrics.call("proving_task", "ok");
		drop(metrics.subscription());
	}
}
