//! What is done to messages that were sent, and how far a room was read.

use std::time::Duration;

use engine::{Command, Event, Reacting, Receipts};
use wire::id::Seq;

use super::room::settle;
use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::random;
use crate::request::Request;

const STAYS_QUEUED: &str = "it stays queued in this profile and goes out when it next connects";

/// What is to become of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Alteration {
    /// Its text is another.
    Edit(String),
    /// It is taken back.
    Delete,
    /// A reaction comes or goes.
    React(String, Reacting),
}

/// Alters a message, until the relay has it for good.
pub(crate) fn alter(
    console: &mut Console<'_>,
    room: &str,
    (seq, alteration): (Seq, Alteration),
    timeout: Duration,
) -> Result<(), Failure> {
    let (id, room) = (random::id()?, console.room(room)?);
    let command = match alteration {
        Alteration::Edit(text) => Command::EditText { id, room, seq, text },
        Alteration::Delete => Command::DeleteMessage { id, room, seq },
        Alteration::React(emoji, what) => Command::React { id, room, seq, emoji, what },
    };
    let (patience, again) = (Patience::AllTries, Some(STAYS_QUEUED));
    settle(console, Request { patience, again, ..Request::change(id, command, timeout) })
}

/// Notes how far the room was read, and lets that go out to the others.
pub(crate) fn mark_read(
    console: &mut Console<'_>,
    room: &str,
    seq: Seq,
    timeout: Duration,
) -> Result<(), Failure> {
    let until = after(timeout);
    let room = console.room(room)?;
    let stale = console.catch_up(room, until, Patience::FirstTry)?;
    console.ask(Command::MarkRead { room, seq });
    // It is done before the profile answers anything that is asked behind it.
    show_receipts(console)?;
    stale.map_or(Ok(()), Err)
}

/// Says, or sets, whether others are told what was read here.
pub(crate) fn receipts(console: &mut Console<'_>, set: Option<Receipts>) -> Result<(), Failure> {
    let receipts = match set {
        None => show_receipts(console)?,
        Some(receipts) => console.query(Command::SetReceipts(receipts), told)?,
    };
    match (console.json, receipts) {
        (true, receipts) => console.tell(&Event::ReceiptsSet(receipts)),
        (false, Receipts::On) => console.say("on"),
        (false, Receipts::Off) => console.say("off"),
    }
}

fn show_receipts(console: &mut Console<'_>) -> Result<Receipts, Failure> {
    console.query(Command::ShowReceipts, told)
}

fn told(event: Event) -> Option<Receipts> {
    match event {
        Event::ReceiptsSet(receipts) => Some(receipts),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use engine::Problem;

    use super::*;
    use crate::fixture::{LOBBY, Outcome, Script, caught_up, connected, offline};

    fn obey(command: &Command) -> Vec<Event> {
        match command {
            Command::EditText { id, room, .. } | Command::React { id, room, .. } => {
                vec![Event::Done { id: *id, room: Some(*room) }]
            }
            Command::DeleteMessage { id, .. } => {
                vec![Event::CommandFailed { id: Some(*id), problem: Problem::NotYours }]
            }
            Command::ShowReceipts => vec![Event::ReceiptsSet(Receipts::On)],
            Command::SetReceipts(receipts) => vec![Event::ReceiptsSet(*receipts)],
            _ => Vec::new(),
        }
    }

    fn run(
        events: Vec<Event>,
        act: impl FnOnce(&mut Console<'_>) -> Result<(), Failure>,
    ) -> Outcome {
        Script { events, answer: Some(obey), ..Script::default() }.run(act)
    }

    const SHORT: Duration = Duration::from_millis(50);

    #[test]
    fn a_message_is_altered_or_the_reason_said() {
        let alter = |alteration| {
            run(vec![connected()], |console| alter(console, "lobby", (Seq(3), alteration), SHORT))
        };
        let told = alter(Alteration::Edit("new".into()));
        assert!(told.result.is_ok() && told.out.is_empty(), "{told:?}");
        let reaction = Alteration::React("+".into(), Reacting::Withdraw);
        assert!(alter(reaction).result.is_ok());
        assert_eq!(alter(Alteration::Delete).failure(), Problem::NotYours.to_string());
    }

    #[test]
    fn what_was_not_confirmed_stays_queued() {
        let told = Script { events: vec![offline()], ..Script::default() }
            .run(|console| alter(console, "lobby", (Seq(3), Alteration::Delete), SHORT));
        assert!(told.failure().contains("stays queued in this profile"), "{told:?}");
    }

    #[test]
    fn what_was_read_is_noted_with_the_relay_or_without() {
        let mark = |events| run(events, |console| mark_read(console, "lobby", Seq(3), SHORT));
        for (events, is_told) in [(vec![connected(), caught_up()], true), (vec![offline()], false)]
        {
            let told = mark(events);
            let marked = Command::MarkRead { room: LOBBY, seq: Seq(3) };
            assert!(told.commands.contains(&marked), "{told:?}");
            assert_eq!(told.result.is_ok(), is_told);
        }
    }

    #[test]
    fn receipts_are_said_and_set() {
        let told = run(Vec::new(), |console| receipts(console, None));
        assert_eq!(told.out, "on\n");
        let told = run(Vec::new(), |console| receipts(console, Some(Receipts::Off)));
        assert_eq!(told.out, "off\n");
    }
}
