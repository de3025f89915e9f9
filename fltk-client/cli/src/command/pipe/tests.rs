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

fn transfer(command: &Command) -> Vec<Event> {
    use crate::fixture::{download, upload};

    match command {
        Command::SendFile { id, .. } => vec![
            Event::TransferMoved(engine::Transfer { id: *id, ..upload(0, "a", 1, 2) }),
            Event::MessageSent { room: LOBBY, id: *id, seq: Seq(5) },
        ],
        Command::SaveFile { id, room, seq, directory } => vec![
            Event::TransferMoved(engine::Transfer { id: *id, ..download(0, seq.0, directory) }),
            Event::FileSaved { id: *id, room: *room, seq: *seq, path: directory.join("a") },
            Event::Done { id: *id, room: Some(*room) },
        ],
        Command::CancelTransfer { id, transfer } => vec![
            Event::CommandFailed { id: Some(*transfer), problem: Problem::Cancelled },
            Event::Done { id: *id, room: None },
        ],
        Command::ShowFileLimits { id } => vec![Event::FileLimits(engine::FileLimits {
            id: *id,
            max_bytes: 1,
            account_bytes: 2,
            left_bytes: 3,
            keep_days: 4,
        })],
        _ => Vec::new(),
    }
}

fn kinds(told: &Outcome) -> Vec<&str> {
    told.out.lines().filter_map(|line| line.split('"').nth(3)).collect()
}

const GET: &str = r#"{"type":"get","room":"lobby","file":"0202","to":"/"}"#;

#[test]
fn files_are_sent_and_saved_and_asked_about() {
    let told = run(Script {
        lines: vec![
            r#"{"type":"put","room":"lobby","path":"Cargo.toml"}"#,
            GET,
            r#"{"type":"transfers"}"#,
            r#"{"type":"file-limits"}"#,
            r#"{"type":"cancel","transfer":"07070707070707070707070707070707"}"#,
        ],
        history: vec![message(1, "bob", "a"), crate::fixture::file(2, "bob", "b")],
        answer: Some(transfer),
        ..Script::default()
    });
    assert!(told.result.is_ok(), "{told:?}");
    let mut kinds = kinds(&told);
    kinds.sort_unstable();
    let expected = [
        "done",
        "done",
        "error",
        "file-limits",
        "progress",
        "progress",
        "saved",
        "sent",
        "transfers",
    ];
    assert_eq!(kinds, expected, "and no page of a lookup: {}", told.out);
    let saved = told.commands.iter().any(|command| {
        matches!(command, Command::SaveFile { seq: Seq(2), directory, .. } if *directory == *"/")
    });
    assert!(saved, "{:?}", told.commands);
}

#[test]
fn a_file_that_was_told_of_is_not_looked_for() {
    let entry = crate::fixture::file(4, "bob", "b");
    let told = run(Script {
        events: vec![connected(), Event::Entry { room: LOBBY, entry }],
        lines: vec![
            r#"{"type":"get","room":"lobby","file":"04040404040404040404040404040404","to":"/"}"#,
        ],
        answer: Some(transfer),
        ..Script::default()
    });
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!(kinds(&told), ["connected", "file", "progress", "saved", "done"]);
    assert!(!told.commands.iter().any(|command| matches!(command, Command::ReadHistory { .. })));
}

#[test]
fn a_lookup_and_a_question_of_the_program_do_not_take_each_others_pages() {
    const READ: &str = r#"{"type":"read","room":"lobby"}"#;
    let told = run(Script {
        lines: vec![
            READ,
            GET,
            READ,
            r#"{"type":"get","room":"lobby","file":"beef","to":"/","id":"07070707070707070707070707070707"}"#,
        ],
        history: vec![crate::fixture::file(2, "bob", "b")],
        answer: Some(transfer),
        ..Script::default()
    });
    assert!(told.result.is_ok(), "{told:?}");
    let mut kinds = kinds(&told);
    kinds.sort_unstable();
    assert_eq!(kinds, ["done", "error", "history", "history", "progress", "saved"]);
    let refusal = format!(r#"{{"type":"error","problem":"{}","id":"{}"}}"#, Problem::NoFile, id(7));
    assert!(told.lines().contains(&refusal.as_str()), "{}", told.out);
}

#[test]
fn a_file_that_makes_no_sense_is_refused_and_one_that_is_not_here_a_failure() {
    let told = run(Script {
        lines: vec![
            r#"{"type":"put","room":"lobby","path":"/none"}"#,
            r#"{"type":"get","room":"lobby","file":"0202","to":"/none"}"#,
            r#"{"type":"get","room":"attic","file":"0202","to":"/"}"#,
        ],
        ..Script::default()
    });
    assert_eq!(kinds(&told), ["error"; 3]);
    assert!(told.result.is_ok(), "{told:?}");
    let history = vec![crate::fixture::file(2, "bob", "b")];
    let told = run(Script { lines: vec![GET], history, ..Script::default() });
    assert!(told.failure().starts_with("The relay did not give a file in time;"), "{told:?}");
}
