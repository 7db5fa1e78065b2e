// SPDX-License-Identifier: Apache-2.0
//! `proving_service`: how the proving service of this node is. For its operator alone.

use super::metrics::Metrics;
use crate::proving_service::client::ServiceClient;
use jsonrpsee::{core::async_trait, proc_macros::rpc, types::ErrorObjectOwned, Extensions};
use sc_rpc_api::check_if_safe;
use serde::Serialize;
use serde_json::Value;

/// State of a node's proving service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceStatus {
	/// Base URL that the node was started with.
	pub url: String,
	/// True if it answers, and takes the node's token.
	pub reachable: bool,
	/// Its own answer to `GET /v1/capabilities`; null when it is not reachable.
	pub capabilities: Option<Value>,
	/// Reason why it is not reachable, and what to do; null when it is.
	pub error: Option<String>,
}

/// The method.
#[rpc(server)]
pub trait ServiceApi {
	/// The node's proving service; null where it drives none.
	#[method(name = "proving_service", with_extensions)]
	async fn service(&self) -> Result<Option<ServiceStatus>, ErrorObjectOwned>;
}

/// The method's server.
pub struct Service {
	service: Option<ServiceClient>,
	metrics: Metrics,
}

impl Service {
	/// Server for the service that the node drives, if it does one.
	pub fn new(service: Option<ServiceClient>, metrics: Metrics) -> Self {
		Self { service, metrics }
	}
}

#[async_trait]
impl ServiceApiServer for Service {
	async fn service(&self, ext: &Extensions) -> Result<Option<ServiceStatus>, ErrorObjectOwned> {
		// Whoever may ask sees the operator's machines, and makes the node send requests to them.
		check_if_safe(ext)?;
		self.metrics.call("proving_service", "ok");
		let Some(service) = &self.service else { return Ok(None) };
		let (capabilities, error) = match service.capabilities().await {
			Ok(capabilities) => (Some(capabilities), None),
			Err(error) => (None, Some(error.to_string())),
		};
		let (url, reachable) = (service.url().to_owned(), error.is_none());
		Ok(Some(ServiceStatus { url, reachable, capabilities, error }))
	}
}
