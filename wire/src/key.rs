//! X25519 keys that name a device or a relay: the Noise static keys of both ends of a session.
//!
//! Ephemeral keys never leave [`crate::noise`]; account and group keys belong to other crates.

use core::fmt;

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use x25519_dalek::StaticSecret;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Length of an X25519 secret, public key or shared secret.
pub const KEY_BYTES: usize = 32;

/// A static key pair, `s` in Noise. The secret is zeroised on drop and `Debug` shows none of it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct StaticKey {
    secret: StaticSecret,
    /// Always the public key of `secret`; kept because each handshake sends it.
    #[zeroize(skip)]
    public: PublicKey,
}

impl StaticKey {
    /// A fresh key pair.
    #[must_use]
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut secret = Zeroizing::new([0; KEY_BYTES]);
        rng.fill_bytes(secret.as_mut_slice());
        Self::from_bytes(*secret)
    }

    /// The key pair of a stored secret. Any 32 bytes are one.
    #[must_use]
    pub fn from_bytes(secret: [u8; KEY_BYTES]) -> Self {
        let secret = StaticSecret::from(secret);
        let public = x25519_dalek::PublicKey::from(&secret);
        Self { secret, public: PublicKey(public.to_bytes()) }
    }

    /// The secret, for storing it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        self.secret.as_bytes()
    }

    /// The secret, for a key exchange.
    pub(crate) fn secret(&self) -> &StaticSecret {
        &self.secret
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.public
    }
}

impl fmt::Debug for StaticKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticKey").finish_non_exhaustive()
    }
}

/// The public half of a static key. Not validated: a low-order one fails in the handshake.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; KEY_BYTES]);

impl PublicKey {
    /// The key with this encoding (RFC 7748 §5).
    #[must_use]
    pub const fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The encoding (RFC 7748 §5).
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// What people compare: the first 16 bytes of the key's SHA-256 as eight groups of four
    /// hexadecimal digits, separated by spaces.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.0);
        let groups = digest.chunks_exact(2).take(8);
        groups.map(hex).collect::<Vec<_>>().join(" ")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7748 §6.1, Alice.
    const ALICE: [u8; 32] = [
        0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66,
        0x45, 0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9,
        0x2c, 0x2a,
    ];

    #[test]
    fn public_key_is_the_one_of_rfc_7748() {
        let public = StaticKey::from_bytes(ALICE).public();
        assert_eq!(
            hex(public.as_bytes()),
            concat!("8520f0098930a754748b7ddcb43ef75a", "0dbf3a0d26381af4eba4a98eaa9b4e6a")
        );
    }

    #[test]
    fn fingerprint_is_the_start_of_the_keys_sha256() {
        let fingerprint = PublicKey::from_bytes([0; 32]).fingerprint();
        assert_eq!(fingerprint, "6668 7aad f862 bd77 6c8f c18b 8e9f 8e20");
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", StaticKey::from_bytes(ALICE));
        assert_eq!(shown, "StaticKey { .. }");
    }

    #[test]
    fn secret_is_zeroised_on_drop() {
        fn zeroised<T: ZeroizeOnDrop>() {}
        zeroised::<StaticKey>();
    }
}
