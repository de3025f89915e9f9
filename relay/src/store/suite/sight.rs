//! Who sees a room, who leaves it, and how many there may be.

use super::*;

twins!(
    an_account_sees_the_rooms_of_its_other_devices,
    a_newcomer_joins_alone_or_not_at_all,
    devices_of_the_same_account_are_told_of_a_room,
    members_that_are_gone_may_be_removed_by_name,
    leaving_is_done_once_and_for_all,
    a_room_that_everybody_left_is_gone_at_once,
    the_lobby_stays_when_everybody_left,
    an_account_makes_so_many_rooms,
    a_device_is_in_so_many_rooms,
);

fn leave(store: &mut dyn Store, n: u8) {
    let done = ask(store, Op::LeaveRoom { device: device(n), room: ROOM, seq: Seq(99) });
    assert!(matches!(done, Ok(Done::Left { .. })), "{done:?}");
}

fn group_info(store: &mut dyn Store, n: u8) -> Result<(), Refusal> {
    ask(store, Op::FetchGroupInfo { device: device(n), room: ROOM }).map(drop)
}

fn changes(answer: Answer) -> Changes {
    match answer {
        Ok(Done::Appended { changes: Some(changes), .. }) => *changes,
        other => panic!("{other:?}"),
    }
}

fn siblings(changes: Changes) -> Vec<DeviceId> {
    changes.news.map(|news| news.siblings).unwrap_or_default()
}

fn an_account_sees_the_rooms_of_its_other_devices(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    register(store, "bob", 2);
    enroll(store, alice, 3).unwrap();
    for kind in [RoomKind::Closed, RoomKind::Direct] {
        create(store, 1, kind).unwrap();
        assert_eq!(rooms(store, 1), [(ROOM, Presence::Device)]);
        assert_eq!(rooms(store, 3), [(ROOM, Presence::Account)]);
        assert_eq!(rooms(store, 2), []);
        assert_eq!(
            (group_info(store, 3), group_info(store, 2)),
            (Ok(()), Err(Refusal::RoomUnknown))
        );
        assert_eq!(fetch(store, 3, 0), Err(Refusal::RoomUnknown), "seeing is not reading");
        assert_eq!(seq(ask(store, commit_op(2, 0, 1, &[2], &[]))), Err(Refusal::RoomUnknown));
        assert_eq!(seq(ask(store, commit_op(3, 0, 2, &[3], &[]))), Ok(1));
        assert_eq!(rooms(store, 3), [(ROOM, Presence::Device)], "once");
        leave(store, 1);
        leave(store, 3);
    }
}

fn a_newcomer_joins_alone_or_not_at_all(store: &mut dyn Store) {
    for (n, name) in [(1, "alice"), (2, "bob"), (3, "carol")] {
        register(store, name, n);
    }
    create(store, 1, RoomKind::Open).unwrap();
    let refused = Err(Refusal::NotAllowed);
    assert_eq!(seq(ask(store, commit_op(2, 0, 1, &[2, 3], &[]))), refused);
    assert_eq!(seq(ask(store, commit_op(2, 0, 2, &[2], &[1]))), refused);
    assert_eq!(seq(ask(store, commit_op(2, 0, 3, &[], &[]))), refused);
    assert_eq!(seq(ask(store, commit_op(2, 0, 4, &[2], &[2]))), Ok(1), "in place of its old leaf");
}

fn devices_of_the_same_account_are_told_of_a_room(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    let bob = register(store, "bob", 2);
    enroll(store, alice, 3).unwrap();
    enroll(store, bob, 4).unwrap();
    enroll(store, bob, 5).unwrap();
    let Ok(Done::RoomCreated { kind, siblings: told, .. }) = create(store, 1, RoomKind::Closed)
    else {
        panic!()
    };
    assert_eq!((kind, told), (RoomKind::Closed, vec![device(3)]));
    let added = changes(ask(store, commit_op(1, 0, 1, &[2, 5], &[])));
    assert_eq!(added.news.as_ref().map(|news| news.kind), Some(RoomKind::Closed));
    assert_eq!(
        (added.added.clone(), siblings(added)),
        (vec![device(2), device(5)], vec![device(4)])
    );
    let removed = changes(ask(store, commit_op(1, 1, 2, &[], &[5])));
    assert!(removed.news.is_none(), "nobody came in");
    assert_eq!(removed.removed, [device(5)]);
    let joined = changes(ask(store, commit_op(3, 2, 3, &[3], &[])));
    assert_eq!(siblings(joined), [], "the only other one is a member");
    let rejoined = changes(ask(store, commit_op(2, 3, 4, &[2], &[])));
    assert_eq!(siblings(rejoined), [], "was a member already");
}

fn members_that_are_gone_may_be_removed_by_name(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    for (n, name) in [(2, "bob"), (4, "dave")] {
        register(store, name, n);
    }
    enroll(store, alice, 3).unwrap();
    create(store, 1, RoomKind::Closed).unwrap();
    ask(store, commit_op(1, 0, 1, &[2, 3], &[])).unwrap();
    leave(store, 2);
    ask(store, Op::RevokeDevice { by: device(1), device: device(3) }).unwrap();
    let gone = changes(ask(store, commit_op(1, 1, 2, &[], &[2, 3, 4, 77])));
    assert_eq!(gone.removed, [], "left, revoked, never there, unknown");
    let refused = Err(Refusal::NotAllowed);
    assert_eq!(seq(ask(store, commit_op(1, 2, 3, &[], &[77, 77]))), refused, "but none twice");
    assert_eq!(seq(ask(store, commit_op(1, 2, 4, &[], &[1, 2, 77]))), refused, "nobody is left");
    assert_eq!(seq(ask(store, commit_op(1, 2, 5, &[2], &[2]))), Ok(3));
}

fn leaving_is_done_once_and_for_all(store: &mut dyn Store) {
    register(store, "alice", 1);
    register(store, "bob", 2);
    create(store, 1, RoomKind::Closed).unwrap();
    ask(store, commit_op(1, 0, 1, &[2], &[])).unwrap();
    leave(store, 2);
    leave(store, 2);
    assert_eq!(rooms(store, 2), []);
    assert_eq!(fetch(store, 2, 0), Err(Refusal::RoomUnknown));
    assert_eq!(seq(ask(store, post_op(2, 1, 9, 5))), Err(Refusal::RoomUnknown));
    assert_eq!(fetch(store, 1, 0), Ok((1, 1, vec![1])), "others stay");
    let elsewhere =
        Op::LeaveRoom { device: device(1), room: RoomId::from_array([88; 16]), seq: Seq(99) };
    assert!(matches!(ask(store, elsewhere), Ok(Done::Left { .. })), "no such room");
    assert_eq!(seq(ask(store, commit_op(1, 1, 2, &[2], &[2]))), Ok(2), "and may be asked back");
}

fn a_room_that_everybody_left_is_gone_at_once(store: &mut dyn Store) {
    register(store, "alice", 1);
    register(store, "bob", 2);
    create(store, 1, RoomKind::Open).unwrap();
    ask(store, commit_op(1, 0, 1, &[2], &[])).unwrap();
    for id in 0..50 {
        ask(store, post_op(1, 1, 100 + id, 60_000)).unwrap();
    }
    leave(store, 1);
    assert_eq!(rooms(store, 1), [(ROOM, Presence::None)]);
    leave(store, 2);
    assert_eq!((rooms(store, 1), rooms(store, 2)), (vec![], vec![]));
    assert_eq!(group_info(store, 1), Err(Refusal::RoomUnknown));
    let join = seq(ask(store, commit_op(1, 1, 2, &[1], &[])));
    assert_eq!(join, Err(Refusal::RoomUnknown));
    assert_eq!(totals(store).rooms, 0);
    create(store, 1, RoomKind::Closed).unwrap();
    assert_eq!(fetch(store, 1, 0), Ok((1, 0, vec![])), "and its id is free");
    let mut sweeps = 0;
    while let Ok(Done::Swept { more: true, .. }) = ask(store, sweep_op(0, u64::MAX)) {
        sweeps += 1;
    }
    assert!(sweeps < 10, "{sweeps}");
    let left = totals(store);
    assert_eq!((left.rooms, left.records, left.bytes), (1, 0, 0));
}

fn the_lobby_stays_when_everybody_left(store: &mut dyn Store) {
    register(store, "alice", 1);
    create(store, 1, RoomKind::Lobby).unwrap();
    ask(store, post_op(1, 0, 1, 5)).unwrap();
    leave(store, 1);
    ask(store, sweep_op(0, u64::MAX)).unwrap();
    assert_eq!(rooms(store, 1), [(ROOM, Presence::None)]);
    assert_eq!(create(store, 1, RoomKind::Lobby).unwrap_err(), Refusal::RoomExists);
    assert_eq!(group_info(store, 1), Ok(()));
    assert_eq!(seq(ask(store, commit_op(1, 0, 2, &[1], &[1]))), Ok(2), "and is joined again");
}

fn an_account_makes_so_many_rooms(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    register(store, "bob", 2);
    enroll(store, alice, 3).unwrap();
    let make = |store: &mut dyn Store, n, room: u8, kind| {
        let (room, group_info) = (RoomId::from_array([room; 16]), Bytes::default());
        let op = Op::CreateRoom { device: device(n), room, kind, group_info, max_made: 2 };
        ask(store, op).map(drop)
    };
    make(store, 1, 10, RoomKind::Lobby).unwrap();
    make(store, 1, 11, RoomKind::Closed).unwrap();
    make(store, 3, 12, RoomKind::Direct).unwrap();
    for n in [1, 3] {
        assert_eq!(make(store, n, 13, RoomKind::Open), Err(Refusal::TooManyRooms));
    }
    make(store, 2, 14, RoomKind::Open).unwrap();
    let room = RoomId::from_array([11; 16]);
    ask(store, Op::LeaveRoom { device: device(1), room, seq: Seq(99) }).unwrap();
    make(store, 3, 15, RoomKind::Open).unwrap();
    assert_eq!(make(store, 1, 16, RoomKind::Open), Err(Refusal::TooManyRooms));
}

fn a_device_is_in_so_many_rooms(store: &mut dyn Store) {
    register(store, "alice", 1);
    register(store, "bob", 2);
    create(store, 2, RoomKind::Open).unwrap();
    let make = |n: u64| {
        let mut room = [9; 16];
        room[..8].copy_from_slice(&n.to_be_bytes());
        let (device, room, kind) = (device(1), RoomId::from_array(room), RoomKind::Closed);
        let (group_info, max_made) = (Bytes::default(), u32::MAX);
        Op::CreateRoom { device, room, kind, group_info, max_made }
    };
    let max = u64::try_from(MAX_MEMBERSHIPS).unwrap();
    let requests = (1..max).map(|n| StoreRequest { ticket: Ticket::Sweep, now: NOW, op: make(n) });
    let replies = store.apply(requests.collect());
    assert!(replies.iter().all(|reply| reply.result.is_ok()));
    assert_eq!(seq(ask(store, commit_op(1, 0, 1, &[1], &[]))), Ok(1));
    assert_eq!(ask(store, make(max)).unwrap_err(), Refusal::NotAllowed);
    assert_eq!(seq(ask(store, commit_op(1, 1, 2, &[1], &[]))), Ok(2), "but it may rejoin one");
    leave(store, 1);
    ask(store, make(max)).unwrap();
    assert_eq!(seq(ask(store, commit_op(2, 2, 3, &[1], &[]))), Err(Refusal::NotAllowed));
}
