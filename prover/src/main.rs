// SPDX-License-Identifier: Apache-2.0
//! `proofyard-prover`: the command line of the proving service.

use std::{
	fs::OpenOptions,
	io::{IsTerminal, Write},
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
	time::Duration,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use proofyard_prover::{
	card_process::{self, CardProcessArgs},
	config::{Config, LogFormat, ServeArgs},
	selftest::{self, BenchArgs, SelftestArgs},
	server::Server,
	supervisor::{self, SuperviseArgs},
	OPENAPI,
};
use rand::{rngs::OsRng, RngCore};
use tokio::signal::unix::{signal, SignalKind};
use tracing_subscriber::EnvFilter;

/// The proving service of Proofyard: takes jobs over HTTP from a prover's node and returns proofs.
#[derive(Parser)]
#[command(name = "proofyard-prover", version)]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Run the service until SIGTERM or SIGINT.
	Serve(Box<ServeArgs>),
	/// Print the OpenAPI description of the HTTP interface.
	Openapi,
	/// Write a new random token to a file that only its owner can read.
	Token {
		/// The file; it must not exist yet.
		file: PathBuf,
	},
	/// Compare this machine's arithmetic (its graphics card's, in a program built for cards) with known answers, then make and
	/// check whole proofs.
	Selftest(SelftestArgs),
	/// Measure proofs on the processor and, in a program built for cards, on a graphics card beside it.
	Bench(BenchArgs),
	/// Run a command and end everything it starts (the service calls this).
	#[command(hide = true)]
	Supervise(SuperviseArgs),
	/// Hold proving keys on a graphics card and compute with them (the service calls this).
	#[command(hide = true)]
	CardProcess(CardProcessArgs),
}

/// Time for which blocking work may hold up the end of the process.
const LAST_CALL: Duration = Duration::from_secs(2);

fn main() -> anyhow::Result<()> {
	match Cli::parse().command {
		Command::Serve(args) => serve(&args),
		Command::Openapi => Ok(std::io::stdout().write_all(OPENAPI.as_bytes())?),
		Command::Token { file } => write_token(&file),
		Command::Selftest(args) => selftest::selftest(&args),
		Command::Bench(args) => selftest::bench(&args),
		Command::Supervise(args) => Ok(supervisor::run(&args)?),
		Command::CardProcess(args) => card_process::run(&args),
	}
}

fn serve(args: &ServeArgs) -> anyhow::Result<()> {
	start_log(args)?;
	let token = std::env::var("PROOFYARD_TOKEN").ok();
	let config = Config::from_args(args, token.as_deref())?;
	if config.token.is_none() {
		tracing::warn!("no token is set: every process on this machine may use the service");
	}
	let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
	let result = runtime.block_on(async {
		let (mut term, mut int) =
			(signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
		let server = Server::start(config).await?;
		tracing::info!(addr = %server.addr(), "listening");
		// For scripts that asked for port 0.
		writeln!(std::io::stdout(), "listening on http://{}", server.addr())?;
		server
			.run(async move {
				tokio::select! {
					_ = term.recv() => {},
					_ = int.recv() => {},
				}
				tracing::info!("shutting down");
			})
			.await?;
		tracing::info!("stopped");
		Ok(())
	});
	runtime.shutdown_timeout(LAST_CALL);
	result
}

fn start_log(args: &ServeArgs) -> anyhow::Result<()> {
	let filter = EnvFilter::try_new(&args.log).with_context(|| format!("--log {}", args.log))?;
	let builder = tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_writer(std::io::stderr)
		.with_ansi(std::io::stderr().is_terminal());
	match args.log_format {
		LogFormat::Text => builder.init(),
		LogFormat::Json => builder.json().init(),
	}
	Ok(())
}

fn write_token(path: &Path) -> anyhow::Result<()> {
	let mut bytes = [0; 32];
	OsRng.fill_bytes(&mut bytes);
	let mut file =
		OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).with_context(
			|| format!("the token file {} must be new and writable", path.display()),
		)?;
	writeln!(file, "{}", hex::encode(bytes))?;
	file.sync_all()?;
	eprintln!("wrote {}; start the service with --token-file {}", path.display(), path.display());
	Ok(())
}
