//! Making rooms, and moving them from epoch to epoch.

use std::collections::BTreeSet;

use rusqlite::params;
use wire::id::{DeviceId, RoomId, Seq, UnixMs};
use wire::message::{Payload, RecordKind, Refusal, RoomKind};

use super::SqliteStore;
use super::log::NewRecord;
use super::member::RoomRow;
use super::row::{self, Fail, Query, kind_code};
use crate::store::{CommitOp, Done};

/// Rooms one device may be in; more could not be listed to it.
const MAX_MEMBERSHIPS: u64 = 2_048;

impl SqliteStore {
    pub(super) fn create_room(
        &self,
        device: DeviceId,
        room: RoomId,
        kind: RoomKind,
        group_info: &[u8],
    ) -> Result<Done, Fail> {
        let device = self.device_no(device)?.ok_or(Refusal::NotSignedIn)?;
        let select = "SELECT count(*) FROM room WHERE name = ?1 OR (?2 = 1 AND kind = 1)";
        if self.sql.count(select, params![room.as_array(), kind_code(kind)])? > 0 {
            return Err(Refusal::RoomExists.into());
        }
        if self.memberships(device)? >= MAX_MEMBERSHIPS {
            return Err(Refusal::NotAllowed.into());
        }
        self.sql.run(
            "INSERT INTO room (name, kind, epoch, head, bytes) VALUES (?1, ?2, 0, 0, 0)",
            params![room.as_array(), kind_code(kind)],
        )?;
        let no = self.sql.last_insert_rowid();
        self.put_group_info(no, group_info)?;
        self.add_member(no, device, Seq(0))?;
        Ok(Done::RoomCreated { room })
    }

    pub(super) fn group_info(&self, device: DeviceId, room: RoomId) -> Result<Done, Fail> {
        let (_, state) = self.seen_room(device, room)?;
        if state.joined.is_none() && !state.is_open() {
            return Err(Refusal::RoomUnknown.into());
        }
        let select = "SELECT body FROM group_info WHERE room = ?1";
        let group_info = self.sql.first(select, [state.no], |row| row::bytes(row, 0))?;
        let group_info = group_info.ok_or(Fail::Damaged)?;
        Ok(Done::GroupInfo { room, epoch: state.epoch, head: state.head, group_info })
    }

    pub(super) fn commit(&self, commit: CommitOp, now: UnixMs) -> Result<Done, Fail> {
        let (device, state) = self.seen_room(commit.device, commit.room)?;
        if let Some(repeated) = self.repeated(&state, device, commit.room, commit.post)? {
            return Ok(repeated);
        }
        check_poster(&state, &commit)?;
        if commit.epoch != state.epoch {
            return Err(Refusal::Conflict { epoch: state.epoch }.into());
        }
        let (added, removed) = self.check_changes(&state, device, &commit)?;
        let record = NewRecord {
            from: (device, commit.device),
            post: commit.post,
            kind: RecordKind::Commit,
            payload: Payload::new(commit.commit.into_vec())?,
        };
        let record = self.append(&state, record, now)?;
        for device in removed {
            self.remove_member(state.no, device)?;
        }
        for device in added {
            self.add_member(state.no, device, record.seq)?;
        }
        self.put_group_info(state.no, &commit.group_info)?;
        let (added, removed) = (commit.added.into_vec(), commit.removed.into_vec());
        Ok(Done::Appended { room: commit.room, record, added, removed })
    }

    /// Devices that a commit adds must exist and not be members already, except the poster itself,
    /// which rejoins, or one that the same commit removes; those it removes must be members.
    fn check_changes(
        &self,
        state: &RoomRow,
        poster: i64,
        commit: &CommitOp,
    ) -> Result<(BTreeSet<i64>, BTreeSet<i64>), Fail> {
        let (mut added, mut removed) = (BTreeSet::new(), BTreeSet::new());
        for device in commit.removed.iter() {
            let no = self.device_no(*device)?.ok_or(Refusal::NotAllowed)?;
            if !self.is_member(state.no, no)? || !removed.insert(no) {
                return Err(Refusal::NotAllowed.into());
            }
        }
        for device in commit.added.iter() {
            let no = self.device_no(*device)?.ok_or(Refusal::NotAllowed)?;
            let is_new = no == poster || removed.contains(&no) || !self.is_member(state.no, no)?;
            if !is_new || !added.insert(no) || self.memberships(no)? >= MAX_MEMBERSHIPS {
                return Err(Refusal::NotAllowed.into());
            }
        }
        let members = self.sql.count("SELECT count(*) FROM member WHERE room = ?1", [state.no])?;
        if added.is_empty() && u64::try_from(removed.len()).is_ok_and(|left| left >= members) {
            // Nobody would be left to close the room.
            return Err(Refusal::NotAllowed.into());
        }
        if state.kind == RoomKind::Lobby {
            // Nobody owns the lobby: each account comes and goes by itself.
            for no in &removed {
                if !self.share_account(*no, poster)? {
                    return Err(Refusal::NotAllowed.into());
                }
            }
            if added.iter().any(|no| *no != poster) {
                return Err(Refusal::NotAllowed.into());
            }
        }
        Ok((added, removed))
    }

    fn memberships(&self, device: i64) -> Result<u64, Fail> {
        self.sql.count("SELECT count(*) FROM member WHERE device = ?1", [device])
    }

    fn put_group_info(&self, room: i64, body: &[u8]) -> Result<(), Fail> {
        let insert = "INSERT OR REPLACE INTO group_info (room, body) VALUES (?1, ?2)";
        self.sql.run(insert, params![room, body]).map(drop)
    }
}

/// A member, or a device that joins an open room and does nothing else.
fn check_poster(state: &RoomRow, commit: &CommitOp) -> Result<(), Refusal> {
    if state.joined.is_some() {
        return Ok(());
    }
    if !state.is_open() {
        return Err(Refusal::RoomUnknown);
    }
    let joins = *commit.added == [commit.device] && commit.removed.is_empty();
    if joins { Ok(()) } else { Err(Refusal::NotAllowed) }
}
