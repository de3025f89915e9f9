//! The relay speaks of rooms that do not exist, or says that a room is another than it is.

use engine::{Access, Change, Command, Event, Problem};
use tests::lab::{Lab, handle};
use wire::codec::Field;
use wire::id::{Epoch, RoomId, Seq};
use wire::message::{Presence, RoomKind, RoomSummary, ToClient};

use super::{caught, members};

fn summary(room: RoomId, kind: RoomKind, presence: Presence) -> ToClient {
    ToClient::Room(RoomSummary { room, kind, epoch: Epoch(3), head: Seq(9), presence })
}

/// What a person is shown of rooms: each that appeared, or was left.
fn rooms_shown(lab: &Lab, name: &str) -> usize {
    lab.count(name, |event| matches!(event, Event::RoomAdded(_) | Event::RoomLeft { .. }))
}

#[test]
fn rooms_that_do_not_exist_are_not_shown() {
    let mut lab = Lab::of(570, &["alice", "bob"]);
    for (number, kind) in [RoomKind::Open, RoomKind::Closed, RoomKind::Direct].iter().enumerate() {
        for presence in [Presence::Device, Presence::Account, Presence::None] {
            let byte = u8::try_from(3 * number).unwrap() + presence.to_bytes()[0];
            let room = RoomId::from_array([byte; 16]);
            lab.tell("alice", summary(room, *kind, presence));
            lab.run_ms(5_000);
        }
    }
    assert_eq!(rooms_shown(&lab, "alice"), 1, "the lobby");
    lab.say("alice", "all is well");
    lab.until(|lab| lab.shown("bob").len() == 1);
}

#[test]
fn the_group_info_of_another_room_is_refused() {
    let mut lab = Lab::of(571, &["alice", "bob"]);
    let closed = lab.make_room("bob", Access::Closed, &[]);
    let open = lab.make_room("bob", Access::Open, &[]);
    lab.run_ms(5_000);
    let lobby = lab.lobby("alice");
    // What alice asks of the open room is answered with the closed one, and with the lobby.
    for other in [closed, lobby] {
        lab.mallory.up = Some(Box::new(move |_, mut request| {
            if let wire::message::ToRelay::FetchGroupInfo { room } = &mut request.message {
                *room = other;
            }
            vec![request]
        }));
        lab.mallory.down = Some(Box::new(move |_, mut tagged| {
            if let ToClient::GroupInfo { room, .. } = &mut tagged.message {
                *room = open;
            }
            vec![tagged]
        }));
        let joined = lab.ask("alice", |id| Command::JoinRoom { id, room: open });
        assert!(joined.is_err(), "{joined:?}");
        lab.mallory.repent();
        lab.run_ms(60_000);
    }
    assert_eq!(rooms_shown(&lab, "alice"), 1);
    lab.ask("alice", |id| Command::JoinRoom { id, room: open }).unwrap();
    lab.run_ms(2_000);
    assert_eq!(members(&mut lab, "bob", open), ["alice", "bob"]);
}

/// A relay that says another kind cannot have a room treated as that, nor keep people out for good.
#[test]
fn a_room_is_of_the_kind_that_its_members_agreed_on() {
    for (seed, lie) in [(572, RoomKind::Open), (573, RoomKind::Direct), (574, RoomKind::Lobby)] {
        let mut lab = Lab::of(seed, &["alice", "bob", "carol"]);
        let room = lab.make_room("alice", Access::Closed, &[]);
        lab.mallory.down = Some(Box::new(move |_, mut tagged| {
            match &mut tagged.message {
                ToClient::Room(summary) if summary.room == room => summary.kind = lie,
                ToClient::SignedIn(signed_in) => {
                    let mut rooms = core::mem::take(&mut signed_in.rooms).into_vec();
                    rooms.iter_mut().filter(|told| told.room == room).for_each(|told| {
                        told.kind = lie;
                    });
                    signed_in.rooms = wire::codec::List::new(rooms).unwrap();
                }
                _ => {}
            }
            vec![tagged]
        }));
        // Carol may try to join it, who is told that it is open.
        lab.tell("carol", summary(room, lie, Presence::None));
        lab.run_ms(2_000);
        let joined = lab.begin_ask("carol", |id| Command::JoinRoom { id, room });
        lab.change("alice", room, Change::Invite(handle("bob"))).unwrap();
        lab.run_ms(10_000);
        assert!(!lab.knows("bob", room) && !lab.knows("carol", room), "{lie:?}");
        lab.mallory.repent();
        for name in ["bob", "carol"] {
            lab.cut(name);
        }
        lab.run_ms(120_000);
        let refused = lab.people["carol"].outcome(joined);
        assert!(matches!(refused, Some(Err(_))), "{refused:?}");
        assert!(!lab.knows("carol", room));
        for name in ["alice", "bob", "carol"] {
            lab.say(name, "all is well");
        }
        lab.until(|lab| lab.shown("alice").len() == 3 && lab.shown("bob").len() == 3);
        let before = caught(&lab, "bob");
        lab.run_ms(10 * 60_000);
        assert_eq!(caught(&lab, "bob"), before, "and bob keeps his connection");
        if lab.people["alice"].room(room).is_some() && !lab.knows("bob", room) {
            let again = lab.change("alice", room, Change::Invite(handle("bob")));
            assert!(matches!(again, Ok(()) | Err(Problem::AlreadyMember(_))), "{again:?}");
        }
    }
}
