//! Writes how long each frame took, a line of JSON each, for measuring.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// The file, and since when it counts.
#[derive(Debug)]
pub(super) struct Trace {
    file: BufWriter<File>,
    start: Instant,
}

/// How long a frame took.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    /// Making the scene.
    pub(super) layout: Duration,
    /// Painting it.
    pub(super) paint: Duration,
    /// Its operations.
    pub(super) ops: usize,
}

impl Trace {
    pub(super) fn create(path: &Path, start: Instant) -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(File::create(path)?), start })
    }

    pub(super) fn frame(&mut self, frame: Frame) {
        let (at, layout) = (us(self.start.elapsed()), us(frame.layout));
        let (paint, ops) = (us(frame.paint), frame.ops);
        let line =
            format!(r#"{{"at_us":{at},"layout_us":{layout},"paint_us":{paint},"ops":{ops}}}"#);
        self.line(&line);
    }

    /// Something that happened now, and how long it took if it took a time.
    pub(super) fn mark(&mut self, mark: &str, took: Option<Duration>) {
        let at = us(self.start.elapsed());
        let took = took.map_or(String::new(), |took| format!(r#","took_us":{}"#, us(took)));
        self.line(&format!(r#"{{"mark":"{mark}","at_us":{at}{took}}}"#));
    }

    fn line(&mut self, line: &str) {
        // A trace that cannot be written is no reason to end.
        let _ = writeln!(self.file, "{line}").and_then(|()| self.file.flush());
    }
}

fn us(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
