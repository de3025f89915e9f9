//! Files: who may send and fetch them, how much of them there may be, and how far each has come.

use std::collections::BTreeSet;

use rusqlite::{Row, params};
use wire::id::{DeviceId, FileId, RoomId, UnixMs};
use wire::message::{FileLimits, Refusal};

use super::SqliteStore;
use super::row::{self, Fail, Query, int};
use crate::store::{Done, KnownFile, MAX_FILES, Quota, SWEEP_FILES};

/// A file that is there.
struct FileRow {
    no: i64,
    room: i64,
    account: i64,
    device: i64,
    size: u64,
    stored: u64,
    whole: bool,
}

impl SqliteStore {
    fn file(&self, file: FileId) -> Result<Option<FileRow>, Fail> {
        let select =
            "SELECT id, room, account, device, size, stored, whole FROM file WHERE name = ?1";
        self.sql.first(select, [file.as_array()], |row| {
            Ok(FileRow {
                no: row.get(0)?,
                room: row.get(1)?,
                account: row.get(2)?,
                device: row.get(3)?,
                size: row::number(row, 4)?,
                stored: row::number(row, 5)?,
                whole: row.get(6)?,
            })
        })
    }

    pub(super) fn open_upload(
        &self,
        (device, room): (DeviceId, RoomId),
        file: FileId,
        (size, from): (u64, u64),
        quota: Quota,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        let (no, account) = self.known_device(device)?.ok_or(Refusal::NotSignedIn)?;
        let (_, state) = self.seen_room(device, room)?;
        if state.joined.is_none() {
            return Err(Refusal::RoomUnknown.into());
        }
        if size > quota.file_bytes {
            return Err(Refusal::FileTooLarge { max: quota.file_bytes }.into());
        }
        let at = match self.file(file)? {
            Some(known) if (known.device, known.room, known.size) != (no, state.no, size) => {
                return Err(Refusal::NotAllowed.into());
            }
            Some(known) if known.whole => size,
            Some(known) => self.go_on(&known, from)?,
            None => {
                self.check_quota(account, size, quota)?;
                self.sql.run(
                    "INSERT INTO file
                       (name, room, account, device, size, stored, whole, begun_ms, done_ms)
                     VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, ?6, 0)",
                    params![file.as_array(), state.no, account, no, int(size), int(now.0)],
                )?;
                0
            }
        };
        Ok(Done::UploadOpened { room, file, size, at })
    }

    /// What of a file is kept. The rest is cut off, so it is not durable any more.
    fn go_on(&self, known: &FileRow, from: u64) -> Result<u64, Fail> {
        if from < known.stored {
            self.sql
                .run("UPDATE file SET stored = ?2 WHERE id = ?1", params![known.no, int(from)])?;
        }
        Ok(known.stored.min(from))
    }

    fn check_quota(&self, account: i64, size: u64, quota: Quota) -> Result<(), Fail> {
        let (files, counted) = self.file_use(account)?;
        let left = quota.left(counted, self.all_counted()?);
        if files >= MAX_FILES {
            return Err(Refusal::QuotaExceeded { left: 0 }.into());
        }
        if size > left.account {
            return Err(Refusal::QuotaExceeded { left: left.account }.into());
        }
        if size > left.relay {
            return Err(Refusal::RelayFull.into());
        }
        Ok(())
    }

    /// Files of an account, and what they count for.
    fn file_use(&self, account: i64) -> Result<(u64, u64), Fail> {
        let select = "SELECT files, counted FROM file_use WHERE account = ?1";
        let read = |row: &Row<'_>| Ok((row::number(row, 0)?, row::number(row, 1)?));
        Ok(self.sql.first(select, [account], read)?.unwrap_or_default())
    }

    fn all_counted(&self) -> Result<u64, Fail> {
        self.sql.count("SELECT sum(counted) FROM file_use", [])
    }

    /// The file that a device is sending.
    fn upload(&self, device: DeviceId, file: FileId) -> Result<FileRow, Fail> {
        let no = self.device_no(device)?.ok_or(Refusal::NotSignedIn)?;
        let known = self.file(file)?.filter(|known| known.device == no && !known.whole);
        Ok(known.ok_or(Refusal::FileUnknown)?)
    }

    pub(super) fn note_stored(
        &self,
        device: DeviceId,
        file: FileId,
        stored: u64,
    ) -> Result<Done, Fail> {
        let known = self.upload(device, file)?;
        let update = "UPDATE file SET stored = ?2 WHERE id = ?1";
        self.sql.run(update, params![known.no, int(stored)])?;
        Ok(Done::FileStored { file, stored, whole: false })
    }

    pub(super) fn finish_file(
        &self,
        device: DeviceId,
        file: FileId,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        let known = self.upload(device, file)?;
        let update = "UPDATE file SET stored = size, whole = 1, done_ms = ?2 WHERE id = ?1";
        self.sql.run(update, params![known.no, int(now.0)])?;
        Ok(Done::FileStored { file, stored: known.size, whole: true })
    }

    pub(super) fn drop_upload(&self, device: DeviceId, file: FileId) -> Result<Done, Fail> {
        let known = self.upload(device, file)?;
        self.sql.run("DELETE FROM file WHERE id = ?1", [known.no])?;
        Ok(Done::FileDeleted { file, existed: true })
    }

    pub(super) fn open_download(
        &self,
        device: DeviceId,
        room: RoomId,
        file: FileId,
    ) -> Result<Done, Fail> {
        let (_, state) = self.seen_room(device, room)?;
        if state.joined.is_none() {
            return Err(Refusal::RoomUnknown.into());
        }
        let known = self.file(file)?.filter(|known| known.room == state.no && known.whole);
        let size = known.ok_or(Refusal::FileUnknown)?.size;
        Ok(Done::DownloadOpened { room, file, size })
    }

    pub(super) fn delete_file(&self, device: DeviceId, file: FileId) -> Result<Done, Fail> {
        let (_, account) = self.known_device(device)?.ok_or(Refusal::NotSignedIn)?;
        let known = self.file(file)?.filter(|known| known.account == account);
        if let Some(known) = &known {
            self.sql.run("DELETE FROM file WHERE id = ?1", [known.no])?;
        }
        Ok(Done::FileDeleted { file, existed: known.is_some() })
    }

    pub(super) fn file_limits(
        &self,
        device: DeviceId,
        quota: Quota,
        keep_days: u32,
    ) -> Result<Done, Fail> {
        let (_, account) = self.known_device(device)?.ok_or(Refusal::NotSignedIn)?;
        let (_, counted) = self.file_use(account)?;
        let left = quota.left(counted, self.all_counted()?);
        Ok(Done::FileLimits(FileLimits {
            max_bytes: quota.file_bytes,
            account_bytes: quota.account_bytes,
            left_bytes: left.account.min(left.relay),
            keep_days,
        }))
    }

    /// Forgets some files that are old, that were given up, or whose room is nobody's.
    pub(super) fn sweep_files(
        &self,
        sent_before: UnixMs,
        begun_before: UnixMs,
    ) -> Result<Vec<FileId>, Fail> {
        let (sent, begun) = (int(sent_before.0), int(begun_before.0));
        let mut files = self.some_files(
            "SELECT id, name FROM file WHERE whole AND done_ms < ?1 LIMIT ?2",
            sent,
            SWEEP_FILES,
        )?;
        files.extend(self.some_files(
            "SELECT id, name FROM file WHERE NOT whole AND begun_ms < ?1 LIMIT ?2",
            begun,
            SWEEP_FILES - files.len(),
        )?);
        // Those of a room, whatever its number, for as long as it is abandoned.
        files.extend(self.some_files(
            "SELECT f.id, f.name FROM room r JOIN file f ON f.room = r.id
             WHERE r.abandoned AND r.id > ?1 LIMIT ?2",
            0,
            SWEEP_FILES - files.len(),
        )?);
        for (no, _) in &files {
            self.sql.run("DELETE FROM file WHERE id = ?1", [no])?;
        }
        // One may be old and in an abandoned room.
        let files: BTreeSet<FileId> = files.into_iter().map(|(_, file)| file).collect();
        Ok(files.into_iter().collect())
    }

    fn some_files(
        &self,
        select: &str,
        bound: i64,
        most: usize,
    ) -> Result<Vec<(i64, FileId)>, Fail> {
        let most = i64::try_from(most).unwrap_or(0);
        self.sql
            .all(select, [bound, most], |row| Ok((row.get(0)?, FileId::from_array(row.get(1)?))))
    }

    pub(super) fn known_files(&self) -> Result<Vec<KnownFile>, Fail> {
        self.sql.all("SELECT name, size, stored, whole FROM file ORDER BY id", [], |row| {
            Ok(KnownFile {
                file: FileId::from_array(row.get(0)?),
                size: row::number(row, 1)?,
                stored: row::number(row, 2)?,
                whole: row.get(3)?,
            })
        })
    }

    pub(super) fn forget(&self, lost: &[FileId]) -> Result<(), Fail> {
        self.sql.execute_batch("BEGIN")?;
        for file in lost {
            self.sql.run("DELETE FROM file WHERE name = ?1", [file.as_array()])?;
        }
        Ok(self.sql.execute_batch("COMMIT")?)
    }
}
