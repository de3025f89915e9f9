//! Files to be sent: what they are, and that they stay as they are.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::time::{Duration, SystemTime};

use super::*;

fn inspected(rig: &mut Rig, path: &Path) -> (PathBuf, Source, String, String) {
    match rig.ask(FileOp::Inspect { transfer: UP, path: path.into() }) {
        FileReply::Inspected { path, source, name, media_type, thumbnail: None, .. } => {
            (path, source, name, media_type)
        }
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn a_file_is_looked_at() {
    let mut rig = Rig::new();
    rig.write("notes.md", b"# Notes\n");
    let file = rig.path("notes.md");
    let roundabout =
        rig.path("").join("..").join(rig.path("").file_name().unwrap()).join("notes.md");
    let (path, source, name, media_type) = inspected(&mut rig, &roundabout);
    assert_eq!((path, name.as_str(), media_type.as_str()), (file, "notes.md", "text/plain"));
    assert_eq!(source.size, 8);
    assert!(source.modified.0 > 1_600_000_000_000);
    rig.write("empty", b"");
    let empty = rig.path("empty");
    assert_eq!(inspected(&mut rig, &empty).3, "application/octet-stream");
}

#[test]
fn what_cannot_be_read_is_said_and_what_is_no_file_is_not_opened() {
    let mut rig = Rig::new();
    let inspect = |path: PathBuf| FileOp::Inspect { transfer: UP, path };
    let missing = rig.path("missing");
    let problem = rig.fail(inspect(missing.clone()));
    assert!(matches!(problem, Problem::FileUnreadable { path, reason }
        if path == missing && !reason.is_empty()));
    let directory = rig.path("").canonicalize().unwrap();
    assert_eq!(rig.fail(inspect(directory.clone())), Problem::NotAFile(directory));
    #[cfg(unix)]
    {
        let device = PathBuf::from("/dev/null");
        assert_eq!(rig.fail(inspect(device.clone())), Problem::NotAFile(device));
        let socket = rig.path("socket");
        let _bound = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(rig.fail(inspect(socket.clone())), Problem::NotAFile(socket));
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_sent_by_its_own_name_and_names_that_are_no_text_are_sent_too() {
    use std::os::unix::ffi::OsStrExt;

    let mut rig = Rig::new();
    rig.write("f81d", b"%PDF-1.7");
    std::os::unix::fs::symlink("f81d", rig.path("report.pdf")).unwrap();
    let link = rig.path("report.pdf");
    let (path, _, name, media_type) = inspected(&mut rig, &link);
    assert_eq!(path, rig.path("f81d"));
    assert_eq!((name.as_str(), media_type.as_str()), ("report.pdf", "application/pdf"));

    let odd = rig.path("").join(std::ffi::OsStr::from_bytes(b"a\xffb"));
    fs::write(&odd, b"x").unwrap();
    assert_eq!(inspected(&mut rig, &odd).2, "a\u{fffd}b");
    let long = odd.with_file_name(std::ffi::OsStr::from_bytes(&[0xff; 255]));
    fs::write(&long, b"x").unwrap();
    let name = inspected(&mut rig, &long).2;
    assert!(name.len() <= crate::MAX_FILE_NAME_BYTES);
    assert_eq!(name, "\u{fffd}".repeat(255));
}

/// Seals all but the last chunk, changes the file, and goes on.
fn changed(change: impl FnOnce(&Path)) {
    let mut rig = Rig::new();
    rig.write("a", &content(FULL + 9));
    let path = rig.path("a");
    let old = File::options().write(true).open(&path).unwrap();
    old.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    let source = rig.inspect(&path);
    rig.open_source(&path, source, 0, None);
    let (_, mark, _) = rig.seal();
    change(&path);
    let problem = rig.fail(FileOp::Seal { transfer: UP, mark: false });
    assert_eq!(problem, Problem::FileChanged(path.clone()));
    for from in [None, Some(mark)] {
        let path = path.clone();
        let op = FileOp::OpenSource {
            transfer: UP,
            path: path.clone(),
            source,
            key: key(),
            run: 1,
            from,
        };
        assert_eq!(rig.fail(op), Problem::FileChanged(path), "nor is it opened again");
    }
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_not_sent() {
    let open = |path: &Path| OpenOptions::new().write(true).open(path).unwrap();
    changed(|path| open(path).set_len(u64::try_from(FULL + 8).unwrap()).unwrap());
    changed(|path| open(path).set_len(9).unwrap());
    changed(|path| OpenOptions::new().append(true).open(path).unwrap().write_all(b"more").unwrap());
    changed(|path| open(path).write_all(b"x").unwrap());
    changed(|path| open(path).set_modified(SystemTime::now()).unwrap());
}

#[cfg(unix)]
#[test]
fn a_file_that_was_replaced_is_not_opened_again_even_by_one_that_looks_the_same() {
    let mut rig = Rig::new();
    rig.write("a", b"one");
    let path = rig.path("a");
    let source = rig.inspect(&path);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    rig.write("b", b"two");
    File::options().write(true).open(rig.path("b")).unwrap().set_modified(modified).unwrap();
    fs::rename(rig.path("b"), &path).unwrap();
    let op =
        |path| FileOp::OpenSource { transfer: UP, path, source, key: key(), run: 1, from: None };
    assert_eq!(rig.fail(op(path.clone())), Problem::FileChanged(path.clone()));
    fs::remove_file(&path).unwrap();
    assert!(matches!(rig.fail(op(path)), Problem::FileUnreadable { .. }));
}
