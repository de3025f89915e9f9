//! One command that changes or asks something of the relay, until it is done.

use std::time::Duration;

use engine::{Command, Event, RequestId};
use wire::id::RoomId;

use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::format;
use crate::inbox::Input;

/// What is said of a command that can be repeated without harm.
pub(crate) const SAFE_AGAIN: &str = "it can safely be tried again";

/// A command by its name, and how long it may take.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: RequestId,
    pub(crate) command: Command,
    pub(crate) timeout: Duration,
    /// When to stop before the time is over.
    pub(crate) patience: Patience,
    /// For a change, what to do when nobody knows whether it was done; the end of a sentence.
    pub(crate) again: Option<&'static str>,
}

impl Request {
    /// A change that can be repeated and needs the relay.
    pub(crate) fn change(id: RequestId, command: Command, timeout: Duration) -> Self {
        let again = Some(SAFE_AGAIN);
        Self { id, command, timeout, patience: Patience::FirstTry, again }
    }

    /// A question to the relay.
    pub(crate) fn question(id: RequestId, command: Command, timeout: Duration) -> Self {
        Self { again: None, ..Self::change(id, command, timeout) }
    }

    /// Asks, and waits for `Done`: the room it was about, if it was.
    pub(crate) fn done(self, console: &mut Console<'_>) -> Result<Option<RoomId>, Failure> {
        let own = self.id;
        self.answer(console, |event| match event {
            Event::Done { id, room } if id == own => Some(room),
            _ => None,
        })
    }

    /// Asks, and waits for the event that `pick` takes, or for a refusal.
    pub(crate) fn answer<T>(
        self,
        console: &mut Console<'_>,
        mut pick: impl FnMut(Event) -> Option<T>,
    ) -> Result<T, Failure> {
        let until = after(self.timeout);
        console.ask(self.command);
        // Before the connection stood, nothing can have been done.
        let mut begun = console.view.connected;
        loop {
            if let Some(problem) = console.view.hopeless(self.patience) {
                return Err(match begun {
                    true => unknown(console, self.again),
                    false => problem.into(),
                });
            }
            match console.next(until)? {
                Input::Event(Event::CommandFailed { id, problem })
                    if id.is_none_or(|id| id == self.id) =>
                {
                    return Err(problem.into());
                }
                Input::Event(event) => {
                    if let Some(picked) = pick(event) {
                        return Ok(picked);
                    }
                }
                Input::Interrupted => return Err(Failure::Interrupted),
                Input::TimeUp => return Err(unknown(console, self.again)),
                _ => {}
            }
            begun |= console.view.connected;
        }
    }
}

/// Why nobody knows what became of a command.
fn unknown(console: &mut Console<'_>, again: Option<&'static str>) -> Failure {
    let Some(again) = again else { return console.overdue() };
    if let Some(problem) = console.view.problem.clone() {
        console.note(&problem.to_string());
    }
    format::uncertain(again)
}
