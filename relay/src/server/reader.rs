//! Reads one connection: the handshake, then requests for the hub.

use std::io::{self, Read as _};
use std::net::IpAddr;
use std::rc::Rc;

use wire::codec::Field;
use wire::limit::MAX_MESSAGE_BYTES;
use wire::message::{Tagged, ToRelay};
use wire::session::{Established, Handshaking, Inbound, Item};

use super::hub_task::Request;
use super::link::Link;
use super::rng::SystemRng;
use super::{Shared, writer};
use crate::log;

/// Larger requests need a permit.
const LARGE_BYTES: usize = 64 * 1_024;

/// What a request weighs until it is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Load {
    /// Nothing to speak of.
    Small,
    /// A chunk of a file: it waits for those before it to be on the disk.
    Chunk,
    /// A commit or the like: it waits for the store.
    Large,
}

impl Load {
    fn of(request: &ToRelay, bytes: usize) -> Self {
        match request {
            ToRelay::PutChunk { .. } => Self::Chunk,
            _ if bytes > LARGE_BYTES => Self::Large,
            _ => Self::Small,
        }
    }
}

/// Runs for as long as the connection does.
pub(super) async fn run(shared: Rc<Shared>, link: Rc<Link>, address: IpAddr) {
    // In a box of its own, since it is large and soon over.
    let inbound = Box::pin(begin(&shared, &link, address)).await;
    if let Ok(mut inbound) = inbound {
        let ended = read(&shared, &link, &mut inbound).await;
        log::debug("connection_ended", &[("clean", if ended.is_ok() { "yes" } else { "no" })]);
        // Behind the requests that were read before.
        let _ = Box::pin(shared.requests.send(Request::Disconnected { conn: link.conn })).await;
    }
    link.end();
    shared.links.borrow_mut().remove(&link.conn);
    shared.admission.borrow_mut().leave(address);
}

/// Shakes hands, presents the client to the hub and starts its writer.
async fn begin(shared: &Rc<Shared>, link: &Rc<Link>, address: IpAddr) -> io::Result<Inbound> {
    let established = handshake(shared, link).await?;
    let Established { inbound, outbound, remote_static, handshake_hash } = established;
    link.set_deadline(inbound.deadline());
    let connected = Request::Connected {
        conn: link.conn,
        remote_static: *remote_static.as_bytes(),
        handshake_hash,
        address,
    };
    shared.requests.send(connected).await.map_err(|_| io::ErrorKind::BrokenPipe)?;
    let writing = writer::run(Rc::clone(shared), Rc::clone(link), outbound);
    shared.executor.spawn(writing).detach();
    Ok(inbound)
}

async fn handshake(shared: &Shared, link: &Link) -> io::Result<Established> {
    let mut rng = SystemRng::new()?;
    let key = shared.relay_key.clone();
    let mut handshaking = Handshaking::responder(key, shared.clock.time(), &mut rng);
    loop {
        link.readable().await?;
        let established = shared.receive(link, |bytes| {
            handshaking.handle_bytes(bytes, shared.clock.time()).map_err(io::Error::other)
        })?;
        while let Some(output) = handshaking.poll_output() {
            link.write_all(&output).await?;
        }
        if let Some(established) = established.flatten() {
            return Ok(established);
        }
    }
}

/// Reads until the peer closes.
async fn read(shared: &Shared, link: &Link, inbound: &mut Inbound) -> io::Result<()> {
    // What came together with the handshake's end is in there already.
    let mut received = Some(open(shared, link, inbound, &mut [])?);
    loop {
        match received {
            Some(Received { rest, .. }) if !rest.is_empty() => {
                Box::pin(send_rest(shared, rest)).await?;
            }
            Some(Received { closed: true, .. }) => return Ok(()),
            _ => {}
        }
        link.readable().await?;
        received = shared.receive(link, |bytes| open(shared, link, inbound, bytes))?;
    }
}

/// What a piece of input held beyond what the hub has taken at once.
struct Received {
    rest: Vec<(Request, Load)>,
    closed: bool,
}

fn open(
    shared: &Shared,
    link: &Link,
    inbound: &mut Inbound,
    bytes: &mut [u8],
) -> io::Result<Received> {
    if link.is_signed_in() {
        inbound.set_max_message_bytes(MAX_MESSAGE_BYTES);
    }
    let mut received = Received { rest: Vec::new(), closed: false };
    let result = inbound.handle_bytes(bytes, shared.clock.time(), &mut |item| {
        match item {
            Item::Message(message) => {
                let request = Tagged::<ToRelay>::from_bytes(message)?;
                received.offer(shared, link, request, message.len());
            }
            Item::KeepAlive => link.pong(),
            Item::Closed(_) => received.closed = true,
        }
        Ok(())
    });
    link.set_deadline(inbound.deadline());
    if let Err(error) = result {
        // What was authentic before it is still done.
        log::debug("session_failed", &[("error", &error.to_string().replace(' ', "_"))]);
        received.closed = true;
    }
    Ok(received)
}

impl Received {
    /// Gives a request to the hub, unless it must wait behind others or for a permit.
    fn offer(&mut self, shared: &Shared, link: &Link, request: Tagged<ToRelay>, bytes: usize) {
        let load = Load::of(&request.message, bytes);
        let permit = match load {
            Load::Chunk if self.rest.is_empty() => shared.chunks.try_take(link.conn),
            _ => None,
        };
        let may = self.rest.is_empty() && (load == Load::Small || permit.is_some());
        let request = Request::Message { conn: link.conn, request, permit };
        if !may {
            self.rest.push((request, load));
        } else if let Err(full) = shared.requests.try_send(request) {
            self.rest.push((full.into_inner(), load));
        }
    }
}

async fn send_rest(shared: &Shared, rest: Vec<(Request, Load)>) -> io::Result<()> {
    for (mut request, load) in rest {
        if let Request::Message { conn, permit: permit @ None, .. } = &mut request {
            *permit = match load {
                Load::Small => None,
                Load::Chunk => shared.chunks.take(*conn).await,
                Load::Large => shared.large.take(*conn).await,
            };
        }
        shared.requests.send(request).await.map_err(|_| io::ErrorKind::BrokenPipe)?;
    }
    Ok(())
}

impl Shared {
    /// Reads what is there into the shared buffer and passes it on; `None` if there was nothing.
    fn receive<T>(
        &self,
        link: &Link,
        handle: impl FnOnce(&mut [u8]) -> io::Result<T>,
    ) -> io::Result<Option<T>> {
        let mut input = self.input.borrow_mut();
        match link.stream.get_ref().read(&mut input) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => handle(input.get_mut(..count).unwrap_or_default()).map(Some),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            Err(error) => Err(error),
        }
    }
}
