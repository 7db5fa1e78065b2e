// SPDX-License-Identifier: Apache-2.0
//! Checks of a program's files: would the service get them, as far as that can be seen from here?

use super::Check;
use crate::rpc::Artifact;
use futures::future::join_all;
use proofyard_jobs::is_public;
use reqwest::{
	dns::{Addrs, Name, Resolve, Resolving},
	Url,
};
use std::{
	net::{IpAddr, SocketAddr},
	path::Path,
	sync::Arc,
	time::Duration,
};
use tokio::time::{timeout_at, Instant};

/// Time that all locators of a program have to answer. Anybody may have registered them.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Place where the service looks for files, as far as it is known.
pub(super) struct Place<'a> {
	/// Folders that it may read; `None` when that is not known.
	pub(super) roots: Option<&'a [String]>,
	/// True on this machine.
	pub(super) here: bool,
}

/// Result for one locator.
#[derive(PartialEq, Eq, Debug)]
enum Located {
	/// A file of the right length is there.
	There,
	/// It cannot be seen from here.
	Unseen(String),
	/// The service cannot get it there; what to do.
	Not(String, String),
}

/// Checks of a program's files, all at once.
pub(super) async fn find_all(artifacts: &[Artifact], place: &Place<'_>) -> Vec<Check> {
	let client = client();
	let until = Instant::now() + TIME_LIMIT;
	join_all(artifacts.iter().map(|artifact| find(artifact, place, &client, until))).await
}

/// Check of a file: one of its locators gives it.
async fn find(
	artifact: &Artifact,
	place: &Place<'_>,
	client: &reqwest::Result<reqwest::Client>,
	until: Instant,
) -> Check {
	const NAME: &str = "files";
	let role = artifact.role.name();
	let (mut unseen, mut not) = (None, None);
	let located = artifact.locators.iter().map(|locator| async move {
		let located = timeout_at(until, locate(locator, artifact.size, place, client)).await;
		located.unwrap_or_else(|_| Located::Unseen("no answer from here in time".into()))
	});
	for (locator, located) in artifact.locators.iter().zip(join_all(located).await) {
		match located {
			Located::There => {
				return Check::ok(
					NAME,
					format!(
						"{role}: {} bytes at {locator} (the hash is not looked at)",
						artifact.size
					),
				)
			}
			Located::Unseen(reason) => unseen = unseen.or(Some((locator, reason))),
			Located::Not(reason, advice) => not = not.or(Some((locator, reason, advice))),
		}
	}
	match (unseen, not) {
		(Some((locator, reason)), _) => {
			Check::unseen(NAME, format!("{role}: {locator} is not looked at: {reason}"))
		}
		(None, Some((locator, reason, advice))) => {
			Check::fail(NAME, format!("{role}: {locator}: {reason}"), advice)
		}
		(None, None) => Check::unseen(NAME, format!("{role}: it has no locator")),
	}
}

async fn locate(
	locator: &str,
	size: u64,
	place: &Place<'_>,
	client: &reqwest::Result<reqwest::Client>,
) -> Located {
	let Ok(url) = Url::parse(locator) else {
		return Located::Not("it is no URL".into(), ask_owner());
	};
	match (url.to_file_path(), refusal(&url)) {
		(Ok(path), _) => locate_file(&path, size, place),
		(Err(()), Some(reason)) => Located::Not(reason, ask_owner()),
		(Err(()), None) => locate_web(url, size, client).await,
	}
}

/// Advice where the program's files are not where its owner says.
fn ask_owner() -> String {
	"do not offer for it until its owner gives other locators: `proofyard program set-locators`"
		.into()
}

/// Advice where a path leads to no file of the program's.
fn ask_for_https() -> String {
	"these files are on their owner's disk: ask for https:// locators".into()
}

fn locate_file(path: &Path, size: u64, place: &Place<'_>) -> Located {
	if !place.here {
		// Links on the other machine may lead below a folder that this path does not name.
		return match place.roots {
			Some([]) => Located::Not("the service reads no files".into(), ask_for_https()),
			_ => Located::Unseen("it is a path on the machine of the service".into()),
		};
	}
	let found = path.canonicalize().and_then(|real| Ok((real.metadata()?, real)));
	let (found, real) = match found {
		Ok((found, real)) if found.is_file() => (found.len(), real),
		Ok(_) => return Located::Not("it is no file".into(), ask_for_https()),
		Err(error) => {
			let reason = format!("it is not on this machine ({error})");
			return Located::Not(reason, ask_for_https());
		}
	};
	if found != size {
		return Located::Not(format!("it has {found} bytes, not {size}"), ask_for_https());
	}
	match place.roots {
		None => Located::Unseen("the service does not say which folders it may read".into()),
		Some(roots) if roots.iter().any(|root| real.starts_with(root)) => Located::There,
		Some(_) => Located::Not("the service may not read it".into(), allow(&real)),
	}
}

/// Advice for a file of the right length that the service may not read.
fn allow(file: &Path) -> String {
	match file.parent().filter(|folder| folder.parent().is_some()) {
		Some(folder) => format!("restart the service with --allow-file-root {}", folder.display()),
		None => ask_for_https(),
	}
}

/// Reason why the service does not fetch from a URL, as far as the URL shows: the rules are those of
/// `prover/src/artifacts/address.rs`, without what the operator may allow for tests.
fn refusal(url: &Url) -> Option<String> {
	if url.scheme() != "https" {
		return Some(format!("scheme `{}` is not accepted; https is", url.scheme()));
	}
	if !url.username().is_empty() || url.password().is_some() {
		return Some("a locator must not carry a user name or password".into());
	}
	// The parser has brought every spelling of an IPv4 address to dotted decimal; IPv6 stands in brackets.
	let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']');
	let ip = host.parse::<IpAddr>().ok().filter(|ip| !is_public(*ip))?;
	Some(format!("{ip} is no public address, and the service asks none unless it is told to"))
}

/// The system's resolver, minus private addresses.
struct PublicOnly;

impl Resolve for PublicOnly {
	fn resolve(&self, name: Name) -> Resolving {
		Box::pin(async move {
			let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
			let public: Vec<SocketAddr> = found.filter(|found| is_public(found.ip())).collect();
			match public.is_empty() {
				true => Err("its name leads to no public address".into()),
				false => Ok(Box::new(public.into_iter()) as Addrs),
			}
		})
	}
}

/// Client that goes nowhere but to the public address of a locator.
fn client() -> reqwest::Result<reqwest::Client> {
	// Somebody else may have installed one: any will do.
	let _ = rustls::crypto::ring::default_provider().install_default();
	reqwest::Client::builder()
		.no_proxy()
		.redirect(reqwest::redirect::Policy::none())
		.dns_resolver(Arc::new(PublicOnly))
		.build()
}

async fn locate_web(url: Url, size: u64, client: &reqwest::Result<reqwest::Client>) -> Located {
	let answer = match client {
		Ok(client) => client.head(url).send().await,
		Err(error) => return Located::Unseen(format!("cannot ask from here ({error})")),
	};
	match answer {
		Ok(answer) => judge_web(answer.status().as_u16(), length(&answer), size),
		Err(error) => Located::Unseen(format!("no answer from here ({})", innermost(&error))),
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

/// Length that an answer announces: of one to HEAD its body does not tell.
fn length(answer: &reqwest::Response) -> Option<u64> {
	answer.headers().get("content-length")?.to_str().ok()?.parse().ok()
}

fn judge_web(status: u16, length: Option<u64>, size: u64) -> Located {
	match (status, length) {
		(200..=299, Some(length)) if length != size => {
			Located::Not(format!("it has {length} bytes, not {size}"), ask_owner())
		}
		(200..=299, _) => Located::There,
		(404 | 410, _) => Located::Not(format!("it is not there ({status})"), ask_owner()),
		(status, _) => Located::Unseen(format!("it answers {status} to HEAD")),
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::{tests::failing, Verdict},
		*,
	};
	use crate::parse;
	use proofyard_primitives::ArtifactRole;
	use sp_core::H256;

	#[test]
	fn the_locators_of_a_file_are_followed_as_the_service_would() {
		let dir = std::env::temp_dir().join(format!("proofyard-check-{}", std::process::id()));
		std::fs::create_dir_all(&dir).unwrap();
		let (dir, file) = (dir.canonicalize().unwrap(), dir.canonicalize().unwrap().join("k.zkey"));
		std::fs::write(&file, b"four").unwrap();
		let roots = [dir.display().to_string()];
		let here = |roots: Option<&'static [String]>| Place { roots, here: true };
		let allowed = Place { roots: Some(&roots), here: true };

		assert_eq!(locate_file(&file, 4, &allowed), Located::There);
		assert!(matches!(locate_file(&file, 5, &allowed), Located::Not(..)), "another length");
		assert!(matches!(locate_file(&dir.join("x"), 4, &allowed), Located::Not(..)), "not there");
		let advice = |located| match located {
			Located::Not(_, advice) => advice,
			other => panic!("{other:?}"),
		};
		let none = here(Some(&[]));
		let folder = format!("--allow-file-root {}", dir.display());
		assert!(advice(locate_file(&file, 4, &none)).ends_with(&folder));
		for (path, size) in [(&*file, 5), (&*dir.join("x"), 4), (&*dir, 4), (Path::new("/"), 4)] {
			assert_eq!(advice(locate_file(path, size, &none)), ask_for_https(), "{path:?}");
		}
		assert_eq!(allow(Path::new("/key")), ask_for_https(), "not all of the disk");
		assert!(matches!(locate_file(&file, 4, &here(None)), Located::Unseen(_)));
		let far = Place { roots: Some(&roots), here: false };
		assert!(matches!(locate_file(&file, 4, &far), Located::Unseen(_)));
		let far = Place { roots: Some(&[]), here: false };
		assert_eq!(advice(locate_file(&file, 4, &far)), ask_for_https());
		std::fs::remove_dir_all(&dir).unwrap();
	}

	#[test]
	fn a_web_server_says_whether_a_file_is_there() {
		assert_eq!(judge_web(200, Some(4), 4), Located::There);
		assert_eq!(judge_web(200, None, 4), Located::There);
		assert!(matches!(judge_web(200, Some(5), 4), Located::Not(..)));
		assert!(matches!(judge_web(404, None, 4), Located::Not(..)));
		assert!(matches!(judge_web(405, None, 4), Located::Unseen(_)));
		assert!(matches!(judge_web(302, Some(4), 4), Located::Unseen(_)));
	}

	#[test]
	fn only_public_addresses_are_asked_over_https() {
		let refused = |url: &str| refusal(&Url::parse(url).unwrap()).is_some();
		for url in [
			"http://example.org/x",
			"ftp://example.org/x",
			"file://host/x",
			"https://user:pw@example.org/x",
			"https://127.1/x",
			"https://10.0.0.1/x",
			"https://169.254.169.254/x",
			"https://[::1]/x",
			"https://[fe80::1]/x",
		] {
			assert!(refused(url), "{url}");
		}
		assert!(!refused("https://example.org/x"));
		assert!(!refused("https://1.1.1.1/x"));
	}

	#[tokio::test]
	async fn a_name_of_this_machine_is_not_asked() {
		// A listener would tell of a connection; nothing comes, and nothing is known.
		let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
		listener.set_nonblocking(true).unwrap();
		let url = format!("https://localhost:{}/key", listener.local_addr().unwrap().port());
		match locate_web(Url::parse(&url).unwrap(), 4, &client()).await {
			Located::Unseen(reason) => assert!(reason.contains("no public address"), "{reason}"),
			other => panic!("{other:?}"),
		}
		assert!(listener.accept().is_err());
	}

	#[tokio::test]
	async fn one_locator_that_gives_the_file_is_enough() {
		let dir = std::env::temp_dir().join(format!("proofyard-files-{}", std::process::id()));
		std::fs::create_dir_all(&dir).unwrap();
		let dir = dir.canonicalize().unwrap();
		std::fs::write(dir.join("a b"), b"four").unwrap();
		let there = parse::file_locator(&dir.join("a b")).unwrap();
		let there = String::from_utf8(there.to_vec()).unwrap();
		let artifact = |locators: &[&str]| Artifact {
			role: ArtifactRole::ProvingKey,
			locators: locators.iter().map(|locator| locator.to_string()).collect(),
			sha256: H256::zero(),
			size: 4,
		};
		let roots = [dir.display().to_string()];
		let place = Place { roots: Some(&roots), here: true };
		let artifacts = [artifact(&["file:///no", &there]), artifact(&["file:///no"])];
		let checks = find_all(&artifacts, &place).await;
		assert_eq!(checks[0].verdict, Verdict::Ok);
		failing(&checks[1]);
		let far = Place { roots: None, here: false };
		assert_eq!(find_all(&artifacts[..1], &far).await[0].verdict, Verdict::Warn);
		let slow = artifact(&["https://localhost/x"]);
		let late = find(&slow, &far, &client(), Instant::now()).await;
		assert_eq!(late.verdict, Verdict::Warn, "no time left");
		std::fs::remove_dir_all(&dir).unwrap();
	}
}
