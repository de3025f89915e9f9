//! Blobs as files of one directory, each named by its id; `.part` behind it until it is whole.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, StatVfs, fallocate, fstatvfs};
use rustix::io::Errno;
use wire::id::FileId;
use wire::message::Chunk;

use super::{BlobDone, BlobError, BlobOp, BlobReply, BlobRequest, Blobs};
use crate::store::KnownFile;

/// Descriptors that are kept open: opening a file for each of its chunks would cost more than
/// reading it.
const MAX_OPEN: usize = 64;
/// Bytes of the disk that no file gets, or a tenth of the disk if that is more: the database lives on
/// them, and messages must not find a disk that files have filled.
const RESERVE_BYTES: u64 = 64 << 20;
/// Files that the disk can hold beyond ours, for the same reason.
const RESERVE_FILES: u64 = 4_096;
/// What `st_blocks` counts.
const BLOCK_BYTES: u64 = 512;
const PART: &str = ".part";

/// See the module.
pub struct DiskBlobs {
    path: PathBuf,
    /// The directory itself, whose entries are made durable by it.
    directory: File,
    open: BTreeMap<FileId, Descriptor>,
    /// Counts uses, to tell which descriptor was not used for longest.
    uses: u64,
    reserve: Reserve,
}

/// What no file gets.
#[derive(Clone, Copy)]
struct Reserve {
    bytes: u64,
    files: u64,
}

impl Reserve {
    /// Whether a disk, as it is now, has room for so many bytes more.
    fn leaves(self, disk: &StatVfs, bytes: u64) -> bool {
        let all = disk.f_blocks.saturating_mul(disk.f_frsize);
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let reserve = self.bytes.max(all / 10);
        // Where files are not counted, there is no number of them either.
        let counts = disk.f_files > 0;
        free >= bytes.saturating_add(reserve) && (!counts || disk.f_favail >= self.files)
    }
}

struct Descriptor {
    file: File,
    stage: Stage,
    used: u64,
}

/// Which of its two names a file has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It is being written.
    Part,
    /// It is whole, and only read.
    Whole,
}

impl fmt::Debug for DiskBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskBlobs").field("open", &self.open.len()).finish_non_exhaustive()
    }
}

impl DiskBlobs {
    /// Blobs in the directory at `path`, which is made if it is missing.
    ///
    /// # Errors
    /// It cannot be made or opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        Ok(Self {
            path: path.into(),
            directory: File::open(path)?,
            open: BTreeMap::new(),
            uses: 0,
            reserve: Reserve { bytes: RESERVE_BYTES, files: RESERVE_FILES },
        })
    }

    fn perform(&mut self, op: BlobOp) -> io::Result<BlobDone> {
        match op {
            BlobOp::Open { file, at, size } => self.begin(file, at, size)?,
            BlobOp::Write { file, offset, bytes, durable } => {
                let descriptor = self.descriptor(file, Stage::Part)?;
                descriptor.write_all_at(&bytes, offset)?;
                if durable {
                    descriptor.sync_data()?;
                }
            }
            BlobOp::Finish { file, offset, bytes } => self.finish(file, offset, &bytes)?,
            BlobOp::Read { file, offset, length } => {
                let mut bytes = vec![0; length];
                self.descriptor(file, Stage::Whole)?.read_exact_at(&mut bytes, offset)?;
                return Ok(BlobDone::Read(Chunk::new(bytes).map_err(io::Error::other)?));
            }
            BlobOp::Close { file } => drop(self.open.remove(&file)),
            BlobOp::Delete { file } => self.delete(file)?,
        }
        Ok(BlobDone::Done)
    }

    /// Opens a file to be written from `at` on.
    fn begin(&mut self, file: FileId, at: u64, size: u64) -> io::Result<()> {
        self.open.remove(&file);
        let part = self.name(file, Stage::Part);
        // It was whole, and the store could not note it.
        ignore_missing(fs::rename(self.name(file, Stage::Whole), &part))?;
        let is_new = !part.exists();
        let mut options = OpenOptions::new();
        options.write(true).create(at == 0).truncate(false).mode(0o600);
        let opened = options.open(&part)?;
        let ready = self.set_aside(&opened, at, size).and_then(|()| match is_new {
            true => self.directory.sync_all(),
            false => Ok(()),
        });
        if let Err(error) = ready {
            if at == 0 {
                ignore_missing(fs::remove_file(&part))?;
            } else {
                opened.set_len(at)?;
            }
            return Err(error);
        }
        self.keep(file, opened, Stage::Part);
        Ok(())
    }

    /// Cuts a file off after `at`, and sees to it that all of it will find room.
    fn set_aside(&self, file: &File, at: u64, size: u64) -> io::Result<()> {
        if file.metadata()?.len() < at {
            return Err(io::ErrorKind::NotFound.into());
        }
        file.set_len(at)?;
        let has = file.metadata()?.blocks().saturating_mul(BLOCK_BYTES);
        if !self.reserve.leaves(&fstatvfs(&self.directory)?, size.saturating_sub(has)) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        match fallocate(file, FallocateFlags::KEEP_SIZE, 0, size) {
            // A file system that sets nothing aside: what was free must do.
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn finish(&mut self, file: FileId, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let descriptor = self.descriptor(file, Stage::Part)?;
        descriptor.write_all_at(bytes, offset)?;
        descriptor.sync_data()?;
        self.open.remove(&file);
        fs::rename(self.name(file, Stage::Part), self.name(file, Stage::Whole))?;
        self.directory.sync_all()
    }

    fn delete(&mut self, file: FileId) -> io::Result<()> {
        self.open.remove(&file);
        ignore_missing(fs::remove_file(self.name(file, Stage::Part)))?;
        ignore_missing(fs::remove_file(self.name(file, Stage::Whole)))
    }

    fn name(&self, file: FileId, stage: Stage) -> PathBuf {
        match stage {
            Stage::Part => self.path.join(format!("{file}{PART}")),
            Stage::Whole => self.path.join(file.to_string()),
        }
    }

    /// The open file, which is opened if it is not.
    fn descriptor(&mut self, file: FileId, stage: Stage) -> io::Result<&File> {
        let is_open = self.open.get(&file).is_some_and(|descriptor| descriptor.stage == stage);
        if !is_open {
            let writes = stage == Stage::Part;
            let name = self.name(file, stage);
            let opened = OpenOptions::new().read(!writes).write(writes).open(name)?;
            self.keep(file, opened, stage);
        }
        self.uses += 1;
        let used = self.uses;
        let descriptor = self.open.get_mut(&file).ok_or(io::ErrorKind::NotFound)?;
        descriptor.used = used;
        Ok(&descriptor.file)
    }

    /// Keeps a descriptor, in the place of the one that was not used for longest.
    fn keep(&mut self, id: FileId, file: File, stage: Stage) {
        let oldest = self.open.iter().min_by_key(|(_, descriptor)| descriptor.used);
        if let Some(oldest) = oldest.map(|(id, _)| *id).filter(|_| self.open.len() >= MAX_OPEN) {
            self.open.remove(&oldest);
        }
        self.uses += 1;
        self.open.insert(id, Descriptor { file, stage, used: self.uses });
    }

    /// Looks after one file of the directory, and says whether all that is known of it is there.
    fn retain_one(&self, id: FileId, stage: Stage, known: Option<&KnownFile>) -> io::Result<bool> {
        let name = self.name(id, stage);
        let length = fs::symlink_metadata(&name)?.len();
        let is_there = known.is_some_and(|known| match known.whole {
            true => stage == Stage::Whole && length == known.size,
            false => length >= known.stored && length <= known.size,
        });
        if !is_there {
            fs::remove_file(name)?;
        } else if stage == Stage::Whole && known.is_some_and(|known| !known.whole) {
            // The last chunk came, and the store did not note it: it will be sent again.
            fs::rename(name, self.name(id, Stage::Part))?;
        }
        Ok(is_there)
    }
}

impl Blobs for DiskBlobs {
    fn apply(&mut self, request: BlobRequest) -> BlobReply {
        let result = self.perform(request.op).map_err(|error| blame(&error));
        BlobReply { ticket: request.ticket, result }
    }

    fn retain(&mut self, known: &[KnownFile]) -> io::Result<Vec<FileId>> {
        let mut lost: BTreeMap<FileId, &KnownFile> =
            known.iter().map(|known| (known.file, known)).collect();
        let all = lost.clone();
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            let Some(name) = name.to_str() else { continue };
            let (hex, stage) = match name.strip_suffix(PART) {
                Some(hex) => (hex, Stage::Part),
                None => (name, Stage::Whole),
            };
            // What the relay did not make is not the relay's to delete.
            let Some(id) = FileId::from_hex(hex) else { continue };
            if self.retain_one(id, stage, all.get(&id).copied())? {
                lost.remove(&id);
            }
        }
        self.directory.sync_all()?;
        // A file that has just begun may have nothing on the disk yet.
        lost.retain(|_, known| known.whole || known.stored > 0);
        Ok(lost.into_keys().collect())
    }
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// What an error means, which is also said to the host.
fn blame(error: &io::Error) -> BlobError {
    use io::ErrorKind::{FileTooLarge, NotFound, QuotaExceeded, StorageFull, UnexpectedEof};
    let blamed = match error.kind() {
        NotFound | UnexpectedEof => return BlobError::Missing,
        StorageFull | QuotaExceeded | FileTooLarge => BlobError::Full,
        _ => BlobError::Failed,
    };
    crate::log::error("files_failed", &[("kind", &error.kind().to_string().replace(' ', "_"))]);
    blamed
}

#[cfg(test)]
impl DiskBlobs {
    /// For tests of a disk that has no room.
    pub(crate) fn set_reserve(&mut self, bytes: u64, files: u64) {
        self.reserve = Reserve { bytes, files };
    }

    pub(crate) fn open_descriptors(&self) -> usize {
        self.open.len()
    }
}

#[cfg(test)]
mod tests {
    use rustix::fs::StatVfsMountFlags;

    use super::*;

    /// A disk of so many MiB, of which some are free.
    fn disk(mib: u64, free_mib: u64, files: u64, free_files: u64) -> StatVfs {
        StatVfs {
            f_bsize: 4_096,
            f_frsize: 1 << 20,
            f_blocks: mib,
            f_bfree: free_mib + 3,
            f_bavail: free_mib,
            f_files: files,
            f_ffree: free_files + 3,
            f_favail: free_files,
            f_fsid: 0,
            f_flag: StatVfsMountFlags::empty(),
            f_namemax: 255,
        }
    }

    #[test]
    fn a_tenth_of_the_disk_and_some_files_are_left_to_the_database() {
        let reserve = Reserve { bytes: RESERVE_BYTES, files: RESERVE_FILES };
        let leaves = |disk: StatVfs, mib: u64| reserve.leaves(&disk, mib << 20);
        assert!(leaves(disk(8_000, 900, 0, 0), 100));
        assert!(!leaves(disk(8_000, 899, 0, 0), 100), "a tenth");
        assert!(leaves(disk(160, 74, 0, 0), 10));
        assert!(!leaves(disk(160, 73, 0, 0), 10), "64 MiB, since a tenth is little");
        assert!(leaves(disk(8_000, 8_000, 9_999, 4_096), 1));
        assert!(!leaves(disk(8_000, 8_000, 9_999, 4_095), 1));
        assert!(!leaves(disk(8_000, 8_000, 0, 0), u64::MAX >> 20));
    }
}
