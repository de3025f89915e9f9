//! One line of a timeline: found, changed, deleted; and what it says of another.

use rusqlite::{OptionalExtension, params};
use wire::id::{RoomId, Seq};

use super::Vault;
use super::entry::{Line, row_number};
use crate::event::{Body, Entry, EntryKind, MessageState, Quote};
use crate::{MAX_QUOTE_BYTES, Problem};

impl Vault {
    /// The line at a place, if there is one.
    pub(crate) fn line(&self, room: RoomId, seq: Seq) -> Result<Option<Line>, Problem> {
        let mut line = self.bare_line(room, seq)?;
        if let Some(line) = &mut line {
            self.look_up(room, &mut line.entry)?;
        }
        Ok(line)
    }

    fn bare_line(&self, room: RoomId, seq: Seq) -> Result<Option<Line>, Problem> {
        // What is no number of a row is no place of a line.
        let Ok(seq) = row_number(seq) else { return Ok(None) };
        let hidden = self.keys.hide(room.as_array());
        let sealed: Option<Vec<u8>> = self.note(
            self.db.prepare_cached("SELECT sealed FROM entry WHERE room = ? AND seq = ?").and_then(
                |mut query| query.query_row(params![hidden, seq], |row| row.get(0)).optional(),
            ),
        )?;
        sealed.map(|sealed| self.open_line(&hidden, seq, sealed)).transpose()
    }

    /// Writes a line anew, where it stands.
    pub(crate) fn replace_line(&self, room: RoomId, line: &Line) -> Result<(), Problem> {
        let (hidden, seq) = (self.keys.hide(room.as_array()), row_number(line.entry.seq)?);
        let sealed = self.seal_line(&hidden, seq, line)?;
        self.execute(
            "UPDATE entry SET sealed = ? WHERE room = ? AND seq = ?",
            params![sealed, hidden, seq],
        )
    }

    /// Deletes a line.
    pub(crate) fn delete_line(&self, room: RoomId, seq: Seq) -> Result<(), Problem> {
        let (hidden, seq) = (self.keys.hide(room.as_array()), row_number(seq)?);
        self.execute("DELETE FROM entry WHERE room = ? AND seq = ?", params![hidden, seq])
    }

    /// Says of the message that an entry answers what is here of it.
    pub(crate) fn look_up(&self, room: RoomId, entry: &mut Entry) -> Result<(), Problem> {
        match &mut entry.kind {
            EntryKind::Message { state: MessageState { reply: Some(quote), .. }, .. } => {
                self.look_up_quote(room, quote)
            }
            _ => Ok(()),
        }
    }

    /// Says what is here of the message that a quote names.
    pub(crate) fn look_up_quote(&self, room: RoomId, quote: &mut Quote) -> Result<(), Problem> {
        quote.seq = self.entry_of(room, &quote.from, quote.id)?;
        let line = quote.seq.map(|seq| self.bare_line(room, seq)).transpose()?.flatten();
        quote.text = match line.map(|line| line.entry.kind) {
            Some(EntryKind::Message { body: Body::Text(text), .. }) => beginning(text),
            Some(EntryKind::Message { body: Body::File(file), .. }) => beginning(file.name),
            _ => String::new(),
        };
        Ok(())
    }
}

/// As much of a text as a quote holds.
fn beginning(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MAX_QUOTE_BYTES));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_ends_between_letters() {
        assert_eq!(beginning("short".into()), "short");
        let text = format!("a{}", "é".repeat(200));
        assert_eq!(beginning(text), format!("a{}", "é".repeat(127)));
    }
}
