//! `archive`: all that is said and sent in rooms, decrypted, in a directory.
//!
//! **profile → page → file saved → line written → line durable.** What follows a step is done again
//! after a crash, and each step finds what was done before: the engine knows a file it has saved
//! there, and [`Book`](book::Book) the entries it holds. So nothing is lost or kept twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use engine::{Event, Problem, RequestId, Way};
use wire::id::{RoomId, Seq};

use self::directory::Directory;
use self::shelf::Shelf;
use super::file::under_way;
use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::inbox::Input;

mod book;
mod directory;
mod shelf;

pub(crate) use directory::shelf_name;

/// What to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Archive {
    /// The rooms, as the command line names them.
    pub(crate) rooms: Vec<String>,
    /// When to end.
    pub(crate) until: Until,
}

/// When an archive ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// When all that the relay holds is kept, or nothing moves for so long.
    Head(Duration),
    /// On Ctrl-C or SIGTERM.
    Interrupted,
}

/// Files on their way since an earlier run, by room and place.
type Earlier = BTreeMap<(RoomId, Seq), RequestId>;

/// Keeps the rooms in `to`.
pub(crate) fn archive(
    console: &mut Console<'_>,
    archive: &Archive,
    to: &Path,
) -> Result<(), Failure> {
    let directory = Directory::open(to)?;
    let rooms = find(console, &archive.rooms)?;
    let mut stale = None;
    if let Until::Head(timeout) = archive.until {
        for (room, _) in &rooms {
            let why = console.catch_up(*room, after(timeout), Patience::FirstTry)?;
            stale = stale.or(why);
        }
    }
    let mut shelves = Vec::new();
    for (room, name) in rooms {
        let (path, book) = directory.shelf(console, room, name)?;
        shelves.push(Shelf::new(room, path, book));
    }
    let mut keeper = Keeper { shelves, earlier: Earlier::new(), told: None };
    for transfer in under_way(console)? {
        let is_here = |shelf: &Shelf| shelf.is_for(transfer.room, &transfer.path);
        if let Way::Down(seq) = transfer.way
            && keeper.shelves.iter().any(is_here)
        {
            keeper.earlier.insert((transfer.room, seq), transfer.id);
        }
    }
    keeper.keep(console, archive.until)?;
    stale.map_or(Ok(()), Err)
}

/// The rooms, each once.
fn find<'a>(
    console: &mut Console<'_>,
    names: &'a [String],
) -> Result<Vec<(RoomId, &'a str)>, Failure> {
    let mut rooms: Vec<(RoomId, &str)> = Vec::new();
    for name in names {
        let room = console.room(name)?;
        if let Some((_, other)) = rooms.iter().find(|(known, _)| *known == room) {
            return Err(Failure::Said(format!(
                "{other:?} and {name:?} are one room; name it once."
            )));
        }
        rooms.push((room, name));
    }
    Ok(rooms)
}

/// An archive at work.
struct Keeper {
    shelves: Vec<Shelf>,
    earlier: Earlier,
    /// Why there is no connection, as it was told last: a problem that lasts is told once.
    told: Option<Problem>,
}

impl Keeper {
    fn keep(&mut self, console: &mut Console<'_>, ends: Until) -> Result<(), Failure> {
        let patience = match ends {
            Until::Head(timeout) => Some(timeout),
            Until::Interrupted => None,
        };
        let mut until = patience.and_then(after);
        loop {
            for shelf in &mut self.shelves {
                shelf.work(console, &mut self.earlier)?;
            }
            if ends != Until::Interrupted && self.shelves.iter().all(Shelf::is_done) {
                return Ok(());
            }
            match console.next(until)? {
                Input::Event(event) => {
                    if moves(&event) {
                        until = patience.and_then(after);
                    }
                    self.hear(console, event)?;
                }
                Input::Interrupted if ends == Until::Interrupted => return Ok(()),
                Input::Interrupted => return Err(Failure::Interrupted),
                Input::TimeUp => return Err(overdue(console)),
                _ => {}
            }
        }
    }

    fn hear(&mut self, console: &mut Console<'_>, event: Event) -> Result<(), Failure> {
        match event {
            Event::TransferMoved(transfer) => return console.moved(&transfer),
            Event::FileSaved { id, .. } => {
                self.earlier.retain(|_, other| *other != id);
                console.settled(id, true);
                if console.json {
                    console.tell(&event)?;
                }
            }
            Event::CommandFailed { id: None, problem } => return Err(problem.into()),
            Event::CommandFailed { id: Some(id), .. } => {
                self.earlier.retain(|_, other| *other != id);
                console.settled(id, false);
            }
            Event::Connected { .. } => self.told = None,
            Event::Disconnected { problem, retry_ms: None } => return Err(problem.into()),
            // The engine tries again by itself.
            Event::Disconnected { problem, .. } if self.told.as_ref() != Some(&problem) => {
                console.note(&problem.to_string());
                self.told = Some(problem);
                return Ok(());
            }
            _ => {}
        }
        self.shelves.iter_mut().try_for_each(|shelf| shelf.hear(console, &event))
    }
}

/// Whether the event is a sign that something comes further.
fn moves(event: &Event) -> bool {
    matches!(
        event,
        Event::TransferMoved(_)
            | Event::FileSaved { .. }
            | Event::History { .. }
            | Event::Entry { .. }
    )
}

/// What becomes of an archive that nothing comes to any more.
fn overdue(console: &mut Console<'_>) -> Failure {
    if let Some(problem) = console.view.problem.clone() {
        console.note(&problem.to_string());
    }
    Failure::Said(
        "The relay did not give all files in time; what is kept is safe, and the same command goes on from there.".into(),
    )
}

#[cfg(test)]
mod tests;
