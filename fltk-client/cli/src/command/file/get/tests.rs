use engine::Event;

use super::*;
use crate::fixture::{
    LOBBY, Outcome, Script, caught_up, connected, download, file, id, message, offline,
};

const SHORT: Duration = Duration::from_millis(50);

fn saves(command: &Command) -> Vec<Event> {
    match command {
        Command::SaveFile { id, room, seq, directory } => {
            let path = directory.join(format!("file \u{1b}{seq}"));
            vec![
                Event::TransferMoved(engine::Transfer { id: *id, ..download(0, seq.0, directory) }),
                Event::FileSaved { id: *id, room: *room, seq: *seq, path },
                Event::Done { id: *id, room: Some(*room) },
            ]
        }
        _ => Vec::new(),
    }
}

fn script(files: u8) -> Script {
    let mut history = vec![message(1, "alice", "hello")];
    history.extend((2..2 + files).map(|seq| file(seq, "alice", "a.pdf")));
    let events = vec![connected(), caught_up()];
    Script { history, events, answer: Some(saves), ..Script::default() }
}

fn run(script: Script, wanted: Wanted) -> Outcome {
    script.run(|console| get(console, "lobby", &wanted, Path::new("/to"), SHORT))
}

fn ids(ids: &[&str]) -> Wanted {
    Wanted::Ids(ids.iter().map(|id| (*id).to_owned()).collect())
}

fn asked(told: &Outcome) -> Vec<u64> {
    let seqs = told.commands.iter().filter_map(|command| match command {
        Command::SaveFile { seq, .. } => Some(seq.0),
        _ => None,
    });
    seqs.collect()
}

#[test]
fn a_file_is_saved_by_the_beginning_of_its_id() {
    let told = run(script(3), ids(&["0303", &"04".repeat(16), "030303"]));
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!(told.lines(), ["/to/file 3", "/to/file 4"], "safe for a terminal, and each once");
    let told = run(Script { json: true, ..script(3) }, ids(&["0303"]));
    let kinds = told.lines().into_iter().filter_map(|line| line.split('"').nth(3));
    assert_eq!(kinds.collect::<Vec<_>>(), ["progress", "saved"]);
    assert!(told.out.contains(r#""path":"/to/file \u001b3""#), "exact for programs: {}", told.out);
}

#[test]
fn what_is_unknown_or_unclear_is_refused_before_anything_is_fetched() {
    let told = run(script(3), ids(&["0303", "beef"]));
    assert_eq!(told.failure(), Problem::NoFile.to_string());
    assert!(asked(&told).is_empty());
    let mut twins = script(1);
    let mut twin = file(2, "bob", "b");
    twin.seq = Seq(9);
    twins.history.push(twin);
    let told = run(twins, ids(&["0202"]));
    assert!(told.failure().contains("several files begin with 0202"), "{told:?}");
}

#[test]
fn all_are_fetched_but_never_more_than_a_few_at_a_time() {
    let told = run(script(10), Wanted::All);
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!((told.lines().len(), asked(&told)), (10, (2..12).collect()));
    let stuck = Script { answer: None, ..script(10) };
    let told = run(stuck, Wanted::All);
    assert_eq!(asked(&told), [2, 3, 4, 5]);
    assert!(told.failure().starts_with("The relay did not give 10 files in time,"), "{told:?}");
    let told = run(script(0), Wanted::All);
    assert!(told.result.is_ok() && told.out.is_empty(), "a room without files");
}

#[test]
fn what_an_earlier_run_began_is_waited_for() {
    let script = Script {
        transfers: vec![download(8, 2, Path::new("/elsewhere")), download(9, 3, Path::new("/to"))],
        answer: Some(|command| match command {
            Command::ListTransfers => vec![
                Event::FileSaved { id: id(9), room: LOBBY, seq: Seq(3), path: "/to/a".into() },
                Event::Done { id: id(9), room: Some(LOBBY) },
            ],
            other => saves(other),
        }),
        ..script(2)
    };
    let told = run(script, Wanted::All);
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!((told.lines(), asked(&told)), (vec!["/to/a", "/to/file 2"], vec![2]));
    assert!(told.notes.contains("on its way already"), "{}", told.notes);
}

#[test]
fn without_the_relay_nothing_is_begun() {
    let told = run(Script { events: vec![offline()], ..script(1) }, Wanted::All);
    assert!(told.failure().contains("does not answer"), "{told:?}");
    assert!(asked(&told).is_empty());
}

#[test]
fn a_file_that_is_gone_is_told_and_the_others_are_saved() {
    let gone = |command: &Command| match command {
        Command::SaveFile { id, seq: Seq(2), .. } => {
            vec![Event::CommandFailed { id: Some(*id), problem: Problem::FileGone }]
        }
        other => saves(other),
    };
    let told = run(Script { answer: Some(gone), ..script(2) }, Wanted::All);
    assert_eq!(told.failure(), "1 of 2 files were not saved.");
    assert_eq!(told.notes, format!("a.pdf: {}\n", Problem::FileGone));
    assert_eq!(told.lines(), ["/to/file 3"]);
    let told = run(Script { answer: Some(gone), ..script(1) }, Wanted::All);
    assert_eq!((told.failure(), told.notes.as_str()), (Problem::FileGone.to_string(), ""));
}

#[test]
fn the_directory_is_looked_at_first() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a");
    std::fs::write(&file, "a").unwrap();
    assert_eq!(directory(dir.path().join(".")).unwrap(), dir.path().canonicalize().unwrap());
    for wrong in [file, dir.path().join("none")] {
        let refusal = directory(wrong).unwrap_err().to_string();
        assert!(refusal.starts_with("Nothing can be saved in"), "{refusal}");
    }
}
