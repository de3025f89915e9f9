//! A message as a line, and what belongs to it beside what it says.

use engine::{Body, Entry, EntryKind, MessageState};
use serde::Serialize;
use wire::id::Handle;

use super::Line;

/// What stands on a message's line only if there is any.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct Notes {
    #[serde(skip_serializing_if = "Option::is_none")]
    told_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<Quote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reactions: Vec<Reaction>,
}

/// The message that another answers.
#[derive(Debug, PartialEq, Serialize)]
struct Quote {
    from: String,
    id: String,
    seq: Option<u64>,
    text: String,
}

/// Who reacted with an emoji.
#[derive(Debug, PartialEq, Serialize)]
struct Reaction {
    emoji: String,
    by: Vec<String>,
}

impl Line {
    /// A message of the room called `room`; none for other entries.
    pub(super) fn of_message(entry: &Entry, room: String) -> Option<Self> {
        let EntryKind::Message { id, from, device, sent, body, own, told_by, state } = &entry.kind
        else {
            return None;
        };
        let (seq, at, own, sent) = (entry.seq.0, entry.at.0, *own, sent.0);
        let (id, from, device) = (id.to_string(), from.to_string(), device.to_string());
        let notes = Notes::of(told_by.as_ref(), state);
        Some(match body {
            Body::Text(text) => {
                let text = text.clone();
                Self::Message { room, seq, id, from, device, at, text, own, sent, notes }
            }
            Body::File(file) => Self::File {
                room,
                seq,
                id,
                from,
                device,
                at,
                name: file.name.clone(),
                size: file.size,
                media_type: file.media_type.clone(),
                own,
                sent,
                notes,
            },
            Body::Deleted => Self::Deleted { room, seq, id, from, device, at, own, sent, notes },
            _ => return None,
        })
    }
}

impl Notes {
    fn of(told_by: Option<&Handle>, state: &MessageState) -> Self {
        let quote = |quote: &engine::Quote| Quote {
            from: quote.from.to_string(),
            id: quote.id.to_string(),
            seq: quote.seq.map(|seq| seq.0),
            text: quote.text.clone(),
        };
        let reaction = |reaction: &engine::Reaction| Reaction {
            emoji: reaction.emoji.clone(),
            by: reaction.by.iter().map(Handle::to_string).collect(),
        };
        Self {
            told_by: told_by.map(Handle::to_string),
            reply: state.reply.as_deref().map(quote),
            edited: state.edited.map(|at| at.0),
            expires: state.expires.map(|at| at.0),
            reactions: state.reactions.iter().map(reaction).collect(),
        }
    }
}
