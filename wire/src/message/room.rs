//! Rooms as the relay sees them: ids, numbers, times and ciphertext.

use super::{fields, variants};
use crate::codec::{Bytes, List};
use crate::id::{DeviceId, Epoch, PostId, RoomId, Seq, UnixMs};
use crate::limit;

/// An MLS key package of one device.
pub type KeyPackage = Bytes<{ limit::MAX_KEY_PACKAGE_BYTES }>;
/// Ciphertext of one record.
pub type Payload = Bytes<{ limit::MAX_COMMIT_BYTES }>;
/// Consecutive records of one room, in order.
pub type Records = List<Record, { limit::MAX_RECORDS }>;

/// Who may join a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomKind {
    /// The relay's one well-known open room.
    Lobby,
    /// Any account of the relay joins by itself, by external commit.
    Open,
    /// Members invite.
    Closed,
    /// Two accounts.
    Direct,
}
variants!(RoomKind, "room kind", { 1 => Lobby, 2 => Open, 3 => Closed, 4 => Direct });

/// Who of a device's account is in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Nobody.
    None,
    /// Another device of the account.
    Account,
    /// This device.
    Device,
    /// Nobody any more: a commit removed this device. It may read the log up to that.
    Former,
}
variants!(Presence, "presence", { 1 => None, 2 => Account, 3 => Device, 4 => Former });

/// What a signed-in device is told of a room it is in or may join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomSummary {
    /// The room.
    pub room: RoomId,
    /// Who may join.
    pub kind: RoomKind,
    /// Commits so far.
    pub epoch: Epoch,
    /// The newest record that this device may read, 0 if there is none. For a former member that is
    /// the commit that removed it, and `epoch` counts up to there too.
    pub head: Seq,
    /// Who of the account is in it.
    pub presence: Presence,
}
fields!(RoomSummary, "room summary", { room, kind, epoch, head, presence });

/// What a record's payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    /// An MLS application message.
    Application,
    /// An MLS commit; it ends the epoch it was made in.
    Commit,
}
variants!(RecordKind, "record kind", { 1 => Application, 2 => Commit });

/// One entry of a room's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place in the log.
    pub seq: Seq,
    /// When the relay appended it.
    pub at: UnixMs,
    /// The device that posted it, as the relay says; MLS authenticates the true sender.
    pub from: DeviceId,
    /// The sender's name for it.
    pub post: PostId,
    /// The epoch it was made in.
    pub epoch: Epoch,
    /// What the payload is.
    pub kind: RecordKind,
    /// Ciphertext.
    pub payload: Payload,
}
fields!(Record, "record", { seq, at, from, post, epoch, kind, payload });
