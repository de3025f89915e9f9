//! `files`: what was sent to a room.

use std::time::Duration;

use engine::Entry;
use wire::id::Seq;

use super::find::{Ids, digits, is_file, without_picture};
use crate::command::history;
use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::format;
use crate::json::Line;

/// Prints the files of a room. Without the relay those that the profile knows, and a failure.
pub(crate) fn files(
    console: &mut Console<'_>,
    room: &str,
    timeout: Duration,
) -> Result<(), Failure> {
    let room = console.room(room)?;
    let stale = console.catch_up(room, after(timeout), Patience::FirstTry)?;
    let mut files: Vec<Entry> = Vec::new();
    let mut ids: Ids = Vec::new();
    history::each(console, room, Seq(0), |_, entry| {
        if let Some((id, _)) = is_file(&entry) {
            ids.push((id, entry.seq));
            files.push(without_picture(entry));
        }
        Ok(())
    })?;
    let (label, digits) = (console.view.label(room), digits(&ids));
    for entry in &files {
        if console.json {
            Line::of_entry(entry, &label).iter().try_for_each(|line| console.emit(line))?;
        } else if let Some(line) = format::file(entry, digits) {
            console.say(&line)?;
        }
    }
    stale.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Outcome, Script, caught_up, connected, file, message, offline};

    fn run(script: Script) -> Outcome {
        let history = vec![
            message(1, "alice", "hello"),
            file(2, "alice", "a\u{1b}[2J.pdf"),
            file(3, "bob", "b.pdf"),
        ];
        let script = Script { history, ..script };
        script.run(|console| files(console, "lobby", Duration::from_millis(50)))
    }

    #[test]
    fn files_are_listed_with_what_get_takes() {
        let told = run(Script { events: vec![connected(), caught_up()], ..Script::default() });
        assert!(told.result.is_ok(), "{told:?}");
        assert_eq!(
            told.lines(),
            [
                "2025-11-24 16:00  02020202  alice  80.0 MiB  a[2J.pdf  application/pdf",
                "2025-11-24 16:00  03030303  bob  80.0 MiB  b.pdf  application/pdf",
            ]
        );
    }

    #[test]
    fn without_the_relay_it_lists_those_that_are_known_and_says_so() {
        let told = run(Script { json: true, events: vec![offline()], ..Script::default() });
        assert!(told.failure().contains("does not answer"), "{told:?}");
        let kinds = told.lines().into_iter().filter_map(|line| line.split('"').nth(3));
        assert_eq!(kinds.collect::<Vec<_>>(), ["file", "file"]);
        assert!(told.out.contains(&"03".repeat(16)), "programs get the whole id");
    }
}
