//! The cryptography that OpenMLS needs for the one cipher suite that Sotto uses:
//! `MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519` (RFC 9420 §17.1,
//! draft-ietf-mls-pq-ciphersuites).
//!
//! `openmls_rust_crypto` does the same and is the peer in the tests. It also brings three more
//! curves, ML-DSA, ChaCha20 and a second AES, which no message of Sotto can reach and the linker
//! cannot see to be idle. Any other algorithm is refused here with OpenMLS's own error.
//!
//! It is a crate of its own because optimisation is set by crate, and what is generic over a
//! parameter set or a hash is compiled where it is used: ciphers are slow in code built for size.
//!
//! [`Suite`] keeps no state: keys are passed in, and each random byte comes from the system.

mod hpke;
mod kdf;
mod xwing;

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use ed25519_dalek::{SECRET_KEY_LENGTH, Signature, Signer as _, SigningKey, VerifyingKey};
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeCiphertext, HpkeConfig,
    HpkeKeyPair, KemOutput, SignatureScheme,
};
use sha2::{Digest as _, Sha384};
use tls_codec::SecretVLBytes;
use zeroize::Zeroizing;

use crate::hpke::Context;

/// The only suite there is.
pub const SUITE: Ciphersuite = Ciphersuite::MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519;

/// What OpenMLS computes with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Suite;

impl OpenMlsCrypto for Suite {
    fn supports(&self, ciphersuite: Ciphersuite) -> Result<(), CryptoError> {
        if ciphersuite == SUITE { Ok(()) } else { Err(CryptoError::UnsupportedCiphersuite) }
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        vec![SUITE]
    }

    fn hkdf_extract(
        &self,
        hash: HashType,
        salt: &[u8],
        ikm: &[u8],
    ) -> Result<SecretVLBytes, CryptoError> {
        check_hash(hash)?;
        Ok(kdf::extract(salt, &[ikm]).as_slice().into())
    }

    /// RFC 5869 §2.2: `PRK = HMAC-Hash(salt, IKM)`, so extraction is the HMAC.
    fn hmac(
        &self,
        hash: HashType,
        key: &[u8],
        message: &[u8],
    ) -> Result<SecretVLBytes, CryptoError> {
        self.hkdf_extract(hash, key, message)
    }

    fn hkdf_expand(
        &self,
        hash: HashType,
        prk: &[u8],
        info: &[u8],
        okm_len: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        check_hash(hash)?;
        Ok(kdf::expand(prk, &[info], okm_len)?.into())
    }

    fn hash(&self, hash: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        check_hash(hash)?;
        Ok(Sha384::digest(data).to_vec())
    }

    fn aead_encrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        check_aead(alg)?;
        seal(key, nonce, aad, data)
    }

    fn aead_decrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        ct_tag: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        check_aead(alg)?;
        open(key, nonce, aad, ct_tag)
    }

    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        check_scheme(alg)?;
        let secret = Zeroizing::new(random::<SECRET_KEY_LENGTH>()?);
        let public = SigningKey::from_bytes(&secret).verifying_key();
        Ok((secret.to_vec(), public.to_bytes().into()))
    }

    fn verify_signature(
        &self,
        alg: SignatureScheme,
        data: &[u8],
        pk: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        check_scheme(alg)?;
        let key = VerifyingKey::try_from(pk).map_err(|_| CryptoError::CryptoLibraryError)?;
        let signature =
            Signature::from_slice(signature).map_err(|_| CryptoError::CryptoLibraryError)?;
        key.verify_strict(data, &signature).map_err(|_| CryptoError::InvalidSignature)
    }

    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        check_scheme(alg)?;
        let key = SigningKey::try_from(key).map_err(|_| CryptoError::CryptoLibraryError)?;
        Ok(key.sign(data).to_bytes().into())
    }

    fn hpke_seal(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        aad: &[u8],
        ptxt: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        hpke::check(&config)?;
        let (kem_output, shared) = xwing::encapsulate(pk_r)?;
        let ciphertext = Context::new(&shared, info)?.seal(aad, ptxt)?;
        Ok(HpkeCiphertext { kem_output: kem_output.into(), ciphertext: ciphertext.into() })
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        sk_r: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        hpke::check(&config)?;
        xwing::decapsulate(sk_r, input.kem_output.as_slice())
            .and_then(|shared| Context::new(&shared, info))
            .and_then(|context| context.open(aad, input.ciphertext.as_slice()))
            .map_err(|_| CryptoError::HpkeDecryptionError)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        hpke::check(&config)?;
        let (kem_output, context) = xwing::encapsulate(pk_r)
            .and_then(|(kem_output, shared)| Ok((kem_output, Context::new(&shared, info)?)))
            .map_err(|_| CryptoError::SenderSetupError)?;
        Ok((kem_output, context.export(exporter_context, exporter_length)?))
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        enc: &[u8],
        sk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        hpke::check(&config)?;
        xwing::decapsulate(sk_r, enc)
            .and_then(|shared| Context::new(&shared, info))
            .map_err(|_| CryptoError::ReceiverSetupError)?
            .export(exporter_context, exporter_length)
    }

    fn derive_hpke_keypair(
        &self,
        config: HpkeConfig,
        ikm: &[u8],
    ) -> Result<HpkeKeyPair, CryptoError> {
        hpke::check(&config)?;
        let (private, public) = xwing::derive_key_pair(ikm);
        Ok(HpkeKeyPair { private: private.as_slice().into(), public })
    }
}

impl OpenMlsRand for Suite {
    type Error = CryptoError;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], CryptoError> {
        random()
    }

    fn random_vec(&self, len: usize) -> Result<Vec<u8>, CryptoError> {
        let mut bytes = vec![0; len];
        fill(&mut bytes)?;
        Ok(bytes)
    }
}

fn check_hash(hash: HashType) -> Result<(), CryptoError> {
    if hash == HashType::Sha2_384 { Ok(()) } else { Err(CryptoError::UnsupportedHashAlgorithm) }
}

fn check_aead(alg: AeadType) -> Result<(), CryptoError> {
    if alg == AeadType::Aes256Gcm { Ok(()) } else { Err(CryptoError::UnsupportedAeadAlgorithm) }
}

fn check_scheme(alg: SignatureScheme) -> Result<(), CryptoError> {
    if alg == SignatureScheme::ED25519 {
        Ok(())
    } else {
        Err(CryptoError::UnsupportedSignatureScheme)
    }
}

fn random<const N: usize>() -> Result<[u8; N], CryptoError> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

fn fill(bytes: &mut [u8]) -> Result<(), CryptoError> {
    getrandom::fill(bytes).map_err(|_| CryptoError::InsufficientRandomness)
}

/// AES-256-GCM of `plaintext`, with its tag.
fn seal(key: &[u8], nonce: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let (cipher, nonce) = cipher(key, nonce)?;
    cipher
        .encrypt(&nonce, Payload { msg: plaintext, aad })
        .map_err(|_| CryptoError::CryptoLibraryError)
}

/// The plaintext of what [`seal`] made with the same key, nonce and authenticated data.
fn open(key: &[u8], nonce: &[u8], aad: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let (cipher, nonce) = cipher(key, nonce)?;
    cipher
        .decrypt(&nonce, Payload { msg: ciphertext, aad })
        .map_err(|_| CryptoError::AeadDecryptionError)
}

fn cipher(
    key: &[u8],
    nonce: &[u8],
) -> Result<(Aes256Gcm, Nonce<aes_gcm::aead::consts::U12>), CryptoError> {
    let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| CryptoError::CryptoLibraryError)?;
    let nonce = Nonce::try_from(nonce).map_err(|_| CryptoError::CryptoLibraryError)?;
    Ok((cipher, nonce))
}
