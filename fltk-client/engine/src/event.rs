//! What the engine tells a front end.

use wire::id::{DeviceId, Handle, PostId, RoomId, Seq, UnixMs};
use wire::message::RoomKind;

use crate::{Hold, Problem};

/// A message, for its whole life: random, made by the sender, the same on every device.
pub type MessageId = PostId;

/// Something that has happened. What it tells is durable in the profile before it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A step of signing up, in or on has begun; for progress.
    Progress(Step),
    /// The connection stands, and the relay knows this device.
    Connected {
        /// The account.
        handle: Handle,
        /// This device.
        device: DeviceId,
    },
    /// There is no connection; another try follows by itself unless `retry_ms` is `None`.
    Disconnected {
        /// Why.
        problem: Problem,
        /// Milliseconds until the next try.
        retry_ms: Option<u64>,
    },
    /// A room appeared in this profile: made, joined, or welcomed to.
    RoomAdded(RoomInfo),
    /// Everything the relay holds of a room has been read.
    CaughtUp {
        /// The room.
        room: RoomId,
        /// The newest entry.
        head: Seq,
    },
    /// A room's timeline grew.
    Entry {
        /// The room.
        room: RoomId,
        /// What was added.
        entry: Entry,
    },
    /// A text is stored here and will be sent.
    MessageQueued {
        /// The room.
        room: RoomId,
        /// The message.
        id: MessageId,
    },
    /// A text is durable on the relay. Its [`Event::Entry`] comes first.
    MessageSent {
        /// The room.
        room: RoomId,
        /// The message.
        id: MessageId,
        /// Its place in the room.
        seq: Seq,
    },
    /// Someone is typing; good for a few seconds.
    Typing {
        /// The room.
        room: RoomId,
        /// Who.
        from: Handle,
        /// On which device.
        device: DeviceId,
    },
    /// An account came with another key than the pinned one; what it did was refused.
    KeyChanged {
        /// The room it happened in.
        room: RoomId,
        /// The account.
        handle: Handle,
    },
    /// A room is neither read nor written here any more.
    RoomHeld {
        /// The room.
        room: RoomId,
        /// Why.
        hold: Hold,
    },
    /// Answer to [`ListRooms`](crate::Command::ListRooms), by id.
    Rooms(Vec<RoomInfo>),
    /// Answer to [`ListMembers`](crate::Command::ListMembers), by handle.
    Members {
        /// The room.
        room: RoomId,
        /// One for each account.
        members: Vec<Member>,
    },
    /// Answer to [`ListDevices`](crate::Command::ListDevices), oldest first.
    Devices(Vec<Device>),
    /// Answer to [`ReadHistory`](crate::Command::ReadHistory), in order.
    History {
        /// The room.
        room: RoomId,
        /// The entries.
        entries: Vec<Entry>,
    },
    /// A command could not be done; nothing of it was.
    CommandFailed {
        /// The message, when it was about one.
        id: Option<MessageId>,
        /// Why.
        problem: Problem,
    },
    /// The engine ended; nothing follows. `problem` is `None` when it was asked to.
    Stopped {
        /// Why.
        problem: Option<Problem>,
    },
}

/// Steps that take long enough to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Opening the connection.
    Connecting,
    /// Stretching the password, on purpose slow.
    StretchingPassword,
    /// Making keys.
    MakingKeys,
    /// Joining the lobby.
    JoiningLobby,
}

/// A room of this profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomInfo {
    /// Its id.
    pub room: RoomId,
    /// Its name.
    pub name: String,
    /// Who may join.
    pub kind: RoomKind,
    /// Accounts in it.
    pub members: usize,
    /// The newest entry of this profile.
    pub head: Seq,
}

/// An account in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub handle: Handle,
    /// Its devices in the room.
    pub devices: Vec<DeviceId>,
    /// Whether it is this profile's account.
    pub own: bool,
}

/// A device of this account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The device.
    pub device: DeviceId,
    /// When its certificate was made.
    pub created: UnixMs,
    /// Whether it is this one.
    pub own: bool,
}

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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryKind {
    /// A text.
    Message {
        /// Its name.
        id: MessageId,
        /// Its author, proven by MLS and the device certificate.
        from: Handle,
        /// The author's device.
        device: DeviceId,
        /// When the author sent it, by the author's clock.
        sent: UnixMs,
        /// The text.
        text: String,
        /// Whether this account wrote it.
        own: bool,
    },
    /// An account joined.
    Joined {
        /// Who.
        handle: Handle,
    },
    /// An account left or was removed.
    Left {
        /// Who.
        handle: Handle,
    },
    /// What stood from `from` to here cannot be read: it was deleted, or not meant for this device.
    Gap {
        /// The first entry that is missing.
        from: Seq,
    },
}
