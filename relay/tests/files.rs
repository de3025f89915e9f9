//! Files over sockets and on the disk: whole transfers, crashes, and chat beside them.
#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may fail by any means"
)]

mod support;

use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{Client, RelayProcess, command};
use wire::chunk::Layout;
use wire::codec::{Bytes, List};
use wire::id::{DeviceId, Epoch, FileId, PostId, RoomId};
use wire::link::Link;
use wire::message::{Refusal, RoomKind, ToClient, ToRelay};

const LOBBY: RoomId = RoomId::from_array([1; 16]);
const FILE: FileId = FileId::from_array([7; 16]);
/// Chunks that a client has under way here.
const WINDOW: usize = 16;

fn start(data: &Path, flags: &[&str]) -> (RelayProcess, Link) {
    let relay = RelayProcess::start(data, &[&["--open-registration", "--log=off"], flags].concat());
    let (_, text) = command(data, &["link"]);
    (relay, text.trim().parse().unwrap())
}

/// Alice and bob, both in the lobby.
fn pair(relay: &RelayProcess, link: &Link) -> (Client, Client) {
    let mut clients = [("alice", 1), ("bob", 2)].map(|(name, seed)| {
        let mut client = Client::connect(&relay.address, link.relay_key, seed);
        client.receive();
        assert!(matches!(client.register(name, "pw", link), ToClient::SignedIn(_)));
        client
    });
    let group_info = Bytes::new(vec![1]).unwrap();
    let create = ToRelay::CreateRoom { room: LOBBY, kind: RoomKind::Lobby, group_info };
    assert_eq!(clients[0].ask(create), ToClient::Done);
    let join = join(clients[1].device("bob"), 0);
    assert!(matches!(clients[1].ask(join), ToClient::Posted { .. }));
    assert!(matches!(clients[0].receive().message, ToClient::Record { .. }));
    clients.into()
}

fn join(device: DeviceId, epoch: u64) -> ToRelay {
    ToRelay::Commit {
        room: LOBBY,
        epoch: Epoch(epoch),
        post: PostId::from_array([100; 16]),
        commit: Bytes::new(vec![9]).unwrap(),
        group_info: Bytes::new(vec![4]).unwrap(),
        welcome: None,
        added: List::new(vec![device]).unwrap(),
        removed: List::default(),
    }
}

/// Posts so often, and says how long each took, the shortest first.
fn posts(client: &mut Client, epoch: u64, count: u8) -> Vec<Duration> {
    let time = |id: u8| {
        let begun = Instant::now();
        let payload = Bytes::new(vec![id; 200]).unwrap();
        let post = PostId::from_array([id; 16]);
        let post = ToRelay::Post { room: LOBBY, epoch: Epoch(epoch), post, payload };
        assert!(matches!(client.ask(post), ToClient::Posted { .. }));
        begun.elapsed()
    };
    let mut times: Vec<Duration> = (0..count).map(time).collect();
    times.sort();
    times
}

fn back(relay: &RelayProcess, link: &Link, seed: u64) -> Client {
    let mut client = Client::connect(&relay.address, link.relay_key, seed);
    assert!(matches!(client.receive().message, ToClient::SignedIn(_)));
    client
}

fn layout(content: u64) -> Layout {
    Layout::of_content(content).unwrap()
}

/// The chunk that belongs at an offset: its bytes depend on the place.
fn chunk(layout: Layout, offset: u64) -> wire::message::Chunk {
    let seed = offset.to_le_bytes().map(|byte| byte.wrapping_mul(31));
    Bytes::new(seed.iter().copied().cycle().take(layout.length(offset)).collect()).unwrap()
}

/// Sends what is missing; `until` ends it early.
fn send(client: &mut Client, layout: Layout, from: u64, until: u64) -> u64 {
    let open = ToRelay::OpenUpload { room: LOBBY, file: FILE, size: layout.sealed(), from };
    let ToClient::UploadOpen { at, .. } = client.ask(open) else { panic!("not opened") };
    let mut index = layout.place(at).map_or(layout.chunks(), |place| place.index);
    let mut waiting = VecDeque::new();
    while layout.offset(index) < until || !waiting.is_empty() {
        while layout.offset(index) < until && waiting.len() < WINDOW {
            let offset = layout.offset(index);
            let (file, durable, chunk) = (FILE, index % 64 == 63, chunk(layout, offset));
            waiting.push_back(client.send(ToRelay::PutChunk { file, offset, durable, chunk }));
            index += 1;
        }
        let answer = client.receive();
        assert!(matches!(answer.message, ToClient::ChunkStored { .. }), "{:?}", answer.message);
        waiting.retain(|tag| *tag != answer.tag);
    }
    at
}

/// Fetches all of it and compares.
fn fetch(client: &mut Client, layout: Layout) {
    let open = ToRelay::OpenDownload { room: LOBBY, file: FILE };
    let size = layout.sealed();
    assert_eq!(client.ask(open), ToClient::DownloadOpen { file: FILE, size });
    let (mut asked, mut got) = (0, 0);
    while got < layout.chunks() {
        while asked < layout.chunks() && asked - got < WINDOW as u64 {
            client.send(ToRelay::GetChunk { file: FILE, offset: layout.offset(asked) });
            asked += 1;
        }
        match client.receive().message {
            ToClient::Chunk { offset, chunk: bytes, .. } => {
                assert_eq!(offset, layout.offset(got), "in the order asked for");
                assert!(bytes == chunk(layout, offset), "at {offset}");
                got += 1;
            }
            ToClient::Record { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Names and lengths in the directory of files.
fn on_disk(data: &Path) -> Vec<(String, u64)> {
    let entries = std::fs::read_dir(data.join("files")).unwrap();
    let line = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len())
    };
    let mut all: Vec<_> = entries.map(line).collect();
    all.sort();
    all
}

fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_file_survives_a_restart_and_the_relays_memory_stays_flat() {
    let data = tempfile::tempdir().unwrap();
    let (relay, link) = start(data.path(), &[]);
    let (mut alice, mut bob) = pair(&relay, &link);
    let layout = layout(50_000_000);
    let before = resident_kib(relay.id());
    let begun = Instant::now();
    send(&mut alice, layout, 0, layout.sealed());
    let sent = begun.elapsed();
    fetch(&mut bob, layout);
    let fetched = begun.elapsed() - sent;
    let grown = resident_kib(relay.id()).saturating_sub(before);
    println!("50 MB sent in {sent:?}, fetched in {fetched:?}, {grown} KiB more");
    assert!(grown < 8 * 1_024, "{grown} KiB");
    assert_eq!(on_disk(data.path()), [(FILE.to_string(), layout.sealed())]);
    relay.terminate();
    let (_, status) = command(data.path(), &["status", "--json"]);
    let line = format!(r#""files":1,"file_bytes":{}"#, layout.sealed());
    assert!(status.contains(&line), "{status}");
    let stray = data.path().join("files").join(FileId::from_array([8; 16]).to_string());
    std::fs::write(&stray, b"nobody's").unwrap();
    let (relay, link) = start(data.path(), &[]);
    assert!(!stray.exists());
    fetch(&mut back(&relay, &link, 2), layout);
}

#[test]
fn an_upload_survives_a_relay_that_is_killed_again_and_again() {
    let data = tempfile::tempdir().unwrap();
    let layout = layout(20_000_000);
    let (relay, link) = start(data.path(), &[]);
    let (mut alice, _) = pair(&relay, &link);
    let mut has = layout.offset(100);
    send(&mut alice, layout, 0, has);
    let mut relay = relay;
    for step in 1..4 {
        if step == 2 {
            let (code, took) = relay.terminate();
            assert!(code == Some(0) && took < Duration::from_secs(5), "{took:?}");
        } else {
            relay.kill();
        }
        relay = start(data.path(), &[]).0;
        let mut alice = back(&relay, &link, 1);
        let next = has + layout.offset(70);
        let at = send(&mut alice, layout, has, next);
        let durable = layout.offset((has / layout.offset(1)) / 64 * 64);
        assert!(at >= durable && at <= has, "{step}: {durable} <= {at} <= {has}");
        has = next;
    }
    relay.kill();
    let relay = start(data.path(), &[]).0;
    send(&mut back(&relay, &link, 1), layout, has, layout.sealed());
    relay.kill();
    let relay = start(data.path(), &[]).0;
    fetch(&mut back(&relay, &link, 2), layout);
    assert_eq!(on_disk(data.path()), [(FILE.to_string(), layout.sealed())]);
}

#[test]
fn a_refused_file_leaves_nothing_on_the_disk() {
    let data = tempfile::tempdir().unwrap();
    let (relay, link) = start(data.path(), &["--max-file-bytes", "1000000"]);
    let (mut alice, _) = pair(&relay, &link);
    let open = |size| ToRelay::OpenUpload { room: LOBBY, file: FILE, size, from: 0 };
    let refused = ToClient::Refused { refusal: Refusal::FileTooLarge { max: 1_000_000 } };
    assert_eq!(alice.ask(open(layout(1_000_000).sealed())), refused);
    relay.terminate();
    let limits = ["--max-file-bytes", "9000000000000000", "--account-file-bytes"];
    let flags = [&limits[..], &["9000000000000000", "--relay-file-bytes", "9000000000000000"]];
    let relay = start(data.path(), &flags.concat()).0;
    let mut alice = back(&relay, &link, 1);
    let refused = ToClient::Refused { refusal: Refusal::RelayFull };
    assert_eq!(alice.ask(open(layout(8_000_000_000_000_000).sealed())), refused, "of the disk");
    assert_eq!(on_disk(data.path()), []);
    let ToClient::FileLimits(limits) = alice.ask(ToRelay::FileLimits) else { panic!() };
    assert_eq!(limits.left_bytes, limits.account_bytes);
}

#[test]
fn many_uploads_at_once_fill_no_memory_and_hold_up_no_chat() {
    let data = tempfile::tempdir().unwrap();
    let (relay, link) = start(data.path(), &["--attempts-per-address", "100"]);
    let (mut alice, _bob) = pair(&relay, &link);
    let layout = layout(10_000_000);
    let senders: Vec<Client> = (1..=8)
        .map(|n| {
            let name = format!("sender{n}");
            let mut client = Client::connect(&relay.address, link.relay_key, 10 + n);
            client.receive();
            assert!(matches!(client.register(&name, "pw", &link), ToClient::SignedIn(_)));
            let join = join(client.device(&name), n);
            assert!(matches!(client.ask(join), ToClient::Posted { .. }));
            client
        })
        .collect();
    let before = resident_kib(relay.id());
    std::thread::scope(|scope| {
        for (n, mut client) in (1..).zip(senders) {
            scope.spawn(move || {
                let file = FileId::from_array([n; 16]);
                let (size, from) = (layout.sealed(), 0);
                let open = ToRelay::OpenUpload { room: LOBBY, file, size, from };
                assert!(matches!(client.ask(open), ToClient::UploadOpen { at: 0, .. }));
                let (mut sent, mut kept) = (0, 0);
                while kept < layout.chunks() {
                    while sent < layout.chunks() && sent - kept < 32 {
                        let offset = layout.offset(sent);
                        let chunk = chunk(layout, offset);
                        client.send(ToRelay::PutChunk { file, offset, durable: false, chunk });
                        sent += 1;
                    }
                    match client.receive().message {
                        ToClient::ChunkStored { .. } => kept += 1,
                        ToClient::Record { .. } => {}
                        other => panic!("{other:?}"),
                    }
                }
            });
        }
        let times = posts(&mut alice, 9, 100);
        let grown = resident_kib(relay.id()).saturating_sub(before);
        println!("posts: {:?} in the middle, {:?} worst; {grown} KiB", times[50], times[99]);
        assert!(times[90] < Duration::from_millis(500), "{:?}", times[90]);
        assert!(grown < 12 * 1_024, "{grown} KiB");
    });
    assert_eq!(on_disk(data.path()).len(), 8);
}

#[test]
fn chat_goes_on_beside_files() {
    let data = tempfile::tempdir().unwrap();
    let (relay, link) = start(data.path(), &[]);
    let (mut alice, mut bob) = pair(&relay, &link);
    let layout = layout(30_000_000);
    send(&mut alice, layout, 0, layout.sealed());
    let stop = std::sync::atomic::AtomicBool::new(false);
    let done = std::sync::atomic::Ordering::Relaxed;
    std::thread::scope(|scope| {
        let fetching = scope.spawn(|| {
            let mut rounds = 0;
            while !stop.load(done) {
                fetch(&mut bob, layout);
                rounds += 1;
            }
            rounds
        });
        let times = posts(&mut alice, 1, 200);
        stop.store(true, done);
        println!(
            "{} files; posts: {:?} in the middle, {:?} worst",
            fetching.join().unwrap(),
            times[100],
            times[199]
        );
        assert!(times[180] < Duration::from_millis(250), "{:?}", times[180]);
    });
    // Whoever asks and does not read keeps nobody from stopping.
    for index in 0..32 {
        bob.send(ToRelay::GetChunk { file: FILE, offset: layout.offset(index) });
    }
    let (code, took) = relay.terminate();
    assert!(code == Some(0) && took < Duration::from_secs(5), "{code:?} after {took:?}");
}
