//! Signals by which the system wants the program to end.

use std::sync::Arc;

use async_signal::{Signal, Signals};
use smol::stream::StreamExt;

use super::link::{Post, spawn};
use super::queue::Queue;
use crate::effect::Input;

/// Closes the window as a person would, so that its place is kept and no pasted picture stays behind.
/// Who asks twice does not wait for that.
pub(super) fn end_on_signal(queue: &Arc<Queue<Post>>) {
    let Ok(mut signals) = Signals::new([Signal::Term, Signal::Int, Signal::Hup]) else { return };
    let queue = Arc::clone(queue);
    spawn("signals", move || {
        if smol::block_on(signals.next()).is_some() {
            queue.push(Post::Input(Input::CloseAsked));
        }
        if smol::block_on(signals.next()).is_some() {
            std::process::exit(1);
        }
    });
}
