//! What a person looks for in rooms and messages.

use engine::{Command, Hit, RequestId};
use wire::id::{RoomId, Seq};

use super::Rooms;
use crate::app::Out;

/// Milliseconds after the last key until messages are looked through.
const PAUSE_MS: u64 = 150;
/// Messages that are wanted at most.
const LIMIT: usize = 50;

/// A search.
#[derive(Debug, Default)]
pub struct Search {
    /// What is looked for.
    pub text: String,
    /// The one room that is looked through, if it is one.
    pub room: Option<RoomId>,
    /// Whether the search is open although nothing is looked for yet.
    pub is_open: bool,
    /// The beat at which messages will be looked through.
    pub due: Option<u64>,
    /// The question that is not answered yet.
    pub asked: Option<RequestId>,
    /// Messages that were found.
    pub hits: Vec<Hit>,
    /// Which row is chosen with the arrows.
    pub picked: usize,
}

/// A row of what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A room by its name.
    Room(RoomId),
    /// A message.
    Message(RoomId, Seq),
}

impl Search {
    /// Whether the room list shows what was found instead of the rooms.
    #[must_use]
    pub fn shows(&self) -> bool {
        self.is_open || !self.text.trim().is_empty()
    }

    /// Takes what is looked for now.
    pub fn typed(&mut self, text: &str, beat: u64) {
        if self.text == text {
            return;
        }
        self.text = text.into();
        self.picked = 0;
        self.due = Some(beat + PAUSE_MS);
        if text.trim().is_empty() {
            *self = Self { room: self.room, is_open: self.is_open, ..Self::default() };
        }
    }

    /// Looks through the messages.
    pub fn ask(&mut self, out: &mut Out) {
        self.due = None;
        let text = self.text.trim();
        if text.is_empty() {
            return;
        }
        let id = out.id();
        self.asked = Some(id);
        out.command(Command::Search { id, room: self.room, text: text.into(), limit: LIMIT });
    }

    /// Takes an answer; one to an earlier question is not wanted any more.
    pub fn found(&mut self, id: RequestId, hits: &[Hit]) {
        if self.asked == Some(id) {
            self.asked = None;
            self.hits = hits.to_vec();
            self.picked = 0;
        }
    }

    /// Ends it.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Rooms {
    /// Rooms in whose names what is looked for occurs.
    #[must_use]
    pub fn matching(&self) -> Vec<RoomId> {
        let wanted = self.search.text.trim().to_lowercase();
        if wanted.is_empty() || self.search.room.is_some() {
            return Vec::new();
        }
        let fits = |room: &&RoomId| {
            self.get(**room).is_some_and(|room| room.name().to_lowercase().contains(&wanted))
        };
        self.order.iter().filter(fits).copied().collect()
    }

    /// All rows of what was found, as they stand.
    #[must_use]
    pub fn found(&self) -> Vec<Found> {
        let rooms = self.matching().into_iter().map(Found::Room);
        let hits = self.search.hits.iter().map(|hit| Found::Message(hit.room, hit.entry.seq));
        rooms.chain(hits).collect()
    }
}
