// SPDX-License-Identifier: Apache-2.0
//! `proofyard keys`: make keys, look at them, give a session key to a node.

use crate::{
	context::{Globals, SessionArgs},
	error::{CliError, Result},
	node::{self, Node, METHOD_NOT_FOUND},
	output::Lines,
	parse,
	secret::Secret,
};
use proofyard_primitives::session;
use serde::Serialize;
use sp_core::{ed25519, Pair, H256};
use std::path::PathBuf;
use subxt::utils::AccountId32;

/// Commands about keys.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum KeysCommand {
	/// Make a new key: twelve random words.
	///
	/// Without --out the words are printed: whoever reads them owns the account.
	Generate {
		/// Write the words to a new file that only you may read, and do not print them.
		#[arg(long, value_name = "FILE")]
		out: Option<PathBuf>,
	},

	/// Show the account and public key of an account, or of the secret given.
	Inspect {
		/// SS58 address or public key; that of --key-file or --suri when left out.
		#[arg(value_parser = parse::account)]
		account: Option<AccountId32>,
	},

	/// Put a secret into the keystore of a node: a session key by --session-key-file, any by --key-file.
	///
	/// A prover's node needs its session key: it signs the proofs that the node submits. The secret
	/// travels to the node, so the node must be on this machine.
	Insert {
		/// Use that the node has for the key.
		#[arg(long = "type", value_enum, default_value_t = KeyKind::Session)]
		kind: KeyKind,

		/// Send the secret to a node on another machine all the same.
		#[arg(long)]
		force: bool,

		#[command(flatten)]
		session: SessionArgs,
	},
}

/// Use that a node has for a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum KeyKind {
	/// A prover's session key (sr25519, `pyrd`).
	Session,
	/// A validator's block production key (sr25519, `babe`).
	Babe,
	/// A validator's finality key (ed25519, `gran`).
	Grandpa,
}

impl KeyKind {
	/// The keystore's name for it.
	fn key_type(self) -> Result<&'static str> {
		let bytes: &'static [u8] = match self {
			Self::Session => &session::KEY_TYPE.0,
			Self::Babe => b"babe",
			Self::Grandpa => b"gran",
		};
		std::str::from_utf8(bytes).map_err(|error| CliError::other(error.to_string()))
	}

	/// The public key that the secret has there.
	fn public(self, secret: &Secret) -> Result<H256> {
		match self {
			Self::Session | Self::Babe => Ok(H256(secret.account()?.0)),
			Self::Grandpa => ed25519::Pair::from_string(secret.expose(), None)
				.map(|pair| H256(pair.public().0))
				.map_err(|_| {
					CliError::usage(
						"the secret has no ed25519 key: it must not use /soft derivation",
					)
				}),
		}
	}
}

/// A key, without its secret unless it was just made and is to be printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyInfo {
	account: AccountId32,
	public_key: H256,
	#[serde(skip_serializing_if = "Option::is_none")]
	file: Option<PathBuf>,
	#[serde(skip_serializing_if = "Option::is_none")]
	secret_phrase: Option<String>,
}

impl KeyInfo {
	fn of(account: AccountId32) -> Self {
		let public_key = H256(account.0);
		Self { account, public_key, file: None, secret_phrase: None }
	}

	fn lines(&self, headline: &str) -> Lines {
		Lines::under(headline)
			.field("account", self.account)
			.field("public key", format!("{:?}", self.public_key))
			.maybe("file", self.file.as_ref().map(|path| path.display()))
			.maybe("secret phrase", self.secret_phrase.as_ref())
	}
}

/// Run a command about keys.
pub async fn run(globals: &Globals, command: KeysCommand) -> Result<()> {
	match command {
		KeysCommand::Generate { out } => generate(globals, out),
		KeysCommand::Inspect { account } => {
			let info = KeyInfo::of(globals.account_or_own(account)?);
			globals.output().show(&info, || info.lines("Key").text());
			Ok(())
		}
		KeysCommand::Insert { kind, force, session } => {
			let secret = match kind {
				KeyKind::Session => globals.session_secret(&session)?,
				KeyKind::Babe | KeyKind::Grandpa => globals.secret()?,
			};
			insert(globals, kind, force, &secret).await
		}
	}
}

fn generate(globals: &Globals, out: Option<PathBuf>) -> Result<()> {
	let secret = Secret::generate();
	let mut info = KeyInfo::of(secret.account()?);
	match &out {
		Some(path) => secret.save(path)?,
		None => info.secret_phrase = Some(secret.expose().to_string()),
	}
	info.file = out;
	globals.output().show(&info, || {
		let hint = match &info.file {
			Some(path) => {
				format!("Sign with --key-file {}. Keep a copy in a safe place.", path.display())
			}
			None => "Write the phrase down and keep it secret: it is the account.".into(),
		};
		info.lines("New key").hint(hint).text()
	});
	Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inserted {
	key_type: &'static str,
	public_key: H256,
	node: String,
}

async fn insert(globals: &Globals, kind: KeyKind, force: bool, secret: &Secret) -> Result<()> {
	if !node::is_loopback(&globals.node) && !force {
		return Err(CliError::usage(format!(
			"{} is not this machine: the secret would travel to it. Run this beside the node, or give --force if you know the way is safe",
			globals.node
		)));
	}
	let public_key = kind.public(secret)?;
	let key_type = kind.key_type()?;
	let node = Node::connect(&globals.node).await?;
	let methods = node.methods();
	let insertion = methods.author_insert_key(
		key_type.to_string(),
		secret.expose().to_string(),
		public_key.0.to_vec(),
	);
	let answer = insertion.await;
	if let Err(subxt::rpcs::Error::User(error)) = &answer {
		if error.code == METHOD_NOT_FOUND {
			return Err(CliError::other(format!(
				"the node does not take keys from here: {}. Start it with --rpc-methods unsafe, on a port that only this machine reaches",
				error.message
			)));
		}
	}
	answer.map_err(|error| node.explain(error))?;
	let stored = methods.author_has_key(public_key.0.to_vec(), key_type.to_string());
	if !node.wait(stored).await? {
		return Err(CliError::other("the node took the key, but its keystore does not have it"));
	}
	let inserted = Inserted { key_type, public_key, node: globals.node.clone() };
	globals.output().show(&inserted, || {
		let lines = Lines::under("The node has the key")
			.field("type", key_type)
			.field("public key", format!("{public_key:?}"));
		match kind {
			KeyKind::Session => {
				lines.hint("Register it with `proofyard prover register` or `prover rotate-key`.")
			}
			KeyKind::Babe | KeyKind::Grandpa => lines,
		}
		.text()
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_session_key_is_stored_where_the_node_looks() {
		assert_eq!(KeyKind::Session.key_type().unwrap(), "pyrd");
	}

	#[test]
	fn a_key_s_public_half_depends_on_its_use() {
		let alice = Secret::new("//Alice");
		let session = KeyKind::Session.public(&alice).unwrap();
		assert_eq!(session, H256(alice.account().unwrap().0));
		let grandpa = KeyKind::Grandpa.public(&alice).unwrap();
		assert_eq!(
			hex::encode(grandpa),
			"88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee"
		);
		assert!(KeyKind::Grandpa.public(&Secret::new("//Alice/soft")).is_err());
	}
}
