// SPDX-License-Identifier: Apache-2.0

//! Builds the Wasm modules and calls them.

use proofyard_host::HostFunctions;
use proofyard_verifier::Claim;
use sp_runtime_interface::sp_wasm_interface::{
	Function, FunctionContext, HostFunctions as _, Pointer, Result as FfiResult, Value, WordSize,
};
use std::{
	path::{Path, PathBuf},
	process::Command,
	sync::LazyLock,
};
use wasmtime::{
	Caller, Engine, Extern, Instance, Linker, Memory, Module as Compiled, Store, TypedFunc, Val,
};

const TARGET: &str = "wasm32v1-none";

/// Ways in which a module reaches the verifier.
#[derive(Clone, Copy)]
pub enum Way {
	/// It has the verifier inside.
	Pure,
	/// It calls the host function.
	Host,
}

/// Both modules, compiled once for all tests.
static COMPILED: LazyLock<[(Engine, Compiled); 2]> =
	LazyLock::new(|| [&["--features", "pure-wasm"][..], &[]].map(build));

/// Builds the module with these cargo arguments and compiles it to machine code.
fn build(arguments: &[&str]) -> (Engine, Compiled) {
	let manifest = Path::new(env!("CARGO_MANIFEST_DIR"))
		.ancestors()
		.map(|directory| directory.join("primitives/host/wasm/Cargo.toml"))
		.find(|manifest| manifest.exists())
		.expect("this is the project's own tree");
	let target_dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("host-wasm");
	let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
	let output = Command::new(cargo)
		.args(["build", "--release", "--locked", "--target", TARGET, "--manifest-path"])
		.arg(manifest)
		.args(arguments)
		.env("CARGO_TARGET_DIR", &target_dir)
		.env("RUSTFLAGS", "--cfg substrate_runtime")
		.env_remove("CARGO_ENCODED_RUSTFLAGS")
		.env_remove("RUSTC_WORKSPACE_WRAPPER")
		.output()
		.expect("cargo runs");
	assert!(
		output.status.success(),
		"building the Wasm module failed; is the target installed (`rustup target add {TARGET}`)?\n{}",
		String::from_utf8_lossy(&output.stderr)
	);
	let wasm = target_dir.join(TARGET).join("release/proofyard_host_wasm.wasm");
	let engine = Engine::default();
	let compiled = Compiled::from_file(&engine, wasm).expect("the module is valid");
	(engine, compiled)
}

type PrepareKey = TypedFunc<(u32, u32, u32, u32, u32), u32>;
type PrepareEntry = TypedFunc<(u32, u32, u32, u32), u32>;
type Verify = TypedFunc<(u32, u32, u32, u32, u32, u32, u32), u32>;

/// An instance of one of the modules.
pub struct Module {
	store: Store<()>,
	memory: Memory,
	reserve: TypedFunc<u32, u32>,
	prepare_key: PrepareKey,
	verify: Verify,
	prepare_wrapping_key: PrepareEntry,
	verify_wrapped: Verify,
	verify_batch: TypedFunc<(u32, u32, u32), ()>,
	imports: Vec<String>,
}

impl Module {
	pub fn load(way: Way) -> Self {
		let (engine, compiled) = match way {
			Way::Pure => &COMPILED[0],
			Way::Host => &COMPILED[1],
		};
		let mut imports: Vec<_> =
			compiled.imports().map(|import| import.name().to_string()).collect();
		imports.sort();

		let mut store = Store::new(engine, ());
		let instance = link(engine, compiled).instantiate(&mut store, compiled).unwrap();
		Self {
			memory: instance.get_memory(&mut store, "memory").unwrap(),
			reserve: function(&mut store, &instance, "reserve"),
			prepare_key: function(&mut store, &instance, "prepare_key"),
			verify: function(&mut store, &instance, "verify"),
			prepare_wrapping_key: function(&mut store, &instance, "prepare_wrapping_key"),
			verify_wrapped: function(&mut store, &instance, "verify_wrapped"),
			verify_batch: function(&mut store, &instance, "verify_batch"),
			imports,
			store,
		}
	}

	/// Names of the functions that the module wants from its host.
	pub fn imports(&self) -> Vec<String> {
		self.imports.clone()
	}

	/// Status and content of an output buffer of this length.
	pub fn prepare_key(&mut self, system: u32, key: &[u8], length: usize) -> (u32, Vec<u8>) {
		let zeros = vec![0; length];
		let [key_at, out_at] = self.write([key, &zeros]);
		let arguments = (system, key_at, key.len() as u32, out_at, length as u32);
		let status = self.prepare_key.call(&mut self.store, arguments).expect("no trap");
		let mut out = zeros;
		self.memory.read(&self.store, out_at as usize, &mut out).unwrap();
		(status, out)
	}

	/// Status of a verification.
	pub fn verify(&mut self, system: u32, prepared: &[u8], public: &[u8], proof: &[u8]) -> u32 {
		let [prepared_at, public_at, proof_at] = self.write([prepared, public, proof]);
		let arguments = (
			system,
			prepared_at,
			prepared.len() as u32,
			public_at,
			public.len() as u32,
			proof_at,
			proof.len() as u32,
		);
		self.verify.call(&mut self.store, arguments).expect("no trap")
	}

	/// Status and content of an output buffer of this length.
	pub fn prepare_wrapping_key(&mut self, entry: &[u8], length: usize) -> (u32, Vec<u8>) {
		let mut out = vec![0; length];
		let [entry_at, out_at] = self.write([entry, &out]);
		let arguments = (entry_at, entry.len() as u32, out_at, length as u32);
		let status = self.prepare_wrapping_key.call(&mut self.store, arguments).expect("no trap");
		self.memory.read(&self.store, out_at as usize, &mut out).unwrap();
		(status, out)
	}

	/// Status of the verification of a zkVM's proof.
	pub fn verify_wrapped(
		&mut self,
		prepared: &[u8],
		program_key: &[u8; 32],
		values: &[u8],
		proof: &[u8],
	) -> u32 {
		let [prepared_at, program_at, values_at, proof_at] =
			self.write([prepared, program_key, values, proof]);
		let arguments = (
			prepared_at,
			prepared.len() as u32,
			program_at,
			values_at,
			values.len() as u32,
			proof_at,
			proof.len() as u32,
		);
		self.verify_wrapped.call(&mut self.store, arguments).expect("no trap")
	}

	/// A status for each claim.
	pub fn verify_batch(&mut self, claims: &[Claim<'_>]) -> Vec<u8> {
		const RECORD: usize = 8 * 4;
		let mut verdicts = vec![0xff; claims.len()];
		let mut parts: Vec<&[u8]> = vec![&[0; RECORD]; claims.len()];
		parts.push(&verdicts);
		for claim in claims {
			match *claim {
				Claim::Plain { prepared, public_inputs, proof, .. } => {
					parts.extend([prepared, &[], public_inputs, proof]);
				}
				Claim::Wrapped { prepared, program_key, public_values, proof } => {
					parts.extend([prepared, program_key, public_values, proof]);
				}
			}
		}
		let places = self.write_all(&parts);
		let verdicts_at = places[claims.len()];
		let written = parts.iter().zip(&places).skip(claims.len() + 1);
		let written: Vec<(u32, u32)> = written.map(|(part, at)| (*at, part.len() as u32)).collect();
		for ((claim, parts), record_at) in claims.iter().zip(written.chunks(4)).zip(&places) {
			let system = match claim {
				Claim::Plain { system, .. } => system.index().into(),
				Claim::Wrapped { .. } => u32::MAX,
			};
			let [prepared, program, statement, proof] = parts else { unreachable!() };
			let record = [
				system,
				prepared.0,
				prepared.1,
				program.0,
				statement.0,
				statement.1,
				proof.0,
				proof.1,
			];
			let record = record.map(u32::to_le_bytes).concat();
			self.memory.write(&mut self.store, *record_at as usize, &record).unwrap();
		}
		let arguments = (places[0], claims.len() as u32, verdicts_at);
		self.verify_batch.call(&mut self.store, arguments).expect("no trap");
		self.memory.read(&self.store, verdicts_at as usize, &mut verdicts).unwrap();
		verdicts
	}

	/// Puts the parts into fresh memory and returns where each one is.
	fn write<const N: usize>(&mut self, parts: [&[u8]; N]) -> [u32; N] {
		self.write_all(&parts).try_into().unwrap()
	}

	/// Puts the parts into fresh memory, one behind the other, and returns where each one is.
	fn write_all(&mut self, parts: &[&[u8]]) -> Vec<u32> {
		let total: usize = parts.iter().map(|part| part.len()).sum();
		let mut free = self.reserve.call(&mut self.store, total as u32).unwrap();
		assert_ne!(free, 0);
		parts
			.iter()
			.map(|part| {
				let at = free;
				self.memory.write(&mut self.store, at as usize, part).unwrap();
				free += part.len() as u32;
				at
			})
			.collect()
	}
}

fn function<P: wasmtime::WasmParams, R: wasmtime::WasmResults>(
	store: &mut Store<()>,
	instance: &Instance,
	name: &str,
) -> TypedFunc<P, R> {
	instance.get_typed_func(store, name).unwrap()
}

/// Offers every host function of the crate that the module imports.
fn link(engine: &Engine, compiled: &Compiled) -> Linker<()> {
	let mut linker = Linker::new(engine);
	for import in compiled.imports() {
		let function = HostFunctions::host_functions()
			.into_iter()
			.find(|function| function.name() == import.name())
			.expect("the host has the function");
		let signature = import.ty().unwrap_func().clone();
		linker
			.func_new(
				import.module(),
				import.name(),
				signature,
				move |caller, arguments, results| call(function, caller, arguments, results),
			)
			.unwrap();
	}
	linker
}

/// Calls a host function as the node's executor does.
fn call(
	function: &dyn Function,
	mut caller: Caller<'_, ()>,
	arguments: &[Val],
	results: &mut [Val],
) -> wasmtime::Result<()> {
	let mut arguments = arguments.iter().map(|argument| match argument {
		Val::I32(value) => Value::I32(*value),
		Val::I64(value) => Value::I64(*value),
		other => panic!("no host function takes {other:?}"),
	});
	let memory = caller.get_export("memory").and_then(Extern::into_memory).unwrap();
	let outcome = function
		.execute(&mut Context { caller, memory }, &mut arguments)
		.map_err(wasmtime::Error::msg)?;
	match (outcome, results) {
		(Some(Value::I32(value)), [result]) => *result = Val::I32(value),
		(outcome, _) => panic!("no host function returns {outcome:?}"),
	}
	Ok(())
}

/// The memory of the module that calls.
struct Context<'a> {
	caller: Caller<'a, ()>,
	memory: Memory,
}

impl FunctionContext for Context<'_> {
	fn read_memory_into(&mut self, address: Pointer<u8>, dest: &mut [u8]) -> FfiResult<()> {
		let address = u32::from(address) as usize;
		self.memory.read(&self.caller, address, dest).map_err(|error| error.to_string())
	}

	fn write_memory(&mut self, address: Pointer<u8>, data: &[u8]) -> FfiResult<()> {
		let address = u32::from(address) as usize;
		self.memory.write(&mut self.caller, address, data).map_err(|error| error.to_string())
	}

	/// Our functions write into the caller's buffers only.
	fn allocate_memory(&mut self, _: WordSize) -> FfiResult<Pointer<u8>> {
		Err("a host function allocated memory of the runtime".into())
	}

	fn deallocate_memory(&mut self, _: Pointer<u8>) -> FfiResult<()> {
		Err("a host function freed memory of the runtime".into())
	}

	fn register_panic_error_message(&mut self, message: &str) {
		panic!("{message}");
	}
}
