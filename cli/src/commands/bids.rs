// SPDX-License-Identifier: Apache-2.0
//! `proofyard prover bid` and `prover reveal`: sealed bids, and the file that remembers them.
//!
//! A commitment hides its price behind a salt. Whoever loses either cannot reveal and loses the
//! deposit, so both are on disk before the commitment is sent, and nothing is ever taken out.

use super::Done;
use crate::{
	amount::Amount,
	calls::tx,
	chain::Chain,
	context::Globals,
	error::{CliError, Result},
	output::Lines,
	parse,
	rpc::{AccountId, Bidding, TaskState},
};
use anyhow::Context;
use proofyard_primitives::{bid_commitment, TaskId};
use serde::{Deserialize, Serialize};
use sp_core::{sr25519, Pair, H256};
use std::{
	fs,
	io::{ErrorKind, Write},
	path::{Path, PathBuf},
};
use subxt::utils::AccountId32;

/// Options of `prover bid`.
#[derive(Clone, Debug, clap::Args)]
pub struct BidArgs {
	/// Id of the task.
	task: TaskId,

	/// Price of the whole task, in YARD. The lowest bid wins and is paid the second lowest.
	#[arg(long, value_name = "AMOUNT")]
	price: Amount,

	/// Units of work the prover really does in a second: what it cannot keep costs its bond.
	#[arg(long, value_parser = parse::positive, value_name = "N")]
	speed: u64,

	#[command(flatten)]
	file: BidFileArgs,
}

/// Options of `prover reveal`.
#[derive(Clone, Debug, clap::Args)]
pub struct RevealArgs {
	/// Id of the task.
	task: TaskId,

	/// Another speed than the one that was bid with.
	#[arg(long, value_parser = parse::positive, value_name = "N")]
	speed: Option<u64>,

	#[command(flatten)]
	file: BidFileArgs,
}

/// Folder of kept bids.
#[derive(Clone, Debug, clap::Args)]
struct BidFileArgs {
	/// File that keeps price and salt; one for each task in ~/.local/share/proofyard/bids when left
	/// out.
	#[arg(long, value_name = "FILE")]
	bid_file: Option<PathBuf>,
}

impl BidFileArgs {
	fn path(&self, prover: &AccountId32, genesis: &H256, task: TaskId) -> Result<PathBuf> {
		if let Some(path) = &self.bid_file {
			return Ok(path.clone());
		}
		let folder =
			data_folder(|name| std::env::var_os(name).map(PathBuf::from)).ok_or_else(|| {
				CliError::usage("there is no home folder to keep the bid in: give --bid-file")
			})?;
		let chain = hex::encode(genesis.as_bytes().get(..4).unwrap_or_default());
		Ok(folder.join("bids").join(format!("{chain}-{prover}-{task}.json")))
	}
}

/// Folder in which the command line keeps what must not be lost.
fn data_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
	let data = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
	let folder = data.or_else(|| {
		variable("HOME").filter(|path| path.is_absolute()).map(|home| home.join(".local/share"))
	});
	folder.map(|folder| folder.join("proofyard"))
}

/// A bid as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeptBid {
	/// Hash of the chain's first block.
	chain: H256,
	task: TaskId,
	prover: AccountId32,
	price: Amount,
	speed: u64,
	salt: H256,
	commitment: H256,
}

impl KeptBid {
	/// A bid with a salt that nobody can guess.
	fn new(chain: H256, task: TaskId, prover: AccountId32, price: Amount, speed: u64) -> Self {
		// The seed of a new key: 32 bytes from the system's randomness.
		let (_, salt) = sr25519::Pair::generate();
		let commitment = bid_commitment(task, &prover, price.0, &salt);
		Self { chain, task, prover, price, speed, salt: H256(salt), commitment }
	}
}

/// The bids of a file, oldest first.
#[derive(Default, Serialize, Deserialize)]
struct BidFile {
	bids: Vec<KeptBid>,
}

impl BidFile {
	/// Read a file; an empty one where there is none.
	fn read(path: &Path) -> Result<Self> {
		match fs::read(path) {
			Ok(bytes) => Ok(serde_json::from_slice(&bytes)
				.with_context(|| format!("{} is no file of bids", path.display()))?),
			Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
			Err(error) => Err(anyhow::Error::new(error)
				.context(format!("cannot read {}", path.display()))
				.into()),
		}
	}

	/// Write a file in place of the old one, all of it or nothing, for its owner's eyes only.
	fn write(&self, path: &Path) -> anyhow::Result<()> {
		let failed = || format!("cannot write {}", path.display());
		if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
			fs::create_dir_all(folder).with_context(failed)?;
		}
		let mut new = path.as_os_str().to_owned();
		new.push(format!(".{}.new", std::process::id()));
		let mut options = fs::OpenOptions::new();
		options.write(true).create(true).truncate(true);
		#[cfg(unix)]
		{
			use std::os::unix::fs::OpenOptionsExt;
			options.mode(0o600);
		}
		let mut file = options.open(&new).with_context(failed)?;
		file.write_all(&serde_json::to_vec_pretty(self)?)
			.and_then(|()| file.sync_all())
			.and_then(|()| fs::rename(&new, path))
			.with_context(failed)
	}

	/// The bid that opens `commitment`; the newest for the task where the chain has none.
	fn find(
		&self,
		chain: &H256,
		task: TaskId,
		prover: &AccountId32,
		commitment: Option<H256>,
	) -> Option<&KeptBid> {
		self.bids
			.iter()
			.rev()
			.filter(|bid| bid.chain == *chain && bid.task == task && bid.prover == *prover)
			.find(|bid| commitment.is_none_or(|wanted| wanted == bid.commitment))
	}
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BidSubject {
	task: TaskId,
	prover: AccountId32,
	price: Amount,
	speed: u64,
	file: String,
	reveal_from: u32,
	reveal_until: u32,
}

/// The bidding of a task.
async fn bidding(chain: &Chain, task: TaskId) -> Result<(Bidding, Amount)> {
	let info = chain.proving().task(task).await?;
	match info.state {
		TaskState::Open { bidding: Some(bidding), .. } => Ok((bidding, Amount(info.max_fee))),
		state => Err(CliError::other(format!(
			"task {task} takes no sealed bids: it is {}, and its kind is {}",
			state.name(),
			parse::kind_name(info.kind)
		))),
	}
}

/// Commit to a bid.
pub async fn bid(globals: &Globals, args: BidArgs) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let BidArgs { task, price, speed, file } = args;
	let (bidding, max_fee) = bidding(&chain, task).await?;
	if price > max_fee {
		return Err(CliError::usage(format!(
			"task {task} pays {max_fee} at most: a bid of {price} cannot win"
		)));
	}
	let genesis = chain.genesis_hash();
	let path = file.path(&prover, &genesis, task)?;
	let kept = KeptBid::new(genesis, task, prover, price, speed);
	let commitment = kept.commitment;
	let mut bids = BidFile::read(&path)?;
	bids.bids.push(kept);
	bids.write(&path)?;
	let included =
		globals.submit(&chain, &tx().auctions().commit_bid(task, commitment.0.into())).await?;
	let subject = BidSubject {
		task,
		prover,
		price,
		speed,
		file: path.display().to_string(),
		reveal_from: bidding.commit_until.saturating_add(1),
		reveal_until: bidding.reveal_until,
	};
	let named = match &file.bid_file {
		Some(path) => format!(" --bid-file {}", path.display()),
		None => String::new(),
	};
	globals.output().show(&Done { subject: &subject, receipt: &included.receipt }, || {
		Lines::under(format!("Bid for task {task} committed"))
			.field("price", format!("{price} (nobody sees it yet)"))
			.field("speed", format!("{speed} units/s"))
			.field("kept in", &subject.file)
			.receipt(&included.receipt)
			.hint(format!(
				"Reveal it in blocks {} to {}, or its deposit is lost: `proofyard prover reveal {task}{named}`",
				subject.reveal_from, subject.reveal_until
			))
			.text()
	});
	Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RevealSubject {
	task: TaskId,
	prover: AccountId32,
	price: Amount,
	speed: u64,
	decided_at: u32,
}

/// Reveal the bid that the chain has a commitment to.
pub async fn reveal(globals: &Globals, args: RevealArgs) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let task = args.task;
	let (bidding, _) = bidding(&chain, task).await?;
	let genesis = chain.genesis_hash();
	let path = args.file.path(&prover, &genesis, task)?;
	let own = bidding.bids.iter().find(|bid| bid.prover == AccountId::from(prover.0));
	let committed = own.map(|bid| bid.commitment);
	let bids = BidFile::read(&path)?;
	let kept = bids.find(&genesis, task, &prover, committed).ok_or_else(|| {
		CliError::other(match committed {
			Some(_) => format!(
				"{} does not keep the bid that {prover} committed to for task {task}: give the file that does with --bid-file",
				path.display()
			),
			None => format!("{prover} has not bid for task {task}: `proofyard prover bid {task}`"),
		})
	})?;
	let speed = args.speed.unwrap_or(kept.speed);
	let call = tx().auctions().reveal_bid(task, kept.price.0, speed, kept.salt.0);
	let included = globals.submit(&chain, &call).await?;
	let subject = RevealSubject {
		task,
		prover,
		price: kept.price,
		speed,
		decided_at: bidding.reveal_until.saturating_add(1),
	};
	globals.output().show(&Done { subject: &subject, receipt: &included.receipt }, || {
		Lines::under(format!("Bid for task {task} revealed"))
			.field("price", subject.price)
			.field("speed", format!("{speed} units/s"))
			.receipt(&included.receipt)
			.hint(format!(
				"Block {} gives the task to the lowest bid that can be kept, at the second lowest.",
				subject.decided_at
			))
			.text()
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	const CHAIN: H256 = H256([1; 32]);

	fn prover() -> AccountId32 {
		AccountId32([2; 32])
	}

	fn kept(task: TaskId, price: u128) -> KeptBid {
		KeptBid::new(CHAIN, task, prover(), Amount(price), 5_000)
	}

	#[test]
	fn a_bid_is_what_the_chain_is_told() {
		let bid = kept(7, 100);
		assert_eq!(bid_commitment(7, &prover(), 100, &bid.salt.0), bid.commitment);
		assert_ne!(bid.salt, kept(7, 100).salt);
	}

	#[test]
	fn the_file_keeps_every_bid() {
		let folder = std::env::temp_dir().join(format!("proofyard-bids-{}", std::process::id()));
		let path = folder.join("deeper/bid.json");
		let (first, second) = (kept(7, 100), kept(7, 90));
		assert!(BidFile::read(&path).unwrap().bids.is_empty());
		for bid in [&first, &second] {
			let mut file = BidFile::read(&path).unwrap();
			file.bids.push(bid.clone());
			file.write(&path).unwrap();
		}
		#[cfg(unix)]
		assert!(!crate::secret::Secret::readable_by_others(&path));
		let file = BidFile::read(&path).unwrap();
		fs::write(&path, "{").unwrap();
		assert!(BidFile::read(&path).is_err(), "what is no file of bids is not replaced");
		fs::remove_dir_all(&folder).unwrap();

		let find = |task, commitment| file.find(&CHAIN, task, &prover(), commitment);
		assert_eq!(find(7, Some(first.commitment)), Some(&first));
		assert_eq!(find(7, None), Some(&second), "the newest");
		assert_eq!(find(8, None), None);
		assert_eq!(find(7, Some(H256::zero())), None);
		assert_eq!(file.find(&H256::zero(), 7, &prover(), None), None);
		assert_eq!(file.find(&CHAIN, 7, &AccountId32([3; 32]), None), None);
	}

	#[test]
	fn each_task_has_its_file_in_the_data_folder() {
		let home = |name: &str| (name == "HOME").then(|| PathBuf::from("/home/eve"));
		let share = PathBuf::from("/home/eve/.local/share/proofyard");
		assert_eq!(data_folder(home), Some(share));
		let data = |name: &str| match name {
			"XDG_DATA_HOME" => Some(PathBuf::from("/data")),
			_ => home(name),
		};
		assert_eq!(data_folder(data), Some("/data/proofyard".into()));
		assert_eq!(data_folder(|_| Some("relative".into())), None);
		let args = BidFileArgs { bid_file: Some("a.json".into()) };
		assert_eq!(args.path(&prover(), &CHAIN, 7).unwrap(), PathBuf::from("a.json"));
	}
}
