//! `CipherState` (Noise §5.1) with AESGCM (Noise §12.4).

use core::fmt;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Error;
use crate::limit::TAG_BYTES;

/// Reserved for `REKEY` and never used for a message (Noise §4.2, §5.1).
const REKEY_NONCE: u64 = u64::MAX;

/// A key `k` and the nonce `n` of the next message.
///
/// The key schedule is some thirty times as large as the key, so it is not kept: [`Self::keyed`]
/// builds it for a batch of messages.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct CipherState {
    key: [u8; 32],
    /// Grows by one with each success and by nothing else.
    nonce: u64,
}

impl CipherState {
    /// `InitializeKey(key)` (Noise §5.1).
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key, nonce: 0 }
    }

    /// Borrows the state to seal, open or rekey a batch of messages.
    pub fn keyed(&mut self) -> KeyedCipher<'_> {
        KeyedCipher { state: self, schedule: None }
    }

    #[cfg(test)]
    pub(crate) fn nonce_mut(&mut self) -> &mut u64 {
        &mut self.nonce
    }
}

impl fmt::Debug for CipherState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CipherState").field("nonce", &self.nonce).finish_non_exhaustive()
    }
}

/// A [`CipherState`] at work. The key schedule is built by the first message that needs it.
pub struct KeyedCipher<'a> {
    state: &'a mut CipherState,
    /// Always that of `state.key`.
    schedule: Option<Aes256Gcm>,
}

impl KeyedCipher<'_> {
    /// `EncryptWithAd(ad, plaintext)` (Noise §5.1): turns `buffer` into ciphertext and returns the
    /// tag that belongs behind it.
    ///
    /// # Errors
    /// [`Error::Crypto`] when the nonces are used up; `buffer` and nonce are then as before.
    pub fn seal(&mut self, ad: &[u8], buffer: &mut [u8]) -> Result<[u8; TAG_BYTES], Error> {
        let (nonce, next) = self.nonces()?;
        let sealed = self.schedule().encrypt_inout_detached(&nonce.into(), ad, buffer.into());
        let tag = sealed.map_err(|_| Error::Crypto)?;
        self.state.nonce = next;
        Ok(tag.into())
    }

    /// `DecryptWithAd(ad, message)` (Noise §5.1): opens ciphertext and tag in place and returns
    /// the plaintext.
    ///
    /// # Errors
    /// [`Error::Crypto`] when the tag is short or wrong or the nonces are used up; no plaintext is
    /// released and the nonce is as before.
    pub fn open<'m>(&mut self, ad: &[u8], message: &'m mut [u8]) -> Result<&'m mut [u8], Error> {
        let (nonce, next) = self.nonces()?;
        let (buffer, tag) = message.split_last_chunk_mut::<TAG_BYTES>().ok_or(Error::Crypto)?;
        let tag = (&*tag).into();
        self.schedule()
            .decrypt_inout_detached(&nonce.into(), ad, (&mut *buffer).into(), tag)
            .map_err(|_| Error::Crypto)?;
        self.state.nonce = next;
        Ok(buffer)
    }

    /// `Rekey()` (Noise §5.1, §11.3): `k = REKEY(k)`, the first 32 bytes of
    /// `ENCRYPT(k, 2^64 - 1, "", zeros)` (Noise §4.2). The nonce goes on.
    ///
    /// # Errors
    /// None that can happen; the cipher's own are passed on.
    pub fn rekey(&mut self) -> Result<(), Error> {
        let mut key = Zeroizing::new([0; 32]);
        let nonce = nonce_bytes(REKEY_NONCE).into();
        self.schedule()
            .encrypt_inout_detached(&nonce, &[], key.as_mut_slice().into())
            .map_err(|_| Error::Crypto)?;
        self.state.key = *key;
        self.schedule = None;
        Ok(())
    }

    /// The nonce of this message, encoded, and that of the one after it.
    fn nonces(&self) -> Result<([u8; 12], u64), Error> {
        let next = self.state.nonce.checked_add(1).ok_or(Error::Crypto)?;
        Ok((nonce_bytes(self.state.nonce), next))
    }

    fn schedule(&mut self) -> &Aes256Gcm {
        self.schedule.get_or_insert_with(|| Aes256Gcm::new((&self.state.key).into()))
    }
}

impl fmt::Debug for KeyedCipher<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.fmt(f)
    }
}

/// Four zero bytes, then the nonce in big-endian order (Noise §12.4).
fn nonce_bytes(nonce: u64) -> [u8; 12] {
    let mut bytes = [0; 12];
    if let Some(counter) = bytes.last_chunk_mut() {
        *counter = nonce.to_be_bytes();
    }
    bytes
}
