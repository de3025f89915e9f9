//! Length-prefixed pieces of a byte stream (PROTOCOL §3): a 4-byte big-endian length, then that
//! many bytes, at least one.
//!
//! The same form occurs twice: frames in the bytes of a connection, and messages in the stream
//! that transport messages carry (PROTOCOL §5.2). This module knows only lengths; it is
//! [`crate::session`] that opens what is inside.

use core::mem;
use core::ops::{Deref, DerefMut};

use crate::Error;
use crate::limit::{MAX_FRAME_BYTES, MAX_HANDSHAKE_FRAME_BYTES};

/// Length of the prefix.
pub const PREFIX_BYTES: usize = 4;

/// The longest body that a reader accepts, and what to call it in an error.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// What is bounded.
    pub what: &'static str,
    /// Longest body, in bytes.
    pub max: usize,
}

impl Bound {
    /// A frame after the handshake.
    pub const FRAME: Self = Self { what: "frame", max: MAX_FRAME_BYTES };
    /// A frame of the handshake.
    pub const HANDSHAKE_FRAME: Self =
        Self { what: "handshake frame", max: MAX_HANDSHAKE_FRAME_BYTES };

    /// The length that `prefix` announces.
    ///
    /// # Errors
    /// [`Error::Malformed`] for 0 and [`Error::Limit`] above the maximum.
    fn length(self, prefix: [u8; PREFIX_BYTES]) -> Result<usize, Error> {
        let got = usize::try_from(u32::from_be_bytes(prefix)).unwrap_or(usize::MAX);
        match got {
            0 => Err(Error::Malformed { what: self.what }),
            _ if got > self.max => Err(Error::Limit { what: self.what, got, max: self.max }),
            _ => Ok(got),
        }
    }
}

/// The prefix of a body of `len` bytes.
///
/// # Errors
/// [`Error::Malformed`] for 0 and [`Error::Limit`] above the maximum.
pub fn prefix(len: usize, bound: Bound) -> Result<[u8; PREFIX_BYTES], Error> {
    let over = Error::Limit { what: bound.what, got: len, max: bound.max };
    let prefix = u32::try_from(len).map_err(|_| over)?.to_be_bytes();
    bound.length(prefix).map(|_| prefix)
}

/// Cuts a stream that arrives in arbitrary pieces into bodies.
///
/// Holds heap memory only between the first and the last piece of a body that arrives in several,
/// and then in proportion to what has arrived, never to what the prefix announces.
///
/// ```
/// use wire::frame::{Bound, FrameReader};
///
/// let mut reader = FrameReader::default();
/// let mut first = [0, 0, 0, 2, 7];
/// assert!(reader.next_frame(&mut &mut first[..], Bound::FRAME)?.is_none());
/// let mut second = [8, 0, 0, 0, 1, 9];
/// let mut input = &mut second[..];
/// assert_eq!(*reader.next_frame(&mut input, Bound::FRAME)?.unwrap(), [7, 8]);
/// assert_eq!(*reader.next_frame(&mut input, Bound::FRAME)?.unwrap(), [9]);
/// assert!(reader.next_frame(&mut input, Bound::FRAME)?.is_none());
/// # Ok::<(), wire::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct FrameReader {
    /// Boxed, so that an idle connection pays one word.
    pending: Option<Box<Pending>>,
}

/// The start of a body: its prefix, as far as it came, and then its bytes. Never complete.
#[derive(Debug, Default)]
struct Pending {
    bytes: Vec<u8>,
}

impl FrameReader {
    /// Takes the next whole body from the front of `input`, or everything that is left when none
    /// is complete. Call it until it returns `None`.
    ///
    /// # Errors
    /// A length outside `bound`, before anything is allocated for it. The stream is then without
    /// meaning: drop the reader.
    pub fn next_frame<'a>(
        &mut self,
        input: &mut &'a mut [u8],
        bound: Bound,
    ) -> Result<Option<Frame<'a>>, Error> {
        if self.pending.is_none() {
            if let Some(len) =
                input.first_chunk().map(|prefix| bound.length(*prefix)).transpose()?
                && input.len() - PREFIX_BYTES >= len
            {
                take(input, PREFIX_BYTES);
                return Ok(Some(Frame(Body::Borrowed(take(input, len)))));
            }
            if input.is_empty() {
                return Ok(None);
            }
        }
        self.resume(input, bound)
    }

    /// Moves bytes from `input` to the pending body, and that out if it is complete.
    fn resume<'a>(
        &mut self,
        input: &mut &mut [u8],
        bound: Bound,
    ) -> Result<Option<Frame<'a>>, Error> {
        let pending = self.pending.get_or_insert_default();
        pending.fill(input, PREFIX_BYTES);
        let Some(prefix) = pending.bytes.first_chunk() else { return Ok(None) };
        let whole = PREFIX_BYTES + bound.length(*prefix)?;
        pending.fill(input, whole);
        if pending.bytes.len() < whole {
            return Ok(None);
        }
        Ok(self.pending.take().map(|pending| Frame(Body::Reassembled(pending.bytes))))
    }
}

impl Pending {
    /// Moves bytes from `input` until there are `target`.
    fn fill(&mut self, input: &mut &mut [u8], target: usize) {
        let missing = target.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(take(input, missing));
    }
}

/// Takes up to `len` bytes from the front of `input`.
fn take<'a>(input: &mut &'a mut [u8], len: usize) -> &'a mut [u8] {
    let len = len.min(input.len());
    let (front, rest) = mem::take(input).split_at_mut(len);
    *input = rest;
    front
}

/// A whole body, to be opened in place. Lies in the input wherever it arrived in one piece.
#[derive(Debug)]
pub struct Frame<'a>(Body<'a>);

#[derive(Debug)]
enum Body<'a> {
    Borrowed(&'a mut [u8]),
    /// With the prefix in front.
    Reassembled(Vec<u8>),
}

impl Deref for Frame<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Body::Borrowed(body) => body,
            Body::Reassembled(bytes) => bytes.get(PREFIX_BYTES..).unwrap_or_default(),
        }
    }
}

impl DerefMut for Frame<'_> {
    fn deref_mut(&mut self) -> &mut [u8] {
        match &mut self.0 {
            Body::Borrowed(body) => body,
            Body::Reassembled(bytes) => bytes.get_mut(PREFIX_BYTES..).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
