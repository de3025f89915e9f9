use engine::{Event, Transfer};
use wire::id::Seq;

use super::*;
use crate::fixture::{LOBBY, Outcome, Script, connected, id, offline, unreachable, upload};

const SHORT: Duration = Duration::from_millis(50);

fn began(command: &Command) -> Option<Transfer> {
    match command {
        Command::SendFile { id, path, .. } => {
            let name = path.file_name().unwrap().to_str().unwrap();
            Some(Transfer { id: *id, path: path.clone(), ..upload(0, name, 1, 2) })
        }
        _ => None,
    }
}

fn begins(command: &Command) -> Vec<Event> {
    began(command).into_iter().map(Event::TransferMoved).collect()
}

fn sends(command: &Command) -> Vec<Event> {
    let Some(file) = began(command) else { return Vec::new() };
    let sent = Event::MessageSent { room: LOBBY, id: file.id, seq: Seq(5) };
    // Trouble in between is not the end.
    vec![Event::TransferMoved(file), offline(), connected(), sent]
}

fn script(answer: fn(&Command) -> Vec<Event>) -> Script {
    Script { answer: Some(answer), ..Script::default() }
}

fn run(script: Script, files: &[&str], id: Option<MessageId>) -> Outcome {
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    script.run(|console| put(console, "lobby", &files, id, SHORT))
}

fn asked(told: &Outcome) -> usize {
    told.commands.iter().filter(|command| matches!(command, Command::SendFile { .. })).count()
}

#[test]
fn the_id_is_printed_once_the_relay_has_the_file() {
    let told = run(script(sends), &["/a"], Some(id(7)));
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!((told.out.as_str(), told.notes.as_str()), (&*format!("{}\n", id(7)), ""));
    let path = "/a".into();
    assert_eq!(told.commands.last(), Some(&Command::SendFile { room: LOBBY, id: id(7), path }));
}

#[test]
fn of_several_files_each_has_a_line() {
    let told = run(script(sends), &["/a", "/b\u{1b}[2J"], None);
    assert!(told.result.is_ok(), "{told:?}");
    let names: Vec<&str> = told.lines().iter().map(|line| &line[34..]).collect();
    assert_eq!(names, ["a", "b[2J"]);
}

#[test]
fn programs_see_the_progress_and_people_only_where_they_watch() {
    let told = run(Script { json: true, ..script(sends) }, &["/a"], Some(id(7)));
    let kinds = told.lines().into_iter().filter_map(|line| line.split('"').nth(3));
    assert_eq!(kinds.collect::<Vec<_>>(), ["progress", "sent"]);
    let told = run(Script { columns: Some(80), ..script(sends) }, &["/a"], Some(id(7)));
    assert_eq!(told.notes, "\r\u{1b}[Ka  1 of 2 bytes  50 %  waiting\r\u{1b}[K");
    assert_eq!(told.out, format!("{}\n", id(7)));
}

#[test]
fn a_file_that_is_on_its_way_already_is_waited_for_and_not_sent_twice() {
    let sent = Event::MessageSent { room: LOBBY, id: id(9), seq: Seq(5) };
    let script = || Script {
        transfers: vec![upload(8, "other", 1, 2), upload(9, "a", 1, 2)],
        // Told after the list, as the engine does.
        answer: Some(|command| match command {
            Command::ListTransfers => {
                vec![Event::MessageSent { room: LOBBY, id: id(9), seq: Seq(5) }]
            }
            _ => Vec::new(),
        }),
        ..Script::default()
    };
    let told = run(script(), &["/tmp/a"], None);
    assert!(told.result.is_ok(), "{told:?}");
    assert_eq!((told.out.as_str(), asked(&told)), (&*format!("{}\n", id(9)), 0));
    assert_eq!(told.notes, "a is on its way already, so it is waited for.\n");
    let told = run(script(), &["/tmp/b"], None);
    assert_eq!(asked(&told), 1, "another file");
    let told = run(script(), &["/tmp/a"], Some(id(7)));
    assert_eq!(asked(&told), 1, "another message of the same file was asked for: {sent:?}");
}

#[test]
fn a_file_that_was_cut_short_stays_and_it_says_so() {
    let stays = "so it stays in this profile and goes on when that is next opened; the same \
                 command waits for it.";
    let told = run(script(begins), &["/a"], None);
    assert_eq!(told.failure(), format!("The relay did not take the file in time, {stays}"));
    let offline = |command: &Command| {
        let mut events = begins(command);
        if !events.is_empty() {
            events.push(offline());
        }
        events
    };
    let told = run(script(offline), &["/a"], None);
    assert_eq!(told.notes, format!("{}\n", unreachable()));
    assert_eq!(told.failure(), format!("The relay did not take the file in time, {stays}"));
    let told = run(script(begins), &["/a", "/b"], None);
    assert!(told.failure().starts_with("The relay did not take 2 files in time,"), "{told:?}");
    let told = run(script(|_| Vec::new()), &["/a"], None);
    assert!(told.failure().starts_with("The profile did not take the file in time;"), "{told:?}");
    let given_up = |command: &Command| {
        let mut events = begins(command);
        events.push(Event::Disconnected { problem: Problem::AccountDisabled, retry_ms: None });
        events
    };
    let told = script(given_up)
        .run(|console| put(console, "lobby", &["/a".into()], None, Duration::from_secs(60)));
    assert!(told.failure().contains(stays), "without waiting a minute: {told:?}");
}

#[test]
fn ctrl_c_leaves_what_has_begun_in_the_profile() {
    let script = Script { interrupted: true, ..script(begins) };
    let told = script.run(|console| {
        let mut batch = Batch::new(LOBBY, Direction::Up, 1, SHORT);
        batch.adopt(console, &upload(9, "a", 1, 2));
        batch.run(console)
    });
    assert!(told.failure().starts_with("The relay did not take the file yet, so it stays"));
}

#[test]
fn a_refused_file_ends_with_the_reason_and_others_go_on() {
    let refuses = |command: &Command| match command {
        Command::SendFile { id, path, .. } if path.ends_with("large") => {
            let problem = Problem::FileTooLarge { max: 5 };
            vec![Event::CommandFailed { id: Some(*id), problem }]
        }
        other => sends(other),
    };
    let told = run(script(refuses), &["/large"], None);
    assert_eq!(told.failure(), Problem::FileTooLarge { max: 5 }.to_string());
    assert_eq!(told.notes, "");
    let told = run(script(refuses), &["/large", "/a"], None);
    assert_eq!(told.failure(), "1 of 2 files were not sent.");
    assert_eq!(told.notes, format!("large: {}\n", Problem::FileTooLarge { max: 5 }));
    assert_eq!(told.lines().len(), 1);
}

#[test]
fn files_are_looked_at_before_anything_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a");
    std::fs::write(&file, "a").unwrap();
    let twice = vec![file.clone(), dir.path().join(".").join("a")];
    assert_eq!(sources(twice).unwrap(), [file.canonicalize().unwrap()]);
    let refusal = sources(vec![file, dir.path().join("none")]).unwrap_err().to_string();
    assert!(refusal.contains("none could not be read"), "{refusal}");
    let refusal = sources(vec![dir.path().into()]).unwrap_err().to_string();
    assert!(refusal.contains("is not a file"), "{refusal}");
}

#[test]
fn only_the_room_that_is_held_refuses_a_file() {
    let held = |room| Event::RoomHeld { room, hold: engine::Hold::Forked };
    let other = Script { events: vec![held(crate::fixture::GARDEN)], ..script(sends) };
    let told = run(other, &["/a"], None);
    assert!(told.result.is_ok(), "{told:?}");
    let refuses = script(|command| match command {
        Command::SendFile { room, .. } => {
            vec![Event::RoomHeld { room: *room, hold: engine::Hold::Forked }]
        }
        _ => Vec::new(),
    });
    let told = run(refuses, &["/a"], None);
    assert_eq!(told.failure(), Problem::RoomHeld(engine::Hold::Forked).to_string());
}
