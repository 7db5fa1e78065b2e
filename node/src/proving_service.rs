// SPDX-License-Identifier: Apache-2.0
//! Proving service that this node drives.
//!
//! - [`client`]: what the node itself asks the service;
//! - [`watch`]: warnings to the operator, before something costs a bond.
//!
//! The off-chain worker runs inside the runtime and sees no command line: what it needs is put
//! into the off-chain database before the first block, under [`SERVICE_KEY`], and taken out again
//! when the node is started without a service.

pub mod client;
pub mod watch;

use codec::Encode;
use pallet_attestation::{ServiceConfig, SERVICE_KEY};
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use std::{
	fmt, fs,
	io::Read,
	net::{Ipv4Addr, Ipv6Addr},
	path::{Path, PathBuf},
	str::FromStr,
};

/// Longest accepted URL, in bytes.
const MAX_URL: usize = 512;
/// Longest accepted token, in bytes.
const MAX_TOKEN: usize = 4096;

/// Refusals of the proving service's options.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// The off-chain worker is switched off.
	#[error(
		"--proving-service needs the off-chain worker, and --offchain-worker never switches it \
		 off. Drop one of the two."
	)]
	WorkerNeeded,
	/// The token would travel readable.
	#[error(
		"The token would go to {0} over plain http, readable on the way. Use https:// for a \
		 proving service on another machine, or drop --proving-service-token-file."
	)]
	TokenOverPlainHttp(String),
	/// The token file cannot be read.
	#[error("Cannot read the token file {path}: {error}. Check --proving-service-token-file.")]
	TokenFile {
		/// The file.
		path: PathBuf,
		/// The system's own words.
		error: std::io::Error,
	},
	/// The token file holds no usable token.
	#[error(
		"The token file {path} holds no token: expected one line of visible ASCII, at most \
		 {MAX_TOKEN} bytes."
	)]
	BadToken {
		/// The file.
		path: PathBuf,
	},
	/// The database has no room for what the off-chain worker needs.
	#[error("The database backend has no off-chain storage, which --proving-service needs.")]
	NoOffchainStorage,
}

/// Reasons why a URL is not one of a proving service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
	/// Neither http nor https.
	#[error("expected http://HOST:PORT or https://HOST:PORT")]
	Scheme,
	/// More than a host and a port.
	#[error("the URL must end after the host and port: no path, query, fragment or user name")]
	NotBare,
	/// The host is missing or malformed.
	#[error("the host must be a name, an IPv4 address or an IPv6 address in brackets")]
	Host,
	/// The port is malformed.
	#[error("the port must be a number from 1 to 65535")]
	Port,
	/// Longer than any URL the off-chain worker would take.
	#[error("the URL is longer than {MAX_URL} bytes")]
	TooLong,
}

/// The URL of a proving service: scheme, host and port, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl {
	text: String,
	https: bool,
	loopback: bool,
}

impl ServiceUrl {
	/// Whether what is sent there can be read on the way.
	fn is_exposed(&self) -> bool {
		!self.https && !self.loopback
	}
}

impl fmt::Display for ServiceUrl {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.text)
	}
}

impl FromStr for ServiceUrl {
	type Err = UrlError;

	fn from_str(url: &str) -> Result<Self, UrlError> {
		if url.len() > MAX_URL {
			return Err(UrlError::TooLong);
		}
		let (https, authority) = match url.split_once("://") {
			Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
			Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
			_ => return Err(UrlError::Scheme),
		};
		// One slash after the authority is how people write a root; the worker adds its own.
		let authority = authority.strip_suffix('/').unwrap_or(authority);
		if authority.contains(['/', '?', '#', '@', '\\']) {
			return Err(UrlError::NotBare);
		}
		let (host, port) = split_authority(authority)?;
		if port.is_some_and(|port| !matches!(port.parse::<u16>(), Ok(1..))) {
			return Err(UrlError::Port);
		}
		let loopback = is_loopback(host)?;
		let scheme = if https { "https" } else { "http" };
		Ok(Self { text: format!("{scheme}://{authority}"), https, loopback })
	}
}

/// Host (without brackets) and port of `HOST`, `HOST:PORT` or `[IPV6]:PORT`.
fn split_authority(authority: &str) -> Result<(&str, Option<&str>), UrlError> {
	if let Some(rest) = authority.strip_prefix('[') {
		let (host, rest) = rest.split_once(']').ok_or(UrlError::Host)?;
		host.parse::<Ipv6Addr>().map_err(|_| UrlError::Host)?;
		return match rest.strip_prefix(':') {
			Some(port) => Ok((host, Some(port))),
			None if rest.is_empty() => Ok((host, None)),
			None => Err(UrlError::Port),
		};
	}
	let (host, port) = match authority.split_once(':') {
		Some((host, port)) => (host, Some(port)),
		None => (authority, None),
	};
	let well_formed = !host.is_empty()
		&& host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
	if well_formed {
		Ok((host, port))
	} else {
		Err(UrlError::Host)
	}
}

/// Whether `host` is this machine. Names other than `localhost` are not resolved: what they mean
/// can change after the check.
fn is_loopback(host: &str) -> Result<bool, UrlError> {
	if host.eq_ignore_ascii_case("localhost") {
		return Ok(true);
	}
	if let Ok(address) = host.parse::<Ipv6Addr>() {
		return Ok(address.is_loopback());
	}
	// A host of digits and dots alone is meant as an address: refuse the forms that resolvers read
	// in different ways.
	if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
		return host.parse::<Ipv4Addr>().map(|a| a.is_loopback()).map_err(|_| UrlError::Host);
	}
	Ok(false)
}

/// Read the service's token from a file.
pub fn read_token(path: &Path) -> Result<String, Error> {
	let read = || -> std::io::Result<Vec<u8>> {
		let mut bytes = Vec::new();
		// One byte more than allowed is enough to see that it is too long.
		fs::File::open(path)?.take(MAX_TOKEN as u64 + 64).read_to_end(&mut bytes)?;
		Ok(bytes)
	};
	let bytes = read().map_err(|error| Error::TokenFile { path: path.into(), error })?;
	warn_if_exposed(path);
	let token = bytes.trim_ascii();
	// The token becomes an HTTP header: anything but visible ASCII could start another one.
	if token.is_empty() || token.len() > MAX_TOKEN || !token.iter().all(u8::is_ascii_graphic) {
		return Err(Error::BadToken { path: path.into() });
	}
	Ok(token.iter().copied().map(char::from).collect())
}

#[cfg(unix)]
fn warn_if_exposed(path: &Path) {
	use std::os::unix::fs::PermissionsExt;
	if fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
		log::warn!(
			"The token file {} can be read by other users of this machine: chmod 600 it.",
			path.display()
		);
	}
}

#[cfg(not(unix))]
fn warn_if_exposed(_path: &Path) {}

/// Configuration that the off-chain worker reads: refused when the token would travel readable.
pub fn config(url: &ServiceUrl, token: Option<String>) -> Result<ServiceConfig, Error> {
	if token.is_some() && url.is_exposed() {
		return Err(Error::TokenOverPlainHttp(url.to_string()));
	}
	Ok(ServiceConfig { url: url.text.clone().into_bytes(), token: token.map(String::into_bytes) })
}

/// Put `service` where the off-chain worker looks for it, or clear what an earlier run left there.
pub fn store<S: OffchainStorage>(
	storage: Option<&mut S>,
	service: Option<&ServiceConfig>,
) -> Result<(), Error> {
	match (storage, service) {
		(Some(storage), Some(service)) => {
			storage.set(STORAGE_PREFIX, SERVICE_KEY, &service.encode())
		}
		(Some(storage), None) => storage.remove(STORAGE_PREFIX, SERVICE_KEY),
		(None, None) => {}
		(None, Some(_)) => return Err(Error::NoOffchainStorage),
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Decode;
	use sp_core::offchain::storage::InMemOffchainStorage;
	use std::io::Write;

	fn url(text: &str) -> ServiceUrl {
		text.parse().unwrap()
	}

	fn token_file(content: &[u8]) -> tempfile::NamedTempFile {
		let mut file = tempfile::NamedTempFile::new().unwrap();
		file.write_all(content).unwrap();
		file
	}

	mod parse {
		use super::*;

		#[test]
		fn works() {
			for (text, https, loopback) in [
				("http://127.0.0.1:8747", false, true),
				("http://127.9.9.9:1", false, true),
				("http://localhost", false, true),
				("http://[::1]:8747", false, true),
				("https://[2001:db8::1]:443", true, false),
				("https://gpu-7.example.org:8443", true, false),
				("http://10.0.0.7:8747", false, false),
			] {
				let parsed = url(text);
				assert_eq!(parsed.to_string(), text);
				assert_eq!((parsed.https, parsed.loopback), (https, loopback), "{text}");
			}
		}

		#[test]
		fn drops_one_trailing_slash_and_lowers_the_scheme() {
			assert_eq!(url("HTTP://localhost:80/").to_string(), "http://localhost:80");
		}

		#[test]
		fn fails_when_malformed() {
			for (text, error) in [
				("", UrlError::Scheme),
				("localhost:8747", UrlError::Scheme),
				("ftp://localhost", UrlError::Scheme),
				("http://localhost/v1", UrlError::NotBare),
				("http://localhost//", UrlError::NotBare),
				("http://localhost?x=1", UrlError::NotBare),
				("http://user:secret@localhost", UrlError::NotBare),
				("http://", UrlError::Host),
				("http://:8747", UrlError::Host),
				("http://two words", UrlError::Host),
				("http://::1:8747", UrlError::Host),
				("http://[::1", UrlError::Host),
				("http://[localhost]:1", UrlError::Host),
				("http://127.1:8747", UrlError::Host),
				("http://2130706433:8747", UrlError::Host),
				("http://localhost:", UrlError::Port),
				("http://localhost:0", UrlError::Port),
				("http://localhost:65536", UrlError::Port),
				("http://localhost:80:80", UrlError::Port),
				("http://[::1]8747", UrlError::Port),
			] {
				assert_eq!(text.parse::<ServiceUrl>().unwrap_err(), error, "{text}");
			}
			let long = format!("http://{}", "a".repeat(MAX_URL));
			assert_eq!(long.parse::<ServiceUrl>().unwrap_err(), UrlError::TooLong);
		}
	}

	mod token {
		use super::*;

		#[test]
		fn is_read_without_the_line_end() {
			let file = token_file(b"  s3cret-token\r\n");
			assert_eq!(read_token(file.path()).unwrap(), "s3cret-token");
		}

		#[test]
		fn fails_when_empty_too_long_or_not_a_header_value() {
			let long = "x".repeat(MAX_TOKEN + 1);
			for content in [&b""[..], b" \n", b"two words", b"line\nline", b"\xff", long.as_bytes()]
			{
				let file = token_file(content);
				assert!(matches!(read_token(file.path()), Err(Error::BadToken { .. })));
			}
		}

		#[test]
		fn fails_when_the_file_is_missing() {
			let path = Path::new("/nonexistent/token");
			assert!(matches!(read_token(path), Err(Error::TokenFile { .. })));
		}

		#[test]
		fn travels_over_https_or_within_the_machine_only() {
			let token = || Some("token".to_string());
			assert!(config(&url("https://gpu.example.org"), token()).is_ok());
			assert!(config(&url("http://localhost:1"), token()).is_ok());
			assert!(config(&url("http://10.0.0.7:1"), None).is_ok());
			assert!(matches!(
				config(&url("http://10.0.0.7:1"), token()),
				Err(Error::TokenOverPlainHttp(_))
			));
		}
	}

	#[test]
	fn store_writes_what_the_worker_reads_and_clears_it() {
		let mut storage = InMemOffchainStorage::default();
		let service = config(&url("http://127.0.0.1:8747"), Some("token".into())).unwrap();

		store(Some(&mut storage), Some(&service)).unwrap();
		let stored = storage.get(STORAGE_PREFIX, SERVICE_KEY).unwrap();
		let decoded = <(Vec<u8>, Option<Vec<u8>>)>::decode(&mut &stored[..]).unwrap();
		assert_eq!(decoded, (b"http://127.0.0.1:8747".to_vec(), Some(b"token".to_vec())));

		store(Some(&mut storage), None).unwrap();
		assert_eq!(storage.get(STORAGE_PREFIX, SERVICE_KEY), None);

		assert!(matches!(
			store::<InMemOffchainStorage>(None, Some(&service)),
			Err(Error::NoOffchainStorage)
		));
	}
}
