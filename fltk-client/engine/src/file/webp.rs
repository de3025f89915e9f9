//! The outline of a WebP (RFC 9649), read without decoding a pixel: the decoder allocates by what
//! chunks say, and has no limit that could be set through `image`.

use std::io::{BufRead, Seek};

/// `RIFF`, a length, `WEBP`.
const HEADER_BYTES: usize = 12;
/// What it is, and its length.
const CHUNK_HEADER_BYTES: usize = 8;
/// Bytes of a chunk that are looked at.
const HEAD_BYTES: usize = 10;
/// More than any file has that means well.
const MAX_CHUNKS: u32 = 64;
/// In the flags of an extended file.
const ANIMATION: u8 = 1 << 1;

/// Width and height of the one picture in a file of `size` bytes; `None` for a file that moves, that
/// has more pictures than one, or chunks longer than itself.
pub(super) fn dimensions(reader: &mut (impl BufRead + Seek), size: u64) -> Option<(u32, u32)> {
    reader.read_exact(&mut [0; HEADER_BYTES]).ok()?;
    let (mut left, mut found) = (size.checked_sub(bytes(HEADER_BYTES))?, None);
    for _ in 0..MAX_CHUNKS {
        if left < bytes(CHUNK_HEADER_BYTES) {
            return found;
        }
        let (kind, head) = next_chunk(reader, &mut left)?;
        match &kind {
            b"VP8X" if head.first().is_some_and(|flags| flags & ANIMATION != 0) => return None,
            b"ANIM" | b"ANMF" => return None,
            b"VP8 " if found.is_none() => found = Some(lossy(head)),
            b"VP8L" if found.is_none() => found = Some(lossless(head)),
            b"VP8 " | b"VP8L" => return None,
            _ => {}
        }
    }
    None
}

/// What a chunk is, and its first bytes, or zeros where it has none.
fn next_chunk(
    reader: &mut (impl BufRead + Seek),
    left: &mut u64,
) -> Option<([u8; 4], [u8; HEAD_BYTES])> {
    let mut header = [0; CHUNK_HEADER_BYTES];
    reader.read_exact(&mut header).ok()?;
    let [k0, k1, k2, k3, length @ ..] = header;
    let length = u64::from(u32::from_le_bytes(length));
    *left = left.checked_sub(bytes(CHUNK_HEADER_BYTES))?.checked_sub(length)?;
    // The next begins at an even offset, if there is one.
    let padding = length % 2;
    *left = left.saturating_sub(padding);
    let mut head = [0; HEAD_BYTES];
    let read = length.min(bytes(HEAD_BYTES));
    reader.read_exact(head.get_mut(..usize::try_from(read).ok()?)?).ok()?;
    reader.seek_relative(i64::try_from(length + padding - read).ok()?).ok()?;
    Some(([k0, k1, k2, k3], head))
}

fn bytes(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// RFC 6386 §9.1: three bytes of a tag, three of a start code, then 14 bits each.
fn lossy([_, _, _, _, _, _, w0, w1, h0, h1]: [u8; HEAD_BYTES]) -> (u32, u32) {
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    (side(w0, w1), side(h0, h1))
}

/// RFC 9649 §3: a byte of a signature, then 14 bits each, of one less.
fn lossless([_, b0, b1, b2, b3, ..]: [u8; HEAD_BYTES]) -> (u32, u32) {
    let bits = u32::from_le_bytes([b0, b1, b2, b3]);
    ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
}
