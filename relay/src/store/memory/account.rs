//! Accounts, invitations and key packages.

use wire::id::{DeviceId, Handle, UnixMs};
use wire::limit::{MAX_DEVICES, MAX_KEY_PACKAGES};
use wire::message::{
    DeviceKeyPackage, InviteToken, KeyPackage, OpaqueMessage, Refusal, SealedAccount,
};

use super::{Account, Device, Invitation, MemoryStore};
use crate::store::{AccountId, AccountRecord, Done, InviteState, NewDevice, PasswordNo};

impl MemoryStore {
    /// Whether this name can be registered with this invitation. Returns whether the account
    /// begins anew by it.
    pub(super) fn registration(
        &self,
        handle: &Handle,
        invite: Option<&InviteToken>,
        now: UnixMs,
    ) -> Result<bool, Refusal> {
        let invitation =
            invite.map(|token| self.invitations.get(token).ok_or(Refusal::InvitationUnknown));
        let invitation = invitation.transpose()?;
        let resets = invitation.and_then(|invitation| invitation.resets.as_ref());
        if resets.is_some_and(|of| of != handle) {
            return Err(Refusal::InvitationUnknown);
        }
        invitation.map_or(Ok(()), |invitation| invitation.state.check(now))?;
        match self.accounts.get(handle) {
            Some(account) if resets.is_some() && !account.enabled => Err(Refusal::AccountDisabled),
            Some(_) if resets.is_none() => Err(Refusal::HandleTaken),
            _ => Ok(resets.is_some()),
        }
    }

    /// Makes an account, or begins one anew with an invitation for that.
    pub(super) fn register(
        &mut self,
        (handle, record, sealed_account): (Handle, OpaqueMessage, SealedAccount),
        invite: Option<&InviteToken>,
        device: NewDevice,
        now: UnixMs,
    ) -> Result<Done, Refusal> {
        let resets = self.registration(&handle, invite, now)?;
        self.check_new_device(&device)?;
        if let Some(invitation) = invite.and_then(|token| self.invitations.get_mut(token)) {
            invitation.state.uses_left = invitation.state.uses_left.saturating_sub(1);
        }
        if resets {
            self.replace_password(&handle, record, sealed_account)?;
            let revoked = self.revoke_all(&handle);
            return self.add_device(handle, device, revoked, now);
        }
        let account = Account {
            id: AccountId(u64::try_from(self.accounts.len()).unwrap_or(u64::MAX) + 1),
            record,
            sealed_account,
            password: PasswordNo::default(),
            enabled: true,
            created: now,
            devices: Vec::new(),
        };
        self.accounts.insert(handle.clone(), account);
        self.add_device(handle, device, Vec::new(), now)
    }

    pub(super) fn add_reset(
        &mut self,
        handle: Handle,
        token: InviteToken,
        expires: UnixMs,
    ) -> Result<Done, Refusal> {
        if !self.accounts.contains_key(&handle) {
            return Err(Refusal::HandleUnknown);
        }
        self.invitations.retain(|_, invitation| invitation.resets.as_ref() != Some(&handle));
        let state = InviteState { uses_left: 1, expires };
        self.invitations.insert(token, Invitation { state, resets: Some(handle) });
        Ok(Done::InvitationAdded)
    }

    pub(super) fn find_account(&self, handle: &Handle) -> Done {
        Done::Account(self.accounts.get(handle).map(|account| {
            Box::new(AccountRecord {
                account: account.id,
                enabled: account.enabled,
                password: account.password,
                record: account.record.clone(),
                sealed_account: account.sealed_account.clone(),
            })
        }))
    }

    pub(super) fn enroll(
        &mut self,
        id: AccountId,
        password: PasswordNo,
        device: NewDevice,
        now: UnixMs,
    ) -> Result<Done, Refusal> {
        let account = self.accounts.iter().find(|(_, account)| account.id == id);
        let (handle, account) =
            account.filter(|(_, account)| account.enabled).ok_or(Refusal::AccountDisabled)?;
        if account.password != password {
            return Err(Refusal::LoginFailed);
        }
        if account.devices.len() >= MAX_DEVICES {
            return Err(Refusal::TooManyDevices);
        }
        self.check_new_device(&device)?;
        self.add_device(handle.clone(), device, Vec::new(), now)
    }

    pub(super) fn find_handle(&self, device: DeviceId) -> Result<Done, Refusal> {
        let device = self.known_device(device).ok_or(Refusal::NotSignedIn)?;
        Ok(Done::Handle(device.account.clone()))
    }

    pub(super) fn set_password(
        &mut self,
        device: DeviceId,
        record: OpaqueMessage,
        sealed_account: SealedAccount,
    ) -> Result<Done, Refusal> {
        let handle = self.known_device(device).ok_or(Refusal::NotSignedIn)?.account.clone();
        self.replace_password(&handle, record, sealed_account)?;
        Ok(Done::PasswordSet)
    }

    fn replace_password(
        &mut self,
        handle: &Handle,
        record: OpaqueMessage,
        sealed_account: SealedAccount,
    ) -> Result<(), Refusal> {
        let account = self.accounts.get_mut(handle).ok_or(Refusal::StoreUnavailable)?;
        (account.record, account.sealed_account) = (record, sealed_account);
        account.password = PasswordNo(account.password.0 + 1);
        Ok(())
    }

    pub(super) fn publish(
        &mut self,
        device: DeviceId,
        one_use: Vec<KeyPackage>,
        last_resort: Option<KeyPackage>,
    ) -> Result<Done, Refusal> {
        let device = self.devices.get_mut(&device).filter(|device| !device.revoked);
        let device = device.ok_or(Refusal::NotSignedIn)?;
        if last_resort.is_some() {
            (device.one_use, device.last_resort) = (Vec::new(), last_resort);
        }
        let room = MAX_KEY_PACKAGES.saturating_sub(device.one_use.len());
        device.one_use.extend(one_use.into_iter().take(room));
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

pub(super) fn one_use_left(device: &Device) -> u8 {
    u8::try_from(device.one_use.len()).unwrap_or(u8::MAX)
}
