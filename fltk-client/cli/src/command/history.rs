//! A room's timeline as the profile has it, page by page.

use engine::{Command, Entry, Event};
use wire::id::{RoomId, Seq};

use crate::console::Console;
use crate::failure::Failure;

/// Entries asked for at once.
pub(super) const PAGE: u32 = 500;

/// Gives what follows `since` to `take`, in order.
pub(super) fn each(
    console: &mut Console<'_>,
    room: RoomId,
    since: Seq,
    mut take: impl FnMut(&mut Console<'_>, Entry) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut known = since;
    loop {
        let entries = page(console, room, known)?;
        let last = entries.last().map(|entry| entry.seq);
        entries.into_iter().try_for_each(|entry| take(console, entry))?;
        match last {
            Some(last) if last > known => known = last,
            _ => return Ok(()),
        }
    }
}

fn page(console: &mut Console<'_>, room: RoomId, after: Seq) -> Result<Vec<Entry>, Failure> {
    console.query(Command::ReadHistory { room, after, limit: PAGE }, |event| match event {
        Event::History { room: answered, entries } if answered == room => Some(entries),
        _ => None,
    })
}
