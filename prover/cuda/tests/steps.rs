// SPDX-License-Identifier: Apache-2.0
//! Properties of the kernels that can be known without a card: that their tables are the right ones, that each step
//! computes what the curve library computes, and that a machine without a driver gets an error and not a crash.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, FftField, Field};
use proofyard_cuda::{
	host::{root, Matrix, Steps},
	working_bytes, Card, Element, Error,
};

fn raw(value: Fr) -> Element {
	value.0 .0
}

fn elements(count: usize, seed: u64) -> Vec<Fr> {
	let mut value = Fr::from(seed);
	(0..count as u64)
		.map(|i| {
			value = value.square() + Fr::from(i);
			value
		})
		.collect()
}

fn raws(values: &[Fr]) -> Vec<Element> {
	values.iter().copied().map(raw).collect()
}

#[test]
fn transforms_use_the_roots_of_the_curve_library() {
	for lg in 0..=28 {
		let [forward, inverse, size] = root(lg);
		let order = 1u64 << lg;
		let expected = Fr::get_root_of_unity(order).unwrap();
		assert_eq!(forward, raw(expected), "2^{lg}");
		assert_eq!(inverse, raw(expected.inverse().unwrap()), "2^{lg}");
		assert_eq!(size, raw(Fr::from(order).inverse().unwrap()), "2^{lg}");
	}
}

#[test]
fn each_step_computes_what_the_curve_library_does() {
	let (rows, signals) = (64, 50);
	let witness = elements(signals, 3);
	// Rows of no, one and several terms.
	let starts: Vec<u32> = (0..=rows as u32).map(|row| row * (row - row.min(1)) / 2).collect();
	let terms = starts[rows] as usize;
	let of: Vec<u32> = (0..terms as u32).map(|i| i * 7 % signals as u32).collect();
	let (values_a, values_b) = (elements(terms, 5), elements(terms, 11));
	let times = |row: usize, values: &[Fr]| -> Fr {
		(starts[row] as usize..starts[row + 1] as usize)
			.map(|i| values[i] * witness[of[i] as usize])
			.sum()
	};
	let offset = Fr::get_root_of_unity(2 * rows as u64).unwrap();
	let power = |exponent: usize| offset.pow([exponent as u64]);
	let low: Vec<Fr> = (0..8).map(power).collect();
	let high: Vec<Fr> = (0..8).map(|k| power(8 * k)).collect();

	let [mut a, mut b, mut c] = [vec![[0; 4]; rows], vec![[0; 4]; rows], vec![[0; 4]; rows]];
	let (raw_a, raw_b, raw_witness) = (raws(&values_a), raws(&values_b), raws(&witness));
	let (raw_low, raw_high) = (raws(&low), raws(&high));
	let run = |a: &mut [Element], b: &mut [Element], c: &mut [Element], step| {
		let matrix = |values| Matrix { starts: &starts, signals: &of, values };
		let mut steps = Steps {
			polynomials: [a, b, c],
			matrices: [matrix(&raw_a), matrix(&raw_b)],
			powers: [&raw_low, &raw_high],
			witness: &raw_witness,
			signals: &of,
		};
		unsafe { steps.run(step, rows) };
	};

	run(&mut a, &mut b, &mut c, 0);
	let mut expected = [Vec::new(), Vec::new(), Vec::new()];
	for row in 0..rows {
		let (x, y) = (times(row, &values_a), times(row, &values_b));
		for (list, value) in expected.iter_mut().zip([x, y, x * y]) {
			list.push(value);
		}
	}
	assert!(expected[0].contains(&Fr::ZERO), "a row without terms is among them");
	for (got, expected) in [&a, &b, &c].into_iter().zip(&expected) {
		assert_eq!(*got, raws(expected));
	}

	run(&mut a, &mut b, &mut c, 1);
	let shifted: Vec<Fr> =
		expected[0].iter().enumerate().map(|(i, value)| *value * power(i)).collect();
	assert_eq!(a, raws(&shifted));

	run(&mut a, &mut b, &mut c, 2);
	let combined: Vec<Fr> =
		(0..rows).map(|i| shifted[i] * expected[1][i] - expected[2][i]).collect();
	assert_eq!(a, raws(&combined));

	run(&mut a, &mut b, &mut c, 3);
	let gathered: Vec<Fr> = of[..rows].iter().map(|i| witness[*i as usize]).collect();
	assert_eq!(a, raws(&gathered));
}

#[test]
fn a_machine_without_a_driver_gets_an_error() {
	match Card::open() {
		Ok(card) => assert!(card.info().memory > 0 && card.info().capability.0 >= 7),
		Err(error) => {
			assert!(matches!(error, Error::Cuda { .. }), "{error}");
			// It may be tried again.
			assert_ne!(Card::open().err(), Some(Error::Opened));
		}
	}
}

#[test]
fn what_a_proof_needs_grows_with_the_circuit() {
	// At 2²⁰: 5 vectors of 32 MiB, and less than another 300 MiB.
	let million = working_bytes(1 << 20, 1 << 20);
	assert!((160 << 20..512 << 20).contains(&million), "{million}");
	assert!(working_bytes(1 << 26, 1 << 26) > 32 * million);
	assert!(working_bytes(1, 1) > 0);
}
