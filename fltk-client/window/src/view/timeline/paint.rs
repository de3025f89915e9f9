//! Draws the timeline as it was settled.

use wire::id::Handle;

use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Icon, Op, Role, Scene};
use crate::state::timeline::{Key, Placed, Timeline, TimelineAct};
use crate::view::part;

use super::frame::{self, Frame, NAME_H, RULE_H};
use super::layouts::{Content, Layouts};
use super::{AVATAR_W, MARGIN, draw, foot, rows_rect, when};

/// How long a message flashes that was jumped to.
const FLASH_MS: u64 = 1_600;
/// How long the jump button takes to come.
const FADE_MS: u64 = 120;

/// What the timeline shows that is not its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Who is typing.
    pub typing: &'a [Handle],
    /// Words of the search, which are marked in messages.
    pub find: &'a [Box<str>],
    /// Whether the focused message is drawn with a ring.
    pub ring: bool,
}

/// Draws it in the place it was settled in. The pointer is the scene's.
pub fn paint(
    timeline: &Timeline,
    layouts: &Layouts,
    rect: Rect,
    context: &Context<'_>,
    look: Look<'_>,
    scene: &mut Scene,
) {
    scene.push(Op::Fill(rect, Ink::Ground));
    let rows = rows_rect(rect);
    if timeline.count() == 0 {
        empty(timeline, rows, look, scene);
    }
    scene.push(Op::Clip(rows));
    scene.region(rows, TimelineAct::Grab, "", Role::Text);
    for row in &timeline.stand.rows {
        paint_row(timeline, layouts, row, context, look, scene);
    }
    scene.push(Op::Unclip);
    scroll_bar(timeline, scene);
    jump_button(timeline, look, scene);
    foot::paint(context.typing, rect.split_bottom(super::FOOT_H).0, look, scene);
    if timeline.stand.rough {
        scene.wake_after(16);
    }
    if let Some(ms) = timeline.stand.mark_in {
        scene.wake_after(ms);
    }
}

fn empty(timeline: &Timeline, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let text = if timeline.window.is_waiting() {
        return;
    } else {
        "Nothing was said here yet. Write the first message below."
    };
    part::label_centre(scene, look, rect.inset(MARGIN, 0), Font::BODY, Ink::Soft, text);
}

fn paint_row(
    timeline: &Timeline,
    layouts: &Layouts,
    row: &Placed,
    context: &Context<'_>,
    look: Look<'_>,
    scene: &mut Scene,
) {
    let Some(index) = timeline.position(row.key) else { return };
    let (Some(item), Some(content)) = (timeline.item(index), layouts.get(row.key)) else { return };
    let frame = frame::of(timeline, index, look);
    let view = timeline.stand.rect;
    let place = Rect::new(view.x + MARGIN, row.y, view.w - 2 * MARGIN, row.h);
    flash(timeline, row, view, frame.head(), look, scene);
    head(&frame, item, place, look, scene);
    let body = Rect::new(place.x, row.y + frame.head(), place.w, row.h - frame.head());
    match content {
        Content::Lines(lines, ink) => {
            for (y, line) in (body.y + 4..).step_by(18).zip(lines) {
                let rect = Rect::new(body.x, y, body.w, 18);
                part::label_centre(scene, look, rect, Font::SMALL, *ink, line);
            }
        }
        Content::Bubble(bubble) => {
            let one = draw::One { timeline, index, item, bubble, row: *row, context };
            draw::bubble(&one, look, scene);
            if frame.avatar {
                let y = (body.y + bubble.size.1 - 28).max(body.y);
                let avatar = Rect::new(place.x, y, 28, 28);
                part::avatar(scene, look, avatar, item.author().map_or("", Handle::as_str));
            }
        }
    }
}

fn flash(
    timeline: &Timeline,
    row: &Placed,
    view: Rect,
    head: i32,
    look: Look<'_>,
    scene: &mut Scene,
) {
    let Some((seq, Some(since))) = timeline.flash else { return };
    let gone = look.clock.beat_ms().saturating_sub(since);
    if row.key == Key::At(seq) && gone < FLASH_MS {
        let rect = Rect::new(view.x, row.y + head - 4, view.w, row.h - head + 8);
        scene.push(Op::Fill(rect, Ink::Selected));
        scene.wake_after(u32::try_from(FLASH_MS - gone).unwrap_or(0));
    }
}

/// Day, new-messages line and name above a row.
fn head(
    frame: &Frame,
    item: &crate::state::timeline::Item,
    place: Rect,
    look: Look<'_>,
    scene: &mut Scene,
) {
    let mut y = place.y + frame.gap;
    if frame.day {
        let rect = Rect::new(place.x, y, place.w, RULE_H);
        rule(scene, look, rect, Ink::Line, Ink::Soft, &when::day(look, item.entry.at));
        y += RULE_H;
    }
    if frame.new {
        let rect = Rect::new(place.x, y, place.w, RULE_H);
        rule(scene, look, rect, Ink::Bad, Ink::Bad, "New messages");
        y += RULE_H;
    }
    if let Some(author) = item.author().filter(|_| frame.name) {
        let x = place.x + AVATAR_W + 12;
        let rect = Rect::new(x, y, place.w - AVATAR_W - 12, NAME_H - 2);
        let ink = Ink::Name(part::hue(author.as_str()));
        part::label(scene, look, rect, Font::SMALL_STRONG, ink, author.as_str());
    }
}

/// A line across the view with words in its middle.
fn rule(scene: &mut Scene, look: Look<'_>, rect: Rect, line: Ink, ink: Ink, text: &str) {
    let w = part::width(look, Font::TINY, text) + 20;
    let side = (rect.w - w) / 2;
    let y = rect.y + rect.h / 2;
    scene.push(Op::Fill(Rect::new(rect.x, y, side, 1), line));
    scene.push(Op::Fill(Rect::new(rect.right() - side, y, side, 1), line));
    part::label_centre(scene, look, rect, Font::TINY, ink, text);
}

fn scroll_bar(timeline: &Timeline, scene: &mut Scene) {
    let Some(thumb) = timeline.stand.thumb else { return };
    let held = matches!(timeline.held, crate::state::timeline::Held::Thumb(_));
    let wide = held || part::hovers(scene, thumb.inset(-4, 0));
    let rect = if wide { thumb } else { Rect::new(thumb.x + 3, thumb.y, 4, thumb.h) };
    scene.push(Op::Round(rect, rect.w / 2, if wide { Ink::Faint } else { Ink::Line }));
    let view = timeline.stand.rect;
    let track = Rect { y: view.y, h: view.h, ..thumb.inset(-2, 0) };
    scene.region(track, TimelineAct::Grab, "Scroll", Role::Drag);
}

/// The round button that goes to the newest message; it grows in while it comes.
fn jump_button(timeline: &Timeline, look: Look<'_>, scene: &mut Scene) {
    let Some(since) = timeline.stand.left_end.filter(|_| timeline.count() > 0) else { return };
    let gone = look.clock.beat_ms().saturating_sub(since).min(FADE_MS);
    let view = timeline.stand.rect;
    let full = Rect::new(view.right() - 60, view.bottom() - 48, 40, 40);
    let side = 20 + i32::try_from(gone * 20 / FADE_MS).unwrap_or(20);
    let rect = full.centred(side, side);
    let fill = if part::hovers(scene, full) { Ink::Hover } else { Ink::Ground };
    scene.push(Op::Round(rect, side / 2, fill));
    scene.push(Op::Outline(rect, side / 2, Ink::Line));
    if gone < FADE_MS {
        scene.wake_after(16);
        return;
    }
    scene.push(Op::Icon(full.centred(20, 20), Icon::Down, Ink::Soft));
    if timeline.unseen > 0 {
        let text = if timeline.unseen > 999 { "999+".into() } else { timeline.unseen.to_string() };
        let at = crate::geometry::Point { x: full.right() + 4, y: full.y + 2 };
        part::badge(scene, look, at, &text);
    }
    scene.region(full, Act::Timeline(TimelineAct::Latest), "To the newest message", Role::Tool);
}
