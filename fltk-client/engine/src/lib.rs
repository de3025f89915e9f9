//! The Sotto client without a face.
//!
//! A front end opens a profile, sends [`Command`]s and shows [`Event`]s; it never touches keys,
//! sockets or SQL. **command → [`Client`] → vault and relay → event.** There is no FLTK here and no
//! terminal. [`Client`] is a pure state machine over its [`Vault`]; [`Engine`] moves bytes and time
//! around it on a thread of its own.

mod charter;
pub mod client;
mod command;
mod content;
mod encoding;
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
pub use command::{Access, Change, Command, Password};
pub use engine::{Engine, Intent};
pub use event::{
    Departure, Device, Entry, EntryKind, Event, Member, Membership, MessageId, RequestId, Role,
    RoomInfo, Safety, Setting, Step, Trust,
};
pub use password::Cost;
pub use problem::{Hold, Problem};
pub use random::Random;
pub use vault::Vault;

/// Longest text of a message: 60 KiB of padded content without its header.
pub const MAX_TEXT_BYTES: usize = 60 * 1_024 - 64;
/// Longest name of a room.
pub const MAX_ROOM_NAME_BYTES: usize = 128;
/// Longest topic of a room.
pub const MAX_TOPIC_BYTES: usize = 1_024;
/// Longest name of a device.
pub const MAX_DEVICE_NAME_BYTES: usize = 64;
/// Most messages that those who are invited can be given from before.
pub const MAX_HISTORY: u16 = 1_000;
