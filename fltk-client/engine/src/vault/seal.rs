//! The keys of a vault.

use hkdf::Hkdf;
use sha2::Sha256;
use wire::sealed::SealingKey;
use zeroize::Zeroizing;

use crate::Problem;
use crate::random::Random;

const WRAP: &[u8] = b"sotto/1 vault key";

/// The key that everything here comes from.
pub(super) struct VaultKey(pub(super) Zeroizing<[u8; 32]>);

impl core::fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("VaultKey(..)")
    }
}

/// What the vault key makes: one key that seals, one that hides names.
#[derive(Debug)]
pub(super) struct Keys {
    values: SealingKey,
    names: Hkdf<Sha256>,
}

impl Keys {
    pub(super) fn derive(vault_key: &[u8; 32]) -> Self {
        let extract = Hkdf::<Sha256>::new(None, vault_key);
        let (mut values, mut names) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
        // 32 bytes is far below HKDF's bound of 255 hashes, the only way this could fail.
        let _ = extract.expand(b"sotto/1 vault seal", values.as_mut());
        let _ = extract.expand(b"sotto/1 vault names", names.as_mut());
        Self { values: SealingKey::new(&values), names: Hkdf::new(None, names.as_ref()) }
    }

    /// A name as it stands in the file: a pseudorandom function of it.
    pub(super) fn hide(&self, name: &[u8]) -> [u8; 16] {
        let mut hidden = [0; 16];
        let _ = self.names.expand(name, &mut hidden);
        hidden
    }

    /// Seals a value to its place.
    pub(super) fn seal(
        &self,
        place: &[u8],
        value: &[u8],
        random: &mut Random,
    ) -> Result<Vec<u8>, Problem> {
        self.values
            .seal(place, value, random)
            .map_err(|_| Problem::Internal("a value is too long to seal"))
    }

    /// Opens what [`Keys::seal`] sealed to the same place.
    pub(super) fn open(&self, place: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.values.open(place, sealed).ok()
    }
}

/// Wraps the vault key under the stretched password.
pub(super) fn wrap(
    vault_key: &[u8; 32],
    password_key: &[u8; 32],
    random: &mut Random,
) -> Result<Vec<u8>, Problem> {
    SealingKey::new(password_key)
        .seal(WRAP, vault_key, random)
        .map_err(|_| Problem::Internal("the vault key could not be wrapped"))
}

/// Unwraps it; `None` for a wrong password.
pub(super) fn unwrap(wrapped: &[u8], password_key: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let key = SealingKey::new(password_key).open(WRAP, wrapped).ok()?;
    Some(Zeroizing::new(key.as_slice().try_into().ok()?))
}
