//! What stands in the lists of a line, and the words for what the engine distinguishes.

use engine::{Membership, Role, RoomInfo, Trust, Way};
use serde::Serialize;
use wire::id::{Handle, Seq};
use wire::message::RoomKind;

use crate::view::View;

/// A room of the profile, or one that it may join.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Room {
    room: String,
    id: String,
    kind: &'static str,
    topic: String,
    standing: &'static str,
    members: usize,
    history: u16,
    head: u64,
    read: u64,
    unread: usize,
    mentions: usize,
    lifetime_s: u32,
    readers: Vec<Reader>,
}

/// How far an account has read.
#[derive(Debug, PartialEq, Serialize)]
struct Reader {
    name: String,
    seq: u64,
}

/// An account in a room.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Member {
    name: String,
    role: &'static str,
    trust: &'static str,
    devices: Vec<String>,
    stale: usize,
    own: bool,
}

/// A device of this account.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Device {
    device: String,
    name: String,
    created: u64,
    seen: u64,
    own: bool,
}

/// An account with devices that were not heard of for long.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Stale {
    name: String,
    devices: usize,
}

/// A file on its way.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Transfer {
    id: String,
    room: String,
    direction: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    name: String,
    path: String,
    done: u64,
    total: u64,
    rate: u64,
    left_s: Option<u64>,
}

/// What a property of a room was set to.
#[derive(Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Value {
    Text(String),
    Word(&'static str),
    Number(u32),
    Truth(bool),
}

impl Room {
    pub(super) fn of(info: &RoomInfo, view: &View) -> Self {
        Self {
            room: view.label(info.room),
            id: info.room.to_string(),
            kind: kind(info.kind),
            topic: info.topic.clone(),
            standing: standing(info.standing),
            members: info.members,
            history: info.history,
            head: info.head.0,
            read: info.read.0,
            unread: info.unread,
            mentions: info.mentions,
            lifetime_s: info.lifetime_s,
            readers: info.readers.iter().map(Reader::of).collect(),
        }
    }
}

impl Reader {
    fn of((handle, seq): &(Handle, Seq)) -> Self {
        Self { name: handle.to_string(), seq: seq.0 }
    }
}

impl Member {
    pub(super) fn of(member: &engine::Member) -> Self {
        Self {
            name: member.handle.to_string(),
            role: role(member.role),
            trust: trust(member.trust),
            devices: member.devices.iter().map(ToString::to_string).collect(),
            stale: member.stale,
            own: member.own,
        }
    }
}

impl Device {
    pub(super) fn of(device: &engine::Device) -> Self {
        Self {
            device: device.device.to_string(),
            name: device.name.clone(),
            created: device.created.0,
            seen: device.seen.0,
            own: device.own,
        }
    }
}

impl Stale {
    pub(super) fn of((handle, devices): &(Handle, usize)) -> Self {
        Self { name: handle.to_string(), devices: *devices }
    }
}

impl Transfer {
    pub(super) fn of(transfer: &engine::Transfer, view: &View) -> Self {
        let (direction, seq) = match transfer.way {
            Way::Up => ("up", None),
            Way::Down(seq) => ("down", Some(seq.0)),
        };
        Self {
            id: transfer.id.to_string(),
            room: view.label(transfer.room),
            direction,
            seq,
            name: transfer.name.clone(),
            path: transfer.path.to_string_lossy().into_owned(),
            done: transfer.done,
            total: transfer.total,
            rate: transfer.rate,
            left_s: transfer.left_s,
        }
    }
}

/// The kind of a room in one word.
pub(crate) fn kind(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Lobby => "lobby",
        RoomKind::Open => "open",
        RoomKind::Closed => "closed",
        RoomKind::Direct => "direct",
    }
}

/// What a member may do, in one word.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Member => "member",
    }
}

/// What is known of a key, in one word.
pub(super) fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Pinned => "pinned",
        Trust::Verified => "verified",
        Trust::Changed => "changed",
    }
}

fn standing(standing: Membership) -> &'static str {
    match standing {
        Membership::In(part) => role(part),
        Membership::Left => "left",
        Membership::Joinable => "joinable",
    }
}
