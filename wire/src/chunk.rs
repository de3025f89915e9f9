//! Files as chunks, each sealed on its own (PROTOCOL §12): `run[4] || AES-256-GCM(content)`.
//!
//! A file has its own key. The nonce is the run, then the chunk's index with the final chunk marked,
//! so chunks cannot be swapped, dropped from the end or taken from another file. A sender begins a new
//! run each time it goes on, so that a file that changed meanwhile is never sealed under a used nonce.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};

use crate::Error;
use crate::limit::{CHUNK_CONTENT_BYTES, MAX_CHUNK_BYTES, TAG_BYTES};

const RUN_BYTES: usize = 4;
/// What sealing adds to a chunk.
const OVERHEAD_BYTES: usize = RUN_BYTES + TAG_BYTES;
/// Marks the final chunk's index. No file has so many chunks.
const FINAL: u64 = 1 << 63;

/// The key of one file.
pub struct FileKey(Aes256Gcm);

impl core::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FileKey(..)")
    }
}

/// Where a chunk stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Chunks before it.
    pub index: u64,
    /// Whether it is the last.
    pub is_final: bool,
}

impl FileKey {
    /// The key made of these bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Aes256Gcm::new(key.into()))
    }

    /// Seals the content of one chunk. A place is sealed once in a run.
    ///
    /// # Errors
    /// [`Error::Misuse`] for a content that is no chunk's: longer than
    /// [`CHUNK_CONTENT_BYTES`], or shorter and not the final one's.
    pub fn seal(&self, run: u32, place: Place, content: &[u8]) -> Result<Vec<u8>, Error> {
        let fits = content.len() == CHUNK_CONTENT_BYTES
            || (place.is_final && content.len() < CHUNK_CONTENT_BYTES);
        if !fits {
            return Err(Error::Misuse { what: "length of a chunk" });
        }
        let run = run.to_be_bytes();
        let mut sealed = Vec::with_capacity(content.len() + OVERHEAD_BYTES);
        sealed.extend_from_slice(&run);
        sealed.extend_from_slice(content);
        let body = sealed.get_mut(RUN_BYTES..).unwrap_or_default();
        let tag = self
            .0
            .encrypt_inout_detached(&nonce(run, place).into(), &[], body.into())
            .map_err(|_| Error::Crypto)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// Opens a chunk in place and returns its content.
    ///
    /// # Errors
    /// [`Error::Crypto`] for anything but what [`FileKey::seal`] made for this place of this file.
    pub fn open<'a>(&self, place: Place, sealed: &'a mut [u8]) -> Result<&'a mut [u8], Error> {
        let (run, body) = sealed.split_first_chunk_mut::<RUN_BYTES>().ok_or(Error::Crypto)?;
        let (content, tag) = body.split_last_chunk_mut::<TAG_BYTES>().ok_or(Error::Crypto)?;
        self.0
            .decrypt_inout_detached(
                &nonce(*run, place).into(),
                &[],
                (&mut *content).into(),
                (&*tag).into(),
            )
            .map_err(|_| Error::Crypto)?;
        Ok(content)
    }
}

/// The run, then the index with its highest bit set if it is the final one's.
fn nonce(run: [u8; RUN_BYTES], Place { index, is_final }: Place) -> [u8; 12] {
    let index = if is_final { index | FINAL } else { index };
    let mut nonce = [0; 12];
    let (head, tail) = nonce.split_at_mut(RUN_BYTES);
    head.copy_from_slice(&run);
    tail.copy_from_slice(&index.to_be_bytes());
    nonce
}

/// How a file is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Sealed bytes in total.
    sealed: u64,
}

/// Sealed bytes of a chunk that is not the last.
const FULL: u64 = bytes(MAX_CHUNK_BYTES);
const OVERHEAD: u64 = bytes(OVERHEAD_BYTES);

impl Layout {
    /// Of a file with so many bytes of content; a file without any has one chunk. `None` beyond what
    /// a file can have.
    #[must_use]
    pub fn of_content(content: u64) -> Option<Self> {
        let chunks = content.div_ceil(bytes(CHUNK_CONTENT_BYTES)).max(1);
        let sealed = chunks.checked_mul(OVERHEAD)?.checked_add(content)?;
        Some(Self { sealed })
    }

    /// Of a file with so many sealed bytes; `None` if there is no such file.
    #[must_use]
    pub const fn of_sealed(sealed: u64) -> Option<Self> {
        let last = sealed % FULL;
        let is_file = sealed > 0 && (last == 0 || last >= OVERHEAD);
        // The one file whose last chunk may be empty has no other.
        let is_shortest = last != OVERHEAD || sealed == OVERHEAD;
        if is_file && is_shortest { Some(Self { sealed }) } else { None }
    }

    /// Sealed bytes in total.
    #[must_use]
    pub const fn sealed(self) -> u64 {
        self.sealed
    }

    /// Bytes of content.
    #[must_use]
    pub const fn content(self) -> u64 {
        self.sealed - self.chunks() * OVERHEAD
    }

    /// Number of chunks.
    #[must_use]
    pub const fn chunks(self) -> u64 {
        self.sealed.div_ceil(FULL)
    }

    /// Where the chunk that begins at a sealed offset stands; `None` if none begins there.
    #[must_use]
    pub const fn place(self, offset: u64) -> Option<Place> {
        if offset >= self.sealed || !offset.is_multiple_of(FULL) {
            return None;
        }
        let index = offset / FULL;
        Some(Place { index, is_final: index + 1 == self.chunks() })
    }

    /// Sealed bytes before the chunk of an index, or all if there is none.
    #[must_use]
    pub const fn offset(self, index: u64) -> u64 {
        match index.checked_mul(FULL) {
            Some(offset) if offset < self.sealed => offset,
            _ => self.sealed,
        }
    }

    /// Sealed bytes of the chunk that begins at an offset; 0 behind the last.
    #[must_use]
    pub fn length(self, offset: u64) -> usize {
        let left = self.sealed.saturating_sub(offset).min(FULL);
        usize::try_from(left).unwrap_or(MAX_CHUNK_BYTES)
    }
}

/// Bytes of content that fit into so many sealed bytes of one file.
#[must_use]
pub const fn content_within(sealed: u64) -> u64 {
    let last = (sealed % FULL).saturating_sub(OVERHEAD);
    sealed / FULL * (FULL - OVERHEAD) + last
}

/// A length of chunks as a length of files.
#[expect(clippy::as_conversions, reason = "const, and below 2^17")]
const fn bytes(length: usize) -> u64 {
    length as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Place = Place { index: 0, is_final: false };
    const LAST: Place = Place { index: 1, is_final: true };

    fn key() -> FileKey {
        FileKey::new(&[7; 32])
    }

    #[test]
    fn a_chunk_opens_at_its_place_of_its_file_only() {
        let content = vec![5; CHUNK_CONTENT_BYTES];
        let sealed = key().seal(3, FIRST, &content).unwrap();
        assert_eq!(sealed.len(), MAX_CHUNK_BYTES);
        assert_eq!(key().open(FIRST, &mut sealed.clone()).unwrap(), content);
        let others = [LAST, Place { index: 1, ..FIRST }, Place { is_final: true, ..FIRST }];
        for place in others {
            assert_eq!(key().open(place, &mut sealed.clone()), Err(Error::Crypto));
        }
        assert!(FileKey::new(&[8; 32]).open(FIRST, &mut sealed.clone()).is_err());
        let mut other_run = sealed;
        other_run[3] ^= 1;
        assert_eq!(key().open(FIRST, &mut other_run), Err(Error::Crypto));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let sealed = key().seal(0, LAST, b"end").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key().open(LAST, &mut changed), Err(Error::Crypto), "bit {bit}");
        }
        for length in 0..sealed.len() {
            let mut cut = sealed[..length].to_vec();
            assert_eq!(key().open(LAST, &mut cut), Err(Error::Crypto), "cut to {length}");
        }
    }

    #[test]
    fn only_the_final_chunk_may_be_short_and_none_too_long() {
        assert!(key().seal(0, FIRST, b"short").is_err());
        assert!(key().seal(0, LAST, &[]).is_ok());
        assert!(key().seal(0, LAST, &vec![0; CHUNK_CONTENT_BYTES + 1]).is_err());
    }

    #[test]
    fn the_layout_of_contents_is_that_of_their_sealed_bytes() {
        let full = bytes(CHUNK_CONTENT_BYTES);
        for content in [0, 1, full - 1, full, full + 1, 2 * full, 5 * full + 7, 1 << 31] {
            let layout = Layout::of_content(content).unwrap();
            assert_eq!(Layout::of_sealed(layout.sealed()), Some(layout), "{content}");
            assert_eq!(layout.content(), content);
            assert_eq!(content_within(layout.sealed()), content);
            let (mut offset, mut chunks) = (0, 0);
            while let Some(place) = layout.place(offset) {
                assert_eq!((place.index, layout.offset(chunks)), (chunks, offset));
                assert_eq!(place.is_final, chunks + 1 == layout.chunks());
                offset += u64::try_from(layout.length(offset)).unwrap();
                chunks += 1;
            }
            assert_eq!((offset, chunks), (layout.sealed(), layout.chunks()));
            assert_eq!(layout.length(offset), 0);
        }
        assert_eq!(content_within(FULL + OVERHEAD - 1), full, "no room for another chunk");
        assert_eq!(Layout::of_content(u64::MAX), None);
        for sealed in [0, 1, OVERHEAD - 1, FULL + 1, FULL + OVERHEAD] {
            assert_eq!(Layout::of_sealed(sealed), None, "{sealed}");
        }
        assert_eq!(Layout::of_content(9).unwrap().place(1), None);
    }
}
