//! What a person has said and the relay has not got: messages that are queued, then files that are
//! sent.

use super::Client;
use crate::content::Content;
use crate::event::Unsent;
use crate::said::Said;
use crate::{Event, Problem};

impl Client {
    /// Tells what waits, in the order it will be sent.
    pub(super) fn list_outbox(&mut self) -> Result<(), Problem> {
        let mut unsent = Vec::new();
        for queued in self.vault.all_queued()? {
            let Content::Said(Said { reply, body, .. }) = queued.content else { continue };
            let (room, id, sent) = (queued.room, queued.id, queued.sent);
            let mut reply = reply.map(|reply| Box::new(reply.into_quote()));
            if let Some(quote) = &mut reply {
                self.vault.look_up_quote(room, quote)?;
            }
            unsent.push(Unsent { room, id, sent, body, reply });
        }
        unsent.extend(self.transfers.unsent());
        self.tell(Event::Outbox(unsent));
        Ok(())
    }
}
