//! Files in a room, and their way to and from the relay.

use std::path::PathBuf;

use wire::id::{FileId, RoomId, Seq};

use super::RequestId;
use crate::file::FileSecret;

/// A file that can be fetched with [`SaveFile`](crate::Command::SaveFile).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What its sender calls it: any text of 1 to
    /// [`MAX_FILE_NAME_BYTES`](crate::MAX_FILE_NAME_BYTES). Show it like a stranger's text, and save by
    /// [`safe_name`](crate::safe_name) only.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Its media type, as its sender says.
    pub media_type: String,
    /// A small picture of it, if it is one.
    pub thumbnail: Option<Thumbnail>,
    /// Where it is and how it opens.
    pub(crate) access: FileAccess,
}

impl File {
    /// A file that nobody can fetch, for the tests of front ends.
    #[doc(hidden)]
    #[must_use]
    pub fn example(name: &str, size: u64, media_type: &str) -> Self {
        let key = FileSecret(zeroize::Zeroizing::new([0; 32]));
        let access = FileAccess { file: FileId::from_array([0; 16]), key, hash: [0; 32] };
        let (name, media_type) = (name.into(), media_type.into());
        Self { name, size, media_type, thumbnail: None, access }
    }
}

/// What only members know of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileAccess {
    pub(crate) file: FileId,
    pub(crate) key: FileSecret,
    /// SHA-256 of the sealed file.
    pub(crate) hash: [u8; 32],
}

/// A small picture: a JPEG of at most
/// [`MAX_THUMBNAIL_PIXELS`](crate::MAX_THUMBNAIL_PIXELS) a side, checked before it is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Thumbnail(pub(crate) Vec<u8>);

impl Thumbnail {
    /// The JPEG.
    #[must_use]
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }
}

impl core::fmt::Debug for Thumbnail {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Thumbnail({} bytes)", self.0.len())
    }
}

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The command that began it; of one that sends, also the id of the message to come.
    pub id: RequestId,
    /// The room.
    pub room: RoomId,
    /// Which way.
    pub way: Way,
    /// The file that is sent, or the directory it is saved in.
    pub path: PathBuf,
    /// What its sender calls it.
    pub name: String,
    /// Bytes that are there.
    pub done: u64,
    /// Bytes in total.
    pub total: u64,
    /// Bytes a second, of the last seconds in which it moved; 0 before it has.
    pub rate: u64,
    /// Seconds until the end, if it moves.
    pub left_s: Option<u64>,
}

/// Which way a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the relay.
    Up,
    /// From the relay; the file of the message at this place.
    Down(Seq),
}

/// What files an account may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLimits {
    /// The request.
    pub id: RequestId,
    /// Bytes of the largest file.
    pub max_bytes: u64,
    /// Bytes that the account's files may be in total.
    pub account_bytes: u64,
    /// Bytes left of that, or less if all accounts together have nearly used up the relay's.
    pub left_bytes: u64,
    /// Days that a file is kept after it was sent.
    pub keep_days: u32,
}
