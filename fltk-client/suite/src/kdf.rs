//! HKDF with SHA-384 (RFC 5869), over inputs in parts.

use hkdf::{Hkdf, HkdfExtract};
use openmls_traits::types::CryptoError;
use sha2::Sha384;
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of a hash: `Nh` (RFC 9180 §7.2).
pub(crate) const HASH_BYTES: usize = 48;

/// RFC 5869 §2.2, of the parts of `ikm` one after another.
pub(crate) fn extract(salt: &[u8], ikm: &[&[u8]]) -> Zeroizing<[u8; HASH_BYTES]> {
    let mut extract = HkdfExtract::<Sha384>::new(Some(salt));
    for part in ikm {
        extract.input_ikm(part);
    }
    let (mut prk, _) = extract.finalize();
    let key = Zeroizing::new(prk.0);
    prk.0.zeroize();
    key
}

/// RFC 5869 §2.3, with the parts of `info` one after another. What it gives is secret.
///
/// # Errors
/// [`CryptoError::HkdfOutputLengthInvalid`] for a `prk` shorter than a hash, and for more than 255
/// hashes of output.
pub(crate) fn expand(prk: &[u8], info: &[&[u8]], length: usize) -> Result<Vec<u8>, CryptoError> {
    const INVALID: CryptoError = CryptoError::HkdfOutputLengthInvalid;
    let hkdf = Hkdf::<Sha384>::from_prk(prk).map_err(|_| INVALID)?;
    if length > 255 * HASH_BYTES {
        return Err(INVALID);
    }
    let mut okm = vec![0; length];
    hkdf.expand_multi_info(info, &mut okm).map_err(|_| INVALID)?;
    Ok(okm)
}
