//! Looking for a text: the index over the timelines, and how it comes to be.
//!
//! It is made when nothing else is to be done, in slices, or at once when somebody searches before it
//! is whole. From its beginning on it follows the timelines; what a transaction does to them reaches it
//! when that has committed.

use std::collections::BTreeMap;
use std::rc::Rc;

use wire::Time;
use wire::id::{RoomId, Seq, UnixMs};

use super::{Client, Now};
use crate::event::{Body, Entry, EntryKind, Hit, RequestId};
use crate::index::{Index, Query};
use crate::{Event, Problem};

/// Rest after opening, after an input, and between two slices.
const FIRST_REST_MS: u64 = 1_000;
const REST_MS: u64 = 200;
const PAUSE_MS: u64 = 5;
/// Messages that are read from the vault at once, and what a slice ends behind: about a millisecond.
const BATCH: u32 = 64;
const SLICE_MESSAGES: usize = 256;
const SLICE_BYTES: usize = 128 * 1_024;

/// The index, as far as it is.
#[derive(Debug)]
pub(super) struct Search {
    index: Index,
    /// Rooms that are not read to their ends, and the last message of each that is in the index;
    /// `None` before it was begun.
    missing: Option<BTreeMap<RoomId, Seq>>,
    /// When the next slice is due; `None` when it is whole, or cannot be read.
    due: Option<Time>,
    /// What the running transaction changes.
    changes: Vec<(RoomId, Seq, Change)>,
}

#[derive(Debug)]
enum Change {
    Add(UnixMs, String),
    Put(UnixMs, String),
    Remove,
}

impl Search {
    pub(super) fn new(now: Time) -> Self {
        Self {
            index: Index::default(),
            missing: None,
            due: Some(now.after_ms(FIRST_REST_MS)),
            changes: Vec::new(),
        }
    }

    /// When it wants to go on.
    pub(super) const fn deadline(&self) -> Option<Time> {
        self.due
    }

    /// Something else is going on.
    pub(super) fn rest(&mut self, now: Time) {
        let rested = now.after_ms(REST_MS);
        self.due = self.due.map(|due| due.max(rested));
    }

    /// A line was added.
    pub(super) fn added(&mut self, room: RoomId, entry: &Entry) {
        if let Some(text) = searchable(entry).filter(|_| self.has_reached(room, entry.seq)) {
            self.changes.push((room, entry.seq, Change::Add(entry.at, text.to_owned())));
        }
    }

    /// A line changed.
    pub(super) fn changed(&mut self, room: RoomId, entry: &Entry) {
        match searchable(entry) {
            Some(text) if self.has_reached(room, entry.seq) => {
                self.changes.push((room, entry.seq, Change::Put(entry.at, text.to_owned())));
            }
            Some(_) => {}
            None => self.removed(room, entry.seq),
        }
    }

    /// A line is gone.
    pub(super) fn removed(&mut self, room: RoomId, seq: Seq) {
        if self.has_reached(room, seq) {
            self.changes.push((room, seq, Change::Remove));
        }
    }

    /// Whether what stands at a place should be in the index by now.
    fn has_reached(&self, room: RoomId, seq: Seq) -> bool {
        let reached = |missing: &BTreeMap<_, _>| missing.get(&room).is_none_or(|last| seq <= *last);
        self.missing.as_ref().is_some_and(reached)
    }

    /// The newest messages of the index in which a query occurs, newest first.
    pub(super) fn found(
        &self,
        query: &Query,
        room: Option<RoomId>,
        limit: usize,
    ) -> Vec<(RoomId, Seq)> {
        self.index.find(query, room, limit)
    }

    /// The transaction is over: what it changed is so, or never was.
    pub(super) fn settle(&mut self, committed: bool) {
        for (room, seq, change) in core::mem::take(&mut self.changes) {
            match change {
                _ if !committed => {}
                Change::Add(at, text) => self.index.add(room, (seq, at), &text),
                Change::Put(at, text) => self.index.put(room, (seq, at), &text),
                Change::Remove => self.index.remove(room, seq),
            }
        }
    }
}

/// What of a line is searched.
fn searchable(entry: &Entry) -> Option<&str> {
    match &entry.kind {
        EntryKind::Message { body: Body::Text(text), .. } => Some(text),
        EntryKind::Message { body: Body::File(file), .. } => Some(&file.name),
        _ => None,
    }
}

impl Client {
    /// Tells in which messages a text occurs.
    pub(super) fn search(
        &mut self,
        id: RequestId,
        room: Option<RoomId>,
        text: &str,
        limit: usize,
    ) -> Result<(), Problem> {
        if let Some(room) = room {
            self.readable_room(room)?;
        }
        let mut hits = Vec::new();
        if let Some(query) = Query::new(text) {
            while self.index_slice()? {}
            for (room, seq) in self.search.found(&query, room, limit) {
                let before = Seq(seq.0.saturating_sub(1));
                let entry = self.vault.entries(room, before, 1)?.pop();
                let is_here = |it: &Entry| it.seq == seq && !it.is_expired(self.now.wall);
                hits.extend(entry.filter(is_here).map(|entry| Hit { room, entry }));
            }
        }
        self.tell(Event::Found { id, hits });
        Ok(())
    }

    /// Goes on with the index if it is time to.
    pub(super) fn index_if_due(&mut self, now: Now) {
        if self.search.due.is_some_and(|due| due <= now.time) {
            // Whoever searches is told of a vault that cannot be read.
            let goes_on = self.index_slice().unwrap_or(false);
            self.search.due = goes_on.then(|| now.time.after_ms(PAUSE_MS));
        }
    }

    /// Reads some more messages into the index; whether there is more to read.
    fn index_slice(&mut self) -> Result<bool, Problem> {
        let (vault, rooms) = (Rc::clone(&self.vault), &self.rooms);
        let Search { index, missing, due, .. } = &mut self.search;
        let missing = missing.get_or_insert_with(|| rooms.keys().map(|id| (*id, Seq(0))).collect());
        let (mut messages, mut bytes) = (0, 0);
        while messages < SLICE_MESSAGES && bytes < SLICE_BYTES {
            let Some(mut room) = missing.first_entry() else {
                *due = None;
                return Ok(false);
            };
            let batch = vault.messages_after(*room.key(), *room.get(), BATCH)?;
            for entry in &batch {
                let text = searchable(entry).unwrap_or_default();
                if !text.is_empty() {
                    index.add(*room.key(), (entry.seq, entry.at), text);
                }
                bytes += text.len();
            }
            messages += batch.len();
            match batch.last() {
                Some(last) => drop(room.insert(last.seq)),
                None => drop(room.remove()),
            }
        }
        Ok(true)
    }
}
