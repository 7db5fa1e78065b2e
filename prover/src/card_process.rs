// SPDX-License-Identifier: Apache-2.0
//! The process between the service and a graphics card: it holds proving keys there and computes the sums of proofs.
//!
//! The service runs its own executable again as `proofyard-prover card-process`, one for each card, with one end of a socket
//! pair as standard input and a piece of shared memory for witnesses. A fault on a card poisons all that a process has there,
//! so a card is given up by ending its process, and tried again by starting another.
//!
//! | on the socket | from | means |
//! |---|---|---|
//! | one line, an [`Question`] | service | compute the sums for the witness that lies in the shared memory, or show that the card works |
//! | one line, an [`Answer`] | process | what came of it |
//! | the end of the stream | service | it is gone or has given the process up: end at once |
//!
//! Keys stay on the card until another needs the room; the one that was not used for longest goes first.

use std::{
	fs::File,
	io::{BufRead, BufReader, Write},
	os::{
		fd::{FromRawFd, RawFd},
		unix::{fs::FileExt, net::UnixStream},
	},
	path::{Path, PathBuf},
	sync::mpsc,
	time::Duration,
};

use ark_bn254::{G1Affine, G2Affine};
use ark_ff::BigInt;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use clap::Args;
use lru::LruCache;
use proofyard_jobs::{Bytes32, HexBytes};
use serde::{Deserialize, Serialize};

use crate::{
	config::{ByteSize, CardEngineKind},
	groth16::{Budget, CancelFlag, Cpu, Engine, Fr, Groth16Error, Limits, ProvingKey, Sums},
	selftest,
};

/// Bytes of a witness's element in the shared memory: four words, lowest first, in Montgomery form.
const ELEMENT: usize = 32;
/// Elements that are moved at once.
const BLOCK: usize = 1 << 14;

/// Options of the hidden subcommand `card-process`.
#[derive(Args, Clone, Debug)]
pub struct CardProcessArgs {
	/// Engine that computes.
	#[arg(long, value_enum)]
	pub engine: CardEngineKind,
	/// Memory that keys may take in all on the processor in a card's place.
	#[arg(long)]
	pub memory: Option<ByteSize>,
	/// The file descriptor of the shared memory.
	#[arg(long)]
	pub witness_fd: RawFd,
}

/// Question of the service.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
	/// The sums for the witness in the shared memory.
	Sums {
		/// The key's file.
		key: PathBuf,
		/// Its hash, by which the process knows it again.
		sha256: Bytes32,
		/// Elements of the witness.
		signals: usize,
	},
	/// Known answers, to see whether the card works.
	Probe,
}

/// Answer to a question.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
	/// The sums, and which keys are on the card now.
	Sums {
		/// A, B₁, C, H and B₂, affine and uncompressed.
		sums: HexBytes,
		/// The keys, least recently used first.
		resident: Vec<Bytes32>,
	},
	/// The card works.
	Well,
	/// It is the key's fault.
	InvalidKey(String),
	/// It is the witness's fault.
	Mismatched(String),
	/// The card has too little memory, even with no other key.
	TooLarge {
		/// Bytes that are needed.
		needed: u64,
		/// Bytes that there are.
		limit: u64,
	},
	/// The file could not be read.
	Io(String),
	/// The card or its process failed.
	Device(String),
}

impl From<Groth16Error> for Answer {
	fn from(error: Groth16Error) -> Self {
		match error {
			Groth16Error::InvalidKey(what) => Self::InvalidKey(what),
			Groth16Error::Mismatched(what) => Self::Mismatched(what),
			Groth16Error::OutOfMemory { needed, limit } => Self::TooLarge { needed, limit },
			Groth16Error::Io(error) => Self::Io(error.to_string()),
			other => Self::Device(other.to_string()),
		}
	}
}

impl Answer {
	/// The sums and the resident keys, or what went wrong.
	///
	/// # Errors
	/// The process's error; `Device` for an answer that can't be.
	pub fn into_sums(self) -> Result<(Sums, Vec<Bytes32>), Groth16Error> {
		Err(match self {
			Self::Sums { sums, resident } => return Ok((decode(&sums.0)?, resident)),
			Self::InvalidKey(what) => Groth16Error::InvalidKey(what),
			Self::Mismatched(what) => Groth16Error::Mismatched(what),
			Self::TooLarge { needed, limit } => Groth16Error::OutOfMemory { needed, limit },
			Self::Io(what) => Groth16Error::Io(std::io::Error::other(what)),
			Self::Device(what) => Groth16Error::Device(what),
			Self::Well => Groth16Error::Device("its process answered what it was not asked".into()),
		})
	}
}

fn encode(sums: &Sums) -> Result<HexBytes, Groth16Error> {
	let mut bytes = Vec::new();
	for sum in [sums.a, sums.b1, sums.c, sums.h] {
		G1Affine::from(sum).serialize_uncompressed(&mut bytes).map_err(internal)?;
	}
	G2Affine::from(sums.b2).serialize_uncompressed(&mut bytes).map_err(internal)?;
	Ok(HexBytes(bytes))
}

fn decode(mut bytes: &[u8]) -> Result<Sums, Groth16Error> {
	let broken = |error| Groth16Error::Device(format!("its process returned no points: {error}"));
	let mut g1 = || G1Affine::deserialize_uncompressed(&mut bytes).map_err(broken);
	let (a, b1, c, h) = (g1()?, g1()?, g1()?, g1()?);
	let b2 = G2Affine::deserialize_uncompressed(&mut bytes).map_err(broken)?;
	Ok(Sums { a: a.into(), b1: b1.into(), b2: b2.into(), c: c.into(), h: h.into() })
}

fn internal(error: impl std::fmt::Display) -> Groth16Error {
	Groth16Error::Internal(error.to_string())
}

/// Puts a witness into the shared memory, which grows if it must.
///
/// # Errors
/// If the machine has no memory for it.
pub fn put_witness(memory: &File, witness: &[Fr]) -> std::io::Result<()> {
	let needed = (witness.len() * ELEMENT) as u64;
	if memory.metadata()?.len() < needed {
		memory.set_len(needed)?;
	}
	let mut bytes = Vec::with_capacity(BLOCK * ELEMENT);
	for (block, values) in witness.chunks(BLOCK).enumerate() {
		bytes.clear();
		bytes.extend(values.iter().flat_map(|value| value.0 .0).flat_map(u64::to_le_bytes));
		memory.write_all_at(&bytes, (block * BLOCK * ELEMENT) as u64)?;
	}
	Ok(())
}

fn get_witness(memory: &File, signals: usize) -> std::io::Result<Vec<Fr>> {
	let mut witness = Vec::with_capacity(signals);
	let mut bytes = vec![0; BLOCK * ELEMENT];
	for first in (0..signals).step_by(BLOCK) {
		let bytes = &mut bytes[..BLOCK.min(signals - first) * ELEMENT];
		memory.read_exact_at(bytes, (first * ELEMENT) as u64)?;
		witness.extend(bytes.chunks_exact(ELEMENT).map(|element| {
			let mut limbs = [0; 4];
			for (limb, word) in limbs.iter_mut().zip(element.chunks_exact(8)) {
				*limb = word.iter().rev().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
			}
			// The service's own elements, which are reduced.
			Fr::new_unchecked(BigInt::new(limbs))
		}));
	}
	Ok(witness)
}

/// A key where it is computed with.
enum Resident {
	Processor(Box<ProvingKey>),
	#[cfg(feature = "groth16-cuda")]
	Card(crate::groth16::cuda::CardEngine),
}

impl Resident {
	fn sums(&self, witness: &[Fr]) -> Result<Sums, Groth16Error> {
		let limits = Limits { memory_bytes: u64::MAX, time: Duration::MAX };
		let budget = Budget::start(&limits, &CancelFlag::new());
		match self {
			Self::Processor(key) => Cpu(key).sums(witness, &budget, &|_, _| {}),
			#[cfg(feature = "groth16-cuda")]
			Self::Card(engine) => engine.sums(witness, &budget, &|_, _| {}),
		}
	}
}

/// Memory that keys are held in.
enum Place {
	Processor {
		/// Bytes for keys.
		memory: u64,
	},
	#[cfg(feature = "groth16-cuda")]
	Card(std::sync::Arc<proofyard_cuda::Card>),
}

impl Place {
	fn open(args: &CardProcessArgs) -> Result<Self, Groth16Error> {
		match args.engine {
			CardEngineKind::Processor => {
				Ok(Self::Processor { memory: args.memory.map_or(u64::MAX, |bytes| bytes.0) })
			}
			#[cfg(feature = "groth16-cuda")]
			CardEngineKind::Cuda => Ok(Self::Card(std::sync::Arc::new(proofyard_cuda::Card::open()?))),
			#[cfg(not(feature = "groth16-cuda"))]
			CardEngineKind::Cuda => Err(Groth16Error::Device("this program was built without cards".into())),
		}
	}

	/// Puts a key here, if there is room beside the bytes that others take.
	fn load(&self, key: ProvingKey, taken: u64) -> Result<(Resident, u64), Groth16Error> {
		match self {
			Self::Processor { memory } => {
				let (needed, limit) = (key.memory_bytes(), memory.saturating_sub(taken));
				if needed > limit {
					return Err(Groth16Error::OutOfMemory { needed, limit });
				}
				Ok((Resident::Processor(Box::new(key)), needed))
			}
			#[cfg(feature = "groth16-cuda")]
			Self::Card(card) => {
				let engine = crate::groth16::cuda::CardEngine::load(card.clone(), &key)?;
				let bytes = engine.key_bytes();
				Ok((Resident::Card(engine), bytes))
			}
		}
	}

	fn probe(&self) -> anyhow::Result<()> {
		match self {
			Self::Processor { .. } => selftest::probe_processor(),
			#[cfg(feature = "groth16-cuda")]
			Self::Card(card) => selftest::probe_card(card.clone()),
		}
	}
}

/// A key that is held.
struct Held {
	bytes: u64,
	resident: Resident,
}

/// Keys that are held, by the hash of their files.
struct Keys {
	place: Place,
	held: LruCache<Bytes32, Held>,
}

impl Keys {
	/// Computes with a key, which is put here first if it is not.
	fn sums(&mut self, path: &Path, sha256: Bytes32, witness: &[Fr]) -> Result<Sums, Groth16Error> {
		if !self.held.contains(&sha256) {
			self.load(path, sha256)?;
		}
		loop {
			let Some(held) = self.held.get(&sha256) else {
				return Err(Groth16Error::Internal("the key is gone".into()));
			};
			match held.resident.sums(witness) {
				// A proof needs memory beside its key: keys that were put here since may have it.
				Err(Groth16Error::OutOfMemory { .. }) if self.held.len() > 1 => {
					self.held.pop_lru();
				}
				done => return done,
			}
		}
	}

	/// Hashes of the keys, least recently used first.
	fn resident(&self) -> Vec<Bytes32> {
		self.held.iter().rev().map(|(sha256, _)| *sha256).collect()
	}

	fn load(&mut self, path: &Path, sha256: Bytes32) -> Result<(), Groth16Error> {
		loop {
			let taken = self.held.iter().map(|(_, held)| held.bytes).sum();
			// Read again after each that had to go: holding the key meanwhile would need the memory of two.
			match self.place.load(ProvingKey::read(path)?, taken) {
				Ok((resident, bytes)) => {
					self.held.put(sha256, Held { bytes, resident });
					return Ok(());
				}
				Err(error @ Groth16Error::OutOfMemory { .. }) => {
					let Some((key, gone)) = self.held.pop_lru() else { return Err(error) };
					tracing::debug!(%key, bytes = gone.bytes, "a key made room");
				}
				Err(error) => return Err(error),
			}
		}
	}
}

/// Answers until the service is gone. Standard input must be the socket.
///
/// # Errors
/// If the socket can't be used.
pub fn run(args: &CardProcessArgs) -> anyhow::Result<()> {
	// SAFETY: both were opened for this process by the service, and nothing else here has them.
	let (mut socket, memory) =
		unsafe { (UnixStream::from_raw_fd(0), File::from_raw_fd(args.witness_fd)) };
	let lines = BufReader::new(socket.try_clone()?).lines();
	let (send, asks) = mpsc::channel();
	std::thread::spawn(move || {
		for line in lines.map_while(Result::ok) {
			if send.send(line).is_err() {
				break;
			}
		}
		// The service is gone. Whatever is being computed is for nobody, and a driver in trouble may never return.
		// SAFETY: ends the process without running what others registered, such as a library's own end.
		unsafe { libc::_exit(0) }
	});
	let mut keys = Place::open(args).map(|place| Keys { place, held: LruCache::unbounded() });
	while let Ok(line) = asks.recv() {
		let answer = match (&mut keys, serde_json::from_str(&line)) {
			(Err(error), _) => Answer::Device(error.to_string()),
			(_, Err(error)) => Answer::Device(format!("no question: {error}")),
			(Ok(keys), Ok(Question::Probe)) => match keys.place.probe() {
				Ok(()) => Answer::Well,
				Err(error) => Answer::Device(format!("{error:#}")),
			},
			(Ok(keys), Ok(Question::Sums { key, sha256, signals })) => {
				let sums = get_witness(&memory, signals)
					.map_err(Groth16Error::Io)
					.and_then(|witness| keys.sums(&key, sha256, &witness))
					.and_then(|sums| encode(&sums));
				match sums {
					Ok(sums) => Answer::Sums { sums, resident: keys.resident() },
					Err(error) => error.into(),
				}
			}
		};
		let mut line = serde_json::to_vec(&answer)?;
		line.push(b'\n');
		socket.write_all(&line)?;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::groth16::sample;
	use ark_ff::AdditiveGroup;

	#[test]
	fn a_witness_comes_through_the_shared_memory() {
		let memory = tempfile::tempfile().unwrap();
		let long: Vec<Fr> = (0..BLOCK as u64 + 5).map(|i| -Fr::from(i)).collect();
		for witness in [&long[..], &long[..3], &[Fr::ZERO]] {
			put_witness(&memory, witness).unwrap();
			assert_eq!(get_witness(&memory, witness.len()).unwrap(), witness);
		}
		assert!(get_witness(&memory, 2 * BLOCK).is_err());
	}

	#[test]
	fn the_key_that_was_not_used_for_longest_makes_room() {
		let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/semaphore-20/");
		let path = PathBuf::from(fixtures).join("semaphore-20.zkey");
		let key = ProvingKey::read(&path).unwrap();
		let (bytes, witness) = (key.memory_bytes(), vec![Fr::ZERO; key.signals()]);
		let keys =
			|memory| Keys { place: Place::Processor { memory }, held: LruCache::unbounded() };
		let [a, b, c] = [1, 2, 3].map(|byte| Bytes32([byte; 32]));
		let after = |keys: &mut Keys, asked: &[Bytes32]| -> Vec<Bytes32> {
			for sha256 in asked {
				keys.sums(&path, *sha256, &witness).unwrap();
			}
			keys.resident()
		};
		let mut room_for_two = keys(bytes * 5 / 2);
		assert_eq!(after(&mut room_for_two, &[a, b]), [a, b]);
		assert_eq!(after(&mut room_for_two, &[a]), [b, a]);
		assert_eq!(after(&mut room_for_two, &[c]), [a, c]);
		assert_eq!(after(&mut keys(bytes), &[a, b]), [b]);
		let error = keys(bytes - 1).sums(&path, a, &witness).unwrap_err();
		assert!(matches!(error, Groth16Error::OutOfMemory { .. }), "{error}");
	}

	#[test]
	fn sums_come_over_the_line() {
		let (key, witness) = sample::squares(4).unwrap();
		let sums = Resident::Processor(Box::new(key)).sums(&witness).unwrap();
		let answer = Answer::Sums { sums: encode(&sums).unwrap(), resident: vec![] };
		let line = serde_json::to_string(&answer).unwrap();
		let answer: Answer = serde_json::from_str(&line).unwrap();
		assert_eq!(answer.into_sums().unwrap(), (sums, vec![]));
		let broken = Answer::Sums { sums: HexBytes(vec![7; 100]), resident: vec![] };
		assert!(matches!(broken.into_sums(), Err(Groth16Error::Device(_))));
	}
}
