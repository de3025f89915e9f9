//! Who gets through the handshake, and what the others are told.

use super::*;
use crate::key::PublicKey;
use crate::noise;
use crate::testing::low_order_points;

fn initiator(seed: u64) -> Handshaking {
    let relay = relay_key().public();
    Handshaking::initiator(alice_key(), relay, START, &mut SeededRng(seed)).unwrap()
}

fn responder(seed: u64) -> Handshaking {
    Handshaking::responder(relay_key(), START, &mut SeededRng(seed))
}

fn framed(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

fn error(handshaking: &mut Handshaking, bytes: &[u8]) -> HandshakeError {
    let error = handshaking.handle_bytes(&mut bytes.to_vec(), START).unwrap_err();
    assert_eq!(handshaking.poll_output(), None, "a failed handshake is silent");
    let again = handshaking.handle_bytes(&mut framed(b"more"), START).unwrap_err();
    assert_eq!(again, HandshakeError::Protocol(OVER));
    error
}

const MALFORMED: HandshakeError =
    HandshakeError::Protocol(Error::Malformed { what: "handshake message" });
const CRYPTO: HandshakeError = HandshakeError::Protocol(Error::Crypto);

#[test]
fn both_ends_learn_the_other_and_agree_on_the_hash() {
    let (mut alice, mut relay) = (initiator(3), responder(4));
    let mut hello = alice.poll_output().unwrap();
    assert!(relay.handle_bytes(&mut hello, START).unwrap().is_none());
    let mut response = relay.poll_output().unwrap();
    let alices = alice.handle_bytes(&mut response, START).unwrap().unwrap();
    let mut finish = alice.poll_output().unwrap();
    let relays = relay.handle_bytes(&mut finish, START).unwrap().unwrap();
    assert_eq!(alices.remote_static, relay_key().public());
    assert_eq!(relays.remote_static, alice_key().public());
    assert_eq!(alices.handshake_hash, relays.handshake_hash);
    assert_eq!([hello.len(), response.len(), finish.len()], [4 + 32, 4 + 96, 4 + 64]);
}

#[test]
fn a_changed_relay_key_is_named_before_the_clients_own_key_is_sent() {
    let expected = StaticKey::generate(&mut SeededRng(9)).public();
    let mut alice =
        Handshaking::initiator(alice_key(), expected, START, &mut SeededRng(3)).unwrap();
    let mut relay = responder(4);
    relay.handle_bytes(&mut alice.poll_output().unwrap(), START).unwrap();
    let received = relay_key().public();
    let changed = error(&mut alice, &relay.poll_output().unwrap());
    assert_eq!(changed, HandshakeError::RelayKeyChanged { expected, received });
    let shown = changed.to_string();
    assert!(shown.contains(&expected.fingerprint()) && shown.contains(&received.fingerprint()));
}

#[test]
fn a_recorded_handshake_cannot_be_replayed() {
    let (mut alice, mut relay) = (initiator(3), responder(4));
    let hello = alice.poll_output().unwrap();
    relay.handle_bytes(&mut hello.clone(), START).unwrap();
    alice.handle_bytes(&mut relay.poll_output().unwrap(), START).unwrap();
    let finish = alice.poll_output().unwrap();

    let mut fresh = responder(5);
    fresh.handle_bytes(&mut hello.clone(), START).unwrap();
    fresh.poll_output();
    assert_eq!(error(&mut fresh, &finish), CRYPTO);
}

#[test]
fn a_recorded_response_cannot_be_replayed() {
    let (mut alice, mut relay) = (initiator(3), responder(4));
    relay.handle_bytes(&mut alice.poll_output().unwrap(), START).unwrap();
    let response = relay.poll_output().unwrap();
    let mut later = initiator(5);
    later.poll_output();
    assert_eq!(error(&mut later, &response), CRYPTO);
}

#[test]
fn another_prologue_fails() {
    for prologue in [&b"sotto/2"[..], b"", b"sotto/1 "] {
        let mut rng = SeededRng(3);
        let mallory = noise::Initiator::new(prologue, alice_key(), &mut rng);
        let mut hello = Vec::new();
        let mallory = mallory.write(&[], &mut hello).unwrap();
        let mut relay = responder(4);
        relay.handle_bytes(&mut framed(&hello), START).unwrap();
        let mut response = relay.poll_output().unwrap().split_off(4);
        assert!(matches!(mallory.read(&mut response), Err(Error::Crypto)));
    }
}

#[test]
fn two_initiators_fail() {
    let (mut alice, mut bob) = (initiator(3), initiator(4));
    bob.poll_output();
    assert_eq!(error(&mut bob, &alice.poll_output().unwrap()), MALFORMED);
}

#[test]
fn a_responders_message_is_no_hello() {
    let (mut alice, mut relay) = (initiator(3), responder(4));
    relay.handle_bytes(&mut alice.poll_output().unwrap(), START).unwrap();
    let response = relay.poll_output().unwrap();
    let refused = error(&mut responder(5), &response);
    let payload = Error::Malformed { what: "handshake payload" };
    assert_eq!(refused, HandshakeError::Protocol(payload));
}

#[test]
fn a_low_order_ephemeral_key_fails_in_both_roles() {
    for point in low_order_points() {
        assert_eq!(error(&mut responder(4), &framed(&point)), CRYPTO);
        let mut alice = initiator(3);
        alice.poll_output();
        assert_eq!(error(&mut alice, &framed(&[&point[..], &[0; 64]].concat())), CRYPTO);
    }
}

#[test]
fn every_flipped_bit_of_the_handshake_fails() {
    let (mut alice, mut relay) = (initiator(3), responder(4));
    let hello = alice.poll_output().unwrap();
    relay.handle_bytes(&mut hello.clone(), START).unwrap();
    let response = relay.poll_output().unwrap();
    alice.handle_bytes(&mut response.clone(), START).unwrap();
    let finish = alice.poll_output().unwrap();
    let flipped = |message: &[u8], bit: usize| {
        let mut flipped = message.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // A longer length waits for more.
        flipped.extend_from_slice(&[0; 256]);
        flipped
    };
    for bit in 0..response.len() * 8 {
        let mut alice = initiator(3);
        alice.poll_output();
        error(&mut alice, &flipped(&response, bit));
    }
    for bit in (0..finish.len() * 8).step_by(7) {
        let mut relay = responder(4);
        relay.handle_bytes(&mut hello.clone(), START).unwrap();
        relay.poll_output();
        error(&mut relay, &flipped(&finish, bit));
    }
}

#[test]
fn short_and_long_messages_are_refused_by_name() {
    assert_eq!(error(&mut responder(4), &framed(&[9; 31])), MALFORMED);
    let mut alice = initiator(3);
    alice.poll_output();
    assert_eq!(error(&mut alice, &framed(&[9; 79])), MALFORMED);
    let over = Error::Limit { what: "handshake frame", got: 257, max: 256 };
    assert_eq!(error(&mut responder(4), &framed(&[9; 257])), HandshakeError::Protocol(over));
}

#[test]
fn a_slow_handshake_times_out() {
    let mut relay = responder(4);
    assert_eq!(relay.deadline(), START.after_ms(5_000));
    relay.handle_timeout(START.after_ms(4_999)).unwrap();
    let timed_out = Error::TimedOut { what: "the handshake" };
    assert_eq!(relay.handle_timeout(START.after_ms(5_000)), Err(timed_out));
    // A peer that dribbles does not get round the sweeper either.
    let mut relay = responder(4);
    let late = relay.handle_bytes(&mut [0], START.after_ms(5_000)).unwrap_err();
    assert_eq!(late, HandshakeError::Protocol(timed_out));
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", initiator(3));
    assert_eq!(shown, "Handshaking { deadline: Time(6000), .. }");
    let key = PublicKey::from_bytes([0; 32]);
    assert_eq!(format!("{key:?}"), "PublicKey(6668 7aad f862 bd77 6c8f c18b 8e9f 8e20)");
}
