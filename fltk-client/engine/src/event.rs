//! What the engine tells a front end.

mod entry;
mod file;
mod room;

use std::path::PathBuf;

use wire::id::{DeviceId, Handle, PostId, RoomId, Seq};

use crate::{Hold, Problem, Receipts};

pub use entry::{Body, Entry, EntryKind, Hit, MessageState, Quote, Reaction, Setting, Unsent};
pub(crate) use file::FileAccess;
pub use file::{File, FileLimits, Thumbnail, Transfer, Way};
pub use room::{Departure, Device, Member, Membership, Role, RoomInfo, Safety, Trust};

/// A message, for its whole life: random, made by the sender, the same on every device.
pub type MessageId = PostId;

/// A command, by the name that the front end gave it: random. A message's id is its command's.
pub type RequestId = PostId;

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
    /// All rooms of this account are here, and each is read to its head or is held; told once on each
    /// connection.
    Synced,
    /// A room's timeline grew.
    Entry {
        /// The room.
        room: RoomId,
        /// What was added.
        entry: Entry,
    },
    /// A line of a timeline is another than it was: edited, reacted to, or taken back.
    EntryChanged {
        /// The room.
        room: RoomId,
        /// The line as it is now, at its old place.
        entry: Entry,
    },
    /// Messages have reached the end of their lifetime; nothing of them is here any more.
    EntriesExpired {
        /// The room.
        room: RoomId,
        /// Their places.
        seqs: Vec<Seq>,
    },
    /// An account has read up to a place; of this account, on whichever device.
    ReadMoved {
        /// The room.
        room: RoomId,
        /// Who.
        by: Handle,
        /// The last entry that was read.
        seq: Seq,
    },
    /// Whether others are told what was read here.
    ReceiptsSet(Receipts),
    /// Answer to [`Search`](crate::Command::Search), newest first.
    Found {
        /// The request.
        id: RequestId,
        /// Messages in which it occurs.
        hits: Vec<Hit>,
    },
    /// Answer to [`ListOutbox`](crate::Command::ListOutbox), in the order they will be sent.
    Outbox(Vec<Unsent>),
    /// Answer to [`Recall`](crate::Command::Recall).
    Kept {
        /// Its name.
        name: String,
        /// What was kept; empty if nothing is.
        value: Vec<u8>,
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
    /// An account came with another key than the pinned one; what it did was refused, and nothing
    /// is sent to a room with it until [`Trust`](crate::Command::Trust).
    KeyChanged {
        /// The room it happened in, if it was one.
        room: Option<RoomId>,
        /// The account.
        handle: Handle,
    },
    /// Name, topic, members or another property of a room changed.
    RoomChanged(RoomInfo),
    /// This account is in a room no more; its history stays.
    RoomLeft {
        /// The room.
        room: RoomId,
        /// Why.
        reason: Departure,
    },
    /// A room that was held is read and written again. What could not be read is a gap.
    RoomRepaired {
        /// The room.
        room: RoomId,
    },
    /// An owner should take these devices out of a room: nothing was heard of them for 90 days.
    DevicesStale {
        /// The room.
        room: RoomId,
        /// Accounts with such devices, and how many.
        devices: Vec<(Handle, usize)>,
    },
    /// A command was done.
    Done {
        /// The command.
        id: RequestId,
        /// The room it was about, if it was.
        room: Option<RoomId>,
    },
    /// Answer to [`ShowSafety`](crate::Command::ShowSafety).
    Safety(Safety),
    /// A file moves on; told when it begins, and a few times a second while it moves. It ends in
    /// [`Event::MessageSent`], in [`Event::FileSaved`] and `Done`, or in `CommandFailed`.
    TransferMoved(Transfer),
    /// A file is whole, verified and durable under its final name. `Done` follows.
    FileSaved {
        /// The command.
        id: RequestId,
        /// The room.
        room: RoomId,
        /// The message's place.
        seq: Seq,
        /// The file.
        path: PathBuf,
    },
    /// Answer to [`ListTransfers`](crate::Command::ListTransfers), oldest first.
    Transfers(Vec<Transfer>),
    /// Answer to [`ShowFileLimits`](crate::Command::ShowFileLimits).
    FileLimits(FileLimits),
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
    Devices {
        /// The request.
        id: RequestId,
        /// The devices.
        devices: Vec<Device>,
    },
    /// Answer to [`ReadHistory`](crate::Command::ReadHistory) or
    /// [`ReadBack`](crate::Command::ReadBack), in order.
    History {
        /// The room.
        room: RoomId,
        /// The entries.
        entries: Vec<Entry>,
    },
    /// A command could not be done; nothing of it was.
    CommandFailed {
        /// The command, if it had a name.
        id: Option<RequestId>,
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
