//! Moments in words, as short as they can be read.

use wire::id::UnixMs;

use crate::look::Look;

const DAY_MS: u64 = 86_400_000;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment in a list: the time of today, the day of the last week, the date before that.
#[must_use]
pub fn short(look: Look<'_>, at: UnixMs) -> String {
    let (now, then) = (look.clock.local(look.clock.wall()), look.clock.local(at));
    let age_ms = look.clock.wall().0.saturating_sub(at.0);
    if (now.year, now.month, now.day) == (then.year, then.month, then.day) {
        format!("{}:{:02}", then.hour, then.minute)
    } else if age_ms < 6 * DAY_MS {
        named(&DAYS, then.weekday).to_owned()
    } else if now.year == then.year {
        format!("{} {}", then.day, named(&MONTHS, then.month.saturating_sub(1)))
    } else {
        format!("{} {}", named(&MONTHS, then.month.saturating_sub(1)), then.year)
    }
}

/// How long something lasts: "1 day", "3 hours".
#[must_use]
pub fn span(seconds: u32) -> String {
    let units =
        [(604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let unit =
        units.into_iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    let (unit, name) = unit.unwrap_or((1, "second"));
    let count = seconds / unit;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

fn named<'a>(names: &[&'a str], at: u32) -> &'a str {
    usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::fixture::Fixed;

    #[test]
    fn moments_are_short() {
        let fixed = Fixed::MONDAY;
        let ago = |ms: u64| short(fixed.look(), UnixMs(fixed.wall.0 - ms));
        assert_eq!(ago(60_000), "9:59");
        assert_eq!(ago(DAY_MS), "Sun");
        assert_eq!(ago(7 * DAY_MS), "16 Nov");
        assert_eq!(ago(400 * DAY_MS), "Oct 2025");
    }

    #[test]
    fn spans_are_whole() {
        assert_eq!(
            [1, 90, 3_600, 172_800].map(span),
            ["1 second", "90 seconds", "1 hour", "2 days"]
        );
    }
}
