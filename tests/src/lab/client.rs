//! A person: a real client, its vault, and what it has told.

use std::path::Path;

use engine::client::{Now, Output, SignUp};
use engine::file::{Disk, FileReply};
use engine::{
    Body, Client, Command, Cost, Entry, EntryKind, Event, Intent, Problem, Random, RequestId,
    RoomInfo, Vault,
};
use wire::Time;
use wire::id::{Handle, RoomId, Seq, UnixMs};
use wire::key::PublicKey;
use wire::limit::MAX_MESSAGE_BYTES;
use wire::link::Link as Invitation;
use wire::message::RoomKind;
use wire::session::{self, Session};

use super::link::Link;
use super::{Dice, EPOCH};

/// A person of the lab.
pub struct Person {
    client: Option<Client>,
    /// The vault of a client that was killed.
    vault: Option<Vault>,
    /// The connection.
    pub(super) link: Option<u64>,
    random: Random,
    /// What it has open on the disk, which dies with it.
    disk: Disk,
    /// Work on files that is done and not told.
    done: Vec<FileReply>,
    /// All that the client told, over all its lives.
    pub events: Vec<Event>,
}

/// What a person's client wants of the network.
pub(super) enum Wish {
    Connect(Box<Session>),
    Send(Vec<u8>),
    Disconnect,
}

impl Person {
    pub(super) fn sign_up(
        (intent, handle): (Intent, &str),
        link: Invitation,
        dice: &mut Dice,
        now: Time,
    ) -> Self {
        let random = Random::from_seed(dice.bytes());
        let vault = Vault::create_in_memory("password", Random::from_seed(dice.bytes()))
            .expect("a vault in memory");
        let handle = Handle::new(handle).expect("a handle");
        let cost = Cost::SIMULATION;
        let sign_up = SignUp { link, handle, intent, password: "password", cost };
        let client = Client::create(vault, sign_up, Random::from_seed(dice.bytes()), clocks(now))
            .expect("a profile in memory");
        let (disk, done) = (Disk::default(), Vec::new());
        Self {
            client: Some(client),
            vault: None,
            link: None,
            random,
            disk,
            done,
            events: Vec::new(),
        }
    }

    pub(super) fn kill(&mut self) -> Option<u64> {
        if let Some(mut client) = self.client.take() {
            // What it had told before it died was told.
            while let Some(output) = client.poll_output() {
                if let Output::Event(event) = output {
                    self.events.push(event);
                }
            }
            self.vault = client.into_vault();
        }
        self.disk = Disk::default();
        self.done.clear();
        self.link.take()
    }

    pub(super) fn wake(&mut self, seed: [u8; 32], now: Time) {
        if let Some(vault) = self.vault.take() {
            let client = Client::open(vault, Random::from_seed(seed), clocks(now));
            self.client = Some(client.expect("the vault of a live client"));
        }
    }

    pub(super) fn command(&mut self, command: Command, now: Time) {
        if let Some(client) = &mut self.client {
            client.handle_command(command, clocks(now));
        }
    }

    pub(super) fn disconnected(&mut self, problem: Problem, now: Time) {
        if let Some(client) = &mut self.client {
            client.handle_disconnected(problem, clocks(now));
        }
    }

    pub(super) fn next_time(&self) -> Option<Time> {
        self.client.as_ref().and_then(Client::next_deadline)
    }

    pub(super) fn handle_time(&mut self, now: Time) {
        if let Some(client) = &mut self.client {
            client.handle_time(clocks(now));
        }
    }

    /// What the client wants next; its events are kept on the way.
    pub(super) fn poll(&mut self, now: Time) -> Option<Wish> {
        loop {
            let Some(output) = self.client.as_mut()?.poll_output() else {
                if self.done.is_empty() {
                    return None;
                }
                let done = core::mem::take(&mut self.done);
                self.client.as_mut()?.handle_files(done, clocks(now));
                continue;
            };
            match output {
                Output::Connect { relay_key, static_key, .. } => {
                    let relay = PublicKey::from_bytes(relay_key);
                    let session = Session::initiator(static_key, relay, now, &mut self.random);
                    return Some(Wish::Connect(Box::new(session.expect("a handshake begins"))));
                }
                Output::Send(message) => {
                    return Some(Wish::Send(wire::codec::Field::to_bytes(&message)));
                }
                Output::Disconnect => return Some(Wish::Disconnect),
                Output::File(op) => self.done.extend(self.disk.perform(op)),
                Output::Event(event) => self.events.push(event),
            }
        }
    }

    /// Takes bytes of the relay; `false` when the connection is over.
    pub(super) fn receive(&mut self, link: &mut Link, mut bytes: Vec<u8>, now: Time) -> bool {
        let Some(client) = &mut self.client else { return false };
        if link.person.handle_timeout(now).is_err() {
            return false;
        }
        if bytes.is_empty() {
            return true;
        }
        let outcome = link.person.handle_bytes(&mut bytes, now);
        let (mut messages, mut closed) = (Vec::new(), false);
        while let Some(event) = link.person.poll_event() {
            match event {
                session::Event::Established { handshake_hash, .. } => {
                    link.person.set_max_message_bytes(MAX_MESSAGE_BYTES);
                    client.handle_connected(handshake_hash, clocks(now));
                }
                session::Event::Message(message) => messages.push(message),
                session::Event::Closed(_) => closed = true,
            }
        }
        if !messages.is_empty() {
            client.handle_messages(&messages, clocks(now));
        }
        outcome.is_ok() && !closed
    }

    /// Whether the client is in the lobby and has read all of it.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let last = self.events.iter().rev().find_map(|event| match event {
            Event::CaughtUp { .. } => Some(true),
            Event::Disconnected { .. } => Some(false),
            _ => None,
        });
        last == Some(true)
    }

    pub(super) fn lobby(&self) -> Option<RoomId> {
        self.events.iter().find_map(|event| match event {
            Event::RoomAdded(room) if room.kind == RoomKind::Lobby => Some(room.room),
            _ => None,
        })
    }

    /// The texts shown in the lobby, as `name: text`, in the order they were.
    #[must_use]
    pub fn shown(&self) -> Vec<String> {
        self.lobby().map(|lobby| self.shown_in(lobby)).unwrap_or_default()
    }

    /// The texts shown in a room, as `name: text`, in the order they were.
    #[must_use]
    pub fn shown_in(&self, room: RoomId) -> Vec<String> {
        let texts = self.entries(room).filter_map(|entry| match &entry.kind {
            EntryKind::Message { from, body: Body::Text(text), .. } => {
                Some(format!("{from}: {text}"))
            }
            _ => None,
        });
        texts.collect()
    }

    /// The lines shown in a room that are no texts, as `who +who -who` and so on.
    #[must_use]
    pub fn lines_in(&self, room: RoomId) -> Vec<String> {
        let line = |entry: &Entry| match &entry.kind {
            EntryKind::Members { by, joined, left } => {
                let came = joined.iter().map(|handle| format!(" +{handle}"));
                let went = left.iter().map(|handle| format!(" -{handle}"));
                Some(format!("{by}{}", came.chain(went).collect::<String>()))
            }
            EntryKind::Set { by, setting } => Some(format!("{by} {setting:?}")),
            EntryKind::Gap { .. } => Some("gap".to_owned()),
            _ => None,
        };
        self.entries(room).filter_map(line).collect()
    }

    fn entries(&self, room: RoomId) -> impl Iterator<Item = &Entry> {
        self.events.iter().filter_map(move |event| match event {
            Event::Entry { room: shown, entry } if *shown == room => Some(entry),
            _ => None,
        })
    }

    /// The files shown in a room: who sent them, what they call them, and the message's place.
    #[must_use]
    pub fn files_in(&self, room: RoomId) -> Vec<(Seq, String)> {
        let files = self.entries(room).filter_map(|entry| match &entry.kind {
            EntryKind::Message { from, body: Body::File(file), .. } => {
                Some((entry.seq, format!("{from}: {}", file.name)))
            }
            _ => None,
        });
        files.collect()
    }

    /// Where a download ended, if it has.
    #[must_use]
    pub fn saved(&self, asked: RequestId) -> Option<&Path> {
        self.events.iter().find_map(|event| match event {
            Event::FileSaved { id, path, .. } if *id == asked => Some(path.as_path()),
            _ => None,
        })
    }

    /// What became of a command; `None` while nothing has.
    #[must_use]
    pub fn outcome(&self, asked: RequestId) -> Option<Result<Option<RoomId>, Problem>> {
        self.events.iter().find_map(|event| match event {
            Event::Done { id, room } if *id == asked => Some(Ok(*room)),
            Event::CommandFailed { id: Some(id), problem } if *id == asked => {
                Some(Err(problem.clone()))
            }
            _ => None,
        })
    }

    /// What the client last said of a room.
    #[must_use]
    pub fn room(&self, room: RoomId) -> Option<&RoomInfo> {
        self.events.iter().rev().find_map(|event| match event {
            Event::RoomAdded(info) | Event::RoomChanged(info) if info.room == room => Some(info),
            Event::Rooms(rooms) => rooms.iter().find(|info| info.room == room),
            _ => None,
        })
    }

    /// What members of the same epoch of the same group have alike (RFC 9420 §8.7).
    pub fn epoch_authenticator(&mut self, room: RoomId) -> Option<Vec<u8>> {
        self.client.as_mut()?.epoch_authenticator(room)
    }
}

fn clocks(now: Time) -> Now {
    Now { time: now, wall: UnixMs(EPOCH.0 + now.as_ms()) }
}
