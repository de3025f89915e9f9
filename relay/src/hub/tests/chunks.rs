use wire::limit::{MAX_CHUNK_BYTES, MAX_CHUNKS_UNDER_WAY};

use super::files::*;
use super::*;

#[test]
fn a_removed_member_loses_what_it_had_open() {
    let mut lab = Lab::with_room(Settings::default());
    lab.upload(ALICE, FILE, SIZE);
    lab.ask(CAROL, download(FILE));
    lab.ask(CAROL, open(file(1), SIZE, 0));
    lab.ask(CAROL, get(FILE, 0));
    lab.held = Some(VecDeque::new());
    lab.send(CAROL, get(FILE, CHUNK));
    lab.send(CAROL, get(FILE, 2 * CHUNK));
    lab.send(CAROL, put(file(1), SIZE, 0, true));
    lab.ask(ALICE, commit(2, 1, &[], &[3]));
    lab.take(CAROL);
    lab.release();
    let unknown = ToClient::Refused { refusal: Refusal::FileUnknown };
    assert_eq!(lab.take(CAROL), vec![unknown; 3]);
    assert_eq!(lab.refusal(CAROL, get(FILE, 0)), Refusal::FileUnknown);
    assert_eq!(lab.refusal(CAROL, put(file(1), SIZE, CHUNK, false)), Refusal::FileUnknown);
    assert_eq!(lab.refusal(CAROL, open(file(1), SIZE, 0)), Refusal::RoomUnknown);
    lab.fetches(BOB, FILE, SIZE);
}

#[test]
fn chunks_that_wait_for_a_removed_member_are_not_sent() {
    let mut lab = Lab::with_room(Settings::default());
    let size = 10 * CHUNK;
    lab.upload(ALICE, FILE, size);
    lab.ask(CAROL, download(FILE));
    lab.stuck.push(CAROL);
    for n in 0..10 {
        lab.send(CAROL, get(FILE, n * CHUNK));
    }
    lab.ask(ALICE, commit(2, 1, &[], &[3]));
    let is_chunk = |message: &ToClient| matches!(message, ToClient::Chunk { .. });
    let before = lab.take(CAROL).into_iter().filter(is_chunk).count();
    lab.stuck.clear();
    lab.drained(CAROL);
    let after = lab.take(CAROL);
    assert_eq!(after.iter().filter(|message| is_chunk(message)).count(), 0);
    let refused = |message: &&ToClient| matches!(message, ToClient::Refused { .. });
    assert_eq!(after.iter().filter(refused).count(), 10 - before);
}

#[test]
fn a_client_that_waits_for_too_many_chunks_is_closed() {
    let mut lab = Lab::with_room(Settings::default());
    let size = 40 * CHUNK;
    lab.upload(ALICE, FILE, size);
    lab.ask(BOB, download(FILE));
    lab.ask(BOB, open(file(1), size, 0));
    lab.held = Some(VecDeque::new());
    for n in 0..16 {
        lab.send(BOB, get(FILE, n * CHUNK));
        lab.send(BOB, put(file(1), size, n * CHUNK, false));
    }
    assert!(lab.closed.is_empty(), "{MAX_CHUNKS_UNDER_WAY} may be");
    lab.send(BOB, get(FILE, 20 * CHUNK));
    assert_eq!(lab.closed[&BOB], CloseReason::Misbehaved);
    lab.release();
    lab.fetches(CAROL, FILE, size);
}

#[test]
fn answered_chunks_make_place_for_others() {
    let mut lab = Lab::with_room(Settings::default());
    let size = 100 * CHUNK;
    lab.upload(ALICE, FILE, size);
    lab.ask(BOB, download(FILE));
    for n in 0..100 {
        lab.send(BOB, get(FILE, n * CHUNK));
    }
    let offsets: Vec<u64> = lab
        .take(BOB)
        .iter()
        .map(|message| match message {
            ToClient::Chunk { offset, .. } => *offset / CHUNK,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(offsets, (0..100).collect::<Vec<_>>());
    assert!(lab.closed.is_empty());
}

#[test]
fn a_slow_reader_of_a_file_costs_little_and_its_chat_is_not_behind_the_file() {
    let mut lab = Lab::with_room(Settings::default());
    let size = 32 * CHUNK;
    lab.upload(ALICE, FILE, size);
    lab.ask(BOB, download(FILE));
    lab.stuck.push(BOB);
    for n in 0..32 {
        lab.send(BOB, get(FILE, n * CHUNK));
    }
    let with_writer = lab.take(BOB).len();
    assert!(with_writer <= 2, "{with_writer} chunks were given to the writer");
    let held = lab.hub.files(BOB).unwrap();
    assert!(held.held_bytes <= 2 * MAX_CHUNK_BYTES);
    assert_eq!(held.ready.len() + held.waiting.len(), 32 - with_writer);
    lab.send(ALICE, ToRelay::Signal { room: ROOM, payload: Bytes::default() });
    let typing = lab.take(BOB);
    assert!(matches!(typing[..], [ToClient::Signal { .. }]), "somebody types meanwhile");
    lab.ask(ALICE, post(2, 1, 100));
    lab.send(BOB, post(2, 2, 100));
    lab.drained(BOB);
    let next = lab.take(BOB);
    assert_eq!(records(&next[..1]), [3], "{next:?}");
    assert!(matches!(next[1], ToClient::Posted { .. }));
    lab.stuck.clear();
    lab.drained(BOB);
    assert_eq!(lab.take(BOB).len(), 32 - with_writer - (next.len() - 2));
    assert!(lab.closed.is_empty());
}

#[test]
fn fetching_the_log_does_not_wait_for_a_file() {
    let mut lab = Lab::with_room(Settings::default());
    let size = 20 * CHUNK;
    lab.upload(ALICE, FILE, size);
    lab.ask(BOB, download(FILE));
    lab.stuck.push(BOB);
    for n in 0..20 {
        lab.send(BOB, get(FILE, n * CHUNK));
    }
    lab.send(BOB, ToRelay::Fetch { room: ROOM, after: Seq(0) });
    lab.take(BOB);
    lab.drained(BOB);
    lab.take(BOB);
    lab.drained(BOB);
    let next = lab.take(BOB);
    assert!(next.iter().any(|message| matches!(message, ToClient::Records { .. })), "{next:?}");
}
