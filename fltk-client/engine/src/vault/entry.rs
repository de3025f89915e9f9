//! Timelines: the lines of each room, by sequence number.

use rusqlite::{OptionalExtension, params};
use wire::codec::{Field, Reader, Writer};
use wire::id::{Handle, RoomId, Seq, UnixMs};
use zeroize::Zeroizing;

use super::Vault;
use crate::Problem;
use crate::charter::AccountKey;
use crate::encoding::{put_list, put_text, read_any_text, read_list};
use crate::event::{Body, Entry, EntryKind, MessageId, MessageState, Role, Setting};

/// More than one commit can bring or take.
const MAX_HANDLES: usize = 4 * wire::limit::MAX_MEMBER_CHANGES;

impl Vault {
    /// Adds a line, and tells whether it is new: a message is shown once, under whatever number the
    /// relay repeats it.
    pub(crate) fn add_line(&self, room: RoomId, line: &Line) -> Result<bool, Problem> {
        let (hidden, seq) = (self.keys.hide(room.as_array()), row_number(line.entry.seq)?);
        let message = match &line.entry.kind {
            EntryKind::Message { id, from, .. } => Some(self.message_key(room, from, *id)),
            _ => None,
        };
        let sealed = self.seal_line(&hidden, seq, line)?;
        self.execute(
            "INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?)",
            params![hidden, seq, message, sealed],
        )?;
        Ok(self.db.changes() > 0)
    }

    /// As `add_line`, of a line whose author's key is not known.
    #[cfg(test)]
    pub(crate) fn add_entry(&self, room: RoomId, entry: &Entry) -> Result<bool, Problem> {
        self.add_line(room, &entry.clone().into())
    }

    /// Where an author's message stands, if it does.
    pub(crate) fn entry_of(
        &self,
        room: RoomId,
        from: &Handle,
        id: MessageId,
    ) -> Result<Option<Seq>, Problem> {
        let seq: Option<i64> =
            self.note(self.db.prepare_cached("SELECT seq FROM entry WHERE message = ?").and_then(
                |mut query| {
                    query.query_row([self.message_key(room, from, id)], |row| row.get(0)).optional()
                },
            ))?;
        Ok(seq.and_then(|seq| u64::try_from(seq).ok()).map(Seq))
    }

    /// Ids are unique for one author: another cannot suppress a message by using its id first.
    fn message_key(&self, room: RoomId, from: &Handle, id: MessageId) -> [u8; 16] {
        let author = from.as_str().as_bytes();
        self.keys.hide(&[b"message".as_slice(), room.as_array(), id.as_array(), author].concat())
    }

    /// The lines after `after`, in order, at most `limit`.
    pub(crate) fn entries(
        &self,
        room: RoomId,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<Entry>, Problem> {
        let mut entries = self.select_entries(
            "SELECT seq, sealed FROM entry WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?",
            (room, after),
            limit,
        )?;
        entries.iter_mut().try_for_each(|entry| self.look_up(room, entry))?;
        Ok(entries)
    }

    /// The lines before `before`, in order, at most the last `limit`.
    pub(crate) fn entries_before(
        &self,
        room: RoomId,
        before: Seq,
        limit: u32,
    ) -> Result<Vec<Entry>, Problem> {
        let mut entries = self.select_entries(
            "SELECT seq, sealed FROM entry WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
            (room, before.min(BEYOND_ROWS)),
            limit,
        )?;
        entries.iter_mut().try_for_each(|entry| self.look_up(room, entry))?;
        entries.reverse();
        Ok(entries)
    }

    /// The messages after `after`, in order, at most `limit`; what they answer is not looked up.
    pub(crate) fn messages_after(
        &self,
        room: RoomId,
        after: Seq,
        limit: u32,
    ) -> Result<Vec<Entry>, Problem> {
        self.select_entries(
            "SELECT seq, sealed FROM entry WHERE room = ? AND seq > ? AND message IS NOT NULL
             ORDER BY seq LIMIT ?",
            (room, after),
            limit,
        )
    }

    /// The last `count` messages before `before`, in order, likewise.
    pub(crate) fn last_messages(
        &self,
        room: RoomId,
        before: Seq,
        count: usize,
    ) -> Result<Vec<Entry>, Problem> {
        let mut entries = self.select_entries(
            "SELECT seq, sealed FROM entry WHERE room = ? AND seq < ? AND message IS NOT NULL
             ORDER BY seq DESC LIMIT ?",
            (room, before),
            u32::try_from(count).unwrap_or(u32::MAX),
        )?;
        entries.reverse();
        Ok(entries)
    }

    fn select_entries(
        &self,
        sql: &str,
        (room, seq): (RoomId, Seq),
        limit: u32,
    ) -> Result<Vec<Entry>, Problem> {
        let (hidden, seq) = (self.keys.hide(room.as_array()), row_number(seq)?);
        let rows: Vec<(i64, Vec<u8>)> =
            self.note(self.db.prepare_cached(sql).and_then(|mut query| {
                query
                    .query_map(params![hidden, seq, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            }))?;
        rows.into_iter()
            .map(|(seq, sealed)| self.open_line(&hidden, seq, sealed).map(|line| line.entry))
            .collect()
    }

    pub(super) fn seal_line(
        &self,
        hidden_room: &[u8; 16],
        seq: i64,
        line: &Line,
    ) -> Result<Vec<u8>, Problem> {
        self.seal(&place(hidden_room, seq), &Zeroizing::new(line.to_bytes()))
    }

    pub(super) fn open_line(
        &self,
        hidden_room: &[u8; 16],
        seq: i64,
        sealed: Vec<u8>,
    ) -> Result<Line, Problem> {
        let bytes = self.open_sealed(&place(hidden_room, seq), sealed)?;
        Line::from_bytes(&bytes).map_err(|_| self.fail(Problem::ProfileDamaged))
    }
}

/// Behind every row: SQLite's integers are signed.
const BEYOND_ROWS: Seq = Seq(i64::MAX.unsigned_abs());

/// SQLite's integers are signed; a relay that counts beyond them is refused.
pub(super) fn row_number(seq: Seq) -> Result<i64, Problem> {
    i64::try_from(seq.0).map_err(|_| Problem::RelayMisbehaved("sequence number"))
}

fn place(hidden_room: &[u8; 16], seq: i64) -> Vec<u8> {
    [hidden_room.as_slice(), &seq.to_be_bytes()].concat()
}

/// A line as it is stored: an entry, and for a message the key of its author's account, as far as
/// this device knows it.
///
/// Encoding: seq ‖ at ‖ kind ‖ fields. Numbers of kinds are never used again: 1 and 7 are messages that
/// can only be texts, 8 those without state and key, 2 and 3 one account that came or went by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) entry: Entry,
    pub(crate) author: Option<AccountKey>,
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        Self { entry, author: None }
    }
}

impl Field for Line {
    const WHAT: &'static str = "entry";

    fn encode(&self, w: &mut Writer) {
        self.entry.seq.encode(w);
        self.entry.at.encode(w);
        match &self.entry.kind {
            EntryKind::Message { id, from, device, sent, body, own, told_by, state } => {
                w.put(&[9]);
                id.encode(w);
                from.encode(w);
                device.encode(w);
                sent.encode(w);
                own.encode(w);
                body.encode(w);
                told_by.encode(w);
                self.author.encode(w);
                state.encode(w);
            }
            EntryKind::Gap { from } => {
                w.put(&[4]);
                from.encode(w);
            }
            EntryKind::Members { by, joined, left } => {
                w.put(&[5]);
                by.encode(w);
                put_list(w, joined.iter());
                put_list(w, left.iter());
            }
            EntryKind::Set { by, setting } => {
                w.put(&[6]);
                by.encode(w);
                setting.encode(w);
            }
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let (seq, at) = (Seq::decode(r)?, UnixMs::decode(r)?);
        let kind = match r.array(Self::WHAT)? {
            [kind @ (1 | 7 | 8)] => decode_message(r, kind)?,
            [9] => {
                let mut kind = decode_message(r, 9)?;
                let author = Field::decode(r)?;
                if let EntryKind::Message { state, .. } = &mut kind {
                    *state = Field::decode(r)?;
                }
                return Ok(Self { entry: Entry { seq, at, kind }, author });
            }
            [2] => {
                let by = Handle::decode(r)?;
                EntryKind::Members { joined: vec![by.clone()], left: Vec::new(), by }
            }
            [3] => {
                let by = Handle::decode(r)?;
                EntryKind::Members { joined: Vec::new(), left: vec![by.clone()], by }
            }
            [4] => EntryKind::Gap { from: Seq::decode(r)? },
            [5] => EntryKind::Members {
                by: Field::decode(r)?,
                joined: read_list(r, MAX_HANDLES)?,
                left: read_list(r, MAX_HANDLES)?,
            },
            [6] => EntryKind::Set { by: Field::decode(r)?, setting: Field::decode(r)? },
            _ => return Err(wire::Error::Malformed { what: "kind of entry" }),
        };
        Ok(Entry { seq, at, kind }.into())
    }
}

/// Of kind 1, a text; 7, a text that was told; or 8 and 9, anything; without what is behind in 9.
fn decode_message(r: &mut Reader<'_>, kind: u8) -> Result<EntryKind, wire::Error> {
    Ok(EntryKind::Message {
        id: Field::decode(r)?,
        from: Field::decode(r)?,
        device: Field::decode(r)?,
        sent: Field::decode(r)?,
        own: Field::decode(r)?,
        body: if kind >= 8 { Field::decode(r)? } else { Body::Text(read_any_text(r)?) },
        told_by: match kind {
            1 => None,
            7 => Some(Field::decode(r)?),
            _ => Field::decode(r)?,
        },
        state: MessageState::default(),
    })
}

impl Field for Setting {
    const WHAT: &'static str = "setting of a room";

    fn encode(&self, w: &mut Writer) {
        match self {
            Self::Name(name) => {
                w.put(&[1]);
                put_text(w, name);
            }
            Self::Topic(topic) => {
                w.put(&[2]);
                put_text(w, topic);
            }
            Self::History(count) => {
                w.put(&[3]);
                count.encode(w);
            }
            Self::Role(handle, role) => {
                w.put(&[4]);
                handle.encode(w);
                (*role == Role::Owner).encode(w);
            }
            Self::Closed => w.put(&[5]),
            Self::Lifetime(seconds) => {
                w.put(&[6]);
                seconds.encode(w);
            }
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(match r.array(Self::WHAT)? {
            [1] => Self::Name(read_any_text(r)?),
            [2] => Self::Topic(read_any_text(r)?),
            [3] => Self::History(Field::decode(r)?),
            [4] => {
                let handle = Field::decode(r)?;
                Self::Role(handle, if bool::decode(r)? { Role::Owner } else { Role::Member })
            }
            [5] => Self::Closed,
            [6] => Self::Lifetime(Field::decode(r)?),
            _ => return Err(wire::Error::Malformed { what: Self::WHAT }),
        })
    }
}
