//! Rooms, who is in them, and whom one trusts.

use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};
use wire::message::RoomKind;

use super::{Entry, RequestId};

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
