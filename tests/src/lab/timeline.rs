//! A room as a person's window would show it now: what was told, with all that changed it since.

use std::collections::BTreeMap;

use engine::{Body, Entry, EntryKind, Event, MessageState};
use wire::id::{RoomId, Seq};

use super::{Lab, Person};

impl Person {
    /// The messages of a room: `alice: text > bob: what it answers (edited) +1 bob carol`.
    #[must_use]
    pub fn timeline(&self, room: RoomId) -> Vec<String> {
        self.messages(room).values().filter_map(line).collect()
    }

    fn messages(&self, room: RoomId) -> BTreeMap<Seq, Entry> {
        let mut messages = BTreeMap::new();
        for event in &self.events {
            match event {
                Event::Entry { room: of, entry } | Event::EntryChanged { room: of, entry }
                    if *of == room =>
                {
                    messages.insert(entry.seq, entry.clone());
                }
                Event::EntriesExpired { room: of, seqs } if *of == room => {
                    messages.retain(|seq, _| !seqs.contains(seq));
                }
                _ => {}
            }
        }
        messages
    }
}

impl Lab {
    /// What a person sees of a room now.
    #[must_use]
    pub fn timeline(&self, name: &str, room: RoomId) -> Vec<String> {
        self.people.get(name).map(|person| person.timeline(room)).unwrap_or_default()
    }

    /// The place of the message that a person sees as this.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn place(&self, name: &str, room: RoomId, shown: &str) -> Seq {
        let messages = self.people.get(name).map(|person| person.messages(room));
        let messages = messages.unwrap_or_default();
        let found = messages.iter().find(|(_, entry)| line(entry).as_deref() == Some(shown));
        *found.expect("the message is shown").0
    }
}

fn line(entry: &Entry) -> Option<String> {
    let EntryKind::Message { from, body, state, .. } = &entry.kind else { return None };
    let said = match body {
        Body::Text(text) => format!("{from}: {text}"),
        Body::File(file) => format!("{from}: [{}]", file.name),
        _ => format!("{from} took it back"),
    };
    let MessageState { reply, edited, reactions, .. } = state;
    let reply = reply.as_ref().map(|quote| format!(" > {}: {}", quote.from, quote.text));
    let edited = edited.map(|_| " (edited)".to_owned());
    let reactions = reactions.iter().map(|reaction| {
        let by: Vec<&str> = reaction.by.iter().map(wire::id::Handle::as_str).collect();
        format!(" {} {}", reaction.emoji, by.join(" "))
    });
    Some(said + &reply.into_iter().chain(edited).chain(reactions).collect::<String>())
}
