//! The panel beside the timeline: who is in the room, and which files were sent.

use engine::{Member, Role as Standing, Trust};

use super::{header, part};
use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Op, Role, Scene};
use crate::state::chat::Chat;
use crate::state::rooms::RoomsAct;

const MEMBER_H: i32 = 48;
const FILE_H: i32 = 20;
const TOP: i32 = 38;
const BETWEEN: i32 = 46;

/// Height of everything in the panel.
#[must_use]
pub fn content_height(chat: &Chat) -> i32 {
    let Some(room) = chat.room() else { return 0 };
    let count = |n: usize| i32::try_from(n).unwrap_or(0);
    let members = count(chat.members_of(room.info.room).len()) * MEMBER_H;
    let files = count(room.files.len());
    TOP + members + if files > 0 { BETWEEN + files * FILE_H } else { 0 } + 16
}

/// Members and files.
pub fn paint(chat: &Chat, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    scene.push(Op::Fill(rect, Ink::Pane));
    scene.push(Op::Fill(Rect { w: 1, ..rect }, Ink::Line));
    let Some(room) = chat.room() else { return };
    let members = chat.members_of(room.info.room);
    scene.push(Op::Clip(rect));
    let (x, w) = (rect.x + 13, rect.w - 22);
    let mut y = rect.y - chat.rooms.panel_scroll;
    let count = members.len().max(room.info.members);
    part::heading(scene, look, Rect::new(x, y + 18, w, 18), &format!("Members · {count}"));
    y += TOP;
    for one in members {
        let place = Rect::new(rect.x + 1, y, rect.w - 1, MEMBER_H);
        if place.bottom() > rect.y && place.y < rect.bottom() {
            member(one, place, look, scene);
        }
        y += MEMBER_H;
    }
    if !room.files.is_empty() {
        let title = format!("Files · {}", room.files.len());
        part::heading(scene, look, Rect::new(x, y + 18, w, 18), &title);
        y += BETWEEN;
        for file in room.files.iter().rev() {
            let place = Rect::new(x, y, w, FILE_H);
            if place.bottom() > rect.y && place.y < rect.bottom() {
                let ink = if part::hovers(scene, place) { Ink::Accent } else { Ink::Soft };
                let name = part::cut_middle(look, Font::TINY, &file.name, place.w);
                part::label(scene, look, place, Font::TINY, ink, &name);
                let act = Act::OpenRoom(room.info.room, Some(file.seq));
                let visible = place.intersection(rect);
                scene.region(visible, act, &format!("Show {name}"), Role::Row);
            }
            y += FILE_H;
        }
    }
    scene.push(Op::Unclip);
    let shown = (rect.h, content_height(chat), chat.rooms.panel_scroll);
    super::rooms::bar(scene, rect, shown, RoomsAct::PanelThumb);
}

fn member(member: &Member, rect: Rect, look: Look<'_>, scene: &mut Scene) {
    if !member.own && part::hovers(scene, rect) {
        scene.push(Op::Fill(rect, Ink::Hover));
    }
    let name = member.handle.as_str();
    part::avatar(scene, look, Rect::new(rect.x + 12, rect.y + 14, 28, 28), name);
    let (x, w) = (rect.x + 50, rect.w - 58);
    let shown = part::cut(look, Font::BODY, name, w - 20);
    part::label(scene, look, Rect::new(x, rect.y + 8, w, 20), Font::BODY, Ink::Text, &shown);
    let after = x + part::width(look, Font::BODY, &shown) + 6;
    if !member.own {
        header::mark(scene, Rect::new(after, rect.y + 12, 12, 12), member.trust);
    }
    let ink = if member.trust == Trust::Changed { Ink::Warn } else { Ink::Soft };
    part::label(scene, look, Rect::new(x, rect.y + 29, w, 17), Font::TINY, ink, &about(member));
    if !member.own {
        let act = Act::OpenDirect(member.handle.clone());
        scene.region(rect, act, &format!("Message {name}"), Role::Row);
    }
}

fn about(member: &Member) -> String {
    let mut parts = Vec::new();
    if member.own {
        parts.push("you".to_owned());
    }
    match member.trust {
        Trust::Verified if !member.own => parts.push("verified".into()),
        Trust::Changed => parts.push("key changed".into()),
        _ => {}
    }
    if member.role == Standing::Owner {
        parts.push("owner".into());
    }
    match member.devices.len() {
        0 | 1 => {}
        devices => parts.push(format!("{devices} devices")),
    }
    if parts.is_empty() {
        parts.push("member".into());
    }
    parts.join(" · ")
}
