//! What the engine tells, taken into the chat.

use engine::{Command, Entry, EntryKind, Event, Hold, Problem, RoomInfo, Step};
use wire::id::{Handle, RoomId};
use wire::message::RoomKind;

use super::super::composer::Drafts;
use super::super::rooms::News;
use super::{Chat, LAST_ROOM, LinkState, Moment, TYPING_MS};
use crate::app::Out;

impl Chat {
    /// Takes what the engine tells. The sentence that comes back, if one does, is for the person.
    pub fn event(&mut self, event: &Event, moment: &Moment<'_>, out: &mut Out) -> Option<String> {
        self.of_rooms(event, moment, out);
        self.of_files(event);
        let sentence = self.of_link(event, out);
        if let Some(timeline) = &mut self.timeline {
            timeline.event(event, out);
        }
        self.retitle(out);
        sentence
    }

    fn of_link(&mut self, event: &Event, out: &mut Out) -> Option<String> {
        match event {
            Event::Progress(Step::Connecting) => self.link = LinkState::Connecting,
            Event::Connected { handle, .. } => self.connected(handle, out),
            Event::Disconnected { problem, .. } => {
                self.link = LinkState::Lost(problem.to_string());
                self.typing.clear();
            }
            Event::Stopped { problem: Some(problem) } => {
                self.link = LinkState::Lost(problem.to_string());
                return Some(problem.to_string());
            }
            Event::Synced => self.show_first(out),
            Event::Kept { name, value } => self.kept(name, value, out),
            Event::Found { id, hits } => self.rooms.search.found(*id, hits),
            Event::Done { id, room } if self.opening == Some(*id) => {
                self.opening = None;
                if let Some(room) = room {
                    self.last_room = Some(*room);
                    self.show_last(out);
                }
            }
            Event::CommandFailed { id, problem } => {
                if *id == self.opening {
                    self.opening = None;
                }
                let silent = matches!(problem, Problem::Cancelled | Problem::RoomHeld(_));
                return (!silent).then(|| problem.to_string());
            }
            _ => {}
        }
        None
    }

    fn connected(&mut self, handle: &Handle, out: &mut Out) {
        self.link = LinkState::Connected;
        if self.me != *handle {
            self.me = handle.clone();
            // What was shown took another for the account.
            if let Some(room) = self.rooms.open.take() {
                self.show(room, None, out);
            }
        }
        out.command(Command::ListRooms);
        out.command(Command::ListOutbox);
        out.command(Command::ListTransfers);
        out.command(Command::ShowReceipts);
    }

    fn kept(&mut self, name: &str, value: &[u8], out: &mut Out) {
        if name == LAST_ROOM {
            let room = core::str::from_utf8(value).ok().and_then(RoomId::from_hex);
            if self.rooms.open.is_none() {
                self.last_room = room;
                self.show_last(out);
                self.show_first(out);
            }
        } else if name == super::super::emoji::KEPT {
            let kept = core::str::from_utf8(value).unwrap_or("");
            self.recent_emoji = kept.lines().map(Box::from).collect();
        } else if name == Drafts::NAME {
            self.composer.drafts.recalled(value);
            if let Some(room) = self.rooms.open
                && self.composer.text.is_empty()
            {
                let draft = self.composer.drafts.get(room).to_owned();
                self.composer.set(draft, out);
            }
        }
    }

    /// Shows the room that is wanted as soon as it is known.
    fn show_last(&mut self, out: &mut Out) {
        if let Some(room) = self.last_room.filter(|room| self.rooms.get(*room).is_some()) {
            self.last_room = None;
            self.show(room, None, out);
        }
    }

    /// Shows the room at the top to who has had none open yet; a narrow window stays at the list.
    fn show_first(&mut self, out: &mut Out) {
        if self.rooms.open.is_none()
            && self.last_room.is_none()
            && let Some(first) = self.rooms.first()
        {
            let list = self.list_in_front;
            self.show(first, None, out);
            self.list_in_front = list;
        }
    }

    fn of_rooms(&mut self, event: &Event, moment: &Moment<'_>, out: &mut Out) {
        match event {
            Event::Rooms(infos) => {
                self.rooms.set(infos);
                infos.iter().for_each(|info| self.learn_members(info, out));
                if self.rooms.open.is_some_and(|room| self.rooms.get(room).is_none()) {
                    self.rooms.open = None;
                    self.timeline = None;
                    self.list_in_front = true;
                }
                self.show_last(out);
            }
            Event::RoomAdded(info) => {
                self.rooms.put(info);
                self.learn_members(info, out);
                self.show_last(out);
            }
            Event::RoomChanged(info) => {
                self.rooms.put(info);
                if self.members.contains_key(&info.room) {
                    out.command(Command::ListMembers { room: info.room });
                }
            }
            Event::Entry { room, entry } => self.entry(*room, entry, moment, out),
            Event::EntryChanged { room, entry } => self.rooms.entry_changed(*room, entry),
            Event::EntriesExpired { room, seqs } => self.rooms.expired(*room, seqs),
            Event::History { room, entries } => self.rooms.history(*room, entries, &self.me),
            Event::ReadMoved { room, by, seq } => {
                self.rooms.read_moved(*room, by, *seq, &self.me);
            }
            Event::Members { room, members } => {
                self.members.insert(*room, members.clone());
            }
            Event::Typing { room, from, .. } if *from != self.me => {
                let typing = self.typing.entry(*room).or_default();
                typing.retain(|(who, _)| who != from);
                typing.push((from.clone(), moment.beat + TYPING_MS));
            }
            _ => self.of_holds(event),
        }
    }

    fn of_holds(&mut self, event: &Event) {
        match event {
            Event::RoomLeft { room, reason } => {
                if let Some(room) = self.rooms.all.get_mut(room) {
                    room.info.standing = engine::Membership::Left;
                    room.departure = Some(reason.clone());
                }
            }
            Event::RoomHeld { room, hold } => {
                if let Some(room) = self.rooms.all.get_mut(room) {
                    room.hold_later &= room.hold == Some(*hold);
                    room.hold = Some(*hold);
                }
            }
            Event::RoomRepaired { room } => {
                if let Some(room) = self.rooms.all.get_mut(room) {
                    room.hold = None;
                    room.hold_later = false;
                    room.changed_key = None;
                }
            }
            Event::KeyChanged { room, handle } => {
                for known in self.rooms.all.values_mut() {
                    let direct = known.direct() == Some(handle.as_str());
                    if direct || *room == Some(known.info.room) {
                        known.changed_key = Some(handle.clone());
                    }
                }
            }
            _ => {}
        }
    }

    fn entry(&mut self, room: RoomId, entry: &Entry, moment: &Moment<'_>, out: &mut Out) {
        let news = self.rooms.entry(room, entry, &self.me);
        if let EntryKind::Message { from, .. } = &entry.kind
            && let Some(typing) = self.typing.get_mut(&room)
        {
            typing.retain(|(who, _)| who != from);
        }
        if matches!(entry.kind, EntryKind::Members { .. }) && self.members.contains_key(&room) {
            out.command(Command::ListMembers { room });
        }
        if news != News::None {
            self.notify(room, entry, news, moment, out);
        }
    }

    fn of_files(&mut self, event: &Event) {
        match event {
            Event::Transfers(transfers) => {
                self.transfers =
                    transfers.iter().map(|transfer| (transfer.id, transfer.clone())).collect();
            }
            Event::TransferMoved(transfer) => {
                self.transfers.insert(transfer.id, transfer.clone());
            }
            Event::FileSaved { id, .. }
            | Event::MessageSent { id, .. }
            | Event::Done { id, .. }
            | Event::CommandFailed { id: Some(id), .. } => {
                self.transfers.remove(id);
            }
            _ => {}
        }
    }

    /// Of a direct conversation the list shows whether the other is verified.
    fn learn_members(&self, info: &RoomInfo, out: &mut Out) {
        let known = self.members.contains_key(&info.room);
        if info.kind == RoomKind::Direct && !known {
            out.command(Command::ListMembers { room: info.room });
        }
    }
}

/// What a person is told of a room that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldWords {
    /// What happened, what is safe, what to do.
    pub sentence: String,
    /// What happened, for one line.
    pub short: String,
    /// What can be decided.
    pub choice: Option<HoldChoice>,
}

/// What can be decided about a room that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldChoice {
    /// To go on with what the relay shows now.
    Repair,
    /// To compare the safety number with this account.
    Compare(Handle),
}

impl HoldWords {
    /// Of a room, if it is held.
    #[must_use]
    pub fn of(room: &super::Room) -> Option<Self> {
        let hold = room.hold?;
        let who = room.changed_key.as_ref();
        let other = room.direct().and_then(|name| Handle::new(name).ok());
        let who = who.cloned().or(other);
        let name = who.as_ref().map_or("an account", Handle::as_str);
        let sentence = match hold {
            Hold::KeyChanged => format!(
                "{name} came with another key than before, so nothing is read or sent here. Compare the safety number with {name}, in person or by phone, before you go on."
            ),
            Hold::Forked => format!(
                "This room is held on this device, because {hold}. Tell the relay's host; you can come back into the room as the relay shows it now, and what cannot be read then is a gap."
            ),
            passing if passing.is_passing() => format!(
                "This room is held on this device, because {hold}. The device comes back into it by itself once it is connected."
            ),
            _ => format!(
                "This room is held on this device, because {hold}. Nothing is read or sent here until the relay has them again; tell its host, or make a new room."
            ),
        };
        let short = match hold {
            Hold::KeyChanged => format!("{name} came with another key."),
            _ => "This room is held on this device.".to_owned(),
        };
        let choice = match hold {
            Hold::KeyChanged => who.map(HoldChoice::Compare),
            Hold::Forked => Some(HoldChoice::Repair),
            _ => None,
        };
        Some(Self { sentence, short, choice })
    }
}
