//! The dialog that is open: its card over a shade, its title, its content that scrolls, its buttons.

mod about;
mod account;
mod column;
mod confirm;
mod file;
mod room;
mod safety;
mod setting;

use column::Column;

use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Icon, Op, Role, Scene};
use crate::state::State;
use crate::state::dialog::{Body, Dialog, DialogAct};
use crate::view::part::{ButtonKind, button, card, clipped, label, tool, width};

const PAD: i32 = 20;
const HEAD_H: i32 = 56;
const FOOT_H: i32 = 68;

/// Paints the open dialog over what is in the scene already.
pub fn view(scene: &mut Scene, state: &State, look: Look<'_>) {
    let Some(dialog) = &state.dialog else { return };
    let window = Rect::new(0, 0, state.size.0, state.size.1);
    scene.push(Op::Fill(window, Ink::Shade));
    // Fields of what is behind would be painted over the dialog.
    scene.fields.clear();
    scene.region(window, Act::Dismiss, "", Role::Shield);
    let frame = frame(state, dialog, look);
    card(scene, frame.card, 14);
    scene.region(frame.card, Act::Nothing, "", Role::Shield);
    head(scene, state, look, &frame, title(&dialog.body));
    let scroll = dialog.scroll.clamp(0, frame.limit);
    let content = Rect { y: frame.content.y - scroll, ..frame.content };
    let mut inner = Scene { pointer: scene.pointer, ..Scene::default() };
    let used = Column::new(&mut inner, state, look, content).dialog(dialog);
    clipped(scene, inner, frame.content);
    if frame.limit > 0 {
        thumb(scene, &frame, used, scroll);
    }
    foot(scene, look, dialog, frame.foot);
}

/// How far the content of the open dialog can be scrolled.
#[must_use]
pub fn scroll_limit(state: &State, look: Look<'_>) -> i32 {
    state.dialog.as_ref().map_or(0, |dialog| frame(state, dialog, look).limit)
}

struct Frame {
    card: Rect,
    head: Rect,
    content: Rect,
    foot: Rect,
    limit: i32,
}

fn frame(state: &State, dialog: &Dialog, look: Look<'_>) -> Frame {
    let (w, h) = state.size;
    let window = Rect::new(0, 0, w, h);
    let card_w = usual_width(&dialog.body, state.size).min(w - 24);
    let foot_h = if buttons(dialog).is_empty() { PAD } else { FOOT_H };
    let mut scratch = Scene::default();
    let measured = Rect::new(0, 0, card_w - 2 * PAD, h);
    let used = Column::new(&mut scratch, state, look, measured).dialog(dialog);
    let content_h = used.min(h - 48 - HEAD_H - foot_h).max(0);
    let card = window.centred(card_w, HEAD_H + content_h + foot_h);
    let (head, rest) = card.split_top(HEAD_H);
    let (foot, content) = rest.split_bottom(foot_h);
    Frame { card, head, content: content.inset(PAD, 0), foot, limit: (used - content_h).max(0) }
}

/// The width that a dialog has where there is room: a picture's is as wide as that.
fn usual_width(body: &Body, size: (i32, i32)) -> i32 {
    let Body::Picture(viewed) = body else { return 480 };
    let room = file::picture_room(size, 48 + 2 * PAD);
    let shown = viewed.size.map_or(0, |picture| file::fitted(picture, room).0);
    shown.max(320) + 2 * PAD
}

fn head(scene: &mut Scene, state: &State, look: Look<'_>, frame: &Frame, title: &str) {
    let text = frame.head.inset(PAD, 0).split_right(40).1;
    label(scene, look, text, Font::TITLE, Ink::Text, title);
    let close = Rect::new(frame.head.right() - 44, frame.head.y + 12, 32, 32);
    tool(scene, state, close, Icon::Close, "Close", false, Act::Dismiss);
}

fn thumb(scene: &mut Scene, frame: &Frame, used: i32, scroll: i32) {
    let track = Rect::new(frame.card.right() - 10, frame.content.y, 4, frame.content.h);
    let h = (track.h * track.h / used.max(1)).max(24);
    let y = track.y + (track.h - h) * scroll / frame.limit.max(1);
    scene.push(Op::Round(Rect::new(track.x, y, 4, h), 2, Ink::Line));
}

/// Buttons at the foot, from the right; as wide as their words.
fn foot(scene: &mut Scene, look: Look<'_>, dialog: &Dialog, foot: Rect) {
    let mut right = foot.right() - PAD;
    for (text, kind, act) in buttons(dialog) {
        let w = (width(look, Font::STRONG, text) + 32).max(80);
        let rect = Rect::new(right - w, foot.y + 16, w, 36);
        button(scene, look, rect, text, kind, act);
        right -= w + 8;
    }
}

fn title(body: &Body) -> &str {
    match body {
        Body::CreateRoom { .. } => "New room",
        Body::JoinRoom { .. } => "Join a room",
        Body::NewDirect => "Message somebody",
        Body::InviteTo { .. } => "Invite",
        Body::RoomInfo { info, .. } => info.as_ref().map_or("Room", |info| &info.name),
        Body::LeaveRoom { .. } => "Leave this room?",
        Body::Safety { .. } => "Safety number",
        Body::Devices { .. } => "Your devices",
        Body::Password => "Change password",
        Body::Settings { .. } => "Settings",
        Body::About => "About Sotto",
        Body::Keys => "Keyboard",
        Body::Link { .. } => "Open this link?",
        Body::DeleteMessage { .. } => "Delete this message?",
        Body::MessageInfo(_) => "Message",
        Body::SendFiles { files, .. } if files.len() == 1 => "Send this file?",
        Body::SendFiles { .. } => "Send these files?",
        Body::Picture(viewed) => &viewed.name,
        Body::Lock => "Lock Sotto?",
    }
}

/// What stands at the foot, from the right.
fn buttons(dialog: &Dialog) -> Vec<(&'static str, ButtonKind, Act)> {
    use ButtonKind::{Danger, Plain, Primary};
    let main = match &dialog.body {
        Body::CreateRoom { .. } => ("Create", Primary),
        Body::NewDirect => ("Open", Primary),
        Body::InviteTo { .. } => ("Invite", Primary),
        Body::LeaveRoom { .. } => ("Leave", Danger),
        Body::Password => ("Change", Primary),
        Body::Link { .. } => ("Open", Primary),
        Body::DeleteMessage { .. } => ("Delete for everybody", Danger),
        Body::SendFiles { .. } => ("Send", Primary),
        Body::Picture(_) => ("Save", Primary),
        Body::Lock => ("Lock", Primary),
        Body::JoinRoom { .. }
        | Body::RoomInfo { .. }
        | Body::Safety { .. }
        | Body::Devices { .. }
        | Body::Settings { .. }
        | Body::About
        | Body::Keys
        | Body::MessageInfo(_) => return Vec::new(),
    };
    let (text, kind) = if dialog.waiting.is_some() { ("…", Plain) } else { main };
    let mut all = vec![(text, kind, Act::Dialog(DialogAct::Submit))];
    if matches!(dialog.body, Body::Link { .. }) {
        all.push(("Copy", Plain, Act::Dialog(DialogAct::CopyLink)));
    }
    let other = if matches!(dialog.body, Body::Picture(_)) { "Close" } else { "Cancel" };
    all.push((other, Plain, Act::Dismiss));
    all
}

#[cfg(test)]
mod tests;
