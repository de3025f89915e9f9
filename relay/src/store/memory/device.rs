//! Devices: signing in, and what an account does with its own.

use std::collections::BTreeSet;

use wire::codec::List;
use wire::id::{DeviceId, Handle, RoomId, UnixMs};
use wire::limit::MAX_ROOMS;
use wire::message::{DeviceInfo, Presence, Refusal, RoomSummary, SealedName, SignedIn};

use super::account::one_use_left;
use super::{Device, MemoryStore, RoomState};
use crate::store::{Done, NewDevice, SignedInDevice, is_stale};

impl MemoryStore {
    pub(super) fn sign_in(&mut self, noise_key: &[u8; 32], now: UnixMs) -> Result<Done, Refusal> {
        let Some(id) = self.noise_keys.get(noise_key).copied() else { return Ok(Done::NoDevice) };
        let device = self.devices.get_mut(&id).ok_or(Refusal::StoreUnavailable)?;
        let account = self.accounts.get(&device.account).ok_or(Refusal::StoreUnavailable)?;
        if device.revoked || !account.enabled {
            return Ok(Done::NoDevice);
        }
        if is_stale(device.seen, now) {
            device.seen = now;
        }
        let (handle, one_use_left) = (device.account.clone(), one_use_left(device));
        let (account, revoked) = (account.id, Vec::new());
        let rooms = List::new(self.visible_rooms(id)).unwrap_or_default();
        let signed_in = SignedIn { handle, device: id, one_use_left, rooms };
        Ok(Done::SignedIn(Box::new(SignedInDevice { account, signed_in, revoked })))
    }

    fn visible_rooms(&self, id: DeviceId) -> Vec<RoomSummary> {
        let summary = |(room, state): (&RoomId, &RoomState)| {
            let presence = self.presence(state, id);
            let (epoch, head) = match (presence, state.former.get(&id)) {
                (Presence::Former, Some(span)) => (state.epoch_after(span.head), span.head),
                _ => (state.epoch, state.head),
            };
            RoomSummary { room: *room, kind: state.kind, epoch, head, presence }
        };
        let own = self.rooms.iter().filter(|(_, state)| state.members.contains_key(&id));
        let is_seen =
            |state: &RoomState| state.former.contains_key(&id) || self.may_join(state, id);
        let others = self
            .rooms
            .iter()
            .filter(|(_, state)| !state.members.contains_key(&id) && is_seen(state));
        own.chain(others).map(summary).take(MAX_ROOMS).collect()
    }

    fn presence(&self, state: &RoomState, device: DeviceId) -> Presence {
        match state.members.contains_key(&device) {
            true => Presence::Device,
            false if self.has_sibling(state, device) => Presence::Account,
            false if state.former.contains_key(&device) => Presence::Former,
            false => Presence::None,
        }
    }

    pub(super) fn check_new_device(&self, device: &NewDevice) -> Result<(), Refusal> {
        let known = self.devices.contains_key(&device.device)
            || self.noise_keys.contains_key(&device.noise_key);
        if known { Err(Refusal::NotAllowed) } else { Ok(()) }
    }

    pub(super) fn add_device(
        &mut self,
        account: Handle,
        new: NewDevice,
        revoked: Vec<DeviceId>,
        seen: UnixMs,
    ) -> Result<Done, Refusal> {
        if let Some(account) = self.accounts.get_mut(&account) {
            account.devices.push(new.device);
        }
        let device = Device {
            account,
            certificate: new.certificate,
            name: SealedName::default(),
            seen,
            revoked: false,
            one_use: Vec::new(),
            last_resort: None,
            rooms: BTreeSet::new(),
        };
        self.devices.insert(new.device, device);
        self.noise_keys.insert(new.noise_key, new.device);
        let mut done = self.sign_in(&new.noise_key, seen)?;
        if let Done::SignedIn(signed_in) = &mut done {
            signed_in.revoked = revoked;
        }
        Ok(done)
    }

    /// A device that is not revoked.
    pub(super) fn known_device(&self, device: DeviceId) -> Option<&Device> {
        self.devices.get(&device).filter(|device| !device.revoked)
    }

    pub(super) fn list_devices(&self, device: DeviceId) -> Result<Done, Refusal> {
        let account = &self.known_device(device).ok_or(Refusal::NotSignedIn)?.account;
        let account = self.accounts.get(account).ok_or(Refusal::StoreUnavailable)?;
        let known = account.devices.iter().filter_map(|device| self.devices.get(device));
        let info = |device: &Device| DeviceInfo {
            certificate: device.certificate.clone(),
            name: device.name.clone(),
            seen: device.seen,
        };
        Ok(Done::Devices(known.map(info).collect()))
    }

    pub(super) fn name_device(
        &mut self,
        by: DeviceId,
        device: DeviceId,
        name: SealedName,
    ) -> Result<Done, Refusal> {
        let account = self.known_device(by).ok_or(Refusal::NotSignedIn)?.account.clone();
        let named = self.devices.get_mut(&device).filter(|device| !device.revoked);
        named.filter(|device| device.account == account).ok_or(Refusal::NotAllowed)?.name = name;
        Ok(Done::DeviceNamed)
    }

    pub(super) fn revoke_device(
        &mut self,
        by: DeviceId,
        device: DeviceId,
    ) -> Result<Done, Refusal> {
        let account = &self.known_device(by).ok_or(Refusal::NotSignedIn)?.account;
        let found = self.devices.get(&device).filter(|device| device.account == *account);
        if found.is_none() || by == device {
            return Err(Refusal::NotAllowed);
        }
        self.revoke(device);
        Ok(Done::DeviceRevoked { device })
    }

    pub(super) fn revoke_all(&mut self, account: &Handle) -> Vec<DeviceId> {
        let devices = self.accounts.get(account).map(|account| account.devices.clone());
        let devices = devices.unwrap_or_default();
        devices.iter().for_each(|device| self.revoke(*device));
        devices
    }

    /// Ends a device. Its id and static key stay, so that they are never accepted again.
    fn revoke(&mut self, id: DeviceId) {
        let Some(device) = self.devices.get_mut(&id) else { return };
        device.revoked = true;
        (device.one_use, device.last_resort) = (Vec::new(), None);
        let rooms = core::mem::take(&mut device.rooms);
        if let Some(account) = self.accounts.get_mut(&device.account) {
            account.devices.retain(|other| *other != id);
        }
        rooms.into_iter().for_each(|room| self.leave_room(room, id));
        for state in self.rooms.values_mut() {
            state.former.remove(&id);
        }
    }
}
