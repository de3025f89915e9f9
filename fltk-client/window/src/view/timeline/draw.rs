//! Draws a bubble and what is in it.

use core::ops::Range;

use engine::{Body, EntryKind, Quote};
use wire::id::{Handle, Seq};

use crate::act::Act;
use crate::geometry::{Point, Rect, px};
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Icon, Op, Role, Scene};
use crate::state::timeline::{Item, Key, Placed, Sending, Timeline, TimelineAct};
use crate::text::layout::{CODE_PAD, LINE, Row, Run};
use crate::text::markup::{Kind, LineKind};
use crate::text::{Layout, find, plain};
use crate::view::part::{self, ButtonKind};

use super::bubble::{Bubble, PAD_X};
use super::paint::Context;
use super::{file, mouse, pills};

/// Readers of a message who are named beside its mark.
const NAMES: usize = 3;

/// A message that is drawn.
pub(super) struct One<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) index: usize,
    pub(super) item: &'a Item,
    pub(super) bubble: &'a Bubble,
    pub(super) row: Placed,
    pub(super) context: &'a Context<'a>,
}

/// The inks of own messages and of those of others.
#[derive(Clone, Copy)]
pub(super) struct Inks {
    pub(super) fill: Ink,
    pub(super) text: Ink,
    pub(super) soft: Ink,
    pub(super) accent: Ink,
    pub(super) inset: Ink,
    pub(super) selected: Ink,
}

impl Inks {
    const OWN: Self = Self {
        fill: Ink::Own,
        text: Ink::OnOwn,
        soft: Ink::OnOwnSoft,
        accent: Ink::OnOwn,
        inset: Ink::OwnInset,
        selected: Ink::OwnSelected,
    };
    const OTHER: Self = Self {
        fill: Ink::Other,
        text: Ink::Text,
        soft: Ink::Faint,
        accent: Ink::Accent,
        inset: Ink::Inset,
        selected: Ink::Selected,
    };
}

/// Adds a region where it is inside of a clip.
pub(super) fn region(
    scene: &mut Scene,
    clip: Rect,
    rect: Rect,
    act: impl Into<Act>,
    name: &str,
    role: Role,
) {
    let rect = rect.intersection(clip);
    if !rect.is_empty() {
        scene.region(rect, act, name, role);
    }
}

/// Draws a message.
pub(super) fn bubble(one: &One<'_>, look: Look<'_>, scene: &mut Scene) {
    let EntryKind::Message { body, own, state, .. } = &one.item.entry.kind else { return };
    let inks = if *own { Inks::OWN } else { Inks::OTHER };
    let (bubble, view) = (one.bubble, one.timeline.stand.rect);
    let Some(at) = mouse::corner(one.timeline, &one.row, bubble, look) else { return };
    let rect = Rect::new(at.x, at.y, bubble.size.0, bubble.size.1);
    scene.push(Op::Round(rect, 14, inks.fill));
    if bubble.mentions_me {
        scene.push(Op::Outline(rect, 14, Ink::Accent));
    }
    if one.context.ring && one.timeline.focus == Some(one.row.key) {
        scene.push(Op::Outline(rect.inset(-3, -3), 17, Ink::Accent));
        scene.push(Op::Outline(rect.inset(-2, -2), 16, Ink::Accent));
    }
    if let Some((quoted, place)) = state.reply.as_ref().zip(bubble.quote) {
        quote(quoted, place.moved(at.x, at.y), inks, view, look, scene);
    }
    if let (Body::File(shown), Some(_)) = (body, bubble.file) {
        file::draw(one, shown, at, inks, look, scene);
    }
    if let Some(layout) = &bubble.text {
        let corner = Point { x: at.x + bubble.text_at.x, y: at.y + bubble.text_at.y };
        let selected = one.timeline.selection;
        let selected = selected.and_then(|held| held.of_row(one.timeline, one.index));
        let dim = matches!(body, Body::Deleted);
        let text = Text { layout, corner, inks, selected, find: one.context.find, dim };
        text.draw(view, look, scene);
    }
    if let Some(more) = bubble.more {
        let more = more.moved(at.x, at.y);
        part::label(scene, look, more, Font::STRONG, inks.accent, "Show more");
        region(scene, view, more, TimelineAct::More(one.row.key), "Show more", Role::Button);
    }
    meta(one, at, *own, inks, look, scene);
    let seq = match one.row.key {
        Key::At(seq) => Some(seq),
        Key::Own(_) => None,
    };
    pills::draw(scene, &bubble.pills, seq, (at.x, at.y), view, look);
    failure(one, rect, look, scene);
    if let Some(seq) = seq.filter(|_| !matches!(body, Body::Deleted)) {
        tools(seq, rect, *own, one, scene);
    }
}

/// The message that is answered.
fn quote(quote: &Quote, rect: Rect, inks: Inks, view: Rect, look: Look<'_>, scene: &mut Scene) {
    let own = inks.fill == Ink::Own;
    let name = if own { Ink::OnOwn } else { Ink::Name(part::hue(quote.from.as_str())) };
    scene.push(Op::Round(rect, 6, inks.inset));
    scene.push(Op::Fill(Rect::new(rect.x, rect.y, 3, rect.h), name));
    let (top, rest) = rect.inset(11, 3).split_top(19);
    part::label(scene, look, top, Font::SMALL_STRONG, name, quote.from.as_str());
    let gone = quote.text.is_empty();
    let text = if gone { "Message not available".into() } else { plain(&quote.text) };
    let ink = if own { Ink::OnOwn } else { Ink::Soft };
    part::label(scene, look, rest, Font::SMALL, ink, &text);
    if let Some(seq) = quote.seq {
        region(scene, view, rect, TimelineAct::Jump(seq), "Show this message", Role::Button);
    }
}

/// Laid-out text with what lies behind it.
struct Text<'a> {
    layout: &'a Layout,
    corner: Point,
    inks: Inks,
    selected: Option<Range<usize>>,
    find: &'a [Box<str>],
    dim: bool,
}

impl Text<'_> {
    fn draw(&self, view: Rect, look: Look<'_>, scene: &mut Scene) {
        let (Point { x, y }, layout) = (self.corner, self.layout);
        // Of a long message only what can be seen.
        let seen = |row: &&Row| y + row.y + LINE > view.y && y + row.y < view.bottom();
        for row in layout.rows.iter().filter(seen) {
            self.behind(row, scene);
        }
        if !self.find.is_empty() {
            for place in find::places(&layout.text, self.find) {
                for rect in layout.rects(&place, look) {
                    scene.push(Op::Round(rect.moved(x, y).inset(-1, 1), 3, self.inks.selected));
                }
            }
        }
        if let Some(selected) = &self.selected {
            let seen = |rect: &Rect| y + rect.y + LINE > view.y && y + rect.y < view.bottom();
            for rect in layout.rects(selected, look).into_iter().filter(seen) {
                scene.push(Op::Fill(rect.moved(x, y), self.inks.selected));
            }
        }
        for row in layout.rows.iter().filter(seen) {
            for run in &row.runs {
                self.run(row, run, view, look, scene);
            }
        }
    }

    /// Marks of lists and quotations, and the ground of code.
    fn behind(&self, row: &Row, scene: &mut Scene) {
        let (x, y) = (self.corner.x, self.corner.y + row.y);
        match row.kind {
            LineKind::Code => {
                let rect = Rect::new(x, y, self.layout.width, LINE);
                scene.push(Op::Fill(rect, self.inks.inset));
            }
            LineKind::Quote => {
                scene.push(Op::Fill(Rect::new(x + 4, y, 2, LINE), self.inks.soft));
            }
            LineKind::Bullet if row.first => {
                scene.push(Op::Round(Rect::new(x + 5, y + 8, 5, 5), 2, self.inks.text));
            }
            _ => {}
        }
        let is_code = |run: &&Run| run.style.kind == Kind::Code && row.kind != LineKind::Code;
        for run in row.runs.iter().filter(is_code) {
            // Blanks at the end of a row are not shown.
            let right = px(run.x + run.width).min(row.right - CODE_PAD);
            let left = px(run.x) - CODE_PAD;
            let rect = Rect::new(x + left, y + 1, right + CODE_PAD - left, LINE - 2);
            scene.push(Op::Round(rect, 4, self.inks.inset));
        }
    }

    fn run(&self, row: &Row, run: &Run, view: Rect, look: Look<'_>, scene: &mut Scene) {
        let Some(text) = self.layout.text.get(run.range.clone()) else { return };
        let text = text.trim_end_matches(' ').replace('\t', "    ");
        if text.is_empty() {
            return;
        }
        let (x, y) = (self.corner.x + px(run.x), self.corner.y + row.y);
        let ink = match run.style.kind {
            _ if self.dim => self.inks.soft,
            Kind::Link | Kind::Mention => self.inks.accent,
            _ if row.kind == LineKind::Quote => self.inks.soft,
            _ => self.inks.text,
        };
        let baseline = y + look.measure.ascent(Font::BODY);
        if let Some(link) = run.link.clone().and_then(|link| self.layout.text.get(link)) {
            let rect = Rect::new(x, y, px(run.width), LINE);
            scene.push(Op::Fill(Rect::new(x, baseline + 2, rect.w, 1), ink));
            region(scene, view, rect, Act::AskLink(link.into()), link, Role::Link);
        }
        scene.push(Op::Text(Point { x, y: baseline }, run.font(), ink, text.into()));
    }
}

/// Time and marks, at the foot of the bubble's right.
fn meta(one: &One<'_>, at: Point, own: bool, inks: Inks, look: Look<'_>, scene: &mut Scene) {
    let mut rect = one.bubble.meta_rect.moved(at.x, at.y);
    if one.bubble.expires {
        let (clock, rest) = rect.split_left(15);
        scene.push(Op::Icon(clock.centred(12, 12).moved(-1, 0), Icon::Clock, inks.soft));
        rect = rest;
    }
    if own {
        let (mark, rest) = rect.split_right(18);
        let icon = match one.row.key {
            Key::Own(_) => Icon::Clock,
            Key::At(seq) if one.timeline.is_read(seq) => Icon::Checks,
            Key::At(_) => Icon::Check,
        };
        let mark = mark.split_right(14).0;
        scene.push(Op::Icon(mark.centred(14, 14), icon, inks.soft));
        let view = one.timeline.stand.rect;
        region(scene, view, mark.inset(-2, 0), TimelineAct::Grab, &delivery(one), Role::Note);
        rect = rest;
    }
    part::label_right(scene, look, rect, Font::TINY, inks.soft, &one.bubble.meta);
}

/// What the mark of an own message means, in words.
fn delivery(one: &One<'_>) -> String {
    let Key::At(seq) = one.row.key else { return "Waits to be sent".into() };
    let readers: Vec<&str> = one.timeline.readers_of(seq).map(Handle::as_str).collect();
    match readers.as_slice() {
        [] => "Sent".into(),
        [one] => format!("Read by {one}"),
        [first @ .., last] if first.len() < NAMES => {
            format!("Read by {} and {last}", first.join(", "))
        }
        all => {
            let (named, rest) = all.split_at(all.len().min(NAMES));
            format!("Read by {} and {} more", named.join(", "), rest.len())
        }
    }
}

/// Why a message was refused, and what to do about it.
fn failure(one: &One<'_>, bubble: Rect, look: Look<'_>, scene: &mut Scene) {
    let pending = one.index.checked_sub(one.timeline.window.items.len());
    let Some(pending) = pending.and_then(|index| one.timeline.pending.get(index)) else { return };
    let (Sending::Failed(_), Some(id)) = (&pending.sending, pending.id()) else { return };
    scene.push(Op::Outline(bubble, 14, Ink::Bad));
    let view = one.timeline.stand.rect;
    let mut y = bubble.bottom() + 2;
    for line in &one.bubble.failure {
        let rect = Rect::new(view.x + PAD_X, y, bubble.right() - view.x - PAD_X, 18);
        part::label_right(scene, look, rect, Font::SMALL, Ink::Bad, line);
        y += 18;
    }
    let discard = Rect::new(bubble.right() - 80, y + 2, 80, 28);
    let retry = discard.moved(-88, 0);
    let is_text = matches!(&one.item.entry.kind, EntryKind::Message { body: Body::Text(_), .. });
    let mut buttons = vec![(discard, "Discard", TimelineAct::Discard(id))];
    if is_text {
        buttons.push((retry, "Retry", TimelineAct::Retry(id)));
    }
    for (rect, name, act) in buttons {
        if rect.intersection(view) == rect {
            part::button(scene, look, rect, name, ButtonKind::Quiet, act);
        }
    }
}

/// React, reply, more: beside the bubble that the pointer is at.
fn tools(seq: Seq, bubble: Rect, own: bool, one: &One<'_>, scene: &mut Scene) {
    let view = one.timeline.stand.rect;
    let band = Rect::new(view.x, one.row.y, view.w, one.row.h);
    if !part::hovers(scene, band.intersection(view)) {
        return;
    }
    let w = 3 * 28;
    let x = if own { bubble.x - 6 - w } else { bubble.right() + 6 };
    let x = x.clamp(view.x + 4, (view.right() - w - 14).max(view.x + 4));
    let card = Rect::new(x, bubble.y.max(view.y + 2), w, 28);
    scene.push(Op::Round(card, 8, Ink::Ground));
    scene.push(Op::Outline(card, 8, Ink::Line));
    let below = Point { x: card.x, y: card.bottom() + 2 };
    let acts = [
        (Icon::Emoji, "React", Act::PickReaction(seq, below)),
        (Icon::Reply, "Reply", Act::Reply(seq)),
        (Icon::More, "More", Act::MessageMenu(seq, below)),
    ];
    for (place, (icon, name, act)) in (card.x..).step_by(28).zip(acts) {
        let rect = Rect::new(place, card.y, 28, 28);
        if part::hovers(scene, rect) {
            scene.push(Op::Round(rect, 8, Ink::Hover));
        }
        scene.push(Op::Icon(rect.centred(16, 16), icon, Ink::Soft));
        region(scene, view, rect, act, name, Role::Tool);
    }
}
