//! Durations as people type them and times as they read them; UTC, without a time zone database.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use wire::id::UnixMs;

const DAY_MS: u64 = 86_400_000;

/// Reads `500ms`, `10s`, `5m`, `2h` or `7d`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => DAY_MS,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit_ms).map(Duration::from_millis)
}

/// This machine's clock.
pub(crate) fn now() -> UnixMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMs(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// `HH:MM` in UTC.
pub(crate) fn clock(at: UnixMs) -> String {
    let minutes = at.0 % DAY_MS / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `YYYY-MM-DD` in UTC, after Howard Hinnant's `civil_from_days`.
pub(crate) fn date(at: UnixMs) -> String {
    // Years begin in March and eras of 400 years on 0000-03-01, so that leap days come last.
    let days = at.0 / DAY_MS + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_number_and_a_unit() {
        for (text, ms) in [
            ("500ms", 500),
            ("10s", 10_000),
            ("5m", 300_000),
            ("2h", 7_200_000),
            ("7d", 7 * DAY_MS),
        ] {
            assert_eq!(duration(text), Some(Duration::from_millis(ms)), "{text}");
        }
        for text in [
            "",
            "10",
            "s",
            "-1s",
            "1.5s",
            "10 s",
            "1w",
            "99999999999999999999s",
            "9999999999999999d",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (1_709_251_199, "2024-02-29"),
            (1_709_251_200, "2024-03-01"),
            (1_764_000_000, "2025-11-24"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(UnixMs(seconds * 1_000)), expected);
        }
        assert!(!date(UnixMs(u64::MAX)).is_empty(), "any number a relay sends has a date");
    }

    #[test]
    fn the_clock_is_utc() {
        assert_eq!(clock(UnixMs(1_764_000_000_000)), "16:00");
        assert_eq!(clock(UnixMs(DAY_MS - 1)), "23:59");
    }
}
