//! The search index: the texts of all messages, folded, in memory alone.
//!
//! Values in the vault are sealed, so SQLite cannot search them; this is scanned instead, which for
//! 100,000 messages takes a few milliseconds. It knows nothing of vault or client, who fill it. It never
//! touches the disk, and is wiped when it is dropped.

mod fold;
mod segment;

use core::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use memchr::memmem::Finder;
use wire::id::{RoomId, Seq, UnixMs};
use zeroize::Zeroizing;

use fold::fold_into;
use segment::{Place, Segment};

/// Bytes of a room's first segment, and of the others; a longer text has one of its own.
const FIRST_SEGMENT_BYTES: usize = 4 * 1_024;
const SEGMENT_BYTES: usize = 32 * 1_024;

/// See the module.
#[derive(Default)]
pub(crate) struct Index {
    rooms: BTreeMap<RoomId, Vec<Segment>>,
    /// A text while it is folded.
    scratch: Zeroizing<Vec<u8>>,
}

impl core::fmt::Debug for Index {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Index({} rooms)", self.rooms.len())
    }
}

/// What is looked for: words that must all occur.
pub(crate) struct Query {
    /// The longest word, which is the rarest as a rule, and the others.
    first: Finder<'static>,
    others: Vec<Finder<'static>>,
}

impl Query {
    /// `None` if there is no word in it.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let fold = |word: &str| {
            let mut folded = Vec::new();
            fold_into(word, &mut folded);
            folded
        };
        let mut words: Vec<Vec<u8>> =
            text.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect();
        words.sort_by_key(|word| Reverse(word.len()));
        let mut finders = words.iter().map(|word| Finder::new(word).into_owned());
        Some(Self { first: finders.next()?, others: finders.collect() })
    }
}

impl Index {
    /// Adds a message that is not in it.
    pub(crate) fn add(&mut self, room: RoomId, (seq, at): (Seq, UnixMs), text: &str) {
        self.scratch.clear();
        fold_into(text, &mut self.scratch);
        self.add_scratch(room, Place { seq, at });
    }

    /// Adds a message, or gives it another text.
    pub(crate) fn put(&mut self, room: RoomId, (seq, at): (Seq, UnixMs), text: &str) {
        self.scratch.clear();
        fold_into(text, &mut self.scratch);
        let segments = self.rooms.entry(room).or_default();
        let before = segments.iter().find_map(|segment| segment.text_of(seq));
        if before != Some(self.scratch.as_slice()) {
            self.remove(room, seq);
            self.add_scratch(room, Place { seq, at });
        }
    }

    fn add_scratch(&mut self, room: RoomId, place: Place) {
        let segments = self.rooms.entry(room).or_default();
        if segments.last_mut().is_some_and(|last| last.add(place, &self.scratch)) {
            return;
        }
        let size = if segments.is_empty() { FIRST_SEGMENT_BYTES } else { SEGMENT_BYTES };
        let mut segment = Segment::new(size.max(Segment::needs(&self.scratch)));
        segment.add(place, &self.scratch);
        segments.push(segment);
    }

    /// Takes a message out, if it is in it. Its text is overwritten.
    pub(crate) fn remove(&mut self, room: RoomId, seq: Seq) {
        if let Some(segments) = self.rooms.get_mut(&room) {
            segments.iter_mut().rev().any(|segment| segment.remove(seq));
        }
    }

    /// The newest `limit` messages in which the query occurs, newest first.
    pub(crate) fn find(
        &self,
        query: &Query,
        room: Option<RoomId>,
        limit: usize,
    ) -> Vec<(RoomId, Seq)> {
        // The oldest of the newest is on top.
        let mut newest = BinaryHeap::new();
        for (id, segments) in &self.rooms {
            if room.is_some_and(|room| room != *id) {
                continue;
            }
            for segment in segments {
                segment.find((&query.first, &query.others), |Place { seq, at }| {
                    newest.push(Reverse((at, *id, seq)));
                    if newest.len() > limit {
                        newest.pop();
                    }
                });
            }
        }
        newest.into_sorted_vec().into_iter().map(|Reverse((_, id, seq))| (id, seq)).collect()
    }
}

#[cfg(test)]
mod tests;
