//! Keep-alives, silence, the end, and the end of time.

use super::*;

const KEEP_ALIVE_FRAME: usize = 4 + 1 + 16;

fn at(ms: u64) -> Time {
    START.after_ms(ms)
}

#[test]
fn the_initiator_asks_the_responder_answers_and_neither_starts_over() {
    let (mut alice, mut relay) = sessions();
    assert_eq!(alice.next_deadline(), Some(at(30_000)));
    assert_eq!(relay.next_deadline(), Some(at(90_000)));
    alice.handle_timeout(at(29_999)).unwrap();
    assert_eq!(alice.poll_output(), None);
    alice.handle_timeout(at(30_000)).unwrap();
    let mut asked = alice.poll_output().unwrap();
    assert_eq!(asked.len(), KEEP_ALIVE_FRAME);
    relay.handle_bytes(&mut asked, at(30_000)).unwrap();
    let mut answered = relay.poll_output().unwrap();
    assert_eq!(answered.len(), KEEP_ALIVE_FRAME);
    alice.handle_bytes(&mut answered, at(30_000)).unwrap();
    assert_eq!((alice.poll_output(), alice.poll_event(), relay.poll_event()), (None, None, None));
    assert_eq!(alice.next_deadline(), Some(at(60_000)));
    assert_eq!(relay.next_deadline(), Some(at(120_000)));
    relay.handle_timeout(at(60_000)).unwrap();
    assert_eq!(relay.poll_output(), None);
}

#[test]
fn a_client_that_only_sends_keeps_its_healthy_relay() {
    let (mut alice, mut relay) = sessions();
    for second in 1..=300 {
        let now = at(second * 1_000);
        alice.send(b"typing", now).unwrap();
        alice.handle_timeout(now).unwrap();
        relay.handle_timeout(now).unwrap();
        exchange(&mut alice, &mut relay, now);
    }
    assert!(alice.next_deadline().is_some());
}

#[test]
fn a_silent_peer_times_out() {
    let timed_out = Error::TimedOut { what: "the peer" };
    let (mut alice, mut relay) = sessions();
    relay.handle_timeout(at(89_999)).unwrap();
    assert_eq!(relay.handle_timeout(at(90_000)), Err(timed_out));
    assert_eq!(alice.handle_timeout(at(90_000)), Err(timed_out));
    assert_eq!((alice.next_deadline(), relay.next_deadline()), (None, None));
    assert_eq!(relay.handle_bytes(&mut [0], at(90_001)), Err(HandshakeError::Protocol(OVER)));
}

#[test]
fn dribbled_bytes_are_no_sign_of_life() {
    let (mut alice, mut relay) = direction();
    let frame = sealed(&mut alice, b"slow");
    let (last, first) = frame.split_last().unwrap();
    let none = &mut |_: Item<'_>| Ok(());
    relay.handle_bytes(&mut first.to_vec(), at(50_000), none).unwrap();
    assert_eq!(relay.deadline(), at(90_000));
    relay.handle_bytes(&mut [*last], at(60_000), none).unwrap();
    assert_eq!(relay.deadline(), at(150_000));
}

#[test]
fn a_close_carries_its_reason_and_is_the_last_word() {
    let (mut alice, mut relay) = sessions();
    alice.send(b"bye", START).unwrap();
    alice.close(7, START).unwrap();
    assert!(alice.send(b"more", START).is_err());
    exchange_one_way(&mut alice, &mut relay);
    assert_eq!(relay.poll_event(), Some(Event::Message(b"bye".to_vec())));
    assert_eq!(relay.poll_event(), Some(Event::Closed(7)));
    assert!(relay.send(b"more", START).is_err());
    assert_eq!((alice.next_deadline(), relay.next_deadline()), (None, None));
}

fn exchange_one_way(from: &mut Session, to: &mut Session) {
    to.handle_bytes(&mut from.poll_output().unwrap(), START).unwrap();
}

#[test]
fn bytes_after_a_close_are_refused() {
    let misbehaved = Error::PeerMisbehaved { what: "bytes after the close" };
    let (mut alice, mut relay) = direction();
    let mut bytes = Vec::new();
    alice.close(7, START, &mut bytes).unwrap();
    bytes.push(0);
    assert_eq!(read(&mut relay, &bytes), (vec![Owned::Closed(7)], Err(misbehaved)));
    let (_, mut relay) = direction();
    let closed = read(&mut relay, bytes.get(..bytes.len() - 1).unwrap());
    assert_eq!(closed, (vec![Owned::Closed(7)], Ok(())));
    assert_eq!(read(&mut relay, &[0]), (vec![], Err(OVER)));
}

#[test]
fn messages_before_the_handshake_ends_are_misuse_and_harmless() {
    let relay = relay_key().public();
    let mut alice = Session::initiator(alice_key(), relay, START, &mut SeededRng(3)).unwrap();
    let misuse = Error::Misuse { what: "the session is not open" };
    assert_eq!(alice.send(b"early", START), Err(misuse));
    assert_eq!(alice.close(0, START), Err(misuse));
    assert!(alice.poll_output().is_some());
    assert!(alice.into_halves().is_none());
}

#[test]
fn the_halves_go_on_where_the_session_stood() {
    let (mut alice, relay) = sessions();
    let (mut inbound, mut outbound) = relay.into_halves().unwrap();
    alice.send(b"to the relay", START).unwrap();
    let bytes = alice.poll_output().unwrap();
    assert_eq!(read(&mut inbound, &bytes), (vec![message(b"to the relay")], Ok(())));
    alice.handle_bytes(&mut sealed(&mut outbound, b"to alice"), START).unwrap();
    assert_eq!(alice.poll_event(), Some(Event::Message(b"to alice".to_vec())));
}

#[test]
fn times_at_the_end_of_time_are_survived() {
    let end = Time::from_ms(u64::MAX);
    let (mut alice, mut relay) = sessions();
    alice.send(b"late", end).unwrap();
    relay.handle_bytes(&mut alice.poll_output().unwrap(), end).unwrap();
    assert_eq!(relay.poll_event(), Some(Event::Message(b"late".to_vec())));
    assert_eq!(relay.next_deadline(), Some(end));
    assert!(relay.handle_timeout(end).is_err());
    assert!(alice.handle_timeout(end).is_err());
    let mut late = Session::responder(relay_key(), end, &mut SeededRng(4));
    assert_eq!(late.next_deadline(), Some(end));
    assert!(late.handle_timeout(end).is_err());
}

#[test]
fn a_clock_that_goes_back_is_survived() {
    let (mut alice, mut relay) = sessions();
    let zero = Time::from_ms(0);
    alice.send(b"back", zero).unwrap();
    relay.handle_bytes(&mut alice.poll_output().unwrap(), zero).unwrap();
    assert_eq!(relay.poll_event(), Some(Event::Message(b"back".to_vec())));
}
