//! The emoji menu: what is looked for, what was used lately, and where the keyboard is.

use wire::id::Seq;

use super::sign::{Fields, set, text};
use crate::act::Act;
use crate::app::Out;
use crate::effect::{Effect, Key};
use crate::emoji::{Emoji, by_text, groups, search};
use crate::geometry::{Point, Rect};
use crate::scene::Field;

/// Emoji in a row.
pub const COLUMNS: usize = 9;
/// Height and width of a cell.
pub const CELL: i32 = 36;
/// Width and height of the menu.
pub const SIZE: (i32, i32) = (344, 360);
/// Height of what scrolls.
pub const GRID_H: i32 = 228;
/// Most emoji that are remembered.
pub const MAX_RECENT: usize = 32;
/// The name under which the app keeps them in the profile.
pub const KEPT: &str = "recent-emoji";

/// Messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmojiAct {
    /// Takes an emoji.
    Pick(Box<str>),
    /// Scrolls to a group, by its number; 0 is what was used lately.
    Group(usize),
    /// Scrolls by this many pixels.
    Scroll(i32),
}

/// What an emoji is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It is put into the composer.
    Insert,
    /// It is a reaction to a message.
    React(Seq),
}

/// The emoji menu.
#[derive(Debug)]
pub struct EmojiMenu {
    /// What for.
    pub purpose: Purpose,
    /// Where it was asked for: the middle of its foot, if there is room.
    pub at: Point,
    /// What was used lately, newest first.
    pub recent: Vec<Box<str>>,
    /// Pixels that the grid is scrolled by.
    pub scroll: i32,
    /// The cell that has the keyboard, counted over all sections.
    pub selected: Option<usize>,
    /// What is shown: headings and what stands under them.
    pub sections: Vec<Section>,
}

/// The heading of what a search found.
pub const FOUND: &str = "Found";

/// A part of the grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub name: &'static str,
    /// What stands in it.
    pub emoji: Vec<Emoji>,
}

impl Section {
    /// Rows that it takes.
    #[must_use]
    pub fn rows(&self) -> i32 {
        i32::try_from(self.emoji.len().div_ceil(COLUMNS)).unwrap_or(0)
    }

    /// Whether it is shown: what was found also if it is nothing.
    #[must_use]
    pub fn shows(&self) -> bool {
        !self.emoji.is_empty() || self.name == FOUND
    }

    /// Height with its heading; none if there is nothing to show.
    #[must_use]
    pub fn height(&self) -> i32 {
        if self.shows() { HEADING_H + self.rows() * CELL } else { 0 }
    }
}

/// Height of a heading.
pub const HEADING_H: i32 = 24;

/// What follows a key or click.
#[derive(Clone, Debug, PartialEq)]
pub enum EmojiNext {
    /// It stays.
    Stay,
    /// It closes.
    Close,
    /// It closes; this emoji was picked. `act` is what it was for, or it goes into the composer.
    Picked {
        /// The emoji.
        emoji: Box<str>,
        /// The reaction, if it is one.
        act: Option<Act>,
    },
}

impl EmojiMenu {
    /// Opens it.
    #[must_use]
    pub fn open(
        purpose: Purpose,
        at: Point,
        recent: &[Box<str>],
        fields: &mut Fields,
        out: &mut Out,
    ) -> Self {
        set(fields, out, Field::EmojiSearch, "");
        out.effect(Effect::Focus(Some(Field::EmojiSearch)));
        let recent = recent.to_vec();
        let mut menu =
            Self { purpose, at, recent, scroll: 0, selected: None, sections: Vec::new() };
        menu.sections = menu.all();
        menu
    }

    /// Where it stands in a window of this size.
    #[must_use]
    pub fn rect(&self, size: (i32, i32)) -> Rect {
        let (w, h) = (SIZE.0.min(size.0 - 16), SIZE.1.min(size.1 - 16));
        let x = (self.at.x - 24).min(size.0 - w - 8).max(8);
        let above = self.at.y - h - 8;
        let y = if above >= 8 { above } else { (self.at.y + 8).min(size.1 - h - 8).max(8) };
        Rect::new(x, y, w, h)
    }

    /// Does what a person means.
    pub fn act(&mut self, act: EmojiAct) -> EmojiNext {
        match act {
            EmojiAct::Pick(emoji) => return self.pick(emoji),
            EmojiAct::Scroll(dy) => self.scroll_to(self.scroll + dy),
            EmojiAct::Group(number) => {
                let above = self.sections.iter().take(number).map(Section::height).sum();
                self.scroll_to(above);
            }
        }
        EmojiNext::Stay
    }

    /// The search changed.
    pub fn typed(&mut self, text: &str) {
        self.scroll = 0;
        if text.trim().is_empty() {
            (self.sections, self.selected) = (self.all(), None);
            return;
        }
        let emoji = search(text);
        self.selected = (!emoji.is_empty()).then_some(0);
        self.sections = vec![Section { name: FOUND, emoji }];
    }

    /// Takes a key that is not for the search field; says what follows if it was used.
    pub fn key(&mut self, key: Key, fields: &mut Fields, out: &mut Out) -> Option<EmojiNext> {
        let count: usize = self.sections.iter().map(|section| section.emoji.len()).sum();
        let last = count.checked_sub(1);
        let at = self.selected;
        let moved = match key {
            Key::Escape if !text(fields, Field::EmojiSearch).is_empty() => {
                set(fields, out, Field::EmojiSearch, "");
                self.typed("");
                return Some(EmojiNext::Stay);
            }
            Key::Escape => return Some(EmojiNext::Close),
            Key::Enter => {
                let picked = at.and_then(|at| self.cells().nth(at)).map(|emoji| emoji.text);
                return Some(picked.map_or(EmojiNext::Stay, |text| self.pick(text.into())));
            }
            Key::Right => at.map_or(0, |at| at + 1),
            Key::Left => at.map_or(0, |at| at.saturating_sub(1)),
            Key::Down => at.map_or(0, |at| self.vertical(at, true)),
            Key::Up => at.map_or(0, |at| self.vertical(at, false)),
            _ => return None,
        };
        self.selected = last.map(|last| moved.min(last));
        self.show_selected();
        Some(EmojiNext::Stay)
    }

    /// The cell below or above one, over the headings between.
    fn vertical(&self, at: usize, down: bool) -> usize {
        let mut first = 0;
        for (number, section) in self.sections.iter().enumerate() {
            let len = section.emoji.len();
            let within = at - first;
            if within >= len {
                first += len;
                continue;
            }
            let column = within % COLUMNS;
            if down {
                let in_next_row = within / COLUMNS < (len - 1) / COLUMNS;
                return if in_next_row {
                    first + (within + COLUMNS).min(len - 1)
                } else {
                    let next = self.sections.get(number + 1).map_or(0, |next| next.emoji.len());
                    if next == 0 { at } else { first + len + column.min(next - 1) }
                };
            }
            if within >= COLUMNS {
                return at - COLUMNS;
            }
            let before = number.checked_sub(1).and_then(|number| self.sections.get(number));
            let before = before.map_or(0, |before| before.emoji.len());
            if before == 0 {
                return at;
            }
            let row = (before - 1) / COLUMNS * COLUMNS;
            return first - before + (row + column).min(before - 1);
        }
        at
    }

    /// All emoji that are shown, in order.
    pub fn cells(&self) -> impl Iterator<Item = Emoji> {
        self.sections.iter().flat_map(|section| section.emoji.iter().copied())
    }

    /// The top of a cell in what scrolls.
    fn top_of(&self, cell: usize) -> i32 {
        let (mut y, mut first) = (0, 0);
        for section in &self.sections {
            if cell < first + section.emoji.len() {
                let row = i32::try_from((cell - first) / COLUMNS).unwrap_or(0);
                return y + HEADING_H + row * CELL;
            }
            first += section.emoji.len();
            y += section.height();
        }
        y
    }

    fn show_selected(&mut self) {
        let Some(selected) = self.selected else { return };
        let top = self.top_of(selected);
        let scroll = self.scroll.min(top - HEADING_H).max(top + CELL - GRID_H);
        self.scroll_to(scroll);
    }

    fn scroll_to(&mut self, scroll: i32) {
        let height: i32 = self.sections.iter().map(Section::height).sum();
        self.scroll = scroll.min(height - GRID_H).max(0);
    }

    fn pick(&mut self, emoji: Box<str>) -> EmojiNext {
        let act = match self.purpose {
            Purpose::Insert => None,
            Purpose::React(seq) => Some(Act::React(seq, emoji.clone())),
        };
        EmojiNext::Picked { emoji, act }
    }

    fn all(&self) -> Vec<Section> {
        let recent = self.recent.iter().filter_map(|text| by_text(text)).collect();
        let recent = Section { name: "Recent", emoji: recent };
        let rest =
            groups().iter().map(|group| Section { name: group.name, emoji: group.emoji.clone() });
        core::iter::once(recent).chain(rest).collect()
    }
}

/// Puts an emoji first among those used lately.
pub fn remember(recent: &mut Vec<Box<str>>, emoji: &str) {
    recent.retain(|known| &**known != emoji);
    recent.insert(0, emoji.into());
    recent.truncate(MAX_RECENT);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu(purpose: Purpose) -> (EmojiMenu, Fields, Out) {
        let (mut fields, mut out) = (Fields::new(), Out::counting());
        let recent = ["👍".into(), "🎉".into()];
        let at = Point { x: 300, y: 600 };
        let menu = EmojiMenu::open(purpose, at, &recent, &mut fields, &mut out);
        (menu, fields, out)
    }

    #[test]
    fn what_was_used_lately_comes_first() {
        let (mut menu, mut fields, mut out) = menu(Purpose::React(Seq(7)));
        menu.key(Key::Right, &mut fields, &mut out);
        menu.key(Key::Right, &mut fields, &mut out);
        let next = menu.key(Key::Enter, &mut fields, &mut out);
        let act = Some(Act::React(Seq(7), "🎉".into()));
        assert_eq!(next, Some(EmojiNext::Picked { emoji: "🎉".into(), act }));
    }

    #[test]
    fn enter_takes_the_first_that_is_found() {
        let (mut menu, mut fields, mut out) = menu(Purpose::Insert);
        menu.typed("potato");
        let Some(EmojiNext::Picked { emoji, act: None }) =
            menu.key(Key::Enter, &mut fields, &mut out)
        else {
            panic!()
        };
        assert_eq!(&*emoji, "🥔");
    }

    #[test]
    fn up_and_down_keep_the_column_over_headings() {
        let (mut menu, mut fields, mut out) = menu(Purpose::Insert);
        for (key, selected) in [
            (Key::Right, 0),
            (Key::Right, 1),
            (Key::Down, 3),
            (Key::Down, 12),
            (Key::Up, 3),
            (Key::Up, 1),
        ] {
            menu.key(key, &mut fields, &mut out);
            assert_eq!(menu.selected, Some(selected), "{key:?}");
        }
    }

    #[test]
    fn the_selected_cell_is_scrolled_into_view() {
        let (mut menu, mut fields, mut out) = menu(Purpose::Insert);
        for _ in 0..60 {
            menu.key(Key::Down, &mut fields, &mut out);
        }
        let top = menu.top_of(menu.selected.unwrap()) - menu.scroll;
        assert!((0..=GRID_H - CELL).contains(&top), "{top}");
    }

    #[test]
    fn it_stays_inside_the_window() {
        let (mut menu, ..) = menu(Purpose::Insert);
        for at in [Point { x: 0, y: 0 }, Point { x: 480, y: 600 }, Point { x: 479, y: 200 }] {
            menu.at = at;
            let rect = menu.rect((480, 600));
            assert!(rect.x >= 8 && rect.right() <= 472 && rect.y >= 8 && rect.bottom() <= 592);
        }
    }

    #[test]
    fn recent_ones_are_few_and_different() {
        let mut recent = Vec::new();
        for n in 0..40 {
            remember(&mut recent, &n.to_string());
        }
        remember(&mut recent, "20");
        assert_eq!((recent.len(), &*recent[0]), (MAX_RECENT, "20"));
        assert_eq!(recent.iter().filter(|known| &***known == "20").count(), 1);
    }
}
