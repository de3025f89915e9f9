//! See [`Disk`].

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::receive::{self, Receiving};
use super::send::{self, Sending};
use super::{FileOp, FileReply};
use crate::Problem;
use crate::event::RequestId;

/// Does the client's work on files: what is asked of it, when it is asked, on the thread that asks.
/// It holds an open file for each transfer, and a chunk while it works on that.
#[derive(Default)]
pub struct Disk {
    sending: BTreeMap<RequestId, Sending>,
    receiving: BTreeMap<RequestId, Receiving>,
}

impl core::fmt::Debug for Disk {
    // `File` would show where somebody's files are.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Disk({} sending, {} receiving)", self.sending.len(), self.receiving.len())
    }
}

/// Why a step did not do what it should.
pub(super) enum Stop {
    /// It failed; the transfer ends.
    Failed(Problem),
    /// Something has the name; the transfer goes on.
    NameTaken,
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

const NOT_OPEN: Stop = Stop::Failed(Problem::Internal("a transfer that is not open"));

impl Disk {
    /// Does one thing; `None` where it has no reply. Whatever fails has closed its transfer.
    pub fn perform(&mut self, op: FileOp) -> Option<FileReply> {
        let (transfer, reply) = match op {
            FileOp::Inspect { transfer, path } => {
                (transfer, send::inspect(transfer, &path).map_err(Stop::from))
            }
            FileOp::OpenSource { transfer, path, source, key, run, from } => {
                let sending = Sending::open(path, source, &key, run, from.as_ref());
                (transfer, self.opened_source(transfer, sending))
            }
            FileOp::Seal { transfer, mark } => (transfer, self.seal(transfer, mark)),
            FileOp::Receive { transfer, directory, key, layout, from, named } => {
                let published = match named {
                    Some(name) => receive::published(transfer, &directory, layout, &name),
                    None => Ok(None),
                };
                let open = || Receiving::open(transfer, directory, &key, layout, from.as_ref());
                (transfer, self.received(transfer, published, open))
            }
            FileOp::Open { transfer, chunk, mark } => (transfer, self.open(transfer, chunk, mark)),
            FileOp::Name { transfer, hash, name } => (transfer, self.name(transfer, &hash, &name)),
            FileOp::Publish { transfer, name } => (transfer, self.publish(transfer, &name)),
            FileOp::Close { transfer } => {
                self.close(transfer);
                return None;
            }
            FileOp::Discard { transfer, directory } => {
                self.close(transfer);
                receive::discard(transfer, &directory);
                return None;
            }
            FileOp::Find { transfer, path, size } => {
                (transfer, Ok(receive::find(transfer, path, size)))
            }
        };
        Some(reply.unwrap_or_else(|stop| self.stopped(transfer, stop)))
    }

    fn opened_source(
        &mut self,
        transfer: RequestId,
        sending: Result<Sending, Problem>,
    ) -> Result<FileReply, Stop> {
        self.sending.insert(transfer, sending?);
        Ok(FileReply::SourceOpen { transfer })
    }

    fn seal(&mut self, transfer: RequestId, mark: bool) -> Result<FileReply, Stop> {
        let sending = self.sending.get_mut(&transfer).ok_or(NOT_OPEN)?;
        let sealed = sending.seal(mark)?;
        let (offset, chunk) = (sealed.offset, sealed.chunk);
        Ok(FileReply::Sealed { transfer, offset, chunk, mark: sealed.mark, hash: sealed.hash })
    }

    fn received(
        &mut self,
        transfer: RequestId,
        published: Result<Option<PathBuf>, Problem>,
        open: impl FnOnce() -> Result<Receiving, Problem>,
    ) -> Result<FileReply, Stop> {
        if let Some(path) = published? {
            return Ok(self.saved(transfer, path));
        }
        let receiving = open()?;
        let at = receiving.at();
        self.receiving.insert(transfer, receiving);
        Ok(FileReply::Receiving { transfer, at })
    }

    fn open(&mut self, transfer: RequestId, chunk: Vec<u8>, mark: bool) -> Result<FileReply, Stop> {
        let receiving = self.receiving.get_mut(&transfer).ok_or(NOT_OPEN)?;
        receiving.append(chunk)?;
        let mark = if mark { Some(receiving.mark()?) } else { None };
        Ok(FileReply::Opened { transfer, at: receiving.at(), mark })
    }

    fn name(
        &mut self,
        transfer: RequestId,
        hash: &[u8; 32],
        name: &str,
    ) -> Result<FileReply, Stop> {
        let receiving = self.receiving.get_mut(&transfer).ok_or(NOT_OPEN)?;
        receiving.verify(hash)?;
        Ok(FileReply::Named { transfer, name: receiving.free_name(name)? })
    }

    fn publish(&mut self, transfer: RequestId, name: &str) -> Result<FileReply, Stop> {
        let receiving = self.receiving.get_mut(&transfer).ok_or(NOT_OPEN)?;
        let path = receiving.publish(name)?;
        Ok(self.saved(transfer, path))
    }

    fn saved(&mut self, transfer: RequestId, path: PathBuf) -> FileReply {
        self.close(transfer);
        FileReply::Saved { transfer, path }
    }

    fn stopped(&mut self, transfer: RequestId, stop: Stop) -> FileReply {
        match stop {
            Stop::NameTaken => FileReply::NameTaken { transfer },
            Stop::Failed(problem) => {
                self.close(transfer);
                FileReply::Failed { transfer, problem }
            }
        }
    }

    fn close(&mut self, transfer: RequestId) {
        self.sending.remove(&transfer);
        self.receiving.remove(&transfer);
    }
}
