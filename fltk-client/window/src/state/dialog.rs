//! What stands over the window until it is answered: one dialog at a time.
//!
//! A dialog keeps what it shows itself, asked of the engine when it opens; answers are told by
//! [`Dialog::event`]. It never closes by itself: what is to happen next is returned as [`Next`].

mod answer;
mod doing;
pub mod keys;
pub mod link;

use std::path::{Path, PathBuf};

use engine::{Access, Command, Device, Member, Receipts, RequestId, Role, RoomInfo, Safety};
use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};

use super::settings::{Enter, Notifications, Settings};
use super::sign::{Fields, Wrong, set};
use crate::act::Act;
use crate::app::Out;
use crate::effect::{Effect, PictureSource};
use crate::palette::Theme;
use crate::scene::{Field, PictureKey};

/// Messages.
#[derive(Clone, Debug, PartialEq)]
pub enum DialogAct {
    /// Does what the dialog is for.
    Submit,
    /// Who may join the new room.
    Access(Access),
    /// How much those who are invited may read from before.
    History(u16),
    /// After how many seconds messages disappear.
    Lifetime(u32),
    /// Joins a room.
    Join(RoomId),
    /// Gives the room the name in the first field.
    Rename,
    /// Gives the room the topic in the second field.
    SetTopic,
    /// Makes a member an owner, or the reverse.
    Role(Handle, Role),
    /// Asks before something that cannot be undone.
    Ask(Ask),
    /// Does what was asked.
    Confirm,
    /// Does not.
    Refrain,
    /// Keeps the pinned key, which was compared.
    Verify,
    /// Accepts the new key.
    Trust,
    /// Begins to name a device.
    Name(DeviceId),
    /// Names it as the first field says.
    SaveName,
    /// Changes a setting.
    Set(Set),
    /// Copies the address.
    CopyLink,
    /// Does not send a file, by its number.
    RemoveFile(usize),
}

/// A setting that is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// The theme.
    Theme(Option<Theme>),
    /// The scale, in percent.
    Scale(u16),
    /// What Enter does.
    Enter(Enter),
    /// What notifications say.
    Notifications(Notifications),
    /// Whether something sounds.
    Sounds(bool),
    /// Whether others are told what was read.
    Receipts(Receipts),
}

/// What is asked about before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Taking an account out of the room.
    Remove(Handle),
    /// Leaving the room.
    Leave,
    /// Closing the room for everybody.
    Close,
    /// Ending a device.
    Revoke(DeviceId),
}

/// Which dialog.
#[derive(Clone, Debug, PartialEq)]
pub enum DialogKind {
    /// Makes a room.
    CreateRoom,
    /// Lists rooms that can be joined.
    JoinRoom,
    /// Starts a direct conversation.
    NewDirect,
    /// Invites an account to a room.
    InviteTo(RoomId),
    /// Shows and changes a room.
    RoomInfo(RoomId),
    /// Asks before a room is left.
    LeaveRoom(RoomId),
    /// Compares keys with an account.
    Safety(Handle),
    /// Lists the account's devices.
    Devices,
    /// Changes the password.
    Password,
    /// What a person can set.
    Settings,
    /// Which version it is.
    About,
    /// The shortcuts.
    Keys,
    /// Says where a link leads.
    Link(Box<str>),
    /// Asks before a message is deleted for everybody.
    DeleteMessage(RoomId, Seq),
    /// Says when a message was sent and who has read it.
    MessageInfo(Box<MessageFacts>),
    /// Shows files before they are sent to a room.
    SendFiles(RoomId, Vec<Offered>),
    /// Shows a picture large.
    Picture(Viewed),
    /// Asks before the profile is closed.
    Lock,
}

/// A file that may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Where it is.
    pub path: PathBuf,
    /// Bytes, if that is known.
    pub size: Option<u64>,
}

/// A picture that is shown large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewed {
    /// The picture.
    pub key: PictureKey,
    /// What its sender calls it.
    pub name: Box<str>,
    /// Width and height of what is there, if known.
    pub size: Option<(u32, u32)>,
    /// The message that it belongs to.
    pub seq: Seq,
}

/// Exactly when a message was sent, and who has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageFacts {
    /// Who wrote it.
    pub from: Handle,
    /// When, by the author's clock.
    pub sent: UnixMs,
    /// When the relay got it.
    pub at: UnixMs,
    /// When it was changed last.
    pub edited: Option<UnixMs>,
    /// When it disappears.
    pub expires: Option<UnixMs>,
    /// Who handed it on.
    pub told_by: Option<Handle>,
    /// Who has read it, of those who tell it.
    pub read_by: Vec<Handle>,
}

/// A dialog.
#[derive(Debug)]
pub struct Dialog {
    /// Which, with what it shows.
    pub body: Body,
    /// Pixels that its content is scrolled by.
    pub scroll: i32,
    /// The request whose end it waits for.
    pub waiting: Option<RequestId>,
    /// What went wrong.
    pub wrong: Option<Wrong>,
    /// What is asked about.
    pub ask: Option<Ask>,
}

/// What a dialog shows.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is the dialog of that name")]
pub enum Body {
    CreateRoom { access: Access, history: u16 },
    JoinRoom { rooms: Option<Vec<RoomInfo>> },
    NewDirect,
    InviteTo { room: RoomId, name: Box<str> },
    RoomInfo { room: RoomId, info: Option<Box<RoomInfo>>, members: Vec<Member> },
    LeaveRoom { room: RoomId },
    Safety { handle: Handle, safety: Option<Safety> },
    Devices { devices: Option<Vec<Device>>, naming: Option<DeviceId> },
    Password,
    Settings { receipts: Option<Receipts> },
    About,
    Keys,
    Link { url: Box<str> },
    DeleteMessage { room: RoomId, seq: Seq },
    MessageInfo(Box<MessageFacts>),
    SendFiles { room: RoomId, files: Vec<Offered>, shown: Vec<PictureKey> },
    Picture(Viewed),
    Lock,
}

/// What dialogs work on beside themselves.
#[derive(Debug)]
pub struct Desk<'a> {
    /// What stands in the fields.
    pub fields: &'a mut Fields,
    /// What the person has set.
    pub settings: &'a mut Settings,
    /// What is to be done outside.
    pub out: &'a mut Out,
}

/// What happens after a dialog did something.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// It stays.
    Stay,
    /// It closes.
    Close,
    /// It closes, and a sentence says that it is done.
    Say(&'static str),
    /// It closes, and this is done.
    Then(Act),
}

impl Dialog {
    /// Opens a dialog, and asks the engine for what it shows.
    #[must_use]
    pub fn open(kind: DialogKind, desk: &mut Desk<'_>) -> Self {
        for field in [Field::First, Field::Second, Field::Password, Field::PasswordAgain] {
            set(desk.fields, desk.out, field, "");
        }
        let focus = match kind {
            DialogKind::CreateRoom | DialogKind::NewDirect | DialogKind::InviteTo(_) => {
                Some(Field::First)
            }
            DialogKind::Password => Some(Field::Password),
            _ => None,
        };
        desk.out.effect(Effect::Focus(focus));
        let mut dialog =
            Self { body: Body::About, scroll: 0, waiting: None, wrong: None, ask: None };
        dialog.body = dialog.begin(kind, desk.out);
        dialog
    }

    fn begin(&mut self, kind: DialogKind, out: &mut Out) -> Body {
        match kind {
            DialogKind::CreateRoom => Body::CreateRoom { access: Access::Closed, history: 0 },
            DialogKind::JoinRoom => {
                out.command(Command::ListRooms);
                Body::JoinRoom { rooms: None }
            }
            DialogKind::NewDirect => Body::NewDirect,
            DialogKind::InviteTo(room) => {
                out.command(Command::ListRooms);
                Body::InviteTo { room, name: "".into() }
            }
            DialogKind::RoomInfo(room) => {
                out.command(Command::ListRooms);
                out.command(Command::ListMembers { room });
                Body::RoomInfo { room, info: None, members: Vec::new() }
            }
            DialogKind::LeaveRoom(room) => Body::LeaveRoom { room },
            DialogKind::Safety(handle) => {
                let id = out.id();
                self.waiting = Some(id);
                out.command(Command::ShowSafety { id, handle: handle.clone() });
                Body::Safety { handle, safety: None }
            }
            DialogKind::Devices => {
                self.list_devices(out);
                Body::Devices { devices: None, naming: None }
            }
            DialogKind::Password => Body::Password,
            DialogKind::Settings => {
                out.command(Command::ShowReceipts);
                Body::Settings { receipts: None }
            }
            DialogKind::About => Body::About,
            DialogKind::Keys => Body::Keys,
            DialogKind::Link(url) => Body::Link { url },
            DialogKind::DeleteMessage(room, seq) => Body::DeleteMessage { room, seq },
            DialogKind::MessageInfo(facts) => Body::MessageInfo(facts),
            DialogKind::SendFiles(room, files) => {
                let unknown = files.iter().filter(|file| file.size.is_none());
                let unknown = unknown.map(|file| file.path.clone()).collect();
                out.effect(Effect::LookAtFiles(unknown));
                for file in files.iter().filter(|file| is_picture(&file.path)) {
                    let source = PictureSource::File(file.path.clone());
                    out.effect(Effect::LoadPicture(picture_key(&file.path), source));
                }
                Body::SendFiles { room, files, shown: Vec::new() }
            }
            DialogKind::Picture(viewed) => Body::Picture(viewed),
            DialogKind::Lock => Body::Lock,
        }
    }

    fn list_devices(&mut self, out: &mut Out) {
        let id = out.id();
        self.waiting = Some(id);
        out.command(Command::ListDevices { id });
    }

    /// A picture is there, with its width and height, or cannot be shown.
    pub fn picture_loaded(&mut self, key: PictureKey, size: Option<(u32, u32)>) {
        match &mut self.body {
            Body::SendFiles { shown, .. } if size.is_some() => shown.push(key),
            Body::Picture(viewed) if viewed.key == key => viewed.size = size.or(viewed.size),
            _ => {}
        }
    }

    /// A file that may be sent has so many bytes.
    pub fn file_sized(&mut self, path: &Path, size: u64) {
        let Body::SendFiles { files, .. } = &mut self.body else { return };
        for file in files.iter_mut().filter(|file| file.path == path) {
            file.size = Some(size);
        }
    }

    /// A field changed: what was wrong with it may be so no longer.
    pub fn typed(&mut self, field: Field, _text: &str) {
        if self.wrong.as_ref().is_some_and(|wrong| wrong.field == Some(field)) {
            self.wrong = None;
        }
    }

    /// Scrolls, for the wheel and for keys that mean it; `limit` is what `view::dialog::scroll_limit` says.
    pub fn wheel(&mut self, dy: i32, limit: i32) {
        self.scroll = (self.scroll + dy).clamp(0, limit.max(0));
    }
}

/// Whether a file is likely a picture that can be shown.
#[must_use]
pub fn is_picture(path: &Path) -> bool {
    let known = |extension: &std::ffi::OsStr| {
        ["jpg", "jpeg", "png"].iter().any(|end| extension.eq_ignore_ascii_case(end))
    };
    path.extension().is_some_and(known)
}

/// The name of the picture in a file of this computer.
#[must_use]
pub fn picture_key(path: &Path) -> PictureKey {
    let bytes = path.as_os_str().as_encoded_bytes();
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // Apart from those that are named by a message.
    PictureKey(hash | 1 << 63)
}

#[cfg(test)]
mod tests;
