//! Numbers of bytes for people.

const UNITS: [(u64, &str); 5] =
    [(1, "bytes"), (1 << 10, "KiB"), (1 << 20, "MiB"), (1 << 30, "GiB"), (1 << 40, "TiB")];

/// `80.0 MiB`, `700 bytes`.
pub(crate) fn size(bytes: u64) -> String {
    let unit = unit(bytes);
    match bytes {
        1 => "1 byte".into(),
        _ => format!("{} {}", count(bytes, unit), unit.1),
    }
}

/// `12.3 of 80.0 MiB`.
pub(super) fn part_of(done: u64, total: u64) -> String {
    let unit = unit(total);
    format!("{} of {} {}", count(done, unit), count(total, unit), unit.1)
}

fn unit(bytes: u64) -> (u64, &'static str) {
    let (first, fitting) = (UNITS.first(), UNITS.iter().rev().find(|(unit, _)| *unit <= bytes));
    fitting.or(first).copied().unwrap_or((1, "bytes"))
}

fn count(bytes: u64, (unit, _): (u64, &str)) -> String {
    if unit == 1 {
        return bytes.to_string();
    }
    // The rest is below a unit, so ten times it does not overflow.
    format!("{}.{}", bytes / unit, bytes % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_largest_unit_that_fits() {
        for (bytes, expected) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1_023, "1023 bytes"),
            (1_024, "1.0 KiB"),
            (1_536, "1.5 KiB"),
            (83_886_080, "80.0 MiB"),
            ((1 << 30) - 1, "1023.9 MiB"),
            (2 << 30, "2.0 GiB"),
            (u64::MAX, "16777215.9 TiB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
        assert_eq!(part_of(12_897_485, 83_886_080), "12.3 of 80.0 MiB");
        assert_eq!(part_of(0, 0), "0 of 0 bytes");
    }
}
