//! What a profile is made of, beside its rooms: the relay, the account, the device.

use wire::codec::{Bytes, Field, Reader, Writer};
use wire::id::{Handle, UnixMs};
use wire::key::StaticKey;
use wire::link::Link;

use crate::identity::{Certificate, Identity, Secrets};
use crate::random::Random;

const MAX_ADDRESS_BYTES: usize = 512;

/// The profile as it stands in the vault.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// `HOST:PORT` of the relay.
    pub(crate) address: String,
    /// The relay's static key; any other is refused.
    pub(crate) relay_key: [u8; 32],
    /// Whether the relay has acknowledged this device.
    pub(crate) enrolled: bool,
    /// Whether the relay has a key package of last resort.
    pub(crate) last_resort_published: bool,
    /// Account and device.
    pub(crate) identity: Identity,
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
            enrolled: false,
            last_resort_published: false,
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
        self.enrolled.encode(w);
        self.last_resort_published.encode(w);
        self.identity.secrets.encode(w);
        self.identity.certificate.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let address = Bytes::<MAX_ADDRESS_BYTES>::decode(r)?.into_vec();
        Ok(Self {
            address: String::from_utf8(address)
                .map_err(|_| wire::Error::Malformed { what: "address" })?,
            relay_key: Field::decode(r)?,
            enrolled: Field::decode(r)?,
            last_resort_published: Field::decode(r)?,
            identity: Identity {
                secrets: Secrets::decode(r)?,
                certificate: Certificate::decode(r)?,
            },
        })
    }
}
