//! Open rooms: the relay knows only their ids, so their owners tell the lobby what they are called.

use std::collections::BTreeMap;

use wire::codec::{Field, Reader, Writer};
use wire::id::RoomId;
use wire::message::RoomKind;

use super::Client;
use super::room::Room;
use crate::content::{Content, check_name};
use crate::encoding::{put_text, read_text};
use crate::event::{RequestId, Role};
use crate::group;
use crate::vault::Vault;
use crate::{Event, MAX_ROOM_NAME_BYTES, Problem};

const ANNOUNCED: &[u8] = b"announced rooms";
const MAX_ANNOUNCED: usize = wire::limit::MAX_ROOMS;

impl Client {
    /// Tells the lobby of open rooms.
    pub(super) fn announce(
        &mut self,
        rooms: Vec<(RoomId, String)>,
        request: Option<RequestId>,
    ) -> Result<(), Problem> {
        let Some(lobby) = self.lobby() else { return Ok(()) };
        for (room, name) in rooms.into_iter().filter(|(_, name)| !name.is_empty()) {
            self.queue(lobby, request, Content::Announcement { room, name })?;
            self.asked.extend(request.map(|request| (request, room)));
        }
        Ok(())
    }

    /// The lobby, if this device is in it.
    pub(super) fn lobby(&self) -> Option<RoomId> {
        let is_lobby = |room: &Room| room.stored.kind == RoomKind::Lobby && room.is_member();
        self.rooms.iter().find(|(_, room)| is_lobby(room)).map(|(id, _)| *id)
    }

    /// Somebody in the lobby told what an open room is called. Once inside, its owners' word counts.
    pub(super) fn take_announcement(&mut self, room: RoomId, name: String) -> Result<(), Problem> {
        if check_name(&name, MAX_ROOM_NAME_BYTES).is_err() {
            return Ok(());
        }
        if !self.rooms.contains_key(&room) {
            self.joinable.insert(room);
        }
        if self.announced.len() < MAX_ANNOUNCED || self.announced.contains_key(&room) {
            self.announced.insert(room, name);
            self.vault.put_value(ANNOUNCED, &Names(self.announced.clone()))?;
        }
        if self.joinable.contains(&room) {
            let info = self.joinable_info(room);
            self.tell(Event::RoomChanged(info));
        }
        Ok(())
    }

    /// Whether this account owns an open room, which newcomers to the lobby are told of.
    pub(super) fn owns_open_room(&mut self) -> Result<bool, Problem> {
        Ok(!self.own_open_rooms()?.is_empty())
    }

    /// The open rooms that this account owns, and their names.
    pub(super) fn own_open_rooms(&mut self) -> Result<Vec<(RoomId, String)>, Problem> {
        let own = self.profile.identity.certificate.account_key;
        let open: Vec<(RoomId, String)> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.stored.kind == RoomKind::Open && room.is_ready())
            .map(|(id, room)| (*id, room.stored.name.clone()))
            .collect();
        let mut owned = Vec::new();
        for (id, name) in open {
            let charter = self.with_group(id, |group| group::charter(group))?;
            if charter.is_some_and(|charter| charter.role(&own) == Role::Owner) {
                owned.push((id, name));
            }
        }
        Ok(owned)
    }
}

pub(super) fn load(vault: &Vault) -> Result<BTreeMap<RoomId, String>, Problem> {
    Ok(vault.value::<Names>(ANNOUNCED)?.unwrap_or_default().0)
}

#[derive(Default)]
struct Names(BTreeMap<RoomId, String>);

impl Field for Names {
    const WHAT: &'static str = "names of rooms";

    fn encode(&self, w: &mut Writer) {
        w.count(self.0.len());
        for (room, name) in &self.0 {
            room.encode(w);
            put_text(w, name);
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let count = r.count(MAX_ANNOUNCED, Self::WHAT)?;
        let name = |_| Ok((Field::decode(r)?, read_text(r, MAX_ROOM_NAME_BYTES)?));
        Ok(Self((0..count).map(name).collect::<Result<_, wire::Error>>()?))
    }
}
