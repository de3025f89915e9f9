//! Which version it is, and the shortcuts.

use super::column::Column;
use crate::geometry::Rect;
use crate::look::Font;
use crate::palette::Ink;
use crate::state::dialog::keys::{KEYS, written};
use crate::view::part::{label, label_right};

impl Column<'_> {
    pub(super) fn about(&mut self) {
        let text = "Chat that only its members can read, over a relay of your own.";
        self.text(Font::BODY, Ink::Text, text);
        self.gap(8);
        self.fact("Sotto", env!("CARGO_PKG_VERSION"));
        self.fact("Protocol", "sotto/1");
        let painter = self.state.painter.clone();
        if !painter.is_empty() {
            self.fact("Painted by", &painter);
        }
        self.fact("Licence", env!("CARGO_PKG_LICENSE"));
    }

    /// In two columns, or in one if it is narrow.
    pub(super) fn keys(&mut self) {
        let columns: i32 = if self.rect.w >= 420 { 2 } else { 1 };
        let gap = 24;
        let w = (self.rect.w - gap * (columns - 1)) / columns;
        let half = if columns == 2 { KEYS.len().div_ceil(2) } else { KEYS.len() };
        let top = self.y;
        for (number, keys) in (0_i32..).zip(KEYS.chunks(half)) {
            self.y = top;
            for shortcut in keys {
                let x = self.rect.x + number * (w + gap);
                let row = Rect::new(x, self.y, w, 26);
                let keys = written(shortcut.key, shortcut.mods);
                label(self.scene, self.look, row, Font::SMALL, Ink::Text, shortcut.text);
                label_right(self.scene, self.look, row, Font::TINY, Ink::Soft, &keys);
                self.y += 26;
            }
        }
        self.y = top + 26 * i32::try_from(half).unwrap_or(0);
    }
}
