//! What messages do: texts stand in the timeline, the others set something.

use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{RoomId, Seq, UnixMs};
use wire::message::RoomKind;

use super::Client;
use super::stored::Standing;
use crate::charter::Charter;
use crate::content::{Content, Padded, Told, check_name};
use crate::event::{Body, Entry, EntryKind, MessageId, MessageState, Role, Setting};
use crate::group;
use crate::said::Said;
use crate::vault::Queued;
use crate::{Departure, Event, MAX_ROOM_NAME_BYTES, Problem};

/// A message's place in the room's log, and when it came there.
type Place = (Seq, UnixMs);

impl Client {
    /// A message of another device.
    pub(super) fn show_message(
        &mut self,
        id: RoomId,
        place: Place,
        author: Certificate,
        padded: Padded,
    ) -> Result<(), Problem> {
        let Padded { id: message, sent, content } = padded;
        match content {
            Content::Said(said) => self.show_said(id, place, &author, (message, sent, said)),
            other => self.take_in(id, place, &author, (sent, other)),
        }
    }

    /// Moves a message from the queue to the timeline.
    pub(super) fn show_own(
        &mut self,
        room: RoomId,
        seq: Seq,
        at: UnixMs,
        queued: Queued,
    ) -> Result<(), Problem> {
        let own = self.profile.identity.certificate.clone();
        let Queued { id, sent, content, .. } = queued;
        self.vault.remove_queued(room, id)?;
        match content {
            Content::Said(said) => {
                self.show_said(room, (seq, at), &own, (id, sent, said))?;
                self.tell(Event::MessageSent { room, id, seq });
                Ok(())
            }
            other => {
                self.take_in(room, (seq, at), &own, (sent, other))?;
                if let Some(about) = self.asked.remove(&id) {
                    self.done(Some(id), Some(about));
                }
                Ok(())
            }
        }
    }

    fn show_said(
        &mut self,
        room: RoomId,
        (seq, at): Place,
        author: &Certificate,
        (id, sent, said): (MessageId, UnixMs, Said),
    ) -> Result<(), Problem> {
        let (state, body) = state_and_body(said, at);
        let kind = EntryKind::Message {
            id,
            device: author.device(),
            from: author.handle.clone(),
            sent,
            body,
            own: author.account_key == self.profile.identity.certificate.account_key,
            told_by: None,
            state,
        };
        self.add_message(room, Entry { seq, at, kind }, Some(author.account_key))
    }

    fn take_in(
        &mut self,
        id: RoomId,
        place: Place,
        author: &Certificate,
        (sent, content): (UnixMs, Content),
    ) -> Result<(), Problem> {
        let charter = self.with_group(id, |group| group::charter(group))?;
        let charter = charter.ok_or(Problem::Internal("a room without a charter"))?;
        match content {
            Content::Farewell if charter.has_owners() => self.take_farewell(id, place, author),
            Content::Title { name, topic } if charter.has_owners() => {
                self.take_title(id, place, (author, &charter), (name, topic))
            }
            Content::Announcement { room, name } if charter.kind == RoomKind::Lobby => {
                self.take_announcement(room, name)
            }
            Content::History { joined, messages } => {
                self.take_history(id, joined, (author, &charter), messages)
            }
            Content::Edit { id: message, text } => {
                self.take_edit(id, author, (message, text), sent)
            }
            Content::Delete { id: message } => self.take_deletion(id, author, message),
            Content::Reaction { to, emoji, what } => {
                self.take_reaction(id, &author.handle, &to, (emoji, what))
            }
            Content::Receipt { seq } => self.take_receipt(id, place.0, author, seq),
            _ => Ok(()),
        }
    }

    /// An account leaves. An owner will take its devices out of the group.
    fn take_farewell(
        &mut self,
        id: RoomId,
        (seq, at): Place,
        author: &Certificate,
    ) -> Result<(), Problem> {
        let by = author.handle.clone();
        let kind = EntryKind::Members { left: vec![by.clone()], by, joined: Vec::new() };
        self.add_entry(id, Entry { seq, at, kind })?;
        if author.account_key == self.profile.identity.certificate.account_key {
            return self.say_farewell(id);
        }
        let room = self.room_mut(id)?;
        room.stored.leaving.insert(author.account_key);
        room.chores_due = true;
        room.changed = true;
        let info = self.room_info(id)?;
        self.tell(Event::RoomChanged(info));
        Ok(())
    }

    /// This account is out of the room; the relay is told until it has heard it.
    pub(super) fn say_farewell(&mut self, id: RoomId) -> Result<(), Problem> {
        self.room_mut(id)?.wanted.retain(super::change::Wanted::is_leave);
        self.depart(id, Departure::Left)?;
        self.leave_relay(id)
    }

    /// An owner's word counts. Another's does while there is none, and a sibling's, so that who comes
    /// in by itself hears what the room is called from whoever is there.
    fn take_title(
        &mut self,
        id: RoomId,
        (seq, at): Place,
        (author, charter): (&Certificate, &Charter),
        (name, topic): (String, String),
    ) -> Result<(), Problem> {
        let is_owner = charter.role(&author.account_key) == Role::Owner;
        let is_own = author.account_key == self.profile.identity.certificate.account_key;
        let room = self.room_mut(id)?;
        let is_news = room.stored.name.is_empty();
        room.stored.greeting_due = false;
        room.greet_at = None;
        room.changed = true;
        let fits = check_name(&name, MAX_ROOM_NAME_BYTES).is_ok();
        if !fits || !(is_owner || is_own || is_news) {
            return Ok(());
        }
        let before = core::mem::replace(&mut room.stored.name, name.clone());
        let topic_before = core::mem::replace(&mut room.stored.topic, topic.clone());
        if (&before, &topic_before) == (&name, &topic) {
            return Ok(());
        }
        let setting = if before == name { Setting::Topic(topic) } else { Setting::Name(name) };
        if !is_news {
            let kind = EntryKind::Set { by: author.handle.clone(), setting };
            self.add_entry(id, Entry { seq, at, kind })?;
        }
        let info = self.room_info(id)?;
        self.tell(Event::RoomChanged(info));
        Ok(())
    }

    /// Messages from before, told by an owner or by who invited.
    fn take_history(
        &mut self,
        id: RoomId,
        joined: Seq,
        (author, charter): (&Certificate, &Charter),
        messages: Vec<Told>,
    ) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        let may_tell = charter.role(&author.account_key) == Role::Owner
            || room.stored.invited_by.as_ref() == Some(&author.handle);
        if room.stored.joined != joined || !may_tell {
            return Ok(());
        }
        let own = self.profile.identity.handle().clone();
        for told in messages.into_iter().filter(|told| told.seq < joined) {
            let author_key = self.pins.key(&self.vault, &told.from)?;
            let (state, body) = state_and_body(told.said, told.at);
            let kind = EntryKind::Message {
                id: told.id,
                own: told.from == own,
                from: told.from,
                device: told.device,
                sent: told.sent,
                body,
                told_by: Some(author.handle.clone()),
                state,
            };
            let entry = Entry { seq: told.seq, at: told.at, kind };
            self.add_message(id, entry, author_key)?;
        }
        Ok(())
    }

    /// Tells the relay, again after each new connection until it answers.
    pub(super) fn leave_relay(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        if let Standing::Left(departure) = &room.stored.standing {
            let standing = Standing::Leaving(departure.clone());
            room.set(standing);
        }
        let seq = room.left_at();
        if self.connection.is_signed_in() {
            let message = wire::message::ToRelay::LeaveRoom { room: id, seq };
            self.request(super::Request::Leave(id), message);
        }
        Ok(())
    }

    /// The relay has heard that this device left. A person may want to join again already.
    pub(super) fn handle_left(&mut self, id: RoomId) -> Result<(), Problem> {
        // Unless it is none that is known here.
        let Some(room) = self.rooms.get_mut(&id) else { return Ok(()) };
        let Standing::Leaving(departure) = room.stored.standing.clone() else { return Ok(()) };
        if room.entered_for.is_some() {
            room.set(Standing::ExpectGroupInfo);
            return self.resume_room(id);
        }
        let was_removed = matches!(departure, Departure::Removed(_) | Departure::Unexplained);
        if was_removed && room.stored.kind == RoomKind::Open {
            self.joinable.insert(id);
        }
        self.mark_left(id)
    }

    /// There is nothing more to tell the relay of a room that this device left.
    pub(super) fn mark_left(&mut self, id: RoomId) -> Result<(), Problem> {
        let room = self.room_mut(id)?;
        match &room.stored.standing {
            // Declined: nothing of it is here.
            Standing::Leaving(_) if room.stored.lost.is_none() => self.remove_room(id)?,
            Standing::Leaving(departure) => {
                let standing = Standing::Left(departure.clone());
                room.set(standing);
            }
            _ => {}
        }
        Ok(())
    }
}

/// What an entry shows of what is said, if the relay got it at `at`.
fn state_and_body(said: Said, at: UnixMs) -> (MessageState, Body) {
    let expires = said.expires(at);
    let reply = said.reply.map(|reply| Box::new(reply.into_quote()));
    (MessageState { reply, expires, ..MessageState::default() }, without_unsound(said.body))
}

/// A file without a thumbnail that front ends should not have to decode.
fn without_unsound(mut body: Body) -> Body {
    if let Body::File(file) = &mut body {
        file.thumbnail.take_if(|thumbnail| !thumbnail.is_sound());
    }
    body
}
