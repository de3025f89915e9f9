//! What time it is here.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use chrono::{Datelike, Local as Zone, TimeZone, Timelike};
use wire::id::UnixMs;

use crate::look::{self, Clock, Local};

/// The system's clock and time zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct SystemClock(Instant);

impl SystemClock {
    /// One whose beat counts from a moment.
    pub(super) const fn since(start: Instant) -> Self {
        Self(start)
    }
}

impl Clock for SystemClock {
    fn wall(&self) -> UnixMs {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMs(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn beat_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn local(&self, at: UnixMs) -> Local {
        let here = i64::try_from(at.0).ok().and_then(|ms| Zone.timestamp_millis_opt(ms).earliest());
        // Times beyond the calendar come from a peer that lies; any reading of them will do.
        here.map_or_else(
            || look::utc(at),
            |here| Local {
                year: here.year(),
                month: here.month(),
                day: here.day(),
                weekday: here.weekday().num_days_from_monday(),
                hour: here.hour(),
                minute: here.minute(),
            },
        )
    }
}
