//! What the engine tells changes a timeline.

use engine::{Body, Entry, EntryKind, Event, File, MessageId, Problem, Quote, Unsent, Way};
use wire::id::Seq;

use crate::app::Out;

use super::window::Answer;
use super::{Anchor, Key, Pending, Revision, Sending, Timeline, TimelineAct};

impl Timeline {
    /// Takes an event; those of other rooms change nothing.
    pub fn event(&mut self, event: &Event, out: &mut Out) {
        match event {
            Event::Entry { room, entry } if *room == self.room => self.entry_added(entry),
            Event::EntryChanged { room, entry } if *room == self.room => self.window.change(entry),
            Event::EntriesExpired { room, seqs } if *room == self.room => self.expired(seqs, out),
            Event::History { room, entries } if *room == self.room => self.page(entries, out),
            Event::ReadMoved { room, by, seq } if *room == self.room => {
                if *by == self.me {
                    self.read = self.read.max(*seq);
                    if self.read >= self.window.head {
                        self.unseen = 0;
                    }
                } else {
                    let read = self.readers.entry(by.clone()).or_default();
                    *read = (*read).max(*seq);
                }
            }
            Event::RoomChanged(info) if info.room == self.room => {
                for (by, seq) in &info.readers {
                    let read = self.readers.entry(by.clone()).or_default();
                    *read = (*read).max(*seq);
                }
            }
            Event::MessageQueued { room, id } if *room == self.room => self.is_waiting(*id),
            Event::MessageSent { room, id, .. } if *room == self.room => {
                self.transfers.remove(id);
                self.discard(*id);
            }
            Event::Outbox(unsent) => {
                let room = self.room;
                for unsent in unsent.iter().filter(|unsent| unsent.room == room) {
                    self.unsent(unsent);
                }
            }
            Event::TransferMoved(transfer) if transfer.room == self.room => self.moved(transfer),
            Event::Transfers(all) => {
                let room = self.room;
                for transfer in all.iter().filter(|transfer| transfer.room == room) {
                    self.moved(transfer);
                }
            }
            Event::FileSaved { id, room, seq, path } if *room == self.room => {
                self.transfers.remove(id);
                self.saved.insert(*seq, path.clone());
            }
            Event::CommandFailed { id: Some(id), problem } => self.failed(*id, problem),
            Event::CommandFailed { id: None, .. } => self.window.give_up(),
            _ => {}
        }
    }

    /// Shows an own message before the relay has it.
    pub fn said(&mut self, id: MessageId, body: Body, reply: Option<Seq>) {
        self.echo(Pending::new(id, &self.me, body, reply, None));
        // What was just written is to be seen, wherever the view was.
        self.waiting.push(TimelineAct::Latest);
    }

    fn echo(&mut self, mut pending: Pending) {
        if self.pending.iter().any(|known| known.id() == pending.id()) {
            return;
        }
        let quote = pending.reply.and_then(|seq| quote(self.entry(seq)?));
        if let EntryKind::Message { state, .. } = &mut pending.item.entry.kind
            && state.reply.is_none()
        {
            state.reply = quote.map(Box::new);
        }
        self.pending.push(pending);
    }

    fn unsent(&mut self, unsent: &Unsent) {
        let reply = unsent.reply.as_ref().and_then(|quote| quote.seq);
        let body = unsent.body.clone();
        let mut pending = Pending::new(unsent.id, &self.me, body, reply, Some(unsent.sent));
        if let EntryKind::Message { state, .. } = &mut pending.item.entry.kind {
            state.reply.clone_from(&unsent.reply);
        }
        self.echo(pending);
    }

    fn entry_added(&mut self, entry: &Entry) {
        let at_end = matches!(self.anchor, Anchor::End) && self.window.at_end;
        self.window.add(entry);
        match &entry.kind {
            EntryKind::Message { id, own: true, .. } => {
                self.discard(*id);
                self.rename(Key::Own(*id), Key::At(entry.seq));
            }
            EntryKind::Message { .. } if !at_end || !self.visible => self.unseen += 1,
            _ => {}
        }
    }

    /// What was an echo is an entry now: whatever points to it goes on doing so.
    fn rename(&mut self, old: Key, new: Key) {
        if let Anchor::Row { key, .. } = &mut self.anchor
            && *key == old
        {
            *key = new;
        }
        if self.focus == Some(old) {
            self.focus = Some(new);
        }
        if let Some(selection) = &mut self.selection {
            selection.rename(old, new);
        }
        if let Some(steps) = self.steps.remove(&old) {
            self.steps.insert(new, steps);
        }
    }

    fn page(&mut self, entries: &[Entry], out: &mut Out) {
        match self.window.answer(entries, out) {
            Answer::Foreign | Answer::Grown => {}
            Answer::AtEnd => self.anchor = Anchor::End,
            Answer::Landed => {
                if let Some(landing) = self.landing.take() {
                    self.arrive(landing);
                }
            }
        }
    }

    fn expired(&mut self, seqs: &[Seq], out: &mut Out) {
        if let Anchor::Row { key: Key::At(seq), .. } = self.anchor
            && seqs.contains(&seq)
        {
            let stays = |key: &Key| !matches!(key, Key::At(seq) if seqs.contains(seq));
            let mut rows = self.stand.rows.iter().filter(|row| stays(&row.key));
            self.anchor = rows.next().map_or(Anchor::End, |row| Anchor::Row {
                key: row.key,
                top: row.y - self.stand.rect.y,
            });
        }
        self.window.expire(seqs);
        if self.focused().is_some_and(|seq| seqs.contains(&seq)) {
            self.focus = None;
        }
        let gone = |key: Key| matches!(key, Key::At(seq) if seqs.contains(&seq));
        if self.selection.is_some_and(|held| gone(held.from.key) || gone(held.to.key)) {
            self.selection = None;
        }
        if self.window.items.is_empty() && !self.window.is_waiting() {
            self.window.ask(super::Ask::End, out);
        }
    }

    fn moved(&mut self, transfer: &engine::Transfer) {
        if transfer.way == Way::Up {
            // Nobody can fetch what is not sent yet: only name and size are shown of it.
            let file = File::example(&transfer.name, transfer.total, "");
            self.echo(Pending::new(transfer.id, &self.me, Body::File(file), None, None));
        }
        self.transfers.insert(transfer.id, transfer.clone());
    }

    fn failed(&mut self, id: MessageId, problem: &Problem) {
        self.transfers.remove(&id);
        if *problem == Problem::Cancelled {
            self.discard(id);
            return;
        }
        let pending = self.pending.iter_mut().find(|pending| pending.id() == Some(id));
        if let Some(pending) = pending {
            pending.sending = Sending::Failed(problem.to_string());
            pending.item.revision = Revision::fresh();
        }
    }

    pub(super) fn is_waiting(&mut self, id: MessageId) {
        let pending = self.pending.iter_mut().find(|pending| pending.id() == Some(id));
        if let Some(pending) = pending.filter(|pending| pending.sending != Sending::Waiting) {
            pending.sending = Sending::Waiting;
            pending.item.revision = Revision::fresh();
        }
    }

    pub(super) fn discard(&mut self, id: MessageId) {
        self.pending.retain(|pending| pending.id() != Some(id));
    }
}

/// The beginning of a message, for an answer to it.
fn quote(entry: &Entry) -> Option<Quote> {
    let EntryKind::Message { id, from, body, .. } = &entry.kind else { return None };
    let text = match body {
        Body::Text(text) => text.chars().take(80).collect(),
        Body::File(file) => file.name.clone(),
        _ => String::new(),
    };
    Some(Quote { from: from.clone(), id: *id, seq: Some(entry.seq), text })
}
