//! The thread that owns the store: what waits when it looks becomes one transaction.

use std::io;
use std::thread::{self, JoinHandle};

use async_channel::{Receiver, Sender};

use super::hub_task::Completion;
use crate::store::{Store, StoreRequest};

/// Starts it. It ends when the returned sender is dropped, after everything given to it.
pub(super) fn spawn(
    store: impl Store + 'static,
    completions: Sender<Completion>,
) -> io::Result<(Sender<Vec<StoreRequest>>, JoinHandle<()>)> {
    let (sender, receiver) = async_channel::unbounded();
    let thread = thread::Builder::new()
        .name("store".into())
        .spawn(move || run(store, &receiver, &completions))?;
    Ok((sender, thread))
}

fn run(
    mut store: impl Store,
    requests: &Receiver<Vec<StoreRequest>>,
    completions: &Sender<Completion>,
) {
    while let Ok(mut batch) = requests.recv_blocking() {
        while let Ok(mut more) = requests.try_recv() {
            batch.append(&mut more);
        }
        let replies = store.apply(batch);
        if completions.try_send(Completion::Stored(replies)).is_err() {
            return;
        }
    }
}
