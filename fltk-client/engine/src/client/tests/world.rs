//! The relay, its clients, and what passes between them.

use std::collections::BTreeSet;

use wire::id::{DeviceId, Seq};

use super::super::*;
use super::NOW;
use super::relay::Relay;
use crate::Hold;
use crate::event::{Body, EntryKind};

/// A relay and its clients; those in `online` are connected.
#[derive(Default)]
pub(super) struct World {
    pub(super) relay: Relay,
    pub(super) clients: BTreeMap<DeviceId, Client>,
    pub(super) online: BTreeSet<DeviceId>,
    pub(super) events: BTreeMap<DeviceId, Vec<Event>>,
}

impl World {
    pub(super) fn add(&mut self, name: &str, seed: u8) -> DeviceId {
        let mut random = Random::from_seed([seed; 32]);
        let vault = Vault::create_in_memory("p", random.fork()).unwrap();
        let sign_up = SignUp {
            link: Link { address: "127.0.0.1:1".into(), relay_key: [1; 32], invite: None },
            handle: Handle::new(name).unwrap(),
            intent: Intent::Register,
            password: "p",
            cost: Cost::SIMULATION,
        };
        let mut client = Client::create(vault, sign_up, random, NOW).unwrap();
        // This relay knows every device whose certificate was offered to it, and asks no more.
        client.profile.enrolment = Enrolled::Offered;
        let device = client.profile.identity.device();
        self.clients.insert(device, client);
        self.connect(device);
        device
    }

    pub(super) fn connect(&mut self, device: DeviceId) {
        let client = self.clients.get_mut(&device).unwrap();
        client.handle_command(Command::ConnectNow, NOW);
        client.handle_connected([0; 32], NOW);
        let greeting = self.relay.greet(client);
        self.online.insert(device);
        client.handle_messages(&[greeting.to_bytes()], NOW);
        self.run();
    }

    pub(super) fn disconnect(&mut self, device: DeviceId) {
        self.online.remove(&device);
        self.clients.get_mut(&device).unwrap().handle_disconnected(Problem::ConnectionLost, NOW);
        self.run();
    }

    /// Says something of the relay's own choice.
    pub(super) fn tell(&mut self, device: DeviceId, message: ToClient) {
        let client = self.clients.get_mut(&device).unwrap();
        client.handle_messages(&[Tagged { tag: 0, message }.to_bytes()], NOW);
        self.run();
    }

    /// Whether the client dropped the connection because the relay broke a rule.
    pub(super) fn was_caught(&self, device: DeviceId) -> bool {
        let caught = |event: &Event| {
            matches!(event, Event::Disconnected { problem: Problem::RelayMisbehaved(_), .. })
        };
        self.events[&device].iter().any(caught)
    }

    pub(super) fn held(&self, device: DeviceId) -> Option<Hold> {
        self.events[&device].iter().find_map(|event| match event {
            Event::RoomHeld { hold, .. } => Some(*hold),
            _ => None,
        })
    }

    /// The client dies and comes back from its vault.
    pub(super) fn crash(&mut self, device: DeviceId) {
        let vault = self.clients.remove(&device).unwrap().into_vault().unwrap();
        self.restore(device, vault);
    }

    pub(super) fn restore(&mut self, device: DeviceId, vault: Vault) {
        self.online.remove(&device);
        let client = Client::open(vault, Random::from_seed([99; 32]), NOW).unwrap();
        self.clients.insert(device, client);
        self.connect(device);
    }

    pub(super) fn command(&mut self, device: DeviceId, command: Command) {
        self.clients.get_mut(&device).unwrap().handle_command(command, NOW);
        self.run();
    }

    pub(super) fn send(&mut self, device: DeviceId, id: u8, text: &str) {
        let (room, id) = (self.lobby(), PostId::from_array([id; 16]));
        self.command(device, Command::SendText { room, id, text: text.into() });
    }

    /// A text that the relay does not answer; its client.
    pub(super) fn send_into_silence(&mut self, device: DeviceId) -> &mut Client {
        let (room, id) = (self.lobby(), PostId::from_array([1; 16]));
        self.online.remove(&device);
        let client = self.clients.get_mut(&device).unwrap();
        client.handle_command(Command::SendText { room, id, text: "hello".into() }, NOW);
        client
    }

    pub(super) fn lobby(&self) -> RoomId {
        self.relay.lobby.as_ref().unwrap().id
    }

    /// Carries everything everywhere until nothing moves.
    pub(super) fn run(&mut self) {
        loop {
            let mut deliveries = Vec::new();
            for (device, client) in &mut self.clients {
                while let Some(output) = client.poll_output() {
                    match output {
                        Output::Send(message) if self.online.contains(device) => {
                            deliveries.extend(self.relay.handle(*device, message));
                        }
                        Output::Event(event) => {
                            self.events.entry(*device).or_default().push(event);
                        }
                        Output::Disconnect => drop(self.online.remove(device)),
                        Output::Send(_) | Output::Connect { .. } | Output::File(_) => {}
                    }
                }
            }
            if deliveries.is_empty() {
                return;
            }
            for (to, message) in deliveries {
                if self.online.contains(&to) {
                    let client = self.clients.get_mut(&to).unwrap();
                    client.handle_messages(&[message.to_bytes()], NOW);
                }
            }
        }
    }

    pub(super) fn texts(&self, device: DeviceId) -> Vec<String> {
        let entries = self.clients[&device].vault.entries(self.lobby(), Seq(0), 1_000).unwrap();
        entries
            .into_iter()
            .map(|entry| match entry.kind {
                EntryKind::Message { from, body: Body::Text(text), .. } => {
                    format!("{from}: {text}")
                }
                EntryKind::Message { from, body: Body::File(file), .. } => {
                    format!("{from}: {}", file.name)
                }
                EntryKind::Message { from, body: Body::Deleted, .. } => format!("{from} took back"),
                EntryKind::Members { joined, left, .. } => {
                    let came = joined.iter().map(|handle| format!("+{handle}"));
                    came.chain(left.iter().map(|handle| format!("-{handle}"))).collect()
                }
                EntryKind::Gap { .. } => "gap".into(),
                EntryKind::Set { .. } => "set".into(),
            })
            .collect()
    }

    pub(super) fn sent(&self, device: DeviceId) -> usize {
        let sent = |event: &&Event| matches!(event, Event::MessageSent { .. });
        self.events[&device].iter().filter(sent).count()
    }
}
