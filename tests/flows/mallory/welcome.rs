//! The relay repeats welcomes.

use std::cell::RefCell;
use std::rc::Rc;

use engine::{Access, Change, Event};
use tests::lab::{Lab, handle};
use wire::codec::List;
use wire::id::RoomId;
use wire::message::{KeyPackage, ToClient, ToRelay};

use super::{caught, members};

/// Keeps the welcomes that people are given.
fn collect_welcomes(lab: &mut Lab) -> Rc<RefCell<Vec<ToClient>>> {
    let welcomes = Rc::new(RefCell::new(Vec::new()));
    let kept = Rc::clone(&welcomes);
    lab.mallory.down = Some(Box::new(move |_, tagged| {
        if matches!(tagged.message, ToClient::Welcome { .. }) {
            kept.borrow_mut().push(tagged.message.clone());
        }
        vec![tagged]
    }));
    welcomes
}

#[test]
fn a_welcome_to_a_group_that_is_known_is_refused() {
    let mut lab = Lab::of(580, &["alice", "bob"]);
    let welcomes = collect_welcomes(&mut lab);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.run_ms(5_000);
    let before = lab.people.get_mut("bob").unwrap().epoch_authenticator(room);
    let again = welcomes.borrow()[0].clone();
    lab.tell("bob", again.clone());
    lab.run_ms(5_000);
    assert_eq!(caught(&lab, "bob"), 1, "nobody had asked");
    // Nor in the place of another answer.
    lab.mallory.down = Some(Box::new(move |name, mut tagged| {
        if name == "bob" && matches!(tagged.message, ToClient::Records { .. }) {
            tagged.message = again.clone();
        }
        vec![tagged]
    }));
    lab.cut("bob");
    lab.say_in("alice", room, "one");
    lab.run_ms(5_000);
    assert!(caught(&lab, "bob") > 1);
    assert_eq!(lab.people.get_mut("bob").unwrap().epoch_authenticator(room), before);
    lab.mallory.repent();
    lab.until(|lab| lab.shown_in("bob", room).len() == 1);
    assert_eq!(lab.people["bob"].lines_in(room), ["alice +bob"]);
}

/// The last resort is the key package that opens more than one welcome.
fn only_last_resort(lab: &mut Lab, of: &'static str) -> Rc<RefCell<Vec<ToClient>>> {
    let last: Rc<RefCell<Option<KeyPackage>>> = Rc::default();
    let welcomes = Rc::new(RefCell::new(Vec::new()));
    let (kept, seen) = (Rc::clone(&last), Rc::clone(&welcomes));
    lab.mallory.up = Some(Box::new(move |name, request| {
        if let ToRelay::PublishKeyPackages { last_resort, .. } = &request.message
            && name == of
        {
            *kept.borrow_mut() = last_resort.clone();
        }
        vec![request]
    }));
    lab.mallory.down = Some(Box::new(move |name, mut tagged| {
        if let ToClient::KeyPackages { packages } = &mut tagged.message {
            let mut all = core::mem::take(packages).into_vec();
            all[0].key_package = last.borrow().clone().unwrap();
            *packages = List::new(all).unwrap();
        }
        if matches!(tagged.message, ToClient::Welcome { .. }) && name == of {
            seen.borrow_mut().push(tagged.message.clone());
        }
        vec![tagged]
    }));
    welcomes
}

fn left(lab: &Lab, name: &str, room: RoomId) -> usize {
    lab.count(name, |event| matches!(event, Event::RoomLeft { room: of, .. } if *of == room))
}

/// Carol was a member once. With an old welcome, bob would speak in an epoch that she can read.
#[test]
fn an_earlier_welcome_brings_nobody_back_into_an_earlier_epoch() {
    let mut lab = Lab::of(581, &["alice"]);
    let welcomes = only_last_resort(&mut lab, "bob");
    lab.join("bob");
    lab.join("carol");
    lab.run_ms(5_000);
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.run_ms(5_000);
    lab.change("alice", room, Change::Remove(handle("bob"))).unwrap();
    lab.until(|lab| left(lab, "bob", room) == 1);
    let (earlier, count) = (welcomes.borrow()[0].clone(), welcomes.borrow().len());
    let ToClient::Welcome { epoch, welcome, .. } = earlier else { panic!("it is a welcome") };
    // The relay gives the earlier one in the place of the one that is made now.
    let honest = lab.mallory.down.take();
    drop(honest);
    lab.mallory.down = Some(Box::new(move |name, mut tagged| {
        if let ToClient::Welcome { welcome: given, epoch: begins, .. } = &mut tagged.message
            && name == "bob"
        {
            (*given, *begins) = (welcome.clone(), epoch);
        }
        vec![tagged]
    }));
    lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
    lab.run_ms(10_000);
    assert_eq!(count, 1);
    let added =
        lab.count("bob", |event| matches!(event, Event::RoomAdded(info) if info.room == room));
    assert_eq!(added, 1, "the first time only");
    lab.mallory.repent();
    lab.say("alice", "all is well");
    lab.until(|lab| lab.shown("bob").len() == 1);
}

#[test]
fn an_earlier_welcome_after_the_removal_is_refused() {
    let mut lab = Lab::of(582, &["alice", "bob", "carol"]);
    let welcomes = collect_welcomes(&mut lab);
    let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
    lab.run_ms(5_000);
    let again = welcomes.borrow()[0].clone();
    lab.change("alice", room, Change::Remove(handle("bob"))).unwrap();
    lab.until(|lab| left(lab, "bob", room) == 1);
    // The relay says that bob is in again, and gives what brought him in.
    let ToClient::Welcome { epoch, seq, .. } = again else { panic!("it is a welcome") };
    lab.mallory.down = Some(Box::new(move |name, mut tagged| {
        let refused = matches!(tagged.message, ToClient::Refused { .. });
        if name == "bob" && refused {
            let ToClient::Welcome { welcome, .. } = again.clone() else { return vec![] };
            let seq = wire::id::Seq(seq.0 + 100);
            tagged.message = ToClient::Welcome { room, epoch, seq, welcome };
        }
        vec![tagged]
    }));
    let summary = wire::message::RoomSummary {
        room,
        kind: wire::message::RoomKind::Closed,
        epoch,
        head: wire::id::Seq(100),
        presence: wire::message::Presence::Device,
    };
    lab.tell("bob", ToClient::Room(summary));
    lab.run_ms(10_000);
    lab.say_in("alice", room, "without bob");
    lab.until(|lab| lab.shown_in("carol", room).len() == 1);
    assert!(lab.shown_in("bob", room).is_empty());
    assert_eq!(
        lab.count("bob", |event| { matches!(event, Event::RoomAdded(info) if info.room == room) }),
        1
    );
    lab.mallory.repent();
    lab.cut("bob");
    lab.run_ms(120_000);
    lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
    lab.say_in("alice", room, "with bob");
    lab.until(|lab| lab.shown_in("bob", room) == ["alice: with bob"]);
    assert_eq!(members(&mut lab, "bob", room), ["alice", "bob", "carol"]);
}
