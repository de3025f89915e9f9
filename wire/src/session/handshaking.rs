//! A session before both ends know each other: the XX handshake over frames (PROTOCOL §4).

use core::{fmt, mem};

use rand_core::CryptoRng;

use super::{Inbound, OVER, Outbound, PROLOGUE};
use crate::frame::{Bound, FrameReader, PREFIX_BYTES, prefix};
use crate::key::{PublicKey, StaticKey};
use crate::limit::HANDSHAKE_TIMEOUT_MS;
use crate::noise::{ExpectFinish, ExpectHello, ExpectResponse, Initiator, Transport};
use crate::{Error, Time};

/// A handshake in either role. After each call, send what [`Self::poll_output`] returns.
pub struct Handshaking {
    state: State,
    frames: FrameReader,
    output: Vec<u8>,
    deadline: Time,
}

/// Named by what it waits for.
enum State {
    ExpectHello(ExpectHello),
    ExpectResponse {
        noise: ExpectResponse,
        relay: PublicKey,
    },
    ExpectFinish(ExpectFinish),
    /// Finished or failed.
    Over,
}

/// What a finished handshake leaves.
#[derive(Debug)]
pub struct Established {
    /// Opens what the peer sends. Bytes that followed the handshake in the same input are in it
    /// already: call [`Inbound::handle_bytes`] once with what came since, be it nothing.
    pub inbound: Inbound,
    /// Seals what this end sends.
    pub outbound: Outbound,
    /// The peer's static key, which it proved to hold.
    pub remote_static: PublicKey,
    /// Unique to this session and equal at both ends (Noise §11.2).
    pub handshake_hash: [u8; 32],
}

/// Why a handshake failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandshakeError {
    /// The relay proved another key than the one this client knows. This client's own key was not
    /// sent. People should hear both fingerprints.
    RelayKeyChanged {
        /// The key the client knows.
        expected: PublicKey,
        /// The key the relay has now.
        received: PublicKey,
    },
    /// Anything else.
    Protocol(Error),
}

impl Handshaking {
    /// Starts as a client that knows its relay's key. The first message waits in the output.
    ///
    /// # Errors
    /// None that can happen; those of the cipher are passed on.
    pub fn initiator(
        local: StaticKey,
        relay: PublicKey,
        now: Time,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        let initiator = Initiator::new(PROLOGUE, local, rng);
        let mut output = Vec::new();
        let noise = write_frame(&mut output, |out| initiator.write(&[], out))?;
        Ok(Self::new(State::ExpectResponse { noise, relay }, output, now))
    }

    /// Starts as a relay that waits for a client.
    #[must_use]
    pub fn responder(local: StaticKey, now: Time, rng: &mut impl CryptoRng) -> Self {
        let noise = ExpectHello::new(PROLOGUE, local, rng);
        Self::new(State::ExpectHello(noise), Vec::new(), now)
    }

    fn new(state: State, output: Vec<u8>, now: Time) -> Self {
        let deadline = now.after_ms(HANDSHAKE_TIMEOUT_MS);
        Self { state, frames: FrameReader::default(), output, deadline }
    }

    /// When the handshake must have ended.
    #[must_use]
    pub fn deadline(&self) -> Time {
        self.deadline
    }

    /// Bytes to send, whole frames only.
    pub fn poll_output(&mut self) -> Option<Vec<u8>> {
        (!self.output.is_empty()).then(|| mem::take(&mut self.output))
    }

    /// Gives up once the deadline has passed.
    ///
    /// # Errors
    /// [`Error::TimedOut`]: drop the connection.
    pub fn handle_timeout(&mut self, now: Time) -> Result<(), Error> {
        if now < self.deadline {
            return Ok(());
        }
        self.state = State::Over;
        Err(Error::TimedOut { what: "the handshake" })
    }

    /// Reads `bytes`, however they were cut, and returns the session once it stands.
    ///
    /// # Errors
    /// The handshake is over and sends nothing more: drop the connection.
    pub fn handle_bytes(
        &mut self,
        bytes: &mut [u8],
        now: Time,
    ) -> Result<Option<Established>, HandshakeError> {
        let result = self.read(bytes, now);
        if result.is_err() {
            self.state = State::Over;
            self.output = Vec::new();
        }
        result
    }

    fn read(
        &mut self,
        mut bytes: &mut [u8],
        now: Time,
    ) -> Result<Option<Established>, HandshakeError> {
        self.handle_timeout(now)?;
        while let Some(mut frame) = self.frames.next_frame(&mut bytes, Bound::HANDSHAKE_FRAME)? {
            if let Some(transport) = self.handle_frame(&mut frame)? {
                let Transport { send, receive, remote_static, handshake_hash } = transport;
                let inbound = Inbound::new(receive, bytes, now);
                let outbound = Outbound::new(send, now);
                return Ok(Some(Established { inbound, outbound, remote_static, handshake_hash }));
            }
        }
        Ok(None)
    }

    fn handle_frame(&mut self, frame: &mut [u8]) -> Result<Option<Transport>, HandshakeError> {
        match mem::replace(&mut self.state, State::Over) {
            State::ExpectHello(noise) => {
                let (response, payload) = noise.read(frame)?;
                expect_empty(payload)?;
                let noise = write_frame(&mut self.output, |out| response.write(&[], out))?;
                self.state = State::ExpectFinish(noise);
                Ok(None)
            }
            State::ExpectResponse { noise, relay } => {
                let (finish, payload) = noise.read(frame)?;
                expect_empty(payload)?;
                let received = finish.remote_static();
                if received != relay {
                    return Err(HandshakeError::RelayKeyChanged { expected: relay, received });
                }
                Ok(Some(write_frame(&mut self.output, |out| finish.write(&[], out))?))
            }
            State::ExpectFinish(noise) => {
                let (transport, payload) = noise.read(frame)?;
                expect_empty(payload)?;
                Ok(Some(transport))
            }
            State::Over => Err(OVER.into()),
        }
    }
}

/// Sotto's handshake messages carry none (PROTOCOL §4).
fn expect_empty(payload: &[u8]) -> Result<(), Error> {
    if payload.is_empty() { Ok(()) } else { Err(Error::Malformed { what: "handshake payload" }) }
}

/// Frames what `write` appends.
fn write_frame<T>(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut body = Vec::new();
    let result = write(&mut body)?;
    out.reserve_exact(PREFIX_BYTES + body.len());
    out.extend_from_slice(&prefix(body.len(), Bound::HANDSHAKE_FRAME)?);
    out.append(&mut body);
    Ok(result)
}

impl fmt::Debug for Handshaking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handshaking").field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

impl From<Error> for HandshakeError {
    fn from(error: Error) -> Self {
        Self::Protocol(error)
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RelayKeyChanged { expected, received } => write!(
                f,
                "the relay's key is {}, not the known {}",
                received.fingerprint(),
                expected.fingerprint()
            ),
            Self::Protocol(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for HandshakeError {}
