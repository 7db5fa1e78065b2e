// SPDX-License-Identifier: Apache-2.0
//! Options of `proofyard-prover serve`, the configuration file, and the rules that hold between them.

mod size;

use std::{
	collections::BTreeSet,
	net::{IpAddr, SocketAddr},
	path::{Path, PathBuf},
	time::Duration,
};

use clap::{Args, ValueEnum};
use proofyard_jobs::Bytes32;
use serde::Deserialize;

pub use self::size::ByteSize;
use crate::devices::Device;

/// Form of the log lines on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
	/// One readable line an event.
	Text,
	/// One JSON object an event.
	Json,
}

/// Options of `serve`. Each is also an environment variable.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
	/// Address and port to listen on. A non-loopback address needs a token.
	#[arg(long, env = "PROOFYARD_PROVER_LISTEN", default_value = "127.0.0.1:8099")]
	pub listen: SocketAddr,

	/// Folder for the job store, the artifact cache and the scratch folders of jobs. Created if absent.
	#[arg(long, env = "PROOFYARD_PROVER_DATA_DIR")]
	pub data_dir: PathBuf,

	/// File with the bearer token that clients must send (make one with `proofyard-prover token`). Without it, the
	/// variable PROOFYARD_TOKEN is read; without that, everyone who reaches the port may use the service.
	#[arg(long, env = "PROOFYARD_PROVER_TOKEN_FILE")]
	pub token_file: Option<PathBuf>,

	/// Configuration file (.toml or .json): external provers (`[[command]]`) and `[groth16]` settings.
	#[arg(long, env = "PROOFYARD_PROVER_CONFIG")]
	pub config: Option<PathBuf>,

	/// Largest total size of cached artifacts; the least recently used ones go first.
	#[arg(long, env = "PROOFYARD_PROVER_CACHE_MAX_BYTES", default_value = "100GiB")]
	pub cache_max_bytes: ByteSize,

	/// Largest input that a job may name by locators.
	#[arg(long, env = "PROOFYARD_PROVER_INPUT_MAX_BYTES", default_value = "256MiB")]
	pub input_max_bytes: ByteSize,

	/// Disk space that downloads always leave free on the data folder's filesystem.
	#[arg(long, env = "PROOFYARD_PROVER_DISK_RESERVE_BYTES", default_value = "1GiB")]
	pub disk_reserve_bytes: ByteSize,

	/// Folder below which `file://` locators may point; repeat it for several (in the variable, separate by `:`).
	/// Without any, every `file://` locator is refused.
	#[arg(
		long = "allow-file-root",
		value_name = "DIR",
		env = "PROOFYARD_PROVER_ALLOW_FILE_ROOT",
		value_delimiter = ':'
	)]
	pub allow_file_roots: Vec<PathBuf>,

	/// Also accept `http://` locators, but only to a literal loopback address (`127.0.0.1` or `[::1]`): for tests.
	#[arg(long, env = "PROOFYARD_PROVER_ALLOW_HTTP")]
	pub allow_http: bool,

	/// Also fetch from private, loopback and link-local addresses. Anyone who can register a program can then make
	/// this service send requests inside your network.
	#[arg(long, env = "PROOFYARD_PROVER_ALLOW_PRIVATE_HOSTS")]
	pub allow_private_hosts: bool,

	/// Largest number of jobs that wait; one more is answered with 503 `queue_full`.
	#[arg(long, env = "PROOFYARD_PROVER_MAX_QUEUE", default_value_t = 64)]
	pub max_queue: usize,

	/// Jobs that run at the same time. A proof already uses all cores (or the GPU), so 1 is mostly right.
	#[arg(long, env = "PROOFYARD_PROVER_CONCURRENCY", default_value_t = 1)]
	pub concurrency: usize,

	/// Seconds that a finished job (with its proof) stays readable.
	#[arg(long, env = "PROOFYARD_PROVER_RETENTION_SECS", default_value_t = 24 * 3600)]
	pub retention_secs: u64,

	/// Largest number of finished jobs that are kept; the oldest go first.
	#[arg(long, env = "PROOFYARD_PROVER_RETAIN_JOBS", default_value_t = 10_000)]
	pub retain_jobs: usize,

	/// Seconds for which a measured speed counts. After it, jobs are accepted by the configured speed or without an
	/// estimate until one was measured anew. 0: measured speeds never count.
	#[arg(long, env = "PROOFYARD_PROVER_SPEED_MAX_AGE_SECS", default_value_t = 24 * 3600)]
	pub speed_max_age_secs: u64,

	/// Seconds that one HTTP request may take.
	#[arg(long, env = "PROOFYARD_PROVER_REQUEST_TIMEOUT_SECS", default_value_t = 30)]
	pub request_timeout_secs: u64,

	/// Largest number of open client connections.
	#[arg(long, env = "PROOFYARD_PROVER_MAX_CONNECTIONS", default_value_t = 256)]
	pub max_connections: usize,

	/// Seconds that a download may stand still (or take to connect) before it is tried again.
	#[arg(long, env = "PROOFYARD_PROVER_FETCH_IDLE_SECS", default_value_t = 30)]
	pub fetch_idle_secs: u64,

	/// Tries in a row without a new byte before a locator is given up.
	#[arg(long, env = "PROOFYARD_PROVER_FETCH_TRIES", default_value_t = 5)]
	pub fetch_tries: u32,

	/// Form of the log lines on standard error.
	#[arg(long, env = "PROOFYARD_PROVER_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
	pub log_format: LogFormat,

	/// Filter of the log lines, in the syntax of tracing's EnvFilter.
	#[arg(long, env = "PROOFYARD_PROVER_LOG", default_value = "info")]
	pub log: String,
}

/// The configuration file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileConfig {
	/// Settings of the built-in Groth16 backend.
	pub groth16: Groth16Config,
	/// Settings of the built-in Groth16 backend for graphics cards.
	pub groth16_cards: CardsConfig,
	/// External provers, run as child processes.
	pub command: Vec<CommandConfig>,
}

/// `[groth16_cards]`: the built-in Groth16 (BN254) backend on graphics cards.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CardsConfig {
	/// Whether cards take jobs. Default: where there are any, in a program that was built for them.
	pub enabled: Option<bool>,
	/// The only cards that it uses, as in `[[command]]`. Default: all.
	pub gpu_ids: Vec<String>,
	/// Engine: `cuda`, or `processor` in the place of the cards that `gpu_ids` names, to try out all but the cards.
	pub engine: CardEngineKind,
	/// Memory for proving keys of each processor in a card's place. A card's is its own. Default: no limit.
	pub processor_memory: Option<ByteSize>,
	/// Seconds that one proof may take on a card, with the loading of its key. Default: 600. Past it the card counts as hung.
	pub time_limit_s: u64,
	/// Seconds between two looks at a card that failed. Default: 30.
	pub probe_s: u64,
	/// First guess of its speed in units of work a second, as in `[groth16]`.
	pub speed: Option<f64>,
}

impl Default for CardsConfig {
	fn default() -> Self {
		Self {
			enabled: None,
			gpu_ids: Vec::new(),
			engine: CardEngineKind::default(),
			processor_memory: None,
			time_limit_s: 600,
			probe_s: 30,
			speed: None,
		}
	}
}

/// Engine of a card's process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum CardEngineKind {
	/// An NVIDIA card.
	#[default]
	Cuda,
	/// The processor in a card's place, to try out all but the card: slower than the backend without cards.
	Processor,
}

/// `[groth16]`: the built-in Groth16 (BN254) backend.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Groth16Config {
	/// Whether the backend takes jobs at all. Default: true.
	pub enabled: bool,
	/// Memory that one proof may use. Default: three quarters of the machine's.
	pub memory_limit: Option<ByteSize>,
	/// Memory for proving keys and witness programs that stay loaded between jobs. Default: a quarter of the machine's.
	pub key_cache: Option<ByteSize>,
	/// Seconds that one proof may take, whatever its deadline. Default: 3600.
	pub time_limit_s: u64,
	/// First guess of its speed in units of work a second, until a program was measured. Default: none, and a program
	/// that was never measured is taken whatever its deadline.
	pub speed: Option<f64>,
}

impl Default for Groth16Config {
	fn default() -> Self {
		Self { enabled: true, memory_limit: None, key_cache: None, time_limit_s: 3600, speed: None }
	}
}

/// `[[command]]`: one external prover. The contract with it is in `docs/command-backend.md`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandConfig {
	/// Its name in capabilities, metrics and logs: letters, digits, `-` and `_`.
	pub name: String,
	/// The proof system whose jobs it takes.
	pub proof_system: String,
	/// If not empty, the only programs whose jobs it takes.
	#[serde(default)]
	pub programs: Vec<Bytes32>,
	/// Command that is run: an absolute path and its arguments; `{job}`, `{output}` and `{scratch}` stand for paths.
	pub argv: Vec<String>,
	/// Seconds that one job may take, whatever its deadline.
	#[serde(default = "default_command_time_limit")]
	pub time_limit_s: u64,
	/// Resident memory that the process and its descendants may use together.
	#[serde(default)]
	pub memory_limit: Option<ByteSize>,
	/// Address space that each process may use (RLIMIT_AS). Leave it out for provers that use CUDA.
	#[serde(default)]
	pub address_space_limit: Option<ByteSize>,
	/// Environment variables that are handed on from the service's own environment.
	#[serde(default)]
	pub env: Vec<String>,
	/// First guess of its speed in units of work a second, until a program was measured.
	#[serde(default)]
	pub speed: Option<f64>,
	/// Graphics cards that each of its jobs has to itself. Default: 0, and none is handed out.
	#[serde(default)]
	pub gpus: usize,
	/// The only cards that its jobs may have: UUIDs, beginnings of them, or numbers in the order of the bus. Default: all.
	/// Where no NVIDIA driver tells of cards, those that are named here are all there are.
	#[serde(default)]
	pub gpu_ids: Vec<String>,
	/// Devices that it computes on, as capabilities show them. Default: its cards, or else the machine's CPU.
	#[serde(default)]
	pub devices: Vec<Device>,
}

fn default_command_time_limit() -> u64 {
	3600
}

/// Faults of the options or the files they name. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// A non-loopback address without a token.
	#[error(
		"{0} is not a loopback address and no token is set: anyone who reaches it could use this service. \
		 Make a token with `proofyard-prover token FILE` and pass --token-file FILE, or listen on 127.0.0.1"
	)]
	TokenRequired(SocketAddr),
	/// The token can't be read or is too weak.
	#[error("the token: {0}")]
	Token(String),
	/// The configuration file can't be read or parsed.
	#[error("configuration file {path}: {message}")]
	File {
		/// The file.
		path: PathBuf,
		/// Fault of it.
		message: String,
	},
	/// An allowed file root can't be used.
	#[error("--allow-file-root {path}: {message}")]
	FileRoot {
		/// The folder.
		path: PathBuf,
		/// Fault of it.
		message: String,
	},
	/// A number is out of its range.
	#[error("{0}")]
	Range(String),
}

/// Everything the service runs with, checked.
#[derive(Clone, Debug)]
pub struct Config {
	/// Address to listen on.
	pub listen: SocketAddr,
	/// The service's folder.
	pub data_dir: PathBuf,
	/// The bearer token, if there is one.
	pub token: Option<Token>,
	/// Built-in backend.
	pub groth16: Groth16Config,
	/// The built-in Groth16 backend on graphics cards.
	pub groth16_cards: CardsConfig,
	/// External provers.
	pub commands: Vec<CommandConfig>,
	/// Download rules.
	pub fetch: FetchConfig,
	/// Cache cap, bytes.
	pub cache_max_bytes: u64,
	/// Disk space left free, bytes.
	pub disk_reserve_bytes: u64,
	/// Queue rules.
	pub queue: QueueConfig,
	/// Longest HTTP request.
	pub request_timeout: Duration,
	/// Most open connections.
	pub max_connections: usize,
}

/// Download rules.
#[derive(Clone, Debug)]
pub struct FetchConfig {
	/// Canonical folders that `file://` locators may point into.
	pub file_roots: Vec<PathBuf>,
	/// Whether `http://` to loopback is accepted.
	pub allow_http: bool,
	/// Whether private addresses are accepted.
	pub allow_private_hosts: bool,
	/// Longest standstill.
	pub idle: Duration,
	/// Tries in a row without progress.
	pub tries: u32,
	/// Largest remote input, bytes.
	pub input_max_bytes: u64,
}

/// Queue rules.
#[derive(Clone, Debug)]
pub struct QueueConfig {
	/// Most jobs that wait.
	pub max_queue: usize,
	/// Jobs that run at once.
	pub concurrency: usize,
	/// Time for which finished jobs are kept.
	pub retention: Duration,
	/// Most finished jobs that are kept.
	pub retain_jobs: usize,
	/// Time for which a measured speed counts.
	pub speed_max_age: Duration,
}

/// A bearer token. Its `Debug` form hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str("Token(hidden)")
	}
}

/// Variables that tell a job of its own cards, and so can't be handed on from the service.
pub const GPU_VARIABLES: [&str; 3] =
	["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "NVIDIA_VISIBLE_DEVICES"];

/// Fewest characters of a token.
pub const TOKEN_MIN_LEN: usize = 16;

impl Token {
	/// Takes a token after trimming white space. It must have at least [`TOKEN_MIN_LEN`] visible ASCII characters.
	pub fn new(text: &str) -> Result<Self, ConfigError> {
		let text = text.trim();
		if text.len() < TOKEN_MIN_LEN || !text.bytes().all(|b| b.is_ascii_graphic()) {
			return Err(ConfigError::Token(format!(
				"it must have at least {TOKEN_MIN_LEN} visible ASCII characters; make one with `proofyard-prover token FILE`"
			)));
		}
		Ok(Self(text.to_owned()))
	}

	/// The token's bytes, to compare in constant time.
	pub fn as_bytes(&self) -> &[u8] {
		self.0.as_bytes()
	}
}

impl Config {
	/// Checks the options, reads the files they name. `token_env` is the value of PROOFYARD_TOKEN.
	pub fn from_args(args: &ServeArgs, token_env: Option<&str>) -> Result<Self, ConfigError> {
		let token = match (&args.token_file, token_env) {
			(Some(path), _) => {
				let text = std::fs::read_to_string(path).map_err(|e| {
					ConfigError::Token(format!("{} can't be read: {e}", path.display()))
				})?;
				Some(Token::new(&text)?)
			}
			(None, Some(text)) if !text.trim().is_empty() => Some(Token::new(text)?),
			(None, _) => None,
		};
		if token.is_none() && !is_loopback(args.listen.ip()) {
			return Err(ConfigError::TokenRequired(args.listen));
		}
		let file = match &args.config {
			Some(path) => read_file_config(path)?,
			None => FileConfig::default(),
		};
		for (what, value) in [
			("--concurrency", args.concurrency as u64),
			("--max-queue", args.max_queue as u64),
			("--max-connections", args.max_connections as u64),
			("--request-timeout-secs", args.request_timeout_secs),
			("--fetch-idle-secs", args.fetch_idle_secs),
			("--fetch-tries", u64::from(args.fetch_tries)),
			("--retain-jobs", args.retain_jobs as u64),
		] {
			if value == 0 {
				return Err(ConfigError::Range(format!("{what} must be at least 1")));
			}
		}
		let file_roots = args
			.allow_file_roots
			.iter()
			.map(|root| canonical_root(root))
			.collect::<Result<_, _>>()?;
		Ok(Self {
			listen: args.listen,
			data_dir: args.data_dir.clone(),
			token,
			groth16: file.groth16,
			groth16_cards: file.groth16_cards,
			commands: file.command,
			fetch: FetchConfig {
				file_roots,
				allow_http: args.allow_http,
				allow_private_hosts: args.allow_private_hosts,
				idle: Duration::from_secs(args.fetch_idle_secs),
				tries: args.fetch_tries,
				input_max_bytes: args.input_max_bytes.0,
			},
			cache_max_bytes: args.cache_max_bytes.0,
			disk_reserve_bytes: args.disk_reserve_bytes.0,
			queue: QueueConfig {
				max_queue: args.max_queue,
				concurrency: args.concurrency,
				retention: Duration::from_secs(args.retention_secs),
				retain_jobs: args.retain_jobs,
				speed_max_age: Duration::from_secs(args.speed_max_age_secs),
			},
			request_timeout: Duration::from_secs(args.request_timeout_secs),
			max_connections: args.max_connections,
		})
	}
}

/// Whether only this machine can reach the address. An IPv4 address in IPv6 clothes counts as the IPv4 one.
pub fn is_loopback(ip: IpAddr) -> bool {
	ip.to_canonical().is_loopback()
}

fn canonical_root(root: &Path) -> Result<PathBuf, ConfigError> {
	let fail = |message: String| ConfigError::FileRoot { path: root.to_owned(), message };
	let path = root.canonicalize().map_err(|e| fail(format!("can't be opened: {e}")))?;
	if !path.is_dir() {
		return Err(fail("is no folder".into()));
	}
	Ok(path)
}

fn read_file_config(path: &Path) -> Result<FileConfig, ConfigError> {
	let fail = |message: String| ConfigError::File { path: path.to_owned(), message };
	let text = std::fs::read_to_string(path).map_err(|e| fail(format!("can't be read: {e}")))?;
	let config: FileConfig = match path.extension().and_then(|e| e.to_str()) {
		Some("toml") => toml::from_str(&text).map_err(|e| fail(e.to_string()))?,
		Some("json") => serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?,
		_ => return Err(fail("its name must end in .toml or .json".into())),
	};
	check_commands(&config.command).map_err(fail)?;
	if config.groth16.time_limit_s == 0 {
		return Err(fail("[groth16] time_limit_s must be at least 1".into()));
	}
	let cards = &config.groth16_cards;
	if cards.time_limit_s == 0 || cards.probe_s == 0 {
		return Err(fail("[groth16_cards] time_limit_s and probe_s must be at least 1".into()));
	}
	if cards.engine == CardEngineKind::Processor && cards.gpu_ids.is_empty() {
		return Err(fail(
			"[groth16_cards] engine = \"processor\" needs names for its processors in gpu_ids"
				.into(),
		));
	}
	check_speed(cards.speed).map_err(|e| fail(format!("[groth16_cards] {e}")))?;
	check_speed(config.groth16.speed).map_err(|e| fail(format!("[groth16] {e}")))?;
	Ok(config)
}

fn check_speed(speed: Option<f64>) -> Result<(), String> {
	match speed {
		Some(speed) if !speed.is_finite() || speed <= 0.0 => {
			Err(format!("speed {speed}: it must be above 0 units of work a second"))
		}
		_ => Ok(()),
	}
}

fn check_gpus(command: &CommandConfig) -> Result<(), String> {
	if command.gpus == 0 {
		return match command.gpu_ids.is_empty() {
			true => Ok(()),
			false => Err("gpu_ids names cards and no job gets one; say how many in `gpus`".into()),
		};
	}
	if let Some(id) = command.gpu_ids.iter().find(|id| id.is_empty() || id.contains([',', ' '])) {
		return Err(format!(
			"gpu_ids: `{id}` is no card's name; give each card a string of its own"
		));
	}
	match command.env.iter().find(|name| GPU_VARIABLES.contains(&name.as_str())) {
		Some(name) => Err(format!("`gpus` sets {name} for each job; take it out of `env`")),
		None => Ok(()),
	}
}

fn check_commands(commands: &[CommandConfig]) -> Result<(), String> {
	let mut names = BTreeSet::from(["groth16", "groth16-cards"]);
	for command in commands {
		let name = command.name.as_str();
		let well_named = !name.is_empty()
			&& name.len() <= 64
			&& name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
		if !well_named {
			return Err(format!(
				"[[command]] name `{name}`: use 1 to 64 letters, digits, `-` and `_`"
			));
		}
		if !names.insert(name) {
			return Err(format!("[[command]] name `{name}` is taken; each backend needs its own"));
		}
		if command.proof_system.is_empty() {
			return Err(format!("[[command]] {name}: proof_system is empty"));
		}
		let Some(executable) = command.argv.first() else {
			return Err(format!("[[command]] {name}: argv is empty; name the prover's executable"));
		};
		if !Path::new(executable).is_absolute() {
			return Err(format!(
				"[[command]] {name}: `{executable}` must be an absolute path, since each job runs in its own folder"
			));
		}
		if !Path::new(executable).is_file() {
			return Err(format!("[[command]] {name}: there is no file {executable}"));
		}
		check_speed(command.speed).map_err(|e| format!("[[command]] {name}: {e}"))?;
		check_gpus(command).map_err(|e| format!("[[command]] {name}: {e}"))?;
		if command.time_limit_s == 0 {
			return Err(format!("[[command]] {name}: time_limit_s must be at least 1"));
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[derive(Parser)]
	struct Cli {
		#[command(flatten)]
		args: ServeArgs,
	}

	fn args(extra: &[&str]) -> ServeArgs {
		Cli::parse_from(["x", "--data-dir", "/tmp/none"].iter().chain(extra)).args
	}

	#[test]
	fn a_public_address_needs_a_token() {
		let public = args(&["--listen", "0.0.0.0:8099"]);
		let err = Config::from_args(&public, None).unwrap_err();
		assert!(matches!(err, ConfigError::TokenRequired(_)));
		assert!(err.to_string().contains("--token-file"));
		assert!(Config::from_args(&public, Some("0123456789abcdef")).is_ok());
		assert!(Config::from_args(&args(&[]), None).is_ok());
	}

	#[test]
	fn a_short_token_is_refused() {
		assert!(matches!(
			Config::from_args(&args(&[]), Some("secret")),
			Err(ConfigError::Token(_))
		));
	}

	#[test]
	fn the_token_is_not_printed() {
		let token = Token::new("0123456789abcdef").unwrap();
		assert!(!format!("{token:?}").contains("0123"));
	}

	#[test]
	fn commands_are_checked() {
		let parse = |toml: &str| {
			let config: FileConfig = toml::from_str(toml).map_err(|e| e.to_string())?;
			check_commands(&config.command)
		};
		let good = "[[command]]\nname='a'\nproof_system='sp1-groth16'\nargv=['/bin/sh','{job}']\nmemory_limit='2GiB'\n";
		assert_eq!(parse(good), Ok(()));
		assert!(parse(&format!("{good}{good}")).unwrap_err().contains("taken"));
		assert!(parse(&good.replace("/bin/sh", "sh")).unwrap_err().contains("absolute"));
		assert!(parse(&good.replace("'a'", "'groth16'")).unwrap_err().contains("taken"));
		assert!(parse(&good.replace("name", "nmae")).is_err());
		assert_eq!(parse(&format!("{good}speed=12000\n")), Ok(()));
		assert_eq!(parse(&format!("{good}gpus=2\ngpu_ids=['GPU-a','1']\n")), Ok(()));
		for (gpus, problem) in [
			("gpu_ids=['0']", "say how many in `gpus`"),
			("gpus=1\ngpu_ids=['0,1']", "a string of its own"),
			("gpus=1\ngpu_ids=['']", "a string of its own"),
			("gpus=1\nenv=['CUDA_VISIBLE_DEVICES']", "take it out of `env`"),
			("gpus=-1", "gpus"),
		] {
			let error = parse(&format!("{good}{gpus}\n")).unwrap_err();
			assert!(error.contains(problem), "{gpus}: {error}");
		}
		for speed in ["0", "-1.5", "inf", "nan", "'fast'"] {
			assert!(
				parse(&format!("{good}speed={speed}\n")).unwrap_err().contains("speed"),
				"{speed}"
			);
		}
	}

	#[test]
	fn every_option_has_a_variable() {
		use clap::CommandFactory;
		for arg in Cli::command().get_arguments() {
			assert!(arg.get_env().is_some(), "{} has no variable", arg.get_id());
			assert!(arg.get_help().is_some(), "{} has no help", arg.get_id());
		}
	}
}
