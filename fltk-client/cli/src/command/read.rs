//! `read`: what this profile can read of a room, after it caught up.

use std::time::Duration;

use engine::{Command, Entry};
use wire::id::{RoomId, Seq};

use super::history;
use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::format::{self, Stamp};
use crate::json::Line;

/// Whether messages are shown with their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// They are.
    Shown,
    /// They are not.
    Left,
}

/// Prints what follows `since`. Without the relay that is what the profile has, and a failure.
pub(crate) fn read(
    console: &mut Console<'_>,
    room: &str,
    (since, numbers): (Seq, Numbers),
    timeout: Duration,
) -> Result<(), Failure> {
    let until = after(timeout);
    let room = console.room(room)?;
    let stale = console.catch_up(room, until, Patience::FirstTry)?;
    let mut last = None;
    history::each(console, room, since, |console, entry| {
        last = Some(entry.seq);
        print(console, room, (&entry, numbers))
    })?;
    // Programs say themselves what a person has seen.
    if let Some(seq) = last.filter(|_| !console.json) {
        console.ask(Command::MarkRead { room, seq });
    }
    if console.view.is_left(room) {
        let label = console.view.label(room);
        console.note(&format::out_of_room(&label));
    }
    stale.map_or(Ok(()), Err)
}

fn print(
    console: &mut Console<'_>,
    room: RoomId,
    (entry, numbers): (&Entry, Numbers),
) -> Result<(), Failure> {
    if console.json {
        let lines = Line::of_entry(entry, &console.view.label(room));
        lines.iter().try_for_each(|line| console.emit(line))
    } else {
        let line = match numbers {
            Numbers::Shown => format::numbered(entry, Stamp::Date),
            Numbers::Left => format::entry(entry, Stamp::Date),
        };
        line.map_or(Ok(()), |line| console.say(&line))
    }
}

#[cfg(test)]
mod tests {
    use engine::{Event, Problem};

    use super::history::PAGE;
    use super::*;
    use crate::fixture::{
        LOBBY, Outcome, Script, caught_up, connected, entry, handle, message, offline, unreachable,
    };

    fn run(script: Script, since: u64) -> Outcome {
        script.run(|console| {
            read(console, "lobby", (Seq(since), Numbers::Left), Duration::from_millis(50))
        })
    }

    fn hello() -> Vec<Entry> {
        vec![message(1, "alice", "hello"), message(2, "bob", "hi")]
    }

    #[test]
    fn it_catches_up_and_prints_what_follows() {
        let events = || vec![connected(), entry(2, "bob", "hi"), caught_up()];
        let told = run(Script { events: events(), history: hello(), ..Script::default() }, 0);
        assert_eq!(told.lines(), ["2025-11-24 16:00 alice: hello", "2025-11-24 16:00 bob: hi"]);
        assert!(told.result.is_ok());
        let marked = Command::MarkRead { room: LOBBY, seq: Seq(2) };
        assert_eq!(told.commands.last(), Some(&marked), "a person has read it");
        let script = Script { json: true, events: events(), history: hello(), ..Script::default() };
        let told = run(script, 1);
        let [line] = told.lines()[..] else { panic!("{}", told.out) };
        assert!(line.starts_with(r#"{"type":"message","room":"lobby","seq":2,"#), "{line}");
        let marks = |command: &Command| matches!(command, Command::MarkRead { .. });
        assert!(!told.commands.iter().any(marks), "a program may keep it for later");
    }

    #[test]
    fn a_long_history_comes_in_pages() {
        let history: Vec<Entry> = (1..=1_001)
            .map(|seq| Entry { seq: Seq(seq), ..message(1, "alice", "hello") })
            .collect();
        let events = vec![connected(), caught_up()];
        let told = run(Script { events, history, ..Script::default() }, 0);
        assert_eq!(told.lines().len(), 1_001);
        let pages: Vec<&Command> =
            told.commands.iter().filter(|c| matches!(c, Command::ReadHistory { .. })).collect();
        let asked = |after| Command::ReadHistory { room: LOBBY, after: Seq(after), limit: PAGE };
        assert_eq!(pages, [&asked(0), &asked(500), &asked(1_000), &asked(1_001)]);
    }

    #[test]
    fn without_the_relay_it_prints_what_is_here_and_then_says_so() {
        let told =
            run(Script { events: vec![offline()], history: hello(), ..Script::default() }, 0);
        assert_eq!(told.lines().len(), 2);
        assert_eq!(told.failure(), unreachable().to_string());
    }

    #[test]
    fn of_a_room_that_was_left_it_prints_what_is_here_and_says_so() {
        let reason = engine::Departure::Removed(handle("bob"));
        let left = Event::RoomLeft { room: LOBBY, reason };
        let told = run(
            Script { events: vec![connected(), left], history: hello(), ..Script::default() },
            0,
        );
        assert_eq!(told.lines().len(), 2);
        assert!(told.notes.contains("bob removed this account"), "{}", told.notes);
        assert!(told.notes.contains("not in the room any more"), "{}", told.notes);
        assert!(told.result.is_ok());
    }

    #[test]
    fn a_held_room_is_given_time_for_its_repair() {
        let held = Event::RoomHeld { room: LOBBY, hold: engine::Hold::Behind };
        let repaired = Event::RoomRepaired { room: LOBBY };
        let events = vec![held.clone(), connected(), repaired, caught_up()];
        let told = run(Script { events, history: hello(), ..Script::default() }, 0);
        assert!(told.result.is_ok(), "{told:?}");
        let events = vec![held, connected()];
        let told = run(Script { events, history: hello(), ..Script::default() }, 0);
        let expected = Problem::RoomHeld(engine::Hold::Behind).to_string();
        assert_eq!((told.lines().len(), told.failure()), (2, expected));
    }

    #[test]
    fn an_invitation_back_into_a_room_is_waited_for() {
        let left = Event::RoomLeft { room: LOBBY, reason: engine::Departure::Left };
        let back = Event::RoomAdded(crate::fixture::lobby());
        let events = vec![connected(), left, back, caught_up()];
        let told = run(Script { events, history: hello(), ..Script::default() }, 0);
        assert!(told.result.is_ok() && told.notes.is_empty(), "{told:?}");
    }

    #[test]
    fn a_room_that_was_not_joined_is_not_read() {
        let standing = engine::Membership::Joinable;
        let open = Event::RoomChanged(engine::RoomInfo { standing, ..crate::fixture::lobby() });
        let told = run(Script { events: vec![connected(), open], ..Script::default() }, 0);
        assert_eq!(told.failure(), "This account is not in the room; `join` it first.");
    }

    #[test]
    fn a_lost_connection_is_given_time_to_come_back() {
        let lost = Event::Disconnected { problem: Problem::ConnectionLost, retry_ms: Some(1) };
        let events = vec![connected(), lost.clone(), connected(), caught_up()];
        let told = run(Script { events, history: hello(), ..Script::default() }, 0);
        assert!(told.result.is_ok(), "{told:?}");
        let told = run(Script { events: vec![lost], history: hello(), ..Script::default() }, 0);
        assert_eq!((told.lines().len(), told.failure()), (2, Problem::ConnectionLost.to_string()));
    }
}
