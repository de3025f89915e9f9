//! Entries and lists as people read them; everything that others wrote is made safe here.

use engine::{Device, Entry, EntryKind, Member, RoomInfo};
use wire::id::{Handle, UnixMs};

use crate::failure::Failure;
use crate::json;
use crate::safe;
use crate::time;

/// How much of the time to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// `HH:MM`, for what happens now.
    Clock,
    /// `YYYY-MM-DD HH:MM`, for what happened once.
    Date,
}

impl Stamp {
    fn of(self, at: UnixMs) -> String {
        match self {
            Self::Clock => time::clock(at),
            Self::Date => format!("{} {}", time::date(at), time::clock(at)),
        }
    }
}

/// `12:03 alice: text`; further lines of the text are indented under the name.
pub(crate) fn entry(entry: &Entry, stamp: Stamp) -> Option<String> {
    let at = stamp.of(entry.at);
    Some(match &entry.kind {
        EntryKind::Message { from, text, .. } => {
            let indent = " ".repeat(at.len() + 1);
            format!("{at} {from}: {}", safe::block(text, &indent))
        }
        EntryKind::Joined { handle } => format!("{at} * {handle} joined"),
        EntryKind::Left { handle } => format!("{at} * {handle} left"),
        EntryKind::Gap { from } if *from == entry.seq => {
            format!("{at} * entry {from} cannot be read here")
        }
        EntryKind::Gap { from } => {
            format!("{at} * entries {from} to {} cannot be read here", entry.seq)
        }
        _ => return None,
    })
}

/// The warning about an account that came with another key.
pub(crate) fn key_changed(handle: &Handle) -> String {
    format!(
        "WARNING: {handle} came with another key than before, so what it did was refused; ask {handle} in person whether that is right."
    )
}

/// What becomes of messages that the relay has not confirmed.
pub(crate) fn left_behind(unsent: usize) -> Failure {
    let (messages, stay) = match unsent {
        1 => ("1 message".to_owned(), "it stays queued in this profile and goes out when it"),
        _ => (format!("{unsent} messages"), "they stay queued in this profile and go out when it"),
    };
    Failure::Said(format!("The relay did not confirm {messages} in time; {stay} next connects."))
}

/// One room of `rooms`.
pub(crate) fn room(info: &RoomInfo, label: &str) -> String {
    let (kind, members) = (json::kind(info.kind), info.members);
    let members = if members == 1 { "1 member".into() } else { format!("{members} members") };
    format!("{}  {kind}, {members}, {} entries  {}", safe::line(label), info.head, info.room)
}

/// One account of `members`.
pub(crate) fn member(member: &Member) -> String {
    let own = if member.own { " (you)" } else { "" };
    let devices: Vec<String> = member.devices.iter().map(ToString::to_string).collect();
    format!("{}{own}  {}", member.handle, devices.join(" "))
}

/// One device of `devices`.
pub(crate) fn device(device: &Device) -> String {
    let own = if device.own { "  (this one)" } else { "" };
    format!("{}  since {}{own}", device.device, Stamp::Date.of(device.created))
}

#[cfg(test)]
mod tests {
    use wire::id::Seq;

    use super::*;
    use crate::fixture::{LOBBY, handle, lobby, message};

    #[test]
    fn entries_are_one_line_each_with_the_rest_of_a_text_indented() {
        let hello = message(3, "alice", "hi\n16:00 bob: forged\u{1b}[2J");
        assert_eq!(
            entry(&hello, Stamp::Clock).unwrap(),
            "16:00 alice: hi\n      16:00 bob: forged[2J"
        );
        assert_eq!(
            entry(&hello, Stamp::Date).unwrap().lines().next(),
            Some("2025-11-24 16:00 alice: hi")
        );
        let with = |kind| entry(&Entry { kind, ..hello.clone() }, Stamp::Clock).unwrap();
        assert_eq!(with(EntryKind::Joined { handle: handle("carol") }), "16:00 * carol joined");
        assert_eq!(with(EntryKind::Left { handle: handle("carol") }), "16:00 * carol left");
        assert_eq!(
            with(EntryKind::Gap { from: Seq(1) }),
            "16:00 * entries 1 to 3 cannot be read here"
        );
        assert_eq!(with(EntryKind::Gap { from: Seq(3) }), "16:00 * entry 3 cannot be read here");
    }

    #[test]
    fn a_room_is_listed_with_its_id() {
        assert_eq!(
            room(&lobby(), "lob\u{1b}by"),
            format!("lobby  lobby, 2 members, 4 entries  {LOBBY}")
        );
    }
}
