use super::*;

#[test]
fn the_first_message_says_who_one_is() {
    let mut lab = Lab::new(Settings::default());
    lab.add_account("alice", 1);
    lab.connect(ALICE, 1);
    lab.connect(BOB, 2);
    assert!(matches!(lab.take(ALICE)[..], [ToClient::SignedIn(_)]));
    assert_eq!(lab.take(BOB), [ToClient::Ready { open_registration: false }]);
    assert_eq!(lab.raised, [ALICE]);
    assert_eq!(lab.refusal(BOB, post(0, 1, 1)), Refusal::NotSignedIn);
}

#[test]
fn requests_before_the_first_message_are_kept_for_it() {
    let mut lab = Lab::with_room(Settings::default());
    let now = lab.now;
    lab.hub.handle_disconnected(BOB);
    lab.hub.handle_connected(ConnId(9), [2; 32], HASH, [10, 0, 0, 2].into(), now);
    lab.hub.handle_message(ConnId(9), Tagged { tag: 7, message: post(2, 1, 1) }, now);
    lab.settle();
    let sent = lab.take(ConnId(9));
    assert!(matches!(sent[..], [ToClient::SignedIn(_), ToClient::Posted { .. }]), "{sent:?}");
}

#[test]
fn a_post_reaches_every_other_member_once_and_in_order() {
    let mut lab = Lab::with_room(Settings::default());
    for id in 1..=3 {
        let answer = lab.ask(ALICE, post(2, id, 10));
        assert!(matches!(answer, ToClient::Posted { .. }), "{answer:?}");
    }
    assert_eq!(records(&lab.take(BOB)), [3, 4, 5]);
    assert_eq!(records(&lab.take(CAROL)), [3, 4, 5]);
    assert_eq!(lab.take(ALICE), []);
}

#[test]
fn a_repeated_post_is_answered_and_not_sent_again() {
    let mut lab = Lab::with_room(Settings::default());
    let first = lab.ask(ALICE, post(2, 1, 10));
    lab.take(BOB);
    assert_eq!(lab.ask(ALICE, post(0, 1, 10)), first, "whatever the epoch");
    assert_eq!(lab.take(BOB), []);
}

#[test]
fn another_epoch_is_a_conflict() {
    let mut lab = Lab::with_room(Settings::default());
    let conflict = Refusal::Conflict { epoch: Epoch(2) };
    assert_eq!(lab.refusal(ALICE, post(1, 1, 10)), conflict);
    assert_eq!(lab.refusal(ALICE, commit(3, 2, &[], &[])), conflict);
}

#[test]
fn a_removed_member_gets_its_removal_and_nothing_more() {
    let mut lab = Lab::with_room(Settings::default());
    lab.ask(ALICE, commit(2, 1, &[], &[3]));
    lab.ask(ALICE, post(3, 2, 10));
    assert_eq!(records(&lab.take(CAROL)), [3]);
    assert_eq!(records(&lab.take(BOB)), [3, 4]);
    assert_eq!(lab.refusal(CAROL, post(3, 3, 1)), Refusal::RoomUnknown);
    let signal = ToRelay::Signal { room: ROOM, payload: Bytes::default() };
    assert_eq!(lab.refusal(CAROL, signal), Refusal::RoomUnknown);
}

#[test]
fn an_added_device_gets_the_commit_that_adds_it() {
    let mut lab = Lab::with_room(Settings::default());
    lab.add_account("dave", 4);
    lab.connect(ConnId(4), 4);
    lab.take(ConnId(4));
    lab.ask(ALICE, commit(2, 1, &[4], &[]));
    assert_eq!(records(&lab.take(ConnId(4))), [3]);
}

#[test]
fn signals_reach_members_are_rationed_and_not_stored() {
    let mut lab = Lab::with_room(Settings::default());
    let signal = || ToRelay::Signal { room: ROOM, payload: Bytes::new(vec![1]).unwrap() };
    for _ in 0..20 {
        lab.send(ALICE, signal());
    }
    assert_eq!(lab.take(BOB).len(), 5);
    assert_eq!(lab.take(ALICE), []);
    lab.wait(1_000);
    lab.send(ALICE, signal());
    assert_eq!(lab.take(BOB).len(), 1);
    let ToClient::Records { head, .. } = lab.ask(BOB, ToRelay::Fetch { room: ROOM, after: Seq(0) })
    else {
        panic!()
    };
    assert_eq!(head, Seq(2));
}

#[test]
fn a_newer_connection_of_a_device_replaces_the_older() {
    let mut lab = Lab::with_room(Settings::default());
    lab.connect(ConnId(9), 2);
    assert_eq!(lab.closed[&BOB], CloseReason::Replaced);
    lab.take(BOB);
    lab.take(ConnId(9));
    lab.ask(ALICE, post(2, 1, 10));
    assert_eq!((lab.take(BOB), records(&lab.take(ConnId(9)))), (vec![], vec![3]));
    lab.hub.handle_disconnected(BOB);
    lab.ask(ALICE, post(2, 2, 10));
    assert_eq!(records(&lab.take(ConnId(9))), [4], "the late end of the old one changes nothing");
}

#[test]
fn an_owner_hears_when_few_key_packages_are_left() {
    let mut lab = Lab::with_room(Settings::default());
    let package = || Bytes::new(vec![1]).unwrap();
    let one_use = List::new(vec![package(), package()]).unwrap();
    lab.ask(BOB, ToRelay::PublishKeyPackages { one_use, last_resort: None });
    let handle = Handle::new("bob").unwrap();
    let answer = lab.ask(ALICE, ToRelay::ClaimKeyPackages { handle });
    assert!(matches!(answer, ToClient::KeyPackages { packages } if packages.len() == 1));
    assert_eq!(lab.take(BOB), [ToClient::KeyPackagesStored { one_use_left: 1 }]);
}

#[test]
fn a_store_that_fails_acknowledges_nothing_and_resumes() {
    let mut lab = Lab::with_room(Settings::default());
    lab.store.set_full(true);
    assert_eq!(lab.refusal(ALICE, post(2, 1, 10)), Refusal::StoreUnavailable);
    lab.connect(ConnId(9), 2);
    assert_eq!(lab.closed[&ConnId(9)], CloseReason::Unavailable);
    lab.store.set_full(false);
    assert!(matches!(lab.ask(ALICE, post(2, 1, 10)), ToClient::Posted { seq: Seq(3), .. }));
    assert_eq!(records(&lab.take(BOB)), [3]);
}

#[test]
fn retention_is_swept_by_itself() {
    let settings = Settings { retention_days: 1, ..Settings::default() };
    let mut lab = Lab::with_room(settings);
    lab.wait(25 * 60 * 60 * 1_000);
    lab.wait(10 * 60 * 1_000);
    let fetch = ToRelay::Fetch { room: ROOM, after: Seq(0) };
    let ToClient::Records { oldest, head, records, .. } = lab.ask(ALICE, fetch) else { panic!() };
    assert_eq!((oldest, head, records.len()), (Seq(3), Seq(2), 0));
}

#[test]
fn a_device_ends_only_so_many_epochs_a_minute() {
    let settings = Settings { commits_per_minute: 3, ..Settings::default() };
    let mut lab = Lab::with_room(settings);
    for id in 0..3 {
        let answer = lab.ask(ALICE, commit(2 + u64::from(id), 150 + id, &[], &[]));
        assert!(matches!(answer, ToClient::Posted { .. }), "{answer:?}");
    }
    let refusal = Refusal::TooManyAttempts { retry_after_s: 60 };
    assert_eq!(lab.refusal(ALICE, commit(5, 160, &[], &[])), refusal);
    lab.now.time = lab.now.time.after_ms(60_000);
    assert!(matches!(lab.ask(ALICE, commit(5, 161, &[], &[])), ToClient::Posted { .. }));
}
