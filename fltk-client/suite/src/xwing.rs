//! X-Wing, X25519 and ML-KEM-768 together (draft-connolly-cfrg-xwing-kem-06): the shared secret
//! stays secret while either of the two holds.
//!
//! Keys come from others, so every length is checked; a point of low order is not, as in the draft
//! (§5.4): the combiner hashes it with what ML-KEM agreed on.

use ml_kem::ml_kem_768::{Ciphertext, DecapsulationKey, EncapsulationKey};
use ml_kem::{B32, Decapsulate as _, Key, KeyExport as _, Seed};
use openmls_traits::types::CryptoError;
use sha3::{Digest as _, Sha3_256};
use shake::{ExtendableOutput as _, Shake256, Update as _, XofReader as _};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of a private key: the seed of both keys.
const SEED_BYTES: usize = 32;
/// `XWingLabel` (§5.3).
const LABEL: &[u8] = br"\.//^\";

/// What both ends agree on.
pub(crate) type SharedSecret = Zeroizing<[u8; 32]>;

/// A key pair of `ikm`: private, public.
///
/// `DeriveKeyPair(ikm) = GenerateKeyPairDerand(SHAKE256(ikm, 32*8))` (§5, use in HPKE).
pub(crate) fn derive_key_pair(ikm: &[u8]) -> (Zeroizing<[u8; SEED_BYTES]>, Vec<u8>) {
    let mut private = Zeroizing::new([0; SEED_BYTES]);
    shake256(ikm, &mut [private.as_mut_slice()]);
    let keys = Keys::expand(&private);
    let ml_kem = keys.ml_kem.encapsulation_key().to_bytes();
    (private, [ml_kem.as_slice(), keys.public().as_bytes()].concat())
}

/// Agrees with whoever holds the private key of `public`: what to send, and the secret (§5.4).
///
/// # Errors
/// [`CryptoError::CryptoLibraryError`] for what is not a public key.
pub(crate) fn encapsulate(public: &[u8]) -> Result<(Vec<u8>, SharedSecret), CryptoError> {
    const INVALID: CryptoError = CryptoError::CryptoLibraryError;
    let (ml_kem, x25519) = public.split_last_chunk::<32>().ok_or(INVALID)?;
    let ml_kem = Key::<EncapsulationKey>::try_from(ml_kem).map_err(|_| INVALID)?;
    let ml_kem = EncapsulationKey::new(&ml_kem).map_err(|_| INVALID)?;
    let x25519 = PublicKey::from(*x25519);

    let mut coins = B32::from(crate::random()?);
    let (ml_kem_ciphertext, mut ml_kem_secret) = ml_kem.encapsulate_deterministic(&coins);
    coins.zeroize();
    let ephemeral = StaticSecret::from(*Zeroizing::new(crate::random()?));
    let x25519_ciphertext = PublicKey::from(&ephemeral);
    let x25519_secret = ephemeral.diffie_hellman(&x25519);

    let shared =
        combine(ml_kem_secret.as_slice(), x25519_secret.as_bytes(), &x25519_ciphertext, &x25519);
    ml_kem_secret.zeroize();
    Ok(([ml_kem_ciphertext.as_slice(), x25519_ciphertext.as_bytes()].concat(), shared))
}

/// The secret that [`encapsulate`] agreed on (§5.5).
///
/// # Errors
/// [`CryptoError::CryptoLibraryError`] for lengths that no key or ciphertext has. A wrong one gives
/// another secret.
pub(crate) fn decapsulate(private: &[u8], ciphertext: &[u8]) -> Result<SharedSecret, CryptoError> {
    const INVALID: CryptoError = CryptoError::CryptoLibraryError;
    let keys = Keys::expand(private.try_into().map_err(|_| INVALID)?);
    let (ml_kem, x25519) = ciphertext.split_last_chunk::<32>().ok_or(INVALID)?;
    let ml_kem = Ciphertext::try_from(ml_kem).map_err(|_| INVALID)?;
    let x25519 = PublicKey::from(*x25519);

    let mut ml_kem_secret = keys.ml_kem.decapsulate(&ml_kem);
    let x25519_secret = keys.x25519.diffie_hellman(&x25519);
    let shared =
        combine(ml_kem_secret.as_slice(), x25519_secret.as_bytes(), &x25519, &keys.public());
    ml_kem_secret.zeroize();
    Ok(shared)
}

/// The two private keys.
struct Keys {
    ml_kem: DecapsulationKey,
    x25519: StaticSecret,
}

impl Keys {
    /// `expandDecapsulationKey(sk)` (§5.2).
    fn expand(private: &[u8; SEED_BYTES]) -> Self {
        let (mut seed, mut scalar) = (Seed::default(), Zeroizing::new([0; 32]));
        shake256(private, &mut [seed.as_mut_slice(), scalar.as_mut_slice()]);
        let keys =
            Self { ml_kem: DecapsulationKey::from_seed(seed), x25519: StaticSecret::from(*scalar) };
        seed.zeroize();
        keys
    }

    fn public(&self) -> PublicKey {
        PublicKey::from(&self.x25519)
    }
}

/// `Combiner(ss_M, ss_X, ct_X, pk_X)` (§5.3).
fn combine(
    ml_kem: &[u8],
    x25519: &[u8; 32],
    ciphertext: &PublicKey,
    public: &PublicKey,
) -> SharedSecret {
    let mut hash = Sha3_256::new();
    for part in [ml_kem, x25519, ciphertext.as_bytes(), public.as_bytes(), LABEL] {
        sha3::Digest::update(&mut hash, part);
    }
    Zeroizing::new(hash.finalize().0)
}

/// SHAKE-256 of `input` (FIPS 202 §6.2), as long as all of `outputs`, which it fills in turn.
fn shake256(input: &[u8], outputs: &mut [&mut [u8]]) {
    let mut shake = Shake256::default();
    shake.update(input);
    let mut reader = shake.finalize_xof();
    for output in outputs {
        reader.read(output);
    }
}
