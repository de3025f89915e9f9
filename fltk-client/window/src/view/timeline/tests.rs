//! Settling and painting against an engine that is played.

mod scroll;
mod shown;

use std::collections::BTreeSet;

use engine::{
    Body, Command, Entry, EntryKind, Event, Membership, MessageId, MessageState, Role, RoomInfo,
};
use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};
use wire::message::RoomKind;

use super::{Context, Layouts, paint};
use crate::app::Out;
use crate::effect::Effect;
use crate::geometry::{Point, Rect};
use crate::look::fixture::Fixed;
use crate::scene::{Op, Scene};
use crate::state::timeline::{Timeline, TimelineAct};

const RECT: Rect = Rect::new(248, 56, 556, 584);
const ROOM: RoomId = RoomId::from_array([7; 16]);

fn handle(name: &str) -> Handle {
    Handle::new(name).unwrap()
}

fn id(number: u64) -> MessageId {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_le_bytes());
    MessageId::from_array(id)
}

/// A message a minute, ending at the fixture's now.
fn message(seq: u64, head: u64, from: &str, text: &str) -> Entry {
    let at = UnixMs(Fixed::MONDAY.wall.0 - (head - seq) * 60_000);
    let kind = EntryKind::Message {
        id: id(seq),
        from: handle(from),
        device: DeviceId::from_array([1; 16]),
        sent: at,
        body: Body::Text(text.into()),
        own: from == "alice",
        told_by: None,
        state: MessageState::default(),
    };
    Entry { seq: Seq(seq), at, kind }
}

/// A room of messages, an engine that answers for it, and the timeline.
struct Play {
    entries: Vec<Entry>,
    timeline: Timeline,
    layouts: Layouts,
    out: Out,
    fixed: Fixed,
    effects: Vec<Effect>,
}

impl Play {
    fn new(entries: Vec<Entry>, unread: usize) -> Self {
        let head = entries.last().map_or(Seq(0), |entry| entry.seq);
        let read = Seq(head.0 - u64::try_from(unread).unwrap());
        let info = RoomInfo {
            room: ROOM,
            name: "Garden team".into(),
            topic: String::new(),
            kind: RoomKind::Open,
            standing: Membership::In(Role::Member),
            members: 3,
            history: 0,
            head,
            lifetime_s: 0,
            read,
            unread,
            mentions: 0,
            last: None,
            readers: vec![],
        };
        let mut out = Out::counting();
        let timeline = Timeline::open(&info, &handle("alice"), None, &mut out);
        let layouts = Layouts::default();
        let mut play =
            Self { entries, timeline, layouts, out, fixed: Fixed::MONDAY, effects: vec![] };
        play.run();
        play
    }

    fn of(count: u64, unread: usize) -> Self {
        let from = |seq: u64| ["alice", "bob", "bob", "carol"][usize::try_from(seq % 4).unwrap()];
        let words = |seq: u64| "word ".repeat(usize::try_from(seq * 7 % 40).unwrap() + 1);
        let text = |seq: u64| format!("{seq} {}", words(seq));
        Self::new(
            (1..=count).map(|seq| message(seq, count, from(seq), &text(seq))).collect(),
            unread,
        )
    }

    /// Answers until nothing is asked any more.
    fn run(&mut self) {
        for _ in 0..100 {
            self.timeline.settle(RECT, &mut self.layouts, self.fixed.look(), &mut self.out);
            let mut asked = false;
            while let Some(effect) = self.out.poll() {
                let entries = match &effect {
                    Effect::Command(Command::ReadBack { before, limit, .. }) => {
                        let end = self.entries.partition_point(|entry| entry.seq < *before);
                        let limit = usize::try_from(*limit).unwrap();
                        self.entries[end.saturating_sub(limit)..end].to_vec()
                    }
                    Effect::Command(Command::ReadHistory { after, limit, .. }) => {
                        let start = self.entries.partition_point(|entry| entry.seq <= *after);
                        let limit = usize::try_from(*limit).unwrap();
                        self.entries[start..(start + limit).min(self.entries.len())].to_vec()
                    }
                    _ => {
                        self.effects.push(effect);
                        continue;
                    }
                };
                asked = true;
                let event = Event::History { room: ROOM, entries };
                self.timeline.event(&event, &mut self.out);
            }
            if !asked {
                self.check();
                return;
            }
        }
        panic!("it asks for ever");
    }

    fn act(&mut self, act: TimelineAct) {
        self.timeline.act(act, &mut self.out);
        self.run();
    }

    fn event(&mut self, event: &Event) {
        if let Event::Entry { entry, .. } = event {
            self.entries.push(entry.clone());
        }
        self.timeline.event(event, &mut self.out);
        self.run();
    }

    /// What must hold whatever happens.
    fn check(&self) {
        let items = &self.timeline.window.items;
        assert!(items.len() <= crate::state::timeline::MAX_ENTRIES);
        let seqs: Vec<Seq> = items.iter().map(|item| item.entry.seq).collect();
        let distinct: BTreeSet<Seq> = seqs.iter().copied().collect();
        assert_eq!(distinct.len(), seqs.len(), "none doubled");
        assert!(seqs.is_sorted());
        if let Some((first, last)) = seqs.first().zip(seqs.last()) {
            let start = self.entries.partition_point(|entry| entry.seq < *first);
            let end = self.entries.partition_point(|entry| entry.seq <= *last);
            assert_eq!(end - start, seqs.len(), "none lost");
        }
        for pair in self.timeline.stand.rows.windows(2) {
            assert_eq!(pair[0].y + pair[0].h, pair[1].y);
        }
    }

    fn paint(&self) -> Scene {
        self.paint_with(&Context::default(), None)
    }

    fn paint_with(&self, context: &Context<'_>, pointer: Option<Point>) -> Scene {
        let mut scene = Scene { pointer, ..Scene::default() };
        paint(&self.timeline, &self.layouts, RECT, context, self.fixed.look(), &mut scene);
        let clips = scene.ops.iter().filter(|op| matches!(op, Op::Clip(_))).count();
        let ends = scene.ops.iter().filter(|op| matches!(op, Op::Unclip)).count();
        assert_eq!(clips, ends);
        scene
    }

    fn texts(&self) -> Vec<String> {
        texts(&self.paint())
    }
}

/// What is written in a scene.
fn texts(scene: &Scene) -> Vec<String> {
    let text = |op: &Op| match op {
        Op::Text(_, _, _, text) => Some(text.to_string()),
        _ => None,
    };
    scene.ops.iter().filter_map(text).collect()
}
