//! Opening and closing profiles, and what the chat wants of the window.

use std::path::PathBuf;

use engine::{Command, RequestId};
use wire::id::{Handle, RoomId, Seq};

use super::{App, part};
use crate::effect::Effect;
use crate::look::Look;
use crate::scene::Field;
use crate::state::Screen;
use crate::state::chat::Chat;
use crate::state::composer::Typing;
use crate::state::profile::ProfileName;
use crate::state::sign::Sign;
use crate::state::timeline::Layouts;

impl App {
    /// A profile runs. One that was made before has rooms to show; a new one has to sign up first.
    pub(super) fn profile_opened(&mut self) {
        let Some(opening) = self.opening.as_ref().filter(|opening| opening.is_made) else { return };
        if let Some(me) = opening.me.clone() {
            self.opening = None;
            self.show_chat(me);
        }
    }

    pub(super) fn show_chat(&mut self, me: Handle) {
        self.state.dialog = None;
        self.state.ring = None;
        self.empty_fields();
        let chat = Chat::open(me, &mut self.out);
        self.state.screen = Screen::Chat(Box::new(chat));
    }

    /// Shows the profiles, which may be more than at the start.
    pub(super) fn show_sign(&mut self, profiles: Vec<ProfileName>) {
        self.state.screen = Screen::Sign(Sign::new(profiles));
        self.state.dialog = None;
        self.state.emoji = None;
        self.state.ring = None;
        self.empty_fields();
        self.layouts = Layouts::default();
        self.saving.clear();
        self.out.effect(Effect::Title("Sotto".into()));
    }

    /// Nothing that was typed is left in a field, least of all a password.
    fn empty_fields(&mut self) {
        self.state.fields.clear();
        for field in Field::ALL {
            self.out.effect(Effect::SetField(field, String::new()));
        }
    }

    pub(super) fn lock(&mut self) {
        if let Screen::Chat(chat) = &mut self.state.screen {
            chat.close(&mut self.out);
            self.out.effect(Effect::CloseProfile);
        }
    }

    pub(super) fn quit(&mut self) {
        if let Screen::Chat(chat) = &mut self.state.screen {
            chat.close(&mut self.out);
            self.out.command(Command::Stop);
        }
        self.out.effect(Effect::Quit);
    }

    pub(super) fn show_room(&mut self, room: RoomId, at: Option<Seq>) {
        self.state.ring = None;
        self.state.emoji = None;
        self.state.menu = None;
        if let Screen::Chat(chat) = &mut self.state.screen {
            chat.show(room, at, &mut self.out);
        }
    }

    pub(super) fn typed(&mut self, field: Field, text: String, cursor: usize, look: Look<'_>) {
        self.focus = Some(field);
        self.state.ring = None;
        self.state.fields.insert(field, (text.clone(), cursor));
        let beat = look.clock.beat_ms();
        match (&mut self.state.screen, field) {
            (Screen::Chat(chat), Field::Composer) => {
                let Some(room) = chat.rooms.open else { return };
                let members = chat.members.get(&room).map_or(&[][..], Vec::as_slice);
                let connected = chat.link == crate::state::chat::LinkState::Connected;
                let typing = Typing { room, members, beat, connected };
                chat.composer.typed(text, cursor, &typing, &mut self.out);
            }
            (Screen::Chat(chat), Field::Search) => {
                if !chat.rooms.search.shows() {
                    chat.rooms.scroll = 0;
                }
                chat.rooms.search.typed(&text, beat);
            }
            _ => self.part_typed(field),
        }
    }

    /// Files were chosen, dropped or pasted.
    pub(super) fn offered(&mut self, paths: Vec<PathBuf>) {
        let Screen::Chat(chat) = &self.state.screen else { return };
        let Some(room) = chat.rooms.open.filter(|_| chat.can_write()) else { return };
        if paths.is_empty() {
            return;
        }
        self.show(part::files_dialog(room, paths));
    }

    /// Asks where the file of a message is to be saved.
    pub(super) fn save_file(&mut self, seq: Seq) {
        let Some(room) = self.state.chat().and_then(|chat| chat.rooms.open) else { return };
        let id = self.out.id();
        self.saving.push((id, room, seq));
        self.out.effect(Effect::ChooseDirectory(id));
    }

    pub(super) fn directory_chosen(&mut self, id: RequestId, directory: Option<PathBuf>) {
        let Some(at) = self.saving.iter().position(|(saving, ..)| *saving == id) else { return };
        let (id, room, seq) = self.saving.swap_remove(at);
        if let Some(directory) = directory {
            self.out.command(Command::SaveFile { id, room, seq, directory });
        }
    }
}
