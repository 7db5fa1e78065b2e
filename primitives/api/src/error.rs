// SPDX-License-Identifier: Apache-2.0
//! Errors of the `proving_` methods, by number and by name.

macro_rules! error_codes {
	($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
		/// Error that a `proving_` method failed with. The numbers are part of the interface and are listed in
		/// `docs/rpc.md`: they never change their meaning, and a retired one is not used again. 7100 to
		/// 7199 are the namespace's: below are the SDK's own ranges.
		#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
		pub enum ErrorCode {
			$($(#[doc = $doc])+ $name = $code,)+
		}

		impl ErrorCode {
			/// Every code, in the order of the numbers.
			pub const ALL: &[Self] = &[$(Self::$name),+];

			/// Name in the documentation, in metrics and in the error's data.
			pub const fn name(self) -> &'static str {
				match self {
					$(Self::$name => stringify!($name),)+
				}
			}
		}
	};
}

error_codes! {
	/// No task has the id, or it ended longer ago than the retention period.
	UnknownTask = 7101,
	/// No program has the id.
	UnknownProgram = 7102,
	/// The account is no prover.
	UnknownProver = 7103,
	/// The task has no verified proof to show.
	NoProof = 7104,
	/// A parameter is out of its range.
	InvalidParams = 7105,
	/// The node does not know the block, or no longer has its state.
	UnknownBlock = 7106,
	/// The node follows as many tasks as it will.
	TooManySubscriptions = 7107,
	/// The subscriber did not take its updates.
	Lagging = 7108,
	/// The runtime could not be called, or the database failed.
	RuntimeError = 7109,
	/// No clearing gave the task to a prover, or not yet.
	NotAssigned = 7110,
	/// The task found its prover in another way than by a clearing.
	NotCleared = 7111,
	/// The market has not been cleared.
	NoClearing = 7112,
	/// The node knows the block and no longer has its state.
	StatePruned = 7113,
	/// The account has nothing in the prover's pool.
	NoDelegation = 7114,
	/// The program takes no new tasks.
	ProgramRetired = 7121,
	/// The program's proof system is switched off.
	SystemDisabled = 7122,
	/// The program leaves the work to the task, and none was given.
	WorkNeeded = 7123,
	/// The program fixes the work, and another was given.
	WorkFixed = 7124,
	/// The deadline is nearer or farther than the chain allows.
	DeadlineOutOfRange = 7125,
	/// No task can start and take proofs so.
	BadRedundancy = 7126,
}

impl From<ErrorCode> for i32 {
	fn from(code: ErrorCode) -> Self {
		code.number()
	}
}

impl ErrorCode {
	/// Number by which clients recognise the error.
	pub const fn number(self) -> i32 {
		self as i32
	}

	/// Whether a number is one of the namespace's, known here or not.
	pub fn is_ours(number: i32) -> bool {
		(7100..7200).contains(&number)
	}

	/// Whether a number says that what a quote is asked for would be refused.
	pub fn is_quote_refused(number: i32) -> bool {
		(Self::ProgramRetired.number()..=Self::BadRedundancy.number()).contains(&number)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_code_is_in_the_range_of_the_namespace() {
		for code in ErrorCode::ALL {
			assert!((7100..7200).contains(&code.number()), "{}", code.name());
			assert!(ErrorCode::is_ours(code.number()), "{}", code.name());
		}
	}
}
