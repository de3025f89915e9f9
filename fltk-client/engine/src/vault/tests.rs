use wire::id::{DeviceId, Handle, RoomId, Seq, UnixMs};

use super::*;
use crate::content::Content;
use crate::event::{Body, Entry, EntryKind, MessageId};

const ROOM: RoomId = RoomId::from_array([1; 16]);
const MARKER: &str = "the eagle lands at midnight";

fn random() -> Random {
    Random::from_seed([7; 32])
}

fn create(path: &Path) -> Result<Vault, Problem> {
    Vault::create(path, "correct horse", Cost::SIMULATION, random())
}

fn message(seq: u64, id: u8) -> Entry {
    let kind = EntryKind::Message {
        id: MessageId::from_array([id; 16]),
        from: Handle::new("alice").unwrap(),
        device: DeviceId::from_array([2; 16]),
        sent: UnixMs(5),
        body: Body::Text(MARKER.into()),
        own: false,
        told_by: None,
        state: Default::default(),
    };
    Entry { seq: Seq(seq), at: UnixMs(6), kind }
}

fn queued(id: u8) -> Queued {
    Queued {
        room: ROOM,
        id: MessageId::from_array([id; 16]),
        sent: UnixMs(5),
        content: Content::Said(crate::said::Said::plain(Body::Text(MARKER.into()))),
        sealed: None,
    }
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    let vault = create(&path).unwrap();
    vault
        .transaction(|| {
            vault.put_value(b"name", &7_u64)?;
            vault.add_entry(ROOM, &message(1, 1))?;
            vault.put_queued(&queued(2))
        })
        .unwrap();
    drop(vault);

    let vault = Vault::open(&path, "correct horse", random()).unwrap();
    assert_eq!(vault.value::<u64>(b"name").unwrap(), Some(7));
    assert_eq!(vault.entries(ROOM, Seq(0), 10).unwrap(), [message(1, 1)]);
    assert_eq!(vault.first_queued(ROOM, 10).unwrap(), [queued(2)]);
}

#[test]
fn a_wrong_password_opens_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    drop(create(&path).unwrap());
    let outcome = Vault::open(&path, "wrong horse", random());
    assert_eq!(outcome.unwrap_err(), Problem::WrongProfilePassword);
}

#[test]
fn a_profile_of_a_later_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    let vault = create(&path).unwrap();
    vault.run("PRAGMA user_version = 2").unwrap();
    drop(vault);
    let before = std::fs::read(&path).unwrap();
    let outcome = Vault::open(&path, "correct horse", random());
    assert_eq!(outcome.unwrap_err(), Problem::ProfileTooNew);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_profile_opens_once_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    let vault = create(&path).unwrap();
    let second = Vault::open(&path, "correct horse", random());
    assert_eq!(second.unwrap_err(), Problem::ProfileInUse);
    drop(vault);
    assert!(Vault::open(&path, "correct horse", random()).is_ok());
}

#[test]
fn nothing_readable_stands_in_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(&dir.path().join("vault.db")).unwrap();
    vault
        .transaction(|| {
            vault.add_entry(ROOM, &message(1, 1))?;
            vault.put_queued(&queued(2))
        })
        .unwrap();
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [MARKER.as_bytes(), b"alice".as_slice(), ROOM.as_array()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
    }
}

#[test]
fn a_failed_transaction_leaves_nothing() {
    let vault = Vault::create_in_memory("p", random()).unwrap();
    let outcome = vault.transaction(|| {
        vault.put_value(b"name", &7_u64)?;
        Err::<(), _>(Problem::Internal("provoked"))
    });
    assert_eq!(outcome, Err(Problem::Internal("provoked")));
    assert_eq!(vault.value::<u64>(b"name").unwrap(), None);
}

#[test]
fn a_swallowed_write_error_still_fails_the_transaction() {
    let vault = Vault::create_in_memory("p", random()).unwrap();
    vault.run("PRAGMA max_page_count = 12").unwrap();
    let outcome = vault.transaction(|| {
        for id in 0..100_u8 {
            let _ = vault.add_entry(ROOM, &message(u64::from(id) + 1, id));
        }
        Ok(())
    });
    assert_eq!(outcome, Err(Problem::DiskFull));
    assert!(vault.entries(ROOM, Seq(0), 10).unwrap().is_empty());
}

#[test]
fn an_attempt_is_taken_back_alone() {
    let vault = Vault::create_in_memory("p", random()).unwrap();
    vault
        .transaction(|| {
            vault.put_value(b"before", &1_u64)?;
            let attempt: Result<(), ()> = vault.attempt(|| {
                vault.put_value(b"during", &2_u64).unwrap();
                Err(())
            });
            assert_eq!(attempt, Err(()));
            vault.put_value(b"after", &3_u64)
        })
        .unwrap();
    assert_eq!(vault.value::<u64>(b"before").unwrap(), Some(1));
    assert_eq!(vault.value::<u64>(b"during").unwrap(), None);
    assert_eq!(vault.value::<u64>(b"after").unwrap(), Some(3));
}

#[test]
fn a_sealed_value_opens_only_in_its_place() {
    let vault = Vault::create_in_memory("p", random()).unwrap();
    vault.put_value(b"a", &1_u64).unwrap();
    vault.put_value(b"b", &2_u64).unwrap();
    let (a, b) = (vault.keys.hide(b"a"), vault.keys.hide(b"b"));
    vault
        .execute(
            "UPDATE value SET sealed = (SELECT sealed FROM value WHERE name = ?) WHERE name = ?",
            params![a, b],
        )
        .unwrap();
    assert_eq!(vault.value::<u64>(b"b"), Err(Problem::ProfileDamaged));
}

#[test]
fn a_message_is_shown_once() {
    let vault = Vault::create_in_memory("p", random()).unwrap();
    assert_eq!(vault.add_entry(ROOM, &message(1, 1)), Ok(true));
    assert_eq!(vault.add_entry(ROOM, &message(2, 1)), Ok(false), "the same message again");
    assert_eq!(vault.add_entry(ROOM, &message(3, 2)), Ok(true));
    let id = MessageId::from_array([1; 16]);
    assert_eq!(vault.entry_of(ROOM, &Handle::new("mallory").unwrap(), id), Ok(None));
    assert_eq!(vault.entry_of(ROOM, &Handle::new("alice").unwrap(), id), Ok(Some(Seq(1))));
}

#[test]
fn the_queue_keeps_its_order_when_a_message_changes() {
    let vault = Vault::create_in_memory("p", random()).unwrap();
    for id in 1..=3 {
        vault.put_queued(&queued(id)).unwrap();
    }
    let mut first = queued(1);
    first.sealed = Some((wire::id::Epoch(4), wire::codec::Bytes::new(vec![1, 2, 3]).unwrap()));
    vault.put_queued(&first).unwrap();
    assert_eq!(vault.first_queued(ROOM, 10).unwrap(), [first, queued(2), queued(3)]);
    vault.remove_queued(ROOM, queued(2).id).unwrap();
    assert_eq!(vault.first_queued(ROOM, 10).unwrap().len(), 2);
}

#[test]
fn a_damaged_file_is_told_from_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    assert_eq!(Vault::open(&path, "p", random()).unwrap_err(), Problem::NoProfile);
    std::fs::write(&path, [0x5a; 8_192]).unwrap();
    assert_eq!(Vault::open(&path, "p", random()).unwrap_err(), Problem::ProfileDamaged);
}
