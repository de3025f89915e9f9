//! What the engine answers to a dialog.

use engine::{Command, Event, Membership, Problem};
use wire::id::RoomId;

use super::{Body, Desk, Dialog, Next};
use crate::act::Act;
use crate::effect::Effect;
use crate::scene::Field;
use crate::state::sign::{Wrong, set};

impl Dialog {
    /// Takes what the engine tells, if it is about this dialog.
    pub fn event(&mut self, event: &Event, desk: &mut Desk<'_>) -> Next {
        match event {
            Event::Done { id, room } if self.waiting == Some(*id) => {
                self.waiting = None;
                return self.done(*room, desk);
            }
            Event::CommandFailed { id: Some(id), problem } if self.waiting == Some(*id) => {
                self.waiting = None;
                let field = self.cause(problem);
                self.wrong = Some(Wrong { field, text: problem.to_string().into() });
                if field.is_some() {
                    desk.out.effect(Effect::Focus(field));
                }
            }
            Event::Rooms(rooms) => self.rooms(rooms, desk),
            Event::RoomChanged(changed) => {
                if let Body::RoomInfo { room, info, .. } = &mut self.body
                    && changed.room == *room
                {
                    *info = Some(Box::new(changed.clone()));
                    desk.out.command(Command::ListMembers { room: *room });
                }
            }
            // Left, removed, or closed: there is nothing to change any more.
            Event::RoomLeft { room: left, .. } => {
                if matches!(self.body, Body::RoomInfo { room, .. } if room == *left) {
                    return Next::Close;
                }
            }
            Event::Members { room: of, members: told } => {
                if let Body::RoomInfo { room, members, .. } = &mut self.body
                    && of == room
                {
                    members.clone_from(told);
                }
            }
            Event::Safety(told) if self.waiting == Some(told.id) => {
                self.waiting = None;
                if let Body::Safety { safety, .. } = &mut self.body {
                    *safety = Some(told.clone());
                }
            }
            Event::Devices { id, devices: told } if self.waiting == Some(*id) => {
                self.waiting = None;
                if let Body::Devices { devices, .. } = &mut self.body {
                    *devices = Some(told.clone());
                }
            }
            Event::ReceiptsSet(told) => {
                if let Body::Settings { receipts } = &mut self.body {
                    *receipts = Some(*told);
                }
            }
            _ => {}
        }
        Next::Stay
    }

    fn done(&mut self, room: Option<RoomId>, desk: &mut Desk<'_>) -> Next {
        match &mut self.body {
            Body::CreateRoom { .. } | Body::JoinRoom { .. } | Body::NewDirect => {
                room.map_or(Next::Close, |room| Next::Then(Act::OpenRoom(room, None)))
            }
            Body::InviteTo { .. } => Next::Say("Invited."),
            Body::Password => {
                for field in [Field::Password, Field::PasswordAgain] {
                    set(desk.fields, desk.out, field, "");
                }
                Next::Say("The password is changed.")
            }
            Body::Safety { handle, .. } => {
                let (id, handle) = (desk.out.id(), handle.clone());
                self.waiting = Some(id);
                desk.out.command(Command::ShowSafety { id, handle });
                Next::Stay
            }
            Body::Devices { naming, .. } => {
                *naming = None;
                self.list_devices(desk.out);
                Next::Stay
            }
            Body::RoomInfo { room, .. } => {
                let room = *room;
                desk.out.command(Command::ListRooms);
                desk.out.command(Command::ListMembers { room });
                Next::Stay
            }
            _ => Next::Close,
        }
    }

    fn rooms(&mut self, told: &[engine::RoomInfo], desk: &mut Desk<'_>) {
        match &mut self.body {
            Body::JoinRoom { rooms } => {
                let joinable = told.iter().filter(|room| room.standing == Membership::Joinable);
                *rooms = Some(joinable.cloned().collect());
            }
            Body::InviteTo { room, name } => {
                if let Some(known) = told.iter().find(|known| known.room == *room) {
                    *name = known.name.as_str().into();
                }
            }
            Body::RoomInfo { room, info, .. } => {
                let Some(known) = told.iter().find(|known| known.room == *room) else { return };
                if info.is_none() {
                    set(desk.fields, desk.out, Field::First, &known.name);
                    set(desk.fields, desk.out, Field::Second, &known.topic);
                }
                *info = Some(Box::new(known.clone()));
            }
            _ => {}
        }
    }

    /// The field that caused a problem, in this dialog.
    fn cause(&self, problem: &Problem) -> Option<Field> {
        let of_name = matches!(
            problem,
            Problem::HandleUnknown(_)
                | Problem::AlreadyMember(_)
                | Problem::NoDevices(_)
                | Problem::NameInvalid { .. }
                | Problem::NeverMet(_)
        );
        let first = match &self.body {
            Body::CreateRoom { .. } | Body::NewDirect | Body::InviteTo { .. } => true,
            Body::Devices { naming, .. } => naming.is_some(),
            Body::RoomInfo { .. } => matches!(problem, Problem::NameInvalid { .. }),
            _ => false,
        };
        (first && of_name).then_some(Field::First)
    }
}
