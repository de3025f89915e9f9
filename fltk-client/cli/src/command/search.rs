//! `search`: the messages of this profile in which a text occurs.

use engine::{Command, Event, Hit};

use crate::console::Console;
use crate::failure::Failure;
use crate::format::{self, Stamp};
use crate::json::Line;
use crate::random;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sought {
    /// Words that must all occur.
    pub(crate) text: String,
    /// One room, or all.
    pub(crate) room: Option<String>,
    /// Hits at most.
    pub(crate) limit: usize,
}

/// Prints what the profile has of it, newest first. The relay is not asked.
pub(crate) fn search(console: &mut Console<'_>, sought: Sought) -> Result<(), Failure> {
    let room = match &sought.room {
        Some(room) => Some(console.room(room)?),
        None => {
            console.list_rooms()?;
            None
        }
    };
    let (id, text, limit) = (random::id()?, sought.text, sought.limit);
    let hits = console.query(Command::Search { id, room, text, limit }, |event| match event {
        Event::Found { id: answered, hits } if answered == id => Some(Ok(hits)),
        Event::CommandFailed { id: Some(failed), problem } if failed == id => Some(Err(problem)),
        _ => None,
    })?;
    hits?.iter().try_for_each(|hit| print(console, hit))
}

fn print(console: &mut Console<'_>, hit: &Hit) -> Result<(), Failure> {
    let label = console.view.label(hit.room);
    if console.json {
        let lines = Line::of_entry(&hit.entry, &label);
        return lines.iter().try_for_each(|line| console.emit(line));
    }
    match format::entry(&hit.entry, Stamp::Date) {
        Some(line) => console.say(&format::hit(&label, &line)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use engine::Problem;

    use super::*;
    use crate::fixture::{LOBBY, Outcome, Script, file, message, offline};

    fn answers(command: &Command) -> Vec<Event> {
        let Command::Search { id, text, .. } = command else { return Vec::new() };
        if text == "fail" {
            return vec![Event::CommandFailed { id: Some(*id), problem: Problem::ProfileDamaged }];
        }
        let entries = [message(3, "bob", "ro\u{1b}ses\nand more"), file(2, "bob", "roses.pdf")];
        let hits = entries.map(|entry| Hit { room: LOBBY, entry });
        vec![Event::Found { id: *id, hits: hits.into() }]
    }

    fn run(json: bool, text: &str, room: Option<&str>) -> Outcome {
        let sought = Sought { text: text.into(), room: room.map(str::to_owned), limit: 9 };
        // Whether there is a relay does not matter.
        let events = vec![offline()];
        let script = Script { json, events, answer: Some(answers), ..Script::default() };
        script.run(|console| search(console, sought))
    }

    #[test]
    fn hits_are_printed_with_their_rooms() {
        let told = run(false, "roses", None);
        assert!(told.result.is_ok(), "{told:?}");
        let [first, rest, second] = told.lines()[..] else { panic!("{}", told.out) };
        assert_eq!(first, "lobby  2025-11-24 16:00 bob: roses");
        assert_eq!(rest.trim_start(), "and more");
        assert!(second.starts_with("lobby  2025-11-24 16:00 bob sent roses.pdf"), "{second}");
        let told = run(true, "roses", Some("lobby"));
        let kinds = told.lines().into_iter().filter_map(|line| line.split('"').nth(3));
        assert_eq!(kinds.collect::<Vec<_>>(), ["message", "file"]);
        let asked = |command: &Command| match command {
            Command::Search { room, limit, .. } => Some((*room, *limit)),
            _ => None,
        };
        assert_eq!(told.commands.iter().find_map(asked), Some((Some(LOBBY), 9)));
    }

    #[test]
    fn what_cannot_be_searched_is_a_failure() {
        assert_eq!(run(false, "fail", None).failure(), Problem::ProfileDamaged.to_string());
        assert_eq!(run(false, "roses", Some("attic")).failure(), Problem::RoomUnknown.to_string());
    }
}
