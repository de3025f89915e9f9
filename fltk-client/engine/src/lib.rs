//! The Sotto client without a face.
//!
//! A front end opens a profile, sends [`Command`]s and shows [`Event`]s; it never touches keys,
//! sockets or SQL. **command → [`Client`] → vault and relay → event.** There is no FLTK here and no
//! terminal. [`Client`] is a pure state machine over its [`Vault`]; [`Engine`] moves bytes and time
//! around it on a thread of its own.

mod body;
mod charter;
pub mod client;
mod command;
mod content;
mod encoding;
mod engine;
mod event;
pub mod file;
mod group;
mod home;
mod identity;
mod index;
mod key_package;
mod mention;
mod password;
mod problem;
mod profile;
mod random;
mod said;
mod vault;

pub use client::Client;
#[doc(hidden)]
pub use client::fixture;
pub use command::{Access, Change, Command, Password, Reacting, Receipts};
pub use engine::{Engine, Intent};
pub use event::{
    Body, Departure, Device, Entry, EntryKind, Event, File, FileLimits, Hit, Member, Membership,
    MessageId, MessageState, Quote, Reaction, RequestId, Role, RoomInfo, Safety, Setting, Step,
    Thumbnail, Transfer, Trust, Unsent, Way,
};
pub use file::safe_name;
pub use home::default_home;
pub use mention::mentions;
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
/// Longest name that a file can be sent under.
pub const MAX_FILE_NAME_BYTES: usize = 1_024;
/// Longest media type of a file.
pub const MAX_MEDIA_TYPE_BYTES: usize = 128;
/// Largest thumbnail of a picture.
pub const MAX_THUMBNAIL_BYTES: usize = 24 * 1_024;
/// Longest side of a thumbnail.
pub const MAX_THUMBNAIL_PIXELS: u32 = 320;
/// Longest emoji of a reaction.
pub const MAX_REACTION_BYTES: usize = 64;
/// Shortest lifetime of messages that disappear.
pub const MIN_LIFETIME_S: u32 = 5;
/// Longest lifetime of messages that disappear: a year.
pub const MAX_LIFETIME_S: u32 = 365 * 24 * 60 * 60;
/// Longest text of a message that answers another.
pub const MAX_REPLY_BYTES: usize = MAX_TEXT_BYTES - 32;
/// Longest text of a quote.
pub const MAX_QUOTE_BYTES: usize = 256;
/// Longest value that a front end can keep in the profile.
pub const MAX_KEPT_BYTES: usize = 1 << 20;
/// Unread messages that are counted; more are "999+".
pub const MAX_UNREAD: usize = 1_000;
/// Most messages that those who are invited can be given from before.
pub const MAX_HISTORY: u16 = 1_000;
