//! Lays out the rows in sight, and asks for what is missing around them.

use std::collections::VecDeque;

use engine::{Body, EntryKind};
use wire::id::{RoomId, Seq};

use crate::app::Out;
use crate::effect::{Effect, PictureSource};
use crate::geometry::Rect;
use crate::look::Look;
use crate::scene::PictureKey;
use crate::state::timeline::{Anchor, Key, Placed, Stand, Timeline};

use super::layouts::Layouts;
use super::{frame, rows_rect};

/// Room below the last row.
const END_GAP: i32 = 8;

impl Timeline {
    /// Settles the rows in a place of the window: does what waited for that, lays out what can be
    /// seen, and wants what is missing near it. To be called before each painting.
    pub fn settle(&mut self, rect: Rect, layouts: &mut Layouts, look: Look<'_>, out: &mut Out) {
        layouts.begin_frame(self.room, rect.w);
        let rect = rows_rect(rect);
        for act in core::mem::take(&mut self.waiting) {
            self.do_waiting(&act, layouts, look, out);
        }
        let mut rows = place(self, rect, layouts, look);
        if core::mem::take(&mut self.reveal) && self.turn_to_focus(rect, &rows, layouts, look) {
            rows = place(self, rect, layouts, look);
        }
        self.stand_at(rect, rows, layouts, look);
        if let Some((_, beat @ None)) = &mut self.flash {
            *beat = Some(look.clock.beat_ms());
        }
        self.want_pictures(out);
        if let Some((first, last)) = self.stand.rows.first().zip(self.stand.rows.last()) {
            let (first, last) = (self.position(first.key), self.position(last.key));
            self.fill(first.unwrap_or(0), last.unwrap_or(0), out);
        }
        self.mark(look.clock.beat_ms(), out);
    }

    /// Takes over where the rows stand, and anchors the view at the first of them.
    fn stand_at(&mut self, rect: Rect, rows: Rows, layouts: &Layouts, look: Look<'_>) {
        let first = self.position(rows.rows.front().map_or(Key::At(Seq(0)), |row| row.key));
        let last = rows.rows.back().and_then(|row| self.position(row.key));
        let is_last = last.is_none_or(|last| last + 1 == self.count());
        let at_end = self.window.at_end && is_last && rows.bottom() <= rect.h;
        let seen: Vec<Placed> = rows
            .rows
            .iter()
            .filter(|row| row.y + row.h > 0 && row.y < rect.h)
            .map(|row| Placed { y: row.y + rect.y, ..*row })
            .collect();
        if at_end {
            self.anchor = Anchor::End;
            if self.visible {
                self.unseen = 0;
            }
        } else if let Some(row) = seen.first() {
            self.anchor = Anchor::Row { key: row.key, top: row.y - rect.y };
        }
        let fits = at_end && first == Some(0) && self.window.at_start && rows.top() >= 0;
        let thumb = if fits { None } else { self.thumb(rect, &seen, at_end) };
        let left_end = match (at_end, self.stand.left_end) {
            (true, _) => None,
            (false, Some(beat)) => Some(beat),
            (false, None) => Some(look.clock.beat_ms()),
        };
        let rough = seen.iter().any(|row| layouts.get(row.key).is_some_and(|row| row.is_rough()));
        self.stand = Stand { rect, rows: seen, at_end, left_end, thumb, rough, mark_in: None };
    }

    /// Where the thumb of the scroll bar stands, guessed by the places of the rows in sight.
    fn thumb(&self, rect: Rect, seen: &[Placed], at_end: bool) -> Option<Rect> {
        let head = self.window.head.0.max(1);
        let place = |key| match key {
            Key::At(seq) => seq.0.min(head),
            Key::Own(_) => head,
        };
        let (first, last) = (place(seen.first()?.key), place(seen.last()?.key));
        let shown = (last.saturating_sub(first) + 1).min(head);
        let scaled = |part: u64, of: u64, to: i32| {
            let to = u128::from(to.unsigned_abs());
            i32::try_from(u128::from(part) * to / u128::from(of.max(1))).unwrap_or(0)
        };
        let h = scaled(shown, head, rect.h).clamp(32.min(rect.h), rect.h);
        let y = if at_end {
            rect.h - h
        } else {
            scaled(first.saturating_sub(1), head - shown, rect.h - h)
        };
        Some(Rect::new(rect.right() - 10, rect.y + y.min(rect.h - h), 8, h))
    }

    /// Anchors the view so that the focused row is in sight; false if it is.
    fn turn_to_focus(
        &mut self,
        rect: Rect,
        rows: &Rows,
        layouts: &mut Layouts,
        look: Look<'_>,
    ) -> bool {
        let Some(key) = self.focus else { return false };
        let Some(index) = self.position(key) else { return false };
        let placed = rows.rows.iter().find(|row| row.key == key);
        let above = match placed {
            Some(row) if row.y >= 0 && row.y + row.h <= rect.h => return false,
            Some(row) => row.y < 0,
            None => rows.rows.front().and_then(|row| self.position(row.key)) > Some(index),
        };
        let h = height(self, index, layouts, look);
        let top = if above { END_GAP } else { (rect.h - h - END_GAP).min(END_GAP.max(rect.h - h)) };
        self.anchor = Anchor::Row { key, top };
        true
    }

    /// Wants the pictures of the rows in sight, each once.
    fn want_pictures(&mut self, out: &mut Out) {
        let keys: Vec<Key> = self.stand.rows.iter().map(|row| row.key).collect();
        for key in keys {
            let Key::At(seq) = key else { continue };
            let picture = picture_key(self.room, seq);
            if self.pictures.contains(&picture) {
                continue;
            }
            let kind = self.entry(seq).map(|entry| &entry.kind);
            let Some(EntryKind::Message { body: Body::File(file), .. }) = kind else { continue };
            let Some(jpeg) = file.thumbnail.as_ref().map(|thumbnail| thumbnail.jpeg().to_vec())
            else {
                continue;
            };
            self.pictures.insert(picture);
            out.effect(Effect::LoadPicture(picture, PictureSource::Jpeg(jpeg)));
        }
    }
}

/// The name of a message's picture.
#[must_use]
pub(super) fn picture_key(room: RoomId, seq: Seq) -> PictureKey {
    let bytes = room.as_array().iter().copied().chain(seq.0.to_le_bytes());
    PictureKey(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }))
}

/// Rows with their places from the top of the view.
pub(super) struct Rows {
    pub(super) rows: VecDeque<Placed>,
}

impl Rows {
    fn top(&self) -> i32 {
        self.rows.front().map_or(0, |row| row.y)
    }

    fn bottom(&self) -> i32 {
        self.rows.back().map_or(0, |row| row.y + row.h + END_GAP)
    }

    fn shift(&mut self, by: i32) {
        for row in &mut self.rows {
            row.y += by;
        }
    }
}

/// The height of a row with what stands around it.
pub(super) fn height(
    timeline: &Timeline,
    index: usize,
    layouts: &mut Layouts,
    look: Look<'_>,
) -> i32 {
    let content = layouts.lay(timeline, index, look).map_or(0, super::layouts::Content::height);
    frame::of(timeline, index, look).head() + content
}

/// Places rows from the anchor on, down to the foot of the view and up to its top.
fn place(timeline: &Timeline, rect: Rect, layouts: &mut Layouts, look: Look<'_>) -> Rows {
    let mut rows = Rows { rows: VecDeque::new() };
    let count = timeline.count();
    let anchored = match timeline.anchor {
        Anchor::End => None,
        Anchor::Row { key, top } => timeline.position(key).map(|index| (index, top)),
    };
    let Some((mut first, top)) = anchored.or(count.checked_sub(1).map(|last| (last, rect.h)))
    else {
        return rows;
    };
    let mut next = first;
    let mut y = top;
    let mut put_down = |rows: &mut Rows, layouts: &mut Layouts, y: &mut i32, until: i32| {
        while *y < until && next < count {
            let Some(key) = timeline.item(next).map(crate::state::timeline::Item::key) else {
                break;
            };
            let h = height(timeline, next, layouts, look);
            rows.rows.push_back(Placed { key, y: *y, h });
            (next, *y) = (next + 1, *y + h);
        }
    };
    // At least the anchor itself, even if it is below the view.
    put_down(&mut rows, layouts, &mut y, rect.h.max(top + 1));
    if rows.bottom() < rect.h || anchored.is_none() {
        let missing = rect.h - rows.bottom();
        rows.shift(missing);
    }
    while rows.top() > 0 && first > 0 {
        first -= 1;
        let Some(key) = timeline.item(first).map(crate::state::timeline::Item::key) else { break };
        let h = height(timeline, first, layouts, look);
        let y = rows.top() - h;
        rows.rows.push_front(Placed { key, y, h });
    }
    // Nothing is above: the rows go up, but not off the foot, where few rows stand.
    let spare = rows.top();
    if spare > 0 {
        rows.shift(-spare);
        let mut y = rows.bottom() - END_GAP;
        put_down(&mut rows, layouts, &mut y, rect.h);
        let missing = rect.h - rows.bottom();
        if missing > 0 {
            rows.shift(missing);
        }
    }
    rows
}
