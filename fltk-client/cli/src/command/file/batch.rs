//! The transfers of one command, until all have ended.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use engine::{Command, Event, Problem, RequestId, Transfer};
use wire::id::RoomId;

use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::inbox::Input;
use crate::json::Line;
use crate::safe;

/// What one command transfers.
#[derive(Debug)]
pub(super) struct Batch {
    room: RoomId,
    /// Which way, for the words.
    direction: Direction,
    /// How many at a time.
    limit: usize,
    /// How long nothing may move.
    patience: Duration,
    waiting: VecDeque<(RequestId, Job)>,
    under_way: BTreeMap<RequestId, Job>,
    total: usize,
    failed: Vec<Failure>,
}

/// To the relay or from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

/// One file.
#[derive(Debug)]
struct Job {
    /// What it is called here, safe for a terminal.
    name: String,
    /// What begins it; `None` once that was asked for.
    command: Option<Command>,
    /// Bytes that are there; `None` until the profile has taken it.
    done: Option<u64>,
}

impl Batch {
    pub(super) fn new(
        room: RoomId,
        direction: Direction,
        limit: usize,
        patience: Duration,
    ) -> Self {
        let (waiting, under_way) = (VecDeque::new(), BTreeMap::new());
        Self { room, direction, limit, patience, waiting, under_way, total: 0, failed: Vec::new() }
    }

    /// Adds a file that is still to be begun.
    pub(super) fn add(&mut self, id: RequestId, name: &str, command: Command) {
        let name = safe::line(name);
        self.total += 1;
        self.waiting.push_back((id, Job { name, command: Some(command), done: None }));
    }

    /// Adds a file that is on its way since an earlier run.
    pub(super) fn adopt(&mut self, console: &mut Console<'_>, transfer: &Transfer) {
        let name = safe::line(&transfer.name);
        console.note(&format!("{name} is on its way already, so it is waited for."));
        self.total += 1;
        let job = Job { name, command: None, done: Some(transfer.done) };
        self.under_way.insert(transfer.id, job);
    }

    /// Does it all, and prints what becomes of each file.
    pub(super) fn run(mut self, console: &mut Console<'_>) -> Result<(), Failure> {
        let mut until = after(self.patience);
        while self.begin(console) {
            match self.wait(console, until)? {
                Moved::On => until = after(self.patience),
                Moved::Not => {}
            }
        }
        match (self.total, self.failed.pop()) {
            (_, None) => Ok(()),
            (1, Some(failure)) => Err(failure),
            (total, Some(_)) => {
                let (failed, deed) = (self.failed.len() + 1, self.words().0);
                Err(Failure::Said(format!("{failed} of {total} files were not {deed}.")))
            }
        }
    }

    /// Begins as many as may be under way; `false` when there is nothing left to wait for.
    fn begin(&mut self, console: &Console<'_>) -> bool {
        while self.under_way.len() < self.limit
            && let Some((id, mut job)) = self.waiting.pop_front()
        {
            if let Some(command) = job.command.take() {
                console.ask(command);
            }
            self.under_way.insert(id, job);
        }
        !self.under_way.is_empty()
    }

    fn wait(
        &mut self,
        console: &mut Console<'_>,
        until: Option<Instant>,
    ) -> Result<Moved, Failure> {
        match console.next(until) {
            Ok(Input::Event(event)) => {
                let moved = self.hear(console, event)?;
                let hopeless = console.view.hopeless(Patience::AllTries).is_some();
                match hopeless && self.is_kept() && !self.under_way.is_empty() {
                    true => Err(self.left_behind(console, "and will not be asked again")),
                    false => Ok(moved),
                }
            }
            Ok(Input::TimeUp) => Err(self.left_behind(console, "in time")),
            Ok(Input::Interrupted) => Err(self.left_behind(console, "yet")),
            Ok(_) => Ok(Moved::Not),
            Err(failure) if self.is_kept() => {
                console.note(&failure.to_string());
                Err(self.left_behind(console, "before the connection ended"))
            }
            Err(failure) => Err(failure),
        }
    }

    fn hear(&mut self, console: &mut Console<'_>, event: Event) -> Result<Moved, Failure> {
        match event {
            Event::TransferMoved(transfer) => {
                let Some(job) = self.under_way.get_mut(&transfer.id) else {
                    return Ok(Moved::Not);
                };
                let before = job.done.replace(transfer.done);
                console.moved(&transfer)?;
                Ok(if before == Some(transfer.done) { Moved::Not } else { Moved::On })
            }
            Event::MessageSent { room, id, seq } if self.ends(console, id)? => {
                if console.json {
                    let room = console.view.label(room);
                    console.emit(&Line::Sent { room, id: id.to_string(), seq: seq.0 })?;
                }
                Ok(Moved::On)
            }
            Event::FileSaved { id, ref path, .. } if self.under_way.contains_key(&id) => {
                match console.json {
                    true => console.tell(&event)?,
                    false => console.say(&safe::line(&path.to_string_lossy()))?,
                }
                Ok(Moved::On)
            }
            Event::Done { id, .. } if self.ends(console, id)? => Ok(Moved::On),
            Event::CommandFailed { id: Some(id), problem } => {
                let Some(job) = self.under_way.remove(&id) else { return Ok(Moved::Not) };
                console.settled(id, false);
                self.fail(console, Some(id), &job.name, problem)?;
                Ok(Moved::On)
            }
            Event::CommandFailed { id: None, problem } => Err(problem.into()),
            Event::RoomHeld { room, hold }
                if room == self.room
                    && self.direction == Direction::Up
                    && !self.is_kept()
                    && !hold.is_passing() =>
            {
                Err(Problem::RoomHeld(hold).into())
            }
            _ => Ok(Moved::Not),
        }
    }

    /// Strikes out a file that is where it should be. Of one that was sent, prints the id.
    fn ends(&mut self, console: &mut Console<'_>, id: RequestId) -> Result<bool, Failure> {
        let Some(job) = self.under_way.remove(&id) else { return Ok(false) };
        console.settled(id, true);
        if self.direction == Direction::Up && !console.json {
            console.say(&match self.total {
                1 => id.to_string(),
                _ => format!("{id}  {}", job.name),
            })?;
        }
        Ok(true)
    }

    fn fail(
        &mut self,
        console: &mut Console<'_>,
        id: Option<RequestId>,
        name: &str,
        problem: Problem,
    ) -> Result<(), Failure> {
        if self.total > 1 {
            match console.json {
                true => console.emit(&Line::error(&problem, id.as_ref()))?,
                false => console.note(&format!("{name}: {problem}")),
            }
        }
        self.failed.push(problem.into());
        Ok(())
    }

    /// Whether the profile has all that was asked of it.
    fn is_kept(&self) -> bool {
        self.under_way.values().all(|job| job.done.is_some())
    }

    fn words(&self) -> (&'static str, &'static str) {
        match self.direction {
            Direction::Up => ("sent", "The relay did not take"),
            Direction::Down => ("saved", "The relay did not give"),
        }
    }

    /// What becomes of files that are not where they should be.
    fn left_behind(&self, console: &mut Console<'_>, when: &str) -> Failure {
        if let Some(problem) = console.view.problem.clone() {
            console.note(&problem.to_string());
        }
        let relay = self.words().1;
        let left = self.under_way.len() + self.waiting.len();
        Failure::Said(match left {
            1 if !self.is_kept() => format!(
                "The profile did not take the file {when}; the same command tries it again."
            ),
            1 => format!(
                "{relay} the file {when}, so it stays in this profile and goes on when that is next opened; the same command waits for it."
            ),
            _ => format!(
                "{relay} {left} files {when}, so what has begun stays in this profile and goes on when that is next opened; the same command waits for it and begins the rest."
            ),
        })
    }
}

/// Whether a file came further.
enum Moved {
    On,
    Not,
}
