//! Who this profile is: account key, device keys, and the certificate that binds them (PROTOCOL §7).

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::Sha256;
use wire::certificate::DeviceCertificate as Certificate;
use wire::codec::{Field, Reader, Writer};
use wire::id::{DeviceId, Handle, UnixMs};
use zeroize::Zeroizing;

use crate::Problem;
use crate::random::Random;

/// The secret keys of one device, and of its account once there is one.
#[derive(Clone)]
pub(crate) struct Secrets {
    /// Ed25519; signs device certificates.
    pub(crate) account: SigningKey,
    /// X25519; the Noise static key.
    pub(crate) noise: Zeroizing<[u8; 32]>,
    /// Ed25519; the MLS signature key.
    pub(crate) mls: SigningKey,
}

impl core::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Secrets {
    pub(crate) fn generate(random: &mut Random) -> Self {
        Self {
            account: signing_key(random),
            noise: Zeroizing::new(random.array()),
            mls: signing_key(random),
        }
    }

    /// Certifies this device as one of `handle`'s.
    pub(crate) fn certify(&self, handle: Handle, created: UnixMs) -> Certificate {
        let noise = wire::key::StaticKey::from_bytes(*self.noise).public();
        let mut certificate = Certificate {
            handle,
            account_key: self.account.verifying_key().to_bytes(),
            noise_key: *noise.as_bytes(),
            mls_key: self.mls.verifying_key().to_bytes(),
            created,
            signature: [0; 64],
        };
        certificate.signature = self.account.sign(&certificate.signed_bytes()).to_bytes();
        certificate
    }
}

fn signing_key(random: &mut Random) -> SigningKey {
    SigningKey::from_bytes(&Zeroizing::new(random.array()))
}

impl Field for Secrets {
    const WHAT: &'static str = "secrets";

    fn encode(&self, w: &mut Writer) {
        w.put(self.account.as_bytes());
        w.put(self.noise.as_slice());
        w.put(self.mls.as_bytes());
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self {
            account: SigningKey::from_bytes(&Zeroizing::new(r.array(Self::WHAT)?)),
            noise: Zeroizing::new(r.array(Self::WHAT)?),
            mls: SigningKey::from_bytes(&Zeroizing::new(r.array(Self::WHAT)?)),
        })
    }
}

/// Reads a certificate and checks its signature, strictly (RFC 8032 with canonical encodings).
///
/// # Errors
/// [`wire::Error::Malformed`], [`wire::Error::Crypto`].
pub(crate) fn verify(bytes: &[u8]) -> Result<Certificate, wire::Error> {
    let certificate = Certificate::from_bytes(bytes)?;
    VerifyingKey::from_bytes(&certificate.account_key)
        .and_then(|key| {
            let signature = Signature::from_bytes(&certificate.signature);
            key.verify_strict(&certificate.signed_bytes(), &signature)
        })
        .map_err(|_| wire::Error::Crypto)?;
    Ok(certificate)
}

/// This profile's identity, once it has an account.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) secrets: Secrets,
    pub(crate) certificate: Certificate,
}

impl Identity {
    pub(crate) fn handle(&self) -> &Handle {
        &self.certificate.handle
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.certificate.device()
    }
}

/// Signs for OpenMLS with the device's key.
impl openmls_traits::signatures::Signer for Identity {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, openmls_traits::signatures::SignerError> {
        Ok(self.secrets.mls.sign(payload).to_bytes().to_vec())
    }

    fn signature_scheme(&self) -> openmls_traits::types::SignatureScheme {
        openmls_traits::types::SignatureScheme::ED25519
    }
}

/// The account key as the relay keeps it: sealed under OPAQUE's export key (RFC 9807 §6.2).
pub(crate) mod backup {
    use hkdf::Hkdf;
    use wire::sealed::SealingKey;

    use super::{Handle, Problem, Random, Sha256, SigningKey, Zeroizing};

    fn key(export_key: &[u8]) -> SealingKey {
        let mut key = Zeroizing::new([0; 32]);
        // 32 bytes is far below HKDF's bound, the only way this could fail.
        let _ = Hkdf::<Sha256>::new(None, export_key).expand(b"sotto/1 account", key.as_mut());
        SealingKey::new(&key)
    }

    pub(crate) fn seal(
        account: &SigningKey,
        handle: &Handle,
        export_key: &[u8],
        random: &mut Random,
    ) -> Result<Vec<u8>, Problem> {
        key(export_key)
            .seal(handle.as_str().as_bytes(), account.as_bytes(), random)
            .map_err(|_| Problem::Internal("the account key could not be sealed"))
    }

    pub(crate) fn open(sealed: &[u8], handle: &Handle, export_key: &[u8]) -> Option<SigningKey> {
        let secret = key(export_key).open(handle.as_str().as_bytes(), sealed).ok()?;
        Some(SigningKey::from_bytes(&Zeroizing::new(secret.as_slice().try_into().ok()?)))
    }
}
