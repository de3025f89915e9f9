//! What is a profile's own: reading back, markers, search, what waits, what front ends keep.

use wire::id::Seq;

use super::town::Town;
use super::*;
use crate::event::{Body, EntryKind, Hit, RoomInfo};
use crate::{Change, MAX_KEPT_BYTES, MAX_UNREAD};

/// A client without a network, and what it tells.
pub(super) fn alone(town: &mut Town, name: &str) -> Client {
    let (vault, now) = (town.stop(name), town.now());
    let mut client = Client::open(vault, Random::from_seed([9; 32]), now).unwrap();
    told(&mut client);
    client
}

pub(super) fn told(client: &mut Client) -> Vec<Event> {
    let event = |output| match output {
        Output::Event(event) => Some(event),
        _ => None,
    };
    std::iter::from_fn(|| client.poll_output()).filter_map(event).collect()
}

pub(super) fn ask(client: &mut Client, command: Command) -> Vec<Event> {
    client.handle_command(command, NOW);
    told(client)
}

pub(super) fn texts(entries: &[crate::Entry]) -> Vec<&str> {
    let text = |entry| match entry {
        &EntryKind::Message { body: Body::Text(ref text), .. } => Some(text.as_str()),
        _ => None,
    };
    entries.iter().filter_map(|entry| text(&entry.kind)).collect()
}

pub(super) fn info(client: &mut Client, room: RoomId) -> RoomInfo {
    let told = ask(client, Command::ListRooms);
    let rooms = told.into_iter().find_map(|event| match event {
        Event::Rooms(rooms) => Some(rooms),
        _ => None,
    });
    rooms.unwrap().into_iter().find(|info| info.room == room).unwrap()
}

pub(super) fn search(
    client: &mut Client,
    room: Option<RoomId>,
    text: &str,
    limit: usize,
) -> Vec<Hit> {
    let (id, text) = (RequestId::from_array([7; 16]), text.to_owned());
    let told = ask(client, Command::Search { id, room, text, limit });
    told.into_iter()
        .find_map(|event| match event {
            Event::Found { hits, .. } => Some(hits),
            _ => None,
        })
        .unwrap()
}

pub(super) fn found(client: &mut Client, text: &str) -> Vec<String> {
    let hits = search(client, None, text, 100);
    let text = |hit: &Hit| texts(std::slice::from_ref(&hit.entry)).concat();
    hits.iter().map(text).collect()
}

pub(super) fn talk() -> (Town, RoomId) {
    let mut town = Town::new(&["alice", "bob"]);
    let room = town.make_room("alice", &["bob"]);
    for text in ["one", "two @bob", "three", "four"] {
        town.say("alice", room, text);
    }
    (town, room)
}

#[test]
fn a_room_is_read_back_from_any_place() {
    let (mut town, room) = talk();
    let mut bob = alone(&mut town, "bob");
    let mut page = |before, limit| {
        let told = ask(&mut bob, Command::ReadBack { room, before, limit });
        let [Event::History { entries, .. }] = told.as_slice() else { panic!("{told:?}") };
        entries.clone()
    };
    let last = page(Seq(u64::MAX), 2);
    assert_eq!(texts(&last), ["three", "four"]);
    assert_eq!(texts(&page(last[0].seq, 2)), ["one", "two @bob"]);
    assert!(page(Seq(0), 10).is_empty());
}

#[test]
fn what_follows_the_marker_is_unread_until_it_moves() {
    let (mut town, room) = talk();
    let mut bob = alone(&mut town, "bob");
    let before = info(&mut bob, room);
    assert_eq!((before.unread, before.mentions), (4, 1), "read up to where he came in");
    assert_eq!(texts(&[*before.last.unwrap()]), ["four"]);
    let third = Seq(before.head.0 - 1);
    let told = ask(&mut bob, Command::MarkRead { room, seq: third });
    let by = Handle::new("bob").unwrap();
    assert!(
        matches!(&told[..], [Event::ReadMoved { room: of, by: who, seq }, Event::RoomChanged(info)]
        if (*of, who, *seq, info.unread) == (room, &by, third, 1)),
        "{told:?}"
    );
    assert_eq!(ask(&mut bob, Command::MarkRead { room, seq: before.read }), [], "never back");
    assert_eq!(ask(&mut bob, Command::MarkRead { room, seq: third }), []);
    ask(&mut bob, Command::MarkRead { room, seq: Seq(u64::MAX) });
    let after = info(&mut bob, room);
    assert_eq!((after.read, after.unread, after.mentions), (before.head, 0, 0));

    town.start("bob", bob.into_vault().unwrap());
    town.say("bob", room, "mine");
    town.say("alice", room, "hello @BOB.");
    let now = info(town.client("bob"), room);
    assert_eq!(
        (now.read, now.unread, now.mentions),
        (before.head, 1, 1),
        "kept, and own do not count"
    );
    let mut bob = alone(&mut town, "bob");
    assert_eq!(info(&mut bob, room), now, "counted anew as it was counted on");
}

#[test]
fn unread_messages_are_counted_up_to_a_bound() {
    let (mut town, room) = talk();
    for number in 0..MAX_UNREAD {
        town.say("alice", room, &format!("{number} @bob"));
    }
    let counted_on = info(town.client("bob"), room);
    let mut bob = alone(&mut town, "bob");
    let info = info(&mut bob, room);
    assert_eq!((info.unread, info.mentions), (MAX_UNREAD, MAX_UNREAD - 3));
    assert_eq!(info, counted_on);
}

#[test]
fn what_was_said_before_an_account_came_is_not_unread() {
    let mut town = Town::new(&["alice", "bob", "carol"]);
    let room = town.make_room("alice", &["bob"]);
    town.change("alice", room, Change::SetHistory(10)).unwrap();
    town.say("alice", room, "before @carol");
    town.change("alice", room, Change::Invite(Handle::new("carol").unwrap())).unwrap();
    town.pass_ms(10_000);
    assert!(town.lines("carol", room).contains(&"alice: before @carol".to_owned()));
    assert_eq!(info(town.client("carol"), room).unread, 0);
    town.say("alice", room, "welcome");
    assert_eq!(info(town.client("carol"), room).unread, 1);
}

#[test]
fn a_profile_from_before_markers_counts_as_read() {
    let (mut town, room) = talk();
    let vault = town.stop("bob");
    vault.transaction(|| vault.delete_value(&marker::name(room))).unwrap();
    let mut bob = Client::open(vault, Random::from_seed([9; 32]), NOW).unwrap();
    assert_eq!(info(&mut bob, room).unread, 0);
    let vault = bob.into_vault().unwrap();
    town.start("bob", vault);
    town.say("alice", room, "five");
    let mut bob = alone(&mut town, "bob");
    assert_eq!(info(&mut bob, room).unread, 1, "and stays where it was from then on");
}

#[test]
fn rooms_are_listed_without_their_groups() {
    let (mut town, room) = talk();
    let mut bob = alone(&mut town, "bob");
    assert_eq!(info(&mut bob, room).members, 2);
    assert!(bob.rooms[&room].group.is_none());
    // What was kept of another state of the group is not told.
    town.start("bob", bob.into_vault().unwrap());
    let vault = town.stop("bob");
    let mut bob = Client::open(vault, Random::from_seed([9; 32]), NOW).unwrap();
    bob.rooms.get_mut(&room).unwrap().stored.epoch = Epoch(99);
    assert_eq!(info(&mut bob, room).members, 2);
    assert!(bob.rooms[&room].group.is_some());
}

#[test]
fn what_the_relay_has_not_got_is_told_in_order() {
    let (mut town, room) = talk();
    let mut bob = alone(&mut town, "bob");
    for (id, text) in [(1, "first"), (2, "second")] {
        let id = RequestId::from_array([id; 16]);
        ask(&mut bob, Command::SendText { room, id, text: text.into() });
    }
    let (id, path) = (RequestId::from_array([3; 16]), "/nowhere/picture.png".into());
    ask(&mut bob, Command::SendFile { room, id, path });
    let told = ask(&mut bob, Command::ListOutbox);
    let [Event::Outbox(unsent)] = told.as_slice() else { panic!("{told:?}") };
    let said = unsent.iter().map(|unsent| match &unsent.body {
        Body::Text(text) => text.clone(),
        Body::File(file) => file.name.clone(),
        Body::Deleted => String::new(),
    });
    assert_eq!(said.collect::<Vec<_>>(), ["first", "second", "picture.png"]);
    assert!(unsent.iter().all(|unsent| unsent.room == room && unsent.sent == NOW.wall));
    let vault = bob.into_vault().unwrap();
    town.start("bob", vault);
    let told = ask(town.client("bob"), Command::ListOutbox);
    assert_eq!(told, [Event::Outbox(Vec::new())], "all that was stored went out");
}

#[test]
fn what_a_front_end_keeps_stays_until_it_is_emptied() {
    let mut town = Town::new(&["alice"]);
    let mut alice = alone(&mut town, "alice");
    let name = || "draft".to_owned();
    let recall = |alice: &mut Client| {
        let told = ask(alice, Command::Recall { name: name() });
        let [Event::Kept { value, .. }] = told.as_slice() else { panic!("{told:?}") };
        value.clone()
    };
    assert!(recall(&mut alice).is_empty());
    let most = vec![7; MAX_KEPT_BYTES];
    assert_eq!(ask(&mut alice, Command::Keep { name: name(), value: most.clone() }), []);
    let more = vec![8; MAX_KEPT_BYTES + 1];
    let problem = Problem::KeptTooLong { got: MAX_KEPT_BYTES + 1, max: MAX_KEPT_BYTES };
    let refused = Event::CommandFailed { id: None, problem };
    assert_eq!(ask(&mut alice, Command::Keep { name: name(), value: more }), [refused]);
    let vault = alice.into_vault().unwrap();
    let mut alice = Client::open(vault, Random::from_seed([9; 32]), NOW).unwrap();
    told(&mut alice);
    assert_eq!(recall(&mut alice), most);
    // It can be called like anything of the engine's own.
    let (name_of_another, value) = ("../profile".to_owned(), vec![1]);
    ask(&mut alice, Command::Keep { name: name_of_another, value });
    ask(&mut alice, Command::Keep { name: name(), value: Vec::new() });
    assert!(recall(&mut alice).is_empty());
    assert!(Client::open(alice.into_vault().unwrap(), Random::from_seed([9; 32]), NOW).is_ok());
}

#[test]
fn a_search_finds_at_once_what_is_there() {
    let (mut town, room) = talk();
    let lobby = town.clients["bob"].rooms.keys().copied().find(|id| *id != room).unwrap();
    town.pass_ms(10);
    town.say("alice", lobby, "Two in the lobby");
    let mut bob = alone(&mut town, "bob");
    assert!(bob.search.deadline().is_some(), "nothing was indexed yet");
    assert_eq!(found(&mut bob, "tWo"), ["Two in the lobby", "two @bob"]);
    assert_eq!(bob.search.deadline(), None);
    assert_eq!(found(&mut bob, "bob TWO"), ["two @bob"]);
    assert_eq!(found(&mut bob, " "), [""; 0]);
    assert_eq!(search(&mut bob, Some(lobby), "two", 100).len(), 1);
    assert_eq!(search(&mut bob, None, "o", 2).len(), 2);
    let (id, unknown) = (RequestId::from_array([7; 16]), RoomId::from_array([77; 16]));
    let text = "two".to_owned();
    let told = ask(&mut bob, Command::Search { id, room: Some(unknown), text, limit: 1 });
    assert_eq!(told, [Event::CommandFailed { id: Some(id), problem: Problem::RoomUnknown }]);
}

#[test]
fn the_index_is_made_in_idle_time_and_follows_what_is_said() {
    let (mut town, room) = talk();
    for number in 0..600 {
        town.say("alice", room, &format!("weed {number}"));
    }
    let vault = town.stop("bob");
    town.start("bob", vault);
    town.say("alice", room, "before the index");
    assert!(town.clients["bob"].search.deadline().is_some());
    let now = town.now();
    // One slice, and then a message on either side of where it is.
    let due = town.client("bob").search.deadline().unwrap();
    town.client("bob").index_if_due(Now { time: due, ..now });
    town.say("alice", room, "behind the index");
    town.pass_ms(5_000);
    let bob = town.client("bob");
    assert_eq!(bob.search.deadline(), None, "it is whole");
    assert_eq!(found(bob, "the index"), ["behind the index", "before the index"]);
    assert_eq!(search(bob, None, "weed", 1_000).len(), 600);
    town.say("alice", room, "after the index");
    assert_eq!(found(town.client("bob"), "after the index"), ["after the index"]);
}

#[test]
fn changed_and_removed_lines_are_searched_and_counted_as_they_are() {
    let (mut town, room) = talk();
    let mut bob = alone(&mut town, "bob");
    let mut entry = search(&mut bob, None, "three", 1).pop().unwrap().entry;
    let first = search(&mut bob, None, "one", 1).pop().unwrap().entry.seq;
    assert_eq!(info(&mut bob, room).unread, 4);
    let EntryKind::Message { body, .. } = &mut entry.kind else { panic!() };
    *body = Body::Text("thirty".into());
    // As whoever changes the vault's rows does, in the same transaction.
    bob.transact(NOW, |bob| {
        bob.entry_changed(room, &entry);
        bob.entry_removed(room, first);
        Ok(())
    })
    .unwrap();
    let query =
        |bob: &Client, text| bob.search.found(&crate::index::Query::new(text).unwrap(), None, 10);
    assert_eq!(query(&bob, "thirty"), [(room, entry.seq)]);
    assert_eq!(query(&bob, "three"), []);
    assert_eq!(query(&bob, "one"), []);
    assert!(bob.rooms[&room].marker.is_uncounted());
}

#[test]
fn what_a_failed_transaction_said_is_not_found() {
    let (mut town, room) = talk();
    assert_eq!(found(town.client("bob"), "five"), [""; 0]);
    let writes = {
        town.client("bob").vault.fail_write(1_000);
        town.say("alice", room, "five");
        1_000 - town.client("bob").vault.fail_write(0)
    };
    assert_eq!(found(town.client("bob"), "five"), ["five"]);
    town.client("bob").vault.fail_write(writes);
    town.say("alice", room, "six");
    assert_eq!(found(town.client("bob"), "six"), [""; 0]);
    town.pass_ms(10_000);
    assert_eq!(found(town.client("bob"), "six"), ["six"], "once, after it was read again");
}

#[test]
fn a_profile_of_the_fixture_opens_with_its_rooms() {
    let dir = tempfile::tempdir().unwrap();
    fixture::build(dir.path(), "p", 8, 700).unwrap();
    let vault = Vault::open(&dir.path().join("vault.db"), "p", Random::from_seed([1; 32]));
    let mut alice = Client::open(vault.unwrap(), Random::from_seed([9; 32]), NOW).unwrap();
    told(&mut alice);
    let told = ask(&mut alice, Command::ListRooms);
    let [Event::Rooms(rooms)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(rooms.len(), 8);
    assert!(rooms.iter().all(|info| matches!(info.standing, crate::Membership::In(_))));
    assert!(rooms.iter().all(|info| info.members > 1 && info.last.is_some()));
    let names: Vec<_> = rooms.iter().map(|info| info.name.as_str()).collect();
    assert!(names.contains(&"lobby") && names.contains(&"Garden team 01"), "{names:?}");
    assert!(names.iter().any(|name| name.starts_with('@')), "{names:?}");
    assert!(rooms.iter().any(|info| info.unread > 0));
    assert!(!search(&mut alice, None, "zurich cafe", 10).is_empty());
    let room = rooms[0].room;
    assert!(alice.epoch_authenticator(room).is_some(), "with a group that can be loaded");
}
