//! One room of an archive: what of it is still to be kept.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use engine::{Command, Entry, Event, Problem, RequestId};
use serde::Serialize;
use wire::id::{RoomId, Seq};

use super::Earlier;
use super::book::Book;
use crate::command::file::{is_file, without_picture};
use crate::console::Console;
use crate::failure::Failure;
use crate::json::Line;
use crate::random;
use crate::safe;

/// Entries asked for at once.
const PAGE: u32 = 200;

/// A room, its directory, and what is under way.
#[derive(Debug)]
pub(super) struct Shelf {
    room: RoomId,
    path: PathBuf,
    book: Book,
    /// What has been read up to here is in the book or in `queue`.
    read: Seq,
    /// Entries that are to be written, in order.
    queue: VecDeque<Entry>,
    page: Page,
    fetch: Option<Fetch>,
}

/// What is known of the entries after `read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// There may be some.
    Wanted,
    /// They were asked for.
    Asked,
    /// They were asked for, and further ones came meanwhile.
    AskedAndWanted,
    /// There are none.
    Empty,
}

/// The file of the first entry of the queue.
#[derive(Debug)]
struct Fetch {
    id: RequestId,
    outcome: Option<Outcome>,
}

/// What came of a file.
#[derive(Debug)]
enum Outcome {
    /// It is here under this name.
    Saved(String),
    /// It is nowhere any more.
    Lost(Problem),
}

/// The line of a file, with what came of it.
#[derive(Serialize)]
struct Kept<'a> {
    #[serde(flatten)]
    line: &'a Line,
    saved: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

impl Shelf {
    /// A room of which `book` is kept already. All of it is read again, not only what follows the
    /// last line: messages that another hands on come behind their time.
    pub(super) fn new(room: RoomId, path: PathBuf, book: Book) -> Self {
        let (queue, page) = (VecDeque::new(), Page::Wanted);
        Self { room, path, book, read: Seq(0), queue, page, fetch: None }
    }

    /// Whether files of this room are saved there.
    pub(super) fn is_for(&self, room: RoomId, path: &Path) -> bool {
        self.room == room && self.path == path
    }

    /// Whether everything that was told of is kept.
    pub(super) fn is_done(&self) -> bool {
        self.queue.is_empty() && self.page == Page::Empty
    }

    /// Takes in what happened.
    pub(super) fn hear(&mut self, console: &mut Console<'_>, event: &Event) -> Result<(), Failure> {
        match event {
            // Handed on by another, and older than what was read.
            Event::Entry { room, entry } if *room == self.room && entry.seq <= self.read => {
                self.queue.push_back(without_picture(entry.clone()));
            }
            Event::Entry { room, .. }
            | Event::CaughtUp { room, .. }
            | Event::RoomRepaired { room }
                if *room == self.room =>
            {
                self.page = match self.page {
                    Page::Asked | Page::AskedAndWanted => Page::AskedAndWanted,
                    Page::Wanted | Page::Empty => Page::Wanted,
                };
            }
            Event::History { room, entries } if *room == self.room => self.take(entries),
            Event::FileSaved { id, path, .. } => {
                let name = path.strip_prefix(&self.path).unwrap_or(path);
                self.settle(*id, Outcome::Saved(name.to_string_lossy().into_owned()));
            }
            Event::CommandFailed { id: Some(id), problem } if self.waits_for(*id) => {
                if !is_lost(problem) {
                    return Err(problem.clone().into());
                }
                let name = self.queue.front().and_then(is_file).map(|(_, file)| file.name.as_str());
                let (name, label) = (name.unwrap_or_default(), console.view.label(self.room));
                console.note(&format!("{label}: {}: {problem}", safe::line(name)));
                self.settle(*id, Outcome::Lost(problem.clone()));
            }
            _ => {}
        }
        Ok(())
    }

    fn take(&mut self, entries: &[Entry]) {
        let more = self.page == Page::AskedAndWanted || !entries.is_empty();
        self.page = if more { Page::Wanted } else { Page::Empty };
        for entry in entries {
            self.read = self.read.max(entry.seq);
            // Of accounts that came or went some may be missing.
            if self.book.lines(entry.seq) == 0 || is_several(entry) {
                self.queue.push_back(without_picture(entry.clone()));
            }
        }
    }

    fn waits_for(&self, id: RequestId) -> bool {
        self.fetch.as_ref().is_some_and(|fetch| fetch.id == id)
    }

    fn settle(&mut self, id: RequestId, outcome: Outcome) {
        if let Some(fetch) = self.fetch.as_mut().filter(|fetch| fetch.id == id) {
            fetch.outcome.get_or_insert(outcome);
        }
    }

    /// Writes what can be written, makes it durable, and asks for what is needed next.
    pub(super) fn work(
        &mut self,
        console: &mut Console<'_>,
        earlier: &mut Earlier,
    ) -> Result<(), Failure> {
        while let Some(entry) = self.queue.front() {
            let (seq, is_file) = (entry.seq, is_file(entry).is_some());
            let is_kept = is_file && self.book.lines(seq) > 0;
            if is_file && !is_kept && self.fetch.is_none() {
                self.fetch(console, seq, earlier)?;
            }
            if self.fetch.as_ref().is_some_and(|fetch| fetch.outcome.is_none()) {
                break;
            }
            let lines = self.lines(console)?;
            self.book.append(seq, &lines)?;
            self.fetch = None;
            self.queue.pop_front();
        }
        self.book.sync()?;
        if self.page == Page::Wanted && self.queue.is_empty() {
            let (room, after) = (self.room, self.read);
            console.ask(Command::ReadHistory { room, after, limit: PAGE });
            self.page = Page::Asked;
        }
        Ok(())
    }

    fn fetch(
        &mut self,
        console: &Console<'_>,
        seq: Seq,
        earlier: &mut Earlier,
    ) -> Result<(), Failure> {
        let id = match earlier.remove(&(self.room, seq)) {
            Some(id) => id,
            None => {
                let (id, room, directory) = (random::id()?, self.room, self.path.clone());
                console.ask(Command::SaveFile { id, room, seq, directory });
                id
            }
        };
        self.fetch = Some(Fetch { id, outcome: None });
        Ok(())
    }

    /// The lines of the first entry of the queue.
    fn lines(&self, console: &Console<'_>) -> Result<Vec<String>, Failure> {
        let Some(entry) = self.queue.front() else { return Ok(Vec::new()) };
        let outcome = self.fetch.as_ref().and_then(|fetch| fetch.outcome.as_ref());
        let lines = Line::of_entry(entry, &console.view.label(self.room));
        let texts = lines.iter().map(|line| match outcome {
            None => serde_json::to_string(line),
            Some(Outcome::Saved(name)) => {
                serde_json::to_string(&Kept { line, saved: Some(name), problem: None })
            }
            Some(Outcome::Lost(problem)) => {
                let problem = Some(problem.to_string());
                serde_json::to_string(&Kept { line, saved: None, problem })
            }
        });
        texts.map(|text| text.map_err(|error| std::io::Error::from(error).into())).collect()
    }
}

fn is_several(entry: &Entry) -> bool {
    matches!(entry.kind, engine::EntryKind::Members { .. })
}

/// Whether no further try would give the file.
fn is_lost(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::FileGone | Problem::FileDamaged | Problem::NoFile | Problem::RoomLeft
    )
}
