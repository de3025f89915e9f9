//! One connection: a socket and a session, moved without waiting for either direction alone.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use smol::{Async, Timer, future};
use wire::limit::MAX_MESSAGE_BYTES;
use wire::session::{Event, HandshakeError, Session};
use wire::{Error, Time};

use crate::{Problem, Random};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a clean end may take to leave.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// The bytes for the socket keep at most so much memory between uses.
const KEPT_BYTES: usize = 2 << 20;
const READ_BYTES: usize = 64 * 1_024;
/// What one turn reads at most, so that one transaction holds many messages but not all.
const TURN_BYTES: usize = 1 << 20;

/// An open connection.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Async<TcpStream>,
    session: Session,
    /// Bytes for the socket, of which it has taken so many.
    out: Vec<u8>,
    taken: usize,
    buffer: Vec<u8>,
    /// The relay has ended the session; what it said before is still to be given out.
    closed: bool,
    expected: wire::key::PublicKey,
}

/// What one turn brought.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// The handshake ended, with this hash.
    pub(super) established: Option<[u8; 32]>,
    /// Messages, in order.
    pub(super) messages: Vec<Vec<u8>>,
}

impl Connection {
    pub(super) async fn open(
        address: String,
        relay_key: [u8; 32],
        static_key: wire::key::StaticKey,
        now: impl Fn() -> Time,
    ) -> Result<Self, Problem> {
        let mut random = Random::from_system()?;
        let timeout = async {
            Timer::after(CONNECT_TIMEOUT).await;
            Err(std::io::Error::from(ErrorKind::TimedOut))
        };
        let stream = future::or(connect(&address), timeout)
            .await
            .map_err(|error| Problem::Unreachable { address, reason: reason(&error) })?;
        let expected = wire::key::PublicKey::from_bytes(relay_key);
        let session = Session::initiator(static_key, expected, now(), &mut random)
            .map_err(|_| Problem::Internal("a handshake could not be begun"))?;
        Ok(Self {
            stream,
            session,
            out: Vec::new(),
            taken: 0,
            buffer: vec![0; READ_BYTES],
            closed: false,
            expected,
        })
    }

    pub(super) fn next_deadline(&self) -> Option<Time> {
        self.session.next_deadline()
    }

    pub(super) fn handle_timeout(&mut self, now: Time) -> Result<(), Problem> {
        self.session.handle_timeout(now).map_err(|_| Problem::ConnectionLost)
    }

    pub(super) fn send(&mut self, message: &[u8], now: Time) -> Result<(), Problem> {
        self.session.send(message, now).map_err(|_| Problem::ConnectionLost)
    }

    /// Waits until bytes came or went.
    pub(super) async fn turn(&mut self, now: impl Fn() -> Time) -> Result<Turn, Problem> {
        if self.closed {
            return Err(Problem::ConnectionLost);
        }
        self.fill_out();
        let readable = async { self.stream.readable().await.map(|()| true) };
        let writable = async {
            match self.out.is_empty() {
                true => future::pending().await,
                false => self.stream.writable().await.map(|()| false),
            }
        };
        match future::or(readable, writable).await.map_err(|_| Problem::ConnectionLost)? {
            true => self.read(now),
            false => self.write().map(|()| Turn::default()),
        }
    }

    /// Writes what the socket takes now.
    pub(super) fn write(&mut self) -> Result<(), Problem> {
        self.fill_out();
        while let Some(rest) = self.out.get(self.taken..).filter(|rest| !rest.is_empty()) {
            match self.stream.get_ref().write(rest) {
                Ok(0) => return Err(Problem::ConnectionLost),
                Ok(count) => self.taken += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Problem::ConnectionLost),
            }
        }
        self.taken = 0;
        self.out.clear();
        self.out.shrink_to(KEPT_BYTES);
        Ok(())
    }

    /// Sends the rest and says goodbye.
    pub(super) async fn close(mut self, now: Time) {
        let _ = self.session.close(0, now);
        let flush = async {
            while self.write().is_ok() && !self.out.is_empty() {
                if self.stream.writable().await.is_err() {
                    break;
                }
            }
        };
        future::or(flush, async {
            Timer::after(CLOSE_TIMEOUT).await;
        })
        .await;
        let _ = self.stream.get_ref().shutdown(std::net::Shutdown::Write);
    }

    fn fill_out(&mut self) {
        while let Some(bytes) = self.session.poll_output() {
            self.out.extend_from_slice(&bytes);
        }
    }

    fn read(&mut self, now: impl Fn() -> Time) -> Result<Turn, Problem> {
        let mut turn = Turn::default();
        let mut total = 0_usize;
        while total < TURN_BYTES && !self.closed {
            let count = match self.stream.get_ref().read(&mut self.buffer) {
                Ok(0) => {
                    self.closed = true;
                    break;
                }
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return Err(Problem::ConnectionLost),
            };
            total = total.saturating_add(count);
            let bytes = self.buffer.get_mut(..count).unwrap_or_default();
            let outcome = self.session.handle_bytes(bytes, now());
            self.take_events(&mut turn);
            outcome.map_err(|error| self.problem(error))?;
        }
        match (self.closed, turn.messages.is_empty()) {
            (true, true) => return Err(Problem::ConnectionLost),
            (true, false) => {}
            (false, _) => self.write()?,
        }
        Ok(turn)
    }

    fn take_events(&mut self, turn: &mut Turn) {
        while let Some(event) = self.session.poll_event() {
            match event {
                Event::Established { handshake_hash, .. } => {
                    self.session.set_max_message_bytes(MAX_MESSAGE_BYTES);
                    turn.established = Some(handshake_hash);
                }
                Event::Message(message) => turn.messages.push(message),
                Event::Closed(_) => self.closed = true,
            }
        }
    }

    fn problem(&self, error: HandshakeError) -> Problem {
        match error {
            HandshakeError::RelayKeyChanged { received, .. } => Problem::RelayKeyChanged {
                expected: self.expected.fingerprint(),
                received: received.fingerprint(),
            },
            HandshakeError::Protocol(Error::Misuse { .. }) => Problem::ConnectionLost,
            _ => Problem::RelayMisbehaved("the session"),
        }
    }
}

async fn connect(address: &str) -> std::io::Result<Async<TcpStream>> {
    let mut last = ErrorKind::NotFound.into();
    for address in smol::net::resolve(address).await? {
        match Async::<TcpStream>::connect(address).await {
            Ok(stream) => {
                stream.get_ref().set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "nothing listens there".into(),
        ErrorKind::TimedOut => "no answer in time".into(),
        ErrorKind::NotFound => "no such host".into(),
        _ => error.to_string(),
    }
}
