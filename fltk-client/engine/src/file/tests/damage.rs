//! Files that are not what was sent.

use super::*;

type Change = fn(&mut Vec<Vec<u8>>);

/// Receives chunks until one is refused, or the name is.
fn refuse(chunks: &[Vec<u8>], layout: Layout, hash: [u8; 32], why: &str) {
    let mut bob = Rig::new();
    bob.write("other", b"untouched");
    bob.receive(layout, None);
    let name = FileOp::Name { transfer: DOWN, hash, name: "a".into() };
    let opens = chunks.iter().map(|chunk| FileOp::Open {
        transfer: DOWN,
        chunk: chunk.clone(),
        mark: false,
    });
    for op in opens.chain([name]) {
        match bob.ask(op) {
            FileReply::Opened { .. } => {}
            FileReply::Failed { problem, .. } => {
                assert_eq!(problem, Problem::FileDamaged, "{why}");
                assert_eq!(bob.names(), ["other"], "{why}");
                let next = bob.fail(Rig::publish_op("a"));
                assert!(matches!(next, Problem::Internal(_)), "{why}: it is closed");
                return;
            }
            reply => panic!("{why}: {reply:?}"),
        }
    }
    panic!("{why}: taken");
}

#[test]
fn a_changed_or_swapped_chunk_or_another_hash_is_refused_and_nothing_half_written_stays() {
    let sent = Sent::of(&content(2 * FULL + 9));
    let changes: [(&str, Change); 9] = [
        ("a bit of the content", |chunks| chunks[1][99] ^= 1),
        ("a bit of the run", |chunks| chunks[0][0] ^= 1),
        ("a bit of the tag", |chunks| *chunks[2].last_mut().unwrap() ^= 1),
        ("swapped", |chunks| chunks.swap(0, 1)),
        ("one twice", |chunks| chunks[1] = chunks[0].clone()),
        ("the last missing", |chunks| drop(chunks.pop())),
        ("one in the middle missing", |chunks| drop(chunks.remove(1))),
        ("cut short", |chunks| chunks[1].truncate(99)),
        ("empty", |chunks| chunks[0].clear()),
    ];
    for (why, change) in changes {
        let mut chunks = sent.chunks.clone();
        change(&mut chunks);
        refuse(&chunks, sent.layout, sent.hash, why);
    }
    refuse(&sent.chunks, sent.layout, [0; 32], "another hash");
    let other = Sent::of(&content(2 * FULL + 10));
    refuse(&sent.chunks, other.layout, sent.hash, "an untrue size");
    refuse(&other.chunks, sent.layout, other.hash, "an untrue size");
}

/// AES-GCM alone would take this: the same key, place and content, sealed once more.
#[test]
fn a_chunk_of_another_run_is_refused_by_the_hash() {
    let mut alice = Rig::new();
    alice.write("a", &content(FULL + 1));
    let path = alice.path("a");
    let mut sent = alice.send(&path);
    let source = alice.inspect(&path);
    alice.open_source(&path, source, 1, None);
    sent.chunks[0] = alice.seal().0;
    refuse(&sent.chunks, sent.layout, sent.hash, "another run");
}
