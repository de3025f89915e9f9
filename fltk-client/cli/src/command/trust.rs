//! `verify` and `trust`: whether the key of an account is that person's.

use std::time::Duration;

use engine::{Command, Event};
use wire::id::Handle;

use super::room::settle;
use crate::console::{Console, Patience};
use crate::failure::Failure;
use crate::format;
use crate::random;
use crate::request::Request;

/// Whether the person has compared the number already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    /// It is only to be shown.
    NotYet,
    /// It is that of the person.
    Same,
}

/// Prints the safety number with an account, after marking it as compared if it was.
pub(crate) fn verify(
    console: &mut Console<'_>,
    handle: Handle,
    compared: Compared,
    timeout: Duration,
) -> Result<(), Failure> {
    if compared == Compared::Same {
        let id = random::id()?;
        let command = Command::Verify { id, handle: handle.clone() };
        Request { patience: Patience::NoRelay, ..Request::change(id, command, timeout) }
            .done(console)?;
    }
    let own = random::id()?;
    let command = Command::ShowSafety { id: own, handle };
    let request =
        Request { patience: Patience::NoRelay, ..Request::question(own, command, timeout) };
    let safety = request.answer(console, |event| match event {
        Event::Safety(safety) if safety.id == own => Some(safety),
        _ => None,
    })?;
    if console.json {
        return console.tell(&Event::Safety(safety));
    }
    format::safety(&safety).iter().try_for_each(|line| console.say(line))
}

/// Accepts the key that an account came with.
pub(crate) fn trust(
    console: &mut Console<'_>,
    handle: Handle,
    timeout: Duration,
) -> Result<(), Failure> {
    let id = random::id()?;
    let command = Command::Trust { id, handle };
    settle(
        console,
        Request { patience: Patience::NoRelay, ..Request::change(id, command, timeout) },
    )
}

#[cfg(test)]
mod tests {
    use engine::{Problem, Safety, Trust};

    use super::*;
    use crate::fixture::{Outcome, Script, handle, offline};

    const LONG: Duration = Duration::from_secs(60);

    fn obey(command: &Command) -> Vec<Event> {
        match command {
            Command::ShowSafety { id, handle } => {
                let (id, handle, number) = (*id, handle.clone(), "12345".repeat(12));
                let (trust, changed) = (Trust::Pinned, None);
                vec![Event::Safety(Safety { id, handle, number, trust, changed })]
            }
            Command::Verify { id, .. } | Command::Trust { id, .. } => {
                vec![Event::Done { id: *id, room: None }]
            }
            _ => Vec::new(),
        }
    }

    fn run(script: Script, compared: Compared) -> Outcome {
        Script { answer: Some(obey), ..script }.run(|console| {
            console.list_rooms()?;
            verify(console, handle("bob"), compared, LONG)
        })
    }

    #[test]
    fn the_number_is_shown_without_the_relay() {
        let told = run(Script { events: vec![offline()], ..Script::default() }, Compared::NotYet);
        assert_eq!(told.lines()[..3], ["12345 12345 12345 12345"; 3]);
        assert!(told.lines()[3].starts_with("not verified"), "{}", told.out);
        assert_eq!(told.commands.len(), 2, "{told:?}");
        let told = run(Script { json: true, ..Script::default() }, Compared::NotYet);
        assert!(told.out.starts_with(r#"{"type":"safety","account":"bob","number":"12345123"#));
    }

    #[test]
    fn a_compared_number_is_accepted_first() {
        let told = run(Script::default(), Compared::Same);
        assert!(matches!(told.commands[1], Command::Verify { .. }), "{told:?}");
        assert!(matches!(told.commands[2], Command::ShowSafety { .. }), "{told:?}");
        assert!(told.result.is_ok());
    }

    #[test]
    fn a_new_key_is_accepted_or_the_reason_said() {
        let told = Script { answer: Some(obey), ..Script::default() }
            .run(|console| trust(console, handle("bob"), LONG));
        assert!(told.result.is_ok());
        assert!(
            matches!(&told.commands[0], Command::Trust { handle, .. } if handle.as_str() == "bob")
        );
        let told = Script {
            answer: Some(|command| match command {
                Command::Trust { id, handle } => {
                    let problem = Problem::NeverMet(handle.clone());
                    vec![Event::CommandFailed { id: Some(*id), problem }]
                }
                _ => Vec::new(),
            }),
            ..Script::default()
        }
        .run(|console| trust(console, handle("bob"), LONG));
        assert_eq!(told.failure(), Problem::NeverMet(handle("bob")).to_string());
    }
}
