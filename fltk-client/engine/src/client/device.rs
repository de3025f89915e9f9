//! This account's devices, and its password.

use std::collections::BTreeSet;

use hkdf::Hkdf;
use opaque_ke::{ClientRegistration, ClientRegistrationFinishParameters, RegistrationResponse};
use sha2::Sha256;
use wire::codec::{Bytes, Field, Reader, Writer};
use wire::id::DeviceId;
use wire::message::{DeviceInfo, SealedName, ToRelay};
use wire::sealed::SealingKey;
use zeroize::Zeroizing;

use super::enrol::{OPAQUE_FAILED, OPAQUE_REFUSED, Suite, identifiers, opaque};
use super::{Client, Request};
use crate::command::Password;
use crate::content::check_name;
use crate::encoding::{put_list, read_list};
use crate::event::{Device, RequestId};
use crate::identity::{self, backup};
use crate::password::Stretch;
use crate::random::ForOpaque;
use crate::vault::Vault;
use crate::{Event, MAX_DEVICE_NAME_BYTES, Problem};

const REVOKED: &[u8] = b"revoked devices";
/// Devices that one account revokes in its life.
const MAX_REVOKED: usize = 1 << 12;

/// A password on its way to the relay and into the vault.
pub(super) struct NewPassword {
    request: RequestId,
    password: Password,
    /// OPAQUE's state until the relay has answered the first step.
    state: Option<ClientRegistration<Suite>>,
}

impl core::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NewPassword").field("request", &self.request).finish_non_exhaustive()
    }
}

impl Client {
    pub(super) fn list_devices(&mut self, id: RequestId) {
        self.request(Request::Devices(id), ToRelay::ListDevices);
    }

    /// The relay's list of this account's devices: each proves itself by its certificate.
    pub(super) fn handle_devices(
        &mut self,
        id: RequestId,
        listed: &[DeviceInfo],
    ) -> Result<(), Problem> {
        const FORGED: Problem = Problem::RelayMisbehaved("a device of this account");
        let own = self.profile.identity.certificate.clone();
        let mut devices = Vec::new();
        for info in listed {
            let certificate = identity::verify(&info.certificate).map_err(|_| FORGED)?;
            if certificate.account_key != own.account_key || certificate.handle != own.handle {
                return Err(FORGED);
            }
            let device = certificate.device();
            devices.push(Device {
                device,
                name: self.open_name(device, &info.name),
                created: certificate.created,
                seen: info.seen,
                own: device == own.device(),
            });
        }
        devices.sort_by_key(|device| (device.created, device.device));
        self.tell(Event::Devices { id, devices });
        Ok(())
    }

    pub(super) fn name_device(
        &mut self,
        id: RequestId,
        device: DeviceId,
        name: &str,
    ) -> Result<(), Problem> {
        if !name.is_empty() {
            check_name(name, MAX_DEVICE_NAME_BYTES)?;
        }
        let name = self.seal_name(device, name)?;
        self.request(Request::NameDevice(id), ToRelay::NameDevice { device, name });
        Ok(())
    }

    pub(super) fn revoke_device(&mut self, id: RequestId, device: DeviceId) -> Result<(), Problem> {
        if device == self.profile.identity.device() {
            return Err(Problem::OwnDevice);
        }
        self.request(Request::Revoke(id, device), ToRelay::RevokeDevice { device });
        Ok(())
    }

    /// The relay lets the device in no more; now its leaves are taken out of all groups.
    pub(super) fn handle_revoked(
        &mut self,
        id: RequestId,
        device: DeviceId,
    ) -> Result<(), Problem> {
        self.revoked.insert(device);
        self.vault.put_value(REVOKED, &Devices(self.revoked.clone()))?;
        for room in self.rooms.values_mut() {
            room.chores_due = true;
        }
        self.revoking.push((id, device));
        Ok(())
    }

    /// Tells that a device is revoked once it is in no group any more that can be changed now.
    pub(super) fn finish_revocations(&mut self) -> Result<(), Problem> {
        for (id, device) in core::mem::take(&mut self.revoking) {
            let mut is_left = false;
            let ready: Vec<_> = self
                .rooms
                .iter()
                .filter(|(_, room)| room.is_member() && room.stored.held.is_none())
                .map(|(id, _)| *id)
                .collect();
            for room in ready {
                is_left |= self.certificates(room)?.iter().any(|leaf| leaf.device() == device);
            }
            match is_left {
                true => self.revoking.push((id, device)),
                false => self.done(Some(id), None),
            }
        }
        Ok(())
    }

    /// Begins to change the password (RFC 9807 §5): a registration of the same account.
    pub(super) fn change_password(&mut self, id: RequestId, new: Password) -> Result<(), Problem> {
        let mut random = ForOpaque(&mut self.random);
        let start = ClientRegistration::<Suite>::start(&mut random, new.0.as_bytes())
            .map_err(|_| OPAQUE_FAILED)?;
        let request = opaque(start.message.serialize().as_slice())?;
        self.request(Request::PasswordStart(id), ToRelay::PasswordStart { request });
        self.new_password =
            Some(NewPassword { request: id, password: new, state: Some(start.state) });
        Ok(())
    }

    /// Seals the account key under the new password's export key.
    pub(super) fn continue_password(
        &mut self,
        id: RequestId,
        response: &[u8],
    ) -> Result<(), Problem> {
        let Some(new) = &mut self.new_password else { return Ok(()) };
        let (Some(state), true) = (new.state.take(), new.request == id) else { return Ok(()) };
        let ksf = Stretch::new(self.vault.account_cost());
        let parameters =
            ClientRegistrationFinishParameters::new(identifiers(&self.profile), Some(&ksf));
        let response = RegistrationResponse::deserialize(response).map_err(|_| OPAQUE_REFUSED)?;
        let password = new.password.0.as_bytes();
        let finish = state
            .finish(&mut ForOpaque(&mut self.random), password, response, parameters)
            .map_err(|_| OPAQUE_REFUSED)?;
        let export_key = Zeroizing::new(finish.export_key.to_vec());
        let identity = &self.profile.identity;
        let (account, handle) = (&identity.secrets.account, identity.handle());
        let sealed = backup::seal(account, handle, &export_key, &mut self.random)?;
        let record = opaque(finish.message.serialize().as_slice())?;
        let sealed_account = Bytes::new(sealed).map_err(|_| OPAQUE_FAILED)?;
        let message = ToRelay::PasswordFinish { record, sealed_account };
        self.request(Request::PasswordFinish(id), message);
        Ok(())
    }

    /// The relay has the new record: the profile opens by the new password from now on.
    pub(super) fn finish_password(&mut self, id: RequestId) -> Result<(), Problem> {
        if let Some(new) = self.new_password.take_if(|new| new.request == id) {
            self.vault.change_password(&new.password.0)?;
            self.done(Some(id), None);
        }
        Ok(())
    }

    fn seal_name(&mut self, device: DeviceId, name: &str) -> Result<SealedName, Problem> {
        if name.is_empty() {
            return Ok(SealedName::default());
        }
        self.name_key()
            .seal(device.as_array(), name.as_bytes(), &mut self.random)
            .and_then(Bytes::new)
            .map_err(|_| Problem::NameInvalid { max: MAX_DEVICE_NAME_BYTES })
    }

    /// A name that does not open was not given by this account, and is none.
    fn open_name(&self, device: DeviceId, sealed: &[u8]) -> String {
        let opened = self.name_key().open(device.as_array(), sealed).ok();
        let name = opened.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        name.filter(|name| check_name(name, MAX_DEVICE_NAME_BYTES).is_ok()).unwrap_or_default()
    }

    /// The key for names of devices, which all devices of the account have and the relay has not.
    fn name_key(&self) -> SealingKey {
        let mut key = Zeroizing::new([0; 32]);
        let secret = Zeroizing::new(self.profile.identity.secrets.account.to_bytes());
        // 32 bytes is far below HKDF's bound, the only way this could fail.
        let _ =
            Hkdf::<Sha256>::new(None, secret.as_ref()).expand(b"sotto/1 device name", key.as_mut());
        SealingKey::new(&key)
    }
}

/// The devices that this one revoked, or was told that they are.
pub(super) fn load_revoked(vault: &Vault) -> Result<BTreeSet<DeviceId>, Problem> {
    Ok(vault.value::<Devices>(REVOKED)?.unwrap_or_default().0)
}

#[derive(Default)]
struct Devices(BTreeSet<DeviceId>);

impl Field for Devices {
    const WHAT: &'static str = "devices";

    fn encode(&self, w: &mut Writer) {
        put_list(w, self.0.iter());
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self(read_list(r, MAX_REVOKED)?))
    }
}
