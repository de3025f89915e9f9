//! What an application message says (PROTOCOL §10): versioned, and padded so that its length tells
//! little.

use wire::codec::{Field, Reader, Writer};
use wire::id::UnixMs;

use crate::event::MessageId;
use crate::{MAX_TEXT_BYTES, Problem};

const VERSION: u8 = 1;
/// The lengths a padded content can have.
const SIZES: [usize; 5] = [256, 1_024, 4 * 1_024, 16 * 1_024, 60 * 1_024];

/// The body of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A text.
    Text(String),
}

impl Content {
    /// A text that a message may hold.
    ///
    /// # Errors
    /// [`Problem::TextEmpty`], [`Problem::TextTooLong`].
    pub(crate) fn text(text: String) -> Result<Self, Problem> {
        match text.len() {
            0 => Err(Problem::TextEmpty),
            got if got > MAX_TEXT_BYTES => Err(Problem::TextTooLong { got, max: MAX_TEXT_BYTES }),
            _ => Ok(Self::Text(text)),
        }
    }
}

impl Field for Content {
    const WHAT: &'static str = "content";

    fn encode(&self, w: &mut Writer) {
        match self {
            Self::Text(text) => {
                w.put(&[1]);
                w.count(text.len());
                w.put(text.as_bytes());
            }
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let malformed = wire::Error::Malformed { what: Self::WHAT };
        match r.array(Self::WHAT)? {
            [1] => {
                let count = r.count(MAX_TEXT_BYTES, "text")?;
                let text = r.take(count, "text")?.to_vec();
                String::from_utf8(text).map(Self::Text).map_err(|_| malformed)
            }
            _ => Err(malformed),
        }
    }
}

/// A content with its header: **version ‖ id ‖ sent ‖ content ‖ zeros** up to the next size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Padded {
    pub(crate) id: MessageId,
    pub(crate) sent: UnixMs,
    pub(crate) content: Content,
}

impl Padded {
    pub(crate) fn to_padded_bytes(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.put(&[VERSION]);
        self.id.encode(&mut w);
        self.sent.encode(&mut w);
        self.content.encode(&mut w);
        let mut bytes = w.into_bytes();
        let size = SIZES.into_iter().find(|size| *size >= bytes.len()).unwrap_or(bytes.len());
        bytes.resize(size, 0);
        bytes
    }

    /// # Errors
    /// [`wire::Error::Malformed`] unless it is what `to_padded_bytes` makes of the same content.
    pub(crate) fn from_padded_bytes(bytes: &[u8]) -> Result<Self, wire::Error> {
        let malformed = wire::Error::Malformed { what: "padded content" };
        let mut r = Reader::new(bytes);
        if r.array("version of content")? != [VERSION] {
            return Err(wire::Error::Malformed { what: "version of content" });
        }
        let padded = Self {
            id: Field::decode(&mut r)?,
            sent: Field::decode(&mut r)?,
            content: Field::decode(&mut r)?,
        };
        if padded.to_padded_bytes() == bytes { Ok(padded) } else { Err(malformed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn padded(text: &str) -> Padded {
        Padded {
            id: MessageId::from_array([3; 16]),
            sent: UnixMs(1),
            content: Content::Text(text.into()),
        }
    }

    #[test]
    fn lengths_tell_little() {
        assert_eq!(padded("a").to_padded_bytes().len(), 256);
        assert_eq!(padded(&"a".repeat(220)).to_padded_bytes().len(), 256);
        assert_eq!(padded(&"a".repeat(240)).to_padded_bytes().len(), 1_024);
        assert_eq!(padded(&"a".repeat(MAX_TEXT_BYTES)).to_padded_bytes().len(), 60 * 1_024);
    }

    #[test]
    fn padding_that_hides_something_is_refused() {
        let mut bytes = padded("a").to_padded_bytes();
        assert_eq!(Padded::from_padded_bytes(&bytes), Ok(padded("a")));
        *bytes.last_mut().unwrap() = 1;
        assert!(Padded::from_padded_bytes(&bytes).is_err());
        bytes.truncate(200);
        assert!(Padded::from_padded_bytes(&bytes).is_err());
    }

    #[test]
    fn a_text_has_bounds() {
        assert_eq!(Content::text(String::new()), Err(Problem::TextEmpty));
        let long = "a".repeat(MAX_TEXT_BYTES + 1);
        assert!(matches!(Content::text(long), Err(Problem::TextTooLong { .. })));
    }
}
