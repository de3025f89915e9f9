//! Lines that are no messages: who came and went, what was set, what is missing.

use engine::{EntryKind, Role, Setting};
use wire::id::{Handle, UnixMs};

use crate::look::Look;
use crate::palette::Ink;

use super::when;

/// What a line says, and in which ink; nothing for a message.
pub(super) fn text(
    kind: &EntryKind,
    at: UnixMs,
    before: Option<UnixMs>,
    look: Look<'_>,
) -> Option<(String, Ink)> {
    match kind {
        EntryKind::Members { by, joined, left } => Some((members(by, joined, left), Ink::Soft)),
        EntryKind::Set { by, setting } => Some((set(by, setting), Ink::Soft)),
        EntryKind::Gap { .. } => {
            let span = match before {
                Some(before) => {
                    let (from, to) = (moment(look, before, at), moment(look, at, before));
                    format!("Messages between {from} and {to} cannot be read here")
                }
                None => format!("Messages before {} cannot be read here", moment(look, at, at)),
            };
            let why = "they were deleted, or not meant for this device.";
            Some((format!("{span}: {why}"), Ink::Warn))
        }
        EntryKind::Message { .. } => None,
        _ => Some(("Something that this version cannot show.".into(), Ink::Soft)),
    }
}

/// A time, with its day if the other is on another.
fn moment(look: Look<'_>, at: UnixMs, other: UnixMs) -> String {
    let time = when::time(look, at);
    if when::is_same_day(look.clock.local(at), look.clock.local(other)) {
        time
    } else {
        format!("{time} ({})", when::day(look, at))
    }
}

fn members(by: &Handle, joined: &[Handle], left: &[Handle]) -> String {
    let mut said = Vec::new();
    let is_self = |who: &[Handle]| matches!(who, [only] if only == by);
    let were = |who: &[Handle]| if who.len() == 1 { "was" } else { "were" };
    if is_self(joined) {
        said.push(format!("{by} joined"));
    } else if !joined.is_empty() {
        said.push(format!("{} {} invited by {by}", names(joined), were(joined)));
    }
    if is_self(left) {
        said.push(format!("{by} left"));
    } else if !left.is_empty() {
        said.push(format!("{} {} removed by {by}", names(left), were(left)));
    }
    said.join(", ")
}

/// "bob", "bob and carol", "alice, bob and carol".
pub(super) fn names(names: &[Handle]) -> String {
    match names {
        [] => "Nobody".into(),
        [one] => one.to_string(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(Handle::as_str).collect();
            format!("{} and {last}", first.join(", "))
        }
    }
}

fn set(by: &Handle, setting: &Setting) -> String {
    match setting {
        Setting::Name(name) => format!("{by} named the room “{name}”"),
        Setting::Topic(topic) if topic.is_empty() => format!("{by} removed the topic"),
        Setting::Topic(topic) => format!("{by} set the topic: {topic}"),
        Setting::History(0) => format!("{by} no longer shows new members what was said before"),
        Setting::History(count) => {
            format!("{by} lets new members see the last {count} messages")
        }
        Setting::Lifetime(0) => format!("{by} turned disappearing messages off"),
        Setting::Lifetime(seconds) => {
            format!("{by} lets new messages disappear after {}", span(*seconds))
        }
        Setting::Role(who, Role::Owner) => format!("{by} made {who} an owner"),
        Setting::Role(who, Role::Member) => format!("{by} made {who} a member like others"),
        Setting::Closed => format!("{by} closed the room"),
        _ => format!("{by} changed the room"),
    }
}

/// "1 day", "3 hours".
fn span(seconds: u32) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (unit, name) =
        units.into_iter().find(|(unit, _)| seconds.is_multiple_of(*unit)).unwrap_or((1, "second"));
    let count = seconds / unit;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}
