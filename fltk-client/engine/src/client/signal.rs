//! Signals: sealed under a key of the epoch, forwarded, never stored (PROTOCOL §11).

use wire::codec::Bytes;
use wire::id::{DeviceId, RoomId};
use wire::message::{Tagged, ToRelay};
use wire::sealed::SealingKey;

use super::{Client, Output};
use crate::group::{self, Provider};
use crate::{Event, Problem};

const TYPING: u8 = 1;

impl Client {
    /// Sends a typing signal, as soon as the room is ready.
    pub(super) fn send_typing(&mut self, room: RoomId) -> Result<(), Problem> {
        let id = self.known_room(room)?;
        if self.connection.is_open() {
            self.room_mut(id)?.typing_due = true;
        }
        self.send_due_signals()
    }

    /// Sends the signals that waited for their room.
    pub(super) fn send_due_signals(&mut self) -> Result<(), Problem> {
        if !self.connection.is_signed_in() {
            return Ok(());
        }
        let mut due = Vec::new();
        for (id, room) in &mut self.rooms {
            if room.is_ready() && core::mem::take(&mut room.typing_due) {
                due.push(*id);
            }
        }
        for room in due {
            let own = self.profile.identity.device();
            let key = self.signal_key(room)?;
            let payload = key
                .seal(&place(room, own), &[TYPING], &mut self.random)
                .and_then(Bytes::new)
                .map_err(|_| Problem::Internal("a signal is too long"))?;
            let message = ToRelay::Signal { room, payload };
            self.outputs.push_back(Output::Send(Tagged { tag: 0, message }));
        }
        Ok(())
    }

    /// A signal of a member. One that does not open is of another epoch, or forged: nothing is lost.
    pub(super) fn handle_signal(&mut self, room: RoomId, from: DeviceId, sealed: &[u8]) {
        let opened =
            self.signal_key(room).ok().and_then(|key| key.open(&place(room, from), sealed).ok());
        if opened.is_none_or(|opened| *opened != [TYPING]) {
            return;
        }
        let members = self.members_by_handle(room).unwrap_or_default();
        let sender = members.into_iter().find(|(_, devices)| devices.contains(&from));
        if let Some((handle, _)) = sender {
            self.tell(Event::Typing { room, from: handle, device: from });
        }
    }

    fn signal_key(&mut self, id: RoomId) -> Result<SealingKey, Problem> {
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Problem::RoomUnknown)?;
        let group = room.group(&provider, id)?;
        group::signal_key(&provider, group)
            .ok_or(Problem::Internal("a signal key could not be derived"))
    }
}

/// What a signal is bound to: the room and the device that sends it.
fn place(room: RoomId, from: DeviceId) -> Vec<u8> {
    [room.as_array().as_slice(), from.as_array()].concat()
}
