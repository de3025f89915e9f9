//! What a person does in a dialog.

use engine::{Change, Command, MAX_ROOM_NAME_BYTES, MAX_TOPIC_BYTES, Password, RequestId};
use zeroize::Zeroizing;

use super::{Ask, Body, Desk, Dialog, DialogAct, Next, Set};
use crate::act::Act;
use crate::app::Out;
use crate::effect::{Effect, Key};
use crate::scene::Field;
use crate::state::sign::{Wrong, handle, set, strength, text};

impl Dialog {
    /// Does what a person means.
    pub fn act(&mut self, act: DialogAct, desk: &mut Desk<'_>) -> Next {
        match act {
            DialogAct::Set(set) => self.set(set, desk),
            DialogAct::Ask(ask) => (self.ask, self.wrong) = (Some(ask), None),
            DialogAct::Refrain => self.ask = None,
            // One thing at a time: its answer belongs to it.
            _ if self.waiting.is_some() => {}
            DialogAct::Submit => return self.submit(desk),
            DialogAct::Confirm => self.confirm(desk.out),
            act => return self.change(act, desk),
        }
        Next::Stay
    }

    /// Takes a key that no field wants for itself; says whether it was used, and what follows.
    pub fn key(&mut self, key: Key, desk: &mut Desk<'_>) -> Option<Next> {
        match key {
            Key::Escape if self.ask.is_some() => self.ask = None,
            Key::Escape => return Some(Next::Close),
            Key::Enter => match &self.body {
                Body::CreateRoom { .. }
                | Body::NewDirect
                | Body::InviteTo { .. }
                | Body::Password
                | Body::SendFiles { .. } => return Some(self.act(DialogAct::Submit, desk)),
                Body::Devices { naming: Some(_), .. } => {
                    return Some(self.act(DialogAct::SaveName, desk));
                }
                Body::RoomInfo { .. } => return Some(self.save_room(desk)),
                _ => return None,
            },
            _ => return None,
        }
        Some(Next::Stay)
    }

    fn submit(&mut self, desk: &mut Desk<'_>) -> Next {
        let first = text(desk.fields, Field::First).trim().to_owned();
        match self.body.clone() {
            Body::CreateRoom { access, history } => {
                if let Some(fault) = name_fault(&first, MAX_ROOM_NAME_BYTES) {
                    return self.fault(Field::First, fault, desk.out);
                }
                self.ask_engine(desk.out, |id| Command::CreateRoom {
                    id,
                    access,
                    name: first,
                    history,
                });
            }
            Body::NewDirect => match handle::meant(&first) {
                Some(handle) => self.ask_engine(desk.out, |id| Command::OpenDirect { id, handle }),
                None => return self.fault(Field::First, handle_fault(&first), desk.out),
            },
            Body::InviteTo { room, .. } => match handle::meant(&first) {
                Some(handle) => self.ask_engine(desk.out, |id| Command::ChangeRoom {
                    id,
                    room,
                    change: Change::Invite(handle),
                }),
                None => return self.fault(Field::First, handle_fault(&first), desk.out),
            },
            Body::LeaveRoom { room } => {
                self.ask_engine(desk.out, |id| Command::LeaveRoom { id, room });
            }
            Body::DeleteMessage { room, seq } => {
                self.ask_engine(desk.out, |id| Command::DeleteMessage { id, room, seq });
            }
            Body::Password => return self.change_password(desk),
            Body::Link { url } => {
                desk.out.effect(Effect::OpenLink(url.into()));
                return Next::Close;
            }
            Body::SendFiles { room, files, .. } => {
                for file in files {
                    let id = desk.out.id();
                    desk.out.command(Command::SendFile { room, id, path: file.path });
                }
                return Next::Close;
            }
            Body::Picture(viewed) => return Next::Then(Act::SaveFile(viewed.seq)),
            Body::Lock => {
                desk.out.effect(Effect::CloseProfile);
                return Next::Close;
            }
            Body::JoinRoom { .. }
            | Body::RoomInfo { .. }
            | Body::Safety { .. }
            | Body::Devices { .. }
            | Body::Settings { .. }
            | Body::About
            | Body::Keys
            | Body::MessageInfo(_) => return Next::Close,
        }
        Next::Stay
    }

    fn change_password(&mut self, desk: &mut Desk<'_>) -> Next {
        let new = text(desk.fields, Field::Password);
        let refused = strength::rate(new, "").refused;
        if new.is_empty() {
            return self.fault(Field::Password, "Choose a new password.", desk.out);
        }
        if let Some(refused) = refused {
            return self.fault(Field::Password, refused, desk.out);
        }
        if new != text(desk.fields, Field::PasswordAgain) {
            return self.fault(Field::PasswordAgain, "The passwords differ.", desk.out);
        }
        let new = Password::new(Zeroizing::new(new.to_owned()));
        self.ask_engine(desk.out, |id| Command::ChangePassword { id, new });
        Next::Stay
    }

    fn change(&mut self, act: DialogAct, desk: &mut Desk<'_>) -> Next {
        match (&mut self.body, act) {
            (Body::CreateRoom { access, .. }, DialogAct::Access(chosen)) => *access = chosen,
            (Body::CreateRoom { history, .. }, DialogAct::History(chosen)) => *history = chosen,
            (Body::JoinRoom { .. }, DialogAct::Join(room)) => {
                self.ask_engine(desk.out, |id| Command::JoinRoom { id, room });
            }
            (Body::RoomInfo { .. }, DialogAct::Rename) => {
                let name = text(desk.fields, Field::First).trim().to_owned();
                if let Some(fault) = name_fault(&name, MAX_ROOM_NAME_BYTES) {
                    return self.fault(Field::First, fault, desk.out);
                }
                self.change_room(Change::Rename(name), desk.out);
            }
            (Body::RoomInfo { .. }, DialogAct::SetTopic) => {
                let topic = text(desk.fields, Field::Second).trim().to_owned();
                if topic.len() > MAX_TOPIC_BYTES {
                    return self.fault(Field::Second, "The topic is too long.", desk.out);
                }
                self.change_room(Change::SetTopic(topic), desk.out);
            }
            (Body::RoomInfo { .. }, DialogAct::History(chosen)) => {
                self.change_room(Change::SetHistory(chosen), desk.out);
            }
            (Body::RoomInfo { .. }, DialogAct::Lifetime(seconds)) => {
                self.change_room(Change::SetLifetime(seconds), desk.out);
            }
            (Body::RoomInfo { .. }, DialogAct::Role(handle, role)) => {
                self.change_room(Change::SetRole(handle, role), desk.out);
            }
            (Body::Safety { handle, .. }, DialogAct::Verify) => {
                let handle = handle.clone();
                self.ask_engine(desk.out, |id| Command::Verify { id, handle });
            }
            (Body::Safety { handle, .. }, DialogAct::Trust) => {
                let handle = handle.clone();
                self.ask_engine(desk.out, |id| Command::Trust { id, handle });
            }
            (Body::Devices { naming, devices }, DialogAct::Name(device)) => {
                let known = devices.iter().flatten().find(|known| known.device == device);
                let name = known.map_or("", |known| &known.name).to_owned();
                *naming = Some(device);
                set(desk.fields, desk.out, Field::First, &name);
                desk.out.effect(Effect::Focus(Some(Field::First)));
            }
            (Body::Devices { naming: Some(device), .. }, DialogAct::SaveName) => {
                let (device, name) = (*device, text(desk.fields, Field::First).trim().to_owned());
                if name.len() > engine::MAX_DEVICE_NAME_BYTES {
                    return self.fault(Field::First, "The name is too long.", desk.out);
                }
                self.ask_engine(desk.out, |id| Command::NameDevice { id, device, name });
            }
            (Body::Link { url }, DialogAct::CopyLink) => {
                desk.out.effect(Effect::Copy(url.to_string()));
                return Next::Say("Copied.");
            }
            (Body::SendFiles { files, .. }, DialogAct::RemoveFile(number)) => {
                if number < files.len() {
                    files.remove(number);
                }
                if files.is_empty() {
                    return Next::Close;
                }
            }
            _ => {}
        }
        Next::Stay
    }

    /// Enter in a field of a room's dialog: saves what differs.
    fn save_room(&mut self, desk: &mut Desk<'_>) -> Next {
        let Body::RoomInfo { info: Some(info), .. } = &self.body else { return Next::Stay };
        if text(desk.fields, Field::First).trim() != info.name {
            self.act(DialogAct::Rename, desk)
        } else if text(desk.fields, Field::Second).trim() != info.topic {
            self.act(DialogAct::SetTopic, desk)
        } else {
            Next::Stay
        }
    }

    fn confirm(&mut self, out: &mut Out) {
        let room = match &self.body {
            Body::RoomInfo { room, .. } => Some(*room),
            _ => None,
        };
        match (self.ask.take(), room) {
            (Some(Ask::Remove(handle)), _) => self.change_room(Change::Remove(handle), out),
            (Some(Ask::Close), _) => self.change_room(Change::Close, out),
            (Some(Ask::Leave), Some(room)) => {
                self.ask_engine(out, |id| Command::LeaveRoom { id, room });
            }
            (Some(Ask::Revoke(device)), _) => {
                self.ask_engine(out, |id| Command::RevokeDevice { id, device });
            }
            (Some(Ask::Leave) | None, _) => {}
        }
    }

    fn change_room(&mut self, change: Change, out: &mut Out) {
        if let Body::RoomInfo { room, .. } = self.body {
            self.ask_engine(out, |id| Command::ChangeRoom { id, room, change });
        }
    }

    fn ask_engine(&mut self, out: &mut Out, command: impl FnOnce(RequestId) -> Command) {
        let id = out.id();
        (self.waiting, self.wrong) = (Some(id), None);
        out.command(command(id));
    }

    fn fault(&mut self, field: Field, text: &str, out: &mut Out) -> Next {
        self.wrong = Some(Wrong::at(field, text));
        out.effect(Effect::Focus(Some(field)));
        Next::Stay
    }

    fn set(&mut self, set: Set, desk: &mut Desk<'_>) {
        let settings = &mut *desk.settings;
        match set {
            Set::Theme(theme) => settings.theme = theme,
            Set::Scale(percent) => settings.scale_percent = percent,
            Set::Enter(enter) => settings.enter = enter,
            Set::Notifications(what) => settings.notifications = what,
            Set::Sounds(on) => settings.sounds = on,
            Set::Receipts(receipts) => {
                desk.out.command(Command::SetReceipts(receipts));
                return;
            }
        }
        desk.out.effect(Effect::Apply(settings.clone()));
    }
}

fn name_fault(name: &str, max: usize) -> Option<&'static str> {
    if name.is_empty() {
        Some("Give it a name.")
    } else if name.len() > max {
        Some("The name is too long.")
    } else if name.contains(char::is_control) {
        Some("The name holds characters that cannot be shown.")
    } else {
        None
    }
}

fn handle_fault(typed: &str) -> &'static str {
    handle::fault(typed.trim_start_matches('@')).unwrap_or("Write the account's name.")
}
