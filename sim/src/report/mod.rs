// SPDX-License-Identifier: Apache-2.0
//! Writes the results: CSV, figures, and a report whose sentences are computed from the numbers.

mod data;
mod example;
mod figures;
mod numbers;
mod tables;
mod text;

use crate::experiment::Results;
use anyhow::{Context, Result};
use std::{fs, path::Path};

/// Write `mechanism.md` into `dir`, and the rest into `dir/mechanism`.
pub fn write(results: &Results, dir: &Path) -> Result<()> {
	let inner = dir.join("mechanism");
	fs::create_dir_all(&inner).with_context(|| format!("cannot make {}", inner.display()))?;
	let mut files = data::files(results);
	files.extend(figures::files(results)?);
	for (name, content) in files {
		let path = inner.join(name);
		fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
	}
	let path = dir.join("mechanism.md");
	fs::write(&path, text::report(results))
		.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::experiment::{run_all, Plan};

	#[test]
	fn a_tiny_experiment_is_written_and_always_the_same() {
		let read = |dir: &Path| -> Vec<(String, String)> {
			let mut files: Vec<_> = fs::read_dir(dir.join("mechanism"))
				.expect("written")
				.map(|entry| entry.expect("readable").path())
				.chain([dir.join("mechanism.md")])
				.map(|path| {
					let name = path.file_name().expect("a file").to_string_lossy().into_owned();
					(name, fs::read_to_string(path).expect("text"))
				})
				.collect();
			files.sort();
			files
		};
		let base = std::env::temp_dir().join(format!("proofyard-sim-{}", std::process::id()));
		let run = |name: &str| {
			let dir = base.join(name);
			write(&run_all(Plan::tiny(3), |_| {}), &dir).expect("written");
			read(&dir)
		};
		let (one, two) = (run("one"), run("two"));
		assert_eq!(one, two);
		for (name, content) in &one {
			assert!(!content.contains("NaN") && !content.contains("inf"), "{name}");
		}
		let report = &one.iter().find(|(name, _)| name == "mechanism.md").expect("there").1;
		for part in ["# The auction", "## Against the targets", "Boundless", "mechanism/cost.svg"] {
			assert!(report.contains(part), "{part}");
		}
		fs::remove_dir_all(base).expect("removable");
	}

	#[test]
	fn the_committed_report_has_the_numbers_and_the_example_of_the_rule() {
		let introduction = text::introduction();
		assert!(!introduction.contains(['{', '}']), "a name that is no number: {introduction}");
		assert!(
			include_str!("../../../docs/mechanism.md").starts_with(&introduction),
			"the rule has changed since the report: run scripts/sim"
		);
	}
}
