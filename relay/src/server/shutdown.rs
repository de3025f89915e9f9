//! The end: signals, and letting clients go with everything they are owed.

use std::io;
use std::time::Duration;

use async_signal::{Signal, Signals};
use smol::Timer;
use smol::stream::StreamExt as _;

use super::Shared;
use super::hub_task::Completion;
use crate::log;

/// For the store to answer and for clients to take their answers. Together under 5 seconds.
const STORE_LIMIT: Duration = Duration::from_secs(2);
const CLIENT_LIMIT: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(20);

/// Takes over SIGTERM and SIGINT.
pub(super) fn signals() -> io::Result<Signals> {
    Signals::new([Signal::Term, Signal::Int])
}

/// Waits for one of them.
pub(super) async fn wait(mut signals: Signals) {
    signals.next().await;
}

/// Lets the store finish and the clients go.
pub(super) async fn drain(shared: &Shared) {
    let (done, finished) = async_channel::bounded(1);
    let _ = shared.completions.try_send(Completion::Shutdown { done });
    let answered = async { finished.recv().await.is_ok() };
    if !smol::future::or(answered, late(STORE_LIMIT)).await {
        log::error("store_late", &[]);
    }
    let gone = async {
        while !shared.links.borrow().is_empty() {
            Timer::after(POLL).await;
        }
        true
    };
    if !smol::future::or(gone, late(CLIENT_LIMIT)).await {
        log::info("clients_late", &[]);
    }
}

async fn late(limit: Duration) -> bool {
    Timer::after(limit).await;
    false
}
