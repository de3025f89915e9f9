//! How transfers end before their end: cancelled, refused, given up; and when they are tried again.

use wire::id::{FileId, RoomId};
use wire::message::{Refusal, ToRelay};

use super::{Client, Job, Request, Task};
use crate::Problem;
use crate::event::RequestId;
use crate::file::FileOp;

/// Times in a row that a transfer is tried without any progress, and the first wait in between, which
/// doubles.
const MAX_TRIES: u32 = 5;
const RETRY_MS: u64 = 1_000;

impl Client {
    pub(in super::super) fn cancel_transfer(
        &mut self,
        id: RequestId,
        transfer: RequestId,
    ) -> Result<(), Problem> {
        let room = match self.transfers.tasks.get(&transfer) {
            // The file has its name, or is about to.
            Some(Task { job: Job::Down(download), .. }) if download.is_ending() => {
                return Err(Problem::TransferUnknown);
            }
            Some(task) => {
                let room = task.room;
                self.fail_transfer(transfer, Problem::Cancelled)?;
                room
            }
            None => {
                let inspecting = self.transfers.inspecting.remove(&transfer);
                let (room, ..) = inspecting.ok_or(Problem::TransferUnknown)?;
                self.failed(Some(transfer), Problem::Cancelled);
                room
            }
        };
        self.done(Some(id), Some(room));
        Ok(())
    }

    /// Ends the transfers of a room that the account is in no more.
    pub(in super::super) fn end_transfers(&mut self, room: RoomId) -> Result<(), Problem> {
        let tasks = self.transfers.tasks.iter().filter(|(_, task)| task.room == room);
        let ids: Vec<_> = tasks.map(|(id, _)| *id).collect();
        ids.into_iter().try_for_each(|id| self.fail_transfer(id, Problem::RoomLeft))
    }

    /// The relay refused what a transfer asked for.
    pub(in super::super) fn handle_transfer_refused(
        &mut self,
        request: Request,
        refusal: Refusal,
    ) -> Result<(), Problem> {
        let (id, opening) = match request {
            Request::OpenUpload { id, opening, .. }
            | Request::PutChunk { id, opening, .. }
            | Request::OpenDownload(id, opening)
            | Request::GetChunk { id, opening, .. } => (id, opening),
            // It is asked for again on the next connection.
            _ => return Ok(()),
        };
        let is_current = self.transfers.tasks.get(&id).is_some_and(|task| match &task.job {
            Job::Up(upload) => upload.opening == opening,
            Job::Down(download) => download.opening == opening,
        });
        match (request, refusal) {
            // Of an opening that is over.
            _ if !is_current => Ok(()),
            (_, Refusal::StoreUnavailable) => self.retry(id, Problem::RelayCannotStore),
            (
                Request::OpenUpload { .. } | Request::PutChunk { .. },
                Refusal::FileUnknown | Refusal::OutOfOrder,
            ) => self.retry(id, Problem::RelayMisbehaved("a file that it does not take")),
            (Request::GetChunk { .. }, _) => self.retry(id, Problem::FileGone),
            (_, refusal) => self.fail_transfer(id, refusal.into()),
        }
    }

    /// Lets a transfer wait and then go on, from where it has come to; or gives it up after some tries
    /// without any progress.
    fn retry(&mut self, id: RequestId, problem: Problem) -> Result<(), Problem> {
        let now = self.now.time;
        let Some(task) = self.transfers.tasks.get_mut(&id) else { return Ok(()) };
        task.tries += 1;
        if task.tries > MAX_TRIES {
            return self.fail_transfer(id, problem);
        }
        task.after = Some(now.after_ms(RETRY_MS << (task.tries - 1)));
        let is_open = match &mut task.job {
            Job::Up(upload) => upload.pause(),
            Job::Down(download) => {
                download.pause();
                false
            }
        };
        if is_open {
            self.want_file(FileOp::Close { transfer: id });
        }
        Ok(())
    }

    /// Ends a transfer that will not come to its end, and deletes what there is of it.
    pub(super) fn fail_transfer(&mut self, id: RequestId, problem: Problem) -> Result<(), Problem> {
        match self.remove_transfer(id)?.map(|task| task.job) {
            Some(Job::Up(upload)) => {
                self.want_file(FileOp::Close { transfer: id });
                self.forget_file(upload.file)?;
            }
            Some(Job::Down(download)) => {
                let directory = download.directory;
                self.want_file(FileOp::Discard { transfer: id, directory });
            }
            None => return Ok(()),
        }
        self.failed(Some(id), problem);
        Ok(())
    }

    /// Forgets a transfer, which has ended.
    pub(super) fn remove_transfer(&mut self, id: RequestId) -> Result<Option<Task>, Problem> {
        let task = self.transfers.tasks.remove(&id);
        if let Some(task) = &task {
            self.transfers.order.remove(&task.number);
            self.vault.delete_transfer(id)?;
            self.save_transfer_ids()?;
        }
        Ok(task)
    }

    /// Has the relay delete a file of which no message tells any more, now or once it can be told.
    pub(in super::super) fn forget_file(&mut self, file: FileId) -> Result<(), Problem> {
        self.transfers.forgotten.insert(file);
        self.vault.put_forgotten(&self.transfers.forgotten)?;
        if self.connection.is_signed_in() {
            self.request(Request::DeleteFile(file), ToRelay::DeleteFile { file });
        }
        Ok(())
    }

    /// Asks again for what was not answered, or while there was no connection.
    pub(in super::super) fn forget_files(&mut self) {
        for file in self.transfers.forgotten.clone() {
            self.request(Request::DeleteFile(file), ToRelay::DeleteFile { file });
        }
    }

    pub(in super::super) fn file_forgotten(&mut self, file: FileId) -> Result<(), Problem> {
        self.transfers.forgotten.remove(&file);
        self.vault.put_forgotten(&self.transfers.forgotten)
    }
}
