//! Chunks of files on their way, between a client and the blobs.
//!
//! What is sent is written in the order in which it comes. What is asked for is read as the client
//! takes it, a few chunks ahead, and goes to the writer only when nothing else waits for that: a file
//! neither delays a message by more than the writer has in hand, nor takes its place in the outbox.

use wire::codec::Field as _;
use wire::id::FileId;
use wire::limit::{MAX_CHUNK_BYTES, MAX_CHUNKS_UNDER_WAY};
use wire::message::{Chunk, Refusal, Tag, Tagged, ToClient};

use super::file::{Get, Ready, refusal_of};
use super::{CloseReason, ConnId, Hub, Now, Output};
use crate::blob::{BlobDone, BlobError, BlobOp, BlobTicket, Mark};
use crate::store::{Done, Op, Ticket};

/// Chunks that are read or wait for one connection. As many again are with its writer, so that one
/// is written while the next is read, and all of it is about 256 KiB.
const HELD_BYTES: usize = 2 * MAX_CHUNK_BYTES;

impl Hub {
    /// Counts a chunk that the client waits for. `false` if it waits for too many, and was closed.
    fn count_chunk(&mut self, conn: ConnId) -> bool {
        let Some(files) = self.files(conn) else { return false };
        files.under_way += 1;
        let fits = files.under_way <= MAX_CHUNKS_UNDER_WAY;
        if !fits {
            self.close(conn, CloseReason::Misbehaved);
        }
        fits
    }

    /// Answers a chunk that was counted.
    fn answer_chunk(&mut self, conn: ConnId, tag: Tag, message: ToClient) {
        if let Some(files) = self.files(conn) {
            files.under_way = files.under_way.saturating_sub(1);
        }
        self.answer(conn, tag, message);
        self.drop_idle_files(conn);
    }

    fn refuse_chunk(&mut self, conn: ConnId, tag: Tag, refusal: Refusal) {
        self.answer_chunk(conn, tag, ToClient::Refused { refusal });
    }

    /// The next chunk of a file comes.
    pub(super) fn put_chunk(
        &mut self,
        (conn, tag): (ConnId, Tag),
        file: FileId,
        (offset, bytes): (u64, Chunk),
        durable: bool,
    ) -> Result<(), Refusal> {
        let files = self.files(conn).ok_or(Refusal::FileUnknown)?;
        let upload = files.uploads.iter_mut().find(|upload| upload.file == file);
        let upload = upload.ok_or(Refusal::FileUnknown)?;
        let (no, layout) = (upload.no, upload.layout);
        let place = layout.place(offset).filter(|_| offset == upload.next);
        let Some(place) = place.filter(|_| bytes.len() == layout.length(offset)) else {
            self.close_upload(conn, no);
            return Err(Refusal::OutOfOrder);
        };
        let stored = layout.offset(place.index + 1);
        upload.next = stored;
        if !self.count_chunk(conn) {
            return Ok(());
        }
        let (mark, op) = match (place.is_final, durable) {
            (true, _) => (Mark::Whole, BlobOp::Finish { file, offset, bytes }),
            (false, true) => (Mark::Durable, BlobOp::Write { file, offset, bytes, durable }),
            (false, false) => (Mark::Passing, BlobOp::Write { file, offset, bytes, durable }),
        };
        self.ask_blobs(BlobTicket::Put { conn, tag, no, stored, mark }, op);
        Ok(())
    }

    /// A chunk is where it belongs.
    pub(super) fn chunk_written(
        &mut self,
        (conn, tag): (ConnId, Tag),
        no: u64,
        (stored, mark): (u64, Mark),
        now: Now,
    ) {
        let device = self.conns.get_mut(&conn).and_then(|state| state.member());
        let device = device.map(|member| member.device);
        let upload = self.files(conn).and_then(|files| files.upload(no));
        let (Some(device), Some(upload)) = (device, upload) else {
            // Closed meanwhile; the connection may be gone too.
            return self.refuse_chunk(conn, tag, Refusal::FileUnknown);
        };
        let file = upload.file;
        if mark != Mark::Passing {
            upload.durable = stored;
        }
        let op = match mark {
            Mark::Passing => {
                return self.answer_chunk(conn, tag, ToClient::ChunkStored { file, stored });
            }
            Mark::Durable => Op::NoteStored { device, file, stored },
            Mark::Whole => Op::FinishFile { device, file },
        };
        self.ask_store(Ticket::Put { conn, tag, no }, now, op);
    }

    /// A chunk could not be written. On a full disk nothing half-written remains. One that fails
    /// otherwise may work again, and the sender goes on from what is durable.
    pub(super) fn write_failed(
        &mut self,
        (conn, tag): (ConnId, Tag),
        no: u64,
        error: BlobError,
        now: Now,
    ) {
        let upload = self.files(conn).and_then(|files| files.upload(no));
        let refusal = match upload.map(|upload| upload.durable) {
            // Closed meanwhile.
            None => Refusal::FileUnknown,
            Some(durable) => {
                if durable > 0 && error == BlobError::Failed {
                    self.close_upload(conn, no);
                } else {
                    self.give_up(conn, no, now);
                }
                refusal_of(error)
            }
        };
        self.refuse_chunk(conn, tag, refusal);
    }

    /// The store has noted how far a file has come.
    pub(super) fn chunk_noted(
        &mut self,
        (conn, tag): (ConnId, Tag),
        no: u64,
        result: Result<Done, Refusal>,
    ) {
        match result {
            Ok(Done::FileStored { file, stored, whole }) => {
                if whole {
                    self.close_upload(conn, no);
                }
                self.answer_chunk(conn, tag, ToClient::ChunkStored { file, stored });
            }
            Ok(_) => {}
            Err(refusal) => {
                self.close_upload(conn, no);
                self.refuse_chunk(conn, tag, refusal);
            }
        }
    }

    /// The client asks for a chunk.
    pub(super) fn get_chunk(
        &mut self,
        (conn, tag): (ConnId, Tag),
        file: FileId,
        offset: u64,
    ) -> Result<(), Refusal> {
        let files = self.files(conn).ok_or(Refusal::FileUnknown)?;
        let download = files.downloads.iter().find(|download| download.file == file);
        let download = download.ok_or(Refusal::FileUnknown)?;
        download.layout.place(offset).ok_or(Refusal::OutOfOrder)?;
        let (no, length) = (download.no, download.layout.length(offset));
        files.waiting.push_back(Get { tag, no, file, offset, length });
        if self.count_chunk(conn) {
            self.read_chunks(conn);
        }
        Ok(())
    }

    /// Reads what the client asked for, as far ahead as it may.
    fn read_chunks(&mut self, conn: ConnId) {
        while let Some(files) = self.files(conn)
            && let Some(next) = files.waiting.front()
            && files.held_bytes + next.length <= HELD_BYTES
            && let Some(Get { tag, no, file, offset, length }) = files.waiting.pop_front()
        {
            if files.is_downloading(no) {
                files.held_bytes += length;
                let ticket = BlobTicket::Get { conn, tag, no, offset, length };
                self.ask_blobs(ticket, BlobOp::Read { file, offset, length });
            } else {
                self.refuse_chunk(conn, tag, Refusal::FileUnknown);
            }
        }
    }

    /// A chunk was read, or is not there.
    pub(super) fn chunk_read(
        &mut self,
        (conn, tag): (ConnId, Tag),
        no: u64,
        (offset, length): (u64, usize),
        result: Result<BlobDone, BlobError>,
    ) {
        let Some(files) = self.files(conn) else { return };
        let download = files.downloads.iter().find(|download| download.no == no);
        let file = download.map(|download| download.file);
        let refusal = match (file, result) {
            (Some(file), Ok(BlobDone::Read(chunk))) => {
                let message = ToClient::Chunk { file, offset, chunk };
                let bytes = Tagged { tag, message }.to_bytes().into();
                files.ready.push_back(Ready { tag, no, bytes, length });
                return self.send_chunks(conn);
            }
            (Some(_), Err(error)) => refusal_of(error),
            _ => Refusal::FileUnknown,
        };
        files.held_bytes = files.held_bytes.saturating_sub(length);
        self.refuse_chunk(conn, tag, refusal);
        self.read_chunks(conn);
    }

    /// Gives the writer the chunks that it has room for, and reads on.
    fn send_chunks(&mut self, conn: ConnId) {
        while let Some(state) = self.conns.get_mut(&conn)
            && let Some(files) = &mut state.files
            && state.outbox.has_room()
            && let Some(Ready { tag, no, bytes, length }) = files.ready.pop_front()
        {
            files.held_bytes = files.held_bytes.saturating_sub(length);
            if files.is_downloading(no) {
                files.under_way = files.under_way.saturating_sub(1);
                files.sent_bytes += bytes.len();
                state.outbox.chunk(bytes.len());
                self.output.push_back(Output::Send { conn, bytes });
            } else {
                self.refuse_chunk(conn, tag, Refusal::FileUnknown);
            }
        }
        self.read_chunks(conn);
    }

    /// The writer is done with what it had.
    pub(super) fn chunks_drained(&mut self, conn: ConnId) {
        if let Some(files) = self.files(conn) {
            files.sent_bytes = 0;
            self.send_chunks(conn);
            self.drop_idle_files(conn);
        }
    }
}
