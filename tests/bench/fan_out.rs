//! Deliveries in one large room, as fast as they go.

use crate::Result;
use crate::device::Device;
use crate::relay::Relay;
use crate::room::{self, Load, Room};
use crate::table::{Table, median, number};

const ROUNDS: usize = 3;

/// Lets one and then four of `devices` post `posts` messages to all of them as fast as the relay
/// takes them; then one of them one message at a time, which is the dearest way.
pub(crate) async fn measure(
    relay: &Relay,
    devices: &[Device],
    posts: u32,
    table: &mut Table,
) -> Result<()> {
    let mut rooms = [Room::make(relay, devices).await?];
    let room = format!("room of {}", devices.len());
    let flood = Load { posters: 1, posts, payload: 200, unanswered: 256, unread: 512 };
    // What grows once has grown after this.
    room::run(&mut rooms, Load { posts: posts / 8, ..flood }).await?;
    for posters in [1, 4] {
        let load = Load { posters, posts: posts / posters, ..flood };
        let seen = rounds(relay, &mut rooms, load, devices.len()).await?;
        let what = format!("relay's CPU for a delivery of 200 bytes, {room}, {posters} posting");
        table.add(what, "ns", "≤ 500", seen.cost_ns);
        table.add("the same: deliveries", "/s", "", seen.rate);
        table.add("the same: relay's share of one core", "%", "", seen.share);
    }
    let single = Load { posts: posts / 16, unanswered: 1, unread: 1, ..flood };
    let seen = rounds(relay, &mut rooms, single, devices.len()).await?;
    let what = format!("relay's CPU for a delivery of 200 bytes, {room}, one message at a time");
    table.add(what, "ns", "", seen.cost_ns);
    Ok(())
}

/// Medians over the rounds.
struct Seen {
    cost_ns: f64,
    /// Deliveries in a second.
    rate: f64,
    /// Of one core, in percent.
    share: f64,
}

async fn rounds(relay: &Relay, rooms: &mut [Room], load: Load, members: usize) -> Result<Seen> {
    // The sender's own answer is no delivery.
    let deliveries = f64::from(load.posts * load.posters) * number(members.saturating_sub(1));
    let (mut costs, mut rates, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let before = relay.cpu()?;
        let wall = room::run(rooms, load).await?.as_secs_f64();
        let cpu = (relay.cpu()? - before).as_secs_f64();
        costs.push(cpu / deliveries * 1e9);
        rates.push(deliveries / wall);
        shares.push(cpu / wall * 100.0);
    }
    Ok(Seen { cost_ns: median(&costs), rate: median(&rates), share: median(&shares) })
}
