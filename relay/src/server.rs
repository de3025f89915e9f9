//! Moves bytes and time between sockets, hub and store. Decides nothing about messages.
//!
//! One thread runs everything but the store and the blobs: per client a task that reads and one that writes, one
//! task that owns the hub, one that keeps all deadlines, one that accepts. What may wait for a
//! socket is only that socket's own two tasks; what may wait for the disk is only the
//! threads of the store and of the blobs. Buffers for reading and sealing are shared, so that an idle client has none.

mod accept;
mod admin;
mod blob_thread;
mod clock;
mod hub_task;
mod link;
mod permit;
mod reader;
pub(crate) mod rng;
mod shutdown;
mod store_thread;
mod sweeper;
mod writer;

#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;

use async_channel::Sender;
use smol::{Async, LocalExecutor};
use wire::Time;
use wire::key::StaticKey;

use crate::blob;
use crate::data_dir::DataDir;
use crate::hub::{Admission, ConnId, Hub, Opaque, Rates, Settings};
use crate::log;
use crate::store::Store;

use clock::Clock;
pub(crate) use clock::unix_now;
use hub_task::{Completion, HubTask, Request};
use link::Link;
use permit::Pool;

/// Requests that wait for the hub; readers wait for it beyond that.
const MAX_REQUESTS: usize = 512;
/// Large requests in memory at once, between their reader and the store's answer.
const MAX_LARGE_REQUESTS: usize = 4;
/// Chunks of files in memory at once, between their reader and the disk.
const MAX_CHUNKS: usize = 32;
/// Those of one connection.
const MAX_CHUNKS_EACH: usize = 16;
/// Bytes read from a socket at once.
const READ_BYTES: usize = 64 * 1_024;

/// What a server needs to run.
#[derive(Debug)]
pub struct Setup {
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// What the hub is told.
    pub settings: Settings,
    /// Which connections are let in.
    pub rates: Rates,
}

/// What all tasks share; they run on one thread.
struct Shared {
    executor: LocalExecutor<'static>,
    relay_key: StaticKey,
    clock: Clock,
    links: RefCell<HashMap<ConnId, Rc<Link>>>,
    admission: RefCell<Admission>,
    next_conn: Cell<u64>,
    /// When the hub has something to do by itself.
    hub_deadline: Cell<Time>,
    requests: Sender<Request>,
    completions: Sender<Completion>,
    large: Rc<Pool>,
    chunks: Rc<Pool>,
    /// Every reader reads into this, and every writer seals into that.
    input: RefCell<Box<[u8]>>,
    output: RefCell<Vec<u8>>,
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// The address cannot be used, the system gives no randomness, or the store cannot be opened.
pub fn run(setup: Setup, data: &DataDir) -> io::Result<()> {
    raise_descriptors();
    let mut store = data.open_store()?;
    let fresh = Opaque::fresh_setup(random()?);
    let stored = store.opaque_setup(fresh.clone()).map_err(io::Error::other)?;
    if stored == fresh {
        data.make_relay_key()?;
    }
    let relay_key = data.relay_key()?;
    let mut blobs = data.open_blobs()?;
    blob::reconcile(&mut store, &mut blobs)?;
    let clock = Clock::start();
    let opaque = Opaque::new(&stored, *relay_key.public().as_bytes(), random()?)
        .ok_or_else(|| io::Error::other("the database's password keys are damaged"))?;
    let hub = Hub::new(setup.settings, opaque, clock.now());
    let listener = Async::<TcpListener>::bind(setup.listen)?;
    let (requests, requests_out) = async_channel::bounded(MAX_REQUESTS);
    let (completions, completions_out) = async_channel::unbounded();
    let shared = Rc::new(Shared {
        executor: LocalExecutor::new(),
        relay_key,
        clock,
        links: RefCell::default(),
        admission: RefCell::new(Admission::new(setup.rates)),
        next_conn: Cell::new(1),
        hub_deadline: Cell::new(hub.next_deadline()),
        requests,
        completions: completions.clone(),
        large: Pool::new(MAX_LARGE_REQUESTS, MAX_LARGE_REQUESTS),
        chunks: Pool::new(MAX_CHUNKS, MAX_CHUNKS_EACH),
        input: RefCell::new(vec![0; READ_BYTES].into()),
        output: RefCell::default(),
    });
    let (to_store, store) = store_thread::spawn(store, completions.clone())?;
    let (to_blobs, blobs) = blob_thread::spawn(blobs, completions)?;
    let last = (to_store.clone(), to_blobs.clone());
    let shared_by_task = Rc::clone(&shared);
    let task =
        HubTask::new(shared_by_task, hub, requests_out, completions_out, (to_store, to_blobs));
    let served = smol::block_on(shared.executor.run(serve(&shared, listener, task, data)));
    // The threads end after what they were given.
    last.0.close();
    last.1.close();
    drop((store.join(), blobs.join()));
    served
}

async fn serve(
    shared: &Rc<Shared>,
    listener: Async<TcpListener>,
    task: HubTask,
    data: &DataDir,
) -> io::Result<()> {
    let signals = shutdown::signals()?;
    let address = listener.get_ref().local_addr()?;
    data.remember_address(address)?;
    let admin = admin::listen(data)?;
    let hub = shared.executor.spawn(task.run());
    let sweeper = shared.executor.spawn(sweeper::run(Rc::clone(shared)));
    let accepting = shared.executor.spawn(accept::run(Rc::clone(shared), listener));
    let admin = shared.executor.spawn(admin::run(Rc::clone(shared), admin));
    // Whoever started the relay may not care to listen.
    drop(announce(address, &shared.relay_key));
    log::info("started", &[("version", env!("CARGO_PKG_VERSION"))]);
    shutdown::wait(signals).await;
    log::info("stopping", &[]);
    accepting.cancel().await;
    admin.cancel().await;
    data.remove_socket();
    shutdown::drain(shared).await;
    sweeper.cancel().await;
    hub.cancel().await;
    log::info("stopped", &[]);
    Ok(())
}

/// Each connection is a descriptor, and the usual soft limit is 1,024.
fn raise_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    // At worst the accept loop backs off earlier.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// Tells whoever started the relay that it listens now.
fn announce(address: SocketAddr, key: &StaticKey) -> io::Result<()> {
    let fingerprint = key.public().fingerprint();
    let text = format!("listening on {address}\nrelay key {fingerprint}\n");
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Bytes from the system's generator.
pub(crate) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}
