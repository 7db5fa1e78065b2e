// SPDX-License-Identifier: Apache-2.0
//! Global options, from which every command starts.

use crate::{
	chain::{Chain, Included},
	error::{CliError, Result},
	output::Output,
	secret::{Secret, SecretSource},
};
use std::path::PathBuf;
use subxt::{transactions::Payload, utils::AccountId32};

/// Options that every command takes.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
	/// WebSocket of a node.
	#[arg(
		long,
		global = true,
		env = "PROOFYARD_NODE",
		default_value = "ws://127.0.0.1:9944",
		value_name = "URL"
	)]
	pub node: String,

	/// Print one JSON value per result instead of text. Errors are JSON on standard error.
	#[arg(long, global = true)]
	pub json: bool,

	/// Secret of the account that signs: a mnemonic phrase, a 0x seed, or //Alice for development.
	///
	/// Prefer --key-file or the environment: the command line is visible to other users.
	#[arg(
		long,
		global = true,
		env = "PROOFYARD_SURI",
		hide_env_values = true,
		value_name = "SECRET"
	)]
	pub suri: Option<String>,

	/// File whose first line is the secret of the account that signs; goes before --suri.
	#[arg(long, global = true, env = "PROOFYARD_KEY_FILE", value_name = "FILE")]
	pub key_file: Option<PathBuf>,

	/// Wait until a transaction's block is final, not only until there is one.
	#[arg(long, global = true)]
	pub finalized: bool,
}

impl Globals {
	/// Output in the form that was asked for.
	pub fn output(&self) -> Output {
		Output { json: self.json }
	}

	/// Connect to the node.
	pub async fn chain(&self) -> Result<Chain> {
		Chain::connect(&self.node, self.output()).await
	}

	fn secret_source(&self) -> SecretSource {
		SecretSource { file: self.key_file.clone(), uri: self.suri.clone() }
	}

	/// The secret of the account that signs. Fails with a usage error when none is given.
	pub fn secret(&self) -> Result<Secret> {
		self.secret_source().load("give --key-file FILE, --suri SECRET or PROOFYARD_SURI")
	}

	/// Secret of a session key, given as such or as the key that signs. Fails with a usage error when
	/// none is given, or both and they differ.
	pub fn session_secret(&self, session: &SessionArgs) -> Result<Secret> {
		match (session.source().find()?, self.secret_source().find()?) {
			(Some(session), Some(key)) if session.account()? != key.account()? => {
				Err(CliError::usage(
					"--session-key-file and --key-file (or --suri, or their environment variables) are different keys: give the one that is to be inserted alone, by --key-file",
				))
			}
			(Some(secret), _) | (None, Some(secret)) => Ok(secret),
			(None, None) => Err(CliError::usage(
				"a key is needed: give --session-key-file FILE, --key-file FILE, --suri SECRET or PROOFYARD_SURI",
			)),
		}
	}

	/// The account given, or that of the secret.
	pub fn account_or_own(&self, account: Option<AccountId32>) -> Result<AccountId32> {
		match account {
			Some(account) => Ok(account),
			None => self
				.secret_source()
				.load("name an ACCOUNT, or give --key-file FILE, --suri SECRET or PROOFYARD_SURI for your own")?
				.account(),
		}
	}

	/// Sign and send a call with the given secret, and wait as `--finalized` says.
	pub async fn submit(&self, chain: &Chain, call: &impl Payload) -> Result<Included> {
		let signer = self.secret()?.signer()?;
		chain.submit(call, &signer, self.finalized).await
	}
}

/// Options that name a prover's session key.
#[derive(Clone, Debug, clap::Args)]
pub struct SessionArgs {
	/// Secret of the session key. Prefer --session-key-file or the environment.
	#[arg(long, env = "PROOFYARD_SESSION_SURI", hide_env_values = true, value_name = "SECRET")]
	pub session_suri: Option<String>,

	/// File whose first line is the secret of the session key; goes before --session-suri.
	#[arg(long, env = "PROOFYARD_SESSION_KEY_FILE", value_name = "FILE")]
	pub session_key_file: Option<PathBuf>,
}

impl SessionArgs {
	/// The secret of the session key. Fails with a usage error when none is given.
	pub fn secret(&self) -> Result<Secret> {
		self.source()
			.load("give --session-key-file FILE, --session-suri SECRET or PROOFYARD_SESSION_SURI")
	}
	fn source(&self) -> SecretSource {
		SecretSource { file: self.session_key_file.clone(), uri: self.session_suri.clone() }
	}
}

#[cfg(test)]
impl Globals {
	/// Options of a command that reaches no node and has no key.
	pub fn of_tests() -> Self {
		Self { node: String::new(), json: true, suri: None, key_file: None, finalized: false }
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_session_key_is_given_either_way_but_not_two_of_them() {
		let account = |own: Option<&str>, session: Option<&str>| {
			let globals = Globals { suri: own.map(Into::into), ..Globals::of_tests() };
			let session =
				SessionArgs { session_suri: session.map(Into::into), session_key_file: None };
			globals.session_secret(&session)?.account()
		};
		let bob = Secret::new("//Bob").account().unwrap();
		for (own, session) in
			[(Some("//Bob"), None), (None, Some("//Bob")), (Some("//Bob"), Some(" //Bob"))]
		{
			assert_eq!(account(own, session).unwrap(), bob);
		}
		assert_eq!(account(Some("//Alice"), Some("//Bob")).unwrap_err().exit_code(), 2);
		assert_eq!(account(None, None).unwrap_err().exit_code(), 2);
	}
}
