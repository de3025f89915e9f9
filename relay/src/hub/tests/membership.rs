//! Coming into rooms and going: who is told, and in which order.

use wire::message::Presence;

use super::*;

const DAVE: ConnId = ConnId(4);
const LAPTOP: ConnId = ConnId(5);

/// A room as its devices are told of it.
fn told(room: RoomId, kind: RoomKind, epoch: u64, head: u64, presence: Presence) -> ToClient {
    let (epoch, head) = (Epoch(epoch), Seq(head));
    ToClient::Room(RoomSummary { room, kind, epoch, head, presence })
}

/// Bob has a second device, `LAPTOP`, which is in no room; dave is connected and in none either.
fn with_newcomers(settings: Settings) -> Lab {
    let mut lab = Lab::with_room(settings);
    lab.add_account("dave", 4);
    lab.add_device("bob", 5);
    lab.connect(DAVE, 4);
    lab.connect(LAPTOP, 5);
    lab.sent.clear();
    lab
}

fn fetch_welcome() -> ToRelay {
    ToRelay::FetchWelcome { room: ROOM }
}

#[test]
fn an_added_device_hears_of_the_room_before_the_commit_that_adds_it() {
    let mut lab = with_newcomers(Settings::default());
    assert!(matches!(lab.ask(ALICE, commit(2, 1, &[4], &[])), ToClient::Posted { .. }));
    let sent = lab.take(DAVE);
    assert_eq!(sent[0], told(ROOM, RoomKind::Open, 3, 3, Presence::Device));
    assert_eq!((records(&sent), sent.len()), (vec![3], 2));
    assert_eq!(records(&lab.take(BOB)), [3], "no news to members");
}

#[test]
fn a_welcome_is_fetched_until_its_device_reads_on() {
    let mut lab = with_newcomers(Settings::default());
    lab.ask(ALICE, commit(2, 1, &[4], &[]));
    let welcome = Bytes::new(vec![1]).unwrap();
    let answer = ToClient::Welcome { room: ROOM, epoch: Epoch(3), seq: Seq(3), welcome };
    for _ in 0..2 {
        assert_eq!(lab.ask(DAVE, fetch_welcome()), answer);
    }
    assert_eq!(lab.refusal(BOB, fetch_welcome()), Refusal::RoomUnknown);
    lab.ask(DAVE, ToRelay::Fetch { room: ROOM, after: Seq(3) });
    assert_eq!(lab.refusal(DAVE, fetch_welcome()), Refusal::RoomUnknown);
}

#[test]
fn welcomes_wait_for_the_reader() {
    let mut lab = with_newcomers(Settings::default());
    let large = Bytes::new(vec![1; 300_000]).unwrap();
    let add = match commit(2, 1, &[4], &[]) {
        ToRelay::Commit { room, epoch, post, commit, group_info, added, removed, .. } => {
            let welcome = Some(large);
            ToRelay::Commit { room, epoch, post, commit, group_info, welcome, added, removed }
        }
        other => other,
    };
    lab.ask(ALICE, add);
    lab.take(DAVE);
    lab.stuck.push(DAVE);
    for _ in 0..50 {
        lab.send(DAVE, fetch_welcome());
    }
    assert_eq!(lab.take(DAVE).len(), 1, "the next is not even read");
    lab.stuck.clear();
    let now = lab.now;
    lab.hub.handle_drained(DAVE, now);
    lab.settle();
    assert_eq!(lab.take(DAVE).len(), 49);
    assert!(lab.closed.is_empty());
}

#[test]
fn the_other_devices_of_an_account_hear_of_its_rooms() {
    let mut lab = with_newcomers(Settings::default());
    let group_info = Bytes::new(vec![0]).unwrap();
    let room = RoomId::from_array([7; 16]);
    lab.ask(BOB, ToRelay::CreateRoom { room, kind: RoomKind::Closed, group_info });
    assert_eq!(lab.take(LAPTOP), [told(room, RoomKind::Closed, 0, 0, Presence::Account)], "made");
    lab.add_device("dave", 6);
    lab.connect(ConnId(6), 6);
    lab.take(ConnId(6));
    lab.ask(ALICE, commit(2, 1, &[4], &[]));
    assert_eq!(lab.take(ConnId(6)), [told(ROOM, RoomKind::Open, 3, 3, Presence::Account)], "added");
    assert_eq!(lab.take(LAPTOP), [], "bob's is not dave's");
    lab.add_device("carol", 8);
    lab.connect(ConnId(8), 8);
    lab.add_account("erin", 9);
    lab.connect(ConnId(9), 9);
    lab.add_device("erin", 10);
    lab.connect(ConnId(10), 10);
    lab.sent.clear();
    lab.ask(ConnId(9), commit(3, 2, &[9], &[]));
    assert_eq!(
        lab.take(ConnId(10)),
        [told(ROOM, RoomKind::Open, 4, 4, Presence::Account)],
        "joined"
    );
    assert_eq!(lab.take(ConnId(8)), []);
    lab.ask(ConnId(9), commit(4, 3, &[9], &[]));
    assert_eq!(lab.take(ConnId(10)), [], "rejoining is no news");
}

#[test]
fn a_second_device_joins_a_closed_room_that_its_account_is_in() {
    let mut lab = with_newcomers(Settings::default());
    let room = RoomId::from_array([7; 16]);
    let group_info = Bytes::new(vec![0]).unwrap();
    lab.ask(BOB, ToRelay::CreateRoom { room, kind: RoomKind::Closed, group_info });
    let fetch = || ToRelay::FetchGroupInfo { room };
    assert!(matches!(lab.ask(LAPTOP, fetch()), ToClient::GroupInfo { .. }));
    assert_eq!(lab.refusal(DAVE, fetch()), Refusal::RoomUnknown);
    let join = |n| match commit(0, n, &[n], &[]) {
        ToRelay::Commit { epoch, post, commit, group_info, welcome, added, removed, .. } => {
            ToRelay::Commit { room, epoch, post, commit, group_info, welcome, added, removed }
        }
        other => other,
    };
    assert_eq!(lab.refusal(DAVE, join(4)), Refusal::RoomUnknown);
    assert!(matches!(lab.ask(LAPTOP, join(5)), ToClient::Posted { .. }));
    lab.connect(ConnId(9), 5);
    let sent = lab.take(ConnId(9));
    let signed_in = sent.iter().find_map(|message| match message {
        ToClient::SignedIn(signed_in) => Some(signed_in),
        _ => None,
    });
    let rooms = signed_in.unwrap().rooms.iter();
    let mut seen: Vec<_> = rooms.map(|summary| (summary.room, summary.presence)).collect();
    seen.sort_unstable_by_key(|(room, _)| *room);
    assert_eq!(seen, [(ROOM, Presence::Account), (room, Presence::Device)]);
}

#[test]
fn news_of_a_room_are_not_dropped_for_a_slow_reader() {
    let mut lab = with_newcomers(Settings { outbox_bytes: 200_000, ..Settings::default() });
    lab.stuck.push(DAVE);
    lab.ask(ALICE, commit(2, 1, &[4], &[]));
    for id in 10..60 {
        lab.ask(ALICE, post(3, id, 10_000));
    }
    lab.ask(ALICE, commit(3, 2, &[], &[4]));
    lab.ask(ALICE, commit(4, 3, &[4], &[]));
    lab.stuck.clear();
    let now = lab.now;
    lab.hub.handle_drained(DAVE, now);
    lab.settle();
    let sent = lab.take(DAVE);
    assert!(sent.contains(&told(ROOM, RoomKind::Open, 5, 55, Presence::Device)), "{sent:?}");
    assert_eq!(sent.last(), Some(&ToClient::Head { room: ROOM, head: Seq(55) }));
}

#[test]
fn whoever_left_gets_nothing_more() {
    let mut lab = with_newcomers(Settings::default());
    for _ in 0..2 {
        assert_eq!(lab.ask(BOB, ToRelay::LeaveRoom { room: ROOM, seq: Seq(99) }), ToClient::Done);
    }
    lab.ask(ALICE, post(2, 1, 10));
    assert_eq!(lab.take(BOB), []);
    assert_eq!(records(&lab.take(CAROL)), [3]);
    let signal = ToRelay::Signal { room: ROOM, payload: Bytes::default() };
    assert_eq!(lab.refusal(BOB, signal), Refusal::RoomUnknown);
    lab.ask(ALICE, commit(2, 2, &[2], &[2]));
    assert_eq!(records(&lab.take(BOB)), [4], "until it is asked back");
}

/// What the relay says of its rooms to a device that signs in again.
fn listed(lab: &mut Lab, conn: ConnId, key: u8) -> Vec<RoomSummary> {
    lab.connect(conn, key);
    let sent = lab.take(conn);
    let rooms = sent.into_iter().find_map(|message| match message {
        ToClient::SignedIn(signed_in) => Some(signed_in.rooms.into_vec()),
        _ => None,
    });
    rooms.expect("it is greeted")
}

#[test]
fn who_was_away_when_removed_reads_up_to_that_until_it_leaves() {
    let mut lab = Lab::with_room(Settings::default());
    let now = lab.now;
    lab.hub.handle_disconnected(BOB);
    lab.ask(ALICE, post(2, 1, 10));
    lab.ask(ALICE, commit(2, 2, &[], &[2]));
    lab.ask(ALICE, post(3, 3, 10));
    let (kind, presence) = (RoomKind::Open, Presence::Former);
    let told = RoomSummary { room: ROOM, kind, epoch: Epoch(3), head: Seq(4), presence };
    assert_eq!(listed(&mut lab, BOB, 2), [told]);
    let fetch = || ToRelay::Fetch { room: ROOM, after: Seq(2) };
    let ToClient::Records { head, records: read, .. } = lab.ask(BOB, fetch()) else { panic!() };
    let read: Vec<u64> = read.iter().map(|record| record.seq.0).collect();
    assert_eq!((head, read), (Seq(4), vec![3, 4]));
    let signal = ToRelay::Signal { room: ROOM, payload: Bytes::default() };
    for stranger in [post(3, 4, 1), commit(3, 5, &[], &[]), fetch_welcome(), signal] {
        let refused = [Refusal::RoomUnknown, Refusal::NotAllowed];
        assert!(refused.contains(&lab.refusal(BOB, stranger)));
    }
    lab.ask(ALICE, post(3, 6, 10));
    assert_eq!(lab.take(BOB), [], "no news either");
    assert_eq!(lab.ask(BOB, ToRelay::LeaveRoom { room: ROOM, seq: Seq(99) }), ToClient::Done);
    assert_eq!(lab.refusal(BOB, fetch()), Refusal::RoomUnknown);
    lab.hub.handle_disconnected(BOB);
    lab.hub.handle_time(now);
    assert_eq!(listed(&mut lab, ConnId(9), 2)[0].presence, Presence::None, "like any open room");
}

#[test]
fn who_was_there_when_removed_may_read_it_again_later() {
    let mut lab = Lab::with_room(Settings::default());
    lab.ask(ALICE, commit(2, 1, &[], &[3]));
    assert_eq!(records(&lab.take(CAROL)), [3]);
    lab.ask(ALICE, post(3, 2, 10));
    let answer = lab.ask(CAROL, ToRelay::Fetch { room: ROOM, after: Seq(2) });
    assert!(matches!(answer, ToClient::Records { head: Seq(3), .. }), "{answer:?}");
    lab.ask(CAROL, commit(3, 3, &[3], &[3]));
    lab.ask(ALICE, post(4, 4, 10));
    assert_eq!(records(&lab.take(CAROL)), [6], "once it has joined again");
}

#[test]
fn leaving_on_a_connection_that_was_replaced_ends_the_newer_ones_news() {
    let mut lab = with_newcomers(Settings::default());
    let now = lab.now;
    // Both are with the store when the newer connection signs in.
    lab.hub.handle_connected(ConnId(9), [2; 32], HASH, [10, 0, 0, 2].into(), now);
    let message = ToRelay::LeaveRoom { room: ROOM, seq: Seq(99) };
    lab.hub.handle_message(BOB, Tagged { tag: 7, message }, now);
    lab.settle();
    lab.ask(ALICE, post(2, 1, 10));
    assert_eq!(records(&lab.take(ConnId(9))), []);
}

#[test]
fn an_account_may_have_made_so_many_rooms() {
    let mut lab = with_newcomers(Settings { rooms_per_account: 2, ..Settings::default() });
    let mut make = |conn, n: u8| {
        let (room, group_info) = (RoomId::from_array([n; 16]), Bytes::default());
        lab.ask(conn, ToRelay::CreateRoom { room, kind: RoomKind::Closed, group_info })
    };
    assert_eq!(make(BOB, 20), ToClient::Done);
    assert_eq!(make(LAPTOP, 21), ToClient::Done);
    for (conn, n) in [(BOB, 22), (LAPTOP, 23)] {
        assert_eq!(make(conn, n), ToClient::Refused { refusal: Refusal::TooManyRooms });
    }
    assert_eq!(make(DAVE, 24), ToClient::Done);
}
