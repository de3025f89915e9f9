//! `chat`: lines out, lines in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use engine::{Command, Entry, EntryKind, Event, MessageId, RequestId};
use wire::id::{Handle, RoomId, Seq};

use crate::console::{Console, after};
use crate::failure::Failure;
use crate::format::{self, Stamp};
use crate::inbox::Input;
use crate::random;
use crate::request::SAFE_AGAIN;

mod file;
mod slash;

use file::Look;
use slash::Slash;

/// Entries shown at the start.
const RECENT: u64 = 20;
/// Messages of which the numbers are shown.
const NUMBERED: usize = 20;
/// Entries asked for, which leaves room for those that arrive before the answer.
const RECENT_LIMIT: u32 = 1_000;
/// A signal counts for this long, so it is not shown again.
const TYPING_SHOWN: Duration = Duration::from_secs(5);

/// Whether what the person types is on the screen already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Echo {
    /// The terminal shows it.
    Terminal,
    /// Input comes from a file or a program.
    None,
}

/// Talks in a room until `/quit`, the end of input, Ctrl-C, or until it is left.
pub(crate) fn chat(
    console: &mut Console<'_>,
    room: &str,
    echo: Echo,
    timeout: Duration,
) -> Result<(), Failure> {
    let room = console.room(room)?;
    if console.view.is_left(room) {
        let label = console.view.label(room);
        console.note(&format::out_of_room(&label));
    }
    let head = console.view.room(room).map_or(0, |info| info.head.0);
    let recent = Seq(head.saturating_sub(RECENT));
    console.ask(Command::ReadHistory { room, after: recent, limit: RECENT_LIMIT });
    let mut talk = Talk {
        room,
        echo,
        told: false,
        unsent: BTreeSet::new(),
        said: BTreeSet::new(),
        undone: BTreeSet::new(),
        unsaved: BTreeSet::new(),
        looks: VecDeque::new(),
        questions: 0,
        typist: None,
        last: BTreeMap::new(),
        over: false,
    };
    while !talk.over {
        match console.next_or_line(None)? {
            Input::Event(event) => talk.hear(console, event)?,
            Input::Line(line) => talk.speak(console, line)?,
            Input::BadLine => console.note("This line is too long or not UTF-8; it was not sent."),
            Input::Eof | Input::Interrupted => break,
            Input::TimeUp => {}
        }
    }
    talk.end(console, timeout)
}

struct Talk {
    room: RoomId,
    echo: Echo,
    /// Whether the recent entries were shown; those that arrive before are among them.
    told: bool,
    unsent: BTreeSet<MessageId>,
    /// What was typed at a terminal here, and so is on the screen.
    said: BTreeSet<MessageId>,
    /// Commands that were given here and not done so far.
    undone: BTreeSet<RequestId>,
    /// Files that are to be saved and are not.
    unsaved: BTreeSet<RequestId>,
    /// Searches for files, one at a time.
    looks: VecDeque<Look>,
    /// How often the members were asked for and not told.
    questions: usize,
    typist: Option<(Handle, Instant)>,
    /// The last messages, as they are now.
    last: BTreeMap<Seq, Entry>,
    /// Whether the room was left, or the person wants to end.
    over: bool,
}

impl Talk {
    fn speak(&mut self, console: &mut Console<'_>, line: String) -> Result<(), Failure> {
        let text = match line.strip_prefix('/') {
            _ if line.is_empty() => return Ok(()),
            None => line,
            Some(rest) if rest.starts_with('/') => rest.to_owned(),
            Some(rest) => return self.obey(console, rest),
        };
        let id = random::id()?;
        self.unsent.insert(id);
        if self.echo == Echo::Terminal {
            self.said.insert(id);
        }
        console.ask(Command::SendText { room: self.room, id, text });
        Ok(())
    }

    fn obey(&mut self, console: &mut Console<'_>, line: &str) -> Result<(), Failure> {
        let id = random::id()?;
        let command = match Slash::parse(line) {
            Ok(Slash::Put(path)) => return self.put(console, path),
            Ok(Slash::Look(meant)) => {
                self.look(console, meant);
                return Ok(());
            }
            Ok(Slash::Numbers) => {
                let lines = self.last.values();
                let lines = lines.filter_map(|entry| format::numbered(entry, Stamp::Clock));
                lines.for_each(|line| console.note(&line));
                return Ok(());
            }
            Ok(slash) => slash.command(id, self.room),
            Err(problem) => {
                console.note(&problem);
                return Ok(());
            }
        };
        match command {
            None => self.over = true,
            Some(command @ Command::ListMembers { .. }) => {
                self.questions += 1;
                console.ask(command);
            }
            Some(command @ Command::Reply { .. }) => {
                self.unsent.insert(id);
                console.ask(command);
            }
            Some(command) => {
                self.undone.insert(id);
                console.ask(command);
            }
        }
        Ok(())
    }

    fn hear(&mut self, console: &mut Console<'_>, event: Event) -> Result<(), Failure> {
        match event {
            Event::History { room, entries } if room == self.room && !self.told => {
                self.told = true;
                entries.iter().try_for_each(|entry| self.show(console, entry))?;
                if let Some(last) = entries.last() {
                    console.ask(Command::MarkRead { room, seq: last.seq });
                }
            }
            Event::History { room, entries } if room == self.room => {
                self.looked(console, entries)?;
            }
            Event::Entry { room, entry } if room == self.room && self.told => {
                self.typist = None;
                self.show(console, &entry)?;
                console.ask(Command::MarkRead { room, seq: entry.seq });
            }
            Event::EntryChanged { room, entry } if room == self.room && self.told => {
                self.note(&entry);
                if let Some(line) = format::changed(&entry, Stamp::Clock) {
                    console.say(&line)?;
                }
            }
            Event::EntriesExpired { room, seqs } if room == self.room => {
                self.last.retain(|seq, _| !seqs.contains(seq));
            }
            Event::Typing { room, from, .. } if room == self.room => {
                self.show_typing(console, from)
            }
            Event::MessageSent { id, .. } => {
                self.unsent.remove(&id);
            }
            Event::Members { room, members } if room == self.room && self.questions > 0 => {
                self.questions -= 1;
                members.iter().for_each(|member| console.note(&format::member(member)));
            }
            Event::Safety(safety) if self.undone.remove(&safety.id) => {
                format::safety(&safety).iter().for_each(|line| console.note(line));
            }
            Event::FileSaved { id, path, .. } if self.unsaved.remove(&id) => {
                console.note(&format!("saved {}", path.display()));
            }
            Event::Done { id, .. } if self.undone.remove(&id) => console.note("done"),
            Event::RoomLeft { room, .. } if room == self.room => self.over = true,
            Event::CommandFailed { id, problem } => {
                console.note(&problem.to_string());
                match id {
                    Some(id) => {
                        self.unsent.remove(&id);
                        self.undone.remove(&id);
                        self.unsaved.remove(&id);
                    }
                    None => {
                        self.questions = 0;
                        self.looks.clear();
                    }
                }
            }
            Event::Disconnected { problem, retry_ms: None } => return Err(problem.into()),
            Event::Disconnected { problem, .. } => console.note(&problem.to_string()),
            _ => {}
        }
        Ok(())
    }

    fn show(&mut self, console: &mut Console<'_>, entry: &Entry) -> Result<(), Failure> {
        self.note(entry);
        if let EntryKind::Message { id, .. } = &entry.kind
            && self.said.remove(id)
        {
            return Ok(());
        }
        format::entry_of_chat(entry, Stamp::Clock).map_or(Ok(()), |line| console.say(&line))
    }

    /// Keeps a message for when its number is asked for.
    fn note(&mut self, entry: &Entry) {
        if matches!(entry.kind, EntryKind::Message { .. }) {
            self.last.insert(entry.seq, entry.clone());
        }
        while self.last.len() > NUMBERED {
            self.last.pop_first();
        }
    }

    fn show_typing(&mut self, console: &mut Console<'_>, from: Handle) {
        let now = Instant::now();
        let shown = |(typist, until): &(Handle, Instant)| *typist == from && now < *until;
        if !self.typist.as_ref().is_some_and(shown) {
            console.note(&format!("      {from} is typing…"));
            self.typist = Some((from, now + TYPING_SHOWN));
        }
    }

    /// Waits until the relay has everything that was said, and has done what was asked.
    fn end(mut self, console: &mut Console<'_>, timeout: Duration) -> Result<(), Failure> {
        let mut until = after(timeout);
        while !self.told || !self.is_done() {
            match console.next(until)? {
                Input::Event(event) => {
                    // A file takes the time that it takes.
                    if matches!(event, Event::TransferMoved(_)) {
                        until = after(timeout);
                    }
                    self.hear(console, event)?;
                }
                _ if self.is_done() => break,
                _ if !self.unsent.is_empty() => return Err(format::left_behind(self.unsent.len())),
                _ if !self.unsaved.is_empty() => {
                    return Err(format::unsaved(self.unsaved.len()));
                }
                _ => return Err(format::uncertain(SAFE_AGAIN)),
            }
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        let files = self.unsaved.is_empty() && self.looks.is_empty();
        files && self.unsent.is_empty() && self.undone.is_empty() && self.questions == 0
    }
}

#[cfg(test)]
mod tests;
