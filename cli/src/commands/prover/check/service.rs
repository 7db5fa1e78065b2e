// SPDX-License-Identifier: Apache-2.0
//! Checks of a node's proving service, by what the node says of it.

use super::{closed, Check, Offer};
use crate::{node, parse};
use proofyard_primitives::{HardwareClass, Market};
use serde::Deserialize;
use sp_core::H256;

/// Answer of `proving_service`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ServiceStatus {
	pub(super) url: String,
	reachable: bool,
	pub(super) capabilities: Option<Capabilities>,
	error: Option<String>,
}

/// Part of the answer of the service's `GET /v1/capabilities` that is looked at.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Capabilities {
	backends: Vec<Backend>,
	/// Folders that the service may read; `None` of one that does not say.
	pub(super) file_roots: Option<Vec<String>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Backend {
	name: String,
	proof_systems: Vec<String>,
	#[serde(default)]
	programs: Vec<H256>,
	#[serde(default)]
	devices: Vec<Device>,
	speed: Option<Speed>,
	#[serde(default)]
	speeds: Vec<Measured>,
}

#[derive(Clone, Debug, Deserialize)]
struct Device {
	vram_gib: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
struct Speed {
	work_per_second: f64,
}

#[derive(Clone, Debug, Deserialize)]
struct Measured {
	program: H256,
	size: u8,
	work_per_second: f64,
}

/// Check of the service itself: the node drives one, and it answers. `None` when the node does not say, `Some(None)`
/// when it drives none.
pub(super) fn answers(status: Option<Option<&ServiceStatus>>) -> Check {
	const NAME: &str = "service";
	match status {
		None => Check::warn(NAME, "not looked at: the node does not say from here", closed()),
		Some(None) => Check::fail(
			NAME,
			"the node drives no proving service",
			"start it with --proving-service http://127.0.0.1:8099 --proving-service-token-file service.token",
		),
		Some(Some(ServiceStatus { url, reachable: true, .. })) => {
			Check::ok(NAME, format!("{url} answers, and takes the node's token"))
		}
		Some(Some(ServiceStatus { url, error, .. })) => Check::fail(
			NAME,
			format!("{url}: {}", error.as_deref().unwrap_or("no reason given")),
			"proofyard-prover serve --data-dir service --token-file service.token",
		),
	}
}

/// The backend that would get the tasks of an offer.
fn backend_of<'a>(capabilities: &'a Capabilities, offer: &Offer) -> Option<&'a Backend> {
	let system = offer.market.system.to_string();
	let takes = |backend: &&Backend| {
		backend.proof_systems.contains(&system)
			&& (backend.programs.is_empty()
				|| offer
					.program
					.as_ref()
					.is_some_and(|program| backend.programs.contains(&program.id)))
	};
	capabilities.backends.iter().find(takes)
}

/// Check of the backend: the service proves what is offered.
pub(super) fn backend(capabilities: &Capabilities, offer: &Offer) -> Check {
	const NAME: &str = "backend";
	let Market { system, hardware, .. } = offer.market;
	let Some(backend) = backend_of(capabilities, offer) else {
		return Check::fail(
			NAME,
			format!("the service has none for {}", parse::market_name(&offer.market)),
			format!("start it with --config FILE, with a [[command]] for {system}: see prover/docs/command-backend.md"),
		);
	};
	let has_memory = |gib: u32| {
		backend.devices.iter().any(|device| device.vram_gib.is_some_and(|there| there >= gib))
	};
	match hardware {
		HardwareClass::Gpu { vram_gib } if !has_memory(vram_gib.into()) => Check::warn(
			NAME,
			format!(
				"{} has no graphics card of {vram_gib} GiB that the service knows of",
				backend.name
			),
			"name it in `devices` of the service's --config FILE, or offer for other hardware",
		),
		_ => Check::ok(NAME, format!("{} proves {system}", backend.name)),
	}
}

/// True for a URL that leads to the machine it is asked from.
pub(super) fn is_here(url: &str) -> bool {
	url.split_once("://").is_some_and(|(_, rest)| node::is_loopback(&format!("ws://{rest}")))
}

/// Check of the speed that is offered against what the service has measured.
pub(super) fn speed(capabilities: &Capabilities, offer: &Offer) -> Option<Check> {
	const NAME: &str = "speed";
	let (.., asked) = offer.terms?;
	let backend = backend_of(capabilities, offer)?;
	let size = offer.market.bucket;
	let id = offer.program.as_ref().map(|program| program.id);
	let own = backend.speeds.iter().find(|speed| Some(speed.program) == id && speed.size == size);
	let (measured, of) = match (own, &backend.speed) {
		(Some(own), _) => (own.work_per_second, "on this program"),
		(None, Some(all)) => (all.work_per_second, "on what it proved so far"),
		(None, None) => {
			return Some(Check::warn(
				NAME,
				format!("{asked} units/s are not looked at: the service has measured nothing yet"),
				"`proofyard-prover bench` measures this machine; more than it does costs bonds",
			))
		}
	};
	// As a whole number of units that it can keep.
	let kept = measured.max(0.0) as u64;
	let said = format!("{asked} units/s, and the service does {kept} {of}");
	let advice = format!("proofyard prover ask {} … --speed {}", offer.option(), kept.max(1));
	Some(if asked / 2 > kept {
		Check::fail(NAME, format!("{said}: tasks would be late"), advice)
	} else if asked > kept {
		Check::warn(NAME, said, advice)
	} else {
		Check::ok(NAME, said)
	})
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			tests::{failing, of_program, offer, ID},
			Verdict,
		},
		*,
	};
	use serde_json::json;

	fn capabilities(backend: serde_json::Value) -> Capabilities {
		let mut all = json!({
			"name": "groth16", "proof_systems": ["groth16-bn254"], "devices": [{ "kind": "cpu" }],
			"speed": null, "speeds": [],
		});
		all.as_object_mut().unwrap().extend(backend.as_object().unwrap().clone());
		serde_json::from_value(json!({ "backends": [all], "file_roots": [] })).unwrap()
	}

	#[test]
	fn the_service_is_silent_absent_or_not_shown() {
		let status = |reachable, error: Option<&str>| ServiceStatus {
			url: "http://127.0.0.1:8099".into(),
			reachable,
			capabilities: None,
			error: error.map(String::from),
		};
		assert_eq!(answers(Some(Some(&status(true, None)))).verdict, Verdict::Ok);
		assert!(failing(&answers(Some(None))).contains("--proving-service http://"));
		let refused = answers(Some(Some(&status(false, Some("it refuses this node's token")))));
		failing(&refused);
		assert!(refused.message.contains("token"), "{refused:?}");
		assert_eq!(answers(None).verdict, Verdict::Warn);
	}

	#[test]
	fn a_backend_has_to_prove_the_system_and_take_the_program() {
		let other = capabilities(json!({ "proof_systems": ["sp1-groth16"] }));
		assert!(failing(&backend(&other, &offer(None))).contains("[[command]] for groth16-bn254"));
		assert_eq!(backend(&capabilities(json!({})), &offer(None)).verdict, Verdict::Ok);
		let bound = |id| capabilities(json!({ "programs": [H256(id)] }));
		failing(&backend(&bound([8; 32]), &of_program(offer(None))));
		failing(&backend(&bound(ID), &offer(None)));
		assert_eq!(backend(&bound(ID), &of_program(offer(None))).verdict, Verdict::Ok);

		let mut large = offer(None);
		large.market.hardware = HardwareClass::Gpu { vram_gib: 24 };
		assert_eq!(backend(&capabilities(json!({})), &large).verdict, Verdict::Warn);
		let card = json!({ "devices": [{ "kind": "gpu", "vram_gib": 79 }] });
		assert_eq!(backend(&capabilities(card), &large).verdict, Verdict::Ok);
	}

	#[test]
	fn speed_is_held_against_what_was_measured() {
		let asked = |units| of_program(offer(Some((300, 1, units))));
		let own =
			json!([{ "program": H256(ID), "size": 12, "work_per_second": 5_000.9, "jobs": 3 }]);
		let shown = capabilities(json!({ "speed": { "work_per_second": 1.0 }, "speeds": own }));
		let verdict = |units| speed(&shown, &asked(units)).unwrap().verdict;
		assert_eq!(verdict(5_000), Verdict::Ok);
		assert_eq!(verdict(5_001), Verdict::Warn);
		assert_eq!(verdict(10_001), Verdict::Warn);
		let late = speed(&shown, &asked(10_002)).unwrap();
		assert!(failing(&late).ends_with("--speed 5000"), "{late:?}");

		// Without one for the program the one over all counts, and none is none.
		let rough = capabilities(json!({ "speed": { "work_per_second": 4_000.0 } }));
		assert_eq!(speed(&rough, &asked(4_000)).unwrap().verdict, Verdict::Ok);
		let new = speed(&capabilities(json!({})), &asked(1)).unwrap();
		assert_eq!(new.verdict, Verdict::Warn);
	}

	#[test]
	fn a_service_is_here_or_elsewhere() {
		assert!(is_here("http://127.0.0.1:8099") && is_here("https://localhost"));
		assert!(!is_here("https://gpu.example.org:8099") && !is_here("nonsense"));
	}
}
