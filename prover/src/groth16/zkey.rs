// SPDX-License-Identifier: Apache-2.0
//! Proving keys as snarkjs writes them (`zkey`, version 1, Groth16 over BN254).
//!
//! | section | holds |
//! |---|---|
//! | 1 | proof system, 1 = Groth16 |
//! | 2 | both primes, number of signals, of public signals, domain size, α₁ β₁ β₂ γ₂ δ₁ δ₂ |
//! | 3 | IC, one point for the constant and one for each public signal |
//! | 4 | coefficients of the matrices A and B |
//! | 5, 6, 7 | A, B₁, B₂: one point a signal |
//! | 8 | C: one point a private signal |
//! | 9 | H: one point an element of the domain, on the odd coset |
//! | 10 | the ceremony's transcript, not needed to prove |
//!
//! Coordinates are little-endian in Montgomery form, G2 as c0 ‖ c1, infinity as zeros. Coefficients
//! carry the Montgomery factor twice, so that a plain Montgomery product with a signal in standard
//! form gives one in Montgomery form.
//!
//! `ark-circom` 0.6 reads the same files, and trusts them: a missing section, a point off its curve or a coefficient of a
//! third matrix panics, the lengths of sections and the header's primes are read and not compared, and a header alone makes
//! it allocate twice as many vectors as it claims a domain to have, up to 2³². It reads one point after the other on one
//! core, and cannot be stopped. Keys come from strangers here, so this reader compares every length with the file before it
//! allocates, and refuses with a typed error (`tests/groth16_hostile.rs`). There is no test against `ark-circom`, which
//! brings a second Wasm runtime, wasmer, into every build: what is read here is held against `ark-groth16` (`crosscheck`),
//! the ceremony's published verification key and snarkjs (`scripts/crosscheck`) instead.

use super::{
	binfile::{u32_at, BinFile, Section},
	error::Groth16Error,
	limits::CancelFlag,
};
use ark_bn254::{g1, g2, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{short_weierstrass::Affine, AffineRepr};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, PrimeField};
use proofyard_verifier::ProofSystem;
use rayon::prelude::*;
use std::{mem::size_of, ops::Deref, path::Path};

/// The proof system's number in section 1.
const GROTH16: u32 = 1;
/// Bytes of a field element.
const FIELD_BYTES: usize = 32;
/// Bytes of a point of G1.
const G1_BYTES: usize = 2 * FIELD_BYTES;
/// Bytes of a point of G2.
const G2_BYTES: usize = 4 * FIELD_BYTES;
/// Bytes of section 2 for a curve with 32-byte fields: two lengths, two primes, three counts,
/// three points of G1 and three of G2.
const HEADER_BYTES: usize = 4 + FIELD_BYTES + 4 + FIELD_BYTES + 12 + 3 * G1_BYTES + 3 * G2_BYTES;
/// Bytes of one coefficient: matrix, constraint, signal, value.
const COEFFICIENT_BYTES: usize = 12 + FIELD_BYTES;
/// Points or coefficients read at once.
const BLOCK: usize = 1 << 14;
/// The largest domain of the scalar field, as a power of two.
const MAX_DOMAIN_POWER: u32 = 28;

/// Part of a key that the service needs, wherever the sums are computed: how large it is, what blinds a proof, what checks it.
pub struct KeyHead {
	pub(super) signals: usize,
	pub(super) public: usize,
	pub(super) domain_size: usize,
	pub(super) alpha_g1: G1Affine,
	pub(super) beta_g1: G1Affine,
	pub(super) delta_g1: G1Affine,
	pub(super) beta_g2: G2Affine,
	pub(super) delta_g2: G2Affine,
	verification_key: Vec<u8>,
	pub(super) prepared_key: Vec<u8>,
}

/// A loaded proving key. Immutable, so one copy serves any number of jobs.
pub struct ProvingKey {
	head: KeyHead,
	constraints: u64,
	pub(super) matrix_a: Matrix,
	pub(super) matrix_b: Matrix,
	pub(super) a: Bases<G1Affine>,
	pub(super) b1: Bases<G1Affine>,
	pub(super) b2: Bases<G2Affine>,
	pub(super) c: Bases<G1Affine>,
	pub(super) h: Vec<G1Affine>,
}

impl Deref for ProvingKey {
	type Target = KeyHead;

	fn deref(&self) -> &KeyHead {
		&self.head
	}
}

/// A sparse matrix, row after row: the terms of row `i` are those from `starts[i]` to
/// `starts[i + 1]`.
pub(super) struct Matrix {
	pub(super) starts: Vec<u32>,
	pub(super) signals: Vec<u32>,
	pub(super) values: Vec<Fr>,
}

impl Matrix {
	/// The product of one row with the witness. Rows are below the domain size and every signal of
	/// a term is below the key's number of signals, which the witness must have.
	pub(super) fn row_times(&self, row: usize, witness: &[Fr]) -> Fr {
		let terms = self.starts[row] as usize..self.starts[row + 1] as usize;
		self.signals[terms.clone()]
			.iter()
			.zip(&self.values[terms])
			.map(|(signal, value)| *value * witness[*signal as usize])
			.sum()
	}

	fn memory_bytes(&self) -> usize {
		(self.starts.capacity() + self.signals.capacity()) * size_of::<u32>()
			+ self.values.capacity() * size_of::<Fr>()
	}
}

/// The points of a section that are not infinity, and which signal each belongs to. In B₁ and B₂
/// most signals have no point.
pub(super) struct Bases<P> {
	pub(super) points: Vec<P>,
	pub(super) signals: Vec<u32>,
}

impl<P: AffineRepr> Bases<P> {
	/// Leaves the points at infinity out; the first point belongs to signal `first`.
	fn new(mut points: Vec<P>, first: usize) -> Self {
		let signals = points
			.iter()
			.zip(first as u32..)
			.filter(|(point, _)| !point.is_zero())
			.map(|(_, signal)| signal)
			.collect();
		points.retain(|point| !point.is_zero());
		points.shrink_to_fit();
		Self { points, signals }
	}

	fn memory_bytes(&self) -> usize {
		self.points.capacity() * size_of::<P>() + self.signals.capacity() * size_of::<u32>()
	}
}

impl ProvingKey {
	/// Reads and checks a proving key. All cores take part.
	///
	/// Every point is known to lie on its curve afterwards, and those of the verification key in
	/// their groups; a key that is wrong in any other way makes proofs that the check at the end of
	/// [`prove`](super::prove()) refuses.
	///
	/// # Errors
	/// `InvalidKey` if the file is not a Groth16 key over BN254, is truncated or inconsistent;
	/// `Io` if the disk fails.
	pub fn read(path: &Path) -> Result<Self, Groth16Error> {
		Self::read_unless(path, &CancelFlag::new())
	}

	/// Reads and checks a proving key, like [`read`](Self::read), or stops with `Cancelled` between
	/// two blocks of points when the flag is raised.
	pub fn read_unless(path: &Path, cancel: &CancelFlag) -> Result<Self, Groth16Error> {
		let (file, header) = open(path, cancel)?;
		let Header { signals, public, domain_size, .. } = header;
		let private = signals - public - 1;
		// All lengths before anything is read: afterwards no count allocates more than a small
		// multiple of the file.
		for (id, count, bytes) in [
			(3, public + 1, G1_BYTES),
			(5, signals, G1_BYTES),
			(6, signals, G1_BYTES),
			(7, signals, G2_BYTES),
			(8, private, G1_BYTES),
			(9, domain_size, G1_BYTES),
		] {
			file.section(id, Some(count as u64 * bytes as u64))?;
		}

		let ic = read_points::<G1Affine>(&file, 3, public + 1)?;
		let (matrix_a, matrix_b, rows) = read_matrices(&file, signals, domain_size)?;
		Self::assemble(
			header,
			&ic,
			[matrix_a, matrix_b],
			// Behind the circuit's own constraints, the set-up adds one for each public signal and one
			// for the constant.
			rows.saturating_sub(public as u64 + 1),
			read_points(&file, 5, signals)?,
			read_points(&file, 6, signals)?,
			read_points(&file, 7, signals)?,
			read_points(&file, 8, private)?,
			read_points(&file, 9, domain_size)?,
		)
	}

	/// A key of its parts: points of A, B₁ and B₂ for each signal, of C for each private one, of H for each element of the
	/// domain.
	///
	/// # Errors
	/// `InvalidKey` if the verifier refuses the verification key.
	pub(super) fn assemble(
		header: Header,
		ic: &[G1Affine],
		[matrix_a, matrix_b]: [Matrix; 2],
		constraints: u64,
		a: Vec<G1Affine>,
		b1: Vec<G1Affine>,
		b2: Vec<G2Affine>,
		c: Vec<G1Affine>,
		h: Vec<G1Affine>,
	) -> Result<Self, Groth16Error> {
		let (head, public) = (header.with(ic)?, header.public);
		Ok(Self {
			head,
			constraints,
			matrix_a,
			matrix_b,
			a: Bases::new(a, 0),
			b1: Bases::new(b1, 0),
			b2: Bases::new(b2, 0),
			c: Bases::new(c, public + 1),
			h,
		})
	}

	/// Memory that the key takes, in bytes.
	pub fn memory_bytes(&self) -> u64 {
		let bytes = size_of::<Self>()
			+ self.matrix_a.memory_bytes()
			+ self.matrix_b.memory_bytes()
			+ self.a.memory_bytes()
			+ self.b1.memory_bytes()
			+ self.b2.memory_bytes()
			+ self.c.memory_bytes()
			+ self.h.capacity() * size_of::<G1Affine>()
			+ self.verification_key.capacity()
			+ self.prepared_key.capacity();
		bytes as u64
	}

	/// The number of the circuit's constraints: its work.
	pub fn constraints(&self) -> u64 {
		self.constraints
	}

	/// Bytes that a proof with this key holds at its peak beside the key.
	pub(super) fn proving_bytes(&self) -> u64 {
		let element = size_of::<Fr>() as u64;
		// Witness in two forms and one gathered copy; the three polynomials and their product; the
		// digits that a multi-scalar product cuts its scalars into.
		(3 * self.signals as u64 + 4 * self.domain_size as u64) * element
			+ super::msm::scratch_bytes(self.domain_size.max(self.signals))
	}
}

impl KeyHead {
	/// Reads what stands at a key's beginning, and checks it as [`ProvingKey::read`] does. The points that make the key large
	/// are not read.
	///
	/// # Errors
	/// As there.
	pub fn read(path: &Path) -> Result<Self, Groth16Error> {
		let (file, header) = open(path, &CancelFlag::new())?;
		header.with(&read_points::<G1Affine>(&file, 3, header.public + 1)?)
	}

	/// The number of the circuit's signals, the constant 1 among them: the length of its witness.
	pub fn signals(&self) -> usize {
		self.signals
	}

	/// Memory that it takes, in bytes.
	pub fn memory_bytes(&self) -> u64 {
		(size_of::<Self>() + self.verification_key.capacity() + self.prepared_key.capacity()) as u64
	}

	/// The verification key in the chain's encoding: α ‖ β ‖ γ ‖ δ ‖ IC₀ … ICₙ, big-endian as in
	/// EIP-197.
	pub fn verification_key(&self) -> Vec<u8> {
		self.verification_key.clone()
	}

	/// The size of the evaluation domain, a power of two above the number of constraints.
	pub fn domain_size(&self) -> u64 {
		self.domain_size as u64
	}

	/// The number of public inputs, in the order outputs first, then public input signals.
	pub fn public_inputs(&self) -> usize {
		self.public
	}
}

impl std::fmt::Debug for ProvingKey {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("ProvingKey")
			.field("constraints", &self.constraints)
			.field("signals", &self.signals)
			.field("public", &self.public)
			.field("domain_size", &self.domain_size)
			.finish_non_exhaustive()
	}
}

/// Opens a key of this proof system and curve.
fn open(path: &Path, cancel: &CancelFlag) -> Result<(BinFile, Header), Groth16Error> {
	let file = BinFile::open(path, b"zkey", 1, cancel)?;
	let mut system = [0u8; 4];
	file.read(file.section(1, Some(4))?, 0, &mut system)?;
	let system = u32::from_le_bytes(system);
	if system != GROTH16 {
		return Err(invalid(format!("proof system {system}, only Groth16 (1) is supported")));
	}
	let header = Header::read(&file)?;
	Ok((file, header))
}

/// Section 2.
pub(super) struct Header {
	pub(super) signals: usize,
	pub(super) public: usize,
	pub(super) domain_size: usize,
	pub(super) alpha_g1: G1Affine,
	pub(super) beta_g1: G1Affine,
	pub(super) delta_g1: G1Affine,
	pub(super) beta_g2: G2Affine,
	pub(super) gamma_g2: G2Affine,
	pub(super) delta_g2: G2Affine,
}

impl Header {
	fn read(file: &BinFile) -> Result<Self, Groth16Error> {
		let section = file.section(2, None)?;
		// The primes come first: a key of another curve has another length and deserves the better
		// message.
		let mut lengths = [0u8; 4];
		file.read(section, 0, &mut lengths)?;
		if u32::from_le_bytes(lengths) != FIELD_BYTES as u32 {
			return Err(invalid("its curve is not BN254 (bn128)".into()));
		}
		let mut bytes = [0u8; HEADER_BYTES];
		file.read(file.section(2, Some(HEADER_BYTES as u64))?, 0, &mut bytes)?;

		let q = &bytes[4..36];
		let r = &bytes[40..72];
		if u32_at(&bytes, 36) != FIELD_BYTES as u32
			|| q != Fq::MODULUS.to_bytes_le()
			|| r != Fr::MODULUS.to_bytes_le()
		{
			return Err(invalid("its curve is not BN254 (bn128)".into()));
		}

		let signals = u32_at(&bytes, 72);
		let public = u32_at(&bytes, 76);
		let domain_size = u32_at(&bytes, 80);
		if public >= signals {
			return Err(invalid(format!("{public} public signals among {signals}")));
		}
		if !domain_size.is_power_of_two() || domain_size > 1 << MAX_DOMAIN_POWER {
			return Err(invalid(format!(
				"domain size {domain_size} is not a power of two up to 2^{MAX_DOMAIN_POWER}"
			)));
		}

		let mut points = Points { bytes: &bytes, at: 84 };
		Ok(Self {
			signals: signals as usize,
			public: public as usize,
			domain_size: domain_size as usize,
			alpha_g1: points.next("α")?,
			beta_g1: points.next("β")?,
			beta_g2: points.next("β")?,
			gamma_g2: points.next("γ")?,
			delta_g1: points.next("δ")?,
			delta_g2: points.next("δ")?,
		})
	}

	/// The head of a key with this verification key.
	fn with(&self, ic: &[G1Affine]) -> Result<KeyHead, Groth16Error> {
		let verification_key = self.verification_key(ic);
		let prepared_key =
			proofyard_verifier::prepare_key(ProofSystem::Groth16Bn254, &verification_key)
				.map_err(|error| invalid(format!("its verification key is refused: {error}")))?;
		Ok(KeyHead {
			signals: self.signals,
			public: self.public,
			domain_size: self.domain_size,
			alpha_g1: self.alpha_g1,
			beta_g1: self.beta_g1,
			delta_g1: self.delta_g1,
			beta_g2: self.beta_g2,
			delta_g2: self.delta_g2,
			verification_key,
			prepared_key,
		})
	}

	fn verification_key(&self, ic: &[G1Affine]) -> Vec<u8> {
		let mut key = Vec::with_capacity(G1_BYTES + 3 * G2_BYTES + ic.len() * G1_BYTES);
		put_g1(&mut key, &self.alpha_g1);
		for point in [&self.beta_g2, &self.gamma_g2, &self.delta_g2] {
			put_g2(&mut key, point);
		}
		for point in ic {
			put_g1(&mut key, point);
		}
		key
	}
}

/// The points at the end of the header, one after the other.
struct Points<'a> {
	bytes: &'a [u8],
	at: usize,
}

impl Points<'_> {
	fn next<P: ZkeyPoint>(&mut self, name: &str) -> Result<P, Groth16Error> {
		let bytes = &self.bytes[self.at..self.at + P::BYTES];
		self.at += P::BYTES;
		P::decode(bytes).ok_or_else(|| invalid(format!("{name} is not a point of its curve")))
	}
}

/// A point as the file encodes it.
trait ZkeyPoint: AffineRepr {
	/// Bytes of the encoding.
	const BYTES: usize;
	/// Decodes `BYTES` bytes; `None` if a coordinate is not reduced or the point is not on the
	/// curve.
	fn decode(bytes: &[u8]) -> Option<Self>;
}

impl ZkeyPoint for Affine<g1::Config> {
	const BYTES: usize = G1_BYTES;

	fn decode(bytes: &[u8]) -> Option<Self> {
		let (x, y) = (fq(&bytes[..32])?, fq(&bytes[32..])?);
		if x == Fq::ZERO && y == Fq::ZERO {
			return Some(Self::identity());
		}
		let point = Self::new_unchecked(x, y);
		point.is_on_curve().then_some(point)
	}
}

impl ZkeyPoint for Affine<g2::Config> {
	const BYTES: usize = G2_BYTES;

	fn decode(bytes: &[u8]) -> Option<Self> {
		let x = Fq2::new(fq(&bytes[..32])?, fq(&bytes[32..64])?);
		let y = Fq2::new(fq(&bytes[64..96])?, fq(&bytes[96..])?);
		if x == Fq2::ZERO && y == Fq2::ZERO {
			return Some(Self::identity());
		}
		let point = Self::new_unchecked(x, y);
		point.is_on_curve().then_some(point)
	}
}

/// Four little-endian words.
fn limbs(bytes: &[u8]) -> BigInt<4> {
	let mut limbs = [0u64; 4];
	for (limb, bytes) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
		let mut word = [0u8; 8];
		word.copy_from_slice(bytes);
		*limb = u64::from_le_bytes(word);
	}
	BigInt::new(limbs)
}

/// A coordinate in Montgomery form.
fn fq(bytes: &[u8]) -> Option<Fq> {
	let limbs = limbs(bytes);
	(limbs < Fq::MODULUS).then(|| Fq::new_unchecked(limbs))
}

/// A coefficient: the Montgomery form of the Montgomery form.
fn coefficient(bytes: &[u8]) -> Option<Fr> {
	let limbs = limbs(bytes);
	(limbs < Fr::MODULUS).then(|| Fr::new_unchecked(Fr::new_unchecked(limbs).into_bigint()))
}

fn read_points<P: ZkeyPoint>(
	file: &BinFile,
	id: u32,
	count: usize,
) -> Result<Vec<P>, Groth16Error> {
	// The length is that of a section inside the file, so the allocation is bounded by the file.
	let section = file.section(id, Some(count as u64 * P::BYTES as u64))?;
	let mut points = vec![P::zero(); count];
	points.par_chunks_mut(BLOCK).enumerate().try_for_each(|(block, points)| {
		let mut bytes = vec![0u8; points.len() * P::BYTES];
		file.read(section, (block * BLOCK * P::BYTES) as u64, &mut bytes)?;
		for (i, (point, bytes)) in points.iter_mut().zip(bytes.chunks_exact(P::BYTES)).enumerate() {
			*point = P::decode(bytes).ok_or_else(|| {
				let at = block * BLOCK + i;
				invalid(format!("point {at} of section {id} is not on its curve"))
			})?;
		}
		Ok::<_, Groth16Error>(())
	})?;
	Ok(points)
}

/// One entry of section 4.
struct Coefficient<'a> {
	/// 0 for A, 1 for B.
	matrix: usize,
	row: usize,
	signal: u32,
	value: &'a [u8],
}

/// Reads section 4 into its two matrices, and says how many rows have terms up to the last one.
fn read_matrices(
	file: &BinFile,
	signals: usize,
	domain_size: usize,
) -> Result<(Matrix, Matrix, u64), Groth16Error> {
	let section = file.section(4, None)?;
	let mut count = [0u8; 4];
	file.read(section, 0, &mut count)?;
	let count = u32::from_le_bytes(count) as usize;
	file.section(4, Some(4 + count as u64 * COEFFICIENT_BYTES as u64))?;

	// Two passes, so that nothing is kept but the matrices: the first counts the terms of each row
	// (one place further, which makes the running sum the row's start), the second places them.
	let mut starts = [vec![0u32; domain_size + 1], vec![0u32; domain_size + 1]];
	let mut rows = 0;
	for_each_coefficient(file, section, count, |entry| {
		if entry.matrix > 1 || entry.row >= domain_size || entry.signal as usize >= signals {
			return Err(invalid("a coefficient lies outside of the circuit".into()));
		}
		starts[entry.matrix][entry.row + 1] += 1;
		rows = rows.max(entry.row as u64 + 1);
		Ok(())
	})?;
	let [mut matrix_a, mut matrix_b] = starts.map(|mut starts| {
		let mut terms = 0u32;
		for start in &mut starts {
			// The sum is at most `count`, which is a `u32`.
			terms += *start;
			*start = terms;
		}
		let terms = terms as usize;
		Matrix { starts, signals: vec![0; terms], values: vec![Fr::ZERO; terms] }
	});

	let mut next = [&matrix_a, &matrix_b].map(|matrix| matrix.starts[..domain_size].to_vec());
	for_each_coefficient(file, section, count, |entry| {
		let matrix = if entry.matrix == 0 { &mut matrix_a } else { &mut matrix_b };
		let changed = || invalid("the file changed while it was read".into());
		let place = next.get_mut(entry.matrix).and_then(|next| next.get_mut(entry.row));
		let place = place.ok_or_else(changed)?;
		let at = *place as usize;
		*place += 1;
		let value = coefficient(entry.value)
			.ok_or_else(|| invalid("a coefficient is not below the prime".into()))?;
		if entry.signal as usize >= signals || at >= matrix.values.len() {
			return Err(changed());
		}
		matrix.signals[at] = entry.signal;
		matrix.values[at] = value;
		Ok(())
	})?;
	Ok((matrix_a, matrix_b, rows))
}

fn for_each_coefficient(
	file: &BinFile,
	section: Section,
	count: usize,
	mut visit: impl FnMut(Coefficient) -> Result<(), Groth16Error>,
) -> Result<(), Groth16Error> {
	let mut bytes = vec![0u8; BLOCK * COEFFICIENT_BYTES];
	for first in (0..count).step_by(BLOCK) {
		let bytes = &mut bytes[..BLOCK.min(count - first) * COEFFICIENT_BYTES];
		file.read(section, 4 + (first * COEFFICIENT_BYTES) as u64, bytes)?;
		for entry in bytes.chunks_exact(COEFFICIENT_BYTES) {
			visit(Coefficient {
				matrix: u32_at(entry, 0) as usize,
				row: u32_at(entry, 4) as usize,
				signal: u32_at(entry, 8),
				value: &entry[12..],
			})?;
		}
	}
	Ok(())
}

/// Appends x ‖ y, big-endian; infinity as zeros.
pub(super) fn put_g1(out: &mut Vec<u8>, point: &G1Affine) {
	let (x, y) = point.xy().unwrap_or((Fq::ZERO, Fq::ZERO));
	for coordinate in [x, y] {
		out.extend(coordinate.into_bigint().to_bytes_be());
	}
}

/// Appends x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0, big-endian; infinity as zeros.
pub(super) fn put_g2(out: &mut Vec<u8>, point: &G2Affine) {
	let (x, y) = point.xy().unwrap_or((Fq2::ZERO, Fq2::ZERO));
	for coordinate in [x.c1, x.c0, y.c1, y.c0] {
		out.extend(coordinate.into_bigint().to_bytes_be());
	}
}

fn invalid(what: String) -> Groth16Error {
	Groth16Error::InvalidKey(what)
}
