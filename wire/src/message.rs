//! The messages of PROTOCOL §8 and their types.
//!
//! Each travels as **tag ‖ type ‖ fields**. A client numbers its requests with tags from 1; the
//! answer carries the same tag, and tag 0 marks what the relay says unasked.

mod room;
mod to_client;
mod to_relay;

#[cfg(test)]
mod tests;

pub use room::{KeyPackage, Payload, Presence, Record, RecordKind, Records, RoomKind, RoomSummary};
pub use to_client::{DeviceInfo, DeviceKeyPackage, FileLimits, Refusal, SignedIn, ToClient};
pub use to_relay::{InviteToken, ToRelay};

use crate::Error;
use crate::codec::{Bytes, Field, Reader, Writer};
use crate::limit;

/// One message of OPAQUE (RFC 9807 §5, §6).
pub type OpaqueMessage = Bytes<{ limit::MAX_OPAQUE_BYTES }>;
/// The account key, sealed under OPAQUE's export key.
pub type SealedAccount = Bytes<{ limit::MAX_SEALED_ACCOUNT_BYTES }>;
/// An encoded [`DeviceCertificate`](crate::certificate::DeviceCertificate).
pub type Certificate = Bytes<{ limit::MAX_CERTIFICATE_BYTES }>;
/// An MLS private message with application content.
pub type Application = Bytes<{ limit::MAX_APPLICATION_BYTES }>;
/// An MLS commit.
pub type Commit = Bytes<{ limit::MAX_COMMIT_BYTES }>;
/// An MLS group info with ratchet tree and external public key.
pub type GroupInfo = Bytes<{ limit::MAX_GROUP_INFO_BYTES }>;
/// An MLS welcome with ratchet tree, for all devices that one commit adds.
pub type Welcome = Bytes<{ limit::MAX_WELCOME_BYTES }>;
/// The name of a device, sealed under a key of its account; empty if it has none.
pub type SealedName = Bytes<{ limit::MAX_SEALED_NAME_BYTES }>;
/// A sealed chunk of a file.
pub type Chunk = Bytes<{ limit::MAX_CHUNK_BYTES }>;
/// A sealed signal.
pub type Signal = Bytes<{ limit::MAX_SIGNAL_BYTES }>;

/// The context of every OPAQUE login (RFC 9807 §6.4.2): it binds the login to this Noise session by
/// the handshake hash (Noise §11.2). The client identity is the handle, the server identity the
/// relay's static key.
#[must_use]
pub fn opaque_context(handshake_hash: &[u8; 32]) -> Vec<u8> {
    [b"sotto/1 opaque".as_slice(), handshake_hash].concat()
}

/// Pairs a request with its answer; 0 belongs to none.
pub type Tag = u32;

/// A message with its tag, as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged<M> {
    /// The request's number, or 0.
    pub tag: Tag,
    /// The message.
    pub message: M,
}

impl<M: Field> Field for Tagged<M> {
    const WHAT: &'static str = M::WHAT;

    fn encode(&self, w: &mut Writer) {
        self.tag.encode(w);
        self.message.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { tag: Field::decode(r)?, message: Field::decode(r)? })
    }
}

/// Gives a struct its encoding: the fields in order.
macro_rules! fields {
    ($name:ident, $what:literal, { $($field:ident),* $(,)? }) => {
        impl $crate::codec::Field for $name {
            const WHAT: &'static str = $what;

            fn encode(&self, w: &mut $crate::codec::Writer) {
                $($crate::codec::Field::encode(&self.$field, w);)*
            }

            fn decode(r: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::Error> {
                Ok(Self { $($field: $crate::codec::Field::decode(r)?),* })
            }
        }

        #[cfg(test)]
        impl $crate::message::tests::Sample for $name {
            fn sample(dice: &mut $crate::message::tests::Dice) -> Self {
                Self { $($field: $crate::message::tests::Sample::sample(dice)),* }
            }
        }
    };
}

/// Gives an enum its encoding: a type byte, then the variant's fields in order.
macro_rules! variants {
    ($name:ident, $what:literal, {
        $($code:literal => $variant:ident $({ $($field:ident),* $(,)? })? $(($($inner:ident),*))?),* $(,)?
    }) => {
        impl $crate::codec::Field for $name {
            const WHAT: &'static str = $what;

            fn encode(&self, w: &mut $crate::codec::Writer) {
                match self {
                    $(Self::$variant $({ $($field),* })? $(($($inner),*))? => {
                        w.put(&[$code]);
                        $($($crate::codec::Field::encode($field, w);)*)?
                        $($($crate::codec::Field::encode($inner, w);)*)?
                    })*
                }
            }

            fn decode(r: &mut $crate::codec::Reader<'_>) -> Result<Self, $crate::Error> {
                match r.array(Self::WHAT)? {
                    $([$code] => Ok(Self::$variant
                        $({ $($field: $crate::codec::Field::decode(r)?),* })?
                        $(({ $(let $inner = $crate::codec::Field::decode(r)?;)* $($inner)* }))?
                    ),)*
                    _ => Err($crate::Error::Malformed { what: concat!("type of ", $what) }),
                }
            }
        }

        #[cfg(test)]
        impl $crate::message::tests::Sample for $name {
            fn sample(dice: &mut $crate::message::tests::Dice) -> Self {
                let all: &[fn(&mut $crate::message::tests::Dice) -> Self] = &[
                    $(|dice| {
                        let _ = &dice;
                        Self::$variant
                            $({ $($field: $crate::message::tests::Sample::sample(dice)),* })?
                            $(({ $(let $inner = $crate::message::tests::Sample::sample(dice);)* $($inner)* }))?
                    }),*
                ];
                all[dice.below(all.len())](dice)
            }
        }
    };
}

pub(crate) use {fields, variants};
