//! `pipe`: JSON commands in, JSON events out, over one connection.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use engine::{Command, Event, MessageId, RequestId};

use crate::ask::Ask;
use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::format;
use crate::inbox::Input;
use crate::json::Line;

mod translate;

/// Commands under way at most; further lines wait in the pipe.
const MAX_UNDER_WAY: usize = 32;

/// Serves a program until its input ends and all that it sent is on the relay.
pub(crate) fn pipe(console: &mut Console<'_>, timeout: Duration) -> Result<(), Failure> {
    console.list_rooms()?;
    let mut work = Work::default();
    loop {
        let input = if work.under_way() < MAX_UNDER_WAY {
            console.next_or_line(None)?
        } else {
            console.next(None)?
        };
        match input {
            Input::Event(event) => work.tell(console, &event)?,
            Input::Line(line) => match Ask::parse(&line) {
                Ok(Ask::Quit {}) => break,
                Ok(ask) => work.take(console, ask)?,
                Err(problem) => refuse(console, &problem, None)?,
            },
            Input::BadLine => {
                refuse(console, "This line is too long or not UTF-8; nothing was done.", None)?;
            }
            Input::Eof => break,
            Input::Interrupted => return work.verdict(),
            Input::TimeUp => {}
        }
    }
    work.finish(console, after(timeout))
}

/// What the program asked for and has no answer to.
#[derive(Default)]
struct Work {
    /// Handed to the engine, not yet known to be stored.
    unqueued: BTreeSet<MessageId>,
    /// Not yet known to be on the relay.
    unsent: BTreeSet<MessageId>,
    /// Not yet known to be done.
    undone: BTreeSet<RequestId>,
    /// Questions without a name that have no answer.
    questions: usize,
}

impl Work {
    fn under_way(&self) -> usize {
        self.unqueued.len() + self.undone.len() + self.questions
    }

    fn take(&mut self, console: &mut Console<'_>, ask: Ask) -> Result<(), Failure> {
        let named = ask.id().map(str::to_owned);
        match translate::command(&console.view, ask) {
            Ok(command) => {
                self.note(&command);
                console.ask(command);
                Ok(())
            }
            Err(problem) => refuse(console, &problem, named.as_deref()),
        }
    }

    /// Remembers what the command will be answered by.
    fn note(&mut self, command: &Command) {
        match command {
            Command::SendText { id, .. } => {
                self.unqueued.insert(*id);
                self.unsent.insert(*id);
            }
            Command::CreateRoom { id, .. }
            | Command::OpenDirect { id, .. }
            | Command::JoinRoom { id, .. }
            | Command::LeaveRoom { id, .. }
            | Command::ChangeRoom { id, .. }
            | Command::ListDevices { id }
            | Command::NameDevice { id, .. }
            | Command::RevokeDevice { id, .. }
            | Command::ShowSafety { id, .. }
            | Command::Verify { id, .. }
            | Command::Trust { id, .. } => {
                self.undone.insert(*id);
            }
            Command::ListRooms | Command::ListMembers { .. } | Command::ReadHistory { .. } => {
                self.questions += 1;
            }
            _ => {}
        }
    }

    /// Passes an event on, and strikes out what it settles.
    fn tell(&mut self, console: &mut Console<'_>, event: &Event) -> Result<(), Failure> {
        match event {
            Event::MessageQueued { id, .. } => {
                self.unqueued.remove(id);
            }
            Event::MessageSent { id, .. } | Event::CommandFailed { id: Some(id), .. } => {
                self.unqueued.remove(id);
                self.unsent.remove(id);
                self.undone.remove(id);
            }
            Event::Done { id, .. } | Event::Devices { id, .. } => {
                self.undone.remove(id);
            }
            Event::Safety(safety) => {
                self.undone.remove(&safety.id);
            }
            // The first list was for us: the program has not asked yet.
            Event::Rooms(_) if self.questions == 0 => return Ok(()),
            Event::Rooms(_)
            | Event::Members { .. }
            | Event::History { .. }
            | Event::CommandFailed { id: None, .. } => {
                self.questions = self.questions.saturating_sub(1);
            }
            _ => {}
        }
        console.tell(event)
    }

    fn finish(&mut self, console: &mut Console<'_>, until: Option<Instant>) -> Result<(), Failure> {
        while !self.unsent.is_empty() || !self.undone.is_empty() || self.questions > 0 {
            if let Some(problem) = console.view.hopeless(Patience::AllTries) {
                console.note(&problem.to_string());
                break;
            }
            match console.next(until)? {
                Input::Event(event) => self.tell(console, &event)?,
                _ => break,
            }
        }
        self.verdict()
    }

    fn verdict(&self) -> Result<(), Failure> {
        match (self.unsent.len(), self.undone.len(), self.questions) {
            (0, 0, 0) => Ok(()),
            (0, 0, _) => Err(Failure::Said("Some answers did not arrive in time.".into())),
            (0, _, _) => Err(Failure::Said(
                "Some commands were not confirmed in time and may not have been done; look before you repeat them.".into(),
            )),
            (unsent, _, _) => Err(format::left_behind(unsent)),
        }
    }
}

fn refuse(console: &mut Console<'_>, problem: &str, id: Option<&str>) -> Result<(), Failure> {
    console.emit(&Line::error(&problem, id.as_ref()))
}

#[cfg(test)]
mod tests;
