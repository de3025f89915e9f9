//! Selected text, across messages.

use super::{Key, Timeline};

/// Selected text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Where it was begun.
    pub from: Spot,
    /// Where it ends now; may be in front.
    pub to: Spot,
}

/// A place in a message's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The row.
    pub key: Key,
    /// A byte of its text as it is laid out; more than it has for its end.
    pub byte: usize,
}

impl Selection {
    /// Whether nothing is between its ends.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.from == self.to
    }

    /// The ends in the order of the rows, if both are still held.
    #[must_use]
    pub fn ordered(&self, timeline: &Timeline) -> Option<[(usize, usize); 2]> {
        let from = (timeline.position(self.from.key)?, self.from.byte);
        let to = (timeline.position(self.to.key)?, self.to.byte);
        Some(if from <= to { [from, to] } else { [to, from] })
    }

    /// The selected bytes of a row.
    #[must_use]
    pub fn of_row(&self, timeline: &Timeline, index: usize) -> Option<core::ops::Range<usize>> {
        let [(first, from), (last, to)] = self.ordered(timeline)?;
        if index < first || index > last {
            return None;
        }
        let from = if index == first { from } else { 0 };
        let to = if index == last { to } else { usize::MAX };
        (from < to).then_some(from..to)
    }

    pub(super) fn rename(&mut self, old: Key, new: Key) {
        for spot in [&mut self.from, &mut self.to] {
            if spot.key == old {
                spot.key = new;
            }
        }
    }
}
