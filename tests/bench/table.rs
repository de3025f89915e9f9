//! The printed table, and the middle of a few rounds.

use core::fmt;

/// What was measured, in order.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Row>);

#[derive(Debug)]
struct Row {
    what: String,
    unit: &'static str,
    aim: &'static str,
    measured: String,
}

impl Table {
    /// Adds a number; `aim` is empty where there is none. Also says it at once, on stderr.
    pub(crate) fn add(
        &mut self,
        what: impl Into<String>,
        unit: &'static str,
        aim: &'static str,
        measured: f64,
    ) {
        let what = what.into();
        let decimals = if measured < 10.0 { 2 } else { usize::from(measured < 100.0) };
        let measured = format!("{measured:.decimals$}");
        eprintln!("{what}: {measured} {unit}");
        self.0.push(Row { what, unit, aim, measured });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | unit | aim | measured |")?;
        writeln!(f, "| --- | --- | --- | --- |")?;
        for Row { what, unit, aim, measured } in &self.0 {
            writeln!(f, "| {what} | {unit} | {aim} | {measured} |")?;
        }
        Ok(())
    }
}

/// The middle one; of an even number the upper. 0 of none.
pub(crate) fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// The value that `percent` of the values do not exceed, to the next rank. 0 of none.
pub(crate) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(rank).copied().unwrap_or(0.0)
}

/// A count that is small enough to be exact.
pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
