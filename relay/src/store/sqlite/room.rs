//! Making rooms, and moving them from epoch to epoch.

use rusqlite::params;
use wire::id::{DeviceId, RoomId, Seq};
use wire::message::{Refusal, RoomKind};

use super::SqliteStore;
use super::row::{self, Fail, Query, kind_code};
use crate::store::{Done, MAX_MEMBERSHIPS};

impl SqliteStore {
    pub(super) fn create_room(
        &self,
        device: DeviceId,
        (room, kind): (RoomId, RoomKind),
        group_info: &[u8],
        max_made: u32,
    ) -> Result<Done, Fail> {
        let (device, account) = self.known_device(device)?.ok_or(Refusal::NotSignedIn)?;
        let select = "SELECT count(*) FROM room WHERE name = ?1 OR (?2 = 1 AND kind = 1)";
        if self.sql.count(select, params![room.as_array(), kind_code(kind)])? > 0 {
            return Err(Refusal::RoomExists.into());
        }
        if kind != RoomKind::Lobby && self.rooms_made(account)? >= max_made.into() {
            return Err(Refusal::TooManyRooms.into());
        }
        if self.is_crowded(device)? {
            return Err(Refusal::NotAllowed.into());
        }
        self.sql.run(
            "INSERT INTO room (name, kind, epoch, head, bytes, creator) VALUES (?1, ?2, 0, 0, 0, ?3)",
            params![room.as_array(), kind_code(kind), account],
        )?;
        let no = self.sql.last_insert_rowid();
        self.put_group_info(no, group_info)?;
        self.put_member(no, device, Seq(0), None)?;
        Ok(Done::RoomCreated { room, kind, siblings: self.siblings(no, device)? })
    }

    /// Rooms of that account which are somebody's, the lobby aside.
    fn rooms_made(&self, account: i64) -> Result<u64, Fail> {
        let select = "SELECT count(*) FROM room WHERE creator = ?1 AND NOT abandoned AND kind != 1";
        self.sql.count(select, [account])
    }

    pub(super) fn group_info(&self, device: DeviceId, room: RoomId) -> Result<Done, Fail> {
        let (no, state) = self.seen_room(device, room)?;
        if state.joined.is_none() && !self.may_join(&state, no)? {
            return Err(Refusal::RoomUnknown.into());
        }
        let select = "SELECT body FROM group_info WHERE room = ?1";
        let group_info = self.sql.first(select, [state.no], |row| row::bytes(row, 0))?;
        let group_info = group_info.ok_or(Fail::Damaged)?;
        Ok(Done::GroupInfo { room, epoch: state.epoch, head: state.head, group_info })
    }

    /// Whether a device is in as many rooms as it may be.
    pub(super) fn is_crowded(&self, device: i64) -> Result<bool, Fail> {
        let select = "SELECT count(*) FROM member WHERE device = ?1";
        let count = self.sql.count(select, [device])?;
        Ok(usize::try_from(count).map_or(true, |count| count >= MAX_MEMBERSHIPS))
    }

    pub(super) fn put_group_info(&self, room: i64, body: &[u8]) -> Result<(), Fail> {
        let insert = "INSERT OR REPLACE INTO group_info (room, body) VALUES (?1, ?2)";
        self.sql.run(insert, params![room, body]).map(drop)
    }
}
