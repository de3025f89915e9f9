//! Sending a file: inspect → open at the relay → seal and send chunk by chunk → the message.

use std::path::PathBuf;

use wire::Time;
use wire::chunk::Layout;
use wire::codec::Bytes;
use wire::id::{FileId, RoomId, UnixMs};
use wire::message::ToRelay;
use zeroize::Zeroizing;

use super::{Client, Job, MARK_BYTES, MARK_MS, MAX_MOVING, MAX_UNANSWERED, Request};
use crate::content::Content;
use crate::encoding::is_storable;
use crate::event::{Body, File, FileAccess, MessageId, RequestId, Thumbnail};
use crate::file::{FileOp, FileSecret, Mark, Source};
use crate::said::Said;
use crate::vault::Queued;
use crate::{Event, Problem};

/// A file that is sent.
#[derive(Debug)]
pub(super) struct Upload {
    /// When the person sent it.
    pub(super) asked: UnixMs,
    pub(super) path: PathBuf,
    pub(super) source: Source,
    pub(super) layout: Layout,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) thumbnail: Option<Thumbnail>,
    pub(super) file: FileId,
    pub(super) key: FileSecret,
    /// Runs that were used (PROTOCOL §12.1).
    pub(super) runs: u32,
    /// What the relay has durably.
    pub(super) mark: Option<Mark>,
    /// Counts how often it was opened, so that answers to an earlier opening are told apart.
    pub(super) opening: u32,
    pub(super) phase: Phase,
}

/// What it waits for.
#[derive(Debug, Default)]
pub(super) enum Phase {
    /// A connection, and its turn.
    #[default]
    Waiting,
    /// The relay's word on where to go on.
    ExpectOpen,
    /// The source.
    ExpectSource { sends: bool },
    /// Chunks and their acknowledgements.
    Sending(Sending),
}

/// Chunks on their way.
#[derive(Debug)]
pub(super) struct Sending {
    /// Unset when the relay has all of it and only the hash is wanted.
    sends: bool,
    /// Chunks that are being sealed.
    sealing: usize,
    /// Chunks that the relay has not acknowledged.
    unanswered: usize,
    /// Sealed bytes that were asked for.
    asked: u64,
    /// Sealed bytes that the relay has; of one that only hashes, that are hashed.
    stored: u64,
    /// The mark that the relay has not acknowledged.
    mark: Option<Mark>,
    /// Where and when the last was asked for.
    marked: (u64, Time),
    hash: Option<[u8; 32]>,
}

impl Upload {
    fn new(
        asked: UnixMs,
        (path, source): (PathBuf, Source),
        (name, media_type, thumbnail): (String, String, Option<Thumbnail>),
        layout: Layout,
        (file, key): (FileId, FileSecret),
    ) -> Self {
        Self {
            asked,
            path,
            source,
            layout,
            name,
            media_type,
            thumbnail,
            file,
            key,
            runs: 0,
            mark: None,
            opening: 0,
            phase: Phase::Waiting,
        }
    }

    /// Sealed bytes that are there.
    pub(super) fn done(&self) -> u64 {
        match &self.phase {
            Phase::Sending(sending) => sending.stored,
            _ => self.from(),
        }
    }

    /// Where it goes on.
    fn from(&self) -> u64 {
        self.mark.as_ref().map_or(0, |mark| mark.offset)
    }

    /// Returns whether the source is open.
    pub(super) fn pause(&mut self) -> bool {
        self.opening = self.opening.wrapping_add(1);
        let phase = core::mem::take(&mut self.phase);
        matches!(phase, Phase::ExpectSource { .. } | Phase::Sending(_))
    }

    const fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting)
    }

    fn sending(&mut self) -> Option<&mut Sending> {
        match &mut self.phase {
            Phase::Sending(sending) => Some(sending),
            _ => None,
        }
    }

    /// The file as far as it is known: its hash is not.
    pub(super) fn told(&self) -> File {
        self.file([0; 32])
    }

    fn file(&self, hash: [u8; 32]) -> File {
        File {
            name: self.name.clone(),
            size: self.source.size,
            media_type: self.media_type.clone(),
            thumbnail: self.thumbnail.clone(),
            access: FileAccess { file: self.file, key: self.key.clone(), hash },
        }
    }
}

impl Client {
    /// Looks at a file that is to be sent. Repeating it does nothing twice.
    pub(in super::super) fn send_file(
        &mut self,
        room: RoomId,
        id: MessageId,
        path: PathBuf,
    ) -> Result<(), Problem> {
        self.may_send(room)?;
        if let Some(seq) = self.vault.entry_of(room, self.profile.identity.handle(), id)? {
            self.tell(Event::MessageSent { room, id, seq });
        } else if self.vault.queued(room, id)?.is_some() {
            self.tell(Event::MessageQueued { room, id });
        } else if let Some(task) = self.transfers.tasks.get(&id) {
            let told = task.told(id);
            self.tell(Event::TransferMoved(told));
        } else if !self.transfers.has(id) {
            self.transfers.inspecting.insert(id, (room, super::absolute(path), self.now.wall));
            self.look_at_next();
        }
        Ok(())
    }

    /// The file can be sent.
    pub(super) fn begin_upload(
        &mut self,
        id: RequestId,
        source: (PathBuf, Source),
        looks: (String, String, Option<Thumbnail>),
    ) -> Result<(), Problem> {
        let Some((room, asked)) = self.inspected(id) else { return Ok(()) };
        if !is_storable(&source.0) {
            let (path, reason) = (source.0, "its name is not Unicode".to_owned());
            self.failed(Some(id), Problem::FileUnreadable { path, reason });
            return Ok(());
        }
        let Some(layout) = Layout::of_content(source.1.size) else {
            self.failed(Some(id), Problem::FileTooLarge { max: 1 << 62 });
            return Ok(());
        };
        if let Err(problem) = self.known_room(room) {
            self.failed(Some(id), problem);
            return Ok(());
        }
        let access = self.new_file();
        let upload = Upload::new(asked, source, looks, layout, access);
        self.add_transfer(id, room, Job::Up(Box::new(upload)))
    }

    /// An id and a key.
    fn new_file(&mut self) -> (FileId, FileSecret) {
        let key = FileSecret(Zeroizing::new(self.random.array()));
        (FileId::from_array(self.random.array()), key)
    }

    /// Opens the next ones at the relay.
    pub(super) fn begin_uploads(&mut self) {
        for id in self.transfers.moving.clone() {
            let openings = self.openings();
            let Some((room, upload)) = self.transfers.upload(id) else { continue };
            if upload.is_waiting() && openings < MAX_MOVING {
                self.open_upload(id, room);
            }
        }
    }

    /// Files that the relay was asked to take and has not answered, of transfers that are over too.
    fn openings(&self) -> usize {
        let is_opening = |request: &&Request| matches!(request, Request::OpenUpload { .. });
        self.requests.values().filter(is_opening).count()
    }

    fn open_upload(&mut self, id: RequestId, room: RoomId) {
        let Some((_, upload)) = self.transfers.upload(id) else { return };
        upload.phase = Phase::ExpectOpen;
        let (opening, file) = (upload.opening, upload.file);
        let (size, from) = (upload.layout.sealed(), upload.from());
        let message = ToRelay::OpenUpload { room, file, size, from };
        self.request(Request::OpenUpload { id, opening, file }, message);
    }

    /// The relay says where to go on.
    pub(in super::super) fn handle_upload_open(
        &mut self,
        (id, opening): (RequestId, u32),
        at: u64,
    ) -> Result<(), Problem> {
        // Unless it was cancelled meanwhile.
        let Some((room, upload)) = self.transfers.upload(id) else { return Ok(()) };
        if upload.opening != opening || !matches!(upload.phase, Phase::ExpectOpen) {
            return Ok(());
        }
        let (size, from) = (upload.layout.sealed(), upload.from());
        let is_whole = at == size;
        if at < from {
            // The relay lost what it had: the hash up to there is not known any more.
            return self.begin_anew(id, room);
        }
        if at > from && !is_whole {
            return Err(Problem::RelayMisbehaved("a file's offset"));
        }
        // What the relay has whole was sealed in the last run, from the mark on.
        let run = if is_whole { upload.runs.saturating_sub(1) } else { upload.runs };
        if !is_whole {
            upload.runs = upload.runs.checked_add(1).ok_or(Problem::Internal("too many runs"))?;
        }
        upload.phase = Phase::ExpectSource { sends: !is_whole };
        let op = FileOp::OpenSource {
            transfer: id,
            path: upload.path.clone(),
            source: upload.source,
            key: upload.key.clone(),
            run,
            from: upload.mark.clone(),
        };
        self.want_file(op);
        self.save_transfer(id)
    }

    /// Sends it as another file, from the beginning.
    fn begin_anew(&mut self, id: RequestId, room: RoomId) -> Result<(), Problem> {
        let (file, key) = self.new_file();
        let Some((_, upload)) = self.transfers.upload(id) else { return Ok(()) };
        let former = core::mem::replace(&mut upload.file, file);
        upload.key = key;
        upload.runs = 0;
        upload.mark = None;
        upload.opening = upload.opening.wrapping_add(1);
        self.save_transfer(id)?;
        self.forget_file(former)?;
        self.open_upload(id, room);
        Ok(())
    }

    /// The source is open.
    pub(super) fn handle_source(&mut self, id: RequestId) {
        let now = self.now.time;
        let Some((_, upload)) = self.transfers.upload(id) else { return };
        let Phase::ExpectSource { sends } = upload.phase else { return };
        let from = upload.from();
        upload.phase = Phase::Sending(Sending {
            sends,
            sealing: 0,
            unanswered: 0,
            asked: from,
            stored: from,
            mark: None,
            marked: (from, now),
            hash: None,
        });
        self.restart_meter(id, from);
    }

    /// Has chunks sealed, of one file after the other, as far as the window allows.
    pub(super) fn seal_chunks(&mut self) {
        let now = self.now.time;
        let moving = self.transfers.moving.clone();
        let (mut under_way, mut sealing) = (0, 0);
        for id in &moving {
            let sending = self.transfers.upload(*id).and_then(|(_, upload)| upload.sending());
            let Some(sending) = sending else { continue };
            under_way += sending.sealing + sending.unanswered;
            sealing += sending.sealing;
        }
        let others = self.unanswered();
        let mut is_idle = false;
        while !is_idle {
            is_idle = true;
            for id in &moving {
                let is_full = under_way >= self.transfers.up.size();
                if is_full || others + sealing >= MAX_UNANSWERED {
                    return;
                }
                let Some((_, upload)) = self.transfers.upload(*id) else { continue };
                let layout = upload.layout;
                let Some(sending) = upload.sending() else { continue };
                let Some(place) = layout.place(sending.asked) else { continue };
                let (marked, since) = sending.marked;
                let is_due = sending.asked.saturating_sub(marked) >= MARK_BYTES
                    || now.since_ms(since) >= MARK_MS;
                let mark = is_due && sending.sends && sending.mark.is_none() && !place.is_final;
                sending.asked = layout.offset(place.index + 1);
                sending.sealing += 1;
                if mark {
                    sending.marked = (sending.asked, now);
                }
                under_way += 1;
                sealing += 1;
                is_idle = false;
                self.want_file(FileOp::Seal { transfer: *id, mark });
            }
        }
    }

    /// A chunk is sealed.
    pub(super) fn handle_sealed(
        &mut self,
        id: RequestId,
        (offset, chunk): (u64, Vec<u8>),
        mark: Option<Mark>,
        hash: Option<[u8; 32]>,
    ) -> Result<(), Problem> {
        let now = self.now.time;
        let Some((_, upload)) = self.transfers.upload(id) else { return Ok(()) };
        let (file, opening, size) = (upload.file, upload.opening, upload.layout.sealed());
        // Unless it is of an opening that is over.
        let Some(sending) = upload.sending() else { return Ok(()) };
        sending.sealing = sending.sealing.saturating_sub(1);
        sending.hash = sending.hash.or(hash);
        let behind = offset.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if !sending.sends {
            sending.stored = behind;
            self.tell_moved(id);
            return self.finish_upload(id);
        }
        sending.unanswered += 1;
        let durable = mark.is_some();
        if durable {
            sending.mark = mark;
        }
        let is_slow = durable || behind == size;
        let chunk = Bytes::new(chunk).map_err(|_| Problem::Internal("a chunk is too long"))?;
        self.request(
            Request::PutChunk { id, opening, behind, sent: now, is_slow },
            ToRelay::PutChunk { file, offset, durable, chunk },
        );
        Ok(())
    }

    /// The relay has a chunk.
    pub(in super::super) fn handle_chunk_stored(
        &mut self,
        (id, opening): (RequestId, u32),
        behind: u64,
        (sent, is_slow): (Time, bool),
        (file, stored): (FileId, u64),
    ) -> Result<(), Problem> {
        let now = self.now.time;
        let Some((_, upload)) = self.transfers.upload(id) else { return Ok(()) };
        if upload.opening != opening {
            return Ok(());
        }
        if upload.file != file || stored != behind {
            return Err(Problem::RelayMisbehaved("what it has of a file"));
        }
        let Some(sending) = upload.sending() else { return Ok(()) };
        sending.unanswered = sending.unanswered.saturating_sub(1);
        // Durable ones are answered later than those behind them.
        sending.stored = sending.stored.max(stored);
        let mark = sending.mark.take_if(|mark| mark.offset == stored);
        let is_marked = mark.is_some();
        if is_marked {
            upload.mark = mark;
        }
        if !is_slow {
            // The others wait for the relay's disk as well.
            self.transfers.up.answered(sent, now);
        }
        if is_marked {
            self.save_transfer(id)?;
        }
        self.tell_moved(id);
        self.finish_upload(id)
    }

    /// Once the relay has all of it durably, the message goes out.
    fn finish_upload(&mut self, id: RequestId) -> Result<(), Problem> {
        let Some((room, upload)) = self.transfers.upload(id) else { return Ok(()) };
        let size = upload.layout.sealed();
        let Some(Sending { stored, hash: Some(hash), .. }) = upload.sending() else {
            return Ok(());
        };
        if *stored < size {
            return Ok(());
        }
        let hash = *hash;
        let content = Content::Said(Said::plain(Body::File(upload.file(hash))));
        self.want_file(FileOp::Close { transfer: id });
        self.remove_transfer(id)?;
        let queued = Queued { room, id, sent: self.now.wall, content, sealed: None };
        self.vault.put_queued(&queued)?;
        self.room_mut(room)?.queued = true;
        self.tell(Event::MessageQueued { room, id });
        Ok(())
    }
}
