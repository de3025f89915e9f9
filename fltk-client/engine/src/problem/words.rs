//! Problems in words for the person they happen to: what happened, and what to do.

use core::fmt;
use std::path::Path;

use wire::message::RoomKind;

use super::{Hold, Problem};

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

/// A path without what would disturb a terminal.
fn shown(path: &Path) -> String {
    path.to_string_lossy().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A number of bytes for people: `2.0 GiB`, `700 bytes`.
struct Size(u64);

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
