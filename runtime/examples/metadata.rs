// SPDX-License-Identifier: Apache-2.0
//! Metadata that the command line's calls and errors are generated from, on standard output:
//! `scripts/chain-specs` keeps it in `chain-specs/metadata.scale`.
//!
//! It holds the calls and errors of the pallets that the command line knows, and how transactions
//! are built. Storage, events, constants and documentation are left out, and so is what `RuntimeCall`
//! holds: calls inside others are encoded one by one. So the file changes when a call or an error does.

use codec::{Decode, Encode};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use scale_info::{form::PortableForm, PortableRegistry, TypeDef};
use std::io::Write;
use subxt_utils_stripmetadata::StripMetadata;

/// Version of the metadata's format.
const VERSION: u32 = 16;
/// Pallets whose calls and errors the command line knows.
const PALLETS: [&str; 8] =
	["Balances", "Sudo", "Utility", "Provers", "Programs", "Settlement", "Attestation", "Auctions"];

fn main() {
	let opaque = proofyard_runtime::Runtime::metadata_at_version(VERSION).expect("a known version");
	let prefixed = RuntimeMetadataPrefixed::decode(&mut opaque.as_slice()).expect("our own bytes");
	let RuntimeMetadata::V16(mut metadata) = prefixed.1 else { panic!("another version") };

	for pallet in &mut metadata.pallets {
		pallet.storage = None;
		pallet.event = None;
		pallet.constants.clear();
		pallet.view_functions.clear();
		pallet.docs.clear();
		// Those of System tell how blocks are hashed.
		pallet.associated_types.retain(|_| pallet.name == "System");
		pallet.associated_types.iter_mut().for_each(|associated| associated.docs.clear());
	}
	let known = |name: &str| PALLETS.contains(&name);
	keep_variants(&mut metadata.types, metadata.outer_enums.call_enum_ty.id, |_| false);
	keep_variants(&mut metadata.types, metadata.outer_enums.event_enum_ty.id, |_| false);
	keep_variants(&mut metadata.types, metadata.outer_enums.error_enum_ty.id, known);
	metadata.custom.map.clear();
	metadata.strip_metadata(known, |_| false);
	metadata.types.types.iter_mut().for_each(|ty| forget_docs(&mut ty.ty));

	let bytes = RuntimeMetadataPrefixed(prefixed.0, RuntimeMetadata::V16(metadata)).encode();
	std::io::stdout().write_all(&bytes).expect("standard output takes it");
}

/// Drop the variants of an enum whose name is not kept.
fn keep_variants(types: &mut PortableRegistry, id: u32, keep: impl Fn(&str) -> bool) {
	if let TypeDef::Variant(variants) = &mut types.types[id as usize].ty.type_def {
		variants.variants.retain(|variant| keep(&variant.name));
	}
}

fn forget_docs(ty: &mut scale_info::Type<PortableForm>) {
	ty.docs.clear();
	match &mut ty.type_def {
		TypeDef::Composite(composite) => {
			composite.fields.iter_mut().for_each(|field| field.docs.clear());
		}
		TypeDef::Variant(variants) => {
			for variant in &mut variants.variants {
				variant.docs.clear();
				variant.fields.iter_mut().for_each(|field| field.docs.clear());
			}
		}
		_ => {}
	}
}
