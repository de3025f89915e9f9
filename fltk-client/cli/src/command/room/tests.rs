use engine::{Membership, Role, RoomInfo};
use wire::message::RoomKind;

use super::*;
use crate::fixture::{
    GARDEN, LOBBY, Outcome, Script, connected, garden, handle, offline, unreachable,
};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(20);

/// Does everything at once.
fn obey(command: &Command) -> Vec<Event> {
    let done = |id: &RequestId, room| vec![Event::Done { id: *id, room: Some(room) }];
    match command {
        Command::CreateRoom { id, .. } => {
            let mut events = vec![Event::RoomAdded(garden())];
            events.extend(done(id, GARDEN));
            events
        }
        Command::OpenDirect { id, handle } => {
            let (name, kind) = (format!("@{handle}"), RoomKind::Direct);
            let mut events = vec![Event::RoomAdded(RoomInfo { name, kind, ..garden() })];
            events.extend(done(id, GARDEN));
            events
        }
        Command::JoinRoom { id, room }
        | Command::LeaveRoom { id, room }
        | Command::ChangeRoom { id, room, .. } => done(id, *room),
        _ => Vec::new(),
    }
}

fn refuse(command: &Command) -> Vec<Event> {
    match command {
        Command::JoinRoom { id, .. } | Command::ChangeRoom { id, .. } => {
            vec![Event::CommandFailed { id: Some(*id), problem: Problem::OwnersOnly }]
        }
        _ => Vec::new(),
    }
}

fn obedient(json: bool, events: Vec<Event>) -> Script {
    Script { json, events, answer: Some(obey), ..Script::default() }
}

fn new_room() -> NewRoom {
    NewRoom { access: Access::Closed, name: "garden".into(), history: 5 }
}

fn invite(script: Script, timeout: Duration) -> Outcome {
    script.run(|console| change(console, "lobby", Change::Invite(handle("bob")), timeout))
}

#[test]
fn a_new_room_is_printed_by_its_id() {
    let told = obedient(false, vec![connected()]).run(|c| create(c, new_room(), LONG));
    assert_eq!(told.lines(), [GARDEN.to_string()]);
    let asked = told.commands.last().unwrap();
    assert!(
        matches!(asked, Command::CreateRoom { access: Access::Closed, name, history: 5, .. } if name == "garden"),
        "{asked:?}"
    );
    let told = obedient(true, vec![connected()]).run(|c| create(c, new_room(), LONG));
    let [line] = told.lines()[..] else { panic!("{}", told.out) };
    assert!(line.starts_with(r#"{"type":"done","id":""#), "{line}");
    assert!(line.ends_with(r#"","room":"garden"}"#), "{line}");
}

#[test]
fn a_direct_conversation_is_printed_by_its_name() {
    let told = obedient(false, vec![]).run(|console| direct(console, handle("bob"), LONG));
    assert_eq!(told.lines(), ["@bob"]);
}

#[test]
fn a_change_is_silent_for_people_and_done_for_programs() {
    let told = invite(obedient(false, vec![connected()]), LONG);
    assert_eq!((told.out.as_str(), told.result.is_ok()), ("", true));
    let asked = told.commands.last().unwrap();
    let Command::ChangeRoom { room: LOBBY, change, .. } = asked else { panic!("{asked:?}") };
    assert_eq!(*change, Change::Invite(handle("bob")));
    let told = invite(obedient(true, vec![connected()]), LONG);
    assert!(told.out.ends_with("\",\"room\":\"lobby\"}\n"), "{}", told.out);
}

#[test]
fn a_refusal_is_one_sentence() {
    let script = Script { answer: Some(refuse), ..Script::default() };
    assert_eq!(invite(script, LONG).failure(), Problem::OwnersOnly.to_string());
}

#[test]
fn without_a_connection_it_fails_at_once_and_nothing_is_uncertain() {
    let told = invite(Script { events: vec![offline()], ..Script::default() }, LONG);
    assert_eq!(told.failure(), unreachable().to_string());
}

#[test]
fn a_change_that_nobody_confirmed_may_be_repeated() {
    let told = invite(Script { events: vec![connected()], ..Script::default() }, SHORT);
    let uncertain =
        "It was not confirmed in time and may not have been done; it can safely be tried again.";
    assert_eq!(told.failure(), uncertain);
    // The connection went after the question.
    let told = invite(Script { events: vec![connected(), offline()], ..Script::default() }, LONG);
    assert_eq!((told.failure().as_str(), told.notes.lines().count()), (uncertain, 1));
    let told = Script { events: vec![connected()], ..Script::default() }
        .run(|console| create(console, new_room(), SHORT));
    assert!(told.failure().contains("see with `rooms`"), "{}", told.failure());
}

#[test]
fn an_open_room_is_joined_by_name_once_it_is_announced_or_by_id() {
    let open = RoomInfo { standing: Membership::Joinable, kind: RoomKind::Open, ..garden() };
    let events = vec![connected(), Event::RoomChanged(open)];
    let told = obedient(false, events).run(|console| join(console, "garden", LONG));
    assert!(told.result.is_ok(), "{told:?}");
    assert!(matches!(told.commands.last(), Some(Command::JoinRoom { room: GARDEN, .. })));

    let unheard = GARDEN.to_string();
    let told = Script { answer: Some(refuse), ..Script::default() }
        .run(|console| join(console, &unheard, LONG));
    assert_eq!(told.failure(), Problem::OwnersOnly.to_string());
    let told = obedient(false, vec![offline()]).run(|console| join(console, "attic", LONG));
    assert_eq!(told.failure(), unreachable().to_string());
    let told = obedient(false, vec![connected()]).run(|console| join(console, "attic", LONG));
    assert_eq!(told.failure(), Problem::RoomUnknown.to_string());
}

#[test]
fn a_room_is_left_by_name() {
    let owned = RoomInfo { standing: Membership::In(Role::Owner), ..garden() };
    let events = vec![Event::RoomAdded(owned), connected()];
    let told = obedient(false, events).run(|console| leave(console, "garden", LONG));
    assert!(matches!(told.commands.last(), Some(Command::LeaveRoom { room: GARDEN, .. })));
    assert!(told.result.is_ok());
}
