//! The line above the timeline: what room this is, and its tools.

use engine::{Membership, Trust};
use wire::message::RoomKind;

use super::chat::{FOLD_W, NARROW_W, Places};
use super::{part, when};
use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::{Ink, Theme};
use crate::scene::{Icon, Op, Role, Scene};
use crate::state::State;
use crate::state::chat::Chat;
use crate::state::dialog::DialogKind;
use crate::state::rooms::Room;

/// The header.
pub fn paint(chat: &Chat, state: &State, places: &Places, look: Look<'_>, scene: &mut Scene) {
    let (rect, Some(room)) = (places.header, chat.room()) else { return };
    let mut left = rect.x + 16;
    if state.size.0 < NARROW_W {
        let back = Rect::new(rect.x + 8, rect.y + 12, 32, 32);
        part::tool(scene, state, back, Icon::Back, "Back to the rooms", false, Act::ShowRooms);
        left = back.right() + 8;
    }
    let right = tools(chat, state, rect, scene);
    let title = Rect::new(left, rect.y + 6, right - left - 8, 22);
    let all = Rect::new(left, rect.y + 6, right - left - 8, 44);
    let about = DialogKind::RoomInfo(room.info.room);
    scene.region(all, Act::Show(about), "About this room", Role::Row);
    let trust = chat.trust(room);
    let marked = trust.is_some_and(|trust| trust != Trust::Pinned);
    let name = part::cut(look, Font::TITLE, room.name(), title.w - if marked { 20 } else { 0 });
    part::label(scene, look, title, Font::TITLE, Ink::Text, &name);
    if let Some(trust) = trust {
        let x = title.x + part::width(look, Font::TITLE, &name) + 6;
        mark(scene, Rect::new(x, title.y + 4, 14, 14), trust);
    }
    let below = Rect::new(left, rect.y + 29, right - left - 8, 18);
    part::label(scene, look, below, Font::SMALL, Ink::Soft, &subtitle(chat, room));
    scene.push(Op::Fill(Rect::new(rect.x, rect.bottom() - 1, rect.w, 1), Ink::Line));
}

/// The mark of a key that was compared, or of one that changed.
pub fn mark(scene: &mut Scene, rect: Rect, trust: Trust) {
    match trust {
        Trust::Verified => scene.push(Op::Icon(rect, Icon::Check, Ink::Good)),
        Trust::Changed => scene.push(Op::Icon(rect, Icon::Warning, Ink::Warn)),
        Trust::Pinned => {}
    }
}

fn tools(chat: &Chat, state: &State, rect: Rect, scene: &mut Scene) -> i32 {
    let place = |n: i32| Rect::new(rect.right() - 48 - n * 44, rect.y + 12, 32, 32);
    let searching = chat.rooms.search.room.is_some();
    part::tool(
        scene,
        state,
        place(2),
        Icon::Search,
        "Search this room",
        searching,
        Act::SearchRoom,
    );
    let (icon, name) = match state.theme() {
        Theme::Light => (Icon::Moon, "Dark theme"),
        Theme::Dark => (Icon::Sun, "Light theme"),
    };
    part::tool(scene, state, place(1), icon, name, false, Act::ToggleTheme);
    let wide = state.size.0 >= FOLD_W;
    let shown = wide && state.settings.members;
    let name = if shown { "Hide members" } else { "Show members" };
    part::tool(scene, state, place(0), Icon::Members, name, shown, Act::ToggleMembers);
    place(2).x
}

fn subtitle(chat: &Chat, room: &Room) -> String {
    let info = &room.info;
    let mut parts = Vec::new();
    match (info.standing, info.kind) {
        (Membership::Left, _) => parts.push("You are not in this room any more".to_owned()),
        (_, RoomKind::Direct) => parts.push(
            match chat.trust(room) {
                Some(Trust::Verified) => "Verified, end-to-end encrypted",
                Some(Trust::Changed) => "The key has changed",
                _ => "End-to-end encrypted",
            }
            .to_owned(),
        ),
        _ => parts.push(format!(
            "{} member{}",
            info.members,
            if info.members == 1 { "" } else { "s" }
        )),
    }
    if !info.topic.is_empty() {
        parts.push(info.topic.clone());
    }
    if info.lifetime_s > 0 {
        parts.push(format!("messages disappear after {}", when::span(info.lifetime_s)));
    }
    parts.join(" · ")
}
