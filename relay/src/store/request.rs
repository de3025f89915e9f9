//! What the hub asks of the store.

use wire::codec::List;
use wire::id::{DeviceId, Epoch, FileId, Handle, PostId, RoomId, Seq, UnixMs};
use wire::limit;
use wire::message::{
    Application, Certificate, Commit, GroupInfo, InviteToken, KeyPackage, OpaqueMessage, Refusal,
    RoomKind, SealedAccount, SealedName, Tag, Welcome,
};

use super::Done;
use crate::hub::ConnId;

/// An account, as the store numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u64);

/// Which of its passwords an account has: counts how often it was replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordNo(pub u64);

/// Who waits for the answer; handed back untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticket {
    /// A client's request, or its sign-in with tag 0.
    Client {
        /// The connection it came from.
        conn: ConnId,
        /// The request's tag.
        tag: Tag,
    },
    /// A client's request with a large answer: the only one of its connection at a time.
    Read {
        /// The connection it came from.
        conn: ConnId,
        /// The request's tag.
        tag: Tag,
    },
    /// A client's `OpenUpload`.
    Open {
        /// The connection it came from.
        conn: ConnId,
        /// The request's tag.
        tag: Tag,
        /// The file.
        file: FileId,
    },
    /// A chunk of a client's that is durable, once that is noted.
    Put {
        /// The connection it came from.
        conn: ConnId,
        /// The request's tag.
        tag: Tag,
        /// The upload, by the hub's number for it.
        no: u64,
    },
    /// Nobody: a file is given up.
    Drop,
    /// The host's request of this number.
    Admin(u64),
    /// The hub's own sweep.
    Sweep,
}

/// One request.
#[derive(Clone, Debug)]
pub struct StoreRequest {
    /// Who waits for the answer.
    pub ticket: Ticket,
    /// When it was made.
    pub now: UnixMs,
    /// What to do.
    pub op: Op,
}

/// Its answer.
#[derive(Clone, Debug)]
pub struct StoreReply {
    /// The request's.
    pub ticket: Ticket,
    /// What was done, or why nothing was.
    pub result: Result<Done, Refusal>,
}

/// A list of devices in a commit.
pub type Devices = List<DeviceId, { limit::MAX_MEMBER_CHANGES }>;

/// What to do.
#[derive(Clone, Debug)]
pub enum Op {
    /// Finds the device with this static key, and notes that it was seen. Answer: `SignedIn`, or
    /// `NoDevice`.
    SignIn {
        /// The connection's Noise static key.
        noise_key: [u8; 32],
    },
    /// Whether a registration could succeed. Answer: `Checked`.
    CheckRegistration {
        /// The name wanted.
        handle: Handle,
        /// The invitation; `None` where registration is open.
        invite: Option<InviteToken>,
    },
    /// Makes an account and its first device and uses the invitation; with one that resets the
    /// account, gives it a new password and key, and revokes its devices. Answer: `SignedIn`.
    Register {
        /// The name wanted.
        handle: Handle,
        /// The invitation; `None` where registration is open.
        invite: Option<InviteToken>,
        /// OPAQUE's registration record.
        record: OpaqueMessage,
        /// The sealed account key.
        sealed_account: SealedAccount,
        /// The device.
        device: NewDevice,
    },
    /// What a login needs. Answer: `Account`.
    FindAccount {
        /// Its name.
        handle: Handle,
    },
    /// Adds a device to an account. Answer: `SignedIn`.
    Enroll {
        /// The account.
        account: AccountId,
        /// The password that was proved; `LoginFailed` if it was replaced since.
        password: PasswordNo,
        /// The device.
        device: NewDevice,
    },
    /// The name of a device's account. Answer: `Handle`.
    FindHandle {
        /// The device.
        device: DeviceId,
    },
    /// Replaces the account's password. Answer: `PasswordSet`.
    SetPassword {
        /// A device of the account.
        device: DeviceId,
        /// OPAQUE's registration record.
        record: OpaqueMessage,
        /// The account key, sealed anew.
        sealed_account: SealedAccount,
    },
    /// The devices of an account, revoked ones aside. Answer: `Devices`.
    ListDevices {
        /// One of them.
        device: DeviceId,
    },
    /// Answer: `DeviceNamed`.
    NameDevice {
        /// Who asks.
        by: DeviceId,
        /// A device of the same account.
        device: DeviceId,
        /// Its sealed name.
        name: SealedName,
    },
    /// Ends a device for good, with its memberships and key packages. Answer: `DeviceRevoked`,
    /// also if it was already.
    RevokeDevice {
        /// Who asks.
        by: DeviceId,
        /// Another device of the same account.
        device: DeviceId,
    },
    /// Answer: `KeyPackagesStored`.
    PublishKeyPackages {
        /// Whose they are.
        device: DeviceId,
        /// Handed out once each; those beyond the limit are not kept.
        one_use: Vec<KeyPackage>,
        /// With it, all that the device had before are dropped.
        last_resort: Option<KeyPackage>,
    },
    /// Takes one key package of each device. Answer: `KeyPackagesClaimed`.
    ClaimKeyPackages {
        /// The account.
        handle: Handle,
    },
    /// Answer: `RoomCreated`.
    CreateRoom {
        /// Its only member.
        device: DeviceId,
        /// The room.
        room: RoomId,
        /// Who may join.
        kind: RoomKind,
        /// Group info of epoch 0.
        group_info: GroupInfo,
        /// Rooms its account may have made, this one included and the lobby not.
        max_made: u32,
    },
    /// Answer: `GroupInfo`.
    FetchGroupInfo {
        /// Who asks.
        device: DeviceId,
        /// The room.
        room: RoomId,
    },
    /// Appends an application message. Answer: `Appended` or `Repeated`.
    Post {
        /// Who posts.
        device: DeviceId,
        /// The room.
        room: RoomId,
        /// The epoch it was made in.
        epoch: Epoch,
        /// The sender's name for it.
        post: PostId,
        /// Ciphertext.
        payload: Application,
    },
    /// Appends a commit, if the room is still in its epoch. Answer: `Appended` or `Repeated`.
    Commit(Box<CommitOp>),
    /// Answer: `Records`, up to its removal if a commit removed it. Once it asks for what follows its
    /// joining, the welcome is forgotten.
    Fetch {
        /// Who asks.
        device: DeviceId,
        /// The room.
        room: RoomId,
        /// The last record known.
        after: Seq,
    },
    /// Answer: `Welcome`.
    FetchWelcome {
        /// Who asks.
        device: DeviceId,
        /// The room.
        room: RoomId,
    },
    /// Ends a membership, or what is left of one, if there is any; the room too if it was the last.
    /// Answer: `Left`, or `StillMember`.
    LeaveRoom {
        /// Who leaves.
        device: DeviceId,
        /// The room.
        room: RoomId,
        /// The newest record that the device knows of. What began later stays.
        seq: Seq,
    },
    /// Lets an account sign in, or not. Answer: `EnabledSet`.
    SetEnabled {
        /// The account.
        handle: Handle,
        /// Whether it may sign in.
        enabled: bool,
    },
    /// Answer: `InvitationAdded`.
    AddInvitation {
        /// Its secret.
        token: InviteToken,
        /// Registrations it is good for.
        uses: u32,
        /// When it ends.
        expires: UnixMs,
    },
    /// An invitation for an account that begins anew; earlier ones for it end. Answer:
    /// `InvitationAdded`.
    AddReset {
        /// The account.
        handle: Handle,
        /// Its secret.
        token: InviteToken,
        /// When it ends.
        expires: UnixMs,
    },
    /// Answer: `Accounts`.
    ListAccounts,
    /// Answer: `Rooms`.
    ListRooms,
    /// Answer: `Totals`.
    CountAll,
    /// Begins a file, or goes on with one of the same device, room and size. Answer:
    /// `UploadOpened`.
    OpenUpload {
        /// Who sends it.
        device: DeviceId,
        /// A room that the device is a member of.
        room: RoomId,
        /// The sender's name for it.
        file: FileId,
        /// Sealed bytes in total.
        size: u64,
        /// Sealed bytes after which the sender can go on at most.
        from: u64,
        /// What may be sent.
        quota: Quota,
    },
    /// Notes how far a file is durable. Answer: `FileStored`.
    NoteStored {
        /// Who sends it.
        device: DeviceId,
        /// The file.
        file: FileId,
        /// Sealed bytes that are there.
        stored: u64,
    },
    /// Notes that a file is whole. Answer: `FileStored`.
    FinishFile {
        /// Who sends it.
        device: DeviceId,
        /// The file.
        file: FileId,
    },
    /// Forgets a file that is not whole and could not be written. Answer: `FileDeleted`.
    DropUpload {
        /// Who sends it.
        device: DeviceId,
        /// The file.
        file: FileId,
    },
    /// Finds a whole file of a room that the device is a member of. Answer: `DownloadOpened`.
    OpenDownload {
        /// Who asks.
        device: DeviceId,
        /// The room it was sent to.
        room: RoomId,
        /// The file.
        file: FileId,
    },
    /// Forgets a file of the device's account. Answer: `FileDeleted`, also if there is none.
    DeleteFile {
        /// Who asks.
        device: DeviceId,
        /// The file.
        file: FileId,
    },
    /// What the device's account may send. Answer: `FileLimits`.
    FileLimits {
        /// Who asks.
        device: DeviceId,
        /// What may be sent.
        quota: Quota,
        /// Passed on.
        keep_days: u32,
    },
    /// Deletes a bounded number of old records and files. Answer: `Swept`.
    Sweep {
        /// Records appended before this are old.
        before: UnixMs,
        /// Payload bytes a room may keep; its oldest records beyond are old too.
        max_room_bytes: u64,
        /// Files that became whole before this are old.
        sent_before: UnixMs,
        /// Files that were begun before this and are not whole are given up.
        begun_before: UnixMs,
    },
}

impl Op {
    /// About how many bytes it makes the store move.
    #[must_use]
    pub fn weight(&self) -> usize {
        const SMALL: usize = 256;
        match self {
            Self::Post { payload, .. } => SMALL + payload.len(),
            Self::Commit(commit) => {
                let welcome = commit.welcome.as_ref().map_or(0, |welcome| welcome.len());
                SMALL + commit.commit.len() + commit.group_info.len() + welcome
            }
            Self::CreateRoom { group_info, .. } => SMALL + group_info.len(),
            Self::Fetch { .. } | Self::FetchGroupInfo { .. } | Self::FetchWelcome { .. } => {
                limit::FETCH_BYTES
            }
            _ => SMALL,
        }
    }
}

/// What files there may be, in sealed bytes.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    /// The largest file.
    pub file_bytes: u64,
    /// All files of one account.
    pub account_bytes: u64,
    /// All files.
    pub relay_bytes: u64,
}

/// What a file counts for in a quota at least: no disk holds it in less. `schema_4.sql` says the
/// same.
const FILE_BYTES_AT_LEAST: u64 = 4_096;

impl Quota {
    /// How large another file of an account may be, after what its files and all files count for.
    /// Nothing is left if not even the smallest file would fit.
    pub(super) fn left(self, of_account: u64, of_all: u64) -> Left {
        let left = |quota: u64, counted: u64| match quota.saturating_sub(counted) {
            ..FILE_BYTES_AT_LEAST => 0,
            bytes => bytes,
        };
        let (account, relay) = (self.account_bytes, self.relay_bytes);
        Left { account: left(account, of_account), relay: left(relay, of_all) }
    }
}

/// The size of the largest file that is left room for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left {
    /// By the account's quota.
    pub(super) account: u64,
    /// By the relay's.
    pub(super) relay: u64,
}

/// What a file of this size counts for.
pub(super) fn counted_bytes(size: u64) -> u64 {
    size.max(FILE_BYTES_AT_LEAST)
}

/// A device to be stored.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// The device.
    pub device: DeviceId,
    /// Its Noise static key.
    pub noise_key: [u8; 32],
    /// Its certificate.
    pub certificate: Certificate,
}

/// The fields of a commit.
#[derive(Clone, Debug)]
pub struct CommitOp {
    /// Who posts.
    pub device: DeviceId,
    /// The room.
    pub room: RoomId,
    /// The epoch it ends.
    pub epoch: Epoch,
    /// The sender's name for it.
    pub post: PostId,
    /// Ciphertext.
    pub commit: Commit,
    /// Group info of the new epoch.
    pub group_info: GroupInfo,
    /// For the devices added, unless the poster is the only one.
    pub welcome: Option<Welcome>,
    /// Devices that become members.
    pub added: Devices,
    /// Devices that cease to be; those that are none are passed over.
    pub removed: Devices,
}
