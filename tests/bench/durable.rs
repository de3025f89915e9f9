//! Messages that are durable and acknowledged.

use std::time::Instant;

use crate::Result;
use crate::device::Device;
use crate::relay::Relay;
use crate::room::{self, Load, Room};
use crate::table::{Table, median, percentile};

const ROUNDS: usize = 3;
/// Rooms of two in which everybody posts.
const ROOMS: usize = 8;
/// Messages sent one at a time.
const SINGLE: usize = 500;

/// Rooms of two: first one message at a time, then as many as the window lets.
pub(crate) async fn measure(relay: &Relay, devices: &[Device], table: &mut Table) -> Result<()> {
    let mut rooms = Vec::new();
    for pair in devices.chunks(2).take(ROOMS) {
        rooms.push(Room::make(relay, pair).await?);
    }
    let load = Load { posters: 2, posts: 4_000, payload: 200, unanswered: 64, unread: 512 };
    if let Some(room) = rooms.get_mut(..1) {
        latency(room, load, table).await?;
        throughput(relay, room, load, table).await?;
    }
    throughput(relay, &mut rooms, Load { posts: 1_000, ..load }, table).await
}

async fn latency(rooms: &mut [Room], load: Load, table: &mut Table) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..SINGLE {
        let one = Load { posters: 1, posts: 1, ..load };
        times.push(room::run(rooms, one).await?.as_secs_f64() * 1e3);
    }
    let what = "one message at a time, until acknowledged and read";
    table.add(format!("{what}: median"), "ms", "", median(&times));
    table.add(format!("{what}: 99th percentile"), "ms", "", percentile(&times, 99));
    Ok(())
}

async fn throughput(
    relay: &Relay,
    rooms: &mut [Room],
    load: Load,
    table: &mut Table,
) -> Result<()> {
    let (mut rates, mut costs) = (Vec::new(), Vec::new());
    let count = u32::try_from(rooms.len())? * load.posters * load.posts;
    for _ in 0..ROUNDS {
        let (start, cpu) = (Instant::now(), relay.cpu()?);
        room::run(rooms, load).await?;
        rates.push(f64::from(count) / start.elapsed().as_secs_f64());
        costs.push((relay.cpu()? - cpu).as_secs_f64() * 1e6 / f64::from(count));
    }
    let many =
        format!("{} connections, {} posts unanswered each", rooms.len() * 2, load.unanswered);
    table.add(format!("durable acknowledged messages, {many}"), "/s", "", median(&rates));
    table.add("the same: relay's CPU for a message", "µs", "", median(&costs));
    Ok(())
}
