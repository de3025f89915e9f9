//! One connection of a device, as it is before it is measured: one request at a time.

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::sync::LazyLock;
use std::time::Instant;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use smol::Async;
use smol::io::AsyncWriteExt;
use wire::Time;
use wire::codec::Field;
use wire::key::StaticKey;
use wire::limit::MAX_MESSAGE_BYTES;
use wire::message::{Tag, Tagged, ToClient, ToRelay};
use wire::session::{Event, Inbound, Outbound, Session};

use crate::relay::Relay;
use crate::{Result, fail};

/// What is read from a socket at once, in bytes.
const READ_BYTES: usize = 16 * 1_024;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The time for sessions.
pub(crate) fn now() -> Time {
    Time::from_ms(u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX))
}

/// `N` random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A connection with a finished handshake.
#[derive(Debug)]
pub(crate) struct Client {
    stream: Async<TcpStream>,
    session: Session,
    last_tag: Tag,
}

impl Client {
    /// Connects with a device's static key. The second value is what the relay says first.
    pub(crate) async fn connect(relay: &Relay, secret: [u8; 32]) -> Result<(Self, ToClient)> {
        let stream = Async::<TcpStream>::connect(relay.address).await?;
        stream.get_ref().set_nodelay(true)?;
        let local = StaticKey::from_bytes(secret);
        let mut session = Session::initiator(local, relay.key, now(), &mut UnwrapErr(SysRng))?;
        session.set_max_message_bytes(MAX_MESSAGE_BYTES);
        let mut client = Self { stream, session, last_tag: 0 };
        let greeting = client.receive().await?;
        Ok((client, greeting.message))
    }

    /// Asks, and waits for the answer; what the relay says unasked is dropped.
    pub(crate) async fn ask(&mut self, message: ToRelay) -> Result<ToClient> {
        self.last_tag += 1;
        let tag = self.last_tag;
        self.session.send(&Tagged { tag, message }.to_bytes(), now())?;
        loop {
            let answer = self.receive().await?;
            if answer.tag == tag {
                return Ok(answer.message);
            }
        }
    }

    /// Sends what waits, and reads until there is a message.
    async fn receive(&mut self) -> Result<Tagged<ToClient>> {
        loop {
            while let Some(event) = self.session.poll_event() {
                match event {
                    Event::Established { .. } => {}
                    Event::Message(bytes) => return Ok(Tagged::from_bytes(&bytes)?),
                    Event::Closed(reason) => return fail(format!("closed for reason {reason}")),
                }
            }
            if let Some(output) = self.session.poll_output() {
                (&self.stream).write_all(&output).await?;
            }
            let session = &mut self.session;
            let read = |mut stream: &TcpStream| {
                // On the stack for this call only: thousands of idle clients hold no buffer.
                let mut buffer = [0; READ_BYTES];
                let count = stream.read(&mut buffer)?;
                let bytes = buffer.get_mut(..count).unwrap_or_default();
                session.handle_bytes(bytes, now()).map_err(io::Error::other)?;
                Ok(count)
            };
            if self.stream.read_with(read).await? == 0 {
                return fail("the relay cut the connection");
            }
        }
    }

    /// Whether the relay still holds the connection and has said nothing.
    pub(crate) fn is_quiet(&self) -> bool {
        let peeked = self.stream.get_ref().peek(&mut [0]);
        peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }

    /// The socket and the halves of the session. What has been read and not asked for is lost.
    pub(crate) fn into_parts(self) -> Result<(Async<TcpStream>, Inbound, Outbound)> {
        match self.session.into_halves() {
            Some((inbound, outbound)) => Ok((self.stream, inbound, outbound)),
            None => fail("the session is over"),
        }
    }
}
