//! `pipe`: JSON commands in, JSON events out, over one connection.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use engine::{Command, Entry, Event, MessageId, RequestId};

use crate::ask::Ask;
use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::format;
use crate::inbox::Input;
use crate::json::Line;

mod lookup;
mod translate;

use lookup::{Known, Lookup, Next};

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
    work.finish(console, timeout)
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
    /// Files that are to be saved and are not.
    unsaved: BTreeSet<RequestId>,
    /// Questions without a name that have no answer.
    questions: usize,
    /// Who asked for the pages of rooms that are to come: a lookup, or the program.
    pages: VecDeque<Option<Lookup>>,
    /// Files whose places are known.
    known: Known,
}

impl Work {
    fn under_way(&self) -> usize {
        // What the profile has taken may take long, so it leaves room for other commands.
        let lookups = self.pages.iter().flatten().count();
        self.unqueued.len() + self.undone.len() + self.questions + lookups
    }

    fn take(&mut self, console: &mut Console<'_>, ask: Ask) -> Result<(), Failure> {
        let named = ask.id().map(str::to_owned);
        if matches!(ask, Ask::Get { .. }) {
            return match Lookup::begin(&console.view, &self.known, &ask) {
                Ok(next) => {
                    self.go_on(console, next);
                    Ok(())
                }
                Err(problem) => refuse(console, &problem, named.as_deref()),
            };
        }
        match translate::command(&console.view, ask) {
            Ok(command) => {
                self.note(&command);
                console.ask(command);
                Ok(())
            }
            Err(problem) => refuse(console, &problem, named.as_deref()),
        }
    }

    fn go_on(&mut self, console: &Console<'_>, next: Next) {
        match next {
            Next::Look(lookup, command) => {
                self.pages.push_back(Some(lookup));
                console.ask(command);
            }
            Next::Save(command) => {
                self.note(&command);
                console.ask(command);
            }
        }
    }

    /// Takes a page that a lookup asked for; `false` if the program did.
    fn look(&mut self, console: &mut Console<'_>, entries: &[Entry]) -> Result<bool, Failure> {
        let Some(lookup) = self.pages.pop_front().flatten() else { return Ok(false) };
        let id = lookup.id.to_string();
        match lookup.take(entries) {
            Ok(next) => self.go_on(console, next),
            Err(problem) => refuse(console, &problem, Some(&id))?,
        }
        Ok(true)
    }

    /// Remembers what the command will be answered by.
    fn note(&mut self, command: &Command) {
        match command {
            Command::SendText { id, .. }
            | Command::Reply { id, .. }
            | Command::SendFile { id, .. } => {
                self.unqueued.insert(*id);
                self.unsent.insert(*id);
            }
            Command::SaveFile { id, .. } => {
                self.unqueued.insert(*id);
                self.unsaved.insert(*id);
            }
            Command::EditText { id, .. }
            | Command::DeleteMessage { id, .. }
            | Command::React { id, .. }
            | Command::CreateRoom { id, .. }
            | Command::CancelTransfer { id, .. }
            | Command::ShowFileLimits { id }
            | Command::OpenDirect { id, .. }
            | Command::JoinRoom { id, .. }
            | Command::LeaveRoom { id, .. }
            | Command::ChangeRoom { id, .. }
            | Command::ListDevices { id }
            | Command::Search { id, .. }
            | Command::NameDevice { id, .. }
            | Command::RevokeDevice { id, .. }
            | Command::ShowSafety { id, .. }
            | Command::Verify { id, .. }
            | Command::Trust { id, .. } => {
                self.undone.insert(*id);
            }
            Command::ReadHistory { .. } => {
                self.questions += 1;
                self.pages.push_back(None);
            }
            Command::ListRooms
            | Command::ListMembers { .. }
            | Command::ListTransfers
            | Command::SetReceipts(_)
            | Command::ShowReceipts => {
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
            // Once it is told of, the profile has it.
            Event::TransferMoved(transfer) => {
                self.unqueued.remove(&transfer.id);
            }
            Event::MessageSent { id, .. } | Event::CommandFailed { id: Some(id), .. } => {
                self.settle(id);
                self.unsent.remove(id);
            }
            Event::Done { id, .. } | Event::Devices { id, .. } | Event::Found { id, .. } => {
                self.settle(id);
            }
            Event::FileLimits(limits) => self.settle(&limits.id),
            Event::Entry { room, entry } => self.known.observe(*room, entry),
            Event::History { entries, .. } if self.look(console, entries)? => return Ok(()),
            Event::CommandFailed { id: None, problem } if self.only_lookups() => {
                if let Some(lookup) = self.pages.pop_front().flatten() {
                    return refuse(console, &problem.to_string(), Some(&lookup.id.to_string()));
                }
            }
            Event::Safety(safety) => {
                self.undone.remove(&safety.id);
            }
            // The first list was for us: the program has not asked yet.
            Event::Rooms(_) if self.questions == 0 => return Ok(()),
            Event::Rooms(_)
            | Event::Members { .. }
            | Event::History { .. }
            | Event::Transfers(_)
            | Event::ReceiptsSet(_)
            | Event::CommandFailed { id: None, .. } => {
                let failed = matches!(event, Event::CommandFailed { .. });
                if failed
                    && self.pages.iter().filter(|page| page.is_none()).count() == self.questions
                {
                    self.pages.pop_front();
                }
                self.questions = self.questions.saturating_sub(1);
            }
            _ => {}
        }
        console.tell(event)
    }

    fn settle(&mut self, id: &RequestId) {
        self.unqueued.remove(id);
        self.undone.remove(id);
        self.unsaved.remove(id);
    }

    /// Whether all that has no answer was asked for by lookups.
    fn only_lookups(&self) -> bool {
        self.questions == 0 && self.pages.front().is_some_and(Option::is_some)
    }

    fn is_done(&self) -> bool {
        let files = self.unsaved.is_empty() && !self.pages.iter().any(Option::is_some);
        files && self.unsent.is_empty() && self.undone.is_empty() && self.questions == 0
    }

    fn finish(&mut self, console: &mut Console<'_>, timeout: Duration) -> Result<(), Failure> {
        let mut until = after(timeout);
        while !self.is_done() {
            if let Some(problem) = console.view.hopeless(Patience::AllTries) {
                console.note(&problem.to_string());
                break;
            }
            match console.next(until)? {
                Input::Event(event) => {
                    // A file takes the time that it takes.
                    if matches!(event, Event::TransferMoved(_)) {
                        until = after(timeout);
                    }
                    self.tell(console, &event)?;
                }
                _ => break,
            }
        }
        self.verdict()
    }

    fn verdict(&self) -> Result<(), Failure> {
        match (self.unsent.len(), self.undone.len(), self.questions) {
            (0, 0, 0) if self.is_done() => Ok(()),
            (0, 0, 0) if !self.unsaved.is_empty() => Err(format::unsaved(self.unsaved.len())),
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
