//! How far others have read.

use engine::{Command, Event, Receipts, RoomInfo};
use tests::lab::Lab;
use wire::id::{RoomId, Seq};

use super::{ALL, room, say};

/// How often a person was told that another has read up to a place.
fn moves(lab: &Lab, name: &str, room: RoomId, reader: &str) -> Vec<Seq> {
    let moved = |event: &Event| match event {
        Event::ReadMoved { room: of, by, seq } if *of == room && by.as_str() == reader => {
            Some(*seq)
        }
        _ => None,
    };
    lab.people[name].events.iter().filter_map(moved).collect()
}

fn read(lab: &mut Lab, name: &str, room: RoomId, seq: Seq) {
    lab.command(name, Command::MarkRead { room, seq });
}

#[test]
fn what_was_read_is_told_once_in_three_seconds_and_the_newest_only() {
    let (mut lab, room) = room(431);
    let places: Vec<Seq> =
        (0..6).map(|number| say(&mut lab, "alice", room, &number.to_string(), &ALL)).collect();
    for place in &places {
        read(&mut lab, "bob", room, *place);
        lab.run_ms(100);
    }
    read(&mut lab, "bob", room, places[2]);
    assert_eq!(moves(&lab, "bob", room, "bob"), places, "never back");
    lab.run_ms(10_000);
    for name in ["alice", "carol"] {
        assert_eq!(moves(&lab, name, room, "bob"), [places[0], places[5]], "{name}");
    }
    lab.command("alice", Command::ListRooms);
    let readers = &lab.people["alice"].room(room).unwrap().readers;
    assert_eq!(readers.len(), 1);
    assert_eq!((readers[0].0.as_str(), readers[0].1), ("bob", places[5]));
}

#[test]
fn receipts_call_for_no_receipts_and_one_says_nothing_of_ones_own_words() {
    let (mut lab, room) = room(432);
    let first = say(&mut lab, "alice", room, "one", &ALL);
    read(&mut lab, "bob", room, first);
    lab.run_ms(5_000);
    for name in ["alice", "bob"] {
        read(&mut lab, name, room, Seq(u64::MAX));
    }
    lab.run_ms(20_000);
    assert_eq!(moves(&lab, "alice", room, "bob"), [first]);
    assert!(moves(&lab, "bob", room, "alice").is_empty(), "it wrote all that there is");
}

#[test]
fn who_switched_receipts_off_tells_nobody_and_not_later_either() {
    let (mut lab, room) = room(433);
    lab.command("bob", Command::SetReceipts(Receipts::Off));
    let first = say(&mut lab, "alice", room, "one", &ALL);
    read(&mut lab, "bob", room, first);
    lab.run_ms(10_000);
    lab.kill("bob");
    lab.wake("bob");
    lab.command("bob", Command::ShowReceipts);
    let off = |event: &Event| matches!(event, Event::ReceiptsSet(Receipts::Off));
    assert_eq!(lab.count("bob", off), 2, "it is kept");
    lab.command("bob", Command::SetReceipts(Receipts::On));
    lab.run_ms(10_000);
    assert!(moves(&lab, "alice", room, "bob").is_empty());
    let second = say(&mut lab, "alice", room, "two", &ALL);
    read(&mut lab, "bob", room, second);
    lab.until(|lab| moves(lab, "alice", room, "bob") == [second]);
}

#[test]
fn what_was_read_while_offline_is_told_later_and_follows_on_other_devices() {
    let (mut lab, room) = room(434);
    lab.login("bob-2", "bob");
    lab.until(|lab| lab.knows("bob-2", room));
    let all = ["alice", "bob", "bob-2", "carol"];
    let first = say(&mut lab, "alice", room, "one", &all);
    lab.cut("bob");
    read(&mut lab, "bob", room, first);
    lab.kill("bob");
    lab.wake("bob");
    lab.until(|lab| moves(lab, "alice", room, "bob") == [first]);
    lab.until(|lab| moves(lab, "bob-2", room, "bob") == [first]);
    read(&mut lab, "bob-2", room, first);
    lab.run_ms(10_000);
    assert_eq!(moves(&lab, "alice", room, "bob"), [first], "it was told already");
}

/// What a person's profile lists of a room.
fn listed(lab: &mut Lab, name: &str, room: RoomId) -> RoomInfo {
    lab.command(name, Command::ListRooms);
    lab.people[name].room(room).unwrap().clone()
}

#[test]
fn what_was_read_at_one_device_is_read_at_the_other_and_stays_so() {
    let (mut lab, room) = room(436);
    lab.login("bob-2", "bob");
    lab.until(|lab| lab.knows("bob-2", room));
    let all = ["alice", "bob", "bob-2", "carol"];
    let first = say(&mut lab, "alice", room, "one", &all);
    let second = say(&mut lab, "alice", room, "two @bob", &all);
    let before = listed(&mut lab, "bob-2", room);
    assert_eq!((before.unread, before.mentions), (2, 1));
    read(&mut lab, "bob", room, second);
    lab.until(|lab| moves(lab, "bob-2", room, "bob") == [second]);
    let after = listed(&mut lab, "bob-2", room);
    assert_eq!((after.read, after.unread, after.mentions), (second, 0, 0));
    // Whatever an older mark says, also across a restart.
    read(&mut lab, "bob-2", room, first);
    lab.run_ms(10_000);
    lab.kill("bob-2");
    lab.wake("bob-2");
    for name in ["bob", "bob-2"] {
        assert_eq!(listed(&mut lab, name, room).read, second, "{name}");
    }
    assert_eq!(moves(&lab, "alice", room, "bob"), [second], "and it is told once");
}

#[test]
fn who_has_marked_nothing_tells_nobody() {
    let (mut lab, room) = room(437);
    say(&mut lab, "alice", room, "one", &ALL);
    lab.kill("bob");
    lab.wake("bob");
    lab.run_ms(10_000);
    assert!(moves(&lab, "alice", room, "bob").is_empty());
    assert_eq!(listed(&mut lab, "bob", room).unread, 1);
}

#[test]
fn in_the_lobby_nobody_is_told() {
    let (mut lab, _) = room(435);
    let lobby = lab.lobby("alice");
    let first = say(&mut lab, "alice", lobby, "one", &ALL);
    read(&mut lab, "bob", lobby, first);
    lab.run_ms(10_000);
    assert!(moves(&lab, "alice", lobby, "bob").is_empty());
}
