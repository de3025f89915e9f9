//! What the engine tells a front end.

use std::path::PathBuf;

use wire::id::{DeviceId, FileId, Handle, PostId, RoomId, Seq, UnixMs};
use wire::message::RoomKind;

use crate::file::FileSecret;
use crate::{Hold, Problem, Receipts};

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

/// A room of this profile, or an open one that it may join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomInfo {
    /// Its id.
    pub room: RoomId,
    /// Its name: `lobby`; `@` and the other's handle for a direct conversation; what an owner, or
    /// for a room not joined whoever announced it, says; otherwise the others' handles or its id.
    pub name: String,
    /// What it is about; may be empty.
    pub topic: String,
    /// Who may join.
    pub kind: RoomKind,
    /// Whether this account is in it.
    pub standing: Membership,
    /// Accounts in it; 0 unless this account is.
    pub members: usize,
    /// Messages that those who are invited are given from before.
    pub history: u16,
    /// The newest entry of this profile.
    pub head: Seq,
    /// Seconds after which messages disappear; 0 if they are kept.
    pub lifetime_s: u32,
    /// The last entry that the person has read.
    pub read: Seq,
    /// Messages of others behind that, counted up to [`MAX_UNREAD`](crate::MAX_UNREAD).
    pub unread: usize,
    /// How many of them mention this account.
    pub mentions: usize,
    /// The last line of the timeline.
    pub last: Option<Box<Entry>>,
    /// How far the others have read, of those who tell it.
    pub readers: Vec<(Handle, Seq)>,
}

/// How an account stands to a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// In it, as this.
    In(Role),
    /// It was; its history is here.
    Left,
    /// It may join by itself.
    Joinable,
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Writes and reads. In the lobby and in direct conversations there is nothing else.
    Member,
    /// Invites, removes, renames, closes, and makes others owners.
    Owner,
}

/// Why an account is in a room no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departure {
    /// It left.
    Left,
    /// This account removed it.
    Removed(Handle),
    /// This owner closed the room.
    Closed(Handle),
    /// The relay says that it is no member; nobody has proven that they removed it.
    Unexplained,
}

/// An account in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub handle: Handle,
    /// What it may do.
    pub role: Role,
    /// Its devices in the room.
    pub devices: Vec<DeviceId>,
    /// How many of them were not heard of for 90 days.
    pub stale: usize,
    /// Whether it is this profile's account.
    pub own: bool,
    /// Whether its key can be trusted.
    pub trust: Trust,
}

/// What is known of an account's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Seen first here, and the same since.
    Pinned,
    /// Compared by the person.
    Verified,
    /// Another key came, which the person has not accepted.
    Changed,
}

/// The safety number of two accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Safety {
    /// The request.
    pub id: RequestId,
    /// The other account.
    pub handle: Handle,
    /// 60 digits that both sides see alike, of the pinned key.
    pub number: String,
    /// What is known of the key.
    pub trust: Trust,
    /// The number that the new key would make, if another came.
    pub changed: Option<String>,
}

/// A device of this account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The device.
    pub device: DeviceId,
    /// Its name; may be empty.
    pub name: String,
    /// When its certificate was made.
    pub created: UnixMs,
    /// When it last signed in, as the relay says.
    pub seen: UnixMs,
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

/// A file that can be fetched with [`SaveFile`](crate::Command::SaveFile).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What its sender calls it: any text of 1 to
    /// [`MAX_FILE_NAME_BYTES`](crate::MAX_FILE_NAME_BYTES). Show it like a stranger's text, and save by
    /// [`safe_name`](crate::safe_name) only.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Its media type, as its sender says.
    pub media_type: String,
    /// A small picture of it, if it is one.
    pub thumbnail: Option<Thumbnail>,
    /// Where it is and how it opens.
    pub(crate) access: FileAccess,
}

impl File {
    /// A file that nobody can fetch, for the tests of front ends.
    #[doc(hidden)]
    #[must_use]
    pub fn example(name: &str, size: u64, media_type: &str) -> Self {
        let key = FileSecret(zeroize::Zeroizing::new([0; 32]));
        let access = FileAccess { file: FileId::from_array([0; 16]), key, hash: [0; 32] };
        let (name, media_type) = (name.into(), media_type.into());
        Self { name, size, media_type, thumbnail: None, access }
    }
}

/// What only members know of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileAccess {
    pub(crate) file: FileId,
    pub(crate) key: FileSecret,
    /// SHA-256 of the sealed file.
    pub(crate) hash: [u8; 32],
}

/// A small picture: a JPEG of at most
/// [`MAX_THUMBNAIL_PIXELS`](crate::MAX_THUMBNAIL_PIXELS) a side, checked before it is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Thumbnail(pub(crate) Vec<u8>);

impl Thumbnail {
    /// The JPEG.
    #[must_use]
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }
}

impl core::fmt::Debug for Thumbnail {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Thumbnail({} bytes)", self.0.len())
    }
}

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The command that began it; of one that sends, also the id of the message to come.
    pub id: RequestId,
    /// The room.
    pub room: RoomId,
    /// Which way.
    pub way: Way,
    /// The file that is sent, or the directory it is saved in.
    pub path: PathBuf,
    /// What its sender calls it.
    pub name: String,
    /// Bytes that are there.
    pub done: u64,
    /// Bytes in total.
    pub total: u64,
    /// Bytes a second, of the last seconds in which it moved; 0 before it has.
    pub rate: u64,
    /// Seconds until the end, if it moves.
    pub left_s: Option<u64>,
}

/// Which way a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the relay.
    Up,
    /// From the relay; the file of the message at this place.
    Down(Seq),
}

/// What files an account may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLimits {
    /// The request.
    pub id: RequestId,
    /// Bytes of the largest file.
    pub max_bytes: u64,
    /// Bytes that the account's files may be in total.
    pub account_bytes: u64,
    /// Bytes left of that, or less if all accounts together have nearly used up the relay's.
    pub left_bytes: u64,
    /// Days that a file is kept after it was sent.
    pub keep_days: u32,
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
