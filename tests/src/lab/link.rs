//! One connection: a session at either end, and bytes on their way between them.

use std::collections::VecDeque;

use relay::hub::ConnId;
use wire::Time;
use wire::session::Session;

use super::{Conditions, Dice};

/// A connection.
pub(super) struct Link {
    /// Whose it is.
    pub(super) name: String,
    /// Which relay it goes to.
    pub(super) relay_no: usize,
    /// What the relay calls it.
    pub(super) conn: ConnId,
    /// The client's end.
    pub(super) person: Session,
    /// The relay's end.
    pub(super) relay: Session,
    up: Pipe,
    down: Pipe,
}

/// Bytes that arrived, joined.
pub(super) struct Arrived {
    pub(super) up: Vec<u8>,
    pub(super) down: Vec<u8>,
    /// Pieces they were.
    pub(super) pieces: usize,
}

/// One direction: pieces with the time they arrive at, which never decreases.
#[derive(Default)]
struct Pipe(VecDeque<(Time, Vec<u8>)>);

impl Link {
    pub(super) fn new(
        name: String,
        (relay_no, conn): (usize, ConnId),
        (person, relay): (Session, Session),
    ) -> Self {
        Self { name, relay_no, conn, person, relay, up: Pipe::default(), down: Pipe::default() }
    }

    pub(super) fn next_time(&self) -> Option<Time> {
        let pipes = [&self.up, &self.down].into_iter().filter_map(|pipe| Some(pipe.0.front()?.0));
        let sessions = [&self.person, &self.relay].into_iter().filter_map(Session::next_deadline);
        pipes.chain(sessions).min()
    }

    /// Puts what the ends want to send on its way; all of it ends up in `capture`.
    pub(super) fn depart(
        &mut self,
        conditions: &Conditions,
        dice: &mut Dice,
        capture: &mut Vec<u8>,
        now: Time,
    ) {
        for (session, pipe) in [(&mut self.person, &mut self.up), (&mut self.relay, &mut self.down)]
        {
            while let Some(bytes) = session.poll_output() {
                if conditions.capture {
                    capture.extend_from_slice(&bytes);
                }
                pipe.put(&bytes, conditions, dice, now);
            }
        }
    }

    /// Takes what has arrived by now.
    pub(super) fn arrive(&mut self, now: Time) -> Arrived {
        let (up, pieces_up) = self.up.take(now);
        let (down, pieces_down) = self.down.take(now);
        Arrived { up, down, pieces: pieces_up + pieces_down }
    }
}

impl Pipe {
    fn put(&mut self, mut bytes: &[u8], conditions: &Conditions, dice: &mut Dice, now: Time) {
        while !bytes.is_empty() {
            let longest = u64::try_from(conditions.piece_bytes).unwrap_or(u64::MAX);
            let length = usize::try_from(1 + dice.below(longest)).unwrap_or(1);
            let (piece, rest) = bytes.split_at(length.min(bytes.len()));
            let earliest = self.0.back().map_or(now, |(at, _)| *at);
            let at = now.after_ms(dice.below(conditions.delay_ms + 1)).max(earliest);
            self.0.push_back((at, piece.to_vec()));
            bytes = rest;
        }
    }

    fn take(&mut self, now: Time) -> (Vec<u8>, usize) {
        let (mut bytes, mut pieces) = (Vec::new(), 0);
        while self.0.front().is_some_and(|(at, _)| *at <= now) {
            bytes.extend(self.0.pop_front().map(|(_, piece)| piece).unwrap_or_default());
            pieces += 1;
        }
        (bytes, pieces)
    }
}
