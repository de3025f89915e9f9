//! The Sotto client without a face.
//!
//! A front end opens a profile, sends [`Command`]s and shows [`Event`]s; it never touches keys,
//! sockets or SQL. **command → [`Client`] → vault and relay → event.** There is no FLTK here and no
//! terminal. [`Client`] is a pure state machine over its [`Vault`]; [`Engine`] moves bytes and time
//! around it on a thread of its own.

pub mod client;
mod command;
mod content;
mod engine;
mod event;
mod group;
mod identity;
mod key_package;
mod password;
mod problem;
mod profile;
mod random;
mod vault;

pub use client::Client;
pub use command::Command;
pub use engine::{Engine, Intent};
pub use event::{Device, Entry, EntryKind, Event, Member, MessageId, RoomInfo, Step};
pub use password::Cost;
pub use problem::{Hold, Problem};
pub use random::Random;
pub use vault::Vault;

/// Longest text of a message: 60 KiB of padded content without its header.
pub const MAX_TEXT_BYTES: usize = 60 * 1_024 - 64;
