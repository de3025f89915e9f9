//! The relay withholds, reorders and forgets what stands in a room's log.

use engine::{Access, Change, Event, Hold, Problem};
use wire::codec::List;
use wire::id::Seq;
use wire::message::{SignedIn, ToClient};

use tests::lab::Lab;

use super::{caught, change_records, collect_records, holds};

#[test]
fn a_record_that_is_withheld_is_fetched_before_the_next_is_shown() {
    let mut lab = Lab::of(560, &["alice", "bob"]);
    lab.mallory.down = Some(Box::new(|name, tagged| {
        let news = matches!(tagged.message, ToClient::Record { .. });
        if name == "bob" && news { Vec::new() } else { vec![tagged] }
    }));
    lab.say("alice", "one");
    lab.run_ms(2_000);
    assert!(lab.shown("bob").is_empty());
    lab.mallory.repent();
    lab.say("alice", "two");
    lab.until(|lab| lab.shown("bob").len() == 2);
    assert_eq!(lab.shown("bob"), ["alice: one", "alice: two"]);
}

#[test]
fn a_hole_in_the_log_is_noticed_and_nothing_behind_it_is_shown() {
    let mut lab = Lab::of(561, &["alice", "bob"]);
    let lobby = lab.lobby("bob");
    let seen = collect_records(&mut lab, "bob", lobby);
    lab.say("alice", "zero");
    lab.until(|lab| lab.shown("bob").len() == 1);
    let hole = Seq(seen.borrow()[0].seq.0 + 1);
    lab.mallory.down = Some(Box::new(move |name, mut tagged| {
        match &mut tagged.message {
            ToClient::Record { record, .. } if name == "bob" && record.seq == hole => {
                return Vec::new();
            }
            ToClient::Records { records, .. } if name == "bob" => {
                let all = core::mem::take(records).into_vec();
                let kept = all.into_iter().filter(|record| record.seq != hole).collect();
                *records = List::new(kept).unwrap();
            }
            _ => {}
        }
        vec![tagged]
    }));
    lab.say("alice", "one");
    lab.say("alice", "two");
    lab.run_ms(10_000);
    assert_eq!(lab.shown("bob"), ["alice: zero"]);
    assert!(caught(&lab, "bob") > 0);
    lab.mallory.repent();
    lab.until(|lab| lab.shown("bob").len() == 3);
    assert_eq!(lab.shown("bob"), lab.shown("alice"));
}

#[test]
fn messages_in_another_order_are_not_shown_as_if_it_were_theirs() {
    let mut lab = Lab::of(562, &["alice", "bob"]);
    let lobby = lab.lobby("bob");
    lab.kill("bob");
    for number in 0..3 {
        lab.say("alice", &format!("{number}"));
    }
    lab.until(|lab| lab.shown("alice").len() == 3);
    // The first two payloads change places.
    lab.mallory.down = Some(Box::new(move |name, mut tagged| {
        if let ToClient::Records { records, .. } = &mut tagged.message
            && name == "bob"
        {
            let mut all = core::mem::take(records).into_vec();
            if let [first, second, ..] = all.as_mut_slice() {
                core::mem::swap(&mut first.payload, &mut second.payload);
            }
            *records = List::new(all).unwrap();
        }
        vec![tagged]
    }));
    lab.wake("bob");
    lab.until(|lab| lab.shown("bob").len() == 2);
    assert_eq!(lab.shown("bob"), ["alice: 1", "alice: 2"]);
    assert_eq!(lab.people["bob"].lines_in(lobby).last().unwrap(), "gap", "and one is missing");
    lab.mallory.repent();
    lab.say("alice", "3");
    lab.until(|lab| lab.shown("bob").len() == 3);
}

#[test]
fn a_log_that_goes_back_holds_the_room_and_others_go_on() {
    let mut lab = Lab::of(563, &["alice", "bob"]);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.run_ms(5_000);
    let earlier = lab.copy_relay();
    lab.say_in("alice", room, "one");
    lab.change("alice", room, Change::SetHistory(3)).unwrap();
    lab.until(|lab| lab.shown_in("bob", room).len() == 1);
    lab.run_ms(2_000);
    lab.put_back(&earlier);
    lab.run_ms(5_000);
    for name in ["alice", "bob"] {
        assert_eq!(holds(&lab, name, room), [Hold::LogWentBack]);
        let id = lab.say_in(name, room, "two");
        let held = Problem::RoomHeld(Hold::LogWentBack);
        assert_eq!(lab.people[name].outcome(id), Some(Err(held)));
    }
    lab.say("alice", "here it goes on");
    lab.until(|lab| lab.shown("bob").len() == 1);
}

/// The relay counts an epoch too many to one member: to an honest one that member is ahead.
#[test]
fn a_commit_in_the_place_of_a_message_holds_the_room_and_not_the_connection() {
    let mut lab = Lab::of(564, &["alice", "bob"]);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.run_ms(5_000);
    change_records(&mut lab, "bob", room, |record| {
        record.kind = wire::message::RecordKind::Commit;
    });
    lab.say_in("alice", room, "one");
    lab.run_ms(2_000);
    assert!(lab.shown_in("bob", room).is_empty());
    lab.mallory.repent();
    lab.say_in("bob", room, "two");
    lab.run_ms(60_000);
    lab.say("bob", "here it goes on");
    lab.until(|lab| lab.shown("alice").len() == 1);
    assert!(caught(&lab, "bob") <= 1, "{}", caught(&lab, "bob"));
    lab.run_ms(10_000);
    assert!(!holds(&lab, "bob", room).is_empty());
}

#[test]
fn a_second_greeting_ends_the_connection() {
    let mut lab = Lab::of(565, &["alice"]);
    let device = lab.people["alice"].events.iter().find_map(|event| match event {
        Event::Connected { handle, device } => Some((handle.clone(), *device)),
        _ => None,
    });
    let (handle, device) = device.unwrap();
    let rooms = List::default();
    let again = ToClient::SignedIn(SignedIn { handle, device, one_use_left: 20, rooms });
    lab.tell("alice", again);
    lab.run_ms(5_000);
    assert_eq!(caught(&lab, "alice"), 1);
    lab.say("alice", "back");
    lab.until(|lab| lab.shown("alice").len() == 1);
}
