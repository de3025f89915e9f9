//! An engine made of a script, for the tests of commands.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use async_channel::Sender;
use engine::{
    Body, Command, Entry, EntryKind, Event, File, Membership, MessageId, Problem, Role, RoomInfo,
    Transfer, Way,
};
use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};
use wire::message::RoomKind;

use crate::console::Console;
use crate::failure::Failure;
use crate::inbox::{Inbox, Input};

pub(crate) const LOBBY: RoomId = RoomId::from_array([1; 16]);
pub(crate) const GARDEN: RoomId = RoomId::from_array([3; 16]);
pub(crate) const DEVICE: DeviceId = DeviceId::from_array([2; 16]);
/// 2025-11-24 16:00 UTC.
pub(crate) const AT: UnixMs = UnixMs(1_764_000_000_000);

pub(crate) fn handle(name: &str) -> Handle {
    Handle::new(name).unwrap()
}

pub(crate) fn lobby() -> RoomInfo {
    RoomInfo {
        room: LOBBY,
        name: "lobby".into(),
        topic: String::new(),
        kind: RoomKind::Lobby,
        standing: Membership::In(Role::Member),
        members: 2,
        history: 0,
        head: Seq(4),
        lifetime_s: 0,
        read: Seq(0),
        unread: 0,
        mentions: 0,
        last: None,
        readers: Vec::new(),
    }
}

/// A closed room that this account owns.
pub(crate) fn garden() -> RoomInfo {
    RoomInfo {
        room: GARDEN,
        name: "garden".into(),
        kind: RoomKind::Closed,
        standing: Membership::In(Role::Owner),
        ..lobby()
    }
}

pub(crate) fn id(byte: u8) -> MessageId {
    MessageId::from_array([byte; 16])
}

/// A message of `from`, whose id is made of `seq`.
pub(crate) fn message(seq: u8, from: &str, text: &str) -> Entry {
    let (from, device, text) = (handle(from), DEVICE, text.into());
    let (id, own, told_by) = (id(seq), false, None);
    let body = engine::Body::Text(text);
    let kind = EntryKind::Message {
        id,
        from,
        device,
        sent: AT,
        body,
        own,
        told_by,
        state: engine::MessageState::default(),
    };
    Entry { seq: Seq(seq.into()), at: AT, kind }
}

/// A file of `from`, whose id is made of `seq`.
pub(crate) fn file(seq: u8, from: &str, name: &str) -> Entry {
    let mut entry = message(seq, from, "");
    if let EntryKind::Message { body, .. } = &mut entry.kind {
        *body = Body::File(File::example(name, 80 << 20, "application/pdf"));
    }
    entry
}

/// A file on its way to the lobby.
pub(crate) fn upload(byte: u8, name: &str, done: u64, total: u64) -> Transfer {
    let (path, name) = (std::path::Path::new("/tmp").join(name), name.into());
    let (room, way, rate, left_s) = (LOBBY, Way::Up, 0, None);
    Transfer { id: id(byte), room, way, path, name, done, total, rate, left_s }
}

/// A file on its way from the lobby to a directory.
pub(crate) fn download(byte: u8, seq: u64, directory: &std::path::Path) -> Transfer {
    Transfer { way: Way::Down(Seq(seq)), path: directory.into(), ..upload(byte, "a", 1, 2) }
}

pub(crate) fn entry(seq: u8, from: &str, text: &str) -> Event {
    Event::Entry { room: LOBBY, entry: message(seq, from, text) }
}

pub(crate) fn connected() -> Event {
    Event::Connected { handle: handle("alice"), device: DEVICE }
}

pub(crate) fn caught_up() -> Event {
    Event::CaughtUp { room: LOBBY, head: Seq(4) }
}

pub(crate) fn unreachable() -> Problem {
    Problem::Unreachable { address: "127.0.0.1:7171".into(), reason: "refused".into() }
}

pub(crate) fn offline() -> Event {
    Event::Disconnected { problem: unreachable(), retry_ms: Some(100) }
}

/// What a command printed and asked for, and how it ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) out: String,
    pub(crate) notes: String,
    pub(crate) commands: Vec<Command>,
    pub(crate) result: Result<(), Failure>,
}

impl Outcome {
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    pub(crate) fn failure(&self) -> String {
        self.result.as_ref().unwrap_err().to_string()
    }
}

/// A scripted engine: lists the lobby, then plays its events, and answers commands.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) json: bool,
    /// What happens after the rooms were listed.
    pub(crate) events: Vec<Event>,
    pub(crate) lines: Vec<&'static str>,
    pub(crate) interrupted: bool,
    pub(crate) started: UnixMs,
    /// History of the lobby by sequence number.
    pub(crate) history: Vec<Entry>,
    /// Further answers.
    pub(crate) answer: Option<fn(&Command) -> Vec<Event>>,
    /// Files that are on their way already.
    pub(crate) transfers: Vec<Transfer>,
    /// Columns of a terminal that somebody watches.
    pub(crate) columns: Option<usize>,
}

impl Script {
    /// Runs `command` against the script.
    pub(crate) fn run(
        self,
        command: impl FnOnce(&mut Console<'_>) -> Result<(), Failure>,
    ) -> Outcome {
        let (events, inbox_events) = async_channel::unbounded();
        let (lines, inbox_lines) = async_channel::unbounded();
        let (interrupts, inbox_interrupts) = async_channel::unbounded();
        for line in &self.lines {
            lines.try_send(Input::Line((*line).into())).unwrap();
        }
        lines.try_send(Input::Eof).unwrap();
        if self.interrupted {
            interrupts.try_send(()).unwrap();
        }
        let asked = RefCell::new(Vec::new());
        let engine = |command: Command| {
            self.play(&command, &events);
            asked.borrow_mut().push(command);
        };
        let (mut out, mut notes) = (Vec::new(), Vec::new());
        let inbox = Inbox::new(inbox_events, inbox_lines, inbox_interrupts);
        let mut console = Console::new(inbox, &engine, &mut out, &mut notes);
        console.json = self.json;
        console.started = self.started;
        console.room_grace = Duration::ZERO;
        console.progress.columns = self.columns;
        let result = command(&mut console);
        let commands = asked.borrow().clone();
        let (out, notes) = (String::from_utf8(out).unwrap(), String::from_utf8(notes).unwrap());
        Outcome { out, notes, commands, result }
    }

    fn play(&self, command: &Command, events: &Sender<Event>) {
        let mut answers = match command {
            Command::ListRooms => {
                let mut all = vec![Event::Rooms(vec![lobby()])];
                all.extend(self.events.iter().cloned());
                all
            }
            Command::ReadHistory { room, after, limit } => {
                let sorted: BTreeMap<Seq, &Entry> =
                    self.history.iter().map(|entry| (entry.seq, entry)).collect();
                let page = sorted.range(after.next()..).take((*limit).try_into().unwrap());
                let entries = page.map(|(_, entry)| (*entry).clone()).collect();
                vec![Event::History { room: *room, entries }]
            }
            Command::ListTransfers => vec![Event::Transfers(self.transfers.clone())],
            _ => Vec::new(),
        };
        answers.extend(self.answer.map(|answer| answer(command)).unwrap_or_default());
        for event in answers {
            events.try_send(event).unwrap();
        }
    }
}
