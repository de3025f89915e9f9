//! Applying a room's log, record by record, in order.

use std::collections::BTreeSet;
use std::rc::Rc;

use openmls::prelude::{ProcessedMessageContent, Sender};
use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{DeviceId, RoomId, Seq, UnixMs};
use wire::message::{Record, RecordKind, ToRelay};

use super::policy::{self, Refusal};
use super::trust::Fit;
use super::turn::{Before, Turn};
use super::{Client, Request};
use crate::charter::{AccountKey, Charter};
use crate::content::Padded;
use crate::event::{Entry, EntryKind, Role};
use crate::group::{self, Provider, Unprocessed};
use crate::vault::Queued;
use crate::{Departure, Hold, Problem};

/// Time after which it is noted anew that a device was heard of.
const HEARD_MS: u64 = 24 * 60 * 60 * 1_000;

/// What a record turned out to be.
enum Reading {
    /// A message of another device.
    Message(Box<Certificate>, Padded),
    /// A message of this device, from its queue.
    Own(Box<Queued>),
    /// A commit of another device.
    Commit(Box<Turn>),
    /// The pending commit of this one.
    OwnCommit,
    /// A commit that closed the room, or took this device out of it.
    Out(Box<Turn>, Departure),
}

/// Why a record could not be read. The room goes on behind it.
enum Unreadable {
    /// Damaged, or against the rules; nobody reads it.
    Dropped,
    /// An account came with another key. Others may have accepted it.
    KeyChanged(Box<Certificate>),
    /// Its author speaks in a later epoch than this device has come to.
    Ahead,
    /// The room has gone where this device cannot follow.
    Hold(Hold),
}

impl Client {
    /// A record as it was appended.
    pub(super) fn handle_record(&mut self, id: RoomId, record: Record) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        room.head = room.head.max(record.seq);
        let is_next = record.seq == room.stored.have.next();
        if is_next && room.is_member() && room.stored.held.is_none() {
            self.apply(id, record)
        } else {
            self.catch_up(id)
        }
    }

    /// The answer to a fetch.
    pub(super) fn handle_records(
        &mut self,
        id: RoomId,
        oldest: Seq,
        head: Seq,
        records: Vec<Record>,
    ) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        room.fetching = false;
        room.head = room.head.max(head);
        if head < room.stored.have {
            return self.hold(id, Hold::LogWentBack);
        }
        let missing = room.stored.have.next();
        if oldest > missing && head >= oldest {
            let last = Seq(oldest.0.saturating_sub(1));
            let at = records.first().map_or(UnixMs(0), |record| record.at);
            room.stored.have = last;
            room.changed = true;
            self.add_entry(id, Entry { seq: last, at, kind: EntryKind::Gap { from: missing } })?;
        }
        let before = self.room_mut(id)?.stored.have;
        for record in records {
            let room = self.room_mut(id)?;
            if room.stored.held.is_some() || !room.is_member() {
                return Ok(());
            }
            let expected = self.room_mut(id)?.stored.have.next();
            if record.seq > expected {
                return Err(Problem::RelayMisbehaved("a hole in a room's log"));
            }
            if record.seq == expected {
                self.apply(id, record)?;
            }
        }
        let room = self.room_mut(id)?;
        if room.stored.held.is_some() || !room.is_member() {
            return Ok(());
        }
        if room.stored.have == before && room.head > before {
            return Err(Problem::RelayMisbehaved("records that it does not give"));
        }
        self.catch_up(id)
    }

    /// The relay dropped news of a room because this side was slow.
    pub(super) fn handle_head(&mut self, id: RoomId, head: Seq) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        room.head = room.head.max(head);
        self.catch_up(id)
    }

    /// Asks for what is missing, or tells that nothing is.
    pub(super) fn catch_up(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        if !room.is_member() || room.fetching || room.stored.held.is_some() {
            return Ok(());
        }
        if room.stored.have >= room.head {
            return if room.former { self.lose_room(id) } else { self.mark_caught_up(id) };
        }
        room.caught_up = false;
        self.fetch(id)
    }

    /// Asks for what follows the last record that was applied.
    pub(super) fn fetch(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        room.fetching = true;
        let after = room.stored.have;
        self.request(Request::Fetch(id), ToRelay::Fetch { room: id, after });
        Ok(())
    }

    fn apply(&mut self, id: RoomId, record: Record) -> Result<(), Problem> {
        let vault = Rc::clone(&self.vault);
        let outcome = vault.attempt(|| self.read(id, &record));
        if let Some(failure) = vault.failure() {
            return Err(failure);
        }
        let (seq, at) = (record.seq, record.at);
        if outcome.is_err() {
            // What was read of it is taken back on disk, so it must be in memory.
            self.room_mut(id)?.group = None;
        }
        match &outcome {
            Err(Unreadable::KeyChanged(certificate)) => {
                self.key_changed(Some(id), certificate)?;
                return self.hold(id, Hold::KeyChanged);
            }
            Err(Unreadable::Hold(hold)) => return self.hold(id, *hold),
            Err(Unreadable::Ahead) if self.is_left_behind(id, record.from)? => {
                return self.hold(id, Hold::Behind);
            }
            _ => {}
        }
        let room = self.room_mut(id)?;
        room.stored.have = seq;
        if record.kind == RecordKind::Commit {
            room.stored.epoch = room.stored.epoch.next();
        }
        room.changed = true;
        match outcome {
            Ok(reading) => {
                self.heard(id, &record)?;
                self.show(id, seq, at, reading)
            }
            Err(_) => self.add_entry(id, Entry { seq, at, kind: EntryKind::Gap { from: seq } }),
        }
    }

    fn read(&mut self, id: RoomId, record: &Record) -> Result<Reading, Unreadable> {
        let own = self.profile.identity.device();
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Unreadable::Dropped)?;
        if record.epoch > room.stored.epoch {
            return Err(Unreadable::Hold(Hold::Behind));
        }
        let is_commit = record.kind == RecordKind::Commit;
        if is_commit && record.from == own {
            let is_pending = |pending: &super::stored::Pending| pending.post == record.post;
            if room.pending.as_ref().is_some_and(is_pending) && record.epoch == room.stored.epoch {
                return Ok(Reading::OwnCommit);
            }
        }
        // What the vault fails to read ends the transaction, whatever is returned from here.
        let group = room.group(&provider, id).map_err(|_| Unreadable::Dropped)?;
        let message =
            group::process(&provider, group, &record.payload, record.epoch.0).map_err(|why| {
                match why {
                    // A commit of a later copy of this profile: its keys are not here.
                    _ if is_commit && record.from == own => Unreadable::Hold(Hold::RolledBack),
                    Unprocessed::Rubbish => Unreadable::Dropped,
                    Unprocessed::Commit => Unreadable::Hold(Hold::Behind),
                    Unprocessed::Ahead => Unreadable::Ahead,
                    Unprocessed::Forked => Unreadable::Hold(Hold::Forked),
                }
            })?;
        let sender = message.sender().clone();
        match (message.into_content(), record.kind) {
            (ProcessedMessageContent::ApplicationMessage(message), RecordKind::Application) => {
                let Sender::Member(index) = sender else { return Err(Unreadable::Dropped) };
                let author = group::member_at(group, index).ok_or(Unreadable::Dropped)?;
                let padded = Padded::from_padded_bytes(&message.into_bytes())
                    .map_err(|_| Unreadable::Dropped)?;
                match self.pins.fit(&self.vault, &author) {
                    Ok(Fit::Good) => Ok(Reading::Message(Box::new(author), padded)),
                    _ => Err(Unreadable::Dropped),
                }
            }
            (ProcessedMessageContent::OwnPrivateMessage, RecordKind::Application) => {
                self.read_own(id, record)
            }
            // A commit of a later copy of this profile: its keys are not here, and those of the epoch
            // that it ended were used.
            (ProcessedMessageContent::OwnPrivateMessage, RecordKind::Commit)
                if record.from == own =>
            {
                Err(Unreadable::Hold(Hold::RolledBack))
            }
            (ProcessedMessageContent::StagedCommitMessage(commit), RecordKind::Commit) => {
                let from = (&sender, record.from);
                let verdict = policy::check(&mut self.pins, &self.vault, group, from, &commit);
                let verdict = verdict.map_err(|refusal| match refusal {
                    Refusal::KeyChanged(certificate) => Unreadable::KeyChanged(certificate),
                    Refusal::NotAllowed | Refusal::Vault => Unreadable::Dropped,
                })?;
                let before = Before::of(group);
                group::clear_pending(&provider, group).map_err(|_| Unreadable::Dropped)?;
                group
                    .merge_staged_commit(&provider, *commit)
                    .map_err(|_| Unreadable::Hold(Hold::Behind))?;
                let by = verdict.by.handle.clone();
                let turn = Box::new(before.turn(group, verdict.by, verdict.is_external));
                let closed = verdict.charter.is_some_and(|charter| charter.closed);
                Ok(match group.is_active() {
                    false => Reading::Out(turn, Departure::Removed(by)),
                    true if closed => Reading::Out(turn, Departure::Closed(by)),
                    true => Reading::Commit(turn),
                })
            }
            _ => Err(Unreadable::Dropped),
        }
    }

    /// Whether a commit that was skipped here, as it would be if all refused it, was good for others:
    /// an owner speaks in its epoch, or most accounts do. The word of any one is not enough, because
    /// who made a commit that all refused could bring them all astray with it.
    fn is_left_behind(&mut self, id: RoomId, from: DeviceId) -> Result<bool, Problem> {
        let own = self.profile.identity.certificate.account_key;
        let (charter, leaves) = self.with_group(id, |group| {
            (group::charter(group), group::members(group).collect::<Vec<_>>())
        })?;
        let Some(charter) = charter.filter(Charter::has_owners) else { return Ok(true) };
        let by = leaves.iter().find(|leaf| leaf.device() == from).map(|leaf| leaf.account_key);
        let Some(by) = by else { return Ok(false) };
        let accounts: BTreeSet<AccountKey> = leaves.iter().map(|leaf| leaf.account_key).collect();
        let ahead = &mut self.room_mut(id)?.ahead;
        ahead.insert(by);
        let are_most = 2 * ahead.len() > accounts.len().saturating_sub(1);
        Ok(by == own || charter.role(&by) == Role::Owner || are_most)
    }

    /// A message that claims to be this device's. One that the profile does not know was sent by a
    /// later copy of it: this one must not go on, or it would use keys again. The claim inside the
    /// message is not authenticated, so the relay's word is asked too.
    fn read_own(&self, id: RoomId, record: &Record) -> Result<Reading, Unreadable> {
        let identity = &self.profile.identity;
        let queued = self.vault.queued(id, record.post).map_err(|_| Unreadable::Dropped)?;
        let shown = self.vault.entry_of(id, identity.handle(), record.post);
        match (queued, shown) {
            (Some(own), _) => Ok(Reading::Own(Box::new(own))),
            (None, Ok(None)) if record.from == identity.device() => {
                Err(Unreadable::Hold(Hold::RolledBack))
            }
            _ => Err(Unreadable::Dropped),
        }
    }

    /// Notes that a device of the room is in use. Others that the relay names would pile up.
    fn heard(&mut self, id: RoomId, record: &Record) -> Result<(), Problem> {
        let heard = &mut self.room_mut(id)?.stored.heard;
        if let Some(known) = heard.get_mut(&record.from)
            && record.at.0.saturating_sub(known.0) >= HEARD_MS
        {
            *known = record.at;
        }
        Ok(())
    }

    fn show(&mut self, id: RoomId, seq: Seq, at: UnixMs, reading: Reading) -> Result<(), Problem> {
        match reading {
            Reading::Message(author, padded) => self.show_message(id, (seq, at), *author, padded),
            Reading::Own(queued) => self.show_own(id, seq, at, *queued),
            Reading::OwnCommit => self.settle(id, seq, at),
            Reading::Commit(turn) => {
                self.drop_pending(id)?;
                self.show_turn(id, seq, at, *turn)
            }
            Reading::Out(turn, departure) => {
                self.show_turn_line(id, seq, at, &turn)?;
                let was_removed = matches!(departure, Departure::Removed(_));
                let is_back = was_removed && self.room_mut(id)?.head > seq;
                self.depart(id, departure)?;
                // The relay tells nobody of what follows its removal, but for who is invited again.
                if is_back { self.expect_welcome(id) } else { self.leave_relay(id) }
            }
        }
    }
}
