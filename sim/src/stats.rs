// SPDX-License-Identifier: Apache-2.0
//! Means and how far they may be off.

use crate::plot::Band;
use statrs::{
	distribution::{ContinuousCDF, StudentsT},
	statistics::Statistics,
};

/// Mean and 95 % interval; with two draws, from the one to the other.
pub fn band(values: &[f64]) -> Band {
	if values.is_empty() {
		return Band::default();
	}
	let mean = values.mean();
	if values.len() < 3 {
		return Band { mean, low: values.min(), high: values.max() };
	}
	let n = values.len() as f64;
	let student = StudentsT::new(0.0, 1.0, n - 1.0).expect("degrees of freedom above zero");
	let half = student.inverse_cdf(0.975) * values.std_dev() / n.sqrt();
	Band { mean, low: mean - half, high: mean + half }
}

/// The most operators that could have half of the revenue, where each does as much as any other as
/// far as its speed goes: what no rule can exceed at this load.
pub fn most_even(speeds: &[u64], load: f64) -> f64 {
	let all: f64 = speeds.iter().map(|s| *s as f64).sum();
	// Shares of the work are min(x, speed / (load · all)) with the x that makes them add up to one.
	let limits: Vec<f64> = speeds.iter().map(|s| *s as f64 / (load * all)).collect();
	let sum = |x: f64| limits.iter().map(|l| l.min(x)).sum::<f64>();
	let (mut low, mut high) = (0.0, 1.0);
	for _ in 0..60 {
		let middle = (low + high) / 2.0;
		if sum(middle) < 1.0 {
			low = middle;
		} else {
			high = middle;
		}
	}
	let shares: Vec<i128> = limits.iter().map(|l| (l.min(high) * 1e15) as i128).collect();
	crate::metrics::concentration(&shares).1
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_band_of_three() {
		let band = band(&[1.0, 2.0, 3.0]);
		assert_eq!(band.mean, 2.0);
		assert!((band.high - band.mean - 4.302_653 / 3f64.sqrt()).abs() < 1e-5);
		assert_eq!(super::band(&[1.0, 4.0]).high, 4.0);
	}

	#[test]
	fn an_even_split_where_speed_allows() {
		assert_eq!(most_even(&[10, 10, 10, 10], 0.5), 2.0);
		// The large one has to do the rest: 1 − 3/3.9 of it when nearly all is needed.
		assert_eq!(most_even(&[97, 1, 1, 1], 1.0), 1.0);
	}
}
