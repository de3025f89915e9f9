//! The one way back into a room that this device has lost: rejoin by external commit, after catching
//! up, one attempt at a time, and one quiet line for what could not be read.

use wire::id::{RoomId, Seq, UnixMs};

use super::Client;
use super::room::Room;
use super::stored::Standing;
use crate::event::{Entry, EntryKind, RequestId};
use crate::{Event, Hold, Problem};

/// Waits between attempts: a room that is lost again and again is not rejoined again and again.
const WAITS_MS: [u64; 3] = [60_000, 10 * 60_000, LONGEST_WAIT_MS];
const LONGEST_WAIT_MS: u64 = 60 * 60_000;

impl Client {
    /// Begins to bring back each room that was lost and may be tried now.
    pub(super) fn repair_rooms(&mut self) -> Result<(), Problem> {
        if !self.connection.is_signed_in() {
            return Ok(());
        }
        let now = self.now.time;
        let lost: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.is_repairable())
            .filter(|(_, room)| room.former || room.repair_after.is_none_or(|at| at <= now))
            .map(|(id, _)| *id)
            .collect();
        for id in lost {
            let room = self.room_mut(id)?;
            if room.former {
                // There is no way back, also where anybody may join.
                self.lose_room(id)?;
                continue;
            }
            let wait_ms = WAITS_MS.get(room.repairs).copied().unwrap_or(LONGEST_WAIT_MS);
            room.repairs = room.repairs.saturating_add(1);
            room.repair_after = Some(now.after_ms(wait_ms));
            room.group = None;
            room.set(Standing::ExpectGroupInfo);
            self.drop_pending(id)?;
            self.resume_room(id)?;
        }
        Ok(())
    }

    /// Brings back a room that is held until a person says so.
    pub(super) fn repair_room(&mut self, request: RequestId, id: RoomId) -> Result<(), Problem> {
        let id = self.known_room(id)?;
        let room = self.room_mut(id)?;
        match room.stored.held {
            Some(Hold::Forked) if room.is_member() => {
                room.stored.held = Some(Hold::Behind);
                room.repair_after = None;
                room.changed = true;
            }
            // An earlier epoch would bring back whoever was removed since.
            Some(hold @ (Hold::KeyChanged | Hold::LogWentBack)) => {
                return Err(Problem::RoomHeld(hold));
            }
            // It is not held, or on its way back already.
            _ => {}
        }
        self.done(Some(request), Some(id));
        Ok(())
    }

    /// What the relay offered is not what became of the room. It is tried again later.
    pub(super) fn repair_failed(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        let hold = room.stored.held.unwrap_or(Hold::Behind);
        room.stored.held = Some(hold);
        room.set(Standing::Member);
        self.tell(Event::RoomHeld { room: id, hold });
        Ok(())
    }

    /// The room is back. What was between is one line.
    pub(super) fn handle_repaired(
        &mut self,
        id: RoomId,
        had: Seq,
        (seq, at): (Seq, UnixMs),
    ) -> Result<(), Problem> {
        let (first, last) = (had.next(), Seq(seq.0.saturating_sub(1)));
        if first <= last {
            self.add_entry(id, Entry { seq: last, at, kind: EntryKind::Gap { from: first } })?;
        }
        self.room_mut(id)?.queued = true;
        self.tell(Event::RoomRepaired { room: id });
        let info = self.room_info(id)?;
        self.tell(Event::RoomChanged(info));
        self.catch_up(id)
    }

    /// Goes on with rooms that waited for a key to be accepted.
    pub(super) fn release_changed(&mut self) -> Result<(), Problem> {
        let waiting: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.stored.held == Some(Hold::KeyChanged))
            .map(|(id, _)| *id)
            .collect();
        for id in waiting {
            let room = self.room_mut(id)?;
            room.changed = true;
            if room.is_member() {
                room.stored.held = Some(Hold::Behind);
                room.repair_after = None;
            } else {
                room.stored.held = None;
                self.resume_room(id)?;
            }
        }
        self.repair_rooms()
    }
}

impl Room {
    /// Whether the room is lost in a way that rejoining mends.
    pub(super) fn is_repairable(&self) -> bool {
        self.is_member() && self.stored.held.is_some_and(Hold::is_passing)
    }
}
