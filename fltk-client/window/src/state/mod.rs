//! What the window shows, as plain data.

pub mod chat;
pub mod composer;
pub mod dialog;
pub mod emoji;
pub mod menu;
pub mod profile;
pub mod rooms;
pub mod settings;
pub mod sign;
pub mod timeline;

use std::collections::BTreeMap;

use crate::geometry::Point;
use crate::palette::Theme;
use crate::scene::Field;
use chat::Chat;
use dialog::Dialog;
use emoji::EmojiMenu;
use menu::Menu;
use settings::Settings;
use sign::Sign;

/// Everything that is shown.
#[derive(Debug)]
pub struct State {
    /// What the person has set.
    pub settings: Settings,
    /// Whether the system is dark, where it can be known.
    pub system_dark: Option<bool>,
    /// Width and height of the window.
    pub size: (i32, i32),
    /// Whether the window has the keyboard.
    pub focused: bool,
    /// Where the mouse is.
    pub pointer: Option<Point>,
    /// The region that has the keyboard, by its number in the scene; drawn with a ring.
    pub ring: Option<usize>,
    /// What stands in each field, and where its cursor is.
    pub fields: BTreeMap<Field, (String, usize)>,
    /// Signing in, or the chat.
    pub screen: Screen,
    /// The dialog over it.
    pub dialog: Option<Dialog>,
    /// The emoji menu over that.
    pub emoji: Option<EmojiMenu>,
    /// The menu of a message or room, over that.
    pub menu: Option<Menu>,
    /// What paints the window, with its version: for About.
    pub painter: Box<str>,
    /// One sentence at the foot of the window, and the beat at which it goes.
    pub toast: Option<(String, u64)>,
}

/// The two screens.
#[derive(Debug)]
pub enum Screen {
    /// No profile is open.
    Sign(Sign),
    /// One is.
    Chat(Box<Chat>),
}

impl State {
    /// The state at the start: the profiles of this computer.
    #[must_use]
    pub fn new(settings: Settings, sign: Sign) -> Self {
        Self {
            settings,
            system_dark: None,
            size: (0, 0),
            focused: true,
            pointer: None,
            ring: None,
            fields: BTreeMap::new(),
            screen: Screen::Sign(sign),
            dialog: None,
            emoji: None,
            menu: None,
            painter: "".into(),
            toast: None,
        }
    }

    /// The theme that is shown.
    #[must_use]
    pub fn theme(&self) -> Theme {
        let system = if self.system_dark == Some(true) { Theme::Dark } else { Theme::Light };
        self.settings.theme.unwrap_or(system)
    }

    /// The chat, if a profile is open.
    #[must_use]
    pub fn chat(&self) -> Option<&Chat> {
        match &self.screen {
            Screen::Chat(chat) => Some(chat),
            Screen::Sign(_) => None,
        }
    }

    /// The chat, to be changed.
    pub fn chat_mut(&mut self) -> Option<&mut Chat> {
        match &mut self.screen {
            Screen::Chat(chat) => Some(chat),
            Screen::Sign(_) => None,
        }
    }

    /// What stands in a field.
    #[must_use]
    pub fn text(&self, field: Field) -> &str {
        self.fields.get(&field).map_or("", |(text, _)| text)
    }
}
