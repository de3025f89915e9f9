//! What `suite` makes, `openmls_rust_crypto` opens, and the other way round.

#![expect(clippy::unwrap_used, reason = "the lint exempts test functions, not what they share")]

use openmls_rust_crypto::RustCrypto;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand as _;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, HashType, HpkeAeadType, HpkeCiphertext, HpkeConfig,
    HpkeKdfType, HpkeKemType, SignatureScheme,
};
use suite::{SUITE, Suite};

const HASH: HashType = HashType::Sha2_384;
const AEAD: AeadType = AeadType::Aes256Gcm;
const SCHEME: SignatureScheme = SignatureScheme::ED25519;
/// Around the block of the hash (128 bytes), of the sponges (136) and of what one byte counts.
const LENGTHS: [usize; 11] = [0, 1, 31, 32, 48, 127, 128, 129, 136, 255, 5_000];
const ROUNDS: u8 = 20;

fn config() -> HpkeConfig {
    SUITE.hpke_config()
}

fn bytes(length: usize) -> Vec<u8> {
    Suite.random_vec(length).unwrap()
}

/// Runs with ours before theirs, and theirs before ours.
fn both_ways(test: impl Fn(&dyn Provider, &dyn Provider)) {
    let theirs = RustCrypto::default();
    test(&Suite, &theirs);
    test(&theirs, &Suite);
}

/// [`OpenMlsCrypto`], as far as it can be a trait object.
trait Provider {
    fn seal(&self, public: &[u8], info: &[u8], aad: &[u8], text: &[u8]) -> HpkeCiphertext;
    fn open(
        &self,
        sealed: &HpkeCiphertext,
        private: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError>;
    fn send_export(
        &self,
        public: &[u8],
        info: &[u8],
        context: &[u8],
        length: usize,
    ) -> (Vec<u8>, Vec<u8>);
    fn receive_export(
        &self,
        sent: &[u8],
        private: &[u8],
        info: &[u8],
        context: &[u8],
        length: usize,
    ) -> Vec<u8>;
    fn sign(&self, data: &[u8], key: &[u8]) -> Vec<u8>;
    fn verify(&self, data: &[u8], public: &[u8], signature: &[u8]) -> Result<(), CryptoError>;
    fn signature_keys(&self) -> (Vec<u8>, Vec<u8>);
    fn key_pair(&self, ikm: &[u8]) -> (Vec<u8>, Vec<u8>);
    fn encrypt(&self, key: &[u8], data: &[u8], nonce: &[u8], aad: &[u8]) -> Vec<u8>;
    fn decrypt(
        &self,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError>;
}

impl<C: OpenMlsCrypto> Provider for C {
    fn seal(&self, public: &[u8], info: &[u8], aad: &[u8], text: &[u8]) -> HpkeCiphertext {
        self.hpke_seal(config(), public, info, aad, text).unwrap()
    }

    fn open(
        &self,
        sealed: &HpkeCiphertext,
        private: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.hpke_open(config(), sealed, private, info, aad)
    }

    fn send_export(
        &self,
        public: &[u8],
        info: &[u8],
        context: &[u8],
        length: usize,
    ) -> (Vec<u8>, Vec<u8>) {
        let (sent, secret) =
            self.hpke_setup_sender_and_export(config(), public, info, context, length).unwrap();
        (sent, secret.to_vec())
    }

    fn receive_export(
        &self,
        sent: &[u8],
        private: &[u8],
        info: &[u8],
        context: &[u8],
        length: usize,
    ) -> Vec<u8> {
        self.hpke_setup_receiver_and_export(config(), sent, private, info, context, length)
            .unwrap()
            .to_vec()
    }

    fn sign(&self, data: &[u8], key: &[u8]) -> Vec<u8> {
        OpenMlsCrypto::sign(self, SCHEME, data, key).unwrap()
    }

    fn verify(&self, data: &[u8], public: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        self.verify_signature(SCHEME, data, public, signature)
    }

    fn signature_keys(&self) -> (Vec<u8>, Vec<u8>) {
        self.signature_key_gen(SCHEME).unwrap()
    }

    fn key_pair(&self, ikm: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let pair = self.derive_hpke_keypair(config(), ikm).unwrap();
        (pair.private.to_vec(), pair.public)
    }

    fn encrypt(&self, key: &[u8], data: &[u8], nonce: &[u8], aad: &[u8]) -> Vec<u8> {
        self.aead_encrypt(AEAD, key, data, nonce, aad).unwrap()
    }

    fn decrypt(
        &self,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.aead_decrypt(AEAD, key, data, nonce, aad)
    }
}

#[test]
fn what_one_seals_the_other_opens() {
    both_ways(|one, other| {
        for (round, length) in LENGTHS.into_iter().enumerate() {
            let (private, public) = one.key_pair(&bytes(48));
            let (info, aad, text) = (bytes(length), bytes(LENGTHS[10 - round]), bytes(length));
            let sealed = one.seal(&public, &info, &aad, &text);
            assert_eq!(other.open(&sealed, &private, &info, &aad).unwrap(), text);
        }
    });
}

#[test]
fn key_pairs_of_the_same_material_are_the_same() {
    both_ways(|one, other| {
        for length in LENGTHS {
            let ikm = bytes(length);
            assert_eq!(one.key_pair(&ikm), other.key_pair(&ikm));
        }
    });
}

#[test]
fn both_ends_export_the_same_secret() {
    both_ways(|one, other| {
        for length in [0, 1, 32, 48, 255, 1_000] {
            let (private, public) = other.key_pair(&bytes(48));
            let (info, context) = (bytes(length), bytes(17));
            let (sent, secret) = one.send_export(&public, &info, &context, length);
            assert_eq!(secret.len(), length);
            assert_eq!(other.receive_export(&sent, &private, &info, &context, length), secret);
        }
    });
}

#[test]
fn hashes_and_derived_keys_are_the_same() {
    let theirs = RustCrypto::default();
    for length in LENGTHS {
        let (data, key) = (bytes(length), bytes(5_000 - length));
        assert_eq!(Suite.hash(HASH, &data), theirs.hash(HASH, &data));
        let extracted = Suite.hkdf_extract(HASH, &key, &data).unwrap();
        assert_eq!(extracted, theirs.hkdf_extract(HASH, &key, &data).unwrap());
        let authenticated = Suite.hmac(HASH, &key, &data).unwrap();
        assert_eq!(authenticated, theirs.hmac(HASH, &key, &data).unwrap());
        for out in [0, 1, 47, 48, 49, 255 * 48] {
            let prk = extracted.as_slice();
            let ours = Suite.hkdf_expand(HASH, prk, &data, out).unwrap();
            assert_eq!(ours, theirs.hkdf_expand(HASH, prk, &data, out).unwrap());
        }
    }
}

#[test]
fn what_cannot_be_derived_is_refused_alike() {
    let theirs = RustCrypto::default();
    for (prk, length) in [(47, 48), (0, 1), (48, 255 * 48 + 1), (48, 1 << 20)] {
        let prk = bytes(prk);
        let ours = Suite.hkdf_expand(HASH, &prk, b"", length);
        assert_eq!(ours.unwrap_err(), CryptoError::HkdfOutputLengthInvalid);
        assert!(theirs.hkdf_expand(HASH, &prk, b"", length).is_err());
    }
}

#[test]
fn one_signs_and_the_other_agrees() {
    both_ways(|one, other| {
        for length in LENGTHS {
            let (private, public) = one.signature_keys();
            let data = bytes(length);
            let signature = one.sign(&data, &private);
            assert_eq!(signature, other.sign(&data, &private));
            assert_eq!(other.verify(&data, &public, &signature), Ok(()));
            let changed = [data.as_slice(), b"."].concat();
            let refused = Err(CryptoError::InvalidSignature);
            assert_eq!(one.verify(&changed, &public, &signature), refused);
            assert_eq!(other.verify(&changed, &public, &signature), refused);
        }
    });
}

/// A point of order 1, with which a lax check takes a signature for any text.
#[test]
fn keys_of_low_order_verify_nothing() {
    let mut public = [0; 32];
    public[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    both_ways(|one, _| {
        let refused = one.verify(b"anything", &public, &signature);
        assert_eq!(refused, Err(CryptoError::InvalidSignature));
    });
}

#[test]
fn what_one_encrypts_the_other_decrypts() {
    both_ways(|one, other| {
        for length in LENGTHS {
            let (key, nonce) = (bytes(32), bytes(12));
            let (aad, data) = (bytes(5_000 - length), bytes(length));
            let sealed = one.encrypt(&key, &data, &nonce, &aad);
            assert_eq!(sealed, other.encrypt(&key, &data, &nonce, &aad));
            assert_eq!(other.decrypt(&key, &sealed, &nonce, &aad).unwrap(), data);
        }
    });
}

#[test]
fn every_changed_part_is_refused() {
    let (private, public) = Provider::key_pair(&Suite, &bytes(48));
    let sealed = Provider::seal(&Suite, &public, b"info", b"aad", b"text");
    let refused = Err(CryptoError::HpkeDecryptionError);
    for round in 0..ROUNDS {
        let bit = 1 << (round % 8);
        let (mut output, mut ciphertext) =
            (sealed.kem_output.as_slice().to_vec(), sealed.ciphertext.as_slice().to_vec());
        if round % 2 == 0 {
            let at = usize::from(round) * 56;
            output[at] ^= bit;
        } else {
            ciphertext[usize::from(round)] ^= bit;
        }
        let changed = HpkeCiphertext { kem_output: output.into(), ciphertext: ciphertext.into() };
        assert_eq!(Provider::open(&Suite, &changed, &private, b"info", b"aad"), refused);
    }
    assert_eq!(Provider::open(&Suite, &sealed, &private, b"other", b"aad"), refused);
    assert_eq!(Provider::open(&Suite, &sealed, &private, b"info", b"other"), refused);
    assert_eq!(Provider::open(&Suite, &sealed, &bytes(32), b"info", b"aad"), refused);
}

#[test]
fn no_length_is_taken_for_granted() {
    let (private, public) = Provider::key_pair(&Suite, &bytes(48));
    let sealed = Provider::seal(&Suite, &public, b"", b"", b"text");
    let (output, ciphertext) = (sealed.kem_output.as_slice(), sealed.ciphertext.as_slice());
    for length in [0, 31, 32, 33, 1_087, 1_119, 1_120, 1_184, 1_215, 1_217] {
        assert!(Suite.hpke_seal(config(), &bytes(length), b"", b"", b"text").is_err());
        let cut = |bytes: &[u8]| bytes.iter().copied().take(length).collect::<Vec<u8>>();
        if length != output.len() {
            let mut changed = cut(output);
            changed.resize(length, 0);
            let changed =
                HpkeCiphertext { kem_output: changed.into(), ciphertext: ciphertext.into() };
            assert!(Provider::open(&Suite, &changed, &private, b"", b"").is_err());
        }
        if length != private.len() {
            assert!(Provider::open(&Suite, &sealed, &bytes(length), b"", b"").is_err());
        }
        if length < ciphertext.len() {
            let changed =
                HpkeCiphertext { kem_output: output.into(), ciphertext: cut(ciphertext).into() };
            assert!(Provider::open(&Suite, &changed, &private, b"", b"").is_err());
        }
        if length != 32 {
            assert!(Suite.aead_encrypt(AEAD, &bytes(length), b"", &[0; 12], b"").is_err());
            assert!(OpenMlsCrypto::sign(&Suite, SCHEME, b"", &bytes(length)).is_err());
            assert!(Provider::verify(&Suite, b"", &bytes(length), &[0; 64]).is_err());
        }
        assert!(Suite.aead_decrypt(AEAD, &[0; 32], b"", &bytes(length), b"").is_err());
        assert!(Suite.aead_encrypt(AEAD, &[0; 32], b"", &bytes(length), b"").is_err());
        assert!(Provider::verify(&Suite, b"", &[1; 32], &bytes(length)).is_err());
    }
}

/// A public key of ML-KEM whose coefficients are not reduced (FIPS 203 §7.2, the modulus check).
#[test]
fn keys_that_are_not_reduced_are_refused() {
    let theirs = RustCrypto::default();
    let (_, mut public) = Provider::key_pair(&Suite, &bytes(48));
    public[..3].fill(0xff);
    assert!(Suite.hpke_seal(config(), &public, b"", b"", b"text").is_err());
    assert!(theirs.hpke_seal(config(), &public, b"", b"", b"text").is_err());
}

#[test]
fn any_other_algorithm_is_refused() {
    let other = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
    assert_eq!(Suite.supports(SUITE), Ok(()));
    assert_eq!(Suite.supported_ciphersuites(), [SUITE]);
    assert_eq!(Suite.supports(other), Err(CryptoError::UnsupportedCiphersuite));
    let hash = HashType::Sha2_256;
    assert_eq!(Suite.hash(hash, b""), Err(CryptoError::UnsupportedHashAlgorithm));
    assert!(Suite.hmac(hash, b"", b"").is_err() && Suite.hkdf_extract(hash, b"", b"").is_err());
    assert!(Suite.hkdf_expand(hash, &[0; 48], b"", 1).is_err());
    let refused = Err(CryptoError::UnsupportedAeadAlgorithm);
    let aead = AeadType::ChaCha20Poly1305;
    assert_eq!(Suite.aead_encrypt(aead, &[0; 32], b"", &[0; 12], b""), refused);
    assert_eq!(Suite.aead_decrypt(aead, &[0; 32], b"", &[0; 12], b""), refused);
    let refused = CryptoError::UnsupportedSignatureScheme;
    let scheme = SignatureScheme::ECDSA_SECP256R1_SHA256;
    assert_eq!(Suite.signature_key_gen(scheme).unwrap_err(), refused);
    assert_eq!(OpenMlsCrypto::sign(&Suite, scheme, b"", &[0; 32]), Err(refused));
    assert_eq!(Suite.verify_signature(scheme, b"", &[0; 32], &[0; 64]), Err(refused));
}

#[test]
fn any_other_hpke_is_refused() {
    let refused = CryptoError::UnsupportedCiphersuite;
    let (kem, kdf) = (HpkeKemType::XWingKemDraft6, HpkeKdfType::HkdfSha384);
    let (dh, sha256) = (HpkeKemType::DhKem25519, HpkeKdfType::HkdfSha256);
    let others = || {
        [
            HpkeConfig(dh, kdf, HpkeAeadType::AesGcm256),
            HpkeConfig(kem, sha256, HpkeAeadType::AesGcm256),
            HpkeConfig(kem, kdf, HpkeAeadType::Export),
        ]
    };
    let empty = HpkeCiphertext { kem_output: vec![].into(), ciphertext: vec![].into() };
    for other in others() {
        assert_eq!(Suite.hpke_seal(other, b"", b"", b"", b""), Err(refused));
    }
    for other in others() {
        assert_eq!(Suite.hpke_open(other, &empty, b"", b"", b""), Err(refused));
    }
    for other in others() {
        assert_eq!(Suite.derive_hpke_keypair(other, b"").unwrap_err(), refused);
    }
    for other in others() {
        let sent = Suite.hpke_setup_sender_and_export(other, b"", b"", b"", 0);
        assert_eq!(sent.unwrap_err(), refused);
    }
    for other in others() {
        let received = Suite.hpke_setup_receiver_and_export(other, b"", b"", b"", b"", 0);
        assert_eq!(received.unwrap_err(), refused);
    }
}
