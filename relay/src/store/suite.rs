//! One test-suite, run against both stores.

use wire::codec::{Bytes, List};
use wire::id::{DeviceId, Epoch, Handle, PostId, RoomId, Seq, UnixMs};
use wire::limit::{MAX_DEVICES, MAX_KEY_PACKAGES};
use wire::message::{InviteToken, KeyPackage, Refusal, RoomKind};

use super::*;

const NOW: UnixMs = UnixMs(1_000_000_000);
const ROOM: RoomId = RoomId::from_array([1; 16]);
type Answer = Result<Done, Refusal>;

fn ask_at(store: &mut dyn Store, now: UnixMs, op: Op) -> Answer {
    let mut replies = store.apply(vec![StoreRequest { ticket: Ticket::Sweep, now, op }]);
    replies.pop().unwrap().result
}

fn ask(store: &mut dyn Store, op: Op) -> Answer {
    ask_at(store, NOW, op)
}

fn device(n: u8) -> DeviceId {
    DeviceId::from_array([n; 16])
}

fn new_device(n: u8) -> NewDevice {
    let certificate = Bytes::new(vec![n; 9]).unwrap();
    NewDevice { device: device(n), noise_key: [n; 32], certificate }
}

fn handle(name: &str) -> Handle {
    Handle::new(name).unwrap()
}

fn register_op(name: &str, n: u8, invite: Option<InviteToken>) -> Op {
    let (handle, device) = (handle(name), new_device(n));
    let (record, sealed_account) = (Bytes::new(vec![n]).unwrap(), Bytes::new(vec![n]).unwrap());
    Op::Register { handle, invite, record, sealed_account, device }
}

/// An account with this one device.
fn register(store: &mut dyn Store, name: &str, n: u8) -> AccountId {
    match ask(store, register_op(name, n, None)) {
        Ok(Done::SignedIn(device)) => device.account,
        other => panic!("{other:?}"),
    }
}

fn create(store: &mut dyn Store, n: u8, kind: RoomKind) -> Answer {
    let group_info = Bytes::new(vec![0]).unwrap();
    ask(store, Op::CreateRoom { device: device(n), room: ROOM, kind, group_info })
}

fn post_op(n: u8, epoch: u64, id: u8, size: usize) -> Op {
    let payload = Bytes::new(vec![n; size]).unwrap();
    let post = PostId::from_array([id; 16]);
    Op::Post { device: device(n), room: ROOM, epoch: Epoch(epoch), post, payload }
}

fn commit_op(n: u8, epoch: u64, id: u8, added: &[u8], removed: &[u8]) -> Op {
    let devices = |list: &[u8]| List::new(list.iter().copied().map(device).collect()).unwrap();
    Op::Commit(Box::new(CommitOp {
        device: device(n),
        room: ROOM,
        epoch: Epoch(epoch),
        post: PostId::from_array([id; 16]),
        commit: Bytes::new(vec![n; 10]).unwrap(),
        group_info: Bytes::new(vec![id; 20]).unwrap(),
        added: devices(added),
        removed: devices(removed),
    }))
}

fn fetch(store: &mut dyn Store, n: u8, after: u64) -> Result<(u64, u64, Vec<u64>), Refusal> {
    match ask(store, Op::Fetch { device: device(n), room: ROOM, after: Seq(after) }) {
        Ok(Done::Records { oldest, head, records, .. }) => {
            Ok((oldest.0, head.0, records.iter().map(|record| record.seq.0).collect()))
        }
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    }
}

fn seq(answer: Answer) -> Result<u64, Refusal> {
    match answer {
        Ok(Done::Appended { record, .. }) => Ok(record.seq.0),
        Ok(Done::Repeated { seq, .. }) => Ok(1_000 + seq.0),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    }
}

fn a_device_is_known_by_its_static_key(store: &mut dyn Store) {
    assert!(matches!(ask(store, Op::SignIn { noise_key: [1; 32] }), Ok(Done::NoDevice)));
    register(store, "alice", 1);
    let Ok(Done::SignedIn(known)) = ask(store, Op::SignIn { noise_key: [1; 32] }) else { panic!() };
    assert_eq!((known.signed_in.handle, known.signed_in.device), (handle("alice"), device(1)));
}

fn two_registrations_at_once_make_one_account(store: &mut dyn Store) {
    let request = |n| StoreRequest {
        ticket: Ticket::Admin(n),
        now: NOW,
        op: register_op("alice", u8::try_from(n).unwrap(), None),
    };
    let replies = store.apply(vec![request(1), request(2)]);
    assert!(matches!(replies[0].result, Ok(Done::SignedIn(_))));
    assert_eq!(replies[1].result.as_ref().unwrap_err(), &Refusal::HandleTaken);
    assert!(matches!(ask(store, Op::SignIn { noise_key: [2; 32] }), Ok(Done::NoDevice)));
}

fn an_invitation_is_good_for_so_many_and_so_long(store: &mut dyn Store) {
    let token = InviteToken([5; 16]);
    let add = Op::AddInvitation { token: token.clone(), uses: 2, expires: UnixMs(NOW.0 + 10) };
    ask(store, add).unwrap();
    let refused = |store: &mut dyn Store, now, token: &InviteToken| {
        ask_at(store, now, register_op("zoe", 9, Some(token.clone()))).unwrap_err()
    };
    assert_eq!(refused(store, NOW, &InviteToken([6; 16])), Refusal::InvitationUnknown);
    assert_eq!(refused(store, UnixMs(NOW.0 + 10), &token), Refusal::InvitationExpired);
    ask(store, register_op("alice", 1, Some(token.clone()))).unwrap();
    let taken = ask(store, register_op("alice", 2, Some(token.clone()))).unwrap_err();
    assert_eq!(taken, Refusal::HandleTaken, "and the invitation is not used");
    ask(store, register_op("bob", 2, Some(token.clone()))).unwrap();
    assert_eq!(refused(store, NOW, &token), Refusal::InvitationUsedUp);
}

fn an_account_has_so_many_devices_and_each_is_its_own(store: &mut dyn Store) {
    let account = register(store, "alice", 1);
    register(store, "bob", 200);
    let enroll = |store: &mut dyn Store, device| ask(store, Op::Enroll { account, device });
    assert_eq!(enroll(store, new_device(200)).unwrap_err(), Refusal::NotAllowed);
    let stolen_key = NewDevice { noise_key: [200; 32], ..new_device(2) };
    assert_eq!(enroll(store, stolen_key).unwrap_err(), Refusal::NotAllowed);
    let max = u8::try_from(MAX_DEVICES).unwrap();
    for n in 2..=max {
        enroll(store, new_device(n)).unwrap();
    }
    assert_eq!(enroll(store, new_device(max + 1)).unwrap_err(), Refusal::TooManyDevices);
}

fn a_disabled_account_does_not_sign_in(store: &mut dyn Store) {
    let account = register(store, "alice", 1);
    let set = |enabled| Op::SetEnabled { handle: handle("alice"), enabled };
    let Ok(Done::EnabledSet { devices, .. }) = ask(store, set(false)) else { panic!() };
    assert_eq!(devices, [device(1)]);
    assert!(matches!(ask(store, Op::SignIn { noise_key: [1; 32] }), Ok(Done::NoDevice)));
    let enroll = Op::Enroll { account, device: new_device(2) };
    assert_eq!(ask(store, enroll).unwrap_err(), Refusal::AccountDisabled);
    let claim = Op::ClaimKeyPackages { handle: handle("alice") };
    assert_eq!(ask(store, claim).unwrap_err(), Refusal::HandleUnknown);
    ask(store, set(true)).unwrap();
    assert!(matches!(ask(store, Op::SignIn { noise_key: [1; 32] }), Ok(Done::SignedIn(_))));
}

fn a_key_package_is_handed_out_once_and_the_last_one_stays(store: &mut dyn Store) {
    register(store, "alice", 1);
    let package = |n: u8| KeyPackage::new(vec![n; 3]).unwrap();
    let many = (0..=u8::try_from(MAX_KEY_PACKAGES).unwrap()).map(package).collect();
    let publish =
        |one_use, last_resort| Op::PublishKeyPackages { device: device(1), one_use, last_resort };
    let stored = ask(store, publish(many, Some(package(99)))).unwrap();
    assert!(matches!(stored, Done::KeyPackagesStored { one_use_left: 20 }));
    let mut claim = || match ask(store, Op::ClaimKeyPackages { handle: handle("alice") }) {
        Ok(Done::KeyPackagesClaimed { packages, left }) => {
            (packages[0].key_package.to_vec(), left.first().map(|(_, left)| *left))
        }
        other => panic!("{other:?}"),
    };
    for n in 0..20 {
        assert_eq!(claim(), (vec![n; 3], Some(19 - n)));
    }
    assert_eq!(claim(), (vec![99; 3], None), "no news to its owner");
    assert_eq!(claim(), (vec![99; 3], None), "no news to its owner");
}

fn there_is_one_lobby(store: &mut dyn Store) {
    register(store, "alice", 1);
    create(store, 1, RoomKind::Lobby).unwrap();
    assert_eq!(create(store, 1, RoomKind::Closed).unwrap_err(), Refusal::RoomExists);
    let (room, kind) = (RoomId::from_array([2; 16]), RoomKind::Lobby);
    let group_info = Bytes::new(vec![0]).unwrap();
    let second = Op::CreateRoom { device: device(1), room, kind, group_info };
    assert_eq!(ask(store, second).unwrap_err(), Refusal::RoomExists);
}

fn a_post_needs_the_epoch_and_is_appended_once(store: &mut dyn Store) {
    register(store, "alice", 1);
    register(store, "bob", 2);
    create(store, 1, RoomKind::Closed).unwrap();
    assert_eq!(seq(ask(store, post_op(1, 0, 1, 5))), Ok(1));
    let conflict = Err(Refusal::Conflict { epoch: Epoch(0) });
    assert_eq!(seq(ask(store, post_op(1, 1, 2, 5))), conflict);
    assert_eq!(seq(ask(store, post_op(1, 77, 1, 5))), Ok(1_001), "before the epoch is looked at");
    assert_eq!(seq(ask(store, post_op(2, 0, 3, 5))), Err(Refusal::RoomUnknown));
    assert_eq!(fetch(store, 2, 0), Err(Refusal::RoomUnknown));
    assert_eq!(fetch(store, 1, u64::MAX), Ok((1, 1, vec![])));
}

fn one_commit_wins_an_epoch(store: &mut dyn Store) {
    for n in 1..=3 {
        register(store, ["", "alice", "bob", "carol"][usize::from(n)], n);
    }
    create(store, 1, RoomKind::Lobby).unwrap();
    assert_eq!(seq(ask(store, commit_op(2, 0, 1, &[2], &[]))), Ok(1));
    let conflict = Err(Refusal::Conflict { epoch: Epoch(1) });
    assert_eq!(seq(ask(store, commit_op(3, 0, 2, &[3], &[]))), conflict);
    assert_eq!(seq(ask(store, commit_op(2, 0, 1, &[2], &[]))), Ok(1_001));
    assert_eq!(seq(ask(store, commit_op(3, 1, 3, &[3], &[]))), Ok(2));
    assert_eq!(fetch(store, 3, 0), Ok((2, 2, vec![2])), "from its joining on");
    let Ok(Done::GroupInfo { epoch, group_info, .. }) =
        ask(store, Op::FetchGroupInfo { device: device(1), room: ROOM })
    else {
        panic!()
    };
    assert_eq!((epoch, &*group_info), (Epoch(2), [3; 20].as_slice()));
}

fn a_commit_changes_members_by_the_rules(store: &mut dyn Store) {
    for (n, name) in [(1, "alice"), (2, "bob"), (3, "carol"), (4, "dave")] {
        register(store, name, n);
    }
    create(store, 1, RoomKind::Closed).unwrap();
    let join = seq(ask(store, commit_op(2, 0, 1, &[2], &[])));
    assert_eq!(join, Err(Refusal::RoomUnknown), "a closed room is not joined");
    let refused = Err(Refusal::NotAllowed);
    assert_eq!(seq(ask(store, commit_op(1, 0, 2, &[77], &[]))), refused, "no such device");
    assert_eq!(seq(ask(store, commit_op(1, 0, 3, &[2, 2], &[]))), refused, "twice");
    assert_eq!(seq(ask(store, commit_op(1, 0, 4, &[], &[2]))), refused, "no member");
    assert_eq!(seq(ask(store, commit_op(1, 0, 5, &[2, 3], &[]))), Ok(1));
    assert_eq!(seq(ask(store, commit_op(1, 1, 6, &[2], &[]))), refused, "a member already");
    assert_eq!(seq(ask(store, commit_op(2, 1, 7, &[2], &[]))), Ok(2), "but may rejoin");
    assert_eq!(seq(ask(store, commit_op(1, 2, 20, &[], &[1, 2, 3]))), refused, "nobody is left");
    assert_eq!(seq(ask(store, commit_op(1, 2, 8, &[], &[3]))), Ok(3));
    assert_eq!(seq(ask(store, post_op(3, 3, 9, 5))), Err(Refusal::RoomUnknown));
    assert_eq!(fetch(store, 3, 0), Err(Refusal::RoomUnknown));
    assert_eq!(fetch(store, 2, 0), Ok((1, 3, vec![1, 2, 3])));
}

fn in_the_lobby_each_account_comes_and_goes_by_itself(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    register(store, "bob", 2);
    ask(store, Op::Enroll { account: alice, device: new_device(3) }).unwrap();
    create(store, 1, RoomKind::Lobby).unwrap();
    let refused = Err(Refusal::NotAllowed);
    assert_eq!(seq(ask(store, commit_op(1, 0, 1, &[2], &[]))), refused, "another is not added");
    assert_eq!(seq(ask(store, commit_op(2, 0, 2, &[2], &[]))), Ok(1));
    assert_eq!(seq(ask(store, commit_op(3, 1, 3, &[3], &[]))), Ok(2));
    assert_eq!(seq(ask(store, commit_op(2, 2, 4, &[], &[1]))), refused, "nor taken out");
    assert_eq!(seq(ask(store, commit_op(1, 2, 5, &[], &[3]))), Ok(3), "but an own device is");
    assert_eq!(seq(ask(store, commit_op(2, 3, 6, &[2], &[]))), Ok(4), "and rejoining is");
}

fn a_fetch_is_bounded_and_goes_on(store: &mut dyn Store) {
    register(store, "alice", 1);
    create(store, 1, RoomKind::Closed).unwrap();
    for id in 1..=10 {
        ask(store, post_op(1, 0, id, 60_000)).unwrap();
    }
    assert_eq!(fetch(store, 1, 0), Ok((1, 10, vec![1, 2, 3, 4])));
    assert_eq!(fetch(store, 1, 8), Ok((1, 10, vec![9, 10])));
}

fn old_records_are_swept(store: &mut dyn Store) {
    register(store, "alice", 1);
    create(store, 1, RoomKind::Closed).unwrap();
    for id in 1..=10 {
        ask_at(store, UnixMs(NOW.0 + u64::from(id)), post_op(1, 0, id, 100)).unwrap();
    }
    let mut sweep = |before, max_room_bytes| loop {
        let op = Op::Sweep { before: UnixMs(before), max_room_bytes };
        match ask(store, op).unwrap() {
            Done::Swept { more: true } => {}
            _ => break fetch(store, 1, 0).unwrap(),
        }
    };
    assert_eq!(sweep(NOW.0 + 4, u64::MAX), (4, 10, (4..=10).collect()));
    assert_eq!(sweep(0, 350), (8, 10, vec![8, 9, 10]));
    assert_eq!(sweep(u64::MAX, 0), (11, 10, vec![]));
    let Ok(Done::Totals(totals)) = ask(store, Op::CountAll) else { panic!() };
    assert_eq!((totals.records, totals.bytes), (0, 0));
    assert_eq!(seq(ask(store, post_op(1, 0, 77, 5))), Ok(11), "numbers go on");
}

fn the_setup_of_the_first_start_stays(store: &mut dyn Store) {
    assert_eq!(store.opaque_setup(vec![1]).unwrap(), [1]);
    assert_eq!(store.opaque_setup(vec![2]).unwrap(), [1]);
}

macro_rules! twins {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[test] fn $name() { super::$name(&mut super::MemoryStore::default()); })*
        }

        mod sqlite {
            $(#[test] fn $name() {
                let directory = tempfile::tempdir().unwrap();
                let path = directory.path().join("relay.db");
                super::$name(&mut super::SqliteStore::open(&path).unwrap());
            })*
        }
    };
}

twins!(
    a_device_is_known_by_its_static_key,
    two_registrations_at_once_make_one_account,
    an_invitation_is_good_for_so_many_and_so_long,
    an_account_has_so_many_devices_and_each_is_its_own,
    a_disabled_account_does_not_sign_in,
    a_key_package_is_handed_out_once_and_the_last_one_stays,
    there_is_one_lobby,
    a_post_needs_the_epoch_and_is_appended_once,
    one_commit_wins_an_epoch,
    a_commit_changes_members_by_the_rules,
    in_the_lobby_each_account_comes_and_goes_by_itself,
    a_fetch_is_bounded_and_goes_on,
    old_records_are_swept,
    the_setup_of_the_first_start_stays,
);

/// What happens to the file.
mod file {
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
        let pages: i64 =
            store.sql().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
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
}
