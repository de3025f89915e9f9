//! FLTK's keys and events as ours.

use fltk::app;
use fltk::enums::Key as FltkKey;

use crate::effect::{Button, Input, Key, Mods};
use crate::geometry::Point;

/// Pixels of a step of the wheel: three lines.
const WHEEL_STEP: i32 = 60;

/// Where the event happened in the window.
pub(super) fn place() -> Point {
    let (x, y) = app::event_coords();
    Point { x, y }
}

/// What is held.
pub(super) fn mods() -> Mods {
    Mods {
        shift: app::is_event_shift(),
        ctrl: app::is_event_command() || app::is_event_ctrl(),
        alt: app::is_event_alt(),
    }
}

/// A press of a button of the mouse.
pub(super) fn press() -> Option<Input> {
    let again = u8::try_from(app::event_clicks_num().rem_euclid(3)).unwrap_or(0);
    Some(Input::Press { at: place(), button: button()?, clicks: again + 1, mods: mods() })
}

/// Which button of the mouse it is.
pub(super) fn button() -> Option<Button> {
    match app::event_button() {
        1 => Some(Button::First),
        2 => Some(Button::Middle),
        3 => Some(Button::Second),
        _ => None,
    }
}

/// A turn of the wheel.
pub(super) fn wheel() -> Input {
    Input::Wheel(place(), app::event_dy_value().saturating_mul(WHEEL_STEP))
}

/// The key of the event where no field is that takes text: a letter is a key as well.
pub(super) fn key_or_letter() -> Option<Key> {
    key().or_else(|| {
        let text = app::event_text();
        let mut letters = text.chars();
        let letter = letters.next().filter(|c| !c.is_control() && !c.is_whitespace())?;
        let Mods { ctrl, alt, .. } = mods();
        (letters.next().is_none() && !ctrl && !alt).then_some(Key::Char(letter))
    })
}

/// The key of the event, if it is more than text.
pub(super) fn key() -> Option<Key> {
    let key = app::event_key();
    let numbers = FltkKey::F1.bits()..=FltkKey::F12.bits();
    Some(match key {
        FltkKey::Enter | FltkKey::KPEnter => Key::Enter,
        FltkKey::Escape => Key::Escape,
        FltkKey::Tab => Key::Tab,
        FltkKey::Up => Key::Up,
        FltkKey::Down => Key::Down,
        FltkKey::Left => Key::Left,
        FltkKey::Right => Key::Right,
        FltkKey::Home => Key::Home,
        FltkKey::End => Key::End,
        FltkKey::PageUp => Key::PageUp,
        FltkKey::PageDown => Key::PageDown,
        FltkKey::Delete => Key::Delete,
        FltkKey::BackSpace => Key::Backspace,
        FltkKey::Menu => Key::Menu,
        key if numbers.contains(&key.bits()) => {
            Key::F(u8::try_from(key.bits() - FltkKey::F1.bits() + 1).ok()?)
        }
        key => match u32::try_from(key.bits()).ok().and_then(char::from_u32)? {
            ' ' => Key::Space,
            // X11's shift makes another key of Tab.
            '\u{fe20}' => Key::Tab,
            c if c.is_ascii_graphic() && (mods().ctrl || mods().alt) => {
                Key::Char(c.to_ascii_lowercase())
            }
            _ => return None,
        },
    })
}
