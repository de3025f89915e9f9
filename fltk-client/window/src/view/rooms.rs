//! The room list, with the search above it and the account below.

mod found;
mod line;

use engine::Trust;
use wire::id::RoomId;

use super::part::{self, ButtonKind};
use super::{header, when};
use crate::act::Act;
use crate::geometry::{Point, Rect};
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Field, Icon, Op, Role, Scene};
use crate::state::State;
use crate::state::chat::{Chat, LinkState, count};
use crate::state::dialog::DialogKind;
use crate::state::rooms::{Room, RoomsAct};

/// Height of a room's row.
pub const ROW_H: i32 = 56;
const SEARCH_H: i32 = 56;
const FOOT_H: i32 = 60;
const MAKE_H: i32 = 44;

/// Where the rows stand, inside the list.
#[must_use]
pub fn rows_rect(list: Rect) -> Rect {
    Rect::new(list.x, list.y + SEARCH_H, list.w, list.h - SEARCH_H - FOOT_H - MAKE_H)
}

/// Height of all rows, or of all that was found.
#[must_use]
pub fn content_height(chat: &Chat) -> i32 {
    if chat.rooms.search.shows() {
        return found::content_height(chat);
    }
    i32::try_from(chat.rooms.order.len()).unwrap_or(0) * ROW_H
}

/// The list.
pub fn paint(chat: &Chat, state: &State, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    scene.push(Op::Fill(rect, Ink::Pane));
    search_field(chat, state, rect, look, scene);
    let rows = rows_rect(rect);
    scene.push(Op::Clip(rows));
    if chat.rooms.search.shows() {
        found::paint(chat, rows, look, scene);
    } else if chat.rooms.known && chat.rooms.order.is_empty() {
        let place = rows.inset(20, 24);
        let text = "No rooms yet. Create one or open an invitation.";
        part::wrapped(scene, look, place, Font::SMALL, Ink::Soft, text);
    } else {
        paint_rows(chat, rows, look, scene);
    }
    scene.push(Op::Unclip);
    let shown = (rows.h, content_height(chat), chat.rooms.scroll);
    bar(scene, rows, shown, RoomsAct::ListThumb);
    make(rect, look, scene);
    foot(chat, state, rect, look, scene);
    if rect.w < state.size.0 {
        scene.push(Op::Fill(Rect::new(rect.right() - 1, rect.y, 1, rect.h), Ink::Line));
    }
}

/// A scroll bar at the right of what is scrolled: its height, that of its content, and how far.
pub fn bar(scene: &mut Scene, rect: Rect, shown: (i32, i32, i32), act: RoomsAct) {
    let Some(thumb) = thumb(rect, shown) else { return };
    scene.push(Op::Round(Rect { x: rect.right() - 7, w: 5, ..thumb }, 2, Ink::Line));
    scene.region(Rect { y: rect.y, h: rect.h, ..thumb }, act, "Scroll", Role::Drag);
}

/// What is held to move a scroll bar, if there is one; see [`bar`].
#[must_use]
pub fn thumb(rect: Rect, (height, content, scroll): (i32, i32, i32)) -> Option<Rect> {
    if content <= height || height <= 0 {
        return None;
    }
    let h = (height * height / content).max(24).min(height);
    let y = rect.y + (height - h) * scroll / (content - height);
    Some(Rect::new(rect.right() - 10, y, 10, h))
}

fn search_field(chat: &Chat, state: &State, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let place = Rect::new(rect.x + 12, rect.y + 12, rect.w - 25, 32);
    let search = &chat.rooms.search;
    let room = search.room.and_then(|room| chat.rooms.get(room));
    let hint = match room {
        Some(_) => "Search this room",
        None => "Search rooms and messages",
    };
    part::field(scene, place, Field::Search, hint, None);
    if let Some(field) = scene.fields.last_mut() {
        // The hint needs it.
        field.rect = field.rect.inset(-3, 0);
    }
    if search.shows() {
        let close = Rect::new(place.right() - 28, place.y + 4, 24, 24);
        part::tool(
            scene,
            state,
            close,
            Icon::Close,
            "End the search",
            false,
            RoomsAct::ClearSearch,
        );
        if let Some(field) = scene.fields.last_mut() {
            field.rect.w -= 24;
        }
    }
    let _ = look;
}

fn paint_rows(chat: &Chat, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let first = usize::try_from(chat.rooms.scroll / ROW_H).unwrap_or(0);
    let count = usize::try_from(rect.h / ROW_H + 2).unwrap_or(0);
    let mut y = rect.y - chat.rooms.scroll % ROW_H;
    for room in chat.rooms.order.iter().skip(first).take(count) {
        if let Some(room) = chat.rooms.get(*room) {
            row(chat, room, Rect::new(rect.x, y, rect.w, ROW_H), rect, look, scene);
        }
        y += ROW_H;
    }
}

fn row(chat: &Chat, room: &Room, rect: Rect, clip: Rect, look: Look<'_>, scene: &mut Scene) {
    let info = &room.info;
    let ground = Rect::new(rect.x + 6, rect.y, rect.w - 13, rect.h);
    if chat.rooms.open == Some(info.room) {
        scene.push(Op::Round(ground, 10, Ink::Selected));
    } else if part::hovers(scene, ground) && part::hovers(scene, clip) {
        scene.push(Op::Round(ground, 10, Ink::Hover));
    }
    part::avatar(scene, look, Rect::new(rect.x + 18, rect.y + 10, 36, 36), room.name());
    let (x, right) = (rect.x + 66, rect.right() - 19);
    let time = info.last.as_ref().map(|last| when::short(look, last.at)).unwrap_or_default();
    let (text, ink) = line::last(chat, room);
    // In the middle where nothing was said yet.
    let top = if text.is_empty() { rect.y + 18 } else { rect.y + 8 };
    let top = Rect::new(x, top, right - x, 20);
    part::label_right(scene, look, top, Font::TINY, Ink::Faint, &time);
    let room_w = top.w - part::width(look, Font::TINY, &time) - 8;
    title(chat, room, Rect { w: room_w, ..top }, look, scene);
    let mut below = Rect::new(x, rect.y + 29, right - x, 18);
    if info.unread > 0 {
        let text = match info.mentions {
            0 => count(info.unread),
            _ => format!("@ {}", count(info.unread)),
        };
        part::badge(scene, look, Point { x: right, y: rect.y + 38 }, &text);
        below.w -= part::width(look, Font::TINY_STRONG, &text).max(6) + 18;
    }
    part::label(scene, look, below, Font::SMALL, ink, &text);
    let act = Act::OpenRoom(info.room, None);
    scene.region(ground.intersection(clip), act, &name_aloud(room), Role::Row);
}

fn title(chat: &Chat, room: &Room, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let trust = chat.trust(room);
    let warned = room.hold.is_some() || room.changed_key.is_some();
    let is_marked = warned || trust.is_some_and(|trust| trust != Trust::Pinned);
    let mark_w = if is_marked { 18 } else { 0 };
    let text = part::cut(look, Font::STRONG, room.name(), rect.w - mark_w);
    part::label(scene, look, rect, Font::STRONG, Ink::Text, &text);
    let x = rect.x + part::width(look, Font::STRONG, &text) + 5;
    let place = Rect::new(x, rect.y + 4, 12, 12);
    match trust {
        _ if warned => scene.push(Op::Icon(place, Icon::Warning, Ink::Warn)),
        Some(trust) => header::mark(scene, place, trust),
        None => {}
    }
}

fn name_aloud(room: &Room) -> String {
    match room.info.unread {
        0 => room.name().to_owned(),
        unread => format!("{}, {} unread", room.name(), count(unread)),
    }
}

fn make(rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let y = rect.bottom() - FOOT_H - MAKE_H + 4;
    let half = (rect.w - 25) / 2;
    let left = Rect::new(rect.x + 12, y, half - 2, 36);
    let create = Act::Show(DialogKind::CreateRoom);
    part::button(scene, look, left, "New room", ButtonKind::Quiet, create);
    let join = Act::Show(DialogKind::JoinRoom);
    let right = left.moved(half + 2, 0);
    part::button(scene, look, right, "Join a room", ButtonKind::Quiet, join);
}

fn foot(chat: &Chat, state: &State, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    let (foot, _) = rect.split_bottom(FOOT_H);
    scene.push(Op::Fill(Rect { h: 1, ..foot }, Ink::Line));
    let me = chat.me.as_str();
    part::avatar(scene, look, Rect::new(foot.x + 14, foot.y + 16, 28, 28), me);
    let gear = Rect::new(foot.right() - 46, foot.y + 14, 32, 32);
    let settings = Act::Show(DialogKind::Settings);
    part::tool(scene, state, gear, Icon::Gear, "Settings", false, settings);
    let (x, w) = (foot.x + 52, gear.x - foot.x - 56);
    part::label(scene, look, Rect::new(x, foot.y + 10, w, 20), Font::BODY, Ink::Text, me);
    let (text, ink) = match &chat.link {
        LinkState::Connecting => ("● connecting…", Ink::Warn),
        LinkState::Connected => ("● connected, encrypted", Ink::Good),
        LinkState::Lost(_) => ("● offline, sends later", Ink::Bad),
    };
    let line = Rect::new(x, foot.y + 31, w, 17);
    part::label(scene, look, line, Font::TINY, ink, text);
    if let LinkState::Lost(why) = &chat.link {
        let name =
            format!("{} {why} Click to connect now.", "Offline: what you write is sent later.");
        scene.region(line, RoomsAct::ConnectNow, &name, Role::Tool);
    }
}

/// The y of a room's row in the list, from the top of all rows.
#[must_use]
pub fn row_place(chat: &Chat, room: RoomId) -> Option<i32> {
    let at = chat.rooms.order.iter().position(|listed| *listed == room)?;
    i32::try_from(at).ok().map(|at| at * ROW_H)
}
