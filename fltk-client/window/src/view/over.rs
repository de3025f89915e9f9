//! What lies over everything: the focus ring, and what stands in fields that a dialog covers.

use super::part;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Op, Scene};
use crate::state::State;

/// Paints what stands in the fields, and takes the fields away: real ones would lie over a dialog.
pub fn still_fields(scene: &mut Scene, state: &State, look: Look<'_>) {
    for place in core::mem::take(&mut scene.fields) {
        let text = state.text(place.field);
        let (text, ink) = match text.is_empty() {
            true => (&*place.hint, Ink::Faint),
            false => (text, Ink::Text),
        };
        scene.push(Op::Clip(place.rect));
        let line = Rect { h: place.rect.h.min(20), ..place.rect };
        if !place.field.is_secret() {
            part::label(scene, look, line, Font::BODY, ink, text);
        }
        scene.push(Op::Unclip);
    }
}

/// A ring around the region that has the keyboard.
pub fn ring(scene: &mut Scene, state: &State) {
    let Some(region) = state.ring.and_then(|ring| scene.regions.get(ring)) else { return };
    let rect = region.rect;
    scene.push(Op::Outline(rect, 10, Ink::Accent));
    scene.push(Op::Outline(rect.inset(1, 1), 9, Ink::Accent));
}
