use engine::{
    Body, Command, Entry, EntryKind, Event, Membership, MessageId, MessageState, Problem, Role,
    RoomInfo, Unsent,
};
use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};
use wire::message::RoomKind;

use super::{Anchor, Key, MAX_ENTRIES, Sending, Timeline};
use crate::app::Out;
use crate::effect::Effect;

const ROOM: RoomId = RoomId::from_array([7; 16]);

fn id(number: u8) -> MessageId {
    MessageId::from_array([number; 16])
}

fn message(seq: u64, name: MessageId, own: bool) -> Entry {
    let kind = EntryKind::Message {
        id: name,
        from: Handle::new(if own { "alice" } else { "bob" }).unwrap(),
        device: DeviceId::from_array([1; 16]),
        sent: UnixMs(seq),
        body: Body::Text("hi".into()),
        own,
        told_by: None,
        state: MessageState::default(),
    };
    Entry { seq: Seq(seq), at: UnixMs(seq), kind }
}

fn open(head: u64, at: Option<Seq>, out: &mut Out) -> Timeline {
    let info = RoomInfo {
        room: ROOM,
        name: "Garden team".into(),
        topic: String::new(),
        kind: RoomKind::Open,
        standing: Membership::In(Role::Member),
        members: 2,
        history: 0,
        head: Seq(head),
        lifetime_s: 0,
        read: Seq(head),
        unread: 0,
        mentions: 0,
        last: None,
        readers: vec![],
    };
    Timeline::open(&info, &Handle::new("alice").unwrap(), at, out)
}

fn page(timeline: &mut Timeline, seqs: core::ops::RangeInclusive<u64>, out: &mut Out) {
    let entries = seqs.map(|seq| message(seq, id(0), false)).collect();
    timeline.event(&Event::History { room: ROOM, entries }, out);
}

fn asked(out: &mut Out) -> Vec<Command> {
    let mut asked = Vec::new();
    while let Some(effect) = out.poll() {
        if let Effect::Command(command) = effect {
            asked.push(command);
        }
    }
    asked
}

#[test]
fn it_asks_for_the_end_then_for_what_is_before() {
    let mut out = Out::counting();
    let mut timeline = open(100, None, &mut out);
    assert_eq!(
        asked(&mut out),
        [Command::ReadBack { room: ROOM, before: Seq(u64::MAX), limit: 60 }]
    );
    page(&mut timeline, 41..=100, &mut out);
    timeline.fill(0, 10, &mut out);
    timeline.fill(0, 10, &mut out);
    assert_eq!(asked(&mut out), [Command::ReadBack { room: ROOM, before: Seq(41), limit: 120 }]);
    page(&mut timeline, 50..=60, &mut out);
    assert_eq!(timeline.count(), 60, "that answers somebody else");
    page(&mut timeline, 1..=40, &mut out);
    assert_eq!(timeline.count(), 100);
    timeline.fill(0, 10, &mut out);
    assert_eq!(asked(&mut out), []);
}

#[test]
fn what_comes_while_a_page_is_on_its_way_is_there_once() {
    let mut out = Out::counting();
    let mut timeline = open(100, Some(Seq(50)), &mut out);
    let new = |seq| Event::Entry { room: ROOM, entry: message(seq, id(0), false) };
    timeline.event(&new(101), &mut out);
    page(&mut timeline, 20..=79, &mut out);
    assert!(matches!(timeline.anchor, Anchor::Row { key: Key::At(Seq(50)), .. }));
    timeline.fill(50, 59, &mut out);
    timeline.event(&new(102), &mut out);
    page(&mut timeline, 80..=102, &mut out);
    timeline.event(&new(103), &mut out);
    timeline.event(&new(103), &mut out);
    let seqs: Vec<u64> = timeline.window.items.iter().map(|item| item.entry.seq.0).collect();
    assert_eq!(seqs, (20..=103).collect::<Vec<_>>());
}

#[test]
fn the_window_stays_bounded_while_messages_come() {
    let mut out = Out::counting();
    let mut timeline = open(0, None, &mut out);
    timeline.event(&Event::History { room: ROOM, entries: vec![] }, &mut out);
    for seq in 1..=4_000 {
        let entry = message(seq, id(0), false);
        timeline.event(&Event::Entry { room: ROOM, entry }, &mut out);
    }
    assert_eq!(timeline.count(), MAX_ENTRIES);
    assert!(timeline.window.at_end && !timeline.window.at_start);
}

#[test]
fn long_messages_are_held_in_bounded_memory() {
    let mut out = Out::counting();
    let mut timeline = open(0, None, &mut out);
    timeline.event(&Event::History { room: ROOM, entries: vec![] }, &mut out);
    for seq in 1..=1_000 {
        let mut entry = message(seq, id(0), false);
        if let EntryKind::Message { body, .. } = &mut entry.kind {
            *body = Body::Text("x".repeat(30_000));
        }
        timeline.event(&Event::Entry { room: ROOM, entry }, &mut out);
    }
    assert_eq!(timeline.count(), 400);
    assert_eq!(timeline.window.items.back().unwrap().entry.seq, Seq(1_000));
}

#[test]
fn an_echo_becomes_its_entry() {
    let mut out = Out::counting();
    let mut timeline = open(1, None, &mut out);
    page(&mut timeline, 1..=1, &mut out);
    timeline.said(id(5), Body::Text("hello".into()), Some(Seq(1)));
    timeline.focus = Some(Key::Own(id(5)));
    let unsent = Unsent {
        room: ROOM,
        id: id(5),
        sent: UnixMs(1),
        body: Body::Text("hello".into()),
        reply: None,
    };
    timeline.event(&Event::Outbox(vec![unsent]), &mut out);
    assert_eq!(timeline.count(), 2);
    let entry = message(2, id(5), true);
    timeline.event(&Event::Entry { room: ROOM, entry }, &mut out);
    timeline.event(&Event::MessageSent { room: ROOM, id: id(5), seq: Seq(2) }, &mut out);
    assert_eq!(timeline.count(), 2);
    assert!(timeline.pending.is_empty());
    assert_eq!(timeline.focused(), Some(Seq(2)));
}

#[test]
fn a_refused_echo_waits_for_the_person() {
    let mut out = Out::counting();
    let mut timeline = open(1, None, &mut out);
    timeline.said(id(5), Body::Text("hello".into()), None);
    let failed = |problem| Event::CommandFailed { id: Some(id(5)), problem };
    timeline.event(&failed(Problem::RoomFull), &mut out);
    assert!(matches!(timeline.pending[0].sending, Sending::Failed(_)));
    timeline.event(&Event::MessageQueued { room: ROOM, id: id(5) }, &mut out);
    assert_eq!(timeline.pending[0].sending, Sending::Waiting);
    timeline.event(&failed(Problem::Cancelled), &mut out);
    assert!(timeline.pending.is_empty());
}

#[test]
fn other_rooms_change_nothing() {
    let mut out = Out::counting();
    let mut timeline = open(1, None, &mut out);
    page(&mut timeline, 1..=1, &mut out);
    let room = RoomId::from_array([8; 16]);
    timeline.event(&Event::Entry { room, entry: message(2, id(1), false) }, &mut out);
    timeline.event(&Event::EntriesExpired { room, seqs: vec![Seq(1)] }, &mut out);
    assert_eq!(timeline.count(), 1);
}
