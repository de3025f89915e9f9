//! Who is in a room, and who sees it.

use rusqlite::params;
use wire::id::{DeviceId, Epoch, RoomId, Seq};
use wire::message::{Refusal, RoomKind};

use super::SqliteStore;
use super::row::{self, Fail, Query, int};
use crate::store::Done;

/// A room, as most requests need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoomRow {
    pub(super) no: i64,
    pub(super) kind: RoomKind,
    pub(super) epoch: Epoch,
    pub(super) head: Seq,
    /// The record with which the asking device became a member.
    pub(super) joined: Option<Seq>,
    /// The commit whose welcome waits for it.
    pub(super) welcome: Option<Seq>,
}

impl SqliteStore {
    pub(super) fn device_no(&self, device: DeviceId) -> Result<Option<i64>, Fail> {
        let select = "SELECT id FROM device WHERE name = ?1 AND NOT revoked";
        self.sql.first(select, [device.as_array()], |row| Ok(row.get(0)?))
    }

    /// The number of the device that asks, and the room as it sees it.
    pub(super) fn seen_room(&self, device: DeviceId, room: RoomId) -> Result<(i64, RoomRow), Fail> {
        let device = self.device_no(device)?.ok_or(Refusal::NotSignedIn)?;
        let found = self.sql.first(
            "SELECT r.id, r.kind, r.epoch, r.head, m.joined, m.welcome FROM room r
             LEFT JOIN member m ON m.room = r.id AND m.device = ?2
             WHERE r.name = ?1 AND NOT r.abandoned",
            params![room.as_array(), device],
            |row| {
                Ok(RoomRow {
                    no: row.get(0)?,
                    kind: row::kind(row, 1)?,
                    epoch: row::epoch(row, 2)?,
                    head: row::seq(row, 3)?,
                    joined: row::optional_seq(row, 4)?,
                    welcome: row::optional_seq(row, 5)?,
                })
            },
        )?;
        Ok((device, found.ok_or(Refusal::RoomUnknown)?))
    }

    /// Whether a device that is no member may see the room and join it by itself.
    pub(super) fn may_join(&self, state: &RoomRow, device: i64) -> Result<bool, Fail> {
        if matches!(state.kind, RoomKind::Lobby | RoomKind::Open) {
            return Ok(true);
        }
        let select = "SELECT 1 FROM device d JOIN device o ON o.account = d.account
                      JOIN member m ON m.room = ?1 AND m.device = o.id WHERE d.id = ?2";
        Ok(self.sql.first(select, [state.no, device], |_| Ok(()))?.is_some())
    }

    pub(super) fn is_member(&self, room: i64, device: i64) -> Result<bool, Fail> {
        let select = "SELECT count(*) FROM member WHERE room = ?1 AND device = ?2";
        Ok(self.sql.count(select, [room, device])? > 0)
    }

    /// The other devices of a device's account that are no members of the room.
    pub(super) fn siblings(&self, room: i64, device: i64) -> Result<Vec<DeviceId>, Fail> {
        self.sql.all(
            "SELECT o.name FROM device d JOIN device o ON o.account = d.account
             WHERE d.id = ?2 AND NOT o.revoked
             AND NOT EXISTS (SELECT 1 FROM member m WHERE m.room = ?1 AND m.device = o.id)",
            [room, device],
            |row| Ok(DeviceId::from_array(row.get(0)?)),
        )
    }

    /// A device that is no member becomes one, whatever it was before.
    pub(super) fn put_member(
        &self,
        room: i64,
        device: i64,
        joined: Seq,
        welcome: Option<Seq>,
    ) -> Result<(), Fail> {
        self.forget_former(room, device)?;
        let insert = "INSERT INTO member (room, device, joined, welcome) VALUES (?1, ?2, ?3, ?4)";
        let welcome = welcome.map(|seq| int(seq.0));
        self.sql.run(insert, params![room, device, int(joined.0), welcome]).map(drop)
    }

    /// Ends a membership, and the welcome that only it waited for.
    pub(super) fn remove_member(&self, room: i64, device: i64) -> Result<(), Fail> {
        let select = "SELECT welcome FROM member WHERE room = ?1 AND device = ?2";
        let welcome = self.sql.first(select, [room, device], |row| row::optional_seq(row, 0))?;
        self.sql.run("DELETE FROM member WHERE room = ?1 AND device = ?2", [room, device])?;
        match welcome.flatten() {
            Some(seq) => self.drop_welcome_unless_awaited(room, seq),
            None => Ok(()),
        }
    }

    /// Ends a membership that the device knows of. It may have been added again just now.
    pub(super) fn leave(&self, device: DeviceId, room: RoomId, seq: Seq) -> Result<Done, Fail> {
        match self.seen_room(device, room) {
            Ok((_, RoomRow { joined: Some(joined), .. })) if joined > seq => {
                return Ok(Done::StillMember);
            }
            Ok((no, state)) if state.joined.is_some() => self.leave_room(state.no, no)?,
            Ok((no, state)) => {
                if self.former(state.no, no)?.is_some_and(|span| span.joined <= seq) {
                    self.forget_former(state.no, no)?;
                }
            }
            Err(Fail::Refused(Refusal::RoomUnknown)) => {}
            Err(fail) => return Err(fail),
        }
        Ok(Done::Left { device, room })
    }

    /// Ends all memberships of a device, former ones too.
    pub(super) fn leave_all(&self, device: i64) -> Result<(), Fail> {
        self.forget_former_device(device)?;
        let select = "SELECT room FROM member WHERE device = ?1";
        let rooms = self.sql.all(select, [device], |row| Ok(row.get::<_, i64>(0)?))?;
        rooms.into_iter().try_for_each(|room| self.leave_room(room, device))
    }

    /// Ends a membership. A room without members is nobody's any more, but for the lobby: its name
    /// is free at once, former members have nothing to read there, and the sweep deletes its log
    /// part by part.
    fn leave_room(&self, room: i64, device: i64) -> Result<(), Fail> {
        self.remove_member(room, device)?;
        let abandoned = self.sql.run(
            "UPDATE room SET abandoned = 1, name = randomblob(16) WHERE id = ?1 AND kind != 1
             AND NOT EXISTS (SELECT 1 FROM member WHERE room = ?1)",
            [room],
        )?;
        if abandoned > 0 {
            self.sql.run("DELETE FROM group_info WHERE room = ?1", [room])?;
            self.sql.run("DELETE FROM former WHERE room = ?1", [room])?;
        }
        Ok(())
    }
}
