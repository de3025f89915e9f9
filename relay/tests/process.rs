//! The relay as a process: registration, posts, restarts, the host's commands.
#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may fail by any means"
)]

mod support;

use std::time::Duration;

use support::{Client, RelayProcess, command, invite};
use wire::codec::{Bytes, List};
use wire::id::{DeviceId, Epoch, PostId, RoomId, Seq};
use wire::message::{Presence, Refusal, RoomKind, ToClient, ToRelay};

const LOBBY: RoomId = RoomId::from_array([1; 16]);

fn post(epoch: u64, id: u8, text: &[u8]) -> ToRelay {
    ToRelay::Post {
        room: LOBBY,
        epoch: Epoch(epoch),
        post: PostId::from_array([id; 16]),
        payload: Bytes::new(text.to_vec()).unwrap(),
    }
}

fn create_lobby() -> ToRelay {
    let group_info = Bytes::new(vec![1, 2, 3]).unwrap();
    ToRelay::CreateRoom { room: LOBBY, kind: RoomKind::Lobby, group_info }
}

fn join_lobby(device: DeviceId, epoch: u64) -> ToRelay {
    ToRelay::Commit {
        room: LOBBY,
        epoch: Epoch(epoch),
        post: PostId::from_array([100; 16]),
        commit: Bytes::new(vec![9; 1_000]).unwrap(),
        group_info: Bytes::new(vec![4, 5, 6]).unwrap(),
        welcome: None,
        added: List::new(vec![device]).unwrap(),
        removed: List::default(),
    }
}

#[test]
fn two_devices_talk_across_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let relay = RelayProcess::start(data.path(), &[]);
    let link = invite(data.path());
    let mut alice = Client::connect(&relay.address, link.relay_key, 1);
    assert_eq!(alice.receive().message, ToClient::Ready { open_registration: false });
    assert!(matches!(alice.register("alice", "correct horse", &link), ToClient::SignedIn(_)));
    assert_eq!(alice.ask(create_lobby()), ToClient::Done);

    let mut bob = Client::connect(&relay.address, link.relay_key, 2);
    bob.receive();
    let used_up = ToClient::Refused { refusal: Refusal::InvitationUsedUp };
    assert_eq!(bob.register("bob", "battery staple", &link), used_up);
    let link = invite(data.path());
    let ToClient::SignedIn(signed_in) = bob.register("bob", "battery staple", &link) else {
        panic!("bob has an invitation");
    };
    assert_eq!((signed_in.rooms[0].room, signed_in.rooms[0].presence), (LOBBY, Presence::None));
    assert!(matches!(
        bob.ask(join_lobby(bob.device("bob"), 0)),
        ToClient::Posted { seq: Seq(1), .. }
    ));
    assert!(matches!(alice.receive().message, ToClient::Record { .. }));
    assert!(matches!(alice.ask(post(1, 1, b"hello")), ToClient::Posted { seq: Seq(2), .. }));
    let ToClient::Record { record, .. } = bob.receive().message else { panic!("a record") };
    assert_eq!((record.seq, &*record.payload), (Seq(2), b"hello".as_slice()));

    let (code, took) = relay.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");

    let relay = RelayProcess::start(data.path(), &[]);
    let mut bob = Client::connect(&relay.address, link.relay_key, 2);
    let ToClient::SignedIn(signed_in) = bob.receive().message else { panic!("bob is known") };
    assert_eq!(signed_in.rooms[0].head, Seq(2));
    let mut alice = Client::connect(&relay.address, link.relay_key, 1);
    assert!(matches!(alice.receive().message, ToClient::SignedIn(_)));
    let repeated = alice.ask(post(1, 1, b"hello"));
    assert!(matches!(repeated, ToClient::Posted { seq: Seq(2), .. }), "{repeated:?}");
    let ToClient::Records { oldest, head, records, .. } =
        bob.ask(ToRelay::Fetch { room: LOBBY, after: Seq(0) })
    else {
        panic!("records")
    };
    assert_eq!((oldest, head, records.len()), (Seq(1), Seq(2), 2));
}

#[test]
fn a_second_machine_needs_the_password() {
    let data = tempfile::tempdir().unwrap();
    let relay = RelayProcess::start(data.path(), &["--open-registration", "--log=off"]);
    let (_, text) = command(data.path(), &["link"]);
    let link: wire::link::Link = text.trim().parse().unwrap();
    let mut alice = Client::connect(&relay.address, link.relay_key, 1);
    assert!(matches!(alice.register("alice", "pw", &link), ToClient::SignedIn(_)));
    let mut laptop = Client::connect(&relay.address, link.relay_key, 2);
    let failed = ToClient::Refused { refusal: Refusal::LoginFailed };
    assert_eq!(laptop.login("alice", "wrong"), failed);
    assert_eq!(laptop.login("nobody", "pw"), failed);
    assert!(matches!(laptop.login("alice", "pw"), ToClient::LoginAccepted { .. }));
    assert!(matches!(laptop.enroll("alice"), ToClient::SignedIn(_)));

    assert_eq!(command(data.path(), &["disable", "alice"]).0, 0);
    assert!(matches!(laptop.event(), Some(wire::session::Event::Closed(3)) | None));
    let (_, accounts) = command(data.path(), &["accounts", "--json"]);
    let line = r#"{"handle":"alice","enabled":false,"devices":2,"created_ms":"#;
    assert!(accounts.starts_with(line), "{accounts}");
    let (code, text) = command(data.path(), &["disable", "nobody"]);
    assert_eq!(code, 1, "{text}");
}

/// Runs `reset` and returns the exit code, the link and what is said beside it.
fn reset(data: &std::path::Path, name: &str) -> (Option<i32>, String, String) {
    let mut command = support::binary();
    let output = command.args(["reset", name, "--data"]).arg(data).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn an_account_begins_anew_with_a_link_of_the_host() {
    let data = tempfile::tempdir().unwrap();
    let relay = RelayProcess::start(data.path(), &["--log=off"]);
    let link = invite(data.path());
    let mut alice = Client::connect(&relay.address, link.relay_key, 1);
    assert!(matches!(alice.register("alice", "forgotten", &link), ToClient::SignedIn(_)));
    let (code, _, said) = reset(data.path(), "nobody");
    assert_eq!(code, Some(1));
    assert!(said.contains("there is no account of that name"), "{said}");

    let (code, text, said) = reset(data.path(), "alice");
    assert_eq!(code, Some(0), "{said}");
    for lost in ["cannot sign in", "password is worth nothing", "key", "no closed room", "history"]
    {
        assert!(said.contains(lost), "{said}");
    }
    assert!(!said.contains("sotto://") && text.lines().count() == 1, "{said}{text}");
    let (_, newer, _) = reset(data.path(), "alice");
    let [older, newer] = [text, newer].map(|text| text.trim().parse::<wire::link::Link>().unwrap());
    let mut phone = Client::connect(&relay.address, link.relay_key, 2);
    phone.receive();
    let unknown = ToClient::Refused { refusal: Refusal::InvitationUnknown };
    assert_eq!(phone.register("alice", "new", &older), unknown);
    assert!(matches!(phone.register("alice", "new", &newer), ToClient::SignedIn(_)));
    assert!(matches!(alice.event(), Some(wire::session::Event::Closed(7)) | None));

    relay.terminate();
    let (code, text, _) = reset(data.path(), "alice");
    assert_eq!(code, Some(0), "and while the relay does not run");
    let link: wire::link::Link = text.trim().parse().unwrap();
    let relay = RelayProcess::start(data.path(), &["--log=off"]);
    let mut tablet = Client::connect(&relay.address, link.relay_key, 3);
    tablet.receive();
    assert!(matches!(tablet.register("alice", "newest", &link), ToClient::SignedIn(_)));
}

#[test]
fn one_directory_serves_one_relay() {
    let data = tempfile::tempdir().unwrap();
    let relay = RelayProcess::start(data.path(), &[]);
    let (code, text) = command(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, 1);
    assert!(text.contains("another sotto-relay uses this directory"), "{text}");
    relay.kill();
    let (code, text) = command(data.path(), &["status"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.starts_with("not running"), "{text}");
    for entry in std::fs::read_dir(data.path()).unwrap() {
        let entry = entry.unwrap();
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&entry.metadata().unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{entry:?}");
    }
}

/// A relay that has run loses one of its files, and then must not start.
fn refuses_to_start_without(file: &str) {
    let data = tempfile::tempdir().unwrap();
    RelayProcess::start(data.path(), &[]).terminate();
    std::fs::remove_file(data.path().join(file)).unwrap();
    let (code, text) = command(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, 1);
    assert!(text.contains(&format!("{file} is missing")), "{text}");
    assert!(!data.path().join(file).exists(), "nothing took its place");
}

#[test]
fn a_missing_database_is_not_replaced_by_an_empty_one() {
    refuses_to_start_without("relay.db");
}

#[test]
fn a_lost_key_is_not_replaced_by_another() {
    refuses_to_start_without("relay.key");
}

#[test]
fn a_silent_connection_is_closed_and_others_are_served_meanwhile() {
    let data = tempfile::tempdir().unwrap();
    let relay = RelayProcess::start(data.path(), &["--log=off"]);
    let link = invite(data.path());
    let mut silent: Vec<_> =
        (0..200).map(|_| std::net::TcpStream::connect(&relay.address).unwrap()).collect();
    let start = std::time::Instant::now();
    let mut alice = Client::connect(&relay.address, link.relay_key, 1);
    assert!(matches!(alice.receive().message, ToClient::Ready { .. }));
    assert!(start.elapsed() < Duration::from_millis(500));
    for stream in &mut silent {
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        assert!(matches!(std::io::Read::read(stream, &mut [0; 1]), Ok(0) | Err(_)));
    }
    let took = start.elapsed();
    assert!((4_500..6_500).contains(&took.as_millis()), "{took:?}");
}

#[test]
fn one_address_is_let_in_so_often() {
    let data = tempfile::tempdir().unwrap();
    let limits = ["--handshake-burst", "5", "--handshakes-per-second", "1", "--log=off"];
    let relay = RelayProcess::start(data.path(), &limits);
    let open = |_| {
        let mut stream = std::net::TcpStream::connect(&relay.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        // One that was let in is silent; one that was not is closed at once.
        std::io::Read::read(&mut stream, &mut [0; 1])
            .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    };
    let let_in = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..20).map(|n| scope.spawn(move || open(n))).collect();
        tries.into_iter().map(|t| t.join().unwrap()).filter(|ok| *ok).count()
    });
    assert!((5..=6).contains(&let_in), "{let_in}");
}
