//! The directory of an archive: mode 0700, used by one process at a time.
//!
//! ```text
//! DIR/lock
//! DIR/ROOM/room             the room's id: another of that name is not mixed with it
//! DIR/ROOM/messages.jsonl
//! DIR/ROOM/…                the files, by their senders' names
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use wire::id::RoomId;

use super::book::Book;
use crate::console::Console;
use crate::failure::Failure;

/// Holds the id of a room. Made before any file can be saved beside it.
const ROOM_FILE: &str = "room";
/// Holds what was said.
const BOOK_FILE: &str = "messages.jsonl";

/// The directory, locked.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    /// Holds the lock for as long as this lives.
    _lock: File,
}

/// What the directory of a room is called, for a name that stands on the command line.
pub(crate) fn shelf_name(room: &str) -> String {
    engine::safe_name(room)
}

impl Directory {
    /// Takes the directory, and makes it if it is missing.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| unusable(path, &error);
        make(path).map_err(failed)?;
        let path = path.canonicalize().map_err(failed)?;
        let lock = private().create(true).truncate(false).open(path.join("lock"));
        let lock = lock.map_err(|error| unusable(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::Said(format!(
                "Another archive is kept in {} now; stop it first.",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => Err(unusable(&path, &error)),
        }
    }

    /// The directory of a room, and what was kept of it before.
    pub(super) fn shelf(
        &self,
        console: &mut Console<'_>,
        room: RoomId,
        name: &str,
    ) -> Result<(PathBuf, Book), Failure> {
        let path = self.path.join(shelf_name(name));
        let failed = |error: io::Error| unusable(&path, &error);
        make(&path).map_err(failed)?;
        let book = path.join(BOOK_FILE);
        claim(&path, room, book.exists())?;
        let (book, damaged) = Book::open(&book)?;
        if damaged > 0 {
            console.note(&format!(
                "{}: {damaged} damaged lines of {BOOK_FILE} were passed over; what they held is written again.",
                path.display()
            ));
        }
        sync_directory(&path).and_then(|()| sync_directory(&self.path)).map_err(failed)?;
        Ok((path, book))
    }
}

/// Notes whose directory this is, or checks it.
fn claim(path: &Path, room: RoomId, used: bool) -> Result<(), Failure> {
    let file = path.join(ROOM_FILE);
    let failed = |error: io::Error| unusable(path, &error);
    let known = match fs::read_to_string(&file) {
        Ok(text) => Some(text.trim_end().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    match known {
        Some(known) if known == room.to_string() => Ok(()),
        // A crash came between making the file and writing it.
        Some(torn) if !used && RoomId::from_hex(&torn).is_none() => {
            write(&file, room).map_err(failed)
        }
        None if !used => write(&file, room).map_err(failed),
        _ => Err(Failure::Said(format!(
            "{} holds something else than this room, so nothing was written; archive it in another directory.",
            path.display()
        ))),
    }
}

fn write(file: &Path, room: RoomId) -> io::Result<()> {
    let mut file = private().create(true).truncate(true).open(file)?;
    writeln!(file, "{room}")?;
    file.sync_all()
}

/// Makes a directory that only its owner enters; one that is there stays as it is.
fn make(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Options of a file that nobody else may read.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes the names in a directory durable, where the system can.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// Why nothing can be kept in a place.
pub(super) fn unusable(path: &Path, error: &io::Error) -> Failure {
    Failure::Said(format!(
        "The archive cannot use {} ({error}); what stands there is safe, so set that right and run the command again.",
        path.display()
    ))
}
