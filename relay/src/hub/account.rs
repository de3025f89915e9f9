//! Connections that are no device yet: registering and enrolling.

use wire::certificate::DeviceCertificate;
use wire::codec::Field;
use wire::id::Handle;
use wire::message::{
    Certificate, InviteToken, OpaqueMessage, Refusal, SealedAccount, Tag, Tagged, ToClient, ToRelay,
};

use super::conn::{Anonymous, Enrolling, Step};
use super::opaque::Opaque;
use super::{CloseReason, ConnId, Hub, Now};
use crate::store::{NewDevice, Op};

impl Hub {
    /// A request of a connection that the store did not know.
    pub(super) fn handle_anonymous_request(
        &mut self,
        conn: ConnId,
        Tagged { tag, message }: Tagged<ToRelay>,
        now: Now,
    ) {
        let done = match message {
            ToRelay::RegisterStart { handle, invite, request } => {
                self.register_start(conn, tag, (handle, invite, request), now)
            }
            ToRelay::RegisterFinish { record, sealed_account, certificate } => {
                self.register_finish(conn, tag, (record, sealed_account), certificate, now)
            }
            ToRelay::LoginStart { handle, request } => {
                self.login_start(conn, tag, handle, request, now)
            }
            ToRelay::LoginFinish { finalization } => self.login_finish(conn, tag, &finalization),
            ToRelay::EnrollDevice { certificate } => self.enroll(conn, tag, certificate, now),
            _ => Err(Refusal::NotSignedIn),
        };
        if let Err(refusal) = done {
            self.refuse(conn, tag, refusal);
        }
    }

    pub(super) fn refuse(&mut self, conn: ConnId, tag: Tag, refusal: Refusal) {
        self.answer(conn, tag, ToClient::Refused { refusal });
    }

    /// The connection's state, while it is no device.
    pub(super) fn anonymous(&mut self, conn: ConnId) -> Option<&mut Anonymous> {
        self.conns.get_mut(&conn)?.anonymous()
    }

    /// The state of a connection that may begin, whatever it began before. While the store works
    /// for it, it may not.
    pub(super) fn may_start(&mut self, conn: ConnId) -> Result<&mut Anonymous, Refusal> {
        let anonymous = self.anonymous(conn).ok_or(Refusal::OutOfOrder)?;
        match anonymous.step {
            Step::ExpectStart
            | Step::ExpectRegisterFinish { .. }
            | Step::ExpectLoginFinish(_)
            | Step::ExpectEnroll(_) => Ok(anonymous),
            _ => Err(Refusal::OutOfOrder),
        }
    }

    fn register_start(
        &mut self,
        conn: ConnId,
        tag: Tag,
        (handle, invite, request): (Handle, Option<InviteToken>, OpaqueMessage),
        now: Now,
    ) -> Result<(), Refusal> {
        let origin = self.may_start(conn)?.origin;
        if invite.is_none() && !self.settings.open_registration {
            return Err(Refusal::InvitationNeeded);
        }
        self.attempts.register(origin, now.time)?;
        let op = Op::CheckRegistration { handle: handle.clone(), invite: invite.clone() };
        self.may_start(conn)?.step = Step::ExpectCheck { handle, invite, request };
        self.ask(conn, tag, now, op);
        Ok(())
    }

    /// Handle and invitation are good: the first answer of OPAQUE.
    pub(super) fn registration_checked(&mut self, conn: ConnId, tag: Tag) {
        let Some(anonymous) = self.anonymous(conn) else { return };
        let step = core::mem::replace(&mut anonymous.step, Step::ExpectStart);
        let Step::ExpectCheck { handle, invite, request } = step else { return };
        let Some(response) = self.opaque.register(&handle, &request) else {
            return self.close(conn, CloseReason::Misbehaved);
        };
        if let Some(anonymous) = self.anonymous(conn) {
            anonymous.step = Step::ExpectRegisterFinish { handle, invite };
        }
        self.answer(conn, tag, ToClient::RegisterResponse { response });
    }

    fn register_finish(
        &mut self,
        conn: ConnId,
        tag: Tag,
        (record, sealed_account): (OpaqueMessage, SealedAccount),
        certificate: Certificate,
        now: Now,
    ) -> Result<(), Refusal> {
        let anonymous = self.anonymous(conn).ok_or(Refusal::OutOfOrder)?;
        let noise_key = anonymous.noise_key;
        let Step::ExpectRegisterFinish { handle, invite } = &anonymous.step else {
            return Err(Refusal::OutOfOrder);
        };
        if !Opaque::accepts_record(&record) {
            self.close(conn, CloseReason::Misbehaved);
            return Ok(());
        }
        let device = new_device(handle, noise_key, certificate)?;
        let (handle, invite) = (handle.clone(), invite.clone());
        anonymous.step = Step::ExpectStored { retry: None };
        self.ask(conn, tag, now, Op::Register { handle, invite, record, sealed_account, device });
        Ok(())
    }

    fn enroll(
        &mut self,
        conn: ConnId,
        tag: Tag,
        certificate: Certificate,
        now: Now,
    ) -> Result<(), Refusal> {
        let anonymous = self.anonymous(conn).ok_or(Refusal::OutOfOrder)?;
        let Step::ExpectEnroll(enrolling) = &anonymous.step else {
            return Err(Refusal::OutOfOrder);
        };
        let Enrolling { account, password, handle } = enrolling.clone();
        let device = new_device(&handle, anonymous.noise_key, certificate)?;
        let retry = Some(Enrolling { account, password, handle });
        anonymous.step = Step::ExpectStored { retry };
        self.ask(conn, tag, now, Op::Enroll { account, password, device });
        Ok(())
    }
}

/// The device that a certificate names, if it is of this account and this connection's key. So nobody
/// is a member under another's name; whether the account's key signed is for the clients to check.
fn new_device(
    handle: &Handle,
    noise_key: [u8; 32],
    certificate: Certificate,
) -> Result<NewDevice, Refusal> {
    DeviceCertificate::from_bytes(&certificate)
        .ok()
        .filter(|parsed| parsed.handle == *handle && parsed.noise_key == noise_key)
        .map(|parsed| NewDevice { device: parsed.device(), noise_key, certificate })
        .ok_or(Refusal::NotAllowed)
}
