//! What was written and not sent, kept in the profile.
//!
//! Each draft is `ROOM BYTES`, a line break, the text, a line break.

use std::collections::BTreeMap;

use engine::{Command, MAX_KEPT_BYTES};
use wire::id::RoomId;

use crate::app::Out;

/// Milliseconds after a change until it is kept.
const PAUSE_MS: u64 = 1_000;

/// Drafts by room.
#[derive(Debug, Default)]
pub struct Drafts {
    texts: BTreeMap<RoomId, String>,
    /// What is in the profile.
    kept: Vec<u8>,
    /// When what changed will be kept.
    due: Option<u64>,
}

impl Drafts {
    /// Their name in the profile.
    pub const NAME: &'static str = "drafts";

    /// The draft of a room.
    #[must_use]
    pub fn get(&self, room: RoomId) -> &str {
        self.texts.get(&room).map_or("", String::as_str)
    }

    /// Takes the draft of a room.
    pub fn set(&mut self, room: RoomId, text: &str) {
        if text.trim().is_empty() {
            self.texts.remove(&room);
        } else {
            self.texts.insert(room, text.to_owned());
        }
    }

    /// Something was written.
    pub const fn touch(&mut self, beat: u64) {
        if self.due.is_none() {
            self.due = Some(beat + PAUSE_MS);
        }
    }

    /// Whether it is time to keep what changed.
    #[must_use]
    pub fn is_due(&self, beat: u64) -> bool {
        self.due.is_some_and(|due| due <= beat)
    }

    /// When it will be.
    #[must_use]
    pub const fn due(&self) -> Option<u64> {
        self.due
    }

    /// Keeps what changed.
    pub fn save(&mut self, out: &mut Out) {
        self.due = None;
        let value = self.encode();
        if value != self.kept {
            self.kept.clone_from(&value);
            out.command(Command::Keep { name: Self::NAME.into(), value });
        }
    }

    /// Takes what was kept; a draft that is newer stays.
    pub fn recalled(&mut self, value: &[u8]) {
        self.kept = value.to_vec();
        for (room, text) in decode(value) {
            self.texts.entry(room).or_insert(text);
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut value = Vec::new();
        for (room, text) in &self.texts {
            let draft = format!("{room} {}\n{text}\n", text.len());
            if value.len() + draft.len() <= MAX_KEPT_BYTES {
                value.extend_from_slice(draft.as_bytes());
            }
        }
        value
    }
}

fn decode(value: &[u8]) -> Vec<(RoomId, String)> {
    let mut drafts = Vec::new();
    let mut rest = core::str::from_utf8(value).unwrap_or("");
    while let Some((head, tail)) = rest.split_once('\n') {
        let draft = head.split_once(' ').and_then(|(room, bytes)| {
            let (text, after) = tail.split_at_checked(bytes.parse().ok()?)?;
            Some((RoomId::from_hex(room)?, text, after))
        });
        let Some((room, text, after)) = draft else { break };
        drafts.push((room, text.to_owned()));
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    drafts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_come_back_as_they_were() {
        let (one, two) = (RoomId::from_array([1; 16]), RoomId::from_array([2; 16]));
        let mut drafts = Drafts::default();
        drafts.set(one, "two\nlines 😀\n");
        drafts.set(two, "x 5\n");
        let mut again = Drafts::default();
        again.recalled(&drafts.encode());
        assert_eq!(again.get(one), "two\nlines 😀\n");
        assert_eq!(again.get(two), "x 5\n");
        let mut damaged = Drafts::default();
        damaged.recalled(b"nonsense\n\xff");
        damaged.recalled(b"0101 99999\nshort");
        assert_eq!(damaged.encode(), b"");
    }
}
