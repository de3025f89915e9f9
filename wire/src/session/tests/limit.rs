//! Sizes and kinds outside the rules are refused by name, at both ends.

use super::*;
use crate::limit::{MAX_ANONYMOUS_MESSAGE_BYTES, MAX_MESSAGE_BYTES};

const MALFORMED: Error = Error::Malformed { what: "transport message" };

fn over(got: usize, max: usize) -> Error {
    Error::Limit { what: "message", got, max }
}

#[test]
fn plaintexts_outside_the_rules_are_refused() {
    for plaintext in [&b""[..], b"\0", b"\x01\0", b"\x02\0", b"\x03", b"\x03\0\0", b"\x04", b"\xff"]
    {
        let refused = read(&mut direction().1, &raw_frame(plaintext));
        assert_eq!(refused, (vec![], Err(MALFORMED)), "{plaintext:?}");
    }
}

#[test]
fn message_lengths_outside_the_bounds_are_refused_on_arrival() {
    let refused = |length: u32| {
        let plaintext = [&[kind::DATA][..], &length.to_be_bytes()].concat();
        read(&mut direction().1, &raw_frame(&plaintext)).1.unwrap_err()
    };
    assert_eq!(refused(0), Error::Malformed { what: "message" });
    assert_eq!(refused(4_097), over(4_097, MAX_ANONYMOUS_MESSAGE_BYTES));
    assert_eq!(refused(u32::MAX), over(0xffff_ffff, MAX_ANONYMOUS_MESSAGE_BYTES));
}

#[test]
fn the_receivers_bound_can_be_raised_up_to_the_protocols() {
    let (mut alice, mut relay) = direction();
    let longest = vec![7; MAX_ANONYMOUS_MESSAGE_BYTES];
    let items = vec![message(&longest)];
    assert_eq!(read(&mut relay, &sealed(&mut alice, &longest)), (items, Ok(())));
    relay.set_max_message_bytes(usize::MAX);
    let longest = vec![7; MAX_MESSAGE_BYTES];
    let items = vec![message(&longest)];
    assert_eq!(read(&mut relay, &sealed(&mut alice, &longest)), (items, Ok(())));
    let length = u32::try_from(MAX_MESSAGE_BYTES + 1).unwrap().to_be_bytes();
    let mut relay = direction().1;
    relay.set_max_message_bytes(usize::MAX);
    let refused = read(&mut relay, &raw_frame(&[&[kind::DATA][..], &length].concat()));
    assert_eq!(refused.1, Err(over(MAX_MESSAGE_BYTES + 1, MAX_MESSAGE_BYTES)));
}

#[test]
fn a_message_that_may_not_be_sent_leaves_no_plaintext_behind() {
    let long = vec![7; MAX_MESSAGE_BYTES + 1];
    let empty = Error::Malformed { what: "message" };
    let too_long = over(MAX_MESSAGE_BYTES + 1, MAX_MESSAGE_BYTES);
    for (bad, error) in [(&b""[..], empty), (&long, too_long)] {
        let (mut alice, _) = direction();
        let mut out = b"before".to_vec();
        assert_eq!(alice.seal([b"good", bad], START, &mut out), Err(error));
        assert_eq!(out, b"before");
        assert_eq!(alice.seal([&b"good"[..]], START, &mut out), Err(OVER));
        assert_eq!(alice.keep_alive(START, &mut out), Err(OVER));
        assert_eq!(alice.close(0, START, &mut out), Err(OVER));
        assert_eq!(out, b"before");
    }
}

#[test]
fn a_caller_that_stays_idle_pays_for_two_small_structs() {
    assert!(size_of::<Inbound>() <= 96, "{}", size_of::<Inbound>());
    assert!(size_of::<Outbound>() <= 72, "{}", size_of::<Outbound>());
}

#[test]
fn nonces_near_the_end_stop_both_halves() {
    let (mut alice, mut relay) = direction();
    *alice.cipher.nonce_mut() = u64::MAX - 1;
    *relay.cipher.nonce_mut() = u64::MAX - 1;
    assert_eq!(read(&mut relay, &sealed(&mut alice, b"a")), (vec![message(b"a")], Ok(())));
    let mut out = Vec::new();
    assert_eq!(alice.seal([&b"b"[..]], START, &mut out), Err(Error::Crypto));
    assert!(out.is_empty());
    assert_eq!(read(&mut relay, &raw_frame(b"\x01")), (vec![], Err(Error::Crypto)));
}
