// SPDX-License-Identifier: Apache-2.0
//! `proofyard prover`: register as a prover, offer to prove, look after the stake, leave.

use super::{
	asks::{self, AskArgs},
	bids::{self, BidArgs, RevealArgs},
	market::{ClassArgs, MarketArgs},
	stake::{self, DelegationArgs},
	Done,
};
use crate::{
	amount::Amount,
	calls::tx,
	context::{Globals, SessionArgs},
	error::Result,
	output::Lines,
	parse,
	rpc::BlockNumber,
	secret::Secret,
};
use check::CheckArgs;
use leaving::DeclineArgs;
use proofyard_primitives::{
	session::{possession_message, SessionKey, SessionSignature},
	HardwareClass, TaskId,
};
use serde::Serialize;
use sp_core::H256;
use subxt::{transactions::Payload, utils::AccountId32};

pub mod check;
mod leaving;
mod status;

/// Commands of a prover.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum ProverCommand {
	/// Register the signing account as a prover.
	///
	/// The session key is the one in the keystore of the prover's node: see `keys generate` and
	/// `keys insert`. It signs proofs and holds no funds; the stake stays with the signing account.
	Register {
		/// Amount to stake, in YARD.
		#[arg(long, value_name = "AMOUNT")]
		stake: Amount,

		/// Hardware that the prover proves on: cpu, or gpu:N with N GiB of memory.
		#[arg(long, value_parser = parse::hardware, default_value = "cpu")]
		hardware: HardwareClass,

		/// Tasks it takes at once, over all markets.
		#[arg(long, value_name = "N")]
		slots: u32,

		#[command(flatten)]
		session: SessionArgs,
	},

	/// Look for what would cost the prover its bonds: key, service, files, stake, speed.
	///
	/// Name the prover's own node with --node, on its machine: others do not say. Fails where a check
	/// does. What cannot be looked at from here is said, and is no failure.
	Check(CheckArgs),

	/// Offer to prove in a market, or change the offer there.
	///
	/// Looks first, as `prover check` does, and offers nothing that would lose bonds.
	///
	/// The price is rounded up to a grid of ticks, 2 % apart. What offers more than before counts
	/// from the next epoch, what offers less at once.
	Ask(AskArgs),

	/// Withdraw the offer in a market. What it has won stays won.
	WithdrawAsk {
		#[command(flatten)]
		market: MarketArgs,
	},

	/// Take nothing new until `prover resume`. Counts at once; live tasks go on.
	Pause,

	/// Take work again, from the next epoch.
	Resume,

	/// Keep a requester off the prover's offers.
	Block {
		/// SS58 address or public key of the requester.
		#[arg(value_parser = parse::account)]
		requester: AccountId32,
	},

	/// Keep a requester off no longer.
	Unblock {
		/// SS58 address or public key of the requester.
		#[arg(value_parser = parse::account)]
		requester: AccountId32,
	},

	/// Take on the reference task of a proof system and hardware class, to enter its markets.
	///
	/// Nobody pays for it, and its bond is lost if it is not proven in time. See `market reference`
	/// for what is asked for.
	Calibrate(ClassArgs),

	/// Bid for a task that is sold by sealed bids: commit to a price.
	///
	/// Price and salt are kept in a file until `prover reveal` opens the bid. To bid again for the
	/// same task replaces the bid.
	Bid(BidArgs),

	/// Reveal the bid for a task.
	Reveal(RevealArgs),

	/// Show a prover: stake, delegation, live tasks, asks, strikes and track record.
	Status {
		/// SS58 address or public key; that of --key-file or --suri when left out.
		#[arg(value_parser = parse::account)]
		account: Option<AccountId32>,
	},

	/// Stake more.
	AddStake {
		/// Amount to add, in YARD.
		amount: Amount,
	},

	/// Begin to take stake back; it can be withdrawn after a delay.
	Unbond {
		/// Amount to take back, in YARD. For all of it, leave: `prover leave`.
		amount: Amount,
	},

	/// Take back the stake whose delay is over.
	Withdraw,

	/// Give an attempt at a task back, before its soft deadline.
	///
	/// Somebody else is called at once. Costs a tenth of the attempt's bond, and what the other costs
	/// more. Signed by the prover's account, for when its node is gone: a node does this by itself.
	Decline(DeclineArgs),

	/// Leave jail when its time is over. Proofs count again at once, new work comes from the next epoch.
	Unjail,

	/// Leave for good: withdraw all asks, take nothing new, and take the whole stake back.
	///
	/// Attempts under way end first; then all the stake unbonds by itself. When the delay is over,
	/// `prover withdraw` returns it, and the prover is gone. This cannot be undone.
	#[command(alias = "deregister")]
	Leave {
		/// Also give back all attempts that may be given back, so that it ends sooner. Each costs a
		/// part of its bond: see `prover decline`.
		#[arg(long)]
		hand_over: bool,
	},

	/// Say on what terms others may put stake behind this prover, or that they may no more.
	///
	/// A lower commission counts at once, a higher one after the unbonding delay, so that delegators
	/// can leave before.
	Delegation(DelegationArgs),

	/// Declare other hardware or slots.
	SetHardware {
		/// Hardware that the prover proves on: cpu, or gpu:N with N GiB of memory.
		#[arg(long, value_parser = parse::hardware)]
		hardware: HardwareClass,

		/// Tasks it takes at once, over all markets.
		#[arg(long, value_name = "N")]
		slots: u32,
	},

	/// Sign proofs with another session key from now on.
	RotateKey {
		#[command(flatten)]
		session: SessionArgs,
	},
}

/// Run a command of a prover.
pub async fn run(globals: &Globals, command: ProverCommand) -> Result<()> {
	match command {
		ProverCommand::Register { stake, hardware, slots, session } => {
			let (key, possession) = possession(globals, &session)?;
			let call = tx().provers().register(
				hardware.into(),
				slots,
				stake.0,
				key.clone().into(),
				possession.into(),
			);
			let done = |lines: Lines| {
				lines
					.field("stake", stake)
					.field("session key", format!("{:?}", key_bytes(&key)))
					.hint("Next: `proofyard prover check`, then `proofyard prover ask --program ID --price … --lots … --speed …`")
			};
			submit(globals, &call, "Prover registered", done).await
		}
		ProverCommand::RotateKey { session } => {
			let (key, possession) = possession(globals, &session)?;
			let call = tx().provers().set_session_key(key.clone().into(), possession.into());
			let done = |lines: Lines| {
				lines.field("session key", format!("{:?}", key_bytes(&key))).hint(
					"The prover's node needs the key: `proofyard keys insert --type session`.",
				)
			};
			submit(globals, &call, "Session key changed", done).await
		}
		ProverCommand::Check(args) => check::run(globals, args).await,
		ProverCommand::Ask(args) => asks::place(globals, args).await,
		ProverCommand::Pause => set_paused(globals, true).await,
		ProverCommand::Resume => set_paused(globals, false).await,
		ProverCommand::Block { requester } => set_blocked(globals, requester, true).await,
		ProverCommand::Unblock { requester } => set_blocked(globals, requester, false).await,
		ProverCommand::Calibrate(class) => calibrate(globals, class).await,
		ProverCommand::Bid(args) => bids::bid(globals, args).await,
		ProverCommand::Reveal(args) => bids::reveal(globals, args).await,
		ProverCommand::WithdrawAsk { market } => asks::withdraw(globals, &market).await,
		ProverCommand::Status { account } => status::status(globals, account).await,
		ProverCommand::AddStake { amount } => {
			let call = tx().provers().add_stake(amount.0);
			submit(globals, &call, "Stake added", |lines| lines.field("added", amount)).await
		}
		ProverCommand::Unbond { amount } => unbond(globals, amount).await,
		ProverCommand::Withdraw => leaving::withdraw(globals).await,
		ProverCommand::Decline(args) => leaving::decline(globals, args).await,
		ProverCommand::Unjail => leaving::unjail(globals).await,
		ProverCommand::Leave { hand_over } => leaving::leave(globals, hand_over).await,
		ProverCommand::Delegation(args) => stake::set_delegation(globals, args).await,
		ProverCommand::SetHardware { hardware, slots } => {
			let call = tx().provers().set_hardware(hardware.into(), slots);
			submit(globals, &call, "Hardware changed", |lines| {
				lines.field("hardware", parse::hardware_name(&hardware)).field("slots", slots)
			})
			.await
		}
	}
}

fn key_bytes(key: &SessionKey) -> H256 {
	H256::from_slice(AsRef::<[u8]>::as_ref(key))
}

/// A session key, and its signature that it belongs to the signing account.
fn possession(globals: &Globals, session: &SessionArgs) -> Result<(SessionKey, SessionSignature)> {
	prove_possession(&session.secret()?, &globals.secret()?.account()?)
}

fn prove_possession(
	session: &Secret,
	account: &AccountId32,
) -> Result<(SessionKey, SessionSignature)> {
	let session = session.session()?;
	Ok((session.public(), session.sign(&possession_message(account))))
}

#[derive(Serialize)]
struct Subject {
	prover: AccountId32,
}

/// Send a call of the signing prover and show where it is.
async fn submit(
	globals: &Globals,
	call: &impl Payload,
	headline: &str,
	more: impl FnOnce(Lines) -> Lines,
) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, call).await?;
	let done = Done { subject: Subject { prover }, receipt: &included.receipt };
	globals.output().show(&done, || {
		more(Lines::under(headline).field("prover", prover)).receipt(&included.receipt).text()
	});
	Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PauseSubject {
	prover: AccountId32,
	paused: bool,
	resumes_at: Option<BlockNumber>,
}

async fn set_paused(globals: &Globals, paused: bool) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &tx().provers().set_paused(paused)).await?;
	let resumes_at = included.told("Provers", "PauseChanged", "resumes_at")?;
	let subject = PauseSubject { prover, paused, resumes_at };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		let lines = match resumes_at {
			Some(block) => Lines::under("Prover resumes")
				.field("prover", prover)
				.field("takes work from", format!("block {block}")),
			None => Lines::under("Prover paused").field("prover", prover).hint(
				"It takes nothing new until `proofyard prover resume`; its live tasks go on.",
			),
		};
		lines.receipt(&included.receipt).text()
	});
	Ok(())
}

#[derive(Serialize)]
struct BlockSubject {
	prover: AccountId32,
	requester: AccountId32,
	blocked: bool,
}

async fn set_blocked(globals: &Globals, requester: AccountId32, blocked: bool) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let call = tx().auctions().set_blocked(requester, blocked);
	let included = globals.submit(&chain, &call).await?;
	let subject = BlockSubject { prover, requester, blocked };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		let headline = if blocked { "Requester kept off" } else { "Requester kept off no longer" };
		Lines::under(headline)
			.field("prover", prover)
			.field("requester", requester)
			.receipt(&included.receipt)
			.text()
	});
	Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CalibrateSubject {
	prover: AccountId32,
	task: TaskId,
	deadline: BlockNumber,
}

async fn calibrate(globals: &Globals, class: ClassArgs) -> Result<()> {
	let prover = globals.secret()?.account()?;
	let chain = globals.chain().await?;
	let call = tx().auctions().calibrate(class.system.into(), class.hardware.into());
	let included = globals.submit(&chain, &call).await?;
	let task: TaskId = included.told("Auctions", "CalibrationStarted", "task")?;
	let deadline = chain.proving().task(task).await?.deadline;
	let subject = CalibrateSubject { prover, task, deadline };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		Lines::under(format!("Calibration task {task} taken"))
			.field("prover", prover)
			.field("class", class.describe())
			.field("deadline", format!("block {deadline}"))
			.receipt(&included.receipt)
			.hint(format!(
				"The prover's node proves it as any other. Follow it: `proofyard task watch {task}`"
			))
			.text()
	});
	Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnbondSubject {
	amount: Amount,
	withdrawable_at: u32,
}

async fn unbond(globals: &Globals, amount: Amount) -> Result<()> {
	let chain = globals.chain().await?;
	let included = globals.submit(&chain, &tx().provers().unbond(amount.0)).await?;
	let withdrawable_at: u32 = included.told("Provers", "UnbondingStarted", "available_at")?;
	let subject = UnbondSubject { amount, withdrawable_at };
	globals.output().show(&Done { subject, receipt: &included.receipt }, || {
		Lines::under("Unbonding started")
			.field("amount", amount)
			.receipt(&included.receipt)
			.hint(format!("From block {withdrawable_at} on: `proofyard prover withdraw`."))
			.text()
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_primitives::session::SessionPair;
	use sp_core::Pair;

	#[test]
	fn possession_is_proven_to_the_signing_account_alone() {
		let session = Secret::new("//Bob//session");
		let account = |uri: &str| Secret::new(uri).account().unwrap();
		let (key, signature) = prove_possession(&session, &account("//Bob")).unwrap();
		let holds =
			|uri: &str| SessionPair::verify(&signature, possession_message(&account(uri)), &key);
		assert!(holds("//Bob"));
		assert!(!holds("//Alice"));
		assert_eq!(key_bytes(&key).0, session.account().unwrap().0);
	}
}
