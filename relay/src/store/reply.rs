//! What the store answers.

use wire::id::{DeviceId, Epoch, Handle, PostId, RoomId, Seq, UnixMs};
use wire::message::{
    DeviceKeyPackage, GroupInfo, OpaqueMessage, Record, Refusal, RoomKind, SealedAccount, SignedIn,
};

use super::AccountId;

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
        /// Devices that became members with it.
        added: Vec<DeviceId>,
        /// Devices that ceased to be.
        removed: Vec<DeviceId>,
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
        /// The newest.
        head: Seq,
        /// What follows the place asked for.
        records: Vec<Record>,
    },
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
    /// Old records were deleted.
    Swept {
        /// Whether there may be more.
        more: bool,
    },
}

/// A device that is signed in by its static key.
#[derive(Clone, Debug)]
pub struct SignedInDevice {
    /// Its account.
    pub account: AccountId,
    /// What the client is told.
    pub signed_in: SignedIn,
}

/// What a login needs.
#[derive(Clone, Debug)]
pub struct AccountRecord {
    /// The account.
    pub account: AccountId,
    /// Whether it may sign in.
    pub enabled: bool,
    /// OPAQUE's registration record.
    pub record: OpaqueMessage,
    /// The sealed account key.
    pub sealed_account: SealedAccount,
}

/// An account as the host sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLine {
    /// Its name.
    pub handle: Handle,
    /// Whether it may sign in.
    pub enabled: bool,
    /// Its devices.
    pub devices: u64,
    /// When it was made.
    pub created: UnixMs,
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
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Accounts.
    pub accounts: u64,
    /// Devices.
    pub devices: u64,
    /// Rooms.
    pub rooms: u64,
    /// Records kept.
    pub records: u64,
    /// Payload bytes kept.
    pub bytes: u64,
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
