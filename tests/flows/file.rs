//! Files, end to end.

use std::fs;
use std::path::{Path, PathBuf};

use engine::{Access, Change, Command, Event, Problem, RequestId, Transfer};
use relay::hub::Settings;
use tempfile::TempDir;
use tests::lab::Lab;
use wire::chunk::Layout;
use wire::id::{Handle, RoomId};
use wire::message::{Refusal, ToClient};

/// A directory with a file in it, and one to save in.
struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("saved")).unwrap();
        Self { dir }
    }

    /// A file of bytes that do not repeat.
    fn file(&self, name: &str, size: u64) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, bytes(size)).unwrap();
        path
    }

    fn saved(&self) -> PathBuf {
        self.dir.path().join("saved")
    }

    /// What is in the directory that files are saved in.
    fn listed(&self) -> Vec<String> {
        let entries = fs::read_dir(self.saved()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn bytes(size: u64) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = Vec::new();
    while u64::try_from(bytes.len()).unwrap() < size {
        bytes.extend_from_slice(&next());
    }
    bytes.truncate(usize::try_from(size).unwrap());
    bytes
}

fn put(lab: &mut Lab, name: &str, room: RoomId, path: &Path) -> RequestId {
    let path = path.to_owned();
    lab.begin_ask(name, |id| Command::SendFile { room, id, path })
}

fn get(lab: &mut Lab, name: &str, room: RoomId, directory: PathBuf) -> RequestId {
    let seq = lab.people[name].files_in(room).last().expect("a file").0;
    lab.begin_ask(name, |id| Command::SaveFile { id, room, seq, directory })
}

fn was_sent(lab: &Lab, name: &str, file: RequestId) -> bool {
    lab.count(name, |event| matches!(event, Event::MessageSent { id, .. } if *id == file)) > 0
}

fn until_sent(lab: &mut Lab, name: &str, file: RequestId) {
    lab.until(|lab| was_sent(lab, name, file));
}

fn until_shown(lab: &mut Lab, name: &str, room: RoomId, count: usize) {
    lab.until(|lab| lab.people[name].files_in(room).len() == count);
}

fn outcome(lab: &mut Lab, name: &str, asked: RequestId) -> Result<(), Problem> {
    lab.until(|lab| lab.people[name].outcome(asked).is_some());
    lab.people[name].outcome(asked).unwrap().map(drop)
}

/// Chunks that the relay has stored, and chunks that it has given out.
fn counting(lab: &mut Lab) -> std::rc::Rc<std::cell::Cell<(usize, usize)>> {
    let counts = std::rc::Rc::new(std::cell::Cell::new((0, 0)));
    let seen = std::rc::Rc::clone(&counts);
    tamper(lab, move |message| {
        let (stored, given) = seen.get();
        match message {
            ToClient::ChunkStored { .. } => seen.set((stored + 1, given)),
            ToClient::Chunk { .. } => seen.set((stored, given + 1)),
            _ => {}
        }
    });
    counts
}

/// Changes what the relay says.
fn tamper(lab: &mut Lab, mut change: impl FnMut(&mut ToClient) + 'static) {
    lab.mallory.down = Some(Box::new(move |_, mut tagged| {
        change(&mut tagged.message);
        vec![tagged]
    }));
}

fn fast(seed: u64, names: &[&str]) -> Lab {
    let mut lab = Lab::of(seed, names);
    lab.conditions.delay_ms = 5;
    lab.conditions.piece_bytes = 200_000;
    lab.conditions.capture = false;
    lab
}

/// A lab in which alice has sent a file of so many bytes, and bob has been shown it.
fn sent(seed: u64, name: &str, size: u64) -> (Lab, Desk, RoomId) {
    let (mut lab, desk) = (fast(seed, &["alice", "bob"]), Desk::new());
    let room = lab.lobby("alice");
    let path = desk.file(name, size);
    let sent = put(&mut lab, "alice", room, &path);
    until_sent(&mut lab, "alice", sent);
    until_shown(&mut lab, "bob", room, 1);
    (lab, desk, room)
}

#[test]
fn a_file_arrives_as_it_was_under_its_name() {
    for size in [0, 1, 61_439, 61_440, 61_441, 700_000] {
        let (mut lab, desk, room) = sent(1, "report.pdf", size);
        let asked = get(&mut lab, "bob", room, desk.saved());
        assert_eq!(outcome(&mut lab, "bob", asked), Ok(()), "{size}");
        assert_eq!(lab.people["bob"].saved(asked), Some(&*desk.saved().join("report.pdf")));
        assert_eq!(fs::read(desk.saved().join("report.pdf")).unwrap(), bytes(size));
        assert_eq!(desk.listed(), ["report.pdf"]);
    }
}

#[test]
fn transfer_cut_three_times_and_a_client_restart_in_between_resumes() {
    for seed in 0..5 {
        let (mut lab, desk) = (fast(seed, &["alice", "bob"]), Desk::new());
        let room = lab.lobby("alice");
        let size = 40 << 20;
        let path = desk.file("long.bin", size);
        let counts = counting(&mut lab);
        let sent = put(&mut lab, "alice", room, &path);
        for round in 1..=4 {
            lab.until(|_| counts.get().0 > 130 * round);
            match round {
                2 => {
                    lab.kill("alice");
                    lab.wake("alice");
                }
                3 => lab.crash_relay(),
                _ => lab.cut("alice"),
            }
        }
        until_sent(&mut lab, "alice", sent);
        until_shown(&mut lab, "bob", room, 1);
        let asked = get(&mut lab, "bob", room, desk.saved());
        for round in 1..=4 {
            lab.until(|_| counts.get().1 > 130 * round);
            match round {
                2 => {
                    lab.kill("bob");
                    lab.wake("bob");
                }
                3 => lab.crash_relay(),
                _ => lab.cut("bob"),
            }
        }
        assert_eq!(outcome(&mut lab, "bob", asked), Ok(()));
        assert_eq!(fs::read(desk.saved().join("long.bin")).unwrap(), bytes(size));
        assert_eq!(desk.listed(), ["long.bin"]);
        // What a cut costs is at most what lies behind the last mark.
        let chunks = usize::try_from(Layout::of_content(size).unwrap().chunks()).unwrap();
        let (stored, given) = counts.get();
        assert!(stored < chunks + 4 * 160, "{stored} of {chunks} chunks were stored");
        assert!(given < chunks + 2 * 160, "{given} of {chunks} chunks were given");
    }
}

#[test]
fn declared_size_untrue_is_refused_and_nothing_is_left() {
    let (mut lab, desk, room) = sent(2, "a.bin", 200_000);
    tamper(&mut lab, |message| {
        if let ToClient::DownloadOpen { size, .. } = message {
            *size -= 1;
        }
    });
    let asked = get(&mut lab, "bob", room, desk.saved());
    assert_eq!(outcome(&mut lab, "bob", asked), Err(Problem::FileDamaged));
    assert_eq!(desk.listed(), [""; 0]);
}

#[test]
fn chunk_changed_swapped_or_of_another_file_is_refused_and_nothing_half_written_stays() {
    for way in 0..3 {
        let (mut lab, desk, room) = sent(3, "a.bin", 200_000);
        let mut first = None;
        tamper(&mut lab, move |message| {
            if let ToClient::Chunk { offset, chunk, .. } = message {
                let mut bytes = chunk.to_vec();
                match way {
                    0 if *offset > 0 => bytes[100] ^= 1,
                    1 if *offset > 0 => bytes.clone_from(first.as_ref().unwrap()),
                    // The run is bound as well.
                    2 => bytes[3] ^= 1,
                    _ => {}
                }
                first.get_or_insert_with(|| bytes.clone());
                bytes.truncate(chunk.len());
                *chunk = wire::codec::Bytes::new(bytes).unwrap();
            }
        });
        let asked = get(&mut lab, "bob", room, desk.saved());
        assert_eq!(outcome(&mut lab, "bob", asked), Err(Problem::FileDamaged), "way {way}");
        assert_eq!(desk.listed(), [""; 0]);
        // The conversation goes on.
        lab.say("alice", "still here");
        lab.until(|lab| lab.shown("bob") == ["alice: still here"]);
    }
}

#[test]
fn a_file_that_changes_while_it_is_sent_is_not_sent() {
    let (mut lab, desk) = (fast(4, &["alice", "bob"]), Desk::new());
    let room = lab.lobby("alice");
    let path = desk.file("log.txt", 20 << 20);
    let counts = counting(&mut lab);
    let sent = put(&mut lab, "alice", room, &path);
    lab.until(|_| counts.get().0 > 100);
    fs::write(&path, bytes(21 << 20)).unwrap();
    assert_eq!(outcome(&mut lab, "alice", sent), Err(Problem::FileChanged(path)));
    lab.run_ms(5_000);
    assert_eq!(lab.people["bob"].files_in(room), []);
}

#[test]
fn a_quota_and_a_largest_size_are_said_before_bytes_are_wasted() {
    let settings =
        Settings { max_file_bytes: 500_000, account_file_bytes: 700_000, ..Settings::default() };
    let (mut lab, desk) = (Lab::with_settings(5, settings), Desk::new());
    lab.join("alice");
    let room = lab.lobby("alice");
    let counts = counting(&mut lab);
    let path = desk.file("large.bin", 600_000);
    let sent = put(&mut lab, "alice", room, &path);
    let refused = outcome(&mut lab, "alice", sent).unwrap_err();
    assert!(matches!(refused, Problem::FileTooLarge { max: 400_000..=500_000 }), "{refused:?}");
    let path = desk.file("fits.bin", 400_000);
    let sent = put(&mut lab, "alice", room, &path);
    until_sent(&mut lab, "alice", sent);
    let stored = counts.get().0;
    let sent = put(&mut lab, "alice", room, &path);
    let refused = outcome(&mut lab, "alice", sent).unwrap_err();
    assert!(matches!(refused, Problem::QuotaExceeded { left: 200_000..=300_000 }), "{refused:?}");
    assert_eq!(counts.get().0, stored);
    let told = lab.begin_ask("alice", |id| Command::ShowFileLimits { id });
    lab.until(|lab| {
        lab.count("alice", |event| {
            matches!(event, Event::FileLimits(limits)
                if limits.id == told && limits.max_bytes < 500_000 && limits.keep_days == 90
                    && (200_000..=300_000).contains(&limits.left_bytes))
        }) == 1
    });
}

#[test]
fn a_cancelled_transfer_leaves_nothing_and_its_quota_is_free_again() {
    let settings = Settings { account_file_bytes: 25 << 20, ..Settings::default() };
    let (mut lab, desk) = (Lab::with_settings(6, settings), Desk::new());
    for name in ["alice", "bob"] {
        lab.join(name);
    }
    lab.conditions.piece_bytes = 200_000;
    let room = lab.lobby("alice");
    let path = desk.file("a.bin", 20 << 20);
    let counts = counting(&mut lab);
    let first = put(&mut lab, "alice", room, &path);
    lab.until(|_| counts.get().0 > 50);
    let cancelled = lab.ask("alice", |id| Command::CancelTransfer { id, transfer: first });
    assert_eq!(cancelled, Ok(Some(room)));
    assert_eq!(outcome(&mut lab, "alice", first), Err(Problem::Cancelled));
    let again = put(&mut lab, "alice", room, &path);
    until_sent(&mut lab, "alice", again);
    until_shown(&mut lab, "bob", room, 1);
    let asked = get(&mut lab, "bob", room, desk.saved());
    lab.until(|_| counts.get().1 > 50);
    let cancelled = lab.ask("bob", |id| Command::CancelTransfer { id, transfer: asked });
    assert_eq!(cancelled, Ok(Some(room)));
    assert_eq!(outcome(&mut lab, "bob", asked), Err(Problem::Cancelled));
    assert_eq!(desk.listed(), [""; 0]);
    let nobody = RequestId::from_array([9; 16]);
    let unknown = lab.ask("bob", |id| Command::CancelTransfer { id, transfer: nobody });
    assert_eq!(unknown, Err(Problem::TransferUnknown));
}

#[test]
fn what_is_there_is_not_written_over_and_what_was_saved_is_not_fetched_again() {
    let (mut lab, desk) = (fast(7, &["alice", "bob"]), Desk::new());
    let room = lab.lobby("alice");
    let path = desk.file("a.txt", 100_000);
    fs::write(desk.saved().join("a.txt"), "mine").unwrap();
    let sent = put(&mut lab, "alice", room, &path);
    until_sent(&mut lab, "alice", sent);
    until_shown(&mut lab, "bob", room, 1);
    let counts = counting(&mut lab);
    for _ in 0..2 {
        let asked = get(&mut lab, "bob", room, desk.saved());
        assert_eq!(outcome(&mut lab, "bob", asked), Ok(()));
        assert_eq!(lab.people["bob"].saved(asked), Some(&*desk.saved().join("a (2).txt")));
        assert_eq!(counts.get().1, 2);
    }
    assert_eq!(fs::read(desk.saved().join("a.txt")).unwrap(), b"mine");
    fs::remove_file(desk.saved().join("a (2).txt")).unwrap();
    let asked = get(&mut lab, "bob", room, desk.saved());
    assert_eq!(outcome(&mut lab, "bob", asked), Ok(()));
    assert_eq!(desk.listed(), ["a (2).txt", "a.txt"]);
    assert_eq!(counts.get().1, 4);
}

#[test]
fn a_removed_member_fetches_nothing_more_and_one_that_is_invited_what_it_is_told_of() {
    let (mut lab, desk) = (fast(8, &["alice", "bob", "carol"]), Desk::new());
    let room = lab.make_room("alice", Access::Closed, &["bob"]);
    lab.change("alice", room, Change::SetHistory(10)).unwrap();
    let path = desk.file("plan.txt", 20 << 20);
    let sent = put(&mut lab, "alice", room, &path);
    until_sent(&mut lab, "alice", sent);
    until_shown(&mut lab, "bob", room, 1);
    let counts = counting(&mut lab);
    let asked = get(&mut lab, "bob", room, desk.saved());
    lab.until(|_| counts.get().1 > 30);
    lab.change("alice", room, Change::Remove(Handle::new("bob").unwrap())).unwrap();
    assert_eq!(outcome(&mut lab, "bob", asked), Err(Problem::RoomLeft));
    assert_eq!(desk.listed(), [""; 0]);
    lab.change("alice", room, Change::Invite(Handle::new("carol").unwrap())).unwrap();
    until_shown(&mut lab, "carol", room, 1);
    let asked = get(&mut lab, "carol", room, desk.saved());
    assert_eq!(outcome(&mut lab, "carol", asked), Ok(()));
    assert_eq!(fs::read(desk.saved().join("plan.txt")).unwrap(), bytes(20 << 20));
}

#[test]
fn many_transfers_move_side_by_side_and_progress_is_told() {
    let (mut lab, desk) = (fast(9, &["alice", "bob"]), Desk::new());
    lab.conditions.delay_ms = 100;
    let room = lab.lobby("alice");
    let sent: Vec<_> = (0..10_u64)
        .map(|n| {
            let path = desk.file(&format!("{n}.bin"), 2_000_000 + n);
            put(&mut lab, "alice", room, &path)
        })
        .collect();
    lab.until(|lab| sent.iter().all(|id| was_sent(lab, "alice", *id)));
    until_shown(&mut lab, "bob", room, 10);
    let files = lab.people["bob"].files_in(room);
    let directory = desk.saved();
    let asked: Vec<_> = files
        .iter()
        .map(|(seq, _)| {
            let (seq, directory) = (*seq, directory.clone());
            lab.begin_ask("bob", |id| Command::SaveFile { id, room, seq, directory })
        })
        .collect();
    for id in &asked {
        assert_eq!(outcome(&mut lab, "bob", *id), Ok(()));
    }
    assert_eq!(desk.listed().len(), 10);
    for n in 0..10_u64 {
        let saved = fs::read(directory.join(format!("{n}.bin"))).unwrap();
        assert_eq!(saved, bytes(2_000_000 + n));
    }
    let moved = |event: &Event| {
        matches!(event, Event::TransferMoved(Transfer { done, total, rate, left_s: Some(_), .. })
            if *rate > 0 && *done < *total)
    };
    assert!(lab.count("alice", moved) > 0 && lab.count("bob", moved) > 0);
}

#[test]
fn nothing_of_a_files_name_type_or_content_crosses_the_network() {
    let (mut lab, desk) = (Lab::of(10, &["alice", "bob"]), Desk::new());
    let room = lab.lobby("alice");
    let path = desk.dir.path().join("marked-name.txt");
    fs::write(&path, "marked-content ".repeat(20_000)).unwrap();
    let sent = put(&mut lab, "alice", room, &path);
    until_sent(&mut lab, "alice", sent);
    until_shown(&mut lab, "bob", room, 1);
    let asked = get(&mut lab, "bob", room, desk.saved());
    assert_eq!(outcome(&mut lab, "bob", asked), Ok(()));
    let capture = lab.capture();
    assert!(capture.len() > 600_000);
    for mark in ["marked-name", "marked-content", "text/plain"] {
        let found = capture.windows(mark.len()).any(|window| window == mark.as_bytes());
        assert!(!found, "{mark}");
    }
}

#[test]
fn what_the_relay_cannot_read_or_write_for_a_while_delays_that_file_and_nothing_else() {
    let (mut lab, desk) = (fast(12, &["alice", "bob"]), Desk::new());
    let room = lab.lobby("alice");
    let path = desk.file("a.bin", 2_000_000);
    let mut left = 4;
    tamper(&mut lab, move |message| {
        let is_chunk = matches!(message, ToClient::Chunk { .. } | ToClient::ChunkStored { .. });
        if is_chunk && left > 0 {
            left -= 1;
            *message = ToClient::Refused { refusal: Refusal::StoreUnavailable };
        } else if is_chunk && left == 0 {
            // Once more for who fetches it.
            left = -1;
        } else if matches!(message, ToClient::DownloadOpen { .. }) && left == -1 {
            left = 2;
        }
    });
    let sent = put(&mut lab, "alice", room, &path);
    until_sent(&mut lab, "alice", sent);
    until_shown(&mut lab, "bob", room, 1);
    let asked = get(&mut lab, "bob", room, desk.saved());
    assert_eq!(outcome(&mut lab, "bob", asked), Ok(()));
    assert_eq!(fs::read(desk.saved().join("a.bin")).unwrap(), bytes(2_000_000));
    let lost = |event: &Event| matches!(event, Event::Disconnected { .. });
    assert_eq!((lab.count("alice", lost), lab.count("bob", lost)), (0, 0));
}

#[test]
fn a_file_that_is_cancelled_without_a_connection_is_deleted_once_there_is_one() {
    let settings = Settings { account_file_bytes: 25 << 20, ..Settings::default() };
    let (mut lab, desk) = (Lab::with_settings(13, settings), Desk::new());
    lab.join("alice");
    lab.conditions.piece_bytes = 200_000;
    let room = lab.lobby("alice");
    let path = desk.file("a.bin", 20 << 20);
    let counts = counting(&mut lab);
    let first = put(&mut lab, "alice", room, &path);
    lab.until(|_| counts.get().0 > 50);
    lab.cut("alice");
    let cancelled = lab.ask("alice", |id| Command::CancelTransfer { id, transfer: first });
    assert_eq!(cancelled, Ok(Some(room)));
    lab.kill("alice");
    lab.wake("alice");
    lab.until(|lab| lab.people["alice"].is_ready());
    lab.run_ms(1_000);
    let again = put(&mut lab, "alice", room, &path);
    until_sent(&mut lab, "alice", again);
}

#[test]
fn a_relay_that_never_takes_a_file_is_left_alone_after_some_tries() {
    let (mut lab, desk) = (fast(11, &["alice"]), Desk::new());
    let room = lab.lobby("alice");
    let path = desk.file("a.bin", 200_000);
    tamper(&mut lab, |message| {
        if matches!(message, ToClient::ChunkStored { .. }) {
            *message = ToClient::Refused { refusal: Refusal::FileUnknown };
        }
    });
    let sent = put(&mut lab, "alice", room, &path);
    let refused = outcome(&mut lab, "alice", sent).unwrap_err();
    assert!(matches!(refused, Problem::RelayMisbehaved(_)), "{refused:?}");
    // It talks on.
    lab.say("alice", "still here");
    lab.until(|lab| lab.shown("alice") == ["alice: still here"]);
}
