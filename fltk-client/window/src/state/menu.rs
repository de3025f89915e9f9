//! A menu at a place of the window: of a message, of a room.

use engine::{Body, Command, Entry, EntryKind, Membership, RoomInfo};
use wire::id::{Handle, RoomId, Seq};

use super::dialog::{DialogKind, MessageFacts};
use crate::act::Act;
use crate::app::Out;
use crate::effect::Key;
use crate::geometry::Point;
use crate::scene::Icon;

/// Messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuAct {
    /// Does what an item says, by its number.
    Choose(usize),
    /// Marks a room as read up to a place.
    MarkRead(RoomId, Seq),
}

/// A menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    /// Where it was asked for.
    pub at: Point,
    /// What can be chosen.
    pub items: Vec<Item>,
    /// What Enter chooses.
    pub selected: Option<usize>,
}

/// A line of a menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its symbol.
    pub icon: Icon,
    /// What it does, in words.
    pub text: &'static str,
    /// The same.
    pub act: Act,
    /// Whether it cannot be undone.
    pub grave: bool,
}

/// What follows a key or click in a menu: it closes, except after `Stay`.
#[derive(Clone, Debug, PartialEq)]
pub enum MenuNext {
    /// It stays.
    Stay,
    /// It closes.
    Close,
    /// It closes, and this is done.
    Then(Act),
}

impl Menu {
    /// The menu of a message; `readers` is how far others have read.
    #[must_use]
    pub fn of_message(
        at: Point,
        room: RoomId,
        entry: &Entry,
        readers: &[(Handle, Seq)],
    ) -> Option<Self> {
        let EntryKind::Message { from, body, own, sent, told_by, state, .. } = &entry.kind else {
            return None;
        };
        let seq = entry.seq;
        let mut menu = Self { at, items: Vec::new(), selected: None };
        if *body != Body::Deleted {
            menu.add(Icon::Emoji, "React", Act::PickReaction(seq, at));
            menu.add(Icon::Reply, "Reply", Act::Reply(seq));
        }
        match body {
            Body::Text(text) => {
                menu.add(Icon::Copy, "Copy", Act::Copy(text.as_str().into()));
                if *own {
                    menu.add(Icon::Edit, "Edit", Act::Edit(seq));
                }
            }
            Body::File(_) => menu.add(Icon::Download, "Save file…", Act::SaveFile(seq)),
            _ => {}
        }
        let facts = MessageFacts {
            from: from.clone(),
            sent: *sent,
            at: entry.at,
            edited: state.edited,
            expires: state.expires,
            told_by: told_by.clone(),
            read_by: readers
                .iter()
                .filter(|(reader, read)| *read >= seq && reader != from)
                .map(|(reader, _)| reader.clone())
                .collect(),
        };
        menu.add(Icon::Info, "Info", Act::Show(DialogKind::MessageInfo(Box::new(facts))));
        if *own && *body != Body::Deleted {
            let act = Act::Show(DialogKind::DeleteMessage(room, seq));
            menu.items.push(Item { icon: Icon::Trash, text: "Delete…", act, grave: true });
        }
        Some(menu)
    }

    /// The menu of a room.
    #[must_use]
    pub fn of_room(at: Point, info: &RoomInfo) -> Self {
        let (room, mut menu) = (info.room, Self { at, items: Vec::new(), selected: None });
        if info.unread > 0 {
            let act = Act::Menu(MenuAct::MarkRead(room, info.head));
            menu.add(Icon::Check, "Mark as read", act);
        }
        menu.add(Icon::Info, "Details", Act::Show(DialogKind::RoomInfo(room)));
        let leaves =
            !matches!(info.kind, wire::message::RoomKind::Lobby | wire::message::RoomKind::Direct);
        if leaves && matches!(info.standing, Membership::In(_)) {
            let act = Act::Show(DialogKind::LeaveRoom(room));
            menu.items.push(Item { icon: Icon::Leave, text: "Leave…", act, grave: true });
        }
        menu
    }

    fn add(&mut self, icon: Icon, text: &'static str, act: Act) {
        self.items.push(Item { icon, text, act, grave: false });
    }

    /// Does what a person means.
    pub fn act(&mut self, act: MenuAct, out: &mut Out) -> MenuNext {
        match act {
            MenuAct::Choose(number) => match self.items.get(number).map(|item| &item.act) {
                Some(Act::Menu(inner @ MenuAct::MarkRead(..))) => self.act(inner.clone(), out),
                Some(act) => MenuNext::Then(act.clone()),
                None => MenuNext::Close,
            },
            MenuAct::MarkRead(room, seq) => {
                out.command(Command::MarkRead { room, seq });
                MenuNext::Close
            }
        }
    }

    /// Takes a key: a menu takes all of them.
    pub fn key(&mut self, key: Key, out: &mut Out) -> MenuNext {
        let last = self.items.len().saturating_sub(1);
        self.selected = match (key, self.selected) {
            (Key::Enter | Key::Space, Some(number)) => {
                return self.act(MenuAct::Choose(number), out);
            }
            (Key::Down | Key::Tab, at) => {
                Some(at.map_or(0, |at| if at >= last { 0 } else { at + 1 }))
            }
            (Key::Up, at) => Some(at.and_then(|at| at.checked_sub(1)).unwrap_or(last)),
            (Key::Home, _) => Some(0),
            (Key::End, _) => Some(last),
            (Key::Escape, _) => return MenuNext::Close,
            (_, at) => at,
        };
        MenuNext::Stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(menu: &Menu) -> Vec<&'static str> {
        menu.items.iter().map(|item| item.text).collect()
    }

    fn message(own: bool, body: Body) -> Entry {
        let kind = EntryKind::Message {
            id: wire::id::PostId::from_array([1; 16]),
            from: Handle::new("alice").unwrap(),
            device: wire::id::DeviceId::from_array([2; 16]),
            sent: wire::id::UnixMs(5),
            body,
            own,
            told_by: None,
            state: engine::MessageState::default(),
        };
        Entry { seq: Seq(7), at: wire::id::UnixMs(6), kind }
    }

    #[test]
    fn a_message_offers_what_can_be_done_with_it() {
        let room = RoomId::from_array([3; 16]);
        let readers = [("alice", 9), ("bob", 7), ("carol", 6)]
            .map(|(n, s)| (Handle::new(n).unwrap(), Seq(s)));
        let menu = |own, body| {
            Menu::of_message(Point::default(), room, &message(own, body), &readers).unwrap()
        };
        let text = Body::Text("hello".into());
        let own = menu(true, text.clone());
        assert_eq!(names(&own), ["React", "Reply", "Copy", "Edit", "Info", "Delete…"]);
        assert_eq!(names(&menu(false, text)), ["React", "Reply", "Copy", "Info"]);
        let file = Body::File(engine::File::example("a.txt", 5, "text/plain"));
        assert_eq!(names(&menu(false, file)), ["React", "Reply", "Save file…", "Info"]);
        assert_eq!(names(&menu(true, Body::Deleted)), ["Info"]);
        let Act::Show(DialogKind::MessageInfo(facts)) = &own.items[4].act else { panic!() };
        let read: Vec<&str> = facts.read_by.iter().map(Handle::as_str).collect();
        assert_eq!(read, ["bob"], "not its author, nor who has not come so far");
    }

    #[test]
    fn a_room_is_marked_as_read() {
        let room = RoomId::from_array([3; 16]);
        let act = Act::Menu(MenuAct::MarkRead(room, Seq(9)));
        let mut menu = Menu { at: Point::default(), items: Vec::new(), selected: None };
        menu.add(Icon::Check, "Mark as read", act);
        let mut out = Out::counting();
        assert_eq!(menu.act(MenuAct::Choose(0), &mut out), MenuNext::Close);
        let Some(crate::effect::Effect::Command(command)) = out.poll() else { panic!() };
        assert_eq!(command, Command::MarkRead { room, seq: Seq(9) });
    }

    #[test]
    fn arrows_go_round_and_enter_chooses() {
        let mut menu = Menu { at: Point::default(), items: Vec::new(), selected: None };
        menu.add(Icon::Copy, "Copy", Act::Copy("x".into()));
        menu.add(Icon::Reply, "Reply", Act::Reply(Seq(3)));
        let mut out = Out::counting();
        for (key, selected) in [(Key::Down, 0), (Key::Down, 1), (Key::Down, 0), (Key::Up, 1)] {
            assert_eq!(menu.key(key, &mut out), MenuNext::Stay);
            assert_eq!(menu.selected, Some(selected));
        }
        assert_eq!(menu.key(Key::Enter, &mut out), MenuNext::Then(Act::Reply(Seq(3))));
        assert_eq!(menu.key(Key::Escape, &mut out), MenuNext::Close);
    }
}
