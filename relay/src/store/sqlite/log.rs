//! The rooms' logs: appending and reading.

use rusqlite::params;
use wire::id::{DeviceId, Epoch, PostId, RoomId, Seq, UnixMs};
use wire::limit::{FETCH_BYTES, MAX_RECORDS};
use wire::message::{Application, Payload, Record, RecordKind, Refusal};

use super::SqliteStore;
use super::former::Span;
use super::member::RoomRow;
use super::row::{self, Fail, Query, int};
use crate::store::Done;

/// Records of one room: its number times this, plus the sequence number.
pub(super) const ROOM_STRIDE: i64 = 1 << 40;
/// A record before it has its place.
pub(super) struct NewRecord {
    /// The posting device's number and id.
    pub(super) from: (i64, DeviceId),
    pub(super) post: PostId,
    pub(super) kind: RecordKind,
    pub(super) payload: Payload,
}

impl SqliteStore {
    pub(super) fn post(
        &self,
        (device, room): (DeviceId, RoomId),
        epoch: Epoch,
        post: PostId,
        payload: Application,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        let (no, state) = self.seen_room(device, room)?;
        if let Some(repeated) = self.repeated(&state, no, room, post)? {
            return Ok(repeated);
        }
        if state.joined.is_none() {
            return Err(Refusal::RoomUnknown.into());
        }
        if epoch != state.epoch {
            return Err(Refusal::Conflict { epoch: state.epoch }.into());
        }
        let (from, kind) = ((no, device), RecordKind::Application);
        let payload = Payload::new(payload.into_vec())?;
        let record = self.append(&state, NewRecord { from, post, kind, payload }, now)?;
        Ok(Done::Appended { room, record, changes: None })
    }

    /// The answer for a post of this device that the room's log has already.
    pub(super) fn repeated(
        &self,
        state: &RoomRow,
        device: i64,
        room: RoomId,
        post: PostId,
    ) -> Result<Option<Done>, Fail> {
        let found = self.sql.first(
            "SELECT id, at_ms FROM log
             WHERE post = ?1 AND device = ?2 AND id BETWEEN ?3 AND ?4",
            params![post.as_array(), device, place(state.no, Seq(0)), last(state.no)],
            |row| Ok((row.get::<_, i64>(0)?, row::unix(row, 1)?)),
        )?;
        Ok(found.map(|(id, at)| Done::Repeated { room, post, seq: seq_of(id), at }))
    }

    /// Appends the room's next record. A commit ends the epoch.
    pub(super) fn append(
        &self,
        state: &RoomRow,
        new: NewRecord,
        at: UnixMs,
    ) -> Result<Record, Fail> {
        let NewRecord { from: (device, from), post, kind, payload } = new;
        let (seq, epoch) = (state.head.next(), state.epoch);
        let next_epoch = if kind == RecordKind::Commit { epoch.next() } else { epoch };
        let bytes = i64::try_from(payload.len()).unwrap_or(i64::MAX);
        let kind_code = row::record_kind_code(kind);
        self.sql.run(
            "INSERT INTO log (id, at_ms, device, post, epoch, kind, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                place(state.no, seq),
                int(at.0),
                device,
                post.as_array(),
                int(epoch.0),
                kind_code,
                &*payload
            ],
        )?;
        self.sql.run(
            "UPDATE room SET head = ?2, epoch = ?3, bytes = bytes + ?4 WHERE id = ?1",
            params![state.no, int(seq.0), int(next_epoch.0), bytes],
        )?;
        Ok(Record { seq, at, from, post, epoch, kind, payload })
    }

    pub(super) fn fetch(&self, device: DeviceId, room: RoomId, after: Seq) -> Result<Done, Fail> {
        let (no, state) = self.seen_room(device, room)?;
        let span = match state.joined {
            Some(joined) => Some(Span { joined, head: state.head }),
            None => self.former(state.no, no)?,
        };
        let Span { joined, head } = span.ok_or(Refusal::RoomUnknown)?;
        let is_done_with = |welcome: &Seq| *welcome <= after && !self.is_failing;
        if let Some(welcome) = state.welcome.filter(is_done_with) {
            self.forget_welcome(state.no, no, welcome)?;
        }
        let oldest = self.oldest(state.no, head)?.max(joined).max(Seq(1));
        let from = after.next().max(oldest);
        let mut statement = self.sql.cached(
            "SELECT l.id, l.at_ms, d.name, l.post, l.epoch, l.kind, l.payload
             FROM log l JOIN device d ON d.id = l.device
             WHERE l.id BETWEEN ?1 AND ?2 ORDER BY l.id LIMIT ?3",
        )?;
        let limit = i64::try_from(MAX_RECORDS).unwrap_or(i64::MAX);
        let mut rows =
            statement.query(params![place(state.no, from), place(state.no, head), limit])?;
        let (mut records, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let record = read_record(row)?;
            bytes += record.payload.len();
            if bytes > FETCH_BYTES && !records.is_empty() {
                break;
            }
            records.push(record);
        }
        Ok(Done::Records { room, oldest, head, records })
    }

    /// The oldest record kept; the one after the head if none is.
    fn oldest(&self, room: i64, head: Seq) -> Result<Seq, Fail> {
        let select = "SELECT id FROM log WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 1";
        let first = self
            .sql
            .first(select, [place(room, Seq(0)), last(room)], |row| Ok(seq_of(row.get(0)?)))?;
        Ok(first.unwrap_or(head.next()))
    }
}

/// Where a record is kept. A sequence number beyond the room's stride has no place of its own.
pub(super) fn place(room: i64, seq: Seq) -> i64 {
    room * ROOM_STRIDE + int(seq.0).min(ROOM_STRIDE - 1)
}

pub(super) fn last(room: i64) -> i64 {
    room * ROOM_STRIDE + (ROOM_STRIDE - 1)
}

pub(super) fn room_of(id: i64) -> i64 {
    id / ROOM_STRIDE
}

pub(super) fn seq_of(id: i64) -> Seq {
    Seq(u64::try_from(id % ROOM_STRIDE).unwrap_or(0))
}

fn read_record(row: &rusqlite::Row<'_>) -> Result<Record, Fail> {
    Ok(Record {
        seq: seq_of(row.get(0)?),
        at: row::unix(row, 1)?,
        from: DeviceId::from_array(row.get(2)?),
        post: PostId::from_array(row.get(3)?),
        epoch: row::epoch(row, 4)?,
        kind: row::record_kind(row, 5)?,
        payload: row::bytes(row, 6)?,
    })
}
