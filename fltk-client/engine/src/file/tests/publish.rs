//! From a whole partial file to a file with a name, and what a crash leaves in between.

use super::*;

#[test]
fn a_name_that_is_taken_gets_a_number_before_its_ending() {
    let sent = Sent::of(b"new");
    let mut bob = Rig::new();
    bob.write("a.tar.gz", b"old");
    bob.write("b", b"old");
    fs::create_dir(bob.path("c.d")).unwrap();
    assert_eq!(bob.save(&sent, "a.tar.gz"), bob.path("a.tar (2).gz"));
    assert_eq!(bob.save(&sent, "a.tar.gz"), bob.path("a.tar (3).gz"));
    assert_eq!(bob.save(&sent, "b"), bob.path("b (2)"));
    assert_eq!(bob.save(&sent, "c.d"), bob.path("c (2).d"));
    let names = ["a.tar (2).gz", "a.tar (3).gz", "a.tar.gz", "b", "b (2)", "c (2).d", "c.d"];
    assert_eq!(bob.names(), names);
    assert_eq!(fs::read(bob.path("a.tar.gz")).unwrap(), b"old");
}

#[test]
fn a_name_that_is_taken_meanwhile_is_left_alone_and_another_is_chosen() {
    let sent = Sent::of(b"new");
    let mut bob = Rig::new();
    bob.take(&sent);
    let name = bob.name(&sent, "a");
    bob.write("a", b"old");
    let reply = bob.ask(Rig::publish_op(&name));
    assert!(matches!(reply, FileReply::NameTaken { transfer: DOWN }), "{reply:?}");
    assert_eq!(fs::read(bob.path("a")).unwrap(), b"old");
    let name = bob.name(&sent, "a");
    assert_eq!(bob.publish(&name), bob.path("a (2)"));
    assert_eq!(bob.names(), ["a", "a (2)"]);
}

/// A crash behind `Name`, with what `leave` makes of the directory. The reply to going on.
fn crash(sent: &Sent, leave: impl FnOnce(&Rig)) -> (Rig, FileReply) {
    let mut bob = Rig::new();
    bob.receive(sent.layout, None);
    let mark = sent.chunks.iter().map(|chunk| bob.open(chunk)).last();
    assert_eq!(bob.name(sent, "a"), "a");
    bob.restart();
    leave(&bob);
    let op = bob.receive_op(sent.layout, mark, Some("a"));
    let reply = bob.ask(op);
    (bob, reply)
}

#[test]
fn a_crash_around_publishing_saves_the_file_once() {
    let sent = Sent::of(&content(FULL + 3));
    let is_saved = |bob: &Rig, reply: FileReply| {
        assert!(matches!(reply, FileReply::Saved { path, .. } if path == bob.path("a")));
        assert_eq!(fs::read(bob.path("a")).unwrap(), content(FULL + 3));
        assert_eq!(bob.names(), ["a"]);
    };
    let (bob, reply) = crash(&sent, |bob| fs::rename(bob.partial(), bob.path("a")).unwrap());
    is_saved(&bob, reply);
    let (bob, reply) = crash(&sent, |bob| fs::hard_link(bob.partial(), bob.path("a")).unwrap());
    is_saved(&bob, reply);

    let (mut bob, reply) = crash(&sent, |_| {});
    assert!(matches!(reply, FileReply::Receiving { at, .. } if at == sent.layout.sealed()));
    assert_eq!(bob.name(&sent, "a"), "a");
    bob.publish("a");
    assert_eq!(bob.names(), ["a"]);
}

#[test]
fn a_file_that_only_has_the_name_is_not_taken_for_the_saved_one() {
    let sent = Sent::of(b"new!");
    let others: [&dyn Fn(&Rig); 3] =
        [&|bob| bob.write("a", b"old!"), &|bob| bob.write("a", b"another"), &|bob| {
            fs::create_dir(bob.path("a")).unwrap()
        }];
    for other in others {
        let (mut bob, reply) = crash(&sent, |bob| other(bob));
        assert!(matches!(reply, FileReply::Receiving { at, .. } if at == sent.layout.sealed()));
        let name = bob.name(&sent, "a");
        assert_eq!(bob.publish(&name), bob.path("a (2)"));
    }
    let (bob, reply) = crash(&sent, |bob| {
        fs::remove_file(bob.partial()).unwrap();
        bob.write("a", b"short");
    });
    assert!(matches!(reply, FileReply::Receiving { at: 0, .. }), "{reply:?}");
    assert_eq!(fs::read(bob.path("a")).unwrap(), b"short");
}

/// The link was made, somebody renamed the file, and then the download goes on.
#[cfg(unix)]
#[test]
fn a_published_file_that_was_renamed_is_not_written_to_again() {
    let sent = Sent::of(&content(2 * FULL));
    let (bob, reply) = crash(&sent, |bob| {
        fs::hard_link(bob.partial(), bob.path("mine")).unwrap();
    });
    assert!(matches!(reply, FileReply::Receiving { at: 0, .. }), "{reply:?}");
    assert_eq!(fs::read(bob.path("mine")).unwrap(), content(2 * FULL));
}

#[test]
fn a_partial_file_that_was_replaced_is_not_published() {
    let sent = Sent::of(b"text");
    let mut bob = Rig::new();
    bob.take(&sent);
    let name = bob.name(&sent, "a");
    bob.write("evil", b"evil");
    fs::rename(bob.path("evil"), bob.partial()).unwrap();
    let problem = bob.fail(Rig::publish_op(&name));
    assert!(matches!(problem, Problem::DirectoryUnusable { .. }), "{problem:?}");
    assert!(!bob.path("a").exists());
}

#[test]
fn a_directory_that_cannot_be_used_is_said() {
    let layout = Layout::of_content(1).unwrap();
    let mut bob = Rig::new();
    bob.write("file", b"");
    for name in ["missing", "file"] {
        for named in [None, Some("a".to_owned())] {
            let directory = bob.path(name);
            let op = FileOp::Receive {
                transfer: DOWN,
                directory: directory.clone(),
                key: key(),
                layout,
                from: None,
                named,
            };
            let problem = bob.fail(op);
            assert!(matches!(problem, Problem::DirectoryUnusable { path, reason }
                if path == directory && !reason.is_empty()));
        }
    }
}

#[test]
fn a_saved_file_is_found_while_it_is_there() {
    let sent = Sent::of(b"text");
    let mut bob = Rig::new();
    let path = bob.save(&sent, "a");
    let find = |path: &Path, size| FileOp::Find { transfer: DOWN, path: path.into(), size };
    let reply = bob.ask(find(&path, 4));
    assert!(matches!(reply, FileReply::Saved { path: found, .. } if found == path));
    for (path, size) in [(path.clone(), 5), (bob.path("b"), 4), (bob.path(""), 4)] {
        assert!(matches!(bob.ask(find(&path, size)), FileReply::Missing { transfer: DOWN }));
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&path, bob.path("link")).unwrap();
        let link = bob.path("link");
        assert!(matches!(bob.ask(find(&link, 4)), FileReply::Missing { .. }));
    }
}

#[cfg(unix)]
#[test]
fn a_saved_file_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::MetadataExt;

    let mut bob = Rig::new();
    let path = bob.save(&Sent::of(b"text"), "a");
    bob.write("ordinary", b"");
    let mode = |path: PathBuf| fs::metadata(path).unwrap().mode();
    assert_eq!(mode(path), mode(bob.path("ordinary")));
}

#[test]
fn where_files_have_one_name_only_nothing_is_written_over_either() {
    let sent = Sent::of(b"text");
    let mut bob = Rig::new();
    bob.take(&sent);
    bob.write("old", b"old");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", bob.path("dangling")).unwrap();
    for name in [
        "old",
        #[cfg(unix)]
        "dangling",
    ] {
        let error = super::super::receive::rename(&bob.partial(), &bob.path(name)).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::AlreadyExists);
    }
    super::super::receive::rename(&bob.partial(), &bob.path("a")).unwrap();
    assert_eq!(fs::read(bob.path("a")).unwrap(), b"text");
    assert_eq!(fs::read(bob.path("old")).unwrap(), b"old");
    assert!(!bob.path("nowhere").exists() && !bob.partial().exists());
    let missing = super::super::receive::rename(&bob.partial(), &bob.path("b"));
    assert!(missing.is_err() && !bob.path("b").exists(), "no empty file is left");
}
