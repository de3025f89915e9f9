//! Members who say more of messages than they may.

use super::super::*;
use super::town::Town;
use crate::Reacting;
use crate::charter::Charter;
use crate::content::Content;
use crate::event::{Body, Entry, EntryKind};
use crate::group::Changes;
use crate::said::{Reference, Said};
use crate::vault::{Line, MAX_EMOJIS};
use wire::id::Seq;

fn town() -> (Town, RoomId) {
    let mut town = Town::new(&["alice", "bob", "mallory"]);
    let room = town.make_room("alice", &["bob", "mallory"]);
    (town, room)
}

impl Town {
    /// Sends a content that no command makes.
    fn post(&mut self, name: &str, room: RoomId, content: Content) -> RequestId {
        let (id, now) = (self.id(), self.now());
        let client = self.client(name);
        client
            .transact(now, |client| {
                client.queue(room, Some(id), content)?;
                client.go_on()
            })
            .unwrap();
        self.run();
        id
    }

    fn message(&self, name: &str, room: RoomId, id: PostId) -> Option<Entry> {
        let entries = self.clients[name].vault.entries(room, Seq(0), 1_000).unwrap();
        entries
            .into_iter()
            .find(|entry| matches!(entry.kind, EntryKind::Message { id: of, .. } if of == id))
    }
}

fn handle(name: &str) -> Handle {
    Handle::new(name).unwrap()
}

fn edit(id: PostId, text: &str) -> Content {
    Content::Edit { id, text: text.into() }
}

#[test]
fn a_member_changes_nothing_of_what_another_wrote() {
    let (mut town, room) = town();
    let id = town.say("bob", room, "mine");
    let before = town.message("alice", room, id);
    town.post("mallory", room, edit(id, "yours"));
    town.post("mallory", room, Content::Delete { id });
    assert_eq!(town.message("alice", room, id), before);
    // Nor under the same name of a message of its own.
    let reply = Content::Said(Said::plain(Body::Text("decoy".into())));
    let now = town.now();
    let queued = crate::vault::Queued { room, id, sent: now.wall, content: reply, sealed: None };
    town.client("mallory")
        .transact(now, |client| {
            client.vault.put_queued(&queued)?;
            client.room_mut(room)?.queued = true;
            client.go_on()
        })
        .unwrap();
    town.run();
    assert_eq!(town.lines("alice", room).last().unwrap(), "mallory: decoy");
    town.post("mallory", room, edit(id, "yours"));
    let lines = town.lines("alice", room);
    assert_eq!(lines[lines.len() - 2..], ["bob: mine", "mallory: yours"]);
}

#[test]
fn who_bears_a_name_with_another_key_changes_nothing_from_before() {
    let (mut town, room) = town();
    let id = town.say("bob", room, "from before");
    let vault = &town.clients["alice"].vault;
    let seq = vault.entry_of(room, &handle("bob"), id).unwrap().unwrap();
    let line = vault.line(room, seq).unwrap().unwrap();
    assert_eq!(line.author, Some(town.clients["bob"].profile.identity.certificate.account_key));
    // As if another key had borne the name then.
    town.clients["alice"]
        .vault
        .replace_line(room, &Line { author: Some([9; 32]), ..line })
        .unwrap();
    town.post("bob", room, edit(id, "new"));
    town.post("bob", room, Content::Delete { id });
    assert!(town.lines("alice", room).contains(&"bob: from before".to_owned()));
    assert!(town.lines("mallory", room).contains(&"bob took back".to_owned()));
}

/// A line of a version that stored no keys: the device that wrote it says whose it is.
#[test]
fn messages_from_before_keys_were_stored_are_their_devices() {
    let (mut town, room) = town();
    let id = town.say("bob", room, "old");
    let vault = &town.clients["alice"].vault;
    let seq = vault.entry_of(room, &handle("bob"), id).unwrap().unwrap();
    let line = vault.line(room, seq).unwrap().unwrap();
    vault.replace_line(room, &Line { author: None, ..line }).unwrap();
    town.post("bob", room, edit(id, "new"));
    assert_eq!(town.lines("alice", room).last().unwrap(), "bob: new");
}

#[test]
fn an_answer_to_what_is_not_here_shows_nothing_of_it() {
    let (mut town, room) = town();
    let reply = Some(Reference { from: handle("bob"), id: PostId::from_array([7; 16]) });
    let said = Said { reply, ..Said::plain(Body::Text("you said it".into())) };
    let id = town.post("mallory", room, Content::Said(said));
    let entry = town.message("alice", room, id).unwrap();
    let EntryKind::Message { state, .. } = entry.kind else { panic!("a message") };
    let quote = state.reply.unwrap();
    assert_eq!((quote.from, quote.seq, quote.text), (handle("bob"), None, String::new()));
}

#[test]
fn a_flood_of_reactions_is_bounded() {
    let (mut town, room) = town();
    let id = town.say("alice", room, "hi");
    for count in 0..MAX_EMOJIS + 8 {
        let to = Reference { from: handle("alice"), id };
        let (emoji, what) = (count.to_string(), Reacting::Add);
        town.post("mallory", room, Content::Reaction { to, emoji, what });
    }
    let entry = town.message("bob", room, id).unwrap();
    let EntryKind::Message { state, .. } = entry.kind else { panic!("a message") };
    assert_eq!(state.reactions.len(), MAX_EMOJIS);
}

#[test]
fn a_receipt_moves_a_mark_forward_and_not_beyond_itself() {
    let (mut town, room) = town();
    town.say("alice", room, "one");
    let have = town.clients["alice"].rooms[&room].stored.have;
    for seq in [Seq(u64::MAX), have.next().next(), have, Seq(1)] {
        town.post("mallory", room, Content::Receipt { seq });
    }
    let info = town.client("alice").room_info(room).unwrap();
    // The second names its own place.
    assert_eq!(info.readers, [(handle("mallory"), have)]);
    let moved = |event: &Event| matches!(event, Event::ReadMoved { .. });
    assert_eq!(town.count("alice", moved), 1);
    assert!(town.lines("alice", room).last().unwrap().ends_with("one"), "it is no line");
}

#[test]
fn what_has_expired_or_was_taken_back_does_not_come_back() {
    let (mut town, room) = town();
    town.change("alice", room, crate::Change::SetLifetime(60)).unwrap();
    let (gone, kept) = (town.say("bob", room, "gone"), town.say("bob", room, "kept"));
    town.post("bob", room, Content::Delete { id: kept });
    town.post("bob", room, edit(kept, "back"));
    assert_eq!(town.lines("alice", room).last().unwrap(), "bob took back");
    town.pass_ms(61_000);
    for id in [gone, kept] {
        town.post("bob", room, edit(id, "back"));
        let to = Reference { from: handle("bob"), id };
        let (emoji, what) = ("+".into(), Reacting::Add);
        town.post("mallory", room, Content::Reaction { to, emoji, what });
        assert_eq!(town.message("alice", room, id), None);
    }
}

#[test]
fn many_messages_disappear_some_at_a_time() {
    let (mut town, room) = town();
    town.change("alice", room, crate::Change::SetLifetime(600)).unwrap();
    let lines = town.lines("bob", room).len();
    for count in 0..300 {
        town.say("alice", room, &count.to_string());
    }
    assert_eq!(town.lines("bob", room).len(), lines + 300);
    // Across a restart too.
    let vault = town.stop("bob");
    town.start("bob", vault);
    town.pass_ms(601_000);
    for name in ["alice", "bob"] {
        assert_eq!(town.lines(name, room).len(), lines);
        assert!(town.clients[name].vault.batches(room).unwrap().is_empty());
    }
}

#[test]
fn one_side_of_a_direct_conversation_sets_the_lifetime_and_nothing_else() {
    type Amend = fn(&mut Charter);
    let attacks: [(Amend, bool); 3] = [
        (|charter| charter.lifetime_s = 60, true),
        (|charter| charter.owners = [[1; 32], [2; 32]].into(), false),
        (|charter| (charter.lifetime_s, charter.owners) = (60, [[1; 32], [2; 32]].into()), false),
    ];
    for (amend, is_merged) in attacks {
        let mut town = Town::new(&["alice", "bob"]);
        let bob = handle("bob");
        let room = town.ask("alice", |id| Command::OpenDirect { id, handle: bob.clone() });
        let room = room.unwrap().unwrap();
        town.pass_ms(10_000);
        let before = town.authenticator("alice", room);
        let read = |group: &mut openmls::prelude::MlsGroup| crate::group::charter(group);
        let mut charter = town.client("bob").with_group(room, read).unwrap().unwrap();
        amend(&mut charter);
        let changes = Changes { charter: Some(charter), ..Changes::default() };
        let proposed = town.rogue_commit("bob", room, changes);
        town.post_commit("bob", room, proposed, Vec::new());
        assert_eq!(town.authenticator("alice", room) != before, is_merged);
    }
}
