//! What happens to the file.

use std::fs;
use std::path::Path;

use super::*;

fn filled(path: &Path, posts: u8) -> SqliteStore {
    let mut store = SqliteStore::open(path).unwrap();
    register(&mut store, "alice", 1);
    create(&mut store, 1, RoomKind::Closed).unwrap();
    for id in 1..=posts {
        assert_eq!(seq(ask(&mut store, post_op(1, 0, id, 1_000))), Ok(id.into()));
    }
    store
}

#[test]
fn every_acknowledged_post_is_in_a_copy_taken_at_any_time() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("relay.db");
    let mut store = filled(&path, 1);
    for id in 2..60 {
        ask(&mut store, post_op(1, 0, id, 9_000)).unwrap();
        let copy = directory.path().join(format!("copy-{id}.db"));
        fs::copy(&path, &copy).unwrap();
        let wal = directory.path().join("relay.db-wal");
        fs::copy(wal, directory.path().join(format!("copy-{id}.db-wal"))).unwrap();
        let mut copy = SqliteStore::open(&copy).unwrap();
        let (_, head, _) = fetch(&mut copy, 1, 0).unwrap();
        assert_eq!(head, u64::from(id));
    }
}

#[test]
fn a_full_disk_fails_the_batch_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = filled(&directory.path().join("relay.db"), 3);
    let pages: i64 = store.sql().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.sql().pragma_update(None, "max_page_count", pages).unwrap();
    let batch = [post_op(1, 0, 50, 10), post_op(1, 0, 51, 60_000)].map(|op| StoreRequest {
        ticket: Ticket::Sweep,
        now: NOW,
        op,
    });
    for reply in store.apply(batch.into()) {
        assert_eq!(reply.result.unwrap_err(), Refusal::StoreUnavailable);
    }
    assert_eq!(fetch(&mut store, 1, 0), Ok((1, 3, vec![1, 2, 3])), "reading goes on");
    store.sql().pragma_update(None, "max_page_count", 100_000).unwrap();
    assert_eq!(seq(ask(&mut store, post_op(1, 0, 51, 60_000))), Ok(4));
}

#[test]
fn damage_is_an_error_and_never_an_empty_database() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("relay.db");
    drop(filled(&path, 40));
    let whole = fs::read(&path).unwrap();
    let damaged = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        SqliteStore::open(&path).map(drop).unwrap_err().to_string()
    };
    assert!(damaged(&[]).contains("not a Sotto database"));
    assert!(damaged(&whole[..whole.len() / 2]).contains("damaged"));
    assert!(
        damaged(b"not SQLite at all, but long enough to have a header of its own .....")
            .contains("damaged")
    );
    let mut flipped = whole.clone();
    // The kind of the first tree's page.
    flipped[100] ^= 0x10;
    assert!(damaged(&flipped).contains("damaged"));
    fs::write(&path, &whole).unwrap();
    let mut store = SqliteStore::open(&path).unwrap();
    assert_eq!(fetch(&mut store, 1, 39), Ok((1, 40, vec![40])));
}

#[test]
fn a_newer_version_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("relay.db");
    let store = filled(&path, 1);
    store.sql().pragma_update(None, "user_version", 99).unwrap();
    drop(store);
    let error = SqliteStore::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::TooNew { version: 99 }));
}

#[test]
fn a_file_is_opened_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("relay.db");
    let store = filled(&path, 1);
    assert!(matches!(SqliteStore::open(&path), Err(StoreError::Unavailable { .. })));
    drop(store);
    SqliteStore::open(&path).unwrap();
}
