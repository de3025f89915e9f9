//! Fetching a file: partial file → open at the relay → chunk by chunk → check → name → done.

use std::path::{Path, PathBuf};

use wire::Time;
use wire::chunk::Layout;
use wire::id::{FileId, RoomId, Seq};
use wire::message::ToRelay;

use super::{Client, Job, MARK_BYTES, MARK_MS, MAX_UNANSWERED, Request};
use crate::encoding::is_storable;
use crate::event::{Body, EntryKind, File, RequestId};
use crate::file::{FileOp, Mark};
use crate::{Event, Problem};

/// A file that is fetched.
#[derive(Debug)]
pub(super) struct Download {
    pub(super) seq: Seq,
    pub(super) directory: PathBuf,
    pub(super) file: File,
    pub(super) layout: Layout,
    /// What is durable of the partial file.
    pub(super) mark: Option<Mark>,
    /// The final name that was chosen; the file may have it already.
    pub(super) named: Option<String>,
    /// Counts how often it was opened, so that answers to an earlier opening are told apart.
    pub(super) opening: u32,
    pub(super) phase: Phase,
}

/// What it waits for.
#[derive(Debug, Default)]
pub(super) enum Phase {
    /// Its turn.
    #[default]
    Waiting,
    /// The disk: whether it was saved before, or the partial file.
    ExpectReceiving,
    /// The relay and its chunks.
    Fetching(Fetching),
    /// The disk: the check and the final name.
    ExpectSaved,
}

/// Chunks on their way.
#[derive(Debug)]
pub(super) struct Fetching {
    relay: AtRelay,
    /// Chunks that were asked for and have not come, and that have come and are being opened.
    unanswered: usize,
    opening: usize,
    /// Sealed bytes that were asked for, that came, and that are in the partial file.
    asked: u64,
    received: u64,
    at: u64,
    /// Where and when the last mark was asked for.
    marked: (u64, Time),
}

/// Whether the relay has the file open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AtRelay {
    Closed,
    ExpectOpen,
    Open,
}

impl Download {
    /// Sealed bytes that are there.
    pub(super) fn done(&self) -> u64 {
        match &self.phase {
            Phase::Fetching(fetching) => fetching.at,
            Phase::ExpectSaved => self.layout.sealed(),
            _ => self.mark.as_ref().map_or(0, |mark| mark.offset),
        }
    }

    /// What was asked for does not come.
    pub(super) fn pause(&mut self) {
        self.opening = self.opening.wrapping_add(1);
        if let Some(fetching) = self.fetching() {
            fetching.relay = AtRelay::Closed;
            fetching.unanswered = 0;
            fetching.asked = fetching.received;
        }
    }

    /// Whether the disk alone is at work on it.
    pub(super) const fn is_local(&self) -> bool {
        !matches!(self.phase, Phase::Fetching(_))
    }

    /// Whether the file has its name, or is about to.
    pub(super) const fn is_ending(&self) -> bool {
        matches!(self.phase, Phase::ExpectSaved) && self.named.is_some()
    }

    fn fetching(&mut self) -> Option<&mut Fetching> {
        match &mut self.phase {
            Phase::Fetching(fetching) => Some(fetching),
            _ => None,
        }
    }
}

impl Client {
    /// Begins to fetch the file of a message.
    pub(in super::super) fn save_file(
        &mut self,
        id: RequestId,
        room: RoomId,
        seq: Seq,
        directory: PathBuf,
    ) -> Result<(), Problem> {
        let room = self.readable_room(room)?;
        if let Some(task) = self.transfers.tasks.get(&id) {
            let told = task.told(id);
            self.tell(Event::TransferMoved(told));
            return Ok(());
        }
        let directory = super::absolute(directory);
        if self.transfers.has(id) || self.is_fetched(room, seq, &directory) {
            return Err(Problem::TransferUnderWay);
        }
        if !is_storable(&directory) {
            let reason = "its name is not Unicode".to_owned();
            return Err(Problem::DirectoryUnusable { path: directory, reason });
        }
        let before = Seq(seq.0.saturating_sub(1));
        let entry = self.vault.entries(room, before, 1)?.pop().filter(|entry| entry.seq == seq);
        let Some(EntryKind::Message { body: Body::File(file), .. }) = entry.map(|entry| entry.kind)
        else {
            return Err(Problem::NoFile);
        };
        let layout = Layout::of_content(file.size).ok_or(Problem::FileDamaged)?;
        let download = Download {
            seq,
            directory,
            file,
            layout,
            mark: None,
            named: None,
            opening: 0,
            phase: Phase::Waiting,
        };
        self.add_transfer(id, room, Job::Down(Box::new(download)))
    }

    /// Whether the file of a message is on its way into a directory.
    fn is_fetched(&self, room: RoomId, seq: Seq, directory: &Path) -> bool {
        self.transfers.tasks.values().any(|task| match &task.job {
            Job::Down(down) => (task.room, down.seq, &*down.directory) == (room, seq, directory),
            Job::Up(_) => false,
        })
    }

    /// Opens partial files, and at the relay what has one.
    pub(super) fn begin_downloads(&mut self) -> Result<(), Problem> {
        for id in self.transfers.moving.clone() {
            let Some((room, download)) = self.transfers.download(id) else { continue };
            let file = download.file.access.file;
            match &mut download.phase {
                Phase::Waiting => {
                    let (seq, directory) = (download.seq, download.directory.clone());
                    self.look_for(id, (room, seq), &directory)?;
                }
                Phase::Fetching(fetching)
                    if fetching.relay == AtRelay::Closed && self.connection.is_signed_in() =>
                {
                    fetching.relay = AtRelay::ExpectOpen;
                    let opening = download.opening;
                    let request = Request::OpenDownload(id, opening);
                    self.request(request, ToRelay::OpenDownload { room, file });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What was saved in that directory once is not fetched again.
    fn look_for(
        &mut self,
        id: RequestId,
        place: (RoomId, Seq),
        directory: &Path,
    ) -> Result<(), Problem> {
        match self.vault.saved_file(place, directory)? {
            Some(path) => {
                let Some((_, download)) = self.transfers.download(id) else { return Ok(()) };
                download.phase = Phase::ExpectReceiving;
                let size = download.file.size;
                self.want_file(FileOp::Find { transfer: id, path, size });
            }
            None => self.receive(id),
        }
        Ok(())
    }

    /// Opens the partial file.
    pub(super) fn receive(&mut self, id: RequestId) {
        let Some((_, download)) = self.transfers.download(id) else { return };
        download.phase = Phase::ExpectReceiving;
        let op = FileOp::Receive {
            transfer: id,
            directory: download.directory.clone(),
            key: download.file.access.key.clone(),
            layout: download.layout,
            from: download.mark.clone(),
            named: download.named.clone(),
        };
        self.want_file(op);
    }

    /// The partial file is open.
    pub(super) fn handle_receiving(&mut self, id: RequestId, at: u64) -> Result<(), Problem> {
        let now = self.now.time;
        let Some((_, download)) = self.transfers.download(id) else { return Ok(()) };
        if !matches!(download.phase, Phase::ExpectReceiving) {
            return Ok(());
        }
        if at == 0 {
            download.mark = None;
        }
        download.phase = Phase::Fetching(Fetching {
            relay: AtRelay::Closed,
            unanswered: 0,
            opening: 0,
            asked: at,
            received: at,
            at,
            marked: (at, now),
        });
        let is_whole = at == download.layout.sealed();
        self.restart_meter(id, at);
        if is_whole {
            self.name_download(id);
        }
        Ok(())
    }

    /// The relay has the file.
    pub(in super::super) fn handle_download_open(
        &mut self,
        (id, opening): (RequestId, u32),
        (file, size): (FileId, u64),
    ) -> Result<(), Problem> {
        let Some((_, download)) = self.transfers.download(id) else { return Ok(()) };
        if download.opening != opening {
            return Ok(());
        }
        if download.file.access.file != file {
            return Err(Problem::RelayMisbehaved("another file"));
        }
        if download.layout.sealed() != size {
            // Its sender said otherwise, or the relay does.
            return self.fail_transfer(id, Problem::FileDamaged);
        }
        if let Some(fetching) = download.fetching() {
            fetching.relay = AtRelay::Open;
        }
        Ok(())
    }

    /// Asks for chunks, of one file after the other, as far as the window allows.
    pub(super) fn ask_chunks(&mut self) {
        let now = self.now.time;
        let moving = self.transfers.moving.clone();
        let mut unanswered = self.unanswered();
        let mut under_way: usize = 0;
        for id in &moving {
            let fetching = self.transfers.download(*id).and_then(|(_, down)| down.fetching());
            under_way += fetching.map_or(0, |fetching| fetching.unanswered + fetching.opening);
        }
        let mut is_idle = false;
        while !is_idle {
            is_idle = true;
            for id in &moving {
                let is_full = under_way >= self.transfers.down.size();
                if is_full || unanswered >= MAX_UNANSWERED {
                    return;
                }
                let Some((_, download)) = self.transfers.download(*id) else { continue };
                let (layout, opening) = (download.layout, download.opening);
                let file = download.file.access.file;
                let Some(fetching) = download.fetching() else { continue };
                let offset = fetching.asked;
                let Some(place) = layout.place(offset) else { continue };
                if fetching.relay != AtRelay::Open {
                    continue;
                }
                fetching.asked = layout.offset(place.index + 1);
                fetching.unanswered += 1;
                under_way += 1;
                unanswered += 1;
                is_idle = false;
                let request = Request::GetChunk { id: *id, opening, offset, sent: now };
                self.request(request, ToRelay::GetChunk { file, offset });
            }
        }
    }

    /// A chunk came.
    pub(in super::super) fn handle_chunk(
        &mut self,
        (id, opening): (RequestId, u32),
        (asked, sent): (u64, Time),
        (file, offset): (FileId, u64),
        chunk: Vec<u8>,
    ) -> Result<(), Problem> {
        let now = self.now.time;
        self.transfers.down.answered(sent, now);
        let Some((_, download)) = self.transfers.download(id) else { return Ok(()) };
        if download.opening != opening {
            return Ok(());
        }
        let layout = download.layout;
        if download.file.access.file != file || asked != offset {
            return Err(Problem::RelayMisbehaved("another chunk"));
        }
        let Some(fetching) = download.fetching() else { return Ok(()) };
        if fetching.received != offset {
            return Err(Problem::RelayMisbehaved("chunks in another order"));
        }
        fetching.unanswered = fetching.unanswered.saturating_sub(1);
        fetching.opening += 1;
        fetching.received =
            layout.place(offset).map_or(offset, |place| layout.offset(place.index + 1));
        let (marked, since) = fetching.marked;
        let mark = fetching.received.saturating_sub(marked) >= MARK_BYTES
            || now.since_ms(since) >= MARK_MS;
        if mark {
            fetching.marked = (fetching.received, now);
        }
        self.want_file(FileOp::Open { transfer: id, chunk, mark });
        Ok(())
    }

    /// A chunk is in the partial file.
    pub(super) fn handle_opened(
        &mut self,
        id: RequestId,
        at: u64,
        mark: Option<Mark>,
    ) -> Result<(), Problem> {
        let Some((_, download)) = self.transfers.download(id) else { return Ok(()) };
        let size = download.layout.sealed();
        let Some(fetching) = download.fetching() else { return Ok(()) };
        fetching.opening = fetching.opening.saturating_sub(1);
        fetching.at = at;
        if mark.is_some() {
            download.mark = mark;
            self.save_transfer(id)?;
        }
        self.tell_moved(id);
        if at == size {
            self.name_download(id);
        }
        Ok(())
    }

    /// Has the whole file checked and a name chosen for it.
    pub(super) fn name_download(&mut self, id: RequestId) {
        let Some((_, download)) = self.transfers.download(id) else { return };
        download.phase = Phase::ExpectSaved;
        let (hash, name) = (download.file.access.hash, download.file.name.clone());
        self.want_file(FileOp::Name { transfer: id, hash, name });
    }

    /// The name is kept before the file gets it, so that after a crash it is known again.
    pub(super) fn handle_named(&mut self, id: RequestId, name: String) -> Result<(), Problem> {
        let Some((_, download)) = self.transfers.download(id) else { return Ok(()) };
        if !matches!(download.phase, Phase::ExpectSaved) {
            // It is being opened again.
            return Ok(());
        }
        download.named = Some(name.clone());
        self.save_transfer(id)?;
        self.want_file(FileOp::Publish { transfer: id, name });
        Ok(())
    }

    /// Something has the name by now.
    pub(super) fn handle_name_taken(&mut self, id: RequestId) {
        let is_ending = self.transfers.download(id).is_some_and(|(_, down)| down.is_ending());
        if is_ending {
            self.name_download(id);
        }
    }

    /// The file is there.
    pub(super) fn handle_saved(&mut self, id: RequestId, path: PathBuf) -> Result<(), Problem> {
        let Some(task) = self.remove_transfer(id)? else { return Ok(()) };
        let (room, Job::Down(download)) = (task.room, task.job) else { return Ok(()) };
        let Download { seq, directory, .. } = *download;
        self.vault.put_saved_file((room, seq), &directory, path.clone())?;
        self.tell(Event::FileSaved { id, room, seq, path });
        self.done(Some(id), Some(room));
        Ok(())
    }
}
