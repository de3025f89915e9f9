//! What the store answers.

use wire::id::{DeviceId, Epoch, FileId, Handle, PostId, RoomId, Seq, UnixMs};
use wire::message::{
    DeviceInfo, DeviceKeyPackage, FileLimits, GroupInfo, OpaqueMessage, Record, Refusal, RoomKind,
    SealedAccount, SignedIn, Welcome,
};

use super::{AccountId, PasswordNo};

/// What was done. Every variant but the refusals is durable when it is handed out.
#[derive(Clone, Debug)]
pub enum Done {
    /// No enabled account has a device with that static key.
    NoDevice,
    /// The device exists.
    SignedIn(Box<SignedInDevice>),
    /// The registration could succeed.
    Checked,
    /// The account, if there is one.
    Account(Option<Box<AccountRecord>>),
    /// The name of the account.
    Handle(Handle),
    /// The account has another password.
    PasswordSet,
    /// Devices of an account.
    Devices(Vec<DeviceInfo>),
    /// The device has that name.
    DeviceNamed,
    /// The device may never sign in again.
    DeviceRevoked {
        /// The device.
        device: DeviceId,
    },
    /// One-use key packages the device has now.
    KeyPackagesStored {
        /// How many.
        one_use_left: u8,
    },
    /// One key package of each device that has any.
    KeyPackagesClaimed {
        /// The packages.
        packages: Vec<DeviceKeyPackage>,
        /// How many one-use packages each of these devices has left.
        left: Vec<(DeviceId, u8)>,
    },
    /// The room exists, with its creator as member.
    RoomCreated {
        /// The room.
        room: RoomId,
        /// Who may join.
        kind: RoomKind,
        /// The other devices of its creator's account.
        siblings: Vec<DeviceId>,
    },
    /// What an external commit needs.
    GroupInfo {
        /// The room.
        room: RoomId,
        /// Its epoch.
        epoch: Epoch,
        /// Its newest record.
        head: Seq,
        /// Group info of that epoch.
        group_info: GroupInfo,
    },
    /// The record is in the log.
    Appended {
        /// The room.
        room: RoomId,
        /// The record.
        record: Record,
        /// Who came and went with it; `None` for an application message.
        changes: Option<Box<Changes>>,
    },
    /// The same post was in the log already.
    Repeated {
        /// The room.
        room: RoomId,
        /// The sender's name for it.
        post: PostId,
        /// Its place.
        seq: Seq,
        /// When it was appended.
        at: UnixMs,
    },
    /// Part of a log.
    Records {
        /// The room.
        room: RoomId,
        /// The oldest record this device may read.
        oldest: Seq,
        /// The newest that it may read.
        head: Seq,
        /// What follows the place asked for.
        records: Vec<Record>,
    },
    /// The welcome that waits for a device.
    Welcome {
        /// The room.
        room: RoomId,
        /// The epoch that it begins in.
        epoch: Epoch,
        /// The commit that added the device.
        seq: Seq,
        /// The welcome.
        welcome: Welcome,
    },
    /// The device is no member of the room.
    Left {
        /// The device.
        device: DeviceId,
        /// The room.
        room: RoomId,
    },
    /// The device has become a member again since it left.
    StillMember,
    /// The account may sign in now, or no longer.
    EnabledSet {
        /// Which of the two.
        enabled: bool,
        /// Its devices.
        devices: Vec<DeviceId>,
    },
    /// The invitation may be used.
    InvitationAdded,
    /// All accounts.
    Accounts(Vec<AccountLine>),
    /// All rooms.
    Rooms(Vec<RoomLine>),
    /// How much there is.
    Totals(Totals),
    /// The file may be sent.
    UploadOpened {
        /// The room.
        room: RoomId,
        /// The file.
        file: FileId,
        /// Sealed bytes in total.
        size: u64,
        /// Sealed bytes that are kept of it; the size only if it is whole.
        at: u64,
    },
    /// It is noted how far the file is durable.
    FileStored {
        /// The file.
        file: FileId,
        /// Sealed bytes that are there.
        stored: u64,
        /// Whether that is all.
        whole: bool,
    },
    /// The file may be fetched.
    DownloadOpened {
        /// The room.
        room: RoomId,
        /// The file.
        file: FileId,
        /// Sealed bytes in total.
        size: u64,
    },
    /// The store knows nothing of the file. Its blob is to be deleted if there was one.
    FileDeleted {
        /// The file.
        file: FileId,
        /// Whether there was one.
        existed: bool,
    },
    /// What an account may send.
    FileLimits(FileLimits),
    /// Old records and files were deleted.
    Swept {
        /// Whether there may be more.
        more: bool,
        /// Files whose blobs are to be deleted.
        files: Vec<FileId>,
    },
}

/// What a commit did to a room's members.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Devices that it named as added.
    pub added: Vec<DeviceId>,
    /// Devices that ceased to be members.
    pub removed: Vec<DeviceId>,
    /// What those who did not see the room before are told.
    pub news: Option<RoomNews>,
}

/// A room that devices see from now on.
#[derive(Clone, Debug)]
pub struct RoomNews {
    /// Who may join.
    pub kind: RoomKind,
    /// Devices that are no members, of accounts that have just come in with another.
    pub siblings: Vec<DeviceId>,
}

/// A device that is signed in by its static key.
#[derive(Clone, Debug)]
pub struct SignedInDevice {
    /// Its account.
    pub account: AccountId,
    /// What the client is told.
    pub signed_in: SignedIn,
    /// The account's devices that were revoked with this one's registration.
    pub revoked: Vec<DeviceId>,
}

/// What a login needs.
#[derive(Clone, Debug)]
pub struct AccountRecord {
    /// The account.
    pub account: AccountId,
    /// Whether it may sign in.
    pub enabled: bool,
    /// Which password this is.
    pub password: PasswordNo,
    /// OPAQUE's registration record.
    pub record: OpaqueMessage,
    /// The sealed account key.
    pub sealed_account: SealedAccount,
}

/// Whether a device was seen so long before `now` that it is to be noted: seldom, so that most
/// sign-ins write nothing.
pub(super) fn is_stale(seen: UnixMs, now: UnixMs) -> bool {
    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
    now.0.saturating_sub(seen.0) >= DAY_MS
}

/// An account as the host sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    /// Its name.
    pub handle: Handle,
    /// Whether it may sign in.
    pub enabled: bool,
    /// Its devices, revoked ones aside.
    pub devices: u64,
    /// When it was made.
    pub created: UnixMs,
    /// Its files, whole or not.
    pub files: u64,
    /// Their sealed bytes.
    pub file_bytes: u64,
}

/// A room as the host sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomLine {
    /// The room.
    pub room: RoomId,
    /// Who may join.
    pub kind: RoomKind,
    /// Commits so far.
    pub epoch: Epoch,
    /// The newest record.
    pub head: Seq,
    /// Member devices.
    pub members: u64,
    /// Payload bytes kept.
    pub bytes: u64,
    /// Files sent to it, whole or not.
    pub files: u64,
    /// Their sealed bytes.
    pub file_bytes: u64,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Accounts.
    pub accounts: u64,
    /// Devices, revoked ones aside.
    pub devices: u64,
    /// Rooms.
    pub rooms: u64,
    /// Records kept.
    pub records: u64,
    /// Payload bytes kept.
    pub bytes: u64,
    /// Files, whole or not.
    pub files: u64,
    /// Their sealed bytes.
    pub file_bytes: u64,
}

/// A file as the relay finds it when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownFile {
    /// The file.
    pub file: FileId,
    /// Sealed bytes in total.
    pub size: u64,
    /// Sealed bytes that are durable.
    pub stored: u64,
    /// Whether it may be fetched.
    pub whole: bool,
}

/// An invitation as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct InviteState {
    /// Registrations it is still good for.
    pub uses_left: u32,
    /// When it ends.
    pub expires: UnixMs,
}

impl InviteState {
    /// # Errors
    /// Why the invitation cannot be used at `now`.
    pub(super) fn check(self, now: UnixMs) -> Result<(), Refusal> {
        if self.expires <= now {
            Err(Refusal::InvitationExpired)
        } else if self.uses_left == 0 {
            Err(Refusal::InvitationUsedUp)
        } else {
            Ok(())
        }
    }
}
