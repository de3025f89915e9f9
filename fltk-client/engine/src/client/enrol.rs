//! Becoming a device of an account: OPAQUE (RFC 9807), then the certificate.

use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialResponse, Identifiers, RegistrationResponse,
    Ristretto255, TripleDh,
};
use sha2_010::Sha512;
use wire::codec::{Bytes, Field};
use wire::message::{InviteToken, OpaqueMessage, ToClient, ToRelay, opaque_context};
use zeroize::Zeroizing;

use super::{Client, Now, Request, SignUp};
use crate::identity::{Identity, backup};
use crate::password::{Cost, Stretch};
use crate::profile::{Enrolled, Profile};
use crate::random::ForOpaque;
use crate::{Event, Intent, Problem, Step};

/// OPAQUE-3DH over ristretto255 and SHA-512, stretched by Argon2id on this side alone.
pub(super) struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, Sha512>;
    type Ksf = Stretch;
}

/// A sign-up or a login on its way. It lives until the relay knows the device.
pub(super) struct Enrolment {
    intent: Intent,
    invite: Option<InviteToken>,
    password: Zeroizing<String>,
    cost: Cost,
    state: Expect,
}

/// What the relay is expected to say next.
enum Expect {
    Ready,
    RegisterResponse(Box<ClientRegistration<Suite>>),
    LoginResponse(Box<ClientLogin<Suite>>),
    LoginAccepted { export_key: Zeroizing<Vec<u8>> },
    SignedIn,
}

impl core::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Enrolment").field("intent", &self.intent).finish_non_exhaustive()
    }
}

impl Enrolment {
    pub(super) fn new(sign_up: SignUp<'_>) -> Self {
        Self {
            intent: sign_up.intent,
            invite: sign_up.link.invite,
            password: Zeroizing::new(sign_up.password.to_owned()),
            cost: sign_up.cost,
            state: Expect::Ready,
        }
    }

    /// Whether the relay's word that it knows this device is the next thing to come.
    pub(super) const fn expects_signed_in(&self) -> bool {
        matches!(self.state, Expect::SignedIn)
    }
}

impl Client {
    /// The relay does not know this device (yet).
    pub(super) fn begin_enrolment(&mut self, open_registration: bool) -> Result<(), Problem> {
        let Some(enrolment) = &mut self.enrolment else {
            let known = self.profile.enrolment == Enrolled::Yes;
            return Err(if known { Problem::DeviceUnknown } else { Problem::NoProfile });
        };
        self.connection.enrolling();
        let handle = self.profile.identity.handle().clone();
        let password = enrolment.password.as_bytes();
        let (state, message) = match enrolment.intent {
            Intent::Register => {
                if enrolment.invite.is_none() && !open_registration {
                    return Err(Problem::InvitationNeeded);
                }
                let start =
                    ClientRegistration::<Suite>::start(&mut ForOpaque(&mut self.random), password)
                        .map_err(|_| OPAQUE_FAILED)?;
                let request = opaque(start.message.serialize().as_slice())?;
                let invite = enrolment.invite.clone();
                let state = Expect::RegisterResponse(Box::new(start.state));
                (state, ToRelay::RegisterStart { handle, invite, request })
            }
            Intent::Login => {
                let start = ClientLogin::<Suite>::start(&mut ForOpaque(&mut self.random), password)
                    .map_err(|_| OPAQUE_FAILED)?;
                let request = opaque(start.message.serialize().as_slice())?;
                let state = Expect::LoginResponse(Box::new(start.state));
                (state, ToRelay::LoginStart { handle, request })
            }
        };
        enrolment.state = state;
        self.request(Request::Enrol, message);
        // Told now, because nothing is while it lasts.
        self.tell(Event::Progress(Step::StretchingPassword));
        Ok(())
    }

    /// The relay's answer to the last step.
    pub(super) fn continue_enrolment(
        &mut self,
        message: ToClient,
        now: Now,
    ) -> Result<(), Problem> {
        let enrolment = self.enrolment.as_mut().ok_or(OUT_OF_ORDER)?;
        let state = core::mem::replace(&mut enrolment.state, Expect::Ready);
        match (state, message) {
            (_, ToClient::Refused { refusal }) => {
                self.refused = true;
                Err(refusal.into())
            }
            (Expect::RegisterResponse(state), ToClient::RegisterResponse { response }) => {
                self.finish_registration(*state, &response)
            }
            (Expect::LoginResponse(state), ToClient::LoginResponse { response }) => {
                self.finish_login(*state, &response)
            }
            (Expect::LoginAccepted { export_key }, ToClient::LoginAccepted { sealed_account }) => {
                self.enrol_device(&export_key, &sealed_account, now)
            }
            _ => Err(OUT_OF_ORDER),
        }
    }

    fn finish_registration(
        &mut self,
        state: ClientRegistration<Suite>,
        response: &[u8],
    ) -> Result<(), Problem> {
        let enrolment = self.enrolment.as_ref().ok_or(OUT_OF_ORDER)?;
        let identity = &self.profile.identity;
        let ksf = Stretch::new(enrolment.cost);
        let parameters =
            ClientRegistrationFinishParameters::new(identifiers(&self.profile), Some(&ksf));
        let response = RegistrationResponse::deserialize(response).map_err(|_| OPAQUE_REFUSED)?;
        let finish = state
            .finish(
                &mut ForOpaque(&mut self.random),
                enrolment.password.as_bytes(),
                response,
                parameters,
            )
            .map_err(|_| OPAQUE_REFUSED)?;
        let export_key = Zeroizing::new(finish.export_key.to_vec());
        let (account, handle) = (&identity.secrets.account, identity.handle());
        let sealed = backup::seal(account, handle, &export_key, &mut self.random)?;
        let message = ToRelay::RegisterFinish {
            record: opaque(finish.message.serialize().as_slice())?,
            sealed_account: Bytes::new(sealed).map_err(|_| OPAQUE_FAILED)?,
            certificate: certificate(identity)?,
        };
        self.offer(message)
    }

    /// Sends the certificate. From here on the relay may know this device.
    fn offer(&mut self, message: ToRelay) -> Result<(), Problem> {
        self.profile.enrolment = Enrolled::Offered;
        self.vault.put_value(Profile::NAME, &self.profile)?;
        self.enrolment.as_mut().ok_or(OUT_OF_ORDER)?.state = Expect::SignedIn;
        self.request(Request::Enrol, message);
        Ok(())
    }

    fn finish_login(&mut self, state: ClientLogin<Suite>, response: &[u8]) -> Result<(), Problem> {
        let handshake_hash = self.connection.handshake_hash().ok_or(OUT_OF_ORDER)?;
        let enrolment = self.enrolment.as_mut().ok_or(OUT_OF_ORDER)?;
        let context = opaque_context(&handshake_hash);
        let ksf = Stretch::new(enrolment.cost);
        let parameters = ClientLoginFinishParameters::new(
            Some(&context),
            identifiers(&self.profile),
            Some(&ksf),
        );
        let response = CredentialResponse::deserialize(response).map_err(|_| OPAQUE_REFUSED)?;
        // The envelope does not open: a wrong password, or no such account. They are the same here.
        let finish = state
            .finish(
                &mut ForOpaque(&mut self.random),
                enrolment.password.as_bytes(),
                response,
                parameters,
            )
            .map_err(|_| Problem::LoginFailed)?;
        let export_key = Zeroizing::new(finish.export_key.to_vec());
        enrolment.state = Expect::LoginAccepted { export_key };
        let finalization = opaque(finish.message.serialize().as_slice())?;
        self.request(Request::Enrol, ToRelay::LoginFinish { finalization });
        Ok(())
    }

    /// Takes over the account's key, certifies this device with it and enrols it.
    fn enrol_device(
        &mut self,
        export_key: &[u8],
        sealed_account: &[u8],
        now: Now,
    ) -> Result<(), Problem> {
        let handle = self.profile.identity.handle().clone();
        let mut secrets = self.profile.identity.secrets.clone();
        secrets.account =
            backup::open(sealed_account, &handle, export_key).ok_or(OPAQUE_REFUSED)?;
        let certificate_of_account = secrets.certify(handle, now.wall);
        self.profile.identity = Identity { secrets, certificate: certificate_of_account };
        let identity = &self.profile.identity;
        let message = ToRelay::EnrollDevice { certificate: certificate(identity)? };
        self.offer(message)
    }
}

pub(super) const OPAQUE_FAILED: Problem = Problem::Internal("the login could not be begun");
pub(super) const OPAQUE_REFUSED: Problem = Problem::RelayMisbehaved("an answer to the login");
const OUT_OF_ORDER: Problem = Problem::RelayMisbehaved("the order of the login");

/// Who the two sides of OPAQUE are: the handle, and the relay's static key.
pub(super) fn identifiers(profile: &Profile) -> Identifiers<'_> {
    Identifiers {
        client: Some(profile.identity.handle().as_str().as_bytes()),
        server: Some(&profile.relay_key),
    }
}

pub(super) fn opaque(bytes: &[u8]) -> Result<OpaqueMessage, Problem> {
    Bytes::new(bytes.to_vec()).map_err(|_| OPAQUE_FAILED)
}

fn certificate(identity: &Identity) -> Result<wire::message::Certificate, Problem> {
    Bytes::new(identity.certificate.to_bytes()).map_err(|_| OPAQUE_FAILED)
}
