//! `messages.jsonl`: a line for what was said, and which entries it holds.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use wire::id::Seq;

use super::directory::{private, unusable};
use crate::failure::Failure;

/// The file, open at its end.
#[derive(Debug)]
pub(super) struct Book {
    path: PathBuf,
    file: File,
    /// Lines of each entry. Most entries have one; these are kept as bits.
    single: BTreeMap<u64, u64>,
    /// Those that may have several: accounts that came or went.
    several: BTreeMap<Seq, usize>,
    /// Whether lines were written that a power failure could take.
    volatile: bool,
}

/// What a line tells of its place.
#[derive(Deserialize)]
struct Mark {
    r#type: String,
    seq: Option<u64>,
    /// Where a gap ends, which is its place.
    to: Option<u64>,
}

impl Mark {
    fn place(&self) -> Option<Seq> {
        self.seq.or(self.to).map(Seq)
    }
}

impl Book {
    /// Opens the file, makes it if it is missing, and takes off what a crash has left unfinished at
    /// its end. Also gives how many lines elsewhere cannot be read.
    pub(super) fn open(path: &Path) -> Result<(Self, usize), Failure> {
        let failed = |error: io::Error| unusable(path, &error);
        let file = private().read(true).create(true).truncate(false).open(path).map_err(failed)?;
        let (single, several) = (BTreeMap::new(), BTreeMap::new());
        let mut book = Self { path: path.into(), file, single, several, volatile: false };
        let read = book.read().map_err(failed)?;
        if read.good == 0 && read.bad > 0 {
            return Err(Failure::Said(format!(
                "{} is not of an archive, so nothing was written; archive in another directory.",
                path.display()
            )));
        }
        book.file.set_len(read.end).map_err(failed)?;
        book.file.seek(SeekFrom::Start(read.end)).map_err(failed)?;
        book.file.sync_all().map_err(failed)?;
        Ok((book, read.bad_between))
    }

    fn read(&mut self) -> io::Result<Read> {
        let mut reader = BufReader::new(self.file.try_clone()?);
        let (mut line, mut position, mut read) = (Vec::new(), 0, Read::default());
        loop {
            line.clear();
            position += u64::try_from(reader.read_until(b'\n', &mut line)?).unwrap_or(u64::MAX);
            // Without its end a line is not whole.
            let Some(text) = line.strip_suffix(b"\n") else { return Ok(read) };
            let mark = serde_json::from_slice(text).ok();
            match mark.as_ref().and_then(|mark: &Mark| Some((mark, mark.place()?))) {
                Some((mark, seq)) => {
                    let lines = 1 + self.lines(seq);
                    self.note(seq, lines, matches!(mark.r#type.as_str(), "joined" | "left"));
                    (read.good, read.end, read.bad_between) = (read.good + 1, position, read.bad);
                }
                None => read.bad += 1,
            }
        }
    }

    /// Lines that the file has of an entry.
    pub(super) fn lines(&self, seq: Seq) -> usize {
        let (block, bit) = (seq.0 / 64, 1 << (seq.0 % 64));
        match self.several.get(&seq) {
            Some(lines) => *lines,
            None => usize::from(self.single.get(&block).is_some_and(|bits| bits & bit != 0)),
        }
    }

    fn note(&mut self, seq: Seq, lines: usize, may_have_several: bool) {
        if may_have_several {
            self.several.insert(seq, lines);
        } else {
            *self.single.entry(seq.0 / 64).or_default() |= 1 << (seq.0 % 64);
        }
    }

    /// Writes the lines of an entry that the file lacks, in one piece.
    pub(super) fn append(&mut self, seq: Seq, lines: &[String]) -> Result<(), Failure> {
        let had = self.lines(seq);
        let piece: String = lines.iter().skip(had).map(|line| format!("{line}\n")).collect();
        if piece.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(piece.as_bytes());
        written.map_err(|error| unusable(&self.path, &error))?;
        self.volatile = true;
        self.note(seq, lines.len(), lines.len() > 1);
        Ok(())
    }

    /// Makes durable what was written.
    pub(super) fn sync(&mut self) -> Result<(), Failure> {
        if std::mem::take(&mut self.volatile) {
            self.file.sync_data().map_err(|error| unusable(&self.path, &error))?;
        }
        Ok(())
    }
}

/// What was found in the file.
#[derive(Default)]
struct Read {
    /// Lines that are whole.
    good: usize,
    /// Complete lines that are not.
    bad: usize,
    /// Those of them with a whole one behind.
    bad_between: usize,
    /// Where the last whole one ends.
    end: u64,
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn joined(seq: u64, who: &str) -> String {
        format!(r#"{{"type":"joined","room":"lobby","seq":{seq},"from":"{who}"}}"#)
    }

    fn said(seq: u64) -> String {
        format!(r#"{{"type":"message","room":"lobby","seq":{seq},"text":"to be \n or"}}"#)
    }

    #[test]
    fn a_torn_line_is_taken_off_wherever_it_is_torn_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("messages.jsonl");
        let whole = format!("{}\n", said(1));
        let second = format!("{}\n{}\n", joined(2, "bob"), joined(2, "carol"));
        for cut in 0..=second.len() {
            fs::write(&path, format!("{whole}{}", &second[..cut])).unwrap();
            let (mut book, damaged) = Book::open(&path).unwrap();
            assert_eq!(damaged, 0);
            book.append(Seq(1), &[said(1)]).unwrap();
            book.append(Seq(2), &[joined(2, "bob"), joined(2, "carol")]).unwrap();
            book.append(Seq(2), &[joined(2, "bob"), joined(2, "carol")]).unwrap();
            book.sync().unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), format!("{whole}{second}"), "{cut}");
        }
    }

    #[test]
    fn zeros_that_a_power_failure_left_are_taken_off_or_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("messages.jsonl");
        let (first, third) = (format!("{}\n", said(1)), format!("{}\n", said(3)));
        fs::write(&path, format!("{first}\0\0\0\0\n")).unwrap();
        let (book, damaged) = Book::open(&path).unwrap();
        assert_eq!((book.lines(Seq(1)), damaged), (1, 0));
        assert_eq!(fs::read_to_string(&path).unwrap(), first);
        fs::write(&path, format!("{first}\0\0\0\0\n{third}")).unwrap();
        let (mut book, damaged) = Book::open(&path).unwrap();
        assert_eq!((book.lines(Seq(2)), book.lines(Seq(3)), damaged), (0, 1, 1));
        book.append(Seq(2), &[said(2)]).unwrap();
        assert!(fs::read_to_string(&path).unwrap().ends_with(&format!("{third}{}\n", said(2))));
    }

    #[test]
    fn a_file_of_something_else_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("messages.jsonl");
        fs::write(&path, "my notes\n").unwrap();
        let refusal = Book::open(&path).unwrap_err().to_string();
        assert!(refusal.contains("is not of an archive"), "{refusal}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "my notes\n");
    }

    #[test]
    fn a_gap_stands_where_it_ends_and_no_number_is_too_large() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("messages.jsonl");
        let gap = r#"{"type":"gap","room":"lobby","from":1,"to":7,"at":1}"#;
        fs::write(&path, format!("{gap}\n{}\n", said(u64::MAX))).unwrap();
        let (book, _) = Book::open(&path).unwrap();
        let lines = [1, 6, 7, 8, u64::MAX].map(|seq| book.lines(Seq(seq)));
        assert_eq!(lines, [0, 0, 1, 0, 1]);
    }
}
