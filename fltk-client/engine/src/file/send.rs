//! The sender's side: looks at a file, and seals it chunk by chunk while it stays as it was.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use wire::chunk::{FileKey, Layout, Place};
use wire::id::UnixMs;
use wire::limit::CHUNK_CONTENT_BYTES;

use super::hash::Hash;
use super::media::{self, media_type};
use super::name::prefix;
use super::{FileReply, FileSecret, Mark, Source, content_before, thumbnail};
use crate::event::RequestId;
use crate::{MAX_FILE_NAME_BYTES, Problem};

/// Looks at a file: what it is, what it is called, and how it looks now.
///
/// # Errors
/// [`Problem::FileUnreadable`], or [`Problem::NotAFile`] for a directory, a device and the like,
/// which is not even opened.
pub(super) fn inspect(transfer: RequestId, path: &Path) -> Result<FileReply, Problem> {
    let absolute = fs::canonicalize(path).map_err(|error| unreadable(path, &error))?;
    let mut file = open_regular(&absolute)?;
    let looked = |error| unreadable(&absolute, &error);
    let source = Source::of(&file.metadata().map_err(looked)?);
    let mut head = Vec::with_capacity(media::HEAD_BYTES);
    let most = u64::try_from(media::HEAD_BYTES).unwrap_or(u64::MAX);
    (&mut file).take(most).read_to_end(&mut head).map_err(looked)?;
    let media_type = media_type(&head);
    Ok(FileReply::Inspected {
        transfer,
        source,
        name: name_of(path, &absolute),
        media_type: media_type.into(),
        thumbnail: thumbnail::of_file(file, source.size, media_type),
        path: absolute,
    })
}

/// What a person calls the file: a link by its own name.
fn name_of(path: &Path, absolute: &Path) -> String {
    let name = path.file_name().or_else(|| absolute.file_name()).unwrap_or_default();
    prefix(&name.to_string_lossy(), MAX_FILE_NAME_BYTES).into()
}

/// Looked at before it is opened too: to open a pipe waits for who writes to it.
fn open_regular(path: &Path) -> Result<File, Problem> {
    let failed = |error| unreadable(path, &error);
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Problem::NotAFile(path.into()));
    }
    let file = File::open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(Problem::NotAFile(path.into()));
    }
    Ok(file)
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    Problem::FileUnreadable { path: path.into(), reason: error.to_string() }
}

impl Source {
    fn of(metadata: &Metadata) -> Self {
        let age = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified = age.map_or(0, |age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX));
        Self { size: metadata.len(), modified: UnixMs(modified), number: number(metadata) }
    }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
const fn number(_: &Metadata) -> u64 {
    0
}

/// A file that is being sealed.
pub(super) struct Sending {
    file: File,
    path: PathBuf,
    source: Source,
    layout: Layout,
    key: FileKey,
    run: u32,
    /// Sealed bytes before the next chunk.
    offset: u64,
    /// Over these.
    hash: Hash,
}

/// A chunk.
pub(super) struct Sealed {
    /// Sealed bytes before it.
    pub(super) offset: u64,
    pub(super) chunk: Vec<u8>,
    /// Behind it, if that was wanted.
    pub(super) mark: Option<Mark>,
    /// Of the whole file, behind the final one.
    pub(super) hash: Option<[u8; 32]>,
}

impl Sending {
    /// Opens a file that still looks like `source`, behind what was sealed of it.
    ///
    /// # Errors
    /// [`Problem::FileUnreadable`], [`Problem::FileChanged`], [`Problem::NotAFile`], or
    /// [`Problem::Internal`] for a mark that is none of this file.
    pub(super) fn open(
        path: PathBuf,
        source: Source,
        key: &FileSecret,
        run: u32,
        from: Option<&Mark>,
    ) -> Result<Self, Problem> {
        let mut file = open_regular(&path)?;
        let layout = Layout::of_content(source.size)
            .ok_or(Problem::Internal("a file with more bytes than there are"))?;
        let (offset, hash) = match from {
            None => (0, Some(Hash::new())),
            Some(mark) => (mark.offset, Hash::resumed(mark)),
        };
        let (Some(begin), Some(hash)) = (content_before(layout, offset), hash) else {
            return Err(Problem::Internal("a mark of another file"));
        };
        let sought = file.seek(SeekFrom::Start(begin));
        sought.map_err(|error| unreadable(&path, &error))?;
        let sending =
            Self { file, path, source, layout, key: FileKey::new(&key.0), run, offset, hash };
        sending.check_unchanged()?;
        Ok(sending)
    }

    /// Seals the next chunk.
    ///
    /// # Errors
    /// [`Problem::FileChanged`] if there is less of it than there was or, at the end, more, or it
    /// looks otherwise; [`Problem::FileUnreadable`]; [`Problem::Internal`] behind the final chunk.
    pub(super) fn seal(&mut self, mark: bool) -> Result<Sealed, Problem> {
        let place = self.layout.place(self.offset).ok_or(Problem::Internal("a chunk too many"))?;
        let content = self.read(place)?;
        if place.is_final {
            self.check_end()?;
        }
        let chunk = self.key.seal(self.run, place, &content);
        let chunk = chunk.map_err(|_| Problem::Internal("a chunk that cannot be sealed"))?;
        self.hash.update(&chunk);
        let offset = self.offset;
        self.offset = self.layout.offset(place.index.saturating_add(1));
        Ok(Sealed {
            offset,
            chunk,
            mark: if mark { self.hash.mark(self.offset) } else { None },
            hash: place.is_final.then(|| self.hash.value()),
        })
    }

    fn read(&mut self, place: Place) -> Result<Vec<u8>, Problem> {
        let left = self.layout.content() - content_before(self.layout, self.offset).unwrap_or(0);
        let length = if place.is_final { usize::try_from(left).ok() } else { None };
        let mut content = vec![0; length.unwrap_or(CHUNK_CONTENT_BYTES).min(CHUNK_CONTENT_BYTES)];
        self.file.read_exact(&mut content).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => Problem::FileChanged(self.path.clone()),
            _ => unreadable(&self.path, &error),
        })?;
        Ok(content)
    }

    /// Whether the file ends here and was not written to since the transfer began.
    fn check_end(&mut self) -> Result<(), Problem> {
        let mut more = [0; 1];
        match self.file.read(&mut more) {
            Ok(0) => self.check_unchanged(),
            Ok(_) => Err(Problem::FileChanged(self.path.clone())),
            Err(error) => Err(unreadable(&self.path, &error)),
        }
    }

    fn check_unchanged(&self) -> Result<(), Problem> {
        let metadata = self.file.metadata().map_err(|error| unreadable(&self.path, &error))?;
        if Source::of(&metadata) == self.source {
            Ok(())
        } else {
            Err(Problem::FileChanged(self.path.clone()))
        }
    }
}
