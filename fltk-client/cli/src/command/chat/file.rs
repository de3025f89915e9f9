//! `/put`, `/get` and `/files`: the files of a conversation.

use std::path::PathBuf;

use engine::{Command, Entry};
use wire::id::Seq;

use super::Talk;
use super::slash::Meant;
use crate::command::file::{digits, directory, find, is_file, sources, without_picture};
use crate::console::Console;
use crate::failure::Failure;
use crate::format;
use crate::random;

/// Entries asked for at once.
const PAGE: u32 = 500;

/// Looks through a room for its files.
pub(super) struct Look {
    meant: Meant,
    read: Seq,
    files: Vec<Entry>,
}

impl Talk {
    /// Sends a file; what is wrong with it is told aside.
    pub(super) fn put(&mut self, console: &mut Console<'_>, path: PathBuf) -> Result<(), Failure> {
        match sources(vec![path]) {
            Ok(paths) => {
                for path in paths {
                    let (id, room) = (random::id()?, self.room);
                    self.unsent.insert(id);
                    console.ask(Command::SendFile { room, id, path });
                }
            }
            Err(failure) => console.note(&failure.to_string()),
        }
        Ok(())
    }

    /// Begins to look for what is meant.
    pub(super) fn look(&mut self, console: &Console<'_>, meant: Meant) {
        self.looks.push_back(Look { meant, read: Seq(0), files: Vec::new() });
        if self.looks.len() == 1 {
            self.ask_page(console);
        }
    }

    fn ask_page(&self, console: &Console<'_>) {
        if let Some(look) = self.looks.front() {
            let (room, after) = (self.room, look.read);
            console.ask(Command::ReadHistory { room, after, limit: PAGE });
        }
    }

    /// Takes in a page of the room; after the last it does what was meant.
    pub(super) fn looked(
        &mut self,
        console: &mut Console<'_>,
        entries: Vec<Entry>,
    ) -> Result<(), Failure> {
        let Some(look) = self.looks.front_mut() else { return Ok(()) };
        let last = entries.last().map(|entry| entry.seq).filter(|last| *last > look.read);
        let files = entries.into_iter().filter(|entry| is_file(entry).is_some());
        look.files.extend(files.map(without_picture));
        match last {
            Some(last) => look.read = last,
            None => {
                if let Some(look) = self.looks.pop_front() {
                    self.found(console, look)?;
                }
            }
        }
        self.ask_page(console);
        Ok(())
    }

    fn found(&mut self, console: &mut Console<'_>, look: Look) -> Result<(), Failure> {
        let id = |entry: &Entry| is_file(entry).map(|(id, _)| (id, entry.seq));
        let ids: Vec<_> = look.files.iter().filter_map(id).collect();
        match look.meant {
            Meant::All => {
                let digits = digits(&ids);
                let lines = look.files.iter().filter_map(|entry| format::file(entry, digits));
                lines.for_each(|line| console.note(&line));
                if ids.is_empty() {
                    console.note("There are no files in this room.");
                }
            }
            Meant::One { id, to } => {
                match find(&ids, &id, engine::Problem::NoFile)
                    .and_then(|seq| Ok((seq, directory(to)?)))
                {
                    Ok((seq, directory)) => {
                        let (id, room) = (random::id()?, self.room);
                        self.unsaved.insert(id);
                        console.ask(Command::SaveFile { id, room, seq, directory });
                    }
                    Err(failure) => console.note(&failure.to_string()),
                }
            }
        }
        Ok(())
    }
}
