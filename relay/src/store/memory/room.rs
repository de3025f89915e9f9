//! Rooms and their logs.

use std::collections::{BTreeMap, BTreeSet};

use wire::id::{DeviceId, Epoch, PostId, RoomId, Seq, UnixMs};
use wire::limit::{FETCH_BYTES, MAX_RECORDS};
use wire::message::{Application, GroupInfo, Payload, Record, RecordKind, Refusal, RoomKind};

use super::{Device, Member, MemoryStore, RoomState, Span};
use crate::store::{Done, MAX_MEMBERSHIPS};

impl Device {
    /// Whether it is in as many rooms as it may be.
    pub(super) fn is_crowded(&self) -> bool {
        self.rooms.len() >= MAX_MEMBERSHIPS
    }
}

impl RoomState {
    pub(super) fn repeated(&self, device: DeviceId, room: RoomId, post: PostId) -> Option<Done> {
        let same = |record: &&Record| record.post == post && record.from == device;
        let record = self.log.iter().find(same)?;
        Some(Done::Repeated { room, post, seq: record.seq, at: record.at })
    }

    pub(super) fn append(
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

    /// The epoch that a commit of the log begins.
    pub(super) fn epoch_after(&self, commit: Seq) -> Epoch {
        let record = self.log.iter().find(|record| record.seq == commit);
        record.map_or(self.epoch, |record| record.epoch.next())
    }

    /// What a device may read.
    fn span(&self, device: &DeviceId) -> Option<Span> {
        let of_member = |member: &Member| Span { joined: member.joined, head: self.head };
        self.members.get(device).map(of_member).or_else(|| self.former.get(device).copied())
    }

    /// Ends a membership with a commit, which its device may read still.
    pub(super) fn end_member(&mut self, device: &DeviceId, until: Seq) {
        if let Some(Member { joined, .. }) = self.members.get(device).copied() {
            self.former.insert(*device, Span { joined, head: until });
        }
        self.remove_member(device);
    }

    /// Ends a membership, and the welcome that only it waited for.
    pub(super) fn remove_member(&mut self, device: &DeviceId) {
        let gone = self.members.remove(device);
        self.drop_welcome_unless_awaited(gone.and_then(|member| member.welcome));
    }

    fn drop_welcome_unless_awaited(&mut self, seq: Option<Seq>) {
        let Some(seq) = seq else { return };
        if self.members.values().all(|member| member.welcome != Some(seq)) {
            self.welcomes.remove(&seq);
        }
    }
}

impl MemoryStore {
    pub(super) fn seen_room(&self, device: DeviceId, room: RoomId) -> Result<&RoomState, Refusal> {
        self.known_device(device).ok_or(Refusal::NotSignedIn)?;
        self.rooms.get(&room).ok_or(Refusal::RoomUnknown)
    }

    fn changed_room(&mut self, device: DeviceId, room: RoomId) -> Result<&mut RoomState, Refusal> {
        self.known_device(device).ok_or(Refusal::NotSignedIn)?;
        self.rooms.get_mut(&room).ok_or(Refusal::RoomUnknown)
    }

    /// Whether a device that is no member may see the room and join it by itself.
    pub(super) fn may_join(&self, state: &RoomState, device: DeviceId) -> bool {
        matches!(state.kind, RoomKind::Lobby | RoomKind::Open) || self.has_sibling(state, device)
    }

    /// Whether a device of the same account is a member.
    pub(super) fn has_sibling(&self, state: &RoomState, device: DeviceId) -> bool {
        let account =
            self.devices.get(&device).and_then(|device| self.accounts.get(&device.account));
        let mut siblings = account.into_iter().flat_map(|account| &account.devices);
        siblings.any(|sibling| state.members.contains_key(sibling))
    }

    /// Devices of the accounts of these devices that are no members of the room.
    pub(super) fn siblings(&self, room: RoomId, of: &[DeviceId]) -> Vec<DeviceId> {
        let Some(state) = self.rooms.get(&room) else { return Vec::new() };
        let accounts = of.iter().filter_map(|device| self.devices.get(device));
        let accounts = accounts.filter_map(|device| self.accounts.get(&device.account));
        let siblings = accounts.flat_map(|account| account.devices.iter().copied());
        let siblings: BTreeSet<DeviceId> =
            siblings.filter(|sibling| !state.members.contains_key(sibling)).collect();
        siblings.into_iter().collect()
    }

    pub(super) fn create_room(
        &mut self,
        device: DeviceId,
        (room, kind): (RoomId, RoomKind),
        group_info: GroupInfo,
        max_made: u32,
    ) -> Result<Done, Refusal> {
        let creator = self.known_device(device).ok_or(Refusal::NotSignedIn)?;
        let (creator, is_crowded) = (creator.account.clone(), creator.is_crowded());
        let is_lobby = |state: &RoomState| state.kind == RoomKind::Lobby;
        let second_lobby = kind == RoomKind::Lobby && self.rooms.values().any(is_lobby);
        if second_lobby || self.rooms.contains_key(&room) {
            return Err(Refusal::RoomExists);
        }
        let made = self.rooms.values().filter(|state| state.creator == creator && !is_lobby(state));
        let may = kind == RoomKind::Lobby
            || u32::try_from(made.count()).is_ok_and(|made| made < max_made);
        if !may {
            return Err(Refusal::TooManyRooms);
        }
        if is_crowded {
            return Err(Refusal::NotAllowed);
        }
        let members = [(device, Member { joined: Seq(0), welcome: None })].into();
        let state = RoomState {
            kind,
            creator,
            epoch: Epoch(0),
            head: Seq(0),
            group_info,
            members,
            former: BTreeMap::new(),
            welcomes: BTreeMap::new(),
            log: Vec::new(),
        };
        self.rooms.insert(room, state);
        self.note_members(room, &[device], &[]);
        Ok(Done::RoomCreated { room, kind, siblings: self.siblings(room, &[device]) })
    }

    pub(super) fn group_info(&self, device: DeviceId, room: RoomId) -> Result<Done, Refusal> {
        let state = self.seen_room(device, room)?;
        if !state.members.contains_key(&device) && !self.may_join(state, device) {
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
        let state = self.changed_room(device, room)?;
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
        Ok(Done::Appended { room, record, changes: None })
    }

    /// Keeps the devices' own lists of rooms in step.
    pub(super) fn note_members(&mut self, room: RoomId, added: &[DeviceId], removed: &[DeviceId]) {
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
        let state = self.changed_room(device, room)?;
        let Span { joined, head } = state.span(&device).ok_or(Refusal::RoomUnknown)?;
        let member = state.members.get_mut(&device);
        let done_with =
            member.and_then(|member| member.welcome.take_if(|welcome| *welcome <= after));
        state.drop_welcome_unless_awaited(done_with);
        let oldest = state.oldest().max(joined).max(Seq(1));
        let from = after.next().max(oldest);
        let (mut records, mut bytes) = (Vec::new(), 0);
        let first = state.log.partition_point(|record| record.seq < from);
        let readable = state.log.iter().skip(first).take_while(|record| record.seq <= head);
        for record in readable.take(MAX_RECORDS) {
            bytes += record.payload.len();
            if bytes > FETCH_BYTES && !records.is_empty() {
                break;
            }
            records.push(record.clone());
        }
        Ok(Done::Records { room, oldest, head, records })
    }

    pub(super) fn welcome(&self, device: DeviceId, room: RoomId) -> Result<Done, Refusal> {
        let state = self.seen_room(device, room)?;
        let waits = state.members.get(&device).and_then(|member| member.welcome);
        let seq = waits.ok_or(Refusal::RoomUnknown)?;
        let welcoming = state.welcomes.get(&seq).ok_or(Refusal::StoreUnavailable)?;
        let (epoch, welcome) = (welcoming.epoch, welcoming.body.clone());
        Ok(Done::Welcome { room, epoch, seq, welcome })
    }

    /// Ends a membership that the device knows of. It may have been added again just now.
    pub(super) fn leave(
        &mut self,
        device: DeviceId,
        room: RoomId,
        seq: Seq,
    ) -> Result<Done, Refusal> {
        self.known_device(device).ok_or(Refusal::NotSignedIn)?;
        if let Some(state) = self.rooms.get(&room)
            && state.span(&device).is_some_and(|span| span.joined > seq)
        {
            return Ok(match state.members.contains_key(&device) {
                true => Done::StillMember,
                false => Done::Left { device, room },
            });
        }
        self.note_members(room, &[], &[device]);
        self.leave_room(room, device);
        Ok(Done::Left { device, room })
    }

    /// Ends a membership. A room without members is nobody's any more, but for the lobby.
    pub(super) fn leave_room(&mut self, room: RoomId, device: DeviceId) {
        let Some(state) = self.rooms.get_mut(&room) else { return };
        state.former.remove(&device);
        if !state.members.contains_key(&device) {
            return;
        }
        state.remove_member(&device);
        if state.members.is_empty() && state.kind != RoomKind::Lobby {
            self.rooms.remove(&room);
            for file in self.files.values_mut() {
                file.room.take_if(|of| *of == room);
            }
        }
    }
}
