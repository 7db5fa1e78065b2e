// SPDX-License-Identifier: Apache-2.0
//! Figures as SVG, without fonts or a drawing library.

use std::fmt::Write;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 92.0;
const COLOURS: [&str; 6] = ["#1b6ca8", "#e07b39", "#4f9d69", "#8e5ea2", "#c0392b", "#7f8c8d"];

/// A mean and how far it may be off.
#[derive(Clone, Copy, Debug, Default)]
pub struct Band {
	pub mean: f64,
	pub low: f64,
	pub high: f64,
}

/// How the vertical axis is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scale {
	Linear,
	Log,
}

/// A horizontal line with a name.
pub struct Mark {
	pub at: f64,
	pub name: &'static str,
}

fn escape(text: &str) -> String {
	text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn number(value: f64) -> String {
	let decimals = match value.abs() {
		v if v >= 20.0 || v == 0.0 => 0,
		v if v >= 2.0 => 1,
		v if v >= 0.1 => 2,
		_ => 3,
	};
	format!("{value:.decimals$}")
}

/// Round steps that cut a span into four to eight.
fn ticks(low: f64, high: f64, scale: Scale) -> Vec<f64> {
	if scale == Scale::Log {
		let (from, to) = (low.log10().floor() as i32, high.log10().ceil() as i32);
		let decades = (from..=to).flat_map(|e| [1.0, 3.0].map(|m| m * 10f64.powi(e)));
		return decades.filter(|t| *t >= low * 0.999 && *t <= high * 1.001).collect();
	}
	let raw = (high - low) / 5.0;
	let unit = 10f64.powf(raw.log10().floor());
	let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|m| m * unit).into_iter().find(|s| *s >= raw * 0.999);
	let step = step.unwrap_or(unit);
	let mut at = (low / step).ceil() * step;
	let mut ticks = Vec::new();
	while at <= high + step * 1e-6 {
		ticks.push(at);
		at += step;
	}
	ticks
}

struct Axis {
	low: f64,
	high: f64,
	scale: Scale,
	from: f64,
	to: f64,
}

impl Axis {
	fn place(&self, value: f64) -> f64 {
		let part = match self.scale {
			Scale::Linear => (value - self.low) / (self.high - self.low),
			Scale::Log => (value.max(self.low) / self.low).ln() / (self.high / self.low).ln(),
		};
		self.from + part.clamp(-0.02, 1.02) * (self.to - self.from)
	}
}

fn open(title: &str) -> String {
	let mut svg = String::new();
	let _ = writeln!(
		svg,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
		 font-family=\"sans-serif\" font-size=\"11\">\n\
		 <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
		 <text x=\"{LEFT}\" y=\"20\" font-size=\"14\" font-weight=\"bold\">{}</text>",
		escape(title)
	);
	svg
}

fn vertical_axis(svg: &mut String, axis: &Axis, name: &str) {
	for tick in ticks(axis.low, axis.high, axis.scale) {
		let y = axis.place(tick);
		let _ = writeln!(
			svg,
			"<line x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>\
			 <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
			WIDTH - RIGHT,
			LEFT - 6.0,
			y + 4.0,
			number(tick)
		);
	}
	let middle = (axis.from + axis.to) / 2.0;
	let _ = writeln!(
		svg,
		"<text x=\"14\" y=\"{middle:.0}\" text-anchor=\"middle\" \
		 transform=\"rotate(-90 14 {middle:.0})\">{}</text>",
		escape(name)
	);
}

/// Bars in groups: one group for each label, in it one bar for each series.
pub fn bars(
	title: &str,
	axis_name: &str,
	labels: &[String],
	series: &[(String, Vec<Band>)],
	scale: Scale,
	floor: Option<f64>,
	mark: Option<Mark>,
) -> String {
	let mut svg = open(title);
	let bands = || series.iter().flat_map(|(_, bands)| bands.iter());
	let marked = mark.as_ref().map_or(f64::MIN, |m| m.at);
	let high = bands().map(|b| b.high.max(b.mean)).fold(marked, f64::max);
	let low = match scale {
		Scale::Linear => floor.unwrap_or(0.0),
		Scale::Log => bands().map(|b| b.mean).filter(|m| *m > 0.0).fold(high, f64::min) / 1.5,
	};
	let high = if high > low { high } else { low + 1.0 };
	let axis = Axis { low, high, scale, from: HEIGHT - BOTTOM, to: TOP };
	vertical_axis(&mut svg, &axis, axis_name);

	let group = (WIDTH - LEFT - RIGHT) / labels.len().max(1) as f64;
	let bar = group * 0.8 / series.len().max(1) as f64;
	for (place, label) in labels.iter().enumerate() {
		let x = LEFT + group * place as f64;
		for (number, (_, bands)) in series.iter().enumerate() {
			let Some(band) = bands.get(place) else { continue };
			let left = x + group * 0.1 + bar * number as f64;
			let top = axis.place(band.mean);
			let _ = writeln!(
				svg,
				"<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
				 fill=\"{}\"/><line x1=\"{m:.1}\" x2=\"{m:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" \
				 stroke=\"#222\"/>",
				bar * 0.92,
				(axis.from - top).max(0.0),
				COLOURS[number % COLOURS.len()],
				axis.place(band.low),
				axis.place(band.high),
				m = left + bar * 0.46,
			);
		}
		let (x, y) = (x + group / 2.0, HEIGHT - BOTTOM + 14.0);
		let _ = writeln!(
			svg,
			"<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"end\" \
			 transform=\"rotate(-35 {x:.1} {y:.1})\">{}</text>",
			escape(label)
		);
	}
	if let Some(mark) = mark {
		let y = axis.place(mark.at);
		let _ = writeln!(
			svg,
			"<line x1=\"{LEFT}\" x2=\"{:.0}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#c0392b\" \
			 stroke-dasharray=\"5 3\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\" \
			 fill=\"#c0392b\">{}</text>",
			WIDTH - RIGHT,
			WIDTH - RIGHT,
			y - 4.0,
			escape(mark.name)
		);
	}
	if series.len() > 1 {
		let mut x = LEFT;
		for (number, (name, _)) in series.iter().enumerate() {
			let _ = writeln!(
				svg,
				"<rect x=\"{x:.0}\" y=\"30\" width=\"10\" height=\"10\" fill=\"{}\"/>\
				 <text x=\"{:.0}\" y=\"39\">{}</text>",
				COLOURS[number % COLOURS.len()],
				x + 14.0,
				escape(name)
			);
			x += 34.0 + 6.5 * name.chars().count() as f64;
		}
	}
	svg.push_str("</svg>\n");
	svg
}

/// Named points.
pub fn scatter(
	title: &str,
	(x_name, x_scale): (&str, Scale),
	(y_name, y_scale): (&str, Scale),
	points: &[(String, f64, f64)],
) -> String {
	let mut svg = open(title);
	let span = |values: Vec<f64>, scale: Scale| {
		let low = values.iter().copied().fold(f64::MAX, f64::min);
		let high = values.iter().copied().fold(f64::MIN, f64::max);
		match scale {
			Scale::Linear => {
				let margin = ((high - low) * 0.1).max(0.01);
				(low - margin, high + margin)
			}
			Scale::Log => (low.max(1e-6) / 1.3, high.max(1e-6) * 1.3),
		}
	};
	let (low, high) = span(points.iter().map(|p| p.2).collect(), y_scale);
	let y_axis = Axis { low, high, scale: y_scale, from: HEIGHT - BOTTOM + 30.0, to: TOP };
	let (low, high) = span(points.iter().map(|p| p.1).collect(), x_scale);
	let x_axis = Axis { low, high, scale: x_scale, from: LEFT, to: WIDTH - RIGHT - 90.0 };
	vertical_axis(&mut svg, &y_axis, y_name);
	for tick in ticks(x_axis.low, x_axis.high, x_scale) {
		let _ = writeln!(
			svg,
			"<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
			x_axis.place(tick),
			y_axis.from + 18.0,
			number(tick)
		);
	}
	let _ = writeln!(
		svg,
		"<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
		(x_axis.from + x_axis.to) / 2.0,
		HEIGHT - 16.0,
		escape(x_name)
	);
	for (place, (name, x, y)) in points.iter().enumerate() {
		let colour = if place == 0 { COLOURS[4] } else { COLOURS[0] };
		let (x, y) = (x_axis.place(*x), y_axis.place(*y));
		let _ = writeln!(
			svg,
			"<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"{colour}\"/>\
			 <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
			x + 8.0,
			y + 4.0,
			escape(name)
		);
	}
	svg.push_str("</svg>\n");
	svg
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn ticks_are_round_and_inside() {
		assert_eq!(ticks(0.0, 1.0, Scale::Linear).len(), 6);
		assert_eq!(ticks(1.0, 100.0, Scale::Log), vec![1.0, 3.0, 10.0, 30.0, 100.0]);
	}

	#[test]
	fn names_are_escaped() {
		let svg = scatter(
			"a < b",
			("x", Scale::Linear),
			("y", Scale::Log),
			&[("p & q".into(), 1.0, 2.0), ("r".into(), 2.0, 3.0)],
		);
		assert!(svg.contains("a &lt; b") && svg.contains("p &amp; q"));
		assert!(!svg.contains("NaN"));
	}
}
