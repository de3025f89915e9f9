//! What was laid out of rows, kept as long as it is shown and a little longer.

use std::collections::HashMap;

use engine::EntryKind;
use wire::id::{RoomId, UnixMs};

use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::state::timeline::{Item, Key, Pending, Revision, Timeline};
use crate::text::Words;
use crate::view::part;

use super::bubble::{self, Bubble};
use super::{AVATAR_W, MARGIN, system};

/// Rows that are kept at most.
const MAX_ROWS: usize = 400;
/// How often a text whose words were guessed is laid out again.
const MAX_TRIES: u8 = 12;

/// Rows that are laid out. Everything in it can be made again.
#[derive(Debug, Default)]
pub struct Layouts {
    pub(super) words: Words,
    rows: HashMap<Key, Laid>,
    /// Whose rows they are: rooms count their entries alike.
    room: Option<RoomId>,
    width: i32,
    turn: u64,
}

/// What a row is by itself.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// A message.
    Bubble(Box<Bubble>),
    /// Centred lines.
    Lines(Vec<Box<str>>, Ink),
}

#[derive(Debug)]
struct Laid {
    revision: Revision,
    steps: usize,
    before: Option<UnixMs>,
    tries: u8,
    turn: u64,
    content: Content,
}

impl Content {
    /// Its height.
    pub(super) fn height(&self) -> i32 {
        match self {
            Self::Bubble(bubble) => bubble.height,
            Self::Lines(lines, _) => 8 + 18 * i32::try_from(lines.len()).unwrap_or(1),
        }
    }

    /// Takes the guesses for good: its words are more than are remembered.
    fn accept(&mut self) {
        if let Self::Bubble(bubble) = self
            && let Some(text) = &mut bubble.text
        {
            text.rough = false;
        }
    }

    /// Whether widths in it were guessed.
    pub(super) fn is_rough(&self) -> bool {
        matches!(self, Self::Bubble(bubble) if bubble.text.as_ref().is_some_and(|text| text.rough))
    }
}

impl Layouts {
    /// Forgets everything: scale or fonts are others.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Begins a frame of a room's rows, of this width.
    pub(super) fn begin_frame(&mut self, room: RoomId, width: i32) {
        self.words.begin_frame();
        self.turn += 1;
        if (self.room, self.width) != (Some(room), width) {
            self.rows.clear();
            (self.room, self.width) = (Some(room), width);
        }
        if self.rows.len() > MAX_ROWS {
            let recent = self.turn.saturating_sub(8);
            self.rows.retain(|_, laid| laid.turn >= recent);
        }
    }

    /// Rows that are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row that was laid out.
    pub(super) fn get(&self, key: Key) -> Option<&Content> {
        self.rows.get(&key).map(|laid| &laid.content)
    }

    /// Lays a row out, if that was not done.
    pub(super) fn lay(
        &mut self,
        timeline: &Timeline,
        index: usize,
        look: Look<'_>,
    ) -> Option<&Content> {
        let item = timeline.item(index)?;
        let key = item.key();
        let steps = timeline.steps.get(&key).copied().unwrap_or(1);
        let is_gap = matches!(item.entry.kind, EntryKind::Gap { .. });
        let before = index.checked_sub(1).filter(|_| is_gap).and_then(|index| timeline.item(index));
        let before = before.map(|item| item.entry.at);
        let known = self.rows.get(&key).map(|laid| {
            let same =
                laid.revision == item.revision && laid.steps == steps && laid.before == before;
            let done =
                !laid.content.is_rough() || laid.tries >= MAX_TRIES || laid.turn == self.turn;
            (same && done, if same { laid.tries + 1 } else { 0 })
        });
        let tries = match known {
            Some((true, _)) => {
                let laid = self.rows.get_mut(&key)?;
                laid.turn = self.turn;
                return Some(&laid.content);
            }
            Some((false, tries)) => tries,
            None => 0,
        };
        let mut content = self.make(timeline, index, item, (steps, before), look);
        if tries + 1 >= MAX_TRIES {
            content.accept();
        }
        let (revision, turn) = (item.revision, self.turn);
        let laid = Laid { revision, steps, before, tries, turn, content };
        self.rows.insert(key, laid);
        self.get(key)
    }

    fn make(
        &mut self,
        timeline: &Timeline,
        index: usize,
        item: &Item,
        (steps, before): (usize, Option<UnixMs>),
        look: Look<'_>,
    ) -> Content {
        let inner = self.width - 2 * MARGIN;
        if let Some((text, ink)) = system::text(&item.entry.kind, item.entry.at, before, look) {
            return Content::Lines(part::lines(look, Font::SMALL, &text, inner - 48), ink);
        }
        let max = (inner * 72 / 100).min(inner - AVATAR_W).max(80);
        let waiting = index
            .checked_sub(timeline.window.items.len())
            .and_then(|index| timeline.pending.get(index))
            .map(|pending: &Pending| &pending.sending);
        let of = bubble::Of { item, sending: waiting, me: &timeline.me, max, steps };
        Content::Bubble(Box::new(bubble::lay(&of, &mut self.words, look)))
    }
}
