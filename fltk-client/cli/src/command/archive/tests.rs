use std::fs;

use engine::{Command, Entry, EntryKind};

use super::*;
use crate::fixture::{
    GARDEN, LOBBY, Outcome, Script, caught_up, connected, download, file, handle, id, message,
    offline,
};

const SHORT: Duration = Duration::from_millis(50);

/// Saves `file-N` unless it is there, and counts what was fetched.
fn saves(command: &Command) -> Vec<Event> {
    let Command::SaveFile { id, room, seq, directory } = command else { return Vec::new() };
    let path = directory.join(format!("file-{seq}"));
    if !path.exists() {
        fs::write(&path, "content").unwrap();
        let fetched = directory.parent().unwrap().join("fetched");
        let before = fs::read_to_string(&fetched).unwrap_or_default();
        fs::write(fetched, format!("{before}{seq} ")).unwrap();
    }
    vec![
        Event::FileSaved { id: *id, room: *room, seq: *seq, path },
        Event::Done { id: *id, room: Some(*room) },
    ]
}

fn came(seq: u8, joined: &[&str], left: &[&str]) -> Entry {
    let handles = |names: &[&str]| names.iter().map(|name| handle(name)).collect();
    let (by, joined, left) = (handle("alice"), handles(joined), handles(left));
    Entry { kind: EntryKind::Members { by, joined, left }, ..message(seq, "alice", "") }
}

fn history() -> Vec<Entry> {
    vec![
        came(2, &["bob", "carol"], &["dave"]),
        message(3, "bob", "one"),
        file(4, "alice", "a.pdf"),
        message(5, "bob", "two"),
        came(7, &["dave"], &["carol"]),
    ]
}

fn script() -> Script {
    let events = vec![connected(), caught_up()];
    Script { history: history(), events, answer: Some(saves), ..Script::default() }
}

fn run(script: Script, to: &Path) -> Outcome {
    let rooms = Archive { rooms: vec!["lobby".into()], until: Until::Head(SHORT) };
    script.run(|console| archive(console, &rooms, to))
}

fn book(to: &Path) -> String {
    fs::read_to_string(to.join("lobby/messages.jsonl")).unwrap()
}

/// The places of the lines, and of files what was saved.
fn kept(to: &Path) -> Vec<(u64, Option<String>)> {
    let lines = book(to);
    let of = |line: &str| -> (u64, Option<String>) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        (line["seq"].as_u64().unwrap(), line["saved"].as_str().map(str::to_owned))
    };
    lines.lines().map(of).collect()
}

fn all() -> Vec<(u64, Option<String>)> {
    let plain = |seq| (seq, None);
    let mut all = vec![plain(2), plain(2), plain(2), plain(3)];
    all.extend([(4, Some("file-4".into())), plain(5), plain(7), plain(7)]);
    all
}

#[test]
fn everything_is_kept_in_order_as_json_prints_it() {
    let dir = tempfile::tempdir().unwrap();
    let told = run(script(), dir.path());
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!((told.out.as_str(), told.notes.as_str()), ("", ""), "it is quiet");
    assert_eq!(kept(dir.path()), all());
    let lines = book(dir.path());
    let line = lines.lines().nth(4).unwrap();
    assert!(line.starts_with(r#"{"type":"file","room":"lobby","seq":4,"#), "{line}");
    assert!(line.ends_with(r#","sent":1764000000000,"saved":"file-4"}"#), "{line}");
    assert!(lines.lines().next().unwrap().starts_with(r#"{"type":"joined","room":"lobby","#));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| fs::metadata(dir.path().join(path)).unwrap().permissions().mode();
        assert_eq!(mode("lobby") & 0o777, 0o700);
        assert_eq!(mode("lobby/messages.jsonl") & 0o777, 0o600);
    }
}

#[test]
fn repeating_it_keeps_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    run(script(), dir.path());
    let before = book(dir.path());
    let told = run(script(), dir.path());
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!(book(dir.path()), before);
    assert!(!told.commands.iter().any(|c| matches!(c, Command::SaveFile { .. })));
}

#[test]
fn killed_at_any_byte_it_goes_on_without_loss_or_repetition() {
    let dir = tempfile::tempdir().unwrap();
    run(script(), dir.path());
    let whole = book(dir.path());
    for cut in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        fs::write(dir.path().join("lobby/messages.jsonl"), &whole[..cut]).unwrap();
        let told = run(script(), dir.path());
        assert!(told.result.is_ok(), "{told:?}");
        assert_eq!(book(dir.path()), whole, "cut at {cut}");
    }
    let fetched = fs::read_to_string(dir.path().join("fetched")).unwrap();
    assert_eq!(fetched, "4 ", "killed between file and line, the file is found again");
}

#[test]
fn what_an_earlier_run_began_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let shelf = dir.path().canonicalize().unwrap().join("lobby");
    let script = Script {
        transfers: vec![download(8, 4, dir.path()), download(9, 4, &shelf)],
        answer: Some(|command| match command {
            Command::ListTransfers => vec![Event::TransferMoved(download(9, 4, Path::new("/")))],
            Command::ReadHistory { after: Seq(7), .. } => vec![
                Event::FileSaved { id: id(9), room: LOBBY, seq: Seq(4), path: "/a".into() },
                Event::Done { id: id(9), room: Some(LOBBY) },
            ],
            other => saves(other),
        }),
        ..script()
    };
    let told = run(script, dir.path());
    // The page after the last is asked for once the file is here, so it never comes.
    assert!(told.failure().starts_with("The relay did not give all files in time;"), "{told:?}");
    assert!(!told.commands.iter().any(|c| matches!(c, Command::SaveFile { .. })), "{told:?}");
    assert_eq!(kept(dir.path()).len(), 4, "what comes before is kept");
}

#[test]
fn a_message_that_is_handed_on_late_is_kept_too() {
    let dir = tempfile::tempdir().unwrap();
    run(script(), dir.path());
    let mut late = message(1, "bob", "before");
    if let EntryKind::Message { told_by, .. } = &mut late.kind {
        *told_by = Some(handle("alice"));
    }
    // Between two runs.
    let mut grown = script();
    grown.history.push(late.clone());
    assert!(run(grown, dir.path()).result.is_ok());
    let mut expected = all();
    expected.push((1, None));
    assert_eq!(kept(dir.path()), expected);
}

#[test]
fn a_message_that_is_handed_on_while_it_runs_is_kept_once() {
    let dir = tempfile::tempdir().unwrap();
    let handed_on = |command: &Command| match command {
        Command::ReadHistory { after: Seq(0), .. } => {
            let entry = message(1, "bob", "before");
            vec![Event::Entry { room: LOBBY, entry }; 2]
        }
        other => saves(other),
    };
    let told = run(Script { answer: Some(handed_on), ..script() }, dir.path());
    assert!(told.result.is_ok(), "{told:?}");
    let mut expected = all();
    expected.push((1, None));
    assert_eq!(kept(dir.path()), expected);
}

#[test]
fn a_file_that_is_gone_has_a_line_that_says_so_and_the_rest_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let gone = |command: &Command| match command {
        Command::SaveFile { id, .. } => {
            vec![Event::CommandFailed { id: Some(*id), problem: Problem::FileGone }]
        }
        _ => Vec::new(),
    };
    let told = run(Script { answer: Some(gone), ..script() }, dir.path());
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!(told.notes, format!("lobby: a.pdf: {}\n", Problem::FileGone));
    let lines = book(dir.path());
    let line = lines.lines().nth(4).unwrap();
    let end = format!(r#","saved":null,"problem":"{}"}}"#, Problem::FileGone);
    assert!(line.ends_with(&end), "{line}");
    assert_eq!(lines.lines().count(), 8);
}

#[test]
fn a_full_disk_ends_it_and_what_is_kept_stays() {
    let dir = tempfile::tempdir().unwrap();
    let full = |command: &Command| match command {
        Command::SaveFile { id, directory, .. } => {
            let problem = Problem::NoSpaceFor(directory.clone());
            vec![Event::CommandFailed { id: Some(*id), problem }]
        }
        _ => Vec::new(),
    };
    let told = run(Script { answer: Some(full), ..script() }, dir.path());
    assert!(told.failure().starts_with("The disk of"), "{told:?}");
    assert_eq!(kept(dir.path()), all()[..4]);
    assert!(run(script(), dir.path()).result.is_ok());
    assert_eq!(kept(dir.path()), all());
}

#[test]
fn with_follow_it_stays_through_cuts_and_ends_on_ctrl_c() {
    let dir = tempfile::tempdir().unwrap();
    let mut script = Script {
        answer: Some(|command| match command {
            Command::ReadHistory { after: Seq(0), .. } => {
                let entry = message(9, "bob", "news");
                vec![offline(), offline(), connected(), Event::Entry { room: LOBBY, entry }]
            }
            Command::ReadHistory { after: Seq(9), .. } => {
                vec![Event::Disconnected { problem: Problem::AccountDisabled, retry_ms: None }]
            }
            other => saves(other),
        }),
        ..script()
    };
    script.history.push(message(9, "bob", "news"));
    let rooms = Archive { rooms: vec!["lobby".into()], until: Until::Interrupted };
    let told = script.run(|console| archive(console, &rooms, dir.path()));
    assert_eq!(told.notes.matches("does not answer").count(), 1, "{told:?}");
    assert_eq!(told.failure(), Problem::AccountDisabled.to_string());
    assert_eq!(kept(dir.path()).len(), 9);
    let told = Script { interrupted: true, ..Script::default() }.run(|console| {
        let (shelves, earlier, told) = (Vec::new(), Earlier::new(), None);
        Keeper { shelves, earlier, told }.keep(console, Until::Interrupted)
    });
    assert!(told.result.is_ok(), "{told:?}");
}

#[test]
fn without_the_relay_it_keeps_what_is_here_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let told = run(Script { events: vec![offline()], ..script() }, dir.path());
    assert!(told.failure().contains("does not answer"), "{told:?}");
    assert_eq!(kept(dir.path()), all());
}

#[test]
fn programs_see_what_is_saved() {
    let dir = tempfile::tempdir().unwrap();
    let told = run(Script { json: true, ..script() }, dir.path());
    let [line] = told.lines()[..] else { panic!("{told:?}") };
    assert!(line.starts_with(r#"{"type":"saved","#), "{line}");
}

#[test]
fn a_directory_is_for_one_archive_and_one_room() {
    let dir = tempfile::tempdir().unwrap();
    let held = Directory::open(dir.path()).unwrap();
    let told = run(script(), dir.path());
    assert!(told.failure().starts_with("Another archive is kept in"), "{told:?}");
    drop(held);
    assert!(run(script(), dir.path()).result.is_ok());
    fs::write(dir.path().join("lobby/room"), format!("{GARDEN}\n")).unwrap();
    let before = book(dir.path());
    let told = run(script(), dir.path());
    assert!(told.failure().contains("holds something else than this room"), "{told:?}");
    assert_eq!(book(dir.path()), before);
    let twice = vec!["lobby".into(), LOBBY.to_string()];
    let rooms = Archive { rooms: twice, until: Until::Head(SHORT) };
    let told = script().run(|console| archive(console, &rooms, dir.path()));
    assert!(told.failure().contains("are one room"), "{told:?}");
}
