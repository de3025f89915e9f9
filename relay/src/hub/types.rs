//! What goes into the hub and comes out of it.

use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use wire::Time;
use wire::id::{DeviceId, Handle, UnixMs};
use wire::limit::FETCH_BYTES;
use wire::message::{InviteToken, Refusal};

use crate::blob::BlobRequest;
use crate::store::{AccountLine, Done, Op, Quota, RoomLine, StoreRequest, Totals};

/// A connection. The caller numbers them and never uses a number twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// The two clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now {
    /// Never goes back: for deadlines and limits.
    pub time: Time,
    /// May jump: for what is stored and shown.
    pub unix: UnixMs,
}

/// What is to be done.
#[derive(Debug)]
pub enum Output {
    /// Send a message. Those of one connection in this order.
    Send {
        /// Where to.
        conn: ConnId,
        /// The encoded message.
        bytes: Arc<[u8]>,
    },
    /// Ask the store, in this order.
    Store(StoreRequest),
    /// Ask the blobs, in this order.
    Blob(BlobRequest),
    /// Accept messages up to [`MAX_MESSAGE_BYTES`](wire::limit::MAX_MESSAGE_BYTES): it signed in.
    RaiseLimit {
        /// Whose.
        conn: ConnId,
    },
    /// Send what waits, then close. The hub has forgotten the connection.
    Close {
        /// Which.
        conn: ConnId,
        /// Travels in the session's close frame.
        reason: CloseReason,
    },
    /// Answer the host.
    Admin {
        /// The request's number.
        id: u64,
        /// The answer.
        reply: AdminReply,
    },
}

/// Why the relay closes a session, as its close frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseReason {
    /// The relay stops; come back later.
    Shutdown,
    /// The same device connected again.
    Replaced,
    /// The account was disabled.
    Disabled,
    /// Answers waited for a client that does not read.
    FellBehind,
    /// A message could not be read, or broke a rule.
    Misbehaved,
    /// The store could not say who this is; come back later.
    Unavailable,
    /// The device may never sign in again.
    Revoked,
}

impl CloseReason {
    /// The byte in the close frame.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Shutdown => 1,
            Self::Replaced => 2,
            Self::Disabled => 3,
            Self::FellBehind => 4,
            Self::Misbehaved => 5,
            Self::Unavailable => 6,
            Self::Revoked => 7,
        }
    }
}

/// What the host may ask while the relay runs.
#[derive(Clone, Debug)]
pub enum AdminRequest {
    /// Adds an invitation.
    Invite {
        /// Its secret.
        token: InviteToken,
        /// Registrations it is good for.
        uses: u32,
        /// When it ends.
        expires: UnixMs,
    },
    /// Adds an invitation for an account that begins anew.
    Reset {
        /// The account.
        handle: Handle,
        /// Its secret.
        token: InviteToken,
        /// When it ends.
        expires: UnixMs,
    },
    /// Lists accounts.
    Accounts,
    /// Lists rooms.
    Rooms,
    /// Counts.
    Status,
    /// Lets an account sign in, or not.
    SetEnabled {
        /// The account.
        handle: Handle,
        /// Whether it may sign in.
        enabled: bool,
    },
}

impl AdminRequest {
    /// What the store does for it.
    #[must_use]
    pub fn into_op(self) -> Op {
        match self {
            Self::Invite { token, uses, expires } => Op::AddInvitation { token, uses, expires },
            Self::Reset { handle, token, expires } => Op::AddReset { handle, token, expires },
            Self::Accounts => Op::ListAccounts,
            Self::Rooms => Op::ListRooms,
            Self::Status => Op::CountAll,
            Self::SetEnabled { handle, enabled } => Op::SetEnabled { handle, enabled },
        }
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdminReply {
    /// It was done.
    Done,
    /// All accounts.
    Accounts(Vec<AccountLine>),
    /// All rooms.
    Rooms(Vec<RoomLine>),
    /// Counts.
    Status {
        /// What is stored.
        totals: Totals,
        /// Connections, unless the relay does not run.
        connections: Option<(usize, usize)>,
    },
    /// No such account.
    HandleUnknown,
    /// The account may not sign in any more.
    Disabled {
        /// Its devices.
        devices: Vec<DeviceId>,
    },
    /// The store cannot be used now.
    StoreUnavailable,
}

impl From<Result<Done, Refusal>> for AdminReply {
    fn from(result: Result<Done, Refusal>) -> Self {
        match result {
            Ok(Done::Accounts(accounts)) => Self::Accounts(accounts),
            Ok(Done::Rooms(rooms)) => Self::Rooms(rooms),
            Ok(Done::Totals(totals)) => Self::Status { totals, connections: None },
            Ok(Done::EnabledSet { enabled: false, devices }) => Self::Disabled { devices },
            Ok(_) => Self::Done,
            Err(Refusal::HandleUnknown) => Self::HandleUnknown,
            Err(_) => Self::StoreUnavailable,
        }
    }
}

/// What the host may set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether registration needs no invitation.
    pub open_registration: bool,
    /// Bytes that may wait for one connection before its news are dropped.
    pub outbox_bytes: usize,
    /// Logins at one account that may fail within 24 hours.
    pub logins_per_day: u32,
    /// Logins and registrations from one address within 30 seconds.
    pub attempts_per_address: u32,
    /// Signals of one device within a second.
    pub signals_per_second: u8,
    /// Commits of one device within a minute.
    pub commits_per_minute: u8,
    /// Rooms an account may have made, the lobby aside.
    pub rooms_per_account: u32,
    /// How long records are kept.
    pub retention_days: u64,
    /// Payload bytes a room keeps.
    pub retention_bytes: u64,
    /// Sealed bytes of the largest file.
    pub max_file_bytes: u64,
    /// Sealed bytes of all files of one account.
    pub account_file_bytes: u64,
    /// Sealed bytes of all files. The blobs leave a tenth of the disk free, whatever this says.
    pub relay_file_bytes: u64,
    /// How long files are kept.
    pub file_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            open_registration: false,
            // With what the writer holds, a reader that stalls costs less than 1 MiB.
            outbox_bytes: 768 << 10,
            logins_per_day: 10,
            attempts_per_address: 5,
            signals_per_second: 5,
            commits_per_minute: 60,
            rooms_per_account: 256,
            retention_days: 90,
            retention_bytes: 1 << 30,
            max_file_bytes: 4 << 30,
            account_file_bytes: 16 << 30,
            relay_file_bytes: 64 << 30,
            file_days: 90,
        }
    }
}

impl Settings {
    pub(super) fn sweep(&self, now: UnixMs) -> Op {
        const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
        let days_ago = |days: u64| UnixMs(now.0.saturating_sub(days.saturating_mul(DAY_MS)));
        Op::Sweep {
            before: days_ago(self.retention_days),
            max_room_bytes: self.retention_bytes,
            sent_before: days_ago(self.file_days.into()),
            begun_before: days_ago(UNFINISHED_DAYS),
        }
    }

    pub(super) const fn quota(&self) -> Quota {
        Quota {
            file_bytes: self.max_file_bytes,
            account_bytes: self.account_file_bytes,
            relay_bytes: self.relay_file_bytes,
        }
    }
}

/// A file that is not whole by then, counted from when it was begun, is given up.
const UNFINISHED_DAYS: u64 = 7;

/// Bytes handed to a writer before it says that they have left; the rest stays where it can still
/// be dropped.
pub(super) const WINDOW_BYTES: usize = FETCH_BYTES / 4;

/// Connection numbers are dense and not chosen by peers, so they serve as their own hash.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        // Fibonacci hashing: the table looks at the upper bits too.
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

pub(super) type IdHasher = BuildHasherDefault<Identity>;
