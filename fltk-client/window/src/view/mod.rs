//! Makes scenes of the state.
//!
//! Views are pure: the state and a [`Look`] in, draw operations and regions out. What lies over
//! something else is painted later.

pub mod chat;
pub mod composer;
pub mod dialog;
pub mod emoji;
#[cfg(test)]
mod fixture;
pub mod header;
pub mod members;
pub mod menu;
pub mod over;
pub mod part;
pub mod rooms;
pub mod sign;
pub mod timeline;
pub mod when;

use crate::geometry::Rect;
use crate::look::Look;
use crate::palette::Ink;
use crate::scene::{Op, Scene};
use crate::state::timeline::Layouts;
use crate::state::{Screen, State};

/// The whole window, but for what depends on how long something was under the pointer.
#[must_use]
pub fn paint(state: &State, layouts: &Layouts, look: Look<'_>) -> Scene {
    let mut scene = Scene { pointer: state.pointer, ..Scene::default() };
    let window = Rect::new(0, 0, state.size.0, state.size.1);
    let covered = state.dialog.is_some();
    if covered {
        // Nothing behind a dialog answers to the pointer.
        scene.pointer = None;
    }
    scene.push(Op::Fill(window, Ink::Ground));
    match &state.screen {
        Screen::Sign(sign) => sign::view(&mut scene, state, sign, look),
        Screen::Chat(chat) => chat::paint(chat, state, layouts, look, &mut scene),
    }
    if covered {
        over::still_fields(&mut scene, state, look);
        scene.pointer = state.pointer;
    }
    dialog::view(&mut scene, state, look);
    emoji::view(&mut scene, state, look);
    menu::view(&mut scene, state, look);
    if let Some((text, _)) = &state.toast {
        part::toast(&mut scene, look, window, text);
    }
    over::ring(&mut scene, state);
    scene
}
