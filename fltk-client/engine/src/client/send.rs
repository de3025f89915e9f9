//! Sending: the queue in the vault, and what of it is on its way.

use std::rc::Rc;

use wire::codec::Bytes;
use wire::id::{Epoch, PostId, RoomId, Seq, UnixMs};
use wire::message::ToRelay;

use super::{Client, Now, Request};
use crate::content::{Content, Padded};
use crate::event::MessageId;
use crate::group::{self, Provider};
use crate::said::Said;
use crate::vault::Queued;
use crate::{Event, Hold, Problem};

/// Posts of a room that may be unanswered at once.
const WINDOW: usize = 64;

impl Client {
    /// Queues a text, and sends it if the room is ready.
    pub(super) fn send_text(
        &mut self,
        room: RoomId,
        id: MessageId,
        text: String,
        now: Now,
    ) -> Result<(), Problem> {
        let Content::Said(said) = Content::text(text)? else {
            return Err(Problem::Internal("a text that is none"));
        };
        self.send_said(room, id, said, now)
    }

    /// Queues what is said, and sends it if the room is ready. Repeating it does nothing twice.
    pub(super) fn send_said(
        &mut self,
        room: RoomId,
        id: MessageId,
        said: Said,
        now: Now,
    ) -> Result<(), Problem> {
        self.may_send(room)?;
        if let Some(seq) = self.vault.entry_of(room, self.profile.identity.handle(), id)? {
            self.tell(Event::MessageSent { room, id, seq });
            return Ok(());
        }
        let is_queued = self.vault.queued(room, id)?.is_some();
        self.transact(now, |client| {
            if !is_queued {
                let content = Content::Said(said);
                let queued = Queued { room, id, sent: now.wall, content, sealed: None };
                client.vault.put_queued(&queued)?;
                client.room_mut(room)?.queued = true;
            }
            client.tell(Event::MessageQueued { room, id });
            client.pump()
        })
    }

    /// Whether something may be sent to a room, at once or later.
    pub(super) fn may_send(&mut self, room: RoomId) -> Result<(), Problem> {
        self.known_room(room)?;
        if let Some(handle) = self.distrusted(room)? {
            return Err(Problem::KeyChanged(handle));
        }
        // On the way back it is queued.
        match self.room_mut(room)?.stored.held.filter(|hold| !hold.is_passing()) {
            Some(hold) => Err(Problem::RoomHeld(hold)),
            None => Ok(()),
        }
    }

    /// Sends what is queued and may go out, in every room.
    pub(super) fn pump(&mut self) -> Result<(), Problem> {
        if !self.connection.is_signed_in() {
            return Ok(());
        }
        let ready: Vec<RoomId> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.is_ready() && room.queued && room.pending.is_none())
            .filter(|(_, room)| room.in_flight.len() <= WINDOW / 2)
            .map(|(id, _)| *id)
            .collect();
        ready.into_iter().try_for_each(|id| self.pump_room(id))
    }

    /// Order is kept: nothing goes out behind a post of an earlier epoch, which the relay refuses
    /// and which then goes first.
    fn pump_room(&mut self, id: RoomId) -> Result<(), Problem> {
        if self.distrusted(id)?.is_some() {
            return Ok(());
        }
        let queue = self.vault.first_queued(id, WINDOW)?;
        let room = self.room_mut(id)?;
        let epoch = room.stored.epoch;
        room.queued = queue.len() == WINDOW;
        for queued in queue {
            let is_current = queued.sealed.as_ref().is_some_and(|(made_in, _)| *made_in == epoch);
            if self.room_mut(id)?.in_flight.contains(&queued.id) {
                if !is_current {
                    self.room_mut(id)?.queued = true;
                    break;
                }
                continue;
            }
            self.post(queued, epoch)?;
        }
        Ok(())
    }

    /// A member that came with another key: nothing is sent until the person has decided.
    fn distrusted(&mut self, id: RoomId) -> Result<Option<wire::id::Handle>, Problem> {
        if !self.pins.any_changed() || !self.room_mut(id)?.is_member() {
            return Ok(None);
        }
        let handles: Vec<_> = self.members_by_handle(id)?.into_keys().collect();
        Ok(self.pins.first_changed(&handles))
    }

    fn post(&mut self, mut queued: Queued, epoch: Epoch) -> Result<(), Problem> {
        let (room, post) = (queued.room, queued.id);
        let payload = match queued.sealed.take() {
            Some((made_in, payload)) if made_in == epoch => payload,
            _ => {
                if let Content::Said(said) = &mut queued.content {
                    // As the room has it in the epoch in which the others read the message.
                    said.lifetime_s = self.lifetime_s(room)?;
                }
                let padded =
                    Padded { id: post, sent: queued.sent, content: queued.content.clone() };
                let payload = self.encrypt(room, &padded.to_padded_bytes())?;
                queued.sealed = Some((epoch, payload.clone()));
                self.vault.put_queued(&queued)?;
                payload
            }
        };
        self.room_mut(room)?.in_flight.insert(post);
        let request = Request::Post(room, post, epoch);
        self.request(request, ToRelay::Post { room, epoch, post, payload });
        Ok(())
    }

    fn encrypt(
        &mut self,
        id: RoomId,
        content: &[u8],
    ) -> Result<wire::message::Application, Problem> {
        let provider = Provider::new(&self.crypto, &self.vault);
        let room = self.rooms.get_mut(&id).ok_or(Problem::RoomUnknown)?;
        let group = room.group(&provider, id)?;
        let payload = group::encrypt(&provider, &self.profile.identity, group, content)?;
        Bytes::new(payload).map_err(|_| Problem::Internal("a message grew too long"))
    }

    /// A post is in the log.
    pub(super) fn handle_posted(
        &mut self,
        id: RoomId,
        post: PostId,
        seq: Seq,
        at: UnixMs,
    ) -> Result<(), Problem> {
        let vault = Rc::clone(&self.vault);
        let room = self.room_mut(id)?;
        room.in_flight.remove(&post);
        room.head = room.head.max(seq);
        let expected = room.stored.have.next();
        if room.stored.held.is_some() || !room.is_member() {
            return Ok(());
        }
        if seq < expected && vault.queued(id, post)?.is_some() {
            // The log had something else at this place.
            return self.hold(id, Hold::LogWentBack);
        }
        if seq != expected {
            // Either it was read from the log already, or something before it is missing; then it
            // will be read from the log in its turn.
            return self.catch_up(id);
        }
        room.stored.have = seq;
        room.changed = true;
        match self.vault.queued(id, post)? {
            Some(queued) => self.show_own(id, seq, at, queued),
            None => Err(Problem::RelayMisbehaved("a post that was not made")),
        }
    }

    /// The room had moved on: the post is made anew in its epoch, once that is read.
    pub(super) fn handle_conflict(
        &mut self,
        id: RoomId,
        post: PostId,
        made_in: Epoch,
        epoch: Epoch,
    ) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        room.in_flight.remove(&post);
        room.queued = true;
        self.follow_conflict(id, made_in, epoch)
    }

    /// What was made in one epoch came too late: reads what ended it.
    pub(super) fn follow_conflict(
        &mut self,
        id: RoomId,
        made_in: Epoch,
        epoch: Epoch,
    ) -> Result<(), Problem> {
        if epoch <= made_in {
            return Err(Problem::RelayMisbehaved("a conflict with no other commit"));
        }
        let room = self.room_mut(id)?;
        if epoch > room.stored.epoch {
            // Its commit is on the way or was dropped; the log has it.
            room.head = room.head.max(room.stored.have.next());
            return self.catch_up(id);
        }
        Ok(())
    }
}
