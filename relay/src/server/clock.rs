//! The only place that reads a clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use wire::Time;
use wire::id::UnixMs;

use crate::hub::Now;

/// Counts from the start of the process.
pub(super) struct Clock {
    start: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { start: Instant::now() }
    }

    pub(super) fn time(&self) -> Time {
        Time::from_ms(u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn now(&self) -> Now {
        Now { time: self.time(), unix: unix_now() }
    }
}

/// Milliseconds since 1970; 0 before.
pub(crate) fn unix_now() -> UnixMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMs(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
