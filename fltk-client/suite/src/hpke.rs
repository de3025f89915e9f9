//! HPKE in base mode (RFC 9180), for one message or one export on each context.

use openmls_traits::types::{
    CryptoError, ExporterSecret, HpkeAeadType, HpkeConfig, HpkeKdfType, HpkeKemType,
};
use zeroize::Zeroizing;

use crate::kdf::{self, HASH_BYTES};
use crate::xwing::SharedSecret;

/// `suite_id` (RFC 9180 §5.1): X-Wing (draft-connolly-cfrg-xwing-kem-06 §7), HKDF-SHA384 and
/// AES-256-GCM (RFC 9180 §7.2 and §7.3).
const SUITE_ID: &[u8] = b"HPKE\x64\x7a\x00\x02\x00\x02";
/// `mode_base` (RFC 9180 §5.1).
const MODE_BASE: u8 = 0;
/// `Nk` (RFC 9180 §7.3).
const KEY_BYTES: usize = 32;
/// `Nn` (RFC 9180 §7.3).
const NONCE_BYTES: usize = 12;

/// # Errors
/// [`CryptoError::UnsupportedCiphersuite`] for any combination but the suite's.
pub(crate) fn check(HpkeConfig(kem, kdf, aead): &HpkeConfig) -> Result<(), CryptoError> {
    let is_ours = *kem == HpkeKemType::XWingKemDraft6
        && *kdf == HpkeKdfType::HkdfSha384
        && *aead == HpkeAeadType::AesGcm256;
    if is_ours { Ok(()) } else { Err(CryptoError::UnsupportedCiphersuite) }
}

/// What both ends of an encapsulation derive. Takes one message, so the sequence number stays 0 and
/// the nonce is the base nonce (RFC 9180 §5.2).
pub(crate) struct Context {
    key: Zeroizing<Vec<u8>>,
    base_nonce: Zeroizing<Vec<u8>>,
    exporter_secret: Zeroizing<Vec<u8>>,
}

impl Context {
    /// `KeySchedule(mode_base, shared_secret, info, "", "")` (RFC 9180 §5.1).
    pub(crate) fn new(shared: &SharedSecret, info: &[u8]) -> Result<Self, CryptoError> {
        let psk_id_hash = labeled_extract(&[], b"psk_id_hash", &[]);
        let info_hash = labeled_extract(&[], b"info_hash", info);
        let context = [[MODE_BASE].as_slice(), psk_id_hash.as_slice(), info_hash.as_slice()];
        let secret = labeled_extract(shared.as_slice(), b"secret", &[]);
        let expand = |label, length| labeled_expand(secret.as_slice(), label, &context, length);
        Ok(Self {
            key: expand(b"key", KEY_BYTES)?,
            base_nonce: expand(b"base_nonce", NONCE_BYTES)?,
            exporter_secret: expand(b"exp", HASH_BYTES)?,
        })
    }

    pub(crate) fn seal(self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        crate::seal(&self.key, &self.base_nonce, aad, plaintext)
    }

    pub(crate) fn open(self, aad: &[u8], ciphertext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        crate::open(&self.key, &self.base_nonce, aad, ciphertext)
    }

    /// `Context.Export(exporter_context, L)` (RFC 9180 §5.3).
    pub(crate) fn export(
        self,
        exporter_context: &[u8],
        length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        let mut secret = labeled_expand(&self.exporter_secret, b"sec", &[exporter_context], length)
            .map_err(|_| CryptoError::ExporterError)?;
        Ok(core::mem::take(&mut *secret).into())
    }
}

/// `LabeledExtract` (RFC 9180 §4).
fn labeled_extract(salt: &[u8], label: &[u8], ikm: &[u8]) -> Zeroizing<[u8; HASH_BYTES]> {
    kdf::extract(salt, &[b"HPKE-v1", SUITE_ID, label, ikm])
}

/// `LabeledExpand` (RFC 9180 §4).
fn labeled_expand(
    prk: &[u8],
    label: &[u8],
    info: &[&[u8]],
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let length_bytes =
        u16::try_from(length).map_err(|_| CryptoError::HkdfOutputLengthInvalid)?.to_be_bytes();
    let mut labeled_info = vec![length_bytes.as_slice(), b"HPKE-v1", SUITE_ID, label];
    labeled_info.extend_from_slice(info);
    kdf::expand(prk, &labeled_info, length).map(Zeroizing::new)
}
