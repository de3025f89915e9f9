//! Avatars, buttons, fields and what else is drawn from shapes.

use unicode_segmentation::UnicodeSegmentation;

use super::text::{cut, label, label_centre, width};
use crate::act::Act;
use crate::geometry::{Point, Rect};
use crate::look::{Face, Font, Look};
use crate::palette::{HUES, Ink};
use crate::scene::{Field, FieldPlace, Icon, Op, Role, Scene};
use crate::state::State;
use crate::text::clean;

/// Height of a field's frame, and of a button.
pub const FIELD_H: i32 = 36;
/// Height of a line of body text.
pub const LINE_H: i32 = 20;

/// A round picture of an account or room: its initials on its colour.
pub fn avatar(scene: &mut Scene, look: Look<'_>, rect: Rect, name: &str) {
    scene.push(Op::Round(rect, rect.w / 2, Ink::Avatar(hue(name))));
    let size = u8::try_from(rect.h * 2 / 5).unwrap_or(14).clamp(9, 28);
    label_centre(scene, look, rect, Font::new(Face::Bold, size), Ink::White, &initials(name));
}

/// At most two initials: of the first two words, in capitals.
#[must_use]
pub fn initials(name: &str) -> String {
    let name = clean(name);
    let first = |word: &str| {
        let start = word.find(char::is_alphanumeric)?;
        word.get(start..)?.graphemes(true).next().map(str::to_uppercase)
    };
    let mut letters: String = name.split_whitespace().filter_map(first).take(2).collect();
    if letters.is_empty() {
        letters = name.graphemes(true).next().unwrap_or("?").to_owned();
    }
    letters
}

/// The colour of an account or room, the same for ever: FNV-1a of its name's bytes.
#[must_use]
pub fn hue(name: &str) -> u8 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    u8::try_from(hash % u64::from(HUES)).unwrap_or(0)
}

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonKind {
    /// What is expected to be done.
    Primary,
    /// Another thing.
    Plain,
    /// As text, for what is rarely done.
    Quiet,
    /// What cannot be undone.
    Danger,
}

/// Whether the mouse is over a rectangle.
#[must_use]
pub fn hovers(scene: &Scene, rect: Rect) -> bool {
    scene.pointer.is_some_and(|at| rect.contains(at))
}

/// A button with words.
pub fn button(
    scene: &mut Scene,
    look: Look<'_>,
    rect: Rect,
    text: &str,
    kind: ButtonKind,
    act: impl Into<Act>,
) {
    let hover = hovers(scene, rect);
    let ink = match kind {
        ButtonKind::Primary => {
            scene.push(Op::Round(rect, 10, if hover { Ink::OwnInset } else { Ink::Own }));
            Ink::OnOwn
        }
        ButtonKind::Plain => {
            scene.push(Op::Round(rect, 10, if hover { Ink::Hover } else { Ink::Ground }));
            scene.push(Op::Outline(rect, 10, Ink::Line));
            Ink::Text
        }
        ButtonKind::Quiet => {
            if hover {
                scene.push(Op::Round(rect, 10, Ink::Hover));
            }
            Ink::Accent
        }
        ButtonKind::Danger => {
            scene.push(Op::Round(rect, 10, if hover { Ink::Hover } else { Ink::Ground }));
            scene.push(Op::Outline(rect, 10, Ink::Bad));
            Ink::Bad
        }
    };
    let font = if kind == ButtonKind::Quiet { Font::BODY } else { Font::STRONG };
    label_centre(scene, look, rect.inset(8, 0), font, ink, text);
    scene.region(rect, act, &clean(text), Role::Button);
}

/// A button with a symbol: 32 × 32, or whatever the rectangle is.
pub fn tool(
    scene: &mut Scene,
    state: &State,
    rect: Rect,
    icon: Icon,
    name: &str,
    pressed: bool,
    act: impl Into<Act>,
) {
    if pressed {
        scene.push(Op::Round(rect, 8, Ink::Selected));
    } else if state.pointer.is_some_and(|at| rect.contains(at)) {
        scene.push(Op::Round(rect, 8, Ink::Hover));
    }
    let ink = if pressed { Ink::Accent } else { Ink::Soft };
    scene.push(Op::Icon(rect.centred(18, 18), icon, ink));
    scene.region(rect, act, name, Role::Tool);
}

/// A field in its frame, whose outline says if something is wrong with what stands in it. The words
/// of the problem go below it, with [`wrapped`](super::wrapped).
pub fn field(scene: &mut Scene, rect: Rect, field: Field, hint: &str, problem: Option<&str>) {
    scene.push(Op::Round(rect, 10, Ink::Ground));
    let outline = if problem.is_some() { Ink::Bad } else { Ink::Line };
    scene.push(Op::Outline(rect, 10, outline));
    scene.fields.push(FieldPlace {
        field,
        rect: rect.inset(12, 6),
        hint: hint.into(),
        ground: Ink::Ground,
        enabled: true,
    });
}

/// A pill with a count, by the middle of its right end.
pub fn badge(scene: &mut Scene, look: Look<'_>, right_centre: Point, text: &str) {
    let w = (width(look, Font::TINY_STRONG, text) + 12).max(18);
    let rect = Rect::new(right_centre.x - w, right_centre.y - 9, w, 18);
    scene.push(Op::Round(rect, 9, Ink::Accent));
    label_centre(scene, look, rect, Font::TINY_STRONG, Ink::OnAccent, text);
}

/// The heading of a group, in small capitals.
pub fn heading(scene: &mut Scene, look: Look<'_>, rect: Rect, text: &str) {
    label(scene, look, rect, Font::TINY_STRONG, Ink::Faint, &text.to_uppercase());
}

/// A surface over what is behind it.
pub fn card(scene: &mut Scene, rect: Rect, radius: i32) {
    scene.push(Op::Round(rect, radius, Ink::Ground));
    scene.push(Op::Outline(rect, radius, Ink::Line));
}

/// A bar that is filled to `done` of `total`.
pub fn progress(scene: &mut Scene, rect: Rect, done: u64, total: u64) {
    scene.push(Op::Round(rect, rect.h / 2, Ink::Line));
    let whole = u64::try_from(rect.w).unwrap_or(0);
    let filled = u128::from(done.min(total)) * u128::from(whole) / u128::from(total.max(1));
    let filled = i32::try_from(filled).unwrap_or(rect.w);
    if filled > 0 {
        scene.push(Op::Round(Rect { w: filled.max(rect.h), ..rect }, rect.h / 2, Ink::Accent));
    }
}

/// A bar that moves while nobody knows how long it takes.
pub fn busy_bar(scene: &mut Scene, look: Look<'_>, rect: Rect) {
    const ROUND_MS: u64 = 1_400;
    scene.push(Op::Round(rect, rect.h / 2, Ink::Line));
    let part = rect.w / 3;
    let phase = i32::try_from(look.clock.beat_ms() % ROUND_MS).unwrap_or(0);
    let travel = (rect.w + part) * phase / 1_400;
    let moving = Rect::new(rect.x + travel - part, rect.y, part, rect.h).intersection(rect);
    if !moving.is_empty() {
        scene.push(Op::Round(moving, rect.h / 2, Ink::Accent));
    }
    scene.wake_after(33);
}

/// One sentence at the foot of the window, above `bottom`.
pub fn toast(scene: &mut Scene, look: Look<'_>, window: Rect, text: &str) {
    let text = cut(look, Font::BODY, text, window.w - 64);
    let w = width(look, Font::BODY, &text) + 32;
    let rect = Rect::new(window.x + (window.w - w) / 2, window.bottom() - 88, w, FIELD_H);
    scene.push(Op::Round(rect, 10, Ink::Text));
    label_centre(scene, look, rect, Font::BODY, Ink::Ground, &text);
}

/// The name of what is under the mouse, beside it and inside the window.
pub fn tooltip(scene: &mut Scene, look: Look<'_>, window: Rect, target: Rect, text: &str) {
    let text = cut(look, Font::SMALL, text, 280);
    let w = width(look, Font::SMALL, &text) + 16;
    let below = target.bottom() + 4;
    let y = if below + 26 <= window.bottom() { below } else { target.y - 30 };
    let x = (target.x + (target.w - w) / 2).min(window.right() - w - 4).max(window.x + 4);
    let rect = Rect::new(x, y, w, 26);
    scene.push(Op::Round(rect, 6, Ink::Text));
    label_centre(scene, look, rect, Font::SMALL, Ink::Ground, &text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_two_words() {
        for (name, expected) in [
            ("alice", "A"),
            ("Garden team", "GT"),
            ("@bob", "B"),
            ("one two three", "OT"),
            ("", "?"),
            ("(new) élan", "NÉ"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_keeps_its_colour() {
        assert_eq!(["alice", "bob", "carol"].map(hue), [7, 4, 2]);
    }
}
