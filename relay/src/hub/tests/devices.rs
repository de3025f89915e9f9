//! What an account does with its devices.

use super::*;

const LAPTOP: ConnId = ConnId(5);

fn with_laptop() -> Lab {
    let mut lab = Lab::with_room(Settings::default());
    lab.add_device("bob", 5);
    lab.connect(LAPTOP, 5);
    lab.sent.clear();
    lab
}

fn name(n: u8, name: &[u8]) -> ToRelay {
    ToRelay::NameDevice { device: device(n), name: Bytes::new(name.to_vec()).unwrap() }
}

#[test]
fn devices_are_listed_with_their_names() {
    let mut lab = with_laptop();
    assert_eq!(lab.ask(BOB, name(5, b"laptop")), ToClient::Done);
    assert_eq!(lab.refusal(BOB, name(1, b"hers")), Refusal::NotAllowed);
    let ToClient::Devices { devices } = lab.ask(LAPTOP, ToRelay::ListDevices) else { panic!() };
    let names: Vec<_> = devices.iter().map(|info| info.name.to_vec()).collect();
    assert_eq!(names, [b"".to_vec(), b"laptop".to_vec()]);
    assert!(devices.iter().all(|info| info.seen == lab.now.unix));
    let ToClient::Devices { devices } = lab.ask(ALICE, ToRelay::ListDevices) else { panic!() };
    assert_eq!(devices.len(), 1);
}

#[test]
fn a_revoked_device_is_closed_and_a_stranger_from_then_on() {
    let mut lab = with_laptop();
    let revoke = |n| ToRelay::RevokeDevice { device: device(n) };
    for _ in 0..2 {
        assert_eq!(lab.ask(LAPTOP, revoke(2)), ToClient::Done);
    }
    assert_eq!(lab.closed[&BOB], CloseReason::Revoked);
    lab.connect(ConnId(9), 2);
    assert_eq!(lab.take(ConnId(9)), [ToClient::Ready { open_registration: false }]);
    lab.ask(ALICE, post(2, 1, 10));
    assert_eq!(lab.take(ConnId(9)), []);
    for n in [1, 5, 77] {
        assert_eq!(lab.refusal(LAPTOP, revoke(n)), Refusal::NotAllowed, "{n}");
    }
}

#[test]
fn what_a_device_asked_just_before_it_was_revoked_is_refused() {
    let mut lab = with_laptop();
    let now = lab.now;
    let message = ToRelay::RevokeDevice { device: device(2) };
    lab.hub.handle_message(LAPTOP, Tagged { tag: 7, message }, now);
    lab.hub.handle_message(BOB, Tagged { tag: 7, message: post(2, 1, 10) }, now);
    lab.settle();
    assert_eq!(records(&lab.take(ALICE)), []);
}
