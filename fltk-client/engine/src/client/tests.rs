//! Clients against a relay of one room that knows every device. The real relay and its faults are in
//! the `tests` crate; here the client's own rules are.

use std::collections::{BTreeMap, BTreeSet};

use wire::codec::{Bytes, List};
use wire::id::{DeviceId, Epoch, PostId, Seq};
use wire::message::{GroupInfo, Record, RecordKind, RoomKind, RoomSummary, SignedIn};

use super::*;
use crate::event::EntryKind;

const NOW: Now = Now { time: Time::from_ms(0), wall: UnixMs(1_700_000_000_000) };

fn link() -> Link {
    Link { address: "127.0.0.1:1".into(), relay_key: [1; 32], invite: None }
}

struct Lobby {
    id: RoomId,
    epoch: Epoch,
    group_info: GroupInfo,
    members: BTreeSet<DeviceId>,
    log: Vec<Record>,
}

/// A relay of one room.
#[derive(Default)]
struct Relay {
    lobby: Option<Lobby>,
    /// Answers to posts are swallowed: the connection breaks just then.
    swallow_posted: bool,
}

type Delivery = (DeviceId, Tagged<ToClient>);

impl Relay {
    fn greet(&self, client: &Client) -> Tagged<ToClient> {
        let identity = &client.profile.identity;
        let rooms = self.lobby.iter().map(|lobby| RoomSummary {
            room: lobby.id,
            kind: RoomKind::Lobby,
            epoch: lobby.epoch,
            head: lobby.head(),
            member: lobby.members.contains(&identity.device()),
        });
        let message = ToClient::SignedIn(SignedIn {
            handle: identity.handle().clone(),
            device: identity.device(),
            one_use_left: 20,
            rooms: List::new(rooms.collect()).unwrap(),
        });
        Tagged { tag: 0, message }
    }

    fn handle(&mut self, from: DeviceId, request: Tagged<ToRelay>) -> Vec<Delivery> {
        let answer = |message| vec![(from, Tagged { tag: request.tag, message })];
        match request.message {
            ToRelay::PublishKeyPackages { .. } => {
                answer(ToClient::KeyPackagesStored { one_use_left: 20 })
            }
            ToRelay::CreateRoom { room, group_info, .. } => match self.lobby {
                Some(_) => answer(ToClient::Refused { refusal: Refusal::RoomExists }),
                None => {
                    let members = BTreeSet::from([from]);
                    let log = Vec::new();
                    self.lobby =
                        Some(Lobby { id: room, epoch: Epoch(0), group_info, members, log });
                    answer(ToClient::Done)
                }
            },
            ToRelay::FetchGroupInfo { room } => {
                let lobby = self.lobby.as_ref().unwrap();
                let (epoch, head) = (lobby.epoch, lobby.head());
                let group_info = lobby.group_info.clone();
                answer(ToClient::GroupInfo { room, epoch, head, group_info })
            }
            ToRelay::Fetch { room, after } => {
                let lobby = self.lobby.as_ref().unwrap();
                let records = lobby.log.iter().filter(|record| record.seq > after).take(3);
                let records = List::new(records.cloned().collect()).unwrap();
                let (oldest, head) = (Seq(1), lobby.head());
                answer(ToClient::Records { room, oldest, head, records })
            }
            ToRelay::Post { epoch, post, payload, .. } => {
                let payload = Bytes::new(payload.into_vec()).unwrap();
                self.append(from, request.tag, RecordKind::Application, epoch, post, payload)
            }
            ToRelay::Commit { epoch, post, commit, group_info, added, .. } => {
                let answers =
                    self.append(from, request.tag, RecordKind::Commit, epoch, post, commit);
                let lobby = self.lobby.as_mut().unwrap();
                if lobby.epoch > epoch && lobby.log.last().is_some_and(|last| last.post == post) {
                    lobby.group_info = group_info;
                    lobby.members.extend(added.iter().copied());
                }
                answers
            }
            ToRelay::Signal { room, payload } => {
                let lobby = self.lobby.as_ref().unwrap();
                let others = lobby.members.iter().filter(|member| **member != from);
                let message = |payload| ToClient::Signal { room, from, payload };
                others
                    .map(|to| (*to, Tagged { tag: 0, message: message(payload.clone()) }))
                    .collect()
            }
            other => panic!("not expected here: {other:?}"),
        }
    }

    fn append(
        &mut self,
        from: DeviceId,
        tag: Tag,
        kind: RecordKind,
        epoch: Epoch,
        post: PostId,
        payload: wire::message::Payload,
    ) -> Vec<Delivery> {
        let lobby = self.lobby.as_mut().unwrap();
        let room = lobby.id;
        let posted = |seq, at| ToClient::Posted { room, post, seq, at };
        if let Some(known) = lobby.log.iter().find(|record| record.post == post) {
            return vec![(from, Tagged { tag, message: posted(known.seq, known.at) })];
        }
        if epoch != lobby.epoch {
            let refusal = Refusal::Conflict { epoch: lobby.epoch };
            return vec![(from, Tagged { tag, message: ToClient::Refused { refusal } })];
        }
        let (seq, at) = (lobby.head().next(), NOW.wall);
        let record = Record { seq, at, from, post, epoch, kind, payload };
        lobby.log.push(record.clone());
        if kind == RecordKind::Commit {
            lobby.epoch = epoch.next();
        }
        let others = lobby.members.iter().filter(|member| **member != from);
        let news = ToClient::Record { room, record };
        let mut deliveries: Vec<Delivery> =
            others.map(|to| (*to, Tagged { tag: 0, message: news.clone() })).collect();
        if !self.swallow_posted {
            deliveries.push((from, Tagged { tag, message: posted(seq, at) }));
        }
        deliveries
    }
}

impl Lobby {
    fn head(&self) -> Seq {
        self.log.last().map_or(Seq(0), |record| record.seq)
    }
}

/// A relay and its clients; those in `online` are connected.
#[derive(Default)]
struct World {
    relay: Relay,
    clients: BTreeMap<DeviceId, Client>,
    online: BTreeSet<DeviceId>,
    events: BTreeMap<DeviceId, Vec<Event>>,
}

impl World {
    fn add(&mut self, name: &str, seed: u8) -> DeviceId {
        let mut random = Random::from_seed([seed; 32]);
        let vault = Vault::create_in_memory("p", random.fork()).unwrap();
        let handle = Handle::new(name).unwrap();
        let mut client = Client::create(
            vault,
            link(),
            handle,
            Intent::Register,
            "p",
            Cost::SIMULATION,
            random,
            NOW,
        )
        .unwrap();
        // This relay knows every device whose certificate was offered to it, and asks no more.
        client.profile.enrolment = Enrolled::Offered;
        let device = client.profile.identity.device();
        self.clients.insert(device, client);
        self.connect(device);
        device
    }

    fn connect(&mut self, device: DeviceId) {
        let client = self.clients.get_mut(&device).unwrap();
        client.handle_command(Command::ConnectNow, NOW);
        client.handle_connected([0; 32], NOW);
        let greeting = self.relay.greet(client);
        self.online.insert(device);
        client.handle_messages(&[greeting.to_bytes()], NOW);
        self.run();
    }

    fn disconnect(&mut self, device: DeviceId) {
        self.online.remove(&device);
        self.clients.get_mut(&device).unwrap().handle_disconnected(Problem::ConnectionLost, NOW);
        self.run();
    }

    /// Says something of the relay's own choice.
    fn tell(&mut self, device: DeviceId, message: ToClient) {
        let client = self.clients.get_mut(&device).unwrap();
        client.handle_messages(&[Tagged { tag: 0, message }.to_bytes()], NOW);
        self.run();
    }

    /// Whether the client dropped the connection because the relay broke a rule.
    fn was_caught(&self, device: DeviceId) -> bool {
        let caught = |event: &Event| {
            matches!(event, Event::Disconnected { problem: Problem::RelayMisbehaved(_), .. })
        };
        self.events[&device].iter().any(caught)
    }

    fn held(&self, device: DeviceId) -> Option<Hold> {
        self.events[&device].iter().find_map(|event| match event {
            Event::RoomHeld { hold, .. } => Some(*hold),
            _ => None,
        })
    }

    /// The client dies and comes back from its vault.
    fn crash(&mut self, device: DeviceId) {
        let vault = self.clients.remove(&device).unwrap().into_vault().unwrap();
        self.restore(device, vault);
    }

    fn restore(&mut self, device: DeviceId, vault: Vault) {
        self.online.remove(&device);
        let client = Client::open(vault, Random::from_seed([99; 32]), NOW).unwrap();
        self.clients.insert(device, client);
        self.connect(device);
    }

    fn command(&mut self, device: DeviceId, command: Command) {
        self.clients.get_mut(&device).unwrap().handle_command(command, NOW);
        self.run();
    }

    fn send(&mut self, device: DeviceId, id: u8, text: &str) {
        let (room, id) = (self.lobby(), PostId::from_array([id; 16]));
        self.command(device, Command::SendText { room, id, text: text.into() });
    }

    /// A text that the relay does not answer; its client.
    fn send_into_silence(&mut self, device: DeviceId) -> &mut Client {
        let (room, id) = (self.lobby(), PostId::from_array([1; 16]));
        self.online.remove(&device);
        let client = self.clients.get_mut(&device).unwrap();
        client.handle_command(Command::SendText { room, id, text: "hello".into() }, NOW);
        client
    }

    fn lobby(&self) -> RoomId {
        self.relay.lobby.as_ref().unwrap().id
    }

    /// Carries everything everywhere until nothing moves.
    fn run(&mut self) {
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
                        Output::Send(_) | Output::Connect { .. } => {}
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

    fn texts(&self, device: DeviceId) -> Vec<String> {
        let entries = self.clients[&device].vault.entries(self.lobby(), Seq(0), 1_000).unwrap();
        entries
            .into_iter()
            .map(|entry| match entry.kind {
                EntryKind::Message { from, text, .. } => format!("{from}: {text}"),
                EntryKind::Joined { handle } => format!("+{handle}"),
                EntryKind::Left { handle } => format!("-{handle}"),
                EntryKind::Gap { .. } => "gap".into(),
            })
            .collect()
    }

    fn sent(&self, device: DeviceId) -> usize {
        let sent = |event: &&Event| matches!(event, Event::MessageSent { .. });
        self.events[&device].iter().filter(sent).count()
    }
}

#[test]
fn two_people_talk() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    world.send(alice, 1, "hello bob");
    world.send(bob, 2, "hello alice");
    let said = ["+bob", "alice: hello bob", "bob: hello alice"];
    assert_eq!(world.texts(alice), said);
    assert_eq!(world.texts(bob), said);
}

#[test]
fn who_was_away_reads_on_in_order() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    world.disconnect(bob);
    for id in 0..20 {
        world.send(alice, id, &format!("message {id}"));
    }
    let carol = world.add("carol", 3);
    world.send(carol, 50, "hi");
    world.connect(bob);
    assert_eq!(world.texts(bob), world.texts(alice));
    assert_eq!(world.texts(bob).len(), 23);
    assert_eq!(world.texts(carol), ["+carol", "carol: hi"], "nothing from before");
}

#[test]
fn what_is_queued_offline_is_sent_once() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    world.disconnect(alice);
    world.send(alice, 1, "one");
    world.send(alice, 1, "one");
    world.send(alice, 2, "two");
    assert_eq!(world.sent(alice), 0);
    world.add("carol", 3);
    world.crash(alice);
    assert_eq!(world.texts(bob), ["+bob", "+carol", "alice: one", "alice: two"]);
    assert_eq!(world.texts(alice), world.texts(bob));
    assert_eq!(world.sent(alice), 2);
}

#[test]
fn a_lost_acknowledgement_neither_loses_nor_doubles() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    world.relay.swallow_posted = true;
    world.send(alice, 1, "one");
    world.relay.swallow_posted = false;
    world.crash(alice);
    world.send(alice, 2, "two");
    assert_eq!(world.texts(bob), ["+bob", "alice: one", "alice: two"]);
    assert_eq!(world.texts(alice), world.texts(bob));
}

#[test]
fn a_post_overtaken_by_a_commit_is_made_anew() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    // The ciphertext is made and stored, and the connection breaks before it is sent.
    world.send_into_silence(alice);
    world.run();
    world.add("carol", 3);
    world.crash(alice);
    assert_eq!(world.texts(bob), ["+bob", "+carol", "alice: hello"]);
    assert_eq!(world.texts(alice), world.texts(bob));
}

#[test]
fn a_lost_answer_to_joining_is_asked_again() {
    let mut world = World::default();
    let alice = world.add("alice", 1);
    world.relay.swallow_posted = true;
    let bob = world.add("bob", 2);
    world.relay.swallow_posted = false;
    world.crash(bob);
    world.send(alice, 1, "hello");
    assert_eq!(world.texts(bob), ["+bob", "alice: hello"]);
    assert_eq!(world.relay.lobby.as_ref().unwrap().epoch, Epoch(1), "joined once");
}

#[test]
fn typing_is_seen_and_not_stored() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    let room = world.lobby();
    world.command(alice, Command::SendTyping { room });
    let typing = Event::Typing { room, from: Handle::new("alice").unwrap(), device: alice };
    assert!(world.events[&bob].contains(&typing));
    assert!(!world.events[&alice].contains(&typing));
    assert_eq!(world.relay.lobby.as_ref().unwrap().log.len(), 1);
}

#[test]
fn a_damaged_record_is_a_gap_and_the_room_goes_on() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    world.disconnect(bob);
    world.send(alice, 1, "one");
    world.send(alice, 2, "two");
    let record = &mut world.relay.lobby.as_mut().unwrap().log[1];
    let mut payload = record.payload.to_vec();
    *payload.last_mut().unwrap() ^= 1;
    record.payload = Bytes::new(payload).unwrap();
    world.connect(bob);
    world.send(bob, 3, "three");
    assert_eq!(world.texts(bob), ["+bob", "gap", "alice: two", "bob: three"]);
    assert_eq!(world.texts(alice).last().unwrap(), "bob: three");
}

#[test]
fn an_impostor_of_a_known_account_is_refused() {
    let mut world = World::default();
    let (alice, _bob) = (world.add("alice", 1), world.add("bob", 2));
    let impostor = world.add("bob", 66);
    world.send(impostor, 1, "it is me, bob");
    let bob = Handle::new("bob").unwrap();
    let refused = Event::KeyChanged { room: world.lobby(), handle: bob };
    assert!(world.events[&impostor].contains(&refused), "sees that there is another bob");
    assert_eq!(world.texts(alice), ["+bob"], "and alice sees nothing of it");
}

#[test]
fn a_second_greeting_is_refused() {
    let mut world = World::default();
    let alice = world.add("alice", 1);
    let greeting = world.relay.greet(&world.clients[&alice]).message;
    world.tell(alice, greeting);
    assert!(world.was_caught(alice));
}

#[test]
fn another_lobby_is_refused() {
    let mut world = World::default();
    let (alice, _bob) = (world.add("alice", 1), world.add("bob", 2));
    world.disconnect(alice);
    let lobby = world.relay.lobby.take();
    world.add("mallory", 3);
    world.connect(alice);
    assert!(world.was_caught(alice), "the lobby is another one");
    world.relay.lobby = lobby;
    world.connect(alice);
    world.send(alice, 1, "still here");
    assert_eq!(world.texts(alice), ["+bob", "alice: still here"]);
}

#[test]
fn an_older_copy_of_a_profile_is_noticed_and_sends_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (now, old) = (dir.path().join("now.db"), dir.path().join("old.db"));
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    // Move alice's profile to a file, and keep a copy of that.
    let random = || Random::from_seed([5; 32]);
    let memory = world.clients.remove(&alice).unwrap().into_vault().unwrap();
    memory.copy_to(&now);
    std::fs::copy(&now, &old).unwrap();
    world.restore(alice, Vault::open(&now, "p", random()).unwrap());
    world.send(alice, 1, "sent by the later copy");

    drop(world.clients.remove(&alice));
    world.restore(alice, Vault::open(&old, "p", random()).unwrap());
    assert_eq!(world.held(alice), Some(Hold::RolledBack));
    world.send(alice, 2, "must not go out");
    assert_eq!(world.texts(bob), ["+bob", "alice: sent by the later copy"]);
}

#[test]
fn a_room_whose_log_went_back_is_held() {
    let mut world = World::default();
    let (alice, _bob) = (world.add("alice", 1), world.add("bob", 2));
    world.send(alice, 1, "one");
    world.disconnect(alice);
    world.relay.lobby.as_mut().unwrap().log.pop();
    world.connect(alice);
    assert_eq!(world.held(alice), Some(Hold::LogWentBack));
}

#[test]
fn a_missing_commit_holds_the_room_with_one_gap() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    world.disconnect(bob);
    world.add("carol", 3);
    world.send(alice, 1, "one");
    world.send(alice, 2, "two");
    // Rubbish in the place of carol's commit, which bob therefore never sees.
    let record = &mut world.relay.lobby.as_mut().unwrap().log[1];
    record.kind = RecordKind::Application;
    record.payload = Bytes::new(vec![0; 100]).unwrap();
    world.connect(bob);
    assert_eq!(world.held(bob), Some(Hold::Behind));
    assert_eq!(world.texts(bob), ["+bob", "gap", "gap"]);
    world.send(bob, 3, "unread");
    let failed = |event: &Event| {
        matches!(event, Event::CommandFailed { problem: Problem::RoomHeld(Hold::Behind), .. })
    };
    assert!(world.events[&bob].iter().any(failed), "and bob is told so");
}

#[test]
fn a_conflict_without_a_commit_is_no_reason_to_send_again() {
    let mut world = World::default();
    let alice = world.add("alice", 1);
    let client = world.send_into_silence(alice);
    let tag = *client.requests.keys().last().unwrap();
    let refusal = Refusal::Conflict { epoch: Epoch(0) };
    let message = Tagged { tag, message: ToClient::Refused { refusal } };
    client.handle_messages(&[message.to_bytes()], NOW);
    world.run();
    assert!(world.was_caught(alice));
}

#[test]
fn a_relay_that_does_not_answer_is_left() {
    let mut world = World::default();
    let alice = world.add("alice", 1);
    let client = world.send_into_silence(alice);
    let deadline = client.next_deadline().unwrap();
    client.handle_time(Now { time: deadline, ..NOW });
    world.run();
    let lost = |event: &Event| {
        matches!(event, Event::Disconnected { problem: Problem::ConnectionLost, .. })
    };
    assert!(world.events[&alice].iter().any(lost));
}
