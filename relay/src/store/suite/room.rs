//! Rooms, their members and their logs.

use super::*;

twins!(
    there_is_one_lobby,
    a_post_needs_the_epoch_and_is_appended_once,
    one_commit_wins_an_epoch,
    a_commit_changes_members_by_the_rules,
    in_the_lobby_each_account_comes_and_goes_by_itself,
    a_fetch_is_bounded_and_goes_on,
    old_records_are_swept,
);

fn there_is_one_lobby(store: &mut dyn Store) {
    register(store, "alice", 1);
    create(store, 1, RoomKind::Lobby).unwrap();
    assert_eq!(create(store, 1, RoomKind::Closed).unwrap_err(), Refusal::RoomExists);
    let (room, kind) = (RoomId::from_array([2; 16]), RoomKind::Lobby);
    let group_info = Bytes::new(vec![0]).unwrap();
    let second = Op::CreateRoom { device: device(1), room, kind, group_info, max_made: 9 };
    assert_eq!(ask(store, second).unwrap_err(), Refusal::RoomExists);
}

fn a_post_needs_the_epoch_and_is_appended_once(store: &mut dyn Store) {
    register(store, "alice", 1);
    register(store, "bob", 2);
    create(store, 1, RoomKind::Closed).unwrap();
    assert_eq!(seq(ask(store, post_op(1, 0, 1, 5))), Ok(1));
    let conflict = Err(Refusal::Conflict { epoch: Epoch(0) });
    assert_eq!(seq(ask(store, post_op(1, 1, 2, 5))), conflict);
    assert_eq!(seq(ask(store, post_op(1, 77, 1, 5))), Ok(1_001), "before the epoch is looked at");
    assert_eq!(seq(ask(store, post_op(2, 0, 3, 5))), Err(Refusal::RoomUnknown));
    assert_eq!(fetch(store, 2, 0), Err(Refusal::RoomUnknown));
    assert_eq!(fetch(store, 1, u64::MAX), Ok((1, 1, vec![])));
}

fn one_commit_wins_an_epoch(store: &mut dyn Store) {
    for n in 1..=3 {
        register(store, ["", "alice", "bob", "carol"][usize::from(n)], n);
    }
    create(store, 1, RoomKind::Lobby).unwrap();
    assert_eq!(seq(ask(store, commit_op(2, 0, 1, &[2], &[]))), Ok(1));
    let conflict = Err(Refusal::Conflict { epoch: Epoch(1) });
    assert_eq!(seq(ask(store, commit_op(3, 0, 2, &[3], &[]))), conflict);
    assert_eq!(seq(ask(store, commit_op(2, 0, 1, &[2], &[]))), Ok(1_001));
    assert_eq!(seq(ask(store, commit_op(3, 1, 3, &[3], &[]))), Ok(2));
    assert_eq!(fetch(store, 3, 0), Ok((2, 2, vec![2])), "from its joining on");
    let Ok(Done::GroupInfo { epoch, group_info, .. }) =
        ask(store, Op::FetchGroupInfo { device: device(1), room: ROOM })
    else {
        panic!()
    };
    assert_eq!((epoch, &*group_info), (Epoch(2), [3; 20].as_slice()));
}

fn a_commit_changes_members_by_the_rules(store: &mut dyn Store) {
    for (n, name) in [(1, "alice"), (2, "bob"), (3, "carol"), (4, "dave")] {
        register(store, name, n);
    }
    create(store, 1, RoomKind::Closed).unwrap();
    let join = seq(ask(store, commit_op(2, 0, 1, &[2], &[])));
    assert_eq!(join, Err(Refusal::RoomUnknown), "a closed room is not joined");
    let refused = Err(Refusal::NotAllowed);
    assert_eq!(seq(ask(store, commit_op(1, 0, 2, &[77], &[]))), refused, "no such device");
    assert_eq!(seq(ask(store, commit_op(1, 0, 3, &[2, 2], &[]))), refused, "twice");
    assert_eq!(seq(ask(store, commit_op(1, 0, 4, &[], &[3, 3]))), refused, "twice");
    assert_eq!(seq(ask(store, commit_op(1, 0, 5, &[2, 3], &[]))), Ok(1));
    assert_eq!(seq(ask(store, commit_op(1, 1, 6, &[2], &[]))), refused, "a member already");
    assert_eq!(seq(ask(store, commit_op(2, 1, 7, &[2], &[]))), Ok(2), "but may rejoin");
    assert_eq!(seq(ask(store, commit_op(1, 2, 20, &[], &[1, 2, 3]))), refused, "nobody is left");
    assert_eq!(seq(ask(store, commit_op(1, 2, 8, &[], &[3]))), Ok(3));
    assert_eq!(seq(ask(store, post_op(3, 3, 9, 5))), Err(Refusal::RoomUnknown));
    assert_eq!(fetch(store, 3, 0), Ok((1, 3, vec![1, 2, 3])), "what was before it went");
    assert_eq!(fetch(store, 2, 0), Ok((1, 3, vec![1, 2, 3])));
}

fn in_the_lobby_each_account_comes_and_goes_by_itself(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    register(store, "bob", 2);
    enroll(store, alice, 3).unwrap();
    create(store, 1, RoomKind::Lobby).unwrap();
    let refused = Err(Refusal::NotAllowed);
    assert_eq!(seq(ask(store, commit_op(1, 0, 1, &[2], &[]))), refused, "another is not added");
    assert_eq!(seq(ask(store, commit_op(2, 0, 2, &[2], &[]))), Ok(1));
    assert_eq!(seq(ask(store, commit_op(3, 1, 3, &[3], &[]))), Ok(2));
    assert_eq!(seq(ask(store, commit_op(2, 2, 4, &[], &[1]))), refused, "nor taken out");
    assert_eq!(seq(ask(store, commit_op(1, 2, 5, &[], &[3]))), Ok(3), "but an own device is");
    assert_eq!(seq(ask(store, commit_op(2, 3, 6, &[2], &[]))), Ok(4), "and rejoining is");
    ask(store, Op::RevokeDevice { by: device(1), device: device(3) }).unwrap();
    assert_eq!(
        seq(ask(store, commit_op(2, 4, 7, &[], &[3]))),
        refused,
        "whose it was still counts"
    );
    assert_eq!(seq(ask(store, commit_op(1, 4, 8, &[], &[3, 77]))), Ok(5));
}

fn a_fetch_is_bounded_and_goes_on(store: &mut dyn Store) {
    register(store, "alice", 1);
    create(store, 1, RoomKind::Closed).unwrap();
    for id in 1..=10 {
        ask(store, post_op(1, 0, id, 60_000)).unwrap();
    }
    assert_eq!(fetch(store, 1, 0), Ok((1, 10, vec![1, 2, 3, 4])));
    assert_eq!(fetch(store, 1, 8), Ok((1, 10, vec![9, 10])));
}

fn old_records_are_swept(store: &mut dyn Store) {
    register(store, "alice", 1);
    create(store, 1, RoomKind::Closed).unwrap();
    for id in 1..=10 {
        ask_at(store, UnixMs(NOW.0 + u64::from(id)), post_op(1, 0, id, 100)).unwrap();
    }
    let mut sweep = |before, max_room_bytes| loop {
        let op = sweep_op(before, max_room_bytes);
        match ask(store, op).unwrap() {
            Done::Swept { more: true, .. } => {}
            _ => break fetch(store, 1, 0).unwrap(),
        }
    };
    assert_eq!(sweep(NOW.0 + 4, u64::MAX), (4, 10, (4..=10).collect()));
    assert_eq!(sweep(0, 350), (8, 10, vec![8, 9, 10]));
    assert_eq!(sweep(u64::MAX, 0), (11, 10, vec![]));
    let totals = totals(store);
    assert_eq!((totals.records, totals.bytes), (0, 0));
    assert_eq!(seq(ask(store, post_op(1, 0, 77, 5))), Ok(11), "numbers go on");
}
