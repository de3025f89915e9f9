//! What is to be painted and what can be touched: plain data, made anew for each frame.
//!
//! A scene prints as text ([`Display`](core::fmt::Display)), so that screens are tested without a
//! display.

mod print;
mod reach;

use crate::act::Act;
use crate::geometry::{Point, Rect};
use crate::look::Font;
use crate::palette::Ink;

pub use reach::difference;

/// A frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// What is painted, first to last.
    pub ops: Vec<Op>,
    /// What can be touched; the last that holds a place is meant.
    pub regions: Vec<Region>,
    /// Where real text fields stand; others are hidden.
    pub fields: Vec<FieldPlace>,
    /// Milliseconds after which something will have moved by itself, if something will.
    pub next_ms: Option<u32>,
    /// Where the mouse is while the scene is made, so that what is under it can show that. Set first.
    pub pointer: Option<Point>,
}

/// One thing that is painted.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// A filled rectangle; a line if one side is 1.
    Fill(Rect, Ink),
    /// A filled rectangle with round corners of this radius.
    Round(Rect, i32, Ink),
    /// The 1 px outline of a rectangle with round corners of this radius.
    Outline(Rect, i32, Ink),
    /// Text from the left end of its baseline.
    Text(Point, Font, Ink, Box<str>),
    /// A symbol.
    Icon(Rect, Icon, Ink),
    /// A picture, scaled to cover the rectangle, with round corners of this radius.
    Picture(Rect, i32, PictureKey),
    /// What follows is painted inside this rectangle only, and inside those before; ends with `Unclip`.
    Clip(Rect),
    /// Ends the last `Clip`.
    Unclip,
}

/// Something that can be touched.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Where.
    pub rect: Rect,
    /// What a click does.
    pub act: Act,
    /// What it is called: the tooltip, and the name for assistive technology.
    pub name: Box<str>,
    /// What it is.
    pub role: Role,
}

/// What a region is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Pressed by a click, Enter or Space; reached with Tab; a hand above it.
    Button,
    /// As a button, with a tooltip of its name.
    Tool,
    /// As a button, in a list.
    Row,
    /// A link, with a hand above it.
    Link,
    /// A tooltip of its name, and nothing else.
    Note,
    /// Text that is selected by dragging; an I above it.
    Text,
    /// A scroll bar's thumb or another thing that is dragged.
    Drag,
    /// Holds what is behind it back; nothing to see.
    Shield,
}

/// A real text field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPlace {
    /// Which.
    pub field: Field,
    /// Where its text stands; what is around it is painted by the scene.
    pub rect: Rect,
    /// Shown while it is empty.
    pub hint: Box<str>,
    /// What it stands on.
    pub ground: Ink,
    /// Whether it takes text.
    pub enabled: bool,
}

/// The text fields of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Where a message is written. Several lines.
    Composer,
    /// What to look for in rooms and messages.
    Search,
    /// What to look for among emoji.
    EmojiSearch,
    /// An invitation link.
    Link,
    /// The account's name.
    Handle,
    /// The password.
    Password,
    /// The password again.
    PasswordAgain,
    /// The first field of a dialog: a room's name, a handle, a device's name.
    First,
    /// The second field of a dialog: a topic.
    Second,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Composer,
        Self::Search,
        Self::EmojiSearch,
        Self::Link,
        Self::Handle,
        Self::Password,
        Self::PasswordAgain,
        Self::First,
        Self::Second,
    ];

    /// Whether what is typed is not shown.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::PasswordAgain)
    }

    /// Whether it holds several lines.
    #[must_use]
    pub const fn is_multiline(self) -> bool {
        matches!(self, Self::Composer)
    }
}

/// Symbols, drawn from lines and curves so that they look alike on every system; 24 units a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum Icon {
    Attach,
    Back,
    Bell,
    Check,
    Checks,
    Chevron,
    Close,
    Clock,
    Copy,
    Cross,
    Device,
    Down,
    Download,
    Edit,
    Emoji,
    File,
    Folder,
    Gear,
    Home,
    Info,
    Leave,
    Lock,
    Members,
    Menu,
    Moon,
    More,
    Play,
    Plus,
    Reply,
    Search,
    Send,
    Shield,
    Sun,
    Trash,
    Warning,
}

/// A picture that the toolkit holds; see [`Effect::LoadPicture`](crate::effect::Effect::LoadPicture).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PictureKey(pub u64);

impl Scene {
    /// What a click at a place means.
    #[must_use]
    pub fn hit(&self, at: Point) -> Option<&Region> {
        self.regions.iter().rev().find(|region| region.rect.contains(at))
    }

    /// Adds an operation.
    pub fn push(&mut self, op: Op) {
        self.ops.push(op);
    }

    /// Adds a region.
    pub fn region(&mut self, rect: Rect, act: impl Into<Act>, name: &str, role: Role) {
        self.regions.push(Region { rect, act: act.into(), name: name.into(), role });
    }

    /// Asks for another frame after this many milliseconds, or sooner.
    pub fn wake_after(&mut self, ms: u32) {
        self.next_ms = Some(self.next_ms.map_or(ms, |known| known.min(ms)));
    }
}

impl core::fmt::Display for Scene {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for op in &self.ops {
            writeln!(f, "{op:?}")?;
        }
        for field in &self.fields {
            writeln!(f, "{field:?}")?;
        }
        for region in &self.regions {
            writeln!(f, "{region:?}")?;
        }
        Ok(())
    }
}
