//! One test-suite, run against both.

use super::*;
use crate::store::KnownFile;

macro_rules! twins {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[test] fn $name() { super::$name(&mut super::MemoryBlobs::default()); })*
        }

        mod disk {
            $(#[test] fn $name() {
                let directory = tempfile::tempdir().unwrap();
                super::$name(&mut super::DiskBlobs::open(directory.path()).unwrap());
            })*
        }
    };
}

twins!(
    a_file_is_written_in_parts_and_read_once_it_is_whole,
    a_file_is_cut_off_where_it_goes_on,
    less_than_what_is_to_be_kept_is_missing,
    a_whole_file_that_was_not_noted_is_gone_on_with,
    a_deleted_file_is_gone,
    a_closed_file_can_still_be_used,
    what_nobody_knows_goes_and_what_is_lost_is_told,
);

const FILE: FileId = FileId::from_array([1; 16]);

fn file(n: u8) -> FileId {
    FileId::from_array([n; 16])
}

fn ask(blobs: &mut dyn Blobs, op: BlobOp) -> Result<BlobDone, BlobError> {
    blobs.apply(BlobRequest { ticket: BlobTicket::Nobody, op }).result
}

fn chunk(n: u8, length: usize) -> Chunk {
    Chunk::new(vec![n; length]).unwrap()
}

fn open(blobs: &mut dyn Blobs, file: FileId, at: u64) -> Result<(), BlobError> {
    ask(blobs, BlobOp::Open { file, at, size: 1_000 }).map(drop)
}

fn write(blobs: &mut dyn Blobs, file: FileId, offset: u64, n: u8) -> Result<(), BlobError> {
    let (bytes, durable) = (chunk(n, 100), n.is_multiple_of(2));
    ask(blobs, BlobOp::Write { file, offset, bytes, durable }).map(drop)
}

fn finish(blobs: &mut dyn Blobs, file: FileId, offset: u64) -> Result<(), BlobError> {
    ask(blobs, BlobOp::Finish { file, offset, bytes: chunk(99, 10) }).map(drop)
}

fn read(
    blobs: &mut dyn Blobs,
    file: FileId,
    offset: u64,
    length: usize,
) -> Result<Chunk, BlobError> {
    match ask(blobs, BlobOp::Read { file, offset, length })? {
        BlobDone::Read(chunk) => Ok(chunk),
        BlobDone::Done => panic!("nothing was read"),
    }
}

fn a_file_is_written_in_parts_and_read_once_it_is_whole(blobs: &mut dyn Blobs) {
    assert_eq!(write(blobs, FILE, 0, 1), Err(BlobError::Missing), "not opened");
    open(blobs, FILE, 0).unwrap();
    write(blobs, FILE, 0, 1).unwrap();
    write(blobs, FILE, 100, 2).unwrap();
    assert_eq!(read(blobs, FILE, 0, 100), Err(BlobError::Missing));
    finish(blobs, FILE, 200).unwrap();
    assert_eq!(read(blobs, FILE, 0, 100), Ok(chunk(1, 100)));
    assert_eq!(read(blobs, FILE, 200, 10), Ok(chunk(99, 10)));
    assert_eq!(read(blobs, FILE, 200, 11), Err(BlobError::Missing), "behind the end");
    assert_eq!(write(blobs, FILE, 0, 1), Err(BlobError::Missing), "it stays as it is");
}

fn a_file_is_cut_off_where_it_goes_on(blobs: &mut dyn Blobs) {
    open(blobs, FILE, 0).unwrap();
    for n in 0..5 {
        write(blobs, FILE, u64::from(n) * 100, n).unwrap();
    }
    open(blobs, FILE, 200).unwrap();
    finish(blobs, FILE, 200).unwrap();
    assert_eq!(read(blobs, FILE, 100, 100), Ok(chunk(1, 100)));
    assert_eq!(read(blobs, FILE, 200, 10), Ok(chunk(99, 10)));
    assert_eq!(read(blobs, FILE, 210, 1), Err(BlobError::Missing));
}

fn less_than_what_is_to_be_kept_is_missing(blobs: &mut dyn Blobs) {
    assert_eq!(open(blobs, FILE, 100), Err(BlobError::Missing));
    open(blobs, FILE, 0).unwrap();
    write(blobs, FILE, 0, 2).unwrap();
    assert_eq!(open(blobs, FILE, 200), Err(BlobError::Missing));
    assert_eq!(open(blobs, FILE, 100), Ok(()));
}

fn a_whole_file_that_was_not_noted_is_gone_on_with(blobs: &mut dyn Blobs) {
    open(blobs, FILE, 0).unwrap();
    write(blobs, FILE, 0, 1).unwrap();
    finish(blobs, FILE, 100).unwrap();
    open(blobs, FILE, 100).unwrap();
    assert_eq!(read(blobs, FILE, 0, 100), Err(BlobError::Missing));
    finish(blobs, FILE, 100).unwrap();
    assert_eq!(read(blobs, FILE, 0, 100), Ok(chunk(1, 100)));
}

fn a_deleted_file_is_gone(blobs: &mut dyn Blobs) {
    for n in [1, 2] {
        open(blobs, file(n), 0).unwrap();
        write(blobs, file(n), 0, 1).unwrap();
    }
    finish(blobs, file(1), 100).unwrap();
    for n in [1, 2, 3] {
        ask(blobs, BlobOp::Delete { file: file(n) }).unwrap();
        assert_eq!(read(blobs, file(n), 0, 1), Err(BlobError::Missing));
        assert_eq!(write(blobs, file(n), 100, 1), Err(BlobError::Missing));
    }
    open(blobs, FILE, 0).unwrap();
    finish(blobs, FILE, 0).unwrap();
    assert_eq!(read(blobs, FILE, 0, 10), Ok(chunk(99, 10)), "nothing is left of the former");
}

fn a_closed_file_can_still_be_used(blobs: &mut dyn Blobs) {
    open(blobs, FILE, 0).unwrap();
    write(blobs, FILE, 0, 1).unwrap();
    ask(blobs, BlobOp::Close { file: FILE }).unwrap();
    write(blobs, FILE, 100, 3).unwrap();
    finish(blobs, FILE, 200).unwrap();
    ask(blobs, BlobOp::Close { file: FILE }).unwrap();
    assert_eq!(read(blobs, FILE, 100, 100), Ok(chunk(3, 100)));
}

fn what_nobody_knows_goes_and_what_is_lost_is_told(blobs: &mut dyn Blobs) {
    let known = |n, size, stored, whole| KnownFile { file: file(n), size, stored, whole };
    for n in 1..=8 {
        open(blobs, file(n), 0).unwrap();
        write(blobs, file(n), 0, 2).unwrap();
    }
    for n in [1, 2, 3, 4] {
        finish(blobs, file(n), 100).unwrap();
    }
    let lost = blobs.retain(&[
        known(1, 110, 110, true),
        known(2, 111, 111, true),
        known(3, 110, 100, false),
        known(5, 200, 100, false),
        known(6, 300, 200, false),
        known(7, 200, 200, true),
        known(20, 100, 0, false),
        known(21, 100, 10, false),
        known(22, 100, 100, true),
    ]);
    assert_eq!(lost.unwrap(), [2, 6, 7, 21, 22].map(file));
    assert_eq!(read(blobs, file(1), 0, 100), Ok(chunk(2, 100)));
    for n in [2, 4, 7] {
        assert_eq!(read(blobs, file(n), 0, 1), Err(BlobError::Missing), "{n}");
    }
    for n in [6, 7, 8] {
        assert_eq!(open(blobs, file(n), 100), Err(BlobError::Missing), "{n}");
    }
    assert_eq!(open(blobs, file(3), 100), Ok(()), "the end was not noted");
    assert_eq!(open(blobs, file(5), 100), Ok(()));
    assert_eq!(open(blobs, file(20), 0), Ok(()));
}

#[test]
fn a_crash_takes_back_what_was_not_durable() {
    let blobs = &mut MemoryBlobs::default();
    open(blobs, FILE, 0).unwrap();
    for n in 1..=3 {
        write(blobs, FILE, u64::from(n - 1) * 100, n).unwrap();
    }
    blobs.crash();
    assert_eq!(blobs.lengths(), [(FILE, 200)].into());
}

mod on_disk {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::*;

    #[test]
    fn a_file_finds_all_of_its_room_set_aside() {
        let directory = tempfile::tempdir().unwrap();
        let mut blobs = DiskBlobs::open(directory.path()).unwrap();
        let size = 3 << 20;
        ask(&mut blobs, BlobOp::Open { file: FILE, at: 0, size }).unwrap();
        let metadata = directory.path().join(format!("{FILE}.part")).metadata().unwrap();
        assert_eq!((metadata.len(), metadata.mode() & 0o777), (0, 0o600));
        assert!(metadata.blocks() * 512 >= size, "{}", metadata.blocks());
    }

    #[test]
    fn a_file_that_finds_no_room_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let mut blobs = DiskBlobs::open(directory.path()).unwrap();
        open(&mut blobs, FILE, 0).unwrap();
        write(&mut blobs, FILE, 0, 2).unwrap();
        let names = || std::fs::read_dir(directory.path()).unwrap().count();
        // More than the disk has, and what the database needs: bytes, and files.
        for (size, bytes, files) in [(1 << 60, 0, 0), (1_000_000, 1 << 60, 0), (20, 0, 1 << 60)] {
            blobs.set_reserve(bytes, files);
            let op = BlobOp::Open { file: file(2), at: 0, size };
            assert_eq!(ask(&mut blobs, op).unwrap_err(), BlobError::Full);
            assert_eq!(names(), 1);
        }
        assert_eq!(open(&mut blobs, FILE, 100), Err(BlobError::Full));
        blobs.set_reserve(0, 0);
        assert_eq!(open(&mut blobs, FILE, 100), Ok(()), "what was there is good still");
    }

    #[test]
    fn so_many_descriptors_are_open_and_no_more() {
        let directory = tempfile::tempdir().unwrap();
        let mut blobs = DiskBlobs::open(directory.path()).unwrap();
        for n in 0..200 {
            open(&mut blobs, file(n), 0).unwrap();
        }
        assert!(blobs.open_descriptors() <= 64);
        for n in 0..200 {
            write(&mut blobs, file(n), 0, n).unwrap();
            finish(&mut blobs, file(n), 100).unwrap();
        }
        for n in 0..200 {
            assert_eq!(read(&mut blobs, file(n), 0, 100), Ok(chunk(n, 100)));
        }
        assert!(blobs.open_descriptors() <= 64);
    }

    #[test]
    fn the_directory_is_its_owners_and_strange_names_are_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("files");
        let mut blobs = DiskBlobs::open(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::write(path.join("lost+found"), []).unwrap();
        std::fs::write(path.join(format!("{FILE}.part.old")), []).unwrap();
        std::fs::write(path.join(FILE.to_string()), []).unwrap();
        assert_eq!(blobs.retain(&[]).unwrap(), []);
        assert_eq!(std::fs::read_dir(path).unwrap().count(), 2);
    }
}
