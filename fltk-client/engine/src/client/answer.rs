//! What refers to a message: answers, and who may refer to what.

use wire::certificate::DeviceCertificate as Certificate;
use wire::id::{RoomId, Seq};

use super::{Client, Now};
use crate::event::{Body, EntryKind, MessageId};
use crate::said::{Reference, Said};
use crate::vault::Line;
use crate::{MAX_REPLY_BYTES, Problem};

impl Client {
    /// Queues a text that answers a message.
    pub(super) fn reply(
        &mut self,
        (room, to): (RoomId, Seq),
        id: MessageId,
        text: String,
        now: Now,
    ) -> Result<(), Problem> {
        match text.len() {
            0 => return Err(Problem::TextEmpty),
            got if got > MAX_REPLY_BYTES => {
                return Err(Problem::TextTooLong { got, max: MAX_REPLY_BYTES });
            }
            _ => {}
        }
        let reply = Some(self.target(room, to)?.reference);
        self.send_said(room, id, Said { reply, ..Said::plain(Body::Text(text)) }, now)
    }

    /// The message at a place, which is there and was not taken back.
    pub(super) fn target(&mut self, room: RoomId, seq: Seq) -> Result<Target, Problem> {
        self.may_send(room)?;
        let line = self.vault.line(room, seq)?;
        let line = line.filter(|line| !line.entry.is_expired(self.now.wall));
        line.and_then(Target::of).ok_or(Problem::MessageUnknown)
    }

    /// The message of a reference, if it is there and was not taken back.
    pub(super) fn find(&self, room: RoomId, to: &Reference) -> Result<Option<Target>, Problem> {
        let Some(seq) = self.vault.entry_of(room, &to.from, to.id)? else { return Ok(None) };
        Ok(self.vault.line(room, seq)?.and_then(Target::of))
    }

    /// Whether an account is a message's author. Names are not enough: they can come to another key.
    pub(super) fn is_author(
        &mut self,
        room: RoomId,
        target: &Target,
        author: &Certificate,
    ) -> Result<bool, Problem> {
        if target.reference.from != author.handle {
            return Ok(false);
        }
        match (target.line.author, &target.line.entry.kind) {
            (Some(key), _) => Ok(key == author.account_key),
            // From before keys were stored: whose the device is.
            (None, EntryKind::Message { device, .. }) => Ok(self
                .certificates(room)?
                .iter()
                .any(|leaf| leaf.device() == *device && leaf.account_key == author.account_key)),
            (None, _) => Ok(false),
        }
    }
}

/// A message that something refers to.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) reference: Reference,
    pub(super) line: Line,
}

impl Target {
    /// `None` for what is no message, or is none any more.
    fn of(line: Line) -> Option<Self> {
        match &line.entry.kind {
            EntryKind::Message { body: Body::Deleted, .. } => None,
            EntryKind::Message { from, id, .. } => {
                let reference = Reference { from: from.clone(), id: *id };
                Some(Self { reference, line })
            }
            _ => None,
        }
    }

    /// What it says.
    pub(super) fn body(&self) -> Option<&Body> {
        match &self.line.entry.kind {
            EntryKind::Message { body, .. } => Some(body),
            _ => None,
        }
    }
}
