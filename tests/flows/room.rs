//! Rooms that people control.

use engine::{Access, Change, Command, Departure, Event, Membership, Problem, Role};
use tests::lab::{Lab, handle};
use wire::id::RoomId;

#[test]
fn a_closed_room_is_for_those_who_are_invited() {
    let mut lab = Lab::of(101, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.say_in("alice", room, "hello");
    lab.say_in("bob", room, "hi");
    lab.until(|lab| lab.shown_in("bob", room).len() == 2 && lab.shown_in("alice", room).len() == 2);
    assert_eq!(lab.shown_in("alice", room), lab.shown_in("bob", room));
    assert_eq!(lab.people["bob"].lines_in(room), ["alice +bob"]);
    assert_eq!(lab.people["alice"].lines_in(room), ["alice +bob"]);
    let info = lab.people["bob"].room(room).unwrap();
    assert_eq!((info.name.as_str(), info.standing), ("garden", Membership::In(Role::Member)));
    assert!(lab.agree(&["alice", "bob"], room));
    let refused = lab.ask("carol", |id| Command::JoinRoom { id, room });
    assert_eq!(refused, Err(Problem::RoomUnknown));
    assert!(!lab.knows("carol", room));
}

#[test]
fn only_owners_govern() {
    let mut lab = Lab::of(102, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    for change in [
        Change::Invite(handle("carol")),
        Change::Remove(handle("alice")),
        Change::Rename("cellar".into()),
        Change::SetRole(handle("bob"), Role::Owner),
        Change::Close,
    ] {
        assert_eq!(lab.change("bob", room, change), Err(Problem::OwnersOnly));
    }
    let demote = Change::SetRole(handle("alice"), Role::Member);
    assert_eq!(lab.change("alice", room, demote.clone()), Err(Problem::LastOwner));
    lab.change("alice", room, Change::SetRole(handle("bob"), Role::Owner)).unwrap();
    lab.change("alice", room, demote).unwrap();
    lab.until(|lab| lab.people["bob"].lines_in(room).len() == 3);
    lab.change("bob", room, Change::Invite(handle("carol"))).unwrap();
    lab.change("bob", room, Change::Rename("cellar".into())).unwrap();
    lab.change("bob", room, Change::SetTopic("potatoes".into())).unwrap();
    lab.until(|lab| lab.people["carol"].room(room).is_some_and(|info| info.topic == "potatoes"));
    lab.until(|lab| lab.people["alice"].room(room).is_some_and(|info| info.topic == "potatoes"));
    assert_eq!(
        lab.people["alice"].lines_in(room),
        [
            "alice +bob",
            "alice Role(Handle(\"bob\"), Owner)",
            "alice Role(Handle(\"alice\"), Member)",
            "bob +carol",
            "bob Name(\"cellar\")",
            "bob Topic(\"potatoes\")",
        ]
    );
    assert_eq!(lab.people["carol"].room(room).unwrap().name, "cellar");
}

#[test]
fn a_removed_member_reads_nothing_of_the_next_epoch() {
    let mut lab = Lab::of(103, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
    lab.say_in("alice", room, "before");
    lab.until(|lab| lab.shown_in("bob", room).len() == 1);
    lab.change("alice", room, Change::Remove(handle("bob"))).unwrap();
    lab.say_in("alice", room, "after");
    lab.until(|lab| lab.shown_in("carol", room).len() == 2);
    lab.run_ms(5_000);
    assert_eq!(lab.shown_in("bob", room), ["alice: before"], "bob kept his connection");
    let left = |event: &Event| matches!(event, Event::RoomLeft { reason: Departure::Removed(by), .. } if by.as_str() == "alice");
    assert_eq!(lab.count("bob", left), 1);
    lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
    lab.say_in("alice", room, "again");
    lab.until(|lab| lab.shown_in("bob", room).len() == 2);
    assert_eq!(lab.shown_in("bob", room), ["alice: before", "alice: again"]);
    lab.say_in("bob", room, "thanks");
    lab.until(|lab| lab.shown_in("carol", room).len() == 4);
    assert!(lab.agree(&["alice", "bob", "carol"], room));
}

fn is_removal(event: &Event) -> bool {
    matches!(event, Event::RoomLeft { reason: Departure::Removed(by), .. } if by.as_str() == "alice")
}

fn is_departure(event: &Event) -> bool {
    matches!(event, Event::RoomLeft { .. })
}

/// Alice says two things and takes bob out, who is away, and says a third.
fn remove_bob(lab: &mut Lab, room: RoomId) {
    lab.say_in("alice", room, "one");
    lab.say_in("alice", room, "two");
    lab.until(|lab| lab.shown_in("alice", room).len() == 2);
    lab.change("alice", room, Change::Remove(handle("bob"))).unwrap();
    lab.say_in("alice", room, "three");
    lab.until(|lab| lab.shown_in("alice", room).len() == 3);
}

/// What somebody reads who was there from before the first text until bob was removed.
fn assert_read_until_removed(lab: &Lab, name: &str, room: RoomId) {
    assert_eq!(lab.shown_in(name, room), ["alice: one", "alice: two"], "{name}, {}", lab.seed());
    let lines = lab.people[name].lines_in(room);
    assert_eq!(lines.last().map(String::as_str), Some("alice -bob"), "{name}: {lines:?}");
    assert!(!lines.contains(&"gap".to_owned()), "{name}: {lines:?}");
    assert_eq!((lab.count(name, is_removal), lab.count(name, is_departure)), (1, 1), "{name}");
}

#[test]
fn who_was_away_when_removed_reads_what_was_said_before_and_who_did_it() {
    let mut lab = Lab::of(108, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
    lab.login("bob-2", "bob");
    lab.login("bob-3", "bob");
    lab.until(|lab| ["bob-2", "bob-3"].iter().all(|name| lab.knows(name, room)));
    lab.kill("bob");
    lab.kill("bob-2");
    remove_bob(&mut lab, room);
    lab.until(|lab| lab.count("bob-3", is_departure) == 1);
    assert_read_until_removed(&lab, "bob-3", room);
    for name in ["bob", "bob-2"] {
        lab.wake(name);
        lab.until(|lab| lab.count(name, is_departure) == 1);
        assert_read_until_removed(&lab, name, room);
    }
    // The relay has forgotten them: nothing more comes of it.
    for name in ["bob", "bob-2", "bob-3"] {
        lab.kill(name);
        lab.wake(name);
    }
    lab.say_in("carol", room, "four");
    lab.run_ms(30_000);
    for name in ["bob", "bob-2", "bob-3"] {
        assert_read_until_removed(&lab, name, room);
        lab.command(name, Command::ListRooms);
        assert_eq!(lab.people[name].room(room).unwrap().standing, Membership::Left);
    }
    let refused = lab.ask("bob", |id| Command::JoinRoom { id, room });
    assert_eq!(refused, Err(Problem::RoomUnknown));
    lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
    lab.say_in("alice", room, "five");
    let back = ["bob", "bob-2", "bob-3"];
    lab.until(|lab| back.iter().all(|name| lab.shown_in(name, room).len() == 3));
    assert!(lab.agree(&["alice", "bob", "bob-2", "bob-3", "carol"], room));
}

#[test]
fn who_was_away_when_removed_from_an_open_room_may_join_it_again() {
    for seed in [109, 110] {
        let mut lab = Lab::of(seed, &["alice", "bob"]);
        let room = lab.make_room("alice", Access::Open, &[]);
        lab.run_ms(5_000);
        lab.ask("bob", |id| Command::JoinRoom { id, room }).unwrap();
        lab.until(|lab| lab.people["alice"].lines_in(room).contains(&"bob +bob".to_owned()));
        if seed == 109 {
            lab.kill("bob");
            remove_bob(&mut lab, room);
            lab.wake("bob");
        } else {
            remove_bob(&mut lab, room);
        }
        lab.until(|lab| lab.count("bob", is_departure) == 1);
        assert_read_until_removed(&lab, "bob", room);
        // At once, while the relay is only being told that bob has read it.
        lab.ask("bob", |id| Command::JoinRoom { id, room }).unwrap();
        lab.say_in("bob", room, "four");
        lab.until(|lab| lab.shown_in("alice", room).len() == 4);
        lab.say_in("alice", room, "five");
        lab.until(|lab| lab.shown_in("bob", room).len() == 4);
        assert_eq!(
            lab.shown_in("bob", room),
            ["alice: one", "alice: two", "bob: four", "alice: five"]
        );
        assert!(lab.agree(&["alice", "bob"], room));
    }
}

#[test]
fn what_was_said_before_a_removal_is_read_once_whatever_breaks() {
    for seed in 2_000..2_012 {
        let mut lab = Lab::of(seed, &["alice", "bob", "carol"]);
        let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
        let is_away = seed % 2 == 0;
        if is_away {
            lab.kill("bob");
        } else {
            lab.conditions.cut_one_in = 30;
        }
        remove_bob(&mut lab, room);
        lab.conditions.cut_one_in = 30;
        if is_away {
            lab.wake("bob");
        }
        for _ in 0..6 {
            let pause = lab.roll(400);
            lab.run_ms(pause);
            match lab.roll(3) {
                0 => lab.crash_relay(),
                1 => lab.cut("bob"),
                _ => {
                    lab.kill("bob");
                    lab.wake("bob");
                }
            }
        }
        lab.conditions.cut_one_in = 0;
        lab.until(|lab| lab.count("bob", is_departure) > 0);
        lab.run_ms(90_000);
        assert_read_until_removed(&lab, "bob", room);
        lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
        lab.say_in("alice", room, "welcome back");
        lab.until(|lab| lab.shown_in("bob", room).len() == 3);
        assert!(lab.agree(&["alice", "bob", "carol"], room));
    }
}

#[test]
fn who_is_invited_again_while_it_hears_of_its_removal_is_in() {
    for seed in 3_000..3_030 {
        let mut lab = Lab::of(seed, &["alice", "bob"]);
        let room = lab.make_room("alice", Access::Closed, &["bob"]);
        lab.kill("bob");
        lab.change("alice", room, Change::Remove(handle("bob"))).unwrap();
        lab.wake("bob");
        let pause = lab.roll(300);
        lab.run_ms(pause);
        lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
        lab.run_ms(30_000);
        lab.say_in("alice", room, "welcome back");
        lab.until(|lab| lab.shown_in("bob", room) == ["alice: welcome back"]);
        assert!(lab.agree(&["alice", "bob"], room), "seed {}", lab.seed());
    }
}

#[test]
fn who_leaves_is_taken_out_by_an_owner() {
    let mut lab = Lab::of(104, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
    lab.ask("bob", |id| Command::LeaveRoom { id, room }).unwrap();
    lab.until(|lab| lab.people["carol"].lines_in(room).contains(&"bob -bob".to_owned()));
    lab.run_ms(10_000);
    lab.say_in("alice", room, "without bob");
    lab.until(|lab| lab.shown_in("carol", room).len() == 1);
    assert!(lab.agree(&["alice", "carol"], room));
    assert_eq!(lab.people["alice"].room(room).unwrap().members, 2);
    let lines = lab.people["carol"].lines_in(room);
    assert_eq!(lines.iter().filter(|line| line.contains("-bob")).count(), 1, "{lines:?}");
    assert_eq!(lab.shown_in("bob", room), Vec::<String>::new());
    let alone = lab.ask("alice", |id| Command::LeaveRoom { id, room });
    assert_eq!(alone, Err(Problem::LastOwner));
    lab.change("alice", room, Change::SetRole(handle("carol"), Role::Owner)).unwrap();
    lab.ask("alice", |id| Command::LeaveRoom { id, room }).unwrap();
    lab.run_ms(10_000);
    lab.ask("carol", |id| Command::LeaveRoom { id, room }).unwrap();
}

#[test]
fn an_open_room_is_joined_by_whoever_hears_of_it() {
    let mut lab = Lab::of(105, &["alice", "bob"]);
    let room = lab.make_room("alice", Access::Open, &[]);
    lab.run_ms(5_000);
    lab.command("bob", Command::ListRooms);
    let info = lab.people["bob"].room(room).expect("bob heard of it in the lobby");
    assert_eq!((info.name.as_str(), info.standing), ("garden", Membership::Joinable));
    lab.ask("bob", |id| Command::JoinRoom { id, room }).unwrap();
    lab.say_in("bob", room, "nice");
    lab.until(|lab| lab.shown_in("alice", room).len() == 1);
    lab.until(|lab| lab.people["bob"].room(room).is_some_and(|info| info.name == "garden"));
    // Who comes to the relay later hears of it too.
    lab.join("carol");
    lab.run_ms(10_000);
    lab.command("carol", Command::ListRooms);
    assert_eq!(lab.people["carol"].room(room).expect("carol was told").name, "garden");
    lab.ask("carol", |id| Command::JoinRoom { id, room }).unwrap();
    lab.run_ms(5_000);
    assert!(lab.agree(&["alice", "bob", "carol"], room));
    lab.change("alice", room, Change::Close).unwrap();
    let closed = |event: &Event| matches!(event, Event::RoomLeft { reason: Departure::Closed(by), .. } if by.as_str() == "alice");
    lab.until(|lab| ["alice", "bob", "carol"].iter().all(|name| lab.count(name, closed) == 1));
    assert_eq!(lab.shown_in("bob", room), ["bob: nice"], "what they have stays");
}

#[test]
fn a_direct_conversation_is_for_two_and_found_again() {
    let mut lab = Lab::of(106, &["alice", "bob", "carol"]);
    let with_bob = |id| Command::OpenDirect { id, handle: handle("bob") };
    let room = lab.ask("alice", with_bob).unwrap().unwrap();
    lab.say_in("alice", room, "psst");
    lab.until(|lab| lab.shown_in("bob", room) == ["alice: psst"]);
    assert_eq!(lab.ask("alice", with_bob), Ok(Some(room)));
    let with_alice = |id| Command::OpenDirect { id, handle: handle("alice") };
    assert_eq!(lab.ask("bob", with_alice), Ok(Some(room)));
    assert_eq!(lab.people["alice"].room(room).unwrap().name, "@bob");
    assert_eq!(lab.people["bob"].room(room).unwrap().name, "@alice");
    let third = lab.change("alice", room, Change::Invite(handle("carol")));
    assert!(matches!(third, Err(Problem::NotInThisKind(_))), "{third:?}");
    let left = lab.ask("alice", |id| Command::LeaveRoom { id, room });
    assert!(matches!(left, Err(Problem::NotInThisKind(_))), "{left:?}");
}

#[test]
fn history_is_handed_to_those_who_are_invited_where_the_room_says_so() {
    let mut lab = Lab::of(107, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    for number in 0..6 {
        let text = format!("{number} {}", "x".repeat(30_000));
        lab.say_in(if number % 2 == 0 { "alice" } else { "bob" }, room, &text);
        lab.until(|lab| lab.shown_in("alice", room).len() == number + 1);
    }
    lab.change("alice", room, Change::SetHistory(4)).unwrap();
    lab.change("alice", room, Change::Invite(handle("carol"))).unwrap();
    lab.say_in("alice", room, "welcome");
    lab.until(|lab| lab.shown_in("carol", room).len() == 5);
    let heads: Vec<String> =
        lab.shown_in("carol", room).iter().map(|text| text.chars().take(8).collect()).collect();
    assert_eq!(heads, ["alice: 2", "bob: 3 x", "alice: 4", "bob: 5 x", "alice: w"]);
    let told = |event: &Event| {
        matches!(event, Event::Entry { entry, .. } if matches!(&entry.kind,
            engine::EntryKind::Message { told_by: Some(by), .. } if by.as_str() == "alice"))
    };
    assert_eq!(lab.count("carol", told), 4, "and it is said who told it");
    assert_eq!(lab.count("bob", told), 0);
}
