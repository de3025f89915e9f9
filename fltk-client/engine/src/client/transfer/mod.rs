//! Files on their way (PROTOCOL §12): which there are, which may move, and how many chunks at once.
//!
//! A transfer is in the vault before it is told of, and goes on from its last durable chunk after any
//! cut. The work on files themselves is the shell's ([`FileOp`]); what of it was for an opening that is
//! over is recognised and dropped.

mod download;
mod end;
mod meter;
mod stored;
mod upload;
mod window;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use wire::Time;
use wire::chunk::content_within;
use wire::id::{FileId, RoomId, UnixMs};

use super::room::Room;
use super::{Client, Now, Output, Request};
use crate::event::{Body, File, FileLimits, RequestId, Transfer, Unsent, Way};
use crate::file::{FileOp, FileReply};
use crate::vault::Vault;
use crate::{Event, Problem};
use download::Download;
use meter::Meter;
use upload::Upload;
use window::Window;

/// Transfers that move at once, each way; the others wait in the order they were asked for.
const MAX_MOVING: usize = 4;
/// A mark is set after so many bytes, or so long: what a cut can cost.
const MARK_BYTES: u64 = 8 << 20;
const MARK_MS: u64 = 2_000;
/// Chunks that may be unanswered on a connection: a few less than end it, since the relay and the
/// client may count at different moments.
const MAX_UNANSWERED: usize = wire::limit::MAX_CHUNKS_UNDER_WAY - 2;

/// All transfers of a profile.
#[derive(Debug)]
pub(super) struct Transfers {
    tasks: BTreeMap<RequestId, Task>,
    /// Their order.
    order: BTreeMap<u64, RequestId>,
    /// Those that may move now, each way in order.
    moving: Vec<RequestId>,
    /// Files that are to be looked at before they become transfers, in no order.
    inspecting: BTreeMap<RequestId, (RoomId, PathBuf, UnixMs)>,
    /// The one that is looked at: a picture takes a while, and much memory.
    looked_at: Option<RequestId>,
    /// Files that the relay shall delete and has not said so.
    forgotten: BTreeSet<FileId>,
    up: Window,
    down: Window,
}

/// One transfer.
#[derive(Debug)]
struct Task {
    room: RoomId,
    /// Its place in the order they were asked for.
    number: u64,
    meter: Meter,
    /// How often it was tried since it last came further, and when it is tried again.
    tries: u32,
    after: Option<Time>,
    job: Job,
}

#[derive(Debug)]
enum Job {
    Up(Box<Upload>),
    Down(Box<Download>),
}

impl Transfers {
    pub(super) fn load(vault: &Vault) -> Result<Self, Problem> {
        let tasks: BTreeMap<_, _> = stored::load_all(vault)?.into_iter().collect();
        Ok(Self {
            order: tasks.iter().map(|(id, task)| (task.number, *id)).collect(),
            tasks,
            moving: Vec::new(),
            inspecting: BTreeMap::new(),
            looked_at: None,
            forgotten: stored::load_forgotten(vault)?,
            up: Window::new(),
            down: Window::new(),
        })
    }

    /// Whether a transfer has this id, or will.
    fn has(&self, id: RequestId) -> bool {
        self.tasks.contains_key(&id) || self.inspecting.contains_key(&id)
    }

    /// When one is tried again.
    pub(super) fn next_try(&self) -> Option<Time> {
        self.tasks.values().filter_map(|task| task.after).min()
    }

    /// Files that are sent and whose messages are not queued yet, in order.
    pub(super) fn unsent(&self) -> impl Iterator<Item = Unsent> {
        let begun = self.order.values().filter_map(|id| match self.tasks.get(id) {
            Some(Task { room, job: Job::Up(upload), .. }) => Some(Unsent {
                room: *room,
                id: *id,
                sent: upload.asked,
                body: Body::File(upload.told()),
                reply: None,
            }),
            _ => None,
        });
        let looked_at = self.inspecting.iter().map(|(id, (room, path, asked))| {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            let file = File::example(&name, 0, "application/octet-stream");
            Unsent { room: *room, id: *id, sent: *asked, body: Body::File(file), reply: None }
        });
        begun.chain(looked_at)
    }

    /// Commands that nothing in the vault stands for yet.
    pub(super) fn inspecting(&self) -> impl Iterator<Item = RequestId> {
        self.inspecting.keys().copied()
    }

    /// Those that have something open on the disk.
    pub(super) fn all(&self) -> impl Iterator<Item = RequestId> {
        self.tasks.keys().copied()
    }

    fn upload(&mut self, id: RequestId) -> Option<(RoomId, &mut Upload)> {
        match self.tasks.get_mut(&id) {
            Some(Task { room, job: Job::Up(upload), .. }) => Some((*room, upload)),
            _ => None,
        }
    }

    fn download(&mut self, id: RequestId) -> Option<(RoomId, &mut Download)> {
        match self.tasks.get_mut(&id) {
            Some(Task { room, job: Job::Down(download), .. }) => Some((*room, download)),
            _ => None,
        }
    }

    /// Chooses the first that may move, each way.
    fn choose(&mut self, may_move: impl Fn(&Task) -> bool) {
        let (mut up, mut down) = (0, 0);
        self.moving.clear();
        for id in self.order.values() {
            let Some(task) = self.tasks.get(id).filter(|task| may_move(task)) else { continue };
            let count = match task.job {
                Job::Up(_) => &mut up,
                Job::Down(_) => &mut down,
            };
            if *count < MAX_MOVING {
                *count += 1;
                self.moving.push(*id);
            }
            if up == MAX_MOVING && down == MAX_MOVING {
                return;
            }
        }
    }
}

impl Task {
    fn new(room: RoomId, number: u64, job: Job) -> Self {
        Self { room, number, meter: Meter::default(), tries: 0, after: None, job }
    }

    fn told(&self, id: RequestId) -> Transfer {
        let (way, path, name, done, total) = match &self.job {
            Job::Up(up) => (Way::Up, &up.path, &up.name, up.done(), up.source.size),
            Job::Down(down) => {
                let way = Way::Down(down.seq);
                (way, &down.directory, &down.file.name, down.done(), down.file.size)
            }
        };
        let (rate, done) = (self.meter.rate(), content_within(done));
        let left_s = total.saturating_sub(done).checked_div(rate);
        let (room, path, name) = (self.room, path.clone(), name.clone());
        Transfer { id, room, way, path, name, done, total, rate, left_s }
    }
}

impl Client {
    /// Takes what was done on the disk, in the order it was.
    pub fn handle_files(&mut self, replies: Vec<FileReply>, now: Now) {
        self.now = now;
        // A failure has been told when this returns.
        let _ = self.transact(now, |client| {
            for reply in replies {
                client.handle_file(reply)?;
            }
            client.move_files()?;
            client.pump()
        });
    }

    fn handle_file(&mut self, reply: FileReply) -> Result<(), Problem> {
        match reply {
            FileReply::Inspected { transfer, path, source, name, media_type, thumbnail } => {
                self.begin_upload(transfer, (path, source), (name, media_type, thumbnail))
            }
            FileReply::SourceOpen { transfer } => {
                self.handle_source(transfer);
                Ok(())
            }
            FileReply::Sealed { transfer, offset, chunk, mark, hash } => {
                self.handle_sealed(transfer, (offset, chunk), mark, hash)
            }
            FileReply::Receiving { transfer, at } => self.handle_receiving(transfer, at),
            FileReply::Opened { transfer, at, mark } => self.handle_opened(transfer, at, mark),
            FileReply::Named { transfer, name } => self.handle_named(transfer, name),
            FileReply::NameTaken { transfer } => {
                self.handle_name_taken(transfer);
                Ok(())
            }
            FileReply::Saved { transfer, path } => self.handle_saved(transfer, path),
            FileReply::Missing { transfer } => {
                self.receive(transfer);
                Ok(())
            }
            FileReply::Failed { transfer, problem } => {
                if self.inspected(transfer).is_some() {
                    self.failed(Some(transfer), problem);
                    return Ok(());
                }
                self.fail_transfer(transfer, problem)
            }
        }
    }

    /// Begins what may begin, and has chunks sealed and asked for as far as the windows allow.
    pub(super) fn move_files(&mut self) -> Result<(), Problem> {
        self.look_at_next();
        if self.transfers.tasks.is_empty() {
            return Ok(());
        }
        let (rooms, now) = (&self.rooms, self.now.time);
        for task in self.transfers.tasks.values_mut() {
            task.after.take_if(|after| *after <= now);
        }
        self.transfers.choose(|task| {
            // A device that is on its way back into a room is nobody there.
            let is_member = rooms.get(&task.room).is_some_and(Room::is_member);
            let is_local = matches!(&task.job, Job::Down(download) if download.is_local());
            (is_member || is_local) && task.after.is_none()
        });
        self.begin_downloads()?;
        if self.connection.is_signed_in() {
            self.begin_uploads();
            self.seal_chunks();
            self.ask_chunks();
        }
        Ok(())
    }

    /// Chunks that the relay has not answered, of transfers that are over too.
    fn unanswered(&self) -> usize {
        let is_chunk = |request: &&Request| {
            matches!(request, Request::PutChunk { .. } | Request::GetChunk { .. })
        };
        self.requests.values().filter(is_chunk).count()
    }

    /// Has the next file looked at that is to be sent.
    fn look_at_next(&mut self) {
        if self.transfers.looked_at.is_some() {
            return;
        }
        let next = self.transfers.inspecting.first_key_value();
        let Some((transfer, path)) = next.map(|(id, (_, path, _))| (*id, path.clone())) else {
            return;
        };
        self.transfers.looked_at = Some(transfer);
        self.want_file(FileOp::Inspect { transfer, path });
    }

    /// A file was looked at, or could not be. Its room and when it was asked for,
    /// unless it was cancelled meanwhile.
    fn inspected(&mut self, transfer: RequestId) -> Option<(RoomId, UnixMs)> {
        self.transfers.looked_at.take_if(|looked_at| *looked_at == transfer)?;
        self.transfers.inspecting.remove(&transfer).map(|(room, _, asked)| (room, asked))
    }

    pub(super) fn list_transfers(&mut self) {
        let ids = self.transfers.order.values();
        let told = ids.filter_map(|id| Some(self.transfers.tasks.get(id)?.told(*id)));
        let told = told.collect();
        self.tell(Event::Transfers(told));
    }

    /// Keeps a new transfer and tells of it.
    fn add_transfer(&mut self, id: RequestId, room: RoomId, job: Job) -> Result<(), Problem> {
        if self.transfers.tasks.len() >= stored::MAX_TRANSFERS {
            self.failed(Some(id), Problem::TooManyTransfers);
            return Ok(());
        }
        let last = self.transfers.order.last_key_value();
        let number = last.map_or(0, |(number, _)| number.saturating_add(1));
        let task = Task::new(room, number, job);
        self.vault.put_transfer(id, &task)?;
        self.tell(Event::TransferMoved(task.told(id)));
        self.transfers.order.insert(number, id);
        self.transfers.tasks.insert(id, task);
        self.save_transfer_ids()
    }

    /// Writes a transfer, which has come further.
    fn save_transfer(&self, id: RequestId) -> Result<(), Problem> {
        match self.transfers.tasks.get(&id) {
            Some(task) => self.vault.put_transfer(id, task),
            None => Ok(()),
        }
    }

    fn save_transfer_ids(&self) -> Result<(), Problem> {
        self.vault.put_transfer_ids(self.transfers.tasks.keys().copied().collect())
    }

    /// The connection ended: what was on its way is lost, what is on the disk is not.
    pub(super) fn pause_transfers(&mut self) {
        let mut closed = Vec::new();
        for (id, task) in &mut self.transfers.tasks {
            let done = match &mut task.job {
                Job::Up(upload) => {
                    if upload.pause() {
                        closed.push(*id);
                    }
                    upload.done()
                }
                Job::Down(download) => {
                    download.pause();
                    download.done()
                }
            };
            task.meter.restart(self.now.time, done);
        }
        for transfer in closed {
            self.want_file(FileOp::Close { transfer });
        }
    }

    /// Memory is read anew from the vault: what is open on the disk is opened again.
    pub(super) fn reload_transfers(&mut self) -> Result<(), Problem> {
        let open: Vec<_> = self.transfers.all().collect();
        self.transfers = Transfers::load(&self.vault)?;
        for transfer in open {
            self.want_file(FileOp::Close { transfer });
        }
        Ok(())
    }

    pub(super) fn file_limits(&mut self, id: RequestId, limits: wire::message::FileLimits) {
        self.tell(Event::FileLimits(FileLimits {
            id,
            max_bytes: content_within(limits.max_bytes),
            account_bytes: content_within(limits.account_bytes),
            left_bytes: content_within(limits.left_bytes),
            keep_days: limits.keep_days,
        }));
    }

    /// A transfer came further: tells how far it is, if it is time to.
    fn tell_moved(&mut self, id: RequestId) {
        let now = self.now.time;
        let Some(task) = self.transfers.tasks.get_mut(&id) else { return };
        task.tries = 0;
        let done = match &task.job {
            Job::Up(upload) => upload.done(),
            Job::Down(download) => download.done(),
        };
        if task.meter.moved(now, done) {
            let told = task.told(id);
            self.tell(Event::TransferMoved(told));
        }
    }

    /// The transfer begins to move.
    fn restart_meter(&mut self, id: RequestId, done: u64) {
        let now = self.now.time;
        if let Some(task) = self.transfers.tasks.get_mut(&id) {
            task.meter.restart(now, done);
        }
    }

    fn want_file(&mut self, op: FileOp) {
        self.outputs.push_back(Output::File(op));
    }
}

/// An absolute form of a path that a person gave, if it can be had.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}
