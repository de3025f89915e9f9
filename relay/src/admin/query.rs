//! The host's requests as lines.

use wire::id::{Handle, RoomId, UnixMs};
use wire::message::InviteToken;

use crate::hub::AdminRequest;

/// A request, and how its answer is to be written.
#[derive(Clone, Debug)]
pub struct Query {
    /// The request.
    pub request: AdminRequest,
    /// One JSON object a line, rather than columns.
    pub json: bool,
}

impl Query {
    /// The line that [`Self::parse`] reads.
    #[must_use]
    pub fn to_line(&self) -> String {
        let suffix = if self.json { " json" } else { "" };
        match &self.request {
            AdminRequest::Invite { token, uses, expires } => {
                // Room ids have the hexadecimal form that is wanted here.
                format!("invite {} {uses} {expires}", RoomId::from_array(token.0))
            }
            AdminRequest::Reset { handle, token, expires } => {
                format!("reset {handle} {} {expires}", RoomId::from_array(token.0))
            }
            AdminRequest::Accounts => format!("accounts{suffix}"),
            AdminRequest::Rooms => format!("rooms{suffix}"),
            AdminRequest::Status => format!("status{suffix}"),
            AdminRequest::SetEnabled { handle, enabled: true } => format!("enable {handle}"),
            AdminRequest::SetEnabled { handle, enabled: false } => format!("disable {handle}"),
        }
    }

    /// Reads a line; `None` if it is not one.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (request, json) = match *words {
            ["invite", token, uses, expires] => {
                let token = InviteToken(*RoomId::from_hex(token)?.as_array());
                let (uses, expires) = (uses.parse().ok()?, UnixMs(expires.parse().ok()?));
                (AdminRequest::Invite { token, uses, expires }, false)
            }
            ["reset", name, token, expires] => {
                let token = InviteToken(*RoomId::from_hex(token)?.as_array());
                let handle = Handle::new(name).ok()?;
                let expires = UnixMs(expires.parse().ok()?);
                (AdminRequest::Reset { handle, token, expires }, false)
            }
            ["accounts"] => (AdminRequest::Accounts, false),
            ["accounts", "json"] => (AdminRequest::Accounts, true),
            ["rooms"] => (AdminRequest::Rooms, false),
            ["rooms", "json"] => (AdminRequest::Rooms, true),
            ["status"] => (AdminRequest::Status, false),
            ["status", "json"] => (AdminRequest::Status, true),
            ["enable", name] => (set_enabled(name, true)?, false),
            ["disable", name] => (set_enabled(name, false)?, false),
            _ => return None,
        };
        Some(Self { request, json })
    }
}

fn set_enabled(name: &str, enabled: bool) -> Option<AdminRequest> {
    Some(AdminRequest::SetEnabled { handle: Handle::new(name).ok()?, enabled })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_survives_being_read() {
        for line in [
            "invite 000102030405060708090a0b0c0d0e0f 3 1700000000000",
            "reset alice 000102030405060708090a0b0c0d0e0f 1700000000000",
            "accounts",
            "rooms json",
            "status json",
            "enable alice",
            "disable bob",
        ] {
            assert_eq!(Query::parse(line).unwrap().to_line(), line);
        }
        assert!(Query::parse("disable ../etc").is_none());
    }
}
