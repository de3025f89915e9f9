use wire::id::Seq;

use super::*;
use crate::fixture::{LOBBY, Outcome, Script, connected, id, offline, unreachable};

fn queued(command: &Command) -> Vec<Event> {
    match command {
        Command::SendText { room, id, .. } => {
            vec![Event::MessageQueued { room: *room, id: *id }]
        }
        _ => Vec::new(),
    }
}

fn sent(command: &Command) -> Vec<Event> {
    let mut events = queued(command);
    if let Command::SendText { room, .. } = command {
        let of_another = Event::MessageSent { room: *room, id: id(9), seq: Seq(4) };
        let ours = Event::MessageSent { room: *room, id: id(7), seq: Seq(5) };
        // Trouble in between is not the end.
        events.extend([offline(), connected(), of_another, ours]);
    }
    events
}

fn run(json: bool, answer: fn(&Command) -> Vec<Event>) -> Outcome {
    let script = Script { json, answer: Some(answer), ..Script::default() };
    let text = Text { id: id(7), text: "hi".into(), to: None };
    script.run(|console| send(console, "lobby", text, Duration::from_millis(50)))
}

#[test]
fn the_id_is_printed_once_the_relay_has_the_message() {
    let told = run(false, sent);
    assert_eq!(told.out, format!("{}\n", id(7)));
    assert_eq!(
        told.commands.last(),
        Some(&Command::SendText { room: LOBBY, id: id(7), text: "hi".into() })
    );
    let told = run(true, sent);
    let expected = format!(r#"{{"type":"sent","room":"lobby","id":"{}","seq":5}}"#, id(7));
    assert_eq!(told.lines(), [expected]);
}

#[test]
fn without_confirmation_it_says_that_the_message_waits_and_how_to_repeat() {
    let told = run(false, |command| {
        let mut events = queued(command);
        events.push(offline());
        events
    });
    assert_eq!(told.out, "");
    assert_eq!(told.notes, format!("{}\n", unreachable()));
    assert_eq!(
        told.failure(),
        format!(
            "The relay did not confirm the message in time, so it stays queued in this profile \
             and goes out when it next connects; repeating the command with --id {} sends nothing \
             twice.",
            id(7)
        )
    );
}

#[test]
fn a_message_that_was_not_even_queued_is_not_called_queued() {
    let told = run(false, |_| Vec::new());
    assert!(told.failure().starts_with("The profile did not take the message in time;"));
}

#[test]
fn a_refused_message_ends_with_the_reason() {
    let told = run(false, |command| match command {
        Command::SendText { id, .. } => {
            vec![Event::CommandFailed { id: Some(*id), problem: Problem::DiskFull }]
        }
        _ => Vec::new(),
    });
    assert_eq!(told.failure(), Problem::DiskFull.to_string());
}

#[test]
fn when_no_further_try_follows_it_does_not_wait() {
    let script = Script {
        answer: Some(|command| {
            let mut events = queued(command);
            events.push(Event::Disconnected { problem: Problem::DeviceUnknown, retry_ms: None });
            events
        }),
        ..Script::default()
    };
    let text = Text { id: id(7), text: "hi".into(), to: None };
    let told = script.run(|console| send(console, "lobby", text, Duration::from_secs(60)));
    assert!(told.failure().contains("stays queued"), "{}", told.failure());
    assert_eq!(told.notes, format!("{}\n", Problem::DeviceUnknown));
}

#[test]
fn an_unknown_room_is_refused_before_anything_is_sent() {
    let text = Text { id: id(7), text: "hi".into(), to: None };
    let told = Script::default().run(|console| send(console, "lob", text, Duration::from_secs(9)));
    assert_eq!(told.failure(), Problem::RoomUnknown.to_string());
    assert_eq!(told.commands, [Command::ListRooms]);
}

#[test]
fn the_text_is_the_argument_or_all_of_standard_input() {
    let of = |input: &[u8]| text(None, input);
    assert_eq!(text(Some("hi\n".into()), b"no".as_slice()).unwrap(), "hi\n");
    assert_eq!(of(b"a\nb\n\n").unwrap(), "a\nb\n");
    assert_eq!(of(b"a\r\n").unwrap(), "a");
    assert_eq!(of(b"\n").unwrap_err().to_string(), Problem::TextEmpty.to_string());
    assert!(of(b"\xff").unwrap_err().to_string().contains("not UTF-8"));
    assert!(of(&vec![b'x'; MAX_TEXT_BYTES]).is_ok());
    let got = MAX_TEXT_BYTES + 1;
    assert_eq!(
        of(&vec![b'x'; got]).unwrap_err().to_string(),
        Problem::TextTooLong { got, max: MAX_TEXT_BYTES }.to_string()
    );
}
