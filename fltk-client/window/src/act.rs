//! What a person can mean by a click or a key: the messages of the window.

use std::path::PathBuf;

use engine::RequestId;
use wire::id::{Handle, RoomId, Seq};

use crate::geometry::Point;
use crate::state::composer::ComposerAct;
use crate::state::dialog::{DialogAct, DialogKind};
use crate::state::emoji::EmojiAct;
use crate::state::menu::MenuAct;
use crate::state::rooms::RoomsAct;
use crate::state::sign::SignAct;
use crate::state::timeline::TimelineAct;

/// A message. Those of one part of the window are that part's own; the others stand here.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Nothing: what is behind is not meant.
    Nothing,
    /// Of signing in.
    Sign(SignAct),
    /// Of the room list.
    Rooms(RoomsAct),
    /// Of the timeline.
    Timeline(TimelineAct),
    /// Of the composer.
    Composer(ComposerAct),
    /// Of the emoji menu.
    Emoji(EmojiAct),
    /// Of the dialog that is open.
    Dialog(DialogAct),
    /// Of the menu that is open.
    Menu(MenuAct),
    /// Opens a dialog over the window.
    Show(DialogKind),
    /// Closes what is uppermost: menu, dialog, search, reply, the timeline of a narrow window.
    Dismiss,
    /// Shows a room, at a place if one is meant.
    OpenRoom(RoomId, Option<Seq>),
    /// Back to the room list, in a narrow window.
    ShowRooms,
    /// Shows or folds the members.
    ToggleMembers,
    /// The other theme.
    ToggleTheme,
    /// Looks for a text in the open room.
    SearchRoom,
    /// Answers a message of the open room.
    Reply(Seq),
    /// Edits an own message.
    Edit(Seq),
    /// Asks whether to take an own message back.
    Delete(Seq),
    /// Adds the account's reaction, or takes it back if it is there.
    React(Seq, Box<str>),
    /// Opens the emoji menu for a reaction, at a place of the window.
    PickReaction(Seq, Point),
    /// Opens the menu of a message, at a place of the window.
    MessageMenu(Seq, Point),
    /// Copies a text.
    Copy(Box<str>),
    /// Asks before a link is opened, showing where it leads.
    AskLink(Box<str>),
    /// Shows a picture large.
    ViewPicture(Seq),
    /// Asks where to save the file of a message, and saves it.
    SaveFile(Seq),
    /// Ends a transfer.
    CancelTransfer(RequestId),
    /// Opens a saved file with the system's program for it.
    OpenFile(PathBuf),
    /// Opens the conversation with an account.
    OpenDirect(Handle),
}

macro_rules! act_of {
    ($($part:ident($type:ty)),*) => {
        $(impl From<$type> for Act {
            fn from(act: $type) -> Self {
                Self::$part(act)
            }
        })*
    };
}

act_of!(
    Sign(SignAct),
    Rooms(RoomsAct),
    Timeline(TimelineAct),
    Composer(ComposerAct),
    Emoji(EmojiAct),
    Dialog(DialogAct),
    Menu(MenuAct)
);
