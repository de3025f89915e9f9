//! The sending half of a session (PROTOCOL §5).

use super::{MESSAGE, OVER, kind};
use crate::frame::{Bound, PREFIX_BYTES, prefix};
use crate::limit::{
    KEEP_ALIVE_AFTER_MS, MAX_PLAINTEXT_BYTES, REKEY_AFTER_MESSAGES, REKEY_AFTER_MS, TAG_BYTES,
};
use crate::noise::{CipherState, KeyedCipher};
use crate::{Error, Time};

/// Seals what this end sends, and rekeys by itself when that is due.
///
/// Owns no heap memory. Any error ends it; bytes appended by earlier calls may still be sent.
#[derive(Debug)]
pub struct Outbound {
    pub(super) cipher: CipherState,
    pub(super) age: KeyAge,
    /// When the last keep-alive was sealed, or the session began.
    last_keep_alive: Time,
    /// Failed or closed.
    over: bool,
}

/// How much the current key has been used.
#[derive(Debug)]
pub(super) struct KeyAge {
    since: Time,
    /// Transport messages sealed under it.
    pub(super) sealed: u32,
}

impl KeyAge {
    /// Whether the next message must be the rekey, so that it is at most the
    /// [`REKEY_AFTER_MESSAGES`]th under its key (PROTOCOL §5.3).
    fn is_over(&self, now: Time) -> bool {
        u64::from(self.sealed) + 1 >= REKEY_AFTER_MESSAGES
            || now.since_ms(self.since) >= REKEY_AFTER_MS
    }
}

impl Outbound {
    pub(super) fn new(cipher: CipherState, now: Time) -> Self {
        let age = KeyAge { since: now, sealed: 0 };
        Self { cipher, age, last_keep_alive: now, over: false }
    }

    /// When an initiator owes the next keep-alive: a fixed time after the last one, whatever else
    /// was sent, since only its answer shows that the peer still lives (PROTOCOL §5.4).
    #[must_use]
    pub fn keep_alive_deadline(&self) -> Time {
        self.last_keep_alive.after_ms(KEEP_ALIVE_AFTER_MS)
    }

    /// Appends `messages` to `out`, sealed, in as few frames as hold them. Appends nothing when
    /// there are none.
    ///
    /// # Errors
    /// [`Error::Malformed`] for an empty message and [`Error::Limit`] for one above
    /// [`MAX_MESSAGE_BYTES`](crate::limit::MAX_MESSAGE_BYTES); `out` is as before, and the half is
    /// over.
    pub fn seal<'m>(
        &mut self,
        messages: impl IntoIterator<Item = &'m [u8]>,
        now: Time,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        self.write(now, out, |writer| {
            for message in messages {
                writer.append(&prefix(message.len(), MESSAGE)?)?;
                writer.append(message)?;
            }
            writer.end_frame()
        })
    }

    /// Appends a keep-alive to `out`.
    ///
    /// # Errors
    /// The half is over already; `out` is as before.
    pub fn keep_alive(&mut self, now: Time, out: &mut Vec<u8>) -> Result<(), Error> {
        self.write(now, out, |writer| {
            writer.begin_frame(kind::KEEP_ALIVE)?;
            writer.end_frame()
        })?;
        self.last_keep_alive = now;
        Ok(())
    }

    /// Appends the last frame to `out`: this end is done, for `reason`.
    ///
    /// # Errors
    /// The half is over already; `out` is as before.
    pub fn close(&mut self, reason: u8, now: Time, out: &mut Vec<u8>) -> Result<(), Error> {
        self.write(now, out, |writer| {
            writer.begin_frame(kind::CLOSE)?;
            writer.out.push(reason);
            writer.end_frame()
        })?;
        self.over = true;
        Ok(())
    }

    /// Runs `write`. If it fails, takes back what it appended, so that no plaintext stays in `out`.
    fn write(
        &mut self,
        now: Time,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut FrameWriter<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.over {
            return Err(OVER);
        }
        let before = out.len();
        let cipher = self.cipher.keyed();
        let result = write(&mut FrameWriter { cipher, age: &mut self.age, now, out, body: None });
        if result.is_err() {
            self.over = true;
            out.truncate(before);
        }
        result
    }
}

/// Writes frames at the end of `out` and seals each in place.
struct FrameWriter<'a> {
    cipher: KeyedCipher<'a>,
    age: &'a mut KeyAge,
    now: Time,
    out: &'a mut Vec<u8>,
    /// Where the plaintext of the frame that is being written begins in `out`.
    body: Option<usize>,
}

impl FrameWriter<'_> {
    /// Appends to the stream of messages, in as many data messages as it takes.
    fn append(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let mut room = self.room();
            if room == 0 {
                self.end_frame()?;
                self.begin_frame(kind::DATA)?;
                room = self.room();
            }
            let (piece, rest) = bytes.split_at(room.min(bytes.len()));
            self.out.extend_from_slice(piece);
            bytes = rest;
        }
        Ok(())
    }

    /// What still fits into the frame, in bytes; 0 when there is none.
    fn room(&self) -> usize {
        self.body.map_or(0, |body| (body + MAX_PLAINTEXT_BYTES).saturating_sub(self.out.len()))
    }

    /// Begins a frame, after a rekey if that is due.
    fn begin_frame(&mut self, kind: u8) -> Result<(), Error> {
        if self.age.is_over(self.now) {
            self.open_body(kind::REKEY);
            self.end_frame()?;
            self.cipher.rekey()?;
            *self.age = KeyAge { since: self.now, sealed: 0 };
        }
        self.open_body(kind);
        Ok(())
    }

    fn open_body(&mut self, kind: u8) {
        self.out.extend_from_slice(&[0; PREFIX_BYTES]);
        self.body = Some(self.out.len());
        self.out.push(kind);
    }

    /// Seals the frame that is being written, if there is one.
    fn end_frame(&mut self) -> Result<(), Error> {
        let Some(body) = self.body.take() else { return Ok(()) };
        let (head, plaintext) = self.out.split_at_mut(body);
        if let Some(place) = head.last_chunk_mut() {
            *place = prefix(plaintext.len() + TAG_BYTES, Bound::FRAME)?;
        }
        let tag = self.cipher.seal(&[], plaintext)?;
        self.out.extend_from_slice(&tag);
        self.age.sealed = self.age.sealed.saturating_add(1);
        Ok(())
    }
}
