//! The one way from other threads into the window: a bounded queue, and one wake-up for many entries.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Entries that may wait; then who adds one waits.
pub const MAX_QUEUED: usize = 4_096;

/// A bounded queue. Nothing is dropped, and order is kept for each thread that adds.
pub struct Queue<T> {
    entries: Mutex<VecDeque<T>>,
    room: Condvar,
    is_closed: AtomicBool,
    /// Whether a wake-up is under way that has not been answered by [`Queue::take`].
    is_woken: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl<T> core::fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Queue({} entries)", self.entries().len())
    }
}

impl<T> Queue<T> {
    /// An empty one that calls `wake` when the window has something to take.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            entries: Mutex::default(),
            room: Condvar::new(),
            is_closed: AtomicBool::new(false),
            is_woken: AtomicBool::new(false),
            wake: Box::new(wake),
        }
    }

    /// Adds an entry, and waits while there is no room. `false` once the queue is closed.
    pub fn push(&self, entry: T) -> bool {
        let mut entries = self.entries();
        while entries.len() >= MAX_QUEUED && !self.is_closed() {
            entries = self.room.wait(entries).unwrap_or_else(PoisonError::into_inner);
        }
        if self.is_closed() {
            return false;
        }
        entries.push_back(entry);
        drop(entries);
        self.wake();
        true
    }

    /// The next entry, if there is one. Call until it says `None`, or call [`Queue::wake_again`].
    pub fn take(&self) -> Option<T> {
        // Before the look: an entry that comes right after it wakes anew.
        self.is_woken.store(false, Ordering::SeqCst);
        let entry = self.entries().pop_front();
        if entry.is_some() {
            self.room.notify_one();
        }
        entry
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Lets go whoever waits for room, for ever.
    pub fn close(&self) {
        let entries = self.entries();
        self.is_closed.store(true, Ordering::SeqCst);
        drop(entries);
        self.room.notify_all();
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    fn wake(&self) {
        if !self.is_woken.swap(true, Ordering::SeqCst) {
            (self.wake)();
        }
    }

    fn entries(&self) -> MutexGuard<'_, VecDeque<T>> {
        // No entry is ever half there.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_larger_than_the_queue_arrives_whole_and_in_order() {
        let (woken, wakes) = mpsc::channel();
        let queue = Arc::new(Queue::new(move || woken.send(()).unwrap_or(())));
        let adding = Arc::clone(&queue);
        let thread = std::thread::spawn(move || {
            for number in 0..20_000_u32 {
                assert!(adding.push(number));
            }
        });
        let mut next = 0;
        while next < 20_000 {
            wakes.recv_timeout(Duration::from_secs(10)).expect("a wake-up was lost");
            while let Some(number) = queue.take() {
                assert_eq!(number, next);
                next += 1;
            }
        }
        thread.join().unwrap();
        assert!(queue.is_empty());
    }

    #[test]
    fn many_entries_wake_once() {
        let (woken, wakes) = mpsc::channel();
        let queue = Queue::new(move || woken.send(()).unwrap_or(()));
        for number in 0..100 {
            queue.push(number);
        }
        assert_eq!(wakes.try_iter().count(), 1);
    }

    #[test]
    fn closing_lets_go_who_waits() {
        let queue = Arc::new(Queue::new(|| ()));
        for number in 0..MAX_QUEUED {
            queue.push(number);
        }
        let adding = Arc::clone(&queue);
        let thread = std::thread::spawn(move || adding.push(0));
        queue.close();
        assert!(!thread.join().unwrap());
    }
}
