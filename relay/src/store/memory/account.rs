//! Accounts, devices, invitations and key packages.

use std::collections::BTreeSet;

use wire::codec::List;
use wire::id::{DeviceId, Handle, UnixMs};
use wire::limit::{MAX_DEVICES, MAX_KEY_PACKAGES, MAX_ROOMS};
use wire::message::{
    DeviceKeyPackage, InviteToken, KeyPackage, OpaqueMessage, Refusal, RoomSummary, SealedAccount,
    SignedIn,
};

use super::{Account, Device, MemoryStore, RoomState};
use crate::store::{AccountId, AccountRecord, Done, NewDevice, SignedInDevice};

impl MemoryStore {
    pub(super) fn sign_in(&self, noise_key: &[u8; 32]) -> Result<Done, Refusal> {
        let Some(id) = self.noise_keys.get(noise_key) else { return Ok(Done::NoDevice) };
        let device = self.devices.get(id).ok_or(Refusal::StoreUnavailable)?;
        let account = self.accounts.get(&device.account).ok_or(Refusal::StoreUnavailable)?;
        if !account.enabled {
            return Ok(Done::NoDevice);
        }
        let signed_in = SignedIn {
            handle: device.account.clone(),
            device: *id,
            one_use_left: one_use_left(device),
            rooms: List::new(self.visible_rooms(*id, device)).unwrap_or_default(),
        };
        Ok(Done::SignedIn(Box::new(SignedInDevice { account: account.id, signed_in })))
    }

    fn visible_rooms(&self, id: DeviceId, device: &Device) -> Vec<RoomSummary> {
        let summary = |(room, state): (&wire::id::RoomId, &RoomState)| RoomSummary {
            room: *room,
            kind: state.kind,
            epoch: state.epoch,
            head: state.head,
            member: state.members.contains_key(&id),
        };
        let own = device.rooms.iter().filter_map(|room| self.rooms.get_key_value(room));
        let open = self
            .rooms
            .iter()
            .filter(|(room, state)| state.is_open() && !device.rooms.contains(*room));
        own.chain(open).map(summary).take(MAX_ROOMS).collect()
    }

    pub(super) fn check_registration(
        &self,
        handle: &Handle,
        invite: Option<&InviteToken>,
        now: UnixMs,
    ) -> Result<Done, Refusal> {
        if let Some(token) = invite {
            self.invitations.get(token).ok_or(Refusal::InvitationUnknown)?.check(now)?;
        }
        let taken = self.accounts.contains_key(handle);
        if taken { Err(Refusal::HandleTaken) } else { Ok(Done::Checked) }
    }

    /// The caller has checked handle and invitation.
    pub(super) fn register(
        &mut self,
        (handle, record, sealed_account): (Handle, OpaqueMessage, SealedAccount),
        invite: Option<&InviteToken>,
        device: NewDevice,
        created: UnixMs,
    ) -> Result<Done, Refusal> {
        self.check_new_device(&device)?;
        if let Some(state) = invite.and_then(|token| self.invitations.get_mut(token)) {
            state.uses_left = state.uses_left.saturating_sub(1);
        }
        let id = AccountId(u64::try_from(self.accounts.len()).unwrap_or(u64::MAX) + 1);
        let (enabled, devices) = (true, Vec::new());
        let account = Account { id, record, sealed_account, enabled, created, devices };
        self.accounts.insert(handle.clone(), account);
        self.add_device(handle, device)
    }

    pub(super) fn find_account(&self, handle: &Handle) -> Done {
        Done::Account(self.accounts.get(handle).map(|account| {
            Box::new(AccountRecord {
                account: account.id,
                enabled: account.enabled,
                record: account.record.clone(),
                sealed_account: account.sealed_account.clone(),
            })
        }))
    }

    pub(super) fn enroll(&mut self, id: AccountId, device: NewDevice) -> Result<Done, Refusal> {
        let account = self.accounts.iter().find(|(_, account)| account.id == id);
        let (handle, account) =
            account.filter(|(_, account)| account.enabled).ok_or(Refusal::AccountDisabled)?;
        if account.devices.len() >= MAX_DEVICES {
            return Err(Refusal::TooManyDevices);
        }
        self.check_new_device(&device)?;
        self.add_device(handle.clone(), device)
    }

    fn check_new_device(&self, device: &NewDevice) -> Result<(), Refusal> {
        let known = self.devices.contains_key(&device.device)
            || self.noise_keys.contains_key(&device.noise_key);
        if known { Err(Refusal::NotAllowed) } else { Ok(()) }
    }

    fn add_device(&mut self, account: Handle, new: NewDevice) -> Result<Done, Refusal> {
        if let Some(account) = self.accounts.get_mut(&account) {
            account.devices.push(new.device);
        }
        let (one_use, last_resort, rooms) = (Vec::new(), None, BTreeSet::new());
        self.devices.insert(new.device, Device { account, one_use, last_resort, rooms });
        self.noise_keys.insert(new.noise_key, new.device);
        self.sign_in(&new.noise_key)
    }

    pub(super) fn publish(
        &mut self,
        device: DeviceId,
        one_use: Vec<KeyPackage>,
        last_resort: Option<KeyPackage>,
    ) -> Result<Done, Refusal> {
        let device = self.devices.get_mut(&device).ok_or(Refusal::NotSignedIn)?;
        let room = MAX_KEY_PACKAGES.saturating_sub(device.one_use.len());
        device.one_use.extend(one_use.into_iter().take(room));
        device.last_resort = last_resort.or(device.last_resort.take());
        Ok(Done::KeyPackagesStored { one_use_left: one_use_left(device) })
    }

    pub(super) fn claim(&mut self, handle: &Handle) -> Result<Done, Refusal> {
        let account = self.accounts.get(handle).filter(|account| account.enabled);
        let account = account.ok_or(Refusal::HandleUnknown)?;
        let (mut packages, mut left) = (Vec::new(), Vec::new());
        for id in &account.devices {
            let Some(device) = self.devices.get_mut(id) else { continue };
            let was_one_use = !device.one_use.is_empty();
            let taken = if was_one_use {
                Some(device.one_use.remove(0))
            } else {
                device.last_resort.clone()
            };
            if let Some(key_package) = taken {
                packages.push(DeviceKeyPackage { device: *id, key_package });
                // One of last resort stays, and is no news to its owner.
                left.extend(was_one_use.then(|| (*id, one_use_left(device))));
            }
        }
        Ok(Done::KeyPackagesClaimed { packages, left })
    }

    pub(super) fn set_enabled(&mut self, handle: &Handle, enabled: bool) -> Result<Done, Refusal> {
        let account = self.accounts.get_mut(handle).ok_or(Refusal::HandleUnknown)?;
        account.enabled = enabled;
        Ok(Done::EnabledSet { enabled, devices: account.devices.clone() })
    }
}

fn one_use_left(device: &Device) -> u8 {
    u8::try_from(device.one_use.len()).unwrap_or(u8::MAX)
}
