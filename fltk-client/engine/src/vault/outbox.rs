//! Messages on their way out, in order.

use rusqlite::{OptionalExtension, params};
use wire::codec::{Field, Reader, Writer};
use wire::id::{Epoch, RoomId, UnixMs};
use wire::message::Application;

use super::Vault;
use crate::Problem;
use crate::content::Content;
use crate::event::MessageId;

/// A message that the relay has not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Queued {
    pub(crate) room: RoomId,
    pub(crate) id: MessageId,
    pub(crate) sent: UnixMs,
    pub(crate) content: Content,
    /// The message as it goes to the relay, once encrypted, and the relay's epoch it holds in.
    /// It is stored before it is sent: encrypting twice in one epoch would burn two keys, sending
    /// two ciphertexts under one would break the cipher.
    pub(crate) sealed: Option<(Epoch, Application)>,
}

impl Field for Queued {
    const WHAT: &'static str = "queued message";

    fn encode(&self, w: &mut Writer) {
        self.room.encode(w);
        self.id.encode(w);
        self.sent.encode(w);
        self.content.encode(w);
        self.sealed.is_some().encode(w);
        if let Some((epoch, application)) = &self.sealed {
            epoch.encode(w);
            application.encode(w);
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self {
            room: Field::decode(r)?,
            id: Field::decode(r)?,
            sent: Field::decode(r)?,
            content: Field::decode(r)?,
            sealed: match bool::decode(r)? {
                true => Some((Field::decode(r)?, Field::decode(r)?)),
                false => None,
            },
        })
    }
}

impl Vault {
    /// Puts a message at the end of the queue, or replaces the one of this id where it stands.
    pub(crate) fn put_queued(&self, queued: &Queued) -> Result<(), Problem> {
        let (id, room) = self.outbox_keys(queued.room, queued.id);
        let sealed = self.seal(&id, &queued.to_bytes())?;
        self.execute(
            "INSERT INTO outbox (id, room, sealed) VALUES (?1, ?2, ?3)
             ON CONFLICT (id) DO UPDATE SET sealed = ?3",
            params![id, room, sealed],
        )
    }

    /// The message of this id, if it is still queued.
    pub(crate) fn queued(&self, room: RoomId, id: MessageId) -> Result<Option<Queued>, Problem> {
        let (id, _) = self.outbox_keys(room, id);
        let sealed: Option<Vec<u8>> = self.note(
            self.db
                .prepare_cached("SELECT sealed FROM outbox WHERE id = ?")
                .and_then(|mut query| query.query_row([id], |row| row.get(0)).optional()),
        )?;
        sealed.map(|sealed| self.open_queued(&id, sealed)).transpose()
    }

    /// The first `limit` messages of a room's queue.
    pub(crate) fn first_queued(&self, room: RoomId, limit: usize) -> Result<Vec<Queued>, Problem> {
        let hidden = self.keys.hide(room.as_array());
        let rows: Vec<([u8; 16], Vec<u8>)> = self.note(
            self.db
                .prepare_cached(
                    "SELECT id, sealed FROM outbox WHERE room = ? ORDER BY position LIMIT ?",
                )
                .and_then(|mut query| {
                    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
                    query
                        .query_map(params![hidden, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
                        .collect()
                }),
        )?;
        rows.into_iter().map(|(id, sealed)| self.open_queued(&id, sealed)).collect()
    }

    /// The whole queue, of all rooms.
    pub(crate) fn all_queued(&self) -> Result<Vec<Queued>, Problem> {
        let rows: Vec<([u8; 16], Vec<u8>)> = self.note(
            self.db.prepare_cached("SELECT id, sealed FROM outbox ORDER BY position").and_then(
                |mut query| query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect(),
            ),
        )?;
        rows.into_iter().map(|(id, sealed)| self.open_queued(&id, sealed)).collect()
    }

    /// Takes a message out of the queue.
    pub(crate) fn remove_queued(&self, room: RoomId, id: MessageId) -> Result<(), Problem> {
        let (id, _) = self.outbox_keys(room, id);
        self.execute("DELETE FROM outbox WHERE id = ?", [id])
    }

    fn outbox_keys(&self, room: RoomId, id: MessageId) -> ([u8; 16], [u8; 16]) {
        let id = [b"outbox".as_slice(), room.as_array(), id.as_array()].concat();
        (self.keys.hide(&id), self.keys.hide(room.as_array()))
    }

    fn open_queued(&self, place: &[u8], sealed: Vec<u8>) -> Result<Queued, Problem> {
        Queued::from_bytes(&self.open_sealed(place, sealed)?)
            .map_err(|_| self.fail(Problem::ProfileDamaged))
    }
}
