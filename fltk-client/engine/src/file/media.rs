//! What a file is, by its first bytes.

/// What a file is of which nothing is known.
const UNKNOWN: &str = "application/octet-stream";
/// Bytes from the beginning that are looked at.
pub(super) const HEAD_BYTES: usize = 512;

/// A pattern at an offset, and what it means.
type Magic = (usize, &'static [u8], &'static str);

const MAGICS: [Magic; 28] = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (257, b"ustar", "application/x-tar"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"ID3", "audio/mpeg"),
    (8, b"avif", "image/avif"),
    (8, b"heic", "image/heic"),
    (8, b"qt  ", "video/quicktime"),
    (8, b"M4A ", "audio/mp4"),
    (0, b"\0asm", "application/wasm"),
];

/// The media type of a file that begins with `head`.
pub(super) fn media_type(head: &[u8]) -> &'static str {
    let magic = MAGICS.iter().find(|(at, magic, what)| {
        head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
            && container_fits(head, *at, what)
    });
    match magic {
        Some((_, _, what)) => what,
        None if at(head, 4, b"ftyp") => "video/mp4",
        None if at(head, 0, b"\x1aE\xdf\xa3") => matroska(head),
        None if is_mpeg_audio(head) => "audio/mpeg",
        None if is_text(head) => "text/plain",
        None => UNKNOWN,
    }
}

/// What stands at 8 says which of the files of a common container it is.
fn container_fits(head: &[u8], offset: usize, what: &str) -> bool {
    match what {
        _ if offset != 8 => true,
        "image/webp" | "audio/wav" | "video/x-msvideo" => at(head, 0, b"RIFF"),
        _ => at(head, 4, b"ftyp"),
    }
}

fn at(head: &[u8], offset: usize, magic: &[u8]) -> bool {
    head.get(offset..).is_some_and(|rest| rest.starts_with(magic))
}

fn matroska(head: &[u8]) -> &'static str {
    let is_webm = head.windows(4).take(64).any(|window| window == b"webm");
    if is_webm { "video/webm" } else { "video/x-matroska" }
}

/// A frame of MPEG audio without a tag before it: 11 bits of synchronisation, then a version, layer
/// III, a bit rate and a sampling rate that are in use.
fn is_mpeg_audio(head: &[u8]) -> bool {
    matches!(head, [0xff, second, third, ..]
        if matches!(second, 0xf2 | 0xf3 | 0xfa | 0xfb)
            && !matches!(third >> 4, 0 | 0xf) && third & 0x0c != 0x0c)
}

/// UTF-8 without the control characters that no text has. The last character may be cut off.
fn is_text(head: &[u8]) -> bool {
    let text = match core::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && head.len() >= HEAD_BYTES => {
            head.get(..error.valid_up_to()).and_then(|h| core::str::from_utf8(h).ok()).unwrap_or("")
        }
        Err(_) => return false,
    };
    let is_odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}');
    !text.is_empty() && !text.contains(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_what_a_file_is() {
        let mut tar = vec![0; HEAD_BYTES];
        tar[257..262].copy_from_slice(b"ustar");
        let heads: [(&[u8], &str); 19] = [
            (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
            (b"\0\0\0\x18ftypmp42", "video/mp4"),
            (b"\0\0\0\x18ftypqt  ", "video/quicktime"),
            (b"\x1aE\xdf\xa3\x93\x42\x82\x84webm", "video/webm"),
            (b"\x1aE\xdf\xa3\x93\x42\x82\x88matroska", "video/x-matroska"),
            (b"ID3\x04", "audio/mpeg"),
            (b"\xff\xfb\x90\x64", "audio/mpeg"),
            (b"%PDF-1.7", "application/pdf"),
            (&tar, "application/x-tar"),
            ("Grüße\r\n\tan alle".as_bytes(), "text/plain"),
            (b"", UNKNOWN),
            (b"a\0b", UNKNOWN),
            (b"\xff\xff", UNKNOWN),
            (b"caf\xc3", UNKNOWN),
            (b"12345678WEBP\0", UNKNOWN),
        ];
        for (head, what) in heads {
            assert_eq!(media_type(head), what, "{head:?}");
        }
    }

    #[test]
    fn a_character_cut_off_by_the_end_of_what_is_looked_at_is_text() {
        let text = format!("a{}", "ü".repeat(HEAD_BYTES));
        assert_eq!(media_type(&text.as_bytes()[..HEAD_BYTES]), "text/plain");
    }

    #[test]
    fn every_type_fits_into_a_message() {
        for (_, _, what) in MAGICS {
            assert!(!what.is_empty() && what.len() <= crate::MAX_MEDIA_TYPE_BYTES);
        }
    }
}
