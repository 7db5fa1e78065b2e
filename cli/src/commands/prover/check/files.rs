// SPDX-License-Identifier: Apache-2.0
//! Checks of a program's files: would the service get them, as far as that can be seen from here?

use super::Check;
use crate::rpc::Artifact;
use reqwest::Url;
use std::{path::Path, time::Duration};

/// Time that one locator may take to answer.
const LOCATOR_TIMEOUT: Duration = Duration::from_secs(10);

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

/// Check of a file: one of its locators gives it.
pub(super) async fn find(artifact: &Artifact, place: &Place<'_>) -> Check {
	const NAME: &str = "files";
	let role = artifact.role.name();
	let (mut unseen, mut not) = (None, None);
	for locator in &artifact.locators {
		match locate(locator, artifact.size, place).await {
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

async fn locate(locator: &str, size: u64, place: &Place<'_>) -> Located {
	let Ok(url) = Url::parse(locator) else {
		return Located::Not("it is no URL".into(), ask_owner());
	};
	match url.to_file_path() {
		Ok(path) => locate_file(&path, size, place),
		Err(()) => locate_web(url, size).await,
	}
}

/// Advice where the program's files are not where its owner says.
fn ask_owner() -> String {
	"do not offer for it until its owner gives other locators: `proofyard program set-locators`"
		.into()
}

fn locate_file(path: &Path, size: u64, place: &Place<'_>) -> Located {
	let folder = path.parent().unwrap_or(path);
	let allow = format!("restart the service with --allow-file-root {}", folder.display());
	let refused = |path: &Path| {
		place.roots.is_some_and(|roots| !roots.iter().any(|root| path.starts_with(root)))
	};
	if !place.here {
		// Links on the other machine may lead below a folder that this path does not name.
		return match place.roots {
			Some([]) => Located::Not("the service reads no files".into(), allow),
			_ => Located::Unseen("it is a path on the machine of the service".into()),
		};
	}
	match path.canonicalize().and_then(|real| Ok((real.metadata()?.len(), real))) {
		Ok((_, real)) if refused(&real) => {
			Located::Not("the service may not read it".into(), allow)
		}
		Ok((found, _)) if found != size => {
			Located::Not(format!("it has {found} bytes, not {size}"), ask_owner())
		}
		Ok(_) if place.roots.is_none() => {
			Located::Unseen("the service does not say which folders it may read".into())
		}
		Ok(_) => Located::There,
		Err(error) => Located::Not(
			format!("it is not on this machine ({error})"),
			"bring the file there, or do not offer for this program".into(),
		),
	}
}

async fn locate_web(url: Url, size: u64) -> Located {
	// Somebody else may have installed one: any will do.
	let _ = rustls::crypto::ring::default_provider().install_default();
	let client = reqwest::Client::builder().timeout(LOCATOR_TIMEOUT).build();
	let answer = match client {
		Ok(client) => client.head(url).send().await,
		Err(error) => Err(error),
	};
	match answer {
		Ok(answer) => judge_web(answer.status().as_u16(), length(&answer), size),
		Err(error) => Located::Unseen(format!("no answer from here ({error})")),
	}
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
		match locate_file(&file, 4, &here(Some(&[]))) {
			Located::Not(_, advice) => {
				assert!(advice.ends_with(&format!("--allow-file-root {}", dir.display())))
			}
			other => panic!("{other:?}"),
		}
		assert!(matches!(locate_file(&file, 4, &here(None)), Located::Unseen(_)));
		let far = Place { roots: Some(&roots), here: false };
		assert!(matches!(locate_file(&file, 4, &far), Located::Unseen(_)));
		let far = Place { roots: Some(&[]), here: false };
		assert!(matches!(locate_file(&file, 4, &far), Located::Not(..)));
		std::fs::remove_dir_all(&dir).unwrap();
	}

	#[test]
	fn a_web_server_says_whether_a_file_is_there() {
		assert_eq!(judge_web(200, Some(4), 4), Located::There);
		assert_eq!(judge_web(200, None, 4), Located::There);
		assert!(matches!(judge_web(200, Some(5), 4), Located::Not(..)));
		assert!(matches!(judge_web(404, None, 4), Located::Not(..)));
		assert!(matches!(judge_web(405, None, 4), Located::Unseen(_)));
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
		assert_eq!(find(&artifact(&["file:///no", &there]), &place).await.verdict, Verdict::Ok);
		failing(&find(&artifact(&["file:///no"]), &place).await);
		let far = Place { roots: None, here: false };
		assert_eq!(find(&artifact(&[&there]), &far).await.verdict, Verdict::Warn);
		std::fs::remove_dir_all(&dir).unwrap();
	}
}
