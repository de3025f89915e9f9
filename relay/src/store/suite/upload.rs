//! Files: who may send and fetch them, quotas, and how they go.

use wire::id::FileId;
use wire::message::FileLimits;

use super::*;

twins!(
    a_file_is_sent_by_one_device_and_fetched_by_members_once_it_is_whole,
    an_upload_goes_on_where_both_sides_can,
    a_name_that_is_taken_is_nobody_elses,
    quotas_are_kept_and_said,
    a_small_file_counts_for_what_a_disk_takes,
    only_the_account_deletes_its_file,
    old_files_and_those_given_up_are_swept_a_part_at_a_time,
    files_go_with_their_room,
    files_are_counted,
    what_is_known_of_files_is_listed_and_can_be_forgotten,
);

const FILE: FileId = FileId::from_array([9; 16]);
const QUOTA: Quota = Quota { file_bytes: 100_000, account_bytes: 150_000, relay_bytes: 200_000 };

fn file(n: u8) -> FileId {
    FileId::from_array([n; 16])
}

fn open_op(n: u8, file: FileId, size: u64, from: u64) -> Op {
    Op::OpenUpload { device: device(n), room: ROOM, file, size, from, quota: QUOTA }
}

/// Where an upload goes on.
fn open(store: &mut dyn Store, n: u8, file: FileId, size: u64, from: u64) -> Result<u64, Refusal> {
    match ask(store, open_op(n, file, size, from)) {
        Ok(Done::UploadOpened { room: ROOM, file: opened, size: all, at }) => {
            assert_eq!((opened, all), (file, size));
            Ok(at)
        }
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    }
}

fn note(store: &mut dyn Store, n: u8, stored: u64) -> Result<(), Refusal> {
    ask(store, Op::NoteStored { device: device(n), file: FILE, stored }).map(drop)
}

fn finish(store: &mut dyn Store, n: u8, file: FileId) -> Result<(), Refusal> {
    ask(store, Op::FinishFile { device: device(n), file }).map(drop)
}

fn download(store: &mut dyn Store, n: u8, file: FileId) -> Result<u64, Refusal> {
    match ask(store, Op::OpenDownload { device: device(n), room: ROOM, file }) {
        Ok(Done::DownloadOpened { size, .. }) => Ok(size),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    }
}

fn delete(store: &mut dyn Store, n: u8, file: FileId) -> bool {
    match ask(store, Op::DeleteFile { device: device(n), file }) {
        Ok(Done::FileDeleted { existed, .. }) => existed,
        other => panic!("{other:?}"),
    }
}

fn limits(store: &mut dyn Store, n: u8) -> FileLimits {
    match ask(store, Op::FileLimits { device: device(n), quota: QUOTA, keep_days: 7 }) {
        Ok(Done::FileLimits(limits)) => limits,
        other => panic!("{other:?}"),
    }
}

fn sweep(store: &mut dyn Store, sent_before: u64, begun_before: u64) -> (bool, Vec<FileId>) {
    let (sent_before, begun_before) = (UnixMs(sent_before), UnixMs(begun_before));
    let (before, max_room_bytes) = (UnixMs(0), u64::MAX);
    match ask(store, Op::Sweep { before, max_room_bytes, sent_before, begun_before }) {
        Ok(Done::Swept { more, files }) => (more, files),
        other => panic!("{other:?}"),
    }
}

/// Alice with devices 1 and 4, and bob with 2, in a closed room, carol with 3 outside. Returns
/// alice's account.
fn town(store: &mut dyn Store) {
    let alice = register(store, "alice", 1);
    register(store, "bob", 2);
    register(store, "carol", 3);
    enroll(store, alice, 4).unwrap();
    create(store, 1, RoomKind::Closed).unwrap();
    ask(store, commit_op(1, 0, 1, &[2, 4], &[])).unwrap();
}

fn a_file_is_sent_by_one_device_and_fetched_by_members_once_it_is_whole(store: &mut dyn Store) {
    town(store);
    assert_eq!(open(store, 3, FILE, 500, 0), Err(Refusal::RoomUnknown));
    assert_eq!(open(store, 77, FILE, 500, 0), Err(Refusal::NotSignedIn));
    assert_eq!(open(store, 1, FILE, 500, 0), Ok(0));
    assert_eq!(download(store, 2, FILE), Err(Refusal::FileUnknown), "not whole");
    assert_eq!(finish(store, 2, FILE), Err(Refusal::FileUnknown));
    assert_eq!(finish(store, 1, FILE), Ok(()));
    assert_eq!(finish(store, 1, FILE), Err(Refusal::FileUnknown), "done already");
    assert_eq!(download(store, 2, FILE), Ok(500));
    assert_eq!(download(store, 1, FILE), Ok(500));
    assert_eq!(download(store, 3, FILE), Err(Refusal::RoomUnknown));
    assert_eq!(download(store, 2, file(1)), Err(Refusal::FileUnknown));
    ask(store, commit_op(1, 1, 2, &[], &[2])).unwrap();
    assert_eq!(download(store, 2, FILE), Err(Refusal::RoomUnknown), "a former member");
    assert_eq!(open(store, 2, file(1), 500, 0), Err(Refusal::RoomUnknown));
}

fn an_upload_goes_on_where_both_sides_can(store: &mut dyn Store) {
    town(store);
    assert_eq!(open(store, 1, FILE, 500, 300), Ok(0), "nothing is there");
    note(store, 1, 400).unwrap();
    assert_eq!(note(store, 2, 450), Err(Refusal::FileUnknown));
    assert_eq!(open(store, 1, FILE, 500, 500), Ok(400));
    assert_eq!(open(store, 1, FILE, 500, 200), Ok(200));
    assert_eq!(open(store, 1, FILE, 500, 400), Ok(200), "the rest was cut off");
    finish(store, 1, FILE).unwrap();
    assert_eq!(open(store, 1, FILE, 500, 0), Ok(500), "it is whole");
    assert_eq!(note(store, 1, 100), Err(Refusal::FileUnknown));
    let drop = Op::DropUpload { device: device(1), file: FILE };
    assert_eq!(ask(store, drop).unwrap_err(), Refusal::FileUnknown, "nor is it given up");
}

fn a_name_that_is_taken_is_nobody_elses(store: &mut dyn Store) {
    town(store);
    open(store, 1, FILE, 500, 0).unwrap();
    for n in [2, 4] {
        assert_eq!(open(store, n, FILE, 500, 0), Err(Refusal::NotAllowed));
    }
    assert_eq!(open(store, 1, FILE, 501, 0), Err(Refusal::NotAllowed), "another size");
    let other = RoomId::from_array([2; 16]);
    let (kind, group_info) = (RoomKind::Closed, Bytes::default());
    let create = Op::CreateRoom { device: device(1), room: other, kind, group_info, max_made: 9 };
    ask(store, create).unwrap();
    let Op::OpenUpload { device, file, size, from, quota, .. } = open_op(1, FILE, 500, 0) else {
        panic!()
    };
    let op = Op::OpenUpload { device, room: other, file, size, from, quota };
    assert_eq!(ask(store, op).unwrap_err(), Refusal::NotAllowed, "another room");
    assert!(delete(store, 4, FILE));
    assert_eq!(open(store, 2, FILE, 7, 0), Ok(0), "free again");
    assert_eq!(note(store, 1, 5), Err(Refusal::FileUnknown), "late news of the former");
    let drop = Op::DropUpload { device: self::device(1), file: FILE };
    assert_eq!(ask(store, drop).unwrap_err(), Refusal::FileUnknown);
}

fn quotas_are_kept_and_said(store: &mut dyn Store) {
    town(store);
    let left = |left_bytes| FileLimits {
        max_bytes: 100_000,
        account_bytes: 150_000,
        left_bytes,
        keep_days: 7,
    };
    assert_eq!(limits(store, 1), left(150_000));
    assert_eq!(open(store, 1, FILE, 100_001, 0), Err(Refusal::FileTooLarge { max: 100_000 }));
    open(store, 1, FILE, 100_000, 0).unwrap();
    assert_eq!(limits(store, 4), left(50_000), "of the account, and before it is whole");
    assert_eq!(open(store, 4, file(1), 50_001, 0), Err(Refusal::QuotaExceeded { left: 50_000 }));
    open(store, 4, file(1), 50_000, 0).unwrap();
    assert_eq!(open(store, 1, file(2), 1, 0), Err(Refusal::QuotaExceeded { left: 0 }));
    assert_eq!(open(store, 1, FILE, 100_000, 0), Ok(0), "what is there goes on");
    assert_eq!(limits(store, 2), left(50_000), "what the relay has left");
    assert_eq!(open(store, 2, file(3), 50_001, 0), Err(Refusal::RelayFull));
    assert_eq!(open(store, 2, file(3), 50_000, 0), Ok(0));
    let drop = Op::DropUpload { device: device(1), file: FILE };
    ask(store, drop).unwrap();
    assert_eq!(limits(store, 1), left(100_000), "given back");
}

fn a_small_file_counts_for_what_a_disk_takes(store: &mut dyn Store) {
    town(store);
    let small = || (100..124).map(file);
    for (n, file) in (1..).zip(small()) {
        open(store, 1, file, 20, 0).unwrap();
        assert_eq!(limits(store, 1).left_bytes, 150_000 - 4_096 * n);
    }
    open(store, 1, FILE, 48_000, 0).unwrap();
    assert_eq!(limits(store, 1).left_bytes, 0, "of 3,696, which are none to a file");
    assert_eq!(open(store, 4, file(30), 20, 0), Err(Refusal::QuotaExceeded { left: 0 }));
    open(store, 2, file(31), 50_000, 0).unwrap();
    assert_eq!(limits(store, 2).left_bytes, 0, "nor is what the relay has left");
    assert_eq!(open(store, 2, file(32), 20, 0), Err(Refusal::RelayFull));
    assert!(small().all(|file| delete(store, 1, file)));
    assert_eq!(limits(store, 1).left_bytes, 150_000 - 48_000, "given back");
    assert_eq!(totals(store).file_bytes, 98_000, "these are exact");
}

fn only_the_account_deletes_its_file(store: &mut dyn Store) {
    town(store);
    open(store, 1, FILE, 500, 0).unwrap();
    finish(store, 1, FILE).unwrap();
    assert!(!delete(store, 2, FILE));
    assert!(!delete(store, 3, FILE));
    assert_eq!(download(store, 2, FILE), Ok(500));
    assert!(delete(store, 4, FILE), "another of its devices");
    assert!(!delete(store, 1, FILE));
    assert_eq!(download(store, 2, FILE), Err(Refusal::FileUnknown));
    assert_eq!(limits(store, 1).left_bytes, 150_000);
}

fn old_files_and_those_given_up_are_swept_a_part_at_a_time(store: &mut dyn Store) {
    town(store);
    let at = |time: u64| UnixMs(NOW.0 + time);
    for n in 0..100 {
        let quota = Quota { account_bytes: 1 << 30, relay_bytes: 1 << 30, ..QUOTA };
        let (device, file, from) = (device(1), file(n), 0);
        let op = Op::OpenUpload { device, room: ROOM, file, size: 10, from, quota };
        ask_at(store, at(n.into()), op).unwrap();
        if n < 80 {
            let op = Op::FinishFile { device, file };
            ask_at(store, at(1_000 + u64::from(n)), op).unwrap();
        }
    }
    assert_eq!(sweep(store, NOW.0 + 1_000, NOW.0 + 80), (false, vec![]));
    let (more, mut files) = sweep(store, NOW.0 + 1_070, NOW.0 + 90);
    assert!(more && files.len() <= 64);
    let (more, rest) = sweep(store, NOW.0 + 1_070, NOW.0 + 90);
    assert!(more);
    files.extend(rest);
    files.sort();
    assert_eq!(files, (0..70).chain(80..90).map(file).collect::<Vec<_>>());
    assert_eq!(sweep(store, NOW.0 + 1_070, NOW.0 + 90), (false, vec![]));
    assert_eq!(totals(store).files, 20);
}

fn files_go_with_their_room(store: &mut dyn Store) {
    town(store);
    open(store, 1, FILE, 500, 0).unwrap();
    finish(store, 1, FILE).unwrap();
    open(store, 2, file(1), 500, 0).unwrap();
    for n in [1, 2, 4] {
        ask(store, Op::LeaveRoom { device: device(n), room: ROOM, seq: Seq(99) }).unwrap();
    }
    create(store, 3, RoomKind::Open).unwrap();
    assert_eq!(download(store, 3, FILE), Err(Refusal::FileUnknown), "another room of that name");
    assert_eq!(sweep(store, 0, 0), (true, vec![file(1), FILE]));
    assert_eq!((totals(store).files, totals(store).rooms), (0, 1));
    while sweep(store, 0, 0).0 {}
    assert_eq!(limits(store, 1).left_bytes, 150_000);
}

fn files_are_counted(store: &mut dyn Store) {
    town(store);
    open(store, 1, FILE, 500, 0).unwrap();
    finish(store, 1, FILE).unwrap();
    open(store, 4, file(1), 70, 0).unwrap();
    open(store, 2, file(2), 3, 0).unwrap();
    let totals = totals(store);
    assert_eq!((totals.files, totals.file_bytes), (3, 573));
    let Ok(Done::Accounts(accounts)) = ask(store, Op::ListAccounts) else { panic!() };
    let accounts: Vec<_> = accounts.iter().map(|line| (line.files, line.file_bytes)).collect();
    assert_eq!(accounts, [(2, 570), (1, 3), (0, 0)]);
    let Ok(Done::Rooms(rooms)) = ask(store, Op::ListRooms) else { panic!() };
    assert_eq!((rooms[0].files, rooms[0].file_bytes), (3, 573));
}

fn what_is_known_of_files_is_listed_and_can_be_forgotten(store: &mut dyn Store) {
    town(store);
    open(store, 1, FILE, 500, 0).unwrap();
    note(store, 1, 200).unwrap();
    open(store, 2, file(1), 50, 0).unwrap();
    finish(store, 2, file(1)).unwrap();
    let part = KnownFile { file: FILE, size: 500, stored: 200, whole: false };
    let whole = KnownFile { file: file(1), size: 50, stored: 50, whole: true };
    let mut files = store.files().unwrap();
    files.sort_by_key(|known| known.file);
    assert_eq!(files, [whole, part]);
    store.forget_files(&[FILE, file(7)]).unwrap();
    assert_eq!(store.files().unwrap(), [whole]);
    assert_eq!(limits(store, 1).left_bytes, 150_000);
}
