//! Several devices of one account.

use engine::{Access, Change, Command, Event};
use tests::lab::Lab;
use wire::id::{DeviceId, Handle};

fn device_of(lab: &Lab, name: &str) -> DeviceId {
    let device = lab.people[name].events.iter().find_map(|event| match event {
        Event::Connected { device, .. } => Some(*device),
        _ => None,
    });
    device.expect("it has been connected")
}

#[test]
fn a_new_device_comes_into_the_rooms_of_its_account_by_itself() {
    let mut lab = Lab::new(121);
    for name in ["alice", "bob"] {
        lab.join(name);
    }
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    let bob = Handle::new("bob").unwrap();
    let direct = lab.ask("alice", |id| Command::OpenDirect { id, handle: bob }).unwrap().unwrap();
    let open = lab.make_room("bob", Access::Open, &[]);
    lab.login("bob-2", "bob");
    lab.until(|lab| [room, direct, open].iter().all(|room| lab.knows("bob-2", *room)));
    lab.say_in("alice", room, "to both of you");
    lab.say_in("bob", room, "from my first");
    lab.until(|lab| lab.shown_in("bob-2", room).len() == 2);
    assert!(lab.agree(&["alice", "bob", "bob-2"], room));
    lab.until(|lab| lab.people["bob-2"].room(room).is_some_and(|info| info.name == "garden"));
    let own = |event: &Event| {
        matches!(event, Event::Entry { entry, .. }
            if matches!(entry.kind, engine::EntryKind::Message { own: true, .. }))
    };
    assert_eq!(lab.count("bob-2", own), 1, "bob's own words from his other device");
    assert!(!lab.people["alice"].lines_in(room).iter().any(|line| line == "bob +bob"));
    // A room made while both are there comes to both.
    let second = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.until(|lab| lab.knows("bob-2", second));
    lab.say_in("bob-2", second, "here too");
    lab.until(|lab| lab.shown_in("bob", second).len() == 1);
    let mine = lab.make_room("bob-2", Access::Closed, &[]);
    lab.until(|lab| lab.knows("bob", mine));
}

#[test]
fn a_revoked_device_loses_the_next_epoch_everywhere_and_cannot_sign_in() {
    let mut lab = Lab::new(122);
    for name in ["alice", "bob"] {
        lab.join(name);
    }
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.login("bob-2", "bob");
    lab.until(|lab| lab.knows("bob-2", room));
    let device = device_of(&lab, "bob");
    lab.ask("bob-2", |id| Command::RevokeDevice { id, device }).unwrap();
    lab.say_in("alice", room, "not for the lost one");
    lab.say("alice", "nor this");
    lab.until(|lab| lab.shown_in("bob-2", room).len() == 1 && lab.shown("bob-2").len() == 1);
    lab.run_ms(30_000);
    assert!(lab.shown_in("bob", room).is_empty() && lab.shown("bob").is_empty());
    let unknown = |event: &Event| {
        matches!(event, Event::Disconnected { problem: engine::Problem::DeviceUnknown, .. })
    };
    assert!(lab.count("bob", unknown) > 0, "and is told that it is no device any more");
    lab.kill("bob");
    lab.wake("bob");
    lab.run_ms(30_000);
    assert!(lab.count("bob", unknown) > 1);
    let own = device_of(&lab, "bob-2");
    let listed = |event: &Event| matches!(event, Event::Devices { devices, .. } if devices.len() == 1 && devices[0].device == own);
    lab.begin_ask("bob-2", |id| Command::ListDevices { id });
    lab.until(|lab| lab.count("bob-2", listed) == 1);
    let again = lab.ask("bob-2", |id| Command::RevokeDevice { id, device: own });
    assert_eq!(again, Err(engine::Problem::OwnDevice));
}

#[test]
fn devices_have_names_that_only_the_account_reads() {
    let mut lab = Lab::new(123);
    lab.join("alice");
    lab.login("alice-2", "alice");
    let device = device_of(&lab, "alice-2");
    let name = "kitchen-tablet-marker".to_owned();
    lab.ask("alice", |id| Command::NameDevice { id, device, name }).unwrap();
    lab.begin_ask("alice-2", |id| Command::ListDevices { id });
    let named = |event: &Event| {
        matches!(event, Event::Devices { devices, .. } if devices.iter().any(|listed| {
            listed.device == device && listed.name == "kitchen-tablet-marker"
        }))
    };
    lab.until(|lab| lab.count("alice-2", named) == 1);
    assert!(!lab.capture().windows(7).any(|bytes| bytes == b"kitchen"));
}

#[test]
fn keys_are_renewed_every_week_also_while_the_connection_stands() {
    let mut lab = Lab::new(125);
    lab.join("alice");
    let room = lab.make_room("alice", Access::Closed, &[]);
    let connected = |event: &Event| matches!(event, Event::Connected { .. });
    let key = |lab: &mut Lab| lab.people.get_mut("alice").unwrap().epoch_authenticator(room);
    let day_ms = 24 * 60 * 60 * 1_000;
    let first = key(&mut lab);
    lab.run_ms(6 * day_ms);
    assert_eq!(key(&mut lab), first, "not before");
    lab.run_ms(2 * day_ms);
    let second = key(&mut lab);
    assert_ne!(second, first);
    lab.run_ms(7 * day_ms);
    assert_ne!(key(&mut lab), second, "and again");
    assert_eq!(lab.count("alice", connected), 1, "on one connection");
}

#[test]
fn keys_are_renewed_every_week() {
    let mut lab = Lab::new(124);
    for name in ["alice", "bob"] {
        lab.join(name);
    }
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    let before = lab.people.get_mut("alice").unwrap().epoch_authenticator(room);
    lab.kill("bob");
    lab.kill("alice");
    lab.run_ms(8 * 24 * 60 * 60 * 1_000);
    lab.wake("alice");
    lab.run_ms(20_000);
    let after = lab.people.get_mut("alice").unwrap().epoch_authenticator(room);
    assert_ne!(before, after, "alice's keys in the group are new");
    lab.run_ms(60_000);
    assert_eq!(lab.people.get_mut("alice").unwrap().epoch_authenticator(room), after, "once");
    lab.wake("bob");
    lab.run_ms(30_000);
    assert!(lab.agree(&["alice", "bob"], room));
    lab.change("alice", room, Change::Rename("still fine".into())).unwrap();
}
