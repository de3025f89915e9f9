//! The receiving half of a session (PROTOCOL §5).

use super::{MESSAGE, OVER, kind};
use crate::frame::{Bound, FrameReader};
use crate::limit::{
    IDLE_TIMEOUT_MS, MAX_ANONYMOUS_MESSAGE_BYTES, MAX_MESSAGE_BYTES, REKEY_AFTER_MESSAGES,
};
use crate::noise::{CipherState, KeyedCipher};
use crate::{Error, Time};

/// What arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A whole message.
    Message(&'a [u8]),
    /// A sign of life. A responder answers it with [`super::Outbound::keep_alive`].
    KeepAlive,
    /// The peer is done, for this reason. Nothing follows.
    Closed(u8),
}

/// Opens what the peer sends.
///
/// An idle one owns no heap memory. Any error, also one of the caller's `on_item`, ends it.
#[derive(Debug)]
pub struct Inbound {
    pub(super) cipher: CipherState,
    frames: FrameReader,
    pub(super) stream: Stream,
    /// Came with the last frame of the handshake and has not been read yet.
    pub(super) early: Option<Box<[u8]>>,
    /// When the last authentic frame arrived.
    last_received: Time,
}

impl Inbound {
    pub(crate) fn new(cipher: CipherState, early: &[u8], now: Time) -> Self {
        Self {
            cipher,
            frames: FrameReader::default(),
            stream: Stream::new(),
            early: (!early.is_empty()).then(|| early.into()),
            last_received: now,
        }
    }

    /// Sets the longest message that is accepted from now on; starts at
    /// [`MAX_ANONYMOUS_MESSAGE_BYTES`], and [`MAX_MESSAGE_BYTES`] is the most.
    pub fn set_max_message_bytes(&mut self, max: usize) {
        self.stream.max_message_bytes = max.min(MAX_MESSAGE_BYTES);
    }

    /// When the peer must have been heard again. Only whole, authentic frames count, so a peer
    /// that dribbles bytes does not stay.
    #[must_use]
    pub fn deadline(&self) -> Time {
        self.last_received.after_ms(IDLE_TIMEOUT_MS)
    }

    /// Opens `bytes` in place, however they were cut, and hands out what is complete, in order.
    ///
    /// # Errors
    /// Whatever was handed out before is authentic; nothing else will be. Drop the connection.
    pub fn handle_bytes(
        &mut self,
        bytes: &mut [u8],
        now: Time,
        on_item: &mut impl FnMut(Item<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.stream.phase != Phase::Open {
            return Err(OVER);
        }
        let early = self.early.take();
        let result = early
            .map_or(Ok(()), |mut early| self.read(&mut early, now, on_item))
            .and_then(|()| self.read(bytes, now, on_item));
        if result.is_err() {
            self.stream.phase = Phase::Failed;
        }
        result
    }

    fn read(
        &mut self,
        mut bytes: &mut [u8],
        now: Time,
        on_item: &mut impl FnMut(Item<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut cipher = self.cipher.keyed();
        while !bytes.is_empty() {
            if self.stream.phase == Phase::Closed {
                return Err(Error::PeerMisbehaved { what: "bytes after the close" });
            }
            let Some(mut frame) = self.frames.next_frame(&mut bytes, Bound::FRAME)? else { break };
            let plaintext = cipher.open(&[], &mut frame)?;
            self.last_received = now;
            self.stream.handle_plaintext(plaintext, &mut cipher, on_item)?;
        }
        Ok(())
    }
}

/// What comes out of the cipher: control messages, and messages cut into data messages.
#[derive(Debug)]
pub(super) struct Stream {
    messages: FrameReader,
    max_message_bytes: usize,
    /// Transport messages opened under the current key.
    pub(super) opened: u32,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    Closed,
    Failed,
}

impl Stream {
    fn new() -> Self {
        let max_message_bytes = MAX_ANONYMOUS_MESSAGE_BYTES;
        Self { messages: FrameReader::default(), max_message_bytes, opened: 0, phase: Phase::Open }
    }

    fn handle_plaintext(
        &mut self,
        plaintext: &mut [u8],
        cipher: &mut KeyedCipher<'_>,
        on_item: &mut impl FnMut(Item<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.opened = self.opened.saturating_add(1);
        if u64::from(self.opened) > REKEY_AFTER_MESSAGES {
            return Err(Error::PeerMisbehaved { what: "too many messages under one key" });
        }
        match plaintext.split_first_mut() {
            Some((&mut kind::DATA, piece)) if !piece.is_empty() => self.handle_data(piece, on_item),
            Some((&mut kind::KEEP_ALIVE, [])) => on_item(Item::KeepAlive),
            Some((&mut kind::REKEY, [])) => {
                self.opened = 0;
                cipher.rekey()
            }
            Some((&mut kind::CLOSE, [reason])) => {
                self.phase = Phase::Closed;
                on_item(Item::Closed(*reason))
            }
            _ => Err(Error::Malformed { what: "transport message" }),
        }
    }

    fn handle_data(
        &mut self,
        mut piece: &mut [u8],
        on_item: &mut impl FnMut(Item<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let bound = Bound { max: self.max_message_bytes, ..MESSAGE };
        while let Some(message) = self.messages.next_frame(&mut piece, bound)? {
            on_item(Item::Message(&message))?;
        }
        Ok(())
    }
}
