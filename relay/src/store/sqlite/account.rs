//! Accounts: making them, their passwords, and who may sign in.

use rusqlite::params;
use wire::id::{DeviceId, Handle, UnixMs};
use wire::limit::MAX_DEVICES;
use wire::message::{InviteToken, Refusal};

use super::SqliteStore;
use super::row::{self, Fail, Query, int};
use crate::store::{AccountId, AccountRecord, Done, NewDevice, PasswordNo};

impl SqliteStore {
    /// Makes an account, or begins one anew with an invitation for that.
    pub(super) fn register(
        &self,
        (handle, record, sealed_account): (&Handle, &[u8], &[u8]),
        invite: Option<&InviteToken>,
        device: &NewDevice,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        let resets = self.registration(handle, invite, now)?;
        self.check_new_device(device)?;
        if let Some(token) = invite {
            let update = "UPDATE invitation SET uses_left = uses_left - 1 WHERE token = ?1";
            self.sql.run(update, [&token.0])?;
        }
        let (account, revoked) = match resets {
            Some(account) => {
                self.replace_password(account, record, sealed_account)?;
                (account, self.revoke_all(account)?)
            }
            None => {
                self.sql.run(
                    "INSERT INTO account (handle, opaque_record, sealed_account, enabled, created_ms)
                     VALUES (?1, ?2, ?3, 1, ?4)",
                    params![handle.as_str(), record, sealed_account, int(now.0)],
                )?;
                (self.sql.last_insert_rowid(), Vec::new())
            }
        };
        self.add_device(account, device, revoked, now)
    }

    /// The account of that name. Both rows are read whether there is one or not: the next by name,
    /// which lies where the one looked for would lie, and the first. So the work is alike, and
    /// what is in memory and what on the disk is too.
    pub(super) fn find_account(&self, handle: &Handle) -> Result<Done, Fail> {
        let found = self.sql.all(
            "SELECT * FROM (SELECT id, enabled, password_no, opaque_record, sealed_account, handle
               FROM account WHERE handle >= ?1 ORDER BY handle LIMIT 1)
             UNION ALL
             SELECT * FROM (SELECT id, enabled, password_no, opaque_record, sealed_account, handle
               FROM account ORDER BY handle LIMIT 1)",
            [handle.as_str()],
            |row| {
                let account = Box::new(AccountRecord {
                    account: AccountId(row::number(row, 0)?),
                    enabled: row.get(1)?,
                    password: PasswordNo(row::number(row, 2)?),
                    record: row::bytes(row, 3)?,
                    sealed_account: row::bytes(row, 4)?,
                });
                Ok((row::handle(row, 5)? == *handle).then_some(account))
            },
        )?;
        Ok(Done::Account(found.into_iter().flatten().next()))
    }

    pub(super) fn enroll(
        &self,
        account: AccountId,
        password: PasswordNo,
        device: &NewDevice,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        let account = int(account.0);
        let select = "SELECT password_no FROM account WHERE id = ?1 AND enabled";
        let current = self.sql.first(select, [account], |row| row::number(row, 0))?;
        if current.ok_or(Refusal::AccountDisabled)? != password.0 {
            return Err(Refusal::LoginFailed.into());
        }
        let select = "SELECT count(*) FROM device WHERE account = ?1 AND NOT revoked";
        let devices = self.sql.count(select, [account])?;
        if usize::try_from(devices).unwrap_or(usize::MAX) >= MAX_DEVICES {
            return Err(Refusal::TooManyDevices.into());
        }
        self.check_new_device(device)?;
        self.add_device(account, device, Vec::new(), now)
    }

    pub(super) fn find_handle(&self, device: DeviceId) -> Result<Done, Fail> {
        let (_, account) = self.known_device(device)?.ok_or(Refusal::NotSignedIn)?;
        let select = "SELECT handle FROM account WHERE id = ?1";
        let handle = self.sql.first(select, [account], |row| row::handle(row, 0))?;
        Ok(Done::Handle(handle.ok_or(Fail::Damaged)?))
    }

    pub(super) fn set_password(
        &self,
        device: DeviceId,
        record: &[u8],
        sealed_account: &[u8],
    ) -> Result<Done, Fail> {
        let (_, account) = self.known_device(device)?.ok_or(Refusal::NotSignedIn)?;
        self.replace_password(account, record, sealed_account)?;
        Ok(Done::PasswordSet)
    }

    fn replace_password(&self, account: i64, record: &[u8], sealed: &[u8]) -> Result<(), Fail> {
        let update = "UPDATE account SET opaque_record = ?2, sealed_account = ?3,
                      password_no = password_no + 1 WHERE id = ?1";
        self.sql.run(update, params![account, record, sealed]).map(drop)
    }

    pub(super) fn account_no(&self, handle: &Handle) -> Result<Option<i64>, Fail> {
        let select = "SELECT id FROM account WHERE handle = ?1";
        self.sql.first(select, [handle.as_str()], |row| Ok(row.get(0)?))
    }

    pub(super) fn set_enabled(&self, handle: &Handle, enabled: bool) -> Result<Done, Fail> {
        let account = self.account_no(handle)?.ok_or(Refusal::HandleUnknown)?;
        self.sql.run("UPDATE account SET enabled = ?2 WHERE id = ?1", params![account, enabled])?;
        let devices = self.devices_of(account)?.into_iter().map(|(_, device)| device).collect();
        Ok(Done::EnabledSet { enabled, devices })
    }
}
