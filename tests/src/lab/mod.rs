//! A relay, clients and the network between them, in virtual time and from one seed.
//!
//! Bytes really travel: each connection has a Noise session at either end, and the network cuts its
//! stream into pieces, delays them and loses what was under way when a connection breaks. The relay
//! is its [`Hub`] over the in-memory store; a store batch takes time, and a crash loses the batch or
//! only its answers. Everything that happens follows from the seed, except ciphertexts: OpenMLS
//! draws its own randomness, which changes no length.

mod client;
mod dice;
mod link;
mod mallory;
mod relay;
mod timeline;

use std::collections::BTreeMap;

use ::relay::hub::Settings;
use engine::{Access, Change, Command, Event, Intent, MessageId, Problem, RequestId};
use relay::RelayEnd;
use wire::Time;
use wire::id::{Handle, RoomId, UnixMs};
use wire::message::InviteToken;

pub use client::Person;
pub use dice::Dice;
use link::Link;
pub use mallory::{Copy, Mallory};

/// A name.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn handle(name: &str) -> Handle {
    Handle::new(name).expect("a handle")
}

/// Wall-clock time at the start of every run.
const EPOCH: UnixMs = UnixMs(1_790_000_000_000);
/// No flow needs more virtual time than this to come to rest.
const PATIENCE_MS: u64 = 10 * 60 * 1_000;

/// How the network and the relay behave.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// Longest delay of a piece.
    pub delay_ms: u64,
    /// Longest piece; every stream is cut at random places.
    pub piece_bytes: usize,
    /// Longest time that the store needs for a batch.
    pub store_ms: u64,
    /// One connection in so many pieces is cut; 0 for none.
    pub cut_one_in: u64,
    /// Whether all that crosses the network is kept for [`Lab::capture`].
    pub capture: bool,
}

impl Default for Conditions {
    fn default() -> Self {
        Self { delay_ms: 40, piece_bytes: 2_000, store_ms: 5, cut_one_in: 0, capture: true }
    }
}

/// The lab.
pub struct Lab {
    /// Behaviour, which a test may change at any time.
    pub conditions: Conditions,
    /// The people, by name.
    pub people: BTreeMap<String, Person>,
    /// What the relay does to messages.
    pub mallory: Mallory,
    seed: u64,
    dice: Dice,
    now: Time,
    /// One, or several that pose as one.
    relays: Vec<RelayEnd>,
    /// Who talks to another relay than the first.
    elsewhere: BTreeMap<String, usize>,
    capture: Vec<u8>,
    links: BTreeMap<u64, Link>,
    next_link: u64,
}

impl Lab {
    /// A relay without accounts. `SOTTO_SEED` overrides `seed`, to replay a run.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::with_settings(seed, Settings::default())
    }

    /// As [`Lab::new`], with a relay that is set so; registration is open whatever that says.
    #[must_use]
    pub fn with_settings(seed: u64, settings: Settings) -> Self {
        let seed =
            std::env::var("SOTTO_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(seed);
        let mut dice = Dice::new(seed);
        let relays = vec![RelayEnd::new(settings, &mut dice)];
        Self {
            conditions: Conditions::default(),
            people: BTreeMap::new(),
            mallory: Mallory::default(),
            seed,
            dice,
            now: Time::from_ms(0),
            relays,
            elsewhere: BTreeMap::new(),
            capture: Vec::new(),
            links: BTreeMap::new(),
            next_link: 1,
        }
    }

    /// A relay with people in its lobby.
    #[must_use]
    pub fn of(seed: u64, names: &[&str]) -> Self {
        let mut lab = Self::new(seed);
        for name in names {
            lab.join(name);
        }
        lab
    }

    /// A person who signs up, and is in the lobby when this returns.
    pub fn join(&mut self, name: &str) {
        self.begin(name);
        self.until(|lab| lab.people.get(name).is_some_and(Person::is_ready));
    }

    /// A person who starts to sign up.
    pub fn begin(&mut self, name: &str) {
        self.begin_as(name, (Intent::Register, name));
    }

    /// Another device of an account, which is in the lobby when this returns. It is called `name`.
    pub fn login(&mut self, name: &str, handle: &str) {
        self.begin_as(name, (Intent::Login, handle));
        self.until(|lab| lab.people.get(name).is_some_and(Person::is_ready));
    }

    fn begin_as(&mut self, name: &str, account: (Intent, &str)) {
        self.begin_with(name, account, None);
    }

    fn begin_with(&mut self, name: &str, account: (Intent, &str), invite: Option<InviteToken>) {
        let link = wire::link::Link { invite, ..self.relays[0].link() };
        let person = Person::sign_up(account, link, &mut self.dice, self.now);
        self.people.insert(name.to_owned(), person);
        self.happen();
    }

    /// Gives a person's client a command.
    pub fn command(&mut self, name: &str, command: Command) {
        let now = self.now;
        self.person(name).command(command, now);
        self.happen();
    }

    /// Queues a text for the lobby; returns its id.
    pub fn say(&mut self, name: &str, text: &str) -> MessageId {
        let room = self.lobby(name);
        self.say_in(name, room, text)
    }

    /// Queues a text; returns its id.
    pub fn say_in(&mut self, name: &str, room: RoomId, text: &str) -> MessageId {
        let text = text.to_owned();
        self.begin_ask(name, |id| Command::SendText { room, id, text })
    }

    /// Gives a person's client a command of a new id, which it returns.
    pub fn begin_ask(
        &mut self,
        name: &str,
        command: impl FnOnce(RequestId) -> Command,
    ) -> RequestId {
        let id = RequestId::from_array(self.dice.bytes());
        self.command(name, command(id));
        id
    }

    /// Gives a person's client a command, and lets time pass until it is done or has failed.
    ///
    /// # Errors
    /// Why it has failed.
    pub fn ask(
        &mut self,
        name: &str,
        command: impl FnOnce(RequestId) -> Command,
    ) -> Result<Option<RoomId>, Problem> {
        let id = self.begin_ask(name, command);
        self.until(|lab| lab.people.get(name).is_some_and(|person| person.outcome(id).is_some()));
        self.person(name).outcome(id).unwrap_or(Ok(None))
    }

    /// As [`Lab::ask`], for a change of a room.
    ///
    /// # Errors
    /// Why it has failed.
    pub fn change(&mut self, name: &str, room: RoomId, change: Change) -> Result<(), Problem> {
        self.ask(name, |id| Command::ChangeRoom { id, room, change }).map(drop)
    }

    /// Makes a room and invites people, who are in it when this returns.
    ///
    /// # Panics
    /// When that cannot be done.
    pub fn make_room(&mut self, owner: &str, access: Access, guests: &[&str]) -> RoomId {
        let name = "garden".to_owned();
        let made = self.ask(owner, |id| Command::CreateRoom { id, access, name, history: 0 });
        let room = made.expect("the room is made").expect("it has an id");
        for guest in guests {
            let handle = Handle::new(*guest).expect("a handle");
            self.change(owner, room, Change::Invite(handle)).expect("the guest is invited");
        }
        self.until(|lab| guests.iter().all(|guest| lab.knows(guest, room)));
        room
    }

    /// Whether a person's client has a room.
    #[must_use]
    pub fn knows(&self, name: &str, room: RoomId) -> bool {
        self.count(name, |event| matches!(event, Event::RoomAdded(info) if info.room == room)) > 0
    }

    /// The texts that a person has been shown in a room.
    #[must_use]
    pub fn shown_in(&self, name: &str, room: RoomId) -> Vec<String> {
        self.people.get(name).map(|person| person.shown_in(room)).unwrap_or_default()
    }

    /// Whether all of these are in the same epoch of the same group.
    pub fn agree(&mut self, names: &[&str], room: RoomId) -> bool {
        let all: Vec<_> =
            names.iter().map(|name| self.person(name).epoch_authenticator(room)).collect();
        all.windows(2).all(|pair| pair[0].is_some() && pair[0] == pair[1])
    }

    /// Cuts a person's connection; it comes back by itself.
    pub fn cut(&mut self, name: &str) {
        let link = self.person(name).link.take();
        self.drop_link(link);
        let now = self.now;
        self.person(name).disconnected(engine::Problem::ConnectionLost, now);
    }

    /// Kills a person's client; [`Lab::wake`] starts it again from its vault.
    pub fn kill(&mut self, name: &str) {
        let link = self.person(name).kill();
        self.drop_link(link);
    }

    fn drop_link(&mut self, link: Option<u64>) {
        if let Some(link) = link.and_then(|id| self.links.remove(&id)) {
            self.relays[link.relay_no].disconnected(link.conn);
        }
    }

    /// Starts a killed client.
    pub fn wake(&mut self, name: &str) {
        let (now, seed) = (self.now, self.dice.bytes());
        self.person(name).wake(seed, now);
        self.happen();
    }

    /// Kills the relay and starts it again from its store: connections break, and what the store was
    /// doing is done or not done, without an answer.
    pub fn crash_relay(&mut self) {
        let now = self.now;
        for relay in &mut self.relays {
            relay.crash(&mut self.dice, now);
        }
        self.cut_all();
    }

    /// Cuts every connection.
    fn cut_all(&mut self) {
        self.links.clear();
        let now = self.now;
        for person in self.people.values_mut() {
            if person.link.take().is_some() {
                person.disconnected(engine::Problem::ConnectionLost, now);
            }
        }
    }

    /// Lets time pass until `done`, at most [`PATIENCE_MS`].
    ///
    /// # Panics
    /// With the seed, when that is not enough.
    pub fn until(&mut self, done: impl Fn(&Self) -> bool) {
        let deadline = self.now.after_ms(PATIENCE_MS);
        while !done(self) {
            assert!(
                self.step() && self.now < deadline,
                "nothing more happens; replay with SOTTO_SEED={}",
                self.seed
            );
        }
    }

    /// Lets this much time pass.
    pub fn run_ms(&mut self, ms: u64) {
        let end = self.now.after_ms(ms);
        while self.next_time().is_some_and(|at| at <= end) {
            self.step();
        }
        self.now = end;
    }

    /// Lets the next `count` things happen that happen at moments of their own.
    pub fn steps(&mut self, count: usize) {
        for _ in 0..count {
            self.step();
        }
    }

    /// The seed, for messages of failed tests.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A random number below `bound`.
    pub fn roll(&mut self, bound: u64) -> u64 {
        self.dice.below(bound)
    }

    /// All that has crossed the network so far, both ways, one after the other.
    #[must_use]
    pub fn capture(&self) -> &[u8] {
        &self.capture
    }

    /// The lobby, as a person knows it.
    ///
    /// # Panics
    /// When they are not in it.
    #[must_use]
    pub fn lobby(&self, name: &str) -> RoomId {
        self.people.get(name).and_then(Person::lobby).expect("the person is in the lobby")
    }

    /// The texts that a person has been shown, as `name: text`, in order.
    #[must_use]
    pub fn shown(&self, name: &str) -> Vec<String> {
        self.people.get(name).map(Person::shown).unwrap_or_default()
    }

    /// How many of a person's events fulfil `what`.
    #[must_use]
    pub fn count(&self, name: &str, what: impl Fn(&Event) -> bool) -> usize {
        self.people
            .get(name)
            .map_or(0, |person| person.events.iter().filter(|event| what(event)).count())
    }

    fn person(&mut self, name: &str) -> &mut Person {
        self.people.get_mut(name).expect("a person of the lab")
    }

    /// The next moment at which something happens.
    fn next_time(&self) -> Option<Time> {
        let people = self.people.values().filter_map(Person::next_time);
        let links = self.links.values().filter_map(Link::next_time);
        let relays = self.relays.iter().filter_map(RelayEnd::next_time);
        people.chain(links).chain(relays).min().map(|at| at.max(self.now))
    }

    /// Goes to the next moment and lets happen what happens then; `false` when nothing will.
    fn step(&mut self) -> bool {
        let Some(next) = self.next_time() else { return false };
        self.now = next;
        self.happen();
        true
    }

    /// Lets happen what happens now, and puts what comes of it on its way.
    fn happen(&mut self) {
        for relay in &mut self.relays {
            relay.store_ms = self.conditions.store_ms;
            relay.handle_time(self.now);
        }
        self.step_people();
        self.step_links();
        for relay in &mut self.relays {
            relay.drain(&mut self.links, &mut self.mallory, &mut self.dice, self.now);
        }
        self.step_people();
        for link in self.links.values_mut() {
            link.depart(&self.conditions, &mut self.dice, &mut self.capture, self.now);
        }
    }

    fn step_people(&mut self) {
        let names: Vec<String> = self.people.keys().cloned().collect();
        names.iter().for_each(|name| self.step_person(name));
    }

    /// Time, then whatever the client wants.
    fn step_person(&mut self, name: &str) {
        let now = self.now;
        let Some(person) = self.people.get_mut(name) else { return };
        person.handle_time(now);
        while let Some(wish) = person.poll(now) {
            match wish {
                client::Wish::Connect(session) => {
                    let id = self.next_link;
                    self.next_link += 1;
                    let relay_no = self.elsewhere.get(name).copied().unwrap_or(0);
                    let (conn, relay) = self.relays[relay_no].accept(&mut self.dice, now);
                    let ends = (*session, relay);
                    person.link = Some(id);
                    self.links.insert(id, Link::new(name.to_owned(), (relay_no, conn), ends));
                }
                client::Wish::Send(bytes) => {
                    if let Some(link) = person.link.and_then(|id| self.links.get_mut(&id)) {
                        // An end that is over shows when it next receives.
                        let _ = link.person.send(&bytes, now);
                    }
                }
                client::Wish::Disconnect => {
                    let link = person.link.take();
                    if let Some(link) = link.and_then(|id| self.links.remove(&id)) {
                        self.relays[link.relay_no].disconnected(link.conn);
                    }
                }
            }
        }
    }

    /// Moves what has arrived, in both directions.
    fn step_links(&mut self) {
        let ids: Vec<u64> = self.links.keys().copied().collect();
        for id in ids {
            let Some(mut link) = self.links.remove(&id) else { continue };
            let arrived = link.arrive(self.now);
            let name = link.name.clone();
            let cut = arrived.pieces > 0
                && self.conditions.cut_one_in > 0
                && self.dice.below(self.conditions.cut_one_in) == 0;
            let alive =
                !cut && self.relays[link.relay_no].receive(
                    &mut link,
                    arrived.up,
                    &mut self.mallory,
                    self.now,
                ) && self
                    .people
                    .get_mut(&name)
                    .is_some_and(|person| person.receive(&mut link, arrived.down, self.now));
            if alive {
                self.links.insert(id, link);
            } else {
                self.relays[link.relay_no].disconnected(link.conn);
                let now = self.now;
                let person = self.person(&name);
                if person.link.take().is_some() {
                    person.disconnected(engine::Problem::ConnectionLost, now);
                }
            }
        }
    }
}
