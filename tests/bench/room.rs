//! Rooms full of signed-in members, who post and read as fast as they can.
//!
//! All members live on one thread. Each has a task that reads and checks: every record of the room
//! must come once and in order. Those who post have a second task that seals and writes.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::io::{self, Read};
use std::net::TcpStream;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use smol::Async;
use smol::future::FutureExt;
use smol::io::AsyncWriteExt;
use wire::codec::{Bytes, Field, List, Reader};
use wire::id::{Epoch, PostId, RoomId, Seq};
use wire::message::{RoomKind, Tag, Tagged, ToClient, ToRelay};
use wire::session::{Inbound, Item, Outbound};

use crate::client::{Client, now, random};
use crate::device::Device;
use crate::relay::Relay;
use crate::{Result, fail, together};

/// What is read from a socket at once, in bytes.
const READ_BYTES: usize = 64 * 1_024;
/// The first byte of a message to a client, behind its tag (PROTOCOL §8.2).
mod kind {
    pub(super) const POSTED: u8 = 11;
    pub(super) const RECORD: u8 = 12;
}

/// How one round goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Members that post, at most as many as there are.
    pub(crate) posters: u32,
    /// Messages each of them posts.
    pub(crate) posts: u32,
    /// Bytes of payload in each.
    pub(crate) payload: usize,
    /// Posts of one member that may wait for their `Posted`.
    pub(crate) unanswered: u32,
    /// Posts of all that may wait until every member has read them, on average over the members.
    pub(crate) unread: u32,
}

/// A room and its connected members.
pub(crate) struct Room {
    id: RoomId,
    epoch: Epoch,
    members: Vec<Member>,
}

struct Member {
    stream: Rc<Async<TcpStream>>,
    inbound: Inbound,
    outbound: Outbound,
    last_tag: Tag,
    /// The last record seen, own ones included.
    last: Seq,
}

impl Room {
    /// Makes an open room with these devices, each of which joins by an external commit. Nothing
    /// in it is MLS: the relay cannot tell.
    pub(crate) async fn make(relay: &Relay, devices: &[Device]) -> Result<Self> {
        let mut room = Self { id: RoomId::from_array(random()?), epoch: Epoch(0), members: vec![] };
        for device in devices {
            let (mut client, _) = device.sign_in(relay).await?;
            let last = if room.members.is_empty() {
                room.create(&mut client).await?
            } else {
                room.join(&mut client, device).await?
            };
            // Tags of posts do not meet those of the requests before.
            let (stream, inbound, outbound) = client.into_parts()?;
            let stream = Rc::new(stream);
            room.members.push(Member { stream, inbound, outbound, last_tag: 1_000, last });
        }
        Ok(room)
    }

    async fn create(&self, client: &mut Client) -> Result<Seq> {
        let group_info = Bytes::new(vec![0; 64])?;
        let request = ToRelay::CreateRoom { room: self.id, kind: RoomKind::Open, group_info };
        match client.ask(request).await? {
            ToClient::Done => Ok(Seq(0)),
            other => fail(format!("making a room: {other:?}")),
        }
    }

    async fn join(&mut self, client: &mut Client, device: &Device) -> Result<Seq> {
        let request = ToRelay::Commit {
            room: self.id,
            epoch: self.epoch,
            post: PostId::from_array(random()?),
            commit: Bytes::new(vec![0; 64])?,
            group_info: Bytes::new(vec![0; 64])?,
            welcome: None,
            added: List::new(vec![device.id])?,
            removed: List::default(),
        };
        match client.ask(request).await? {
            ToClient::Posted { seq, .. } => {
                self.epoch = self.epoch.next();
                Ok(seq)
            }
            other => fail(format!("joining a room: {other:?}")),
        }
    }
}

/// Runs one round in all `rooms` at once, and returns how long it took until every member had read
/// every record.
///
/// # Errors
/// Also when a record came twice, out of order or not at all.
pub(crate) async fn run(rooms: &mut [Room], load: Load) -> Result<Duration> {
    let buffer = Rc::new(RefCell::new(vec![0; READ_BYTES]));
    let mut tasks = Vec::new();
    let start = Instant::now();
    for room in rooms {
        // From the joins, whoever came earlier still has commits to read.
        let head = room.members.iter().map(|member| member.last).max().unwrap_or_default();
        let gate = Rc::new(Gate::new(room, load));
        let posters = usize::try_from(load.posters)?.min(room.members.len());
        let total = u64::try_from(posters)? * u64::from(load.posts);
        let (id, epoch) = (room.id, room.epoch);
        for (number, member) in room.members.iter_mut().enumerate() {
            let Member { stream, inbound, outbound, last_tag, last } = member;
            let reading = Reading { gate: Rc::clone(&gate), number, room: id, last };
            let upto = Seq(head.0 + total);
            let buffer = Rc::clone(&buffer);
            tasks.push(reading.run(&*stream, inbound, buffer, upto).boxed_local());
            if number < posters {
                let posting = Posting { gate: Rc::clone(&gate), number, room: id, epoch, last_tag };
                tasks.push(posting.run(&*stream, outbound, load).boxed_local());
            }
        }
    }
    together(tasks).await?;
    Ok(start.elapsed())
}

/// Keeps the posters from running away from the readers, whose news the relay would drop.
struct Gate {
    load: Load,
    readers: u64,
    /// Deliveries that are still to come from what was posted.
    unread: Cell<u64>,
    /// Of each poster, by its number in the room.
    unanswered: RefCell<BTreeMap<usize, u32>>,
    waiting: RefCell<Vec<Waker>>,
}

impl Gate {
    fn new(room: &Room, load: Load) -> Self {
        Self {
            load,
            readers: room.members.len().try_into().unwrap_or(u64::MAX),
            unread: Cell::new(0),
            unanswered: RefCell::default(),
            waiting: RefCell::default(),
        }
    }

    /// How many posts poster `number` may make now, at most `most`; waits until there is one.
    async fn open(&self, number: usize, most: u32) -> u32 {
        poll_fn(|context| {
            let unanswered = self.unanswered.borrow().get(&number).copied().unwrap_or(0);
            let own = self.load.unanswered.saturating_sub(unanswered).min(most);
            let unread = self.unread.get() / self.readers;
            let all = u64::from(self.load.unread).saturating_sub(unread);
            match own.min(u32::try_from(all).unwrap_or(u32::MAX)) {
                0 => {
                    self.waiting.borrow_mut().push(context.waker().clone());
                    Poll::Pending
                }
                open => Poll::Ready(open),
            }
        })
        .await
    }

    fn posted(&self, number: usize, count: u32) {
        *self.unanswered.borrow_mut().entry(number).or_default() += count;
        self.unread.set(self.unread.get() + u64::from(count) * self.readers);
    }

    fn read(&self, number: usize, count: u32, answers: u32) {
        if answers > 0
            && let Some(unanswered) = self.unanswered.borrow_mut().get_mut(&number)
        {
            *unanswered = unanswered.saturating_sub(answers);
        }
        self.unread.set(self.unread.get().saturating_sub(count.into()));
        self.waiting.borrow_mut().drain(..).for_each(Waker::wake);
    }
}

struct Reading<'a> {
    gate: Rc<Gate>,
    number: usize,
    room: RoomId,
    last: &'a mut Seq,
}

impl Reading<'_> {
    async fn run(
        mut self,
        stream: &Async<TcpStream>,
        inbound: &mut Inbound,
        buffer: Rc<RefCell<Vec<u8>>>,
        upto: Seq,
    ) -> Result<()> {
        while *self.last < upto {
            let read = |mut stream: &TcpStream| {
                let mut buffer = buffer.borrow_mut();
                let count = stream.read(&mut buffer)?;
                let bytes = buffer.get_mut(..count).unwrap_or_default();
                self.handle_bytes(inbound, bytes).map_err(io::Error::other)?;
                Ok(count)
            };
            if stream.read_with(read).await? == 0 {
                return fail("the relay cut the connection");
            }
        }
        if *self.last == upto { Ok(()) } else { fail("more records than were posted") }
    }

    fn handle_bytes(&mut self, inbound: &mut Inbound, bytes: &mut [u8]) -> Result<()> {
        let (mut count, mut answers, mut wrong) = (0, 0, None);
        inbound.handle_bytes(bytes, now(), &mut |item| {
            if let Item::Message(message) = item {
                match self.check(message)? {
                    Some(kind::POSTED) => answers += 1,
                    Some(_) => {}
                    None => wrong = Some(format!("{:?}", Tagged::<ToClient>::from_bytes(message))),
                }
                count += 1;
            }
            Ok(())
        })?;
        self.gate.read(self.number, count, answers);
        wrong.map_or(Ok(()), |wrong| fail(format!("after {}: {wrong}", self.last)))
    }

    /// The message's type, if it is the next record of the room, or the answer that stands for it.
    fn check(&mut self, message: &[u8]) -> core::result::Result<Option<u8>, wire::Error> {
        let mut reader = Reader::new(message);
        let (_tag, kind) = (Tag::decode(&mut reader)?, u8::decode(&mut reader)?);
        let room = RoomId::decode(&mut reader)?;
        if kind == kind::POSTED {
            PostId::decode(&mut reader)?;
        }
        let seq = Seq::decode(&mut reader)?;
        let is_next = room == self.room && seq == self.last.next();
        if !is_next || (kind != kind::POSTED && kind != kind::RECORD) {
            return Ok(None);
        }
        *self.last = seq;
        Ok(Some(kind))
    }
}

struct Posting<'a> {
    gate: Rc<Gate>,
    number: usize,
    room: RoomId,
    epoch: Epoch,
    last_tag: &'a mut Tag,
}

impl Posting<'_> {
    async fn run(
        self,
        mut stream: &Async<TcpStream>,
        outbound: &mut Outbound,
        load: Load,
    ) -> Result<()> {
        let mut payload = vec![0; load.payload];
        getrandom::fill(&mut payload)?;
        let payload = Bytes::new(payload)?;
        let mut left = load.posts;
        while left > 0 {
            let count = self.gate.open(self.number, left).await;
            let mut posts = Vec::new();
            for _ in 0..count {
                *self.last_tag += 1;
                let post = PostId::from_array(random()?);
                let (room, epoch, payload) = (self.room, self.epoch, payload.clone());
                let message = ToRelay::Post { room, epoch, post, payload };
                posts.push(Tagged { tag: *self.last_tag, message }.to_bytes());
            }
            let mut sealed = Vec::new();
            outbound.seal(posts.iter().map(Vec::as_slice), now(), &mut sealed)?;
            self.gate.posted(self.number, count);
            stream.write_all(&sealed).await?;
            left -= count;
        }
        Ok(())
    }
}
