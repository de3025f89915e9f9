//! Where messages are written: text, answer or edit, drafts, and what completes a word.

mod complete;
mod draft;

use engine::{Body, Command, Entry, EntryKind, MAX_TEXT_BYTES, Member, RequestId};
use wire::id::{RoomId, Seq};

use crate::app::Out;
use crate::effect::Effect;
use crate::scene::Field;

pub use complete::{Choice, Completion};
pub use draft::Drafts;

/// Milliseconds between two signals that someone types.
const TYPING_MS: u64 = 4_000;

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum ComposerAct {
    /// Sends what is written.
    Send,
    /// Chooses files to send.
    Attach,
    /// Opens the emoji menu, or closes it.
    Emoji,
    /// Takes a completion.
    Complete(usize),
    /// Does not answer or edit a message after all.
    DropMode,
    /// Goes on in a room that was forked.
    Repair,
    /// Decides later about a room that is held.
    Later,
    /// Shows again what is to be decided.
    Decide,
}

/// Where messages are written.
#[derive(Debug, Default)]
pub struct Composer {
    /// What is written.
    pub text: String,
    /// Where the cursor is, in bytes.
    pub cursor: usize,
    /// What sending does.
    pub mode: Mode,
    /// What can complete the word at the cursor.
    pub completion: Option<Completion>,
    /// What was written in other rooms.
    pub drafts: Drafts,
    /// When the others were last told that someone types.
    told: Option<u64>,
}

/// What sending does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A new message.
    #[default]
    Write,
    /// An answer.
    Reply(Quoted),
    /// Another text for an own message; holds what was being written before.
    Edit(Quoted, String),
}

/// The message that is answered or edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Its place.
    pub seq: Seq,
    /// Its author.
    pub from: String,
    /// Its text, or the name of its file.
    pub text: String,
}

impl Quoted {
    /// A message, if it is one that says something.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        let EntryKind::Message { from, body, .. } = &entry.kind else { return None };
        let text = match body {
            Body::Text(text) => text.clone(),
            Body::File(file) => file.name.clone(),
            _ => return None,
        };
        Some(Self { seq: entry.seq, from: from.to_string(), text })
    }
}

/// A message that was given to the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its name.
    pub id: RequestId,
    /// Its text.
    pub text: String,
    /// What it answers.
    pub reply: Option<Seq>,
}

impl Composer {
    /// Takes what is written now. Tells others, in a room where that is wanted.
    pub fn typed(&mut self, text: String, cursor: usize, room: &Typing<'_>, out: &mut Out) {
        let changed = text != self.text;
        self.text = text;
        self.cursor = cursor.min(self.text.len());
        if changed && self.replace_shortcode(out) {
            return;
        }
        self.completion = Completion::at(&self.text, self.cursor, room.members);
        if !changed {
            return;
        }
        self.drafts.touch(room.beat);
        let rested = self.told.is_none_or(|told| room.beat.saturating_sub(told) >= TYPING_MS);
        if room.connected && rested && !self.text.trim().is_empty() && self.mode.is_new() {
            self.told = Some(room.beat);
            out.command(Command::SendTyping { room: room.room });
        }
    }

    /// Goes from one room to another.
    pub fn enter(&mut self, from: Option<RoomId>, to: Option<RoomId>, out: &mut Out) {
        if let Some(from) = from {
            self.keep(from, out);
        }
        let text = to.map_or("", |to| self.drafts.get(to)).to_owned();
        self.mode = Mode::Write;
        self.told = None;
        self.set(text, out);
    }

    /// Keeps what is written in a room as its draft.
    pub fn keep(&mut self, room: RoomId, out: &mut Out) {
        let text = match &self.mode {
            Mode::Edit(_, before) => before,
            _ => &self.text,
        };
        self.drafts.set(room, text);
        self.drafts.save(out);
    }

    /// Answers a message.
    pub fn reply(&mut self, quoted: Quoted, out: &mut Out) {
        if let Mode::Edit(..) = self.mode {
            self.drop_mode(out);
        }
        self.mode = Mode::Reply(quoted);
        out.effect(Effect::Focus(Some(Field::Composer)));
    }

    /// Edits an own message.
    pub fn edit(&mut self, quoted: Quoted, out: &mut Out) {
        let before = match core::mem::take(&mut self.mode) {
            Mode::Edit(_, before) => before,
            _ => self.text.clone(),
        };
        self.set(quoted.text.clone(), out);
        self.mode = Mode::Edit(quoted, before);
        out.effect(Effect::Focus(Some(Field::Composer)));
    }

    /// Neither answers nor edits any more.
    pub fn drop_mode(&mut self, out: &mut Out) {
        if let Mode::Edit(_, before) = core::mem::take(&mut self.mode) {
            self.set(before, out);
        }
    }

    /// Bytes that the text is too long.
    #[must_use]
    pub fn excess(&self) -> usize {
        self.text.len().saturating_sub(MAX_TEXT_BYTES)
    }

    /// Gives what is written to the engine; `None` if there is nothing to show at once.
    pub fn send(&mut self, room: RoomId, out: &mut Out) -> Option<Said> {
        let text = self.text.trim().to_owned();
        if text.is_empty() || self.excess() > 0 {
            return None;
        }
        let id = out.id();
        let said = match core::mem::take(&mut self.mode) {
            Mode::Write => {
                out.command(Command::SendText { room, id, text: text.clone() });
                Some(Said { id, text, reply: None })
            }
            Mode::Reply(to) => {
                out.command(Command::Reply { room, id, to: to.seq, text: text.clone() });
                Some(Said { id, text, reply: Some(to.seq) })
            }
            Mode::Edit(of, before) => {
                if of.text != text {
                    out.command(Command::EditText { id, room, seq: of.seq, text });
                }
                self.set(before, out);
                self.keep(room, out);
                return None;
            }
        };
        self.told = None;
        self.set(String::new(), out);
        self.keep(room, out);
        said
    }

    /// Takes a completion into the text.
    pub fn complete(&mut self, choice: Option<usize>, out: &mut Out) {
        let Some(completion) = self.completion.take() else { return };
        let choice = choice.unwrap_or(completion.picked);
        if let Some(choice) = completion.choices.get(choice) {
            let insert = choice.insert.clone();
            out.effect(Effect::Insert(Field::Composer, completion.range, insert));
        }
    }

    /// Puts another text in its place.
    pub fn set(&mut self, text: String, out: &mut Out) {
        self.cursor = text.len();
        self.completion = None;
        if self.text != text {
            self.text.clone_from(&text);
            out.effect(Effect::SetField(Field::Composer, text));
        }
    }
}

impl Mode {
    const fn is_new(&self) -> bool {
        !matches!(self, Self::Edit(..))
    }
}

/// Where and when someone types.
#[derive(Clone, Copy, Debug)]
pub struct Typing<'a> {
    /// The room.
    pub room: RoomId,
    /// Its members.
    pub members: &'a [Member],
    /// The beat.
    pub beat: u64,
    /// Whether there is anybody to tell.
    pub connected: bool,
}
