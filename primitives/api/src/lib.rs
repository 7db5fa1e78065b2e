// SPDX-License-Identifier: Apache-2.0
//! The wire format of the proving market, written once: the runtime API answers with these types, the
//! node's `proving_` JSON-RPC methods send them as they are, and the command line reads them.
//!
//! In JSON amounts are strings of decimal digits, in plancks: they outgrow what JSON numbers hold
//! exactly. Accounts are SS58, hashes, keys and bytes are `0x` and hexadecimal, blocks are numbers.
//! Names are in camelCase; the values of enumerations are as in configuration files and on the command
//! line (`groth16-bn254`, `cpu`, `standard`). What is `None` is null and never left out. The files in
//! `tests/golden` show every answer.
#![cfg_attr(not(feature = "std"), no_std)]
// `decl_runtime_apis!` expands to undocumented items.
#![allow(missing_docs)]

extern crate alloc;

mod attempt;
mod clearing;
mod delegation;
mod error;
mod params;
mod program;
mod proof;
mod prover;
mod scalars;
mod task;
pub mod text;

pub use attempt::*;
pub use clearing::*;
pub use delegation::*;
pub use error::*;
pub use params::*;
pub use program::*;
pub use proof::*;
pub use prover::*;
pub use scalars::*;
pub use task::*;

use alloc::vec::Vec;
use proofyard_primitives::{
	HardwareClass, Market, ProgramId, ProofSystem, Redundancy, ServiceLevel, TaskId,
};

sp_api::decl_runtime_apis! {
	/// The state of the proving market.
	pub trait ProvingApi {
		/// A task, live or still retained.
		fn task(id: TaskId) -> Option<Task>;

		/// Tasks, newest first, from `cursor` (exclusive) or from the newest. `limit` is capped at 100.
		fn tasks(filter: TaskFilter, cursor: Option<TaskId>, limit: u32) -> TaskPage;

		/// The proof systems that this runtime knows.
		fn proof_systems() -> Vec<System>;

		/// A program.
		fn program(id: ProgramId) -> Option<Program>;

		/// A prover with its asks.
		fn prover(account: AccountId) -> Option<Prover>;

		/// A market. Empty ones are no error: a market exists where asks and tasks meet.
		fn market(market: Market) -> MarketState;

		/// The last clearings of a market that assigned anything, in this block or an earlier one, and
		/// the number of their block.
		fn clearing(market: Market) -> Option<(BlockNumber, Clearings)>;

		/// Tasks that a prover proves to enter the markets of a class; `None` where nothing is asked for.
		fn reference(system: ProofSystem, hardware: HardwareClass) -> Option<Reference>;

		/// Cost of a task now. `work` for programs that leave it to the task; `lifetime` is the
		/// number of blocks to the deadline, a default when absent; `redundancy` what the level has when
		/// absent.
		fn quote(program: ProgramId, work: Option<u64>, level: ServiceLevel, lifetime: Option<u32>, redundancy: Option<Redundancy>) -> Result<Quote, QuoteError>;

		/// Stake that a delegator has in the pool of a prover.
		fn delegation(prover: AccountId, delegator: AccountId) -> Option<Delegation>;

		/// Fees that the protocol takes of payments.
		fn fees() -> Fees;

		/// The verified proof of a settled task, while it is retained; where it takes several, the last.
		fn proof(task: TaskId) -> Option<Proof>;

		/// All verified proofs of a task that is settled, or takes several. `None` where there is none.
		fn proofs(task: TaskId) -> Option<Proofs>;
	}
}
