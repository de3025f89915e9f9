//! The task that owns the hub.
//!
//! It takes everything that waits, and only then wakes writers and hands the store its requests,
//! so that a busy relay works in batches without being told to. What the blobs have to do holds up
//! nobody here: readers wait for it before they pass on a chunk.

use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::rc::Rc;

use async_channel::{Receiver, Sender};
use wire::message::{Tagged, ToRelay};

use super::Shared;
use super::link::Link;
use super::permit::Permit;
use crate::blob::{BlobReply, BlobRequest};
use crate::hub::{AdminReply, AdminRequest, CloseReason, ConnId, Hub, Output};
use crate::log;
use crate::store::{StoreReply, StoreRequest};

/// Requests with the store at which no more are taken from clients.
const MAX_BACKLOG: usize = 1_024;
/// What these may weigh: a batch is one transaction, and everybody waits for it.
const MAX_BACKLOG_BYTES: usize = 8 << 20;

/// What clients do; they wait when too much of it does.
pub(super) enum Request {
    Connected {
        conn: ConnId,
        remote_static: [u8; 32],
        handshake_hash: [u8; 32],
        address: IpAddr,
    },
    /// A large request's permit is given back when the store has answered, a chunk's when the chunk
    /// is written.
    Message {
        conn: ConnId,
        request: Tagged<ToRelay>,
        permit: Option<Permit>,
    },
    Disconnected {
        conn: ConnId,
    },
}

/// What follows from work the hub has given out; bounded by that, and never made to wait.
pub(super) enum Completion {
    Stored(Vec<StoreReply>),
    Blob(BlobReply),
    Drained { conn: ConnId },
    Time,
    Admin { request: AdminRequest, answer: Sender<AdminReply> },
    Shutdown { done: Sender<()> },
}

/// See the module.
pub(super) struct HubTask {
    shared: Rc<Shared>,
    hub: Hub,
    requests: Receiver<Request>,
    completions: Receiver<Completion>,
    to_store: Sender<Vec<StoreRequest>>,
    to_blobs: Sender<Vec<BlobRequest>>,
    /// Requests of this batch.
    for_store: Vec<StoreRequest>,
    /// What each request that the store has not answered weighs, in order.
    backlog: VecDeque<usize>,
    /// Sum of `backlog` and of `for_store`.
    backlog_bytes: usize,
    /// Requests of this batch.
    for_blobs: Vec<BlobRequest>,
    /// Of what the blobs have not answered, in order: the permit that each came with.
    blob_permits: VecDeque<Option<Permit>>,
    /// Of the chunk that the hub is being given.
    chunk_permit: Option<Permit>,
    /// Of large requests; given back when the store has answered something.
    permits: Vec<Permit>,
    touched: Vec<Rc<Link>>,
    admins: HashMap<u64, Sender<AdminReply>>,
    next_admin: Cell<u64>,
    stopping: Option<Sender<()>>,
}

impl HubTask {
    pub(super) fn new(
        shared: Rc<Shared>,
        hub: Hub,
        requests: Receiver<Request>,
        completions: Receiver<Completion>,
        (to_store, to_blobs): (Sender<Vec<StoreRequest>>, Sender<Vec<BlobRequest>>),
    ) -> Self {
        Self {
            shared,
            hub,
            requests,
            completions,
            to_store,
            to_blobs,
            for_store: Vec::new(),
            for_blobs: Vec::new(),
            blob_permits: VecDeque::new(),
            chunk_permit: None,
            backlog: VecDeque::new(),
            backlog_bytes: 0,
            permits: Vec::new(),
            touched: Vec::new(),
            admins: HashMap::new(),
            next_admin: Cell::new(0),
            stopping: None,
        }
    }

    /// Runs until it is cancelled.
    pub(super) async fn run(mut self) {
        loop {
            self.wait().await;
            while let Ok(completion) = self.completions.try_recv() {
                self.complete(completion);
            }
            let mut taken = 0;
            while taken < MAX_BACKLOG
                && self.is_open()
                && let Ok(request) = self.requests.try_recv()
            {
                self.request(request);
                taken += 1;
            }
            self.flush();
            // Writers and readers work between two batches.
            smol::future::yield_now().await;
        }
    }

    /// Whether more may be taken from clients.
    fn is_open(&self) -> bool {
        // While stopping, the store works off what it has, and nothing is added.
        self.stopping.is_none()
            && self.backlog.len() + self.for_store.len() < MAX_BACKLOG
            && self.backlog_bytes < MAX_BACKLOG_BYTES
    }

    /// Waits for the first event of a batch.
    async fn wait(&mut self) {
        enum First {
            Completion(Completion),
            Request(Request),
        }
        let is_open = self.is_open();
        let (completions, requests) = (&self.completions, &self.requests);
        let completion = async { completions.recv().await.map(First::Completion) };
        let request = async {
            if !is_open {
                smol::future::pending::<()>().await;
            }
            requests.recv().await.map(First::Request)
        };
        match smol::future::or(completion, request).await {
            Ok(First::Completion(completion)) => self.complete(completion),
            Ok(First::Request(request)) => self.request(request),
            Err(_) => smol::future::pending().await,
        }
    }

    fn request(&mut self, request: Request) {
        let now = self.shared.clock.now();
        match request {
            Request::Connected { conn, remote_static, handshake_hash, address } => {
                self.hub.handle_connected(conn, remote_static, handshake_hash, address, now);
            }
            Request::Message { conn, request, permit } => {
                if matches!(request.message, ToRelay::PutChunk { .. }) {
                    self.chunk_permit = permit;
                } else {
                    self.permits.extend(permit);
                }
                self.hub.handle_message(conn, request, now);
            }
            Request::Disconnected { conn } => self.hub.handle_disconnected(conn),
        }
        self.dispatch();
        // Still there if the chunk was refused.
        self.chunk_permit = None;
    }

    fn complete(&mut self, completion: Completion) {
        let now = self.shared.clock.now();
        match completion {
            Completion::Stored(replies) => {
                self.permits.clear();
                for weight in self.backlog.drain(..replies.len().min(self.backlog.len())) {
                    self.backlog_bytes -= weight;
                }
                for reply in replies {
                    self.hub.handle_stored(reply, now);
                    self.dispatch();
                }
            }
            Completion::Blob(reply) => {
                self.blob_permits.pop_front();
                self.hub.handle_blob(reply, now);
            }
            Completion::Drained { conn } => self.hub.handle_drained(conn, now),
            Completion::Time => self.hub.handle_time(now),
            Completion::Admin { request, answer } => {
                let id = self.next_admin.replace(self.next_admin.get().wrapping_add(1));
                self.admins.insert(id, answer);
                self.hub.handle_admin(id, request, now);
            }
            Completion::Shutdown { done } => self.stopping = Some(done),
        }
        self.dispatch();
    }

    /// Does what the hub says.
    fn dispatch(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            match output {
                Output::Send { conn, bytes } => self.send(conn, bytes),
                Output::Store(request) => {
                    self.backlog_bytes += request.op.weight();
                    self.for_store.push(request);
                }
                Output::Blob(request) => {
                    self.blob_permits.push_back(self.chunk_permit.take());
                    self.for_blobs.push(request);
                }
                Output::RaiseLimit { conn } => {
                    if let Some(link) = self.shared.links.borrow().get(&conn) {
                        link.set_signed_in();
                    }
                }
                Output::Close { conn, reason } => self.close(conn, reason),
                Output::Admin { id, reply } => {
                    if let Some(answer) = self.admins.remove(&id) {
                        // Fails if the host's program has given up.
                        let _ = answer.try_send(reply);
                    }
                }
            }
        }
    }

    fn send(&mut self, conn: ConnId, bytes: std::sync::Arc<[u8]>) {
        if let Some(link) = self.shared.links.borrow().get(&conn)
            && link.push(bytes)
        {
            self.touched.push(Rc::clone(link));
        }
    }

    fn close(&mut self, conn: ConnId, reason: CloseReason) {
        if let Some(link) = self.shared.links.borrow().get(&conn)
            && link.close(reason, self.shared.clock.time())
        {
            self.touched.push(Rc::clone(link));
        }
    }

    /// Ends a batch.
    fn flush(&mut self) {
        if !self.for_store.is_empty() {
            self.backlog.extend(self.for_store.iter().map(|request| request.op.weight()));
            if self.to_store.try_send(std::mem::take(&mut self.for_store)).is_err() {
                log::error("store_stopped", &[]);
            }
        }
        if !self.for_blobs.is_empty()
            && self.to_blobs.try_send(std::mem::take(&mut self.for_blobs)).is_err()
        {
            log::error("blobs_stopped", &[]);
        }
        if self.backlog.is_empty() {
            self.permits.clear();
            if self.blob_permits.is_empty() {
                self.finish_stopping();
            }
        }
        for link in self.touched.drain(..) {
            link.wake();
        }
        self.shared.hub_deadline.set(self.hub.next_deadline());
    }

    /// Once store and blobs have answered everything, every client has its answers and may go.
    fn finish_stopping(&mut self) {
        if let Some(done) = self.stopping.take() {
            self.hub.handle_shutdown();
            self.dispatch();
            let _ = done.try_send(());
        }
    }
}
