//! The receiver's side: opens chunks into a partial file, and gives that its name once it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use wire::chunk::{FileKey, Layout};

use super::disk::Stop;
use super::hash::Hash;
use super::{FileReply, FileSecret, Mark, content_before, name, partial};
use crate::Problem;
use crate::event::RequestId;

/// Names that are tried before a directory is called unusable.
const MAX_NAMES: u32 = 10_000;

/// A file that is being received.
pub(super) struct Receiving {
    directory: PathBuf,
    /// The partial file's.
    path: PathBuf,
    /// At its end.
    file: File,
    key: FileKey,
    layout: Layout,
    /// Sealed bytes of what is in the partial file.
    at: u64,
    /// Over these.
    hash: Hash,
}

impl Receiving {
    /// Opens the partial file, or makes it.
    ///
    /// # Errors
    /// [`Problem::DirectoryUnusable`] or [`Problem::NoSpaceFor`].
    pub(super) fn open(
        transfer: RequestId,
        directory: PathBuf,
        key: &FileSecret,
        layout: Layout,
        from: Option<&Mark>,
    ) -> Result<Self, Problem> {
        let path = partial::path(transfer, &directory);
        let opened = check_directory(&directory).and_then(|()| open_at(&path, layout, from));
        let (file, at, hash) = opened.map_err(|error| unusable(&directory, &error))?;
        Ok(Self { directory, path, file, key: FileKey::new(&key.0), layout, at, hash })
    }

    /// Sealed bytes of what is in the partial file.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    /// Opens the next chunk and appends it.
    ///
    /// # Errors
    /// [`Problem::FileDamaged`] or [`Problem::NoSpaceFor`], and then the partial file is gone;
    /// [`Problem::DirectoryUnusable`]; [`Problem::Internal`] behind the final chunk.
    pub(super) fn append(&mut self, mut chunk: Vec<u8>) -> Result<(), Problem> {
        let place = self.layout.place(self.at).ok_or(Problem::Internal("a chunk too many"))?;
        if chunk.len() != self.layout.length(self.at) {
            return Err(self.damaged());
        }
        self.hash.update(&chunk);
        let Ok(content) = self.key.open(place, &mut chunk) else {
            return Err(self.damaged());
        };
        self.file.write_all(content).map_err(|error| self.failed(&error))?;
        self.at = self.layout.offset(place.index.saturating_add(1));
        Ok(())
    }

    /// Makes durable what is there.
    ///
    /// # Errors
    /// As [`Receiving::append`].
    pub(super) fn mark(&self) -> Result<Mark, Problem> {
        self.file.sync_data().map_err(|error| self.failed(&error))?;
        self.hash.mark(self.at).ok_or(Problem::Internal("a hash without a state"))
    }

    /// Makes the whole file durable if it is what was sent.
    ///
    /// # Errors
    /// As [`Receiving::append`].
    pub(super) fn verify(&self, hash: &[u8; 32]) -> Result<(), Problem> {
        if self.at != self.layout.sealed() || self.hash.value() != *hash {
            return Err(self.damaged());
        }
        self.file.sync_all().map_err(|error| self.failed(&error))
    }

    /// A name for the file that nothing in the directory has, not even a link to nothing.
    ///
    /// # Errors
    /// [`Problem::DirectoryUnusable`].
    pub(super) fn free_name(&self, wished: &str) -> Result<String, Problem> {
        let wished = name::safe_name(wished);
        let (stem, ending) = name::split(&wished);
        for number in 1..=MAX_NAMES {
            let name = match number {
                1 => wished.clone(),
                number => format!("{stem} ({number}){ending}"),
            };
            match fs::symlink_metadata(self.directory.join(&name)) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(name),
                Err(error) => return Err(self.failed(&error)),
            }
        }
        Err(self.failed(&io::Error::other(format!("{wished} and its likes are taken"))))
    }

    /// Gives the partial file its name.
    ///
    /// # Errors
    /// [`Stop::NameTaken`] if something has the name, which it keeps; otherwise
    /// [`Problem::DirectoryUnusable`] or [`Problem::NoSpaceFor`].
    pub(super) fn publish(&self, name: &str) -> Result<PathBuf, Stop> {
        if self.at != self.layout.sealed() {
            return Err(Problem::Internal("a file that is not whole").into());
        }
        let path =
            target(&self.directory, name).ok_or(Problem::Internal("a name of more than a file"))?;
        let linked = || {
            if !partial::is_at(&self.file, &self.path)? {
                return Err(io::Error::other("the partial file was replaced"));
            }
            link(&self.path, &path)?;
            sync(&self.directory)
        };
        match linked() {
            Ok(()) => Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Stop::NameTaken),
            Err(error) => Err(self.failed(&error).into()),
        }
    }

    /// What the relay has is not what was sent: nothing of it stays.
    fn damaged(&self) -> Problem {
        partial::delete(&self.path);
        Problem::FileDamaged
    }

    fn failed(&self, error: &io::Error) -> Problem {
        let problem = unusable(&self.directory, error);
        if matches!(problem, Problem::NoSpaceFor(_)) {
            // It would be in the way of whoever makes space.
            partial::delete(&self.path);
        }
        problem
    }
}

/// Looks whether a download has its final name, just before nobody could be told: the partial file is
/// gone, or is the same file under its other name, which then goes. Its path, if so.
///
/// # Errors
/// [`Problem::DirectoryUnusable`].
pub(super) fn published(
    transfer: RequestId,
    directory: &Path,
    layout: Layout,
    name: &str,
) -> Result<Option<PathBuf>, Problem> {
    let partial = partial::path(transfer, directory);
    let Some(path) = target(directory, name) else { return Ok(None) };
    let is_published = || {
        check_directory(directory)?;
        match (look(&path)?, look(&partial)?) {
            (Some(there), _) if !there.is_file() || there.len() != layout.content() => Ok(false),
            (Some(there), Some(partial)) if !partial::is_same(&there, &partial) => Ok(false),
            (Some(_), _) => {
                partial::delete(&partial);
                sync(directory).map(|()| true)
            }
            (None, _) => Ok(false),
        }
    };
    let is_published = is_published().map_err(|error| unusable(directory, &error))?;
    Ok(is_published.then_some(path))
}

/// Deletes the partial file of a download.
pub(super) fn discard(transfer: RequestId, directory: &Path) {
    partial::delete(&partial::path(transfer, directory));
}

/// Looks for a file that was saved once.
pub(super) fn find(transfer: RequestId, path: PathBuf, size: u64) -> FileReply {
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_file() && found.len() == size => FileReply::Saved { transfer, path },
        _ => FileReply::Missing { transfer },
    }
}

fn check_directory(directory: &Path) -> io::Result<()> {
    if fs::metadata(directory)?.is_dir() {
        Ok(())
    } else {
        Err(io::ErrorKind::NotADirectory.into())
    }
}

/// The partial file at a mark, or a new one if that cannot be used.
fn open_at(path: &Path, layout: Layout, from: Option<&Mark>) -> io::Result<(File, u64, Hash)> {
    if let Some(mark) = from
        && let (Some(length), Some(hash)) =
            (content_before(layout, mark.offset), Hash::resumed(mark))
        && let Some(mut file) = partial::open(path, length)?
    {
        file.seek(SeekFrom::End(0))?;
        return Ok((file, mark.offset, hash));
    }
    Ok((partial::create(path)?, 0, Hash::new()))
}

fn look(path: &Path) -> io::Result<Option<fs::Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A name's path in a directory; `None` for what is no single component.
fn target(directory: &Path, name: &str) -> Option<PathBuf> {
    let mut components = Path::new(name).components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(one)), None) if one == name => Some(directory.join(one)),
        _ => None,
    }
}

/// Gives the partial file its name: a second one, in one step and only where nothing is, and then the
/// first goes.
fn link(partial: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(partial, path) {
        Ok(()) => {
            partial::delete(partial);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => rename(partial, path),
    }
}

/// The same where a file has one name only (FAT, some network disks): an empty file takes the name,
/// and is written over. A crash in between leaves that empty file.
pub(super) fn rename(partial: &Path, path: &Path) -> io::Result<()> {
    drop(OpenOptions::new().write(true).create_new(true).open(path)?);
    fs::rename(partial, path).inspect_err(|_| drop(fs::remove_file(path)))
}

/// Makes the names in a directory durable, where the system can.
fn sync(directory: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    match synced {
        // A directory that may not be read, or one of a file system that has no such thing.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied
                    | io::ErrorKind::InvalidInput
                    | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

fn unusable(directory: &Path, error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Problem::NoSpaceFor(directory.into())
        }
        _ => Problem::DirectoryUnusable { path: directory.into(), reason: error.to_string() },
    }
}
