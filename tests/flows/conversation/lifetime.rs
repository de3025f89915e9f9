//! Messages that disappear.

use engine::{Access, Change, Command, Event, Problem};
use tests::lab::Lab;
use wire::id::{Handle, RoomId, Seq};

use super::{ALL, is_seen, room, say};

/// What a person's profile has of a room.
fn kept(lab: &mut Lab, name: &str, room: RoomId) -> usize {
    lab.command(name, Command::ReadHistory { room, after: Seq(0), limit: 1_000 });
    let told = lab.people[name].events.iter().rev().find_map(|event| match event {
        Event::History { entries, .. } => Some(entries.clone()),
        _ => None,
    });
    let is_message =
        |entry: &&engine::Entry| matches!(entry.kind, engine::EntryKind::Message { .. });
    told.unwrap().iter().filter(is_message).count()
}

#[test]
fn messages_disappear_on_all_sides_also_while_a_profile_is_closed() {
    let (mut lab, room) = room(421);
    say(&mut lab, "alice", room, "stays", &ALL);
    lab.change("alice", room, Change::SetLifetime(60)).unwrap();
    lab.until(|lab| {
        ALL.iter()
            .all(|name| lab.people[*name].room(room).is_some_and(|info| info.lifetime_s == 60))
    });
    assert!(lab.people["bob"].lines_in(room).contains(&"alice Lifetime(60)".to_owned()));
    say(&mut lab, "bob", room, "goes", &ALL);
    lab.kill("carol");
    lab.run_ms(30_000);
    // What was said keeps its time, whatever the room says later.
    lab.change("alice", room, Change::SetLifetime(0)).unwrap();
    lab.say_in("bob", room, "stays too");
    lab.until(|lab| lab.timeline("alice", room).len() == 3);
    lab.run_ms(40_000);
    let left = ["alice: stays", "bob: stays too"];
    assert!(is_seen(&lab, &["alice", "bob"], room, &left));
    lab.wake("carol");
    lab.until(|lab| is_seen(lab, &["carol"], room, &left));
    for name in ALL {
        assert_eq!(kept(&mut lab, name, room), 2, "{name}");
    }
}

#[test]
fn who_comes_too_late_for_a_message_does_not_see_it() {
    let (mut lab, room) = room(422);
    lab.change("alice", room, Change::SetLifetime(5)).unwrap();
    lab.kill("bob");
    say(&mut lab, "alice", room, "quick", &["alice", "carol"]);
    lab.run_ms(6_000);
    lab.wake("bob");
    say(&mut lab, "alice", room, "again", &ALL);
    assert!(lab.shown_in("bob", room).iter().all(|text| text != "alice: quick"));
    lab.run_ms(6_000);
    assert!(is_seen(&lab, &ALL, room, &[]));
}

#[test]
fn without_a_connection_they_disappear_too_and_newcomers_are_not_told_of_them() {
    let mut lab = Lab::of(423, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.change("alice", room, Change::SetHistory(10)).unwrap();
    lab.change("alice", room, Change::SetLifetime(60)).unwrap();
    say(&mut lab, "bob", room, "old", &["alice", "bob"]);
    lab.run_ms(55_000);
    say(&mut lab, "bob", room, "new", &["alice", "bob"]);
    lab.run_ms(6_000);
    lab.change("alice", room, Change::Invite(Handle::new("carol").unwrap())).unwrap();
    lab.until(|lab| is_seen(lab, &["carol"], room, &["bob: new"]));
    lab.run_ms(60_000);
    assert!(is_seen(&lab, &ALL, room, &[]), "also what was told");
}

#[test]
fn a_lifetime_is_for_owners_and_both_sides_of_a_direct_conversation() {
    let (mut lab, room) = room(424);
    assert_eq!(lab.change("bob", room, Change::SetLifetime(60)), Err(Problem::OwnersOnly));
    let refused = lab.change("alice", room, Change::SetLifetime(4));
    assert!(matches!(refused, Err(Problem::LifetimeInvalid { min: 5, .. })));
    let lobby = lab.lobby("alice");
    let refused = lab.change("alice", lobby, Change::SetLifetime(60));
    assert!(matches!(refused, Err(Problem::NotInThisKind(_))));
    let bob = Handle::new("bob").unwrap();
    let direct = lab.ask("alice", |id| Command::OpenDirect { id, handle: bob }).unwrap().unwrap();
    lab.until(|lab| lab.knows("bob", direct));
    lab.change("bob", direct, Change::SetLifetime(60)).unwrap();
    lab.change("alice", direct, Change::SetLifetime(90)).unwrap();
    lab.until(|lab| {
        ["alice", "bob"]
            .iter()
            .all(|name| lab.people[*name].room(direct).is_some_and(|info| info.lifetime_s == 90))
    });
    assert!(lab.agree(&["alice", "bob"], direct));
    say(&mut lab, "bob", direct, "goes", &["alice", "bob"]);
    lab.run_ms(91_000);
    assert!(is_seen(&lab, &["alice", "bob"], direct, &[]));
}
