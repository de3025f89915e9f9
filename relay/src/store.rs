//! What must survive: accounts, devices, key packages, invitations, rooms, their logs and welcomes,
//! and what there is to know of files; their bytes are [blobs](crate::blob).
//!
//! The rules that need the stored state (who is a member, which epoch a room is in, whether a
//! handle is free) are checked here, inside the transaction that writes. [`SqliteStore`] is the
//! real one, [`MemoryStore`] its twin for simulations; one test-suite runs against both. The
//! store knows nothing of connections beyond the [`Ticket`] it hands back.

mod memory;
mod reply;
mod request;
mod sqlite;

#[cfg(test)]
mod suite;

use core::fmt;

pub use memory::MemoryStore;
pub use reply::{
    AccountLine, AccountRecord, Changes, Done, InviteState, KnownFile, RoomLine, RoomNews,
    SignedInDevice, Totals,
};
pub use request::{
    AccountId, CommitOp, Devices, NewDevice, Op, PasswordNo, Quota, StoreReply, StoreRequest,
    Ticket,
};
pub use sqlite::SqliteStore;

use reply::is_stale;
use wire::id::FileId;

/// Rooms one device may be in; more could not be listed to it.
const MAX_MEMBERSHIPS: usize = 2_048;
/// Files of one account: a quota of bytes alone would allow any number of small ones.
const MAX_FILES: u64 = 1 << 16;
/// Files deleted in one sweep.
const SWEEP_FILES: usize = 64;

/// Keeps what must survive.
pub trait Store: Send {
    /// Does `batch` in order and as one transaction, and answers each request in the same order.
    ///
    /// Each request is done or refused on its own. If the batch cannot be made durable, nothing of
    /// it is kept and every answer is [`StoreUnavailable`](wire::message::Refusal); a later batch
    /// may succeed.
    fn apply(&mut self, batch: Vec<StoreRequest>) -> Vec<StoreReply>;

    /// The relay's OPAQUE setup; `fresh` becomes it if there is none yet.
    ///
    /// # Errors
    /// [`StoreError`] when it can be neither read nor kept: do not serve.
    fn opaque_setup(&mut self, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError>;

    /// Every file there is.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read: do not serve.
    fn files(&mut self) -> Result<Vec<KnownFile>, StoreError>;

    /// Forgets files whose bytes are lost.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be kept: do not serve.
    fn forget_files(&mut self, lost: &[FileId]) -> Result<(), StoreError>;
}

/// Why a store cannot be opened. Shown to the host.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The file is not a Sotto database, or parts of it are damaged.
    Damaged {
        /// What SQLite says.
        detail: String,
    },
    /// The file was written by a newer version of this program.
    TooNew {
        /// The file's schema version.
        version: i64,
    },
    /// It cannot be read or written.
    Unavailable {
        /// What SQLite says.
        detail: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { detail } => {
                write!(f, "the database is damaged ({detail}): restore it from a backup")
            }
            Self::TooNew { version } => write!(
                f,
                "the database has version {version}, which a newer sotto-relay wrote: use that one"
            ),
            Self::Unavailable { detail } => {
                write!(f, "the database cannot be used ({detail}): check the disk and try again")
            }
        }
    }
}

impl core::error::Error for StoreError {}
