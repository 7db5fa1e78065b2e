// SPDX-License-Identifier: Apache-2.0
//! Enums whose variants have a fixed name on the wire.

/// Declares an enum together with its names: for serde, for text, and for looking them up.
macro_rules! named {
	(
		$(#[$meta:meta])*
		pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }
	) => {
		$(#[$meta])*
		#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
		pub enum $name { $($(#[$variant_meta])* #[serde(rename = $text)] $variant,)* }

		impl $name {
			/// Every variant, in the order of the declaration.
			pub const ALL: &'static [Self] = &[$(Self::$variant),*];

			/// Name on the wire.
			pub const fn as_str(self) -> &'static str {
				match self { $(Self::$variant => $text),* }
			}

			/// Variant of that name.
			pub fn from_name(name: &str) -> Option<Self> {
				Self::ALL.iter().copied().find(|variant| variant.as_str() == name)
			}
		}

		impl core::fmt::Display for $name {
			fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
				f.pad(self.as_str())
			}
		}
	};
}

pub(crate) use named;
