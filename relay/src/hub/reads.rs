//! Requests with large answers, one at a time for each connection, as the client takes the answers.
//!
//! A client that comes back asks for all its rooms at once. Its outbox must hold one answer then,
//! not a hundred.

use wire::limit::MAX_ROOMS;
use wire::message::Tag;

use super::{CloseReason, ConnId, Hub, Now};
use crate::store::{Op, Ticket};

impl Hub {
    /// Queues a read.
    pub(super) fn read(&mut self, conn: ConnId, tag: Tag, op: Op, now: Now) {
        let Some(state) = self.conns.get_mut(&conn) else { return };
        let reads = state.reads.get_or_insert_default();
        reads.waiting.push_back((tag, op));
        if reads.waiting.len() > MAX_ROOMS {
            self.close(conn, CloseReason::Misbehaved);
        } else {
            self.next_read(conn, now);
        }
    }

    /// Asks for the next read if the client has taken the last one.
    pub(super) fn next_read(&mut self, conn: ConnId, now: Now) {
        let Some(state) = self.conns.get_mut(&conn) else { return };
        let Some(reads) = &mut state.reads else { return };
        if reads.is_asked || !state.outbox.is_nearly_idle() {
            return;
        }
        match reads.waiting.pop_front() {
            Some((tag, op)) => {
                reads.is_asked = true;
                self.ask_store(Ticket::Read { conn, tag }, now, op);
            }
            None => state.reads = None,
        }
    }

    /// The store answered the connection's read.
    pub(super) fn read_answered(&mut self, conn: ConnId, now: Now) {
        if let Some(reads) = self.conns.get_mut(&conn).and_then(|state| state.reads.as_mut()) {
            reads.is_asked = false;
            self.next_read(conn, now);
        }
    }
}
