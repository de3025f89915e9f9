//! TODO timeline.

use engine::{Body, Entry, EntryKind, Event, RequestId, RoomInfo};
use wire::id::{Handle, RoomId, Seq};

use crate::app::Out;
use crate::geometry::Rect;
use crate::look::Look;

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum TimelineAct {}

/// A room's timeline.
#[derive(Debug)]
pub struct Timeline {
    room: RoomId,
    /// TODO.
    pub entries: Vec<Entry>,
    /// TODO.
    pub said: Vec<(RequestId, Body)>,
}

/// TODO.
#[derive(Debug, Default)]
pub struct Layouts {}

impl Timeline {
    /// TODO.
    pub fn open(info: &RoomInfo, _me: &Handle, _at: Option<Seq>, out: &mut Out) -> Self {
        out.command(engine::Command::ReadBack {
            room: info.room,
            before: Seq(u64::MAX),
            limit: 50,
        });
        Self { room: info.room, entries: Vec::new(), said: Vec::new() }
    }

    /// TODO.
    pub fn event(&mut self, event: &Event, _out: &mut Out) {
        match event {
            Event::Entry { room, entry } if *room == self.room => self.entries.push(entry.clone()),
            Event::History { room, entries } if *room == self.room => {
                self.entries.extend(entries.iter().cloned());
            }
            _ => {}
        }
    }

    /// TODO.
    pub fn act(&mut self, act: TimelineAct, _out: &mut Out) {
        match act {}
    }

    /// TODO.
    pub fn said(&mut self, id: RequestId, body: Body, _reply: Option<Seq>) {
        self.said.push((id, body));
    }

    /// TODO.
    pub fn settle(&mut self, _rect: Rect, _layouts: &mut Layouts, _look: Look<'_>, _out: &mut Out) {
    }

    /// TODO.
    #[must_use]
    pub fn entry(&self, seq: Seq) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.seq == seq)
    }

    /// TODO.
    #[must_use]
    pub fn last_own(&self) -> Option<&Entry> {
        self.entries
            .iter()
            .rev()
            .find(|entry| matches!(entry.kind, EntryKind::Message { own: true, .. }))
    }
}
