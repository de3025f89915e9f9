//! How often someone tried to log in or register, in bounded memory.
//!
//! Handles and addresses are kept as 64-bit hashes, and unknown handles are counted like known
//! ones, so that a refusal does not tell which is which.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

use wire::Time;
use wire::id::Handle;
use wire::message::Refusal;

use super::Settings;
use super::admission::network;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
const ADDRESS_WINDOW_MS: u64 = 30_000;
/// Entries in each table: at most about half a megabyte.
const MAX_ENTRIES: usize = 8 * 1_024;

/// Where someone comes from, as attempts are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin(u64);

impl Origin {
    pub(super) fn of(address: IpAddr) -> Self {
        Self(hash(&network(address)))
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Attempts {
    accounts: Table,
    addresses: Table,
}

impl Attempts {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            accounts: Table::new(settings.logins_per_day, DAY_MS),
            addresses: Table::new(settings.attempts_per_address, ADDRESS_WINDOW_MS),
        }
    }

    /// Counts a registration, or the first step of a new password.
    ///
    /// # Errors
    /// The refusal, which says when the next may be made; this one is not counted then.
    pub(super) fn register(&mut self, from: Origin, now: Time) -> Result<(), Refusal> {
        self.addresses.count(from.0, now)
    }

    /// Counts a login, before anyone knows how it ends: the first answer lets a client test one
    /// password.
    ///
    /// # Errors
    /// As [`Self::register`].
    pub(super) fn login(
        &mut self,
        handle: &Handle,
        from: Origin,
        now: Time,
    ) -> Result<(), Refusal> {
        self.addresses.count(from.0, now)?;
        self.accounts.count(hash(handle), now)
    }

    /// An attempt that the relay could not even begin to answer, so that nobody learned anything
    /// by it: it does not count. `handle` is that of a login.
    pub(super) fn refund(&mut self, handle: Option<&Handle>, from: Origin) {
        self.addresses.refund(from.0);
        if let Some(handle) = handle {
            self.accounts.refund(hash(handle));
        }
    }

    /// A login succeeded: the account's earlier failures are forgotten.
    pub(super) fn succeeded(&mut self, handle: &Handle) {
        self.accounts.windows.remove(&hash(handle));
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Counts per key, so that within no span as long as the window more than `max` succeed, wherever
/// the span begins.
#[derive(Debug)]
struct Table {
    max: u32,
    window_ms: u64,
    windows: BTreeMap<u64, Window>,
}

#[derive(Debug)]
struct Window {
    /// No counted attempt is older.
    since: Time,
    /// The newest counted attempt.
    last: Time,
    count: u32,
}

impl Window {
    /// Lets attempts go that are out of the window. Only the times of two are known, so once the
    /// oldest is, all others are taken to be as young as the youngest: some wait longer than they
    /// would have to, and nobody gets one more by waiting for the end of a window.
    fn pass(&mut self, now: Time, window_ms: u64) {
        if now.since_ms(self.last) >= window_ms {
            *self = Self { since: now, last: now, count: 0 };
        } else if now.since_ms(self.since) >= window_ms {
            *self = Self { since: self.last, last: self.last, count: self.count.saturating_sub(1) };
        }
    }
}

impl Table {
    fn new(max: u32, window_ms: u64) -> Self {
        Self { max, window_ms, windows: BTreeMap::new() }
    }

    fn count(&mut self, key: u64, now: Time) -> Result<(), Refusal> {
        if !self.windows.contains_key(&key) && self.windows.len() >= MAX_ENTRIES {
            self.make_room(now);
        }
        let new = Window { since: now, last: now, count: 0 };
        let window = self.windows.entry(key).or_insert(new);
        window.pass(now, self.window_ms);
        if window.count >= self.max {
            let left_s = self.window_ms.saturating_sub(now.since_ms(window.since)).div_ceil(1_000);
            let retry_after_s = u32::try_from(left_s).unwrap_or(u32::MAX);
            return Err(Refusal::TooManyAttempts { retry_after_s });
        }
        (window.count, window.last) = (window.count + 1, now);
        Ok(())
    }

    fn refund(&mut self, key: u64) {
        if let Some(window) = self.windows.get_mut(&key) {
            window.count = window.count.saturating_sub(1);
        }
    }

    /// Forgets what has ended; failing that, the key with the fewest attempts, so that a flood of
    /// new keys cannot wash out the one under attack.
    fn make_room(&mut self, now: Time) {
        let window_ms = self.window_ms;
        self.windows.retain(|_, window| now.since_ms(window.last) < window_ms);
        if self.windows.len() >= MAX_ENTRIES {
            let fewest = self.windows.iter().min_by_key(|(_, window)| window.count);
            if let Some(key) = fewest.map(|(key, _)| *key) {
                self.windows.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_the_key_under_attack_is_remembered() {
        let mut table = Table::new(3, DAY_MS);
        for _ in 0..3 {
            table.count(u64::MAX, Time::from_ms(0)).unwrap();
        }
        for key in 0..20_000 {
            table.count(key, Time::from_ms(key)).unwrap();
        }
        assert!(table.windows.len() <= MAX_ENTRIES);
        assert!(table.count(u64::MAX, Time::from_ms(20_000)).is_err());
        table.count(u64::MAX, Time::from_ms(DAY_MS)).unwrap();
    }

    #[test]
    fn no_span_as_long_as_the_window_holds_more_than_it_may() {
        let (mut state, mut now, mut counted) = (1_u64, 0, Vec::new());
        let mut table = Table::new(5, 30);
        for _ in 0..10_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Mostly in quick succession, at times with long pauses.
            now += if state >> 61 == 0 { state >> 58 } else { state >> 62 };
            if table.count(1, Time::from_ms(now)).is_ok() {
                counted.push(now);
            }
        }
        assert!(counted.len() > 1_000, "{}", counted.len());
        assert!(counted.windows(6).all(|six| six[5] - six[0] >= 30));
    }
}
