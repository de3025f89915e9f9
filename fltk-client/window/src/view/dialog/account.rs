//! Dialogs about the own account: its devices and its password.

use engine::Device;
use wire::id::{DeviceId, UnixMs};

use super::column::Column;
use crate::geometry::Rect;
use crate::look::{Font, Local, Look};
use crate::palette::Ink;
use crate::scene::{Field, Icon, Op};
use crate::state::dialog::{Ask, Dialog, DialogAct};
use crate::state::sign::strength::rate;
use crate::view::part::{ButtonKind, button, label, width};
use crate::view::sign::strength;

impl Column<'_> {
    pub(super) fn devices(
        &mut self,
        dialog: &Dialog,
        devices: Option<&[Device]>,
        naming: Option<DeviceId>,
    ) {
        let Some(devices) = devices else {
            if dialog.wrong.is_none() {
                self.text(Font::BODY, Ink::Soft, "Asking the relay…");
            }
            return;
        };
        self.text(
            Font::SMALL,
            Ink::Soft,
            "Each can read and write as you. End what you do not know.",
        );
        self.gap(8);
        for device in devices {
            self.device(dialog, device, naming == Some(device.device));
        }
    }

    fn device(&mut self, dialog: &Dialog, device: &Device, naming: bool) {
        let row = self.take(52);
        let icon = Rect::new(row.x, row.y + 15, 22, 22);
        self.scene.push(Op::Icon(icon, Icon::Device, Ink::Soft));
        let mut words = row.split_left(36).1;
        let mut quiet = vec![("Name", DialogAct::Name(device.device))];
        if !device.own {
            quiet.insert(0, ("End", DialogAct::Ask(Ask::Revoke(device.device))));
        }
        for (text, act) in quiet {
            let w = width(self.look, Font::BODY, text) + 18;
            let (place, rest) = words.split_right(w);
            button(self.scene, self.look, place.inset(0, 10), text, ButtonKind::Quiet, act);
            words = rest;
        }
        let id = device.device.to_string();
        let short = format!("Device {}", id.get(..8).unwrap_or(&id));
        let name = if device.name.is_empty() { &short } else { &device.name };
        let (top, low) = words.inset(0, 7).split_top(20);
        label(self.scene, self.look, top, Font::BODY, Ink::Text, name);
        let seen = if device.own {
            "this device".to_owned()
        } else {
            format!("last signed in {}", moment(self.look, device.seen))
        };
        let ink = if device.own { Ink::Good } else { Ink::Soft };
        label(self.scene, self.look, low, Font::SMALL, ink, &seen);
        if naming {
            self.field(dialog, "What it is called", Field::First, "Laptop");
            self.buttons(&[("Save", ButtonKind::Primary, DialogAct::SaveName.into())]);
        }
        if dialog.ask == Some(Ask::Revoke(device.device)) {
            let text = "It cannot sign in again, and reads nothing that is written from now on.";
            self.question(text, "End this device");
        }
    }

    pub(super) fn password(&mut self, dialog: &Dialog) {
        let text = "It opens this profile and signs you in on new devices. Your other devices keep \
                    the password that they have.";
        self.text(Font::SMALL, Ink::Soft, text);
        self.gap(8);
        self.field(dialog, "New password", Field::Password, "");
        let judged = rate(self.state.text(Field::Password), "");
        let place = self.take(36);
        strength(self.scene, self.look, place, judged);
        self.field(dialog, "The same again", Field::PasswordAgain, "");
    }
}

/// A moment to the minute: `2026-11-23 10:05`.
pub(super) fn moment(look: Look<'_>, at: UnixMs) -> String {
    let Local { year, month, day, hour, minute, .. } = look.clock.local(at);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}")
}
