//! What is said to a person who does not look at the room: notifications and the window's title.

use engine::{Body, Entry, EntryKind};
use wire::id::RoomId;
use wire::message::RoomKind;

use super::super::rooms::News;
use super::super::settings::Notifications;
use super::{Chat, Moment};
use crate::app::Out;
use crate::effect::Effect;
use crate::text::{clean, plain};

/// Milliseconds in which a room notifies once.
const REST_MS: u64 = 2_000;
/// Most characters of a notification.
const MAX_CHARS: usize = 200;

impl Chat {
    /// Says that there is something new, if it is to be said.
    pub(super) fn notify(
        &mut self,
        room: RoomId,
        entry: &Entry,
        news: News,
        moment: &Moment<'_>,
        out: &mut Out,
    ) {
        if moment.focused && self.rooms.open == Some(room) {
            return;
        }
        let wanted = match moment.settings.notifications {
            Notifications::Off => false,
            Notifications::Mentions => news == News::Personal,
            Notifications::Full | Notifications::Discreet => true,
        };
        let last = self.notified.get(&room);
        let rested = last.is_none_or(|last| moment.beat.saturating_sub(*last) >= REST_MS);
        if !wanted || !rested {
            return;
        }
        let discreet = moment.settings.notifications == Notifications::Discreet;
        let words = match discreet {
            true => Some(("Sotto".to_owned(), "There is a new message.".to_owned())),
            false => self.words(room, entry),
        };
        let Some((title, body)) = words else { return };
        self.notified.insert(room, moment.beat);
        out.effect(Effect::Notify { title, body, room });
        if moment.settings.sounds {
            out.effect(Effect::Sound);
        }
    }

    fn words(&self, room: RoomId, entry: &Entry) -> Option<(String, String)> {
        let EntryKind::Message { from, body, .. } = &entry.kind else { return None };
        let known = self.rooms.get(room)?;
        let title = match known.info.kind {
            RoomKind::Direct => from.to_string(),
            _ => format!("{from} in {}", clean(known.name())),
        };
        let text = match body {
            Body::Text(text) => plain(text),
            Body::File(file) => format!("sends {}", clean(&file.name)),
            _ => return None,
        };
        Some((title, text.chars().take(MAX_CHARS).collect()))
    }

    /// Says in the window's title how many messages are unread.
    pub fn retitle(&mut self, out: &mut Out) {
        let title = match self.rooms.unread() {
            0 => "Sotto".to_owned(),
            unread => format!("({}) Sotto", count(unread)),
        };
        if self.title != title {
            self.title.clone_from(&title);
            out.effect(Effect::Title(title));
        }
    }
}

/// A number of messages for people; where counting ends it says so.
#[must_use]
pub fn count(number: usize) -> String {
    match number {
        number if number >= engine::MAX_UNREAD => format!("{}+", engine::MAX_UNREAD - 1),
        number => number.to_string(),
    }
}
