//! The entries that are held of a room: a bounded run of them without holes, grown at either end by
//! pages from the engine and cut at the other.

use std::collections::VecDeque;

use engine::{Command, Entry};
use wire::id::{RoomId, Seq};

use crate::app::Out;

use super::{Item, Revision};

/// Entries that are held at most.
pub const MAX_ENTRIES: usize = 1_500;
/// Bytes of texts and thumbnails that they are about at most, once there are so many entries that none
/// of those in sight goes.
const MAX_BYTES: usize = 8 << 20;
const MIN_ENTRIES: usize = 400;
/// Entries of the first page, and of each after that.
const FIRST_PAGE: u32 = 60;
const PAGE: u32 = 120;
/// Rows from the end of the window at which more are asked for.
const NEAR: usize = 40;

/// A run of entries.
#[derive(Debug)]
pub struct Window {
    /// The entries, in order.
    pub items: VecDeque<Item>,
    /// Whether nothing precedes them.
    pub at_start: bool,
    /// Whether nothing follows them.
    pub at_end: bool,
    /// The newest entry of the room that is known of.
    pub head: Seq,
    room: RoomId,
    /// The page that the engine was asked for, one at a time: an answer does not say what it answers.
    asked: Option<Ask>,
    /// What is asked for when that is here.
    next: Option<Ask>,
}

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// In front of the window.
    Back(Seq),
    /// Behind it.
    Forth(Seq),
    /// A new window around a place.
    Around(Seq),
    /// A new window at the end.
    End,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It was not asked for.
    Foreign,
    /// The window grew.
    Grown,
    /// The window is at the place that was asked for.
    Landed,
    /// The window is at the end.
    AtEnd,
}

impl Window {
    pub(super) const fn new(room: RoomId, head: Seq) -> Self {
        Self {
            items: VecDeque::new(),
            at_start: false,
            at_end: false,
            head,
            room,
            asked: None,
            next: None,
        }
    }

    /// Whether a place is among the entries, or between two of them.
    pub(super) fn covers(&self, seq: Seq) -> bool {
        let ends = self.items.front().zip(self.items.back());
        ends.is_some_and(|(first, last)| {
            (self.at_start || first.entry.seq <= seq) && (self.at_end || seq <= last.entry.seq)
        })
    }

    /// The number of the first entry that is not in front of a place.
    #[must_use]
    pub fn index(&self, seq: Seq) -> usize {
        self.items.partition_point(|item| item.entry.seq < seq)
    }

    /// Whether an answer is waited for.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.asked.is_some()
    }

    pub(super) fn ask(&mut self, ask: Ask, out: &mut Out) {
        if self.asked.is_some() {
            self.next = Some(ask);
            return;
        }
        self.asked = Some(ask);
        let room = self.room;
        out.command(match ask {
            Ask::Back(before) => Command::ReadBack { room, before, limit: PAGE },
            Ask::End => Command::ReadBack { room, before: Seq(u64::MAX), limit: FIRST_PAGE },
            Ask::Forth(after) => Command::ReadHistory { room, after, limit: PAGE },
            Ask::Around(seq) => {
                Command::ReadHistory { room, after: before_place(seq), limit: FIRST_PAGE }
            }
        });
    }

    /// Asks for more if rows in sight, by number, are near an end.
    pub(super) fn fill(&mut self, first: usize, last: usize, out: &mut Out) {
        if self.asked.is_some() {
            return;
        }
        let (Some(front), Some(back)) = (self.items.front(), self.items.back()) else { return };
        let (front, back) = (front.entry.seq, back.entry.seq);
        if first < NEAR && !self.at_start {
            self.ask(Ask::Back(front), out);
        } else if last + NEAR >= self.items.len() && !self.at_end {
            self.ask(Ask::Forth(back), out);
        }
    }

    /// Takes an answer.
    pub(super) fn answer(&mut self, entries: &[Entry], out: &mut Out) -> Answer {
        let Some(asked) = self.asked.filter(|asked| fits(*asked, entries)) else {
            return Answer::Foreign;
        };
        self.asked = None;
        let answer = match asked {
            Ask::Back(_) => self.grow_back(entries),
            Ask::Forth(_) => self.grow_forth(entries),
            Ask::Around(_) | Ask::End => {
                self.replace(entries, asked);
                if asked == Ask::End { Answer::AtEnd } else { Answer::Landed }
            }
        };
        if let Some(next) = self.next.take() {
            self.ask(next, out);
        }
        answer
    }

    fn grow_back(&mut self, entries: &[Entry]) -> Answer {
        self.at_start = entries.first().is_none_or(|first| first.seq.0 <= 1);
        for entry in entries.iter().rev() {
            self.items.push_front(Item::new(entry.clone()));
        }
        let kept = kept(self.items.iter());
        if kept < self.items.len() {
            self.items.truncate(kept);
            self.at_end = false;
        }
        Answer::Grown
    }

    fn grow_forth(&mut self, entries: &[Entry]) -> Answer {
        // What came by itself while the page was on its way may be in both.
        let known = self.items.back().map_or(Seq(0), |item| item.entry.seq);
        let new = entries.iter().filter(|entry| entry.seq > known);
        self.items.extend(new.cloned().map(Item::new));
        self.at_end = entries.last().is_none_or(|last| last.seq >= self.head);
        self.cut_front();
        Answer::Grown
    }

    fn replace(&mut self, entries: &[Entry], asked: Ask) {
        self.items = entries.iter().cloned().map(Item::new).collect();
        let first = entries.first().map_or(Seq(1), |entry| entry.seq);
        let last = entries.last().map(|entry| entry.seq);
        self.at_start = first.0 <= 1;
        self.at_end = asked == Ask::End || last.is_none_or(|last| last >= self.head);
        self.head = self.head.max(last.unwrap_or_default());
    }

    /// Takes an entry that was added to the room.
    pub(super) fn add(&mut self, entry: &Entry) {
        // A page that is on its way may miss it: its end is not the room's any more.
        let behind = self.head < entry.seq;
        self.head = self.head.max(entry.seq);
        let index = self.index(entry.seq);
        if self.items.get(index).is_some_and(|item| item.entry.seq == entry.seq) {
            self.change(entry);
        } else if index < self.items.len() && index > 0 {
            self.items.insert(index, Item::new(entry.clone()));
        } else if index == self.items.len() && self.at_end {
            self.items.push_back(Item::new(entry.clone()));
            self.cut_front();
        } else if behind {
            self.at_end = false;
        }
    }

    fn cut_front(&mut self) {
        let excess = self.items.len() - kept(self.items.iter().rev());
        if excess > 0 {
            self.items.drain(..excess);
            self.at_start = false;
        }
    }

    /// Takes an entry that became another.
    pub(super) fn change(&mut self, entry: &Entry) {
        let index = self.index(entry.seq);
        if let Some(item) = self.items.get_mut(index).filter(|item| item.entry.seq == entry.seq) {
            item.entry = entry.clone();
            item.revision = Revision::fresh();
        }
    }

    /// Takes entries out.
    pub(super) fn expire(&mut self, seqs: &[Seq]) {
        self.items.retain(|item| !seqs.contains(&item.entry.seq));
        if self.items.is_empty() {
            (self.at_start, self.at_end) = (false, false);
        }
    }

    /// Gives up waiting: the engine could not answer.
    pub(super) const fn give_up(&mut self) {
        self.asked = None;
        self.next = None;
    }
}

/// How many entries are kept, counted from the end that stays.
fn kept<'a>(items: impl Iterator<Item = &'a Item>) -> usize {
    let mut bytes = 0;
    let fits = |(count, item): &(usize, &Item)| {
        bytes += item.bytes();
        *count < MIN_ENTRIES || (*count < MAX_ENTRIES && bytes <= MAX_BYTES)
    };
    items.enumerate().take_while(fits).count()
}

/// Where a page that shows a place begins.
const fn before_place(seq: Seq) -> Seq {
    Seq(seq.0.saturating_sub(31))
}

fn fits(asked: Ask, entries: &[Entry]) -> bool {
    entries.iter().all(|entry| match asked {
        Ask::Back(before) => entry.seq < before,
        Ask::Forth(after) => entry.seq > after,
        Ask::Around(seq) => entry.seq > before_place(seq),
        Ask::End => true,
    })
}
