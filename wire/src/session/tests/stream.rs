//! Messages arrive whole and in order, however sealed and however cut.

use proptest::prelude::*;

use super::*;
use crate::limit::{MAX_FRAME_BYTES, MAX_MESSAGE_BYTES};

/// A handshake and a few messages each way, with what each end reads cut at one place.
/// Returns what each end polled and the bytes that the relay and alice read.
fn conversation(cut_relay: usize, cut_alice: usize) -> (Vec<Event>, Vec<Event>, [usize; 2]) {
    let (alice_key, relay_key) = (alice_key(), relay_key());
    let public = relay_key.public();
    let mut alice = Session::initiator(alice_key, public, START, &mut SeededRng(3)).unwrap();
    let mut relay = Session::responder(relay_key, START, &mut SeededRng(4));
    let (mut to_relay, mut to_alice) = (Cut::at(cut_relay), Cut::at(cut_alice));
    to_relay.deliver(&mut alice, &mut relay);
    to_alice.deliver(&mut relay, &mut alice);
    // Merged with the end of the handshake.
    alice.send(b"first", START).unwrap();
    alice.send(&[7; 300], START).unwrap();
    to_relay.deliver(&mut alice, &mut relay);
    relay.send(b"answer", START).unwrap();
    relay.close(3, START).unwrap();
    to_alice.deliver(&mut relay, &mut alice);
    let events = |session: &mut Session| std::iter::from_fn(|| session.poll_event()).collect();
    (events(&mut alice), events(&mut relay), [to_relay.passed, to_alice.passed])
}

/// A link that cuts its bytes in two at `at`.
struct Cut {
    at: usize,
    passed: usize,
}

impl Cut {
    fn at(at: usize) -> Self {
        Self { at, passed: 0 }
    }

    fn deliver(&mut self, from: &mut Session, to: &mut Session) {
        let mut bytes = from.poll_output().unwrap();
        let cut = self.at.saturating_sub(self.passed).min(bytes.len());
        self.passed += bytes.len();
        let (first, second) = bytes.split_at_mut(cut);
        for piece in [first, second] {
            if !piece.is_empty() {
                to.handle_bytes(piece, START).unwrap();
            }
        }
    }
}

#[test]
fn a_cut_at_any_byte_of_a_whole_conversation_changes_nothing() {
    let (alices, relays, [to_relay, to_alice]) = conversation(0, 0);
    assert_eq!(alices[1..], [Event::Message(b"answer".to_vec()), Event::Closed(3)]);
    let received = [Event::Message(b"first".to_vec()), Event::Message(vec![7; 300])];
    assert_eq!(relays[1..], received);
    for cut in 1..to_relay.max(to_alice) {
        let (alice, relay, _) = conversation(cut, cut);
        assert_eq!((&alice, &relay), (&alices, &relays), "cut at {cut}");
    }
}

#[test]
fn small_messages_share_a_frame() {
    let (mut alice, mut relay) = direction();
    let mut out = Vec::new();
    alice.seal([&b"a"[..], b"bc", b"def"], START, &mut out).unwrap();
    assert_eq!(out.len(), 4 + 1 + (4 + 1) + (4 + 2) + (4 + 3) + 16);
    let items = vec![message(b"a"), message(b"bc"), message(b"def")];
    assert_eq!(read(&mut relay, &out), (items, Ok(())));
}

#[test]
fn a_long_message_fills_frames_to_the_brim() {
    let (mut alice, mut relay) = direction();
    relay.set_max_message_bytes(MAX_MESSAGE_BYTES);
    let stream_per_frame = MAX_FRAME_BYTES - 16 - 1;
    for (len, frames) in [(stream_per_frame - 4, 1), (stream_per_frame - 3, 2), (1 << 20, 17)] {
        let long = vec![7; len];
        let out = sealed(&mut alice, &long);
        assert_eq!(out.len(), 4 + len + frames * (4 + 1 + 16));
        assert_eq!(read(&mut relay, &out), (vec![message(&long)], Ok(())));
    }
}

#[test]
fn nothing_is_sealed_into_nothing() {
    let mut out = Vec::new();
    direction().0.seal([], START, &mut out).unwrap();
    assert!(out.is_empty());
}

#[test]
fn a_keep_alive_may_come_between_the_pieces_of_a_message() {
    let mut cipher = CipherState::new([7; 32]);
    let mut bytes = Vec::new();
    for plaintext in [&b"\0\0\0"[..], b"\x01", b"\0\0\x02a", b"\0b\0\0\0\x01c"] {
        let mut body = plaintext.to_vec();
        let tag = cipher.keyed().seal(&[], &mut body).unwrap();
        bytes.extend_from_slice(&u32::try_from(body.len() + 16).unwrap().to_be_bytes());
        bytes.extend_from_slice(&body);
        bytes.extend_from_slice(&tag);
    }
    let items = vec![Owned::KeepAlive, message(b"ab"), message(b"c")];
    assert_eq!(read(&mut direction().1, &bytes), (items, Ok(())));
}

#[test]
fn what_came_with_the_handshake_is_read_first() {
    let (mut alice, _) = direction();
    let early = sealed(&mut alice, b"early");
    let mut relay = Inbound::new(CipherState::new([7; 32]), &early, START);
    let items = vec![message(b"early"), message(b"later")];
    assert_eq!(read(&mut relay, &sealed(&mut alice, b"later")), (items, Ok(())));
    assert!(relay.early.is_none());
}

proptest! {
    #[test]
    fn any_batches_cut_anywhere_give_the_same_messages(
        batches in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(any::<u8>(), 1..400), 0..6), 0..6),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let (mut alice, mut relay) = direction();
        let mut bytes = Vec::new();
        for batch in &batches {
            alice.seal(batch.iter().map(Vec::as_slice), START, &mut bytes).unwrap();
        }
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let (mut items, mut start) = (Vec::new(), 0);
        for end in cuts.into_iter().chain([bytes.len()]) {
            let (some, result) = read(&mut relay, &bytes[start..end]);
            prop_assert_eq!(result, Ok(()));
            items.extend(some);
            start = end;
        }
        let sent: Vec<Owned> = batches.concat().into_iter().map(Owned::Message).collect();
        prop_assert_eq!(items, sent);
    }
}
