use engine::{Change, Problem};
use wire::id::Seq;

use super::*;
use crate::fixture::{LOBBY, Outcome, Script, caught_up, connected, entry, id, message};

fn run(script: Script) -> Outcome {
    script.run(|console| pipe(console, Duration::from_millis(50)))
}

fn queue(command: &Command) -> Vec<Event> {
    match command {
        Command::SendText { room, id, .. } => vec![Event::MessageQueued { room: *room, id: *id }],
        _ => Vec::new(),
    }
}

fn acknowledge(command: &Command) -> Vec<Event> {
    let mut events = queue(command);
    if let Command::SendText { room, id, .. } = command {
        events.push(Event::MessageSent { room: *room, id: *id, seq: Seq(5) });
    }
    events
}

const SEND: &str =
    r#"{"type":"send","room":"lobby","text":"hi","id":"07070707070707070707070707070707"}"#;

#[test]
fn commands_are_done_and_events_told() {
    let told = run(Script {
        events: vec![connected(), entry(4, "bob", "hello"), caught_up()],
        lines: vec![SEND, r#"{"type":"typing","room":"lobby"}"#],
        answer: Some(acknowledge),
        ..Script::default()
    });
    let kinds: Vec<&str> = told.lines().iter().filter_map(|line| line.split('"').nth(3)).collect();
    assert_eq!(kinds, ["connected", "message", "caught-up", "queued", "sent"]);
    assert_eq!(
        told.commands,
        [
            Command::ListRooms,
            Command::SendText { room: LOBBY, id: id(7), text: "hi".into() },
            Command::SendTyping { room: LOBBY },
        ]
    );
    assert!(told.result.is_ok());
}

#[test]
fn a_bad_line_is_answered_and_the_next_one_is_done() {
    let told = run(Script {
        lines: vec![
            "nonsense",
            r#"{"type":"send","room":"attic","text":"hi","id":"07070707070707070707070707070707"}"#,
            r#"{"type":"send","room":"lobby","text":"hi","id":"x"}"#,
            SEND,
        ],
        answer: Some(acknowledge),
        ..Script::default()
    });
    let lines = told.lines();
    assert!(lines[0].starts_with(r#"{"type":"error","problem":"This line is no command ("#));
    assert_eq!(
        lines[1],
        format!(r#"{{"type":"error","problem":"{}","id":"{}"}}"#, Problem::RoomUnknown, id(7))
    );
    assert!(lines[2].contains("32 hexadecimal digits"), "{}", lines[2]);
    assert!(lines[2].ends_with(r#","id":"x"}"#), "{}", lines[2]);
    assert_eq!(lines.len(), 5, "then queued and sent");
    assert!(told.result.is_ok());
}

#[test]
fn questions_are_answered_before_it_ends() {
    let told = run(Script {
        lines: vec![
            r#"{"type":"rooms"}"#,
            r#"{"type":"read","room":"lobby","since":1,"limit":1}"#,
            r#"{"type":"quit"}"#,
            "never read",
        ],
        history: vec![message(1, "bob", "a"), message(2, "bob", "b"), message(3, "bob", "c")],
        ..Script::default()
    });
    let lines = told.lines();
    assert_eq!(lines.len(), 2, "the list made at the start is not told: {}", told.out);
    assert!(lines[0].starts_with(r#"{"type":"rooms","rooms":[{"room":"lobby","#));
    assert!(lines[1].starts_with(
        r#"{"type":"history","room":"lobby","entries":[{"type":"message","room":"lobby","seq":2,"#
    ));
    assert!(told.result.is_ok());
}

#[test]
fn what_the_relay_has_not_confirmed_is_a_failure() {
    let told = run(Script { lines: vec![SEND], answer: Some(queue), ..Script::default() });
    assert_eq!(
        told.failure(),
        "The relay did not confirm 1 message in time; it stays queued in this profile and goes \
         out when it next connects."
    );
    let gone = Event::Disconnected { problem: Problem::AccountDisabled, retry_ms: None };
    let told = Script {
        events: vec![connected(), gone],
        lines: vec![SEND],
        answer: Some(queue),
        ..Script::default()
    }
    .run(|console| pipe(console, Duration::from_secs(60)));
    assert!(told.failure().contains("stays queued"), "without waiting a minute");
}

#[test]
fn a_refused_message_is_told_and_not_waited_for() {
    let told = run(Script {
        lines: vec![SEND],
        answer: Some(|command| match command {
            Command::SendText { id, .. } => {
                vec![Event::CommandFailed { id: Some(*id), problem: Problem::DiskFull }]
            }
            _ => Vec::new(),
        }),
        ..Script::default()
    });
    assert_eq!(
        told.lines(),
        [format!(r#"{{"type":"error","problem":"{}","id":"{}"}}"#, Problem::DiskFull, id(7))]
    );
    assert!(told.result.is_ok());
}

#[test]
fn no_more_lines_are_taken_than_the_engine_has_stored() {
    const LINE: &str = r#"{"type":"send","room":"lobby","text":"hi"}"#;
    // The engine stores nothing, so no answer ever makes room for another line.
    let script = Script { lines: vec![LINE; 2 * MAX_UNDER_WAY], ..Script::default() };
    let told = script.run(|console| {
        let mut work = Work::default();
        console.list_rooms()?;
        while work.under_way() < MAX_UNDER_WAY {
            if let Input::Line(line) = console.next_or_line(None)? {
                work.take(console, Ask::parse(&line).unwrap())?;
            }
        }
        assert_eq!(console.next(after(Duration::ZERO))?, Input::TimeUp);
        work.verdict()
    });
    assert_eq!(told.commands.len(), 1 + MAX_UNDER_WAY);
    assert!(told.failure().contains("32 messages"));
}

const INVITE: &str =
    r#"{"type":"invite","room":"lobby","account":"bob","id":"07070707070707070707070707070707"}"#;

#[test]
fn a_change_is_told_when_it_is_done_by_the_name_that_the_program_gave() {
    let told = run(Script {
        lines: vec![INVITE, r#"{"type":"verify","account":"bob"}"#],
        answer: Some(|command| match command {
            Command::ChangeRoom { id, room, .. } => {
                vec![Event::Done { id: *id, room: Some(*room) }]
            }
            Command::ShowSafety { id, handle } => vec![Event::Safety(engine::Safety {
                id: *id,
                handle: handle.clone(),
                number: "1".into(),
                trust: engine::Trust::Pinned,
                changed: None,
            })],
            _ => Vec::new(),
        }),
        ..Script::default()
    });
    let lines = told.lines();
    assert_eq!(lines[0], format!(r#"{{"type":"done","id":"{}","room":"lobby"}}"#, id(7)));
    assert!(lines[1].starts_with(r#"{"type":"safety","account":"bob""#), "{}", lines[1]);
    let change = Change::Invite(crate::fixture::handle("bob"));
    assert_eq!(told.commands[1], Command::ChangeRoom { id: id(7), room: LOBBY, change });
    assert!(told.result.is_ok());
}

#[test]
fn a_change_that_is_refused_or_not_confirmed_is_told() {
    let told = run(Script {
        lines: vec![INVITE],
        answer: Some(|command| match command {
            Command::ChangeRoom { id, .. } => {
                vec![Event::CommandFailed { id: Some(*id), problem: Problem::OwnersOnly }]
            }
            _ => Vec::new(),
        }),
        ..Script::default()
    });
    let refused =
        format!(r#"{{"type":"error","problem":"{}","id":"{}"}}"#, Problem::OwnersOnly, id(7));
    assert_eq!(told.lines(), [refused]);
    assert!(told.result.is_ok());
    let told = run(Script { lines: vec![INVITE], ..Script::default() });
    assert!(told.failure().starts_with("Some commands were not confirmed"), "{told:?}");
}
