// SPDX-License-Identifier: Apache-2.0
//! Addresses that a locator may lead to.
//!
//! Locators come from the chain, so anyone who pays a registration chooses them. Without rules they would let a
//! stranger send requests into the prover's own network. The rules hold for the URL itself ([`check_url`]), for every
//! redirect (the same function) and for every address a name resolves to ([`GuardedResolver`]): the connection goes to
//! an address that was checked, so a name that changes its mind between check and use gains nothing.

use std::net::{IpAddr, SocketAddr};

use proofyard_jobs::is_public;
use reqwest::{
	dns::{Addrs, Name, Resolve, Resolving},
	Url,
};

/// Access that the operator allows beyond the public Internet over https.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
	/// `http://` to a literal loopback address.
	pub allow_http: bool,
	/// Private, loopback and link-local addresses over `https://`.
	pub allow_private_hosts: bool,
}

/// Checks a locator's URL, or a redirect's. The error says what to change.
pub fn check_url(url: &Url, rules: Rules) -> Result<(), String> {
	if !url.username().is_empty() || url.password().is_some() {
		return Err("a locator is public; it must not carry a user name or password".into());
	}
	let Some(host) = url.host_str() else { return Err("the URL names no host".into()) };
	// The parser has brought every spelling of an IPv4 address to dotted decimal; IPv6 stands in brackets.
	let literal: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
	match url.scheme() {
		"https" => match literal {
			Some(ip) if !rules.allow_private_hosts && !is_public(ip) => Err(format!(
				"{ip} is no public address (the operator may set --allow-private-hosts)"
			)),
			_ => Ok(()),
		},
		"http" if !rules.allow_http => {
			Err("http is not accepted; use https (for tests on loopback there is --allow-http)"
				.into())
		}
		"http" => match literal {
			Some(ip) if crate::config::is_loopback(ip) => Ok(()),
			_ => Err("--allow-http accepts literal loopback addresses only; use https".into()),
		},
		other => Err(format!("scheme `{other}` is not supported; use https or file")),
	}
}

/// A name that resolves to no address that may be used.
#[derive(Debug, thiserror::Error)]
#[error("{name} resolves to private addresses only, such as {example} (the operator may set --allow-private-hosts)")]
pub struct ForbiddenName {
	name: String,
	example: IpAddr,
}

/// The system's resolver, minus the addresses that the rules forbid.
pub struct GuardedResolver {
	/// The rules.
	pub rules: Rules,
}

impl Resolve for GuardedResolver {
	fn resolve(&self, name: Name) -> Resolving {
		let rules = self.rules;
		let name = name.as_str().to_owned();
		Box::pin(async move {
			let found: Vec<SocketAddr> =
				tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
			let usable = filter_addresses(&name, found, rules)?;
			Ok(Box::new(usable.into_iter()) as Addrs)
		})
	}
}

fn filter_addresses(
	name: &str,
	found: Vec<SocketAddr>,
	rules: Rules,
) -> Result<Vec<SocketAddr>, ForbiddenName> {
	if rules.allow_private_hosts {
		return Ok(found);
	}
	let example = found.first().map(|a| a.ip());
	let usable: Vec<_> = found.into_iter().filter(|a| is_public(a.ip())).collect();
	match example {
		Some(example) if usable.is_empty() => Err(ForbiddenName { name: name.to_owned(), example }),
		_ => Ok(usable),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const STRICT: Rules = Rules { allow_http: false, allow_private_hosts: false };
	const HTTP: Rules = Rules { allow_http: true, allow_private_hosts: false };
	const PRIVATE: Rules = Rules { allow_http: false, allow_private_hosts: true };

	fn check(url: &str, rules: Rules) -> Result<(), String> {
		check_url(&Url::parse(url).unwrap(), rules)
	}

	#[test]
	fn literal_addresses_are_checked_in_every_spelling() {
		for url in [
			"https://127.0.0.1/x",
			"https://127.1/x",
			"https://0x7f000001/",
			"https://2130706433/",
			"https://[::1]/",
			"https://[::ffff:169.254.169.254]/",
		] {
			assert!(check(url, STRICT).is_err(), "{url}");
			assert!(check(url, PRIVATE).is_ok(), "{url}");
		}
		assert!(check("https://example.org/x", STRICT).is_ok());
		assert!(check("https://1.1.1.1/x", STRICT).is_ok());
	}

	#[test]
	fn http_is_for_loopback_tests_only() {
		assert!(check("http://127.0.0.1:80/x", STRICT).is_err());
		assert!(check("http://127.0.0.1:80/x", HTTP).is_ok());
		assert!(check("http://[::1]/x", HTTP).is_ok());
		for url in ["http://example.org/x", "http://localhost/x", "http://10.0.0.1/x"] {
			assert!(check(url, HTTP).is_err(), "{url}");
		}
	}

	#[test]
	fn credentials_and_other_schemes_are_refused() {
		assert!(check("https://user:pw@example.org/", STRICT).is_err());
		assert!(check("ftp://example.org/", STRICT).is_err());
	}

	#[test]
	fn a_name_loses_its_private_addresses() {
		let addr = |ip: &str| SocketAddr::new(ip.parse().unwrap(), 0);
		let mixed = vec![addr("10.0.0.1"), addr("1.1.1.1")];
		assert_eq!(filter_addresses("n", mixed.clone(), STRICT).unwrap(), vec![addr("1.1.1.1")]);
		assert_eq!(filter_addresses("n", mixed, PRIVATE).unwrap().len(), 2);
		assert!(filter_addresses("n", vec![addr("127.0.0.1")], STRICT).is_err());
	}
}
