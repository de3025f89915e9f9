//! Where the parts of the window that stand for themselves are joined with the rest: signing in,
//! dialogs, the emoji menu, the timeline.

use std::path::PathBuf;

use engine::{Event, Problem};
use wire::id::{Handle, RoomId};

use super::Out;
use crate::effect::{Key, Mods};
use crate::geometry::{Point, Rect};
use crate::look::Look;
use crate::scene::{Field, PictureKey, Scene};
use crate::state::State;
use crate::state::chat::Chat;
use crate::state::dialog::{Dialog, DialogAct, DialogKind};
use crate::state::emoji::{EmojiAct, EmojiMenu};
use crate::state::profile::ProfileName;
use crate::state::sign::{Sign, SignAct};
use crate::state::timeline::Timeline;

pub use crate::state::timeline::Layouts;

/// The screen for signing in.
#[must_use]
pub fn sign(_profiles: Vec<ProfileName>) -> Sign {
    Sign {}
}

/// Something of it was meant.
pub fn sign_act(_state: &mut State, act: SignAct, _out: &mut Out) {
    match act {}
}

/// The engine told something while it was shown.
pub fn sign_event(_sign: &mut Sign, _event: &Event, _out: &mut Out) {}

/// A profile could not be opened.
pub fn sign_failed(_sign: &mut Sign, _problem: &Problem) {}

/// An invitation was given to the program.
pub fn sign_link(_sign: &mut Sign, _link: String, _out: &mut Out) {}

/// Paints it.
pub fn paint_sign(_: &Sign, _: &State, _window: Rect, _: Look<'_>, _: &mut Scene) {}

/// A text of a field that is not the chat's changed.
pub fn typed(_state: &mut State, _field: Field, _out: &mut Out) {}

/// Opens a dialog.
pub fn show(_state: &mut State, kind: DialogKind, _out: &mut Out) {
    match kind {}
}

/// Something of the dialog was meant.
pub fn dialog_act(_state: &mut State, act: DialogAct, _out: &mut Out) {
    match act {}
}

/// The engine told something while a dialog was shown.
pub fn dialog_event(_state: &mut State, _event: &Event, _out: &mut Out) {}

/// Enter in a field of a dialog or of signing in.
pub fn submit(_state: &mut State, _out: &mut Out) -> bool {
    false
}

/// Paints it.
pub fn paint_dialog(_: &Dialog, _: &State, _window: Rect, _: Look<'_>, _: &mut Scene) {}

/// The dialog about a room.
#[must_use]
pub fn room_dialog(_room: RoomId) -> Option<DialogKind> {
    None
}

/// The dialog in which a room is made.
#[must_use]
pub fn new_room_dialog() -> Option<DialogKind> {
    None
}

/// The dialog in which a room is joined.
#[must_use]
pub fn join_dialog() -> Option<DialogKind> {
    None
}

/// The dialog in which a conversation begins.
#[must_use]
pub fn direct_dialog() -> Option<DialogKind> {
    None
}

/// The settings.
#[must_use]
pub fn settings_dialog() -> Option<DialogKind> {
    None
}

/// The shortcuts.
#[must_use]
pub fn keys_dialog() -> Option<DialogKind> {
    None
}

/// The safety number with an account.
#[must_use]
pub fn safety_dialog(_handle: &Handle) -> Option<DialogKind> {
    None
}

/// Before files are sent.
#[must_use]
pub fn files_dialog(_room: RoomId, _paths: Vec<PathBuf>) -> Option<DialogKind> {
    None
}

/// Before a link is opened.
#[must_use]
pub fn link_dialog(_link: &str) -> Option<DialogKind> {
    None
}

/// Opens the emoji menu, for the composer or for a reaction.
pub fn emoji(_state: &mut State, _at: Point, _reaction: Option<wire::id::Seq>, _out: &mut Out) {}

/// Something of it was meant.
pub fn emoji_act(_state: &mut State, act: EmojiAct, _out: &mut Out) {
    match act {}
}

/// A key while it is open.
pub fn emoji_key(_state: &mut State, _key: Key, _mods: Mods, _out: &mut Out) -> bool {
    false
}

/// Paints it.
pub fn paint_emoji(_: &EmojiMenu, _: &State, _window: Rect, _: Look<'_>, _: &mut Scene) {}

/// Turns the wheel over what lies over the chat; false if nothing does.
pub fn wheel_over(state: &mut State, _at: Point, _pixels: i32, _out: &mut Out) -> bool {
    state.dialog.is_some() || state.emoji.is_some()
}

/// Turns the wheel over the timeline.
pub fn wheel(_timeline: &mut Timeline, _pixels: i32, _out: &mut Out) {}

/// A key for the timeline.
pub fn key(_timeline: &mut Timeline, _key: Key, _mods: Mods, _out: &mut Out) -> bool {
    false
}

/// Presses at a place of the timeline, to select from there.
pub fn press(_timeline: &mut Timeline, _at: Point, _clicks: u8, _shift: bool, _out: &mut Out) {}

/// Drags to a place.
pub fn drag(_timeline: &mut Timeline, _at: Point, _out: &mut Out) {}

/// Lets go at a place.
pub fn release(_timeline: &mut Timeline, _at: Point, _out: &mut Out) {}

/// Ends what is selected or open in the timeline; false if nothing is.
pub fn dismiss(_timeline: &mut Timeline, _out: &mut Out) -> bool {
    false
}

/// A picture is there.
pub fn picture(_state: &mut State, _key: PictureKey, _size: Option<(u32, u32)>) {}

/// Paints the timeline.
pub fn paint_timeline(
    _timeline: &Timeline,
    _chat: &Chat,
    _state: &State,
    _layouts: &Layouts,
    _rect: Rect,
    _look: Look<'_>,
    _scene: &mut Scene,
) {
}

/// What a right click means at a place.
#[must_use]
pub fn menu_at(_state: &State, _scene: &Scene, _at: Point) -> Option<crate::act::Act> {
    None
}
