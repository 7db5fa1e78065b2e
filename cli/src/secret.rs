// SPDX-License-Identifier: Apache-2.0
//! Secrets: where they come from, and the two things they do, signing transactions and signing as a
//! prover's session key.
//!
//! A secret is a URI as Substrate tools write it: a mnemonic phrase or a `0x` seed, then derivations
//! (`//hard`, `/soft`) and `///password`; `//Alice` alone is a development key that everybody knows.
//! It comes from a file or the environment, so that it need not be in the shell's history.

use crate::error::{CliError, Result};
use anyhow::Context;
use proofyard_primitives::session::{SessionKey, SessionSignature};
use sp_core::{sr25519, Pair};
use std::{
	fmt, fs,
	io::Write,
	path::{Path, PathBuf},
	str::FromStr,
	sync::Once,
};
use subxt::utils::AccountId32;
use subxt_signer::{sr25519::Keypair, SecretUri};

/// A secret URI. Never shown, not even for debugging.
#[derive(Clone)]
pub struct Secret(String);

impl fmt::Debug for Secret {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("Secret(…)")
	}
}

impl Secret {
	/// A secret from its text.
	pub fn new(uri: impl Into<String>) -> Self {
		Self(uri.into())
	}

	/// The text; it goes to a keystore and nowhere else.
	pub fn expose(&self) -> &str {
		&self.0
	}

	/// The secret in a file: its first line that is not empty and does not begin with `#`.
	pub fn from_file(path: &Path) -> Result<Self> {
		let text = fs::read_to_string(path)
			.with_context(|| format!("cannot read the key file {}", path.display()))?;
		let line =
			text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
		match line {
			Some(line) => Ok(Self::new(line)),
			None => Err(CliError::usage(format!("the key file {} holds no key", path.display()))),
		}
	}

	/// Whether others than the owner may read a key file.
	#[cfg(unix)]
	pub fn readable_by_others(path: &Path) -> bool {
		use std::os::unix::fs::PermissionsExt;
		fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
	}

	/// Whether others than the owner may read a key file; not known here.
	#[cfg(not(unix))]
	pub fn readable_by_others(_: &Path) -> bool {
		false
	}

	/// A new random secret: twelve words.
	pub fn generate() -> Self {
		let (_, phrase, _) = sr25519::Pair::generate_with_phrase(None);
		Self(phrase)
	}

	/// Write the secret to a new file that only its owner may read. Fails when the file exists.
	pub fn save(&self, path: &Path) -> anyhow::Result<()> {
		let mut options = fs::OpenOptions::new();
		options.write(true).create_new(true);
		#[cfg(unix)]
		{
			use std::os::unix::fs::OpenOptionsExt;
			options.mode(0o600);
		}
		let mut file = options
			.open(path)
			.with_context(|| format!("cannot create the key file {}", path.display()))?;
		writeln!(file, "{}", self.0)
			.and_then(|()| file.sync_all())
			.with_context(|| format!("cannot write the key file {}", path.display()))
	}

	/// The key pair that signs transactions.
	pub fn signer(&self) -> Result<Keypair> {
		let uri = SecretUri::from_str(&self.0).map_err(|_| bad_secret("its form is wrong"))?;
		Keypair::from_uri(&uri).map_err(|error| bad_secret(&error.to_string()))
	}

	/// The account of this secret.
	pub fn account(&self) -> Result<AccountId32> {
		Ok(self.signer()?.public_key().to_account_id())
	}

	/// The key pair that signs as a prover's session key.
	pub fn session(&self) -> Result<SessionSigner> {
		sr25519::Pair::from_string(&self.0, None)
			.map(SessionSigner)
			.map_err(|_| bad_secret("its form is wrong"))
	}
}

/// Say that others may read a key file, once however often it is loaded.
fn warn_once(path: &Path) {
	static WARNED: Once = Once::new();
	WARNED.call_once(|| {
		// Nothing can be told when standard error is closed.
		let _ = writeln!(
			std::io::stderr(),
			"warning: others may read {}; chmod 600 it",
			path.display()
		);
	});
}

fn bad_secret(reason: &str) -> CliError {
	CliError::usage(format!(
		"the secret is no key: {reason}. It is a mnemonic phrase, a 0x seed of 32 bytes, or a development key such as //Alice"
	))
}

/// A prover's session key with its secret.
pub struct SessionSigner(sr25519::Pair);

impl SessionSigner {
	/// The public key.
	pub fn public(&self) -> SessionKey {
		self.0.public().into()
	}

	/// Sign a message as the session key.
	pub fn sign(&self, message: &[u8]) -> SessionSignature {
		self.0.sign(message).into()
	}
}

/// Places of a secret, of which at most one is used.
#[derive(Clone, Debug, Default)]
pub struct SecretSource {
	/// A file with the secret; goes before the URI.
	pub file: Option<PathBuf>,
	/// The secret itself.
	pub uri: Option<String>,
}

impl SecretSource {
	/// Secret that is given, if any.
	pub fn find(&self) -> Result<Option<Secret>> {
		match (&self.file, &self.uri) {
			(Some(path), _) => {
				if Secret::readable_by_others(path) {
					warn_once(path);
				}
				Secret::from_file(path).map(Some)
			}
			(None, uri) => Ok(uri.as_deref().map(|uri| Secret::new(uri.trim()))),
		}
	}

	/// Secret that is given, with the options that `what` names in the error when there is none.
	pub fn load(&self, what: &str) -> Result<Secret> {
		self.find()?.ok_or_else(|| CliError::usage(format!("a key is needed: {what}")))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn both_signers_read_a_uri_alike() {
		for uri in [
			"//Alice",
			"//Bob//stash",
			"0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a",
			"bottom drive obey lake curtain smoke basket hold race lonely fit walk//1/soft///pass",
		] {
			let secret = Secret::new(uri);
			let session = secret.session().unwrap().public();
			assert_eq!(
				secret.account().unwrap().0,
				<[u8; 32]>::try_from(session.as_ref()).unwrap()
			);
		}
	}

	#[test]
	fn alice_is_the_alice_everybody_knows() {
		assert_eq!(
			Secret::new("//Alice").account().unwrap().to_string(),
			"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
		);
	}

	#[test]
	fn what_is_no_secret_is_a_wrong_argument() {
		for uri in ["twelve words that are none", "0x1234"] {
			assert_eq!(Secret::new(uri).signer().unwrap_err().exit_code(), 2);
			assert_eq!(Secret::new(uri).session().err().unwrap().exit_code(), 2);
		}
	}

	#[test]
	fn a_generated_secret_survives_its_file() {
		let path = std::env::temp_dir().join(format!("proofyard-secret-{}", std::process::id()));
		let secret = Secret::generate();
		secret.save(&path).unwrap();
		assert!(!Secret::readable_by_others(&path));
		assert!(secret.save(&path).is_err(), "an existing key must not be overwritten");
		let read = Secret::from_file(&path).unwrap();
		fs::remove_file(&path).unwrap();
		assert_eq!(read.expose(), secret.expose());
		assert_eq!(read.account().unwrap(), secret.account().unwrap());
	}

	#[test]
	fn secrets_are_not_shown() {
		assert_eq!(format!("{:?}", Secret::new("//Alice")), "Secret(…)");
	}
}
