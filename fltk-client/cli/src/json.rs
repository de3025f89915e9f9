//! What `--json` and `pipe` print: one object a line.
//!
//! | `type` | when | fields |
//! | --- | --- | --- |
//! | `message` | a text in a room | `room`, `seq`, `id`, `from`, `device`, `at`, `text`, `own`, `sent` |
//! | `joined`, `left` | an account came or went | `room`, `seq`, `from`, `at` |
//! | `gap` | entries `from` to `to` cannot be read here | `room`, `from`, `to`, `at` |
//! | `typing` | someone types; good for a few seconds | `room`, `from`, `device` |
//! | `key-changed` | an account came with another key; what it did was refused | `room`, `from` |
//! | `connected` | the relay knows this device | `name`, `device` |
//! | `disconnected` | `retry_ms`: until the next try, or `null` if there is none | `problem`, `retry_ms` |
//! | `room-added` | the profile has a new room | `room`, `id`, `kind`, `members`, `head` |
//! | `caught-up` | all that the relay holds of a room was read | `room`, `head` |
//! | `queued` | a text is stored here and will be sent | `room`, `id` |
//! | `sent` | a text is stored on the relay | `room`, `id`, `seq` |
//! | `error` | a command was not done; the connection goes on | `problem`, `id` if it was a text |
//! | `rooms` | answer | `rooms`: a list of `room`, `id`, `kind`, `members`, `head` |
//! | `members` | answer | `room`, `members`: a list of `name`, `devices`, `own` |
//! | `devices` | answer | `devices`: a list of `device`, `created`, `own` |
//! | `history` | answer to `read` | `room`, `entries`: a list of `message`, `joined`, `left`, `gap` |
//! | `registered`, `logged-in` | the account is ready | `name`, `device` |
//!
//! `room` is the room's name, or its id where the name is not unique. Ids are hexadecimal: 32
//! digits. `seq` counts a room's entries from 1. Times are milliseconds since 1970 UTC: `at` by the
//! relay's clock, `sent` and `created` by the author's. `kind` is `lobby`, `open`, `closed` or
//! `direct`. Fields may be added later; programs ignore those they do not know.

use std::fmt::Display;

use engine::{Entry, EntryKind, Event, Problem, RoomInfo};
use serde::Serialize;
use wire::message::RoomKind;

use crate::view::View;

/// One line of output.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum Line {
    Message {
        room: String,
        seq: u64,
        id: String,
        from: String,
        device: String,
        at: u64,
        text: String,
        own: bool,
        sent: u64,
    },
    Joined {
        room: String,
        seq: u64,
        from: String,
        at: u64,
    },
    Left {
        room: String,
        seq: u64,
        from: String,
        at: u64,
    },
    Gap {
        room: String,
        from: u64,
        to: u64,
        at: u64,
    },
    Typing {
        room: String,
        from: String,
        device: String,
    },
    KeyChanged {
        room: String,
        from: String,
    },
    Held {
        room: String,
        problem: String,
    },
    Connected {
        name: String,
        device: String,
    },
    Disconnected {
        problem: String,
        retry_ms: Option<u64>,
    },
    RoomAdded(Room),
    CaughtUp {
        room: String,
        head: u64,
    },
    Queued {
        room: String,
        id: String,
    },
    Sent {
        room: String,
        id: String,
        seq: u64,
    },
    Error {
        problem: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    Rooms {
        rooms: Vec<Room>,
    },
    Members {
        room: String,
        members: Vec<Member>,
    },
    Devices {
        devices: Vec<Device>,
    },
    History {
        room: String,
        entries: Vec<Line>,
    },
    Registered {
        name: String,
        device: String,
    },
    LoggedIn {
        name: String,
        device: String,
    },
}

/// A room of the profile.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Room {
    room: String,
    id: String,
    kind: &'static str,
    members: usize,
    head: u64,
}

/// An account in a room.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Member {
    name: String,
    devices: Vec<String>,
    own: bool,
}

/// A device of this account.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Device {
    device: String,
    created: u64,
    own: bool,
}

impl Line {
    /// The event as a line; `None` for what programs need not know.
    pub(crate) fn of(event: &Event, view: &View) -> Option<Self> {
        let label = |room: &_| view.label(*room);
        Some(match event {
            Event::Connected { handle, device } => {
                Self::Connected { name: handle.to_string(), device: device.to_string() }
            }
            Event::Disconnected { problem, retry_ms } => {
                Self::Disconnected { problem: problem.to_string(), retry_ms: *retry_ms }
            }
            Event::RoomAdded(info) => Self::RoomAdded(Room::of(info, view)),
            Event::CaughtUp { room, head } => Self::CaughtUp { room: label(room), head: head.0 },
            Event::Entry { room, entry } => Self::of_entry(entry, &label(room))?,
            Event::MessageQueued { room, id } => {
                Self::Queued { room: label(room), id: id.to_string() }
            }
            Event::MessageSent { room, id, seq } => {
                Self::Sent { room: label(room), id: id.to_string(), seq: seq.0 }
            }
            Event::Typing { room, from, device } => Self::Typing {
                room: label(room),
                from: from.to_string(),
                device: device.to_string(),
            },
            Event::KeyChanged { room, handle } => {
                Self::KeyChanged { room: label(room), from: handle.to_string() }
            }
            Event::RoomHeld { room, hold } => {
                let problem = Problem::RoomHeld(*hold).to_string();
                Self::Held { room: label(room), problem }
            }
            Event::CommandFailed { id, problem } => Self::error(problem, id.as_ref()),
            answer => return Self::of_answer(answer, view),
        })
    }

    fn of_answer(event: &Event, view: &View) -> Option<Self> {
        Some(match event {
            Event::Rooms(rooms) => {
                Self::Rooms { rooms: rooms.iter().map(|info| Room::of(info, view)).collect() }
            }
            Event::Members { room, members } => Self::Members {
                room: view.label(*room),
                members: members.iter().map(member).collect(),
            },
            Event::Devices(devices) => {
                Self::Devices { devices: devices.iter().map(device).collect() }
            }
            Event::History { room, entries } => {
                let room = view.label(*room);
                let entries = entries.iter().filter_map(|entry| Self::of_entry(entry, &room));
                Self::History { entries: entries.collect(), room: room.clone() }
            }
            _ => return None,
        })
    }

    /// An entry of the room called `room`.
    pub(crate) fn of_entry(entry: &Entry, room: &str) -> Option<Self> {
        let (room, seq, at) = (room.to_owned(), entry.seq.0, entry.at.0);
        Some(match &entry.kind {
            EntryKind::Message { id, from, device, sent, text, own } => Self::Message {
                room,
                seq,
                id: id.to_string(),
                from: from.to_string(),
                device: device.to_string(),
                at,
                text: text.clone(),
                own: *own,
                sent: sent.0,
            },
            EntryKind::Joined { handle } => {
                Self::Joined { room, seq, from: handle.to_string(), at }
            }
            EntryKind::Left { handle } => Self::Left { room, seq, from: handle.to_string(), at },
            EntryKind::Gap { from } => Self::Gap { room, from: from.0, to: seq, at },
            _ => return None,
        })
    }

    /// Something that was not done.
    pub(crate) fn error(problem: &impl Display, id: Option<&impl Display>) -> Self {
        Self::Error { problem: problem.to_string(), id: id.map(ToString::to_string) }
    }
}

impl Room {
    fn of(info: &RoomInfo, view: &View) -> Self {
        Self {
            room: view.label(info.room),
            id: info.room.to_string(),
            kind: kind(info.kind),
            members: info.members,
            head: info.head.0,
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

fn member(member: &engine::Member) -> Member {
    Member {
        name: member.handle.to_string(),
        devices: member.devices.iter().map(ToString::to_string).collect(),
        own: member.own,
    }
}

fn device(device: &engine::Device) -> Device {
    Device { device: device.device.to_string(), created: device.created.0, own: device.own }
}

#[cfg(test)]
mod tests;
