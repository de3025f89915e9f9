//! Clients against a relay of one room that knows every device. The real relay and its faults are in
//! the `tests` crate; here the client's own rules are.

mod former;
mod joint;
mod local;
mod note;
mod relay;
mod rogue;
mod town;
mod transfer;
mod world;
mod write_error;

use wire::codec::Bytes;
use wire::message::RecordKind;

use wire::id::Epoch;
use wire::message::Refusal;

use super::*;
use crate::Hold;
use town::Town;
use world::World;

const NOW: Now = Now { time: Time::from_ms(0), wall: UnixMs(1_700_000_000_000) };

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
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    let impostor = world.add("bob", 66);
    world.send(impostor, 1, "it is me, bob");
    let handle = Handle::new("bob").unwrap();
    let refused = Event::KeyChanged { room: Some(world.lobby()), handle: handle.clone() };
    for device in [alice, bob] {
        assert!(world.events[&device].contains(&refused), "loud, also to bob himself");
    }
    assert_eq!(world.texts(alice), ["+bob"], "and alice sees nothing of it");
    world.send(alice, 2, "is that you?");
    let waits = Event::CommandFailed {
        id: Some(PostId::from_array([2; 16])),
        problem: Problem::KeyChanged(handle),
    };
    assert!(world.events[&alice].contains(&waits), "and says nothing");
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
fn an_older_copy_of_a_profile_is_noticed_and_sends_with_new_keys_only() {
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
    // It came back in by an external commit, which gave it keys that nobody has used.
    world.send(alice, 2, "sent by the older copy");
    let said = ["+bob", "alice: sent by the later copy", "alice: sent by the older copy"];
    assert_eq!(world.texts(bob), said);
    assert_eq!(world.texts(alice), ["+bob", "gap", "alice: sent by the older copy"]);
    let lobby = world.relay.lobby.as_ref().unwrap();
    assert_eq!(lobby.epoch, Epoch(2), "bob came, and the older copy came back");
}

#[test]
fn an_older_copy_from_before_an_own_commit_is_noticed_and_sends_with_new_keys_only() {
    use crate::Change;

    let dir = tempfile::tempdir().unwrap();
    let (now, old) = (dir.path().join("now.db"), dir.path().join("old.db"));
    let mut town = Town::new(&["alice", "bob"]);
    let room = town.make_room("alice", &["bob"]);
    let random = || Random::from_seed([5; 32]);
    let memory = town.stop("alice");
    memory.copy_to(&now);
    std::fs::copy(&now, &old).unwrap();
    town.start("alice", Vault::open(&now, "p", random()).unwrap());
    town.change("alice", room, Change::SetHistory(3)).unwrap();

    drop(town.stop("alice"));
    let before = town.events["alice"].len();
    town.start("alice", Vault::open(&old, "p", random()).unwrap());
    // What is said at once waits for the new keys as well.
    town.say("alice", room, "sent by the older copy");
    town.pass_ms(5_000);
    assert_eq!(town.holds("alice", room), [Hold::RolledBack]);
    let repaired = |event: &Event| matches!(event, Event::RoomRepaired { room: of } if *of == room);
    assert_eq!(town.events["alice"][before..].iter().filter(|event| repaired(event)).count(), 1);
    assert!(town.agree(&["alice", "bob"], room));
    assert_eq!(town.lines("bob", room).last().unwrap(), "alice: sent by the older copy");
    let gaps = town.lines("bob", room).iter().filter(|line| *line == "gap").count();
    assert_eq!(gaps, 0, "nothing was sent that others could not read");
    town.say("bob", room, "there you are");
    assert_eq!(town.lines("alice", room).last().unwrap(), "bob: there you are");
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
fn a_room_that_lost_a_commit_comes_back_with_one_gap() {
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
    let repaired = |event: &Event| matches!(event, Event::RoomRepaired { .. });
    assert!(world.events[&bob].iter().any(repaired));
    world.send(bob, 3, "back");
    world.send(alice, 4, "welcome back");
    assert_eq!(world.texts(bob), ["+bob", "gap", "gap", "bob: back", "alice: welcome back"]);
    let said = world.texts(alice);
    assert_eq!(said[said.len() - 2..], ["bob: back", "alice: welcome back"]);
}

#[test]
fn a_way_back_that_is_cut_off_is_gone_on_with() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    world.disconnect(bob);
    world.add("carol", 3);
    let record = &mut world.relay.lobby.as_mut().unwrap().log[1];
    record.kind = RecordKind::Application;
    record.payload = Bytes::new(vec![0; 100]).unwrap();
    world.send(alice, 1, "one");
    // The relay takes bob's external commit, and its answer is lost.
    world.relay.swallow_posted = true;
    world.connect(bob);
    world.relay.swallow_posted = false;
    assert_eq!(world.held(bob), Some(Hold::Behind));
    world.crash(bob);
    world.send(bob, 2, "back");
    assert_eq!(world.texts(alice).last().unwrap(), "bob: back");
    assert_eq!(world.relay.lobby.as_ref().unwrap().epoch, Epoch(3), "he came back once");
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
    let deadline = client.connection.deadline().unwrap();
    client.handle_time(Now { time: deadline, ..NOW });
    world.run();
    let lost = |event: &Event| {
        matches!(event, Event::Disconnected { problem: Problem::ConnectionLost, .. })
    };
    assert!(world.events[&alice].iter().any(lost));
}
