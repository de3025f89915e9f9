//! Files that connections send and fetch: which are open, and what closes them.
//!
//! The store says whether a file may be opened, the blobs hold its bytes, and [`super::chunk`] moves
//! them. A file is sent by one connection at a time. Each opening has a number, and what is answered
//! to an opening that is closed is passed over: so whoever opens a file anew begins at a place that
//! nothing moves any more.

use std::collections::VecDeque;
use std::sync::Arc;

use wire::chunk::Layout;
use wire::id::{DeviceId, FileId, RoomId};
use wire::limit::MAX_OPEN_FILES;
use wire::message::{Refusal, Tag, Tagged, ToClient, ToRelay};

use super::{CloseReason, ConnId, Hub, Now};
use crate::blob::{BlobError, BlobOp, BlobTicket};
use crate::store::{Done, Op, Ticket};

/// `OpenUpload`s of one connection that may be unanswered, each of another file. Each makes a file, which takes the disk
/// longer than it takes to ask; no client needs more than can be open.
const MAX_OPENING: usize = 4 * MAX_OPEN_FILES;

/// Files of one connection.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The one that was opened first comes first.
    pub(super) uploads: Vec<Upload>,
    /// The one that was opened first comes first.
    pub(super) downloads: Vec<Download>,
    /// What `OpenUpload`s that are not answered are to open; each file is there once.
    pub(super) opening: Vec<FileId>,
    /// Chunks sent or asked for and not answered.
    pub(super) under_way: usize,
    /// Chunks that were asked for and are not being read yet.
    pub(super) waiting: VecDeque<Get>,
    /// Bytes of the chunks that are being read, and of those in `ready`.
    pub(super) held_bytes: usize,
    /// Answers that wait until nothing else does.
    pub(super) ready: VecDeque<Ready>,
    /// Bytes of chunks that the writer has.
    pub(super) sent_bytes: usize,
}

/// A file that is being sent.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) no: u64,
    pub(super) file: FileId,
    pub(super) room: RoomId,
    pub(super) layout: Layout,
    /// Where the next chunk must begin.
    pub(super) next: u64,
    /// What of it is durable; less than `next` or as much.
    pub(super) durable: u64,
}

/// A file that is being fetched.
#[derive(Debug)]
pub(super) struct Download {
    pub(super) no: u64,
    pub(super) file: FileId,
    pub(super) room: RoomId,
    pub(super) layout: Layout,
}

/// A chunk that was asked for.
#[derive(Debug)]
pub(super) struct Get {
    pub(super) tag: Tag,
    pub(super) no: u64,
    pub(super) file: FileId,
    pub(super) offset: u64,
    pub(super) length: usize,
}

/// A chunk that was read.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) tag: Tag,
    pub(super) no: u64,
    /// The encoded answer.
    pub(super) bytes: Arc<[u8]>,
    /// Of the chunk in it.
    pub(super) length: usize,
}

impl Files {
    pub(super) fn upload(&mut self, no: u64) -> Option<&mut Upload> {
        self.uploads.iter_mut().find(|upload| upload.no == no)
    }

    pub(super) fn is_downloading(&self, no: u64) -> bool {
        self.downloads.iter().any(|download| download.no == no)
    }

    /// Whether nothing is open or under way.
    fn is_over(&self) -> bool {
        self.uploads.is_empty()
            && self.downloads.is_empty()
            && self.opening.is_empty()
            && self.under_way == 0
            && self.ready.is_empty()
            && self.sent_bytes == 0
    }
}

impl Hub {
    /// A request about files; what it refuses, it has not begun.
    pub(super) fn file_request(
        &mut self,
        conn: ConnId,
        device: DeviceId,
        Tagged { tag, message }: Tagged<ToRelay>,
        now: Now,
    ) -> Result<(), Refusal> {
        let op = match message {
            ToRelay::OpenUpload { room, file, size, from } => {
                let layout = Layout::of_sealed(size).ok_or(Refusal::NotAllowed)?;
                if from != size && layout.place(from).is_none() {
                    return Err(Refusal::NotAllowed);
                }
                let quota = self.settings.quota();
                let op = Op::OpenUpload { device, room, file, size, from, quota };
                return self.open_upload((conn, tag), file, op, now);
            }
            ToRelay::PutChunk { file, offset, durable, chunk } => {
                return self.put_chunk((conn, tag), file, (offset, chunk), durable);
            }
            ToRelay::GetChunk { file, offset } => return self.get_chunk((conn, tag), file, offset),
            ToRelay::OpenDownload { room, file } => Op::OpenDownload { device, room, file },
            ToRelay::DeleteFile { file } => {
                self.close_own_upload(conn, file);
                Op::DeleteFile { device, file }
            }
            ToRelay::FileLimits => {
                let (quota, keep_days) = (self.settings.quota(), self.settings.file_days);
                Op::FileLimits { device, quota, keep_days }
            }
            _ => return Err(Refusal::OutOfOrder),
        };
        self.ask(conn, tag, now, op);
        Ok(())
    }

    pub(super) fn files(&mut self, conn: ConnId) -> Option<&mut Files> {
        self.conns.get_mut(&conn)?.files.as_deref_mut()
    }

    /// Asks the store for a file that is to be sent.
    fn open_upload(
        &mut self,
        (conn, tag): (ConnId, Tag),
        file: FileId,
        op: Op,
        now: Now,
    ) -> Result<(), Refusal> {
        // Of two openings at once, chunks for the first could be noted behind the second's look.
        if self.files(conn).is_some_and(|files| files.opening.contains(&file)) {
            return Err(Refusal::OutOfOrder);
        }
        // Before the store looks how far it has come: from then on nothing may move that.
        self.close_own_upload(conn, file);
        let Some(state) = self.conns.get_mut(&conn) else { return Ok(()) };
        let files = state.files.get_or_insert_default();
        files.opening.push(file);
        if files.opening.len() > MAX_OPENING {
            self.close(conn, CloseReason::Misbehaved);
        } else {
            self.ask_store(Ticket::Open { conn, tag, file }, now, op);
        }
        Ok(())
    }

    /// The store has looked for the file that is to be sent.
    pub(super) fn upload_found(
        &mut self,
        (conn, tag): (ConnId, Tag),
        file: FileId,
        result: Result<Done, Refusal>,
    ) {
        match result {
            Ok(Done::UploadOpened { size, at, .. }) if at == size => {
                self.answer_opening((conn, tag), file, ToClient::UploadOpen { file, at });
            }
            Ok(Done::UploadOpened { room, size, at, .. }) => {
                self.upload_opened((conn, tag), room, file, (size, at));
            }
            Ok(_) => {}
            Err(refusal) => self.answer_opening((conn, tag), file, ToClient::Refused { refusal }),
        }
    }

    fn answer_opening(&mut self, (conn, tag): (ConnId, Tag), file: FileId, message: ToClient) {
        if let Some(files) = self.files(conn) {
            files.opening.retain(|opening| *opening != file);
        }
        self.answer(conn, tag, message);
        self.drop_idle_files(conn);
    }

    /// The store knows the file that is to be sent.
    fn upload_opened(
        &mut self,
        (conn, tag): (ConnId, Tag),
        room: RoomId,
        file: FileId,
        (size, at): (u64, u64),
    ) {
        let Some(layout) = Layout::of_sealed(size) else { return };
        if let Some((other, no)) = self.uploads.get(&file).copied() {
            self.close_upload(other, no);
        }
        let no = self.new_file_no();
        let Some(state) = self.conns.get_mut(&conn) else { return };
        let files = state.files.get_or_insert_default();
        let oldest = files.uploads.first().map(|oldest| oldest.no);
        let oldest = oldest.filter(|_| files.uploads.len() >= MAX_OPEN_FILES);
        files.uploads.push(Upload { no, file, room, layout, next: at, durable: at });
        self.uploads.insert(file, (conn, no));
        if let Some(oldest) = oldest {
            self.close_upload(conn, oldest);
        }
        let ticket = BlobTicket::Opening { conn, tag, file, no, at };
        self.ask_blobs(ticket, BlobOp::Open { file, at, size });
    }

    /// There is room for the file, or not.
    pub(super) fn upload_ready(
        &mut self,
        (conn, tag): (ConnId, Tag),
        file: FileId,
        (no, at): (u64, u64),
        error: Option<BlobError>,
        now: Now,
    ) {
        let is_open = self.files(conn).is_some_and(|files| files.upload(no).is_some());
        let answer = match error {
            // Closed meanwhile.
            _ if !is_open => ToClient::Refused { refusal: Refusal::FileUnknown },
            None => ToClient::UploadOpen { file, at },
            Some(error) => {
                // What was sent of it before is good as it is, and may be gone on with later.
                if at > 0 && error != BlobError::Missing {
                    self.close_upload(conn, no);
                } else {
                    self.give_up(conn, no, now);
                }
                ToClient::Refused { refusal: refusal_of(error) }
            }
        };
        self.answer_opening((conn, tag), file, answer);
    }

    /// A file that cannot be written is forgotten, as if it had never been begun.
    pub(super) fn give_up(&mut self, conn: ConnId, no: u64, now: Now) {
        let device = self.conns.get_mut(&conn).and_then(|state| state.member());
        let device = device.map(|member| member.device);
        let file = self.close_upload(conn, no);
        if let (Some(device), Some(file)) = (device, file) {
            self.ask_store(Ticket::Drop, now, Op::DropUpload { device, file });
        }
    }

    /// The store has forgotten a file that could not be written. If it could not, then file and row
    /// stay as they are, and the sender may go on from what is durable.
    pub(super) fn upload_dropped(&mut self, result: Result<Done, Refusal>) {
        if let Ok(Done::FileDeleted { file, existed }) = result {
            self.file_deleted(file, existed);
        }
    }

    /// The store has forgotten a file: whoever sends it stops, and its blob goes. Who fetches it
    /// notices when there is no more of it.
    pub(super) fn file_deleted(&mut self, file: FileId, existed: bool) {
        if !existed {
            return;
        }
        if let Some((conn, no)) = self.uploads.get(&file).copied() {
            self.close_upload(conn, no);
        }
        self.ask_blobs(BlobTicket::Nobody, BlobOp::Delete { file });
    }

    /// The file may be fetched.
    pub(super) fn download_opened(
        &mut self,
        (conn, tag): (ConnId, Tag),
        room: RoomId,
        file: FileId,
        size: u64,
    ) {
        let Some(layout) = Layout::of_sealed(size) else { return };
        let no = self.new_file_no();
        let Some(state) = self.conns.get_mut(&conn) else { return };
        let files = state.files.get_or_insert_default();
        let same = files.downloads.iter().position(|download| download.file == file);
        let gone = match same {
            Some(at) => Some(files.downloads.remove(at)),
            None if files.downloads.len() >= MAX_OPEN_FILES => Some(files.downloads.remove(0)),
            None => None,
        };
        files.downloads.push(Download { no, file, room, layout });
        if let Some(gone) = gone.filter(|gone| gone.file != file) {
            self.ask_blobs(BlobTicket::Nobody, BlobOp::Close { file: gone.file });
        }
        self.answer(conn, tag, ToClient::DownloadOpen { file, size });
    }

    /// Closes an upload; returns its file.
    pub(super) fn close_upload(&mut self, conn: ConnId, no: u64) -> Option<FileId> {
        let files = self.files(conn)?;
        let at = files.uploads.iter().position(|upload| upload.no == no)?;
        let file = files.uploads.remove(at).file;
        self.upload_ended(file, no);
        self.drop_idle_files(conn);
        Some(file)
    }

    fn close_own_upload(&mut self, conn: ConnId, file: FileId) {
        if let Some((owner, no)) = self.uploads.get(&file).copied()
            && owner == conn
        {
            self.close_upload(conn, no);
        }
    }

    fn upload_ended(&mut self, file: FileId, no: u64) {
        if self.uploads.get(&file).is_some_and(|(_, newest)| *newest == no) {
            self.uploads.remove(&file);
        }
        self.ask_blobs(BlobTicket::Nobody, BlobOp::Close { file });
    }

    /// The connection's device is no member of the room any more.
    pub(super) fn close_files_of(&mut self, conn: ConnId, room: RoomId) {
        let Some(files) = self.files(conn) else { return };
        let of_room = |upload: &&Upload| upload.room == room;
        let uploads: Vec<u64> = files.uploads.iter().filter(of_room).map(|all| all.no).collect();
        let fetched = files.downloads.extract_if(.., |download| download.room == room);
        let fetched: Vec<FileId> = fetched.map(|download| download.file).collect();
        for no in uploads {
            self.close_upload(conn, no);
        }
        for file in fetched {
            self.ask_blobs(BlobTicket::Nobody, BlobOp::Close { file });
        }
        self.drop_idle_files(conn);
    }

    /// The connection is gone.
    pub(super) fn close_all_files(&mut self, files: Files) {
        for Upload { file, no, .. } in files.uploads {
            self.upload_ended(file, no);
        }
        for Download { file, .. } in files.downloads {
            self.ask_blobs(BlobTicket::Nobody, BlobOp::Close { file });
        }
    }

    /// Gives the memory back.
    pub(super) fn drop_idle_files(&mut self, conn: ConnId) {
        if let Some(state) = self.conns.get_mut(&conn) {
            state.files.take_if(|files| files.is_over());
        }
    }

    const fn new_file_no(&mut self) -> u64 {
        self.next_file_no += 1;
        self.next_file_no
    }
}

pub(super) const fn refusal_of(error: BlobError) -> Refusal {
    match error {
        BlobError::Full => Refusal::RelayFull,
        BlobError::Missing => Refusal::FileUnknown,
        BlobError::Failed => Refusal::StoreUnavailable,
    }
}
