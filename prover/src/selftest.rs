// SPDX-License-Identifier: Apache-2.0
//! `proofyard-prover selftest` and `bench`: whether this machine proves rightly, and how fast. Both bring their keys along, so
//! a program that was carried to a machine needs nothing else there.

use std::{
	io::Write,
	time::{Duration, Instant},
};

use anyhow::{bail, ensure, Context};
use ark_bn254::{G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, Field, PrimeField};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use clap::Args;
use rayon::prelude::*;

use crate::{
	devices::cpu_device,
	groth16::{
		big_endian, check, msm::msm, prove_on, prove_witness, sample, Budget, CancelFlag, Cpu,
		Engine, Fr, Limits, ProvingKey, WitnessProgram,
	},
	values::Fixed,
};

/// Semaphore at tree depth 20: a real program with a real set-up (`fixtures/semaphore-20`).
mod semaphore {
	pub const KEY: &[u8] = include_bytes!("../../fixtures/semaphore-20/semaphore-20.zkey");
	pub const PROGRAM: &[u8] = include_bytes!("../../fixtures/semaphore-20/semaphore-20.wasm");
	pub const INPUT: &[u8] = include_bytes!("../../fixtures/semaphore-20/input.json");
}

/// Sizes below the first power of two that are tried: one point, and both sides of a warp.
const ODD_SIZES: [usize; 4] = [1, 31, 33, 255];
/// Largest power of two of G2's products: arkworks takes as long for them as for four times as many points of G1.
const MAX_POWER_G2: u32 = 20;
/// Time for which each measurement goes on, at least three runs.
const MEASURE_FOR: Duration = Duration::from_secs(3);

/// Options of `selftest`.
#[derive(Args, Clone, Debug)]
pub struct SelftestArgs {
	/// The graphics card, counted in the order of the bus among those that CUDA_VISIBLE_DEVICES shows. Without it: the first
	/// one, in a program that was built for cards, or else the processor.
	#[arg(long)]
	pub device: Option<usize>,
	/// Test the processor in any case.
	#[arg(long, conflicts_with = "device")]
	pub cpu: bool,
	/// Transforms and products of up to 2 to this many elements. Default: 22 on a card, 14 on the processor.
	#[arg(long, value_parser = clap::value_parser!(u32).range(8..=26))]
	pub max_power: Option<u32>,
}

/// Options of `bench`.
#[derive(Args, Clone, Debug)]
pub struct BenchArgs {
	/// The graphics card, as for `selftest`.
	#[arg(long)]
	pub device: Option<usize>,
	/// Measure the processor alone.
	#[arg(long, conflicts_with = "device")]
	pub cpu: bool,
	/// Generated circuits of 2 to this many constraints, beside Semaphore.
	#[arg(long, value_delimiter = ',', default_value = "16,18,20", value_parser = clap::value_parser!(u32).range(2..=26))]
	pub powers: Vec<u32>,
}

/// Device whose answers are compared with arkworks' own.
trait Arithmetic {
	fn name(&self) -> String;
	fn transform(&self, values: &mut [Fr], inverse: bool) -> anyhow::Result<()>;
	fn g1(&self, points: &[G1Affine], scalars: &[Fr]) -> anyhow::Result<G1Projective>;
	fn g2(&self, points: &[G2Affine], scalars: &[Fr]) -> anyhow::Result<G2Projective>;
	/// An engine that holds the key.
	fn engine<'a>(&self, key: &'a ProvingKey) -> anyhow::Result<Box<dyn Engine + 'a>>;
}

fn unlimited() -> (Limits, CancelFlag) {
	(Limits { memory_bytes: u64::MAX, time: Duration::MAX }, CancelFlag::new())
}

fn budget() -> Budget {
	let (limits, cancel) = unlimited();
	Budget::start(&limits, &cancel)
}

struct Processor;

impl Arithmetic for Processor {
	fn name(&self) -> String {
		let device = cpu_device();
		format!(
			"{}, {} cores",
			device.name.unwrap_or_else(|| "processor".into()),
			device.cores.unwrap_or(1)
		)
	}

	fn transform(&self, values: &mut [Fr], inverse: bool) -> anyhow::Result<()> {
		transform(values, inverse)
	}

	fn g1(&self, points: &[G1Affine], scalars: &[Fr]) -> anyhow::Result<G1Projective> {
		let scalars: Vec<_> = scalars.iter().map(|scalar| scalar.into_bigint()).collect();
		Ok(msm(points, &scalars, &budget())?)
	}

	fn g2(&self, points: &[G2Affine], scalars: &[Fr]) -> anyhow::Result<G2Projective> {
		let scalars: Vec<_> = scalars.iter().map(|scalar| scalar.into_bigint()).collect();
		Ok(msm(points, &scalars, &budget())?)
	}

	fn engine<'a>(&self, key: &'a ProvingKey) -> anyhow::Result<Box<dyn Engine + 'a>> {
		Ok(Box::new(Cpu(key)))
	}
}

fn transform(values: &mut [Fr], inverse: bool) -> anyhow::Result<()> {
	let domain = Radix2EvaluationDomain::<Fr>::new(values.len()).context("no such domain")?;
	let mut all = values.to_vec();
	match inverse {
		true => domain.ifft_in_place(&mut all),
		false => domain.fft_in_place(&mut all),
	}
	values.copy_from_slice(&all);
	Ok(())
}

#[cfg(feature = "groth16-cuda")]
mod card {
	use super::*;
	use crate::groth16::cuda::{
		element, from_element, g1_point, g1_sum, g2_point, g2_sum, CardEngine,
	};
	use proofyard_cuda::Card;
	use std::sync::Arc;

	pub(super) struct Graphics(pub(super) Arc<Card>);

	impl Arithmetic for Graphics {
		fn name(&self) -> String {
			let info = self.0.info();
			let (major, minor) = info.capability;
			format!("{}, {} GiB, compute {major}.{minor}", info.name, info.memory >> 30)
		}

		fn transform(&self, values: &mut [Fr], inverse: bool) -> anyhow::Result<()> {
			let mut words: Vec<_> = values.iter().map(element).collect();
			self.0.ntt(&mut words, inverse)?;
			for (value, words) in values.iter_mut().zip(&words) {
				*value = from_element(words);
			}
			Ok(())
		}

		fn g1(&self, points: &[G1Affine], scalars: &[Fr]) -> anyhow::Result<G1Projective> {
			let points: Vec<_> = points.iter().map(g1_point).collect();
			let scalars: Vec<_> = scalars.iter().map(element).collect();
			Ok(g1_sum(&self.0.msm_g1(&points, &scalars)?.0)?)
		}

		fn g2(&self, points: &[G2Affine], scalars: &[Fr]) -> anyhow::Result<G2Projective> {
			let points: Vec<_> = points.iter().map(g2_point).collect();
			let scalars: Vec<_> = scalars.iter().map(element).collect();
			Ok(g2_sum(&self.0.msm_g2(&points, &scalars)?.0)?)
		}

		fn engine<'a>(&self, key: &'a ProvingKey) -> anyhow::Result<Box<dyn Engine + 'a>> {
			Ok(Box::new(CardEngine::load(self.0.clone(), key)?))
		}
	}

	/// Opens a card. Must be called before anything else of this process looks for one.
	pub(super) fn open(device: Option<usize>) -> anyhow::Result<Graphics> {
		let shown = std::env::var("CUDA_VISIBLE_DEVICES").ok();
		let id = match (&shown, device) {
			(_, None) => None,
			(None, Some(device)) => Some(device.to_string()),
			(Some(shown), Some(device)) => {
				let id = shown.split(',').nth(device).map(str::trim).filter(|id| !id.is_empty());
				let id = id.with_context(|| {
					format!("CUDA_VISIBLE_DEVICES={shown} shows no card {device}")
				})?;
				Some(id.to_owned())
			}
		};
		std::env::set_var("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
		if let Some(id) = id {
			std::env::set_var("CUDA_VISIBLE_DEVICES", id);
		}
		let card =
			Card::open().context("no graphics card can be used; --cpu tests the processor")?;
		Ok(Graphics(Arc::new(card)))
	}
}

#[cfg(feature = "groth16-cuda")]
fn open_card(device: Option<usize>) -> anyhow::Result<Option<Box<dyn Arithmetic>>> {
	Ok(Some(Box::new(card::open(device)?)))
}

#[cfg(not(feature = "groth16-cuda"))]
fn open_card(device: Option<usize>) -> anyhow::Result<Option<Box<dyn Arithmetic>>> {
	ensure!(device.is_none(), "this program was built without cards; build it with scripts/cuda");
	Ok(None)
}

/// Compares transforms and products with arkworks', then makes and checks a whole proof. Each line is printed as soon as it
/// is known.
///
/// # Errors
/// With what differs, at the first difference; and if the card or its memory fails.
pub fn selftest(args: &SelftestArgs) -> anyhow::Result<()> {
	let card = if args.cpu { None } else { open_card(args.device)? };
	let max = args.max_power.unwrap_or(if card.is_some() { 22 } else { 14 });
	let device = card.unwrap_or_else(|| Box::new(Processor));
	say(&format!("selftest on {}", device.name()))?;
	transforms(&*device, max)?;
	say(&format!("transforms of 2^0 to 2^{max}, both ways: as arkworks'"))?;
	let scalars = scalars(1 << max);
	products("G1", max, &scalars, |points, scalars| device.g1(points, scalars))?;
	say(&format!("products in G1 of 1 to 2^{max} points: as arkworks'"))?;
	let max = max.min(MAX_POWER_G2);
	products("G2", max, &scalars, |points, scalars| device.g2(points, scalars))?;
	say(&format!("products in G2 of 1 to 2^{max} points: as arkworks'"))?;
	whole_proof(&*device)?;
	say("selftest passed")
}

/// Largest power of two of what a probe computes: milliseconds.
const PROBE_POWER: u32 = 10;

fn probe(device: &dyn Arithmetic) -> anyhow::Result<()> {
	let scalars = scalars(1 << PROBE_POWER);
	transforms(device, PROBE_POWER)?;
	products("G1", PROBE_POWER, &scalars, |points, scalars| device.g1(points, scalars))?;
	products("G2", PROBE_POWER, &scalars, |points, scalars| device.g2(points, scalars))
}

/// Whether the processor computes what is known, in milliseconds.
///
/// # Errors
/// With what differs.
pub fn probe_processor() -> anyhow::Result<()> {
	probe(&Processor)
}

/// Whether a card computes what is known, in milliseconds.
///
/// # Errors
/// With what differs, or if the card fails.
#[cfg(feature = "groth16-cuda")]
pub fn probe_card(card: std::sync::Arc<proofyard_cuda::Card>) -> anyhow::Result<()> {
	probe(&card::Graphics(card))
}

fn say(line: &str) -> anyhow::Result<()> {
	let mut out = std::io::stdout().lock();
	writeln!(out, "{line}")?;
	Ok(out.flush()?)
}

fn transforms(device: &dyn Arithmetic, max: u32) -> anyhow::Result<()> {
	for power in 0..=max {
		let values = scalars(1 << power);
		for inverse in [false, true] {
			let (mut got, mut expected) = (values.clone(), values.clone());
			transform(&mut expected, inverse)?;
			device.transform(&mut got, inverse)?;
			let differs = got.iter().zip(&expected).position(|(got, expected)| got != expected);
			if let Some(at) = differs {
				bail!("transform of 2^{power} (inverse: {inverse}): element {at} is wrong");
			}
		}
	}
	Ok(())
}

fn products<G, F>(group: &str, max: u32, scalars: &[Fr], product: F) -> anyhow::Result<()>
where
	G: CurveGroup<ScalarField = Fr> + VariableBaseMSM<MulBase = G::Affine>,
	F: Fn(&[G::Affine], &[Fr]) -> anyhow::Result<G>,
{
	let points = points::<G>(1 << max);
	let sizes = ODD_SIZES.into_iter().chain((8..=max).map(|power| 1 << power));
	for size in sizes {
		let expected = G::msm(&points[..size], &scalars[..size])
			.map_err(|len| anyhow::anyhow!("arkworks took {len} points only"))?;
		let got = product(&points[..size], &scalars[..size])?;
		ensure!(got == expected, "product of {size} points of {group} is wrong");
	}
	Ok(())
}

/// Scalars of every kind that a witness has: edges, small, negative small, large.
fn scalars(count: usize) -> Vec<Fr> {
	let one = |i: u64| match i % 8 {
		0 => Fr::ZERO,
		1 => Fr::ONE,
		2 => -Fr::ONE,
		3 => Fr::from(i),
		4 => -Fr::from(i),
		5 => Fr::from(u64::MAX - i),
		// A power of something large is as good as random here.
		_ => (Fr::from(0x9e37_79b9_7f4a_7c15u64) + Fr::from(i)).pow([i | 1 << 20]),
	};
	(0..count as u64).into_par_iter().map(one).collect()
}

/// Points no two neighbours of which have a simple relation, infinity and repetitions among them.
fn points<G: CurveGroup<ScalarField = Fr>>(count: usize) -> Vec<G::Affine> {
	const PIECE: usize = 1 << 12;
	let piece = |piece: usize| {
		let mut point = G::generator() * Fr::from(0x1234_5678_9abc_def1u64).pow([piece as u64 + 1]);
		let step = point.double();
		let mut points = Vec::with_capacity(PIECE);
		for i in 0..PIECE.min(count - piece * PIECE) {
			point += step;
			points.push(match i % 64 {
				7 => G::zero(),
				9 => step,
				_ => point,
			});
		}
		G::normalize_batch(&points)
	};
	(0..count.div_ceil(PIECE)).into_par_iter().flat_map_iter(piece).collect()
}

fn semaphore_key() -> anyhow::Result<ProvingKey> {
	let mut file = tempfile::NamedTempFile::new()?;
	file.write_all(semaphore::KEY)?;
	Ok(ProvingKey::read(file.path())?)
}

fn whole_proof(device: &dyn Arithmetic) -> anyhow::Result<()> {
	let key = semaphore_key()?;
	let program = WitnessProgram::compile(semaphore::PROGRAM)?;
	let engine = device.engine(&key)?;
	let (limits, cancel) = unlimited();
	let input = semaphore::INPUT;
	// What comes out of it was accepted by the verifier.
	let proof =
		prove_on(&*engine, &key, &program, input, Fixed::Open, &limits, &cancel, &|_, _| {})?;
	// The engine's sums, not only their proof, must be those of the processor.
	let witness = program.calculate(&serde_json::from_slice(input)?, &limits, &cancel)?;
	let sums = |engine: &dyn Engine| engine.sums(&witness, &budget(), &|_, _| {});
	ensure!(
		sums(&*engine)? == sums(&Cpu(&key))?,
		"the sums are not those that the processor computes"
	);
	let (key, witness) = sample::squares(10)?;
	let proven = prove_witness(&*device.engine(&key)?, &key, &witness, &budget(), &|_, _| {})?;
	check(&key, &big_endian(&witness[1])?, &proven)?;
	say(&format!(
		"proofs of Semaphore (witness {} ms, proof {} ms) and of a generated circuit: accepted by the verifier",
		proof.witness_ms, proof.prove_ms
	))
}

/// Measures proofs, and prints one table.
///
/// # Errors
/// If the card or its memory fails, or a proof is refused.
pub fn bench(args: &BenchArgs) -> anyhow::Result<()> {
	let card = if args.cpu { None } else { open_card(args.device)? };
	let mut devices: Vec<Box<dyn Arithmetic>> = vec![Box::new(Processor)];
	devices.extend(card);
	for device in &devices {
		say(&format!("- {}", device.name()))?;
	}
	say("\n| circuit | constraints | device | key to device, ms | witness, ms | proof, ms | proofs a second | faster |")?;
	say("|---|---|---|---|---|---|---|---|")?;
	let key = semaphore_key()?;
	let program = WitnessProgram::compile(semaphore::PROGRAM)?;
	let (limits, cancel) = unlimited();
	let input = serde_json::from_slice(semaphore::INPUT)?;
	let mut witness = Vec::new();
	let (witness_time, _) = measure(|| {
		witness = program.calculate(&input, &limits, &cancel)?;
		Ok(())
	})?;
	measure_circuit("Semaphore, depth 20", &key, &witness, Some(witness_time), &devices)?;
	for power in &args.powers {
		let (key, witness) = sample::squares(*power)?;
		measure_circuit(&format!("squares, 2^{power}"), &key, &witness, None, &devices)?;
	}
	Ok(())
}

fn measure_circuit(
	name: &str,
	key: &ProvingKey,
	witness: &[Fr],
	witness_time: Option<Duration>,
	devices: &[Box<dyn Arithmetic>],
) -> anyhow::Result<()> {
	let mut public = Vec::new();
	for value in &witness[1..=key.public_inputs()] {
		public.extend(big_endian(value)?);
	}
	let mut first = None;
	for (place, device) in devices.iter().enumerate() {
		let started = Instant::now();
		let engine = device.engine(key)?;
		let load = started.elapsed();
		let mut proof = Vec::new();
		let (took, runs) = measure(|| {
			proof = prove_witness(&*engine, key, witness, &budget(), &|_, _| {})?;
			Ok(())
		})?;
		check(key, &public, &proof)?;
		let first = *first.get_or_insert(took);
		let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
		say(&format!(
			"| {name} | {} | {} | {} | {} | {} ({runs} runs) | {:.2} | {:.1} × |",
			key.constraints(),
			if place == 0 { "processor" } else { "card" },
			if place == 0 { "–".into() } else { ms(load) },
			witness_time.map_or("–".into(), ms),
			ms(took),
			1.0 / took.as_secs_f64(),
			first.as_secs_f64() / took.as_secs_f64(),
		))?;
	}
	Ok(())
}

/// The median time of some runs after one that doesn't count, and how many there were.
fn measure(mut run: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<(Duration, usize)> {
	run()?;
	let (started, mut times) = (Instant::now(), Vec::new());
	while times.len() < 3 || (started.elapsed() < MEASURE_FOR && times.len() < 1000) {
		let began = Instant::now();
		run()?;
		times.push(began.elapsed());
	}
	times.sort_unstable();
	Ok((times[times.len() / 2], times.len()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use ark_ec::AffineRepr;

	#[test]
	fn the_processor_passes() {
		let args = SelftestArgs { device: None, cpu: true, max_power: Some(8) };
		selftest(&args).unwrap();
	}

	/// The processor, but for one wrong answer.
	struct Broken(&'static str);

	impl Arithmetic for Broken {
		fn name(&self) -> String {
			self.0.into()
		}
		fn transform(&self, values: &mut [Fr], inverse: bool) -> anyhow::Result<()> {
			transform(values, inverse)?;
			if self.0 == "transform" && values.len() == 64 && inverse {
				values[5] += Fr::ONE;
			}
			Ok(())
		}
		fn g1(&self, points: &[G1Affine], scalars: &[Fr]) -> anyhow::Result<G1Projective> {
			let sum = Processor.g1(points, scalars)?;
			Ok(if self.0 == "g1" && points.len() == 33 { -sum } else { sum })
		}
		fn g2(&self, points: &[G2Affine], scalars: &[Fr]) -> anyhow::Result<G2Projective> {
			Processor.g2(points, scalars)
		}
		fn engine<'a>(&self, key: &'a ProvingKey) -> anyhow::Result<Box<dyn Engine + 'a>> {
			Processor.engine(key)
		}
	}

	#[test]
	fn a_wrong_answer_is_found() {
		assert!(transforms(&Broken("nothing"), 8).is_ok());
		let error = transforms(&Broken("transform"), 8).unwrap_err().to_string();
		assert!(error.contains("2^6") && error.contains("element 5"), "{error}");
		let scalars = scalars(1 << 8);
		let run = |device: Broken| products("G1", 8, &scalars, |p, s| device.g1(p, s));
		assert!(run(Broken("nothing")).is_ok());
		assert!(run(Broken("g1")).unwrap_err().to_string().contains("33 points of G1"));
	}

	#[test]
	fn points_and_scalars_have_the_awkward_ones_among_them() {
		let points = points::<G1Projective>(5000);
		assert_eq!(points.len(), 5000);
		assert!(points[7].is_zero() && points[9] == points[73]);
		assert!(points.iter().all(|point| point.is_on_curve()));
		let scalars = scalars(16);
		assert!(scalars.contains(&Fr::ZERO) && scalars.contains(&-Fr::ONE));
	}
}
