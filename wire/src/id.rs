//! Names and numbers that identify things, one type per purpose.

use core::fmt;

use crate::Error;
use crate::codec::{Field, Reader, Writer};
use crate::limit::MAX_HANDLE_BYTES;

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id made of these bytes.
            #[must_use]
            pub const fn from_array(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            #[must_use]
            pub const fn as_array(&self) -> &[u8; 16] {
                &self.0
            }

            /// Reads the 32 hexadecimal digits that `Display` prints.
            #[must_use]
            pub fn from_hex(text: &str) -> Option<Self> {
                let (text, mut bytes) = (text.as_bytes(), [0; 16]);
                if text.len() != 32 {
                    return None;
                }
                for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
                    let pair = core::str::from_utf8(pair).ok()?;
                    if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                        return None;
                    }
                    *byte = u8::from_str_radix(pair, 16).ok()?;
                }
                Some(Self(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Field for $name {
            const WHAT: &'static str = $what;

            fn encode(&self, w: &mut Writer) {
                w.put(&self.0);
            }

            fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
                Ok(Self(r.array(Self::WHAT)?))
            }
        }
    };
}

random_id! {
    /// A room, and the MLS group id of its group. Random.
    RoomId, "room id"
}
random_id! {
    /// A device: a hash of what its certificate says of whose it is and of its keys (PROTOCOL §7).
    DeviceId, "device id"
}
random_id! {
    /// One post as its sender names it, so that sending it twice appends it once. Random.
    PostId, "post id"
}
random_id! {
    /// A file on the relay, as its sender names it. Random.
    FileId, "file id"
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// The one after this; stays at the last instead of wrapping.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl Field for $name {
            const WHAT: &'static str = $what;

            fn encode(&self, w: &mut Writer) {
                self.0.encode(w);
            }

            fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
                u64::decode(r).map(Self)
            }
        }
    };
}

number! {
    /// Place of a record in its room's log: 1 for the first, no gaps. 0 stands before the first.
    Seq, "sequence number"
}
number! {
    /// Commits the room's log holds so far. Equal to the MLS epoch as long as every commit was
    /// valid; counted by the relay, which cannot tell (PROTOCOL §9).
    Epoch, "epoch"
}
number! {
    /// Wall-clock time in milliseconds since 1970-01-01 UTC.
    UnixMs, "unix time"
}

/// The name of an account: `[a-z0-9][a-z0-9._-]{0,31}`, unique on its relay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(String);

impl Handle {
    /// Takes a well-formed handle.
    ///
    /// # Errors
    /// [`Error::Malformed`] for any other text.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        let alphanumeric = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        let mut bytes = text.bytes();
        let starts_well = bytes.next().is_some_and(alphanumeric);
        let goes_on_well = bytes.all(|c| alphanumeric(c) || b"._-".contains(&c));
        if starts_well && goes_on_well && text.len() <= MAX_HANDLE_BYTES {
            Ok(Self(text))
        } else {
            Err(Error::Malformed { what: Self::WHAT })
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Field for Handle {
    const WHAT: &'static str = "handle";

    fn encode(&self, w: &mut Writer) {
        w.count(self.0.len());
        w.put(self.0.as_bytes());
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        let count = r.count(MAX_HANDLE_BYTES, Self::WHAT)?;
        let bytes = r.take(count, Self::WHAT)?;
        let text =
            core::str::from_utf8(bytes).map_err(|_| Error::Malformed { what: Self::WHAT })?;
        Self::new(text)
    }
}
