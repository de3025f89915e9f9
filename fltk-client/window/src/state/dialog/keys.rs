//! Every shortcut, in one table: the key map and the list that people read are both made from it.

use crate::effect::{Key, Mods};

/// What a shortcut does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Does {
    /// Looks for rooms and messages.
    Search,
    /// Looks for a text in the open room.
    SearchRoom,
    /// Shows the next room.
    NextRoom,
    /// Shows the room before.
    PreviousRoom,
    /// Shows the next room with unread messages.
    NextUnread,
    /// Makes a room.
    CreateRoom,
    /// Lists rooms that can be joined.
    JoinRoom,
    /// Starts a direct conversation.
    NewDirect,
    /// Shows what the open room is.
    RoomInfo,
    /// Shows or folds the members.
    Members,
    /// Marks the open room as read.
    MarkRead,
    /// Goes to the newest message.
    Newest,
    /// A page of messages up.
    PageUp,
    /// A page of messages down.
    PageDown,
    /// Edits the last own message.
    EditLast,
    /// Chooses files to send.
    Attach,
    /// Opens the emoji menu.
    Emoji,
    /// Makes what is selected bold.
    Bold,
    /// Makes what is selected italic.
    Italic,
    /// Makes what is selected code.
    Code,
    /// The other theme.
    Theme,
    /// Everything larger.
    Larger,
    /// Everything smaller.
    Smaller,
    /// Everything as large as the screen says.
    UsualSize,
    /// Shows the settings.
    Settings,
    /// Shows the shortcuts.
    Keys,
    /// Closes the profile.
    Lock,
    /// Closes what is uppermost.
    Dismiss,
    /// Ends the program.
    Quit,
}

/// A shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// The key.
    pub key: Key,
    /// What is held with it.
    pub mods: Mods,
    /// What it does.
    pub does: Does,
    /// The same in words.
    pub text: &'static str,
}

const NONE: Mods = Mods { shift: false, ctrl: false, alt: false };
const CTRL: Mods = Mods { ctrl: true, ..NONE };
const CTRL_SHIFT: Mods = Mods { shift: true, ..CTRL };
const ALT: Mods = Mods { alt: true, ..NONE };
const ALT_SHIFT: Mods = Mods { shift: true, ..ALT };

const fn on(key: Key, mods: Mods, does: Does, text: &'static str) -> Shortcut {
    Shortcut { key, mods, does, text }
}

/// All of them, in the order in which they are shown.
pub const KEYS: &[Shortcut] = &[
    on(Key::Char('k'), CTRL, Does::Search, "Search everything"),
    on(Key::Char('f'), CTRL, Does::SearchRoom, "Search this room"),
    on(Key::Down, ALT, Does::NextRoom, "Next room"),
    on(Key::Up, ALT, Does::PreviousRoom, "Previous room"),
    on(Key::Down, ALT_SHIFT, Does::NextUnread, "Next unread room"),
    on(Key::Char('n'), CTRL, Does::CreateRoom, "New room"),
    on(Key::Char('j'), CTRL, Does::JoinRoom, "Join a room"),
    on(Key::Char('n'), CTRL_SHIFT, Does::NewDirect, "Message somebody"),
    on(Key::Char('i'), CTRL_SHIFT, Does::RoomInfo, "About this room"),
    on(Key::Char('m'), CTRL_SHIFT, Does::Members, "Show members"),
    on(Key::Escape, CTRL, Does::MarkRead, "Mark as read"),
    on(Key::End, CTRL, Does::Newest, "Newest message"),
    on(Key::PageUp, NONE, Does::PageUp, "Page up"),
    on(Key::PageDown, NONE, Does::PageDown, "Page down"),
    on(Key::Up, CTRL, Does::EditLast, "Edit last message"),
    on(Key::Char('o'), CTRL, Does::Attach, "Send files"),
    on(Key::Char('e'), CTRL, Does::Emoji, "Insert an emoji"),
    on(Key::Char('b'), CTRL, Does::Bold, "Bold"),
    on(Key::Char('i'), CTRL, Does::Italic, "Italic"),
    on(Key::Char('e'), CTRL_SHIFT, Does::Code, "Code"),
    on(Key::Char('t'), CTRL_SHIFT, Does::Theme, "Light or dark"),
    on(Key::Char('='), CTRL, Does::Larger, "Larger"),
    on(Key::Char('-'), CTRL, Does::Smaller, "Smaller"),
    on(Key::Char('0'), CTRL, Does::UsualSize, "Usual size"),
    on(Key::Char(','), CTRL, Does::Settings, "Settings"),
    on(Key::F(1), NONE, Does::Keys, "This list"),
    on(Key::Char('l'), CTRL, Does::Lock, "Lock"),
    on(Key::Escape, NONE, Does::Dismiss, "Close or go back"),
    on(Key::Char('q'), CTRL, Does::Quit, "Quit"),
];

/// What a key does, if it is a shortcut.
#[must_use]
pub fn find(key: Key, mods: Mods) -> Option<Does> {
    KEYS.iter().find(|known| known.key == key && known.mods == mods).map(|known| known.does)
}

/// What is written on the keys: `Ctrl+Shift+N`.
#[must_use]
pub fn written(key: Key, mods: Mods) -> String {
    let mut text = String::new();
    for (held, name) in [(mods.ctrl, "Ctrl+"), (mods.alt, "Alt+"), (mods.shift, "Shift+")] {
        if held {
            text.push_str(name);
        }
    }
    match key {
        Key::Char('=') => text.push('+'),
        Key::Char(c) => text.extend(c.to_uppercase()),
        Key::F(n) => text.push_str(&format!("F{n}")),
        Key::Escape => text.push_str("Esc"),
        Key::PageUp => text.push_str("Page Up"),
        Key::PageDown => text.push_str("Page Down"),
        Key::Up => text.push('↑'),
        Key::Down => text.push('↓'),
        Key::Left => text.push('←'),
        Key::Right => text.push('→'),
        other => text.push_str(&format!("{other:?}")),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things_and_each_is_found() {
        for (n, one) in KEYS.iter().enumerate() {
            assert_eq!(find(one.key, one.mods), Some(one.does));
            for other in KEYS.iter().skip(n + 1) {
                assert!(one.key != other.key || one.mods != other.mods, "{one:?} {other:?}");
                assert_ne!(one.does, other.does, "{one:?} {other:?}");
            }
        }
        assert_eq!(find(Key::Char('k'), NONE), None);
    }

    #[test]
    fn keys_are_written_as_people_know_them() {
        assert_eq!(written(Key::Char('n'), CTRL_SHIFT), "Ctrl+Shift+N");
        assert_eq!(written(Key::F(1), NONE), "F1");
        assert_eq!(written(Key::Up, ALT), "Alt+↑");
    }
}
