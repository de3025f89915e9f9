//! What is done with messages once they were sent.

mod change;
mod lifetime;
mod receipt;

use engine::{Access, Command, Problem, Reacting, RequestId};
use tests::lab::Lab;
use wire::id::{RoomId, Seq};

/// Three people in a closed room.
fn room(seed: u64) -> (Lab, RoomId) {
    let mut lab = Lab::of(seed, &["alice", "bob", "carol"]);
    let room = lab.make_room("alice", Access::Closed, &["bob", "carol"]);
    (lab, room)
}

/// Says something, which all of these see when this returns; its place.
fn say(lab: &mut Lab, name: &str, room: RoomId, text: &str, all: &[&str]) -> Seq {
    let shown = format!("{name}: {text}");
    lab.say_in(name, room, text);
    lab.until(|lab| all.iter().all(|name| lab.timeline(name, room).contains(&shown)));
    lab.place(name, room, &shown)
}

fn reply(room: RoomId, to: Seq, text: &str) -> impl FnOnce(RequestId) -> Command {
    let text = text.to_owned();
    move |id| Command::Reply { room, id, to, text }
}

fn edit(room: RoomId, seq: Seq, text: &str) -> impl FnOnce(RequestId) -> Command {
    let text = text.to_owned();
    move |id| Command::EditText { id, room, seq, text }
}

fn delete(room: RoomId, seq: Seq) -> impl FnOnce(RequestId) -> Command {
    move |id| Command::DeleteMessage { id, room, seq }
}

fn react(room: RoomId, seq: Seq, emoji: &str, what: Reacting) -> impl FnOnce(RequestId) -> Command {
    let emoji = emoji.to_owned();
    move |id| Command::React { id, room, seq, emoji, what }
}

fn is_seen(lab: &Lab, names: &[&str], room: RoomId, lines: &[&str]) -> bool {
    names.iter().all(|name| lab.timeline(name, room) == lines)
}

const ALL: [&str; 3] = ["alice", "bob", "carol"];

#[test]
fn an_answer_shows_what_it_answers_as_that_is_now() {
    let (mut lab, room) = room(401);
    let first = say(&mut lab, "alice", room, "tea?", &ALL);
    lab.begin_ask("bob", reply(room, first, "yes"));
    lab.until(|lab| is_seen(lab, &ALL, room, &["alice: tea?", "bob: yes > alice: tea?"]));
    lab.ask("alice", edit(room, first, "coffee?")).unwrap();
    lab.kill("carol");
    lab.wake("carol");
    lab.until(|lab| lab.timeline("carol", room)[0] == "alice: coffee? (edited)");
    lab.command("carol", Command::ReadHistory { room, after: first, limit: 1_000 });
    let answer = lab.people["carol"].events.iter().rev().find_map(|event| match event {
        engine::Event::History { entries, .. } => entries.last().cloned(),
        _ => None,
    });
    let engine::EntryKind::Message { state, .. } = answer.unwrap().kind else { panic!("a text") };
    assert_eq!(state.reply.as_ref().unwrap().text, "coffee?");
    assert_eq!(state.reply.unwrap().seq, Some(first));
    // What is nothing, or was taken back, is not answered.
    assert_eq!(lab.ask("bob", reply(room, Seq(9_999), "?")), Err(Problem::MessageUnknown));
    lab.ask("alice", delete(room, first)).unwrap();
    lab.until(|lab| lab.timeline("bob", room)[0] == "alice took it back");
    assert_eq!(lab.ask("bob", reply(room, first, "?")), Err(Problem::MessageUnknown));
}

#[test]
fn reactions_come_and_go() {
    let (mut lab, room) = room(402);
    let first = say(&mut lab, "alice", room, "tea?", &ALL);
    lab.ask("bob", react(room, first, "👍", Reacting::Add)).unwrap();
    lab.ask("carol", react(room, first, "👍", Reacting::Add)).unwrap();
    lab.ask("alice", react(room, first, "🍵", Reacting::Add)).unwrap();
    lab.until(|lab| is_seen(lab, &ALL, room, &["alice: tea? 👍 bob carol 🍵 alice"]));
    lab.ask("bob", react(room, first, "👍", Reacting::Withdraw)).unwrap();
    lab.ask("bob", react(room, first, "👍", Reacting::Withdraw)).unwrap();
    lab.until(|lab| is_seen(lab, &ALL, room, &["alice: tea? 👍 carol 🍵 alice"]));
    for emoji in ["", "a\u{7}", &"a".repeat(65)] {
        let asked = lab.ask("bob", react(room, first, emoji, Reacting::Add));
        assert_eq!(asked, Err(Problem::ReactionInvalid { max: 64 }));
    }
    lab.ask("alice", delete(room, first)).unwrap();
    lab.until(|lab| is_seen(lab, &ALL, room, &["alice took it back"]));
    let asked = lab.ask("bob", react(room, first, "👍", Reacting::Add));
    assert_eq!(asked, Err(Problem::MessageUnknown));
}
