//! What each message does.

use engine::{Command, Reacting};
use wire::id::Seq;

use super::App;
use crate::act::Act;
use crate::effect::Effect;
use crate::geometry::Point;
use crate::look::Look;
use crate::palette::Theme;
use crate::scene::Field;
use crate::state::Screen;
use crate::state::composer::{ComposerAct, Mode};
use crate::state::dialog::DialogKind;
use crate::state::rooms::RoomsAct;
use crate::view::chat::FOLD_W;

impl App {
    /// Does what is meant.
    pub(super) fn act(&mut self, act: Act, look: Look<'_>) {
        match act {
            Act::Nothing => {}
            Act::Sign(act) => self.sign_act(act),
            Act::Rooms(act) => self.rooms_act(&act, look),
            Act::Timeline(act) => self.timeline_act(act),
            Act::Menu(act) => self.menu_act(act, look),
            Act::Composer(act) => self.composer_act(&act),
            Act::Emoji(act) => self.emoji_act(act, look),
            Act::Dialog(act) => self.dialog_act(act, look),
            Act::Show(dialog) => self.show(dialog),
            Act::Dismiss => drop(self.dismiss()),
            Act::OpenRoom(room, at) => self.show_room(room, at),
            Act::ShowRooms => {
                if let Screen::Chat(chat) = &mut self.state.screen {
                    chat.list_in_front = true;
                    self.out.effect(Effect::Focus(None));
                }
            }
            Act::ToggleMembers => self.toggle_members(),
            Act::ToggleTheme => {
                self.state.settings.theme = Some(match self.state.theme() {
                    Theme::Light => Theme::Dark,
                    Theme::Dark => Theme::Light,
                });
                self.out.effect(Effect::Apply(self.state.settings.clone()));
            }
            Act::SearchRoom => self.search(true),
            other => self.message_act(other),
        }
    }

    /// What is meant of a message, a file or a link.
    fn message_act(&mut self, act: Act) {
        match act {
            Act::Copy(text) => self.out.effect(Effect::Copy(text.into())),
            Act::AskLink(link) => self.show(DialogKind::Link(link)),
            Act::MessageMenu(seq, at) => self.message_menu(seq, at),
            Act::ViewPicture(seq) => self.view_picture(seq),
            Act::Delete(seq) => {
                if let Some(room) = self.state.chat().and_then(|chat| chat.rooms.open) {
                    self.show(DialogKind::DeleteMessage(room, seq));
                }
            }
            Act::OpenFile(path) => self.out.effect(Effect::OpenFile(path)),
            Act::SaveFile(seq) => self.save_file(seq),
            Act::CancelTransfer(transfer) => {
                let id = self.out.id();
                self.out.command(Command::CancelTransfer { id, transfer });
            }
            Act::PickReaction(seq, at) => self.show_emoji(at, Some(seq)),
            Act::React(seq, emoji) => self.react(seq, &emoji),
            Act::OpenDirect(handle) => {
                if let Screen::Chat(chat) = &mut self.state.screen {
                    chat.show_direct(handle, &mut self.out);
                }
            }
            Act::Reply(seq) => {
                if let Screen::Chat(chat) = &mut self.state.screen {
                    chat.reply(seq, &mut self.out);
                }
            }
            Act::Edit(seq) => {
                if let Screen::Chat(chat) = &mut self.state.screen {
                    chat.edit(Some(seq), &mut self.out);
                }
            }
            _ => {}
        }
    }

    fn react(&mut self, seq: Seq, emoji: &str) {
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        let Some(room) = chat.rooms.open.filter(|_| chat.can_write()) else { return };
        let entry = chat.timeline.as_ref().and_then(|timeline| timeline.entry(seq));
        let there = entry.is_some_and(|entry| match &entry.kind {
            engine::EntryKind::Message { state, .. } => state
                .reactions
                .iter()
                .any(|reaction| reaction.emoji == emoji && reaction.by.contains(&chat.me)),
            _ => false,
        });
        let what = if there { Reacting::Withdraw } else { Reacting::Add };
        let id = self.out.id();
        self.out.command(Command::React { id, room, seq, emoji: emoji.into(), what });
    }

    /// Where the panel does not fit, the dialog about the room has the members.
    fn toggle_members(&mut self) {
        if self.state.size.0 >= FOLD_W {
            self.state.settings.members = !self.state.settings.members;
            self.out.effect(Effect::Apply(self.state.settings.clone()));
            return;
        }
        let room = self.state.chat().and_then(|chat| chat.rooms.open);
        if let Some(room) = room {
            self.show(DialogKind::RoomInfo(room));
        }
    }

    /// Looks for something, in the open room alone or everywhere.
    pub(super) fn search(&mut self, in_room: bool) {
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        let search = &mut chat.rooms.search;
        let room = chat.rooms.open.filter(|_| in_room);
        if search.room != room {
            search.room = room;
            search.hits.clear();
            search.ask(&mut self.out);
        }
        search.is_open = true;
        chat.rooms.scroll = 0;
        // In a narrow window the field is on the other page.
        chat.list_in_front |= self.state.size.0 < crate::view::chat::NARROW_W;
        self.state.ring = None;
        self.out.effect(Effect::Focus(Some(Field::Search)));
    }

    pub(super) fn clear_search(&mut self) {
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        chat.rooms.search.clear();
        chat.rooms.scroll = 0;
        self.out.effect(Effect::SetField(Field::Search, String::new()));
        self.out.effect(Effect::Focus(Some(Field::Composer)));
    }

    fn rooms_act(&mut self, act: &RoomsAct, look: Look<'_>) {
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        let room = match act {
            RoomsAct::ClearSearch => return self.clear_search(),
            RoomsAct::SearchEverywhere => return self.search(false),
            RoomsAct::ConnectNow => return self.out.command(Command::ConnectNow),
            // Dragged, not pressed.
            RoomsAct::ListThumb | RoomsAct::PanelThumb => return,
            RoomsAct::Step(step) => chat.rooms.beside(*step),
            RoomsAct::NextUnread => chat.rooms.next_unread(),
        };
        if let Some(room) = room {
            self.show_room(room, None);
            self.reveal_room(look);
        }
    }

    /// Scrolls the list so that the open room can be seen.
    fn reveal_room(&mut self, look: Look<'_>) {
        let Some(places) = self.places(look) else { return };
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        let row = chat.rooms.open.and_then(|room| crate::view::rooms::row_place(chat, room));
        let height = crate::view::rooms::rows_rect(places.list).h;
        if let Some(y) = row {
            let bottom = y + crate::view::rooms::ROW_H - height;
            chat.rooms.scroll = chat.rooms.scroll.max(bottom).min(y);
        }
    }

    fn composer_act(&mut self, act: &ComposerAct) {
        let Screen::Chat(chat) = &mut self.state.screen else { return };
        match act {
            ComposerAct::Send => {
                chat.send(&mut self.out);
                self.out.effect(Effect::Focus(Some(Field::Composer)));
            }
            ComposerAct::Attach if chat.can_write() => self.out.effect(Effect::ChooseFiles),
            ComposerAct::Attach => {}
            ComposerAct::Emoji => self.toggle_emoji(),
            ComposerAct::Complete(choice) => {
                chat.composer.complete(Some(*choice), &mut self.out);
                self.out.effect(Effect::Focus(Some(Field::Composer)));
            }
            ComposerAct::DropMode => chat.composer.drop_mode(&mut self.out),
            ComposerAct::Repair => {
                let Some(room) = chat.rooms.open else { return };
                let id = self.out.id();
                self.out.command(Command::RepairRoom { id, room });
            }
            ComposerAct::Later | ComposerAct::Decide => {
                let later = *act == ComposerAct::Later;
                let open = chat.rooms.open;
                if let Some(room) = open.and_then(|room| chat.rooms.all.get_mut(&room)) {
                    room.hold_later = later;
                }
            }
        }
    }

    /// Opens the emoji menu above its button, or closes it.
    pub(super) fn toggle_emoji(&mut self) {
        if self.state.emoji.take().is_some() {
            self.out.effect(Effect::Focus(Some(Field::Composer)));
            return;
        }
        let meant = Act::Composer(ComposerAct::Emoji);
        let button = self.scene.regions.iter().find(|region| region.act == meant);
        let at = button.map(|button| Point { x: button.rect.x, y: button.rect.y });
        if let Some(at) = at {
            self.show_emoji(at, None);
        }
    }

    /// Closes what is uppermost; false if nothing is.
    pub(super) fn dismiss(&mut self) -> bool {
        if self.state.menu.take().is_some() {
            return true;
        }
        if self.state.emoji.take().is_some() {
            self.out.effect(Effect::Focus(Some(Field::Composer)));
            return true;
        }
        if self.state.dialog.is_some() {
            self.close_dialog();
            return true;
        }
        if self.state.ring.take().is_some() {
            self.out.effect(Effect::Focus(Some(Field::Composer)));
            return true;
        }
        let narrow = self.state.size.0 < crate::view::chat::NARROW_W;
        let Screen::Chat(chat) = &mut self.state.screen else { return false };
        if chat.composer.completion.take().is_some() {
            return true;
        }
        if chat.rooms.search.shows() {
            self.clear_search();
            return true;
        }
        if chat.composer.mode != Mode::Write {
            chat.composer.drop_mode(&mut self.out);
            return true;
        }
        let timeline = chat.timeline.as_mut();
        if timeline.is_some_and(crate::state::timeline::Timeline::dismiss) {
            return true;
        }
        if narrow && !chat.list_in_front && chat.rooms.open.is_some() {
            chat.list_in_front = true;
            self.out.effect(Effect::Focus(None));
            return true;
        }
        false
    }
}
