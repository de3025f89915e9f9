//! The files on their way, as one line of a terminal that is written over and over.

use std::collections::BTreeMap;

use engine::{RequestId, Transfer};

use crate::format;

/// Back to the first column, and nothing behind it.
const ERASE: &str = "\r\u{1b}[K";
/// What a terminal has unless it tells.
const DEFAULT_COLUMNS: usize = 80;

/// What one command waits for.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Columns of the terminal; `None` where nobody watches.
    pub(crate) columns: Option<usize>,
    files: BTreeMap<RequestId, Transfer>,
    /// Whether the line is on the terminal.
    shown: bool,
}

impl Progress {
    /// Takes in how far a file is: what to write, if somebody watches.
    pub(crate) fn moved(&mut self, transfer: &Transfer) -> Option<String> {
        let columns = self.columns?;
        self.files.insert(transfer.id, transfer.clone());
        let files: Vec<&Transfer> = self.files.values().collect();
        self.shown = true;
        Some(format!("{ERASE}{}", format::progress(&files, columns)))
    }

    /// Counts a file as whole, or forgets it.
    pub(crate) fn settled(&mut self, id: RequestId, whole: bool) {
        match self.files.get_mut(&id) {
            Some(file) if whole => (file.done, file.rate) = (file.total, 0),
            _ => drop(self.files.remove(&id)),
        }
        if self.files.values().all(|file| file.done == file.total) {
            self.files.clear();
        }
    }

    /// What takes the line away, if it is there.
    pub(crate) fn erase(&mut self) -> Option<&'static str> {
        std::mem::take(&mut self.shown).then_some(ERASE)
    }
}

/// How wide the terminal behind standard error is.
pub(crate) fn columns() -> usize {
    told().filter(|columns| *columns > 0).unwrap_or(DEFAULT_COLUMNS)
}

#[cfg(unix)]
fn told() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stderr()).ok();
    size.map(|size| size.ws_col.into()).filter(|columns| *columns > 0).or_else(set)
}

#[cfg(not(unix))]
fn told() -> Option<usize> {
    set()
}

fn set() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{id, upload};

    #[test]
    fn nobody_who_does_not_watch_is_shown_anything() {
        let mut progress = Progress::default();
        assert_eq!(progress.moved(&upload(7, "a", 1, 2)), None);
        assert_eq!(progress.erase(), None);
    }

    #[test]
    fn the_line_is_written_over_and_taken_away_once() {
        let mut progress = Progress { columns: Some(80), ..Progress::default() };
        let line = progress.moved(&upload(7, "a.txt", 1, 2)).unwrap();
        assert!(line.starts_with("\r\u{1b}[Ka.txt  1 of 2 bytes  50 %"), "{line:?}");
        assert_eq!((progress.erase(), progress.erase()), (Some(ERASE), None));
    }

    #[test]
    fn what_is_whole_counts_until_all_is() {
        let mut progress = Progress { columns: Some(80), ..Progress::default() };
        progress.moved(&upload(7, "a", 1, 2));
        let both = progress.moved(&upload(8, "b", 1, 2)).unwrap();
        assert!(both.contains("2 files  2 of 4 bytes"), "{both:?}");
        progress.settled(id(7), true);
        let both = progress.moved(&upload(8, "b", 1, 2)).unwrap();
        assert!(both.contains("2 files  3 of 4 bytes"), "{both:?}");
        progress.settled(id(7), false);
        progress.settled(id(8), true);
        let next = progress.moved(&upload(9, "c", 0, 2)).unwrap();
        assert!(next.contains("c  0 of 2 bytes"), "{next:?}");
    }
}
