//! A column of what dialogs consist of, each under the one before.

use crate::act::Act;
use crate::geometry::Rect;
use crate::look::{Font, Look};
use crate::palette::Ink;
use crate::scene::{Field, Icon, Op, Role, Scene};
use crate::state::State;
use crate::state::dialog::{Body, Dialog, DialogAct};
use crate::view::part::{
    ButtonKind, FIELD_H, busy_bar, button, field, heading, hovers, label, label_right, width,
    wrapped,
};

/// Where the next thing goes.
pub(super) struct Column<'a> {
    pub(super) scene: &'a mut Scene,
    pub(super) state: &'a State,
    pub(super) look: Look<'a>,
    pub(super) rect: Rect,
    pub(super) y: i32,
}

impl<'a> Column<'a> {
    pub(super) fn new(scene: &'a mut Scene, state: &'a State, look: Look<'a>, rect: Rect) -> Self {
        Self { scene, state, look, rect, y: rect.y }
    }

    /// The content of a dialog; returns its height.
    pub(super) fn dialog(mut self, dialog: &Dialog) -> i32 {
        match &dialog.body {
            Body::CreateRoom { access, history } => self.create_room(dialog, *access, *history),
            Body::JoinRoom { rooms } => self.join_room(rooms.as_deref()),
            Body::NewDirect => self.new_direct(dialog),
            Body::InviteTo { name, .. } => self.invite(dialog, name),
            Body::RoomInfo { info, members, .. } => {
                self.room_info(dialog, info.as_deref(), members);
            }
            Body::Safety { handle, safety } => self.safety(handle, safety.as_ref()),
            Body::Devices { devices, naming } => self.devices(dialog, devices.as_deref(), *naming),
            Body::Password => self.password(dialog),
            Body::Settings { receipts } => self.settings(*receipts),
            Body::About => self.about(),
            Body::Keys => self.keys(),
            Body::Link { url } => self.link(url),
            Body::LeaveRoom { .. } => self.leave_room(),
            Body::DeleteMessage { .. } => self.delete_message(),
            Body::Lock => self.lock(),
            Body::MessageInfo(facts) => self.message_info(facts),
            Body::SendFiles { room, files, shown } => {
                let name = self.state.chat().and_then(|chat| chat.rooms.get(*room));
                self.send_files(name.map_or("", |room| room.name()), files, shown);
            }
            Body::Picture(viewed) => self.picture(viewed),
        }
        if let Some(wrong) = dialog.wrong.as_ref().filter(|wrong| wrong.field.is_none()) {
            self.gap(12);
            self.text(Font::BODY, Ink::Bad, &wrong.text);
        }
        if dialog.waiting.is_some() {
            self.gap(12);
            let bar = self.take(4);
            busy_bar(self.scene, self.look, bar);
        }
        self.gap(4);
        self.y - self.rect.y
    }

    /// The next `h` pixels.
    pub(super) fn take(&mut self, h: i32) -> Rect {
        let rect = Rect::new(self.rect.x, self.y, self.rect.w, h);
        self.y += h;
        rect
    }

    pub(super) fn gap(&mut self, h: i32) {
        self.y += h;
    }

    /// Wrapped text.
    pub(super) fn text(&mut self, font: Font, ink: Ink, text: &str) {
        let rect = Rect::new(self.rect.x, self.y, self.rect.w, 0);
        self.y += wrapped(self.scene, self.look, rect, font, ink, text);
    }

    /// A heading above what belongs together.
    pub(super) fn heading(&mut self, text: &str) {
        self.gap(12);
        let rect = self.take(24);
        heading(self.scene, self.look, rect, text);
    }

    /// A field under what it is called, and what is wrong with it below.
    pub(super) fn field(&mut self, dialog: &Dialog, name: &str, at: Field, hint: &str) {
        let place = self.take(22);
        label(self.scene, self.look, place, Font::SMALL, Ink::Soft, name);
        let wrong = dialog.wrong.as_ref().filter(|wrong| wrong.field == Some(at));
        let wrong = wrong.map(|wrong| &*wrong.text);
        let frame = self.take(FIELD_H);
        field(self.scene, frame, at, hint, wrong);
        self.gap(4);
        if let Some(wrong) = wrong {
            self.text(Font::SMALL, Ink::Bad, wrong);
        }
        self.gap(8);
    }

    /// Choices beside each other, as many in a row as fit.
    pub(super) fn choice(&mut self, options: &[(&str, bool, DialogAct)]) {
        let (mut x, gap, h) = (self.rect.x, 8, 32);
        for (text, chosen, act) in options {
            let w = (width(self.look, Font::STRONG, text) + 24).min(self.rect.w);
            if x > self.rect.x && x + w > self.rect.right() {
                x = self.rect.x;
                self.gap(h + gap);
            }
            let rect = Rect::new(x, self.y, w, h);
            if *chosen {
                self.scene.push(Op::Round(rect, 10, Ink::Selected));
                self.scene.push(Op::Outline(rect, 10, Ink::Accent));
            } else {
                let ground = if hovers(self.scene, rect) { Ink::Hover } else { Ink::Ground };
                self.scene.push(Op::Round(rect, 10, ground));
                self.scene.push(Op::Outline(rect, 10, Ink::Line));
            }
            let font = if *chosen { Font::STRONG } else { Font::BODY };
            let inner = rect.inset(12, 0);
            crate::view::part::label_centre(self.scene, self.look, inner, font, Ink::Text, text);
            let name = if *chosen { format!("{text}, chosen") } else { (*text).to_owned() };
            self.scene.region(rect, act.clone(), &name, Role::Button);
            x += w + gap;
        }
        self.gap(h + gap);
    }

    /// A line with a switch.
    pub(super) fn switch(&mut self, text: &str, on: bool, act: DialogAct) {
        let row = self.take(40);
        let (knob_place, words) = row.split_right(52);
        label(self.scene, self.look, words, Font::BODY, Ink::Text, text);
        let track = Rect::new(knob_place.right() - 40, row.y + 9, 40, 22);
        self.scene.push(Op::Round(track, 11, if on { Ink::Own } else { Ink::Faint }));
        let x = if on { track.right() - 20 } else { track.x + 2 };
        self.scene.push(Op::Round(Rect::new(x, track.y + 2, 18, 18), 9, Ink::White));
        let name = format!("{text}: {}", if on { "on" } else { "off" });
        self.scene.region(row, act, &name, Role::Button);
    }

    /// Buttons beside each other, from the left; a new row where one does not fit.
    pub(super) fn buttons(&mut self, buttons: &[(&str, ButtonKind, Act)]) {
        let mut x = self.rect.x;
        for (text, kind, act) in buttons {
            let w = (width(self.look, Font::STRONG, text) + 28).min(self.rect.w);
            if x > self.rect.x && x + w > self.rect.right() {
                x = self.rect.x;
                self.gap(FIELD_H + 8);
            }
            let rect = Rect::new(x, self.y, w, FIELD_H);
            button(self.scene, self.look, rect, text, *kind, act.clone());
            x += w + 8;
        }
        self.gap(FIELD_H + 8);
    }

    /// A fact: what it is at the left, what it says at the right.
    pub(super) fn fact(&mut self, name: &str, said: &str) {
        let row = self.take(28);
        let (left, right) = row.split_left(row.w * 2 / 5);
        label(self.scene, self.look, left, Font::BODY, Ink::Soft, name);
        label_right(self.scene, self.look, right, Font::BODY, Ink::Text, said);
    }

    /// A sentence that must not be overlooked.
    pub(super) fn alarm(&mut self, ink: Ink, text: &str) {
        let (icon, top) = (Rect::new(self.rect.x, self.y + 1, 18, 18), self.y);
        self.scene.push(Op::Icon(icon, Icon::Warning, ink));
        let rect = Rect::new(self.rect.x + 28, top, self.rect.w - 28, 0);
        self.y += wrapped(self.scene, self.look, rect, Font::STRONG, ink, text).max(20) + 8;
    }

    /// A question in place, with what is done and what is not.
    pub(super) fn question(&mut self, text: &str, yes: &str) {
        self.gap(8);
        self.text(Font::BODY, Ink::Text, text);
        self.gap(8);
        self.buttons(&[
            (yes, ButtonKind::Danger, Act::Dialog(DialogAct::Confirm)),
            ("Cancel", ButtonKind::Plain, Act::Dialog(DialogAct::Refrain)),
        ]);
    }
}
