//! Accounts, devices and invitations.

use rusqlite::params;
use wire::codec::List;
use wire::id::{DeviceId, Handle, UnixMs};
use wire::limit::{MAX_DEVICES, MAX_ROOMS};
use wire::message::{InviteToken, Refusal, RoomSummary, SignedIn};

use super::SqliteStore;
use super::row::{self, Fail, Query, int};
use crate::store::{AccountId, AccountRecord, Done, InviteState, NewDevice, SignedInDevice};

impl SqliteStore {
    pub(super) fn sign_in(&self, noise_key: &[u8; 32]) -> Result<Done, Fail> {
        let found = self.sql.first(
            "SELECT d.id, d.name, a.id, a.handle FROM device d JOIN account a ON a.id = d.account
             WHERE d.noise_key = ?1 AND a.enabled",
            [noise_key],
            |row| {
                let device = DeviceId::from_array(row.get(1)?);
                Ok((row.get(0)?, device, AccountId(row::number(row, 2)?), row::handle(row, 3)?))
            },
        )?;
        let Some((no, device, account, handle)) = found else { return Ok(Done::NoDevice) };
        let (one_use_left, rooms) = (self.one_use_left(no)?, List::new(self.visible_rooms(no)?)?);
        let signed_in = SignedIn { handle, device, one_use_left, rooms };
        Ok(Done::SignedIn(Box::new(SignedInDevice { account, signed_in })))
    }

    fn visible_rooms(&self, device: i64) -> Result<Vec<RoomSummary>, Fail> {
        self.sql.all(
            "SELECT r.name, r.kind, r.epoch, r.head, 1 FROM member m JOIN room r ON r.id = m.room
             WHERE m.device = ?1
             UNION ALL
             SELECT r.name, r.kind, r.epoch, r.head, 0 FROM room r WHERE r.kind IN (1, 2)
             AND NOT EXISTS (SELECT 1 FROM member m WHERE m.room = r.id AND m.device = ?1)
             LIMIT ?2",
            params![device, i64::try_from(MAX_ROOMS).unwrap_or(i64::MAX)],
            |row| {
                Ok(RoomSummary {
                    room: wire::id::RoomId::from_array(row.get(0)?),
                    kind: row::kind(row, 1)?,
                    epoch: row::epoch(row, 2)?,
                    head: row::seq(row, 3)?,
                    member: row.get(4)?,
                })
            },
        )
    }

    pub(super) fn check_registration(
        &self,
        handle: &Handle,
        invite: Option<&InviteToken>,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        if let Some(token) = invite {
            let stored = self.sql.first(
                "SELECT uses_left, expires_ms FROM invitation WHERE token = ?1",
                [&token.0],
                |row| Ok(InviteState { uses_left: row.get(0)?, expires: row::unix(row, 1)? }),
            )?;
            stored.ok_or(Refusal::InvitationUnknown)?.check(now)?;
        }
        let select = "SELECT count(*) FROM account WHERE handle = ?1";
        match self.sql.count(select, [handle.as_str()])? {
            0 => Ok(Done::Checked),
            _ => Err(Refusal::HandleTaken.into()),
        }
    }

    /// The caller has checked handle and invitation in the same transaction.
    pub(super) fn register(
        &self,
        (handle, record, sealed_account): (&Handle, &[u8], &[u8]),
        invite: Option<&InviteToken>,
        device: &NewDevice,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        self.check_new_device(device)?;
        if let Some(token) = invite {
            let update = "UPDATE invitation SET uses_left = uses_left - 1 WHERE token = ?1";
            self.sql.run(update, [&token.0])?;
        }
        self.sql.run(
            "INSERT INTO account (handle, opaque_record, sealed_account, enabled, created_ms)
             VALUES (?1, ?2, ?3, 1, ?4)",
            params![handle.as_str(), record, sealed_account, int(now.0)],
        )?;
        self.add_device(self.sql.last_insert_rowid(), device, now)
    }

    pub(super) fn find_account(&self, handle: &Handle) -> Result<Done, Fail> {
        // Where there is no such account the first one is read, so that the work is alike.
        let found = self.sql.first(
            "SELECT id, enabled, opaque_record, sealed_account, 1 FROM account WHERE handle = ?1
             UNION ALL SELECT id, enabled, opaque_record, sealed_account, 0 FROM account
             WHERE id = (SELECT min(id) FROM account) LIMIT 1",
            [handle.as_str()],
            |row| {
                let account = Box::new(AccountRecord {
                    account: AccountId(row::number(row, 0)?),
                    enabled: row.get(1)?,
                    record: row::bytes(row, 2)?,
                    sealed_account: row::bytes(row, 3)?,
                });
                Ok(row.get::<_, bool>(4)?.then_some(account))
            },
        )?;
        Ok(Done::Account(found.flatten()))
    }

    pub(super) fn enroll(
        &self,
        account: AccountId,
        device: &NewDevice,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        let account = int(account.0);
        let select = "SELECT enabled FROM account WHERE id = ?1";
        if self.sql.count(select, [account])? == 0 {
            return Err(Refusal::AccountDisabled.into());
        }
        let devices =
            self.sql.count("SELECT count(*) FROM device WHERE account = ?1", [account])?;
        if usize::try_from(devices).unwrap_or(usize::MAX) >= MAX_DEVICES {
            return Err(Refusal::TooManyDevices.into());
        }
        self.check_new_device(device)?;
        self.add_device(account, device, now)
    }

    /// Neither the device nor its static key may be anyone's yet.
    fn check_new_device(&self, device: &NewDevice) -> Result<(), Fail> {
        let select = "SELECT count(*) FROM device WHERE name = ?1 OR noise_key = ?2";
        match self.sql.count(select, params![device.device.as_array(), device.noise_key])? {
            0 => Ok(()),
            _ => Err(Refusal::NotAllowed.into()),
        }
    }

    fn add_device(&self, account: i64, device: &NewDevice, now: UnixMs) -> Result<Done, Fail> {
        let name = device.device.as_array();
        self.sql.run(
            "INSERT INTO device (name, account, noise_key, certificate, created_ms)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![name, account, device.noise_key, &*device.certificate, int(now.0)],
        )?;
        self.sign_in(&device.noise_key)
    }

    pub(super) fn add_invitation(
        &self,
        token: &InviteToken,
        uses: u32,
        expires: UnixMs,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        self.sql.run("DELETE FROM invitation WHERE expires_ms < ?1", [kept_since(now)])?;
        self.sql.run(
            "INSERT INTO invitation (token, uses_left, expires_ms) VALUES (?1, ?2, ?3)",
            params![token.0, uses, int(expires.0)],
        )?;
        Ok(Done::InvitationAdded)
    }

    pub(super) fn set_enabled(&self, handle: &Handle, enabled: bool) -> Result<Done, Fail> {
        let update = "UPDATE account SET enabled = ?2 WHERE handle = ?1";
        if self.sql.run(update, params![handle.as_str(), enabled])? == 0 {
            return Err(Refusal::HandleUnknown.into());
        }
        let devices = self.sql.all(
            "SELECT d.name FROM device d JOIN account a ON a.id = d.account WHERE a.handle = ?1",
            [handle.as_str()],
            |row| Ok(DeviceId::from_array(row.get(0)?)),
        )?;
        Ok(Done::EnabledSet { enabled, devices })
    }
}

/// Expired invitations are kept for 30 days, to tell "expired" from "unknown".
fn kept_since(now: UnixMs) -> i64 {
    int(now.0.saturating_sub(30 * 24 * 60 * 60 * 1_000))
}
