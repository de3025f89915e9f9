//! MessagePack with named fields, for the state that OpenMLS keeps: the part of `rmp-serde` that the
//! vault calls, by the same names and with the same bytes.
//!
//! `rmp-serde` compiles its reader anew for each type that is read, and each reads whatever may
//! stand there: a number, a map, an extension. OpenMLS has a few hundred types, which made that half
//! a megabyte of the executable. Here what a type asks for is what is read, anything else is an
//! error, the bytes are taken apart by code that is no type's own, and an error has no words.
//!
//! It is not for what comes from others: a value is believed to be of the type that is asked for.

mod part;
mod read;
mod write;

pub use read::from_slice;
pub use write::{Serializer, to_vec_named};

/// How sequences are written.
pub mod config {
    /// What is written as a byte string.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum BytesMode {
        /// What says that it is one.
        Normal,
        /// Also sequences that have only `u8` in them.
        ForceIterables,
    }
}

/// Errors of writing.
pub mod encode {
    pub use crate::Error;
}

/// The bytes are not of the type that was asked for, or the type has no form here. Callers can do
/// nothing with more, and words for it would weigh as much as the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error;

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("packed bytes and their type do not fit")
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Without the defaults, which format a sentence for [`serde::de::Error::custom`] to drop.
impl serde::de::Error for Error {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}
