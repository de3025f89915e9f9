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
fn on_a_full_disk_people_sign_in_and_read_and_nothing_is_noted() {
    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
    let directory = tempfile::tempdir().unwrap();
    let mut store = filled(&directory.path().join("relay.db"), 3);
    register(&mut store, "bob", 2);
    ask(&mut store, commit_op(1, 0, 60, &[2], &[])).unwrap();
    let tomorrow = UnixMs(NOW.0 + DAY_MS);
    let writes_of_reading = |store: &mut SqliteStore| {
        let before = store.sql().total_changes();
        ask_at(store, tomorrow, Op::SignIn { noise_key: [2; 32] }).unwrap();
        fetch(store, 2, 99).unwrap();
        store.sql().total_changes() - before
    };
    let pages: i64 = store.sql().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.sql().pragma_update(None, "max_page_count", pages).unwrap();
    ask(&mut store, post_op(1, 1, 51, 60_000)).unwrap_err();
    assert_eq!(writes_of_reading(&mut store), 0);
    assert_eq!(writes_of_reading(&mut store), 0, "reading is no sign that writing works");
    store.sql().pragma_update(None, "max_page_count", 100_000).unwrap();
    ask(&mut store, post_op(1, 1, 51, 60_000)).unwrap();
    assert!(writes_of_reading(&mut store) > 0, "it is made good");
    assert_eq!(writes_of_reading(&mut store), 0);
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

/// What version 1 of this program wrote: alice with device 1, in a closed room with one record.
fn version_1(path: &Path) {
    let sql = rusqlite::Connection::open(path).unwrap();
    sql.pragma_update(None, "application_id", 0x536f_7474).unwrap();
    sql.execute_batch(include_str!("../sqlite/schema_1.sql")).unwrap();
    sql.execute_batch(
        "INSERT INTO account VALUES (1, 'alice', x'01', x'02', 1, 1000);
         INSERT INTO device (id, name, account, noise_key, certificate, created_ms) VALUES
           (1, zeroblob(16), 1, zeroblob(32), x'05', 1000);
         INSERT INTO key_package VALUES (1, 1, 0, x'06');
         INSERT INTO invitation VALUES (zeroblob(16), 3, 2000000000);
         INSERT INTO room VALUES (7, zeroblob(16), 3, 0, 1, 4);
         INSERT INTO group_info VALUES (7, x'07');
         INSERT INTO member VALUES (7, 1, 0);
         INSERT INTO log VALUES ((7 << 40) + 1, 1000, 1, zeroblob(16), 0, 1, x'08080808');
         PRAGMA user_version = 1;",
    )
    .unwrap();
}

#[test]
fn a_file_of_version_1_is_brought_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("relay.db");
    version_1(&path);
    for _ in 0..2 {
        let mut store = SqliteStore::open(&path).unwrap();
        let version: i64 =
            store.sql().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, 4);
        let Ok(Done::SignedIn(known)) = ask(&mut store, Op::SignIn { noise_key: [0; 32] }) else {
            panic!("alice's device is known");
        };
        assert_eq!(known.signed_in.one_use_left, 1);
        assert_eq!(
            (known.signed_in.rooms[0].head, known.signed_in.rooms[0].presence),
            (Seq(1), Presence::Device)
        );
    }
    let mut store = SqliteStore::open(&path).unwrap();
    let (alice, room) = (device(0), RoomId::from_array([0; 16]));
    let Ok(Done::Records { records, .. }) =
        ask(&mut store, Op::Fetch { device: alice, room, after: Seq(0) })
    else {
        panic!("the log is there");
    };
    assert_eq!(&*records[0].payload, &[8; 4]);
    match ask(&mut store, Op::ListDevices { device: alice }) {
        Ok(Done::Devices(devices)) => {
            assert!(devices[0].name.is_empty());
            assert!(devices[0].seen >= UnixMs(1_000));
        }
        other => panic!("{other:?}"),
    }
    let other_room = RoomId::from_array([9; 16]);
    let (kind, group_info, max_made) = (RoomKind::Open, Bytes::default(), 1);
    let create = Op::CreateRoom { device: alice, room: other_room, kind, group_info, max_made };
    assert_eq!(ask(&mut store, create).unwrap_err(), Refusal::TooManyRooms, "it made the first");
    let invited = register_op("bob", 2, Some(InviteToken([0; 16])));
    assert!(matches!(ask(&mut store, invited), Ok(Done::SignedIn(_))));
    for (epoch, added, removed) in [(0, &[2][..], &[][..]), (1, &[], &[2])] {
        let id = u8::try_from(epoch).unwrap() + 70;
        let Op::Commit(commit) = commit_op(0, epoch, id, added, removed) else { panic!() };
        ask(&mut store, Op::Commit(Box::new(CommitOp { room, ..*commit }))).unwrap();
    }
    let fetch = Op::Fetch { device: device(2), room, after: Seq(0) };
    assert!(matches!(ask(&mut store, fetch), Ok(Done::Records { head: Seq(3), .. })), "bob was in");
    ask(&mut store, Op::LeaveRoom { device: alice, room, seq: Seq(99) }).unwrap();
    assert_eq!(totals(&mut store).rooms, 0);
}

#[test]
fn a_revoked_device_leaves_nothing_to_read() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = filled(&directory.path().join("relay.db"), 1);
    let bob = register(&mut store, "bob", 2);
    enroll(&mut store, bob, 3).unwrap();
    ask(&mut store, commit_op(1, 0, 90, &[2, 3], &[])).unwrap();
    ask(&mut store, commit_op(1, 1, 91, &[], &[2, 3])).unwrap();
    ask(&mut store, Op::RevokeDevice { by: device(3), device: device(2) }).unwrap();
    let select = "SELECT count(*) FROM former";
    let former = store.sql().query_row(select, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(former, 1, "the other's is there");
    assert_eq!(fetch(&mut store, 2, 0), Err(Refusal::NotSignedIn));
    assert_eq!(fetch(&mut store, 3, 1), Ok((2, 3, vec![2, 3])));
}

#[test]
fn a_deleted_welcome_and_an_emptied_room_leave_nothing_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("relay.db");
    let mut store = filled(&path, 30);
    register(&mut store, "bob", 2);
    ask(&mut store, commit_op(1, 0, 90, &[2], &[])).unwrap();
    let count = |store: &SqliteStore, table: &str| {
        let select = format!("SELECT count(*) FROM {table}");
        store.sql().query_row(&select, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(count(&store, "welcome"), 1);
    fetch(&mut store, 2, 31).unwrap();
    assert_eq!(count(&store, "welcome"), 0);
    register(&mut store, "carol", 3);
    ask(&mut store, commit_op(1, 1, 91, &[3], &[])).unwrap();
    ask(&mut store, commit_op(1, 2, 92, &[], &[3])).unwrap();
    assert_eq!((count(&store, "former"), count(&store, "welcome")), (1, 0));
    for n in [1, 2] {
        ask(&mut store, Op::LeaveRoom { device: device(n), room: ROOM, seq: Seq(99) }).unwrap();
    }
    ask(&mut store, sweep_op(0, u64::MAX)).unwrap();
    for table in ["room", "group_info", "member", "former", "log", "welcome", "file"] {
        assert_eq!(count(&store, table), 0, "{table}");
    }
}
