//! What a person can set, beside what belongs to a profile. Kept unsealed: it says nothing about whom
//! or what is talked of.

use crate::palette::Theme;

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The theme; `None` follows the system.
    pub theme: Option<Theme>,
    /// How large everything is, in percent of what the screen says.
    pub scale_percent: u16,
    /// What Enter does in the composer.
    pub enter: Enter,
    /// Whether notifications are shown, and what they say.
    pub notifications: Notifications,
    /// Whether something sounds for a notification.
    pub sounds: bool,
    /// Whether the members are shown where there is room.
    pub members: bool,
    /// Place and size of the window when it was closed last: x, y, width, height.
    pub window: Option<[i32; 4]>,
}

/// What Enter does in the composer; with Shift it does the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enter {
    /// Sends.
    Sends,
    /// Breaks the line; Ctrl+Enter sends.
    Breaks,
}

/// What notifications say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notifications {
    /// Who wrote, and the text.
    Full,
    /// That there is a message, without its text.
    Discreet,
    /// Only if the account is mentioned, or in a direct conversation.
    Mentions,
    /// There are none.
    Off,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: None,
            scale_percent: 100,
            enter: Enter::Sends,
            notifications: Notifications::Full,
            sounds: false,
            members: true,
            window: None,
        }
    }
}
