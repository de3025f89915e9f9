//! Devices that a commit removed: what they read still, what they are not any more, and how long
//! that is known.

use super::*;

twins!(
    who_was_removed_reads_up_to_that_and_nothing_more,
    a_former_member_is_no_member,
    a_former_member_is_told_where_its_reading_ends,
    also_in_a_room_that_it_may_join,
    another_device_of_the_account_counts_more,
    who_comes_back_is_a_member_like_others,
    whoever_has_read_it_says_so_and_is_forgotten,
    leaving_too_late_ends_nothing_newer,
    it_is_forgotten_with_the_commit_that_removed,
    an_abandoned_room_is_nobodys_to_read,
    former_memberships_fill_no_quota,
);

const UNKNOWN: Refusal = Refusal::RoomUnknown;

/// Alice, bob and carol in a room from records 1 and 2 on. Record 5 takes bob out; 6 follows.
fn without_bob(store: &mut dyn Store, kind: RoomKind) -> AccountId {
    register(store, "alice", 1);
    let bob = register(store, "bob", 2);
    register(store, "carol", 3);
    create(store, 1, kind).unwrap();
    let commits = [commit_op(1, 0, 1, &[3], &[]), commit_op(1, 1, 2, &[2], &[])];
    let posts = [post_op(1, 2, 3, 5), post_op(3, 2, 4, 5)];
    let rest = [commit_op(1, 2, 5, &[], &[2]), post_op(1, 3, 6, 5)];
    for (op, at) in commits.into_iter().chain(posts).chain(rest).zip(1..) {
        assert_eq!(seq(ask_at(store, UnixMs(NOW.0 + at), op)), Ok(at));
    }
    bob
}

fn leave(store: &mut dyn Store, n: u8) {
    let done = ask(store, Op::LeaveRoom { device: device(n), room: ROOM, seq: Seq(99) });
    assert!(matches!(done, Ok(Done::Left { .. })), "{done:?}");
}

fn members(store: &mut dyn Store) -> Vec<u64> {
    match ask(store, Op::ListRooms) {
        Ok(Done::Rooms(rooms)) => rooms.iter().map(|room| room.members).collect(),
        other => panic!("{other:?}"),
    }
}

fn sweep(store: &mut dyn Store, before: u64) {
    let op = || sweep_op(before, u64::MAX);
    while let Ok(Done::Swept { more: true, .. }) = ask(store, op()) {}
}

fn who_was_removed_reads_up_to_that_and_nothing_more(store: &mut dyn Store) {
    without_bob(store, RoomKind::Closed);
    assert_eq!(fetch(store, 2, 0), Ok((2, 5, vec![2, 3, 4, 5])), "from its joining on");
    assert_eq!(fetch(store, 2, 4), Ok((2, 5, vec![5])));
    for after in [5, 6, u64::MAX] {
        assert_eq!(fetch(store, 2, after), Ok((2, 5, vec![])));
    }
    assert_eq!(fetch(store, 3, 4), Ok((1, 6, vec![5, 6])), "others read on");
    assert_eq!(seq(ask(store, commit_op(1, 3, 7, &[], &[2]))), Ok(7), "named once more");
    assert_eq!(fetch(store, 2, 4), Ok((2, 5, vec![5])), "and no further for it");
}

fn a_former_member_is_no_member(store: &mut dyn Store) {
    without_bob(store, RoomKind::Closed);
    assert_eq!(members(store), [2]);
    assert_eq!(seq(ask(store, post_op(2, 3, 70, 5))), Err(UNKNOWN));
    assert_eq!(seq(ask(store, commit_op(2, 3, 71, &[], &[]))), Err(UNKNOWN));
    assert_eq!(seq(ask(store, commit_op(2, 3, 72, &[2], &[2]))), Err(UNKNOWN));
    let group_info = Op::FetchGroupInfo { device: device(2), room: ROOM };
    assert_eq!(ask(store, group_info).unwrap_err(), UNKNOWN);
    let welcome = Op::FetchWelcome { device: device(2), room: ROOM };
    assert_eq!(ask(store, welcome).unwrap_err(), UNKNOWN, "it went with the membership");
    let nobody_is_left = seq(ask(store, commit_op(1, 3, 73, &[], &[1, 3])));
    assert_eq!(nobody_is_left, Err(Refusal::NotAllowed));
}

fn a_former_member_is_told_where_its_reading_ends(store: &mut dyn Store) {
    told_where_its_reading_ends(store, RoomKind::Closed);
}

fn also_in_a_room_that_it_may_join(store: &mut dyn Store) {
    told_where_its_reading_ends(store, RoomKind::Open);
}

fn told_where_its_reading_ends(store: &mut dyn Store, kind: RoomKind) {
    without_bob(store, kind);
    ask(store, commit_op(1, 3, 8, &[], &[])).unwrap();
    let Ok(Done::SignedIn(bob)) = ask(store, Op::SignIn { noise_key: [2; 32] }) else {
        panic!("bob's device is known");
    };
    let presence = Presence::Former;
    let told = RoomSummary { room: ROOM, kind, epoch: Epoch(3), head: Seq(5), presence };
    assert_eq!(*bob.signed_in.rooms, [told], "once, and nothing of what came after");
}

fn another_device_of_the_account_counts_more(store: &mut dyn Store) {
    let bob = without_bob(store, RoomKind::Closed);
    enroll(store, bob, 4).unwrap();
    assert_eq!(rooms(store, 4), [], "it never was there");
    ask(store, commit_op(1, 3, 7, &[4], &[])).unwrap();
    assert_eq!(rooms(store, 2), [(ROOM, Presence::Account)]);
    assert_eq!(fetch(store, 2, 4), Ok((2, 5, vec![5])), "what was its to read is");
    let Ok(Done::Appended { changes: Some(changes), .. }) =
        ask(store, commit_op(1, 4, 8, &[], &[4]))
    else {
        panic!("device 4 is removed");
    };
    assert_eq!(changes.removed, [device(4)]);
    assert_eq!(rooms(store, 2), [(ROOM, Presence::Former)]);
    assert_eq!(rooms(store, 4), [(ROOM, Presence::Former)]);
    assert_eq!(fetch(store, 4, 0), Ok((7, 8, vec![7, 8])), "each from its own joining to its end");
    let Ok(Done::Appended { changes: Some(changes), .. }) =
        ask(store, commit_op(1, 5, 9, &[4], &[]))
    else {
        panic!("device 4 is added");
    };
    assert_eq!(changes.news.unwrap().siblings, [device(2)], "it is told like any other device");
}

fn who_comes_back_is_a_member_like_others(store: &mut dyn Store) {
    without_bob(store, RoomKind::Open);
    assert_eq!(seq(ask(store, commit_op(2, 3, 7, &[2], &[2]))), Ok(7), "by itself");
    assert_eq!(rooms(store, 2), [(ROOM, Presence::Device)]);
    assert_eq!(fetch(store, 2, 0), Ok((7, 7, vec![7])));
    assert_eq!(seq(ask(store, commit_op(1, 4, 8, &[], &[2]))), Ok(8));
    assert_eq!(fetch(store, 2, 0), Ok((7, 8, vec![7, 8])), "and is removed again");
    assert_eq!(seq(ask(store, commit_op(1, 5, 9, &[2], &[2]))), Ok(9), "asked back");
    assert_eq!(fetch(store, 2, 0), Ok((9, 9, vec![9])));
    assert_eq!(seq(ask(store, commit_op(1, 6, 10, &[2], &[2]))), Ok(10), "out and in, in one");
    assert_eq!(rooms(store, 2), [(ROOM, Presence::Device)]);
    leave(store, 2);
    assert_eq!(rooms(store, 2), [(ROOM, Presence::None)], "nothing of before is left");
    assert_eq!(fetch(store, 2, 0), Err(UNKNOWN));
}

fn whoever_has_read_it_says_so_and_is_forgotten(store: &mut dyn Store) {
    without_bob(store, RoomKind::Closed);
    for _ in 0..2 {
        leave(store, 2);
        assert_eq!(rooms(store, 2), []);
        assert_eq!(fetch(store, 2, 0), Err(UNKNOWN));
    }
    assert_eq!(members(store), [2]);
}

fn leaving_too_late_ends_nothing_newer(store: &mut dyn Store) {
    without_bob(store, RoomKind::Closed);
    ask(store, commit_op(1, 3, 7, &[2], &[])).unwrap();
    let late = || Op::LeaveRoom { device: device(2), room: ROOM, seq: Seq(6) };
    assert!(matches!(ask(store, late()), Ok(Done::StillMember)));
    assert_eq!(fetch(store, 2, 6), Ok((7, 7, vec![7])));
    ask(store, commit_op(1, 4, 8, &[], &[2])).unwrap();
    assert!(matches!(ask(store, late()), Ok(Done::Left { .. })));
    assert_eq!(fetch(store, 2, 6), Ok((7, 8, vec![7, 8])), "it has not read that");
}

fn it_is_forgotten_with_the_commit_that_removed(store: &mut dyn Store) {
    without_bob(store, RoomKind::Closed);
    sweep(store, NOW.0 + 5);
    assert_eq!(fetch(store, 2, 0), Ok((5, 5, vec![5])), "the end is there still");
    sweep(store, NOW.0 + 6);
    assert_eq!(fetch(store, 2, 0), Err(UNKNOWN));
    assert_eq!(rooms(store, 2), []);
    assert_eq!(fetch(store, 3, 0), Ok((6, 6, vec![6])), "members stay");
}

fn an_abandoned_room_is_nobodys_to_read(store: &mut dyn Store) {
    without_bob(store, RoomKind::Open);
    leave(store, 1);
    assert_eq!(rooms(store, 2), [(ROOM, Presence::Former)]);
    leave(store, 3);
    assert_eq!(rooms(store, 2), []);
    assert_eq!(fetch(store, 2, 0), Err(UNKNOWN));
    leave(store, 2);
    sweep(store, 0);
    let left = totals(store);
    assert_eq!((left.rooms, left.records, left.bytes), (0, 0, 0));
}

fn former_memberships_fill_no_quota(store: &mut dyn Store) {
    without_bob(store, RoomKind::Closed);
    let make = |n: u64| {
        let mut room = [9; 16];
        room[..8].copy_from_slice(&n.to_be_bytes());
        let (device, room, kind) = (device(2), RoomId::from_array(room), RoomKind::Closed);
        let (group_info, max_made) = (Bytes::default(), u32::MAX);
        Op::CreateRoom { device, room, kind, group_info, max_made }
    };
    let max = u64::try_from(MAX_MEMBERSHIPS).unwrap();
    let requests = (0..max).map(|n| StoreRequest { ticket: Ticket::Sweep, now: NOW, op: make(n) });
    let replies = store.apply(requests.collect());
    assert!(replies.iter().all(|reply| reply.result.is_ok()));
    assert_eq!(ask(store, make(max)).unwrap_err(), Refusal::NotAllowed);
    assert_eq!(rooms(store, 2).last(), Some(&(ROOM, Presence::Former)));
}
