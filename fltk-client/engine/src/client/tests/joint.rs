//! What becomes of search, of what is unread and of pages when messages change, go, or are answered.

use wire::id::Seq;

use super::local::{alone, ask, found, info, search, talk, texts, told};
use super::town::Town;
use super::*;
use crate::event::{Entry, EntryKind, MessageState, Quote};
use crate::{Change, Reacting};

impl Town {
    fn place(&self, name: &str, room: RoomId, author: &str, id: PostId) -> Seq {
        let author = Handle::new(author).unwrap();
        self.clients[name].vault.entry_of(room, &author, id).unwrap().unwrap()
    }

    fn last_place(&self, name: &str, room: RoomId) -> Seq {
        self.clients[name].rooms[&room].stored.have
    }
}

/// What an entry answers.
fn quoted(entry: &Entry) -> Quote {
    let EntryKind::Message { state: MessageState { reply: Some(quote), .. }, .. } = &entry.kind
    else {
        panic!("{entry:?}");
    };
    Quote::clone(quote)
}

fn page_back(client: &mut Client, room: RoomId, now: Now) -> Vec<Entry> {
    client.handle_command(Command::ReadBack { room, before: Seq(u64::MAX), limit: 10 }, now);
    let told = told(client);
    let pages = told.into_iter().find_map(|event| match event {
        Event::History { entries, .. } => Some(entries),
        _ => None,
    });
    pages.unwrap()
}

#[test]
fn a_message_that_was_taken_back_is_neither_found_nor_unread() {
    let (mut town, room) = talk();
    let id = town.say("alice", room, "a secret for @bob");
    let before = info(town.client("bob"), room);
    assert_eq!(found(town.client("bob"), "secret").len(), 1);
    let seq = town.place("alice", room, "alice", id);
    town.ask("alice", |id| Command::DeleteMessage { id, room, seq }).unwrap();
    let after = info(town.client("bob"), room);
    assert_eq!((after.unread, after.mentions), (before.unread - 1, before.mentions - 1));
    assert!(found(town.client("bob"), "secret").is_empty());
    let last = after.last.as_ref().unwrap();
    assert!(matches!(last.kind, EntryKind::Message { body: crate::Body::Deleted, .. }));
    let mut bob = alone(&mut town, "bob");
    assert_eq!(info(&mut bob, room), after, "counted anew as it was counted on");
    assert!(found(&mut bob, "secret").is_empty());
}

#[test]
fn an_edited_message_is_found_under_its_new_words_only() {
    let (mut town, room) = talk();
    let id = town.say("alice", room, "roses");
    assert_eq!(found(town.client("bob"), "roses"), ["roses"]);
    let seq = town.place("alice", room, "alice", id);
    let text = "tulips for @bob".to_owned();
    town.ask("alice", |id| Command::EditText { id, room, seq, text }).unwrap();
    for name in ["alice", "bob"] {
        assert!(found(town.client(name), "roses").is_empty(), "{name}");
        assert_eq!(found(town.client(name), "tulips"), ["tulips for @bob"], "{name}");
    }
    let after = info(town.client("bob"), room);
    assert_eq!((after.unread, after.mentions), (5, 2));
    assert_eq!(texts(&[*after.last.unwrap()]), ["tulips for @bob"]);
}

#[test]
fn a_message_whose_time_is_over_leaves_search_unread_and_history() {
    let (mut town, room) = talk();
    town.change("alice", room, Change::SetLifetime(60)).unwrap();
    town.say("alice", room, "quick @bob");
    let before = info(town.client("bob"), room);
    assert_eq!((before.unread, before.mentions), (5, 2));
    assert_eq!(found(town.client("bob"), "quick"), ["quick @bob"]);
    // Not a moment later, whether it is deleted already or not.
    let now = town.now();
    let later = Now { wall: UnixMs(now.wall.0 + 61_000), ..now };
    let mut bob = Client::open(town.stop("bob"), Random::from_seed([9; 32]), now).unwrap();
    told(&mut bob);
    assert_eq!(texts(&page_back(&mut bob, room, now)).last(), Some(&"quick @bob"));
    assert_eq!(texts(&page_back(&mut bob, room, later)).last(), Some(&"four"));
    let (id, text) = (RequestId::from_array([7; 16]), "quick".to_owned());
    bob.handle_command(Command::Search { id, room: None, text, limit: 9 }, later);
    assert_eq!(told(&mut bob), [Event::Found { id, hits: Vec::new() }]);
    town.start("bob", bob.into_vault().unwrap());
    assert_eq!(found(town.client("bob"), "quick"), ["quick @bob"]);
    assert_eq!(info(town.client("bob"), room).unread, 5);
    town.pass_ms(61_000);
    let after = info(town.client("bob"), room);
    assert_eq!((after.unread, after.mentions), (4, 1));
    assert!(found(town.client("bob"), "quick").is_empty());
    assert!(!town.lines("bob", room).iter().any(|line| line.contains("quick")));
    assert!(after.last.unwrap().seq < before.head, "the line that set the lifetime");
}

#[test]
fn pages_hits_and_the_last_line_quote_what_is_answered_as_it_is_now() {
    let (mut town, room) = talk();
    let to = town.last_place("alice", room);
    let reply = |id| Command::Reply { room, id, to, text: "indeed".into() };
    let id = town.id();
    town.command("alice", reply(id));
    assert_eq!(quoted(&info(town.client("bob"), room).last.unwrap()).text, "four");
    let text = "five".to_owned();
    town.ask("alice", |id| Command::EditText { id, room, seq: to, text }).unwrap();
    let now = town.now();
    let bob = town.client("bob");
    let hit = search(bob, None, "indeed", 1).pop().unwrap();
    let page = page_back(bob, room, now);
    for entry in [&hit.entry, page.last().unwrap(), &info(bob, room).last.unwrap()] {
        let quote = quoted(entry);
        assert_eq!((quote.seq, quote.text.as_str()), (Some(to), "five"));
    }
    let mut bob = alone(&mut town, "bob");
    let (id, text) = (RequestId::from_array([3; 16]), "well".to_owned());
    ask(&mut bob, Command::Reply { room, id, to, text });
    let told = ask(&mut bob, Command::ListOutbox);
    let [Event::Outbox(unsent)] = told.as_slice() else { panic!("{told:?}") };
    let quote = unsent[0].reply.as_ref().unwrap();
    assert_eq!((quote.seq, quote.text.as_str()), (Some(to), "five"));
}

#[test]
fn what_a_newcomer_is_told_is_found_and_not_unread_and_can_be_quoted() {
    let mut town = Town::new(&["alice", "bob", "carol"]);
    let room = town.make_room("alice", &["bob"]);
    town.change("alice", room, Change::SetHistory(10)).unwrap();
    let id = town.say("alice", room, "from before");
    let to = town.place("alice", room, "alice", id);
    assert!(found(town.client("carol"), "before").is_empty());
    town.change("alice", room, Change::Invite(Handle::new("carol").unwrap())).unwrap();
    let id = town.id();
    town.command("bob", Command::Reply { room, id, to, text: "indeed".into() });
    town.pass_ms(10_000);
    let carol = town.client("carol");
    assert_eq!(found(carol, "before"), ["from before"]);
    let info = info(carol, room);
    assert_eq!(info.unread, 1);
    assert_eq!(quoted(&info.last.unwrap()).text, "from before");
}

#[test]
fn a_reaction_leaves_what_is_unread_as_it_is() {
    let (mut town, room) = talk();
    let before = info(town.client("bob"), room);
    let (seq, emoji) = (before.head, "+".to_owned());
    town.ask("alice", |id| Command::React { id, room, seq, emoji, what: Reacting::Add }).unwrap();
    let after = info(town.client("bob"), room);
    assert_eq!((after.unread, after.mentions), (before.unread, before.mentions));
    assert_eq!(found(town.client("bob"), "four"), ["four"]);
}

#[test]
fn readers_are_listed_without_the_group_and_while_they_are_in_the_room() {
    let (mut town, room) = talk();
    let seq = town.last_place("bob", room);
    town.command("bob", Command::MarkRead { room, seq });
    town.pass_ms(5_000);
    let mut alice = alone(&mut town, "alice");
    let bob = Handle::new("bob").unwrap();
    assert_eq!(info(&mut alice, room).readers, [(bob.clone(), seq)]);
    assert!(alice.rooms[&room].group.is_none());
    town.start("alice", alice.into_vault().unwrap());
    town.change("alice", room, Change::Remove(bob)).unwrap();
    assert_eq!(info(town.client("alice"), room).readers, []);
}
