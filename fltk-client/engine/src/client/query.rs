//! Answers from what the profile has.

use std::collections::BTreeMap;

use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{DeviceId, Handle, RoomId, Seq};
use wire::message::RoomKind;

use super::Client;
use super::stored::Standing;
use super::summary::Summarised;
use crate::event::{Entry, Member, Membership, RoomInfo};
use crate::group;
use crate::{Event, Problem, Role};

/// A room with more other members than these is not named after them.
const MAX_NAMED: usize = 3;

impl Client {
    /// The account's rooms, those it left, and those it may join.
    pub(super) fn list_rooms(&mut self) -> Result<(), Problem> {
        let known: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.is_ours() || room.is_left())
            .map(|(id, _)| *id)
            .collect();
        let mut rooms =
            known.into_iter().map(|id| self.room_info(id)).collect::<Result<Vec<_>, _>>()?;
        rooms.extend(self.joinable.iter().map(|id| self.joinable_info(*id)));
        rooms.sort_by_key(|info| info.room);
        self.tell(Event::Rooms(rooms));
        Ok(())
    }

    /// An open room that this account is not in.
    pub(super) fn joinable_info(&self, id: RoomId) -> RoomInfo {
        RoomInfo {
            room: id,
            name: self.announced.get(&id).cloned().unwrap_or_else(|| id.to_string()),
            topic: String::new(),
            kind: RoomKind::Open,
            standing: Membership::Joinable,
            members: 0,
            history: 0,
            head: Seq(0),
            lifetime_s: 0,
            read: Seq(0),
            unread: 0,
            mentions: 0,
            last: None,
            readers: Vec::new(),
        }
    }

    pub(super) fn list_members(&mut self, id: RoomId) -> Result<(), Problem> {
        let id = self.known_room(id)?;
        let own = self.profile.identity.handle().clone();
        let stale = self.stale_devices(id)?;
        let (charter, leaves) = self.with_group(id, |group| {
            (group::charter(group), group::members(group).collect::<Vec<_>>())
        })?;
        let mut members = Vec::new();
        for (handle, devices) in self.members_by_handle(id)? {
            let is_owner = |leaf: &Certificate| {
                let role = charter.as_ref().map(|charter| charter.role(&leaf.account_key));
                leaf.handle == handle && role == Some(Role::Owner)
            };
            let role = if leaves.iter().any(is_owner) { Role::Owner } else { Role::Member };
            members.push(Member {
                role,
                stale: devices.iter().filter(|device| stale.contains(device)).count(),
                own: handle == own,
                trust: self.pins.trust(&self.vault, &handle)?,
                handle,
                devices,
            });
        }
        self.tell(Event::Members { room: id, members });
        Ok(())
    }

    pub(super) fn room_info(&mut self, id: RoomId) -> Result<RoomInfo, Problem> {
        let own = self.profile.identity.certificate.clone();
        let Summarised { members, others, charter } = self.summary(id)?;
        let unread = self.unread(id)?;
        let announced = self.announced.get(&id).cloned();
        let readers = self.read_by(id, &others)?;
        let lifetime_s = charter.as_ref().map_or(0, |charter| charter.lifetime_s);
        let room = self.room_mut(id)?;
        if room.stored.kind == RoomKind::Direct
            && let Some(peer) = others.first()
            && room.stored.name.is_empty()
        {
            // Kept for when the group is gone.
            room.stored.name = format!("@{peer}");
            room.changed = true;
        }
        let others: Vec<&str> = others.iter().map(Handle::as_str).collect();
        let name = match room.stored.kind {
            RoomKind::Lobby => "lobby".to_owned(),
            _ if !room.stored.name.is_empty() => room.stored.name.clone(),
            // Until an owner says it.
            RoomKind::Open if announced.is_some() => announced.unwrap_or_default(),
            _ if (1..=MAX_NAMED).contains(&others.len()) => others.join(", "),
            _ => id.to_string(),
        };
        let standing = match room.stored.standing {
            Standing::Left(_) | Standing::Leaving(_) => Membership::Left,
            _ => Membership::In(
                charter.as_ref().map_or(Role::Member, |charter| charter.role(&own.account_key)),
            ),
        };
        Ok(RoomInfo {
            room: id,
            name,
            topic: room.stored.topic.clone(),
            kind: room.stored.kind,
            standing,
            members,
            history: charter.map_or(0, |charter| charter.history),
            head: room.stored.have,
            lifetime_s,
            read: room.marker.seq(),
            unread: unread.messages,
            mentions: unread.mentions,
            last: unread.last,
            readers,
        })
    }

    /// The lines after a place, in order, at most `limit`, without messages whose time is over: none
    /// only where the timeline ends.
    pub(super) fn entries_after(
        &self,
        room: RoomId,
        mut after: Seq,
        limit: u32,
    ) -> Result<Vec<Entry>, Problem> {
        loop {
            let mut entries = self.vault.entries(room, after, limit)?;
            let Some(last) = entries.last() else { return Ok(entries) };
            after = last.seq;
            entries.retain(|entry| !entry.is_expired(self.now.wall));
            if !entries.is_empty() {
                return Ok(entries);
            }
        }
    }

    /// The lines before a place, likewise: the last of them, none only where the timeline begins.
    pub(super) fn entries_before(
        &self,
        room: RoomId,
        mut before: Seq,
        limit: u32,
    ) -> Result<Vec<Entry>, Problem> {
        loop {
            let mut entries = self.vault.entries_before(room, before, limit)?;
            let Some(first) = entries.first() else { return Ok(entries) };
            before = first.seq;
            entries.retain(|entry| !entry.is_expired(self.now.wall));
            if !entries.is_empty() {
                return Ok(entries);
            }
        }
    }

    /// The accounts in a room and their devices; without those that have said farewell.
    pub(super) fn members_by_handle(
        &mut self,
        id: RoomId,
    ) -> Result<BTreeMap<Handle, Vec<DeviceId>>, Problem> {
        let mut members: BTreeMap<Handle, Vec<DeviceId>> = BTreeMap::new();
        let leaving = self.room_mut(id)?.stored.leaving.clone();
        for certificate in self.certificates(id)? {
            if !leaving.contains(&certificate.account_key) {
                let device = certificate.device();
                members.entry(certificate.handle).or_default().push(device);
            }
        }
        Ok(members)
    }

    /// What all members of the same epoch of a room's group have alike, and nobody else (RFC 9420
    /// §8.7); `None` if this device is in no such room.
    pub fn epoch_authenticator(&mut self, room: RoomId) -> Option<Vec<u8>> {
        let is_member = self.rooms.get(&room).is_some_and(super::room::Room::is_member);
        let read = |group: &mut openmls::prelude::MlsGroup| {
            group.epoch_authenticator().as_slice().to_vec()
        };
        if is_member { self.with_group(room, read).ok() } else { None }
    }

    pub(super) fn certificates(&mut self, id: RoomId) -> Result<Vec<Certificate>, Problem> {
        self.with_group(id, |group| group::members(group).collect())
    }
}
