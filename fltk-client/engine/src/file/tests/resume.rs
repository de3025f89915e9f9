//! Transfers that are cut, on both sides, also by a restart.

use std::fs;

use super::*;

#[test]
fn a_sender_goes_on_behind_a_mark_and_the_file_hashes_as_one() {
    let whole = content(3 * FULL + 9);
    let mut alice = Rig::new();
    alice.write("a", &whole);
    let path = alice.path("a");
    let source = alice.inspect(&path);
    alice.open_source(&path, source, 0, None);
    let (first, mark, _) = alice.seal();
    // The second is sealed, and lost; it is sealed again in another run.
    let (lost, _, _) = alice.seal();
    alice.restart();
    alice.open_source(&path, source, 1, Some(mark));
    let (second, _, _) = alice.seal();
    assert_ne!(second, lost);
    let (third, mark, _) = alice.seal();
    alice.restart();
    alice.open_source(&path, source, 2, Some(mark));
    let (fourth, _, hash) = alice.seal();

    let layout = Layout::of_content(source.size).unwrap();
    let sent = Sent { layout, chunks: vec![first, second, third, fourth], hash: hash.unwrap() };
    let mut bob = Rig::new();
    let path = bob.save(&sent, "a");
    assert_eq!(fs::read(path).unwrap(), whole);
}

#[test]
fn a_sender_whose_final_chunk_is_lost_seals_it_again() {
    let mut alice = Rig::new();
    alice.write("a", &content(5));
    let path = alice.path("a");
    let source = alice.inspect(&path);
    alice.open_source(&path, source, 0, None);
    let (_, behind, hash) = alice.seal();
    assert!(hash.is_some());
    alice.open_source(&path, source, 1, None);
    assert!(alice.seal().2.is_some());
    alice.open_source(&path, source, 2, Some(behind));
    let more = alice.fail(FileOp::Seal { transfer: UP, mark: false });
    assert!(matches!(more, Problem::Internal(_)), "nothing is behind the end");
}

#[test]
fn a_mark_that_is_none_of_the_file_opens_nothing() {
    let mut alice = Rig::new();
    alice.write("a", &content(2 * FULL));
    let path = alice.path("a");
    let source = alice.inspect(&path);
    alice.open_source(&path, source, 0, None);
    let (_, mark, _) = alice.seal();
    let odd = Mark { offset: mark.offset + 1, ..mark.clone() };
    let far = Mark { offset: mark.offset * 9, ..mark.clone() };
    let unreadable = Mark { hash: Default::default(), ..mark };
    for from in [odd, far, unreadable] {
        let op = FileOp::OpenSource {
            transfer: UP,
            path: path.clone(),
            source,
            key: key(),
            run: 1,
            from: Some(from),
        };
        assert!(matches!(alice.fail(op), Problem::Internal(_)));
    }
}

#[test]
fn a_download_cut_three_times_with_a_restart_in_between_goes_on() {
    let whole = content(4 * FULL + 1);
    let sent = Sent::of(&whole);
    let mut bob = Rig::new();
    assert_eq!(bob.receive(sent.layout, None), 0);
    for cut in 0..3 {
        let mark = bob.open(&sent.chunks[cut]);
        // Behind the mark is what was not durable: more, here.
        bob.open(&sent.chunks[cut + 1]);
        bob.restart();
        let at = bob.receive(sent.layout, Some(mark.clone()));
        assert_eq!(at, mark.offset);
        assert_eq!(
            fs::metadata(bob.partial()).unwrap().len(),
            u64::try_from((cut + 1) * FULL).unwrap()
        );
    }
    bob.open(&sent.chunks[3]);
    let mark = bob.open(&sent.chunks[4]);
    bob.restart();
    assert_eq!(bob.receive(sent.layout, Some(mark)), sent.layout.sealed());
    let name = bob.name(&sent, "a");
    assert_eq!(fs::read(bob.publish(&name)).unwrap(), whole);
    assert_eq!(bob.names(), ["a"]);
}

#[test]
fn a_partial_file_that_cannot_be_used_is_begun_anew() {
    let sent = Sent::of(&content(2 * FULL));
    let mut bob = Rig::new();
    bob.receive(sent.layout, None);
    let mark = bob.open(&sent.chunks[0]);
    let begins_anew = |bob: &mut Rig, mark: &Mark| {
        assert_eq!(bob.receive(sent.layout, Some(mark.clone())), 0);
        assert!(fs::symlink_metadata(bob.partial()).unwrap().is_file());
        bob.open(&sent.chunks[0]);
    };
    begins_anew(&mut bob, &Mark { offset: 1, ..mark.clone() });
    begins_anew(&mut bob, &Mark { hash: Default::default(), ..mark.clone() });

    fs::write(bob.partial(), content(FULL - 1)).unwrap();
    begins_anew(&mut bob, &mark);
    fs::remove_file(bob.partial()).unwrap();
    begins_anew(&mut bob, &mark);
    assert_eq!(bob.receive(sent.layout, None), 0, "and without a mark");
    assert_eq!(fs::metadata(bob.partial()).unwrap().len(), 0);
}

#[cfg(unix)]
#[test]
fn what_stands_in_the_place_of_a_partial_file_is_never_written_to() {
    use std::os::unix::fs::symlink;

    let sent = Sent::of(&content(2 * FULL));
    let elsewhere = Rig::new();
    elsewhere.write("precious", &content(3 * FULL));
    let precious = elsewhere.path("precious");
    let mut bob = Rig::new();
    bob.receive(sent.layout, None);
    let mark = bob.open(&sent.chunks[0]);

    for from in [None, Some(mark)] {
        fs::remove_file(bob.partial()).unwrap();
        symlink(&precious, bob.partial()).unwrap();
        assert_eq!(bob.receive(sent.layout, from.clone()), 0);
        bob.open(&sent.chunks[0]);

        // Another name of somebody's file.
        fs::remove_file(bob.partial()).unwrap();
        fs::hard_link(&precious, bob.partial()).unwrap();
        assert_eq!(bob.receive(sent.layout, from.clone()), 0);
        bob.open(&sent.chunks[0]);

        fs::remove_file(bob.partial()).unwrap();
        symlink("dangling", bob.partial()).unwrap();
        assert_eq!(bob.receive(sent.layout, from.clone()), 0);
        bob.open(&sent.chunks[0]);

        fs::remove_file(bob.partial()).unwrap();
        fs::create_dir(bob.partial()).unwrap();
        let op = bob.receive_op(sent.layout, from, None);
        assert!(matches!(bob.fail(op), Problem::DirectoryUnusable { .. }));
        fs::remove_dir(bob.partial()).unwrap();
        bob.write(&format!(".sotto-{DOWN}.part"), b"");
        assert_eq!(fs::read(&precious).unwrap(), content(3 * FULL));
    }
    symlink(&precious, bob.path("link")).unwrap();
    fs::rename(bob.path("link"), bob.partial()).unwrap();
    let directory = bob.path("");
    bob.disk.perform(FileOp::Discard { transfer: DOWN, directory });
    assert!(precious.exists(), "a link is not followed to delete");
}
