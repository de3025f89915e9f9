//! What `--json` and `pipe` print: one object a line.
//!
//! | `type` | when | fields |
//! | --- | --- | --- |
//! | `message` | a text in a room | `room`, `seq`, `id`, `from`, `device`, `at`, `text`, `own`, `sent`, `told_by` if another handed it on |
//! | `joined`, `left` | `by` brought an account in or took it out; a line each | `room`, `seq`, `from`, `by`, `at` |
//! | `file` | a file in a room; `id` is what `get` takes | `room`, `seq`, `id`, `from`, `device`, `at`, `name`, `size` (bytes), `media_type`, `own`, `sent`, `told_by` if another handed it on |
//! | `set` | `by` set a property of the room: `what` is `name`, `topic`, `history`, `role` or `closed` | `room`, `seq`, `by`, `at`, `what`, `value`, `account` for a `role` |
//! | `gap` | entries `from` to `to` cannot be read here | `room`, `from`, `to`, `at` |
//! | `typing` | someone types; good for a few seconds | `room`, `from`, `device` |
//! | `key-changed` | an account came with another key; what it did was refused, and nothing is sent to rooms with it until `trust` | `room` or `null`, `from` |
//! | `held` | a room is neither read nor written here now | `room`, `problem` |
//! | `room-repaired` | a held room is read and written again; what could not be read is a `gap` | `room` |
//! | `connected` | the relay knows this device | `name`, `device` |
//! | `disconnected` | `retry_ms`: until the next try, or `null` if there is none | `problem`, `retry_ms` |
//! | `room-added`, `room-changed` | the profile has a new room; something of a room is another than before | `room`, `id`, `kind`, `topic`, `standing`, `members`, `history`, `head` |
//! | `room-left` | the account is in a room no more; `reason` is `left`, `removed`, `closed` or `unexplained` | `room`, `reason`, `by` or `null` |
//! | `devices-stale` | nothing was heard of devices in a room for 90 days; an owner should remove them | `room`, `accounts`: a list of `name`, `devices` (how many) |
//! | `synced` | all rooms are here, and each is read or held; once on each connection | |
//! | `caught-up` | all that the relay holds of a room was read | `room`, `head` |
//! | `queued`, `sent` | a text is stored here; a text or a file is on the relay | `room`, `id`; `sent` also `seq` |
//! | `progress` | a file moves; it ends in `sent`, `saved` or `error` with that `id` | `id`, `room`, `direction` (`up` or `down`), `seq` if down, `name`, `path` (the file, or the directory it is saved in), `done`, `total` (bytes), `rate` (bytes a second), `left_s` or `null` |
//! | `saved` | a file is whole and has its final name | `id` of the command, `room`, `seq`, `path` |
//! | `done` | a command was done | `id`, `room` if it was about one |
//! | `error` | a command was not done; the connection goes on | `problem`, `id` if the command had one |
//! | `rooms` | answer | `rooms`: a list of `room`, `id`, `kind`, `topic`, `standing`, `members`, `history`, `head` |
//! | `members` | answer | `room`, `members`: a list of `name`, `role`, `trust`, `devices`, `stale` (how many), `own` |
//! | `devices` | answer | `devices`: a list of `device`, `name`, `created`, `seen`, `own` |
//! | `transfers` | answer | `transfers`: a list of what `progress` has |
//! | `file-limits` | answer: what files the account may send, in bytes | `id`, `max`, `account`, `left`, `keep_days` |
//! | `safety` | answer to `verify`; `changed`: the number of the new key, if another came | `account`, `number`, `trust`, `changed` or `null` |
//! | `history` | answer to `read` | `room`, `entries`: a list of `message`, `file`, `joined`, `left`, `set`, `gap` |
//! | `registered`, `logged-in` | the account is ready | `name`, `device` |
//!
//! `room` is the room's name, or its id where the name is not unique. Ids are hexadecimal: 32
//! digits. `seq` counts a room's entries from 1. Times are milliseconds since 1970 UTC: `at` and
//! `seen` by the relay's clock, `sent` and `created` by the author's. `kind` is `lobby`, `open`,
//! `closed` or `direct`; `standing` is `owner`, `member`, `left` or `joinable`; `role` is `owner` or
//! `member`; `trust` is `pinned`, `verified` or `changed`. `history` is how many earlier messages
//! those who are invited are given. Fields may be added later; programs ignore those they do not
//! know.

use std::fmt::Display;

use engine::{Body, Departure, Entry, EntryKind, Event, FileLimits, Problem, Safety, Setting};
use serde::Serialize;
use wire::id::Handle;

use crate::view::View;

mod part;

use part::Value;
pub(crate) use part::{Device, Member, Room, Stale, Transfer, kind, role};

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
        #[serde(skip_serializing_if = "Option::is_none")]
        told_by: Option<String>,
    },
    File {
        room: String,
        seq: u64,
        id: String,
        from: String,
        device: String,
        at: u64,
        name: String,
        size: u64,
        media_type: String,
        own: bool,
        sent: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        told_by: Option<String>,
    },
    Joined {
        room: String,
        seq: u64,
        from: String,
        by: String,
        at: u64,
    },
    Left {
        room: String,
        seq: u64,
        from: String,
        by: String,
        at: u64,
    },
    Set {
        room: String,
        seq: u64,
        by: String,
        at: u64,
        what: &'static str,
        value: Value,
        #[serde(skip_serializing_if = "Option::is_none")]
        account: Option<String>,
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
        room: Option<String>,
        from: String,
    },
    Held {
        room: String,
        problem: String,
    },
    RoomRepaired {
        room: String,
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
    RoomChanged(Room),
    RoomLeft {
        room: String,
        reason: &'static str,
        by: Option<String>,
    },
    DevicesStale {
        room: String,
        accounts: Vec<Stale>,
    },
    Synced,
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
    Progress(Transfer),
    Saved {
        id: String,
        room: String,
        seq: u64,
        path: String,
    },
    Done {
        id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        room: Option<String>,
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
    Transfers {
        transfers: Vec<Transfer>,
    },
    FileLimits {
        id: String,
        max: u64,
        account: u64,
        left: u64,
        keep_days: u32,
    },
    Safety {
        account: String,
        number: String,
        trust: &'static str,
        changed: Option<String>,
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

impl Line {
    /// The event as lines; none for what programs need not know.
    pub(crate) fn of(event: &Event, view: &View) -> Vec<Self> {
        match event {
            Event::Entry { room, entry } => Self::of_entry(entry, &view.label(*room)),
            event => Self::of_connection(event)
                .or_else(|| Self::of_room(event, view))
                .or_else(|| Self::of_command(event, view))
                .or_else(|| Self::of_transfer(event, view))
                .into_iter()
                .collect(),
        }
    }

    fn of_connection(event: &Event) -> Option<Self> {
        Some(match event {
            Event::Connected { handle, device } => {
                Self::Connected { name: handle.to_string(), device: device.to_string() }
            }
            Event::Disconnected { problem, retry_ms } => {
                Self::Disconnected { problem: problem.to_string(), retry_ms: *retry_ms }
            }
            _ => return None,
        })
    }

    fn of_room(event: &Event, view: &View) -> Option<Self> {
        let label = |room: &_| view.label(*room);
        Some(match event {
            Event::RoomAdded(info) => Self::RoomAdded(Room::of(info, view)),
            Event::RoomChanged(info) => Self::RoomChanged(Room::of(info, view)),
            Event::RoomLeft { room, reason } => {
                let (reason, by) = departure(reason);
                Self::RoomLeft { room: label(room), reason, by: by.map(Handle::to_string) }
            }
            Event::RoomHeld { room, hold } => {
                let problem = Problem::RoomHeld(*hold).to_string();
                Self::Held { room: label(room), problem }
            }
            Event::RoomRepaired { room } => Self::RoomRepaired { room: label(room) },
            Event::DevicesStale { room, devices } => Self::DevicesStale {
                room: label(room),
                accounts: devices.iter().map(Stale::of).collect(),
            },
            Event::Synced => Self::Synced,
            Event::CaughtUp { room, head } => Self::CaughtUp { room: label(room), head: head.0 },
            Event::Typing { room, from, device } => Self::Typing {
                room: label(room),
                from: from.to_string(),
                device: device.to_string(),
            },
            Event::KeyChanged { room, handle } => {
                Self::KeyChanged { room: room.as_ref().map(label), from: handle.to_string() }
            }
            _ => return None,
        })
    }

    fn of_command(event: &Event, view: &View) -> Option<Self> {
        let label = |room: &_| view.label(*room);
        Some(match event {
            Event::MessageQueued { room, id } => {
                Self::Queued { room: label(room), id: id.to_string() }
            }
            Event::MessageSent { room, id, seq } => {
                Self::Sent { room: label(room), id: id.to_string(), seq: seq.0 }
            }
            Event::Done { id, room } => {
                Self::Done { id: id.to_string(), room: room.as_ref().map(label) }
            }
            Event::CommandFailed { id, problem } => Self::error(problem, id.as_ref()),
            Event::Rooms(rooms) => {
                Self::Rooms { rooms: rooms.iter().map(|info| Room::of(info, view)).collect() }
            }
            Event::Members { room, members } => Self::Members {
                room: label(room),
                members: members.iter().map(Member::of).collect(),
            },
            Event::Devices { devices, .. } => {
                Self::Devices { devices: devices.iter().map(Device::of).collect() }
            }
            Event::Safety(safety) => Self::safety(safety),
            Event::History { room, entries } => {
                let room = label(room);
                let entries = entries.iter().flat_map(|entry| Self::of_entry(entry, &room));
                Self::History { entries: entries.collect(), room: room.clone() }
            }
            _ => return None,
        })
    }

    fn of_transfer(event: &Event, view: &View) -> Option<Self> {
        Some(match event {
            Event::TransferMoved(transfer) => Self::Progress(Transfer::of(transfer, view)),
            Event::FileSaved { id, room, seq, path } => Self::Saved {
                id: id.to_string(),
                room: view.label(*room),
                seq: seq.0,
                path: path.to_string_lossy().into_owned(),
            },
            Event::Transfers(transfers) => {
                let transfers = transfers.iter().map(|transfer| Transfer::of(transfer, view));
                Self::Transfers { transfers: transfers.collect() }
            }
            Event::FileLimits(FileLimits {
                id,
                max_bytes,
                account_bytes,
                left_bytes,
                keep_days,
            }) => Self::FileLimits {
                id: id.to_string(),
                max: *max_bytes,
                account: *account_bytes,
                left: *left_bytes,
                keep_days: *keep_days,
            },
            _ => return None,
        })
    }

    /// An entry of the room called `room`; a line for each account that came or went.
    pub(crate) fn of_entry(entry: &Entry, room: &str) -> Vec<Self> {
        let (seq, at) = (entry.seq.0, entry.at.0);
        let room = || room.to_owned();
        match &entry.kind {
            EntryKind::Message { id, from, device, sent, body: Body::Text(text), own, told_by } => {
                vec![Self::Message {
                    room: room(),
                    seq,
                    id: id.to_string(),
                    from: from.to_string(),
                    device: device.to_string(),
                    at,
                    text: text.clone(),
                    own: *own,
                    sent: sent.0,
                    told_by: told_by.as_ref().map(Handle::to_string),
                }]
            }
            EntryKind::Message { id, from, device, sent, body: Body::File(file), own, told_by } => {
                vec![Self::File {
                    room: room(),
                    seq,
                    id: id.to_string(),
                    from: from.to_string(),
                    device: device.to_string(),
                    at,
                    name: file.name.clone(),
                    size: file.size,
                    media_type: file.media_type.clone(),
                    own: *own,
                    sent: sent.0,
                    told_by: told_by.as_ref().map(Handle::to_string),
                }]
            }
            EntryKind::Members { by, joined, left } => {
                let by = || by.to_string();
                let joined = joined.iter().map(|who| {
                    let from = who.to_string();
                    Self::Joined { room: room(), seq, from, by: by(), at }
                });
                let left = left.iter().map(|who| {
                    let from = who.to_string();
                    Self::Left { room: room(), seq, from, by: by(), at }
                });
                joined.chain(left).collect()
            }
            EntryKind::Set { by, setting } => {
                let Some((what, value, account)) = setting_parts(setting) else { return vec![] };
                let (by, account) = (by.to_string(), account.map(Handle::to_string));
                vec![Self::Set { room: room(), seq, by, at, what, value, account }]
            }
            EntryKind::Gap { from } => vec![Self::Gap { room: room(), from: from.0, to: seq, at }],
            _ => Vec::new(),
        }
    }

    fn safety(safety: &Safety) -> Self {
        Self::Safety {
            account: safety.handle.to_string(),
            number: safety.number.clone(),
            trust: part::trust(safety.trust),
            changed: safety.changed.clone(),
        }
    }

    /// Something that was not done.
    pub(crate) fn error(problem: &impl Display, id: Option<&impl Display>) -> Self {
        Self::Error { problem: problem.to_string(), id: id.map(ToString::to_string) }
    }
}

/// What was set, to what, and of which account.
fn setting_parts(setting: &Setting) -> Option<(&'static str, Value, Option<&Handle>)> {
    Some(match setting {
        Setting::Name(name) => ("name", Value::Text(name.clone()), None),
        Setting::Topic(topic) => ("topic", Value::Text(topic.clone()), None),
        Setting::History(count) => ("history", Value::Number(*count), None),
        Setting::Role(account, to) => ("role", Value::Word(role(*to)), Some(account)),
        Setting::Closed => ("closed", Value::Truth(true), None),
        _ => return None,
    })
}

fn departure(reason: &Departure) -> (&'static str, Option<&Handle>) {
    match reason {
        Departure::Left => ("left", None),
        Departure::Removed(by) => ("removed", Some(by)),
        Departure::Closed(by) => ("closed", Some(by)),
        Departure::Unexplained => ("unexplained", None),
    }
}

#[cfg(test)]
mod tests;
