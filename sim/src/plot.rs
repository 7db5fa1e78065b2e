// SPDX-License-Identifier: Apache-2.0
//! Figures as SVG.

use anyhow::Result;
use plotters::{
	coord::{
		ranged1d::{DefaultFormatting, KeyPointHint, Ranged},
		types::RangedCoordf64,
	},
	prelude::*,
	style::text_anchor::{HPos, Pos, VPos},
};
use std::ops::Range;

const WIDTH: u32 = 860;
const FONT: (&str, u32) = ("sans-serif", 14);
const TITLE: (&str, u32) = ("sans-serif", 18);
const GRID: RGBColor = RGBColor(221, 221, 221);
const COLOURS: [RGBColor; 6] = [
	RGBColor(27, 108, 168),
	RGBColor(224, 123, 57),
	RGBColor(79, 157, 105),
	RGBColor(142, 94, 162),
	RGBColor(192, 57, 43),
	RGBColor(127, 140, 141),
];

/// A mean and how far it may be off.
#[derive(Clone, Copy, Debug, Default)]
pub struct Band {
	pub mean: f64,
	pub low: f64,
	pub high: f64,
}

/// Layout of an axis.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scale {
	Linear,
	Log,
}

impl Scale {
	/// Place of a value on the axis.
	fn place(self, value: f64) -> f64 {
		match self {
			Self::Linear => value,
			Self::Log => value.max(1e-6).log10(),
		}
	}

	/// Number at a place of the axis.
	fn show(self, place: f64) -> String {
		let value = if self == Self::Log { 10f64.powf(place) } else { place };
		let decimals = match value.abs() {
			v if !(1e-9..19.5).contains(&v) => 0,
			v if v >= 1.95 => 1,
			_ => 2,
		};
		format!("{value:.decimals$}")
	}

	/// The axis from one place to another.
	fn axis(self, low: f64, high: f64) -> Axis {
		let places = RangedCoordf64::from(low..high);
		let mut ticks = match self {
			Self::Linear => places.key_points(8),
			Self::Log => {
				(-3..6).flat_map(|e| [1.0, 3.0].map(|m: f64| m.log10() + f64::from(e))).collect()
			}
		};
		ticks.retain(|tick| (low..=high).contains(tick));
		Axis { places, ticks }
	}
}

/// An axis with its own ticks.
struct Axis {
	places: RangedCoordf64,
	ticks: Vec<f64>,
}

impl Ranged for Axis {
	type FormatOption = DefaultFormatting;
	type ValueType = f64;

	fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
		self.places.map(value, limit)
	}

	fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
		if hint.weight().allow_light_points() {
			Vec::new()
		} else {
			self.ticks.clone()
		}
	}

	fn range(&self) -> Range<f64> {
		self.places.range()
	}
}

/// A value with a name, shown as a line across.
pub struct Mark {
	pub at: f64,
	pub name: &'static str,
}

/// Bars in groups: one group for each label, in it one bar for each series.
pub struct Bars<'a> {
	pub title: &'a str,
	pub axis: &'a str,
	pub labels: &'a [String],
	pub series: Vec<(String, Vec<Band>)>,
	pub scale: Scale,
	/// Value at which bars begin; of a logarithmic axis it follows from the least mean.
	pub floor: f64,
	pub mark: Option<Mark>,
}

impl Bars<'_> {
	/// Draw them.
	pub fn draw(&self) -> Result<String> {
		let Self { labels, series, scale, mark, .. } = self;
		let place = |value: f64| scale.place(value);
		let bands = || series.iter().flat_map(|(_, bands)| bands);
		let marked = mark.as_ref().map_or(f64::MIN, |mark| mark.at);
		let high = bands().map(|band| band.high.max(band.mean)).fold(marked, f64::max);
		let low = match scale {
			Scale::Linear => self.floor,
			Scale::Log => bands().map(|b| b.mean).filter(|m| *m > 0.0).fold(high, f64::min) / 1.5,
		};
		let (low, high) = (place(low), place(if high > low { high } else { low + 1.0 }));
		let legend = if series.len() > 1 { 130 } else { 10 };
		let height = 110 + labels.len() * (9 * series.len() + 9);

		let mut svg = String::new();
		{
			let root =
				SVGBackend::with_string(&mut svg, (WIDTH, height as u32)).into_drawing_area();
			root.fill(&WHITE)?;
			let groups = Axis {
				places: (labels.len() as f64..0.0).into(),
				ticks: (0..labels.len()).map(|label| label as f64 + 0.5).collect(),
			};
			let mut chart = ChartBuilder::on(&root)
				.caption(self.title, TITLE)
				.margin(12)
				.x_label_area_size(44)
				.y_label_area_size(160)
				.margin_right(legend)
				.build_cartesian_2d(scale.axis(low, high), groups)?;
			chart
				.configure_mesh()
				.disable_y_mesh()
				.bold_line_style(GRID)
				.label_style(FONT)
				.x_desc(self.axis)
				.x_label_formatter(&|x| scale.show(*x))
				.y_label_formatter(&|y| labels.get(*y as usize).cloned().unwrap_or_default())
				.draw()?;
			let thickness = 0.8 / series.len() as f64;
			for (number, (name, bands)) in series.iter().enumerate() {
				let colour = COLOURS[number % COLOURS.len()].filled();
				let top = |group: usize| group as f64 + 0.1 + thickness * number as f64;
				let bars = bands.iter().enumerate().map(|(group, band)| {
					let from = (low, top(group));
					let to = (place(band.mean).max(low), top(group) + thickness * 0.92);
					Rectangle::new([from, to], colour)
				});
				chart
					.draw_series(bars)?
					.label(name)
					.legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 10, y + 5)], colour));
				let intervals = bands.iter().enumerate().map(|(group, band)| {
					let y = top(group) + thickness * 0.46;
					let ends = [band.low, band.high].map(|value| (place(value).max(low), y));
					PathElement::new(ends.to_vec(), BLACK)
				});
				chart.draw_series(intervals)?;
			}
			if let Some(Mark { at, name }) = mark {
				let line = [(place(*at), 0.0), (place(*at), labels.len() as f64)];
				chart.draw_series([PathElement::new(line.to_vec(), RED)])?;
				let style = FONT
					.into_text_style(&root)
					.color(&RED)
					.pos(Pos::new(HPos::Center, VPos::Bottom));
				chart.draw_series([Text::new(*name, line[0], style)])?;
			}
			if series.len() > 1 {
				let right = chart.plotting_area().dim_in_pixel().0 as i32;
				chart
					.configure_series_labels()
					.position(SeriesLabelPosition::Coordinate(right, 0))
					.legend_area_size(12)
					.label_font(FONT)
					.draw()?;
			}
			root.present()?;
		}
		Ok(svg)
	}
}

/// Named points; the first is ours.
pub fn scatter(
	title: &str,
	(x_name, x_scale): (&str, Scale),
	(y_name, y_scale): (&str, Scale),
	points: &[(String, f64, f64)],
) -> Result<String> {
	let span = |scale: Scale, values: &mut dyn Iterator<Item = f64>| {
		let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| {
			(low.min(scale.place(value)), high.max(scale.place(value)))
		});
		let margin = ((high - low) * 0.1).max(0.01);
		scale.axis(low - margin, high + margin)
	};
	let x_axis = span(x_scale, &mut points.iter().map(|point| point.1));
	let y_axis = span(y_scale, &mut points.iter().map(|point| point.2));
	let mut svg = String::new();
	{
		let root = SVGBackend::with_string(&mut svg, (WIDTH, 440)).into_drawing_area();
		root.fill(&WHITE)?;
		let mut chart = ChartBuilder::on(&root)
			.caption(title, TITLE)
			.margin(12)
			.x_label_area_size(44)
			.y_label_area_size(60)
			.margin_right(130)
			.build_cartesian_2d(x_axis, y_axis)?;
		chart
			.configure_mesh()
			.bold_line_style(GRID)
			.label_style(FONT)
			.x_desc(x_name)
			.y_desc(y_name)
			.x_label_formatter(&|x| x_scale.show(*x))
			.y_label_formatter(&|y| y_scale.show(*y))
			.draw()?;
		let named = points.iter().enumerate().map(|(number, (name, x, y))| {
			let colour = COLOURS[if number == 0 { 4 } else { 0 }].filled();
			EmptyElement::at((x_scale.place(*x), y_scale.place(*y)))
				+ Circle::new((0, 0), 5, colour)
				+ Text::new(name.clone(), (8, -5), FONT)
		});
		chart.draw_series(named)?;
		root.present()?;
	}
	Ok(svg)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_are_escaped_and_numbers_are_numbers() {
		let axes = (("x", Scale::Linear), ("y", Scale::Log));
		let points = [("p & q".into(), 1.0, 2.0), ("r".into(), 2.0, 3.0)];
		let svg = scatter("a < b", axes.0, axes.1, &points).expect("drawn");
		assert!(svg.contains("a &lt; b") && svg.contains("p &amp; q"));
		assert!(!svg.contains("NaN"));
	}
}
