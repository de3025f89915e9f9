//! The bytes of files. Ciphertext only, named by random ids; all else about a file is in the store.
//!
//! [`DiskBlobs`] is the real one, [`MemoryBlobs`] its twin for simulations; one test-suite runs
//! against both. Requests are done one after the other, in the order of the hub's outputs: that is
//! what lets one upload of a file follow another without a lock. A file's row is in the store before
//! its blob begins, and leaves it before the blob goes, so what is here and not there is nobody's.

mod disk;
mod memory;

#[cfg(test)]
mod suite;

use std::io;

use wire::id::FileId;
use wire::message::{Chunk, Tag};

use crate::hub::ConnId;
use crate::store::{KnownFile, Store};

pub use disk::DiskBlobs;
pub use memory::MemoryBlobs;

/// Keeps the bytes of files.
pub trait Blobs: Send {
    /// Does one request.
    fn apply(&mut self, request: BlobRequest) -> BlobReply;

    /// Deletes what is none of `known`, and returns those of `known` whose bytes are not all there:
    /// they are gone too.
    ///
    /// # Errors
    /// It cannot be seen what is there: do not serve.
    fn retain(&mut self, known: &[KnownFile]) -> io::Result<Vec<FileId>>;
}

/// Makes the store and the blobs agree, before anything is asked of either: blobs that no row
/// names go, and so do rows without their bytes.
///
/// # Errors
/// One of them cannot be read or written: do not serve.
pub fn reconcile(store: &mut impl Store, blobs: &mut impl Blobs) -> io::Result<()> {
    let known = store.files().map_err(io::Error::other)?;
    let lost = blobs.retain(&known)?;
    if !lost.is_empty() {
        crate::log::error("files_lost", &[("count", &lost.len().to_string())]);
        store.forget_files(&lost).map_err(io::Error::other)?;
    }
    Ok(())
}

/// One request.
#[derive(Clone, Debug)]
pub struct BlobRequest {
    /// Who waits for the answer.
    pub ticket: BlobTicket,
    /// What to do.
    pub op: BlobOp,
}

/// Its answer.
#[derive(Clone, Debug)]
pub struct BlobReply {
    /// The request's.
    pub ticket: BlobTicket,
    /// What was done, or why it was not.
    pub result: Result<BlobDone, BlobError>,
}

/// Who waits for the answer; handed back untouched. Each opening of a file has a number of its own,
/// so that the answer to an earlier one is told from those of a later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobTicket {
    /// A client's `OpenUpload`.
    Opening {
        /// The connection it came from.
        conn: ConnId,
        /// The request's tag.
        tag: Tag,
        /// The file.
        file: FileId,
        /// The upload.
        no: u64,
        /// Where it goes on, in sealed bytes.
        at: u64,
    },
    /// A client's `PutChunk`.
    Put {
        /// The connection it came from.
        conn: ConnId,
        /// The request's tag.
        tag: Tag,
        /// The upload.
        no: u64,
        /// Sealed bytes that are there after it.
        stored: u64,
        /// What is to be noted once it is there.
        mark: Mark,
    },
    /// A client's `GetChunk`.
    Get {
        /// The connection it came from.
        conn: ConnId,
        /// The request's tag.
        tag: Tag,
        /// The download.
        no: u64,
        /// Where the chunk begins.
        offset: u64,
        /// Its bytes.
        length: usize,
    },
    /// Nobody.
    Nobody,
}

/// What follows when a chunk was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing: a crash may take it back.
    Passing,
    /// The store notes how far the file is durable.
    Durable,
    /// The store notes that the file is whole.
    Whole,
}

/// What to do. Offsets and lengths are in bytes.
#[derive(Clone, Debug)]
pub enum BlobOp {
    /// Opens a file to be written, or makes it; cuts it off after `at` and sets aside room for all
    /// of it. Nothing is left behind of a file that is refused before it has begun.
    Open {
        /// The file.
        file: FileId,
        /// What of it is kept.
        at: u64,
        /// What it will be.
        size: u64,
    },
    /// Writes a part of a file that is not whole.
    Write {
        /// The file.
        file: FileId,
        /// Where the part begins.
        offset: u64,
        /// The part.
        bytes: Chunk,
        /// Whether it and all before it are on disk for good when this is answered.
        durable: bool,
    },
    /// Writes the last part, makes all durable, and gives the file to its readers.
    Finish {
        /// The file.
        file: FileId,
        /// Where the part begins.
        offset: u64,
        /// The part.
        bytes: Chunk,
    },
    /// Reads a part of a whole file.
    Read {
        /// The file.
        file: FileId,
        /// Where the part begins.
        offset: u64,
        /// How long it is.
        length: usize,
    },
    /// Nothing more is wanted of the file for now. Whoever does want more still gets it.
    Close {
        /// The file.
        file: FileId,
    },
    /// Deletes a file, whole or not, if there is one.
    Delete {
        /// The file.
        file: FileId,
    },
}

/// What was done.
#[derive(Clone, Debug)]
pub enum BlobDone {
    /// What was asked for, and nothing is to be said of it.
    Done,
    /// The part that was read.
    Read(Chunk),
}

/// Why it was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlobError {
    /// There is no room for it.
    Full,
    /// There is no such file, or less of it than was asked for.
    Missing,
    /// The disk failed.
    Failed,
}
