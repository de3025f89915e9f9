//! What stands in a room: messages, and what was changed.

use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};

use super::{File, MessageId, Role};

/// One line of a room's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the room's log.
    pub seq: Seq,
    /// When the relay appended it.
    pub at: UnixMs,
    /// What it is.
    pub kind: EntryKind,
}

/// What a line of a timeline is.
#[expect(clippy::large_enum_variant, reason = "nearly all entries are messages")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryKind {
    /// A message: a text or a file.
    Message {
        /// Its name.
        id: MessageId,
        /// Its author, proven by MLS and the device certificate.
        from: Handle,
        /// The author's device.
        device: DeviceId,
        /// When the author sent it, by the author's clock.
        sent: UnixMs,
        /// What it says.
        body: Body,
        /// Whether this account wrote it.
        own: bool,
        /// Who handed it on, for one from before this account was in the room: the author is then
        /// that account's word.
        told_by: Option<Handle>,
        /// What belongs to it beside what it says.
        state: MessageState,
    },
    /// Accounts came or went.
    Members {
        /// Who did it: themselves, or another.
        by: Handle,
        /// Who came.
        joined: Vec<Handle>,
        /// Who went.
        left: Vec<Handle>,
    },
    /// A property of the room was set.
    Set {
        /// Who did it.
        by: Handle,
        /// What.
        setting: Setting,
    },
    /// What stood from `from` to here cannot be read: it was deleted, or not meant for this device.
    Gap {
        /// The first entry that is missing.
        from: Seq,
    },
}

/// What belongs to a message beside what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageState {
    /// What it answers.
    pub reply: Option<Box<Quote>>,
    /// When its author last changed it, by the author's clock.
    pub edited: Option<UnixMs>,
    /// When it disappears.
    pub expires: Option<UnixMs>,
    /// Reactions, in the order in which the first of each emoji came.
    pub reactions: Vec<Reaction>,
}

/// A message that another answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Its author.
    pub from: Handle,
    /// Its name.
    pub id: MessageId,
    /// Its place, if it is here.
    pub seq: Option<Seq>,
    /// What it says now: the beginning of its text, at most [`MAX_QUOTE_BYTES`](crate::MAX_QUOTE_BYTES),
    /// or the name of its file; empty if it is not here or was taken back.
    pub text: String,
}

/// An emoji, and who reacted with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji, as its senders say: any short text.
    pub emoji: String,
    /// Who, in the order in which they did.
    pub by: Vec<Handle>,
}

/// A message in which a search text occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its room.
    pub room: RoomId,
    /// The message.
    pub entry: Entry,
}

/// A message that the relay has not got yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// The room.
    pub room: RoomId,
    /// The message.
    pub id: MessageId,
    /// When it was queued.
    pub sent: UnixMs,
    /// What it says.
    pub body: Body,
    /// What it answers.
    pub reply: Option<Box<Quote>>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// A text.
    Text(String),
    /// A file.
    File(File),
    /// Nothing any more: its author took it back.
    Deleted,
}

/// What a property of a room was set to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting {
    /// Its name.
    Name(String),
    /// Its topic.
    Topic(String),
    /// How many earlier messages those who are invited are given.
    History(u16),
    /// Seconds after which messages disappear; 0 if they are kept.
    Lifetime(u32),
    /// What an account may do.
    Role(Handle, Role),
    /// It is closed: nobody writes any more.
    Closed,
}
