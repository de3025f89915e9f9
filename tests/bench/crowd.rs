//! Many real clients around the real hub, in virtual time, without sockets or sessions.
//!
//! Messages are handed over whole and one by one, so that each call of a client is timed alone.
//! Vaults and the store are in memory: nothing waits for a disk.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::iter;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use engine::client::{self, SignUp};
use engine::{Client, Command, Cost, Event, Intent, Problem, Random, RequestId, Vault};
use relay::hub::{self, ConnId, Hub, Opaque, Settings};
use relay::store::{MemoryStore, Store};
use rustix::time::{ClockId, clock_gettime};
use wire::Time;
use wire::codec::Field as _;
use wire::id::{Handle, RoomId, UnixMs};
use wire::key::StaticKey;
use wire::link::Link;
use wire::message::{Tagged, ToClient, ToRelay};

use crate::{Result, fail};

/// Wall-clock time at the start.
const EPOCH: UnixMs = UnixMs(1_790_000_000_000);

/// A device of the crowd, by its number.
pub(crate) type Who = usize;

/// One call of a client, with all that came of it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) who: Who,
    /// CPU time of the call, and of taking its outputs.
    pub(crate) took: Duration,
    /// The message that was handed over, if it was one.
    pub(crate) heard: Option<ToClient>,
    /// Its bytes as encoded.
    pub(crate) heard_bytes: usize,
    pub(crate) sent: Vec<Tagged<ToRelay>>,
}

/// The clients and the relay.
pub(crate) struct Crowd {
    hub: Hub,
    store: MemoryStore,
    link: Link,
    random: Random,
    now: Time,
    next_conn: u64,
    next_who: Who,
    devices: BTreeMap<Who, Device>,
    conns: BTreeMap<ConnId, Who>,
    calls: Vec<Call>,
    /// The room that the last command was about.
    room: Option<RoomId>,
    /// Accounts in the room that was last told of.
    members: usize,
}

struct Device {
    client: Client,
    conn: Option<ConnId>,
    inbox: VecDeque<Arc<[u8]>>,
    /// How far its clock on the wall is ahead.
    ahead_ms: u64,
}

impl Crowd {
    /// A relay that nobody has connected to.
    pub(crate) fn new() -> Result<Self> {
        let mut random = Random::from_system()?;
        let mut store = MemoryStore::default();
        let relay_key = *StaticKey::from_bytes(random.array()).public().as_bytes();
        let settings = Settings {
            open_registration: true,
            attempts_per_address: u32::MAX,
            commits_per_minute: u8::MAX,
            ..Settings::default()
        };
        let setup = store.opaque_setup(Opaque::fresh_setup(random.array()));
        let Ok(setup) = setup else { return fail("the store makes no setup") };
        let opaque = Opaque::new(&setup, relay_key, random.array());
        let Some(opaque) = opaque else { return fail("the setup is not its own") };
        let now = Time::from_ms(0);
        Ok(Self {
            hub: Hub::new(settings, opaque, hub::Now { time: now, unix: EPOCH }),
            store,
            link: Link { address: "bench:1".into(), relay_key, invite: None },
            random,
            now,
            next_conn: 1,
            next_who: 1,
            devices: BTreeMap::new(),
            conns: BTreeMap::new(),
            calls: Vec::new(),
            room: None,
            members: 0,
        })
    }

    /// A new device, which is signed in and in its rooms when this returns.
    pub(crate) fn sign_up(&mut self, intent: Intent, handle: &Handle) -> Result<Who> {
        let vault = Vault::create_in_memory("password", Random::from_seed(self.random.array()))?;
        let sign_up = SignUp {
            link: self.link.clone(),
            handle: handle.clone(),
            intent,
            password: "password",
            cost: Cost::SIMULATION,
        };
        let random = Random::from_seed(self.random.array());
        let now = client::Now { time: self.now, wall: wall(self.now, 0) };
        let client = Client::create(vault, sign_up, random, now)?;
        let device = Device { client, conn: None, inbox: VecDeque::new(), ahead_ms: 0 };
        let who = self.next_who;
        self.next_who += 1;
        self.devices.insert(who, device);
        self.call(who, None, |_, _| {})?;
        self.rest()?;
        Ok(who)
    }

    /// Gives a command of a new id, and lets happen what comes of it at once. Returns the room that
    /// it was about, if it was done.
    pub(crate) fn command(
        &mut self,
        who: Who,
        command: impl FnOnce(RequestId) -> Command,
    ) -> Result<Option<RoomId>> {
        let command = command(RequestId::from_array(self.random.array()));
        self.room = None;
        self.call(who, None, |client, now| client.handle_command(command, now))?;
        self.rest()?;
        Ok(self.room)
    }

    /// Cuts a device's connection, and lets it connect again.
    pub(crate) fn reconnect(&mut self, who: Who) -> Result<()> {
        self.disconnect(who);
        self.call(who, None, |client, now| {
            client.handle_disconnected(Problem::ConnectionLost, now);
        })?;
        self.call(who, None, |client, now| client.handle_command(Command::ConnectNow, now))?;
        self.rest()
    }

    /// Switches a device off for good. It remains a member of its rooms.
    pub(crate) fn switch_off(&mut self, who: Who) {
        self.disconnect(who);
        self.devices.remove(&who);
    }

    /// Sets a device's clock on the wall forward.
    pub(crate) fn set_ahead(&mut self, who: Who, by_ms: u64) {
        if let Some(device) = self.devices.get_mut(&who) {
            device.ahead_ms += by_ms;
        }
    }

    /// Lets this much time pass.
    pub(crate) fn pass(&mut self, ms: u64) -> Result<()> {
        let end = self.now.after_ms(ms);
        loop {
            let due = |(who, device): (&Who, &Device)| Some((device.client.next_deadline()?, *who));
            match self.devices.iter().filter_map(due).min() {
                Some((at, who)) if at <= end => {
                    self.now = self.now.max(at);
                    self.call(who, None, Client::handle_time)?;
                    self.rest()?;
                }
                _ => break,
            }
        }
        self.now = end;
        Ok(())
    }

    /// The calls since this was last asked for.
    pub(crate) fn take_calls(&mut self) -> Vec<Call> {
        core::mem::take(&mut self.calls)
    }

    /// How many accounts the room has that a client told of last.
    pub(crate) const fn members_told(&self) -> usize {
        self.members
    }

    fn disconnect(&mut self, who: Who) {
        let Some(device) = self.devices.get_mut(&who) else { return };
        device.inbox.clear();
        if let Some(conn) = device.conn.take() {
            self.conns.remove(&conn);
            self.hub.handle_disconnected(conn);
        }
    }

    /// Hands messages over until there are none.
    fn rest(&mut self) -> Result<()> {
        loop {
            self.drain_hub()?;
            let next = self.devices.iter_mut().find_map(|(who, device)| {
                device.inbox.pop_front().map(|bytes| (*who, bytes.to_vec()))
            });
            let Some((who, bytes)) = next else { return Ok(()) };
            let messages = [bytes];
            let [bytes] = &messages;
            self.call(who, Some(bytes), |client, now| client.handle_messages(&messages, now))?;
        }
    }

    fn drain_hub(&mut self) -> Result<()> {
        let now = hub::Now { time: self.now, unix: wall(self.now, 0) };
        let mut served = BTreeSet::new();
        loop {
            while let Some(output) = self.hub.poll_output() {
                match output {
                    hub::Output::Send { conn, bytes } => {
                        let who = self.conns.get(&conn);
                        if let Some(device) = who.and_then(|who| self.devices.get_mut(who)) {
                            device.inbox.push_back(bytes);
                            served.insert(conn);
                        }
                    }
                    hub::Output::Store(request) => {
                        for reply in self.store.apply(vec![request]) {
                            self.hub.handle_stored(reply, now);
                        }
                    }
                    hub::Output::Close { reason, .. } => {
                        return fail(format!("the hub closed a connection: {reason:?}"));
                    }
                    hub::Output::Blob(_) => return fail("nobody here sends files"),
                    hub::Output::RaiseLimit { .. } | hub::Output::Admin { .. } => {}
                }
            }
            match served.pop_first() {
                Some(conn) => self.hub.handle_drained(conn, now),
                None => return Ok(()),
            }
        }
    }

    /// Calls a client, and passes on what it wants.
    fn call(
        &mut self,
        who: Who,
        heard: Option<&[u8]>,
        f: impl FnOnce(&mut Client, client::Now),
    ) -> Result<()> {
        let Some(device) = self.devices.get_mut(&who) else { return fail("nobody to call") };
        let now = client::Now { time: self.now, wall: wall(self.now, device.ahead_ms) };
        let before = cpu();
        f(&mut device.client, now);
        let outputs: Vec<_> = iter::from_fn(|| device.client.poll_output()).collect();
        let took = cpu().saturating_sub(before);
        let heard_bytes = heard.map_or(0, <[u8]>::len);
        let heard = heard.map(Tagged::<ToClient>::from_bytes).transpose()?;
        let heard = heard.map(|tagged| tagged.message);
        let mut call = Call { who, took, heard, heard_bytes, sent: Vec::new() };
        let mut connects = None;
        for output in outputs {
            match output {
                client::Output::Connect { static_key, .. } => connects = Some(static_key),
                client::Output::Send(message) => call.sent.push(message),
                client::Output::Disconnect => return fail("a client gave up"),
                client::Output::File(_) => return fail("nobody here sends files"),
                client::Output::Event(event) => self.note(event)?,
            }
        }
        let conn = self.devices.get(&who).and_then(|device| device.conn);
        let unix = wall(self.now, 0);
        if let Some(conn) = conn {
            for message in call.sent.iter().cloned() {
                self.hub.handle_message(conn, message, hub::Now { time: self.now, unix });
            }
        }
        self.calls.push(call);
        connects.map_or(Ok(()), |key| self.connect(who, &key))
    }

    fn connect(&mut self, who: Who, key: &StaticKey) -> Result<()> {
        let (conn, hash) = (ConnId(self.next_conn), self.random.array());
        self.next_conn += 1;
        self.conns.insert(conn, who);
        if let Some(device) = self.devices.get_mut(&who) {
            device.conn = Some(conn);
        }
        let (address, public) = (IpAddr::V4(Ipv4Addr::LOCALHOST), *key.public().as_bytes());
        let now = hub::Now { time: self.now, unix: wall(self.now, 0) };
        self.hub.handle_connected(conn, public, hash, address, now);
        self.call(who, None, |client, now| client.handle_connected(hash, now))
    }

    fn note(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Done { room, .. } => self.room = room,
            Event::RoomAdded(room) | Event::RoomChanged(room) => self.members = room.members,
            Event::CommandFailed { .. } | Event::RoomHeld { .. } | Event::Stopped { .. } => {
                return fail(format!("a client said {event:?}"));
            }
            _ => {}
        }
        Ok(())
    }
}

/// CPU time of this thread: what else the machine does is not in it.
fn cpu() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

fn wall(now: Time, ahead_ms: u64) -> UnixMs {
    UnixMs(EPOCH.0 + now.as_ms() + ahead_ms)
}
