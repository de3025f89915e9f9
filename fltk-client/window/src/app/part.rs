//! Where the parts of the window that stand for themselves are joined with the rest: signing in,
//! dialogs, menus, the emoji, the timeline.

use std::path::{Path, PathBuf};

use engine::{Body, EntryKind, Event};
use wire::id::{RoomId, Seq};

use super::{App, TOAST_MS};
use crate::act::Act;
use crate::effect::{Effect, Key, Mods, PictureSource};
use crate::geometry::Point;
use crate::look::Look;
use crate::scene::{Field, Op, PictureKey};
use crate::state::chat::Chat;
use crate::state::dialog::{
    Desk, Dialog, DialogAct, DialogKind, Next, Offered, Viewed, picture_key,
};
use crate::state::emoji::{EmojiAct, EmojiMenu, EmojiNext, KEPT, Purpose, remember};
use crate::state::menu::{Menu, MenuAct, MenuNext};
use crate::state::sign::SignAct;
use crate::state::timeline::TimelineAct;
use crate::state::{Screen, State};
use crate::view::timeline::jpeg;

/// How many times its size a thumbnail is shown large.
const THUMBNAIL_ZOOM: u32 = 2;

impl App {
    pub(super) fn sign_act(&mut self, act: SignAct) {
        let State { screen, fields, .. } = &mut self.state;
        if let Screen::Sign(sign) = screen {
            sign.act(act, fields, &mut self.out);
        }
    }

    pub(super) fn sign_key(&mut self, key: Key) -> bool {
        let State { screen, fields, .. } = &mut self.state;
        match screen {
            Screen::Sign(sign) => sign.key(key, fields, &mut self.out),
            Screen::Chat(_) => false,
        }
    }

    pub(super) fn link_given(&mut self, link: &str, look: Look<'_>) {
        let State { screen, fields, .. } = &mut self.state;
        match screen {
            Screen::Sign(sign) => sign.link_given(link, fields, &mut self.out),
            Screen::Chat(_) => {
                self.say("Close this profile first (Ctrl+L), then open the invitation again.", look)
            }
        }
    }

    /// A text of a field that is not the chat's changed.
    pub(super) fn part_typed(&mut self, field: Field) {
        let State { screen, dialog, emoji, fields, .. } = &mut self.state;
        let text = fields.get(&field).map_or("", |(text, _)| text);
        match (dialog, emoji, screen) {
            (_, Some(menu), _) if field == Field::EmojiSearch => menu.typed(text),
            (Some(dialog), ..) => dialog.typed(field, text),
            (_, _, Screen::Sign(sign)) => sign.typed(field, text),
            _ => {}
        }
    }

    pub(super) fn show(&mut self, kind: DialogKind) {
        self.state.ring = None;
        self.state.emoji = None;
        self.state.menu = None;
        let State { fields, settings, .. } = &mut self.state;
        let mut desk = Desk { fields, settings, out: &mut self.out };
        self.state.dialog = Some(Dialog::open(kind, &mut desk));
    }

    pub(super) fn dialog_act(&mut self, act: DialogAct, look: Look<'_>) {
        let State { dialog, fields, settings, .. } = &mut self.state;
        let Some(dialog) = dialog else { return };
        let next = dialog.act(act, &mut Desk { fields, settings, out: &mut self.out });
        self.after_dialog(next, look);
    }

    pub(super) fn dialog_event(&mut self, event: &Event, look: Look<'_>) {
        let State { dialog, fields, settings, .. } = &mut self.state;
        let Some(dialog) = dialog else { return };
        let next = dialog.event(event, &mut Desk { fields, settings, out: &mut self.out });
        self.after_dialog(next, look);
    }

    pub(super) fn dialog_key(&mut self, key: Key, look: Look<'_>) -> bool {
        let State { dialog, fields, settings, .. } = &mut self.state;
        let Some(dialog) = dialog else { return false };
        let desk = &mut Desk { fields, settings, out: &mut self.out };
        match dialog.key(key, desk) {
            Some(next) => {
                self.after_dialog(next, look);
                true
            }
            None => false,
        }
    }

    fn after_dialog(&mut self, next: Next, look: Look<'_>) {
        if next == Next::Stay {
            return;
        }
        self.close_dialog();
        match next {
            Next::Say(sentence) => {
                let until = look.clock.beat_ms() + TOAST_MS;
                self.state.toast = Some((sentence.to_owned(), until));
            }
            Next::Then(act) => self.act(act, look),
            Next::Stay | Next::Close => {}
        }
    }

    pub(super) fn close_dialog(&mut self) {
        self.state.dialog = None;
        self.state.ring = None;
        if self.state.chat().is_some_and(Chat::can_write) {
            self.out.effect(Effect::Focus(Some(Field::Composer)));
        }
    }

    /// Opens the emoji menu, for the composer or for a reaction.
    pub(super) fn show_emoji(&mut self, at: Point, reaction: Option<Seq>) {
        let State { screen, fields, emoji, menu, .. } = &mut self.state;
        let Screen::Chat(chat) = screen else { return };
        let purpose = reaction.map_or(Purpose::Insert, Purpose::React);
        *menu = None;
        *emoji = Some(EmojiMenu::open(purpose, at, &chat.recent_emoji, fields, &mut self.out));
    }

    pub(super) fn emoji_act(&mut self, act: EmojiAct, look: Look<'_>) {
        let next = self.state.emoji.as_mut().map(|menu| menu.act(act));
        self.after_emoji(next, look);
    }

    pub(super) fn emoji_key(&mut self, key: Key, look: Look<'_>) -> bool {
        let State { emoji, fields, .. } = &mut self.state;
        let next = emoji.as_mut().and_then(|menu| menu.key(key, fields, &mut self.out));
        let used = next.is_some();
        self.after_emoji(next, look);
        used
    }

    fn after_emoji(&mut self, next: Option<EmojiNext>, look: Look<'_>) {
        match next {
            None | Some(EmojiNext::Stay) => return,
            Some(EmojiNext::Close) => {}
            Some(EmojiNext::Picked { emoji, act }) => {
                if let Screen::Chat(chat) = &mut self.state.screen {
                    remember(&mut chat.recent_emoji, &emoji);
                    let value = chat.recent_emoji.join("\n").into_bytes();
                    let name = KEPT.into();
                    self.out.command(engine::Command::Keep { name, value });
                }
                match act {
                    Some(act) => self.act(act, look),
                    None => {
                        let at = self.state.fields.get(&Field::Composer).map_or(0, |(_, at)| *at);
                        let insert = Effect::Insert(Field::Composer, at..at, emoji.into());
                        self.out.effect(insert);
                    }
                }
            }
        }
        self.state.emoji = None;
        self.out.effect(Effect::Focus(Some(Field::Composer)));
    }

    pub(super) fn menu_act(&mut self, act: MenuAct, look: Look<'_>) {
        let Some(menu) = &mut self.state.menu else { return };
        let next = menu.act(act, &mut self.out);
        self.after_menu(next, look);
    }

    pub(super) fn menu_key(&mut self, key: Key, look: Look<'_>) -> bool {
        let Some(menu) = &mut self.state.menu else { return false };
        let next = menu.key(key, &mut self.out);
        self.after_menu(next, look);
        true
    }

    fn after_menu(&mut self, next: MenuNext, look: Look<'_>) {
        if next == MenuNext::Stay {
            return;
        }
        self.state.menu = None;
        if let MenuNext::Then(act) = next {
            self.act(act, look);
        }
    }

    /// Opens the menu of what is under the pointer, if that has one.
    pub(super) fn menu_at(&mut self, at: Point, look: Look<'_>) {
        let covered = self.state.dialog.is_some() || self.state.emoji.is_some();
        let Some(chat) = self.state.chat().filter(|_| !covered) else { return };
        let places = crate::view::chat::Places::of(&self.state, chat, look);
        let timeline = chat.timeline.as_ref().filter(|_| places.timeline.contains(at));
        let message = timeline.and_then(|timeline| timeline.message_at(at));
        let room = self.scene.hit(at).and_then(|region| match region.act {
            Act::OpenRoom(room, None) => chat.rooms.get(room),
            _ => None,
        });
        if let Some(seq) = message {
            self.message_menu(seq, at);
        } else if let Some(room) = room {
            self.state.menu = Some(Menu::of_room(at, &room.info));
        }
    }

    pub(super) fn message_menu(&mut self, seq: Seq, at: Point) {
        let Some(chat) = self.state.chat() else { return };
        let entry = chat.timeline.as_ref().and_then(|timeline| timeline.entry(seq));
        let (Some(entry), Some(room)) = (entry, chat.room()) else { return };
        let info = &room.info;
        self.state.menu = Menu::of_message(at, info.room, entry, &info.readers);
    }

    /// Shows the picture of a message large: the file if it was saved here, else the thumbnail, which
    /// the last scene has.
    pub(super) fn view_picture(&mut self, seq: Seq) {
        let Some(timeline) = self.state.chat().and_then(|chat| chat.timeline.as_ref()) else {
            return;
        };
        let Some(EntryKind::Message { body: Body::File(file), .. }) =
            timeline.entry(seq).map(|entry| &entry.kind)
        else {
            return;
        };
        let name = file.name.as_str().into();
        if let Some(path) = timeline.saved.get(&seq).cloned() {
            let key = picture_key(&path);
            self.out.effect(Effect::LoadPicture(key, PictureSource::File(path)));
            return self.show(DialogKind::Picture(Viewed { key, name, size: None, seq }));
        }
        let side = |side: i32| u32::try_from(side).unwrap_or(1).saturating_mul(THUMBNAIL_ZOOM);
        let size = file.thumbnail.as_ref().and_then(|thumbnail| jpeg::size(thumbnail.jpeg()));
        let size = size.map(|(w, h)| (side(w), side(h)));
        if let Some(key) = self.picture_in_scene(seq) {
            self.show(DialogKind::Picture(Viewed { key, name, size, seq }));
        }
    }

    fn picture_in_scene(&self, seq: Seq) -> Option<PictureKey> {
        let act = Act::ViewPicture(seq);
        let rect = self.scene.regions.iter().find(|region| region.act == act)?.rect;
        self.scene.ops.iter().find_map(|op| match op {
            Op::Picture(place, _, key) if !place.intersection(rect).is_empty() => Some(*key),
            _ => None,
        })
    }

    /// Turns the wheel over what lies over the chat; false if nothing does.
    pub(super) fn wheel_over(&mut self, pixels: i32, look: Look<'_>) -> bool {
        if self.state.menu.is_some() {
            return true;
        }
        if self.state.emoji.is_some() {
            self.emoji_act(EmojiAct::Scroll(pixels), look);
            return true;
        }
        let sign_limit = match &self.state.screen {
            Screen::Sign(sign) => crate::view::sign::scroll_limit(&self.state, sign, look),
            Screen::Chat(_) => 0,
        };
        let limit = crate::view::dialog::scroll_limit(&self.state, look);
        if let Some(dialog) = &mut self.state.dialog {
            dialog.wheel(pixels, limit);
            return true;
        }
        if let Screen::Sign(sign) = &mut self.state.screen {
            sign.wheel(pixels, sign_limit);
            return true;
        }
        false
    }

    /// Does something with the timeline of the open room.
    pub(super) fn timeline_act(&mut self, act: TimelineAct) {
        let chat = self.state.chat_mut();
        if let Some(timeline) = chat.and_then(|chat| chat.timeline.as_mut()) {
            timeline.act(act, &mut self.out);
        }
    }

    /// A key for the timeline.
    pub(super) fn timeline_key(&mut self, key: Key, mods: Mods, look: Look<'_>) -> bool {
        let timeline = self.state.chat().and_then(|chat| chat.timeline.as_ref());
        match timeline.and_then(|timeline| timeline.meant(key, mods)) {
            Some(act) => {
                self.act(act, look);
                true
            }
            None => false,
        }
    }

    pub(super) fn picture_loaded(&mut self, key: PictureKey, size: Option<(u32, u32)>) {
        if let Some(dialog) = &mut self.state.dialog {
            dialog.picture_loaded(key, size);
        }
    }

    pub(super) fn file_sized(&mut self, path: &Path, size: u64) {
        if let Some(dialog) = &mut self.state.dialog {
            dialog.file_sized(path, size);
        }
    }
}

/// Files before they are sent to a room.
pub(super) fn files_dialog(room: RoomId, paths: Vec<PathBuf>) -> DialogKind {
    let offered = |path| Offered { path, size: None };
    DialogKind::SendFiles(room, paths.into_iter().map(offered).collect())
}
