//! Reactions, below a bubble and a little over its edge.

use engine::Reaction;
use wire::id::{Handle, Seq};

use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Op, Role, Scene};
use crate::view::part;

use super::draw::region;
use super::system::names;

const PILL_H: i32 = 22;
/// Reactions that are shown of one message.
const MAX_PILLS: usize = 24;

/// A reaction that is laid out.
#[derive(Clone, Debug)]
pub(super) struct Pill {
    /// Where, from the bubble's corner.
    pub(super) rect: Rect,
    emoji: Box<str>,
    label: Box<str>,
    name: Box<str>,
    own: bool,
}

/// Lays reactions out in rows below a bubble.
pub(super) fn lay(reactions: &[Reaction], me: &Handle, place: Rect, look: Look<'_>) -> Vec<Pill> {
    let (mut x, mut y) = (place.x, place.y);
    let mut pills = Vec::new();
    for reaction in reactions.iter().take(MAX_PILLS) {
        let emoji = part::cut(look, Font::SMALL, &reaction.emoji, 80);
        let label: Box<str> = format!("{emoji} {}", reaction.by.len()).into();
        let w = part::width(look, Font::SMALL, &label) + 16;
        if x + w > place.right() && x > place.x {
            (x, y) = (place.x, y + PILL_H + 2);
        }
        let rect = Rect::new(x, y, w, PILL_H);
        let some = reaction.by.get(..reaction.by.len().min(12)).unwrap_or_default();
        let own = reaction.by.contains(me);
        let (emoji, name) = (reaction.emoji.as_str().into(), names(some).into());
        pills.push(Pill { rect, emoji, label, name, own });
        x += w + 4;
    }
    pills
}

/// Moves them to the left as far as they go beyond this.
pub(super) fn keep_left_of(pills: &mut [Pill], right: i32) {
    let beyond = pills.iter().map(|pill| pill.rect.right() - right).max().unwrap_or(0).max(0);
    for pill in pills {
        pill.rect.x -= beyond;
    }
}

/// Draws them.
pub(super) fn draw(
    scene: &mut Scene,
    pills: &[Pill],
    seq: Option<Seq>,
    (x, y): (i32, i32),
    clip: Rect,
    look: Look<'_>,
) {
    for pill in pills {
        let rect = pill.rect.moved(x, y);
        let (fill, line, ink) = if pill.own {
            (Ink::Selected, Ink::Accent, Ink::Text)
        } else {
            (Ink::Ground, Ink::Line, Ink::Soft)
        };
        scene.push(Op::Round(rect, PILL_H / 2, fill));
        scene.push(Op::Outline(rect, PILL_H / 2, line));
        part::label_centre(scene, look, rect, Font::SMALL, ink, &pill.label);
        if let Some(seq) = seq {
            region(scene, clip, rect, Act::React(seq, pill.emoji.clone()), &pill.name, Role::Tool);
        }
    }
}
