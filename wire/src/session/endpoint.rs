//! A whole session in one value, for clients and the simulation.

use std::collections::VecDeque;
use std::mem;

use rand_core::CryptoRng;

use super::{Established, HandshakeError, Handshaking, Inbound, Item, OVER, Outbound};
use crate::key::{PublicKey, StaticKey};
use crate::limit::MAX_ANONYMOUS_MESSAGE_BYTES;
use crate::{Error, Time};

/// Both halves of a session, and the handshake before them.
///
/// After each call, drain [`Self::poll_output`] and [`Self::poll_event`], then ask for
/// [`Self::next_deadline`].
#[derive(Debug)]
pub struct Session {
    state: State,
    role: Role,
    max_message_bytes: usize,
    output: Vec<u8>,
    events: VecDeque<Event>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The handshake is over; messages may be sent.
    Established {
        /// The peer's static key, which it proved to hold.
        remote_static: PublicKey,
        /// Unique to this session and equal at both ends.
        handshake_hash: [u8; 32],
    },
    /// A message arrived.
    Message(Vec<u8>),
    /// The peer closed the session, for this reason.
    Closed(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Initiator,
    Responder,
}

#[derive(Debug)]
enum State {
    Handshaking(Box<Handshaking>),
    Open {
        inbound: Inbound,
        outbound: Outbound,
    },
    /// Failed or closed by either end.
    Over,
}

impl Session {
    /// A client's end. The first handshake message waits in the output.
    ///
    /// # Errors
    /// See [`Handshaking::initiator`].
    pub fn initiator(
        local: StaticKey,
        relay: PublicKey,
        now: Time,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        let handshaking = Handshaking::initiator(local, relay, now, rng)?;
        Ok(Self::new(handshaking, Role::Initiator))
    }

    /// A relay's end.
    #[must_use]
    pub fn responder(local: StaticKey, now: Time, rng: &mut impl CryptoRng) -> Self {
        Self::new(Handshaking::responder(local, now, rng), Role::Responder)
    }

    fn new(handshaking: Handshaking, role: Role) -> Self {
        Self {
            state: State::Handshaking(Box::new(handshaking)),
            role,
            max_message_bytes: MAX_ANONYMOUS_MESSAGE_BYTES,
            output: Vec::new(),
            events: VecDeque::new(),
        }
    }

    /// Sets the longest message that is accepted; see [`Inbound::set_max_message_bytes`].
    pub fn set_max_message_bytes(&mut self, max: usize) {
        self.max_message_bytes = max;
        if let State::Open { inbound, .. } = &mut self.state {
            inbound.set_max_message_bytes(max);
        }
    }

    /// Reads `bytes` in place, however they were cut.
    ///
    /// # Errors
    /// The session is over. What was received before stays to be polled.
    pub fn handle_bytes(&mut self, bytes: &mut [u8], now: Time) -> Result<(), HandshakeError> {
        match &mut self.state {
            State::Handshaking(handshaking) => match handshaking.handle_bytes(bytes, now) {
                Ok(None) => Ok(()),
                Ok(Some(established)) => {
                    self.establish(established);
                    Ok(self.receive(&mut [], now)?)
                }
                Err(error) => {
                    self.state = State::Over;
                    Err(error)
                }
            },
            State::Open { .. } => Ok(self.receive(bytes, now)?),
            State::Over => Err(OVER.into()),
        }
    }

    fn establish(&mut self, established: Established) {
        let Established { mut inbound, outbound, remote_static, handshake_hash } = established;
        inbound.set_max_message_bytes(self.max_message_bytes);
        self.events.push_back(Event::Established { remote_static, handshake_hash });
        self.drain_handshake();
        self.state = State::Open { inbound, outbound };
    }

    fn receive(&mut self, bytes: &mut [u8], now: Time) -> Result<(), Error> {
        let State::Open { inbound, outbound } = &mut self.state else { return Err(OVER) };
        let (events, output, role) = (&mut self.events, &mut self.output, self.role);
        let mut closed = false;
        let result = inbound.handle_bytes(bytes, now, &mut |item| {
            match item {
                Item::Message(message) => events.push_back(Event::Message(message.to_vec())),
                Item::KeepAlive if role == Role::Responder => outbound.keep_alive(now, output)?,
                Item::KeepAlive => {}
                Item::Closed(reason) => {
                    events.push_back(Event::Closed(reason));
                    closed = true;
                }
            }
            Ok(())
        });
        if closed || result.is_err() {
            self.state = State::Over;
        }
        result
    }

    /// Sends a message.
    ///
    /// # Errors
    /// [`Error::Misuse`] before [`Event::Established`] or after the end, and those of
    /// [`Outbound::seal`], which end the session.
    pub fn send(&mut self, message: &[u8], now: Time) -> Result<(), Error> {
        self.write(|outbound, output| outbound.seal([message], now, output))
    }

    /// Says that this end is done, for `reason`, and ends the session. Send the last output.
    ///
    /// # Errors
    /// [`Error::Misuse`] before [`Event::Established`] or after the end.
    pub fn close(&mut self, reason: u8, now: Time) -> Result<(), Error> {
        self.write(|outbound, output| outbound.close(reason, now, output))?;
        self.state = State::Over;
        Ok(())
    }

    fn write(
        &mut self,
        write: impl FnOnce(&mut Outbound, &mut Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let State::Open { outbound, .. } = &mut self.state else {
            return Err(Error::Misuse { what: "the session is not open" });
        };
        let result = write(outbound, &mut self.output);
        if result.is_err() {
            self.state = State::Over;
        }
        result
    }

    /// Bytes to send, whole frames only.
    pub fn poll_output(&mut self) -> Option<Vec<u8>> {
        self.drain_handshake();
        (!self.output.is_empty()).then(|| mem::take(&mut self.output))
    }

    fn drain_handshake(&mut self) {
        if let State::Handshaking(handshaking) = &mut self.state
            && let Some(mut output) = handshaking.poll_output()
        {
            self.output.append(&mut output);
        }
    }

    /// What happened, in order.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`Self::handle_timeout`] has something to do; `None` once the session is over.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Time> {
        match (&self.state, self.role) {
            (State::Handshaking(handshaking), _) => Some(handshaking.deadline()),
            (State::Open { inbound, outbound }, Role::Initiator) => {
                Some(inbound.deadline().min(outbound.keep_alive_deadline()))
            }
            (State::Open { inbound, .. }, Role::Responder) => Some(inbound.deadline()),
            (State::Over, _) => None,
        }
    }

    /// Does what is due at `now`: ends a session whose peer is silent, sends a keep-alive.
    ///
    /// # Errors
    /// [`Error::TimedOut`]: the session is over.
    pub fn handle_timeout(&mut self, now: Time) -> Result<(), Error> {
        let result = match &mut self.state {
            State::Handshaking(handshaking) => handshaking.handle_timeout(now),
            State::Open { inbound, .. } if now >= inbound.deadline() => {
                Err(Error::TimedOut { what: "the peer" })
            }
            State::Open { outbound, .. }
                if self.role == Role::Initiator && now >= outbound.keep_alive_deadline() =>
            {
                outbound.keep_alive(now, &mut self.output)
            }
            State::Open { .. } | State::Over => Ok(()),
        };
        if result.is_err() {
            self.state = State::Over;
        }
        result
    }

    /// The halves, for reading and writing in different places; `None` unless the session is open.
    /// Drain outputs and events first: what has not been polled is dropped.
    #[must_use]
    pub fn into_halves(self) -> Option<(Inbound, Outbound)> {
        match self.state {
            State::Open { inbound, outbound } => Some((inbound, outbound)),
            State::Handshaking(_) | State::Over => None,
        }
    }
}
