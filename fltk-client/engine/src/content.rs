//! What an application message says (PROTOCOL §10): versioned, and padded so that its length tells
//! little.

use wire::codec::{Field, Reader, Writer};
use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};

use crate::body::kind;
use crate::encoding::{put_list, put_text, read_any_text, read_list, read_text};
use crate::event::{Body, MessageId};
use crate::said::{Reference, Said, is_emoji};
use crate::{
    MAX_REACTION_BYTES, MAX_ROOM_NAME_BYTES, MAX_TEXT_BYTES, MAX_TOPIC_BYTES, Problem, Reacting,
};

const VERSION: u8 = 1;
/// The lengths a padded content can have.
const SIZES: [usize; 5] = [256, 1_024, 4 * 1_024, 16 * 1_024, 60 * 1_024];
/// What told messages of one content may add up to, encoded.
pub(crate) const MAX_TOLD_BYTES: usize = MAX_TEXT_BYTES - 64;
/// Told messages of one content: the shortest takes more than 80 bytes.
const MAX_TOLD: usize = 1_024;

/// The body of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A text or a file.
    Said(Said),
    /// The author's account leaves the room.
    Farewell,
    /// What the room is called, and is about.
    Title {
        /// Its name.
        name: String,
        /// Its topic, may be empty.
        topic: String,
    },
    /// In the lobby: that there is an open room, and its name.
    Announcement {
        /// The room.
        room: RoomId,
        /// Its name.
        name: String,
    },
    /// Messages from before, for those who came in with one record.
    History {
        /// That record.
        joined: Seq,
        /// The messages, in order.
        messages: Vec<Told>,
    },
    /// A text of the author's account is another now.
    Edit {
        /// The message.
        id: MessageId,
        /// Its text.
        text: String,
    },
    /// A message of the author's account is taken back.
    Delete {
        /// The message.
        id: MessageId,
    },
    /// A reaction to a message.
    Reaction {
        /// The message.
        to: Reference,
        /// What [`is_emoji`] takes.
        emoji: String,
        /// Whether it comes or goes.
        what: Reacting,
    },
    /// The author's account has read up to a place.
    Receipt {
        /// The last record that was read.
        seq: Seq,
    },
}

/// A message handed on by another than its author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Its place in the log.
    pub(crate) seq: Seq,
    /// When the relay appended it.
    pub(crate) at: UnixMs,
    /// Its name.
    pub(crate) id: MessageId,
    /// Its author.
    pub(crate) from: Handle,
    /// The author's device.
    pub(crate) device: DeviceId,
    /// When the author sent it.
    pub(crate) sent: UnixMs,
    /// What it says.
    pub(crate) said: Said,
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
            _ => Ok(Self::Said(Said::plain(Body::Text(text)))),
        }
    }
}

impl Field for Content {
    const WHAT: &'static str = "content";

    fn encode(&self, w: &mut Writer) {
        match self {
            Self::Said(said) => said.encode(w),
            Self::Farewell => w.put(&[2]),
            Self::Title { name, topic } => {
                w.put(&[3]);
                put_text(w, name);
                put_text(w, topic);
            }
            Self::Announcement { room, name } => {
                w.put(&[4]);
                room.encode(w);
                put_text(w, name);
            }
            Self::History { joined, messages } => {
                w.put(&[5]);
                joined.encode(w);
                put_list(w, messages.iter());
            }
            Self::Edit { id, text } => {
                w.put(&[8]);
                id.encode(w);
                put_text(w, text);
            }
            Self::Delete { id } => {
                w.put(&[9]);
                id.encode(w);
            }
            Self::Reaction { to, emoji, what } => {
                w.put(&[10]);
                to.encode(w);
                put_text(w, emoji);
                (*what == Reacting::Add).encode(w);
            }
            Self::Receipt { seq } => {
                w.put(&[11]);
                seq.encode(w);
            }
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(match r.array(Self::WHAT)? {
            [kind @ (kind::TEXT | kind::FILE | kind::NOTED)] => {
                Self::Said(Said::decode_kind(kind, r)?)
            }
            [2] => Self::Farewell,
            [3] => Self::Title {
                name: read_text(r, MAX_ROOM_NAME_BYTES)?,
                topic: read_text(r, MAX_TOPIC_BYTES)?,
            },
            [4] => Self::Announcement {
                room: Field::decode(r)?,
                name: read_text(r, MAX_ROOM_NAME_BYTES)?,
            },
            [5] => Self::History { joined: Field::decode(r)?, messages: read_list(r, MAX_TOLD)? },
            [8] => Self::Edit { id: Field::decode(r)?, text: read_any_text(r)? },
            [9] => Self::Delete { id: Field::decode(r)? },
            [10] => Self::Reaction {
                to: Field::decode(r)?,
                emoji: read_emoji(r)?,
                what: if bool::decode(r)? { Reacting::Add } else { Reacting::Withdraw },
            },
            [11] => Self::Receipt { seq: Field::decode(r)? },
            _ => return Err(wire::Error::Malformed { what: Self::WHAT }),
        })
    }
}

fn read_emoji(r: &mut Reader<'_>) -> Result<String, wire::Error> {
    let emoji = read_text(r, MAX_REACTION_BYTES)?;
    if is_emoji(&emoji) { Ok(emoji) } else { Err(wire::Error::Malformed { what: "emoji" }) }
}

impl Field for Told {
    const WHAT: &'static str = "told message";

    fn encode(&self, w: &mut Writer) {
        self.seq.encode(w);
        self.at.encode(w);
        self.id.encode(w);
        self.from.encode(w);
        self.device.encode(w);
        self.sent.encode(w);
        self.said.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self {
            seq: Field::decode(r)?,
            at: Field::decode(r)?,
            id: Field::decode(r)?,
            from: Field::decode(r)?,
            device: Field::decode(r)?,
            sent: Field::decode(r)?,
            said: Field::decode(r)?,
        })
    }
}

/// A name that a person gave something, without what cannot be shown.
///
/// # Errors
/// [`Problem::NameInvalid`] when it is empty, too long, or holds control characters.
pub(crate) fn check_name(name: &str, max: usize) -> Result<(), Problem> {
    let fits = !name.trim().is_empty() && name.len() <= max && !name.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(Problem::NameInvalid { max }) }
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
            content: Content::Said(Said::plain(Body::Text(text.into()))),
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
    fn the_longest_of_each_kind_fits() {
        let text = "a".repeat(MAX_TEXT_BYTES);
        let reply =
            Some(Reference { from: Handle::new("a".repeat(32)).unwrap(), id: padded("").id });
        let said =
            |reply, text| Content::Said(Said { reply, lifetime_s: 5, body: Body::Text(text) });
        for content in [
            said(None, text.clone()),
            said(reply, "a".repeat(crate::MAX_REPLY_BYTES)),
            Content::Edit { id: padded("").id, text },
        ] {
            let padded = Padded { content, ..padded("") };
            assert_eq!(padded.to_padded_bytes().len(), 60 * 1_024);
        }
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
