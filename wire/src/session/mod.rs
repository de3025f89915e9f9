//! The session: frames in, authenticated messages out (PROTOCOL §4, §5).
//!
//! ```text
//! bytes -> Handshaking -> Established { Inbound, Outbound }
//! bytes -> Inbound -> Item        messages -> Outbound -> bytes
//! ```
//!
//! [`Handshaking`], [`Inbound`] and [`Outbound`] are for the relay, which reads and writes in
//! different places and counts bytes of memory for each connection; [`Session`] joins them for
//! clients and the simulation. What a message says is not decided here.

mod endpoint;
mod handshaking;
mod inbound;
mod outbound;

pub use endpoint::{Event, Session};
pub use handshaking::{Established, HandshakeError, Handshaking};
pub use inbound::{Inbound, Item};
pub use outbound::Outbound;

use crate::Error;
use crate::frame::Bound;
use crate::limit::MAX_MESSAGE_BYTES;

/// Bound to the handshake by both ends (Noise §6); names the version of everything above frames.
pub const PROLOGUE: &[u8] = b"sotto/1";

/// What a sender accepts. The receiver's bound is its own (PROTOCOL §5.2).
const MESSAGE: Bound = Bound { what: "message", max: MAX_MESSAGE_BYTES };

/// What any call on a half gets after an error or a close.
const OVER: Error = Error::Misuse { what: "the session is over" };

/// The first byte of a transport message's plaintext (PROTOCOL §5.1).
mod kind {
    pub(super) const DATA: u8 = 0;
    pub(super) const KEEP_ALIVE: u8 = 1;
    pub(super) const REKEY: u8 = 2;
    pub(super) const CLOSE: u8 = 3;
}

#[cfg(test)]
mod tests;
