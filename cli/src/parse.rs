// SPDX-License-Identifier: Apache-2.0
//! Parsers from what people type to the chain's types: value parsers of `clap`, and the way back.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use proofyard_primitives::{
	limits::MAX_PUBLIC_VALUES, program::Locator, ArtifactRole, BiddingWindow, HardwareClass,
	Market, ProgramId, PublicValues, Redundancy, Scalar, ServiceLevel, TaskKind, WorkModel,
};
use sp_core::H256;
use std::{path::PathBuf, str::FromStr};
use subxt::utils::AccountId32;

use crate::{
	rpc::{BlockParam, Parts, StateFilter},
	secret::Secret,
};

type Parsed<T> = Result<T, String>;

/// Every artifact role with its name.
const ROLES: [ArtifactRole; 4] = [
	ArtifactRole::ProvingKey,
	ArtifactRole::WitnessProgram,
	ArtifactRole::Executable,
	ArtifactRole::Other,
];

/// Beginnings of locators; the chain takes no others.
const LOCATOR_SCHEMES: [&str; 2] = ["https://", "file:///"];

/// `cpu`, or `gpu:24` for a GPU with 24 GiB.
pub fn hardware(text: &str) -> Parsed<HardwareClass> {
	match text.split_once(':') {
		None if text == "cpu" => Ok(HardwareClass::Cpu),
		Some(("gpu", gib)) => match gib.parse() {
			Ok(vram_gib) if vram_gib > 0 => Ok(HardwareClass::Gpu { vram_gib }),
			_ => Err("a GPU's memory is a whole number of GiB, for example gpu:24".into()),
		},
		_ => Err("hardware is cpu, or gpu:N with N GiB of memory".into()),
	}
}

/// `standard`, `express` or `guaranteed`.
pub fn level(text: &str) -> Parsed<ServiceLevel> {
	match text {
		"standard" => Ok(ServiceLevel::Standard),
		"express" => Ok(ServiceLevel::Express),
		"guaranteed" => Ok(ServiceLevel::Guaranteed),
		_ => Err("a service level is standard, express or guaranteed".into()),
	}
}

/// Digits, grouped with `_` where that helps.
pub fn count(text: &str) -> Parsed<u64> {
	let digits: String = text.chars().filter(|c| *c != '_').collect();
	digits.parse().map_err(|_| "a whole number is needed, for example 1_000_000".into())
}

/// A number above zero.
pub fn positive(text: &str) -> Parsed<u64> {
	match count(text)? {
		0 => Err("it must be above zero".into()),
		number => Ok(number),
	}
}

/// `COMMIT,REVEAL`: how many blocks sealed bids are committed, and then revealed.
pub fn bidding(text: &str) -> Parsed<BiddingWindow> {
	let wrong = "a bidding is COMMIT,REVEAL in blocks, for example 30,10";
	let (commit, reveal) = text.split_once(',').ok_or(wrong)?;
	let blocks = |text: &str| text.trim().parse().map_err(|_| wrong.to_string());
	Ok(BiddingWindow { commit: blocks(commit)?, reveal: blocks(reveal)? })
}

/// `K/N`: how many proofs a task takes, of how many provers that start at once.
pub fn redundancy(text: &str) -> Parsed<Redundancy> {
	let wrong = || {
		format!(
			"redundancy is K/N, K proofs of N provers that start at once, K from 1 to N and N up to {}; \
			 for example 1/2 or 2/3",
			Redundancy::MAX
		)
	};
	let (needed, started) = text.split_once('/').ok_or_else(wrong)?;
	let number = |text: &str| text.trim().parse().map_err(|_| wrong());
	let redundancy = Redundancy { needed: number(needed)?, started: number(started)? };
	if redundancy.is_valid() {
		Ok(redundancy)
	} else {
		Err(wrong())
	}
}

/// A share in percent, with up to four decimals: `10`, `2.5 %`.
pub fn percent(text: &str) -> Parsed<Parts> {
	let wrong =
		"a share is from 0 to 100 percent, with four decimals at most, for example 10 or 2.5";
	let number = text.trim().trim_end_matches('%').trim_end();
	let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
	let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
	if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 4 {
		return Err(wrong.into());
	}
	let parts = format!("{whole}{decimals:0<4}").parse().map_err(|_| wrong.to_string())?;
	if parts <= Parts::WHOLE {
		Ok(Parts(parts))
	} else {
		Err(wrong.into())
	}
}

/// States that a listing of tasks can be kept to: name, state, help.
const STATES: [(&str, StateFilter, &str); 10] = [
	("open", StateFilter::Open, "Waiting for the auction"),
	("assigned", StateFilter::Assigned, "Those that started it are at work"),
	(
		"fallback",
		StateFilter::Fallback,
		"Somebody had to be called, or looked for, in the place of one that failed",
	),
	("bounty", StateFilter::Bounty, "No standby is left, and a bounty is open"),
	("live", StateFilter::Live, "Not ended: open, or provers are at work on it"),
	("settled", StateFilter::Settled, "Verified and paid"),
	("expired", StateFilter::Expired, "Nobody took it"),
	("cancelled", StateFilter::Cancelled, "Withdrawn"),
	("failed", StateFilter::Failed, "Not delivered"),
	("ended", StateFilter::Ended, "Ended, however"),
];

/// A state that a listing of tasks can be kept to, by its name.
pub fn state_filter() -> impl TypedValueParser<Value = StateFilter> {
	PossibleValuesParser::new(STATES.map(|(name, _, help)| PossibleValue::new(name).help(help)))
		.try_map(|name| {
			let state = STATES.into_iter().find(|(known, ..)| *known == name);
			state.map(|(_, state, _)| state).ok_or("no state has this name")
		})
}

/// The number of a block, or its hash.
pub fn block(text: &str) -> Parsed<BlockParam> {
	match text.parse() {
		Ok(number) => Ok(BlockParam::Number(number)),
		Err(_) => hash(text)
			.map(BlockParam::Hash)
			.map_err(|_| "a block is its number, or its hash of 64 hexadecimal digits".into()),
	}
}

/// `per-task`, or the work of every task.
pub fn work(text: &str) -> Parsed<WorkModel> {
	match text {
		"per-task" => Ok(WorkModel::PerTask),
		_ => positive(text).map(WorkModel::Fixed).map_err(|_| {
			"work is a number above zero (constraints for a circuit), or per-task".into()
		}),
	}
}

/// A hash of 32 bytes in hexadecimal, with or without `0x`.
pub fn hash(text: &str) -> Parsed<H256> {
	let digits = text.strip_prefix("0x").unwrap_or(text);
	let mut bytes = [0; 32];
	hex::decode_to_slice(digits, &mut bytes)
		.map_err(|_| "64 hexadecimal digits are needed, for example 0x12…".to_string())?;
	Ok(H256(bytes))
}

/// The id of a program.
pub fn program_id(text: &str) -> Parsed<ProgramId> {
	hash(text)
}

/// An SS58 address, a public key in hexadecimal, or the URI of a development key (`//Alice`).
pub fn account(text: &str) -> Parsed<AccountId32> {
	if text.starts_with("//") {
		return Secret::new(text).account().map_err(|error| error.to_string());
	}
	if text.starts_with("0x") {
		return hash(text).map(|bytes| AccountId32(bytes.0));
	}
	AccountId32::from_str(text).map_err(|_| {
		"an account is an SS58 address, 0x and 64 digits, or //Name for development".into()
	})
}

/// A URL that the chain takes as a locator.
pub fn locator(text: &str) -> Parsed<Locator> {
	if !LOCATOR_SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
		return Err(format!("{text}: a locator begins with https:// or file:///"));
	}
	if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
		return Err(format!(
			"{text}: escape spaces and other special characters of the locator (%20)"
		));
	}
	Locator::try_from(text.as_bytes().to_vec())
		.map_err(|_| "a locator has at most 512 bytes".to_string())
}

/// The `file://` locator of a path; special characters are escaped.
pub fn file_locator(path: &std::path::Path) -> Parsed<Locator> {
	let path = std::path::absolute(path).map_err(|error| error.to_string())?;
	let text = path
		.to_str()
		.ok_or_else(|| format!("{}: the path is not UTF-8; give a locator", path.display()))?;
	let mut url = String::from("file://");
	for byte in text.bytes() {
		if byte.is_ascii_alphanumeric() || b"/-._~+,=:@".contains(&byte) {
			url.push(char::from(byte));
		} else {
			url.push_str(&format!("%{byte:02X}"));
		}
	}
	locator(&url)
}

/// A file with the places where others find it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocatedFile {
	/// The file here.
	pub path: PathBuf,
	/// URLs at which provers fetch it; its own path where none is given.
	pub locators: Vec<Locator>,
}

/// `PATH` or `PATH@LOCATOR`, with up to four locators one after the other.
pub fn located_file(text: &str) -> Parsed<LocatedFile> {
	// A locator begins at an `@` that a scheme follows: both paths and URLs may contain others.
	let starts: Vec<usize> = text
		.match_indices('@')
		.map(|(at, _)| at)
		.filter(|at| LOCATOR_SCHEMES.iter().any(|scheme| text[at + 1..].starts_with(scheme)))
		.collect();
	let path = &text[..starts.first().copied().unwrap_or(text.len())];
	if path.is_empty() {
		return Err("the path of a file is needed".into());
	}
	let ends = starts.iter().skip(1).copied().chain([text.len()]);
	let locators = starts
		.iter()
		.zip(ends)
		.map(|(start, end)| locator(&text[start + 1..end]))
		.collect::<Parsed<Vec<_>>>()?;
	if locators.len() > 4 {
		return Err("a file has at most four locators".into());
	}
	Ok(LocatedFile { path: path.into(), locators })
}

/// An artifact to register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArtifactFile {
	/// Purpose of the file.
	pub role: ArtifactRole,
	/// The file and where others find it.
	pub file: LocatedFile,
}

/// `ROLE=PATH[@LOCATOR]`.
pub fn artifact(text: &str) -> Parsed<ArtifactFile> {
	let names = || ROLES.map(|role| role.name()).join(", ");
	let (role, file) = text.split_once('=').ok_or_else(|| {
		format!("an artifact is ROLE=PATH or ROLE=PATH@LOCATOR; roles: {}", names())
	})?;
	let role = role.replace('-', "_");
	let role = ROLES
		.into_iter()
		.find(|known| known.name() == role)
		.ok_or_else(|| format!("unknown role {role}; roles: {}", names()))?;
	Ok(ArtifactFile { role, file: located_file(file)? })
}

/// A public input that the requester fixes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixedInput {
	/// Its position, from 0.
	pub index: u32,
	/// Its value.
	pub value: Scalar,
}

/// `INDEX=VALUE`.
pub fn fixed_input(text: &str) -> Parsed<FixedInput> {
	let (index, value) =
		text.split_once('=').ok_or("a public input is INDEX=VALUE, for example 0=42 or 1=0x2a")?;
	let index = index
		.trim()
		.parse()
		.map_err(|_| "the index of a public input is a number, from 0".to_string())?;
	Ok(FixedInput { index, value: scalar(value.trim())? })
}

/// Public values in hexadecimal, with or without `0x`, or `@FILE` for the bytes of a file.
pub fn public_values(text: &str) -> Parsed<PublicValues> {
	let bytes = match text.strip_prefix('@') {
		Some(path) => {
			std::fs::read(path).map_err(|error| format!("cannot read {path}: {error}"))?
		}
		None => hex::decode(text.strip_prefix("0x").unwrap_or(text)).map_err(|_| {
			"public values are pairs of hexadecimal digits, or @FILE for the bytes of a file"
		})?,
	};
	let length = bytes.len();
	bytes.try_into().map_err(|_| {
		format!("public values have at most {MAX_PUBLIC_VALUES} bytes, and these have {length}: fix their SHA-256, or how they begin")
	})
}

/// A number of at most 256 bits, decimal or with `0x` hexadecimal, as 32 bytes, big-endian.
pub fn scalar(text: &str) -> Parsed<Scalar> {
	let (digits, base) = match text.strip_prefix("0x") {
		Some(digits) => (digits, 16u32),
		None => (text, 10),
	};
	if digits.is_empty() {
		return Err("a value is a decimal number, or 0x and hexadecimal digits".into());
	}
	let mut value: Scalar = [0; 32];
	for digit in digits.chars() {
		let digit = digit
			.to_digit(base)
			.ok_or("a value is a decimal number, or 0x and hexadecimal digits")?;
		// value × base + digit, byte by byte from the lowest.
		let mut carry = digit;
		for byte in value.iter_mut().rev() {
			let sum = u32::from(*byte) * base + carry;
			*byte = (sum & 0xff) as u8;
			carry = sum >> 8;
		}
		if carry != 0 {
			return Err("a value has at most 256 bits".into());
		}
	}
	Ok(value)
}

/// The names of hardware as they are typed.
pub fn hardware_name(hardware: &HardwareClass) -> String {
	match hardware {
		HardwareClass::Cpu => "cpu".into(),
		HardwareClass::Gpu { vram_gib } => format!("gpu:{vram_gib}"),
	}
}

/// The name of a service level as it is typed.
pub fn level_name(level: &ServiceLevel) -> &'static str {
	match level {
		ServiceLevel::Standard => "standard",
		ServiceLevel::Express => "express",
		ServiceLevel::Guaranteed => "guaranteed",
	}
}

/// Market in words, with the work of its tasks.
pub fn market_name(market: &Market) -> String {
	format!(
		"{}, {}, bucket {} ({}), {}",
		market.system,
		hardware_name(&market.hardware),
		market.bucket,
		bucket_range(market.bucket),
		level_name(&market.level)
	)
}

fn bucket_range(bucket: u8) -> String {
	let least = 1u64.checked_shl(bucket.into()).unwrap_or(u64::MAX);
	let most = least.checked_mul(2).map_or(u64::MAX, |next| next - 1);
	format!("work {least} to {most}")
}

/// Way in which a task finds its prover, as it reads.
pub fn kind_name(kind: TaskKind) -> &'static str {
	match kind {
		TaskKind::Market => "market",
		TaskKind::Sealed => "sealed",
		TaskKind::Calibration => "calibration",
	}
}

/// Work as it is typed.
pub fn work_name(work: &WorkModel) -> String {
	match work {
		WorkModel::Fixed(work) => work.to_string(),
		WorkModel::PerTask => "per-task".into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn url(locator: &Locator) -> &str {
		std::str::from_utf8(locator).unwrap()
	}

	#[test]
	fn hardware_is_read_and_named_alike() {
		assert_eq!(hardware("cpu"), Ok(HardwareClass::Cpu));
		assert_eq!(hardware("gpu:24"), Ok(HardwareClass::Gpu { vram_gib: 24 }));
		for text in ["cpu", "gpu:24"] {
			assert_eq!(hardware_name(&hardware(text).unwrap()), text);
		}
		for text in ["gpu", "gpu:", "gpu:0", "gpu:-1", "gpu:70000", "tpu", "cpu:1", ""] {
			assert!(hardware(text).is_err(), "{text}");
		}
	}

	#[test]
	fn levels_are_read_and_named_alike() {
		for text in ["standard", "express", "guaranteed"] {
			assert_eq!(level_name(&level(text).unwrap()), text);
		}
		assert!(level("urgent").is_err());
	}

	#[test]
	fn states_are_named_as_in_json() {
		for (name, state, _) in STATES {
			assert_eq!(serde_json::to_value(state).unwrap(), name);
		}
	}

	#[test]
	fn work_is_a_number_above_zero_or_per_task() {
		assert_eq!(work("1_048_576"), Ok(WorkModel::Fixed(1 << 20)));
		assert_eq!(work("per-task"), Ok(WorkModel::PerTask));
		assert!(work("0").is_err());
		assert!(work("much").is_err());
	}

	#[test]
	fn scalars_are_decimal_or_hexadecimal() {
		let mut two_hundred_sixty = [0; 32];
		two_hundred_sixty[30] = 1;
		two_hundred_sixty[31] = 4;
		assert_eq!(scalar("260"), Ok(two_hundred_sixty));
		assert_eq!(scalar("0x104"), Ok(two_hundred_sixty));
		assert_eq!(scalar("0x0104"), Ok(two_hundred_sixty));
		assert_eq!(scalar("0"), Ok([0; 32]));
		assert_eq!(scalar(&format!("0x{}", "ff".repeat(32))), Ok([0xff; 32]));
	}

	#[test]
	fn the_order_of_the_field_of_bn254_reads_the_same_in_both_bases() {
		let decimal =
			"21888242871839275222246405745257275088548364400416034343698204186575808495617";
		let hexadecimal = "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
		assert_eq!(scalar(decimal), scalar(hexadecimal));
	}

	#[test]
	fn scalars_of_more_than_256_bits_are_refused() {
		let largest =
			"115792089237316195423570985008687907853269984665640564039457584007913129639935";
		let one_more =
			"115792089237316195423570985008687907853269984665640564039457584007913129639936";
		assert_eq!(scalar(largest), Ok([0xff; 32]));
		assert!(scalar(one_more).is_err());
		assert!(scalar(&format!("0x1{}", "00".repeat(32))).is_err());
		for text in ["", "0x", "-1", "1.5", "1e3", "0xg"] {
			assert!(scalar(text).is_err(), "{text}");
		}
	}

	#[test]
	fn public_inputs_name_their_position() {
		let input = fixed_input("3=0x2a").unwrap();
		assert_eq!((input.index, input.value[31]), (3, 42));
		for text in ["3", "=1", "x=1", "-1=1", "0="] {
			assert!(fixed_input(text).is_err(), "{text}");
		}
	}

	#[test]
	fn public_values_are_hexadecimal_or_a_file() {
		let bytes = |text: &str| public_values(text).map(|bytes| bytes.to_vec());
		assert_eq!(bytes("0x0aFF"), Ok(vec![10, 255]));
		assert_eq!(bytes("0aff"), Ok(vec![10, 255]));
		assert_eq!(bytes("0x"), Ok(vec![]));
		for text in ["0x1", "0xzz", "hello", "@/no/such/file"] {
			assert!(bytes(text).is_err(), "{text}");
		}
		let path = std::env::temp_dir().join(format!("proofyard-values-{}", std::process::id()));
		let file = format!("@{}", path.display());
		std::fs::write(&path, [7; 4096]).unwrap();
		assert_eq!(bytes(&file), Ok(vec![7; 4096]));
		std::fs::write(&path, [7; 4097]).unwrap();
		assert!(bytes(&file).unwrap_err().contains("fix their SHA-256"));
		std::fs::remove_file(path).unwrap();
	}

	#[test]
	fn a_file_may_name_its_locators() {
		let file = located_file("a/b.zkey").unwrap();
		assert_eq!((file.path.to_str(), file.locators.len()), (Some("a/b.zkey"), 0));
		let file = located_file("b@home.zkey@https://user@x.org/b@1@file:///data/b.zkey").unwrap();
		assert_eq!(file.path.to_str(), Some("b@home.zkey"));
		let urls: Vec<_> = file.locators.iter().map(url).collect();
		assert_eq!(urls, ["https://user@x.org/b@1", "file:///data/b.zkey"]);
		assert!(located_file("@https://x.org/b").is_err());
	}

	#[test]
	fn locators_are_https_or_file_in_printable_ascii() {
		assert!(locator("https://x.org/a%20b").is_ok());
		for text in ["http://x.org", "ftp://x", "/a", "file://a", "https://x.org/a b", "https://ü"]
		{
			assert!(locator(text).is_err(), "{text}");
		}
		assert!(locator(&format!("https://{}", "a".repeat(504))).is_ok());
		assert!(locator(&format!("https://{}", "a".repeat(505))).is_err());
	}

	#[test]
	fn a_path_becomes_an_escaped_locator() {
		let locator = file_locator(std::path::Path::new("/data/my circuit#1.zkey")).unwrap();
		assert_eq!(url(&locator), "file:///data/my%20circuit%231.zkey");
	}

	#[test]
	fn artifacts_have_a_role() {
		let artifact = artifact("proving-key=c.zkey@https://x.org/c").unwrap();
		assert_eq!(artifact.role, ArtifactRole::ProvingKey);
		assert_eq!(artifact.file.path.to_str(), Some("c.zkey"));
		assert!(super::artifact("c.zkey").is_err());
		assert!(super::artifact("key=c.zkey").is_err());
	}

	#[test]
	fn a_bidding_has_two_numbers_of_blocks() {
		assert_eq!(bidding("30,10"), Ok(BiddingWindow { commit: 30, reveal: 10 }));
		assert_eq!(bidding("5, 5"), Ok(BiddingWindow { commit: 5, reveal: 5 }));
		for text in ["", "30", "30,", ",10", "30,10,5", "-1,10", "a,b"] {
			assert!(bidding(text).is_err(), "{text}");
		}
	}

	#[test]
	fn redundancy_is_proofs_of_provers() {
		assert_eq!(redundancy("1/2"), Ok(Redundancy { needed: 1, started: 2 }));
		assert_eq!(redundancy("2 / 3"), Ok(Redundancy { needed: 2, started: 3 }));
		for text in ["", "2", "2/", "/3", "0/1", "3/2", "1/4", "2/3/4", "-1/2", "1.5/2", "1/300"] {
			assert!(redundancy(text).is_err(), "{text}");
		}
	}

	#[test]
	fn shares_are_in_percent() {
		for (text, parts) in [
			("0", 0),
			("10", 100_000),
			("2.5", 25_000),
			("2.5%", 25_000),
			("2.5 %", 25_000),
			("0.0001", 1),
			("100", 1_000_000),
			("100.0000", 1_000_000),
		] {
			assert_eq!(percent(text), Ok(Parts(parts)), "{text}");
			assert_eq!(percent(&Parts(parts).to_string()), Ok(Parts(parts)), "{text}");
		}
		for text in ["", "%", "-1", "100.0001", "101", "0.00001", ".5", "ten", "1e1", "99999999999"]
		{
			assert!(percent(text).is_err(), "{text}");
		}
	}

	#[test]
	fn a_block_is_its_number_or_its_hash() {
		let digits = "12".repeat(32);
		assert_eq!(block("213"), Ok(BlockParam::Number(213)));
		assert_eq!(block(&digits), Ok(BlockParam::Hash(H256([0x12; 32]))));
		assert_eq!(block(&format!("0x{digits}")), Ok(BlockParam::Hash(H256([0x12; 32]))));
		for text in ["", "-1", "latest", "0x12", "4294967296"] {
			assert!(block(text).is_err(), "{text}");
		}
	}

	#[test]
	fn accounts_have_three_forms() {
		let alice = account("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY").unwrap();
		assert_eq!(account("//Alice"), Ok(alice));
		assert_eq!(account(&format!("0x{}", hex::encode(alice.0))), Ok(alice));
		assert!(account("alice").is_err());
	}

	#[test]
	fn hashes_have_64_digits() {
		let digits = "ab".repeat(32);
		assert_eq!(hash(&digits), Ok(H256([0xab; 32])));
		assert_eq!(hash(&format!("0x{digits}")), Ok(H256([0xab; 32])));
		assert!(hash("0x12").is_err());
	}

	#[test]
	fn buckets_cover_all_work() {
		assert_eq!(bucket_range(0), "work 1 to 1");
		assert_eq!(bucket_range(20), "work 1048576 to 2097151");
		assert_eq!(bucket_range(63), "work 9223372036854775808 to 18446744073709551615");
	}
}
