//! What the events so far tell about rooms and the connection.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Event, Hold, Membership, Problem, RoomInfo};
use wire::id::{Handle, RoomId};
use wire::message::RoomKind;

use crate::console::Patience;
use crate::failure::Failure;

/// The state that commands ask about between events.
#[derive(Debug, Default)]
pub(crate) struct View {
    rooms: BTreeMap<RoomId, RoomInfo>,
    caught_up: BTreeSet<RoomId>,
    held: BTreeMap<RoomId, Hold>,
    /// This account, once the relay knows it.
    pub(crate) own: Option<Handle>,
    /// Whether the profile's rooms have been told.
    pub(crate) listed: bool,
    /// Whether the connection stands.
    pub(crate) connected: bool,
    /// Whether all rooms are here and up to date since it began.
    pub(crate) synced: bool,
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

/// Why nothing more comes of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// This account was in it.
    Left,
    /// This account may join it, and has not.
    NotJoined,
    /// It is neither read nor written here any more.
    Held(Hold),
}

impl Obstacle {
    /// What a person is told when the room is read; `None` where all is read that ever will be.
    pub(crate) fn failure(self) -> Option<Failure> {
        match self {
            Self::Left => None,
            Self::NotJoined => {
                Some(Failure::Said("This account is not in the room; `join` it first.".into()))
            }
            Self::Held(hold) => Some(Problem::RoomHeld(hold).into()),
        }
    }
}

impl View {
    /// Takes in what happened.
    pub(crate) fn observe(&mut self, event: &Event) {
        match event {
            Event::Connected { handle, .. } => {
                (self.connected, self.problem) = (true, None);
                self.own = Some(handle.clone());
            }
            Event::Disconnected { problem, retry_ms } => {
                (self.connected, self.problem) = (false, Some(problem.clone()));
                self.synced = false;
                self.given_up = retry_ms.is_none();
            }
            Event::RoomAdded(info) => {
                // It may be back after it was lost.
                self.held.remove(&info.room);
                self.rooms.insert(info.room, info.clone());
            }
            Event::RoomChanged(info) => {
                self.rooms.insert(info.room, info.clone());
            }
            Event::RoomLeft { room, .. } => {
                if let Some(info) = self.rooms.get_mut(room) {
                    (info.standing, info.members) = (Membership::Left, 0);
                }
            }
            Event::RoomRepaired { room } => {
                self.held.remove(room);
            }
            Event::Rooms(rooms) => {
                self.listed = true;
                self.rooms = rooms.iter().map(|info| (info.room, info.clone())).collect();
            }
            Event::Synced => self.synced = true,
            Event::CaughtUp { room, .. } => {
                self.caught_up.insert(*room);
            }
            Event::RoomHeld { room, hold } => {
                self.held.insert(*room, *hold);
            }
            _ => {}
        }
    }

    /// Looks for a room by id or name. Of those of one name, rooms that this account is in come
    /// first, then those it was in, then those it may join: nobody makes a room hard to name by
    /// calling another one like it.
    pub(crate) fn find(&self, text: &str) -> Found {
        if let Some(room) = RoomId::from_hex(text).filter(|room| self.rooms.contains_key(room)) {
            return Found::One(room);
        }
        let tiers: [fn(Membership) -> bool; 3] = [is_in, is_left, is_joinable];
        let found = tiers.map(|tier| self.named(text, tier));
        found.into_iter().find(|found| *found != Found::Missing).unwrap_or(Found::Missing)
    }

    /// Looks for a room to join by id or name: one that may be joined comes first.
    pub(crate) fn find_joinable(&self, text: &str) -> Found {
        match (RoomId::from_hex(text), self.named(text, is_joinable)) {
            (Some(room), _) => Found::One(room),
            (None, Found::Missing) => self.find(text),
            (None, found) => found,
        }
    }

    fn named(&self, text: &str, tier: impl Fn(Membership) -> bool) -> Found {
        let mut named = self
            .rooms
            .values()
            .filter(|info| info.name == text && tier(info.standing) && !poses(info));
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

    /// Whether this account was in the room and is no more.
    pub(crate) fn is_left(&self, room: RoomId) -> bool {
        self.room(room).is_some_and(|info| is_left(info.standing))
    }

    /// Whether the profile knows any room.
    pub(crate) fn has_room(&self) -> bool {
        !self.rooms.is_empty()
    }

    /// The problem for which waiting longer is of no use.
    pub(crate) fn hopeless(&self, patience: Patience) -> Option<Problem> {
        self.problem.clone().filter(|problem| {
            let unreachable = matches!(problem, Problem::Unreachable { .. });
            match patience {
                Patience::FirstTry => self.given_up || unreachable,
                Patience::AllTries => self.given_up,
                Patience::NoRelay => false,
            }
        })
    }

    /// Why nothing more comes of the room, as far as is known now.
    pub(crate) fn obstacle(&self, room: RoomId) -> Option<Obstacle> {
        match (self.held.get(&room), self.room(room).map(|info| info.standing)) {
            (_, Some(Membership::Left)) => Some(Obstacle::Left),
            (_, Some(Membership::Joinable)) => Some(Obstacle::NotJoined),
            (Some(hold), _) => Some(Obstacle::Held(*hold)),
            (None, _) => None,
        }
    }

    /// Whether everything the relay held of the room has been read since the start.
    pub(crate) fn is_caught_up(&self, room: RoomId) -> bool {
        self.caught_up.contains(&room)
    }
}

fn is_in(standing: Membership) -> bool {
    matches!(standing, Membership::In(_))
}

fn is_left(standing: Membership) -> bool {
    standing == Membership::Left
}

fn is_joinable(standing: Membership) -> bool {
    standing == Membership::Joinable
}

/// Whether a person gave the room a name that the engine gives: the lobby's, or an account's with
/// an `@`. Such a room goes by its id, lest what is meant for another reaches it.
fn poses(info: &RoomInfo) -> bool {
    match info.kind {
        RoomKind::Lobby | RoomKind::Direct => false,
        RoomKind::Open | RoomKind::Closed => info.name == "lobby" || info.name.starts_with('@'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{LOBBY, garden, lobby};

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
    #[test]
    fn names_that_the_engine_gives_are_not_for_people_to_give() {
        let mut view = View::default();
        let posing = |byte, name: &str| {
            let room = RoomId::from_array([byte; 16]);
            RoomInfo { room, name: name.into(), ..garden() }
        };
        view.observe(&Event::Rooms(vec![lobby(), posing(8, "lobby"), posing(9, "@bob")]));
        assert_eq!(view.find("lobby"), Found::One(LOBBY));
        assert_eq!(view.find("@bob"), Found::Missing);
        assert_eq!(view.label(RoomId::from_array([9; 16])), "09".repeat(16));
    }

    #[test]
    fn a_room_that_one_is_in_goes_before_others_of_its_name() {
        let (mut view, other) = (View::default(), RoomId::from_array([9; 16]));
        let announced = RoomInfo { room: other, standing: Membership::Joinable, ..garden() };
        view.observe(&Event::Rooms(vec![garden()]));
        view.observe(&Event::RoomChanged(announced));
        assert_eq!(view.find("garden"), Found::One(garden().room));
        assert_eq!(view.find_joinable("garden"), Found::One(other));
        assert_eq!(view.label(garden().room), "garden");
        assert_eq!(view.label(other), other.to_string());
    }

    #[test]
    fn a_room_can_be_renamed_left_held_and_repaired() {
        let (mut view, room) = (View::default(), garden().room);
        view.observe(&Event::Rooms(vec![garden()]));
        view.observe(&Event::RoomChanged(RoomInfo { name: "yard".into(), ..garden() }));
        assert_eq!((view.find("garden"), view.label(room)), (Found::Missing, "yard".into()));
        view.observe(&Event::RoomHeld { room, hold: Hold::Behind });
        assert_eq!(view.obstacle(room), Some(Obstacle::Held(Hold::Behind)));
        view.observe(&Event::RoomRepaired { room });
        assert_eq!(view.obstacle(room), None);
        view.observe(&Event::RoomLeft { room, reason: engine::Departure::Unexplained });
        assert!(view.is_left(room));
        view.observe(&Event::RoomAdded(garden()));
        assert!(!view.is_left(room));
    }
}
