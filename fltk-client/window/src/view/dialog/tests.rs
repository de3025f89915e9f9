//! What dialogs look like, at a small and a usual size.

use engine::{Device, Event, Member, Membership, Receipts, Role as MemberRole, RoomInfo, Trust};
use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};
use wire::message::RoomKind;

use super::*;
use crate::app::Out;
use crate::geometry::Point;
use crate::look::fixture::Fixed;
use crate::scene::PictureKey;
use crate::state::dialog::{Ask, Desk, DialogKind, MessageFacts, Offered, Viewed};
use crate::view::fixture::state;
use crate::view::part::check_scene;

const SIZES: [(i32, i32); 2] = [(480, 600), (1_000, 700)];
const ROOM: RoomId = RoomId::from_array([1; 16]);

fn bob() -> Handle {
    Handle::new("bob").unwrap()
}

fn info(kind: RoomKind, standing: Membership) -> RoomInfo {
    RoomInfo {
        room: ROOM,
        name: "Garden team, which has a name that is longer than any line of a dialog".into(),
        topic: "Saturday: rain or shine".into(),
        kind,
        standing,
        members: 12,
        history: 50,
        head: Seq(9),
        lifetime_s: 86_400,
        read: Seq(3),
        unread: 2,
        mentions: 0,
        last: None,
        readers: Vec::new(),
    }
}

fn member(name: &str, role: MemberRole, trust: Trust) -> Member {
    let devices = vec![DeviceId::from_array([0; 16]); 2];
    let handle = Handle::new(name).unwrap();
    Member { own: name == "alice", handle, role, devices, stale: 0, trust }
}

/// A dialog that was opened and told these events, checked and painted at a size.
fn painted(size: (i32, i32), kind: DialogKind, events: &[Event]) -> (State, Scene) {
    painted_as(size, kind, events, |_| {})
}

fn painted_as(
    size: (i32, i32),
    kind: DialogKind,
    events: &[Event],
    change: impl Fn(&mut Dialog),
) -> (State, Scene) {
    let (mut state, mut out) = (state(size), Out::counting());
    let State { fields, settings, dialog, .. } = &mut state;
    let mut desk = Desk { fields, settings, out: &mut out };
    let mut opened = Dialog::open(kind, &mut desk);
    for event in events {
        opened.event(event, &mut desk);
    }
    change(&mut opened);
    *dialog = Some(opened);
    let fixed = Fixed::MONDAY;
    let limit = scroll_limit(&state, fixed.look());
    let mut shown = Scene::default();
    for scroll in [limit, limit / 2, 0] {
        state.dialog.as_mut().unwrap().scroll = scroll;
        let mut scene = Scene::default();
        view(&mut scene, &state, fixed.look());
        check_scene(&scene, fixed.look(), size).unwrap_or_else(|why| panic!("{why}\n{scene}"));
        let window = Rect::new(0, 0, size.0, size.1);
        assert!(scene.regions.iter().all(|r| r.rect.intersection(window) == r.rect), "{scene}");
        assert!(scene.fields.iter().all(|f| f.rect.intersection(window) == f.rect), "{scene}");
        shown = scene;
    }
    (state, shown)
}

fn names(scene: &Scene) -> Vec<&str> {
    let names = scene.regions.iter().map(|region| &*region.name);
    names.filter(|name| !name.is_empty()).collect()
}

fn simple() -> Vec<DialogKind> {
    let facts = MessageFacts {
        from: bob(),
        sent: UnixMs(1_795_428_000_000),
        at: UnixMs(1_795_428_060_000),
        edited: Some(UnixMs(1_795_428_120_000)),
        expires: None,
        told_by: Some(bob()),
        read_by: (0..40).map(|n| Handle::new(format!("reader-{n}")).unwrap()).collect(),
    };
    let long = format!("https://bank.example@xn--evil.example/{}", "a".repeat(3_000));
    let file = |n: u64| Offered {
        path: format!("/home/{}/{n}.png", "long".repeat(40)).into(),
        size: Some(n * 1_234_567),
    };
    let picture = |size| Viewed { key: PictureKey(1), name: "a.png".into(), size, seq: Seq(1) };
    vec![
        DialogKind::CreateRoom,
        DialogKind::JoinRoom,
        DialogKind::NewDirect,
        DialogKind::InviteTo(ROOM),
        DialogKind::RoomInfo(ROOM),
        DialogKind::LeaveRoom(ROOM),
        DialogKind::Safety(bob()),
        DialogKind::Devices,
        DialogKind::Password,
        DialogKind::Settings,
        DialogKind::About,
        DialogKind::Keys,
        DialogKind::Link(long.into()),
        DialogKind::DeleteMessage(ROOM, Seq(1)),
        DialogKind::MessageInfo(Box::new(facts)),
        DialogKind::SendFiles(ROOM, (0..20).map(file).collect()),
        DialogKind::Picture(picture(None)),
        DialogKind::Picture(picture(Some((8_000, 20)))),
        DialogKind::Picture(picture(Some((20, 8_000)))),
        DialogKind::Lock,
    ]
}

#[test]
fn each_fits_and_can_be_closed() {
    for size in SIZES {
        for kind in simple() {
            let (_, scene) = painted(size, kind.clone(), &[Event::ReceiptsSet(Receipts::On)]);
            assert!(names(&scene).contains(&"Close"), "{kind:?}");
            let behind = scene.hit(Point { x: 2, y: 2 }).unwrap();
            assert_eq!((&behind.act, behind.role), (&Act::Dismiss, Role::Shield), "{kind:?}");
        }
    }
}

#[test]
fn what_an_owner_may_do_in_a_room() {
    let members = vec![
        member("alice", MemberRole::Owner, Trust::Pinned),
        member("bob", MemberRole::Member, Trust::Verified),
        member(&"c".repeat(32), MemberRole::Owner, Trust::Changed),
    ];
    let events = [
        Event::Rooms(vec![info(RoomKind::Closed, Membership::In(MemberRole::Owner))]),
        Event::Members { room: ROOM, members },
    ];
    for size in SIZES {
        let ask = |dialog: &mut Dialog| dialog.ask = Some(Ask::Remove(bob()));
        painted_as(size, DialogKind::RoomInfo(ROOM), &events, ask);
        let close = |dialog: &mut Dialog| dialog.ask = Some(Ask::Close);
        painted_as(size, DialogKind::RoomInfo(ROOM), &events, close);
    }
    let (_, scene) = painted((1_000, 2_000), DialogKind::RoomInfo(ROOM), &events);
    let expected = [
        "Close",
        "Rename",
        "Set topic",
        "Nothing",
        "50 messages, chosen",
        "200",
        "1000",
        "Off",
        "1 hour",
        "1 day, chosen",
        "1 week",
        "4 weeks",
        "Remove",
        "Make owner",
        "Safety number of bob",
        "Remove",
        "Make member",
        "Safety number of cccccccccccccccccccccccccccccccc",
        "Invite somebody",
        "Leave…",
        "Close room…",
    ];
    assert_eq!(names(&scene), expected);
}

#[test]
fn a_member_of_the_lobby_can_change_nothing() {
    let events = [
        Event::Rooms(vec![info(RoomKind::Lobby, Membership::In(MemberRole::Member))]),
        Event::Members {
            room: ROOM,
            members: vec![member("bob", MemberRole::Member, Trust::Pinned)],
        },
    ];
    let (_, scene) = painted((1_000, 700), DialogKind::RoomInfo(ROOM), &events);
    assert_eq!(names(&scene), ["Close", "Safety number of bob"]);
}

#[test]
fn a_changed_key_shows_both_numbers_and_two_choices() {
    for size in SIZES {
        let told = |dialog: &mut Dialog| {
            let Body::Safety { safety, .. } = &mut dialog.body else { panic!() };
            *safety = Some(engine::Safety {
                id: dialog.waiting.take().unwrap(),
                handle: bob(),
                number: "1234567890".repeat(6),
                trust: Trust::Changed,
                changed: Some("0987654321".repeat(6)),
            });
        };
        let (_, scene) = painted_as(size, DialogKind::Safety(bob()), &[], told);
        assert_eq!(names(&scene), ["Close", "Keep this one", "Accept the new key"]);
        let text = scene.to_string();
        assert_eq!(text.matches("\"12345\"").count(), 6);
        assert_eq!(text.matches("\"54321\"").count(), 6);
    }
}

#[test]
fn devices_can_be_ended_but_not_this_one() {
    let device = |n: u8, own| Device {
        device: DeviceId::from_array([n; 16]),
        name: if own { "Desk".repeat(16) } else { String::new() },
        created: UnixMs(1),
        seen: UnixMs(1_795_428_000_000),
        own,
    };
    let second = DeviceId::from_array([2; 16]);
    for size in SIZES {
        for naming in [None, Some(second)] {
            let told = |dialog: &mut Dialog| {
                dialog.waiting = None;
                dialog.ask = Some(Ask::Revoke(second));
                dialog.body = Body::Devices {
                    devices: Some(vec![device(1, true), device(2, false)]),
                    naming,
                };
            };
            let (_, scene) = painted_as(size, DialogKind::Devices, &[], told);
            assert!(names(&scene).starts_with(&["Close", "Name", "End", "Name"]));
            assert!(scene.to_string().contains("last signed in 2026-11-23 10:00"));
        }
    }
}

#[test]
fn what_is_behind_cannot_be_written_in() {
    let (state, _) = painted((480, 600), DialogKind::About, &[]);
    let mut scene = Scene::default();
    crate::view::part::field(
        &mut scene,
        Rect::new(0, 0, 90, 36),
        crate::scene::Field::Composer,
        "",
        None,
    );
    view(&mut scene, &state, Fixed::MONDAY.look());
    assert!(scene.fields.is_empty());
}
