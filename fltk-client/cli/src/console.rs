//! What every command works with: the engine, its events, and the two outputs.
//!
//! Commands are plain functions over a [`Console`]; tests run them against a scripted engine.

use std::collections::VecDeque;
use std::io::Write;
use std::time::{Duration, Instant};

use engine::{Command, Event, Problem, RequestId, Transfer};
use wire::id::{RoomId, UnixMs};

use crate::failure::Failure;
use crate::format;
use crate::inbox::{Inbox, Input};
use crate::json::Line;
use crate::progress::Progress;
use crate::safe;
use crate::time;
use crate::view::{Found, View};

/// A room may still be on its way into a profile that was just made.
const ROOM_GRACE: Duration = Duration::from_secs(10);
/// The profile answers from its disk.
const PROFILE_TIMEOUT: Duration = Duration::from_secs(10);

/// When to stop waiting for the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// When it cannot be reached at the first try.
    FirstTry,
    /// When the time is over, or the engine will not try again.
    AllTries,
    /// When the time is over: the profile can do it without the relay.
    NoRelay,
}

/// One run of one command.
pub(crate) struct Console<'a> {
    inbox: Inbox,
    engine: &'a dyn Fn(Command),
    out: &'a mut dyn Write,
    notes: &'a mut dyn Write,
    /// Events that were seen while something else was waited for.
    kept: VecDeque<Event>,
    /// Whether the engine has ended.
    pub(crate) ended: bool,
    /// What is known so far.
    pub(crate) view: View,
    /// The files on their way, where somebody watches.
    pub(crate) progress: Progress,
    /// Whether to answer in JSON.
    pub(crate) json: bool,
    /// When the program started.
    pub(crate) started: UnixMs,
    /// How long a room may take to appear.
    pub(crate) room_grace: Duration,
}

impl<'a> Console<'a> {
    /// Joins the engine and the outputs.
    pub(crate) fn new(
        inbox: Inbox,
        engine: &'a dyn Fn(Command),
        out: &'a mut dyn Write,
        notes: &'a mut dyn Write,
    ) -> Self {
        Self {
            inbox,
            engine,
            out,
            notes,
            kept: VecDeque::new(),
            ended: false,
            view: View::default(),
            progress: Progress::default(),
            json: false,
            started: time::now(),
            room_grace: ROOM_GRACE,
        }
    }

    /// Asks something of the engine.
    pub(crate) fn ask(&self, command: Command) {
        (self.engine)(command);
    }

    /// Waits for the next thing to happen, lines of input excepted.
    pub(crate) fn next(&mut self, until: Option<Instant>) -> Result<Input, Failure> {
        match self.kept.pop_front() {
            Some(event) => Ok(Input::Event(event)),
            None => self.receive(self.inbox.next(until)),
        }
    }

    /// Waits for the next thing to happen, lines of input included.
    pub(crate) fn next_or_line(&mut self, until: Option<Instant>) -> Result<Input, Failure> {
        match self.kept.pop_front() {
            Some(event) => Ok(Input::Event(event)),
            None => self.receive(self.inbox.next_or_line(until)),
        }
    }

    fn receive(&mut self, input: Input) -> Result<Input, Failure> {
        if let Input::Event(event) = &input {
            self.view.observe(event);
            // Whatever the command, its person must learn of this.
            if let Some(notice) = format::notice(event, &self.view) {
                self.note(&notice);
            }
            if let Event::Stopped { problem } = event {
                self.ended = true;
                let by_itself = Problem::Internal("the engine ended by itself");
                return Err(problem.clone().unwrap_or(by_itself).into());
            }
        }
        Ok(input)
    }

    /// Waits for the event that `pick` takes, and drops those before it. `None` when time is over.
    pub(crate) fn wait<T>(
        &mut self,
        until: Option<Instant>,
        mut pick: impl FnMut(Event) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        loop {
            match self.next(until)? {
                Input::Event(Event::CommandFailed { id: None, problem }) => {
                    return Err(problem.into());
                }
                Input::Event(event) => {
                    if let Some(picked) = pick(event) {
                        return Ok(Some(picked));
                    }
                }
                Input::Interrupted => return Err(Failure::Interrupted),
                Input::TimeUp => return Ok(None),
                _ => {}
            }
        }
    }

    /// Asks for something that the profile answers by itself.
    pub(crate) fn query<T>(
        &mut self,
        command: Command,
        pick: impl FnMut(Event) -> Option<T>,
    ) -> Result<T, Failure> {
        self.ask(command);
        let slow = || Failure::Said("The profile did not answer in time; try again.".into());
        self.wait(after(PROFILE_TIMEOUT), pick)?.ok_or_else(slow)
    }

    /// Learns the profile's rooms. What happens meanwhile is kept for later.
    pub(crate) fn list_rooms(&mut self) -> Result<(), Failure> {
        self.ask(Command::ListRooms);
        let slow = || Failure::Said("The profile did not answer in time; try again.".into());
        if self.keep_until(after(PROFILE_TIMEOUT), |view| view.listed)? {
            Ok(())
        } else {
            Err(slow())
        }
    }

    /// Finds a room by name or id. What happens meanwhile is kept for later.
    pub(crate) fn room(&mut self, text: &str) -> Result<RoomId, Failure> {
        self.look(text, View::find)
    }

    /// Finds a room to join, by its id or the name it was announced by.
    pub(crate) fn joinable_room(&mut self, text: &str) -> Result<RoomId, Failure> {
        let found = self.look(text, View::find_joinable);
        // Without the relay nobody knows what may be joined.
        match (found, self.view.problem.clone()) {
            (Err(_), Some(problem)) if !self.view.connected => Err(problem.into()),
            (found, _) => found,
        }
    }

    fn look(&mut self, text: &str, find: fn(&View, &str) -> Found) -> Result<RoomId, Failure> {
        self.list_rooms()?;
        let found = |view: &View| find(view, text) != Found::Missing;
        let told = |view: &View| view.synced || view.hopeless(Patience::FirstTry).is_some();
        // The relay tells of new rooms once the connection stands.
        self.keep_until(after(self.room_grace), |view| found(view) || told(view))?;
        found_room(find(&self.view, text))
    }

    fn keep_until(
        &mut self,
        until: Option<Instant>,
        done: impl Fn(&View) -> bool,
    ) -> Result<bool, Failure> {
        while !done(&self.view) {
            let input = self.inbox.next(until);
            match self.receive(input)? {
                Input::Event(event) => self.kept.push_back(event),
                Input::Interrupted => return Err(Failure::Interrupted),
                Input::TimeUp => return Ok(false),
                _ => {}
            }
        }
        Ok(true)
    }

    /// Waits until the room is up to date. `Some` says why it is not.
    pub(crate) fn catch_up(
        &mut self,
        room: RoomId,
        until: Option<Instant>,
        patience: Patience,
    ) -> Result<Option<Failure>, Failure> {
        loop {
            if self.view.connected && self.view.is_caught_up(room) {
                return Ok(None);
            }
            if self.view.connected && self.view.obstacle(room).is_some() {
                // An invitation or a repair may be on its way.
                let soon = [after(self.room_grace), until].into_iter().flatten().min();
                self.keep_until(soon, |view| view.obstacle(room).is_none())?;
                if let Some(obstacle) = self.view.obstacle(room) {
                    return Ok(obstacle.failure());
                }
                continue;
            }
            if let Some(problem) = self.view.hopeless(patience) {
                return Ok(Some(problem.into()));
            }
            match self.next(until)? {
                Input::Interrupted => return Err(Failure::Interrupted),
                Input::TimeUp => return Ok(Some(self.overdue())),
                _ => {}
            }
        }
    }

    /// Waits until all rooms are here and up to date. `Some` says why they may not be.
    pub(crate) fn sync(&mut self, until: Option<Instant>) -> Result<Option<Failure>, Failure> {
        let told = |view: &View| view.synced || view.hopeless(Patience::FirstTry).is_some();
        self.keep_until(until, told)?;
        match self.view.hopeless(Patience::FirstTry) {
            _ if self.view.synced => Ok(None),
            Some(problem) => Ok(Some(problem.into())),
            None => Ok(Some(self.overdue())),
        }
    }

    /// Why the relay did nothing in time.
    pub(crate) fn overdue(&self) -> Failure {
        let silent = "The relay did not answer in time; try again, or with a longer --timeout.";
        match &self.view.problem {
            Some(problem) => Failure::Problem(problem.clone()),
            None => Failure::Said(silent.into()),
        }
    }

    /// Prints a line for people. It must be safe for a terminal already.
    pub(crate) fn say(&mut self, line: &str) -> Result<(), Failure> {
        self.clear();
        Ok(writeln!(self.out, "{line}")?)
    }

    /// Prints what programs need to know of an event.
    pub(crate) fn tell(&mut self, event: &Event) -> Result<(), Failure> {
        Line::of(event, &self.view).iter().try_for_each(|line| self.emit(line))
    }

    /// Prints a line for programs.
    pub(crate) fn emit(&mut self, line: &Line) -> Result<(), Failure> {
        let text = serde_json::to_string(line).map_err(std::io::Error::from)?;
        self.clear();
        Ok(writeln!(self.out, "{text}")?)
    }

    /// Tells something on the side; whether it arrives does not matter.
    pub(crate) fn note(&mut self, text: &str) {
        self.clear();
        let _ = writeln!(self.notes, "{}", safe::line(text));
    }

    /// Tells programs, or who watches, how far a file is.
    pub(crate) fn moved(&mut self, transfer: &Transfer) -> Result<(), Failure> {
        if self.json {
            return self.tell(&Event::TransferMoved(transfer.clone()));
        }
        if let Some(line) = self.progress.moved(transfer) {
            let _ = write!(self.notes, "{line}").and_then(|()| self.notes.flush());
        }
        Ok(())
    }

    /// Counts a file as whole, or forgets it.
    pub(crate) fn settled(&mut self, id: RequestId, whole: bool) {
        self.progress.settled(id, whole);
        self.clear();
    }

    /// Takes the line about files on their way off the terminal.
    fn clear(&mut self) {
        if let Some(erase) = self.progress.erase() {
            let _ = write!(self.notes, "{erase}").and_then(|()| self.notes.flush());
        }
    }
}

/// The room that was found, or why there is none.
pub(crate) fn found_room(found: Found) -> Result<RoomId, Failure> {
    match found {
        Found::One(room) => Ok(room),
        Found::Missing => Err(Problem::RoomUnknown.into()),
        Found::Several => Err(Failure::Said(
            "More than one room has this name; use the id that `rooms` shows.".into(),
        )),
    }
}

/// That much from now; `None`, which is never, if it is too far away to be counted.
pub(crate) fn after(duration: Duration) -> Option<Instant> {
    Instant::now().checked_add(duration)
}
