//! From what the engine tells to the lines of it.

use std::fmt::Display;

use engine::{Departure, Entry, EntryKind, Event, FileLimits, Problem, Receipts, Safety, Setting};
use wire::id::Handle;

use super::Line;
use super::part::{Device, Member, Room, Stale, Transfer, Value, role, trust};
use crate::view::View;

impl Line {
    /// The event as lines; none for what programs need not know.
    pub(crate) fn of(event: &Event, view: &View) -> Vec<Self> {
        match event {
            Event::Entry { room, entry } => Self::of_entry(entry, &view.label(*room)),
            Event::EntryChanged { room, entry } => {
                let lines = Self::of_entry(entry, &view.label(*room)).into_iter();
                lines.map(|line| Self::Changed { entry: Box::new(line) }).collect()
            }
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
            Event::ReadMoved { room, by, seq } => {
                Self::ReadMoved { room: label(room), by: by.to_string(), seq: seq.0 }
            }
            Event::Typing { room, from, device } => Self::Typing {
                room: label(room),
                from: from.to_string(),
                device: device.to_string(),
            },
            Event::EntriesExpired { room, seqs } => {
                Self::Expired { room: label(room), seqs: seqs.iter().map(|seq| seq.0).collect() }
            }
            Event::ReceiptsSet(receipts) => Self::Receipts { on: *receipts == Receipts::On },
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
            Event::Found { id, hits } => {
                let hits =
                    hits.iter().flat_map(|hit| Self::of_entry(&hit.entry, &label(&hit.room)));
                Self::Found { id: id.to_string(), hits: hits.collect() }
            }
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
            EntryKind::Message { .. } => Self::of_message(entry, room()).into_iter().collect(),
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
            trust: trust(safety.trust),
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
        Setting::History(count) => ("history", Value::Number((*count).into()), None),
        Setting::Lifetime(seconds) => ("lifetime", Value::Number(*seconds), None),
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
