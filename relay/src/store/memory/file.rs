//! Files: who may send and fetch them, how much of them there may be, and how far each has come.

use wire::id::{DeviceId, FileId, Handle, RoomId, UnixMs};
use wire::message::{FileLimits, Refusal};

use super::{FileState, MemoryStore, size};
use crate::store::request::{Left, counted_bytes};
use crate::store::{Done, KnownFile, MAX_FILES, Quota, SWEEP_FILES};

impl MemoryStore {
    pub(super) fn open_upload(
        &mut self,
        (device, room): (DeviceId, RoomId),
        file: FileId,
        (size, from): (u64, u64),
        quota: Quota,
        now: UnixMs,
    ) -> Result<Done, Refusal> {
        self.check_member(device, room)?;
        if size > quota.file_bytes {
            return Err(Refusal::FileTooLarge { max: quota.file_bytes });
        }
        let account = self.known_device(device).ok_or(Refusal::NotSignedIn)?.account.clone();
        let at = match self.files.get_mut(&file) {
            Some(known) if (known.device, known.room, known.size) != (device, Some(room), size) => {
                return Err(Refusal::NotAllowed);
            }
            Some(known) => {
                if !known.whole {
                    known.stored = known.stored.min(from);
                }
                known.stored
            }
            None => {
                self.check_quota(&account, size, quota)?;
                let (begun, done) = (now, UnixMs(0));
                let (room, stored, whole) = (Some(room), 0, false);
                let state = FileState { room, account, device, size, stored, whole, begun, done };
                self.files.insert(file, state);
                0
            }
        };
        Ok(Done::UploadOpened { room, file, size, at })
    }

    fn check_member(&self, device: DeviceId, room: RoomId) -> Result<(), Refusal> {
        let state = self.seen_room(device, room)?;
        if state.members.contains_key(&device) { Ok(()) } else { Err(Refusal::RoomUnknown) }
    }

    fn check_quota(&self, account: &Handle, size: u64, quota: Quota) -> Result<(), Refusal> {
        let (files, _) = self.files_where(|file| file.account == *account);
        let left = self.left(account, quota);
        if files >= MAX_FILES {
            return Err(Refusal::QuotaExceeded { left: 0 });
        }
        if size > left.account {
            return Err(Refusal::QuotaExceeded { left: left.account });
        }
        if size > left.relay {
            return Err(Refusal::RelayFull);
        }
        Ok(())
    }

    fn left(&self, account: &Handle, quota: Quota) -> Left {
        let counted = |file: &FileState| counted_bytes(file.size);
        let of_account = self.files.values().filter(|file| file.account == *account).map(counted);
        quota.left(of_account.sum(), self.files.values().map(counted).sum())
    }

    /// How many files there are of a sort, and their bytes.
    pub(super) fn files_where(&self, is_one: impl Fn(&FileState) -> bool) -> (u64, u64) {
        let bytes: Vec<u64> =
            self.files.values().filter(|file| is_one(file)).map(|file| file.size).collect();
        (size(bytes.len()), bytes.into_iter().sum())
    }

    /// The file that a device is sending.
    fn upload(&mut self, device: DeviceId, file: FileId) -> Result<&mut FileState, Refusal> {
        self.known_device(device).ok_or(Refusal::NotSignedIn)?;
        let known = self.files.get_mut(&file);
        known.filter(|known| known.device == device && !known.whole).ok_or(Refusal::FileUnknown)
    }

    pub(super) fn note_stored(
        &mut self,
        device: DeviceId,
        file: FileId,
        stored: u64,
    ) -> Result<Done, Refusal> {
        self.upload(device, file)?.stored = stored;
        Ok(Done::FileStored { file, stored, whole: false })
    }

    pub(super) fn finish_file(
        &mut self,
        device: DeviceId,
        file: FileId,
        now: UnixMs,
    ) -> Result<Done, Refusal> {
        let known = self.upload(device, file)?;
        (known.stored, known.whole, known.done) = (known.size, true, now);
        Ok(Done::FileStored { file, stored: known.size, whole: true })
    }

    pub(super) fn drop_upload(&mut self, device: DeviceId, file: FileId) -> Result<Done, Refusal> {
        self.upload(device, file)?;
        self.files.remove(&file);
        Ok(Done::FileDeleted { file, existed: true })
    }

    pub(super) fn open_download(
        &self,
        device: DeviceId,
        room: RoomId,
        file: FileId,
    ) -> Result<Done, Refusal> {
        self.check_member(device, room)?;
        let known = self.files.get(&file).filter(|known| known.room == Some(room) && known.whole);
        let size = known.ok_or(Refusal::FileUnknown)?.size;
        Ok(Done::DownloadOpened { room, file, size })
    }

    pub(super) fn delete_file(&mut self, device: DeviceId, file: FileId) -> Result<Done, Refusal> {
        let account = &self.known_device(device).ok_or(Refusal::NotSignedIn)?.account;
        let existed = self.files.get(&file).is_some_and(|known| known.account == *account);
        if existed {
            self.files.remove(&file);
        }
        Ok(Done::FileDeleted { file, existed })
    }

    pub(super) fn file_limits(
        &self,
        device: DeviceId,
        quota: Quota,
        keep_days: u32,
    ) -> Result<Done, Refusal> {
        let account = &self.known_device(device).ok_or(Refusal::NotSignedIn)?.account;
        let left = self.left(account, quota);
        Ok(Done::FileLimits(FileLimits {
            max_bytes: quota.file_bytes,
            account_bytes: quota.account_bytes,
            left_bytes: left.account.min(left.relay),
            keep_days,
        }))
    }

    /// Forgets some files that are old, that were given up, or whose room is nobody's.
    pub(super) fn sweep_files(&mut self, sent: UnixMs, begun: UnixMs) -> Vec<FileId> {
        let is_old = |file: &FileState| match file.whole {
            true => file.done < sent,
            false => file.begun < begun,
        };
        let old = self.files.iter().filter(|(_, file)| file.room.is_none() || is_old(file));
        let old: Vec<FileId> = old.map(|(file, _)| *file).take(SWEEP_FILES).collect();
        for file in &old {
            self.files.remove(file);
        }
        old
    }

    pub(super) fn known_files(&self) -> Vec<KnownFile> {
        let known = |(file, state): (&FileId, &FileState)| {
            let FileState { size, stored, whole, .. } = *state;
            KnownFile { file: *file, size, stored, whole }
        };
        self.files.iter().map(known).collect()
    }
}
