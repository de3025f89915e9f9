//! What the person has read: one marker for each room. What is unread follows from it, and is counted
//! when it is first asked for and kept in memory as entries come.

use wire::id::{Handle, RoomId, Seq};

use super::Client;
use crate::event::{Body, Entry, EntryKind};
use crate::mention::mentions;
use crate::vault::Vault;
use crate::{Event, MAX_UNREAD, Problem};

/// Messages that are read from the vault at once to be counted.
const BATCH: u32 = 256;

/// A room's read marker.
#[derive(Debug)]
pub(super) struct Marker {
    seq: Seq,
    changed: bool,
    /// `None` until counted.
    unread: Option<Unread>,
}

/// What stands behind a marker, and the line that a room is listed with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unread {
    /// Messages of others, at most [`MAX_UNREAD`].
    pub(super) messages: usize,
    /// Those of them that mention this account.
    pub(super) mentions: usize,
    /// The room's last line.
    pub(super) last: Option<Box<Entry>>,
}

/// Where a room's marker stands in the vault.
pub(super) fn name(room: RoomId) -> Vec<u8> {
    [b"read/".as_slice(), room.as_array()].concat()
}

impl Marker {
    /// Of a room that was never marked: what is here of it counts as read.
    pub(super) const fn new(seq: Seq) -> Self {
        Self { seq, changed: true, unread: None }
    }

    pub(super) fn load(&mut self, vault: &Vault, room: RoomId) -> Result<(), Problem> {
        if let Some(seq) = vault.value(&name(room))? {
            *self = Self { seq, changed: false, unread: None };
        }
        Ok(())
    }

    /// Writes it if it moved.
    pub(super) fn save(&mut self, vault: &Vault, room: RoomId) -> Result<(), Problem> {
        match core::mem::take(&mut self.changed) {
            true => vault.put_value(&name(room), &self.seq),
            false => Ok(()),
        }
    }

    /// The last entry that was read.
    pub(super) const fn seq(&self) -> Seq {
        self.seq
    }

    #[cfg(test)]
    pub(super) const fn is_uncounted(&self) -> bool {
        self.unread.is_none()
    }

    /// This account came into the room with that entry: what stands before is not news.
    pub(super) fn begin(&mut self, seq: Seq) {
        self.move_to(seq);
    }

    /// Never goes back; whether it moved.
    fn move_to(&mut self, seq: Seq) -> bool {
        let moves = seq > self.seq;
        if moves {
            *self = Self { seq, changed: true, unread: None };
        }
        moves
    }
}

impl Unread {
    /// Counts a line behind the marker.
    fn count(&mut self, entry: &Entry, own: &Handle) {
        if self.messages >= MAX_UNREAD {
            return;
        }
        match &entry.kind {
            EntryKind::Message { body: Body::Deleted, .. } => {}
            EntryKind::Message { own: false, body, .. } => {
                self.messages += 1;
                let is_meant = matches!(body, Body::Text(text) if mentions(text, own));
                self.mentions += usize::from(is_meant);
            }
            _ => {}
        }
    }
}

impl Entry {
    /// Whether it is an answer to another.
    fn answers(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (EntryKind::Message { state, .. }, EntryKind::Message { from, id, .. }) => {
                state.reply.as_ref().is_some_and(|to| (&to.from, &to.id) == (from, id))
            }
            _ => false,
        }
    }
}

impl Client {
    /// The person has read up to an entry.
    pub(super) fn mark_read(&mut self, id: RoomId, seq: Seq) -> Result<(), Problem> {
        self.readable_room(id)?;
        let room = self.room_mut(id)?;
        let (seq, before) = (seq.min(room.stored.have), room.marker.seq);
        match self.move_marker(id, seq)? {
            true => self.tell_read(id, before),
            false => Ok(()),
        }
    }

    /// Moves the marker, for the person here or at another device of the account, and tells so; whether
    /// it moved, which it does forward only.
    pub(super) fn move_marker(&mut self, id: RoomId, seq: Seq) -> Result<bool, Problem> {
        let moves = self.room_mut(id)?.marker.move_to(seq);
        if moves {
            let by = self.profile.identity.handle().clone();
            self.tell(Event::ReadMoved { room: id, by, seq });
            let info = self.room_info(id)?;
            self.tell(Event::RoomChanged(info));
        }
        Ok(moves)
    }

    /// What is unread in a room, and its last line.
    pub(super) fn unread(&mut self, id: RoomId) -> Result<Unread, Problem> {
        let vault = std::rc::Rc::clone(&self.vault);
        let own = self.profile.identity.handle().clone();
        let marker = &self.room_mut(id)?.marker;
        if let Some(unread) = &marker.unread {
            return Ok(unread.clone());
        }
        let mut after = marker.seq;
        let last = self.entries_before(id, Seq(u64::MAX), 1)?.pop().map(Box::new);
        let mut unread = Unread { last, ..Unread::default() };
        while unread.messages < MAX_UNREAD {
            let batch = vault.messages_after(id, after, BATCH)?;
            let Some(last) = batch.last() else { break };
            after = last.seq;
            let here = batch.iter().filter(|entry| !entry.is_expired(self.now.wall));
            here.for_each(|entry| unread.count(entry, &own));
        }
        self.room_mut(id)?.marker.unread = Some(unread.clone());
        Ok(unread)
    }

    /// A line was added to a room's timeline, in the running transaction.
    pub(super) fn entry_added(&mut self, id: RoomId, entry: &Entry) {
        self.search.added(id, entry);
        let (own, wall) = (self.profile.identity.handle(), self.now.wall);
        let Some(room) = self.rooms.get_mut(&id) else { return };
        let Some(unread) = &mut room.marker.unread else { return };
        if unread.last.as_ref().is_some_and(|last| last.answers(entry)) {
            // It came late: the last line can quote it now.
            return self.count_anew(id);
        }
        if entry.is_expired(wall) {
            return;
        }
        if entry.seq > room.marker.seq {
            unread.count(entry, own);
        }
        if unread.last.as_ref().is_none_or(|last| last.seq < entry.seq) {
            unread.last = Some(Box::new(entry.clone()));
        }
    }

    /// A line says something else now, in the running transaction.
    pub(super) fn entry_changed(&mut self, id: RoomId, entry: &Entry) {
        self.search.changed(id, entry);
        self.count_anew(id);
    }

    /// A line is gone, in the running transaction.
    pub(super) fn entry_removed(&mut self, id: RoomId, seq: Seq) {
        self.search.removed(id, seq);
        self.count_anew(id);
    }

    fn count_anew(&mut self, id: RoomId) {
        if let Some(room) = self.rooms.get_mut(&id) {
            room.marker.unread = None;
        }
    }
}
