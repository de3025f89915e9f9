//! What stands around a row because of its neighbours: the day, the new-messages line, the author.

use engine::EntryKind;
use wire::id::Seq;

use crate::look::Look;
use crate::state::timeline::{Item, Key, Timeline};

use super::when;

/// Height of the line that names a day, and of the new-messages line.
pub(super) const RULE_H: i32 = 34;
/// Height of the name above a group.
pub(super) const NAME_H: i32 = 22;
/// Silence after which a group ends.
const PAUSE_MS: u64 = 15 * 60_000;

/// What stands around a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// The day is named above it.
    pub(super) day: bool,
    /// It is the first that is new.
    pub(super) new: bool,
    /// The author's name is above it.
    pub(super) name: bool,
    /// The author's avatar is at its foot.
    pub(super) avatar: bool,
    /// Pixels above it.
    pub(super) gap: i32,
}

impl Frame {
    /// Pixels from the row's top to its own content.
    pub(super) const fn head(&self) -> i32 {
        let mut head = self.gap;
        if self.day {
            head += RULE_H;
        }
        if self.new {
            head += RULE_H;
        }
        if self.name {
            head += NAME_H;
        }
        head
    }
}

/// What stands around a row, by its number.
pub(super) fn of(timeline: &Timeline, index: usize, look: Look<'_>) -> Frame {
    let Some(item) = timeline.item(index) else { return Frame::default() };
    let before = index.checked_sub(1).and_then(|before| timeline.item(before));
    let after = timeline.item(index + 1);
    let [day, new] = rules(timeline, index, look);
    let is_message = item.author().is_some();
    let own = is_own(item);
    let follows = !day && !new && is_group(before, Some(item));
    let goes_on = is_group(Some(item), after) && rules(timeline, index + 1, look) == [false, false];
    Frame {
        day,
        new,
        name: is_message && !own && !follows,
        avatar: is_message && !own && !goes_on,
        gap: if follows { 2 } else { 12 },
    }
}

/// Whether the day and the new-messages line stand above a row.
fn rules(timeline: &Timeline, index: usize, look: Look<'_>) -> [bool; 2] {
    let Some((item, Key::At(seq))) = timeline.item(index).map(|item| (item, item.key())) else {
        return [false, false];
    };
    let local = |item: &Item| look.clock.local(item.entry.at);
    let before = index.checked_sub(1).and_then(|before| timeline.item(before));
    let day = match before {
        Some(before) => !when::is_same_day(local(before), local(item)),
        // The first that is held may go on with a day that is not.
        None => timeline.window.at_start,
    };
    let new = timeline.marker.is_some_and(|marker| {
        seq > marker && is_others(item) && is_first_new(timeline, index, marker)
    });
    [day, new]
}

/// Whether no message of another stands between the marker and a row.
fn is_first_new(timeline: &Timeline, index: usize, marker: Seq) -> bool {
    for item in (0..index).rev().filter_map(|before| timeline.item(before)) {
        if item.entry.seq <= marker {
            return true;
        }
        if is_others(item) {
            return false;
        }
    }
    timeline.window.at_start
}

const fn is_others(item: &Item) -> bool {
    matches!(item.entry.kind, EntryKind::Message { own: false, .. })
}

fn is_group(first: Option<&Item>, second: Option<&Item>) -> bool {
    let (Some(first), Some(second)) = (first, second) else { return false };
    let authors = first.author().zip(second.author());
    let soon = matches!(second.key(), Key::Own(_))
        || second.entry.at.0.saturating_sub(first.entry.at.0) < PAUSE_MS;
    authors.is_some_and(|(one, other)| one == other) && is_own(first) == is_own(second) && soon
}

/// Whether this account wrote it.
pub(super) const fn is_own(item: &Item) -> bool {
    matches!(item.entry.kind, EntryKind::Message { own: true, .. })
}
