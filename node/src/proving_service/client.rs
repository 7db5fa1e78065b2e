// SPDX-License-Identifier: Apache-2.0
//! Questions to the proving service from outside the off-chain worker: whether it answers, what it
//! proves, which jobs it has.

use pallet_attestation::ServiceConfig;
use serde_json::Value;
use sp_core::H256;
use std::time::Duration;

/// Time that one question may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;
/// Longest text of the service's that is repeated, in characters.
const MAX_MESSAGE: usize = 300;

/// Reason why a question to the service has no answer. Its text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
	/// The address cannot be asked at all.
	#[error("its address cannot be used: {0}")]
	BadAddress(String),
	/// No connection, or no answer in time.
	#[error("no answer ({0}). Is `proofyard-prover serve` running, and listening there?")]
	Unreachable(String),
	/// The service wants another token.
	#[error(
		"it refuses this node's token. Give --proving-service-token-file the file that the service \
		 has as --token-file"
	)]
	Unauthorized,
	/// An answer that means no.
	#[error("it answered {0}: {1}")]
	Refused(u16, String),
	/// An answer that is none of a proving service.
	#[error("its answer is not understood: {0}. Is it a proving service?")]
	NotUnderstood(String),
}

/// Client of a proving service. Clones share their connections.
#[derive(Clone)]
pub struct ServiceClient {
	http: reqwest::Client,
	url: String,
	token: Option<String>,
}

impl ServiceClient {
	/// Client of the service that the off-chain worker is told of.
	pub fn new(service: &ServiceConfig) -> Result<Self, ServiceError> {
		let text = |bytes: &Vec<u8>| {
			String::from_utf8(bytes.clone())
				.map_err(|error| ServiceError::BadAddress(error.to_string()))
		};
		// Somebody else may have installed one: any will do.
		let _ = rustls::crypto::ring::default_provider().install_default();
		// The worker knows no proxies and follows no redirects either.
		let http = reqwest::Client::builder()
			.no_proxy()
			.redirect(reqwest::redirect::Policy::none())
			.timeout(TIMEOUT)
			.build();
		Ok(Self {
			http: http.map_err(|error| ServiceError::BadAddress(innermost(&error)))?,
			url: text(&service.url)?,
			token: service.token.as_ref().map(text).transpose()?,
		})
	}

	/// Base URL of the service.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// Answer of `GET /v1/capabilities`.
	pub async fn capabilities(&self) -> Result<Value, ServiceError> {
		match self.get("/v1/capabilities").await? {
			(200, body) => serde_json::from_slice::<Value>(&body)
				.ok()
				.filter(|answer| answer["backends"].is_array())
				.ok_or_else(|| ServiceError::NotUnderstood(short(&body))),
			(status, body) => Err(refused(status, &body)),
		}
	}

	/// True for a job that the service has, in whatever state.
	pub async fn has_job(&self, id: H256) -> Result<bool, ServiceError> {
		match self.get(&format!("/v1/jobs/{}", hex::encode(id))).await? {
			(200, _) => Ok(true),
			(404, _) => Ok(false),
			(status, body) => Err(refused(status, &body)),
		}
	}

	/// Status and body of the answer to a GET.
	async fn get(&self, path: &str) -> Result<(u16, Vec<u8>), ServiceError> {
		let unreachable = |error: reqwest::Error| ServiceError::Unreachable(innermost(&error));
		let mut request = self.http.get(format!("{}{path}", self.url));
		if let Some(token) = &self.token {
			request = request.bearer_auth(token);
		}
		let mut answer = request.send().await.map_err(unreachable)?;
		let mut body = Vec::new();
		while let Some(piece) = answer.chunk().await.map_err(unreachable)? {
			if body.len() + piece.len() > MAX_ANSWER {
				return Err(ServiceError::NotUnderstood(format!("longer than {MAX_ANSWER} bytes")));
			}
			body.extend_from_slice(&piece);
		}
		Ok((answer.status().as_u16(), body))
	}
}

fn refused(status: u16, body: &[u8]) -> ServiceError {
	match status {
		401 => ServiceError::Unauthorized,
		status => ServiceError::Refused(status, short(body)),
	}
}

/// Innermost cause of an error: the outer ones only repeat the URL.
fn innermost(error: &dyn std::error::Error) -> String {
	let mut cause = error;
	while let Some(inner) = cause.source() {
		cause = inner;
	}
	cause.to_string()
}

/// Start of a text from outside, on one line.
fn short(text: &[u8]) -> String {
	let text = String::from_utf8_lossy(text);
	text.chars().filter(|c| !c.is_control()).take(MAX_MESSAGE).collect()
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use std::{
		io::{Read, Write},
		net::TcpListener,
	};

	/// A service on this machine that gives each of these answers, status line and body, once.
	pub fn service(answers: &'static [(&'static str, &'static str)]) -> ServiceConfig {
		let listener = TcpListener::bind("127.0.0.1:0").unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		std::thread::spawn(move || {
			for (status, body) in answers {
				let (mut stream, _) = listener.accept().unwrap();
				let mut request = Vec::new();
				let mut piece = [0; 512];
				while !request.ends_with(b"\r\n\r\n") {
					let read = stream.read(&mut piece).unwrap();
					request.extend_from_slice(&piece[..read]);
				}
				let head = String::from_utf8(request).unwrap().to_lowercase();
				assert!(head.contains("authorization: bearer secret"), "{head}");
				let length = body.len();
				write!(
					stream,
					"HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
				)
				.unwrap();
			}
		});
		ServiceConfig { url: url.into_bytes(), token: Some(b"secret".to_vec()) }
	}

	fn client(answers: &'static [(&'static str, &'static str)]) -> ServiceClient {
		ServiceClient::new(&service(answers)).unwrap()
	}

	#[tokio::test]
	async fn capabilities_are_handed_on_as_they_are() {
		let client = client(&[("200 OK", r#"{"version":"1","backends":[]}"#)]);
		let answer = client.capabilities().await.unwrap();
		assert_eq!(answer, serde_json::json!({ "version": "1", "backends": [] }));
	}

	#[tokio::test]
	async fn what_is_no_proving_service_is_told_from_one_that_refuses() {
		let client = client(&[
			("200 OK", "<html>"),
			("200 OK", "{}"),
			("401 Unauthorized", "{}"),
			("500 Internal Server Error", "sorry\n"),
			("302 Found\r\nlocation: http://127.0.0.1:1/", "elsewhere"),
		]);
		for error in [
			ServiceError::NotUnderstood("<html>".into()),
			ServiceError::NotUnderstood("{}".into()),
			ServiceError::Unauthorized,
			ServiceError::Refused(500, "sorry".into()),
			ServiceError::Refused(302, "elsewhere".into()),
		] {
			assert_eq!(client.capabilities().await, Err(error));
		}
	}

	#[tokio::test]
	async fn a_job_is_there_or_not() {
		let client = client(&[("200 OK", "{}"), ("404 Not Found", "{}"), ("401 Denied", "")]);
		assert_eq!(client.has_job(H256::zero()).await, Ok(true));
		assert_eq!(client.has_job(H256::zero()).await, Ok(false));
		assert_eq!(client.has_job(H256::zero()).await, Err(ServiceError::Unauthorized));
	}

	#[tokio::test]
	async fn nobody_there_is_said_so() {
		// Port 1 needs privileges and serves nothing.
		let config = ServiceConfig { url: b"http://127.0.0.1:1".to_vec(), token: None };
		let error = ServiceClient::new(&config).unwrap().capabilities().await.unwrap_err();
		assert!(error.to_string().contains("proofyard-prover serve"), "{error}");
	}
}
