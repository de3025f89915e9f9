//! `follow`: what happens from now on.

use std::collections::BTreeSet;
use std::time::Duration;

use engine::{Entry, EntryKind, Event};
use wire::id::{RoomId, UnixMs};

use crate::console::{Console, after};
use crate::failure::Failure;
use crate::format::{self, Stamp};
use crate::inbox::Input;
use crate::safe;

/// Prints new entries of one room or of all, until `count` messages came, time is over, or Ctrl-C.
pub(crate) fn follow(
    console: &mut Console<'_>,
    room: Option<&str>,
    count: Option<u64>,
    timeout: Option<Duration>,
) -> Result<(), Failure> {
    let until = timeout.and_then(after);
    let only = match room {
        Some(room) => Some(console.room(room)?),
        None => console.list_rooms().map(|()| None)?,
    };
    let mut news = News { started: console.started, current: BTreeSet::new() };
    let mut arrived = 0;
    while count.is_none_or(|count| arrived < count) {
        let event = match (console.next(until)?, count) {
            (Input::Interrupted, _) | (Input::TimeUp, None) => return Ok(()),
            (Input::TimeUp, Some(count)) => return Err(too_few(arrived, count)),
            (Input::Event(event), _) => event,
            _ => continue,
        };
        if !news.takes(&event) || !concerns(&event, only) {
            continue;
        }
        print(console, &event, only.is_none())?;
        match event {
            Event::Entry { entry: Entry { kind: EntryKind::Message { .. }, .. }, .. } => {
                arrived += 1
            }
            Event::Disconnected { problem, retry_ms: None } => return Err(problem.into()),
            _ => {}
        }
    }
    Ok(())
}

fn too_few(arrived: u64, count: u64) -> Failure {
    Failure::Said(format!("Only {arrived} of {count} messages arrived in time."))
}

/// Tells new entries from those that the profile only catches up with.
struct News {
    started: UnixMs,
    /// Rooms that have caught up once: all that comes after is new.
    current: BTreeSet<RoomId>,
}

impl News {
    fn takes(&mut self, event: &Event) -> bool {
        match event {
            Event::CaughtUp { room, .. } => {
                self.current.insert(*room);
                false
            }
            // Until then the relay's clock decides, so that nothing said while connecting is lost.
            Event::Entry { room, entry } => self.current.contains(room) || entry.at >= self.started,
            Event::EntryChanged { room, .. } | Event::ReadMoved { room, .. } => {
                self.current.contains(room)
            }
            Event::EntriesExpired { .. } => true,
            Event::Typing { .. } | Event::KeyChanged { .. } | Event::DevicesStale { .. } => true,
            Event::RoomAdded(_) | Event::RoomChanged(_) | Event::RoomLeft { .. } => true,
            Event::RoomHeld { .. } | Event::RoomRepaired { .. } => true,
            Event::Connected { .. } | Event::Disconnected { .. } => true,
            _ => false,
        }
    }
}

fn concerns(event: &Event, only: Option<RoomId>) -> bool {
    let room = match event {
        Event::Entry { room, .. }
        | Event::EntryChanged { room, .. }
        | Event::EntriesExpired { room, .. }
        | Event::ReadMoved { room, .. }
        | Event::Typing { room, .. }
        | Event::RoomLeft { room, .. }
        | Event::RoomHeld { room, .. }
        | Event::RoomRepaired { room }
        | Event::DevicesStale { room, .. } => Some(*room),
        Event::RoomAdded(info) | Event::RoomChanged(info) => Some(info.room),
        Event::KeyChanged { room, .. } => *room,
        _ => None,
    };
    room.is_none_or(|room| only.is_none_or(|only| only == room))
}

fn print(console: &mut Console<'_>, event: &Event, name_room: bool) -> Result<(), Failure> {
    if console.json {
        return console.tell(event);
    }
    match event {
        Event::Entry { room, entry } | Event::EntryChanged { room, entry } => {
            let line = match event {
                Event::Entry { .. } => format::entry(entry, Stamp::Clock),
                _ => format::changed(entry, Stamp::Clock),
            };
            let Some(line) = line else { return Ok(()) };
            if name_room {
                let label = safe::line(&console.view.label(*room));
                return console.say(&format!("{label} {line}"));
            }
            console.say(&line)
        }
        Event::Disconnected { problem, retry_ms } => {
            if retry_ms.is_some() {
                console.note(&problem.to_string());
            }
            Ok(())
        }
        Event::Typing { from, .. } => {
            console.note(&format!("{from} is typing"));
            Ok(())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
