//! Invitations: to make an account, or to begin one anew.

use rusqlite::params;
use wire::id::{Handle, UnixMs};
use wire::message::{InviteToken, Refusal};

use super::SqliteStore;
use super::row::{self, Fail, Query, int};
use crate::store::{Done, InviteState};

impl SqliteStore {
    /// Whether this name can be registered with this invitation. Returns the account that begins
    /// anew, if the invitation is for that.
    pub(super) fn registration(
        &self,
        handle: &Handle,
        invite: Option<&InviteToken>,
        now: UnixMs,
    ) -> Result<Option<i64>, Fail> {
        let resets = invite.map(|token| self.usable(token, handle, now)).transpose()?.flatten();
        match (resets, self.account_no(handle)?) {
            (None, Some(_)) => Err(Refusal::HandleTaken.into()),
            (resets, _) => Ok(resets),
        }
    }

    /// The account that the invitation resets, if it does.
    fn usable(
        &self,
        token: &InviteToken,
        handle: &Handle,
        now: UnixMs,
    ) -> Result<Option<i64>, Fail> {
        let stored = self.sql.first(
            "SELECT i.uses_left, i.expires_ms, a.id, a.handle, a.enabled FROM invitation i
             LEFT JOIN account a ON a.id = i.resets WHERE i.token = ?1",
            [&token.0],
            |row| {
                let state = InviteState { uses_left: row.get(0)?, expires: row::unix(row, 1)? };
                let account: Option<i64> = row.get(2)?;
                let resets =
                    account.map(|no| Ok::<_, Fail>((no, row::handle(row, 3)?, row.get(4)?)));
                Ok((state, resets.transpose()?))
            },
        )?;
        let (state, resets) = stored.ok_or(Refusal::InvitationUnknown)?;
        if resets.as_ref().is_some_and(|(_, of, _)| of != handle) {
            return Err(Refusal::InvitationUnknown.into());
        }
        state.check(now)?;
        match resets {
            Some((_, _, false)) => Err(Refusal::AccountDisabled.into()),
            resets => Ok(resets.map(|(account, ..)| account)),
        }
    }

    pub(super) fn add_invitation(
        &self,
        token: &InviteToken,
        uses: u32,
        expires: UnixMs,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        self.put_invitation(token, (uses, expires), None, now)
    }

    pub(super) fn add_reset(
        &self,
        handle: &Handle,
        token: &InviteToken,
        expires: UnixMs,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        let account = self.account_no(handle)?.ok_or(Refusal::HandleUnknown)?;
        self.sql.run("DELETE FROM invitation WHERE resets = ?1", [account])?;
        self.put_invitation(token, (1, expires), Some(account), now)
    }

    fn put_invitation(
        &self,
        token: &InviteToken,
        (uses, expires): (u32, UnixMs),
        resets: Option<i64>,
        now: UnixMs,
    ) -> Result<Done, Fail> {
        self.sql.run("DELETE FROM invitation WHERE expires_ms < ?1", [kept_since(now)])?;
        self.sql.run(
            "INSERT INTO invitation (token, uses_left, expires_ms, resets) VALUES (?1, ?2, ?3, ?4)",
            params![token.0, uses, int(expires.0), resets],
        )?;
        Ok(Done::InvitationAdded)
    }
}

/// Expired invitations are kept for 30 days, to tell "expired" from "unknown".
fn kept_since(now: UnixMs) -> i64 {
    int(now.0.saturating_sub(30 * 24 * 60 * 60 * 1_000))
}
