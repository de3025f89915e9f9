//! Sealing values under the vault key.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Problem;
use crate::random::Random;

const NONCE_BYTES: usize = 12;
const WRAP: &[u8] = b"sotto/1 vault key";

/// What the vault key makes: one key that seals, one that hides names.
pub(super) struct Keys {
    cipher: Aes256Gcm,
    names: Hkdf<Sha256>,
}

impl core::fmt::Debug for Keys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    pub(super) fn derive(vault_key: &[u8; 32]) -> Self {
        let extract = Hkdf::<Sha256>::new(None, vault_key);
        let (mut seal, mut names) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
        // 32 bytes is far below HKDF's bound of 255 hashes, the only way this could fail.
        let _ = extract.expand(b"sotto/1 vault seal", seal.as_mut());
        let _ = extract.expand(b"sotto/1 vault names", names.as_mut());
        Self { cipher: Aes256Gcm::new((&*seal).into()), names: Hkdf::new(None, names.as_ref()) }
    }

    /// A name as it stands in the file: a pseudorandom function of it.
    pub(super) fn hide(&self, name: &[u8]) -> [u8; 16] {
        let mut hidden = [0; 16];
        let _ = self.names.expand(name, &mut hidden);
        hidden
    }

    /// Seals a value to its place, with a random nonce: a profile makes far fewer than 2^32 seals.
    pub(super) fn seal(
        &self,
        place: &[u8],
        value: &[u8],
        random: &mut Random,
    ) -> Result<Vec<u8>, Problem> {
        seal(&self.cipher, place, value, random)
    }

    /// Opens what [`Keys::seal`] sealed to the same place.
    pub(super) fn open(&self, place: &[u8], sealed: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
        open(&self.cipher, place, &sealed)
    }
}

/// Wraps the vault key under the stretched password.
pub(super) fn wrap(
    vault_key: &[u8; 32],
    password_key: &[u8; 32],
    random: &mut Random,
) -> Result<Vec<u8>, Problem> {
    seal(&Aes256Gcm::new(password_key.into()), WRAP, vault_key, random)
}

/// Unwraps it; `None` for a wrong password.
pub(super) fn unwrap(wrapped: &[u8], password_key: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let key = open(&Aes256Gcm::new(password_key.into()), WRAP, wrapped)?;
    Some(Zeroizing::new(key.as_slice().try_into().ok()?))
}

pub(crate) fn seal(
    cipher: &Aes256Gcm,
    aad: &[u8],
    msg: &[u8],
    random: &mut Random,
) -> Result<Vec<u8>, Problem> {
    let nonce = random.array::<NONCE_BYTES>();
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), Payload { msg, aad })
        .map_err(|_| Problem::Internal("a value is too long to seal"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

pub(crate) fn open(cipher: &Aes256Gcm, aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, msg) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    cipher.decrypt(&Nonce::from(*nonce), Payload { msg, aad }).ok().map(Zeroizing::new)
}
