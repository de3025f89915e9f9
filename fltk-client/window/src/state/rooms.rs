//! The rooms: their order, what is unread in them, and what a person looks for.

mod search;

use std::collections::{BTreeMap, VecDeque};

use engine::{Body, Departure, Entry, EntryKind, Hold, Membership, RoomInfo};
use wire::id::{Handle, RoomId, Seq, UnixMs};
use wire::message::RoomKind;

pub use search::{Found, Search};

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomsAct {
    /// Ends the search.
    ClearSearch,
    /// Looks in all rooms again, not in the open one alone.
    SearchEverywhere,
    /// The thumb of the list's scroll bar is held.
    ListThumb,
    /// The thumb of the members' scroll bar is held.
    PanelThumb,
    /// Goes to the row of the list above (-1) or below (1).
    Step(i32),
    /// Goes to the next room with something unread.
    NextUnread,
    /// Tries to connect now.
    ConnectNow,
}

/// Files of a room that are remembered for the panel beside it.
const MAX_FILES: usize = 200;

/// The rooms.
#[derive(Debug, Default)]
pub struct Rooms {
    /// All of them, those that may be joined too.
    pub all: BTreeMap<RoomId, Room>,
    /// Those that are listed, newest first.
    pub order: Vec<RoomId>,
    /// The one that is shown.
    pub open: Option<RoomId>,
    /// Pixels of the list that are above its place.
    pub scroll: i32,
    /// Pixels of the panel with members and files that are above its place.
    pub panel_scroll: i32,
    /// What a person looks for.
    pub search: Search,
    /// Whether a number can only be had by asking for the rooms again.
    pub stale: bool,
    /// Whether the rooms have been told.
    pub known: bool,
}

/// A room.
#[derive(Debug)]
pub struct Room {
    /// What the engine tells of it, counted on.
    pub info: RoomInfo,
    /// Why nothing is read and written in it.
    pub hold: Option<Hold>,
    /// Whether the person does not want to decide about that now.
    pub hold_later: bool,
    /// Whose key changed.
    pub changed_key: Option<Handle>,
    /// Why the account is not in it any more.
    pub departure: Option<Departure>,
    /// Files that were seen in it, newest last.
    pub files: VecDeque<SeenFile>,
    /// Unread messages that were seen here, and whether they mention the account.
    news: BTreeMap<Seq, bool>,
}

/// A file that was seen in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenFile {
    /// Its message's place.
    pub seq: Seq,
    /// What its sender calls it.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// What an entry meant for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Nothing new.
    None,
    /// A message of another.
    Message,
    /// One that mentions the account, or in a direct conversation.
    Personal,
}

impl Rooms {
    /// A room.
    #[must_use]
    pub fn get(&self, room: RoomId) -> Option<&Room> {
        self.all.get(&room)
    }

    /// The room at the top of the list.
    #[must_use]
    pub fn first(&self) -> Option<RoomId> {
        self.order.first().copied()
    }

    /// The room that is shown.
    #[must_use]
    pub fn shown(&self) -> Option<&Room> {
        self.open.and_then(|room| self.get(room))
    }

    /// All unread messages.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.order.iter().filter_map(|room| self.get(*room)).map(|room| room.info.unread).sum()
    }

    /// Takes the list of all rooms.
    pub fn set(&mut self, infos: &[RoomInfo]) {
        self.known = true;
        self.stale = false;
        for info in infos {
            self.insert(info);
        }
        let here = |room: &RoomId| infos.iter().any(|info| info.room == *room);
        self.all.retain(|room, _| here(room));
        self.sort();
    }

    /// Takes what is new of one room.
    pub fn put(&mut self, info: &RoomInfo) {
        self.insert(info);
        self.sort();
    }

    fn insert(&mut self, info: &RoomInfo) {
        let room = self.all.entry(info.room).or_insert_with(|| Room::new(info.clone()));
        room.info = info.clone();
        room.news.retain(|seq, _| *seq > info.read);
        if let Some(last) = &info.last {
            room.see(last);
        }
        if info.standing != Membership::Left {
            room.departure = None;
        }
    }

    /// Counts an entry that came.
    pub fn entry(&mut self, room: RoomId, entry: &Entry, me: &Handle) -> News {
        let Some(known) = self.all.get_mut(&room) else {
            self.stale = true;
            return News::None;
        };
        let news = known.entry(entry, me);
        self.sort();
        news
    }

    /// Takes what became of an entry.
    pub fn entry_changed(&mut self, room: RoomId, entry: &Entry) {
        let Some(room) = self.all.get_mut(&room) else { return };
        if let Some(last) = room.info.last.as_deref_mut().filter(|last| last.seq == entry.seq) {
            *last = entry.clone();
        }
        let file = matches!(&entry.kind, EntryKind::Message { body: Body::File(_), .. });
        room.files.retain(|seen| file || seen.seq != entry.seq);
    }

    /// Takes entries that were read back, for their files.
    pub fn history(&mut self, room: RoomId, entries: &[Entry], me: &Handle) {
        let Some(room) = self.all.get_mut(&room) else { return };
        for entry in entries {
            room.see(entry);
            if let Some(mention) = room.unread_of(entry, me) {
                room.news.insert(entry.seq, mention);
            }
        }
    }

    /// Forgets what has come to its end.
    pub fn expired(&mut self, room: RoomId, seqs: &[Seq]) {
        if let Some(room) = self.all.get_mut(&room) {
            room.files.retain(|file| !seqs.contains(&file.seq));
            self.stale |= room.news.keys().any(|seq| seqs.contains(seq));
            self.stale |= room.info.last.as_ref().is_some_and(|last| seqs.contains(&last.seq));
        }
    }

    /// Someone has read up to a place.
    pub fn read_moved(&mut self, room: RoomId, by: &Handle, seq: Seq, me: &Handle) {
        let Some(room) = self.all.get_mut(&room) else { return };
        if by == me {
            self.stale |= !room.read(seq);
            return;
        }
        match room.info.readers.iter_mut().find(|(reader, _)| reader == by) {
            Some((_, read)) => *read = seq.max(*read),
            None => room.info.readers.push((by.clone(), seq)),
        }
    }

    /// The room above or below the open one in the list.
    #[must_use]
    pub fn beside(&self, step: i32) -> Option<RoomId> {
        let at = self.open.and_then(|open| self.order.iter().position(|room| *room == open));
        let last = self.order.len().checked_sub(1)?;
        let next = match (at, step < 0) {
            (None, _) => 0,
            (Some(at), true) => at.checked_sub(1)?,
            (Some(at), false) if at < last => at + 1,
            (Some(_), false) => return None,
        };
        self.order.get(next).copied()
    }

    /// The next room below the open one with something unread, or else the first.
    #[must_use]
    pub fn next_unread(&self) -> Option<RoomId> {
        let at = self.open.and_then(|open| self.order.iter().position(|room| *room == open));
        let (above, below) = self.order.split_at_checked(at.map_or(0, |at| at + 1))?;
        let unread = |room: &&RoomId| self.get(**room).is_some_and(|room| room.info.unread > 0);
        below.iter().chain(above).find(unread).copied()
    }

    fn sort(&mut self) {
        let mut listed: Vec<(UnixMs, RoomId)> = self
            .all
            .values()
            .filter(|room| room.info.standing != Membership::Joinable)
            .map(|room| (room.info.last.as_ref().map_or(UnixMs(0), |last| last.at), room.info.room))
            .collect();
        listed.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        self.order = listed.into_iter().map(|(_, room)| room).collect();
    }
}

impl Room {
    fn new(info: RoomInfo) -> Self {
        Self {
            info,
            hold: None,
            hold_later: false,
            changed_key: None,
            departure: None,
            files: VecDeque::new(),
            news: BTreeMap::new(),
        }
    }

    /// Whether messages can be written in it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.info.standing, Membership::In(_)) && self.hold.is_none()
    }

    /// The other account of a direct conversation.
    #[must_use]
    pub fn direct(&self) -> Option<&str> {
        match self.info.kind {
            RoomKind::Direct => Some(self.name()),
            _ => None,
        }
    }

    /// Its name, without the `@` of a direct conversation.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.info.name.as_str();
        match self.info.kind {
            RoomKind::Direct => name.strip_prefix('@').unwrap_or(name),
            _ => name,
        }
    }

    fn entry(&mut self, entry: &Entry, me: &Handle) -> News {
        if entry.seq <= self.info.head {
            return News::None;
        }
        self.info.head = entry.seq;
        self.info.last = Some(Box::new(entry.clone()));
        self.see(entry);
        let Some(mention) = self.unread_of(entry, me) else { return News::None };
        self.news.insert(entry.seq, mention);
        self.info.unread = (self.info.unread + 1).min(engine::MAX_UNREAD);
        self.info.mentions += usize::from(mention);
        match mention || self.info.kind == RoomKind::Direct {
            true => News::Personal,
            false => News::Message,
        }
    }

    /// Whether an entry counts as unread, and then whether it mentions the account.
    fn unread_of(&self, entry: &Entry, me: &Handle) -> Option<bool> {
        match &entry.kind {
            EntryKind::Message { from, own: false, body, told_by: None, .. }
                if from != me && entry.seq > self.info.read =>
            {
                match body {
                    Body::Text(text) => Some(mentions(text, me)),
                    Body::File(_) => Some(false),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The account has read up to here; false if what is left cannot be counted here.
    fn read(&mut self, seq: Seq) -> bool {
        if seq <= self.info.read {
            return true;
        }
        let all_known = self.news.len() >= self.info.unread;
        self.info.read = seq;
        self.news.retain(|place, _| *place > seq);
        let end = seq >= self.info.head;
        if end || all_known {
            self.info.unread = self.news.len();
            self.info.mentions = self.news.values().filter(|mention| **mention).count();
        }
        end || all_known
    }

    fn see(&mut self, entry: &Entry) {
        let EntryKind::Message { body: Body::File(file), .. } = &entry.kind else { return };
        let place = self.files.partition_point(|seen| seen.seq < entry.seq);
        if self.files.get(place).is_none_or(|seen| seen.seq != entry.seq) {
            let seen = SeenFile { seq: entry.seq, name: file.name.clone(), size: file.size };
            self.files.insert(place, seen);
        }
        if self.files.len() > MAX_FILES {
            self.files.pop_front();
        }
    }
}

/// Whether a text names an account with `@`.
#[must_use]
pub fn mentions(text: &str, me: &Handle) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    text.match_indices('@').any(|(at, _)| {
        let begins = text.get(..at).and_then(|before| before.chars().next_back());
        let rest = text.get(at + 1..).unwrap_or("");
        let end = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or("").trim_end_matches(['.', '-', '_']);
        begins.is_none_or(|c| !part(c)) && name.eq_ignore_ascii_case(me.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_a_whole_name() {
        let bob = Handle::new("bob").unwrap();
        assert!(mentions("@bob", &bob) && mentions("hi @Bob.", &bob) && mentions("(@bob)", &bob));
        assert!(!mentions("@bobby", &bob) && !mentions("me@bob", &bob) && !mentions("bob", &bob));
    }
}
