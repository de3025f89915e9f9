//! The timeline of the open room: a bounded window of its entries, where it is scrolled to, what is
//! selected and focused.
//!
//! Nothing here knows how high a row is. What needs that (a wheel step, a press) is kept in order and
//! done by `settle` (in the view), which lays out the rows that can be seen and writes back where they
//! stand.

mod act;
mod event;
mod item;
mod select;
mod window;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use engine::{Entry, EntryKind, RequestId, RoomInfo, Transfer};
use wire::id::{Handle, RoomId, Seq};

use crate::app::Out;
use crate::geometry::Rect;
use crate::scene::PictureKey;
pub use crate::view::timeline::Layouts;

pub use act::TimelineAct;
pub use item::{Item, Key, Pending, Revision, Sending};
pub use select::{Selection, Spot};
use window::Ask;
pub use window::{MAX_ENTRIES, Window};

/// A room's timeline.
#[derive(Debug)]
pub struct Timeline {
    /// The room.
    pub room: RoomId,
    /// The account.
    pub me: Handle,
    /// The entries that are held.
    pub window: Window,
    /// Own messages that the relay has not got yet, behind all entries.
    pub pending: Vec<Pending>,
    /// Where it is scrolled to.
    pub anchor: Anchor,
    /// Behind which entry the line "New messages" stands.
    pub marker: Option<Seq>,
    /// Messages of others that came while the end was not in sight.
    pub unseen: usize,
    /// How far the others have read.
    pub readers: BTreeMap<Handle, Seq>,
    /// Files of this room on their way.
    pub transfers: BTreeMap<RequestId, Transfer>,
    /// Files of this room that were saved since it was opened.
    pub saved: BTreeMap<Seq, PathBuf>,
    /// Text that is selected.
    pub selection: Option<Selection>,
    /// The message that the keyboard is at.
    pub focus: Option<Key>,
    /// The message that was jumped to, and the beat at which it was shown.
    pub flash: Option<(Seq, Option<u64>)>,
    /// How much of long messages is shown, in steps.
    pub steps: BTreeMap<Key, usize>,
    /// Whether the window is seen by the person: then what is at the end counts as read.
    pub visible: bool,
    /// Where everything stood when it was settled last.
    pub stand: Stand,
    /// Pictures that were asked for.
    pub(crate) pictures: BTreeSet<PictureKey>,
    /// What waits for the next settling, in order.
    pub(crate) waiting: Vec<TimelineAct>,
    /// Whether the focused row is to be scrolled into sight.
    pub(crate) reveal: bool,
    /// What the mouse holds.
    pub(crate) held: Held,
    /// How far the person has read.
    read: Seq,
    /// The beat of the last marking.
    marked: Option<u64>,
    /// Where to go once its entries are here.
    landing: Option<Landing>,
}

/// Where a timeline is scrolled to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At its end, whatever comes.
    End,
    /// A row is this many pixels below the top.
    Row {
        /// Which.
        key: Key,
        /// Pixels from the top of the view to the top of the row; negative above it.
        top: i32,
    },
}

/// What the mouse holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    #[default]
    Nothing,
    /// One end of the selection.
    Selection,
    /// The thumb of the scroll bar, at this many pixels from its top.
    Thumb(i32),
}

/// Where a timeline goes when its entries have come.
#[derive(Clone, Copy, Debug)]
struct Landing {
    seq: Seq,
    flash: bool,
    /// Pixels from the top of the view to the row.
    top: Option<i32>,
}

/// Where everything stands, as it was settled.
#[derive(Clone, Debug, Default)]
pub struct Stand {
    /// Where the rows are.
    pub rect: Rect,
    /// The rows in sight, downward.
    pub rows: Vec<Placed>,
    /// Whether the end of the room is in sight.
    pub at_end: bool,
    /// The beat at which it went out of sight.
    pub left_end: Option<u64>,
    /// The thumb of the scroll bar, if there is anything to scroll.
    pub thumb: Option<Rect>,
    /// Whether a text is laid out with guesses, and wants another frame.
    pub rough: bool,
    /// Milliseconds until what is read can be told.
    pub mark_in: Option<u32>,
}

/// A row in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Which.
    pub key: Key,
    /// Its top, in the window.
    pub y: i32,
    /// Its height.
    pub h: i32,
}

impl Timeline {
    /// Opens a room's timeline: at a place, or where the person has read to, or at the end.
    pub fn open(info: &RoomInfo, me: &Handle, at: Option<Seq>, out: &mut Out) -> Self {
        let mut timeline = Self {
            room: info.room,
            me: me.clone(),
            window: Window::new(info.room, info.head),
            pending: Vec::new(),
            anchor: Anchor::End,
            marker: (info.unread > 0).then_some(info.read),
            unseen: 0,
            readers: info.readers.iter().cloned().collect(),
            transfers: BTreeMap::new(),
            saved: BTreeMap::new(),
            selection: None,
            focus: None,
            flash: None,
            steps: BTreeMap::new(),
            visible: false,
            stand: Stand::default(),
            pictures: BTreeSet::new(),
            waiting: Vec::new(),
            reveal: false,
            held: Held::Nothing,
            read: info.read,
            marked: None,
            landing: None,
        };
        match at.or_else(|| timeline.marker.map(Seq::next)) {
            Some(seq) => timeline.land(seq, at.is_some(), None, out),
            None => timeline.window.ask(Ask::End, out),
        }
        timeline
    }

    /// Says whether the window has the keyboard and nothing covers the timeline.
    pub const fn set_visible(&mut self, visible: bool) {
        self.visible = visible;
    }

    /// Goes to a place, which flashes.
    pub fn jump(&mut self, seq: Seq, out: &mut Out) {
        self.land(seq, true, None, out);
    }

    /// Goes to the newest.
    pub fn latest(&mut self, out: &mut Out) {
        self.unseen = 0;
        if self.window.at_end {
            self.anchor = Anchor::End;
        } else {
            self.landing = None;
            self.window.ask(Ask::End, out);
        }
    }

    pub(crate) fn land(&mut self, seq: Seq, flash: bool, top: Option<i32>, out: &mut Out) {
        let landing = Landing { seq, flash, top };
        if self.window.covers(seq) {
            self.arrive(landing);
        } else {
            self.landing = Some(landing);
            self.window.ask(Ask::Around(seq), out);
        }
    }

    fn arrive(&mut self, landing: Landing) {
        let index = self.window.index(landing.seq);
        let Some(item) = self.window.items.get(index).or_else(|| self.window.items.back()) else {
            return;
        };
        let top = landing.top.unwrap_or((self.stand.rect.h / 4).max(48));
        self.anchor = Anchor::Row { key: item.key(), top };
        if landing.flash {
            self.flash = Some((item.entry.seq, None));
        }
    }

    /// Rows: entries, then what waits to be sent.
    #[must_use]
    pub fn count(&self) -> usize {
        self.window.items.len() + self.pending.len()
    }

    /// A row by its number.
    #[must_use]
    pub fn item(&self, index: usize) -> Option<&Item> {
        let entries = self.window.items.len();
        let pending = || self.pending.get(index.checked_sub(entries)?).map(|sent| &sent.item);
        self.window.items.get(index).or_else(pending)
    }

    /// The number of a row.
    #[must_use]
    pub fn position(&self, key: Key) -> Option<usize> {
        match key {
            Key::At(seq) => {
                let index = self.window.index(seq);
                self.window.items.get(index).filter(|item| item.entry.seq == seq).map(|_| index)
            }
            Key::Own(_) => {
                let index = self.pending.iter().position(|sent| sent.item.key() == key)?;
                Some(self.window.items.len() + index)
            }
        }
    }

    /// An entry by its place, if it is held.
    #[must_use]
    pub fn entry(&self, seq: Seq) -> Option<&Entry> {
        self.item(self.position(Key::At(seq))?).map(|item| &item.entry)
    }

    /// The newest own message that is held and can be edited.
    #[must_use]
    pub fn last_own(&self) -> Option<&Entry> {
        let editable = |entry: &&Entry| {
            let EntryKind::Message { own: true, body: engine::Body::Text(_), .. } = &entry.kind
            else {
                return false;
            };
            true
        };
        self.window.items.iter().rev().map(|item| &item.entry).find(editable)
    }

    /// The message that the keyboard is at.
    #[must_use]
    pub const fn focused(&self) -> Option<Seq> {
        match self.focus {
            Some(Key::At(seq)) => Some(seq),
            _ => None,
        }
    }

    /// The message at a place of the window.
    #[must_use]
    pub fn message_at(&self, at: crate::geometry::Point) -> Option<Seq> {
        let row = self.stand.rows.iter().find(|row| row.y <= at.y && at.y < row.y + row.h)?;
        let Key::At(seq) = row.key else { return None };
        let is_message = |entry: &Entry| matches!(entry.kind, EntryKind::Message { .. });
        self.entry(seq).is_some_and(is_message).then_some(seq)
    }

    /// The others who have read up to a place, of those who tell it.
    pub fn readers_of(&self, seq: Seq) -> impl Iterator<Item = &Handle> {
        let others = self.readers.iter().filter(|(handle, _)| **handle != self.me);
        others.filter(move |(_, read)| **read >= seq).map(|(handle, _)| handle)
    }

    /// Whether any of the others has read up to a place.
    #[must_use]
    pub fn is_read(&self, seq: Seq) -> bool {
        self.readers_of(seq).next().is_some()
    }

    /// Asks for what is missing near the rows in sight, first to last by number.
    pub(crate) fn fill(&mut self, first: usize, last: usize, out: &mut Out) {
        self.window.fill(first, last, out);
    }

    /// Marks what is at the end as read, at most once a second.
    pub(crate) fn mark(&mut self, beat_ms: u64, out: &mut Out) {
        const PAUSE_MS: u64 = 1_000;
        self.stand.mark_in = None;
        let Some(last) = self.window.items.back().map(|item| item.entry.seq) else { return };
        if !self.visible || !self.stand.at_end || !self.window.at_end || last <= self.read {
            return;
        }
        let passed = self.marked.map_or(PAUSE_MS, |marked| beat_ms.saturating_sub(marked));
        if passed < PAUSE_MS {
            self.stand.mark_in = u32::try_from(PAUSE_MS - passed).ok();
            return;
        }
        self.marked = Some(beat_ms);
        self.read = last;
        self.unseen = 0;
        out.command(engine::Command::MarkRead { room: self.room, seq: last });
    }
}

#[cfg(test)]
mod tests;
