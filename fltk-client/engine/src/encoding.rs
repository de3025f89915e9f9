//! What the encoding of PROTOCOL §6 lacks for the engine's own values: texts and plain lists.

use std::path::{Path, PathBuf};

use wire::codec::{Field, Reader, Writer};

use crate::MAX_TEXT_BYTES;

/// Longer than any system takes.
const MAX_PATH_BYTES: usize = 64 * 1_024;

/// Appends a text: count ‖ UTF-8.
pub(crate) fn put_text(w: &mut Writer, text: &str) {
    w.count(text.len());
    w.put(text.as_bytes());
}

/// Reads a text of at most `max` bytes.
pub(crate) fn read_text(r: &mut Reader<'_>, max: usize) -> Result<String, wire::Error> {
    const WHAT: &str = "text";
    let count = r.count(max, WHAT)?;
    let text = r.take(count, WHAT)?.to_vec();
    String::from_utf8(text).map_err(|_| wire::Error::Malformed { what: WHAT })
}

/// Reads a text of any length that a message can hold.
pub(crate) fn read_any_text(r: &mut Reader<'_>) -> Result<String, wire::Error> {
    read_text(r, MAX_TEXT_BYTES)
}

/// Appends a list: count ‖ values.
pub(crate) fn put_list<'a, T: Field + 'a>(
    w: &mut Writer,
    list: impl ExactSizeIterator<Item = &'a T>,
) {
    w.count(list.len());
    for value in list {
        value.encode(w);
    }
}

/// Reads a list of at most `max` values; memory is used only for those that are there.
pub(crate) fn read_list<T: Field, C: FromIterator<T>>(
    r: &mut Reader<'_>,
    max: usize,
) -> Result<C, wire::Error> {
    let count = r.count(max, T::WHAT)?;
    (0..count).map(|_| T::decode(r)).collect()
}

/// Appends a path, as its platform writes it.
pub(crate) fn put_path(w: &mut Writer, path: &Path) {
    let bytes = path.as_os_str().as_encoded_bytes();
    w.count(bytes.len());
    w.put(bytes);
}

/// Whether a path comes back as it was.
pub(crate) fn is_storable(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.len() <= MAX_PATH_BYTES && self::path(bytes.to_vec()).is_some_and(|stored| stored == path)
}

/// Reads a path.
pub(crate) fn read_path(r: &mut Reader<'_>) -> Result<PathBuf, wire::Error> {
    const WHAT: &str = "path";
    let count = r.count(MAX_PATH_BYTES, WHAT)?;
    let bytes = r.take(count, WHAT)?.to_vec();
    path(bytes).ok_or(wire::Error::Malformed { what: WHAT })
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "as the other of this name")]
fn path(bytes: Vec<u8>) -> Option<PathBuf> {
    let path: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
    Some(path.into())
}

/// Without `unsafe` only what is Unicode comes back.
#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}
