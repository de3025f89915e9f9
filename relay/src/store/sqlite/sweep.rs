//! Forgetting what is old or nobody's, a bounded part at a time.

use wire::id::{Seq, UnixMs};

use super::SqliteStore;
use super::log::{ROOM_STRIDE, last, place, seq_of};
use super::row::{self, Fail, Query, int};
use crate::store::Done;

/// Records deleted in one sweep of one room.
const SWEEP_RECORDS: i64 = 500;
/// Rooms looked at in one sweep.
const SWEEP_ROOMS: i64 = 16;
/// Abandoned rooms that one sweep deletes from.
const SWEEP_ABANDONED: i64 = 4;
/// Bytes deleted in one sweep of one room, but for a single larger record: others wait for it.
const SWEEP_BYTES: u64 = 2 << 20;

impl SqliteStore {
    /// Records before a time or beyond so many bytes of a room; files sent or begun before a time.
    pub(super) fn sweep(
        &self,
        (before, max_bytes): (UnixMs, u64),
        (sent_before, begun_before): (UnixMs, UnixMs),
    ) -> Result<Done, Fail> {
        let files = self.sweep_files(sent_before, begun_before)?;
        let rooms = self.sql.all(
            "SELECT r.id, r.bytes FROM room r WHERE NOT r.abandoned AND (r.bytes > ?1 OR EXISTS
               (SELECT 1 FROM log l WHERE l.at_ms < ?2 AND l.id =
                 (SELECT min(id) FROM log WHERE id BETWEEN r.id * ?3 AND r.id * ?3 + ?3 - 1)))
             LIMIT ?4",
            rusqlite::params![int(max_bytes), int(before.0), ROOM_STRIDE, SWEEP_ROOMS],
            |row| Ok((row.get::<_, i64>(0)?, row::number(row, 1)?)),
        )?;
        for (room, bytes) in &rooms {
            self.sweep_room(*room, bytes.saturating_sub(max_bytes), before)?;
        }
        let (abandoned, welcomes) = (self.sweep_abandoned()?, self.sweep_welcomes(before)?);
        let more = !rooms.is_empty() || abandoned || welcomes || !files.is_empty();
        Ok(Done::Swept { more, files })
    }

    /// Deletes the room's oldest records: those before a time, and until `excess` bytes are gone.
    fn sweep_room(&self, room: i64, excess: u64, before: UnixMs) -> Result<(), Fail> {
        let old = self.sql.all(
            "SELECT id, at_ms, length(payload) FROM log WHERE id BETWEEN ?1 AND ?2
             ORDER BY id LIMIT ?3",
            [place(room, Seq(0)), last(room), SWEEP_RECORDS],
            |row| Ok((row.get::<_, i64>(0)?, row::unix(row, 1)?, row::number(row, 2)?)),
        )?;
        let (mut freed, mut newest) = (0, None);
        for (id, at, bytes) in old {
            if (at >= before && freed >= excess) || freed >= SWEEP_BYTES {
                break;
            }
            freed += bytes;
            newest = Some(id);
        }
        let Some(newest) = newest else { return Ok(()) };
        let delete = "DELETE FROM log WHERE id BETWEEN ?1 AND ?2";
        self.sql.run(delete, [place(room, Seq(0)), newest])?;
        self.forget_former_until(room, seq_of(newest))?;
        let update = "UPDATE room SET bytes = bytes - ?2 WHERE id = ?1";
        self.sql.run(update, [room, int(freed)]).map(drop)
    }

    /// Deletes parts of abandoned rooms, and those of which nothing is left. Returns whether there
    /// were any.
    fn sweep_abandoned(&self) -> Result<bool, Fail> {
        let select = "SELECT id FROM room WHERE abandoned LIMIT ?1";
        let rooms = self.sql.all(select, [SWEEP_ABANDONED], |row| Ok(row.get::<_, i64>(0)?))?;
        for room in &rooms {
            self.sweep_room(*room, u64::MAX, UnixMs(0))?;
            self.sql.run(
                "DELETE FROM room WHERE id = ?1
                 AND NOT EXISTS (SELECT 1 FROM log WHERE id BETWEEN ?2 AND ?3)
                 AND NOT EXISTS (SELECT 1 FROM file WHERE room = ?1)",
                [*room, place(*room, Seq(0)), last(*room)],
            )?;
        }
        Ok(!rooms.is_empty())
    }
}
