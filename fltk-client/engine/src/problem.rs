//! What can go wrong, in words for the person it happens to: what happened, and what to do.

use core::fmt;
use std::path::{Path, PathBuf};

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

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProfile => {
                write!(f, "There is no profile here yet; make one with `register` or `login`.")
            }
            Self::ProfileExists => {
                write!(f, "There is a profile here already; use it, or name another directory.")
            }
            Self::ProfileInUse => {
                write!(f, "Another program has this profile open; close it and try again.")
            }
            Self::WrongProfilePassword => {
                write!(f, "The password does not open this profile; try again.")
            }
            Self::ProfileDamaged => write!(
                f,
                "The profile's files are damaged; restore a copy of them, or log in as a new device in another directory."
            ),
            Self::ProfileTooNew => write!(
                f,
                "A newer version of Sotto has used this profile, and this one cannot read it; nothing was changed, so use the newer version."
            ),
            Self::DiskFull => write!(
                f,
                "The disk with the profile is full; nothing was sent or lost, so free some space and try again."
            ),
            Self::ProfileIo(reason) => write!(
                f,
                "The profile could not be read or written ({reason}); check the disk and try again."
            ),
            Self::Unreachable { address, reason } => write!(
                f,
                "The relay at {address} does not answer ({reason}); check the address and that it runs."
            ),
            Self::RelayKeyChanged { expected, received } => write!(
                f,
                "The relay proved itself with another key than expected ({received} instead of {expected}), so nothing was sent; ask its host whether it was set up anew, and beware of an impostor."
            ),
            Self::ConnectionLost => write!(
                f,
                "The connection to the relay was lost; unsent messages stay queued and go out when it is back."
            ),
            Self::RelayMisbehaved(what) => write!(
                f,
                "The relay broke the protocol ({what}), so the connection was closed; tell its host."
            ),
            Self::LoginFailed => {
                write!(f, "The name or the password is wrong; check both and try again.")
            }
            Self::AccountDisabled => {
                write!(f, "The relay's host has disabled this account; ask the host.")
            }
            Self::DeviceUnknown => write!(
                f,
                "The relay does not know this device any more, or its host has disabled the account; ask the host, or log in again in a new directory."
            ),
            Self::TooManyAttempts { retry_after_s } => {
                write!(f, "Too many attempts; wait {retry_after_s} seconds and try again.")
            }
            Self::TooManyDevices => {
                write!(f, "The account has as many devices as the relay allows; revoke one first.")
            }
            Self::HandleTaken => {
                write!(f, "Somebody has this name already; choose another.")
            }
            Self::InvitationNeeded => write!(
                f,
                "This relay wants an invitation for a new account; ask its host for a link."
            ),
            Self::InvitationUnknown => {
                write!(f, "The relay does not know this invitation; ask its host for a new link.")
            }
            Self::InvitationUsedUp => write!(
                f,
                "This invitation was used as often as it may be; ask the relay's host for a new link."
            ),
            Self::InvitationExpired => {
                write!(f, "This invitation has expired; ask the relay's host for a new link.")
            }
            Self::RelayCannotStore => write!(
                f,
                "The relay cannot store anything now; nothing was lost, so try again later."
            ),
            Self::RoomUnknown => {
                write!(f, "This profile has no such room; see `rooms` for those it has.")
            }
            Self::RoomHeld(hold) => write!(
                f,
                "The room is held on this device, because {hold}; nothing is read or sent there until {}.",
                match hold {
                    Hold::KeyChanged =>
                        "the key is accepted (`trust`) or refused (`verify --accept`)",
                    hold if hold.is_passing() =>
                        "this device is back in it, which it tries by itself",
                    Hold::Forked =>
                        "you let this device come back into it (`repair`); tell the relay's host",
                    _ => "the relay has them again; tell its host, or make a new room",
                }
            ),
            Self::KeyChanged(handle) => write!(
                f,
                "{handle} came with another key than before, so nothing is sent to rooms with {handle}; ask {handle} in person: accept the new key with `trust {handle}` if it is right, or keep the old one with `verify {handle} --accept`."
            ),
            Self::OwnersOnly => {
                write!(f, "Only an owner of the room may do that; ask one of them (see `members`).")
            }
            Self::NotAMember(handle) => {
                write!(f, "{handle} is not in the room; see `members` for who is.")
            }
            Self::AlreadyMember(handle) => write!(f, "{handle} is in the room already."),
            Self::HandleUnknown(handle) => {
                write!(f, "There is no account {handle} on this relay; check the name.")
            }
            Self::NoDevices(handle) => write!(
                f,
                "{handle} has no device that could be added; ask {handle} to sign in once and try again."
            ),
            Self::NeverMet(handle) => write!(
                f,
                "This profile has never seen a key of {handle}; share a room with {handle} first (see `dm`)."
            ),
            Self::NotInThisKind(RoomKind::Lobby) => {
                write!(f, "The lobby belongs to everybody, so that cannot be done to it.")
            }
            Self::NotInThisKind(_) => {
                write!(
                    f,
                    "A direct conversation is between two people for ever, so that cannot be done to it."
                )
            }
            Self::LastOwner => write!(
                f,
                "The room would have no owner; make another member one first (`role`), or close the room (`close`)."
            ),
            Self::RoomLeft => write!(
                f,
                "This account is not in the room any more; what was said before can still be read."
            ),
            Self::NameInvalid { max } => {
                write!(f, "A name has 1 to {max} bytes and no control characters; choose another.")
            }
            Self::HistoryTooLong { max } => {
                write!(f, "At most {max} earlier messages can be handed on; choose fewer.")
            }
            Self::DeviceNotFound => {
                write!(f, "The account has no such device; see `devices` for those it has.")
            }
            Self::OwnDevice => write!(
                f,
                "A device does not revoke itself; do it from another one, or delete this profile."
            ),
            Self::TooManyRooms => write!(
                f,
                "The account has made as many rooms as the relay allows; close some or ask its host."
            ),
            Self::RoomFull => write!(f, "The room is full; nothing was changed."),
            Self::TextEmpty => write!(f, "The message is empty; nothing was sent."),
            Self::TextTooLong { got, max } => write!(
                f,
                "The message is {got} bytes long and may be {max} at most; nothing was sent, so split it."
            ),
            Self::MessageUnknown => write!(
                f,
                "There is no message at this place, or it was taken back; see `history` for those that are here."
            ),
            Self::NotYours => {
                write!(f, "Somebody else wrote this message, so it stays as it is.")
            }
            Self::NotAText => write!(
                f,
                "This message is a file, so it cannot be edited; take it back (`delete`) and send another."
            ),
            Self::ReactionInvalid { max } => write!(
                f,
                "A reaction has 1 to {max} bytes and no control characters; choose another."
            ),
            Self::LifetimeInvalid { min, max } => write!(
                f,
                "Messages can stay for {min} to {max} seconds, or for ever (0); choose another time."
            ),
            Self::KeptTooLong { got, max } => write!(
                f,
                "What was to be kept in the profile is {got} bytes long and may be {max} at most; what was kept before stays, so keep less."
            ),
            Self::FileUnreadable { path, reason } => write!(
                f,
                "{} could not be read ({reason}), so it was not sent; check it and try again.",
                shown(path)
            ),
            Self::NotAFile(path) => write!(
                f,
                "{} is not a file, so it was not sent; pack a directory into an archive first.",
                shown(path)
            ),
            Self::FileChanged(path) => write!(
                f,
                "{} changed while it was sent, so nothing was sent; send it again when nothing writes to it.",
                shown(path)
            ),
            Self::FileTooLarge { max } => write!(
                f,
                "The relay takes files of at most {}, so nothing was sent; split the file or ask the relay's host.",
                Size(*max)
            ),
            Self::QuotaExceeded { left } => write!(
                f,
                "The account may send {} more, so nothing was sent; wait until older files end, or ask the relay's host.",
                Size(*left)
            ),
            Self::RelayFull => write!(
                f,
                "The relay has no space for the file, so nothing was sent; try a smaller one or ask its host."
            ),
            Self::NoFile => write!(f, "There is no file of that id in the room; see `files`."),
            Self::FileGone => write!(
                f,
                "The relay does not have the file any more; ask whoever sent it to send it again."
            ),
            Self::FileDamaged => write!(
                f,
                "What the relay has is not the file that was sent, so nothing was saved; ask whoever sent it to send it again, and tell the relay's host."
            ),
            Self::DirectoryUnusable { path, reason } => write!(
                f,
                "Nothing can be saved in {} ({reason}); choose another directory.",
                shown(path)
            ),
            Self::NoSpaceFor(path) => write!(
                f,
                "The disk of {} is full, so the file was not saved; free some space and try again.",
                shown(path)
            ),
            Self::TooManyTransfers => write!(
                f,
                "Too many files are on their way already; wait for some of them, or cancel them."
            ),
            Self::TransferUnderWay => {
                write!(f, "This file is on its way already; wait for it, or cancel it first.")
            }
            Self::TransferUnknown => write!(f, "No file is on its way under this id."),
            Self::Cancelled => write!(f, "The transfer was cancelled; nothing of it is left."),
            Self::Refused(reason) => write!(f, "The relay refused ({reason})."),
            Self::Internal(what) => {
                write!(f, "Sotto made a mistake ({what}); please report it.")
            }
        }
    }
}

impl std::error::Error for Problem {}

/// A path without what would disturb a terminal.
fn shown(path: &Path) -> String {
    path.to_string_lossy().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A number of bytes for people: `2.0 GiB`, `700 bytes`.
pub(crate) struct Size(pub(crate) u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut scaled = self.0.min(u64::MAX / 10) * 10;
        for unit in ["bytes", "KiB", "MiB", "GiB", "TiB"] {
            if scaled < 10_240 || unit == "TiB" {
                return match unit {
                    "bytes" => write!(f, "{} bytes", self.0),
                    unit => write!(f, "{}.{} {unit}", scaled / 10, scaled % 10),
                };
            }
            scaled /= 1_024;
        }
        Ok(())
    }
}

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
