use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;
use zeroize::ZeroizeOnDrop;

use super::*;
use crate::Error;
use crate::key::StaticKey;

/// A missing file fails the build.
const VECTORS: &str = include_str!("../../tests/vectors/noise_xx_25519_aesgcm_sha256.json");

/// Returns the vector's ephemeral secret.
struct FixedRng(Vec<u8>);

impl TryRng for FixedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unimplemented!("the handshake draws bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unimplemented!("the handshake draws bytes")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.0);
        Ok(())
    }
}

impl TryCryptoRng for FixedRng {}

fn hex(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap().as_bytes().chunks_exact(2);
    digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn static_key(value: &Value) -> StaticKey {
    StaticKey::from_bytes(hex(value).try_into().unwrap())
}

/// Both ends of the vector's handshake; each message is checked by its writer and its reader.
fn handshake(vector: &Value) -> (Transport, Transport) {
    let message = |i: usize| {
        let message = &vector["messages"][i];
        (hex(&message["payload"]), hex(&message["ciphertext"]))
    };
    let (alice, bob) = (static_key(&vector["init_static"]), static_key(&vector["resp_static"]));
    let mut rng = FixedRng(hex(&vector["init_ephemeral"]));
    let initiator = Initiator::new(&hex(&vector["init_prologue"]), alice.clone(), &mut rng);
    let mut rng = FixedRng(hex(&vector["resp_ephemeral"]));
    let responder = ExpectHello::new(&hex(&vector["resp_prologue"]), bob.clone(), &mut rng);

    let ((payload, mut ciphertext), mut out) = (message(0), Vec::new());
    let initiator = initiator.write(&payload, &mut out).unwrap();
    assert_eq!(out, ciphertext);
    let (responder, read) = responder.read(&mut ciphertext).unwrap();
    assert_eq!(read, payload);

    let ((payload, mut ciphertext), mut out) = (message(1), Vec::new());
    let responder = responder.write(&payload, &mut out).unwrap();
    assert_eq!(out, ciphertext);
    let (initiator, read) = initiator.read(&mut ciphertext).unwrap();
    assert_eq!(read, payload);
    assert_eq!(initiator.remote_static(), bob.public());

    let ((payload, mut ciphertext), mut out) = (message(2), Vec::new());
    let initiator = initiator.write(&payload, &mut out).unwrap();
    assert_eq!(out, ciphertext);
    let (responder, read) = responder.read(&mut ciphertext).unwrap();
    assert_eq!(read, payload);
    assert_eq!(responder.remote_static, alice.public());
    (initiator, responder)
}

#[test]
fn both_roles_reproduce_the_published_vector() {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        assert_eq!(vector["protocol_name"], "Noise_XX_25519_AESGCM_SHA256");
        let (mut alice, mut bob) = handshake(vector);
        assert_eq!(alice.handshake_hash.to_vec(), hex(&vector["handshake_hash"]));
        assert_eq!(bob.handshake_hash, alice.handshake_hash);
        // The responder speaks first after the three handshake messages.
        let (mut sender, mut receiver) = (&mut bob, &mut alice);
        for message in vector["messages"].as_array().unwrap().iter().skip(3) {
            let (payload, mut ciphertext) = (hex(&message["payload"]), hex(&message["ciphertext"]));
            let mut out = payload.clone();
            let tag = sender.send.keyed().seal(&[], &mut out).unwrap();
            out.extend_from_slice(&tag);
            assert_eq!(out, ciphertext);
            assert_eq!(receiver.receive.keyed().open(&[], &mut ciphertext).unwrap(), payload);
            (sender, receiver) = (receiver, sender);
        }
    }
}

#[test]
fn a_failed_open_does_not_advance_the_nonce_or_release_plaintext() {
    let (mut sender, mut receiver) = (CipherState::new([7; 32]), CipherState::new([7; 32]));
    let mut message = b"to bob".to_vec();
    let tag = sender.keyed().seal(b"ad", &mut message).unwrap();
    message.extend_from_slice(&tag);
    for position in 0..message.len() {
        let mut tampered = message.clone();
        tampered[position] ^= 1;
        let before = tampered.clone();
        assert_eq!(receiver.keyed().open(b"ad", &mut tampered), Err(Error::Crypto));
        assert_eq!(tampered, before, "not decrypted");
        let mut short = message[..position].to_vec();
        assert_eq!(receiver.keyed().open(b"ad", &mut short), Err(Error::Crypto));
    }
    assert_eq!(receiver.keyed().open(b"other", &mut message.clone()), Err(Error::Crypto));
    assert_eq!(receiver.keyed().open(b"ad", &mut message).unwrap(), b"to bob");
}

#[test]
fn the_nonce_stops_before_the_reserved_one() {
    let mut state = CipherState::new([7; 32]);
    *state.nonce_mut() = u64::MAX - 1;
    let mut cipher = state.keyed();
    cipher.seal(&[], &mut [0; 4]).unwrap();
    let mut last = [0; 20];
    assert_eq!(cipher.seal(&[], &mut last), Err(Error::Crypto));
    assert_eq!(last, [0; 20]);
    assert_eq!(cipher.open(&[], &mut last), Err(Error::Crypto));
    assert_eq!(*state.nonce_mut(), u64::MAX);
}

#[test]
fn rekey_changes_the_key_and_keeps_the_nonce() {
    let mut state = CipherState::new([7; 32]);
    let mut cipher = state.keyed();
    let before = cipher.seal(&[], &mut []).unwrap();
    cipher.rekey().unwrap();
    let mut other = CipherState::new([7; 32]);
    other.keyed().seal(&[], &mut []).unwrap();
    assert_ne!(cipher.seal(&[], &mut []), other.keyed().seal(&[], &mut []));
    assert_ne!(Ok(before), cipher.seal(&[], &mut []));
    assert_eq!(*state.nonce_mut(), 3);
}

#[test]
fn ciphers_are_zeroised_on_drop() {
    fn zeroised<T: ZeroizeOnDrop>() {}
    zeroised::<CipherState>();
    zeroised::<symmetricstate::SymmetricState>();
    zeroised::<aes_gcm::Aes256Gcm>();
    zeroised::<aes_gcm::aes::Aes256>();
}

#[test]
fn an_idle_cipher_is_a_key_and_a_counter() {
    assert_eq!(size_of::<CipherState>(), 40);
}
