//! The client as a pure state machine: commands, messages and time in; requests and events out.
//!
//! It opens no socket and reads no clock. Each input runs in one vault transaction; what it sends
//! and tells leaves only after that has committed, so nothing is told that a crash could take back.
//! The log of a room is the only truth: [`room`] applies it in order, whichever way a record came.

mod announce;
mod answer;
mod change;
mod chore;
mod command;
mod commit;
mod connection;
mod create;
mod device;
mod dispatch;
mod edit;
mod enrol;
#[doc(hidden)]
pub mod fixture;
mod join;
mod kept;
mod lifetime;
mod marker;
mod meet;
mod message;
mod outbox;
mod policy;
mod query;
mod reaction;
mod receipt;
mod record;
mod repair;
mod room;
mod search;
mod send;
mod signal;
mod signed_in;
mod stored;
mod summary;
mod timeline;
mod transfer;
mod trust;
mod turn;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use suite::Suite;
use wire::codec::Field;
use wire::id::{DeviceId, Epoch, FileId, Handle, PostId, RoomId, UnixMs};
use wire::link::Link;
use wire::message::{Tag, Tagged, ToClient, ToRelay};
use wire::{Error, Time};

use crate::event::RequestId;
use crate::file::FileOp;
use crate::password::Cost;
use crate::profile::{Enrolled, Profile};
use crate::random::Random;
use crate::vault::Vault;
use crate::{Command, Event, Intent, Problem, Receipts};
use connection::Connection;
use device::NewPassword;
use enrol::Enrolment;
use lifetime::Expiries;
use room::Room;
use search::Search;
use transfer::Transfers;
use trust::Pins;

/// The moment of an input.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Never decreases; for deadlines.
    pub time: Time,
    /// What clocks on walls show; for people.
    pub wall: UnixMs,
}

/// What a new profile is made of.
#[derive(Debug)]
pub struct SignUp<'a> {
    /// Where the relay is, its key, and perhaps an invitation.
    pub link: Link,
    /// The account's name.
    pub handle: Handle,
    /// Whether the account is new.
    pub intent: Intent,
    /// The account's password.
    pub password: &'a str,
    /// What stretching it costs; the same for all devices of an account.
    pub cost: Cost,
}

/// What the client wants done.
#[derive(Debug)]
pub enum Output {
    /// Connect, with a session of its own; ends in `handle_connected` or `handle_disconnected`.
    Connect {
        /// `HOST:PORT`.
        address: String,
        /// The relay's X25519 key; any other is refused.
        relay_key: [u8; 32],
        /// This device's X25519 secret.
        static_key: wire::key::StaticKey,
    },
    /// Send a request on the connection.
    Send(Tagged<ToRelay>),
    /// Close the connection after what was sent.
    Disconnect,
    /// Have the [`Disk`](crate::file::Disk) do this, in this order; what it replies goes to
    /// `handle_files`.
    File(FileOp),
    /// Tell the front end.
    Event(Event),
}

/// A request that has not been answered.
#[derive(Debug)]
enum Request {
    Enrol,
    PublishKeyPackages,
    CreateRoom(RoomId),
    GroupInfo(RoomId),
    Welcome(RoomId),
    Join(RoomId, PostId),
    Commit(RoomId, PostId),
    Leave(RoomId),
    Claim(RoomId),
    ClaimDirect(RequestId, Handle),
    Devices(RequestId),
    NameDevice(RequestId),
    Revoke(RequestId, DeviceId),
    PasswordStart(RequestId),
    PasswordFinish(RequestId),
    Post(RoomId, PostId, Epoch),
    Fetch(RoomId),
    OpenUpload { id: RequestId, opening: u32, file: FileId },
    PutChunk { id: RequestId, opening: u32, behind: u64, sent: Time, is_slow: bool },
    OpenDownload(RequestId, u32),
    GetChunk { id: RequestId, opening: u32, offset: u64, sent: Time },
    DeleteFile(FileId),
    FileLimits(RequestId),
}

impl Request {
    /// The command that ends with it if the connection does. Others are asked again.
    fn into_command(self) -> Option<RequestId> {
        match self {
            Self::ClaimDirect(id, _)
            | Self::Devices(id)
            | Self::NameDevice(id)
            | Self::Revoke(id, _)
            | Self::PasswordStart(id)
            | Self::PasswordFinish(id)
            | Self::FileLimits(id) => Some(id),
            _ => None,
        }
    }
}

/// One profile's client.
#[derive(Debug)]
pub struct Client {
    vault: Rc<Vault>,
    crypto: Suite,
    random: Random,
    profile: Profile,
    enrolment: Option<Enrolment>,
    /// Whether the relay has refused to take this device in.
    refused: bool,
    connection: Connection,
    /// The time of the last input.
    now: Now,
    pins: Pins,
    /// Devices of this account that were revoked here.
    revoked: BTreeSet<DeviceId>,
    /// Those that may be in groups still, and who waits for that.
    revoking: Vec<(RequestId, DeviceId)>,
    new_password: Option<NewPassword>,
    /// Open rooms that this account is not in, as the relay lists them.
    joinable: BTreeSet<RoomId>,
    /// What open rooms are called, as the lobby was told.
    announced: BTreeMap<RoomId, String>,
    /// Whether [`Event::Synced`] was told on this connection.
    synced: bool,
    /// Commands that wait for the relay to know this device.
    deferred: Vec<Command>,
    /// Commands that became messages on their way, and the room each is about.
    asked: BTreeMap<RequestId, RoomId>,
    requests: BTreeMap<Tag, Request>,
    next_tag: Tag,
    rooms: BTreeMap<RoomId, Room>,
    transfers: Transfers,
    /// Whether others are told what was read here.
    receipts: Receipts,
    expiries: Expiries,
    search: Search,
    outputs: VecDeque<Output>,
}

impl Client {
    /// A new profile in an empty vault; connects, and registers or logs in.
    ///
    /// # Errors
    /// Those of writing the vault.
    pub fn create(
        vault: Vault,
        sign_up: SignUp<'_>,
        mut random: Random,
        now: Now,
    ) -> Result<Self, Problem> {
        let (link, handle) = (&sign_up.link, sign_up.handle.clone());
        let profile = Profile::generate(link, handle, now.wall, &mut random);
        vault.transaction(|| vault.put_value(Profile::NAME, &profile))?;
        Self::resume(vault, sign_up, random, now)
    }

    /// The profile of a vault; connects.
    ///
    /// # Errors
    /// [`Problem::NoProfile`] when the vault holds none, and those of reading it.
    pub fn open(vault: Vault, random: Random, now: Now) -> Result<Self, Problem> {
        let profile = vault.value(Profile::NAME)?.ok_or(Problem::NoProfile)?;
        Self::with(vault, profile, random, now)
    }

    /// Goes on with a profile whose sign-up or login was cut off.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub fn resume(
        vault: Vault,
        sign_up: SignUp<'_>,
        random: Random,
        now: Now,
    ) -> Result<Self, Problem> {
        let mut client = Self::open(vault, random, now)?;
        client.enrolment = Some(Enrolment::new(sign_up));
        Ok(client)
    }

    /// Whether this device is certainly not enrolled, so that its profile is worth nothing.
    #[must_use]
    pub fn is_worthless(&self) -> bool {
        match self.profile.enrolment {
            Enrolled::No => true,
            Enrolled::Offered => self.refused,
            Enrolled::Yes => false,
        }
    }

    fn with(vault: Vault, profile: Profile, random: Random, now: Now) -> Result<Self, Problem> {
        let transfers = Transfers::load(&vault)?;
        let mut client = Self {
            vault: Rc::new(vault),
            crypto: Suite,
            random,
            profile,
            enrolment: None,
            refused: false,
            now,
            pins: Pins::default(),
            revoked: BTreeSet::new(),
            revoking: Vec::new(),
            new_password: None,
            joinable: BTreeSet::new(),
            announced: BTreeMap::new(),
            synced: false,
            deferred: Vec::new(),
            asked: BTreeMap::new(),
            connection: Connection::new(now.time),
            requests: BTreeMap::new(),
            next_tag: 1,
            rooms: BTreeMap::new(),
            transfers,
            receipts: Receipts::On,
            expiries: Expiries::default(),
            search: Search::new(now.time),
            outputs: VecDeque::new(),
        };
        client.load()?;
        client.handle_time(now);
        Ok(client)
    }

    /// The connection stands; the relay speaks first.
    pub fn handle_connected(&mut self, handshake_hash: [u8; 32], now: Now) {
        self.connection.established(handshake_hash, now.time);
    }

    /// The connection ended, or could not be made.
    pub fn handle_disconnected(&mut self, problem: Problem, now: Now) {
        let open = core::mem::take(&mut self.requests);
        for id in open.into_values().filter_map(Request::into_command) {
            self.failed(Some(id), Problem::ConnectionLost);
        }
        self.new_password = None;
        self.synced = false;
        for room in self.rooms.values_mut() {
            room.disconnect();
        }
        self.pause_transfers();
        if self.enrolment.is_some() {
            // Signing up is a dialogue with a person, who decides about another try.
            self.stop(problem);
            return;
        }
        let retry_ms = match problem {
            Problem::RelayKeyChanged { .. } | Problem::DeviceUnknown | Problem::NoProfile => {
                self.connection.give_up();
                None
            }
            _ => Some(self.connection.lost(now.time, &mut self.random)),
        };
        self.tell(Event::Disconnected { problem, retry_ms });
    }

    /// Takes messages of the relay, in the order they came. They share one transaction, so more at
    /// once is cheaper.
    pub fn handle_messages(&mut self, messages: &[Vec<u8>], now: Now) {
        if !self.connection.is_open() {
            return;
        }
        self.now = now;
        self.search.rest(now.time);
        // A failure has been told when this returns.
        let _ = self.transact(now, |client| {
            for bytes in messages {
                let message = Tagged::<ToClient>::from_bytes(bytes).map_err(misbehaved)?;
                client.handle_message(message, now)?;
            }
            client.go_on()?;
            client.send_due_signals()?;
            let open = !client.requests.is_empty();
            client.connection.expect_answer(now.time, open);
            Ok(())
        });
    }

    /// Whatever can go on now: repairs, chores, changes, messages.
    fn go_on(&mut self) -> Result<(), Problem> {
        self.begin_deferred()?;
        self.repair_rooms()?;
        self.do_chores()?;
        self.advance()?;
        self.finish_revocations()?;
        self.expire()?;
        self.send_receipts()?;
        self.pump()?;
        self.move_files()?;
        if !self.synced
            && self.connection.is_signed_in()
            && self.rooms.values().all(Room::is_settled)
        {
            self.synced = true;
            self.tell(Event::Synced);
        }
        Ok(())
    }

    /// Does what is due.
    pub fn handle_time(&mut self, now: Now) {
        self.now = now;
        if self.connection.is_overdue(now.time) {
            self.outputs.push_back(Output::Disconnect);
            self.handle_disconnected(Problem::ConnectionLost, now);
        }
        self.connect_if_due(now);
        if self.due().is_some_and(|at| at <= now.time) {
            // A failure is told as a lost connection.
            if self.transact(now, Self::go_on).is_err() {
                self.delay_expiry();
            }
        }
        self.index_if_due(now);
    }

    /// When [`Client::handle_time`] wants to be called.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Time> {
        self.connection.deadline().into_iter().chain(self.search.deadline()).chain(self.due()).min()
    }

    /// When there is something to go on with.
    fn due(&self) -> Option<Time> {
        let deadlines =
            [self.next_chore(), self.next_try(), self.next_receipt(), self.next_expiry()];
        deadlines.into_iter().flatten().min()
    }

    /// When a transfer is tried again, if there is a connection.
    fn next_try(&self) -> Option<Time> {
        self.transfers.next_try().filter(|_| self.connection.is_signed_in())
    }

    /// What is to be done next; `None` when nothing is.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Ends the client and gives its vault back, as a crash would leave it.
    #[must_use]
    pub fn into_vault(self) -> Option<Vault> {
        let Self { vault, .. } = self;
        Rc::into_inner(vault)
    }

    fn connect_if_due(&mut self, now: Now) {
        if self.connection.begin_if_due(now.time) {
            self.tell(Event::Progress(crate::Step::Connecting));
            self.outputs.push_back(Output::Connect {
                address: self.profile.address.clone(),
                relay_key: self.profile.relay_key,
                static_key: self.profile.static_key(),
            });
        }
    }

    /// Ends the client for good.
    fn stop(&mut self, problem: Problem) -> Problem {
        self.connection.give_up();
        self.outputs.push_back(Output::Disconnect);
        self.tell(Event::Stopped { problem: Some(problem.clone()) });
        problem
    }

    fn request(&mut self, request: Request, message: ToRelay) {
        let tag = self.next_tag;
        self.next_tag = tag.checked_add(1).unwrap_or(1);
        if self.requests.is_empty() {
            self.connection.expect_answer(self.now.time, true);
        }
        self.requests.insert(tag, request);
        self.outputs.push_back(Output::Send(Tagged { tag, message }));
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// Runs `f` in one transaction. When that fails, what `f` wanted to send and tell is dropped,
    /// memory is read anew from the vault because the two may have parted, and so is the connection,
    /// because the relay may be waiting for what was dropped.
    fn transact(
        &mut self,
        now: Now,
        f: impl FnOnce(&mut Self) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let vault = Rc::clone(&self.vault);
        let kept = self.outputs.len();
        let outcome = vault.transaction(|| {
            f(self)?;
            self.save_rooms()
        });
        self.search.settle(outcome.is_ok());
        if let Err(problem) = &outcome {
            self.outputs.truncate(kept);
            let waiting = self.waiting();
            self.load().map_err(|problem| self.stop(problem))?;
            if !self.connection.is_idle() {
                self.outputs.push_back(Output::Disconnect);
                self.handle_disconnected(problem.clone(), now);
            }
            for id in waiting {
                self.failed(Some(id), problem.clone());
            }
        }
        outcome
    }

    /// Reads what is held in memory from the vault.
    fn load(&mut self) -> Result<(), Problem> {
        self.rooms = room::load_all(&self.vault)?;
        self.profile = self.vault.value(Profile::NAME)?.ok_or(Problem::ProfileDamaged)?;
        self.pins = Pins::load(&self.vault)?;
        self.revoked = device::load_revoked(&self.vault)?;
        self.announced = announce::load(&self.vault)?;
        self.load_receipts()?;
        self.load_expiries()?;
        self.reload_transfers()
    }
}

/// An error in what the relay sent.
fn misbehaved(error: Error) -> Problem {
    match error {
        Error::Malformed { what } | Error::PeerMisbehaved { what } | Error::Limit { what, .. } => {
            Problem::RelayMisbehaved(what)
        }
        _ => Problem::RelayMisbehaved("an unreadable message"),
    }
}

#[cfg(test)]
mod tests;
