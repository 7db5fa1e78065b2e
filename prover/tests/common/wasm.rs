// SPDX-License-Identifier: Apache-2.0
//! Writes small Wasm modules that look like circom programs from afar.
#![allow(dead_code, missing_docs)]

/// Unsigned LEB128.
fn number(mut value: u32) -> Vec<u8> {
	let mut bytes = Vec::new();
	loop {
		let low = (value & 0x7f) as u8;
		value >>= 7;
		if value == 0 {
			bytes.push(low);
			return bytes;
		}
		bytes.push(low | 0x80);
	}
}

fn name(text: &str) -> Vec<u8> {
	[number(text.len() as u32), text.as_bytes().to_vec()].concat()
}

fn section(id: u8, items: &[Vec<u8>]) -> Vec<u8> {
	if items.is_empty() {
		return Vec::new();
	}
	let body = [number(items.len() as u32), items.concat()].concat();
	[vec![id], number(body.len() as u32), body].concat()
}

const I32: u8 = 0x7f;

/// The types that functions below are of, by index.
pub const GIVES: u32 = 0;
pub const MAPS: u32 = 1;
pub const TAKES_TWO: u32 = 2;
pub const NOTHING: u32 = 3;
pub const TAKES: u32 = 4;

fn types() -> Vec<Vec<u8>> {
	[(&[][..], &[I32][..]), (&[I32], &[I32]), (&[I32, I32], &[]), (&[], &[]), (&[I32], &[])]
		.iter()
		.map(|(from, to)| {
			let list = |types: &[u8]| [number(types.len() as u32), types.to_vec()].concat();
			[vec![0x60], list(from), list(to)].concat()
		})
		.collect()
}

/// Parts a module is made of.
#[derive(Default)]
pub struct Module {
	/// Imports: module, name, type. They come first in the index of functions.
	pub imports: Vec<(&'static str, &'static str, u32)>,
	/// Functions: export name, type, instructions without the closing `end`.
	pub functions: Vec<(&'static str, u32, Vec<u8>)>,
	/// Pages of memory at the start.
	pub pages: Option<u32>,
	/// Elements of a table at the start.
	pub table: Option<u32>,
	/// The function that runs at the start.
	pub start: Option<u32>,
}

impl Module {
	/// A program whose `getVersion`, the first function to be called, runs these instructions.
	pub fn running(get_version: &[u8]) -> Self {
		let functions = vec![
			("getVersion", GIVES, get_version.to_vec()),
			("readSharedRWMemory", MAPS, vec![0x41, 0]),
			("writeSharedRWMemory", TAKES_TWO, vec![]),
		];
		Self { functions, ..Default::default() }
	}

	pub fn bytes(&self) -> Vec<u8> {
		let imports = self.imports.iter().map(|(module, field, type_)| {
			[name(module), name(field), vec![0], number(*type_)].concat()
		});
		let first = self.imports.len() as u32;
		let exports = self
			.functions
			.iter()
			.zip(first..)
			.map(|((export, _, _), index)| [name(export), vec![0], number(index)].concat());
		let codes = self.functions.iter().map(|(_, _, code)| {
			let body = [vec![0], code.clone(), vec![0x0b]].concat();
			[number(body.len() as u32), body].concat()
		});
		let tables = self.table.iter().map(|n| [vec![0x70, 0], number(*n)].concat());
		let memories = self.pages.iter().map(|n| [vec![0], number(*n)].concat());
		let start = self.start.map(|index| {
			let index = number(index);
			[vec![8], number(index.len() as u32), index].concat()
		});
		[
			b"\0asm\x01\0\0\0".to_vec(),
			section(1, &types()),
			section(2, &imports.collect::<Vec<_>>()),
			section(3, &self.functions.iter().map(|f| number(f.1)).collect::<Vec<_>>()),
			section(4, &tables.collect::<Vec<_>>()),
			section(5, &memories.collect::<Vec<_>>()),
			section(7, &exports.collect::<Vec<_>>()),
			start.unwrap_or_default(),
			section(10, &codes.collect::<Vec<_>>()),
		]
		.concat()
	}
}

/// `loop { body }`, for ever.
pub fn forever(body: &[u8]) -> Vec<u8> {
	[&[0x03, 0x40], body, &[0x0c, 0, 0x0b, 0x00]].concat()
}
