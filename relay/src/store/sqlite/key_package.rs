//! Key packages.

use rusqlite::params;
use wire::id::{DeviceId, Handle};
use wire::limit::MAX_KEY_PACKAGES;
use wire::message::{DeviceKeyPackage, KeyPackage, Refusal};

use super::SqliteStore;
use super::row::{self, Fail, Query};
use crate::store::Done;

impl SqliteStore {
    pub(super) fn publish(
        &self,
        device: DeviceId,
        one_use: &[KeyPackage],
        last_resort: Option<&KeyPackage>,
    ) -> Result<Done, Fail> {
        let device = self.device_no(device)?.ok_or(Refusal::NotSignedIn)?;
        if last_resort.is_some() {
            self.sql.run("DELETE FROM key_package WHERE device = ?1", [device])?;
        }
        let insert = "INSERT INTO key_package (device, last_resort, body) VALUES (?1, ?2, ?3)";
        let room = MAX_KEY_PACKAGES.saturating_sub(self.one_use_left(device)?.into());
        for body in one_use.iter().take(room) {
            self.sql.run(insert, params![device, false, &**body])?;
        }
        if let Some(body) = last_resort {
            self.sql.run(insert, params![device, true, &**body])?;
        }
        Ok(Done::KeyPackagesStored { one_use_left: self.one_use_left(device)? })
    }

    pub(super) fn claim(&self, handle: &Handle) -> Result<Done, Fail> {
        let select = "SELECT count(*) FROM account WHERE handle = ?1 AND enabled";
        if self.sql.count(select, [handle.as_str()])? == 0 {
            return Err(Refusal::HandleUnknown.into());
        }
        let devices = self.sql.all(
            "SELECT d.id, d.name FROM device d JOIN account a ON a.id = d.account
             WHERE a.handle = ?1 AND NOT d.revoked ORDER BY d.id",
            [handle.as_str()],
            |row| Ok((row.get::<_, i64>(0)?, DeviceId::from_array(row.get(1)?))),
        )?;
        let (mut packages, mut left) = (Vec::new(), Vec::new());
        for (no, device) in devices {
            let before = self.one_use_left(no)?;
            if let Some(key_package) = self.take_one(no)? {
                packages.push(DeviceKeyPackage { device, key_package });
                // One of last resort stays, and is no news to its owner.
                left.extend((before > 0).then(|| (device, before - 1)));
            }
        }
        Ok(Done::KeyPackagesClaimed { packages, left })
    }

    /// The oldest one-use key package, which is deleted, or else the one of last resort.
    fn take_one(&self, device: i64) -> Result<Option<KeyPackage>, Fail> {
        let taken = self.sql.first(
            "SELECT id, last_resort, body FROM key_package WHERE device = ?1
             ORDER BY last_resort, id LIMIT 1",
            [device],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?, row::bytes(row, 2)?)),
        )?;
        let Some((id, last_resort, body)) = taken else { return Ok(None) };
        if !last_resort {
            self.sql.run("DELETE FROM key_package WHERE id = ?1", [id])?;
        }
        Ok(Some(body))
    }

    pub(super) fn one_use_left(&self, device: i64) -> Result<u8, Fail> {
        let select = "SELECT count(*) FROM key_package WHERE device = ?1 AND NOT last_resort";
        u8::try_from(self.sql.count(select, [device])?).map_err(|_| Fail::Damaged)
    }
}
