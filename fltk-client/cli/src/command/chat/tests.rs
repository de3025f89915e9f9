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
