//! Files on the disk, as they are sealed and opened chunk by chunk (PROTOCOL §12).
//!
//! The client decides and touches no disk: it wants [`FileOp`]s done, in order, and each has one
//! [`FileReply`]. [`Disk`] does them; it holds what is open, and one chunk at a time.
//! **source → seal → client → relay → client → open → partial file → final name.**

mod disk;
mod hash;
mod jpeg;
mod media;
mod name;
mod partial;
mod pixel;
mod receive;
mod send;
#[cfg(test)]
mod tests;
mod thumbnail;

use std::path::PathBuf;

use wire::chunk::Layout;
use wire::codec::Bytes;
use wire::id::UnixMs;
use wire::limit::CHUNK_CONTENT_BYTES;
use zeroize::Zeroizing;

use crate::Problem;
use crate::event::{RequestId, Thumbnail};

pub use disk::Disk;
pub use name::safe_name;
pub use pixel::Picture;

/// A file's key; not shown by `Debug`, zeroised on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct FileSecret(pub(crate) Zeroizing<[u8; 32]>);

impl core::fmt::Debug for FileSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FileSecret(..)")
    }
}

/// How a file looked when it was first read; if it looks otherwise later, it has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Bytes.
    pub size: u64,
    /// When it was last written.
    pub modified: UnixMs,
    /// Its number in its file system, where it has one.
    pub number: u64,
}

/// A place up to which a transfer is durable, and SHA-256 so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Sealed bytes before it.
    pub offset: u64,
    /// The state of the hash over these (`digest`'s serialised state).
    pub hash: Bytes<128>,
}

/// Bytes of content before the chunk that begins at a sealed offset, or all of them behind the last;
/// `None` if no chunk begins or ends there.
fn content_before(layout: Layout, offset: u64) -> Option<u64> {
    if offset == layout.sealed() {
        return Some(layout.content());
    }
    let index = layout.place(offset)?.index;
    index.checked_mul(u64::try_from(CHUNK_CONTENT_BYTES).ok()?)
}

/// What is to be done. Everything of one transfer in this order; the reply names the transfer. `Inspect`
/// may be done beside the others: nothing else is wanted of its transfer until it has its reply.
#[derive(Debug)]
pub enum FileOp {
    /// Looks at a file that is to be sent. Reply: `Inspected`.
    Inspect {
        /// The transfer.
        transfer: RequestId,
        /// The file.
        path: PathBuf,
    },
    /// Opens a file for sealing. Reply: `SourceOpen`, or `Failed` with
    /// [`Problem::FileChanged`] if it does not look like `source` any more.
    OpenSource {
        /// The transfer.
        transfer: RequestId,
        /// The file.
        path: PathBuf,
        /// How it looked.
        source: Source,
        /// Its key.
        key: FileSecret,
        /// Not used for this file before (PROTOCOL §12.1).
        run: u32,
        /// Where to go on; `None` for the beginning.
        from: Option<Mark>,
    },
    /// Seals the next chunk of an open source. Reply: `Sealed`.
    Seal {
        /// The transfer.
        transfer: RequestId,
        /// Whether the state of the hash behind it is wanted.
        mark: bool,
    },
    /// Opens, or makes, the partial file of a download. Reply: `Receiving`; or `Saved` when the file
    /// has its final name already, and then the transfer is closed.
    Receive {
        /// The transfer.
        transfer: RequestId,
        /// Where the file shall be: an absolute path, as it is used again after a restart.
        directory: PathBuf,
        /// Its key.
        key: FileSecret,
        /// How it is cut.
        layout: Layout,
        /// What is durable of it; `None` begins anew.
        from: Option<Mark>,
        /// The final name that was chosen before, of which nobody knows whether the file has it.
        named: Option<String>,
    },
    /// Opens the next chunk and appends it to the partial file. Reply: `Opened`; or `Failed` with
    /// [`Problem::FileDamaged`] or [`Problem::NoSpaceFor`], and then nothing of the file is left, or
    /// with [`Problem::DirectoryUnusable`], and then what is durable of it may be.
    Open {
        /// The transfer.
        transfer: RequestId,
        /// The chunk, sealed.
        chunk: Vec<u8>,
        /// Whether it and all before it are to be made durable and the hash's state is wanted.
        mark: bool,
    },
    /// Checks the whole partial file against the hash, makes it durable and chooses a name that
    /// nothing in the directory has. Reply: `Named`; or `Failed` with [`Problem::FileDamaged`], and
    /// then nothing of the file is left.
    Name {
        /// The transfer.
        transfer: RequestId,
        /// What it must hash to.
        hash: [u8; 32],
        /// What the sender calls it.
        name: String,
    },
    /// Gives the partial file its final name, writing over nothing. Reply: `Saved`, and then the
    /// transfer is closed, or `NameTaken` if something has the name by now: `Name` chooses another.
    Publish {
        /// The transfer.
        transfer: RequestId,
        /// The name.
        name: String,
    },
    /// Ends a transfer; a partial file stays for another time. No reply.
    Close {
        /// The transfer.
        transfer: RequestId,
    },
    /// Ends a download, open or not, and deletes its partial file. No reply.
    Discard {
        /// The transfer.
        transfer: RequestId,
        /// Where the partial file is.
        directory: PathBuf,
    },
    /// Looks whether a file that was saved once is still there. Reply: `Saved`, or `Missing`.
    Find {
        /// The transfer that asks.
        transfer: RequestId,
        /// The file.
        path: PathBuf,
        /// Bytes it has.
        size: u64,
    },
}

/// What was done.
#[derive(Debug)]
pub enum FileReply {
    /// How the file looks.
    Inspected {
        /// The transfer.
        transfer: RequestId,
        /// The path, absolute.
        path: PathBuf,
        /// How it looks.
        source: Source,
        /// What it is called; not empty, at most [`MAX_FILE_NAME_BYTES`](crate::MAX_FILE_NAME_BYTES).
        name: String,
        /// By its first bytes, `application/octet-stream` if these say nothing.
        media_type: String,
        /// For a picture that can be decoded within bounds.
        thumbnail: Option<Thumbnail>,
    },
    /// The source is open.
    SourceOpen {
        /// The transfer.
        transfer: RequestId,
    },
    /// The next chunk.
    Sealed {
        /// The transfer.
        transfer: RequestId,
        /// Sealed bytes before it.
        offset: u64,
        /// The chunk.
        chunk: Vec<u8>,
        /// The state of the hash behind it, if it was wanted.
        mark: Option<Mark>,
        /// The hash of the whole file, behind the final chunk.
        hash: Option<[u8; 32]>,
    },
    /// The partial file is open.
    Receiving {
        /// The transfer.
        transfer: RequestId,
        /// Sealed bytes it has: those of the mark, or 0 if that could not be used.
        at: u64,
    },
    /// The chunk is in the partial file.
    Opened {
        /// The transfer.
        transfer: RequestId,
        /// Sealed bytes it has now.
        at: u64,
        /// What is durable now, if that was wanted.
        mark: Option<Mark>,
    },
    /// The file is what its sender sent, and could have this name.
    Named {
        /// The transfer.
        transfer: RequestId,
        /// The name.
        name: String,
    },
    /// Something has the name.
    NameTaken {
        /// The transfer.
        transfer: RequestId,
    },
    /// The file is there, durably.
    Saved {
        /// The transfer.
        transfer: RequestId,
        /// Its path.
        path: PathBuf,
    },
    /// The file that was saved once is not there, or is another.
    Missing {
        /// The transfer.
        transfer: RequestId,
    },
    /// It could not be done; the transfer is closed.
    Failed {
        /// The transfer.
        transfer: RequestId,
        /// Why.
        problem: Problem,
    },
}
