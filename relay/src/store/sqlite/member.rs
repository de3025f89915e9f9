//! Who is in a room.

use rusqlite::params;
use wire::id::{DeviceId, RoomId, Seq};
use wire::message::{Refusal, RoomKind};

use super::SqliteStore;
use super::row::{self, Fail, Query, int};
use wire::id::Epoch;

/// A room, as most requests need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoomRow {
    pub(super) no: i64,
    pub(super) kind: RoomKind,
    pub(super) epoch: Epoch,
    pub(super) head: Seq,
    /// The record with which the asking device became a member.
    pub(super) joined: Option<Seq>,
}

impl RoomRow {
    /// Whether any account may join.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.kind, RoomKind::Lobby | RoomKind::Open)
    }
}

impl SqliteStore {
    pub(super) fn device_no(&self, device: DeviceId) -> Result<Option<i64>, Fail> {
        let select = "SELECT id FROM device WHERE name = ?1";
        self.sql.first(select, [device.as_array()], |row| Ok(row.get(0)?))
    }

    /// Whether two devices are of one account.
    pub(super) fn share_account(&self, one: i64, other: i64) -> Result<bool, Fail> {
        let select = "SELECT 1 FROM device a JOIN device b USING (account)
                      WHERE a.id = ?1 AND b.id = ?2";
        Ok(self.sql.first(select, [one, other], |_| Ok(()))?.is_some())
    }

    /// The number of the device that asks, and the room as it sees it.
    pub(super) fn seen_room(&self, device: DeviceId, room: RoomId) -> Result<(i64, RoomRow), Fail> {
        let device = self.device_no(device)?.ok_or(Refusal::NotSignedIn)?;
        let found = self.sql.first(
            "SELECT r.id, r.kind, r.epoch, r.head, m.joined FROM room r
             LEFT JOIN member m ON m.room = r.id AND m.device = ?2 WHERE r.name = ?1",
            params![room.as_array(), device],
            |row| {
                let joined: Option<i64> = row.get(4)?;
                let joined = joined.map(u64::try_from).transpose().map_err(|_| Fail::Damaged)?;
                Ok(RoomRow {
                    no: row.get(0)?,
                    kind: row::kind(row, 1)?,
                    epoch: row::epoch(row, 2)?,
                    head: row::seq(row, 3)?,
                    joined: joined.map(Seq),
                })
            },
        )?;
        Ok((device, found.ok_or(Refusal::RoomUnknown)?))
    }

    pub(super) fn is_member(&self, room: i64, device: i64) -> Result<bool, Fail> {
        let select = "SELECT count(*) FROM member WHERE room = ?1 AND device = ?2";
        Ok(self.sql.count(select, [room, device])? > 0)
    }

    pub(super) fn add_member(&self, room: i64, device: i64, joined: Seq) -> Result<(), Fail> {
        let insert = "INSERT OR IGNORE INTO member (room, device, joined) VALUES (?1, ?2, ?3)";
        self.sql.run(insert, params![room, device, int(joined.0)]).map(drop)
    }

    pub(super) fn remove_member(&self, room: i64, device: i64) -> Result<(), Fail> {
        let delete = "DELETE FROM member WHERE room = ?1 AND device = ?2";
        self.sql.run(delete, [room, device]).map(drop)
    }
}
