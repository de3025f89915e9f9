//! Lines on standard error: `event key=value`. Never a name, address, key, id or content.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicU8, Ordering};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    Off,
    /// Starts, stops and failures.
    Info,
    /// Each connection's beginning and end too.
    Debug,
}

static LEVEL: AtomicU8 = AtomicU8::new(1);

impl Level {
    const fn code(self) -> u8 {
        match self {
            Self::Off => 0,
            Self::Info => 1,
            Self::Debug => 2,
        }
    }

    /// Makes this the level of the process.
    pub fn set(self) {
        LEVEL.store(self.code(), Ordering::Relaxed);
    }
}

pub(crate) fn error(event: &str, fields: &[(&str, &str)]) {
    line(Level::Info, event, fields);
}

pub(crate) fn info(event: &str, fields: &[(&str, &str)]) {
    line(Level::Info, event, fields);
}

pub(crate) fn debug(event: &str, fields: &[(&str, &str)]) {
    line(Level::Debug, event, fields);
}

fn line(level: Level, event: &str, fields: &[(&str, &str)]) {
    if LEVEL.load(Ordering::Relaxed) < level.code() {
        return;
    }
    let mut text = String::from(event);
    for (key, value) in fields {
        // Writing to a string cannot fail.
        let _ = write!(text, " {key}={value}");
    }
    text.push('\n');
    // Nobody is left to tell when standard error is gone.
    let _ = std::io::stderr().write_all(text.as_bytes());
}
