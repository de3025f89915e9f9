//! Bodies for fuzzers: whatever the bytes are, nothing panics and what must hold holds. Each runs
//! in a unit test as well.

use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

use crate::certificate::DeviceCertificate;
use crate::codec::Field;
use crate::frame::{Bound, FrameReader, prefix};
use crate::key::StaticKey;
use crate::link::Link;
use crate::message::{Tagged, ToClient, ToRelay};
use crate::noise::CipherState;
use crate::session::{Handshaking, Inbound};
use crate::{Error, Time};

const NOW: Time = Time::from_ms(0);
const KEY: [u8; 32] = [7; 32];

/// The frame reader, fed in pieces whose lengths come from the bytes themselves, finds what it
/// finds when fed at once.
pub fn fuzz_frame(bytes: &[u8]) {
    let pieces = pieces(bytes);
    assert_eq!(read_frames(&pieces), read_frames(&[&pieces.concat()]));
}

/// A responder that meets a stranger never finishes the handshake.
pub fn fuzz_responder(bytes: &[u8]) {
    let mut responder = Handshaking::responder(StaticKey::from_bytes(KEY), NOW, &mut ZeroRng);
    assert!(!matches!(responder.handle_bytes(&mut bytes.to_vec(), NOW), Ok(Some(_))));
}

/// An initiator that meets a stranger never finishes the handshake.
pub fn fuzz_initiator(bytes: &[u8]) {
    let key = StaticKey::from_bytes(KEY);
    let relay = key.public();
    if let Ok(mut initiator) = Handshaking::initiator(key, relay, NOW, &mut ZeroRng) {
        assert!(!matches!(initiator.handle_bytes(&mut bytes.to_vec(), NOW), Ok(Some(_))));
    }
}

/// Bytes of somebody without the key release nothing.
pub fn fuzz_ciphertext(bytes: &[u8]) {
    let mut inbound = Inbound::new(CipherState::new(KEY), &[], NOW);
    let mut released = false;
    let result = inbound.handle_bytes(&mut bytes.to_vec(), NOW, &mut |_| {
        released = true;
        Ok(())
    });
    assert!(!released);
    let again = inbound.handle_bytes(&mut [0], NOW, &mut |_| Ok(()));
    assert!(result.is_ok() || again.is_err());
}

/// Plaintexts of a peer that has the key and no manners: each piece is one transport message.
pub fn fuzz_plaintext(bytes: &[u8]) {
    let (mut cipher, mut stream) = (CipherState::new(KEY), Vec::new());
    for piece in pieces(bytes) {
        let mut body = piece.to_vec();
        let Ok(tag) = cipher.keyed().seal(&[], &mut body) else { return };
        body.extend_from_slice(&tag);
        let Ok(prefix) = prefix(body.len(), Bound::FRAME) else { return };
        stream.extend_from_slice(&prefix);
        stream.append(&mut body);
        if piece == [2] && cipher.keyed().rekey().is_err() {
            return;
        }
    }
    let mut inbound = Inbound::new(CipherState::new(KEY), &[], NOW);
    let result = inbound.handle_bytes(&mut stream, NOW, &mut |_| Ok(()));
    assert_ne!(result, Err(Error::Crypto));
}

/// Whatever decodes as a message or a certificate was the one encoding of what it decodes to, and
/// whatever reads as a link prints as one that reads the same.
pub fn fuzz_message(bytes: &[u8]) {
    canonical::<Tagged<ToRelay>>(bytes);
    canonical::<Tagged<ToClient>>(bytes);
    canonical::<DeviceCertificate>(bytes);
    if let Ok(link) = String::from_utf8_lossy(bytes).parse::<Link>() {
        assert_eq!(link.to_string().parse(), Ok(link));
    }
}

fn canonical<M: Field>(bytes: &[u8]) {
    if let Ok(message) = M::from_bytes(bytes) {
        assert_eq!(message.to_bytes(), bytes);
    }
}

/// Cuts `bytes`: each piece is as long as the byte before it says.
fn pieces(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some((len, rest)) = bytes.split_first() {
        let (piece, rest) = rest.split_at(usize::from(*len).min(rest.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

fn read_frames(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, Result<(), Error>) {
    let (mut reader, mut frames) = (FrameReader::default(), Vec::new());
    for piece in pieces {
        let mut piece = piece.to_vec();
        let mut input = piece.as_mut_slice();
        loop {
            match reader.next_frame(&mut input, Bound::FRAME) {
                Ok(Some(frame)) => frames.push(frame.to_vec()),
                Ok(None) => break,
                Err(error) => return (frames, Err(error)),
            }
        }
    }
    (frames, Ok(()))
}

/// Fixed keys make a failing input repeatable.
struct ZeroRng;

impl TryRng for ZeroRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(0);
        Ok(())
    }
}

impl TryCryptoRng for ZeroRng {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bodies_hold(bytes in prop::collection::vec(prop_oneof![0..5_u8, any::<u8>()], 0..600)) {
            fuzz_frame(&bytes);
            fuzz_responder(&bytes);
            fuzz_initiator(&bytes);
            fuzz_ciphertext(&bytes);
            fuzz_plaintext(&bytes);
            fuzz_message(&bytes);
        }
    }
}
