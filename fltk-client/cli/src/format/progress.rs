//! How far files are, on one line that never wraps.

use engine::{Transfer, Way};

use super::size::{part_of, size};
use crate::safe;

/// Columns that a name has at least, if the terminal has them.
const MIN_NAME: usize = 12;

/// `report.pdf  12.3 of 80.0 MiB  15 %  4.1 MiB/s  16 s left`, or the sum of several files. One column
/// is left free, in which the cursor stands.
pub(crate) fn progress(files: &[&Transfer], columns: usize) -> String {
    let columns = columns.saturating_sub(1);
    let sum =
        |of: fn(&Transfer) -> u64| files.iter().fold(0, |sum: u64, f| sum.saturating_add(of(f)));
    let (done, total, rate) = (sum(|f| f.done), sum(|f| f.total), sum(|f| f.rate));
    let (name, left_s) = match files {
        [file] => (safe::line(&file.name), file.left_s),
        _ => (format!("{} files", files.len()), total.saturating_sub(done).checked_div(rate)),
    };
    let speed = match rate {
        0 => "waiting".into(),
        rate => format!("{}/s", size(rate)),
    };
    let mut facts = vec![part_of(done, total), format!("{} %", percent(done, total)), speed];
    facts.extend(left_s.filter(|_| rate > 0).map(left));
    let tail = loop {
        let tail: String = facts.iter().map(|fact| format!("  {fact}")).collect();
        if MIN_NAME + width(&tail) <= columns || facts.pop().is_none() {
            break tail;
        }
    };
    let name = cut(&name, columns.saturating_sub(width(&tail)));
    name + &tail
}

/// `1a2b3c4d  to lobby  report.pdf  12.3 of 80.0 MiB`, or `from lobby to DIR`.
pub(crate) fn transfer(transfer: &Transfer, room: &str, digits: usize) -> String {
    let id: String = transfer.id.to_string().chars().take(digits).collect();
    let (name, room) = (safe::line(&transfer.name), safe::line(room));
    let way = match transfer.way {
        Way::Up => format!("to {room}"),
        Way::Down(_) => format!("from {room} to {}", safe::line(&transfer.path.to_string_lossy())),
    };
    format!("{id}  {way}  {name}  {}", part_of(transfer.done, transfer.total))
}

fn percent(done: u64, total: u64) -> u64 {
    let percent = u128::from(done) * 100 / u128::from(total.max(1));
    match total {
        0 => 100,
        _ => u64::try_from(percent).unwrap_or(100).min(100),
    }
}

/// `16 s left`, `3 min left`, `5 h left`.
fn left(seconds: u64) -> String {
    match seconds {
        0..100 => format!("{seconds} s left"),
        100..6_000 => format!("{} min left", seconds / 60),
        _ => format!("{} h left", seconds / 3_600),
    }
}

/// The text, or as much of its beginning as fits.
fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += wide(c);
        if used > columns {
            break;
        }
        short.push(c);
    }
    if columns > 0 {
        short.push('…');
    }
    short
}

fn width(text: &str) -> usize {
    text.chars().map(wide).sum()
}

/// Columns of a character at most. What has none counts as one: the line is short rather than long.
fn wide(c: char) -> usize {
    if c >= '\u{1100}' && c != '…' { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::upload;

    const MIB: u64 = 1 << 20;

    fn moving(name: &str, rate: u64, left_s: Option<u64>) -> Transfer {
        Transfer { rate, left_s, ..upload(7, name, 12_897_485, 80 * MIB) }
    }

    #[test]
    fn one_file_is_shown_by_its_name() {
        let report = moving("report.pdf", 4_300_000, Some(16));
        assert_eq!(
            progress(&[&report], 80),
            "report.pdf  12.3 of 80.0 MiB  15 %  4.1 MiB/s  16 s left"
        );
    }

    #[test]
    fn what_does_not_move_waits_and_what_is_unknown_is_not_told() {
        let still = moving("a", 0, None);
        assert_eq!(progress(&[&still], 80), "a  12.3 of 80.0 MiB  15 %  waiting");
        let unknown = moving("a", 900, None);
        assert_eq!(progress(&[&unknown], 80), "a  12.3 of 80.0 MiB  15 %  900 bytes/s");
        assert_eq!(progress(&[&upload(7, "a", 0, 0)], 80), "a  0 of 0 bytes  100 %  waiting");
    }

    #[test]
    fn several_files_are_a_sum() {
        let (a, b) = (moving("a", MIB, Some(68)), moving("b", MIB, None));
        assert_eq!(
            progress(&[&a, &b], 80),
            "2 files  24.6 of 160.0 MiB  15 %  2.0 MiB/s  67 s left"
        );
        let huge = Transfer { total: u64::MAX, done: u64::MAX, ..moving("a", u64::MAX, None) };
        assert!(progress(&[&huge, &huge], 200).contains("100 %"));
    }

    #[test]
    fn the_time_left_is_told_roughly() {
        for (seconds, expected) in [
            (0, "0 s left"),
            (99, "99 s left"),
            (100, "1 min left"),
            (5_999, "99 min left"),
            (6_000, "1 h left"),
            (u64::MAX, "5124095576030431 h left"),
        ] {
            assert_eq!(left(seconds), expected);
        }
    }

    #[test]
    fn no_width_is_too_small_and_no_name_too_long_or_wide() {
        for name in
            ["a", "a long name of a report about nothing.pdf", "報告書報告書報告書報告書", ""]
        {
            for columns in 0..120 {
                let line = progress(&[&moving(name, 4_300_000, Some(16))], columns);
                assert!(width(&line) <= columns.saturating_sub(1), "{columns}: {line}");
            }
        }
        let line = progress(&[&moving("a long name of a report.pdf", 4_300_000, Some(16))], 60);
        assert_eq!(line, "a long name …  12.3 of 80.0 MiB  15 %  4.1 MiB/s  16 s left");
        let evil = moving("a\u{1b}[2J\r\nb\u{202e}", 0, None);
        assert_eq!(progress(&[&evil], 80), "a[2J b  12.3 of 80.0 MiB  15 %  waiting");
    }
}
