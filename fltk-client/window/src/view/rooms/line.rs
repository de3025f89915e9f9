//! The line below a room's name: what happened in it last.

use engine::{Body, Entry, EntryKind, Role, Setting};
use wire::id::Handle;
use wire::message::RoomKind;

use crate::palette::Ink;
use crate::state::chat::Chat;
use crate::state::rooms::Room;
use crate::text::plain;
use crate::view::when;

/// The line of a room, and its colour.
pub(super) fn last(chat: &Chat, room: &Room) -> (String, Ink) {
    let id = room.info.room;
    if let Some(text) = typing(chat, room) {
        return (text, Ink::Accent);
    }
    let draft = chat.composer.drafts.get(id);
    if chat.rooms.open != Some(id) && !draft.is_empty() {
        return (format!("Draft: {draft}"), Ink::Soft);
    }
    match &room.info.last {
        Some(entry) => (of(entry, chat, room), Ink::Soft),
        None => (String::new(), Ink::Soft),
    }
}

fn typing(chat: &Chat, room: &Room) -> Option<String> {
    match chat.typing_in(room.info.room) {
        [] => None,
        _ if room.info.kind == RoomKind::Direct => Some("typing…".into()),
        [(one, _)] => Some(format!("{one} is typing…")),
        [(one, _), (two, _)] => Some(format!("{one} and {two} are typing…")),
        several => Some(format!("{} people are typing…", several.len())),
    }
}

fn of(entry: &Entry, chat: &Chat, room: &Room) -> String {
    match &entry.kind {
        EntryKind::Message { from, body, own, .. } => {
            let text = match body {
                Body::Text(text) => plain(text),
                Body::File(file) => format!("📎 {}", file.name),
                _ => "Message deleted".into(),
            };
            match own {
                true => format!("You: {text}"),
                false if room.info.kind == RoomKind::Direct => text,
                false => format!("{from}: {text}"),
            }
        }
        EntryKind::Members { by, joined, left } => members(by, joined, left, &chat.me),
        EntryKind::Set { by, setting } => format!("{} {}", you(by, &chat.me), set(setting)),
        EntryKind::Gap { .. } => "Some messages cannot be read".into(),
        _ => String::new(),
    }
}

fn members(by: &Handle, joined: &[Handle], left: &[Handle], me: &Handle) -> String {
    let names = |handles: &[Handle]| {
        handles.iter().map(|handle| you(handle, me)).collect::<Vec<_>>().join(", ")
    };
    match (joined, left) {
        ([one], []) if one == by => format!("{} joined the room", you(one, me)),
        ([], [one]) if one == by => format!("{} left the room", you(one, me)),
        (joined, []) => format!("{} invited {}", you(by, me), names(joined)),
        ([], left) => format!("{} removed {}", you(by, me), names(left)),
        (joined, left) => format!("{} joined, {} left", names(joined), names(left)),
    }
}

fn set(setting: &Setting) -> String {
    match setting {
        Setting::Name(name) => format!("named the room {name}"),
        Setting::Topic(topic) if topic.is_empty() => "took the topic away".into(),
        Setting::Topic(topic) => format!("set the topic: {topic}"),
        Setting::History(_) => "changed what newcomers can read".into(),
        Setting::Lifetime(0) => "made messages stay".into(),
        Setting::Lifetime(seconds) => {
            format!("made messages disappear after {}", when::span(*seconds))
        }
        Setting::Role(who, Role::Owner) => format!("made {who} an owner"),
        Setting::Role(who, Role::Member) => format!("made {who} a member"),
        Setting::Closed => "closed the room".into(),
        _ => "changed the room".into(),
    }
}

fn you<'a>(handle: &'a Handle, me: &Handle) -> &'a str {
    if handle == me { "You" } else { handle.as_str() }
}
