use wire::chunk::Layout;
use wire::limit::MAX_CHUNK_BYTES;
use wire::message::FileLimits;

use super::*;
use crate::blob::reconcile;

pub(super) const FILE: FileId = FileId::from_array([50; 16]);
pub(super) const CHUNK: u64 = 61_460;
/// Three chunks, the last one short.
pub(super) const SIZE: u64 = 2 * CHUNK + 1_000;

pub(super) fn file(n: u8) -> FileId {
    FileId::from_array([n; 16])
}

pub(super) fn open(file: FileId, size: u64, from: u64) -> ToRelay {
    ToRelay::OpenUpload { room: ROOM, file, size, from }
}

pub(super) fn opened(file: FileId, at: u64) -> ToClient {
    ToClient::UploadOpen { file, at }
}

/// The chunk that belongs at an offset.
fn chunk(size: u64, offset: u64) -> wire::message::Chunk {
    let length = Layout::of_sealed(size).unwrap().length(offset);
    let first = u8::try_from(offset / CHUNK).unwrap();
    Bytes::new((0..=u8::MAX).cycle().skip(first.into()).take(length).collect()).unwrap()
}

pub(super) fn put(file: FileId, size: u64, offset: u64, durable: bool) -> ToRelay {
    ToRelay::PutChunk { file, offset, durable, chunk: chunk(size, offset) }
}

pub(super) fn stored(file: FileId, stored: u64) -> ToClient {
    ToClient::ChunkStored { file, stored }
}

pub(super) fn get(file: FileId, offset: u64) -> ToRelay {
    ToRelay::GetChunk { file, offset }
}

pub(super) fn download(file: FileId) -> ToRelay {
    ToRelay::OpenDownload { room: ROOM, file }
}

impl Lab {
    /// Sends a whole file.
    pub(super) fn upload(&mut self, conn: ConnId, file: FileId, size: u64) {
        assert_eq!(self.ask(conn, open(file, size, 0)), opened(file, 0));
        let mut offset = 0;
        while offset < size {
            let answer = self.ask(conn, put(file, size, offset, false));
            offset = (offset + CHUNK).min(size);
            assert_eq!(answer, stored(file, offset));
        }
    }

    /// Fetches a whole file, chunk by chunk.
    pub(super) fn fetches(&mut self, conn: ConnId, file: FileId, size: u64) {
        assert_eq!(self.ask(conn, download(file)), ToClient::DownloadOpen { file, size });
        let mut offset = 0;
        while offset < size {
            let answer = self.ask(conn, get(file, offset));
            assert_eq!(answer, ToClient::Chunk { file, offset, chunk: chunk(size, offset) });
            offset += CHUNK;
        }
    }

    /// The relay loses its power and starts again.
    pub(super) fn crash(&mut self) {
        self.blobs.crash();
        reconcile(&mut self.store, &mut self.blobs).unwrap();
        let opaque = Opaque::new(&Opaque::fresh_setup([1; 32]), RELAY_KEY, [2; 32]).unwrap();
        self.hub = Hub::new(self.hub.settings.clone(), opaque, self.now);
        self.sent.clear();
    }

    pub(super) fn release(&mut self) {
        for request in self.held.take().unwrap_or_default() {
            let reply = self.blobs.apply(request);
            self.hub.handle_blob(reply, self.now);
        }
        self.settle();
    }

    pub(super) fn drained(&mut self, conn: ConnId) {
        self.hub.handle_drained(conn, self.now);
        self.settle();
    }

    fn totals(&mut self) -> (u64, u64) {
        match self.stored(Op::CountAll) {
            Ok(Done::Totals(totals)) => (totals.files, totals.file_bytes),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_is_sent_and_every_member_fetches_it() {
    let mut lab = Lab::with_room(Settings::default());
    for (n, size) in [(1, SIZE), (2, 20), (3, 2 * CHUNK), (4, CHUNK)] {
        lab.upload(ALICE, file(n), size);
        lab.fetches(BOB, file(n), size);
    }
    lab.fetches(ALICE, file(1), SIZE);
    assert_eq!(lab.take(CAROL), [], "nobody else hears of it");
    assert!(lab.closed.is_empty());
}

#[test]
fn an_upload_goes_on_at_the_durable_mark_after_a_reconnect() {
    let mut lab = Lab::with_room(Settings::default());
    let size = 5 * CHUNK;
    lab.ask(ALICE, open(FILE, size, 0));
    for (n, durable) in [(0, false), (1, true), (2, false)] {
        let answer = lab.ask(ALICE, put(FILE, size, n * CHUNK, durable));
        assert_eq!(answer, stored(FILE, (n + 1) * CHUNK));
    }
    lab.hub.handle_disconnected(ALICE);
    let again = ConnId(9);
    lab.connect(again, 1);
    assert_eq!(lab.refusal(again, put(FILE, size, 3 * CHUNK, false)), Refusal::FileUnknown);
    assert_eq!(lab.ask(again, open(FILE, size, 3 * CHUNK)), opened(FILE, 2 * CHUNK));
    for n in 2..5 {
        lab.ask(again, put(FILE, size, n * CHUNK, false));
    }
    lab.fetches(BOB, FILE, size);
    assert_eq!(lab.ask(again, open(FILE, size, 0)), opened(FILE, size), "whole");
}

#[test]
fn an_upload_goes_on_at_the_durable_mark_after_a_crash() {
    let mut lab = Lab::with_room(Settings::default());
    let size = 3 * CHUNK;
    lab.ask(ALICE, open(FILE, size, 0));
    lab.ask(ALICE, put(FILE, size, 0, true));
    lab.ask(ALICE, put(FILE, size, CHUNK, false));
    lab.crash();
    assert_eq!(lab.blobs.lengths(), [(FILE, MAX_CHUNK_BYTES)].into());
    lab.connect(ALICE, 1);
    lab.connect(BOB, 2);
    assert_eq!(lab.ask(ALICE, open(FILE, size, 2 * CHUNK)), opened(FILE, CHUNK));
    lab.ask(ALICE, put(FILE, size, CHUNK, false));
    lab.ask(ALICE, put(FILE, size, 2 * CHUNK, false));
    lab.crash();
    lab.connect(BOB, 2);
    lab.fetches(BOB, FILE, size);
}

#[test]
fn the_last_chunk_counts_once_the_store_has_noted_it() {
    let mut lab = Lab::with_room(Settings::default());
    lab.ask(ALICE, open(FILE, SIZE, 0));
    lab.ask(ALICE, put(FILE, SIZE, 0, false));
    lab.ask(ALICE, put(FILE, SIZE, CHUNK, true));
    lab.store.set_full(true);
    let refusal = lab.refusal(ALICE, put(FILE, SIZE, 2 * CHUNK, false));
    assert_eq!(refusal, Refusal::StoreUnavailable);
    lab.store.set_full(false);
    assert_eq!(lab.refusal(BOB, download(FILE)), Refusal::FileUnknown);
    lab.crash();
    lab.connect(ALICE, 1);
    lab.connect(BOB, 2);
    assert_eq!(lab.ask(ALICE, open(FILE, SIZE, 2 * CHUNK)), opened(FILE, 2 * CHUNK));
    assert_eq!(lab.ask(ALICE, put(FILE, SIZE, 2 * CHUNK, false)), stored(FILE, SIZE));
    lab.fetches(BOB, FILE, SIZE);
}

#[test]
fn a_chunk_at_another_place_or_of_another_length_closes_the_upload() {
    let short = ToRelay::PutChunk {
        file: FILE,
        offset: CHUNK,
        durable: false,
        chunk: Bytes::new(vec![0; 999]).unwrap(),
    };
    let wrong = [
        put(FILE, SIZE, 0, false),
        put(FILE, SIZE, 2 * CHUNK, false),
        ToRelay::PutChunk { file: FILE, offset: 7, durable: false, chunk: chunk(SIZE, 0) },
        short,
    ];
    for wrong in wrong {
        let mut lab = Lab::with_room(Settings::default());
        lab.ask(ALICE, open(FILE, SIZE, 0));
        lab.ask(ALICE, put(FILE, SIZE, 0, true));
        assert_eq!(lab.refusal(ALICE, wrong), Refusal::OutOfOrder);
        assert_eq!(lab.refusal(ALICE, put(FILE, SIZE, CHUNK, false)), Refusal::FileUnknown);
        assert_eq!(lab.ask(ALICE, open(FILE, SIZE, CHUNK)), opened(FILE, CHUNK));
        assert_eq!(lab.ask(ALICE, put(FILE, SIZE, CHUNK, false)), stored(FILE, 2 * CHUNK));
    }
}

#[test]
fn no_file_has_such_a_size_or_begins_there() {
    let mut lab = Lab::with_room(Settings::default());
    for (size, from) in [(0, 0), (19, 0), (CHUNK + 1, 0), (SIZE, 5), (SIZE, 3 * CHUNK)] {
        assert_eq!(lab.refusal(ALICE, open(FILE, size, from)), Refusal::NotAllowed);
    }
    lab.upload(ALICE, FILE, SIZE);
    lab.ask(BOB, download(FILE));
    for offset in [1, 3 * CHUNK, u64::MAX] {
        assert_eq!(lab.refusal(BOB, get(FILE, offset)), Refusal::OutOfOrder);
    }
    assert!(matches!(lab.ask(BOB, get(FILE, 0)), ToClient::Chunk { .. }), "open still");
}

#[test]
fn what_is_too_large_is_refused_before_a_byte_is_taken() {
    let settings = Settings {
        max_file_bytes: SIZE,
        account_file_bytes: SIZE + 5_000,
        relay_file_bytes: 2 * SIZE,
        ..Settings::default()
    };
    let mut lab = Lab::with_room(settings);
    let limits = |left_bytes| {
        let (max_bytes, account_bytes, keep_days) = (SIZE, SIZE + 5_000, 90);
        ToClient::FileLimits(FileLimits { max_bytes, account_bytes, left_bytes, keep_days })
    };
    assert_eq!(lab.ask(ALICE, ToRelay::FileLimits), limits(SIZE + 5_000));
    let too_large = Refusal::FileTooLarge { max: SIZE };
    assert_eq!(lab.refusal(ALICE, open(file(1), SIZE + 1, 0)), too_large);
    lab.upload(ALICE, FILE, SIZE);
    assert_eq!(lab.ask(ALICE, ToRelay::FileLimits), limits(5_000));
    let exceeded = Refusal::QuotaExceeded { left: 5_000 };
    assert_eq!(lab.refusal(ALICE, open(file(1), 5_001, 0)), exceeded);
    lab.upload(BOB, file(2), SIZE - 1_000);
    assert_eq!(lab.refusal(CAROL, open(file(3), 1_001, 0)), Refusal::RelayFull);
    assert_eq!(lab.refusal(CAROL, put(file(3), 1_001, 0, false)), Refusal::FileUnknown);
    assert_eq!(lab.blobs.lengths().len(), 2);
    assert_eq!(lab.totals(), (2, 2 * SIZE - 1_000));
}

#[test]
fn a_full_disk_is_said_at_once_and_leaves_nothing_behind() {
    let mut lab = Lab::with_room(Settings::default());
    lab.blobs.set_full(true);
    assert_eq!(lab.refusal(ALICE, open(FILE, SIZE, 0)), Refusal::RelayFull);
    assert_eq!(lab.refusal(ALICE, put(FILE, SIZE, 0, false)), Refusal::FileUnknown);
    assert_eq!((lab.totals(), lab.blobs.lengths().len()), ((0, 0), 0));
    lab.blobs.set_full(false);
    lab.upload(ALICE, FILE, SIZE);
    lab.fetches(BOB, FILE, SIZE);
}

#[test]
fn a_disk_that_fills_up_leaves_nothing_half_written() {
    for last in [false, true] {
        let mut lab = Lab::with_room(Settings::default());
        lab.ask(ALICE, open(FILE, SIZE, 0));
        lab.ask(ALICE, put(FILE, SIZE, 0, true));
        let mut offset = CHUNK;
        if last {
            lab.ask(ALICE, put(FILE, SIZE, CHUNK, false));
            offset = 2 * CHUNK;
        }
        lab.blobs.set_full(true);
        assert_eq!(lab.refusal(ALICE, put(FILE, SIZE, offset, false)), Refusal::RelayFull);
        assert_eq!((lab.totals(), lab.blobs.lengths().len()), ((0, 0), 0));
        assert_eq!(lab.refusal(ALICE, put(FILE, SIZE, offset, false)), Refusal::FileUnknown);
        lab.blobs.set_full(false);
        lab.upload(ALICE, FILE, SIZE);
        lab.fetches(BOB, FILE, SIZE);
    }
}

#[test]
fn what_is_durable_outlives_a_disk_that_fails() {
    for last in [false, true] {
        let mut lab = Lab::with_room(Settings::default());
        lab.ask(ALICE, open(FILE, SIZE, 0));
        lab.ask(ALICE, put(FILE, SIZE, 0, true));
        let mut offset = CHUNK;
        if last {
            lab.ask(ALICE, put(FILE, SIZE, CHUNK, false));
            offset = 2 * CHUNK;
        }
        lab.blobs.set_failing(true);
        let refusal = lab.refusal(ALICE, put(FILE, SIZE, offset, true));
        assert_eq!(refusal, Refusal::StoreUnavailable);
        let refusal = lab.refusal(ALICE, open(FILE, SIZE, offset));
        assert_eq!(refusal, Refusal::StoreUnavailable, "it fails still");
        assert_eq!((lab.totals(), lab.blobs.lengths().len()), ((1, SIZE), 1));
        lab.blobs.set_failing(false);
        assert_eq!(lab.refusal(ALICE, put(FILE, SIZE, offset, false)), Refusal::FileUnknown);
        assert_eq!(lab.ask(ALICE, open(FILE, SIZE, offset)), opened(FILE, CHUNK));
        lab.ask(ALICE, put(FILE, SIZE, CHUNK, false));
        lab.ask(ALICE, put(FILE, SIZE, 2 * CHUNK, false));
        lab.fetches(BOB, FILE, SIZE);
    }
}

#[test]
fn a_disk_that_fails_before_anything_is_durable_leaves_nothing_behind() {
    let mut lab = Lab::with_room(Settings::default());
    lab.blobs.set_failing(true);
    assert_eq!(lab.refusal(ALICE, open(FILE, SIZE, 0)), Refusal::StoreUnavailable);
    assert_eq!((lab.totals(), lab.blobs.lengths().len()), ((0, 0), 0));
    lab.blobs.set_failing(false);
    lab.ask(ALICE, open(FILE, SIZE, 0));
    lab.ask(ALICE, put(FILE, SIZE, 0, false));
    lab.blobs.set_failing(true);
    let refusal = lab.refusal(ALICE, put(FILE, SIZE, CHUNK, true));
    assert_eq!(refusal, Refusal::StoreUnavailable);
    assert_eq!((lab.totals(), lab.blobs.lengths().len()), ((0, 0), 0));
    lab.blobs.set_failing(false);
    lab.upload(ALICE, FILE, SIZE);
}

#[test]
fn what_was_sent_waits_for_a_disk_that_is_full_when_it_goes_on() {
    let mut lab = Lab::with_room(Settings::default());
    lab.ask(ALICE, open(FILE, SIZE, 0));
    lab.ask(ALICE, put(FILE, SIZE, 0, true));
    lab.blobs.set_full(true);
    assert_eq!(lab.refusal(ALICE, open(FILE, SIZE, CHUNK)), Refusal::RelayFull);
    lab.blobs.set_full(false);
    assert_eq!(lab.ask(ALICE, open(FILE, SIZE, CHUNK)), opened(FILE, CHUNK));
}

#[test]
fn a_store_that_fails_begins_no_file() {
    let mut lab = Lab::with_room(Settings::default());
    lab.store.set_full(true);
    assert_eq!(lab.refusal(ALICE, open(FILE, SIZE, 0)), Refusal::StoreUnavailable);
    assert!(lab.blobs.lengths().is_empty());
    lab.store.set_full(false);
    lab.upload(ALICE, FILE, SIZE);
}

#[test]
fn who_is_no_member_sends_and_gets_nothing() {
    let mut lab = Lab::with_room(Settings::default());
    lab.upload(ALICE, FILE, SIZE);
    lab.add_account("dave", 4);
    let dave = ConnId(4);
    lab.connect(dave, 4);
    assert_eq!(lab.refusal(dave, open(file(1), SIZE, 0)), Refusal::RoomUnknown);
    assert_eq!(lab.refusal(dave, download(FILE)), Refusal::RoomUnknown);
    assert_eq!(lab.refusal(dave, get(FILE, 0)), Refusal::FileUnknown);
    assert_eq!(lab.refusal(dave, put(FILE, SIZE, 0, false)), Refusal::FileUnknown);
    assert_eq!(lab.refusal(BOB, get(FILE, 0)), Refusal::FileUnknown, "not opened");
    lab.connect(ConnId(5), 5);
    assert_eq!(lab.refusal(ConnId(5), download(FILE)), Refusal::NotSignedIn);
}

#[test]
fn the_first_of_eight_gives_way_to_a_ninth() {
    let mut lab = Lab::with_room(Settings::default());
    for n in 0..9 {
        assert_eq!(lab.ask(ALICE, open(file(n), SIZE, 0)), opened(file(n), 0));
    }
    assert_eq!(lab.refusal(ALICE, put(file(0), SIZE, 0, false)), Refusal::FileUnknown);
    for n in 1..9 {
        assert_eq!(lab.ask(ALICE, put(file(n), SIZE, 0, false)), stored(file(n), CHUNK));
    }
    for n in 20..29 {
        lab.upload(ALICE, file(n), 1_000);
        lab.ask(BOB, download(file(n)));
    }
    assert_eq!(lab.refusal(BOB, get(file(20), 0)), Refusal::FileUnknown);
    for n in 21..29 {
        assert!(matches!(lab.ask(BOB, get(file(n), 0)), ToClient::Chunk { .. }));
    }
}

#[test]
fn what_was_on_its_way_when_a_file_is_opened_anew_changes_nothing() {
    let mut lab = Lab::with_room(Settings::default());
    let size = 4 * CHUNK;
    lab.ask(ALICE, open(FILE, size, 0));
    lab.held = Some(VecDeque::new());
    lab.send(ALICE, put(FILE, size, 0, true));
    lab.send(ALICE, put(FILE, size, CHUNK, true));
    lab.hub.handle_disconnected(ALICE);
    let again = ConnId(9);
    lab.connect(again, 1);
    lab.take(again);
    lab.send(again, open(FILE, size, 2 * CHUNK));
    lab.send(again, open(FILE, size, 2 * CHUNK));
    lab.release();
    let sent = lab.take(again);
    let early = ToClient::Refused { refusal: Refusal::OutOfOrder };
    assert_eq!(sent, [early, opened(FILE, 0)], "one opening at a time");
    for n in 0..4 {
        lab.ask(again, put(FILE, size, n * CHUNK, true));
    }
    lab.fetches(BOB, FILE, size);
}

#[test]
fn a_file_is_deleted_while_it_is_sent_and_while_it_is_fetched() {
    let mut lab = Lab::with_room(Settings::default());
    lab.upload(ALICE, file(1), SIZE);
    lab.ask(BOB, download(file(1)));
    assert_eq!(lab.ask(BOB, ToRelay::DeleteFile { file: file(1) }), ToClient::Done);
    lab.fetches(CAROL, file(1), SIZE);
    assert_eq!(lab.ask(ALICE, ToRelay::DeleteFile { file: file(1) }), ToClient::Done);
    assert_eq!(lab.refusal(BOB, get(file(1), 0)), Refusal::FileUnknown);
    assert_eq!(lab.refusal(BOB, download(file(1))), Refusal::FileUnknown);
    lab.ask(ALICE, open(FILE, SIZE, 0));
    lab.ask(ALICE, put(FILE, SIZE, 0, true));
    lab.add_device("alice", 11);
    lab.connect(ConnId(11), 11);
    lab.ask(ConnId(11), ToRelay::DeleteFile { file: FILE });
    assert_eq!(lab.refusal(ALICE, put(FILE, SIZE, CHUNK, false)), Refusal::FileUnknown);
    assert_eq!(lab.ask(ALICE, ToRelay::DeleteFile { file: FILE }), ToClient::Done, "none is left");
    assert_eq!((lab.totals(), lab.blobs.lengths().len()), ((0, 0), 0));
}

#[test]
fn files_are_forgotten_in_time_and_with_their_room() {
    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
    const SWEEP_MS: u64 = 11 * 60 * 1_000;
    let mut lab = Lab::with_room(Settings { file_days: 10, ..Settings::default() });
    lab.upload(ALICE, file(1), SIZE);
    lab.ask(ALICE, open(file(2), SIZE, 0));
    lab.ask(ALICE, put(file(2), SIZE, 0, false));
    let files = |lab: &mut Lab, days: u64| {
        lab.wait(days * DAY_MS);
        lab.wait(SWEEP_MS);
        lab.wait(100);
        let files: Vec<FileId> = lab.blobs.lengths().into_keys().collect();
        assert_eq!(lab.totals().0, u64::try_from(files.len()).unwrap());
        files
    };
    assert_eq!(files(&mut lab, 6), [file(1), file(2)]);
    assert_eq!(files(&mut lab, 1), [file(1)], "what is not whole after a week is given up");
    assert_eq!(lab.refusal(ALICE, put(file(2), SIZE, CHUNK, false)), Refusal::FileUnknown);
    assert_eq!(files(&mut lab, 3), []);
    lab.upload(ALICE, file(3), SIZE);
    lab.ask(BOB, open(file(4), SIZE, 0));
    for conn in [ALICE, BOB, CAROL] {
        lab.ask(conn, ToRelay::LeaveRoom { room: ROOM, seq: Seq(9) });
    }
    assert_eq!(files(&mut lab, 0), []);
}

#[test]
fn what_is_nobodys_at_the_start_goes_and_what_is_lost_is_forgotten() {
    let mut lab = Lab::with_room(Settings::default());
    lab.upload(ALICE, file(1), SIZE);
    lab.upload(ALICE, file(2), SIZE);
    lab.ask(ALICE, open(file(3), SIZE, 0));
    let mut older = lab.blobs.clone();
    lab.ask(ALICE, ToRelay::DeleteFile { file: file(1) });
    lab.upload(ALICE, file(4), SIZE);
    std::mem::swap(&mut lab.blobs, &mut older);
    lab.crash();
    assert_eq!(lab.blobs.lengths().into_keys().collect::<Vec<_>>(), [file(2), file(3)]);
    assert_eq!(lab.totals().0, 2);
    lab.connect(BOB, 2);
    lab.fetches(BOB, file(2), SIZE);
    assert_eq!(lab.refusal(BOB, download(file(4))), Refusal::FileUnknown);
}

#[test]
fn a_connection_without_files_keeps_nothing_of_them() {
    let mut lab = Lab::with_room(Settings::default());
    lab.upload(ALICE, FILE, SIZE);
    assert!(lab.hub.conns[&ALICE].files.is_none());
    lab.ask(ALICE, open(file(1), SIZE, 0));
    lab.ask(ALICE, ToRelay::DeleteFile { file: file(1) });
    assert!(lab.hub.conns[&ALICE].files.is_none());
    assert!(lab.hub.uploads.is_empty());
    lab.ask(ALICE, open(file(1), SIZE, 0));
    lab.hub.handle_disconnected(ALICE);
    assert!(lab.hub.uploads.is_empty());
}

#[test]
fn a_client_that_opens_too_much_at_once_is_closed() {
    let mut lab = Lab::with_room(Settings::default());
    lab.held = Some(VecDeque::new());
    for n in 0..32 {
        lab.send(ALICE, open(file(n), 1_000, 0));
    }
    assert!(lab.closed.is_empty());
    lab.release();
    assert_eq!(lab.take(ALICE).len(), 32);
    lab.held = Some(VecDeque::new());
    for n in 0..33 {
        lab.send(ALICE, open(file(n), 1_000, 0));
    }
    assert_eq!(lab.closed[&ALICE], CloseReason::Misbehaved);
    lab.release();
    lab.upload(BOB, FILE, SIZE);
}
