//! What a front end asks of the engine.

use std::path::PathBuf;

use wire::id::{DeviceId, Handle, RoomId, Seq};
use zeroize::Zeroizing;

use crate::event::{MessageId, RequestId, Role};

/// A request. What comes of it arrives as [`Event`](crate::Event)s.
///
/// One with an `id` ends in [`Done`](crate::Event::Done) or in
/// [`CommandFailed`](crate::Event::CommandFailed) with that id. It waits for the relay as long as it
/// must, and is forgotten when the engine ends before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Queues a text; durable once [`MessageQueued`](crate::Event::MessageQueued) arrives, on the
    /// relay once [`MessageSent`](crate::Event::MessageSent) does.
    SendText {
        /// The room.
        room: RoomId,
        /// The front end's random name for the message; repeating it sends nothing twice.
        id: MessageId,
        /// The text, at most [`MAX_TEXT_BYTES`](crate::MAX_TEXT_BYTES) of UTF-8.
        text: String,
    },
    /// As `SendText`, in answer to a message; the text is at most
    /// [`MAX_REPLY_BYTES`](crate::MAX_REPLY_BYTES).
    Reply {
        /// The room.
        room: RoomId,
        /// The front end's random name for the message.
        id: MessageId,
        /// The place of the message that is answered.
        to: Seq,
        /// The text, as in `SendText`.
        text: String,
    },
    /// Replaces the text of a message of this account: `Done` once it is on the relay; its
    /// [`EntryChanged`](crate::Event::EntryChanged) comes first.
    EditText {
        /// The request.
        id: RequestId,
        /// The room.
        room: RoomId,
        /// The message's place.
        seq: Seq,
        /// The new text, as in `SendText`.
        text: String,
    },
    /// Takes a message of this account back, for everybody: what it said is deleted, and its file at
    /// the relay. Ends like `EditText`.
    DeleteMessage {
        /// The request.
        id: RequestId,
        /// The room.
        room: RoomId,
        /// The message's place.
        seq: Seq,
    },
    /// Adds this account's reaction to a message, or takes it back. Ends like `EditText`.
    React {
        /// The request.
        id: RequestId,
        /// The room.
        room: RoomId,
        /// The message's place.
        seq: Seq,
        /// An emoji, at most [`MAX_REACTION_BYTES`](crate::MAX_REACTION_BYTES) of UTF-8.
        emoji: String,
        /// Which of the two.
        what: Reacting,
    },
    /// The person has read up to here; the marker never goes back. Tells the others, unless
    /// [`SetReceipts`](Self::SetReceipts) says otherwise: [`ReadMoved`](crate::Event::ReadMoved).
    MarkRead {
        /// The room.
        room: RoomId,
        /// The last entry that was read.
        seq: Seq,
    },
    /// Whether others are told what was read here: [`ReceiptsSet`](crate::Event::ReceiptsSet). They
    /// are unless this says otherwise; kept in the profile.
    SetReceipts(Receipts),
    /// Asks whether others are told what was read here: `ReceiptsSet`.
    ShowReceipts,
    /// Looks for a text in what the profile has: [`Found`](crate::Event::Found).
    Search {
        /// The request.
        id: RequestId,
        /// One room, or all.
        room: Option<RoomId>,
        /// What to look for, whatever its case; words that must all occur.
        text: String,
        /// Hits wanted at most, newest first.
        limit: usize,
    },
    /// Asks for messages that the relay has not got yet: [`Outbox`](crate::Event::Outbox).
    ListOutbox,
    /// Keeps something of the front end's own in the profile, sealed like everything in it. An empty
    /// value deletes it.
    Keep {
        /// Its name.
        name: String,
        /// What to keep, at most [`MAX_KEPT_BYTES`](crate::MAX_KEPT_BYTES).
        value: Vec<u8>,
    },
    /// Asks for what was kept: [`Kept`](crate::Event::Kept).
    Recall {
        /// Its name.
        name: String,
    },
    /// Sends a file: reads, seals and sends it, then the message that says how to fetch it. Goes on by
    /// itself after a cut and when the profile is opened again, until
    /// [`MessageSent`](crate::Event::MessageSent) or `CommandFailed`; progress is
    /// [`TransferMoved`](crate::Event::TransferMoved). Repeating it with the same id does nothing twice.
    SendFile {
        /// The room.
        room: RoomId,
        /// The front end's random name for the message.
        id: MessageId,
        /// The file; it must not change until it is sent.
        path: PathBuf,
    },
    /// Fetches a file and saves it under its sender's name, made safe, or `name (2).ext` and so on:
    /// [`FileSaved`](crate::Event::FileSaved), then `Done`. Goes on by itself like `SendFile`. What is
    /// in that directory already, because it was saved there before, is not fetched again.
    SaveFile {
        /// The request.
        id: RequestId,
        /// The room.
        room: RoomId,
        /// The place of the message with the file.
        seq: Seq,
        /// An existing directory.
        directory: PathBuf,
    },
    /// Ends a transfer and deletes what there is of it; that command fails with
    /// [`Cancelled`](crate::Problem::Cancelled).
    CancelTransfer {
        /// The request.
        id: RequestId,
        /// The command that began it.
        transfer: RequestId,
    },
    /// Asks for the transfers under way: [`Transfers`](crate::Event::Transfers).
    ListTransfers,
    /// Asks the relay what files may be sent: [`FileLimits`](crate::Event::FileLimits) or
    /// `CommandFailed`.
    ShowFileLimits {
        /// The request.
        id: RequestId,
    },
    /// Tells the members who are connected that someone types here. Nothing comes back.
    SendTyping {
        /// The room.
        room: RoomId,
    },
    /// Makes a room with this account as its owner: [`RoomAdded`](crate::Event::RoomAdded), then
    /// `Done` with the room.
    CreateRoom {
        /// The request.
        id: RequestId,
        /// Who may join.
        access: Access,
        /// Its name, 1 to [`MAX_ROOM_NAME_BYTES`](crate::MAX_ROOM_NAME_BYTES) of UTF-8.
        name: String,
        /// How many messages those who are invited are given from before; 0 for none, at most
        /// [`MAX_HISTORY`](crate::MAX_HISTORY).
        history: u16,
    },
    /// Finds the direct conversation with an account, or makes it: `Done` with the room.
    OpenDirect {
        /// The request.
        id: RequestId,
        /// The other account.
        handle: Handle,
    },
    /// Joins an open room: [`RoomAdded`](crate::Event::RoomAdded), then `Done` with the room.
    JoinRoom {
        /// The request.
        id: RequestId,
        /// The room.
        room: RoomId,
    },
    /// Leaves a room with all devices of this account. Its history stays.
    LeaveRoom {
        /// The request.
        id: RequestId,
        /// The room.
        room: RoomId,
    },
    /// Rejoins a room that is held as forked: the person wants to go on with the branch that the relay
    /// shows now. What cannot be read is a gap. Ends before the room is back, which is
    /// [`RoomRepaired`](crate::Event::RoomRepaired).
    RepairRoom {
        /// The request.
        id: RequestId,
        /// The room.
        room: RoomId,
    },
    /// Changes a room.
    ChangeRoom {
        /// The request.
        id: RequestId,
        /// The room.
        room: RoomId,
        /// What of it.
        change: Change,
    },
    /// Asks for the rooms: [`Rooms`](crate::Event::Rooms).
    ListRooms,
    /// Asks for a room's members: [`Members`](crate::Event::Members).
    ListMembers {
        /// The room.
        room: RoomId,
    },
    /// Asks the relay for this account's devices: [`Devices`](crate::Event::Devices) or
    /// `CommandFailed`.
    ListDevices {
        /// The request.
        id: RequestId,
    },
    /// Gives a device of this account a name.
    NameDevice {
        /// The request.
        id: RequestId,
        /// The device.
        device: DeviceId,
        /// At most [`MAX_DEVICE_NAME_BYTES`](crate::MAX_DEVICE_NAME_BYTES) of UTF-8; empty takes the
        /// name away.
        name: String,
    },
    /// Ends another device of this account: it cannot sign in again, and is taken out of all rooms.
    RevokeDevice {
        /// The request.
        id: RequestId,
        /// The device.
        device: DeviceId,
    },
    /// Changes the password of the account and of this profile. Other devices' profiles keep theirs.
    ChangePassword {
        /// The request.
        id: RequestId,
        /// The new one.
        new: Password,
    },
    /// Asks for the safety number with an account: [`Safety`](crate::Event::Safety).
    ShowSafety {
        /// The request.
        id: RequestId,
        /// The account.
        handle: Handle,
    },
    /// The person has compared the safety number: the account's pinned key is verified, and another
    /// that came is not the account's.
    Verify {
        /// The request.
        id: RequestId,
        /// The account.
        handle: Handle,
    },
    /// The person accepts the key that an account came with instead of the pinned one.
    Trust {
        /// The request.
        id: RequestId,
        /// The account.
        handle: Handle,
    },
    /// Asks for what follows a place in a room: [`History`](crate::Event::History).
    ReadHistory {
        /// The room.
        room: RoomId,
        /// The last entry already known; 0 for the beginning.
        after: Seq,
        /// Entries wanted at most.
        limit: u32,
    },
    /// Asks for what precedes a place in a room: [`History`](crate::Event::History).
    ReadBack {
        /// The room.
        room: RoomId,
        /// The first entry already known; `Seq(u64::MAX)` for the end.
        before: Seq,
        /// Entries wanted at most.
        limit: u32,
    },
    /// Tries to connect now instead of when the back-off ends.
    ConnectNow,
    /// Closes the connection and ends: [`Stopped`](crate::Event::Stopped).
    Stop,
}

impl Command {
    /// Whether nothing of it can be done without the relay.
    pub(crate) const fn needs_relay(&self) -> bool {
        matches!(
            self,
            Self::OpenDirect { .. }
                | Self::JoinRoom { .. }
                | Self::ListDevices { .. }
                | Self::ShowFileLimits { .. }
                | Self::NameDevice { .. }
                | Self::RevokeDevice { .. }
                | Self::ChangePassword { .. }
        )
    }

    /// The name that the front end gave it.
    pub(crate) const fn id(&self) -> Option<RequestId> {
        match self {
            Self::SendText { id, .. }
            | Self::Reply { id, .. }
            | Self::EditText { id, .. }
            | Self::DeleteMessage { id, .. }
            | Self::React { id, .. }
            | Self::Search { id, .. }
            | Self::SendFile { id, .. }
            | Self::SaveFile { id, .. }
            | Self::CancelTransfer { id, .. }
            | Self::ShowFileLimits { id }
            | Self::CreateRoom { id, .. }
            | Self::OpenDirect { id, .. }
            | Self::JoinRoom { id, .. }
            | Self::LeaveRoom { id, .. }
            | Self::RepairRoom { id, .. }
            | Self::ChangeRoom { id, .. }
            | Self::ListDevices { id }
            | Self::NameDevice { id, .. }
            | Self::RevokeDevice { id, .. }
            | Self::ChangePassword { id, .. }
            | Self::ShowSafety { id, .. }
            | Self::Verify { id, .. }
            | Self::Trust { id, .. } => Some(*id),
            Self::SendTyping { .. }
            | Self::ListTransfers
            | Self::ListRooms
            | Self::ListMembers { .. }
            | Self::ReadHistory { .. }
            | Self::ReadBack { .. }
            | Self::MarkRead { .. }
            | Self::SetReceipts(_)
            | Self::ShowReceipts
            | Self::ListOutbox
            | Self::Keep { .. }
            | Self::Recall { .. }
            | Self::ConnectNow
            | Self::Stop => None,
        }
    }
}

/// Whether a reaction comes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reacting {
    /// It is added.
    Add,
    /// It is taken back.
    Withdraw,
}

/// Whether others are told what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipts {
    /// They are.
    On,
    /// They are not.
    Off,
}

/// Who may join a room that a person makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Any account of the relay, by itself.
    Open,
    /// Whom an owner invites.
    Closed,
}

/// A change of a room. All but those marked are for owners; in an open room anybody may invite.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Adds all devices of an account.
    Invite(Handle),
    /// Takes all devices of an account out.
    Remove(Handle),
    /// Takes out every device that was not heard of for 90 days.
    RemoveStale,
    /// Gives the room another name.
    Rename(String),
    /// Says what the room is about; at most [`MAX_TOPIC_BYTES`](crate::MAX_TOPIC_BYTES), may be
    /// empty.
    SetTopic(String),
    /// How many earlier messages those who are invited are given.
    SetHistory(u16),
    /// Lets messages disappear this many seconds after the relay got them; 0 keeps them. In a direct
    /// conversation either may.
    SetLifetime(u32),
    /// Makes a member an owner or the reverse. There is always an owner.
    SetRole(Handle, Role),
    /// Ends the room for everybody; what they have stays.
    Close,
}

/// A password on its way to the engine; not shown by `Debug`, zeroised on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub(crate) Zeroizing<String>);

impl Password {
    /// Takes a password.
    #[must_use]
    pub fn new(password: Zeroizing<String>) -> Self {
        Self(password)
    }
}

impl core::fmt::Debug for Password {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Password(..)")
    }
}
