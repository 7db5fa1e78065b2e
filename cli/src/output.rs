// SPDX-License-Identifier: Apache-2.0
//! Standard output: aligned lines for people, or one JSON value per line for machines.

use serde::Serialize;
use std::io::Write;

/// Form in which results are shown.
#[derive(Clone, Copy, Debug)]
pub struct Output {
	/// Print JSON instead of text.
	pub json: bool,
}

impl Output {
	/// Show one result: `value` as one line of JSON, or the text that `human` makes.
	pub fn show<T: Serialize>(&self, value: &T, human: impl FnOnce() -> String) {
		let text = if self.json {
			// A plain data structure serialises; should one not, the error is a result as well.
			serde_json::to_string(value).unwrap_or_else(|error| {
				serde_json::json!({ "error": { "message": error.to_string() } }).to_string()
			})
		} else {
			human()
		};
		print_line(&text);
	}

	/// Tell people what is going on while they wait; goes to standard error, machines get nothing.
	pub fn note(&self, text: &str) {
		if !self.json {
			// Nothing can be told when standard error is closed.
			let _ = writeln!(std::io::stderr(), "{text}");
		}
	}
}

/// One line on standard output. A reader that went away (`| head`) is no error.
fn print_line(text: &str) {
	let mut stdout = std::io::stdout().lock();
	let _ = writeln!(stdout, "{}", text.trim_end_matches('\n')).and_then(|()| stdout.flush());
}

/// Text of aligned `name  value` lines, with a headline above and a hint below.
#[derive(Default)]
pub struct Lines {
	headline: Option<String>,
	fields: Vec<(String, String)>,
	hints: Vec<String>,
}

impl Lines {
	/// Lines under a headline.
	pub fn under(headline: impl Into<String>) -> Self {
		Self { headline: Some(headline.into()), ..Self::default() }
	}

	/// Add a field.
	pub fn field(mut self, name: impl Into<String>, value: impl ToString) -> Self {
		self.fields.push((name.into(), value.to_string()));
		self
	}

	/// Add a field where there is a value.
	pub fn maybe(self, name: impl Into<String>, value: Option<impl ToString>) -> Self {
		match value {
			Some(value) => self.field(name, value),
			None => self,
		}
	}

	/// Add a sentence that says what follows or what to do next.
	pub fn hint(mut self, text: impl Into<String>) -> Self {
		self.hints.push(text.into());
		self
	}

	/// The text.
	pub fn text(self) -> String {
		let width = self.fields.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
		let indent = if self.headline.is_some() { "  " } else { "" };
		self.headline
			.into_iter()
			.chain(
				self.fields
					.into_iter()
					.map(|(name, value)| format!("{indent}{name:width$}  {value}")),
			)
			.chain(self.hints)
			.collect::<Vec<_>>()
			.join("\n")
	}
}

/// Text of a table: columns as wide as their widest cell.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
	let widths: Vec<usize> = header
		.iter()
		.enumerate()
		.map(|(column, name)| {
			rows.iter()
				.filter_map(|row| row.get(column))
				.map(|cell| cell.chars().count())
				.chain([name.chars().count()])
				.max()
				.unwrap_or(0)
		})
		.collect();
	let line = |cells: Vec<&str>| {
		cells
			.iter()
			.zip(&widths)
			.map(|(cell, width)| format!("{cell:width$}"))
			.collect::<Vec<_>>()
			.join("  ")
			.trim_end()
			.to_string()
	};
	std::iter::once(line(header.to_vec()))
		.chain(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())))
		.collect::<Vec<_>>()
		.join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn fields_are_aligned_between_headline_and_hint() {
		let text = Lines::under("Task 7")
			.field("state", "open")
			.field("max fee", "1 YARD")
			.maybe("prover", None::<String>)
			.hint("Wait.")
			.text();
		assert_eq!(text, "Task 7\n  state    open\n  max fee  1 YARD\nWait.");
	}

	#[test]
	fn columns_are_as_wide_as_their_widest_cell() {
		let rows = vec![vec!["1".into(), "open".into()], vec!["100".into(), "settled".into()]];
		assert_eq!(table(&["id", "state"], &rows), "id   state\n1    open\n100  settled");
	}
}
