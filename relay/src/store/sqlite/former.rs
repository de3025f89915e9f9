//! Devices that a commit removed: what each may read still, and when that is forgotten.
//!
//! They stand apart from the members, so that whatever asks for members finds none of them.

use rusqlite::params;
use wire::id::Seq;

use super::SqliteStore;
use super::row::{self, Fail, Query, int};

/// What a device may read of a room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// The record with which it became a member.
    pub(super) joined: Seq,
    /// The newest record; for a former member the commit that removed it.
    pub(super) head: Seq,
}

impl SqliteStore {
    /// Ends a membership with a commit, which its device may read still.
    pub(super) fn end_member(&self, room: i64, device: i64, until: Seq) -> Result<(), Fail> {
        self.sql.run(
            "INSERT OR REPLACE INTO former (room, device, joined, until)
             SELECT room, device, joined, ?3 FROM member WHERE room = ?1 AND device = ?2",
            params![room, device, int(until.0)],
        )?;
        self.remove_member(room, device)
    }

    pub(super) fn former(&self, room: i64, device: i64) -> Result<Option<Span>, Fail> {
        let select = "SELECT joined, until FROM former WHERE room = ?1 AND device = ?2";
        self.sql.first(select, [room, device], |row| {
            Ok(Span { joined: row::seq(row, 0)?, head: row::seq(row, 1)? })
        })
    }

    pub(super) fn forget_former(&self, room: i64, device: i64) -> Result<(), Fail> {
        let delete = "DELETE FROM former WHERE room = ?1 AND device = ?2";
        self.sql.run(delete, [room, device]).map(drop)
    }

    /// Whatever a device may read as a former member.
    pub(super) fn forget_former_device(&self, device: i64) -> Result<(), Fail> {
        self.sql.run("DELETE FROM former WHERE device = ?1", [device]).map(drop)
    }

    /// All former members of a room whose records up to `newest` are gone.
    pub(super) fn forget_former_until(&self, room: i64, newest: Seq) -> Result<(), Fail> {
        let delete = "DELETE FROM former WHERE room = ?1 AND until <= ?2";
        self.sql.run(delete, params![room, int(newest.0)]).map(drop)
    }
}
