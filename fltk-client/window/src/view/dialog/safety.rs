//! Comparing keys with an account.

use engine::{Safety, Trust};
use wire::id::Handle;

use super::column::Column;
use crate::act::Act;
use crate::look::{Face, Font};
use crate::palette::Ink;
use crate::scene::Op;
use crate::state::dialog::DialogAct;
use crate::view::part::{ButtonKind, label_centre};

impl Column<'_> {
    pub(super) fn safety(&mut self, handle: &Handle, safety: Option<&Safety>) {
        let Some(safety) = safety else {
            return self.text(Font::BODY, Ink::Soft, "One moment…");
        };
        match (safety.trust, &safety.changed) {
            (Trust::Changed, Some(changed)) => self.changed_key(handle, &safety.number, changed),
            (trust, _) => self.known_key(handle, &safety.number, trust),
        }
    }

    fn known_key(&mut self, handle: &Handle, number: &str, trust: Trust) {
        let text = format!(
            "Compare these numbers with {handle}, in person or on a call. If they are the same on \
             both sides, nobody stands between you."
        );
        self.text(Font::BODY, Ink::Soft, &text);
        self.gap(12);
        self.digits(number);
        self.gap(12);
        if trust == Trust::Verified {
            let text = format!("You have verified {handle}.");
            self.text(Font::STRONG, Ink::Good, &text);
            return;
        }
        self.text(Font::SMALL, Ink::Soft, "Not compared yet; the key is the same since you met.");
        self.gap(8);
        self.buttons(&[("Mark as verified", ButtonKind::Primary, DialogAct::Verify.into())]);
    }

    fn changed_key(&mut self, handle: &Handle, number: &str, changed: &str) {
        let text = format!("{handle} came with another key, so nothing is sent to {handle}.");
        self.alarm(Ink::Warn, &text);
        let text = format!(
            "It may be a new profile of {handle}, or somebody else. Ask {handle} in person which \
             number is shown there."
        );
        self.text(Font::BODY, Ink::Text, &text);
        self.heading("The key that you know");
        self.digits(number);
        let keep: Act = DialogAct::Verify.into();
        self.gap(8);
        self.buttons(&[("Keep this one", ButtonKind::Plain, keep)]);
        self.heading("The new key");
        self.digits(changed);
        self.gap(8);
        self.buttons(&[("Accept the new key", ButtonKind::Danger, DialogAct::Trust.into())]);
    }

    /// 60 digits, in three rows of four groups of five.
    fn digits(&mut self, number: &str) {
        let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
        let groups: Vec<String> = digits.chunks(5).map(|five| five.iter().collect()).collect();
        let rows = i32::try_from(groups.len().div_ceil(4)).unwrap_or(0);
        let ground = self.take(rows * 28 + 16);
        self.scene.push(Op::Round(ground, 10, Ink::Inset));
        let mut rest = ground.inset(8, 8);
        for row in groups.chunks(4) {
            let (line, below) = rest.split_top(28);
            let mut left = line;
            for group in row {
                let (place, after) = left.split_left(line.w / 4);
                let font = Font::new(Face::Mono, 16);
                label_centre(self.scene, self.look, place, font, Ink::Text, group);
                left = after;
            }
            rest = below;
        }
    }
}
