//! Editing and taking back.

use engine::{Access, Change, Command, Event, Problem, Reacting};
use tests::lab::Lab;
use wire::id::Handle;

use super::{ALL, delete, edit, is_seen, react, reply, room, say};

#[test]
fn an_edit_and_a_deletion_reach_everybody_and_outlive_restarts() {
    let (mut lab, room) = room(411);
    let first = say(&mut lab, "alice", room, "helo", &ALL);
    let second = say(&mut lab, "alice", room, "the password is 1234", &ALL);
    lab.ask("alice", edit(room, first, "hello")).unwrap();
    lab.ask("alice", delete(room, second)).unwrap();
    let lines = ["alice: hello (edited)", "alice took it back"];
    lab.until(|lab| is_seen(lab, &ALL, room, &lines));
    for name in ALL {
        lab.kill(name);
        lab.wake(name);
        lab.command(name, Command::ReadHistory { room, after: first, limit: 9 });
        let told = lab.people[name].events.iter().rev().find_map(|event| match event {
            Event::History { entries, .. } => Some(format!("{entries:?}")),
            _ => None,
        });
        assert!(!told.unwrap().contains("1234"), "{name} has it no more");
    }
    // A deletion is the end of a message.
    assert_eq!(lab.ask("alice", edit(room, second, "again")), Err(Problem::MessageUnknown));
    assert_eq!(lab.ask("alice", delete(room, second)), Err(Problem::MessageUnknown));
}

#[test]
fn what_was_changed_while_offline_goes_out_once_there_is_a_connection() {
    let (mut lab, room) = room(412);
    let first = say(&mut lab, "alice", room, "one", &ALL);
    let second = say(&mut lab, "bob", room, "two", &ALL);
    lab.kill("bob");
    lab.crash_relay();
    lab.begin_ask("alice", edit(room, first, "eins"));
    lab.begin_ask("alice", react(room, second, "+", Reacting::Add));
    lab.begin_ask("alice", reply(room, second, "drei"));
    lab.kill("alice");
    lab.wake("alice");
    let lines = ["alice: eins (edited)", "bob: two + alice", "alice: drei > bob: two"];
    lab.until(|lab| is_seen(lab, &["alice", "carol"], room, &lines));
    lab.wake("bob");
    lab.until(|lab| is_seen(lab, &["bob"], room, &lines));
}

#[test]
fn nobody_changes_what_another_wrote() {
    let (mut lab, room) = room(413);
    let first = say(&mut lab, "alice", room, "mine", &ALL);
    assert_eq!(lab.ask("bob", edit(room, first, "yours")), Err(Problem::NotYours));
    assert_eq!(lab.ask("bob", delete(room, first)), Err(Problem::NotYours));
    assert!(is_seen(&lab, &ALL, room, &["alice: mine"]));
}

#[test]
fn every_device_of_an_account_may_change_its_messages() {
    let (mut lab, room) = room(414);
    lab.login("bob-2", "bob");
    lab.until(|lab| lab.knows("bob-2", room));
    let all = ["alice", "bob", "bob-2", "carol"];
    let first = say(&mut lab, "bob", room, "from the first", &all);
    lab.ask("bob-2", edit(room, first, "from the second")).unwrap();
    lab.until(|lab| is_seen(lab, &all, room, &["bob: from the second (edited)"]));
}

#[test]
fn who_is_given_the_history_gets_what_messages_say_now_and_none_that_was_taken_back() {
    let mut lab = Lab::of(415, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.change("alice", room, Change::SetHistory(10)).unwrap();
    let two = ["alice", "bob"];
    let first = say(&mut lab, "bob", room, "first", &two);
    let second = say(&mut lab, "bob", room, "second", &two);
    lab.ask("bob", edit(room, first, "new")).unwrap();
    lab.ask("bob", delete(room, second)).unwrap();
    lab.begin_ask("alice", reply(room, first, "indeed"));
    lab.until(|lab| lab.timeline("alice", room).len() == 3);
    lab.change("alice", room, Change::Invite(Handle::new("carol").unwrap())).unwrap();
    lab.until(|lab| is_seen(lab, &["carol"], room, &["bob: new", "alice: indeed > bob: new"]));
    // Its author changes also what another told of it.
    lab.ask("bob", edit(room, first, "newer")).unwrap();
    lab.until(|lab| lab.timeline("carol", room)[0] == "bob: newer (edited)");
}
