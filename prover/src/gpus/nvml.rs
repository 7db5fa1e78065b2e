// SPDX-License-Identifier: Apache-2.0
//! Cards through NVIDIA's management library, which is looked for when the service starts: nothing of it is needed to build.

use nvml_wrapper::{enum_wrappers::device::TemperatureSensor, error::NvmlError, Nvml};

use super::{Card, Reading, Source};

/// The library and the cards that it lists, in the order of the bus; `None` where there is no library or no driver.
pub(super) fn open() -> Option<(Library, Vec<Card>)> {
	let nvml = match Nvml::init() {
		Ok(nvml) => nvml,
		Err(error) => {
			tracing::debug!(%error, "no NVIDIA driver");
			return None;
		}
	};
	match cards(&nvml) {
		Ok(cards) => Some((Library(nvml), cards)),
		Err(error) => {
			tracing::warn!(%error, "the NVIDIA driver does not list its gpus: none is used");
			None
		}
	}
}

fn cards(nvml: &Nvml) -> Result<Vec<Card>, NvmlError> {
	let mut cards = Vec::new();
	for index in 0..nvml.device_count()? {
		let device = nvml.device_by_index(index)?;
		cards.push(Card {
			id: device.uuid()?,
			name: device.name().ok(),
			memory_bytes: device.memory_info().ok().map(|memory| memory.total),
		});
	}
	Ok(cards)
}

/// The loaded library.
pub(super) struct Library(Nvml);

impl Source for Library {
	fn read(&self, card: &Card) -> Result<Reading, String> {
		if card.id.starts_with("MIG-") {
			return Ok(Reading::default());
		}
		let device = self.0.device_by_uuid(card.id.as_str()).map_err(|e| e.to_string())?;
		let memory = device.memory_info().map_err(|e| e.to_string())?;
		Ok(Reading {
			memory_used_bytes: memory.used,
			utilisation_percent: device.utilization_rates().ok().map(|rates| rates.gpu),
			temperature_celsius: device.temperature(TemperatureSensor::Gpu).ok(),
		})
	}
}
