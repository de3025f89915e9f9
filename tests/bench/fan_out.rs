//! Deliveries in one large room, as fast as they go.

use crate::Result;
use crate::device::Device;
use crate::relay::Relay;
use crate::room::{self, Load, Room};
use crate::table::{Table, median, number};

const ROUNDS: usize = 3;

/// Lets one and then four of `devices` post `posts` messages to all of them.
pub(crate) async fn measure(
    relay: &Relay,
    devices: &[Device],
    posts: u32,
    table: &mut Table,
) -> Result<()> {
    let mut rooms = [Room::make(relay, devices).await?];
    let readers = number(devices.len().saturating_sub(1));
    for posters in [1, 4] {
        let posts = posts / posters;
        let load = Load { posters, posts, payload: 200, unanswered: 256, unread: 512 };
        let (mut costs, mut rates, mut shares) = (Vec::new(), Vec::new(), Vec::new());
        room::run(&mut rooms, Load { posts: posts / 8, ..load }).await?;
        for _ in 0..ROUNDS {
            let before = relay.cpu()?;
            let wall = room::run(&mut rooms, load).await?.as_secs_f64();
            let cpu = (relay.cpu()? - before).as_secs_f64();
            let deliveries = f64::from(posts * posters) * readers;
            costs.push(cpu / deliveries * 1e9);
            rates.push(deliveries / wall);
            shares.push(cpu / wall * 100.0);
        }
        let room = format!("room of {}, {posters} posting", devices.len());
        let what = format!("relay's CPU for a delivery of 200 bytes, {room}");
        table.add(what, "ns", "≤ 500", median(&costs));
        table.add("the same: deliveries", "/s", "", median(&rates));
        table.add("the same: relay's share of one core", "%", "", median(&shares));
    }
    Ok(())
}
