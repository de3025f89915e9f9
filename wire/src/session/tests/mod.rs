//! One behaviour per file. Alice is a client, the relay answers her, mallory attacks.

mod handshake;
mod lifetime;
mod limit;
mod rekey;
mod snow;
mod stream;
mod tampering;

use super::*;
use crate::Time;
use crate::key::StaticKey;
use crate::noise::CipherState;
use crate::testing::SeededRng;

const START: Time = Time::from_ms(1_000);

/// An item that outlives its frame.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Owned {
    Message(Vec<u8>),
    KeepAlive,
    Closed(u8),
}

impl From<Item<'_>> for Owned {
    fn from(item: Item<'_>) -> Self {
        match item {
            Item::Message(message) => Self::Message(message.to_vec()),
            Item::KeepAlive => Self::KeepAlive,
            Item::Closed(reason) => Self::Closed(reason),
        }
    }
}

fn message(bytes: &[u8]) -> Owned {
    Owned::Message(bytes.to_vec())
}

fn alice_key() -> StaticKey {
    StaticKey::generate(&mut SeededRng(1))
}

fn relay_key() -> StaticKey {
    StaticKey::generate(&mut SeededRng(2))
}

/// One direction of a session.
fn direction() -> (Outbound, Inbound) {
    let key = [7; 32];
    let inbound = Inbound::new(CipherState::new(key), &[], START);
    (Outbound::new(CipherState::new(key), START), inbound)
}

fn sealed(outbound: &mut Outbound, message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    outbound.seal([message], START, &mut out).unwrap();
    out
}

/// A frame with this plaintext, as the first under the key of [`direction`].
fn raw_frame(plaintext: &[u8]) -> Vec<u8> {
    let mut body = plaintext.to_vec();
    let tag = CipherState::new([7; 32]).keyed().seal(&[], &mut body).unwrap();
    body.extend_from_slice(&tag);
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], &body].concat()
}

/// What `inbound` makes of a copy of `bytes`.
fn read(inbound: &mut Inbound, bytes: &[u8]) -> (Vec<Owned>, Result<(), Error>) {
    let mut items = Vec::new();
    let result = inbound.handle_bytes(&mut bytes.to_vec(), START, &mut |item| {
        items.push(item.into());
        Ok(())
    });
    (items, result)
}

/// A client and a relay that have finished their handshake and handed out that event.
fn sessions() -> (Session, Session) {
    let relay_key = relay_key();
    let public = relay_key.public();
    let mut alice = Session::initiator(alice_key(), public, START, &mut SeededRng(3)).unwrap();
    let mut relay = Session::responder(relay_key, START, &mut SeededRng(4));
    exchange(&mut alice, &mut relay, START);
    assert!(matches!(alice.poll_event(), Some(Event::Established { .. })));
    assert!(matches!(relay.poll_event(), Some(Event::Established { .. })));
    (alice, relay)
}

/// Carries bytes until both ends are silent.
fn exchange(alice: &mut Session, relay: &mut Session, now: Time) {
    loop {
        let (to_relay, to_alice) = (alice.poll_output(), relay.poll_output());
        if to_relay.is_none() && to_alice.is_none() {
            break;
        }
        if let Some(mut bytes) = to_relay {
            relay.handle_bytes(&mut bytes, now).unwrap();
        }
        if let Some(mut bytes) = to_alice {
            alice.handle_bytes(&mut bytes, now).unwrap();
        }
    }
}
