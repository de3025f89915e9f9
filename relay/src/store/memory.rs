//! The store in memory: the twin of [`SqliteStore`](super::SqliteStore) for simulations.
//!
//! A clone is what a disk would hold at that moment, so a simulated crash is a clone taken back.

mod account;
mod admin;
mod room;

use std::collections::{BTreeMap, BTreeSet};

use wire::id::{DeviceId, Epoch, Handle, RoomId, Seq, UnixMs};
use wire::message::{
    GroupInfo, InviteToken, KeyPackage, OpaqueMessage, Record, Refusal, RoomKind, SealedAccount,
};

use super::{AccountId, Done, InviteState, Op, Store, StoreError, StoreReply, StoreRequest};

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    accounts: BTreeMap<Handle, Account>,
    devices: BTreeMap<DeviceId, Device>,
    noise_keys: BTreeMap<[u8; 32], DeviceId>,
    invitations: BTreeMap<InviteToken, InviteState>,
    rooms: BTreeMap<RoomId, RoomState>,
    opaque_setup: Option<Vec<u8>>,
    /// Set by a simulation: every batch fails until it is taken back.
    full: bool,
}

#[derive(Clone, Debug)]
struct Account {
    id: AccountId,
    record: OpaqueMessage,
    sealed_account: SealedAccount,
    enabled: bool,
    created: UnixMs,
    devices: Vec<DeviceId>,
}

#[derive(Clone, Debug)]
struct Device {
    account: Handle,
    one_use: Vec<KeyPackage>,
    last_resort: Option<KeyPackage>,
    rooms: BTreeSet<RoomId>,
}

#[derive(Clone, Debug)]
struct RoomState {
    kind: RoomKind,
    epoch: Epoch,
    head: Seq,
    group_info: GroupInfo,
    /// Each member and the record with which it joined.
    members: BTreeMap<DeviceId, Seq>,
    /// The newest records; the last has `head` as its number, if there is one.
    log: Vec<Record>,
}

impl MemoryStore {
    /// Makes every batch fail, as on a full disk, or work again.
    pub fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    fn perform(&mut self, op: Op, now: UnixMs) -> Result<Done, Refusal> {
        match op {
            Op::SignIn { noise_key } => self.sign_in(&noise_key),
            Op::CheckRegistration { handle, invite } => {
                self.check_registration(&handle, invite.as_ref(), now)
            }
            Op::Register { handle, invite, record, sealed_account, device } => {
                self.check_registration(&handle, invite.as_ref(), now)?;
                self.register((handle, record, sealed_account), invite.as_ref(), device, now)
            }
            Op::FindAccount { handle } => Ok(self.find_account(&handle)),
            Op::Enroll { account, device } => self.enroll(account, device),
            Op::PublishKeyPackages { device, one_use, last_resort } => {
                self.publish(device, one_use, last_resort)
            }
            Op::ClaimKeyPackages { handle } => self.claim(&handle),
            Op::CreateRoom { device, room, kind, group_info } => {
                self.create_room(device, room, kind, group_info)
            }
            Op::FetchGroupInfo { device, room } => self.group_info(device, room),
            Op::Post { device, room, epoch, post, payload } => {
                self.post((device, room), epoch, post, payload, now)
            }
            Op::Commit(commit) => self.commit(*commit, now),
            Op::Fetch { device, room, after } => self.fetch(device, room, after),
            Op::SetEnabled { handle, enabled } => self.set_enabled(&handle, enabled),
            Op::AddInvitation { token, uses, expires } => {
                self.invitations.insert(token, InviteState { uses_left: uses, expires });
                Ok(Done::InvitationAdded)
            }
            Op::ListAccounts => Ok(self.list_accounts()),
            Op::ListRooms => Ok(self.list_rooms()),
            Op::CountAll => Ok(self.count_all()),
            Op::Sweep { before, max_room_bytes } => Ok(self.sweep(before, max_room_bytes)),
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
}
