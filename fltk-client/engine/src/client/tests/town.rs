//! The relay's real hub and store, and clients at them without a network between: what they send
//! arrives at once. A person can break the rules, and so can the relay.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use relay::hub::{ConnId, Hub, Now as RelayNow, Opaque, Output as RelayOutput, Settings};
use relay::store::{MemoryStore, Store as _};
use wire::codec::{Bytes, List};
use wire::id::DeviceId;
use wire::key::StaticKey;
use wire::message::RoomKind;

use super::super::*;
use super::NOW;
use crate::event::{Body, EntryKind};
use crate::group::{self, Changes, Proposed, Provider};
use crate::{Access, Change, Hold};

/// Tags of what people send beside their clients.
const ROGUE_TAG: Tag = 1 << 30;
const RELAY_KEY: [u8; 32] = [7; 32];

/// What the relay does to a message for a person.
pub(super) type Tamper = Box<dyn FnMut(&str, &mut ToClient)>;

pub(super) struct Town {
    hub: Hub,
    store: MemoryStore,
    pub(super) clients: BTreeMap<&'static str, Client>,
    conns: BTreeMap<&'static str, ConnId>,
    pub(super) events: BTreeMap<&'static str, Vec<Event>>,
    pub(super) tamper: Option<Tamper>,
    next: u64,
    ms: u64,
}

impl Town {
    pub(super) fn new(names: &[&'static str]) -> Self {
        let mut store = MemoryStore::default();
        let setup = store.opaque_setup(Opaque::fresh_setup([1; 32])).unwrap();
        let public = *StaticKey::from_bytes(RELAY_KEY).public().as_bytes();
        let opaque = Opaque::new(&setup, public, [2; 32]).unwrap();
        let settings = Settings {
            open_registration: true,
            attempts_per_address: u32::MAX,
            ..Settings::default()
        };
        let now = RelayNow { time: NOW.time, unix: NOW.wall };
        let (clients, conns, events) = Default::default();
        let hub = Hub::new(settings, opaque, now);
        let mut town = Self { hub, store, clients, conns, events, tamper: None, next: 1, ms: 0 };
        names.iter().for_each(|name| town.add(name));
        town
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        Random::from_seed([u8::try_from(self.number() % 256).unwrap(); 32]).array()
    }

    pub(super) fn id(&mut self) -> RequestId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.number().to_be_bytes());
        RequestId::from_array(bytes)
    }

    pub(super) fn now(&self) -> Now {
        Now { time: NOW.time.after_ms(self.ms), wall: UnixMs(NOW.wall.0 + self.ms) }
    }

    fn relay_now(&self) -> RelayNow {
        RelayNow { time: self.now().time, unix: self.now().wall }
    }

    fn add(&mut self, name: &'static str) {
        let mut random = Random::from_seed(self.bytes());
        let vault = Vault::create_in_memory("p", random.fork()).unwrap();
        let relay_key = *StaticKey::from_bytes(RELAY_KEY).public().as_bytes();
        let sign_up = SignUp {
            link: Link { address: "town:1".into(), relay_key, invite: None },
            handle: Handle::new(name).unwrap(),
            intent: Intent::Register,
            password: "p",
            cost: Cost::SIMULATION,
        };
        let client = Client::create(vault, sign_up, random, self.now()).unwrap();
        self.clients.insert(name, client);
        self.run();
    }

    pub(super) fn client(&mut self, name: &str) -> &mut Client {
        self.clients.get_mut(name).unwrap()
    }

    /// Ends a person's client; its vault.
    pub(super) fn stop(&mut self, name: &str) -> Vault {
        if let Some(conn) = self.conns.remove(name) {
            self.hub.handle_disconnected(conn);
        }
        self.clients.remove(name).unwrap().into_vault().unwrap()
    }

    pub(super) fn start(&mut self, name: &'static str, vault: Vault) {
        let random = Random::from_seed(self.bytes());
        self.clients.insert(name, Client::open(vault, random, self.now()).unwrap());
        self.run();
    }

    pub(super) fn command(&mut self, name: &str, command: Command) {
        let now = self.now();
        self.client(name).handle_command(command, now);
        self.run();
    }

    /// What became of a command.
    pub(super) fn outcome(
        &self,
        name: &str,
        asked: RequestId,
    ) -> Option<Result<Option<RoomId>, Problem>> {
        self.events[name].iter().find_map(|event| match event {
            Event::Done { id, room } if *id == asked => Some(Ok(*room)),
            Event::CommandFailed { id: Some(id), problem } if *id == asked => {
                Some(Err(problem.clone()))
            }
            _ => None,
        })
    }

    pub(super) fn ask(
        &mut self,
        name: &str,
        command: impl FnOnce(RequestId) -> Command,
    ) -> Result<Option<RoomId>, Problem> {
        let id = self.id();
        self.command(name, command(id));
        for _ in 0..100 {
            if let Some(outcome) = self.outcome(name, id) {
                return outcome;
            }
            self.pass_ms(1_000);
        }
        Err(Problem::Internal("nothing more happens"))
    }

    pub(super) fn change(
        &mut self,
        name: &str,
        room: RoomId,
        change: Change,
    ) -> Result<(), Problem> {
        self.ask(name, |id| Command::ChangeRoom { id, room, change }).map(drop)
    }

    pub(super) fn make_room(&mut self, owner: &str, guests: &[&str]) -> RoomId {
        let (access, name) = (Access::Closed, "garden".to_owned());
        let made = self.ask(owner, |id| Command::CreateRoom { id, access, name, history: 0 });
        let room = made.unwrap().unwrap();
        for guest in guests {
            self.change(owner, room, Change::Invite(Handle::new(*guest).unwrap())).unwrap();
        }
        self.pass_ms(10_000);
        room
    }

    pub(super) fn say(&mut self, name: &str, room: RoomId, text: &str) -> RequestId {
        let (id, text) = (self.id(), text.to_owned());
        self.command(name, Command::SendText { room, id, text });
        id
    }

    /// Lets time pass, and happen what is due in it.
    pub(super) fn pass_ms(&mut self, ms: u64) {
        let end = self.ms + ms;
        loop {
            let now = self.now().time;
            let due = self.clients.values().filter_map(Client::next_deadline).min();
            let wait = due.map_or(u64::MAX, |at| at.since_ms(now));
            if self.ms + wait.min(ms) > end || wait > ms {
                break;
            }
            self.ms += wait;
            let now = self.now();
            self.clients.values_mut().for_each(|client| client.handle_time(now));
            self.run();
        }
        self.ms = end;
    }

    /// Carries everything everywhere until nothing moves.
    pub(super) fn run(&mut self) {
        loop {
            let names: Vec<&'static str> = self.clients.keys().copied().collect();
            let mut moved = false;
            for name in names {
                while let Some(output) = self.client(name).poll_output() {
                    moved = true;
                    self.do_output(name, output);
                }
            }
            while let Some(output) = self.hub.poll_output() {
                moved = true;
                self.do_relay_output(output);
            }
            if !moved {
                return;
            }
        }
    }

    fn do_output(&mut self, name: &'static str, output: Output) {
        match output {
            Output::Connect { static_key, .. } => {
                let conn = ConnId(self.number());
                let (hash, address) = (self.bytes(), IpAddr::V4(Ipv4Addr::LOCALHOST));
                self.conns.insert(name, conn);
                let (key, now) = (*static_key.public().as_bytes(), self.relay_now());
                self.hub.handle_connected(conn, key, hash, address, now);
                let now = self.now();
                self.client(name).handle_connected(hash, now);
            }
            Output::Send(message) => {
                if let Some(conn) = self.conns.get(name) {
                    self.hub.handle_message(*conn, message, self.relay_now());
                }
            }
            Output::Disconnect => {
                if let Some(conn) = self.conns.remove(name) {
                    self.hub.handle_disconnected(conn);
                }
            }
            Output::Event(event) => self.events.entry(name).or_default().push(event),
            Output::File(_) => {}
        }
    }

    fn do_relay_output(&mut self, output: RelayOutput) {
        let now = self.now();
        match output {
            RelayOutput::Store(request) => {
                for reply in self.store.apply(vec![request]) {
                    self.hub.handle_stored(reply, RelayNow { time: now.time, unix: now.wall });
                }
            }
            RelayOutput::Send { conn, bytes } => {
                self.hub.handle_drained(conn, self.relay_now());
                let Some(name) = self.name_of(conn) else { return };
                let mut tagged = Tagged::<ToClient>::from_bytes(&bytes).unwrap();
                if let Some(tamper) = &mut self.tamper {
                    tamper(name, &mut tagged.message);
                }
                if tagged.tag < ROGUE_TAG {
                    self.client(name).handle_messages(&[tagged.to_bytes()], now);
                }
            }
            RelayOutput::Close { conn, .. } => {
                if let Some(name) = self.name_of(conn) {
                    self.conns.remove(name);
                    self.client(name).handle_disconnected(Problem::ConnectionLost, now);
                }
            }
            _ => {}
        }
    }

    fn name_of(&self, conn: ConnId) -> Option<&'static str> {
        self.conns.iter().find(|(_, of)| **of == conn).map(|(name, _)| *name)
    }

    /// The relay says something unasked.
    pub(super) fn tell(&mut self, name: &str, message: ToClient) {
        let now = self.now();
        self.client(name).handle_messages(&[Tagged { tag: 0, message }.to_bytes()], now);
        self.run();
    }

    /// A person's device sends something that its client did not make, and hears no answer.
    pub(super) fn send_beside(&mut self, name: &str, message: ToRelay) {
        let (conn, tag) = (self.conns[name], ROGUE_TAG);
        self.hub.handle_message(conn, Tagged { tag, message }, self.relay_now());
        self.run();
    }

    /// Makes a commit that no rule has been asked about.
    pub(super) fn rogue_commit(&mut self, name: &str, room: RoomId, changes: Changes) -> Proposed {
        let client = self.client(name);
        let provider = Provider::new(&client.crypto, &client.vault);
        let group = client.rooms.get_mut(&room).unwrap().group(&provider, room).unwrap();
        group::commit(&provider, &client.profile.identity, group, changes).unwrap()
    }

    /// Posts it, and goes into its epoch or not, as the person likes.
    pub(super) fn post_commit(
        &mut self,
        name: &str,
        room: RoomId,
        proposed: Proposed,
        added: Vec<DeviceId>,
    ) {
        let post = self.id();
        let epoch = self.clients[name].rooms[&room].stored.epoch;
        let message = ToRelay::Commit {
            room,
            epoch,
            post,
            commit: Bytes::new(proposed.commit).unwrap(),
            group_info: Bytes::new(proposed.group_info).unwrap(),
            welcome: proposed.welcome.map(|welcome| Bytes::new(welcome).unwrap()),
            added: List::new(added).unwrap(),
            removed: List::default(),
        };
        self.send_beside(name, message);
    }

    pub(super) fn device(&self, name: &str) -> DeviceId {
        self.clients[name].profile.identity.device()
    }

    pub(super) fn members(&mut self, name: &str, room: RoomId) -> Vec<String> {
        let members = self.client(name).members_by_handle(room).unwrap();
        members.keys().map(ToString::to_string).collect()
    }

    pub(super) fn authenticator(&mut self, name: &str, room: RoomId) -> Vec<u8> {
        self.client(name).epoch_authenticator(room).unwrap()
    }

    pub(super) fn agree(&mut self, names: &[&str], room: RoomId) -> bool {
        let all: Vec<_> = names.iter().map(|name| self.authenticator(name, room)).collect();
        all.windows(2).all(|pair| pair[0] == pair[1])
    }

    pub(super) fn knows(&self, name: &str, room: RoomId) -> bool {
        self.events[name]
            .iter()
            .any(|event| matches!(event, Event::RoomAdded(info) if info.room == room))
    }

    pub(super) fn holds(&self, name: &str, room: RoomId) -> Vec<Hold> {
        let hold = |event: &Event| match event {
            Event::RoomHeld { room: of, hold } if *of == room => Some(*hold),
            _ => None,
        };
        self.events[name].iter().filter_map(hold).collect()
    }

    pub(super) fn count(&self, name: &str, what: impl Fn(&Event) -> bool) -> usize {
        self.events[name].iter().filter(|event| what(event)).count()
    }

    /// What a person's vault shows of a room, line by line.
    pub(super) fn lines(&self, name: &str, room: RoomId) -> Vec<String> {
        let entries = self.clients[name].vault.entries(room, wire::id::Seq(0), 1_000).unwrap();
        let line = |kind: EntryKind| match kind {
            EntryKind::Message { from, body: Body::Text(text), .. } => format!("{from}: {text}"),
            EntryKind::Message { from, body: Body::File(file), .. } => {
                format!("{from}: {}", file.name)
            }
            EntryKind::Message { from, body: Body::Deleted, .. } => format!("{from} took back"),
            EntryKind::Members { by, joined, left } => {
                let came = joined.iter().map(|handle| format!(" +{handle}"));
                let went = left.iter().map(|handle| format!(" -{handle}"));
                format!("{by}{}", came.chain(went).collect::<String>())
            }
            EntryKind::Gap { .. } => "gap".to_owned(),
            EntryKind::Set { by, setting } => format!("{by} {setting:?}"),
        };
        entries.into_iter().map(|entry| line(entry.kind)).collect()
    }

    /// The kind of a room as a person's client knows it.
    pub(super) fn kind(&self, name: &str, room: RoomId) -> RoomKind {
        self.clients[name].rooms[&room].stored.kind
    }
}
