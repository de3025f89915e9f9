//! Blobs in memory: the twin of [`DiskBlobs`](super::DiskBlobs) for simulations.
//!
//! A clone is what a disk would hold at that moment, [`MemoryBlobs::crash`] what it holds after the
//! power has failed.

use std::collections::BTreeMap;
use std::{fmt, io};

use wire::id::FileId;
use wire::message::Chunk;

use super::{BlobDone, BlobError, BlobOp, BlobReply, BlobRequest, Blobs};
use crate::store::KnownFile;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct MemoryBlobs {
    blobs: BTreeMap<FileId, Blob>,
    /// Set by a simulation: nothing can be begun or written until it is taken back.
    full: bool,
    /// Set by a simulation: whatever is begun, written or read fails, after half of it.
    failing: bool,
}

#[derive(Clone, Default)]
struct Blob {
    bytes: Vec<u8>,
    /// What a crash leaves of them.
    durable: usize,
    is_whole: bool,
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, durable, is_whole } = self;
        write!(f, "{} bytes, {durable} durable, whole: {is_whole}", bytes.len())
    }
}

impl MemoryBlobs {
    /// Makes every opening and writing fail, as on a full disk, or work again.
    pub fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    /// Makes every request but a deletion fail, as on a disk that has errors, or work again.
    pub fn set_failing(&mut self, failing: bool) {
        self.failing = failing;
    }

    /// Loses what was not durable.
    pub fn crash(&mut self) {
        for blob in self.blobs.values_mut() {
            blob.bytes.truncate(blob.durable);
        }
    }

    /// The files that are there, and how many bytes of each.
    #[must_use]
    pub fn lengths(&self) -> BTreeMap<FileId, usize> {
        self.blobs.iter().map(|(file, blob)| (*file, blob.bytes.len())).collect()
    }

    fn perform(&mut self, op: BlobOp) -> Result<BlobDone, BlobError> {
        match op {
            BlobOp::Open { file, at, .. } => self.begin(file, at)?,
            BlobOp::Write { file, offset, bytes, durable } => {
                self.write(file, offset, &bytes, durable)?;
            }
            BlobOp::Finish { file, offset, bytes } => {
                self.write(file, offset, &bytes, true)?.is_whole = true;
            }
            BlobOp::Read { .. } if self.failing => return Err(BlobError::Failed),
            BlobOp::Read { file, offset, length } => {
                let blob = self.blobs.get(&file).filter(|blob| blob.is_whole);
                let rest = blob.and_then(|blob| blob.bytes.get(position(offset)..));
                let part = rest.and_then(|rest| rest.get(..length)).ok_or(BlobError::Missing)?;
                let chunk = Chunk::new(part.to_vec()).map_err(|_| BlobError::Failed)?;
                return Ok(BlobDone::Read(chunk));
            }
            BlobOp::Close { .. } => {}
            BlobOp::Delete { file } => drop(self.blobs.remove(&file)),
        }
        Ok(BlobDone::Done)
    }

    fn begin(&mut self, file: FileId, at: u64) -> Result<(), BlobError> {
        if self.failing {
            return Err(BlobError::Failed);
        }
        let at = position(at);
        let length = self.blobs.get(&file).map_or(0, |blob| blob.bytes.len());
        if length < at {
            return Err(BlobError::Missing);
        }
        if self.full {
            if at == 0 {
                self.blobs.remove(&file);
            }
            return Err(BlobError::Full);
        }
        let blob = self.blobs.entry(file).or_default();
        blob.bytes.truncate(at);
        (blob.durable, blob.is_whole) = (blob.durable.min(at), false);
        Ok(())
    }

    fn write(
        &mut self,
        file: FileId,
        offset: u64,
        bytes: &[u8],
        durable: bool,
    ) -> Result<&mut Blob, BlobError> {
        let (is_full, is_failing) = (self.full, self.failing);
        let blob = self.blobs.get_mut(&file).filter(|blob| !blob.is_whole);
        let blob = blob.ok_or(BlobError::Missing)?;
        if is_full {
            return Err(BlobError::Full);
        }
        blob.bytes.resize(position(offset), 0);
        if is_failing {
            blob.bytes.extend(bytes.iter().take(bytes.len() / 2));
            return Err(BlobError::Failed);
        }
        blob.bytes.extend_from_slice(bytes);
        if durable {
            blob.durable = blob.bytes.len();
        }
        Ok(blob)
    }
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

impl Blobs for MemoryBlobs {
    fn apply(&mut self, request: BlobRequest) -> BlobReply {
        BlobReply { ticket: request.ticket, result: self.perform(request.op) }
    }

    fn retain(&mut self, known: &[KnownFile]) -> io::Result<Vec<FileId>> {
        let mut lost: BTreeMap<FileId, &KnownFile> =
            known.iter().map(|known| (known.file, known)).collect();
        self.blobs.retain(|file, blob| {
            let length = u64::try_from(blob.bytes.len()).unwrap_or(u64::MAX);
            let is_there = lost.get(file).is_some_and(|known| match known.whole {
                true => blob.is_whole && length == known.size,
                false => length >= known.stored && length <= known.size,
            });
            if is_there {
                blob.is_whole = lost.remove(file).is_some_and(|known| known.whole);
            }
            is_there
        });
        // A file that has just begun may have nothing here yet.
        lost.retain(|_, known| known.whole || known.stored > 0);
        Ok(lost.into_keys().collect())
    }
}

#[cfg(test)]
impl MemoryBlobs {
    /// A file's bytes, how many of them are durable, and whether it is whole.
    pub(crate) fn content(&self, file: FileId) -> Option<(&[u8], usize, bool)> {
        let blob = self.blobs.get(&file)?;
        Some((&blob.bytes, blob.durable, blob.is_whole))
    }
}
