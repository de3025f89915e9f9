//! From the id of a file's message to its place, which is what the engine knows it by.

use std::collections::BTreeMap;
use std::path::PathBuf;

use engine::{Command, Entry, MessageId, RequestId};
use wire::id::{RoomId, Seq};

use super::translate::{name, room};
use crate::ask::{Ask, MAX_LIMIT};
use crate::command::file::{Ids, directory, find, is_file};
use crate::view::View;

/// Files that were told of while the pipe is open: of these nobody has to look for the place.
#[derive(Default)]
pub(super) struct Known(BTreeMap<(RoomId, MessageId), Seq>);

impl Known {
    /// Takes in an entry of a room.
    pub(super) fn observe(&mut self, room: RoomId, entry: &Entry) {
        if let Some((id, _)) = is_file(entry) {
            self.0.entry((room, id)).or_insert(entry.seq);
        }
    }
}

/// A `get` of which the place is not known yet.
pub(super) struct Lookup {
    pub(super) id: RequestId,
    room: RoomId,
    file: String,
    to: PathBuf,
    read: Seq,
    ids: Ids,
}

/// What comes next of a `get`.
pub(super) enum Next {
    /// This is asked, and its answer is for the lookup.
    Look(Lookup, Command),
    /// This is asked, and the lookup is over.
    Save(Command),
}

impl Lookup {
    /// Begins; the error is a sentence.
    pub(super) fn begin(view: &View, known: &Known, ask: &Ask) -> Result<Next, String> {
        let Ask::Get { room: text, file, to, id } = ask else {
            return Err("This line is no command; nothing was done.".into());
        };
        let (id, room) = (name(id.as_deref())?, room(view.find(text))?);
        let to = directory(to.clone()).map_err(|failure| failure.to_string())?;
        let file = file.clone();
        let lookup = Self { id, room, file, to, read: Seq(0), ids: Ids::new() };
        let whole = MessageId::from_hex(&lookup.file);
        match whole.and_then(|file| known.0.get(&(room, file))) {
            Some(seq) => Ok(Next::Save(lookup.save(*seq))),
            None => Ok(lookup.page()),
        }
    }

    /// Takes in a page of the room; the error is a sentence.
    pub(super) fn take(mut self, entries: &[Entry]) -> Result<Next, String> {
        let files = entries.iter().filter_map(|entry| Some((is_file(entry)?.0, entry.seq)));
        self.ids.extend(files);
        match entries.last() {
            Some(last) if last.seq > self.read => {
                self.read = last.seq;
                Ok(self.page())
            }
            _ => {
                let seq = find(&self.ids, &self.file, engine::Problem::NoFile)
                    .map_err(|failure| failure.to_string())?;
                Ok(Next::Save(self.save(seq)))
            }
        }
    }

    fn page(self) -> Next {
        let (room, after) = (self.room, self.read);
        Next::Look(self, Command::ReadHistory { room, after, limit: MAX_LIMIT })
    }

    fn save(self, seq: Seq) -> Command {
        Command::SaveFile { id: self.id, room: self.room, seq, directory: self.to }
    }
}
