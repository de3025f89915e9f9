//! A message in its bubble: how large it is and where its parts stand, from its own corner.

use engine::{Body, EntryKind, MessageState, Quote};
use wire::id::Handle;

use crate::geometry::{Point, Rect};
use crate::look::{Font, Look};
use crate::state::timeline::{Item, Sending};
use crate::text::markup::LineKind;
use crate::text::{Layout, Words, markup, plain};
use crate::view::part;

use super::pills::{self, Pill};
use super::{jpeg, when};

/// Room inside of a bubble, at its sides and at its top and bottom.
pub(super) const PAD_X: i32 = 12;
pub(super) const PAD_Y: i32 = 7;
const QUOTE_H: i32 = 44;
const META_H: i32 = 16;
const FILE_W: i32 = 290;
pub(super) const FILE_H: i32 = 52;
const MAX_PICTURE: (i32, i32) = (320, 240);

/// A message that is laid out.
#[derive(Clone, Debug, Default)]
pub(super) struct Bubble {
    /// Width and height of the bubble.
    pub(super) size: (i32, i32),
    /// The height of it and of what is below it.
    pub(super) height: i32,
    /// The message that it answers.
    pub(super) quote: Option<Rect>,
    /// The picture.
    pub(super) picture: Option<Rect>,
    /// The file.
    pub(super) file: Option<Rect>,
    /// The text.
    pub(super) text: Option<Layout>,
    /// Its corner.
    pub(super) text_at: Point,
    /// The button that shows more of it.
    pub(super) more: Option<Rect>,
    /// Time and marks, in one string, and where.
    pub(super) meta: Box<str>,
    /// Where that stands.
    pub(super) meta_rect: Rect,
    /// Whether a clock stands in front of it, because it disappears.
    pub(super) expires: bool,
    /// Whether it mentions this account.
    pub(super) mentions_me: bool,
    /// The reactions.
    pub(super) pills: Vec<Pill>,
    /// Why it was refused, and where that stands.
    pub(super) failure: Vec<Box<str>>,
}

/// What a bubble is made of.
pub(super) struct Of<'a> {
    pub(super) item: &'a Item,
    pub(super) sending: Option<&'a Sending>,
    pub(super) me: &'a Handle,
    /// The widest it may be.
    pub(super) max: i32,
    pub(super) steps: usize,
}

/// Lays a message out.
pub(super) fn lay(of: &Of<'_>, words: &mut Words, look: Look<'_>) -> Bubble {
    let EntryKind::Message { body, own, told_by, state, .. } = &of.item.entry.kind else {
        return Bubble::default();
    };
    let inner = of.max - 2 * PAD_X;
    let mut bubble = Bubble { expires: state.expires.is_some(), ..Bubble::default() };
    let (mut y, mut width) = (PAD_Y, 0);
    if let Some(quote) = &state.reply {
        let w = quote_width(quote, inner, look);
        bubble.quote = Some(Rect::new(PAD_X, y, w, QUOTE_H));
        (y, width) = (y + QUOTE_H + 6, w);
    }
    let mut last_right = None;
    match body {
        Body::File(file) => {
            let size = file.thumbnail.as_ref().and_then(|picture| jpeg::size(picture.jpeg()));
            if let Some((w, h)) = size {
                let (w, h) = fitted(w, h, inner);
                bubble.picture = Some(Rect::new(PAD_X, y, w, h));
                (y, width) = (y + h + 6, width.max(w));
            }
            // As wide as its picture, so that their right sides are in line.
            let w = FILE_W.max(width).min(inner);
            bubble.file = Some(Rect::new(PAD_X, y, w, FILE_H));
            (y, width) = (y + FILE_H, width.max(w));
        }
        body => {
            let text = match body {
                Body::Text(text) => text.as_str(),
                _ => "_Message deleted_",
            };
            bubble.mentions_me = !own && markup::mentions(text, of.me.as_str());
            let text = Layout::new(text, inner, of.steps, words, look);
            bubble.text_at = Point { x: PAD_X, y };
            (y, width) = (y + text.height, width.max(text.width));
            if text.more {
                bubble.more = Some(Rect::new(PAD_X, y + 2, 90, 24));
                y += 28;
            } else if let Some(row) = text.rows.last().filter(|row| row.kind != LineKind::Code) {
                last_right = Some(row.right);
            }
            bubble.text = Some(text);
        }
    }
    bubble.meta = meta(of, told_by.as_ref(), state, look);
    let icons = if *own { 18 } else { 0 } + if bubble.expires { 15 } else { 0 };
    let meta_w = part::width(look, Font::TINY, &bubble.meta) + icons;
    match last_right.filter(|right| right + 10 + meta_w <= inner) {
        Some(right) => width = width.max(right + 10 + meta_w),
        None => (y, width) = (y + META_H, width.max(meta_w)),
    }
    if let Some(quote) = &mut bubble.quote {
        quote.w = width.min(inner);
    }
    bubble.size = (width + 2 * PAD_X, y + PAD_Y);
    let (w, h) = bubble.size;
    bubble.meta_rect = Rect::new(w - PAD_X - meta_w, h - PAD_Y - META_H + 2, meta_w, META_H);
    bubble.height = h;
    if !state.reactions.is_empty() {
        bubble.pills =
            pills::lay(&state.reactions, of.me, Rect::new(8, h - 4, of.max - 16, 0), look);
        if *own {
            // Own bubbles stand at the right, where there is nothing beside them.
            pills::keep_left_of(&mut bubble.pills, w - 8);
        }
        bubble.height = bubble.pills.last().map_or(h, |pill| pill.rect.bottom() + 2);
    }
    if let Some(Sending::Failed(why)) = of.sending {
        bubble.failure = part::lines(look, Font::SMALL, why, of.max - 16);
        bubble.height += 34 + 18 * i32::try_from(bubble.failure.len()).unwrap_or(0);
    }
    bubble
}

fn quote_width(quote: &Quote, inner: i32, look: Look<'_>) -> i32 {
    let text = part::width(
        look,
        Font::SMALL,
        &part::cut(look, Font::SMALL, &plain(&quote.text), inner - 20),
    );
    let name = part::width(look, Font::SMALL_STRONG, quote.from.as_str());
    (text.max(name).max(80) + 20).min(inner)
}

/// A picture's size as it is shown.
fn fitted(w: i32, h: i32, inner: i32) -> (i32, i32) {
    let (max_w, max_h) = (MAX_PICTURE.0.min(inner), MAX_PICTURE.1);
    let (mut shown_w, mut shown_h) = (w.min(max_w), h * w.min(max_w) / w.max(1));
    if shown_h > max_h {
        (shown_w, shown_h) = (w * max_h / h.max(1), max_h);
    }
    (shown_w.max(24), shown_h.max(24))
}

fn meta(of: &Of<'_>, told_by: Option<&Handle>, state: &MessageState, look: Look<'_>) -> Box<str> {
    let mut parts = Vec::new();
    if let Some(teller) = told_by {
        parts.push(format!("as told by {teller}"));
    }
    if state.edited.is_some() {
        parts.push("edited".into());
    }
    if of.item.entry.at.0 > 0 {
        parts.push(when::time(look, of.item.entry.at));
    }
    parts.join(" · ").into()
}
