//! Devices: signing in, and what an account does with its own.

use rusqlite::params;
use wire::codec::List;
use wire::id::{DeviceId, RoomId, UnixMs};
use wire::limit::MAX_ROOMS;
use wire::message::{DeviceInfo, Refusal, RoomSummary, SealedName, SignedIn};

use super::SqliteStore;
use super::log::ROOM_STRIDE;
use super::row::{self, Fail, Query, int};
use crate::store::{AccountId, Done, NewDevice, SignedInDevice, is_stale};

impl SqliteStore {
    pub(super) fn sign_in(&self, noise_key: &[u8; 32], now: UnixMs) -> Result<Done, Fail> {
        let found = self.sql.first(
            "SELECT d.id, d.name, a.id, a.handle, d.seen_ms
             FROM device d JOIN account a ON a.id = d.account
             WHERE d.noise_key = ?1 AND NOT d.revoked AND a.enabled",
            [noise_key],
            |row| {
                let device = DeviceId::from_array(row.get(1)?);
                let account: i64 = row.get(2)?;
                let (handle, seen) = (row::handle(row, 3)?, row::unix(row, 4)?);
                Ok(((row.get(0)?, device), account, handle, seen))
            },
        )?;
        let Some(((no, device), account, handle, seen)) = found else { return Ok(Done::NoDevice) };
        if is_stale(seen, now) && !self.is_failing {
            let update = "UPDATE device SET seen_ms = ?2 WHERE id = ?1";
            self.sql.run(update, [no, int(now.0)])?;
        }
        let rooms = List::new(self.visible_rooms(no, account)?)?;
        let signed_in = SignedIn { handle, device, one_use_left: self.one_use_left(no)?, rooms };
        let account = AccountId(u64::try_from(account).map_err(|_| Fail::Damaged)?);
        let revoked = Vec::new();
        Ok(Done::SignedIn(Box::new(SignedInDevice { account, signed_in, revoked })))
    }

    /// The rooms it is in, those that its account is in by another device, those that it was
    /// removed from, and all open ones. What is told of the third ends with the removal.
    fn visible_rooms(&self, device: i64, account: i64) -> Result<Vec<RoomSummary>, Fail> {
        self.sql.all(
            "SELECT r.name, r.kind, r.epoch, r.head, 3 FROM member m JOIN room r ON r.id = m.room
             WHERE m.device = ?1
             UNION ALL
             SELECT r.name, r.kind, r.epoch, r.head, 2 FROM room r
             WHERE r.id IN (SELECT m.room FROM device d JOIN member m ON m.device = d.id
                          WHERE d.account = ?2)
             AND NOT EXISTS (SELECT 1 FROM member m WHERE m.room = r.id AND m.device = ?1)
             UNION ALL
             SELECT r.name, r.kind, l.epoch + 1, f.until, 4 FROM former f
             JOIN room r ON r.id = f.room JOIN log l ON l.id = f.room * ?4 + f.until
             WHERE f.device = ?1
             AND r.id NOT IN (SELECT m.room FROM device d JOIN member m ON m.device = d.id
                              WHERE d.account = ?2)
             UNION ALL
             SELECT r.name, r.kind, r.epoch, r.head, 1 FROM room r
             WHERE r.kind IN (1, 2) AND NOT r.abandoned
             AND r.id NOT IN (SELECT m.room FROM device d JOIN member m ON m.device = d.id
                              WHERE d.account = ?2)
             AND NOT EXISTS (SELECT 1 FROM former f WHERE f.room = r.id AND f.device = ?1)
             LIMIT ?3",
            params![device, account, i64::try_from(MAX_ROOMS).unwrap_or(i64::MAX), ROOM_STRIDE],
            |row| {
                Ok(RoomSummary {
                    room: RoomId::from_array(row.get(0)?),
                    kind: row::kind(row, 1)?,
                    epoch: row::epoch(row, 2)?,
                    head: row::seq(row, 3)?,
                    presence: row::presence(row, 4)?,
                })
            },
        )
    }

    /// Neither the device nor its static key may ever have been anyone's.
    pub(super) fn check_new_device(&self, device: &NewDevice) -> Result<(), Fail> {
        let select = "SELECT count(*) FROM device WHERE name = ?1 OR noise_key = ?2";
        match self.sql.count(select, params![device.device.as_array(), device.noise_key])? {
            0 => Ok(()),
            _ => Err(Refusal::NotAllowed.into()),
        }
    }

    pub(super) fn add_device(
        &self,
        account: i64,
        device: &NewDevice,
        revoked: Vec<DeviceId>,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        let name = device.device.as_array();
        self.sql.run(
            "INSERT INTO device (name, account, noise_key, certificate, created_ms, seen_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            params![name, account, device.noise_key, &*device.certificate, int(now.0)],
        )?;
        let mut done = self.sign_in(&device.noise_key, now)?;
        if let Done::SignedIn(signed_in) = &mut done {
            signed_in.revoked = revoked;
        }
        Ok(done)
    }

    /// The numbers of a device and its account, unless it is unknown or revoked.
    pub(super) fn known_device(&self, device: DeviceId) -> Result<Option<(i64, i64)>, Fail> {
        let select = "SELECT id, account FROM device WHERE name = ?1 AND NOT revoked";
        self.sql.first(select, [device.as_array()], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// An account's devices, revoked ones aside.
    pub(super) fn devices_of(&self, account: i64) -> Result<Vec<(i64, DeviceId)>, Fail> {
        self.sql.all(
            "SELECT id, name FROM device WHERE account = ?1 AND NOT revoked ORDER BY id",
            [account],
            |row| Ok((row.get(0)?, DeviceId::from_array(row.get(1)?))),
        )
    }

    pub(super) fn list_devices(&self, device: DeviceId) -> Result<Done, Fail> {
        let (_, account) = self.known_device(device)?.ok_or(Refusal::NotSignedIn)?;
        let devices = self.sql.all(
            "SELECT certificate, sealed_name, seen_ms FROM device
             WHERE account = ?1 AND NOT revoked ORDER BY id",
            [account],
            |row| {
                let (certificate, name) = (row::bytes(row, 0)?, row::bytes(row, 1)?);
                Ok(DeviceInfo { certificate, name, seen: row::unix(row, 2)? })
            },
        )?;
        Ok(Done::Devices(devices))
    }

    pub(super) fn name_device(
        &self,
        by: DeviceId,
        device: DeviceId,
        name: &SealedName,
    ) -> Result<Done, Fail> {
        let (_, account) = self.known_device(by)?.ok_or(Refusal::NotSignedIn)?;
        let named = self.known_device(device)?.filter(|(_, of)| *of == account);
        let (no, _) = named.ok_or(Refusal::NotAllowed)?;
        let update = "UPDATE device SET sealed_name = ?2 WHERE id = ?1";
        self.sql.run(update, params![no, &**name])?;
        Ok(Done::DeviceNamed)
    }

    pub(super) fn revoke_device(&self, by: DeviceId, device: DeviceId) -> Result<Done, Fail> {
        let (_, account) = self.known_device(by)?.ok_or(Refusal::NotSignedIn)?;
        let found = self.sql.first(
            "SELECT id, revoked FROM device WHERE name = ?1 AND account = ?2",
            params![device.as_array(), account],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let (no, revoked): (i64, bool) = found.ok_or(Refusal::NotAllowed)?;
        if by == device {
            return Err(Refusal::NotAllowed.into());
        }
        if !revoked {
            self.revoke(no)?;
        }
        Ok(Done::DeviceRevoked { device })
    }

    pub(super) fn revoke_all(&self, account: i64) -> Result<Vec<DeviceId>, Fail> {
        let devices = self.devices_of(account)?;
        for (no, _) in &devices {
            self.revoke(*no)?;
        }
        Ok(devices.into_iter().map(|(_, device)| device).collect())
    }

    /// Ends a device. Its id and static key stay, so that they are never accepted again.
    fn revoke(&self, device: i64) -> Result<(), Fail> {
        self.leave_all(device)?;
        self.sql.run("DELETE FROM key_package WHERE device = ?1", [device])?;
        self.sql.run(
            "UPDATE device SET revoked = 1, certificate = x'', sealed_name = x'' WHERE id = ?1",
            [device],
        )?;
        Ok(())
    }
}
