//! Device certificates (PROTOCOL §7): that a device is an account's.
//!
//! Signing and checking the signature is the clients' business. The relay compares the other fields
//! with what it knows.

use sha2::{Digest, Sha256};

use crate::Error;
use crate::codec::{Field, Reader, Writer};
use crate::id::{DeviceId, Handle, UnixMs};

const SIGNED: &[u8] = b"sotto/1 device certificate";
const DEVICE_ID: &[u8] = b"sotto/1 device id";

/// A certificate, its signature unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCertificate {
    /// The account.
    pub handle: Handle,
    /// The account's Ed25519 key, which signs.
    pub account_key: [u8; 32],
    /// The device's X25519 static key.
    pub noise_key: [u8; 32],
    /// The device's Ed25519 MLS signature key.
    pub mls_key: [u8; 32],
    /// When it was made, by the device's clock.
    pub created: UnixMs,
    /// The account key's Ed25519 signature over [`DeviceCertificate::signed_bytes`].
    pub signature: [u8; 64],
}

impl DeviceCertificate {
    /// The device's id: a hash of whose it is and of its keys, so that nobody can claim another's.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        let mut w = Writer::default();
        self.handle.encode(&mut w);
        let digest: [u8; 32] = Sha256::new()
            .chain_update(DEVICE_ID)
            .chain_update(w.into_bytes())
            .chain_update(self.account_key)
            .chain_update(self.noise_key)
            .chain_update(self.mls_key)
            .finalize()
            .into();
        let (id, _) = digest.split_first_chunk().unwrap_or((&[0; 16], &[]));
        DeviceId::from_array(*id)
    }

    /// What the signature is over.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.put(SIGNED);
        self.encode_unsigned(&mut w);
        w.into_bytes()
    }

    fn encode_unsigned(&self, w: &mut Writer) {
        self.handle.encode(w);
        self.account_key.encode(w);
        self.noise_key.encode(w);
        self.mls_key.encode(w);
        self.created.encode(w);
    }
}

impl Field for DeviceCertificate {
    const WHAT: &'static str = "device certificate";

    fn encode(&self, w: &mut Writer) {
        self.encode_unsigned(w);
        self.signature.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            handle: Field::decode(r)?,
            account_key: Field::decode(r)?,
            noise_key: Field::decode(r)?,
            mls_key: Field::decode(r)?,
            created: Field::decode(r)?,
            signature: Field::decode(r)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate() -> DeviceCertificate {
        DeviceCertificate {
            handle: Handle::new("alice").unwrap(),
            account_key: [1; 32],
            noise_key: [2; 32],
            mls_key: [3; 32],
            created: UnixMs(4),
            signature: [5; 64],
        }
    }

    #[test]
    fn a_certificate_survives_its_encoding_and_fits_its_bound() {
        let bytes = certificate().to_bytes();
        assert_eq!(DeviceCertificate::from_bytes(&bytes), Ok(certificate()));
        assert!(bytes.len() + 27 <= crate::limit::MAX_CERTIFICATE_BYTES);
    }

    #[test]
    fn the_id_depends_on_whose_the_device_is_and_on_its_keys() {
        let reference = certificate().device();
        let changes: [fn(&mut DeviceCertificate); 4] = [
            |certificate| certificate.handle = Handle::new("carol").unwrap(),
            |certificate| certificate.account_key = [9; 32],
            |certificate| certificate.noise_key = [9; 32],
            |certificate| certificate.mls_key = [9; 32],
        ];
        for change in changes {
            let mut other = certificate();
            change(&mut other);
            assert_ne!(other.device(), reference);
        }
    }
}
