//! The chat of an open profile.

mod event;
mod notify;

use std::collections::BTreeMap;

use engine::{Command, Member, Membership, RequestId, Transfer, Trust};
use wire::id::{Handle, RoomId, Seq};

use super::composer::{Composer, Drafts, Quoted};
use super::rooms::{Room, Rooms};
use super::settings::Settings;
use super::timeline::Timeline;
use crate::app::Out;
use crate::effect::Effect;
use crate::scene::Field;

pub use event::{HoldChoice, HoldWords};
pub use notify::count;

/// Milliseconds for which a signal that someone types is believed.
pub const TYPING_MS: u64 = 5_000;
/// The name under which the profile keeps which room was open.
const LAST_ROOM: &str = "last-room";
/// Milliseconds between two questions for all rooms.
const ASK_MS: u64 = 300;

/// The chat.
#[derive(Debug)]
pub struct Chat {
    /// The account.
    pub me: Handle,
    /// The connection.
    pub link: LinkState,
    /// All rooms.
    pub rooms: Rooms,
    /// The room that is shown.
    pub timeline: Option<Timeline>,
    /// Where its messages are written.
    pub composer: Composer,
    /// Members of the rooms that were shown.
    pub members: BTreeMap<RoomId, Vec<Member>>,
    /// Who types where, and the beat until which that is believed.
    pub typing: BTreeMap<RoomId, Vec<(Handle, u64)>>,
    /// Files under way.
    pub transfers: BTreeMap<RequestId, Transfer>,
    /// Whether a narrow window shows the room list rather than the room.
    pub list_in_front: bool,
    /// Emoji that were used last, newest first, as the profile keeps them.
    pub recent_emoji: Vec<Box<str>>,
    /// A request after which its room is shown.
    opening: Option<RequestId>,
    /// The room that was open last, until it is known.
    last_room: Option<RoomId>,
    /// Beats of the last notifications.
    notified: BTreeMap<RoomId, u64>,
    /// The title that the window has.
    title: String,
    /// The beat at which all rooms were asked for last.
    asked: Option<u64>,
}

/// The connection to the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// On its way.
    Connecting,
    /// It stands; everything that is sent is encrypted end to end.
    Connected,
    /// There is none; what is written waits. Why, in a sentence.
    Lost(String),
}

/// What the chat must know of the window when something happens.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// What the person has set.
    pub settings: &'a Settings,
    /// Whether the window has the keyboard.
    pub focused: bool,
    /// The beat.
    pub beat: u64,
}

impl Chat {
    /// The chat of a profile that was just opened: asks for what is there already.
    #[must_use]
    pub fn open(me: Handle, out: &mut Out) -> Self {
        out.command(Command::ListRooms);
        for name in [LAST_ROOM, Drafts::NAME, super::emoji::KEPT] {
            out.command(Command::Recall { name: name.into() });
        }
        out.command(Command::ListTransfers);
        Self {
            me,
            link: LinkState::Connecting,
            rooms: Rooms::default(),
            timeline: None,
            composer: Composer::default(),
            members: BTreeMap::new(),
            typing: BTreeMap::new(),
            transfers: BTreeMap::new(),
            list_in_front: true,
            recent_emoji: Vec::new(),
            opening: None,
            last_room: None,
            notified: BTreeMap::new(),
            title: String::new(),
            asked: None,
        }
    }

    /// Shows a room, at a place if one is meant.
    pub fn show(&mut self, room: RoomId, at: Option<Seq>, out: &mut Out) {
        self.list_in_front = false;
        if self.rooms.open == Some(room) && at.is_none() && self.timeline.is_some() {
            out.effect(Effect::Focus(Some(Field::Composer)));
            return;
        }
        if let (Some(seq), Some(timeline)) = (at, &mut self.timeline)
            && self.rooms.open == Some(room)
        {
            timeline.jump(seq, out);
            return;
        }
        let Some(known) = self.rooms.get(room) else { return };
        self.timeline = Some(Timeline::open(&known.info, &self.me, at, out));
        let from = self.rooms.open.replace(room);
        if from != Some(room) {
            self.rooms.panel_scroll = 0;
            self.composer.enter(from, Some(room), out);
            out.command(Command::ListMembers { room });
            let value = room.to_string().into_bytes();
            out.command(Command::Keep { name: LAST_ROOM.into(), value });
        }
        out.effect(Effect::Focus(Some(Field::Composer)));
    }

    /// Finds the conversation with an account, and shows it.
    pub fn show_direct(&mut self, handle: Handle, out: &mut Out) {
        let id = out.id();
        self.opening = Some(id);
        out.command(Command::OpenDirect { id, handle });
    }

    /// Shows the room that a request ends in.
    pub const fn show_after(&mut self, id: RequestId) {
        self.opening = Some(id);
    }

    /// Puts away what would be lost.
    pub fn close(&mut self, out: &mut Out) {
        if let Some(room) = self.rooms.open {
            self.composer.keep(room, out);
        }
    }

    /// What time brings: ends of what is believed for a while, and what waits for a pause.
    pub fn tick(&mut self, beat: u64, out: &mut Out) {
        for typing in self.typing.values_mut() {
            typing.retain(|(_, until)| *until > beat);
        }
        self.typing.retain(|_, typing| !typing.is_empty());
        if self.rooms.search.due.is_some_and(|due| due <= beat) {
            self.rooms.search.ask(out);
        }
        if self.composer.drafts.is_due(beat)
            && let Some(room) = self.rooms.open
        {
            self.composer.keep(room, out);
        }
        let rested = self.asked.is_none_or(|asked| beat.saturating_sub(asked) >= ASK_MS);
        if self.rooms.stale && rested {
            self.rooms.stale = false;
            self.asked = Some(beat);
            out.command(Command::ListRooms);
        }
    }

    /// The next beat at which [`Self::tick`] has something to do.
    #[must_use]
    pub fn next_beat(&self) -> Option<u64> {
        let typing = self.typing.values().flatten().map(|(_, until)| *until).min();
        let asking = self.rooms.stale.then(|| self.asked.map_or(0, |asked| asked + ASK_MS));
        let due = [typing, self.rooms.search.due, self.composer.drafts.due(), asking];
        due.into_iter().flatten().min()
    }

    /// The room that is shown.
    #[must_use]
    pub fn room(&self) -> Option<&Room> {
        self.rooms.shown()
    }

    /// The members of a room, as far as they are known.
    #[must_use]
    pub fn members_of(&self, room: RoomId) -> &[Member] {
        self.members.get(&room).map_or(&[], Vec::as_slice)
    }

    /// What is known of the key of the other in a direct conversation.
    #[must_use]
    pub fn trust(&self, room: &Room) -> Option<Trust> {
        room.direct()?;
        let other = self.members_of(room.info.room).iter().find(|member| !member.own)?;
        Some(other.trust)
    }

    /// Who types in a room.
    #[must_use]
    pub fn typing_in(&self, room: RoomId) -> &[(Handle, u64)] {
        self.typing.get(&room).map_or(&[], Vec::as_slice)
    }

    /// Whether the open room can be written to.
    #[must_use]
    pub fn can_write(&self) -> bool {
        self.room().is_some_and(Room::is_open)
    }

    /// Answers a message of the open room.
    pub fn reply(&mut self, seq: Seq, out: &mut Out) {
        let quoted = self.timeline.as_ref().and_then(|timeline| timeline.entry(seq));
        if let Some(quoted) = quoted.and_then(Quoted::of).filter(|_| self.can_write()) {
            self.composer.reply(quoted, out);
        }
    }

    /// Edits an own message of the open room; the last one if none is named.
    pub fn edit(&mut self, seq: Option<Seq>, out: &mut Out) -> bool {
        let entry = self.timeline.as_ref().and_then(|timeline| match seq {
            Some(seq) => timeline.entry(seq),
            None => timeline.last_own(),
        });
        match entry.and_then(Quoted::of).filter(|_| self.can_write()) {
            Some(quoted) => {
                self.composer.edit(quoted, out);
                true
            }
            None => false,
        }
    }

    /// Sends what is written, and shows it at once.
    pub fn send(&mut self, out: &mut Out) {
        let Some(room) = self.rooms.open.filter(|_| self.can_write()) else { return };
        let Some(said) = self.composer.send(room, out) else { return };
        if let Some(timeline) = &mut self.timeline {
            timeline.said(said.id, engine::Body::Text(said.text), said.reply);
        }
    }

    /// Whether the account is in the open room, and as an owner.
    #[must_use]
    pub fn standing(&self) -> Option<Membership> {
        self.room().map(|room| room.info.standing)
    }
}
