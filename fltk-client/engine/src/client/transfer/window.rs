//! How many chunks may be under way, so that they fill the line and not the queues before it.
//!
//! What is queued delays every message behind it. The shortest answer seen says how long the line
//! itself takes; whatever an answer takes beyond that, chunks have waited for each other. The window
//! grows while that is little and is halved when it is much (after LEDBAT, RFC 6817).

use wire::Time;

/// Chunks under way at most, both ways together half of what the relay allows each.
const MOST: usize = 16;
/// Longer than that is too much: messages are to wait less than 50 ms, and the network has its share.
const LONG_MS: u64 = 25;
/// Below that there is room for more.
const SHORT_MS: u64 = 12;
/// The line may have changed: the shortest answer is measured anew.
const BASE_MS: u64 = 30_000;

/// See the module.
#[derive(Debug)]
pub(super) struct Window {
    size: usize,
    /// The shortest answer, and when it is no longer believed.
    base_ms: u64,
    base_until: Time,
    /// Answers to chunks that were sent before say nothing of the window as it is now.
    changed: Time,
    /// Answers since, and the longest that one of them waited.
    answers: usize,
    longest_ms: u64,
}

impl Window {
    pub(super) fn new() -> Self {
        let (base_until, changed) = (Time::from_ms(0), Time::from_ms(0));
        Self { size: 1, base_ms: u64::MAX, base_until, changed, answers: 0, longest_ms: 0 }
    }

    /// Chunks that may be under way.
    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// A chunk was answered that the window was not to blame for, if the answer was late.
    pub(super) fn answered(&mut self, sent: Time, now: Time) {
        let took_ms = now.since_ms(sent);
        if now >= self.base_until {
            // With one chunk under way none waits for another.
            self.base_ms = u64::MAX;
            self.base_until = now.after_ms(BASE_MS);
            self.resize(1, now);
        }
        if sent < self.changed {
            return;
        }
        self.base_ms = self.base_ms.min(took_ms);
        let waited_ms = took_ms - self.base_ms;
        self.answers += 1;
        self.longest_ms = self.longest_ms.max(waited_ms);
        if self.longest_ms > LONG_MS {
            self.resize(self.size / 2, now);
        } else if self.answers > self.size {
            let has_room = self.longest_ms < SHORT_MS;
            self.resize(self.size + usize::from(has_room), now);
        }
    }

    fn resize(&mut self, size: usize, now: Time) {
        self.size = size.clamp(1, MOST);
        self.changed = now;
        self.answers = 0;
        self.longest_ms = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that takes so long for a chunk, one after the other, and so long there and back.
    fn settle(chunk_ms: u64, line_ms: u64) -> (usize, u64) {
        let mut window = Window::new();
        let mut under_way = std::collections::VecDeque::new();
        let (mut now, mut free, mut worst) = (0_u64, 0_u64, 0);
        while now < 20_000 {
            while under_way.len() < window.size() {
                free = free.max(now) + chunk_ms;
                under_way.push_back((now, free + line_ms));
            }
            let (sent, back) = under_way.pop_front().unwrap();
            now = back;
            if now > 5_000 {
                worst = worst.max(back - sent - chunk_ms - line_ms);
            }
            window.answered(Time::from_ms(sent), Time::from_ms(now));
        }
        (window.size(), worst)
    }

    #[test]
    fn a_fast_line_is_filled() {
        assert_eq!(settle(0, 1), (MOST, 0));
    }

    #[test]
    fn a_long_line_is_filled() {
        let (size, waited_ms) = settle(5, 100);
        assert!(size >= 12, "{size} chunks");
        assert!(waited_ms <= 50, "{waited_ms} ms");
    }

    #[test]
    fn on_a_slow_line_chunks_do_not_wait_for_each_other_longer_than_messages_may() {
        for chunk_ms in [10, 20, 50, 100] {
            let (size, waited_ms) = settle(chunk_ms, 10);
            assert!(waited_ms <= 50.max(chunk_ms), "{chunk_ms}: {size}, {waited_ms} ms");
        }
    }
}
