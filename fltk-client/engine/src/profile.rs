//! What a profile is made of, beside its rooms: the relay, the account, the device.

use wire::certificate::DeviceCertificate as Certificate;
use wire::codec::{Bytes, Field, Reader, Writer};
use wire::id::{Handle, UnixMs};
use wire::key::StaticKey;
use wire::link::Link;

use crate::identity::{Identity, Secrets};
use crate::random::Random;

const MAX_ADDRESS_BYTES: usize = 512;

/// The profile as it stands in the vault.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// `HOST:PORT` of the relay.
    pub(crate) address: String,
    /// The relay's static key; any other is refused.
    pub(crate) relay_key: [u8; 32],
    /// How far the relay has taken this device in.
    pub(crate) enrolment: Enrolled,
    /// When the relay got the key package of last resort; 0 if it has none.
    pub(crate) last_resort_at: UnixMs,
    /// Account and device.
    pub(crate) identity: Identity,
}

/// Whether the relay knows this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enrolled {
    /// It does not.
    No,
    /// The certificate was sent; the answer has not come.
    Offered,
    /// It has said so.
    Yes,
}

impl Profile {
    pub(crate) const NAME: &[u8] = b"profile";

    /// A new device, of an account of its own until a login says otherwise.
    pub(crate) fn generate(link: &Link, handle: Handle, wall: UnixMs, random: &mut Random) -> Self {
        let secrets = Secrets::generate(random);
        let certificate = secrets.certify(handle, wall);
        Self {
            address: link.address.clone(),
            relay_key: link.relay_key,
            enrolment: Enrolled::No,
            last_resort_at: UnixMs(0),
            identity: Identity { secrets, certificate },
        }
    }

    pub(crate) fn static_key(&self) -> StaticKey {
        StaticKey::from_bytes(*self.identity.secrets.noise)
    }
}

impl Field for Profile {
    const WHAT: &'static str = "profile";

    fn encode(&self, w: &mut Writer) {
        w.count(self.address.len());
        w.put(self.address.as_bytes());
        self.relay_key.encode(w);
        w.put(&[match self.enrolment {
            Enrolled::No => 0,
            Enrolled::Offered => 1,
            Enrolled::Yes => 2,
        }]);
        self.last_resort_at.encode(w);
        self.identity.secrets.encode(w);
        self.identity.certificate.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let address = Bytes::<MAX_ADDRESS_BYTES>::decode(r)?.into_vec();
        Ok(Self {
            address: String::from_utf8(address)
                .map_err(|_| wire::Error::Malformed { what: "address" })?,
            relay_key: Field::decode(r)?,
            enrolment: match r.array(Self::WHAT)? {
                [0] => Enrolled::No,
                [1] => Enrolled::Offered,
                [2] => Enrolled::Yes,
                _ => return Err(wire::Error::Malformed { what: Self::WHAT }),
            },
            last_resort_at: Field::decode(r)?,
            identity: Identity {
                secrets: Secrets::decode(r)?,
                certificate: Certificate::decode(r)?,
            },
        })
    }
}
