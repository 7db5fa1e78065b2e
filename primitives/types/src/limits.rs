// SPDX-License-Identifier: Apache-2.0
//! Upper bounds of everything whose size a sender chooses.

use sp_core::ConstU32;

/// Bytes in one locator (a URL).
pub type MaxLocator = ConstU32<512>;
/// Alternative locators of one artifact or input.
pub type MaxLocators = ConstU32<4>;
/// Artifacts of one program.
pub type MaxArtifacts = ConstU32<8>;
/// Standbys of one task.
pub type MaxStandbys = ConstU32<MAX_STANDBYS>;
/// The number in [`MaxStandbys`].
pub const MAX_STANDBYS: u32 = 4;
/// Attempts of one task: those that start at once, the standbys, and who is found when these are
/// used up.
pub type MaxAttempts = ConstU32<MAX_ATTEMPTS>;
/// The number in [`MaxAttempts`].
pub const MAX_ATTEMPTS: u32 = 8;
/// Proofs announced at once on the open bounty of a task.
pub type MaxAnnouncements = ConstU32<MAX_ANNOUNCEMENTS>;
/// The number in [`MaxAnnouncements`].
pub const MAX_ANNOUNCEMENTS: u32 = 4;
/// Provers that a task can be kept to.
pub type MaxProverSet = ConstU32<16>;
/// Bytes of an input that travels in the task itself; larger inputs go by locator and hash.
pub type MaxInlineInput = ConstU32<8192>;
/// Public inputs of one proof, the verifier's own bound.
pub type MaxPublicInputs = ConstU32<{ proofyard_verifier::MAX_PUBLIC_INPUTS }>;
/// Bytes of the public values of one proof.
pub type MaxPublicValues = ConstU32<MAX_PUBLIC_VALUES>;
/// The number in [`MaxPublicValues`]: room for the public inputs of any circuit.
pub const MAX_PUBLIC_VALUES: u32 = 4096;
/// Proofs of one batch.
pub type MaxBatch = ConstU32<MAX_BATCH>;
/// The number in [`MaxBatch`].
pub const MAX_BATCH: u32 = 64;
/// Bytes of a wrapping key's entry.
pub type MaxWrappingKey = ConstU32<{ proofyard_verifier::wrap::MAX_ENTRY_LEN }>;
/// Bytes of a wrapping key's prepared entry.
pub type MaxPreparedWrappingKey = ConstU32<{ proofyard_verifier::wrap::MAX_PREPARED_ENTRY_LEN }>;
/// Bytes of a canonical verification key.
pub type MaxKey = ConstU32<{ proofyard_verifier::MAX_KEY_LEN }>;
/// Bytes of a prepared verification key.
pub type MaxPreparedKey = ConstU32<{ proofyard_verifier::MAX_PREPARED_KEY_LEN }>;
/// Bytes of a submitted proof. Well above every system's own longest, so that a proof that is too
/// long for its system can be told so, instead of not decoding.
pub type MaxProof = ConstU32<2048>;

const _: () = assert!(2048 > proofyard_verifier::MAX_PROOF_LEN);
const _: () = assert!(
	MAX_PUBLIC_VALUES
		>= proofyard_verifier::MAX_PUBLIC_INPUTS * proofyard_verifier::PUBLIC_INPUT_LEN
);
