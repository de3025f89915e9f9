//! Devices: registered once, each with its own account, and signed in as often as needed.

use getrandom::SysRng;
use getrandom::rand_core::{Rng as _, UnwrapErr};
use opaque_ke::rand::{self, CryptoRng, RngCore};
use opaque_ke::{
    CipherSuite, ClientRegistration, ClientRegistrationFinishParameters, Identifiers,
    RegistrationResponse, Ristretto255, TripleDh, ksf,
};
use sha2_010::Sha512;
use wire::certificate::DeviceCertificate;
use wire::codec::{Bytes, Field as _};
use wire::id::{DeviceId, Handle, UnixMs};
use wire::key::StaticKey;
use wire::message::{SignedIn, ToClient, ToRelay};

use crate::client::{Client, random};
use crate::relay::Relay;
use crate::{Result, fail};

const PASSWORD: &[u8] = b"correct horse battery staple";

/// The protocol's suite without the stretching, which is the client's affair alone (PROTOCOL §7).
struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = ksf::Identity;
}

/// A device that the relay knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    secret: [u8; 32],
}

impl Device {
    /// Makes an account of this number with one device.
    pub(crate) async fn register(relay: &Relay, number: usize) -> Result<Self> {
        let (handle, secret) = (Handle::new(format!("bench{number}"))?, random()?);
        let certificate = certificate(handle.clone(), secret);
        let device = Self { id: certificate.device(), secret };
        let (mut client, greeting) = Client::connect(relay, device.secret).await?;
        if !matches!(greeting, ToClient::Ready { open_registration: true }) {
            return fail(format!("registration is not open: {greeting:?}"));
        }
        let identifiers = Identifiers {
            client: Some(handle.as_str().as_bytes()),
            server: Some(relay.key.as_bytes()),
        };
        let start = ClientRegistration::<Suite>::start(&mut System, PASSWORD)?;
        let request = Bytes::new(start.message.serialize().to_vec())?;
        let request = ToRelay::RegisterStart { handle: handle.clone(), invite: None, request };
        let response = match client.ask(request).await? {
            ToClient::RegisterResponse { response } => {
                RegistrationResponse::deserialize(&response)?
            }
            other => return fail(format!("registration: {other:?}")),
        };
        let parameters = ClientRegistrationFinishParameters::new(identifiers, None);
        let finish = start.state.finish(&mut System, PASSWORD, response, parameters)?;
        let request = ToRelay::RegisterFinish {
            record: Bytes::new(finish.message.serialize().to_vec())?,
            sealed_account: Bytes::new(vec![0; 60])?,
            certificate: Bytes::new(certificate.to_bytes())?,
        };
        match client.ask(request).await? {
            ToClient::SignedIn(_) => Ok(device),
            other => fail(format!("registration: {other:?}")),
        }
    }

    /// Connects as this device.
    pub(crate) async fn sign_in(&self, relay: &Relay) -> Result<(Client, SignedIn)> {
        match Client::connect(relay, self.secret).await? {
            (client, ToClient::SignedIn(signed_in)) => Ok((client, signed_in)),
            (_, other) => fail(format!("sign-in: {other:?}")),
        }
    }
}

/// The system's randomness under the traits of the generation that opaque-ke is on.
struct System;

impl RngCore for System {
    fn next_u32(&mut self) -> u32 {
        UnwrapErr(SysRng).next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        UnwrapErr(SysRng).next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        UnwrapErr(SysRng).fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> core::result::Result<(), rand::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for System {}

/// A certificate that the relay takes; it does not check signatures.
fn certificate(handle: Handle, secret: [u8; 32]) -> DeviceCertificate {
    DeviceCertificate {
        handle,
        account_key: [1; 32],
        noise_key: *StaticKey::from_bytes(secret).public().as_bytes(),
        mls_key: [2; 32],
        created: UnixMs(0),
        signature: [0; 64],
    }
}
