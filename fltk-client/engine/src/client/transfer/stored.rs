//! What the vault keeps of a transfer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wire::chunk::Layout;
use wire::codec::{Field, List, Reader, Writer};
use wire::id::{FileId, RoomId, Seq, UnixMs};

use super::download::Download;
use super::upload::Upload;
use super::{Job, Task};
use crate::Problem;
use crate::encoding::{put_path, put_text, read_path, read_text};
use crate::event::{MessageId, RequestId};
use crate::file::{Mark, Source};
use crate::vault::Vault;
use crate::{MAX_FILE_NAME_BYTES, MAX_MEDIA_TYPE_BYTES};

const TRANSFERS: &[u8] = b"transfers";
/// Transfers of one profile at once, waiting ones included.
pub(super) const MAX_TRANSFERS: usize = 4_096;
type Ids = List<RequestId, MAX_TRANSFERS>;
const FORGOTTEN: &[u8] = b"forgotten files";
type Files = List<FileId, MAX_TRANSFERS>;

/// The transfers of a vault.
pub(super) fn load_all(vault: &Vault) -> Result<Vec<(RequestId, Task)>, Problem> {
    let ids: Option<Ids> = vault.value(TRANSFERS)?;
    ids.unwrap_or_default()
        .iter()
        .map(|id| Ok((*id, vault.value(&name(*id))?.ok_or(Problem::ProfileDamaged)?)))
        .collect()
}

/// Files that the relay shall delete.
pub(super) fn load_forgotten(vault: &Vault) -> Result<BTreeSet<FileId>, Problem> {
    let files: Option<Files> = vault.value(FORGOTTEN)?;
    Ok(files.unwrap_or_default().into_vec().into_iter().collect())
}

impl Vault {
    pub(super) fn put_forgotten(&self, files: &BTreeSet<FileId>) -> Result<(), Problem> {
        // Those beyond that the relay deletes by itself, after a week.
        let files = files.iter().copied().take(MAX_TRANSFERS).collect();
        let files: Files = List::new(files).map_err(|_| Problem::Internal("too many files"))?;
        self.put_value(FORGOTTEN, &files)
    }

    pub(super) fn put_transfer(&self, id: MessageId, task: &Task) -> Result<(), Problem> {
        self.put_value(&name(id), task)
    }

    pub(super) fn delete_transfer(&self, id: MessageId) -> Result<(), Problem> {
        self.delete_value(&name(id))
    }

    /// Which transfers there are.
    pub(super) fn put_transfer_ids(&self, ids: Vec<RequestId>) -> Result<(), Problem> {
        let ids: Ids = List::new(ids).map_err(|_| Problem::Internal("too many transfers"))?;
        self.put_value(TRANSFERS, &ids)
    }

    /// Where the file of a message was saved from a directory's point of view, if it was.
    pub(in super::super) fn saved_file(
        &self,
        place: (RoomId, Seq),
        directory: &Path,
    ) -> Result<Option<PathBuf>, Problem> {
        Ok(self.value(&saved_name(place, directory))?.map(|Stored(path)| path))
    }

    pub(super) fn put_saved_file(
        &self,
        place: (RoomId, Seq),
        directory: &Path,
        path: PathBuf,
    ) -> Result<(), Problem> {
        self.put_value(&saved_name(place, directory), &Stored(path))
    }
}

fn name(id: RequestId) -> Vec<u8> {
    [b"transfer/".as_slice(), id.as_array()].concat()
}

fn saved_name((room, seq): (RoomId, Seq), directory: &Path) -> Vec<u8> {
    let mut w = Writer::default();
    w.put(b"saved/");
    room.encode(&mut w);
    seq.encode(&mut w);
    put_path(&mut w, directory);
    w.into_bytes()
}

/// A path as a value.
struct Stored(PathBuf);

impl Field for Stored {
    const WHAT: &'static str = "path";

    fn encode(&self, w: &mut Writer) {
        put_path(w, &self.0);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        read_path(r).map(Self)
    }
}

impl Field for Task {
    const WHAT: &'static str = "transfer";

    fn encode(&self, w: &mut Writer) {
        self.room.encode(w);
        self.number.encode(w);
        match &self.job {
            Job::Up(upload) => {
                w.put(&[3]);
                upload.asked.encode(w);
                upload.encode(w);
            }
            Job::Down(download) => {
                w.put(&[2]);
                download.encode(w);
            }
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let (room, number) = (Field::decode(r)?, Field::decode(r)?);
        let job = match r.array(Self::WHAT)? {
            // Until its time was kept.
            [1] => Job::Up(Box::new(Field::decode(r)?)),
            [3] => {
                let asked = Field::decode(r)?;
                Job::Up(Box::new(Upload { asked, ..Field::decode(r)? }))
            }
            [2] => Job::Down(Box::new(Field::decode(r)?)),
            _ => return Err(wire::Error::Malformed { what: Self::WHAT }),
        };
        Ok(Self::new(room, number, job))
    }
}

impl Field for Upload {
    const WHAT: &'static str = "upload";

    fn encode(&self, w: &mut Writer) {
        put_path(w, &self.path);
        self.source.encode(w);
        put_text(w, &self.name);
        put_text(w, &self.media_type);
        self.thumbnail.encode(w);
        self.file.encode(w);
        self.key.encode(w);
        self.runs.encode(w);
        self.mark.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let path = read_path(r)?;
        let source = Source::decode(r)?;
        Ok(Self {
            asked: UnixMs(0),
            layout: layout(source.size)?,
            path,
            source,
            name: read_text(r, MAX_FILE_NAME_BYTES)?,
            media_type: read_text(r, MAX_MEDIA_TYPE_BYTES)?,
            thumbnail: Field::decode(r)?,
            file: Field::decode(r)?,
            key: Field::decode(r)?,
            runs: Field::decode(r)?,
            mark: Field::decode(r)?,
            opening: 0,
            phase: Default::default(),
        })
    }
}

impl Field for Download {
    const WHAT: &'static str = "download";

    fn encode(&self, w: &mut Writer) {
        self.seq.encode(w);
        put_path(w, &self.directory);
        self.file.encode(w);
        self.mark.encode(w);
        self.named.is_some().encode(w);
        if let Some(name) = &self.named {
            put_text(w, name);
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        let seq = Field::decode(r)?;
        let directory = read_path(r)?;
        let file = crate::File::decode(r)?;
        Ok(Self {
            layout: layout(file.size)?,
            seq,
            directory,
            file,
            mark: Field::decode(r)?,
            named: bool::decode(r)?.then(|| read_text(r, MAX_FILE_NAME_BYTES)).transpose()?,
            opening: 0,
            phase: Default::default(),
        })
    }
}

impl Field for Source {
    const WHAT: &'static str = "source of a file";

    fn encode(&self, w: &mut Writer) {
        self.size.encode(w);
        self.modified.encode(w);
        self.number.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self { size: Field::decode(r)?, modified: Field::decode(r)?, number: Field::decode(r)? })
    }
}

impl Field for Mark {
    const WHAT: &'static str = "mark in a file";

    fn encode(&self, w: &mut Writer) {
        self.offset.encode(w);
        self.hash.encode(w);
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, wire::Error> {
        Ok(Self { offset: Field::decode(r)?, hash: Field::decode(r)? })
    }
}

fn layout(size: u64) -> Result<Layout, wire::Error> {
    Layout::of_content(size).ok_or(wire::Error::Malformed { what: "size of a file" })
}
