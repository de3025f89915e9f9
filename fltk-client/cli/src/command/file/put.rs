//! `put`: files, until the relay has them and the messages that tell of them for good.

use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::{Command, MessageId, Problem, Transfer, Way};
use wire::id::RoomId;

use super::batch::{Batch, Direction};
use super::under_way;
use crate::console::Console;
use crate::failure::Failure;
use crate::random;

/// The files that are meant, each once, by their whole paths: a file is known again by its path.
pub(crate) fn sources(files: Vec<PathBuf>) -> Result<Vec<PathBuf>, Failure> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for file in files {
        let path = file.canonicalize().map_err(|error| unreadable(file, &error))?;
        if !path.is_file() {
            return Err(Problem::NotAFile(path).into());
        }
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn unreadable(path: PathBuf, error: &std::io::Error) -> Failure {
    Problem::FileUnreadable { path, reason: error.to_string() }.into()
}

/// Sends the files, and prints the id of each message once the relay has it.
pub(crate) fn put(
    console: &mut Console<'_>,
    room: &str,
    files: &[PathBuf],
    id: Option<MessageId>,
    timeout: Duration,
) -> Result<(), Failure> {
    let room = console.room(room)?;
    let earlier = under_way(console)?;
    // The engine takes as many at a time as is good.
    let mut batch = Batch::new(room, Direction::Up, usize::MAX, timeout);
    for path in files {
        match earlier.iter().find(|transfer| is_same(transfer, room, path)) {
            Some(transfer) if id.is_none_or(|id| id == transfer.id) => {
                batch.adopt(console, transfer);
            }
            _ => {
                let id = id.map_or_else(random::id, Ok)?;
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                batch.add(id, &name, Command::SendFile { room, id, path: path.clone() });
            }
        }
    }
    batch.run(console)
}

fn is_same(transfer: &Transfer, room: RoomId, path: &Path) -> bool {
    transfer.room == room && transfer.way == Way::Up && transfer.path == path
}

#[cfg(test)]
mod tests;
