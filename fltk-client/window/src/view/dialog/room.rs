//! Dialogs about rooms: making, joining, inviting, changing.

use engine::{Access, MAX_HISTORY, Member, Membership, Role, RoomInfo, Trust};
use wire::message::RoomKind;

use super::column::Column;
use crate::act::Act;
use crate::geometry::Rect;
use crate::look::Font;
use crate::palette::Ink;
use crate::scene::{Field, Op, Role as RegionRole};
use crate::state::dialog::{Ask, Dialog, DialogAct, DialogKind};
use crate::view::part::{ButtonKind, avatar, button, hovers, label, width};

/// Lifetimes that can be chosen, in seconds.
const LIFETIMES: [(&str, u32); 5] = [
    ("Off", 0),
    ("1 hour", 3_600),
    ("1 day", 86_400),
    ("1 week", 7 * 86_400),
    ("4 weeks", 28 * 86_400),
];

/// How many earlier messages can be handed on.
const HISTORIES: [(&str, u16); 4] =
    [("Nothing", 0), ("50 messages", 50), ("200", 200), ("1000", MAX_HISTORY)];

impl Column<'_> {
    pub(super) fn create_room(&mut self, dialog: &Dialog, access: Access, history: u16) {
        self.field(dialog, "Name", Field::First, "Garden team");
        self.heading("Who may join");
        let access_is = |wanted| (access == wanted, DialogAct::Access(wanted));
        let (closed, to_close) = access_is(Access::Closed);
        let (open, to_open) = access_is(Access::Open);
        self.choice(&[
            ("Whom an owner invites", closed, to_close),
            ("Anybody on this relay", open, to_open),
        ]);
        self.heading("Those who are invited may read from before");
        self.histories(history);
    }

    fn histories(&mut self, history: u16) {
        let options =
            HISTORIES.map(|(text, count)| (text, history == count, DialogAct::History(count)));
        self.choice(&options);
    }

    pub(super) fn join_room(&mut self, rooms: Option<&[RoomInfo]>) {
        let Some(rooms) = rooms else {
            return self.text(Font::BODY, Ink::Soft, "Looking for rooms…");
        };
        if rooms.is_empty() {
            let text = "There is no open room that you are not in. Create one, or ask for an \
                        invitation to a closed one.";
            return self.text(Font::BODY, Ink::Soft, text);
        }
        for info in rooms {
            let row = self.take(56);
            let shade = Rect::new(row.x - 4, row.y, row.w + 8, row.h);
            if hovers(self.scene, row) {
                self.scene.push(Op::Round(shade, 10, Ink::Hover));
            }
            avatar(self.scene, self.look, Rect::new(row.x, row.y + 10, 36, 36), &info.name);
            let words = row.split_left(48).1;
            let under = if info.topic.is_empty() { "Open to everybody here" } else { &info.topic };
            let (top, low) = words.inset(0, 8).split_top(20);
            label(self.scene, self.look, top, Font::STRONG, Ink::Text, &info.name);
            label(self.scene, self.look, low, Font::SMALL, Ink::Soft, under);
            let name = format!("Join {}", info.name);
            self.scene.region(row, DialogAct::Join(info.room), &name, RegionRole::Row);
        }
    }

    pub(super) fn new_direct(&mut self, dialog: &Dialog) {
        self.field(dialog, "Account", Field::First, "bob");
        self.text(Font::SMALL, Ink::Soft, "Only you two can read what you write to each other.");
    }

    pub(super) fn invite(&mut self, dialog: &Dialog, room: &str) {
        let text = if room.is_empty() { "To this room.".into() } else { format!("To {room}.") };
        self.text(Font::BODY, Ink::Soft, &text);
        self.gap(8);
        self.field(dialog, "Account", Field::First, "carol");
    }

    pub(super) fn room_info(
        &mut self,
        dialog: &Dialog,
        info: Option<&RoomInfo>,
        members: &[Member],
    ) {
        let Some(info) = info else {
            return self.text(Font::BODY, Ink::Soft, "One moment…");
        };
        let named = matches!(info.kind, RoomKind::Open | RoomKind::Closed);
        let owner = info.standing == Membership::In(Role::Owner);
        self.text(Font::SMALL, Ink::Soft, kind_said(info.kind));
        if named && owner {
            self.gap(8);
            self.field(dialog, "Name", Field::First, "");
            self.field(dialog, "Topic", Field::Second, "What it is about");
            let save = |text, act| (text, ButtonKind::Plain, Act::Dialog(act));
            self.buttons(&[
                save("Rename", DialogAct::Rename),
                save("Set topic", DialogAct::SetTopic),
            ]);
            self.heading("Those who are invited may read from before");
            self.histories(info.history);
        } else if !info.topic.is_empty() {
            self.gap(8);
            self.text(Font::BODY, Ink::Text, &info.topic);
        }
        if owner && named || info.kind == RoomKind::Direct {
            self.heading("Messages disappear after");
            let options = LIFETIMES.map(|(text, seconds)| {
                (text, info.lifetime_s == seconds, DialogAct::Lifetime(seconds))
            });
            self.choice(&options);
        }
        self.members(dialog, info, members, owner && named);
        if named && info.standing != Membership::Left {
            self.ends(dialog, owner);
        }
    }

    fn members(&mut self, dialog: &Dialog, info: &RoomInfo, members: &[Member], owner: bool) {
        self.heading(&format!("Members · {}", members.len()));
        for member in members {
            self.member(dialog, member, owner);
        }
        let may_invite = owner || info.kind == RoomKind::Open;
        if may_invite && matches!(info.standing, Membership::In(_)) {
            self.gap(4);
            let act = Act::Show(DialogKind::InviteTo(info.room));
            self.buttons(&[("Invite somebody", ButtonKind::Plain, act)]);
        }
    }

    fn member(&mut self, dialog: &Dialog, member: &Member, owner: bool) {
        let name = member.handle.as_str();
        let row = self.take(44);
        avatar(self.scene, self.look, Rect::new(row.x, row.y + 6, 32, 32), name);
        let mut words = row.split_left(44).1;
        if owner && !member.own {
            let (role, text) = match member.role {
                Role::Owner => (Role::Member, "Make member"),
                Role::Member => (Role::Owner, "Make owner"),
            };
            let remove = Act::Dialog(DialogAct::Ask(Ask::Remove(member.handle.clone())));
            let role = Act::Dialog(DialogAct::Role(member.handle.clone(), role));
            for (text, act) in [("Remove", remove), (text, role)] {
                let w = width(self.look, Font::BODY, text) + 18;
                let (place, rest) = words.split_right(w);
                button(self.scene, self.look, place.inset(0, 6), text, ButtonKind::Quiet, act);
                words = rest;
            }
        }
        let (top, low) = words.inset(0, 4).split_top(18);
        label(self.scene, self.look, top, Font::BODY, Ink::Text, name);
        let ink = match member.trust {
            Trust::Pinned => Ink::Soft,
            Trust::Verified => Ink::Good,
            Trust::Changed => Ink::Warn,
        };
        label(self.scene, self.look, low, Font::SMALL, ink, &standing(member));
        if !member.own {
            let act = Act::Show(DialogKind::Safety(member.handle.clone()));
            let title = format!("Safety number of {name}");
            self.scene.region(words, act, &title, RegionRole::Row);
        }
        if dialog.ask == Some(Ask::Remove(member.handle.clone())) {
            let text = format!("{name} will not read what is written from now on.");
            self.question(&text, "Remove");
        }
    }

    fn ends(&mut self, dialog: &Dialog, owner: bool) {
        self.gap(8);
        match &dialog.ask {
            Some(Ask::Leave) => self.question("What was said before stays readable here.", "Leave"),
            Some(Ask::Close) => {
                self.question(
                    "Nobody can write here any more; what they have stays.",
                    "Close room",
                );
            }
            _ => {
                let ask = |ask| Act::Dialog(DialogAct::Ask(ask));
                let mut ends = vec![("Leave…", ButtonKind::Danger, ask(Ask::Leave))];
                if owner {
                    ends.push(("Close room…", ButtonKind::Danger, ask(Ask::Close)));
                }
                self.buttons(&ends);
            }
        }
    }
}

const fn kind_said(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Lobby => "The lobby: everybody on this relay is in it.",
        RoomKind::Open => "Open: anybody on this relay may join.",
        RoomKind::Closed => "Closed: owners invite.",
        RoomKind::Direct => "Between you two, for ever.",
    }
}

/// `you · owner · 2 devices`.
fn standing(member: &Member) -> String {
    let mut parts = Vec::new();
    if member.own {
        parts.push("you".to_owned());
    }
    match member.trust {
        Trust::Verified => parts.push("verified".into()),
        Trust::Changed => parts.push("came with another key".into()),
        Trust::Pinned => {}
    }
    if member.role == Role::Owner {
        parts.push("owner".into());
    }
    match member.devices.len() {
        0 | 1 => {}
        count => parts.push(format!("{count} devices")),
    }
    if parts.is_empty() { "member".into() } else { parts.join(" · ") }
}
