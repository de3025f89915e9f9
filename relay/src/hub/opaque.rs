//! The relay's side of OPAQUE (RFC 9807): ristretto255, SHA-512, triple Diffie-Hellman.
//!
//! Key stretching runs on the client only, so the suite names none here.

use core::fmt;

use opaque_ke::{
    CipherSuite, CredentialFinalization, CredentialRequest, Identifiers, RegistrationRequest,
    RegistrationUpload, Ristretto255, ServerLogin, ServerLoginParameters, ServerRegistration,
    ServerSetup, TripleDh, ksf,
};
use rand_chacha_03::ChaCha20Rng;
use rand_chacha_03::rand_core::SeedableRng;
use sha2_010::Sha512;
use wire::id::Handle;
use wire::message::{OpaqueMessage, opaque_context};

/// The cipher suite, as the relay sees it.
#[derive(Clone, Copy, Debug)]
pub struct OpaqueSuite;

impl CipherSuite for OpaqueSuite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = ksf::Identity;
}

/// A registration record: public key, masking key and envelope (RFC 9807 §5.1, §4.1.1).
const RECORD_BYTES: usize = 32 + 64 + 96;

/// The relay's keys for OPAQUE, its identity, and the hub's randomness.
pub struct Opaque {
    setup: ServerSetup<OpaqueSuite>,
    /// The relay's static key: its identity in every login.
    relay_key: [u8; 32],
    rng: ChaCha20Rng,
    /// Parsed where there is no record, so that an unknown handle costs as much as a known one.
    stand_in: Vec<u8>,
}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opaque").finish_non_exhaustive()
    }
}

impl Opaque {
    /// A setup to be stored when a relay first starts: 32 bytes of seed make one.
    #[must_use]
    pub fn fresh_setup(seed: [u8; 32]) -> Vec<u8> {
        ServerSetup::<OpaqueSuite>::new(&mut ChaCha20Rng::from_seed(seed)).serialize().to_vec()
    }

    /// The keys in a stored `setup`, and randomness from `seed`; `None` if `setup` is not one.
    #[must_use]
    pub fn new(setup: &[u8], relay_key: [u8; 32], seed: [u8; 32]) -> Option<Self> {
        let setup = ServerSetup::<OpaqueSuite>::deserialize(setup).ok()?;
        let mut stand_in = setup.keypair().public().serialize().to_vec();
        stand_in.resize(RECORD_BYTES, 0);
        Some(Self { setup, relay_key, rng: ChaCha20Rng::from_seed(seed), stand_in })
    }

    /// Answers a `RegistrationRequest` (RFC 9807 §5); `None` if it is malformed.
    pub(super) fn register(&self, handle: &Handle, request: &[u8]) -> Option<OpaqueMessage> {
        let request = RegistrationRequest::deserialize(request).ok()?;
        let id = handle.as_str().as_bytes();
        let started = ServerRegistration::start(&self.setup, request, id).ok()?;
        OpaqueMessage::new(started.message.serialize().to_vec()).ok()
    }

    /// Whether `record` is a registration record, in its canonical form.
    pub(super) fn accepts_record(record: &[u8]) -> bool {
        RegistrationUpload::<OpaqueSuite>::deserialize(record).is_ok()
    }

    /// Answers a `KE1` (RFC 9807 §6); without `record`, as for an account that exists. `None` if
    /// the request is malformed.
    pub(super) fn login(
        &mut self,
        handle: &Handle,
        record: Option<&[u8]>,
        request: &[u8],
        handshake_hash: &[u8; 32],
    ) -> Option<(ServerLogin<OpaqueSuite>, OpaqueMessage)> {
        let request = CredentialRequest::deserialize(request).ok()?;
        let parsed = ServerRegistration::deserialize(record.unwrap_or(&self.stand_in)).ok()?;
        let record = record.map(|_| parsed);
        let id = handle.as_str().as_bytes();
        let context = opaque_context(handshake_hash);
        let parameters = parameters(&context, id, &self.relay_key);
        let started =
            ServerLogin::start(&mut self.rng, &self.setup, record, request, id, parameters).ok()?;
        let response = OpaqueMessage::new(started.message.serialize().to_vec()).ok()?;
        Some((started.state, response))
    }

    #[cfg(test)]
    pub(super) fn stand_in(&self) -> &[u8] {
        &self.stand_in
    }

    /// Whether `finalization`, a `KE3`, proves the password.
    pub(super) fn proves(
        &self,
        login: ServerLogin<OpaqueSuite>,
        handle: &Handle,
        finalization: &[u8],
        handshake_hash: &[u8; 32],
    ) -> bool {
        let context = opaque_context(handshake_hash);
        let parameters = parameters(&context, handle.as_str().as_bytes(), &self.relay_key);
        CredentialFinalization::deserialize(finalization)
            .is_ok_and(|finalization| login.finish(finalization, parameters).is_ok())
    }
}

fn parameters<'a>(
    context: &'a [u8],
    client: &'a [u8],
    server: &'a [u8],
) -> ServerLoginParameters<'a, 'a> {
    let identifiers = Identifiers { client: Some(client), server: Some(server) };
    ServerLoginParameters { context: Some(context), identifiers }
}
