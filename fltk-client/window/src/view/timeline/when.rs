//! Moments and sizes in words.

use wire::id::UnixMs;

use crate::look::{Local, Look};

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "9:41".
pub(super) fn time(look: Look<'_>, at: UnixMs) -> String {
    let local = look.clock.local(at);
    format!("{}:{:02}", local.hour, local.minute)
}

/// "09:41".
pub(super) fn padded_time(look: Look<'_>, at: UnixMs) -> String {
    let local = look.clock.local(at);
    format!("{:02}:{:02}", local.hour, local.minute)
}

/// "Today", "Yesterday", "Monday 24 November", and with the year if it is another.
pub(super) fn day(look: Look<'_>, at: UnixMs) -> String {
    const DAY_MS: u64 = 86_400_000;
    let (now, then) = (look.clock.wall(), look.clock.local(at));
    let today = look.clock.local(now);
    if is_same_day(today, then) {
        return "Today".into();
    }
    if is_same_day(look.clock.local(UnixMs(now.0.saturating_sub(DAY_MS))), then) {
        return "Yesterday".into();
    }
    let named = |names: &[&'static str], at: u32| {
        usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or("")
    };
    let (day, month) = (named(&DAYS, then.weekday), named(&MONTHS, then.month.saturating_sub(1)));
    if then.year == today.year {
        format!("{day} {} {month}", then.day)
    } else {
        format!("{day} {} {month} {}", then.day, then.year)
    }
}

/// Whether two moments are of one day.
pub(super) const fn is_same_day(a: Local, b: Local) -> bool {
    a.year == b.year && a.month == b.month && a.day == b.day
}

/// "13.0 MB".
pub(super) fn size(bytes: u64) -> String {
    let mut tenths = bytes.saturating_mul(10);
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let mut unit = "B";
    for larger in ["kB", "MB", "GB", "TB"] {
        tenths /= 1_000;
        unit = larger;
        if tenths < 10_000 {
            break;
        }
    }
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

/// "1 s left", "2 min left".
pub(super) fn left(seconds: u64) -> String {
    match seconds {
        0..=90 => format!("{seconds} s left"),
        91..=5_400 => format!("{} min left", seconds.div_ceil(60)),
        _ => format!("{} h left", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::fixture::Fixed;

    #[test]
    fn days_have_names() {
        let fixed = Fixed::MONDAY;
        let ago = |days: u64| day(fixed.look(), UnixMs(fixed.wall.0 - days * 86_400_000));
        assert_eq!(ago(0), "Today");
        assert_eq!(ago(1), "Yesterday");
        assert_eq!(ago(2), "Saturday 21 November");
        assert_eq!(ago(365), "Sunday 23 November 2025");
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!(
            [999, 1_000, 13_000_000, 8_140_000].map(size),
            ["999 B", "1.0 kB", "13.0 MB", "8.1 MB"]
        );
        assert_eq!([1, 120, 9_000].map(left), ["1 s left", "2 min left", "3 h left"]);
    }
}
