// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn proof_systems() {
	let version = |version: &[u8], selector, enabled| api::VersionInfo {
		version: version.to_vec(),
		selector,
		enabled,
	};
	let zkvm = api::SystemInfo {
		system: ProofSystem::Sp1Plonk,
		enabled: true,
		versions: vec![
			version(b"4.0.0", [0x1b, 0x34, 0xfe, 0x11], false),
			version(b"5.0.0", [0xd4, 0xe8, 0xec, 0xd2], true),
		],
	};
	round_trips(
		System::from(zkvm),
		json!({
			"system": "sp1-plonk",
			"enabled": true,
			"versions": [
				{ "version": "4.0.0", "selector": "0x1b34fe11", "enabled": false },
				{ "version": "5.0.0", "selector": "0xd4e8ecd2", "enabled": true },
			],
		}),
	);
	let circuits =
		api::SystemInfo { system: ProofSystem::Groth16Bn254, enabled: false, versions: Vec::new() };
	round_trips(
		System::from(circuits),
		json!({ "system": "groth16-bn254", "enabled": false, "versions": [] }),
	);
}
