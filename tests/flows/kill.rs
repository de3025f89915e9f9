//! A client is killed at every moment of an exchange.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use engine::{Access, Change};
use tests::lab::Lab;
use wire::id::{Epoch, Handle, PostId, RoomId};
use wire::message::ToRelay;

/// Payloads by what they were posted as.
type Posts = BTreeMap<(String, RoomId, PostId, Epoch), Vec<u8>>;

/// Notes every post, and that none comes with another payload the next time: one would have been
/// made with a key anew.
fn watch_posts(lab: &mut Lab) -> Rc<RefCell<Posts>> {
    let posts = Rc::new(RefCell::new(Posts::new()));
    let kept = Rc::clone(&posts);
    lab.mallory.up = Some(Box::new(move |name, request| {
        if let ToRelay::Post { room, epoch, post, payload } = &request.message {
            let key = (name.to_owned(), *room, *post, *epoch);
            let before = kept.borrow_mut().insert(key, payload.to_vec());
            assert!(before.is_none_or(|before| before == payload.to_vec()), "sealed twice");
        }
        vec![request]
    }));
    posts
}

/// Kills `victim` after so many moments of the exchange. Whether that was before its end.
fn exchange(victim: &str, moments: usize) -> bool {
    let mut lab = Lab::new(700);
    lab.conditions.piece_bytes = 8_000;
    for name in ["alice", "bob", "carol"] {
        lab.join(name);
    }
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.run_ms(5_000);
    let posts = watch_posts(&mut lab);
    let all = |lab: &Lab| {
        ["alice", "bob"].iter().all(|name| lab.shown_in(name, room).len() >= 5)
            && lab.people["alice"].lines_in(room).len() == 2
    };
    lab.say_in("alice", room, "a1");
    lab.say_in("bob", room, "b1");
    // The epoch ends in the middle of it.
    let change = Change::Invite(Handle::new("carol").unwrap());
    lab.begin_ask("alice", |id| engine::Command::ChangeRoom { id, room, change });
    lab.say_in("bob", room, "b2");
    lab.say_in("alice", room, "a2");
    lab.say_in("alice", room, "a3");
    lab.steps(moments);
    let early = !all(&lab);
    lab.kill(victim);
    lab.wake(victim);
    lab.run_ms(30_000);
    for name in ["alice", "bob"] {
        let mut shown = lab.shown_in(name, room);
        assert_eq!(shown, lab.shown_in("alice", room), "{victim} after {moments}");
        let own: Vec<&String> = shown.iter().filter(|text| text.starts_with("alice")).collect();
        assert_eq!(own, ["alice: a1", "alice: a2", "alice: a3"], "{victim} after {moments}");
        shown.sort();
        let said = ["alice: a1", "alice: a2", "alice: a3", "bob: b1", "bob: b2"];
        assert_eq!(shown, said, "{victim} after {moments}");
        assert!(!lab.people[name].lines_in(room).contains(&"gap".to_owned()));
    }
    assert!(lab.agree(&["alice", "bob"], room), "{victim} after {moments}");
    let posts = posts.borrow();
    let mut payloads: Vec<&Vec<u8>> = posts.values().collect();
    payloads.sort();
    payloads.dedup();
    assert_eq!(payloads.len(), posts.len(), "one ciphertext for one post in one epoch");
    early
}

#[test]
fn killed_at_any_moment_a_client_uses_no_key_twice_loses_nothing_and_shows_nothing_twice() {
    for victim in ["alice", "bob"] {
        let mut moments = 0;
        while exchange(victim, moments) {
            moments += 1;
        }
        println!("{victim}: {moments} moments");
        assert!(moments > 10);
    }
}
