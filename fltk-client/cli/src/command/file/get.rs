//! `get`: files of a room, until they are whole in a directory.

use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::{Command, Problem, Way};
use wire::id::{RoomId, Seq};

use super::batch::{Batch, Direction};
use super::find::{find, is_file};
use super::under_way;
use crate::command::history;
use crate::console::{Console, Patience, after};
use crate::failure::Failure;
use crate::random;

/// Files fetched at a time, so that a room with thousands does not begin them all.
const AT_A_TIME: usize = 4;

/// Which files of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Every one.
    All,
    /// Those whose ids these are, or begin with these.
    Ids(Vec<String>),
}

/// The whole path of a directory: what was saved there is known again by it.
pub(crate) fn directory(path: PathBuf) -> Result<PathBuf, Failure> {
    let unusable = |reason: String| Problem::DirectoryUnusable { path: path.clone(), reason };
    let whole = path.canonicalize().map_err(|error| unusable(error.to_string()))?;
    match whole.is_dir() {
        true => Ok(whole),
        false => Err(unusable("it is no directory".into()).into()),
    }
}

/// Saves files, and prints the path of each once it is whole.
pub(crate) fn get(
    console: &mut Console<'_>,
    room: &str,
    wanted: &Wanted,
    to: &Path,
    timeout: Duration,
) -> Result<(), Failure> {
    let room = console.room(room)?;
    let stale = console.catch_up(room, after(timeout), Patience::FirstTry)?;
    let stale = match stale {
        Some(failure) if !console.view.connected => return Err(failure),
        stale => stale,
    };
    let wanted = resolve(console, room, wanted)?;
    let earlier = under_way(console)?;
    let mut batch = Batch::new(room, Direction::Down, AT_A_TIME, timeout);
    for (seq, name) in wanted {
        let same = earlier.iter().find(|transfer| {
            transfer.room == room && transfer.way == Way::Down(seq) && transfer.path == to
        });
        match same {
            Some(transfer) => batch.adopt(console, transfer),
            None => {
                let (id, directory) = (random::id()?, to.to_owned());
                batch.add(id, &name, Command::SaveFile { id, room, seq, directory });
            }
        }
    }
    batch.run(console)?;
    stale.map_or(Ok(()), Err)
}

/// The places of the wanted files, and what they are called.
fn resolve(
    console: &mut Console<'_>,
    room: RoomId,
    wanted: &Wanted,
) -> Result<Vec<(Seq, String)>, Failure> {
    let (mut ids, mut names) = (Vec::new(), Vec::new());
    history::each(console, room, Seq(0), |_, entry| {
        if let Some((id, file)) = is_file(&entry) {
            ids.push((id, entry.seq));
            names.push((entry.seq, file.name.clone()));
        }
        Ok(())
    })?;
    let Wanted::Ids(texts) = wanted else { return Ok(names) };
    let mut meant = Vec::new();
    for text in texts {
        let seq = find(&ids, text, engine::Problem::NoFile)?;
        // A file that is named twice is fetched once.
        if !meant.iter().any(|(other, _)| *other == seq) {
            meant.extend(names.iter().find(|(other, _)| *other == seq).cloned());
        }
    }
    Ok(meant)
}

#[cfg(test)]
mod tests;
