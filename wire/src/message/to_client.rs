//! What the relay tells a client.

use super::room::{KeyPackage, Record, Records, RoomSummary};
use super::{
    Certificate, Chunk, GroupInfo, OpaqueMessage, SealedAccount, SealedName, Signal, Welcome,
    fields, variants,
};
use crate::codec::List;
use crate::id::{DeviceId, Epoch, FileId, Handle, PostId, RoomId, Seq, UnixMs};
use crate::limit;

/// Who this connection is, and the rooms it sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub handle: Handle,
    /// The device.
    pub device: DeviceId,
    /// One-use key packages the relay still has of this device.
    pub one_use_left: u8,
    /// Rooms this device is in or may join.
    pub rooms: List<RoomSummary, { limit::MAX_ROOMS }>,
}
fields!(SignedIn, "sign-in", { handle, device, one_use_left, rooms });

/// A key package and whose it is, as the relay says; its credential is the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKeyPackage {
    /// The device.
    pub device: DeviceId,
    /// The package.
    pub key_package: KeyPackage,
}
fields!(DeviceKeyPackage, "device's key package", { device, key_package });

/// A device of one's own account, as the relay knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Its certificate.
    pub certificate: Certificate,
    /// Its sealed name.
    pub name: SealedName,
    /// When it last signed in, by the relay's clock.
    pub seen: UnixMs,
}
fields!(DeviceInfo, "device", { certificate, name, seen });

/// What files an account may send, in sealed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLimits {
    /// The largest file.
    pub max_bytes: u64,
    /// What the account's files may be in total.
    pub account_bytes: u64,
    /// What of that is left, or less if all accounts together have nearly used up the relay's.
    pub left_bytes: u64,
    /// Days that a file is kept after it was sent.
    pub keep_days: u32,
}
fields!(FileLimits, "file limits", { max_bytes, account_bytes, left_bytes, keep_days });

/// Why a request was not done. Nothing of it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request needs a signed-in device.
    NotSignedIn,
    /// The request belongs before signing in, or out of its order.
    OutOfOrder,
    /// Registration needs an invitation.
    InvitationNeeded,
    /// No such invitation.
    InvitationUnknown,
    /// The invitation was used as often as it may be.
    InvitationUsedUp,
    /// The invitation has expired.
    InvitationExpired,
    /// Another account has this handle.
    HandleTaken,
    /// Wrong password, or no such account: the same on purpose.
    LoginFailed,
    /// The account was disabled by the host.
    AccountDisabled,
    /// Too many attempts from here or at this account.
    TooManyAttempts {
        /// Seconds until the next may be made.
        retry_after_s: u32,
    },
    /// The account has as many devices as it may have.
    TooManyDevices,
    /// No account of that name.
    HandleUnknown,
    /// No such room, or not one this device may see.
    RoomUnknown,
    /// The room id is taken, or there is a lobby already.
    RoomExists,
    /// The room is in another epoch.
    Conflict {
        /// The room's epoch.
        epoch: Epoch,
    },
    /// The relay cannot store anything now; trying later is safe.
    StoreUnavailable,
    /// A rule of the request does not hold.
    NotAllowed,
    /// The account has made as many rooms as it may.
    TooManyRooms,
    /// The relay takes no file of this size.
    FileTooLarge {
        /// Sealed bytes it takes at most.
        max: u64,
    },
    /// The account's files would be more than it may have.
    QuotaExceeded {
        /// Sealed bytes it may still send.
        left: u64,
    },
    /// The relay has no room for the file.
    RelayFull,
    /// No such file, not one of the room, not whole, or not open.
    FileUnknown,
}
variants!(Refusal, "refusal", {
    1 => NotSignedIn,
    2 => OutOfOrder,
    3 => InvitationNeeded,
    4 => InvitationUnknown,
    5 => InvitationUsedUp,
    6 => InvitationExpired,
    7 => HandleTaken,
    8 => LoginFailed,
    9 => AccountDisabled,
    10 => TooManyAttempts { retry_after_s },
    11 => TooManyDevices,
    12 => HandleUnknown,
    13 => RoomUnknown,
    14 => RoomExists,
    15 => Conflict { epoch },
    16 => StoreUnavailable,
    17 => NotAllowed,
    18 => TooManyRooms,
    19 => FileTooLarge { max },
    20 => QuotaExceeded { left },
    21 => RelayFull,
    22 => FileUnknown,
});

/// An answer, or news. The first message of a session is `Ready` or `SignedIn`, with tag 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToClient {
    /// The static key is no device's: register or log in.
    Ready {
        /// Whether registration needs no invitation.
        open_registration: bool,
    },
    /// The request was not done.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// The static key is a device's, or has become one.
    SignedIn(SignedIn),
    /// OPAQUE `RegistrationResponse`.
    RegisterResponse {
        /// The message.
        response: OpaqueMessage,
    },
    /// OPAQUE `KE2`.
    LoginResponse {
        /// The message.
        response: OpaqueMessage,
    },
    /// The password was right; `EnrollDevice` may follow.
    LoginAccepted {
        /// The sealed account key.
        sealed_account: SealedAccount,
    },
    /// The key packages were stored, or one was handed out and few are left.
    KeyPackagesStored {
        /// One-use key packages the relay has of this device.
        one_use_left: u8,
    },
    /// One key package of each device of an account.
    KeyPackages {
        /// In no order.
        packages: List<DeviceKeyPackage, { limit::MAX_DEVICES }>,
    },
    /// The request was done.
    Done,
    /// What an external commit needs.
    GroupInfo {
        /// The room.
        room: RoomId,
        /// Its epoch.
        epoch: Epoch,
        /// Its newest record; an external commit in this epoch follows it or a later one.
        head: Seq,
        /// Group info of that epoch.
        group_info: GroupInfo,
    },
    /// The post is durable. To its sender this stands for the record itself.
    Posted {
        /// The room.
        room: RoomId,
        /// The sender's name for it.
        post: PostId,
        /// Its place in the log.
        seq: Seq,
        /// When the relay appended it.
        at: UnixMs,
    },
    /// A new record of a room.
    Record {
        /// The room.
        room: RoomId,
        /// The record.
        record: Record,
    },
    /// What follows the place asked for.
    Records {
        /// The room.
        room: RoomId,
        /// The oldest record kept; a reader before it has a gap.
        oldest: Seq,
        /// The newest record that this device may read; when `records` end before it, ask again.
        head: Seq,
        /// The records.
        records: Records,
    },
    /// News were dropped because this reader fell behind: fetch what follows.
    Head {
        /// The room.
        room: RoomId,
        /// Its newest record.
        head: Seq,
    },
    /// A signal of a member.
    Signal {
        /// The room.
        room: RoomId,
        /// The device that sent it, as the relay says; the seal is bound to it.
        from: DeviceId,
        /// Sealed.
        payload: Signal,
    },
    /// What a device that was added to a room needs to read on.
    Welcome {
        /// The room.
        room: RoomId,
        /// The relay's epoch that it begins in.
        epoch: Epoch,
        /// The commit that added the device.
        seq: Seq,
        /// The welcome.
        welcome: Welcome,
    },
    /// The devices of this account, revoked ones aside.
    Devices {
        /// In no order.
        devices: List<DeviceInfo, { limit::MAX_DEVICES }>,
    },
    /// This device was added to a room, or its account was by another of its devices.
    Room(RoomSummary),
    /// The relay waits for a file's chunks.
    UploadOpen {
        /// The file.
        file: FileId,
        /// Sealed bytes before the next one: at most `from`, and where a chunk begins. The size, if
        /// the file is whole.
        at: u64,
    },
    /// The relay has a chunk.
    ChunkStored {
        /// The file.
        file: FileId,
        /// Sealed bytes it has.
        stored: u64,
    },
    /// A file can be fetched.
    DownloadOpen {
        /// The file.
        file: FileId,
        /// Sealed bytes in total.
        size: u64,
    },
    /// A chunk of a file.
    Chunk {
        /// The file.
        file: FileId,
        /// Sealed bytes before it.
        offset: u64,
        /// The chunk.
        chunk: Chunk,
    },
    /// What this account may send.
    FileLimits(FileLimits),
}
variants!(ToClient, "message", {
    1 => Ready { open_registration },
    2 => Refused { refusal },
    3 => SignedIn(signed_in),
    4 => RegisterResponse { response },
    5 => LoginResponse { response },
    6 => LoginAccepted { sealed_account },
    7 => KeyPackagesStored { one_use_left },
    8 => KeyPackages { packages },
    9 => Done,
    10 => GroupInfo { room, epoch, head, group_info },
    11 => Posted { room, post, seq, at },
    12 => Record { room, record },
    13 => Records { room, oldest, head, records },
    14 => Head { room, head },
    15 => Signal { room, from, payload },
    16 => Welcome { room, epoch, seq, welcome },
    17 => Devices { devices },
    18 => Room(summary),
    19 => UploadOpen { file, at },
    20 => ChunkStored { file, stored },
    21 => DownloadOpen { file, size },
    22 => Chunk { file, offset, chunk },
    23 => FileLimits(limits),
});
