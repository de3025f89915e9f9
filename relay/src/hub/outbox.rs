//! What waits for one connection, bounded in bytes.
//!
//! Up to [`WINDOW_BYTES`] go to the writer at once. What exceeds them waits here; when too much
//! does, the news among it are dropped and their rooms remembered, and the client fetches them from
//! the log once it has caught up. Answers are kept.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use wire::id::RoomId;

use super::types::WINDOW_BYTES;

/// Charged for each message beside its bytes: the queue's own entry and the shared allocation.
const ENTRY_BYTES: usize = 64;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Queued>,
    /// Sum over `queue`, entries included.
    queued_bytes: usize,
    /// Given to the writer since it last was done.
    in_flight: usize,
    /// Rooms whose news were dropped.
    behind: BTreeSet<RoomId>,
}

#[derive(Debug)]
struct Queued {
    bytes: Arc<[u8]>,
    /// Set if the message may be dropped, because this room's log has it.
    news_of: Option<RoomId>,
}

impl Queued {
    fn cost(&self) -> usize {
        self.bytes.len() + ENTRY_BYTES
    }
}

/// What became of a message.
pub(super) enum Offer {
    /// Send it now.
    Send(Arc<[u8]>),
    /// It waits, or was dropped and will be made good.
    Kept,
    /// Even what must not be dropped is too much.
    Overflow,
}

impl Outbox {
    /// Takes a message that must not be dropped. The last one may exceed `max_bytes`, so that one
    /// large answer does not depend on what else waits.
    pub(super) fn answer(&mut self, bytes: Arc<[u8]>, max_bytes: usize) -> Offer {
        if self.has_room() {
            return self.send(bytes);
        }
        if self.queued_bytes > max_bytes {
            self.drop_news();
        }
        if self.queued_bytes > max_bytes {
            return Offer::Overflow;
        }
        self.push(Queued { bytes, news_of: None });
        Offer::Kept
    }

    /// Takes a record of `room`'s log.
    pub(super) fn news(&mut self, room: RoomId, bytes: Arc<[u8]>, max_bytes: usize) -> Offer {
        if self.behind.contains(&room) {
            return Offer::Kept;
        }
        if self.has_room() {
            return self.send(bytes);
        }
        let queued = Queued { bytes, news_of: Some(room) };
        if self.queued_bytes + queued.cost() > max_bytes {
            self.drop_news();
            self.behind.insert(room);
        } else {
            self.push(queued);
        }
        Offer::Kept
    }

    /// Takes a signal: sent at once or never. Of what is with the writer, `chunks` bytes are chunks
    /// of files, which are no sign of a slow reader.
    pub(super) fn signal(&mut self, bytes: Arc<[u8]>, chunks: usize) -> Offer {
        let others = self.in_flight.saturating_sub(chunks);
        let is_behind = !self.behind.is_empty() || others > WINDOW_BYTES / 2;
        if is_behind || !self.queue.is_empty() { Offer::Kept } else { self.send(bytes) }
    }

    /// Counts a chunk of a file that goes to the writer. It may if [`Self::has_room`], and never
    /// waits here: everything else goes first.
    pub(super) const fn chunk(&mut self, bytes: usize) {
        self.in_flight += bytes;
    }

    /// The writer is done with what it had: the next messages for it.
    pub(super) fn drained(&mut self) -> Vec<Arc<[u8]>> {
        self.in_flight = 0;
        let mut next = Vec::new();
        while self.in_flight < WINDOW_BYTES
            && let Some(queued) = self.queue.pop_front()
        {
            self.queued_bytes -= queued.cost();
            self.in_flight += queued.bytes.len();
            next.push(queued.bytes);
        }
        if self.queue.is_empty() {
            // Give the memory back: most connections are idle most of the time.
            self.queue = VecDeque::new();
        }
        next
    }

    /// Whether nothing waits and nothing is on its way.
    pub(super) fn is_idle(&self) -> bool {
        self.in_flight == 0 && self.queue.is_empty()
    }

    /// Whether little enough is left for a large answer to be asked for.
    pub(super) fn is_nearly_idle(&self) -> bool {
        self.queue.is_empty() && self.in_flight < WINDOW_BYTES
    }

    /// The rooms whose news were dropped since the last call.
    pub(super) fn take_behind(&mut self) -> BTreeSet<RoomId> {
        core::mem::take(&mut self.behind)
    }

    /// Whether the writer can be given more at once.
    pub(super) fn has_room(&self) -> bool {
        self.queue.is_empty() && self.in_flight < WINDOW_BYTES
    }

    fn send(&mut self, bytes: Arc<[u8]>) -> Offer {
        self.in_flight += bytes.len();
        Offer::Send(bytes)
    }

    fn push(&mut self, queued: Queued) {
        self.queued_bytes += queued.cost();
        self.queue.push_back(queued);
    }

    fn drop_news(&mut self) {
        self.queue.retain(|queued| match queued.news_of {
            Some(room) => {
                self.behind.insert(room);
                false
            }
            None => true,
        });
        self.queue.shrink_to_fit();
        self.queued_bytes = self.queue.iter().map(Queued::cost).sum();
    }
}
