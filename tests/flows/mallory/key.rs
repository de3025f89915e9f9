//! The relay has another key for an account that is known.

use std::cell::RefCell;
use std::rc::Rc;

use engine::{Access, Change, Command, Event, Problem};
use tests::lab::{Lab, handle};
use wire::codec::List;
use wire::message::{DeviceKeyPackage, ToClient, ToRelay};

use super::{holds, members};

/// A key package of an account of this name that mallory made for itself.
fn forged(name: &str) -> DeviceKeyPackage {
    let mut lab = Lab::new(666);
    let made = Rc::new(RefCell::new(None));
    let kept = Rc::clone(&made);
    lab.mallory.up = Some(Box::new(move |_, request| {
        if let ToRelay::PublishKeyPackages { one_use, .. } = &request.message {
            *kept.borrow_mut() = one_use.iter().next().cloned();
        }
        vec![request]
    }));
    lab.join(name);
    lab.run_ms(1_000);
    let device = lab.people[name].events.iter().find_map(|event| match event {
        Event::Connected { device, .. } => Some(*device),
        _ => None,
    });
    DeviceKeyPackage { device: device.unwrap(), key_package: made.take().unwrap() }
}

fn offer(lab: &mut Lab, package: DeviceKeyPackage) {
    lab.mallory.down = Some(Box::new(move |_, mut tagged| {
        if let ToClient::KeyPackages { packages } = &mut tagged.message {
            *packages = List::new(vec![package.clone()]).unwrap();
        }
        vec![tagged]
    }));
}

fn told(lab: &Lab, name: &str, of: &str) -> usize {
    lab.count(
        name,
        |event| matches!(event, Event::KeyChanged { handle, .. } if handle.as_str() == of),
    )
}

#[test]
fn another_key_package_for_a_known_account_is_refused_told_and_sending_waits() {
    let mut lab = Lab::of(550, &["alice", "bob", "carol"]);
    let with_bob = lab.make_room("alice", Access::Closed, &["bob"]);
    let with_carol = lab.make_room("alice", Access::Closed, &["carol"]);
    offer(&mut lab, forged("bob"));
    let changed = Err(Problem::KeyChanged(handle("bob")));
    assert_eq!(lab.change("alice", with_carol, Change::Invite(handle("bob"))), changed);
    assert_eq!(told(&lab, "alice", "bob"), 1);
    assert_eq!(members(&mut lab, "alice", with_carol), ["alice", "carol"]);
    lab.mallory.repent();
    let id = lab.say_in("alice", with_bob, "are you bob?");
    assert_eq!(lab.people["alice"].outcome(id), Some(changed.clone().map(|()| None)));
    lab.run_ms(10_000);
    assert_eq!(lab.shown_in("bob", with_bob), Vec::<String>::new());
    lab.say_in("alice", with_carol, "bob has another key");
    lab.until(|lab| lab.shown_in("carol", with_carol).len() == 1);
    // What bob himself says is read meanwhile: it is of the pinned key.
    lab.say_in("bob", with_bob, "I am");
    lab.until(|lab| lab.shown_in("alice", with_bob) == ["bob: I am"]);
}

#[test]
fn a_direct_conversation_is_not_made_with_another_key() {
    let mut lab = Lab::of(551, &["alice", "bob"]);
    offer(&mut lab, forged("bob"));
    let opened = lab.ask("alice", |id| Command::OpenDirect { id, handle: handle("bob") });
    assert_eq!(opened, Err(Problem::KeyChanged(handle("bob"))));
    assert_eq!(told(&lab, "alice", "bob"), 1);
}

#[test]
fn a_key_package_of_somebody_else_is_refused() {
    let mut lab = Lab::of(552, &["alice", "bob"]);
    let room = lab.make_room("alice", Access::Closed, &[]);
    offer(&mut lab, forged("mallory"));
    let invited = lab.change("alice", room, Change::Invite(handle("bob")));
    assert!(matches!(invited, Err(Problem::RelayMisbehaved(_))), "{invited:?}");
    lab.mallory.repent();
    lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
    lab.until(|lab| lab.knows("bob", room));
}

#[test]
fn once_a_new_key_is_trusted_everything_goes_on_with_it() {
    let mut lab = Lab::of(553, &["alice", "bob"]);
    let lobby = lab.lobby("alice");
    lab.kill("bob");
    lab.reset("bob-anew", "bob");
    lab.run_ms(5_000);
    assert_eq!(told(&lab, "alice", "bob"), 1);
    assert_eq!(holds(&lab, "alice", lobby), [engine::Hold::KeyChanged]);
    lab.say("bob-anew", "it is me");
    lab.run_ms(5_000);
    assert_eq!(lab.shown("alice"), Vec::<String>::new());
    let id = lab.say("alice", "who?");
    assert!(matches!(lab.people["alice"].outcome(id), Some(Err(_))));
    lab.ask("alice", |id| Command::Trust { id, handle: handle("bob") }).unwrap();
    lab.run_ms(5_000);
    assert!(lab.agree(&["alice", "bob-anew"], lobby));
    lab.say("alice", "there you are");
    lab.say("bob-anew", "yes");
    lab.until(|lab| lab.shown("alice").len() == 2 && lab.shown("bob-anew").len() == 3);
    let room = lab.make_room("alice", Access::Closed, &[]);
    lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
    lab.until(|lab| lab.knows("bob-anew", room));
}

/// The person has asked bob, and the new key is not his.
#[test]
fn a_key_that_is_not_the_accounts_is_forgotten_once_the_pinned_one_is_verified() {
    let mut lab = Lab::of(554, &["alice", "bob", "carol"]);
    let with_bob = lab.make_room("alice", Access::Closed, &["bob"]);
    let with_carol = lab.make_room("alice", Access::Closed, &["carol"]);
    offer(&mut lab, forged("bob"));
    let changed = Err(Problem::KeyChanged(handle("bob")));
    assert_eq!(lab.change("alice", with_carol, Change::Invite(handle("bob"))), changed);
    lab.mallory.repent();
    lab.ask("alice", |id| Command::Verify { id, handle: handle("bob") }).unwrap();
    lab.say_in("alice", with_bob, "it was not you");
    lab.until(|lab| lab.shown_in("bob", with_bob) == ["alice: it was not you"]);
    lab.change("alice", with_carol, Change::Invite(handle("bob"))).unwrap();
}
