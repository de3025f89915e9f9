//! One test-suite, run against both stores.

use wire::codec::{Bytes, List};
use wire::id::{DeviceId, Epoch, Handle, PostId, RoomId, Seq, UnixMs};
use wire::limit::{MAX_DEVICES, MAX_KEY_PACKAGES};
use wire::message::{
    DeviceInfo, InviteToken, KeyPackage, Presence, Refusal, RoomKind, RoomSummary, SealedName,
    Welcome,
};

use super::*;

macro_rules! twins {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[test] fn $name() { super::$name(&mut super::MemoryStore::default()); })*
        }

        mod sqlite {
            $(#[test] fn $name() {
                let directory = tempfile::tempdir().unwrap();
                let path = directory.path().join("relay.db");
                super::$name(&mut super::SqliteStore::open(&path).unwrap());
            })*
        }
    };
}

mod account;
mod device;
mod file;
mod former;
mod room;
mod sight;
mod upload;
mod welcome;

const NOW: UnixMs = UnixMs(1_000_000_000);
const ROOM: RoomId = RoomId::from_array([1; 16]);
type Answer = Result<Done, Refusal>;

fn ask_at(store: &mut dyn Store, now: UnixMs, op: Op) -> Answer {
    let mut replies = store.apply(vec![StoreRequest { ticket: Ticket::Sweep, now, op }]);
    replies.pop().unwrap().result
}

fn ask(store: &mut dyn Store, op: Op) -> Answer {
    ask_at(store, NOW, op)
}

fn device(n: u8) -> DeviceId {
    DeviceId::from_array([n; 16])
}

fn new_device(n: u8) -> NewDevice {
    let certificate = Bytes::new(vec![n; 9]).unwrap();
    NewDevice { device: device(n), noise_key: [n; 32], certificate }
}

fn handle(name: &str) -> Handle {
    Handle::new(name).unwrap()
}

fn register_op(name: &str, n: u8, invite: Option<InviteToken>) -> Op {
    let (handle, device) = (handle(name), new_device(n));
    let (record, sealed_account) = (Bytes::new(vec![n]).unwrap(), Bytes::new(vec![n]).unwrap());
    Op::Register { handle, invite, record, sealed_account, device }
}

/// An account with this one device.
fn register(store: &mut dyn Store, name: &str, n: u8) -> AccountId {
    match ask(store, register_op(name, n, None)) {
        Ok(Done::SignedIn(device)) => device.account,
        other => panic!("{other:?}"),
    }
}

/// Another device of an account that has only had one password.
fn enroll(store: &mut dyn Store, account: AccountId, n: u8) -> Answer {
    let password = PasswordNo::default();
    ask(store, Op::Enroll { account, password, device: new_device(n) })
}

/// The rooms that a device sees, and who of its account is in each.
fn rooms(store: &mut dyn Store, n: u8) -> Vec<(RoomId, Presence)> {
    match ask(store, Op::SignIn { noise_key: [n; 32] }) {
        Ok(Done::SignedIn(device)) => {
            let line = |room: &RoomSummary| (room.room, room.presence);
            device.signed_in.rooms.iter().map(line).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn totals(store: &mut dyn Store) -> Totals {
    match ask(store, Op::CountAll) {
        Ok(Done::Totals(totals)) => totals,
        other => panic!("{other:?}"),
    }
}

fn create(store: &mut dyn Store, n: u8, kind: RoomKind) -> Answer {
    let group_info = Bytes::new(vec![0]).unwrap();
    ask(store, Op::CreateRoom { device: device(n), room: ROOM, kind, group_info, max_made: 9 })
}

fn post_op(n: u8, epoch: u64, id: u8, size: usize) -> Op {
    let payload = Bytes::new(vec![n; size]).unwrap();
    let post = PostId::from_array([id; 16]);
    Op::Post { device: device(n), room: ROOM, epoch: Epoch(epoch), post, payload }
}

/// The welcome of the commit with this id, which has one if it adds others.
fn welcome(id: u8) -> Welcome {
    Bytes::new(vec![id; 30]).unwrap()
}

fn commit_op(n: u8, epoch: u64, id: u8, added: &[u8], removed: &[u8]) -> Op {
    let devices = |list: &[u8]| List::new(list.iter().copied().map(device).collect()).unwrap();
    Op::Commit(Box::new(CommitOp {
        device: device(n),
        room: ROOM,
        epoch: Epoch(epoch),
        post: PostId::from_array([id; 16]),
        commit: Bytes::new(vec![n; 10]).unwrap(),
        group_info: Bytes::new(vec![id; 20]).unwrap(),
        welcome: added.iter().any(|added| *added != n).then(|| welcome(id)),
        added: devices(added),
        removed: devices(removed),
    }))
}

fn fetch(store: &mut dyn Store, n: u8, after: u64) -> Result<(u64, u64, Vec<u64>), Refusal> {
    match ask(store, Op::Fetch { device: device(n), room: ROOM, after: Seq(after) }) {
        Ok(Done::Records { oldest, head, records, .. }) => {
            Ok((oldest.0, head.0, records.iter().map(|record| record.seq.0).collect()))
        }
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    }
}

/// A sweep that finds every file new.
fn sweep_op(before: u64, max_room_bytes: u64) -> Op {
    let (sent_before, begun_before) = (UnixMs(0), UnixMs(0));
    Op::Sweep { before: UnixMs(before), max_room_bytes, sent_before, begun_before }
}

fn seq(answer: Answer) -> Result<u64, Refusal> {
    match answer {
        Ok(Done::Appended { record, .. }) => Ok(record.seq.0),
        Ok(Done::Repeated { seq, .. }) => Ok(1_000 + seq.0),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    }
}
