//! The partial file of a download: opened so that nothing else is ever written to.
//!
//! It has the permissions that any new file of this person has, from the beginning: what is in it is
//! what the final file will have, which gets its name by a second link and not by a copy.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::event::RequestId;

/// Where the partial file of a download is.
pub(super) fn path(transfer: RequestId, directory: &Path) -> PathBuf {
    directory.join(format!(".sotto-{transfer}.part"))
}

/// Opens the partial file if there is one of at least `length` bytes, and cuts it to these.
pub(super) fn open(path: &Path, length: u64) -> io::Result<Option<File>> {
    match fs::symlink_metadata(path) {
        Ok(found) if is_alone(&found) && found.len() >= length => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let file = OpenOptions::new().write(true).open(path)?;
    // What was looked at might have been replaced by a link since; writing waits for this answer.
    if !is_at(&file, path)? {
        return Ok(None);
    }
    file.set_len(length)?;
    Ok(Some(file))
}

/// Makes the partial file, in the place of whatever has its name.
pub(super) fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Deletes a partial file, and nothing else that might have its name.
pub(super) fn delete(path: &Path) {
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_file()) {
        // Best effort: it holds nobody up, and its name says what it is.
        drop(fs::remove_file(path));
    }
}

/// Whether this open file, and no link to it, is at a path.
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let found = fs::symlink_metadata(path)?;
    Ok(found.is_file() && is_same(&file.metadata()?, &found))
}

/// A regular file without another name. One that has another is somebody's file already: what is
/// written to it would be written to that.
#[cfg(unix)]
fn is_alone(metadata: &Metadata) -> bool {
    metadata.is_file() && std::os::unix::fs::MetadataExt::nlink(metadata) == 1
}

#[cfg(not(unix))]
fn is_alone(metadata: &Metadata) -> bool {
    metadata.is_file()
}

/// Whether two looks were at one file.
#[cfg(unix)]
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Whether two looks were at one file, as far as the standard library can tell here.
#[cfg(not(unix))]
pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
    let looks = |it: &Metadata| (it.len(), it.modified().ok(), it.created().ok());
    looks(one) == looks(other)
}
