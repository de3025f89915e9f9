//! Rooms of which the relay says that this device was removed.

use wire::message::{Presence, RoomKind, RoomSummary};

use super::*;
use crate::Departure;
use crate::command::Access;

/// What the relay says of a closed room that this device was removed from with record `head`.
fn removed(room: RoomId, kind: RoomKind, head: u64) -> ToClient {
    let (epoch, head, presence) = (Epoch(1), wire::id::Seq(head), Presence::Former);
    ToClient::Room(RoomSummary { room, kind, epoch, head, presence })
}

/// Alice, and a closed room of hers.
fn with_garden() -> (World, DeviceId, RoomId) {
    let mut world = World::default();
    let alice = world.add("alice", 1);
    let (id, access, name) = (PostId::from_array([7; 16]), Access::Closed, "garden".to_owned());
    world.command(alice, Command::CreateRoom { id, access, name, history: 0 });
    let made = world.events[&alice].iter().find_map(|event| match event {
        Event::Done { room, .. } => *room,
        _ => None,
    });
    (world, alice, made.expect("the room is made"))
}

fn departures(world: &World, device: DeviceId) -> Vec<Departure> {
    let reason = |event: &Event| match event {
        Event::RoomLeft { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    world.events[&device].iter().filter_map(reason).collect()
}

#[test]
fn a_room_that_is_unknown_here_is_only_forgotten_there() {
    let mut world = World::default();
    let alice = world.add("alice", 1);
    let room = RoomId::from_array([5; 16]);
    let before = world.events[&alice].len();
    world.tell(alice, removed(room, RoomKind::Closed, 9));
    assert_eq!(world.relay.left, [room]);
    assert_eq!(world.events[&alice].len(), before, "the person hears nothing");
}

#[test]
fn who_has_read_to_the_end_and_knows_no_reason_says_so_once() {
    let (mut world, alice, room) = with_garden();
    world.tell(alice, removed(room, RoomKind::Closed, 0));
    assert_eq!(departures(&world, alice), [Departure::Unexplained]);
    assert_eq!(world.relay.left, [room]);
    world.tell(alice, removed(room, RoomKind::Closed, 0));
    assert_eq!(world.relay.left, [room, room], "the answer may have been lost");
    assert_eq!(departures(&world, alice).len(), 1);
}

#[test]
fn what_cannot_be_read_to_the_end_is_given_up() {
    let (mut world, alice, room) = with_garden();
    // The records were deleted between the relay's word and the question for them.
    world.tell(alice, removed(room, RoomKind::Closed, 3));
    assert_eq!(departures(&world, alice), [Departure::Unexplained]);
    assert_eq!(world.relay.left, [room]);
}

#[test]
fn a_held_room_is_given_up() {
    let (mut world, alice, room) = with_garden();
    let client = world.clients.get_mut(&alice).unwrap();
    client.rooms.get_mut(&room).unwrap().stored.held = Some(Hold::Forked);
    world.tell(alice, removed(room, RoomKind::Closed, 3));
    assert_eq!(departures(&world, alice), [Departure::Unexplained]);
    assert_eq!(world.relay.left, [room]);
}

#[test]
fn the_lobby_is_joined_again() {
    let mut world = World::default();
    let (alice, bob) = (world.add("alice", 1), world.add("bob", 2));
    let lobby = world.lobby();
    world.tell(bob, removed(lobby, RoomKind::Lobby, 1));
    world.send(bob, 1, "still here");
    assert_eq!(world.texts(alice), ["+bob", "bob: still here"]);
    assert_eq!((world.relay.left.len(), departures(&world, bob)), (0, vec![]));
}
