//! What needs to know where the rows are: scrolling by pixels, and the mouse over text.

use core::fmt::Write as _;

use engine::{Body, EntryKind};
use wire::id::Seq;

use crate::app::Out;
use crate::effect::Effect;
use crate::geometry::Point;
use crate::look::Look;
use crate::state::timeline::{
    Anchor, Held, Item, Key, Placed, Selection, Spot, Timeline, TimelineAct,
};
use crate::text::{breaks, clean};

use super::bubble::Bubble;
use super::layouts::{Content, Layouts};
use super::{AVATAR_W, MARGIN, frame, when};

/// Pixels that a page leaves of what was in sight.
const OVERLAP: i32 = 40;
/// Pixels beside the scroll bar's thumb that count as it.
const THUMB_SIDE: i32 = 4;
/// Pixels that are scrolled when text is selected beyond the view.
const PULL: i32 = 24;

impl Timeline {
    /// Does what waited until rows have places.
    pub(super) fn do_waiting(
        &mut self,
        act: &TimelineAct,
        layouts: &mut Layouts,
        look: Look<'_>,
        out: &mut Out,
    ) {
        match act {
            TimelineAct::Wheel(by) => self.scroll(*by),
            TimelineAct::PageUp => self.scroll(-self.page_height()),
            TimelineAct::PageDown => self.scroll(self.page_height()),
            TimelineAct::Press { at, clicks, extend } => {
                self.press(*at, *clicks, *extend, layouts, look);
            }
            TimelineAct::Drag(at) => self.drag(*at, layouts, look, out),
            TimelineAct::Latest => self.latest(out),
            TimelineAct::Release(_) => self.held = Held::Nothing,
            TimelineAct::Copy => {
                let copied = self.selected_text(layouts, look);
                if !copied.is_empty() {
                    out.effect(Effect::Copy(copied));
                }
            }
            _ => {}
        }
    }

    /// Pixels of a page.
    fn page_height(&self) -> i32 {
        (self.stand.rect.h - OVERLAP).max(OVERLAP)
    }

    fn scroll(&mut self, by: i32) {
        if let Anchor::Row { top, .. } = &mut self.anchor {
            *top -= by;
        } else if let Some(row) = self.stand.rows.first().filter(|_| by < 0) {
            self.anchor = Anchor::Row { key: row.key, top: row.y - self.stand.rect.y - by };
        }
    }

    fn press(&mut self, at: Point, clicks: u8, extend: bool, layouts: &Layouts, look: Look<'_>) {
        if let Some(thumb) =
            self.stand.thumb.filter(|thumb| thumb.inset(-THUMB_SIDE, 0).contains(at))
        {
            self.held = Held::Thumb(at.y - thumb.y);
            return;
        }
        if let Some(thumb) = self.stand.thumb.filter(|thumb| at.x >= thumb.x - THUMB_SIDE) {
            return self.scroll(if at.y < thumb.y {
                -self.page_height()
            } else {
                self.page_height()
            });
        }
        let Some(spot) = self.spot_at(at, layouts, look) else { return };
        self.held = Held::Selection;
        if let Some(selection) = self.selection.as_mut().filter(|_| extend) {
            selection.to = spot;
            return;
        }
        let text = |key| text_of(layouts, key).map_or("", |text| &*text.text);
        let range = match clicks {
            2 => breaks::word_at(text(spot.key), spot.byte),
            3.. => 0..usize::MAX,
            _ => spot.byte..spot.byte,
        };
        let at = |byte| Spot { key: spot.key, byte };
        self.selection = Some(Selection { from: at(range.start), to: at(range.end) });
    }

    fn drag(&mut self, at: Point, layouts: &Layouts, look: Look<'_>, out: &mut Out) {
        let rect = self.stand.rect;
        match self.held {
            Held::Nothing => {}
            Held::Thumb(grip) => {
                let Some(thumb) = self.stand.thumb else { return };
                let way = u64::try_from(rect.h - thumb.h).unwrap_or(1).max(1);
                let gone = u64::try_from(at.y - grip - rect.y).unwrap_or(0).min(way);
                if gone == way {
                    self.latest(out);
                    return;
                }
                let place = u128::from(self.window.head.0) * u128::from(gone) / u128::from(way);
                let seq = Seq(u64::try_from(place).unwrap_or(0).max(1));
                self.land(seq, false, Some(0), out);
            }
            Held::Selection => {
                if at.y < rect.y {
                    self.scroll(-PULL);
                } else if at.y >= rect.bottom() {
                    self.scroll(PULL);
                }
                let at = Point { y: at.y.min(rect.bottom() - 1).max(rect.y), ..at };
                let spot = self.spot_at(at, layouts, look);
                if let Some((selection, spot)) = self.selection.as_mut().zip(spot) {
                    selection.to = spot;
                }
            }
        }
    }

    /// The place in a text that is nearest to one of the window.
    fn spot_at(&self, at: Point, layouts: &Layouts, look: Look<'_>) -> Option<Spot> {
        let row =
            self.stand.rows.iter().find(|row| at.y < row.y + row.h).or(self.stand.rows.last())?;
        let byte = match layouts.get(row.key) {
            Some(Content::Bubble(bubble)) => {
                let corner = corner(self, row, bubble, look)?;
                let text = bubble.text.as_ref();
                text.map_or(0, |text| {
                    let x = at.x - corner.x - bubble.text_at.x;
                    text.byte_at(Point { x, y: at.y - corner.y - bubble.text_at.y }, look)
                })
            }
            _ => 0,
        };
        Some(Spot { key: row.key, byte })
    }

    /// What is selected: of one message its text, of several a line for each.
    fn selected_text(&self, layouts: &mut Layouts, look: Look<'_>) -> String {
        let ends = self.selection.and_then(|selection| selection.ordered(self));
        let Some([(first, from), (last, to)]) = ends else { return String::new() };
        let mut copied = String::new();
        for index in first..=last {
            let Some(item) = self.item(index) else { break };
            let (start, end) = (index == first && from > 0, index == last && to < usize::MAX);
            let text = if start || end {
                layouts.lay(self, index, look);
                let range = if start { from } else { 0 }..if end { to } else { usize::MAX };
                text_of(layouts, item.key()).map_or_else(String::new, |text| text.shown(&range))
            } else {
                whole_text(item)
            };
            if first == last {
                return text;
            }
            if let Some(author) = item.author().filter(|_| !text.is_empty()) {
                let time = when::padded_time(look, item.entry.at);
                // Writing to a string does not fail.
                let _ = writeln!(copied, "[{time}] {author}: {text}");
            }
        }
        copied.trim_end().to_owned()
    }
}

/// The corner of a row's bubble, in the window.
pub(super) fn corner(
    timeline: &Timeline,
    row: &Placed,
    bubble: &Bubble,
    look: Look<'_>,
) -> Option<Point> {
    let index = timeline.position(row.key)?;
    let own = timeline.item(index).is_some_and(frame::is_own);
    let rect = timeline.stand.rect;
    let x = if own { rect.right() - MARGIN - bubble.size.0 } else { rect.x + MARGIN + AVATAR_W };
    Some(Point { x, y: row.y + frame::of(timeline, index, look).head() })
}

fn text_of(layouts: &Layouts, key: Key) -> Option<&crate::text::Layout> {
    match layouts.get(key)? {
        Content::Bubble(bubble) => bubble.text.as_ref(),
        Content::Lines(..) => None,
    }
}

fn whole_text(item: &Item) -> String {
    match &item.entry.kind {
        EntryKind::Message { body: Body::Text(text), .. } => clean(text).into_owned(),
        EntryKind::Message { body: Body::File(file), .. } => clean(&file.name).into_owned(),
        _ => String::new(),
    }
}
