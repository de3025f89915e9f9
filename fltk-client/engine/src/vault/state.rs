//! What a stored message carries beside what it says: which message it answers by reference alone,
//! since what that says may change.

use wire::codec::{Field, Reader, Writer};

use crate::MAX_REACTION_BYTES;
use crate::encoding::{put_list, put_text, read_list, read_text};
use crate::event::{MessageState, Reaction};
use crate::said::Reference;

/// Emojis of one message; further ones are left out.
pub(crate) const MAX_EMOJIS: usize = 32;
/// Accounts of one emoji; further ones are left out.
pub(crate) const MAX_REACTING: usize = 4_096;

impl Field for MessageState {
    const WHAT: &'static str = "state of a message";

    fn encode(&self, w: &mut Writer) {
        self.reply.as_deref().map(Reference::from).encode(w);
        self.edited.encode(w);
        self.expires.encode(w);
        put_list(w, self.reactions.iter());
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let reply: Option<Reference> = Field::decode(r)?;
        Ok(Self {
            reply: reply.map(|reply| Box::new(reply.into_quote())),
            edited: Field::decode(r)?,
            expires: Field::decode(r)?,
            reactions: read_list(r, MAX_EMOJIS)?,
        })
    }
}

impl Field for Reaction {
    const WHAT: &'static str = "reactions";

    fn encode(&self, w: &mut Writer) {
        put_text(w, &self.emoji);
        put_list(w, self.by.iter());
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let emoji = read_text(r, MAX_REACTION_BYTES)?;
        Ok(Self { emoji, by: read_list(r, MAX_REACTING)? })
    }
}
