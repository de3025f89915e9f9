//! `pipe`: JSON commands in, JSON events out, over one connection.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use engine::{Command, Event, MessageId, Problem};
use wire::id::{RoomId, Seq};

use crate::ask::{self, Ask};
use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::format;
use crate::inbox::Input;
use crate::json::Line;
use crate::random;
use crate::view::Found;

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
    questions: usize,
}

impl Work {
    fn under_way(&self) -> usize {
        self.unqueued.len() + self.questions
    }

    fn take(&mut self, console: &mut Console<'_>, ask: Ask) -> Result<(), Failure> {
        let named = match &ask {
            Ask::Send { id, .. } => id.clone(),
            _ => None,
        };
        match self.command(console, ask) {
            Ok(command) => console.ask(command),
            Err(problem) => refuse(console, &problem, named.as_deref())?,
        }
        Ok(())
    }

    fn command(&mut self, console: &Console<'_>, ask: Ask) -> Result<Command, String> {
        let command = match ask {
            Ask::Send { room, text, id } => {
                let room = find(console, &room)?;
                let id = match id {
                    Some(hex) => ask::message_id(&hex)?,
                    None => random::id().map_err(|failure| failure.to_string())?,
                };
                self.unqueued.insert(id);
                self.unsent.insert(id);
                return Ok(Command::SendText { room, id, text });
            }
            Ask::Typing { room } => return Ok(Command::SendTyping { room: find(console, &room)? }),
            Ask::Rooms {} | Ask::Quit {} => Command::ListRooms,
            Ask::Members { room } => Command::ListMembers { room: find(console, &room)? },
            Ask::Devices {} => {
                Command::ListDevices { id: random::id().map_err(|failure| failure.to_string())? }
            }
            Ask::Read { room, since, limit } => {
                let (room, limit) = (find(console, &room)?, limit.min(ask::MAX_LIMIT));
                Command::ReadHistory { room, after: Seq(since), limit }
            }
        };
        self.questions += 1;
        Ok(command)
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
            }
            // The first list was for us: the program has not asked yet.
            Event::Rooms(_) if self.questions == 0 => return Ok(()),
            Event::Rooms(_)
            | Event::Members { .. }
            | Event::Devices { .. }
            | Event::History { .. }
            | Event::CommandFailed { id: None, .. } => {
                self.questions = self.questions.saturating_sub(1);
            }
            _ => {}
        }
        console.tell(event)
    }

    fn finish(&mut self, console: &mut Console<'_>, until: Option<Instant>) -> Result<(), Failure> {
        while !self.unsent.is_empty() || self.questions > 0 {
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
        match (self.unsent.len(), self.questions) {
            (0, 0) => Ok(()),
            (0, _) => Err(Failure::Said("Some answers did not arrive in time.".into())),
            (unsent, _) => Err(format::left_behind(unsent)),
        }
    }
}

fn find(console: &Console<'_>, room: &str) -> Result<RoomId, String> {
    match console.view.find(room) {
        Found::One(room) => Ok(room),
        Found::Missing => Err(Problem::RoomUnknown.to_string()),
        Found::Several => Err("More than one room has this name; use its id.".into()),
    }
}

fn refuse(console: &mut Console<'_>, problem: &str, id: Option<&str>) -> Result<(), Failure> {
    console.emit(&Line::error(&problem, id.as_ref()))
}

#[cfg(test)]
mod tests;
