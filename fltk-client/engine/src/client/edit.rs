//! Changing a message after it was sent, and taking it back: its author's account alone may.

use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{RoomId, Seq, UnixMs};

use super::Client;
use super::answer::Target;
use crate::content::Content;
use crate::event::{Body, EntryKind, MessageId, MessageState, RequestId};
use crate::said::Reference;
use crate::{MAX_TEXT_BYTES, Problem};

impl Client {
    /// Queues another text for a message.
    pub(super) fn edit_text(
        &mut self,
        id: RequestId,
        (room, seq): (RoomId, Seq),
        text: String,
    ) -> Result<(), Problem> {
        match text.len() {
            0 => return Err(Problem::TextEmpty),
            got if got > MAX_TEXT_BYTES => {
                return Err(Problem::TextTooLong { got, max: MAX_TEXT_BYTES });
            }
            _ => {}
        }
        let target = self.own_target(room, seq)?;
        if !matches!(target.body(), Some(Body::Text(_))) {
            return Err(Problem::NotAText);
        }
        self.queue(room, Some(id), Content::Edit { id: target.reference.id, text })
    }

    /// Queues that a message is taken back.
    pub(super) fn delete_message(
        &mut self,
        id: RequestId,
        room: RoomId,
        seq: Seq,
    ) -> Result<(), Problem> {
        let target = self.own_target(room, seq)?;
        self.queue(room, Some(id), Content::Delete { id: target.reference.id })
    }

    fn own_target(&mut self, room: RoomId, seq: Seq) -> Result<Target, Problem> {
        let target = self.target(room, seq)?;
        let own = self.profile.identity.certificate.clone();
        match self.is_author(room, &target, &own)? {
            true => Ok(target),
            false => Err(Problem::NotYours),
        }
    }

    /// Another text for a message. What is known of none, or says no text, stays as it is.
    pub(super) fn take_edit(
        &mut self,
        room: RoomId,
        author: &Certificate,
        (id, text): (MessageId, String),
        sent: UnixMs,
    ) -> Result<(), Problem> {
        let Some(mut target) = self.target_of(room, author, id)? else { return Ok(()) };
        if let EntryKind::Message { body: Body::Text(old), state, .. } = &mut target.line.entry.kind
            && !text.is_empty()
        {
            *old = text;
            state.edited = Some(sent);
            return self.change_line(room, target.line);
        }
        Ok(())
    }

    /// A message is taken back: nothing of what it said stays.
    pub(super) fn take_deletion(
        &mut self,
        room: RoomId,
        author: &Certificate,
        id: MessageId,
    ) -> Result<(), Problem> {
        let Some(mut target) = self.target_of(room, author, id)? else { return Ok(()) };
        let EntryKind::Message { body, state, .. } = &mut target.line.entry.kind else {
            return Ok(());
        };
        let before = core::mem::replace(body, Body::Deleted);
        *state = MessageState { expires: state.expires, ..MessageState::default() };
        if let Body::File(file) = before
            && author.account_key == self.profile.identity.certificate.account_key
        {
            self.forget_file(file.access.file)?;
        }
        self.change_line(room, target.line)
    }

    /// A message of this account.
    fn target_of(
        &mut self,
        room: RoomId,
        author: &Certificate,
        id: MessageId,
    ) -> Result<Option<Target>, Problem> {
        let to = Reference { from: author.handle.clone(), id };
        let Some(target) = self.find(room, &to)? else { return Ok(None) };
        Ok(if self.is_author(room, &target, author)? { Some(target) } else { None })
    }
}
