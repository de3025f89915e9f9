//! The thread that owns the blobs: one request after the other, so that a slow disk is waited for
//! here and nowhere else.

use std::io;
use std::thread::{self, JoinHandle};

use async_channel::{Receiver, Sender};

use super::hub_task::Completion;
use crate::blob::{BlobRequest, Blobs};

/// Starts it. It ends when the returned sender is dropped, after everything given to it.
pub(super) fn spawn(
    blobs: impl Blobs + 'static,
    completions: Sender<Completion>,
) -> io::Result<(Sender<Vec<BlobRequest>>, JoinHandle<()>)> {
    let (sender, receiver) = async_channel::unbounded();
    let thread = thread::Builder::new()
        .name("blobs".into())
        .stack_size(STACK_BYTES)
        .spawn(move || run(blobs, &receiver, &completions))?;
    Ok((sender, thread))
}

/// It moves buffers and calls the system.
const STACK_BYTES: usize = 256 << 10;

fn run(
    mut blobs: impl Blobs,
    requests: &Receiver<Vec<BlobRequest>>,
    completions: &Sender<Completion>,
) {
    while let Ok(batch) = requests.recv_blocking() {
        for request in batch {
            // Each by itself: what was read goes out while the next is made durable.
            if completions.try_send(Completion::Blob(blobs.apply(request))).is_err() {
                return;
            }
        }
    }
}
