//! What the relay says of rooms when it greets, or unasked: which this device is in, may join, was
//! brought into or taken out of; and what follows for the rooms that are here.

use wire::id::{RoomId, Seq};
use wire::message::{Presence, RoomKind, RoomSummary, ToRelay};

use super::room::Room;
use super::stored::Standing;
use super::{Client, Request};
use crate::charter::Charter;
use crate::{Departure, Event, Hold, Problem};

/// A relay has one lobby for ever; another would be a room of its choice under that name.
const ANOTHER_LOBBY: Problem = Problem::RelayMisbehaved("another lobby");

impl Client {
    /// The rooms of the relay's greeting.
    pub(super) fn meet_rooms(&mut self, summaries: &[RoomSummary]) -> Result<(), Problem> {
        let mut lobbies = summaries.iter().filter(|summary| summary.kind == RoomKind::Lobby);
        let (lobby, second) = (lobbies.next(), lobbies.next());
        let known = self.known_lobby();
        let changed = known.is_some_and(|id| lobby.is_some_and(|lobby| lobby.room != id));
        if second.is_some() || changed {
            return Err(ANOTHER_LOBBY);
        }
        let has_lobby = lobby.is_some() || known.is_some();
        self.joinable.clear();
        for summary in summaries {
            self.meet_room(summary)?;
        }
        self.miss_rooms(summaries)?;
        let unfinished: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(id, room)| {
                room.stored.kind == RoomKind::Lobby
                    && matches!(room.stored.standing, Standing::Creating(_))
                    && !summaries.iter().any(|summary| summary.room == **id)
            })
            .map(|(id, _)| *id)
            .collect();
        for id in &unfinished {
            match lobby {
                // Somebody else's lobby won while this one was on its way.
                Some(_) => self.remove_room(*id)?,
                None => self.resume_room(*id)?,
            }
        }
        if !has_lobby && unfinished.is_empty() {
            self.create_room(&Charter::new(RoomKind::Lobby, []), None)?;
        }
        Ok(())
    }

    /// The lobby, unless it is this device's own that no relay has acknowledged.
    fn known_lobby(&self) -> Option<RoomId> {
        let is_lobby = |room: &Room| {
            room.stored.kind == RoomKind::Lobby
                && !matches!(room.stored.standing, Standing::Creating(_))
        };
        self.rooms.iter().find(|(_, room)| is_lobby(room)).map(|(id, _)| *id)
    }

    /// What the relay says of a room, when it greets or unasked.
    pub(super) fn meet_room(&mut self, summary: &RoomSummary) -> Result<(), Problem> {
        let id = summary.room;
        let Some(room) = self.rooms.get_mut(&id) else { return self.meet_new_room(summary) };
        room.head = room.head.max(summary.head);
        // Nobody is taken out of the lobby against its will.
        room.former = summary.presence == Presence::Former && room.stored.kind != RoomKind::Lobby;
        if room.former {
            return self.meet_former_room(id);
        }
        let is_member = summary.presence == Presence::Device;
        if let Some(hold) = room.stored.held
            && room.is_member()
        {
            if !hold.is_passing() {
                self.tell(Event::RoomHeld { room: id, hold });
            }
            return Ok(());
        }
        if room.stored.held.is_some_and(|hold| !hold.is_passing()) {
            // Waits for the person.
            return Ok(());
        }
        match room.stored.standing {
            Standing::Member
                if summary.head < room.stored.have || summary.epoch < room.stored.epoch =>
            {
                self.hold(id, Hold::LogWentBack)
            }
            Standing::Member if !is_member => self.hold(id, Hold::Behind),
            Standing::Member => self.catch_up(id),
            Standing::Creating(_) if is_member => self.handle_created(id),
            Standing::Left(_) => self.meet_left_room(summary),
            // The relay knew of it before this device did, so what it says now is news.
            Standing::Leaving(Departure::Removed(_) | Departure::Unexplained) => {
                match summary.presence {
                    Presence::Device | Presence::Account => self.meet_left_room(summary),
                    Presence::None | Presence::Former => self.handle_left(id),
                }
            }
            _ => self.resume_room(id),
        }
    }

    /// This device was invited again.
    pub(super) fn expect_welcome(&mut self, id: RoomId) -> Result<(), Problem> {
        self.room_mut(id)?.set(Standing::ExpectWelcome);
        self.resume_room(id)
    }

    /// A room that a commit has taken this device out of. It reads what was said up to then, and
    /// who it was; then the relay is to forget that it was there.
    fn meet_former_room(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        let is_held = room.stored.held.is_some();
        match room.stored.standing {
            Standing::Member if is_held => self.lose_room(id),
            Standing::Member => self.catch_up(id),
            Standing::Creating(_) => {
                self.handle_created(id)?;
                self.catch_up(id)
            }
            Standing::Left(_) | Standing::Leaving(_) => self.leave_relay(id),
            Standing::ExpectWelcome => self.lose_room(id),
            Standing::ExpectGroupInfo if is_held => self.lose_room(id),
            // The person wants to join it anew; or it has, and was removed after that.
            Standing::ExpectGroupInfo | Standing::Joining { .. } => self.resume_room(id),
        }
    }

    /// The relay says that this device was removed from a room, and nothing here tells by whom.
    pub(super) fn lose_room(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        let was_in = room.is_member() || room.stored.lost.is_some();
        let request = room.entered_for.take();
        self.failed(request, Problem::RoomUnknown);
        if was_in {
            self.depart(id, Departure::Unexplained)?;
            return self.leave_relay(id);
        }
        let seq = self.room_mut(id)?.left_at();
        self.remove_room(id)?;
        self.forget_at_relay(id, seq);
        Ok(())
    }

    /// The relay need not know any more that this device was once in a room that is unknown here.
    fn forget_at_relay(&mut self, id: RoomId, seq: Seq) {
        self.request(Request::Leave(id), ToRelay::LeaveRoom { room: id, seq });
    }

    /// A room that this account left, or was taken out of: it may join it anew, was invited again,
    /// or is in it again with another device.
    fn meet_left_room(&mut self, summary: &RoomSummary) -> Result<(), Problem> {
        let id = summary.room;
        match (summary.kind, summary.presence) {
            (_, Presence::Device) => self.expect_welcome(id),
            (_, Presence::Account) => {
                self.room_mut(id)?.set(Standing::ExpectGroupInfo);
                self.resume_room(id)
            }
            (RoomKind::Open, _) => {
                self.joinable.insert(id);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn meet_new_room(&mut self, summary: &RoomSummary) -> Result<(), Problem> {
        let id = summary.room;
        match (summary.kind, summary.presence) {
            (RoomKind::Lobby, _) if self.known_lobby().is_some() => Err(ANOTHER_LOBBY),
            (RoomKind::Lobby, _) | (_, Presence::Account) => self.join_room(id, summary.kind),
            (_, Presence::Device) => {
                self.add_room(id, Room::new(summary.kind, Standing::ExpectWelcome))?;
                self.resume_room(id)
            }
            (_, Presence::Former) => {
                self.forget_at_relay(id, summary.head);
                Ok(())
            }
            (_, Presence::None) => {
                self.joinable.insert(id);
                Ok(())
            }
        }
    }

    /// Rooms that the relay does not list are no more this account's, unless it is only being told.
    fn miss_rooms(&mut self, summaries: &[RoomSummary]) -> Result<(), Problem> {
        let listed = |id: &RoomId| summaries.iter().any(|summary| summary.room == *id);
        let missed: Vec<RoomId> = self.rooms.keys().filter(|id| !listed(id)).copied().collect();
        for id in missed {
            let room = self.room_mut(id)?;
            match room.stored.standing {
                Standing::Creating(_) if room.stored.kind != RoomKind::Lobby => {
                    self.resume_room(id)?;
                }
                Standing::Leaving(_) => {
                    let request = room.entered_for.take();
                    self.failed(request, Problem::RoomUnknown);
                    self.mark_left(id)?;
                }
                Standing::Creating(_) | Standing::Left(_) => {}
                _ if room.stored.kind == RoomKind::Lobby => {}
                _ if room.stored.lost.is_none() && !room.is_member() => self.remove_room(id)?,
                _ => self.depart(id, Departure::Unexplained)?,
            }
        }
        Ok(())
    }
}
