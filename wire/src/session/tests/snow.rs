//! The crate `snow` as the peer, in both roles: handshake, messages each way, rekey each way.

use ::snow::{Builder, HandshakeState, TransportState};

use super::*;
use crate::limit::REKEY_AFTER_MS;

const NAME: &str = "Noise_XX_25519_AESGCM_SHA256";

/// Snow's end of a session, in a role.
fn snow(key: &StaticKey, role: fn(Builder<'_>) -> HandshakeState) -> HandshakeState {
    let builder = Builder::new(NAME.parse().unwrap()).prologue(PROLOGUE).unwrap();
    role(builder.local_private_key(key.as_bytes()).unwrap())
}

fn framed(body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()
}

fn write(snow: &mut HandshakeState) -> Vec<u8> {
    let mut body = [0; 256];
    let len = snow.write_message(&[], &mut body).unwrap();
    framed(&body[..len])
}

fn read_handshake(snow: &mut HandshakeState, frame: &[u8]) {
    assert_eq!(snow.read_message(&frame[4..], &mut [0; 256]).unwrap(), 0);
}

/// Messages each way, a rekey each way, and messages under the new keys.
fn talk(ours: &mut Session, snow: &mut TransportState) {
    let (mut plaintext, mut now) = ([0; 256], START);
    for round in 0..4_u8 {
        ours.send(&[round; 9], now).unwrap();
        let mut bytes = ours.poll_output().unwrap();
        let mut input = bytes.as_mut_slice();
        let mut frames = crate::frame::FrameReader::default();
        let mut data = Vec::new();
        while let Some(frame) = frames.next_frame(&mut input, Bound::FRAME).unwrap() {
            let len = snow.read_message(&frame, &mut plaintext).unwrap();
            match plaintext[0] {
                kind::REKEY => snow.rekey_incoming(),
                _ => data.extend_from_slice(&plaintext[1..len]),
            }
        }
        assert_eq!(data, framed(&[round; 9]));

        send_from_snow(snow, ours, &[&[kind::DATA][..], &framed(&[round; 7])].concat(), now);
        assert_eq!(ours.poll_event(), Some(Event::Message(vec![round; 7])));
        send_from_snow(snow, ours, &[kind::REKEY], now);
        snow.rekey_outgoing();
        now = now.after_ms(REKEY_AFTER_MS);
    }
}

fn send_from_snow(snow: &mut TransportState, ours: &mut Session, plaintext: &[u8], now: Time) {
    let mut body = [0; 256];
    let len = snow.write_message(plaintext, &mut body).unwrap();
    ours.handle_bytes(&mut framed(&body[..len]), now).unwrap();
}

fn assert_established(ours: &mut Session, snow: &HandshakeState, key: &StaticKey) {
    let handshake_hash = snow.get_handshake_hash().try_into().unwrap();
    let established = Event::Established { remote_static: key.public(), handshake_hash };
    assert_eq!(ours.poll_event(), Some(established));
}

#[test]
fn our_initiator_talks_to_snows_responder() {
    let relay = relay_key();
    let mut peer = snow(&relay, |builder| builder.build_responder().unwrap());
    let mut rng = SeededRng(3);
    let mut alice = Session::initiator(alice_key(), relay.public(), START, &mut rng).unwrap();
    read_handshake(&mut peer, &alice.poll_output().unwrap());
    alice.handle_bytes(&mut write(&mut peer), START).unwrap();
    read_handshake(&mut peer, &alice.poll_output().unwrap());
    assert_established(&mut alice, &peer, &relay);
    assert_eq!(peer.get_remote_static(), Some(&alice_key().public().as_bytes()[..]));
    talk(&mut alice, &mut peer.into_transport_mode().unwrap());
}

#[test]
fn our_responder_talks_to_snows_initiator() {
    let alice = alice_key();
    let mut peer = snow(&alice, |builder| builder.build_initiator().unwrap());
    let mut relay = Session::responder(relay_key(), START, &mut SeededRng(4));
    relay.handle_bytes(&mut write(&mut peer), START).unwrap();
    read_handshake(&mut peer, &relay.poll_output().unwrap());
    relay.handle_bytes(&mut write(&mut peer), START).unwrap();
    assert_established(&mut relay, &peer, &alice);
    assert_eq!(peer.get_remote_static(), Some(&relay_key().public().as_bytes()[..]));
    talk(&mut relay, &mut peer.into_transport_mode().unwrap());
}
