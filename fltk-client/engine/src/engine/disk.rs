//! The threads that do the client's work on files, so that no disk keeps a message waiting, and no
//! picture that is made small keeps a file waiting.

use async_channel::{Receiver, Sender};

use crate::Problem;
use crate::file::{Disk, FileOp, FileReply};

/// The threads; they end, after what they were given, when this is dropped.
#[derive(Debug)]
pub(super) struct DiskThreads {
    ops: Sender<FileOp>,
    /// For files that are only looked at, of which nothing else is wanted meanwhile.
    looks: Sender<FileOp>,
    replies: Receiver<FileReply>,
}

impl DiskThreads {
    pub(super) fn start() -> Result<Self, Problem> {
        // Few chunks are under way at once: the client sees to that.
        let (done, replies) = async_channel::unbounded();
        let ops = start("files", done.clone())?;
        let looks = start("looks", done)?;
        Ok(Self { ops, looks, replies })
    }

    /// Has something done, behind all that was wanted of the same file before.
    pub(super) fn want(&self, op: FileOp) {
        let queue = if matches!(op, FileOp::Inspect { .. }) { &self.looks } else { &self.ops };
        // The queues are unbounded, and the threads live as long as this.
        let _ = queue.try_send(op);
    }

    /// Waits for something that was done, and takes all that was.
    pub(super) async fn replies(&self) -> Vec<FileReply> {
        let Ok(first) = self.replies.recv().await else { return smol::future::pending().await };
        let mut replies = vec![first];
        while let Ok(reply) = self.replies.try_recv() {
            replies.push(reply);
        }
        replies
    }
}

/// Starts a thread; returns its queue.
fn start(name: &str, done: Sender<FileReply>) -> Result<Sender<FileOp>, Problem> {
    let (ops, queue) = async_channel::unbounded::<FileOp>();
    let run = move || {
        let mut disk = Disk::default();
        while let Ok(op) = queue.recv_blocking() {
            if let Some(reply) = disk.perform(op)
                && done.try_send(reply).is_err()
            {
                return;
            }
        }
    };
    std::thread::Builder::new()
        .name(name.into())
        .spawn(run)
        .map_err(|_| Problem::Internal("the system starts no thread"))?;
    Ok(ops)
}
