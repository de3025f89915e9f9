//! The store in memory: the twin of [`SqliteStore`](super::SqliteStore) for simulations.
//!
//! A clone is what a disk would hold at that moment, so a simulated crash is a clone taken back.

mod account;
mod admin;
mod commit;
mod device;
mod file;
mod room;

use std::collections::{BTreeMap, BTreeSet};

use wire::id::{DeviceId, Epoch, FileId, Handle, RoomId, Seq, UnixMs};
use wire::message::{
    Certificate, GroupInfo, InviteToken, KeyPackage, OpaqueMessage, Record, Refusal, RoomKind,
    SealedAccount, SealedName, Welcome,
};

use super::{
    AccountId, Done, InviteState, KnownFile, Op, PasswordNo, Store, StoreError, StoreReply,
    StoreRequest,
};

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    accounts: BTreeMap<Handle, Account>,
    devices: BTreeMap<DeviceId, Device>,
    noise_keys: BTreeMap<[u8; 32], DeviceId>,
    invitations: BTreeMap<InviteToken, Invitation>,
    rooms: BTreeMap<RoomId, RoomState>,
    files: BTreeMap<FileId, FileState>,
    opaque_setup: Option<Vec<u8>>,
    /// Set by a simulation: every batch fails until it is taken back.
    full: bool,
}

#[derive(Clone, Debug)]
struct Account {
    id: AccountId,
    record: OpaqueMessage,
    sealed_account: SealedAccount,
    password: PasswordNo,
    enabled: bool,
    created: UnixMs,
    /// Revoked ones aside.
    devices: Vec<DeviceId>,
}

#[derive(Clone, Debug)]
struct Invitation {
    state: InviteState,
    /// The account that begins anew with it; `None` where it makes a new one.
    resets: Option<Handle>,
}

#[derive(Clone, Debug)]
struct Device {
    account: Handle,
    certificate: Certificate,
    name: SealedName,
    seen: UnixMs,
    revoked: bool,
    one_use: Vec<KeyPackage>,
    last_resort: Option<KeyPackage>,
    rooms: BTreeSet<RoomId>,
}

#[derive(Clone, Debug)]
struct RoomState {
    kind: RoomKind,
    creator: Handle,
    epoch: Epoch,
    head: Seq,
    group_info: GroupInfo,
    members: BTreeMap<DeviceId, Member>,
    /// Devices that a commit removed, none of them a member.
    former: BTreeMap<DeviceId, Span>,
    /// By the commits they came with; each is awaited by a member.
    welcomes: BTreeMap<Seq, Welcoming>,
    /// The newest records; the last has `head` as its number, if there is one.
    log: Vec<Record>,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    /// The record with which it became one.
    joined: Seq,
    /// The commit whose welcome it has not used yet.
    welcome: Option<Seq>,
}

/// What a device may read of a room.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// The record with which it became a member.
    joined: Seq,
    /// The newest record; for a former member the commit that removed it.
    head: Seq,
}

#[derive(Clone, Debug)]
struct Welcoming {
    /// The one that its commit begins.
    epoch: Epoch,
    at: UnixMs,
    body: Welcome,
}

#[derive(Clone, Debug)]
struct FileState {
    /// `None` once the room is nobody's.
    room: Option<RoomId>,
    account: Handle,
    device: DeviceId,
    size: u64,
    stored: u64,
    whole: bool,
    begun: UnixMs,
    done: UnixMs,
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl MemoryStore {
    /// Makes every batch fail, as on a full disk, or work again.
    pub fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    fn perform(&mut self, op: Op, now: UnixMs) -> Result<Done, Refusal> {
        match op {
            Op::SignIn { noise_key } => self.sign_in(&noise_key, now),
            Op::CheckRegistration { handle, invite } => {
                self.registration(&handle, invite.as_ref(), now).map(|_| Done::Checked)
            }
            Op::Register { handle, invite, record, sealed_account, device } => {
                self.register((handle, record, sealed_account), invite.as_ref(), device, now)
            }
            Op::FindAccount { handle } => Ok(self.find_account(&handle)),
            Op::Enroll { account, password, device } => self.enroll(account, password, device, now),
            Op::FindHandle { device } => self.find_handle(device),
            Op::SetPassword { device, record, sealed_account } => {
                self.set_password(device, record, sealed_account)
            }
            Op::ListDevices { device } => self.list_devices(device),
            Op::NameDevice { by, device, name } => self.name_device(by, device, name),
            Op::RevokeDevice { by, device } => self.revoke_device(by, device),
            Op::PublishKeyPackages { device, one_use, last_resort } => {
                self.publish(device, one_use, last_resort)
            }
            Op::ClaimKeyPackages { handle } => self.claim(&handle),
            Op::CreateRoom { device, room, kind, group_info, max_made } => {
                self.create_room(device, (room, kind), group_info, max_made)
            }
            Op::FetchGroupInfo { device, room } => self.group_info(device, room),
            Op::Post { device, room, epoch, post, payload } => {
                self.post((device, room), epoch, post, payload, now)
            }
            Op::Commit(commit) => self.commit(*commit, now),
            Op::Fetch { device, room, after } => self.fetch(device, room, after),
            Op::FetchWelcome { device, room } => self.welcome(device, room),
            Op::LeaveRoom { device, room, seq } => self.leave(device, room, seq),
            Op::SetEnabled { handle, enabled } => self.set_enabled(&handle, enabled),
            Op::AddInvitation { token, uses, expires } => {
                let state = InviteState { uses_left: uses, expires };
                self.invitations.insert(token, Invitation { state, resets: None });
                Ok(Done::InvitationAdded)
            }
            Op::AddReset { handle, token, expires } => self.add_reset(handle, token, expires),
            Op::ListAccounts => Ok(self.list_accounts()),
            Op::ListRooms => Ok(self.list_rooms()),
            Op::CountAll => Ok(self.count_all()),
            Op::OpenUpload { device, room, file, size, from, quota } => {
                self.open_upload((device, room), file, (size, from), quota, now)
            }
            Op::NoteStored { device, file, stored } => self.note_stored(device, file, stored),
            Op::FinishFile { device, file } => self.finish_file(device, file, now),
            Op::DropUpload { device, file } => self.drop_upload(device, file),
            Op::OpenDownload { device, room, file } => self.open_download(device, room, file),
            Op::DeleteFile { device, file } => self.delete_file(device, file),
            Op::FileLimits { device, quota, keep_days } => {
                self.file_limits(device, quota, keep_days)
            }
            Op::Sweep { before, max_room_bytes, sent_before, begun_before } => {
                self.sweep(before, max_room_bytes);
                let files = self.sweep_files(sent_before, begun_before);
                Ok(Done::Swept { more: !files.is_empty(), files })
            }
        }
    }
}

impl Store for MemoryStore {
    fn apply(&mut self, batch: Vec<StoreRequest>) -> Vec<StoreReply> {
        let mut replies = Vec::with_capacity(batch.len());
        for StoreRequest { ticket, now, op } in batch {
            let full = self.full;
            let result = if full { Err(Refusal::StoreUnavailable) } else { self.perform(op, now) };
            replies.push(StoreReply { ticket, result });
        }
        replies
    }

    fn opaque_setup(&mut self, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        Ok(self.opaque_setup.get_or_insert(fresh).clone())
    }

    fn files(&mut self) -> Result<Vec<KnownFile>, StoreError> {
        Ok(self.known_files())
    }

    fn forget_files(&mut self, lost: &[FileId]) -> Result<(), StoreError> {
        self.files.retain(|file, _| !lost.contains(file));
        Ok(())
    }
}
