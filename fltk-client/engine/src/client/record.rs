//! Applying a room's log, record by record, in order.

use std::collections::BTreeSet;
use std::rc::Rc;

use openmls::prelude::{MlsGroup, ProcessedMessageContent, Sender, StagedCommit};
use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{Handle, RoomId, Seq, UnixMs};
use wire::message::{Record, RecordKind, ToRelay};

use super::policy::{self, Refusal};
use super::{Client, Request};
use crate::content::{Content, Padded};
use crate::event::{Entry, EntryKind};
use crate::group::{self, Provider, Unprocessed};
use crate::vault::Queued;
use crate::{Event, Hold, Problem};

/// What a record turned out to be.
enum Reading {
    /// A message of another device.
    Message(Box<Certificate>, Padded),
    /// A message of this device, from its queue.
    Own(Box<Queued>),
    /// A commit; these accounts came and went.
    Commit { joined: Vec<Handle>, left: Vec<Handle> },
}

/// Why a record could not be read. The room goes on behind it.
enum Unreadable {
    /// Damaged, or against the rules; nobody reads it.
    Dropped,
    /// An account came with another key. Others may have accepted it.
    KeyChanged(Handle),
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
            if self.room_mut(id)?.stored.held.is_some() {
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
            return self.mark_caught_up(id);
        }
        room.fetching = true;
        room.caught_up = false;
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
        let room = self.room_mut(id)?;
        room.stored.have = record.seq;
        if record.kind == RecordKind::Commit {
            room.stored.epoch = room.stored.epoch.next();
        }
        room.changed = true;
        let (seq, at) = (record.seq, record.at);
        match outcome {
            Ok(reading) => self.show(id, seq, at, reading),
            Err(unreadable) => {
                // What was read of it is taken back on disk, so it must be in memory.
                self.room_mut(id)?.group = None;
                self.add_entry(id, Entry { seq, at, kind: EntryKind::Gap { from: seq } })?;
                match unreadable {
                    Unreadable::Dropped => Ok(()),
                    Unreadable::KeyChanged(handle) => {
                        self.tell(Event::KeyChanged { room: id, handle });
                        self.hold(id, Hold::KeyChanged)
                    }
                    Unreadable::Hold(hold) => self.hold(id, hold),
                }
            }
        }
    }

    fn read(&mut self, id: RoomId, record: &Record) -> Result<Reading, Unreadable> {
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Unreadable::Dropped)?;
        if record.epoch > room.stored.epoch {
            return Err(Unreadable::Hold(Hold::Behind));
        }
        // What the vault fails to read ends the transaction, whatever is returned from here.
        let group = room.group(&provider, id).map_err(|_| Unreadable::Dropped)?;
        let message =
            group::process(&provider, group, &record.payload).map_err(|why| match why {
                Unprocessed::Rubbish => Unreadable::Dropped,
                Unprocessed::Commit => Unreadable::Hold(Hold::Behind),
            })?;
        let sender = message.sender().clone();
        match (message.into_content(), record.kind) {
            (ProcessedMessageContent::ApplicationMessage(message), RecordKind::Application) => {
                let Sender::Member(index) = sender else { return Err(Unreadable::Dropped) };
                let author = group::member_at(group, index).ok_or(Unreadable::Dropped)?;
                let padded = Padded::from_padded_bytes(&message.into_bytes())
                    .map_err(|_| Unreadable::Dropped)?;
                Ok(Reading::Message(Box::new(author), padded))
            }
            (ProcessedMessageContent::OwnPrivateMessage, RecordKind::Application) => {
                self.read_own(id, record)
            }
            (ProcessedMessageContent::StagedCommitMessage(commit), RecordKind::Commit) => {
                policy::check(&self.vault, group, &sender, &commit, record.from).map_err(
                    |refusal| match refusal {
                        Refusal::KeyChanged(handle) => Unreadable::KeyChanged(handle),
                        Refusal::NotAllowed | Refusal::Vault => Unreadable::Dropped,
                    },
                )?;
                merge(&provider, group, *commit)
            }
            _ => Err(Unreadable::Dropped),
        }
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

    fn show(&mut self, id: RoomId, seq: Seq, at: UnixMs, reading: Reading) -> Result<(), Problem> {
        match reading {
            Reading::Message(author, padded) => {
                let own = author.account_key == self.profile.identity.certificate.account_key;
                let Content::Text(text) = padded.content;
                let kind = EntryKind::Message {
                    id: padded.id,
                    device: author.device(),
                    from: author.handle,
                    sent: padded.sent,
                    text,
                    own,
                };
                self.add_entry(id, Entry { seq, at, kind })
            }
            Reading::Own(queued) => self.show_own(id, seq, at, *queued),
            Reading::Commit { joined, left } => {
                for handle in joined {
                    self.add_entry(id, Entry { seq, at, kind: EntryKind::Joined { handle } })?;
                }
                for handle in left {
                    self.add_entry(id, Entry { seq, at, kind: EntryKind::Left { handle } })?;
                }
                Ok(())
            }
        }
    }

    /// Stores a line and tells of it, unless it stands already.
    pub(super) fn add_entry(&mut self, room: RoomId, entry: Entry) -> Result<(), Problem> {
        if self.vault.add_entry(room, &entry)? {
            self.tell(Event::Entry { room, entry });
        }
        Ok(())
    }
}

fn merge(
    provider: &Provider<'_>,
    group: &mut MlsGroup,
    commit: StagedCommit,
) -> Result<Reading, Unreadable> {
    let before = handles(group);
    group.merge_staged_commit(provider, commit).map_err(|_| Unreadable::Hold(Hold::Behind))?;
    if !group.is_active() {
        return Err(Unreadable::Hold(Hold::Removed));
    }
    let after = handles(group);
    Ok(Reading::Commit {
        joined: after.difference(&before).cloned().collect(),
        left: before.difference(&after).cloned().collect(),
    })
}

fn handles(group: &MlsGroup) -> BTreeSet<Handle> {
    group::members(group).map(|certificate| certificate.handle).collect()
}
