// SPDX-License-Identifier: Apache-2.0

//! Matching of the keys, proofs and public inputs that belong together.
//!
//! For every proof, the first of these that there is:
//!
//! 1. a file in its folder with the same name up to the first dot,
//! 2. a file anywhere with that name,
//! 3. the only key of its folder; the only public inputs there, if it is the only proof there,
//! 4. the only key at all; the only public inputs at all, if it is the only proof at all.

use super::{Case, Detected, Part, Public, Unread};
use crate::convert::ConvertError;
use alloc::{
	collections::BTreeSet,
	format,
	string::{String, ToString},
	vec::Vec,
};

/// A name and what the file holds.
type Named<'n, T> = (&'n str, T);

/// Files that are not whole cases.
#[derive(Default)]
pub(super) struct Parts<'n, 'a> {
	pub(super) keys: Vec<Named<'n, Part>>,
	pub(super) proofs: Vec<Named<'n, Part>>,
	pub(super) publics: Vec<Named<'n, Public<'a>>>,
}

impl<'n> Parts<'n, '_> {
	/// Puts together what belongs together: a case or an error for every proof, and an error for every file that is
	/// left over.
	pub(super) fn join(&self) -> Vec<Result<Detected, Unread>> {
		let mut used = BTreeSet::new();
		let mut found = Vec::new();
		for (name, proof) in &self.proofs {
			let beside = self.proofs.iter().filter(|(other, _)| folder(other) == folder(name));
			let key = choose(name, &self.keys, true, true);
			let public = choose(name, &self.publics, beside.count() == 1, self.proofs.len() == 1);
			used.extend(key.names());
			used.extend(public.names());
			let names = key.names().into_iter().chain(public.names()).chain([*name]);
			let names: Vec<String> = names.map(ToString::to_string).collect();
			found.push(match case((name, proof), &key, &public) {
				Ok(case) => Ok(Detected { names, case }),
				Err(error) => Err(Unread { names, error }),
			});
		}
		let keys = self.keys.iter().map(|(name, key)| (name, key.as_ref().err()));
		let publics = self.publics.iter().map(|(name, _)| (name, None));
		let left = publics.chain(keys).filter(|(name, _)| !used.contains(*name));
		found.extend(left.map(|(name, error)| {
			let error = error.cloned().unwrap_or_else(|| missing(name, "proof"));
			Err(Unread { names: [name.to_string()].to_vec(), error })
		}));
		found
	}
}

/// Parts that there are for a proof.
enum Choice<'f, 'n, T> {
	One(&'f Named<'n, T>),
	Several(Vec<&'n str>),
	None,
}

impl<'n, T> Choice<'_, 'n, T> {
	fn names(&self) -> Vec<&'n str> {
		match self {
			Self::One((name, _)) => [*name].to_vec(),
			Self::Several(names) => names.clone(),
			Self::None => Vec::new(),
		}
	}

	/// The file.
	///
	/// # Errors
	///
	/// That there is none for this proof, or more than one.
	fn one(&self, proof: &str, what: &str) -> Result<&Named<'n, T>, ConvertError> {
		match self {
			Self::One(file) => Ok(file),
			Self::Several(names) => Err(ConvertError::Files(format!(
				"there are two files like `{}`; name what belongs together alike, up to the first dot",
				names.last().unwrap_or(&proof)
			))),
			Self::None => Err(missing(proof, what)),
		}
	}
}

/// The file that belongs to a proof; `in_folder` and `at_all` say whether the only one there is, is it.
fn choose<'f, 'n, T>(
	proof: &str,
	files: &'f [Named<'n, T>],
	in_folder: bool,
	at_all: bool,
) -> Choice<'f, 'n, T> {
	let beside = |name: &str| folder(name) == folder(proof);
	let alike = |name: &str| stem(name) == stem(proof);
	let matching = |rule: &dyn Fn(&str) -> bool| -> Vec<&'f Named<'n, T>> {
		files.iter().filter(|(name, _)| rule(name)).collect()
	};
	for named in [matching(&|name| beside(name) && alike(name)), matching(&alike)] {
		match named[..] {
			[] => {}
			[file] => return Choice::One(file),
			_ => return Choice::Several(named.into_iter().map(|(name, _)| *name).collect()),
		}
	}
	for (allowed, only) in [(in_folder, matching(&beside)), (at_all, matching(&|_| true))] {
		if let (true, [file]) = (allowed, &only[..]) {
			return Choice::One(file);
		}
	}
	Choice::None
}

fn case(
	(proof_name, proof): (&str, &Part),
	key: &Choice<'_, '_, Part>,
	public: &Choice<'_, '_, Public<'_>>,
) -> Result<Case, ConvertError> {
	// What is wrong with a file stays wrong whatever it belongs to.
	let (proof_system, proof) = proof.clone()?;
	let (key_name, key) = key.one(proof_name, "key")?;
	let (system, key) = key.clone()?;
	let (_, public) = public.one(proof_name, "public inputs")?;
	if system != proof_system {
		return Err(ConvertError::Files(format!(
			"`{key_name}` is a key of {system}, `{proof_name}` a proof of {proof_system}"
		)));
	}
	Ok(Case::Plain { system, key, public_inputs: public.read(system)?, proof })
}

fn missing(name: &str, what: &str) -> ConvertError {
	ConvertError::Files(format!(
		"no {what} for `{}`: name what belongs together alike, up to the first dot",
		stem(name)
	))
}

/// A file's folder and its name there.
fn split(name: &str) -> (&str, &str) {
	name.rsplit_once(['/', '\\']).unwrap_or(("", name))
}

fn folder(name: &str) -> &str {
	split(name).0
}

/// A file's name without its folder, up to the first dot.
fn stem(name: &str) -> &str {
	let (_, file) = split(name);
	file.split('.').next().unwrap_or(file)
}
