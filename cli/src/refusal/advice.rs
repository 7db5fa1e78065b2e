// SPDX-License-Identifier: Apache-2.0
//! Advice on errors of pallets: what to do on the command line, where an error's text cannot say it.

use crate::calls::{
	attestation::Error as Attestation, auctions::Error as Auctions, balances::Error as Balances,
	programs::Error as Programs, provers::Error as Provers, settlement::Error as Settlement,
	sudo::Error as Sudo, Error,
};

const BALANCE: &str = "See `proofyard balance` for what is free and what is held, and for what.";

/// Advice on an error; empty where its text says what to do.
pub fn on(error: &Error) -> &'static str {
	match error {
		Error::Attestation(error) => on_attestation(error),
		Error::Auctions(error) => on_auctions(error),
		Error::Programs(error) => on_programs(error),
		Error::Provers(error) => on_provers(error),
		Error::Balances(Balances::InsufficientBalance)
		| Error::Settlement(Settlement::InsufficientBalance) => BALANCE,
		Error::Sudo(Sudo::RequireSudo) => {
			"Sign with the account of the chain's root: --key-file or --suri."
		}
		_ => "",
	}
}

fn on_attestation(error: &Attestation) -> &'static str {
	match error {
		Attestation::UnknownTask | Attestation::NotAssignee | Attestation::AttemptOver => {
			"See `proofyard task show`: who is at work on it, or how it ended."
		}
		Attestation::NotDue => {
			"`proofyard task show` has the blocks by which its attempts are due, and its deadline."
		}
		Attestation::TooLateToDecline => {
			"A late proof is still paid, less and less, if nobody is faster."
		}
		Attestation::InputInline | Attestation::InputWasHad => {
			"`proofyard prover decline` without --input-unavailable gives it back."
		}
		Attestation::NotCommitted | Attestation::NotEnoughCommitted | Attestation::CannotCommit => {
			"`proofyard task submit-proof`, given again, commits to the proof, waits, and delivers."
		}
		Attestation::Jailed => "`proofyard prover status` says until when; then `prover unjail`.",
		Attestation::TooLate => "See `proofyard task show` for the deadline.",
		Attestation::NoBounty => "`proofyard bounty list` shows the tasks that offer one.",
		Attestation::NotProver => "Register with `proofyard prover register`.",
		Attestation::HasAttempt => {
			"Deliver by that attempt, while it runs: `proofyard task submit-proof`."
		}
		Attestation::AlreadyAnnounced => "Show it: `proofyard bounty reveal`.",
		Attestation::BountyFull => {
			"`proofyard task show` has the announcements; each may be replaced after ten blocks."
		}
		Attestation::NotAnnounced => "`proofyard bounty deliver` announces it and shows it.",
		Attestation::TooEarly => "Wait for the next block: `proofyard bounty reveal`.",
		Attestation::WrongCommitment => {
			"Give the same files as to `proofyard bounty announce`, and sign with the same account."
		}
		Attestation::UnknownVersion => {
			"`proofyard systems` lists the versions, and which of them are on."
		}
		_ => "",
	}
}

fn on_auctions(error: &Auctions) -> &'static str {
	match error {
		Auctions::FeeTooLow | Auctions::FeeBelowGrid => {
			"See `proofyard task quote` for the lowest maximum fee."
		}
		Auctions::TooLate => {
			"See `proofyard task show` for the deadline, and for how long bids are committed and revealed."
		}
		Auctions::TooEarly => {
			"`proofyard task show` says from which block on; then `prover reveal`."
		}
		Auctions::NothingToChange => {
			"See `proofyard task show` and `prover status` for what holds already."
		}
		Auctions::SealedTask | Auctions::BidsRevealed => {
			"See `proofyard task show` for the bids and the block that decides."
		}
		Auctions::NotSealed => {
			"Serve its market: `proofyard prover ask --program ID`."
		}
		Auctions::BiddingOutOfRange => {
			"Give a longer --lifetime, or other numbers of blocks with --bidding COMMIT,REVEAL."
		}
		Auctions::DuplicateProver => {
			"Give each --prover once."
		}
		Auctions::BadRedundancy => {
			"Give --redundancy K/N with K from 1 to N and N up to 3, and as many --prover as K, or none."
		}
		Auctions::RedundancySealed => {
			"Leave --redundancy or --bidding out."
		}
		Auctions::NotReliable => {
			"`proofyard prover status` shows the record, by proof system, and whether it is good enough."
		}
		Auctions::NotAdmitted => {
			"`proofyard task show` says to whom it is kept."
		}
		Auctions::UnknownBid => {
			"Commit first: `proofyard prover bid`."
		}
		Auctions::WrongCommitment => {
			"Reveal from the file that `proofyard prover bid` wrote: --bid-file."
		}
		Auctions::NotCalibrated => {
			"`proofyard market reference` says what is asked for; `prover calibrate` proves it once."
		}
		Auctions::PriceAboveGrid => {
			"The price is that of one unit of work, in YARD: is it that of a whole task?"
		}
		Auctions::TooManyBlocked => {
			"Take some off it with `proofyard prover unblock`."
		}
		Auctions::LifetimeOutOfRange => {
			"Leave --lifetime out for the chain's default, or see `proofyard task quote --lifetime`."
		}
		Auctions::UnknownTask | Auctions::NotDue => {
			"See `proofyard task show` for where the task stands."
		}
		Auctions::NotProver => {
			"Register with `proofyard prover register`."
		}
		Auctions::HardwareNotCovered => {
			"See `proofyard prover status` for what is declared; change it with `prover set-hardware`."
		}
		Auctions::UnknownAsk => {
			"See `proofyard prover status` for the asks that stand."
		}
		_ => "",
	}
}

fn on_programs(error: &Programs) -> &'static str {
	match error {
		Programs::InsufficientBalance => BALANCE,
		Programs::UnknownProgram => {
			"Check the id; `proofyard program register` prints it, also for what is registered already."
		}
		Programs::UnknownVersion => {
			"`proofyard systems` lists the versions, and which of them are on."
		}
		Programs::SystemDisabled => {
			"`proofyard systems` lists those that are on."
		}
		Programs::NoPublicInputs => {
			"Give --public-values, --public-values-sha256 or --public-values-prefix in place of --public."
		}
		Programs::BadPrefix | Programs::WrongPublicInputCount | Programs::PublicInputNotInField => {
			"`proofyard program show` says how many public inputs it has, of 32 bytes each."
		}
		Programs::MalformedVersion | Programs::LayoutMismatch => {
			"Take one that this program knows, SYSTEM@VERSION, or check the file."
		}
		Programs::KeyWrongLength => {
			"Check --system: a circuit's key comes from a file, a zkVM's program key has 32 bytes."
		}
		Programs::NotOwner => {
			"`proofyard program show` says who the owner is."
		}
		_ => "",
	}
}

fn on_provers(error: &Provers) -> &'static str {
	match error {
		Provers::InsufficientBalance => BALANCE,
		Provers::UnknownProver => {
			"Register with `proofyard prover register`."
		}
		Provers::Jailed => {
			"`proofyard prover status` says until when; then `prover unjail`."
		}
		Provers::AlreadyRegistered => {
			"See `proofyard prover status`; change things with `prover add-stake`, `set-hardware` and `rotate-key`."
		}
		Provers::AsksStanding => {
			"List them with `proofyard prover status`, withdraw each with `prover withdraw-ask`."
		}
		Provers::Paused => {
			"Take work again with `proofyard prover resume`."
		}
		Provers::AlreadyPaused | Provers::NotPaused => {
			"See `proofyard prover status` for whether it is paused, and from which block it goes on."
		}
		Provers::InsufficientStake => {
			"See `proofyard prover status` for what is free; stake more with `prover add-stake`."
		}
		Provers::NoFreeSlot => {
			"Wait until a task of it ends, or declare more with `proofyard prover set-hardware`."
		}
		Provers::StakeReserved | Provers::AttemptsLive => {
			"See `proofyard prover status` for its live tasks, and `task list --prover` for which."
		}
		Provers::UnbondingUnderWay => {
			"See `proofyard prover status` for when it can be withdrawn; then `prover withdraw`."
		}
		Provers::TooEarly => {
			"`proofyard prover status` says from which block on; of a delegation, `stake show`."
		}
		Provers::NotJailed => {
			"See `proofyard prover status` for what keeps it from work."
		}
		Provers::Leaving | Provers::AlreadyLeaving => {
			"`proofyard prover status` says from when the stake can be withdrawn; then register anew."
		}
		Provers::RemainderTooLow => {
			"Unbond less, or leave: `proofyard prover leave` takes all of it back."
		}
		Provers::DelegationClosed | Provers::DelegationFull | Provers::PoolWipedOut => {
			"`proofyard prover status` shows how much may be delegated to it, if any."
		}
		Provers::DelegationTooLow => {
			"Delegate more, or take out all: `proofyard stake undelegate --all`."
		}
		Provers::SelfDelegation => {
			"Add to the stake with `proofyard prover add-stake`."
		}
		Provers::NoDelegation | Provers::TooFewShares | Provers::NothingUnbonding => {
			"See `proofyard stake show` for a delegation, `prover status` for the own stake."
		}
		_ => "",
	}
}
