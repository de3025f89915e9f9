//! What front ends ask for: done at once, begun, or kept until the relay knows this device.

use wire::id::RoomId;
use wire::message::ToRelay;

use super::{Client, Now, Output, Request, change};
use crate::event::RequestId;
use crate::{Command, Event, Problem};

impl Client {
    /// Does what a front end asked for.
    pub fn handle_command(&mut self, command: Command, now: Now) {
        self.now = now;
        self.search.rest(now.time);
        let id = command.id();
        if let Err(problem) = self.do_command(command, now) {
            self.tell(Event::CommandFailed { id, problem });
        }
    }

    fn do_command(&mut self, command: Command, now: Now) -> Result<(), Problem> {
        match command {
            Command::SendText { room, id, text } => self.send_text(room, id, text, now)?,
            Command::Reply { room, id, to, text } => self.reply((room, to), id, text, now)?,
            Command::SendFile { room, id, path } => self.send_file(room, id, path)?,
            Command::ListTransfers => self.list_transfers(),
            Command::SendTyping { room } => self.send_typing(room)?,
            Command::ListRooms => self.list_rooms()?,
            Command::ListMembers { room } => self.list_members(room)?,
            Command::ReadHistory { room, after, limit } => {
                let entries = self.entries_after(self.readable_room(room)?, after, limit)?;
                self.tell(Event::History { room, entries });
            }
            Command::ReadBack { room, before, limit } => {
                let entries = self.entries_before(self.readable_room(room)?, before, limit)?;
                self.tell(Event::History { room, entries });
            }
            Command::ShowReceipts => self.tell(Event::ReceiptsSet(self.receipts)),
            Command::Search { id, room, text, limit } => self.search(id, room, &text, limit)?,
            Command::ListOutbox => self.list_outbox()?,
            Command::Keep { name, value } => self.keep(&name, value, now)?,
            Command::Recall { name } => self.recall(name)?,
            Command::ShowSafety { id, handle } => self.show_safety(id, handle)?,
            Command::ConnectNow => {
                self.connection.retry_now(now.time);
                self.connect_if_due(now);
            }
            Command::Stop => {
                self.outputs.push_back(Output::Disconnect);
                self.tell(Event::Stopped { problem: None });
            }
            other => {
                // What it begins is durable before anything of it leaves.
                let mut outcome = Ok(());
                self.transact(now, |client| {
                    outcome = client.begin_command(other);
                    match (&outcome, client.vault.failure()) {
                        (_, Some(failure)) => Err(failure),
                        (Ok(()), None) => client.go_on(),
                        (Err(_), None) => Ok(()),
                    }
                })?;
                outcome?;
            }
        }
        Ok(())
    }

    /// Commands that change something. A refusal changes nothing.
    fn begin_command(&mut self, command: Command) -> Result<(), Problem> {
        if command.needs_relay() && !self.connection.is_signed_in() {
            self.deferred.push(command);
            return Ok(());
        }
        match command {
            Command::CreateRoom { id, access, name, history } => {
                self.create_named(id, access, name, history)
            }
            Command::OpenDirect { id, handle } => self.open_direct(id, handle),
            Command::JoinRoom { id, room } => self.join_open(id, room),
            Command::LeaveRoom { id, room } => {
                self.known_room(room)?;
                self.want(room, Some(id), change::Want::Leave)
            }
            Command::RepairRoom { id, room } => self.repair_room(id, room),
            Command::ChangeRoom { id, room, change } => self.change_room(id, room, change),
            Command::EditText { id, room, seq, text } => self.edit_text(id, (room, seq), text),
            Command::DeleteMessage { id, room, seq } => self.delete_message(id, room, seq),
            Command::React { id, room, seq, emoji, what } => {
                self.react(id, (room, seq), (emoji, what))
            }
            Command::MarkRead { room, seq } => self.mark_read(room, seq),
            Command::SetReceipts(receipts) => self.set_receipts(receipts),
            Command::SaveFile { id, room, seq, directory } => {
                self.save_file(id, room, seq, directory)
            }
            Command::CancelTransfer { id, transfer } => self.cancel_transfer(id, transfer),
            Command::ShowFileLimits { id } => {
                self.request(Request::FileLimits(id), ToRelay::FileLimits);
                Ok(())
            }
            Command::ListDevices { id } => {
                self.list_devices(id);
                Ok(())
            }
            Command::NameDevice { id, device, name } => self.name_device(id, device, &name),
            Command::RevokeDevice { id, device } => self.revoke_device(id, device),
            Command::ChangePassword { id, new } => self.change_password(id, new),
            Command::Verify { id, handle } => self.verify(id, handle),
            Command::Trust { id, handle } => self.trust(id, handle),
            _ => Err(Problem::Internal("a command that nobody does")),
        }
    }

    /// Begins what was kept.
    pub(super) fn begin_deferred(&mut self) -> Result<(), Problem> {
        if !self.connection.is_signed_in() {
            return Ok(());
        }
        for command in core::mem::take(&mut self.deferred) {
            let id = command.id();
            let outcome = self.begin_command(command);
            match (outcome, self.vault.failure()) {
                (_, Some(failure)) => return Err(failure),
                (Err(problem), None) => self.failed(id, problem),
                (Ok(()), None) => {}
            }
        }
        Ok(())
    }

    /// Commands that wait in memory for a room.
    pub(super) fn waiting(&self) -> Vec<RequestId> {
        let wanted = self.rooms.values().flat_map(|room| {
            let wanted = room.wanted.iter().filter_map(|wanted| wanted.id);
            wanted.chain(room.entered_for)
        });
        wanted.chain(self.transfers.inspecting()).collect()
    }

    /// A room that this account is in.
    pub(super) fn known_room(&self, id: RoomId) -> Result<RoomId, Problem> {
        match self.rooms.get(&id) {
            Some(room) if room.is_ours() => Ok(id),
            Some(room) if room.is_left() => Err(Problem::RoomLeft),
            _ => Err(Problem::RoomUnknown),
        }
    }

    /// A room of which something is here.
    pub(super) fn readable_room(&self, id: RoomId) -> Result<RoomId, Problem> {
        match self.known_room(id) {
            Err(Problem::RoomLeft) => Ok(id),
            known => known,
        }
    }
}
