//! One connection's meeting point: its socket, what waits to be written, and when it is over.
//!
//! A wake-up of the writer is a [`Waker`] in a cell and not a channel: all tasks run on one
//! thread, and with thousands of idle connections a channel's 200 bytes each would be noticed.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Duration;

use smol::Async;
use wire::Time;

use crate::hub::{CloseReason, ConnId};

/// A connection that is to be closed has this long to take what waits for it.
const LINGER_MS: u64 = 2_000;

/// A peer that takes nothing for so long is gone, whatever it sends.
const STALL: Duration = Duration::from_secs(30);
/// A stranger has this long to sign in.
const ANONYMOUS_MS: u64 = 5 * 60 * 1_000;

/// See the module.
pub(super) struct Link {
    pub(super) conn: ConnId,
    pub(super) stream: Async<TcpStream>,
    /// When the peer has been silent too long.
    deadline: Cell<Time>,
    /// When it must have signed in.
    sign_in_by: Time,
    flags: Cell<Flags>,
    queue: RefCell<Vec<Arc<[u8]>>>,
    writer: Cell<Option<Waker>>,
}

#[derive(Clone, Copy, Default)]
struct Flags {
    signed_in: bool,
    /// A keep-alive is to be answered.
    pong: bool,
    /// The hub task will wake the writer at the end of its batch.
    touched: bool,
    closing: Option<CloseReason>,
    /// The reader has ended; so shall the writer.
    over: bool,
}

/// What a writer finds to do.
pub(super) struct Work {
    pub(super) messages: Vec<Arc<[u8]>>,
    pub(super) pong: bool,
    pub(super) closing: Option<CloseReason>,
}

impl Link {
    pub(super) fn new(conn: ConnId, stream: Async<TcpStream>, deadline: Time) -> Self {
        Self {
            conn,
            stream,
            deadline: Cell::new(deadline),
            sign_in_by: deadline.after_ms(ANONYMOUS_MS),
            flags: Cell::default(),
            queue: RefCell::default(),
            writer: Cell::new(None),
        }
    }

    fn update(&self, change: impl FnOnce(&mut Flags)) {
        let mut flags = self.flags.get();
        change(&mut flags);
        self.flags.set(flags);
    }

    pub(super) fn deadline(&self) -> Time {
        let deadline = self.deadline.get();
        if self.is_signed_in() { deadline } else { deadline.min(self.sign_in_by) }
    }

    pub(super) fn set_deadline(&self, deadline: Time) {
        // Once it is closing, nothing the peer does keeps it open.
        if self.flags.get().closing.is_none() {
            self.deadline.set(deadline);
        }
    }

    pub(super) fn is_signed_in(&self) -> bool {
        self.flags.get().signed_in
    }

    pub(super) fn set_signed_in(&self) {
        self.update(|flags| flags.signed_in = true);
    }

    /// Queues a message; the caller wakes the writer later. Whether it is the first since.
    pub(super) fn push(&self, bytes: Arc<[u8]>) -> bool {
        self.queue.borrow_mut().push(bytes);
        self.touch()
    }

    /// Has the connection closed once the queue is written, or soon.
    pub(super) fn close(&self, reason: CloseReason, now: Time) -> bool {
        self.deadline.set(now.after_ms(LINGER_MS));
        self.update(|flags| flags.closing = flags.closing.or(Some(reason)));
        self.touch()
    }

    fn touch(&self) -> bool {
        let first = !self.flags.get().touched;
        self.update(|flags| flags.touched = true);
        first
    }

    pub(super) fn pong(&self) {
        self.update(|flags| flags.pong = true);
        self.wake();
    }

    /// Ends the writer without more words.
    pub(super) fn end(&self) {
        self.update(|flags| flags.over = true);
        self.shut();
        self.wake();
    }

    /// Ends the reader, and by it the writer.
    pub(super) fn shut(&self) {
        // Fails if the peer was faster, which is as good.
        let _: io::Result<()> = self.stream.get_ref().shutdown(Shutdown::Both);
    }

    pub(super) fn wake(&self) {
        self.update(|flags| flags.touched = false);
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }

    /// Waits until there is something to write; `None` when there never will be.
    pub(super) async fn work(&self) -> Option<Work> {
        poll_fn(|context| {
            let flags = self.flags.get();
            if flags.over {
                return Poll::Ready(None);
            }
            let messages = self.queue.take();
            if messages.is_empty() && !flags.pong && flags.closing.is_none() {
                self.writer.set(Some(context.waker().clone()));
                return Poll::Pending;
            }
            self.update(|flags| flags.pong = false);
            Poll::Ready(Some(Work { messages, pong: flags.pong, closing: flags.closing }))
        })
        .await
    }

    pub(super) async fn readable(&self) -> io::Result<()> {
        poll_fn(|context| self.stream.poll_readable(context)).await
    }

    pub(super) async fn writable(&self) -> io::Result<()> {
        poll_fn(|context| self.stream.poll_writable(context)).await
    }

    /// Writes everything, as long as the peer goes on taking some of it.
    pub(super) async fn write_all(&self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match io::Write::write(&mut self.stream.get_ref(), rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    // A timer of its own, because few peers are ever this slow.
                    let stalled = async {
                        smol::Timer::after(STALL).await;
                        Err(io::ErrorKind::TimedOut.into())
                    };
                    smol::future::or(self.writable(), stalled).await?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
