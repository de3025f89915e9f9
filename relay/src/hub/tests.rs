//! The hub with the store in memory, in virtual time.

mod accounts;
mod chunks;
mod devices;
mod files;
mod guessing;
mod membership;
mod passwords;
mod resets;
mod rooms;
mod slow;
mod timing;
mod uploads;

use std::collections::BTreeMap;

use wire::codec::{Bytes, List};
use wire::id::{Epoch, Handle, PostId, RoomId, Seq, UnixMs};
use wire::message::{InviteToken, OpaqueMessage, Refusal, RoomKind, RoomSummary};

use super::*;
use crate::blob::{Blobs, MemoryBlobs};
use crate::store::{Done, MemoryStore, NewDevice, Store};

const RELAY_KEY: [u8; 32] = [9; 32];
const HASH: [u8; 32] = [3; 32];
const ROOM: RoomId = RoomId::from_array([1; 16]);
const ALICE: ConnId = ConnId(1);
const BOB: ConnId = ConnId(2);
const CAROL: ConnId = ConnId(3);

fn device(n: u8) -> DeviceId {
    DeviceId::from_array([n; 16])
}

/// A hub, its store, and what every connection was sent.
struct Lab<S = MemoryStore> {
    hub: Hub,
    store: S,
    now: Now,
    sent: BTreeMap<ConnId, Vec<Tagged<ToClient>>>,
    closed: BTreeMap<ConnId, CloseReason>,
    admin: Vec<AdminReply>,
    raised: Vec<ConnId>,
    /// Connections whose writer is stuck.
    stuck: Vec<ConnId>,
    /// What `work` has left to do.
    kept: VecDeque<Output>,
    blobs: MemoryBlobs,
    /// While it is there, the blobs do nothing, and what they were asked for waits in it.
    held: Option<VecDeque<BlobRequest>>,
}

impl Lab {
    fn new(settings: Settings) -> Self {
        Self::over(MemoryStore::default(), settings)
    }

    /// Alice, bob and carol in one open room, alice first; devices 1, 2 and 3 on connections 1, 2, 3.
    fn with_room(settings: Settings) -> Self {
        let mut lab = Self::new(settings);
        for (n, name) in [(1, "alice"), (2, "bob"), (3, "carol")] {
            lab.add_account(name, n);
            lab.connect(ConnId(n.into()), n);
        }
        let group_info = Bytes::new(vec![0]).unwrap();
        lab.ask(ALICE, ToRelay::CreateRoom { room: ROOM, kind: RoomKind::Open, group_info });
        lab.ask(BOB, commit(0, 100, &[2], &[]));
        lab.ask(CAROL, commit(1, 101, &[3], &[]));
        lab.sent.clear();
        lab
    }
}

impl<S: Store> Lab<S> {
    fn over(store: S, settings: Settings) -> Self {
        let now = Now { time: Time::from_ms(1_000), unix: UnixMs(1_000_000) };
        let setup = Opaque::fresh_setup([1; 32]);
        let opaque = Opaque::new(&setup, RELAY_KEY, [2; 32]).unwrap();
        let (sent, closed) = (BTreeMap::new(), BTreeMap::new());
        let (admin, raised, stuck) = (Vec::new(), Vec::new(), Vec::new());
        let kept = VecDeque::new();
        let hub = Hub::new(settings, opaque, now);
        let blobs = MemoryBlobs::default();
        Self { hub, store, now, sent, closed, admin, raised, stuck, kept, blobs, held: None }
    }

    /// Stores an account with one device, whose static key is `n` repeated.
    fn add_account(&mut self, name: &str, n: u8) {
        let op = Op::Register {
            handle: Handle::new(name).unwrap(),
            invite: None,
            record: Bytes::new(vec![n]).unwrap(),
            sealed_account: Bytes::new(vec![n]).unwrap(),
            device: NewDevice {
                device: device(n),
                noise_key: [n; 32],
                certificate: Bytes::default(),
            },
        };
        self.stored(op).unwrap();
    }

    /// Gives the account of a name another device, whose static key is `n` repeated.
    fn add_device(&mut self, name: &str, n: u8) {
        let handle = Handle::new(name).unwrap();
        let Ok(Done::Account(Some(found))) = self.stored(Op::FindAccount { handle }) else {
            panic!("{name} is known")
        };
        let (device, certificate) = (device(n), Bytes::default());
        let device = NewDevice { device, noise_key: [n; 32], certificate };
        let (account, password) = (found.account, found.password);
        self.stored(Op::Enroll { account, password, device }).unwrap();
    }

    fn stored(&mut self, op: Op) -> Result<Done, Refusal> {
        let request = StoreRequest { ticket: Ticket::Sweep, now: self.now.unix, op };
        self.store.apply(vec![request]).pop().unwrap().result
    }

    fn connect(&mut self, conn: ConnId, key: u8) {
        let address = IpAddr::from([10, 0, 0, key]);
        self.hub.handle_connected(conn, [key; 32], HASH, address, self.now);
        self.settle();
    }

    fn send(&mut self, conn: ConnId, message: ToRelay) {
        self.hub.handle_message(conn, Tagged { tag: 7, message }, self.now);
        self.settle();
    }

    /// Sends a request and returns its answer.
    fn ask(&mut self, conn: ConnId, message: ToRelay) -> ToClient {
        self.send(conn, message);
        let sent = self.sent.entry(conn).or_default();
        let at = sent.iter().position(|message| message.tag == 7).expect("an answer");
        sent.remove(at).message
    }

    fn refusal(&mut self, conn: ConnId, message: ToRelay) -> Refusal {
        match self.ask(conn, message) {
            ToClient::Refused { refusal } => refusal,
            other => panic!("{other:?}"),
        }
    }

    /// What the connection was sent since the last call.
    fn take(&mut self, conn: ConnId) -> Vec<ToClient> {
        let sent = self.sent.remove(&conn).unwrap_or_default();
        sent.into_iter().map(|message| message.message).collect()
    }

    fn wait(&mut self, ms: u64) {
        self.now.time = self.now.time.after_ms(ms);
        self.now.unix = UnixMs(self.now.unix.0 + ms);
        self.hub.handle_time(self.now);
        self.settle();
    }

    /// Does the store's part of what the hub says, and keeps what is to be sent for `settle`.
    fn work(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            match output {
                Output::Store(request) => {
                    for reply in self.store.apply(vec![request]) {
                        self.hub.handle_stored(reply, self.now);
                    }
                }
                other => self.kept.push_back(other),
            }
        }
    }

    /// Does what the hub says until it says nothing.
    fn settle(&mut self) {
        let mut written = Vec::new();
        loop {
            match self.kept.pop_front().or_else(|| self.hub.poll_output()) {
                Some(Output::Send { conn, bytes }) => {
                    let message = Tagged::from_bytes(&bytes).unwrap();
                    self.sent.entry(conn).or_default().push(message);
                    written.push(conn);
                }
                Some(Output::Store(request)) => {
                    for reply in self.store.apply(vec![request]) {
                        self.hub.handle_stored(reply, self.now);
                    }
                }
                Some(Output::Blob(request)) if self.held.is_some() => {
                    self.held.as_mut().unwrap().push_back(request);
                }
                Some(Output::Blob(request)) => {
                    let reply = self.blobs.apply(request);
                    self.hub.handle_blob(reply, self.now);
                }
                Some(Output::RaiseLimit { conn }) => self.raised.push(conn),
                Some(Output::Close { conn, reason }) => drop(self.closed.insert(conn, reason)),
                Some(Output::Admin { reply, .. }) => self.admin.push(reply),
                None if written.is_empty() => return,
                None => {
                    for conn in std::mem::take(&mut written) {
                        if !self.stuck.contains(&conn) {
                            self.hub.handle_drained(conn, self.now);
                        }
                    }
                }
            }
        }
    }
}

fn post(epoch: u64, id: u8, size: usize) -> ToRelay {
    let payload = Bytes::new(vec![id; size]).unwrap();
    ToRelay::Post { room: ROOM, epoch: Epoch(epoch), post: PostId::from_array([id; 16]), payload }
}

fn commit(epoch: u64, id: u8, added: &[u8], removed: &[u8]) -> ToRelay {
    let devices = |list: &[u8]| List::new(list.iter().copied().map(device).collect()).unwrap();
    ToRelay::Commit {
        room: ROOM,
        epoch: Epoch(epoch),
        post: PostId::from_array([id; 16]),
        commit: Bytes::new(vec![id]).unwrap(),
        group_info: Bytes::new(vec![id]).unwrap(),
        welcome: Some(Bytes::new(vec![id]).unwrap()),
        added: devices(added),
        removed: devices(removed),
    }
}

/// The numbers of the records among `messages`.
fn records(messages: &[ToClient]) -> Vec<u64> {
    let seq = |message: &ToClient| match message {
        ToClient::Record { record, .. } => Some(record.seq.0),
        _ => None,
    };
    messages.iter().filter_map(seq).collect()
}
