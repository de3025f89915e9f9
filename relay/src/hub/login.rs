//! Logging in. An unknown handle goes the same way as a known one until the last answer: the same
//! counting, the same work for the store, the same bytes (RFC 9807 §10.9).

use wire::id::Handle;
use wire::message::{OpaqueMessage, Refusal, Tag, ToClient};

use super::conn::{Enrolling, Login, Step};
use super::{CloseReason, ConnId, Hub, Now};
use crate::store::{AccountRecord, Op};

impl Hub {
    pub(super) fn login_start(
        &mut self,
        conn: ConnId,
        tag: Tag,
        handle: Handle,
        request: OpaqueMessage,
        now: Now,
    ) -> Result<(), Refusal> {
        let origin = self.may_start(conn)?.origin;
        self.attempts.login(&handle, origin, now.time)?;
        let op = Op::FindAccount { handle: handle.clone() };
        self.may_start(conn)?.step = Step::ExpectAccount { handle, request };
        self.ask(conn, tag, now, op);
        Ok(())
    }

    /// The store has looked for the account.
    pub(super) fn account_found(
        &mut self,
        conn: ConnId,
        tag: Tag,
        found: Option<Box<AccountRecord>>,
    ) {
        let Some(anonymous) = self.conns.get_mut(&conn).and_then(|conn| conn.anonymous()) else {
            return;
        };
        let step = core::mem::replace(&mut anonymous.step, Step::ExpectStart);
        let Step::ExpectAccount { handle, request } = step else { return };
        let record = found.as_ref().map(|found| &*found.record);
        let hash = &anonymous.handshake_hash;
        let Some((opaque, response)) = self.opaque.login(&handle, record, &request, hash) else {
            return self.close(conn, CloseReason::Misbehaved);
        };
        let login = Login { handle, opaque, account: found };
        anonymous.step = Step::ExpectLoginFinish(Box::new(login));
        self.answer(conn, tag, ToClient::LoginResponse { response });
    }

    pub(super) fn login_finish(
        &mut self,
        conn: ConnId,
        tag: Tag,
        finalization: &[u8],
    ) -> Result<(), Refusal> {
        let hub = self.conns.get_mut(&conn).and_then(|conn| conn.anonymous());
        let anonymous = hub.ok_or(Refusal::OutOfOrder)?;
        if !matches!(anonymous.step, Step::ExpectLoginFinish(_)) {
            return Err(Refusal::OutOfOrder);
        }
        let step = core::mem::replace(&mut anonymous.step, Step::ExpectStart);
        let Step::ExpectLoginFinish(login) = step else { return Err(Refusal::OutOfOrder) };
        let Login { handle, opaque, account } = *login;
        let hash = &anonymous.handshake_hash;
        let proved = self.opaque.proves(opaque, &handle, finalization, hash);
        let found = account.filter(|_| proved).ok_or(Refusal::LoginFailed)?;
        self.attempts.succeeded(&handle);
        if !found.enabled {
            return Err(Refusal::AccountDisabled);
        }
        let AccountRecord { account, password, sealed_account, .. } = *found;
        anonymous.step = Step::ExpectEnroll(Enrolling { account, password, handle });
        self.answer(conn, tag, ToClient::LoginAccepted { sealed_account });
        Ok(())
    }
}
