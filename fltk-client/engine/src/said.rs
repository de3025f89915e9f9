//! What is said, with its notes: which message it answers and how long it stays (PROTOCOL §10.5).

use wire::codec::{Field, Reader, Writer};
use wire::id::{Handle, UnixMs};

use crate::body::kind;
use crate::event::{Body, MessageId, Quote};
use crate::{MAX_LIFETIME_S, MAX_REACTION_BYTES, MIN_LIFETIME_S};

/// A message by its author and name, which nobody else can give another message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) from: Handle,
    pub(crate) id: MessageId,
}

/// A text or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// What it answers.
    pub(crate) reply: Option<Reference>,
    /// Seconds after the relay got it until it disappears; 0 if it stays.
    pub(crate) lifetime_s: u32,
    pub(crate) body: Body,
}

impl Said {
    /// Without notes.
    pub(crate) const fn plain(body: Body) -> Self {
        Self { reply: None, lifetime_s: 0, body }
    }

    /// When it disappears, if the relay got it at `at`.
    pub(crate) fn expires(&self, at: UnixMs) -> Option<UnixMs> {
        let after_ms = u64::from(self.lifetime_s).saturating_mul(1_000);
        (self.lifetime_s > 0).then(|| UnixMs(at.0.saturating_add(after_ms)))
    }

    /// Reads what follows the kind.
    pub(crate) fn decode_kind(kind: u8, r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        if kind != kind::NOTED {
            return Body::decode_kind(kind, r).map(Self::plain);
        }
        let (reply, lifetime_s) = (Field::decode(r)?, Field::decode(r)?);
        let [kind] = r.array(Self::WHAT)?;
        match is_lifetime(lifetime_s) {
            true => Ok(Self { reply, lifetime_s, body: Body::decode_kind(kind, r)? }),
            false => Err(wire::Error::Malformed { what: "lifetime of a message" }),
        }
    }
}

/// One without notes is its body alone.
impl Field for Said {
    const WHAT: &'static str = "what is said";

    fn encode(&self, w: &mut Writer) {
        if self.reply.is_some() || self.lifetime_s > 0 {
            w.put(&[kind::NOTED]);
            self.reply.encode(w);
            self.lifetime_s.encode(w);
        }
        self.body.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let [kind] = r.array(Self::WHAT)?;
        Self::decode_kind(kind, r)
    }
}

impl Field for Reference {
    const WHAT: &'static str = "reference to a message";

    fn encode(&self, w: &mut Writer) {
        self.from.encode(w);
        self.id.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self { from: Field::decode(r)?, id: Field::decode(r)? })
    }
}

impl Reference {
    /// What is told of it before it is looked up.
    pub(crate) fn into_quote(self) -> Quote {
        Quote { from: self.from, id: self.id, seq: None, text: String::new() }
    }
}

impl From<&Quote> for Reference {
    fn from(quote: &Quote) -> Self {
        Self { from: quote.from.clone(), id: quote.id }
    }
}

/// Whether messages may stay so long; 0 is for ever.
pub(crate) const fn is_lifetime(seconds: u32) -> bool {
    seconds == 0 || (MIN_LIFETIME_S <= seconds && seconds <= MAX_LIFETIME_S)
}

/// Whether a reaction may be this.
pub(crate) fn is_emoji(text: &str) -> bool {
    (1..=MAX_REACTION_BYTES).contains(&text.len()) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Content, Padded};

    fn bytes(content: &[u8]) -> Vec<u8> {
        let mut bytes = [[1].as_slice(), &[3; 16], &1_u64.to_be_bytes(), content].concat();
        bytes.resize(256, 0);
        bytes
    }

    #[test]
    fn a_message_without_notes_has_one_encoding() {
        let plain = Content::Said(Said::plain(Body::Text("a".into()))).to_bytes();
        assert!(Padded::from_padded_bytes(&bytes(&plain)).is_ok());
        let noted = [&[kind::NOTED, 0, 0, 0, 0, 0], plain.as_slice()].concat();
        assert!(Padded::from_padded_bytes(&bytes(&noted)).is_err());
    }

    #[test]
    fn a_lifetime_has_bounds() {
        for (lifetime_s, is_good) in [
            (1, false),
            (MIN_LIFETIME_S - 1, false),
            (MIN_LIFETIME_S, true),
            (MAX_LIFETIME_S, true),
            (MAX_LIFETIME_S + 1, false),
        ] {
            let said = Said { lifetime_s, ..Said::plain(Body::Text("a".into())) };
            assert_eq!(Said::from_bytes(&said.to_bytes()).is_ok(), is_good, "{lifetime_s}");
        }
    }

    #[test]
    fn a_message_in_a_message_and_one_that_was_taken_back_are_not_said() {
        let noted = [&[kind::NOTED, 0], 9_u32.to_be_bytes().as_slice()].concat();
        let twice = [noted.as_slice(), &noted, &[kind::TEXT, 0, 0, 0, 1, b'a']].concat();
        assert!(Said::from_bytes(&twice).is_err());
        let deleted = [noted.as_slice(), &[kind::DELETED]].concat();
        assert!(Said::from_bytes(&deleted).is_err());
        assert!(Content::from_bytes(&[kind::DELETED]).is_err());
    }

    #[test]
    fn a_reaction_is_short_and_can_be_shown() {
        assert!(is_emoji("👍🏽") && is_emoji("ok"));
        assert!(!is_emoji("") && !is_emoji("a\nb") && !is_emoji(&"a".repeat(65)));
    }
}
