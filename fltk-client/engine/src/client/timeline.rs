//! Timelines as they change: each line that comes, changes or goes passes here, so that the search
//! index, what is unread and front ends hear of it.

use wire::id::{RoomId, Seq};

use super::Client;
use crate::charter::AccountKey;
use crate::event::{Entry, EntryKind};
use crate::vault::{Line, Pending};
use crate::{Event, Problem};

impl Client {
    /// Stores a line that is no message and tells of it, unless it stands already.
    pub(super) fn add_entry(&mut self, room: RoomId, entry: Entry) -> Result<(), Problem> {
        self.add_line(room, entry.into())
    }

    /// Stores a message, notes when it disappears, and tells of it, unless it stands already.
    pub(super) fn add_message(
        &mut self,
        room: RoomId,
        entry: Entry,
        author: Option<AccountKey>,
    ) -> Result<(), Problem> {
        // What is over is not shown, but what was written here is told to be sent first.
        let is_own = matches!(entry.kind, EntryKind::Message { own: true, .. });
        if !is_own && entry.is_expired(self.now.wall) {
            return Ok(());
        }
        self.add_line(room, Line { entry, author })
    }

    fn add_line(&mut self, room: RoomId, mut line: Line) -> Result<(), Problem> {
        if !self.vault.add_line(room, &line)? {
            return Ok(());
        }
        if let Some(expires) = line.entry.expires() {
            self.expire_later(room, Pending { expires, seq: line.entry.seq })?;
        }
        self.vault.look_up(room, &mut line.entry)?;
        self.entry_added(room, &line.entry);
        self.tell(Event::Entry { room, entry: line.entry });
        Ok(())
    }

    /// Writes a line that is another now, and tells so.
    pub(super) fn change_line(&mut self, room: RoomId, mut line: Line) -> Result<(), Problem> {
        self.vault.replace_line(room, &line)?;
        self.vault.look_up(room, &mut line.entry)?;
        self.entry_changed(room, &line.entry);
        self.tell(Event::EntryChanged { room, entry: line.entry });
        Ok(())
    }

    /// Deletes a line. Whoever has it deleted tells of it.
    pub(super) fn remove_line(&mut self, room: RoomId, seq: Seq) -> Result<(), Problem> {
        self.vault.delete_line(room, seq)?;
        self.entry_removed(room, seq);
        Ok(())
    }
}
