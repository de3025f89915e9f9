//! `follow`: what happens from now on.

use std::collections::BTreeSet;
use std::time::Duration;

use engine::{Entry, EntryKind, Event};
use wire::id::{RoomId, UnixMs};

use crate::console::{Console, after};
use crate::failure::Failure;
use crate::format::{self, Stamp};
use crate::inbox::Input;
use crate::json::Line;
use crate::safe;

/// Prints new entries of one room or of all, until `count` messages came, time is over, or Ctrl-C.
pub(crate) fn follow(
    console: &mut Console<'_>,
    room: Option<&str>,
    count: Option<u64>,
    timeout: Option<Duration>,
) -> Result<(), Failure> {
    let until = timeout.and_then(after);
    let only = match room {
        Some(room) => Some(console.room(room)?),
        None => console.list_rooms().map(|()| None)?,
    };
    let mut news = News { started: console.started, current: BTreeSet::new() };
    let mut arrived = 0;
    while count.is_none_or(|count| arrived < count) {
        let event = match (console.next(until)?, count) {
            (Input::Interrupted, _) | (Input::TimeUp, None) => return Ok(()),
            (Input::TimeUp, Some(count)) => return Err(too_few(arrived, count)),
            (Input::Event(event), _) => event,
            _ => continue,
        };
        if !news.takes(&event) || !concerns(&event, only) {
            continue;
        }
        print(console, &event, only.is_none())?;
        match event {
            Event::Entry { entry: Entry { kind: EntryKind::Message { .. }, .. }, .. } => {
                arrived += 1
            }
            Event::Disconnected { problem, retry_ms: None } => return Err(problem.into()),
            _ => {}
        }
    }
    Ok(())
}

fn too_few(arrived: u64, count: u64) -> Failure {
    Failure::Said(format!("Only {arrived} of {count} messages arrived in time."))
}

/// Tells new entries from those that the profile only catches up with.
struct News {
    started: UnixMs,
    /// Rooms that have caught up once: all that comes after is new.
    current: BTreeSet<RoomId>,
}

impl News {
    fn takes(&mut self, event: &Event) -> bool {
        match event {
            Event::CaughtUp { room, .. } => {
                self.current.insert(*room);
                false
            }
            // Until then the relay's clock decides, so that nothing said while connecting is lost.
            Event::Entry { room, entry } => self.current.contains(room) || entry.at >= self.started,
            Event::Typing { .. } | Event::KeyChanged { .. } => true,
            Event::Connected { .. } | Event::Disconnected { .. } => true,
            _ => false,
        }
    }
}

fn concerns(event: &Event, only: Option<RoomId>) -> bool {
    match event {
        Event::Entry { room, .. } | Event::Typing { room, .. } | Event::KeyChanged { room, .. } => {
            only.is_none_or(|only| only == *room)
        }
        _ => true,
    }
}

fn print(console: &mut Console<'_>, event: &Event, name_room: bool) -> Result<(), Failure> {
    if console.json {
        let line = Line::of(event, &console.view);
        return line.map_or(Ok(()), |line| console.emit(&line));
    }
    match event {
        Event::Entry { room, entry } => {
            let Some(line) = format::entry(entry, Stamp::Clock) else { return Ok(()) };
            if name_room {
                let label = safe::line(&console.view.label(*room));
                return console.say(&format!("{label} {line}"));
            }
            console.say(&line)
        }
        Event::KeyChanged { handle, .. } => {
            console.note(&format::key_changed(handle));
            Ok(())
        }
        Event::Disconnected { problem, retry_ms } => {
            if retry_ms.is_some() {
                console.note(&problem.to_string());
            }
            Ok(())
        }
        Event::Typing { from, .. } => {
            console.note(&format!("{from} is typing"));
            Ok(())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
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
        let events = vec![
            connected(),
            entry(2, "bob", "old"),
            just_said,
            caught_up(),
            entry(4, "bob", "new"),
        ];
        let told = run(false, events, None);
        assert_eq!(told.lines(), ["16:01 bob: while connecting", "16:00 bob: new"]);
        assert!(told.result.is_ok(), "the time is over, and no number was asked for");
    }

    #[test]
    fn it_ends_after_that_many_messages() {
        let joined = Event::Entry {
            room: LOBBY,
            entry: Entry {
                kind: EntryKind::Joined { handle: handle("carol") },
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
        assert_eq!(told.lines(), ["16:00 * carol joined", "16:00 bob: one", "16:00 bob: two"]);
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
}
