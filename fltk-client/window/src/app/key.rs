//! The keyboard: first what is uppermost, then shortcuts, then what has the focus.

use super::App;
use crate::act::Act;
use crate::effect::{Effect, Key, Mods};
use crate::look::Look;
use crate::scene::Field;
use crate::state::Screen;
use crate::state::composer::{ComposerAct, Mode};
use crate::state::dialog::DialogKind;
use crate::state::dialog::keys::{self, Does};
use crate::state::rooms::{Found, RoomsAct};
use crate::state::settings::Enter;
use crate::state::timeline::TimelineAct;

impl App {
    /// Takes a key; false if the focused field is to have it.
    pub(super) fn key(&mut self, key: Key, mods: Mods, look: Look<'_>) -> bool {
        let plain = mods == Mods::default();
        if self.menu_key(key, look) || (!mods.ctrl && !mods.alt && self.emoji_key(key, look)) {
            return true;
        }
        if plain && self.completion_key(key) {
            return true;
        }
        if key == Key::Tab && !mods.ctrl && !mods.alt {
            self.go_on(mods.shift, look);
            return true;
        }
        if plain
            && matches!(key, Key::Enter | Key::Space)
            && let Some(act) = self.ringed()
        {
            self.act(act, look);
            return true;
        }
        if plain && self.dialog_key(key, look) {
            return true;
        }
        if let Some(does) = keys::find(key, mods).filter(|does| *does != Does::Dismiss) {
            return self.shortcut(does, (key, mods), look);
        }
        if self.state.dialog.is_some() || self.state.chat().is_none() {
            return plain && self.state.dialog.is_none() && self.sign_key(key);
        }
        if key == Key::Escape {
            return self.dismiss();
        }
        match self.focus {
            Some(Field::Search) if plain => self.search_key(key, look),
            Some(Field::Composer) => self.composer_key(key, mods, look),
            None => self.key_without_field(key, mods, look),
            Some(_) => false,
        }
    }

    fn completion_key(&mut self, key: Key) -> bool {
        if self.focus != Some(Field::Composer) {
            return false;
        }
        let Screen::Chat(chat) = &mut self.state.screen else { return false };
        let Some(completion) = &mut chat.composer.completion else { return false };
        match key {
            Key::Up | Key::Down => completion.step(key == Key::Down),
            Key::Tab | Key::Enter => chat.composer.complete(None, &mut self.out),
            Key::Escape => chat.composer.completion = None,
            _ => return false,
        }
        true
    }

    fn shortcut(&mut self, does: Does, (key, mods): (Key, Mods), look: Look<'_>) -> bool {
        match does {
            Does::Quit => self.quit(),
            Does::Theme => self.act(Act::ToggleTheme, look),
            Does::Keys => self.show(DialogKind::Keys),
            Does::Settings => self.show(DialogKind::Settings),
            Does::Larger => self.scale(|percent| percent.saturating_add(10)),
            Does::Smaller => self.scale(|percent| percent.saturating_sub(10)),
            Does::UsualSize => self.scale(|_| 100),
            // A dialog holds back what is behind it.
            _ if self.state.dialog.is_some() || self.state.chat().is_none() => return false,
            does => return self.chat_shortcut(does, (key, mods), look),
        }
        true
    }

    fn chat_shortcut(&mut self, does: Does, (key, mods): (Key, Mods), look: Look<'_>) -> bool {
        match does {
            Does::Search => self.search(false),
            Does::SearchRoom => self.search(true),
            Does::NextRoom => self.act(RoomsAct::Step(1).into(), look),
            Does::PreviousRoom => self.act(RoomsAct::Step(-1).into(), look),
            Does::NextUnread => self.act(RoomsAct::NextUnread.into(), look),
            Does::CreateRoom => self.show(DialogKind::CreateRoom),
            Does::JoinRoom => self.show(DialogKind::JoinRoom),
            Does::NewDirect => self.show(DialogKind::NewDirect),
            Does::RoomInfo => {
                let room = self.state.chat().and_then(|chat| chat.rooms.open);
                if let Some(room) = room {
                    self.show(DialogKind::RoomInfo(room));
                }
            }
            Does::Members => self.act(Act::ToggleMembers, look),
            Does::Attach => self.act(ComposerAct::Attach.into(), look),
            Does::Emoji => self.toggle_emoji(),
            Does::Lock => self.lock(),
            Does::EditLast => return self.edit_last(),
            Does::MarkRead => self.mark_read(),
            Does::Bold => return self.wrap("**"),
            Does::Italic => return self.wrap("*"),
            Does::Code => return self.wrap("`"),
            _ => return self.timeline_key(key, mods, look),
        }
        true
    }

    fn scale(&mut self, change: impl FnOnce(u16) -> u16) {
        let percent = change(self.state.settings.scale_percent).clamp(70, 300);
        self.state.settings.scale_percent = percent;
        self.out.effect(Effect::Apply(self.state.settings.clone()));
    }

    fn mark_read(&mut self) {
        let room = self.state.chat().and_then(|chat| chat.room());
        if let Some((room, seq)) = room.map(|room| (room.info.room, room.info.head)) {
            self.out.command(engine::Command::MarkRead { room, seq });
        }
    }

    /// Puts marks around the word at the cursor, or a pair of them where there is none.
    fn wrap(&mut self, mark: &str) -> bool {
        if self.focus != Some(Field::Composer) {
            return false;
        }
        let (text, cursor) = self.state.fields.get(&Field::Composer).cloned().unwrap_or_default();
        let Some(before) = text.get(..cursor) else { return false };
        let start = before.rfind(char::is_whitespace).map_or(0, |at| {
            at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        });
        let word = before.get(start..).unwrap_or("");
        let marked = format!("{mark}{word}{mark}");
        self.out.effect(Effect::Insert(Field::Composer, start..cursor, marked));
        true
    }

    fn search_key(&mut self, key: Key, look: Look<'_>) -> bool {
        let Screen::Chat(chat) = &mut self.state.screen else { return false };
        let rows = chat.rooms.found();
        let last = rows.len().saturating_sub(1);
        let search = &mut chat.rooms.search;
        match key {
            Key::Down => search.picked = (search.picked + 1).min(last),
            Key::Up => search.picked = search.picked.saturating_sub(1),
            Key::Enter if search.due.is_some() => search.ask(&mut self.out),
            Key::Enter => match rows.get(search.picked) {
                Some(Found::Room(room)) => self.act(Act::OpenRoom(*room, None), look),
                Some(Found::Message(room, seq)) => {
                    self.act(Act::OpenRoom(*room, Some(*seq)), look);
                }
                None => {}
            },
            _ => return false,
        }
        true
    }

    fn composer_key(&mut self, key: Key, mods: Mods, look: Look<'_>) -> bool {
        let enter_sends = self.state.settings.enter == Enter::Sends;
        let empty = self.state.text(Field::Composer).is_empty();
        match key {
            Key::Enter if !mods.alt => {
                let sends = mods.ctrl || mods.shift != enter_sends;
                if sends && let Screen::Chat(chat) = &mut self.state.screen {
                    chat.send(&mut self.out);
                }
                sends
            }
            Key::Up if empty && mods == Mods::default() => self.edit_last(),
            Key::Up if empty && mods.shift && !mods.ctrl && !mods.alt => {
                // From here on the keyboard is in the timeline: its messages answer to keys.
                self.out.effect(Effect::Focus(None));
                self.act(TimelineAct::FocusUp.into(), look);
                true
            }
            Key::PageUp | Key::PageDown => self.timeline_key(key, mods, look),
            Key::Home | Key::End if empty => self.timeline_key(key, mods, look),
            Key::Char('c') if mods.ctrl && empty => self.timeline_key(key, mods, look),
            _ => false,
        }
    }

    /// Edits the last own message, unless something is being written.
    fn edit_last(&mut self) -> bool {
        let Screen::Chat(chat) = &mut self.state.screen else { return false };
        chat.composer.mode == Mode::Write && chat.edit(None, &mut self.out)
    }

    /// What is typed anywhere goes to the composer.
    fn key_without_field(&mut self, key: Key, mods: Mods, look: Look<'_>) -> bool {
        let can_write = self.state.chat().is_some_and(|chat| chat.can_write());
        let timeline = self.state.chat().and_then(|chat| chat.timeline.as_ref());
        let at_message = timeline.is_some_and(|timeline| timeline.focus.is_some());
        if at_message && self.timeline_key(key, mods, look) {
            return true;
        }
        match key {
            Key::Char(c) if can_write && !mods.ctrl && !mods.alt => {
                let end = self.state.text(Field::Composer).len();
                let typed: String = match mods.shift {
                    true => c.to_uppercase().collect(),
                    false => c.into(),
                };
                self.state.ring = None;
                self.out.effect(Effect::Focus(Some(Field::Composer)));
                self.out.effect(Effect::Insert(Field::Composer, end..end, typed));
                true
            }
            _ => self.timeline_key(key, mods, look),
        }
    }
}
