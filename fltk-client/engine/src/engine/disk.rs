//! The thread that does the client's work on files, so that no disk keeps a message waiting.

use async_channel::{Receiver, Sender};

use crate::Problem;
use crate::file::{Disk, FileOp, FileReply};

/// The thread; it ends, after what it was given, when this is dropped.
#[derive(Debug)]
pub(super) struct DiskThread {
    ops: Sender<FileOp>,
    replies: Receiver<FileReply>,
}

impl DiskThread {
    pub(super) fn start() -> Result<Self, Problem> {
        // Few chunks are under way at once: the client sees to that.
        let (ops, queue) = async_channel::unbounded::<FileOp>();
        let (done, replies) = async_channel::unbounded();
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
            .name("files".into())
            .spawn(run)
            .map_err(|_| Problem::Internal("the system starts no thread"))?;
        Ok(Self { ops, replies })
    }

    /// Has something done, behind all that was wanted before.
    pub(super) fn want(&self, op: FileOp) {
        // The queue is unbounded, and the thread lives as long as this.
        let _ = self.ops.try_send(op);
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
