//! The disk refuses one write of a long exchange: the first, or the second, or any.

use super::super::*;
use super::town::Town;
use crate::{Access, Change};

/// Repeats a command as a person would who is told that their disk is full.
fn insist(town: &mut Town, name: &str, command: impl Fn(RequestId) -> Command) -> Option<RoomId> {
    for _ in 0..5 {
        match town.ask(name, &command) {
            Ok(room) => return room,
            // An earlier try was stored, and its answer was not.
            Err(Problem::AlreadyMember(_) | Problem::NotAMember(_)) => return None,
            Err(_) => town.pass_ms(70_000),
        }
    }
    panic!("{name} cannot do it");
}

/// Says something under one name until it is on its way.
fn say(town: &mut Town, name: &str, room: RoomId, text: &str) {
    let id = town.id();
    for _ in 0..5 {
        town.command(name, Command::SendText { room, id, text: text.to_owned() });
        town.pass_ms(70_000);
        let sent = |event: &Event| matches!(event, Event::MessageSent { id: of, .. } if *of == id);
        if town.count(name, sent) > 0 {
            return;
        }
    }
    panic!("{name} cannot say {text}");
}

/// The victim's disk refuses the `nth` write. Whether it came to that.
fn exchange(victim: &'static str, nth: usize) -> bool {
    let mut town = Town::new(&["alice", "bob", "carol"]);
    town.clients[victim].vault.fail_write(nth);
    let made = insist(&mut town, "alice", |id| Command::CreateRoom {
        id,
        access: Access::Closed,
        name: "garden".into(),
        history: 0,
    });
    let room = made.unwrap();
    let handle = |name: &str| Handle::new(name).unwrap();
    let change = |town: &mut Town, name: &str, change: Change| {
        insist(town, name, |id| Command::ChangeRoom { id, room, change: change.clone() });
    };
    change(&mut town, "alice", Change::Invite(handle("bob")));
    town.pass_ms(70_000);
    say(&mut town, "alice", room, "one");
    say(&mut town, "bob", room, "two");
    change(&mut town, "alice", Change::SetRole(handle("bob"), crate::Role::Owner));
    town.pass_ms(70_000);
    change(&mut town, "bob", Change::SetHistory(1));
    say(&mut town, "alice", room, "three");
    change(&mut town, "bob", Change::Invite(handle("carol")));
    town.pass_ms(70_000);
    say(&mut town, "bob", room, "four");
    change(&mut town, "alice", Change::Remove(handle("carol")));
    say(&mut town, "alice", room, "five");
    let left = town.clients[victim].vault.fail_write(0);
    let context = format!("{victim}, write {nth}");
    assert!(town.agree(&["alice", "bob"], room), "{context}");
    for name in ["alice", "bob"] {
        let texts: Vec<String> =
            town.lines(name, room).into_iter().filter(|line| line.contains(": ")).collect();
        let said = ["alice: one", "bob: two", "alice: three", "bob: four", "alice: five"];
        assert_eq!(texts, said, "{name} of {context}");
        assert_eq!(town.members(name, room), ["alice", "bob"], "{context}");
        assert!(!town.lines(name, room).contains(&"gap".to_owned()), "{name} of {context}");
        assert!(town.holds(name, room).is_empty(), "{name} of {context}");
    }
    let leave = |id| Command::LeaveRoom { id, room };
    insist(&mut town, "alice", leave);
    town.pass_ms(70_000);
    assert_eq!(town.members("bob", room), ["bob"], "{context}");
    left == 0
}

fn at_each_write(victim: &'static str) {
    let mut nth = 1;
    while exchange(victim, nth) {
        nth += 1;
    }
    assert!(nth > 100, "the exchange writes a lot, and not {nth} times");
}

#[test]
fn an_error_at_any_write_takes_back_all_of_its_step_and_who_invites_goes_on() {
    at_each_write("alice");
}

#[test]
fn an_error_at_any_write_takes_back_all_of_its_step_and_who_is_invited_goes_on() {
    at_each_write("bob");
}
