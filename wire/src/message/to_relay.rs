//! What a client asks of the relay.

use core::fmt;

use super::room::{KeyPackage, RoomKind};
use super::{
    Application, Certificate, Chunk, Commit, GroupInfo, OpaqueMessage, SealedAccount, SealedName,
    Signal, Welcome, variants,
};
use crate::Error;
use crate::codec::{Field, List, Reader, Writer};
use crate::id::{DeviceId, Epoch, FileId, Handle, PostId, RoomId, Seq};
use crate::limit;

/// The secret in an invitation link.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InviteToken(pub [u8; 16]);

impl fmt::Debug for InviteToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteToken(..)")
    }
}

impl Field for InviteToken {
    const WHAT: &'static str = "invitation";

    fn encode(&self, w: &mut Writer) {
        w.put(&self.0);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self(r.array(Self::WHAT)?))
    }
}

/// A request. Each names its answer; any may be answered by [`Refused`](super::ToClient::Refused).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToRelay {
    /// First step of a new account. Answer: `RegisterResponse`.
    RegisterStart {
        /// The account's name.
        handle: Handle,
        /// The invitation, unless registration is open.
        invite: Option<InviteToken>,
        /// OPAQUE `RegistrationRequest`.
        request: OpaqueMessage,
    },
    /// Second step; makes the account and this device. Answer: `SignedIn`.
    RegisterFinish {
        /// OPAQUE `RegistrationRecord`.
        record: OpaqueMessage,
        /// The sealed account key.
        sealed_account: SealedAccount,
        /// This device's certificate: of this account and this connection's static key.
        certificate: Certificate,
    },
    /// First step of a login. Answer: `LoginResponse`.
    LoginStart {
        /// The account's name.
        handle: Handle,
        /// OPAQUE `KE1`.
        request: OpaqueMessage,
    },
    /// Second step. Answer: `LoginAccepted`.
    LoginFinish {
        /// OPAQUE `KE3`.
        finalization: OpaqueMessage,
    },
    /// After a login: makes this connection's static key a device. Answer: `SignedIn`.
    EnrollDevice {
        /// This device's certificate: of this account and this connection's static key.
        certificate: Certificate,
    },
    /// Adds one-use key packages. With one of last resort it is a whole new set, and replaces all
    /// that the relay has of this device. Answer: `KeyPackagesStored`.
    PublishKeyPackages {
        /// Handed out once each.
        one_use: List<KeyPackage, { limit::MAX_KEY_PACKAGES }>,
        /// Handed out when no other is left.
        last_resort: Option<KeyPackage>,
    },
    /// One key package of each device of an account. Answer: `KeyPackages`.
    ClaimKeyPackages {
        /// The account.
        handle: Handle,
    },
    /// Makes a room with this device as its only member. Answer: `Done`.
    CreateRoom {
        /// Its random id.
        room: RoomId,
        /// Who may join. There is one lobby.
        kind: RoomKind,
        /// Group info of epoch 0.
        group_info: GroupInfo,
    },
    /// What an external commit needs. Answer: `GroupInfo`.
    FetchGroupInfo {
        /// A room this device is in or may join.
        room: RoomId,
    },
    /// Appends an application message. Answer: `Posted`, also for a repeated `post`.
    Post {
        /// A room this device is in.
        room: RoomId,
        /// The epoch it was made in; any other than the room's is refused with `Conflict`.
        epoch: Epoch,
        /// The sender's name for it.
        post: PostId,
        /// MLS private message.
        payload: Application,
    },
    /// Appends a commit and ends the epoch. Answer: `Posted`, also for a repeated `post`.
    Commit {
        /// A room this device is in; or one that is open or has its account as a member, which it
        /// joins by this external commit.
        room: RoomId,
        /// The epoch it ends; any other than the room's is refused with `Conflict`.
        epoch: Epoch,
        /// The sender's name for it.
        post: PostId,
        /// MLS commit.
        commit: Commit,
        /// Group info of the new epoch.
        group_info: GroupInfo,
        /// For the devices added, unless they add themselves.
        welcome: Option<Welcome>,
        /// Devices that become members.
        added: List<DeviceId, { limit::MAX_MEMBER_CHANGES }>,
        /// Devices that cease to be; those that are none already are allowed.
        removed: List<DeviceId, { limit::MAX_MEMBER_CHANGES }>,
    },
    /// What follows a place in a room's log. Answer: `Records`.
    Fetch {
        /// A room this device is in.
        room: RoomId,
        /// The last record already known.
        after: Seq,
    },
    /// Forwards a signal to the members that are connected. Not answered unless refused.
    Signal {
        /// A room this device is in.
        room: RoomId,
        /// Sealed under the epoch's signal key.
        payload: Signal,
    },
    /// The welcome that brought this device into a room. The relay forgets it once this device
    /// fetches what follows it. Answer: `Welcome`.
    FetchWelcome {
        /// A room this device was added to.
        room: RoomId,
    },
    /// This device wants nothing more of a room. When the last has left, the room and its log are
    /// deleted. Its leaf is for the other members to remove; one that they removed says so when it has
    /// read that. Answer: `Done`, also if it is in no such room.
    LeaveRoom {
        /// The room.
        room: RoomId,
        /// The newest record it knows of. A membership that began later stays.
        seq: Seq,
    },
    /// The devices of this account. Answer: `Devices`.
    ListDevices,
    /// Gives a device of this account a name. Answer: `Done`.
    NameDevice {
        /// The device.
        device: DeviceId,
        /// The name; empty takes it away.
        name: SealedName,
    },
    /// Another device of this account may never sign in again and is a member of nothing. Its
    /// leaves are for this account's other devices to remove. Answer: `Done`.
    RevokeDevice {
        /// The device.
        device: DeviceId,
    },
    /// First step of a new password. Answer: `RegisterResponse`.
    PasswordStart {
        /// OPAQUE `RegistrationRequest`.
        request: OpaqueMessage,
    },
    /// Second step; replaces record and sealed account at once. Answer: `Done`.
    PasswordFinish {
        /// OPAQUE `RegistrationRecord`.
        record: OpaqueMessage,
        /// The account key, sealed anew.
        sealed_account: SealedAccount,
    },
    /// Begins to send a file, or goes on with it. Its members may fetch it once it is whole. Answer:
    /// `UploadOpen`.
    OpenUpload {
        /// A room this device is in.
        room: RoomId,
        /// The sender's name for it; one that another device used is refused with `NotAllowed`.
        file: FileId,
        /// Sealed bytes in total; the same each time.
        size: u64,
        /// The sender can go on from here or, if it is 0, from the beginning only. Where a chunk
        /// begins, or `size`.
        from: u64,
    },
    /// The next chunk of an open upload. Answer: `ChunkStored`.
    PutChunk {
        /// The file.
        file: FileId,
        /// Sealed bytes before it.
        offset: u64,
        /// Whether the relay answers only when it and all before it are durable. The last chunk's
        /// answer always means that the file is whole and durable.
        durable: bool,
        /// As long as a chunk at this place is.
        chunk: Chunk,
    },
    /// Begins to fetch a file. Answer: `DownloadOpen`.
    OpenDownload {
        /// The room it was sent to, which this device is in.
        room: RoomId,
        /// The file.
        file: FileId,
    },
    /// A chunk of an open download. Answer: `Chunk`.
    GetChunk {
        /// The file.
        file: FileId,
        /// Sealed bytes before it: where a chunk begins.
        offset: u64,
    },
    /// Deletes a file of this account, whole or not. Answer: `Done`, also if there is none.
    DeleteFile {
        /// The file.
        file: FileId,
    },
    /// What this account may send. Answer: `FileLimits`.
    FileLimits,
}
variants!(ToRelay, "request", {
    1 => RegisterStart { handle, invite, request },
    2 => RegisterFinish { record, sealed_account, certificate },
    3 => LoginStart { handle, request },
    4 => LoginFinish { finalization },
    5 => EnrollDevice { certificate },
    6 => PublishKeyPackages { one_use, last_resort },
    7 => ClaimKeyPackages { handle },
    8 => CreateRoom { room, kind, group_info },
    9 => FetchGroupInfo { room },
    10 => Post { room, epoch, post, payload },
    11 => Commit { room, epoch, post, commit, group_info, welcome, added, removed },
    12 => Fetch { room, after },
    13 => Signal { room, payload },
    14 => FetchWelcome { room },
    15 => LeaveRoom { room, seq },
    16 => ListDevices,
    17 => NameDevice { device, name },
    18 => RevokeDevice { device },
    19 => PasswordStart { request },
    20 => PasswordFinish { record, sealed_account },
    21 => OpenUpload { room, file, size, from },
    22 => PutChunk { file, offset, durable, chunk },
    23 => OpenDownload { room, file },
    24 => GetChunk { file, offset },
    25 => DeleteFile { file },
    26 => FileLimits,
});
