//! Welcomes: kept for whom a commit added, for as long as somebody waits.

use super::*;

twins!(
    a_welcome_waits_for_each_device_that_was_added,
    a_commit_that_adds_others_needs_a_welcome,
    a_welcome_is_forgotten_once_its_device_reads_on,
    a_welcome_goes_with_the_last_that_waited_for_it,
    being_added_again_brings_a_new_welcome_and_rejoining_none,
    old_welcomes_are_swept,
    a_commit_that_is_not_appended_leaves_no_welcome,
);

fn fetch_welcome(store: &mut dyn Store, n: u8) -> Result<(u64, u64, Vec<u8>), Refusal> {
    match ask(store, Op::FetchWelcome { device: device(n), room: ROOM }) {
        Ok(Done::Welcome { epoch, seq, welcome, .. }) => Ok((epoch.0, seq.0, welcome.to_vec())),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    }
}

/// Alice, bob and carol, of whom alice has a closed room with one record.
fn three(store: &mut dyn Store) {
    for (n, name) in [(1, "alice"), (2, "bob"), (3, "carol")] {
        register(store, name, n);
    }
    create(store, 1, RoomKind::Closed).unwrap();
    assert_eq!(seq(ask(store, post_op(1, 0, 50, 5))), Ok(1));
}

fn a_welcome_waits_for_each_device_that_was_added(store: &mut dyn Store) {
    three(store);
    assert_eq!(seq(ask(store, commit_op(1, 0, 7, &[2, 3], &[]))), Ok(2));
    assert_eq!(seq(ask(store, commit_op(1, 1, 8, &[], &[]))), Ok(3));
    for n in [2, 3] {
        assert_eq!(fetch_welcome(store, n), Ok((1, 2, vec![7; 30])), "of its own commit");
        assert_eq!(fetch_welcome(store, n), Ok((1, 2, vec![7; 30])), "as often as it is needed");
        assert_eq!(fetch(store, n, 0), Ok((2, 3, vec![2, 3])));
    }
    assert_eq!(fetch_welcome(store, 1), Err(Refusal::RoomUnknown), "the poster needs none");
    register(store, "mallory", 9);
    assert_eq!(fetch_welcome(store, 9), Err(Refusal::RoomUnknown));
}

fn a_commit_that_adds_others_needs_a_welcome(store: &mut dyn Store) {
    three(store);
    let without = |op| match op {
        Op::Commit(commit) => Op::Commit(Box::new(CommitOp { welcome: None, ..*commit })),
        other => other,
    };
    let refused = Err(Refusal::NotAllowed);
    assert_eq!(seq(ask(store, without(commit_op(1, 0, 1, &[2], &[])))), refused);
    assert_eq!(seq(ask(store, without(commit_op(1, 0, 2, &[1, 2], &[])))), refused);
    assert_eq!(seq(ask(store, without(commit_op(1, 0, 3, &[1], &[])))), Ok(2), "rejoining");
}

fn a_welcome_is_forgotten_once_its_device_reads_on(store: &mut dyn Store) {
    three(store);
    ask(store, commit_op(1, 0, 7, &[2, 3], &[])).unwrap();
    fetch(store, 2, 1).unwrap();
    assert!(fetch_welcome(store, 2).is_ok(), "it has not the commit yet");
    fetch(store, 2, 2).unwrap();
    assert_eq!(fetch_welcome(store, 2), Err(Refusal::RoomUnknown));
    assert!(fetch_welcome(store, 3).is_ok(), "another waits on");
    fetch(store, 3, 99).unwrap();
    assert_eq!(fetch_welcome(store, 3), Err(Refusal::RoomUnknown));
}

fn a_welcome_goes_with_the_last_that_waited_for_it(store: &mut dyn Store) {
    three(store);
    ask(store, commit_op(1, 0, 7, &[2, 3], &[])).unwrap();
    ask(store, commit_op(1, 1, 8, &[], &[2])).unwrap();
    assert_eq!(fetch_welcome(store, 2), Err(Refusal::RoomUnknown));
    assert!(fetch_welcome(store, 3).is_ok());
    ask(store, Op::LeaveRoom { device: device(3), room: ROOM, seq: Seq(99) }).unwrap();
    assert_eq!(fetch_welcome(store, 3), Err(Refusal::RoomUnknown));
}

fn being_added_again_brings_a_new_welcome_and_rejoining_none(store: &mut dyn Store) {
    three(store);
    ask(store, commit_op(1, 0, 7, &[2, 3], &[])).unwrap();
    assert_eq!(seq(ask(store, commit_op(1, 1, 8, &[2], &[2]))), Ok(3));
    assert_eq!(fetch_welcome(store, 2), Ok((2, 3, vec![8; 30])));
    assert_eq!(fetch(store, 2, 0), Ok((3, 3, vec![3])), "from there on");
    assert_eq!(seq(ask(store, commit_op(3, 2, 9, &[3], &[3]))), Ok(4));
    assert_eq!(fetch_welcome(store, 3), Err(Refusal::RoomUnknown));
    assert_eq!(fetch(store, 3, 0), Ok((2, 4, vec![2, 3, 4])), "it keeps its place");
}

fn old_welcomes_are_swept(store: &mut dyn Store) {
    three(store);
    for (id, n) in [(7, 2), (8, 3)] {
        let commit = commit_op(1, u64::from(id) - 7, id, &[n], &[]);
        ask_at(store, UnixMs(NOW.0 + u64::from(id)), commit).unwrap();
    }
    let mut sweep = |before| loop {
        let op = sweep_op(before, u64::MAX);
        match ask(store, op).unwrap() {
            Done::Swept { more: true, .. } => {}
            _ => break [2, 3].map(|n| fetch_welcome(store, n).is_ok()),
        }
    };
    assert_eq!(sweep(NOW.0 + 8), [false, true]);
    assert_eq!(sweep(NOW.0 + 9), [false, false]);
    assert_eq!(fetch(store, 2, 0).map(|(_, head, _)| head), Ok(3), "a member nevertheless");
}

fn a_commit_that_is_not_appended_leaves_no_welcome(store: &mut dyn Store) {
    three(store);
    let conflict = Err(Refusal::Conflict { epoch: Epoch(0) });
    assert_eq!(seq(ask(store, commit_op(1, 5, 7, &[2], &[]))), conflict);
    assert_eq!(fetch_welcome(store, 2), Err(Refusal::RoomUnknown));
    ask(store, commit_op(1, 0, 8, &[2], &[])).unwrap();
    assert_eq!(seq(ask(store, commit_op(1, 0, 8, &[3], &[]))), Ok(1_002), "a repeated post");
    assert_eq!(fetch_welcome(store, 3), Err(Refusal::RoomUnknown));
}
