//! Making rooms: the lobby, those that people ask for, and direct conversations.

use wire::codec::Bytes;
use wire::id::{Handle, RoomId};
use wire::message::{DeviceKeyPackage, RoomKind, ToRelay};

use super::change::{Want, Wanted};
use super::join::{OUT_OF_ORDER, TOO_LARGE};
use super::room::Room;
use super::stored::Standing;
use super::{Client, Request};
use crate::charter::Charter;
use crate::command::Access;
use crate::content::check_name;
use crate::event::RequestId;
use crate::group::{self, Provider};
use crate::{MAX_HISTORY, MAX_ROOM_NAME_BYTES, Problem};

impl Client {
    /// Makes a room that a person asked for.
    pub(super) fn create_named(
        &mut self,
        request: RequestId,
        access: Access,
        name: String,
        history: u16,
    ) -> Result<(), Problem> {
        check_name(&name, MAX_ROOM_NAME_BYTES)?;
        if history > MAX_HISTORY {
            return Err(Problem::HistoryTooLong { max: MAX_HISTORY });
        }
        let kind = match access {
            Access::Open => RoomKind::Open,
            Access::Closed => RoomKind::Closed,
        };
        let own = self.profile.identity.certificate.account_key;
        let charter = Charter { history, ..Charter::new(kind, [own]) };
        let id = self.create_room(&charter, Some(request))?;
        self.room_mut(id)?.stored.name = name;
        Ok(())
    }

    /// Makes a room with this device alone, once there is a connection.
    pub(super) fn create_room(
        &mut self,
        charter: &Charter,
        request: Option<RequestId>,
    ) -> Result<RoomId, Problem> {
        let id = RoomId::from_array(self.random.array());
        let provider = Provider::new(&self.crypto, &self.vault);
        let (group, info) = group::create(&provider, &self.profile.identity, id, charter)?;
        let standing = Standing::Creating(Bytes::new(info).map_err(|_| TOO_LARGE)?);
        let mut room = Room::new(charter.kind, standing);
        room.group = Some(group);
        room.entered_for = request;
        room.stored.refreshed = self.now.wall;
        let own = self.profile.identity.certificate.clone();
        self.pins.meet(&self.vault, &own)?;
        self.add_room(id, room)?;
        self.resume_room(id)?;
        Ok(id)
    }

    /// The relay has the room that was made here.
    pub(super) fn handle_created(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        if !matches!(room.stored.standing, Standing::Creating(_)) {
            return Err(OUT_OF_ORDER);
        }
        room.set(Standing::Member);
        let (kind, name) = (room.stored.kind, room.stored.name.clone());
        if kind == RoomKind::Open {
            // Made for good once those who may join have heard of it.
            let lobby = self.lobby().and_then(|lobby| self.rooms.get(&lobby));
            let can_hear = lobby.is_some_and(Room::is_ready);
            let request = if can_hear { self.room_mut(id)?.entered_for.take() } else { None };
            self.announce(vec![(id, name)], request)?;
        }
        self.tell_entered(id)?;
        self.mark_caught_up(id)
    }

    /// Finds the direct conversation with an account, or asks for what makes one.
    pub(super) fn open_direct(&mut self, request: RequestId, peer: Handle) -> Result<(), Problem> {
        if peer == *self.profile.identity.handle() {
            return Err(Problem::AlreadyMember(peer));
        }
        match self.direct_with(&peer)? {
            Some(room) if self.members_by_handle(room)?.contains_key(&peer) => {
                self.done(Some(request), Some(room));
                Ok(())
            }
            // A crash came between making it and adding the other.
            Some(room) => {
                self.want(room, Some(request), Want::Invite { handle: peer, packages: None })
            }
            None => {
                let message = ToRelay::ClaimKeyPackages { handle: peer.clone() };
                self.request(Request::ClaimDirect(request, peer), message);
                Ok(())
            }
        }
    }

    fn direct_with(&mut self, peer: &Handle) -> Result<Option<RoomId>, Problem> {
        let Some(key) = self.pins.key(&self.vault, peer)? else { return Ok(None) };
        let direct: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.stored.kind == RoomKind::Direct && room.is_member())
            .map(|(id, _)| *id)
            .collect();
        for id in direct {
            let charter = self.with_group(id, |group| group::charter(group))?;
            if charter.is_some_and(|charter| charter.owners.contains(&key)) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// The relay has given key packages of the other side of a direct conversation.
    pub(super) fn handle_claimed_direct(
        &mut self,
        request: RequestId,
        handle: Handle,
        packages: Vec<DeviceKeyPackage>,
    ) -> Result<(), Problem> {
        let (_, key) = match self.check_packages(&handle, &packages) {
            Ok(checked) => checked,
            Err(problem @ Problem::RelayMisbehaved(_)) => return Err(problem),
            Err(problem) => {
                self.failed(Some(request), problem);
                return Ok(());
            }
        };
        let own = self.profile.identity.certificate.account_key;
        let id = self.create_room(&Charter::new(RoomKind::Direct, [own, key]), None)?;
        let want = Want::Invite { handle, packages: Some(packages) };
        self.room_mut(id)?.wanted.push_back(Wanted { id: Some(request), want });
        Ok(())
    }
}
