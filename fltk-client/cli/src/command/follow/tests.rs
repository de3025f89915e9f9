use engine::Problem;

use super::*;
use crate::fixture::{
    AT, DEVICE, LOBBY, Outcome, Script, caught_up, connected, entry, handle, offline,
};

const SHORT: Option<Duration> = Some(Duration::from_millis(20));

fn typing() -> Event {
    Event::Typing { room: LOBBY, from: handle("bob"), device: DEVICE }
}

fn run(json: bool, events: Vec<Event>, count: Option<u64>) -> Outcome {
    let started = UnixMs(AT.0 + 1);
    let script = Script { json, events, started, ..Script::default() };
    script.run(|console| follow(console, Some("lobby"), count, SHORT))
}

#[test]
fn old_entries_are_passed_over_and_new_ones_printed() {
    let mut just_said = entry(3, "bob", "while connecting");
    if let Event::Entry { entry, .. } = &mut just_said {
        entry.at = UnixMs(AT.0 + 60_000);
    }
    let events =
        vec![connected(), entry(2, "bob", "old"), just_said, caught_up(), entry(4, "bob", "new")];
    let told = run(false, events, None);
    assert_eq!(told.lines(), ["16:01 bob: while connecting", "16:00 bob: new"]);
    assert!(told.result.is_ok(), "the time is over, and no number was asked for");
}

#[test]
fn it_ends_after_that_many_messages() {
    let joined = Event::Entry {
        room: LOBBY,
        entry: Entry {
            kind: EntryKind::Members {
                by: handle("bob"),
                joined: vec![handle("carol")],
                left: vec![],
            },
            ..crate::fixture::message(3, "bob", "")
        },
    };
    let events = vec![
        caught_up(),
        joined,
        entry(4, "bob", "one"),
        offline(),
        connected(),
        entry(5, "bob", "two"),
        entry(6, "bob", "three"),
    ];
    let told = run(false, events.clone(), Some(2));
    assert_eq!(told.lines(), ["16:00 * bob added carol", "16:00 bob: one", "16:00 bob: two"]);
    assert!(told.result.is_ok());
    let told = run(false, events, Some(9));
    assert_eq!(told.failure(), "Only 3 of 9 messages arrived in time.");
    assert!(run(false, vec![], Some(0)).result.is_ok());
}

#[test]
fn programs_see_typing_and_the_state_of_the_connection() {
    let told = run(true, vec![connected(), caught_up(), typing(), offline()], None);
    let problem = crate::fixture::unreachable();
    assert_eq!(
        told.lines(),
        [
            format!(r#"{{"type":"connected","name":"alice","device":"{DEVICE}"}}"#),
            format!(r#"{{"type":"typing","room":"lobby","from":"bob","device":"{DEVICE}"}}"#),
            format!(r#"{{"type":"disconnected","problem":"{problem}","retry_ms":100}}"#),
        ]
    );
}

#[test]
fn only_the_room_that_was_asked_for() {
    let elsewhere = Event::Entry {
        room: RoomId::from_array([8; 16]),
        entry: Entry { at: UnixMs(u64::MAX), ..crate::fixture::message(1, "bob", "psst") },
    };
    let told = run(false, vec![caught_up(), elsewhere.clone(), entry(4, "bob", "new")], None);
    assert_eq!(told.lines(), ["16:00 bob: new"]);
    let all = Script { events: vec![caught_up(), entry(4, "bob", "new")], ..Script::default() }
        .run(|console| follow(console, None, None, SHORT));
    assert_eq!(all.lines(), ["lobby 16:00 bob: new"]);
}

#[test]
fn ctrl_c_is_its_ordinary_end_and_a_final_problem_is_not() {
    let interrupt = Script { interrupted: true, ..Script::default() };
    let told = interrupt.run(|console| {
        console.view.listed = true;
        follow(console, None, Some(1), None)
    });
    assert!(told.result.is_ok());
    let gone = Event::Disconnected { problem: Problem::AccountDisabled, retry_ms: None };
    let told = run(false, vec![connected(), gone], None);
    assert_eq!(told.failure(), Problem::AccountDisabled.to_string());
}

#[test]
fn a_changed_key_is_a_loud_line_for_people_too() {
    let changed = Event::KeyChanged { room: Some(LOBBY), handle: handle("bob") };
    let told = run(false, vec![changed], None);
    assert!(told.notes.starts_with("WARNING: bob came with another key"), "{}", told.notes);
}

#[test]
fn what_becomes_of_the_room_is_told_aside_and_to_programs() {
    let renamed = engine::RoomInfo { name: "hall".into(), ..crate::fixture::lobby() };
    let elsewhere = Event::RoomChanged(crate::fixture::garden());
    let reason = engine::Departure::Removed(handle("bob"));
    let events = vec![
        Event::RoomChanged(renamed),
        elsewhere,
        Event::RoomRepaired { room: LOBBY },
        Event::DevicesStale { room: LOBBY, devices: vec![(handle("bob"), 1)] },
        Event::RoomLeft { room: LOBBY, reason },
    ];
    let told = run(false, events.clone(), None);
    let notes: Vec<&str> = told.notes.lines().collect();
    assert_eq!((told.out.as_str(), notes.len()), ("", 3), "{told:?}");
    assert!(notes.iter().all(|note| note.starts_with("hall: ")), "{notes:?}");
    let told = run(true, events, None);
    let kinds: Vec<&str> = told.lines().iter().filter_map(|line| line.split('"').nth(3)).collect();
    assert_eq!(kinds, ["room-changed", "room-repaired", "devices-stale", "room-left"]);
}
