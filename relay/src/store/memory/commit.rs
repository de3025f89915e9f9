//! Commits: who may post one, and what it does to the members.

use std::collections::BTreeSet;

use wire::id::{DeviceId, Seq, UnixMs};
use wire::message::{Payload, RecordKind, Refusal, RoomKind};

use super::{Member, MemoryStore, RoomState, Welcoming};
use crate::store::{Changes, CommitOp, Done, RoomNews};

impl RoomState {
    /// As the other store's method of this name, but for what needs to know the devices.
    fn check_changes(&self, commit: &CommitOp) -> bool {
        let removed: BTreeSet<_> = commit.removed.iter().collect();
        let added: BTreeSet<_> = commit.added.iter().collect();
        let is_new = |device: &&DeviceId| {
            **device == commit.device
                || removed.contains(*device)
                || !self.members.contains_key(*device)
        };
        let stays = |member: &DeviceId| !removed.contains(member);
        // Somebody must be left to close the room.
        (!added.is_empty() || self.members.keys().any(stays))
            && removed.len() == commit.removed.len()
            && added.len() == commit.added.len()
            && (commit.welcome.is_some() || !adds_others(commit))
            && added.iter().all(is_new)
    }

    fn change_members(&mut self, commit: &CommitOp, removed: &[DeviceId], seq: Seq) {
        for device in removed {
            self.end_member(device, seq);
        }
        for device in commit.added.iter() {
            // Whoever rejoins by itself keeps its place, and needs no welcome.
            let before = self.members.get(device).map(|member| member.joined);
            self.remove_member(device);
            let member = if *device == commit.device {
                Member { joined: before.unwrap_or(seq), welcome: None }
            } else {
                Member { joined: seq, welcome: Some(seq) }
            };
            self.former.remove(device);
            self.members.insert(*device, member);
        }
    }
}

impl MemoryStore {
    pub(super) fn commit(&mut self, mut commit: CommitOp, now: UnixMs) -> Result<Done, Refusal> {
        let (device, room, post) = (commit.device, commit.room, commit.post);
        let state = self.seen_room(device, room)?;
        if let Some(repeated) = state.repeated(device, room, post) {
            return Ok(repeated);
        }
        self.check_poster(state, &commit)?;
        if commit.epoch != state.epoch {
            return Err(Refusal::Conflict { epoch: state.epoch });
        }
        let may_come = |device: &DeviceId| {
            let is_member = state.members.contains_key(device);
            self.known_device(*device).is_some_and(|device| is_member || !device.is_crowded())
        };
        let may = state.check_changes(&commit)
            && commit.added.iter().all(may_come)
            && (state.kind != RoomKind::Lobby || self.is_own_business(&commit));
        if !may {
            return Err(Refusal::NotAllowed);
        }
        let is_member = |device: &&DeviceId| state.members.contains_key(*device);
        let goes = |device: &&DeviceId| is_member(device) && !commit.added.contains(device);
        let removed: Vec<DeviceId> = commit.removed.iter().filter(goes).copied().collect();
        let new: Vec<DeviceId> =
            commit.added.iter().filter(|device| !is_member(device)).copied().collect();
        let payload = core::mem::take(&mut commit.commit).into_vec();
        let payload = Payload::new(payload).map_err(|_| Refusal::NotAllowed)?;
        let state = self.rooms.get_mut(&room).ok_or(Refusal::RoomUnknown)?;
        let record = state.append((device, post), RecordKind::Commit, payload, now);
        state.group_info = core::mem::take(&mut commit.group_info);
        state.change_members(&commit, &removed, record.seq);
        if let Some(body) = commit.welcome.take().filter(|_| adds_others(&commit)) {
            let welcoming = Welcoming { epoch: state.epoch, at: now, body };
            state.welcomes.insert(record.seq, welcoming);
        }
        let (kind, added) = (state.kind, commit.added.into_vec());
        self.note_members(room, &added, &removed);
        let siblings = self.siblings(room, &new);
        let news = (!added.is_empty()).then_some(RoomNews { kind, siblings });
        let changes = Some(Box::new(Changes { added, removed, news }));
        Ok(Done::Appended { room, record, changes })
    }

    /// A member, or a device that may join and does nothing else.
    fn check_poster(&self, state: &RoomState, commit: &CommitOp) -> Result<(), Refusal> {
        if state.members.contains_key(&commit.device) {
            return Ok(());
        }
        if !self.may_join(state, commit.device) {
            return Err(Refusal::RoomUnknown);
        }
        let joins = *commit.added == [commit.device]
            && commit.removed.iter().all(|device| *device == commit.device);
        if joins { Ok(()) } else { Err(Refusal::NotAllowed) }
    }

    /// Nobody owns the lobby: each account comes and goes by itself.
    fn is_own_business(&self, commit: &CommitOp) -> bool {
        let account = |device: DeviceId| self.devices.get(&device).map(|known| &known.account);
        let own = account(commit.device);
        let is_own = |device: &DeviceId| account(*device).is_none_or(|of| Some(of) == own);
        !adds_others(commit) && commit.removed.iter().all(is_own)
    }
}

/// Whether devices become members that need a welcome.
fn adds_others(commit: &CommitOp) -> bool {
    commit.added.iter().any(|device| *device != commit.device)
}
