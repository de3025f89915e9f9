//! What the events so far tell about rooms and the connection.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Event, Hold, Problem, RoomInfo};
use wire::id::RoomId;

use crate::console::Patience;

/// The state that commands ask about between events.
#[derive(Debug, Default)]
pub(crate) struct View {
    rooms: BTreeMap<RoomId, RoomInfo>,
    caught_up: BTreeSet<RoomId>,
    held: BTreeMap<RoomId, Hold>,
    /// Whether the profile's rooms have been told.
    pub(crate) listed: bool,
    /// Whether the connection stands.
    pub(crate) connected: bool,
    /// Why there is no connection.
    pub(crate) problem: Option<Problem>,
    /// Whether the engine tries no more.
    given_up: bool,
}

/// The outcome of looking for a room.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Exactly this one.
    One(RoomId),
    /// More than one has this name.
    Several,
    /// None so far.
    Missing,
}

impl View {
    /// Takes in what happened.
    pub(crate) fn observe(&mut self, event: &Event) {
        match event {
            Event::Connected { .. } => (self.connected, self.problem) = (true, None),
            Event::Disconnected { problem, retry_ms } => {
                (self.connected, self.problem) = (false, Some(problem.clone()));
                self.given_up = retry_ms.is_none();
            }
            Event::RoomAdded(info) => {
                self.rooms.insert(info.room, info.clone());
            }
            Event::Rooms(rooms) => {
                self.listed = true;
                self.rooms = rooms.iter().map(|info| (info.room, info.clone())).collect();
            }
            Event::CaughtUp { room, .. } => {
                self.caught_up.insert(*room);
            }
            Event::RoomHeld { room, hold } => {
                self.held.insert(*room, *hold);
            }
            _ => {}
        }
    }

    /// Looks for a room by id or name.
    pub(crate) fn find(&self, text: &str) -> Found {
        if let Some(room) = RoomId::from_hex(text).filter(|room| self.rooms.contains_key(room)) {
            return Found::One(room);
        }
        let mut named = self.rooms.values().filter(|info| info.name == text);
        match (named.next(), named.next()) {
            (Some(info), None) => Found::One(info.room),
            (Some(_), Some(_)) => Found::Several,
            (None, _) => Found::Missing,
        }
    }

    /// The room as a person would name it here: its name, or its id where that is not clear.
    pub(crate) fn label(&self, room: RoomId) -> String {
        match self.rooms.get(&room) {
            Some(info) if self.find(&info.name) == Found::One(room) => info.name.clone(),
            _ => room.to_string(),
        }
    }

    /// What is known of a room.
    pub(crate) fn room(&self, room: RoomId) -> Option<&RoomInfo> {
        self.rooms.get(&room)
    }

    /// Whether the profile knows any room.
    pub(crate) fn has_room(&self) -> bool {
        !self.rooms.is_empty()
    }

    /// The problem for which waiting longer is of no use.
    pub(crate) fn hopeless(&self, patience: Patience) -> Option<Problem> {
        self.problem.clone().filter(|problem| {
            let unreachable = matches!(problem, Problem::Unreachable { .. });
            self.given_up || (unreachable && patience == Patience::FirstTry)
        })
    }

    /// Why the room is neither read nor written here any more.
    pub(crate) fn held(&self, room: RoomId) -> Option<Problem> {
        self.held.get(&room).map(|hold| Problem::RoomHeld(*hold))
    }

    /// Whether everything the relay held of the room has been read since the start.
    pub(crate) fn is_caught_up(&self, room: RoomId) -> bool {
        self.caught_up.contains(&room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{LOBBY, lobby};

    #[test]
    fn rooms_are_found_by_name_or_id_and_labelled_so_that_they_are_found_again() {
        let other = RoomId::from_array([9; 16]);
        let mut view = View::default();
        assert_eq!(view.find("lobby"), Found::Missing);
        assert_eq!(view.label(LOBBY), LOBBY.to_string());
        view.observe(&Event::Rooms(vec![lobby()]));
        assert_eq!(view.find("lobby"), Found::One(LOBBY));
        assert_eq!(view.find(&LOBBY.to_string()), Found::One(LOBBY));
        assert_eq!(view.find(&other.to_string()), Found::Missing);
        assert_eq!(view.label(LOBBY), "lobby");
        view.observe(&Event::RoomAdded(RoomInfo { room: other, ..lobby() }));
        assert_eq!(view.find("lobby"), Found::Several);
        assert_eq!(view.label(other), other.to_string());
        assert_eq!(view.find(&view.label(LOBBY)), Found::One(LOBBY));
    }

    #[test]
    fn a_room_cannot_take_the_place_of_another_by_its_name() {
        let mut view = View::default();
        let posing =
            RoomInfo { room: RoomId::from_array([9; 16]), name: LOBBY.to_string(), ..lobby() };
        view.observe(&Event::Rooms(vec![lobby(), posing.clone()]));
        assert_eq!(view.find(&LOBBY.to_string()), Found::One(LOBBY));
        assert_eq!(view.label(posing.room), posing.room.to_string());
    }
}
