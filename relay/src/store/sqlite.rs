//! The store in a SQLite file: one connection, WAL, `synchronous=FULL`, prepared statements.
//!
//! Each request checks everything before it writes anything, so that a refusal leaves no trace in
//! the transaction it shares with others, and an SQL error fails the whole batch.

mod account;
mod admin;
mod commit;
mod device;
mod file;
mod former;
mod invitation;
mod key_package;
mod log;
mod member;
mod room;
mod row;
mod schema;
mod sweep;
mod welcome;

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};
use wire::id::FileId;
use wire::message::Refusal;

use super::{Done, KnownFile, Op, Store, StoreError, StoreReply, StoreRequest, Ticket};
use row::Fail;

/// See the module.
#[derive(Debug)]
pub struct SqliteStore {
    sql: Connection,
    /// A write has failed and none has worked since. Until then nothing is written that a request
    /// can do without, so that on a full disk people can still sign in and read.
    is_failing: bool,
}

impl SqliteStore {
    /// Opens the database at `path`, or makes it.
    ///
    /// # Errors
    /// [`StoreError`]: show it to the host; nothing was changed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        schema::open(path).map(|sql| Self { sql, is_failing: false })
    }

    /// Does everything in one transaction.
    fn transact(&mut self, batch: Vec<StoreRequest>) -> Result<Vec<StoreReply>, Fail> {
        self.sql.execute_batch("BEGIN")?;
        let mut replies = Vec::with_capacity(batch.len());
        for StoreRequest { ticket, now, op } in batch {
            let result = match self.perform(op, now) {
                Ok(done) => Ok(done),
                Err(Fail::Refused(refusal)) => Err(refusal),
                Err(fail) => return Err(fail),
            };
            replies.push(StoreReply { ticket, result });
        }
        self.sql.execute_batch("COMMIT")?;
        Ok(replies)
    }

    fn perform(&self, op: Op, now: wire::id::UnixMs) -> Result<Done, Fail> {
        match op {
            Op::SignIn { noise_key } => self.sign_in(&noise_key, now),
            Op::CheckRegistration { handle, invite } => {
                self.registration(&handle, invite.as_ref(), now).map(|_| Done::Checked)
            }
            Op::Register { handle, invite, record, sealed_account, device } => {
                self.register((&handle, &record, &sealed_account), invite.as_ref(), &device, now)
            }
            Op::FindAccount { handle } => self.find_account(&handle),
            Op::Enroll { account, password, device } => {
                self.enroll(account, password, &device, now)
            }
            Op::FindHandle { device } => self.find_handle(device),
            Op::SetPassword { device, record, sealed_account } => {
                self.set_password(device, &record, &sealed_account)
            }
            Op::ListDevices { device } => self.list_devices(device),
            Op::NameDevice { by, device, name } => self.name_device(by, device, &name),
            Op::RevokeDevice { by, device } => self.revoke_device(by, device),
            Op::PublishKeyPackages { device, one_use, last_resort } => {
                self.publish(device, &one_use, last_resort.as_ref())
            }
            Op::ClaimKeyPackages { handle } => self.claim(&handle),
            Op::CreateRoom { device, room, kind, group_info, max_made } => {
                self.create_room(device, (room, kind), &group_info, max_made)
            }
            Op::FetchGroupInfo { device, room } => self.group_info(device, room),
            Op::Post { device, room, epoch, post, payload } => {
                self.post((device, room), epoch, post, payload, now)
            }
            Op::Commit(commit) => self.commit(*commit, now),
            Op::Fetch { device, room, after } => self.fetch(device, room, after),
            Op::FetchWelcome { device, room } => self.welcome(device, room),
            Op::LeaveRoom { device, room, seq } => self.leave(device, room, seq),
            Op::SetEnabled { handle, enabled } => self.set_enabled(&handle, enabled),
            Op::AddInvitation { token, uses, expires } => {
                self.add_invitation(&token, uses, expires, now)
            }
            Op::AddReset { handle, token, expires } => {
                self.add_reset(&handle, &token, expires, now)
            }
            Op::ListAccounts => self.accounts(),
            Op::ListRooms => self.rooms(),
            Op::CountAll => self.totals(),
            Op::OpenUpload { device, room, file, size, from, quota } => {
                self.open_upload((device, room), file, (size, from), quota, now)
            }
            Op::NoteStored { device, file, stored } => self.note_stored(device, file, stored),
            Op::FinishFile { device, file } => self.finish_file(device, file, now),
            Op::DropUpload { device, file } => self.drop_upload(device, file),
            Op::OpenDownload { device, room, file } => self.open_download(device, room, file),
            Op::DeleteFile { device, file } => self.delete_file(device, file),
            Op::FileLimits { device, quota, keep_days } => {
                self.file_limits(device, quota, keep_days)
            }
            Op::Sweep { before, max_room_bytes, sent_before, begun_before } => {
                self.sweep((before, max_room_bytes), (sent_before, begun_before))
            }
        }
    }
}

impl Store for SqliteStore {
    fn apply(&mut self, batch: Vec<StoreRequest>) -> Vec<StoreReply> {
        let tickets: Vec<Ticket> = batch.iter().map(|request| request.ticket).collect();
        let changes = self.sql.total_changes();
        let replies = self.transact(batch);
        if replies.is_err() || self.sql.total_changes() != changes {
            self.is_failing = replies.is_err();
        }
        replies.unwrap_or_else(|fail| {
            crate::log::error("store_failed", &[("error", &fail.code())]);
            if !self.sql.is_autocommit() {
                // The transaction may have ended with the error; this makes sure of it.
                drop(self.sql.execute_batch("ROLLBACK"));
            }
            let unavailable =
                |ticket| StoreReply { ticket, result: Err(Refusal::StoreUnavailable) };
            tickets.into_iter().map(unavailable).collect()
        })
    }

    fn opaque_setup(&mut self, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let select = "SELECT value FROM meta WHERE name = 'opaque_setup'";
        let stored = self.sql.query_row(select, [], |row| row.get(0)).optional();
        if let Some(stored) = stored.map_err(schema::unavailable)? {
            return Ok(stored);
        }
        let insert = "INSERT INTO meta (name, value) VALUES ('opaque_setup', ?1)";
        self.sql.execute(insert, [&fresh]).map_err(schema::unavailable)?;
        Ok(fresh)
    }

    fn files(&mut self) -> Result<Vec<KnownFile>, StoreError> {
        self.known_files().map_err(StoreError::from)
    }

    fn forget_files(&mut self, lost: &[FileId]) -> Result<(), StoreError> {
        self.forget(lost).map_err(StoreError::from)
    }
}

impl From<Fail> for StoreError {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Sql(error) => schema::unavailable(error),
            other => Self::Damaged { detail: other.code() },
        }
    }
}

#[cfg(test)]
impl SqliteStore {
    /// For tests that fill the disk.
    pub(crate) fn sql(&self) -> &Connection {
        &self.sql
    }
}
