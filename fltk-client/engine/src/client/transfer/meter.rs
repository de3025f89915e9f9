//! How fast a transfer is, and when it was last told.

use wire::Time;

/// Between two reports.
const REPORT_MS: u64 = 250;
/// What the rate is of.
const SPAN_MS: u64 = 3_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// Where it was, then and then: the first of them about a span ago.
    samples: std::collections::VecDeque<(Time, u64)>,
}

impl Meter {
    /// Forgets what was: the transfer begins, or goes on after a pause.
    pub(super) fn restart(&mut self, now: Time, done: u64) {
        self.samples.clear();
        self.samples.push_back((now, done));
    }

    /// Whether it is time to tell how far it is.
    pub(super) fn moved(&mut self, now: Time, done: u64) -> bool {
        let due = self.samples.back().is_none_or(|(then, _)| now.since_ms(*then) >= REPORT_MS);
        if due {
            self.samples.push_back((now, done));
            while self.samples.len() > 2
                && self.samples.get(1).is_some_and(|(then, _)| now.since_ms(*then) > SPAN_MS)
            {
                self.samples.pop_front();
            }
        }
        due
    }

    /// Bytes a second.
    pub(super) fn rate(&self) -> u64 {
        let (Some((begin, from)), Some((end, to))) = (self.samples.front(), self.samples.back())
        else {
            return 0;
        };
        to.saturating_sub(*from)
            .saturating_mul(1_000)
            .checked_div(end.since_ms(*begin))
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_of_the_last_seconds_and_told_a_few_times_in_each() {
        let mut meter = Meter::default();
        meter.restart(Time::from_ms(0), 0);
        let mut told = 0;
        for ms in 1..=10_000 {
            // Slow for 5 s, then ten times as fast.
            let done = if ms <= 5_000 { ms * 10 } else { 50_000 + (ms - 5_000) * 100 };
            told += usize::from(meter.moved(Time::from_ms(ms), done));
        }
        assert_eq!(told, 40);
        assert!((90_000..=100_000).contains(&meter.rate()), "{}", meter.rate());
        meter.restart(Time::from_ms(20_000), 550_000);
        assert_eq!(meter.rate(), 0);
    }
}
