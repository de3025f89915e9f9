//! Who is typing, below the rows.

use wire::id::Handle;

use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Op, Scene};
use crate::view::part;

use super::MARGIN;

/// Milliseconds between two pictures of the dots.
const STEP_MS: u32 = 120;

/// Draws it, if anybody is.
pub(super) fn paint(typing: &[Handle], rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let text = match typing {
        [] => return,
        [one] => format!("{one} is typing"),
        [one, other] => format!("{one} and {other} are typing"),
        more => format!("{} people are typing", more.len()),
    };
    let phase = look.clock.beat_ms() / u64::from(STEP_MS) % 6;
    for dot in 0..3_u8 {
        let up = if phase == u64::from(dot) { 3 } else { 0 };
        let x = rect.x + MARGIN + 44 + 13 * i32::from(dot);
        let place = Rect::new(x, rect.y + rect.h / 2 - 4 - up, 8, 8);
        scene.push(Op::Round(place, 4, Ink::Soft));
    }
    let x = rect.x + MARGIN + 91;
    let place = Rect::new(x, rect.y, rect.right() - x - MARGIN, rect.h);
    part::label(scene, look, place, Font::SMALL, Ink::Soft, &text);
    scene.wake_after(STEP_MS);
}
