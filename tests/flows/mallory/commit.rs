//! The relay makes, damages or repeats commits.

use engine::{Access, Change, Hold, Role};
use wire::message::RecordKind;

use tests::lab::{Lab, handle};

use super::{change_records, collect_records, flip, holds, members};

#[test]
fn a_damaged_commit_changes_nothing_and_the_member_comes_back() {
    // In the header, in the ciphertext, and in its tag.
    for (seed, place) in [(500, 0), (501, 30), (502, 50), (503, 99)] {
        let mut lab = Lab::of(seed, &["alice", "bob", "carol"]);
        let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
        lab.run_ms(5_000);
        let lines = lab.people["bob"].lines_in(room).len();
        change_records(&mut lab, "bob", room, move |record| {
            if record.kind == RecordKind::Commit {
                let at = (record.payload.len() - 1) * place / 99;
                record.payload = flip(&record.payload, at);
            }
        });
        lab.change("alice", room, Change::Remove(handle("carol"))).unwrap();
        lab.run_ms(2_000);
        let shown = lab.people["bob"].lines_in(room);
        assert!(shown[lines..].iter().all(|line| line == "gap"), "{shown:?}");
        lab.mallory.repent();
        lab.say_in("alice", room, "without carol");
        lab.run_ms(120_000);
        assert!(lab.agree(&["alice", "bob"], room), "place {place}");
        assert_eq!(members(&mut lab, "bob", room), ["alice", "bob"]);
        assert!(holds(&lab, "bob", room).contains(&Hold::Behind));
        lab.say_in("bob", room, "back");
        lab.until(|lab| lab.shown_in("alice", room).len() == 2);
        lab.say_in("alice", room, "welcome back");
        lab.until(|lab| lab.shown_in("bob", room).contains(&"alice: welcome back".to_owned()));
    }
}

#[test]
fn what_is_shown_again_in_the_place_of_a_message_is_a_gap() {
    let mut lab = Lab::of(510, &["alice", "bob"]);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.run_ms(5_000);
    let seen = collect_records(&mut lab, "bob", room);
    lab.change("alice", room, Change::SetRole(handle("bob"), Role::Owner)).unwrap();
    lab.change("alice", room, Change::SetRole(handle("bob"), Role::Member)).unwrap();
    lab.say_in("alice", room, "one");
    lab.until(|lab| lab.shown_in("bob", room).len() == 1);
    let old: Vec<_> = seen.borrow().clone();
    assert_eq!(old.len(), 3);
    let lines = lab.people["bob"].lines_in(room);
    for old in old {
        let authenticator = lab.people.get_mut("bob").unwrap().epoch_authenticator(room);
        let again = old.payload.clone();
        change_records(&mut lab, "bob", room, move |record| record.payload = again.clone());
        lab.say_in("alice", room, "not for bob");
        lab.run_ms(2_000);
        let after = lab.people.get_mut("bob").unwrap().epoch_authenticator(room);
        assert_eq!(after, authenticator);
    }
    lab.mallory.repent();
    lab.say_in("alice", room, "two");
    lab.until(|lab| lab.shown_in("bob", room).len() == 2);
    assert_eq!(lab.shown_in("bob", room), ["alice: one", "alice: two"]);
    let gaps = ["gap"; 3].map(str::to_owned);
    assert_eq!(lab.people["bob"].lines_in(room), [lines, gaps.to_vec()].concat());
    assert!(lab.agree(&["alice", "bob"], room));
}

#[test]
fn a_commit_is_its_makers_whomever_the_relay_names() {
    let mut lab = Lab::of(520, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
    lab.run_ms(5_000);
    let seen = collect_records(&mut lab, "bob", room);
    lab.say_in("carol", room, "one");
    lab.until(|lab| lab.shown_in("bob", room).len() == 1);
    let carol = seen.borrow()[0].from;
    change_records(&mut lab, "bob", room, move |record| record.from = carol);
    lab.change("alice", room, Change::SetHistory(7)).unwrap();
    lab.say_in("alice", room, "two");
    lab.until(|lab| lab.shown_in("bob", room).len() == 2);
    assert_eq!(lab.shown_in("bob", room), ["carol: one", "alice: two"]);
    assert_eq!(lab.people["bob"].lines_in(room).last().unwrap(), "alice History(7)");
    assert!(lab.agree(&["alice", "bob", "carol"], room));
}

/// A device that comes in by itself is let in under the name that the relay admitted it by.
#[test]
fn a_newcomer_under_anothers_name_is_refused() {
    let mut lab = Lab::of(530, &["alice", "bob"]);
    let lobby = lab.lobby("bob");
    let seen = collect_records(&mut lab, "bob", lobby);
    lab.say("alice", "one");
    lab.until(|lab| lab.shown("bob").len() == 1);
    let alice = seen.borrow()[0].from;
    change_records(&mut lab, "bob", lobby, move |record| record.from = alice);
    lab.join("carol");
    lab.run_ms(2_000);
    assert_eq!(members(&mut lab, "bob", lobby), ["alice", "bob"]);
    assert!(!lab.people["bob"].lines_in(lobby).contains(&"carol +carol".to_owned()));
    lab.mallory.repent();
    lab.say("carol", "hello");
    lab.run_ms(120_000);
    assert!(lab.agree(&["alice", "bob", "carol"], lobby), "an honest relay lets bob come back");
    assert_eq!(members(&mut lab, "bob", lobby), ["alice", "bob", "carol"]);
}
