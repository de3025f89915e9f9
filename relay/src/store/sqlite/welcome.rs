//! Welcomes: kept for the devices that a commit added, until each has begun to read.

use rusqlite::params;
use wire::id::{DeviceId, Epoch, RoomId, Seq, UnixMs};
use wire::message::{Refusal, Welcome};

use super::SqliteStore;
use super::log::place;
use super::row::{self, Fail, Query, int};
use crate::store::Done;

/// Welcomes deleted in one sweep: each may be large, and others wait for it.
const SWEEP_WELCOMES: i64 = 2;

impl SqliteStore {
    pub(super) fn put_welcome(
        &self,
        (room, seq): (i64, Seq),
        epoch: Epoch,
        welcome: &Welcome,
        at: UnixMs,
    ) -> Result<(), Fail> {
        let insert = "INSERT INTO welcome (id, at_ms, epoch, body) VALUES (?1, ?2, ?3, ?4)";
        let id = place(room, seq);
        self.sql.run(insert, params![id, int(at.0), int(epoch.0), &**welcome]).map(drop)
    }

    pub(super) fn welcome(&self, device: DeviceId, room: RoomId) -> Result<Done, Fail> {
        let (_, state) = self.seen_room(device, room)?;
        let seq = state.welcome.ok_or(Refusal::RoomUnknown)?;
        let select = "SELECT epoch, body FROM welcome WHERE id = ?1";
        let found = self.sql.first(select, [place(state.no, seq)], |row| {
            Ok((row::epoch(row, 0)?, row::bytes(row, 1)?))
        })?;
        let (epoch, welcome) = found.ok_or(Fail::Damaged)?;
        Ok(Done::Welcome { room, epoch, seq, welcome })
    }

    /// The member waits for its welcome no more.
    pub(super) fn forget_welcome(&self, room: i64, device: i64, seq: Seq) -> Result<(), Fail> {
        let update = "UPDATE member SET welcome = NULL WHERE room = ?1 AND device = ?2";
        self.sql.run(update, [room, device])?;
        self.drop_welcome_unless_awaited(room, seq)
    }

    /// Deletes a welcome that nobody waits for.
    pub(super) fn drop_welcome_unless_awaited(&self, room: i64, seq: Seq) -> Result<(), Fail> {
        self.sql
            .run(
                "DELETE FROM welcome WHERE id = ?1 AND NOT EXISTS
                   (SELECT 1 FROM member WHERE room = ?2 AND welcome = ?3)",
                [place(room, seq), room, int(seq.0)],
            )
            .map(drop)
    }

    /// Deletes a few old welcomes; whoever waited has to join otherwise. Returns whether there
    /// were any.
    pub(super) fn sweep_welcomes(&self, before: UnixMs) -> Result<bool, Fail> {
        let old = self.sql.all(
            "SELECT id FROM welcome WHERE at_ms < ?1 ORDER BY at_ms LIMIT ?2",
            [int(before.0), SWEEP_WELCOMES],
            |row| Ok(row.get::<_, i64>(0)?),
        )?;
        for id in &old {
            let (room, seq) = (super::log::room_of(*id), super::log::seq_of(*id));
            let update = "UPDATE member SET welcome = NULL WHERE room = ?1 AND welcome = ?2";
            self.sql.run(update, [room, int(seq.0)])?;
            self.sql.run("DELETE FROM welcome WHERE id = ?1", [*id])?;
        }
        Ok(!old.is_empty())
    }
}
