use super::*;
use crate::fixture::{DEVICE, LOBBY, Outcome, Script, caught_up, entry, handle, message};

fn acknowledge(command: &Command) -> Vec<Event> {
    match command {
        Command::SendText { room, id, text } => {
            let mut said = message(5, "alice", text);
            if let EntryKind::Message { id: own, .. } = &mut said.kind {
                *own = *id;
            }
            vec![
                Event::MessageQueued { room: *room, id: *id },
                Event::Entry { room: *room, entry: said },
                Event::MessageSent { room: *room, id: *id, seq: Seq(5) },
            ]
        }
        _ => Vec::new(),
    }
}

fn run(script: Script, echo: Echo) -> Outcome {
    script.run(|console| chat(console, "lobby", echo, Duration::from_millis(50)))
}

fn sent(told: &Outcome) -> Vec<&str> {
    let texts = told.commands.iter().filter_map(|command| match command {
        Command::SendText { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn lines_go_out_and_come_in() {
    let told = run(
        Script {
            lines: vec!["hi", "", "/who", "//etc/passwd", "/quit", "not this"],
            history: vec![message(3, "bob", "before")],
            answer: Some(acknowledge),
            ..Script::default()
        },
        Echo::None,
    );
    assert_eq!(sent(&told), ["hi", "/etc/passwd"]);
    assert_eq!(told.lines(), ["16:00 bob: before", "16:00 alice: hi", "16:00 alice: /etc/passwd"]);
    assert_eq!(told.notes.lines().count(), 1, "about /who: {}", told.notes);
    assert!(told.result.is_ok());
}

#[test]
fn at_a_terminal_what_was_typed_is_not_repeated() {
    let lines = vec!["hi"];
    let told =
        run(Script { lines, answer: Some(acknowledge), ..Script::default() }, Echo::Terminal);
    assert_eq!((told.out.as_str(), sent(&told)), ("", vec!["hi"]));
}

#[test]
fn an_entry_that_arrives_before_the_recent_ones_is_shown_once() {
    let events = vec![entry(4, "bob", "just now"), caught_up()];
    let history = vec![message(4, "bob", "just now")];
    let told = run(Script { events, history, ..Script::default() }, Echo::None);
    assert_eq!(told.lines(), ["16:00 bob: just now"]);
}

#[test]
fn typing_is_one_quiet_line() {
    let typing = Event::Typing { room: LOBBY, from: handle("bob"), device: DEVICE };
    let told =
        run(Script { events: vec![typing.clone(), typing], ..Script::default() }, Echo::None);
    assert_eq!((told.out.as_str(), told.notes.as_str()), ("", "      bob is typing…\n"));
}

#[test]
fn what_the_relay_has_not_confirmed_is_told_at_the_end() {
    let told = run(Script { lines: vec!["hi"], ..Script::default() }, Echo::None);
    assert!(told.failure().starts_with("The relay did not confirm 1 message in time"));
}

fn obey(command: &Command) -> Vec<Event> {
    match command {
        Command::ListMembers { room } => {
            let members = ["alice", "bob"].map(|name| engine::Member {
                handle: handle(name),
                role: engine::Role::Member,
                devices: vec![DEVICE],
                stale: 0,
                own: false,
                trust: engine::Trust::Changed,
            });
            vec![Event::Members { room: *room, members: members.into() }]
        }
        Command::ChangeRoom { id, room, .. } => {
            vec![Event::Done { id: *id, room: Some(*room) }]
        }
        Command::LeaveRoom { id, room } => vec![
            Event::RoomLeft { room: *room, reason: engine::Departure::Left },
            Event::Done { id: *id, room: Some(*room) },
        ],
        _ => acknowledge(command),
    }
}

#[test]
fn commands_are_obeyed_and_answered_aside() {
    let lines = vec!["/invite bob", "/members", "/topic a b", "/trust bob c"];
    let told = run(Script { lines, answer: Some(obey), ..Script::default() }, Echo::None);
    assert!(told.result.is_ok() && told.out.is_empty(), "{told:?}");
    let notes: Vec<&str> = told.notes.lines().collect();
    assert_eq!(notes.len(), 5, "two done, two members, one mistake: {notes:?}");
    assert!(notes.iter().any(|note| note.starts_with("bob  member, KEY CHANGED")), "{notes:?}");
    let changes: Vec<&Command> =
        told.commands.iter().filter(|c| matches!(c, Command::ChangeRoom { .. })).collect();
    assert_eq!(changes.len(), 2);
    assert!(sent(&told).is_empty(), "no command is a message");
}

#[test]
fn leaving_the_room_ends_the_conversation() {
    let lines = vec!["hi", "/leave"];
    let told = run(Script { lines, answer: Some(obey), ..Script::default() }, Echo::None);
    assert_eq!((told.lines(), told.result.is_ok()), (vec!["16:00 alice: hi"], true));
    let removed =
        Event::RoomLeft { room: LOBBY, reason: engine::Departure::Removed(handle("bob")) };
    let told = Script { events: vec![removed], interrupted: false, ..Script::default() }
        .run(|console| chat(console, "lobby", Echo::None, Duration::from_millis(50)));
    assert!(told.notes.contains("bob removed this account"), "{}", told.notes);
    assert!(told.result.is_ok());
}

#[test]
fn a_command_that_is_not_confirmed_is_told_at_the_end() {
    let told = run(Script { lines: vec!["/invite bob"], ..Script::default() }, Echo::None);
    assert!(told.failure().starts_with("It was not confirmed in time"), "{}", told.failure());
}

fn transfer(command: &Command) -> Vec<Event> {
    match command {
        Command::SendFile { id, room, .. } => {
            vec![Event::MessageSent { room: *room, id: *id, seq: Seq(5) }]
        }
        Command::SaveFile { id, room, seq, directory } => vec![
            Event::FileSaved { id: *id, room: *room, seq: *seq, path: directory.join("a\u{1b}") },
            Event::Done { id: *id, room: Some(*room) },
        ],
        _ => Vec::new(),
    }
}

#[test]
fn files_are_shown_sent_listed_and_saved() {
    let history = vec![crate::fixture::file(2, "bob", "b.pdf")];
    let told = run(
        Script {
            lines: vec!["/put Cargo.toml", "/put /none", "/files", "/get 0202 /", "/get beef"],
            history: history.clone(),
            answer: Some(transfer),
            ..Script::default()
        },
        Echo::None,
    );
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!(told.lines(), ["16:00 bob sent b.pdf (80.0 MiB, application/pdf) — /get 02020202"]);
    let mut notes: Vec<&str> = told.notes.lines().collect();
    notes.sort_unstable();
    assert_eq!(notes.len(), 4, "{notes:?}");
    assert!(notes[0].starts_with("/none could not be read"), "{notes:?}");
    assert!(notes[1].contains("02020202  bob  80.0 MiB  b.pdf"), "{notes:?}");
    assert!(notes[2].starts_with("There is no file of that id"), "{notes:?}");
    assert_eq!(notes[3], "saved /a");
    let lines = vec!["/get 0202 /"];
    let told = run(Script { lines, history, ..Script::default() }, Echo::None);
    assert!(told.failure().starts_with("The relay did not give a file in time;"), "{told:?}");
}
