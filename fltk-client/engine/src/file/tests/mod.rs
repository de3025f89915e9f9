//! Files through seal and open, on a real disk.

mod damage;
mod heap;
mod name;
mod publish;
mod resume;
mod source;
mod thumbnail;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wire::chunk::Layout;
use wire::limit::CHUNK_CONTENT_BYTES;
use zeroize::Zeroizing;

use super::{Disk, FileOp, FileReply, FileSecret, Mark, Source};
use crate::Problem;
use crate::event::RequestId;

const UP: RequestId = RequestId::from_array([1; 16]);
const DOWN: RequestId = RequestId::from_array([2; 16]);
const FULL: usize = CHUNK_CONTENT_BYTES;

fn key() -> FileSecret {
    FileSecret(Zeroizing::new([7; 32]))
}

/// Bytes of which no two chunks are the same.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at * 7 + at / 251 + at / FULL) % 256).unwrap()).collect()
}

/// A file as it travels.
struct Sent {
    layout: Layout,
    chunks: Vec<Vec<u8>>,
    hash: [u8; 32],
}

impl Sent {
    fn of(content: &[u8]) -> Self {
        let rig = Rig::new();
        rig.write("source", content);
        Rig::new().send(&rig.path("source"))
    }
}

/// A disk, and a directory of its own.
struct Rig {
    disk: Disk,
    directory: TempDir,
}

impl Rig {
    fn new() -> Self {
        Self { disk: Disk::default(), directory: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).unwrap();
    }

    fn partial(&self) -> PathBuf {
        self.path(&format!(".sotto-{DOWN}.part"))
    }

    /// Names in the directory, sorted.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn restart(&mut self) {
        self.disk = Disk::default();
    }

    fn ask(&mut self, op: FileOp) -> FileReply {
        self.disk.perform(op).unwrap()
    }

    fn fail(&mut self, op: FileOp) -> Problem {
        match self.ask(op) {
            FileReply::Failed { problem, .. } => problem,
            reply => panic!("{reply:?}"),
        }
    }

    fn inspect(&mut self, path: &Path) -> Source {
        match self.ask(FileOp::Inspect { transfer: UP, path: path.into() }) {
            FileReply::Inspected { source, .. } => source,
            reply => panic!("{reply:?}"),
        }
    }

    fn open_source(&mut self, path: &Path, source: Source, run: u32, from: Option<Mark>) {
        let op =
            FileOp::OpenSource { transfer: UP, path: path.into(), source, key: key(), run, from };
        let reply = self.ask(op);
        assert!(matches!(reply, FileReply::SourceOpen { transfer: UP }), "{reply:?}");
    }

    /// The next chunk, its mark, and the hash behind the last.
    fn seal(&mut self) -> (Vec<u8>, Mark, Option<[u8; 32]>) {
        match self.ask(FileOp::Seal { transfer: UP, mark: true }) {
            FileReply::Sealed { offset, chunk, mark, hash, .. } => {
                let mark = mark.unwrap();
                assert_eq!(mark.offset, offset + u64::try_from(chunk.len()).unwrap());
                (chunk, mark, hash)
            }
            reply => panic!("{reply:?}"),
        }
    }

    fn send(&mut self, path: &Path) -> Sent {
        let source = self.inspect(path);
        self.open_source(path, source, 0, None);
        let layout = Layout::of_content(source.size).unwrap();
        let mut chunks = Vec::new();
        loop {
            let (chunk, _, hash) = self.seal();
            chunks.push(chunk);
            if let Some(hash) = hash {
                return Sent { layout, chunks, hash };
            }
        }
    }

    fn receive_op(&self, layout: Layout, from: Option<Mark>, named: Option<&str>) -> FileOp {
        let directory = self.path("");
        FileOp::Receive {
            transfer: DOWN,
            directory,
            key: key(),
            layout,
            from,
            named: named.map(Into::into),
        }
    }

    /// Where it goes on.
    fn receive(&mut self, layout: Layout, from: Option<Mark>) -> u64 {
        let op = self.receive_op(layout, from, None);
        match self.ask(op) {
            FileReply::Receiving { transfer: DOWN, at } => at,
            reply => panic!("{reply:?}"),
        }
    }

    fn open(&mut self, chunk: &[u8]) -> Mark {
        match self.ask(FileOp::Open { transfer: DOWN, chunk: chunk.into(), mark: true }) {
            FileReply::Opened { at, mark: Some(mark), .. } => {
                assert_eq!(mark.offset, at);
                mark
            }
            reply => panic!("{reply:?}"),
        }
    }

    fn take(&mut self, sent: &Sent) {
        self.receive(sent.layout, None);
        for chunk in &sent.chunks {
            self.open(chunk);
        }
    }

    fn name_op(sent: &Sent, name: &str) -> FileOp {
        FileOp::Name { transfer: DOWN, hash: sent.hash, name: name.into() }
    }

    fn name(&mut self, sent: &Sent, name: &str) -> String {
        match self.ask(Self::name_op(sent, name)) {
            FileReply::Named { transfer: DOWN, name } => name,
            reply => panic!("{reply:?}"),
        }
    }

    fn publish_op(name: &str) -> FileOp {
        FileOp::Publish { transfer: DOWN, name: name.into() }
    }

    fn publish(&mut self, name: &str) -> PathBuf {
        match self.ask(Self::publish_op(name)) {
            FileReply::Saved { transfer: DOWN, path } => path,
            reply => panic!("{reply:?}"),
        }
    }

    /// Receives and saves under what becomes of a name.
    fn save(&mut self, sent: &Sent, name: &str) -> PathBuf {
        self.take(sent);
        let name = self.name(sent, name);
        self.publish(&name)
    }
}

#[test]
fn a_file_of_any_length_arrives_as_it_was() {
    for length in [0, 1, FULL - 1, FULL, FULL + 1, 2 * FULL, 3 * FULL + 7] {
        let sent = Sent::of(&content(length));
        assert_eq!(sent.chunks.len(), length.div_ceil(FULL).max(1));
        let mut bob = Rig::new();
        let path = bob.save(&sent, "a.bin");
        assert_eq!(path, bob.path("a.bin"));
        assert_eq!(fs::read(path).unwrap(), content(length), "{length}");
        assert_eq!(bob.names(), ["a.bin"]);
    }
}

#[test]
fn what_is_asked_in_no_order_is_a_failure_and_no_more() {
    let mut rig = Rig::new();
    let sent = Sent::of(b"text");
    let chunk = sent.chunks[0].clone();
    let ops: [fn(&Rig, &Sent) -> FileOp; 4] = [
        |_, _| FileOp::Seal { transfer: UP, mark: false },
        |_, sent| FileOp::Open { transfer: DOWN, chunk: sent.chunks[0].clone(), mark: true },
        |_, sent| Rig::name_op(sent, "a"),
        |_, _| Rig::publish_op("a"),
    ];
    for op in ops {
        let op = op(&rig, &sent);
        assert!(matches!(rig.fail(op), Problem::Internal(_)));
    }
    assert!(rig.disk.perform(FileOp::Close { transfer: UP }).is_none());
    let directory = rig.path("nowhere");
    assert!(rig.disk.perform(FileOp::Discard { transfer: DOWN, directory }).is_none());

    rig.receive(sent.layout, None);
    assert!(matches!(rig.fail(Rig::publish_op("a")), Problem::Internal(_)), "not whole");
    rig.take(&sent);
    let more = FileOp::Open { transfer: DOWN, chunk, mark: false };
    assert!(matches!(rig.fail(more), Problem::Internal(_)), "a chunk too many");
    for name in ["", ".", "..", "../a", "/a", "b/a", "a/"] {
        rig.take(&sent);
        assert!(matches!(rig.fail(Rig::publish_op(name)), Problem::Internal(_)), "{name}");
    }
}

#[test]
fn a_download_that_is_given_up_leaves_nothing_and_one_that_is_closed_stays() {
    let mut rig = Rig::new();
    let sent = Sent::of(&content(FULL + 1));
    rig.receive(sent.layout, None);
    rig.open(&sent.chunks[0]);
    assert!(rig.disk.perform(FileOp::Close { transfer: DOWN }).is_none());
    assert_eq!(fs::read(rig.partial()).unwrap(), content(FULL));
    rig.restart();
    let directory = rig.path("");
    rig.disk.perform(FileOp::Discard { transfer: DOWN, directory });
    assert!(rig.names().is_empty());
}

#[test]
fn what_a_disk_has_open_is_not_shown() {
    let mut rig = Rig::new();
    rig.receive(Layout::of_content(1).unwrap(), None);
    assert_eq!(format!("{:?}", rig.disk), "Disk(0 sending, 1 receiving)");
}
