//! What a delivery costs the relay when a room of 200 is saturated. A measurement: run it with
//! `SOTTO_RELAY=…/release/sotto-relay cargo test -p relay --test fanout -- --ignored --nocapture`.
#![allow(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may fail by any means"
)]

mod support;

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use support::{Client, RelayProcess, command};
use wire::codec::{Bytes, List};
use wire::id::{DeviceId, Epoch, PostId, RoomId};
use wire::link::Link;
use wire::message::{RoomKind, ToClient, ToRelay};

const ROOM: RoomId = RoomId::from_array([1; 16]);
const MEMBERS: u8 = 200;
const POSTS: u64 = 20_000;
const WINDOW: u64 = 400;

/// CPU time used, in clock ticks of 10 ms.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_ascii_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

fn member(relay: &RelayProcess, link: &Link, n: u8) -> Client {
    let mut client = Client::connect(&relay.address, link.relay_key, u64::from(n) + 1);
    client.receive();
    let device = DeviceId::from_array([n; 16]);
    client.register_as(&format!("user{n}"), "pw", link, device);
    let group_info = Bytes::new(vec![1; 100]).unwrap();
    let answer = client.ask(if n == 0 {
        ToRelay::CreateRoom { room: ROOM, kind: RoomKind::Lobby, group_info }
    } else {
        ToRelay::Commit {
            room: ROOM,
            epoch: Epoch(u64::from(n) - 1),
            post: PostId::from_array([7; 16]),
            commit: Bytes::new(vec![1; 100]).unwrap(),
            group_info,
            added: List::new(vec![device]).unwrap(),
            removed: List::default(),
        }
    });
    assert!(matches!(answer, ToClient::Done | ToClient::Posted { .. }), "{answer:?}");
    client
}

#[test]
#[ignore = "a measurement"]
fn a_delivery_costs_so_much() {
    let data = tempfile::tempdir().unwrap();
    let flags = ["--open-registration", "--attempts-per-address", "1000000", "--log=off"];
    let relay = RelayProcess::start(data.path(), &flags);
    let link: Link = command(data.path(), &["link"]).1.trim().parse().unwrap();
    let mut clients: Vec<Client> = (0..MEMBERS).map(|n| member(&relay, &link, n)).collect();
    let mut sender = clients.remove(0);
    let received = Arc::new(AtomicU64::new(0));
    for client in clients {
        let received = Arc::clone(&received);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1_024];
            while let Ok(count @ 1..) = (&client.stream).read(&mut buffer) {
                received.fetch_add(count as u64, Ordering::Relaxed);
            }
        });
    }
    std::thread::sleep(Duration::from_millis(500));
    received.store(0, Ordering::Relaxed);
    let (start, before, mut answered) = (Instant::now(), ticks(relay.id()), 0);
    for n in 0..POSTS {
        let mut post = [0; 16];
        post[..8].copy_from_slice(&(n + 1).to_be_bytes());
        let (epoch, payload) = (Epoch(u64::from(MEMBERS) - 1), Bytes::new(vec![1; 200]).unwrap());
        sender.send(ToRelay::Post { room: ROOM, epoch, post: PostId::from_array(post), payload });
        while n - answered >= WINDOW {
            answered += u64::from(matches!(sender.receive().message, ToClient::Posted { .. }));
        }
    }
    while answered < POSTS {
        answered += u64::from(matches!(sender.receive().message, ToClient::Posted { .. }));
    }
    std::thread::sleep(Duration::from_millis(300));
    let cpu_us = (ticks(relay.id()) - before) * 10_000;
    let deliveries = POSTS * (u64::from(MEMBERS) - 1);
    let bytes = received.load(Ordering::Relaxed) / deliveries;
    let each = cpu_us as f64 / deliveries as f64;
    println!(
        "{deliveries} deliveries, {bytes} B each, {each:.3} us CPU each, {:?}",
        start.elapsed()
    );
}
