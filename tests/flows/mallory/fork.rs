//! The relay shows different rooms to different members.

use engine::{Access, Change, Command, Event, Hold, Problem, Role};
use tests::lab::{Lab, handle};
use wire::id::RoomId;
use wire::message::ToClient;

use super::{collect_records, holds};

/// A room of which alice and bob see one branch, carol and dave another.
fn forked(seed: u64) -> (Lab, RoomId) {
    let mut lab = Lab::of(seed, &["alice", "bob", "carol", "dave"]);
    let room = lab.make_room("alice", Access::Closed, &["bob", "carol", "dave"]);
    lab.change("alice", room, Change::SetRole(handle("carol"), Role::Owner)).unwrap();
    lab.run_ms(5_000);
    lab.fork(&["carol", "dave"]);
    lab.run_ms(5_000);
    lab.change("alice", room, Change::SetHistory(1)).unwrap();
    lab.change("carol", room, Change::SetHistory(2)).unwrap();
    lab.run_ms(5_000);
    assert!(lab.agree(&["alice", "bob"], room) && lab.agree(&["carol", "dave"], room));
    assert!(!lab.agree(&["bob", "carol"], room));
    (lab, room)
}

fn is_broken(lab: &mut Lab, name: &str, room: RoomId) {
    assert_eq!(holds(lab, name, room), [Hold::Forked], "{name}");
    let id = lab.say_in(name, room, "to whom?");
    lab.run_ms(5_000);
    let failed = |event: &Event| {
        matches!(event, Event::CommandFailed { id: Some(of), problem }
            if *of == id && *problem == Problem::RoomHeld(Hold::Forked))
    };
    assert_eq!(lab.count(name, failed), 1, "{name} is told that nothing is sent");
}

#[test]
fn two_commits_of_one_epoch_are_noticed_with_the_next_message_and_the_room_is_broken() {
    let (mut lab, room) = forked(540);
    let seen = collect_records(&mut lab, "dave", room);
    lab.say_in("carol", room, "from the other half");
    lab.until(|lab| lab.shown_in("dave", room).len() == 1);
    let record = seen.borrow()[0].clone();
    for name in ["alice", "bob"] {
        // In the place where the branch goes on, for only that could be read.
        lab.tell(name, ToClient::Record { room, record: record.clone() });
    }
    lab.run_ms(2_000);
    for name in ["alice", "bob"] {
        is_broken(&mut lab, name, room);
        assert_eq!(lab.shown_in(name, room), Vec::<String>::new());
    }
    // Other rooms go on.
    lab.mallory.repent();
    lab.say("alice", "what was that?");
    lab.until(|lab| lab.shown("bob").len() == 1);
}

#[test]
fn a_half_that_is_brought_to_the_other_notices_with_the_next_message() {
    let (mut lab, room) = forked(541);
    lab.unite();
    lab.run_ms(5_000);
    lab.say_in("alice", room, "one");
    lab.until(|lab| lab.shown_in("bob", room) == ["alice: one"]);
    lab.run_ms(2_000);
    for name in ["carol", "dave"] {
        is_broken(&mut lab, name, room);
        assert_eq!(lab.shown_in(name, room), Vec::<String>::new());
    }
    lab.say_in("bob", room, "two");
    lab.until(|lab| lab.shown_in("alice", room) == ["alice: one", "bob: two"]);
    // A person who wants to go on with what the relay shows now says so.
    for name in ["carol", "dave"] {
        lab.ask(name, |id| Command::RepairRoom { id, room }).unwrap();
        let back = |event: &Event| matches!(event, Event::RoomRepaired { .. });
        lab.until(|lab| lab.count(name, back) == 1);
    }
    lab.say_in("alice", room, "three");
    lab.until(|lab| ["carol", "dave"].iter().all(|name| lab.shown_in(name, room).len() == 1));
    lab.run_ms(5_000);
    assert!(lab.agree(&["alice", "bob", "carol", "dave"], room));
    assert_eq!(lab.shown_in("dave", room), ["alice: three"]);
}
