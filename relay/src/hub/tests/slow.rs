use super::*;

fn settings() -> Settings {
    Settings { outbox_bytes: 200_000, ..Settings::default() }
}

#[test]
fn a_slow_reader_is_told_to_fetch_and_others_do_not_notice() {
    let mut lab = Lab::with_room(settings());
    lab.stuck.push(BOB);
    for id in 1..=100 {
        lab.ask(ALICE, post(2, id, 10_000));
    }
    assert_eq!(records(&lab.take(CAROL)).len(), 100);
    let before = records(&lab.take(BOB));
    assert_eq!(before, (3..).take(before.len()).collect::<Vec<_>>());
    assert!(before.len() < 10, "what the writer was given, and no more");
    lab.stuck.clear();
    let now = lab.now;
    lab.hub.handle_drained(BOB, now);
    lab.settle();
    assert_eq!(lab.take(BOB), [ToClient::Head { room: ROOM, head: Seq(102) }]);
    lab.ask(ALICE, post(2, 101, 10));
    assert_eq!(records(&lab.take(BOB)), [103], "live again");
}

#[test]
fn a_reader_that_is_only_a_little_slow_loses_nothing() {
    let mut lab = Lab::with_room(settings());
    lab.stuck.push(BOB);
    for id in 1..=15 {
        lab.ask(ALICE, post(2, id, 10_000));
    }
    lab.stuck.clear();
    let now = lab.now;
    lab.hub.handle_drained(BOB, now);
    lab.settle();
    assert_eq!(records(&lab.take(BOB)), (3..18).collect::<Vec<_>>());
}

#[test]
fn a_slow_readers_own_answers_are_kept() {
    let mut lab = Lab::with_room(settings());
    lab.stuck.push(BOB);
    for id in 1..=100 {
        lab.ask(ALICE, post(2, id, 10_000));
    }
    lab.send(BOB, post(2, 200, 1));
    lab.stuck.clear();
    let now = lab.now;
    lab.hub.handle_drained(BOB, now);
    lab.settle();
    let sent = lab.take(BOB);
    assert!(sent.iter().any(|message| matches!(message, ToClient::Posted { .. })), "{sent:?}");
}

#[test]
fn a_client_that_never_takes_its_answers_is_closed() {
    let mut lab = Lab::with_room(Settings { outbox_bytes: 10_000, ..Settings::default() });
    lab.stuck.push(BOB);
    for _ in 0..5_000 {
        lab.send(BOB, post(0, 250, 1));
    }
    assert_eq!(lab.closed[&BOB], CloseReason::FellBehind);
}

#[test]
fn fetches_wait_for_the_reader() {
    let mut lab = Lab::with_room(settings());
    for id in 1..=20 {
        lab.ask(ALICE, post(2, id, 60_000));
    }
    lab.take(BOB);
    lab.stuck.push(BOB);
    for _ in 0..50 {
        lab.send(BOB, ToRelay::Fetch { room: ROOM, after: Seq(0) });
    }
    assert_eq!(lab.take(BOB).len(), 1, "the next is not even read from the log");
    lab.stuck.clear();
    let now = lab.now;
    lab.hub.handle_drained(BOB, now);
    lab.settle();
    assert_eq!(lab.take(BOB).len(), 49);
    assert!(lab.closed.is_empty());
}

#[test]
fn an_answer_with_the_tag_of_a_read_frees_no_second_one() {
    let mut lab = Lab::with_room(settings());
    let reads = |lab: &mut Lab| {
        let mut reads = 0;
        while let Some(output) = lab.hub.poll_output() {
            reads += usize::from(matches!(
                output,
                Output::Store(StoreRequest { op: Op::Fetch { .. }, .. })
            ));
        }
        reads
    };
    let now = lab.now;
    for _ in 0..10 {
        let message = ToRelay::Fetch { room: ROOM, after: Seq(0) };
        lab.hub.handle_message(BOB, Tagged { tag: 1, message }, now);
    }
    assert_eq!(reads(&mut lab), 1);
    let ticket = Ticket::Client { conn: BOB, tag: 1 };
    lab.hub.handle_stored(StoreReply { ticket, result: Err(Refusal::RoomUnknown) }, now);
    assert_eq!(reads(&mut lab), 0, "the first is still with the store");
}
