//! Memory does not grow with a file.

use std::fs::File;

use allocation_counter::measure;

use super::*;

#[test]
fn a_large_file_costs_no_more_memory_than_a_few_chunks() {
    const SIZE: u64 = 32 << 20;
    let (mut alice, mut bob) = (Rig::new(), Rig::new());
    let path = alice.path("sparse");
    File::create(&path).unwrap().set_len(SIZE).unwrap();
    let layout = Layout::of_content(SIZE).unwrap();
    let heap = measure(|| {
        let source = alice.inspect(&path);
        alice.open_source(&path, source, 0, None);
        bob.receive(layout, None);
        let hash = loop {
            let (chunk, _, hash) = alice.seal();
            let op = FileOp::Open { transfer: DOWN, chunk, mark: false };
            assert!(matches!(bob.ask(op), FileReply::Opened { .. }));
            if let Some(hash) = hash {
                break hash;
            }
        };
        let op = FileOp::Name { transfer: DOWN, hash, name: "a".into() };
        assert!(matches!(bob.ask(op), FileReply::Named { .. }));
        bob.publish("a");
    });
    assert_eq!(fs::metadata(bob.path("a")).unwrap().len(), SIZE);
    let chunks = heap.bytes_max / u64::try_from(FULL).unwrap();
    assert!(chunks < 4, "{} bytes at once", heap.bytes_max);
}
