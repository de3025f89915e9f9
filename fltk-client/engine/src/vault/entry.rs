//! Timelines: the lines of each room, by sequence number.

use rusqlite::{OptionalExtension, params};
use wire::codec::{Bytes, Field, Reader, Writer};
use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};

use super::Vault;
use crate::event::{Entry, EntryKind, MessageId};
use crate::{MAX_TEXT_BYTES, Problem};

impl Vault {
    /// Adds a line, and tells whether it is new: a message is shown once, under whatever number the
    /// relay repeats it.
    pub(crate) fn add_entry(&self, room: RoomId, entry: &Entry) -> Result<bool, Problem> {
        let (hidden, seq) = (self.keys.hide(room.as_array()), row_number(entry.seq)?);
        let message = match &entry.kind {
            EntryKind::Message { id, from, .. } => Some(self.message_key(room, from, *id)),
            _ => None,
        };
        let sealed = self.seal(&place(&hidden, seq), &Stored(entry.clone()).to_bytes())?;
        self.execute(
            "INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?)",
            params![hidden, seq, message, sealed],
        )?;
        Ok(self.db.changes() > 0)
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
        let (hidden, after) = (self.keys.hide(room.as_array()), row_number(after)?);
        let rows: Vec<(i64, Vec<u8>)> = self.note(
            self.db
                .prepare_cached(
                    "SELECT seq, sealed FROM entry WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?",
                )
                .and_then(|mut query| {
                    query
                        .query_map(params![hidden, after, limit], |row| {
                            Ok((row.get(0)?, row.get(1)?))
                        })?
                        .collect()
                }),
        )?;
        rows.into_iter()
            .map(|(seq, sealed)| {
                let bytes = self.open_sealed(&place(&hidden, seq), sealed)?;
                let stored =
                    Stored::from_bytes(&bytes).map_err(|_| self.fail(Problem::ProfileDamaged))?;
                Ok(stored.0)
            })
            .collect()
    }
}

/// SQLite's integers are signed; a relay that counts beyond them is refused.
fn row_number(seq: Seq) -> Result<i64, Problem> {
    i64::try_from(seq.0).map_err(|_| Problem::RelayMisbehaved("sequence number"))
}

fn place(hidden_room: &[u8; 16], seq: i64) -> Vec<u8> {
    [hidden_room.as_slice(), &seq.to_be_bytes()].concat()
}

/// An entry's encoding: seq ‖ at ‖ kind ‖ fields.
struct Stored(Entry);

impl Field for Stored {
    const WHAT: &'static str = "entry";

    fn encode(&self, w: &mut Writer) {
        self.0.seq.encode(w);
        self.0.at.encode(w);
        match &self.0.kind {
            EntryKind::Message { id, from, device, sent, text, own } => {
                w.put(&[1]);
                id.encode(w);
                from.encode(w);
                device.encode(w);
                sent.encode(w);
                own.encode(w);
                w.count(text.len());
                w.put(text.as_bytes());
            }
            EntryKind::Joined { handle } => {
                w.put(&[2]);
                handle.encode(w);
            }
            EntryKind::Left { handle } => {
                w.put(&[3]);
                handle.encode(w);
            }
            EntryKind::Gap { from } => {
                w.put(&[4]);
                from.encode(w);
            }
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let (seq, at) = (Seq::decode(r)?, UnixMs::decode(r)?);
        let kind = match r.array(Self::WHAT)? {
            [1] => decode_message(r)?,
            [2] => EntryKind::Joined { handle: Handle::decode(r)? },
            [3] => EntryKind::Left { handle: Handle::decode(r)? },
            [4] => EntryKind::Gap { from: Seq::decode(r)? },
            _ => return Err(wire::Error::Malformed { what: "kind of entry" }),
        };
        Ok(Self(Entry { seq, at, kind }))
    }
}

fn decode_message(r: &mut Reader<'_>) -> Result<EntryKind, wire::Error> {
    let id = MessageId::decode(r)?;
    let from = Handle::decode(r)?;
    let device = DeviceId::decode(r)?;
    let sent = UnixMs::decode(r)?;
    let own = bool::decode(r)?;
    let text = Bytes::<MAX_TEXT_BYTES>::decode(r)?;
    let text =
        String::from_utf8(text.into_vec()).map_err(|_| wire::Error::Malformed { what: "text" })?;
    Ok(EntryKind::Message { id, from, device, sent, text, own })
}
