//! The relay's decisions, as a pure state machine: no socket, clock, disk, thread or async.
//!
//! Events come in by `handle_*`, with the time; drain [`Hub::poll_output`] to `None` after them.
//! What needs stored state becomes a [`StoreRequest`]; answers must come back by
//! [`Hub::handle_stored`] in the order of the requests. That order is what keeps a connection's
//! view of a room in sequence: a sign-in or join that the store did before an append is known here
//! before the append is fanned out.
//!
//! The hub holds connections, the outboxes of those that are behind, and attempt counts. Nothing
//! in it must survive a restart.

mod account;
mod admission;
mod attempts;
mod chunk;
mod conn;
mod file;
mod login;
mod member;
mod opaque;
mod outbox;
mod password;
mod reads;
mod room;
mod stored;
mod types;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;

use wire::Time;
use wire::codec::Field;
use wire::id::{DeviceId, FileId, RoomId};
use wire::message::{Tag, Tagged, ToClient, ToRelay};

use crate::blob::{BlobOp, BlobReply, BlobRequest, BlobTicket};
use crate::store::{Op, StoreReply, StoreRequest, Ticket};

use attempts::{Attempts, Origin};
use conn::{Conn, State};
use outbox::Offer;
use room::Room;

pub use admission::{Admission, Rates};
pub use opaque::{Opaque, OpaqueSuite};
use types::IdHasher;
pub use types::{AdminReply, AdminRequest, CloseReason, ConnId, Now, Output, Settings};

/// How often old records are looked for, unless more are known to wait.
const SWEEP_EVERY_MS: u64 = 10 * 60 * 1_000;
/// Pause between two parts of one sweep, in which others use the store.
const SWEEP_PAUSE_MS: u64 = 50;
/// Messages a connection may send before its first answer.
const MAX_EARLY_MESSAGES: usize = 16;

/// The relay's state machine.
#[derive(Debug)]
pub struct Hub {
    settings: Settings,
    opaque: Opaque,
    conns: HashMap<ConnId, Conn, IdHasher>,
    /// The one connection of each signed-in device.
    devices: BTreeMap<DeviceId, ConnId>,
    /// Rooms that have a connected member.
    rooms: BTreeMap<RoomId, Room>,
    /// Who sends a file: one connection at a time, by its number for the upload.
    uploads: BTreeMap<FileId, (ConnId, u64)>,
    /// Numbers openings of files; none is used twice.
    next_file_no: u64,
    attempts: Attempts,
    next_sweep: Time,
    output: VecDeque<Output>,
}

impl Hub {
    /// A hub without connections.
    #[must_use]
    pub fn new(settings: Settings, opaque: Opaque, now: Now) -> Self {
        let attempts = Attempts::new(&settings);
        Self {
            settings,
            opaque,
            conns: HashMap::default(),
            devices: BTreeMap::new(),
            rooms: BTreeMap::new(),
            uploads: BTreeMap::new(),
            next_file_no: 0,
            attempts,
            next_sweep: now.time.after_ms(SWEEP_PAUSE_MS),
            output: VecDeque::new(),
        }
    }

    /// A client finished its handshake. `conn` must never have been used before.
    pub fn handle_connected(
        &mut self,
        conn: ConnId,
        remote_static: [u8; 32],
        handshake_hash: [u8; 32],
        address: IpAddr,
        now: Now,
    ) {
        self.conns.insert(conn, Conn::new(remote_static, handshake_hash, Origin::of(address)));
        self.ask(conn, 0, now, Op::SignIn { noise_key: remote_static });
    }

    /// A client's request arrived.
    pub fn handle_message(&mut self, conn: ConnId, request: Tagged<ToRelay>, now: Now) {
        let Some(state) = self.conns.get_mut(&conn).map(|conn| &mut conn.state) else { return };
        match state {
            State::SignedIn(member) => {
                let device = member.device;
                self.handle_member_request(conn, device, request, now);
            }
            State::Anonymous(anonymous) if anonymous.is_connecting() => {
                anonymous.early.push(request);
                if anonymous.early.len() > MAX_EARLY_MESSAGES {
                    self.close(conn, CloseReason::Misbehaved);
                }
            }
            State::Anonymous(_) => self.handle_anonymous_request(conn, request, now),
        }
    }

    /// The store answered. Answers must be passed on in the order of the requests.
    pub fn handle_stored(&mut self, reply: StoreReply, now: Now) {
        match reply.ticket {
            Ticket::Client { conn, tag } => self.handle_client_reply(conn, tag, reply.result, now),
            Ticket::Read { conn, tag } => {
                self.handle_client_reply(conn, tag, reply.result, now);
                self.read_answered(conn, now);
            }
            Ticket::Open { conn, tag, file } => {
                self.upload_found((conn, tag), file, reply.result);
            }
            Ticket::Put { conn, tag, no } => self.chunk_noted((conn, tag), no, reply.result),
            Ticket::Drop => self.upload_dropped(reply.result),
            Ticket::Admin(id) => self.handle_admin_reply(id, reply.result),
            Ticket::Sweep => self.handle_swept(reply.result, now),
        }
    }

    /// The blobs answered. Answers must be passed on in the order of the requests.
    pub fn handle_blob(&mut self, reply: BlobReply, now: Now) {
        let result = reply.result;
        match reply.ticket {
            BlobTicket::Opening { conn, tag, file, no, at } => {
                self.upload_ready((conn, tag), file, (no, at), result.err(), now);
            }
            BlobTicket::Put { conn, tag, no, stored, mark } => match result {
                Ok(_) => self.chunk_written((conn, tag), no, (stored, mark), now),
                Err(error) => self.write_failed((conn, tag), no, error, now),
            },
            BlobTicket::Get { conn, tag, no, offset, length } => {
                self.chunk_read((conn, tag), no, (offset, length), result);
            }
            BlobTicket::Nobody => {}
        }
    }

    /// Everything sent to `conn` so far has left for the network.
    pub fn handle_drained(&mut self, conn: ConnId, now: Now) {
        let Some(state) = self.conns.get_mut(&conn) else { return };
        for bytes in state.outbox.drained() {
            self.output.push_back(Output::Send { conn, bytes });
        }
        if state.outbox.is_idle() {
            self.send_heads(conn);
        }
        self.next_read(conn, now);
        self.chunks_drained(conn);
    }

    /// The connection is gone. Also to be called after [`Output::Close`]; then it does nothing.
    pub fn handle_disconnected(&mut self, conn: ConnId) {
        let Some(gone) = self.conns.remove(&conn) else { return };
        if let Some(files) = gone.files {
            self.close_all_files(*files);
        }
        let State::SignedIn(member) = gone.state else { return };
        for room in &member.rooms {
            self.unsubscribe(room, conn);
        }
        if self.devices.get(&member.device) == Some(&conn) {
            self.devices.remove(&member.device);
        }
    }

    /// The host asks; [`Output::Admin`] with the same `id` answers.
    pub fn handle_admin(&mut self, id: u64, request: AdminRequest, now: Now) {
        let (ticket, op) = (Ticket::Admin(id), request.into_op());
        self.output.push_back(Output::Store(StoreRequest { ticket, now: now.unix, op }));
    }

    /// Does what is due.
    pub fn handle_time(&mut self, now: Now) {
        if now.time < self.next_sweep {
            return;
        }
        self.next_sweep = now.time.after_ms(SWEEP_EVERY_MS);
        let op = self.settings.sweep(now.unix);
        self.ask_store(Ticket::Sweep, now, op);
    }

    /// When [`Self::handle_time`] has something to do.
    #[must_use]
    pub fn next_deadline(&self) -> Time {
        self.next_sweep
    }

    /// Closes every connection, because the relay stops.
    pub fn handle_shutdown(&mut self) {
        let mut all: Vec<ConnId> = self.conns.keys().copied().collect();
        all.sort_unstable();
        for conn in all {
            self.close(conn, CloseReason::Shutdown);
        }
    }

    /// What is to be done, in order; `None` when that is all.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.output.pop_front()
    }

    /// Connections, and how many of them are signed in.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        (self.conns.len(), self.devices.len())
    }

    /// Sends a request to the store on behalf of a connection.
    fn ask(&mut self, conn: ConnId, tag: Tag, now: Now, op: Op) {
        self.ask_store(Ticket::Client { conn, tag }, now, op);
    }

    fn ask_store(&mut self, ticket: Ticket, now: Now, op: Op) {
        self.output.push_back(Output::Store(StoreRequest { ticket, now: now.unix, op }));
    }

    fn ask_blobs(&mut self, ticket: BlobTicket, op: BlobOp) {
        self.output.push_back(Output::Blob(BlobRequest { ticket, op }));
    }

    /// Sends a message that must not be lost: an answer, or news that no log repeats.
    fn answer(&mut self, conn: ConnId, tag: Tag, message: ToClient) {
        let Some(state) = self.conns.get_mut(&conn) else { return };
        let bytes = Tagged { tag, message }.to_bytes().into();
        match state.outbox.answer(bytes, self.settings.outbox_bytes) {
            Offer::Send(bytes) => self.output.push_back(Output::Send { conn, bytes }),
            Offer::Kept => {}
            Offer::Overflow => self.close(conn, CloseReason::FellBehind),
        }
    }

    /// Forgets a connection and has it closed after what was sent to it.
    fn close(&mut self, conn: ConnId, reason: CloseReason) {
        if self.conns.contains_key(&conn) {
            self.handle_disconnected(conn);
            self.output.push_back(Output::Close { conn, reason });
        }
    }
}
