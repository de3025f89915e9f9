//! What an idle signed-in connection costs the relay: the product's promise.
//!
//! `IDLE=10000 SOTTO_RELAY=…/release/sotto-relay cargo test -p relay --test idle -- --nocapture`
//! measures more of them. Each is a member of the lobby.
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

use support::{Client, RelayProcess, command};
use wire::codec::{Bytes, List};
use wire::id::{Epoch, PostId, RoomId};
use wire::link::Link;
use wire::message::{RoomKind, ToClient, ToRelay};

const LOBBY: RoomId = RoomId::from_array([1; 16]);
const MAX_BYTES_EACH: u64 = 2_662;

fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn register(relay: &RelayProcess, link: &Link, n: u64) {
    let mut client = Client::connect(&relay.address, link.relay_key, n + 1);
    client.receive();
    let name = format!("user{n}");
    let answer = client.register(&name, "pw", link);
    assert!(matches!(answer, ToClient::SignedIn(_)), "{answer:?}");
    let done = if n == 0 {
        let group_info = Bytes::new(vec![1; 100]).unwrap();
        client.ask(ToRelay::CreateRoom { room: LOBBY, kind: RoomKind::Lobby, group_info })
    } else {
        client.ask(ToRelay::Commit {
            room: LOBBY,
            epoch: Epoch(n - 1),
            post: PostId::from_array([7; 16]),
            commit: Bytes::new(vec![1; 100]).unwrap(),
            group_info: Bytes::new(vec![1; 100]).unwrap(),
            welcome: None,
            added: List::new(vec![client.device(&name)]).unwrap(),
            removed: List::default(),
        })
    };
    assert!(matches!(done, ToClient::Done | ToClient::Posted { .. }), "{done:?}");
}

#[test]
fn an_idle_connection_costs_less_than_it_may() {
    let count: u64 = std::env::var("IDLE").map_or(1_200, |count| count.parse().unwrap());
    let data = tempfile::tempdir().unwrap();
    let flags = ["--open-registration", "--attempts-per-address", "1000000", "--log=off"];
    let relay = RelayProcess::start(data.path(), &flags);
    let (_, text) = command(data.path(), &["link"]);
    let link: Link = text.trim().parse().unwrap();
    (0..count).for_each(|n| register(&relay, &link, n));
    relay.terminate();

    let relay = RelayProcess::start(data.path(), &flags);
    std::thread::sleep(Duration::from_millis(300));
    let empty = resident_kib(relay.id());
    let connect = |n: u64| {
        let mut client = Client::connect(&relay.address, link.relay_key, n + 1);
        assert!(matches!(client.receive().message, ToClient::SignedIn(_)));
        client
    };
    // The first few fill caches that the others share.
    let mut clients: Vec<Client> = (0..20).map(connect).collect();
    let before = resident_kib(relay.id());
    clients.extend((20..count).map(connect));
    let after = resident_kib(relay.id());
    let each = (after - before) * 1_024 / (count - 20);
    println!("empty {empty} KiB, with 20 {before} KiB, with {count} {after} KiB, each {each} B");
    assert!(each <= MAX_BYTES_EACH, "{each} bytes");
}
