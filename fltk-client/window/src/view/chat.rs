//! The chat: where its parts stand, and what is shown where there is nothing yet.

use super::part::{self, ButtonKind};
use super::{composer, header, members, rooms, timeline};
use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::Scene;
use crate::state::State;
use crate::state::chat::Chat;
use crate::state::dialog::DialogKind;
use crate::state::timeline::Layouts;
use wire::id::Handle;

/// Width of the room list.
pub const LIST_W: i32 = 248;
/// Width of the members.
pub const PANEL_W: i32 = 196;
/// Below this width the members fold away.
pub const FOLD_W: i32 = 760;
/// Below this width the list and the timeline are two pages.
pub const NARROW_W: i32 = 560;
/// Height of the header.
pub const HEADER_H: i32 = 56;

/// Where the parts of the chat stand; what is not shown is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The room list.
    pub list: Rect,
    /// Header, timeline and composer together.
    pub middle: Rect,
    /// The header.
    pub header: Rect,
    /// The timeline.
    pub timeline: Rect,
    /// The composer.
    pub composer: Rect,
    /// Members and files.
    pub panel: Rect,
}

impl Places {
    /// Where they stand.
    #[must_use]
    pub fn of(state: &State, chat: &Chat, look: Look<'_>) -> Self {
        let window = Rect::new(0, 0, state.size.0, state.size.1);
        let mut places = Self::default();
        let open = chat.room().is_some();
        if window.w < NARROW_W {
            if chat.list_in_front || !open {
                return Self { list: window, ..places };
            }
            places.middle = window;
        } else {
            (places.list, places.middle) = window.split_left(LIST_W);
        }
        if !open {
            return places;
        }
        if window.w >= FOLD_W && state.settings.members {
            (places.panel, places.middle) = places.middle.split_right(PANEL_W);
        }
        let (top, rest) = places.middle.split_top(HEADER_H);
        places.header = top;
        let height = composer::height(chat, places.middle.w, look);
        (places.composer, places.timeline) = rest.split_bottom(height.min(rest.h));
        places
    }
}

/// The chat.
pub fn paint(chat: &Chat, state: &State, layouts: &Layouts, look: Look<'_>, scene: &mut Scene) {
    let places = Places::of(state, chat, look);
    if !places.list.is_empty() {
        rooms::paint(chat, state, places.list, look, scene);
    }
    match &chat.timeline {
        Some(timeline) if !places.timeline.is_empty() => {
            header::paint(chat, state, &places, look, scene);
            let typing = chat.typing_in(timeline.room).iter();
            let typing: Vec<Handle> = typing.map(|(who, _)| who.clone()).collect();
            let find = words(chat);
            let ring = state.ring.is_none();
            let context = timeline::Context { typing: &typing, find: &find, ring };
            timeline::paint(timeline, layouts, places.timeline, &context, look, scene);
            composer::paint(chat, state, places.composer, look, scene);
        }
        _ if !places.middle.is_empty() => nothing_open(chat, places.middle, look, scene),
        _ => {}
    }
    if !places.panel.is_empty() {
        members::paint(chat, places.panel, look, scene);
    }
    composer::paint_completion(chat, &places, look, scene);
}

fn nothing_open(chat: &Chat, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    if !chat.rooms.known {
        return;
    }
    let none = chat.rooms.order.is_empty();
    let text = match none {
        true => "No rooms yet. Create one or open an invitation.",
        false => "Choose a room to read and write in it.",
    };
    let place = rect.centred(rect.w - 48, 20).moved(0, -24);
    part::label_centre(scene, look, place, Font::BODY, Ink::Soft, text);
    if none {
        let dialog = DialogKind::CreateRoom;
        let place = rect.centred(120, 36).moved(0, 20);
        part::button(scene, look, place, "New room", ButtonKind::Primary, Act::Show(dialog));
    }
}

/// What is looked for, to be marked in messages.
fn words(chat: &Chat) -> Vec<Box<str>> {
    chat.rooms.search.text.split_whitespace().map(Box::from).collect()
}
