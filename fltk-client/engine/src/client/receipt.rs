//! Read receipts: how far accounts have read, told to the room and to one's own other devices
//! (PROTOCOL §10.5).

use std::collections::{BTreeMap, BTreeSet};

use wire::Time;
use wire::certificate::DeviceCertificate as Certificate;
use wire::codec::{Field, Reader, Writer};
use wire::id::{Handle, RoomId, Seq};
use wire::message::RoomKind;

use super::Client;
use super::room::Room;
use crate::content::Content;
use crate::event::EntryKind;
use crate::vault::Vault;
use crate::{Event, Problem, Receipts};

/// A room is told at most once in this time.
const THROTTLE_MS: u64 = 3_000;
/// Rooms of more accounts are not told: each would hear of all others.
pub(super) const MAX_ACCOUNTS: usize = 32;
/// Accounts in a room's value beyond which those that left are forgotten, and beyond which none is
/// added.
const MANY: usize = 64;
const MAX_READERS: usize = 1 << 14;
/// Messages looked at together for whether another wrote one.
const PAGE: usize = 64;
const RECEIPTS: &[u8] = b"receipts";

/// How far the others have read a room, and whether they are to be told of this account. How far that
/// has read is its marker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Readers {
    /// The accounts that tell it.
    others: BTreeMap<Handle, Seq>,
    /// Where the marker stood when the others were last told of it, if it moved and they are to be.
    untold: Option<Seq>,
}

impl Client {
    /// The person has read on from a place: the others are to be told.
    pub(super) fn tell_read(&mut self, id: RoomId, before: Seq) -> Result<(), Problem> {
        if self.receipts == Receipts::Off || self.room_mut(id)?.stored.kind == RoomKind::Lobby {
            // Nor later.
            return Ok(());
        }
        self.room_mut(id)?.receipt_due = true;
        let mut readers = self.readers(id)?;
        if readers.untold.is_none() {
            readers.untold = Some(before);
            self.put_readers(id, &readers)?;
        }
        Ok(())
    }

    pub(super) fn set_receipts(&mut self, receipts: Receipts) -> Result<(), Problem> {
        self.receipts = receipts;
        self.vault.put_value(RECEIPTS, &(receipts == Receipts::On))?;
        if receipts == Receipts::Off {
            let due: Vec<RoomId> = self
                .rooms
                .iter_mut()
                .filter_map(|(id, room)| core::mem::take(&mut room.receipt_due).then_some(*id))
                .collect();
            for id in due {
                let mut readers = self.readers(id)?;
                readers.untold = None;
                self.put_readers(id, &readers)?;
            }
        }
        self.tell(Event::ReceiptsSet(receipts));
        Ok(())
    }

    /// Reads what is set, and which rooms wait for a receipt.
    pub(super) fn load_receipts(&mut self) -> Result<(), Problem> {
        self.receipts = match self.vault.value(RECEIPTS)? {
            Some(false) => Receipts::Off,
            Some(true) | None => Receipts::On,
        };
        let ids: Vec<RoomId> = self.rooms.keys().copied().collect();
        for id in ids {
            let due = self.readers(id)?.untold.is_some();
            self.room_mut(id)?.receipt_due = due;
        }
        Ok(())
    }

    /// Sends the receipts that are due.
    pub(super) fn send_receipts(&mut self) -> Result<(), Problem> {
        if !self.connection.is_signed_in() {
            return Ok(());
        }
        let time = self.now.time;
        let due: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.next_receipt(time).is_some_and(|at| at <= time))
            .map(|(id, _)| *id)
            .collect();
        due.into_iter().try_for_each(|id| self.send_receipt(id))
    }

    fn send_receipt(&mut self, id: RoomId) -> Result<(), Problem> {
        let after = self.now.time.after_ms(THROTTLE_MS);
        let room = self.room_mut(id)?;
        room.receipt_due = false;
        if room.stored.kind == RoomKind::Lobby
            || self.members_by_handle(id)?.len() > MAX_ACCOUNTS
            || self.may_send(id).is_err()
        {
            return Ok(());
        }
        let seq = self.room_mut(id)?.marker.seq();
        let mut readers = self.readers(id)?;
        let Some(told) = readers.untold.take() else { return Ok(()) };
        if others_wrote(&self.vault, id, (told, seq))? {
            self.room_mut(id)?.receipt_after = Some(after);
            self.queue(id, None, Content::Receipt { seq })?;
        }
        self.put_readers(id, &readers)
    }

    /// When a receipt is due that waited.
    pub(super) fn next_receipt(&self) -> Option<Time> {
        if !self.connection.is_signed_in() {
            return None;
        }
        self.rooms.values().filter_map(|room| room.next_receipt(self.now.time)).min()
    }

    /// An account has read up to a place before that of its receipt.
    pub(super) fn take_receipt(
        &mut self,
        id: RoomId,
        place: Seq,
        author: &Certificate,
        seq: Seq,
    ) -> Result<(), Problem> {
        if seq >= place {
            return Ok(());
        }
        if author.account_key == self.profile.identity.certificate.account_key {
            // Said by another device of it, or by this one.
            self.move_marker(id, seq)?;
            return self.others_were_told(id, seq);
        }
        let mut readers = self.readers(id)?;
        let by = author.handle.clone();
        if readers.others.get(&by).is_some_and(|known| *known >= seq) {
            return Ok(());
        }
        if readers.others.len() >= MANY {
            let members: BTreeSet<Handle> = self.members_by_handle(id)?.into_keys().collect();
            readers.others.retain(|handle, _| members.contains(handle));
        }
        if readers.others.len() < MAX_READERS {
            readers.others.insert(by.clone(), seq);
            self.put_readers(id, &readers)?;
            self.tell(Event::ReadMoved { room: id, by, seq });
        }
        Ok(())
    }

    /// The others know of what this account has read up to a place.
    fn others_were_told(&mut self, id: RoomId, seq: Seq) -> Result<(), Problem> {
        let marker = self.room_mut(id)?.marker.seq();
        let mut readers = self.readers(id)?;
        let untold = readers.untold.map(|told| told.max(seq)).filter(|told| *told < marker);
        if untold != readers.untold {
            readers.untold = untold;
            self.put_readers(id, &readers)?;
        }
        Ok(())
    }

    /// How far the others in a room have read.
    pub(super) fn read_by(
        &self,
        id: RoomId,
        others: &[Handle],
    ) -> Result<Vec<(Handle, Seq)>, Problem> {
        let mut readers: Vec<_> = self.readers(id)?.others.into_iter().collect();
        readers.retain(|(handle, _)| others.contains(handle));
        Ok(readers)
    }

    fn readers(&self, id: RoomId) -> Result<Readers, Problem> {
        Ok(self.vault.value(&name(id))?.unwrap_or_default())
    }

    fn put_readers(&self, id: RoomId, readers: &Readers) -> Result<(), Problem> {
        self.vault.put_value(&name(id), readers)
    }
}

impl Room {
    /// When a receipt is due, if one is: not in the past.
    fn next_receipt(&self, now: Time) -> Option<Time> {
        let is_due = self.receipt_due && self.is_ready();
        is_due.then(|| self.receipt_after.map_or(now, |after| after.max(now)))
    }
}

/// Whether another account wrote something behind one place and up to another.
fn others_wrote(vault: &Vault, room: RoomId, (after, up_to): (Seq, Seq)) -> Result<bool, Problem> {
    let mut before = up_to.next();
    while before > after {
        let page = vault.last_messages(room, before, PAGE)?;
        let is_others = |kind: &EntryKind| matches!(kind, EntryKind::Message { own: false, .. });
        if page.iter().any(|entry| entry.seq > after && is_others(&entry.kind)) {
            return Ok(true);
        }
        match page.first() {
            Some(first) if page.len() == PAGE => before = first.seq,
            _ => return Ok(false),
        }
    }
    Ok(false)
}

fn name(room: RoomId) -> Vec<u8> {
    [b"readers/".as_slice(), room.as_array()].concat()
}

impl Field for Readers {
    const WHAT: &'static str = "readers of a room";

    fn encode(&self, w: &mut Writer) {
        self.untold.encode(w);
        w.count(self.others.len());
        for (handle, seq) in &self.others {
            handle.encode(w);
            seq.encode(w);
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let untold = Field::decode(r)?;
        let count = r.count(MAX_READERS, Self::WHAT)?;
        let others = (0..count)
            .map(|_| Ok((Field::decode(r)?, Field::decode(r)?)))
            .collect::<Result<_, wire::Error>>()?;
        Ok(Self { others, untold })
    }
}
