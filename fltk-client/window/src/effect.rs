//! What the window wants done outside of itself, and what comes in.

use std::path::PathBuf;

use engine::{Command, Intent, Problem, RequestId};
use wire::id::{Handle, RoomId};
use wire::link::Link;
use zeroize::Zeroizing;

use crate::geometry::Point;
use crate::scene::{Field, PictureKey};
use crate::state::profile::ProfileName;
use crate::state::settings::Settings;

/// Done by the toolkit, in order.
#[derive(Debug)]
pub enum Effect {
    /// For the engine that runs.
    Command(Command),
    /// Opens a profile on a thread; ends in [`Input::ProfileOpened`].
    OpenProfile {
        /// Which.
        profile: ProfileName,
        /// Its password.
        password: Zeroizing<String>,
    },
    /// Makes a profile; ends in [`Input::ProfileOpened`], then in the engine's events.
    CreateProfile {
        /// Where the relay is.
        link: Box<Link>,
        /// The account's name.
        handle: Handle,
        /// The account's password.
        password: Zeroizing<String>,
        /// Whether the account is new.
        intent: Intent,
    },
    /// Ends the engine and shows the profiles again; ends in [`Input::ProfileClosed`].
    CloseProfile,
    /// Replaces the text of a field; the cursor goes to its end. Comes back as no input.
    SetField(Field, String),
    /// Puts a text at the cursor of a field, in place of what stands in this range of bytes.
    Insert(Field, core::ops::Range<usize>, String),
    /// Puts the keyboard into a field; `None` takes it out of all.
    Focus(Option<Field>),
    /// Copies a text.
    Copy(String),
    /// Lets the person choose files to send; ends in [`Input::Offered`].
    ChooseFiles,
    /// Lets the person choose where to save; ends in [`Input::DirectoryChosen`].
    ChooseDirectory(RequestId),
    /// Opens a web address with the system's program for it.
    OpenLink(String),
    /// Opens a file likewise.
    OpenFile(PathBuf),
    /// Tells the person something although the window may be hidden.
    Notify {
        /// Whom or which room it is about.
        title: String,
        /// One line.
        body: String,
        /// The room that a click opens.
        room: RoomId,
    },
    /// A short sound.
    Sound,
    /// The window's title.
    Title(String),
    /// Keeps the settings, and applies theme and scale.
    Apply(Settings),
    /// Decodes a picture for the scenes that name it.
    LoadPicture(PictureKey, PictureSource),
    /// Looks how large files are; each ends in [`Input::FileSized`], but for those that are not there.
    LookAtFiles(Vec<PathBuf>),
    /// Ends the program.
    Quit,
}

/// Where a picture is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureSource {
    /// A thumbnail: a small JPEG.
    Jpeg(Vec<u8>),
    /// A file of this computer, of any size; refused beyond 40 million pixels.
    File(PathBuf),
}

/// What comes in from the toolkit.
#[derive(Debug)]
pub enum Input {
    /// A button of the mouse was pressed.
    Press {
        /// Where.
        at: Point,
        /// Which.
        button: Button,
        /// 1, 2 for a double click, 3 for a triple one.
        clicks: u8,
        /// Keys that were held.
        mods: Mods,
    },
    /// The mouse moved with its first button held.
    Drag(Point),
    /// The first button was let go.
    Release(Point),
    /// The mouse moved.
    Move(Point),
    /// The mouse left the window.
    Leave,
    /// The wheel was turned, by this many pixels; positive is down.
    Wheel(Point, i32),
    /// A key. [`App::input`](crate::app::App::input) says whether it was used; if not, the focused
    /// field gets it.
    Key(Key, Mods),
    /// The text of a field changed, or the place of its cursor, in bytes.
    Typed(Field, String, usize),
    /// Files were chosen, dropped, or pasted as a picture.
    Offered(Vec<PathBuf>),
    /// A picture is on the clipboard that cannot be read.
    NotPasted,
    /// A directory was chosen, or nothing.
    DirectoryChosen(RequestId, Option<PathBuf>),
    /// A profile runs, or why it does not.
    ProfileOpened(Result<(), Problem>),
    /// The engine ended; the profiles that there are now.
    ProfileClosed(Vec<ProfileName>),
    /// A picture is there, with its width and height, or cannot be shown.
    PictureLoaded(PictureKey, Option<(u32, u32)>),
    /// A file that was looked at has so many bytes.
    FileSized(PathBuf, u64),
    /// The window got or lost the keyboard.
    Focused(bool),
    /// A notification of this room was clicked.
    NotificationClicked(RoomId),
    /// The system changed to the dark theme, or to the light one.
    SystemDark(bool),
    /// The time that [`Scene::next_ms`](crate::scene::Scene::next_ms) named is over.
    Tick,
    /// An invitation link was given to the program.
    LinkGiven(String),
    /// The person closes the window.
    CloseAsked,
}

/// Buttons of the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    First,
    /// The middle one.
    Middle,
    /// The right one, for menus.
    Second,
}

/// Keys that are not text alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum Key {
    Enter,
    Escape,
    Tab,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Delete,
    Backspace,
    Space,
    F(u8),
    /// A letter or digit with Ctrl or Alt, in lower case.
    Char(char),
    Menu,
}

/// Keys that are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mods {
    /// Shift.
    pub shift: bool,
    /// Ctrl, or Command.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
}
