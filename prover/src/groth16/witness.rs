// SPDX-License-Identifier: Apache-2.0
//! Witness programs: what circom 2 compiles a circuit's `<--` and `<==` to.
//!
//! A program is a Wasm module from a stranger. It gets no system interface, only the callbacks by
//! which circom programs report errors and log lines; its memory and tables count against the
//! job's limit, and a clock tick asks every few milliseconds whether it may go on.
//!
//! Field elements cross the border as eight 32-bit words, lowest first, through a shared buffer
//! inside the program: `writeSharedRWMemory(i, word)` and `readSharedRWMemory(i)`.
//!
//! `ark-circom` 0.6 runs the same programs by wasmer, with memory that may grow as it likes, without a limit on time and
//! without a way to stop them, and takes every element through a `BigInt` digit by digit.

use super::{
	error::Groth16Error,
	inputs::{self, Signal},
	limits::{Budget, CancelFlag, Limits},
};
use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};
use std::{
	fs,
	path::Path,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	thread::{self, JoinHandle},
	time::Duration,
};
use wasmtime::{
	Caller, Config, Engine, Instance, InstancePre, Linker, Module, ResourceLimiter, Store, Trap,
	TypedFunc, UpdateDeadline, WasmParams, WasmResults,
};

/// The circom version whose interface this is.
const CIRCOM_VERSION: i32 = 2;
/// 32-bit words of a field element.
const WORDS: usize = 8;
/// Largest program that is compiled, in bytes.
const MAX_PROGRAM_BYTES: u64 = 512 << 20;
/// Stack of a program, in bytes: half of the smallest stack that a thread calling it may have.
const STACK_BYTES: usize = 1 << 20;
/// Time between two looks whether a running program must stop.
const TICK: Duration = Duration::from_millis(5);
/// Most that is kept of a program's error messages, in characters.
const MAX_MESSAGE: usize = 2048;
/// Bytes of a table's element.
const TABLE_ELEMENT_BYTES: u64 = 16;
/// Most tables that a program may have.
const MAX_TABLES: usize = 8;

/// A compiled witness program. Immutable: each calculation gets an instance of its own.
pub struct WitnessProgram {
	engine: Engine,
	program: InstancePre<Run>,
	memory_bytes: u64,
}

impl WitnessProgram {
	/// Reads and compiles a program, on all cores.
	///
	/// Compiling takes about a third of a second a megabyte and cannot be cancelled; the size of a
	/// program is capped at 512 MiB.
	///
	/// # Errors
	/// `InvalidProgram` if it is not a Wasm module, asks for an import that circom programs do not
	/// have or lacks an export that they have; `Io` if the disk fails.
	pub fn read(path: &Path) -> Result<Self, Groth16Error> {
		let len = fs::metadata(path)?.len();
		if len > MAX_PROGRAM_BYTES {
			return Err(invalid(format!("{len} bytes, at most {MAX_PROGRAM_BYTES} are compiled")));
		}
		Self::compile(&fs::read(path)?)
	}

	/// Compiles a program from the bytes of its module. Errors as for [`read`](Self::read), without
	/// the disk's.
	pub fn compile(module: &[u8]) -> Result<Self, Groth16Error> {
		let engine = engine().map_err(|error| Groth16Error::Internal(reason(&error)))?;
		let module =
			Module::from_binary(&engine, module).map_err(|error| invalid(reason(&error)))?;
		let linker = linker(&engine).map_err(|error| Groth16Error::Internal(reason(&error)))?;
		let program = linker.instantiate_pre(&module).map_err(|error| invalid(reason(&error)))?;
		let memory_bytes = module.text().len() as u64;
		Ok(Self { engine, program, memory_bytes })
	}

	/// Memory that the compiled code takes, in bytes, about.
	pub fn memory_bytes(&self) -> u64 {
		self.memory_bytes
	}

	/// Calculates the witness for an input: the constant 1, the public signals (outputs first), then
	/// the private ones. Its length is the program's.
	///
	/// # Errors
	/// `InvalidInput` if the input is not of the form that [`super::inputs`] describes, has
	/// unknown, missing or wrongly sized signals, or violates a constraint; `InvalidProgram` if the
	/// program does not behave as one of circom; `OutOfMemory`, `TimedOut`, `Cancelled`.
	pub fn calculate(
		&self,
		inputs: &serde_json::Value,
		limits: &Limits,
		cancel: &CancelFlag,
	) -> Result<Vec<Fr>, Groth16Error> {
		self.run(&inputs::signals(inputs)?, &Budget::start(limits, cancel), None)
	}

	/// The same on a clock that runs already, and for a known number of signals.
	pub(super) fn run(
		&self,
		inputs: &[Signal],
		budget: &Budget,
		signals: Option<usize>,
	) -> Result<Vec<Fr>, Groth16Error> {
		budget.check()?;
		let _ticker = Ticker::start(&self.engine)?;
		let mut store = Store::new(&self.engine, Run::new(budget.clone()));
		store.limiter(|run| run);
		store.set_epoch_deadline(1);
		store.epoch_deadline_callback(|mut context| {
			let run = context.data_mut();
			match run.budget.check() {
				Ok(()) => Ok(UpdateDeadline::Continue(1)),
				Err(error) => Err(run.stop(error)),
			}
		});
		let witness = self
			.program
			.instantiate(&mut store)
			.and_then(|instance| Circuit::new(instance, &mut store))
			.and_then(|circuit| circuit.witness(&mut store, inputs, signals));
		witness.map_err(|error| store.into_data().classify(&error))
	}
}

impl std::fmt::Debug for WitnessProgram {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("WitnessProgram")
			.field("memory_bytes", &self.memory_bytes)
			.finish_non_exhaustive()
	}
}

fn engine() -> wasmtime::Result<Engine> {
	let mut config = Config::new();
	config
		.epoch_interruption(true)
		.max_wasm_stack(STACK_BYTES)
		.wasm_backtrace(false)
		// circom emits the first version of Wasm; what it has no use for stays out.
		.wasm_relaxed_simd(false)
		.wasm_simd(false)
		.wasm_tail_call(false)
		.wasm_multi_memory(false)
		.wasm_memory64(false);
	Engine::new(&config)
}

/// The imports of a circom program, and no others.
fn linker(engine: &Engine) -> wasmtime::Result<Linker<Run>> {
	let mut linker = Linker::new(engine);
	linker.func_wrap("runtime", "exceptionHandler", |mut caller: Caller<'_, Run>, code: i32| {
		let error = exception(code, &caller.data().messages);
		Err::<(), _>(caller.data_mut().stop(error))
	})?;
	linker.func_wrap("runtime", "printErrorMessage", |mut caller: Caller<'_, Run>| {
		let message = message(&mut caller)?;
		caller.data_mut().keep(&message);
		Ok(())
	})?;
	// What a program logs is nobody's business here; the message is taken so that the next one
	// starts afresh.
	linker.func_wrap("runtime", "writeBufferMessage", |mut caller: Caller<'_, Run>| {
		message(&mut caller).map(|_| ())
	})?;
	linker.func_wrap("runtime", "showSharedRWMemory", || {})?;
	linker.func_wrap("runtime", "printDebug", |_: i32| {})?;
	linker.func_wrap("runtime", "log", |_: i32| {})?;
	Ok(linker)
}

/// Meaning of the number that a circom program fails with.
fn exception(code: i32, messages: &str) -> Groth16Error {
	let what = match code {
		1 => "signal not found",
		2 => "too many signals set",
		3 => "signal already set",
		4 => "assert failed",
		5 => return invalid("the memory it reserved for itself is too small".into()),
		6 => "input signal array access exceeds the size",
		_ => "unknown error",
	};
	let messages = messages.trim();
	Groth16Error::InvalidInput(if messages.is_empty() {
		what.into()
	} else {
		format!("{what}: {messages}")
	})
}

/// Takes the message that the program has ready, character by character up to the closing zero.
fn message(caller: &mut Caller<'_, Run>) -> wasmtime::Result<String> {
	let export = caller.get_export("getMessageChar").and_then(|export| export.into_func());
	let Some(next) = export else { return Ok(String::new()) };
	let next = next.typed::<(), i32>(&*caller)?;
	let mut text = String::new();
	while text.len() < MAX_MESSAGE {
		match u8::try_from(next.call(&mut *caller, ())?) {
			Ok(0) => break,
			Ok(byte) if byte.is_ascii_graphic() || byte == b' ' => text.push(char::from(byte)),
			Ok(b'\n') => text.push(' '),
			_ => text.push('?'),
		}
	}
	Ok(text)
}

/// State of one run of a program.
struct Run {
	budget: Budget,
	/// Bytes of memories and tables so far.
	used: u64,
	/// The program's error messages so far.
	messages: String,
	/// Reason for which the host ended the run.
	stopped: Option<Groth16Error>,
}

impl Run {
	fn new(budget: Budget) -> Self {
		Self { budget, used: 0, messages: String::new(), stopped: None }
	}

	/// Keeps the reason and makes the trap that ends the run.
	fn stop(&mut self, error: Groth16Error) -> wasmtime::Error {
		let trap = wasmtime::Error::msg(error.to_string());
		self.stopped.get_or_insert(error);
		trap
	}

	fn keep(&mut self, message: &str) {
		if self.messages.len() + message.len() <= MAX_MESSAGE {
			self.messages.push_str(message.trim());
			self.messages.push_str("; ");
		}
	}

	fn grow(&mut self, current: u64, desired: u64) -> wasmtime::Result<bool> {
		let needed = self.used.saturating_add(desired.saturating_sub(current));
		if let Err(error) = self.budget.check_memory(needed) {
			return Err(self.stop(error));
		}
		self.used = needed;
		Ok(true)
	}

	/// Reason for which a run ended: what the host said first, then what the program did.
	fn classify(self, error: &wasmtime::Error) -> Groth16Error {
		if let Some(error) = self.stopped {
			return error;
		}
		if let Some(refused) = error.downcast_ref::<Refused>() {
			return match refused {
				Refused::Input(what) => Groth16Error::InvalidInput(what.clone()),
				Refused::Program(what) => invalid(what.clone()),
				Refused::Key(what) => Groth16Error::Mismatched(what.clone()),
			};
		}
		match error.downcast_ref::<Trap>() {
			Some(trap) => invalid(format!("it trapped: {trap}")),
			None => invalid(reason(error)),
		}
	}
}

impl ResourceLimiter for Run {
	fn memory_growing(
		&mut self,
		current: usize,
		desired: usize,
		_maximum: Option<usize>,
	) -> wasmtime::Result<bool> {
		self.grow(current as u64, desired as u64)
	}

	fn table_growing(
		&mut self,
		current: usize,
		desired: usize,
		_maximum: Option<usize>,
	) -> wasmtime::Result<bool> {
		let bytes = |elements: usize| (elements as u64).saturating_mul(TABLE_ELEMENT_BYTES);
		self.grow(bytes(current), bytes(desired))
	}

	fn instances(&self) -> usize {
		1
	}

	fn tables(&self) -> usize {
		MAX_TABLES
	}

	fn memories(&self) -> usize {
		1
	}
}

/// Fault that this side finds, on its way through the errors of the Wasm runtime.
#[derive(Debug, thiserror::Error)]
enum Refused {
	#[error("{0}")]
	Input(String),
	#[error("{0}")]
	Program(String),
	#[error("{0}")]
	Key(String),
}

/// The exports of an instance.
struct Circuit {
	instance: Instance,
	read_word: TypedFunc<i32, i32>,
	write_word: TypedFunc<(i32, i32), ()>,
}

impl Circuit {
	fn new(instance: Instance, store: &mut Store<Run>) -> wasmtime::Result<Self> {
		let read_word = export(&instance, store, "readSharedRWMemory")?;
		let write_word = export(&instance, store, "writeSharedRWMemory")?;
		Ok(Self { instance, read_word, write_word })
	}

	/// Calls an export of the circom interface once.
	fn call<P: WasmParams, R: WasmResults>(
		&self,
		store: &mut Store<Run>,
		name: &str,
		parameters: P,
	) -> wasmtime::Result<R> {
		export::<P, R>(&self.instance, store, name)?.call(store, parameters)
	}

	fn witness(
		&self,
		store: &mut Store<Run>,
		inputs: &[Signal],
		signals: Option<usize>,
	) -> wasmtime::Result<Vec<Fr>> {
		let size = self.check(store, signals)?;
		self.call::<i32, ()>(store, "init", 0)?;
		let set = self.set_inputs(store, inputs)?;
		let expected = self.call::<(), i32>(store, "getInputSize", ())?;
		if i64::from(expected) != set as i64 {
			return Err(refuse_input(format!(
				"not enough values for signals: {set} of {expected} are set"
			)));
		}

		let get: TypedFunc<i32, ()> = export(&self.instance, store, "getWitness")?;
		let mut witness = Vec::with_capacity(size);
		for i in 0..size {
			// The size came from an `i32`.
			get.call(&mut *store, i as i32)?;
			let value = Fr::from_bigint(self.read_element(store)?);
			witness.push(value.ok_or_else(|| {
				Refused::Program(format!("element {i} of its witness is not below the prime"))
			})?);
		}
		if witness.first() != Some(&Fr::from(1u8)) {
			return Err(Refused::Program("its witness does not begin with 1".into()).into());
		}
		Ok(witness)
	}

	/// Checks version, field and sizes, and returns the length of the witness.
	fn check(&self, store: &mut Store<Run>, signals: Option<usize>) -> wasmtime::Result<usize> {
		let version = self.call::<(), i32>(store, "getVersion", ())?;
		if version != CIRCOM_VERSION {
			return Err(refuse_program(format!(
				"it has the interface of circom {version}, only circom {CIRCOM_VERSION} is known"
			)));
		}
		let words = self.call::<(), i32>(store, "getFieldNumLen32", ())?;
		self.call::<(), ()>(store, "getRawPrime", ())?;
		if words != WORDS as i32 || self.read_element(store)? != Fr::MODULUS {
			return Err(refuse_program("its field is not that of BN254 (bn128)".into()));
		}

		let size = self.call::<(), i32>(store, "getWitnessSize", ())?;
		let size = usize::try_from(size).unwrap_or(0);
		match signals {
			Some(signals) if signals != size => {
				return Err(Refused::Key(format!(
					"the program's witness has {size} signals, the key {signals}"
				))
				.into());
			}
			_ => {}
		}
		let bytes = size as u64 * size_of::<Fr>() as u64;
		if let Err(error) = store.data().budget.check_memory(bytes) {
			return Err(store.data_mut().stop(error));
		}
		Ok(size)
	}

	/// Hands all values over and returns how many there were. The last one makes the program run.
	fn set_inputs(&self, store: &mut Store<Run>, inputs: &[Signal]) -> wasmtime::Result<usize> {
		let size: TypedFunc<(i32, i32), i32> = export(&self.instance, store, "getInputSignalSize")?;
		let set: TypedFunc<(i32, i32, i32), ()> = export(&self.instance, store, "setInputSignal")?;
		let mut count = 0;
		for Signal { name, values } in inputs {
			let hash = fnv1a(name);
			let (high, low) = ((hash >> 32) as i32, hash as i32);
			let size = size.call(&mut *store, (high, low))?;
			// Names are quoted in part: they are as long as the requester likes.
			let shown: String = name.chars().take(64).collect();
			// Depending on its version, circom gives an unknown signal the size −1 or 0.
			if size < 0 || size == 0 && !values.is_empty() {
				return Err(refuse_input(format!("the program has no input signal `{shown}`")));
			}
			if values.len() != size as usize {
				let what = if values.len() < size as usize { "not enough" } else { "too many" };
				return Err(refuse_input(format!(
					"{what} values for signal `{shown}`: {} where it has {size}",
					values.len()
				)));
			}
			for (i, value) in values.iter().enumerate() {
				self.write_element(store, value)?;
				set.call(&mut *store, (high, low, i as i32))?;
				count += 1;
			}
		}
		Ok(count)
	}

	fn read_element(&self, store: &mut Store<Run>) -> wasmtime::Result<BigInt<4>> {
		let mut limbs = [0u64; WORDS / 2];
		for word in 0..WORDS {
			let value = self.read_word.call(&mut *store, word as i32)? as u32;
			limbs[word / 2] |= u64::from(value) << (32 * (word % 2));
		}
		Ok(BigInt::new(limbs))
	}

	fn write_element(&self, store: &mut Store<Run>, value: &Fr) -> wasmtime::Result<()> {
		let value = value.into_bigint();
		for word in 0..WORDS {
			let bits = (value.0[word / 2] >> (32 * (word % 2))) as u32;
			self.write_word.call(&mut *store, (word as i32, bits as i32))?;
		}
		Ok(())
	}
}

fn export<P: WasmParams, R: WasmResults>(
	instance: &Instance,
	store: &mut Store<Run>,
	name: &str,
) -> wasmtime::Result<TypedFunc<P, R>> {
	instance.get_typed_func(store, name).map_err(|_| {
		refuse_program(format!("it has no function `{name}` as circom {CIRCOM_VERSION} writes it"))
	})
}

fn refuse_input(what: String) -> wasmtime::Error {
	Refused::Input(what).into()
}

fn refuse_program(what: String) -> wasmtime::Error {
	Refused::Program(what).into()
}

/// The hash by which a circom program knows its signals: FNV-1a, 64 bits.
fn fnv1a(name: &str) -> u64 {
	name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
		(hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
	})
}

/// Advances an engine's clock while a program runs.
struct Ticker {
	stop: Arc<AtomicBool>,
	thread: Option<JoinHandle<()>>,
}

impl Ticker {
	fn start(engine: &Engine) -> Result<Self, Groth16Error> {
		let stop = Arc::new(AtomicBool::new(false));
		let (engine, stopped) = (engine.clone(), stop.clone());
		let thread = thread::Builder::new().name("witness-clock".into()).spawn(move || {
			while !stopped.load(Ordering::Acquire) {
				thread::park_timeout(TICK);
				engine.increment_epoch();
			}
		})?;
		Ok(Self { stop, thread: Some(thread) })
	}
}

impl Drop for Ticker {
	fn drop(&mut self) {
		self.stop.store(true, Ordering::Release);
		if let Some(thread) = self.thread.take() {
			thread.thread().unpark();
			// It does nothing that panics.
			let _ = thread.join();
		}
	}
}

/// An error of the Wasm runtime on one line.
fn reason(error: &wasmtime::Error) -> String {
	format!("{error:#}").chars().take(MAX_MESSAGE).collect()
}

fn invalid(what: String) -> Groth16Error {
	Groth16Error::InvalidProgram(what)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proofyard_jobs::ErrorCode;

	#[test]
	fn signals_are_known_by_fnv1a() {
		assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
		assert_eq!(fnv1a("a"), 0xaf63_dc4c_8601_ec8c);
		assert_eq!(fnv1a("foobar"), 0x8594_4171_f739_67e8);
	}

	#[test]
	fn exceptions_are_named() {
		let failed = exception(4, " Error in template Num2Bits_1 line: 38; ");
		assert_eq!(failed.code(), ErrorCode::InvalidInput);
		assert!(failed
			.to_string()
			.ends_with("assert failed: Error in template Num2Bits_1 line: 38;"));
		assert_eq!(exception(5, "").code(), ErrorCode::InvalidArtifact);
		assert_eq!(exception(-7, "").code(), ErrorCode::InvalidInput);
	}
}
