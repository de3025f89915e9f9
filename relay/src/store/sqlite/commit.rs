//! Commits: who may post one, and what it does to the members.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;
use wire::id::{DeviceId, Seq, UnixMs};
use wire::message::{Payload, Record, RecordKind, Refusal, RoomKind};

use super::SqliteStore;
use super::log::NewRecord;
use super::member::RoomRow;
use super::row::{Fail, Query};
use crate::store::{Changes, CommitOp, Done, RoomNews};

/// A commit's devices that are known, by their numbers.
struct Named {
    /// Each, and whether it is a member already.
    added: BTreeMap<i64, bool>,
    /// Members that are not added again.
    removed: BTreeMap<i64, DeviceId>,
}

impl SqliteStore {
    pub(super) fn commit(&self, mut commit: CommitOp, now: UnixMs) -> Result<Done, Fail> {
        let (poster, state) = self.seen_room(commit.device, commit.room)?;
        if let Some(repeated) = self.repeated(&state, poster, commit.room, commit.post)? {
            return Ok(repeated);
        }
        self.check_poster(&state, poster, &commit)?;
        if commit.epoch != state.epoch {
            return Err(Refusal::Conflict { epoch: state.epoch }.into());
        }
        let named = self.check_changes(&state, poster, &commit)?;
        let record = NewRecord {
            from: (poster, commit.device),
            post: commit.post,
            kind: RecordKind::Commit,
            payload: Payload::new(core::mem::take(&mut commit.commit).into_vec())?,
        };
        let record = self.append(&state, record, now)?;
        self.put_group_info(state.no, &commit.group_info)?;
        self.change_members(&state, poster, &named, record.seq)?;
        if let Some(welcome) = commit.welcome.as_ref().filter(|_| adds_others(&commit)) {
            self.put_welcome((state.no, record.seq), record.epoch.next(), welcome, now)?;
        }
        self.committed(&state, commit, named, record)
    }

    /// A member, or a device that may join and does nothing else. A joiner may name itself as
    /// removed, since its leaf may still be there.
    fn check_poster(&self, state: &RoomRow, poster: i64, commit: &CommitOp) -> Result<(), Fail> {
        if state.joined.is_some() {
            return Ok(());
        }
        if !self.may_join(state, poster)? {
            return Err(Refusal::RoomUnknown.into());
        }
        let joins = *commit.added == [commit.device]
            && commit.removed.iter().all(|device| *device == commit.device);
        if joins { Ok(()) } else { Err(Refusal::NotAllowed.into()) }
    }

    /// Devices that a commit adds must exist and not be members already, except the poster itself,
    /// which rejoins, or one that the same commit removes. None may be named twice.
    fn check_changes(
        &self,
        state: &RoomRow,
        poster: i64,
        commit: &CommitOp,
    ) -> Result<Named, Fail> {
        let mut named = Named { added: BTreeMap::new(), removed: BTreeMap::new() };
        let names: BTreeSet<_> = commit.removed.iter().collect();
        let may = names.len() == commit.removed.len()
            && (commit.welcome.is_some() || !adds_others(commit));
        if !may {
            return Err(Refusal::NotAllowed.into());
        }
        for device in commit.added.iter() {
            let no = self.device_no(*device)?.ok_or(Refusal::NotAllowed)?;
            let is_member = self.is_member(state.no, no)?;
            let is_new = no == poster || names.contains(device) || !is_member;
            let is_crowded = !is_member && self.is_crowded(no)?;
            if !is_new || is_crowded || named.added.insert(no, is_member).is_some() {
                return Err(Refusal::NotAllowed.into());
            }
        }
        for device in commit.removed.iter() {
            let Some((no, is_own)) = self.named_device(*device, poster)? else { continue };
            if state.kind == RoomKind::Lobby && !is_own {
                return Err(Refusal::NotAllowed.into());
            }
            if !named.added.contains_key(&no) && self.is_member(state.no, no)? {
                named.removed.insert(no, *device);
            }
        }
        self.check_rest(state, poster, &named)?;
        Ok(named)
    }

    /// Nobody owns the lobby: each account comes and goes by itself. And somebody must be left to
    /// close any room.
    fn check_rest(&self, state: &RoomRow, poster: i64, named: &Named) -> Result<(), Fail> {
        let brings = state.kind == RoomKind::Lobby && named.added.keys().any(|no| *no != poster);
        let members = self.sql.count("SELECT count(*) FROM member WHERE room = ?1", [state.no])?;
        let empties = named.added.is_empty()
            && u64::try_from(named.removed.len()).is_ok_and(|removed| removed >= members);
        if brings || empties { Err(Refusal::NotAllowed.into()) } else { Ok(()) }
    }

    /// The number of a device that may be revoked, and whether it is of the poster's account.
    fn named_device(&self, device: DeviceId, poster: i64) -> Result<Option<(i64, bool)>, Fail> {
        self.sql.first(
            "SELECT d.id, d.account = p.account FROM device d JOIN device p ON p.id = ?2
             WHERE d.name = ?1",
            params![device.as_array(), poster],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    fn change_members(
        &self,
        state: &RoomRow,
        poster: i64,
        named: &Named,
        seq: Seq,
    ) -> Result<(), Fail> {
        for no in named.removed.keys() {
            self.end_member(state.no, *no, seq)?;
        }
        for (no, is_member) in &named.added {
            // Whoever rejoins by itself keeps its place, and needs no welcome.
            let own = (*no == poster).then_some(state.joined.unwrap_or(seq));
            if *is_member {
                self.remove_member(state.no, *no)?;
            }
            self.put_member(state.no, *no, own.unwrap_or(seq), own.is_none().then_some(seq))?;
        }
        Ok(())
    }

    fn committed(
        &self,
        state: &RoomRow,
        commit: CommitOp,
        named: Named,
        record: Record,
    ) -> Result<Done, Fail> {
        let mut siblings = BTreeSet::new();
        for no in named.added.iter().filter(|(_, is_member)| !**is_member).map(|(no, _)| *no) {
            siblings.extend(self.siblings(state.no, no)?);
        }
        let kind = state.kind;
        let news = RoomNews { kind, siblings: siblings.into_iter().collect() };
        let changes = Changes {
            news: (!named.added.is_empty()).then_some(news),
            added: commit.added.into_vec(),
            removed: named.removed.into_values().collect(),
        };
        Ok(Done::Appended { room: commit.room, record, changes: Some(Box::new(changes)) })
    }
}

/// Whether devices become members that need a welcome.
fn adds_others(commit: &CommitOp) -> bool {
    commit.added.iter().any(|device| *device != commit.device)
}
