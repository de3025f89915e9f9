//! Messages that disappear: which, when, and that they do (PROTOCOL §10.5). It needs no connection.

use std::collections::BTreeMap;

use wire::Time;
use wire::id::{RoomId, Seq, UnixMs};

use super::Client;
use crate::event::{Body, Entry, EntryKind};
use crate::vault::{Batch, MAX_BATCH, Pending, Vault};
use crate::{Event, Problem, group};

/// Batches looked through at once; the rest follows right after.
const BATCHES_AT_ONCE: usize = 4;
/// After a failure of the vault, the next try is not before.
const RETRY_MS: u64 = 60_000;

/// The batches of each room; what is in them is in the vault.
#[derive(Debug, Default)]
pub(super) struct Expiries {
    rooms: BTreeMap<RoomId, Vec<Batch>>,
    /// Nothing is tried before.
    after: Option<Time>,
}

impl Expiries {
    pub(super) fn load(
        vault: &Vault,
        rooms: impl Iterator<Item = RoomId>,
    ) -> Result<BTreeMap<RoomId, Vec<Batch>>, Problem> {
        rooms.map(|room| Ok((room, vault.batches(room)?))).collect()
    }

    /// When the first of all messages disappears.
    fn first(&self) -> Option<UnixMs> {
        self.rooms.values().flatten().map(|batch| batch.first).min()
    }
}

impl Entry {
    /// When it disappears, if it does.
    pub(super) fn expires(&self) -> Option<UnixMs> {
        match &self.kind {
            EntryKind::Message { state, .. } => state.expires,
            _ => None,
        }
    }

    /// Whether its time is over.
    pub(super) fn is_expired(&self, wall: UnixMs) -> bool {
        self.expires().is_some_and(|at| at <= wall)
    }
}

impl Client {
    /// Seconds after which messages of a room disappear.
    pub(super) fn lifetime_s(&mut self, id: RoomId) -> Result<u32, Problem> {
        let charter = self.with_group(id, |group| group::charter(group))?;
        Ok(charter.map_or(0, |charter| charter.lifetime_s))
    }

    pub(super) fn load_expiries(&mut self) -> Result<(), Problem> {
        self.expiries.rooms = Expiries::load(&self.vault, self.rooms.keys().copied())?;
        Ok(())
    }

    /// When messages disappear, by the clock that deadlines are in.
    pub(super) fn next_expiry(&self) -> Option<Time> {
        let left_ms = self.expiries.first()?.0.saturating_sub(self.now.wall.0);
        let at = self.now.time.after_ms(left_ms);
        Some(self.expiries.after.map_or(at, |after| after.max(at)))
    }

    /// The vault failed: not again at once.
    pub(super) fn delay_expiry(&mut self) {
        self.expiries.after = Some(self.now.time.after_ms(RETRY_MS));
    }

    /// Notes when a message disappears.
    pub(super) fn expire_later(&mut self, room: RoomId, pending: Pending) -> Result<(), Problem> {
        let batches = self.expiries.rooms.entry(room).or_default();
        let next = batches.last().map_or(0, |batch| batch.number.saturating_add(1));
        if batches.last().is_none_or(|batch| batch.full) {
            batches.push(Batch { number: next, first: pending.expires, full: false });
        }
        let Some(batch) = batches.last_mut() else { return Ok(()) };
        let mut messages = self.vault.batch(room, batch.number)?;
        messages.push(pending);
        batch.first = batch.first.min(pending.expires);
        batch.full = messages.len() >= MAX_BATCH;
        self.vault.put_batch(room, batch.number, messages)?;
        self.vault.put_batches(room, batches)
    }

    /// Deletes what has come to its end, some of it at a time.
    pub(super) fn expire(&mut self) -> Result<(), Problem> {
        let wall = self.now.wall;
        if self.expiries.after.is_some_and(|after| after > self.now.time) {
            return Ok(());
        }
        self.expiries.after = None;
        let due: Vec<(RoomId, u32)> = self
            .expiries
            .rooms
            .iter()
            .flat_map(|(room, batches)| batches.iter().map(move |batch| (*room, batch)))
            .filter(|(_, batch)| batch.first <= wall)
            .map(|(room, batch)| (room, batch.number))
            .take(BATCHES_AT_ONCE)
            .collect();
        due.into_iter().try_for_each(|(room, number)| self.expire_batch(room, number, wall))
    }

    fn expire_batch(&mut self, room: RoomId, number: u32, wall: UnixMs) -> Result<(), Problem> {
        let messages = self.vault.batch(room, number)?;
        let (over, kept): (Vec<Pending>, Vec<Pending>) =
            messages.into_iter().partition(|message| message.expires <= wall);
        let first = kept.iter().map(|message| message.expires).min();
        self.vault.put_batch(room, number, kept)?;
        let batches = self.expiries.rooms.entry(room).or_default();
        batches.retain(|batch| batch.number != number || first.is_some());
        if let (Some(batch), Some(first)) =
            (batches.iter_mut().find(|batch| batch.number == number), first)
        {
            batch.first = first;
        }
        self.vault.put_batches(room, batches)?;
        let seqs: Vec<Seq> = over.into_iter().map(|message| message.seq).collect();
        for seq in &seqs {
            self.expire_message(room, *seq)?;
        }
        if !seqs.is_empty() {
            self.tell(Event::EntriesExpired { room, seqs });
        }
        Ok(())
    }

    /// The copy of a file at the relay goes with the message of the device that sent it.
    fn expire_message(&mut self, room: RoomId, seq: Seq) -> Result<(), Problem> {
        let line = self.vault.line(room, seq)?;
        if let Some(EntryKind::Message { body: Body::File(file), device, .. }) =
            line.map(|line| line.entry.kind)
            && device == self.profile.identity.device()
        {
            self.forget_file(file.access.file)?;
        }
        self.remove_line(room, seq)
    }
}
