//! What a person does with a timeline.

use engine::{Body, Command, EntryKind, MessageId};
use wire::id::Seq;

use crate::act::Act;
use crate::app::Out;
use crate::effect::{Key as Typed, Mods};
use crate::geometry::Point;

use super::{Anchor, Key, Revision, Selection, Sending, Spot, Timeline};

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum TimelineAct {
    /// Scrolls by pixels; positive is down.
    Wheel(i32),
    /// One view up.
    PageUp,
    /// One view down.
    PageDown,
    /// To the beginning of the room.
    Home,
    /// To the newest.
    Latest,
    /// To a place, which flashes.
    Jump(Seq),
    /// To a place, because the thumb was dragged to it.
    DragTo(Seq),
    /// The keyboard to the message above.
    FocusUp,
    /// The keyboard to the message below.
    FocusDown,
    /// What regions of text and the thumb mean: that a press begins something. Does nothing itself.
    Grab,
    /// A press on text or on the thumb.
    Press {
        /// Where, in the window.
        at: Point,
        /// 2 selects a word, 3 a message.
        clicks: u8,
        /// Whether the selection goes on from where it began.
        extend: bool,
    },
    /// The mouse moved with its button held.
    Drag(Point),
    /// The button was let go.
    Release(Point),
    /// Copies what is selected.
    Copy,
    /// Selects everything that is held.
    SelectAll,
    /// Shows more of a long message.
    More(Key),
    /// Sends again what was refused.
    Retry(MessageId),
    /// Forgets what was refused.
    Discard(MessageId),
}

impl Timeline {
    /// Does what a person means.
    pub fn act(&mut self, act: TimelineAct, out: &mut Out) {
        match act {
            TimelineAct::Home => self.home(out),
            TimelineAct::Latest => self.latest(out),
            TimelineAct::Jump(seq) => self.jump(seq, out),
            TimelineAct::DragTo(seq) => self.land(seq, false, Some(0), out),
            TimelineAct::FocusUp => self.move_focus(false),
            TimelineAct::FocusDown => self.move_focus(true),
            TimelineAct::SelectAll => self.select_all(),
            TimelineAct::More(key) => *self.steps.entry(key).or_insert(1) += 1,
            TimelineAct::Retry(id) => self.retry(id, out),
            TimelineAct::Discard(id) => self.discard(id),
            TimelineAct::Grab => {}
            // These need to know where the rows are.
            TimelineAct::Wheel(_)
            | TimelineAct::PageUp
            | TimelineAct::PageDown
            | TimelineAct::Press { .. }
            | TimelineAct::Drag(_)
            | TimelineAct::Release(_)
            | TimelineAct::Copy => self.waiting.push(act),
        }
    }

    /// What a key means while the keyboard is in the timeline, or nothing.
    #[must_use]
    pub fn meant(&self, key: Typed, mods: Mods) -> Option<Act> {
        if mods.ctrl {
            return match key {
                Typed::Char('c') => {
                    let selected = self.selection.is_some_and(|held| !held.is_empty());
                    selected.then(|| TimelineAct::Copy.into())
                }
                Typed::Char('a') => Some(TimelineAct::SelectAll.into()),
                Typed::Home => Some(TimelineAct::Home.into()),
                Typed::End => Some(TimelineAct::Latest.into()),
                _ => None,
            };
        }
        let own_text = |seq| {
            let entry = self.entry(seq)?;
            let EntryKind::Message { own, body, .. } = &entry.kind else { return None };
            Some((*own, matches!(body, Body::Text(_)), matches!(body, Body::Deleted)))
        };
        let focused = self.focused();
        let (own, text, deleted) = focused.and_then(own_text).unwrap_or_default();
        match key {
            Typed::Up => Some(TimelineAct::FocusUp.into()),
            Typed::Down => Some(TimelineAct::FocusDown.into()),
            Typed::PageUp => Some(TimelineAct::PageUp.into()),
            Typed::PageDown => Some(TimelineAct::PageDown.into()),
            Typed::Home => Some(TimelineAct::Home.into()),
            Typed::End => Some(TimelineAct::Latest.into()),
            Typed::Char('r') if !deleted => focused.map(Act::Reply),
            Typed::Char('e') if own && text => focused.map(Act::Edit),
            Typed::Delete if own && !deleted => focused.map(Act::Delete),
            Typed::Enter | Typed::Menu => {
                let seq = focused?;
                let row = self.stand.rows.iter().find(|row| row.key == Key::At(seq))?;
                let x = self.stand.rect.x + self.stand.rect.w / 2;
                Some(Act::MessageMenu(seq, Point { x, y: row.y + row.h / 2 }))
            }
            _ => None,
        }
    }

    /// Ends what is selected or focused; false if nothing is.
    pub fn dismiss(&mut self) -> bool {
        let selected = self.selection.take().is_some_and(|held| !held.is_empty());
        let focused = self.focus.take().is_some();
        selected || focused
    }

    fn home(&mut self, out: &mut Out) {
        match self.window.items.front() {
            Some(first) if self.window.at_start => {
                self.anchor = Anchor::Row { key: first.key(), top: 0 };
            }
            _ => self.land(Seq(1), false, Some(0), out),
        }
    }

    fn move_focus(&mut self, down: bool) {
        let is_message =
            |index: &usize| self.item(*index).is_some_and(|item| item.author().is_some());
        let count = self.count();
        let here = self.focus.and_then(|key| self.position(key));
        let found = match (here, down) {
            (Some(here), true) => (here + 1..count).find(is_message),
            (Some(here), false) => (0..here).rev().find(is_message),
            (None, true) => None,
            (None, false) => {
                let last = self.stand.rows.last().and_then(|row| self.position(row.key));
                (0..last.map_or(count, |last| last + 1)).rev().find(is_message)
            }
        };
        match found.and_then(|index| self.item(index)).map(super::Item::key) {
            Some(key) => {
                self.focus = Some(key);
                self.reveal = true;
            }
            // Below the last message the keyboard is back at the composer.
            None if down => self.focus = None,
            None => {}
        }
    }

    fn select_all(&mut self) {
        let ends = self.item(0).zip(self.item(self.count().saturating_sub(1)));
        self.selection = ends.map(|(first, last)| Selection {
            from: Spot { key: first.key(), byte: 0 },
            to: Spot { key: last.key(), byte: usize::MAX },
        });
    }

    fn retry(&mut self, id: MessageId, out: &mut Out) {
        let Some(pending) = self.pending.iter_mut().find(|pending| pending.id() == Some(id)) else {
            return;
        };
        let EntryKind::Message { body: Body::Text(text), .. } = &pending.item.entry.kind else {
            return;
        };
        let (room, text) = (self.room, text.clone());
        pending.sending = Sending::Waiting;
        pending.item.revision = Revision::fresh();
        out.command(match pending.reply {
            Some(to) => Command::Reply { room, id, to, text },
            None => Command::SendText { room, id, text },
        });
    }
}
