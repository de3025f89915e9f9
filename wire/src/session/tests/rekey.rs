//! Keys are replaced by count and by age, and the receiver insists.

use super::*;
use crate::limit::{REKEY_AFTER_MESSAGES, REKEY_AFTER_MS};

fn almost_used_up() -> u32 {
    u32::try_from(REKEY_AFTER_MESSAGES).unwrap() - 2
}

const DATA_FRAME: usize = 4 + 1 + 4 + 1 + 16;
const REKEY_FRAME: usize = 4 + 1 + 16;

#[test]
fn the_last_message_under_a_key_is_the_rekey() {
    let (mut alice, mut relay) = direction();
    alice.age.sealed = almost_used_up();
    relay.stream.opened = almost_used_up();
    let last = sealed(&mut alice, b"a");
    assert_eq!(last.len(), DATA_FRAME);
    assert_eq!(read(&mut relay, &last), (vec![message(b"a")], Ok(())));
    let next = sealed(&mut alice, b"b");
    assert_eq!(next.len(), REKEY_FRAME + DATA_FRAME);
    assert_eq!(read(&mut relay, &next), (vec![message(b"b")], Ok(())));
    assert_eq!((alice.age.sealed, relay.stream.opened), (1, 1));
    assert_eq!(read(&mut relay, &sealed(&mut alice, b"c")), (vec![message(b"c")], Ok(())));
}

#[test]
fn a_key_is_replaced_in_the_middle_of_a_batch() {
    let (mut alice, mut relay) = direction();
    alice.age.sealed = almost_used_up();
    relay.stream.opened = almost_used_up();
    relay.set_max_message_bytes(crate::limit::MAX_MESSAGE_BYTES);
    let long = vec![7; 200_000];
    let bytes = sealed(&mut alice, &long);
    assert_eq!(alice.age.sealed, 3);
    assert_eq!(read(&mut relay, &bytes), (vec![message(&long)], Ok(())));
}

#[test]
fn a_key_is_replaced_at_its_age() {
    let (mut alice, mut relay) = direction();
    let mut out = Vec::new();
    alice.seal([&b"a"[..]], START.after_ms(REKEY_AFTER_MS - 1), &mut out).unwrap();
    assert_eq!(out.len(), DATA_FRAME);
    alice.keep_alive(START.after_ms(REKEY_AFTER_MS), &mut out).unwrap();
    assert_eq!(out.len(), DATA_FRAME + 2 * REKEY_FRAME);
    alice.seal([&b"b"[..]], START.after_ms(2 * REKEY_AFTER_MS - 1), &mut out).unwrap();
    assert_eq!(out.len(), 2 * (DATA_FRAME + REKEY_FRAME));
    let items = vec![message(b"a"), Owned::KeepAlive, message(b"b")];
    assert_eq!(read(&mut relay, &out), (items, Ok(())));
}

#[test]
fn a_peer_that_does_not_rekey_is_dropped() {
    let (mut alice, mut relay) = direction();
    relay.stream.opened = almost_used_up();
    let (first, second, third) =
        (sealed(&mut alice, b"a"), sealed(&mut alice, b"b"), sealed(&mut alice, b"c"));
    assert_eq!(read(&mut relay, &[first, second].concat()).1, Ok(()));
    let misbehaved = Error::PeerMisbehaved { what: "too many messages under one key" };
    assert_eq!(read(&mut relay, &third), (vec![], Err(misbehaved)));
}

#[test]
fn every_message_up_to_the_bound_and_past_it_arrives() {
    let (mut alice, mut relay) = direction();
    let (mut frame, mut received) = (Vec::new(), 0_u64);
    for _ in 0..REKEY_AFTER_MESSAGES + 2 {
        frame.clear();
        alice.seal([&b"x"[..]], START, &mut frame).unwrap();
        relay
            .handle_bytes(&mut frame, START, &mut |_| {
                received += 1;
                Ok(())
            })
            .unwrap();
    }
    assert_eq!(received, REKEY_AFTER_MESSAGES + 2);
    assert_eq!(alice.age.sealed, 3);
}
