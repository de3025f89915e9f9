//! Answers from what the profile has.

use std::collections::BTreeMap;

use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{DeviceId, Handle, RoomId};
use wire::message::RoomKind;

use super::Client;
use crate::event::{Device, Member, RoomInfo};
use crate::group::{self, Provider};
use crate::{Event, Problem};

impl Client {
    pub(super) fn list_rooms(&mut self) -> Result<(), Problem> {
        let ids: Vec<RoomId> =
            self.rooms.iter().filter(|(_, room)| room.is_member()).map(|(id, _)| *id).collect();
        let rooms = ids.into_iter().map(|id| self.room_info(id)).collect::<Result<_, _>>()?;
        self.tell(Event::Rooms(rooms));
        Ok(())
    }

    pub(super) fn list_members(&mut self, room: RoomId) -> Result<(), Problem> {
        let room = self.known_room(room)?;
        let own = self.profile.identity.handle().clone();
        let members = self
            .members_by_handle(room)?
            .into_iter()
            .map(|(handle, devices)| Member { own: handle == own, handle, devices })
            .collect();
        self.tell(Event::Members { room, members });
        Ok(())
    }

    /// This account's devices, as the groups it is in know them.
    pub(super) fn list_devices(&mut self) -> Result<(), Problem> {
        let own = self.profile.identity.certificate.clone();
        let mut devices = BTreeMap::from([(own.device(), own.clone())]);
        let ids: Vec<RoomId> =
            self.rooms.iter().filter(|(_, room)| room.is_member()).map(|(id, _)| *id).collect();
        for id in ids {
            for certificate in self.certificates(id)? {
                if certificate.account_key == own.account_key {
                    devices.insert(certificate.device(), certificate);
                }
            }
        }
        let mut devices: Vec<Device> = devices
            .into_iter()
            .map(|(device, certificate)| Device {
                device,
                created: certificate.created,
                own: device == own.device(),
            })
            .collect();
        devices.sort_by_key(|device| (device.created, device.device));
        self.tell(Event::Devices(devices));
        Ok(())
    }

    pub(super) fn room_info(&mut self, id: RoomId) -> Result<RoomInfo, Problem> {
        let members = self.members_by_handle(id)?.len();
        let room = self.room_mut(id)?;
        let name = match room.stored.kind {
            RoomKind::Lobby => "lobby".to_owned(),
            RoomKind::Open | RoomKind::Closed | RoomKind::Direct => id.to_string(),
        };
        Ok(RoomInfo { room: id, name, kind: room.stored.kind, members, head: room.stored.have })
    }

    pub(super) fn members_by_handle(
        &mut self,
        id: RoomId,
    ) -> Result<BTreeMap<Handle, Vec<DeviceId>>, Problem> {
        let mut members: BTreeMap<Handle, Vec<DeviceId>> = BTreeMap::new();
        for certificate in self.certificates(id)? {
            let device = certificate.device();
            members.entry(certificate.handle).or_default().push(device);
        }
        Ok(members)
    }

    fn certificates(&mut self, id: RoomId) -> Result<Vec<Certificate>, Problem> {
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Problem::RoomUnknown)?;
        Ok(group::members(room.group(&provider, id)?).collect())
    }
}
