//! `HandshakeState` (Noise §5.3) of the pattern XX (Noise §7.5), one type per step:
//!
//! ```text
//! Initiator       -- -> e, payload ------------------>  ExpectHello
//! ExpectResponse  <- <- e, ee, s, es, payload ---------  SendResponse
//! SendFinish      -- -> s, se, payload --------------->  ExpectFinish
//! Transport                                              Transport
//! ```

use rand_core::CryptoRng;
use x25519_dalek::{SharedSecret, StaticSecret};
use zeroize::Zeroizing;

use super::CipherState;
use super::symmetricstate::{HASH_BYTES, SymmetricState};
use crate::Error;
use crate::key::{KEY_BYTES, PublicKey, StaticKey};
use crate::limit::TAG_BYTES;

const SHORT: Error = Error::Malformed { what: "handshake message" };

/// The initiator before its first message.
pub struct Initiator(Local);

/// The initiator, waiting for the second message.
pub struct ExpectResponse(Local);

/// The initiator, which knows whom it talks to and has not yet said who it is.
pub struct SendFinish {
    local: Local,
    /// `re`
    remote_ephemeral: PublicKey,
    /// `rs`
    remote_static: PublicKey,
}

/// The responder, waiting for the first message.
pub struct ExpectHello(Local);

/// The responder before its message.
pub struct SendResponse {
    local: Local,
    /// `re`
    remote_ephemeral: PublicKey,
}

/// The responder, waiting for the third message.
pub struct ExpectFinish(Local);

/// What a finished handshake leaves.
#[derive(Debug)]
pub struct Transport {
    /// Seals what this end sends.
    pub send: CipherState,
    /// Opens what it receives.
    pub receive: CipherState,
    /// The other end's static key, which it proved to hold.
    pub remote_static: PublicKey,
    /// `h`, unique to this handshake (Noise §11.2).
    pub handshake_hash: [u8; HASH_BYTES],
}

impl Initiator {
    /// `Initialize(XX, true, prologue, s, …)` (Noise §5.3). The secret of `e` is drawn here, so
    /// that no later step needs randomness.
    #[must_use]
    pub fn new(prologue: &[u8], local: StaticKey, rng: &mut impl CryptoRng) -> Self {
        Self(Local::new(prologue, local, rng))
    }

    /// Appends `-> e, payload` to `out`. The payload travels in the clear.
    ///
    /// # Errors
    /// None that can happen; those of the cipher are passed on.
    pub fn write(mut self, payload: &[u8], out: &mut Vec<u8>) -> Result<ExpectResponse, Error> {
        self.0.write_e(out);
        self.0.symmetric.encrypt_and_hash(payload, out)?;
        Ok(ExpectResponse(self.0))
    }
}

impl ExpectResponse {
    /// Reads `<- e, ee, s, es, payload` in place and returns the payload.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the message is too short, [`Error::Crypto`] when a tag or a key
    /// is wrong. The handshake is over.
    pub fn read(mut self, message: &mut [u8]) -> Result<(SendFinish, &mut [u8]), Error> {
        let local = &mut self.0;
        let (remote_ephemeral, rest) = local.read_e(message)?;
        // ee
        local.symmetric.mix_key(dh(&local.ephemeral, remote_ephemeral)?.as_bytes())?;
        let (remote_static, rest) = local.read_s(rest)?;
        // es
        local.symmetric.mix_key(dh(&local.ephemeral, remote_static)?.as_bytes())?;
        let payload = local.symmetric.decrypt_and_hash(rest)?;
        Ok((SendFinish { local: self.0, remote_ephemeral, remote_static }, payload))
    }
}

impl SendFinish {
    /// The responder's static key. Compare it before this end's own is sent.
    #[must_use]
    pub fn remote_static(&self) -> PublicKey {
        self.remote_static
    }

    /// Appends `-> s, se, payload` to `out`.
    ///
    /// # Errors
    /// [`Error::Crypto`] when the responder's ephemeral key is of low order.
    pub fn write(mut self, payload: &[u8], out: &mut Vec<u8>) -> Result<Transport, Error> {
        let local = &mut self.local;
        local.write_s(out)?;
        // se
        local
            .symmetric
            .mix_key(dh(local.static_key.secret(), self.remote_ephemeral)?.as_bytes())?;
        local.symmetric.encrypt_and_hash(payload, out)?;
        let (send, receive) = local.symmetric.split()?;
        let handshake_hash = local.symmetric.hash();
        Ok(Transport { send, receive, remote_static: self.remote_static, handshake_hash })
    }
}

impl ExpectHello {
    /// `Initialize(XX, false, prologue, s, …)` (Noise §5.3). The secret of `e` is drawn here.
    #[must_use]
    pub fn new(prologue: &[u8], local: StaticKey, rng: &mut impl CryptoRng) -> Self {
        Self(Local::new(prologue, local, rng))
    }

    /// Reads `-> e, payload` and returns the payload, which nobody has authenticated.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the message is too short.
    pub fn read(mut self, message: &mut [u8]) -> Result<(SendResponse, &mut [u8]), Error> {
        let (remote_ephemeral, rest) = self.0.read_e(message)?;
        let payload = self.0.symmetric.decrypt_and_hash(rest)?;
        Ok((SendResponse { local: self.0, remote_ephemeral }, payload))
    }
}

impl SendResponse {
    /// Appends `<- e, ee, s, es, payload` to `out`.
    ///
    /// # Errors
    /// [`Error::Crypto`] when the initiator's ephemeral key is of low order.
    pub fn write(mut self, payload: &[u8], out: &mut Vec<u8>) -> Result<ExpectFinish, Error> {
        let local = &mut self.local;
        local.write_e(out);
        // ee
        local.symmetric.mix_key(dh(&local.ephemeral, self.remote_ephemeral)?.as_bytes())?;
        local.write_s(out)?;
        // es
        local
            .symmetric
            .mix_key(dh(local.static_key.secret(), self.remote_ephemeral)?.as_bytes())?;
        local.symmetric.encrypt_and_hash(payload, out)?;
        Ok(ExpectFinish(self.local))
    }
}

impl ExpectFinish {
    /// Reads `-> s, se, payload` in place and returns the payload.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the message is too short, [`Error::Crypto`] when a tag or a key
    /// is wrong. The handshake is over.
    pub fn read(mut self, message: &mut [u8]) -> Result<(Transport, &mut [u8]), Error> {
        let local = &mut self.0;
        let (remote_static, rest) = local.read_s(message)?;
        // se
        local.symmetric.mix_key(dh(&local.ephemeral, remote_static)?.as_bytes())?;
        let payload = local.symmetric.decrypt_and_hash(rest)?;
        let (receive, send) = local.symmetric.split()?;
        let handshake_hash = local.symmetric.hash();
        Ok((Transport { send, receive, remote_static, handshake_hash }, payload))
    }
}

/// This end's own part of a `HandshakeState`.
struct Local {
    symmetric: SymmetricState,
    /// `s`
    static_key: StaticKey,
    /// `e`; "static" only in that the type can be borrowed for two exchanges.
    ephemeral: StaticSecret,
}

impl Local {
    fn new(prologue: &[u8], static_key: StaticKey, rng: &mut impl CryptoRng) -> Self {
        let mut ephemeral = Zeroizing::new([0; KEY_BYTES]);
        rng.fill_bytes(ephemeral.as_mut_slice());
        let ephemeral = StaticSecret::from(*ephemeral);
        Self { symmetric: SymmetricState::new(prologue), static_key, ephemeral }
    }

    /// `e`, writing (Noise §5.3).
    fn write_e(&mut self, out: &mut Vec<u8>) {
        let public = x25519_dalek::PublicKey::from(&self.ephemeral);
        out.extend_from_slice(public.as_bytes());
        self.symmetric.mix_hash(public.as_bytes());
    }

    /// `e`, reading (Noise §5.3).
    fn read_e<'m>(&mut self, message: &'m mut [u8]) -> Result<(PublicKey, &'m mut [u8]), Error> {
        let (public, rest) = message.split_first_chunk_mut::<KEY_BYTES>().ok_or(SHORT)?;
        self.symmetric.mix_hash(public);
        Ok((PublicKey::from_bytes(*public), rest))
    }

    /// `s`, writing (Noise §5.3).
    fn write_s(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.symmetric.encrypt_and_hash(self.static_key.public().as_bytes(), out)
    }

    /// `s`, reading (Noise §5.3).
    fn read_s<'m>(&mut self, message: &'m mut [u8]) -> Result<(PublicKey, &'m mut [u8]), Error> {
        let (sealed, rest) =
            message.split_first_chunk_mut::<{ KEY_BYTES + TAG_BYTES }>().ok_or(SHORT)?;
        let public = self.symmetric.decrypt_and_hash(sealed)?;
        let public = public.first_chunk::<KEY_BYTES>().ok_or(SHORT)?;
        Ok((PublicKey::from_bytes(*public), rest))
    }
}

/// `DH(key_pair, public_key)` (Noise §4.1, §12.1).
///
/// # Errors
/// [`Error::Crypto`] when `public` is of low order, so that the result would be all zeros.
fn dh(secret: &StaticSecret, public: PublicKey) -> Result<SharedSecret, Error> {
    let shared = secret.diffie_hellman(&(*public.as_bytes()).into());
    if shared.was_contributory() { Ok(shared) } else { Err(Error::Crypto) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_low_order_public_key_fails() {
        for point in crate::testing::low_order_points() {
            for bit in [0, 0x80] {
                let mut encoding = point;
                encoding[31] |= bit;
                let result = dh(&StaticSecret::from([7; 32]), PublicKey::from_bytes(encoding));
                assert!(matches!(result, Err(Error::Crypto)), "{encoding:02x?}");
            }
        }
    }
}
