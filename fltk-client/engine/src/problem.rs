//! What can go wrong.

mod words;

use core::fmt;
use std::path::PathBuf;

use wire::chunk::content_within;
use wire::message::{Refusal, RoomKind};

/// Why a device stops reading and writing a room instead of guessing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hold {
    /// A commit is missing or could not be applied, so the keys have moved on without this device.
    Behind,
    /// The relay has a message of this device that the profile does not know.
    RolledBack,
    /// The relay has less of the room than it had.
    LogWentBack,
    /// An account came with another key than the pinned one.
    KeyChanged,
    /// A member is in another branch of the group: the relay shows different rooms to different
    /// members.
    Forked,
}

impl Hold {
    /// Whether the device comes back into the room by itself once it is connected.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Behind | Self::RolledBack)
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Behind => "a change of its members is missing here",
            Self::RolledBack => "the profile is an older copy than the one that last wrote to it",
            Self::LogWentBack => "the relay has lost messages that this profile has",
            Self::KeyChanged => "an account in it came with another key",
            Self::Forked => "a member sees another room than this device, as only a relay that deceives can make it",
        })
    }
}

/// A failure that a front end shows. `Display` is one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// There is no profile in this directory.
    NoProfile,
    /// The directory already holds a profile of an account.
    ProfileExists,
    /// Another program has the profile open.
    ProfileInUse,
    /// The password does not open the profile.
    WrongProfilePassword,
    /// The profile's files are damaged.
    ProfileDamaged,
    /// A later version of Sotto has written the profile.
    ProfileTooNew,
    /// The disk with the profile is full.
    DiskFull,
    /// The profile could not be read or written; the system's reason.
    ProfileIo(String),
    /// The relay did not answer; the system's reason.
    Unreachable {
        /// `HOST:PORT`.
        address: String,
        /// Why.
        reason: String,
    },
    /// The relay has another key than the link or the profile says.
    RelayKeyChanged {
        /// Fingerprint of the key that was expected.
        expected: String,
        /// Fingerprint of the key that came.
        received: String,
    },
    /// The connection ended.
    ConnectionLost,
    /// The relay broke the protocol.
    RelayMisbehaved(&'static str),
    /// The name or the password is wrong.
    LoginFailed,
    /// The host disabled the account.
    AccountDisabled,
    /// The relay no longer knows this device.
    DeviceUnknown,
    /// Too many attempts.
    TooManyAttempts {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// The account has as many devices as it may have.
    TooManyDevices,
    /// Somebody has this handle.
    HandleTaken,
    /// Registration needs an invitation.
    InvitationNeeded,
    /// The relay does not know the invitation.
    InvitationUnknown,
    /// The invitation was used up.
    InvitationUsedUp,
    /// The invitation expired.
    InvitationExpired,
    /// The relay cannot store anything now.
    RelayCannotStore,
    /// The profile has no such room.
    RoomUnknown,
    /// The room cannot be read or written on this device any more.
    RoomHeld(Hold),
    /// An account came with another key than the pinned one, and nobody has accepted it.
    KeyChanged(wire::id::Handle),
    /// Only an owner may do that.
    OwnersOnly,
    /// The room has no such member.
    NotAMember(wire::id::Handle),
    /// The account is in the room already.
    AlreadyMember(wire::id::Handle),
    /// No account of this name is on the relay.
    HandleUnknown(wire::id::Handle),
    /// The account has no device that could be added.
    NoDevices(wire::id::Handle),
    /// Nothing is known of this account here.
    NeverMet(wire::id::Handle),
    /// Rooms of this kind do not have that.
    NotInThisKind(RoomKind),
    /// The room would have no owner.
    LastOwner,
    /// The account is not in the room any more.
    RoomLeft,
    /// A name is empty, too long, or holds characters that cannot be shown.
    NameInvalid {
        /// The most bytes.
        max: usize,
    },
    /// The number is more than may be.
    HistoryTooLong {
        /// The most.
        max: u16,
    },
    /// The account has no such device.
    DeviceNotFound,
    /// A device does not revoke itself.
    OwnDevice,
    /// The account has made as many rooms as it may.
    TooManyRooms,
    /// The room cannot take more members or owners.
    RoomFull,
    /// The text is empty.
    TextEmpty,
    /// The text is longer than a message may be.
    TextTooLong {
        /// Its bytes.
        got: usize,
        /// The most.
        max: usize,
    },
    /// No message is at this place, or it was taken back.
    MessageUnknown,
    /// Another account wrote the message.
    NotYours,
    /// What the message says is no text.
    NotAText,
    /// A reaction is empty, too long, or holds characters that cannot be shown.
    ReactionInvalid {
        /// The most bytes.
        max: usize,
    },
    /// Messages cannot disappear after so long.
    LifetimeInvalid {
        /// The fewest seconds.
        min: u32,
        /// The most.
        max: u32,
    },
    /// What a front end wants kept is longer than it may be.
    KeptTooLong {
        /// Its bytes.
        got: usize,
        /// The most.
        max: usize,
    },
    /// A file to be sent could not be read; the system's reason.
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What is to be sent is a directory, a device or the like.
    NotAFile(PathBuf),
    /// A file was written to while it was sent.
    FileChanged(PathBuf),
    /// The relay takes no file of this size.
    FileTooLarge {
        /// The most bytes.
        max: u64,
    },
    /// The account's files on the relay would be more than they may be.
    QuotaExceeded {
        /// Bytes that it may still send.
        left: u64,
    },
    /// The relay has no space for the file.
    RelayFull,
    /// The message at this place has no file.
    NoFile,
    /// The relay does not have the file any more.
    FileGone,
    /// What the relay has is not what was sent.
    FileDamaged,
    /// Files could not be saved in a directory; the system's reason.
    DirectoryUnusable {
        /// The directory.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The disk where a file is to be saved is full.
    NoSpaceFor(PathBuf),
    /// More files are on their way than a profile keeps.
    TooManyTransfers,
    /// The file is on its way into that directory already, or the id is in use.
    TransferUnderWay,
    /// No file is on its way under this id.
    TransferUnknown,
    /// A person ended the transfer.
    Cancelled,
    /// The relay refused for a reason that this version does not expect.
    Refused(String),
    /// Something that should not happen; a defect.
    Internal(&'static str),
}

impl std::error::Error for Problem {}

impl Problem {
    /// An error of the file system.
    pub(crate) fn from_io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::ProfileIo(error.to_string()),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::LoginFailed => Self::LoginFailed,
            Refusal::AccountDisabled => Self::AccountDisabled,
            Refusal::TooManyAttempts { retry_after_s } => Self::TooManyAttempts { retry_after_s },
            Refusal::TooManyDevices => Self::TooManyDevices,
            Refusal::HandleTaken => Self::HandleTaken,
            Refusal::InvitationNeeded => Self::InvitationNeeded,
            Refusal::InvitationUnknown => Self::InvitationUnknown,
            Refusal::InvitationUsedUp => Self::InvitationUsedUp,
            Refusal::InvitationExpired => Self::InvitationExpired,
            Refusal::StoreUnavailable => Self::RelayCannotStore,
            Refusal::TooManyRooms => Self::TooManyRooms,
            Refusal::RoomUnknown => Self::RoomUnknown,
            Refusal::FileTooLarge { max } => Self::FileTooLarge { max: content_within(max) },
            Refusal::QuotaExceeded { left } => Self::QuotaExceeded { left: content_within(left) },
            Refusal::RelayFull => Self::RelayFull,
            Refusal::FileUnknown => Self::FileGone,
            other => Self::Refused(format!("{other:?}")),
        }
    }
}
