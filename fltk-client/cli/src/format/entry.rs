//! One entry of a room's timeline.

use engine::{Body, Entry, EntryKind, File, MessageState, Quote, Reaction, Role, Setting};
use wire::id::Handle;

use super::{Stamp, size};
use crate::safe;

/// Letters of an answered message that are shown.
const QUOTE_CHARS: usize = 40;
/// Digits of a file's id that are shown.
const SHORT_ID_DIGITS: usize = 8;

/// `12:03 alice: text`; further lines of the text are indented under the name.
pub(crate) fn entry(entry: &Entry, stamp: Stamp) -> Option<String> {
    written(entry, stamp, "")
}

/// The same where one can answer: of a file it says how to get it.
pub(crate) fn entry_of_chat(entry: &Entry, stamp: Stamp) -> Option<String> {
    written(entry, stamp, "/get ")
}

/// The same with its number in front: `12  2025-11-24 16:00 alice: text`.
pub(crate) fn numbered(of: &Entry, stamp: Stamp) -> Option<String> {
    entry(of, stamp).map(|line| format!("{:>5}  {line}", of.seq.0))
}

/// A message as it is now, after it was altered: `~ 16:00 alice: text (edited)`.
pub(crate) fn changed(of: &Entry, stamp: Stamp) -> Option<String> {
    entry(of, stamp).map(|line| format!("~ {line}"))
}

fn written(entry: &Entry, stamp: Stamp, get: &str) -> Option<String> {
    let at = stamp.of(entry.at);
    Some(match &entry.kind {
        EntryKind::Message { from, body: Body::Text(text), told_by, state, .. } => {
            let (indent, answer) = (" ".repeat(at.len() + 1), answer(state));
            let told = told(told_by.as_ref());
            format!("{at} {from}{answer}: {}{told}{}", safe::block(text, &indent), notes(state))
        }
        EntryKind::Message { id, from, body: Body::File(sent), told_by, state, .. } => {
            let id: String = id.to_string().chars().take(SHORT_ID_DIGITS).collect();
            let (answer, told) = (answer(state), told(told_by.as_ref()));
            let notes = notes(state);
            format!("{at} {from}{answer} sent {}{told} — {get}{id}{notes}", file(sent))
        }
        EntryKind::Message { from, body: Body::Deleted, .. } => {
            format!("{at} {from} took a message back")
        }
        EntryKind::Members { by, joined, left } => format!("{at} * {}", moves(by, joined, left)?),
        EntryKind::Set { by, setting } => format!("{at} * {by} {}", set(setting)?),
        EntryKind::Gap { from } if *from == entry.seq => {
            format!("{at} * entry {from} cannot be read here")
        }
        EntryKind::Gap { from } => {
            format!("{at} * entries {from} to {} cannot be read here", entry.seq)
        }
        _ => return None,
    })
}

/// `report.pdf (80.0 MiB, application/pdf)`.
fn file(file: &File) -> String {
    let (name, media_type) = (safe::line(&file.name), safe::line(&file.media_type));
    let comma = if media_type.is_empty() { "" } else { ", " };
    format!("{name} ({}{comma}{media_type})", size(file.size))
}

/// ` (to alice: “the beginning of what it answers”)`, in one line.
fn answer(state: &MessageState) -> String {
    let Some(Quote { from, text, .. }) = state.reply.as_deref() else { return String::new() };
    let line = safe::line(text);
    let mut short: String = line.chars().take(QUOTE_CHARS).collect();
    if line.chars().count() > QUOTE_CHARS {
        short.push('…');
    }
    if short.is_empty() { format!(" (to {from})") } else { format!(" (to {from}: “{short}”)") }
}

/// ` (edited) [👍 bob carol, 🍵 alice]`.
fn notes(state: &MessageState) -> String {
    let edited = if state.edited.is_some() { " (edited)" } else { "" };
    let reaction = |Reaction { emoji, by }: &Reaction| {
        let by: Vec<&str> = by.iter().map(Handle::as_str).collect();
        format!("{} {}", safe::line(emoji), by.join(" "))
    };
    let reactions: Vec<String> = state.reactions.iter().map(reaction).collect();
    match reactions.is_empty() {
        true => edited.to_owned(),
        false => format!("{edited} [{}]", reactions.join(", ")),
    }
}

/// Who handed a message on, if somebody did.
fn told(by: Option<&Handle>) -> String {
    by.map(|by| format!(" (told by {by})")).unwrap_or_default()
}

/// `bob joined`, or `alice added bob and removed carol`.
fn moves(by: &Handle, joined: &[Handle], left: &[Handle]) -> Option<String> {
    let deeds = [
        joined.contains(by).then(|| "joined".to_owned()),
        others("added", by, joined),
        left.contains(by).then(|| "left".to_owned()),
        others("removed", by, left),
    ];
    let deeds: Vec<String> = deeds.into_iter().flatten().collect();
    (!deeds.is_empty()).then(|| format!("{by} {}", deeds.join(" and ")))
}

fn others(deed: &str, by: &Handle, accounts: &[Handle]) -> Option<String> {
    let others: Vec<&str> = accounts.iter().filter(|who| *who != by).map(Handle::as_str).collect();
    (!others.is_empty()).then(|| format!("{deed} {}", others.join(", ")))
}

fn set(setting: &Setting) -> Option<String> {
    Some(match setting {
        Setting::Name(name) => format!("named the room {}", safe::line(name)),
        Setting::Topic(topic) if topic.is_empty() => "took the topic away".into(),
        Setting::Topic(topic) => format!("set the topic: {}", safe::line(topic)),
        Setting::History(0) => "gives no earlier messages to those who are invited".into(),
        Setting::History(1) => "gives 1 earlier message to those who are invited".into(),
        Setting::History(count) => {
            format!("gives {count} earlier messages to those who are invited")
        }
        Setting::Lifetime(0) => "lets messages stay".into(),
        Setting::Lifetime(seconds) => format!("lets messages disappear after {}", span(*seconds)),
        Setting::Role(who, Role::Owner) => format!("made {who} an owner"),
        Setting::Role(who, Role::Member) => format!("made {who} a member"),
        Setting::Closed => "closed the room".into(),
        _ => return None,
    })
}

/// `7d`, as it is typed.
fn span(seconds: u32) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let unit = units.into_iter().find(|(unit, _)| seconds.is_multiple_of(*unit));
    let (unit, name) = unit.unwrap_or((1, "s"));
    format!("{}{name}", seconds / unit)
}

#[cfg(test)]
mod tests {
    use wire::id::{Seq, UnixMs};

    use super::*;
    use crate::fixture::{handle, message};

    fn shown(kind: EntryKind) -> String {
        entry(&Entry { kind, ..message(3, "alice", "") }, Stamp::Clock).unwrap()
    }

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
        assert_eq!(
            shown(EntryKind::Gap { from: Seq(1) }),
            "16:00 * entries 1 to 3 cannot be read here"
        );
        assert_eq!(shown(EntryKind::Gap { from: Seq(3) }), "16:00 * entry 3 cannot be read here");
    }

    #[test]
    fn a_file_is_named_with_its_size_and_the_beginning_of_its_id() {
        let mut sent = crate::fixture::file(0xab, "alice", "report\u{1b}[2J.pdf");
        assert_eq!(
            entry(&sent, Stamp::Clock).unwrap(),
            "16:00 alice sent report[2J.pdf (80.0 MiB, application/pdf) — abababab"
        );
        if let EntryKind::Message { told_by, body: Body::File(file), .. } = &mut sent.kind {
            (*told_by, file.media_type) = (Some(handle("bob")), "a\nb\u{202e}".into());
        }
        assert_eq!(
            entry_of_chat(&sent, Stamp::Clock).unwrap(),
            "16:00 alice sent report[2J.pdf (80.0 MiB, a b) (told by bob) — /get abababab"
        );
    }

    #[test]
    fn what_belongs_to_a_message_is_shown_in_its_line_and_harmless() {
        let mut said = message(12, "alice", "yes");
        let quote = Quote {
            from: handle("bob"),
            id: crate::fixture::id(3),
            seq: Some(Seq(3)),
            text: format!("tea\n16:00 carol: {}", "a".repeat(99)),
        };
        let reaction = |emoji: &str| Reaction { emoji: emoji.into(), by: vec![handle("bob")] };
        if let EntryKind::Message { state, .. } = &mut said.kind {
            state.reply = Some(Box::new(quote));
            state.edited = Some(UnixMs(1));
            state.reactions = vec![reaction("👍"), reaction("a\u{1b}[2J")];
        }
        let quoted = format!("tea 16:00 carol: {}…", "a".repeat(23));
        let line = format!("16:00 alice (to bob: “{quoted}”): yes (edited) [👍 bob, a[2J bob]");
        assert_eq!(entry(&said, Stamp::Clock).unwrap(), line);
        assert_eq!(numbered(&said, Stamp::Clock).unwrap(), format!("   12  {line}"));
        assert_eq!(changed(&said, Stamp::Clock).unwrap(), format!("~ {line}"));
        if let EntryKind::Message { body, .. } = &mut said.kind {
            *body = Body::Deleted;
        }
        assert_eq!(entry(&said, Stamp::Clock).unwrap(), "16:00 alice took a message back");
    }

    #[test]
    fn a_text_that_another_handed_on_says_so() {
        let mut told = message(3, "bob", "hi");
        if let EntryKind::Message { told_by, .. } = &mut told.kind {
            *told_by = Some(handle("alice"));
        }
        assert_eq!(entry(&told, Stamp::Clock).unwrap(), "16:00 bob: hi (told by alice)");
    }

    #[test]
    fn who_brought_whom_is_told() {
        let moved = |by: &str, joined: &[&str], left: &[&str]| {
            let handles = |names: &[&str]| names.iter().map(|name| handle(name)).collect();
            let (joined, left) = (handles(joined), handles(left));
            shown(EntryKind::Members { by: handle(by), joined, left })
        };
        for (told, expected) in [
            (moved("bob", &["bob"], &[]), "16:00 * bob joined"),
            (moved("bob", &[], &["bob"]), "16:00 * bob left"),
            (moved("alice", &["bob", "carol"], &[]), "16:00 * alice added bob, carol"),
            (moved("alice", &[], &["bob"]), "16:00 * alice removed bob"),
            (moved("alice", &["bob"], &["carol"]), "16:00 * alice added bob and removed carol"),
        ] {
            assert_eq!(told, expected);
        }
        let (joined, left) = (Vec::new(), Vec::new());
        let kind = EntryKind::Members { by: handle("bob"), joined, left };
        assert_eq!(entry(&Entry { kind, ..message(3, "bob", "") }, Stamp::Clock), None);
    }

    #[test]
    fn settings_are_told_and_what_they_hold_is_harmless() {
        let set = |setting| shown(EntryKind::Set { by: handle("alice"), setting });
        let bob = handle("bob");
        for (told, expected) in [
            (set(Setting::Name("gar\u{1b}[2Jden".into())), "alice named the room gar[2Jden"),
            (set(Setting::Topic("a\nb".into())), "alice set the topic: a b"),
            (set(Setting::Topic(String::new())), "alice took the topic away"),
            (set(Setting::History(0)), "alice gives no earlier messages to those who are invited"),
            (set(Setting::History(1)), "alice gives 1 earlier message to those who are invited"),
            (set(Setting::History(5)), "alice gives 5 earlier messages to those who are invited"),
            (set(Setting::Lifetime(0)), "alice lets messages stay"),
            (set(Setting::Lifetime(604_800)), "alice lets messages disappear after 7d"),
            (set(Setting::Lifetime(90)), "alice lets messages disappear after 90s"),
            (set(Setting::Role(bob.clone(), Role::Owner)), "alice made bob an owner"),
            (set(Setting::Role(bob, Role::Member)), "alice made bob a member"),
            (set(Setting::Closed), "alice closed the room"),
        ] {
            assert_eq!(told, format!("16:00 * {expected}"));
        }
    }
}
