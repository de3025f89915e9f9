//! `SymmetricState` (Noise §5.2) with SHA256 (Noise §12.5).

use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::CipherState;
use crate::Error;

/// Length of a hash and of the chaining key, Noise's `HASHLEN`.
pub(super) const HASH_BYTES: usize = 32;

/// At most [`HASH_BYTES`] long, so it is padded rather than hashed (Noise §5.2).
const PROTOCOL_NAME: &[u8] = b"Noise_XX_25519_AESGCM_SHA256";

/// Chaining key `ck`, handshake hash `h` and, from the first `MixKey` on, a cipher.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct SymmetricState {
    chaining_key: [u8; HASH_BYTES],
    hash: [u8; HASH_BYTES],
    cipher: Option<CipherState>,
}

impl SymmetricState {
    /// `InitializeSymmetric(protocol_name)`, then `MixHash(prologue)` (Noise §5.2, §5.3).
    pub(super) fn new(prologue: &[u8]) -> Self {
        let mut hash = [0; HASH_BYTES];
        for (byte, name) in hash.iter_mut().zip(PROTOCOL_NAME) {
            *byte = *name;
        }
        let mut state = Self { chaining_key: hash, hash, cipher: None };
        state.mix_hash(prologue);
        state
    }

    /// `MixHash(data)`: `h = HASH(h || data)`.
    pub(super) fn mix_hash(&mut self, data: &[u8]) {
        self.hash = self.hash_with(data);
    }

    fn hash_with(&self, data: &[u8]) -> [u8; HASH_BYTES] {
        Sha256::new().chain_update(self.hash).chain_update(data).finalize().into()
    }

    /// `MixKey(input_key_material)`: `ck, temp_k = HKDF(ck, input_key_material, 2)`.
    pub(super) fn mix_key(&mut self, input_key_material: &[u8]) -> Result<(), Error> {
        let (chaining_key, key) = self.derive(input_key_material)?;
        self.chaining_key = *chaining_key;
        self.cipher = Some(CipherState::new(*key));
        Ok(())
    }

    /// `EncryptAndHash(plaintext)`: appends the result to `out`.
    pub(super) fn encrypt_and_hash(
        &mut self,
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let start = out.len();
        out.extend_from_slice(plaintext);
        if let Some(cipher) = &mut self.cipher {
            let (_, buffer) = out.split_at_mut(start);
            let tag = cipher.keyed().seal(&self.hash, buffer)?;
            out.extend_from_slice(&tag);
        }
        let (_, ciphertext) = out.split_at(start);
        self.mix_hash(ciphertext);
        Ok(())
    }

    /// `DecryptAndHash(ciphertext)`: opens `data` in place.
    pub(super) fn decrypt_and_hash<'m>(
        &mut self,
        data: &'m mut [u8],
    ) -> Result<&'m mut [u8], Error> {
        let hash = self.hash_with(data);
        let plaintext = match &mut self.cipher {
            Some(cipher) => cipher.keyed().open(&self.hash, data)?,
            None => data,
        };
        self.hash = hash;
        Ok(plaintext)
    }

    /// `Split()`: the ciphers of the initiator's and of the responder's messages.
    pub(super) fn split(&self) -> Result<(CipherState, CipherState), Error> {
        let (initiator, responder) = self.derive(&[])?;
        Ok((CipherState::new(*initiator), CipherState::new(*responder)))
    }

    /// `GetHandshakeHash()`.
    pub(super) fn hash(&self) -> [u8; HASH_BYTES] {
        self.hash
    }

    /// `HKDF(ck, input_key_material, 2)` (Noise §4.3), which is RFC 5869 without `info`.
    fn derive(&self, input_key_material: &[u8]) -> Result<(Derived, Derived), Error> {
        let hkdf = Hkdf::<Sha256>::new(Some(&self.chaining_key), input_key_material);
        let mut output = Zeroizing::new([[0; HASH_BYTES]; 2]);
        hkdf.expand(&[], output.as_flattened_mut()).map_err(|_| Error::Crypto)?;
        let [first, second] = *output;
        Ok((Zeroizing::new(first), Zeroizing::new(second)))
    }
}

type Derived = Zeroizing<[u8; HASH_BYTES]>;
