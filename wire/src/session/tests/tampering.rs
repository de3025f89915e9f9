//! Whatever is done to a frame on its way ends the session and releases nothing.

use super::*;

/// More than any length prefix can announce, so that no reader still waits.
const REST: [u8; 70_000] = [0; 70_000];

fn assert_dead(inbound: &mut Inbound, bytes: &[u8]) {
    let (items, result) = read(inbound, bytes);
    assert_eq!(items, []);
    assert!(result.is_err());
    let (mut honest, _) = direction();
    assert_eq!(read(inbound, &sealed(&mut honest, b"hello")), (vec![], Err(OVER)));
}

#[test]
fn every_flipped_bit_kills_the_session_and_releases_nothing() {
    let frame = sealed(&mut direction().0, b"to the relay");
    for bit in 0..frame.len() * 8 {
        let mut flipped = [&frame[..], &REST].concat();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_dead(&mut direction().1, &flipped);
    }
}

#[test]
fn a_short_or_empty_tag_kills_the_session() {
    let frame = sealed(&mut direction().0, b"to the relay");
    for len in 1..frame.len() - 4 {
        let length = u32::try_from(len).unwrap().to_be_bytes();
        assert_dead(&mut direction().1, &[&length[..], &frame[4..4 + len]].concat());
    }
}

#[test]
fn a_replayed_frame_kills_the_session() {
    let (mut alice, mut relay) = direction();
    let frame = sealed(&mut alice, b"once");
    assert_eq!(read(&mut relay, &frame), (vec![message(b"once")], Ok(())));
    assert_dead(&mut relay, &frame);
}

#[test]
fn swapped_frames_kill_the_session() {
    let (mut alice, mut relay) = direction();
    let (first, second) = (sealed(&mut alice, b"first"), sealed(&mut alice, b"second"));
    assert_dead(&mut relay, &[second, first].concat());
}

#[test]
fn a_dropped_frame_kills_the_session() {
    let (mut alice, mut relay) = direction();
    sealed(&mut alice, b"dropped");
    assert_dead(&mut relay, &sealed(&mut alice, b"second"));
}

#[test]
fn an_own_frame_reflected_kills_the_session() {
    let (mut alice, _) = sessions();
    alice.send(b"to the relay", START).unwrap();
    let mut own = alice.poll_output().unwrap();
    assert_eq!(alice.handle_bytes(&mut own, START), Err(HandshakeError::Protocol(Error::Crypto)));
    assert_eq!(alice.poll_event(), None);
    assert_eq!(alice.next_deadline(), None);
}

#[test]
fn what_came_before_the_forgery_is_released() {
    let (mut alice, mut relay) = direction();
    let mut bytes = sealed(&mut alice, b"true");
    bytes.extend_from_slice(&raw_frame(b"\0\0\0\0\x01x"));
    assert_eq!(read(&mut relay, &bytes), (vec![message(b"true")], Err(Error::Crypto)));
}

#[test]
fn an_error_of_the_caller_ends_the_half() {
    let (mut alice, mut relay) = direction();
    let refusal = Error::PeerMisbehaved { what: "the caller says so" };
    let mut frame = sealed(&mut alice, b"first");
    assert_eq!(relay.handle_bytes(&mut frame, START, &mut |_| Err(refusal)), Err(refusal));
    assert_dead(&mut relay, &sealed(&mut alice, b"second"));
}
