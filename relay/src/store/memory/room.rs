//! Rooms and their logs.

use std::collections::BTreeSet;

use wire::id::{DeviceId, Epoch, PostId, RoomId, Seq, UnixMs};
use wire::limit::{FETCH_BYTES, MAX_RECORDS};
use wire::message::{Application, GroupInfo, Payload, Record, RecordKind, Refusal, RoomKind};

use super::{MemoryStore, RoomState};
use crate::store::{CommitOp, Done};

impl RoomState {
    pub(super) fn is_open(&self) -> bool {
        matches!(self.kind, RoomKind::Lobby | RoomKind::Open)
    }

    fn repeated(&self, device: DeviceId, room: RoomId, post: PostId) -> Option<Done> {
        let same = |record: &&Record| record.post == post && record.from == device;
        let record = self.log.iter().find(same)?;
        Some(Done::Repeated { room, post, seq: record.seq, at: record.at })
    }

    fn append(
        &mut self,
        (from, post): (DeviceId, PostId),
        kind: RecordKind,
        payload: Payload,
        at: UnixMs,
    ) -> Record {
        self.head = self.head.next();
        let record = Record { seq: self.head, at, from, post, epoch: self.epoch, kind, payload };
        if kind == RecordKind::Commit {
            self.epoch = self.epoch.next();
        }
        self.log.push(record.clone());
        record
    }

    fn oldest(&self) -> Seq {
        self.log.first().map_or(self.head.next(), |record| record.seq)
    }

    /// # Errors
    /// The refusal, unless the poster is a member, or joins an open room and does nothing else.
    fn check_poster(&self, commit: &CommitOp) -> Result<(), Refusal> {
        if self.members.contains_key(&commit.device) {
            return Ok(());
        }
        if !self.is_open() {
            return Err(Refusal::RoomUnknown);
        }
        let joins = *commit.added == [commit.device] && commit.removed.is_empty();
        if joins { Ok(()) } else { Err(Refusal::NotAllowed) }
    }

    fn check_changes(&self, commit: &CommitOp) -> bool {
        let removed: BTreeSet<_> = commit.removed.iter().collect();
        let added: BTreeSet<_> = commit.added.iter().collect();
        let is_new = |device: &&DeviceId| {
            **device == commit.device
                || removed.contains(*device)
                || !self.members.contains_key(*device)
        };
        // Somebody must be left to close the room.
        (!added.is_empty() || removed.len() < self.members.len())
            && removed.len() == commit.removed.len()
            && added.len() == commit.added.len()
            && removed.iter().all(|device| self.members.contains_key(*device))
            && added.iter().all(is_new)
    }
}

impl MemoryStore {
    fn seen_room(&mut self, device: DeviceId, room: RoomId) -> Result<&mut RoomState, Refusal> {
        if !self.devices.contains_key(&device) {
            return Err(Refusal::NotSignedIn);
        }
        self.rooms.get_mut(&room).ok_or(Refusal::RoomUnknown)
    }

    pub(super) fn create_room(
        &mut self,
        device: DeviceId,
        room: RoomId,
        kind: RoomKind,
        group_info: GroupInfo,
    ) -> Result<Done, Refusal> {
        let creator = self.devices.get_mut(&device).ok_or(Refusal::NotSignedIn)?;
        let second_lobby = kind == RoomKind::Lobby
            && self.rooms.values().any(|state| state.kind == RoomKind::Lobby);
        if second_lobby || self.rooms.contains_key(&room) {
            return Err(Refusal::RoomExists);
        }
        creator.rooms.insert(room);
        let members = [(device, Seq(0))].into();
        let (epoch, head, log) = (Epoch(0), Seq(0), Vec::new());
        self.rooms.insert(room, RoomState { kind, epoch, head, group_info, members, log });
        Ok(Done::RoomCreated { room })
    }

    pub(super) fn group_info(&mut self, device: DeviceId, room: RoomId) -> Result<Done, Refusal> {
        let state = self.seen_room(device, room)?;
        if !state.is_open() && !state.members.contains_key(&device) {
            return Err(Refusal::RoomUnknown);
        }
        let group_info = state.group_info.clone();
        Ok(Done::GroupInfo { room, epoch: state.epoch, head: state.head, group_info })
    }

    pub(super) fn post(
        &mut self,
        (device, room): (DeviceId, RoomId),
        epoch: Epoch,
        post: PostId,
        payload: Application,
        now: UnixMs,
    ) -> Result<Done, Refusal> {
        let state = self.seen_room(device, room)?;
        if let Some(repeated) = state.repeated(device, room, post) {
            return Ok(repeated);
        }
        if !state.members.contains_key(&device) {
            return Err(Refusal::RoomUnknown);
        }
        if epoch != state.epoch {
            return Err(Refusal::Conflict { epoch: state.epoch });
        }
        let payload = Payload::new(payload.into_vec()).map_err(|_| Refusal::NotAllowed)?;
        let record = state.append((device, post), RecordKind::Application, payload, now);
        Ok(Done::Appended { room, record, added: Vec::new(), removed: Vec::new() })
    }

    pub(super) fn commit(&mut self, commit: CommitOp, now: UnixMs) -> Result<Done, Refusal> {
        let (device, room, post) = (commit.device, commit.room, commit.post);
        let added_exist = commit.added.iter().all(|device| self.devices.contains_key(device));
        let account = |device| self.devices.get(device).map(|known| &known.account);
        // Nobody owns the lobby: each account comes and goes by itself.
        let only_own = commit.added.iter().all(|added| *added == device)
            && commit.removed.iter().all(|removed| account(removed) == account(&device));
        let state = self.seen_room(device, room)?;
        if let Some(repeated) = state.repeated(device, room, post) {
            return Ok(repeated);
        }
        state.check_poster(&commit)?;
        if commit.epoch != state.epoch {
            return Err(Refusal::Conflict { epoch: state.epoch });
        }
        if !added_exist
            || !state.check_changes(&commit)
            || (state.kind == RoomKind::Lobby && !only_own)
        {
            return Err(Refusal::NotAllowed);
        }
        let payload = Payload::new(commit.commit.into_vec()).map_err(|_| Refusal::NotAllowed)?;
        let record = state.append((device, post), RecordKind::Commit, payload, now);
        state.group_info = commit.group_info;
        state.members.retain(|member, _| !commit.removed.contains(member));
        for device in commit.added.iter() {
            state.members.entry(*device).or_insert(record.seq);
        }
        let (added, removed) = (commit.added.into_vec(), commit.removed.into_vec());
        self.note_members(room, &added, &removed);
        Ok(Done::Appended { room, record, added, removed })
    }

    /// Keeps the devices' own lists of rooms in step.
    fn note_members(&mut self, room: RoomId, added: &[DeviceId], removed: &[DeviceId]) {
        for device in removed {
            if let Some(device) = self.devices.get_mut(device) {
                device.rooms.remove(&room);
            }
        }
        for device in added {
            if let Some(device) = self.devices.get_mut(device) {
                device.rooms.insert(room);
            }
        }
    }

    pub(super) fn fetch(
        &mut self,
        device: DeviceId,
        room: RoomId,
        after: Seq,
    ) -> Result<Done, Refusal> {
        let state = self.seen_room(device, room)?;
        let joined = *state.members.get(&device).ok_or(Refusal::RoomUnknown)?;
        let oldest = state.oldest().max(joined).max(Seq(1));
        let from = after.next().max(oldest);
        let (mut records, mut bytes) = (Vec::new(), 0);
        let first = state.log.partition_point(|record| record.seq < from);
        for record in state.log.iter().skip(first).take(MAX_RECORDS) {
            bytes += record.payload.len();
            if bytes > FETCH_BYTES && !records.is_empty() {
                break;
            }
            records.push(record.clone());
        }
        Ok(Done::Records { room, oldest, head: state.head, records })
    }
}
