//! What a person has said and the relay has not got: texts that are queued, then files that are sent.

use super::Client;
use crate::content::Content;
use crate::event::Unsent;
use crate::{Event, Problem};

impl Client {
    /// Tells what waits, in the order it will be sent.
    pub(super) fn list_outbox(&mut self) -> Result<(), Problem> {
        let queued = self.vault.all_queued()?.into_iter().filter_map(|queued| {
            let Content::Said(body) = queued.content else { return None };
            let (room, id, sent) = (queued.room, queued.id, queued.sent);
            Some(Unsent { room, id, sent, body, reply: None })
        });
        let unsent = queued.chain(self.transfers.unsent()).collect();
        self.tell(Event::Outbox(unsent));
        Ok(())
    }
}
