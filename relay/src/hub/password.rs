//! A new password for the account of a signed-in device: OPAQUE's registration once more.

use wire::message::{OpaqueMessage, Refusal, SealedAccount, Tag, ToClient, ToRelay};

use super::conn::{Member, PasswordStep};
use super::opaque::Opaque;
use super::{CloseReason, ConnId, Hub, Now};
use crate::store::Op;

impl Hub {
    /// Either step.
    pub(super) fn handle_password_request(
        &mut self,
        conn: ConnId,
        tag: Tag,
        message: ToRelay,
        now: Now,
    ) {
        let done = match message {
            ToRelay::PasswordStart { request } => self.password_start(conn, tag, request, now),
            ToRelay::PasswordFinish { record, sealed_account } => {
                self.password_finish(conn, tag, (record, sealed_account), now)
            }
            _ => Err(Refusal::OutOfOrder),
        };
        if let Err(refusal) = done {
            self.refuse(conn, tag, refusal);
        }
    }

    /// The first step. It counts as an attempt from its address, like any registration.
    fn password_start(
        &mut self,
        conn: ConnId,
        tag: Tag,
        request: OpaqueMessage,
        now: Now,
    ) -> Result<(), Refusal> {
        let member = self.member(conn).ok_or(Refusal::NotSignedIn)?;
        if matches!(member.password.as_deref(), Some(PasswordStep::ExpectHandle { .. })) {
            return Err(Refusal::OutOfOrder);
        }
        let (device, origin) = (member.device, member.origin);
        self.attempts.register(origin, now.time)?;
        self.set_password_step(conn, Some(PasswordStep::ExpectHandle { tag, request }));
        self.ask(conn, tag, now, Op::FindHandle { device });
        Ok(())
    }

    /// The store has said whose password it is.
    pub(super) fn handle_found(&mut self, conn: ConnId, tag: Tag, handle: &wire::id::Handle) {
        let step = self.member(conn).and_then(|member| member.password.take());
        let Some(PasswordStep::ExpectHandle { request, .. }) = step.map(|step| *step) else {
            return;
        };
        let Some(response) = self.opaque.register(handle, &request) else {
            return self.close(conn, CloseReason::Misbehaved);
        };
        self.set_password_step(conn, Some(PasswordStep::ExpectFinish));
        self.answer(conn, tag, ToClient::RegisterResponse { response });
    }

    /// The second step.
    fn password_finish(
        &mut self,
        conn: ConnId,
        tag: Tag,
        (record, sealed_account): (OpaqueMessage, SealedAccount),
        now: Now,
    ) -> Result<(), Refusal> {
        let member = self.member(conn).ok_or(Refusal::NotSignedIn)?;
        if !matches!(member.password.as_deref(), Some(PasswordStep::ExpectFinish)) {
            return Err(Refusal::OutOfOrder);
        }
        let device = member.device;
        if !Opaque::accepts_record(&record) {
            self.close(conn, CloseReason::Misbehaved);
            return Ok(());
        }
        self.set_password_step(conn, None);
        self.ask(conn, tag, now, Op::SetPassword { device, record, sealed_account });
        Ok(())
    }

    /// A request of this tag was refused. If that means that the store could not say whose password
    /// it is, the client may begin again.
    pub(super) fn password_refused(&mut self, conn: ConnId, tag: Tag, refusal: &Refusal) {
        let Some(member) = self.member(conn) else { return };
        let is_asked = |step: &mut Box<PasswordStep>| matches!(**step, PasswordStep::ExpectHandle { tag: asked, .. } if asked == tag);
        let (asked, origin) = (member.password.take_if(is_asked), member.origin);
        if asked.is_some() && *refusal == Refusal::StoreUnavailable {
            self.attempts.refund(None, origin);
        }
    }

    fn set_password_step(&mut self, conn: ConnId, step: Option<PasswordStep>) {
        if let Some(member) = self.member(conn) {
            member.password = step.map(Box::new);
        }
    }

    fn member(&mut self, conn: ConnId) -> Option<&mut Member> {
        self.conns.get_mut(&conn)?.member()
    }
}
