//! Who was removed, with a relay that goes on giving them everything.

use engine::{Access, Change, Command, Departure, Event, Role};
use wire::message::{RoomKind, RoomSummary, ToClient};

use tests::lab::{Lab, handle};

use super::{collect_records, members};

#[test]
fn a_removed_member_that_is_given_everything_reads_nothing_of_the_next_epoch() {
    let mut lab = Lab::of(590, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
    lab.say_in("alice", room, "before");
    lab.until(|lab| lab.shown_in("bob", room).len() == 1);
    lab.run_ms(5_000);
    let records = collect_records(&mut lab, "carol", room);
    lab.change("alice", room, Change::Remove(handle("bob"))).unwrap();
    lab.say_in("alice", room, "after");
    lab.change("alice", room, Change::SetRole(handle("carol"), Role::Owner)).unwrap();
    lab.say_in("carol", room, "and later");
    lab.until(|lab| lab.shown_in("alice", room).len() == 3);
    lab.run_ms(2_000);
    let removed = |event: &Event| {
        matches!(event, Event::RoomLeft { room: of, reason: Departure::Removed(by) }
            if *of == room && by.as_str() == "alice")
    };
    assert_eq!(lab.count("bob", removed), 1);
    let given: Vec<_> = records.borrow().clone();
    assert!(given.len() >= 3);
    // The same room as if nothing had happened: told of, and every record of it, also from the log.
    let last = given.last().unwrap();
    let (epoch, head) = (last.epoch, last.seq);
    lab.mallory.down = Some(Box::new(move |name, mut tagged| {
        if name == "bob" && matches!(tagged.message, ToClient::Refused { .. }) {
            let records = wire::codec::List::new(given.clone()).unwrap();
            tagged.message = ToClient::Records { room, oldest: given[0].seq, head, records };
        }
        vec![tagged]
    }));
    for record in records.borrow().iter() {
        lab.tell("bob", ToClient::Record { room, record: record.clone() });
    }
    let kind = RoomKind::Closed;
    lab.tell(
        "bob",
        ToClient::Room(RoomSummary {
            room,
            kind,
            epoch,
            head,
            presence: wire::message::Presence::Device,
        }),
    );
    lab.run_ms(20_000);
    assert_eq!(lab.shown_in("bob", room), ["alice: before"]);
    let typed = lab.ask("bob", |id| Command::SendText { room, id, text: "hello?".into() });
    assert!(typed.is_err(), "{typed:?}");
    lab.mallory.repent();
    lab.run_ms(60_000);
    assert_eq!(members(&mut lab, "alice", room), ["alice", "carol"]);
    lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
    lab.say_in("alice", room, "again");
    lab.until(|lab| lab.shown_in("bob", room) == ["alice: before", "alice: again"]);
}

/// The old keys are all that a removed member has, whatever it runs: it stays in the epoch it knew.
#[test]
fn a_removed_members_old_device_is_in_another_epoch_than_the_others() {
    let mut lab = Lab::of(591, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
    lab.run_ms(5_000);
    // Bob's client never hears that it was removed.
    lab.mallory.down =
        Some(Box::new(|name, tagged| if name == "bob" { Vec::new() } else { vec![tagged] }));
    let before = lab.people.get_mut("bob").unwrap().epoch_authenticator(room);
    lab.change("alice", room, Change::Remove(handle("bob"))).unwrap();
    lab.run_ms(2_000);
    assert!(lab.agree(&["alice", "carol"], room));
    assert_ne!(lab.people.get_mut("alice").unwrap().epoch_authenticator(room), before);
    assert_eq!(lab.people.get_mut("bob").unwrap().epoch_authenticator(room), before);
}
