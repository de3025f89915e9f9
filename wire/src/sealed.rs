//! Values sealed on their own: `nonce[12] || AES-256-GCM(value)` (PROTOCOL §7, §11).
//!
//! For what is stored or sent outside a session. It stands here, beside the session's ciphers,
//! because ciphers are slow where code is built for size.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::Error;

const NONCE_BYTES: usize = 12;

/// A key that seals values, each with a random nonce: good for 2^32 of them.
pub struct SealingKey(Aes256Gcm);

impl core::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SealingKey(..)")
    }
}

impl SealingKey {
    /// The key made of these bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Aes256Gcm::new(key.into()))
    }

    /// Seals `value`, bound to `context`, which is not stored.
    ///
    /// # Errors
    /// [`Error::Crypto`] for values beyond 64 GiB.
    pub fn seal(
        &self,
        context: &[u8],
        value: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let sealed = self
            .0
            .encrypt(&Nonce::from(nonce), Payload { msg: value, aad: context })
            .map_err(|_| Error::Crypto)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`SealingKey::seal`] made with the same key and context.
    ///
    /// # Errors
    /// [`Error::Crypto`] for anything else.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (nonce, msg) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(Error::Crypto)?;
        self.0
            .decrypt(&Nonce::from(*nonce), Payload { msg, aad: context })
            .map(Zeroizing::new)
            .map_err(|_| Error::Crypto)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(context: &[u8]) -> Vec<u8> {
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        SealingKey::new(&[7; 32]).seal(context, b"value", &mut rng).unwrap()
    }

    #[test]
    fn a_value_opens_with_its_key_in_its_context_only() {
        let bytes = sealed(b"here");
        let key = SealingKey::new(&[7; 32]);
        assert_eq!(key.open(b"here", &bytes).unwrap().as_slice(), b"value");
        assert_eq!(key.open(b"there", &bytes), Err(Error::Crypto));
        assert_eq!(SealingKey::new(&[8; 32]).open(b"here", &bytes), Err(Error::Crypto));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let key = SealingKey::new(&[7; 32]);
        let bytes = sealed(b"");
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(b"", &changed), Err(Error::Crypto), "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert_eq!(key.open(b"", &bytes[..length]), Err(Error::Crypto), "cut to {length}");
        }
    }

    #[test]
    fn two_seals_of_a_value_differ() {
        assert_ne!(sealed(b""), sealed(b""));
    }
}
