//! Invitation links: `sotto://HOST:PORT/#key=…&invite=…` (PROTOCOL §7).
//!
//! The relay's key travels in the link, so the first connection is already authenticated. The part
//! behind `#` would not reach a web server, should someone open the link in a browser.

use core::fmt;
use core::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::Error;
use crate::message::InviteToken;

const SCHEME: &str = "sotto://";

/// Where a relay is, the key it proves itself with, and the right to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// `HOST:PORT`.
    pub address: String,
    /// The relay's X25519 static key.
    pub relay_key: [u8; 32],
    /// The invitation; a link without one serves for login.
    pub invite: Option<InviteToken>,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = Base64UrlUnpadded::encode_string(&self.relay_key);
        write!(f, "{SCHEME}{}/#key={key}", self.address)?;
        match &self.invite {
            Some(invite) => write!(f, "&invite={}", Base64UrlUnpadded::encode_string(&invite.0)),
            None => Ok(()),
        }
    }
}

impl FromStr for Link {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        const NOT_A_LINK: Error = Error::Malformed { what: "link" };
        let rest = text.trim().strip_prefix(SCHEME).ok_or(NOT_A_LINK)?;
        let (address, fragment) = rest.split_once("/#").ok_or(NOT_A_LINK)?;
        let (host, port) = address.rsplit_once(':').ok_or(NOT_A_LINK)?;
        let host_is_plain = host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c));
        if host.is_empty() || !host_is_plain || port.parse::<u16>().is_err() {
            return Err(Error::Malformed { what: "link's address" });
        }
        let (mut key, mut invite) = (None, None);
        for part in fragment.split('&') {
            match part.split_once('=') {
                Some(("key", value)) if key.is_none() => key = Some(value),
                Some(("invite", value)) if invite.is_none() => invite = Some(value),
                _ => return Err(NOT_A_LINK),
            }
        }
        Ok(Self {
            address: address.to_owned(),
            relay_key: decode(key.ok_or(NOT_A_LINK)?, "link's key")?,
            invite: invite
                .map(|value| decode(value, "link's invitation").map(InviteToken))
                .transpose()?,
        })
    }
}

fn decode<const N: usize>(text: &str, what: &'static str) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    match Base64UrlUnpadded::decode(text, &mut bytes) {
        Ok(decoded) if decoded.len() == N => Ok(bytes),
        _ => Err(Error::Malformed { what }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(invite: Option<InviteToken>) -> Link {
        Link { address: "chat.example:7171".into(), relay_key: [7; 32], invite }
    }

    #[test]
    fn a_link_survives_being_printed() {
        for link in [link(None), link(Some(InviteToken([9; 16])))] {
            assert_eq!(link.to_string().parse::<Link>().unwrap(), link);
        }
        let text = format!(" {}\n", link(None));
        assert_eq!(text.parse::<Link>().unwrap(), link(None), "pasted with white space");
    }

    #[test]
    fn a_damaged_link_is_refused() {
        let good = link(Some(InviteToken([9; 16]))).to_string();
        for bad in [
            "",
            "http://chat.example:7171/#key=AAAA",
            "sotto://chat.example/#key=AAAA",
            "sotto://:7171/#key=AAAA",
            "sotto://chat.example:99999/#key=AAAA",
            "sotto://chat.example:7171/#invite=AAAA",
            &good.replace("key=", "kex="),
            &good[..good.len() - 1],
            &format!("{good}&invite=AAAA"),
        ] {
            assert!(bad.parse::<Link>().is_err(), "{bad}");
        }
    }
}
